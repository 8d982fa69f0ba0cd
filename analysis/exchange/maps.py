"""An argument map of another program → a debate.

Statements that are argued over become propositions, all others claims of whoever makes them.  Where a map says no more than that
somebody's claim stands for or against a proposition, the stance is ±2; its certainty is not stated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from analysis.anchors import MAX_WORDS
from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders
from analysis.exchange.losses import Loss, some
from analysis.reading import Document, validated
from analysis.schemas import NOT_STATED, Anchor, Claim, Codebook, Coding, Proposition, Silence, Source, Stance

Record = TypeVar("Record", bound=BaseModel)
Found = TypeVar("Found")
SUPPORT, ATTACK = {"support", "entails"}, {"attack", "contrary", "contradictory"}
_TO_DO = Anchor(start=folders.TO_DO, end=folders.TO_DO)


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


@dataclass
class Map:
    """The nodes by their keys, the relations between these (from, to, kind), and what a reader could not read.

    `questions` and `sources` are the records that a map brings, by id; a proposition names its question in its data.  `texts` are the
    texts of sources, where a file brings them.
    """

    title: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def few(words: str) -> str:
    """The first words, to call something by."""
    return " ".join(words.split()[:6])


def ends(words: str) -> dict[str, str] | None:
    """The first and last words of a passage, eight at most at each end; None of a single word."""
    parts = words.split()
    n = min(MAX_WORDS, len(parts) // 2)
    return {"start": " ".join(parts[:n]), "end": " ".join(parts[-n:])} if n else None


def debate_of(read: Map, origin: str) -> tuple[Debate, list[Loss]]:
    """The debate that a map makes, with placeholders for what no map has."""
    return _Building(read, origin).debate()


def source_ids(read: Map) -> folders.Ids:
    """The ids of the sources that a map brings."""
    ids = folders.Ids()
    for label in read.sources:
        ids.of(label)
    return ids


def _by_source(found: Iterable[tuple[str, Found]]) -> dict[str, list[Found]]:
    grouped: dict[str, list[Found]] = defaultdict(list)
    for source, one in found:
        grouped[source].append(one)
    return grouped


class _Building:
    """A map on its way to a debate: the ids of its nodes, and what did not fit or was made up."""

    def __init__(self, read: Map, origin: str):
        self.map, self.origin = read, origin
        self.made_up: list[str] = []
        self.unfit: list[str] = []
        self.unvoiced: list[str] = []
        self.unstated: list[str] = []
        self.take_roles()
        self.proposition_ids, self.source_ids = folders.Ids(), source_ids(read)
        self.claim_ids: dict[str, folders.Ids] = defaultdict(folders.Ids)
        self.propositions = {k: self.proposition_ids.of(n.title, k) for k, n in self.of_role("proposition")}
        self.who = {k: self.source_ids.of(n.who or read.title or "nobody named") for k, n in self.of_role("claim")}
        self.claims = {
            k: self.claim_ids[s].of(read.nodes[k].title.removeprefix(f"{s}/"), k) for k, s in self.who.items()
        }

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
        known = {(source, s.proposition) for source, s in told}
        stances = _by_source([*told, *(s for s in self.seen_stances() if (s[0], s[1].proposition) not in known)])
        silences = _by_source(self.told("silence", Silence))
        links = self.links()
        keys = _by_source([(source, key) for key, source in self.who.items()])
        codings = {
            (REFERENCE, source): self.coding(source, keys[source], links).model_copy(
                update={"stances": tuple(stances[source]), "silences": tuple(silences[source])}
            )
            for source in [*keys, *(s for s in dict.fromkeys([*stances, *silences]) if s not in keys)]
        }
        sources = [self.source(label, id) for label, id in self.source_ids.given.items()]
        bare = any(not s.claims for found in stances.values() for s in found)
        coder = folders.coder(f"Imported from {self.origin}", self.origin, stances_only=bare)
        return folders.debate(self.codebook(), sources, {REFERENCE: coder}, codings), self.losses()

    def losses(self) -> list[Loss]:
        made_up = ["scale and its rules", "how and when the coder coded", *self.made_up]
        return [
            *some("part of the file", self.map.left, "not read"),
            *some("part that a debate has no place for", self.unfit, "left out"),
            *some("claim of which the file does not say whose it is", [self.map.nodes[k].title for k in self.who if not self.map.nodes[k].who], "given to a source that stands for the file itself"),
            *some("claim whose voice is not said", self.unvoiced, "written as the author's own: check that it is no view that the source reports or quotes"),
            *some("certainty", self.unstated, "the file does not state it as 1, 2 or 3; written as not-stated"),
            *some("thing made up", made_up, "a debate needs it and the file does not have it; to be checked"),
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
        return folders.codebook(self.map.title, questions or [folders.question([])], self.origin)

    def source(self, label: str, id: str) -> Source:
        told = self.map.sources.get(label)
        record = self.record(Source, label, told | {"id": id}) if told else None
        self.made_up += [] if record else [f"{label}: bibliography"]
        return record or folders.source(id, label)

    def coding(self, source: str, keys: list[str], links: dict[str, dict[str, list[str]]]) -> Coding:
        """The claims of a source."""
        thesis = [self.claims[k] for k in keys if "thesis" in self.map.nodes[k].tags]
        claims = [c for k in keys if (c := self.claim(k, links[k]))]
        return Coding(source=source, thesis=tuple(thesis), claims=tuple(claims))

    def claim(self, key: str, links: dict[str, list[str]]) -> Claim | None:
        node = self.map.nodes[key]
        given = {k: node.data[k] for k in ("voice", "holder", "anchors") if node.data.get(k)}
        self.made_up += [] if "anchors" in given else [f"{node.title}: passage"]
        self.unvoiced += [] if "voice" in given else [node.title]
        values = {"id": self.claims[key], "text": node.text or node.title, "voice": "own", "anchors": [_TO_DO]}
        return self.record(Claim, node.title, values | given | links)

    def links(self) -> dict[str, dict[str, list[str]]]:
        """For each claim what it supports and attacks; what a debate has no such link for is unfit."""
        told = dict(self.of_role("stance"))
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"supports": [], "attacks": []})
        for a, b, kind in self.map.relations:
            way = "supports" if kind in SUPPORT else "attacks" if kind in ATTACK else ""
            if way and a in self.claims and b in self.claims and self.who[a] == self.who[b] and a != b:
                found[a][way] += [self.claims[b]] if self.claims[b] not in found[a][way] else []
            elif not (way and a in self.claims and b in self.propositions) and not {a, b} & told.keys():
                self.unfit.append(f"{kind}: {self.named(a)} → {self.named(b)}")
        return found

    def named(self, key: str) -> str:
        return self.map.nodes[key].title if key in self.map.nodes else key

    def told(self, role: str, kind: type[Record]) -> list[tuple[str, Record]]:
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
                found.append((self.source_ids.of(str(node.data["source"])), record))
        return found

    def seen_stances(self) -> list[tuple[str, Stance]]:
        """The stances that follow from whose claims stand for and against a proposition, if they all stand on one side."""
        sides: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: {"for": [], "against": []})
        for a, b, kind in self.map.relations:
            if not (a in self.claims and b in self.propositions and kind in SUPPORT | ATTACK):
                continue
            if self.map.nodes[a].data.get("voice", "own") != "own":
                self.unfit.append(f"{kind}: {self.named(a)} → {self.named(b)}, which is no view of the author's own")
            else:
                sides[self.who[a], self.propositions[b]]["for" if kind in SUPPORT else "against"].append(self.claims[a])
        found = []
        for (source, proposition), side in sides.items():
            if side["for"] and side["against"]:
                self.unfit.append(f"stance: {source} argues for and against {proposition}")
                continue
            claims, value, word = (side["for"], 2, "for") if side["for"] else (side["against"], -2, "against")
            why = f"The map has {len(claims)} reason{'s' if len(claims) > 1 else ''} {word} it."
            self.made_up.append(f"{source}: that nothing limits the stance on {proposition}")
            self.unstated.append(f"{source} on {proposition}")
            found.append((source, Stance(proposition=proposition, value=value, certainty=NOT_STATED, why=why, claims=tuple(dict.fromkeys(claims)))))  # fmt: skip
        return found
