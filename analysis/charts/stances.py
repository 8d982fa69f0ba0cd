"""Stances → who says what of a proposition, and who is silent."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.theme import (
    FAINT,
    INK,
    PAPER,
    REASONS,
    SILENT,
    SOFT,
    colour_of,
    counts_in_words,
    drawn,
    finished,
    hatched,
    head_axis,
    ink_on,
    left_rows,
    lined_axis,
    row_height,
    share_colour,
    short_names,
    signed,
    silence_key,
    wrapped,
)


def stance_grid(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Propositions × sources, one cell a stance or a silence.

    `stances`: as `tables.stances`, restricted to what is to be shown.  `credit`: who coded, how and when.
    """
    cells = drawn(stances)
    cells["row"] = cells.text.map(lambda t: wrapped(t, 50))
    rows, columns = cells.row.drop_duplicates().tolist(), cells.name.drop_duplicates().tolist()
    width, height = 86, row_height(rows, 50)
    base = alt.Chart(cells).encode(
        x=alt.X("name:N", sort=columns, axis=head_axis(cells["name"])),
        y=left_rows(rows, 310),
    )
    silent = base.transform_filter("datum.status == 'silence'")
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        silent.mark_point(**hatched(height - 12, (width - 8) / (height - 12))),
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
        f"Hatched: the text is silent ({silence_key(stances)}). n = {counts_in_words(stances)}. {credit}"
    )
    zero = ", 0 weighs both sides" if (stances.value == 0).any() else ""
    subtitle = f"{counts_in_words(stances)}. +2 affirms, −2 rejects, ±1 with a limit or doubt{zero}; dots: certainty; hatched: silent ({silence_key(stances)})"
    return finished(layers, title, subtitle, caption, _grid_in_words(stances, title), n)


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


def disagreement_profile(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each proposition, the names of the sources at the value each takes; the silent ones apart.

    Propositions are sorted by spread, the widest first.
    """
    cells = drawn(stances)
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
        lambda c: SILENT if c == "silent" else PAPER if c == "not coded" else colour_of(list(place)[columns.index(c)])
    )
    names["ink"] = names.colour.map(ink_on)
    spans = order.loc[order["count"] > 1].reset_index()
    spans["from"], spans["to"] = ([columns[place[int(v)]] for v in spans[c]] for c in ("min", "max"))
    tallest = int(names.people.max())
    height, width = max(row_height(rows, 50), 15 * tallest + 10), 118
    x = alt.X(
        "column:N", sort=columns, scale=alt.Scale(domain=columns), axis=lined_axis("top", labelAngle=0, labelPadding=6)
    )
    base = alt.Chart(names).encode(x=x, y=left_rows(rows, 290))
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
        guides.encode(x=x, y=left_rows(rows, 290)),
        alt.Chart(spans)
        .mark_rule(strokeWidth=5, color="#bdbdbd", aria=False)
        .encode(x=alt.X("from:N", sort=columns), x2="to:N", y=left_rows(rows, 290)),
        base.mark_rect(stroke=PAPER, strokeWidth=3, cornerRadius=5).encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter("datum.column == 'silent'").mark_point(
            **{**hatched(height - 10, (width - 10) / (height - 10)), "stroke": FAINT}
        ),
        *texts,
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = int((stances.status == "stance").sum())
    caption = f"{title} The sources at the value each takes on each proposition, the widest spread first; n: the texts that speak to it; dots give the coder's certainty, hatched cells hold the silent. n = {counts_in_words(stances)}. {credit}"
    divided = [f"{r.replace(chr(10), ' ')}: {_who_stands_where(cells[cells.row == r], who)}" for r in rows]
    description = f"Where {stances.source.nunique()} sources stand on {stances.proposition.nunique()} propositions. {' '.join(divided)}"
    return finished(
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


def overview(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources, in each cell a small square for every proposition of the question."""
    cells = drawn(stances)
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
        silent.mark_point(**hatched(side - 4)),
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
    caption = f"{title} One square for each proposition, in the order of the codebook; hatched squares are silences. n = {counts_in_words(stances)}. {credit}"
    who = short_names(stances.label.unique())
    shares = "; ".join(
        f"{who[k]} speaks to {int((g.status == 'stance').sum())} of {len(g)}"
        for k, g in stances.groupby("label", sort=False)
    )
    description = f"The whole debate: {group_count(stances)}. {shares}."
    return finished(
        chart,
        title,
        f"{counts_in_words(stances)}. One square a proposition, in the codebook's order: +2 affirms, −2 rejects, ±1 with a limit, 0 weighs both sides; hatched: silent{'; ?: not coded' if (stances.status == 'uncoded').any() else ''}",
        caption,
        description,
        n,
    )


def silence_map(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources: how many propositions a source is silent on, and for what reasons."""
    cells = drawn(stances)
    counts = (
        cells.groupby(["question_label", "label", "name"], sort=False)
        .apply(lambda g: pd.Series(_silence_words(g)), include_groups=False)
        .reset_index()
    )
    questions, columns = counts.question_label.drop_duplicates().tolist(), counts.name.drop_duplicates().tolist()
    width, height = 104, 40
    base = alt.Chart(counts).encode(
        x=alt.X("name:N", sort=columns, axis=head_axis(counts["name"])),
        y=alt.Y("question_label:N", sort=questions, axis=alt.Axis(title=None, labelPadding=8)),
    )
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        base.transform_filter("datum.silent").mark_point(**hatched(height - 8, (width - 8) / (height - 8))),
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
        f"others ({silence_key(stances)}). n = {counts_in_words(stances)}. {credit}"
    )
    whole = counts[counts.silent]
    who = short_names(stances.label.unique())
    silent_on = [f"{who[k]}: {', '.join(g.question_label)}" for k, g in whole.groupby("label", sort=False)]
    description = f"Map of silences, {group_count(stances)}: {counts_in_words(stances)}. Silent on a whole question: {'; '.join(silent_on) or 'none'}."
    return finished(
        layers,
        title,
        f"Propositions spoken to, of those in the question; below, the reasons for silence ({silence_key(stances)})",
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
    colour = share_colour(spoken / len(group)) if spoken else PAPER if uncoded else SILENT
    return {
        "silent": spoken == 0 and uncoded == 0,
        "share": f"{spoken}/{len(group)}",
        "reasons": words.strip(),
        "colour": colour,
        "ink": ink_on(colour),
        "cell": f"{spoken} of {len(group)} spoken to; silences {words.strip() or 'none'}",
    }
