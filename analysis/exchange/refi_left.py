"""What stands in a project of REFI-QDA and no debate has a place for, each thing by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Any

from analysis.counts import counted
from analysis.exchange.maps import few
from analysis.exchange.refi_codes import all_of, targets, text_of

BESIDE = ("Bibliography (CSL-JSON)", "Year")  # the variables of our own export
UNHEARD = ("PictureSource", "AudioSource", "VideoSource")
# The elements of the standard; another is an extension of some program.
_STANDARD = re.findall(r"\w+", """
    Project Users User CodeBook Codes Code Cases Case Variables Variable VariableValue TextValue BooleanValue
    IntegerValue FloatValue DateValue DateTimeValue Sets Set MemberCode MemberSource MemberNote Sources TextSource
    PlainTextContent PlainTextSelection PictureSource TextDescription PictureSelection PDFSource PDFSelection
    Representation AudioSource AudioSelection VideoSource VideoSelection Transcript TranscriptSelection SyncPoint Coding
    Graphs Graph Vertex Edge Notes Note Links Link Description NoteRef CodeRef SourceRef SelectionRef VariableRef
""")  # fmt: skip
_PARTS = ("Transcript", "TextDescription", "PictureSelection", "AudioSelection", "VideoSelection", "TranscriptSelection", "PlainTextSelection")  # fmt: skip


def unread(root: Any, records: Container[str], files: Iterable[str]) -> list[str]:
    """What of a project is not read whatever its codings are.

    `records`: the sources whose bibliography was read; `files`: what else than the project is in the archive.
    """
    names = {e.get("guid"): e.get("name") or few(text_of(e, "PlainTextContent")) for e in root.iter() if e.get("guid")}
    return [
        *(line for kind in UNHEARD for s in all_of(root, f"Sources/{kind}") for line in _unheard(s, kind, names)),
        *(line for s in _texts_within(root) for line in [*_unheard(s, "text", names)][1:]),
        *(line for c in all_of(root, "Cases/Case") for line in _of_case(c, names, records)),
        *(f"{line} of {s.get('name')}" for s in all_of(root, "Sources/*") for line in _values(s, names)),
        *(f"description of variable {v.get('name')}" for v in all_of(root, "Variables/Variable") if text_of(v, "Description")),
        *_unused(root),
        *(line for s in root.iter("{*}Set") for line in _of_set(s, names)),
        *(f"graph {g.get('name')}: {counted(len(all_of(g, 'Vertex')), 'node')}, {counted(len(all_of(g, 'Edge')), 'edge')}" for g in all_of(root, "Graphs/Graph")),
        *_files(files, root),
        *(f"{_kind(e)} {e.get('name') or few(e.text or '')}".strip() for e in root.iter() if _kind(e) not in _STANDARD),
    ]  # fmt: skip


def _kind(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _named(guids: list[str], names: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(names.get(g) or g for g in guids))


def _texts_within(root: Any) -> list[Any]:
    """The texts in which nothing that is coded is read: of notes, and of what was selected on a page."""
    return [*all_of(root, "Notes/Note"), *all_of(root, "Sources/PDFSource/PDFSelection/Representation")]


def _unheard(source: Any, kind: str, names: dict[str, str]) -> Iterator[str]:
    """A source that is no text: its description, its transcripts and selections, with their codes."""
    where = f"{kind} {source.get('name') or source.getparent().get('name')}"
    yield where
    for inner in source.iter():
        name = where if inner is source else f"{_kind(inner)} {inner.get('name') or ''}".strip() + f" of {where}"
        if _kind(inner) in _PARTS:
            yield name + (f": coded with {coded}" if (coded := _named(targets(inner, "Coding/CodeRef"), names)) else "")
        elif coded := _named(targets(inner, "Coding/CodeRef"), names):
            yield f"{name}: coded as a whole with {coded}"
        if text_of(inner, "Description"):
            yield f"description of {name}"


def _of_case(case: Any, names: dict[str, str], records: Container[str]) -> Iterator[str]:
    """What a case says, but for what our own export puts there: a source and its bibliography."""
    name = f"case {case.get('name')}"
    own = any(guid in records for guid in targets(case, "SourceRef"))
    yield from [] if own else [name]
    yield from [f"description of {name}"] if text_of(case, "Description") else []
    for what in ("Code", "Source", "Selection"):
        pointed = [g for g in targets(case, f"{what}Ref") if g not in records]
        yield from (f"{name}: {what.lower()} {names.get(g) or g}" for g in pointed)
    yield from (f"{line} of {name}" for line in _values(case, names, BESIDE if own else ()))


def _values(holder: Any, names: dict[str, str], but: Container[str] = ()) -> Iterator[str]:
    """The variables of a case or a source, with their values."""
    for value in all_of(holder, "VariableValue"):
        name = _named(targets(value, "VariableRef"), names)
        said = [few(e.text or "") for e in value if _kind(e) != "VariableRef"]
        yield from [] if name in but else [f"variable {name} ({', '.join(said)})"]


def _unused(root: Any) -> Iterator[str]:
    used = {r.get("targetGUID") for r in root.iter("{*}VariableRef")}
    yield from (f"variable {v.get('name')}" for v in all_of(root, "Variables/Variable") if v.get("guid") not in used)


def _of_set(element: Any, names: dict[str, str]) -> Iterator[str]:
    name = f"set {element.get('name')}"
    yield name
    yield from [f"description of {name}"] if text_of(element, "Description") else []
    for what in ("Code", "Source", "Note"):
        yield from (f"{name}: {what.lower()} {names.get(g) or g}" for g in targets(element, f"Member{what}"))


def _files(files: Iterable[str], root: Any) -> Iterator[str]:
    """The files of the archive that hold no plain text, each with what it belongs to."""
    owners = {_last(e.get(p)): e.get("name") for e in root.iter() for p in ("path", "currentPath", "richTextPath") if e.get(p)}  # fmt: skip
    plain = {_last(e.get("plainTextPath")) for e in root.iter() if e.get("plainTextPath")}
    for name in files:
        if _last(name) not in plain - owners.keys():
            yield f"file {name}" + (f" ({owner})" if (owner := owners.get(_last(name))) else "")


def _last(path: str) -> str:
    return path.lower().removeprefix("internal://").rpartition("/")[2]


def dates(root: Any) -> list[str]:
    """Of what a project says when it was made or changed, or who changed it; who coded is read elsewhere."""
    told = ("creationDateTime", "modifiedDateTime", "modifyingUser", "modifyingUserGUID")
    found = Counter(_kind(e) for e in root.iter() if any(e.get(t) for t in told))
    return [f"{n} × {kind}" for kind, n in found.items()]
