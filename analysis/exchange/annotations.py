"""Claims and their passages ↔ W3C Web Annotations (JSON-LD), which Hypothesis, Recogito and Apache Annotator read.

A claim is the body of an annotation, its passage the target.  By itself an export names a passage as the debate does, by its first and
last words (a RangeSelector between two TextQuoteSelectors).  With the reader's copies it quotes whole passages and gives their
positions, as Hypothesis needs it; such a file must not be passed on.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

from analysis import passages
from analysis.anchors import Folded, resolution
from analysis.debate import REFERENCE, Debate
from analysis.exchange import annotations_reading, intake, maps
from analysis.exchange.losses import Loss, some
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
            for i, anchor in enumerate(claim.anchors or (None,)):
                target: Values = {"source": _address(debate.sources[key])}
                if anchor:
                    selectors = _quotation(anchor, copies[key]) if key in copies else None
                    (quoted if selectors else bare).append(f"{key}/{claim.id}")
                    target["selector"] = selectors or _range(anchor)
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
    map = annotations_reading.claims(intake.values_of(intake.one_file(raw)))
    return maps.debate_of(map, "web annotations")


# Debate → annotations


def _annotation(debate: Debate, coder: str, key: str, claim: Claim, i: int, thesis: bool) -> Values:
    """An annotation without its target; what the standard has no word for is under names of our own."""
    tags = [claim.voice, *(["thesis"] if thesis else [])]
    own = {"source": key, "claim": claim.id, "thesis": thesis}
    if claim.anchors:
        own["anchor"] = claim.anchors[i].model_dump(exclude_none=True)
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
