"""The command `stancebook`: parsing and printing only."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__

if TYPE_CHECKING:
    from analysis.build import Outcome
    from analysis.debate import Debate, Report
    from analysis.exchange.losses import Loss
    from analysis.passages import Excerpt
    from analysis.sheets.form import Form

_CHECK = """\
Prints a row for each source: claims, of them reported views; links (supports and attacks); stances, silences and uncoded
propositions; and its passages (anchors). With --texts: how many passages were found letter for letter (exact), found with
something forgiven (a scanning error, a note inside), or not found in your copy. `core` counts the propositions of the short set.
"""

_BUILD = """\
Runs the notebooks that notebooks/build.yml names, with the parameters it gives them. A run is made again when something changed that
went into it: the notebook, its parameters, the part of the debate or any other file it read, the package, the installed libraries. The
rest is taken from build/cache/. Figures go to figures/ with their data, captions and tables; pages to read to build/ (begin with index.html),
among them one to browse the debate with (build/debates/, as `stancebook page` writes it).
"""
MOST_FAILURES = 25
_TRACE = """\
Prints the way back from a figure: what made it, from which part of the debate, its table, the stances it shows with their reasons, the
claims those rest on, and for each claim the first and last words of its passage (`stancebook passage` shows it in your copy).
"""
_PAGE = """\
Writes one HTML file with grid, cards, pairs and argument maps of a debate. It needs no server and no network, and holds no passage:
of each, its first and last words. A file that is there is replaced if it is such a page.
"""
# What a format is called → the module of `analysis.exchange` that has it, and what `dump` and `load` there are told.
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "csl": ("bibliography", {"form": "csl"}),
    "bibtex": ("bibliography", {"form": "bibtex"}),
    "ris": ("bibliography", {"form": "ris"}),
    "csv": ("tidy", {"form": "csv"}),
    "xlsx": ("tidy", {"form": "xlsx"}),
    "json": ("tidy", {"form": "json"}),
    "argdown": ("argdown", {}),
    "annotations": ("annotations", {}),
    "qdpx": ("refi", {"form": "qdpx"}),
    "qdc": ("refi", {"form": "qdc"}),
    "aif": ("aif", {"form": "aif"}),
    "xaif": ("aif", {"form": "xaif"}),
    "polis": ("polis", {}),
    "dna": ("dna", {}),
    "graphml-map": ("graphml", {"form": "map"}),
    "graphml-network": ("graphml", {"form": "network"}),
}
WITH_TEXTS = {"annotations", "dna", "qdpx"}
OF_ALL_CODERS = {"csl", "bibtex", "ris", "csv", "xlsx", "json", "qdc"}
ONLY_OUT = {"graphml-map", "graphml-network"}
_EXPORT = """\
Writes a debate, or its bibliography, as a file of another program, and beside it FILE.losses.md: what the format could not carry.
A file that is there is replaced only if it is such an export and nobody changed it.
"""
_IMPORT = """\
Makes a new debate's folder (of a bibliography, its sources.json) from a file of another program. What the file does not say is filled
with “to do”; what a debate cannot hold, was changed or made up is said in DIR.losses.md. Then the folder is checked.
"""
_SHEET = """\
Writes a sheet to code texts in, as the ending of FILE says: .xlsx (for Excel, LibreOffice, Google Sheets: a tab for each text), .csv (all
texts in one table), .html or .pdf (to print and fill in by hand). It shows the propositions, the scale and the rules, and no coding.
"""
_SHEET_READ = """\
Takes filled sheets (.xlsx, .ods, .csv) into coding files: DIR/<coder>/<source>.yml with its coder.yml. Every slip is named with file, sheet,
row, column and cure. Sound rows are kept; the others go to DIR/<coder>-left-out.csv. A coding that is there is never overwritten unless
you say --replace. Where your copy of a text is at hand, each passage is looked up in it.
"""
_CALIBRATION = """\
Writes the exercise of a debate's calibration.yml, as the ending of FILE says (.pdf, .html): made-up passages on the first page, on
another how the rules read them. Print it on one side, and give out the answers after the try. The notebook `calibration` has it with the mouse.
"""
_HANDOUT = """\
Writes one page for the teacher, as the ending of FILE says (.pdf, .html): what to send out a week ahead, the ninety minutes, and what
comes after. It is written for the debate that comes with Stancebook.
"""

_CLASS = """\
Writes a report on the codings that `stancebook sheet read` took in: FOLDER/report/08-class.html, with the notebook and its figures. Who is
done, where students differ, which cells are worth an hour, who should talk with whom; with --second, who moved. Students go by pseudonyms
drawn by lot; FOLDER/pseudonyms.yml says who is who. What is printed here names them by their folders.
"""

_EXPLORE = """\
Opens the explorer of a debate as an app in the browser. It listens on this machine only, under an address with a key, and asks nothing of
the network. What you read otherwise is kept only if you say so, in a folder of its own beside the reference.
"""

_ADOPT = """\
Puts a coder's reading into the reference in place of its own, and both readings with the reason into codings/adjudication.md. The rest of
the reference file stays as it is, and so does the counter-reading. Run `stancebook build` afterwards: figures that rest on it change.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 if there are problems, 2 if it was called wrongly."""
    given = _parser().parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        return int(given.run(given))
    except ValueError as error:  # written for the reader
        print(f"stancebook: {error}", file=sys.stderr)
        return 1
    except _UsageError as error:
        print(f"stancebook: {error}", file=sys.stderr)
        return 2
    except OverflowError:
        print("stancebook: a number is too large", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stancebook: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone (`| head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"stancebook: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stancebook", description="Compare what the authors of a debate claim.")
    parser.add_argument("--version", action="version", version=f"stancebook {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str, description: str | None = None) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=description or f"{help[0].upper()}{help[1:]}.")
        added.set_defaults(run=run)
        return added

    check = command("check", _check, "check a debate's files, and its passages if you have the texts", _CHECK)
    check.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    check.add_argument(
        "--texts",
        type=Path,
        metavar="DIR",
        help="folder with your copies, named <source>.txt (default: the debate's texts/, if there are any)",
    )
    check.add_argument("--json", action="store_true", help="print problems and counts as JSON")

    build = command("build", _build, "run the notebooks whose inputs have changed, and make the figures", _BUILD)
    build.add_argument(
        "--jobs", type=_positive, default=(os.cpu_count() or 1) + 1, metavar="N",
        help="runs at a time (default: one more than there are processors)",
    )  # fmt: skip
    build.add_argument("--only", metavar="NAME", help="one notebook (02-question) or one run (02-question--cell)")
    build.add_argument(
        "--debate", type=Path, metavar="DIR", help="another debate's folder; its figures go to figures/<folder>/"
    )
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
        "trace", _trace, "print the way back from a figure: its table, stances, claims and passages", _TRACE
    )
    trace.add_argument(
        "figure", help="its name (02-cell-grid), or an SVG, PNG or PDF made by a build, wherever it is now"
    )
    trace.add_argument("--source", help="what concerns this source only")
    trace.add_argument("--proposition", help="what concerns this proposition only")
    trace.add_argument("--json", action="store_true", help="print it as JSON")

    page = command("page", _page_written, "write one self-contained page to browse the debate with", _PAGE)
    page.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    page.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it (default: <debate's folder>.html, here)"
    )
    page.add_argument("--coder", default="reference", metavar="NAME", help="whose coding to show (default: reference)")
    page.add_argument("--replace", action="store_true", help="replace a file that is no such page")

    export = command("export", _exported, "write the debate as a file of another program, with what it could not carry", _EXPORT)  # fmt: skip
    export.add_argument("format", choices=FORMATS)
    export.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument("--coder", metavar="NAME", help="whose coding (default: reference)")
    export.add_argument(
        "--question", action="append", metavar="ID", help="this question only; may be given several times"
    )
    export.add_argument(
        "--with-texts", action="store_true",
        help="put the passages, or the texts, from your own copies into the file, which then must not be passed on",
    )  # fmt: skip
    export.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
    )
    export.add_argument("--replace", action="store_true", help="replace whatever is there")

    imported = command("import", _imported, "make a debate's folder from a file of another program", _IMPORT)
    imported.add_argument("format", choices=[f for f in FORMATS if f not in ONLY_OUT])
    imported.add_argument("file", type=Path, help="the file, or a folder of files")
    imported.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="a folder that is new or empty"
    )

    explore = command(
        "explore", _explore, "explore a debate in the browser: click a cell, read the reason and the passage", _EXPLORE
    )
    explore.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    explore.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
    )
    explore.add_argument(
        "--class", dest="students", type=Path, metavar="DIR",
        help="folder of a class, whose students, under pseudonyms, are coders to choose from",
    )  # fmt: skip
    explore.add_argument(
        "--port",
        type=_positive,
        default=8866,
        metavar="N",
        help="where on this machine (default: 8866, or near it if taken)",
    )
    explore.add_argument("--no-browser", action="store_true", help="only say where it is")

    _add_sheet(commands)
    exercise = command(
        "calibration", _exercise, "write the exercise on the rules, to print before a class codes", _CALIBRATION
    )
    exercise.add_argument(
        "debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)"
    )
    teacher = command(
        "handout", _handout, "write the page for the teacher: before, during and after the class", _HANDOUT
    )
    for printed, name in ((exercise, "calibration.pdf"), (teacher, "handout.pdf")):
        printed.add_argument("-o", "--output", type=Path, default=Path(name), metavar="FILE", help=f"(default: {name})")
        printed.add_argument("--replace", action="store_true", help="replace a file that is there")

    adopt = command("adopt", _adopt, "take a counter-reading into the reference, and put on record why", _ADOPT)
    adopt.add_argument("coder", help="whose reading, e.g. anna-k")
    adopt.add_argument("reading", help="e.g. gusev-2008/cell-checks-management")
    adopt.add_argument("--because", required=True, metavar="WHY", help="why it is the better reading")
    adopt.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")

    _add_class(
        command("class", _class_reported, "report on a class: who is done, where students differ, who moved", _CLASS)
    )

    texts = command("texts", _texts_add, "take your copy of a text into the debate's folder (it is never shared)")
    texts.add_argument("action", choices=["add"])
    texts.add_argument("source", help="which source it is, e.g. harris-2017")
    texts.add_argument("file", type=Path, help="PDF, HTML, DOCX, EPUB or plain text")
    texts.add_argument("--replace", action="store_true", help="replace the copy that is there")

    passage = command("passage", _passage, "show the passage of a claim in your copy")
    passage.add_argument("claim", help="e.g. harris-2017/nothing-inevitable")
    passage.add_argument(
        "--sentences", type=_positive, default=2, metavar="N", help="sentences before and after (default: 2)"
    )

    find = command("find", _find, "find words in your copies, and the claims that rest there")
    find.add_argument("words", help='words, or a "quoted phrase"')
    find.add_argument("--source", help="in one source only")
    find.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most N places (default: 20)")

    uncovered = command(
        "uncovered", _uncovered, "list the stretches of your copies that no claim touches, longest first"
    )
    uncovered.add_argument("--source", help="in one source only")
    uncovered.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most N stretches (default: 20)")

    anchor = command("anchor", _anchor, "print the anchor of a passage for a coding file, in its shortest unique form")
    anchor.add_argument("source")
    anchor.add_argument("first", help="the passage's first words")
    anchor.add_argument("last", help="its last words")

    seal = command("seal", _seal, "compute letters and skeleton of the anchors and write them into the coding files")
    for needing_texts in (texts, passage, find, uncovered, anchor, seal):
        needing_texts.add_argument(
            "debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)"
        )
        if needing_texts is not texts:
            needing_texts.add_argument(
                "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
            )
    return parser


def _add_sheet(commands: Any) -> None:
    sheet = commands.add_parser("sheet", help="make coding sheets for a class, and read them back")
    actions = sheet.add_subparsers(dest="action", required=True, metavar="make|read")
    make = actions.add_parser("make", help="write a sheet to fill in", description=_SHEET)
    make.set_defaults(run=_sheet_made)
    make.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    make.add_argument("--sources", type=_names, default=(), metavar="A,B", help="these texts only (default: all)")
    make.add_argument("--questions", type=_names, default=(), metavar="A,B", help="these questions only (default: all)")
    make.add_argument("--core", action="store_true", help="only the propositions of the short set")
    make.add_argument(
        "--coder", default="", metavar="NAME", help="who fills it in (default: they write it in themselves)"
    )
    make.add_argument(
        "-o", "--output", type=Path, default=Path("sheet.xlsx"), metavar="FILE", help="(default: sheet.xlsx)"
    )
    make.add_argument("--replace", action="store_true", help="replace a file that is there: it may have been filled in")

    read = actions.add_parser("read", help="take filled sheets into coding files", description=_SHEET_READ)
    read.set_defaults(run=_sheet_read)
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="filled sheets")
    read.add_argument(
        "-o", "--output", type=Path, default=Path("class"), metavar="DIR", help="(default: class/, which git ignores)"
    )
    read.add_argument(
        "--debate", type=Path, metavar="DIR", help="the debate's folder (default: the only one under data/)"
    )
    read.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
    )
    read.add_argument("--replace", action="store_true", help="replace codings that are there and say something else")


def _add_class(report: argparse.ArgumentParser) -> None:
    report.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("class"),
        metavar="FOLDER",
        help="the class's codings (default: class/)",
    )
    report.add_argument("--second", type=Path, metavar="DIR", help="their codings of a second round")
    report.add_argument("--reference", action="store_true", help="show the reference coding beside them")
    report.add_argument("--names", action="store_true", help="show the students' own labels instead of pseudonyms")
    report.add_argument(
        "--sources", type=_names, default=(), metavar="A,B", help="the texts that were asked (default: those begun)"
    )
    report.add_argument(
        "--questions",
        type=_names,
        default=(),
        metavar="A,B",
        help="the questions that were asked (default: what anybody coded)",
    )
    report.add_argument("--core", action="store_true", help="only the propositions of the short set were asked")
    report.add_argument(
        "--coder", default="reference", metavar="NAME", help="whose coding the reference is (default: reference)"
    )
    report.add_argument(
        "--debate", type=Path, metavar="DIR", help="the debate's folder (default: the only one under data/)"
    )
    report.add_argument(
        "--preset", default="web", metavar="NAME", help="where the figures go (default: web; see build)"
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", text) if name)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


class _UsageError(Exception):
    """The command was called wrongly; the message says how to call it."""


def _folder(given: argparse.Namespace) -> Path:
    """The debate's folder, or the only one there is."""
    found = [p.parent for p in Path("data").glob("*/debate.yml")]
    if given.debate or len(found) == 1:
        return given.debate or found[0]
    raise _UsageError("name the debate's folder, e.g. data/soviet-dictatorship")


