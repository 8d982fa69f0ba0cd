"""Layouts: geometry of every map that ships or could, sheets against a count by brute force, hostile words, kept files."""

import itertools
import json
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from conftest import SHIPPED
from joblib import Parallel, delayed
from reportlab.pdfbase.pdfmetrics import stringWidth
from test_graph import hand, whole

from analysis import tables
from analysis.arguments import (
    LayoutError,
    claims_of,
    kept_sheets,
    map_of,
    neighbourhood,
    question_map,
    sheets,
    theses_of,
    thesis_map,
)
from analysis.arguments import layout as module
from analysis.arguments.layout import (
    HEAD,
    LINE,
    LONG,
    SHORT,
    TALL,
    WIDTH,
    _without_shortcuts,
    digest_of,
    head_of,
    lines_of,
)

LEFT, RIGHT = 7, 5  # px between the border of a box and its words


@pytest.fixture(scope="module")
def graph(shipped):
    return whole(shipped)


@pytest.fixture(scope="module")
def maps(shipped, graph):
    """Every question with every pair that speaks to it, every thesis, pairs of theses, and the surroundings of some claims."""
    sources = list(tables.sources(shipped).source)
    found = {("thesis", s): thesis_map(graph, s) for s in sources}
    for question, (a, b) in itertools.product(shipped.codebook.questions, itertools.combinations(sources, 2)):
        asked = question_map(graph, question.id, [a, b])
        if {asked.nodes[c]["source"] for c in claims_of(asked)} == {a, b}:
            found[question.id, a, b] = asked
    found["theses", *sources[:2]] = map_of(graph, "thesis", sources[:2])
    for source, steps in itertools.product(sources, (1, 2)):
        thesis = theses_of(graph, source)[0]
        found["near", thesis, steps] = neighbourhood(graph, thesis, steps)
        leaf = next(c for c in claims_of(graph, source) if graph.in_degree(c) == 0)
        found["near", leaf, steps] = neighbourhood(graph, leaf, steps)
    return found


@pytest.fixture(scope="module")
def drawn(maps):
    """Every sheet of every map: its name, the map, the sheet."""
    made = Parallel(n_jobs=-1)(delayed(sheets)(m) for m in maps.values())
    return [
        ((*name, i), _without_shortcuts(maps[name]), s)
        for name, found in zip(maps, made, strict=True)
        for i, s in enumerate(found)
    ]


def asides_of(graph):
    """Views of others that lead to nothing of the author's own, joined to one that is attacked: view → all it is joined to."""
    idle = {n for n, d in graph.nodes(data=True) if d["kind"] == "claim" and d["voice"] != "own"}
    while busy := {a for a, b in graph.edges() if a in idle and b not in idle}:
        idle -= busy
    groups = [{n} for n in idle]
    for a, b in graph.edges():
        if {a, b} <= idle:
            one, other = (next(g for g in groups if n in g) for n in (a, b))
            groups = [g for g in groups if g not in (one, other)] + [one | other]
    attacked = [g for g in groups if any(b in g and a not in idle for a, b in graph.edges())]
    return {n: g for g in attacked for n in g}


def beside(graph, claims):
    """The asides that claims attack, with all these are joined to."""
    asides = asides_of(graph)
    return {n for a, b in graph.edges() if a in claims and b in asides for n in asides[b]}


def roots_of(graph):
    """What is argued for: what leads to nothing but views that are only attacked, without these views themselves."""
    asides = asides_of(graph)
    return [n for n in graph if n not in asides and all(b in asides for a, b in graph.edges() if a == n)]


def corners(sheet):
    """x0, y0, x1, y1 of every box."""
    x, y, w, h = np.array(list(sheet["boxes"].values()), dtype=float).T
    return np.stack([x, y, x + w, y + h], axis=1)


