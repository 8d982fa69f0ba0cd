"""One run: a notebook and its parameters → a folder with the executed notebook, its page, its figures and what it read.

Papermill executes the notebook.  The charts it shows are drawn here, outside its kernel, by a process that lives as long as the build:
starting the drawing engine takes longer than drawing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from dataclasses import asdict
from importlib import metadata
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from analysis import exports, figures, inputs, kernels, pages
from analysis.forks import CHECKED, can_fork
from analysis.plan import RUN, Failure, Job, Settings
from analysis.presets import preset_named
from analysis.reading import read_yaml, write

LIBRARIES = ("stancebook", "altair", "vl-convert-python", "pandas")  # those that decide how a figure looks


def serve(settings: Settings, line: Connection) -> None:
    """Make the runs that come in, one after the other, until the other end is gone; answer each with its folder or its failure."""
    if settings.checked:
        os.environ[CHECKED] = str(settings.checked)
    os.environ[kernels.PROVISIONER] = "local-provisioner" if settings.cold or not can_fork() else kernels.FORKED
    desk: dict[str, Any] = {}
    with Listener() as listener:
        threading.Thread(target=_draw, args=(listener, desk), daemon=True).start()
        os.environ[figures.DRAWN_BY] = str(listener.address)
        while True:
            try:
                job = line.recv()
            except (EOFError, OSError):
                return
            try:
                answer: Path | Failure = _made(job, settings, desk)
            except Exception as error:  # a full disk, a folder that cannot be written: said plainly, with the run
                answer = Failure(job.name, None, _plainly(error), None)
            try:
                line.send(answer)
            except OSError:
                return


def _plainly(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'}: {error.strerror}"
    return f"{type(error).__name__}: {error}"


def _made(job: Job, settings: Settings, desk: dict[str, Any]) -> Path | Failure:
    """The folder of the run in the cache; it appears there whole or not at all."""
    folder = settings.scratch / f"{os.getpid()}-{job.name}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "figures").mkdir(parents=True)
    now = inputs.of(job.notebook, job.all_parameters, settings.root)
    desk.clear()
    desk |= {"job": job, "folder": folder, "settings": settings, "entries": []}
    os.environ[inputs.LOG], os.environ[inputs.ROOT] = str(folder / "reads.jsonl"), str(settings.root)
    if failure := _executed(job, folder, settings):
        return failure
    desk_entries, reads = desk["entries"], _reads(folder, settings)
    (folder / "reads.jsonl").unlink(missing_ok=True)
    record = {"name": job.name, **now, **reads, "entries": desk_entries}
    (folder / RUN).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    key = inputs.digest(json.dumps({**now, **reads}, sort_keys=True).encode())[:16]
    kept = settings.cache / job.name / key
    kept.parent.mkdir(parents=True, exist_ok=True)
    if kept.exists():  # made before and asked for again; another build may be reading it
        kept = kept.with_name(f"{key}-{os.getpid()}")
        shutil.rmtree(kept, ignore_errors=True)
    folder.rename(kept)
    return kept


def _reads(folder: Path, settings: Settings) -> dict[str, Any]:
    return inputs.noted(folder / "reads.jsonl", settings.root, (settings.out, settings.figures))


def _executed(job: Job, folder: Path, settings: Settings) -> Failure | None:
    """Run the notebook; the executed one and its page land in `folder`, a half-run one beside the pages."""
    import papermill
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    papermill_engines.register("stancebook", _engine())
    output, failure = folder / "notebook.ipynb", None
    try:
        papermill.execute_notebook(
            str(job.notebook), str(output), job.parameters, kernel_name="python3", cwd=str(job.notebook.parent),
            progress_bar=False, log_output=False, engine_name="stancebook",
            extra_arguments=["--log-level=50", "--IPKernelApp.exec_lines=import analysis.inputs; analysis.inputs.note_reads()"],
        )  # fmt: skip
    except PapermillExecutionError as error:
        failure = Failure(
            job.name, error.exec_count, f"{error.ename}: {error.evalue}", settings.out / f"{job.name}.ipynb"
        )
    except Exception as error:
        failure = Failure(
            job.name, None, _plainly(error), settings.out / f"{job.name}.ipynb" if output.exists() else None
        )
    if output.exists():
        notebook = _settled(output, job, settings.root)
        if failure:
            write(settings.out / f"{job.name}.ipynb", output.read_bytes())
        else:
            (folder / "page.json").write_text(
                json.dumps(pages.parts(notebook, job.name), ensure_ascii=False), encoding="utf-8"
            )
    return failure


def _engine() -> type:
    """Papermill's own engine, which saves the notebook before and after every cell, saving it once: at the end, however that comes."""
    from papermill.engines import NBClientEngine

    class SavingOnce(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, *arguments: Any, **options: Any) -> Any:
            save, nb_man.save = nb_man.save, lambda **_: None
            try:
                return super().execute_managed_notebook(nb_man, *arguments, **options)
            finally:
                nb_man.save = save
                nb_man.save()

    return SavingOnce


