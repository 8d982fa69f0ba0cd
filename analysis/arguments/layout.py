"""A graph of arguments → where each box stands and each edge runs.

Boxes have a fixed size, from their words; Graphviz's `dot` places them, with what is argued for at the left and reasons to its right.
Layouts are kept as files beside the debate, each with a digest of what it shows, so that readers need no Graphviz.
"""

from __future__ import annotations

import functools
import hashlib
import json
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pydantic import BaseModel, Field, ValidationError

from analysis.arguments.graph import part_of, supports_of
from analysis.reading import write
from analysis.schemas import name_and_year

if TYPE_CHECKING:
    import networkx as nx

VERSION = 1  # of the drawing: a change lays every map out anew
# of a box, in px: its breadth, a line of text, the strip with the name, the margin
WIDTH, LINE, HEAD, PAD = 252, 15, 19, 8
ROOM = WIDTH - 14  # px for a line of text
LONG, SHORT = (
    1420,
    960,
)  # px of a sheet: with its heading all type comes out as 6 points or more on A4 with margins of 5 mm
TALL = 1460  # px of a sheet of one root with its nearest reasons, which are not divided
Layout = dict[str, Any]


class LayoutError(RuntimeError):
    """A map has no layout that fits, and none can be made."""


class _Line(BaseModel, extra="forbid", allow_inf_nan=False):
    start: str = Field(alias="from")
    to: str
    relation: Literal["supports", "attacks", "affirms", "rejects"]
    points: list[tuple[float, float]] = Field(min_length=2)


class _Sheet(BaseModel, extra="forbid", allow_inf_nan=False):
    width: float = Field(gt=0, le=1e5)
    height: float = Field(gt=0, le=1e5)
    boxes: dict[str, tuple[float, float, float, float]]
    edges: list[_Line]
    hidden: dict[str, int]
    left_out: int


class _Kept(BaseModel, extra="forbid"):
    digest: str
    sheets: list[_Sheet]


def head_of(node: dict[str, Any]) -> str:
    """The words in the strip of a box, cut to its breadth: whose it is, and in whose voice."""
    return head_beside(node, " +00", _breadth)


def head_beside(node: dict[str, Any], words: str, breadth: Callable[[str, float, bool], float]) -> str:
    """As `head_of`, cut so that these words have room after it; `breadth`: of a text of so many px, bold or not."""
    if node["kind"] == "proposition":
        return "Proposition"
    voice = {"own": " · thesis" if node["thesis"] else "", "quoted": " quotes"}.get(node["voice"], " reports")
    label = str(node["label"])
    name, year = name_and_year(label)
    year = year and f" {year}"
    whole = name
    while name and breadth(f"{name}{'' if name == whole else '…'}{year}{voice}{words}", 11.5, True) > ROOM:
        name = name[:-1]
    return f"{name if name == whole else name.rstrip() + '…'}{year}{voice}"


def lines_of(node: dict[str, Any]) -> list[str]:
    """The text of a box, in lines that fit; a view that is reported begins with its holder."""
    return list(_wrapped((f"{node['holder']}: " if node.get("holder") else "") + node["text"]))


@functools.lru_cache(maxsize=4096)
def _wrapped(text: str) -> tuple[str, ...]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _breadth(longer) <= ROOM:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:  # a word that is too long for a line is broken where it must
            if _breadth(lines[-1] + letter) > ROOM:
                lines.append("")
            lines[-1] += letter
    return tuple(line for line in lines if line)


def _breadth(text: str, size: float = 12, bold: bool = False) -> float:
    """About how broad a text is in px, rather more than less: Helvetica's letters in four kinds."""
    return (
        sum(
            _EMS.get(c, 1.02 if unicodedata.east_asian_width(c) in "WF" else 0.8 if c.isupper() else 0.57) for c in text
        )
        * size
        * (1.08 if bold else 1)
    )


_EMS = dict.fromkeys("ijl'|!.,:;/\\ ftI[]()-r`’‘·", 0.34) | dict.fromkeys("mwMW@%—…", 1.02)


