"""Pairs → who agrees with whom, on how much, and for what reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable

import altair as alt
import pandas as pd

from analysis.charts.parts import at_the_ends, ends, pairs_left_out, rows_left_out, told, undrawn
from analysis.charts.rooms import (
    breadth,
    limited,
    lines_of_text,
    narrow,
    rest,
    rows_that_fit,
    scale_in_use,
    side_rows,
    side_words,
    tenths,
    tight_height,
    untitled,
)
from analysis.charts.theme import (
    AFFIRM,
    FAINT,
    FEW,
    INK,
    PAPER,
    REJECT,
    SOFT,
    as_silence,
    finished,
    middle_in_words,
    short_names,
)


def named_pairs(pairs: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    who = short_names(labels.values())
    return pairs.assign(
        pair=[f"{who[labels[a]]} – {who[labels[b]]}" for a, b in zip(pairs.source_a, pairs.source_b, strict=True)]
    )


ALONE = "Nothing is drawn, since no two texts speak to one proposition; it takes two texts whose stances are coded on the same propositions."


def pairs_chart(
    pairs: pd.DataFrame, labels: dict[str, str], title: str, credit: str, pick: alt.Parameter | None = None
) -> alt.Chart:
    """For each pair of sources the propositions on which they stand on opposite sides, and on the same.

    `pairs`: as `agreement.pairwise_agreement`.  `labels`: source → label.  `pick`: a selection by source_a and source_b; the row gets a ground.
    """
    if not pairs.n.sum():
        return undrawn(ALONE)
    whole, pairs = pairs, ends(pairs, _most_pairs(pairs, labels))
    left_out = pairs_left_out(pairs, whole)
    data = named_pairs(pairs, labels).assign(few=lambda t: t.n < FEW)
    data = data.sort_values(["few", "agreement", "n"], ascending=[True, False, False], na_position="last")
    order = data.pair.tolist()
    data["opposite"] = -data.opposite_sign
    data["distance"] = data.mean_distance.map(lambda d: "–" if pd.isna(d) else f"{d:.2f}")
    data["score"] = data.agreement.map(lambda a: "–" if pd.isna(a) else f"{a:.2f}")
    most = int(max(data.same_sign.max(), data.opposite_sign.max(), 1))
    y = side_rows("pair", order)
    step = alt.Step(tight_height(order, 30))
    across = {"n": 70, "distance": 70, "agreement": 70}
    if narrow():
        across = {t: round(breadth(t)) + 6 for t in across}
    width = rest(430, order) - (sum(across.values()) + 24 if limited() else 0)
    number = breadth(str(most)) + 8  # px at the end of the longest bar
    most += max(4 if narrow() else 2, math.ceil(number * most / max(width / 2 - number, number)))
    said = "opposite  ←  propositions  →  same" if narrow() else "opposite sides  ←  propositions  →  same side"
    x_scale = alt.Scale(domain=[-most, most], nice=False)
    axis = alt.Axis(
        title=said,
        labelExpr="abs(datum.value)",
        tickMinStep=1,
    )
    base = alt.Chart(data).encode(y=y)
    pale = alt.condition("datum.few", alt.value(0.35), alt.value(1))
    shade = {"x": alt.value(0), "x2": alt.value("width"), "opacity": alt.condition(pick, alt.value(1), alt.value(0))} if pick else {}  # fmt: skip
    ground = [base.mark_bar(color=FAINT, aria=False).encode(**shade)] if pick else []
    bars = alt.layer(
        *ground,
        base.mark_bar(color=REJECT).encode(x=alt.X("opposite:Q", scale=x_scale, axis=axis), opacity=pale),
        base.mark_bar(color=AFFIRM).encode(x=alt.X("same_sign:Q", scale=x_scale), opacity=pale),
        base.mark_text(align="right", dx=-4, fontSize=12, color=INK).encode(x="opposite:Q", text="opposite_sign:Q"),
        base.mark_text(align="left", dx=4, fontSize=12, color=INK).encode(x="same_sign:Q", text="same_sign:Q"),
    ).properties(width=width, height=step)
    columns = [
        alt.Chart(data)
        .mark_text(fontSize=12, color=INK)
        .encode(y=alt.Y("pair:N", sort=order, axis=None), text=f"{field}:N")
        .properties(
            width=across[name],
            height=step,
            title=alt.TitleParams(
                name, fontSize=12, fontWeight="normal", color=SOFT, anchor="middle", frame="group", offset=4
            ),
        )
        for field, name in (("n", "n"), ("distance", "distance"), ("score", "agreement"))
    ]
    if pick is not None:
        bars = bars.add_params(pick)
    chart = alt.hconcat(bars, *columns, spacing=6)
    (lowest, highest, _), middle = scale_in_use().bounds, middle_in_words()
    score = "agreement: 1 − distance" + (f"/{highest - lowest:g}" if highest - lowest > 1 else "")
    only = f" (those with a {middle} on either side are in n only)" if middle else ""
    caption = (
        f"{title} Propositions on which two texts take opposite sides (left) and the same side (right); n: propositions to which both speak"
        f"{only}; distance: mean difference in points; {score}. Pairs with n < {FEW} stand last and pale: too few propositions to rank them.{left_out} {credit}"
    )
    known = data.dropna(subset=["agreement"])
    description = f"Pairs from most to least agreement, those with n < {FEW} last:{left_out} " + told(
        f"{r.pair} {r.same_sign} same side, {r.opposite_sign} opposite, n {r.n}, mean distance {r.distance}" for r in known.itertuples()
    ) + "."  # fmt: skip
    return finished(
        chart,
        title,
        f"n: propositions to which both speak{f', a {middle} of either included' if middle else ''} (pale: n < {FEW}, too few to rank); distance: mean difference in points; {score}{left_out and f'.{left_out}'}",
        caption,
        description,
        int(data.n.sum()),
    )


def _most_pairs(pairs: pd.DataFrame, labels: dict[str, str], words: Iterable[str] = ()) -> int:
    """How many rows of pairs there is room for; `words`: those beside them, in lines."""
    return rows_that_fit(tight_height(named_pairs(pairs, labels).pair.unique(), 30, words))


def silence_effect(
    pairs: pd.DataFrame, filled: pd.DataFrame, labels: dict[str, str], title: str, credit: str
) -> alt.Chart:
    """How each pair's agreement would move if silence were counted as 0.  A warning, not a measure."""
    names = named_pairs(pairs, labels)
    data = names.merge(filled, on=["source_a", "source_b"], suffixes=("", "_zero"))
    data = data.dropna(subset=["agreement"]).assign(few=lambda t: t.n < FEW)
    if data.empty:
        return undrawn(ALONE)
    whole, most = data, _most_pairs(data, labels)
    if len(data) > most:
        data = data.assign(moved=(data.agreement_zero - data.agreement).abs()).nlargest(most, "moved", keep="first")
    left_out = pairs_left_out(data, whole, "those that it would move most")
    data = data.sort_values(["few", "agreement", "n"], ascending=[True, False, False])
    order = data.pair.tolist()
    y = side_rows("pair", order)
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(title="agreement, 0 to 1", grid=True, gridColor=FAINT, **tenths())
    base = alt.Chart(data).encode(y=y)
    pale = alt.condition("datum.few", alt.value(0.35), alt.value(1))
    data["words"] = "n " + data.n.astype(str) + " → " + data.n_zero.astype(str)
    width = rest(480, order, data.words)
    layers = alt.layer(
        base.mark_rule(strokeWidth=2, color="#9a9a9a").encode(
            x=alt.X("agreement:Q", scale=scale, axis=axis), x2="agreement_zero:Q"
        ),
        base.mark_point(size=130, filled=True, color=AFFIRM).encode(x="agreement:Q", opacity=pale),
        base.mark_point(
            size=130, shape="diamond", filled=True, color=PAPER, stroke=REJECT, strokeWidth=2, opacity=1
        ).encode(x="agreement_zero:Q"),
        base.mark_text(align="left", fontSize=12, color=SOFT).encode(x=alt.value(width + 10), text="words:N"),
    ).properties(width=width, height=alt.Step(tight_height(order, 30)))
    caption = (
        f"{title} Filled dot: agreement over the propositions to which both texts speak{untitled(f' (pale: n < {FEW})')}; open diamond: what it would be if every silence "
        f"were counted as {as_silence()}. At the right n, the number of propositions compared, before and after: n = {int(data.n.sum())} in all before.{left_out} {credit}"
    )
    moves = told(f"{r.pair} {r.agreement:.2f} to {r.agreement_zero:.2f}" for r in data.itertuples())
    description = f"Agreement of pairs as it is and with silence counted as {as_silence()}:{left_out} {moves}."
    return finished(
        layers,
        title,
        f"Dot: over what both speak to (pale: n < {FEW}); diamond: if silence were {as_silence()}{left_out and f'.{left_out}'}",
        caption,
        description,
        int(data.n.sum()),
    )


