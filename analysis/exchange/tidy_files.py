"""Tables ↔ their files: JSON, CSV with a Frictionless data package, XLSX.  Each with a dictionary of its columns.

What is read keeps the rows that are empty, so that a row is called by the number that it has in its sheet.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from analysis.cells import is_formula, related
from analysis.counts import counted
from analysis.exchange import intake
from analysis.exchange.losses import MOST_NAMED, Loss, some
from analysis.exchange.shelves import csv_file, json_file, zipped
from analysis.exchange.tidy_columns import (
    TABLES,
    Row,
    Tables,
    cells_of,
    columns_with_extra,
    dated,
    meaning_of,
    values_of,
)

MOST_IN_CELL = 32_767  # characters, of XLSX
_REFERS = {  # column → the table and column that it names, wherever it stands
    "question": ("questions", "id"),
    "proposition": ("propositions", "id"),
    "factor": ("factors", "id"),
    "source": ("sources", "id"),
    "coder": ("coders", "coder"),
}


# JSON


class _Export(BaseModel):
    tables: Tables


def _json(tables: Tables) -> tuple[bytes, list[str]]:
    dictionary = {n: [{"name": c.name, "type": c.kind, "meaning": c.meaning} for c in columns_with_extra(n, rows)] for n, rows in tables.items()}  # fmt: skip
    return json_file({"dictionary": dictionary, "tables": tables}), []  # fmt: skip


def _read_json(raw: bytes | dict[str, bytes]) -> tuple[Tables, list[Loss]]:
    tables = intake.shaped(_Export, intake.values_of(intake.one_file(raw))).tables
    return {n: [dated(n, r) for r in rows] for n, rows in tables.items()}, []


# CSV with a Frictionless data package


def _csv(tables: Tables) -> tuple[dict[str, bytes], list[str]]:
    made, escaped = {}, []
    for name, rows in tables.items():
        found = list(cells_of(name, rows))
        escaped += [f"{name}:{i + 2}: {k}" for i, row in enumerate(found) for k, v in row.items() if is_formula(v)]
        names = [c.name for c in columns_with_extra(name, rows)]
        made[f"{name}.csv"] = csv_file(names, found)
    made["datapackage.json"] = json_file(_package(tables))
    return made, escaped


def _read_csv(raw: bytes | dict[str, bytes]) -> tuple[Tables, list[Loss]]:
    files = {n: file for n, file in intake.files_of(raw).items() if n not in ("datapackage.json", f"{_DICTIONARY}.csv")}
    tables = {n: n.removesuffix(".csv") for n in files}
    read = {tables[n]: [values_of(tables[n], row) for row in intake.rows_in(files, n)] for n in files}
    return read, intake.read_as_windows({n: file for n, file in files.items() if tables[n] in TABLES})


def _package(tables: Tables) -> Row:
    """The Frictionless data package: columns, types, meanings, keys and what refers to what."""
    note = "An apostrophe before =, +, -, @, a tab or another apostrophe at the start of a cell is no part of the text."
    resources = [
        {
            "name": name.replace("_", "-"), "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
            "description": _first_line(TABLES[name].record), "schema": _schema(name, rows),
        }
        for name, rows in tables.items()
    ]  # fmt: skip
    return {"name": "stancebook-tables", "profile": "tabular-data-package", "description": note, "resources": resources}


def _first_line(record: type[BaseModel]) -> str:
    return (record.__doc__ or "").strip().partition("\n")[0]


def _schema(name: str, rows: list[Row]) -> Row:
    own = columns_with_extra(name, rows)
    names = {c.name for c in own}
    references = [
        {"fields": [c.name], "reference": {"resource": _REFERS[c.name][0], "fields": [_REFERS[c.name][1]]}}
        for c in own
        if c.name in _REFERS and _REFERS[c.name][0] != name
    ]
    fields = [
        {"name": c.name, "type": "string" if c.kind in ("ids", "json") else c.kind, "description": meaning_of(c)}
        | ({"constraints": {"required": True}} if c.required else {})
        for c in own
    ]
    unique = [k for k in TABLES[name].unique if k in names]
    return {"fields": fields, "missingValues": [""]} | ({"primaryKey": unique} if unique else {}) | ({"foreignKeys": references} if references else {})  # fmt: skip


# XLSX

_DICTIONARY = "dictionary"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _xlsx(tables: Tables) -> tuple[bytes, list[str]]:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_DICTIONARY)
    sheet.append(["table", "column", "type", "meaning"])
    for name, rows in tables.items():
        for c in columns_with_extra(name, rows):
            sheet.append([name, c.name, c.kind, meaning_of(c)])
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        sheet.append([c.name for c in columns_with_extra(name, rows)])
        for row in cells_of(name, rows):
            sheet.append([_as_text(sheet, v) for v in row.values()])
    made = io.BytesIO()
    book.save(made)
    files = intake.members_of(made.getvalue())
    files["docProps/core.xml"] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+", b"1980-01-01T00:00:00", files["docProps/core.xml"])
    return zipped(files), []


def _as_text(sheet: Any, value: Any) -> Any:
    """A text as a cell that is text, whatever it begins with; characters that XML has not are written as _x0001_."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    value = _UNWRITABLE.sub(lambda m: f"_x{ord(m[0]):04X}_", value).encode("utf-8", "replace").decode()
    if len(value) > MOST_IN_CELL:
        raise ValueError(f"a text has more than {MOST_IN_CELL} characters, which XLSX cannot hold; export csv or json")
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _read_xlsx(raw: bytes | dict[str, bytes]) -> tuple[Tables, list[Loss]]:
    from openpyxl import load_workbook

    parts = intake.members_of(intake.one_file(raw))
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            intake.xml_of(part)
    formulas: list[str] = []
    try:
        book = load_workbook(io.BytesIO(intake.one_file(raw)), read_only=True)
        sheets = {s.title: s for s in book.worksheets if s.title != _DICTIONARY}
        read = {name: _of_sheet(s, formulas) if name in TABLES else [] for name, s in sheets.items()}
        left = some("comment on a cell", _comments(parts), "a debate has no place for it")
    except (
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as error:  # what openpyxl makes of broken parts
        raise ValueError(f"this is not XLSX: {error}; export it again") from None
    if formulas:
        more = f" and {len(formulas) - MOST_NAMED} more" if len(formulas) > MOST_NAMED else ""
        cells = f"{', '.join(formulas[:MOST_NAMED])}{more}"
        raise ValueError(f"{counted(len(formulas), 'formula')} ({cells}); put the value of each in its place")
    return read, left


def _comments(parts: dict[str, bytes]) -> Iterator[str]:
    """The comments on the cells of a workbook, each with its sheet and cell."""
    sheets = related(parts, "xl/workbook.xml", "worksheet", intake.xml_of)
    for sheet in intake.xml_of(parts["xl/workbook.xml"]).iter("{*}sheet"):
        id = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        for part in related(parts, sheets.get(id, ""), "comments", intake.xml_of).values():
            for comment in intake.xml_of(parts[part]).iter("{*}comment") if part in parts else ():
                words = "".join(t.text or "" for t in comment.iter("{*}t"))
                yield f"{sheet.get('name')} {comment.get('ref')}: {words}"


def _of_sheet(sheet: Any, formulas: list[str]) -> list[Row]:
    """The rows of a sheet, to whose formulas those of this one are added.

    Of the empty cells that a sheet may claim to have, no more are made than a table could fill.
    """
    if (sheet.max_column or 0) > intake.MOST_COLUMNS:
        raise ValueError(f"the sheet {sheet.title} has more than {intake.MOST_COLUMNS} columns; delete the empty ones")
    found: list[Row] = []
    header: dict[int, str] = {}
    for i, row in enumerate(sheet.iter_rows(max_col=intake.MOST_COLUMNS)):
        if i > intake.MOST_ROWS:
            raise ValueError(f"the sheet {sheet.title} has more than {intake.MOST_ROWS} rows; delete the empty ones")
        filled = [c for c in row if c.value is not None]
        formulas += [f"{sheet.title} {c.coordinate}" for c in filled if c.data_type == "f" and _value(c) is None]
        if not i:
            header = {c.column: str(c.value) for c in filled}
            intake.refuse_doubled(list(header.values()))
        elif headless := next((c for c in filled if c.column not in header), None):
            raise ValueError(
                f"{sheet.title} {headless.coordinate}: a cell below no name of a column; name the column, or empty the cell"
            )
        else:
            found.append(values_of(sheet.title, {header[c.column]: _value(c) for c in filled}))
    return found


_TRUTH = {"=TRUE()": True, "=FALSE()": False}  # LibreOffice saves a truth value so


def _value(cell: Any) -> Any:
    """What stands in a cell that is filled; None if it is a formula that would have to be computed."""
    return _TRUTH.get(str(cell.value).upper()) if cell.data_type == "f" else _from_xml(cell.value)


def _from_xml(value: Any) -> Any:
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), value) if isinstance(value, str) else value


WRITE: dict[str, Callable[[Tables], tuple[bytes | dict[str, bytes], list[str]]]]
READ: dict[str, Callable[[bytes | dict[str, bytes]], tuple[Tables, list[Loss]]]]
WRITE = {"csv": _csv, "xlsx": _xlsx, "json": _json}
READ = {"csv": _read_csv, "xlsx": _read_xlsx, "json": _read_json}
