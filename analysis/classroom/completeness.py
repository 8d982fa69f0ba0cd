"""Completeness: who coded how much of what was asked?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def completeness(asked: pd.DataFrame) -> pd.DataFrame:
    """One row a student × source: `student, source, label, asked, coded, stances, silences, left`, those with most left undone first.

    `asked`: as from `asked`.  Counts are of propositions; `left`: what the student left undone of all sources.
    """
    table = asked.assign(
        coded=asked.place.notna(), stances=asked.status == "stance", silences=asked.status == "silence", asked=1
    )
    counts = table.groupby(["student", "source", "label"], sort=False)[["asked", "coded", "stances", "silences"]].sum()
    counts = counts.reset_index()
    counts["left"] = (counts.asked - counts.coded).groupby(counts.student).transform("sum")
    return counts.sort_values("left", ascending=False, kind="stable", ignore_index=True)


def completeness_in_words(table: pd.DataFrame, students: Sequence[str]) -> str:
    """Who is done, with the numbers behind it, or why there is nothing to say.  `table`: as from `completeness`."""
    if not students:
        return "There are no codings of students here: read the sheets first (stancebook sheet read), or name another folder."
    whole = table.groupby("student", sort=False)[["asked", "coded"]].sum()
    undone = whole[whole.coded < whole.asked].sort_values("coded", kind="stable")
    idle = [s for s in students if s not in whole.index]
    done = f"{len(whole) - len(undone)} of {len(students)} students coded all that was asked of them"
    lines = [f"{done} (n = {int(whole.coded.sum())} of {int(whole.asked.sum())} cells)."]
    lines += [f"- {r.Index}: {r.coded} of {r.asked}." for r in undone.itertuples()]
    lines += [f"- Began nothing: {', '.join(idle)}."] if idle else []
    per_text = table.groupby("label", sort=False).coded.sum()
    lines += [f"- Nobody coded {label}." for label in per_text[per_text == 0].index]
    return "\n".join(lines)
