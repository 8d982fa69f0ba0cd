"""Pairs of sources: on how much do two of them agree?

For any number of sources the counts come from matrix products over *steps*: a value is written as +1 or −1 for each
step of the scale that lies below or above it, and silence as 0.  The product of two such rows is the range of the scale
times n, less twice the sum of the distances.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, required, sign, values

PAIRS = ["source_a", "source_b", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement"]
MOST = 50_000_000  # pairs in one table; beyond that it would no longer fit into 8 GB
BLOCK = 1024


def pairwise_agreement(stances: pd.DataFrame, scale: Scale = SCALE, by: str | None = None) -> pd.DataFrame:
    """How far each pair of sources agrees on the propositions to which both speak.

    Columns: `n` shared propositions; `same_sign`, `opposite_sign`, `equal`: counts among them (the middle of the scale has
    no sign: a pair with a 0 counts in `n`, and in `equal` if both are 0); `mean_distance`: mean |a − b| in points of the
    scale; `agreement`: mean of 1 − |a − b| / range, from 0 to 1.  With n = 0 the last two are missing, never 0.

    With `by`, the name of a column such as `question`, `kind` or `core`, there is a table for each of its entries, one below
    the other, with the entry in front.  Raises ValueError for bad rows (see `values`), and beyond 50 million pairs, for
    which there is `agreement_of_each`.
    """
    matrix = values(stances, scale)
    if by is None:
        return _pairs(matrix, scale)
    group = grouping(stances, "proposition", by)
    parts = [_pairs(matrix[matrix.index.map(group) == name], scale).assign(**{by: name}) for name in group.unique()]
    return pd.concat(parts, ignore_index=True)[[by, *PAIRS]]


def grouping(table: pd.DataFrame, key: str, by: str) -> pd.Series:
    """The one entry of `by` for each key, in order of first mention; ValueError if a key has several."""
    required(table, (key, by))
    once = table[[key, by]].drop_duplicates()
    if (torn := once[key].duplicated()).any():
        raise ValueError(
            f"{by} is not the same in all rows of {key} {', '.join(map(str, once[key][torn].unique()[:5]))}"
        )
    return once.set_index(key)[by]


def _pairs(matrix: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    sources, rows = matrix.columns, np.ascontiguousarray(matrix.to_numpy().T)
    size = len(sources)
    if (total := size * (size - 1) // 2) > MOST:
        raise ValueError(
            f"{size} sources make {total:,} pairs, too many for a table; use agreement_of_each (a row a source) or agreement_with (one against all)"
        )
    spoken, steps, same, opposite, equal, span = _factors(rows, scale)
    factors = {
        "n": (spoken, spoken),
        "same_sign": (same, same),
        "opposite_sign": (same, opposite),
        "equal": (equal, equal),
    }
    columns: dict[str, Any] = {name: np.empty(total, "int64") for name in factors}
    close = np.empty(total)
    first = np.cumsum([0, *range(size - 1, 0, -1)])  # where the pairs of each source begin
    for low in range(0, size, BLOCK):
        here, rest = slice(low, low + BLOCK), slice(low, size)
        _unfold(steps[here] @ steps[rest].T, close, first[low:])
        for name, (left, right) in factors.items():
            _unfold(left[here] @ right[rest].T, columns[name], first[low:])
    n = columns["n"]
    distance = np.divide((span * n - close) / 2, n, out=np.full(total, np.nan), where=n > 0)
    a = np.repeat(np.arange(size), np.arange(size)[::-1])
    b = np.arange(total) - np.repeat(first[:size], np.arange(size)[::-1]) + a + 1
    columns |= {"source_a": sources.take(a), "source_b": sources.take(b), "mean_distance": distance}
    return pd.DataFrame({**columns, "agreement": 1 - distance / (scale[1] - scale[0])}, columns=PAIRS, copy=False)


def _unfold(block: np.ndarray, into: np.ndarray, first: np.ndarray) -> None:
    """Write what lies right of the block's diagonal, row after row, to where each row's pairs begin."""
    width = block.shape[1]
    for i, row in enumerate(block[: width - 1]):
        into[first[i] : first[i] + width - 1 - i] = row[i + 1 :]


def _factors(
    rows: np.ndarray, scale: Scale
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """Sources × propositions → what to multiply for n, distance, same sign, opposite sign and equal; then the range.

    `same` × `same` counts the same signs, `same` × `opposite` the opposite ones.  Exact: in float32 as long as all are
    whole numbers below 2²⁴, else in float64.
    """
    levels = np.unique(rows[~np.isnan(rows)])
    gaps = np.diff(levels)
    span = float(gaps.sum())
    whole = bool((gaps == np.round(gaps)).all()) and span * rows.shape[1] < 2**24
    kind = "float32" if whole else "float64"
    spoken = (~np.isnan(rows)).astype(kind)
    # the square root goes into both factors; a gap of 1 needs none
    weights = np.sqrt(gaps).astype(kind)
    if whole:  # one column for each whole step keeps the product exact
        levels, weights = np.arange(levels.min(), levels.max() + 1) if len(levels) else levels, np.ones(int(span), kind)
    middles = (levels[1:] + levels[:-1]) / 2
    with np.errstate(invalid="ignore"):
        above = [np.where(rows > m, w, -w).astype(kind) * spoken for m, w in zip(middles, weights, strict=True)]
        signs = sign(rows, scale)
        up, down = (signs > 0).astype(kind), (signs < 0).astype(kind)
        equal = [(rows == level).astype(kind) for level in np.unique(rows[~np.isnan(rows)])]
    wide = np.hstack(above) if above else np.zeros((len(rows), 1), kind)
    flags = np.hstack(equal) if equal else np.zeros((len(rows), 1), kind)
    return spoken, wide, np.hstack([up, down]), np.hstack([down, up]), flags, span


EACH = ["source", "others", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement", "closest", "closest_n", "closest_agreement"]  # fmt: skip
WITH = ["source", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement"]


def agreement_of_each(stances: pd.DataFrame, scale: Scale = SCALE, fewest: int = 1) -> pd.DataFrame:
    """Each source against all others, for any number of sources: every pair is visited and none is kept.

    Columns: `others`: sources that share a proposition with it; over these `n`, `same_sign`, `opposite_sign`, `equal`:
    sums; `mean_distance`, `agreement`: means of the pairs' own, in which each pair counts once whatever its n (good to
    about 1e-6); `closest`: the source of highest agreement (the first of several) among those that share at least
    `fewest` propositions, with its n and agreement.  What cannot be said is missing.
    """
    matrix = values(stances, scale)
    sources, rows = matrix.columns, np.ascontiguousarray(matrix.to_numpy().T)
    spoken, steps, same, opposite, equal, span = _factors(rows, scale)
    size, reach = len(rows), scale[1] - scale[0]
    total, others = np.zeros(size), np.zeros(size, "int64")
    best, whom = np.full(size, -np.inf), np.full(size, -1)
    for here, there in _triangle(size):
        n = spoken[here] @ spoken[there].T
        score = steps[here] @ steps[there].T
        if here == there:
            np.fill_diagonal(n, 0)
        least = n.min()
        shared = np.ones(n.shape, bool) if least > 0 else n > 0
        np.divide(score, n, out=score, where=True if least > 0 else shared)
        if least < 1:
            score[~shared] = 0
        ranked = score if least >= fewest else np.where(n >= max(fewest, 1), score, -np.inf)
        for whose, whom_there, axis in ((here, there, 1), (there, here, 0))[: 1 if here == there else 2]:
            total[whose] += score.sum(axis)
            others[whose] += n.shape[axis] if least > 0 else shared.sum(axis)
            top = ranked.max(axis)
            better = np.flatnonzero(top > best[whose])
            best[whose][better] = top[better]
            whom[whose][better] = whom_there.start + np.take(ranked, better, 1 - axis).argmax(axis)
    with np.errstate(invalid="ignore"):
        mean = 1 - (span - total / np.where(others > 0, others, np.nan)) / (2 * reach)
    result = {"source": sources, "others": others, "n": _with_the_others(spoken, spoken)}
    result |= {"same_sign": _with_the_others(same, same), "opposite_sign": _with_the_others(same, opposite)}
    result |= {"equal": _with_the_others(equal, equal), "mean_distance": reach * (1 - mean), "agreement": mean}
    has = whom >= 0
    apart = np.abs(rows - rows[whom])
    closest_n = np.where(has, (~np.isnan(apart)).sum(axis=1), 0)
    nearest = 1 - np.divide(np.nansum(apart, axis=1), closest_n * reach, out=np.full(size, np.nan), where=has)
    result |= {"closest": pd.Series(sources.take(np.maximum(whom, 0))).where(has), "closest_n": closest_n}
    return pd.DataFrame({**result, "closest_agreement": nearest}, columns=EACH)


def agreement_with(stances: pd.DataFrame, source: Any, scale: Scale = SCALE) -> pd.DataFrame:
    """One source against every other, the closest first: the columns of `pairwise_agreement` with one `source`."""
    matrix = values(stances, scale)
    if source not in matrix.columns:
        raise ValueError(f"no source {source!r} in the table")
    rows = matrix.to_numpy().T
    own, others = rows[matrix.columns.get_loc(source)], matrix.columns != source
    signs, own_sign = sign(rows, scale), sign(own, scale)
    distance, product = np.abs(rows - own), signs * own_sign
    n = (~np.isnan(distance)).sum(axis=1)
    mean = np.divide(np.nansum(distance, axis=1), n, out=np.full(len(n), np.nan), where=n > 0)
    columns = [matrix.columns, n, (product > 0).sum(axis=1), (product < 0).sum(axis=1), (distance == 0).sum(axis=1)]
    table = pd.DataFrame(dict(zip(WITH, [*columns, mean, 1 - mean / (scale[1] - scale[0])], strict=True)))
    return table[others].sort_values(["agreement", "n"], ascending=False, kind="stable", ignore_index=True)


def _triangle(size: int) -> Iterator[tuple[slice, slice]]:
    """Blocks of rows and columns that together hold every pair once (and those on the diagonal twice)."""
    starts = range(0, size, BLOCK)
    for low in starts:
        for left in starts[low // BLOCK :]:
            yield slice(low, min(low + BLOCK, size)), slice(left, min(left + BLOCK, size))


def _with_the_others(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The sum over all other sources of the product of two rows, without forming a pair."""
    wide = left.astype("float64")
    return np.rint(wide @ right.sum(axis=0, dtype="float64") - (wide * right).sum(axis=1)).astype("int64")