def crossed(points, boxes):
    """Whether a line of points passes through the inside of each box: every piece of it against every side."""
    points = np.array(points, dtype=float)
    start, along = points[:-1, None, :], (points[1:] - points[:-1])[:, None, :]
    low, high = boxes[None, :, :2], boxes[None, :, 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - start) / along, (high - start) / along
    level = along == 0
    inside = (start > low) & (start < high)
    enter = np.where(level, np.where(inside, -np.inf, np.inf), np.minimum(one, other)).max(axis=2)
    leave = np.where(level, np.where(inside, np.inf, -np.inf), np.maximum(one, other)).min(axis=2)
    return ((enter < leave) & (enter < 1) & (leave > 0)).any(axis=0)


def shrunk(boxes, by):
    return boxes + np.array([by, by, -by, -by])


def from_border(point, box):
    """How far a point is from the border of a box."""
    (x, y), (left, top, w, h) = point, box
    outside = np.hypot(max(left - x, 0, x - left - w), max(top - y, 0, y - top - h))
    return max(outside, min(x - left, left + w - x, y - top, top + h - y))


def leading_to(graph, nodes):
    """All that leads to the nodes, found edge by edge."""
    reached = set(nodes)
    while more := {a for a, b in graph.edges() if b in reached} - reached:
        reached |= more
    return reached - set(nodes)


def test_the_measure_of_crossing_can_fail():
    box = np.array([[0.0, 0.0, 10.0, 10.0]])
    for through in ([(-5, 5), (15, 5)], [(5, -5), (5, 15)], [(-5, -5), (15, 15)], [(4, 4), (6, 6)], [(20, 20), (3, 3)]):
        assert crossed(through, box).all(), through
    for past in ([(-5, 11), (15, 11)], [(-5, 5), (-1, 5)], [(11, -5), (11, 15)], [(-5, 0), (0, -5)], [(0, 0), (10, 0)]):
        assert not crossed(past, box).any(), past
    assert from_border((0, 5), (0, 0, 10, 10)) == 0 and from_border((5, 5), (0, 0, 10, 10)) == 5
    assert from_border((13, 14), (0, 0, 10, 10)) == 5


def test_many_maps_are_drawn(drawn):
    assert len(drawn) > 100 and sum(len(sheet["edges"]) for *_, sheet in drawn) > 2000


def overlapping(sheet):
    x0, y0, x1, y1 = corners(sheet).T
    wide = np.minimum(x1[:, None], x1) - np.maximum(x0[:, None], x0)
    high = np.minimum(y1[:, None], y1) - np.maximum(y0[:, None], y0)
    nodes, both = list(sheet["boxes"]), (wide > 0) & (high > 0)
    return [(nodes[i], nodes[k]) for i, k in np.argwhere(both) if i < k]


def behind_boxes(sheet):
    """The edges that pass through a foreign box, with that box; or through more than the rim of their own."""
    nodes, boxes = list(sheet["boxes"]), corners(sheet)
    for edge in sheet["edges"]:
        own = np.isin(nodes, [edge["from"], edge["to"]])
        met = np.where(own, crossed(edge["points"], shrunk(boxes, 4)), crossed(edge["points"], shrunk(boxes, 1)))
        yield from ((edge["from"], edge["to"], nodes[i]) for i in np.flatnonzero(met))


def test_no_two_boxes_overlap(drawn):
    for name, _, sheet in drawn:
        assert overlapping(sheet) == [], name


def test_no_edge_passes_behind_a_box(drawn):
    for name, _, sheet in drawn:
        assert list(behind_boxes(sheet)) == [], name


def test_boxes_too_near_and_edges_behind_boxes_are_found():
    boxes = {"a": [0, 0, 10, 10], "b": [30, 0, 10, 10], "c": [60, 0, 10, 10], "d": [65, 5, 10, 10]}
    edge = {"from": "c", "to": "a", "points": [[60, 5], [10, 5]]}
    sheet = {"boxes": boxes, "edges": [edge]}
    assert overlapping(sheet) == [("c", "d")]
    assert list(behind_boxes(sheet)) == [("c", "a", "b")]
    sheet["edges"] = [edge | {"points": [[60, 5], [50, 15], [20, 15], [10, 5]]}]
    assert list(behind_boxes(sheet)) == []


