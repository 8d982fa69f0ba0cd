"""Tables → Altair charts, one theme.

Each chart carries its title, in `description` its alt text, and in `usermeta` its caption and n.
A value is shown by colour and by its number; a silence is hatched and never has the colour of 0;
what nobody coded is an empty cell with a question mark.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, FAINT, PAPER = "#222222", "#5f5f5f", "#dcdcdc", "#ffffff"
REJECT, REJECT_WEAK, WEIGH, AFFIRM_WEAK, AFFIRM = "#b5540a", "#f7c795", "#f3ecc8", "#a9cbe8", "#174a84"
SPEAKS, SPEAKS_LEAST, SILENT = "#7db09b", "#e3efe9", "#f4f4f4"

FEW = 8  # shared propositions below which a pair is not ranked

REASONS = {"not-asked": "n", "out-of-scope": "o", "evaded": "e"}
UNCODED = "?\u00a0not\u00a0coded"
REASON_KEY = "n\u00a0not\u00a0asked, o\u00a0out\u00a0of\u00a0scope, e\u00a0evaded"  # never broken over lines
_HATCH = "M-1,-0.2L-0.2,-1M-1,0.6L0.6,-1M-0.6,1L1,-0.6M0.2,1L1,0.2"


def _finished(chart: Any, title: str, subtitle: str, caption: str, description: str, n: int) -> Any:
    """The chart with its words and the theme."""
    lines = textwrap.wrap(subtitle, 125)
    if title[-1:] not in "?.!":
        caption = caption.replace(title, f"{title}.", 1)
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
        .configure_axis(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=SOFT, titleFontWeight="normal", domain=False, ticks=False, grid=False, labelLimit=0, labelFlush=False)
        .configure_legend(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=0)
        .configure_view(stroke=None)
    )  # fmt: skip


def wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))


def short_names(labels: Iterable[str]) -> dict[str, str]:
    """Label → label without its year (“James Harris 2017” → “James Harris”), unless two would then be the same."""
    cut = {t: t.rsplit(" ", 1)[0] if t[-4:].isdigit() and " " in t else t for t in labels}
    return {t: c if list(cut.values()).count(c) == 1 else t for t, c in cut.items()}


def _heads(labels: pd.Series) -> pd.Series:
    """Column heads: name over year, filled up from above to the same number of lines."""
    dated = [t for t in labels.unique() if t[-4:].isdigit() and " " in t]
    heads = {t: wrapped(t[:-5], 13) + f"\n{t[-4:]}" if t in dated else wrapped(t, 13) for t in labels.unique()}
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


def _luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours (WCAG 2), from 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _ink_on(colour: str) -> str:
    """The ink that reads better on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def _share_colour(share: float) -> str:
    """A share from 0 (palest) to 1 as a depth of green."""
    pale, deep = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (SPEAKS_LEAST, SPEAKS))
    return "#" + "".join(f"{round(p + (d - p) * share):02x}" for p, d in zip(pale, deep, strict=True))


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


def _row_height(rows: Sequence[str], least: int) -> int:
    """High enough for the row label with the most lines."""
    return max(least, 14 * (max(r.count("\n") for r in rows) + 1) + 12)


def _left_rows(domain: Sequence[str], width: int) -> alt.Y:
    # A label of several lines hangs from its first line: lift it by half of the others.
    lifts = [{"test": f"length(split(datum.label, '\\n')) == {k}", "value": -7 * (k - 1)} for k in range(2, 7)]
    axis = _lines(
        labelAlign="left", labelPadding=width, labelBaseline="middle", labelOffset={"condition": lifts, "value": 0}
    )
    return alt.Y("row:N", sort=list(domain), axis=axis)


def _key(stances: pd.DataFrame) -> str:
    """The letters of silence that occur, in words, and the question mark if something is not coded."""
    used = [
        words for words, reason in zip(REASON_KEY.split(", "), REASONS, strict=True) if (stances.reason == reason).any()
    ]
    return ", ".join([*used, *([UNCODED] if (stances.status == "uncoded").any() else [])]) or "none here"


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
    width, height = 86, _row_height(rows, 50)
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
        f"Hatched: the text is silent ({_key(stances)}). n = {_words(stances)}. {credit}"
    )
    zero = ", 0 weighs both sides" if (stances.value == 0).any() else ""
    subtitle = f"{_words(stances)}. +2 affirms, −2 rejects, ±1 with a limit or doubt{zero}; dots: certainty; hatched: silent ({_key(stances)})"
    return _finished(layers, title, subtitle, caption, _grid_in_words(stances, title), n)


