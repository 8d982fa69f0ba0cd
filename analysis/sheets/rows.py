"""The tables of a file → the rows that somebody filled in, each with who did, and a place for what will be said of it.

Tabs may be renamed, rows sorted and columns moved: a column is known by its heading, a row by the ids in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from analysis.codings import RESERVED
from analysis.reading import Problem
from analysis.sheets.cells import Cell, SheetError, Table, plain, tables
from analysis.sheets.form import ABOUT, COLUMNS, DIGEST_CELL, FILLED, FIRST_TAB, NAME_CELL

REPORT = "report"  # the folder of a class in which its report lies
NEEDED = tuple(c for c in COLUMNS if c != "what counts")
KNOWN = 3  # headings of ours that make a table one of ours
LONGEST_NAME = 60


@dataclass(frozen=True)
class Row:
    """A filled row: the cells below our headings, and the words in other columns."""

    file: str
    sheet: str
    number: int
    coder: str
    codebook: str  # the digest of the one that the sheet was made from
    cells: dict[str, Cell]
    others: tuple[str, ...]
    letters: dict[str, str]  # heading → its column's letters

    @property
    def filled(self) -> bool:
        return any(self.cells[h].text.strip() or self.cells[h].fault for h in FILLED if h in self.cells)

    @property
    def folder(self) -> str:
        return folder_name(self.coder, self.file)

    @property
    def place(self) -> str:
        return f"{_place(self.file, self.sheet)}: row {self.number}"

    @property
    def words(self) -> list[str]:
        """What stands in the row, in the order of a form's columns, whatever else after it."""
        return [*(self.cells[c].text if c in self.cells else "" for c in COLUMNS), *self.others]

    def problem(self, column: str, problem: str, cure: str) -> Problem:
        return Problem(f"{self.place}, column {self.letters[column]} ({column})", 0, "", problem, cure)


@dataclass
class Filled:
    """The filled rows of a file; those of sheets that lack a heading, which nobody can read; and what is to be said of it."""

    rows: list[Row] = field(default_factory=list)
    headless: list[tuple[Row, Problem]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def filled_rows(file: Path) -> Filled:
    """The rows of a file in which something was filled in."""
    name, found = str(file), Filled()
    try:
        sheets = tables(file)
    except SheetError as error:
        found.problems.append(Problem(name, 0, "", *error.fault))
        return found
    about = [_on_first_tab(label, sheets, name, found.problems) for label in (NAME_CELL, DIGEST_CELL)]
    for sheet in sheets:
        place = _place(name, sheet.name)
        found.problems += [Problem(place, 0, "", *fault) for fault in sheet.faults]
        found.notes += [f"{place}: {note}" for note in sheet.notes]
        _add_rows(sheet, name, about, found)
    if not found.rows and not found.headless:
        found.notes.append(f"{name}: no row that can be read was filled in")
    return found


def folder_name(coder: str, file: str) -> str:
    """The folder of a coder: their code name in small letters, never one that a debate uses itself; without it, a pseudonym.

    The pseudonym comes from the names of the file and its folder, and shows neither.
    """
    words = "".join(c for c in unicodedata.normalize("NFKD", coder).casefold() if not unicodedata.combining(c))
    name = re.sub("[^a-z0-9]+", "-", words).strip("-")[:40].strip("-")
    if not name:
        return f"student-{_short_hash(words or '/'.join(Path(file).absolute().parts[-2:]))}"
    if re.search(r"[^\W\d_a-z]", words):  # letters that a folder does not have: two such names must not become one
        name += f"-{_short_hash(words)}"
    return f"student-{name}" if name in (*RESERVED, REPORT) else name


def _short_hash(words: str) -> str:
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:6]


def _place(file: str, sheet: str) -> str:
    return f"{file}: {sheet}" if sheet else file


def _on_first_tab(label: str, sheets: list[Table], file: str, problems: list[Problem]) -> str:
    """What stands beside a label."""
    for sheet in sheets:
        for number, cells in sheet.rows.items():
            if 1 in cells and 2 in cells and plain(cells[1].text).casefold() == label.casefold():
                if cells[2].fault:
                    place = f"{_place(file, sheet.name)}: row {number}, column B"
                    problems.append(Problem(place, 0, "", *cells[2].fault))
                    return ""
                return plain(cells[2].text)
    return ""


def _add_rows(sheet: Table, file: str, about: Sequence[str], found: Filled) -> None:
    place = _place(file, sheet.name)
    head = max(sheet.rows, key=lambda r: len(_headings(sheet.rows[r])), default=0)
    headings = _headings(sheet.rows.get(head, {}))
    if len(headings) < KNOWN:
        if sheet.rows and sheet.name != FIRST_TAB:
            found.notes.append(f"{place}: not read, for it has no headings of a coding sheet")
        return
    missing = [f"“{c}”" for c in NEEDED if c not in headings]
    cure = f"write it above its column; the headings are: {', '.join(NEEDED)}"
    wrong = Problem(f"{place}: row {head}", 0, "", f"no column is headed {' or '.join(missing)}", cure)
    found.problems += [wrong] if missing else []
    for number in sorted(sheet.rows.keys() - {head}):
        row = _row(sheet, number, headings, file, about)
        if row.filled and missing:
            found.headless.append((row, wrong))
        elif row.filled:
            found.rows.append(row)
        if number > head and row.others and not missing:
            words = plain(" ".join(row.others))[:60]
            found.notes.append(f"{row.place}: not read, for it has no heading of the form: “{words}”")


def _row(sheet: Table, number: int, headings: dict[str, int], file: str, about: Sequence[str]) -> Row:
    cells = sheet.rows[number]
    ours = {heading: cells.get(column, Cell("")) for heading, column in headings.items()}
    others = tuple(cell.text for column, cell in sorted(cells.items()) if column not in headings.values())
    letters = {heading: _letters(column) for heading, column in headings.items()}
    coder, codebook = ((plain(ours[c].text) if c in ours else "") or said for c, said in zip(ABOUT, about, strict=True))
    return Row(file, sheet.name, number, coder[:LONGEST_NAME], codebook, ours, others, letters)


def _headings(cells: dict[int, Cell]) -> dict[str, int]:
    """Our headings in a row, each with its column; of two alike the first."""
    found: dict[str, int] = {}
    for column, cell in sorted(cells.items()):
        heading = plain(cell.text).casefold()
        if heading in (*COLUMNS, *ABOUT):
            found.setdefault(heading, column)
    return found


def _letters(column: int) -> str:
    return (_letters((column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)
