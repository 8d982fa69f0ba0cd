"""Argument maps through their spec and data: what is shown, how it is told apart without colour, and whether the words fit."""

import itertools
import json
import math
import re

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from test_graph import hand, whole

from analysis import tables
from analysis.arguments import question_map, sheets, surroundings, thesis_map, what_if
from analysis.arguments.layout import HEAD
from analysis.charts import theme
from analysis.charts.maps import AGAINST, FOR, STANDARD, TINTS, argument_map
from analysis.exports.fonts import converter

SOURCES = ["ash-2001", "birch-2005", "cedar-2010"]
SENTENCES = ["a/x affirms p", "a/y supports a/x", "a/z attacks a/x", "b/w rejects p"]


def spec_of(graph, order, sheet=0, **options):
    return argument_map(graph, sheets(graph)[sheet], order, "Title?", "Codings: by hand.", **options).to_dict()


def small_spec(small):
    return spec_of(question_map(whole(small), "culprit", SOURCES), SOURCES)


def hand_spec(*sentences, texts=None, holders=None, theses=(), **options):
    return spec_of(hand(*sentences, texts=texts, holders=holders, theses=theses), ["a", "b"], **options)


def layers(spec, mark):
    """The layers of one mark, each with its rows."""
    return [(layer, spec["datasets"][layer["data"]["name"]]) for layer in spec["layer"] if layer["mark"]["type"] == mark]  # fmt: skip


def frames(spec):
    return [(layer, rows) for layer, rows in layers(spec, "rect") if "stroke" in layer["encoding"]]


def heads(spec):
    return {row["node"]: row for _, rows in frames(spec) for row in rows}


def relation_of(rows):
    return {row["relation"] for row in rows}


def test_a_map_has_title_caption_with_n_alt_text_and_credit(small):
    spec = small_spec(small)
    assert spec["title"]["text"] == "Title?"
    caption, subtitle = spec["usermeta"]["caption"], " ".join(spec["title"]["subtitle"])
    claims = sum(row["head"] != "Proposition" for row in heads(spec).values())
    for words in (f"n = {claims} claims (Ash ", "Birch 1", "Cedar 2", "and 3 propositions", "Codings: by hand."):
        assert words in caption, words
    assert f"{claims} claims" in subtitle
    assert spec["usermeta"]["n"] == len(heads(spec)) == claims + 3


def test_one_is_not_many():
    caption = hand_spec("a/x affirms p")["usermeta"]["caption"]
    assert "1 claim (A 1) and 1 proposition." in caption


def test_the_caption_explains_lines_and_frames_and_counts_what_is_not_shown():
    whole_map = hand_spec(*SENTENCES)["usermeta"]["caption"]
    for words in ("Solid line with an arrow", "broken line with a bar", "Broken frame", "left"):
        assert words in whole_map
    assert "not shown" not in whole_map
    many = [s for k in range(40) for s in (f"a/c{k} affirms p", f"a/d{k} supports a/c{k}")]
    spec = hand_spec(*many, number="1 of 2")
    claims, caption = len(heads(spec)) - 1, spec["usermeta"]["caption"]
    assert f"n = {claims} claims" in caption and "two reasons not shown" in caption
    assert f"{80 - claims} more claims are nearest reasons for which there is no room, or lie further back." in caption
    assert "Sheet 1 of 2." in spec["usermeta"]["caption"] and "sheet 1 of 2" in " ".join(spec["title"]["subtitle"])
    assert {row["more"] for row in heads(spec).values()} == {"1 more", f"{40 - claims} more"}


def test_the_alt_text_says_who_stands_for_and_against_what():
    texts = {"p": "It rained.", "a/x": "It was wet.", "a/y": "Shoes were muddy.", "a/z": "A hose ran.", "b/w": "It was dry."}  # fmt: skip
    said = hand_spec(*SENTENCES, texts=texts)["description"]
    for words in texts.values():
        assert words in said
    start = said.index("Proposition: It rained.")
    assert "affirmed by A 2001: It was wet." in said[start:] and "rejected by B 2001: It was dry." in said[start:]
    assert "supported by A 2001: Shoes were muddy." in said and "attacked by A 2001: A hose ran." in said


