"""Reliability: would another coder have read the same?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from analysis.agreement.cells import (
    SCALE,
    Scale,
    at_least_one,
    codes,
    complaint,
    numbers,
    positions,
    required,
    sign,
    values,
)
from analysis.agreement.pairs import pairs_of

Level = Literal["nominal", "ordinal", "interval", "ratio"]
SQUARES = 1000  # distinct values up to which the ratio level is resampled


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha and what it rests on.

    `n_units`: units that two coders at least rated; `n_pairable`: their ratings; `low`, `high`: the interval of 95 %.
    What is undefined is None, and `reason` says why; it also says when the interval means nothing.
    """

    value: float | None
    n_units: int
    n_pairable: int
    low: float | None = None
    high: float | None = None
    reason: str = ""


def alpha(
    ratings: pd.DataFrame,
    level: Level,
    interval: bool = True,
    draws: int = 2000,
    seed: int = 1917,
    scale: Scale | None = None,
) -> Alpha:
    """Krippendorff's alpha for any number of coders, with missing values.

    `ratings`: columns `unit, coder, value`; for the nominal level values may be anything, else numbers (ratio: none below 0); with `scale`, as
    (1, 5), one off it is refused, which catches typing errors.

    Formula: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), α = 1 − (n − 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck over
    the coincidences o_ck of the values c and k, with his δ² of the level.  Interval: the 2.5 and 97.5 percentiles of alpha over
    `draws` sets of units drawn with replacement (A. Zapf et al., BMC Medical Research Methodology 16:93, 2016); draws in which alpha
    is undefined are left out.  The same seed gives the same interval.

    Raises ValueError for an unknown level, a missing column, and with their rows: unit × coder given twice, values that are no numbers.
    """
    if level not in get_args(Level):
        raise ValueError(f'no level of measurement "{level}"; use one of: {", ".join(get_args(Level))}')
    at_least_one(draws)
    patterns = _patterns(ratings, level, scale)
    if not len(patterns.times):
        return Alpha(None, 0, 0, reason="no unit was rated by two coders")
    n_units, n_pairable = int(patterns.times.sum()), int(patterns.times @ patterns.ratings)
    value = _alpha(patterns, level, patterns.times)
    if np.isnan(value):
        reason = "all ratings are the same, so chance agreement cannot be estimated"
        return Alpha(None, n_units, n_pairable, reason=reason)
    if not interval:
        return Alpha(value, n_units, n_pairable)
    if n_units < 2:
        return Alpha(value, n_units, n_pairable, reason="one unit gives no interval")
    if level == "ratio" and len(patterns.levels) > SQUARES:
        raise ValueError(f"an interval at ratio level takes at most {SQUARES} distinct values; pass interval=False")
    low, high = _interval_of(patterns, level, n_units, draws, seed)
    reason = "no disagreement was seen, so resampling cannot show how far alpha might fall" if low == 1 else ""
    return Alpha(value, n_units, n_pairable, low, high, reason)


@dataclass(frozen=True)
class _Patterns:
    """Units that got the same ratings are one pattern, `times` over.

    A pattern is made of cells: so many ratings (`count`) of one level (`at`, an index into `levels`).
    """

    times: np.ndarray
    ratings: np.ndarray
    pattern: np.ndarray
    at: np.ndarray
    count: np.ndarray
    levels: np.ndarray


def _patterns(ratings: pd.DataFrame, level: Level, scale: Scale | None) -> _Patterns:
    required(ratings, ("unit", "coder", "value"))
    problems: list[str] = []
    _, (unit, coder), (units, _) = positions(ratings, ["unit", "coder"], problems)
    given = ratings["value"]
    if scale or (level != "nominal" and not (isinstance(given.dtype, np.dtype) and given.dtype.kind in "iu")):
        given = pd.Series(numbers(given, problems, scale), index=given.index)
    if level == "ratio" and (below := (given < 0).to_numpy()).any():
        problems.append(complaint("the ratio level takes no value below 0", given, below, "choose the interval level"))
    if problems:
        raise ValueError("\n".join(problems))
    at, entries = codes(given)
    if (missing := at < 0).any():
        unit, at = unit[~missing], at[~missing]
    levels = np.arange(len(entries)) if level == "nominal" else entries.to_numpy(dtype="float64")
    if level != "nominal" and len(levels) and (largest := np.abs(levels).max()) > 0:
        levels = (
            levels / largest
        )  # alpha does not depend on the unit of the values; very large and very small ones would
    return _compressed(unit, at, len(units), levels, int(coder.max(initial=0)) + 1)


