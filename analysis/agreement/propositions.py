"""Propositions: what divides the sources, on what do they agree, and who stands alone?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, sign, values

DIVISION = ["proposition", "n", "affirm", "reject", "mean", "lowest", "highest", "spread", "van_der_eijk", "consensus", "leik", "alone"]  # fmt: skip


MOST_LISTED = 20  # propositions named in a sentence


def division(stances: pd.DataFrame, scale: Scale = SCALE) -> pd.DataFrame:
    """How each proposition divides the sources that speak to it, in the order in which propositions are first mentioned.

    Columns: `n` sources that speak; `affirm`, `reject`: counts above and below the middle of the scale; `mean`, `lowest`,
    `highest`; `spread`: highest − lowest in points of the scale; `van_der_eijk`, `consensus`, `leik`: see the functions
    `van_der_eijk`, `tastle_wierman` and `leik`, of the counts at the whole steps of the scale; `alone`: the source that
    stands on one side against at least two on the other.  From `spread` on missing where fewer than two speak.
    """
    matrix = values(stances, scale)
    if matrix.empty:
        return pd.DataFrame(columns=DIVISION)
    given = matrix.to_numpy()
    steps = np.arange(scale[0], scale[1] + 1)
    counts = (given[:, :, None] == steps).sum(axis=1)
    n, signs = (~np.isnan(given)).sum(axis=1), sign(given, scale)
    if (counts.sum(axis=1) != n).any():
        between = matrix.index[counts.sum(axis=1) != n]
        raise ValueError(
            f"the counts need whole steps of the scale; there are values between them on: {', '.join(map(str, between[:5]))}"
        )
    affirm, reject = (signs > 0).sum(axis=1), (signs < 0).sum(axis=1)
    total = np.nansum(given, axis=1)
    table = pd.DataFrame({"n": n, "affirm": affirm, "reject": reject}, index=matrix.index)
    table["mean"] = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    table["lowest"], table["highest"] = matrix.min(axis=1), matrix.max(axis=1)
    table["spread"] = (table.highest - table.lowest).where(n > 1)
    for name, measure in (("van_der_eijk", van_der_eijk), ("consensus", tastle_wierman), ("leik", leik)):
        table[name] = [measure(row) if k > 1 else np.nan for row, k in zip(counts, n, strict=True)]
    one = np.where((affirm == 1) & (reject > 1), 1, np.where((reject == 1) & (affirm > 1), -1, 0))
    whom = (signs == one[:, None]).argmax(axis=1)
    table["alone"] = pd.Series(matrix.columns.take(whom), index=matrix.index).where(one != 0)
    return table.loc[stances["proposition"].unique()].reset_index()[DIVISION]


def van_der_eijk(counts: Any) -> float:
    """Van der Eijk's agreement A of the counts at each step of an ordered scale: 1 all at one step, 0 evenly spread, −1 halves at both ends.

    C. van der Eijk, Measuring agreement in ordered rating scales, Quality & Quantity 35 (2001), 325–341: the counts are cut
    into layers of equal height; a layer whose S of K steps are filled has A = U (1 − (S − 1)/(K − 1)), where U counts the
    triples of steps 110 and 011 (unimodal) against 101; A is the mean over the layers, weighted by their cases.
    """
    left = np.asarray(counts, dtype="float64")
    steps, total, result = len(left), left.sum(), 0.0
    if total == 0 or steps < 3:
        return float("nan")
    left = left.copy()
    while (filled := left > 0).any():
        height = left[filled].min()
        result += height * filled.sum() / total * _layer(filled)
        left[filled] -= height
        left[left < 1e-9 * total] = 0
    return result


def _layer(filled: np.ndarray) -> float:
    """A of one layer: which of the steps are filled."""
    steps, s = len(filled), int(filled.sum())
    if s == 1:
        return 1.0
    before, after = np.cumsum(filled) - filled, filled.sum() - np.cumsum(filled)
    deviating = int((before * after)[~filled].sum())  # 1 0 1
    # 1 1 0 and 0 1 1: a filled step between a filled one on one side and an empty one on the other
    empty_before, empty_after = np.arange(steps) - before, np.arange(steps)[::-1] - after
    conforming = int((before * empty_after + empty_before * after)[filled].sum())
    if conforming + deviating == 0:  # every step is filled
        return 0.0
    unimodality = ((steps - 2) * conforming - (steps - 1) * deviating) / ((steps - 2) * (conforming + deviating))
    return unimodality * (1 - (s - 1) / (steps - 1))


def tastle_wierman(counts: Any) -> float:
    """Tastle and Wierman's consensus of the counts at each step: 1 all at one step, 0 halves at both ends.

    Cns = 1 + Σ pᵢ log₂(1 − |xᵢ − µ| / d), d the width of the scale.  W. Tastle and M. Wierman, Consensus and dissention: a
    measure of ordinal dispersion, International Journal of Approximate Reasoning 45 (2007), 531–545.
    """
    share = np.asarray(counts, dtype="float64")
    if share.sum() == 0 or len(share) < 2:
        return float("nan")
    share = share / share.sum()
    at = np.arange(len(share))
    held = share > 0
    distance = np.abs(at - share @ at)[held] / (len(share) - 1)
    return float(1 + share[held] @ np.log2(1 - distance))


def leik(counts: Any) -> float:
    """Leik's ordinal consensus of the counts at each step: 1 all at one step, 0 halves at both ends.

    1 − 2 Σ dᵢ / (K − 1), where dᵢ is the cumulative share Fᵢ, or 1 − Fᵢ where that is smaller.  R. Leik, A measure of ordinal
    consensus, Pacific Sociological Review 9 (1966), 85–90.
    """
    share = np.asarray(counts, dtype="float64")
    if share.sum() == 0 or len(share) < 2:
        return float("nan")
    up_to = np.cumsum(share / share.sum())
    return float(1 - 2 * np.minimum(up_to, 1 - up_to).sum() / (len(share) - 1))


def camp_consensus(stances: pd.DataFrame, camps: Mapping[str, str], scale: Scale = SCALE) -> pd.DataFrame:
    """On which propositions do the camps agree?  `camps`: source → camp; sources without one are left out.

    Columns: `proposition`; `n` sources that speak; `camps` that speak; `affirm`, `reject`: group-aware consensus, the product
    over all camps of (1 + those on that side) / (2 + those who speak), so that a silent camp counts ½; `across`: "affirm" or
    "reject" if in every camp that speaks, two at least, most are on that side.  Formula: C. Small et al., Polis: scaling
    deliberation by mapping high dimensional opinion spaces, Recerca 26(2) (2021).
    """
    matrix = values(stances, scale)
    signs = sign(matrix, scale)
    unknown = [s for s in camps if s not in matrix.columns]
    if unknown:
        raise ValueError(f"no source {', '.join(map(str, unknown))} in the table")
    if not camps:
        raise ValueError("no camp is given; name the camp of two sources at least")
    groups = [signs[[s for s in matrix.columns if camps.get(s) == camp]] for camp in dict.fromkeys(camps.values())]
    n = pd.concat([g.notna().sum(axis=1) for g in groups], axis=1)
    table = pd.DataFrame({"n": n.sum(axis=1), "camps": (n > 0).sum(axis=1)})
    most = {}
    for name, side in (("affirm", 1), ("reject", -1)):
        held = pd.concat([(g == side).sum(axis=1) for g in groups], axis=1)
        table[name] = ((1 + held) / (2 + n)).prod(axis=1)
        most[name] = ((held > n / 2) | (n == 0)).all(axis=1) & (table.camps > 1)
    table["across"] = (
        pd.Series(None, index=table.index, dtype="object").mask(most["affirm"], "affirm").mask(most["reject"], "reject")
    )
    return table.loc[stances["proposition"].unique()].reset_index()


def division_in_words(stances: pd.DataFrame, scale: Scale = SCALE) -> str:
    """What divides the sources most and on what all who speak agree, in a few sentences with n.

    `stances` needs the column `text` as well.
    """
    table = division(stances, scale).merge(stances[["proposition", "text"]].drop_duplicates(), on="proposition")
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
    if len(rows) > MOST_LISTED:
        lead += ", those to which most texts speak first"
        rows = rows.sort_values("n", ascending=False, kind="stable")
    named = [f"“{r.text}” (n = {r.n})" for r in rows.head(MOST_LISTED).itertuples()]
    more = [f"and {len(rows) - MOST_LISTED} more propositions"] if len(rows) > MOST_LISTED else []
    return f"- {lead}: " + "; ".join([*named, *more]) + "."
