"""Where the px of a chart go: its labels, its columns or plot, and the words beside them.

A chart is laid out for the preset last `use`d: on the web it is as wide as it likes, elsewhere it divides the preset's room.
With the preset goes the scale of the debate, from which a chart takes its colours, its signs and its words.
Labels are broken into lines, columns and plots become narrower; nothing is left out.  Where even so there is no room for all of a
large debate, `parts` says what is shown.
"""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import altair as alt
import pandas as pd

from analysis.presets import PRESETS, Preset, preset_named
from analysis.schemas import Scale, name_and_year

LONG_WORD = 18  # letters of a word that is not broken in the head of a column, if there is room
MOST_LETTERS = 56  # of a row label in one line, where a chart is as wide as it likes

_preset = PRESETS["web"]
_scale: Scale | None = None


def use(name: str, scale: Scale) -> None:
    """Lay out for that preset, and draw with that scale, the charts made from now on; ValueError with the nearest preset if there is none."""
    global _preset, _scale
    _preset, _scale = preset_named(name), scale


@contextmanager
def using(preset: Preset, scale: Scale) -> Iterator[None]:
    """Lay out for a preset of one's own, and draw with that scale, within the `with`."""
    global _preset, _scale
    before, _preset, _scale = (_preset, _scale), preset, scale
    try:
        yield
    finally:
        _preset, _scale = before


def scale_in_use() -> Scale:
    """The scale of the debate that is drawn; ValueError if nobody has said which."""
    if _scale is None:
        raise ValueError("whose values are these? Call charts.use(preset, d.scale) before the first chart")
    return _scale


def current() -> Preset:
    """The preset in use."""
    return _preset


def limited() -> bool:
    """Whether a chart has to fit into a room."""
    return _preset.room is not None


def high() -> float:
    """px for the rows of a chart, below its title and column heads; infinity where there is no limit."""
    above = 125 if low() else 180 if _preset.title else 90
    return (_preset.high or math.inf) - above


def rows_that_fit(height: float) -> int:
    """How many rows of `height` px there is room for; three at least."""
    return max(3, int(min(high() / height, 1e6)))


def wide() -> float:
    """px for a chart between its paddings, infinity where there is no limit."""
    return (_preset.wide or math.inf) - 2 * padding() - 4


def room() -> int:
    """px for a chart between its paddings.  Only where it is limited."""
    assert _preset.room is not None
    return _preset.room - 2 * padding() - 4  # strokes stand out


def narrow() -> bool:
    """Whether sentences and columns do not fit beside each other: the sentences then stand above."""
    return limited() and room() < 600


def low() -> bool:
    """Whether height is short, as on a slide: rows are then no higher than they must be."""
    return _preset.height is not None


def padding() -> int:
    return 12 if _preset.title else 4


def untitled(words: str) -> str:
    """Words that a caption needs where the figure has no subtitle to say them, and nothing elsewhere."""
    return "" if _preset.title else words


def wrapped(text: str, letters: int, px: float = 0) -> str:
    """The text in lines of so many letters, or of so many px where a chart is limited; a word too long for a line is broken."""
    if not limited():
        return "\n".join(textwrap.wrap(text, letters))
    lines, px = [""], px * (1 - _preset.spare)
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if breadth(longer) <= px:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if breadth(lines[-1] + letter) > px:
                lines.append("")
            lines[-1] += letter
    return "\n".join(line for line in lines if line)


def unbroken(text: str, letters: int, px: float) -> str:
    """The text in lines of so many letters or px, or as broad as its longest word."""
    return wrapped(text, letters, max(px, *(breadth(w) / (1 - _preset.spare) for w in text.split(" "))) + 0.01)


def breadth(text: str, size: float = 12, bold: bool = False) -> float:
    """How broad the broadest line of a text is, in px: by the letters of Helvetica, which Liberation Sans shares."""
    return (
        max(sum(_EMS.get(c, 1.02 if c >= "\u2e80" else 0.61) for c in line) for line in text.split("\n"))
        * size
        * (1.08 if bold else 1)
    )


