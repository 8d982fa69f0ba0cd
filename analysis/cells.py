"""Text ↔ the cells of a CSV, in which no spreadsheet finds a formula to run; and how the parts of a workbook name each other."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

AS_WINDOWS = "read as Windows-1252, for it is not UTF-8: look at accents and quotation marks"
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def is_formula(cell: Any) -> bool:
    """Whether a spreadsheet might take a text for a formula, or might if an apostrophe before it were taken off."""
    return isinstance(cell, str) and bool(_FORMULA.match(cell))


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula: those that it might have an apostrophe before them.  `as_meant` takes it off."""
    return f"'{words}" if is_formula(words) else words


def as_meant(words: str) -> str:
    """The words that `harmless` was given."""
    return words[1:] if words.startswith("'") and is_formula(words) else words


def decoded(raw: bytes) -> tuple[str, str] | None:
    """The text of a CSV, and what should be said of how it was read; None if nobody can tell."""
    marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    marked = next((e for mark, e in marks.items() if raw.startswith(mark)), None)
    wide = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be" if raw[:1] == b"\0" else None
    for encoding in (marked or wide or "utf-8", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else (text, AS_WINDOWS if encoding == "cp1252" else "")
    return None


def csv_of(head: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:  # fmt: skip
    """A table as CSV in which no cell can be taken for a formula; the character NUL, which CSV has not, is replaced."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([_written(cell) for cell in line] for line in (head, *lines))
    return written.getvalue().replace("\0", "\ufffd").encode(encoding, "replace")


def _written(cell: Any) -> Any:
    return str(cell).lower() if isinstance(cell, bool) else harmless(cell) if isinstance(cell, str) else cell


def related(parts: Mapping[str, bytes], part: str, kind: str, xml: Callable[[bytes], Any]) -> dict[str, str]:
    """The parts of one kind that a part of a workbook names, by the ids that it gives them; `xml`: a part → its root."""
    folder, name = posixpath.split(part)
    relations = parts.get(f"{folder}/_rels/{name}.rels")
    return {
        r.get("Id"): posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/")
        for r in (xml(relations).iter("{*}Relationship") if relations else ())
        if r.get("Type", "").endswith(f"/{kind}")
    }
