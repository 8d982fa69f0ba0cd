"""An argument map of another program → a debate.

Statements that are argued over become propositions, all others claims of whoever makes them.  Where a map says no more than that
somebody's claims stand for a proposition, or against it, the stance is ±2; its certainty is not stated.  No stance follows from claims
of nobody named, nor from claims for and against: these are linked to a claim made up in the proposition's place, so that none is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from analysis.anchors import LEAST_WORDS, edges, lint
from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders
from analysis.exchange.losses import Loss, some
from analysis.reading import Document, validated
from analysis.schemas import NOT_STATED, Anchor, Claim, Codebook, Coder, Coding, Proposition, Silence, Source, Stance

Record = TypeVar("Record", bound=BaseModel)
Found = TypeVar("Found")
Place = tuple[str, str]  # a coder and a source
SUPPORT, ATTACK = {"support", "entails"}, {"attack", "contrary", "contradictory"}


@dataclass
class Node:
    """A statement or an argument: what it is called and says, who says it, and what else a map tells of it.

    `role` is proposition, stance, silence, claim, or empty if the map does not tell; a stance or silence names source and proposition,
    and a stance its claims, in its data.
    """

    title: str
    text: str = ""
    argument: bool = False
    tags: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    who: str = ""
    role: str = ""
    coder: str = REFERENCE
    quoted: bool = False  # its anchors are made of a quotation, which may be too short for them


@dataclass
class Map:
    """The nodes by their keys, the relations between these (from, to, kind), and what a reader could not read.

    `questions` and `sources` are the records that a map brings, by id; a proposition names its question in its data.  `texts` are the
    texts of sources, where a file brings them.  `coders` are labels and notes of coders, by id; a node names its coder.  `told` is what
    else a reader has to say.
    """

    title: str = ""
    description: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    coders: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[Loss] = field(default_factory=list)


def few(words: str) -> str:
    """The first words, to call something by."""
    return " ".join(words.split()[:6])


def ends(words: str) -> dict[str, str] | None:
    """The first and last words of a passage, as many as a check allows, or half of few; None of a single word."""
    start, end = edges(words, words)
    if start == end:
        parts = words.split()
        start, end = (" ".join(half) for half in (parts[: len(parts) // 2], parts[len(parts) // 2 :]))
    return {"start": start, "end": end} if start else None


def debate_of(read: Map, origin: str) -> tuple[Debate, list[Loss]]:
    """The debate that a map makes, with placeholders for what no map has."""
    return _Building(read, origin).debate()


def source_ids(read: Map) -> folders.Ids:
    """The ids of the sources that a map brings."""
    ids = folders.Ids()
    for label in read.sources:
        ids.of(label)
    return ids


def _by_place(found: Iterable[tuple[Place, Found]]) -> dict[Place, list[Found]]:
    grouped: dict[Place, list[Found]] = defaultdict(list)
    for place, one in found:
        grouped[place].append(one)
    return grouped


class _Building:
    """A map on its way to a debate: the ids of its nodes, and what did not fit or was made up."""

    def __init__(self, read: Map, origin: str):
        self.map, self.origin = read, origin
        self.made_up: list[str] = []
        self.unfit: list[str] = []
        self.unvoiced: list[str] = []
        self.unstated: list[str] = []
        self.unplaced: list[str] = []
        self.refused: list[str] = []
        self.without_stance: list[str] = []
        self.stand_ins: dict[Place, dict[str, str]] = defaultdict(dict)  # key of a proposition → id of a claim
        self.take_roles()
        self.proposition_ids, self.source_ids = folders.Ids(), source_ids(read)
        self.claim_ids: dict[Place, folders.Ids] = defaultdict(folders.Ids)
        self.propositions = {k: self.proposition_ids.of(n.title, k) for k, n in self.of_role("proposition")}
        self.who = {k: (n.coder, self.source_ids.of(n.who or read.title or "nobody named")) for k, n in self.of_role("claim")}  # fmt: skip
        self.claims = {k: self.claim_ids[p].of(read.nodes[k].title.removeprefix(f"{p[1]}/"), k) for k, p in self.who.items()}  # fmt: skip

    def of_role(self, role: str) -> list[tuple[str, Node]]:
        return [(k, n) for k, n in self.map.nodes.items() if n.role == role]

    def take_roles(self) -> None:
        """Propositions are the statements that a map says to be some or, if it says of none, those that only receive reasons."""
        if not self.of_role("proposition"):
            only_to = {b for _, b, _ in self.map.relations} - {a for a, _, _ in self.map.relations}
            for key, node in self.map.nodes.items():
                if key in only_to and not node.argument and not node.role:
                    node.role = "proposition"
        for node in self.map.nodes.values():
            if not node.role or (
                node.role in ("stance", "silence") and not {"source", "proposition"} <= node.data.keys()
            ):
                node.role = "claim"

    def debate(self) -> tuple[Debate, list[Loss]]:
        told = self.told("stance", Stance)
        known = {(place, s.proposition) for place, s in told}
        stances = _by_place([*told, *(s for s in self.seen_stances() if (s[0], s[1].proposition) not in known)])
        silences = _by_place(self.told("silence", Silence))
        links = self.links(stances)
        keys = _by_place([(place, key) for key, place in self.who.items()])
        codings = {
            place: self.coding(place, keys[place], links).model_copy(
                update={"stances": tuple(stances[place]), "silences": tuple(silences[place])}
            )
            for place in dict.fromkeys([*keys, *stances, *silences])
        }
        sources = [self.source(label, id) for label, id in self.source_ids.given.items()]
        coders = {id: self.coder(id, codings) for id in dict.fromkeys([REFERENCE, *(coder for coder, _ in codings)])}
        return folders.debate(self.codebook(), sources, coders, codings), self.losses()

    def coder(self, id: str, codings: dict[Place, Coding]) -> Coder:
        told = self.map.coders.get(id, {})
        bare = any(not s.claims for (coder, _), c in codings.items() if coder == id for s in c.stances)
        made = folders.coder(f"Imported from {self.origin}", self.origin, stances_only=bare)
        return made.model_copy(update={k: v for k, v in told.items() if v.strip()})

    def losses(self) -> list[Loss]:
        made_up = ["scale and its rules", "how and when the coder coded", *self.made_up]
        return [
            *some("part of the file", self.map.left, "not read"),
            *self.map.told,
            *some("part that a debate has no place for", self.unfit, "left out"),
            *some("claim of which the file does not say whose it is", [self.map.nodes[k].title for k in self.who if not self.map.nodes[k].who], "given to a source that stands for the file itself"),
            *some("claim whose voice is not said", self.unvoiced, "written as the author's own: check that it is no view that the source reports or quotes"),
            *some("certainty", self.unstated, "the file does not state it as 1, 2 or 3; written as not-stated"),
            *some("passage too short for its first and last words to lead to it", self.refused, f"left out: take a longer one around it, of at least {LEAST_WORDS} words"),
            *some("passage", self.unplaced, "the file does not say where the text says it; written as `anchors: []`"),
            *some("thing made up", made_up, "a debate needs it and the file does not have it; to be checked"),
            *some("reason from which no stance follows", self.without_stance, "kept as a link to a claim that stands for the proposition"),
            *some("claim made up to stand for a proposition", [f"{source}/{id}" for (_, source), made in self.stand_ins.items() for id in made.values()], "it ties reasons to what they are for and against; written as reported: say whose view it is, or take it out"),
            *folders.renamed("proposition", self.proposition_ids),
            *folders.renamed("source", self.source_ids),
            *folders.renamed("claim", *self.claim_ids.values()),
        ]  # fmt: skip

    def record(self, kind: type[Record], name: str, values: dict[str, Any]) -> Record | None:
        """The record that the values make, or None and a word on what is wrong with them."""
        document = Document(name, lines={(): 0})
        record = validated(kind, document, values)
        self.unfit += map(str, document.problems)
        return record

    def codebook(self) -> Codebook:
        asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for key, node in self.of_role("proposition"):
            known = {k: node.data[k] for k in ("kind", "core", "note") if k in node.data}
            values = {"id": self.propositions[key], "text": node.text or node.title, "kind": "judgement"}
            fit = self.record(Proposition, node.title, values | known)
            self.made_up += [] if "kind" in node.data else [f"{node.title}: kind"]
            question = str(node.data.get("question", ""))
            asked[question if question in self.map.questions else ""].append(fit.model_dump() if fit else values)
        questions = [folders.question(ps, **({"id": q} | self.map.questions[q] if q else {})) for q, ps in asked.items()]  # fmt: skip
        self.made_up += [] if questions and "" not in asked else ["question"]
        self.made_up += ["short title"] if self.map.title else ["title"]
        about = {"description": self.map.description} if self.map.description.strip() else {}
        return folders.codebook(self.map.title, questions or [folders.question([])], self.origin, **about)

    def source(self, label: str, id: str) -> Source:
        told = self.map.sources.get(label)
        record = self.record(Source, label, told | {"id": id}) if told else None
        self.made_up += [] if record else [f"{label}: bibliography"]
        return record or folders.source(id, label)

    def coding(self, place: Place, keys: list[str], links: dict[str, dict[str, list[str]]]) -> Coding:
        """The claims of a source."""
        thesis = [self.claims[k] for k in keys if "thesis" in self.map.nodes[k].tags]
        claims = [c for k in keys if (c := self.claim(k, links[k]))]
        ids = self.stand_ins[place]
        stand_ins = [self.stand_in(key, ids[key]) for key in self.propositions if key in ids]
        return Coding(source=place[1], thesis=tuple(thesis), claims=(*claims, *stand_ins))

    def stand_in(self, key: str, id: str) -> Claim:
        """A claim in place of a proposition, for the links of what is for and against it; nobody has been found to hold it."""
        node = self.map.nodes[key]
        return Claim(id=id, text=node.text or node.title, voice="reported", holder=folders.TO_DO, anchors=())

    def claim(self, key: str, links: dict[str, list[str]]) -> Claim | None:
        node = self.map.nodes[key]
        given = {k: node.data[k] for k in ("voice", "holder", "anchors") if node.data.get(k)}
        if node.quoted:
            given["anchors"] = self.sound_anchors(node)
        self.unplaced += [] if "anchors" in given else [node.title]
        self.unvoiced += [] if "voice" in given else [node.title]
        values = {"id": self.claims[key], "text": node.text or node.title, "voice": "own", "anchors": []}
        return self.record(Claim, node.title, values | given | links)

    def sound_anchors(self, node: Node) -> list[Anchor]:
        """The anchors without those that a check refuses, which are told by their words."""
        made = [Anchor.model_validate(a) for a in node.data["anchors"]]
        self.refused += [f"{node.title}: “{a.start} … {a.end}”" for a in made if lint(a)]
        return [a for a in made if not lint(a)]

    def links(self, stances: dict[Place, list[Stance]]) -> dict[str, dict[str, list[str]]]:
        """For each claim what it supports and attacks; what a debate has no such link for, and no stance shows, is unfit."""
        shown = {(place, s.proposition, c) for place, found in stances.items() for s in found for c in s.claims}
        told = {k: ((n.coder, self.source_ids.given.get(str(n.data["source"]))), str(n.data["proposition"])) for k, n in self.of_role("stance")}  # fmt: skip
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"supports": [], "attacks": []})
        for a, b, kind in dict.fromkeys(self.map.relations):
            way = "supports" if kind in SUPPORT else "attacks" if kind in ATTACK else ""
            said, target = f"{kind}: {self.named(a)} → {self.named(b)}", ""
            if way and a in self.claims and b in self.propositions:
                if (self.who[a], self.propositions[b], self.claims[a]) not in shown:
                    target = self.stand_in_id(self.who[a], b)
                    self.without_stance.append(f"{said}, {self.why_no_stance(a)}")
            elif way and a in self.claims and b in self.claims and self.who[a] == self.who[b] and a != b:
                target = self.claims[b]
            elif b in told and a in self.claims and told[b][0] == self.who[a]:
                of = self.propositions.get(told[b][1], told[b][1])
                self.unfit += [] if (self.who[a], of, self.claims[a]) in shown else [said]
            elif not (a in told and told[a][1] == b):
                self.unfit.append(said)
            if target and target not in found[a][way]:
                found[a][way].append(target)
        return found

    def stand_in_id(self, place: Place, proposition: str) -> str:
        """The id of the claim in place of a proposition, which has an id of its own among those of the source."""
        id = self.claim_ids[place].of(self.map.nodes[proposition].title, f"\0{proposition}")
        return self.stand_ins[place].setdefault(proposition, id)

    def why_no_stance(self, claim: str) -> str:
        node = self.map.nodes[claim]
        if not node.who:
            return "whose author is not named"
        if node.data.get("voice", "own") != "own":
            return "which is no view of the author's own"
        return "whose author is for and against it, or whose stance is told without it"

    def named(self, key: str) -> str:
        return self.map.nodes[key].title if key in self.map.nodes else key

    def told(self, role: str, kind: type[Record]) -> list[tuple[Place, Record]]:
        """The stances or silences that the map tells of in so many words, each with its source."""
        found = []
        for _, node in self.of_role(role):
            values = {k: v for k, v in node.data.items() if k != "source"} | {"why": node.text or folders.TO_DO}
            proposition = str(values["proposition"])
            values["proposition"] = self.propositions.get(proposition, proposition)
            for link in ("claims", "limits"):
                if isinstance(values.get(link), list):
                    values[link] = [self.claims.get(str(c), c) for c in values[link]]
            if kind is Stance and values.get("certainty") not in (1, 2, 3, NOT_STATED):
                self.unstated.append(node.title)
                values["certainty"] = NOT_STATED
            if record := self.record(kind, node.title, values):
                found.append(((node.coder, self.source_ids.of(str(node.data["source"]))), record))
        return found

    def seen_stances(self) -> list[tuple[Place, Stance]]:
        """The stances that follow from whose claims stand for and against a proposition, if they all stand on one side."""
        sides: dict[tuple[Place, str], dict[str, list[str]]] = defaultdict(lambda: {"for": [], "against": []})
        for a, b, kind in dict.fromkeys(self.map.relations):
            if a in self.claims and b in self.propositions and kind in SUPPORT | ATTACK:
                node, side = self.map.nodes[a], "for" if kind in SUPPORT else "against"
                if node.who and node.data.get("voice", "own") == "own":
                    sides[self.who[a], self.propositions[b]][side].append(self.claims[a])
        found = []
        for (place, proposition), given in sides.items():
            source = place[1]
            if given["for"] and given["against"]:
                self.unfit.append(f"stance: {source} argues for and against {proposition}")
                continue
            claims, value, word = (given["for"], 2, "for") if given["for"] else (given["against"], -2, "against")
            claims = list(dict.fromkeys(claims))
            why = f"The map has {len(claims)} reason{'s' if len(claims) > 1 else ''} {word} it."
            self.made_up.append(f"{source}: that nothing limits the stance on {proposition}")
            self.unstated.append(f"{source} on {proposition}")
            found.append((place, Stance(proposition=proposition, value=value, certainty=NOT_STATED, why=why, claims=tuple(claims))))  # fmt: skip
        return found
