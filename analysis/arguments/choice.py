"""What is mapped where nobody says: the quarrel of the two texts that disagree most, the claim that carries most, the one that puts most in question.

Each is the first row of a table in which equals stand in the order of the debate, so that the same codings give the same choice; the
sentence on it says from how many it was chosen, and how many others would have served as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.arguments.graph import claims_of, known, without_claims
from analysis.arguments.reasons import clashes_without_claims, consequences, put_in_question
from analysis.counts import counted

if TYPE_CHECKING:
    import networkx as nx

QUARRELS = ["source_a", "source_b", "question", "question_label", "opposed", "points", "both", "here", "alike", "of"]
CHALLENGES = ["claim", "source", "label", "text", "questioned", "texts", "falls"]
CARRIED = ["theses", "claims", "leaning_theses", "leaning", "stances"]  # the order of `load_bearing`
RULE = "that with most points of the scale between the two is shown, of equals "
NO_CLAIMS = "no claims are coded: that takes “claims” in the files of codings"


def quarrels(graph: nx.MultiDiGraph, question: str = "", sources: Collection[str] = ()) -> pd.DataFrame:
    """The pairs of sources that stand on opposite sides of a proposition, those that do so most often first, and on which question.

    Only stances count on which a claim in the author's own voice bears, so that the quarrel can be drawn.  Columns: `opposed`: the propositions on
    whose opposite sides the two stand; `points`: how far apart they are on these, in points of the scale, summed; `both`: the propositions on
    which both take a side; `question`, `question_label`: that with most of `opposed`, `here`: how many, and `alike`: on how many other questions there
    are as many; `of`: the pairs that both take a side on one proposition at least.  Of equals those more points apart come first, then those first in
    the debate.  `question` (unless it is "thesis") and `sources` narrow the choice; ValueError for a question that the graph does not have.
    """
    labels = _asked(graph, question)
    texts = [
        s for s in dict.fromkeys(graph.nodes[c]["source"] for c in claims_of(graph)) if not sources or s in sources
    ]
    taken = {s: _sides_taken(graph, s, labels) for s in texts}
    rows, of = [], 0
    for a, b in combinations(texts, 2):
        both = taken[a].keys() & taken[b].keys()
        of += bool(both)
        sides = {p: (taken[a][p], taken[b][p]) for p in both}
        apart = {p: abs(x.value - y.value) for p, (x, y) in sides.items() if x.relation != y.relation}
        if apart:
            on = {q: [n for p, n in apart.items() if graph.nodes[p]["question"] == q] for q in labels}
            most = max(on, key=lambda q: (len(on[q]), sum(on[q])))
            alike = sum(len(found) == len(on[most]) for found in on.values()) - 1
            rows.append((a, b, most, labels[most], len(apart), sum(apart.values()), len(both), len(on[most]), alike))
    table = pd.DataFrame(rows, columns=QUARRELS[:-1]).assign(of=of)
    return table.sort_values(["opposed", "points"], ascending=False, kind="stable", ignore_index=True)


def quarrel_chosen(table: pd.DataFrame, question: str = "") -> tuple[str, list[str]]:
    """The question and the two sources of the first quarrel, or ("", []) if there is none; `question` stays if it is given.  `table`: as `quarrels`."""
    if table.empty:
        return "", []
    first = table.iloc[0]
    return question or first.question, [first.source_a, first.source_b]


def challenges(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """For each claim in the author's own voice what granting it would put in question, those that do so most first.

    Columns: `questioned`: the stances of other sources on the other side of a proposition on which it bears, and of how many `texts`; `falls`: the
    claims that it attacks, and those that lose their last support with these.  See `what_if`.  Of equals the first in the debate comes first.
    """
    rows = []
    for claim in claims_of(graph):
        d = graph.nodes[claim]
        if d["voice"] != "own":
            continue
        questioned = put_in_question(graph, claim)
        attacked = {b for _, b, relation in graph.out_edges(claim, data="relation") if relation == "attacks"}
        falls = attacked | consequences(graph, attacked, safe={claim}).keys()
        texts = {source for source, _ in questioned}
        rows.append((claim, d["source"], d["label"], d["text"], len(questioned), len(texts), len(falls)))
    table = pd.DataFrame(rows, columns=CHALLENGES)
    return table.sort_values(["questioned", "falls"], ascending=False, kind="stable", ignore_index=True)


def carrying_most(load: pd.DataFrame) -> str:
    """The claim that carries most of those in an author's own voice that are no thesis; "" if none carries a claim or a stance.

    `load`: as `load_bearing`, whose order decides.
    """
    ranked = _ranked(load)
    return "" if ranked.empty or not ranked[CARRIED].iloc[0].any() else str(ranked.claim.iloc[0])


def challenging_most(table: pd.DataFrame) -> str:
    """The claim that puts most in question if it is granted; "" if none puts anything.  `table`: as `challenges`."""
    return "" if table.empty or not table[["questioned", "falls"]].iloc[0].any() else str(table.claim.iloc[0])


def quarrel_in_words(
    table: pd.DataFrame,
    graph: nx.MultiDiGraph,
    labels: Mapping[str, str],
    question: str = "",
    sources: Collection[str] = (),
) -> str:
    """Which two texts disagree most, from how many it was seen, or why there are none.

    `table`: as `quarrels` of the same question and sources; `labels`: source → label.
    """
    asked, some = _asked(graph, question), {s: labels[s] for s in sources or labels}
    on = f" on the question “{asked[question]}”" if question in asked else ""
    if table.empty:
        return f"No map of a quarrel{' of the texts named' if sources else ''}{on}, since {_no_quarrel(graph, some, asked)}.{_left_out(graph, some)}"
    first = table.iloc[0]
    two = f"two of the {len(sources)} texts named" if sources else "two texts"
    lead = f"only {two}" if first.of == 1 else f"{two} that disagree most{on}, of {first.of:,} pairs"
    names = f"{labels[first.source_a]} and {labels[first.source_b]}"
    sides = f"on opposite sides of {first.opposed} of the {counted(first.both, 'proposition')}{on} on which both do"
    here = f", {'all' if first.here == first.opposed else first.here} of these on the question “{first.question_label}”"
    said = f"Chosen as the {lead} that take a side on the same proposition by claims of their own: {names} stand {sides}{'' if question else here}."
    others = (table.opposed == first.opposed).sum() - 1
    ties = _also(others, "pair", RULE) + _also(0 if question else first.alike, "question", RULE)
    return said + ties + _left_out(graph, some, first)


def _left_out(graph: nx.MultiDiGraph, labels: Mapping[str, str], quarrel: Any = None) -> str:
    """How many stances could not be compared, since no claim bears on them, and what that leaves out of the quarrel; nothing if all have claims."""
    bare = len(without_claims(graph, labels))
    if not bare or not claims_of(graph):
        return ""
    every = sum(source in labels for source, _ in graph.graph["sides"])
    coded = sum(bool(claims_of(graph, source)) for source in labels)
    said = f" Left out: {bare:,} of {counted(every, 'stance')} that take a side, on which no claim in the author's own voice bears; claims are coded of {coded} of {counted(len(labels), 'text')}."
    more = 0 if quarrel is None else clashes_without_claims(graph, quarrel.source_a, quarrel.source_b)
    return said + (
        f" With these the two stand on opposite sides of {counted(more, 'more proposition')}." if more else ""
    )


def carrying_in_words(load: pd.DataFrame) -> str:
    """Which claim carries most, from how many it was seen, or why there is none.  `load`: as `load_bearing`."""
    if not carrying_most(load):
        why = NO_CLAIMS if load.empty else "none in an author's own voice, the theses left out, carries a claim or a stance: that takes “supports” between claims, or a stance that rests on one"  # fmt: skip
        return f"No claim is taken away here, since {why}."
    ranked = _ranked(load)
    first = ranked.iloc[0]
    falls = [_claims(first.claims, first.theses)] * bool(first.claims) + [counted(first.stances, "stance")] * bool(first.stances)  # fmt: skip
    leaning = f", and it is a reason for {_claims(first.leaning, first.leaning_theses)}" if first.leaning else ""
    said = (
        f"Chosen as the claim that carries most, of {len(ranked):,} in an author's own voice that are no thesis: {' and '.join(falls) or 'nothing'} would "
        f"fall with it{leaning}. Theses that fall count first, then claims that fall, then what it is a reason for, then stances."
    )
    return said + _also((ranked[CARRIED] == first[CARRIED]).all(axis=1).sum() - 1, "claim")


def _claims(number: int, theses: int) -> str:
    return counted(number, "claim") + (f" (stating the main thesis: {theses})" if theses else "")


def challenging_in_words(table: pd.DataFrame, graph: nx.MultiDiGraph, labels: Mapping[str, str]) -> str:
    """Which claim puts most in question if it is granted, from how many it was seen, or why there is none.

    `table`: as `challenges` of the graph; `labels`: source → label.
    """
    if not challenging_most(table):
        why = NO_CLAIMS if table.empty else "none in an author's own voice speaks against another: that takes two texts whose claims stand on opposite sides of a proposition, or “attacks” between claims"  # fmt: skip
        return f"No claim is granted here, since {why}.{_left_out(graph, labels)}"
    first = table.iloc[0]
    put = [f"it speaks against {counted(first.questioned, 'stance')} of {counted(first.texts, 'other text')}"] * bool(first.questioned)  # fmt: skip
    put += [f"{counted(first.falls, 'claim')} would fall"] * bool(first.falls)
    said = f"Chosen as the claim that puts most in question, of {len(table):,} in an author's own voice: {', and '.join(put)}."
    equal = (table.questioned == first.questioned) & (table.falls == first.falls)
    return said + _also(equal.sum() - 1, "claim") + _left_out(graph, labels)


class _Side(NamedTuple):
    relation: str
    value: int


def _asked(graph: nx.MultiDiGraph, question: str) -> dict[str, str]:
    """The questions that are looked at, with their labels: that one, or all."""
    labels = {d["question"]: d["question_label"] for _, d in graph.nodes(data=True) if d["kind"] == "proposition"}
    if question in ("", "thesis"):
        return labels
    known(question, set(labels), "question")
    return {question: labels[question]}


def _sides_taken(graph: nx.MultiDiGraph, source: str, asked: Collection[str]) -> dict[str, _Side]:
    """Each proposition of these questions on which claims of a source bear, with the side it takes and its value."""
    edges = (e for c in claims_of(graph, source) for e in graph.out_edges(c, data=True))
    return {
        p: _Side(d["relation"], d["value"]) for _, p, d in edges if "value" in d and graph.nodes[p]["question"] in asked
    }


def _ranked(load: pd.DataFrame) -> pd.DataFrame:
    return load[(load.voice == "own") & ~load.thesis.astype(bool)]


def _also(others: int, noun: str, rule: str = "") -> str:
    """How many others would have served as well, and which of them is shown; nothing if none would."""
    if not others:
        return ""
    return f" {counted(others, f'other {noun}')} would do as well; {rule}the first in the debate{'' if rule else ' is shown'}."


def _no_quarrel(graph: nx.MultiDiGraph, labels: Mapping[str, str], asked: Collection[str]) -> str:
    """What is missing for two of these texts to disagree on these questions."""
    if not claims_of(graph):
        return NO_CLAIMS
    if len(labels) < 2:
        return "it takes two texts"
    sided = [label for source, label in labels.items() if _sides_taken(graph, source, asked)]
    if len(sided) < 2:
        who = f"{sided[0]} alone" if sided else "no text"
        return f"{who} takes a side on a proposition by a claim of its own: that takes two texts with “claims” in the files of codings"
    return f"no two of the {len(sided)} texts that take a side by a claim of their own do so on opposite sides of a proposition"
