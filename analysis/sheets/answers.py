"""The rows of filled sheets → codings; what could not be kept, and why.

A row stands or falls by itself.  One that is sound becomes a silence, or a stance with a claim in the author's own voice: its
words are the student's reason, its anchor their passage, its id the proposition's.  One that is not is left out with every fault named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import anchors
from analysis.anchors import Folded
from analysis.codings import as_worded
from analysis.debate import Debate, problems_of
from analysis.reading import Document, Problem, did_you_mean, validated
from analysis.schemas import Anchor, Claim, Codebook, Coding, Silence, Stance
from analysis.sheets.cells import plain
from analysis.sheets.form import COLUMNS, Meaning, choices, digest, meaning
from analysis.sheets.rows import Row, filled_rows

Faults = list[tuple[str, str, str]]  # column, problem, cure
LEFT_OUT = ("file", "sheet", "row", "what is wrong", *COLUMNS)


@dataclass
class Student:
    """What one student's sheets hold: codings by source, and the rows left out, each with what is wrong with it."""

    label: str
    codings: dict[str, Coding] = field(default_factory=dict)
    left_out: list[list[str]] = field(default_factory=list)


@dataclass
class Answers:
    """Students by the name of their folder; what is wrong; and what is worth knowing."""

    students: dict[str, Student] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def student(self, row: Row) -> Student:
        return self.students.setdefault(row.folder, Student(row.coder or row.folder))

    def leave_out(self, row: Row, problems: Iterable[Problem]) -> None:
        wrong = " | ".join(f"{p.problem}; {p.cure}" for p in problems)
        self.student(row).left_out.append([row.file, row.sheet, str(row.number), wrong, *row.words])


@dataclass(frozen=True)
class _Answer:
    row: Row
    source: str
    reading: Stance | Silence
    claim: Claim | None


def answers(files: Iterable[Path], debate: Debate, copies: dict[str, Folded]) -> Answers:
    """What filled sheets say; passages are looked up, and sealed, where there is a copy of the text."""
    found = Answers()
    sound: dict[tuple[str, str, str], list[_Answer]] = {}
    for file in files:
        filled = filled_rows(file)
        found.problems += filled.problems
        found.notes += filled.notes
        if {r.codebook for r in filled.rows} - {"", digest(debate.codebook)}:
            found.notes.append(f"{file}: the codebook has changed since this sheet was made")
        for row in filled.rows:
            answer, problems, notes = _answer(row, debate, copies)
            found.notes += notes
            if answer:
                sound.setdefault((row.folder, answer.source, answer.reading.proposition), []).append(answer)
            else:
                found.problems += problems
                found.leave_out(row, problems)
        for row, wrong in filled.headless:
            found.leave_out(row, [wrong])
    kept = [one for several in sound.values() if (one := _only(several, found))]
    for (folder, source), some in _grouped(kept).items():
        coding, known = _coding(source, some), digest(debate.codebook)
        worded = [a.reading.proposition for a in some if a.row.codebook == known]
        found.students[folder].codings[source] = as_worded(coding, debate, worded)
    unseen = sorted({a.source for a in kept if a.claim} - set(copies))
    found.notes += [f"passages not looked up for want of a copy: {', '.join(unseen)}"] if unseen else []
    return found


def _only(several: list[_Answer], found: Answers) -> _Answer | None:
    """The answer, if it is one: given twice in the same words it is, and otherwise nobody knows which was meant."""
    first = several[0]
    if all((a.reading, a.claim) == (first.reading, first.claim) for a in several):
        found.student(first.row)
        return first
    for answer in several:
        others = " and ".join(a.row.place for a in several if a is not answer)
        problem = f"“{answer.reading.proposition}” is coded twice, and otherwise in {others}"
        cure = "keep one of them; if two people wrote them, give each a code name of their own"
        wrong = answer.row.problem("proposition id", problem, cure)
        found.problems.append(wrong)
        found.leave_out(answer.row, [wrong])
    return None