def reasons_chart(shared: pd.DataFrame, labels: dict[str, str], title: str, credit: str) -> alt.Chart:
    """For each pair of sources its agreements: with a ground in common, with different grounds, without known grounds.

    `shared`: as `agreement.shared_conclusions`.
    """
    if shared.empty:
        return undrawn("Nothing is drawn, since no two texts stand on the same side of a proposition.")
    if not (shared.grounds_a + shared.grounds_b).any():
        return undrawn(NO_GROUNDS)
    kinds = {
        "common": "a ground in common",
        "different": "different grounds",
        "unknown": "grounds of one text not coded",
    }
    data = named_pairs(shared, labels)
    known = (data.grounds_a > 0) & (data.grounds_b > 0)
    data["kind"] = known.map({True: "different", False: "unknown"}).where(data.common == 0, "common")
    counts = data.groupby(["pair", "kind"]).size().unstack(fill_value=0).reindex(columns=list(kinds), fill_value=0)
    counts["n"] = counts.sum(axis=1)
    counts, every = counts.nlargest(_most_pairs(shared, labels), ["n", "common"]), len(counts)
    left_out = rows_left_out(len(counts), every, "pairs", "those with most agreements")
    counts["with_different"] = counts.common + counts.different
    counts = counts.sort_values(["n", "common"], ascending=False).reset_index()
    counts["words"] = [f"{r.common} + {r.different} + {r.unknown}, n = {r.n}" for r in counts.itertuples()]
    y = side_rows("pair", counts.pair.tolist())
    axis = alt.Axis(title="propositions on the same side", tickMinStep=1)
    base = alt.Chart(counts).encode(y=y)
    layers = alt.layer(
        base.mark_bar(color=AFFIRM).encode(x=alt.X("common:Q", axis=axis)),
        base.mark_bar(color=PAPER, stroke=AFFIRM, strokeWidth=1.5).encode(x="common:Q", x2="with_different:Q"),
        base.mark_bar(color=FAINT, stroke="#9a9a9a", strokeWidth=1).encode(x="with_different:Q", x2="n:Q"),
        base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(x="n:Q", text="words:N"),
    ).properties(width=rest(520, counts.pair, counts.words), height=alt.Step(tight_height(counts.pair, 30)))
    caption = (
        f"{title} Agreements of each pair. Filled: both texts give at least one ground in common; open: each gives grounds, and none is "
        f"shared; grey: for at least one of the two no ground is coded. A ground is another stance that rests on the same claims or on claims that "
        f"support them.{left_out} n = {_agreements(counts, shared)}. {credit}"
    )
    said = [
        f"{r.pair}: {r.common} with a ground in common, {r.different} with different ones, {r.unknown} unknown"
        for r in counts.itertuples()
    ]
    subtitle = f"Filled: a ground in common; open: different grounds; grey: for at least one text no ground is coded{left_out and f'.{left_out}'}"
    return finished(
        layers, title, subtitle, caption, f"Agreements by grounds.{left_out} {told(said)}.", int(counts.n.sum())
    )


