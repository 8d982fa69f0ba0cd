"""Chance: would sources who speak to the same propositions, and say anything, look as close as this?

The null model permutes the values of each proposition among the sources that speak to it.  Who speaks to what, every n, and how
each proposition divides stay as they are; only who says what is left to chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, at_least_one, values
from analysis.agreement.pairs import STEPS, pairs_of

BY_CHANCE = [
    "source_a",
    "source_b",
    "n",
    "n_testable",
    "agreement",
    "expected",
    "low",
    "high",
    "p_closer",
    "p_further",
    "p_closest",
    "p_furthest",
]
BATCH = 4_000_000  # numbers held at once
MOST_DRAWN = 100_000_000  # agreements held for the percentiles
MOST_SOURCES = 16  # beyond that there are too many splits to try


def pairs_by_chance(
    stances: pd.DataFrame, scale: Scale = SCALE, draws: int = 9999, seed: int = 1917, fewest: int = 1
) -> pd.DataFrame:
    """Is this pair closer, or further apart, than chance would have it at this n?

    Columns: `n_testable`: of the n shared propositions those on which a permutation can bring the two closer or further apart: more
    than these two speak, and not all alike.  With none the rest is missing.  `expected`, `low`, `high`: mean and 2.5 and 97.5 percentiles of the pair's agreement over `draws` permutations;
    `p_closer`, `p_further`: the share of permutations in which the pair is at least as close, or as far apart, as it is;
    `p_closest`, `p_furthest`: in which *any* pair of those with at least `fewest` shared propositions deviates as far from its own mean, in standard
    deviations of its own: to be used when the pair was picked because it stood out, each direction at half the level (max-T: P. Westfall and S. Young,
    Resampling-Based Multiple Testing, 1993); missing for pairs below `fewest`.  Shares are (b + 1) / (draws + 1) (B. Phipson and
    G. Smyth, Statistical Applications in Genetics and Molecular Biology 9:39, 2010).  Missing where nothing is shared.
    """
    at_least_one(draws)
    wide = values(stances, scale)
    table, matrix = pairs_of(wide, scale), wide.to_numpy()
    if len(table) * draws > MOST_DRAWN:
        raise ValueError(
            f"{len(table):,} pairs in {draws:,} draws are too many to hold; ask for at most {MOST_DRAWN // max(len(table), 1):,} draws, or choose fewer sources"
        )
    null = np.concatenate(list(_permuted(matrix, scale, draws, seed)))
    table["n_testable"] = _testable(matrix)
    seen, shared = table["agreement"].to_numpy(), (table["n_testable"] > 0).to_numpy()
    ranked = shared & (table["n"] >= fewest).to_numpy()
    found = np.full((7, len(table)), np.nan)
    if shared.any():
        close, here = null[:, shared], seen[shared]
        found[:3, shared] = np.vstack([close.mean(axis=0), np.percentile(close, [2.5, 97.5], axis=0)])
        found[3, shared], found[4, shared] = _p(close >= here - 1e-9), _p(close <= here + 1e-9)
    if ranked.any():
        # each pair is measured by its own null, or the pair that is far apart by construction would be the furthest in every permutation
        mean, sd = null[:, ranked].mean(axis=0), null[:, ranked].std(axis=0)
        deviation, own = (null[:, ranked] - mean) / sd, (seen[ranked] - mean) / sd
        found[5, ranked] = _p(deviation.max(axis=1)[:, None] >= own - 1e-9)
        found[6, ranked] = _p(deviation.min(axis=1)[:, None] <= own + 1e-9)
    table[BY_CHANCE[5:]] = found.T
    return table[BY_CHANCE]


def _testable(matrix: np.ndarray) -> np.ndarray:
    """For each pair the propositions to which both and a third speak, with more than one value among those who speak."""
    spoken = ~np.isnan(matrix)
    differ = (matrix.max(axis=1, where=spoken, initial=-np.inf) > matrix.min(axis=1, where=spoken, initial=np.inf)) & (
        spoken.sum(axis=1) > 2
    )
    open_to_both = spoken[differ].astype(int).T @ spoken[differ].astype(int)
    return open_to_both[np.triu_indices(matrix.shape[1], 1)]


def _p(at_least: np.ndarray) -> np.ndarray:
    return (at_least.sum(axis=0) + 1) / (len(at_least) + 1)


def _permuted(matrix: np.ndarray, scale: Scale, draws: int, seed: int) -> Iterator[np.ndarray]:
    """The agreement of every pair in each permutation, permutations × pairs, batch after batch."""
    random = np.random.default_rng(seed)
    spoken = ~np.isnan(matrix)
    a, b = np.array(list(combinations(range(matrix.shape[1]), 2)), dtype=int).reshape(-1, 2).T
    n = (spoken[:, a] & spoken[:, b]).sum(axis=0)
    speakers = np.argsort(~spoken, axis=1, kind="stable")
    steps = _steps(matrix)
    held = len(a) if steps is None else matrix.shape[1] * (len(steps) + 1)
    batch = max(1, BATCH // max(matrix.shape[0] * max(held, 1), 1))
    for begun in range(0, draws, batch):
        size = min(batch, draws - begun)
        # the silent come last, the others in random order
        order = np.argsort(np.where(spoken, random.random((size, *matrix.shape)), 2.0), axis=2)
        drawn = np.empty((size, *matrix.shape))
        shuffled = np.take_along_axis(np.broadcast_to(matrix, drawn.shape), order, axis=2)
        np.put_along_axis(drawn, np.broadcast_to(speakers, drawn.shape), shuffled, axis=2)
        if steps is None:
            apart = np.nansum(np.abs(drawn[:, :, a] - drawn[:, :, b]), axis=1)
        else:
            apart = _distances(drawn, steps, n, a, b)
        yield 1 - np.divide(apart, n, out=np.full(apart.shape, np.nan), where=n > 0) / (scale[1] - scale[0])


def _steps(matrix: np.ndarray) -> np.ndarray | None:
    """The middles of the steps between the values, if these are few whole numbers; else None."""
    held = np.unique(matrix[~np.isnan(matrix)])
    if not len(held) or (held != np.round(held)).any() or np.ptp(held) > STEPS or np.ptp(held) * len(matrix) >= 2**24:
        return None
    return np.arange(held[0], held[-1]) + 0.5


def _distances(drawn: np.ndarray, steps: np.ndarray, n: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The sum of the distances of each pair in each table, as products over steps (see `pairs`): exact, and many times as fast for many sources."""
    with np.errstate(invalid="ignore"):
        sides = [(drawn > s).astype("float32") - (drawn < s).astype("float32") for s in steps]  # 0 where silent
    rows = np.concatenate(sides or [np.zeros_like(drawn, "float32")], axis=1)
    close = (rows.transpose(0, 2, 1) @ rows)[:, a, b]
    return np.asarray((len(steps) * n - close.astype("float64")) / 2)