def _grouped(kept: list[_Answer]) -> dict[tuple[str, str], list[_Answer]]:
    groups: dict[tuple[str, str], list[_Answer]] = {}
    for answer in kept:
        groups.setdefault((answer.row.folder, answer.source), []).append(answer)
    return groups


def _coding(source: str, some: list[_Answer]) -> Coding:
    readings = [a.reading for a in some]
    return Coding(
        source=source,
        claims=tuple(a.claim for a in some if a.claim),
        stances=tuple(r for r in readings if isinstance(r, Stance)),
        silences=tuple(r for r in readings if isinstance(r, Silence)),
    )


def _answer(row: Row, debate: Debate, copies: dict[str, Folded]) -> tuple[_Answer | None, list[Problem], list[str]]:
    """The answer, or every fault of the row; and what is worth knowing of it."""
    said = {column: plain(cell.text) for column, cell in row.cells.items()}
    start, end = anchors.edges(said["first words"], said["last words"])
    faults = [(column, *cell.fault) for column, cell in row.cells.items() if cell.fault]
    faults += _unknown(said, debate)
    meant, strange = _meant(said, debate, {f[0] for f in faults})
    faults += strange + _unfinished(said, start, end)
    values = _values(said, meant, start, end, debate.codebook)
    faults += [f for f in _refused(values, debate) if f[0] not in {g[0] for g in faults}]
    anchor = Anchor(start=start, end=end) if said["value"] and start and end else None
    if anchor and said["source id"] in copies and not {"first words", "last words"} & {f[0] for f in faults}:
        anchor, lost = _found(anchor, copies[said["source id"]])
        faults += lost
    if faults:
        return None, [row.problem(*fault) for fault in faults], []
    coding = Coding.model_validate(values)
    claim = coding.claims[0].model_copy(update={"anchors": (anchor,)}) if anchor else None
    reading = coding.stances[0] if coding.stances else coding.silences[0]
    return _Answer(row, coding.source, reading, claim), [], _told(row, said, start, end)


def _told(row: Row, said: dict[str, str], start: str, end: str) -> list[str]:
    """What was done to a sound row."""
    notes = []
    if said["silence"] and said["certainty"]:
        notes.append(row.problem("certainty", "a silence has none", "it was not kept"))
    if (start, end) != (said["first words"], said["last words"]):
        notes.append(
            row.problem(
                "first words", f"more than {anchors.MAX_WORDS} words", "those at the two ends of the passage were kept"
            )
        )
    return list(map(str, notes))


def _unknown(said: dict[str, str], debate: Debate) -> Faults:
    """What is wrong with the ids of a row, and with the proposition that they stand for."""
    known = {p.id: p for p in debate.codebook.propositions}
    id, source = said["proposition id"], said["source id"]
    faults: Faults = []
    if source not in debate.sources:
        faults.append(("source id", f'no source "{source}"', did_you_mean(source, debate.sources)))
    if id not in known:
        same = [p.id for p in known.values() if _alike(p.text, said["proposition"])]
        cure = f'write "{same[0]}", which is this proposition' if same else did_you_mean(id, known)
        faults.append(("proposition id", f'no proposition "{id}"', cure))
    elif not _alike(known[id].text, said["proposition"]):
        faults.append(
            (
                "proposition",
                f"the proposition is not worded so now: “{known[id].text}”",
                "code it again, in a sheet made anew",
            )
        )
    return faults


def _alike(one: str, other: str) -> bool:
    """Whether two sentences are the same but for blanks and the shape of their quotation marks."""
    shapes = str.maketrans("‘’‚“”„", "'''\"\"\"")
    return " ".join(one.translate(shapes).split()) == " ".join(other.translate(shapes).split())


