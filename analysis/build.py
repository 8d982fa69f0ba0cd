"""Notebooks × parameters → executed notebooks, pages, figures and their manifest; only what changed is made again.

Each run is made once and kept in `build/cache/`, in a folder named for a digest of all that went into it (`inputs`).  What is kept
is then put into its place: pages into `build/`, figures into `figures/`, each file written aside and moved.  Each debate also gets the
page to browse it with, in `build/debates/`.
"""

from __future__ import annotations

import contextlib
import errno
import filecmp
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import inputs
from analysis.forks import CHECKED, started
from analysis.plan import (
    RUN,
    BuildError,
    Empty,
    Failure,
    Job,
    Settings,
    debate_of,
    kept_plan,
    plan_of,
    planned,
    refuse_broken,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from analysis.pages import Link

__all__ = ["BuildError", "Failure", "Job", "build", "differences", "due", "planned", "report"]

MANIFEST = "manifest.json"
KEPT = 5  # results of one run that are kept, so that going back to an earlier state costs nothing


@dataclass
class Outcome:
    """What a build did: the runs it made and those it had, those that failed, the `files` they make in `figures` and which of
    them `changed`, the number of `figures`, `notes` on those that do not suit their preset, the `empty` entries of the plan, and kept
    `layouts` that no map uses."""

    made: list[str] = field(default_factory=list)
    had: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    figures: int = 0
    notes: list[str] = field(default_factory=list)
    empty: list[Empty] = field(default_factory=list)
    layouts: list[Path] = field(default_factory=list)


def due(plan: Sequence[Job], root: Path, out: Path, force: bool = False) -> dict[str, tuple[Path | None, list[str]]]:
    """For each run the folder in which it is kept as it would be made now, or None and the reasons to make it."""
    inputs.forget()
    return {job.name: _kept(job, root, out / "cache", force) for job in plan}


def planned_here(
    notebooks: Path,
    out: Path,
    only: str | None = None,
    debate: Path | None = None,
    presets: tuple[str, ...] = (),
    root: Path | None = None,
    force: bool = False,
) -> tuple[dict[str, list[str]], list[Empty]]:
    """For each run of a build the reasons to make it, none if it need not be made, and what comes to no run; nothing is run."""
    notebooks, out, root = (Path(p).resolve() for p in (notebooks, out, root or Path(notebooks).parent))
    plan, empty = plan_of(notebooks, only, debate, presets)
    return {name: reasons for name, (_, reasons) in due(plan, root, out, force).items()}, empty


def _results(cache: Path, job: Job) -> list[Path]:
    """The records of the results of a run that are kept, the newest first."""
    return sorted((cache / job.name).glob(f"*/{RUN}"), key=lambda p: p.stat().st_mtime_ns, reverse=True)


def _kept(job: Job, root: Path, cache: Path, force: bool) -> tuple[Path | None, list[str]]:
    results = _results(cache, job)
    if force or not results:
        return None, ["asked for" if force else "not made yet"]
    now = inputs.of(job.notebook, job.all_parameters, root)
    reasons: list[str] = []
    for result in results:
        try:
            then = json.loads(result.read_bytes())
            wanted = ["notebook.ipynb", "page.json", *(f"figures/{f}" for e in then["entries"] for f in _files(e))]
            whole = all((result.parent / name).is_file() for name in wanted)
            why = inputs.changes(then, now, root) if whole else ["what was kept is not whole"]
        except (OSError, ValueError, KeyError, TypeError):
            why = ["what was kept cannot be read"]
        if not why:
            if inputs.brought_up_to_date(then, root):  # the files say the same in other bytes: remember those
                from analysis.reading import write

                write(result, json.dumps(then, ensure_ascii=False).encode())
            return result.parent, []
        reasons = reasons or why
    return None, reasons


@contextlib.contextmanager
def _checking_once() -> Iterator[None]:
    """A debate is checked once, for the plan, and taken as it was then by all runs (see `debate`); from a folder that nobody else can write."""
    with tempfile.TemporaryDirectory(prefix="stancebook-") as folder:
        before, os.environ[CHECKED] = os.environ.get(CHECKED), folder
        try:
            yield
        finally:
            del os.environ[CHECKED]
            os.environ |= {CHECKED: before} if before else {}


@_checking_once()
def build(
    notebooks: Path,
    out: Path,
    figures: Path,
    jobs: int = 2,
    only: str | None = None,
    debate: Path | None = None,
    presets: tuple[str, ...] = (),
    root: Path | None = None,
    force: bool = False,
    cold: bool = False,
    check: bool = False,
    progress: Callable[[int, int], Any] | None = None,
) -> Outcome:
    """Make what is due, `jobs` runs at a time, and put all into its place.

    A run that fails leaves its half-run notebook in `out` and its old figures in place; the others still run, and the failures are
    reported together.  `check` leaves `figures` as it is and fails for each file there that differs from what was made.
    `root` is the folder below which reading counts and from which paths are named (default: that of `notebooks`).
    `progress` gets the number of runs and how many of them need not be made, and returns a tqdm bar.
    """
    notebooks, out, figures, root = (
        Path(p).resolve() for p in (notebooks, out, figures, root or Path(notebooks).parent)
    )
    if (out.parent / "debate.yml").is_file():
        _forget_foreign(out / "cache")
    plan, empty = kept_plan(out / "cache", notebooks, only, debate, presets)
    _refuse_foreign(plan, figures, root)
    settings = Settings(root, out, figures, cold, Path(os.environ[CHECKED]))
    found = due(plan, settings.root, out, force)
    todo = [job for job in plan if found[job.name][0] is None]
    outcome = Outcome(made=[j.name for j in todo], had=[j.name for j in plan if j not in todo], empty=empty)
    results = {name: folder for name, (folder, _) in found.items() if folder}
    _clear(settings.scratch)
    _refuse_broken(todo)
    if todo:
        with contextlib.closing(progress(len(plan), len(results)) if progress else _Silent()) as bar:
            for job, answer in _made(todo, settings, jobs, bar):
                if isinstance(answer, Failure):
                    outcome.failures.append(answer)
                else:
                    results[job.name] = answer
    entries, files = _expected(plan, results)
    outcome.files, outcome.figures = list(files), len(entries)
    outcome.notes = [f"{e['folder']}/{e['name']}: {n}" for e in entries if (n := e["note"])]
    outcome.failures += _doubles(entries)
    outcome.layouts = [] if only or outcome.failures else _unused_layouts(plan, results, root)
    # the folders all of whose runs are here: only there can something be left over
    partly = {""} if debate or presets else set()
    scope = set() if only or outcome.failures else {j.folder for j in plan} - partly
    try:
        if check:
            outcome.failures += differences(entries, files, figures, scope, settings.root)
        else:
            with _locked(out / "cache/lock"):
                outcome.changed = _put_figures(entries, files, plan, settings, scope)
                outcome.failures += _put_debates(plan, settings, force)
                _put_pages(plan, results, settings, scope, outcome.failures)
                _prune(settings.cache, plan)
    except OSError as error:
        outcome.failures.append(Failure("putting files into place", None, f"{error.filename}: {error.strerror}", None))
    outcome.failures.sort(key=lambda f: f.job)
    return outcome


def report(notebook: Path, parameters: dict[str, Any], folder: Path, root: Path | None = None) -> Failure | None:
    """Run one notebook that is in no plan: its page, the notebook and `figures/` go into a folder of their own, and nothing else is kept.

    The figures of an earlier report are removed.  A failed run leaves the old report, and the half-run notebook beside it.
    """
    from analysis import pages
    from analysis.plan import job_of

    notebook, folder = notebook.resolve(), folder.resolve()
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".report-") as aside:
        settings = Settings((root or notebook.parent.parent).resolve(), Path(aside), Path(aside, "figures"))
        [(_, made)] = _made([job_of(notebook, parameters)], settings, 1, _Silent())
        folder.mkdir(exist_ok=True)
        half = folder / f"{notebook.stem}-half-run.ipynb"
        if isinstance(made, Failure):
            return replace(
                made, job=notebook.stem, output=Path(shutil.copy(made.output, half)) if made.output else None
            )
        half.unlink(missing_ok=True)
        shutil.rmtree(folder / "figures", ignore_errors=True)
        shutil.copytree(made / "figures", folder / "figures")
        parts = json.loads((made / "page.json").read_bytes())
        _write(folder / f"{notebook.stem}.html", pages.page(parts, notebook.stem).encode(), settings)
        _put(made / "notebook.ipynb", folder / f"{notebook.stem}.ipynb", settings)
    return None


