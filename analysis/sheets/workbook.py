"""A form → an .xlsx workbook: instructions and the scale on the first tab, then a tab for each source.

It holds nothing that Excel, LibreOffice or Google Sheets would drop: no macros, no formulas, no merged cells; its lists are ranges
of the first tab.  Cells to fill in are formatted as text, or Excel would make dates and sums of what is typed.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.pagebreak import Break

from analysis.schemas import Source
from analysis.sheets.form import (
    COLUMNS,
    DIGEST_CELL,
    FILLED,
    FIRST_TAB,
    IDS,
    NAME_CELL,
    Form,
    choices,
    digest,
    guide,
    rows,
)

FIRST_WIDTHS = (30, 105)
LINE, LEAST = 13, 3  # points; lines of a row to fill in
WIDTHS = (34, 24, 15, 12, 13, 32, 20, 22, 22, 13, 11)  # in characters, by column

_PLAIN, _BLANK = Font(name="Arial", size=10), PatternFill()
_BOLD, _FINE = Font(name="Arial", size=10, bold=True), Font(name="Arial", size=8, color="777777")
_WHITE, _LARGE = Font(name="Arial", size=10, bold=True, color="FFFFFF"), Font(name="Arial", size=14, bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_HEAD = PatternFill("solid", fgColor="222222")
_BAND = PatternFill("solid", fgColor="DCDCDC")
_GIVEN = PatternFill("solid", fgColor="F6F4F0")
_THIN = Side(style="thin", color="BBBBBB")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


class _Fitted(RowDimension):
    """A row of a height that gives way when more is written into it; openpyxl's own would stay as they are."""

    customHeight = False  # noqa: N815, the name of the attribute in the file


def workbook(form: Form) -> bytes:
    """The workbook of a form."""
    made = Workbook()
    made.properties.creator, made.properties.title = "Stancebook", _text(form.codebook.title)
    lists = _instructions(made.active, form)
    for source, name in zip(form.sources, tab_names([s.label for s in form.sources]), strict=True):
        _tab(made.create_sheet(name), form, source, lists)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def tab_names(labels: Iterable[str]) -> list[str]:
    """Names that Excel takes for tabs: at most 31 characters, none of them forbidden, no two alike."""
    names, taken = [], {FIRST_TAB.casefold(), "history"}  # Excel keeps that name for itself
    for label in labels:
        plain = re.sub(r"[\[\]:*?/\\\s]+", " ", _text(label)).strip(" '") or "text"
        name, k = plain[:31].rstrip(" '"), 2
        while name.casefold() in taken:
            name, k = f"{plain[:26].rstrip()} ({k})", k + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _instructions(tab: Any, form: Form) -> dict[str, str]:
    """Fill the first tab; where on it the words below each title stand."""
    tab.title = FIRST_TAB
    book, lists = form.codebook, {}
    tab.column_dimensions["A"].width, tab.column_dimensions["B"].width = FIRST_WIDTHS
    _line(tab, (book.title, ""), _LARGE)
    _line(tab, (NAME_CELL, form.coder), _BOLD)
    name = tab.cell(tab.max_row, 2)
    name.border, name.number_format = _BOX, "@"
    _line(tab, ("", "It is shown in class; it need not be your own name."))
    for title, lines in guide(book).items():
        if title == "rules":
            tab.row_breaks.append(Break(id=tab.max_row))
        first = _section(tab, title, lines)
        lists[title] = f"{FIRST_TAB}!$A${first}:$A${tab.max_row}"
    _section(
        tab,
        "leave as it is",
        [("", "The headings, the propositions and the ids in the last two columns: by them the sheet is read.")],
    )
    _section(tab, "codebook", [("version", book.version), (DIGEST_CELL, digest(book))])
    _printed(tab)
    return lists


def _section(tab: Any, title: str, lines: Sequence[tuple[str, str]]) -> int:
    """Add a heading and lines; the row of the first line."""
    _line(tab, ("", ""))
    _line(tab, (title.capitalize(), ""), _WHITE, _HEAD)
    for words in lines:
        _line(tab, words)
    return tab.max_row - len(lines) + 1


