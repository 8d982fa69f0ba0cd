"""Codings of students ↔ the folder of a class.

class/                      stays on the machine: git ignores it
    <coder>/coder.yml       who a student is, in the name they gave themselves
    <coder>/<source>.yml    their coding of a source, as in a debate's codings/
    <coder>-left-out.csv    rows of their sheet that could not be kept, with what is wrong with each
    pseudonyms.yml          what each is called in the report, as `classroom` drew it
    report/                 what `stancebook class` makes of it all
"""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path
from typing import NamedTuple

from analysis.cells import csv_of
from analysis.codings import coder_file, coding_file
from analysis.debate import Debate, coding_in, debate_with
from analysis.reading import Document, Problem, read_yaml, validated, write
from analysis.schemas import Coder, Coding
from analysis.sheets.answers import LEFT_OUT, Answers
from analysis.sheets.rows import REPORT

NOTE = "Coded in a sheet, which `stancebook sheet read` took in."
IGNORE = "# Codings of students stay on this machine.\n*\n"


class Class(NamedTuple):
    """A debate with students among its coders, and what is wrong with the files that were left out."""

    debate: Debate
    problems: list[Problem]


class Kept(NamedTuple):
    """What was done with the answers: files written, files that already said just that, and what is wrong."""

    written: list[Path]
    same: list[Path]
    problems: list[Problem]


def keep(answers: Answers, folder: Path, replace: bool = False, today: datetime.date | None = None) -> Kept:
    """Write each student's codings, and what was left out of them, into the folder of a class.

    A coding that is there and says something else stays, unless `replace`; so does a `coder.yml` with the same name in it.  What was
    left out before is never replaced: there will be another file, with a number.
    """
    done = Kept([], [], [])
    if answers.students and not folder.exists():
        write(folder / ".gitignore", IGNORE.encode())
    for name, student in answers.students.items():
        about = folder / name / "coder.yml"
        label = _label(about) if about.exists() else student.label
        if student.codings and label != student.label and not replace:
            who = f"this is the folder of “{label}”, not “{student.label}”" if label else "this cannot be read"
            cure = f"nothing of {student.label} was kept; choose another code name, or say --replace"
            done.problems.append(Problem(str(about), 0, "", who, cure))
        elif student.codings:
            if not about.exists() or label != student.label:
                coder = Coder(label=student.label, how="by hand", date=today or datetime.date.today(), note=NOTE)
                _put(about, _file(coder_file(coder)), True, done)
            for source, coding in student.codings.items():
                _put(folder / name / f"{source}.yml", _file(coding_file(coding)), replace, done)
        if student.left_out:
            _put_aside(folder / f"{name}-left-out", csv_of(LEFT_OUT, student.left_out), done)
    return done


def _file(text: str) -> bytes:
    """The file without its first line, which tells an editor where the schema is: from here it is not there."""
    return text.partition("\n")[2].encode()


def _label(file: Path) -> str | None:
    """The name in a coder.yml; None if it cannot be read."""
    about = read_yaml(file, str(file))
    coder = validated(Coder, about) if about.values is not None else None
    return coder.label if coder else None


def _put(file: Path, content: bytes, replace: bool, done: Kept) -> None:
    if not file.exists() or replace or file.read_bytes() == content:
        (done.written if write(file, content) else done.same).append(file)
    else:
        problem = "this is there already and says something else; it was left as it is"
        done.problems.append(Problem(str(file), 0, "", problem, "to put the sheet in its place, say --replace"))


def _put_aside(file: Path, content: bytes, done: Kept) -> None:
    """Write the file under the first name that is free, or has just this."""
    names = (file.with_name(f"{file.name}{f'-{k}' if k > 1 else ''}.csv") for k in itertools.count(1))
    free = next(n for n in names if not n.exists() or n.read_bytes() == content)
    (done.written if write(free, content) else done.same).append(free)


def load_class(debate: Debate, folder: str | Path) -> Class:
    """The debate with the students of a class as coders beside its own.

    Every file is checked as a debate's are.  One that does not pass is left out, a `coder.yml` with all that it speaks for, and
    its problems are given, with line and cure; the others stand.  No students and one problem if there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return Class(
            debate,
            [
                Problem(
                    str(folder),
                    0,
                    "",
                    "there is no such folder",
                    "read the class's sheets first: stancebook sheet read",
                )
            ],
        )
    coders: dict[str, Coder] = {}
    codings: dict[tuple[str, str], Coding] = {}
    problems: list[Problem] = []
    for student in sorted(p for p in folder.iterdir() if p.is_dir() and p.name != REPORT and p.name[0] != "."):
        about = read_yaml(student / "coder.yml", f"{folder.name}/{student.name}/coder.yml")
        coder = _coder(about, student.name, debate)
        problems += about.problems
        if coder is None:
            continue
        coders[student.name] = coder
        for file in sorted(f for f in student.glob("*.yml") if f.name != "coder.yml"):
            document = read_yaml(file, f"{folder.name}/{student.name}/{file.name}")
            coding = _sound(document, file.stem, debate, coder)
            problems += document.problems
            if coding:
                codings[student.name, file.stem] = coding
    return Class(debate_with(debate, codings, coders), problems)


def _coder(document: Document, name: str, debate: Debate) -> Coder | None:
    coder = validated(Coder, document) if document.values is not None else None
    if name in debate.coders:
        document.report((), f"the debate has a coder {name} of its own", "give the student's folder another name")
    if coder and coder.counters:
        document.report(("counters",), "a student's coding is no counter-reading", "remove `counters`")
    return None if document.problems else coder


def _sound(document: Document, source: str, debate: Debate, coder: Coder) -> Coding | None:
    """The coding in a file, if nothing is wrong with it; what is, goes to the document."""
    coding = coding_in(document, source, debate.codebook, debate.sources, coder)
    return None if document.problems else coding
