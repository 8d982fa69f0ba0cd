"""A row with a fault in a cell → its record all the same, and a word on each cell that was read otherwise, left out or filled in."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from analysis.exchange.fields import DATES, iso
from analysis.exchange.folders import TO_DO
from analysis.exchange.losses import Loss, some
from analysis.exchange.tidy_columns import TABLES, Row, columns
from analysis.reading import Document, validated
from analysis.schemas import NOT_STATED

_OUT = object()  # in place of a value: the cell is left out
_WHOLE = {"claims": "holder"}  # the column to mend where the cells are sound and do not go together
_IN_PLACE = {  # of what a row cannot do without, and is no text
    ("propositions", "kind"): "judgement",
    ("stances", "certainty"): NOT_STATED,
    ("claims", "holder"): TO_DO,
    ("sources", "type"): "document",
    ("sources", "author"): [{"literal": TO_DO}],
    ("coders", "how"): "not stated",
    ("debate", "version"): "0",
}


@dataclass
class Told:
    """What was done to rows, each cell by table, row and column, and which rows are not read."""

    reread: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def losses(self) -> list[Loss]:
        return [
            *some("cell read in another form", self.reread, "look whether it is what was meant"),
            *some("cell left out", self.out, "the table has no such column, or the column does not take this value; its row is kept"),
            *some("cell in which something must stand", self.filled, "it is empty, or holds what the column does not take; a placeholder stands there now"),
            *some("row", self.unread, "not read, or nothing that it belongs to is there"),
        ]  # fmt: skip


def mended(name: str, place: str, row: Row, inner: Row, told: Told) -> Any:
    """The record of a row with its `inner` tables; None, and a word on why, if it cannot stand without what is wrong."""
    values = {k: v for k, v in row.items() if k not in inner}
    steps: dict[str, Iterator[Any]] = {}
    while faulty := _faulty(name, values | inner):
        for column in faulty:
            new = next(steps.setdefault(column, _instead(name, column, row)), None)
            if new is None:
                document = Document(name)
                validated(TABLES[name].record, document, values | inner)
                problems = [f"{p.path}: {p.problem}; {p.cure}" for p in document.problems]
                told.unread.append(f"{place}: {'. '.join(p.removeprefix(': ') for p in problems)}")
                return None
            values.pop(column, None)
            values |= {} if new is _OUT else {column: new}
    _tell(name, place, row, values, told)
    return TABLES[name].record.model_validate(values | inner)


def _faulty(name: str, values: Row) -> list[str]:
    """The columns in which something is wrong."""
    try:
        TABLES[name].record.model_validate(values)
    except ValidationError as error:
        places = [fault["loc"] for fault in error.errors()]
        return list(dict.fromkeys(str(loc[0]) if loc else _WHOLE.get(name, "") for loc in places))
    return []


def _instead(name: str, column: str, row: Row) -> Iterator[Any]:
    """What may stand in place of a faulty cell, one after the other."""
    if column in row and (value := _in_form(name, column, row[column])) != row[column]:
        yield value
    if placeholder := _placeholder(name, column):
        yield placeholder
    if column in row and not any(c.name == column and c.required for c in columns(name)):
        yield _OUT


def _placeholder(name: str, column: str) -> Any:
    if (name, column) == ("coders", "date"):
        return datetime.date.today()
    known = next((c for c in columns(name) if c.name == column), None)
    words = known and known.required and known.kind == "string" and not (known.choices or known.pattern)
    return _IN_PLACE.get((name, column)) or (TO_DO if words and name != "anchors" else None)


def _in_form(name: str, column: str, value: Any) -> Any:
    """The value if only its form is wrong: letters' case, blanks, a decimal comma, a year that is no date of CSL, a name that is no list."""
    known = next((c for c in columns(name) if c.name == column), None)
    if known is None or isinstance(value, (dict, list)):
        return value
    words = str(value).strip()
    if column in DATES:
        parts = iso(words.removesuffix(" 00:00:00"))
        return {"date-parts": [parts]} if parts else value
    if column == "author":
        return [{"literal": words}]
    if whole := re.fullmatch(r"([+\-−–]?)(\d{1,18})([.,]0*)?", words) if known.kind != "string" else None:
        number = int(whole[2]) * (-1 if whole[1] in ("-", "−", "–") else 1)
        return number if known.kind in ("integer", "any") or number in known.choices else value
    plain = {_plain(c): c for c in known.choices}
    if known.kind == "ids":
        return [w.lower() for w in words.split()]
    return plain.get(_plain(words), words.lower() if known.pattern else value)


def _plain(choice: Any) -> str:
    return re.sub(r"[\s_–-]+", "-", str(choice).strip().casefold())


def _tell(name: str, place: str, row: Row, values: Row, told: Told) -> None:
    for column in {**row, **values}:
        cell = f"{place}: {column or 'column without a name'}: {_shown(row.get(column))}"
        if column not in values:
            told.out.append(cell)
        elif column not in row or values[column] != row[column]:
            reread = column in row and values[column] == _in_form(name, column, row[column])
            (told.reread if reread else told.filled).append(f"{cell} → {_shown(values[column])}")


def _shown(value: Any) -> str:
    """A value as it may stand in a cell."""
    return "empty" if value is None else json.dumps(value, ensure_ascii=False, default=str)
