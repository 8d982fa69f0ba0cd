"""A debate ↔ AIF and xAIF, the JSON of OVA, AIFdb and arguebuf.

Claims and propositions are I-nodes.  A reason for is an RA-node between two of them, a reason against a CA-node.  Who says a claim is
its locution: an L-node of a participant, tied to the claim by a YA-node, “Asserting” for the author's own view, “Reporting” or
“Quoting” for another's.  Nobody says a proposition: those are put to the texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise, product
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, Field

from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders, intake, maps
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node, few
from analysis.exchange.shelves import json_file
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Claim, Coding

Values = dict[str, Any]
Kind = TypeVar("Kind", bound=BaseModel)
_VERBS = {"reported": ("Reporting", "reports"), "quoted": ("Quoting", "quotes")}
_SCHEMES = {"support": ("RA", "Default Inference"), "attack": ("CA", "Default Conflict")}
_LINKS = {"RA": "support", "CA": "attack"}
# Who questions, challenges, concedes, agrees or disagrees puts forward no claim; nor does an act whose name we do not know.
_CLAIMING = {"", "default illocuting", "asserting", "reporting", "quoting", "restating", "arguing"}
_USUAL = {"", "ra", "ca", "default inference", "default conflict", "default illocuting", "asserting", "reporting", "quoting"}  # fmt: skip
_EDGES = {("L", "YA"), ("YA", "I"), ("I", "RA"), ("RA", "I"), ("I", "CA"), ("CA", "I")}


def dump(debate: Debate, coder: str = REFERENCE, form: str = "xaif") -> tuple[bytes, list[Loss]]:
    """One coder's claims and what they bear on, as `form`: xaif, or aif, which is its inner part."""
    debate, changed = on_five_values(debate, coder)
    graph = _Graph(f"{debate.coders[coder].date.isoformat()} 00:00:00" if coder in debate.coders else "")
    codings = readings(debate, coder)
    propositions = {p.id: graph.node("I", p.text) for p in debate.codebook.propositions}
    for key, coding in codings.items():
        claims = {c.id: graph.said(key, debate.sources[key].label, c) for c in coding.claims}
        for claim in coding.claims:
            for kind, targets in (("support", claim.supports), ("attack", claim.attacks)):
                for target in targets:
                    graph.link(claims[claim.id], claims[target], kind)
        for claim_id, proposition, value in _bearing(coding):
            graph.link(claims[claim_id], propositions[proposition], "support" if value > 0 else "attack")
    inner = graph.made | {"participants": [{"participantID": k, "firstname": "", "surname": debate.sources[k].label} for k in codings]}  # fmt: skip
    whole = (
        {"AIF": inner, "title": debate.codebook.title, "text": "", "dialog": False, "OVA": [], "ova": []}
        if form == "xaif"
        else inner
    )
    untitled = some("title of the debate", [] if form == "xaif" else [debate.codebook.title], "AIF has none")
    return json_file(whole), [*changed, *untitled, *_unsaid(debate, coder, codings)]


def load(raw: bytes | dict[str, bytes], form: str = "xaif") -> tuple[Debate, list[Loss]]:
    """The debate of an argument graph, AIF or xAIF whichever it is asked for as: what participants say, and what that is argued over."""
    values = intake.without_nulls(intake.values_of(intake.one_file(raw)))
    whole = values if isinstance(values, dict) and "AIF" in values else {"AIF": values}
    map = _map(intake.shaped(_Read, whole["AIF"]))
    if not map.nodes:
        raise ValueError("there is no I-node in it, so nothing is said; is it of this format?")
    map.title = whole["title"] if isinstance(whole.get("title"), str) else ""
    known = {"AIF", "title"} if map.title else {"AIF"}
    map.left += [_beside(key, value) for key, value in whole.items() if key not in known and intake.says(value)]
    return maps.debate_of(map, "AIF")


# Debate → AIF