def digest_of(graph: nx.MultiDiGraph) -> str:
    """A digest of all that a layout depends on."""
    nodes = [(n, d["kind"], head_of(d), lines_of(d)) for n, d in graph.nodes(data=True)]
    seen = json.dumps(
        [VERSION, WIDTH, LINE, HEAD, PAD, LONG, SHORT, nodes, sorted(graph.edges(keys=True))], ensure_ascii=False
    )
    return hashlib.sha256(seen.encode()).hexdigest()


def sheets(graph: nx.MultiDiGraph, within: nx.MultiDiGraph | None = None) -> list[Layout]:
    """A map on as few sheets as stay legible, each laid out.

    It starts from what is argued for: the propositions and claims that lead to no other.  Reasons are followed back as far as the sheet stays
    legible, those with most behind them first.  If not even the nearest reasons fit, what is argued for is divided over several sheets.  A sheet has
    `boxes`: node → [x, y, width, height] in px, from the top left; `edges`: a list of `from, to, relation, points`, the last point being the tip of
    the arrow; `width`, `height`; `hidden`: node → how many claims that lead straight to it, in `within` or else in the
    graph, are not on the sheet; `left_out`: how many in all lead
    to it and are not there.  Raises LayoutError without Graphviz.
    """
    graph = _without_shortcuts(graph)
    roots = _roots(graph)
    done: list[Layout] = []
    taken: list[str] = []
    for root in roots:
        if taken and not _fits(graph, _laid_out(graph, _nearest(graph, [*taken, root]), roots)):
            done.append(_filled(graph, taken))
            taken = []
        taken.append(root)
    made = [*done, _filled(graph, taken)] if taken else done
    whole = graph if within is None else within
    for sheet in made:
        lead = {n: set(whole.predecessors(n)) - set(sheet["boxes"]) for n in sheet["boxes"]}
        sheet["hidden"] = {n: len(found) for n, found in lead.items() if found}
    return made


def _roots(graph: nx.MultiDiGraph) -> list[str]:
    """What is argued for: the nodes that lead nowhere, but for views they attack, and one of every ring from which no way leads out."""
    import networkx as nx

    asides = _asides(graph)
    roots = [n for n in graph if n not in asides and all(b in asides for b in graph.successors(n))]
    reached = set(asides).union(roots, *(nx.ancestors(graph, n) for n in roots))
    for n in graph:
        if n not in reached:
            roots.append(n)
            reached |= {n, *nx.ancestors(graph, n)}
    return roots


def _asides(graph: nx.MultiDiGraph) -> dict[str, set[str]]:
    """Views of others that lead to nothing of the author's own and are attacked: they stand beside what attacks them.

    Each with the other such views that it is joined to, itself included.
    """
    import networkx as nx

    views = {n for n, d in graph.nodes(data=True) if d["kind"] == "claim" and d["voice"] != "own"}
    idle = {n for n in views if nx.descendants(graph, n) <= views}
    found: dict[str, set[str]] = {}
    for joined in nx.weakly_connected_components(graph.subgraph(idle)):
        if any(a not in idle for n in joined for a in graph.predecessors(n)):
            found |= dict.fromkeys(joined, joined)
    return found


def sheet_table(graph: nx.MultiDiGraph, sheet: Layout) -> pd.DataFrame:
    """What a sheet shows: a row a line, `from, relation, to` with the words of both ends; a box without a line has a row of its own."""
    rows = [(e["from"], e["relation"], e["to"]) for e in sheet["edges"]]
    met = {n for a, _, b in rows for n in (a, b)}
    rows += [(n, "", "") for n in sheet["boxes"] if n not in met]
    table = pd.DataFrame(rows, columns=["from", "relation", "to"])
    for end in ("from", "to"):
        table[f"{end}_text"] = [" ".join(lines_of(graph.nodes[n])) if n else "" for n in table[end]]
    return table


def kept_sheets(graph: nx.MultiDiGraph, path: Path, within: nx.MultiDiGraph | None = None) -> list[Layout]:
    """The sheets in the file if they are of this very map, else new ones, which are written there."""
    kept = sheets_in(path, graph, within)
    if kept is not None:
        return kept
    made = sheets(graph, within)
    write(
        path,
        (
            json.dumps({"digest": _digest(graph, within), "sheets": made}, ensure_ascii=False, separators=(",", ":"))
            + "\n"
        ).encode(),
    )
    return made


