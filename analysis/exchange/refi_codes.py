"""The tree of codes of REFI-QDA → questions and propositions, and the values that stand below these.

A code that has values below it, or nothing, is a proposition; the code right above it is its question; what stands further above has no
place.  Values are named as our own export names them (“+2 affirms”), or in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from analysis.exchange import folders
from analysis.exchange.losses import some
from analysis.exchange.maps import Map, Node

Said = int | str  # a value, or a reason for silence
VOICES = ("own", "reported", "quoted")

_VALUE = re.compile(r"([+−-][12]|0)(?= |$)")  # with a sign: the codes of others are often numbered, “1 Leaders”
_SILENT = re.compile(r"silent: (not-asked|out-of-scope|evaded)")
_LABELS = {v.label: v.value for v in folders.SCALE.values}
_SIDES = {
    2: ("affirm", "agrees", "agree", "supports", "support", "for", "pro", "yes"),
    0: ("neutral", "mixed", "both sides", "neither"),
    -2: ("reject", "disagrees", "disagree", "opposes", "oppose", "against", "contra", "no"),
}
_WORDS: dict[str, Said] = {
    **_LABELS,
    **{word: value for value, words in _SIDES.items() for word in words},
    **{s.reason.replace("-", " "): s.reason for s in folders.SCALE.silences},
}
_LEVELS = (
    "a code that has values below it, or nothing, is a proposition; the code right above it is its question; what stands further "
    "above, or below a value, has no place"
)


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


def all_of(parent: Any, path: str) -> list[Any]:
    """The elements at a path, each step in the parent's namespace."""
    space = re.match(r"\{.*\}", parent.tag)
    steps = "/".join(f"{space[0] if space else ''}{step}" for step in path.split("/"))
    return list(parent.findall(steps))


def text_of(parent: Any, path: str) -> str:
    """The text of the first element at a path; empty if there is none."""
    found = all_of(parent, path)
    return (found[0].text or "") if found else ""


def targets(parent: Any, path: str) -> list[str]:
    """What the references at a path point to."""
    return [r.get("targetGUID") or "" for r in all_of(parent, path)]


@dataclass
class Code:
    """A code: what it is called and describes, its notes, the code above it and those right below; `path` names all above it, too."""

    guid: str
    name: str
    description: str
    codable: bool
    colour: str
    notes: list[str]
    above: str
    path: str
    below: list[str] = field(default_factory=list)


def codes_in(book: Any) -> dict[str, Code]:
    """The codes of a codebook by GUID, each after the one above it."""
    found: dict[str, Code] = {}

    def take(element: Any, above: str, path: str) -> None:
        guid, name = element.get("guid", ""), element.get("name", "")
        path = f"{path} > {name}" if above else name
        codable = element.get("isCodable") not in ("false", "0")
        found[guid] = Code(guid, name, text_of(element, "Description"), codable, element.get("color", ""), targets(element, "NoteRef"), above, path)  # fmt: skip
        if above:
            found[above].below.append(guid)
        for inner in all_of(element, "Code"):
            take(inner, guid, path)

    for code in all_of(book, "Codes/Code"):
        take(code, "", "")
    return found


def voices_in(codes: dict[str, Code]) -> dict[str, str]:
    """The codes for whose view a claim is, as our own export has them; with an empty voice the code above them."""
    for code in codes.values():
        below = {c: codes[c].name for c in code.below}
        if code.name == "voice" and not code.above and sorted(below.values()) == sorted(VOICES):
            return {code.guid: "", **below}
    return {}