# check and build


def _check(given: argparse.Namespace) -> int:
    from analysis.debate import check_debate

    folder = _folder(given)
    if given.texts and not given.texts.is_dir():
        raise _UsageError(f"there is no folder {given.texts} for --texts")
    own = folder / "texts"
    texts = given.texts or (own if any(own.glob("*.txt")) else None)
    report = check_debate(folder, texts)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_report(report, texts is not None)
    return 1 if report.problems else 0


def _print_report(report: Report, with_texts: bool) -> None:
    for problem in report.problems:
        print(problem)
    found = report.as_json()
    if report.debate:
        _print_counts(report, found["sources"])
        print(
            f"{found['counts']['questions']} questions, {found['counts']['propositions']} propositions, {found['counts']['core']} core"
        )
        _print_coders(report.debate)
    if not with_texts:
        print("Passages not checked: that needs your copies of the texts (--texts DIR).")
    elif missing := [k for k, c in found["sources"].items() if c["anchors"] and c["anchors_resolved"] is None]:
        print(f"Passages not checked for want of a copy: {', '.join(missing)}.")
    print(
        f"{len(report.problems)} problem{'' if len(report.problems) == 1 else 's'}"
        if report.problems
        else "No problems."
    )


def _print_counts(report: Report, sources: dict[str, dict[str, int | None]]) -> None:
    head = ["claims", "reported", "links", "stances", "silences", "uncoded", "anchors", "exact", "forgiven", "failed"]
    head = head if report.resolved else head[:7]
    print(f"{'source':<22}" + "".join(f"{h:>10}" for h in head))
    for key, counts in sources.items():
        statuses = report.resolved.get(key)
        cells = [str(counts[h]) for h in head[:7]]
        if report.resolved:
            found = [statuses["exact"], statuses["forgiven"]] if statuses else []
            cells += [*map(str, found), str(statuses.total() - sum(found))] if statuses else ["–"] * 3
        print(f"{key:<22}" + "".join(f"{c:>10}" for c in cells))


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

    notebooks, out, figures = Path("notebooks"), Path("build"), Path("figures")
    if given.debate and not (given.debate / "debate.yml").is_file():
        raise _UsageError(f"there is no debate in {given.debate} (no debate.yml)")
    asked = (given.only, given.debate, tuple(given.preset))
    try:
        if given.dry_run:
            return _print_due(planned_here(notebooks, out, *asked, force=given.force))
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


