"""A sheet as somebody keeps it → what a debate begins with, every problem by its place, and what found no place.

A cell is taken if it can be read, and otherwise left uncoded; nothing is made up.  What a stance needs and a sheet does not have is
said to be unknown: its certainty is `not-stated`, its limit is not asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.codings import RESERVED
from analysis.counts import counted
from analysis.debate import REFERENCE
from analysis.exchange import folders
from analysis.exchange.folders import TO_DO, Ids
from analysis.exchange.losses import Loss, some
from analysis.exchange.shelves import csv_file
from analysis.reading import Problem, did_you_mean
from analysis.schemas import NOT_STATED, Coder, Coding, Scale, Silence, Source, Stance
from analysis.sheets.cells import Cell, SheetError, Table, tables
from analysis.starting import typed
from analysis.starting.folder import AS_DOUBTFUL, Beginning
from analysis.starting.found import REST, Found, Reading, head_row, letters
from analysis.starting.grids import take_grid
from analysis.starting.lists import is_list, take_list
from analysis.starting.scales import without_limits
from analysis.starting.typed import Question
from analysis.starting.values import DASHES, UNSTATED, Coded, Key, key, normal, number

KINDS = ("fact", "cause", "judgement", "concept")
UNNAMED = re.compile(r"(sheet|table|tabelle|blatt|feuille?|hoja|foglio|лист)\s*\d*|", re.IGNORECASE)
CERTAIN = {"sure": 3, "high": 3, "certain": 3, "fairly sure": 2, "medium": 2, "moderate": 2, "doubtful": 1, "low": 1, "unsure": 1, "hoch": 3, "mittel": 2, "niedrig": 1}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What was taken from a sheet, by which table of words, and what is to be said of it."""

    beginning: Beginning
    key: Key
    problems: list[Problem]
    notes: list[str]
    losses: list[Loss]
    told: list[Loss]  # those of `losses` that say no more than `problems`, `notes` and `key`
    mostly_left: list[str]  # sheets of which too little was taken to begin with it, in words


def taken(
    file: Path,
    title: str = "",
    sheet: str | None = None,
    rows: str | None = None,
    mapped: Sequence[str] = (),
    scale: str | None = None,
    known: Sequence[Source] = (),
    question: str = "",
) -> Taken:
    """What a file holds; ValueError if it is none that is read, or holds no table of sources and propositions.

    `sheet`: this one only.  `rows`: what stands in the rows of a grid, sources or propositions.  `mapped`: words with what they
    mean (“agree=2”).  `known`: sources of a bibliography, taken where a label fits one.  `question`: the one that is asked.
    """
    found = _found(file, sheet, rows)
    _set_aside(found, key([r.words for r in found.readings], mapped, scale))
    _refuse_empty(found, file)
    words = key([r.words for r in found.readings], mapped, scale)
    coded = _coded(found, words)
    coders = _coders([r for r, _, _ in coded], found)
    sources = _sources(found, known)
    questions = _questions(found, question)
    ids = {p["text"]: p["id"] for q in questions for p in q["propositions"]}
    made = words.scale = _scale(coded, words.scale)
    codings = _codings(coded, coders, {label: s.id for label, s in sources.items()}, ids, made, found)
    records = {folder: _coder(label, file.name) for label, folder in coders.items()}
    kept = [*found.rest, *found.comments]
    notes = csv_file(REST, kept) if kept else b""
    beginning = Beginning(title, list(sources.values()), questions, made, records, codings, file.name, notes)
    said = [*found.notes, *_blank(found), f"{file.name}: {words.said}"]
    told = _told(found, words, said)
    return Taken(
        beginning, words, found.problems, said, [*told, *_losses(found, coded, beginning)], told, found.mostly_left
    )


# The sheets


def _found(file: Path, sheet: str | None, rows: str | None) -> Found:
    try:
        every = tables(file)
    except SheetError as error:
        raise ValueError(f"{file}: {error}") from None
    if sheet is not None and sheet not in [t.name for t in every]:
        raise ValueError(f"{file}: no sheet “{sheet}”; {did_you_mean(sheet, [t.name for t in every])}")
    found = Found(file.name)
    for table in every:
        found.fill(table)
        found.keep_comments(table)
        if sheet in (None, table.name) and table.rows:
            _take_table(table, rows, found)
        elif table.rows:
            found.note(table.name, "not read: --sheet names another")
            for row in table.rows:
                found.leave_row(table, row)
    _sheets_as_coders(found)
    return found


