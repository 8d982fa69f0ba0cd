"""Revision: who moved between two rounds, and towards whom?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.classroom.readings import ABOUT, CELL, SILENT, common_reading, matrix

MOST = 6  # cells that are shown one by one
BEYOND = SILENT / 2  # points between a value and a silence: more than between two values, and the same for all
TARGETS = ("class", "partner", "reference")
CHANGES = ["student", "n", "moved", *(f"{way}_{t}" for t in TARGETS for way in ("to", "from"))]


def moves(
    first: pd.DataFrame,
    second: pd.DataFrame,
    companions: Mapping[str, Sequence[str]] | None = None,
    reference: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every cell that a student coded in both rounds: what it was, what it became, and whether that is nearer to somebody.

    Columns: `student, source, label, proposition, text`; `before`, `after`: places; `moved`; `why`: the reason in round two; and
    `class`, `partner`, `reference`: 1 if the student moved towards what these read in round one, −1 away from it, 0 if neither,
    missing if it is not known.  `class`: the common reading of the others; `partner`: that of `companions`, student → others;
    `reference`: as `tables.stances` with `place`.  Between silence and any value lies one step, longer than between two values.
    """
    keys = ["student", *CELL]
    later = second.dropna(subset="place")[[*keys, "place", "why"]].rename(columns={"place": "after"})
    table = first.dropna(subset="place")[["student", *ABOUT, "place"]].rename(columns={"place": "before"})
    table = table.merge(later, on=keys)
    table["moved"] = table.before != table.after
    wide = matrix(first)
    known = {} if reference is None else reference.set_index(CELL).place.to_dict()
    for target in TARGETS:
        table[target] = np.array(
            [_step(r, target, wide, companions or {}, known) for r in table.itertuples()], dtype="float64"
        )
    return table


def _step(
    row: Any,
    target: str,
    wide: pd.DataFrame,
    companions: Mapping[str, Sequence[str]],
    reference: dict[Any, float],
) -> float:
    student, cell = row.student, (row.source, row.proposition)
    if target == "reference":
        at = reference.get(cell, np.nan)
    else:
        who = companions.get(student, ()) if target == "partner" else wide.columns.drop(student)
        at = common_reading(wide.loc[cell, [s for s in who if s in wide.columns]])
    if np.isnan(at):
        return np.nan
    return float(np.sign(_distance(row.before, at) - _distance(row.after, at)))


def _distance(one: float, other: float) -> float:
    """In points; `SILENT` lies beyond every value."""
    return min(abs(one - other), BEYOND)


def changes(moves: pd.DataFrame) -> pd.DataFrame:
    """For each student `n` cells coded twice, how many `moved`, and how many of these towards and away from each target.

    Columns `to_class, from_class, …`; missing where the target is nowhere known.  Who moved most comes first.
    """
    rows = []
    for student, some in moves.groupby("student", sort=False):
        moved = some[some.moved]
        steps = [(moved[t] == way).sum() if some[t].notna().any() else pd.NA for t in TARGETS for way in (1, -1)]
        rows.append((student, len(some), len(moved), *steps))
    table = pd.DataFrame(rows, columns=CHANGES).astype(dict.fromkeys(CHANGES[1:], "Int64"))
    return table.sort_values("moved", ascending=False, kind="stable", ignore_index=True).dropna(
        axis="columns", how="all"
    )


def slopes(moves: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The cells that most students moved on, at most so many: `source, label, proposition, text, before, after, count, n, moved`.

    A row for each way that somebody went, or stayed, on the cell; `count` students went it, of `n` who coded the cell twice;
    `moved`: how many of them moved.
    """
    ways = moves.groupby([*CELL, "before", "after"]).size().rename("count").reset_index()
    return _most_moved(moves, most).merge(ways, on=CELL)[[*ABOUT, "before", "after", "count", "n", "moved"]]


def reasons_given(moves: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Who moved on the cells of `slopes`, cell by cell, and why: `label, text, student, before, after, why`."""
    moved = _most_moved(moves, most)[CELL].merge(moves[moves.moved], on=CELL)
    return moved[["label", "text", "student", "before", "after", "why"]]


def _most_moved(moves: pd.DataFrame, most: int) -> pd.DataFrame:
    cells = moves.groupby(ABOUT, sort=False).moved.agg(n="size", moved="sum").reset_index()
    return cells[cells.moved > 0].sort_values("moved", ascending=False, kind="stable").head(most)


def moves_in_words(moves: pd.DataFrame) -> str:
    """How many moved, how often, and towards whom, with n."""
    if moves.empty:
        return "Nobody coded the same cell in both rounds, so nobody can be said to have moved."
    moved = moves[moves.moved]
    lead = f"{moved.student.nunique()} of {moves.student.nunique()} students moved on {len(moved)} of {len(moves)} readings that they made twice."
    whom = {
        "class": "what the others read in round one",
        "partner": "what their partner read",
        "reference": "the reference",
    }
    lines = [
        f"- {int((known == 1).sum())} towards {whom[t]}, {int((known == -1).sum())} away from it, {int((known == 0).sum())} neither (n = {len(known)})."
        for t in TARGETS
        if len(known := moved[t].dropna())
    ]
    return "\n".join([lead, *lines])


def attendance_in_words(first: pd.DataFrame, second: pd.DataFrame) -> str:
    """Who coded in both rounds, who only in one, and how many readings were made in one round only."""
    if second.empty:
        return "There is no second round here: name its folder in `second`."
    one, two = ({*t.dropna(subset="place").student} for t in (first, second))
    keys = [{*t.dropna(subset="place")[["student", *CELL]].itertuples(index=False, name=None)} for t in (first, second)]
    both = one & two
    dropped, new = ([k for k in a - b if k[0] in both] for a, b in (keys, keys[::-1]))
    lines = [f"{len(both)} students coded in both rounds."]
    lines += [f"- Only in the first: {', '.join(_in_order(one - two))}."] if one - two else []
    lines += [f"- Only in the second: {', '.join(_in_order(two - one))}."] if two - one else []
    lines += (
        [f"- Of those in both, {len(dropped)} readings were given up and {len(new)} are new."] if dropped or new else []
    )
    return "\n".join(lines)


def _in_order(students: set[str]) -> list[str]:
    return sorted(students, key=lambda s: (len(s), s))
