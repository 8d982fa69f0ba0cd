"""The tables of a debate and their columns, with types and meanings as in `schemas`."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from analysis.exchange import intake
from analysis.exchange.fields import NUMBERS, TEXTS
from analysis.schemas import (
    Anchor,
    CertaintyLevel,
    Claim,
    Codebook,
    Coder,
    Coding,
    CodingRule,
    Factor,
    FactorsSilence,
    FactorWeight,
    Notes,
    Proposition,
    Question,
    ScaleValue,
    Silence,
    SilenceRule,
    Source,
    Span,
    Stance,
)

Row = dict[str, Any]
Tables = dict[str, list[Row]]
READING = ("coder", "source")


@dataclass(frozen=True)
class Table:
    """What one table holds: records of a class, under keys that say where each belongs; `inner` are tables of their own."""

    record: type[BaseModel]
    keys: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()


TABLES = {
    "debate": Table(Codebook, inner=("scale", "rules", "questions", "factors")),
    "scale": Table(ScaleValue, unique=("value",)),
    "certainty": Table(CertaintyLevel, unique=("value",)),
    "silence_rules": Table(SilenceRule),
    "rules": Table(CodingRule, unique=("id",)),
    "questions": Table(Question, inner=("propositions",), unique=("id",)),
    "propositions": Table(Proposition, ("question",), unique=("id",)),
    "factors": Table(Factor, unique=("id",)),
    "sources": Table(Source, inner=("custom",), unique=("id",)),
    "notes": Table(Notes, ("source",), unique=("source",)),
    "coders": Table(Coder, ("coder",), unique=("coder",)),
    "codings": Table(Coding, ("coder",), ("claims", "stances", "silences", "factors", "factors_silence", "spans"), READING),
    "claims": Table(Claim, READING, ("anchors",), (*READING, "id")),
    "anchors": Table(Anchor, (*READING, "claim")),
    "stances": Table(Stance, READING, unique=(*READING, "proposition")),
    "silences": Table(Silence, READING, unique=(*READING, "proposition")),
    "factor_weights": Table(FactorWeight, READING, unique=(*READING, "factor")),
    "factor_silences": Table(FactorsSilence, READING, unique=READING),
    "spans": Table(Span, READING),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: its type in the words of Frictionless (ids and json are strings to it), and what it means."""

    name: str
    kind: str
    required: bool
    meaning: str
    choices: tuple[Any, ...] = ()
    pattern: bool = False  # whether a text must have a certain shape, as an id must


@cache
def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table: its keys, then the fields of its records that are no tables of their own."""
    table = TABLES[name]
    schema = table.record.model_json_schema(by_alias=True)
    aliases = {f.alias or n: n for n, f in table.record.model_fields.items()}
    keys = [Column(key, "string", True, f"Which {key} it belongs to.") for key in table.keys]
    fields = [
        _column(alias, value, alias in schema.get("required", ()))
        for alias, value in schema["properties"].items()
        if aliases[alias] not in table.inner
    ]
    return (*keys, *fields)


def _column(name: str, schema: Row, required: bool) -> Column:
    some_type = next((o for o in schema.get("anyOf", ()) if o.get("type") != "null"), schema)
    choices = tuple(some_type.get("enum", ()))
    kind = some_type.get("type") or ("any" if choices else "string")  # of numbers and a word: 1, 2, 3, not-stated
    if kind == "array":
        kind = "ids" if some_type["items"].get("type") == "string" else "json"
    elif kind == "object":
        kind = "json"
    elif some_type.get("format") == "date":
        kind = "date"
    return Column(name, kind, required, schema.get("description", ""), choices, "pattern" in some_type)


def columns_with_extra(name: str, rows: list[Row]) -> list[Column]:
    """The columns of a table with those that CSL adds to a source."""
    known = {c.name for c in columns(name)}
    extra = dict.fromkeys(k for row in rows for k in row if k not in known)
    return [*columns(name), *(Column(k, _kind_of_extra(name, k), False, "As CSL defines it.") for k in extra)]


def _kind_of_extra(name: str, key: str) -> str:
    return "json" if name == "sources" and key not in TEXTS | NUMBERS else "string"


def meaning_of(column: Column) -> str:
    choices = f" One of: {', '.join(map(str, column.choices))}." if column.choices else ""
    how = {"ids": " Ids, with blanks between them.", "json": " As JSON."}.get(column.kind, "")
    return f"{column.meaning}{choices}{how}".strip()


# Cells


def _cell(kind: str, value: Any) -> Any:
    """A value as a cell of a spreadsheet: text, number or truth value."""
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if kind == "ids":
        return " ".join(value) or None
    return str(value) if kind == "string" else value


def _value(kind: str, cell: Any) -> Any:
    """The value of a cell; what is not of its kind stays as it is, for the check to name it."""
    if kind == "string":
        return str(cell)
    if kind == "ids":
        return str(cell).split()
    if kind == "json":
        return _json_or_text(str(cell))
    if kind == "boolean":
        return {"true": True, "false": False}.get(str(cell).lower(), cell)
    if kind in ("integer", "any") and (whole := re.fullmatch(r"([-−]?\d{1,18})(\.0)?", str(cell).strip())):
        return int(whole[1].replace("−", "-"))
    return _date(str(cell)[:10]) or cell if kind == "date" else cell


def _date(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words)
    except ValueError:
        return None


def _json_or_text(cell: str) -> Any:
    try:
        return intake.values_of(cell.encode())
    except ValueError:
        return cell


def values_of(name: str, row: Row) -> Row:
    """The values of a row of cells; an empty cell is no value."""
    kinds = {c.name: c.kind for c in columns(name)} if name in TABLES else {}
    return {k: _value(kinds.get(k) or _kind_of_extra(name, k), v) for k, v in row.items() if v not in (None, "")}


def cells_of(name: str, rows: list[Row]) -> Iterator[dict[str, Any]]:
    kinds = {c.name: c.kind for c in columns_with_extra(name, rows)}
    for row in rows:
        yield {k: None if row.get(k) is None else _cell(kind, row[k]) for k, kind in kinds.items()}


def dated(name: str, row: Row) -> Row:
    """The row with its dates as dates: JSON has none."""
    dates = {c.name for c in columns(name) if c.kind == "date"} if name in TABLES else set()
    return {k: _value("date", v) if k in dates else v for k, v in row.items()}
