"""A folder → a validated `Debate`, or every problem in it at once.

data/soviet-dictatorship/
    debate.yml                      the codebook
    sources.json                    the bibliography, CSL-JSON
    codings/<coder>/coder.yml       who made these codings, how and when
    codings/<coder>/<source>.yml    one coding for each source
    texts/<source>.txt              the reader's own copies, never shipped
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis import anchors
from analysis.copies import copy_of, doubts
from analysis.forks import CHECKED
from analysis.reading import (
    Document,
    Place,
    Problem,
    as_far_as_read,
    did_you_mean,
    read_json,
    read_text,
    read_yaml,
    validated,
    write,
)
from analysis.schemas import Claim, Codebook, Coder, Coding, Question, Scale, Source, Stance

REFERENCE = "reference"
BLIND = ("first", "second")  # the coders whose agreement is measured, if a debate has them
MOST_VALUES = 11


@dataclass(frozen=True)
class Debate:
    """A debate that has passed every check.

    `codings` is keyed by coder and source; `digest` changes with anything in what was loaded, and with nothing else.
    """

    path: Path
    codebook: Codebook
    sources: dict[str, Source]
    coders: dict[str, Coder]
    codings: dict[tuple[str, str], Coding]
    digest: str

    @property
    def scale(self) -> Scale:
        """The values that a stance may take, and how they are shown."""
        return self.codebook.scale

    def question(self, id: str) -> Question:
        """The question of that id; ValueError with the nearest one if there is none."""
        questions = {q.id: q for q in self.codebook.questions}
        if id not in questions:
            raise ValueError(f'no question "{id}"; {did_you_mean(id, questions)}')
        return questions[id]

    def coding(self, source: str, coder: str = REFERENCE) -> Coding:
        return self.codings[coder, source]

    def made_by(self, *coders: str) -> str:
        """Who made the codings, how and when."""
        named = [self.coders[c] for c in coders or (REFERENCE,) if c in self.coders]
        return "; ".join(f"{c.label} ({_made(c)} {c.date:%-d %B %Y})" for c in named)

    def credit(self, *coders: str) -> str:
        """Who made the codings, how and when: the last sentence of every caption."""
        said = f"Codings: {self.made_by(*coders)}. Codebook {self.codebook.version}."
        return " ".join([said, *self._stale_in_words(coders or (REFERENCE,))])

    def stale(self, *coders: str) -> list[tuple[str, str, str]]:
        """The stances and silences that were coded under another wording of their proposition: coder, source, proposition.

        A reading that does not say under which wording it was coded is not among them: that is unknown.
        """
        now = {p.id: p.wording for p in self.codebook.propositions}
        return [
            (coder, source, id)
            for (coder, source), coding in self.codings.items()
            if coder in (coders or self.coders)
            for id in stale_in(coding, now)
        ]

    def _stale_in_words(self, coders: Sequence[str]) -> list[str]:
        n = sum(len(c.coded) for (coder, _), c in self.codings.items() if coder in coders)
        if not (old := len(self.stale(*coders))):
            return []
        return [
            f"{old} of {n} readings {'was' if old == 1 else 'were'} coded under an older wording and {'is' if old == 1 else 'are'} not confirmed."
        ]


def stale_in(coding: Coding, wordings: dict[str, str]) -> list[str]:
    """The propositions that a coding reads under another wording than theirs in `wordings`."""
    return [id for id in coding.coded if coding.wordings.get(id, wordings.get(id)) != wordings.get(id)]


def _made(coder: Coder) -> str:
    return "how made is not stated; taken in" if coder.how == "not stated" else f"{coder.how},"


class DebateError(ValueError):
    """A debate that cannot be used as it is; its message lists every problem."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{count} in the debate", *(f"  {p}" for p in problems)]))


