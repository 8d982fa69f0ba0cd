"""Notebooks × parameters → executed notebooks, pages, figures and their manifest.

`notebooks/build.yml` names the runs.  Each is executed by papermill in a process of its own;
the charts it shows are saved in `figures/`, with one entry each in `figures/manifest.json`.
"""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import figures
from analysis.debate import load_debate
from analysis.reading import Document, Problem, did_you_mean, read_yaml, validated, write
from analysis.schemas import Build

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Job:
    """One notebook with one set of parameters."""

    notebook: Path
    parameters: dict[str, Any]

    @property
    def name(self) -> str:
        values = [re.sub(r"[^\w.-]+", "-", str(v)).strip("-") for v in self.parameters.values()]
        return "--".join([self.notebook.stem, *values])


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


class BuildError(Exception):
    """A build that cannot begin; its message lists every problem."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def planned(notebooks: Path, only: str | None = None) -> list[Job]:
    """The jobs that build.yml names; `BuildError` for a missing notebook, or a parameter it does not have.

    `only` keeps the jobs of one notebook (`02-question`) or a single job (`02-question--cell`).
    """
    document = read_yaml(notebooks / "build.yml", f"{notebooks.name}/build.yml")
    if not (notebooks / "build.yml").exists():
        cure = "run this in the folder that holds notebooks/"
        raise BuildError([Problem(document.file, 0, "", "the file is missing", cure)])
    plan = validated(Build, document) if document.values is not None else None
    jobs: list[Job] = []
    for i, run in enumerate(plan.runs if plan else ()):
        path = notebooks / run.notebook
        if not path.is_file():
            known = [p.name for p in notebooks.glob("*.ipynb")]
            document.report(("runs", i, "notebook"), f'no notebook "{run.notebook}"', did_you_mean(run.notebook, known))
            continue
        try:
            _check_parameters(path, run.each, ("runs", i, "each"), document)
        except Exception as error:  # whatever nbformat makes of a broken file
            problem = f"{run.notebook} cannot be read: {type(error).__name__}"
            document.report(("runs", i, "notebook"), problem, "open and save it in JupyterLab, or restore it")
            continue
        for values in itertools.product(*run.each.values()):
            job = Job(path, dict(zip(run.each, values, strict=True)))
            if job.name in {j.name for j in jobs}:
                document.report(("runs", i), f'the run "{job.name}" is listed twice', "remove one of them")
            else:
                jobs.append(job)
    if document.problems:
        raise BuildError(document.problems)
    if only:
        chosen = [j for j in jobs if only in (j.name, j.notebook.stem, j.notebook.name)]
        if not chosen:
            names = {n for j in jobs for n in (j.name, j.notebook.stem)}
            raise BuildError(
                [Problem(document.file, 0, "", f'nothing named "{only}" to build', did_you_mean(only, names))]
            )
        return chosen
    return jobs


def _check_parameters(path: Path, each: dict[str, list[Any]], place: tuple[Any, ...], document: Document) -> None:
    """Papermill only warns of a parameter that the notebook does not have; here it is an error."""
    known = _parameters(path)
    for name, values in each.items():
        if name not in known:
            document.report((*place, name), f'{path.name} has no parameter "{name}"', did_you_mean(name, known))
            continue
        if not values:
            document.report((*place, name), "no values to run it with", "list one at least")
        for value in values:
            if known[name] is not None and type(value) is not type(known[name]):
                wanted, found = type(known[name]).__name__, type(value).__name__
                document.report(
                    (*place, name),
                    f"{value!r} is {found}, but {path.name} expects {wanted}",
                    f"write it as {known[name]!r} is written",
                )


def _parameters(path: Path) -> dict[str, Any]:
    """The parameters of a notebook with their defaults."""
    from papermill import inspect_notebook

    found = inspect_notebook(str(path))
    return {name: _literal(info["default"]) for name, info in found.items()}


def _literal(code: str) -> Any:
    try:
        return ast.literal_eval(code)
    except (ValueError, SyntaxError):
        return None


def build(
    notebooks: Path,
    out: Path,
    figures_folder: Path,
    jobs: int = 2,
    only: str | None = None,
    progress: Callable[[list[Job]], Any] | None = None,
) -> list[Failure]:
    """Run all jobs, `jobs` at a time, and save what they show; the failures, reported together.

    A job that fails leaves its half-run notebook in `out` and its old figures in place; the others still run.
    """
    plan = planned(notebooks, only)
    bar = progress(plan) if progress else None
    entries: list[dict[str, Any]] = []
    failures: list[Failure] = []
    with tempfile.TemporaryDirectory() as handover, ProcessPoolExecutor(max_workers=jobs) as pool:
        running = {pool.submit(_executed, j, out, Path(handover, j.name)): j for j in plan}
        for done in as_completed(running):
            job = running[done]
            try:
                failure = done.result()
            except Exception as error:  # the worker itself died: a bug or the system, never the notebook
                failure = Failure(job.name, None, f"{type(error).__name__}: {error}", None)
            if not failure:
                try:
                    entries += _saved(job, Path(handover, job.name), figures_folder)
                except Exception as error:
                    failure = Failure(
                        job.name, None, f"its figures could not be saved: {type(error).__name__}: {error}", None
                    )
            if failure:
                failures.append(failure)
            if bar is not None:
                bar.set_postfix_str(job.name)
                bar.update()
    if bar is not None:
        bar.close()
    failures += _doubles(entries)
    _write_manifest(entries, figures_folder, complete=not only and not failures)
    return sorted(failures, key=lambda f: f.job)


def _executed(job: Job, out: Path, handover: Path) -> Failure | None:
    """Run one notebook in this process; its charts land in `handover`."""
    import nbconvert
    import papermill
    from papermill.exceptions import PapermillExecutionError

    handover.mkdir(parents=True)
    out.mkdir(parents=True, exist_ok=True)
    os.environ[figures.HANDOVER] = str(handover)
    output = out / f"{job.name}.ipynb"
    try:
        papermill.execute_notebook(
            str(job.notebook), str(output), job.parameters, kernel_name="python3", cwd=str(job.notebook.parent),
            progress_bar=False, log_output=False, extra_arguments=["--log-level=50"],
        )  # fmt: skip
    except PapermillExecutionError as error:
        return Failure(job.name, error.exec_count, f"{error.ename}: {error.evalue}", output)
    except Exception as error:
        return Failure(job.name, None, f"{type(error).__name__}: {error}", output if output.exists() else None)
    page, _ = nbconvert.HTMLExporter(exclude_input=True, exclude_output_prompt=True).from_filename(str(output))
    write(out / f"{job.name}.html", page.encode())
    return None


def _saved(job: Job, handover: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Save each chart of a job and yield its entry for the manifest."""
    parameters = {**_parameters(job.notebook), **job.parameters}
    path = Path(job.notebook.parent, parameters["debate"]) if "debate" in parameters else None
    debate = load_debate(path) if path else None
    for file in sorted(handover.glob("*.json")):
        spec = json.loads(file.read_text(encoding="utf-8"))
        names = figures.save_figure(spec, folder, file.stem)
        write(folder / f"{file.stem}.csv", file.with_suffix(".csv").read_bytes())
        yield {
            "name": file.stem,
            "files": names,
            "data": f"{file.stem}.csv",
            "notebook": job.notebook.name,
            "parameters": parameters,
            "debate": {"title": debate.codebook.title, "version": debate.codebook.version, "digest": debate.digest}
            if debate
            else None,
            "title": spec["title"]["text"],
            "caption": spec["usermeta"]["caption"],
            "alt": spec["description"],
            "n": spec["usermeta"]["n"],
        }


def _doubles(entries: list[dict[str, Any]]) -> list[Failure]:
    """Two runs that saved a figure under one name."""
    seen: dict[str, str] = {}
    failures = []
    for entry in entries:
        if entry["name"] in seen:
            failures.append(
                Failure(
                    entry["notebook"],
                    None,
                    f'the figure "{entry["name"]}" is also made by {seen[entry["name"]]}; name one of them otherwise',
                    None,
                )
            )
        seen[entry["name"]] = entry["notebook"]
    return failures


def _write_manifest(entries: list[dict[str, Any]], folder: Path, complete: bool) -> None:
    """Add the entries to the manifest; after a complete build, drop the figures that no run made."""
    path = folder / MANIFEST
    old = {e["name"]: e for e in json.loads(path.read_text(encoding="utf-8"))} if path.is_file() else {}
    new = {e["name"]: e for e in entries}
    if complete:
        for name in old.keys() - new.keys():
            for file in [*old[name]["files"], old[name]["data"]]:
                (folder / Path(file).name).unlink(missing_ok=True)
    else:
        new = {**old, **new}
    text = json.dumps([new[k] for k in sorted(new)], ensure_ascii=False, indent=1) + "\n"
    write(path, text.encode())