def _grid_in_words(stances: pd.DataFrame, title: str) -> str:
    rows, who = [], short_names(stances.label.unique())
    for text, group in stances.groupby("text", sort=False):
        spoken = group[group.status == "stance"]
        said = ", ".join(f"{who[r.label]} {signed(r.value)}" for r in spoken.itertuples()) or "nobody speaks"
        uncoded = int((group.status == "uncoded").sum())
        silent = len(group) - len(spoken) - uncoded
        rows.append(f"{text} {said}; {silent} silent{f', {uncoded} not coded' if uncoded else ''}.")
    return f"Grid of {group_count(stances)} for: {title} " + " ".join(rows)


def group_count(stances: pd.DataFrame) -> str:
    return f"{stances.proposition.nunique()} propositions by {stances.source.nunique()} sources"


# Who stands where


def disagreement_profile(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each proposition, the names of the sources at the value each takes; the silent ones apart.

    Propositions are sorted by spread, the widest first.
    """
    cells = _cells(stances)
    speaking = cells.value.notna().groupby(cells.text).transform("sum")
    cells["row"] = [wrapped(f"{t} (n\u00a0=\u00a0{n})", 46) for t, n in zip(cells.text, speaking, strict=True)]
    order = cells.groupby("row", sort=False).value.agg(["max", "min", "count"]).eval("spread = max - min")
    rows = order.sort_values(["spread", "count"], ascending=False, kind="stable").index.tolist()
    columns = ["−2 rejects", "−1", "0 weighs", "+1", "+2 affirms", "silent"]
    columns += ["not coded"] if (stances.status == "uncoded").any() else []
    place = {-2: 0, -1: 1, 0: 2, 1: 3, 2: 4}
    absent = cells.status.map({"silence": "silent", "uncoded": "not coded"})
    cells["column"] = [a if pd.isna(v) else columns[place[int(v)]] for v, a in zip(cells.value, absent, strict=True)]
    who = short_names(stances.label.unique())
    cells["said"] = [
        wrapped(f"{who[label]} {dots}".strip(), 17) for label, dots in zip(cells.label, cells.dots, strict=True)
    ]
    names = cells.groupby(["row", "column"]).said.agg("\n".join).reset_index(name="names")
    names["people"] = names.names.str.count("\n") + 1
    names["colour"] = names.column.map(
        lambda c: SILENT if c == "silent" else PAPER if c == "not coded" else _colour(list(place)[columns.index(c)])
    )
    names["ink"] = names.colour.map(_ink_on)
    spans = order.loc[order["count"] > 1].reset_index()
    spans["from"], spans["to"] = ([columns[place[int(v)]] for v in spans[c]] for c in ("min", "max"))
    tallest = int(names.people.max())
    height, width = max(_row_height(rows, 50), 15 * tallest + 10), 118
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
        base.transform_filter("datum.column == 'silent'").mark_point(
            **{**_hatch(height - 10, (width - 10) / (height - 10)), "stroke": FAINT}
        ),
        *texts,
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int((stances.status == "stance").sum())
    caption = f"{title} The sources at the value each takes on each proposition, the widest spread first; n: the texts that speak to it; dots give the coder's certainty, hatched cells hold the silent. n = {_words(stances)}. {credit}"
    divided = [f"{r.replace(chr(10), ' ')}: {_who_stands_where(cells[cells.row == r], who)}" for r in rows]
    description = f"Where {stances.source.nunique()} sources stand on {stances.proposition.nunique()} propositions. {' '.join(divided)}"
    return _finished(
        layers,
        title,
        "Each name stands at the value its text takes, the widest spread first; n: texts that speak; dots: certainty; hatched: silent",
        caption,
        description,
        n,
    )


def _who_stands_where(cells: pd.DataFrame, who: dict[str, str]) -> str:
    said = cells.sign.where(cells.status == "stance", cells.status.map({"silence": "silent", "uncoded": "not coded"}))
    return ", ".join(f"{who[label]} {words}" for label, words in zip(cells.label, said, strict=True)) + "."


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
    who = short_names(stances.label.unique())
    shares = "; ".join(
        f"{who[k]} speaks to {int((g.status == 'stance').sum())} of {len(g)}"
        for k, g in stances.groupby("label", sort=False)
    )
    description = f"The whole debate: {group_count(stances)}. {shares}."
    return _finished(
        chart,
        title,
        f"{_words(stances)}. One square a proposition, in the codebook's order: +2 affirms, −2 rejects, ±1 with a limit, 0 weighs both sides; hatched: silent{'; ?: not coded' if (stances.status == 'uncoded').any() else ''}",
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
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        base.transform_filter("datum.silent").mark_point(**_hatch(height - 8, (width - 8) / (height - 8))),
        base.transform_filter("datum.silent").mark_rect(color=SILENT, width=70, height=34, aria=False),
        base.mark_text(fontSize=13, fontWeight="bold", dy=-6, aria=False).encode(
            text="share:N", color=alt.Color("ink:N", scale=None)
        ),
        base.mark_text(fontSize=11, fontStyle="italic", dy=9, aria=False).encode(
            text="reasons:N", color=alt.Color("ink:N", scale=None)
        ),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = len(stances)
    caption = (
        f"{title} In each cell the propositions to which the source speaks, of those in the question; below, why it is silent on the "
        f"others ({_key(stances)}). n = {_words(stances)}. {credit}"
    )
    whole = counts[counts.silent]
    who = short_names(stances.label.unique())
    silent_on = [f"{who[k]}: {', '.join(g.question_label)}" for k, g in whole.groupby("label", sort=False)]
    description = f"Map of silences, {group_count(stances)}: {_words(stances)}. Silent on a whole question: {'; '.join(silent_on) or 'none'}."
    return _finished(
        layers,
        title,
        f"Propositions spoken to, of those in the question; below, the reasons for silence ({_key(stances)})",
        caption,
        description,
        n,
    )


def _silence_words(group: pd.DataFrame) -> dict[str, Any]:
    spoken = int((group.status == "stance").sum())
    reasons = group.reason.map(REASONS).value_counts()
    uncoded = int((group.status == "uncoded").sum())
    words = " ".join(f"{letter}{reasons[letter]}" for letter in REASONS.values() if letter in reasons)
    words += f" ?{uncoded}" if uncoded else ""
    colour = _share_colour(spoken / len(group)) if spoken else PAPER if uncoded else SILENT
    return {
        "silent": spoken == 0 and uncoded == 0,
        "share": f"{spoken}/{len(group)}",
        "reasons": words.strip(),
        "colour": colour,
        "ink": _ink_on(colour),
        "cell": f"{spoken} of {len(group)} spoken to; silences {words.strip() or 'none'}",
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
    ).properties(width=760, height=alt.Step(66))
    caption = f"{title} Pale: the years a text treats; dark: the years it holds decisive. A text without a dark bar holds none decisive. n = {len(data)} spans. {credit}"
    who = short_names(data.label.unique())
    rows = [f"{who[k]} treats {', '.join(g[g.kind == 'treated'].years)}" + (f" and holds {', '.join(g[g.kind == 'decisive'].years)} decisive" if (g.kind == "decisive").any() else "") for k, g in data.groupby("label", sort=False)]  # fmt: skip
    return _finished(
        layers,
        title,
        f"Pale: years treated; dark: years held decisive; {len(data)} spans of {data.label.nunique()} texts",
        caption,
        "; ".join(rows) + ".",
        len(data),
    )


# Pairs


def _pair_names(pairs: pd.DataFrame, labels: dict[str, str]) -> pd.DataFrame:
    who = short_names(labels.values())
    return pairs.assign(
        pair=[f"{who[labels[a]]} – {who[labels[b]]}" for a, b in zip(pairs.source_a, pairs.source_b, strict=True)]
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
        f"n: propositions to which both speak, a 0 of either included (pale: n < {FEW}, too few to rank); distance: mean difference in points; agreement: 1 − distance/4",
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
    data = data.dropna(subset=["agreement"]).assign(few=lambda t: t.n < FEW)
    data = data.sort_values(["few", "agreement", "n"], ascending=[True, False, False])
    order = data.pair.tolist()
    y = alt.Y("pair:N", sort=order, axis=alt.Axis(title=None, labelPadding=8))
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(title="agreement, 0 to 1", grid=True, gridColor=FAINT, format=".1f")
    base = alt.Chart(data).encode(y=y)
    pale = alt.condition("datum.few", alt.value(0.35), alt.value(1))
    data["words"] = "n " + data.n.astype(str) + " → " + data.n_zero.astype(str)
    layers = alt.layer(
        base.mark_rule(strokeWidth=2, color="#9a9a9a").encode(
            x=alt.X("agreement:Q", scale=scale, axis=axis), x2="agreement_zero:Q"
        ),
        base.mark_point(size=130, filled=True, color=AFFIRM).encode(x="agreement:Q", opacity=pale),
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
        f"Dot: over what both speak to (pale: n < {FEW}); diamond: if silence were 0",
        caption,
        description,
        int(data.n.sum()),
    )


def reasons_chart(shared: pd.DataFrame, labels: dict[str, str], title: str, credit: str) -> alt.Chart:
    """For each pair of sources its agreements: with a ground in common, with different grounds, without known grounds.

    `shared`: as `agreement.shared_conclusions`.
    """
    kinds = {
        "common": "a ground in common",
        "different": "different grounds",
        "unknown": "grounds of one text not coded",
    }
    data = _pair_names(shared, labels)
    known = (data.grounds_a > 0) & (data.grounds_b > 0)
    data["kind"] = known.map({True: "different", False: "unknown"}).where(data.common == 0, "common")
    counts = data.groupby(["pair", "kind"]).size().unstack(fill_value=0).reindex(columns=list(kinds), fill_value=0)
    counts["n"] = counts.sum(axis=1)
    counts["with_different"] = counts.common + counts.different
    counts = counts.sort_values(["n", "common"], ascending=False).reset_index()
    counts["words"] = [f"{r.common} + {r.different} + {r.unknown}, n = {r.n}" for r in counts.itertuples()]
    y = alt.Y("pair:N", sort=counts.pair.tolist(), axis=alt.Axis(title=None, labelPadding=8))
    axis = alt.Axis(title="propositions on the same side", tickMinStep=1)
    base = alt.Chart(counts).encode(y=y)
    layers = alt.layer(
        base.mark_bar(color=AFFIRM).encode(x=alt.X("common:Q", axis=axis)),
        base.mark_bar(color=PAPER, stroke=AFFIRM, strokeWidth=1.5).encode(x="common:Q", x2="with_different:Q"),
        base.mark_bar(color=FAINT, stroke="#9a9a9a", strokeWidth=1).encode(x="with_different:Q", x2="n:Q"),
        base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(x="n:Q", text="words:N"),
    ).properties(width=520, height=alt.Step(30))
    caption = (
        f"{title} Agreements of each pair. Filled: both texts give at least one ground in common; open: each gives grounds, and none is "
        f"shared; grey: for at least one of the two no ground is coded. A ground is another stance that rests on the same claims or on claims that "
        f"support them. n = {len(shared)} agreements. {credit}"
    )
    said = [
        f"{r.pair}: {r.common} with a ground in common, {r.different} with different ones, {r.unknown} unknown"
        for r in counts.itertuples()
    ]
    subtitle = "Filled: a ground in common; open: different grounds; grey: for at least one text no ground is coded"
    return _finished(layers, title, subtitle, caption, f"Agreements by grounds. {'; '.join(said)}.", len(shared))


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
    data["letter"] = data.status.map({**REASONS, "uncoded": "?"}).fillna("")
    rows, columns = data.factor_label.drop_duplicates().tolist(), data.name.drop_duplicates().tolist()
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
        base.mark_text(fontSize=13, fontStyle="italic", color=SOFT).encode(text="letter:N"),
        weighed.mark_point(filled=True, opacity=1, stroke=AFFIRM, strokeWidth=1.5).encode(
            size=alt.Size("size:Q", scale=None), fill=alt.Fill("fill:N", scale=None)
        ),
        weighed.mark_text(fontSize=13, fontWeight="bold").encode(text="shown:N", color=alt.Color("ink:N", scale=None)),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int(data.weight.notna().sum())
    key = _key(data.rename(columns={"status": "reason"}).assign(status=data.status))
    silent = data[~data.asked].label.drop_duplicates().map(short_names(data.label.unique())).tolist()
    caption = (
        f"{title} 3 main cause, 2 important, 1 contributing, 0 considered and denied; an empty cell: not held responsible, which is no acquittal. "
        f"Hatched: the text does not ask ({key}). n = {n} weighings. {credit}"
    )
    said, who = [], short_names(data.label.unique())
    for label, group in data[data.weight.notna()].groupby("label", sort=False):
        ordered = group.sort_values("weight", ascending=False, kind="stable")
        said.append(f"{who[label]}: " + ", ".join(f"{r.factor_label} {r.shown}" for r in ordered.itertuples()))
    description = (
        "Responsibility by source. " + "; ".join(said) + "." + (f" Silent: {', '.join(silent)}." if silent else "")
    )
    return _finished(
        layers,
        title,
        "3 main cause … 1 contributing, 0 considered and denied; empty: not held responsible; hatched: does not ask",
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
        base.mark_point(size=120, filled=True, color=AFFIRM).encode(
            x="alpha:Q", opacity=alt.condition("datum.n_units < 10", alt.value(0.35), alt.value(1))
        ),
        base.mark_text(align="left", fontSize=12, color=INK).encode(x=alt.value(470), text="words:N"),
    ).properties(width=460, height=alt.Step(28))
    caption = f"{title} n: cells compared (for the value, those where both coders heard the text speak). Pale: n < 10, which says little. Dashed: above 0.8 dependable, between 0.6 and 0.8 with reserve. {credit}"
    description = "Reliability: " + "; ".join(f"{r.group} {r.words}" for r in data.itertuples()) + "."
    return _finished(
        layers,
        title,
        "n: cells compared (for the value, those where both coders heard the text speak); pale: n < 10; dashed: 0.6 and 0.8",
        caption,
        description,
        int(data.n_units.max()),
    )