@dataclass(frozen=True)
class Camps:
    """Two camps, if the sources fall into two more clearly than chance would have it; else None, and `reason` says so.

    `contrast`: mean agreement within camps less that between them, each pair weighted by its n; `best`: the split with the
    largest contrast, whether it stands or not; `n_pairs` pairs compared; `p`: share of permutations whose own best split has as
    large a contrast.
    """

    camps: dict[str, str] | None
    best: dict[str, str]
    contrast: float | None
    p: float | None
    n_pairs: int
    level: float
    reason: str = ""


def camps(
    stances: pd.DataFrame, scale: Scale = SCALE, draws: int = 1999, seed: int = 1917, level: float = 0.01
) -> Camps:
    """Do the sources fall into two camps?  Every split in two groups is tried, here and in each permutation.

    Camps are named only if `p` is at most `level`, so that one debate in a hundred without camps is said to have them.  A group of one is allowed, but not two of one.  Of more than
    16 sources there are too many splits: `reason` then says so.
    """
    at_least_one(draws)
    matrix = values(stances, scale)
    sources = list(matrix.columns)
    table = pairs_of(matrix, scale)
    shared = (table["n"] > 0).to_numpy()
    if len(sources) > MOST_SOURCES:
        reason = f"{len(sources)} sources can be split in too many ways to try; choose at most {MOST_SOURCES} of them"
        return Camps(None, {}, None, None, int(shared.sum()), level, reason)
    splits, weights = _splits(len(sources), table["n"].to_numpy()[shared], shared)
    if not len(splits):
        reason = "fewer than three sources can be compared" if len(sources) < 3 else "too few pairs share a proposition"
        return Camps(None, {}, None, None, int(shared.sum()), level, reason)
    contrast = weights @ table["agreement"].to_numpy()[shared]
    best = int(contrast.argmax())
    null = np.concatenate(
        [(p[:, shared] @ weights.T).max(axis=1) for p in _permuted(matrix.to_numpy(), scale, draws, seed)]
    )
    p = float(_p((null >= contrast[best] - 1e-9)[:, None])[0])
    members = {source: "AB"[int(side)] for source, side in zip(sources, splits[best], strict=True)}
    stands = p <= level
    reason = (
        ""
        if stands
        else f"the best split is not clear enough to be told from chance (p = {p:.2g}, asked for: {level:g})"
    )
    return Camps(members if stands else None, members, float(contrast[best]), p, int(shared.sum()), level, reason)


