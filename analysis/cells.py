"""Text ↔ the cells of a CSV, in which no spreadsheet finds a formula to run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

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


def csv_of(head: Sequence[str], lines: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:  # fmt: skip
    """A table as CSV in which no cell can be taken for a formula; the character NUL, which CSV has not, is replaced."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([_written(cell) for cell in line] for line in (head, *lines))
    return written.getvalue().replace("\0", "\ufffd").encode(encoding, "replace")


def _written(cell: Any) -> Any:
    return str(cell).lower() if isinstance(cell, bool) else harmless(cell) if isinstance(cell, str) else cell