class _Graph:
    """A graph as it is written, its nodes and edges numbered as they come."""

    def __init__(self, timestamp: str):
        self.timestamp = timestamp
        self.made: dict[str, list[Values]] = {"nodes": [], "edges": [], "schemefulfillments": [], "locutions": []}

    def node(self, type: str, text: str, **more: Any) -> str:
        id = str(len(self.made["nodes"]) + 1)
        self.made["nodes"].append({"nodeID": id, "text": text, "type": type, "timestamp": self.timestamp} | more)
        return id

    def edges(self, *ids: str) -> None:
        for a, b in pairwise(ids):
            self.made["edges"].append({"edgeID": str(len(self.made["edges"]) + 1), "fromID": a, "toID": b, "formEdgeID": None})  # fmt: skip

    def link(self, a: str, b: str, kind: str) -> None:
        type, scheme = _SCHEMES[kind]
        self.edges(a, self.node(type, scheme, scheme=scheme), b)

    def said(self, key: str, label: str, claim: Claim) -> str:
        """The I-node of a claim, with the locution in which its source says it."""
        act, verb = _VERBS.get(claim.voice, ("Asserting", ""))
        who = f"{label} {verb} {claim.holder}" if verb else label
        said, meant = self.node("L", f"{who}: {claim.text}"), self.node("I", claim.text)
        self.edges(said, self.node("YA", act, scheme=act), meant)
        self.made["locutions"].append({"nodeID": said, "personID": key, "timestamp": self.timestamp, "start": None, "end": None, "source": None})  # fmt: skip
        return meant


def _bearing(coding: Coding) -> list[tuple[str, str, int]]:
    """Which claim bears on which proposition with which value: those that are the author's own and support a stance."""
    own = {c.id for c in coding.claims if c.voice == "own"}
    return [(c, s.proposition, s.value) for s in coding.stances if s.value for c in s.claims if c in own and c not in s.limits]  # fmt: skip


def _unsaid(debate: Debate, coder: str, codings: dict[str, Coding]) -> list[Loss]:
    stances = [f"{key}/{s.proposition}" for key, c in codings.items() for s in c.stances]
    borne = {f"{key}/{p}" for key, c in codings.items() for _, p, _ in _bearing(c)}
    bearing = {(key, c, p) for key, coding in codings.items() for c, p, _ in _bearing(coding)}
    bare = [f"{key}/{s.proposition}: {c}" for key, coding in codings.items() for s in coding.stances for c in s.claims if (key, c, s.proposition) not in bearing]  # fmt: skip
    return [
        *some("value of a stance", stances, "AIF has reasons for and against, and no degrees of either"),
        *some("stance without a reason in the graph", [s for s in stances if s not in borne], "it weighs both sides, or rests on no claim in the author's own voice"),
        *some("claim that a stance names and that is no reason for it in the graph", bare, "it is another's view, or limits the stance, or the stance is 0"),
        *some("source without a claim", [key for key, c in codings.items() if not c.claims], "a participant is there, who says nothing"),
        *unsaid(debate, coder, _UNSAID),
    ]  # fmt: skip


_UNSAID = {
    "stance with a limit": "it looks like any other: AIF has no degrees",
    "stance to a lesser degree": "it looks like any other: AIF has no degrees",
    "certainty, reason and limit of a stance": "AIF has reasons for and against, and no degrees of either",
    "silence": "AIF has no way to say that a text does not speak",
    "proposition on which a source is not coded": "nothing tells it from a silence",
    "passage": "AIF has spans in one text, not words in several; the id of the claim is gone as well",
    "mark of the thesis": "AIF has none",
    "bibliography of a source": "a participant has a name",
} | dict.fromkeys(
    ("question", "kind, core mark and note of a proposition", "factor", "weight of a factor, or silence on all", "span of years", "coding rule", "part of the codebook", "description of the debate"),
    "no notion of AIF",
)  # fmt: skip


# AIF → debate


class _Node(BaseModel, extra="allow"):
    id: str | int = Field(alias="nodeID")
    type: str
    text: str = ""
    scheme: str = ""

    def __str__(self) -> str:
        return f"{self.type}-node {self.id}"


class _Edge(BaseModel, extra="allow"):
    number: Any = Field(None, alias="edgeID")
    a: str | int = Field(alias="fromID")
    b: str | int = Field(alias="toID")


