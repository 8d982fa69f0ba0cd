"""Measures of certainty → how far the rest can be trusted."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.agreement.cells import flipped
from analysis.agreement.stability import REDRAWN
from analysis.charts.parts import rows_left_out, told, undrawn
from analysis.charts.rooms import (
    bars_width,
    end_words,
    limited,
    lines_of_text,
    low,
    rest,
    row_height,
    rows_that_fit,
    scale_in_use,
    sentence_rows,
    sentence_width,
    sentences_that_fit,
    side_height,
    side_rows,
    side_words,
    tenths,
    wrapped,
)
from analysis.charts.theme import AFFIRM, FAINT, FEW, INK, PAPER, SOFT, finished, ink_on, share_colour, signed


def reliability_chart(table: pd.DataFrame, title: str, credit: str, who: str = "both coders") -> alt.Chart:
    """Krippendorff's alpha by group, with its interval and n.  `table`: as `agreement.alpha_by`, `group` in words; `who` coded a cell
    for it to count."""
    if not table.n_units.any():
        return undrawn(CODED_ONCE)
    data = _least_reliable(table, rows_that_fit(side_height(table.group, 28)))
    left_out = rows_left_out(len(data), len(table), "rows", "those with the lowest alpha")
    data["words"] = [
        f"α {r.alpha:.2f}{f' ({signless(r.low)} to {signless(r.high)})' if pd.notna(r.low) and not r.reason else ''}, n {r.n_units}"
        if pd.notna(r.alpha)
        else f"n {r.n_units}: {'undefined' if r.n_units else 'nothing to compare'}"
        for r in data.itertuples()
    ]
    least = float(data[["alpha", "low"]].min(skipna=True).min(skipna=True))
    floor = min(0.0, max(least - 0.05, -1.0)) if pd.notna(least) else 0.0
    data["from"] = data.low.where(data.reason == "").clip(lower=floor)
    y = side_rows("group", data.group.tolist())
    scale = alt.Scale(domain=[floor, 1], nice=False)
    axis = alt.Axis(title="Krippendorff's alpha (1: perfect; 0: as by chance)", grid=True, gridColor=FAINT, **tenths())
    words = side_words(data.words)
    width = rest(460, data.group, words)
    base = alt.Chart(data.assign(words=words)).encode(y=y)
    bounds = (
        alt.Chart(pd.DataFrame({"bound": [0.667, 0.8]})).mark_rule(strokeDash=[5, 4], color=SOFT).encode(x="bound:Q")
    )
    pale = alt.condition("datum.n_units < 10", alt.value(0.35), alt.value(1))
    layers = alt.layer(
        base.mark_bar(height=5, color="#a9c2da").encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="high:Q"),
        bounds,
        base.mark_point(size=120, filled=True, color=AFFIRM).encode(x="alpha:Q", opacity=pale),
        *lines_of_text(base, "words", words, {"align": "left", "fontSize": 12, "color": INK}, x=alt.value(width + 10)),
    ).properties(width=width, height=alt.Step(side_height(data.group, 28, words)))
    caption = (
        f"{title} Dot: alpha; bar: 95 % interval over resampled cells, none where no disagreement was seen, since resampling then shows nothing. n: cells compared (for the value, those where {who} heard the "
        f"text speak). Pale: n < 10, which says little. Dashed: above 0.8 dependable, between 0.667 and 0.8 for tentative conclusions only.{left_out} {credit}"
    )
    description = f"Reliability:{left_out} " + told(f"{r.group} {r.words}" for r in data.itertuples()) + "."
    return finished(
        layers,
        title,
        f"Dot: alpha; bar: 95 % interval; n: cells compared (for the value, those where {who} heard the text speak); pale: n < 10; dashed: 0.667 and 0.8{left_out and f'.{left_out}'}",
        caption,
        description,
        int(data.n_units.max()),
    )


CODED_ONCE = "Nothing is drawn, since no text was coded twice; that takes the codings of two coders who did not see each other's work, in codings/first/ and codings/second/."


def _least_reliable(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """The rows, as they stand, of all cells and of the groups with the lowest alpha, those with n < 10 last."""
    if len(table) <= most:
        return table.copy()
    ranked = table.assign(whole=~table.group.str.startswith("All"), few=table.n_units < 10)
    order = ranked.sort_values(["whole", "few", "alpha"], kind="stable").index[:most]
    return table[table.index.isin(order)].copy()


def signless(value: float) -> str:
    """A bound with two digits and a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def robustness_chart(table: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Kinds of alternative × headlines: the share of alternatives in which the headline holds.

    `table`: as `agreement.robustness`, the headlines in words.
    """
    if table.empty:
        return undrawn(
            f"Nothing is drawn, since there is no headline: that takes two pairs of texts that share {FEW} propositions, or two texts on one."
        )
    data = table.copy()
    width = 168
    if limited():
        width = min(252, rest(0, data.alternative) // data.headline.nunique())
    data["column"] = data.headline.map(lambda h: wrapped(h, 24, width - 8))
    data["row"] = data.alternative
    data["percent"] = [_percent(r.holds, r.n) for r in data.itertuples()]
    data["counts"] = [f"{r.holds} of {r.n}{'' if r.exhaustive else ' drawn'}" if r.n else "" for r in data.itertuples()]
    data["colour"] = [PAPER if pd.isna(s) else share_colour(s) for s in data.share]
    data["ink"] = data.colour.map(ink_on)
    data["cell"] = data.headline + "; " + data.alternative + ": " + data.percent + " " + data.counts
    rows, columns = data.row.drop_duplicates().tolist(), data.column.drop_duplicates().tolist()
    base = alt.Chart(data).encode(
        x=alt.X("column:N", sort=columns, axis=None),
        y=side_rows("row", rows),
    )
    # heads stand on the grid, whatever their number of lines
    heads = [
        alt.Chart(pd.DataFrame({"column": [c]}))
        .mark_text(lineBreak="\n", lineHeight=14, fontSize=12, baseline="bottom", color=INK)
        .encode(x=alt.X("column:N", sort=columns, axis=None), y=alt.value(-8 - 14 * c.count("\n")), text="column:N")
        for c in columns
    ]
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description="cell:N"
        ),
        base.mark_text(fontSize=14, fontWeight="bold", dy=-6, aria=False).encode(
            text="percent:N", color=alt.Color("ink:N", scale=None)
        ),
        base.mark_text(fontSize=12 if low() else 11, dy=9, aria=False).encode(
            text="counts:N", color=alt.Color("ink:N", scale=None)
        ),
        *heads,
    ).properties(width=alt.Step(width), height=alt.Step(max(34 if low() else 40, side_height(rows, 0))))
    n = int(data.groupby("headline").n.sum().max())
    some_unstated = data.alternative.str.startswith(f"{REDRAWN}, with").any()
    unstated = " A cell of unstated certainty is redrawn like one of the lowest." if some_unstated else ""
    caption = (
        f"{title} In each cell the share of alternatives in which the headline holds, and their numbers; “drawn”: a random sample, the "
        f"others are all there are. An alternative in which the headline cannot arise is not counted.{unstated} n = up to {n} alternatives for a headline. {credit}"
    )
    said = [
        f"{name}: " + ", ".join(f"{r.alternative} {r.percent}" for r in group.itertuples() if r.n)
        for name, group in data.groupby("headline", sort=False)
    ]
    return finished(
        layers,
        title,
        "Share of alternatives in which the headline holds, and how many were tried",
        caption,
        "Robustness. " + "; ".join(said) + ".",
        n,
    )


def _percent(holds: int, n: int) -> str:
    """A share as per cent, rounded so that neither all nor none is claimed falsely."""
    if n == 0:
        return "does not arise"
    rounded = round(100 * holds / n)
    return f"{rounded} %" if 0 < rounded < 100 or holds in (0, n) else ("> 99 %" if rounded == 100 else "< 1 %")


def cruxes_chart(
    cruxes: pd.DataFrame, texts: dict[str, str], labels: dict[str, str], title: str, credit: str, most: int = 12
) -> alt.Chart:
    """The propositions whose flip most changes who is close to whom.  `cruxes`: as `agreement.cruxes`; `texts`: proposition → sentence."""
    if cruxes.empty:
        return undrawn(
            "Nothing is drawn, since no stance can be put on the other side: that takes a proposition to which two texts speak."
        )
    if not cruxes["of"].max():
        return undrawn(
            "Nothing is drawn, since no two pairs of texts share enough propositions to say which is the closer."
        )
    # never cut among equals, but where there is no room for them
    enough = cruxes[cruxes.swaps >= cruxes.swaps.iloc[min(most, len(cruxes)) - 1]]
    label = sentence_width(370)
    lines = {
        p: wrapped(f"{texts[p]} (n\u00a0=\u00a0{n})", 60, label - 8)
        for p, n in zip(enough.proposition, enough.n, strict=True)
    }
    words = [
        f"{labels[r.source]}, {signed(r.value)} to {signed(flipped(r.value, scale_in_use().bounds))}: {r.swaps:g} of {r.of}"
        for r in enough.itertuples()
    ]
    enough = enough.assign(words=end_words(pd.Series(words, index=enough.index), label))
    bar = max(24, 14 * (int(enough.words.str.count("\n").max()) + 1) + 4)
    fits = sentences_that_fit(list(lines.values()), row_height([*lines.values(), *enough.words], 34), bar)
    data = enough.head(fits).drop(columns=["closest_before", "closest_after"])
    which = "those that change most, of equals those that move the agreement of one pair furthest"
    left_out = rows_left_out(len(data), len(enough), f"propositions with {enough.swaps.min():g} changes or more", which)
    which = f"{'some' if left_out else 'all'} with {data.swaps.min():g} changes or more"
    data["row"] = data.proposition.map(lines)
    rows = data.row.tolist()
    y, step = sentence_rows(rows, label, row_height([*rows, *data.words], 34), bar)
    style = {"align": "left", "dx": 6, "fontSize": 12, "color": INK}
    base = alt.Chart(data).encode(y=y)
    if data.words.str.contains("\n").any():
        written = lines_of_text(base, "words", data.words, style, x="swaps:Q")
    else:
        written = [base.mark_text(**style).encode(x="swaps:Q", text="words:N")]
    layers = alt.layer(
        base.mark_bar(height=18, color=AFFIRM).encode(
            x=alt.X(
                "swaps:Q",
                axis=alt.Axis(title="comparisons of two pairs that change", tickMinStep=1),
            )
        ),
        *written,
    ).properties(width=bars_width(260, label, data.words), height=alt.Step(step))
    caption = (
        f"{title} The {len(data)} propositions whose flip does most ({which}), of {len(cruxes)} that can be flipped; for each, the one text whose value, put on the other "
        f"side, changes the order of the most pairs by agreement (a tie made or broken counts ½). n: texts that speak to the proposition.{left_out} {credit}"
    )
    said = told(f"{texts[r.proposition]} {r.words.replace(chr(10), ' ')}" for r in data.itertuples())
    return finished(
        layers,
        title,
        f"If one text stood on the other side: how many comparisons of two pairs would come out otherwise{left_out and f'.{left_out}'}",
        caption,
        f"Cruxes:{left_out} {said}.",
        int(data.n.sum()),
    )