def test_the_alt_text_names_the_holder_of_a_reported_view():
    holders, texts = {"a/y": "the household", "a/z": "the cook"}, {"a/y": "Cats lie.", "a/z": "Cats tell."}
    said = hand_spec(*SENTENCES, holders=holders, texts=texts)["description"]
    assert "A 2001 reports: the household: Cats lie." in said
    assert "A 2001 reports: the cook: Cats tell." in said
    assert "A 2001: Cats lie." not in said and "A 2001: the household" not in said


def test_what_stands_alone_is_in_the_alt_text_too():
    assert "Claim x of a." in hand_spec("a/x")["description"]


def test_every_box_says_whose_it_is_and_what():
    holders, texts = {"a/y": "the household"}, {"a/y": "Cats lie.", "a/x": "It was wet."}
    spec = hand_spec(*SENTENCES, holders=holders, texts=texts, theses=["a/x"])
    rows = heads(spec)
    assert {n: row["head"] for n, row in rows.items()} == {
        "p": "Proposition", "a/x": "A 2001 · thesis", "a/y": "A 2001 reports", "a/z": "A 2001", "b/w": "B 2001",
    }  # fmt: skip
    assert rows["a/y"]["said"] == "A 2001 reports: the household: Cats lie."
    assert rows["a/x"]["said"] == "A 2001 · thesis: It was wet."
    assert all(layer["encoding"]["description"]["field"] == "said" for layer, _ in frames(spec))
    written = [rows for layer, rows in layers(spec, "text") if layer["encoding"]["text"]["field"] == "head"]
    assert {row["head"] for [*rows] in written for row in rows} == {row["head"] for row in rows.values()}


def test_a_reported_view_has_a_broken_frame_and_no_other_box_has(small):
    spec = hand_spec(*SENTENCES, holders={"a/y": "the household"})
    dashes = {row["node"]: layer["mark"]["strokeDash"] for layer, rows in frames(spec) for row in rows}
    assert dashes.pop("a/y")[1] > 0
    assert all(dash[1] == 0 for dash in dashes.values()) and len(dashes) == 4


def test_for_and_against_differ_by_more_than_colour():
    spec = hand_spec(*SENTENCES)
    (solid, pro), (broken, contra) = layers(spec, "line")
    assert (relation_of(pro), relation_of(contra)) == ({"supports", "affirms"}, {"attacks", "rejects"})
    assert solid["mark"]["strokeDash"][1] == 0 and broken["mark"]["strokeDash"][1] > 0
    (arrow, pro), (bar, contra) = layers(spec, "point")
    assert (relation_of(pro), relation_of(contra)) == ({"supports", "affirms"}, {"attacks", "rejects"})
    assert arrow["mark"]["shape"] == "triangle-up" and arrow["mark"]["filled"]
    assert bar["mark"]["shape"] == "stroke" and len(contra) == 2 and len(pro) == 2
    assert FOR[1] != AGAINST[1] and theme.contrast(FOR[1], theme.PAPER) > 3 < theme.contrast(AGAINST[1], theme.PAPER)


def test_a_line_is_drawn_through_its_points_in_order():
    graph = hand(*SENTENCES)
    [sheet] = sheets(graph)
    spec = spec_of(graph, ["a", "b"])
    drawn = {}
    for layer, rows in layers(spec, "line"):
        assert layer["encoding"]["detail"]["field"] == "edge" and layer["encoding"]["order"]["field"] == "k"
        for row in sorted(rows, key=lambda r: r["k"]):
            drawn.setdefault(row["edge"], []).append([row["x"], row["y"]])
    assert [drawn[i] for i in range(4)] == [edge["points"] for edge in sheet["edges"]]


def test_an_arrow_points_the_way_its_line_arrives():
    # an upward triangle turned by an angle points to (sin, −cos); lines to the outer reasons arrive from above and below
    graph = hand(*(f"a/{c} affirms p" for c in "uvw"), *(f"b/{c} rejects p" for c in "xyz"))
    [sheet] = sheets(graph)
    arrivals = {(e["from"], *e["points"][-2], *e["points"][-1]) for e in sheet["edges"]}
    tips = [row for _, rows in layers(spec_of(graph, ["a", "b"]), "point") for row in rows]
    assert len(tips) == len(arrivals) == 6
    steep = 0
    for _, x0, y0, x1, y1 in arrivals:
        [tip] = [t for t in tips if t["x"] == pytest.approx((x0 + x1) / 2) and t["y"] == pytest.approx((y0 + y1) / 2)]
        length, angle = math.hypot(x1 - x0, y1 - y0), math.radians(tip["angle"])
        assert (math.sin(angle), -math.cos(angle)) == pytest.approx(((x1 - x0) / length, (y1 - y0) / length), abs=1e-6)
        steep += abs(y1 - y0) > 0.1 * length
    assert steep >= 2


