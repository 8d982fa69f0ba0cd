"""Claims, links and stances → a graph of arguments.

Nodes are claims (`source/claim`) and propositions.  Edges point from the reason to what it is a reason for or against: *supports* and
*attacks* between claims of one source, *affirms* and *rejects* from a claim to a proposition.  Sources meet in the propositions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.counts import counted
from analysis.reading import did_you_mean

if TYPE_CHECKING:
    import networkx as nx

MOST = 12  # propositions on one map of a question: about three sheets for two texts


def arguments(
    claims: pd.DataFrame,
    links: pd.DataFrame,
    stance_claims: pd.DataFrame,
    propositions: pd.DataFrame,
    sides: pd.DataFrame | None = None,
) -> nx.MultiDiGraph:
    """The whole argument of every source, as a graph.

    Tables as in `tables`.  A claim has the attributes `kind` ("claim"), `source, label, text, voice, holder, thesis` (bool), a
    proposition `kind` ("proposition"), `text, question, question_label`; an edge has `relation`, and to a proposition `value`.  Only claims in the
    author's own voice affirm or reject: a view that the source reports or quotes (`voice`, `holder`) never gets the author's side, though a
    stance may name it.  A claim that only limits a stance, and a stance in the middle of the scale, give no edge; `graph.graph["weighed"]` holds its (source, proposition).
    With `sides`, `graph.graph["sides"]` holds the side of every stance by (source, proposition), so that those on which no claim bears can be counted.
    """
    import networkx as nx

    graph = nx.MultiDiGraph()
    for p in propositions.itertuples():
        graph.add_node(
            p.proposition, kind="proposition", text=p.text, question=p.question, question_label=p.question_label
        )
    for c in claims.itertuples():
        holder = None if pd.isna(c.holder) else c.holder
        graph.add_node(f"{c.source}/{c.claim}", kind="claim", source=c.source, label=c.label, text=c.text, voice=c.voice, holder=holder, thesis=bool(c.thesis))  # fmt: skip
    for link in links.itertuples():
        graph.add_edge(
            f"{link.source}/{link.claim}", f"{link.source}/{link.target}", link.relation, relation=link.relation
        )
    if "role" in stance_claims:
        stance_claims = stance_claims[stance_claims.role != "limits"]
    for stance in stance_claims.dropna(subset=["value"]).itertuples():
        claim = f"{stance.source}/{stance.claim}"
        if stance.side == 0:
            graph.graph.setdefault("weighed", set()).add((stance.source, stance.proposition))
        elif graph.nodes[claim]["voice"] == "own":
            relation = "affirms" if stance.side > 0 else "rejects"
            graph.add_edge(claim, stance.proposition, relation, relation=relation, value=int(stance.value))
    if sides is not None:
        graph.graph["sides"] = {(s.source, s.proposition): int(s.side) for s in sides.itertuples()}
    return graph


def part_of(graph: nx.MultiDiGraph, kept: Collection[str]) -> nx.MultiDiGraph:
    """The nodes kept and the edges among them, in the order of the graph (a view of networkx has no order of its own)."""
    import networkx as nx

    part = nx.MultiDiGraph(**graph.graph)
    part.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if n in kept)
    part.add_edges_from((a, b, k, d) for a, b, k, d in graph.edges(keys=True, data=True) if a in part and b in part)
    return part


def of_source(graph: nx.MultiDiGraph, claim: str) -> nx.MultiDiGraph:
    """What one text claims and on which propositions it bears: the text of the given claim."""
    known(claim, set(claims_of(graph)), "claim")
    own = claims_of(graph, graph.nodes[claim]["source"])
    return part_of(
        graph,
        {
            *own,
            *(
                p
                for p, d in graph.nodes(data=True)
                if d["kind"] == "proposition" and set(graph.predecessors(p)) & set(own)
            ),
        },
    )


def without_claims(graph: nx.MultiDiGraph, sources: Collection[str]) -> list[tuple[str, str]]:
    """The stances of these sources, as (source, proposition), that take a side and on which no claim in the author's own voice bears.

    None where the graph was made without `sides` (see `arguments`).
    """
    borne = {(graph.nodes[c]["source"], p) for c in claims_of(graph) for _, p, d in graph.out_edges(c, data=True) if "value" in d}  # fmt: skip
    return [key for key in graph.graph.get("sides", ()) if key[0] in sources and key not in borne]


def supports_of(graph: nx.MultiDiGraph) -> nx.DiGraph:
    """The claims with their supports alone, an edge from the reason to what it supports."""
    import networkx as nx

    result = nx.DiGraph()
    result.add_nodes_from(claims_of(graph))
    result.add_edges_from((a, b) for a, b, relation in graph.edges(data="relation") if relation == "supports")
    return result


def spoken(node: dict[str, Any]) -> str:
    """A claim in words, with whose it is: “Harris 2017”, or “Harris 2017 reports Kotkin”."""
    verb = {"own": "", "quoted": f" quotes {node['holder']}"}.get(node["voice"], f" reports {node['holder']}")
    return f"{node['label']}{verb}: {node['text']}"


def claims_of(graph: nx.MultiDiGraph, source: str | None = None) -> list[str]:
    """The claims of the graph, or of one source, in its order."""
    return [n for n, d in graph.nodes(data=True) if d["kind"] == "claim" and (source is None or d["source"] == source)]


def theses_of(graph: nx.MultiDiGraph, source: str) -> list[str]:
    """The claims that state the main thesis of a source."""
    return [n for n in claims_of(graph, source) if graph.nodes[n]["thesis"]]


def question_map(graph: nx.MultiDiGraph, question: str, sources: Sequence[str]) -> nx.MultiDiGraph:
    """What the sources say on one question: its propositions, the claims that bear on them, all reasons for and against these, and what they attack.

    Propositions to which none of the sources speaks are left out.  Of more than `MOST` those on which the sources lie furthest apart are kept,
    of equals those with most claims behind them, then the first in the codebook, and `graph["of_propositions"]` is how many there would be.  ValueError for a question or source that
    the graph does not have.
    """
    known(question, {d["question"] for _, d in graph.nodes(data=True) if d["kind"] == "proposition"}, "question")
    for source in sources:
        known_source(graph, source)
    propositions = [n for n, d in graph.nodes(data=True) if d.get("question") == question]
    direct = {c for p in propositions for c in graph.predecessors(p) if graph.nodes[c]["source"] in sources}
    asked = [p for p in propositions if direct & set(graph.predecessors(p))]
    shown = _dividing_most(graph, asked, sources)
    near = {c for p in shown for c in graph.predecessors(p)} & direct
    part = part_of(graph, {*shown, *_with_reasons(graph, near)})
    if len(shown) < len(asked):
        part.graph["of_propositions"] = len(asked)
    return part


def _dividing_most(graph: nx.MultiDiGraph, asked: list[str], sources: Sequence[str]) -> list[str]:
    """Of more propositions than `MOST` those that matter most on a map of these sources (see `question_map`)."""
    if len(asked) <= MOST:
        return asked
    behind = {p: {c for c in graph.predecessors(p) if graph.nodes[c]["source"] in sources} for p in asked}
    return sorted(asked, key=lambda p: (-_apart(graph, p, sources), -len(_with_reasons(graph, behind[p]))))[:MOST]


def _apart(graph: nx.MultiDiGraph, proposition: str, sources: Sequence[str]) -> int:
    """How many points of the scale lie between the stances of these sources on a proposition."""
    edges = graph.in_edges(proposition, data=True)
    values = [d["value"] for c, _, d in edges if graph.nodes[c]["source"] in sources]
    return max(values) - min(values)


def thesis_map(graph: nx.MultiDiGraph, source: str) -> nx.MultiDiGraph:
    """How one source gets to its main thesis: the claims that state it, all reasons for and against them, and what these attack."""
    known_source(graph, source)
    return part_of(graph, _with_reasons(graph, set(theses_of(graph, source))))


def map_of(graph: nx.MultiDiGraph, question: str, sources: Sequence[str] | str, focus: str = "") -> nx.MultiDiGraph:
    """The `question_map` of a question or, for the question "thesis", the thesis maps of the sources side by side.

    With `focus`, a claim: what lies within two steps of it, in the texts of the sources.
    """
    sources = [sources] if isinstance(sources, str) else sources
    if not claims_of(graph):
        raise ValueError(
            "no claims are coded, so there is nothing to map; choose a coder who coded claims, not stances alone"
        )
    if focus:
        kept = {n for n, d in graph.nodes(data=True) if d["kind"] == "proposition" or d["source"] in sources}
        return neighbourhood(part_of(graph, kept), focus, steps=2)
    if question == "thesis":
        return part_of(graph, {n for source in sources for n in thesis_map(graph, source)})
    found = question_map(graph, question, sources)
    if not found:
        raise ValueError(
            f'none of {", ".join(sources)} affirms or rejects anything on the question "{question}" by a claim in the author\'s own voice; choose another question or source'
        )
    return found


def why_no_map(graph: nx.MultiDiGraph, question: str, sources: Sequence[str], labels: Mapping[str, str]) -> str:
    """Why `map_of` has nothing to show of these, in a sentence that says what would be needed; nothing if it has."""
    bare = [s for s in sources if not claims_of(graph, s)]
    if bare:
        names = " and ".join(labels.get(s, s) for s in bare)
        return f"No map, since no claims of {names} are coded: that takes “claims” in the files of codings."
    if question == "thesis" and not any(theses_of(graph, s) for s in sources):
        return f"No map, since no main thesis of {' and '.join(labels.get(s, s) for s in sources)} is coded: that takes “thesis” in the files of codings."
    if question != "thesis" and not question_map(graph, question, sources):
        return f"No map, since {' and '.join(labels.get(s, s) for s in sources)} affirm and reject nothing on this question by claims in the author's own voice. {off_the_map_in_words(graph, question, sources)}".strip()
    return ""


def off_the_map_in_words(graph: nx.MultiDiGraph, question: str, sources: Collection[str]) -> str:
    """How many stances of the sources on a question no map of it can show, since they rest on no claim, with n; nothing if it can show all.

    Nothing of the question "thesis" either, and of a graph made without `sides`.
    """
    bare, sides = without_claims(graph, sources), graph.graph.get("sides", ())
    off, every = ([p for s, p in some if s in sources and graph.nodes[p]["question"] == question] for some in (bare, sides))  # fmt: skip
    if not off:
        return ""
    return f"Not on the map: {len(off)} of {counted(len(every), 'stance')} on this question that take a side, on which no claim in the author's own voice bears."


MOST_LISTED = 20  # claims named in a sentence


def left_off_in_words(graph: nx.MultiDiGraph, part: nx.MultiDiGraph, sources: Collection[str]) -> str:
    """How many claims of the sources belong to a map, and which are on no map of a question or a thesis, with n.

    `part`: as `map_of`, without `focus`; `graph`: that of which it is a part.
    """
    claims = [c for s in sources for c in claims_of(graph, s)]
    off = [c for c in claims if c not in part]
    if not off:
        return f"All {len(claims):,} claims of the texts chosen belong to this map."
    leading = {c for c in claims if graph.nodes[c]["thesis"] or any("value" in d for *_, d in graph.out_edges(c, data=True))}  # fmt: skip
    elsewhere = _with_reasons(graph, leading)
    nowhere = [c for c in off if c not in elsewhere]
    said = f"Of {counted(len(claims), 'claim')} of the texts chosen {len(claims) - len(off):,} belong to this map."
    if len(off) > len(nowhere):
        said += f" Not on it, since they lead to other propositions or a thesis: {len(off) - len(nowhere):,}."
    if not nowhere:
        return said
    said += f" On no map of a question or a thesis, since nothing leads from them to a proposition or a thesis: {len(nowhere):,}; `focus` shows one of them with what it supports or attacks:"
    listed = [f"- {c}: {spoken(graph.nodes[c])}" for c in nowhere[:MOST_LISTED]]
    listed += [f"- and {len(nowhere) - MOST_LISTED:,} more, later in the debate"] * (len(nowhere) > MOST_LISTED)
    return "\n".join([said, *listed])


def title_of(
    graph: nx.MultiDiGraph,
    question: str,
    sources: Sequence[str],
    focus: str = "",
    names: Mapping[str, str] | None = None,
) -> str:
    """What a map of these asks, as the title of a figure; `names`: source → label, for those that have no claims."""
    if focus:
        return f"What lies around this claim of {graph.nodes[focus]['label']}, within two steps?"
    if not question:
        return "Where do two texts disagree most?"
    if question == "thesis":
        given = {d["source"]: d["label"] for _, d in graph.nodes(data=True) if d.get("source") in sources}
        labels = dict.fromkeys(given.values()) or [(names or {}).get(s, s) for s in sources]
        return f"How does {' and '.join(labels)} get to its thesis?"
    label = next(d["question_label"] for _, d in graph.nodes(data=True) if d.get("question") == question)
    return f"{label}: what do they say, and for what reasons?"


def neighbourhood(graph: nx.MultiDiGraph, claim: str, steps: int = 1) -> nx.MultiDiGraph:
    """A claim with all that lies within so many steps, either way.  ValueError if the graph does not have it."""
    import networkx as nx

    known(claim, set(graph), "claim")
    near = nx.single_source_shortest_path_length(graph.to_undirected(as_view=True), claim, cutoff=steps)
    return part_of(graph, near)


def known(word: str, words: set[str], what: str) -> None:
    """Refuse a word that is not among the known ones, with the nearest that is."""
    if word not in words:
        raise ValueError(f'no {what} "{word}"; {did_you_mean(word, words)}')


def known_source(graph: nx.MultiDiGraph, source: str) -> None:
    """Refuse a source of which the graph has no claim."""
    known(source, {graph.nodes[c]["source"] for c in claims_of(graph)}, "source")


def _with_reasons(graph: nx.MultiDiGraph, start: set[str]) -> set[str]:
    """The claims, everything that leads to them by supports and attacks, and what all these attack."""
    shown, fresh = set(start), list(start)
    while fresh:
        behind = {a for a, _, r in graph.in_edges(fresh.pop(), data="relation") if r in ("supports", "attacks")} - shown
        shown |= behind
        fresh += behind
    return shown | {b for a in shown for _, b, r in graph.out_edges(a, data="relation") if r == "attacks"}