def _progress(total: int, kept: int) -> Any:
    """A bar with the runs that are going on; a log gets a line now and then."""
    from tqdm import tqdm

    shape = "{desc}: {n_fmt} of {total_fmt} runs |{bar:20}| {elapsed}{postfix}"
    pause = 0.1 if sys.stderr.isatty() else 10
    return tqdm(total=total, initial=kept, desc="building", bar_format=shape, mininterval=pause, dynamic_ncols=True)


def _print_due(runs: dict[str, list[str]]) -> int:
    for name, reasons in runs.items():
        print(f"{name}: {'; '.join(reasons) if reasons else 'nothing changed'}")
    print(f"{sum(map(bool, runs.values()))} of {len(runs)} runs would be made.")
    return 0


def _print_outcome(outcome: Outcome, figures: Path, out: Path, check: bool) -> None:
    made = len(outcome.made) - sum(f.job in outcome.made for f in outcome.failures)
    print(f"{made} run{'' if made == 1 else 's'} made, {len(outcome.had)} had not changed.")
    if failed := sorted({f.job for f in outcome.failures} & set(outcome.made)):
        print(f"{len(failed)} of the runs failed; the others are done.", file=sys.stderr)
    for note in outcome.notes:
        print(note)
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


def _page_written(given: argparse.Namespace) -> int:
    from analysis.browse import is_page, page
    from analysis.debate import load_debate
    from analysis.reading import write

    folder = _folder(given)
    file = given.output or Path(f"{folder.resolve().name}.html")
    if file.is_dir():
        raise _UsageError(f"{file} is a folder; name a file, e.g. {file / folder.resolve().name}.html")
    if file.exists() and not given.replace and not is_page(file):
        raise _UsageError(f"{file} is there and is not such a page; choose another name, or add --replace")
    content = page(load_debate(folder, coders=[given.coder]), given.coder).encode()
    written = write(file, content)
    print(f"{file}: {len(content) / 1000:,.0f} kB{'' if written else ', as it was'}.")
    return 0


