"""What is shown where nobody says what: the quarrel, the claim taken away and the claim granted, each counted by hand."""

import random

import pytest
from made import made
from test_graph import hand, whole, with_stances

from analysis.arguments import (
    carrying_in_words,
    carrying_most,
    challenges,
    challenging_in_words,
    challenging_most,
    clash,
    load_bearing,
    map_of,
    off_the_map_in_words,
    quarrel_chosen,
    quarrel_in_words,
    quarrels,
    question_map,
    sheets,
    surroundings,
    what_if,
    what_if_in_words,
    why_no_map,
)
from analysis.arguments.choice import CHALLENGES, QUARRELS
from analysis.arguments.graph import MOST as MOST_PROPOSITIONS
from analysis.arguments.layout import LONG
from analysis.arguments.reasons import COLUMNS, STEPS, WIDE
from analysis.arguments.reasons import MOST as MOST_FALLEN
from analysis.charts.maps import left_out_of

LABELS = {"ash-2001": "Ash 2001", "birch-2005": "Birch 2005", "cedar-2010": "Cedar 2010"}


def asked(graph, **questions):
    """The graph with propositions put to other questions than “q”: `jam="r s"`."""
    for question, propositions in questions.items():
        for p in propositions.split():
            graph.nodes[p].update(question=question, question_label=question.title())
    return graph


def labels_of(graph):
    return {d["source"]: d["label"] for _, d in graph.nodes(data=True) if d["kind"] == "claim"}


# The quarrel


def test_the_quarrels_of_the_tiny_debate_by_hand(small):
    found = quarrels(whole(small))
    rows = found[["source_a", "source_b", "question", "opposed", "points", "both", "here", "of"]].values.tolist()
    assert rows == [
        ["ash-2001", "birch-2005", "culprit", 2, 8, 2, 2, 3],
        ["birch-2005", "cedar-2010", "culprit", 1, 3, 1, 1, 3],
        ["ash-2001", "cedar-2010", "culprit", 1, 2, 2, 1, 3],
    ]
    assert quarrel_chosen(found) == ("culprit", ["ash-2001", "birch-2005"])
    assert quarrel_in_words(found, whole(small), LABELS) == (
        "Chosen as the two texts that disagree most, of 3 pairs that take a side on the same proposition by claims of their own: "
        "Ash 2001 and Birch 2005 stand on opposite sides of 2 of the 2 propositions on which both do, all of these on the question “The culprit”."
    )


def test_the_question_is_that_on_which_the_two_stand_on_opposite_sides_most_often():
    graph = asked(hand(*(f"a/x affirms {p}" for p in "pqrst"), *(f"b/y rejects {p}" for p in "pqrs"), "b/y affirms t"), jam="p", tea="q r", milk="s t")  # fmt: skip
    assert quarrel_chosen(quarrels(graph)) == ("tea", ["a", "b"])
    [row] = quarrels(graph).to_dict("records")
    assert (row["opposed"], row["both"], row["here"]) == (4, 5, 2)
    assert "4 of the 5 propositions" in (said := quarrel_in_words(quarrels(graph), graph, labels_of(graph)))
    assert said.endswith("2 of these on the question “Tea”.") and "the only two texts" in said


def test_other_questions_with_as_many_are_counted_and_the_rule_is_said():
    pairs = [f"{claim} {p}" for p in "pqrs" for claim in ("a/x affirms", "b/y rejects")]
    graph = asked(hand(*pairs), jam="p q", tea="r s")
    graph.edges["b/y", "p", "rejects"]["value"] = -1
    assert quarrel_chosen(quarrels(graph)) == ("tea", ["a", "b"])
    assert quarrel_in_words(quarrels(graph), graph, labels_of(graph)).endswith(
        "2 of these on the question “Tea”. 1 other question would do as well; that with most points of the scale between the two is shown, "
        "of equals the first in the debate."
    )


def test_of_equals_the_first_in_the_debate_is_taken_and_the_others_are_counted():
    graph = asked(hand("a/x affirms p", "b/y rejects p", "c/z affirms q", "d/w rejects q"), jam="q")
    assert quarrel_chosen(quarrels(graph)) == ("q", ["a", "b"])
    assert (
        "1 other pair would do as well; that with most points of the scale between the two is shown, of equals the first in the debate."
        in quarrel_in_words(quarrels(graph), graph, labels_of(graph))
    )


