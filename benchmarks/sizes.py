"""How long `stancebook build` takes, and how much memory, for debates of four sizes; and what loading one and its page take alone.

    .venv/bin/python benchmarks/sizes.py [--sizes 2x3 5x60 …] [--keep FOLDER]

The debates are made up (`tests/made.py`), each with a reference and two blind codings, and built afresh into a temporary folder with one run more at
a time than there are processors, as by default.  Memory: the proportional set sizes (PSS, memory that processes share counted once) of the build and
all its processes, summed, read twice a second; the most that was seen.  Linux only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import psutil  # noqa: E402
from attacks import written  # noqa: E402
from made import made  # noqa: E402

from analysis import browse, load_debate  # noqa: E402
from analysis.build import build  # noqa: E402

SIZES = ("2x3", "5x60", "20x120", "60x300")
HEAD = "| sources × propositions | runs | figures | seconds | MB | slowest run | load_debate, s | page, s | page, MB |\n|---|---:|---:|---:|---:|---|---:|---:|---:|"


class Watch:
    """A progress bar that shows nothing and notes how long each run takes."""

    def __init__(self, total: int, kept: int):
        self.total, self.begun, self.took = total, dict[str, float](), dict[str, float]()

    def set_postfix_str(self, words: str, refresh: bool) -> None:
        busy, now = set(filter(None, words.split(", "))), time.perf_counter()
        for name in self.begun.keys() - busy:
            self.took[name] = now - self.begun.pop(name)
        self.begun = {name: self.begun.get(name, now) for name in busy}

    def update(self) -> None: ...

    def close(self) -> None:
        self.set_postfix_str("", False)


class Memory(threading.Thread):
    """The most memory, in MB, that this process and those it started held at once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.done = 0.0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.most = max(self.most, held())


def held() -> float:
    total, me = 0, psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:  # it has ended meanwhile
            continue
    return total / 1e6


def measured(size: str, folder: Path) -> str:
    """A row of the table."""
    sources, propositions = map(int, size.split("x"))
    data = written(made(sources, propositions, coders=("reference", "first", "second")), folder / f"made-{size}")
    watches: list[Watch] = []
    memory, start = Memory(), time.perf_counter()
    memory.start()
    outcome = build(
        ROOT / "notebooks", folder / "build", folder / "figures", (os.cpu_count() or 1) + 1, debate=data,
        progress=lambda total, kept: watches.append(Watch(total, kept)) or watches[-1],
    )  # fmt: skip
    seconds = time.perf_counter() - start
    memory.done.set()
    for failure in outcome.failures:
        print(failure, file=sys.stderr)
    slowest, took = max(watches[0].took.items(), key=lambda t: t[1])
    start = time.perf_counter()
    debate = load_debate(data)
    loading, start = time.perf_counter() - start, time.perf_counter()
    page = browse.page(debate)
    made_page = time.perf_counter() - start
    return (
        f"| {sources} × {propositions} | {len(outcome.made) - len(outcome.failures)} of {len(outcome.made)} | {outcome.figures} | {seconds:.1f} | {memory.most:.0f} "
        f"| {slowest.removesuffix(f'--made-{size}')}: {took:.1f} s | {loading:.2f} | {made_page:.2f} | {len(page.encode()) / 1e6:.1f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", default=SIZES, metavar="S×P")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave what is built here, to look at it")
    given = parser.parse_args()
    print(HEAD)
    if given.keep and given.keep.exists():
        parser.error(f"{given.keep} is there already; what is built afresh needs a new folder")
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as temporary:
            folder = (given.keep or Path(temporary)) / size
            folder.mkdir(parents=True, exist_ok=True)
            print(measured(size.replace("×", "x"), folder), flush=True)


if __name__ == "__main__":
    main()
