"""A filled file → its cells, whatever program saved it, and whatever somebody did to it.

Nothing in a file is computed, followed or believed: a formula is reported and what it once gave is not taken, for it may have
come from another file; links lead nowhere.  Only what is needed is unpacked and parsed, and no more of it than a class can fill in.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.cells import as_meant, decoded, related

MAX_BYTES = 20_000_000  # of a file, and of all that is unpacked of it
MAX_PARTS = 200  # files in the zip
MAX_TAGS = 1_000_000
MAX_TABLES, MAX_ROWS, MAX_COLUMNS, MAX_MERGED = 100, 5_000, 400, 2_000
MAX_CELLS = 250_000  # of a sheet
MAX_CELL = 5_000  # characters
KINDS = {".xlsx": "xl/workbook.xml", ".ods": "content.xml", ".csv": ""}  # with the part that makes it one

Fault = tuple[str, str]  # problem and cure
FORMULA = ("a formula is not computed, and what it gave is not taken", "type the words or the choice itself")
DATE = ("the spreadsheet made a date of what was typed", "format the cell as text and type it again")
ERROR = ("the spreadsheet shows an error here", "type the words or the choice itself")
MERGED = ("the cell is merged with others", "unmerge them, and fill in each by itself")
LONG = (f"more than {MAX_CELL:,} characters", "shorten it")


class SheetError(Exception):
    """A file that is not read; its message says why and what to do."""

    def __init__(self, problem: str, cure: str):
        super().__init__(f"{problem}; {cure}")
        self.fault = problem, cure


@dataclass(frozen=True)
class Cell:
    text: str
    fault: Fault | None = None


@dataclass
class Table:
    """One sheet of a file: row → column → cell, both counted from 1 and empty ones left out.  A CSV has one, without a name."""

    name: str = ""
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    hidden: tuple[list[int], list[int]] = field(
        default_factory=lambda: ([], [])
    )  # rows and columns that hold something
    comments: dict[tuple[int, int], str] = field(default_factory=dict)  # by row and column, on empty cells as well
    _cells: int = 0

    def put(self, row: int, column: int, text: str, fault: Fault | None = None) -> None:
        if not text.strip() and not fault:
            return
        for over, most, what in ((row, MAX_ROWS, "rows"), (column, MAX_COLUMNS, "columns")):
            if over > most:
                cut = (
                    f"the sheet has more than {most} {what}, and what comes after is not read",
                    f"delete the {what} that are not the form's",
                )
                self.faults += [cut] if cut not in self.faults else []
                return
        self._cells += 1
        if self._cells > MAX_CELLS:
            raise SheetError(f"a sheet has more than {MAX_CELLS:,} cells", "check what it is")
        self.rows.setdefault(row, {})[column] = Cell(text, fault or (LONG if len(text) > MAX_CELL else None))


def plain(words: str) -> str:
    """Words in one line, without what nobody sees."""
    return " ".join(re.sub("[\0-\x1f\x7f-\x9f\u200b\ufeff\ud800-\udfff]", " ", words).split())


def tables(path: Path) -> list[Table]:
    """The sheets of an .xlsx, .ods or .csv; `SheetError` if it is none, is locked, or is made to do harm."""
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise SheetError(
            f"files called “{path.suffix}” are not read", "save it as .xlsx (without macros), .ods or .csv"
        )
    raw = _bytes(path)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(
            "the file is locked with a password, or is an .xls of the old kind",
            "take the password off and save it as .xlsx",
        )
    if suffix == ".csv":
        return [_csv(raw)]
    try:
        parts = _parts(raw)
        if "META-INF/manifest.xml" in parts and b"encryption-data" in parts["META-INF/manifest.xml"]:
            raise SheetError("the file is locked with a password", "take the password off and save it again")
        if KINDS[suffix] not in parts:
            raise SheetError(f"the file is called {suffix} but is none", "save it again as .xlsx, .ods or .csv")
        return list(_xlsx(parts) if suffix == ".xlsx" else _ods(parts))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error, struct.error):
        raise SheetError(
            f"the file is called {suffix} but is none, or is damaged", "save it again as .xlsx, .ods or .csv"
        ) from None
    except (ValueError, LookupError, TypeError):  # numbers, places and names of parts that no program writes
        raise SheetError("the file is damaged", "open it in a spreadsheet program and save it again") from None


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise SheetError("there is no such file" if not path.exists() else "this is not a file", "check its name")
    if path.stat().st_size > MAX_BYTES:
        raise SheetError(f"the file is larger than {MAX_BYTES // 1_000_000} MB", "check what it is")
    raw = path.read_bytes()
    if not raw.strip():
        raise SheetError("the file is empty", "save it again")
    return raw


# Tables of text


def _csv(raw: bytes) -> Table:
    if not (found := decoded(raw)):
        raise SheetError(
            "this is not CSV, or nobody can tell in which encoding", "save it again as CSV in UTF-8, or as .xlsx"
        )
    text, note = found
    made = Table(notes=[note] if note else [])
    lines = text.splitlines() or [""]
    if told := re.fullmatch(r"sep=(.)", lines[0]):  # Excel's own first line
        text = text.partition("\n")[2]
    first = next((line for line in lines if any(s in line for s in ",;\t")), "")  # a title may stand above the table
    separator = told[1] if told else max(",;\t", key=first.count)
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 2 if told else 1):
            for column, cell in enumerate(cells, 1):
                made.put(row, column, as_meant(cell))
    except csv.Error as error:
        raise SheetError(f"this is not CSV: {error}", "save it again as CSV, or as .xlsx") from None
    return made


# Zips of XML


def _parts(raw: bytes) -> dict[str, bytes]:
    """The XML in the file.  The sizes that a zip declares are checked first, and then those found while unpacking."""
    large = SheetError(f"the file unpacks to more than {MAX_BYTES // 1_000_000} MB", "check what it is")
    parts, left = {}, MAX_BYTES
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_PARTS:
            raise SheetError(f"the file holds more than {MAX_PARTS} files", "check what it is")
        if sum(e.file_size for e in entries) > MAX_BYTES:
            raise large
        for entry in entries:
            name = entry.filename
            if name.endswith("vbaProject.bin"):
                raise SheetError("the file holds macros", "save it as .xlsx without them")
            if entry.flag_bits & 1:
                raise SheetError("the file is locked with a password", "take the password off and save it again")
            if not name.endswith((".xml", ".rels")):
                continue
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others unpack unbounded
                raise SheetError("the file is packed in a way that no spreadsheet is", "save it again")
            with archive.open(entry) as part:
                parts[name] = part.read(left + 1)
            left -= len(parts[name])
            if left < 0:
                raise large
    if sum(part.count(b"<") for part in parts.values()) > MAX_TAGS:
        raise SheetError(f"the file has more than {MAX_TAGS:,} tags", "delete rows and columns that are not the form's")
    return parts


def _xml(raw: bytes) -> Any:
    """The root element.  A document type is refused: entities can blow a small file up to gigabytes, or name other files."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise SheetError(
            "the file is damaged: its XML cannot be read", "open it in a spreadsheet program and save it again"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SheetError(
            "the file declares XML entities, which no spreadsheet needs",
            "open it in a spreadsheet program and save it again",
        )
    return root