def test_of_two_that_oppose_as_often_those_more_points_apart():
    graph = hand("a/x affirms p", "b/y rejects p", "c/z affirms q", "d/w rejects q")
    graph.edges["b/y", "p", "rejects"]["value"] = -1
    assert quarrel_chosen(quarrels(graph)) == ("q", ["c", "d"])


def test_the_side_follows_from_the_relation_not_from_the_sign_of_the_value():
    graph = hand("a/x affirms p", "b/y rejects p")  # on a scale from 1 to 7
    graph.edges["a/x", "p", "affirms"]["value"], graph.edges["b/y", "p", "rejects"]["value"] = 7, 1
    assert quarrels(graph)[["opposed", "points"]].values.tolist() == [[1, 6]]


def test_a_named_question_or_source_narrows_the_choice(small):
    graph = whole(small)
    assert quarrels(graph, "jam").empty
    assert quarrel_chosen(quarrels(graph, sources=["ash-2001", "cedar-2010"])) == ("culprit", ["ash-2001", "cedar-2010"])  # fmt: skip
    assert quarrel_chosen(quarrels(graph, "thesis"), "thesis") == ("thesis", ["ash-2001", "birch-2005"])
    for question, sources, words in (
        ("", ["ash-2001", "cedar-2010"], "Chosen as the only two of the 2 texts named that take a side"),
        ("culprit", (), "that disagree most on the question “The culprit”, of 3 pairs"),
        ("jam", (), "No map of a quarrel on the question “The jam”, since Cedar 2010 alone takes a side"),
        ("", ["ash-2001"], "No map of a quarrel of the texts named, since it takes two texts."),
    ):
        assert words in quarrel_in_words(quarrels(graph, question, sources), graph, LABELS, question, sources)
    with pytest.raises(ValueError, match='no question "culprits"; did you mean "culprit"'):
        quarrels(graph, "culprits")


def test_quarrels_agree_with_the_clashes_of_each_pair_and_can_be_mapped():
    graph = whole(made(6, 24))
    found = quarrels(graph)
    assert len(found) > 5
    for r in found.itertuples():
        met = clash(graph, r.source_a, r.source_b)
        assert len(met) == r.opposed and (met.question == r.question).sum() == r.here
        assert met.groupby("question").size().max() == r.here
    question, sources = quarrel_chosen(found)
    assert {d["source"] for _, d in map_of(graph, question, sources).nodes(data=True) if d["kind"] == "claim"} == set(sources)  # fmt: skip


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        ((), "no claims are coded: that takes “claims” in the files of codings"),
        (("a/x", "b/y"), "no text takes a side on a proposition by a claim of its own"),
        (("a/x affirms p", "b/y"), "A 2001 alone takes a side on a proposition by a claim of its own: that takes two"),
        (("a/x affirms p", "b/y affirms p"), "no two of the 2 texts that take a side by a claim of their own do so on opposite sides"),
        (("a/x affirms p", "b/y weighs p"), "A 2001 alone takes a side"),
    ],
)  # fmt: skip
def test_what_is_missing_for_a_quarrel_is_said(sentences, why):
    graph = hand(*sentences)
    found = quarrels(graph)
    assert found.empty and list(found) == QUARRELS and quarrel_chosen(found) == ("", [])
    assert why in quarrel_in_words(found, graph, labels_of(graph))


def test_the_stance_of_a_reported_view_makes_no_quarrel():
    assert quarrels(hand("a/x affirms p", "b/y rejects p", holders={"b/y": "the minutes"})).empty


LEFT_OUT = "Left out: 3 of 5 stances that take a side, on which no claim in the author's own voice bears; claims are coded of 2 of 3 texts."


def test_stances_without_claims_are_left_out_of_the_quarrel_and_counted():
    graph = with_stances(hand("a/x affirms p", "b/y rejects p"), "a affirms r", "b rejects r", "c rejects p")
    labels = labels_of(graph) | {"c": "C 2001"}
    assert quarrel_in_words(quarrels(graph), graph, labels) == (
        "Chosen as the only two texts that take a side on the same proposition by claims of their own: A 2001 and B 2001 stand on opposite sides "
        f"of 1 of the 1 proposition on which both do, all of these on the question “Question”. {LEFT_OUT} With these the two stand on "
        "opposite sides of 1 more proposition."
    )
    here = quarrel_in_words(quarrels(graph), graph, {"a": "A", "b": "B"})
    assert "2 of 4 stances" in here and "claims are coded of 2 of 2 texts" in here, "of the texts chosen alone"


