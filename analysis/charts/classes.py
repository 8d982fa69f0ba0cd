"""A class's codings → who is done, how many read what, who should talk with whom, who moved.

A student is a dot among others, or a name that the table gives; a count stands beside every heap of dots.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts.rooms import (
    beside_or_above,
    column_heads,
    columns,
    head_axis,
    left_rows,
    limited,
    lines_of_text,
    low,
    narrow,
    rest,
    room,
    row_height,
    rows_above,
    scale_in_use,
    side_height,
    side_rows,
    side_words,
    wrapped,
)
from analysis.charts.theme import (
    AFFIRM,
    FAINT,
    INK,
    PAPER,
    REJECT,
    SILENT,
    SOFT,
    colour_of,
    finished,
    hatched,
    ink_on,
    place_axis,
    share_colour,
    signed,
    value_places,
)

HUSH = "silent"
ROUNDS = {"round 1": "before", "round 2": "after"}
LARGE, SMALL, FINE = 9, 6.4, 4.4  # px of a dot with the gap to the next
MANY = 15  # in a heap, above which dots are small
BULLET = 0.35  # how broad a bullet is in its type


def completeness_chart(completeness: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Students × texts: of the propositions asked, how many are coded.  `completeness`: as `classroom.completeness`."""
    _, width = columns(completeness.label, 0, 104, completeness.student)
    cells = completeness.assign(
        name=column_heads(completeness.label, width),
        words=completeness.coded.astype(str) + "/" + completeness.asked.astype(str),
    )
    cells["colour"] = [share_colour(c / a) if c else PAPER for c, a in zip(cells.coded, cells.asked, strict=True)]
    cells["ink"] = cells.colour.map(ink_on)
    heads, students = cells.name.drop_duplicates().tolist(), cells.student.drop_duplicates().tolist()
    base = alt.Chart(cells).encode(
        x=alt.X("name:N", sort=heads, axis=head_axis(cells["name"])), y=side_rows("student", students)
    )
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter("datum.coded < datum.asked").mark_rect(fill=None, stroke=INK, strokeWidth=1),
        base.mark_text(fontSize=12).encode(text="words:N", color=alt.Color("ink:N", scale=None)),
    ).properties(width=alt.Step(width), height=alt.Step(side_height(students, 24)))
    whole = cells[["asked", "coded"]].sum()
    undone = cells[cells.coded < cells.asked]
    caption = (
        f"{title} In each cell the propositions coded, of those asked of the student; the deeper the more; framed: something is left undone; "
        f"no cell: the text was not asked of them. n = {whole.coded} of {whole.asked} cells, {len(students)} students. {credit}"
    )
    left = "; ".join(f"{r.student} {r.words} of {r.label}" for r in undone.itertuples()) or "nothing"
    return finished(
        layers, title, "Propositions coded, of those asked; framed: something is left undone", caption,
        f"What {len(students)} students coded of {len(heads)} texts, {whole.coded} of {whole.asked} cells in all. Left undone: {left}.",
        int(whole.coded),
    )  # fmt: skip