KEPT = sorted((SHIPPED / "layouts").rglob("*.json"))


@pytest.mark.parametrize("path", KEPT, ids=[p.stem for p in KEPT])
def test_a_layout_that_ships_is_of_the_map_of_today_and_as_clear(path, maps):
    kept = json.loads(path.read_text(encoding="utf-8"))
    for sheet in kept["sheets"]:
        assert overlapping(sheet) == [] and list(behind_boxes(sheet)) == []
    current = {"-".join([str(name[0]), *sorted(map(str, name[1:]))]): digest_of(m) for name, m in maps.items()}
    if path.stem.startswith(("thesis-", "cell-", "turn-")) and path.parent.name in ("layouts", "reference"):
        assert kept["digest"] == current[path.stem], "run `make figures`"


def test_layouts_ship():
    assert KEPT


def test_every_edge_runs_from_the_border_of_its_reason_to_the_border_of_what_it_is_for(drawn):
    for name, _, sheet in drawn:
        for edge in sheet["edges"]:
            assert from_border(edge["points"][0], sheet["boxes"][edge["from"]]) <= 3, (name, edge["from"])
            assert from_border(edge["points"][-1], sheet["boxes"][edge["to"]]) <= 3, (name, edge["to"])


def test_everything_lies_on_the_sheet(drawn):
    for name, _, sheet in drawn:
        points = np.array([p for e in sheet["edges"] for p in e["points"]] or [(0, 0)])
        boxes = corners(sheet)
        assert (boxes >= -0.1).all() and (points >= -0.1).all(), name
        for ends in (boxes[:, 2:], points):
            assert (ends <= np.array([sheet["width"], sheet["height"]]) + 0.1).all(), name


def test_every_sheet_is_legible_unless_one_root_with_its_nearest_reasons_is_too_much(drawn):
    for name, graph, sheet in drawn:
        short, long = sorted((sheet["width"], sheet["height"]))
        if short > SHORT or long > LONG:
            assert short <= SHORT and long <= TALL, name
            roots = [n for n in sheet["boxes"] if n in roots_of(graph)]
            assert len(roots) == 1, name
            assert set(sheet["boxes"]) <= {roots[0], *graph.predecessors(roots[0])}, name


def test_every_root_stands_on_one_sheet_and_at_the_left(maps, drawn):
    for name, graph in maps.items():
        own = [sheet for full, _, sheet in drawn if full[:-1] == name]
        for root in roots_of(graph):
            assert sum(root in sheet["boxes"] for sheet in own) == 1, (name, root)
        for sheet in own:
            roots = [sheet["boxes"][n][0] for n in sheet["boxes"] if n in roots_of(graph)]
            assert roots and max(roots) <= min(x for x, *_ in sheet["boxes"].values()) + 0.1, name


def test_a_reason_stands_to_the_right_of_what_it_supports(drawn):
    for name, _, sheet in drawn:
        for edge in sheet["edges"]:
            if edge["relation"] in ("supports", "affirms"):
                assert sheet["boxes"][edge["from"]][0] > sheet["boxes"][edge["to"]][0], (name, edge["from"], edge["to"])


def test_a_sheet_shows_every_edge_among_its_boxes_once(drawn):
    for name, graph, sheet in drawn:
        expected = [e for e in graph.edges(keys=True) if {*e[:2]} <= set(sheet["boxes"])]
        assert sorted((e["from"], e["to"], e["relation"]) for e in sheet["edges"]) == sorted(expected), name


def test_what_is_hidden_and_left_out_by_brute_force(drawn):
    for name, graph, sheet in drawn:
        shown = set(sheet["boxes"])
        hidden = {b: len({a for a, to in graph.edges() if to == b} - shown) for b in shown}
        assert sheet["hidden"] == {b: n for b, n in hidden.items() if n}, name
        roots = [n for n in roots_of(graph) if n in shown]
        lead = leading_to(graph, roots) | set(roots)
        assert sheet["left_out"] == len((lead | beside(graph, lead)) - shown), name


