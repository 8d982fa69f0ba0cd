"""Spans and factors → what years each source treats, and whom it holds responsible."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts.parts import in_part, rows_left_out, told, undrawn
from analysis.charts.rooms import (
    column_heads,
    columns,
    columns_that_fit,
    head_axis,
    low,
    narrow,
    rest,
    rows_that_fit,
    side_height,
    side_rows,
)
from analysis.charts.theme import (
    AFFIRM,
    FAINT,
    INK,
    PAPER,
    REASONS,
    REJECT,
    SILENT,
    SOFT,
    finished,
    hatched,
    short_names,
    silence_key,
)


def timeline(spans: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """The years each source treats (pale) and those it holds decisive (dark)."""
    if spans.empty:
        return undrawn("Nothing is drawn, since no years are coded; that takes “spans” in the files of codings.")
    spans, left_out = _spans_part(spans)
    data = spans.drop(columns="claims").assign(
        until=spans["to"] + 1,
        years=[
            f"{a}–{str(b)[2:] if str(a)[:2] == str(b)[:2] else b}" if a != b else str(a)
            for a, b in zip(spans["from"], spans["to"], strict=True)
        ],
    )
    labels = data.label.drop_duplicates().tolist()
    first, last = int(data["from"].min()) // 5 * 5, -(-int(data["until"].max()) // 5) * 5
    x = alt.X(
        "from:Q",
        scale=alt.Scale(domain=[first, last], nice=False),
        axis=alt.Axis(title=None, format="d", grid=True, gridColor=FAINT, tickCount=5 if narrow() else 10),
    )
    y = side_rows("label", labels)
    base = alt.Chart(data).encode(x=x, x2="until:Q", y=y)
    treated, decisive = (base.transform_filter(f"datum.kind == '{k}'") for k in ("treated", "decisive"))
    words = data.sort_values(["label", "from"])
    words = words.assign(lane=(words.kind == "treated").astype(int))
    layers = alt.layer(
        treated.mark_bar(height=34, color="#cfdbe6", stroke=PAPER, strokeWidth=2),
        decisive.mark_bar(height=14, color=AFFIRM, cornerRadius=2),
        *(
            alt.Chart(words[words.lane == lane])
            .mark_text(align="left", fontSize=11, dy=dy, color=INK)
            .encode(x=x, y=y, text="years:N")
            for lane, dy in ((0, -25), (1, 25))
        ),
    ).properties(width=rest(760, labels), height=alt.Step(_span_height(data)))
    caption = f"{title} Pale: the years a text treats; dark: the years it holds decisive. A text without a dark bar holds none decisive.{left_out} n = {len(data)} spans. {credit}"
    who = short_names(data.label.unique())
    rows = [f"{who[k]} treats {', '.join(g[g.kind == 'treated'].years)}" + (f" and holds {', '.join(g[g.kind == 'decisive'].years)} decisive" if (g.kind == "decisive").any() else "") for k, g in data.groupby("label", sort=False)]  # fmt: skip
    return finished(
        layers,
        title,
        f"Pale: years treated; dark: years held decisive; {len(data)} spans of {data.label.nunique()} texts{left_out and f'.{left_out}'}",
        caption,
        told(rows) + f".{left_out}",
        len(data),
    )


def _spans_part(spans: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The spans of as many sources as there is room for, those with most decisive ones; and in words what is left out."""
    counts = (spans.kind == "decisive").groupby(spans.source, sort=False).agg(["sum", "size"])
    ranked = counts.sort_values(["sum", "size"], ascending=False, kind="stable").index
    chosen = ranked[: rows_that_fit(_span_height(spans))]
    which = "those with most spans held decisive, of equals those with most spans, then the first of the debate"
    return spans[spans.source.isin(chosen)], rows_left_out(len(chosen), len(ranked), "texts", which)


def _span_height(spans: pd.DataFrame) -> int:
    """High enough for the years above and below the bars, and for the label with the most lines."""
    return max(66, side_height(spans.label.unique(), 0))


