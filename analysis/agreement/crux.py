"""Cruxes: on what does it hang who is close to whom, and do those who agree agree for the same reasons?"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, flipped, middle_of, sign, values
from analysis.agreement.pairs import pairs_of

CRUXES = ["proposition", "source", "value", "n", "swaps", "of", "moves", "with", "closest_before", "closest_after"]
MOST = 4950  # pairs of 100 sources
TIE = 5e-10  # two agreements closer than this are the same
RESTS_ON = [
    "proposition",
    "source_a",
    "source_b",
    "value_a",
    "value_b",
    "distance",
    "n_left",
    "agreement_left",
    "until",
]


def cruxes(stances: pd.DataFrame, scale: Scale = SCALE, fewest: int = 1) -> pd.DataFrame:
    """For each proposition the one flip that most changes who is close to whom; the greatest first.

    A flip puts one source's value on the other side of the scale, as far towards its end.  Columns: `source`, `value`: whose and which;
    `n`: how many sources speak to the proposition; `swaps`: of the pairs of pairs, `of` in number, those whose order by
    agreement changes (a tie that comes or goes counts ½), among pairs with at least `fewest` shared propositions; `moves`: the
    largest change of a pair's agreement, `with`: that pair's other source (missing if nothing moves); `closest_before`, `closest_after`: the closest pairs as tuples
    of tuples.  Propositions that nobody could flip (values in the middle, fewer than two speak) are left out.  ValueError for more than 100 sources.
    """
    matrix = values(stances, scale)
    pairs = pairs_of(matrix, scale)
    names = list(zip(pairs["source_a"], pairs["source_b"], strict=True))
    before, n = pairs["agreement"].to_numpy(), pairs["n"].to_numpy()
    ranked = n >= max(fewest, 1)
    of = int(ranked.sum() * (ranked.sum() - 1) // 2)
    middle, reach = middle_of(scale), scale[1] - scale[0]
    if len(names) > MOST:
        raise ValueError(
            f"{len(names):,} pairs are too many to try every flip; choose at most {MOST:,} of them, that is 100 sources"
        )
    place = {source: i for i, source in enumerate(matrix.columns)}
    by_size = np.sort(before[ranked])
    first, second = (np.array([place[pair[end]] for pair in names], dtype=int) for end in (0, 1))
    rows = []
    for proposition, given in zip(matrix.index, matrix.to_numpy(), strict=True):
        flips = []
        for source, i in place.items():
            value = given[i]
            if np.isnan(value) or value == middle or (~np.isnan(given)).sum() < 2:
                continue
            other = np.where(first == i, given[second], np.where(second == i, given[first], np.nan))
            change = (np.abs(value - other) - np.abs(flipped(value, scale) - other)) / (reach * np.maximum(n, 1))
            change = np.nan_to_num(change)
            most = int(np.abs(change).argmax())
            whom = None if change[most] == 0 else names[most][1] if names[most][0] == source else names[most][0]
            flips.append(
                (
                    _swaps(before[ranked], change[ranked], by_size),
                    abs(change[most]),
                    source,
                    value,
                    whom,
                    before + change,
                )
            )
        if flips:
            swaps, moves, source, value, whom, after = max(flips, key=lambda f: f[:2])
            closest = [_closest(names, agreement, ranked) for agreement in (before, after)]
            rows.append((proposition, source, value, int((~np.isnan(given)).sum()), swaps, of, moves, whom, *closest))
    table = pd.DataFrame(rows, columns=CRUXES)
    return table.sort_values(["swaps", "moves"], ascending=False, kind="stable", ignore_index=True)


def _swaps(before: np.ndarray, change: np.ndarray, by_size: np.ndarray) -> float:
    """The pairs of entries whose order changes; one that becomes or ceases to be a tie counts ½.  `by_size`: `before`, sorted."""
    moved = change != 0
    old, new = before[moved], (before + change)[moved]

    def order(x: np.ndarray) -> np.ndarray:
        apart = x[:, None] - x
        return np.sign(np.where(np.abs(apart) < TIE, 0, apart))

    def rank(x: np.ndarray) -> np.ndarray:
        """The entries below each, less those above it, among those that did not move."""
        among_all = np.searchsorted(by_size, x - TIE) + np.searchsorted(by_size, x + TIE, "right") - len(by_size)
        apart = x[:, None] - old
        return np.asarray(among_all - np.sign(np.where(np.abs(apart) < TIE, 0, apart)).sum(axis=1))

    # an entry that moves passes all others on one side only; two entries that both moved are met twice
    return float((np.abs(rank(old) - rank(new)).sum() + np.abs(order(old) - order(new)).sum() / 2) / 2)


def _closest(names: list[tuple[Any, Any]], agreement: np.ndarray, ranked: np.ndarray) -> tuple[tuple[Any, Any], ...]:
    if not ranked.any():
        return ()
    return tuple(
        name for name, a, r in zip(names, agreement, ranked, strict=True) if r and a >= agreement[ranked].max() - 1e-9
    )


def disagreement_rests_on(
    stances: pd.DataFrame,
    source_a: str | None = None,
    source_b: str | None = None,
    scale: Scale = SCALE,
    until: float | None = None,
    fewest: int = 1,
) -> pd.DataFrame:
    """The smallest set of propositions without which two sources would agree as much as `until`, the widest apart first.

    Without names: the pair furthest apart of those with at least `fewest` shared propositions.  `until`: an agreement from 0 to 1; if
    None, the mean agreement of all other pairs with at least `fewest` shared propositions.  Columns: both sources and their values, `distance` in points, and `n_left`,
    `agreement_left`: what is left without this proposition and those above it (missing if nothing is left).  Empty if they agree as much
    already, or if no pair is named and there is no other to measure by; all their shared propositions if no smaller set will do.  Of equally distant propositions the first mentioned is taken: others of
    the same distance would serve as well.
    """
    matrix = values(stances, scale)
    pairs = pairs_of(matrix, scale)
    if (source_a is None) != (source_b is None):
        raise ValueError(f"only {source_a or source_b} is named; name two sources, or none for the pair furthest apart")
    if until is not None and not 0 <= until <= 1:
        raise ValueError(f"until is an agreement from 0 to 1; this is {until:g}")
    named = source_a is not None
    if source_a is None or source_b is None:
        ranked = pairs[pairs["n"] >= max(fewest, 1)]
        if ranked.empty:
            return pd.DataFrame(columns=RESTS_ON)
        source_a, source_b = ranked.loc[ranked["agreement"].idxmin(), ["source_a", "source_b"]]
    unknown = [s for s in (source_a, source_b) if s not in matrix.columns]
    if unknown:
        raise ValueError(f"no source {', '.join(map(str, unknown))} in the table")
    if source_a == source_b:
        raise ValueError(f"{source_a} is named twice; name two sources")
    if until is None:
        names = {source_a, source_b}
        until = float(
            pairs["agreement"][
                (pairs["n"] >= fewest) & ~(pairs["source_a"].isin(names) & pairs["source_b"].isin(names))
            ].mean()
        )
        if np.isnan(until) and not named:
            return pd.DataFrame(columns=RESTS_ON)
        if np.isnan(until):
            raise ValueError(
                "there is no other pair to measure the disagreement by; say how much agreement is enough, e.g. until=0.5"
            )
    mentioned = pd.Index(stances["proposition"].unique())
    both = matrix.loc[mentioned, [source_a, source_b]].dropna()
    apart = (both[source_a] - both[source_b]).abs().sort_values(ascending=False, kind="stable")
    # leaving out the widest distance raises the mean of the rest most, so taking them in turn gives the smallest set
    left = np.array([apart.iloc[k:].mean() if k < len(apart) else np.nan for k in range(len(apart) + 1)])
    agreement = 1 - left / (scale[1] - scale[0])
    enough = np.flatnonzero(agreement >= until - 1e-9)
    taken = apart.index[: enough[0] if len(enough) else len(apart)]
    k = len(taken)
    table = pd.DataFrame(
        {"proposition": taken, "distance": apart.to_numpy()[:k], "n_left": len(apart) - np.arange(1, k + 1)}
    )
    table["source_a"], table["source_b"], table["agreement_left"] = source_a, source_b, agreement[1 : k + 1]
    table["value_a"], table["value_b"] = (both[s][taken].to_numpy() for s in (source_a, source_b))
    return table.assign(until=until)[RESTS_ON]


def rests_on_in_words(table: pd.DataFrame, labels: dict[str, str]) -> str:
    """On how many propositions the disagreement rests, in a sentence.  `table`: as `disagreement_rests_on`."""
    if table.empty:
        return "No pair disagrees so much that anything would have to be left out, or there is no other pair to measure it by."
    last = table.iloc[-1]
    names = f"{labels.get(last.source_a, last.source_a)} and {labels.get(last.source_b, last.source_b)}"
    n = len(table) + last.n_left
    if pd.isna(last.agreement_left):
        return f"{names} differ throughout: no part of their {n} shared propositions is so small that the rest would reach an agreement of {last.until:.2f}."
    return (
        f"The disagreement of {names} rests on {len(table)} of their {n} shared propositions: without them they would agree at "
        f"{last.agreement_left:.2f} (n = {last.n_left}), where {last.until:.2f} was asked for."
    )


def grounds(
    stances: pd.DataFrame, stance_claims: pd.DataFrame, links: pd.DataFrame, scale: Scale = SCALE
) -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
    """What each source rests each stance on, said in the debate's own propositions.

    The grounds of a stance are the other stances of the same source, as (proposition, sign), that rest on one of its
    claims or on a claim that supports one of them, directly or through others.
    """
    signs = {
        (r.source, r.proposition): int(sign(r.value, scale)) for r in stances.dropna(subset=["value"]).itertuples()
    }
    if "role" in stance_claims:  # a claim that only limits a stance is no ground of it
        stance_claims = stance_claims[stance_claims.role != "limits"]
    uses: dict[tuple[str, str], set[str]] = {}
    claims: dict[tuple[str, str], set[str]] = {}
    for row in stance_claims.itertuples():
        uses.setdefault((row.source, row.claim), set()).add(row.proposition)
        claims.setdefault((row.source, row.proposition), set()).add(row.claim)
    reasons: dict[tuple[str, str], set[str]] = {}
    for row in links[links.relation == "supports"].itertuples():
        reasons.setdefault((row.source, row.target), set()).add(row.claim)
    result = {}
    for (source, proposition), resting in claims.items():
        reached, frontier = set(resting), list(resting)
        while frontier:
            new = reasons.get((source, frontier.pop()), set()) - reached
            reached |= new
            frontier += new
        others = {p for c in reached for p in uses.get((source, c), ())} - {proposition}
        result[source, proposition] = frozenset((p, signs[source, p]) for p in others if (source, p) in signs)
    return result


def shared_conclusions(
    stances: pd.DataFrame, stance_claims: pd.DataFrame, links: pd.DataFrame, scale: Scale = SCALE
) -> pd.DataFrame:
    """Each agreement of two sources, and whether they come to it by common grounds (see `grounds`).

    Columns: `source_a, source_b, proposition, value_a, value_b, grounds_a, grounds_b, common`: the numbers of grounds of
    each and of those held by both.  `common` = 0 is agreement for different reasons, as far as the coding shows.
    """
    by = grounds(stances, stance_claims, links, scale)
    matrix = values(stances, scale)
    rows = []
    for a, b in combinations(matrix.columns, 2):
        both = matrix[[a, b]].dropna()
        for proposition, (x, y) in zip(both.index, both.to_numpy(), strict=True):
            if sign(x, scale) * sign(y, scale) > 0:
                left, right = by.get((a, proposition), frozenset()), by.get((b, proposition), frozenset())
                rows.append((a, b, proposition, int(x), int(y), len(left), len(right), len(left & right)))
    return pd.DataFrame(
        rows, columns=["source_a", "source_b", "proposition", "value_a", "value_b", "grounds_a", "grounds_b", "common"]
    )
