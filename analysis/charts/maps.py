"""Sheets of an argument map → charts."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from analysis.arguments.layout import HEAD, LINE, Layout, head_beside, head_of, lines_of
from analysis.arguments.reasons import NEAREST_FIRST
from analysis.charts.rooms import breadth
from analysis.charts.theme import AFFIRM, INK, PAPER, REJECT, SOFT, finished, ink_on, short_names

if TYPE_CHECKING:
    import networkx as nx

TINTS = (
    "#103056",
    "#f2ba5a",
    "#509585",
    "#743525",
    "#ebe7f3",
    "#814b8b",
    "#8eaf4b",
)  # one a source, whose name stands in it
FEW_TEXTS = 6  # are named below a title: a longer heading would leave the map less of a page
HOW_CHOSEN = f", {NEAREST_FIRST}"
STANDARD, FALLEN = "#e3e3e3", "#f3f3f3"  # of a proposition; of a claim that has fallen
FOR = (("supports", "affirms"), AFFIRM, [1, 0], "triangle-up", 90)
AGAINST = (("attacks", "rejects"), REJECT, [6, 4], "stroke", 260)


def argument_map(
    graph: nx.MultiDiGraph,
    sheet: Layout,
    order: Sequence[str],
    title: str,
    credit: str,
    number: str = "",
    mark: str = "",
    fallen: Collection[str] = (),
    pick: alt.Parameter | None = None,
) -> alt.Chart:
    """One sheet of an argument map.

    `graph`: that of which `sheet` is a sheet (see `arguments.sheets`); `order`: all sources of the debate, which decides their colours;
    `number`: which sheet of how many, in words; `mark`: a node to be set off; `fallen`: nodes to be shown as fallen;
    `pick`: a selection by node, which dims all but its neighbours.
    """
    boxes, (lines, tips) = box_table(graph, sheet, order, mark, fallen), _edges(sheet)
    if pick is not None:
        boxes["near"] = boxes.node.map(_neighbours(sheet))
        ends = [[e["from"], e["to"]] for e in sheet["edges"]]
        lines["near"], tips["near"] = [ends[i] for i in lines.edge], ends
    x, y = _axis(alt.X, "x", [0, sheet["width"]]), _axis(alt.Y, "y", [sheet["height"], 0])
    drawn = [*_strokes(lines, x, y), *_frames(boxes, x, y), *_texts(boxes, x, y), *_ends(tips, x, y)]
    layers = alt.layer(*(drawn if pick is None else _dimming(drawn, pick)))
    words, more = _words(graph, sheet, FEW_TEXTS), _more(graph, sheet).replace(HOW_CHOSEN, "")
    subtitle = f"{words}{f', sheet {number}' if number else ''}. Solid, arrow: for; broken, bar: against; broken frame: reported or quoted.{more}"
    chart = layers.properties(width=sheet["width"], height=sheet["height"])
    caption, alt_text = (
        map_caption(graph, sheet, title, credit, number, fallen, mark),
        map_in_words(graph, sheet, fallen),
    )
    return finished(chart, title, subtitle, caption, alt_text, len(boxes))


def map_caption(
    graph: nx.MultiDiGraph,
    sheet: Layout,
    title: str,
    credit: str,
    number: str = "",
    fallen: Collection[str] = (),
    mark: str = "",
) -> str:
    """The caption of one sheet of an argument map, as `argument_map` takes it."""
    which = "taken away" if mark in fallen else "granted" if fallen else "asked about"
    framed = f"Thickest frame: the claim {which}. " if mark in sheet["boxes"] else ""
    falls = "“falls”: taken away, attacked by what is granted, or without its last support. " if fallen else ""
    return (
        f"{title}{f' Sheet {number}.' if number else ''} What is argued for stands at the left, reasons to its right. Solid line with an arrow: supports, or "
        f"affirms a proposition; broken line with a bar: attacks, or rejects it. {falls}Broken frame: a view that the text reports or quotes, with its holder. {framed}"
        f"n = {_words(graph, sheet)}.{_more(graph, sheet)} {credit}"
    )


def _more(graph: nx.MultiDiGraph, sheet: Layout) -> str:
    """How much is not on the sheet, and how much not on the map at all."""
    back = _further_back(graph, sheet)
    plus = f" “2 more” in a box: two reasons not shown{';' if back else '.'}" if sheet["hidden"] else ""
    return f"{plus}{back}{left_out_of(graph)}"


def _further_back(graph: nx.MultiDiGraph, sheet: Layout) -> str:
    """How many claims that lead to what is argued for are not on the sheet; nothing if all are."""
    left_out, leading = sheet["left_out"], {e["from"] for e in sheet["edges"]}
    argued_for = {n for n in sheet["boxes"] if graph.nodes[n].get("voice", "own") == "own"} - leading
    near = "are nearest reasons for which there is no room, or " if argued_for & sheet["hidden"].keys() else ""
    return f" {left_out} more claims {near}lie further back." if left_out else ""


def left_out_of(graph: nx.MultiDiGraph) -> str:
    """What part of a large debate the map shows; nothing if it shows all."""
    propositions = sum(d["kind"] == "proposition" for _, d in graph.nodes(data=True))
    if of := graph.graph.get("of_propositions"):
        texts = {d["source"] for _, d in graph.nodes(data=True) if d["kind"] == "claim"}
        apart = "those on which these texts lie furthest apart, of equals " if len(texts) > 1 else ""
        return f" The map holds {propositions} of {of} propositions, {apart}those with most claims behind them."
    if fallen := graph.graph.get("fallen"):
        return f" The map holds {fallen[0]} of {fallen[1]} claims that fall and stances that are put in question{HOW_CHOSEN}."
    return ""


def _neighbours(sheet: Layout) -> dict[str, list[str]]:
    """Each node of a sheet with itself and those that a line joins to it."""
    near = {n: [n] for n in sheet["boxes"]}
    for edge in sheet["edges"]:
        near[edge["from"]].append(edge["to"])
        near[edge["to"]].append(edge["from"])
    return near


def _dimming(layers: list[Any], pick: alt.Parameter) -> list[Any]:
    """The layers, each mark of which grows dim if something is picked that it is not near to; boxes can be picked."""
    lit = f"!isValid({pick.name}.node) || indexof(datum.near, {pick.name}.node[0]) >= 0"
    dimming = [layer.encode(opacity=alt.condition(lit, alt.value(1), alt.value(0.12))) for layer in layers]
    boxes = next(i for i, layer in enumerate(layers) if "node" in layer.data)
    dimming[boxes] = dimming[boxes].add_params(pick)
    return dimming


def _axis(kind: Any, which: str, domain: list[float]) -> Any:
    return kind(f"{which}:Q", axis=None, scale=alt.Scale(domain=domain, nice=False, zero=False))


def box_table(
    graph: nx.MultiDiGraph, sheet: Layout, order: Sequence[str], mark: str = "", fallen: Collection[str] = ()
) -> pd.DataFrame:
    """What is drawn of each box of a sheet: its corners, its words in lines, its colours, the weight of its frame."""
    rows, tints = [], _tints(graph, order)
    for node, (x, y, w, h) in sheet["boxes"].items():
        d = graph.nodes[node]
        claim, more = d["kind"] == "claim", sheet["hidden"].get(node)
        tint = tints[d["source"]] if claim else STANDARD
        falls = node in fallen
        after = " · falls" if falls else ""
        more = f"{more} more" if more else ""
        tint = FALLEN if falls else tint
        weight = 4 if node == mark else 2.5 if not claim or d["thesis"] else 1.2
        row = {
            "node": node,
            "x": x,
            "y": y,
            "x2": x + w,
            "y2": y + h,
            "head": (head_beside(d, f"{after}  {more}", breadth) if more else head_of(d)) + after,
            "more": more,
        }
        row |= {"tint": tint, "ink": ink_on(tint), "stroke": SOFT if claim and node != mark else INK, "weight": weight}
        row |= {
            "lines": lines_of(d),
            "voice": d.get("voice", "own"),
            "said": f"{head_of(d)}: {' '.join(lines_of(d))}",
            "text_ink": SOFT if falls else INK,
        }
        rows.append(row)
    return pd.DataFrame(rows)


def _tints(graph: nx.MultiDiGraph, order: Sequence[str]) -> dict[str, str]:
    """The colour of each source on the map: its own in the debate, or the next that is free where another here has the same."""
    here, tints = {d["source"] for _, d in graph.nodes(data=True) if d["kind"] == "claim"}, dict[str, str]()
    for source in (s for s in order if s in here):
        own = list(order).index(source)
        turn = [TINTS[(own + k) % len(TINTS)] for k in range(len(TINTS))]
        tints[source] = next((t for t in turn if t not in tints.values()), turn[0])
    return tints


def _frames(boxes: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    """The boxes, those of reported views with a broken frame, and their coloured strips."""
    plain = boxes.drop(columns="lines")
    frames = [
        alt.Chart(some)
        .mark_rect(fill=PAPER, strokeDash=dash)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q", stroke=alt.Stroke("stroke:N", scale=None), strokeWidth=alt.StrokeWidth("weight:Q", scale=None), description="said:N")
        for some, dash in ((plain[plain.voice == "own"], [1, 0]), (plain[plain.voice != "own"], [5, 3]))
        if len(some)
    ]  # fmt: skip
    strips = alt.Chart(plain.assign(y2=plain.y + HEAD)).mark_rect(aria=False)
    return [*frames, strips.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", fill=alt.Fill("tint:N", scale=None))]


def _texts(boxes: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    whose = ["node", "near"] if "near" in boxes else []
    heads = boxes[["head", "more", "ink", *whose]].assign(x=boxes.x + 7, right=boxes.x2 - 5, y=boxes.y + HEAD / 2 + 0.5)
    rows = [
        {"x": box.x + 7, "y": box.y + HEAD + 3 + LINE * (i + 0.5), "text": text, "ink": box.text_ink}
        | {field: getattr(box, field) for field in whose}
        for box in boxes.itertuples()
        for i, text in enumerate(box.lines)
    ]
    bold = {"baseline": "middle", "fontSize": 11.5, "fontWeight": "bold", "aria": False}
    ink = alt.Color("ink:N", scale=None)
    return [
        alt.Chart(heads).mark_text(align="left", **bold).encode(x=x, y=y, text="head:N", color=ink),
        alt.Chart(heads.assign(x=heads.right)).mark_text(align="right", **bold).encode(x=x, y=y, text="more:N", color=ink),
        alt.Chart(pd.DataFrame(rows)).mark_text(align="left", baseline="middle", fontSize=12, aria=False).encode(x=x, y=y, text="text:N", color=ink),
    ]  # fmt: skip


def _edges(sheet: Layout) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The points of every line, and for every line the place of its end with the angle at which it arrives."""
    lines, tips = [], []
    for i, edge in enumerate(sheet["edges"]):
        lines += [
            {"edge": i, "k": k, "x": x, "y": y, "relation": edge["relation"]} for k, (x, y) in enumerate(edge["points"])
        ]
        (x0, y0), (x1, y1) = edge["points"][-2:]
        angle = math.degrees(math.atan2(x1 - x0, y0 - y1))
        tips.append({"x": (x0 + x1) / 2, "y": (y0 + y1) / 2, "angle": angle, "relation": edge["relation"]})
    return pd.DataFrame(lines, columns=["edge", "k", "x", "y", "relation"]), pd.DataFrame(tips, columns=["x", "y", "angle", "relation"])  # fmt: skip


