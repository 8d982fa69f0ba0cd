"""What an export of one coder's reading leaves out of a debate, each thing by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analysis.debate import Debate
from analysis.exchange.losses import Loss, some
from analysis.exchange.sides import LESSER
from analysis.schemas import Coding

_OF_A_CODING: dict[str, Callable[[Coding], Iterable[str]]] = {
    "stance": lambda c: (s.proposition for s in c.stances),
    "silence": lambda c: (s.proposition for s in c.silences),
    "claim": lambda c: (x.id for x in c.claims),
    "link between claims": lambda c: (f"{x.id} → {t}" for x in c.claims for t in (*x.supports, *x.attacks)),
    "mark of the thesis": lambda c: c.thesis,
    "weight of a factor, or silence on all": lambda c: [*(w.factor for w in c.factors), *(["silence"] if c.factors_silence else [])],
    "span of years": lambda c: (s.label for s in c.spans),
}  # fmt: skip
CODEBOOK = ("short title", "version", "scale and its rules", "levels of certainty")


def unsaid(debate: Debate, coder: str, why: dict[str, str], noted: bool = False) -> list[Loss]:
    """The parts of a debate named in `why`, with the reason for which each is left out, and what is left out of the coders.

    `noted`: whether the file has the note on the coder.
    """
    others = [c for c in debate.coders if c != coder]
    return [
        *parts_unsaid(debate, coder, why),
        *some("coder's coding", others, "the file has one reading; export each with --coder"),
        *some("wording under which a reading was coded", _wordings(debate, coder), "the file has no place for it"),
        *some("record of how and when a coder coded", [coder], "the file has no place for it"),
        *some("note on a coder", [] if noted else [coder], "the file has a name at most"),
    ]


def _wordings(debate: Debate, coder: str) -> list[str]:
    return [f"{key}/{id}" for key, coding in readings(debate, coder).items() for id in coding.wordings]


def unasked(whole: Debate, part: Debate) -> list[Loss]:
    """What the part of a debate on some questions leaves out of the whole, of all its coders."""
    was, now = _by_kind(whole), _by_kind(part)
    why = "--question asks for others, or it belongs to no question"
    return [loss for kind, names in was.items() for loss in some(f"{kind} that is left out", [n for n in names if n not in now[kind]], why)]  # fmt: skip


def _by_kind(debate: Debate) -> dict[str, dict[str, None]]:
    """The parts of a debate that a question, or the want of one, decides on, by kind, in their order."""

    def of(names: Callable[[Coding], Iterable[str]]) -> dict[str, None]:
        return dict.fromkeys(f"{coder}/{key}/{n}" for (coder, key), coding in debate.codings.items() for n in names(coding))  # fmt: skip

    return {
        "question": dict.fromkeys(q.id for q in debate.codebook.questions),
        "proposition": dict.fromkeys(p.id for p in debate.codebook.propositions),
        **{kind: of(names) for kind, names in _OF_A_CODING.items()},
    }


def parts_unsaid(debate: Debate, coder: str, why: dict[str, str]) -> list[Loss]:
    parts = _parts(debate, readings(debate, coder))
    return [loss for part, reason in why.items() for loss in some(part, parts[part], reason)]


def readings(debate: Debate, coder: str) -> dict[str, Coding]:
    """What one coder says of each source, in the order of the sources."""
    found = {key: c for (name, key), c in debate.codings.items() if name == coder}
    return {key: found[key] for key in (*debate.sources, *found) if key in found}


def _parts(debate: Debate, codings: dict[str, Coding]) -> dict[str, list[str]]:
    def of(names: Callable[[Coding], Iterable[str]]) -> list[str]:
        return [f"{key}/{name}" for key, coding in codings.items() for name in names(coding)]

    book, limited = debate.codebook, debate.scale.limited
    coded = {*of(lambda c: (s.proposition for s in c.stances)), *of(lambda c: (s.proposition for s in c.silences))}
    every = [f"{key}/{p.id}" for key in debate.sources for p in book.propositions]
    return {
        **{kind: of(names) for kind, names in _OF_A_CODING.items()},
        "certainty, reason and limit of a stance": of(lambda c: (s.proposition for s in c.stances)),
        "stance with a limit": of(lambda c: (s.proposition for s in c.stances if s.value in limited and s.qualification != LESSER)),
        "stance to a lesser degree": of(lambda c: (s.proposition for s in c.stances if s.qualification == LESSER)),
        "proposition on which a source is not coded": [pair for pair in every if pair not in coded],
        "passage": of(lambda c: (x.id for x in c.claims if x.anchors)),
        "link between claims": of(lambda c: (x.id for x in c.claims if x.supports or x.attacks)),  # counted by claims
        "order of the theses": [k for k, c in codings.items() if [x.id for x in c.claims if x.id in c.thesis] != list(c.thesis)],
        "title of the debate": [book.title],
        "question": [q.id for q in book.questions],
        "proposition": [p.id for p in book.propositions],
        "kind, core mark and note of a proposition": [p.id for p in book.propositions],
        "factor": [f.id for f in book.factors],
        "coding rule": [r.id for r in book.rules],
        "part of the codebook": [*CODEBOOK, *(["licence"] if book.licence else [])],
        "description of the debate": [book.short_title],
        "bibliography of a source": list(debate.sources),
        "source that this coder has not coded": [key for key in debate.sources if key not in codings],
    }  # fmt: skip
