"""The students of a class → coders of the debate, to be explored beside its own."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.classroom.names import names
from analysis.debate import Debate, debate_with
from analysis.sheets.classes import load_class


def with_class(debate: Debate, folder: str | Path, anonymous: bool = True) -> Debate:
    """The debate with the students of a class among its coders, in name and label as they are called; ValueError if there are none.

    What is wrong with their files is left out without a word here: `stancebook class` prints it.
    """
    there = load_class(debate, folder).debate
    students = {n: c for n, c in there.coders.items() if n not in debate.coders}
    if not students:
        raise ValueError(
            f"there are no codings of students in {folder}; read their sheets first: stancebook sheet read"
        )
    called = names({n: c.label for n, c in students.items()}, folder, anonymous)
    ids = {n: re.sub(r"[^a-z0-9]+", "-", called[n].lower()).strip("-") if anonymous else n for n in students}
    codings = {(ids[n], s): c for (n, s), c in there.codings.items() if n in students}
    return debate_with(
        debate, codings, {ids[n]: c.model_copy(update={"label": called[n]}) for n, c in students.items()}
    )
