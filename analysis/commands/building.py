"""`check`, `build` and `trace`: a debate's files, its figures, and the way back from them."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.words import MOST_FAILURES, UsageError, add_debate, command, debate_folder, positive
from analysis.counts import counted

if TYPE_CHECKING:
    from analysis.advice import Advice
    from analysis.build import Outcome
    from analysis.debate import Debate, Report
    from analysis.plan import Empty

MOST_ADVICE = 5  # of a kind that is printed
_CHECK = """\
Prints a row for each source: claims, of them reported views; links (supports and attacks); stances, silences and uncoded
propositions; and its passages (anchors). With --texts: how many passages were found letter for letter (exact), found with
something forgiven (a scanning error, a note inside), or not found in your copy. `core` counts the propositions of the short set.
Below come pieces of advice: on what is no problem, but may be worth a second look. They do not count for the exit code.
"""
_BUILD = """\
Runs the notebooks that notebooks/build.yml names, with the parameters it gives them; where the current folder has no such file, or is a
debate's, those that come with Stancebook, on the debate named or the only one there is. What lies in a debate's folder is never run. A run is made again when something changed that
went into it: the notebook, its parameters, the part of the debate or any other file it read, the package, the installed libraries. The
rest is taken from build/cache/. Figures go to figures/ with their data, captions and tables; pages to read to build/ (begin with index.html),
among them one to browse the debate with (build/debates/, as `stancebook page` writes it).
"""
_TRACE = """\
Prints the way back from a figure: what made it, from which part of the debate, its table, the stances it shows with their reasons, the
claims those rest on, and for each claim the first and last words of its passage (`stancebook passage` shows it in your copy).
"""


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    check = command(commands, "check", _check, "check a debate's files, and its passages if you have the texts", _CHECK)
    add_debate(check)
    check.add_argument(
        "--texts",
        type=Path,
        metavar="DIR",
        help="folder with your copies, named <source>.txt (default: the debate's texts/, if there are any)",
    )
    check.add_argument("--json", action="store_true", help="print problems and counts as JSON")

    build = command(
        commands, "build", _build, "run the notebooks whose inputs have changed, and make the figures", _BUILD
    )
    build.add_argument(
        "--jobs", type=positive, default=(os.cpu_count() or 1) + 1, metavar="N",
        help="runs at a time (default: one more than there are processors)",
    )  # fmt: skip
    build.add_argument("--only", metavar="NAME", help="one notebook (02-question) or one run (02-question--cell)")
    build.add_argument(
        "--debate", type=Path, metavar="DIR",
        help="another debate's folder, which may also stand alone at the end; its figures go to figures/<folder>/",
    )  # fmt: skip
    build.set_defaults(late=("debate", None))
    build.add_argument(
        "--preset", action="append", default=[], metavar="NAME",
        help="where the figures go: web, paper-single, paper-double or slide; may be given several times; figures go to figures/<preset>/",
    )  # fmt: skip
    build.add_argument("--force", action="store_true", help="make every run again")
    build.add_argument("--dry-run", action="store_true", help="say what would run and why; run nothing")
    build.add_argument(
        "--check", action="store_true", help="leave figures/ as it is; fail if a figure does not follow from the data"
    )
    build.add_argument("--grey", action="store_true", help="also write grey-scale proofs of the figures to build/grey/")
    build.add_argument(
        "--pdf", action="store_true", help="also print the pages to PDF (needs Chromium, or pandoc and LaTeX)"
    )
    build.add_argument(
        "--cold",
        action="store_true",
        help="start every kernel afresh instead of forking it from a warm process: slower",
    )

    trace = command(
        commands, "trace", _trace, "print the way back from a figure: its table, stances, claims and passages", _TRACE
    )
    trace.add_argument(
        "figure", help="its name (02-cell-grid), or an SVG, PNG or PDF made by a build, wherever it is now"
    )
    trace.add_argument("--source", help="what concerns this source only")
    trace.add_argument("--proposition", help="what concerns this proposition only")
    trace.add_argument("--json", action="store_true", help="print it as JSON")


def _check(given: argparse.Namespace) -> int:
    from analysis.advice import KINDS, advice
    from analysis.debate import check_debate

    folder = debate_folder(given)
    if given.texts and not given.texts.is_dir():
        raise UsageError(f"there is no folder {given.texts} for --texts")
    own = folder / "texts"
    texts = given.texts or (own if any(own.glob("*.txt")) else None)
    report = check_debate(folder, texts)
    given_advice = advice(report.debate, sound=not report.problems) if report.debate else []
    given_advice += _layouts_advice(report.debate) if report.debate and not report.problems else []
    if given.json:
        told = [asdict(a) | {"do": KINDS[a.kind]} for a in given_advice]
        print(json.dumps(report.as_json() | {"advice": told}, ensure_ascii=False, indent=2))
    else:
        _print_report(report, texts)
        _print_advice(given_advice)
    return 1 if report.problems else 0


def _print_report(report: Report, texts: Path | None) -> None:
    from analysis.copies import copy_of

    for problem in report.problems:
        print(problem)
    found = report.as_json()
    if report.debate:
        _print_counts(report, found["sources"])
        asked, put = (counted(found["counts"][k], k[:-1]) for k in ("questions", "propositions"))
        print(f"{asked}, {put}, {found['counts']['core']} core")
        _print_coders(report.debate)
    if texts is None:
        print("Passages not checked: that needs your copies of the texts (--texts DIR).")
    elif missing := [k for k, c in found["sources"].items() if c["anchors"] and c["anchors_resolved"] is None]:
        print(f"Passages not checked for want of a copy: {', '.join(missing)}.")
    if texts and report.debate:
        copies = {key: copy_of(texts, key, report.debate.sources) for key in report.resolved}
        if some := [f"{file.name} for {key}" for key, file in copies.items() if file and file.stem != key]:
            print(f"Copies known by an author’s name: {', '.join(some)}.")
    print(_count_in_words(report))


def _count_in_words(report: Report) -> str:
    """How many problems there are; those that only the copies show apart, for a build does without copies and does not count them."""
    if not report.problems:
        return "No problems."
    said, own = counted(len(report.problems), "problem"), len(report.problems) - report.in_copies
    if not report.in_copies:
        return said
    return f"{said}: {own} in the debate's files (`stancebook build` counts these alone), {report.in_copies} found with the help of your copies."


def _print_advice(given: list[Advice]) -> None:
    from analysis.advice import KINDS

    if given:
        print("\nAdvice, on what is no problem:")
    for kind, do in KINDS.items():
        some = [a for a in given if a.kind == kind]
        if some:
            print(f"- {do}.")
        for one in some[:MOST_ADVICE]:
            print(f"    {one}")
        if (more := len(some) - MOST_ADVICE) > 0:
            print(f"    and {more} more (--json has all)")


def _print_counts(report: Report, sources: dict[str, dict[str, int | None]]) -> None:
    head = ["claims", "reported", "links", "stances", "silences", "uncoded", "anchors", "exact", "forgiven", "failed"]
    head = head if report.resolved else head[:7]
    wide = max([22, *(len(key) + 2 for key in sources)])
    print(f"{'source':<{wide}}" + "".join(f"{h:>10}" for h in head))
    for key, counts in sources.items():
        statuses = report.resolved.get(key)
        cells = [str(counts[h]) for h in head[:7]]
        if report.resolved:
            found = [statuses["exact"], statuses["forgiven"]] if statuses else []
            cells += [*map(str, found), str(statuses.total() - sum(found))] if statuses else ["–"] * 3
        print(f"{key:<{wide}}" + "".join(f"{c:>10}" for c in cells))


def _print_coders(debate: Debate) -> None:
    """The coders beside the reference, and the sources that the reference leaves out."""
    from analysis.debate import REFERENCE

    for coder in debate.coders:
        done = [s for c, s in debate.codings if c == coder]
        if coder != REFERENCE:
            print(f"codings/{coder}: {len(done)} of {len(debate.sources)} sources ({debate.coders[coder].label})")
        elif missing := [s for s in debate.sources if s not in done]:
            print(f"Not coded in codings/{coder}: {', '.join(missing)}.")


def _build(given: argparse.Namespace) -> int:
    from analysis.build import build, planned_here
    from analysis.plan import has_own_notebooks, notebooks_here

    out, figures = Path("build"), Path("figures")
    debate = given.debate if has_own_notebooks() else debate_folder(given)
    if debate and not (debate / "debate.yml").is_file():
        raise UsageError(f"there is no debate in {debate} (no debate.yml)")
    asked = (given.only, debate, tuple(given.preset), Path())
    try:
        notebooks = notebooks_here(out)
        _print_whose(notebooks)
        if given.dry_run:
            return _print_due(*planned_here(notebooks, out, *asked, force=given.force))
        outcome = build(
            notebooks, out, figures, given.jobs, *asked,
            force=given.force, cold=given.cold, check=given.check, progress=_progress,
        )  # fmt: skip
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for failure in outcome.failures[:MOST_FAILURES]:
        print(failure, file=sys.stderr)
    if (more := len(outcome.failures) - MOST_FAILURES) > 0:
        print(f"… and {more} more.", file=sys.stderr)
    _print_outcome(outcome, figures, out, given.check)
    if given.grey and not given.check:
        print(f"{_grey_proofs(outcome, figures, out)} grey-scale proofs in {out}/grey/.")
    unprinted = _print_pages(outcome, out) if given.pdf and not given.check else 0
    return 1 if outcome.failures or unprinted else 0


def _print_whose(notebooks: Path) -> None:
    """Whose plan is run, before it is: notebooks are code."""
    from analysis.plan import has_own_notebooks

    if has_own_notebooks():
        print(f"Plan: {notebooks}/build.yml of this folder, with the notebooks beside it.", flush=True)
        return
    print("Plan: the notebooks that come with Stancebook.", flush=True)
    if Path("notebooks").is_dir() and Path("debate.yml").is_file():
        print(
            "notebooks/ is not run: this is the folder of a debate, which may come from others. "
            f"Notebooks of your own go beside it: ../notebooks/, with a build.yml; then run `stancebook build {Path.cwd().name}` there."
        )


def _progress(total: int, kept: int) -> Any:
    """A bar with the runs that are going on; a log gets a line now and then."""
    from tqdm import tqdm

    shape = "{desc}: {n_fmt} of {total_fmt} runs |{bar:20}| {elapsed}{postfix}"
    pause = 0.1 if sys.stderr.isatty() else 10
    return tqdm(total=total, initial=kept, desc="building", bar_format=shape, mininterval=pause, dynamic_ncols=True)


def _print_due(runs: dict[str, list[str]], empty: list[Empty]) -> int:
    for name, reasons in runs.items():
        print(f"{name}: {'; '.join(reasons) if reasons else 'nothing changed'}")
    for entry in empty:
        print(entry)
    print(f"{sum(map(bool, runs.values()))} of {len(runs)} runs would be made.")
    return 0


def _print_outcome(outcome: Outcome, figures: Path, out: Path, check: bool) -> None:
    made = len(outcome.made) - sum(f.job in outcome.made for f in outcome.failures)
    notebooks = dict.fromkeys(name.partition("--")[0] for name in sorted([*outcome.made, *outcome.had]))
    print(f"{counted(made, 'run')} made, {len(outcome.had)} had not changed.")
    print(f"Notebooks: {', '.join(notebooks) or 'none'}.")
    if failed := sorted({f.job for f in outcome.failures} & set(outcome.made)):
        print(f"{len(failed)} of the runs failed; the others are done.", file=sys.stderr)
    for note in [*outcome.empty, *outcome.notes]:
        print(note)
    if outcome.layouts:
        print(_unused_in_words(outcome.layouts))
    if check:
        print(
            f"{figures}/ does not follow from the data as they are: run `make figures`, and look at what changed."
            if outcome.failures
            else f"{figures}/ follows from the data as they are."
        )
    else:
        names = sorted({Path(f).name.split(".")[0] for f in outcome.changed})
        some = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        print(f"Figures new or other than before: {len(names)} of {outcome.figures}{f' ({some})' if names else ''}.")
        print(f"Figures in {figures}/ (with manifest.json), pages to read from {out}/index.html.")


def _unused_in_words(layouts: list[Path]) -> str:
    """Which kept layouts no map of a build uses, why they may be there, and how to be rid of them."""
    named = "".join(f"\n    {_from_here(file)}" for file in layouts[:MOST_FAILURES])
    more = f"\n    and {len(layouts) - MOST_FAILURES} more" if len(layouts) > MOST_FAILURES else ""
    return (
        f"No map of this build uses {counted(len(layouts), 'kept layout')}, left from an earlier choice or codings, or from a map you asked for yourself. "
        f"The page to browse shows those that still fit the codings. Delete the files that you do not want:{named}{more}"
    )


def _from_here(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _layouts_advice(debate: Debate) -> list[Advice]:
    """The kept layouts that show no map of the codings as they are."""
    if not any(debate.path.glob("layouts/*/*.json")):
        return []
    from analysis.advice import Advice
    from analysis.browse.maps import unfit

    why = "the codings have changed since, so neither a figure nor the page shows it"
    return [Advice("layouts", str(f.relative_to(debate.path)), 1, f.stem, why) for c in debate.coders for f in unfit(debate, c)]  # fmt: skip


def _grey_proofs(outcome: Outcome, figures: Path, out: Path) -> int:
    from analysis.exports import grey
    from analysis.reading import write

    pictures = [f for f in outcome.files if f.endswith(".png")]
    for name in pictures:
        write(out / "grey" / name, grey((figures / name).read_bytes()))
    return len(pictures)


def _print_pages(outcome: Outcome, out: Path) -> int:
    """The number of pages that could not be printed."""
    from tqdm import tqdm

    from analysis.pages import pdf

    failed = 0
    printed = ""
    names = [n for n in [*outcome.had, *outcome.made] if (out / f"{n}.html").is_file()]
    for name in tqdm(sorted(names), desc="printing", unit="page"):
        try:
            printed = pdf(out / f"{name}.html", out / f"{name}.pdf")
        except ValueError as error:
            print(f"{name}.pdf: {error}", file=sys.stderr)
            failed += 1
            if not printed:
                print("No page was printed to PDF.", file=sys.stderr)
                return len(names)
    print(f"{len(names) - failed} pages printed to {out}/*.pdf with {printed}.")
    return failed


def _trace(given: argparse.Namespace) -> int:
    from analysis.trace import trace, trace_in_words

    found = trace(given.figure, Path("figures"), Path.cwd(), given.source, given.proposition)
    print(json.dumps(found, ensure_ascii=False, indent=2) if given.json else trace_in_words(found))
    return 0