def test_no_quarrel_by_claims_is_not_said_to_be_none():
    graph = with_stances(hand("a/x affirms p", "b/y affirms p"), "a affirms r", "b rejects r", "c rejects p")
    said = quarrel_in_words(quarrels(graph), graph, labels_of(graph) | {"c": "C 2001"})
    assert said.endswith(f"by a claim of their own do so on opposite sides of a proposition. {LEFT_OUT}")


def test_where_claims_bear_on_every_stance_nothing_is_said_to_be_left_out(shipped):
    graph = whole(shipped)
    said = quarrel_in_words(quarrels(graph), graph, labels_of(graph))
    assert "Left out" not in said and "of 10 pairs that take a side on the same proposition" in said


# The claim that carries most


def test_the_claim_taken_away_is_the_first_of_an_authors_own_that_is_no_thesis():
    graph = hand("a/x supports a/y", "a/y supports a/z", "a/z affirms p", "b/v supports b/w", theses=["b/v"])
    load = load_bearing(graph)
    assert carrying_most(load) == "a/x"
    assert carrying_in_words(load) == (
        "Chosen as the claim that carries most, of 4 in an author's own voice that are no thesis: 2 claims and 1 stance would fall with it, "
        "and it is a reason for 2 claims. Theses that fall count first, then claims that fall, then what it is a reason for, then stances."
    )


def test_a_thesis_that_falls_counts_for_more_than_any_number_of_claims_and_is_told():
    load = load_bearing(hand("a/x supports a/t", "b/y supports b/v", "b/y supports b/w", theses=["a/t"]))
    assert carrying_most(load) == "a/x"
    assert ": 1 claim (stating the main thesis: 1) would fall with it, and" in carrying_in_words(load)


def test_a_quoted_claim_is_not_chosen_though_it_carries_more():
    graph = hand("a/x supports a/y", "a/y supports a/z", holders={"a/x": "the minutes"})
    assert carrying_most(load_bearing(graph)) == "a/y"


def test_without_links_it_is_the_claim_with_most_stances():
    load = load_bearing(hand("a/x affirms p", "b/y affirms p", "b/y affirms q"))
    assert carrying_most(load) == "b/y" and "2 stances would fall with it. Theses" in carrying_in_words(load)


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (hand(), "no claims are coded"),
        (hand("a/x", "b/y"), "none in an author's own voice, the theses left out, carries a claim or a stance: that takes “supports”"),
        (hand("a/x affirms p", theses=["a/x"]), "the theses left out"),
    ],
)  # fmt: skip
def test_what_is_missing_for_a_claim_to_be_taken_away_is_said(graph, why):
    load = load_bearing(graph)
    assert carrying_most(load) == "" and why in carrying_in_words(load)


# The claim that puts most in question


def test_the_claim_granted_is_the_one_against_which_most_stances_of_others_stand(small):
    found = challenges(whole(small))
    assert challenging_most(found) == "birch-2005/cat-guilty"
    assert found.loc[0, ["questioned", "texts", "falls"]].tolist() == [3, 2, 0]
    assert challenging_in_words(found, whole(small), LABELS) == (
        "Chosen as the claim that puts most in question, of 9 in an author's own voice: it speaks against 3 stances of 2 other texts."
    )


def test_each_challenge_is_what_granting_the_claim_gives():
    graph = whole(made(4, 24))
    for r in challenges(graph).itertuples():
        table = what_if(graph, r.claim, grant=True)
        assert r.questioned == (table.because == "put in question by what is granted").sum()
        assert r.falls == (table.kind == "claim").sum(), r.claim


def test_attacks_alone_are_enough_to_grant_a_claim_and_equals_are_counted():
    graph = hand("a/x attacks a/y", "a/y supports a/z", "b/v attacks b/w", "b/w supports b/u")
    found = challenges(graph)
    assert challenging_most(found) == "a/x"
    assert "voice: 2 claims would fall. 1 other claim would do as well; the first in the debate is shown." in challenging_in_words(found, graph, labels_of(graph))  # fmt: skip


