"""Habits: whose coding is unlike the others', or too much like one?

What is found here is a reason to talk with somebody, never a verdict: two who worked together look like one who copied.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.classroom.readings import ABOUT, CELL, SILENT, matrix

LEANINGS = ["student", "lean", "low", "high", "n", "speaks", "n_speaks", "outlying"]
LOOKALIKES = ["one", "other", "n", "same", "otherwise", "same_words", "by_chance", "striking"]
REPORTED = ["student", *ABOUT, "value", "holder", "stances"]
FENCE, LEAST = 3.5, 0.5  # of the modified z-score; in points
WORDS, REASONS = 4, 3  # a reason of so many words, so many of which two sheets have in common
RARE = 0.01  # as a probability over all pairs of the class


def leanings(readings: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """How far each student's values lie above those of the others on the same cells.

    Columns: `lean`: mean of value less the others' mean, in points, with `low` and `high`, 1.96 standard errors off; `n`: cells on which
    the student and somebody else hear a stance; `speaks`: the share of cells in which the student hears a stance less that of
    the others, over `n_speaks` cells; `outlying`: half a point or more from the median of the students, and with a modified z-score
    beyond 3.5 (B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993), among those with n ≥ `fewest`, if there are five.
    """
    wide = matrix(readings)
    values, heard = wide.mask(wide == SILENT), (wide != SILENT).astype("float64").where(wide.notna())
    rows = []
    for student in wide.columns:
        above = (values[student] - values.drop(columns=student).mean(axis=1)).dropna()
        more = (heard[student] - heard.drop(columns=student).mean(axis=1)).dropna()
        error = 1.96 * above.std() / np.sqrt(len(above)) if len(above) > 1 else np.nan
        rows.append(
            (
                student,
                above.mean(),
                above.mean() - error,
                above.mean() + error,
                len(above),
                more.mean(),
                len(more),
                False,
            )
        )
    table = pd.DataFrame(rows, columns=LEANINGS)
    enough = table[table.n >= max(fewest, 1)]
    if len(enough) >= 5:
        off = enough.lean - enough.lean.median()
        table.loc[enough.index, "outlying"] = (off.abs() >= LEAST) & (0.6745 * off.abs() > FENCE * off.abs().median())
    return table.sort_values("lean", ascending=False, kind="stable", ignore_index=True)


def lookalikes(readings: pd.DataFrame) -> pd.DataFrame:
    """Pairs of students who give three reasons or more in the same words, of four words at least.

    Columns: `n`: cells that both coded; `same`: those read alike; `otherwise`: of these, those that somebody else reads otherwise;
    `same_words`: cells with the same reason; `by_chance`: how probable so many cells alike are, if each reading came as often as
    among the others; `striking`: that, times the number of pairs in the class, is below 0.01.  A student who copies values and
    words the reasons anew is not found.
    """
    wide = matrix(readings)
    whys = readings.assign(why=readings.why.map(_plain)).pivot(index=CELL, columns="student", values="why")
    whys = whys.reindex(index=wide.index, columns=wide.columns)
    all_pairs = list(combinations(wide.columns, 2))
    rows = []
    for a, b in all_pairs:
        same_words = int(((whys[a] == whys[b]) & (whys[a] != "")).sum())
        if same_words >= REASONS:
            rest = wide.drop(columns=[a, b])
            one, other = wide[a], wide[b]
            same = one == other
            otherwise = same & (rest.notna() & rest.ne(one, axis=0)).any(axis=1)
            chance = max(_so_many_alike(one, other, rest), _so_many_alike(other, one, rest))
            counts = (int((one + other).notna().sum()), int(same.sum()), int(otherwise.sum()), same_words)
            rows.append((a, b, *counts, chance, chance * len(all_pairs) < RARE))
    return pd.DataFrame(rows, columns=LOOKALIKES).sort_values("by_chance", kind="stable", ignore_index=True)


def _plain(words: str | None) -> str:
    """A reason as bare words; nothing if it has fewer than four."""
    found = re.findall(r"\w+", words.casefold()) if isinstance(words, str) else []
    return " ".join(found) if len(found) >= WORDS else ""


def _so_many_alike(one: pd.Series, other: pd.Series, rest: pd.DataFrame) -> float:
    """The probability of as many cells alike, or more, if `other` were drawn cell by cell from the rest.

    The sum of unequal trials is built up one by one; each share is (k + 1) / (m + 2), since few others say little.
    """
    shared = (one + other).notna() & rest.notna().any(axis=1)
    alike = rest[shared].eq(one[shared], axis=0).sum(axis=1)
    sums = np.ones(1)
    for share in (alike + 1) / (rest[shared].notna().sum(axis=1) + 2):
        sums = np.convolve(sums, [1 - share, share])
    return float(sums[int((one == other)[shared].sum()) :].sum())


def reported_as_own(readings: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The stances for which a student gives a passage in which, by the reference, the author sets out somebody else's view.

    `claims`: as `tables.claims` of the reference.  Passages are held against each other by their first and last words: one that lies
    inside another is not found.  Columns: `student, source, label, proposition, text, value`; `holder` of the view;
    `stances`: the student's, in all.
    """
    spoken = readings[readings.status == "stance"]
    n = spoken.groupby("student").size()
    passages = {source: list(some.itertuples()) for source, some in claims.groupby("source")}
    rows = []
    for r in spoken.itertuples():
        there = [c for c in passages.get(r.source, []) if _one_passage(r, c)]
        if there and all(c.voice == "reported" for c in there):
            rows.append(
                (r.student, r.source, r.label, r.proposition, r.text, int(r.value), there[0].holder, n[r.student])
            )
    table = pd.DataFrame(rows, columns=REPORTED)
    count = table.groupby("student").student.transform("size")
    return (
        table.assign(count=count)
        .sort_values("count", ascending=False, kind="stable", ignore_index=True)
        .drop(columns="count")
    )


