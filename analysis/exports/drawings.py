"""A chart → a drawing at the size of the place it is made for."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from analysis.exports.fonts import converter
from analysis.presets import PRESETS, Preset

MM = 25.4 / 96  # of a px
PT = 72 / 25.4  # in a mm
LARGE = 8 / 12 / PT  # mm per px at which the common type, 12 px, is 8 pt: no figure for print is enlarged beyond that
PAGE = 240  # mm that a figure may be high on a page
LANDSCAPE = (247, 160)  # mm that it may fill on a page that lies
MARGIN = 10  # mm around the drawing on a slide
HAIR = 0.25  # pt below which a printed line may vanish
# Characters that XML, PDF, LaTeX or Vega cannot hold: controls but tab and line ends, separators of lines, halves of characters, non-characters
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def drawing(spec: dict[str, Any]) -> str:
    """The chart as bare SVG, the same bytes whatever was drawn before."""
    return _renumbered(converter().vegalite_to_svg(_clean(spec)))


def _clean(value: Any) -> Any:
    """A spec without control characters: one in a word of a debate would end the process, not just the drawing."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, (list, tuple)) else value


def _renumbered(drawn: str) -> str:
    """Clip paths and gradients numbered from 0: Vega counts them on from one chart to the next."""
    order = list(dict.fromkeys(re.findall(r'\bid="(clip\d+|gradient_\d+)"', drawn)))
    for i, old in enumerate(order):
        drawn = re.sub(rf'(\bid="|#){old}\b', rf"\g<1>_part{i}", drawn)
    return drawn


@dataclass(frozen=True)
class Placement:
    """Where a figure ended up: the preset it was made for, its size, its smallest type; `note` says what to mind, if anything."""

    preset: str
    width_mm: float
    height_mm: float
    smallest_pt: float
    note: str


def placed(drawing: str, preset: Preset) -> tuple[str, Placement]:
    """The drawing at the size of its preset, and where it ended up.

    On paper it is made as wide as the preset, but with its common type at 8 pt at most and no higher than a page;
    if its smallest type cannot be read in one column, it takes two.
    """
    width, height = size_of(drawing)
    letter, line = _smallest(drawing)
    if preset.width and preset.height:
        scale = min((preset.width - 2 * MARGIN) / width, (preset.height - 2 * MARGIN) / height)
        page = _on_canvas(drawing, width, height, preset.width / scale, preset.height / scale)
        sized, size = resized(page, preset.width, preset.height), (preset.width, preset.height)
        notes = [f"{_pt(letter, scale)}: hard to read from the back; show less on it"] * _too_small(
            letter, scale, preset
        )
    elif preset.width:
        scale, notes = _on_paper(width, height, letter, preset)
        size = (round(width * scale, 2), round(height * scale, 2))
        sized = resized(drawing, *size)
    else:
        scale, sized, size = MM, drawing, (round(width * MM, 2), round(height * MM, 2))
        notes = [f"{_pt(letter, scale)}: hard to read"] * _too_small(letter, scale, preset)
    if line * scale * PT < HAIR:
        notes.append(f"thinnest line {line * scale * PT:.2f} pt: it may vanish in print")
    return sized, Placement(preset.name, *size, round(letter * scale * PT, 2), "; ".join(notes))


def _on_paper(width: float, height: float, letter: float, preset: Preset) -> tuple[float, list[str]]:
    """mm per px for a figure of that many px on paper, and what to say of it."""
    widths = sorted({preset.width or 0, PRESETS["paper-double"].width or 0})
    scales = [min(w / width, PAGE / height, LARGE) for w in widths if w >= (preset.width or 0)]
    scale = next((s for s in scales if not _too_small(letter, s, preset)), scales[-1])
    made = f"{width * scale:.0f} mm"
    if _too_small(letter, scale, preset):
        lying = min(LANDSCAPE[0] / width, LANDSCAPE[1] / height, LARGE)
        if _too_small(letter, max(lying, scale), preset):
            return scale, [f"{_pt(letter, scale)} at {made}: too much for one page; show less in it, or split it"]
        there = _pt(letter, lying).removeprefix("smallest type ")
        return scale, [f"{_pt(letter, scale)} at {made}: print it on a landscape page, where it has {there}"]
    if scale != scales[0]:
        return scale, [f"needs more than {preset.width:g} mm: made at {made}, {_pt(letter, scale)}"]
    return scale, []


def _too_small(letter: float, scale: float, preset: Preset) -> bool:
    return letter * scale * PT < preset.least - 1e-9


def _pt(letter: float, scale: float) -> str:
    return f"smallest type {math.floor(letter * scale * PT * 10 + 1e-6) / 10:.1f} pt"


def size_of(drawing: str) -> tuple[float, float]:
    """Width and height of a drawing in px."""
    head = drawing[: drawing.index(">")]
    return _px(_attribute(head, "width")), _px(_attribute(head, "height"))


def _attribute(head: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', head)
    if not found:
        raise ValueError(f"the drawing has no {name}")
    return found[1]


def _px(length: str) -> float:
    return float(length[:-2]) / MM if length.endswith("mm") else float(length.removesuffix("px"))


def resized(drawing: str, width: float, height: float, unit: str = "mm") -> str:
    """The drawing with another width and height; its viewBox, and so all in it, stays as it is."""
    drawing = re.sub(r'(\swidth=")[^"]*', rf"\g<1>{width:.8g}{unit}", drawing, count=1)
    return re.sub(r'(\sheight=")[^"]*', rf"\g<1>{height:.8g}{unit}", drawing, count=1)


def _on_canvas(drawing: str, width: float, height: float, wide: float, high: float) -> str:
    """The drawing in the middle of a white canvas of `wide` × `high` px."""
    box = [round(v, 3) for v in ((width - wide) / 2, (height - high) / 2, wide, high)]
    x, y, w, h = (f"{v:.8g}" for v in box)
    canvas = f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="#ffffff"/>'
    drawing = re.sub(r'\sviewBox="[^"]*"', f' viewBox="{x} {y} {w} {h}"', drawing, count=1)
    return re.sub(r"<svg\b[^>]*>", lambda m: m[0] + canvas, drawing, count=1)


def _smallest(drawing: str) -> tuple[float, float]:
    """The smallest type and the thinnest line of a drawing, in px; 12 px and infinity if it has none."""
    letters, lines = [], []
    todo = [(ET.fromstring(drawing), 1.0, 16.0, "none", 1.0)]
    while todo:
        element, scale, letter, stroke, line = todo.pop()
        for factor in re.findall(r"\bscale\(([-\d.e]+)", element.get("transform", "")):
            scale *= abs(float(factor))
        letter = float(element.get("font-size", f"{letter}").removesuffix("px"))
        stroke, line = element.get("stroke", stroke), float(element.get("stroke-width", line))
        if (element.text or "").strip() and element.tag.endswith(("}text", "}tspan")):
            letters.append(letter * scale)
        shape = element.tag.endswith(("}path", "}line", "}rect", "}circle"))
        if shape and stroke not in ("none", "transparent") and line and "0" not in _opacities(element):
            lines.append(line * scale)
        todo += [(child, scale, letter, stroke, line) for child in element]
    return min(letters, default=12.0), min(lines, default=math.inf)


def _opacities(element: ET.Element) -> set[str | None]:
    return {element.get("opacity"), element.get("stroke-opacity")}


def plain(text: str) -> str:
    """The text with a space for every character that XML, PDF, LaTeX or Vega cannot hold."""
    return UNFIT.sub(" ", text)
