"""A file from anybody → its bytes, text, rows, values or members; what is not sound is refused, with a cure.

Nothing here writes to disk, follows a link or evaluates a formula, and nothing is larger than `MOST`, packed or unpacked.
"""

from __future__ import annotations

import csv
import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from lxml import etree  # type: ignore[import-untyped]
from pydantic import TypeAdapter, ValidationError

from analysis.cells import AS_WINDOWS, as_meant, decoded
from analysis.exchange.losses import Loss, some
from analysis.reading import dotted

Shape = TypeVar("Shape")

_BINARY = "the file is no text but binary data; look whether it is the file you meant, or export it again as text"
MOST = 50_000_000  # bytes
MOST_MEMBERS = 10_000
MOST_LEVELS = 100  # of a JSON file; whoever reads one may follow it down without fear
MOST_ROWS, MOST_COLUMNS = 200_000, 250  # of a sheet


def contents(file: Path) -> bytes:
    """The bytes of a file."""
    if not file.is_file():
        raise ValueError(f"{file}: there is no such file; look at its name")
    if file.stat().st_size > MOST:
        raise ValueError(f"{file}: larger than {MOST // 1_000_000} MB; split it, or check what it is")
    return file.read_bytes()


def one_file(raw: bytes | dict[str, bytes]) -> bytes:
    """The bytes of what must be a file."""
    if isinstance(raw, dict):
        raise ValueError("this is a folder; name a file")
    return raw


