"""A methods paragraph to paste: what was computed, how, on how much, after whom."""

from __future__ import annotations

import pandas as pd

from analysis.agreement.cells import SCALE, Scale, values
from analysis.agreement.chance import Camps
from analysis.agreement.pairs import pairwise_agreement
from analysis.agreement.reliability import Alpha

REFERENCES = (
    "Efron, B., and Tibshirani, R. (1993). An Introduction to the Bootstrap. Chapman and Hall.",
    "Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. University of Pennsylvania.",
    "Phipson, B., and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical Applications in Genetics and Molecular Biology 9(1), art. 39.",
    "Westfall, P. H., and Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.",
    "Zapf, A., Castell, S., Morawietz, L., and Karch, A. (2016). Measuring inter-rater reliability for nominal data – which coefficients and confidence intervals are appropriate? BMC Medical Research Methodology 16, 93.",
)


def methods_paragraph(
    stances: pd.DataFrame,
    speaks: Alpha,
    value: Alpha,
    robust: pd.DataFrame,
    found: Camps,
    credit: str,
    draws: int,
    permutations: int,
    fewest: int,
    scale: Scale = SCALE,
) -> str:
    """The methods of notebook 05 in one paragraph, with the numbers of this debate, and the references below it.

    `speaks`, `value`: the two alphas; `robust`: as `robustness`, with `draws`; `found`: as `camps`; `permutations` and `fewest`: as given to
    `pairs_by_chance`; `credit`: who coded.
    """
    matrix, pairs = values(stances, scale), pairwise_agreement(stances, scale)
    shared = pairs["n"][pairs["n"] > 0]
    stated = int(matrix.notna().sum().sum())
    low, high = (f"{end:+g}".replace("-", "−") for end in scale)
    alternatives = int(robust.groupby("headline")["n"].sum().max()) if len(robust) else 0
    text = (
        f"The stances of {matrix.shape[1]} texts on {len(matrix)} propositions were coded on a scale from {low} to {high} ({stated} stances). A silence "
        f"was coded as missing, with its reason, and enters no measure as a 0. {credit} Reliability is Krippendorff's alpha (Krippendorff 2011): {_alpha_said(speaks)} "
        f"(nominal) for whether a text speaks, {_alpha_said(value)} (ordinal) for what it says where both coders heard it speak; the intervals of 95 % come from "
        f"bootstrap samples of the cells (Zapf et al. 2016). The agreement of two texts is the mean of 1 − |a − b| / {scale[1] - scale[0]:g} over the propositions to which "
        f"both speak (n from {shared.min() if len(shared) else 0} to {shared.max() if len(shared) else 0}; pairs below n = {fewest} are not ranked); its interval comes from propositions drawn again (Efron and Tibshirani 1993). "
        f"Each headline was put to up to {alternatives} alternatives: qualified values pulled out, pulled in or drawn; sources, propositions, questions and coders left "
        f"out; doubtful cells redrawn by the coder's certainty ({draws:,} draws for each random kind). Closeness was compared with {permutations:,} permutations of the values of each "
        f"proposition among the texts that speak to it, p-values as in Phipson and Smyth (2010) and, for the closest and the furthest pair, against the extremes "
        f"of all pairs (Westfall and Young 1993). Every split of the texts in two was compared with the best splits of such permutations"
        + (f" (p = {found.p:.2g})." if found.p is not None else ".")
    )
    return "\n".join([text, *(f"- {reference}" for reference in REFERENCES)])


def _alpha_said(result: Alpha) -> str:
    if result.value is None:
        return f"undefined (n = {result.n_units}: {result.reason})"
    interval = f" [{result.low:.2f}, {result.high:.2f}]" if result.low is not None else ""
    return f"{result.value:.2f}{interval} (n = {result.n_units})".replace("-", "−")
