"""Any scale that a debate declares: its sides, colours and words; and that nothing leaves it out."""

import ast
import csv
import inspect
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
import scales
import yaml
from conftest import ROOT, SMALL
from debates import lost
from openpyxl import load_workbook
from sheets import put, saved
from test_charts import chart_calls
from test_graph import whole

from analysis import agreement, arguments, browse, charts, classroom, exchange, tables, trace
from analysis.adoption import _said
from analysis.agreement.cells import flipped
from analysis.browse.content import content
from analysis.build import build
from analysis.charts import rooms, theme
from analysis.classroom.readings import SILENT, parting
from analysis.debate import check_debate, debate_with, load_debate
from analysis.exchange import aif, argdown, dna, folders, graphml, polis, refi, tidy
from analysis.explorer import cards, choice, explore
from analysis.presets import PRESETS
from analysis.schemas import Scale, Stance
from analysis.sheets.answers import answers
from analysis.sheets.form import choices, form, guide, meaning
from analysis.sheets.paper import paper
from analysis.sheets.workbook import workbook
from analysis.starting.scales import without_limits

NAMES = tuple(scales.VALUES)
FOREIGN = [
    "−2",
    "+2",
    "±1",
    "±2",
    "/4",
    "affirms",
    "rejects",
    "weighs",
]  # what only the five values of others would say


@pytest.fixture(scope="module")
def debates(tmp_path_factory):
    return {name: scales.debate(tmp_path_factory.mktemp("scales") / name, name) for name in NAMES}


@pytest.fixture(params=NAMES)
def debate(request, debates):
    charts.use("web", debates[request.param].scale)
    return debates[request.param]


def scale_of(*values, **more):
    """A scale of these numbers; `more`: number as a word → what else its value says."""
    said = [{"value": v, "label": f"says {v}", "rule": "-"} | more.get(f"at_{v}".replace("-", "m"), {}) for v in values]
    return Scale.model_validate({"values": said, "certainty": scales.CERTAINTY, "silences": scales.SILENCES})


# The record


def test_the_middle_lies_halfway_and_every_value_on_its_side(debates):
    assert {n: d.scale.bounds for n, d in debates.items()} == {"three": (-1, 1, 0), "seven": (1, 7, 4), "yes-no": (0, 1, 0.5)}  # fmt: skip
    sides = {n: [d.scale.side(v.value) for v in d.scale.ascending] for n, d in debates.items()}
    assert sides == {"three": [-1, 0, 1], "seven": [-1, -1, -1, 0, 1, 1, 1], "yes-no": [-1, 1]}


def test_a_middle_that_is_not_halfway_is_declared():
    scale = scale_of(-1, 0, 1, 2, 3, at_0={"middle": True})
    assert scale.bounds == (-1, 3, 0)
    assert [scale.side(v) for v in (-1, 0, 1, 3)] == [-1, 0, 1, 1]
    assert [scale.share(v) for v in (-1, 0, 1.5, 3)] == [-1, 0, 0.5, 1]
    assert flipped(3, scale.bounds) == -1 and flipped(-1, scale.bounds) == 3 and flipped(1.5, scale.bounds) == -0.5


def test_values_are_shown_with_signs_only_about_0(debates):
    shown = {n: [d.scale.shown(v.value) for v in d.scale.ascending] for n, d in debates.items()}
    assert shown == {"three": ["−1", "0", "+1"], "seven": list("1234567"), "yes-no": ["no", "yes"]}
    assert [scale_of(-1, 0, 1, 2).shown(v) for v in (-1, 0, 2)] == ["−1", "0", "2"]
    assert debates["three"].scale.shown(-0.0) == "0"


def test_what_lies_between_two_values_is_shown_too(debates):
    assert debates["yes-no"].scale.shown(0.5) == "no/yes"
    assert (debates["seven"].scale.shown(2.5), debates["three"].scale.shown(0.5)) == ("2.5", "+0.5")


def test_a_word_that_is_the_label_is_not_said_twice(debates, small):
    assert (debates["yes-no"].scale.named(1), debates["yes-no"].scale.said(1)) == ("yes", "yes")
    assert (small.scale.named(2), small.scale.said(-2)) == ("+2 affirms", "rejects (−2)")
    spoken = scale_of(0, 1, at_1={"shown": "yes"})
    assert (spoken.named(1), spoken.said(1), spoken.named(0)) == ("yes (says 1)", "says 1 (yes)", "0 says 0")


# The check