def _compressed(unit: np.ndarray, at: np.ndarray, n_units: int, levels: np.ndarray, coders: int) -> _Patterns:
    """The distinct patterns: with few levels each is a number whose digits count the ratings at each level."""
    base, size = coders + 1, len(levels)
    if size and base**size < 2**53:
        powers = float(base) ** np.arange(size)
        number = np.bincount(unit, weights=powers[at], minlength=n_units).astype("int64")
        space = int(number.max(initial=0)) + 1
        if space <= 4 * n_units + 1000:
            times = np.bincount(number, minlength=space)
            number = np.flatnonzero(times)
            times = times[number]
        else:
            number, times = np.unique(number, return_counts=True)
        counts = number[:, None] // (base ** np.arange(size, dtype="int64")) % base
        pattern, place = np.nonzero(counts)
        count = counts[pattern, place]
    else:
        times = np.ones(n_units, "int64")
        cell, count = np.unique(unit.astype("int64") * max(size, 1) + at, return_counts=True)
        pattern, place = np.divmod(cell, max(size, 1))
    rated = np.bincount(pattern, weights=count, minlength=len(times)).astype("int64")
    paired = rated > 1
    kept, name = paired[pattern], np.cumsum(paired) - 1
    return _Patterns(
        times[paired], rated[paired], name[pattern[kept]], place[kept], count[kept].astype("float64"), levels
    )


def _alpha(p: _Patterns, level: Level, times: np.ndarray) -> float:
    """Alpha when each pattern occurs so many times; NaN if nothing varies."""
    margin = np.bincount(p.at, weights=p.count * times[p.pattern], minlength=len(p.levels))
    n = margin.sum()
    at = _placed(p.levels, margin, level)
    expected = _expected(at, margin, level)
    if not expected > 0:
        return float("nan")
    return float(1 - (n - 1) * (times @ _within(p, at, level)) / expected)


def _placed(levels: np.ndarray, margin: np.ndarray, level: Level) -> np.ndarray:
    """Where the levels stand, so that δ² is a function of two places: ordinal levels at the middle of their ranks."""
    at = np.cumsum(margin) - margin / 2 if level == "ordinal" else levels.astype("float64")
    return at if level in ("nominal", "ratio") else at - margin @ at / max(margin.sum(), 1)


def _delta(a: np.ndarray, b: np.ndarray, level: Level) -> np.ndarray:
    """δ² of two places."""
    if level == "nominal":
        return (a != b).astype("float64")
    if level == "ratio":
        return np.divide(a - b, a + b, out=np.zeros(np.broadcast(a, b).shape), where=(a + b) != 0) ** 2
    return (a - b) ** 2


def _expected(at: np.ndarray, margin: np.ndarray, level: Level) -> float:
    """Σ n_c n_k δ²_ck over all ordered pairs of levels."""
    n = margin.sum()
    if (margin > 0).sum() < 2:
        return 0.0
    if level == "nominal":
        return float(n * n - margin @ margin)
    if level == "ratio":
        return float(sum(m * (margin @ _delta(x, at, level)) for m, x in zip(margin, at, strict=True) if m))
    return float(2 * (n * (margin @ at**2) - (margin @ at) ** 2))


def _within(p: _Patterns, at: np.ndarray, level: Level) -> np.ndarray:
    """Σ δ² over the ordered pairs of ratings in each pattern, over its ratings less one.

    Cells of a pattern lie together: the pairs are each cell with the next, the next but one, and so on.
    """
    total, places = np.zeros(len(p.times)), at[p.at]
    for lag in range(1, len(p.at)):
        same = p.pattern[lag:] == p.pattern[:-lag]
        if not same.any():
            break
        pairs = 2 * p.count[lag:][same] * p.count[:-lag][same] * _delta(places[lag:][same], places[:-lag][same], level)
        total += np.bincount(p.pattern[lag:][same], weights=pairs, minlength=len(total))
    return total / (p.ratings - 1)


def _interval_of(p: _Patterns, level: Level, n_units: int, draws: int, seed: int) -> tuple[float | None, float | None]:
    random, share = np.random.default_rng(seed), p.times / n_units
    found = np.array([_alpha(p, level, random.multinomial(n_units, share).astype("float64")) for _ in range(draws)])
    low, high = np.percentile(found[~np.isnan(found)], [2.5, 97.5]) if not np.isnan(found).all() else (None, None)
    return low if low is None else float(low), high if high is None else float(high)


