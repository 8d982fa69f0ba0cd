"""A debate ↔ tables, a row a record: CSV with a Frictionless data package, XLSX, or JSON.

Columns, their types and their meaning are those of `schemas`, so that the tables hold a whole debate and the dictionary beside
them says what every column means.  In a cell, a list of ids is the ids with blanks between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders
from analysis.exchange.losses import Loss, some
from analysis.exchange.shelves import ESCAPED
from analysis.exchange.tidy_columns import READING, TABLES, Row, Tables
from analysis.exchange.tidy_files import READ, WRITE
from analysis.reading import Document, validated
from analysis.schemas import Codebook, Coding


def dump(debate: Debate, coder: str = REFERENCE, form: str = "csv") -> tuple[bytes | dict[str, bytes], list[Loss]]:
    """The whole debate, all its coders included, as `form`: csv (a folder), xlsx or json."""
    tables = tables_of(debate)
    made, escaped = WRITE[form](tables)
    back = tables_of(load(made, form)[0])
    changed = [
        f"{name}:{i + 2}: {column}"
        for name, rows in tables.items()
        for i, row in enumerate(rows)
        for column in row
        if row[column] != back[name][i].get(column)
    ]
    losses = some("cell", changed, f"{form} cannot hold these characters, or not this kind of value")
    return made, losses + some("cell with an apostrophe before its text", escaped, ESCAPED)


def load(raw: bytes | dict[str, bytes], form: str = "csv") -> tuple[Debate, list[Loss]]:
    """The debate of such tables; of the tables only `questions`, `propositions` and `sources` must be there."""
    tables = READ[form](raw)
    losses = some("table", tables.keys() - TABLES.keys(), "no table of a debate is called so; not read")
    for needed in ("questions", "propositions", "sources"):
        if not tables.get(needed):
            raise ValueError(f"there is no table {needed}, or no row in it; is the file of this format?")
    rows = _Rows({k: v for k, v in tables.items() if k in TABLES})
    debate = rows.debate()
    return debate, [
        *losses,
        *some("row", rows.left, "not read, or nothing that it belongs to is there"),
        *some("thing made up", rows.made_up, "a debate needs it and the tables do not have it; to be checked"),
    ]


# Debate → tables


def tables_of(debate: Debate) -> Tables:
    """The debate as rows of plain values: text, number, truth value, list of ids or nothing."""
    tables: Tables = {name: [] for name in TABLES}
    for name, keys, record in _records(debate):
        table = TABLES[name]
        values = record.model_dump(mode="json", by_alias=True, exclude=set(table.inner))
        tables[name].append(keys | {k: v for k, v in values.items() if v is not None})
    return tables


def _records(debate: Debate) -> Iterator[tuple[str, Row, BaseModel]]:
    book = debate.codebook
    yield "debate", {}, book
    for name, records in (
        ("scale", book.scale.values), ("certainty", book.scale.certainty), ("silence_rules", book.scale.silences),
        ("rules", book.rules), ("questions", book.questions), ("factors", book.factors), ("sources", debate.sources.values()),
    ):  # fmt: skip
        yield from ((name, {}, r) for r in records)
    yield from (("propositions", {"question": q.id}, p) for q in book.questions for p in q.propositions)
    yield from (("notes", {"source": key}, s.custom) for key, s in debate.sources.items())
    yield from (("coders", {"coder": name}, c) for name, c in debate.coders.items())
    for (coder, key), coding in debate.codings.items():
        yield from _of_coding({"coder": coder, "source": key}, coding)


def _of_coding(keys: Row, coding: Coding) -> Iterator[tuple[str, Row, BaseModel]]:
    yield "codings", {"coder": keys["coder"]}, coding
    for name, records in (("claims", coding.claims), ("stances", coding.stances), ("silences", coding.silences), ("factor_weights", coding.factors), ("spans", coding.spans)):  # fmt: skip
        yield from ((name, keys, r) for r in records)
    yield from (("anchors", keys | {"claim": c.id}, a) for c in coding.claims for a in c.anchors)
    if coding.factors_silence:
        yield "factor_silences", keys, coding.factors_silence


# Tables → debate


class _Rows:
    """Rows by table and keys, taken one group after the other; `left` says what could not be read, and what nobody took."""

    def __init__(self, tables: Tables):
        self.left: list[str] = []
        self.made_up: list[str] = []
        self.groups: dict[tuple[str, tuple[Any, ...]], list[tuple[int, Row]]] = {}
        for name, rows in tables.items():
            keys = TABLES[name].keys
            for i, row in enumerate(rows):
                where = (name, tuple(str(row.get(k, "")) for k in keys))
                values = {k: v for k, v in row.items() if k not in keys and v is not None}
                self.groups.setdefault(where, []).append((i + 2, values))  # as a sheet counts, below its header

    def records(self, name: str, *keys: Any, more: Callable[[Row], Row] = lambda row: {}) -> list[Any]:
        """The sound records of a table under these keys; `more` gives what stands in other tables."""
        found = []
        for line, row in self.groups.pop((name, keys), []):
            document = Document(name, lines={(): line})
            if record := validated(TABLES[name].record, document, row | more(row)):
                found.append(record)
            self.left += map(str, document.problems)
        return found

    def debate(self) -> Debate:
        book = self.codebook()
        sources = self.records("sources", more=lambda row: {"custom": self.one("notes", str(row.get("id", "")))})
        heads = [(keys[0], str(row.get("source", ""))) for (name, keys), rows in self.groups.items() if name == "codings" for _, row in rows]  # fmt: skip
        readings = dict.fromkeys([*heads, *(keys for name, keys in self.groups if TABLES[name].keys == READING)])
        codings = {k: c for k in readings if (c := self.coding(*k))}
        coders = dict.fromkeys([*(k[0] for name, k in self.groups if name == "coders"), *(c for c, _ in codings)])
        told = {c: self.one("coders", c) for c in coders}
        self.made_up += [f"how and when {c} coded" for c, record in told.items() if not record]
        read = {c: record or folders.coder(c, "tables") for c, record in told.items()}
        self.left += [f"{name}:{line}" for (name, _), rows in self.groups.items() for line, _ in rows]
        return folders.debate(book, sources, read, codings)

    def one(self, name: str, *keys: Any) -> Any:
        return next(iter(self.records(name, *keys)), None)

    def codebook(self) -> Codebook:
        scale = {"values": self.records("scale"), "certainty": self.records("certainty"), "silences": self.records("silence_rules")}  # fmt: skip
        questions = self.records("questions", more=lambda row: {"propositions": self.records("propositions", str(row.get("id", "")))})  # fmt: skip
        parts = {"scale": scale if all(scale.values()) else folders.SCALE, "questions": questions}
        parts |= {"rules": self.records("rules"), "factors": self.records("factors")}
        whole = self.records("debate", more=lambda row: parts)
        self.made_up += [] if all(scale.values()) else ["scale and its rules"]
        self.made_up += [] if whole else ["title and description of the debate"]
        return whole[0] if whole else folders.codebook("Imported", questions, "tables", **{k: parts[k] for k in ("rules", "factors")})  # fmt: skip

    def coding(self, coder: Any, source: Any) -> Coding | None:
        """What one coder says of one source, from all the tables that tell of it."""
        keys = (coder, source)
        parts = {field: self.records(name, *keys) for name, field in (("stances", "stances"), ("silences", "silences"), ("factor_weights", "factors"), ("spans", "spans"))}  # fmt: skip
        parts["claims"] = self.records("claims", *keys, more=lambda row: {"anchors": self.records("anchors", *keys, str(row.get("id", "")))})  # fmt: skip
        parts["factors_silence"] = self.one("factor_silences", *keys)
        heads = self.groups.get(("codings", (coder,)), [])
        head = next((h for h in heads if h[1].get("source") == source), (0, {"source": source}))
        self.groups["codings", (coder,)] = [h for h in heads if h is not head]
        document = Document("codings", lines={(): head[0]})
        coding = validated(Coding, document, head[1] | parts)
        self.left += map(str, document.problems)
        return coding
