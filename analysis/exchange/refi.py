"""A debate ↔ REFI-QDA (`.qdpx` projects and `.qdc` codebooks), which NVivo, MAXQDA, ATLAS.ti and QualCoder exchange.

A proposition is a code with a code for each value and each reason for silence below it.  A source is coded as a whole with its stances
and silences; a claim is a selection, coded with its voice and, if it is the author's own, with the stances that rest on it.  The texts are only there if they are asked
for.  Without them a stand-in lists the claims with the first and last words of their passages, so that codings have a place.
Positions count Unicode code points from 0, the end is not included, lines end with a line feed alone.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from analysis import __version__, passages
from analysis.anchors import folded, resolution
from analysis.debate import REFERENCE, Debate
from analysis.exchange import intake, maps, refi_reading
from analysis.exchange.losses import Loss, some
from analysis.exchange.refi_codes import fields
from analysis.exchange.refi_reading import BIBLIOGRAPHY, CODEBOOK, PROJECT, STAND_IN
from analysis.exchange.shelves import NO_XML, zipped
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import parts_unsaid, readings, unsaid
from analysis.schemas import NO_PASSAGE, Claim, Coding, Silence, Stance


def dump(
    debate: Debate, coder: str = REFERENCE, form: str = "qdpx", texts: Path | None = None
) -> tuple[bytes, list[Loss]]:
    """One coder's reading as `form`: qdpx, or qdc for the codebook alone; `texts` is the folder of the copies to put in, if any."""
    debate, changed = on_five_values(debate, coder)
    if form == "qdc":
        root = _element(None, f"{{{CODEBOOK}}}CodeBook", origin=f"Stancebook {__version__}")
        _codes(root, debate)
        return _xml(root), [
            *(loss for loss in changed if loss.what == "value of the scale"),
            *parts_unsaid(debate, coder, _OF_CODEBOOK | {"description of the debate": _CODES_ALONE}),
            *some("source", debate.sources, _CODES_ALONE),
            *some("coder", debate.coders, _CODES_ALONE),
            *some("coding", map("/".join, debate.codings), _CODES_ALONE),
        ]
    writing = _Writing(debate, coder, texts)
    project = writing.project()
    return zipped({"project.qde": project, **writing.files}), [*changed, *writing.losses()]


def load(raw: bytes | dict[str, bytes], form: str = "qdpx") -> tuple[Debate, list[Loss]]:
    """The debate of a project: codes with values below them as propositions, selections as claims with the ends of their passages."""
    raw = intake.one_file(raw)
    read = refi_reading.of_codebook(raw) if form == "qdc" else refi_reading.of_project(raw)
    return maps.debate_of(read, "REFI-QDA")


def texts(raw: bytes | dict[str, bytes]) -> dict[str, str]:
    """The texts that a project holds, by the ids of their sources in the debate that `load` makes of it."""
    read = refi_reading.of_project(intake.one_file(raw))
    ids = maps.source_ids(read)
    return {ids.of(label): text for label, text in read.texts.items()}


# XML


def _element(parent: Any, tag: str, text: str | None = None, **attributes: Any) -> Any:
    """An element of the parent's namespace, or a root."""
    if parent is None:
        made = etree.Element(tag, nsmap={None: etree.QName(tag).namespace})
    else:
        made = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}")
    made.text = None if text is None else NO_XML.sub("\ufffd", text)
    for name, value in attributes.items():
        made.set(name, NO_XML.sub("\ufffd", str(value)))
    return made


