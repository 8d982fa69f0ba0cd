"""An argument of `stancebook diff` → the debate it names, and whose coding of it, if it names one."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from analysis.codings import as_read_by
from analysis.comparison.revisions import Commit, commit_of, debate_at, has_file, repository
from analysis.counts import counted
from analysis.debate import Debate, coding_in, debate_with, load_debate, part_of
from analysis.reading import Problem, did_you_mean, read_yaml, validated
from analysis.schemas import Coder


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a debate and, if a coding is meant, its coder; `words` say what it is.

    `folder`: where the debate lies, now or, if it was read from a revision, in the working folder.
    """

    words: str
    debate: Debate
    folder: Path
    coder: str | None = None
    source: str | None = None


def sides(first: str, second: str | None, debate: Path, scratch: Path) -> tuple[Side, Side]:
    """The two sides that two arguments name; without a second, the debate's working folder is the other.

    An argument is a coder of `debate`, the path of a debate's folder, of a coder's folder or file, or a git revision, alone or with
    such a path (`REV:PATH`).  What is read of revisions is put below `scratch`.  ValueError for a name that could be two things or
    none, for a coding beside a whole debate, and for a debate that does not pass its check, with its problems.
    """
    a = _side(first, debate, scratch)
    if second is None and a.coder is not None:
        raise ValueError(f"{first} is a coding; name a second one to compare it with, e.g. reference")
    b = _side(second, debate, scratch) if second is not None else _now(a, debate)
    if (a.coder is None) != (b.coder is None):
        one, whole = (first, second) if a.coder else (second, first)
        raise ValueError(f"{one} is a coding and {whole or debate} a whole debate; name two of the same sort")
    source = a.source or b.source
    if source and b.source not in (None, source):
        raise ValueError(f"{first} and {second} are codings of two sources; nothing in them can be compared")
    return _of_source(a, source), _of_source(b, source)


def _now(past: Side, debate: Path) -> Side:
    """The working folder that a revision is compared with: the one it was read from, if it is still there."""
    read_from_git = past.folder != past.debate.path and (past.folder / "debate.yml").is_file()
    folder = past.folder if read_from_git else debate
    words = f"{os.path.relpath(folder)} as it is now"
    return Side(words, _loaded(folder, words), folder)


def _loaded(folder: Path, words: str) -> Debate:
    """The debate; its problems say which of the two sides has them."""
    try:
        return load_debate(folder)
    except ValueError as error:
        raise ValueError(f"{words}: {error}") from None


def _of_source(side: Side, source: str | None) -> Side:
    return replace(side, debate=part_of(side.debate, None, [source], None), source=source) if source else side


def _side(name: str, debate: Path, scratch: Path) -> Side:
    if not name or name.startswith("-"):
        raise ValueError(f"“{name}” names nothing: a coder, a folder or a git revision does not begin with a hyphen")
    known = _coders(debate)
    meant = [("a coder", f"{debate}/codings/{name}")] if name in known else []
    if Path(name).exists() and _place(Path(name)):
        meant.append(("a folder", f"./{name}"))
    revision, colon, path = name.partition(":")
    top = repository(debate)
    commit = commit_of(revision, top) if top else None
    if commit:
        meant.append(("a git revision", f"{commit.hash[:8]}{colon}{path}"))
    if len(meant) > 1:
        ways = "; ".join(f"for {what} write {way}" for what, way in meant)
        raise ValueError(f"“{name}” could be {' or '.join(what for what, _ in meant)}: {ways}")
    if not meant:
        cure = did_you_mean(name, known) if known else "name a debate's folder"
        git = "no git revision" if top else "no git revision (git reads no repository here)"
        raise ValueError(f"“{name}” is no coder of {debate}, no folder of a debate or coder, and {git}; {cure}")
    if meant[0][0] == "a coder":
        return _of_debate(debate, name, None, f"{name} in {debate}", debate)
    if meant[0][0] == "a folder":
        return _of_path(Path(name), debate, str(name))
    assert commit and top
    return _of_revision(commit, path if colon else None, name, debate, scratch)


def _coders(debate: Path) -> list[str]:
    return sorted(p.parent.name for p in debate.glob("codings/*/coder.yml"))


