"""Partners: who should talk with whom?"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd

from analysis.classroom.readings import ABOUT, CELL, SILENT, matrix, parting
from analysis.schemas import Scale

PAIRS = ["one", "other", "n", "part", "share", "source", "proposition"]
PARTNERS = ["one", "other", "n", "part", "share", "begin"]


def pairs(readings: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Every pair of students: on how many of the cells that both coded do their readings part?

    Columns: `one, other`; `n`: cells that both coded; `part`: those on which they part; `share`: part / n, missing if n = 0;
    `source, proposition`: the cell to begin with, on which two values lie furthest apart or, if none part, one hears silence.
    """
    wide = matrix(readings)
    rows = []
    for a, b in combinations(wide.columns, 2):
        one, other = wide[a].to_numpy(), wide[b].to_numpy()
        n, part = int((~np.isnan(one - other)).sum()), parting(one, other, scale)
        far = np.abs(one - other)
        # a silence is no distance: values that part come first
        far = np.where(part, np.where(far >= SILENT / 2, 0.5, far), 0)
        begin = wide.index[int(far.argmax())] if part.any() else (None, None)
        rows.append((a, b, n, int(part.sum()), part.sum() / n if n else np.nan, *begin))
    return pd.DataFrame(rows, columns=PAIRS)


def partners(pairs: pd.DataFrame, readings: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """For everyone one partner: as many pairs as there can be, and among those such that most is in dispute.

    `pairs`: as from `pairs`; those who share fewer than `fewest` cells are not put together.  The matching has the largest sum of
    shares (J. Edmonds, Paths, trees, and flowers, Canadian Journal of Mathematics 17, 1965).  Who is left over joins the two with
    whom they part most, in a row of their own.  Columns: `one, other, n, part, share`, and `begin`, the cell to begin with, in words.
    """
    enough = pairs[pairs.n >= max(fewest, 1)]
    graph = nx.Graph()
    graph.add_weighted_edges_from((r.one, r.other, round(10_000 * r.share)) for r in enough.itertuples())
    matched = {frozenset(pair) for pair in nx.max_weight_matching(graph, maxcardinality=True)}
    chosen = [frozenset(p) in matched for p in zip(enough.one, enough.other, strict=True)]
    kept = enough[np.array(chosen, dtype=bool)]
    paired = {*kept.one, *kept.other}
    joined = [_joining(s, enough, paired) for s in dict.fromkeys([*enough.one, *enough.other]) if s not in paired]
    table = pd.concat([kept.sort_values(["share", "n"], ascending=False, kind="stable"), *joined], ignore_index=True)
    words = readings[ABOUT].drop_duplicates().set_index(CELL)
    table["begin"] = [
        f"{words.label[cell]}: {words.text[cell]}" if (cell := (r.source, r.proposition)) in words.index else ""
        for r in table.itertuples()
    ]
    return table[PARTNERS]


def _joining(student: str, pairs: pd.DataFrame, paired: set[str]) -> pd.DataFrame:
    """The row of the pair, of those with somebody who has a partner, on which this student parts most."""
    own = pairs[
        ((pairs.one == student) & pairs.other.isin(paired)) | ((pairs.other == student) & pairs.one.isin(paired))
    ]
    return own.sort_values(["share", "n"], ascending=False, kind="stable").head(1)


def companions(partners: pd.DataFrame) -> dict[str, list[str]]:
    """Student → those to talk with."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in partners.itertuples():
        found[row.one].append(row.other)
        found[row.other].append(row.one)
    return found


def partners_in_words(partners: pd.DataFrame, readings: pd.DataFrame, fewest: int) -> str:
    """How the pairs were made, and who has none and why."""
    students = readings.dropna(subset="place").student.unique()
    if len(students) < 2:
        return f"It takes two students to talk; {len(students)} coded something."
    alone = [s for s in students if s not in companions(partners)]
    whole = partners[partners.part == 0]
    lines = [f"{len(students)} students, {len(partners)} pairs that share {fewest} cells or more."]
    lines += [f"- Without a partner, for want of {fewest} shared cells: {', '.join(alone)}."] if alone else []
    lines += [f"- {r.one} and {r.other} part on none of {r.n} cells." for r in whole.itertuples()]
    return "\n".join(lines)