@dataclass
class Report:
    """What a check found: as much of the debate as could be read, the problems, and what the anchors led to."""

    debate: Debate | None
    problems: list[Problem]
    resolved: dict[str, Counter[str]] = field(
        default_factory=dict
    )  # source → its anchors by status; absent if there is no copy
    in_copies: int = 0  # of the problems, those that only the copies show

    def as_json(self) -> dict[str, Any]:
        """Problems and counts as `stancebook check --json` prints them."""
        counts: dict[str, int] = {}
        sources: dict[str, dict[str, int | None]] = {}
        if self.debate:
            book = self.debate.codebook
            core = sum(p.core for p in book.propositions)
            counts = {"questions": len(book.questions), "propositions": len(book.propositions), "core": core}
            sources = {key: self._counts(key, len(book.propositions)) for key in self.debate.sources}
        problems = [
            {"file": p.file, "line": p.line, "path": p.path, "problem": p.problem, "cure": p.cure}
            for p in self.problems
        ]
        return {"problems": problems, "counts": counts, "sources": sources}

    def _counts(self, key: str, propositions: int) -> dict[str, int | None]:
        assert self.debate
        coding = self.debate.codings.get((REFERENCE, key), Coding(source=key))
        return {
            "claims": len(coding.claims),
            "reported": sum(c.voice == "reported" for c in coding.claims),
            "links": sum(len(c.supports) + len(c.attacks) for c in coding.claims),
            "stances": len(coding.stances),
            "silences": len(coding.silences),
            "uncoded": propositions - len(coding.stances) - len(coding.silences),
            "anchors": sum(len(c.anchors) for c in coding.claims),
            "anchors_resolved": sum(self.resolved[key][s] for s in ("exact", "forgiven"))
            if key in self.resolved
            else None,
        }


def load_debate(
    path: str | Path,
    questions: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    coders: Sequence[str] | None = None,
) -> Debate:
    """The debate in a folder; `DebateError` with every problem if there is any, wherever it stands.

    Load no more than you use: a figure is made anew when something changes in what its notebook loaded.

    - `questions`: these only, with the stances and silences on them and the claims that those rest on; factors, spans and the
      thesis belong to no question and stay out.
    - `sources`: the codings of these only.  The bibliography stays whole, so that a source keeps its colour and its name.
    - `coders`: these only; those of `BLIND` may be missing.

    ValueError with the nearest one for a name that the debate does not have.
    """
    folder = str(Path(path).resolve())
    sys.audit("stancebook.loading", folder)  # a build listens, to know what a notebook read
    try:
        debate = part_of(_sound(Path(path)), questions, sources, coders)
    except ValueError:
        sys.audit("stancebook.failed")
        raise
    book = debate.codebook
    sys.audit("stancebook.loaded", folder, questions, sources, coders, debate.digest, book.title, book.version)
    return debate


def load_readable(path: str | Path) -> tuple[Debate, list[Problem]]:
    """The debate as far as it can be read, and every problem in it: for commands that look into the copies, some of which serve
    to mend what is wrong.  Nothing else may rest on it.

    A coding, coder or source that cannot be read is left out.  `DebateError` if the codebook or all sources cannot.
    """
    report = check_debate(path)
    if report.debate is None or not report.debate.sources:
        raise DebateError([p for p in report.problems if not p.file.startswith("codings/")] or report.problems)
    return report.debate, report.problems


def _sound(folder: Path) -> Debate:
    """The debate, if it passes every check.  A build, which loads it for its plan and for every run, has it as it was when these very files
    were checked: that takes a tenth of the time."""
    kept = Path(os.environ[CHECKED], f"{_files_digest(folder)}.pickle") if CHECKED in os.environ else None
    if kept and kept.is_file():
        return replace(pickle.loads(kept.read_bytes()), path=folder)
    report = check_debate(folder)
    if report.problems or report.debate is None:
        raise DebateError(report.problems)
    if kept:
        write(kept, pickle.dumps(report.debate))
    return report.debate


