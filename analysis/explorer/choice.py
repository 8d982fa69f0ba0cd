"""What of a debate is shown: filters, search, differences, headlines.  Tables in, tables out."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

import pandas as pd

from analysis.agreement import ClosestPair, FurthestPair, MostDivided, division, headlines_of, pairwise_agreement
from analysis.charts import FEW
from analysis.schemas import Scale

NONE = 1000  # no value of any scale


def chosen(
    stances: pd.DataFrame,
    questions: Collection[str] = (),
    sources: Collection[str] = (),
    kinds: Collection[str] = (),
    core: bool = False,
) -> pd.DataFrame:
    """The rows of these questions, sources and kinds; nothing named means all."""
    for column, wanted in (("question", questions), ("source", sources), ("kind", kinds)):
        if wanted:
            stances = stances[stances[column].isin(list(wanted))]
    return stances[stances.core] if core else stances


def found(stances: pd.DataFrame, claims: pd.DataFrame, words: str) -> pd.DataFrame:
    """The propositions in which all the words stand, or in what a source says of them, with `hit`: the cells that have them.

    What a source says: why, what limits it, the claims and their holders.  Case and accents count for nothing.
    """
    wanted = folded(words).split()
    if not wanted:
        return stances
    said = (
        claims.assign(said=claims.text + " " + claims.holder.fillna("")).set_index(["source", "claim"]).said.to_dict()
    )
    rows = []
    for row in stances.itertuples():
        own = folded(row.text)
        rest = [w for w in wanted if w not in own]
        cell = [row.why, row.qualification, *(said.get((row.source, c)) for c in row.claims)]
        words_of_cell = folded(" ".join(w for w in cell if isinstance(w, str)))
        rows.append((not rest, bool(rest) and all(w in words_of_cell for w in rest)))
    table = stances.assign(whole=[w for w, _ in rows], hit=[h for _, h in rows])
    kept = (table.whole | table.hit).groupby(table.proposition).transform("any")
    return table[kept].drop(columns="whole")


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def differing(stances: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Whether both coders coded a cell and read it otherwise: another value, or the one a stance and the other a silence."""
    keys = ["source", "proposition"]
    theirs = stances[keys].merge(other[[*keys, "status", "value"]], on=keys, how="left")
    status, value = theirs.status.fillna("uncoded").to_numpy(), theirs.value.astype("Float64").fillna(NONE).to_numpy()
    both = (stances.status != "uncoded") & (status != "uncoded")
    return both & ((stances.status != status) | (stances.value.astype("Float64").fillna(NONE) != value))


def headlines(stances: pd.DataFrame, names: dict[str, str], scale: Scale) -> list[str]:
    """What a table of stances says most loudly, each with its n; pairs that share fewer than `FEW` propositions are passed over."""
    return list(_headlines(stances, names, scale.bounds)) or [
        f"Too little is coded for a headline: it takes two pairs of texts that share {FEW} propositions, or two texts on one."
    ]


def _headlines(stances: pd.DataFrame, names: dict[str, str], bounds: tuple[float, float, float]) -> Iterator[str]:
    pairs = pairwise_agreement(stances, bounds).set_index(["source_a", "source_b"])
    divided = division(stances, bounds).set_index("proposition")
    for headline in headlines_of(stances, bounds, fewest=FEW):
        words = headline.words(names)  # type: ignore[attr-defined]
        if isinstance(headline, (ClosestPair, FurthestPair)):
            pair = pairs.loc[headline.source_a, headline.source_b]
            yield f"{words} (agreement {pair.agreement:.2f}, n = {int(pair.n)} propositions)"
        elif isinstance(headline, MostDivided):
            row = divided.loc[headline.proposition]
            yield f"{words} ({row.spread:g} points apart, n = {int(row.n)} texts)"


def moved_pairs(before: pd.DataFrame, after: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The pairs whose agreement or n is another in the second table: `source_a, source_b, n_before, agreement_before, n, agreement`."""
    keys = ["source_a", "source_b"]
    both = pairwise_agreement(before, scale.bounds)[[*keys, "n", "agreement"]].merge(
        pairwise_agreement(after, scale.bounds)[[*keys, "n", "agreement"]], on=keys, suffixes=("_before", "")
    )
    same = (both.agreement - both.agreement_before).abs().fillna(9) < 1e-9
    same |= both.agreement.isna() & both.agreement_before.isna()
    return both[~(same & (both.n == both.n_before))]


def ends(pairs: pd.DataFrame, most: int, chosen: tuple[str, str]) -> pd.DataFrame:
    """All pairs or, of more than `most`, the closest and the furthest of those that share enough, and the chosen one."""
    if len(pairs) <= most:
        return pairs
    ranked = pairs[pairs.n >= FEW].sort_values("agreement", ascending=False, kind="stable")
    kept = {*ranked.index[: most // 2], *ranked.index[-(most // 2) :]}
    kept |= set(pairs.index[(pairs.source_a == chosen[0]) & (pairs.source_b == chosen[1])])
    return pairs[pairs.index.isin(kept)]
