"""Charts in a journal's column and on a slide: what fits, what can be read, and that the web stays as it is."""

import itertools
import re
import xml.etree.ElementTree as ET
from functools import partial

import pytest
from conftest import SMALL
from reportlab.pdfbase.pdfmetrics import stringWidth
from test_charts import chart_calls, rows
from test_graph import whole
from test_maps import small_spec

from analysis import arguments, charts, presets, tables
from analysis.charts import rooms
from analysis.debate import load_debate
from analysis.exports.fonts import converter

ROOMS = [name for name, preset in presets.PRESETS.items() if preset.room]
OF_A_CLASS = {
    "completeness_chart",
    "leanings_chart",
    "partners_chart",
    "readings_strip",
    "slopes_chart",
}  # in test_classroom
PAPER = ["paper-single", "paper-double"]
WIDER = {"argument_map": "its boxes are laid out once and for all, whatever the preset"}

TICK = re.compile(r"−?\d\.\d|\d+")  # of an axis: fewer where there is less room
LETTERS = str.maketrans("−α→←•\u00a0", "+aMMi ")  # reportlab's Helvetica lacks them: others, about as broad


FIVE = load_debate(SMALL).scale  # with the words of the shipped debate


@pytest.fixture(autouse=True)
def web_again():
    yield
    charts.use("web", FIVE)


def without(stances, source):
    """The stances as if nobody had coded that source."""
    gone = stances.source == source
    emptied = {c: stances[c].mask(gone) for c in ("reason", "value", "certainty")}
    return stances.assign(status=stances.status.mask(gone, "uncoded"), **emptied)


def every_call(d):
    """For a chart of every kind, and for some with a text that is not coded, the call that draws it."""
    graph, stances = whole(d), tables.stances(d)
    order, labels = tables.sources(d).source.tolist(), tables.sources(d).set_index("source").label.to_dict()
    a, b = max(itertools.combinations(order, 2), key=lambda pair: len(arguments.clash(graph, *pair)))
    few = stances[stances.proposition.isin(stances.proposition.unique()[:8])]
    some = arguments.question_map(graph, d.codebook.questions[0].id, order)
    uncoded = without(stances, order[0])
    said = ("Title?", d.credit())
    return {
        **chart_calls(d),
        "uncoded grid": partial(charts.stance_grid, without(few, order[0]), *said),
        "uncoded profile": partial(charts.disagreement_profile, without(few, order[0]), *said),
        "uncoded overview": partial(charts.overview, uncoded, *said),
        "uncoded silences": partial(charts.silence_map, uncoded, *said),
        "clash": partial(charts.clash_chart, arguments.clash(graph, a, b), labels[a], labels[b], *said),
        "load": partial(charts.load_chart, arguments.load_bearing(graph), *said),
        "standing": partial(charts.standing_chart, arguments.standing(some), some, *said),
    }


@pytest.fixture(scope="module")
def calls(small, shipped):
    return {"small": every_call(small), "shipped": every_call(shipped)}


@pytest.fixture(scope="module")
def web(calls):
    charts.use("web", FIVE)
    return {name: call().to_dict() for name, call in calls["shipped"].items()}


@pytest.fixture(scope="module")
def web_words(web):
    """The words in each chart, without its title and the ticks of its axes."""
    return {name: set(" ".join(_words_below(spec)).split()) for name, spec in web.items()}


def _words_below(spec):
    above = {spec["title"]["text"], *spec["title"]["subtitle"]}
    return [
        text for text, *_ in lines(converter().vegalite_to_svg(spec)) if text not in above and not TICK.fullmatch(text)
    ]


@pytest.fixture(scope="module", params=itertools.product(ROOMS, ["small", "shipped"]), ids="-".join)
def laid_out(request, calls):
    """The preset, and the specs and drawings of all charts in it."""
    preset, debate = request.param
    charts.use(preset, FIVE)
    specs = {name: call().to_dict(validate=False) for name, call in calls[debate].items()}
    charts.use("web", FIVE)
    return (
        presets.preset_named(preset),
        specs,
        {name: converter().vegalite_to_svg(spec) for name, spec in specs.items()},
    )


