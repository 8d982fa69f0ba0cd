"""REFI-QDA → the map of a debate: codes, sources, selections, notes, cases and links.

The standard does not say plainly what a position counts, and programs differ: code points or UTF-16 units, a line end of Windows as one
or two.  Where the text leaves a doubt, the reading is taken that fits the names of the selections, which begin with their words.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from analysis.exchange import folders, intake
from analysis.exchange.maps import Map, Node, ends, few

PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
BIBLIOGRAPHY = "Bibliography (CSL-JSON)"
STAND_IN = "A stand-in: the text itself is not in this file. Each claim, with the first and last words of its passage:"
_VALUE = re.compile(r"([+−-][12]|0)(?= |$)")  # with a sign: the codes of others are often numbered, “1 Leaders”
_SILENT = re.compile(r"silent: (not-asked|out-of-scope|evaded)")


def fields(**values: str | None) -> str:
    """Values under their names, a line each; further lines of a value are indented."""
    return "\n".join(f"{k}: " + v.replace("\n", "\n    ") for k, v in values.items() if v)


def of_fields(text: str) -> dict[str, str]:
    """The values of such lines; what stands before the first of them is left out."""
    found: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        if name and line.startswith("    "):
            found[name] += "\n" + line[4:]
        elif opening := re.match(r"([A-Z]\w*): ", line):
            name = opening[1]
            found[name] = line[opening.end() :]
    return found


@dataclass
class _Code:
    """A code: what it is called and describes, and the codes above and below it."""

    guid: str
    name: str
    description: str
    codable: bool
    above: str
    below: list[str] = field(default_factory=list)


def of_codebook(raw: bytes) -> Map:
    """The propositions of a .qdc file."""
    root = intake.xml_of(raw)
    if root.tag != f"{{{CODEBOOK}}}CodeBook":
        raise ValueError("this is no codebook of REFI-QDA (urn:QDA-XML:codebook:1.0); is it of this format?")
    map = Map(title="Imported codebook")
    _take_codes(_codes(root), map)
    if not map.nodes:
        raise ValueError("there is no code in it; export it again")
    return map


def of_project(raw: bytes) -> Map:
    """What a .qdpx file says, as far as a debate can hold it."""
    files = intake.members_of(raw)
    projects = [n for n in files if n.endswith(".qde") and "/" not in n]
    if len(projects) != 1:
        raise ValueError(f"the archive has {len(projects)} project files (.qde) where it should have one")
    root = intake.xml_of(files[projects[0]])
    if root.tag != f"{{{PROJECT}}}Project":
        raise ValueError("this is no project of REFI-QDA (urn:QDA-XML:project:1.0); is it of this format?")
    return _Reading(root, files).map


def _all(parent: Any, path: str) -> list[Any]:
    """The elements at a path, each step in the parent's namespace."""
    space = re.match(r"\{.*\}", parent.tag)
    steps = "/".join(f"{space[0] if space else ''}{step}" for step in path.split("/"))
    return list(parent.findall(steps))


def _text(parent: Any, path: str) -> str:
    found = _all(parent, path)
    return (found[0].text or "") if found else ""


def _codes(root: Any) -> dict[str, _Code]:
    found: dict[str, _Code] = {}

    def take(element: Any, above: str) -> None:
        guid = element.get("guid", "")
        found[guid] = _Code(guid, element.get("name", ""), _text(element, "Description"), element.get("isCodable") != "false", above)  # fmt: skip
        if above:
            found[above].below.append(guid)
        for inner in _all(element, "Code"):
            take(inner, guid)

    for code in _all(root, "Codes/Code"):
        take(code, "")
    return found