def problems(tmp_path, values):
    """What `check` says of a scale."""
    folder = shutil.copytree(SMALL, tmp_path / "debate")
    book = yaml.safe_load((SMALL / "debate.yml").read_text(encoding="utf-8"))
    book["scale"]["values"] = [{"label": f"v{i}", "rule": "-"} | v for i, v in enumerate(values)]
    (folder / "debate.yml").write_text(json.dumps(book, indent=1), encoding="utf-8")
    return [str(p) for p in check_debate(folder).problems if p.file == "debate.yml"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([{"value": 1}], "a scale of 1 value; give 2 to 11 values"),
        ([{"value": v} for v in range(12)], "a scale of 12 values; give 2 to 11"),
        ([{"value": 0}, {"value": 1}, {"value": 1}], 'the value "1" is given twice'),
        ([{"value": 0}, {"value": 5}], "1 is missing between 0 and 5; number the values one after the other"),
        ([{"value": 0, "shown": "yes"}, {"value": 1, "shown": "Yes"}], "another value is shown as “Yes”, too; show it"),
        ([{"value": 0, "shown": "1"}, {"value": 1}], "another value is shown as “1”, too"),
        ([{"value": 0, "shown": True}, {"value": 1}], "expected a text, found a yes/no (True); put quotation marks"),
        ([{"value": 0, "shown": "certainly"}, {"value": 1}], "shown: String should have at most 6 characters"),
        ([{"value": 0, "middle": True}, {"value": 1}, {"value": 2}], "no value lies below the middle, 0; mark a value"),
        ([{"value": 0}, {"value": 1}, {"value": 2, "middle": True}], "no value lies above the middle, 2; mark a value"),
        ([{"value": v, "middle": v in (1, 2)} for v in range(4)], "a scale has one middle; this is the second; leave"),
        ([{"value": 1000}, {"value": 1001}], "1000 is out of range; use at most 100"),
    ],
)  # fmt: skip
def test_a_scale_that_cannot_be_is_refused_with_line_and_cure(tmp_path, values, said):
    found = problems(tmp_path, values)
    assert any(said in p for p in found), found
    assert all(re.match(r"debate\.yml:\d+: ", p) for p in found)


@pytest.mark.parametrize("values", [(0, 1), (-1, 0, 1), (1, 2, 3, 4), (-2, -1, 1, 2), range(-5, 6)])
def test_other_scales_are_sound(tmp_path, values):
    assert problems(tmp_path, [{"value": v} for v in values]) == []


def test_all_that_is_wrong_with_a_scale_is_said_at_once(tmp_path):
    assert len(problems(tmp_path, [{"value": 0, "shown": "4"}, {"value": 4}, {"value": 4}])) == 3


def test_a_value_off_the_scale_and_a_missing_limit_are_named_as_the_scale_shows_them(tmp_path):
    folder = scales.written(tmp_path / "d", "seven")
    file = folder / "codings/reference/birch-2005.yml"
    file.write_text(file.read_text().replace('"value": 5', '"value": 8').replace('"value": 1,', '"value": 3,'))
    said = "\n".join(map(str, check_debate(folder).problems))
    assert "the value 8 is not on the scale; use one of: 1, 2, 3, 4, 5, 6, 7" in said
    assert "a stance of 3 without its qualification" in said


# Tables and measures, by hand


def test_stances_are_said_as_the_scale_shows_them(debates):
    d = debates["yes-no"]
    assert tables.reasons(tables.stances(d), d.scale).stance.tolist()[:6] == ["yes", "no", "yes", "yes", "yes", "silent: not asked"]  # fmt: skip
    clashes = tables.in_words(agreement.opposed(tables.stances(d), d.scale.bounds), None, d.scale)
    assert set(clashes["value of the one"]) == {"yes"} and set(clashes["value of the other"]) == {"no"}
    with pytest.raises(ValueError, match="give the debate's"):
        tables.in_words(clashes.rename(columns={"value of the one": "value_a"}))


@pytest.mark.parametrize(
    ("name", "expected"),  # n, same side, opposite sides, equal, mean distance
    [
        ("three", {("ash", "birch"): (3, 1, 1, 1, 1.0), ("ash", "cedar"): (2, 1, 0, 1, 0.5), ("birch", "cedar"): (2, 0, 2, 0, 2.0)}),
        ("seven", {("ash", "birch"): (3, 1, 2, 1, 8 / 3), ("ash", "cedar"): (2, 2, 0, 1, 1.0), ("birch", "cedar"): (2, 0, 2, 0, 5.0)}),
        ("yes-no", {("ash", "birch"): (3, 1, 2, 1, 2 / 3), ("ash", "cedar"): (2, 2, 0, 2, 0.0), ("birch", "cedar"): (2, 0, 2, 0, 1.0)}),
    ],
)  # fmt: skip
def test_agreement_is_1_less_the_distance_over_the_whole_scale(debates, name, expected):
    d = debates[name]
    low, high, _ = d.scale.bounds
    pairs = agreement.pairwise_agreement(tables.stances(d), d.scale.bounds)
    for p in pairs.itertuples():
        n, same, opposite, equal, distance = expected[p.source_a[:-5], p.source_b[:-5]]
        assert (p.n, p.same_sign, p.opposite_sign, p.equal) == (n, same, opposite, equal)
        assert p.mean_distance == pytest.approx(distance)
        assert p.agreement == pytest.approx(1 - distance / (high - low))