def size(drawing):
    return tuple(float(x) for x in re.search(r'width="([\d.]+)" height="([\d.]+)"', drawing).groups())


def lines(drawing):
    """Every line of text with its left, right, top and bottom in px."""

    def walk(node, x, y):
        if move := re.match(r"translate\(([-\d.]+),\s*([-\d.]+)\)", node.get("transform", "")):
            x, y = x + float(move[1]), y + float(move[2])
        if node.tag.endswith("}text") and node.get("opacity") != "0":
            type_size = float(node.get("font-size").removesuffix("px"))
            face = "Helvetica-Bold" if node.get("font-weight") == "bold" else "Helvetica"
            for part in [node, *node]:
                y += float(part.get("dy", 0))
                if not (part.text or "").strip():
                    continue
                breadth = stringWidth(part.text.translate(LETTERS), face, type_size)
                left = x - breadth * {"end": 1, "middle": 0.5}.get(node.get("text-anchor"), 0)
                yield part.text, left, left + breadth, y - 0.7 * type_size, y + 0.1 * type_size
        for child in node:
            yield from walk(child, x, y)

    return list(walk(ET.fromstring(drawing), 0, 0))


def overlapping(drawing):
    return [
        (a[0], b[0])
        for a, b in itertools.combinations(lines(drawing), 2)
        if min(a[2], b[2]) - max(a[1], b[1]) > 1 and min(a[4], b[4]) - max(a[3], b[3]) > 1
    ]


def test_every_chart_fits_into_its_room(laid_out):
    preset, _, drawings = laid_out
    assert {name: size(d)[0] for name, d in drawings.items() if size(d)[0] > preset.room} == {}


def test_no_type_on_paper_is_smaller_than_can_be_read(laid_out):
    preset, _, drawings = laid_out
    for name, drawing in drawings.items():
        least = min(float(s) for s in re.findall(r'font-size="([\d.]+)px"', drawing))
        assert least >= 10, name
        if preset.name in PAPER:
            assert least / preset.room * preset.width / 25.4 * 72 >= preset.least, name


def test_no_words_overlap_or_are_cut_off(laid_out):
    _, _, drawings = laid_out
    for name, drawing in drawings.items():
        assert overlapping(drawing) == [], name
        width, height = size(drawing)
        for text, left, right, top, bottom in lines(drawing):
            assert left >= 0 and right <= width and top >= 0 and bottom <= height, (name, text)


def test_no_axis_says_the_same_number_twice(laid_out):
    _, _, drawings = laid_out
    for name in ("zero", "intervals", "chance", "reliability"):
        ticks = [text for text, *_ in lines(drawings[name]) if re.fullmatch(r"−?\d\.\d", text)]
        assert len(ticks) == len(set(ticks)) >= 5, name


def test_every_kind_of_chart_is_tried_or_known_to_be_wider(calls):
    tried = {call.func.__name__ for call in calls["shipped"].values()}
    assert tried | WIDER.keys() | OF_A_CLASS == {
        name
        for name in charts.__all__
        if name not in ("FEW", "use", "as_silence", "ends_in_words", "stopped", "values_in_words")
    }


def test_an_argument_map_is_wider_than_a_column_and_keeps_its_title_out_of_it(small):
    charts.use("paper-single", FIVE)
    spec = small_spec(small)
    drawing = converter().vegalite_to_svg(spec)
    assert size(drawing)[0] > presets.PRESETS["paper-single"].room
    assert spec["usermeta"]["title"] == "Title?" and "Title?" not in {text for text, *_ in lines(drawing)}


