"""Which part of a large debate a chart shows where there is no room for all of it: the part that matters most.

How much there is room for follows from the preset in use (`rooms`), never from a number of texts.  A chart that shows a part says so in
its subtitle, its caption and its alt text, with n of what is shown; the table behind it holds everything.

- sources: those that speak most, in their own order;
- propositions: those on which the sources shown lie furthest apart, of these those to which most speak, in the codebook's order;
- pairs: the closest and the furthest of those that share enough propositions to be ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import altair as alt
import pandas as pd

from analysis.charts.theme import FEW, counts_in_words

TOLD = 3000  # letters of a list in an alt text, more than any ear will follow


def speaking_most(stances: pd.DataFrame, most: int) -> pd.DataFrame:
    """The stances of the `most` sources that take most of them."""
    spoken = (stances.status == "stance").groupby(stances.source, sort=False).sum()
    return _first(stances, "source", spoken.sort_values(ascending=False, kind="stable").index, most)


def sources_that_fit(stances: pd.DataFrame, fits: Callable[[pd.Series], float]) -> pd.DataFrame:
    """The stances of as many sources, those that speak most, as there is room for; `fits`: their labels → how many of such labels fit."""
    shown = stances
    while (count := shown.source.nunique()) > max(2, fits(shown.label)):
        shown = speaking_most(stances, count - 1)
    return shown


def dividing_most(stances: pd.DataFrame, most: int) -> pd.DataFrame:
    """The stances on the `most` propositions with the widest spread; of equals those to which most sources speak."""
    by = stances.groupby("proposition", sort=False).value.agg(["max", "min", "count"])
    by["spread"] = (by["max"] - by["min"]).fillna(-1)
    order = by.sort_values(["spread", "count"], ascending=False, kind="stable").index
    return _first(stances, "proposition", order, most)


def _first(table: pd.DataFrame, column: str, order: pd.Index, most: int) -> pd.DataFrame:
    """The rows, as they stand, of the first few entries of a column; all of them if there are no more than `most`."""
    return table if len(order) <= most else table[table[column].isin(order[:most])]


def cells_left_out(shown: pd.DataFrame, whole: pd.DataFrame) -> str:
    """How many sources and propositions are shown, of how many, and which; nothing if all are."""
    sources, propositions = ((shown[c].nunique(), whole[c].nunique()) for c in ("source", "proposition"))
    parts = [f"{sources[0]} of {sources[1]} texts, those that speak most"] if sources[0] < sources[1] else []
    if propositions[0] < propositions[1]:
        parts.append(f"{propositions[0]} of {propositions[1]} propositions, those on which these texts lie furthest apart")  # fmt: skip
    return in_part(" and ".join(parts))


def counts_of(shown: pd.DataFrame, whole: pd.DataFrame) -> str:
    """The counts of what is shown and, if that is a part, of the whole."""
    return counts_in_words(shown) + (f" (of {counts_in_words(whole)})" if len(shown) < len(whole) else "")


def ends(pairs: pd.DataFrame, most: int) -> pd.DataFrame:
    """All pairs or, of more than `most`, the closest and the furthest of those with n of at least `FEW`; of too few of these, the largest n."""
    if len(pairs) <= most:
        return pairs
    ranked = pairs[pairs.n >= FEW].sort_values(["agreement", "n"], ascending=False, kind="stable")
    if len(ranked) < most:
        return pairs.loc[pairs.n.sort_values(ascending=False, kind="stable").index[:most].sort_values()]
    half = most // 2
    return pairs[pairs.index.isin([*ranked.index[:half], *ranked.index[len(ranked) - half :]])]


def at_the_ends(shown: pd.DataFrame) -> bool:
    """Whether the pairs that `ends` has chosen are the closest and the furthest, and not those with the largest n."""
    return bool((shown.n >= FEW).all())


def pairs_left_out(shown: pd.DataFrame, whole: pd.DataFrame, how: str = "") -> str:
    """How many pairs are shown, of how many, and which; nothing if all are."""
    if len(shown) == len(whole):
        return ""
    closest = f"the closest and the furthest of those with n ≥ {FEW}"
    which = how or (closest if at_the_ends(shown) else "those that share most")
    return in_part(f"{len(shown)} of {len(whole)} pairs, {which}")


def rows_left_out(shown: int, whole: int, noun: str, which: str) -> str:
    """How many rows are shown, of how many, and which; nothing if all are."""
    return "" if shown == whole else in_part(f"{shown} of {whole} {noun}, {which}")


def in_part(words: str) -> str:
    """A sentence on what is shown and where the rest is, with a space before it; nothing for nothing."""
    return f" Shown: {words}; the table has all." if words else ""


def told(items: Iterable[str], apart: str = "; ") -> str:
    """A list for an alt text; of a long one the beginning, and how many more the table has."""
    items, said, letters = list(items), list[str](), 0
    for item in items:
        letters += len(item) + len(apart)
        if letters > TOLD and len(items) > len(said) + 1:
            return f"{apart.join(said)}{apart}and {len(items) - len(said)} more in the table"
        said.append(item)
    return apart.join(said)


def undrawn(why: str) -> alt.Chart:
    """In place of a chart with nothing to show: `why`, in a sentence that says what would be needed."""
    words = alt.Chart(pd.DataFrame({"why": [why]})).mark_text(align="left", fontSize=13, limit=0)
    return words.encode(text="why:N").properties(description=why, usermeta={"undrawn": why})