def test_the_y_axis_runs_down_the_sheet_and_nothing_is_rescaled():
    spec = hand_spec(*SENTENCES)
    for layer in spec["layer"]:
        for axis, domain in (("x", [0, spec["width"]]), ("y", [spec["height"], 0])):
            assert layer["encoding"][axis]["scale"] == {"domain": domain, "nice": False, "zero": False}


def test_every_tint_is_legible_under_its_ink():
    for tint in (*TINTS, STANDARD):
        assert theme.contrast(tint, theme.ink_on(tint)) >= 4.5, tint


def test_tints_differ_in_grey():
    for one, other in itertools.combinations(TINTS, 2):
        assert theme.contrast(one, other) >= 1.15, (one, other)


def test_sources_keep_their_tints_from_map_to_map_and_propositions_have_none(small):
    both = heads(small_spec(small))
    graph = question_map(whole(small), "culprit", ["birch-2005"])
    alone = heads(spec_of(graph, SOURCES))
    assert alone["birch-2005/cat-guilty"]["tint"] == both["birch-2005/cat-guilty"]["tint"] == TINTS[1]
    assert both["cook-did-it"]["tint"] == STANDARD and STANDARD not in TINTS
    assert {row["tint"] for n, row in both.items() if n.startswith("ash")} == {TINTS[0]}


def test_an_eighth_source_is_drawn_and_named():
    names = "abcdefgh"
    spec = spec_of(hand(*(f"{s}/x affirms p" for s in names)), list(names))
    assert {row["head"] for row in heads(spec).values()} == {"Proposition", *(f"{s.upper()} 2001" for s in names)}


def test_a_marked_box_stands_out_and_only_it():
    rows = heads(hand_spec(*SENTENCES, mark="a/y"))
    assert [n for n, row in rows.items() if row["weight"] == 4] == ["a/y"]
    assert all(row["weight"] < 4 for row in heads(hand_spec(*SENTENCES)).values())


def test_the_caption_says_which_box_is_the_claim_taken_away_or_granted():
    def caption(**options):
        return hand_spec(*SENTENCES, **options)["usermeta"]["caption"]

    assert "Thickest frame: the claim taken away." in caption(mark="a/y", fallen=["a/y", "a/x"])
    assert "Thickest frame: the claim granted." in caption(mark="a/z", fallen=["a/x"])
    assert "Thickest frame: the claim asked about." in caption(mark="a/z")
    assert "Thickest" not in caption() and "Thickest" not in caption(mark="b/elsewhere"), "on another sheet"


def test_a_fallen_claim_says_so_in_words():
    spec = hand_spec(*SENTENCES, fallen=["a/y"])
    rows = heads(spec)
    assert [n for n, row in rows.items() if "falls" in row["head"]] == ["a/y"]
    assert theme.contrast(rows["a/y"]["tint"], rows["a/y"]["ink"]) >= 4.5
    assert theme.contrast(rows["a/y"]["text_ink"], theme.PAPER) >= 4.5
    assert "falls" in spec["usermeta"]["caption"] and "falls" not in hand_spec(*SENTENCES)["usermeta"]["caption"]
    assert "falls" in spec["description"], "not said to those who only hear the map"


def boxes_and_words(spec):
    """Every text of the chart with its width and place, and the box in which it must stand."""
    rows = heads(spec).values()
    for layer, texts in layers(spec, "text"):
        bold = layer["mark"].get("fontWeight") == "bold"
        field, size = layer["encoding"]["text"]["field"], layer["mark"]["fontSize"]
        for t in texts:
            width = stringWidth(t[field], "Helvetica-Bold" if bold else "Helvetica", size)
            left = t["x"] - width if layer["mark"]["align"] == "right" else t["x"]
            [box] = [b for b in rows if b["x"] <= t["x"] <= b["x2"] and b["y"] <= t["y"] <= b["y2"]]
            yield t[field], left, left + width, t["y"] - size / 2, t["y"] + size / 2, box