def _refuse_foreign(plan: list[Job], figures: Path, root: Path) -> None:
    """Refuse to put the figures of one debate over those of another whose folder has the same name."""
    held = {e["folder"]: e["debate"]["debate"] for e in manifest(figures) if e.get("folder") and e.get("debate")}
    for job in plan:
        debate, other = debate_of(job), held.get(job.folder)
        if debate and other and debate != (root / other).resolve():
            said = f"{figures.name}/{job.folder} holds the figures of {other}; rename one of the two debates' folders"
            raise BuildError([said])


def _forget_foreign(cache: Path) -> None:
    """Empty a cache that was not made in this very folder.  A debate may come from others with a `build/` in it, and what is kept there,
    plan and results, is trusted."""
    mark = cache / "made-here"
    if not (mark.is_file() and mark.read_text() == _identity(cache)):
        if cache.is_symlink():
            cache.unlink()
        elif cache.exists():
            shutil.rmtree(cache)
        cache.mkdir(parents=True)
        mark.write_text(_identity(cache))


def _identity(folder: Path) -> str:
    """What no copy of a folder has in common with it: its number on its disk."""
    found = folder.stat()
    return f"{found.st_dev}-{found.st_ino}"


def _refuse_broken(todo: list[Job]) -> None:
    """Say what is wrong with a debate once, before its notebooks run into it one by one."""
    for folder in sorted({folder for job in todo if (folder := debate_of(job))}):
        refuse_broken(folder)


