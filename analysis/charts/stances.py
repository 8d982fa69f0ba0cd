"""Stances → who says what of a proposition, and who is silent."""

from __future__ import annotations

import math
import re
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.parts import cells_left_out, counts_of, dividing_most, in_part, sources_that_fit, told, undrawn
from analysis.charts.rooms import (
    beside_or_above,
    breadth,
    columns,
    columns_that_fit,
    head_axis,
    high,
    least_column,
    left_rows,
    limited,
    low,
    narrow,
    room,
    row_height,
    rows_above,
    rows_that_fit,
    scale_in_use,
    side_height,
    side_rows,
    unbroken,
    unbroken_column,
    untitled,
    wide,
    wrapped,
)
from analysis.charts.theme import (
    FAINT,
    INK,
    PAPER,
    REASONS,
    SILENT,
    SOFT,
    certainty_in_words,
    colour_of,
    counts_in_words,
    dots_in_short,
    dots_in_words,
    drawn,
    ends_in_words,
    finished,
    hatched,
    ink_on,
    inner_in_words,
    place_axis,
    share_colour,
    short_names,
    signed,
    silence_key,
    value_places,
    values_in_words,
)


def stance_grid(stances: pd.DataFrame, title: str, credit: str, pick: alt.Parameter | None = None) -> alt.Chart:
    """Propositions × sources, one cell a stance or a silence.

    `stances`: as `tables.stances`, restricted to what is to be shown; where a column `differs` is true the cell gets a corner, where
    `hit` is true a broken frame.  `credit`: who coded, how and when.  `pick`: a selection by source and proposition; the cell gets a frame.
    """
    if stances.empty:
        return undrawn(NONE_CHOSEN)
    whole, stances = stances, sources_that_fit(stances, lambda labels: columns_that_fit(labels, 310, 86))
    label, width = columns(stances.label, 310, 86)
    lines = {t: wrapped(t, 50, label - 8) for t in stances.text.unique()}
    stances = dividing_most(stances, rows_that_fit(row_height(list(lines.values()), 50)))
    cells, left_out = drawn(stances, width), cells_left_out(stances, whole)
    cells["row"] = cells.text.map(lines)
    rows, heads = cells.row.drop_duplicates().tolist(), cells.name.drop_duplicates().tolist()
    height = row_height(rows, 50)
    base = alt.Chart(cells).encode(
        x=alt.X("name:N", sort=heads, axis=head_axis(cells["name"])),
        y=left_rows(rows, label),
    )
    silent = base.transform_filter("datum.status == 'silence'")
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        silent.mark_point(**hatched(height - 12, (width - 8) / (height - 12))),
        silent.mark_circle(size=330, color=SILENT, opacity=1, aria=False),
        base.mark_text(fontSize=_sign_size(width), fontWeight="bold", dy=-5, aria=False).encode(
            text="sign:N", color=alt.Color("ink:N", scale=None)
        ),
        base.mark_text(fontSize=14, dy=13, aria=False).encode(text="dots:N", color=alt.Color("ink:N", scale=None)),
        base.mark_text(fontSize=13, fontStyle="italic", color=SOFT, aria=False).encode(text="letter:N"),
        base.transform_filter("datum.status == 'uncoded'").mark_text(fontSize=14, color=SOFT, text="?"),
        *_marked(cells, base, width, height),
        *_picked(base, pick),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    if pick is not None:
        layers = layers.add_params(pick)
    n = int((stances.status == "stance").sum())
    weighs = bool((stances.value == scale_in_use().bounds[2]).any())
    inner = "".join(f", {words}" for words in inner_in_words(weighs=weighs))
    caption = (
        f"{title} Stances {ends_in_words()}{untitled(inner)}; {dots_in_words(stances, certainty_in_words())}. "
        f"Hatched: the text is silent {silence_key(stances)}.{left_out} n = {counts_of(stances, whole)}. {credit}"
    )
    subtitle = f"{counts_in_words(stances)}.{left_out} {values_in_words(weighs=weighs)}; {dots_in_short(stances)}; hatched: silent {silence_key(stances)}"
    return finished(layers, title, subtitle, caption, _grid_in_words(stances, title, left_out), n)


NONE_CHOSEN = "Nothing is drawn, since no proposition is chosen. The short set of a debate are the propositions with “core: true” in debate.yml."