def test_two_who_say_no_agree_and_can_share_a_ground(debates):
    d = debates["yes-no"]
    shared = agreement.shared_conclusions(tables.stances(d), tables.stance_claims(d), tables.links(d), d.scale.bounds)
    assert shared[(shared.source_b == "cedar-2010")][["proposition", "value_a", "value_b"]].values.tolist() == [["p", 1, 1], ["r", 0, 0]]  # fmt: skip


def test_silence_counted_as_a_value_is_the_middle(debates):
    for name, middle in (("three", 0), ("seven", 4), ("yes-no", 0.5)):
        filled = agreement.silence_as_zero(tables.stances(debates[name]), debates[name].scale.bounds)
        assert set(filled.value[filled.status == "silence"]) == {middle}


def test_a_flip_turns_about_a_declared_middle():
    table = pd.DataFrame({"source": list("ab"), "proposition": "p", "value": [1.5, 3]})
    # halfway to the upper end becomes halfway to the lower, −0.5: from 1.5 to 3.5 apart, on a scale of 4
    [crux] = agreement.cruxes(table, (-1, 3, 0)).itertuples()
    assert (crux.source, crux.moves) == ("a", pytest.approx(3.5 / 4 - 1.5 / 4))


def test_only_values_with_a_limit_are_pulled(debates):
    for name, pulled in (("seven", True), ("three", False)):
        d = debates[name]
        stances, bounds = tables.stances(d), d.scale.bounds
        found = agreement.robustness(stances, agreement.headlines_of(stances, bounds), None, bounds, d.scale.limited, draws=5)  # fmt: skip
        kinds = set(found.alternative)
        assert ("qualified values pulled out" in kinds, "qualified values" in kinds) == (pulled, not pulled)
        assert ("silence as the middle" in kinds) == (name == "seven")


def test_reasons_go_by_the_side_on_any_scale(debates):
    graph = whole(debates["yes-no"])
    relations = {(a, b): r for a, b, r in graph.edges(data="relation") if b == "r"}
    assert relations == {("ash-2001/on-r", "r"): "rejects", ("birch-2005/on-r", "r"): "affirms", ("cedar-2010/on-r", "r"): "rejects"}  # fmt: skip
    met = arguments.clash(graph, "ash-2001", "birch-2005")
    assert met[["proposition", "value_a", "value_b"]].values.tolist() == [["p", 1, 0], ["r", 0, 1]]
    assert arguments.clash_claims(met, graph).side.tolist() == ["affirms", "rejects", "rejects", "affirms"]
    seven = arguments.clash(whole(debates["seven"]), "ash-2001", "birch-2005")
    assert seven[["proposition", "value_a", "value_b"]].values.tolist() == [["p", 7, 1], ["r", 3, 5]]
    assert not arguments.clash(whole(debates["three"]), "ash-2001", "birch-2005").proposition.isin(["r"]).any()


# Charts


def every_chart(d):
    graph = whole(d)
    labels = tables.sources(d).set_index("source").label.to_dict()
    met = arguments.clash(graph, "ash-2001", "birch-2005")
    made = {name: call() for name, call in chart_calls(d).items()}
    made["clash"] = charts.clash_chart(met, labels["ash-2001"], labels["birch-2005"], "Title?", d.credit())
    return {name: chart.to_dict() for name, chart in made.items()}


def said_in(spec):
    """All that a reader can see or hear of a chart: titles, caption, alt text, axes, and the data."""
    kept = {k: spec.get(k) for k in ("title", "description", "usermeta", "datasets")}
    axes = re.findall(r'"(?:title|labelExpr)": "[^"]*"', json.dumps(spec, ensure_ascii=False))
    return json.dumps(kept, ensure_ascii=False) + " ".join(axes)


def test_no_chart_speaks_of_another_scale(debate):
    for name, spec in every_chart(debate).items():
        assert [w for w in FOREIGN if w in said_in(spec)] == [], name


def test_charts_take_their_words_from_the_scale(debates):
    words = {}
    for name, d in debates.items():
        charts.use("web", d.scale)
        specs = every_chart(d)
        words[name] = (specs["grid"]["title"]["subtitle"][0], specs["pairs"]["usermeta"]["caption"])
    assert "+1 for, −1 against, 0 undecided; dots" in words["three"][0]
    assert "7 wholly agrees, 1 wholly disagrees, 3 and 5 with a limit or doubt; dots" in words["seven"][0]
    assert "yes, no; dots" in words["yes-no"][0]
    assert "agreement: 1 − distance/6." in words["seven"][1] and "those with a 4 on either side" in words["seven"][1]
    assert "agreement: 1 − distance/2." in words["three"][1] and "agreement: 1 − distance." in words["yes-no"][1]
    assert "on either side are in n only" not in words["yes-no"][1]  # nothing stands between yes and no