def _place(path: Path) -> tuple[Path | None, str | None, str | None] | None:
    """The debate, coder and source that a path stands for; without a debate around it, of a coding only; None if it is none of these."""
    path = Path(os.path.abspath(path))  # noqa: PTH100
    if (path / "debate.yml").is_file():
        return path, None, None
    file = path if path.suffix == ".yml" and path.is_file() and path.name != "coder.yml" else None
    folder = path.parent if file else path
    if not (folder / "coder.yml").is_file():
        return None
    inside = folder.parent.name == "codings" and (folder.parent.parent / "debate.yml").is_file()
    return (folder.parent.parent if inside else None), folder.name, file.stem if file else None


def _of_path(path: Path, debate: Path, words: str) -> Side:
    place = _place(path)
    assert place
    folder, coder, source = place
    if coder is None or folder is not None:
        return _of_debate(folder or debate, coder, source, words, folder or debate)
    return _from_outside(path, coder, source, debate)


def _of_debate(folder: Path, coder: str | None, source: str | None, words: str, home: Path) -> Side:
    loaded = _loaded(folder, words)
    if coder and coder not in loaded.coders:
        raise ValueError(f'{words}: no coder "{coder}"; {did_you_mean(coder, loaded.coders)}')
    return Side(words, as_read_by(loaded, coder) if coder else loaded, home, coder, source)


def _from_outside(path: Path, coder: str, source: str | None, debate: Path) -> Side:
    """A coding that lies in no debate's folder, as the files of a class do: it is held against the debate."""
    base, folder = _loaded(debate, str(debate)), path.parent if source else path
    about = read_yaml(folder / "coder.yml", str(folder / "coder.yml"))
    record = validated(Coder, about) if about.values is not None else None
    files = [path] if source else sorted(f for f in folder.glob("*.yml") if f.name != "coder.yml")
    documents = {f.stem: read_yaml(f, str(f)) for f in files}
    checked = {k: coding_in(d, k, base.codebook, base.sources, record) for k, d in documents.items()}
    codings = {key: coding for key, coding in checked.items() if coding}
    if problems := [p for d in (about, *documents.values()) for p in d.problems]:
        raise ValueError("\n".join(map(str, _counted(problems, folder))))
    assert record
    name = coder if coder not in base.coders else f"{coder} in {folder.parent}"
    return Side(
        str(path), debate_with(base, {(name, k): c for k, c in codings.items()}, {name: record}), debate, name, source
    )


def _counted(problems: list[Problem], folder: Path) -> list[object]:
    return [f"{counted(len(problems), 'problem')} in {folder}", *problems]


def _of_revision(commit: Commit, path: str | None, name: str, debate: Path, scratch: Path) -> Side:
    home = Path(os.path.realpath(debate))
    here = PurePosixPath(home.relative_to(os.path.realpath(commit.top)).as_posix()) if path is None else _normal(path)
    up = next((n for n in (0, 2) if has_file(commit, _above(here, n) / "debate.yml")), None)
    if up is None and here.suffix == ".yml" and has_file(commit, _above(here, 3) / "debate.yml"):
        up = 3
    if up is None:
        raise ValueError(f"{name}: there is no debate in {here} at {commit}; write {name.partition(':')[0]}:PATH, the path from {commit.top}")  # fmt: skip
    coder = None if up == 0 else here.parts[-1] if up == 2 else here.parts[-2]
    source = here.stem if up == 3 else None
    folder = debate_at(commit, _above(here, up), scratch)
    return _of_debate(folder, coder, source, f"{name} ({commit})", commit.top / _above(here, up))


def _above(path: PurePosixPath, steps: int) -> PurePosixPath:
    return path if steps == 0 else PurePosixPath(*path.parts[: len(path.parts) - steps])


def _normal(path: str) -> PurePosixPath:
    """A path below the top of a repository, as git means it."""
    normal = PurePosixPath(os.path.normpath(path or "."))
    if normal.is_absolute() or ".." in normal.parts:
        raise ValueError(f"the path {path} leads out of the repository; write it from the repository's top")
    return normal