# Out to other programs, and in


def _exported(given: argparse.Namespace) -> int:
    from analysis.codings import as_read_by
    from analysis.debate import REFERENCE, load_debate
    from analysis.exchange import shelves
    from analysis.reading import did_you_mean

    folder = _folder(given)
    coder = given.coder or REFERENCE
    whole = load_debate(folder, given.question)
    if coder not in whole.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, whole.coders)}')
    module, options = _dump_options(given, folder)
    made, losses = import_module(f"analysis.exchange.{module}").dump(as_read_by(whole, coder), coder, **options)
    losses += shelves.beside_records(folder)
    heading = f"What {given.format} could not carry of {folder.resolve().name}, read by {coder}"
    report = shelves.put(made, losses, given.output, heading, given.replace)
    _print_losses(losses)
    print(f"{given.output} written; what it could not carry stands in {report}.")
    return 0


def _dump_options(given: argparse.Namespace, folder: Path) -> tuple[str, dict[str, Any]]:
    """The module of a format, and what its `dump` is told; asks back if that does not go together."""
    module, options = FORMATS[given.format]
    texts = given.texts or folder / "texts"
    if given.coder and given.format in OF_ALL_CODERS:
        raise _UsageError(f"{given.format} holds what all coders coded, or no codings; leave out --coder")
    if given.with_texts and given.format not in WITH_TEXTS:
        raise _UsageError(f"{given.format} holds no texts; leave out --with-texts")
    if given.texts and not given.with_texts:
        raise _UsageError("--texts says where your copies are; add --with-texts to put them into the file")
    if given.with_texts and not any(texts.glob("*.txt")):
        raise _UsageError(f"there are no copies in {texts} for --with-texts")
    return module, options | ({"texts": texts} if given.with_texts else {})