def _xml(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _guid(*parts: str) -> str:
    """A name that is the same for the same thing."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(("stancebook", *parts))))


# Codes


def _codes(root: Any, debate: Debate) -> None:
    """Questions, below them propositions, below these the values and the reasons for silence; and the voices."""
    codes = _element(root, "Codes")

    def code(parent: Any, name: str, guid: str, codable: bool, description: str = "") -> Any:
        made = _element(parent, "Code", guid=guid, name=name, isCodable=str(codable).lower())
        if description:
            _element(made, "Description", description)
        return made

    for q in debate.codebook.questions:
        question = code(codes, q.id, _guid("question", q.id), False, fields(Label=q.label, Text=q.text))
        for p in q.propositions:
            about = fields(Text=p.text, Kind=p.kind, Core="yes" if p.core else None, Note=p.note)
            proposition = code(question, p.id, _guid("proposition", p.id), True, about)
            for v in debate.codebook.scale.values:
                code(proposition, f"{_signed(v.value)} {v.label}", _guid("value", p.id, str(v.value)), True)
            for s in debate.codebook.scale.silences:
                code(proposition, f"silent: {s.reason}", _guid("silence", p.id, s.reason), True)
    voices = code(codes, "voice", _guid("voice"), False, "Whose view a claim is.")
    for voice in ("own", "reported", "quoted"):
        code(voices, voice, _guid("voice", voice), True)


def _signed(value: int) -> str:
    return f"{value:+d}" if value else "0"


# The project


class _Writing:
    """A project as it is written: its files, and what did not go in."""

    def __init__(self, debate: Debate, coder: str, texts: Path | None):
        self.debate, self.coder = debate, coder
        self.copies = {k: _with_line_feeds(c.text) for k, c in passages.copies(debate, texts).items()} if texts else {}
        self.files: dict[str, bytes] = {}
        self.not_found: list[str] = []
        self.codings = readings(debate, coder)
        self.user = _guid("coder", coder)

    def project(self) -> bytes:
        record = self.debate.coders[self.coder]
        root = _element(
            None, f"{{{PROJECT}}}Project", name=self.debate.codebook.title, origin=f"Stancebook {__version__}",
            creatingUserGUID=self.user, creationDateTime=f"{record.date.isoformat()}T00:00:00Z",
        )  # fmt: skip
        _element(_element(root, "Users"), "User", guid=self.user, name=record.label)
        _codes(_element(root, "CodeBook"), self.debate)
        variables = _element(root, "Variables")
        _element(variables, "Variable", guid=_guid("variable", BIBLIOGRAPHY), name=BIBLIOGRAPHY, typeOfVariable="Text")
        _element(variables, "Variable", guid=_guid("variable", "Year"), name="Year", typeOfVariable="Integer")
        cases, sources, self.notes = _element(root, "Cases"), _element(root, "Sources"), _element(root, "Notes")
        links = _element(root, "Links")
        for key in self.debate.sources:
            self.case(cases, key)
            self.source(sources, key, self.codings.get(key, Coding(source=key)))
        for key, coding in self.codings.items():
            self.links(links, key, coding)
        for part in (self.notes, links):
            if not len(part):
                root.remove(part)
        _element(root, "Description", fields(About=self.debate.codebook.description, Coding=record.note))
        return _xml(root)

    def case(self, cases: Any, key: str) -> None:
        source = self.debate.sources[key]
        made = _element(cases, "Case", guid=_guid("case", key), name=source.label)
        record = source.model_dump(mode="json", by_alias=True, exclude_none=True)
        year = [] if source.year is None else [("Year", "IntegerValue", str(source.year))]
        for name, tag, value in ((BIBLIOGRAPHY, "TextValue", _json(record)), *year):
            holder = _element(made, "VariableValue")
            _element(holder, "VariableRef", targetGUID=_guid("variable", name))
            _element(holder, tag, value)
        _element(made, "SourceRef", targetGUID=_guid("source", key))

    def source(self, sources: Any, key: str, coding: Coding) -> None:
        """A source with its selections: in the reader's copy, or in a stand-in that lists the claims."""
        guid = _guid("source", key)
        made = _element(sources, "TextSource", guid=guid, name=self.debate.sources[key].label, creatingUser=self.user)
        text = self.copies.get(key)
        if text is None:
            text, spans = _stand_in(coding)
            _element(made, "Description", STAND_IN)
            _element(made, "PlainTextContent", text)
        else:
            spans = _found(text, self.debate.sources[key].custom.begins, coding)
            made.set("plainTextPath", f"internal://{guid}.txt")
            self.files[f"sources/{guid}.txt"] = text.encode("utf-8", "replace")
        resting: dict[str, list[Stance]] = {}
        own = {
            c.id for c in coding.claims if c.voice == "own"
        }  # a view of another's, or a limit, is not coded with the stance
        for stance in coding.stances:
            for id in own & set(stance.claims) - set(stance.limits):
                resting.setdefault(id, []).append(stance)
        for claim in coding.claims:
            note = self.note(f"{key}/{claim.id}", _of_claim(claim, claim.id in coding.thesis))
            for i in range(max(len(claim.anchors), 1)):
                if span := spans.get((claim.id, i)):
                    self.selection(made, key, claim, i, span, text[slice(*span)], resting.get(claim.id, []), note)
                else:
                    self.not_found.append(f"{key}/{claim.id}")
        readings: tuple[Stance | Silence, ...] = (*coding.stances, *coding.silences)
        for reading in readings:
            self.reading(made, key, reading)

    def selection(self, parent: Any, key: str, claim: Claim, i: int, span: tuple[int, int], words: str, stances: list[Stance], note: str) -> None:  # fmt: skip
        guid = _guid("selection", key, claim.id, str(i))
        made = _element(
            parent, "PlainTextSelection", guid=guid, name=" ".join(words.split())[:40], startPosition=span[0],
            endPosition=span[1], creatingUser=self.user,
        )  # fmt: skip
        self.coded(made, _guid("voice", claim.voice), guid)
        for stance in stances:
            self.coded(made, _guid("value", stance.proposition, str(stance.value)), guid)
        _element(made, "NoteRef", targetGUID=note)

    def reading(self, parent: Any, key: str, reading: Stance | Silence) -> None:
        """A stance or silence as a coding of the whole source, with the reason in a note."""
        if isinstance(reading, Stance):
            code = _guid("value", reading.proposition, str(reading.value))
            about = {"Certainty": str(reading.certainty), "Claims": " ".join(reading.claims), "Limits": " ".join(reading.limits), "Limit": reading.qualification, "Why": reading.why}  # fmt: skip
        else:
            code, about = _guid("silence", reading.proposition, reading.reason), {"Why": reading.why}
        self.coded(parent, code, _guid("source", key), self.note(f"{key}/{reading.proposition}", about))

    def coded(self, parent: Any, code: str, place: str, note: str | None = None) -> None:
        made = _element(parent, "Coding", guid=_guid("coding", code, place), creatingUser=self.user)
        _element(made, "CodeRef", targetGUID=code)
        if note:
            _element(made, "NoteRef", targetGUID=note)

    def note(self, name: str, about: dict[str, str | None]) -> str:
        guid = _guid("note", *about, name)
        made = _element(self.notes, "Note", guid=guid, name=name, creatingUser=self.user)
        _element(made, "PlainTextContent", fields(**about))
        return guid

    def links(self, parent: Any, key: str, coding: Coding) -> None:
        for claim in coding.claims:
            for name, targets in (("supports", claim.supports), ("attacks", claim.attacks)):
                for target in targets:
                    ends = {"originGUID": _guid("selection", key, claim.id, "0"), "targetGUID": _guid("selection", key, target, "0")}  # fmt: skip
                    _element(parent, "Link", guid=_guid("link", key, name, claim.id, target), name=name, direction="OneWay", **ends)  # fmt: skip

    def losses(self) -> list[Loss]:
        missing = [k for k in self.debate.sources if k not in self.copies]
        return [
            *some("text that stands whole in the file, so that THE FILE HOLDS THE TEXTS", self.copies, "they are under copyright: do not pass the file on"),
            *some("text that is not in the file", missing, "a stand-in lists its claims; --with-texts puts your copies in"),
            *some("passage that is not found in its copy", self.not_found, "its claim has a note and no selection there"),
            *unsaid(self.debate, self.coder, _OF_PROJECT | _OF_CODEBOOK, noted=True),
            *some("text with characters that XML has not", _unwritable(self.debate, self.codings), "they are replaced by �"),
        ]  # fmt: skip


def _of_claim(claim: Claim, thesis: bool) -> dict[str, str | None]:
    """What a note says of a claim; its passages are records in one line each."""
    given = [_json(a.model_dump(exclude_none=True)) for a in claim.anchors]
    return {"Voice": claim.voice, "Holder": claim.holder, "Thesis": "yes" if thesis else None, "Passages": "\n".join(given), "Claim": claim.text}  # fmt: skip


def _json(record: dict[str, Any]) -> str:
    """A record in one line, whatever it says: JSON has a way to write the characters that XML has not."""
    return NO_XML.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(record, ensure_ascii=False))