class _Silent:
    """A progress bar for those who asked for none."""

    def update(self) -> None: ...

    def set_postfix_str(self, words: str, refresh: bool) -> None: ...

    def close(self) -> None: ...


# Running


def _made(todo: list[Job], settings: Settings, jobs: int, bar: Any) -> Iterator[tuple[Job, Path | Failure]]:
    """The runs as they are done.  A worker that dies costs its run, not the build."""
    from multiprocessing.connection import wait

    waiting, lines = todo[::-1], list[Any]()
    busy: dict[Any, Job] = {}
    with contextlib.ExitStack() as stack:
        while waiting or busy:
            while waiting and len(busy) < jobs:
                line: Any = lines.pop() if lines else _process(stack, _serve, settings)
                busy[line] = waiting.pop()
                line.send(busy[line])
                _show(bar, busy)
            for ready in wait(list(busy)):
                line = ready
                job = busy.pop(line)
                try:
                    answer = line.recv()
                    lines.append(line)
                except (EOFError, OSError):
                    answer = Failure(
                        job.name, None, "its process was ended from outside, perhaps for want of memory", None
                    )
                bar.update()
                _show(bar, busy)
                yield job, answer


def _process(stack: contextlib.ExitStack, target: Callable[..., None], argument: Any) -> Connection:
    process, line = started(target, argument)
    stack.callback(_ended, process)
    stack.callback(line.close)  # this comes first, and ends a worker that is waiting for work
    return line


def _ended(process: Any) -> None:
    process.join(0.3)
    if process.is_alive():  # the build was interrupted, and the worker is in the middle of a notebook
        process.kill()
        process.join()


def _serve(settings: Settings, line: Connection) -> None:
    from analysis.runs import serve  # imported here: this process needs none of the libraries

    serve(settings, line)


def _show(bar: Any, busy: dict[Any, Job]) -> None:
    bar.set_postfix_str(", ".join(sorted(j.name for j in busy.values())), refresh=sys.stderr.isatty())


def _clear(scratch: Path) -> None:
    """Remove what builds that were killed left behind; the folders are named for their processes."""
    for folder in scratch.glob("*"):
        number = folder.name.partition("-")[0]
        if not (number.isdigit() and _alive(int(number))):
            if folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
            else:
                folder.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


