"""A debate ↔ an argument map in Argdown.

Propositions and claims are statements, `[source/claim]: text`; what a claim supports or attacks stands below it (`+>`, `->`).  A stance
is an argument, `<source/proposition>`, from the claims it rests on to the proposition.  All relations are those of the loose mode: a
reason for or against, never entailment or contradiction.  What Argdown has no words for is data in braces: voice, holder, value,
certainty, anchors.  `load` takes Argdown, or the JSON that `argdown json` makes of it, which holds all that the language can say.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel, Field

from analysis.debate import REFERENCE, Debate
from analysis.exchange import argdown_text, folders, intake, maps
from analysis.exchange.argdown_text import Document
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Claim, Coding, Proposition, Stance

_READ: dict[str, set[str]] = {  # which data are read of a node of each role
    "proposition": {"question", *Proposition.model_fields} - {"id", "text"},
    "claim": {"source", "proponent", *Claim.model_fields} - {"id", "text", "supports", "attacks"},
    "stance": {"source", *Stance.model_fields} - {"why"},
}


_STRICT = ("entails", "contrary", "contradictory")


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
    found = _of_json(intake.values_of(raw)) if raw.lstrip()[:1] == b"{" else argdown_text.read(intake.text_of(raw))
    map = found.map
    if not map.relations and all(n.title.startswith(argdown_text.UNTITLED) for n in map.nodes.values()):
        raise ValueError("there is no statement with a title in it, and no relation; is it Argdown?")
    for node in map.nodes.values():
        node.who = str(node.data.get("source") or node.data.get("proponent") or "")
        node.role = next((r for r in ("proposition", "stance") if r in node.tags), "")
    for heading, data in found.headings:
        if isinstance(data.get("source"), dict):
            map.sources[str(data["source"].get("id"))] = data["source"]
        elif "question" in data:
            map.questions[str(data["question"])] = {"label": heading, "text": str(data.get("text") or folders.TO_DO)}
        else:
            map.left.append(f"heading {heading}")
            map.left += [f"heading {heading}: {key} in its data" for key in data]
    strict = _related(found)
    inherited = _owned(found)
    debate, losses = maps.debate_of(map, "Argdown")
    return debate, [
        *losses,
        *some("tag or data", _unread(map), "a debate has no place for it"),
        *some("premise or conclusion of which the file does not say whose it is", inherited, "given to whom its argument is of"),
        *some("relation of the strict mode", strict, "read as a mere reason for or against"),
    ]  # fmt: skip


def _unread(map: Map) -> list[str]:
    """The tags and data of which a debate makes nothing, now that it is known what each node is."""
    left = []
    for node in map.nodes.values():
        read = _READ[node.role]
        read = read - {"proponent"} if node.data.get("source") else read
        said = [node.data.get("voice"), "thesis"] if node.role == "claim" else [node.role]
        left += [f"{node.title}: tag {tag}" for tag in dict.fromkeys(node.tags) if tag not in said]
        left += [f"{node.title}: {key} in its data" for key in node.data if key not in read]
    return left


def _related(found: Document) -> list[str]:
    """Puts the relations as Argdown has them; those that are more than a reason for or against, by name.

    An argument that is set out in steps bears on other things through its last conclusion, for which it is a reason, as what leads to a
    conclusion is for that.  A contradiction holds in both directions.
    """
    map, nodes = found.map, found.map.nodes
    last = {owner: steps[-1][0] for owner, steps in found.steps.items() if steps}
    related = [(last.get(a, a), b, kind) for a, b, kind in map.relations]
    if found.strict:
        kinds = {"support": "entails", "attack": "contrary"}
        plain = {k for k, n in nodes.items() if not n.argument}
        related = [(a, b, kinds.get(kind, kind) if {a, b} <= plain else kind) for a, b, kind in related]
    for owner, steps in found.steps.items():
        related += _inferences(steps)
        if nodes[owner].title.startswith(argdown_text.UNTITLED) and not nodes[owner].text:
            del nodes[owner]  # its steps say all that it says
        elif steps:
            related.append((owner, last[owner], "support"))
    map.relations = [r for r in dict.fromkeys(related) if r[0] != r[1]]
    return [f"{nodes[a].title} {kind} {nodes[b].title}" for a, b, kind in map.relations if kind in _STRICT and {a, b} <= nodes.keys()]  # fmt: skip


def _inferences(steps: list[tuple[str, bool]]) -> list[tuple[str, str, str]]:
    """What stands above each conclusion, back to the one before, as reasons for it."""
    found, since = [], 0
    for n, (key, concluded) in enumerate(steps):
        if concluded:
            found += [(premise, key, "support") for premise, _ in steps[since:n]]
            since = n
    return found


def _owned(found: Document) -> list[str]:
    """Gives premises and conclusions that are nobody's to whom their argument is of; their titles."""
    nodes, given = found.map.nodes, []
    for owner, steps in found.steps.items():
        who = nodes[owner].who if owner in nodes else ""
        for key in dict.fromkeys(k for k, _ in steps if who and not nodes[k].who):
            nodes[key].who = who
            given.append(nodes[key].title)
        titles = ", ".join(nodes[k].title for k, _ in steps)
        found.map.left.append(f"that numbered premises go together: {titles}")
    return given


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