def _imported(given: argparse.Namespace) -> int:
    from analysis.debate import check_debate
    from analysis.exchange import folders, shelves

    module, options = FORMATS[given.format]
    raw = shelves.taken(given.file)
    try:
        read, losses = import_module(f"analysis.exchange.{module}").load(raw, **options)
    except ValueError as error:
        raise ValueError(f"{given.file}: {error}") from None
    heading = f"What of {given.file.name} a debate cannot hold, and what was changed or made up"
    report = shelves.put_new(folders.files(read), losses, given.output, heading)
    _print_losses(losses)
    problems = [] if isinstance(read, tuple) else check_debate(given.output).problems
    for problem in problems[:MOST_FAILURES]:
        print(f"to do: {problem}")
    if (more := len(problems) - MOST_FAILURES) > 0:
        print(f"to do: {more} more, which `stancebook check {given.output}` lists")
    todo = f"{len(problems)} problem{'' if len(problems) == 1 else 's'} to mend"
    print(f"{given.output} written, {todo}; what was left out or made up stands in {report}.")
    return 0


def _print_losses(losses: list[Loss]) -> None:
    for loss in losses:
        print(f"- {loss}")


def _explore(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.explorer.serving import serve

    folder = _folder(given)
    if given.texts and not given.texts.is_dir():
        raise _UsageError(f"there is no folder {given.texts} for --texts")
    if given.port > 65_535:
        raise _UsageError("a port is a number up to 65535")
    debate = load_debate(folder)  # what is wrong with it is said here, not in the browser
    if given.students:
        from analysis.classroom import with_class

        with_class(debate, given.students)
    serve(folder, given.texts, given.students, given.port, not given.no_browser)
    return 0


def _adopt(given: argparse.Namespace) -> int:
    from analysis.adoption import adopt
    from analysis.debate import load_debate

    source, slash, proposition = given.reading.partition("/")
    if not slash:
        raise _UsageError(f"name the reading as source/proposition, not “{given.reading}”")
    folder = _folder(given)
    done = adopt(load_debate(folder), given.coder, source, proposition, given.because)
    more = f", and {_count(len(done.claims), 'claim')} added" if done.claims else ""
    print(f"{folder}/codings/reference/{source}.yml: {proposition} read as by {given.coder}{more}.")
    print(f"{folder}/codings/adjudication.md: the reason is on record.")
    return 0


# A class's sheets


def _sheet_made(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.sheets.form import form

    debate = load_debate(_folder(given), coders=[])
    asked = form(debate, given.sources, given.questions, given.core, given.coder)
    if given.output.exists() and not given.replace:
        raise _UsageError(
            f"{given.output} is there, and may have been filled in; choose another name, or add --replace"
        )
    _write_sheet(asked, given.output)
    print(f"{given.output}: {_count(len(asked.propositions), 'proposition')}, {_count(len(asked.sources), 'text')}.")
    return 0


def _write_sheet(asked: Form, file: Path) -> None:
    from analysis.reading import write
    from analysis.sheets.form import table

    suffix = file.suffix.lower()
    if suffix == ".xlsx":
        from analysis.sheets.workbook import workbook

        write(file, workbook(asked))
    elif suffix == ".csv":
        write(file, table(asked))
    elif suffix in (".html", ".pdf"):
        from analysis.sheets.paper import paper

        _write_page(paper(asked), file)
    else:
        raise _UsageError(
            f"a sheet is .xlsx, .csv, .html or .pdf, not “{file.suffix}”; name the file so, e.g. {file.with_suffix('.xlsx')}"
        )


def _write_page(html: str, file: Path) -> None:
    from analysis.pages import printed
    from analysis.reading import write

    if file.suffix.lower() == ".pdf":
        printed(html, file)
    elif file.suffix.lower() == ".html":
        write(file, html.encode("utf-8", "replace"))
    else:
        raise _UsageError(
            f"a page is .pdf or .html, not “{file.suffix}”; name the file so, e.g. {file.with_suffix('.pdf')}"
        )


def _exercise(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.seminar.paper import paper

    return _new_page(given, paper(load_debate(_folder(given), coders=[])))


def _handout(given: argparse.Namespace) -> int:
    from analysis.seminar.paper import HANDOUT

    return _new_page(given, HANDOUT.read_text(encoding="utf-8"))


def _new_page(given: argparse.Namespace, html: str) -> int:
    if given.output.exists() and not given.replace:
        raise _UsageError(f"{given.output} is there; choose another name, or add --replace")
    _write_page(html, given.output)
    print(given.output)
    return 0


def _sheet_read(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import copies
    from analysis.sheets.answers import answers
    from analysis.sheets.classes import keep

    if given.texts and not given.texts.is_dir():
        raise _UsageError(f"there is no folder {given.texts} for --texts")
    debate = load_debate(_folder(given), coders=[])
    found = answers(given.files, debate, copies(debate, given.texts))
    kept = keep(found, given.output, given.replace)
    for problem in (*found.problems, *kept.problems):
        print(problem)
    for note in found.notes:
        print(f"Note: {note}")
    for name, student in found.students.items():
        counts = [
            f"{s}: {_count(len(c.stances), 'stance')}, {_count(len(c.silences), 'silence')}"
            for s, c in student.codings.items()
        ]
        counts += [f"{_count(len(student.left_out), 'row')} left out"] if student.left_out else []
        print(f"{given.output / name} ({student.label}): {'; '.join(counts)}.")
    print(f"{_count(len(kept.written), 'file')} written, {len(kept.same)} as they were.")
    return 1 if found.problems or kept.problems else 0


def _class_reported(given: argparse.Namespace) -> int:
    from analysis.build import report
    from analysis.debate import load_debate
    from analysis.presets import preset_named
    from analysis.sheets.classes import load_class
    from analysis.sheets.form import form
    from analysis.sheets.rows import REPORT

    debate = load_debate(_folder(given), coders=[given.coder])
    form(debate, given.sources, given.questions, given.core)  # refuses names that the debate does not have
    preset_named(given.preset)
    folders = [given.folder, given.second] if given.second else [given.folder]
    if missing := [f for f in folders if not f.is_dir()]:
        raise _UsageError(
            f"there is no folder {missing[0]}; read the class's sheets first: stancebook sheet read … -o {missing[0]}"
        )
    problems = [p for f in folders for p in load_class(debate, f).problems]
    for problem in problems:
        print(problem)
    notebook = Path("notebooks/08-class.ipynb")
    asked = {"sources": list(given.sources), "questions": list(given.questions), "core": given.core}
    shown = {"anonymous": not given.names, "reference": given.reference, "coder": given.coder, "preset": given.preset}
    places = {"debate": _folder(given), "folder": given.folder, "second": given.second}
    seen = {name: os.path.relpath(place, notebook.parent) if place else "" for name, place in places.items()}
    if failure := report(notebook, {**seen, **shown, **asked}, given.folder / REPORT):
        print(failure, file=sys.stderr)
        return 1
    print(f"{given.folder / REPORT / notebook.stem}.html, with its figures beside it.")
    return 1 if problems else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# The reader's copies


def _texts_add(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import added

    folder = _folder(given)
    debate = load_debate(folder)
    taken = added(debate, given.source, given.file, given.replace)
    paged = f", {taken.pages} pages" if taken.pages > 1 else ""
    print(
        f"{folder}/texts/{taken.key}.txt: {taken.words:,} words{paged}; {taken.resolved} of {taken.anchors} passages found."
    )
    if taken.failed:
        print(f"Not found: {', '.join(taken.failed)}.")
    return 0


def _passage(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import claim_named, context, web_link

    folder = _folder(given)
    debate = load_debate(folder)
    key, claim = claim_named(debate, given.claim)
    holder = f", {claim.holder}" if claim.holder else ""
    print(f"{debate.sources[key].label}, {key}/{claim.id} ({claim.voice}{holder})")
    print(textwrap.indent(textwrap.fill(claim.text, 92), "  "))
    excerpts = context(debate, given.claim, given.sentences, given.texts)
    for excerpt in excerpts:
        _print_excerpt(excerpt)
    if link := web_link(debate.sources[key], claim):
        print(f"\n{link}")
    return 0 if all(e.passage for e in excerpts) else 1


def _print_excerpt(excerpt: Excerpt) -> None:
    page = f", page {excerpt.page} of your copy" if excerpt.page else ""
    notes = f" ({excerpt.notes})" if excerpt.notes else ""
    print(f"\n[{excerpt.status}{page}]{notes}")
    if excerpt.passage:
        words = f"{excerpt.before} »{excerpt.passage}« {excerpt.after}".strip()
        print(textwrap.fill(words, 96))


def _find(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import found

    folder = _folder(given)
    places = found(load_debate(folder), given.words, given.source, given.texts, given.limit)
    for row in places.itertuples():
        claimed = f"  [{', '.join(row.claims)}]" if row.claims else ""
        print(f"{row.source}{_page(row.page)}: … {row.before} »{row.match}« {row.after} …{claimed}")
    print(f"{len(places)} place{'s' if len(places) != 1 else ''}." if len(places) else "Nothing found.")
    return 0


def _uncovered(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import uncovered

    folder = _folder(given)
    chosen = uncovered(load_debate(folder), given.texts, source=given.source)
    for row in chosen.head(given.limit).itertuples():
        print(f"{row.words:>6} words  {row.source}{_page(row.page)}: {row.first} … {row.last}")
    print(f"{min(len(chosen), given.limit)} of {len(chosen)} stretches.")
    return 0


def _page(value: Any) -> str:
    """“, page 7” or nothing: a table has no page where the copy has none."""
    return f", page {value}" if str(value).isdigit() else ""


def _anchor(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import new_anchor

    folder = _folder(given)
    print(f"- {new_anchor(load_debate(folder), given.source, given.first, given.last, given.texts)}")
    return 0


def _seal(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import seal

    folder = _folder(given)
    files = seal(load_debate(folder), given.texts)
    for file in files:
        print(f"{file.file}: {file.sealed} anchors sealed")
        for problem in file.left:
            print(f"  {problem}")
    return 1 if any(f.left for f in files) else 0


if __name__ == "__main__":
    sys.exit(main())