# Putting into place


def _expected(plan: list[Job], results: dict[str, Path]) -> tuple[list[dict[str, Any]], dict[str, Path]]:
    """The entries of the manifest for what was made, and for each file below `figures` where its content is kept."""
    entries: list[dict[str, Any]] = []
    files: dict[str, Path] = {}
    for job in plan:
        if folder := results.get(job.name):
            for entry in json.loads((folder / RUN).read_bytes())["entries"]:
                entries.append({**entry, "folder": job.folder, "page": job.name})
                files |= dict(zip(_paths(entries[-1]), (folder / "figures" / f for f in _files(entry)), strict=True))
    return entries, files


def _unused_layouts(plan: list[Job], results: dict[str, Path], root: Path) -> list[Path]:
    """The kept layouts of maps by a coder of these debates that none of the runs has read: what a choice leaves that holds no more."""
    read = {root / file for folder in results.values() for file in json.loads((folder / RUN).read_bytes())["files"]}
    debates = sorted({folder for job in plan if (folder := debate_of(job))})
    kept = (file for folder in debates for file in sorted(folder.glob("layouts/*/*.json")) if (folder / "codings" / file.parent.name).is_dir())  # fmt: skip
    return [file for file in kept if file not in read]


def _files(entry: dict[str, Any]) -> list[str]:
    return [*entry["files"], entry["data"], *entry.get("captions", []), *entry.get("tables", [])]


def _paths(entry: dict[str, Any]) -> list[str]:
    """Its files, from the folder of figures."""
    return [f"{entry.get('folder', '')}/{file}".lstrip("/") for file in _files(entry)]


def _named(entry: dict[str, Any]) -> tuple[str, str]:
    return entry.get("folder", ""), entry["name"]


def _doubles(entries: list[dict[str, Any]]) -> list[Failure]:
    """Two runs that saved a figure under one name."""
    seen: dict[tuple[str, str], str] = {}
    failures = []
    for entry in entries:
        if other := seen.get(_named(entry)):
            said = f'the figure "{entry["name"]}" is also made by {other}; name one of them otherwise'
            failures.append(Failure(entry["page"], None, said, None))
        seen[_named(entry)] = entry["page"]
    return failures


def manifest(figures: Path) -> list[dict[str, Any]]:
    """The entries of all manifests in a folder: each preset and each debate has one beside its figures."""
    entries: list[dict[str, Any]] = []
    for path in sorted(figures.rglob(MANIFEST)):
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise ValueError(f"{path} is not JSON (a merge conflict?); delete it and build again") from None
        if isinstance(found, list) and all(
            isinstance(e, dict) and {"name", "files", "data"} <= e.keys() for e in found
        ):
            entries += found  # any other file of that name is somebody else's
    return sorted(entries, key=_named)


def _new_manifest(entries: list[dict[str, Any]], figures: Path, scope: set[str]) -> tuple[list[Any], list[str]]:
    """The entries as they are to be, and the files of those that no run makes any more.

    A build of one preset or debate leaves the figures of the others alone.
    """
    old, new = ({_named(e): e for e in some} for some in (manifest(figures), entries))
    gone = [e for name, e in old.items() if name not in new and name[0] in scope]
    kept = {name: e for name, e in old.items() if e not in gone}
    merged = {**kept, **new}
    still = {path for e in merged.values() for path in _paths(e)}
    return [merged[name] for name in sorted(merged)], [path for e in gone for path in _paths(e) if path not in still]


def _text(entries: list[Any]) -> bytes:
    return (json.dumps(entries, ensure_ascii=False, indent=1) + "\n").encode()


def _put_figures(
    entries: list[dict[str, Any]], files: dict[str, Path], plan: list[Job], settings: Settings, scope: set[str]
) -> list[str]:
    """Put the files into `figures`, the manifest last; the names of those that are new or other than before."""
    changed = [f for f, source in files.items() if _put(source, settings.figures / f, settings)]
    merged, gone = _new_manifest(entries, settings.figures, scope)
    for folder in {_named(e)[0] for e in merged} | {j.folder for j in plan}:
        _write(settings.figures / folder / MANIFEST, _text([e for e in merged if _named(e)[0] == folder]), settings)
    for file in gone:
        (settings.figures / file).unlink(missing_ok=True)
    return changed


