"""Pairs of sources: on how much do two of them agree?

For any number of sources the counts come from matrix products over *steps*: a value is written as +1 or −1 for each
step of the scale that lies below or above it, and silence as 0.  The product of two such rows is the range of the scale
times n, less twice the sum of the distances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, at_least_one, middle_of, required, sign, values

PAIRS = ["source_a", "source_b", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement"]
MOST = 50_000_000  # pairs in one table; beyond that it would no longer fit into 8 GB
MOST_NAMED = 8  # pairs of one rank named in a sentence
BLOCK = 512
STEPS = 64  # steps of a scale up to which matrix products pay


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
        return pairs_of(matrix, scale)
    group = grouping(stances, "proposition", by)
    parts = [pairs_of(matrix[matrix.index.map(group) == name], scale).assign(**{by: name}) for name in group.unique()]
    return pd.concat(parts or [pd.DataFrame(columns=[by, *PAIRS])], ignore_index=True)[[by, *PAIRS]]


def grouping(table: pd.DataFrame, key: str, by: str) -> pd.Series:
    """The one entry of `by` for each key, in order of first mention; ValueError if a key has none or several."""
    required(table, (key, by))
    once = pd.DataFrame({"key": table[key], "by": table[by]}).drop_duplicates()
    if (torn := once["key"].duplicated()).any():
        several = ", ".join(map(str, once["key"][torn].unique()[:5]))
        raise ValueError(f"{by} is not the same in all rows of {key} {several}; give each one {by}")
    if (bare := once["by"].isna()).any():
        raise ValueError(
            f"no {by} is given for {key} {', '.join(map(str, once['key'][bare][:5]))}; fill it in, or leave those rows out"
        )
    return once.set_index("key")["by"]


def pairs_of(matrix: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """`pairwise_agreement` of a sound matrix, as `values` gives it."""
    sources, rows = matrix.columns, np.ascontiguousarray(matrix.to_numpy().T)
    size = len(sources)
    if (total := size * (size - 1) // 2) > MOST:
        raise ValueError(
            f"{size} sources make {total:,} pairs, too many for a table; use agreement_of_each (a row a source) or agreement_with (one against all)"
        )
    counted, _ = _counting(rows, scale)
    columns: dict[str, Any] = {name: np.empty(total, "int64") for name in ("n", "same_sign", "opposite_sign", "equal")}
    apart = np.empty(total)
    first = np.cumsum([0, *range(size - 1, 0, -1)])  # where the pairs of each source begin
    for low in range(0, size, BLOCK):
        here, rest = slice(low, low + BLOCK), slice(low, size)
        _unfold(counted("distance", here, rest), apart, first[low:])
        for name, into in columns.items():
            _unfold(counted(name, here, rest), into, first[low:])
    n = columns["n"]
    distance = np.divide(apart, n, out=np.full(total, np.nan), where=n > 0)
    a = np.repeat(np.arange(size), np.arange(size)[::-1])
    b = np.arange(total) - np.repeat(first[:size], np.arange(size)[::-1]) + a + 1
    columns |= {"source_a": sources.take(a), "source_b": sources.take(b), "mean_distance": distance}
    return pd.DataFrame({**columns, "agreement": 1 - distance / (scale[1] - scale[0])}, columns=PAIRS, copy=False)


def closeness(matrix: pd.DataFrame, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    """`n` and `agreement` of `pairs_of`, in its order, without the rest."""
    size, rows = len(matrix.columns), np.ascontiguousarray(matrix.to_numpy().T)
    counted, _ = _counting(rows, scale)
    whole, upper = slice(0, size), np.triu_indices(size, 1)
    n, apart = (counted(what, whole, whole)[upper].astype("float64") for what in ("n", "distance"))
    distance = np.divide(apart, n, out=np.full(len(n), np.nan), where=n > 0)
    return n, 1 - distance / (scale[1] - scale[0])


def _unfold(block: np.ndarray, into: np.ndarray, first: np.ndarray) -> None:
    """Write what lies right of the block's diagonal, row after row, to where each row's pairs begin."""
    width = block.shape[1]
    for i, row in enumerate(block[: width - 1]):
        into[first[i] : first[i] + width - 1 - i] = row[i + 1 :]


def _counting(rows: np.ndarray, scale: Scale) -> tuple[Callable[[str, slice, slice], np.ndarray], float]:
    """Sources × propositions → a function that counts, for two slices of sources, what each pair of them shares; and a range.

    It counts `n`, `same_sign`, `opposite_sign`, `equal`, `distance`, the sum of the distances, and `close`, the range times n less twice that.  By
    matrix products where the values lie on few whole steps, exactly; else item by item.
    """
    held = np.unique(rows[~np.isnan(rows)])
    span = float(held[-1] - held[0]) if len(held) else 0.0
    whole = bool((np.diff(held) == np.round(np.diff(held))).all())
    if not whole or span > STEPS or span * rows.shape[1] >= 2**24:
        return _item_by_item(rows, scale, span), span
    kind = "float32"  # holds whole numbers exactly up to 2²⁴
    middles = np.arange(held[0], held[-1]) + 0.5 if len(held) else np.empty(0)
    spoken = (~np.isnan(rows)).astype(kind)
    with np.errstate(invalid="ignore"):
        signs = sign(rows, scale)
        up, down = (signs > 0).astype(kind), (signs < 0).astype(kind)
        above = [np.where(rows > middle, 1, -1).astype(kind) * spoken for middle in middles]
    none = [np.zeros((len(rows), 1), kind)]
    same, equal, close = (
        np.hstack([up, down]),
        np.hstack([(rows == v).astype(kind) for v in held] or none),
        np.hstack(above or none),
    )
    factors = {"n": (spoken, spoken), "same_sign": (same, same), "opposite_sign": (same, np.hstack([down, up])), "equal": (equal, equal), "close": (close, close)}  # fmt: skip

    def counted(what: str, here: slice, there: slice) -> np.ndarray:
        if what == "distance":
            return (span * counted("n", here, there) - counted("close", here, there)) / 2
        left, right = factors[what]
        return left[here] @ right[there].T

    return counted, span


def _item_by_item(rows: np.ndarray, scale: Scale, span: float) -> Callable[[str, slice, slice], np.ndarray]:
    """As `_counting`, for values with many steps, such as a continuous scale."""

    def counted(what: str, here: slice, there: slice) -> np.ndarray:
        total = np.zeros((len(rows[here]), len(rows[there])))
        for a, b in zip(rows[here].T, rows[there].T, strict=True):
            if what == "equal":
                total += np.equal.outer(a, b)
            elif what in ("same_sign", "opposite_sign"):
                total += np.multiply.outer(sign(a, scale), sign(b, scale)) == (1 if what == "same_sign" else -1)
            else:
                distance = np.abs(np.subtract.outer(a, b))
                total += (
                    ~np.isnan(distance)
                    if what == "n"
                    else np.nan_to_num(distance if what == "distance" else span - 2 * distance)
                )
        return total

    return counted


EACH = ["source", "others", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement", "closest", "closest_n", "closest_agreement"]  # fmt: skip
INTERVALS = ["source_a", "source_b", "n", "agreement", "low", "high"]
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
    counted, span = _counting(rows, scale)
    size, reach = len(rows), scale[1] - scale[0]
    total, others = np.zeros(size), np.zeros(size, "int64")
    best, whom = np.full(size, -np.inf), np.full(size, -1)
    for here, there in _triangle(size):
        n, score = counted("n", here, there), counted("close", here, there)
        if here == there:
            np.fill_diagonal(n, 0)
        least = n.min()
        if least > 0:
            shared = None  # every pair shares something
            score /= n
        else:
            shared = n > 0
            np.divide(score, n, out=score, where=shared)
            score[~shared] = 0
        ranked = score if least >= max(fewest, 1) else np.where(n >= max(fewest, 1), score, -np.inf)
        for whose, whom_there, axis in ((here, there, 1), (there, here, 0))[: 1 if here == there else 2]:
            ones = np.ones(score.shape[axis], score.dtype)
            total[whose] += score @ ones if axis else ones @ score
            others[whose] += n.shape[axis] if shared is None else shared.sum(axis)
            top = ranked.max(axis)
            better = np.flatnonzero(top > best[whose])
            best[whose][better] = top[better]
            whom[whose][better] = whom_there.start + np.take(ranked, better, 1 - axis).argmax(axis)
    mean = 1 - (span - np.divide(total, others, out=np.full(size, np.nan), where=others > 0)) / (2 * reach)
    has = whom >= 0
    apart = np.abs(rows - rows[whom])
    closest_n = np.where(has, (~np.isnan(apart)).sum(axis=1), 0)
    nearest = 1 - np.divide(np.nansum(apart, axis=1), closest_n * reach, out=np.full(size, np.nan), where=has)
    result = {
        "source": sources,
        "others": others,
        **_sums_over_others(rows, scale),
        "mean_distance": reach * (1 - mean),
        "agreement": mean,
    }
    result |= {"closest": pd.Series(sources.take(np.maximum(whom, 0))).where(has), "closest_n": closest_n}
    return pd.DataFrame({**result, "closest_agreement": nearest}, columns=EACH)


def agreement_with(stances: pd.DataFrame, source: Any, scale: Scale = SCALE) -> pd.DataFrame:
    """One source against every other, the closest first: the columns of `pairwise_agreement` with one `source`."""
    matrix = values(stances, scale)
    if source not in matrix.columns:
        raise ValueError(f"no source {source!r} in the table")
    own, middle = matrix[source].to_numpy(), middle_of(scale)
    heard = np.flatnonzero(~np.isnan(own))
    n, same, opposite, equal = (np.zeros(len(matrix.columns), "int64") for _ in range(4))
    total = np.zeros(len(n))
    # item by item, so that everything stays in the processor's cache
    for value, theirs in zip(own[heard], np.ascontiguousarray(matrix.to_numpy()[heard]), strict=True):
        spoken = ~np.isnan(theirs)
        n += spoken
        total += np.where(spoken, np.abs(theirs - value), 0)
        equal += theirs == value
        if value != middle:
            above, below = theirs > middle, theirs < middle
            same += above if value > middle else below
            opposite += below if value > middle else above
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    columns = [matrix.columns, n, same, opposite, equal]
    table = pd.DataFrame(dict(zip(WITH, [*columns, mean, 1 - mean / (scale[1] - scale[0])], strict=True)))
    others = matrix.columns != source
    return table[others].sort_values(["agreement", "n"], ascending=False, kind="stable", ignore_index=True)


def _triangle(size: int) -> Iterator[tuple[slice, slice]]:
    """Blocks of rows and columns that together hold every pair once (and those on the diagonal twice)."""
    starts = range(0, size, BLOCK)
    for low in starts:
        for left in starts[low // BLOCK :]:
            yield slice(low, min(low + BLOCK, size)), slice(left, min(left + BLOCK, size))


def _sums_over_others(rows: np.ndarray, scale: Scale) -> dict[str, np.ndarray]:
    """n, same_sign, opposite_sign and equal of each source, summed over all others: proposition by proposition, without forming a pair."""
    sums = {name: np.zeros(len(rows), "int64") for name in ("n", "same_sign", "opposite_sign", "equal")}
    middle = middle_of(scale)
    for column in rows.T:
        spoken, up, down = ~np.isnan(column), column > middle, column < middle
        sums["n"] += spoken * (spoken.sum() - 1)
        sums["same_sign"] += up * (up.sum() - 1) + down * (down.sum() - 1)
        sums["opposite_sign"] += up * down.sum() + down * up.sum()
        _, which, times = np.unique(column[spoken], return_inverse=True, return_counts=True)
        sums["equal"][spoken] += times[which] - 1
    return sums


def pair_intervals(stances: pd.DataFrame, scale: Scale = SCALE, draws: int = 2000, seed: int = 1917) -> pd.DataFrame:
    """How far each pair's agreement hangs on single propositions: `source_a, source_b, n, agreement, low, high`.

    `low` and `high` are the 2.5 and 97.5 percentiles of the agreement over `draws` tables, each made of as many propositions
    as the debate has, drawn with replacement (percentile bootstrap: B. Efron and R. Tibshirani, An Introduction to the
    Bootstrap, 1993, ch. 13).  Not a sampling error of the authors: propositions are no sample.  Missing below n = 2 and where
    the two are equally far apart on all, so that drawing again shows nothing.
    """
    at_least_one(draws)
    wide = values(stances, scale)
    table, matrix = pairs_of(wide, scale), wide.to_numpy()
    if not len(matrix):
        return table.assign(low=np.nan, high=np.nan)[INTERVALS]
    if len(table) * draws > 1e9:
        raise ValueError(f"{len(table):,} pairs are too many for intervals; choose fewer sources, or fewer draws")
    counts = np.random.default_rng(seed).multinomial(
        len(matrix), np.full(len(matrix), 1 / max(len(matrix), 1)), size=draws
    )
    bounds = []
    for a, b in combinations(range(matrix.shape[1]), 2):
        apart = np.abs(matrix[:, a] - matrix[:, b])
        shared = ~np.isnan(apart)
        n = counts[:, shared].sum(axis=1)
        drawn = counts[:, shared] @ apart[shared] / np.where(n > 0, n, np.nan) / (scale[1] - scale[0])
        moves = shared.sum() > 1 and np.ptp(apart[shared]) > 0
        bounds.append(1 - np.nanquantile(drawn, [0.975, 0.025]) if moves else (np.nan, np.nan))
    table[["low", "high"]] = np.array(bounds).reshape(-1, 2)
    return table[INTERVALS]


def silence_as_zero(stances: pd.DataFrame, scale: Scale = SCALE) -> pd.DataFrame:
    """The stances with every silence set to the middle of the scale: what a careless reading of the table would do.

    With a column `status`, what is not coded stays missing.
    """
    silent = stances.value.isna() if "status" not in stances else stances.status == "silence"
    middle = middle_of(scale)
    if middle == int(middle):
        return stances.assign(value=stances.value.mask(silent, int(middle)))
    return stances.assign(value=stances.value.astype("float64").mask(silent, middle))


def opposed(stances: pd.DataFrame, scale: Scale = SCALE) -> pd.DataFrame:
    """Every proposition on which one source stands above the middle of the scale and another below it: `proposition, affirms,
    value_a, rejects, value_b`, in the order of the table."""
    values(stances, scale)
    spoken = stances.dropna(subset=["value"])
    middle = middle_of(scale)
    rows = [
        (proposition, a.source, a.value, r.source, r.value)
        for proposition, group in spoken.groupby("proposition", sort=False)
        for a in group[group.value > middle].itertuples()
        for r in group[group.value < middle].itertuples()
    ]
    return pd.DataFrame(rows, columns=["proposition", "affirms", "value_a", "rejects", "value_b"])


def pairs_in_words(pairs: pd.DataFrame, labels: dict[str, str], fewest: int) -> str:
    """The closest and the most distant pairs, ties included, among those with at least `fewest` shared propositions."""
    ranked = pairs[pairs.n >= max(fewest, 1)].sort_values(["agreement", "n"], ascending=False, kind="stable")
    left_out = (
        f"{len(pairs) - len(ranked)} of {len(pairs)} pairs share fewer than {fewest} propositions and are not ranked."
    )
    if len(ranked) < 2:
        return f"Too few pairs share {fewest} propositions to say who is closest. {left_out}"

    def said(row: pd.Series) -> str:
        names = f"{labels.get(row.source_a, row.source_a)} and {labels.get(row.source_b, row.source_b)}"
        return f"{names} (same side {row.same_sign}, opposite sides {row.opposite_sign}, mean distance {row.mean_distance:.2f}, n = {row.n})"

    closest, furthest = (
        ranked[np.isclose(ranked.agreement, bound)] for bound in (ranked.agreement.max(), ranked.agreement.min())
    )
    named = [
        "; ".join([*(said(row) for _, row in rows.head(MOST_NAMED).iterrows()), *_more(rows)])
        for rows in (closest, furthest)
    ]
    return f"Closest: {named[0]}. Furthest apart: {named[1]}. {left_out}"


def _more(rows: pd.DataFrame) -> list[str]:
    """How many pairs of a rank are not named."""
    return [f"and {len(rows) - MOST_NAMED} more pairs (named: those that share most)"] if len(rows) > MOST_NAMED else []
