"""What a run depends on, and whether any of it has changed.

A run depends on its notebook, its parameters, the package's code, the installed libraries, and on what it read: parts of debates
(`load_debate` says which) and any other file below the project's folder.  What it read is noted while it runs, by an audit hook
in its kernel, with the digest of each file at the moment it was opened.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent
CODE = (".py", ".html", ".css", ".js")
LOG = "STANCEBOOK_READS"  # set by the build: the file in which a kernel notes what it reads
LOADED = ("debate", "questions", "sources", "coders", "digest", "title", "version")  # what `load_debate` says it loaded
ROOT = "STANCEBOOK_ROOT"  # set by the build: the folder below which reading counts


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_digest(path: str | Path) -> str | None:
    """The digest of a file; None if it is not there."""
    try:
        return digest(Path(path).read_bytes())
    except OSError:
        return None


def listing_digest(folder: str | Path) -> str | None:
    """A digest of the names in a folder; None if it is not there."""
    try:
        names = sorted(p.name for p in Path(folder).iterdir() if p.name[0] != "." and p.name != "__pycache__")
        return digest("\0".join(names).encode("utf-8", "replace"))
    except OSError:
        return None


def folder_digest(debate: str | Path) -> str:
    """A digest of the bytes of a debate's files, quicker to compute than the digest of what they say."""
    folder = Path(debate)
    files = [folder / "debate.yml", folder / "sources.json", *sorted(folder.glob("codings/*/*"))]
    return digest("".join(f"{f.relative_to(folder)}\0{file_digest(f)}\0" for f in files).encode("utf-8", "replace"))


@cache
def code() -> dict[str, str | None]:
    """The digest of each file of the package."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.suffix in CODE)
    return {p.relative_to(PACKAGE.parent).as_posix(): file_digest(p) for p in files}


@cache
def libraries() -> list[str]:
    """The installed distributions with their versions, and Python's."""
    found = {
        entry.name.removesuffix(".dist-info")
        for folder in map(Path, sys.path)
        if folder.is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith(".dist-info")
    }
    return [f"python-{sys.version_info.major}.{sys.version_info.minor}", *sorted(found)]


def of(notebook: Path, parameters: dict[str, Any], root: Path) -> dict[str, Any]:
    """What goes into a run before it begins: a digest of the notebook, its parameters, the package's code, the libraries, and how
    the project wants to be cited, which stands in every caption."""
    cited = file_digest(root / "CITATION.cff")
    return {"notebook": file_digest(notebook), "parameters": parameters, "citation": cited, "code": code(), "libraries": libraries()}  # fmt: skip


def forget() -> None:
    """Look at all files anew: called when a build begins."""
    for kept in (code, libraries, _folder_digest, _part_digest):
        kept.cache_clear()


# While a notebook runs


