"""Kept layouts → what a page draws of them: boxes with their lines of text, lines with their points, and the map in words.

What a layout shows is known from the name of its file, as the notebooks give it; nothing is laid out here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis import arguments, tables
from analysis.charts.maps import box_table, map_caption, map_in_words
from analysis.charts.theme import stopped
from analysis.debate import Debate

if TYPE_CHECKING:
    import networkx as nx


class _Map(NamedTuple):
    title: str
    part: nx.MultiDiGraph
    within: nx.MultiDiGraph | None = None
    mark: str = ""
    fallen: Collection[str] = ()


def maps(debate: Debate, coder: str) -> tuple[list[dict[str, Any]], int]:
    """The sheets of the maps whose layouts are kept, and how many layouts were left out because the codings have changed since."""
    graph, files = _graph(debate, coder), _files(debate, coder)
    order, credit = list(tables.sources(debate).source), debate.credit(coder)
    drawn: list[dict[str, Any]] = []
    left_out = 0
    for file in files:
        found = next(_kept(file, graph, order), None)
        if found is None:
            left_out += 1
            continue
        shown, sheets = found
        for i, sheet in enumerate(sheets, 1):
            number = f"{i} of {len(sheets)}" if len(sheets) > 1 else ""
            drawn.append({"id": f"{file.stem}-{i}", **_drawn(shown, sheet, order, credit, number)})
    return drawn, left_out


def unfit(debate: Debate, coder: str) -> list[Path]:
    """The kept layouts of a coder's maps that show no map of the codings as they are."""
    if not (files := _files(debate, coder)):
        return []
    graph, order = _graph(debate, coder), list(tables.sources(debate).source)
    return [file for file in files if not any(_kept(file, graph, order))]


def _graph(debate: Debate, coder: str) -> nx.MultiDiGraph:
    claims, links = tables.claims(debate, coder), tables.links(debate, coder)
    return arguments.arguments(claims, links, tables.stance_claims(debate, coder), tables.propositions(debate))


def _files(debate: Debate, coder: str) -> list[Path]:
    return sorted((debate.path / "layouts" / coder).glob("*.json"), key=lambda f: (_is_what_if(f), f.name))


def _is_what_if(file: Path) -> bool:
    return file.stem.startswith(("taken-", "granted-"))


def _kept(file: Path, graph: nx.MultiDiGraph, order: Sequence[str]) -> Iterator[tuple[_Map, list[dict[str, Any]]]]:
    """What the file may be a layout of, with its sheets: those whose map it fits."""
    for shown in _candidates(file.stem, graph, order):
        sheets = arguments.sheets_in(file, shown.part, shown.within)
        if sheets is not None:
            yield shown, sheets


def _candidates(name: str, graph: nx.MultiDiGraph, order: Sequence[str]) -> Iterator[_Map]:
    claims = {c.replace("/", "-"): c for c in arguments.claims_of(graph)}
    questions = {d["question"] for _, d in graph.nodes(data=True) if d["kind"] == "proposition"}
    for verb, title in (("taken-", "If this claim fell"), ("granted-", "If this claim were granted")):
        if name.startswith(verb) and (claim := claims.get(name.removeprefix(verb))):
            table = arguments.what_if(graph, claim, grant=verb == "granted-")
            near = arguments.surroundings(graph, table, claim)
            yield _Map(title, near, graph, claim, set(table.node))
    if focus := claims.get(name):  # in all texts
        part = arguments.map_of(graph, "", order, focus)
        yield _Map(arguments.title_of(graph, "", order, focus), part, graph, focus)
    for start in ("thesis", *sorted(questions), *claims):
        if name.startswith(f"{start}-"):
            for sources in _joined(name[len(start) + 1 :], order):
                focus = claims.get(start, "")
                try:
                    part = arguments.map_of(graph, start, sources, focus)
                except ValueError:  # none of them says anything on it any more
                    continue
                yield _Map(arguments.title_of(graph, start, sources, focus), part, graph if focus else None, focus)


def _joined(words: str, order: Sequence[str]) -> Iterator[list[str]]:
    """The lists of sources whose ids, joined by hyphens, are these words."""
    for source in order:
        if words == source:
            yield [source]
        elif words.startswith(f"{source}-"):
            yield from ([source, *rest] for rest in _joined(words[len(source) + 1 :], order))


def _drawn(shown: _Map, sheet: dict[str, Any], order: list[str], credit: str, number: str) -> dict[str, Any]:
    """What is drawn of a sheet; its boxes from left to right, as the Tab key goes through them."""
    placed = dict(sorted(sheet["boxes"].items(), key=lambda box: box[1][:2]))
    nodes = list(placed)
    boxes = box_table(shown.part, {**sheet, "boxes": placed}, order, shown.mark, shown.fallen)
    return {
        "title": shown.title + (f" ({number})" if number else ""),
        "caption": stopped(map_caption(shown.part, sheet, shown.title, credit, number, shown.fallen, shown.mark), shown.title),
        "alt": map_in_words(shown.part, sheet, shown.fallen),
        "size": [sheet["width"], sheet["height"]],
        "boxes": [
            {
                "node": box.node, "at": [box.x, box.y, box.x2 - box.x, box.y2 - box.y],
                "head": box.head, "more": box.more, "lines": box.lines, "reported": box.voice != "own",
                "tint": box.tint, "ink": box.ink, "stroke": box.stroke, "weight": box.weight, "text": box.text_ink,
            }
            for box in boxes.itertuples()
        ],
        "edges": [
            {"for": e["relation"] in ("supports", "affirms"), "ends": [nodes.index(e["from"]), nodes.index(e["to"])], "points": e["points"]}
            for e in sheet["edges"]
        ],
    }  # fmt: skip