def _sign_size(width: int) -> int:
    """px of the type of the values in a grid: 16, or what the broadest word of the scale leaves it."""
    broadest = max(breadth(signed(v.value), 16, bold=True) for v in scale_in_use().values)
    return min(16, int(16 * (width - 6) / broadest))


def _marked(cells: pd.DataFrame, base: alt.Chart, width: int, height: int) -> list[alt.Chart]:
    """A corner on the cells that differ, a broken frame around those that were hit by a search."""
    layers = []
    if "hit" in cells:
        frame = {"strokeDash": [4, 3], "strokeWidth": 2, "width": width - 6, "height": height - 6}
        layers.append(base.transform_filter("datum.hit").mark_rect(fill=None, stroke=INK, aria=False, **frame))
    if "differs" in cells:
        corner = {
            "shape": "M1,-1L1,1L-1,-1Z",
            "size": 110,
            "fill": INK,
            "stroke": PAPER,
            "strokeWidth": 1,
            "opacity": 1,
        }
        place = {"xOffset": width / 2 - 8, "yOffset": 8 - height / 2}
        layers.append(base.transform_filter("datum.differs").mark_point(aria=False, **corner, **place))
    return layers


def _picked(base: alt.Chart, pick: alt.Parameter | None) -> list[alt.Chart]:
    """A frame around what was picked."""
    return (
        []
        if pick is None
        else [base.transform_filter(pick).mark_rect(fill=None, stroke=INK, strokeWidth=3, aria=False)]
    )


def _grid_in_words(stances: pd.DataFrame, title: str, left_out: str) -> str:
    rows, who = [], short_names(stances.label.unique())
    for text, group in stances.groupby("text", sort=False):
        spoken = group[group.status == "stance"]
        said = told((f"{who[r.label]} {signed(r.value)}" for r in spoken.itertuples()), ", ") or "nobody speaks"
        uncoded = int((group.status == "uncoded").sum())
        silent = len(group) - len(spoken) - uncoded
        rows.append(f"{text} {said}; {silent} silent{f', {uncoded} not coded' if uncoded else ''}.")
    return f"Grid of {group_count(stances)} for: {title}{left_out} " + told(rows, " ")


def group_count(stances: pd.DataFrame) -> str:
    return f"{stances.proposition.nunique()} propositions by {stances.source.nunique()} sources"


