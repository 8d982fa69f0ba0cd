"""One theme for all charts: colours that survive grey print and colour-blind eyes, words, hatching, axes.

Each chart carries its title, in `description` its alt text, and in `usermeta` its caption and n.
A value is shown by colour and by its number; a silence is hatched and never has the colour of 0;
what nobody coded is an empty cell with a question mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.rooms import breadth, column_heads, current, limited, padding, room, wrapped

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, FAINT, PAPER = "#222222", "#5f5f5f", "#dcdcdc", "#ffffff"
REJECT, REJECT_WEAK, WEIGH, AFFIRM_WEAK, AFFIRM = "#b5540a", "#f7c795", "#f3ecc8", "#a9cbe8", "#174a84"
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
    cut = {t: t.rsplit(" ", 1)[0] if t[-4:].isdigit() and " " in t else t for t in labels}
    return {t: c if list(cut.values()).count(c) == 1 else t for t, c in cut.items()}


def signed(value: Any) -> str:
    """A value with a true minus sign; nothing if it is missing."""
    return "" if pd.isna(value) else f"{int(value):+d}".replace("-", "−").replace("+0", "0")


def colour_of(value: Any, scale: tuple[float, float] = (-2, 2)) -> str:
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


def ink_on(colour: str) -> str:
    """The ink that reads better on a colour."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def share_colour(share: float) -> str:
    """A share from 0 (palest) to 1 as a depth of green."""
    pale, deep = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (SPEAKS_LEAST, SPEAKS))
    return "#" + "".join(f"{round(p + (d - p) * share):02x}" for p, d in zip(pale, deep, strict=True))


def drawn(stances: pd.DataFrame, px: float = 0) -> pd.DataFrame:
    """The stances with what a cell needs: colour, ink, words; `px`: the width of a column."""
    cells = stances.drop(columns=["claims"], errors="ignore").copy()
    cells["colour"] = cells.value.map(colour_of, na_action=None)
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
    """The letters of silence that occur, in words, and the question mark if something is not coded."""
    used = [
        words for words, reason in zip(REASON_KEY.split(", "), REASONS, strict=True) if (stances.reason == reason).any()
    ]
    return ", ".join([*used, *([UNCODED] if (stances.status == "uncoded").any() else [])]) or "none here"


def counts_in_words(stances: pd.DataFrame) -> str:
    """The counts of a table of stances, in words."""
    spoken = stances[stances.status == "stance"]
    silent, uncoded = int((stances.status == "silence").sum()), int((stances.status == "uncoded").sum())
    return f"{len(spoken)} stances and {silent} silences" + (f"; {uncoded} uncoded" if uncoded else "")