def _few(sheets: Iterable[Any]) -> list[Any]:
    found = list(sheets)
    if len(found) > MAX_TABLES:
        raise SheetError(f"the file has more than {MAX_TABLES} sheets", "delete those that are not the form's")
    return found


# Excel's


def _xlsx(parts: dict[str, bytes]) -> Iterator[Table]:
    workbook = _xml(parts["xl/workbook.xml"])
    targets = {r.get("Id"): r.get("Target") for r in _xml(parts["xl/_rels/workbook.xml.rels"]).iter("{*}Relationship")}
    strings = (
        [_words(s) for s in _xml(parts["xl/sharedStrings.xml"]).iter("{*}si")]
        if "xl/sharedStrings.xml" in parts
        else []
    )
    dates = _date_styles(_xml(parts["xl/styles.xml"])) if "xl/styles.xml" in parts else set()
    linked = any(name.startswith("xl/externalLinks/") for name in parts)
    for sheet in _few(workbook.iter("{*}sheet")):
        made = Table(plain(sheet.get("name", "")))
        made.notes += ["the sheet is hidden; it was read as well"] if sheet.get("state", "visible") != "visible" else []
        made.notes += ["the file has links to other files; they are not followed"] if linked else []
        id = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        part = posixpath.normpath(posixpath.join("/xl", targets[id])).removeprefix("/")
        if part in parts:  # a chart has a tab as well, but none of the XML of a sheet
            _fill(made, _xml(parts[part]), strings, dates)
            made.comments = _xlsx_comments(part, parts)
            linked = False  # said once
            yield made