def _files_digest(folder: Path) -> str:
    """A digest of the names and the bytes of all files that a check reads."""
    total = hashlib.sha256()
    for file in sorted([folder / "debate.yml", folder / "sources.json", *folder.glob("codings/*/*")]):
        total.update(f"{file.relative_to(folder)}\0".encode("utf-8", "replace"))
        total.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"-")
    return total.hexdigest()


def part_of(
    debate: Debate, questions: Sequence[str] | None, sources: Sequence[str] | None, coders: Sequence[str] | None
) -> Debate:
    """What `load_debate` gives when these are asked for.  ValueError for a name that the debate does not have."""
    known = {q.id: q for q in debate.codebook.questions}
    for noun, wanted, have in (
        ("question", questions, known),
        ("source", sources, debate.sources),
        ("coder", coders, {*debate.coders, *BLIND}),
    ):
        for name in wanted or ():
            if name not in have:
                raise ValueError(f'no {noun} "{name}"; {did_you_mean(name, have)}')
    book, codings = debate.codebook, debate.codings
    if questions is not None:
        book = book.model_copy(update={"questions": tuple(q for q in book.questions if q.id in questions)})
        kept = {p.id for p in book.propositions}
        codings = {k: coding_on(kept, c) for k, c in codings.items()}
    codings = {
        (c, s): coding
        for (c, s), coding in codings.items()
        if (sources is None or s in sources) and (coders is None or c in coders)
    }
    there = {c: coder for c, coder in debate.coders.items() if coders is None or c in coders}
    return replace(
        debate, codebook=book, coders=there, codings=codings, digest=_digest(book, debate.sources, there, codings)
    )


def coding_on(propositions: set[str], coding: Coding) -> Coding:
    """What a coding says of some propositions: the stances and silences, and the claims that they rest on."""
    stances = tuple(s for s in coding.stances if s.proposition in propositions)
    used = {c for s in stances for c in s.claims}
    return coding.model_copy(
        update={
            "stances": stances,
            "silences": tuple(s for s in coding.silences if s.proposition in propositions),
            "claims": tuple(_within(used, c) for c in coding.claims if c.id in used),
            "thesis": (), "factors": (), "factors_silence": None, "spans": (),
            "wordings": {p: w for p, w in coding.wordings.items() if p in propositions},
        }
    )  # fmt: skip


def _within(claims: set[str], claim: Claim) -> Claim:
    """The claim with those of its links that end inside."""
    links = {link: tuple(t for t in getattr(claim, link) if t in claims) for link in ("supports", "attacks")}
    return claim.model_copy(update=links)


def _digest(
    book: Codebook, sources: dict[str, Source], coders: dict[str, Coder], codings: dict[tuple[str, str], Coding]
) -> str:
    """SHA-256 over the values in their order, so that comments and line breaks in the files count for nothing.

    What is left at its default counts for nothing either: a new field of a record alters no digest.  Nor does the licence.
    """
    total = hashlib.sha256()
    for place in ({"": book}, sources, coders, codings):
        for name, record in place.items():
            total.update(
                f"{name}\0{record.model_dump_json(by_alias=True, exclude_defaults=True, exclude={'licence'})}\0".encode(
                    "utf-8", "surrogatepass"
                )
            )
        total.update(b"\0")
    return total.hexdigest()


def debate_with(
    debate: Debate, codings: dict[tuple[str, str], Coding], coders: dict[str, Coder] | None = None
) -> Debate:
    """The debate with these codings in place of those of the same coder and source, and with these coders beside its own.

    Nothing is checked anew.
    """
    every, who = debate.codings | codings, debate.coders | (coders or {})
    return replace(debate, coders=who, codings=every, digest=_digest(debate.codebook, debate.sources, who, every))


def problems_of(coding: Coding, debate: Debate, coder: Coder | None, file: str) -> list[Problem]:
    """What a check would say of a coding that is no file yet; `file` names it.  Without a coder, its stances must rest on claims."""
    document = Document(file)
    check_coding(coding, coding.source, debate.codebook, debate.sources, coder, document)
    return document.problems