class _Range(BaseModel):
    type: str
    start: int
    stop: int
    url: str = ""


class _Said(BaseModel):
    text: str = ""
    ranges: list[_Range] = []
    data: Any = None
    line: int = Field(0, alias="startLine")


class _Inference(BaseModel):
    rules: list[str] = Field([], alias="inferenceRules")
    data: Any = None


class _Step(BaseModel):
    title: str
    role: str
    inference: _Inference = _Inference()


class _Element(BaseModel):
    members: list[_Said] = []
    tags: list[str] = []
    data: Any = None
    pcs: list[_Step] = []
    line: int = Field(0, alias="startLine")


class _Relation(BaseModel):
    from_: str = Field(alias="from")
    from_type: str = Field("", alias="fromType")
    to: str
    to_type: str = Field("", alias="toType")
    kind: str = Field(alias="relationType")


class _Section(BaseModel):
    title: str = ""
    ranges: list[_Range] = []
    tags: list[str] = []
    data: Any = None
    children: list[_Section] = []


class _Export(BaseModel):
    """What `argdown json` writes, as far as we read it."""

    statements: dict[str, _Element]
    arguments: dict[str, _Element]
    relations: list[_Relation]
    sections: list[_Section] = []


def _of_json(values: Any) -> Document:
    """The map of what `argdown json` wrote, in the order in which its nodes are defined."""
    read = intake.shaped(_Export, values)
    found = Document()
    placed = []
    for elements, argument in ((read.statements, False), (read.arguments, True)):
        for title, e in elements.items():
            members = sorted(
                e.members, key=lambda m: m.line
            )  # Argdown lists what stands below before what stands above
            said = [(m.line, _plain(m.text, m.ranges, title, found.map)) for m in members]
            (line, text), *others = [x for x in said if x[1]] or said or [(e.line, "")]
            node = Node(title, text, argument, e.tags)
            found.map.left += [f"another wording of {title}: {words}" for _, words in others if words not in ("", text)]
            node.data = _data_of(e.data, found.map)
            given = [(k, v) for m in members if isinstance(m.data, dict) for k, v in m.data.items()]
            found.map.left += [argdown_text.other(k, v, title) for k, v in given if node.data.get(k) != v]
            placed.append((line, node))
            if e.pcs:
                found.steps[f"<{title}>"] = [(s.title, "conclusion" in s.role) for s in e.pcs]
                rules = [[*s.inference.rules, *([str(s.inference.data)] if s.inference.data else [])] for s in e.pcs]
                found.map.left += [f"inference of {title}: {', '.join(words)}" for words in rules if words]
    found.map.nodes = {_key(n.title, n.argument): n for _, n in sorted(placed, key=lambda p: p[0])}
    found.map.relations = [_directed(r) for r in read.relations]
    known = found.map.nodes.keys()
    missing = [k for a, b, _ in found.map.relations for k in (a, b) if k not in known]
    missing += [k for steps in found.steps.values() for k, _ in steps if k not in known]
    if missing:
        raise ValueError(f"a relation or step names {missing[0]!r}, which is not in the file; export it again")
    for section in read.sections:
        _take_headings(section, found)
    return found


def _data_of(given: Any, map: Map) -> dict[str, Any]:
    map.left += (
        []
        if given is None or isinstance(given, dict)
        else [f"data that are not read: {argdown_text.brief(str(given))}"]
    )
    return given if isinstance(given, dict) else {}


def _key(title: str, argument: bool) -> str:
    return f"<{title}>" if argument else title


def _directed(r: _Relation) -> tuple[str, str, str]:
    """A relation as it is read in the text: of a contradiction, what stands below is said to attack what stands above."""
    a, b = _key(r.from_, r.from_type == "argument"), _key(r.to, r.to_type in ("argument", "inference"))
    return (b, a, r.kind) if r.kind == "contradictory" else (a, b, r.kind)


def _plain(text: str, ranges: list[_Range], name: str, map: Map) -> str:
    """The text in one line without its tags, which stand beside it; its links and emphasis are named as left out.

    Ranges count, as JavaScript does, in units of UTF-16.
    """
    units = text.encode("utf-16-le", "surrogatepass")

    def part(start: int, stop: int) -> str:
        return units[2 * max(start, 0) : 2 * max(stop, 0)].decode("utf-16-le", "replace")

    parts, at = [], 0
    for r in sorted(ranges, key=lambda r: r.start):
        if r.type == "tag":
            parts.append(part(at, r.start))
            at = max(at, r.stop + 1)
        elif r.type == "link":
            map.left.append(argdown_text.link(name, r.url))
        elif r.type in ("bold", "italic"):
            map.left.append(argdown_text.emphasis(name, r.type == "bold", part(r.start, r.stop + 1)))
    return " ".join("".join([*parts, part(at, len(units))]).split())


def _take_headings(section: _Section, found: Document) -> None:
    plain = _plain(section.title, section.ranges, "the heading", found.map)
    found.map.left += [f"heading {plain}: tag {tag}" for tag in section.tags]
    found.headings.append((plain, _data_of(section.data, found.map)))
    for inner in section.children:
        _take_headings(inner, found)
