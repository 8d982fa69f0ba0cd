"""What hangs on what: what falls with a claim, which claims carry most, and how two sources meet each other's reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import pandas as pd

from analysis.arguments.graph import (
    MOST_LISTED,
    claims_of,
    known,
    known_source,
    part_of,
    spoken,
    supports_of,
    without_claims,
)
from analysis.counts import counted

if TYPE_CHECKING:
    import networkx as nx

WHAT_IF = ["node", "source", "label", "kind", "thesis", "text", "because", "step"]
LOAD = ["claim", "source", "label", "voice", "holder", "text", "thesis", "claims", "stances", "theses", "leaning", "leaning_theses", "of_claims", "of_stances", "of_theses"]  # fmt: skip
CLASH = ["proposition", "text", "question", "value_a", "value_b", "claims_a", "claims_b", "answer_a", "answer_b", "answered_a", "answered_b", "granted_a", "granted_b"]  # fmt: skip

MOST = 8  # claims that fall and stances in question on the map of a what-if, so that the lines to one proposition stay apart
NEAREST_FIRST = "the nearest first; of equally near ones theses, then claims with which most others fall, then stances furthest from that of the claim"
STEPS = 4  # through which a fall is followed there
WIDE, COLUMNS = (
    1470,
    5,
)  # px of such a map, and how many boxes beside each other that is: all type comes out as 6 points or more on A4


def what_if(graph: nx.MultiDiGraph, claim: str, grant: bool = False) -> pd.DataFrame:
    """What falls if a claim is taken away or, with `grant`, if it is granted.

    Taken away, the claim itself falls.  Granted, what it attacks falls, and the stances of other sources on the other side of a proposition on
    which it bears are put in question (their claims may be true all the same).  Then, step by step, every claim falls whose last support has
    fallen (one that never had any stands on its passage alone), and every stance whose last claim has.  Columns: `node` (a claim, or
    `source on proposition` for a stance), `kind` ("claim", "stance"), `thesis`, `text`, `because` ("taken away", "attacked by what is
    granted", "put in question by what is granted", "lost its last support", "lost its last claim"), `step`.  Within a step theses come
    first, then the claims with which most others fall, then the stances in question, those furthest from the granted one first, and those that are lost;
    equals in the order of the debate.  ValueError for a claim that the graph does not have.
    """
    known(claim, set(claims_of(graph)), "claim")
    first = {b for _, b, r in graph.out_edges(claim, data="relation") if r == "attacks"} if grant else {claim}
    steps = dict.fromkeys(sorted(first), 0) | consequences(graph, first, safe={claim} if grant else set())
    begun = "attacked by what is granted" if grant else "taken away"
    rows = [_row(graph, n, step, begun if step == 0 else "lost its last support") for n, step in steps.items()]
    for source, proposition in put_in_question(graph, claim) if grant else ():
        rows.append(_stance_row(graph, source, proposition, 0, "put in question by what is granted"))
    for source, proposition in _stances_lost(graph, set(steps)):
        step = 1 + max(steps[c] for c in _bearing(graph, source, proposition))
        rows.append(_stance_row(graph, source, proposition, step, "lost its last claim"))
    once = {r["node"]: r for r in reversed(rows)}.values()
    ranks = _ranks(graph, claim, steps)
    return pd.DataFrame(sorted(once, key=lambda r: (r["step"], *ranks(str(r["node"])))), columns=WHAT_IF)


def _ranks(graph: nx.MultiDiGraph, claim: str, steps: Collection[str]) -> Callable[[str], tuple[int, ...]]:
    """What decides the order of claims and stances that fall at the same step."""
    import networkx as nx

    place, fallen = {n: i for i, n in enumerate(graph)}, supports_of(part_of(graph, steps))
    texts = {d["source"]: i for i, (_, d) in reversed([*enumerate(graph.nodes(data=True))]) if d["kind"] == "claim"}
    own, asked = graph.nodes[claim]["source"], set(graph.successors(claim))

    def rank(node: str) -> tuple[int, ...]:
        if node in steps:
            return 0, -graph.nodes[node]["thesis"], -len(nx.descendants(fallen, node)), place[node]
        source, proposition = node.split(" on ")
        apart = abs(_value(graph, source, proposition) - _value(graph, own, proposition)) if proposition in asked and source != own else 0  # fmt: skip
        return 1, -apart, texts[source], place[proposition]

    return rank


def surroundings(graph: nx.MultiDiGraph, table: pd.DataFrame, claim: str) -> nx.MultiDiGraph:
    """The part of the graph in which a what-if is seen: the claim, what it touches, what falls, and the claims of the stances that are lost or questioned.

    `table`: as `what_if`.  Of more than `MOST` claims that fall and stances in question, or in more than `STEPS`, the first are shown, and `graph["fallen"]` is how many of how many.
    A chain is not broken: where all would take more than `COLUMNS`, the reasons of the claim are left out, and then the last steps.  Which are the first: see `what_if`.
    """
    table = table[
        (table.node != claim) & (table.because != "lost its last claim")
    ]  # such a stance is seen where its claims are
    first = table[table.step <= STEPS].head(MOST)
    tried = ((first[first.step <= step], reasons) for step in range(STEPS, -1, -1) for reasons in (True, False))
    made = ((some, _around(graph, some, claim, reasons)) for some, reasons in tried)
    some, part = next((some, part) for some, part in made if _columns(part) <= COLUMNS or not some.step.any())
    part.graph |= {"wide": WIDE, "keep": {claim, *some.node}}
    seen = table.node.isin({*some.node, *part})  # what the last that fall support may fall as well
    if not seen.all():
        part.graph["fallen"] = (int(seen.sum()), len(table))
    return part


def _around(graph: nx.MultiDiGraph, table: pd.DataFrame, claim: str, reasons: bool) -> nx.MultiDiGraph:
    """What a claim and those that fall with it touch, the `reasons` for the claim itself if these are wanted."""
    claims = {claim, *table.node[table.kind == "claim"]}
    near = (
        claims
        | {b for c in claims for b in graph.successors(c)}
        | {a for a, _, r in graph.in_edges(claim, data="relation") if r == "supports" and reasons}
    )
    stances = [node.split(" on ") for node in table.node[table.kind == "stance"]]
    return part_of(graph, near | {p for _, p in stances} | {c for s, p in stances for c in _bearing(graph, s, p)})


def _columns(graph: nx.MultiDiGraph) -> int:
    """How many boxes stand beside each other: as many as the longest way has."""
    import networkx as nx

    rings, most = nx.condensation(nx.DiGraph(graph)), dict[int, int]()
    for ring in nx.topological_sort(rings):
        most[ring] = len(rings.nodes[ring]["members"]) + max((most[a] for a in rings.predecessors(ring)), default=0)
    return max(most.values(), default=0)


def load_bearing(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """For each claim what would lose its last support with it, those that carry most first.

    Columns: `claims`, `stances`, `theses`: other claims that would fall, stances that would lose their last claim, and how many of those
    claims state the main thesis; `leaning`, `leaning_theses`: claims and theses for which it is a reason, directly or through others, whether they
    have further reasons or not; `of_claims`, `of_stances`, `of_theses`: how many the source has.  See `what_if`.
    """
    import networkx as nx

    reasons = supports_of(graph)
    totals = {
        source: _totals(graph, source) for source in dict.fromkeys(graph.nodes[c]["source"] for c in claims_of(graph))
    }
    rows = []
    for claim in claims_of(graph):
        d = graph.nodes[claim]
        fallen, leaning = consequences(graph, {claim}), nx.descendants(reasons, claim)
        row = {
            "claim": claim,
            "claims": len(fallen),
            "stances": len(_stances_lost(graph, {claim, *fallen})),
            "leaning": len(leaning),
        }
        row |= {
            "theses": sum(graph.nodes[n]["thesis"] for n in fallen),
            "leaning_theses": sum(graph.nodes[n]["thesis"] for n in leaning),
        }
        rows.append(
            row | {k: d[k] for k in ("source", "label", "text", "thesis", "voice", "holder")} | totals[d["source"]]
        )
    table = pd.DataFrame(rows, columns=LOAD)
    order = ["theses", "claims", "leaning_theses", "leaning", "stances"]
    return table.sort_values(order, ascending=False, kind="stable", ignore_index=True)


def clash(graph: nx.MultiDiGraph, source_a: str, source_b: str) -> pd.DataFrame:
    """The propositions on which claims of two sources stand on opposite sides, and whether the one meets the other's reasons or only denies the conclusion.

    The reasons of a stance are the other propositions on which those claims bear that support the claims of the stance, directly or through
    others.  `answer_a` is what source_a does with the reasons of source_b: "answers" (it stands on the other side of one at least, listed in `answered_a`),
    "grants" (it stands on the same side of one, listed in `granted_a`, and against none, and yet denies the conclusion), "weighs" (it weighs
    both sides of one, and takes none on the others), "only denies" (it takes no side on any, silent or not coded), "no reason coded".  `claims_a`, `claims_b`: the claims that bear on the proposition; `value_a`, `value_b`: the stances.
    ValueError for a source that the graph does not have.
    """
    for source in (source_a, source_b):
        known_source(graph, source)
    supports = supports_of(graph)
    sides = {source: _sides(graph, source) for source in (source_a, source_b)}
    rows = []
    for p, d in graph.nodes(data=True):
        if d["kind"] != "proposition" or sides[source_a].get(p, 0) * sides[source_b].get(p, 0) >= 0:
            continue
        row = {"proposition": p, "text": d["text"], "question": d["question"]}
        for x, own, other in (("a", source_a, source_b), ("b", source_b, source_a)):
            reasons = _reasons(graph, supports, sides[other], _bearing(graph, other, p), p)
            against = tuple(q for q, side in reasons.items() if sides[own].get(q, 0) * side < 0)
            granted = tuple(q for q, side in reasons.items() if sides[own].get(q, 0) * side > 0)
            weighs = any((own, q) in graph.graph.get("weighed", ()) for q in reasons)
            answer = _answer(against, granted, weighs, reasons)
            row |= {
                f"value_{x}": _value(graph, own, p),
                f"claims_{x}": tuple(_bearing(graph, own, p)),
                f"answer_{x}": answer,
            }
            row |= {f"answered_{x}": against, f"granted_{x}": granted}
        rows.append(row)
    return pd.DataFrame(rows, columns=CLASH)


def clashes_without_claims(graph: nx.MultiDiGraph, source_a: str, source_b: str) -> int:
    """On how many more propositions than `clash` has two sources stand on opposite sides: one or both without a claim that bears on it."""
    sides: dict[tuple[str, str], int] = graph.graph.get("sides", {})
    bare = {p for _, p in without_claims(graph, {source_a, source_b})}
    return sum(sides.get((source_a, p), 0) * sides.get((source_b, p), 0) < 0 for p in bare)


def put_in_question(graph: nx.MultiDiGraph, claim: str) -> list[tuple[str, str]]:
    """The stances of other sources on the other side of the propositions on which a claim bears."""
    own, across = graph.nodes[claim]["source"], {"affirms": "rejects", "rejects": "affirms"}
    found = {
        (graph.nodes[other]["source"], p)
        for _, p, relation in graph.out_edges(claim, data="relation")
        if relation in across
        for other in graph.predecessors(p)
        if graph.nodes[other]["source"] != own and graph.has_edge(other, p, across[relation])
    }
    return sorted(found)


def consequences(graph: nx.MultiDiGraph, fallen: set[str], safe: Collection[str] = ()) -> dict[str, int]:
    """The claims that lose their last support once these have fallen, each with the step at which it falls."""
    gone, found, edge = set(fallen), dict[str, int](), set(fallen)
    step = 0
    while edge:
        step += 1
        supported = (
            {b for a in edge for _, b, r in graph.out_edges(a, data="relation") if r == "supports"} - gone - set(safe)
        )
        edge = {
            n for n in supported if all(a in gone for a, _, r in graph.in_edges(n, data="relation") if r == "supports")
        }
        gone |= edge
        found |= dict.fromkeys(sorted(edge), step)
    return found


def _stances_lost(graph: nx.MultiDiGraph, fallen: set[str]) -> list[tuple[str, str]]:
    """The stances, as source and proposition, all of whose claims are among the fallen."""
    touched = {
        (graph.nodes[c]["source"], p)
        for c in fallen
        for p in graph.successors(c)
        if graph.nodes[p]["kind"] == "proposition"
    }
    return sorted((s, p) for s, p in touched if set(_bearing(graph, s, p)) <= fallen)


def _bearing(graph: nx.MultiDiGraph, source: str, proposition: str) -> list[str]:
    """The claims of a source that bear on a proposition."""
    return [c for c in graph.predecessors(proposition) if graph.nodes[c]["source"] == source]


def _sides(graph: nx.MultiDiGraph, source: str) -> dict[str, int]:
    """On which side a source's stances are, 1 or −1; those in the middle of the scale are left out."""
    edges = (e for c in claims_of(graph, source) for e in graph.out_edges(c, data="relation"))
    return {p: 1 if relation == "affirms" else -1 for _, p, relation in edges if relation in ("affirms", "rejects")}


def _value(graph: nx.MultiDiGraph, source: str, proposition: str) -> int:
    """The value of a source's stance on a proposition on which a claim of its bears."""
    claim = _bearing(graph, source, proposition)[0]
    return next(int(d["value"]) for d in graph[claim][proposition].values())


def _answer(against: Collection[str], granted: Collection[str], weighs: bool, reasons: Collection[str]) -> str:
    """What a source does with the reasons of another: the strongest word that holds."""
    if against:
        return "answers"
    if granted:
        return "grants"
    if weighs:
        return "weighs"
    return "only denies" if reasons else "no reason coded"


def _reasons(
    graph: nx.MultiDiGraph, supports: nx.DiGraph, sides: dict[str, int], direct: list[str], proposition: str
) -> dict[str, int]:
    """The propositions on which the claims bear that support the direct ones of a stance, with the side that the source takes on them."""
    import networkx as nx

    behind = set().union(*(nx.ancestors(supports, c) for c in direct)) - set(direct)
    bears = {p for c in behind for p in graph.successors(c) if graph.nodes[p]["kind"] == "proposition"} - {proposition}
    return {p: sides[p] for p in graph if p in bears}


def _totals(graph: nx.MultiDiGraph, source: str) -> dict[str, int]:
    claims = claims_of(graph, source)
    return {
        "of_claims": len(claims),
        "of_stances": len(_sides(graph, source)),
        "of_theses": sum(graph.nodes[c]["thesis"] for c in claims),
    }


def _row(graph: nx.MultiDiGraph, node: str, step: int, because: str) -> dict[str, object]:
    d = graph.nodes[node]
    return {"node": node, "kind": "claim", "because": because, "step": step} | {
        k: d[k] for k in ("source", "label", "thesis", "text")
    }


def _stance_row(graph: nx.MultiDiGraph, source: str, proposition: str, step: int, because: str) -> dict[str, object]:
    side = "affirms" if _sides(graph, source)[proposition] > 0 else "rejects"
    row = {
        "node": f"{source} on {proposition}",
        "source": source,
        "label": graph.nodes[claims_of(graph, source)[0]]["label"],
        "kind": "stance",
    }
    return row | {
        "thesis": False,
        "text": f"{side}: {graph.nodes[proposition]['text']}",
        "because": because,
        "step": step,
    }


def load_in_words(table: pd.DataFrame) -> str:
    """Which theses hang on a single claim, and how many of each author's own claims carry another, with n.  `table`: as `load_bearing`."""
    own = table[table.voice == "own"]
    if own.empty:
        return "No claims in an author's own voice are coded, so none carries another."
    lines = [f"- {r.label}: a thesis hangs on one claim alone: {r.text}" for r in own[own.theses > 0].itertuples()]
    if not lines:
        lines = [
            f"- {'No text' if table.thesis.any() else 'No thesis is coded, so no text'}'s thesis hangs on a single claim."
        ]
    for label, group in own.groupby("label", sort=False):
        lines.append(
            f"- {label}: of {len(group)} claims in the author's own voice {int((group.claims > 0).sum())} carry another wholly."
        )
    return "\n".join(lines)


def what_if_in_words(table: pd.DataFrame, graph: nx.MultiDiGraph, claim: str, grant: bool = False) -> str:
    """What falls, in whose argument, with n.  `table`: as `what_if`."""
    lead = f"{spoken(graph.nodes[claim]).rstrip('.')}: {'granted' if grant else 'taken away'}"
    more = table[table.node != claim]
    bare = _bare_in_question(graph, claim) if grant else 0
    not_counted = f" Not counted: {counted(bare, 'stance')} on the other side on which no claim in the author's own voice bears." if bare else ""  # fmt: skip
    if more.empty:
        leans = not grant and any(r == "supports" for *_, r in graph.out_edges(claim, data="relation"))
        return f"{lead}, it takes nothing with it{': all that rests on it has other reasons too' if leans else ''}.{not_counted}"
    lines = [f"{lead}.{not_counted}"]
    for because, group in more.groupby("because", sort=False):
        shown = group.head(MOST_LISTED)
        said = [
            spoken(graph.nodes[r.node]) + (" (thesis)" if r.thesis else "")
            for r in shown[shown.kind == "claim"].itertuples()
        ]
        said += [
            _stances_in_words(text, list(some.label))
            for text, some in shown[shown.kind == "stance"].groupby("text", sort=False)
        ]
        said += [f"and {len(group) - MOST_LISTED} more (named: {NEAREST_FIRST})"] * (len(group) > MOST_LISTED)
        lines.append(f"- {_BECAUSE[because]} (n = {len(group)}): {'; '.join(said)}")
    return "\n".join(lines)


def _bare_in_question(graph: nx.MultiDiGraph, claim: str) -> int:
    """How many stances of other sources stand on the other side of what a claim bears on, without a claim of their own."""
    own, sides = graph.nodes[claim]["source"], graph.graph.get("sides", {})
    against = {p: -1 if r == "affirms" else 1 for _, p, r in graph.out_edges(claim, data="relation") if r in ("affirms", "rejects")}  # fmt: skip
    others = {s for s, _ in sides} - {own}
    return sum(sides[s, p] == against.get(p) for s, p in without_claims(graph, others))


def _stances_in_words(text: str, labels: list[str]) -> str:
    """A stance with whose it is: “Ash 2001 affirms: …”; one that several take is said once: “Ash 2001, Birch 2005 affirm: …”."""
    return f"{', '.join(labels)} {text if len(labels) == 1 else text.replace('s:', ':', 1)}"


_BECAUSE = {
    "attacked by what is granted": "Views it is given against, which fall",
    "put in question by what is granted": "Stances put in question",
    "lost its last support": "Claims that lose their last support",
    "lost its last claim": "Stances that lose their last claim",
}


def clash_in_words(table: pd.DataFrame, label_a: str, label_b: str, more: int = 0) -> str:
    """How often the one answers the other's reasons and how often it only denies the conclusion, with n.

    `more`: as `clashes_without_claims`.
    """
    if table.empty:
        by_claims = f" by claims of both; of {more} they do where one or both have no claim" if more else ""
        return f"{label_a} and {label_b} stand on opposite sides of no proposition{by_claims}."
    lines = []
    for x, own, other in (("a", label_a, label_b), ("b", label_b, label_a)):
        counts = table[f"answer_{x}"].value_counts()
        parts = [f"{words} {counts[kind]}" for kind, words in _ANSWERS.items() if kind in counts]
        lines.append(
            f"- {own}, of {counted(len(table), 'proposition')} on which {other} stands on the other side{' and claims of both bear' if more else ''}: {', '.join(parts)}."
        )
    if more:
        lines.append(
            f"Not looked at: {counted(more, 'more proposition')} on which the two stand on opposite sides, one or both without a claim."
        )
    return "\n".join(lines)


def clash_claims(table: pd.DataFrame, graph: nx.MultiDiGraph) -> pd.DataFrame:
    """The claims of both under each proposition on which they clash: `proposition, side, claim`.  `table`: as `clash`."""
    rows = [
        (r.text, next(iter(graph[c][r.proposition])), spoken(graph.nodes[c]))
        for r in table.itertuples()
        for c in (*r.claims_a, *r.claims_b)
    ]
    return pd.DataFrame(rows, columns=["proposition", "side", "claim"])


def clash_reasons(table: pd.DataFrame, graph: nx.MultiDiGraph, label_a: str, label_b: str) -> pd.DataFrame:
    """The reasons that are disputed or granted: a row each, `proposition` (on which they clash), `who`, `does`, `reason`.  `table`: as `clash`."""
    rows = [
        (r.text, who, does, graph.nodes[q]["text"])
        for r in table.itertuples()
        for x, who in (("a", label_a), ("b", label_b))
        for does, found in (("disputes", getattr(r, f"answered_{x}")), ("grants", getattr(r, f"granted_{x}")))
        for q in found
    ]
    return pd.DataFrame(rows, columns=["proposition", "who", "does", "reason"])


_ANSWERS = {
    "answers": "disputes a reason of the other's on",
    "grants": "grants a reason and yet denies the conclusion on",
    "weighs": "only weighs a reason of the other's on",
    "only denies": "only denies (takes no side on any of the other's reasons) on",
    "no reason coded": "meets no reason, since none is coded, on",
}