def sheets_in(path: Path, graph: nx.MultiDiGraph, within: nx.MultiDiGraph | None = None) -> list[Layout] | None:
    """The sheets in the file; None if they are not of this very map."""
    try:
        kept = _Kept.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        return None
    if kept.digest != _digest(graph, within) or not _true_to(graph, kept):
        return None
    return [sheet.model_dump(by_alias=True, mode="json") for sheet in kept.sheets]


def _digest(graph: nx.MultiDiGraph, within: nx.MultiDiGraph | None) -> str:
    return digest_of(graph) + (digest_of(within)[:16] if within is not None else "")


def _true_to(graph: nx.MultiDiGraph, kept: _Kept) -> bool:
    """Whether the sheets show all that is argued for, and of their boxes every line that the map has and no other."""
    graph = _without_shortcuts(graph)
    for sheet in kept.sheets:
        lines = sorted((e.start, e.to, e.relation) for e in sheet.edges)
        if any(n not in graph for n in sheet.boxes) or lines != sorted(part_of(graph, sheet.boxes).edges(keys=True)):
            return False
    return all(any(n in sheet.boxes for sheet in kept.sheets) for n in _roots(graph))


def _fits(graph: nx.MultiDiGraph, sheet: Layout) -> bool:
    """Whether the sheet can be read on A4, upright or across, or is no wider than the map says it may be."""
    short, long = sorted((sheet["width"], sheet["height"]))
    wide = sheet["height"] <= SHORT and sheet["width"] <= graph.graph.get("wide", 0)
    return wide or (short <= SHORT and long <= LONG)


def _nearest(graph: nx.MultiDiGraph, roots: list[str]) -> set[str]:
    """What is argued for, with its nearest reasons."""
    return {*roots, *(a for n in roots for a in graph.predecessors(n))}


def _filled(graph: nx.MultiDiGraph, roots: list[str]) -> Layout:
    """The sheet with as much as stays legible: the nearest reasons, what they attack, then one by one the reasons with most behind them.

    Of one root with more of the nearest than a sheet holds, as many as it holds (see `_by_turns`), and nothing else.
    """
    import networkx as nx

    asides, refused = _asides(graph), set[str]()
    lead = set(roots).union(*(nx.ancestors(graph, n) for n in roots))
    beside = set().union(*(asides[b] for n in lead for b in graph.successors(n) if b in asides))
    shown = _nearest(graph, roots)
    sheet = _laid_out(graph, shown, roots)
    if len(roots) == 1 and not _holds(graph, sheet):
        sheet, shown = _crowded(graph, roots)
        return sheet | {"left_out": len((lead | beside) - shown)}
    while True:
        attacked = {b for n in shown for b in graph.successors(n) if b in asides} - shown - refused
        reasons = ({a for n in shown for a in graph.predecessors(n)} & (lead | beside)) - shown - refused
        if not attacked and not reasons:
            return sheet | {"left_out": len((lead | beside) - shown)}
        best = max(sorted(attacked or reasons), key=lambda n: len(nx.ancestors(graph, n) - shown))
        if _fits(graph, further := _laid_out(graph, shown | {best}, roots)):
            sheet, shown = further, shown | {best}
        else:
            refused.add(best)


def _crowded(graph: nx.MultiDiGraph, roots: list[str]) -> tuple[Layout, set[str]]:
    """The sheet of one root with as many of its nearest reasons as it holds, and what it shows."""
    order = _by_turns(graph, roots[0])

    def shown(count: int) -> set[str]:
        return {*roots, *order[:count]}

    counts = range(2, len(order) + 1)
    some = shown(1 + bisect_left(counts, True, key=lambda k: not _holds(graph, _laid_out(graph, shown(k), roots))))
    return _laid_out(graph, some, roots), some


def _by_turns(graph: nx.MultiDiGraph, root: str) -> list[str]:
    """The nearest reasons of a root: those that the map must keep, then by turns of each text, and for and against, that with most behind it."""
    import networkx as nx

    kept = graph.graph.get("keep", ())
    behind = {n: len(nx.ancestors(graph, n)) for n in graph.predecessors(root)}
    turns = Counter[tuple[str, ...]]()
    ranked = []
    for n in sorted(behind, key=lambda n: (n not in kept, -behind[n])):
        whose = (graph.nodes[n]["source"], *graph[n][root])
        ranked.append((n not in kept, turns[whose], n))
        turns[whose] += 1
    return [n for *_, n in sorted(ranked, key=lambda r: r[:2])]