def test_no_claim_is_lost_without_a_word(maps, drawn):
    # on a sheet, or leading to what a sheet argues for and so counted as left out
    for name, graph in maps.items():
        shown = {n for full, _, sheet in drawn if full[:-1] == name for n in sheet["boxes"]}
        counted = leading_to(graph, shown) | shown
        assert set(graph) - counted - beside(graph, counted) == set(), name


def test_every_thesis_is_on_a_sheet_of_its_map(graph, drawn, shipped):
    for source in shipped.sources:
        shown = {n for name, _, sheet in drawn if name[:2] == ("thesis", source) for n in sheet["boxes"]}
        assert set(theses_of(graph, source)) <= shown, source


def test_every_label_fits_inside_its_box(drawn):
    for name, graph, sheet in drawn:
        for node, (_, _, width, height) in sheet["boxes"].items():
            d, more = graph.nodes[node], sheet["hidden"].get(node)
            head = stringWidth(head_of(d), "Helvetica-Bold", 11.5)
            plus = stringWidth(f"+{more}", "Helvetica-Bold", 11.5) + 6 if more else 0
            assert LEFT + head + plus + RIGHT <= width, (name, node)
            for line in lines_of(d):
                assert LEFT + stringWidth(line, "Helvetica", 12) + RIGHT <= width, (name, line)
            assert HEAD + LINE * len(lines_of(d)) + 3 <= height, (name, node)
            assert width == WIDTH


def node(text="x", **more):
    return {"kind": "claim", "label": "A 2001", "voice": "own", "thesis": False, "holder": None, "text": text} | more


@pytest.mark.parametrize(
    "text",
    [
        "W" * 100,
        "MANAGEMENT AND COMMUNIST COMMITTEES: WHO COMMANDED WHOM, WHEN AND WHY?",
        "mmmm wwww " * 20,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "@" * 60,
    ],
)
def test_wide_letters_and_long_words_stay_inside_their_box(text):
    for line in lines_of(node(text)):
        assert LEFT + stringWidth(line, "Helvetica", 12) + RIGHT <= WIDTH, line
    assert "".join("".join(lines_of(node(text))).split()) == "".join(text.split())


def test_the_label_of_two_authors_stays_inside_its_box():
    head = head_of(node(label="Sheila Fitzpatrick and Yuri Slezkine 2000", voice="reported", holder="them"))
    assert LEFT + max(stringWidth(h, "Helvetica-Bold", 11.5) for h in head.split("\n")) + RIGHT <= WIDTH


def test_the_words_of_a_box():
    assert head_of({"kind": "proposition"}) == "Proposition"
    assert head_of(node()) == "A 2001"
    assert head_of(node(thesis=True)) == "A 2001 · thesis"
    assert head_of(node(voice="reported", holder="them")) == "A 2001 reports"
    assert head_of(node(voice="quoted", holder="them")) == "A 2001 quotes"
    assert lines_of(node("It rained.", voice="reported", holder="the household")) == ["the household: It rained."]
    assert lines_of(node("")) == []


def test_the_layout_of_the_tiny_debate_is_one_sheet_with_all(small):
    asked = question_map(whole(small), "culprit", ["ash-2001", "birch-2005", "cedar-2010"])
    [sheet] = sheets(asked)
    assert set(sheet["boxes"]) == set(asked)
    assert (len(sheet["edges"]), sheet["hidden"], sheet["left_out"]) == (10, {}, 0)


def test_an_empty_map_has_no_sheet():
    assert sheets(hand()) == []


def test_a_claim_alone_is_a_sheet():
    [sheet] = sheets(hand("a/x"))
    assert list(sheet["boxes"]) == ["a/x"] and sheet["edges"] == []


