"""A file that could not be read as what it was given for → what it looks like, and as what it can be imported."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Collection
from typing import Any

from analysis.cells import decoded

Kind = tuple[str, tuple[str, ...]]  # in words, and the formats that `import` knows it by
_BEGINS: dict[bytes, Kind] = {
    b"%PDF-": ("a PDF", ()),
    b"\xd0\xcf\x11\xe0": ("an Office file of the old kind (.xls, .doc)", ()),
    b"\x89PNG": ("a picture", ()),
    b"\xff\xd8\xff": ("a picture", ()),
}
_HOLDS: dict[str, Kind] = {  # a file in a folder or an archive
    "xl/workbook.xml": ("an Excel workbook", ("xlsx",)),
    "project.qde": ("a REFI-QDA project", ("qdpx",)),
    "word/document.xml": ("a Word document", ()),
    "content.xml": ("an OpenDocument file", ()),
    "votes.csv": ("an export of Polis", ("polis",)),
    "questions.csv": ("tables of a debate", ("csv",)),
}
_SAYS: dict[str, Kind] = {  # a pattern in a text
    r"(?m)^[ \t]*@\w+[ \t]*\{": ("BibTeX", ("bibtex",)),
    r"(?m)^(\d+\.\s*)?TY  - ": ("RIS", ("ris",)),
    r"\A\s*<[^\0]*urn:QDA-XML:codebook": ("a REFI-QDA codebook", ("qdc",)),
    r"\A\s*<[^\0]*urn:QDA-XML:project": ("the inside of a REFI-QDA project, which comes as .qdpx", ()),
    r"(?i)\A\s*<(!doctype html|html)": ("a web page", ()),
    r"\A\s*<[^\0]*graphml.graphdrawing.org": ("GraphML, which is only written", ()),
    r"(?m)^[ \t]*(\[[^\]\n]+\]|<[^>\n]+>)\s*:\s|\A===\s": ("Argdown", ("argdown",)),
}
_COLUMNS: dict[frozenset[str], Kind] = {
    frozenset({"concept", "agreement"}): ("an event list of Discourse Network Analyzer", ("dna",)),
    frozenset({"comment-id", "voter-id", "vote"}): ("votes of Polis", ("polis",)),
}


def kind_of(raw: bytes | dict[str, bytes]) -> Kind | None:
    """What a file or folder looks like; None if like nothing that is known here."""
    if isinstance(raw, dict):
        return _holding(raw)
    if begun := next((kind for begin, kind in _BEGINS.items() if raw.startswith(begin)), None):
        return begun
    if raw.startswith(b"PK"):
        return _of_archive(raw)
    text = (decoded(raw) or ("", ""))[0].lstrip()
    values = _values(text) if text[:1] in ("{", "[") else None
    return _of_text(text) if values is None else _of_json(values)


def _holding(names: Collection[str]) -> Kind | None:
    return next((kind for name, kind in _HOLDS.items() if name in names), None)


def _of_archive(raw: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _holding(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return None


def _values(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_json(values: Any) -> Kind | None:
    first = values[0] if isinstance(values, list) and values else values
    keys = set(first) if isinstance(first, dict) else set()
    if isinstance(values, list):
        return ("web annotations", ("annotations",)) if "target" in keys else ("CSL-JSON", ("csl",)) if {"id", "type"} <= keys else None  # fmt: skip
    if "tables" in keys:
        return "tables of a debate", ("json",)
    if "AIF" in keys or {"nodes", "edges"} <= keys:
        return "an AIF graph", ("aif", "xaif")
    if {"arguments", "statements"} <= keys:
        return "Argdown’s JSON", ("argdown",)
    return ("web annotations", ("annotations",)) if "@context" in keys else None


def _of_text(text: str) -> Kind | None:
    columns = {re.sub(r"\W*$|^\W*", "", c) for c in re.split("[,;\t]", text.partition("\n")[0])}
    table = next((kind for needed, kind in _COLUMNS.items() if needed <= columns), None)
    return table or next((kind for pattern, kind in _SAYS.items() if re.search(pattern, text[:100_000])), None)
