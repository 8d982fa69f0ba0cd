"""A debate ↔ AIF and xAIF, the JSON of OVA, AIFdb and arguebuf.

Claims and propositions are I-nodes.  A reason for is an RA-node between two of them, a reason against a CA-node.  Who says a claim is
its locution: an L-node of a participant, tied to the claim by a YA-node, “Asserting” for the author's own view, “Reporting” or
“Quoting” for another's.  Nobody says a proposition: those are put to the texts.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, Field

from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders, intake, maps
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node, few
from analysis.exchange.shelves import json_file
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Claim, Coding

Values = dict[str, Any]
_VERBS = {"reported": ("Reporting", "reports"), "quoted": ("Quoting", "quotes")}
_SCHEMES = {"support": ("RA", "Default Inference"), "attack": ("CA", "Default Conflict")}
_LINKS = {"RA": "support", "CA": "attack"}


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
    whole = {"AIF": inner, "text": "", "dialog": False, "OVA": [], "ova": []} if form == "xaif" else inner
    return json_file(whole), [*changed, *_unsaid(debate, coder, codings)]  # fmt: skip


def load(raw: bytes | dict[str, bytes], form: str = "xaif") -> tuple[Debate, list[Loss]]:
    """The debate of an argument graph, AIF or xAIF whichever it is asked for as: what participants say, and what that is argued over."""
    values = intake.values_of(intake.one_file(raw))
    graph = intake.shaped(_Read, values["AIF"] if isinstance(values, dict) and "AIF" in values else values)
    if not any(n.type == "I" for n in graph.nodes):
        raise ValueError("there is no I-node in it, so nothing is said; is it of this format?")
    return maps.debate_of(_map(graph), "AIF")


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


class _Node(BaseModel):
    id: str | int = Field(alias="nodeID")
    type: str
    text: str = ""


class _Edge(BaseModel):
    a: str | int = Field(alias="fromID")
    b: str | int = Field(alias="toID")


class _Locution(BaseModel):
    node: str | int = Field(alias="nodeID")
    person: str | int | None = Field(None, alias="personID")


class _Participant(BaseModel):
    id: str | int = Field(alias="participantID")
    first: str | None = Field("", alias="firstname")
    last: str | None = Field("", alias="surname")


class _Read(BaseModel, extra="allow"):
    """An AIF graph; what we do not read of it is among its extras."""

    nodes: list[_Node]
    edges: list[_Edge]
    locutions: list[_Locution] = []
    participants: list[_Participant] = []


def _map(graph: _Read) -> Map:
    nodes = {str(n.id): n for n in graph.nodes}
    before, after = defaultdict(list), defaultdict(list)
    for e in graph.edges:
        before[str(e.b)].append(str(e.a))
        after[str(e.a)].append(str(e.b))
    map = Map(title="Imported argument graph")
    spoken = _locutions(graph, nodes, after)
    for id, node in nodes.items():
        if node.type == "I":
            map.nodes[id] = _statement(node, spoken.get(id), bool(spoken))
        elif node.type in _LINKS:
            map.relations += _links(node, [nodes[i] for i in before[id] if i in nodes], [nodes[i] for i in after[id] if i in nodes], map)  # fmt: skip
        elif node.type not in ("L", "YA"):
            map.left.append(f"{node.type}-node {id}: {node.text[:60]}")
    map.left += [key for key, value in (graph.model_extra or {}).items() if value]
    heard = {said for said, _, _ in spoken.values()}
    map.left += [f"L-node {id}: {n.text[:60]}" for id, n in nodes.items() if n.type == "L" and id not in heard]
    map.left += [f"edge {e.a} → {e.b}: to no node" for e in graph.edges if not {str(e.a), str(e.b)} <= nodes.keys()]
    return map


def _locutions(graph: _Read, nodes: dict[str, _Node], after: dict[str, list[str]]) -> dict[str, tuple[str, str, str]]:
    """For each I-node that somebody says, the L-node, who says it, and by which act."""
    people = {str(p.id): " ".join(filter(None, (p.first, p.last))) or str(p.id) for p in graph.participants}
    speakers = {str(x.node): people.get(str(x.person), str(x.person)) for x in graph.locutions if x.person is not None}
    found: dict[str, tuple[str, str, str]] = {}
    for said, node in nodes.items():
        for act in after[said] if node.type == "L" else ():
            for meant in after[act] if act in nodes and nodes[act].type == "YA" else ():
                speaker = speakers.get(said) or node.text.partition(":")[0].strip()
                found.setdefault(meant, (said, speaker, f"{nodes[act].text}\0{node.text}"))
    return found


def _statement(node: _Node, spoken: tuple[str, str, str] | None, some_are_spoken: bool) -> Node:
    """A claim of who says it; what nobody says, where others are said, is put to them."""
    made = Node(few(node.text) or str(node.id), node.text)
    if not spoken:
        made.role = "proposition" if some_are_spoken else ""
        return made
    _, made.who, act = spoken
    made.role = "claim"
    kind, _, words = act.partition("\0")
    for voice, (name, verb) in _VERBS.items():
        holder = words.removeprefix(f"{made.who} {verb} ").removesuffix(f": {node.text}")
        if kind == name:
            made.data = {"voice": voice, "holder": holder if holder and holder != words else folders.TO_DO}
    if kind == "Asserting":
        made.data = {"voice": "own"}
    return made


def _links(node: _Node, before: list[_Node], after: list[_Node], map: Map) -> list[tuple[str, str, str]]:
    """The relations through an RA- or CA-node; each premise is a reason by itself."""
    premises, conclusions = [n for n in before if n.type == "I"], [n for n in after if n.type == "I"]
    others = [n for n in (*before, *after) if n.type not in ("I", "YA")]
    map.left += [f"{node.type}-node {node.id}: {n.type}-node {n.id} at its end" for n in others]
    map.left += [f"{node.type}-node {node.id}: that its {len(premises)} premises go together"] if len(premises) > 1 else []  # fmt: skip
    return [(str(p.id), str(c.id), _LINKS[node.type]) for p in premises for c in conclusions]