def _fill(made: Table, sheet: Any, strings: list[str], dates: set[int]) -> None:
    row, hidden = 0, set()
    for line in sheet.iter("{*}row"):
        row = int(line.get("r") or row + 1)
        hidden |= {row} if line.get("hidden") in ("1", "true") else set()
        column = 0
        for cell in line.iterfind("{*}c"):
            letters = re.match("[A-Z]{1,3}", cell.get("r", ""))
            column = _number(letters[0]) if letters else column + 1
            made.put(row, column, *_xlsx_cell(cell, strings, dates))
    for row, column in _merged([m.get("ref", "") for m in sheet.iter("{*}mergeCell")], made):
        made.put(row, column, made.rows[row].get(column, Cell("")).text, MERGED)
    spans = [(int(c.get("min", "0")), int(c.get("max", "0"))) for c in sheet.iter("{*}col") if c.get("hidden") in ("1", "true")]  # fmt: skip
    filled = sorted({column for cells in made.rows.values() for column in cells})
    made.hidden = (sorted(hidden & made.rows.keys()), [c for c in filled if any(a <= c <= b for a, b in spans)])


def _xlsx_comments(sheet: str, parts: dict[str, bytes]) -> dict[tuple[int, int], str]:
    """What is noted on the cells of a sheet, with who noted it."""
    found = {}
    for root in [_xml(parts[p]) for p in related(parts, sheet, "comments", _xml).values() if p in parts]:
        authors = [(a.text or "").strip() for a in root.iter("{*}author")]
        for comment in root.iter("{*}comment"):
            if place := re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", comment.get("ref", "")):
                author = authors[int(comment.get("authorId", "0"))] if authors else ""
                found[int(place[2]), _number(place[1])] = _noted(_words(comment), author)
    return found


def _noted(words: str, author: str) -> str:
    """A comment with its author, whom programs often put before it themselves; of a thread the file has a number for one."""
    return words if not author or author.startswith("tc=") or words.startswith(f"{author}:") else f"{author}: {words}"


def _merged(ranges: list[str], made: Table) -> list[tuple[int, int]]:
    """The merged cells, in rows that hold something."""
    found: list[tuple[int, int]] = []
    for merge in ranges:
        if corners := re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", merge):
            columns = range(_number(corners[1]), min(_number(corners[3]), MAX_COLUMNS) + 1)
            rows = [row for row in made.rows if int(corners[2]) <= row <= int(corners[4])]
            found += [(row, column) for row in rows for column in columns]
        if max(len(ranges), len(found)) > MAX_MERGED:
            raise SheetError(f"more than {MAX_MERGED:,} cells are merged", "unmerge them")
    return found


