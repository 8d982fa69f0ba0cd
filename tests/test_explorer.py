"""The explorer without a browser: what its widgets hold after what a reader does."""

import re
import shutil
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from attacks import ATTACKS, attacked, sized
from conftest import SHIPPED, SMALL
from debates import unplaced, unstated

from analysis import tables
from analysis.agreement import pairwise_agreement
from analysis.debate import check_debate, load_debate
from analysis.explorer import cards, choice, explore
from analysis.explorer.controls import SILENT
from analysis.explorer.reader import NO_REASON

CELL = ("gusev-2008", "cell-checks-management")


def opened(explorer, source, proposition):
    """Click a cell, as the chart reports it."""
    pick(explorer, source=[source], proposition=[proposition])
    return explorer


def pick(explorer, **fields):
    value = [{k: v[0] for k, v in fields.items()}] if fields else []
    explorer._picked(SimpleNamespace(new=SimpleNamespace(value=value)))


def words(*widgets):
    return re.sub(r"<[^>]*>", " ", " ".join(w.value for w in widgets))


def try_value(explorer, value, why="", limit=""):
    form = explorer.otherwise
    form.value.value = SILENT if value is None else value
    form.why.value, form.limit.value = why, limit
    explorer.try_reading()


@pytest.fixture
def explorer(shipped):
    return explore(shipped)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "debate")


# What is chosen


def test_nothing_named_means_all(shipped):
    stances = tables.stances(shipped)
    assert len(choice.chosen(stances)) == len(stances) == 295
    some = choice.chosen(stances, ["cell", "turn"], ["fitz-2018"], ["fact"], core=True)
    assert set(some.question) <= {"cell", "turn"} and set(some.source) == {"fitz-2018"}
    assert set(some.kind) == {"fact"} and some.core.all() and len(some)


def test_words_are_found_where_they_stand(shipped):
    stances, claims = tables.stances(shipped), tables.claims(shipped)
    reported = claims[claims.voice == "reported"].itertuples()
    claim, rests = next(
        (c, s) for c in reported for s in stances.itertuples() if s.source == c.source and c.claim in s.claims
    )
    found = choice.found(stances, claims, claim.holder.upper())
    hits = found[found.hit]
    assert (rests.source, rests.proposition) in set(zip(hits.source, hits.proposition, strict=True))
    own = choice.found(stances, claims, rests.text)
    assert set(own.proposition) == {rests.proposition} and not own.hit.any()
    assert choice.found(stances, claims, "xyzzy").empty
    assert choice.found(stances, claims, "  ") is stances


def test_what_nobody_coded_differs_from_nothing(small):
    stances = tables.stances(small)
    assert not choice.differing(stances, stances).any()
    other = stances.copy()
    spoken = other.index[other.status == "stance"][0]
    other.loc[spoken, ["status", "value"]] = ["silence", pd.NA]
    assert list(stances.index[choice.differing(stances, other)]) == [spoken]
    other.loc[spoken, "status"] = "uncoded"
    assert not choice.differing(stances, other).any()


