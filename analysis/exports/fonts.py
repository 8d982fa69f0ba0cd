"""Which fonts figures are drawn with: the same on every machine.

The converter brings a Liberation Sans along, but prefers the machine's own, which may be of another version and then gives other
bytes.  So of the machine's fonts all are loaded but that one: other scripts still find their letters.
"""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

PLACES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@functools.cache
def converter() -> Any:
    """The converter with its fonts loaded, which it does once a process; a FONTCONFIG_FILE of the user's own is obeyed."""
    if not sys.platform.startswith("linux") or "FONTCONFIG_FILE" in os.environ:
        return vl_convert
    with tempfile.TemporaryDirectory() as empty:
        folders = [empty, *(str(f) for place in PLACES for f in folders_without_liberation(Path(place).expanduser()))]
        config = Path(empty, "fonts.conf")
        config.write_text(
            f"<fontconfig>{''.join(f'<dir>{escape(f)}</dir>' for f in folders)}</fontconfig>", encoding="utf-8"
        )
        os.environ["FONTCONFIG_FILE"] = str(config)
        try:
            vl_convert.svg_to_png(_NOTHING)
        finally:
            del os.environ["FONTCONFIG_FILE"]
    return vl_convert


def folders_without_liberation(folder: Path) -> Iterator[Path]:
    """The largest folders in which, to any depth, no font is called Liberation."""
    if not folder.is_dir():
        return
    if not any(folder.rglob("Liberation*")):
        yield folder
        return
    for inner in sorted(p for p in folder.iterdir() if p.is_dir()):
        yield from folders_without_liberation(inner)
