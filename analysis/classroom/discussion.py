"""Discussion: which cells are worth an hour?

Two readings *part* if they lie on opposite sides, half the scale or more apart, or if one hears a stance and the other silence.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from analysis.classroom.readings import ABOUT, CELL, SILENT, common_reading, in_sign, parting
from analysis.schemas import Scale

BETWEEN_STUDENTS = [*ABOUT, "n", "pairs", "pairs_part", "readings"]
AGAINST = [*ABOUT, "n", "students_part", "class", "reference"]
BETWEEN_TEXTS = ["proposition", "text", "n", "texts", "spread", "readings"]


def between_students(readings: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Every cell that two students coded, those on which most pairs of them part first.

    Columns: `source, label, proposition, text`; `n`: students who coded it; `pairs` of them; `pairs_part`: those whose readings part;
    `readings`: who reads how, in counts.  Of equals the codebook's first comes first.
    """
    rows = []
    for cell, some in _cells(readings):
        places = some.place.to_numpy()
        pairs = list(combinations(places, 2))
        if pairs:
            one, other = np.array(pairs).T
            part = int(parting(one, other, scale).sum())
            rows.append((*cell, len(places), len(pairs), part, _counted(places, scale)))
    return pd.DataFrame(rows, columns=BETWEEN_STUDENTS).sort_values(
        "pairs_part", ascending=False, kind="stable", ignore_index=True
    )


def against_reference(readings: pd.DataFrame, reference: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """Every cell that a student and the reference coded, those first from which most students part.

    `reference`: as `tables.stances` with `place`.  Columns: `source, label, proposition, text`; `n`: students; `students_part`: those whose
    reading parts from the reference's; `class`: their common reading; `reference`.
    """
    known = reference.dropna(subset="place").set_index(CELL).place
    rows = [
        (*cell, len(some), int(parting(some.place.to_numpy(), known[key], scale).sum()), in_sign(common_reading(some.place), scale), in_sign(known[key], scale))
        for cell, some in _cells(readings)
        if (key := (cell[0], cell[2])) in known.index
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=AGAINST).sort_values(
        "students_part", ascending=False, kind="stable", ignore_index=True
    )


def between_texts(readings: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The propositions to which, as the class reads them, two texts speak; those first on which these stand furthest apart.

    A text stands at the median of those students who hear it speak, if at least half do.  Columns: `proposition, text`; `n`:
    readings behind it; `texts`; `spread` in points; `readings`: where each text stands, with its n.
    """
    rows = []
    for (proposition, text), group in readings.dropna(subset="place").groupby(["proposition", "text"], sort=False):
        stands = {label: (common_reading(some.place), len(some)) for label, some in group.groupby("label", sort=False)}
        spoken = {label: at for label, at in stands.items() if at[0] != SILENT}
        if len(spoken) > 1:
            values = [value for value, _ in spoken.values()]
            said = ", ".join(f"{label} {in_sign(value, scale)} (n = {n})" for label, (value, n) in spoken.items())
            rows.append(
                (proposition, text, sum(n for _, n in spoken.values()), len(spoken), max(values) - min(values), said)
            )
    table = pd.DataFrame(rows, columns=BETWEEN_TEXTS)
    return table.sort_values(["spread", "n"], ascending=False, kind="stable", ignore_index=True)


def _cells(readings: pd.DataFrame) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    """The cells that somebody coded, with their readings."""
    return list(readings.dropna(subset="place").groupby(ABOUT, sort=False))


def _counted(places: np.ndarray, scale: Scale) -> str:
    found, counts = np.unique(places, return_counts=True)
    return ", ".join(f"{count} × {in_sign(place, scale)}" for place, count in zip(found, counts, strict=True))