def test_on_paper_the_title_is_kept_beside_the_caption_and_not_drawn(laid_out):
    preset, specs, drawings = laid_out
    for name, spec in specs.items():
        drawn = "Title?" in {text for text, *_ in lines(drawings[name])}
        assert drawn == preset.title, name
        assert spec["usermeta"]["preset"] == preset.name
        assert (spec["title"]["text"] if preset.title else spec["usermeta"]["title"]) == "Title?"
        assert spec["usermeta"]["caption"].startswith("Title?")


def test_on_paper_the_caption_says_what_the_subtitle_no_longer_says(laid_out):
    preset, specs, _ = laid_out
    if not preset.title:
        assert "±1 with a limit" in specs["grid"]["usermeta"]["caption"]
        assert "±1 with a limit" in specs["overview"]["usermeta"]["caption"]
        assert "?: not coded" in specs["uncoded overview"]["usermeta"]["caption"]
        assert f"pale: n < {charts.FEW}" in specs["zero"]["usermeta"]["caption"]


def test_no_word_of_the_web_is_missing_elsewhere(laid_out, web, web_words):
    _, specs, drawings = laid_out
    if specs["grid"]["description"] != web["grid"]["description"]:
        return  # the other debate
    for name, words in web_words.items():
        if " Shown: " in specs[name]["usermeta"]["caption"]:
            continue  # a part, where there is no room for all
        there = " ".join(text for text, *_ in lines(drawings[name]))
        assert words - set(there.split()) <= {"side", "sides"}, name


def test_the_web_is_as_it_was_after_another_preset(web, calls):
    some = {name: calls["shipped"][name] for name in ("grid", "profile", "overview", "pairs", "cruxes", "clash")}
    charts.use("paper-single", FIVE)
    assert all(call().to_dict() != web[name] for name, call in some.items())
    charts.use("web", FIVE)
    assert all(call().to_dict() == web[name] for name, call in some.items())
    assert all(spec["usermeta"].keys() == {"caption", "n"} for spec in web.values())


def test_an_unknown_preset_names_the_nearest():
    with pytest.raises(ValueError, match='no preset "paper-singel"; did you mean "paper-single"'):
        charts.use("paper-singel", FIVE)


def test_two_authors_of_nearly_one_name_are_told_apart_in_the_narrowest_column(laid_out):
    _, specs, _ = laid_out
    names = " ".join(r["names"] for r in rows(specs["profile"]) if "names" in r).split()
    assert names.count("Harris") == names.count("James") and names.count("Harrison") == names.count("Mark")


def test_text_is_broken_by_its_breadth_and_words_only_where_they_must():
    charts.use("paper-single", FIVE)
    assert rooms.wrapped("iiii iiii mmmm mmmm", 99, 42) == "iiii iiii\nmmmm\nmmmm"
    assert rooms.wrapped("Donaudampfschifffahrt", 99, 60).replace("\n", "") == "Donaudampfschifffahrt"
    assert rooms.unbroken("die Donaudampfschifffahrt", 99, 60) == "die\nDonaudampfschifffahrt"
    assert rooms.side_lines(["James Harris – Mark Harrison"]) == {
        "James Harris – Mark Harrison": "James\u00a0Harris –\nMark\u00a0Harrison"
    }
    for text in ("The Bolsheviks took power in 1917.", "Kokosalakis •••", "α 0.93 (0.82 to 1.00), n\u00a059"):
        true = stringWidth(text.translate(LETTERS), "Helvetica", 12)
        assert true <= rooms.breadth(text) + 0.5 <= 1.1 * true, text


def test_the_check_of_overlaps_sees_them():
    text = '<text transform="translate({},20)" font-size="12px" text-anchor="start">Ash ate the jam</text>'
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">{}{}</svg>'
    assert len(overlapping(drawing.format(text.format(5), text.format(60)))) == 1
    assert overlapping(drawing.format(text.format(5), text.format(120))) == []
