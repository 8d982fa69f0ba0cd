"""Argdown → the statements and arguments of a map and their relations.

Reads definitions, references, tags, data, nested relations, headings, comments and front matter.  Reconstructions (numbered premises
and conclusions) and lists are named as left out: `argdown json` reads them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from analysis.exchange.maps import Map, Node

Heading = tuple[str, dict[str, Any]]

UNTITLED = "Untitled "
_COMMENT = re.compile(r"(\\.|\{[^\n]*\})|<!--.*?-->|/\*.*?\*/|//[^\n]*", re.DOTALL)
_FRONT = re.compile(r"\s*===+\n(.*?)\n===+[ \t]*(?:\n|\Z)", re.DOTALL)
_MARK = re.compile(r"([ \t]*)(\+>|->|_>|<\+|<-|<_|><|\+|-|_)(?=\s)[ \t]*(.*)")
_TITLED = re.compile(
    r"(\[(?P<statement>[^\]\n]+)\]|<(?P<argument>[^>\n]+)>)(?P<defined>:?)[ \t]*(?P<rest>.*)", re.DOTALL
)
_TAG = re.compile(r"(?<!\\)#(?:\(([^)]+)\)|([\w-]+))[ \t]*")
_KINDS = {"+": "support", "-": "attack", "_": "undercut", "><": "contradictory"}


def read(text: str) -> tuple[Map, list[Heading]]:
    """The map of an Argdown document, and its headings with their data."""
    found = Map()
    headings: list[Heading] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if front := _FRONT.match(text):
        found.title = _title_in(front[1])
        keys = re.findall(r"^(\w+):", front[1], re.MULTILINE)
        found.left += [f"front matter: {key}" for key in keys if key not in ("title", "model")]
        text = text[front.end() :]
    text = _COMMENT.sub(lambda m: m[1] or "", text)
    for block in re.split(r"\n[ \t]*\n", text):
        if block.strip():
            _read_block(block, found, headings)
    return found, headings


def _title_in(front: str) -> str:
    named = re.search(r"^title:[ \t]*(.+)$", front, re.MULTILINE)
    if not named:
        return ""
    try:
        return str(json.loads(named[1])) if named[1].startswith('"') else named[1].strip()
    except ValueError:
        return named[1].strip()


def _read_block(block: str, found: Map, headings: list[Heading]) -> None:
    """One heading, or one element with the relations below it."""
    if re.match(r"[ \t]*(\(\d+\)|\d+\.\s|\*\s|--)", block):
        found.left.append(f"numbered premises or list: {block.strip().splitlines()[0][:60]}")
        return
    above: list[tuple[int, str]] = []
    for indent, mark, words in _elements(block):
        if not mark and words.startswith("#") and (heading := re.match(r"#+ +(.*)", words, re.DOTALL)):
            label, data = _split_data(heading[1], found)
            headings.append((_plain(label), data))
            continue
        title = _node(words, found)
        if mark:
            above = [(i, t) for i, t in above if i < indent]
            if above:
                found.relations.append(_relation(mark, title, above[-1][1]))
            else:
                found.left.append(f"relation to nothing: {words[:60]}")
        else:
            above = []
        above.append((indent if mark else -1, title))


def _elements(block: str) -> list[tuple[int, str, str]]:
    """The elements of a block: indent, mark of relation, words; a line without a mark goes on with the one before."""
    found: list[tuple[int, str, str]] = []
    for line in block.strip("\n").split("\n"):
        if mark := _MARK.match(line):
            found.append((len(mark[1].expandtabs(4)), mark[2], mark[3]))
        elif found and not found[-1][2].startswith("#"):
            indent, kind, words = found[-1]
            found[-1] = (indent, kind, f"{words}\n{line.strip()}")
        else:
            found.append((-1, "", line.strip()))
    return found


def _relation(mark: str, below: str, above: str) -> tuple[str, str, str]:
    """What a mark says: `+ x` below y is x for y, `+> x` is y for x."""
    kind = _KINDS.get(mark.strip("<>") or mark, "contradictory")
    return (above, below, kind) if mark.endswith(">") and mark != "><" else (below, above, kind)


def _node(words: str, found: Map) -> str:
    """The title of the node that the words define or name, which is put into the map, or what is new of it."""
    titled = _TITLED.fullmatch(words)
    title = (titled["statement"] or titled["argument"]).strip() if titled else f"{UNTITLED}{len(found.nodes) + 1}"
    rest, data = _split_data(titled["rest"] if titled else words, found)
    node = found.nodes.setdefault(title, Node(title, argument=bool(titled and titled["argument"])))
    node.tags += [m[1] or m[2] for m in _TAG.finditer(rest)]
    node.data |= data
    text = _plain(_TAG.sub("", rest))
    if text and node.text and text != node.text:
        found.left.append(f"another wording of {title}: {text[:60]}")
    if text and not node.text:
        node.text = text
        found.nodes[title] = found.nodes.pop(title)  # in the order in which they are defined, not first named
    return title


def _split_data(words: str, found: Map) -> tuple[str, dict[str, Any]]:
    """The words without the data at their end, and the data."""
    opening = re.search(r"(?<!\\)\{", words)
    if not opening or not words.rstrip().endswith("}"):
        return words, {}
    given = words[opening.start() :].strip()
    try:
        data = _values(given)
    except (ValueError, yaml.YAMLError, RecursionError):
        data = None
    if not isinstance(data, dict):
        found.left.append(f"data that are not read: {given[:60]}")
        return words[: opening.start()], {}
    return words[: opening.start()], data


def _values(given: str) -> Any:
    """Data as JSON, or as the YAML that they may be; aliases are refused, for they can grow without end."""
    try:
        return json.loads(given)
    except ValueError:
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(given, Loader=yaml.CSafeLoader)):
            raise
        return yaml.load(given, Loader=yaml.CSafeLoader)


def _plain(words: str) -> str:
    """What the words say: escapes undone, marks of emphasis gone, one line."""
    words = re.sub(r"(?<![\\\w])(\*\*|__|\*|_)(?=\S)(.+?)(?<=[^\s\\])\1(?!\w)", r"\2", words)
    return " ".join(re.sub(r"\\(.)", r"\1", words).split())