def _stand_in(coding: Coding) -> tuple[str, dict[tuple[str, int], tuple[int, int]]]:
    """A list of the claims with the ends of their passages, and where in it each stands."""
    text, spans = STAND_IN, {}
    for claim in coding.claims:
        for i, anchor in enumerate(claim.anchors or (None,)):
            passage = f"“{anchor.start} … {anchor.end}”" if anchor else NO_PASSAGE
            words = _with_line_feeds(NO_XML.sub("\ufffd", f"{claim.text} [{passage}]"))
            spans[claim.id, i] = (len(text) + 2, len(text) + 2 + len(words))
            text = f"{text}\n\n{words}"
    return text, spans


def _found(text: str, begins: str | None, coding: Coding) -> dict[tuple[str, int], tuple[int, int]]:
    """Where the passages stand in a copy, for those that do."""
    copy = folded(text, begins)
    results = {(c.id, i): resolution(a, copy) for c in coding.claims for i, a in enumerate(c.anchors)}
    return {k: (r.start, r.end) for k, r in results.items() if r.found}


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_OF_PROJECT = {
    "weight of a factor, or silence on all": "REFI-QDA has codes and no weights",
    "span of years": "no notion of REFI-QDA",
    "order of the theses": "they come back in the order of the claims",
}
_CODES_ALONE = "a .qdc holds codes alone; export qdpx for more"
_OF_CODEBOOK = {
    "factor": "REFI-QDA has codes and no weights",
    "coding rule": "a codebook of REFI-QDA has codes alone",
    "part of the codebook": "a codebook of REFI-QDA has codes alone",
}


def _unwritable(debate: Debate, codings: dict[str, Coding]) -> Iterable[str]:
    """The records with a character that XML does not have."""
    records: dict[str, Any] = {p.id: p for p in debate.codebook.propositions}
    records |= {f"question {q.id}": q.model_copy(update={"propositions": ()}) for q in debate.codebook.questions}
    for key, coding in codings.items():
        records |= {f"{key}/{c.id}": c.model_copy(update={"anchors": ()}) for c in coding.claims}
        records |= {f"{key}/{s.proposition}": s for s in coding.stances}
        records |= {f"{key}/{s.proposition}": s for s in coding.silences}
    records |= {f"label of {key}": s.label for key, s in debate.sources.items()}
    records["title"] = debate.codebook.title
    for name, record in records.items():
        if NO_XML.search(record if isinstance(record, str) else "".join(_strings(record.model_dump()))):
            yield name


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (s for v in value.values() for s in _strings(v))
    elif isinstance(value, (list, tuple)):
        yield from (s for v in value for s in _strings(v))
