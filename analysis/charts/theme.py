"""One theme for all charts: colours that survive grey print and colour-blind eyes, words, hatching, axes.

Each chart carries its title, in `description` its alt text, and in `usermeta` its caption and n.
A value is shown by colour and by its number; a silence is hatched and never has the colour of 0;
what nobody coded is an empty cell with a question mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.rooms import (
    breadth,
    column_heads,
    current,
    limited,
    lined_axis,
    padding,
    room,
    scale_in_use,
    unbroken,
    wrapped,
)
from analysis.counts import counted
from analysis.schemas import Scale, name_and_year

alt.data_transformers.enable(
    "default", max_rows=20_000
)  # the room of a chart keeps it smaller; Altair would stop at 5,000

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, FAINT, PAPER = "#222222", "#5f5f5f", "#dcdcdc", "#ffffff"
REJECT, REJECT_WEAK, WEIGH, AFFIRM_WEAK, AFFIRM = "#b5540a", "#f7c795", "#f3ecc8", "#a9cbe8", "#174a84"
DEPTHS = (REJECT, REJECT_WEAK, WEIGH, AFFIRM_WEAK, AFFIRM)
SPEAKS, SPEAKS_LEAST, SILENT = "#7db09b", "#e3efe9", "#f4f4f4"

FEW = 8  # shared propositions below which a pair is not ranked

REASONS = {"not-asked": "n", "out-of-scope": "o", "evaded": "e"}
UNCODED = "?\u00a0not\u00a0coded"
REASON_KEY = "n\u00a0not\u00a0asked, o\u00a0out\u00a0of\u00a0scope, e\u00a0evaded"  # never broken over lines
_HATCH = "M-1,-0.2L-0.2,-1M-1,0.6L0.6,-1M-0.6,1L1,-0.6M0.2,1L1,0.2"


def finished(chart: Any, title: str, subtitle: str, caption: str, description: str, n: int) -> Any:
    """The chart with its words and the theme.

    Where the preset wants no title in the figure, it is kept in `usermeta` beside the caption.
    """
    usermeta: dict[str, Any] = {"caption": stopped(caption, title), "n": n}
    if limited():
        usermeta["preset"] = current().name
    words: dict[str, Any] = {}
    if current().title:
        lines = wrapped(subtitle.replace("n < ", "n\u00a0<\u00a0"), 125, px=room() if limited() else 0).split("\n")
        words["title"] = alt.TitleParams(title, subtitle=lines, anchor="start", frame="bounds", offset=14)
    else:
        usermeta["title"] = title
    return (
        chart.properties(
            **words,
            description=description,
            usermeta=usermeta,
            background=PAPER,
            padding=padding(),
        )
        .configure(font=FONT)
        .configure_title(fontSize=_title_size(title), subtitleFontSize=12, subtitleColor=SOFT, color=INK, subtitlePadding=5, lineHeight=20, subtitleLineHeight=16)
        .configure_axis(labelFontSize=12, titleFontSize=12, labelColor=INK, titleColor=SOFT, titleFontWeight="normal", domain=False, ticks=False, grid=False, labelLimit=0, labelFlush=False)
        .configure_legend(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=0)
        .configure_view(stroke=None)
    )  # fmt: skip


def stopped(caption: str, title: str) -> str:
    """The caption, with a full stop after its title if that ends without one."""
    return caption if title[-1:] in "?.!" else caption.replace(title, f"{title}.", 1)


def _title_size(title: str) -> float:
    """17 px; on a slide 20, or as much as the room allows."""
    if not limited():
        return 17
    return max(12, min(20, int(20 * room() / breadth(title, 20, bold=True))))


def short_names(labels: Iterable[str]) -> dict[str, str]:
    """Label → label without its year (“James Harris 2017” → “James Harris”), unless two would then be the same."""
    cut = {t: name_and_year(t)[0] for t in labels}
    return {t: c if list(cut.values()).count(c) == 1 else t for t, c in cut.items()}


def signed(value: Any) -> str:
    """A value as the scale in use shows it; nothing if it is missing."""
    return "" if pd.isna(value) else scale_in_use().shown(value)


def colour_of(value: Any, scale: Scale) -> str:
    """The colour of a value: the deeper, the further it lies from the middle of the scale towards either end."""
    return SILENT if pd.isna(value) else shade(scale.share(value))


def shade(share: float) -> str:
    """A share from −1 to 1 as a colour: one of five at the ends, halfway and in the middle, elsewhere between two of them."""
    step = 2 * share + 2
    below = min(int(step), 3)
    return _between(DEPTHS[below], DEPTHS[below + 1], step - below)


def _between(one: str, other: str, share: float) -> str:
    """The colour that lies so far on the way from the one to the other."""
    ends = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (one, other))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def value_places(px: float) -> dict[int, str]:
    """Where a value stands on an axis, in words: the ends and the middle with their labels, the others as they are shown.

    In lines for columns of `px`.
    """
    scale = scale_in_use()
    # “0 weighs” says it; any other label is whole
    words = {
        v.value: scale.named(v.value).removesuffix(" both sides") if v.value in scale.bounds else scale.shown(v.value)
        for v in scale.ascending
    }
    return {v: unbroken(w, max(10, int(px / 6.5)), px) for v, w in words.items()}


def place_axis(places: Sequence[str]) -> alt.Axis:
    """The axis of such places, above the columns; all labels are filled up from above to the same number of lines."""
    most = max(w.count("\n") for w in places)
    fewer = [f"(length(split(datum.label, '\\n')) <= {k} ? '\\n' : '')" for k in range(1, most + 1)]
    return lined_axis("top", " + ".join([*fewer, "datum.label"]), labelAngle=0, labelPadding=6 + 14 * most)


def ends_in_words() -> str:
    """From what to what the values go: “from −2 (rejects) to +2 (affirms)”."""
    scale = scale_in_use()
    return "from {} to {}".format(*(_in_brackets(scale, v.value) for v in (scale.ascending[0], scale.ascending[-1])))


def _in_brackets(scale: Scale, value: int) -> str:
    shown, label = scale.shown(value), scale.label(value)
    return label if shown.casefold() == label.casefold() else f"{shown} ({label})"


def values_in_words(limit: str = "with a limit or doubt", weighs: bool = True) -> str:
    """The values in words: “+2 affirms, −2 rejects, ±1 with a limit or doubt, 0 weighs both sides”; without the last if not `weighs`."""
    scale = scale_in_use()
    ends = [scale.named(v.value) for v in (scale.ascending[-1], scale.ascending[0])]
    return ", ".join([*ends, *inner_in_words(limit, weighs)])


def inner_in_words(limit: str = "with a limit or doubt", weighs: bool = True) -> list[str]:
    """What stands between the ends, in words: the values with a limit, and the one in the middle."""
    scale = scale_in_use()
    limited_ = _of_both_signs([scale.shown(v) for v in sorted(scale.limited)])
    middle = [scale.named(v.value) for v in scale.values if v.value == scale.bounds[2] and weighs]
    return [*([f"{limited_} {limit}"] if limited_ else []), *middle]


def _of_both_signs(shown: list[str]) -> str:
    """Values in a row: “±1” if each is there with either sign, else “3 and 5”."""
    above = [s.removeprefix("+") for s in shown if s.startswith("+")]
    if above and sorted(shown) == sorted([f"+{s}" for s in above] + [f"−{s}" for s in above]):
        shown = [f"±{s}" for s in above]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def certainty_in_words() -> str:
    """The highest and the lowest level of certainty: “••• sure, • doubtful”."""
    levels = sorted(scale_in_use().certainty, key=lambda level: -level.value)
    return ", ".join(f"{'•' * level.value} {level.label}" for level in dict.fromkeys((levels[0], levels[-1])))


def dots_in_words(stances: pd.DataFrame, key: str = "") -> str:
    """What the dots of a chart mean; where stances do not state their certainty, what no dots mean, and of how many.

    `key`: the levels in words, as `certainty_in_words`.
    """
    stated = stances[stances.status == "stance"].certainty.notna()
    if len(stated) and not stated.any():
        return f"the coder's certainty is stated for none of the {len(stated)} stances"
    unstated = "" if stated.all() else f"no dots: not stated, {int((~stated).sum())} of {len(stated)} stances"
    words = "; ".join(filter(None, (key, unstated)))
    return "dots give the coder's certainty" + (f" ({words})" if words else "")


def dots_in_short(stances: pd.DataFrame) -> str:
    """The same for the line below a title."""
    stated = stances[stances.status == "stance"].certainty.notna()
    if stated.all():
        return "dots: certainty"
    return "dots: certainty (none: not stated)" if stated.any() else "certainty not stated"


def middle_in_words() -> str:
    """The value of the middle as it is shown, “0”; nothing if no value of the scale stands there."""
    scale = scale_in_use()
    return next((scale.shown(v.value) for v in scale.values if v.value == scale.bounds[2]), "")


def as_silence() -> str:
    """What silence would be if it were a value: “0”, or “the middle” of a scale where that is not 0."""
    return "the middle" if scale_in_use().bounds[2] else "0"


def _luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours (WCAG 2), from 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """The ink that reads better on a colour; black on the few between light and dark on which neither can be read."""
    ink = max((INK, PAPER), key=lambda ink: contrast(ink, colour))
    return ink if contrast(ink, colour) >= 4.5 else "#000000"


def share_colour(share: float) -> str:
    """A share from 0 (palest) to 1 as a depth of green."""
    return _between(SPEAKS_LEAST, SPEAKS, share)


def drawn(stances: pd.DataFrame, px: float = 0) -> pd.DataFrame:
    """The stances with what a cell needs: colour, ink, words; `px`: the width of a column."""
    cells = stances.drop(columns=["claims"], errors="ignore").copy()
    scale = scale_in_use()
    cells["colour"] = cells.value.map(lambda v: colour_of(v, scale), na_action=None)
    cells["ink"] = cells.colour.map(ink_on)
    cells["sign"] = cells.value.map(signed, na_action=None)
    cells["letter"] = cells.reason.map(REASONS).fillna("")
    cells["dots"] = cells.certainty.map(lambda c: "" if pd.isna(c) else "•" * int(c), na_action=None)
    cells["name"] = column_heads(cells.label, px)
    said = cells.sign.where(cells.status == "stance", cells.reason.fillna("uncoded"))
    cells["cell"] = cells.label + " on “" + cells.text + "”: " + said
    return cells


def hatched(size: float, stretch: float = 1.0) -> dict[str, Any]:
    """A point mark whose shape is a hatched box, `size` px high and `stretch` times as wide."""
    if stretch == 1:
        path = _HATCH
    else:
        # in a narrow room rows are high: there the lines stand as close, and fill the corner
        step, path, x = 0.8, "", -stretch - 1
        if limited():
            step = 0.8 * min(1, 38 / size)
            x = -stretch - 2 + step / 2
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


def silence_key(stances: pd.DataFrame) -> str:
    """The letters of silence that occur, in words, in brackets; after them the question mark, if something is not coded."""
    used = [
        words for words, reason in zip(REASON_KEY.split(", "), REASONS, strict=True) if (stances.reason == reason).any()
    ]
    return f"({', '.join(used) or 'none here'})" + (f"; {UNCODED}" if (stances.status == "uncoded").any() else "")


def counts_in_words(stances: pd.DataFrame) -> str:
    """The counts of a table of stances, in words."""
    spoken = stances[stances.status == "stance"]
    silent, uncoded = int((stances.status == "silence").sum()), int((stances.status == "uncoded").sum())
    said = f"{counted(len(spoken), 'stance')} and {counted(silent, 'silence')}"
    return said + (f"; {uncoded} uncoded" if uncoded else "")
