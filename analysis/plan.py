"""`notebooks/build.yml` → the runs it asks for, or every problem in it at once.

A parameter that a notebook does not have, or a value of another type than its default, is a problem: papermill would only warn.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from analysis import inputs
from analysis.counts import counted

LONGEST = 120  # letters of a name, which becomes a file's
RUN = "run.json"  # in the folder of a result: what went into it, and its figures
RESERVED = ("", "captions", "tables")  # folders of figures that are taken, besides those of presets
EVERY = ("every question", "every source", "every pair", "every thesis")
NONE = {"every pair": "the debate has one text", "every thesis": "no text’s thesis is coded"}
OTHER = "any other"  # of a debate: one that no other run of the notebook names


@dataclass(frozen=True)
class Job:
    """One notebook with one set of parameters; `defaults` are those that the notebook itself gives."""

    notebook: Path
    parameters: dict[str, Any]
    defaults: dict[str, Any]

    @property
    def all_parameters(self) -> dict[str, Any]:
        return {**self.defaults, **self.parameters}

    @property
    def name(self) -> str:
        """The notebook and the values it is run with; the debate and the preset only where they are not the usual ones."""
        usual = {"debate": self.defaults.get("debate"), "preset": "web"}
        said = [
            _folder(self.notebook, v).name if k == "debate" else v
            for k, v in self.parameters.items()
            if k not in usual or v != usual[k]
        ]
        words = [re.sub(r"[^\w.-]+", "-", str(v)).strip("-.") for v in said]
        name = "--".join([self.notebook.stem, *filter(None, words)])
        return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{inputs.digest(name.encode())[:8]}"

    @property
    def folder(self) -> str:
        """Where its figures go, below the folder of figures."""
        debate, preset = self.all_parameters.get("debate"), self.all_parameters.get("preset", "web")
        other = [_folder(self.notebook, debate).name] if debate and debate != self.defaults.get("debate") else []
        return "/".join([*other, *([preset] if preset != "web" else [])])


@dataclass(frozen=True)
class Settings:
    """What all runs of a build share: its folders, whether kernels are started afresh instead of forked, and where debates are kept that
    passed every check: never in a folder that somebody may have sent, for what is kept there is trusted."""

    root: Path
    out: Path
    figures: Path
    cold: bool = False
    checked: Path | None = None

    @property
    def cache(self) -> Path:
        return self.out / "cache"

    @property
    def scratch(self) -> Path:
        return self.out / "tmp"


@dataclass(frozen=True)
class Failure:
    """A run that failed: which, in which cell (by its number in brackets, In [n]), and with what error."""

    job: str
    cell: int | None
    error: str
    output: Path | None

    def __str__(self) -> str:
        place = f", cell [{self.cell}]" if self.cell is not None else ""
        rest = f"\n  half-run notebook: {self.output}" if self.output else ""
        return f"{self.job}{place}: {self.error}{rest}"


class Empty(NamedTuple):
    """An entry of the plan that asks for every one of what a debate has none of."""

    notebook: Path
    why: str
    debate: Path

    def __str__(self) -> str:
        return f"{self.notebook.stem}: {self.why}"


class Plan(NamedTuple):
    """The runs that are asked for, and the entries that come to none."""

    jobs: list[Job]
    empty: list[Empty]


class BuildError(ValueError):
    """A build that cannot begin; its message lists every problem."""

    def __init__(self, problems: list[Any]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def has_own_notebooks() -> bool:
    """Whether the current folder has a plan of its own.  The folder of a debate never has: a debate may come from others, and notebooks are code."""
    return Path("notebooks/build.yml").is_file() and not Path("debate.yml").is_file()


def notebooks_here(out: Path) -> Path:
    """The notebooks of the current folder; if it has none, a copy in `out` of those that come with Stancebook.

    They are copied so that what they say of their debate is a path below the current folder, the same on every machine.
    `BuildError` for any other file beside the copy: a kernel that runs there would import it.
    """
    if has_own_notebooks():
        return Path("notebooks")
    from analysis.reading import write

    inside = inputs.PACKAGE / "notebooks"  # so in the wheel; in the repository they stand beside the package
    shipped = [
        file
        for file in (inside if inside.is_dir() else inputs.PACKAGE.parent / "notebooks").glob("*.*")
        if file.suffix in (".ipynb", ".yml")
    ]
    there = {p.name for p in (out / "notebooks").glob("[!.]*")}
    if foreign := sorted(there - {file.name for file in shipped}):
        said = f"{out}/notebooks holds {', '.join(foreign)}, which does not come with Stancebook; notebooks are code: move it elsewhere, or delete it"
        raise BuildError([said])
    for file in shipped:
        write(out / "notebooks" / file.name, file.read_bytes())
    return out / "notebooks"


def planned(
    notebooks: Path, only: str | None = None, debate: Path | None = None, presets: tuple[str, ...] = ()
) -> list[Job]:
    """The runs that build.yml names; `BuildError` for a missing notebook, or a parameter it does not have.

    `only` keeps the runs of one notebook (`02-question`) or a single one (`02-question--cell`); `debate` and `presets` stand in for
    those that the notebooks name, and leave out the runs made for another debate.
    """
    return plan_of(notebooks, only, debate, presets).jobs


def plan_of(
    notebooks: Path, only: str | None = None, debate: Path | None = None, presets: tuple[str, ...] = ()
) -> Plan:
    """As `planned`, with what the debate has nothing for."""
    return _chosen(_jobs(notebooks, debate, presets), only, notebooks)


def kept_plan(
    cache: Path, notebooks: Path, only: str | None = None, debate: Path | None = None, presets: tuple[str, ...] = ()
) -> Plan:
    """As `plan_of`, from a file in `cache` if nothing that it rests on has changed: reading notebooks takes a second."""
    asked = [str(debate), *presets]
    kept = cache / f"plan-{inputs.digest(json.dumps(asked).encode())[:8]}.json"
    try:
        found = json.loads(kept.read_bytes())
        if found["asked"] == asked and found["state"] == _state(notebooks, found["debates"]):
            jobs = [Job(notebooks / n, parameters, defaults) for n, parameters, defaults in found["jobs"]]
            empty = [Empty(notebooks / n, why, Path(os.path.normpath(notebooks / d))) for n, why, d in found["empty"]]
            return _chosen(Plan(jobs, empty), only, notebooks)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    from analysis.forks import made_ready
    from analysis.reading import write

    made_ready()  # there will be something to run
    plan = _jobs(notebooks, debate, presets)
    folders = {folder for j in plan.jobs if (folder := debate_of(j))} | {e.debate for e in plan.empty}
    debates = sorted(os.path.relpath(folder, notebooks) for folder in folders)
    none = [[e.notebook.relative_to(notebooks).as_posix(), e.why, os.path.relpath(e.debate, notebooks)] for e in plan.empty]  # fmt: skip
    rows = [[j.notebook.relative_to(notebooks).as_posix(), j.parameters, j.defaults] for j in plan.jobs]
    made = {"asked": asked, "debates": debates, "state": _state(notebooks, debates), "jobs": rows, "empty": none}
    write(kept, json.dumps(made).encode())
    return _chosen(plan, only, notebooks)


def _state(notebooks: Path, debates: list[str]) -> list[Any]:
    """All that a plan rests on."""
    files = [notebooks / "build.yml", *sorted(notebooks.rglob("*.ipynb"))]
    books = [inputs.file_digest(notebooks / d / name) for d in debates for name in ("debate.yml", "sources.json")]
    codings = [f for d in debates for f in sorted((notebooks / d).glob("codings/reference/*.yml"))]
    theses = [[f.name, f.read_bytes().count(b"thesis")] for f in codings]
    named = [[f.relative_to(notebooks).as_posix(), inputs.file_digest(f)] for f in files if f.parent.name[0] != "."]
    return [inputs.code(), inputs.libraries(), named, books, theses]


def _chosen(plan: Plan, only: str | None, notebooks: Path) -> Plan:
    jobs = plan.jobs
    chosen = [j for j in jobs if only in (None, j.name, j.notebook.stem, j.notebook.name)]
    empty = [e for e in plan.empty if only in (None, e.notebook.stem, e.notebook.name)]
    if not chosen and not empty:
        from analysis.reading import Problem, did_you_mean

        names = {n for j in jobs for n in (j.name, j.notebook.stem)}
        said = f'nothing named "{only}" to build' if only else "no run is for this debate"
        raise BuildError([Problem(f"{notebooks.name}/build.yml", 0, "", said, did_you_mean(only, names))])
    return Plan(chosen, empty)


def _jobs(notebooks: Path, debate: Path | None, presets: tuple[str, ...]) -> Plan:
    from analysis.presets import PRESETS, preset_named
    from analysis.reading import Problem, read_yaml, validated
    from analysis.schemas import Build

    for preset in presets:
        preset_named(preset)
    if debate:
        refuse_broken(debate.resolve())
    document = read_yaml(notebooks / "build.yml", f"{notebooks.name}/build.yml")
    if not (notebooks / "build.yml").exists():
        cure = "run this in the folder that holds notebooks/"
        raise BuildError([Problem(document.file, 0, "", "the file is missing", cure)])
    plan = validated(Build, document) if document.values is not None else None
    jobs: list[Job] = []
    empty: list[Empty] = []
    for i, run in enumerate(plan.runs if plan else ()):
        each = {k: v for k, v in run.each.items() if (k, v) != ("debate", OTHER)}
        named = _named(run.notebook, plan.runs if plan else (), notebooks) if each != run.each else set()
        for job in _of_run(run.notebook, each, plan.each if plan else {}, i, notebooks, debate, document):
            if isinstance(job, Empty):
                if job.debate not in named and (debate is None or job.debate == debate.resolve()):
                    empty.append(job)
                continue
            for chosen in _instead(job, debate, presets, each):
                if debate_of(chosen) in named:
                    continue
                if chosen.name in {j.name for j in jobs}:
                    document.report(("runs", i), f'the run "{chosen.name}" is listed twice', "remove one of them")
                elif (folder := debate_of(chosen)) and _is_other(chosen) and folder.name in {*RESERVED, *PRESETS}:
                    said = f'a debate\'s folder cannot be called "{folder.name}": figures/ has one of that name'
                    document.report(("runs", i), said, "rename the debate's folder")
                else:
                    jobs.append(chosen)
    if document.problems:
        raise BuildError(document.problems)
    return Plan(jobs, empty)


def _named(notebook: str, runs: Sequence[Any], notebooks: Path) -> set[Path | None]:
    """The folders of the debates that runs of a notebook name."""
    lists = [run.each.get("debate") for run in runs if run.notebook == notebook]
    said = [d for found in lists if isinstance(found, list) for d in found]
    return {_folder(notebooks / notebook, d) for d in said if isinstance(d, str)}


def refuse_broken(debate: Path) -> None:
    """`BuildError` with every problem of a debate."""
    from analysis.debate import DebateError, load_debate

    try:
        load_debate(debate)
    except DebateError as error:
        raise BuildError([f"{counted(len(error.problems), 'problem')} in {debate.name}", *error.problems]) from None


def job_of(notebook: Path, parameters: dict[str, Any]) -> Job:
    """A run that no plan names."""
    return Job(notebook, parameters, _defaults(notebook))


def _of_run(
    name: str,
    each: dict[str, Any],
    common: dict[str, Any],
    i: int,
    notebooks: Path,
    debate: Path | None,
    document: Any,
) -> Iterator[Job | Empty]:
    """The product of the values of one entry of the plan, or why there is none."""
    from analysis.reading import did_you_mean

    path = notebooks / name
    if not path.is_file():
        known = [p.name for p in notebooks.glob("*.ipynb")]
        document.report(("runs", i, "notebook"), f'no notebook "{name}"', did_you_mean(name, known))
        return
    try:
        defaults = _defaults(path)
    except Exception as error:  # whatever nbformat makes of a broken file
        problem = f"{name} cannot be read: {type(error).__name__}"
        document.report(("runs", i, "notebook"), problem, "open and save it in JupyterLab, or restore it")
        return
    own = {k: ((("runs", i, "each", k)), v) for k, v in each.items()}
    shared = {k: (("each", k), v) for k, v in common.items() if k in defaults and k not in each}
    lists: dict[str, list[Any]] = {}
    for parameter, (place, values) in {**own, **shared}.items():
        expanded = values
        if isinstance(values, str):
            fixed = each.get("debate") or [defaults.get("debate")]
            folders = [debate] if debate and "debate" not in each else [_folder(path, f) for f in fixed if f]
            expanded = _expanded(values, folders, isinstance(defaults.get(parameter), list))
        if not isinstance(expanded, list):
            document.report(place, *expanded)
        elif not expanded and isinstance(values, str):
            yield Empty(path, f"no run with “{values}” for {parameter}, since {NONE[values]}.", folders[0].resolve())
            return
        elif _typed(parameter, expanded, defaults, path.name, place, document):
            lists[parameter] = expanded
    for chosen in itertools.product(*lists.values()):
        yield Job(path, dict(zip(lists, chosen, strict=True)), defaults)


def _typed(
    parameter: str, values: list[Any], defaults: dict[str, Any], name: str, place: tuple[Any, ...], document: Any
) -> bool:
    """Whether the notebook has the parameter and takes such values; if not, the document says so."""
    from analysis.presets import PRESETS
    from analysis.reading import did_you_mean

    if parameter not in defaults:
        document.report(place, f'{name} has no parameter "{parameter}"', did_you_mean(parameter, defaults))
        return False
    if not values:
        document.report(place, "no values to run it with", "list one at least")
    usual, sound = defaults[parameter], bool(values)
    for value in values:
        if usual is not None and type(value) is not type(usual) and not (type(usual) is float and type(value) is int):
            wanted, found = type(usual).__name__, type(value).__name__
            said = f"{value!r} is {found}, but {name} expects {wanted}"
            document.report(place, said, f"write it as {usual!r} is written")
            sound = False
        elif parameter == "preset" and value not in PRESETS:
            document.report(place, f'no preset "{value}"', did_you_mean(value, PRESETS))
            sound = False
    return sound


def _expanded(word: str, debates: list[Path], in_lists: bool) -> list[Any] | tuple[str, str]:
    """“every question”, “every source” … as a list; or the problem and its cure.  `in_lists`: each source in a list.

    “every thesis”: the sources whose thesis is coded in the reference.
    """
    from analysis.debate import REFERENCE, DebateError, load_debate

    if word not in EVERY:
        return f'"{word}" is no list', f"write [{word}], or one of: {', '.join(EVERY)} (for `debate`: {OTHER})"
    if len(debates) != 1:
        return f'"{word}" needs a single debate', "list the values"
    try:
        debate = load_debate(debates[0])
    except DebateError as error:
        return f"“{word}” cannot be found out: {error}", "mend the debate first (stancebook check)"
    if word == "every question":
        return [q.id for q in debate.codebook.questions]
    if word == "every pair":
        return [list(pair) for pair in itertools.combinations(debate.sources, 2)]
    chosen = [
        s for s in debate.sources if word == "every source" or ((c := debate.codings.get((REFERENCE, s))) and c.thesis)
    ]
    return [[s] for s in chosen] if in_lists else chosen


def _is_other(job: Job) -> bool:
    """Whether a run is for another debate than its notebook names."""
    return job.all_parameters["debate"] != job.defaults["debate"]


def debate_of(job: Job) -> Path | None:
    """The folder of the debate that a run is for, if its notebook has a parameter `debate`."""
    debate = job.all_parameters.get("debate")
    return _folder(job.notebook, debate) if debate else None


def _folder(notebook: Path, debate: str) -> Path:
    return Path(os.path.normpath(notebook.parent / debate))


def _instead(job: Job, debate: Path | None, presets: tuple[str, ...], each: dict[str, Any]) -> Iterator[Job]:
    """The run as asked for on the command line: with that debate, once for each of those presets.

    A notebook without such a parameter is left out: its figures would come out the same.
    """
    if (debate is not None and "debate" not in job.defaults) or (presets and "preset" not in job.defaults):
        return
    if debate is not None:
        asked = os.path.relpath(debate, job.notebook.parent)
        own = job.all_parameters["debate"]
        if _folder(job.notebook, own) != Path(debate).resolve():
            if "debate" in each:
                return
            job = replace(job, parameters={**job.parameters, "debate": asked})
    for preset in presets:
        yield replace(job, parameters={**job.parameters, "preset": preset})
    if not presets:
        yield job


def _defaults(path: Path) -> dict[str, Any]:
    """The parameters of a notebook with their defaults, by papermill's rules."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # see `warm`
    from papermill import inspect_notebook

    found = inspect_notebook(str(path))
    return {name: _literal(info["default"]) for name, info in found.items()}


def _literal(code: str) -> Any:
    try:
        return ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return None