def _line(tab: Any, words: Sequence[str], font: Font = _PLAIN, fill: PatternFill = _BLANK) -> None:
    row = tab.max_row + 1 if tab["A1"].value else 1
    for column, text in enumerate(words, 1):
        cell = _written(tab, row, column, text)
        cell.font, cell.fill = font, fill
        cell.alignment = _TOP if font is _PLAIN or column > 1 else Alignment(vertical="top")  # a title runs on
    _fit(tab, row, FIRST_WIDTHS, 2 if font is _LARGE else 1)


def _tab(tab: Any, form: Form, source: Source, lists: dict[str, str]) -> None:
    for column, (heading, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True), 1):
        cell = _written(tab, 1, column, heading)
        cell.font, cell.fill, cell.alignment = _WHITE, _HEAD, _TOP
        tab.column_dimensions[get_column_letter(column)].width = width
    row = 1
    for question, some in groupby(rows(form, source), key=lambda r: r[0]):
        row += 1
        _question(tab, row, question.text)
        for _, words in some:
            row += 1
            _row(tab, row, words)
    for heading in choices(form.codebook):
        letter = get_column_letter(COLUMNS.index(heading) + 1)
        _choose(tab, f"{letter}2:{letter}{row}", lists[heading])
    tab.freeze_panes = "B2"
    last = get_column_letter(len(COLUMNS) - len(IDS))
    tab.print_area, tab.print_title_rows = f"A1:{last}{row}", "1:1"
    _printed(tab)


def _question(tab: Any, row: int, text: str) -> None:
    for column in range(1, len(COLUMNS) + 1):
        tab.cell(row, column).fill = _BAND
    _written(tab, row, 1, text).font = _BOLD


def _row(tab: Any, row: int, words: dict[str, str]) -> None:
    for column, (heading, text) in enumerate(words.items(), 1):
        cell = _written(tab, row, column, text)
        cell.border, cell.alignment, cell.font = _BOX, _TOP, _FINE if heading in IDS else _PLAIN
        if heading in FILLED:
            cell.number_format = "@"
        else:
            cell.fill = _GIVEN
    _fit(tab, row, WIDTHS, LEAST)


def _choose(tab: Any, cells: str, place: str) -> None:
    list_ = DataValidation("list", formula1=place, allow_blank=True, showErrorMessage=True)
    list_.errorTitle, list_.error = (
        "Not on the list",
        f"Choose one of the list; what they mean stands on the tab {FIRST_TAB}.",
    )
    list_.add(cells)
    tab.add_data_validation(list_)


def _fit(tab: Any, row: int, widths: Sequence[int], least: int = 1) -> None:
    """Make the row as high as its words need: not every program does so by itself."""
    fits = [int(1.1 * width) for width in widths]  # in a wide type; in Arial some more
    lines = [len(textwrap.wrap(tab.cell(row, column).value or "", width)) for column, width in enumerate(fits, 1)]
    tab.row_dimensions[row] = _Fitted(tab, index=row, ht=LINE * max(least, *lines) + 3)


def _written(tab: Any, row: int, column: int, text: str) -> Any:
    """The cell with this text: as a string, whatever it begins with."""
    cell = tab.cell(row, column)
    if text:
        cell.value = _text(text)
        cell.data_type = "s"
    return cell


def _text(words: str) -> str:
    """The words without what XML does not allow, and no more of them than a cell takes."""
    return re.sub("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", words)[:32_000]


def _printed(tab: Any) -> None:
    """A4, landscape, as wide as the paper, with the tab's name and the page's number."""
    tab.page_setup.orientation, tab.page_setup.paperSize = "landscape", tab.PAPERSIZE_A4
    tab.sheet_properties.pageSetUpPr.fitToPage = True
    tab.page_setup.fitToHeight = 0
    tab.page_margins.left = tab.page_margins.right = 0.4
    tab.page_margins.top = tab.page_margins.bottom = 0.75
    tab.page_margins.header = tab.page_margins.footer = 0.35
    tab.oddHeader.left.text, tab.oddFooter.right.text = "&A", "&P / &N"
