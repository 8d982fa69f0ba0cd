"""Robustness: does a headline survive other readings of the same texts?

A headline is a statement that is true or false of a table of stances, such as "these two are the closest pair".  It is put to
alternatives: tables in which something is read differently or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from analysis.agreement.cells import (
    SCALE,
    Scale,
    at_least_one,
    codes,
    complaint,
    middle_of,
    numbers,
    required,
    sign,
    values,
)
from analysis.agreement.pairs import closeness, pairs_of

Headline = Callable[[pd.DataFrame], "bool | None"]
ROBUSTNESS = ["headline", "alternative", "n", "holds", "share", "not_applicable", "exhaustive", "fails_with"]
DOUBT: Mapping[int, float] = {1: 0.5, 2: 0.25, 3: 0.0}
CHUNK = 100
QUALIFIED, SILENT_AS, REDRAWN = "qualified values", "silence as ", "doubtful cells redrawn"


class _Reading:
    """One reading of a table, from which several headlines may take what they need."""

    def __init__(self, matrix: pd.DataFrame, scale: Scale):
        self.matrix, self.scale = matrix, scale

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        return closeness(self.matrix, self.scale)


@dataclass(frozen=True)
class ClosestPair:
    """No pair of sources that shares `fewest` propositions is closer than these two.

    It does not arise where one of the two is left out; it does not hold where they share too few.
    """

    source_a: str
    source_b: str
    fewest: int = 1
    scale: Scale = SCALE

    def named(self) -> tuple[str, ...]:
        return (self.source_a, self.source_b)

    def words(self, names: Mapping[str, str]) -> str:
        return f"no pair is closer than {_name(self.source_a, names)} and {_name(self.source_b, names)}"

    def __call__(self, stances: pd.DataFrame) -> bool | None:
        return self.of(_Reading(values(stances, self.scale), self.scale))

    def of(self, reading: _Reading) -> bool | None:
        return _is_extreme(self, reading, 1)


@dataclass(frozen=True)
class FurthestPair:
    """No pair of sources that shares `fewest` propositions is further apart than these two."""

    source_a: str
    source_b: str
    fewest: int = 1
    scale: Scale = SCALE

    def named(self) -> tuple[str, ...]:
        return (self.source_a, self.source_b)

    def words(self, names: Mapping[str, str]) -> str:
        return f"no pair is further apart than {_name(self.source_a, names)} and {_name(self.source_b, names)}"

    def __call__(self, stances: pd.DataFrame) -> bool | None:
        return self.of(_Reading(values(stances, self.scale), self.scale))

    def of(self, reading: _Reading) -> bool | None:
        return _is_extreme(self, reading, -1)


def _is_extreme(pair: ClosestPair | FurthestPair, reading: _Reading, side: int) -> bool | None:
    size = reading.matrix.shape[1]
    i, j = sorted(reading.matrix.columns.get_indexer([pair.source_a, pair.source_b]))
    if i < 0 or i == j:
        return None
    here = i * size - i * (i + 1) // 2 + j - i - 1  # pairs stand in the order of the columns: 0-1, 0-2, …, 1-2, …
    n, agreement = reading.pairs
    agreement = side * agreement
    ranked = n >= max(pair.fewest, 1)
    return bool(ranked[here] and agreement[here] >= agreement[ranked].max() - 1e-9)


@dataclass(frozen=True)
class MostDivided:
    """No proposition to which two sources speak has a wider spread than this one."""

    proposition: str
    scale: Scale = SCALE

    def named(self) -> tuple[str, ...]:
        return (self.proposition,)

    def words(self, names: Mapping[str, str]) -> str:
        return f"no proposition divides more than “{_name(self.proposition, names)}”"

    def __call__(self, stances: pd.DataFrame) -> bool | None:
        return self.of(_Reading(values(stances, self.scale), self.scale))

    def of(self, reading: _Reading) -> bool | None:
        row = reading.matrix.index.get_indexer([self.proposition])[0]
        if row < 0:
            return None
        given = reading.matrix.to_numpy()
        spread = np.fmax.reduce(given, axis=1) - np.fmin.reduce(given, axis=1)
        spread[np.count_nonzero(~np.isnan(given), axis=1) < 2] = np.nan
        return bool(spread[row] >= np.fmax.reduce(spread))


@dataclass(frozen=True)
class InOrder:
    """The sources stand in this order by the mean of their values, the highest first, over the given propositions or all.

    A source that is left out or has become silent is passed over; the order does not arise for fewer than two.
    """

    sources: tuple[str, ...]
    propositions: tuple[str, ...] = ()
    scale: Scale = SCALE

    def named(self) -> tuple[str, ...]:
        return (*self.sources, *self.propositions)

    def words(self, names: Mapping[str, str]) -> str:
        return "by mean value: " + ", ".join(_name(s, names) for s in self.sources)

    def __call__(self, stances: pd.DataFrame) -> bool | None:
        return self.of(_Reading(values(stances, self.scale), self.scale))

    def of(self, reading: _Reading) -> bool | None:
        matrix = reading.matrix
        if self.propositions:
            matrix = matrix[matrix.index.isin(self.propositions)]
        means = matrix.mean().reindex(list(self.sources)).dropna().to_numpy()
        return None if len(means) < 2 else bool((np.diff(means) <= 1e-9).all())


READY = (ClosestPair, FurthestPair, MostDivided, InOrder)


def _refuse_unknown(headline: Headline, matrix: pd.DataFrame) -> None:
    """Refuse what is no headline, or names a source or proposition that the table does not have."""
    if not callable(headline):
        raise TypeError(
            f"{headline!r} is no headline; give a function of a table of stances that says True, False or None"
        )
    if isinstance(headline, READY):
        unknown = [str(n) for n in headline.named() if n not in matrix.columns and n not in matrix.index]
        if unknown:
            raise ValueError(f"the headline names {', '.join(unknown)}, which the table does not have")


def _complete(stances: pd.DataFrame, matrix: pd.DataFrame) -> pd.DataFrame:
    """The columns that matter, numbers as float64, and a row for every source × proposition: what has none is silent.

    With a column `status`, what has none is uncoded.
    """
    columns = [
        c for c in ("source", "proposition", "value", "certainty", "status", "question", "kind", "core") if c in stances
    ]
    table = stances[columns].reset_index(drop=True)
    table["value"] = numbers(table["value"], [])
    keys = ["source", "proposition"]
    if len(table) < matrix.size:
        about = {
            c: table.dropna(subset=[c]).drop_duplicates("proposition").set_index("proposition")[c]
            for c in ("question", "kind", "core")
            if c in table
        }
        every = pd.MultiIndex.from_product([table[k].unique() for k in keys], names=keys)
        table = table.set_index(keys).reindex(every).reset_index()
        for column, entries in about.items():
            table[column] = table["proposition"].map(entries)
        if "status" in table:
            table["status"] = table["status"].astype("object").fillna("uncoded")
    # so that what is drawn for a cell does not depend on the order of rows
    order = np.lexsort([codes(table[k])[0] for k in reversed(keys)])
    return table.iloc[order].reset_index(drop=True)


def _name(key: str, names: Mapping[str, str]) -> str:
    return names.get(key, key)


def _said(headline: Headline, names: Mapping[str, str]) -> str:
    """The headline in words: its own, or the name of the function."""
    if isinstance(headline, READY):
        return headline.words(names)
    return str(getattr(headline, "__name__", headline))


def robustness(
    stances: pd.DataFrame,
    headlines: Headline | Sequence[Headline],
    readings: pd.DataFrame | None = None,
    scale: Scale = SCALE,
    limited: Collection[float] = (),
    draws: int = 1000,
    seed: int = 1917,
    doubt: Mapping[int, float] = DOUBT,
    names: Mapping[str, str] | None = None,
    jobs: int | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """For each headline and each kind of alternative, the share of alternatives in which the headline holds.

    `stances`: one coder; the column `certainty` is used if there, and each of `question`, `kind`, `core`.  A headline is any
    function of such a table that gives True, False, or None where it does not arise; ready ones: `ClosestPair`, `FurthestPair`,
    `MostDivided`, `InOrder`.  `readings`: tables of other coders, one below the other, with the column `coder`.

    The alternatives (a *qualified* value is one of `limited`, those that the codebook gives to stances with a limit):

    - as it is: the table itself, 1;
    - qualified values pulled out to the end of their side, pulled in to the middle: each alone, then all at once;
    - qualified values at random: each stays, is pulled out or in, by equal chances; `draws` times.  With no qualified value in the table they do not arise,
      and one row, “qualified values”, says so with n = 0;
    - a source, a proposition, a question left out: each in turn;
    - doubtful cells redrawn: a value of certainty c moves one point up or down, at an end of the scale inwards, with probability `doubt[c]`; `draws` times.
      A value whose certainty is missing is taken for one of the lowest certainty, which is the cautious way, and the alternative then
      says how many there are: “doubtful cells redrawn, with 3 of unstated certainty”;
    - another coder's value: each cell a coder of `readings` reads differently; another coder throughout: each coder, for the cells
      that coder looked at; a coder left out, if there are three or more: the median of the others' values, silent where half of them or more are silent;
    - silence as 0, or as the middle where that is not 0: every silence set to it, which no one should do, to show what it would do; 1.

    All are tried of a kind that has no more than `draws`, else `draws` of them, drawn at random.

    `names`: id → what to call it in the columns `headline` and `fails_with`.

    Columns: `n` alternatives in which the headline arises, `holds` in how many of them, `share`, `not_applicable`: in how many it does
    not arise, `exhaustive`: all were tried, not a sample, `fails_with`: up to three that break it.  The same seed gives the same
    table, whatever `jobs` is.  Workers are joblib's: `jobs` processes, or what its `parallel_config` says (Dask, Ray) if None.
    """
    several = [headlines] if callable(headlines) else list(headlines)
    at_least_one(draws)
    matrix = values(stances, scale)
    for given in several:
        _refuse_unknown(given, matrix)
    table = _complete(stances, matrix)
    tried = _tried_all(
        table, several, _alternatives(table, readings, scale, limited, draws, seed, doubt, names or {}), jobs, progress
    )
    said = [_said(h, names or {}) for h in several]
    said = [s if said.count(s) == 1 else f"{s} ({i})" for i, s in enumerate(said, 1)]
    rows: list[tuple[Any, ...]] = []
    unqualified = not tried["alternative"].str.startswith(QUALIFIED).any()
    for i, headline in enumerate(said):
        for kind, group in tried.groupby("alternative", sort=False):
            if unqualified and kind != "as it is" and rows[-1][:2] == (headline, "as it is"):
                rows.append((headline, QUALIFIED, 0, 0, np.nan, 0, True, ""))
            found = group[i].dropna().astype(bool)
            n, holds = len(found), int(found.sum())
            broken = "; ".join([w for w in group.loc[found.index[~found], "what"] if w][:3])
            rows.append(
                (
                    headline,
                    kind,
                    n,
                    holds,
                    holds / n if n else np.nan,
                    len(group) - n,
                    not group["sampled"].any(),
                    broken,
                )
            )
    return pd.DataFrame(rows, columns=ROBUSTNESS)


@dataclass(frozen=True)
class _Alternative:
    """Other values for the rows of the table, or the rows that are kept; `what` was changed, in words."""

    kind: str
    what: str = ""
    values: np.ndarray | None = None
    kept: np.ndarray | None = None
    sampled: bool = False


def _alternatives(
    table: pd.DataFrame,
    readings: pd.DataFrame | None,
    scale: Scale,
    limited: Collection[float],
    draws: int,
    seed: int,
    doubt: Mapping[int, float],
    names: Mapping[str, str],
) -> Iterator[_Alternative]:
    given = table["value"].to_numpy()
    yield _Alternative("as it is")
    yield from _qualified(table, given, scale, limited, draws, seed, names)
    for column, kind in (
        ("source", "a source left out"),
        ("proposition", "a proposition left out"),
        ("question", "a question left out"),
    ):
        if column in table:
            entries = table[column].dropna().unique()
            for entry in (chosen := _few(entries, draws, seed)):
                yield _Alternative(
                    kind,
                    str(_name(entry, names)),
                    kept=(table[column] != entry).to_numpy(),
                    sampled=len(chosen) < len(entries),
                )
    if "certainty" in table:
        chance = _chance_of_doubt(table["certainty"], doubt)
        kind = REDRAWN + (f", with {n} of unstated certainty" if (n := unstated(table)) else "")
        random = np.random.default_rng([seed, 2])
        for _ in range(draws if (chance[~np.isnan(given)] > 0).any() else 0):
            step = random.choice([-1, 1], len(given)) * (random.random(len(given)) < chance)
            # at an end of the scale there is one neighbour only
            inward = np.where((given + step > scale[1]) | (given + step < scale[0]), -step, step)
            yield _Alternative(kind, values=np.clip(given + inward, *scale[:2]), sampled=True)
    if readings is not None:
        yield from _other_readings(table, given, readings, scale, draws, seed, names)
    silent = (table["status"] == "silence").to_numpy() if "status" in table else np.isnan(given)
    yield _Alternative(
        SILENT_AS + ("the middle" if middle_of(scale) else "0"), values=np.where(silent, middle_of(scale), given)
    )


def _chance_of_doubt(certainty: pd.Series, doubt: Mapping[int, float]) -> np.ndarray:
    """The probability with which each cell is redrawn, without a certainty that of the lowest; ValueError for one that `doubt` does not know."""
    if not all(0 <= p <= 1 for p in doubt.values()):
        raise ValueError(f"doubt holds probabilities from 0 to 1; this is {dict(doubt)}")
    chance = certainty.map(doubt)
    if (odd := (certainty.notna() & ~certainty.isin([*doubt, *DOUBT])).to_numpy()).any():
        raise ValueError(
            complaint(
                "the certainty is unknown", certainty, odd, f"use one of: {', '.join(map(str, doubt))}, or pass `doubt`"
            )
        )
    lowest = doubt[min(doubt)] if doubt else 0
    return np.where(certainty.isna(), lowest, chance.astype("float64").fillna(0))


def unstated(stances: pd.DataFrame) -> int:
    """How many stances of a table do not state their certainty; 0 if it has no such column."""
    return int((stances["value"].notna() & stances["certainty"].isna()).sum()) if "certainty" in stances else 0


def _qualified(
    table: pd.DataFrame,
    given: np.ndarray,
    scale: Scale,
    limited: Collection[float],
    draws: int,
    seed: int,
    names: Mapping[str, str],
) -> Iterator[_Alternative]:
    middle, side = middle_of(scale), sign(given, scale)
    at = np.flatnonzero(np.isin(given, list(limited)) & (side != 0))
    pulled = {"pulled out": np.where(side > 0, scale[1], scale[0]), "pulled in": np.full(len(given), middle)}
    for how, to in pulled.items():
        for i in (chosen := _few(at, draws, seed)):
            yield _Alternative(
                f"{QUALIFIED} {how}", _cell(table, i, names), _put(given, [i], to), sampled=len(chosen) < len(at)
            )
        if len(at) > 1:
            yield _Alternative(f"{QUALIFIED} {how}", "all at once", _put(given, at, to))
    random = np.random.default_rng([seed, 1])
    for _ in range(draws if len(at) else 0):
        fate = random.integers(0, 3, len(given))
        drawn = _put(_put(given, at[fate[at] == 1], pulled["pulled out"]), at[fate[at] == 2], pulled["pulled in"])
        yield _Alternative(f"{QUALIFIED} at random", values=drawn, sampled=True)


def _other_readings(
    table: pd.DataFrame,
    given: np.ndarray,
    readings: pd.DataFrame,
    scale: Scale,
    draws: int,
    seed: int,
    names: Mapping[str, str],
) -> Iterator[_Alternative]:
    required(readings, ("source", "proposition", "coder", "value"))
    if (nameless := readings["coder"].isna().to_numpy()).any():
        raise ValueError(complaint("no coder is given", readings["coder"], nameless, "fill it in"))
    cells = pd.MultiIndex.from_frame(table[["source", "proposition"]])
    coders = list(readings["coder"].unique())
    theirs, looked = {}, {}
    for coder in coders:
        own = readings[readings["coder"] == coder]
        values(own, scale)
        if "status" in own:
            own = own[own["status"] != "uncoded"]
        value = own.assign(value=numbers(own["value"], [])).set_index(["source", "proposition"])["value"]
        looked[coder], theirs[coder] = cells.isin(value.index), value.reindex(cells).to_numpy()
    for coder in coders:
        differs = looked[coder] & ~((theirs[coder] == given) | (np.isnan(theirs[coder]) & np.isnan(given)))
        for i in (chosen := _few(at := np.flatnonzero(differs), draws, seed)):
            what = f"{_cell(table, i, names)} ({coder})"
            yield _Alternative(
                "another coder's value", what, _put(given, [i], theirs[coder]), sampled=len(chosen) < len(at)
            )
    for coder in coders:
        yield _Alternative("another coder throughout", str(coder), np.where(looked[coder], theirs[coder], given))
    for coder in coders if len(coders) > 2 else ():
        rest = [c for c in coders if c != coder]
        seen, read = np.array([looked[c] for c in rest]), np.array([theirs[c] for c in rest])
        voices = (~np.isnan(read)).sum(axis=0)
        median = np.full(len(given), np.nan)
        heard = voices > seen.sum(axis=0) / 2
        median[heard] = np.nanmedian(read[:, heard], axis=0)
        yield _Alternative("a coder left out", str(coder), np.where(seen.any(axis=0), median, given))


def _few(all_of_them: np.ndarray, most: int, seed: int) -> np.ndarray:
    """All of them where they are few, else a sample of `most`."""
    if len(all_of_them) <= max(most, 1):
        return all_of_them
    return np.random.default_rng([seed, 3]).choice(all_of_them, max(most, 1), replace=False)


def _put(given: np.ndarray, at: Any, to: np.ndarray) -> np.ndarray:
    result = given.copy()
    result[at] = to[at]
    return result


def _cell(table: pd.DataFrame, i: int, names: Mapping[str, str]) -> str:
    source, proposition = table["source"].iloc[i], table["proposition"].iloc[i]
    return f"{_name(source, names)}: {_name(proposition, names)}" if names else f"{source}/{proposition}"


def _tried_all(
    table: pd.DataFrame,
    headlines: list[Headline],
    alternatives: Iterator[_Alternative],
    jobs: int | None,
    progress: bool,
) -> pd.DataFrame:
    """A row an alternative: `alternative` (its kind), `what`, `sampled`, and under 0, 1, … what each headline says of it.

    Alternatives are made as they are wanted, a few chunks ahead of the workers.
    """
    from joblib import Parallel, delayed
    from tqdm.auto import tqdm

    about: list[tuple[str, str, bool]] = []

    def chunks() -> Iterator[list[_Alternative]]:
        with tqdm(disable=not progress, unit=" alternatives", desc="robustness") as bar:
            while chunk := list(islice(alternatives, CHUNK)):
                about.extend((a.kind, a.what, a.sampled) for a in chunk)
                yield chunk
                bar.update(len(chunk))

    found = Parallel(n_jobs=jobs)(delayed(_tried)(table, headlines, chunk) for chunk in chunks())
    outcomes = pd.DataFrame([row for rows in found for row in rows], columns=range(len(headlines)), dtype="object")
    return pd.concat([pd.DataFrame(about, columns=["alternative", "what", "sampled"]), outcomes], axis=1)


def _tried(
    table: pd.DataFrame, headlines: list[Headline], chunk: Iterable[_Alternative]
) -> list[tuple[bool | None, ...]]:
    ready = [h for h in headlines if isinstance(h, READY)]
    matrices = {scale: values(table, scale) for scale in {h.scale for h in ready}}
    found = []
    for a in chunk:
        if (
            len(ready) == len(headlines) and a.kept is None and a.values is not None
        ):  # most alternatives; made thus in half the time
            readings = {scale: _Reading(_refilled(m, a.values), scale) for scale, m in matrices.items()}
            found.append(tuple(h.of(readings[h.scale]) for h in ready))
            continue
        other = table if a.values is None else table.assign(value=a.values)
        other = other if a.kept is None else other[a.kept]
        readings = {scale: _Reading(values(other, scale), scale) for scale in matrices}
        found.append(tuple(h.of(readings[h.scale]) if isinstance(h, READY) else h(other) for h in headlines))
    return found


def _refilled(matrix: pd.DataFrame, given: np.ndarray) -> pd.DataFrame:
    """The matrix with the values of the complete table, whose rows are in the order of sources, then of propositions."""
    return pd.DataFrame(given.reshape(matrix.shape[::-1]).T, index=matrix.index, columns=matrix.columns, copy=False)


def headlines_of(stances: pd.DataFrame, scale: Scale = SCALE, fewest: int = 1) -> list[Headline]:
    """What the table says most loudly: its closest pair, its furthest pair, and the widest spread.

    Of several, the pair that shares most propositions and the proposition to which most sources speak, the first of them.
    """
    matrix = values(stances, scale)
    pairs = pairs_of(matrix, scale).query("n >= @fewest and n > 0")
    found: list[Headline] = []
    if len(pairs) > 1:
        closest, furthest = (
            pairs.sort_values(["agreement", "n"], ascending=[up, False], kind="stable").iloc[0] for up in (False, True)
        )
        found.append(ClosestPair(closest["source_a"], closest["source_b"], fewest, scale))
        found.append(FurthestPair(furthest["source_a"], furthest["source_b"], fewest, scale))
    n = matrix.notna().sum(axis=1)
    spread = (matrix.max(axis=1) - matrix.min(axis=1))[n > 1]
    if len(spread):
        widest = n[spread.index[spread == spread.max()]].reindex(stances["proposition"].unique()).dropna()
        found.append(MostDivided(widest.idxmax(), scale))
    return found


def as_given(table: pd.DataFrame) -> pd.Series:
    """Which rows of `robustness` are no other readings: the table itself, and silence counted as a value."""
    return (table["alternative"] == "as it is") | table["alternative"].str.startswith(SILENT_AS)


def robustness_in_words(table: pd.DataFrame) -> str:
    """For each headline, in how many alternatives it holds and where it holds least, with n.  `table`: as `robustness`."""
    if table.empty:
        return "Too little is coded for a headline: it takes two pairs of texts that share enough propositions, or two texts on one."
    lines = []
    for headline, group in table.groupby("headline", sort=False):
        tried = group[~as_given(group) & (group["n"] > 0)]
        n, holds = int(tried["n"].sum()), int(tried["holds"].sum())
        if n == 0:
            lines.append(f"- {headline}: no alternative could be tried.")
            continue
        least = tried.loc[tried["share"].idxmin()]
        kinds = f"{100 * least.share:.0f} to {100 * tried['share'].max():.0f} % of the alternatives of each kind"
        words = (
            f"holds in all {n} alternatives"
            if holds == n
            else f"holds in {kinds}, least with {least.alternative}: {least.holds} of {least.n} (n = {n} in all)"
        )
        zero = group[group["alternative"].str.startswith(SILENT_AS) & (group["n"] > 0) & (group["holds"] == 0)]
        lines.append(
            f"- {headline}: {words}."
            + "".join(f" Counting {alternative} would overturn it." for alternative in zero["alternative"])
        )
    if (table["alternative"] == QUALIFIED).any():
        lines.append("- No value here has a limit, so none was pulled out or in.")
    return "\n".join(lines)
