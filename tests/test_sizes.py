"""Debates of many sizes, and debates in which things are missing: what is drawn, what is said to be left out, and that no words collide."""

import itertools
import re
import shutil

import pandas as pd
import pytest
import yaml
from attacks import written
from conftest import SMALL
from debates import FIVE
from grids import grid
from made import made
from test_graph import hand
from test_presets import every_call, lines, overlapping, size

from analysis import agreement, arguments, charts, figures, tables
from analysis.build import build
from analysis.charts import parts, rooms
from analysis.charts.theme import silence_key
from analysis.debate import check_debate, debate_with, load_debate
from analysis.exports.fonts import converter
from analysis.presets import PRESETS

CREDIT = "Codings: Someone."
ROOT = SMALL.parent.parent


@pytest.fixture(autouse=True)
def web_again():
    yield
    charts.use("web", FIVE)


@pytest.fixture(scope="module")
def large():
    return made(20, 120)


@pytest.fixture(scope="module")
def calls(large):
    return every_call(large)


@pytest.fixture(scope="module")
def by_organisations():
    """Every chart of a debate whose texts are by authors with long names."""
    names = (
        "World Health Organization and Food and Agriculture Organization of the United Nations",
        "Bundesministerium für Ernährung, Landwirtschaft und Verbraucherschutz",
        "Ash",
        "National Academies of Sciences, Engineering, and Medicine (Board on Population Health)",
        "European Commission, Directorate-General for Health and Food Safety",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("made.NAMES", names)
        return every_call(made(7, 24))


# Which part matters most


def stances(**rows):
    """A table of stances as charts want it, on p, q, r …; None for silence."""
    table = grid(**rows)
    table["status"] = table.value.notna().map({True: "stance", False: "silence"})
    return table


def test_of_the_sources_those_that_speak_most_stay_where_they_stood():
    table = stances(a=[1, None, None], b=[None, None, None], c=[2, 2, 1])
    assert parts.speaking_most(table, 2).source.unique().tolist() == ["a", "c"]
    assert parts.speaking_most(table, 3) is table


def test_sources_are_left_out_until_the_labels_of_the_others_fit():
    table = stances(a=[1, 2, 1], b=[2, None, None], c=[1, 1, None]).assign(label=lambda t: t.source)
    shown = parts.sources_that_fit(table, lambda labels: 9 if "b" not in labels.tolist() else 2)
    assert shown.source.unique().tolist() == ["a", "c"]
    assert parts.sources_that_fit(table, lambda labels: 3) is table


def test_of_the_propositions_the_widest_spread_then_the_most_speakers():
    table = stances(a=[2, 1, 1, None], b=[-2, 1, 1, None], c=[None, None, 1, None])
    assert parts.dividing_most(table, 1).proposition.unique().tolist() == ["p"]
    assert parts.dividing_most(table, 2).proposition.unique().tolist() == ["p", "r"]
    assert parts.dividing_most(table, 3).proposition.unique().tolist() == ["p", "q", "r"]


def test_what_is_left_out_is_said_and_nothing_where_all_is_shown():
    table = stances(a=[1, 2], b=[2, 2])
    some = table[(table.source == "a") & (table.proposition == "p")]
    assert parts.cells_left_out(table, table) == ""
    assert parts.cells_left_out(some, table) == (
        " Shown: 1 of 2 texts, those that speak most and 1 of 2 propositions, those on which these texts lie furthest apart; the table has all."
    )
    assert parts.counts_of(some, table) == "1 stance and 0 silences (of 4 stances and 0 silences)"


def some_pairs(*scores, n=8):
    return pd.DataFrame({"source_a": "a", "source_b": [f"b{i}" for i in range(len(scores))], "agreement": scores, "n": n})  # fmt: skip


def test_of_the_pairs_the_closest_and_the_furthest_that_share_enough():
    pairs = pd.concat([some_pairs(0.5, 0.9, 0.4, 0.1, 0.6), some_pairs(1.0, n=7)], ignore_index=True)
    assert parts.ends(pairs, 2).agreement.tolist() == [0.9, 0.1]
    assert parts.ends(pairs, 6) is pairs
    assert "2 of 6 pairs, the closest and the furthest" in parts.pairs_left_out(parts.ends(pairs, 2), pairs)


def test_of_too_few_ranked_pairs_those_that_share_most():
    pairs = some_pairs(0.1, 0.2, 0.3).assign(n=[2, 1, 3])
    assert parts.ends(pairs, 2).n.tolist() == [2, 3]
    assert "those that share most" in parts.pairs_left_out(parts.ends(pairs, 2), pairs)


def scored(count, n):
    """So many pairs of texts with an agreement, what chance gives them and the names of all texts."""
    texts = [f"t{i}" for i in range(2, 40)]
    two = list(itertools.combinations(texts, 2))[:count]
    table = pd.DataFrame(two, columns=["source_a", "source_b"]).assign(
        agreement=[k / count for k in range(count)], n=n, low=0.2, high=0.9, n_testable=3
    )
    return table, {t: f"Text {t}" for t in texts}


@pytest.mark.parametrize("preset", PRESETS)
def test_no_pair_is_left_out_for_want_of_a_tenth_of_the_room(preset):
    charts.use(preset, FIVE)
    words = rooms.side_words(pd.Series(["0.50, by chance 0.20 to 0.90, n 9 (3 testable)"]))
    room = rooms.rows_that_fit(rooms.side_height(["t2 – t3"], 30, words))
    heights = []
    for more, all_shown in ((0, True), (1, True), (room, False)):
        table, labels = scored(room + more, 9)
        spec = charts.chance_chart(table, labels, "T?", CREDIT, 100).to_dict(validate=False)
        assert (" Shown: " not in spec["usermeta"]["caption"]) == all_shown
        drawing = converter().vegalite_to_svg(spec)
        heights.append(size(drawing)[1])
        assert heights[-1] <= heights[0] + 40 and overlapping(drawing) == []
        assert heights[-1] <= PRESETS[preset].high


@pytest.mark.parametrize(("n", "said", "unsaid"), [(9, "chosen for lying at the ends", "those that share most"), (1, "those that share most", "the ends")])  # fmt: skip
def test_how_pairs_were_chosen_is_said_in_one_way(n, said, unsaid):
    table, labels = scored(200, n)
    caption = charts.chance_chart(table, labels, "T?", CREDIT, 100).to_dict(validate=False)["usermeta"]["caption"]
    assert f"those shown {'were' if n == 9 else 'are'} {said}" in caption and unsaid not in caption


def test_a_long_list_is_told_in_part_with_the_number_of_the_rest():
    assert parts.told(["a", "b"]) == "a; b"
    told = parts.told(["x" * 100] * 100)
    assert len(told) < 3100 and told.endswith(f"and {100 - told.count('x' * 100)} more in the table")


def some_names(said, most, dots=("•", "", ""), speaks=(3, 2, 1)):
    columns = (pd.Series(column[: len(said)]) for column in (dots, speaks))
    return charts.stances._some_names(pd.Series(said), *columns, most, 100)


def test_of_names_for_which_there_is_no_room_their_number_is_shown():
    assert some_names(["Ash •", "Birch"], 2) == "Ash •\nBirch"
    assert some_names(["Ash •", "Birch", "Cedar"], 2) == "Ash •\nand 2 more"


def test_the_names_for_which_there_is_room_are_those_that_speak_most_in_the_order_of_the_debate():
    said = ["Ash", "Birch", "Cedar", "Dill"]
    assert some_names(said, 3, [""] * 4, [1, 5, 1, 9]) == "Birch\nDill\nand 2 more"
    assert some_names(said, 3, [""] * 4, [1, 1, 1, 1]) == "Ash\nBirch\nand 2 more", "equals: the first of the debate"
    assert some_names(said, 4, [""] * 4, [1, 5, 1, 9]) == "Ash\nBirch\nCedar\nDill"


def test_a_profile_says_by_what_names_were_chosen(large):
    one = tables.stances(large).query("question == 'q0'")
    charts.use("slide", FIVE)
    caption = charts.disagreement_profile(one, "T?", CREDIT).to_dict(validate=False)["usermeta"]["caption"]
    few = charts.disagreement_profile(one[one.source.isin(["s0", "s1"])], "T?", CREDIT).to_dict(validate=False)
    said = "those of the texts that speak most are given, with the number of the others."
    assert said in caption and said not in few["usermeta"]["caption"]


def test_a_timeline_without_room_shows_the_texts_with_most_decisive_spans(large):
    charts.use("slide", FIVE)
    spans = tables.spans(large)
    one = spans.iloc[0].to_dict()
    rows = [one | {"source": f"t{i}", "label": f"Text {i}", "kind": kind} for i in range(9) for kind in ["treated"] * (1 + (i == 7)) + ["decisive"] * (2 * (i == 8) + (i == 3))]  # fmt: skip
    spec = charts.timeline(pd.DataFrame(rows), "T?", CREDIT).to_dict(validate=False)
    shown = dict.fromkeys(r["source"] for data in spec["datasets"].values() for r in data if "source" in r)
    most = len(shown)
    assert 3 < most < 9
    assert set(shown) == {f"t{i}" for i in [8, 3, 7, 0, 1, 2, 4, 5][:most]}
    assert f"{most} of 9 texts, those with most spans held decisive" in spec["usermeta"]["caption"]


def test_of_many_clashes_those_furthest_apart_are_shown_in_the_codebooks_order():
    charts.use("slide", FIVE)
    graph = hand(
        *(f"{who}/x{i} {does} p{i:02}" for i in range(30) for who, does in (("a", "affirms"), ("b", "rejects")))
    )
    met = arguments.clash(graph, "a", "b")
    met["value_a"] = [2 if i in (25, 28) else 1 for i in range(30)]
    spec = charts.clash_chart(met, "A 2001", "B 2001", "T?", CREDIT).to_dict(validate=False)
    rows = dict.fromkeys(r["row"] for data in spec["datasets"].values() for r in data)
    assert list(rows) == [f"Proposition p{i:02}." for i in [*range(len(rows) - 2), 25, 28]] and 3 < len(rows) < 25
    assert (
        f"{len(rows)} of 30 propositions, those on which the two lie furthest apart, of equals"
        in spec["usermeta"]["caption"]
    )


def test_of_many_propositions_on_which_all_agree_those_to_which_most_texts_speak_are_named():
    names = [f"p{i:02}" for i in range(22)]
    table = pd.DataFrame([(s, p, 2, f"P{p}") for p in names for s in ("a", "b", "c") if s != "c" or p == "p21"], columns=["source", "proposition", "value", "text"])  # fmt: skip
    said = agreement.division_in_words(table)
    assert "All who speak affirm, those to which most texts speak first: “Pp21” (n = 3); “Pp00” (n = 2)" in said
    assert "and 2 more propositions" in said and "most texts speak" not in agreement.division_in_words(table[:20])


def test_where_not_one_name_fits_the_first_is_begun_and_keeps_its_dots():
    council = "The Council\nof the Town of\nMiddle Ferry •"
    assert some_names([council, "Birch"], 3) == "The Council\nof the Town of…\u00a0•\nand 1 more"
    assert some_names([council, "Birch"], 2) == "The Council…\u00a0•\nand 1 more"
    assert some_names([council], 2) == "The Council\nof the Town of…\u00a0•", "one alone has all lines"
    assert some_names([council.removesuffix(" •")], 2, [""]) == "The Council\nof the Town of…"
    assert some_names(["The Council of\nMiddle Ferries\n•••"], 2, ["•••"]) == "The Council of\nMiddle Ferri…\u00a0•••"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_place_of_a_profile_names_somebody_and_no_certainty_is_lost(preset, by_organisations):
    charts.use(preset, FIVE)
    sure = by_organisations["overview"].args[0].assign(certainty=lambda t: t.value.notna().map({True: 3, False: pd.NA}))
    spec = charts.disagreement_profile(sure, "T?", CREDIT).to_dict(validate=False)
    data = [row for rows in spec["datasets"].values() for row in rows if "names" in row]
    assert any("…" in row["names"] for row in data)
    for row in data:
        *named, last = row["names"].split("\n")
        named += [] if re.fullmatch(r"and \d+ more", last) else [last]
        assert named and not re.fullmatch(r"\d+ texts?", row["names"])
        assert any("•" in line for line in named) or row["column"] in ("silent", "not coded"), row["names"]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_long_name_at_the_end_of_a_bar_is_broken_and_nothing_is_lost(preset, by_organisations):
    charts.use(preset, FIVE)
    spec = by_organisations["cruxes"]().to_dict(validate=False)
    said = [row["words"] for rows in spec["datasets"].values() for row in rows if "words" in row]
    assert any("\n" in words for words in said)
    assert max(rooms.breadth(words) for words in said) < (rooms.room() if rooms.limited() else 420)
    assert said[0].replace("\n", "").replace(" ", "") in spec["description"].replace(" ", "")
    assert all(re.search(r"[\d.½]+[ \u00a0]of[ \u00a0]\d+$", words) for words in said)
    drawing = converter().vegalite_to_svg(spec)
    assert size(drawing)[0] <= PRESETS[preset].wide and overlapping(drawing) == []


def test_words_of_heads_stay_whole_where_there_is_room():
    labels = pd.Series(["Practitioners, Nurses 2001", "Amt für Verbraucherschutz 2010", "Ash 2003"])
    _, width = rooms.columns(labels, 310, 86)
    assert width > 86 and rooms.column_heads(labels, width).tolist() == [
        "Practitioners,\nNurses\n2001", "Amt für\nVerbraucherschutz\n2010", "\nAsh\n2003",
    ]  # fmt: skip
    many = pd.Series([f"Amt für Verbraucherschutz {year}" for year in range(1990, 2006)])
    _, width = rooms.columns(many, 310, 86)
    assert 310 + 16 * width <= rooms.wide() and "Verbr\n" in rooms.column_heads(many, width)[0]
    endless = pd.Series(["Wasserversorgungsgenossenschaft 2001"])
    assert "Wasserversorg\n" in rooms.column_heads(endless, rooms.columns(endless, 310, 86)[1])[0], "of more than 18 letters"  # fmt: skip


def test_how_much_is_shown_follows_from_the_room():
    rows = {}
    for name in PRESETS:
        charts.use(name, FIVE)
        rows[name] = rooms.rows_that_fit(50)
    assert rows["web"] > rows["paper-single"] > rows["paper-double"] > rows["slide"] >= 3


# 20 texts by 120 propositions: every chart, everywhere


@pytest.mark.parametrize("preset", PRESETS)
def test_no_words_of_a_large_debate_collide_or_are_cut_off_and_it_keeps_to_its_room(calls, preset):
    charts.use(preset, FIVE)
    for name, call in calls.items():
        drawing = converter().vegalite_to_svg(call().to_dict(validate=False))
        width, height = size(drawing)
        assert width <= PRESETS[preset].wide, name
        assert height <= PRESETS[preset].high, name
        assert overlapping(drawing) == [], name
        assert all(x >= -1 and right <= width + 1 and y >= -1 and low <= height + 1 for _, x, right, y, low in lines(drawing)), name  # fmt: skip


@pytest.mark.parametrize("preset", PRESETS)
def test_the_standing_of_sixty_texts_keeps_to_the_page_and_shows_those_with_most_claims(preset):
    charts.use(preset, FIVE)
    graph = hand(*(f"s{i:02}/c{k} affirms p" for i in range(60) for k in range(2 if i == 59 else 1)))
    spec = charts.standing_chart(arguments.standing(graph), graph, "T?", CREDIT).to_dict(validate=False)
    assert size(converter().vegalite_to_svg(spec))[1] <= PRESETS[preset].high
    said = [r["label"] for rows in spec["datasets"].values() for r in rows]
    assert said == [f"S{i:02} 2001" for i in [*range(len(said) - 1), 59]], (
        "the one with two claims, then the first of the debate"
    )
    left_out = f"{len(said)} of 60 texts, those with most claims of their own on this map"
    assert (left_out in spec["usermeta"]["caption"]) == (left_out in spec["description"]) == (len(said) < 60)
    assert f"n = {len(said) + 1} claims{' (of 61)' if len(said) < 60 else ''}." in spec["usermeta"]["caption"]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_long_names_of_authors_collide_or_are_cut_off(by_organisations, preset):
    charts.use(preset, FIVE)
    for name, call in by_organisations.items():
        drawing = converter().vegalite_to_svg(call().to_dict(validate=False))
        width, height = size(drawing)
        assert overlapping(drawing) == [], name
        assert all(x >= -1 and right <= width + 1 and y >= -1 and low <= height + 1 for _, x, right, y, low in lines(drawing)), name  # fmt: skip


@pytest.mark.parametrize("name", ["pairs", "zero", "reasons", "intervals", "chance", "overview", "clash"])
def test_a_chart_in_part_says_so_in_caption_and_alt_text(calls, name):
    charts.use("slide", FIVE)
    spec = calls[name]().to_dict(validate=False)
    assert " Shown: " in spec["usermeta"]["caption"] and " Shown: " in spec["description"]
    assert "the table has all" in " ".join(spec["title"]["subtitle"]).replace("\n", " ")


def test_no_alt_text_is_endless_and_no_words_are_left_as_code(calls):
    for name, call in calls.items():
        spec = call().to_dict(validate=False)
        assert len(spec["description"]) < 4000, name
        words = [spec["description"], spec["usermeta"]["caption"], *spec["title"]["subtitle"]]
        assert not any("{" in w or "left_out" in w for w in words), name


def test_a_grid_in_part_counts_what_it_shows_beside_the_whole(large):
    table = tables.stances(large)
    spec = charts.stance_grid(table, "T?", CREDIT).to_dict(validate=False)
    cells = [r for rows in spec["datasets"].values() for r in rows if "sign" in r]
    shown = {(r["source"], r["proposition"]) for r in cells}
    said = sum(r["status"] == "stance" for r in cells)
    assert len(shown) == len(cells) < len(table) and spec["usermeta"]["n"] == said
    assert f"n = {said} stances" in spec["usermeta"]["caption"]
    assert f"(of {int((table.status == 'stance').sum())} stances" in spec["usermeta"]["caption"]
    assert f"{len({p for _, p in shown})} of 120 propositions" in spec["description"]


def test_a_place_with_many_names_counts_those_it_has_no_room_for(large):
    one = tables.stances(large).query("question == 'q0'")
    everyone = one.assign(status="stance", value=2, certainty=3)
    charts.use("slide", FIVE)
    names = [r for rows in charts.disagreement_profile(everyone, "T?", CREDIT).to_dict(validate=False)["datasets"].values() for r in rows if "names" in r]  # fmt: skip
    for row in names:
        *named, more = row["names"].split("\n")
        assert 1 <= len([t for t in named if "•" in t]) + int(more.removeprefix("and ").split()[0]) == 20
        assert more.endswith("more")


def test_an_overview_of_twenty_texts_is_whole_on_the_web(large):
    spec = charts.overview(tables.stances(large), "T?", CREDIT).to_dict(validate=False)
    squares = {(r["source"], r["proposition"]) for rows in spec["datasets"].values() for r in rows if "sign" in r}
    assert len(squares) == 20 * 120
    assert " Shown: " not in spec["usermeta"]["caption"]


def test_an_overview_may_have_more_squares_than_altair_would_take():
    spec = charts.overview(tables.stances(made(20, 300)), "T?", CREDIT).to_dict(validate=False)
    assert sum("sign" in r for rows in spec["datasets"].values() for r in rows) > 5000


# What is missing


def test_a_chart_with_nothing_to_show_says_why_and_what_is_needed(large):
    labels = tables.sources(large).set_index("source").label.to_dict()
    none, said = tables.stances(large).iloc[:0], ("T?", CREDIT)
    alone = agreement.pairwise_agreement(grid(a=[1, None], b=[None, 1]))
    chart_of = {
        "“spans”": charts.timeline(tables.spans(large).iloc[:0], *said),
        "“factors”": charts.factor_grid(tables.factors(large).iloc[:0], *said),
        "“core: true”": charts.stance_grid(none, *said),
        "two texts whose stances": charts.pairs_chart(alone, labels | {"a": "A", "b": "B"}, *said),
        "codings/first/": charts.reliability_chart(agreement.alpha_by(tables.ratings(large, ("reference",)), "ordinal"), *said),
        "“claims”": charts.load_chart(arguments.load_bearing(arguments.arguments(*(t.iloc[:0] for t in (tables.claims(large), tables.links(large), tables.stance_claims(large))), tables.propositions(large))), *said),
        "share enough propositions": charts.cruxes_chart(agreement.cruxes(grid(a=[1, 2], b=[-2, 1]), fewest=8), {"p": "P.", "q": "Q."}, labels | {"a": "A", "b": "B"}, *said),
        "to which two texts speak": charts.cruxes_chart(agreement.cruxes(grid(a=[1], b=[None])), {}, labels, *said),
    }  # fmt: skip
    for needed, chart in chart_of.items():
        why = chart.to_dict()["usermeta"]["undrawn"]
        assert needed in why and why.startswith("Nothing is drawn") and why.endswith("."), why


def test_show_says_in_words_what_was_not_drawn_and_table_that_nothing_is_listed():
    shown = figures.show(parts.undrawn("Nothing is drawn, since <b>."), "x", pd.DataFrame())
    assert shown.data == "<p>Nothing is drawn, since &lt;b&gt;.</p>"
    assert figures.table(pd.DataFrame({"a": []})).data == "<p>Nothing to list here.</p>"


def test_a_long_table_scrolls_and_a_longer_one_says_what_it_leaves_out():
    assert "stancebook-long" not in figures.table(pd.DataFrame({"a": range(120)})).data.split("</style>")[1]
    longer = figures.table(pd.DataFrame({"a": range(1200)})).data.split("</style>")[1]
    assert '<div class="stancebook-long"' in longer and "The first 600 of 1,200 rows." in longer
    assert "<td>599</td>" in longer and "<td>600</td>" not in longer


def test_two_texts_leave_nothing_to_measure_their_disagreement_by():
    two = grid(a=[2] * 9, b=[-2] * 9)
    assert agreement.disagreement_rests_on(two, fewest=8).empty
    with pytest.raises(ValueError, match="no other pair to measure"):
        agreement.disagreement_rests_on(two, "a", "b")


def test_methods_do_not_claim_a_second_coding_that_is_not_there(large):
    table = tables.stances(large)
    alpha = agreement.alpha(tables.ratings(large, ("first", "second")), "ordinal")
    camps = agreement.camps(table, draws=9)
    robust = agreement.robustness(table, agreement.headlines_of(table), draws=2, jobs=1)
    words = agreement.methods_paragraph(table, alpha, alpha, robust, camps, "x", "", 2, 9, 8, "y", "from a to b")
    assert "coded once" in words and "coded twice" not in words


def test_the_methods_of_one_text_name_no_alternatives(small):
    table = tables.stances(small).query("source == 'ash-2001'")
    alpha = agreement.alpha(tables.ratings(small, ("first", "second")), "ordinal")
    robust = agreement.robustness(table, agreement.headlines_of(table), draws=2, jobs=1)
    camps = agreement.camps(table, draws=9)
    words = agreement.methods_paragraph(table, alpha, alpha, robust, camps, "x", "", 2, 9, 8, "y", "from a to b")
    assert words.startswith("The stances of 1 text on 4 propositions") and "Too little is coded for a headline" in words
    assert "up to" not in words


# Debates without questions


def unnamed(folder, change=lambda propositions: None):
    shutil.copytree(SMALL, folder)
    book = yaml.safe_load((folder / "debate.yml").read_text(encoding="utf-8"))
    book["propositions"] = [p for q in book.pop("questions") for p in q["propositions"]]
    change(book["propositions"])
    text = yaml.safe_dump(book, sort_keys=False, allow_unicode=True)
    (folder / "debate.yml").write_text(text, encoding="utf-8")
    return folder, text.splitlines()


def test_propositions_without_questions_are_those_of_one_question(tmp_path):
    folder, _ = unnamed(tmp_path / "debate")
    debate = load_debate(folder)
    [question] = debate.codebook.questions
    assert (question.id, question.label, question.text) == ("all", "All propositions", debate.codebook.title)
    assert question.propositions == load_debate(SMALL).codebook.propositions


def test_a_problem_in_a_debate_without_questions_has_its_own_line_and_place(tmp_path):
    folder, text = unnamed(tmp_path / "debate", lambda ps: ps[1].update(kind="fakt"))
    [problem] = check_debate(folder).problems
    assert problem.path == "propositions[1].kind" and text[problem.line - 1].strip() == "kind: fakt"


def test_an_id_given_twice_without_questions_has_its_own_line(tmp_path):
    folder, text = unnamed(tmp_path / "debate", lambda ps: ps.append({**ps[0], "text": "Another."}))
    [problem] = [p for p in check_debate(folder).problems if p.file == "debate.yml"]
    assert text[problem.line - 1].strip() in ("id: " + yaml.safe_load("\n".join(text))["propositions"][0]["id"], "- id: " + yaml.safe_load("\n".join(text))["propositions"][0]["id"])  # fmt: skip
    assert problem.path == f"propositions[{len(load_debate(SMALL).codebook.propositions)}].id"


def test_questions_and_propositions_side_by_side_are_refused(tmp_path):
    shutil.copytree(SMALL, tmp_path / "debate")
    book = tmp_path / "debate/debate.yml"
    book.write_text(book.read_text(encoding="utf-8") + "\npropositions: []\n", encoding="utf-8")
    [problem] = check_debate(tmp_path / "debate").problems
    assert 'unknown key "propositions"' in str(problem)


# Built whole


def test_made_debates_pass_every_check(tmp_path):
    kinds = ({}, {"claims": False}, {"questions": False}, {"silent": (0,)}, {"coders": ("reference", "first", "second")})  # fmt: skip
    for (s, p), kind in itertools.product([(2, 3), (5, 24)], kinds):
        folder = written(made(s, p, **kind), tmp_path / f"{s}x{p}-{'-'.join(kind)}")
        assert check_debate(folder).problems == []
        debate = load_debate(folder)
        assert (len(debate.sources), len(debate.codebook.propositions)) == (s, p)


@pytest.mark.parametrize("claims", [True, False])
def test_two_texts_and_three_propositions_go_through_every_notebook(claims, tmp_path):
    data = written(made(2, 3, claims=claims), tmp_path / "made")
    outcome = build(ROOT / "notebooks", tmp_path / "build", tmp_path / "figures", debate=data)
    assert list(map(str, outcome.failures)) == []
    pages = {p.stem.removesuffix("--made"): p.read_text(encoding="utf-8") for p in (tmp_path / "build").glob("*--made.html")}  # fmt: skip
    assert len(pages) == (9 if claims else 7)  # without claims no run for every thesis
    assert all("Traceback" not in page for page in pages.values())
    assert "no text was coded twice" in pages["05-how-sure"]
    for name, said in (("01-the-debate", "no years are coded"), ("04-responsibility", "nobody is held responsible"), ("06-argument-map", "no claims are coded"), ("07-what-if", "no claims are coded")):  # fmt: skip
        assert (said in pages[name]) == (not claims), name
    index = (tmp_path / "build/index.html").read_text(encoding="utf-8")
    assert index.count('class="undrawn"') == (0 if claims else 3), "04, 06 and 07"


def changed(debate, **fields):
    """The debate with these fields of every coding, and `links=False` for claims without any link."""
    links = {"supports": (), "attacks": ()} if not fields.pop("links", True) else {}
    codings = {}
    for key, coding in debate.codings.items():
        claims = tuple(c.model_copy(update=links) for c in coding.claims)
        codings[key] = coding.model_copy(update={"claims": claims, **fields})
    return debate_with(debate, codings)


MISSING = {
    "one-text": (made(1, 3), ["No map of a quarrel, since it takes two texts"], []),
    "nothing-said": (made(2, 3, silent=(0, 1)), ["No map of a quarrel, since no claims are coded"], ["No claim is taken away here, since no claims are coded", "No claim is granted here, since no claims are coded"]),
    "no-links": (changed(made(3, 6), links=False), ["Chosen as"], ["is a reason for another: that takes “supports”", "Chosen as the claim that carries most"]),
    "of-one-mind": (changed(made(3, 6), links=False, stances=(), factors=(), spans=()), ["no text takes a side"], ["carries a claim or a stance", "speaks against another"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_what_a_map_and_a_what_if_lack_is_said(name, tmp_path):
    debate, quarrel, what_if = MISSING[name]
    data = written(debate, tmp_path / name)
    for notebook, said in (("06-argument-map", quarrel), ("07-what-if", what_if)):
        outcome = build(ROOT / "notebooks", tmp_path / "build", tmp_path / "figures", only=f"{notebook}--{name}", debate=data)  # fmt: skip
        assert list(map(str, outcome.failures)) == []
        page = (tmp_path / f"build/{notebook}--{name}.html").read_text(encoding="utf-8")
        assert all(words in page for words in said)
        assert "Traceback" not in page


def test_what_lies_around_a_claim_is_one_map_where_no_texts_are_named(tmp_path):
    notebooks, data = tmp_path / "notebooks", written(made(3, 6), tmp_path / "made")
    notebooks.mkdir()
    shutil.copy(ROOT / "notebooks/06-argument-map.ipynb", notebooks)
    run = "{notebook: 06-argument-map.ipynb, each: {focus: [s0/c-p1], sources: [[]]}}"
    (notebooks / "build.yml").write_text(f"runs: [{run}]")
    assert not build(notebooks, tmp_path / "build", tmp_path / "figures", debate=data).failures
    assert [p.name for p in (tmp_path / "figures").rglob("*.svg")] == ["06-s0-c-p1-1.svg"]
    page = (tmp_path / "build/debates/made.html").read_text(encoding="utf-8")
    assert '"s0-c-p1-1"' in page and re.search(r'"maps_left_out": ?0', page)


def test_what_is_not_coded_is_no_silence():
    table = stances(a=[1, 2]).assign(status=["stance", "uncoded"], reason=None)
    assert silence_key(table) == "(none here); ?\u00a0not\u00a0coded"


def test_of_the_extremes_of_many_pairs_chance_is_said_of_all(calls):
    charts.use("slide", FIVE)
    caption = calls["chance"]().to_dict(validate=False)["usermeta"]["caption"]
    assert "chosen for lying at the ends" in caption and "one in twenty" not in caption
