"""A chart → what a reader of a notebook sees.

In a notebook `show` displays the chart as a picture with its alt text and caption.  When the
notebook runs under `stancebook build`, `show` also hands the chart and its data over to be
saved; by hand it never writes a file.
"""

from __future__ import annotations

import base64
import importlib.metadata
import os
import platform
import re
from html import escape
from multiprocessing.connection import Client
from typing import Any

import pandas as pd

from analysis import exports
from analysis.debate import Debate
from analysis.presets import PRESETS

SOFTWARE = exports.SOFTWARE
DRAWN_BY = "STANCEBOOK_DRAWN_BY"  # set by the build: the address to which charts go to be drawn and saved
LONG, LONGEST = 120, 600  # rows of a table above which it scrolls, and those that are shown at most
WIDE = 1000  # px above which a picture in a notebook scrolls


def show(chart: Any, name: str, data: pd.DataFrame) -> Any:
    """The chart as a picture with caption, for a notebook.

    `name` becomes the file name of the figure; `data` is the table behind it, saved beside it as CSV.  Of a chart that was not
    drawn, since there is nothing to show, only the sentence that says why is shown, and nothing is saved.
    """
    from IPython.display import HTML

    if not re.fullmatch(r"\w[\w.-]*", name):
        raise ValueError(f'"{name}" cannot be a file name; use letters, digits, hyphens and dots')
    spec = chart.to_dict()
    if why := spec["usermeta"].get("undrawn"):
        return undrawn(why)
    web, address = PRESETS["web"], os.environ.get(DRAWN_BY)
    picture = (
        _drawn(address, name, spec, data)
        if address
        else exports.png(exports.placed(exports.drawing(spec), web)[0], about(spec, name), web.dpi)
    )
    width = round(int.from_bytes(picture[16:20]) * 96 / web.dpi)  # a PNG begins with its size
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


def _drawn(address: str, name: str, spec: dict[str, Any], data: pd.DataFrame) -> bytes:
    """The picture of a chart that the build draws and saves."""
    with Client(address) as line:
        line.send((name, spec, data))
        answer = line.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer


def table(data: pd.DataFrame) -> Any:
    """A table to read, with wrapped text; everything in it is shown as text, never as HTML.

    Of a long one the first rows are shown, in a frame that scrolls; of an empty one, that there is nothing to list.
    """
    from IPython.display import HTML

    if data.empty:
        return say("Nothing to list here.")
    flat = data.head(LONGEST).map(_shown).rename_axis(columns=None)  # their common name would head a column of its own
    body = flat.to_html(index=False, escape=True, border=0, classes="stancebook")
    style = "<style>.stancebook th, .stancebook td {text-align: left !important; vertical-align: top; white-space: normal; max-width: 34em} @media screen {.stancebook-long {max-height: 36em; overflow: auto}}</style>"
    if len(data) > LONG:
        body = f'<div class="stancebook-long" tabindex="0">{body}</div>'
    more = f"<p>The first {LONGEST:,} of {len(data):,} rows.</p>" if len(data) > LONGEST else ""
    return HTML(style + body + more)


def say(words: str) -> Any:
    """Computed prose for a notebook: a line that begins with “- ” is a list item.  Everything is shown as text, never as HTML."""
    from IPython.display import HTML

    lines = [escape(line) for line in words.splitlines() if line.strip()]
    return HTML("".join(f"<li>{t[2:]}</li>" if t.startswith("- ") else f"<p>{t}</p>" for t in lines))


def undrawn(why: str) -> Any:
    """In place of a figure, the sentence that says why there is none; the index shows it where a run has no figure at all."""
    said = say(why)
    said.metadata = {"undrawn": why}
    return said


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


def about(spec: dict[str, Any], name: str) -> dict[str, Any]:
    """What a chart says of itself."""
    title = spec["title"]["text"] if isinstance(spec.get("title"), dict) else spec.get("title", "")
    return {"name": name, "title": title, "alt": spec["description"], **spec["usermeta"]}


def _shown(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return ""
    return str(value).replace("-", "−") if isinstance(value, float) and value < 0 else value