def _take_table(table: Table, rows: str | None, found: Found) -> None:
    for problem, cure in table.faults:
        found.problem(table.name, 0, 0, problem, cure)
    for note in table.notes:
        found.note(table.name, note)
    for what, hidden in zip(("row", "column"), table.hidden, strict=True):
        names = [letters(n) if what == "column" else str(n) for n in hidden]
        if names:
            found.note(table.name, f"{what} {', '.join(names)} hidden, and read as well")
    head = head_row(table)
    if not head or max(table.rows) == head:
        found.problem(table.name, 0, 0, "no table was found in it", "put a heading above each column, and a name before each row")  # fmt: skip
        for row in table.rows:
            found.leave_row(table, row)
        return
    for row in sorted(row for row in table.rows if row < head):
        found.note(table.name, "above the headings, and not read", row)
        found.leave_row(table, row)
    if is_list(table, head):
        take_list(table, head, found)
    else:
        take_grid(table, head, found, rows)


def _set_aside(found: Found, words: Key) -> None:
    """Columns of a grid of which few cells are values say something else: a country, a method.  Their cells are kept among the rest."""
    columns: dict[tuple[str, int, str], list[Reading]] = {}
    for r in found.readings:
        if r.heading:
            columns.setdefault((r.sheet, r.column, r.heading), []).append(r)
    for (sheet, column, heading), cells in columns.items():
        if words.are_values([r.words for r in cells]):
            continue
        found.problem(sheet, 0, column, f"of the cells below “{heading}” fewer than half are values that are known", "if they are values, say what they mean with --map; kept in notes-from-sheet.csv")  # fmt: skip
        for r in cells:
            _leave(r, found)
        found.readings = [r for r in found.readings if (r.sheet, r.column) != (sheet, column)]
        found.blank = [place for place in found.blank if place != (sheet, column)]
        for known in (found.sources, found.propositions):
            if heading in known and not any(heading in (r.source, r.proposition) for r in found.readings):
                del known[heading]


def _refuse_empty(found: Found, file: Path) -> None:
    """ValueError with all that was said, if there is nothing to begin with."""
    if not found.sources or not found.propositions:
        said = [*map(str, found.problems), *found.notes, f"{file}: no table of sources and propositions; put the names of the sources into the first column and a proposition above each other column, or head columns source, proposition, value"]  # fmt: skip
        raise ValueError("\n".join(said))


def _sheets_as_coders(found: Found) -> None:
    """Sheets that hold the same cells are those of several coders; others are questions of their own."""
    sheets = list(dict.fromkeys(r.sheet for r in found.readings))
    cells = {s: {(r.source, r.proposition) for r in found.readings if r.sheet == s} for s in sheets}
    alike = any(2 * len(cells[a] & cells[b]) > min(len(cells[a]), len(cells[b])) for a in sheets for b in sheets if a < b)  # fmt: skip
    if alike and not any("coder" in r.more for r in found.readings):
        found.notes.append(f"{found.file}: the sheets {', '.join(sheets)} hold the same cells: taken for a coder each")
        for r in found.readings:
            r.more["coder"] = r.sheet
        return
    for r in found.readings:
        if not UNNAMED.fullmatch(r.sheet):
            found.propositions[r.proposition].setdefault("question", r.sheet)


# What is coded

Coding_ = tuple[Reading, Coded, str]  # the reading, its value or reason for silence, and what else stood in the cell


def _coded(found: Found, words: Key) -> list[Coding_]:
    """The readings that have a value; those that have none, or two, are named and kept among the rest."""
    cells: dict[tuple[str, str, str], list[Coding_]] = {}
    dashes: dict[str, list[Reading]] = {}
    for r in found.readings:
        value, rest = words.read(r.words)
        if value is None and normal(r.words) in DASHES:
            dashes.setdefault(rest, []).append(r)
            _leave(r, found)
        elif value is None:
            problem, _, cure = rest.partition("; ")
            found.problem(r.sheet, r.row, r.column, problem, cure or "correct it, or leave it uncoded")
            _leave(r, found)
        else:
            cells.setdefault(r.of, []).append((r, value, rest))
    for rest, some_dashes in dashes.items():
        first, more = some_dashes[0], len(some_dashes) - 1
        found.note(first.sheet, f"{rest} (and so in {more} more)" if more else rest, first.row, first.column)
    kept = []
    for several in cells.values():
        if len({value for _, value, _ in several}) == 1:
            kept.append(several[0])
            for r, _, _ in several[1:]:
                found.note(r.sheet, "says the same again", r.row, r.column)
                _leave(r, found)
            continue
        for r, _, _ in several:
            others = ", ".join(f"“{o.words}” in {found.place(o.sheet, o.row, o.column).removeprefix(f'{found.file}: ')}" for o, _, _ in several if o is not r)  # fmt: skip
            found.problem(r.sheet, r.row, r.column, f"“{r.words}” on {r.source} and “{r.proposition[:40]}”, but {others}", "keep one; both are left uncoded")  # fmt: skip
            _leave(r, found)
    return kept


