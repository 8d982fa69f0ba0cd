"""Tables → Altair charts, one theme.

Each chart carries its title, in `description` its alt text, and in `usermeta` its caption and n.
A value is shown by colour and by its number; a silence is hatched and never has the colour of 0;
what nobody coded is an empty cell with a question mark.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, FAINT, PAPER = "#222222", "#5f5f5f", "#dcdcdc", "#ffffff"
REJECT, REJECT_WEAK, WEIGH, AFFIRM_WEAK, AFFIRM = "#b5540a", "#f7c795", "#f3ecc8", "#a9cbe8", "#174a84"
SPEAKS, SILENT = "#3f6f5f", "#f4f4f4"

FEW = 8  # shared propositions below which a pair is not ranked

REASONS = {"not-asked": "n", "out-of-scope": "o", "evaded": "e"}
REASON_KEY = "n\u00a0not\u00a0asked, o\u00a0out\u00a0of\u00a0scope, e\u00a0evaded"  # never broken over lines
_HATCH = "M-1,-0.2L-0.2,-1M-1,0.6L0.6,-1M-0.6,1L1,-0.6M0.2,1L1,0.2"


def _finished(chart: Any, title: str, subtitle: str, caption: str, description: str, n: int) -> Any:
    """The chart with its words and the theme."""
    lines = textwrap.wrap(subtitle, 125)
    return (
        chart.properties(
            title=alt.TitleParams(title, subtitle=lines, anchor="start", frame="bounds", offset=14),
            description=description,
            usermeta={"caption": caption, "n": n},
            background=PAPER,
            padding=12,
        )
        .configure(font=FONT)
        .configure_title(fontSize=17, subtitleFontSize=12, subtitleColor=SOFT, color=INK, subtitlePadding=5, lineHeight=20, subtitleLineHeight=16)
        .configure_axis(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=SOFT, titleFontWeight="normal", domain=False, ticks=False, grid=False, labelLimit=0)
        .configure_legend(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=0)
        .configure_view(stroke=None)
    )  # fmt: skip


def wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def short(label: str) -> str:
    """“James Harris 2017” → “James Harris”, for places where the year would not fit."""
    return label.rsplit(" ", 1)[0] if label[-4:].isdigit() else label


def _heads(labels: pd.Series) -> pd.Series:
    """Column heads: name over year, filled up from above to the same number of lines."""
    heads = {t: wrapped(short(t), 13) + (f"\n{t[-4:]}" if short(t) != t else "") for t in labels.unique()}
    tallest = max(h.count("\n") for h in heads.values())
    return labels.map({t: "\n" * (tallest - h.count("\n")) + h for t, h in heads.items()})


def _head_axis(heads: pd.Series) -> alt.Axis:
    return _lines("top", labelAngle=0, labelPadding=8 + 14 * int(heads.iloc[0].count("\n")))


def signed(value: Any) -> str:
    """A value with a true minus sign; nothing if it is missing."""
    return "" if pd.isna(value) else f"{int(value):+d}".replace("-", "−").replace("+0", "0")


def _colour(value: Any, scale: tuple[float, float] = (-2, 2)) -> str:
    """The colour of a value: two depths on each side of the middle of the scale."""
    if pd.isna(value):
        return SILENT
    middle, half = (scale[0] + scale[1]) / 2, (scale[1] - scale[0]) / 2
    share = (value - middle) / half
    steps = [(-0.75, REJECT), (-0.01, REJECT_WEAK), (0.01, WEIGH), (0.75, AFFIRM_WEAK)]
    return next((colour for bound, colour in steps if share < bound), AFFIRM)


def _ink_on(colour: str) -> str:
    return PAPER if colour in (REJECT, AFFIRM, SPEAKS) else INK


def _cells(stances: pd.DataFrame) -> pd.DataFrame:
    """The stances with what a cell needs: colour, ink, words."""
    cells = stances.drop(columns=["claims"], errors="ignore").copy()
    cells["colour"] = cells.value.map(_colour, na_action=None)
    cells["ink"] = cells.colour.map(_ink_on)
    cells["sign"] = cells.value.map(signed, na_action=None)
    cells["letter"] = cells.reason.map(REASONS).fillna("")
    cells["dots"] = cells.certainty.map(lambda c: "" if pd.isna(c) else "•" * int(c), na_action=None)
    cells["name"] = _heads(cells.label)
    said = cells.sign.where(cells.status == "stance", cells.reason.fillna("uncoded"))
    cells["cell"] = cells.label + " on “" + cells.text + "”: " + said
    return cells


def _hatch(size: float, stretch: float = 1.0) -> dict[str, Any]:
    """A point mark whose shape is a hatched box, `size` px high and `stretch` times as wide."""
    if stretch == 1:
        path = _HATCH
    else:
        step, path, x = 0.8, "", -stretch - 1
        while x < stretch:
            left, right = max(x, -stretch), min(x + 2, stretch)
            path += f"M{left:.2f},{1 - (left - x):.2f}L{right:.2f},{1 - (right - x):.2f}"
            x += step
    return {
        "shape": path,
        "size": size * size,
        "filled": False,
        "stroke": "#9a9a9a",
        "strokeWidth": 0.9,
        "opacity": 1,
        "aria": False,
    }


def _lines(axis_position: str = "left", **options: Any) -> alt.Axis:
    """An axis whose labels may have several lines."""
    return alt.Axis(
        title=None, orient=axis_position, labelExpr="split(datum.label, '\\n')", labelLineHeight=14, **options
    )


def _left_rows(domain: Sequence[str], width: int) -> alt.Y:
    # A label of several lines hangs from its first line: lift it by half of the others.
    lifts = [{"test": f"length(split(datum.label, '\\n')) == {k}", "value": -7 * (k - 1)} for k in range(2, 7)]
    axis = _lines(
        labelAlign="left", labelPadding=width, labelBaseline="middle", labelOffset={"condition": lifts, "value": 0}
    )
    return alt.Y("row:N", sort=list(domain), axis=axis)


def _words(stances: pd.DataFrame) -> str:
    """The counts of a table of stances, in words."""
    spoken = stances[stances.status == "stance"]
    silent, uncoded = int((stances.status == "silence").sum()), int((stances.status == "uncoded").sum())
    return f"{len(spoken)} stances and {silent} silences" + (f"; {uncoded} uncoded" if uncoded else "")


# The stance grid


def stance_grid(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Propositions × sources, one cell a stance or a silence.

    `stances`: as `tables.stances`, restricted to what is to be shown.  `credit`: who coded, how and when.
    """
    cells = _cells(stances)
    cells["row"] = cells.text.map(lambda t: wrapped(t, 50))
    rows, columns = cells.row.drop_duplicates().tolist(), cells.name.drop_duplicates().tolist()
    width, height = 86, 50
    base = alt.Chart(cells).encode(
        x=alt.X("name:N", sort=columns, axis=_head_axis(cells["name"])),
        y=_left_rows(rows, 310),
    )
    silent = base.transform_filter("datum.status == 'silence'")
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        silent.mark_point(**_hatch(height - 12, (width - 8) / (height - 12))),
        silent.mark_circle(size=330, color=SILENT, opacity=1, aria=False),
        base.mark_text(fontSize=16, fontWeight="bold", dy=-5, aria=False).encode(
            text="sign:N", color=alt.Color("ink:N", scale=None)
        ),
        base.mark_text(fontSize=14, dy=13, aria=False).encode(text="dots:N", color=alt.Color("ink:N", scale=None)),
        base.mark_text(fontSize=13, fontStyle="italic", color=SOFT, aria=False).encode(text="letter:N"),
        base.transform_filter("datum.status == 'uncoded'").mark_text(fontSize=14, color=SOFT, text="?"),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int((stances.status == "stance").sum())
    caption = (
        f"{title} Stances from −2 (rejects) to +2 (affirms); dots give the coder's certainty (••• sure, • doubtful). "
        f"Hatched: the text is silent ({REASON_KEY}). n = {_words(stances)}. {credit}"
    )
    subtitle = (
        f"+2 affirms, −2 rejects, ±1 with a limit; dots: certainty of the reading; hatched: silent ({REASON_KEY})"
    )
    return _finished(layers, title, subtitle, caption, _grid_in_words(stances, title), n)