def _take_codes(codes: dict[str, _Code], map: Map) -> dict[str, tuple[str, str]]:
    """Put the propositions into the map; for each code of a value or of a silence, its proposition and what it says of it."""
    says: dict[str, tuple[str, str]] = {}
    for code in codes.values():
        above = codes.get(code.above)
        signed = above and any(codes[c].name[:1] in "+−-" and _VALUE.match(codes[c].name) for c in above.below)
        if above and signed and (_VALUE.match(code.name) or _SILENT.match(code.name)):
            says[code.guid] = (above.guid, code.name)
    valued = {p for p, _ in says.values()}
    voices = {
        g for g, c in codes.items() if c.name == "voice" or (codes.get(c.above) and codes[c.above].name == "voice")
    }
    for code in codes.values():
        chosen = code.guid in valued if valued else code.codable and not code.below
        if chosen and code.guid not in voices:
            map.nodes[code.guid] = _proposition(code, codes.get(code.above), map)
        elif code.guid not in says and code.guid not in voices and code.guid not in {c.above for c in codes.values()}:
            map.left.append(f"code {code.name}")
    return says


def _proposition(code: _Code, above: _Code | None, map: Map) -> Node:
    """The proposition of a code, below the question that the code above it asks."""
    about = of_fields(code.description)
    text = about.get("Text") or code.description or code.name
    data: dict[str, Any] = {"kind": about["Kind"]} if about.get("Kind") else {}
    data |= {"core": True} if about.get("Core") == "yes" else {}
    data |= {"note": about["Note"]} if about.get("Note") else {}
    if above:
        asked = of_fields(above.description)
        id = folders.slug(above.name)
        map.questions[id] = {"label": asked.get("Label") or above.name or id, "text": asked.get("Text") or above.description or folders.TO_DO}  # fmt: skip
        data["question"] = id
    return Node(code.name or code.guid, text, data=data, role="proposition")


