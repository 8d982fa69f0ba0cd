"""A debate ↔ tables, a row a record: CSV with a Frictionless data package, XLSX, or JSON.

Columns, their types and their meaning are those of `schemas`, so that the tables hold a whole debate and the dictionary beside
them says what every column means.  In a cell, a list of ids is the ids with blanks between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders
from analysis.exchange.folders import TO_DO
from analysis.exchange.losses import MOST_NAMED, Loss, some
from analysis.exchange.shelves import ESCAPED
from analysis.exchange.tidy_columns import READING, TABLES, Row, Tables
from analysis.exchange.tidy_files import READ, WRITE
from analysis.exchange.tidy_mending import Told, mended
from analysis.reading import did_you_mean
from analysis.schemas import Codebook, Coding, Notes


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
    tables, losses = READ[form](raw)
    losses += some("table", tables.keys() - TABLES.keys(), "no table of a debate is called so; not read")
    for needed in ("questions", "propositions", "sources"):
        if not any(tables.get(needed, ())):
            raise ValueError(f"there is no table {needed}, or no row in it; is the file of this format?")
    rows = _Rows({k: v for k, v in tables.items() if k in TABLES})
    debate = rows.debate()
    return debate, [
        *losses,
        *rows.told.losses(),
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


_SCALE = {"scale": "values", "certainty": "certainty", "silence_rules": "silences"}  # table → its part of the scale
_FOLDER = r"\w([\w .-]{0,98}[\w-])?"


def _key(column: str, value: Any) -> str:
    """The cell of a key: an id, whose letters are small, or the name of a coder's folder."""
    words = "" if value is None else str(value).strip()
    return words if column == "coder" else words.lower()


