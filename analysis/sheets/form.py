"""What a coding sheet asks: its columns, its choices and its rows.

Whatever carries a form, a row is one proposition put to one source, and is known by the two ids in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.anchors import MAX_WORDS, MIN_HIDDEN, MIN_WORDS
from analysis.cells import csv_of
from analysis.debate import Debate
from analysis.reading import did_you_mean
from analysis.schemas import Codebook, Proposition, Question, Source

GIVEN = ("proposition", "what counts")
FILLED = ("value", "certainty", "silence", "why", "qualification", "first words", "last words")
IDS = ("proposition id", "source id")
COLUMNS = (*GIVEN, *FILLED, *IDS)
ABOUT = ("coder", "codebook")  # in a table these stand in every row, in a workbook once, on the first tab:
FIRST_TAB, NAME_CELL, DIGEST_CELL = "Instructions", "Your code name", "digest"  # to the right of the two cells

Meaning = int | str


@dataclass(frozen=True)
class Form:
    """The questions put to some sources; `coder` is empty if whoever fills it in is to write who they are."""

    codebook: Codebook
    questions: tuple[Question, ...]
    sources: tuple[Source, ...]
    coder: str = ""

    @property
    def propositions(self) -> tuple[Proposition, ...]:
        return tuple(p for q in self.questions for p in q.propositions)


def form(
    debate: Debate,
    sources: Sequence[str] = (),
    questions: Sequence[str] = (),
    core: bool = False,
    coder: str = "",
) -> Form:
    """A form with these sources and questions (all, if none is named), and of the propositions only the core ones if `core`.

    ValueError with the nearest one for a name that the debate does not have, and if nothing would be asked.
    """
    for name in sources:
        if name not in debate.sources:
            raise ValueError(f'no source "{name}"; {did_you_mean(name, debate.sources)}')
    chosen = [debate.question(q) for q in dict.fromkeys(questions)] or debate.codebook.questions
    asked = [(q, tuple(p for p in q.propositions if p.core or not core)) for q in chosen]
    put = tuple(q.model_copy(update={"propositions": some}) for q, some in asked if some)
    if not put:
        raise ValueError(
            "none of these propositions is core; leave --core out, or mark some `core: true` in debate.yml"
        )
    return Form(debate.codebook, put, tuple(debate.sources[s] for s in dict.fromkeys(sources or debate.sources)), coder)


def rows(form: Form, source: Source) -> Iterator[tuple[Question, dict[str, str]]]:
    """What stands in the rows for one source before they are filled in, each with its question."""
    for question in form.questions:
        for p in question.propositions:
            given = (p.text, p.note or "", *("" for _ in FILLED), p.id, source.id)
            yield question, dict(zip(COLUMNS, given, strict=True))


def choices(book: Codebook) -> dict[str, dict[str, Meaning]]:
    """What may be chosen in a column, in its words, and what that means.

    The words begin with a letter: a spreadsheet would take “+2 affirms” for a sum.
    """
    scale = book.scale
    return {
        "value": {scale.said(v.value).replace("−", "-"): v.value for v in scale.values},
        "certainty": {f"{c.label} ({c.value})": c.value for c in scale.certainty},
        "silence": {s.reason: s.reason for s in scale.silences},
    }


def meaning(words: str, offered: dict[str, Meaning]) -> Meaning | None:
    """What a choice means, in whatever way it was written: “affirms (+2)”, “Affirms”, “+2”, “2,0”, “−2”, “yes”; None if it is no choice.

    A label that two values share is none.
    """
    said = _plain(words)
    if number := re.fullmatch(r"([+-]?\d{1,3})(?:[.,]0+)?", said):
        said = str(int(number[1]))
    meant = {m for w, m in offered.items() if said in map(_plain, _ways(w, m))}
    return meant.pop() if said and len(meant) == 1 else None


def _ways(words: str, meant: Meaning) -> Iterator[str]:
    """Whole, its label, what it is shown as, and what is meant."""
    label, _, shown = words.removesuffix(")").rpartition(" (")
    yield from (words, label, shown, str(meant))


def _plain(words: str) -> str:
    return re.sub(r"[\s_]+", "-", re.sub("[−–—‐‑]", "-", words.strip().casefold()))


def digest(book: Codebook) -> str:
    """Twelve digits that change with anything in the codebook."""
    return hashlib.sha256(book.model_dump_json(exclude_defaults=True).encode("utf-8", "replace")).hexdigest()[:12]


def guide(book: Codebook) -> dict[str, list[tuple[str, str]]]:
    """What a coder must know, for the first tab or page: under each title some words with what is to be said of them.

    Those under the name of a column are its choices.
    """
    rules = {
        "value": [v.rule for v in book.scale.values],
        "certainty": [c.rule for c in book.scale.certainty],
        "silence": [s.rule for s in book.scale.silences],
    }
    chosen = {column: list(zip(words, rules[column], strict=True)) for column, words in choices(book).items()}
    further = {"rules": [(r.id, r.text) for r in book.rules]} if book.rules else {}
    return {"what to do": _steps(book), **chosen, **further}


def _steps(book: Codebook) -> list[tuple[str, str]]:
    limited = [w for w, v in zip(choices(book)["value"], book.scale.values, strict=True) if v.limited]
    qualified = f"At “{'” or “'.join(limited)}”: what limits it. At no other value." if limited else "Leave it empty."
    return [
        ("before you begin", "Read the text. Code what this author says, not what you know or think, and code it alone."),
        ("value or silence", "To each proposition give either a value and your certainty, or a silence. Leave a row empty if you have not come to it."),
        ("why", "One sentence of your own: what in the text earns this value; at a silence, what you looked for and did not find."),
        ("qualification", qualified),
        ("first words, last words", f"Where the text says it: the first and the last {MIN_WORDS} to {MAX_WORDS} words of the passage, copied as they stand, with {MIN_HIDDEN} words or more between them. None at a silence."),
    ]  # fmt: skip


# As a table of text


def table(form: Form) -> bytes:
    """The form as CSV, all sources in one table, for Excel and everything else: UTF-8 with its mark, separated by commas."""
    about = dict(zip(ABOUT, (form.coder, digest(form.codebook)), strict=True))
    return csv_of(
        [*COLUMNS, *ABOUT], [[*row.values(), *about.values()] for s in form.sources for _, row in rows(form, s)]
    )
