"""Charts are checked through their spec and data; how they look is checked by eye."""

import re
from functools import partial
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from debates import FIVE, unstated

from analysis import agreement, charts, tables
from analysis.charts import theme
from analysis.exports.fonts import converter


@pytest.fixture(autouse=True, scope="module")
def drawn_on_five_values(small):
    charts.use("web", small.scale)


def chart_calls(d):
    """For most charts the call that draws it; the measures are made once."""
    stances = tables.stances(d)
    labels = tables.sources(d).set_index("source").label.to_dict()
    scale = d.scale.bounds
    pairs = agreement.pairwise_agreement(stances, scale)
    shared = agreement.shared_conclusions(stances, tables.stance_claims(d), tables.links(d), scale)
    ratings = tables.ratings(d, ("reference",))
    ratings = pd.concat([ratings, ratings.assign(coder="another")])
    few = stances[stances.proposition.isin(stances.proposition.unique()[:8])]  # as many as fit wherever it goes
    filled = agreement.pairwise_agreement(agreement.silence_as_zero(stances, scale), scale)
    names = tables.names(d)
    robust = agreement.robustness(
        stances, agreement.headlines_of(stances, scale), None, scale, d.scale.limited, draws=5, names=names
    )
    return {
        "grid": partial(charts.stance_grid, few, "Title?", d.credit()),
        "profile": partial(charts.disagreement_profile, few, "Title?", d.credit()),
        "overview": partial(charts.overview, stances, "Title?", d.credit()),
        "silences": partial(charts.silence_map, stances, "Title?", d.credit()),
        "timeline": partial(charts.timeline, tables.spans(d), "Title?", d.credit()),
        "pairs": partial(charts.pairs_chart, pairs, labels, "Title?", d.credit()),
        "zero": partial(charts.silence_effect, pairs, filled, labels, "Title?", d.credit()),
        "reasons": partial(charts.reasons_chart, shared, labels, "Title?", d.credit()),
        "factors": partial(charts.factor_grid, tables.factors(d), "Title?", d.credit()),
        "reliability": partial(charts.reliability_chart, agreement.alpha_by(ratings, "ordinal"), "Title?", d.credit()),
        "intervals": partial(
            charts.intervals_chart, agreement.pair_intervals(stances, scale, draws=50), labels, "Title?", d.credit()
        ),
        "chance": partial(
            charts.chance_chart, agreement.pairs_by_chance(stances, scale, draws=99), labels, "Title?", d.credit(), 99
        ),
        "robustness": partial(charts.robustness_chart, robust, "Title?", d.credit()),
        "cruxes": partial(charts.cruxes_chart, agreement.cruxes(stances, scale), names, labels, "Title?", d.credit()),
    }


def all_charts(d):
    return {name: call() for name, call in chart_calls(d).items()}


@pytest.fixture(scope="module", params=["small", "shipped"])
def specs(request):
    return {name: chart.to_dict() for name, chart in all_charts(request.getfixturevalue(request.param)).items()}


def rows(spec):
    return [row for data in spec["datasets"].values() for row in data]


def test_every_chart_has_title_caption_alt_text_n_and_credit(specs):
    for name, spec in specs.items():
        assert spec["title"]["text"] == "Title?", name
        assert len(spec["description"]) > 20, name
        assert "n = " in spec["usermeta"]["caption"] or "n: " in spec["usermeta"]["caption"], name
        assert isinstance(spec["usermeta"]["n"], int), name
        assert "Codings: " in spec["usermeta"]["caption"], name


def test_every_chart_names_fonts_that_are_bundled_and_a_fallback(specs):
    for spec in specs.values():
        families = [f.strip() for f in spec["config"]["font"].split(",")]
        assert families[0] == "Liberation Sans"
        assert families[-1] == "sans-serif"


def test_a_silence_never_has_the_colour_of_0(small):
    cells = pd.DataFrame(rows(charts.stance_grid(tables.stances(small), "T", small.credit()).to_dict()))
    silent, weighed = set(cells[cells.status == "silence"].colour), set(cells[cells.value == 0].colour)
    assert silent == {theme.SILENT}
    assert weighed == {theme.WEIGH}
    assert not silent & weighed


def test_silences_are_hatched_and_uncoded_cells_are_not(small):
    spec = charts.stance_grid(tables.stances(small), "T", small.credit()).to_dict()
    hatched = [layer for layer in spec["layer"] if layer["mark"].get("shape", "").startswith("M")]
    assert [t["filter"] for layer in hatched for t in layer["transform"]] == ["datum.status == 'silence'"]


def test_every_value_has_its_own_colour_and_its_sign_in_the_cell():
    colours = [theme.colour_of(v, FIVE) for v in (-2, -1, 0, 1, 2)]
    assert len(set(colours)) == 5
    assert [theme.signed(v) for v in (-2, -1, 0, 1, 2, None)] == ["−2", "−1", "0", "+1", "+2", ""]


