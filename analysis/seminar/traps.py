"""A debate's `calibration.yml` → the exercise, held against the codebook."""

from __future__ import annotations

from analysis.debate import Debate, DebateError
from analysis.reading import Document, did_you_mean, read_yaml, validated
from analysis.schemas import Calibration, Codebook, Trap

FILE = "calibration.yml"


def calibration(debate: Debate) -> Calibration:
    """The exercise in a debate's folder; `DebateError` with every problem if there is any."""
    document = read_yaml(debate.path / FILE, FILE)
    made = validated(Calibration, document) if document.values is not None else None
    for i, trap in enumerate(made.traps if made else ()):
        _hold_against(debate.codebook, trap, i, document)
    if document.problems or made is None:
        raise DebateError(document.problems)
    return made


def _hold_against(book: Codebook, trap: Trap, i: int, document: Document) -> None:
    rules, values = [r.id for r in book.rules], {v.value: v for v in book.scale.values}
    if trap.rule not in rules:
        document.report(("traps", i, "rule"), f'no rule "{trap.rule}"', did_you_mean(trap.rule, rules))
    if trap.value is not None and trap.value not in values:
        document.report(
            ("traps", i, "value"), f"{trap.value} is not on the scale", f"use one of: {', '.join(map(str, values))}"
        )
    elif bool(trap.qualification) != (trap.value is not None and values[trap.value].limited):
        document.report(
            ("traps", i, "qualification"),
            "what limits a value belongs to those values that are marked `limited`, and to no others",
            "add it or take it out",
        )
    if trap.silence and trap.silence not in [s.reason for s in book.scale.silences]:
        document.report(("traps", i, "silence"), f"the codebook has no silence “{trap.silence}”", "choose another")


def rule_of(trap: Trap, book: Codebook) -> str:
    """The rule that decides, in the codebook's words."""
    return next(r.text for r in book.rules if r.id == trap.rule)


def readings(book: Codebook) -> dict[str, int | str]:
    """What may be chosen, in words, and what it means: the values of the scale, then the reasons for silence."""
    values = {book.scale.said(v.value): v.value for v in book.scale.values}
    return values | {f"silent: {s.reason.replace('-', ' ')}": s.reason for s in book.scale.silences}


def reading_in_words(trap: Trap, book: Codebook) -> str:
    """How the trap is read by its rule."""
    words = next(w for w, meant in readings(book).items() if meant == trap.reading)
    sure = f", certainty {trap.certainty}" if trap.certainty else ""
    return f"{words}{sure}{f'. Limit: {trap.qualification}' if trap.qualification else ''}"
