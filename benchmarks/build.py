"""`stancebook build` beside a papermill loop and snakemake, on the shipped notebooks, in one run.

    .venv/bin/python benchmarks/build.py [--snakemake PATH] [--once]

Works in a copy of the project in a temporary folder.  Snakemake (MIT) is measured if it is there: `pip install snakemake` in an
environment of its own, and name its command with --snakemake.  The papermill loops run the same notebooks with the same parameters;
they draw each chart for the notebook, but save no SVG, PDF, CSV, captions or pages, so they do less.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Listener
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from analysis import exports, figures, kernels, plan, runs  # noqa: E402
from analysis.presets import PRESETS  # noqa: E402

BIN = Path(sys.executable).parent
STANCEBOOK = [sys.executable, "-m", "analysis", "build"]
AT_ONCE = 2


def timed(command: list[str], folder: Path, **environment: str) -> float:
    """Seconds of wall clock that a command takes, the start of its interpreter included."""
    started = time.perf_counter()
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}
    )
    return time.perf_counter() - started


def copy_of_the_project(folder: Path) -> Path:
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("texts", ".ipynb_checkpoints"))
    shutil.copy(ROOT / "CITATION.cff", folder)
    return folder


def papermill_command(job: plan.Job, folder: Path) -> list[str]:
    values = ["-y", json.dumps(job.parameters)] if job.parameters else []
    return [
        str(BIN / "papermill"), "--cwd", "notebooks", f"notebooks/{job.notebook.name}", str(folder / f"{job.name}.ipynb"),
        *values, "--no-progress-bar", "--log-level", "ERROR",
    ]  # fmt: skip


def loop(jobs: list[plan.Job], project: Path, at_once: int) -> float:
    """A shell loop over papermill, one run or two at a time."""
    out = project / "loop"
    out.mkdir(exist_ok=True)
    lines = "\n".join(shlex.join(papermill_command(j, out)) for j in jobs)
    script = project / "commands"
    script.write_text(lines + "\n")
    return timed(["sh", "-c", f"tr '\\n' '\\0' < {script} | xargs -0 -P {at_once} -n 1 sh -c"], project)


def charts_of(jobs: list[plan.Job], folder: Path) -> list[tuple[plan.Job, str, dict, object]]:
    """All charts that the notebooks show, with their data, taken from their kernels on the way to be drawn."""
    import papermill

    taken: list[tuple[plan.Job, str, dict, object]] = []
    now: list[plan.Job] = []
    web = PRESETS["web"]

    def take(listener: Listener) -> None:
        while True:
            with listener.accept() as line:
                name, spec, data = line.recv()
                taken.append((now[-1], name, spec, data))
                about = {"name": name, "title": "", "alt": "", "caption": ""}
                line.send(exports.png(exports.placed(exports.drawing(spec), web)[0], about, 72))

    os.environ[kernels.PROVISIONER] = kernels.FORKED
    with Listener() as listener:
        threading.Thread(target=take, args=(listener,), daemon=True).start()
        os.environ[figures.DRAWN_BY] = str(listener.address)
        for job in jobs:
            now.append(job)
            papermill.execute_notebook(
                str(job.notebook), str(folder / "taken.ipynb"), job.parameters, kernel_name="python3",
                cwd=str(job.notebook.parent), progress_bar=False, log_output=False, extra_arguments=["--log-level=50"],
            )  # fmt: skip
        del os.environ[figures.DRAWN_BY]
    return taken


def draw(charts: Path, out: Path) -> None:
    """Draw and save the charts in a file: what no build can avoid.  Called in processes of their own."""
    settings = plan.Settings(ROOT, out, out)
    for job, name, spec, data in pickle.loads(charts.read_bytes()):
        folder = out / job.name
        runs._saved(name, spec, data, {"job": job, "folder": folder, "settings": settings, "entries": []})


def drawing_alone(charts: list[tuple[plan.Job, str, dict, object]], folder: Path) -> float:
    shares = []
    for i in range(AT_ONCE):
        shares.append(folder / f"charts-{i}.pickle")
        shares[-1].write_bytes(pickle.dumps(charts[i::AT_ONCE]))
    shutil.rmtree(folder / "drawn", ignore_errors=True)
    started = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, __file__, "--draw", str(s), str(folder / "drawn")], cwd=folder)
        for s in shares
    ]
    if any(p.wait() for p in running):
        raise SystemExit("drawing failed")
    return time.perf_counter() - started


def snakemake_nothing_changed(command: str, jobs: list[plan.Job], project: Path, times: int) -> list[float]:
    """The same runs as rules of a Snakefile, with outputs that are there and newer than their inputs."""
    shutil.rmtree(project / "snake", ignore_errors=True)
    (project / "snake").mkdir()
    data = [str(p.relative_to(project)) for p in sorted((project / "data").rglob("*.yml"))]
    rules = [f"rule all:\n    input: {', '.join(repr(f'snake/{j.name}.ipynb') for j in jobs)}\n"]
    for i, job in enumerate(jobs):
        (project / f"snake/{job.name}.ipynb").write_text("{}")
        wanted = [f"notebooks/{job.notebook.name}", *data]
        shell = shlex.join(papermill_command(job, Path("snake"))).replace("{", "{{").replace("}", "}}")
        rules.append(
            f"rule r{i}:\n    input: {wanted!r}\n    output: {f'snake/{job.name}.ipynb'!r}\n    shell: {shell!r}\n"
        )
    (project / "Snakefile").write_text("\n".join(rules))
    timed([command, "--cores", "2", "--quiet", "all", "--touch"], project)
    return [timed([command, "--cores", "2", "--quiet", "all"], project) for _ in range(times)]


def edited(project: Path) -> str:
    """Another reason for one stance of one source; how many runs are made because of it."""
    path = project / "data/soviet-dictatorship/codings/reference/fitz-2018.yml"
    text = path.read_text(encoding="utf-8")
    place = text.index("why: ", text.index("\nstances:"))
    path.write_text(text[: place + 5] + "Once more, " + text[place + 5 :], encoding="utf-8")
    said = subprocess.run(
        [*STANCEBOOK, "--dry-run"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return said.stdout.strip().splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snakemake", default=shutil.which("snakemake"), help="the command to measure beside")
    parser.add_argument("--once", action="store_true", help="each full build once, not three times")
    parser.add_argument("--draw", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.draw:
        draw(*given.draw)
        return
    times = 1 if given.once else 3
    rows: list[tuple[str, list[float], str]] = []

    def row(what: str, seconds: list[float], note: str = "") -> None:
        rows.append((what, seconds, note))
        print(f"  {what}: {', '.join(f'{s:.2f}' for s in seconds)} s {note}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        project = copy_of_the_project(Path(temporary))
        jobs = plan.planned(project / "notebooks")
        full = []
        for _ in range(times):
            shutil.rmtree(project / "build", ignore_errors=True)
            shutil.rmtree(project / "figures", ignore_errors=True)
            full.append(timed([*STANCEBOOK, "--jobs", str(AT_ONCE)], project))
        row(f"stancebook build, all {len(jobs)} runs, {AT_ONCE} at a time", full)
        row("stancebook build, nothing changed", [timed(STANCEBOOK, project) for _ in range(5)])
        said = edited(project)
        row(
            "stancebook build, one stance of one source changed",
            [timed([*STANCEBOOK, "--jobs", str(AT_ONCE)], project)],
            said,
        )
        shutil.rmtree(project / "build/cache")
        row("stancebook build --cold: kernels not forked", [timed([*STANCEBOOK, "--cold"], project)])
        charts = charts_of(jobs, project)
        row(
            f"drawing and exporting alone, {len(charts)} figures, 2 processes",
            [drawing_alone(charts, project) for _ in range(times)],
        )
        row("papermill, a shell loop", [loop(jobs, project, 1)])
        row("papermill, two at a time", [loop(jobs, project, 2)])
        if given.snakemake:
            row("snakemake, nothing changed", snakemake_nothing_changed(given.snakemake, jobs, project, 5))
        else:
            row("snakemake, nothing changed", [], "not installed: see the head of this file")
    base = statistics.median(rows[0][1])
    print("\n| | seconds (median) | least | n | × the full build | |\n|---|---:|---:|---:|---:|---|\n", end="")
    for what, seconds, note in rows:
        if seconds:
            middle = statistics.median(seconds)
            print(f"| {what} | {middle:.2f} | {min(seconds):.2f} | {len(seconds)} | {middle / base:.2f} | {note} |")
        else:
            print(f"| {what} | – | – | 0 | – | {note} |")


if __name__ == "__main__":
    main()