# finer than what the argument maps go by: in 85 mm every letter counts
_EMS = {
    c: em
    for em, letters in {
        0.23: "ijl'|",
        0.28: " \u00a0.,:;!/\\[]ftI",
        0.34: "()-r`‘’“”·•",
        0.5: "ckJsvxyz",
        0.556: "abdeghnopqu0123456789L?–",
        0.67: "ABEKPSVXY&",
        0.73: "CDHNRUw",
        0.78: "GOQ",
        0.84: "Mm",
        0.95: "W%",
        1.02: "→←—…@",
    }.items()
    for c in letters
}


def rest(web: int, labels: Iterable[str], words: Iterable[str] = ("",)) -> int:
    """The width of a plot: what the labels at its left and the words at its right leave of the room."""
    if not limited():
        return web
    beside = sum(max(map(breadth, texts), default=0) for texts in (side_lines(labels).values(), words))
    return max(120, int(room() - beside - 22))


def tenths() -> dict[str, Any]:
    """Options for an axis from 0 to 1 with one decimal: no finer steps where a plot is wider than on the web."""
    return {"format": ".1f"} | ({"tickMinStep": 0.1} if limited() else {})


def sentence_width(web: int) -> int:
    """px for sentences at the left of bars; where the room is narrow they stand above, as wide as it is."""
    return web if not limited() else room() if narrow() else min(web, int(0.45 * room()))


def bars_width(web: int, label: int, words: Iterable[str]) -> int:
    """The width of bars with words at their ends, beside or under sentences."""
    if not limited():
        return web
    beside = max(map(breadth, words), default=0) + (0 if narrow() else label)
    return max(80, int(room() - beside - 22))


def end_words(words: pd.Series, label: int) -> pd.Series:
    """The words at the ends of bars, in lines where they would leave the bars little room; “3 of 9” stays together."""
    px = room() - (0 if narrow() else label) - 212 if limited() else 0  # the title of the axis needs as much
    fits = [breadth(t) <= px if limited() else len(t) <= MOST_LETTERS for t in words]
    glued = words.str.replace(r"(\S+) of (\d+)$", "\\1\u00a0of\u00a0\\2", regex=True)
    return words.where(fits, glued.map(lambda t: wrapped(t, MOST_LETTERS, px)))


def columns(heads: pd.Series, label: int, column: int, short: Iterable[str] = ()) -> tuple[int, int]:
    """px for the sentences at the left of a grid and for each of its columns: on the web those given, else what the room allows.

    `short`: row labels that need only their own width.  No column is narrower than the longest word of its head, nor wider than one
    and a half of the web's.
    """
    names = heads.unique()
    if not limited():
        taken = label or max(map(breadth, short), default=0) + 12
        column = max(column, unbroken_column(heads, taken, column))
        fits = taken + len(names) * column <= wide()
        return label, column if fits else min(column, max(70, least_column(heads)))
    taken = max(map(breadth, side_lines(short).values()), default=0.38 * room() - 12) + 12
    width = int(max(least_column(heads), min(1.5 * column, (room() - taken) / len(names))))
    return max(120, room() - len(names) * width), width


def least_column(heads: pd.Series) -> int:
    """px of a column that holds its head: on the web as it is broken there, elsewhere the longest word."""
    words = [w for h in heads.unique() for w in h.split()] if limited() else column_heads(heads).unique().tolist()
    return math.ceil(max(breadth(w, head_size()) for w in words)) + 5


def unbroken_column(heads: pd.Series, taken: float, column: int) -> int:
    """px of a column on the web in which long words stay whole, where all columns have so much room beside `taken` px; else as `least_column`."""
    lines = column_heads(heads, math.inf).unique()
    px = math.ceil(max(breadth(t, head_size()) for t in lines)) + 5
    return px if taken + len(lines) * max(px, column) <= wide() else least_column(heads)


def columns_that_fit(
    heads: pd.Series, label: int, column: int, short: Iterable[str] = (), words: Iterable[str] = ("",)
) -> int:
    """How many columns of a grid there is room for at most, laid out by `columns` as narrow as they may be; two at least.  `words`: in its cells."""
    if math.isinf(wide()):
        return len(heads.unique())
    lines = side_lines(short).values()
    taken = max(map(breadth, lines)) + 12 if lines else 120 if limited() else label
    return max(
        2, int((wide() - taken) / max(least_column(heads), *map(breadth, words), 0 if limited() else min(70, column)))
    )