class _Reading:
    """A project on its way to a map."""

    def __init__(self, root: Any, files: dict[str, bytes]):
        self.root, self.files = root, files
        self.map = Map(title=root.get("name", ""))
        books = _all(root, "CodeBook")
        self.codes = _codes(books[0]) if books else {}
        self.says = _take_codes(self.codes, self.map)
        self.notes = {n.get("guid"): n for n in _all(root, "Notes/Note")}
        self.used: set[str] = set()
        self.claims: dict[str, str] = {}  # selection → claim
        self.records = self.bibliography()
        for source in _all(root, "Sources/TextSource"):
            self.source(source)
        for link in _all(root, "Links/Link"):
            self.link(link)
        self.left()

    def bibliography(self) -> dict[str, dict[str, Any]]:
        """The record of each source whose case brings one, by the source's GUID."""
        names = {v.get("guid"): v.get("name") for v in _all(self.root, "Variables/Variable")}
        found = {}
        for case in _all(self.root, "Cases/Case"):
            for value in _all(case, "VariableValue"):
                name = names.get(_all(value, "VariableRef")[0].get("targetGUID") if _all(value, "VariableRef") else "")
                if name == BIBLIOGRAPHY:
                    record = _record(_text(value, "TextValue"))
                    found.update({r.get("targetGUID"): record for r in _all(case, "SourceRef") if record.get("id")})
                elif name != "Year" or not found:
                    self.map.left.append(f"variable {name} of case {case.get('name')}")
        return found

    def source(self, source: Any) -> None:
        record = self.records.get(source.get("guid"))
        label = str(record["id"]) if record else source.get("name") or source.get("guid")
        self.map.sources[label] = record or {}
        text = self.text(source)
        self.map.texts |= {label: text} if text else {}
        readings: dict[str, list[tuple[str, str]]] = {}  # proposition → value and claim, of selections
        selections = _all(source, "PlainTextSelection")
        place = _places(text, selections)
        if place.doubtful:
            self.map.left.append(f"{label}: what its positions count is not said; taken as {place.words}")
        for selection in selections:
            claim = self.selection(selection, label, place.of(selection))
            for code in self.coded(selection):
                if code in self.says:
                    readings.setdefault(self.says[code][0], []).append((self.says[code][1], claim))
                elif self.codes.get(code) and code in self.map.nodes:
                    readings.setdefault(code, []).append(("", claim))
        whole = self.whole_readings(source, label)
        for proposition, seen in readings.items():
            if proposition not in whole:
                self.seen_reading(label, proposition, seen)

    def text(self, source: Any) -> str | None:
        """The plain text of a source; None if it is not in the file, or only a stand-in for it."""
        path = source.get("plainTextPath") or ""
        name = f"sources/{path.removeprefix('internal://')}"
        found = next((n for n in self.files if n.lower() == name.lower()), None)
        content = _text(source, "PlainTextContent") or (intake.text_of(self.files[found]) if found else "")
        if _text(source, "Description") == STAND_IN:
            return None
        self.map.left += [] if content else [f"the text of {source.get('name')}: not in the file"]
        return content or None

    def coded(self, element: Any) -> list[str]:
        return [r.get("targetGUID") for r in _all(element, "Coding/CodeRef")]

    def noted(self, element: Any) -> tuple[dict[str, str], str]:
        """The fields of the first note on something, and all that its notes say."""
        guids = [r.get("targetGUID") for r in _all(element, "NoteRef")]
        self.used.update(guids)
        texts = [_text(self.notes[g], "PlainTextContent") for g in guids if g in self.notes]
        return (of_fields(texts[0]) if texts else {}), "\n".join(texts)

    def selection(self, selection: Any, label: str, words: str) -> str:
        """The claim of a selection: that of its note, or one still to be put into words."""
        about, note = self.noted(selection)
        guid = selection.get("guid") or ""
        if about.get("Claim"):
            name = next(self.notes[r.get("targetGUID")].get("name") for r in _all(selection, "NoteRef") if r.get("targetGUID") in self.notes)  # fmt: skip
            self.claims[guid] = name
            anchors = [a for line in about.get("Passages", "").split("\n") if (a := _record(line))]
            data: dict[str, Any] = {"voice": about.get("Voice", "own"), "anchors": anchors}
            data |= {"holder": about["Holder"]} if about.get("Holder") else {}
            self.map.nodes[name] = Node(name, about["Claim"], tags=["thesis"] if about.get("Thesis") == "yes" else [], data=data, who=label, role="claim")  # fmt: skip
            return name
        named = ", ".join(self.codes[c].name for c in self.coded(selection) if c in self.codes)
        text = note.strip() or f"To do: what does it say of {named or 'this'}?"
        passage = ends(words)
        self.claims[guid] = guid
        self.map.nodes[guid] = Node(few(words) or guid, text, data={"anchors": [passage] if passage else []}, who=label, role="claim")  # fmt: skip
        return guid

    def whole_readings(self, source: Any, label: str) -> set[str]:
        """Take the stances and silences with which the source is coded as a whole; the propositions that they are on."""
        found = set()
        for coding in _all(source, "Coding"):
            code = next(iter(r.get("targetGUID") for r in _all(coding, "CodeRef")), "")
            if code not in self.says:
                self.map.left.append(f"{label}: coded as a whole with {self.codes[code].name if code in self.codes else code}")  # fmt: skip
                continue
            proposition, value = self.says[code]
            about, note = self.noted(coding)
            self.reading(label, proposition, value, about | ({} if about.get("Why") else {"Why": note}))
            found.add(proposition)
        return found

    def reading(self, label: str, proposition: str, value: str, about: dict[str, str]) -> None:
        data: dict[str, Any] = {"source": label, "proposition": proposition}
        if silent := _SILENT.match(value):
            role, data = "silence", data | {"reason": silent[1]}
        else:
            found = _VALUE.match(value)
            assert found
            certainty = about.get("Certainty", "")
            data |= {
                "value": int(found[1].replace("−", "-")),
                "certainty": int(certainty) if certainty in ("1", "2", "3") else certainty,
            }
            data |= {"claims": [f"{label}/{c}" for c in about.get("Claims", "").split()]}
            data |= {"limits": [f"{label}/{c}" for c in about.get("Limits", "").split()]}
            data |= {"qualification": about["Limit"]} if about.get("Limit") else {}
            role = "stance"
        self.map.nodes[f"{label} on {proposition}"] = Node(f"{label} on {proposition}", about.get("Why") or folders.TO_DO, data=data, role=role)  # fmt: skip

    def seen_reading(self, label: str, proposition: str, seen: list[tuple[str, str]]) -> None:
        """The stance that the selections of a source are coded with, if they are coded with one value."""
        values = {v for v, _ in seen}
        if len(values) == 1 and (value := values.pop()) and _VALUE.match(value):
            self.reading(label, proposition, value, {})
            self.map.nodes[f"{label} on {proposition}"].data["claims"] = list(dict.fromkeys(c for _, c in seen))
        else:
            many = "several values" if len(values) > 1 else "no value"
            self.map.left.append(f"stance of {label} on {self.codes[proposition].name}: its selections have {many}")

    def link(self, link: Any) -> None:
        ends = [self.claims.get(link.get(k)) for k in ("originGUID", "targetGUID")]
        kind = {"supports": "support", "attacks": "attack"}.get(link.get("name"))
        if kind and ends[0] and ends[1]:
            self.map.relations.append((ends[0], ends[1], kind))
        else:
            self.map.left.append(f"link {link.get('name')}")

    def left(self) -> None:
        """What stands in the project and nothing above has read."""
        for kind in ("PictureSource", "PDFSource", "AudioSource", "VideoSource"):
            self.map.left += [f"{kind} {s.get('name')}" for s in _all(self.root, f"Sources/{kind}")]
        described = [s for s in _all(self.root, "Sources/TextSource") if _text(s, "Description") not in ("", STAND_IN)]
        self.map.left += [f"description of {s.get('name')}" for s in described]
        self.map.left += [
            f"case {c.get('name')}" for c in _all(self.root, "Cases/Case") if not _all(c, "VariableValue")
        ]
        self.map.left += ["description of the project"] if _text(self.root, "Description") else []
        self.map.left += [f"user {u.get('name')}: who coded" for u in _all(self.root, "Users/User")]
        self.map.left += [f"note {n.get('name')}" for g, n in self.notes.items() if g not in self.used]
        self.map.left += [f"{k[:-1].lower()} {e.get('name')}" for k in ("Sets", "Graphs") for e in (_all(self.root, f"{k}/{k[:-1]}"))]  # fmt: skip