def check_debate(path: str | Path, texts: str | Path | None = None) -> Report:
    """Everything wrong with a debate's files and, if `texts` names a folder of copies, with its anchors."""
    folder = Path(path)
    if not folder.is_dir():
        return Report(None, [Problem(str(path), 0, "", "there is no such folder", _nearest_debate(folder.parent))])
    if not any((folder / name).exists() for name in ("debate.yml", "sources.json", "codings")):
        return Report(None, [Problem(str(path), 0, "", "this folder holds no debate", _nearest_debate(folder))])
    files = _Files(folder)
    of_one_question = _place_unnamed_question(files.book)
    book = validated(Codebook, files.book) if files.book.values is not None else None
    sources = _sources(files.bibliography)
    named = _named(files.bibliography)
    coders = {n: c for n, d in files.coders.items() if d.values is not None and (c := validated(Coder, d))}
    as_read = {n: as_far_as_read(Coder, d.values)[0] for n, d in files.coders.items() if d.values is not None}
    if book:
        _check_codebook(book, files.book)
    for name, record in coders.items():
        _check_counters(name, record, as_read, files.coders[name])
    codings = {}
    for (coder, key), document in files.codings.items():
        if coding := coding_in(document, key, book, named, as_read.get(coder)):
            codings[coder, key] = coding
    in_files = len(files.problems())
    digest = _digest(book, sources, coders, codings) if book else ""
    debate = Debate(folder, book, sources, coders, codings, digest) if book else None
    resolved = _check_anchors(codings, sources, Path(texts), files) if texts else {}
    if of_one_question:  # say where it stands in the file
        said = [
            replace(p, path=p.path.replace("questions[0].propositions", "propositions", 1)) for p in files.book.problems
        ]
        files.book.problems = said
    problems = files.problems()
    return Report(debate, sorted(problems), resolved, len(problems) - in_files)