def pair_intervals(stances: pd.DataFrame, scale: Scale = SCALE, draws: int = 2000, seed: int = 1917) -> pd.DataFrame:
    """How far each pair's agreement hangs on single propositions: `source_a, source_b, n, agreement, low, high`.

    `low` and `high` are the 2.5 and 97.5 percentiles of the agreement over `draws` tables, each made of as many propositions
    as the debate has, drawn with replacement (percentile bootstrap: B. Efron and R. Tibshirani, An Introduction to the
    Bootstrap, 1993, ch. 13).  Not a sampling error of the authors: propositions are no sample.  Missing below n = 2.
    """
    table = pairwise_agreement(stances, scale)
    matrix = values(stances, scale).to_numpy()
    counts = np.random.default_rng(seed).multinomial(
        len(matrix), np.full(len(matrix), 1 / max(len(matrix), 1)), size=draws
    )
    bounds = []
    for a, b in combinations(range(matrix.shape[1]), 2):
        apart = np.abs(matrix[:, a] - matrix[:, b])
        shared = ~np.isnan(apart)
        n = counts[:, shared].sum(axis=1)
        drawn = counts[:, shared] @ apart[shared] / np.where(n > 0, n, np.nan) / (scale[1] - scale[0])
        bounds.append(1 - np.nanquantile(drawn, [0.975, 0.025]) if shared.sum() > 1 else (np.nan, np.nan))
    table[["low", "high"]] = np.array(bounds).reshape(-1, 2)
    return table[["source_a", "source_b", "n", "agreement", "low", "high"]]