def _put_debates(plan: list[Job], settings: Settings, force: bool) -> list[Failure]:
    """The page of each debate, made again when something has changed that it rests on; the failures."""
    failures = []
    for folder in sorted({folder for job in plan if (folder := debate_of(job))}):
        page, record = settings.out / f"debates/{folder.name}.html", settings.cache / f"debates/{folder.name}.json"
        layouts = {str(f.relative_to(folder)): inputs.file_digest(f) for f in sorted(folder.glob("layouts/*/*"))}
        state = [inputs.code(), inputs.libraries(), inputs.folder_digest(folder), layouts]
        now = {
            "debate": inputs.relative(str(folder), settings.root),
            "state": inputs.digest(json.dumps(state).encode()),
        }
        then = _json(record)
        if not force and then == {**then, **now, "page": inputs.file_digest(page)}:
            continue
        made = _debate_page(folder)
        if isinstance(made, str):
            failures.append(Failure(f"the page of {folder.name}", None, made, None))
            continue
        title, content = made
        _write(page, content, settings)
        _write(record, json.dumps({**now, "title": title, "page": inputs.digest(content)}).encode(), settings)
    return failures


def _debate_page(folder: Path) -> tuple[str, bytes] | str:
    """Title and page of a debate, or why there is none; made by a process that has the libraries imported."""
    with contextlib.ExitStack() as stack:
        try:
            return _process(stack, _send_page, folder).recv()
        except (EOFError, OSError):
            return "its process ended before it was made"


def _send_page(folder: Path, line: Connection) -> None:
    from analysis.browse import page
    from analysis.debate import REFERENCE, load_debate

    try:
        debate = load_debate(folder, coders=[REFERENCE])
        line.send((debate.codebook.title, page(debate).encode()))
    except ValueError as error:
        line.send(str(error))