def test_contrast_is_that_of_wcag():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_text_in_every_cell_meets_wcag_aa():
    for value in (-2, -1, 0, 1, 2, None):
        colour = theme.colour_of(value, FIVE)
        assert theme.contrast(colour, theme.ink_on(colour)) >= 4.5, value


def test_the_two_ends_differ_in_grey():
    assert theme.contrast(theme.AFFIRM, theme.REJECT) > 1.6


def test_names_and_propositions_are_never_cut(specs):
    for spec in specs.values():
        assert spec["config"]["axis"]["labelLimit"] == 0
        assert "…" not in str(rows(spec))


def test_heads_are_of_one_height():
    heads = theme.column_heads(pd.Series(["Mark Harrison 1979", "Gusev 2008", "A Very Long Name Indeed 2001"]))
    assert len({h.count("\n") for h in heads}) == 1


def test_heads_stand_at_the_bottom_in_the_drawing_too():
    labels = pd.Series(["Ash 2001", "The Council of the Middle Ferry and of the Upper Ferry 2001"])
    heads = theme.column_heads(labels)
    drawn = alt.Chart(pd.DataFrame({"head": heads})).mark_text(lineBreak="\n", lineHeight=14).encode(x="head:N", text="head:N")  # fmt: skip
    drawing = ElementTree.fromstring(converter().vegalite_to_svg(drawn.configure_axis(labels=False).to_dict()))
    years = [sum(float(t.get("dy", 0)) for t in text if t.text) for text in drawing.iter() if len(text) and text[-1].text == "2001"]  # fmt: skip
    assert len(years) == 2 and years[0] == years[1] == 14 * heads[1].count("\n")


def test_a_pair_with_few_propositions_is_not_ranked(small):
    stances = tables.stances(small)
    labels = tables.sources(small).set_index("source").label.to_dict()
    spec = charts.pairs_chart(agreement.pairwise_agreement(stances), labels, "T", small.credit()).to_dict()
    assert all(r["few"] for r in rows(spec) if "few" in r)
    assert "too few" in spec["usermeta"]["caption"]


def test_the_alt_text_of_a_grid_says_what_each_source_holds(small):
    text = charts.stance_grid(tables.stances(small), "T", small.credit()).to_dict()["description"]
    assert "The cook ate the jam. Ash +2, Birch −2, Cedar +1; 0 silent." in text
    assert "The jam was good. Cedar +2; 2 silent." in text


def test_specs_do_not_depend_on_what_was_drawn_before(small):
    first, again = (charts.stance_grid(tables.stances(small), "T", small.credit()).to_json() for _ in range(2))
    assert re.sub(r"(view|param)_\d+", "", first) == re.sub(r"(view|param)_\d+", "", again)


def with_one_coding_missing(stances):
    gone = stances.source == "birch-2005"
    cleared = {"status": "uncoded", "reason": None, "why": None}
    return stances.assign(
        **{c: stances[c].mask(gone, v) for c, v in cleared.items()},
        value=stances.value.mask(gone),
        certainty=stances.certainty.mask(gone),
    )


def test_no_dots_are_explained_only_where_a_certainty_is_not_stated(small):
    some = unstated(small, "ash-2001", "cook-did-it")
    none = unstated(unstated(unstated(small, "ash-2001"), "birch-2005"), "cedar-2010")
    for debate, key, brief in (
        (small, "dots give the coder's certainty (••• sure, • doubtful). ", "; dots: certainty; "),
        (some, "dots give the coder's certainty (••• sure, • doubtful; no dots: not stated, 1 of 9 stances). ", "; dots: certainty (none: not stated); "),
        (none, "the coder's certainty is stated for none of the 9 stances. ", "; certainty not stated; "),
    ):  # fmt: skip
        table = tables.stances(debate)
        grid = charts.stance_grid(table, "T", debate.credit()).to_dict()
        assert key in grid["usermeta"]["caption"] and brief in " ".join(grid["title"]["subtitle"]) + " "
        assert re.search(r"\bn = .*", grid["usermeta"]["caption"])[0].startswith(
            "n = 9 stances"
        )  # the captions of tables begin there
        profile = charts.disagreement_profile(table, "T", debate.credit()).to_dict()
        assert key.replace("(••• sure, • doubtful; ", "(").replace(" (••• sure, • doubtful)", "").rstrip(". ") + ", hatched" in profile["usermeta"]["caption"]  # fmt: skip
        assert brief in " ".join(profile["title"]["subtitle"])
        dots = {r["cell"]: r["dots"] for r in rows(grid) if "dots" in r}
        assert bool(dots["Ash 2001 on “The cook ate the jam.”: +2"]) == (debate is small)