def _strokes(lines: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    made = []
    for relations, colour, dash, *_ in (FOR, AGAINST):
        some = lines[lines.relation.isin(relations)]
        if len(some):
            mark = alt.Chart(some).mark_line(color=colour, strokeWidth=1.7, strokeDash=dash, aria=False)
            made.append(mark.encode(x=x, y=y, detail="edge:N", order="k:Q"))
    return made


def _ends(tips: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    """A filled arrow where a line is for something, a bar where it is against."""
    made = []
    for relations, colour, _, shape, size in (FOR, AGAINST):
        some = tips[tips.relation.isin(relations)]
        if len(some):
            width = 3 if shape == "stroke" else 1
            mark = alt.Chart(some).mark_point(shape=shape, size=size, filled=shape != "stroke", fill=colour, stroke=colour, strokeWidth=width, opacity=1, aria=False)  # fmt: skip
            made.append(mark.encode(x=x, y=y, angle=alt.Angle("angle:Q", scale=None)))
    return made


def _words(graph: nx.MultiDiGraph, sheet: Layout, most: float = math.inf) -> str:
    """How many claims of whom, and how many propositions; of more texts than `most` only how many."""
    claims = [graph.nodes[n]["label"] for n in sheet["boxes"] if graph.nodes[n]["kind"] == "claim"]
    who = short_names(dict.fromkeys(claims))
    by = ", ".join(f"{name} {claims.count(label)}" for label, name in who.items()) if len(who) <= most else f"{len(who)} texts"  # fmt: skip
    propositions = len(sheet["boxes"]) - len(claims)
    return f"{len(claims)} claim{'' if len(claims) == 1 else 's'} ({by})" + (
        f" and {propositions} proposition{'' if propositions == 1 else 's'}" if propositions else ""
    )


def map_in_words(graph: nx.MultiDiGraph, sheet: Layout, fallen: Collection[str] = ()) -> str:
    """The map in words, its alt text: what stands for and against what, whose view it is, what falls and how much is not shown."""

    def words(node: str) -> str:
        return f"{head_of(graph.nodes[node])}{' (falls)' if node in fallen else ''}: {' '.join(lines_of(graph.nodes[node]))}"

    parts, met = [], {n for e in sheet["edges"] for n in (e["from"], e["to"])}
    for node in sheet["boxes"]:
        reasons = [
            f"{e['relation'].removesuffix('s')}ed by {words(e['from'])}" for e in sheet["edges"] if e["to"] == node
        ]
        if reasons:
            parts.append(f"{words(node)} Is {'; '.join(reasons)}")
        elif node not in met:
            parts.append(words(node))
    return "Argument map. " + " ".join(parts) + _further_back(graph, sheet) + left_out_of(graph)