def _grid_in_words(stances: pd.DataFrame, title: str) -> str:
    rows = []
    for text, group in stances.groupby("text", sort=False):
        spoken = group[group.status == "stance"]
        said = ", ".join(f"{short(r.label)} {signed(r.value)}" for r in spoken.itertuples()) or "all silent"
        rows.append(f"{text} {said}; {len(group) - len(spoken)} silent.")
    return f"Grid of {group_count(stances)} for: {title} " + " ".join(rows)


def group_count(stances: pd.DataFrame) -> str:
    return f"{stances.proposition.nunique()} propositions by {stances.source.nunique()} sources"


# Who stands where


def disagreement_profile(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each proposition, the names of the sources at the value each takes; the silent ones apart.

    Propositions are sorted by spread, the most divided first.
    """
    cells = _cells(stances)
    cells["row"] = cells.text.map(lambda t: wrapped(t, 46))
    order = cells.groupby("row", sort=False).value.agg(["max", "min", "count"]).eval("spread = max - min")
    rows = order.sort_values(["spread", "count"], ascending=False, kind="stable").index.tolist()
    columns = ["−2 rejects", "−1", "0 weighs", "+1", "+2 affirms", "silent"]
    place = {-2: 0, -1: 1, 0: 2, 1: 3, 2: 4}
    cells["column"] = [columns[5] if pd.isna(v) else columns[place[int(v)]] for v in cells.value]
    names = (
        cells[cells.status != "uncoded"]
        .groupby(["row", "column"])
        .label.agg(lambda t: "\n".join(short(x) for x in t))
        .reset_index(name="names")
    )
    names["people"] = names.names.str.count("\n") + 1
    names["top"] = -7 * (names.people - 1)
    names["colour"] = names.column.map(lambda c: SILENT if c == "silent" else _colour(list(place)[columns.index(c)]))
    names["ink"] = names.colour.map(_ink_on)
    spans = order.loc[order["count"] > 1].reset_index()
    spans["from"], spans["to"] = ([columns[place[int(v)]] for v in spans[c]] for c in ("min", "max"))
    tallest = int(names.people.max())
    height, width = max(50, 15 * tallest + 10), 100
    x = alt.X(
        "column:N", sort=columns, scale=alt.Scale(domain=columns), axis=_lines("top", labelAngle=0, labelPadding=6)
    )
    base = alt.Chart(names).encode(x=x, y=_left_rows(rows, 290))
    texts = [
        base.transform_filter(f"datum.people == {k}")
        .mark_text(lineBreak="\n", lineHeight=15, fontSize=12, baseline="middle", dy=-7.5 * (k - 1))
        .encode(text="names:N", color=alt.Color("ink:N", scale=None))
        for k in sorted(names.people.unique())
    ]
    guides = alt.Chart(pd.DataFrame([(r, c) for r in rows for c in columns], columns=["row", "column"])).mark_rect(
        fill=None, stroke=FAINT, aria=False
    )
    layers = alt.layer(
        guides.encode(x=x, y=_left_rows(rows, 290)),
        alt.Chart(spans)
        .mark_rule(strokeWidth=5, color="#bdbdbd", aria=False)
        .encode(x=alt.X("from:N", sort=columns), x2="to:N", y=_left_rows(rows, 290)),
        base.mark_rect(stroke=PAPER, strokeWidth=3, cornerRadius=5).encode(color=alt.Color("colour:N", scale=None)),
        *texts,
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int((stances.status == "stance").sum())
    caption = f"{title} The sources at the value each takes on each proposition, the most divided first. n = {_words(stances)}. {credit}"
    divided = [
        f"{r.replace(chr(10), ' ')} ({int(order.loc[r, 'spread'])} points)"
        for r in rows
        if order.loc[r, "count"] > 1 and order.loc[r, "spread"] > 0
    ]
    description = (
        f"Where {group_count(stances)} stand. Most divided first: "
        + "; ".join(divided or ["no proposition divides those who speak"])
        + "."
    )
    return _finished(
        layers,
        title,
        "Each name stands at the value its text takes; the most divided propositions come first",
        caption,
        description,
        n,
    )


# The whole debate at a glance


def overview(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources, in each cell a small square for every proposition of the question."""
    cells = _cells(stances)
    cells["place"] = cells.groupby(["source", "question"], sort=False).cumcount()
    most, side = int(cells.place.max()) + 1, 19
    questions, columns = cells.question_label.drop_duplicates().tolist(), cells.name.drop_duplicates().tolist()
    gap = 1.2
    cells["x"] = cells.place + cells.name.map({c: i * (most + gap) for i, c in enumerate(columns)})
    heads = pd.DataFrame({"x": [i * (most + gap) + (most - 1) / 2 - 0.5 for i in range(len(columns))], "name": columns})
    domain = [-0.6, len(columns) * (most + gap) - gap]
    x = alt.X("x:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=None)
    y = alt.Y("question_label:N", sort=questions, axis=alt.Axis(title=None, labelPadding=8))
    base = alt.Chart(cells).encode(x=x, y=y)
    silent = base.transform_filter("datum.status == 'silence'")
    body = alt.layer(
        base.mark_square(size=(side - 2) ** 2, opacity=1).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        silent.mark_point(**_hatch(side - 4)),
        base.mark_text(fontSize=9.5, aria=False).encode(text="sign:N", color=alt.Color("ink:N", scale=None)),
        base.transform_filter("datum.status == 'uncoded'").mark_text(fontSize=10, color=SOFT, text="?"),
    ).properties(width=side * (domain[1] - domain[0]), height=alt.Step(side + 9))
    tall = 14 * (columns[0].count("\n") + 1) + 4
    head = (
        alt.Chart(heads)
        .mark_text(lineBreak="\n", lineHeight=14, fontSize=12, baseline="top", color=INK)
        .encode(x=x, text="name:N", y=alt.value(0))
    )
    chart = alt.vconcat(head.properties(width=side * (domain[1] - domain[0]), height=tall), body, spacing=2)
    n = int((stances.status == "stance").sum())
    caption = f"{title} One square for each proposition, in the order of the codebook; hatched squares are silences. n = {_words(stances)}. {credit}"
    shares = "; ".join(
        f"{short(k)} speaks to {int((g.status == 'stance').sum())} of {len(g)}"
        for k, g in stances.groupby("label", sort=False)
    )
    description = f"The whole debate: {group_count(stances)}. {shares}."
    return _finished(
        chart,
        title,
        "One square a proposition: +2 affirms, −2 rejects; hatched squares are silences",
        caption,
        description,
        n,
    )


def silence_map(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources: how many propositions a source is silent on, and for what reasons."""
    cells = _cells(stances)
    counts = (
        cells.groupby(["question_label", "label", "name"], sort=False)
        .apply(lambda g: pd.Series(_silence_words(g)), include_groups=False)
        .reset_index()
    )
    questions, columns = counts.question_label.drop_duplicates().tolist(), counts.name.drop_duplicates().tolist()
    width, height = 104, 40
    base = alt.Chart(counts).encode(
        x=alt.X("name:N", sort=columns, axis=_head_axis(counts["name"])),
        y=alt.Y("question_label:N", sort=questions, axis=alt.Axis(title=None, labelPadding=8)),
    )
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color(
                "spoken:Q",
                scale=alt.Scale(domain=[0, 0.001, 1], range=[SILENT, "#e3efe9", SPEAKS], interpolate="rgb"),
                legend=None,
            ),
            description=alt.Description("cell:N"),
        ),
        base.transform_filter("datum.spoken == 0").mark_point(**_hatch(height - 8, (width - 8) / (height - 8))),
        base.transform_filter("datum.spoken == 0").mark_rect(color=SILENT, width=46, height=30, aria=False),
        base.mark_text(fontSize=13, fontWeight="bold", dy=-6, aria=False).encode(
            text="share:N", color=alt.condition("datum.spoken > 0.55", alt.value(PAPER), alt.value(INK))
        ),
        base.mark_text(fontSize=11, fontStyle="italic", dy=9, aria=False).encode(
            text="reasons:N", color=alt.condition("datum.spoken > 0.55", alt.value(PAPER), alt.value(INK))
        ),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = len(stances)
    caption = (
        f"{title} In each cell the propositions to which the source speaks, of those in the question; below, why it is silent on the "
        f"others ({REASON_KEY}). n = {_words(stances)}. {credit}"
    )
    whole = counts[counts.spoken == 0]
    description = f"Map of silences, {group_count(stances)}. Silent on a whole question: " + (
        "; ".join(f"{short(k)}: {', '.join(g.question_label)}" for k, g in whole.groupby("label", sort=False)) or "none"
    ) + "."  # fmt: skip
    return _finished(
        layers,
        title,
        f"Propositions spoken to, of those in the question; below, the reasons for silence ({REASON_KEY})",
        caption,
        description,
        n,
    )


def _silence_words(group: pd.DataFrame) -> dict[str, Any]:
    spoken = int((group.status == "stance").sum())
    reasons = group.reason.map(REASONS).value_counts()
    words = " ".join(f"{letter}{reasons[letter]}" for letter in REASONS.values() if letter in reasons)
    return {
        "spoken": spoken / len(group),
        "share": f"{spoken}/{len(group)}",
        "reasons": words,
        "cell": f"{spoken} of {len(group)} spoken to; silences {words or 'none'}",
    }


# Years


def timeline(spans: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """The years each source treats (pale) and those it holds decisive (dark)."""
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
        axis=alt.Axis(title=None, format="d", grid=True, gridColor=FAINT, tickCount=10),
    )
    y = alt.Y("label:N", sort=labels, axis=alt.Axis(title=None, labelPadding=8))
    base = alt.Chart(data).encode(x=x, x2="until:Q", y=y)
    treated, decisive = (base.transform_filter(f"datum.kind == '{k}'") for k in ("treated", "decisive"))
    words = data.sort_values(["label", "from"])
    words = words[words.kind == "decisive"].assign(lane=lambda t: t.groupby("label").cumcount() % 2)
    layers = alt.layer(
        treated.mark_bar(height=34, color="#cfdbe6"),
        decisive.mark_bar(height=14, color=AFFIRM, cornerRadius=2),
        *(
            alt.Chart(words[words.lane == lane])
            .mark_text(align="left", fontSize=11, dy=dy, color=INK)
            .encode(x=x, y=y, text="years:N")
            for lane, dy in ((0, -25), (1, 25))
        ),
    ).properties(width=760, height=alt.Step(66))
    caption = f"{title} Pale: the years a text treats; dark: the years it holds decisive. A text without a dark bar holds none decisive. n = {len(data)} spans. {credit}"
    rows = [f"{short(k)} treats {', '.join(g[g.kind == 'treated'].years)}" + (f" and holds {', '.join(g[g.kind == 'decisive'].years)} decisive" if (g.kind == "decisive").any() else "") for k, g in data.groupby("label", sort=False)]  # fmt: skip
    return _finished(
        layers, title, "Pale: years treated; dark: years held decisive", caption, "; ".join(rows) + ".", len(data)
    )


# Pairs


def _pair_names(pairs: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    return pairs.assign(
        pair=[f"{short(labels[a])} – {short(labels[b])}" for a, b in zip(pairs.source_a, pairs.source_b, strict=True)]
    )


def pairs_chart(pairs: pd.DataFrame, labels: dict[str, str], title: str, credit: str) -> alt.Chart:
    """For each pair of sources the propositions on which they stand on opposite sides, and on the same.

    `pairs`: as `agreement.pairwise_agreement`.  `labels`: source → label.
    """
    data = _pair_names(pairs, labels).assign(few=lambda t: t.n < FEW)
    data = data.sort_values(["few", "agreement", "n"], ascending=[True, False, False], na_position="last")
    order = data.pair.tolist()
    data["opposite"] = -data.opposite_sign
    data["distance"] = data.mean_distance.map(lambda d: "–" if pd.isna(d) else f"{d:.2f}")
    data["score"] = data.agreement.map(lambda a: "–" if pd.isna(a) else f"{a:.2f}")
    most = int(max(data.same_sign.max(), data.opposite_sign.max(), 1)) + 2
    y = alt.Y("pair:N", sort=order, axis=alt.Axis(title=None, labelPadding=8))
    x_scale = alt.Scale(domain=[-most, most], nice=False)
    axis = alt.Axis(
        title="opposite sides  ←  propositions  →  same side",
        labelExpr="abs(datum.value)",
        grid=True,
        gridColor=FAINT,
        tickMinStep=1,
    )
    base = alt.Chart(data).encode(y=y)
    pale = alt.condition("datum.few", alt.value(0.35), alt.value(1))
    bars = alt.layer(
        base.mark_bar(color=REJECT).encode(x=alt.X("opposite:Q", scale=x_scale, axis=axis), opacity=pale),
        base.mark_bar(color=AFFIRM).encode(x=alt.X("same_sign:Q", scale=x_scale), opacity=pale),
        base.mark_text(align="right", dx=-4, fontSize=12, color=INK).encode(x="opposite:Q", text="opposite_sign:Q"),
        base.mark_text(align="left", dx=4, fontSize=12, color=INK).encode(x="same_sign:Q", text="same_sign:Q"),
    ).properties(width=430, height=alt.Step(30))
    columns = [
        alt.Chart(data)
        .mark_text(fontSize=12, color=INK)
        .encode(y=alt.Y("pair:N", sort=order, axis=None), text=f"{field}:N")
        .properties(
            width=70,
            height=alt.Step(30),
            title=alt.TitleParams(
                name, fontSize=12, fontWeight="normal", color=SOFT, anchor="middle", frame="group", offset=4
            ),
        )
        for field, name in (("n", "n"), ("distance", "distance"), ("score", "agreement"))
    ]
    chart = alt.hconcat(bars, *columns, spacing=6)
    caption = (
        f"{title} Propositions on which two texts take opposite sides (left) and the same side (right); n: propositions to which both speak "
        f"(those with a 0 on either side are in n only); distance: mean difference in points; agreement: 1 − distance/4. Pairs with n < {FEW} stand last and pale: too few propositions to rank them. {credit}"
    )
    known = data.dropna(subset=["agreement"])
    description = f"Pairs from most to least agreement, those with n < {FEW} last: " + "; ".join(
        f"{r.pair} {r.same_sign} same side, {r.opposite_sign} opposite, n {r.n}, mean distance {r.distance}" for r in known.itertuples()
    ) + "."  # fmt: skip
    return _finished(
        chart,
        title,
        f"n: propositions to which both speak (pale: n < {FEW}, too few to rank); distance: mean difference in points",
        caption,
        description,
        int(data.n.sum()),
    )


def silence_effect(
    pairs: pd.DataFrame, filled: pd.DataFrame, labels: dict[str, str], title: str, credit: str
) -> alt.Chart:
    """How each pair's agreement would move if silence were counted as 0.  A warning, not a measure."""
    names = _pair_names(pairs, labels)
    data = names.merge(filled, on=["source_a", "source_b"], suffixes=("", "_zero"))
    data = data.dropna(subset=["agreement"]).sort_values("agreement", ascending=False)
    order = data.pair.tolist()
    y = alt.Y("pair:N", sort=order, axis=alt.Axis(title=None, labelPadding=8))
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(title="agreement, 0 to 1", grid=True, gridColor=FAINT, format=".1f")
    base = alt.Chart(data).encode(y=y)
    data["words"] = "n " + data.n.astype(str) + " → " + data.n_zero.astype(str)
    layers = alt.layer(
        base.mark_rule(strokeWidth=2, color="#9a9a9a").encode(
            x=alt.X("agreement:Q", scale=scale, axis=axis), x2="agreement_zero:Q"
        ),
        base.mark_point(size=130, filled=True, color=AFFIRM, opacity=1).encode(x="agreement:Q"),
        base.mark_point(
            size=130, shape="diamond", filled=True, color=PAPER, stroke=REJECT, strokeWidth=2, opacity=1
        ).encode(x="agreement_zero:Q"),
        base.mark_text(align="left", fontSize=12, color=SOFT).encode(x=alt.value(490), text="words:N"),
    ).properties(width=480, height=alt.Step(30))
    caption = (
        f"{title} Filled dot: agreement over the propositions to which both texts speak; open diamond: what it would be if every silence "
        f"were counted as 0. At the right n, the number of propositions compared, before and after: n = {int(data.n.sum())} in all before. {credit}"
    )
    moves = "; ".join(f"{r.pair} {r.agreement:.2f} to {r.agreement_zero:.2f}" for r in data.itertuples())
    description = f"Agreement of pairs as it is and with silence counted as 0: {moves}."
    return _finished(
        layers,
        title,
        "Dot: over what both speak to; diamond: if silence were 0",
        caption,
        description,
        int(data.n.sum()),
    )


def reasons_chart(shared: pd.DataFrame, labels: dict[str, str], title: str, credit: str) -> alt.Chart:
    """For each pair of sources its agreements, by whether any ground for them is held in common.

    `shared`: as `agreement.shared_conclusions`.
    """
    data = _pair_names(shared, labels).assign(kind=lambda t: (t.common > 0).map({True: "common", False: "different"}))
    counts = (
        data.groupby(["pair", "kind"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=["common", "different"], fill_value=0)
    )
    counts["all"] = counts.common + counts.different
    counts = counts.sort_values(["all", "common"], ascending=False).reset_index()
    counts["words"] = counts.common.astype(str) + " + " + counts.different.astype(str)
    y = alt.Y("pair:N", sort=counts.pair.tolist(), axis=alt.Axis(title=None, labelPadding=8))
    axis = alt.Axis(title="propositions on the same side", grid=True, gridColor=FAINT, tickMinStep=1)
    base = alt.Chart(counts).encode(y=y)
    layers = alt.layer(
        base.mark_bar(color=AFFIRM).encode(x=alt.X("common:Q", axis=axis)),
        base.mark_bar(color=PAPER, stroke=AFFIRM, strokeWidth=1.5).encode(x="common:Q", x2="all:Q"),
        base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(x="all:Q", text="words:N"),
    ).properties(width=520, height=alt.Step(30))
    caption = (
        f"{title} Filled: agreements for which both texts give at least one ground in common; open: agreements whose grounds differ throughout. "
        f"A ground is another stance that rests on the same claims or on claims that support them. n = {len(shared)} agreements. {credit}"
    )
    rows = "; ".join(f"{r.pair}: {r.common} with common grounds, {r.different} without" for r in counts.itertuples())
    return _finished(
        layers,
        title,
        "Filled: a ground in common; open: grounds that differ throughout",
        caption,
        f"Agreements by grounds. {rows}.",
        len(shared),
    )


# Responsibility


def factor_grid(factors: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Factors × sources: how far each source holds a factor responsible, 0 to 3."""
    data = factors.drop(columns=["claims"]).copy()
    data["name"] = _heads(data.label)
    data["asked"] = data.status.isin(["weighed", "not named", "uncoded"])
    data["shown"] = data.weight.map(lambda w: "" if pd.isna(w) else str(int(w)), na_action=None)
    data["ink"] = [PAPER if not pd.isna(w) and w > 0 else REJECT for w in data.weight]
    data["size"] = [0 if pd.isna(w) else [460, 360, 700, 1150][int(w)] for w in data.weight]
    data["fill"] = [PAPER if pd.isna(w) or w == 0 else AFFIRM for w in data.weight]
    data["letter"] = data.status.map(REASONS).fillna("")
    total = data.groupby("factor_label").weight.sum().sort_values(ascending=False, kind="stable")
    rows, columns = total.index.tolist(), data.name.drop_duplicates().tolist()
    width, height = 96, 42
    base = alt.Chart(data).encode(
        x=alt.X("name:N", sort=columns, axis=_head_axis(data["name"])),
        y=alt.Y("factor_label:N", sort=rows, axis=alt.Axis(title=None, labelPadding=8)),
    )
    absent = base.transform_filter("!datum.asked")
    weighed = base.transform_filter("isValid(datum.weight)")
    layers = alt.layer(
        base.mark_rect(stroke=FAINT, strokeWidth=1, fill=PAPER, aria=False),
        absent.mark_point(**_hatch(height - 8, (width - 8) / (height - 8))),
        absent.mark_circle(size=300, color=SILENT, opacity=1, aria=False),
        absent.mark_text(fontSize=13, fontStyle="italic", color=SOFT).encode(text="letter:N"),
        weighed.mark_point(filled=True, opacity=1, stroke=AFFIRM, strokeWidth=1.5).encode(
            size=alt.Size("size:Q", scale=None), fill=alt.Fill("fill:N", scale=None)
        ),
        weighed.mark_text(fontSize=13, fontWeight="bold").encode(text="shown:N", color=alt.Color("ink:N", scale=None)),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int(data.weight.notna().sum())
    silent = data[~data.asked].label.drop_duplicates().map(short).tolist()
    caption = (
        f"{title} 3 main cause, 2 important, 1 contributing, 0 considered and denied; an empty cell: not named. "
        f"Hatched: the text does not ask ({REASON_KEY}). n = {n} weighings. {credit}"
    )
    said = []
    for label, group in data[data.weight.notna()].groupby("label", sort=False):
        ordered = group.sort_values("weight", ascending=False, kind="stable")
        said.append(f"{short(label)}: " + ", ".join(f"{r.factor_label} {r.shown}" for r in ordered.itertuples()))
    description = (
        "Responsibility by source. " + "; ".join(said) + "." + (f" Silent: {', '.join(silent)}." if silent else "")
    )
    return _finished(
        layers,
        title,
        "3 main cause … 1 contributing, 0 considered and denied; empty: not named; hatched: does not ask",
        caption,
        description,
        n,
    )


# Reliability


def reliability_chart(table: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Krippendorff's alpha by group, with its n.  `table`: as `agreement.alpha_by`, `group` in words."""
    data = table.copy()
    data["words"] = [
        f"α {a:.2f}, n {n}" if pd.notna(a) else f"n {n}: {'undefined' if n else 'nothing to compare'}"
        for a, n in zip(data.alpha, data.n_units, strict=True)
    ]
    low = min(0.0, float(data.alpha.min(skipna=True)) - 0.05)
    y = alt.Y("group:N", sort=data.group.tolist(), axis=alt.Axis(title=None, labelPadding=8))
    scale = alt.Scale(domain=[low, 1], nice=False)
    axis = alt.Axis(
        title="Krippendorff's alpha (1: perfect; 0: as by chance)", grid=True, gridColor=FAINT, format=".1f"
    )
    base = alt.Chart(data).encode(y=y)
    bounds = alt.Chart(pd.DataFrame({"bound": [0.6, 0.8]})).mark_rule(strokeDash=[5, 4], color=SOFT).encode(x="bound:Q")
    layers = alt.layer(
        base.mark_bar(height=5, color="#cfdbe6").encode(x=alt.X("alpha:Q", scale=scale, axis=axis)),
        bounds,
        base.mark_point(size=120, filled=True, color=AFFIRM, opacity=1).encode(x="alpha:Q"),
        base.mark_text(align="left", fontSize=12, color=INK).encode(x=alt.value(470), text="words:N"),
    ).properties(width=460, height=alt.Step(28))
    caption = f"{title} n: units coded by both. Dashed: 0.6 and 0.8. {credit}"
    description = "Reliability: " + "; ".join(f"{r.group} {r.words}" for r in data.itertuples()) + "."
    return _finished(
        layers,
        title,
        "n: units that both coders coded; dashed lines at 0.6 and 0.8",
        caption,
        description,
        int(data.n_units.max()),
    )