def test_of_many_pairs_the_ends_and_the_chosen_one(shipped):
    pairs = pairwise_agreement(tables.stances(sized(shipped, 20, 40)))
    ranked = pairs.sort_values("agreement", ascending=False)
    middle = ranked.iloc[len(ranked) // 2]
    drawn = choice.ends(pairs, 30, (middle.source_a, middle.source_b))
    assert 30 <= len(drawn) <= 31 < len(pairs)
    assert drawn.agreement.max() == pairs.agreement.max() and drawn.agreement.min() == pairs.agreement.min()
    assert ((drawn.source_a == middle.source_a) & (drawn.source_b == middle.source_b)).any()


def test_headlines_have_their_n(shipped):
    said = choice.headlines(tables.stances(shipped), tables.names(shipped), shipped.scale)
    assert len(said) == 3 and all(re.search(r"n = \d+", line) for line in said)
    assert "Gusev 2008 and Kokosalakis 2021" in said[1]
    little = tables.stances(shipped).query("source == 'fitz-2018'")
    assert choice.headlines(little, {}, shipped.scale)[0].startswith("Too little is coded")


# The card


def test_a_click_opens_the_card(explorer, shipped):
    opened(explorer, "harrison-1979", "stalins-ambition")
    stance = next(s for s in shipped.coding("harrison-1979").stances if s.proposition == "stalins-ambition")
    text = words(explorer.cells.card, explorer.cells.claims)
    for said in (stance.why, stance.qualification, "rejects with a limit (−1)", "Certainty 2, fairly sure"):
        assert cards.text(said) in text
    claims = {c.id: c for c in shipped.coding("harrison-1979").claims}
    for name in stance.claims:
        assert cards.text(claims[name].text) in text and cards.text(claims[name].anchors[0].start) in text
    assert text.count("limits the stance") == len(stance.limits) == 2


def test_without_a_copy_the_passage_says_so(explorer):
    opened(explorer, *CELL)
    text = words(explorer.cells.passages.text)
    assert "you need a copy" in text and "stancebook texts add gusev-2008" in text


def test_with_a_copy_the_passage_is_marked_and_can_be_turned(small):
    explorer = explore(small, texts=SMALL / "texts")
    explorer.filters.clear()
    stances = [(s, x) for s in small.sources for x in small.coding(s).stances]
    source, stance = next((s, x) for s, x in stances if len(x.claims) > 1)
    opened(explorer, source, stance.proposition)
    first = explorer.cells.passages.text.value
    assert "<mark>" in first and "Passage 1 of" in first
    explorer.cells.passages.turn(1)
    assert "Passage 2 of" in explorer.cells.passages.text.value and explorer.cells.passages.text.value != first
    explorer.cells.passages.turn(-1)
    assert explorer.cells.passages.text.value == first


def test_a_silence_gives_its_reason_and_what_is_not_coded_says_so(explorer, shipped):
    silence = shipped.coding("fitz-2018").silences[0]
    explorer.filters.clear()
    opened(explorer, "fitz-2018", silence.proposition)
    assert cards.text(silence.why) in words(explorer.cells.card)
    assert "not coded" in re.sub("<[^>]*>", "", cards.card(shipped, "fitz-2018", silence.proposition, None, []))


def test_a_certainty_that_is_not_stated_is_said_to_be_so_and_kept_in_the_form(shipped):
    explorer = opened(explore(unstated(shipped, *CELL)), *CELL)
    own = explorer.cells.card.value.partition("Other readings")[0]
    assert "Certainty not stated</p>" in own and "•" not in own
    assert explorer.otherwise.certainty.value == "not-stated"
    try_value(explorer, 2, "Read again.")
    cell = explorer.reader.stances.set_index(["source", "proposition"]).loc[CELL]
    assert cell.value == 2 and pd.isna(cell.certainty)


def test_a_passage_that_is_not_stated_is_said_to_be_so(shipped):
    explorer = opened(explore(unplaced(shipped, CELL[0])), *CELL)
    assert "passage not stated" in words(explorer.cells.claims) and "“" not in words(explorer.cells.claims)
    assert explorer.cells.passages.text.value == ""


def test_the_menus_open_what_a_click_opens(explorer):
    explorer.cells.source.value = "fitz-2018"
    explorer.cells.proposition.value = "stalins-ambition"
    assert "Fitz 2018" in words(explorer.cells.card)
    assert explorer.chart.chart.params[0].value == [{"source": "fitz-2018", "proposition": "stalins-ambition"}]


def test_each_view_has_a_chart_with_its_words(explorer):
    for view in ("profile", "pairs", "map", "grid"):
        explorer.view.value = view
        chart = explorer.chart.chart
        assert chart.description
        assert re.search(r"\bn = |\bn: ", chart.usermeta["caption"])
        assert cards.text(chart.usermeta["caption"]) in explorer.caption.value
        assert [p.name for p in chart.params] == ["pick"]


def test_a_pair_side_by_side(explorer):
    explorer.filters.clear()
    explorer.view.value = "pairs"
    pick(explorer, source_a=["gusev-2008"], source_b=["kokosalakis-2021"])
    text = words(explorer.pairs.card)
    assert "Gusev 2008 and Kokosalakis 2021" in text and "n = 18 propositions" in text
    assert explorer.pairs.card.value.count('scope="rowgroup"') == 18


def test_what_if_a_claim_fell(explorer):
    explorer.view.value = "map"
    explorer.map.question.value = "cell"
    claim = "gusev-2008/triangle-acts-as-one"
    pick(explorer, node=[claim])
    assert explorer.map.node.value == claim and "triangle" in words(explorer.map.card)
    explorer.map.supposed.value = "taken"
    assert "taken away" in words(explorer.map.card)
    boxes = charts_data(explorer.chart.chart)
    assert any("falls" in str(row.get("head", "")) for row in boxes)
    pick(explorer)
    assert explorer.map.node.value == "" and words(explorer.map.card).strip() == ""


def charts_data(chart):
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_a_map_without_claims_says_why(explorer):
    explorer.view.value = "map"
    explorer.coder.value = "second"
    assert "no claims are coded" in words(explorer.count)


# Coders


def test_where_coders_differ_is_marked(explorer, shipped):
    explorer.filters.clear()
    explorer.compare.value = "second"
    differ = explorer.shown[explorer.shown.differs]
    one, other = (tables.stances(shipped, c).set_index(["source", "proposition"]) for c in ("reference", "second"))
    apart = (one.status != other.status) | (one.value.fillna(9) != other.value.fillna(9))
    assert len(differ) == apart.sum() > 0
    opened(explorer, differ.iloc[0].source, differ.iloc[0].proposition)
    assert "Second coder" in words(explorer.cells.card) and "differs" in words(explorer.cells.card)


# Reading it otherwise


def test_a_value_changes_grid_pairs_and_headline_and_is_undone(explorer, shipped):
    explorer.filters.clear()
    opened(explorer, *CELL)
    before = explorer.reader.stances.copy(), explorer.headline.value
    try_value(explorer, 2)
    cell = explorer.reader.stances.set_index(["source", "proposition"]).loc[CELL]
    assert cell.value == 2 and cell.why == NO_REASON
    text = words(explorer.effect)
    moved = choice.moved_pairs(before[0], explorer.reader.stances, shipped.scale)
    assert set(zip(moved.source_a, moved.source_b, strict=True)) == {("gusev-2008", "kokosalakis-2021")}
    assert "agreement 0.32 (n = 18) → 0.38 (n = 18)" in text
    assert explorer.headline.value != before[1] and "agreement 0.38" in explorer.headline.value
    assert explorer.shown[explorer.shown.differs][["source", "proposition"]].to_numpy().tolist() == [list(CELL)]
    explorer.undo()
    pd.testing.assert_frame_equal(explorer.reader.stances, before[0])
    assert explorer.headline.value == before[1] and explorer.mine.layout.display == "none"
    assert tables.stances(shipped).equals(before[0])


def test_undo_goes_back_one_reading_at_a_time(explorer):
    opened(explorer, *CELL)
    for value in (2, 0, None):
        try_value(explorer, value)
    values = []
    for _ in range(4):
        row = explorer.reader.stances.set_index(["source", "proposition"]).loc[CELL]
        values.append(None if row.status == "silence" else int(row.value))
        explorer.undo()
    assert values == [None, 0, 2, -2]


def test_it_is_kept_beside_the_reference_and_is_there_again(folder):
    debate = load_debate(folder)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    explorer = opened(explore(debate), *CELL)
    try_value(explorer, 1, why="The note is about the secretary, not the cell.", limit="Of the secretary only.")
    explorer.name.value = "anna-k"
    explorer.keep()
    assert "Kept in codings/anna-k/" in words(explorer.message)
    assert {p: p.read_bytes() for p in before} == before
    assert check_debate(folder).problems == []
    assert explorer.coder.value == "anna-k" and explorer.compare.value == "reference"
    assert explorer.reader.own == []
    again = explore(load_debate(folder), "anna-k")
    row = again.reader.stances.set_index(["source", "proposition"]).loc[CELL]
    assert row.value == 1 and row.qualification == "Of the secretary only."
    assert again.reader.stances.status.eq("uncoded").sum() == 0


def test_readings_stay_with_the_coding_they_were_made_against(explorer):
    opened(explorer, *CELL)
    try_value(explorer, 2)
    explorer.coder.value = "second"
    assert explorer.reader.own == [] and "Second coder" in words(explorer.caption) and words(explorer.message) == ""
    assert explorer.reader.stances.set_index(["source", "proposition"]).loc[CELL].value == -2
    explorer.coder.value = "reference"
    assert explorer.reader.stances.set_index(["source", "proposition"]).loc[CELL].value == 2


def test_claims_and_limits_are_those_of_the_coder_whatever_was_tried_between(explorer, shipped):
    cell = ("harrison-1979", "stalins-ambition")
    stance = next(s for s in shipped.coding(cell[0]).stances if s.proposition == cell[1])
    opened(explorer, *cell)
    for value in (SILENT, 0, -1):
        try_value(explorer, value, limit="So far." if value == -1 else "")
    mine = explorer.reader.latest()[cell]
    assert mine.claims == stance.claims and mine.limits == stance.limits


def test_a_limit_does_not_go_over_to_the_other_side(explorer, shipped):
    opened(explorer, "harrison-1979", "stalins-ambition")
    form = explorer.otherwise
    assert form.limit.value
    form.value.value = 1
    assert form.limit.value == ""


def test_what_is_typed_survives_what_is_chosen_elsewhere(explorer):
    opened(explorer, *CELL)
    explorer.otherwise.why.value = "A thought."
    explorer.compare.value = "second"
    explorer.view.value = "profile"
    assert explorer.otherwise.why.value == "A thought."
    opened(explorer, "fitz-2018", "stalins-ambition")
    assert explorer.otherwise.why.value == ""


def test_what_was_typed_last_is_kept(folder):
    explorer = opened(explore(load_debate(folder)), *CELL)
    try_value(explorer, 2, why="A draft.")
    explorer.otherwise.why.value = "The last word."
    explorer.name.value = "anna-k"
    explorer.keep()
    kept = load_debate(folder).coding(CELL[0], "anna-k").stances
    assert [s.why for s in kept] == ["The last word."]


def test_an_earlier_reading_is_replaced_only_when_asked_twice(folder):
    explorer = opened(explore(load_debate(folder)), *CELL)
    try_value(explorer, 2, why="First.")
    explorer.name.value = "anna-k"
    explorer.keep()
    explorer.coder.value = "reference"
    opened(explorer, *CELL)
    try_value(explorer, 0, why="Second.")
    explorer.keep()
    assert "keep once more" in words(explorer.message)
    assert load_debate(folder).coding(CELL[0], "anna-k").stances[0].why == "First."
    explorer.keep()
    assert load_debate(folder).coding(CELL[0], "anna-k").stances[0].why == "Second."


def test_what_is_kept_is_said_to_be_kept_even_if_something_else_is_broken(folder):
    explorer = opened(explore(load_debate(folder)), *CELL)
    try_value(explorer, 2, why="Read again.")
    (folder / "codings/second/coder.yml").write_text("label: [")
    explorer.name.value = "anna-k"
    explorer.keep()
    assert "kept in codings/anna-k/" in words(explorer.message) and explorer.reader.own == []
    assert (folder / "codings/anna-k/gusev-2008.yml").is_file()


def test_a_form_that_says_nothing_new_does_nothing(explorer, shipped):
    opened(explorer, *CELL)
    explorer.try_reading()
    assert explorer.reader.own == [] and "read so already" in words(explorer.otherwise.said)


def test_ones_own_readings_are_named_and_marked_beside_another_coder(explorer):
    opened(explorer, *CELL)
    explorer.compare.value = "second"
    try_value(explorer, -1, limit="The note is about one man.")
    assert "With 1 reading of your own." in words(explorer.caption)
    assert "with 1 reading of your own" in words(explorer.headline)
    marked = explorer.shown[explorer.shown.differs]
    assert CELL in set(zip(marked.source, marked.proposition, strict=True))


def test_a_debate_without_theses_offers_no_map_of_them(shipped):
    from dataclasses import replace

    bare = {k: c.model_copy(update={"thesis": ()}) for k, c in shipped.codings.items()}
    explorer = explore(replace(shipped, codings=bare))
    explorer.view.value = "map"
    assert "thesis" not in {v for _, v in explorer.map.question.options}
    assert "thesis" in {v for _, v in explore(shipped).map.question.options}


def test_the_map_follows_a_single_question(explorer):
    explorer.view.value = "map"
    explorer.filters.questions.value = ("turn",)
    assert explorer.map.question.value == "turn"


def test_a_failure_is_said(explorer, monkeypatch):
    monkeypatch.setattr(explorer, "draw", lambda: 1 / 0)
    explorer.safely(lambda: explorer.draw())()
    assert "did not work (ZeroDivisionError" in words(explorer.message)


@pytest.mark.parametrize("name", ["reference", "first", "", "../out", "Anna K"])
def test_what_cannot_be_kept_says_why_and_stays(folder, name):
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    explorer = opened(explore(load_debate(folder)), *CELL)
    try_value(explorer, 2, why="Read again.")
    explorer.name.value = name
    explorer.keep()
    assert re.search("choose another name|cannot name a folder; use small letters", words(explorer.message))
    assert len(explorer.reader.own) == 1
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_a_reading_without_a_reason_is_not_kept(folder):
    explorer = opened(explore(load_debate(folder)), *CELL)
    try_value(explorer, 2)
    explorer.name.value = "anna-k"
    explorer.keep()
    assert "no reason yet" in words(explorer.message) and not (folder / "codings/anna-k").exists()


def test_ones_own_readings_can_be_taken_away_as_a_file(explorer, tmp_path):
    import base64

    from analysis.reading import read_yaml, validated
    from analysis.schemas import Coding

    opened(explorer, *CELL)
    try_value(explorer, 2, why="=HYPERLINK(1)")
    link = re.search(r'download="gusev-2008.yml" href="data:text/yaml;base64,([^"]*)"', explorer.export.value)
    (tmp_path / "c.yml").write_bytes(base64.b64decode(link[1]))
    coding = validated(Coding, read_yaml(tmp_path / "c.yml", "c.yml"))
    assert [(s.proposition, s.value) for s in coding.stances] == [(CELL[1], 2)]


# Large debates, and hostile ones


def test_of_a_large_debate_a_part_is_drawn_and_the_rest_named(shipped):
    explorer = explore(sized(shipped, 50, 250))
    explorer.filters.clear()
    assert "250 of 250 propositions, 50 of 50 texts" in words(explorer.count)
    assert "drawn: propositions 1 to 30; drawn: texts 1 to 10" in words(explorer.count)
    assert len({r["row"] for r in charts_data(explorer.chart.chart)}) == 30
    explorer.cells.page(1, 1)
    assert "propositions 31 to 60; drawn: texts 11 to 20" in words(explorer.count)
    explorer.cells.page(99, 99)
    assert "propositions 241 to 250; drawn: texts 41 to 50" in words(explorer.count)
    opened(explorer, "s0", "p0")
    explorer.cells.source.value = "s17"
    assert "texts 11 to 20" in words(explorer.count)
    explorer.view.value = "pairs"
    assert "Drawn: 30 of 1225 pairs" in words(explorer.count) or "Drawn: 31 of 1225 pairs" in words(explorer.count)


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        assert not any((value or "").strip().lower().startswith("javascript:") for _, value in attrs)


def test_every_string_of_a_hostile_debate_stays_text(shipped):
    worse = attacked(shipped)
    explorer = explore(worse)
    explorer.filters.clear()
    held = []
    for source in worse.sources:
        for stance in worse.coding(source).stances[:4]:
            opened(explorer, source, stance.proposition)
            held += [explorer.cells.card.value, explorer.cells.claims.value, explorer.cells.passages.text.value]
    try_value(explorer, 2, why=ATTACKS[1])
    held += [explorer.effect.value, explorer.export.value, explorer.headline.value]
    explorer.name.value = ATTACKS[1]
    explorer.keep()
    held.append(explorer.message.value)
    for view in ("pairs", "map"):
        explorer.view.value = view
        held += [explorer.pairs.card.value, explorer.count.value, explorer.caption.value]
    explorer.map.node.value = next(v for _, v in explorer.map.node.options if "/" in v)
    held += [explorer.map.card.value, explorer.map.passages.text.value, explorer.children[1].value.split("</style>")[1]]
    found = Tags("".join(held))
    assert found.tags <= {
        "p",
        "h3",
        "h4",
        "b",
        "br",
        "ul",
        "ol",
        "li",
        "span",
        "a",
        "div",
        "table",
        "tr",
        "th",
        "td",
        "mark",
        "code",
    }
    assert found.attributes <= {"class", "style", "href", "target", "rel", "download", "colspan", "scope"}


def test_nothing_left_is_said_and_not_an_error(explorer):
    explorer.filters.words.value = "xyzzy"
    for view in ("profile", "pairs", "map", "grid"):
        explorer.view.value = view
        expected = {"pairs": "It takes two texts", "map": "What is argued for"}.get(view, "Nothing is left")
        assert expected in words(explorer.count)
    explorer.filters.clear()
    assert "59 of 59" in words(explorer.count)


def test_an_unknown_coder_is_refused(shipped):
    with pytest.raises(ValueError, match='no coder "refrence"; did you mean "reference"'):
        explore(shipped, "refrence")
