"""The folders of a class → what its students read, in the first round and, if there was one, in the second."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.classroom.names import names
from analysis.classroom.readings import readings
from analysis.counts import counted
from analysis.debate import Debate
from analysis.reading import Problem
from analysis.sheets.classes import load_class


class Rounds(NamedTuple):
    """The readings of both rounds, as from `readings`, and what is wrong with files that were left out, which names students."""

    first: pd.DataFrame
    second: pd.DataFrame
    problems: list[Problem]

    @property
    def students(self) -> list[str]:
        """Those who have a folder in the first round."""
        return list(self.first.student.unique())

    def left_out_in_words(self) -> str:
        """How many problems there are; what and where is not said, since that would name students."""
        if not self.problems:
            return "No file of the class was left out."
        some = counted(len(self.problems), "problem")
        return f"{some} in the files of the class; what they concern is left out. `stancebook class` prints them."


def load_rounds(debate: Debate, folder: str | Path, second: str | Path = "", anonymous: bool = True) -> Rounds:
    """The rounds of a class; a folder that is not there, or not named, holds nobody.

    Students keep what they are called from one round to the other; pseudonyms are kept in `folder`.
    """
    loaded = [load_class(debate, f) if f and Path(f).is_dir() else None for f in (folder, second)]
    there = [c for c in loaded if c]
    labels = {n: c.label for one in there for n, c in one.debate.coders.items() if n not in debate.coders}
    called = names(labels, folder, anonymous)
    first, read_again = (readings(one.debate if one else debate, called, labels) for one in loaded)
    return Rounds(first, read_again, [p for one in there for p in one.problems])
