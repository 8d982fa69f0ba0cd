"""A debate → one page to browse it with: filters, grid, cards, pairs, argument maps.

The page is a single file that needs no server and no network.  The codings stand in it as JSON, and its script makes elements
and text of them, never markup: a string of a debate, whatever it says, stays a string.  The page forbids itself every other
script and every address.  Of the texts it holds no more than the codings do, the first and last words of passages.

| file | what it is |
|---|---|
| `content` | debate → what the page holds |
| `maps` | kept layouts → what is drawn of them |
| `page.html`, `page.css`, `page.js` | the page's frame, look and behaviour |
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from analysis.browse.content import content
from analysis.charts.theme import INK, PAPER, SILENT, SOFT, colour_of, ink_on
from analysis.debate import REFERENCE, Debate
from analysis.exports.drawings import plain
from analysis.reading import did_you_mean
from analysis.schemas import Scale

HERE = Path(__file__).parent
MARK = '<meta name="generator" content="Stancebook page">'  # by it we know a page that we wrote


def page(debate: Debate, coder: str = REFERENCE) -> str:
    """The complete page; the same bytes for the same debate.  ValueError for a coder that the debate does not have."""
    if coder not in debate.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, debate.coders)}')
    script, style = _file("page.js"), _colours(debate.scale) + _file("page.css")
    words = {
        "title": debate.codebook.title,
        "description": debate.codebook.description,
        "credit": debate.credit(coder),
        "note": debate.coders[coder].note,
        "digest": debate.digest,
        "licence": f"Codings: {debate.codebook.licence}. " if debate.codebook.licence else "",
    }
    return Template(_file("page.html")).substitute(
        {name: escape(plain(text)) for name, text in words.items()},
        mark=MARK,
        policy=f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        data=_json(content(debate, coder)),
    )


def is_page(file: Path) -> bool:
    """Whether a file is one that `page` made."""
    with file.open("rb") as opened:
        return MARK.encode() in opened.read(2000)


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(value: Any) -> str:
    """JSON that can stand in a script element: nothing in it ends the element, or a line of script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.encode("utf-8", "replace").decode()  # half a character has no UTF-8
    return text.translate({ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})


def _colours(scale: Scale) -> str:
    """The theme's colours, as the page's style names them."""
    names = {"ink": INK, "paper": PAPER, "soft": SOFT, "silent": SILENT}
    colours = [colour_of(v.value, scale) for v in scale.ascending]
    rules = [f".v{i}{{background:{colour};color:{ink_on(colour)}}}" for i, colour in enumerate(colours)]
    return f":root{{{';'.join(f'--{n}:{c}' for n, c in names.items())}}}\n{''.join(rules)}\n"