def _one_passage(one: Any, other: Any) -> bool:
    """Whether two passages begin or end with the same words, as far as the shorter copy of these goes."""
    (start_a, end_a), (start_b, end_b) = ((_words(p, "start"), _words(p, "end")) for p in (one, other))
    begin, close = min(len(start_a), len(start_b)), min(len(end_a), len(end_b))
    return (begin > 2 and start_a[:begin] == start_b[:begin]) or (close > 2 and end_a[-close:] == end_b[-close:])


def _words(passage: Any, edge: str) -> list[str]:
    words = getattr(passage, edge)
    return re.findall(r"\w+", words.casefold()) if isinstance(words, str) else []


def habits_in_words(leanings: pd.DataFrame, lookalikes: pd.DataFrame, reported: pd.DataFrame | None = None) -> str:
    """What stands out, cautiously and with n.  `reported`: as from `reported_as_own`, if the reference may be shown."""
    lines = [
        f"- {r.student} lies {_points(round(r.lean, 1))} points from the others on the same cells (n = {r.n}), further than the class's spread would have it."
        for r in leanings[leanings.outlying].itertuples()
    ]
    lines += [_alike(r) for r in lookalikes[lookalikes.striking].itertuples()]
    if reported is not None:
        lines += [
            f"- {name}: {len(some)} of {some.stances.iloc[0]} stances rest on a passage that, by the reference, reports somebody else's view."
            for name, some in reported.groupby("student", sort=False)
        ]
    return "\n".join(lines) or f"Nothing stands out (n = {len(leanings)} students)."


def _points(distance: float) -> str:
    return f"{distance:+g}".replace("-", "−")


def _alike(row: Any) -> str:
    cells = f"all {row.n} cells" if row.same == row.n else f"{row.same} of {row.n} cells"
    return (
        f"- The sheets of {row.one} and {row.other} agree in {cells}, also in {row.otherwise} where others differ, "
        f"and give the same words as reason in {row.same_words}. They may have worked together; ask."
    )