def _record(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# Positions


@dataclass
class _Places:
    """A way to count positions in a text, and whether another would lead elsewhere and nothing decides between them."""

    text: str | None
    units: bool
    ends_as_one: bool
    doubtful: bool

    @property
    def words(self) -> str:
        return f"{'UTF-16 units' if self.units else 'code points'}, a line end as {'one' if self.ends_as_one else 'it stands'}"

    def of(self, selection: Any) -> str:
        """The words of a selection; none if it leads out of the text."""
        return _cut(self.text or "", selection, self.units, self.ends_as_one)


def _places(text: str | None, selections: list[Any]) -> _Places:
    """Code points as the text stands, unless only another count fits the names of the selections."""
    ways = list(product((False, True), (False, True)))
    if not text:
        return _Places(None, False, False, False)
    cuts = {way: [_cut(text, s, *way) for s in selections] for way in ways}
    named = [(i, " ".join(n.split())) for i, s in enumerate(selections) if (n := s.get("name"))]
    fits = {way: sum(_begins(c[i], n) for i, n in named) for way, c in cuts.items()}
    best = max(ways, key=lambda way: fits[way])  # the first of equals
    differs = any(cuts[way] != cuts[best] and fits[way] == fits[best] for way in ways)
    return _Places(text, *best, doubtful=differs)


def _begins(words: str, name: str) -> bool:
    """Whether a selection begins, with no blank before it, as its name does."""
    return bool(words) and not words[0].isspace() and " ".join(words.split()).startswith(name[:20])


def _cut(text: str, selection: Any, units: bool, ends_as_one: bool) -> str:
    try:
        start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
    except (TypeError, ValueError):
        return ""
    if ends_as_one:
        text = text.replace("\r\n", "\n")
    if not units:
        return text[start:end] if 0 <= start < end <= len(text) else ""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace") if 0 <= start < end <= len(raw) // 2 else ""