def _xlsx_cell(cell: Any, strings: list[str], dates: set[int]) -> tuple[str, Fault | None]:
    kind, value = cell.get("t", "n"), cell.findtext("{*}v") or ""
    formula = cell.find("{*}f")
    if formula is not None:
        return f"={formula.text or ''}", FORMULA
    if kind == "s":
        return strings[int(value)], None
    if kind == "inlineStr":
        return _words(cell), None
    if kind == "n" and value and int(cell.get("s", "0")) in dates:
        return value, DATE
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE", None
    return value, {"e": ERROR, "d": DATE}.get(kind)


def _words(element: Any) -> str:
    """The text of a string, without what is said of its pronunciation."""
    texts = (t for t in element.iter("{*}t") if not t.getparent().tag.endswith("}rPh"))
    return re.sub("_x000[9AD]_", "\n", "".join(t.text or "" for t in texts))


def _number(letters: str) -> int:
    """A column's number: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _date_styles(styles: Any) -> set[int]:
    """The styles that show a number as a date or a time."""
    codes = {
        f.get("numFmtId"): re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", f.get("formatCode", ""))
        for f in styles.iter("{*}numFmt")
    }
    built_in = {str(i) for i in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))}
    formats = [xf.get("numFmtId", "0") for cell in styles.iter("{*}cellXfs") for xf in cell.iterfind("{*}xf")]
    return {i for i, f in enumerate(formats) if f in built_in or re.search("[dmyhs]", codes.get(f, ""), re.IGNORECASE)}


# OpenDocument's


def _ods(parts: dict[str, bytes]) -> Iterator[Table]:
    content = _xml(parts["content.xml"])
    hidden = {_of(p.getparent(), "name") for p in content.iter("{*}table-properties") if _of(p, "display") == "false"}
    for table in _few(content.iterfind("{*}body/{*}spreadsheet/{*}table")):
        made = Table(plain(_of(table, "name")))
        made.notes += ["the sheet is hidden; it was read as well"] if _of(table, "style-name") in hidden else []
        row = 1
        for line in table.iter("{*}table-row"):
            repeated = int(_of(line, "number-rows-repeated") or 1)
            cells = list(_ods_cells(line))
            for again in range(row, min(row + repeated, MAX_ROWS + 2) if cells else row):
                for column, words, fault, comment in cells:
                    made.put(again, column, words, fault)
                    made.comments |= {(again, column): comment} if comment else {}
            row += repeated
        yield made


def _ods_cells(line: Any) -> Iterator[tuple[int, str, Fault | None, str]]:
    column = 1
    for cell in line.iterfind("{*}*"):
        repeated = int(_of(cell, "number-columns-repeated") or 1)
        words, fault = _ods_cell(cell)
        note = cell.find("{*}annotation")
        comment = "" if note is None else _noted("\n".join(map(_paragraph, note.iterfind("{*}p"))), note.findtext("{*}creator") or "")  # fmt: skip
        if words or fault or comment:
            yield from ((c, words, fault, comment) for c in range(column, min(column + repeated, MAX_COLUMNS + 2)))
        column += repeated


def _ods_cell(cell: Any) -> tuple[str, Fault | None]:
    kind = _of(cell, "value-type")
    words = "\n".join(map(_paragraph, cell.iterfind("{*}p")))
    if formula := _of(cell, "formula"):
        return formula, FORMULA
    if cell.tag.endswith("}covered-table-cell") or {_of(cell, f"number-{n}-spanned") for n in ("rows", "columns")} - {
        "",
        "1",
    }:
        return words, MERGED
    return (_of(cell, "value") or words) if kind == "float" else words, DATE if kind in ("date", "time") else None


def _paragraph(element: Any) -> str:
    """The text of a paragraph; runs of blanks, tabs and line ends are elements in it."""
    text = element.text or ""
    for child in element.iterfind("*"):
        name = child.tag.rpartition("}")[2]
        if name in ("s", "tab", "line-break"):
            text += " "
        elif name != "annotation":
            text += _paragraph(child)
        text += child.tail or ""
    return text


def _of(element: Any, name: str) -> str:
    """The attribute of that name, in whichever namespace; empty if there is none."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")