class _Locution(BaseModel, extra="allow"):
    node: str | int = Field(alias="nodeID")
    person: str | int | None = Field(None, alias="personID")


class _Participant(BaseModel, extra="allow"):
    id: str | int = Field(alias="participantID")
    first: str = Field("", alias="firstname")
    last: str = Field("", alias="surname")


class _Read(BaseModel, extra="allow"):
    """An AIF graph; what we do not read of it is among its extras."""

    nodes: list[Any]
    edges: list[Any]
    locutions: list[Any] = []
    participants: list[Any] = []


class _Saying(NamedTuple):
    """That somebody says, in a locution and by an act, what an I-node means."""

    said: _Node
    act: _Node
    meant: _Node
    who: str


def _map(graph: _Read) -> Map:
    map = Map()
    nodes = _by_id(_sound(_Node, graph.nodes, "node", map), map)
    edges = [(str(e.a), str(e.b)) for e in _sound(_Edge, graph.edges, "edge", map)]
    map.left += [f"edge {a} → {b}: to no node" for a, b in edges if not {a, b} <= nodes.keys()]
    joined = [(nodes[a], nodes[b]) for a, b in edges if {a, b} <= nodes.keys()]
    before, after = defaultdict(list), defaultdict(list)
    for a, b in joined:
        before[str(b.id)].append(a)
        after[str(a.id)].append(b)
    speakers = _speakers(graph, nodes, map)
    sayings: dict[str, list[_Saying]] = defaultdict(list)
    for id, act in nodes.items():
        for said, meant in product(before[id], after[id]) if act.type == "YA" else ():
            if (said.type, meant.type) == ("L", "I"):
                sayings[str(meant.id)].append(_Saying(said, act, meant, speakers.get(str(said.id)) or _called(said)))
    read = {str(n.id) for found in sayings.values() for s in found for n in ((s.act, s.said) if _claims(s) else (s.act,))}  # fmt: skip
    for id, node in nodes.items():
        if node.type == "I":
            _take(node, sayings.get(id, []), bool(sayings), map)
            read.add(id)
        elif node.type in _LINKS and (links := _links(node, before[id], after[id], map)):
            map.relations += links
            read.add(id)
    map.left += [_told(n, before[id], after[id]) for id, n in nodes.items() if id not in read]
    map.left += [
        f"edge {a.id} → {b.id}: from {a.type}-node to {b.type}-node" for a, b in joined
        if {str(a.id), str(b.id)} <= read and (a.type, b.type) not in _EDGES
    ]  # fmt: skip
    map.left += [_beside(key, value) for key, value in (graph.model_extra or {}).items() if intake.says(value)]
    return map


def _sound(kind: type[Kind], records: list[Any], noun: str, map: Map) -> list[Kind]:
    """Those of the records that are of this kind; the others, and what else is in any of them, are left."""
    found, more = [], Counter[str]()
    for n, record in enumerate(records, 1):
        try:
            found.append(intake.shaped(kind, record))
        except ValueError as error:
            map.left.append(f"{noun} {n}: {error}")
        else:
            more.update(k for k, v in (found[-1].model_extra or {}).items() if intake.says(v))
    map.left += [f"{key} of {counted(n, noun)}" for key, n in more.items()]
    return found


def _by_id(found: list[_Node], map: Map) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    for node in found:
        if nodes.setdefault(str(node.id), node) is not node:
            map.left.append(f"{node}, as another node is called: {node.text[:60]}")
    return nodes


def _speakers(graph: _Read, nodes: dict[str, _Node], map: Map) -> dict[str, str]:
    """The names of those who speak, by their L-nodes."""
    found = _sound(_Participant, graph.participants, "participant", map)
    people = {str(p.id): " ".join(filter(None, (p.first, p.last))) or str(p.id) for p in found}
    spoken = [x for x in _sound(_Locution, graph.locutions, "locution", map) if x.person is not None]
    map.left += [f"locution of node {x.node}: no such L-node" for x in spoken if str(x.node) not in nodes or nodes[str(x.node)].type != "L"]  # fmt: skip
    map.left += [f"participant {name}, who says nothing" for id, name in people.items() if id not in {str(x.person) for x in spoken}]  # fmt: skip
    return {str(x.node): people.get(str(x.person), str(x.person)) for x in spoken}