def head_size() -> int:
    """px of the type of column heads."""
    return 11 if narrow() else 12


def column_heads(labels: pd.Series, px: float = 0, letters: int = 13) -> pd.Series:
    """Column heads: name over year, filled up from above to the same number of lines; `px`, or `letters`: the width of a column.

    On the web words of up to `LONG_WORD` letters stay whole where `px` has room for that.
    """
    parts = {t: name_and_year(t.replace("et al.", "et\u00a0al.")) for t in labels.unique()}
    most = {t: letters if limited() else _letters(name, letters, px) for t, (name, _) in parts.items()}
    heads = {t: unbroken(name, most[t], px) + (f"\n{year}" if year else "") for t, (name, year) in parts.items()}
    tallest = max(h.count("\n") for h in heads.values())
    return labels.map({t: _blank(tallest - h.count("\n")) + h for t, h in heads.items()})


def _blank(lines: int) -> str:
    """So many empty lines, all but the first with a space of no width: SVG passes over a line without letters, and the head would stand too high."""
    return "\n" + "\u200b\n" * (lines - 1) if lines else ""


def _letters(name: str, least: int, px: float) -> int:
    """How many letters a line of a name has in a head on the web: up to as many as its longest word, if `px` has room for such lines."""
    longest = max((len(word) for word in name.split() if len(word) <= LONG_WORD), default=0)
    fitting = (k for k in range(longest, least, -1) if breadth(wrapped(name, k), head_size()) + 4 <= px)
    return next(fitting, least)


def head_axis(heads: pd.Series) -> alt.Axis:
    small: dict[str, Any] = {"labelFontSize": head_size()} if narrow() else {}
    return lined_axis("top", labelAngle=0, labelPadding=8 + 14 * int(heads.iloc[0].count("\n")), **small)


def lined_axis(axis_position: str = "left", shown: str = "datum.label", **options: Any) -> alt.Axis:
    """An axis whose labels may have several lines; `shown`: a label, as a Vega expression."""
    return alt.Axis(title=None, orient=axis_position, labelExpr=f"split({shown}, '\\n')", labelLineHeight=14, **options)


def side_lines(labels: Iterable[str]) -> dict[str, str]:
    """Short row labels → the same in lines, of about a quarter of the room, or of the most letters there are; pairs are broken between the two."""
    return {t: _in_lines(t) for t in labels}


def _in_lines(label: str) -> str:
    names = re.split("(?<= –) ", label)  # of a pair
    if not limited():
        lines = (textwrap.wrap(n, MOST_LETTERS) for n in names)
        return "\n".join(chain(*lines)) if len(label) > MOST_LETTERS else label
    if any(breadth(n) > 0.4 * room() for n in names):
        return "\n".join(unbroken(n, len(n), room() / 4) for n in names)
    return unbroken(_paired(label), len(label), room() / 4)


def _paired(label: str) -> str:
    return re.sub("(?<!–) (?!–)", "\u00a0", label) if " – " in label else label


def side_rows(field: str, order: Sequence[str]) -> alt.Y:
    """Short row labels at the left, up to the plot."""
    lines = side_lines(order)
    if not limited() and not any("\n" in t for t in lines.values()):
        return alt.Y(f"{field}:N", sort=list(order), axis=alt.Axis(title=None, labelPadding=8))
    shown = f"({json.dumps(lines)}[datum.label] || datum.label)"
    axis = lined_axis(shown=shown, labelPadding=8, labelBaseline="middle", labelOffset=_lifted(lines.values(), shown))
    return alt.Y(f"{field}:N", sort=list(order), axis=axis)


def side_height(labels: Iterable[str], least: int, words: Iterable[str] = ()) -> int:
    """High enough for the short row label, or the words beside it, with the most lines; where height is short, not higher."""
    least = min(least, 26) if low() else least
    return max(least, 14 * (max(t.count("\n") for t in [*side_lines(labels).values(), *words]) + 1) + 6)