def take_codes(codes: dict[str, Code], notes: dict[str, str], map: Map, own: bool) -> dict[str, tuple[str, Said]]:
    """Put the propositions with their questions into the map; for each code of a value or a silence, its proposition and what it says of it.

    `own`: an export of ours, whose tree needs no words.
    """
    says: dict[str, tuple[str, Said]] = {}
    for code in codes.values():
        if code.guid not in says:
            says |= {guid: (code.guid, said) for guid, said in _said_below(code, codes).items()}
    voices, valued = voices_in(codes), {p for p, _ in says.values()}
    ids = folders.Ids()
    for code in codes.values():
        lone = code.codable and not code.below and code.above not in valued | says.keys()
        if (code.guid in valued or lone) and code.guid not in voices:
            map.nodes[code.guid] = _proposition(code, codes.get(code.above), notes, ids, map)
    _tell({g: c for g, c in codes.items() if g not in voices}, says, set(ids.given), map, own)
    return says


def _said_below(code: Code, codes: dict[str, Code]) -> dict[str, Said]:
    """The codes right below one that are values or reasons for silence, with what they say.

    In words they are so if one is called as a value of the scale is, or if they stand on both sides: “for” alone may mean anything.
    """
    below = [codes[c] for c in code.below]
    signs = {c.guid: found for c in below if (found := _VALUE.match(c.name))}
    silences: dict[str, Said] = {c.guid: found[1] for c in below if (found := _SILENT.match(c.name))}
    if any(found[1] != "0" for found in signs.values()):
        return {guid: int(found[1].replace("−", "-")) for guid, found in signs.items()} | silences
    words = {c.guid: _plain(c.name) for c in below if not c.below and _plain(c.name) in _WORDS}
    said = {guid: _WORDS[word] for guid, word in words.items()}
    sides = {v > 0 for v in said.values() if isinstance(v, int) and v}
    return said | silences if _LABELS.keys() & words.values() or len(sides) > 1 else {}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _proposition(code: Code, above: Code | None, notes: dict[str, str], ids: folders.Ids, map: Map) -> Node:
    """The proposition of a code, below the question that the code above it asks."""
    about = of_fields(code.description)
    text = about.get("Text") or code.description or code.name
    note = "\n".join(n for n in (about.get("Note"), *(notes.get(n) for n in code.notes)) if n)
    data: dict[str, Any] = {"kind": about["Kind"]} if about.get("Kind") else {}
    data |= {"core": True} if about.get("Core") == "yes" else {}
    data |= {"note": note} if note else {}
    data |= {"question": _question(above, ids, map)} if above else {}
    return Node(code.name or code.guid, text, data=data, role="proposition")


def _question(code: Code, ids: folders.Ids, map: Map) -> str:
    """The id of the question that a code asks."""
    id = ids.of(code.name, code.guid)
    if id not in map.questions:
        asked = of_fields(code.description)
        label = asked.get("Label") or code.name or id
        if any(q["label"] == label for q in map.questions.values()):
            label = f"{label} ({id})"
        map.questions[id] = {"label": label, "text": asked.get("Text") or code.description or folders.TO_DO}
    return id


def _tell(codes: dict[str, Code], says: dict[str, tuple[str, Said]], asked: set[str], map: Map, own: bool) -> None:
    """How the tree was read, and what of it has no place; `asked` are the codes that are questions."""
    placed = asked | map.nodes.keys()
    map.left += [f"code {c.path}" for g, c in codes.items() if g not in placed | says.keys()]
    map.left += [f"description of code {c.path}" for g, c in codes.items() if c.description and g not in placed]
    worded = {c: said for c, (_, said) in says.items() if not (_VALUE.match(codes[c].name) or _SILENT.match(codes[c].name))}  # fmt: skip
    as_values = [f"{codes[c].path}: {f'{said:+d}' if isinstance(said, int) and said else said}" for c, said in worded.items()]  # fmt: skip
    roles = {"a proposition": map.nodes.keys(), "a question": asked}
    tree = [
        f"{c.path}: {' and '.join(r for r, has in roles.items() if g in has)}" for g, c in codes.items() if g in placed
    ]
    map.told += [
        *some("code whose name is a value in words", as_values, "read as a value of the proposition above it"),
        *some("code read by its place in the tree", [] if own else tree, _LEVELS),
        *some("colour of a code", [f"{c.path}: {c.colour}" for c in codes.values() if c.colour], "a debate has no place for it"),
    ]  # fmt: skip
