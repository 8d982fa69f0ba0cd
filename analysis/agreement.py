"""Tables → measures, each with its n.

Every function takes a tidy table with columns `source, proposition, value` (others are
ignored) in which silence is a missing value or no row, and returns a table or a record.
Nothing here reads files or draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

Level = Literal["nominal", "ordinal", "interval", "ratio"]
PAIRS = ["source_a", "source_b", "n", "same_sign", "opposite_sign", "equal", "mean_distance", "agreement"]


def values(stances: pd.DataFrame) -> pd.DataFrame:
    """The values as a matrix, propositions × sources, NaN for silence."""
    _refuse_doubles(stances, ["source", "proposition"])
    numbers = stances.assign(value=pd.to_numeric(stances.value, errors="raise").astype("float64"))
    return numbers.pivot(index="proposition", columns="source", values="value")


def pairwise_agreement(stances: pd.DataFrame, scale: tuple[float, float] = (-2, 2)) -> pd.DataFrame:
    """How far each pair of sources agrees on the propositions to which both speak.

    Columns: `n` shared propositions; `same_sign`, `opposite_sign`, `equal`: counts among them (0 has no sign: a pair with
    a 0 counts in `n`, and in `equal` if both are 0); `mean_distance`: mean |a − b| in points of the scale; `agreement`:
    mean of 1 − |a − b| / range, from 0 to 1.  With n = 0 the last two are missing, never 0.
    """
    matrix = values(stances)
    span = scale[1] - scale[0]
    rows = []
    for a, b in combinations(matrix.columns, 2):
        both = matrix[[a, b]].dropna()
        product, distance = both[a] * both[b], (both[a] - both[b]).abs()
        rows.append(
            {
                "source_a": a,
                "source_b": b,
                "n": len(both),
                "same_sign": int((product > 0).sum()),
                "opposite_sign": int((product < 0).sum()),
                "equal": int((distance == 0).sum()),
                "mean_distance": distance.mean(),
                "agreement": 1 - distance.mean() / span,
            }
        )
    return pd.DataFrame(rows, columns=PAIRS)


def silence_as_zero(stances: pd.DataFrame) -> pd.DataFrame:
    """The stances with every silence set to 0: what a careless reading of the table would do.

    With a column `status`, what is not coded stays missing.
    """
    silent = stances.value.isna() if "status" not in stances else stances.status == "silence"
    return stances.assign(value=stances.value.mask(silent, 0))


def division(stances: pd.DataFrame) -> pd.DataFrame:
    """How each proposition divides the sources that speak to it.

    Columns: `proposition, n, affirm, reject, mean, spread, lowest, highest`; `spread` is highest − lowest in points of
    the scale, missing if fewer than two speak.
    """
    spoken = stances.dropna(subset=["value"]).assign(value=lambda t: t.value.astype("float64"))
    table = spoken.groupby("proposition", sort=False).value.agg(
        n="size",
        affirm=lambda v: int((v > 0).sum()),
        reject=lambda v: int((v < 0).sum()),
        mean="mean",
        lowest="min",
        highest="max",
    )
    table["spread"] = (table.highest - table.lowest).where(table.n > 1)
    order = stances.proposition.drop_duplicates()
    table = (
        table.reindex(order).fillna({"n": 0, "affirm": 0, "reject": 0}).astype({"n": int, "affirm": int, "reject": int})
    )
    return table.reset_index()


def grounds(
    stances: pd.DataFrame, stance_claims: pd.DataFrame, links: pd.DataFrame
) -> dict[tuple[str, str], frozenset[tuple[str, int]]]:
    """What each source rests each stance on, said in the debate's own propositions.

    The grounds of a stance are the other stances of the same source, as (proposition, sign), that rest on one of its
    claims or on a claim that supports one of them, directly or through others.
    """
    signs = {(r.source, r.proposition): int(np.sign(r.value)) for r in stances.dropna(subset=["value"]).itertuples()}
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


def shared_conclusions(stances: pd.DataFrame, stance_claims: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Each agreement of two sources, and whether they come to it by common grounds (see `grounds`).

    Columns: `source_a, source_b, proposition, value_a, value_b, grounds_a, grounds_b, common`: the numbers of grounds of
    each and of those held by both.  `common` = 0 is agreement for different reasons, as far as the coding shows.
    """
    by = grounds(stances, stance_claims, links)
    matrix = values(stances)
    rows = []
    for a, b in combinations(matrix.columns, 2):
        both = matrix[[a, b]].dropna()
        for proposition, (x, y) in zip(both.index, both.to_numpy(), strict=True):
            if x * y > 0:
                left, right = by.get((a, proposition), frozenset()), by.get((b, proposition), frozenset())
                rows.append((a, b, proposition, int(x), int(y), len(left), len(right), len(left & right)))
    return pd.DataFrame(
        rows, columns=["source_a", "source_b", "proposition", "value_a", "value_b", "grounds_a", "grounds_b", "common"]
    )


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha and what it rests on.  `value` is None where it is undefined; `reason` then says why."""

    value: float | None
    n_units: int
    n_pairable: int
    low: float | None = None
    high: float | None = None
    reason: str = ""


def alpha(ratings: pd.DataFrame, level: Level) -> Alpha:
    """Krippendorff's alpha for any number of coders, with missing values.

    `ratings`: columns `unit, coder, value`.  A unit counts if two coders at least rated it; `n_units` is their number and
    `n_pairable` that of their ratings.  Formula: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011),
    α = 1 − (n − 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck over the coincidences o_ck of the values c and k.
    """
    if level not in _METRICS:
        raise ValueError(f'no level of measurement "{level}"; use one of: {", ".join(_METRICS)}')
    _refuse_doubles(ratings, ["unit", "coder"])
    rated = ratings.dropna(subset=["value"])
    counts = rated.groupby(["unit", "value"]).size().unstack(fill_value=0).sort_index(axis=1)
    counts = counts[counts.sum(axis=1) > 1]
    if counts.empty:
        return Alpha(None, 0, 0, reason="no unit was rated by two coders")
    n_uc = counts.to_numpy(dtype="float64")
    levels = counts.columns.to_numpy(dtype="object" if level == "nominal" else "float64")
    pairs_per_unit = n_uc.sum(axis=1, keepdims=True)
    coincidences = (n_uc / (pairs_per_unit - 1)).T @ n_uc - np.diag((n_uc / (pairs_per_unit - 1)).sum(axis=0))
    n_c = coincidences.sum(axis=1)
    n = n_c.sum()
    distance = _METRICS[level](levels, n_c)
    expected = (np.outer(n_c, n_c) * distance).sum()
    n_units, n_pairable = len(counts), int(n_uc.sum())
    if expected == 0:
        return Alpha(
            None, n_units, n_pairable, reason="all ratings are the same, so chance agreement cannot be estimated"
        )
    return Alpha(float(1 - (n - 1) * (coincidences * distance).sum() / expected), n_units, n_pairable)


def alpha_by(ratings: pd.DataFrame, level: Level, by: str | None = None) -> pd.DataFrame:
    """Alpha over all units, or for each group: `group, alpha, n_units, agree, reason`; `agree` is the share of units
    on which all coders gave the same value."""
    groups = [("all", ratings)] if by is None else list(ratings.groupby(by, sort=False))
    rows = []
    for name, group in groups:
        result = alpha(group, level)
        paired = group.dropna(subset=["value"]).groupby("unit").value.agg(["size", "nunique"]).query("size > 1")
        rows.append((name, result.value, result.n_units, (paired["nunique"] == 1).mean(), result.reason))
    return pd.DataFrame(rows, columns=["group", "alpha", "n_units", "agree", "reason"])


def division_in_words(stances: pd.DataFrame) -> str:
    """What divides the sources most and on what all who speak agree, in a few sentences with n.

    `stances` needs the column `text` as well.
    """
    table = division(stances).merge(stances[["proposition", "text"]].drop_duplicates(), on="proposition")
    spoken = table[table.n > 1]
    if spoken.empty:
        return "No proposition is spoken to by two texts, so there is nothing to compare."
    widest = spoken[spoken.spread == spoken.spread.max()]
    parts = [_listed(f"Most divided, {_points(widest.spread.max())} apart", widest)] if widest.spread.max() > 0 else []
    affirmed, rejected = (spoken[spoken[c] == spoken.n] for c in ("affirm", "reject"))
    parts += [_listed("All who speak affirm", affirmed)] if len(affirmed) else []
    parts += [_listed("All who speak reject", rejected)] if len(rejected) else []
    alone = table[table.n < 2]
    return "\n".join([*parts, f"- Spoken to by fewer than two texts: {len(alone)} of {len(table)} propositions."])


def _points(spread: float) -> str:
    return f"{int(spread)} point{'' if spread == 1 else 's'}"


def _listed(lead: str, rows: pd.DataFrame) -> str:
    return f"- {lead}: " + "; ".join(f"“{r.text}” (n = {r.n})" for r in rows.itertuples()) + "."


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


def reliability_in_words(values: pd.DataFrame, speaks: pd.DataFrame) -> str:
    """Both reliabilities of one question in two sentences, with a warning below 0.6."""

    def said(what: str, result: Alpha) -> str:
        if result.value is None:
            return f"On {what} alpha is undefined (n = {result.n_units}): {result.reason}."
        warning = " That is too low to lean on." if result.value < 0.6 else ""
        return f"On {what} Krippendorff's alpha is {result.value:.2f} (n = {result.n_units} units).{warning}"

    return " ".join(
        [
            said("whether a text speaks at all", alpha(speaks, "nominal")),
            said("what it says, where both coders heard it speak,", alpha(values, "ordinal")),
        ]
    )


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


def _nominal(levels: np.ndarray, n_c: np.ndarray) -> np.ndarray:
    return 1.0 - np.eye(len(levels))


def _ordinal(levels: np.ndarray, n_c: np.ndarray) -> np.ndarray:
    middle = np.cumsum(n_c) - n_c / 2
    return np.subtract.outer(middle, middle) ** 2


def _interval(levels: np.ndarray, n_c: np.ndarray) -> np.ndarray:
    return np.subtract.outer(levels, levels) ** 2


def _ratio(levels: np.ndarray, n_c: np.ndarray) -> np.ndarray:
    total = np.add.outer(levels, levels)
    return np.divide(np.subtract.outer(levels, levels), total, out=np.zeros_like(total), where=total != 0) ** 2


_METRICS = {"nominal": _nominal, "ordinal": _ordinal, "interval": _interval, "ratio": _ratio}


def _refuse_doubles(table: pd.DataFrame, keys: list[str]) -> None:
    doubled = table[table.duplicated(keys, keep=False)]
    if len(doubled):
        rows = ", ".join(map(str, doubled.index[:5]))
        raise ValueError(
            f"{' × '.join(keys)} is given more than once (rows {rows}{', …' if len(doubled) > 5 else ''}); keep one row for each"
        )
