"""Where exports and imports are written, and what must not be overwritten."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

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
    if target.exists() and not replace and _digest_in(report) != _digest(_there(target)):
        raise ValueError(f"{target} is there and is no export as we left it; choose another name, or add --replace")
    if not target.exists() and report.exists() and not replace and not _digest_in(report):
        raise ValueError(f"{report} is there and is no loss report of ours; choose another name, or add --replace")
    if target.is_dir() != isinstance(made, dict) and target.exists():
        raise ValueError(f"{target} is {'a folder' if target.is_dir() else 'a file'}; choose another name")
    for name, content in made.items() if isinstance(made, dict) else [("", made)]:
        write(target / name if name else target, content)
    words = in_words(heading, losses) + f"\nSHA-256: {_digest(made)}\n"
    write(report, words.encode("utf-8", "replace"))
    return report


def beside(target: Path) -> Path:
    """The path of the loss report of a file or folder."""
    return target.with_name(f"{target.name}.losses.md")


def put_new(made: Files, losses: Iterable[Loss], folder: Path, heading: str) -> Path:
    """Write the files of an import into a folder that is new or empty, and return the loss report's path."""
    refuse_filled(folder)
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


def beside_records(folder: Path) -> list[Loss]:
    """The files of a debate's folder that are no record, and the comments in those that are: no export has them."""
    records = {folder / "debate.yml", *folder.glob("codings/*/*.yml"), folder / "sources.json"}
    apart = {
        folder / name for name in ("texts", "figures", "build")
    }  # the last two where a debate is built inside its folder
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p not in records and not apart & set(p.parents))
    comments = [
        f"{p.relative_to(folder).as_posix()}:{n}"
        for p in sorted(records - {folder / "sources.json"})
        for n, line in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if line.lstrip().startswith("#") and "yaml-language-server" not in line
    ]
    return [
        *some("file beside the records", [p.relative_to(folder).as_posix() for p in files], "an export holds records alone; keep the folder"),
        *some("comment in a file", comments, "an export holds records alone; keep the folder"),
    ]  # fmt: skip


def taken(file: Path) -> bytes | Files:
    """The bytes of a file, or of the files in a folder; links are not followed."""
    if not file.is_dir():
        return intake.contents(file)
    return {p.name: intake.contents(p) for p in sorted(file.iterdir()) if p.is_file() and not p.is_symlink()}


def _there(target: Path) -> bytes | Files:
    if not target.is_dir():
        return target.read_bytes()
    return {p.relative_to(target).as_posix(): p.read_bytes() for p in sorted(target.rglob("*")) if p.is_file()}


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