def _splits(size: int, n: np.ndarray, shared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every split in two with pairs both within and between, and for each the weights that make of agreements its contrast."""
    sides = (np.arange(1, 2 ** max(size - 1, 0))[:, None] >> np.arange(size)) & 1
    a, b = np.array(list(combinations(range(size), 2)), dtype=int).reshape(-1, 2).T
    within = (sides[:, a] == sides[:, b])[:, shared] * n
    between = n - within
    both = (within.sum(axis=1) > 0) & (between.sum(axis=1) > 0)
    within, between = within[both], between[both]
    return sides[both], within / within.sum(axis=1, keepdims=True) - between / between.sum(axis=1, keepdims=True)


def chance_in_words(by_chance: pd.DataFrame, labels: dict[str, str], level: float = 0.05) -> str:
    """Which pairs stand out beyond chance, counting that all were looked at and both ways, in a sentence each."""

    def said(row: pd.Series, p: float) -> str:
        return f"{labels.get(row.source_a, row.source_a)} and {labels.get(row.source_b, row.source_b)} (agreement {row.agreement:.2f}, by chance {row.low:.2f} to {row.high:.2f}, p = {p:.2g}, n = {row.n}, {row.n_testable} testable)"

    lines = []
    for how, p in (("closer", "p_closest"), ("further apart", "p_furthest")):
        found = by_chance[by_chance[p] <= level / 2].sort_values(p, kind="stable")
        lines.append(
            f"- {how.capitalize()} than chance: "
            + ("; ".join(said(r, r[p]) for _, r in found.iterrows()) or "no pair")
            + "."
        )
    tested = int(by_chance["p_closest"].notna().sum())
    rest = "the others share too few propositions, or none on which chance could act"
    lines.append(
        f"- {tested} of {len(by_chance)} pairs were tested together, both ways, at a level of {level:g}; {rest}."
    )
    return "\n".join(lines)


def camps_in_words(found: Camps, labels: dict[str, str]) -> str:
    """Whether there are camps, and the best split in any case, in two sentences."""
    if not found.best:
        return f"Whether there are camps cannot be said: {found.reason}."
    groups = [", ".join(labels.get(s, s) for s, camp in found.best.items() if camp == name) for name in "AB"]
    split = f"{groups[0]} on the one side, {groups[1]} on the other"
    numbers = f"mean agreement within less between {found.contrast:.2f}, p = {found.p:.2g}, n = {found.n_pairs} pairs"
    if found.camps is None:
        return f"No camps: the clearest split ({split}; {numbers}) is not clear enough to be told from chance at p ≤ {found.level:g}."
    return f"Two camps: {split} ({numbers})."