@pytest.mark.parametrize(("sentences", "why"), [((), "no claims are coded"), (("a/x affirms p", "b/y affirms p"), "two texts whose claims stand on opposite sides of a proposition, or “attacks”")])  # fmt: skip
def test_what_is_missing_for_a_claim_to_be_granted_is_said(sentences, why):
    graph = hand(*sentences)
    found = challenges(graph)
    assert list(found) == CHALLENGES and challenging_most(found) == ""
    assert why in challenging_in_words(found, graph, labels_of(graph))


def test_stances_without_claims_that_a_granted_claim_speaks_against_are_counted_as_left_out():
    graph = with_stances(hand("a/x affirms p", "b/y rejects p"), "b rejects r", "a affirms r", "c rejects p")
    labels = labels_of(graph) | {"c": "C 2001"}
    assert challenging_in_words(challenges(graph), graph, labels).endswith(LEFT_OUT)
    none = with_stances(hand("a/x affirms p", "b/y affirms p"), "b rejects r", "a affirms r", "c rejects p")
    assert challenging_in_words(challenges(none), none, labels).endswith(LEFT_OUT)


def test_the_order_in_which_edges_are_read_changes_no_choice(small):
    graph = whole(small)
    edges = list(graph.edges(keys=True, data=True))
    random.Random(1).shuffle(edges)
    other = graph.copy()
    other.clear_edges()
    other.add_edges_from(edges)
    assert quarrels(other).equals(quarrels(graph)) and challenges(other).equals(challenges(graph))


# What a map of a large debate holds


def test_of_many_propositions_a_map_holds_those_on_which_the_two_lie_furthest_apart():
    some = [f"p{i}" for i in range(MOST_PROPOSITIONS + 3)]
    graph = hand(*(f"a/c{i} affirms {p}" for i, p in enumerate(some)), "b/x rejects p14", "b/x rejects p0")
    part = question_map(graph, "q", ["a", "b"])
    assert [n for n in part if n.startswith("p")] == [*some[: MOST_PROPOSITIONS - 1], "p14"]
    assert part.graph["of_propositions"] == 15 and "a/c14" in part and "a/c13" not in part
    assert "of_propositions" not in graph.graph and "of_propositions" not in question_map(graph, "q", ["b"]).graph


def test_of_a_fall_through_many_steps_the_map_shows_the_first_and_says_of_how_many():
    graph = hand(*(f"a/c{i:02} supports a/c{i + 1:02}" for i in range(30)))
    table = what_if(graph, "a/c00")
    part = surroundings(graph, table, "a/c00")
    assert set(part) == {f"a/c{i:02}" for i in range(COLUMNS)}, "the last is what the last that falls here supports"
    assert part.graph["fallen"] == (COLUMNS - 1, 30), "all but the first of those shown"
    [sheet] = sheets(part)
    assert set(sheet["boxes"]) == set(part), "the chain hangs together"
    assert "fallen" not in surroundings(graph, table.head(3), "a/c00").graph


def test_of_many_stances_in_question_the_map_shows_the_first_and_the_sentence_says_each_proposition_once():
    graph = hand("a/x affirms p", *(f"b{i:02}/y rejects p" for i in range(25)))
    table = what_if(graph, "a/x", grant=True)
    part = surroundings(graph, table, "a/x")
    assert len(part) == MOST_FALLEN + 2 and part.graph["fallen"] == (MOST_FALLEN, 25)
    said = what_if_in_words(table, graph, "a/x", grant=True)
    assert "in question (n = 25): B00 2001, B01 2001, " in said
    assert (
        said.endswith(
            "B19 2001 reject: Proposition p.; and 5 more (named: the nearest first; of equally near ones theses, then claims with which most others fall, then stances furthest from that of the claim)"
        )
        and said.count("Proposition p.") == 1
    )


def test_a_chain_with_its_stances_and_a_reason_before_it_is_one_sheet():
    links = [f"a/c{i} supports a/c{i + 1}" for i in range(STEPS)]
    graph = hand("a/r supports a/c0", "a/s supports a/r", *links, *(f"a/c{i} affirms p{i}" for i in range(STEPS + 1)))
    table = what_if(graph, "a/c0")
    [sheet] = sheets(near := surroundings(graph, table, "a/c0"), within=graph)
    assert set(sheet["boxes"]) == set(near) and sheet["left_out"] == 0 and LONG < sheet["width"] <= WIDE
    assert "a/r" not in near and sheet["hidden"]["a/c0"] == 1, "its own reason is counted in its box"
    short = surroundings(graph, table.head(2), "a/c0")
    assert "a/r" in short, "where there is room for it, it is shown"