def _leave(r: Reading, found: Found) -> None:
    said = "; ".join(f"{m}: {words}" for m, words in r.more.items())
    found.leave(
        r.sheet, r.row, r.column, Cell(r.words + (f" ({said})" if said else "")), f"{r.source} | {r.proposition}"
    )


def _scale(coded: list[Coding_], given: Scale) -> Scale:
    """The scale as it can be kept to: limits are asked for only if the sheet states them."""
    limited = {v.value for v in given.values if v.limited}
    some = [r for r, value, _ in coded if value in limited]
    return given if all("qualification" in r.more for r in some) else without_limits(given)


def _certainty(r: Reading) -> int | str:
    said = r.more.get("certainty", "")
    n = number(said)
    return n if n in (1, 2, 3) else CERTAIN.get(normal(said), NOT_STATED)


def _codings(
    coded: list[Coding_],
    coders: dict[str, str],
    sources: dict[str, str],
    propositions: dict[str, str],
    made: Scale,
    found: Found,
) -> dict[tuple[str, str], Coding]:
    limited = {v.value for v in made.values if v.limited}
    parts: dict[tuple[str, str], dict[str, list[Any]]] = {}
    for r, value, rest in coded:
        coding = parts.setdefault((coders[r.more.get("coder", "")], sources[r.source]), {"stances": [], "silences": []})
        limit = r.more.get("qualification", "")
        why = _why(r, rest, "" if value in limited else limit, found.file)
        if isinstance(value, str):
            coding["silences"].append(Silence.model_validate({"proposition": propositions[r.proposition], "reason": value, "why": why}))  # fmt: skip
            continue
        certainty = _certainty(r)
        if certainty == NOT_STATED and normal(r.more.get("certainty", UNSTATED[0])) not in UNSTATED:
            found.problem(r.sheet, r.row, 0, f"the certainty “{r.more['certainty']}” is none of 1, 2, 3", "correct it; kept as not stated")  # fmt: skip
        more = {"qualification": limit} if value in limited else {}
        coding["stances"].append(Stance.model_validate({"proposition": propositions[r.proposition], "value": value, "certainty": certainty, "why": why, **more}))  # fmt: skip
    return {k: Coding.model_validate({"source": k[1], **p}) for k, p in sorted(parts.items())}


def _why(r: Reading, rest: str, limit: str, file: str) -> str:
    """What the sheet gives as the reason, and where it stands there: nothing else is known."""
    page = r.more.get("page", "")
    said = [r.more.get("why", ""), f"Limit: {limit}" if limit else "", f"Page: {page}" if page else "", rest]
    where = [file, *([f"sheet {r.sheet}"] if r.sheet else []), f"row {r.row}", f"column {letters(r.column)}"]
    return " ".join(s if s[-1] in ".!?" else f"{s}." for s in [*filter(None, said), f"From {', '.join(where)}"])


# Who and what


def _coders(readings: Sequence[Reading], found: Found) -> dict[str, str]:
    """The folder of each coder.  The one with most readings is the reference, for a debate needs one."""
    counts = Counter(r.more.get("coder", "") for r in readings) or Counter([""])
    chosen = max(counts, key=lambda c: (c.casefold() == REFERENCE, counts[c]))
    if len(counts) > 1:
        found.notes.append(f"{found.file}: {len(counts)} coders; {chosen or 'who is not named'} has most readings ({counts[chosen]}), and became codings/reference")  # fmt: skip
    ids = Ids()
    ids.taken |= set(RESERVED)
    return {c: REFERENCE if c == chosen else ids.of(c or "unnamed", key=f"coder {c}") for c in counts}