def test_what_is_not_coded_is_never_shown_or_called_silent(small):
    stances = with_one_coding_missing(tables.stances(small))
    grid = charts.stance_grid(stances, "T", small.credit()).to_dict()
    assert "The cook ate the jam. Ash +2, Cedar +1; 0 silent, 1 not coded." in grid["description"]
    assert "not coded" in grid["usermeta"]["caption"].replace("\u00a0", " ")
    profile = charts.disagreement_profile(stances, "T", small.credit()).to_dict()
    assert "not coded" in {r.get("column") for r in rows(profile)}
    silences = charts.silence_map(stances, "T", small.credit()).to_dict()
    assert "Silent on a whole question: Ash: The jam." in silences["description"]
    assert {r["share"] for r in rows(silences) if "Birch" in r["name"] and not r["silent"]} == {"0/3", "0/1"}
    factors = tables.factors(small).assign(status=lambda t: t.status.mask(t.source == "birch-2005", "uncoded"))
    assert "?" in {r["letter"] for r in rows(charts.factor_grid(factors, "T", small.credit()).to_dict())}


def test_an_undated_text_is_named_and_headed_like_a_dated_one():
    labels = pd.Series(["Ash n.d.", "Birch 2010"])
    assert theme.short_names(labels) == {"Ash n.d.": "Ash", "Birch 2010": "Birch"}
    assert theme.column_heads(labels).tolist() == ["Ash\nn.d.", "Birch\n2010"]


def test_two_texts_by_one_author_keep_their_years():
    names = theme.short_names(["Ash 2001", "Ash 2005", "Birch 2010"])
    assert names == {"Ash 2001": "Ash 2001", "Ash 2005": "Ash 2005", "Birch 2010": "Birch"}


def test_every_share_of_silence_is_legible():
    for percent in range(101):
        colour = theme.share_colour(percent / 100)
        assert theme.contrast(colour, theme.ink_on(colour)) >= 4.5, percent


def test_rows_are_high_enough_for_their_labels(small):
    long = "A proposition that goes on and on without an end in sight, clause upon clause, " * 3
    stances = tables.stances(small).assign(text=lambda t: t.text.mask(t.proposition == "cook-did-it", long))
    spec = charts.stance_grid(stances, "T", small.credit()).to_dict()
    lines = max(r["row"].count("\n") + 1 for r in rows(spec))
    assert lines >= 5
    assert spec["height"]["step"] >= 14 * lines


def test_an_agreement_without_coded_grounds_is_a_kind_of_its_own(small):
    stances = tables.stances(small)
    labels = tables.sources(small).set_index("source").label.to_dict()
    shared = agreement.shared_conclusions(stances, tables.stance_claims(small), tables.links(small))
    counts = rows(charts.reasons_chart(shared, labels, "T", small.credit()).to_dict())
    assert [(r["common"], r["different"], r["unknown"]) for r in counts] == [(0, 0, 1)]


def test_a_share_is_never_rounded_to_all_or_none():
    table = pd.DataFrame(
        [
            ("h", "a", 1000, 999, 0.999, 0, True, ""),
            ("h", "b", 1000, 1, 0.001, 0, False, ""),
            ("h", "c", 0, 0, None, 3, True, ""),
        ],
        columns=["headline", "alternative", "n", "holds", "share", "not_applicable", "exhaustive", "fails_with"],
    )
    cells = rows(charts.robustness_chart(table, "T", "Codings: x.").to_dict())
    assert [(r["percent"], r["counts"]) for r in cells if "percent" in r] == [
        ("> 99 %", "999 of 1000"),
        ("< 1 %", "1 of 1000 drawn"),
        ("does not arise", ""),
    ]


def test_an_interval_that_means_nothing_is_not_drawn():
    twice = pd.DataFrame([(u, c, u % 3) for u in range(12) for c in "ab"], columns=["unit", "coder", "value"])
    [row] = [
        r
        for r in rows(charts.reliability_chart(agreement.alpha_by(twice, "nominal"), "T", "C").to_dict())
        if "words" in r
    ]
    assert row["words"] == "α 1.00, n 12"
    assert row["from"] is None


def test_a_pair_outside_what_chance_gives_is_marked(small):
    labels = tables.sources(small).set_index("source").label.to_dict()
    table = agreement.pairs_by_chance(tables.stances(small), draws=99).assign(
        low=0.4, high=0.6, agreement=[0.3, 0.5, 0.7], n_testable=1
    )
    words = {
        r["pair"]: r["words"].endswith("*") for r in rows(charts.chance_chart(table, labels, "T", "C", 99).to_dict())
    }
    assert sorted(words.values()) == [False, True, True]