def silence_as_zero(stances: pd.DataFrame) -> pd.DataFrame:
    """The stances with every silence set to 0: what a careless reading of the table would do.

    With a column `status`, what is not coded stays missing.
    """
    silent = stances.value.isna() if "status" not in stances else stances.status == "silence"
    return stances.assign(value=stances.value.mask(silent, 0))


def opposed(stances: pd.DataFrame) -> pd.DataFrame:
    """Every proposition on which one source stands above 0 and another below: `proposition, affirms, rejects, values`."""
    spoken = stances.dropna(subset=["value"])
    rows = [
        (proposition, a.source, r.source, f"{int(a.value):+d} / {int(r.value):+d}".replace("-", "−"))
        for proposition, group in spoken.groupby("proposition", sort=False)
        for a in group[group.value > 0].itertuples()
        for r in group[group.value < 0].itertuples()
    ]
    return pd.DataFrame(rows, columns=["proposition", "affirms", "rejects", "values"])


def pairs_in_words(pairs: pd.DataFrame, labels: dict[str, str], fewest: int) -> str:
    """The closest and the most distant pairs, ties included, among those with at least `fewest` shared propositions."""
    ranked = pairs[pairs.n >= fewest].sort_values(["agreement", "n"], ascending=False)
    left_out = (
        f"{len(pairs) - len(ranked)} of {len(pairs)} pairs share fewer than {fewest} propositions and are not ranked."
    )
    if len(ranked) < 2:
        return f"Too few pairs share {fewest} propositions to say who is closest. {left_out}"

    def said(row: pd.Series) -> str:
        names = f"{labels[row.source_a]} and {labels[row.source_b]}"
        return f"{names} (same side {row.same_sign}, opposite sides {row.opposite_sign}, mean distance {row.mean_distance:.2f}, n = {row.n})"

    closest, furthest = (
        ranked[np.isclose(ranked.agreement, bound)] for bound in (ranked.agreement.max(), ranked.agreement.min())
    )
    named = ["; ".join(said(row) for _, row in rows.iterrows()) for rows in (closest, furthest)]
    return f"Closest: {named[0]}. Furthest apart: {named[1]}. {left_out}"