def factor_grid(factors: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Factors × sources: how far each source holds a factor responsible, 0 to 3."""
    if factors.weight.isna().all():
        return undrawn(NOTHING_WEIGHED)
    factors, left_out = _factors_part(factors)
    data = factors.drop(columns=["claims"]).copy()
    _, width = columns(data.label, 0, 96, data.factor_label)
    data["name"] = column_heads(data.label, width)
    data["asked"] = data.status.isin(["weighed", "not named", "uncoded"])
    data["shown"] = data.weight.map(lambda w: "" if pd.isna(w) else str(int(w)), na_action=None)
    data["ink"] = [PAPER if not pd.isna(w) and w > 0 else REJECT for w in data.weight]
    sizes = [276, 216, 420, 690] if low() else [460, 360, 700, 1150]
    data["size"] = [0 if pd.isna(w) else sizes[int(w)] for w in data.weight]
    data["fill"] = [PAPER if pd.isna(w) or w == 0 else AFFIRM for w in data.weight]
    data["letter"] = data.status.map({**REASONS, "uncoded": "?"}).fillna("")
    rows, heads = data.factor_label.drop_duplicates().tolist(), data.name.drop_duplicates().tolist()
    height = max(34 if low() else 42, side_height(rows, 0))
    base = alt.Chart(data).encode(
        x=alt.X("name:N", sort=heads, axis=head_axis(data["name"])),
        y=side_rows("factor_label", rows),
    )
    absent = base.transform_filter("!datum.asked")
    weighed = base.transform_filter("isValid(datum.weight)")
    layers = alt.layer(
        base.mark_rect(stroke=FAINT, strokeWidth=1, fill=PAPER, aria=False),
        absent.mark_point(**hatched(height - 8, (width - 8) / (height - 8))),
        absent.mark_circle(size=300, color=SILENT, opacity=1, aria=False),
        base.mark_text(fontSize=13, fontStyle="italic", color=SOFT).encode(text="letter:N"),
        weighed.mark_point(filled=True, opacity=1, stroke=AFFIRM, strokeWidth=1.5).encode(
            size=alt.Size("size:Q", scale=None), fill=alt.Fill("fill:N", scale=None)
        ),
        weighed.mark_text(fontSize=13, fontWeight="bold").encode(text="shown:N", color=alt.Color("ink:N", scale=None)),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int(data.weight.notna().sum())
    key = silence_key(data.rename(columns={"status": "reason"}).assign(status=data.status))
    silent = data[~data.asked].label.drop_duplicates().map(short_names(data.label.unique())).tolist()
    caption = (
        f"{title} 3 main cause, 2 important, 1 contributing, 0 considered and denied; an empty cell: not held responsible, which is no acquittal. "
        f"Hatched: the text does not ask {key}.{left_out} n = {n} weighings. {credit}"
    )
    said, who = [], short_names(data.label.unique())
    for label, group in data[data.weight.notna()].groupby("label", sort=False):
        ordered = group.sort_values("weight", ascending=False, kind="stable")
        said.append(f"{who[label]}: " + ", ".join(f"{r.factor_label} {r.shown}" for r in ordered.itertuples()))
    description = f"Responsibility by source.{left_out} {told(said)}." + (
        f" Silent: {told(silent, ', ')}." if silent else ""
    )
    return finished(
        layers,
        title,
        f"3 main cause … 1 contributing, 0 considered and denied; empty: not held responsible; hatched: does not ask{left_out and f'.{left_out}'}",
        caption,
        description,
        n,
    )


NOTHING_WEIGHED = "Nothing is drawn, since nobody is held responsible in these codings; that takes “factors” in debate.yml and their weights in the files of codings."


def _factors_part(factors: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The cells of the sources that weigh most factors and of the factors most weighed; and in words what is left out."""
    fits = columns_that_fit(factors.label, 0, 96, factors.factor_label)
    shown = _weighed_most(factors, "source", fits)
    tall = max(34 if low() else 42, side_height(factors.factor_label.unique(), 0))
    shown = _weighed_most(shown, "factor", rows_that_fit(tall))
    parts = [
        f"{shown[c].nunique()} of {factors[c].nunique()} {noun}"
        for c, noun in (("source", "texts, those that weigh most"), ("factor", "factors, those weighed most"))
        if shown[c].nunique() < factors[c].nunique()
    ]
    return shown, in_part(" and ".join(parts))


def _weighed_most(factors: pd.DataFrame, column: str, most: int) -> pd.DataFrame:
    weighed = factors.weight.notna().groupby(factors[column], sort=False).sum()
    return factors[factors[column].isin(weighed.sort_values(ascending=False, kind="stable").index[:most])]