def test_claims_that_support_each_other_in_a_ring_fall_onto_one_legible_sheet():
    ring = [f"a/c{i} supports a/c{(i + 1) % 8}" for i in range(8)]
    graph = hand("a/x supports a/c0", *ring)
    [sheet] = sheets(surroundings(graph, what_if(graph, "a/x"), "a/x"), within=graph)
    assert sheet["width"] <= WIDE


def test_stances_without_claims_that_no_map_can_show_are_counted():
    graph = with_stances(hand("a/x affirms p", "b/y rejects p"), "b rejects r", "a affirms r", "c rejects p")
    graph.add_node("r", kind="proposition", text="R.", question="other", question_label="Other")
    off = "that take a side, on which no claim in the author's own voice bears."
    assert off_the_map_in_words(graph, "q", ["a", "b", "c"]) == f"Not on the map: 1 of 3 stances on this question {off}"
    assert off_the_map_in_words(graph, "q", ["a", "b"]) == off_the_map_in_words(graph, "thesis", ["c"]) == ""
    said = why_no_map(graph, "other", ["a", "b"], labels_of(graph))
    assert said.startswith("No map, since A 2001 and B 2001 affirm and reject nothing on this question by claims")
    assert said.endswith(f"Not on the map: 2 of 2 stances on this question {off}")


def test_stances_without_claims_that_a_granted_claim_speaks_against_are_not_passed_over():
    graph = with_stances(hand("a/x affirms p", "b/y rejects p"), "c rejects p", "d affirms p", "a rejects r")
    said = what_if_in_words(what_if(graph, "a/x", grant=True), graph, "a/x", grant=True)
    assert "Not counted: 1 stance on the other side on which no claim in the author's own voice bears." in said
    alone = with_stances(hand("a/x affirms p"), "c rejects p", "d rejects p")
    assert "Not counted: 2 stances" in what_if_in_words(what_if(alone, "a/x", grant=True), alone, "a/x", grant=True)
    assert "Not counted" not in what_if_in_words(what_if(graph, "a/x"), graph, "a/x")


def test_of_what_falls_at_one_step_theses_come_first_then_what_takes_most_along_then_the_order_of_the_debate():
    falls = ["a/x supports a/d", "a/x supports a/c", "a/x supports a/t", "a/x supports a/b", "a/b supports a/b2"]
    table = what_if(hand(*falls, theses=["a/t"]), "a/x")
    assert table.node.tolist() == ["a/x", "a/t", "a/b", "a/d", "a/c", "a/b2"]


def test_of_stances_in_question_those_furthest_from_the_granted_one_come_first():
    graph = hand("a/x affirms p", *(f"{s}/y rejects p" for s in "dcbe"))
    graph["e/y"]["p"]["rejects"]["value"] = -2
    for s in "dcb":
        graph[f"{s}/y"]["p"]["rejects"]["value"] = -1
    table = what_if(graph, "a/x", grant=True)
    assert table.source.tolist() == ["e", "d", "c", "b"], "equals in the order of the debate, not of their ids"
    part = surroundings(graph, table, "a/x")
    assert "fallen" not in part.graph


def test_the_map_of_one_text_holds_the_propositions_with_most_claims_behind_them():
    reasons = [f"a/r{i} supports a/x{MOST_PROPOSITIONS + i}" for i in range(2)]
    graph = hand(*(f"a/x{i} affirms p{i}" for i in range(MOST_PROPOSITIONS + 2)), *reasons)
    part = question_map(graph, "q", ["a"])
    shown = {n for n, d in part.nodes(data=True) if d["kind"] == "proposition"}
    last = {f"p{MOST_PROPOSITIONS}", f"p{MOST_PROPOSITIONS + 1}"}
    assert shown == {f"p{i}" for i in range(MOST_PROPOSITIONS - 2)} | last
    assert (
        left_out_of(part)
        == f" The map holds {MOST_PROPOSITIONS} of {MOST_PROPOSITIONS + 2} propositions, those with most claims behind them."
    )