def disagreement_profile(
    stances: pd.DataFrame, title: str, credit: str, pick: alt.Parameter | None = None
) -> alt.Chart:
    """For each proposition, the names of the sources at the value each takes; the silent ones apart.

    Propositions are sorted by spread, the widest first.  `pick`: a selection by source and proposition; a place where several stand goes by the first.
    Where more stand than there is room for, those that speak most are named and the others counted.
    """
    if stances.empty:
        return undrawn(NONE_CHOSEN)
    line = 13 if limited() else 15
    apart = ["silent", *(["not coded"] if (stances.status == "uncoded").any() else [])]
    label, width = _profile_room(len(scale_in_use().values) + len(apart))
    above = limited() and label == room()  # sentences stand above their rows
    place = value_places(width)
    whole, lines = stances, [wrapped(f"{t} (n\u00a0=\u00a099)", 46, label - 8) for t in stances.text.unique()]
    sentence = 14 * (max(t.count("\n") for t in lines) + 1) + 10 if above else 0
    least = max(34 if above else row_height(lines, 50), line * _LEAST_NAMED + 10)
    stances = dividing_most(stances, rows_that_fit(sentence + least))
    cells, left_out = drawn(stances), cells_left_out(stances, whole)
    speaking = cells.value.notna().groupby(cells.text).transform("sum")
    cells["row"] = [
        wrapped(f"{t} (n\u00a0=\u00a0{n})", 46, label - 8) for t, n in zip(cells.text, speaking, strict=True)
    ]
    order = cells.groupby("row", sort=False).value.agg(["max", "min", "count"]).eval("spread = max - min")
    rows = order.sort_values(["spread", "count"], ascending=False, kind="stable").index.tolist()
    stands = [*place.values(), *apart]
    absent = cells.status.map({"silence": "silent", "uncoded": "not coded"})
    cells["column"] = [a if pd.isna(v) else place[int(v)] for v, a in zip(cells.value, absent, strict=True)]
    who = short_names(stances.label.unique())
    size = 10.5 if narrow() or width < 80 else 12
    px = (width - 5) * 12 / size  # of type of 12 px
    cells["said"] = [
        wrapped(f"{who[name]} {dots}".strip(), _LETTERS, px) for name, dots in zip(cells.label, cells.dots, strict=True)
    ]
    stood = cells.groupby(["row", "column"])
    most = max(_LEAST_NAMED, int((min(high() / len(rows), 1e6) - sentence - 10) / line))
    cells["speaks"] = cells.source.map((whole.status == "stance").groupby(whole.source).sum())
    names = stood[["said", "dots", "speaks"]].apply(lambda g: _some_names(g.said, g.dots, g.speaks, most, px)).reset_index(name="names")  # fmt: skip
    if names.names.str.contains(r"^and \d+ more$", regex=True, flags=re.MULTILINE).any():
        left_out += " Where there is no room for all names, those of the texts that speak most are given, with the number of the others."
    if pick is not None:
        names = names.merge(stood[["source", "proposition"]].first().reset_index())
    names["people"] = names.names.str.count("\n") + 1
    colours = {words: colour_of(v, scale_in_use()) for v, words in place.items()} | {
        "silent": SILENT,
        "not coded": PAPER,
    }
    names["colour"] = names.column.map(colours)
    names["ink"] = names.colour.map(ink_on)
    spans = order.loc[order["count"] > 1].reset_index()
    spans["from"], spans["to"] = ([place[int(v)] for v in spans[c]] for c in ("min", "max"))
    tallest = int(names.people.max())
    height = max(34 if above else row_height(rows, 50), line * tallest + 10)
    y, step = rows_above(rows, height) if above else (left_rows(rows, label), height)
    x = alt.X("column:N", sort=stands, scale=alt.Scale(domain=stands), axis=place_axis(stands))
    base = alt.Chart(names).encode(x=x, y=y)
    texts = [
        base.transform_filter(f"datum.people == {k}")
        .mark_text(lineBreak="\n", lineHeight=line, fontSize=size, baseline="middle", dy=-line / 2 * (k - 1))
        .encode(text="names:N", color=alt.Color("ink:N", scale=None))
        for k in sorted(names.people.unique())
    ]
    guides = alt.Chart(pd.DataFrame([(r, c) for r in rows for c in stands], columns=["row", "column"])).mark_rect(
        fill=None, stroke=FAINT, aria=False
    )
    layers = alt.layer(
        guides.encode(x=x, y=y),
        alt.Chart(spans)
        .mark_rule(strokeWidth=5, color="#bdbdbd", aria=False)
        .encode(x=alt.X("from:N", sort=stands), x2="to:N", y=y),
        base.mark_rect(stroke=PAPER, strokeWidth=3, cornerRadius=5).encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter("datum.column == 'silent'").mark_point(
            **{**hatched(height - 10, (width - 10) / (height - 10)), "stroke": FAINT}
        ),
        *texts,
        *_picked(base, pick),
    ).properties(width=alt.Step(width), height=alt.Step(step))
    if pick is not None:
        layers.layer[2] = layers.layer[2].add_params(pick)
        layers = alt.layer(*layers.layer).properties(width=alt.Step(width), height=alt.Step(step))
    n = int((stances.status == "stance").sum())
    caption = f"{title} The sources at the value each takes on each proposition, the widest spread first; n: the texts that speak to it; {dots_in_words(stances)}, hatched cells hold the silent.{left_out} n = {counts_of(stances, whole)}. {credit}"
    divided = [f"{r.replace(chr(10), ' ')}: {_who_stands_where(cells[cells.row == r], who)}" for r in rows]
    description = f"Where {stances.source.nunique()} sources stand on {stances.proposition.nunique()} propositions.{left_out} {told(divided, ' ')}"
    return finished(
        layers,
        title,
        f"Each name stands at the value its text takes, the widest spread first; n: texts that speak; {dots_in_short(stances)}; hatched: silent{left_out and f'.{left_out}'}",
        caption,
        description,
        n,
    )


_LEAST_NAMED = 5  # of those who stand at one place; with fewer the profile would say little
_LETTERS = 17  # of a line in a profile


def _some_names(said: pd.Series, dots: pd.Series, speaks: pd.Series, most: int, px: float) -> str:
    """Names one below the other; of more lines than `most` those that speak most, and how many more there are; if not one fits, the beginning of the first of them.

    `said`: each name in lines, with its `dots` at the end; `speaks`: to how many propositions; `most`: two at least; `px`: as broad as a line may be.
    """
    lines = "\n".join(said).split("\n")
    if len(lines) <= most:
        return "\n".join(lines)
    order = speaks.reset_index(drop=True).sort_values(ascending=False, kind="stable").index
    named = next(k for k in range(len(said), -1, -1) if "\n".join(said.iloc[order[:k]]).count("\n") + 1 < most)
    first = order[0]
    some = list(said.iloc[sorted(order[:named])]) or [_begun(said.iloc[first], dots.iloc[first], most - (len(said) > 1), px)]  # fmt: skip
    return "\n".join([*some, f"and {len(said) - len(some)} more"] if len(said) > len(some) else some)