def tight_height(labels: Collection[str], least: int, words: Iterable[str] = ()) -> int:
    """As `side_height` for rows with these labels, but up to a tenth lower where all of them then fit: a chart leaves no row out for want of so little."""
    words = list(words)
    tall = side_height(labels, least, words)
    lines = max(t.count("\n") for t in [*side_lines(labels).values(), *words]) + 1
    lowest = max(math.ceil(0.9 * tall), 14 * lines + 2)
    squeezed = rows_that_fit(tall) < len(labels) <= rows_that_fit(lowest)
    return int(high() / len(labels)) if squeezed else tall


def side_words(words: pd.Series) -> pd.Series:
    """The words at the right of a plot, in lines of about a third of the room; an n stays with its number."""
    if not limited():
        return words
    return words.map(lambda t: wrapped(re.sub(r"\bn (?=\d)", "n\u00a0", t), len(t), 0.36 * room()))


def lines_of_text(
    base: alt.Chart, field: str, texts: Collection[str], mark: dict[str, Any], **encodings: Any
) -> list[alt.Chart]:
    """The layers that write a field in as many lines as its texts have, each text centred on its place."""
    if not limited() and not any("\n" in t for t in texts):
        return [base.mark_text(**mark).encode(text=f"{field}:N", **encodings)]
    return [
        base.transform_filter(f"length(split(datum.{field}, '\\n')) == {k + 1}")
        .mark_text(**mark, baseline="middle", lineBreak="\n", lineHeight=14, dy=-7 * k)
        .encode(text=f"{field}:N", **encodings)
        for k in sorted({t.count("\n") for t in texts})
    ]


def row_height(rows: Sequence[str], least: int) -> int:
    """High enough for the row label with the most lines; where height is short not much higher."""
    tall = 14 * (max(r.count("\n") for r in rows) + 1)
    return max(round(0.76 * least), tall + 6) if low() else max(least, tall + 12)


def left_rows(domain: Sequence[str], width: int) -> alt.Y:
    """Sentences as row labels, from `width` px at the left of the columns."""
    axis = lined_axis(labelAlign="left", labelPadding=width, labelBaseline="middle", labelOffset=_lifted(domain))
    return alt.Y("row:N", sort=list(domain), axis=axis)


def sentence_rows(rows: Sequence[str], label: int, height: int, bar: int) -> tuple[alt.Y, int]:
    """Sentences at the left, in rows of `height` px, or above rows of `bar` px; with the height of a row in all."""
    return rows_above(rows, bar) if narrow() else (left_rows(rows, label), height)


def beside_or_above(columns: int, wide: int) -> tuple[int, int]:
    """px for sentences and for each of so many columns: beside each other or, where that leaves too little, the sentences as wide as the room."""
    left = room() - columns * wide
    return (room(), (room() - 4) // columns) if narrow() or left < 180 else (left, wide)


def sentences_that_fit(rows: Sequence[str], height: int, bar: int) -> int:
    """How many rows of `sentence_rows` there is room for."""
    above = 14 * (max(t.count("\n") for t in rows) + 1) + 10 + bar
    return rows_that_fit(above if narrow() else height)


def rows_above(domain: Sequence[str], height: int) -> tuple[alt.Y, int]:
    """Sentences as row labels above their rows, each of `height` px, and how high both are together."""
    tall = 14 * (max(t.count("\n") for t in domain) + 1) + 10
    share = tall / (tall + height)
    most = max(t.count("\n") + 1 for t in domain)
    lifts = [
        {"test": f"length(split(datum.label, '\\n')) == {k}", "value": -height / 2 - 14 * k + 3}
        for k in range(1, most + 1)
    ]
    axis = lined_axis(
        labelAlign="left", labelPadding=0, labelBaseline="middle", labelOffset={"condition": lifts, "value": 0}
    )
    # all the padding stands before the rows
    scale = alt.Scale(paddingInner=share, paddingOuter=share / 2, align=1)
    return alt.Y("row:N", sort=list(domain), scale=scale, axis=axis), tall + height


def _lifted(labels: Iterable[str], shown: str = "datum.label") -> dict[str, Any]:
    # A label of several lines hangs from its first line: lift it by half of the others.
    most = max([6, *(t.count("\n") + 1 for t in labels)])
    lifts = [{"test": f"length(split({shown}, '\\n')) == {k}", "value": -7 * (k - 1)} for k in range(2, most + 1)]
    return {"condition": lifts, "value": 0}
