"""Who read what: the codings of a class as one table, in which students go by what they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import tables
from analysis.debate import Debate
from analysis.schemas import Scale

SILENT = 1000.0  # as a place: from any value further than two values can be from each other, so that it parts from all of them
CELL = ["source", "proposition"]
ABOUT = ["source", "label", "proposition", "text"]


def readings(debate: Debate, names: Mapping[str, str], labels: Mapping[str, str]) -> pd.DataFrame:
    """One row for every student × source × proposition: as `tables.stances`, with `student` in place of the coder, and with

    - `place`: the value, `SILENT` for a silence, missing where uncoded;
    - `start`, `end`: the first and last words of the passage that a stance rests on.

    `names`: folder → what the student is called, as from `names`; `labels`: folder → label.  Where a reason names a student by label
    or folder, that is replaced by what the student is called.
    """
    table = tables.readings(debate, tuple(names))
    claims = pd.concat([tables.claims(debate, c) for c in names] or [tables.claims(debate, "")])
    table["claim"] = pd.Series([c[0] if c else None for c in table.claims], index=table.index, dtype="object")
    table = table.merge(
        claims[["source", "coder", "claim", "start", "end"]], on=["source", "coder", "claim"], how="left"
    )
    table = placed(table)
    table["student"] = table.coder.map(dict(names)).astype("str")
    spoken = {word.casefold(): called for coder, called in names.items() for word in (labels[coder], coder)}
    for column in ("why", "qualification"):
        table[column] = [_unnamed(words, spoken) if isinstance(words, str) else None for words in table[column]]
    return table.drop(columns=["coder", "claims", "claim"])


def placed(stances: pd.DataFrame) -> pd.DataFrame:
    """The stances with `place`: the value as a number, `SILENT` for a silence, missing where uncoded."""
    values = stances.value.astype("float64")
    return stances.assign(place=values.mask(stances.status == "silence", SILENT))


def _unnamed(words: str, spoken: dict[str, str]) -> str:
    """The words with what students are called in place of their labels and folders."""
    longest_first = "|".join(map(re.escape, sorted(spoken, key=len, reverse=True)))
    pattern = rf"(?<!\w)(?:{longest_first})(?!\w)"
    return re.sub(pattern, lambda found: spoken.get(found[0].casefold(), "a student"), words, flags=re.IGNORECASE)


def asked(
    readings: pd.DataFrame, sources: Sequence[str] = (), questions: Sequence[str] = (), core: bool = False
) -> pd.DataFrame:
    """The rows for what the students were asked, as `stancebook sheet make` puts it.

    Without `sources` each student was asked what they began; without `questions` and `core` every proposition that anybody
    coded.  A cell that somebody coded unasked is left out.
    """
    coded = readings[readings.place.notna()]
    if sources:
        kept = readings.source.isin(list(sources))
    else:
        begun = pd.MultiIndex.from_frame(coded[["student", "source"]])
        kept = pd.Series(pd.MultiIndex.from_frame(readings[["student", "source"]]).isin(begun), index=readings.index)
    if questions:
        kept &= readings.question.isin(list(questions))
    if core:
        kept &= readings.core
    if not questions and not core:
        kept &= readings.proposition.isin(coded.proposition)
    return readings[kept].reset_index(drop=True)


def tallies(readings: pd.DataFrame) -> pd.DataFrame:
    """How many students read a cell how: `source, label, proposition, text, place, count, n`, a row for each reading that occurs.

    `n`: students who coded the cell; one that nobody coded has a row with no place and n = 0.
    """
    counts = readings.groupby([*ABOUT, "place"], sort=False, dropna=False).size().rename("count").reset_index()
    counts["n"] = counts["count"].where(counts.place.notna(), 0).groupby([counts[c] for c in CELL]).transform("sum")
    counts = counts[counts.place.notna() | (counts.n == 0)]
    order = {cell: i for i, cell in enumerate(readings.groupby(CELL, sort=False).groups)}
    rank = [order[cell] for cell in zip(counts.source, counts.proposition, strict=True)]
    return counts.assign(rank=rank).sort_values(["rank", "place"]).drop(columns="rank").reset_index(drop=True)


def ratings(readings: pd.DataFrame, what: str = "value") -> pd.DataFrame:
    """The readings as `unit, coder, value`, for `agreement.alpha`, with `source` and `label` to group by.

    `what="value"`: the value, missing for silence; `what="speaks"`: 1 for a value, 0 for a silence, missing where uncoded.
    """
    silent = readings.place == SILENT
    value = (
        readings.place.mask(silent) if what == "value" else (~silent).astype("float64").where(readings.place.notna())
    )
    unit = readings.source + "/" + readings.proposition
    return pd.DataFrame({"unit": unit, "coder": readings.student, "value": value}).join(readings[["source", "label"]])


def matrix(readings: pd.DataFrame) -> pd.DataFrame:
    """The places as cells × students, in the order in which they first occur; missing where uncoded."""
    coded = readings[readings.place.notna()]
    wide = coded.pivot(index=CELL, columns="student", values="place")
    return wide.reindex(index=list(coded.groupby(CELL, sort=False).groups), columns=coded.student.unique())


def parting(one: np.ndarray, other: np.ndarray, scale: Scale) -> np.ndarray:
    """Whether two readings part: on opposite sides, half the scale or more apart, or one hears a stance where the other hears silence.

    False where either is missing.
    """
    lowest, highest, middle = scale.bounds
    heard = (one != SILENT) & (other != SILENT)
    opposite = heard & ((one - middle) * (other - middle) < 0)
    return opposite | (np.abs(one - other) >= (highest - lowest) / 2)


def common_reading(places: Sequence[float]) -> float:
    """What several readings amount to: the median of the values, `SILENT` if more than half are silences, missing if there are none."""
    given = np.asarray(places, dtype="float64")
    given = given[~np.isnan(given)]
    spoken = given[given != SILENT]
    if not len(given):
        return float("nan")
    return float(np.median(spoken)) if 2 * len(spoken) >= len(given) else SILENT


def in_sign(place: float, scale: Scale) -> str:
    """A reading as readers see it: +2, −1.5, silent; nothing if there is none."""
    if np.isnan(place):
        return ""
    if place == SILENT:
        return "silent"
    return scale.shown(place)


def credit(debate: Debate, students: int, anonymous: bool = True) -> str:
    """Who made the codings, for a caption; it names nobody."""
    who = f"{students} student{'' if students == 1 else 's'} of a class{', under pseudonyms' if anonymous else ''}"
    return f"Codings: {who}. Codebook {debate.codebook.version}."