class _Files:
    """The documents of a debate's folder, each with its own problems."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.book = self._open("debate.yml")
        self.bibliography = self._open("sources.json")
        self.coders: dict[str, Document] = {}
        self.codings: dict[tuple[str, str], Document] = {}
        self.texts: dict[str, Document] = {}
        for coder in sorted(p for p in (folder / "codings").glob("*") if p.is_dir() and not p.name.startswith(".")):
            self.coders[coder.name] = self._open(f"codings/{coder.name}/coder.yml")
            for file in sorted(coder.glob("*.yml")):
                if file.name != "coder.yml":
                    self.codings[coder.name, file.stem] = self._open(f"codings/{coder.name}/{file.name}")
            for stray in sorted(p for p in coder.iterdir() if p.suffix != ".yml" and not p.name.startswith(".")):
                self.coders[coder.name].report(
                    (), f'"{stray.name}" is not read', "name codings <source>.yml, and move other files elsewhere"
                )
        if REFERENCE not in self.coders:
            self.book.report(
                (), "there are no reference codings", "add codings/reference/ with coder.yml and <source>.yml"
            )

    def _open(self, name: str) -> Document:
        path = self.folder / name
        return (read_json if path.suffix == ".json" else read_yaml)(path, name)

    def problems(self) -> set[Problem]:
        return {p for d in self.documents() for p in d.problems}

    def documents(self) -> Iterator[Document]:
        yield from (self.book, self.bibliography, *self.coders.values(), *self.codings.values(), *self.texts.values())


def _nearest_debate(folder: Path) -> str:
    """The debates in a folder, as a cure for a path that leads to none."""
    found = sorted(p.parent.as_posix() for p in folder.glob("*/debate.yml"))
    return f"did you mean {' or '.join(found[:3])}?" if found else "name a folder that holds a debate.yml"


def _sources(document: Document) -> dict[str, Source]:
    """The sources by key; problems go to the document."""
    if document.values is None:
        return {}
    if not isinstance(document.values, list):
        document.report((), "expected a list of CSL-JSON records", "begin the file with [ and end it with ]")
        return {}
    if not document.values:
        document.report((), "there are no sources", "add a CSL-JSON record for each text")
    records = [validated(Source, document, r, (i,)) for i, r in enumerate(document.values)]
    _check_unique([getattr(r, "id", None) for r in records], (), "id", document)
    _check_unique([r.label if r else None for r in records], (), "custom", document, "label")
    return {r.id: r for r in records if r}


def _named(document: Document) -> set[str]:
    """The ids of all records, faulty ones, too; none if a record does not give its own, for any source may be meant by it."""
    records = document.values if isinstance(document.values, list) else []
    ids = [as_far_as_read(Source, record)[0].id for record in records]
    return set(ids) if all(ids) else set()


def _check_unique(ids: Sequence[Any], place: Place, key: str, document: Document, noun: str = "id") -> None:
    first: dict[Any, int] = {}
    for i, id in enumerate(ids):
        if id is not None and id in first:
            line = document.line((*place, first[id], key))
            document.report(
                (*place, i, key), f'the {noun} "{id}" is given twice (first in line {line})', "change one of them"
            )
        first.setdefault(id, i)


def _place_unnamed_question(document: Document) -> bool:
    """Whether propositions stand without questions; if so, the lines of what `Codebook` makes of them (see there) are those of the propositions."""
    if not isinstance(document.values, dict) or "propositions" not in document.values or "questions" in document.values:
        return False
    lines = {("questions", 0, *place): line for place, line in document.lines.items() if place[:1] == ("propositions",)}
    document.lines |= {("questions",): document.line(("propositions",)), **lines}
    return True


def _check_codebook(book: Codebook, document: Document) -> None:
    _check_scale(book.scale, document)
    _check_unique([q.id for q in book.questions], ("questions",), "id", document)
    _check_unique([f.id for f in book.factors], ("factors",), "id", document)
    _check_unique([q.label for q in book.questions], ("questions",), "label", document, "label")
    _check_unique([f.label for f in book.factors], ("factors",), "label", document, "label")
    texts: dict[str, int] = {}
    seen: dict[str, int] = {}
    for i, question in enumerate(book.questions):
        for j, proposition in enumerate(question.propositions):
            place = ("questions", i, "propositions", j, "id")
            if proposition.id in seen:
                document.report(
                    place,
                    f'the id "{proposition.id}" is given twice (first in line {seen[proposition.id]})',
                    "change one of them",
                )
            seen.setdefault(proposition.id, document.line(place))
            if proposition.text in texts:
                document.report(
                    (*place[:-1], "text"),
                    f"the same proposition stands in line {texts[proposition.text]}",
                    "reword one of them",
                )
            texts.setdefault(proposition.text, document.line((*place[:-1], "text")))


def _check_scale(scale: Scale, document: Document) -> None:
    """Two to eleven values that can be told apart, on both sides of a middle."""
    place, values = ("scale", "values"), scale.values
    numbers = [v.value for v in values]
    _check_unique(numbers, place, "value", document, "value")
    distinct = len(set(numbers))
    if not 2 <= distinct <= MOST_VALUES:
        cure = f"give 2 to {MOST_VALUES} values: -2 to 2, 1 to 7, or 0 and 1 shown as “no” and “yes”"
        document.report(place, f"a scale of {distinct} value{'' if distinct == 1 else 's'}", cure)
    gaps = [n for n in range(min(numbers), max(numbers)) if n not in numbers and n != scale.bounds[2]]
    if gaps:
        cure = "number the values one after the other, and say in `shown` what stands in the cells"
        document.report(place, f"{gaps[0]} is missing between {min(numbers)} and {max(numbers)}", cure)
    shown = [(v.shown or str(v.value)).casefold().replace("−", "-").removeprefix("+") for v in values]
    for i, v in enumerate(values):
        if v.shown and shown.count(shown[i]) > 1:
            document.report((*place, i, "shown"), f"another value is shown as “{v.shown}”, too", "show it otherwise")
    middles = [i for i, v in enumerate(values) if v.middle]
    for i in middles[1:]:
        document.report((*place, i, "middle"), "a scale has one middle; this is the second", "leave `middle` out here")
    if middles and values[middles[0]].value in (min(numbers), max(numbers)):
        problem = f"no value lies {'below' if values[middles[0]].value == min(numbers) else 'above'} the middle, {values[middles[0]].value}"
        document.report((*place, middles[0], "middle"), problem, "mark a value between the ends, or none")


def _check_counters(name: str, coder: Coder, coders: dict[str, Coder], document: Document) -> None:
    """The coder who is countered is there, is another, and counters nobody."""
    others = [c for c, record in coders.items() if c != name and record.counters is None]
    if coder.counters is not None and coder.counters not in others:
        problem = f'"{coder.counters}" is no other coder with a coding of its own'
        document.report(("counters",), problem, did_you_mean(coder.counters, others))


def coding_in(
    document: Document, key: str, book: Codebook | None, sources: Collection[str], coder: Coder | None
) -> Coding | None:
    """The coding of a file, or None if it is none in form; whatever else must be said of the file goes to the document, too."""
    if not isinstance(document.values, dict):
        return validated(Coding, document) if document.values is not None else None
    if coding := validated(Coding, document):
        check_coding(coding, key, book, sources, coder, document)
        return coding
    partial, faults = as_far_as_read(Coding, document.values)
    claims = tuple(c if c.voice else c.model_copy(update={"voice": "own"}) for c in partial.claims)
    if not all(c.id for c in claims) or ("claims",) in faults:
        faults |= _naming_claims(partial)  # one without a name may be the one that is meant
    rest = Document(document.file, lines=document.lines, unread=faults)
    check_coding(partial.model_copy(update={"claims": claims}), key, book, sources, coder, rest)
    document.problems += rest.problems
    return None


def _naming_claims(coding: Coding) -> set[Place]:
    """The places in a coding that name its claims."""
    places: set[Place] = {("thesis",)}
    for kind, fields in (("claims", ("supports", "attacks")), ("stances", ("claims", "limits")), ("factors", ("claims",)), ("spans", ("claims",))):  # fmt: skip
        places |= {(kind, i, field) for i in range(len(getattr(coding, kind))) for field in fields}
    return places


def check_coding(
    coding: Coding, key: str, book: Codebook | None, sources: Collection[str], coder: Coder | None, document: Document
) -> None:
    """Everything in a coding that must agree with itself, the codebook and the bibliography."""
    if sources and coding.source not in sources:
        document.report(("source",), f'no source "{coding.source}"', did_you_mean(coding.source, sources))
    if coding.source != key:
        document.report(
            ("source",),
            f'the file is named {key}.yml but codes "{coding.source}"',
            "rename the file, or change `source`",
        )
    claims = {c.id: c for c in coding.claims}
    _check_unique([c.id for c in coding.claims], ("claims",), "id", document)
    _check_links(coding, claims, document)
    _check_circles(coding, document)
    for i, claim in enumerate(coding.claims):
        for j, anchor in enumerate(claim.anchors):
            for problem, cure in anchors.lint(anchor):
                document.report(("claims", i, "anchors", j), problem, cure)
    rests_on_claims = coder is None or not coder.stances_only
    for i, stance in enumerate(coding.stances):
        _check_stance(stance, ("stances", i), claims, book, rests_on_claims, document)
    for i, weight in enumerate(coding.factors):
        _known(weight.claims, claims, "claim", ("factors", i, "claims"), document)
        _own_voice(weight.claims, claims, ("factors", i, "claims"), document)
    _own_voice(coding.thesis, claims, ("thesis",), document)
    for i, span in enumerate(coding.spans):
        _known(span.claims, claims, "claim", ("spans", i, "claims"), document)
        if span.kind == "decisive" and not span.claims and rests_on_claims:
            document.report(("spans", i, "claims"), "years held decisive without a claim", "add `claims: [...]`")
        if span.kind == "decisive":
            _own_voice(span.claims, claims, ("spans", i, "claims"), document)
    if coding.factors and coding.factors_silence:
        document.report(("factors_silence",), "factors and a silence about them", "keep one of the two")
    if book:
        _check_complete(coding, book, document)
        for id in coding.wordings:
            if id not in {p.id for p in book.propositions}:
                document.report(("wordings", id), f'no proposition "{id}"', "remove this line")


def _check_links(coding: Coding, claims: dict[str, Claim], document: Document) -> None:
    _known(coding.thesis, claims, "claim", ("thesis",), document)
    for i, claim in enumerate(coding.claims):
        for link in ("supports", "attacks"):
            targets = getattr(claim, link)
            _known(targets, claims, "claim", ("claims", i, link), document)
            if claim.id in targets:
                document.report(
                    ("claims", i, link), f'"{claim.id}" {link} itself', "name another claim, or remove the link"
                )
        if both := set(claim.supports) & set(claim.attacks):
            document.report(
                ("claims", i, "attacks"), f'"{claim.id}" both supports and attacks "{min(both)}"', "keep one of the two"
            )


def _check_circles(coding: Coding, document: Document) -> None:
    """A claim must not support itself by way of others."""
    supports = {c.id: c.supports for c in coding.claims}
    settled: set[str] = set()
    for claim in coding.claims:
        way, ahead = [claim.id], [iter(supports[claim.id])]
        while ahead:
            following = next(ahead[-1], None)
            if following is None:
                settled.add(way.pop())
                ahead.pop()
            elif following in way:
                if following != way[-1]:  # a claim that supports itself is reported as such
                    circle = " → ".join([*way[way.index(following) :], following])
                    place = ("claims", [c.id for c in coding.claims].index(following), "supports")
                    document.report(place, f"the supports run in a circle: {circle}", "remove one of these links")
                    return
            elif following in supports and following not in settled:
                way.append(following)
                ahead.append(iter(supports[following]))


def _check_stance(
    stance: Stance,
    place: Place,
    claims: dict[str, Claim],
    book: Codebook | None,
    rests_on_claims: bool,
    document: Document,
) -> None:
    if book:
        values = {v.value: v for v in book.scale.values}
        if stance.value not in values:
            document.report(
                (*place, "value"),
                f"the value {stance.value} is not on the scale",
                f"use one of: {', '.join(map(str, sorted(values)))}",
            )
        elif values[stance.value].limited and not stance.qualification:
            document.report(
                (*place, "qualification"),
                f"a stance of {book.scale.shown(stance.value)} without its qualification",
                "add `qualification: …`, saying what limits it",
            )
        elif not values[stance.value].limited and stance.qualification:
            document.report(
                (*place, "qualification"),
                f"a stance of {book.scale.shown(stance.value)} has no qualification",
                "remove it, or choose a limited value",
            )
    _known(stance.claims, claims, "claim", (*place, "claims"), document)
    if not rests_on_claims:
        return
    if not stance.claims:
        document.report(
            (*place, "claims"),
            f'the stance on "{stance.proposition}" rests on no claim',
            "add `claims: [...]`, or code a silence",
        )
    else:
        _own_voice(stance.claims, claims, (*place, "claims"), document)
    for k, claim in enumerate(stance.limits):
        if claim not in stance.claims:
            document.report(
                (*place, "limits", k),
                f'"{claim}" is not among the claims of the stance',
                did_you_mean(claim, stance.claims),
            )
    own = [c for c in stance.claims if c in claims and claims[c].voice == "own"]
    if own and set(own) <= set(stance.limits):
        document.report(
            (*place, "limits"),
            "every claim limits the stance and none supports it",
            "leave one out, or name a claim that supports it",
        )


def _own_voice(ids: Sequence[str], claims: dict[str, Claim], place: Place, document: Document) -> None:
    """What an author is said to hold rests on one claim at least that he makes himself; one that is not there may be it."""
    if ids and all(c in claims and claims[c].voice != "own" for c in ids):
        document.report(
            place, "this rests on reported views only", "add a claim in the author's own voice, or code a silence"
        )


def _known(ids: Iterable[str], known: Iterable[str], noun: str, place: Place, document: Document) -> None:
    for i, id in enumerate(ids):
        if id not in known:
            document.report((*place, i), f'no {noun} "{id}"', did_you_mean(id, known))


def _check_complete(coding: Coding, book: Codebook, document: Document) -> None:
    """Each proposition is known and coded once, and each factor too."""
    propositions = [p.id for p in book.propositions]
    coded = [
        (e.proposition, (kind, i, "proposition"))
        for kind in ("stances", "silences")
        for i, e in enumerate(getattr(coding, kind))
    ]
    factors = [(w.factor, ("factors", i, "factor")) for i, w in enumerate(coding.factors)]
    for noun, entries, known in (
        ("proposition", coded, propositions),
        ("factor", factors, [f.id for f in book.factors]),
    ):
        counts = Counter(id for id, _ in entries)
        lines: dict[str, int] = {}
        for id, place in entries:
            if id not in known:
                document.report(place, f'no {noun} "{id}"', did_you_mean(id, known))
            elif counts[id] > 1 and id in lines:
                document.report(place, f'"{id}" is coded twice (first in line {lines[id]})', "keep one of them")
            lines.setdefault(id, document.line(place))


def _check_anchors(
    codings: dict[tuple[str, str], Coding], sources: dict[str, Source], texts: Path, files: _Files
) -> dict[str, Counter[str]]:
    """How the anchors of each reference coding fare in the reader's copy; those that do not resolve are reported.

    A source without a copy is left out; to have none at all is a problem.
    """
    resolved: dict[str, Counter[str]] = {}
    known = {} if files.bibliography.problems else sources  # a file may be the copy of one whose record cannot be read
    for file, problem, cure in doubts(texts, known):
        files.texts[file] = Document(f"{texts.name}/{file}", problems=[Problem(f"{texts.name}/{file}", 0, "", problem, cure)])  # fmt: skip
    for (coder, key), coding in codings.items():
        if not any(c.anchors for c in coding.claims) or key not in sources:
            continue
        copy = copy_of(texts, key, known)
        if copy is None:
            continue
        name = f"{texts.name}/{copy.name}"
        text, problems = read_text(copy, name)
        if text is None:
            files.texts[key] = Document(name, problems=problems)
            continue
        begins = sources[key].custom.begins
        folded = anchors.folded(text, begins)
        if begins and anchors.letters_of(begins) not in folded.letters:
            files.texts[key] = Document(name)
            files.texts[key].report(
                (),
                f"the words with which the text begins are not in this copy: “{begins}”",
                "take another copy, or correct `begins` in sources.json",
            )
        found: Counter[str] = Counter()
        for i, claim in enumerate(coding.claims):
            for j, anchor in enumerate(claim.anchors):
                result = anchors.resolution(anchor, folded)
                found[result.status] += 1
                if not result.found:
                    cure = (
                        "choose other words"
                        if result.status == "ambiguous"
                        else "your copy may be cut or badly scanned: try another"
                        if anchor.skeleton
                        else "copy the words again from the text"
                    )
                    files.codings[coder, key].report(
                        ("claims", i, "anchors", j), f"{result.status}: {'; '.join(result.notes)}", cure
                    )
                elif too_much := anchors.overprinted(anchor, folded):
                    files.codings[coder, key].report(("claims", i, "anchors", j), *too_much)
        if coder == REFERENCE:
            resolved[key] = found
    if not resolved and not files.texts:
        files.bibliography.report((), f"no copy of any source in {texts}", "name them <source>.txt, as the ids here")
    return resolved
