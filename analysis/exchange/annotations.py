"""Claims and their passages ↔ W3C Web Annotations (JSON-LD), which Hypothesis, Recogito and Apache Annotator read.

A claim is the body of an annotation, its passage the target.  By itself an export names a passage as the debate does, by its first and
last words (a RangeSelector between two TextQuoteSelectors).  With the reader's copies it quotes whole passages and gives their
positions, as Hypothesis needs it; such a file must not be passed on.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from analysis import passages
from analysis.anchors import MAX_WORDS, Folded, resolution
from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders, intake, maps
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node, ends, few
from analysis.exchange.shelves import json_file
from analysis.exchange.unsaid import unsaid
from analysis.schemas import Anchor, Claim, Source

Values = dict[str, Any]
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # characters of prefix and suffix, as Hypothesis writes them


def dump(debate: Debate, coder: str = REFERENCE, texts: Path | None = None) -> tuple[bytes, list[Loss]]:
    """One coder's claims as an annotation collection; `texts` is the folder of the reader's copies if passages are to be quoted."""
    copies = passages.copies(debate, texts) if texts else {}
    items: list[Values] = []
    quoted: list[str] = []
    bare: list[str] = []
    for (name, key), coding in debate.codings.items():
        for claim in coding.claims if name == coder else ():
            for i, anchor in enumerate(claim.anchors):
                selectors = _quotation(anchor, copies[key]) if key in copies else None
                (quoted if selectors else bare).append(f"{key}/{claim.id}")
                target = {"source": _address(debate.sources[key]), "selector": selectors or _range(anchor)}
                items.append(_annotation(debate, coder, key, claim, i, claim.id in coding.thesis) | {"target": target})
    page = {"id": _urn("page", debate.codebook.title), "type": "AnnotationPage", "startIndex": 0, "items": items}
    made = {
        "@context": [CONTEXT, {"stancebook": "urn:stancebook:"}], "id": _urn("collection", debate.codebook.title),
        "type": "AnnotationCollection", "label": debate.codebook.title, "total": len(items), "first": page,
        "stancebook:sources": [s.model_dump(mode="json", by_alias=True, exclude_none=True) for s in debate.sources.values()],
    }  # fmt: skip
    return json_file(made), [
        *unsaid(debate, coder, dict.fromkeys(_UNSAID, _WHY)),
        *_of_texts(quoted, bare, texts is not None),
    ]


def load(raw: bytes | dict[str, bytes]) -> tuple[Debate, list[Loss]]:
    """The claims that annotations make of their targets, each target a source; stances are still to be coded."""
    found = _annotations(intake.values_of(intake.one_file(raw)))
    if not found:
        raise ValueError("there is no annotation in it; is it of this format?")
    map = Map()
    for record in found[0].sources:
        map.sources[str(record.get("id"))] = record
    for n, annotation in enumerate(found, 1):
        _take(annotation, f"annotation {n}", map)
    return maps.debate_of(map, "web annotations")


# Debate → annotations


def _annotation(debate: Debate, coder: str, key: str, claim: Claim, i: int, thesis: bool) -> Values:
    """An annotation without its target; what the standard has no word for is under names of our own."""
    tags = [claim.voice, *(["thesis"] if thesis else [])]
    own = {"source": key, "claim": claim.id, "thesis": thesis, "anchor": claim.anchors[i].model_dump(exclude_none=True)}
    more = claim.model_dump(exclude_defaults=True, include={"voice", "holder", "supports", "attacks"})
    return {
        "id": _urn(coder, key, claim.id, str(i)), "type": "Annotation", "motivation": "describing",
        "creator": {"type": "Person", "name": debate.coders[coder].label},
        "created": f"{debate.coders[coder].date.isoformat()}T00:00:00Z",
        "body": [
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": claim.text},
            *({"type": "TextualBody", "purpose": "tagging", "value": t} for t in tags),
        ],
        "stancebook:claim": own | more,
    }  # fmt: skip


def _urn(*parts: str) -> str:
    """A name that is the same for the same thing."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(parts).encode("utf-8", "replace").decode()).urn