def _settled(path: Path, job: Job, root: Path) -> Any:
    """The executed notebook without what differs from one run to the next: times, random ids, paths of this machine."""
    import nbformat

    book = nbformat.read(path, as_version=4)
    book.metadata["papermill"] = {"parameters": job.parameters}
    book.metadata["language_info"] = {"name": book.metadata.get("language_info", {}).get("name", "python")}
    for cell in book.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            cell.source = re.sub(re.escape(str(root)) + r"(?=[/\"'])", ".", cell.source)
    text = nbformat.writes(book)
    text = re.sub(r"/[\w./-]*ipykernel_\d+/\d+\.py", "cell", text)
    text = text.replace(str(root) + os.sep, "")
    write(path, (text.rstrip("\n") + "\n").encode())
    return nbformat.reads(text, as_version=4)


# Drawing


def _draw(listener: Listener, desk: dict[str, Any]) -> None:
    """Draw the charts that kernels send, save their files and send back the picture to show."""
    while True:
        try:
            with listener.accept() as line:
                try:
                    name, spec, data = line.recv()
                    line.send(_saved(name, spec, data, desk))
                except Exception as error:
                    line.send(error if type(error) in (ValueError, OSError) else ValueError(_plainly(error)))
        except (EOFError, OSError):  # a kernel that was stopped in between
            continue


def _saved(name: str, spec: dict[str, Any], data: Any, desk: dict[str, Any]) -> bytes:
    """Write all files of a figure and return its picture for the notebook."""
    job, settings, folder = desk["job"], desk["settings"], desk["folder"] / "figures"
    preset = preset_named(spec["usermeta"].get("preset", "web"))
    if preset.name != (asked := job.all_parameters.get("preset", "web")):
        raise ValueError(
            f"the chart is made for {preset.name}, not for {asked}: call charts.use(preset, d.scale) before it"
        )
    drawing = exports.drawing(spec)
    placed, placement = exports.placed(drawing, preset)
    about = _about(name, spec, job, settings, _reads(desk["folder"], settings)["debates"])
    about |= {k: v for k, v in asdict(placement).items() if k != "preset"}
    picture = exports.png(placed, about, preset.dpi)
    drawings = {
        f"{name}.svg": exports.svg(placed, about),
        f"{name}.png": picture,
        f"{name}.pdf": exports.pdf(placed, about),
    }
    captions = {
        f"captions/{name}.md": exports.caption_markdown({**about, "files": [f"../{name}.png"]}).encode(),
        f"captions/{name}.tex": exports.caption_latex(about).encode(),
    }
    tables = {
        f"tables/{name}.md": exports.table_markdown(data, about).encode(),
        f"tables/{name}.tex": exports.table_latex(data, about).encode(),
    }
    for file, content in {**drawings, **captions, **tables, f"{name}.csv": exports.csv_bytes(data)}.items():
        write(folder / file, content)
    desk["entries"].append(
        {**about, "files": list(drawings), "data": f"{name}.csv", "captions": list(captions), "tables": list(tables)}
    )
    return picture if preset.name == "web" else exports.png(drawing, about, preset_named("web").dpi)


def _about(
    name: str, spec: dict[str, Any], job: Job, settings: Settings, debates: list[dict[str, Any]]
) -> dict[str, Any]:
    """What is known of a figure: its words, and all that it was made from."""
    said = figures.about(spec, name)
    shown = {k: v for k, v in sorted(job.all_parameters.items()) if v is not None}  # None: computed by the notebook
    parts = [{k: v for k, v in d.items() if k != "folder"} for d in debates]
    return {
        "name": name,
        **{key: said[key] for key in ("title", "caption", "alt", "n")},
        "preset": said.get("preset", "web"),
        "notebook": job.notebook.name,
        "parameters": shown,
        "debate": parts[-1] if parts else None,
        **({"also_loaded": parts[:-1]} if len(parts) > 1 else {}),
        "versions": {library: metadata.version(library) for library in LIBRARIES},
        "cite": _cite(settings.root),
    }


def _cite(root: Path) -> str:
    """How to cite the project, from its CITATION.cff; nothing if it has none."""
    found = read_yaml(root / "CITATION.cff", "CITATION.cff").values if (root / "CITATION.cff").is_file() else None
    if not isinstance(found, dict) or "title" not in found:
        return ""
    authors = [
        a.get("name") or f"{a.get('given-names', '')} {a.get('family-names', '')}".strip()
        for a in found.get("authors", [])
    ]
    return (
        f"{', '.join(authors)}: {found['title']}"
        + (f". Version {found['version']}" if "version" in found else "")
        + "."
    )