def inside(spec):
    for text, left, right, top, bottom, box in boxes_and_words(spec):
        assert box["x"] <= left and right <= box["x2"], text
        assert box["y"] <= top and bottom <= box["y2"], text
        strip = text in (box["head"], box["more"])
        assert (bottom <= box["y"] + HEAD + 0.5) if strip else (top >= box["y"] + HEAD), text


@pytest.mark.parametrize("source", ["harrison-1979", "gusev-2008", "harris-2017", "fitz-2018", "kokosalakis-2021"])
def test_every_word_of_a_shipped_thesis_stands_inside_its_box(shipped, source):
    graph, order = thesis_map(whole(shipped), source), list(tables.sources(shipped).source)
    for i in range(len(sheets(graph))):
        inside(spec_of(graph, order, i))


def test_every_word_of_the_factory_cell_stands_inside_its_box(shipped):
    asked = question_map(whole(shipped), "cell", ["gusev-2008", "kokosalakis-2021"])
    spec = spec_of(asked, list(tables.sources(shipped).source))
    inside(spec)
    by_box = {}
    for text, left, right, *_, box in boxes_and_words(spec):
        by_box.setdefault(box["node"], {})[text] = (left, right)
    for box in heads(spec).values():  # nothing stands on the count of what is not shown
        if box["more"]:
            assert by_box[box["node"]][box["head"]][1] + 4 <= by_box[box["node"]][box["more"]][0]


def test_a_long_label_of_a_fallen_thesis_stands_inside_its_box():
    graph = hand("a/x", theses=["a/x"])
    graph.nodes["a/x"]["label"] = "Alexander Rabinowitch 2007b"
    inside(spec_of(graph, ["a"], fallen=["a/x"]))


def test_two_texts_by_the_same_authors_are_told_apart():
    graph = hand("a/x affirms p", "b/w affirms p")
    for node, year in (("a/x", 2000), ("b/w", 2003)):
        graph.nodes[node]["label"] = f"Sheila Fitzpatrick and Yuri Slezkine {year}"
    rows = heads(spec_of(graph, ["a", "b"]))
    assert rows["a/x"]["head"] != rows["b/w"]["head"]


HOSTILE = ["</script><script>alert(1)</script>", "\"'`{}[]\\", "datum.x ? 1 : 2", "юникод 統 \u202e", "line\nbreak", ""]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_change_only_the_words(words):
    texts, holders = {"a/x": words, "p": words, "b/w": words}, {"a/y": words or "them"}
    hostile, plain = hand_spec(*SENTENCES, texts=texts, holders=holders), hand_spec(*SENTENCES, holders={"a/y": "them"})
    assert [(layer["mark"], layer["encoding"].keys()) for layer in hostile["layer"]] == [(layer["mark"], layer["encoding"].keys()) for layer in plain["layer"]]  # fmt: skip
    assert heads(hostile).keys() == heads(plain).keys()
    assert json.loads(json.dumps(hostile)) == hostile


def test_no_two_sources_of_a_map_share_a_colour_though_the_debate_has_more_sources_than_colours():
    order = [f"s{i}" for i in range(2 * len(TINTS))]
    alone = heads(spec_of(hand("s7/x affirms p"), order))["s7/x"]["tint"]
    both = heads(spec_of(hand("s0/x affirms p", "s7/x rejects p"), order))
    assert alone == TINTS[0] == both["s0/x"]["tint"] and both["s7/x"]["tint"] == TINTS[1]


def test_a_map_of_a_part_says_of_how_much():
    graph = hand(*(f"a/c{i} affirms p{i}" for i in range(15)), "b/x rejects p14")
    spec = spec_of(question_map(graph, "q", ["a", "b"]), ["a", "b"])
    said = " The map holds 12 of 15 propositions, those on which these texts lie furthest apart, of equals those with most claims behind them."
    assert said in spec["usermeta"]["caption"] and said in " ".join(spec["title"]["subtitle"]).replace("\n", " ")
    assert said in spec["description"]
    alone = spec_of(question_map(graph, "q", ["a"]), ["a"])
    assert " The map holds 12 of 15 propositions, those with most claims behind them." in alone["description"]
    chain = hand(*(f"a/c{i:02} supports a/c{i + 1:02}" for i in range(30)))
    near = surroundings(chain, what_if(chain, "a/c00"), "a/c00")
    assert " The map holds 4 of 30 claims that fall and stances that are put in question, the nearest first;" in spec_of(near, ["a"])["usermeta"]["caption"]  # fmt: skip