def text_of(raw: bytes) -> str:
    """The bytes as UTF-8 text; a byte order mark is dropped, line ends stay."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("the file is UTF-16; save it again as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if re.search(rb"[\0-\x08\x0e-\x1f]", raw):
            raise ValueError(_BINARY) from None
        line = raw[: error.start].count(b"\n") + 1
        raise ValueError(f"line {line}: the file is not UTF-8; save it again as UTF-8") from None
    if "\0" in text:
        raise ValueError(_BINARY)
    return text


def values_of(raw: bytes) -> Any:
    """The values of a JSON file; NaN, doubled keys and nesting beyond any use are refused."""
    try:
        values = json.loads(text_of(raw), object_pairs_hook=_unique, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: this is not JSON: {error.msg}; export it again") from None
    except RecursionError:
        raise ValueError("the file is nested too deeply; check what it is") from None
    level = [values]
    for _ in range(MOST_LEVELS):
        level = [inner for value in level for inner in _inner(value)]
    if level:
        raise ValueError(f"the file is nested more than {MOST_LEVELS} levels deep; check what it is")
    return values


def _inner(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def without_nulls(values: Any) -> Any:
    """The values of a JSON file without what is null, where that says no more than if it were not there."""
    if isinstance(values, dict):
        return {key: without_nulls(value) for key, value in values.items() if value is not None}
    return [without_nulls(value) for value in values if value is not None] if isinstance(values, list) else values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(k for i, (k, _) in enumerate(pairs) if k in dict(pairs[:i]))
        raise ValueError(f'the key "{twice}" is given twice; keep one of them')
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON; write null or a number")


def says(value: Any) -> bool:
    """Whether there is anything in a value of a JSON file, or in what it holds."""
    return any(map(says, _inner(value))) if isinstance(value, (dict, list)) else bool(value)


def shaped(shape: type[Shape] | TypeAdapter[Shape], values: Any) -> Shape:
    """The values as a format has them; ValueError for the first that is of another shape."""
    try:
        return (shape if isinstance(shape, TypeAdapter) else TypeAdapter(shape)).validate_python(values)
    except ValidationError as error:
        fault = error.errors()[0]
        where = dotted(fault["loc"]) or "the file"
        raise ValueError(f"{where}: {fault['msg']}; is the file of this format?") from None


def rows_of(raw: bytes, needed: set[str]) -> list[dict[str, str]]:
    """The rows of a CSV file by its header, which must have the needed columns.

    The delimiter is what the header has most of; the apostrophe is taken off that `cells.harmless` puts before a formula.
    """
    if not (found := decoded(raw)):
        raise ValueError("this is no text, or nobody can tell in which encoding; save it again as CSV in UTF-8")
    text, _ = found
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header = next(lines, [])
        rows = [(lines.line_num, row) for row in lines if row]
    except csv.Error as error:
        raise ValueError(f"this is not CSV: {error}; export it again") from None
    refuse_doubled(header)
    if missing := needed - set(header):
        raise ValueError(f"line 1: no column {', '.join(sorted(missing))}; is the file of this format?")
    for line, row in rows:
        if len(row) != len(header):
            raise ValueError(f"line {line}: {len(row)} cells where the header has {len(header)}; mend the row")
    return [{k: as_meant(v) for k, v in zip(header, row, strict=True)} for _, row in rows]


def rows_in(files: dict[str, bytes], name: str, needed: Iterable[str] = ()) -> list[dict[str, str]]:
    """The rows of one of several files; none if it is not there, or no CSV."""
    try:
        return rows_of(files[name], set(needed)) if name in files and name.endswith(".csv") else []
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def read_as_windows(files: dict[str, bytes]) -> list[Loss]:
    """The tables among these that `rows_of` takes for Windows-1252, in which Excel saves CSV."""
    found = {name: decoded(raw) for name, raw in files.items()}
    return some("file in another encoding", [name for name, read in found.items() if read and read[1]], AS_WINDOWS)


def refuse_doubled(header: list[str]) -> None:
    """ValueError if two columns are called the same: one would hide the other."""
    if doubled := {h for h in header if header.count(h) > 1}:
        raise ValueError(f'line 1: the column "{min(doubled)}" is there twice; rename one of them')


def files_of(raw: bytes | dict[str, bytes]) -> dict[str, bytes]:
    """The files of a folder, or of a zip archive of it."""
    if isinstance(raw, bytes) and not raw.startswith(b"PK"):
        raise ValueError("this is one file; name the folder that it lies in, or a zip archive of that")
    return raw if isinstance(raw, dict) else members_of(raw)


def members_of(raw: bytes) -> dict[str, bytes]:
    """The files of a zip archive by their names, unpacked in memory."""
    if not raw.startswith(b"PK"):
        raise ValueError("this is no zip archive, as such a file is; is it of this format?")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {info.filename: _unpacked(archive, info) for info in _sound(archive)}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"this zip archive cannot be read: {error}; export it again") from None


def _sound(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise ValueError(f"the archive has {len(infos)} members, and {MOST_MEMBERS} at most are read; check what it is")
    if sum(i.file_size for i in infos) > MOST:
        raise ValueError(f"the archive unpacks to more than {MOST // 1_000_000} MB; check what it is")
    names = [i.filename for i in infos]
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ValueError(
                f"the archive would write to {info.filename!r}; take the file from elsewhere, or pack it anew"
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ValueError(f"{info.filename!r} in the archive is a link; put the file itself there")
        if names.count(info.filename) > 1:
            raise ValueError(f"{info.filename!r} is in the archive twice; pack it anew")
        if info.flag_bits & 1:
            raise ValueError(f"{info.filename!r} in the archive is encrypted; export it without a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{info.filename!r} in the archive is packed in an unusual way; pack it anew as plain zip")
        if not info.is_dir():
            yield info


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, which may lie about its size."""
    with archive.open(info) as member:
        content = member.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise ValueError(f"{info.filename!r} in the archive is not of the size it says; pack it anew")
    return content


def xml_of(raw: bytes) -> Any:
    """The root of an XML file without document type, entities or network."""
    if len(raw) > MOST:
        raise ValueError(f"the XML is larger than {MOST // 1_000_000} MB; check what it is")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"this is not XML: {error.msg}; export it again") from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("the XML has a document type of its own, which could name entities; export it again without")
    return root
