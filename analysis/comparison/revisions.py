"""A folder as it stood at a git revision, read out of the repository into another folder.

Objects are read one by one: nothing is checked out, no filter or hook of the repository runs, and nothing in it is touched.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analysis.reading import MAX_BYTES

READ = ("debate.yml", "sources.json", "codings")  # of a debate's folder
MOST_FILES, MOST_BYTES = 20_000, 200_000_000
QUIET = {"GIT_LITERAL_PATHSPECS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


@dataclass(frozen=True)
class Commit:
    """A commit of the repository whose files begin at `top`."""

    top: Path
    hash: str
    day: str

    def __str__(self) -> str:
        return f"commit {self.hash[:8]} of {self.day}"


def repository(folder: Path) -> Path | None:
    """Where the files of the git repository begin that a folder lies in; None if it lies in none, or git is not installed."""
    while not folder.is_dir():
        folder = folder.parent
    said = _git(folder, "rev-parse", "--show-toplevel")
    return Path(said.decode().rstrip("\n")) if said else None


def commit_of(revision: str, top: Path) -> Commit | None:
    """The commit that a name stands for, if it stands for one; what begins with a hyphen never does."""
    if not revision or revision.startswith("-") or "\0" in revision:
        return None
    said = _git(top, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if not said:
        return None
    hash = said.decode().strip()
    day = _git(top, "show", "--no-patch", "--no-show-signature", "--format=%cs", hash) or b""
    return Commit(top, hash, day.decode().strip())


def has_file(commit: Commit, path: PurePosixPath) -> bool:
    return _git(commit.top, "cat-file", "-e", f"{commit.hash}:{path.as_posix()}") is not None


def debate_at(commit: Commit, path: PurePosixPath, into: Path) -> Path:
    """The files of the debate in a folder of a commit, written below `into`; the folder that holds them now.

    ValueError for a symbolic link, a submodule or a path that leads elsewhere, and for more than a debate can be.
    """
    blobs = {name: id for name, (id, _) in _listing(commit, path).items()}
    folder = into / commit.hash / path
    for name, content in zip(blobs, _contents(commit, list(blobs.values())), strict=True):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def _listing(commit: Commit, path: PurePosixPath) -> dict[PurePosixPath, tuple[str, int]]:
    """The files of a debate: object and size of each."""
    said = _git(commit.top, "ls-tree", "-r", "-z", "-l", "--full-tree", commit.hash, "--", *_places(path)) or b""
    found: dict[PurePosixPath, tuple[str, int]] = {}
    for entry in filter(None, said.split(b"\0")):
        about, _, raw = entry.partition(b"\t")
        mode, _, id, size = about.decode().split()
        name = PurePosixPath(os.fsdecode(raw))
        if mode not in ("100644", "100755"):
            raise ValueError(
                f"{commit}: {name} is a link or a repository of its own; a debate is read from plain files"
            )
        if {"..", ""} & set(os.fsdecode(raw).split("/")) or not name.is_relative_to(path):
            raise ValueError(f"{commit}: the name {name} leads out of the folder")
        if int(size) > MAX_BYTES:
            raise ValueError(
                f"{commit}: {name} is larger than {MAX_BYTES // 1_000_000} MB; that is no file of a debate"
            )
        found[name.relative_to(path)] = (id, int(size))
    if len(found) > MOST_FILES or sum(size for _, size in found.values()) > MOST_BYTES:
        raise ValueError(f"{commit}: {path} holds more than {MOST_FILES} files, or too much in them, for a debate")
    return found


def _places(path: PurePosixPath) -> list[str]:
    return [(path / name).as_posix() for name in READ]


def _contents(commit: Commit, ids: list[str]) -> list[bytes]:
    said = _git(commit.top, "cat-file", "--batch", given="".join(f"{id}\n" for id in ids).encode())
    contents, rest = [], said or b""
    for id in ids:
        head, _, rest = rest.partition(b"\n")
        size = head.rpartition(b" ")[2]
        if not size.isdigit():
            raise ValueError(f"{commit}: {id[:8]} is not in this copy of the repository; fetch it whole first")
        contents.append(rest[: int(size)])
        rest = rest[int(size) + 1 :]
    return contents


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What git prints; None if it fails, or is not there."""
    command = ["git", "-C", str(folder), "--no-pager", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=os.environ | QUIET, check=False)
    except (FileNotFoundError, ValueError):
        return None
    return done.stdout if done.returncode == 0 else None