def test_what_a_neighbour_supports_is_shown_although_a_proposition_is_near():
    # x affirms p and supports y, which bears on no proposition
    shown = {n for s in sheets(hand("a/x affirms p", "a/x supports a/y")) for n in s["boxes"]}
    assert shown == {"a/x", "a/y", "p"}


def test_claims_that_support_each_other_in_a_ring_are_drawn():
    shown = {n for s in sheets(hand("a/x supports a/y", "a/y supports a/z", "a/z supports a/x")) for n in s["boxes"]}
    assert shown == {"a/x", "a/y", "a/z"}


def test_claims_that_attack_each_other_are_drawn():
    [sheet] = sheets(hand("a/x attacks a/y", "a/y attacks a/x", "a/z supports a/x"))
    assert set(sheet["boxes"]) == {"a/x", "a/y", "a/z"} and len(sheet["edges"]) == 3


def many(reasons, roots):
    """So many propositions, each with so many reasons, each of these with one behind it."""
    for r, k in itertools.product(range(roots), range(reasons)):
        yield from (f"a/c{r}-{k} affirms p{r}", f"a/d{r}-{k} supports a/c{r}-{k}")


def test_a_map_too_large_is_divided_and_says_what_is_not_shown():
    graph = hand(*many(15, 4))
    found = sheets(graph)
    assert len(found) > 1
    assert sorted(n for s in found for n in s["boxes"] if n.startswith("p")) == ["p0", "p1", "p2", "p3"]
    shown = [n for s in found for n in s["boxes"]]
    assert {n for n in graph if n.startswith("a/c")} <= set(shown), "the nearest reasons are always there"
    assert sum(s["left_out"] for s in found) == len(graph) - len(set(shown))
    assert sum(n for s in found for n in s["hidden"].values()) == sum(s["left_out"] for s in found)


def test_a_root_with_more_reasons_than_a_sheet_holds_stands_alone_with_those_that_have_most_behind_them():
    graph = hand("a/z affirms q0", *many(40, 1), "a/e supports a/d0-38", "b/y rejects p0")
    found = sheets(graph)
    crowded = next(s for s in found if "p0" in s["boxes"])
    assert SHORT < crowded["height"] <= TALL
    shown = set(crowded["boxes"]) - {"p0"}
    assert {"a/c0-38", "b/y", "a/c0-0"} <= shown <= {"b/y", *(f"a/c0-{k}" for k in range(40))}, (
        "every text has its turn"
    )
    left = 41 - len(shown)
    assert crowded["hidden"]["p0"] == left > 0 and crowded["left_out"] == left + 41
    kept = hand(*many(40, 1))
    kept.graph["keep"] = {"a/c0-39"}
    assert "a/c0-39" in sheets(kept)[0]["boxes"], "what fell, or is asked about, is on its map"


def test_the_same_map_is_laid_out_the_same_way(maps):
    for name in list(maps)[:3]:
        assert sheets(maps[name]) == sheets(maps[name]), name


def test_a_longer_text_makes_a_higher_box():
    short, long = (sheets(hand("a/x", texts={"a/x": "word " * n}))[0]["boxes"]["a/x"] for n in (1, 30))
    lines = len(lines_of(node("word " * 30)))
    assert long[3] - short[3] == pytest.approx(LINE * (lines - 1), abs=0.2)


