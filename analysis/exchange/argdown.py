"""A debate ↔ an argument map in Argdown.

Propositions and claims are statements, `[source/claim]: text`; what a claim supports or attacks stands below it (`+>`, `->`).  A stance
is an argument, `<source/proposition>`, from the claims it rests on to the proposition.  All relations are those of the loose mode: a
reason for or against, never entailment or contradiction.  What Argdown has no words for is data in braces: voice, holder, value,
certainty, anchors.  `load` takes Argdown, or the JSON that `argdown json` makes of it, which holds all that the language can say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from analysis.debate import REFERENCE, Debate
from analysis.exchange import argdown_text, folders, intake, maps
from analysis.exchange.argdown_text import Heading
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Claim, Coding, Stance

_OUR_TAGS = {"proposition", "stance", "thesis", "own", "reported", "quoted"}
_OUR_DATA = {
    "proponent",
    "question",
    "kind",
    "core",
    "note",
    "source",
    "anchors",
    *Claim.model_fields,
    *Stance.model_fields,
}


def dump(debate: Debate, coder: str = REFERENCE) -> tuple[bytes, list[Loss]]:
    """The claims and stances of one coder as an Argdown document in loose mode."""
    debate, changed = on_five_values(debate, coder)
    codings = readings(debate, coder)
    blocks = [_front_matter(debate)]
    for question in debate.codebook.questions:
        blocks.append(f"# {_text(question.label)} {_data({'question': question.id, 'text': question.text})}")
        for p in question.propositions:
            given = {"question": question.id, "kind": p.kind, "core": p.core} | ({"note": p.note} if p.note else {})
            blocks.append(f"[{p.id}]: {_text(p.text)} #proposition {_data(given)}")
    for key, coding in codings.items():
        record = debate.sources[key].model_dump(mode="json", by_alias=True, exclude_none=True)
        blocks.append(f"# {_text(debate.sources[key].label)} {_data({'source': record})}")
        blocks += [_claim_block(key, c, c.id in coding.thesis) for c in coding.claims]
        blocks += [_stance_block(key, s, {c.id: c for c in coding.claims}) for s in coding.stances]
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace"), [*changed, *unsaid(debate, coder, _UNSAID), *_respelled(debate, codings)]  # fmt: skip


def load(raw: bytes | dict[str, bytes]) -> tuple[Debate, list[Loss]]:
    """The debate of an argument map; of one that is not ours, what each proponent holds of the statements argued over."""
    raw = intake.one_file(raw)
    map, headings = _of_json(intake.values_of(raw)) if raw.lstrip()[:1] == b"{" else argdown_text.read(intake.text_of(raw))  # fmt: skip
    if not map.relations and all(t.startswith(argdown_text.UNTITLED) for t in map.nodes):
        raise ValueError("there is no statement with a title in it, and no relation; is it Argdown?")
    for node in map.nodes.values():
        map.left += [f"{node.title}: tag {t}" for t in node.tags if t not in _OUR_TAGS]
        map.left += [f"{node.title}: {key} in its data" for key in node.data if key not in _OUR_DATA]
        node.who = str(node.data.get("source") or node.data.get("proponent") or "")
        node.role = next((r for r in ("proposition", "stance") if r in node.tags), "")
    for heading, data in headings:
        if isinstance(data.get("source"), dict):
            map.sources[str(data["source"].get("id"))] = data["source"]
        elif "question" in data:
            map.questions[str(data["question"])] = {"label": heading, "text": str(data.get("text") or folders.TO_DO)}
        else:
            map.left.append(f"heading {heading}")
    debate, losses = maps.debate_of(map, "Argdown")
    strict = [f"{a} {kind} {b}" for a, b, kind in map.relations if kind in ("entails", "contrary", "contradictory")]
    return debate, losses + some("relation of the strict mode", strict, "read as a mere reason for or against")


# Debate → Argdown


def _front_matter(debate: Debate) -> str:
    title = json.dumps(_one_line(debate.codebook.title).replace("=", "＝"))
    return f"===\ntitle: {title}\nmodel:\n    mode: loose\n    removeTagsFromText: true\n==="


def _claim_block(source: str, claim: Claim, thesis: bool) -> str:
    given = {"source": source, **claim.model_dump(exclude_none=True, include={"voice", "holder"})}
    given["anchors"] = [a.model_dump(exclude_none=True) for a in claim.anchors]
    tags = f"#{claim.voice} #thesis" if thesis else f"#{claim.voice}"
    links = [f"  +> [{source}/{c}]" for c in claim.supports] + [f"  -> [{source}/{c}]" for c in claim.attacks]
    return "\n".join([f"[{source}/{claim.id}]: {_text(claim.text)} {tags} {_data(given)}", *links])


def _stance_block(source: str, stance: Stance, claims: dict[str, Claim]) -> str:
    """The stance as an argument; views that the source only reports are no reasons of its own, and stand in the data alone."""
    given = {"source": source} | stance.model_dump(exclude_defaults=True, exclude={"why"})
    sign = {1: "+>", -1: "->"}.get((stance.value > 0) - (stance.value < 0))
    lines = [f"  {sign} [{stance.proposition}]"] if sign else []
    own = [c for c in stance.claims if c in claims and claims[c].voice == "own"]
    lines += [f"  {'-' if c in stance.limits else '+'} [{source}/{c}]" for c in own]
    return "\n".join([f"<{source}/{stance.proposition}>: {_text(stance.why)} #stance {_data(given)}", *lines])


_SPECIAL = re.compile(r"[\\@#*_\[\]<>{}=/]|[.:](?=\S)")


def _text(words: str) -> str:
    """The words as Argdown prints them, whatever they say: every character that means something there is escaped."""
    return _SPECIAL.sub(r"\\\g<0>", _one_line(words)) or r"\-"


def _one_line(words: str) -> str:
    return " ".join(words.replace("\0", "\ufffd").split())


def _data(values: dict[str, Any]) -> str:
    """The values in braces; no text in them has a brace, a comment, a line end or a character that YAML does not print."""
    text = json.dumps(values, ensure_ascii=True)
    texts = re.compile(r'"(?:[^"\\]|\\.)*"')
    return texts.sub(lambda m: re.sub(r"[{}<]", lambda c: f"\\u{ord(c[0]):04x}", m[0]).replace("/", r"\/"), text)


_UNSAID = {
    "stance with a limit": "its arrow is that of any other; value and limit are data, which a map does not show",
    "stance to a lesser degree": "its arrow is that of any other; the value is data, which a map does not show",
    "silence": "Argdown has no way to say that a text does not speak",
    "proposition on which a source is not coded": "nothing tells it from a silence",
    "factor": "no notion of Argdown",
    "weight of a factor, or silence on all": "no notion of Argdown",
    "span of years": "no notion of Argdown",
    "order of the theses": "they come back in the order of the claims",
    "source that this coder has not coded": "it argues nothing",
    "coding rule": "an argument map has none",
    "part of the codebook": "an argument map has none",
    "description of the debate": "an argument map has none",
}


def _respelled(debate: Debate, codings: dict[str, Coding]) -> list[Loss]:
    """The texts whose blanks and line ends a statement of one line does not keep."""
    texts = {"title": debate.codebook.title} | {f"{q.id}: label": q.label for q in debate.codebook.questions}
    texts |= {p.id: p.text for p in debate.codebook.propositions}
    texts |= {f"{key}/{c.id}": c.text for key, coding in codings.items() for c in coding.claims}
    texts |= {f"{key}/{s.proposition}: why": s.why for key, coding in codings.items() for s in coding.stances}
    changed = [k for k, v in texts.items() if _one_line(v) != v or (k == "title" and "=" in v)]
    return some("text with other blanks or line ends", changed, "a statement is one line, with single blanks")


# Argdown → debate


class _Member(BaseModel):
    text: str = ""
    line: int = Field(0, alias="startLine")


class _Element(BaseModel):
    members: list[_Member] = []
    tags: list[str] = []
    data: dict[str, Any] = {}
    pcs: list[Any] = []


class _Relation(BaseModel):
    from_: str = Field(alias="from")
    to: str
    kind: str = Field(alias="relationType")


class _Section(BaseModel):
    title: str = ""
    data: dict[str, Any] = {}
    children: list[_Section] = []


class _Export(BaseModel):
    """What `argdown json` writes, as far as we read it."""

    statements: dict[str, _Element]
    arguments: dict[str, _Element]
    relations: list[_Relation]
    sections: list[_Section] = []


def _of_json(values: Any) -> tuple[Map, list[Heading]]:
    """The map of what `argdown json` wrote, in the order in which its nodes are defined."""
    read = intake.shaped(_Export, values)
    placed = []
    for elements, argument in ((read.statements, False), (read.arguments, True)):
        for title, e in elements.items():
            said = next((m for m in e.members if m.text.strip()), _Member())
            placed.append((said.line, Node(title, " ".join(said.text.split()), argument, e.tags, e.data)))
    map = Map(nodes={n.title: n for _, n in sorted(placed, key=lambda p: p[0])})
    map.relations = [(r.from_, r.to, r.kind) for r in read.relations]
    map.left = [f"premises and conclusion of {title}" for title, e in read.arguments.items() if e.pcs]
    return map, [h for s in read.sections for h in _headings(s)]


def _headings(section: _Section) -> Iterator[Heading]:
    yield section.title, section.data
    for inner in section.children:
        yield from _headings(inner)