def _begun(said: str, dots: str, most: int, px: float) -> str:
    """The beginning of a name, in `most` lines; its dots are kept, since without them it would seem that no certainty was stated."""
    *whole, last = said.removesuffix(dots).rstrip().split("\n")[:most]
    end = f"…\u00a0{dots}" if dots else "…"
    while last and "\n" in wrapped(last + end, _LETTERS, px):
        last = last[:-1]
    return "\n".join([*whole, last.rstrip(" ,;–-") + end])


def _profile_room(places: int) -> tuple[int, int]:
    """px for the sentences of a profile and for each of its columns."""
    if not limited():
        return 290, min(118, 944 // places)
    return beside_or_above(places, 94 if low() else 102)


def _who_stands_where(cells: pd.DataFrame, who: dict[str, str]) -> str:
    said = cells.sign.where(cells.status == "stance", cells.status.map({"silence": "silent", "uncoded": "not coded"}))
    return told((f"{who[label]} {words}" for label, words in zip(cells.label, said, strict=True)), ", ") + "."


def overview(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources, in each cell a small square for every proposition of the question."""
    whole, stances = stances, _overview_part(stances)
    left_out = cells_left_out(stances, whole)
    abreast, side, gap = _squares(stances)
    cells = drawn(stances, side * (abreast + gap) - 6)
    cells["place"] = cells.groupby(["source", "question"], sort=False).cumcount()
    names = cells.name.drop_duplicates().tolist()
    cells["x"] = cells.place % abreast + cells.name.map({c: i * (abreast + gap) for i, c in enumerate(names)})
    heads = pd.DataFrame(
        {"x": [i * (abreast + gap) + (abreast - 1) / 2 - 0.5 for i in range(len(names))], "name": names}
    )
    domain = [-0.6, len(names) * (abreast + gap) - gap]
    x = alt.X("x:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=None)
    y, tall, labels = _question_rows(cells, abreast, side)
    base = alt.Chart(cells).encode(x=x, y=y)
    silent = base.transform_filter("datum.status == 'silence'")
    body = alt.layer(
        base.mark_square(size=(side - 2) ** 2, opacity=1).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        silent.mark_point(**hatched(side - 4)),
        base.mark_text(fontSize=10 if limited() else 9.5, aria=False).encode(
            text="sign:N", color=alt.Color("ink:N", scale=None)
        ),
        base.transform_filter("datum.status == 'uncoded'").mark_text(fontSize=10, color=SOFT, text="?"),
        *labels,
    ).properties(width=side * (domain[1] - domain[0]), height=tall)
    head = (
        alt.Chart(heads)
        .mark_text(lineBreak="\n", lineHeight=14, fontSize=12, baseline="top", color=INK)
        .encode(x=x, text="name:N", y=alt.value(0))
    )
    chart = alt.vconcat(
        head.properties(width=side * (domain[1] - domain[0]), height=14 * (names[0].count("\n") + 1) + 4),
        body,
        spacing=2,
    )
    n = int((stances.status == "stance").sum())
    uncoded = "; ?: not coded" if (stances.status == "uncoded").any() else ""
    values = values_in_words("with a limit")
    caption = f"{title} One square for each proposition, in the order of the codebook{untitled(f': {values}')}; hatched squares are silences{untitled(uncoded)}.{left_out} n = {counts_of(stances, whole)}. {credit}"
    who = short_names(stances.label.unique())
    shares = told(
        f"{who[k]} speaks to {int((g.status == 'stance').sum())} of {len(g)}"
        for k, g in stances.groupby("label", sort=False)
    )
    description = f"The whole debate: {group_count(whole)}.{left_out} {shares}."
    return finished(
        chart,
        title,
        f"{counts_in_words(stances)}. One square a proposition, in the codebook's order: {values}; hatched: silent{uncoded}{left_out and f'.{left_out}'}",
        caption,
        description,
        n,
    )


def _overview_part(stances: pd.DataFrame) -> pd.DataFrame:
    """The stances whose squares there is room for, at their smallest: of the sources that speak most, then on what divides these most."""
    if math.isinf(wide()):
        return stances
    labels = max(map(breadth, _question_lines(stances.question_label).values()))
    stances = sources_that_fit(
        stances, lambda heads: int((wide() - 12 - labels) / max(_head_room(heads), _LEAST_SQUARE * 1.8))
    )
    while (tall := _tall(stances) + 45) > high() and stances.proposition.nunique() > 3:
        stances = dividing_most(stances, max(3, int(0.9 * stances.proposition.nunique() * min(1, high() / tall))))
    return stances


_LEAST_SQUARE = 14.5  # px of a side that holds a number of 10 px


def _tall(stances: pd.DataFrame) -> float:
    """px that the rows of an overview take."""
    abreast, side, _ = _squares(stances)
    lines = _question_lines(stances.question_label)
    each = stances.groupby("question_label", sort=False).proposition.nunique()
    return float(sum(max(side * math.ceil(n / abreast), 14 * (lines[t].count("\n") + 1)) + 8 for t, n in each.items()))


def _squares(stances: pd.DataFrame) -> tuple[int, float, float]:
    """How many squares of a question stand abreast, their side in px, and the gap between columns in squares.

    The squares are big enough for a number of 10 px, the columns for the longest word of their heads.
    """
    broadest = _broadest()
    most, sources = int(stances.groupby(["source", "question"]).size().max()), stances.source.nunique()
    if not _in_lines(stances):
        side = max(19, broadest)
        beside = max(map(breadth, stances.question_label.unique())) + 12
        head = unbroken_column(stances.label, beside, math.ceil(side * (most + 1.2))) + 6
        return most, side, max(1.2, head / side - most)
    across = wide() - 12 - max(map(breadth, _question_lines(stances.question_label).values()))
    for lines in range(1, most + 1):
        abreast, gap = math.ceil(most / lines), 0.8
        side = min(max(19, broadest), across / (sources * (abreast + gap) - gap + 0.6))
        if side >= max(_LEAST_SQUARE, broadest):
            break
    side = max(side, _LEAST_SQUARE, broadest)
    return abreast, side, max(gap, _head_room(stances.label) / side - abreast)


def _broadest() -> float:
    """px that a value needs as it is shown."""
    return max(breadth(signed(v.value), 10) + (5 if v.shown else 2) for v in scale_in_use().values)


def _head_room(labels: pd.Series) -> float:
    """px for the head of a column: on the web as it is broken there, elsewhere for its longest word."""
    if not limited():
        return least_column(labels)
    return max(breadth(word) for label in labels.unique() for word in label.split()) + 8


def _in_lines(stances: pd.DataFrame) -> bool:
    """Whether the squares of a question do not all stand in one line: where there is no room for that."""
    most = int(stances.groupby(["source", "question"]).size().max())
    labels = max(map(breadth, stances.question_label.unique()))
    return limited() or stances.source.nunique() * max(19, _broadest()) * (most + 1.2) + labels + 12 > wide()


def _question_lines(labels: pd.Series) -> dict[str, str]:
    within = room() if limited() else min(wide(), 1600)
    return {t: unbroken(t, len(t) if limited() else 24, max(90, within / 8)) for t in labels.unique()}


def _question_rows(cells: pd.DataFrame, abreast: int, side: float) -> tuple[alt.Y, Any, list[alt.Chart]]:
    """The y of the squares, the height of all, and the labels that are no axis.

    On the web a row a question, if there is room.  Elsewhere in as many lines as its squares need; their y is put into `cells`.
    """
    if not _in_lines(cells):
        questions = cells.question_label.drop_duplicates().tolist()
        axis = alt.Axis(title=None, labelPadding=8)
        return alt.Y("question_label:N", sort=questions, axis=axis), alt.Step(side + 9), []
    shown, top, centres = _question_lines(cells.question_label), 0.0, {}
    for label, places in cells.groupby("question_label", sort=False).place:
        tall = max(side * (places.max() // abreast + 1), 14 * (shown[label].count("\n") + 1))
        centres[label] = top + tall / 2
        top += tall + 8
    lines = cells.groupby("question_label").place.transform("max") // abreast
    cells["y"] = cells.question_label.map(centres) + side * (cells.place // abreast - lines / 2)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[top, 0], nice=False, zero=False), axis=None)
    labels = pd.DataFrame(
        [(shown[t], c - 7 * shown[t].count("\n")) for t, c in centres.items()], columns=["label", "y"]
    )
    words = alt.Chart(labels).mark_text(align="right", baseline="middle", lineBreak="\n", lineHeight=14, fontSize=12, color=INK)  # fmt: skip
    return y, top, [words.encode(x=alt.value(-8), y=y, text="label:N")]


def silence_map(stances: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Questions × sources: how many propositions a source is silent on, and for what reasons."""
    reasons = _longest_reasons(stances) if limited() else ""

    def fits(labels: pd.Series) -> int:
        return columns_that_fit(labels, 0, 104, stances.question_label, [reasons])

    whole, stances = stances, sources_that_fit(stances, fits)
    _, width = columns(stances.label, 0, 104, stances.question_label)
    height = max(34 if low() else 40, side_height(stances.question_label, 0))
    stances = _questions_divided_by_silence(stances, rows_that_fit(height))
    cells, left_out = drawn(stances, width), _questions_left_out(stances, whole)
    counts = (
        cells.groupby(["question_label", "label", "name"], sort=False)
        .apply(lambda g: pd.Series(_silence_words(g)), include_groups=False)
        .reset_index()
    )
    questions, heads = counts.question_label.drop_duplicates().tolist(), counts.name.drop_duplicates().tolist()
    box = max(breadth(t) for t in counts.reasons) + 4 if limited() else 70
    base = alt.Chart(counts).encode(
        x=alt.X("name:N", sort=heads, axis=head_axis(counts["name"])),
        y=side_rows("question_label", questions),
    )
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
            color=alt.Color("colour:N", scale=None), description=alt.Description("cell:N")
        ),
        base.transform_filter("datum.silent").mark_point(**hatched(height - 8, (width - 8) / (height - 8))),
        base.transform_filter("datum.silent").mark_rect(color=SILENT, width=box, height=height - 6, aria=False),
        base.mark_text(fontSize=13, fontWeight="bold", dy=-6, aria=False).encode(
            text="share:N", color=alt.Color("ink:N", scale=None)
        ),
        base.mark_text(fontSize=12 if low() else 11, fontStyle="italic", dy=9, aria=False).encode(
            text="reasons:N", color=alt.Color("ink:N", scale=None)
        ),
    ).properties(width=alt.Step(width), height=alt.Step(height))
    n = len(stances)
    caption = (
        f"{title} In each cell the propositions to which the source speaks, of those in the question; below, why it is silent on the "
        f"others {silence_key(stances)}.{left_out} n = {counts_of(stances, whole)}. {credit}"
    )
    whole = counts[counts.silent]
    who = short_names(stances.label.unique())
    silent_on = [f"{who[k]}: {', '.join(g.question_label)}" for k, g in whole.groupby("label", sort=False)]
    description = f"Map of silences, {group_count(stances)}: {counts_in_words(stances)}.{left_out} Silent on a whole question: {told(silent_on) or 'none'}."
    return finished(
        layers,
        title,
        f"Propositions spoken to, of those in the question; below, the reasons for silence {silence_key(stances)}{left_out and f'.{left_out}'}",
        caption,
        description,
        n,
    )


def _questions_divided_by_silence(stances: pd.DataFrame, most: int) -> pd.DataFrame:
    """The stances on the `most` questions with the most silences, as they stand."""
    silent = (stances.status == "silence").groupby(stances.question, sort=False).sum()
    if len(silent) <= most:
        return stances
    return stances[stances.question.isin(silent.sort_values(ascending=False, kind="stable").index[:most])]


def _questions_left_out(shown: pd.DataFrame, whole: pd.DataFrame) -> str:
    sources, questions = ((shown[c].nunique(), whole[c].nunique()) for c in ("source", "question"))
    parts = [f"{sources[0]} of {sources[1]} texts, those that speak most"] if sources[0] < sources[1] else []
    parts += [f"{questions[0]} of {questions[1]} questions, those with most silences"] if questions[0] < questions[1] else []  # fmt: skip
    return in_part(" and ".join(parts))


def _longest_reasons(stances: pd.DataFrame) -> str:
    """The reasons for silence in a cell, as long as they may become."""
    absent = stances[stances.status != "stance"]
    counts = absent.groupby([absent.question, absent.source, absent.reason.map(REASONS).fillna("?")]).size()
    most = counts.groupby(level=2).max()
    return " ".join(f"{letter}{n}" for letter, n in most.items())


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
