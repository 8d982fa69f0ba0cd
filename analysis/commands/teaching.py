"""`sheet`, `calibration`, `handout` and `class`: what a seminar needs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.words import UsageError, add_debate, command, debate_folder, names
from analysis.counts import counted

if TYPE_CHECKING:
    from analysis.sheets.form import Form

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


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    _add_sheet(commands)
    exercise = command(
        commands,
        "calibration",
        _exercise,
        "write the exercise on the rules, to print before a class codes",
        _CALIBRATION,
    )
    add_debate(exercise)
    teacher = command(
        commands, "handout", _handout, "write the page for the teacher: before, during and after the class", _HANDOUT
    )
    for printed, name in ((exercise, "calibration.pdf"), (teacher, "handout.pdf")):
        printed.add_argument("-o", "--output", type=Path, default=Path(name), metavar="FILE", help=f"(default: {name})")
        printed.add_argument("--replace", action="store_true", help="replace a file that is there")

    _add_class(
        command(
            commands,
            "class",
            _class_reported,
            "report on a class: who is done, where students differ, who moved",
            _CLASS,
        )
    )


def _add_sheet(commands: Any) -> None:
    sheet = commands.add_parser("sheet", help="make coding sheets for a class, and read them back")
    actions = sheet.add_subparsers(dest="action", required=True, metavar="make|read")
    make = actions.add_parser("make", help="write a sheet to fill in", description=_SHEET)
    make.set_defaults(run=_sheet_made)
    add_debate(make)
    make.add_argument("--sources", type=names, default=(), metavar="A,B", help="these texts only (default: all)")
    make.add_argument("--questions", type=names, default=(), metavar="A,B", help="these questions only (default: all)")
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
    report.set_defaults(late=("folder", Path("class")))
    report.add_argument("--second", type=Path, metavar="DIR", help="their codings of a second round")
    report.add_argument("--reference", action="store_true", help="show the reference coding beside them")
    report.add_argument("--names", action="store_true", help="show the students' own labels instead of pseudonyms")
    report.add_argument(
        "--sources", type=names, default=(), metavar="A,B", help="the texts that were asked (default: those begun)"
    )
    report.add_argument(
        "--questions",
        type=names,
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


def _sheet_made(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.sheets.form import form

    debate = load_debate(debate_folder(given), coders=[])
    asked = form(debate, given.sources, given.questions, given.core, given.coder)
    if given.output.exists() and not given.replace:
        raise UsageError(f"{given.output} is there, and may have been filled in; choose another name, or add --replace")
    _write_sheet(asked, given.output)
    print(f"{given.output}: {counted(len(asked.propositions), 'proposition')}, {counted(len(asked.sources), 'text')}.")
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
        raise UsageError(
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
        raise UsageError(
            f"a page is .pdf or .html, not “{file.suffix}”; name the file so, e.g. {file.with_suffix('.pdf')}"
        )


def _exercise(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.seminar.paper import paper

    return _new_page(given, paper(load_debate(debate_folder(given), coders=[])))


def _handout(given: argparse.Namespace) -> int:
    from analysis.seminar.paper import HANDOUT

    return _new_page(given, HANDOUT.read_text(encoding="utf-8"))


def _new_page(given: argparse.Namespace, html: str) -> int:
    if given.output.exists() and not given.replace:
        raise UsageError(f"{given.output} is there; choose another name, or add --replace")
    _write_page(html, given.output)
    print(given.output)
    return 0


def _sheet_read(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import copies
    from analysis.sheets.answers import answers
    from analysis.sheets.classes import keep

    if given.texts and not given.texts.is_dir():
        raise UsageError(f"there is no folder {given.texts} for --texts")
    debate = load_debate(debate_folder(given), coders=[])
    found = answers(given.files, debate, copies(debate, given.texts))
    kept = keep(found, given.output, given.replace)
    for problem in (*found.problems, *kept.problems):
        print(problem)
    for note in found.notes:
        print(f"Note: {note}")
    for name, student in found.students.items():
        counts = [
            f"{s}: {counted(len(c.stances), 'stance')}, {counted(len(c.silences), 'silence')}"
            for s, c in student.codings.items()
        ]
        counts += [f"{counted(len(student.left_out), 'row')} left out"] if student.left_out else []
        print(f"{given.output / name} ({student.label}): {'; '.join(counts)}.")
    print(f"{counted(len(kept.written), 'file')} written, {len(kept.same)} as they were.")
    return 1 if found.problems or kept.problems else 0


def _class_reported(given: argparse.Namespace) -> int:
    from analysis.build import report
    from analysis.debate import load_debate
    from analysis.plan import notebooks_here
    from analysis.presets import preset_named
    from analysis.sheets.classes import load_class
    from analysis.sheets.form import form
    from analysis.sheets.rows import REPORT

    debate = load_debate(debate_folder(given), coders=[given.coder])
    form(debate, given.sources, given.questions, given.core)  # refuses names that the debate does not have
    preset_named(given.preset)
    folders = [given.folder, given.second] if given.second else [given.folder]
    if missing := [f for f in folders if not f.is_dir()]:
        raise UsageError(
            f"there is no folder {missing[0]}; read the class's sheets first: stancebook sheet read … -o {missing[0]}"
        )
    problems = [p for f in folders for p in load_class(debate, f).problems]
    for problem in problems:
        print(problem)
    notebook = notebooks_here(Path("build")) / "08-class.ipynb"
    asked = {"sources": list(given.sources), "questions": list(given.questions), "core": given.core}
    shown = {"anonymous": not given.names, "reference": given.reference, "coder": given.coder, "preset": given.preset}
    places = {"debate": debate_folder(given), "folder": given.folder, "second": given.second}
    seen = {name: os.path.relpath(place, notebook.parent) if place else "" for name, place in places.items()}
    if failure := report(notebook, {**seen, **shown, **asked}, given.folder / REPORT, Path()):
        print(failure, file=sys.stderr)
        return 1
    print(f"{given.folder / REPORT / notebook.stem}.html, with its figures beside it.")
    return 1 if problems else 0