def _called(said: _Node) -> str:
    """Who speaks by the locution's own words, “Ann: …”; empty if they do not say."""
    name, colon, _ = said.text.partition(":")
    return name.strip() if colon else ""


def _scheme(node: _Node) -> str:
    return (node.text or node.scheme).strip()


def _claims(saying: _Saying) -> bool:
    return _scheme(saying.act).casefold() in _CLAIMING


def _is_repeated(saying: _Saying) -> bool:
    """Whether the locution has no words but the I-node's, after who speaks and, as we write it, whose view that is."""
    name = saying.said.text.removesuffix(saying.meant.text).rstrip(" :")
    _, verb = _voice(saying)
    return saying.who.startswith(name) or bool(verb and name.startswith(f"{saying.who} {verb} "))


def _voice(saying: _Saying) -> tuple[str, str]:
    """The voice that an act means, and our locutions' verb for it; empty if there is none."""
    act = _scheme(saying.act).casefold()
    voices = {name.casefold(): (voice, verb) for voice, (name, verb) in _VERBS.items()} | {"asserting": ("own", "")}
    return voices.get(act, ("", ""))


def _take(node: _Node, sayings: list[_Saying], some_are_spoken: bool, map: Map) -> None:
    """A claim of each who says it; what nobody says, where others are said, is put to them."""
    claimed: dict[str, _Saying] = {}
    for s in sayings:
        act = f"{s.act}: {_scheme(s.act)} of {s.who or s.said}"
        if not _claims(s):
            map.left.append(f"{act}, no claim of theirs: {few(node.text)}")
            continue
        if _scheme(s.act).casefold() not in _USUAL:
            map.left.append(f"{act}, taken for a claim of theirs: {few(node.text)}")
        if claimed.setdefault(s.who, s) is not s or not _is_repeated(s):
            map.left.append(f"{s.said}: the words {s.said.text[:60]}")
    for n, s in enumerate(claimed.values()):
        map.nodes[f"{node.id}\0{s.who}" if n else str(node.id)] = _claim(s)
    if not claimed:
        role = "proposition" if some_are_spoken else ""
        map.nodes[str(node.id)] = Node(few(node.text) or str(node.id), node.text, role=role)


def _claim(saying: _Saying) -> Node:
    text, who = saying.meant.text, saying.who
    made = Node(few(text) or str(saying.meant.id), text, who=who, role="claim")
    voice, verb = _voice(saying)
    if voice:
        made.data = {"voice": voice}
    if verb:
        holder = saying.said.text.removeprefix(f"{who} {verb} ").removesuffix(f": {text}")
        made.data["holder"] = holder if holder and holder != saying.said.text else folders.TO_DO
    return made


def _links(node: _Node, before: list[_Node], after: list[_Node], map: Map) -> list[tuple[str, str, str]]:
    """The relations through an RA- or CA-node; each premise is a reason by itself."""
    premises, conclusions = [n for n in before if n.type == "I"], [n for n in after if n.type == "I"]
    if premises and conclusions:
        schemes = dict.fromkeys(x.strip() for x in (node.text, node.scheme) if x.strip().casefold() not in _USUAL)
        map.left += [f"{node}: its scheme, {x[:60]}" for x in schemes]
        map.left += [f"{node}: that its {len(premises)} premises go together"] if len(premises) > 1 else []
    return [(str(p.id), str(c.id), _LINKS[node.type]) for p in premises for c in conclusions]


def _told(node: _Node, before: list[_Node], after: list[_Node]) -> str:
    """A node that is not read, and what it stands between."""
    ends = [f"{word} {' and '.join(map(str, found))}" for word, found in (("from", before), ("to", after)) if found]
    return ", ".join([f"{node}: {_scheme(node)[:60]}", *ends])


def _beside(key: str, value: Any) -> str:
    """What lies beside the nodes and edges, by its name."""
    if not isinstance(value, str):
        return key
    return f"{key}: {value}" if len(value) <= 60 else f"{key}: {len(value)} characters"