HOSTILE = [
    'quote " and \\" and \\',
    "braces } { ]; n0 -> n1 [color=red]; //",
    "new\nline\r\nand\ttab",
    "</script><b>&amp;&lt;",
    "юникод 統 é \u202e ‮ 🐈",
    "<<TABLE><TR><TD>x</TD></TR></TABLE>>",
    "label=%s {0} $HOME `ls`",
    "\\\\N\\\\G\\\\E\\\\l\\\\r",
    "",
    "\x00\x07 control",
    "x" * 500,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_nothing_but_the_height_of_their_box(words):
    sentences = ["a/x affirms p", "a/y supports a/x", "a/z attacks a/x", "b/w rejects p"]
    same_height = "\n\n".join(["line" + "e" * 30] * len(lines_of(node(words))))
    assert len(lines_of(node(same_height))) == len(lines_of(node(words)))
    plain, hostile = (sheets(hand(*sentences, texts={"a/y": t, "p": t})) for t in (same_height, words))
    assert plain == hostile


@pytest.mark.parametrize("words", HOSTILE[:8])
def test_hostile_ids_and_holders_reach_neither_dot_nor_the_layout(words):
    graph = hand("a/x affirms p", "a/y supports a/x", "b/w rejects p", holders={"a/y": "them"})
    names = {"a/x": f"a/{words}x", "a/y": f"a/{words}y", "b/w": f"{words}/w", "p": f"{words}p"}
    renamed = nx.relabel_nodes(graph, names)
    for n in renamed:
        renamed.nodes[n]["label"] = "A 2001"
    [plain], [hostile] = sheets(graph), sheets(renamed)
    assert {names[n]: box for n, box in plain["boxes"].items()} == hostile["boxes"]
    assert [e["points"] for e in plain["edges"]] == [e["points"] for e in hostile["edges"]]
    assert [(names[e["from"]], names[e["to"]]) for e in plain["edges"]] == [(e["from"], e["to"]) for e in hostile["edges"]]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_survive_being_kept(tmp_path, words):
    graph = hand(
        "a/x affirms p", "a/y supports a/x", holders={"a/y": words or "them"}, texts={"a/x": words, "p": words}
    )
    path = tmp_path / "map.json"
    assert kept_sheets(graph, path) == kept_sheets(graph, path) == sheets(graph)


SENTENCES = ["a/x affirms p", "a/y supports a/x", "b/w rejects p"]


@pytest.fixture
def no_graphviz(monkeypatch):
    def gone():
        monkeypatch.setitem(sys.modules, "pygraphviz", None)

    return gone


def test_a_kept_layout_needs_no_graphviz(tmp_path, no_graphviz):
    path = tmp_path / "layouts" / "map.json"
    made = kept_sheets(hand(*SENTENCES), path)
    no_graphviz()
    assert kept_sheets(hand(*SENTENCES), path) == made


def test_a_layout_up_to_date_is_not_made_again(tmp_path, monkeypatch):
    path = tmp_path / "map.json"
    made = kept_sheets(hand(*SENTENCES), path)
    monkeypatch.setattr(module, "sheets", lambda graph: pytest.fail("laid out again"))
    assert kept_sheets(hand(*SENTENCES), path) == made


def test_a_changed_map_is_refused_in_words_without_graphviz(tmp_path, no_graphviz):
    path = tmp_path / "map.json"
    kept_sheets(hand(*SENTENCES), path)
    before = path.read_bytes()
    no_graphviz()
    with pytest.raises(LayoutError, match=r"no layout yet, or has changed.*pip install pygraphviz"):
        kept_sheets(hand(*SENTENCES, "b/v attacks b/w"), path)
    assert path.read_bytes() == before
    with pytest.raises(LayoutError):
        kept_sheets(hand(*SENTENCES), tmp_path / "nothing-yet.json")
    assert not (tmp_path / "nothing-yet.json").exists()


CHANGES = {
    "words": {"texts": {"a/y": "Claim z of a."}},
    "the words of a proposition": {"texts": {"p": "Proposition q."}},
    "a holder": {"holders": {"a/y": "them"}},
    "a thesis": {"theses": ["a/x"]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_draws_the_map_anew(tmp_path, change):
    path = tmp_path / "map.json"
    kept_sheets(hand(*SENTENCES), path)
    before = path.read_bytes()
    changed = hand(*SENTENCES, **CHANGES[change])
    assert digest_of(changed) != digest_of(hand(*SENTENCES))
    kept_sheets(changed, path)
    assert path.read_bytes() != before
    assert json.loads(path.read_text(encoding="utf-8"))["digest"] == digest_of(changed)


def test_a_changed_link_draws_the_map_anew(tmp_path):
    path = tmp_path / "map.json"
    for sentences in (SENTENCES, ["a/x affirms p", "a/y attacks a/x", "b/w rejects p"], SENTENCES[:2], ["a/x affirms p", "a/y supports a/x", "b/w affirms p"]):  # fmt: skip
        graph = hand(*sentences)
        assert kept_sheets(graph, path) == sheets(graph)
        assert json.loads(path.read_text(encoding="utf-8"))["digest"] == digest_of(graph)


def test_maps_of_other_shapes_have_other_digests(maps):
    assert len({digest_of(m) for m in maps.values()}) == len(
        {(frozenset(m), frozenset(m.edges)) for m in maps.values()}
    )


BROKEN = {
    "empty": b"",
    "no JSON": b"{nonsense",
    "not UTF-8": b"\xff\xfe\x00",
    "another type": b"[1, 2]",
    "a number": b"7",
    "nothing": b"null",
    "another digest": b'{"digest": "0", "sheets": []}',
    "digest of another type": b'{"digest": ["a"], "sheets": []}',
    "nested deeply": b'{"digest": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a number too long": b'{"digest": ' + b"1" * 5_000 + b"}",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_kept_file_is_replaced(tmp_path, content):
    path = tmp_path / "map.json"
    path.write_bytes(content)
    graph = hand(*SENTENCES)
    assert kept_sheets(graph, path) == sheets(graph)
    assert json.loads(path.read_text(encoding="utf-8")) == {"digest": digest_of(graph), "sheets": sheets(graph)}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_kept_file_without_graphviz_is_refused_in_words(tmp_path, no_graphviz, content):
    path = tmp_path / "map.json"
    path.write_bytes(content)
    no_graphviz()
    with pytest.raises(LayoutError):
        kept_sheets(hand(*SENTENCES), path)
    assert path.read_bytes() == content


def without(record, key):
    return {k: v for k, v in record.items() if k != key}


TAMPERED = {
    "no sheets": lambda kept: without(kept, "sheets"),
    "sheets a number": lambda kept: kept | {"sheets": 7},
    "no sheet": lambda kept: kept | {"sheets": []},
    "a sheet a text": lambda kept: kept | {"sheets": ["sheet"]},
    **{
        f"without {key}": lambda kept, key=key: kept | {"sheets": [without(kept["sheets"][0], key)]}
        for key in ("boxes", "edges", "width", "height", "hidden", "left_out")
    },
    "boxes a list": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"boxes": [1]}]},
    "a foreign box": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"boxes": {"x/y": [0, 0, 1, 1]}, "edges": []}]},
    "a place in words": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"boxes": {"p": ["a", "b", "c", "d"]}, "edges": []}]},
    "an edge without points": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"edges": [{"from": "a/x", "to": "p", "relation": "affirms", "points": []}]}]},
    "an edge that is not in the map": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"edges": [{"from": "b/w", "to": "a/x", "relation": "attacks", "points": [[0, 0], [1, 1]]}]}]},
    "an attack for a support": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"edges": [e | {"relation": "attacks"} for e in kept["sheets"][0]["edges"]]}]},
    "a box gone": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"boxes": without(kept["sheets"][0]["boxes"], "a/y"), "edges": []}]},
    "a width that is no number": lambda kept: kept | {"sheets": [kept["sheets"][0] | {"width": float("nan")}]},
}  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_kept_file_with_the_right_digest_and_a_wrong_inside_is_replaced(tmp_path, tamper):
    path, graph = tmp_path / "map.json", hand(*SENTENCES)
    good = {"digest": digest_of(graph), "sheets": sheets(graph)}
    path.write_text(json.dumps(tamper(good)), encoding="utf-8")
    assert kept_sheets(graph, path) == good["sheets"]
    assert json.loads(path.read_text(encoding="utf-8")) == good


def test_a_kept_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "map.json"
    kept_sheets(hand(*SENTENCES), path)
    before = path.read_bytes()

    def full(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="no space left"):
            kept_sheets(hand(*SENTENCES[:2]), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["map.json"]