NO_GROUNDS = "Nothing is drawn, since of no agreement any grounds are coded: that takes claims on which several stances of a text rest, or links between claims."


def _agreements(counts: pd.DataFrame, shared: pd.DataFrame) -> str:
    """The agreements of the pairs shown, and of all if these are more."""
    n = int(counts.n.sum())
    return f"{n} agreements" + (f" (of {len(shared)})" if n < len(shared) else "")


def intervals_chart(intervals: pd.DataFrame, labels: dict[str, str], title: str, credit: str) -> alt.Chart:
    """For each pair its agreement, and how far that hangs on single propositions.  `intervals`: as `agreement.pair_intervals`."""
    whole = _ranked(intervals, labels)
    if whole.empty:
        return undrawn(ALONE)
    whole["words"] = [
        f"{r.agreement:.2f} ({r.low:.2f} to {r.high:.2f}), n {r.n}"
        if pd.notna(r.low)
        else f"{r.agreement:.2f}, n {r.n}"
        for r in whole.itertuples()
    ]
    data = ends(whole, _most_pairs(whole, labels, side_words(whole.words)))
    left_out = pairs_left_out(data, whole)
    chart = _dots(data, "low", "high", AFFIRM, 5)
    caption = (
        f"{title} Dot: agreement of the pair over the propositions to which both speak; bar: from the 2.5 to the 97.5 percentile "
        f"when the propositions are drawn again with replacement, which shows how far the number hangs on single ones. It is no sampling "
        f"error: the propositions are no sample. Pale: n < {FEW}.{left_out} n = {int(data.n.sum())} comparisons. {credit}"
    )
    return finished(
        chart,
        title,
        f"Dot: agreement; bar: 95 % of its values when the propositions are drawn again; n: propositions to which both speak (pale: n < {FEW}){left_out and f'.{left_out}'}",
        caption,
        f"Agreement of pairs with its interval:{left_out} "
        + told(f"{r.pair} {r.words}" for r in data.itertuples())
        + ".",
        int(data.n.sum()),
    )