def _meant(said: dict[str, str], debate: Debate, faulty: set[str]) -> tuple[dict[str, Meaning | None], Faults]:
    """What was chosen, and what is not among the choices or does not go together."""
    faults: Faults = []
    meant: dict[str, Meaning | None] = {}
    for column, offered in choices(debate.codebook).items():
        meant[column] = None if column in faulty else meaning(said[column], offered)
        if said[column] and meant[column] is None and column not in faulty:
            faults.append(
                (column, f"“{said[column][:60]}” is not among the choices", f"choose one of: {', '.join(offered)}")
            )
    if said["value"] and said["silence"]:
        faults.append(("silence", "a value and a silence in one row", "keep one of them, and empty the other cell"))
    if not said["value"] and not said["silence"] and not faulty & {"value", "silence"}:
        faults.append(("value", "neither a value nor a silence", "choose one, or empty the row"))
    return meant, faults


def _unfinished(said: dict[str, str], start: str, end: str) -> Faults:
    """What is missing in a row, or should not be there."""
    faults: Faults = []
    if not said["why"]:
        what = "what in the text earns this value" if said["value"] else "what you looked for"
        faults.append(
            ("why", f"{'a value' if said['value'] else 'a silence'} without a reason", f"say {what}, in one sentence")
        )
    if said["value"]:
        if not said["certainty"]:
            faults.append(("certainty", "a value without its certainty", "choose how sure you are of your reading"))
        for column, words in (("first words", start), ("last words", end)):
            if not words:
                faults.append(
                    (
                        column,
                        "a value without its passage",
                        f"copy the {column} of the passage, {anchors.MIN_WORDS} to {anchors.MAX_WORDS}",
                    )
                )
    elif said["silence"]:
        for column in ("qualification", "first words", "last words"):
            if said[column]:
                faults.append(
                    (column, f"a silence has no {column}", "empty the cell, or choose a value instead of the silence")
                )
    return faults


def _values(
    said: dict[str, str], meant: dict[str, Meaning | None], start: str, end: str, book: Codebook
) -> dict[str, Any]:
    """The row as a coding file would have it, with something in place of what is missing, so that the rest can be checked."""
    id, why = said["proposition id"], said["why"] or "?"
    if not said["value"]:
        silence = {"proposition": id, "reason": meant["silence"] or "evaded", "why": why}
        return {"source": said["source id"], "silences": [silence]}
    anchor = {"start": start or "words that are missing here", "end": end or "words that are missing here"}
    limit = {"qualification": said["qualification"]} if said["qualification"] else {}
    value = meant["value"]
    if value is None:
        value = next((v.value for v in book.scale.values if v.limited == bool(limit)), book.scale.values[0].value)
    stance = {"proposition": id, "value": value, "certainty": meant["certainty"] or 1, "why": why, "claims": [id]}
    claim = {"id": id, "text": why, "voice": "own", "anchors": [anchor]}
    return {"source": said["source id"], "claims": [claim], "stances": [stance | limit]}


def _refused(values: dict[str, Any], debate: Debate) -> Faults:
    """What `stancebook check` would say of the row."""
    document = Document("")
    coding = validated(Coding, document, values)
    problems = problems_of(coding, debate, None, "") if coding else document.problems
    return [(_column(p), p.problem, p.cure) for p in problems]


def _column(problem: Problem) -> str:
    if "anchors" in problem.path:
        return "last words" if problem.problem.startswith("end") else "first words"
    if problem.path == "source":
        return "source id"
    return "qualification" if "qualification" in problem.problem else "proposition id"


def _found(anchor: Anchor, text: Folded) -> tuple[Anchor, Faults]:
    """The anchor sealed, or why the text does not have its passage."""
    try:
        sealed = anchors.sealed(anchor, text)
    except ValueError as error:
        column = "last words" if "last words" in str(error) else "first words"
        cure = (
            "copy more words, up to eight"
            if str(error).startswith("ambiguous")
            else "copy the words again from the text"
        )
        return anchor, [(column, f"the passage is not found in the text: {error}", cure)]
    if not anchors.resolution(sealed, text).found:
        problem = "the passage cannot be told apart from its surroundings"
        return anchor, [("last words", problem, "begin or end it elsewhere")]
    if too_much := anchors.overprinted(sealed, text):
        return anchor, [("last words", *too_much)]
    return sealed, []
