"""Argdown → the statements and arguments of a map and their relations, as Argdown itself reads them.

Reads definitions, references, tags, data, nested relations, headings, lists, numbered premises and conclusions, comments and front
matter.  What a map has no place for is named: comments, links, emphasis, that premises go together.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import yaml

from analysis.exchange.intake import MOST_LEVELS
from analysis.exchange.maps import Map, Node

UNTITLED = "Untitled "
MOST_UNCLOSED = 50  # signs of a comment or of data whose end is sought: each may be a search to the end of the file


@dataclass
class Document:
    """The map of an Argdown document; its headings with their data; what each argument that is set out in steps consists of.

    An argument has the key `<title>`, a statement its title.  Steps are the keys of premises and conclusions in their order, each with
    whether it is a conclusion.
    """

    map: Map = field(default_factory=Map)
    headings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    steps: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    strict: bool = False


def read(text: str) -> Document:
    """What an Argdown document says."""
    found = Document()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if front := _FRONT.match(text):
        found.map.title = _title_in(front[1])
        found.strict = bool(re.search(r"^\s+mode:\s*[\"']?strict", front[1], re.MULTILINE))
        keys = re.findall(r"^(\w+):", front[1], re.MULTILINE)
        found.map.left += [f"front matter: {key}" for key in keys if key not in ("title", "model")]
        text = text[front.end() :]
    _Reading(found).blocks(text)
    return found


def brief(words: str) -> str:
    """Words of a file by which it is told what was not read of it."""
    words = " ".join(words[:500].split())
    return words if len(words) <= 120 else f"{words[:120].rpartition(' ')[0] or words[:120]} …"


_FRONT = re.compile(r"\s*===+\n(.*?)\n===+[ \t]*(?:\n|\Z)", re.DOTALL)


def _title_in(front: str) -> str:
    named = re.search(r"^title:[ \t]*(.+)$", front, re.MULTILINE)
    if not named:
        return ""
    try:
        return str(json.loads(named[1])) if named[1].startswith('"') else named[1].strip()
    except ValueError:
        return named[1].strip()


# What is read before lines: comments and data may go over several, and what looks like either in a title, link or escape is none.
# A comment of `//` needs an end of its line: Argdown reads one in the last line of a file that has none as words.
_LIFTED = re.compile(
    r"(?P<opens><!--|/\*|\{)|(?P<line>//[^\n]*(?=\n))"
    r"|\\[^\n]|\.\S{1,500}?\.|:\S{1,500}?:|#\([^)]{1,500}\)|\[[^\]\n]{1,500}\](?:\([^)]{1,2000}\))?|(?<!>)<(?![-+_!])[^>\n]{1,500}>",
)
_WHOLE = {
    "<!--": re.compile(r"<!--.*?-->", re.DOTALL),
    "/*": re.compile(r"/\*.*?\*/", re.DOTALL),
    "{": re.compile(r"\{(?:(?!\}\s[^,}]).)*\}(?!\s*[,}])", re.DOTALL),
}
_MARK = re.compile(r"([ \t]*)(\+>|->|_>|<\+|<-|<_|><|\+|-(?!-)|_(?=\s))[ \t]*(.*)")
_KINDS = {"+": "support", "-": "attack", "_": "undercut", "><": "contradictory"}
_LIST = re.compile(r"^[ \t]*(?:\*|\d+\.)(?=\s)", re.MULTILINE)
_NUMBER = re.compile(r"^[ \t]*\(\d+\)", re.MULTILINE)
_INFERENCE = re.compile(r"^[ \t]*--(.{0,2000}?)-{2,}[ \t]*$", re.MULTILINE | re.DOTALL)
_TITLED = re.compile(r"(\[(?P<statement>[^\]\n]+)\](?!\()|<(?P<argument>[^>\n]+)>):?[ \t]*(?P<rest>.*)", re.DOTALL)
_DATA = re.compile(r"\0d(\d+);\s*\Z")
_INLINE = re.compile(
    r"\\(?P<escaped>.)|\[(?P<shown>[^\]]{1,500})\]\((?P<address>[^)]{1,2000})\)|@\[[^\]]{1,500}\]|@<[^>]{1,500}>"
    r"|#(?:\((?P<long>[^)]{1,500})\)|(?P<tag>[A-z0-9\-\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]+))[ \t]?"
    r"|(?P<mark>\*\*|__|\*|_)",
    re.DOTALL,
)


class _Reading:
    """A document as it is read, block by block."""

    def __init__(self, found: Document):
        self.found, self.map = found, found.map
        self.data: list[str] = []
        self.untitled = 0

    def blocks(self, text: str) -> None:
        above = ""
        for block in re.split(r"\n[ \t]*\n", self.lifted(text)):
            block = block.strip("\n")
            if _NUMBER.match(block):
                self.reconstruction(block, above)
                above = ""
            elif _LIST.match(block):
                items = [self.map.nodes[key].title for item in _LIST.split(block)[1:] if (key := self.element(item))]
                self.map.left.append(f"that these stand in a list: {', '.join(items)}")
                above = ""
            elif block.strip():
                above = self.element(block)

    def lifted(self, text: str) -> str:
        """The text without its comments, and with a mark where it has data, which are kept aside."""
        parts: list[str] = []
        at, unclosed = 0, Counter[str]()  # each has sought its end in vain
        while found := _LIFTED.search(text, at):
            parts.append(text[at : found.start()])
            opening = found["opens"]
            whole = (
                _WHOLE[opening].match(text, found.start()) if opening and unclosed[opening] < MOST_UNCLOSED else None
            )
            at = whole.end() if whole else found.end()
            if whole and opening == "{":
                self.data.append(whole[0])
                parts.append(f"\0d{len(self.data) - 1};")
            elif whole or found["line"]:
                self.map.left.append(_comment(whole or found))
                parts.append("\0c")
            else:
                unclosed.update([opening] if opening else [])
                parts.append(found[0])
        text = "".join(parts) + text[at:]
        self.map.left += [
            f"{sign} without an end, {n} times: what is in the last of them"
            for sign, n in unclosed.items()
            if n > MOST_UNCLOSED
        ]
        text = re.sub(
            r"^[ \t]*(?:\0c[ \t]*)+\n", "", text, flags=re.MULTILINE
        )  # a line of comments alone parts nothing
        return text.replace("\0c", "")

    def lowered(self, words: str) -> str:
        """The words with their data put back."""
        return re.sub(r"\0d(\d+);", lambda m: self.data[int(m[1])], words)

    def reconstruction(self, block: str, owner: str) -> None:
        """The numbered premises and conclusions of an argument, which stands just above them or has no title."""
        if not owner.startswith("<"):
            title = self.title()
            owner = f"<{title}>"
            self.map.nodes[owner] = Node(title, argument=True)
        steps: list[tuple[str, bool]] = []
        parts = _INFERENCE.split(block)
        for i, part in enumerate(parts[::2]):
            before, *said = _NUMBER.split(part)
            if before.strip():
                self.element(before, owner)
            keys = [key for words in said if (key := self.element(words))]
            steps += [(key, i > 0 and n == 0) for n, key in enumerate(keys)]
        title = self.map.nodes[owner].title
        self.map.left += [f"inference of {title}: {brief(self.lowered(rule))}" for rule in parts[1::2] if rule.strip()]
        self.found.steps[owner] = steps

    def element(self, block: str, root: str = "") -> str:
        """The key of the statement or argument in a block, which is put into the map with the relations below it.

        `root`: what the relations are with if nothing stands above them.
        """
        above: list[tuple[int, str]] = [(-1, root)] if root else []
        for indent, mark, words in _elements(block):
            if not mark and (heading := re.match(r"#+ +(.*)", words, re.DOTALL)):
                self.heading(heading[1])
                continue
            key = self.node(words)
            if mark:
                above = [(i, k) for i, k in above if i < indent]
                if above:
                    self.map.relations.append(_relation(mark, key, above[-1][1]))
                else:
                    self.map.left.append(f"relation to nothing: {brief(self.lowered(words))}")
            else:
                above, root = [], key
            above.append((indent if mark else -1, key))
        return root

    def heading(self, words: str) -> None:
        words, data = self.without_data(words)
        plain, tags = self.said(words, "the heading")
        self.map.left += [f"heading {plain}: tag {tag}" for tag in tags]
        self.found.headings.append((plain, data))

    def node(self, words: str) -> str:
        """The key of the node that the words define or name, which is put into the map, or what is new of it."""
        words, data = self.without_data(words)
        titled = _TITLED.fullmatch(words)
        title = (titled["statement"] or titled["argument"]) if titled else self.title()
        key = f"<{title}>" if titled and titled["argument"] else title
        node = self.map.nodes.setdefault(key, Node(title, argument=key != title))
        text, tags = self.said(titled["rest"] if titled else words, title)
        node.tags += tags
        self.map.left += [other(k, node.data[k], title) for k, v in data.items() if node.data.get(k, v) != v]
        node.data |= data
        if text and node.text and text != node.text:
            self.map.left.append(f"another wording of {title}: {text}")
        if text and not node.text:
            node.text = text
            self.map.nodes[key] = self.map.nodes.pop(key)  # in the order in which they are defined, not first named
        return key

    def title(self) -> str:
        """The title that Argdown gives to the next that has none."""
        self.untitled += 1
        return f"{UNTITLED}{self.untitled}"

    def without_data(self, words: str) -> tuple[str, dict[str, Any]]:
        """The words without the data at their end, and the data; data elsewhere are words."""
        given = _DATA.search(words)
        rest = self.lowered(words[: given.start()] if given else words)
        if not given:
            return rest, {}
        raw = self.data[int(given[1])]
        try:
            data = _values(raw)
        except (ValueError, yaml.YAMLError, RecursionError):
            data = None
        if not isinstance(data, dict):
            self.map.left.append(f"data that are not read: {brief(raw)}")
            return rest, {}
        return rest, data

    def said(self, words: str, name: str) -> tuple[str, list[str]]:
        """What the words say in one line, and their tags; links and emphasis are named as left out."""
        parts: list[str] = []
        tags: list[str] = []
        begun: list[tuple[str, int]] = []  # marks of emphasis, and which part each is
        at = 0
        for found in _INLINE.finditer(words):
            parts.append(words[at : found.start()])
            at = found.end()
            mark, before, after = found["mark"], words[: found.start()][-1:], words[at : at + 1]
            if found["escaped"]:
                parts.append(found["escaped"])
            elif found["address"]:
                parts.append(found["shown"])
                self.map.left.append(link(name, found["address"]))
            elif found["long"] or found["tag"]:
                tags.append(found["long"] or found["tag"])
            elif mark and begun and begun[-1][0] == mark and before.strip() and not after.isalnum():
                _, start = begun.pop()
                parts[start] = ""
                self.map.left.append(emphasis(name, len(mark) > 1, "".join(parts[start:])))
            else:
                begun += [(mark, len(parts))] if mark and after.strip() else []
                parts.append(found[0])
        return " ".join("".join([*parts, words[at:]]).split()), tags


def other(key: str, value: Any, name: str) -> str:
    """How data are called in place of which a node has others, that stand further down."""
    return f"another {key} of {name}: {brief(str(value))}"


def link(name: str, address: str) -> str:
    """How a link is called that the text of a node has."""
    return f"link in {name}: {address}"


def emphasis(name: str, bold: bool, words: str) -> str:
    """How an emphasis is called that the text of a node has."""
    return f"{'bold' if bold else 'italics'} of “{' '.join(words.split())}” in {name}"


def _comment(found: re.Match[str]) -> str:
    """How a comment is called; of an address it is said that the format takes its end for one."""
    if found[0].startswith("//") and re.search(r"\w:$", found.string[max(0, found.start() - 9) : found.start()]):
        return f"what follows an address in its line, which Argdown takes for a comment: {brief(found[0])}; write [words](address)"
    return f"comment {brief(found[0])}"


def _elements(block: str) -> list[tuple[int, str, str]]:
    """The elements of a block: indent, mark of relation, words; a line without a mark goes on with the one before."""
    found: list[tuple[int, str, str]] = []
    for line in block.strip("\n").split("\n"):
        if mark := _MARK.match(line):
            found.append((len(mark[1]), mark[2], mark[3].strip()))
        elif found and not re.match(r"#+ ", found[-1][2]):
            indent, kind, words = found[-1]
            found[-1] = (indent, kind, f"{words}\n{line.strip()}")
        else:
            found.append((-1, "", line.strip()))
    return found


def _relation(mark: str, below: str, above: str) -> tuple[str, str, str]:
    """What a mark says: `+ x` below y is x for y, `+> x` is y for x."""
    kind = _KINDS.get(mark.strip("<>") or mark, "contradictory")
    return (above, below, kind) if mark.endswith(">") and mark != "><" else (below, above, kind)


def _values(given: str) -> Any:
    """Data as JSON, or as the YAML that they may be; aliases, which can grow without end, and nesting beyond any use are refused."""
    try:
        return json.loads(given)
    except ValueError:
        given = re.sub(r"\A\{[ \t]*\n(.*)\}\Z", r"\1", given, flags=re.DOTALL)  # over several lines it is YAML in lines
        level = 0
        for event in yaml.parse(given, Loader=yaml.CSafeLoader):
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or level > MOST_LEVELS:
                raise
        return yaml.load(given, Loader=yaml.CSafeLoader)