def alpha_by(ratings: pd.DataFrame, level: Level, by: str | None = None, interval: bool = True) -> pd.DataFrame:
    """Alpha over all units, or for each group: `group, alpha, low, high, n_units, agree, reason`; `agree` is the share of units
    on which all coders gave the same value."""
    if by is not None:
        required(ratings, (by,))
    groups = [("all", ratings)] if by is None else list(ratings.groupby(by, sort=False, dropna=False))
    rows = []
    for name, group in groups:
        result = alpha(group, level, interval)
        paired = group.dropna(subset=["value"]).groupby("unit").value.agg(["size", "nunique"]).query("size > 1")
        rows.append(
            (
                name,
                result.value,
                result.low,
                result.high,
                result.n_units,
                (paired["nunique"] == 1).mean(),
                result.reason,
            )
        )
    table = pd.DataFrame(rows, columns=["group", "alpha", "low", "high", "n_units", "agree", "reason"])
    return table.astype({"alpha": "float64", "low": "float64", "high": "float64"})


def reliability_table(values: pd.DataFrame, speaks: pd.DataFrame, by: str) -> pd.DataFrame:
    """Both alphas over all and for each group, as `alpha_by`: "… speaks or silent" (nominal) and "… the value" (ordinal)."""
    parts = []
    for group in (None, by):
        heard = alpha_by(speaks, "nominal", group).assign(what="speaks or silent")
        said = alpha_by(values, "ordinal", group).assign(what="the value")
        place = {g: i for i, g in enumerate(heard["group"])}
        both = pd.concat([heard, said]).sort_values("group", key=lambda c, place=place: c.map(place), kind="stable")
        both["group"] = ("All" if group is None else both["group"].astype(str)) + ": " + both.pop("what")
        parts.append(both)
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two coders over `n` units; None where it is undefined, and `reason` then says why."""

    value: float | None
    n: int
    observed: float | None
    expected: float | None
    reason: str = ""


def kappa(ratings: pd.DataFrame) -> Kappa:
    """Cohen's kappa for two coders and nominal values: (p_o − p_e) / (1 − p_e) over the units that both rated.

    J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960), 37–46.
    """
    required(ratings, ("unit", "coder", "value"))
    problems: list[str] = []
    positions(ratings, ["unit", "coder"], problems)
    coders = ratings["coder"].unique()
    if len(coders) != 2:
        problems.append(f"kappa compares two coders, the table has {len(coders)}; use alpha, or choose two")
    if problems:
        raise ValueError("\n".join(problems))
    both = (
        ratings.dropna(subset=["value"])
        .pivot(index="unit", columns="coder", values="value")
        .reindex(columns=coders)
        .dropna()
    )
    if both.empty:
        return Kappa(None, 0, None, None, "no unit was rated by both coders")
    first, second = (both[c].value_counts(normalize=True) for c in coders)
    observed = float((both[coders[0]] == both[coders[1]]).mean())
    expected = float(first.mul(second, fill_value=0).sum())
    if expected > 1 - 1e-12:
        return Kappa(None, len(both), observed, expected, "both coders gave one and the same value throughout")
    return Kappa((observed - expected) / (1 - expected), len(both), observed, expected)


DISAGREEMENTS = ["source", "proposition", "kind", "used", "read", "coder", "moves", "pair", "n", "closest_changes"]


def disagreements(readings: pd.DataFrame, stances: pd.DataFrame, scale: Scale = SCALE, fewest: int = 1) -> pd.DataFrame:
    """Every cell on which coders differ, the one that would change most first.

    `readings`: columns `source, proposition, coder, value` of all coders, with a row for each cell a coder looked at, missing for
    silence; `stances`: the reading in use.  Columns: `kind`: "speaks" (one hears a stance, another silence), "side" (opposite
    sides) or "degree"; `used`: the value in use; `read`: the other value that would change most, and the `coder` who read it (the
    first of them); `moves`: by how much, at most, the agreement of a pair that
    shares `fewest` propositions would change with it; `pair`, `n`: which, and how many it shares in use; `closest_changes`:
    whether another pair would then be the closest of those with at least `fewest` shared propositions.
    """
    required(readings, ("source", "proposition", "coder", "value"))
    problems: list[str] = []
    seen = readings.assign(value=numbers(readings["value"], problems, scale))
    if "status" in seen:
        seen = seen[seen["status"] != "uncoded"]
    positions(readings, ["source", "proposition", "coder"], problems)
    if problems:
        raise ValueError("\n".join(problems))
    in_use = values(stances, scale)
    # a cell without a row is a silence like any other
    in_use = in_use.reindex(
        index=in_use.index.union(seen["proposition"].unique(), sort=False),
        columns=in_use.columns.union(seen["source"].unique(), sort=False),
    )
    base = pairs_of(in_use, scale)
    unread = set()
    if "status" in stances:
        unread = set(
            stances.loc[stances["status"] == "uncoded", ["source", "proposition"]].itertuples(index=False, name=None)
        )
    rows = []
    for (source, proposition), cell in seen.groupby(["source", "proposition"], sort=False):
        if cell["value"].nunique(dropna=False) < 2:
            continue
        if (source, proposition) in unread:
            continue
        used = in_use.at[proposition, source]
        effects = []
        for row in cell.drop_duplicates("value").itertuples():
            if row.value == used or (np.isnan(row.value) and np.isnan(used)):
                continue
            then = _reread(base, in_use, source, proposition, row.value, scale)
            effects.append((*_moved(base, then, fewest), row.value, row.coder))
        moves, pair, n, changes, read, coder = max(effects, key=lambda e: e[0])
        sides = sign(cell["value"].dropna(), scale)
        kind = "speaks" if cell["value"].isna().any() else "side" if sides.min() * sides.max() < 0 else "degree"
        rows.append((source, proposition, kind, used, read, coder, moves, pair, n, changes))
    table = pd.DataFrame(rows, columns=DISAGREEMENTS)
    return table.sort_values(["closest_changes", "moves"], ascending=False, kind="stable", ignore_index=True)


def _reread(
    base: pd.DataFrame, in_use: pd.DataFrame, source: Any, proposition: Any, value: float, scale: Scale
) -> pd.DataFrame:
    """n and agreement of all pairs, `base`, as they are if one source is read otherwise on one proposition; only its own pairs are counted anew."""
    own = in_use[source].to_numpy().copy()
    own[in_use.index.get_loc(proposition)] = value
    apart = np.abs(in_use.to_numpy() - own[:, None])
    n = np.count_nonzero(~np.isnan(apart), axis=0)
    distance = np.divide(np.nansum(apart, axis=0), n, out=np.full(len(n), np.nan), where=n > 0)
    among, i = np.arange(len(n)), in_use.columns.get_loc(source)
    low, high = np.minimum(among, i), np.maximum(among, i)
    at = (low * (2 * len(n) - low - 1) // 2 + high - low - 1)[among != i]  # where `pairs_of` puts each of its pairs
    shared, close = base["n"].to_numpy().copy(), base["agreement"].to_numpy().copy()
    shared[at], close[at] = n[among != i], (1 - distance / (scale[1] - scale[0]))[among != i]
    return base[["source_a", "source_b"]].assign(n=shared, agreement=close)


def _moved(before: pd.DataFrame, after: pd.DataFrame, fewest: int) -> tuple[float, Any, int, bool]:
    """The largest change of a ranked pair's agreement, the pair and its n (None and 0 if nothing moves), and whether another is now the closest."""
    ranked = (np.maximum(before["n"], after["n"]) >= max(fewest, 1)).to_numpy()
    change = (after["agreement"] - before["agreement"]).abs()
    # a pair that comes to share its first proposition, or loses its last, changes altogether
    change = change.mask(after["agreement"].isna() != before["agreement"].isna(), 1.0).fillna(0).where(ranked, 0)
    if not (change > 0).any():
        return 0.0, None, 0, False
    most = change.idxmax()
    closest = []
    for table in (before, after):
        some = table[table["n"] >= max(fewest, 1)]
        closest.append(set(some.index[np.isclose(some["agreement"], some["agreement"].max())]))
    pair = (before.at[most, "source_a"], before.at[most, "source_b"])
    return float(change.max()), pair, int(before.at[most, "n"]), closest[0] != closest[1]


