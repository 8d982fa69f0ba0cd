"""`new`: a debate of one's own begins, by answers, by options or from a sheet."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from analysis.commands.words import MOST_FAILURES, UsageError, command
from analysis.counts import counted

if TYPE_CHECKING:
    from analysis.exchange.losses import Loss
    from analysis.schemas import Source
    from analysis.starting.folder import Beginning
    from analysis.starting.sheet import Taken

Answer = TypeVar("Answer")
_NEW = """\
Writes the folder of a new debate: codebook, sources, coding files with examples in their comments, and a README that says what to do
next. At a terminal and without options it asks; otherwise what is not given is “to do”. Nothing is fetched from the network.
With --from-sheet it takes the codings of a spreadsheet (.xlsx, .ods, .csv): a grid of sources and propositions, or a row for each
reading with columns headed source, proposition, value. Every problem is named with its cell; what found no place, and the comments on cells,
are kept in DIR/notes-from-sheet.csv; and all that was left out or assumed stands in DIR.losses.md.
"""
_CURE = "Nothing was written. Look above which row was taken for the headings and what was made of the words: take out what stands above the headings, say with --rows what the rows are, or with --map (or --scale) what the cells mean."
_ONLY_SHEET = ("sheet", "rows", "map")


def add(commands: Any) -> None:
    """The command here, with its arguments."""
    new = command(commands, "new", _new, "begin a debate of your own, or take one from a spreadsheet", _NEW)
    new.add_argument("folder", type=Path, metavar="DIR", help="a folder that is new or empty")
    new.add_argument("--title", help="what the debate is called")
    new.add_argument("--sources", type=Path, metavar="FILE", help="a bibliography: .bib, .json (CSL-JSON) or .ris")
    new.add_argument(
        "--source", action="append", metavar="TEXT",
        help="a source: author, year (or n.d., forthcoming), title and, if you like, a DOI (“Ash, Anna 2001 The Empty Pot”); may be given several times",
    )  # fmt: skip
    new.add_argument("--question", dest="asked", action="append", type=_kind("question"), metavar="TEXT", help="what is asked; may be given several times")  # fmt: skip
    new.add_argument("--proposition", dest="asked", action="append", type=_kind("proposition"), metavar="TEXT", help="a sentence on the question before it; may be given several times")  # fmt: skip
    new.add_argument("--scale", metavar="NAME", help="the values of a stance: five (−2 to 2), seven (1 to 7), three (−1, 0, 1) or yes-no (default: five; of a sheet, what its numbers fit)")  # fmt: skip
    sheet = new.add_argument_group("from a spreadsheet")
    sheet.add_argument("--from-sheet", type=Path, metavar="FILE", help="take the codings in this file")
    sheet.add_argument("--sheet", metavar="NAME", help="this sheet of it only (default: all, a question each)")
    sheet.add_argument("--rows", choices=("sources", "propositions"), help="what stands in the rows of a grid (default: found out, and said)")  # fmt: skip
    sheet.add_argument("--map", action="append", metavar="WORD=VALUE", help="what a word means: agree=2, or silent=not-asked; may be given several times")  # fmt: skip


def _kind(noun: str) -> Callable[[str], tuple[str, str]]:
    """Questions and propositions go into one list, for a proposition belongs to the question before it."""
    return lambda words: (noun, words)


def _new(given: argparse.Namespace) -> int:
    from analysis.exchange.shelves import refuse_filled
    from analysis.starting.scales import SCALES
    from analysis.starting.typed import chosen

    _refuse_name(given.folder)
    if given.folder.is_symlink() and not given.folder.exists():
        raise ValueError(f"{given.folder} is a link that leads nowhere; remove it, or name another folder")
    given.scale = chosen(given.scale, list(SCALES), "scale") if given.scale else None
    refuse_filled(given.folder)
    if given.from_sheet:
        return _from_sheet(given)
    if wrong := [f"--{name}" for name in _ONLY_SHEET if getattr(given, name)]:
        raise UsageError(f"{', '.join(wrong)} says how a sheet is read; add --from-sheet FILE")
    options = (given.title, given.sources, given.source, given.asked, given.scale)
    if not any(options):
        if sys.stdin.isatty() and sys.stdout.isatty():
            return _written(given.folder, *_answered(given.folder))
        print(
            "Nothing was asked, for this is no terminal: all is “to do”. Give options instead (stancebook new --help)."
        )
    return _written(given.folder, *_of_options(given))


def _refuse_name(folder: Path) -> None:
    from analysis.plan import RESERVED
    from analysis.presets import PRESETS

    if folder.resolve().name in {*RESERVED, *PRESETS}:
        raise ValueError(
            f'a debate\'s folder cannot be called "{folder.resolve().name}": figures/ has one of that name; choose another'
        )


def _of_options(given: argparse.Namespace) -> tuple[Beginning, list[Loss]]:
    from analysis.starting import typed

    sources, losses = typed.bibliography_of(given.sources) if given.sources else ((), [])
    typed_in = typed.typed_sources(given.source or ())
    for words in given.source or ():
        print(f"Read: {typed.as_read(words)}")
    return _beginning(given.title or "", [*sources, *typed_in], given.asked or (), given.scale), losses


def _beginning(title: str, sources: Sequence[Source], asked: Sequence[tuple[str, str]], scale: str | None) -> Beginning:
    from analysis.starting import folder, scales, typed

    chosen = list(sources) or [typed.source(folder.placeholder_source(), typed.source_ids())]
    return folder.Beginning(title, typed.distinct(chosen), typed.questions_of(asked), scales.scale(scale or "five"))


def _written(folder: Path, beginning: Beginning, losses: Sequence[Loss], told: Sequence[Loss] = ()) -> int:
    """Write the folder, say what is in it and what comes next; 1 if it does not pass the check.  `told`: losses said already."""
    from analysis.debate import check_debate
    from analysis.exchange.shelves import put_new
    from analysis.reading import write
    from analysis.starting.folder import files

    made = files(beginning, (folder.resolve().parent / "schema/coding.schema.json").is_file())
    if losses:
        report = put_new(made, losses, folder, f"What was left out, assumed or made up for {folder.resolve().name}")
        for loss in losses:
            if loss not in told:
                print(f"- {loss}")
        print(f"All of that stands in {report}.")
    else:
        for name, content in made.items():
            write(folder / name, content)
    problems = check_debate(folder).problems
    for problem in problems:
        print(f"to do: {problem}")
    propositions = sum(len(q["propositions"]) for q in beginning.questions)
    held = f"{counted(len(beginning.sources), 'source')}, {counted(len(beginning.questions), 'question')}, {counted(propositions, 'proposition')}"
    coded = sum(len(c.stances) + len(c.silences) for c in beginning.codings.values())
    taken = f"{counted(coded, 'reading')} taken from the sheet" if coded else "nothing coded yet"
    print(f"{folder} written: {held}, {taken}.")
    print(f"What to do next stands in {folder / 'README.md'}. To begin: cd {folder}; stancebook check")
    return 1 if problems else 0


# From a sheet


def _from_sheet(given: argparse.Namespace) -> int:
    from analysis.starting.sheet import taken
    from analysis.starting.typed import bibliography_of, distinct

    questions = [words for noun, words in given.asked or () if noun == "question"]
    if len(questions) > 1 or len(questions) < len(given.asked or ()) or given.source:
        raise UsageError("a sheet has its sources and propositions; with --from-sheet give one --question at most, and a bibliography as --sources")  # fmt: skip
    known, losses = bibliography_of(given.sources) if given.sources else ((), [])
    records = distinct(known)
    found = taken(
        given.from_sheet, given.title or given.from_sheet.stem, given.sheet, given.rows, given.map or (), given.scale,
        records, *questions,
    )  # fmt: skip
    for problem in found.problems[:MOST_FAILURES]:
        print(problem)
    if (more := len(found.problems) - MOST_FAILURES) > 0:
        print(f"… and {more} more, in the report.")
    for line in (*found.notes, *found.key.table()):
        print(f"Note: {line}")
    idle = _idle(given.map or (), found)
    if found.mostly_left:
        raise ValueError("\n".join([*map(str, idle), *found.mostly_left, _CURE]))
    wrong = _written(
        given.folder, found.beginning, [*losses, *_unmatched(records, found), *idle, *found.losses], told=found.told
    )
    return 1 if wrong or found.problems else 0


def _unmatched(records: Sequence[Source], found: Taken) -> list[Loss]:
    """What a bibliography and a sheet do not have in common; nothing if there is no bibliography."""
    from analysis.exchange.losses import some
    from analysis.starting.typed import fitting

    made = {s.id: s.label for s in found.beginning.sources}
    known = {s.id: f"{s.label}: {s.title[:60]}" for s in records}
    alone = [label for key, label in made.items() if known and key not in known]
    fits = {label: " or ".join(s.label for s in fitting(label, records)) for label in alone}
    return [
        *some("entry of the bibliography", [words for key, words in known.items() if key not in made], "the sheet has no source that can only be this one; left out"),
        *some("source of the sheet", [f"{label} (may be {fits[label]})" if fits[label] else label for label in alone], "the bibliography has no entry that can only be this one; its record is made from the sheet alone. Write authors and year into the sheet as the bibliography has them, or “n.d.” for a text without a year"),
    ]  # fmt: skip


def _idle(mapped: Sequence[str], found: Taken) -> list[Loss]:
    """The options that made no difference: no cell holds the word."""
    from analysis.exchange.losses import some
    from analysis.starting.values import normal

    idle = [f"--map {pair}" for pair in mapped if normal(pair.rpartition("=")[0]) not in found.key.used]
    return some("word of --map", idle, "no cell that is read holds it; write it as it stands in the sheet")


# At a terminal


def _answered(folder: Path) -> tuple[Beginning, list[Loss]]:
    """What somebody answers to a few short questions.  Nothing is written before the last."""
    from analysis.starting.scales import SCALES
    from analysis.starting.typed import chosen, questions_of

    print(f"A new debate, in {folder}. Enter leaves an answer open; Ctrl-C stops, and nothing is written.\n")
    title = _ask("What is the debate called? ", str)
    print(
        "\nSources: author, year, title and, if you like, a DOI (Ash 2001 The Empty Pot); or a .bib, .json or .ris file."
    )
    sources, losses = _sources_asked()
    print("\nQuestions, and on each some sentences that a text could affirm or reject, with one verb in each.")
    asked: list[tuple[str, str]] = []
    while question := _ask(f"Question {sum(n == 'question' for n, _ in asked) + 1} (Enter: no more) ", str):
        asked.append(("question", question))
        while sentence := _ask("  A sentence on it (Enter: no more) ", str):
            try:
                questions_of([*asked, ("proposition", sentence)])
            except ValueError as error:
                print(f"  {error}")
            else:
                asked.append(("proposition", sentence))
    scale = _ask(
        f"\nScale: {', '.join(SCALES)} (Enter: five, −2 to 2) ", lambda w: chosen(w or "five", list(SCALES), "scale")
    )
    print()
    return _beginning(title, sources, asked, scale), losses


def _sources_asked() -> tuple[list[Source], list[Loss]]:
    from analysis.starting.typed import as_read, bibliography_of, typed_sources

    files: list[Source] = []
    losses: list[Loss] = []
    words: list[str] = []
    while answer := _ask(f"Source {len(files) + len(words) + 1} (Enter: no more) ", str):
        try:
            if Path(answer).expanduser().is_file():
                some, lost = bibliography_of(Path(answer).expanduser())
                files, losses = [*files, *some], [*losses, *lost]
            else:
                typed_sources([*words, answer])
                words.append(answer)
                print(f"  Read: {as_read(answer)}")
        except ValueError as error:
            print(f"  {error}")
    return [*files, *typed_sources(words)], losses


def _ask(question: str, read: Callable[[str], Answer]) -> Answer:
    """The answer, as `read` takes it; asked again while that refuses it.  The end of the input is as Enter."""
    while True:
        try:
            answer = input(question).strip()
        except EOFError:
            print()
            answer = ""
        try:
            return read(answer)
        except ValueError as error:
            print(f"  {error}")