def _address(source: Source) -> str:
    """Where the source is on the web, or a name for it."""
    doi = (source.doi or "").strip()
    if source.url and re.fullmatch(r"https?://[^\s<>\"\\^`{|}\x00-\x20]+", source.url):
        return source.url
    return f"https://doi.org/{doi}" if re.fullmatch(r"10\.\d{4,9}/[\w.;()/:-]+", doi) else f"urn:stancebook:{source.id}"


def _range(anchor: Anchor) -> Values:
    """From the first words to the last: by the standard, up to the beginning of the last words.

    What stands before and after touches the words: a blank is taken to part them, as the anchor does not say.
    """
    before = {"prefix": f"{anchor.prefix.rstrip()} "} if anchor.prefix else {}
    after = {"suffix": f" {anchor.suffix.lstrip()}"} if anchor.suffix else {}
    start = {"type": "TextQuoteSelector", "exact": anchor.start} | before
    end = {"type": "TextQuoteSelector", "exact": anchor.end} | after
    return {"type": "RangeSelector", "startSelector": start, "endSelector": end}


def _quotation(anchor: Anchor, copy: Folded) -> list[Values] | None:
    """The passage in its copy, quoted and by its position in characters; None if it is not there."""
    found = resolution(anchor, copy)
    if not found.found:
        return None
    start, end, text = found.start, found.end, copy.text
    quote = {"type": "TextQuoteSelector", "exact": text[start:end]}
    around = {"prefix": text[max(0, start - AROUND) : start], "suffix": text[end : end + AROUND]}
    return [
        quote | {k: v for k, v in around.items() if v},
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]


_WHY = "an annotation says something of a passage; this has none"
_UNSAID = (
    "stance", "silence", "weight of a factor, or silence on all", "span of years", "question", "proposition", "factor",
    "coding rule", "part of the codebook", "description of the debate",
)  # fmt: skip


def _of_texts(quoted: list[str], bare: list[str], with_texts: bool) -> list[Loss]:
    """What is to be known of passages: which are not quoted, and that the file must not be passed on if some are."""
    why = (
        "not found in a copy" if with_texts else "a passage is under copyright; --with-texts quotes it from your copies"
    )
    return [
        *some("passage named by its first and last words", bare, f"{why}; a range ends before its last words and is matched letter for letter; Hypothesis reads no such ranges"),
        *some("passage that is quoted whole, so that THE FILE HOLDS PARTS OF THE TEXTS", quoted, "they are under copyright: do not pass the file on"),
    ]  # fmt: skip


# Annotations → claims


class _Selector(BaseModel):
    type: str = ""
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: _Selector | None = Field(None, alias="startSelector")
    end: _Selector | None = Field(None, alias="endSelector")


class _Target(BaseModel):
    source: str = ""
    selector: _Selector | list[_Selector] = []


class _Body(BaseModel):
    value: str = ""
    purpose: str | list[str] | None = None


class _Own(BaseModel):
    source: str
    claim: str
    thesis: bool = False
    anchor: Values
    voice: Literal["own", "reported", "quoted"]
    holder: str | None = None
    supports: list[str] = []
    attacks: list[str] = []


class _Annotation(BaseModel, extra="allow"):
    """An annotation of the standard, or a row of Hypothesis' own JSON, as far as we read it."""

    type: str | list[str] = "Annotation"
    body: str | _Body | list[str | _Body] = []
    target: str | _Target | list[str | _Target] = []
    text: str = ""
    tags: list[str] = []
    user: str = ""
    creator: Any = None
    created: str = ""
    uri: str = ""
    references: list[str] = []
    own: _Own | None = Field(None, alias="stancebook:claim")
    sources: list[Values] = []


