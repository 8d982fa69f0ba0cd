"""REFI-QDA → the map of a debate: codes, sources, selections, notes, cases and links, and who coded what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from analysis import anchors
from analysis.codings import RESERVED
from analysis.counts import counted
from analysis.debate import REFERENCE
from analysis.exchange import folders, intake
from analysis.exchange.losses import some
from analysis.exchange.maps import Map, Node, few
from analysis.exchange.refi_codes import Said, all_of, codes_in, of_fields, take_codes, targets, text_of, voices_in
from analysis.exchange.refi_left import dates, unread
from analysis.exchange.refi_places import anchor_of, places

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
BIBLIOGRAPHY = "Bibliography (CSL-JSON)"
STAND_IN = "A stand-in: the text itself is not in this file. Each claim, with the first and last words of its passage:"
OURS = "Stancebook "  # how the name of the program begins that made a file
_NO_PASSAGE = (
    f"an anchor that a check accepts prints {anchors.MIN_WORDS} to {anchors.MAX_WORDS} words at each end, leaves {anchors.MIN_HIDDEN} "
    f"between them unprinted and leads to one place alone; for the claim, {anchors.LONGER}"
)
_NO_LINES = "they are a place on a page; look there, and give the claim its passage"
_COMMENT = "taken as they stand; check that they say what the passage says"
_CODERS = "the codings of each user are a coder's of their own; who has most of them is the reference: for another, rename the folders in codings/"


def of_codebook(raw: bytes) -> Map:
    """The propositions of a .qdc file."""
    root = intake.xml_of(raw)
    if root.tag != f"{{{CODEBOOK}}}CodeBook":
        raise ValueError("this is no codebook of REFI-QDA (urn:QDA-XML:codebook:1.0); is it of this format?")
    map = Map(title="Imported codebook")
    take_codes(codes_in(root), {}, map, _is_ours(root))
    if not map.nodes:
        raise ValueError("there is no code in it; export it again")
    map.left += unread(root, {}, {})
    return map


def of_project(raw: bytes) -> Map:
    """What a .qdpx file says, as far as a debate can hold it."""
    files = intake.members_of(raw)
    projects = [n for n in files if n.endswith(".qde") and "/" not in n]
    if len(projects) != 1:
        raise ValueError(f"the archive has {len(projects)} project files (.qde) where it should have one")
    root = intake.xml_of(files.pop(projects[0]))
    if root.tag != f"{{{PROJECT}}}Project":
        raise ValueError("this is no project of REFI-QDA (urn:QDA-XML:project:1.0); is it of this format?")
    return _Reading(root, files).map


def _is_ours(root: Any) -> bool:
    return str(root.get("origin", "")).startswith(OURS)


class _Reading:
    """A project on its way to a map; `files` are those in the archive beside it."""

    def __init__(self, root: Any, files: dict[str, bytes]):
        self.root, self.files = root, files
        self.members = {name.lower(): content for name, content in files.items()}
        self.names = {e.get("guid"): e.get("name") for e in root.iter() if e.get("name")}
        self.map = Map(title=root.get("name", ""))
        self.notes = {n.get("guid"): n for n in all_of(root, "Notes/Note")}
        self.said = {guid: self.content(note) for guid, note in self.notes.items()}
        books = all_of(root, "CodeBook")
        self.codes = codes_in(books[0]) if books else {}
        self.says = take_codes(self.codes, self.said, self.map, _is_ours(root))
        self.voices = voices_in(self.codes)
        self.propositions = set(self.map.nodes)
        self.used = {n for c in self.codes.values() if c.guid in self.propositions for n in c.notes}
        self.claims: dict[str, dict[str, str]] = {}  # selection → claim of each coder
        self.unanchored: list[str] = []
        self.on_pages: list[str] = []
        self.commented: list[str] = []
        self.coders = self.coders_of_users()
        self.records = self.bibliography()
        self.about()
        for source in all_of(root, "Sources/TextSource"):
            self.source(source, source)
        for source in all_of(root, "Sources/PDFSource"):
            self.source(source, next(iter(all_of(source, "Representation")), None))
        for link in all_of(root, "Links/Link"):
            self.link(link)
        self.left()

    # Who coded

    def coders_of_users(self) -> dict[str, str]:
        """The coder whom each user that coded becomes: the one with most codings the reference, of equals whoever made the project."""
        sources = [*all_of(self.root, "Sources/TextSource"), *all_of(self.root, "Sources/PDFSource")]
        counts = Counter(self.user(c) for s in sources for c in s.iter("{*}Coding"))
        named = {u.get("guid"): u.get("name") for u in all_of(self.root, "Users/User") if u.get("name")}
        first = self.root.get("creatingUserGUID")
        users = sorted(counts, key=lambda u: (-counts[u], u != first))
        ids = folders.Ids()
        ids.taken |= set(RESERVED)
        found = {u: ids.of(named.get(u, "coder"), u) if i else REFERENCE for i, u in enumerate(users)}
        self.map.coders = {id: {"label": named[u]} for u, id in found.items() if u in named}
        said = [f"{named.get(u) or u or 'nobody named'} is {id} ({counted(counts[u], 'coding')})" for u, id in found.items()]  # fmt: skip
        self.map.told += some("coder", said if len(said) > 1 else [], _CODERS)
        self.map.left += [f"user {name}: coded nothing that is read" for u, name in named.items() if u not in counts]
        return found

    def user(self, coding: Any) -> str:
        """Who made a coding: whoever made what it is on, if it does not say."""
        return str(coding.get("creatingUser") or coding.getparent().get("creatingUser") or self.root.get("creatingUserGUID") or "")  # fmt: skip

    def coded(self, element: Any) -> dict[str, list[str]]:
        """The codes of an element by who coded it, each once; none by whoever made it, if nobody did."""
        found: dict[str, list[str]] = {}
        for coding in all_of(element, "Coding"):
            codes = found.setdefault(self.coders[self.user(coding)], [])
            codes += [c for c in targets(coding, "CodeRef") if c not in codes]
        return found or {self.coders.get(element.get("creatingUser"), REFERENCE): []}

    def about(self) -> None:
        """What the project says of itself: as our own export has it, of the debate and the coding, otherwise of the debate alone."""
        description = text_of(self.root, "Description")
        ours = of_fields(description) if description.startswith("About: ") else {}
        self.map.description = ours.get("About") or description
        if ours.get("Coding"):
            self.map.coders.setdefault(REFERENCE, {})["note"] = ours["Coding"]

    # Sources and their texts

    def bibliography(self) -> dict[str, dict[str, Any]]:
        """The record of each source whose case brings one, by the source's GUID."""
        names = {v.get("guid"): v.get("name") for v in all_of(self.root, "Variables/Variable")}
        found = {}
        for case in all_of(self.root, "Cases/Case"):
            for value in all_of(case, "VariableValue"):
                record = _record(text_of(value, "TextValue"))
                if record.get("id") and BIBLIOGRAPHY in map(names.get, targets(value, "VariableRef")):
                    found.update(dict.fromkeys(targets(case, "SourceRef"), record))
        return found

    def content(self, element: Any) -> str:
        """The plain text of a source or a note, wherever it stands in the archive; empty if it is not there."""
        name = f"sources/{(element.get('plainTextPath') or '').removeprefix('internal://')}".lower()
        return text_of(element, "PlainTextContent") or intake.text_of(self.members.get(name, b""))

    def label(self, source: Any, record: dict[str, Any] | None) -> str:
        """What a source is called, unlike any other."""
        label = str(record["id"]) if record else source.get("name") or source.get("guid") or "source"
        while label in self.map.sources:
            label += " (2)"
        self.map.sources[label] = record or {}
        return label

    def source(self, source: Any, written: Any | None) -> None:
        """A source, with what is coded in it; `written` is the element that has its text and the selections there."""
        record = self.records.get(source.get("guid"))
        label = self.label(source, record)
        text = self.content(written) if written is not None else ""
        if text and text_of(source, "Description") != STAND_IN:
            self.map.texts[label] = text
        self.map.left += [] if text else [f"the text of {source.get('name')}: not in the file"]
        copy = anchors.folded(self.map.texts.get(label, ""), _begins(record))
        seen: dict[tuple[str, str], list[tuple[Said | None, str]]] = {}  # coder and proposition → value and claim
        for selection, words in self.selections(source, written, label):
            for coder, codes in self.coded(selection).items():
                claim = self.claim(selection, label, words, copy, coder, codes)
                for code in codes:
                    proposition, said = self.says.get(code, (code, None))
                    if proposition in self.propositions:
                        seen.setdefault((coder, proposition), []).append((said, claim))
                    elif code not in self.voices:
                        self.map.left.append(f"{label}: “{few(words)}” coded with {self.named(code)}")
        holders = [source] if written is None or written is source else [source, written]
        whole = {place for holder in holders for place in self.whole_readings(holder, label)}
        for (coder, proposition), found in seen.items():
            if (coder, proposition) not in whole:
                self.seen_reading(label, coder, proposition, found)

    def selections(self, source: Any, written: Any | None, label: str) -> Iterable[tuple[Any, str]]:
        """The selections of a source, each with its words, as far as they are in the file."""
        found = all_of(written, "PlainTextSelection") if written is not None else []
        place = places(self.map.texts.get(label), found)
        if place.doubtful:
            self.map.left.append(f"{label}: what its positions count is not said; taken as {place.words}")
        yield from ((selection, place.of(selection)) for selection in found)
        for selection in all_of(source, "PDFSelection"):
            words = " ".join(map(self.content, all_of(selection, "Representation")))
            self.on_pages += [] if words else [f"{label}: {selection.get('name')}, page {selection.get('page')} (counted as in the file)"]  # fmt: skip
            yield selection, words

    # Claims

    def noted(self, element: Any, coder: str | None = None) -> tuple[dict[str, str], str, str]:
        """The fields of the first note on something, what it is called, and all that its notes say; of a coder, none of another's."""
        guids = [g for g in targets(element, "NoteRef") if g in self.notes]
        self.used.update(guids)
        fields, name = (of_fields(self.said[guids[0]]), self.notes[guids[0]].get("name") or guids[0]) if guids else ({}, "")  # fmt: skip
        return (
            fields,
            name,
            "\n".join(self.said[g] for g in guids if coder is None or self.is_of(self.notes[g], element, coder)),
        )

    def is_of(self, words: Any, element: Any, coder: str) -> bool:
        """Whether words on an element are a coder's: not those of another who coded it, too."""
        whose = self.coders.get(words.get("creatingUser"), coder)
        return whose == coder or whose not in self.coded(element)

    def claim(self, selection: Any, label: str, words: str, copy: anchors.Folded, coder: str, codes: list[str]) -> str:
        """The claim that a coder has of a selection: that of its note, or one still to be put into words."""
        about, name, note = self.noted(selection, coder)
        comment = text_of(selection, "Description").strip()
        if about.get("Claim"):
            self.map.left += [f"comment on {name}: {comment}"] if comment else []
            passages = [a for line in about.get("Passages", "").split("\n") if (a := _record(line))]
            data: dict[str, Any] = {"voice": about.get("Voice", "own"), "anchors": passages}
            data |= {"holder": about["Holder"]} if about.get("Holder") else {}
            tags = ["thesis"] if about.get("Thesis") == "yes" else []
            return self.placed(selection, name, Node(name, about["Claim"], tags=tags, data=data, who=label, role="claim", coder=coder))  # fmt: skip
        title = few(words) or selection.get("name") or selection.get("guid") or "selection"
        told = "\n".join(t for t in (comment if self.is_of(selection, selection, coder) else "", note.strip()) if t)
        self.commented += [f"{label}: {title}"] if told else []
        asked = ", ".join(self.named(c) for c in codes if c not in self.voices)
        passage = anchor_of(words, copy)
        self.unanchored += [f"{label}: {title} ({counted(len(words.split()), 'word')})"] if words and not passage else []  # fmt: skip
        text, data = told or f"To do: what does it say of {asked or 'this'}?", {"anchors": [passage] if passage else []}
        node = Node(title, text, data=data | self.voice(codes), who=label, role="claim", coder=coder)
        return self.placed(selection, selection.get("guid") or title, node)

    def placed(self, selection: Any, name: str, node: Node) -> str:
        """Put the claim of a selection into the map, which may be there from another selection, and return its key."""
        key = _key(node.coder, name)
        while self.map.nodes.get(key, node) != node:
            key += " (2)"
        self.map.nodes[key] = node
        self.claims.setdefault(selection.get("guid") or "", {})[node.coder] = key
        return key

    def voice(self, codes: list[str]) -> dict[str, str]:
        """The voice that our own codes give a claim, if one does; whose view it is they do not say."""
        voice = next((v for c in codes if (v := self.voices.get(c))), "")
        return ({"voice": voice} if voice else {}) | ({"holder": folders.TO_DO} if voice in ("reported", "quoted") else {})  # fmt: skip

    def named(self, code: str) -> str:
        """What a code is called; a value with its proposition."""
        name = self.codes[code].name if code in self.codes else f"a code that is not in the file ({code})"
        return f"{self.codes[self.says[code][0]].name} ({name})" if code in self.says else name

    def link(self, link: Any) -> None:
        origin, target = (self.claims.get(link.get(k), {}) for k in ("originGUID", "targetGUID"))
        kind = {"supports": "support", "attacks": "attack"}.get(link.get("name"))
        both = [(origin[c], target[c], kind) for c in origin if c in target] if kind else []
        self.map.relations += [(a, b, str(k)) for a, b, k in both]
        if not both:
            ends = (self.title(link.get(k)) for k in ("originGUID", "targetGUID"))
            self.map.left.append(f"link {link.get('name')}: {' → '.join(ends)}")

    def title(self, guid: str) -> str:
        """What the thing at an end of a link is called."""
        claims = list(self.claims.get(guid, {}).values())
        return self.map.nodes[claims[0]].title if claims else self.names.get(guid) or guid or "nothing"

    # Stances and silences

    def whole_readings(self, element: Any, label: str) -> set[tuple[str, str]]:
        """Take the stances and silences with which a source is coded as a whole; the coders and the propositions that they are on."""
        found: set[tuple[str, str]] = set()
        for coding in all_of(element, "Coding"):
            code = next(iter(targets(coding, "CodeRef")), "")
            proposition, said = self.says.get(code, ("", None))
            coder = self.coders[self.user(coding)]
            if said is None or (coder, proposition) in found:
                second = ", after another value" if said is not None else ""
                self.map.left.append(f"{label}: coded as a whole with {self.named(code)}{second}")
                continue
            about, _, note = self.noted(coding)
            self.reading(label, coder, proposition, said, about | ({} if about.get("Why") else {"Why": note}))
            found.add((coder, proposition))
        return found

    def reading(self, label: str, coder: str, proposition: str, said: Said, about: dict[str, str]) -> Node:
        data: dict[str, Any] = {"source": label, "proposition": proposition}
        if isinstance(said, str):
            role, data = "silence", data | {"reason": said}
        else:
            certainty = about.get("Certainty", "")
            data |= {"value": said, "certainty": int(certainty) if certainty in ("1", "2", "3") else certainty}
            data |= {k.lower(): [_key(coder, f"{label}/{c}") for c in about.get(k, "").split()] for k in ("Claims", "Limits")}  # fmt: skip
            data |= {"qualification": about["Limit"]} if about.get("Limit") else {}
            role = "stance"
        key = f"{label} on {proposition}"
        node = Node(
            f"{label} on {self.codes[proposition].name}",
            about.get("Why") or folders.TO_DO,
            data=data,
            role=role,
            coder=coder,
        )
        self.map.nodes[_key(coder, key)] = node
        return node

    def seen_reading(self, label: str, coder: str, proposition: str, seen: list[tuple[Said | None, str]]) -> None:
        """The stance that a coder's selections of a source are coded with, if they are coded with one value."""
        values = {v for v, _ in seen if v is not None}
        value = next(iter(values), None)
        named = f"stance of {label} on {self.codes[proposition].name}: its selections have"
        by = f", as {coder} coded it" if coder != REFERENCE else ""
        if len(values) == 1 and isinstance(value, int):
            claims = dict.fromkeys(c for v, c in seen if v == value)
            self.reading(label, coder, proposition, value, {}).data["claims"] = list(claims)
            bare = {c for v, c in seen if v is None} - claims.keys()
            self.map.left += [f"{named} one value, but for {counted(len(bare), 'claim')} without{by}"] if bare else []
        else:
            many = "several values" if len(values) > 1 else "no value" if value is None else "a silence"
            self.map.left.append(f"{named} {many}{by}")

    # What is left

    def left(self) -> None:
        """What stands in the project and nothing above has read."""
        for kind in ("TextSource", "PDFSource", "PDFSource/Representation"):
            described = [s for s in all_of(self.root, f"Sources/{kind}") if text_of(s, "Description") not in ("", STAND_IN)]  # fmt: skip
            self.map.left += [f"description of {s.get('name') or s.getparent().get('name')}" for s in described]
        self.map.left += [f"note {n.get('name')}" for g, n in self.notes.items() if g not in self.used]
        self.map.left += unread(self.root, self.records, self.files)
        self.map.left += [f"id {u.get('id')} of user {u.get('name')}" for u in all_of(self.root, "Users/User") if u.get("id")]  # fmt: skip
        self.map.told += [
            *some("date of making or changing", dates(self.root), "a debate has none of these"),
            *some("selection that is no passage of a claim", self.unanchored, _NO_PASSAGE),
            *some("selection without words", self.on_pages, _NO_LINES),
            *some("claim whose words are a comment or a note of the file", self.commented, _COMMENT),
        ]


def _key(coder: str, name: str) -> str:
    """The key of what a coder has of a thing."""
    return name if coder == REFERENCE else f"{coder}: {name}"


def _begins(record: dict[str, Any] | None) -> str | None:
    """The words with which the text begins, as our own record of a source may name them."""
    notes = (record or {}).get("custom")
    begins = notes.get("begins") if isinstance(notes, dict) else None
    return begins if isinstance(begins, str) else None


def _record(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