def test_the_words_of_the_five_values_are_those_they_always_were(small):
    charts.use("web", small.scale)
    assert charts.values_in_words() == "+2 affirms, −2 rejects, ±1 with a limit or doubt, 0 weighs both sides"
    assert charts.ends_in_words() == "from −2 (rejects) to +2 (affirms)"
    assert list(theme.value_places(118).values()) == ["−2 rejects", "−1", "0 weighs", "+1", "+2 affirms"]
    assert [theme.colour_of(v, small.scale) for v in (-2, -1, 0, 1, 2)] == list(theme.DEPTHS)


def test_the_alt_text_says_the_values_as_they_are_shown(debates):
    for name, said in (("yes-no", "Ash yes, Birch no, Cedar yes"), ("seven", "Ash 7, Birch 1, Cedar 7"), ("three", "Ash +1, Birch −1, Cedar +1")):  # fmt: skip
        charts.use("web", debates[name].scale)
        spec = charts.stance_grid(tables.stances(debates[name]), "T", debates[name].credit()).to_dict()
        assert f"{scales.TEXTS['p']} {said}; 0 silent." in spec["description"]


@pytest.mark.parametrize("count", range(2, 12))
def test_every_value_has_a_colour_of_its_own_that_can_be_read(count):
    scale = scale_of(*range(count))
    colours = [theme.colour_of(v.value, scale) for v in scale.ascending]
    assert len({*colours, theme.SILENT}) == count + 1
    assert all(theme.contrast(c, theme.ink_on(c)) >= 4.5 for c in colours)
    # the further from the middle, the darker: grey print keeps how far a value goes
    for side in (colours[count // 2 :], colours[: (count + 1) // 2][::-1]):
        against_white = [theme.contrast(c, theme.PAPER) for c in side]
        assert against_white == sorted(against_white)


def test_a_chart_without_a_scale_says_what_to_call(debates, monkeypatch):
    monkeypatch.setattr(rooms, "_scale", None)
    with pytest.raises(ValueError, match=r"charts.use\(preset, d.scale\)"):
        charts.stance_grid(tables.stances(debates["three"]), "T", "C")


def test_a_scale_within_a_with_is_gone_after_it(debates):
    charts.use("web", debates["three"].scale)
    with rooms.using(PRESETS["slide"], debates["seven"].scale):
        assert rooms.scale_in_use() is debates["seven"].scale
    assert rooms.scale_in_use() is debates["three"].scale and rooms.current().name == "web"


@pytest.mark.parametrize("preset", ["web", "paper-single", "paper-double", "slide"])
def test_no_label_is_lost_in_any_room(debates, preset):
    from analysis.exports.fonts import converter

    for d in debates.values():
        charts.use(preset, d.scale)
        chart = charts.disagreement_profile(tables.stances(d), "T", d.credit()).to_dict()
        drawn = " ".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]+)</", converter().vegalite_to_svg(chart)))
        for v in (d.scale.ascending[0], d.scale.ascending[-1]):
            assert set(d.scale.named(v.value).split()) <= set(drawn.split()), (preset, drawn)
        width = float(re.search(r'width="([\d.]+)"', converter().vegalite_to_svg(chart))[1])
        assert preset == "web" or width <= PRESETS[preset].room + 1


def test_a_word_is_never_broader_than_its_cell(debates):
    d = debates["yes-no"]
    shown = scale_of(0, 1, at_0={"shown": "never"}, at_1={"shown": "mostly"})
    for preset in ("web", "paper-single"):
        charts.use(preset, shown)
        many = pd.concat([tables.stances(d).assign(label=lambda t, i=i: t.label + f" {i}") for i in range(3)])
        spec = charts.stance_grid(many, "T", "C").to_dict()
        [mark] = [x["mark"] for x in spec["layer"] if x["encoding"].get("text", {}).get("field") == "sign"]
        assert rooms.breadth("mostly", mark["fontSize"], bold=True) <= spec["width"]["step"]
        assert mark["fontSize"] >= 9


# Page, explorer, sheets, class


def test_the_page_holds_the_scale_and_its_colours(debate):
    held = content(debate, "reference")
    scale = debate.scale
    assert [(v["value"], v["sign"]) for v in held["scale"]] == [
        (v.value, scale.shown(v.value)) for v in scale.ascending
    ]
    assert held["middle"] == {3: "0", 7: "4", 2: None}[len(scale.values)]
    pairs = agreement.pairwise_agreement(tables.stances(debate), scale.bounds)
    assert sorted(p[5] for p in held["pairs"]) == sorted(round(a, 4) for a in pairs.agreement)
    page = browse.page(debate)
    for i, v in enumerate(scale.ascending):
        assert f".v{i}{{background:{theme.colour_of(v.value, scale)};" in page
    assert not any(word in json.dumps(held, ensure_ascii=False) for word in ("−2", "+2", "±1"))