def _annotations(values: Any) -> list[_Annotation]:
    """The annotations of a list, a page, a collection or what Hypothesis exports; the sources of ours lie with the first."""
    sources = values.get("stancebook:sources", []) if isinstance(values, dict) else []
    while isinstance(values, dict) and not {"target", "uri"} & values.keys():
        values = next((values[k] for k in ("items", "first", "rows", "annotations") if k in values), [])
    listed = values if isinstance(values, list) else [values]
    found = intake.shaped(TypeAdapter(list[_Annotation]), listed)
    return [a.model_copy(update={"sources": intake.shaped(list[Values], sources)}) for a in found]


def _take(annotation: _Annotation, place: str, map: Map) -> None:
    """Put the claim that an annotation makes into the map, and what is lost of it among what is left."""
    targets = [t if isinstance(t, _Target) else _Target(source=t) for t in _many(annotation.target)]
    if annotation.references:
        map.left.append(f"{place}: an answer to another annotation")
        return
    if own := annotation.own:
        _take_own(own, next(_texts(annotation), ""), map)
        return
    if len(targets) > 1:
        map.left.append(f"{place}: {len(targets) - 1} further targets")
    target = targets[0] if targets else _Target()
    text = "\n".join(_texts(annotation)) or folders.TO_DO
    tags = [*annotation.tags, *(b.value for b in _bodies(annotation) if "tagging" in _many(b.purpose))]
    map.left += [f"{place}: tag {t}" for t in tags]
    map.left += [f"{place}: {k}" for k in ("user", "creator", "created") if getattr(annotation, k)]
    map.left += [
        f"{place}: {k}" for k, v in (annotation.model_extra or {}).items() if v and k not in ("id", "@context")
    ]
    anchors = [a for s in _many(target.selector) if (a := _anchor(s))][:1]
    if not anchors:
        map.left.append(f"{place}: no quotation that names its passage")
    data: Values = {"anchors": anchors}
    map.nodes[place] = Node(_named(text, place), text, data=data, who=target.source or annotation.uri, role="claim")


def _take_own(own: _Own, text: str, map: Map) -> None:
    """One of our own claims; its further passages come as annotations of their own."""
    key = f"{own.source}/{own.claim}"
    if key in map.nodes:
        map.nodes[key].data["anchors"].append(own.anchor)
        return
    data = {"anchors": [own.anchor], "voice": own.voice} | ({"holder": own.holder} if own.holder else {})
    tags = ["thesis"] if own.thesis else []
    map.nodes[key] = Node(key, text, tags=tags, data=data, who=own.source, role="claim")
    map.relations += [(key, f"{own.source}/{c}", "support") for c in own.supports]
    map.relations += [(key, f"{own.source}/{c}", "attack") for c in own.attacks]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _bodies(annotation: _Annotation) -> list[_Body]:
    return [b if isinstance(b, _Body) else _Body(value=b) for b in _many(annotation.body)]


def _texts(annotation: _Annotation) -> Iterator[str]:
    """What the annotation says in words, its tags left out."""
    if annotation.text:
        yield annotation.text
    yield from (b.value for b in _bodies(annotation) if b.value and "tagging" not in _many(b.purpose))


def _named(text: str, place: str) -> str:
    return few(text) if text != folders.TO_DO else place


def _anchor(selector: _Selector) -> Values | None:
    """The first and last words of what a selector quotes, or of where its range starts and ends."""
    first, last = selector.start or selector, selector.end or selector
    found = ends(first.exact) if first is last else {"start": _cut(first.exact, 0), "end": _cut(last.exact, -MAX_WORDS)}
    if not found or not all(found.values()):
        return None
    around = {"prefix": first.prefix.split()[-4:], "suffix": last.suffix.split()[:4]}
    return found | {k: " ".join(v) for k, v in around.items() if v}


def _cut(words: str, at: int) -> str:
    return " ".join(words.split()[at:][:MAX_WORDS])
