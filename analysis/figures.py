"""A chart → what a reader sees, and the files a paper needs.

In a notebook `show` displays the chart as a picture with its alt text and caption.  When the
notebook runs under `stancebook build`, `show` also hands the chart and its data over to be
saved; by hand it never writes a file.
"""

from __future__ import annotations

import base64
import importlib.metadata
import io
import json
import os
import platform
import re
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.debate import Debate
from analysis.reading import write

HANDOVER = "STANCEBOOK_HANDOVER"  # set by the build: the folder in which it collects charts
FORMATS = ("svg", "png", "pdf")
SOFTWARE = f"Stancebook {importlib.metadata.version('stancebook')}"
PNG_SCALE = 2
WIDE = 1000  # px above which a picture in a notebook scrolls


def show(chart: Any, name: str, data: pd.DataFrame) -> Any:
    """The chart as a picture with caption, for a notebook.

    `name` becomes the file name of the figure; `data` is the table behind it, saved beside it as CSV.
    """
    from IPython.display import HTML

    if not re.fullmatch(r"[\w.-]+", name):
        raise ValueError(f'"{name}" cannot be a file name; use letters, digits, hyphens and dots')
    spec = chart.to_dict()
    if folder := os.environ.get(HANDOVER):
        write(Path(folder, f"{name}.json"), json.dumps(spec, ensure_ascii=False).encode())
        write(Path(folder, f"{name}.csv"), csv_bytes(data))
    picture = png(svg(spec))
    width = Image.open(io.BytesIO(picture)).width // PNG_SCALE
    # a wide map is not shrunk until its words cannot be read; it scrolls instead
    fit = (
        f'width="{round(0.8 * width)}" style="max-width:none'
        if width > WIDE
        else f'width="{width}" style="max-width:100%'
    )
    return HTML(
        f'<figure><div style="overflow-x:auto"><img alt="{escape(spec["description"])}" src="data:image/png;base64,{base64.b64encode(picture).decode()}" '
        f'{fit};height:auto"></div><figcaption style="max-width:60em">{escape(spec["usermeta"]["caption"])}</figcaption></figure>'
    )


def table(data: pd.DataFrame) -> Any:
    """A table to read, with wrapped text; everything in it is shown as text, never as HTML."""
    from IPython.display import HTML

    flat = data.map(_shown)
    body = flat.to_html(index=False, escape=True, border=0, classes="stancebook")
    style = "<style>.stancebook th, .stancebook td {text-align: left !important; vertical-align: top; white-space: normal; max-width: 34em}</style>"
    return HTML(style + body)


def say(words: str) -> Any:
    """Computed prose for a notebook: a line that begins with “- ” is a list item.  Everything is shown as text, never as HTML."""
    from IPython.display import HTML

    lines = [escape(line) for line in words.splitlines() if line.strip()]
    return HTML("".join(f"<li>{t[2:]}</li>" if t.startswith("- ") else f"<p>{t}</p>" for t in lines))


def heading(words: str) -> Any:
    """A heading computed by a notebook."""
    from IPython.display import HTML

    return HTML(f"<h2>{escape(words)}</h2>")


def provenance(debate: Debate, /, **parameters: Any) -> Any:
    """What the notebook was made from: codings, parameters, versions."""
    names = ("altair", "pandas", "vl-convert-python", "stancebook")
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    rows = {
        "debate": f"{debate.codebook.title} (codebook {debate.codebook.version})",
        "digest of its files": debate.digest,
        "codings": debate.credit(),
        "parameters": ", ".join(f"{k} = {v!r}" for k, v in parameters.items()),
        "made with": f"Python {platform.python_version()}, {versions}",
    }
    return table(pd.DataFrame({"": rows.keys(), "provenance": rows.values()}))


def svg(spec: dict[str, Any]) -> str:
    """The chart as SVG with its title and alt text inside, the same bytes whatever was drawn before."""
    title = spec["title"]["text"] if isinstance(spec.get("title"), dict) else spec.get("title", "")
    drawn = _renumbered(vl_convert.vegalite_to_svg(spec))
    caption = spec.get("usermeta", {}).get("caption", "")
    words = (
        f'<title id="f-title">{escape(title)}</title><desc id="f-desc">{escape(spec.get("description", ""))}</desc>'
        f"<metadata>{escape(caption)}</metadata>"
    )
    return re.sub(
        r"<svg\b([^>]*)>", lambda m: f'<svg{m[1]} role="img" aria-labelledby="f-title f-desc">{words}', drawn, count=1
    )


def _renumbered(drawn: str) -> str:
    """Clip paths and gradients numbered from 0: Vega counts them on from one chart to the next."""
    order = list(dict.fromkeys(re.findall(r'\bid="(clip\d+|gradient_\d+)"', drawn)))
    for i, old in enumerate(order):
        drawn = re.sub(rf'(\bid="|#){old}\b', rf"\g<1>_part{i}", drawn)
    return drawn


def save_figure(spec: dict[str, Any], folder: Path, name: str) -> list[str]:
    """Write the figure in every format and return the file names.

    The PDF is left alone if the drawing has not changed: two PDFs of one drawing differ in the order of their objects.
    """
    drawing = svg(spec)
    unchanged = write(folder / f"{name}.svg", drawing.encode()) is False
    write(folder / f"{name}.png", png(drawing, spec["usermeta"]["caption"]))
    if not (unchanged and (folder / f"{name}.pdf").exists()):
        write(folder / f"{name}.pdf", vl_convert.svg_to_pdf(drawing))
    return [f"{name}.{suffix}" for suffix in FORMATS]


def png(drawing: str, caption: str = "") -> bytes:
    """The drawing as PNG without transparency, packed tightly (vl-convert's own files are five times as large).

    The caption goes into the file as its description, so that a picture passed on still says where it comes from.
    """
    words = PngInfo()
    words.add_itxt("Description", caption)
    image = Image.open(io.BytesIO(vl_convert.svg_to_png(drawing, scale=PNG_SCALE))).convert("RGB")
    packed = io.BytesIO()
    image.save(packed, "PNG", optimize=True, pnginfo=words, dpi=(72 * PNG_SCALE, 72 * PNG_SCALE))
    return packed.getvalue()


def csv_bytes(data: pd.DataFrame) -> bytes:
    """The table as CSV; ids in a tuple are separated by spaces."""
    flat = data.map(_spaced)
    return flat.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode()


def _shown(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return ""
    return str(value).replace("-", "−") if isinstance(value, float) and value < 0 else value


def _spaced(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