def test_the_explorer_speaks_of_the_scale(debate):
    explorer = explore(debate)
    offered = [label for label, _ in explorer.otherwise.value.options]
    assert [o.split("  ")[0] for o in offered[1:-1]] == [debate.scale.shown(v.value) for v in debate.scale.values]
    stance = Stance(proposition="p", value=debate.scale.ascending[-1].value, certainty=3, why="-")
    assert debate.scale.shown(stance.value) in cards.chip(stance, debate.scale)
    explorer.view.value = "pairs"
    explorer.view.value = "profile"
    said = explorer.caption.value + explorer.message.value + explorer.headline.value
    assert not any(word in said for word in (*FOREIGN, "wrong"))


def test_markup_in_a_word_of_the_scale_stays_text(debates):
    hostile = scale_of(0, 1, at_1={"shown": "<b>&x", "label": "<script>"})
    stance = Stance(proposition="p", value=1, certainty=3, why="-")
    assert "&lt;b&gt;&amp;x" in cards.chip(stance, hostile) and "<b>&x" not in cards.chip(stance, hostile)
    d = debates["yes-no"]
    other = d.__class__(**{**d.__dict__, "codebook": d.codebook.model_copy(update={"scale": hostile})})
    assert "<i>wild" not in browse.page(other) and "<b>&x" not in browse.page(other)
    assert "<b>&x" not in paper(form(other)) and "&lt;b&gt;&amp;x" in paper(form(other))
    assert "<i>wild" not in cards.card(other, "ash-2001", "p", stance, [])


def test_the_explorer_maps_a_debate_in_which_a_text_has_stances_without_claims_and_counts_these(debate):
    bare = debate.codings["reference", "birch-2005"]
    stances = tuple(s.model_copy(update={"claims": ()}) for s in bare.stances)
    bare = bare.model_copy(update={"claims": (), "thesis": (), "factors": (), "stances": stances})
    explorer = explore(debate_with(debate, {**debate.codings, ("reference", "birch-2005"): bare}))
    explorer.view.value = "map"
    without = "No claims are coded of Birch 2005."
    assert f"{without} Not on the map: 2 of 5 stances on this question that take a side" in explorer.count.value
    explorer.map.question.value = "thesis"
    assert without in explorer.count.value and "Not on the map" not in explorer.count.value
    explorer.map.question.value = "deed"
    explorer.map.node.value = "ash-2001/on-p"
    explorer.map.supposed.value = "granted"
    assert "Not counted: 1 stance on the other side" in explorer.map.card.value


def test_a_limit_stays_on_its_side_in_the_explorer(debates):
    form_ = explore(debates["seven"]).otherwise
    assert [form_._side(v) for v in (1, 3, 4, 5, "silent")] == [-1, -1, 0, 1, 0]


def test_a_headline_names_the_distance_on_its_own_scale(debates):
    d = debates["seven"]
    assert choice.headlines(tables.stances(d), tables.names(d), d.scale) == [f"no proposition divides more than “{scales.TEXTS['p']}” (6 points apart, n = 3 texts)"]  # fmt: skip


