"""A methods paragraph to paste: what was computed, how, on how much, after whom."""

from __future__ import annotations

import pandas as pd

from analysis.agreement.cells import SCALE, Scale, values
from analysis.agreement.chance import Camps
from analysis.agreement.pairs import pairs_of
from analysis.agreement.reliability import Alpha
from analysis.agreement.stability import DOUBT, QUALIFIED, SILENT_AS, as_given, unstated

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
    blind: str,
    draws: int,
    permutations: int,
    fewest: int,
    software: str,
    ends: str,
    scale: Scale = SCALE,
) -> str:
    """The methods of notebook 05 in one paragraph, with the numbers of this debate, and the references below it.

    `speaks`, `value`: the two alphas; `robust`: as `robustness` with `draws` and its usual `doubt`; `found`: as `camps`; `permutations` and `fewest`:
    as given to `pairs_by_chance`; `credit`, `blind`: who made the coding in use and how (in full: a reader must know if it was a machine), and the two codings it was tested by; `software`: name and version; `ends`: those of the scale in words, as “from −2 (rejects) to +2 (affirms)”.
    """
    matrix = values(stances, scale)
    texts = matrix.shape[1]
    pairs = pairs_of(matrix, scale)
    shared = pairs["n"][pairs["n"] > 0]
    tried = robust[~as_given(robust)].groupby("headline")["n"].sum()
    qualified = (
        "qualified values pulled out, pulled in, or drawn; "
        if robust["alternative"].str.startswith(f"{QUALIFIED} ").any()
        else ""
    )
    kinds = set(robust["alternative"])
    left_out = ", ".join(f"a {what}" for what in ("source", "proposition", "question") if f"a {what} left out" in kinds)
    others = "another coder's value in one cell or throughout; " if "another coder's value" in kinds else ""
    used = [r for r in REFERENCES if blind or not r.startswith(("Krippendorff", "Zapf"))]
    silence = next((a for a in robust["alternative"] if a.startswith(SILENT_AS)), "silence as a value")
    doubt = ", ".join(f"{p:g} at certainty {c}" for c, p in sorted(DOUBT.items()))
    if n := unstated(stances):
        doubt += f", and, where it is not stated (n = {n}), {DOUBT[min(DOUBT)]:g}"
    parts = [
        f"The stances of {texts} text{'' if texts == 1 else 's'} on {len(matrix)} propositions stand on a scale {ends} (n = {int(matrix.notna().sum().sum())} stances). The coding is: {credit}",
        "A silence is a missing value with a reason, never a value of the scale.",
        "The texts were coded once, so that no agreement of coders can be given."
        if not blind
        else f"The texts were coded twice, by coders who did not see each other's work: {blind}. Before differences were settled, Krippendorff's alpha (Krippendorff 2011) was {_alpha_said(speaks)}, nominal, for whether a text "
        f"speaks, and {_alpha_said(value)}, ordinal, for what it says where both coders heard it speak; intervals of 95 % from bootstrap samples of the cells (Zapf et al. 2016).",
        f"The agreement of two texts is the mean of 1 − |a − b| / {scale[1] - scale[0]:g} over the propositions to which both speak (n from {shared.min() if len(shared) else 0} to "
        f"{shared.max() if len(shared) else 0}; pairs below n = {fewest} are not ranked); its interval comes from propositions drawn again (Efron and Tibshirani 1993).",
        "Too little is coded for a headline that could be put to other readings."
        if tried.empty
        else f"Each headline was put to up to {int(tried.max())} alternatives: {qualified}{left_out} left out; {others}cells moved one point with a probability of {doubt} ({draws:,} draws for each random kind); {silence} was tried for comparison only.",
        f"Closeness was compared with {permutations:,} permutations of the values of each proposition among the texts that speak to it, with p-values as in Phipson and Smyth (2010) and, over all "
        f"ranked pairs, by the largest deviation in standard deviations of each pair's own (Westfall and Young 1993), each direction at half of 0.05.",
    ]
    if found.p is not None:
        verdict = "two camps are named" if found.camps else "no camps are named"
        parts.append(
            f"Every split of the texts in two was compared with the best split of each such permutation: p = {found.p:.2g}; at the level of {found.level:g} asked for, {verdict}."
        )
    return "\n".join([" ".join([*parts, f"Computed with {software}."]), *(f"- {reference}" for reference in used)])


def _alpha_said(result: Alpha) -> str:
    if result.value is None:
        return f"undefined (n = {result.n_units}: {result.reason})"
    interval = f" [{result.low:.2f}, {result.high:.2f}]" if result.low is not None else ""
    return f"{result.value:.2f}{interval} (n = {result.n_units})".replace("-", "−")