def note_reads() -> None:
    """Note in the file named by `LOG` what this process reads from now on: a line of JSON for each file and each debate.

    A file counts with the content it has when it is opened, or as missing; a kept layout that the notebook writes with what is
    written; a folder that is listed with the names in it.  The files of a debate do not count one by one: what counts is the part
    that was loaded.  What is read by other means (another program, a database's library) or from the environment goes unnoticed.
    """
    log, root = os.open(os.environ[LOG], os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.environ[ROOT] + os.sep
    apart = tuple(f"{folder}{os.sep}" for folder in (os.path.realpath(sys.prefix), PACKAGE))
    here = str(Path.cwd())  # importing lists it, and what is on the path
    deaf = [False]  # while a debate is loaded, and while this hook reads

    def note(**entry: Any) -> None:
        os.write(log, json.dumps(entry).encode() + b"\n")

    def note_file(path: Any, content: Any) -> None:
        if isinstance(path, (str, bytes, os.PathLike)):
            named = Path(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100
            if named.suffix == ".pyc":
                named = content = Path(importlib.util.source_from_cache(str(named)))
            if any(p.startswith(root) and not p.startswith(apart) for p in (str(named), os.path.realpath(named))):
                deaf[0] = True
                note(file=str(named), digest=file_digest(os.fsdecode(content)))
                deaf[0] = False

    def note_listing(path: Any) -> None:
        folder = os.path.abspath(os.fsdecode(path)) if isinstance(path, (str, bytes, os.PathLike)) else here  # noqa: PTH100
        if (
            folder not in (here, *sys.path)
            and f"{folder}{os.sep}".startswith(root)
            and not f"{folder}{os.sep}".startswith(apart)
        ):
            deaf[0] = True
            note(listing=folder, digest=listing_digest(folder))
            deaf[0] = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "stancebook.loading":
            deaf[0] = True
            note(loading=arguments[0], folder=folder_digest(arguments[0]))
        elif event == "stancebook.loaded":
            deaf[0] = False
            note(**dict(zip(LOADED, arguments, strict=True)))
        elif event == "stancebook.failed":
            deaf[0] = False
        elif deaf[0]:
            return
        elif event in ("os.listdir", "os.scandir"):
            note_listing(arguments[0])
        elif event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            note_file(arguments[0], arguments[0])
        elif event == "os.rename":
            note_file(arguments[1], arguments[0])

    sys.addaudithook(hook)


def noted(log: Path, root: Path, skipped: tuple[Path, ...]) -> dict[str, Any]:
    """What a run read: `debates` and `files`, as `note_reads` left it, without the files below the folders in `skipped`."""
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []
    folders = {e["loading"]: e["folder"] for e in entries if "loading" in e}
    debates = [
        {**e, "debate": relative(e["debate"], root), "folder": folders[e["debate"]]} for e in entries if "debate" in e
    ]
    apart = tuple(f"{p}{os.sep}" for p in skipped)
    read = [e for e in entries if "file" in e and not e["file"].startswith(apart)]
    # what the run made and removed, or what it looked for and then made, is not an input
    read = [e for e in read if Path(e["file"]).is_file() == (e["digest"] is not None)]
    listed = [e for e in entries if "listing" in e and not f"{e['listing']}{os.sep}".startswith(apart)]
    return {
        "debates": [d for i, d in enumerate(debates) if d not in debates[:i]],
        "files": {relative(e["file"], root): e["digest"] for e in read},
        "listings": {relative(e["listing"], root): e["digest"] for e in listed},
    }


def relative(path: str, root: Path) -> str:
    """The path from the project's folder, so that the folder may be moved; as it is if it lies elsewhere."""
    return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path


# Afterwards


def changes(then: dict[str, Any], now: dict[str, Any], root: Path) -> list[str]:
    """Why a run would have to be made again, in words; nothing if it need not.

    `then`: the inputs of an earlier run, with what it read; `now`: those of the run to be made.
    """
    said = [f"the {part} changed" for part in ("notebook", "parameters", "citation") if then[part] != now[part]]
    said += _differences("the package changed", then["code"], now["code"])
    said += _differences("other libraries", *({n: n for n in x["libraries"]} for x in (then, now)))
    said += [f"{file} changed" for file, was in then["files"].items() if file_digest(root / file) != was]
    said += [f"other files in {f or '.'}" for f, was in then["listings"].items() if listing_digest(root / f) != was]
    return said + [f"{d['debate']} changed" for d in then["debates"] if not _as_loaded(d, root)]


def _differences(what: str, then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    names = sorted(n for n in then.keys() | now.keys() if then.get(n) != now.get(n))
    return [f"{what}: {', '.join(names[:4])}{', …' if len(names) > 4 else ''}"] if names else []


def _as_loaded(part: dict[str, Any], root: Path) -> bool:
    """Whether the part of a debate that a run loaded still says the same.

    The files are compared first: loading the debate takes a hundred times as long.
    """
    folder = root / part["debate"]
    if _folder_digest(folder) == part["folder"]:
        return True
    return part_unchanged(part, root)


def brought_up_to_date(then: dict[str, Any], root: Path) -> bool:
    """Note the bytes that the debates' files have now; True if they are others than before."""
    stale = [d for d in then["debates"] if _folder_digest(root / d["debate"]) != d["folder"]]
    for part in stale:
        part["folder"] = _folder_digest(root / part["debate"])
    return bool(stale)


def part_unchanged(part: dict[str, Any], root: Path) -> bool:
    """Whether the part of a debate that a figure names still says the same."""
    return _part_digest(root / part["debate"], *(tuple(v) if v is not None else None for v in (part["questions"], part["sources"], part["coders"]))) == part["digest"]  # fmt: skip


_folder_digest = cache(folder_digest)


@cache
def _part_digest(folder: Path, *part: tuple[str, ...] | None) -> str | None:
    from analysis.debate import DebateError, load_debate

    try:
        return load_debate(folder, *part).digest
    except (DebateError, ValueError):
        return None