def readings_strip(tallies: pd.DataFrame, title: str, credit: str, reference: pd.DataFrame | None = None) -> alt.Chart:
    """For each proposition a dot for every student at the value they read, and their number; those who hear silence apart.

    `tallies`: as `classroom.tallies`, of one text.  `reference`: stances with `place`, as from `classroom.placed`; a diamond
    then marks each.
    """
    if reference is not None:
        reference = reference[reference.source.isin(tallies.source)]
    label, width = _strip_room(len(scale_in_use().values) + 1)
    above, place = limited() and label == room(), value_places(width)  # sentences above their rows
    stands = [*place.values(), HUSH]
    cells = tallies.assign(
        row=[wrapped(f"{t} (n\u00a0=\u00a0{n})", 46, label - 8) for t, n in zip(tallies.text, tallies.n, strict=True)]
    )
    rows = cells.row.drop_duplicates().tolist()
    given = cells[cells.place.notna()].assign(column=lambda t: t.place.map(place).fillna(HUSH))
    dot = LARGE if given["count"].max() <= MANY else FINE if narrow() else SMALL
    given["dots"] = [_heap(count, max(2, int((width - 56) / dot))) for count in given["count"]]
    given["lines"] = [heap.count("\n") + 1 for heap in given.dots]
    given["colour"] = [
        SILENT if c == HUSH else colour_of(p, scale_in_use()) for c, p in zip(given.column, given.place, strict=True)
    ]
    given["ink"] = given.colour.map(ink_on)
    tallest = round(dot * max([1, *given.lines])) + 20
    height = max(tallest, 26 if above else row_height(rows, 34))
    y, step = rows_above(rows, height) if above else (left_rows(rows, label), height)
    x = alt.X("column:N", sort=stands, scale=alt.Scale(domain=stands), axis=place_axis(stands))
    every = alt.Chart(pd.DataFrame([(r, c) for r in rows for c in stands], columns=["row", "column"]))
    base = alt.Chart(given).encode(x=x, y=y)
    heaps = [
        layer
        for k in sorted(given.lines.unique())
        for layer in _heaps(base.transform_filter(f"datum.lines == {k}"), k, dot, width)
    ]
    layers = alt.layer(
        every.mark_rect(fill=None, stroke=FAINT, aria=False).encode(x=x, y=y),
        *heaps,
        *_diamonds(cells, reference, place, x, y, width),
    ).properties(width=alt.Step(width), height=alt.Step(step))
    n = int(given["count"].sum())
    diamond = "; diamond: the reference" if reference is not None else ""
    caption = (
        f"{title} A dot is a student, at the value they read, with their number before them; hatched: those who hear silence{diamond}. "
        f"n: students who coded the proposition. n = {n} readings. {credit}"
    )
    return finished(
        layers, title, f"A dot is a student, the number counts them; hatched: those who hear silence{diamond}; n: students who coded it",
        caption, f"How many students read what. {_counts_in_words(tallies, reference)}", n,
    )  # fmt: skip