def _coder(label: str, file: str) -> Coder:
    return folders.coder(label or f"{TO_DO}: who coded {file}", file, stances_only=True)


def _sources(found: Found, known: Sequence[Source]) -> dict[str, Source]:
    """The sources by the sheet's labels, which they keep; from the bibliography where one fits, otherwise with what the sheet says."""
    ids, unique = typed.source_ids(), typed.Labels()
    ids.taken |= {s.id for s in known}
    made: dict[str, Source] = {}
    for label, said in found.sources.items():
        fits = typed.fitting(label, known)
        if len(fits) == 1 and fits[0].id not in [s.id for s in made.values()]:
            made[label] = typed.labelled(fits[0], unique.of(typed.named(fits[0], label)))
            continue
        told = typed.described_if_sound(label)
        more = {m: said[m] for m in ("title", "DOI") if said.get(m)}
        year = {"year": int(said["year"])} if said.get("year") else {}
        record = {k: v for k, v in told.items() if k != "title"} | more | year
        if names := [f"{n['family']} (given name {n['given']})" for n in told.get("author", ()) if "family" in n]:
            found.notes.append(f"{found.file}: “{label}”: taken for the author {'; '.join(names)}")
        made[label] = typed.source({**record, "label": unique.of(label)}, ids)
    return made


def _questions(found: Found, asked: str) -> list[Question]:
    """The propositions under their questions, in the order of the sheet."""
    groups: dict[str, list[Question]] = {}
    for text, said in found.propositions.items():
        kind = normal(said.get("kind", ""))
        proposition = {"text": text} | ({"kind": kind} if kind in KINDS else {})
        groups.setdefault(asked or said.get("question", ""), []).append(proposition)
    return typed.with_ids([{**_question(name), "propositions": some} for name, some in groups.items()])


def _question(name: str) -> Question:
    if not name:
        return {"text": f"{TO_DO.capitalize()}: what is asked?"}
    return {"text": name} if name.endswith("?") else {"text": f"{TO_DO.capitalize()}: what is asked under “{name}”?", "label": name}  # fmt: skip


# What is said of it


def _blank(found: Found) -> list[str]:
    """How many cells of values are blank, of how many: nobody can tell whether their texts say nothing or nobody looked."""
    n = len(found.blank)
    are = "is blank, and became" if n == 1 else "are blank, and became"
    return [f"{found.file}: {n} of {counted(n + len(found.readings), 'cell')} for values {are} “not coded”, which is no silence: a text that says nothing needs the reason written there (not-asked, out-of-scope, evaded)"] if n else []  # fmt: skip


def _told(found: Found, words: Key, notes: list[str]) -> list[Loss]:
    return [
        *some("problem in the sheet", map(str, found.problems), "left out or left uncoded; what stands there is kept in notes-from-sheet.csv"),
        *some("thing to know", notes, "look whether that is what the sheet means"),
        *some("word or number taken for a value", words.table(), "--map says otherwise"),
    ]  # fmt: skip


def _losses(found: Found, coded: list[Coding_], beginning: Beginning) -> list[Loss]:
    unsure = [
        f"{r.source}: {r.proposition}"
        for r, value, _ in coded
        if isinstance(value, int) and _certainty(r) == NOT_STATED
    ]
    undated = [s.label for s in beginning.sources if s.year is None]
    limited = {1, -1} if any(v.label.startswith("partly") for v in beginning.scale.values) else set()
    partly = [f"{r.source}: {r.proposition}" for r, value, _ in coded if value in limited]
    left = [f"{found.place(r['sheet'], r['row'])}, column {r['column']}" for r in found.rest]
    comments = [found.place(c["sheet"], c["row"]) + f", column {c['column']}" for c in found.comments]
    return [
        *some("certainty", unsure, f"the sheet does not state it as 1, 2 or 3; written as not-stated. {AS_DOUBTFUL}"),
        *some("year of a source", undated, "neither the sheet nor the bibliography has one that can be read; left out, and shown as “n.d.”"),
        *some("limit", partly, "a value that says “in part”, and no word of what limits it; debate.yml does not ask for that until you do"),
        *some("cell that found no place", left, "kept in notes-from-sheet.csv"),
        *some("comment on a cell", comments, "kept in notes-from-sheet.csv"),
    ]  # fmt: skip
