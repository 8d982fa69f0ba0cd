"""Where exports and imports are written, and what must not be overwritten."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from analysis.cells import csv_of
from analysis.exchange import intake
from analysis.exchange.losses import Loss, in_words, some
from analysis.reading import write

Files = dict[str, bytes]


def put(made: bytes | Files, losses: Iterable[Loss], target: Path, heading: str, replace: bool = False) -> Path:
    """Write an export, a file or a folder of files, with its loss report beside it, and return the report's path.

    ValueError, and nothing is written, if something else is there: the report holds the digest of what it belongs to.
    """
    report = beside(target)
    if target.exists() and target.is_dir() != isinstance(made, dict):
        raise ValueError(f"{target} is {'a folder' if target.is_dir() else 'a file'}; choose another name")
    there = target.exists() and not (target.is_dir() and not any(target.iterdir()))
    if there and not replace and not _is_as_left(target, report):
        raise ValueError(f"{target} is there and is no export as we left it; choose another name, or add --replace")
    if not there and report.exists() and not replace and not _digest_in(report):
        raise ValueError(f"{report} is there and is no loss report of ours; choose another name, or add --replace")
    for name, content in made.items() if isinstance(made, dict) else [("", made)]:
        write(target / name if name else target, content)
    words = in_words(heading, losses) + f"\nSHA-256: {_digest(made)}\n"
    write(report, words.encode("utf-8", "replace"))
    return report


def beside(target: Path) -> Path:
    """The path of the loss report of a file or folder, whose own name may have to be found out (`.`, `..`)."""
    named = target if target.name not in ("", "..") else target.resolve()
    if not named.name:
        raise ValueError(f"{target} has no name and nothing lies beside it; name another folder")
    return named.with_name(f"{named.name}.losses.md")


def put_new(made: Files, losses: Iterable[Loss], folder: Path, heading: str) -> Path:
    """Write the files of an import into a folder that is new or empty, and return the loss report's path."""
    refuse_filled(folder)
    if astray := [name for name in made if not (folder / name).resolve().is_relative_to(folder.resolve())]:
        raise ValueError(f"the import would write {astray[0]!r} outside its folder; take the file from elsewhere")
    report = beside(folder)
    if report.exists() and not _digest_in(report):
        raise ValueError(f"{report} is there and is no loss report of ours; name another folder")
    for name, content in made.items():
        write(folder / name, content)
    write(report, (in_words(heading, losses) + f"\nSHA-256: {_digest(made)}\n").encode("utf-8", "replace"))
    return report


def refuse_filled(folder: Path) -> None:
    """ValueError if something is in the folder, or if it is none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not an empty folder; name one that is not there yet")


NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # the characters that XML has not
ESCAPED = "a spreadsheet would take it for a formula; the import takes it off again"


def csv_file(columns: Sequence[str], rows: Iterable[dict[str, Any]], delimiter: str = ",") -> bytes:
    """The rows as a CSV file, each cell below its column."""
    return csv_of(columns, ([row.get(c) for c in columns] for row in rows), delimiter, "utf-8")


def json_file(values: Any, indent: int = 1) -> bytes:
    """The values as a JSON file; half of a surrogate pair, which UTF-8 has not, is replaced."""
    return (json.dumps(values, ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "replace")


def zipped(files: Files) -> bytes:
    """The files as a zip archive that is the same for the same files, whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def beside_records(
    folder: Path, with_texts: bool = False, ours: Callable[[str], bool] = lambda line: False
) -> list[Loss]:
    """The files of a debate's folder that are no record, and the comments in those that are: no export has them.

    `with_texts`: the export has the texts, or what it needs of them; `ours`: whether a comment is one of those that every debate begins with.
    """
    records = _records(folder)
    made = {folder / name for name in ("figures", "build")}  # where a debate is built inside its folder
    apart = made | ({folder / "texts"} if with_texts else set())
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p not in records and not apart & set(p.parents))
    comments = [
        f"{p.relative_to(folder).as_posix()}:{n}"
        for p in sorted(records - {folder / "sources.json"})
        for n, words in _comments(p.read_text(encoding="utf-8-sig"))
        if "yaml-language-server" not in words and not ours(words)
    ]
    return [
        *some("file beside the records", [p.relative_to(folder).as_posix() for p in files], "an export holds records alone; keep the folder"),
        *some("comment in a file", comments, "an export holds records alone; keep the folder"),
    ]  # fmt: skip


def refuse_records(made: bytes | Files, target: Path, folder: Path) -> None:
    """ValueError if an export would be written over a file that the debate in this folder is read from."""
    paths = [beside(target), *(target / name for name in made)] if isinstance(made, dict) else [beside(target), target]
    read = [*_records(folder), *folder.glob("texts/*.txt")]
    for path in paths:
        if path.exists() and any(r.exists() and path.samefile(r) for r in read):
            raise ValueError(f"{path} is a file of the debate itself; choose another name")


def _records(folder: Path) -> set[Path]:
    return {folder / "debate.yml", *folder.glob("codings/*/*.yml"), folder / "sources.json"}


def _comments(text: str) -> list[tuple[int, str]]:
    """The comments in a YAML file, each with its line: what stands from a # between its tokens, or behind the sign that begins a block of text."""
    text, end, line, found = f"{text}\n", 0, 1, []
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        block = getattr(token, "style", None) in ("|", ">")
        start = text.index("\n", token.start_mark.index) if block else token.start_mark.index
        between = enumerate(text[end:start].split("\n"), line)
        found += [(n, words[words.index("#") :]) for n, words in between if "#" in words]
        end, line = token.end_mark.index, token.end_mark.line + 1
    return found


def taken(file: Path) -> bytes | Files:
    """The bytes of a file, or of the files in a folder; links are not followed."""
    if not file.is_dir():
        return intake.contents(file)
    return {p.name: intake.contents(p) for p in sorted(file.iterdir()) if p.is_file() and not p.is_symlink()}


def _there(target: Path) -> bytes | Files:
    if not target.is_dir():
        return target.read_bytes()
    return {p.relative_to(target).as_posix(): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


def _is_as_left(target: Path, report: Path) -> bool:
    """Whether the report says that this export is what is there."""
    told = _digest_in(report)
    return told is not None and told == _digest(_there(target))


def _digest(made: bytes | Files) -> str:
    total = hashlib.sha256()
    for name, content in sorted(made.items()) if isinstance(made, dict) else [("", made)]:
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _digest_in(report: Path) -> str | None:
    """The digest that a loss report names; None if it is none of ours."""
    words = report.read_bytes().decode("utf-8", "replace") if report.is_file() else ""
    found = re.search(r"\nSHA-256: ([0-9a-f]{64})\n\Z", words)
    return found[1] if found else None
