"""Where a figure goes: how wide it is there, how much room its chart has, how small its type may be.

Charts draw their common type at 12 px.  A preset's `room` is the width, in the same px, that a chart has to fit into for that
type to be read where the figure goes: on paper 12 px then measure 6 to 7 pt, on a slide about 14 pt.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.reading import did_you_mean


@dataclass(frozen=True)
class Preset:
    """One kind of place for a figure.

    `width`, `height`: of the finished figure in mm, None for as large as the chart comes out; `room`: px in which the chart lays
    itself out, None for as wide as it likes; `title`: whether the title stands in the figure (journals want it in the caption);
    `dpi`: of the PNG; `least`: the smallest type in pt that can be read there; `spare`: the share of a line that stays free, where the reader's
    own fonts, which may be broader, draw it; `wide`, `high`: px that a chart fills at most before it shows a part of a large debate, None for no limit.
    """

    name: str
    width: float | None
    height: float | None
    room: int | None
    title: bool
    dpi: int
    least: float
    spare: float = 0
    wide: int | None = None
    high: int | None = None


PRESETS = {
    p.name: p
    for p in (
        Preset("web", None, None, None, True, 192, 6, wide=1600, high=2400),
        Preset("paper-single", 85, None, 480, False, 600, 5, wide=480, high=1355),  # 240 mm
        Preset("paper-double", 175, None, 850, False, 600, 5, wide=850, high=1165),
        Preset("slide", 338.67, 190.5, 820, True, 144, 10, wide=820, high=580),  # 12 px are then 10 pt
    )
}


def preset_named(name: str) -> Preset:
    """The preset of that name; ValueError with the nearest one if there is none."""
    if name not in PRESETS:
        raise ValueError(f'no preset "{name}"; {did_you_mean(name, PRESETS)}')
    return PRESETS[name]