def reliability_in_words(values: pd.DataFrame, speaks: pd.DataFrame, who: str = "both coders") -> str:
    """Both reliabilities in two sentences, with interval and n and with a warning where they are low or n is small; `who` must have
    heard a text speak for what it says to be compared."""

    def said(what: str, result: Alpha) -> str:
        if result.value is None:
            return f"On {what} alpha is undefined (n = {result.n_units}): {result.reason}."
        interval = (
            ""
            if result.low is None or result.reason
            else f", 95 % from {result.low:.2f} to {result.high:.2f}".replace("-", "−")
        )
        words = f"On {what} Krippendorff's alpha is {result.value:.2f} (n = {result.n_units} units{interval})."
        if result.value < 0.667:
            return f"{words} That is too low to lean on."
        if result.n_units < 10:
            return f"{words} So few units say little."
        if result.reason:
            return f"{words} No disagreement was seen."
        if result.value < 0.8 or (result.low is not None and result.low < 0.667):
            return f"{words} That bears tentative conclusions only."
        return words

    if not len(speaks):
        return "No text was coded twice, so nothing can be said of how far coders agree; that takes two codings made without sight of each other, in codings/first/ and codings/second/."
    return " ".join(
        [
            said("whether a text speaks at all", alpha(speaks, "nominal")),
            said(f"what it says, where {who} heard it speak,", alpha(values, "ordinal")),
        ]
    )