def _json(path: Path) -> dict[str, Any]:
    """A record that was kept; empty if there is none that can be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def differences(
    entries: list[dict[str, Any]], files: dict[str, Path], figures: Path, scope: set[str], root: Path
) -> list[Failure]:
    """Each figure in `figures` of which a file is not what the notebooks make of the data now, and each file that none makes."""
    faults, made_with = [], {_named(e): e.get("versions", {}) for e in manifest(figures)}
    for entry in entries:
        missing, other = [], []
        for file, path in zip(_files(entry), _paths(entry), strict=True):
            kind = Path(file).parent.name or Path(file).suffix[1:]
            if not (figures / path).is_file():
                missing.append(kind)
            elif not filecmp.cmp(files[path], figures / path, shallow=False):
                other.append(kind)
        then = made_with.get(_named(entry), {})
        versions = [f"{k} {then[k]}, here {v}" for k, v in entry["versions"].items() if then.get(k, v) != v]
        why = f" (made with {'; '.join(versions)})" if versions else ""
        said = [f"other than the data give now{why}: {', '.join(dict.fromkeys(other))}"] * bool(other)
        said += [f"missing: {', '.join(dict.fromkeys(missing))}"] * bool(missing)
        if said:
            name = f"{figures.name}/{entry['folder']}/{entry['name']}".replace("//", "/")
            faults.append(Failure(name, None, "; ".join(said), None))
    merged, gone = _new_manifest(entries, figures, scope)
    made = {_named(e) for e in entries}
    for (
        entry
    ) in merged:  # of other presets and debates: the files are not made here, but what they rest on can be compared
        if (
            _named(entry) not in made
            and scope
            and entry.get("debate")
            and not inputs.part_unchanged(entry["debate"], root)
        ):
            name = f"{figures.name}/{entry.get('folder', '')}/{entry['name']}".replace("//", "/")
            faults.append(Failure(name, None, "the part of the debate it rests on has changed", None))
    if "" in scope:
        named = {path for e in merged for path in _paths(e)}
        there = {p.relative_to(figures).as_posix() for p in figures.rglob("*") if p.is_file()}
        strays = {f for f in there - named if not Path(f).name.startswith(".") and Path(f).name != MANIFEST}
        faults += [Failure(f"{figures.name}/{f}", None, "no notebook makes it", None) for f in sorted({*gone, *strays})]
    if merged != manifest(figures):
        faults.append(Failure(f"{figures.name}/{MANIFEST}", None, "it does not say what the notebooks make", None))
    return faults


def _put_pages(
    plan: list[Job], results: dict[str, Path], settings: Settings, scope: set[str], failures: list[Failure]
) -> None:
    """The executed notebooks and their pages, each with links to all others, and the page to begin with."""
    from analysis import pages

    known = settings.out / "pages.json"
    before = {e["name"]: e for e in json.loads(known.read_bytes())} if known.is_file() else {}
    parts = {name: json.loads((folder / "page.json").read_bytes()) for name, folder in results.items()}
    half, drawn = {f.job for f in failures if f.output}, {e.get("page") for e in manifest(settings.figures)}
    now: dict[str, dict[str, Any]] = {}
    for job in plan:
        if job.name in parts or job.name in half:
            page = parts.get(job.name, {})
            why = "" if job.name in drawn else page.get("undrawn", "")
            now[job.name] = {"name": job.name, "title": page.get("title", job.name), "group": job.notebook.stem, "folder": job.folder, "failed": job.name in half, "undrawn": why}  # fmt: skip
    kept = {
        name: e
        for name, e in before.items()
        if name not in now and e["folder"] not in scope and (settings.out / f"{name}.html").is_file()
    }
    entries = sorted([*now.values(), *kept.values()], key=lambda e: (e["group"], e["folder"]))
    _write(known, _text(entries), settings)
    links = [_link(e, several=len({e["folder"] for e in entries}) > 1) for e in entries]
    for name, folder in results.items():
        _put(folder / "notebook.ipynb", settings.out / f"{name}.ipynb", settings)
        _write(settings.out / f"{name}.html", pages.page(parts[name], name, links).encode(), settings)
    to = os.path.relpath(settings.figures, settings.out)
    shown = [{**e, "folder": f"{to}/{e.get('folder', '')}".rstrip("/")} for e in manifest(settings.figures)]
    titles = dict.fromkeys(e["debate"]["title"] for e in shown if e.get("debate"))
    debates = [
        pages.Link(f"debates/{record.stem}", found["title"], "")
        for record in sorted((settings.cache / "debates").glob("*.json"))
        if (settings.out / f"debates/{record.stem}.html").is_file()
        and (found := _json(record))
        and (settings.root / found["debate"] / "debate.yml").is_file()
    ]
    index = pages.index(links, sorted(shown, key=lambda e: e["notebook"]), "; ".join(titles) or "Notebooks", debates)
    _write(settings.out / "index.html", index.encode(), settings)


def _link(entry: dict[str, Any], several: bool) -> Link:
    """The link to a page; where those of several debates or presets stand together, it says of which the page is."""
    from analysis.pages import Link

    whose = f" ({entry['folder']})" if several and entry["folder"] else ""
    return Link(entry["name"], entry["title"] + whose, entry["group"], entry["failed"], entry.get("undrawn", ""))


def _prune(cache: Path, plan: list[Job]) -> None:
    """Keep the newest results of each run only."""
    for job in plan:
        for result in _results(cache, job)[KEPT:]:
            shutil.rmtree(result.parent, ignore_errors=True)


def _put(source: Path, target: Path, settings: Settings) -> bool:
    """Copy a file whole or not at all; False if the target is the same already."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return False
    return _write(target, source.read_bytes(), settings)


def _write(target: Path, content: bytes, settings: Settings) -> bool:
    """Write a file aside, where nobody looks for figures, and move it into place; False if it is there already."""
    if target.is_file() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    settings.scratch.mkdir(parents=True, exist_ok=True)
    aside = settings.scratch / f"{os.getpid()}-{target.name}"
    try:
        aside.write_bytes(content)
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        if error.errno != errno.EXDEV:  # `figures` on another disk: there it is written beside its place
            raise
        from analysis.reading import write

        write(target, content)
    return True


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One build at a time puts files into place; another waits the moment that takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