def test_what_more_there_is_stands_beside_the_name_in_words_that_are_no_stance_however_long_the_name():
    graph = hand("a/x supports a/y", "a/z supports a/y", "a/y affirms p", theses=["a/y"])
    graph.nodes["a/y"]["label"] = "The Council of the Middle Ferry 2001"
    [sheet] = sheets(graph.subgraph(["a/x", "a/y", "p"]), within=graph)
    spec = argument_map(graph, sheet, ["a"], "Title?", "Codings: by hand.", fallen=["a/y"]).to_dict()
    inside(spec)
    at = {text: (left, right) for text, left, right, *_ in boxes_and_words(spec)}
    head = heads(spec)["a/y"]["head"]
    assert head.startswith("The ") and head.endswith("… 2001 · thesis · falls")
    assert at[head][1] + 4 <= at["1 more"][0]


def test_what_more_there_is_is_explained_though_nothing_lies_further_back():
    graph = hand("a/x supports a/y", "a/z supports a/y", "a/y affirms p")
    [sheet] = sheets(graph.subgraph(["a/x", "a/y", "p"]), within=graph)
    spec = argument_map(graph, sheet, ["a"], "Title?", "Codings: by hand.").to_dict()
    assert sheet["hidden"] == {"a/y": 1} and sheet["left_out"] == 0
    assert " “2 more” in a box: two reasons not shown. Codings" in spec["usermeta"]["caption"]
    assert "not shown" not in spec_of(graph, ["a"])["usermeta"]["caption"]


def least_on_a4(spec):
    """The smallest type of a chart, in points, on a sheet of A4 with margins of 5 mm, upright or across."""
    drawing = converter().vegalite_to_svg(spec)
    width, height = (float(x) for x in re.search(r'width="([\d.]+)" height="([\d.]+)"', drawing).groups())
    short, long = (200 / 25.4 * 72, 287 / 25.4 * 72)
    scale = max(min(short / width, long / height), min(long / width, short / height))
    return min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawing)) * scale


CHAIN = [f"a/c{i} supports a/c{i + 1}" for i in range(9)]
LARGE = {
    "a long chain falls": (hand("a/r supports a/c0", *CHAIN, "a/c9 affirms p"), "a/c0"),
    "many stances are questioned": (hand("a/x affirms p", *(f"b{i:02}/y{k} rejects p" for i in range(25) for k in range(9))), "a/x"),
    "a claim with many reasons": (hand(*(f"a/r{i} supports a/t" for i in range(40)), theses=["a/t"]), ""),
    "many texts": (hand(*(f"t{i:02}/x {does} p{k:02}" for i in range(40) for k, does in ((i, "affirms"), (i // 2, "rejects")) if k < 12)), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_no_type_of_a_large_map_is_smaller_than_6_points_on_a4_and_what_is_left_out_is_counted(name):
    graph, claim = LARGE[name]
    table = what_if(graph, claim, grant="questioned" in name) if claim else None
    part = surroundings(graph, table, claim) if claim else graph
    made = sheets(part, within=graph)
    order = list(dict.fromkeys(d["source"] for _, d in graph.nodes(data=True) if d["kind"] == "claim"))
    for sheet in made:
        spec = argument_map(part, sheet, order, "Title?", "Codings: by hand.", mark=claim).to_dict()
        assert least_on_a4(spec) >= 6
        assert claim in sheet["boxes"] or not claim
    if name != "many texts":
        [sheet] = made
        assert sheet["hidden"] or "fallen" in part.graph


def test_a_heading_names_few_texts_and_the_caption_all():
    spec = spec_of(hand(*(f"{s}/x affirms p" for s in "abcdefg")), list("abcdefg"))
    assert "7 claims (7 texts)" in " ".join(spec["title"]["subtitle"]) and "(A 1, B 1, " in spec["usermeta"]["caption"]


def test_a_map_of_one_empty_claim_is_drawn():
    assert len(heads(hand_spec("a/x", texts={"a/x": ""}))) == 1


def test_the_same_map_makes_the_same_spec(small):
    first, again = (json.dumps(small_spec(small)["datasets"], sort_keys=True) for _ in range(2))
    assert first == again