def _strip_room(places: int) -> tuple[int, int]:
    """px for the sentences of a strip and for each of its columns."""
    if not limited():
        return 290, min(112, 900 // places)
    return beside_or_above(places, 92 if low() else 100)


def _heap(count: int, abreast: int) -> str:
    """So many dots in lines of equal length, the last one shorter."""
    return "\n".join("•" * min(abreast, count - begun) for begun in range(0, count, abreast))


def _heaps(base: alt.Chart, lines: int, dot: float, width: int) -> list[alt.Chart]:
    """The heaps of so many lines, each on a ground as high as they need, with their number before them."""
    high = dot * lines + 12
    ink, edge = alt.Color("ink:N", scale=None), -width / 2
    heap = {
        "lineBreak": "\n",
        "lineHeight": dot,
        "fontSize": dot / BULLET,
        "dx": edge + 29,
        "dy": -dot / 2 * (lines - 1),
    }
    return [
        base.mark_rect(height=high, width=width - 3, cornerRadius=5).encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter(f"datum.column == '{HUSH}'").mark_point(
            **{**hatched(high - 4, (width - 10) / (high - 4)), "stroke": FAINT}
        ),
        base.mark_text(fontSize=13, fontWeight="bold", align="right", dx=edge + 24).encode(text="count:Q", color=ink),
        base.mark_text(baseline="middle", align="left", aria=False, **heap).encode(text="dots:N", color=ink),
    ]


def _diamonds(
    cells: pd.DataFrame, reference: pd.DataFrame | None, place: dict[int, str], x: alt.X, y: alt.Y, width: int
) -> list[alt.Chart]:
    if reference is None:
        return []
    known = (
        reference[["source", "proposition", "place"]]
        .dropna()
        .merge(cells[["source", "proposition", "row"]].drop_duplicates())
    )
    known["column"] = known.place.map(place).fillna(HUSH)
    mark = {
        "shape": "diamond",
        "size": 120,
        "filled": True,
        "fill": PAPER,
        "stroke": INK,
        "strokeWidth": 1.8,
        "opacity": 1,
    }
    return [alt.Chart(known).mark_point(**mark, xOffset=width / 2 - 12).encode(x=x, y=y)]


def _counts_in_words(tallies: pd.DataFrame, reference: pd.DataFrame | None) -> str:
    known = {} if reference is None else dict(zip(reference.proposition, reference.place, strict=True))
    said = []
    for (proposition, text), some in tallies.groupby(["proposition", "text"], sort=False):
        heaps = ", ".join(
            f"{count} {_sign(place)}" for place, count in zip(some.place, some["count"], strict=True) if pd.notna(place)
        )
        diamond = f"; reference {_sign(known[proposition])}" if pd.notna(known.get(proposition, np.nan)) else ""
        said.append(f"{text} {heaps or 'nobody coded it'}{diamond}.")
    return " ".join(said)


def _sign(place: float) -> str:
    return HUSH if place not in {v.value for v in scale_in_use().values} else signed(place)


def partners_chart(partners: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each pair of students who should talk the share of their cells on which they part.  `partners`: as `classroom.partners`."""
    data = partners.assign(pair=partners.one + " – " + partners.other)
    data["words"] = [f"{r.part} of {r.n}" for r in data.itertuples()]
    order = data.pair.tolist()
    width = rest(420, order, data.words)
    axis = alt.Axis(title="share of their cells on which they part", format="%", tickCount=5)
    base = alt.Chart(data).encode(
        y=side_rows("pair", order), x=alt.X("share:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)
    )
    layers = alt.layer(
        base.mark_bar(height=14, color=AFFIRM),
        base.mark_text(align="left", dx=5, fontSize=12, color=INK).encode(text="words:N"),
    ).properties(width=width, height=alt.Step(side_height(order, 24)))
    n = int(data.n.sum())
    caption = (
        f"{title} Everyone who shares enough cells with somebody has one partner, an odd one out joins a pair, and as much as can be is in dispute. Bar: of the cells that both coded, those on which they part: on opposite sides, "
        f"half the scale or more apart, or one hears a stance where the other hears silence. n = {n} cells compared in {len(data)} pairs. {credit}"
    )
    said = "; ".join(f"{r.pair} {r.words}" for r in data.itertuples())
    return finished(
        layers, title, "Of the cells that both coded, those on which they part: opposite sides, half the scale, or a stance against a silence",
        caption, f"Pairs of students, by the share of cells on which they part: {said}.", n,
    )  # fmt: skip


def leanings_chart(leanings: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each student how far their values lie above those of the others.  `leanings`: as `classroom.leanings`."""
    data = leanings.dropna(subset="lean").copy()
    data["words"] = [f"{_points(r.lean)}, n {r.n}{' *' if r.outlying else ''}" for r in data.itertuples()]
    lowest, highest, _ = scale_in_use().bounds
    span = highest - lowest
    data["low"], data["high"] = data.low.clip(lower=-span), data.high.clip(upper=span)
    words = side_words(data.words)
    order = data.student.tolist()
    width = rest(420, order, words)
    most = max(1.0, np.ceil(2 * data[["lean", "low", "high"]].abs().max().max()) / 2)
    axis = alt.Axis(title="points below  ←  the others  →  above", grid=True, gridColor=FAINT, tickCount=5)
    scale = alt.Scale(domain=[-most, most], nice=False)
    base = alt.Chart(data.assign(words=words)).encode(y=side_rows("student", order))
    layers = alt.layer(
        alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=SOFT, strokeDash=[5, 4]).encode(x=alt.X("at:Q", scale=scale, axis=axis)),
        base.transform_filter("isValid(datum.low)").mark_bar(height=5, color="#a9c2da").encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        base.mark_point(size=90, filled=True, opacity=1).encode(
            x="lean:Q",
            color=alt.condition("datum.outlying", alt.value(REJECT), alt.value(AFFIRM)),
            shape=alt.condition("datum.outlying", alt.value("diamond"), alt.value("circle")),
        ),
        *lines_of_text(base, "words", words, {"align": "left", "fontSize": 12, "color": INK}, x=alt.value(width + 10)),
    ).properties(width=width, height=alt.Step(side_height(order, 22, words)))  # fmt: skip
    n = int(data.n.sum())
    caption = (
        f"{title} Dot: the mean of a student's value less that of the others on the same cell; bar: 1.96 standard errors to either side; n: cells on which "
        f"the student and somebody else hear a stance, n = {n} in all. Diamond and *: further from the class than its spread would have it. {credit}"
    )
    said = "; ".join(f"{r.student} {r.words}" for r in data.itertuples())
    return finished(
        layers, title, "Dot: mean difference in points; bar: 1.96 standard errors; n: cells compared; diamond and *: outlying", caption,
        f"How far each student's values lie from those of the others on the same cells: {said}.", n,
    )  # fmt: skip


def _points(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def slopes_chart(slopes: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """For each cell the ways from the reading of round one to that of round two, the broader the more students went it.

    `slopes`: as `classroom.slopes`.
    """
    data = slopes.assign(cell=slopes.label + ": " + slopes.text)
    abreast = min(data.cell.nunique(), max(1, (room() - 60) // 200) if limited() else 3)
    width = (room() - 60) // abreast - 60 if limited() else 200
    # a panel is as broad as its head, so that heads never meet
    panels = [
        _panel(some, min(width, 260), k % abreast == 0) for k, (_, some) in enumerate(data.groupby("cell", sort=False))
    ]
    lines = [alt.hconcat(*panels[k : k + abreast], spacing=34) for k in range(0, len(panels), abreast)]
    chart = alt.vconcat(*lines, spacing=24) if len(lines) > 1 else lines[0]
    cells = data.drop_duplicates("cell")
    n = int(cells.n.sum())
    caption = (
        f"{title} The cells on which most students moved. Lines lead from the reading in round one to that in round two, the broader the more went the way; broken: "
        f"they stayed; the numbers count students. n: students who coded the cell in both rounds, n = {n} in all. {credit}"
    )
    said = "; ".join(_ways_in_words(some) for _, some in data.groupby("cell", sort=False))
    return finished(
        chart, title, "From round one to round two; the broader the more students; broken: they stayed; n: students who coded the cell twice",
        caption, f"Who moved. {said}.", n,
    )  # fmt: skip


def _ways_in_words(ways: pd.DataFrame) -> str:
    gone = ways[ways.before != ways.after]
    steps = zip(gone["count"], gone.before, gone.after, strict=True)
    said = ", ".join(f"{count} from {_sign(before)} to {_sign(after)}" for count, before, after in steps)
    return f"{ways.cell.iloc[0]} {ways.moved.iloc[0]} of {ways.n.iloc[0]} moved: {said}"


def _panel(ways: pd.DataFrame, width: int, first: bool) -> alt.Chart:
    """The ways of one cell, between two columns of numbers."""
    order = [signed(v.value) for v in reversed(scale_in_use().ascending)] + [HUSH]
    data = ways.assign(**{c: ways[c].map(_sign) for c in ("before", "after")})
    data["stayed"] = data.before == data.after
    data["breadth"] = 1.5 + 9 * data["count"] / data.n
    ends = pd.concat(
        data.groupby(side)["count"].sum().rename("count").rename_axis("at").reset_index().assign(round=k)
        for k, side in ROUNDS.items()
    )
    ways_at = pd.concat(data.assign(round=k, at=data[side], way=data.index) for k, side in ROUNDS.items())
    axis = alt.Axis(title=None, grid=True, gridColor=FAINT, labels=first, labelPadding=24)
    x = alt.X("round:N", scale=alt.Scale(domain=list(ROUNDS)), axis=alt.Axis(title=None, orient="top", labelAngle=0))
    y = alt.Y("at:N", sort=order, scale=alt.Scale(domain=order), axis=axis)
    line = alt.Chart(ways_at).encode(x=x, y=y, detail="way:N", strokeWidth=alt.StrokeWidth("breadth:Q", scale=None))
    number = alt.Chart(ends).encode(x=x, y=y)
    moved = f"({ways.moved.iloc[0]}\u00a0of\u00a0{ways.n.iloc[0]}\u00a0moved)"
    head = wrapped(f"{ways.cell.iloc[0]} {moved}", round(width / 5.6), width)
    return alt.layer(
        line.transform_filter("datum.stayed").mark_line(color="#8a8a8a", strokeDash=[2, 3], opacity=1),
        line.transform_filter("!datum.stayed").mark_line(color=AFFIRM, opacity=0.85),
        number.mark_circle(size=330, color=INK, opacity=1),
        number.mark_text(color=PAPER, fontSize=11, fontWeight="bold").encode(text="count:Q"),
    ).properties(
        width=width, height=max(190, 28 * len(order)),
        title=alt.TitleParams(head.split("\n"), fontSize=12, fontWeight="normal", color=INK, anchor="start", frame="group", lineHeight=14, offset=8),
    )  # fmt: skip