def _holds(graph: nx.MultiDiGraph, sheet: Layout) -> bool:
    """Whether the nearest reasons of one root can be read on A4."""
    return _fits(graph, sheet) or (sheet["height"] <= TALL and sheet["width"] <= SHORT)


def _laid_out(graph: nx.MultiDiGraph, shown: set[str], roots: list[str]) -> Layout:
    return _drawn(part_of(graph, shown), roots)


def _drawn(graph: nx.MultiDiGraph, roots: list[str]) -> Layout:
    """Boxes and edges as dot places them, the roots at the left."""
    try:
        import pygraphviz
    except ImportError as error:
        raise LayoutError(
            "this map has no layout yet, or has changed since; to lay it out needs Graphviz: pip install pygraphviz"
        ) from error
    nodes, edges = list(graph), list(graph.edges(keys=True))
    drawn = json.loads(pygraphviz.AGraph(string=_dot(graph, nodes, roots)).draw(prog="dot", format="json"))
    width, height = (float(v) for v in drawn["bb"].split(",")[2:])
    boxes = {}
    for item in drawn.get("objects", []):
        if "pos" not in item:  # the group of the roots
            continue
        (x, y), w, h = (float(v) for v in item["pos"].split(",")), float(item["width"]) * 72, float(item["height"]) * 72
        boxes[nodes[int(item["name"][1:])]] = [round(v, 1) for v in (x - w / 2, height - y - h / 2, w, h)]
    lines = []
    for item in drawn.get("edges", []):
        a, b, relation = edges[int(item["comment"])]
        lines.append({"from": a, "to": b, "relation": relation, "points": _points(item["pos"], height)})
    return {"width": width, "height": height, "boxes": boxes, "edges": lines}


def _dot(graph: nx.MultiDiGraph, nodes: list[str], roots: list[str]) -> str:
    """The graph for dot.  No text goes in, so neither fonts nor hostile names matter: nodes are numbers, boxes have fixed sizes."""
    number = {n: i for i, n in enumerate(nodes)}
    out = [
        'digraph { rankdir=RL; nodesep=0.2; ranksep=0.7; node [shape=box fixedsize=true label=""]; edge [arrowsize=0.8]'
    ]
    for n in nodes:
        height = HEAD + LINE * len(lines_of(graph.nodes[n])) + PAD
        out.append(f"n{number[n]} [width={WIDTH / 72:.4f} height={height / 72:.4f}]")
    out.append(f"{{ rank=sink; {' '.join(f'n{number[n]}' for n in roots if n in number)} }}")
    for i, (a, b, _) in enumerate(graph.edges(keys=True)):
        out.append(f"n{number[a]} -> n{number[b]} [comment={i}]")
    return "\n".join([*out, "}"])


def _points(pos: str, height: float, steps: int = 12) -> list[list[float]]:
    """A dot spline as a line of points, ending at the tip of its arrow."""
    parts = pos.split(" ")
    tip = None
    if parts[0].startswith("e,"):
        tip, parts = tuple(float(v) for v in parts[0][2:].split(",")), parts[1:]
    at = [tuple(float(v) for v in p.split(",")) for p in parts]
    points = [at[0]]
    for k in range(0, len(at) - 1, 3):
        p, q, r, s = at[k : k + 4]
        for i in range(1, steps + 1):
            t = i / steps
            u = 1 - t
            points.append(
                tuple(u**3 * p[j] + 3 * u * u * t * q[j] + 3 * u * t * t * r[j] + t**3 * s[j] for j in (0, 1))
            )
    if tip:
        points.append(tip)
    return [[round(x, 1), round(height - y, 1)] for x, y in points]


def _without_shortcuts(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """A copy without the edges to a proposition that a way through supports makes superfluous: they would only clutter a drawing."""
    import networkx as nx

    graph, reasons = graph.copy(), supports_of(graph)
    for a, b, relation in list(graph.edges(data="relation")):
        if relation in ("affirms", "rejects") and any(
            graph.has_edge(c, b, relation) for c in nx.descendants(reasons, a)
        ):
            graph.remove_edge(a, b, relation)
    return graph