SPELT = {
    "three": {"for (+1)": 1, "For": 1, "+1": 1, "1": 1, "−1": -1, "against": -1, "0": 0, "2": None},
    "seven": {"agrees (6)": 6, "6": 6, "+6": 6, "6,0": 6, "Wholly agrees": 7, "8": None, "-1": None, "yes": None},
    "yes-no": {"yes": 1, "YES": 1, "1": 1, "no": 0, "0": 0, "maybe": None},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_may_be_written_as_it_is_shown(debates, name):
    offered = choices(debates[name].codebook)["value"]
    assert {words: meaning(words, offered) for words in SPELT[name]} == SPELT[name]


def test_a_label_that_two_values_share_is_no_choice():
    offered = {"agrees (5)": 5, "agrees (6)": 6}
    assert [meaning(w, offered) for w in ("agrees", "agrees (6)", "5")] == [None, 6, 5]


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_is_made_filled_in_and_read_back(debates, tmp_path, name):
    d = debates[name]
    book = load_workbook(io.BytesIO(workbook(form(d, ["ash-2001"]))))
    words = dict(zip(choices(d.codebook)["value"].values(), choices(d.codebook)["value"], strict=True))
    rows = {p: row for row in range(2, 8) if (p := book["Ash 2001"].cell(row, 10).value)}
    for p, row in {p: r for r, p in ((r, p) for p, r in rows.items())}.items():
        value = scales.STANCES[name]["ash"].get(p)
        if value is None:
            continue
        said = {"value": words[value], "certainty": "3", "why": f"It says so of {p}.", "first words": "in the very words of ash", "last words": "as one may read there"}  # fmt: skip
        said |= {"qualification": "in part"} if value in d.scale.limited else {}
        for column, text in said.items():
            put(book["Ash 2001"], row, column, text)
    book["Instructions"]["B2"].value = "Anna"
    (tmp_path / "anna.xlsx").write_bytes(saved(book))
    found = answers([tmp_path / "anna.xlsx"], d, {})
    assert found.problems == []
    read = found.students["anna"].codings["ash-2001"].stances
    assert {s.proposition: s.value for s in read} == scales.STANCES[name]["ash"]


def test_what_a_sheet_explains_and_prints_are_the_values_of_the_scale(debates):
    assert [w for w, _ in guide(debates["yes-no"].codebook)["value"]] == ["no", "yes"]
    assert "<span>no</span><span>yes</span>" in paper(form(debates["yes-no"]))
    assert [w for w, _ in guide(debates["three"].codebook)["value"]] == ["against (-1)", "undecided (0)", "for (+1)"]


def test_readings_part_on_opposite_sides_or_half_the_scale_apart(debates):
    def part(name, a, b):
        one, other = (pd.Series([x], dtype="float64").to_numpy() for x in (a, b))
        return bool(parting(one, other, debates[name].scale)[0])

    assert part("yes-no", 0, 1) and not part("yes-no", 1, 1)
    assert part("three", 0, 1) and part("three", -1, 1)
    assert part("seven", 3, 5) and part("seven", 4, 7) and not part("seven", 5, 7) and not part("seven", 4, 6)
    assert part("seven", 7, SILENT) and not part("seven", SILENT, SILENT)


def test_the_strip_and_the_moves_of_a_class_stand_on_the_scale(debate):
    stances = classroom.placed(tables.stances(debate)).assign(student="A")
    other = stances.assign(student="B", place=stances.place.where(stances.place == SILENT, debate.scale.bounds[0]))
    both = pd.concat([stances, other], ignore_index=True)
    some = classroom.tallies(both[both.source == "ash-2001"])
    spec = charts.readings_strip(some, "T", "C", classroom.placed(tables.stances(debate))).to_dict()
    heads = {r["column"] for rows in spec["datasets"].values() for r in rows if "column" in r}
    assert heads == {*theme.value_places(112).values(), "silent"}
    moved = classroom.slopes(classroom.moves(both, both.assign(place=debate.scale.bounds[1])))
    assert not any(w in said_in(charts.slopes_chart(moved, "T", "C").to_dict()) for w in ("−2", "+2"))
    assert classroom.in_words(classroom.between_students(both, debate.scale), debate.scale).shape[0] == 12


def test_records_and_traces_say_values_as_they_are_shown(debates):
    stance = Stance(proposition="p", value=1, certainty=3, why="It says so.")
    assert _said(stance, debates["yes-no"].scale) == "yes, certainty 3. It says so."
    assert trace._told(debates["yes-no"], "reference", "birch-2005", "p")["shown"] == "no"


# Other programs' formats


BY_SIDE = {"argdown": argdown, "dna": dna, "polis": polis, "refi": refi}


def values_of(d):
    return {(s, x.proposition): x.value for (_, s), c in d.codings.items() for x in c.stances}


def sound(d, folder):
    """Whether the files of a debate that was read pass the check."""
    for name, made in folders.files(d).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(made)
    return [str(p) for p in check_debate(folder).problems]


@pytest.mark.parametrize("format", BY_SIDE)
def test_a_format_with_sides_brings_back_the_side_and_says_so(debate, tmp_path, format):
    made, losses = BY_SIDE[format].dump(debate)
    back, _ = BY_SIDE[format].load(made)
    side = {k: 2 * debate.scale.side(v) for k, v in values_of(debate).items()}
    limited = {k for k, v in values_of(debate).items() if v in debate.scale.limited and format != "polis"}
    lesser = {k for k, v in values_of(debate).items() if abs(debate.scale.share(v)) <= 0.5 and format != "polis"}
    expected = {k: v // 2 if k in limited | lesser else v for k, v in side.items()}
    was = {text: id for id, text in scales.TEXTS.items()}
    ids = {p.id: was[p.text] for p in back.codebook.propositions}  # some formats know a proposition by its words
    if format == "dna":  # what weighs both sides is neither agreement nor disagreement
        expected = {k: v for k, v in expected.items() if v}
    assert {(s, ids[p]): v for (s, p), v in values_of(back).items()} == expected
    named = {name for loss in losses if loss.what == "stance on another scale" for name in loss.which}
    assert named == {f"{s}/{p}: {debate.scale.shown(v)}" for (s, p), v in values_of(debate).items()}
    assert {debate.scale.named(v.value) for v in debate.scale.values} <= lost(losses)
    assert [p for p in sound(back, tmp_path) if "scale" in p or "qualification" in p or "stance of" in p] == []


def test_reasons_for_and_against_are_those_of_the_side(debate):
    inner = json.loads(aif.dump(debate, form="aif")[0])
    schemes = [n["type"] for n in inner["nodes"] if n["type"] in ("RA", "CA")]
    sides = [debate.scale.side(v) for v in values_of(debate).values()]
    assert schemes.count("CA") == sides.count(-1)
    assert schemes.count("RA") == sides.count(1) + 3  # and a reason for the thesis of each


AFFIRMED = {"ash on p", "ash on q", "birch on q", "birch on r", "cedar on p", "cedar on s"}
REJECTED = {"birch on p", "cedar on r"}  # and by Ash r, where the scale has no middle for it


def in_dna(d):
    """By the agreement of each statement, and by the sign of its value, who speaks for and against what."""
    rows = list(csv.DictReader(io.StringIO(dna.dump(d)[0].decode(), newline=""), delimiter=";"))
    ids = {text: id for id, text in scales.TEXTS.items()}
    said = [(f"{r['document_notes'].partition('-')[0]} on {ids[r['concept']]}", r) for r in rows]
    assert {(r["agreement"], r["value"].startswith("-")) for r in rows} == {("1", False), ("0", True)}
    assert all(r["claim"] == f"on-{ids[r['concept']]}" for r in rows)
    return {s for s, r in said if r["agreement"] == "1"}, {s for s, r in said if r["agreement"] == "0"}


def in_aif(d):
    inner = json.loads(aif.dump(d, form="aif")[0])
    nodes = {n["nodeID"]: n for n in inner["nodes"]}
    ids = {text: id for id, text in scales.TEXTS.items()}
    into = {e["toID"]: nodes[e["fromID"]]["text"] for e in inner["edges"] if nodes[e["fromID"]]["type"] == "I"}
    told = [(nodes[e["fromID"]]["type"], into[e["fromID"]], ids[nodes[e["toID"]]["text"]]) for e in inner["edges"] if nodes[e["toID"]]["text"] in ids]  # fmt: skip
    assert all(claim.endswith(f" on {p}.") for _, claim, p in told)
    return tuple({claim.lower().rstrip(".") for type, claim, _ in told if type == wanted} for wanted in ("RA", "CA"))


def in_graphml(d):
    graph = nx.read_graphml(io.BytesIO(graphml.dump(d, form="map")[0]))
    told = [(r, f"{a.partition('-')[0]} on {b}") for a, b, r in graph.edges(data="relation") if b in scales.TEXTS]
    return tuple({said for relation, said in told if relation == wanted} for wanted in ("affirms", "rejects"))


def read_again_from_aif(d):
    back = aif.load(aif.dump(d)[0])[0]
    ids = {text: id for id, text in scales.TEXTS.items()}
    texts = {p.id: ids[p.text] for p in back.codebook.propositions}
    values = {f"{s.partition('-')[0]} on {texts[p]}": v for (s, p), v in values_of(back).items()}
    return {said for said, v in values.items() if v == 2}, {said for said, v in values.items() if v == -2}


@pytest.mark.parametrize("sides", [in_dna, in_aif, read_again_from_aif, in_graphml])
@pytest.mark.parametrize("scale", scales.VALUES)
def test_a_claim_stands_on_the_side_of_the_stance_that_rests_on_it(debates, scale, sides):
    assert sides(debates[scale]) == (AFFIRMED, REJECTED | ({"ash on r"} if scale != "three" else set()))


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_tables_carry_the_scale_whole_and_bring_it_back(debate, format):
    made, losses = tidy.dump(debate, form=format)
    back, lost_ = tidy.load(made, format)
    assert back.codebook == debate.codebook and values_of(back) == values_of(debate)
    assert losses == [] and lost_ == []


def test_a_declared_middle_comes_back_from_tables(debates):
    values = (-1, 0, 1, 2)
    book = debates["three"].codebook.model_copy(
        update={"scale": scale_of(*values, at_0={"middle": True}, at_2={"shown": "most"})}
    )
    d = debates["three"].__class__(**{**debates["three"].__dict__, "codebook": book})
    back = tidy.load(tidy.dump(d, form="csv")[0], "csv")[0]
    assert back.scale.bounds == (-1, 2, 0) and back.scale.shown(2) == "most"


def test_a_network_is_weighed_on_the_scale(debates):
    d = debates["seven"]
    network = graphml.dump(d, form="network")[0].decode()
    weights = agreement.discourse_network(tables.stances(d), scale=d.scale.bounds).weight
    assert all(f">{w}<" in network for w in weights)


def test_the_five_values_are_exported_as_they_are(small):
    assert "stance on another scale" not in {loss.what for loss in argdown.dump(small)[1]}
    assert exchange.sides.on_five_values(small, "reference") == (small, [])


@pytest.mark.parametrize("format", BY_SIDE)
def test_five_values_without_stated_limits_keep_their_values_and_only_the_missing_limits_are_named(small, format):
    """As a sheet brings them: at +1 and −1 nobody said what limits the stance."""
    book = small.codebook.model_copy(update={"scale": without_limits(small.scale)})
    bare = {
        key: c.model_copy(update={"stances": tuple(s.model_copy(update={"qualification": None}) for s in c.stances)})
        for key, c in small.codings.items()
    }
    made, losses = BY_SIDE[format].dump(debate_with(replace(small, codebook=book), bare))
    lesser = {f"{s}/{p}" for (s, p), v in values_of(small).items() if abs(v) == 1}
    said = {x.what: {name.partition(":")[0] for name in x.which} for x in losses}
    assert lesser and said["stance whose limit is not stated"] == lesser
    assert not {"stance on another scale", "value of the scale", "stance with a limit"} & said.keys()
    assert said.get("stance to a lesser degree", lesser) == lesser
    assert format != "refi" or b"+1 partly affirms" in zipfile.ZipFile(io.BytesIO(made)).read("project.qde")
    if format in ("argdown", "refi"):
        assert values_of(BY_SIDE[format].load(made)[0]) == values_of(small)


# The whole


def test_every_notebook_of_the_plan_is_built_on_yes_and_no(tmp_path):
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    scales.written(tmp_path / "yes-no", "yes-no")
    outcome = build(tmp_path / "notebooks", tmp_path / "build", tmp_path / "figures", debate=tmp_path / "yes-no")
    assert outcome.failures == []
    hidden = "+2: two reasons not shown"  # on maps, of boxes and not of values
    captions = [p.read_text(encoding="utf-8").replace(hidden, "") for p in (tmp_path / "figures").rglob("*.md")]
    assert len(captions) >= 30
    assert not [c for c in captions if any(w in c for w in ("−2", "+2", "±1", "/4", "counted as 0"))]


def scaled():
    """The functions of `agreement` that have a scale, and where among their arguments it stands."""
    found = {n: inspect.signature(f) for n, f in vars(agreement).items() if callable(f) and n in agreement.__all__}
    found |= {n: inspect.signature(getattr(agreement.cells, n)) for n in ("sign", "flipped", "middle_of")}
    needed = {n: list(s.parameters) for n, s in found.items() if "scale" in s.parameters and s.parameters["scale"].default is not None}  # fmt: skip
    return {n: names.index("scale") for n, names in needed.items()}


def unscaled_calls(code, name):
    """Calls of such functions that say nothing of the scale."""
    where = scaled()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and not any(isinstance(a, ast.Starred) for a in node.args):
            f = node.func
            called = f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.value.id == "agreement" else ""  # fmt: skip
            if called in where and len(node.args) <= where[called] and "scale" not in {k.arg for k in node.keywords}:
                yield f"{name}:{node.lineno}: {called}"
            if called == "robustness" and "limited" not in {k.arg for k in node.keywords} and len(node.args) < 5:
                yield f"{name}:{node.lineno}: robustness without the limited values"


def notebook_code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def test_no_call_leaves_out_the_scale():
    found = [c for p in sorted((ROOT / "notebooks").glob("*.ipynb")) for c in unscaled_calls(notebook_code(p), p.name)]
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        found += unscaled_calls(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    assert found == []


def test_the_search_for_calls_sees_one_that_leaves_it_out():
    assert list(unscaled_calls("agreement.division(stances)\npairwise_agreement(s, (0, 1))", "x")) == ["x:1: division"]
    assert list(unscaled_calls("agreement.robustness(s, h, r, b, draws=3)", "x")) == ["x:1: robustness without the limited values"]  # fmt: skip


def test_no_module_writes_out_a_scale_of_its_own():
    """The five values stand where an import makes up a scale, and in prose of the shipped debate; nowhere else."""
    allowed = {"folders.py", "sides.py", "cells.py", "maps.py", "__main__.py"}
    spelt = re.compile(r"[\[(]-2, -1, 0, 1, 2[\])]|−2 \(rejects\)|\+2 affirms|±1")
    docstrings = re.compile(r'"""(?:.|\n)*?"""|#.*')
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        code = docstrings.sub("", path.read_text(encoding="utf-8"))
        assert path.name in allowed or not spelt.search(code), path


def test_loading_is_all_that_a_debate_on_another_scale_needs(tmp_path):
    for name in NAMES:
        assert load_debate(Path(scales.written(tmp_path / name, name))).scale.values