def chance_chart(by_chance: pd.DataFrame, labels: dict[str, str], title: str, credit: str, draws: int) -> alt.Chart:
    """For each pair its agreement beside what chance would give it.  `by_chance`: as `agreement.pairs_by_chance` with `draws`."""
    whole = _ranked(by_chance, labels)
    if whole.empty:
        return undrawn(ALONE)
    whole["outside"] = (whole.agreement < whole.low - 1e-9) | (whole.agreement > whole.high + 1e-9)
    whole["words"] = [
        f"{r.agreement:.2f}, by chance {r.low:.2f} to {r.high:.2f}, n {r.n} ({r.n_testable} testable){' *' if r.outside else ''}"
        if pd.notna(r.low)
        else f"{r.agreement:.2f}, n {r.n} (none testable)"
        for r in whole.itertuples()
    ]
    data = ends(whole, _most_pairs(whole, labels, side_words(whole.words)))
    left_out = pairs_left_out(data, whole)
    chart = _dots(data.drop(columns="outside"), "low", "high", "#c9c9c9", 14)
    beyond = told(data.pair[data.outside], ", ") or "none"
    tested, outside = whole.dropna(subset=["low"]), int(whole.outside.sum())
    chosen = "were chosen for lying at the ends" if at_the_ends(data) else "are those that share most"
    looked_at = (
        f"of all {len(tested)} pairs {outside} are, where {len(tested) / 20:.0f} would be by chance, and those shown {chosen}"
        if left_out
        else "with so many pairs looked at, one in twenty would be there by chance"
    )
    caption = (
        f"{title} Dot: agreement of the pair; grey bar: the middle 95 % of its agreement in {draws:,} permutations of the values of each "
        f"proposition among those who speak to it. Testable: propositions to which a third text speaks and not all alike; on the others chance can change "
        f"nothing. Outside its own bar (*): {beyond}; {looked_at}. Pale: n < {FEW}.{left_out} n = {int(data.n.sum())} comparisons. {credit}"
    )
    return finished(
        chart,
        title,
        f"Dot: agreement; grey bar: 95 % of what chance gives, {draws:,} permutations; n: propositions to which both speak (pale: n < {FEW}), testable: those on which chance can act; *: outside{left_out and f'.{left_out}'}",
        caption,
        f"Agreement of pairs against chance:{left_out} " + told(f"{r.pair} {r.words}" for r in data.itertuples()) + ".",
        int(data.n.sum()),
    )


def _ranked(pairs: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    """The pairs that share something, by agreement, those with few shared propositions last."""
    data = named_pairs(pairs, labels).dropna(subset=["agreement"]).assign(few=lambda t: t.n < FEW)
    return data.sort_values(["few", "agreement", "n"], ascending=[True, False, False], kind="stable")


def _dots(data: pd.DataFrame, low: str, high: str, colour: str, height: int) -> alt.Chart:
    """A dot for the agreement of each pair on a bar from low to high, with its words at the right."""
    data = data.assign(words=side_words(data.words))
    width = rest(460, data.pair, data.words)
    y = side_rows("pair", data.pair.tolist())
    x = alt.X(
        f"{low}:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(title="agreement, 0 to 1", grid=True, gridColor=FAINT, **tenths()),
    )
    base = alt.Chart(data).encode(y=y)
    pale = alt.condition("datum.few", alt.value(0.35), alt.value(1))
    return alt.layer(
        base.transform_filter(f"isValid(datum.{low})")
        .mark_bar(height=height, color=colour, cornerRadius=2)
        .encode(x=x, x2=f"{high}:Q", opacity=alt.condition("datum.few", alt.value(0.3), alt.value(0.6))),
        base.mark_point(size=110, filled=True, color=AFFIRM).encode(x="agreement:Q", opacity=pale),
        *lines_of_text(
            base, "words", data.words, {"align": "left", "fontSize": 12, "color": INK}, x=alt.value(width + 10)
        ),
    ).properties(width=width, height=alt.Step(tight_height(data.pair, 30, data.words)))
