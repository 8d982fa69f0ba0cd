"""What was found in a sheet, and where: readings, sources, propositions; what is wrong; and what has no place in a debate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from analysis.reading import Problem
from analysis.sheets.cells import Cell, Table, plain
from analysis.starting.headings import meanings
from analysis.starting.typed import doi_of, title_apart
from analysis.starting.values import SILENT, UNSTATED, UNSURE, key, normal

Rest = dict[str, Any]  # sheet, row, column, heading, words
REST = ("sheet", "row", "column", "heading", "words")
_VALUES = key(()).words


@dataclass(frozen=True)
class Reading:
    """One source on one proposition, in the words of the sheet."""

    sheet: str
    row: int
    column: int
    source: str
    proposition: str
    words: str
    heading: str = ""  # the label that stands above its column, in a grid
    more: dict[str, str] = field(
        default_factory=dict
    )  # by meaning: coder, question, certainty, why, qualification, page

    @property
    def of(self) -> tuple[str, str, str]:
        return self.more.get("coder", ""), self.source, self.proposition


@dataclass
class Found:
    """All that a file holds.  `sources` and `propositions`: label → what else is said of it, in the order of the sheets."""

    file: str
    readings: list[Reading] = field(default_factory=list)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    propositions: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[Rest] = field(default_factory=list)  # on cells, whether these were taken or not
    blank: list[tuple[str, int]] = field(default_factory=list)  # for each cell of values without a word: sheet, column
    _rest: dict[tuple[str, int, int], Rest] = field(default_factory=dict)
    _filled: dict[tuple[str, int, int], str] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)  # the words for a source, in small letters → its label

    def place(self, sheet: str, row: int = 0, column: int = 0) -> str:
        where = [f"row {row}"] * bool(row) + [f"column {letters(column)}"] * bool(column)
        return ": ".join([self.file, *([sheet] if sheet else []), *([", ".join(where)] if where else [])])

    def problem(self, sheet: str, row: int, column: int, problem: str, cure: str) -> None:
        self.problems.append(Problem(self.place(sheet, row, column), 0, "", problem, cure))

    def note(self, sheet: str, words: str, row: int = 0, column: int = 0) -> None:
        self.notes.append(f"{self.place(sheet, row, column)}: {words}")

    def leave(self, sheet: str, row: int, column: int, cell: Cell, heading: str = "") -> None:
        """Keep a cell among those that found no place."""
        if cell.text.strip():
            found = (sheet, row, letters(column), heading, cell.text)
            self._rest.setdefault((sheet, row, column), dict(zip(REST, found, strict=True)))

    def fill(self, table: Table) -> None:
        """Note what stands in a table, to know later how much of it was taken."""
        self._filled |= {(table.name, r, c): cell.text for r, cells in table.rows.items() for c, cell in cells.items()}

    def keep_comments(self, table: Table) -> None:
        for (row, column), words in sorted(table.comments.items()):
            noted = (table.name, row, letters(column), "comment on the cell", words)
            self.comments.append(dict(zip(REST, noted, strict=True)))

    @property
    def mostly_left(self) -> list[str]:
        """Each sheet of whose columns with values most cells found no place, in words: it was hardly meant so.

        A cell that says “n/a”, “–” or “?” has none to find; columns that hold something else are named one by one.
        """
        columns = {(r.sheet, r.column) for r in self.readings}
        cells = [p for p, text in self._filled.items() if (p[0], p[2]) in columns and not _says_nothing(text)]
        of = Counter(sheet for sheet, _, _ in cells)
        left = Counter(p[0] for p in cells if p in self._rest)
        return [f"{self.place(s)}: {left[s]} of {n} cells in the columns of values would be left out" for s, n in of.items() if 2 * left[s] > n]  # fmt: skip

    @property
    def rest(self) -> list[Rest]:
        """The cells that found no place, in their order."""
        return [rest for _, rest in sorted(self._rest.items())]

    def leave_row(self, table: Table, row: int, headings: dict[int, str] | None = None) -> None:
        for column, cell in sorted(table.rows[row].items()):
            self.leave(table.name, row, column, cell, (headings or {}).get(column, ""))

    def label(self, known: dict[str, dict[str, str]], words: str, **more: str) -> str:
        """The label as it was first written, small letters or not; what is said of it is added to what was."""
        label = next((k for k in known if k.casefold() == words.casefold()), words)
        known[label] = {k: v for k, v in more.items() if v} | known.get(label, {})
        return label

    def source(self, words: str, **more: str) -> str:
        """The label of a source, which gets its year and loses its title; what is said of the source is kept.

        Sources of different words never share a label: of two works of “Ash 2001” the second keeps all its words.
        """
        year = more.get("year", "")
        told = title_apart(words)
        whole, short = with_year(words, year), with_year(told.pop("label"), year)
        if whole.casefold() not in self._named:
            given = {label.casefold() for label in self._named.values()}
            labels = chain([short, whole], (f"{whole} ({n})" for n in count(2)))
            self._named[whole.casefold()] = next(label for label in labels if label.casefold() not in given)
        return self.label(self.sources, self._named[whole.casefold()], **(told | {k: v for k, v in more.items() if v}))


def _says_nothing(text: str) -> bool:
    words = normal(plain(text))
    return words in (*SILENT, *UNSURE) or not words.strip("-")


def sound(found: Found, table: Table, row: int, column: int, what: str) -> str:
    """What a cell says of a source or proposition; empty, with the problem named and the cell kept, if it cannot be that."""
    cell = table.rows[row].get(column, Cell(""))
    words, fault = plain(cell.text), cell.fault
    if not fault and what == "year" and normal(words) in UNSTATED:
        return ""
    if what == "year":
        words = words.removesuffix(".0")  # so other programs write it beside empty cells
    if not fault and what == "year" and words and not re.fullmatch(r"[12]\d{3}", words):
        fault = f"“{words[:40]}” is no year", "write it in four digits"
    if not fault and what == "DOI" and words:
        try:
            return doi_of(words)
        except ValueError as error:
            problem, _, cure = str(error).partition("; ")
            fault = problem, cure
    if not fault:
        return words
    found.problem(table.name, row, column, *fault)
    found.leave(table.name, row, column, cell, what)
    return ""


def head_row(table: Table) -> int:
    """The row with the headings, 0 if there is none: the first in which at least half as many cells hold words as in the fullest.

    The corner above the names may be empty.  A row with three different headings that are known is one, whatever stands above it.
    A row of yes, no, agree and the like is none, even if no other is to be found.
    """
    sound = {r: [c for c, cell in cells.items() if cell.text.strip() and not cell.fault] for r, cells in table.rows.items()}  # fmt: skip
    most = max(map(len, sound.values()), default=0)
    first = min((c for columns in sound.values() for c in columns), default=0)
    known = [
        r for r in table.rows if len(meanings(headings_of(table, r))) >= 3
    ]  # “no” means a number, and stands in many a row
    wide = [r for r, columns in sound.items() if columns and len(columns) + (first not in columns) >= max(2, most / 2)]
    head = min(known or wide, default=0) if most >= 2 else 0
    return 0 if head and _holds_values(table, head, first) else head


def _holds_values(table: Table, row: int, names: int) -> bool:
    """Whether more than half of the cells after the first are words for a value."""
    words = [normal(heading) for c, heading in headings_of(table, row).items() if c != names]
    return 2 * sum(word in _VALUES for word in words) > len(words)


def headings_of(table: Table, row: int) -> dict[int, str]:
    """The sound headings: column → words."""
    return {c: plain(cell.text) for c, cell in table.rows[row].items() if plain(cell.text) and not cell.fault}


def with_year(label: str, year: str) -> str:
    """The label of a source with its year, if it has none and the sheet has a column of years."""
    return f"{label} {year}" if year and year not in label else label


def columns_of(table: Table, rows: Iterable[int]) -> list[int]:
    return sorted({column for row in rows for column in table.rows[row]})


def letters(column: int) -> str:
    """A column as spreadsheets name it: 1 is A, 27 AA."""
    return (letters((column - 1) // 26) if column > 26 else "") + chr(65 + (column - 1) % 26)
