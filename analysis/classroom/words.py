"""A table of a class, for readers."""

from __future__ import annotations

import pandas as pd

from analysis.classroom.readings import in_sign
from analysis.schemas import Scale

HEADS = {
    "student": "student", "label": "source", "text": "proposition", "n": "n", "pairs": "pairs of students", "pairs_part": "pairs that part",
    "students_part": "students who part from it", "class": "the class", "reference": "the reference", "texts": "texts", "spread": "points apart",
    "readings": "readings", "one": "one student", "other": "other student", "part": "cells on which they part", "begin": "begin with",
    "value": "value", "holder": "view of", "stances": "stances in all", "same": "cells alike", "otherwise": "of these, read otherwise by others", "same_words": "the same reason",
    "by_chance": "probability by chance", "moved": "moved", "to_class": "towards the others", "from_class": "away from them",
    "to_partner": "towards the partner", "from_partner": "away from the partner", "to_reference": "towards the reference",
    "from_reference": "away from the reference", "before": "round one", "after": "round two", "why": "the reason given",
}  # fmt: skip
PLACES = ("before", "after", "value")
NAMES = {"student", "one", "other"}
FORMS = {"by_chance": "{:.1e}", "spread": "{:g}"}


def in_words(table: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The columns of the table that a reader wants, headed in words, with readings as they are shown; ids and flags stay out."""
    shown = table[[c for c in table if c in HEADS]].copy()
    for column in PLACES:
        if column in shown:
            shown[column] = [in_sign(float(v), scale) for v in shown[column]]
    for column in NAMES & set(shown):
        shown[column] = [name.replace(" ", "\u00a0") for name in shown[column]]
    for column, form in FORMS.items():
        if column in shown:
            shown[column] = shown[column].map(form.format)
    return shown.rename(columns=HEADS)