class _Rows:
    """Rows by table and keys, taken one group after the other; `told` says what was done to them, and what nobody took."""

    def __init__(self, tables: Tables):
        self.told = Told()
        self.taken: list[str] = []  # of which records were made
        self.made_up: list[str] = []
        self.groups: dict[tuple[str, tuple[Any, ...]], list[tuple[int, Row]]] = {}
        for name, rows in tables.items():
            for line, row in enumerate(rows, 2):  # as a sheet counts, below its header
                if row:
                    self.put(name, line, row)

    def put(self, name: str, line: int, row: Row) -> None:
        """Put a row with those of the same keys, unless its coder cannot name a folder."""
        keys = {k: _key(k, row.get(k)) for k in TABLES[name].keys}
        if "coder" in keys and not re.fullmatch(_FOLDER, keys["coder"]):
            self.told.unread.append(f"{name}:{line}: coder: {keys['coder']!r} cannot name a folder")
            return
        otherwise = {k: new for k, new in keys.items() if row.get(k) is not None and str(row[k]) != new}
        self.told.reread += [f'{name}:{line}: {k}: "{row[k]}" → "{new}"' for k, new in otherwise.items()]
        values = {k: v for k, v in row.items() if k not in keys and v is not None}
        self.groups.setdefault((name, tuple(keys.values())), []).append((line, values))

    def records(self, name: str, *keys: Any, more: Callable[[Row], Row] = lambda row: {}) -> list[Any]:
        """The sound records of a table under these keys; `more` gives what stands in other tables."""
        found = []
        for line, row in self.groups.pop((name, keys), []):
            before = len(self.taken)
            if record := mended(name, f"{name}:{line}", row, more(row), self.told):
                found.append(record)
                self.taken.append(f"{name}:{line}")
            else:
                self.forget(before, f"{name}:{line}")
        return found

    def forget(self, before: int, why: str) -> None:
        """Say that the rows taken since are not read after all, as what they belong to is not."""
        self.told.unread += [f"{place}: it belongs to {why}" for place in self.taken[before:]]
        del self.taken[before:]

    def debate(self) -> Debate:
        book = self.codebook()
        noted = {keys[0] for name, keys in self.groups if name == "notes"}
        sources = self.records("sources", more=lambda row: {"custom": self.notes(_key("id", row.get("id")))})
        self.made_up += [f"notes on {s.id}" for s in sources if s.id not in noted]
        heads = [(keys[0], _key("source", row.get("source"))) for (name, keys), rows in self.groups.items() if name == "codings" for _, row in rows]  # fmt: skip
        readings = dict.fromkeys([*heads, *(keys for name, keys in self.groups if TABLES[name].keys == READING)])
        codings = {k: c for k in readings if all(k) and (c := self.coding(*k))}
        coders = dict.fromkeys([*(k[0] for name, k in self.groups if name == "coders"), *(c for c, _ in codings)])
        told = {c: self.one("coders", c) for c in coders}
        self.made_up += [f"how and when {c} coded" for c, record in told.items() if not record]
        read = {c: record or folders.coder(c, "tables") for c, record in told.items()}
        self.told.unread += [f"{name}:{line}" for (name, _), rows in self.groups.items() for line, _ in rows]
        return folders.debate(book, sources, read, codings)

    def one(self, name: str, *keys: Any, more: Callable[[Row], Row] = lambda row: {}) -> Any:
        """The first record of a table under these keys, which should be the only one."""
        before = len(self.taken)
        found = self.records(name, *keys, more=more)
        if len(found) > 1:
            self.forget(before + 1, f"what {name} says already")
        return found[0] if found else None

    def notes(self, source: str) -> Notes:
        return self.one("notes", source) or Notes(label=source or TO_DO, genre=TO_DO, addressee=TO_DO, evidence=TO_DO)

    def codebook(self) -> Codebook:
        scale = {part: self.records(name) or self.unscaled(name, part) for name, part in _SCALE.items()}
        ids = [_key("id", row.get("id")) for _, row in self.groups.get(("questions", ()), [])]
        questions = self.records("questions", more=lambda row: {"propositions": self.records("propositions", _key("id", row.get("id")))})  # fmt: skip
        parts = {"scale": scale, "rules": self.records("rules"), "factors": self.records("factors")}
        if not questions:
            lost = [f'propositions:{line}: no question "{keys[0]}"; {did_you_mean(keys[0], ids)}' for (name, keys), rows in self.groups.items() if name == "propositions" for line, _ in rows]  # fmt: skip
            raise ValueError(
                "\n".join(["no question with a proposition can be read", *lost, *self.told.unread[:MOST_NAMED]])
            )
        whole = self.one("debate", more=lambda row: parts | {"questions": questions})
        self.made_up += [] if whole else ["title and description of the debate"]
        return whole or folders.codebook("Imported", questions, "tables", **parts)

    def unscaled(self, name: str, part: str) -> Any:
        """What stands in place of a table of the scale that is not there, or has no row that can be read."""
        self.made_up.append(f"table {name}")
        return getattr(folders.SCALE, part)

    def coding(self, coder: Any, source: Any) -> Coding | None:
        """What one coder says of one source, from all the tables that tell of it."""
        keys, before = (coder, source), len(self.taken)
        parts = {field: self.records(name, *keys) for name, field in (("stances", "stances"), ("silences", "silences"), ("factor_weights", "factors"), ("spans", "spans"))}  # fmt: skip
        parts["claims"] = self.records("claims", *keys, more=lambda row: {"anchors": self.records("anchors", *keys, _key("id", row.get("id")))})  # fmt: skip
        parts["factors_silence"] = self.one("factor_silences", *keys)
        heads = self.groups.get(("codings", (coder,)), [])
        head = next((h for h in heads if _key("source", h[1].get("source")) == source), (0, {"source": source}))
        self.groups["codings", (coder,)] = [h for h in heads if h is not head]
        place = f"codings:{head[0]}" if head[0] else f"coding of {source} by {coder}"
        coding: Coding | None = mended("codings", place, head[1], parts, self.told)
        if not coding:
            self.forget(before, place)
        return coding
