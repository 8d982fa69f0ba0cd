"""What falls with a claim, what carries most, and how two sources meet: by hand, and by removing each claim in turn."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_graph import hand, whole, with_stances

from analysis.arguments import (
    claims_of,
    clash,
    clash_in_words,
    clashes_without_claims,
    load_bearing,
    theses_of,
    what_if,
)
from analysis.arguments.reasons import CLASH, LOAD, WHAT_IF, load_in_words, what_if_in_words
from analysis.charts import clash_chart, rooms
from analysis.presets import PRESETS


def fallen(graph, claim, grant=False):
    """What falls, as `node: step`, and why."""
    table = what_if(graph, claim, grant)
    return dict(zip(table.node, table.step, strict=True)), dict(zip(table.node, table.because, strict=True))


def test_a_chain_falls_step_by_step_to_the_stance():
    steps, why = fallen(hand("a/x supports a/y", "a/y supports a/z", "a/z affirms p"), "a/x")
    assert steps == {"a/x": 0, "a/y": 1, "a/z": 2, "a on p": 3}
    assert list(why.values()) == [
        "taken away",
        "lost its last support",
        "lost its last support",
        "lost its last claim",
    ]


def test_a_claim_with_two_supports_stands_on_the_other():
    graph = hand("a/x supports a/z", "a/y supports a/z", "a/z affirms p")
    assert fallen(graph, "a/x")[0] == {"a/x": 0}
    assert fallen(graph, "a/z")[0] == {"a/z": 0, "a on p": 1}


def test_two_supports_that_hang_on_one_claim_fall_together():
    graph = hand("a/x supports a/y", "a/x supports a/z", "a/z supports a/v", "a/y supports a/w", "a/v supports a/w")
    assert fallen(graph, "a/x")[0] == {"a/x": 0, "a/y": 1, "a/z": 1, "a/v": 2, "a/w": 3}


def test_a_stance_falls_with_its_last_claim_and_in_the_argument_of_its_source_alone():
    graph = hand("a/x affirms p", "a/y supports a/z", "a/z affirms p", "b/w affirms p", "a/x supports a/y")
    assert fallen(graph, "a/x")[0] == {"a/x": 0, "a/y": 1, "a/z": 2, "a on p": 3}
    assert fallen(hand("a/x affirms p", "a/y affirms p"), "a/x")[0] == {"a/x": 0}


def test_what_a_fallen_claim_attacks_does_not_rise_nor_fall():
    assert fallen(hand("a/x attacks a/y", "a/y supports a/z"), "a/x")[0] == {"a/x": 0}


def test_a_ring_of_supports_ends():
    ring = hand("a/x supports a/y", "a/y supports a/z", "a/z supports a/x")
    assert fallen(ring, "a/x")[0] == {"a/x": 0, "a/y": 1, "a/z": 2}
    held = hand("a/x supports a/y", "a/y supports a/x", "a/z supports a/x")
    assert fallen(held, "a/z")[0] == {"a/z": 0}
    assert len(load_bearing(ring)) == 3


def test_granted_what_it_attacks_falls_with_what_rests_on_that():
    steps, why = fallen(hand("a/x attacks a/y", "a/y supports a/z", "a/z affirms p"), "a/x", grant=True)
    assert steps == {"a/y": 0, "a/z": 1, "a on p": 2}
    assert why["a/y"] == "attacked by what is granted"
    assert fallen(hand("a/x supports a/y"), "a/x", grant=True)[0] == {}


def test_granted_it_questions_the_stances_of_others_on_the_other_side():
    graph = hand("a/x affirms p", "a/y rejects p", "b/w rejects p", "c/v affirms p", "b/u rejects r", "d/t weighs p")
    steps, why = fallen(graph, "a/x", grant=True)
    assert steps == {"b on p": 0}
    assert why["b on p"] == "put in question by what is granted"


def test_a_stance_in_question_is_listed_once():
    graph = hand("a/x affirms p", "b/w rejects p", "a/x attacks a/y", "a/y affirms r")
    assert list(fallen(graph, "a/x", grant=True)[0]) == ["a/y", "b on p", "a on r"]


def test_what_is_granted_does_not_fall_itself():
    assert "a/x" not in fallen(hand("a/x attacks a/y", "a/y supports a/x"), "a/x", grant=True)[0]
    long = hand("a/x attacks a/y", "a/y supports a/z", "a/z supports a/x", "a/x supports a/w")
    assert fallen(long, "a/x", grant=True)[0] == {"a/y": 0, "a/z": 1}


def test_a_reported_view_falls_and_carries_like_any_claim_but_bears_on_no_proposition():
    graph = hand("a/x supports a/y", "a/y affirms p", "a/x affirms p", holders={"a/x": "them"})
    assert fallen(graph, "a/x")[0] == {"a/x": 0, "a/y": 1, "a on p": 2}


def test_granting_the_households_view_takes_nothing_from_birch_who_shares_it(small):
    assert fallen(whole(small), "ash-2001/cat-blamed", grant=True)[0] == {}


def test_the_tiny_debate_by_hand(small):
    graph = whole(small)
    assert fallen(graph, "ash-2001/no-paw-marks")[0] == {"ash-2001/no-paw-marks": 0, "ash-2001 on cat-did-it": 1}
    assert fallen(graph, "ash-2001/spoon-in-apron")[0] == {"ash-2001/spoon-in-apron": 0}
    assert fallen(graph, "ash-2001/no-paw-marks", grant=True)[0] == {"ash-2001/cat-blamed": 0, "birch-2005 on cat-did-it": 0}  # fmt: skip
    assert fallen(graph, "birch-2005/door-unknown", grant=True)[0] == {}


def test_a_row_says_whose_it_is(small):
    table = what_if(whole(small), "birch-2005/cat-guilty")
    assert list(table.columns) == WHAT_IF
    in_the_codebooks_order = ["birch-2005/cat-guilty", "birch-2005 on cook-did-it", "birch-2005 on cat-did-it"]
    assert table.node.tolist() == in_the_codebooks_order
    assert set(table.label) == {"Birch 2005"} and table.kind.tolist() == ["claim", "stance", "stance"]
    assert table.thesis.tolist() == [True, False, False]
    assert [t.rsplit(": ", 1)[-1] for t in table.text] == ["The cat ate all of it and the cook none.", "The cook ate the jam.", "The cat ate the jam."]  # fmt: skip


def test_an_unknown_claim_is_refused_with_the_nearest(small):
    with pytest.raises(ValueError, match='no claim "ash-2001/cook-gilty"; did you mean "ash-2001/cook-guilty"'):
        what_if(whole(small), "ash-2001/cook-gilty")
    with pytest.raises(ValueError, match='no claim "cook-did-it"'):
        what_if(whole(small), "cook-did-it")
    with pytest.raises(ValueError, match='no source "ash-2011"; did you mean "ash-2001"'):
        clash(whole(small), "birch-2005", "ash-2011")


def test_what_falls_in_words_with_n(small):
    graph = whole(small)
    said = what_if_in_words(what_if(graph, "birch-2005/cat-guilty"), graph, "birch-2005/cat-guilty")
    assert "Birch 2005" in said and "taken away" in said and "n = 2" in said and "The cook ate the jam." in said
    nothing = what_if_in_words(what_if(graph, "ash-2001/spoon-in-apron"), graph, "ash-2001/spoon-in-apron")
    assert "takes nothing with it" in nothing


def test_nothing_is_said_to_have_other_reasons_if_nothing_rests_on_the_claim():
    # x is a reason for nothing, and granted it attacks nothing
    for graph, grant in ((hand("a/x"), False), (hand("a/x supports a/y"), True)):
        said = what_if_in_words(what_if(graph, "a/x", grant), graph, "a/x", grant)
        assert "has other reasons" not in said, said


def test_what_carries_most_by_hand():
    graph = hand("a/x supports a/y", "a/y supports a/t", "a/z supports a/w", "a/v supports a/w", "a/w affirms p", theses=["a/t"])  # fmt: skip
    table = load_bearing(graph).set_index("claim")
    assert list(load_bearing(graph).columns) == LOAD
    numbers = ["claims", "stances", "theses", "leaning", "leaning_theses"]
    assert table.loc["a/x", numbers].tolist() == [2, 0, 1, 2, 1]
    assert table.loc["a/y", numbers].tolist() == [1, 0, 1, 1, 1]
    assert table.loc["a/z", numbers].tolist() == [0, 0, 0, 1, 0]
    assert table.loc["a/w", numbers].tolist() == [0, 1, 0, 0, 0]
    assert list(table.index[:2]) == ["a/x", "a/y"]
    assert table.loc["a/x", ["of_claims", "of_stances", "of_theses"]].tolist() == [6, 1, 1]
    assert "a thesis hangs on one claim alone" in load_in_words(load_bearing(graph))


def test_without_claims_the_tables_are_empty_and_have_their_columns():
    assert list(load_bearing(hand()).columns) == LOAD and len(load_bearing(hand())) == 0
    assert list(clash(hand("a/x", "b/w"), "a", "b").columns) == CLASH


SIDES = st.sampled_from(["supports", "attacks", "affirms", "rejects", "weighs"])
NAMES = [f"{s}/{c}" for s in "ab" for c in "uvwxyz"]


@st.composite
def graphs(draw):
    """Small arguments of two sources, with rings, of which nothing is both supported and attacked by the same claim."""
    sentences, met = [], set()
    for a, relation, b in draw(
        st.lists(st.tuples(st.sampled_from(NAMES), SIDES, st.sampled_from([*"uvwxyz"])), max_size=16)
    ):
        target = f"{a[0]}/{b}" if relation in ("supports", "attacks") else {"u": "p", "v": "q", "w": "r"}.get(b)
        if target and target != a and (a[0] if "/" not in target else a, target) not in met:
            met.add((a[0] if "/" not in target else a, target))
            sentences.append(f"{a} {relation} {target}")
    return hand(*sentences, theses=draw(st.sets(st.sampled_from(NAMES), max_size=3)))


def by_removing(graph, first):
    """Round by round, what has had supports and has none left; then the stances of which no claim is left."""
    gone = dict.fromkeys(first, 0)
    while True:
        supports = {n: {a for a, b, r in graph.edges(data="relation") if b == n and r == "supports"} for n in graph}
        more = [n for n in claims_of(graph) if n not in gone and supports[n] and supports[n] <= set(gone)]
        if not more:
            break
        gone |= dict.fromkeys(more, max(gone.values()) + 1)
    stances = {}
    for a, p, relation in graph.edges(data="relation"):
        if relation in ("affirms", "rejects"):
            stances.setdefault((graph.nodes[a]["source"], p), set()).add(a)
    lost = {f"{s} on {p}": 1 + max(gone[c] for c in own) for (s, p), own in stances.items() if own <= set(gone)}
    return gone, lost


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_taking_away_each_claim_equals_removing_it(graph):
    for claim in claims_of(graph):
        gone, lost = by_removing(graph, [claim])
        assert fallen(graph, claim)[0] == gone | lost


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_what_carries_most_equals_removing_each_claim(graph):
    table = load_bearing(graph)
    assert sorted(table.claim) == sorted(claims_of(graph))
    for row in table.itertuples():
        gone, lost = by_removing(graph, [row.claim])
        others = set(gone) - {row.claim}
        theses = {n for n in graph if graph.nodes[n].get("thesis")}
        assert (row.claims, row.stances, row.theses) == (len(others), len(lost), len(others & theses))
        reached, size = {row.claim}, 0
        while size < len(reached):
            size = len(reached)
            reached |= {b for a, b, r in graph.edges(data="relation") if r == "supports" and a in reached}
        reached -= {row.claim}
        assert (row.leaning, row.leaning_theses) == (len(reached), len(reached & theses))
        assert row.of_theses == len(theses_of(graph, row.source))
    assert table.theses.is_monotonic_decreasing
    assert all(group.claims.is_monotonic_decreasing for _, group in table.groupby("theses"))


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_granting_each_claim_equals_removing_what_it_attacks(graph):
    for claim in claims_of(graph):
        attacked = [b for _, b, r in graph.out_edges(claim, data="relation") if r == "attacks"]
        found = fallen(graph, claim, grant=True)[0]
        assert claim not in found
        free = graph.copy()
        free.remove_edges_from([(a, b, r) for a, b, r in graph.in_edges(claim, keys=True) if r == "supports"])
        gone, lost = by_removing(free, attacked)
        assert {n: step for n, step in found.items() if " on " not in n} == gone
        assert set(lost) <= set(found)


#                  what b says of r, the reason that a gives for p
ANSWERS = {
    "answers": "b/v rejects r",
    "grants": "b/v affirms r",
    "weighs": "b/v weighs r",
    "only denies": "b/v affirms s",
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("reason", [["a/y supports a/x", "a/y affirms r"], ["a/y supports a/x", "a/z supports a/y", "a/z affirms r"]])  # fmt: skip
def test_how_one_meets_the_reasons_of_the_other(answer, reason):
    graph = hand("a/x affirms p", *reason, "b/w rejects p", ANSWERS[answer])
    there, back = (clash(graph, *pair).set_index("proposition").loc["p"] for pair in (("a", "b"), ("b", "a")))
    assert (there.answer_b, there.answer_a) == (answer, "no reason coded")
    assert (back.answer_a, back.answer_b) == (answer, "no reason coded")
    assert there.answered_b == (("r",) if answer == "answers" else ())
    assert there.granted_b == (("r",) if answer == "grants" else ())
    assert (there.value_a, there.value_b, there.claims_a, there.claims_b) == (2, -2, ("a/x",), ("b/w",))
    assert (back.value_a, back.value_b, back.claims_a, back.claims_b) == (-2, 2, ("b/w",), ("a/x",))


def test_another_conclusion_of_the_same_claim_is_no_reason():
    met = clash(hand("a/x affirms p", "a/x affirms q", "b/w rejects p", "b/w rejects q"), "a", "b")
    assert {*met.answer_a, *met.answer_b} == {"no reason coded"}


def test_one_reason_disputed_is_an_answer_though_another_is_granted():
    row = clash(hand("a/x affirms p", "a/y supports a/x", "a/y affirms r", "a/y affirms s", "b/w rejects p", "b/v rejects r", "b/v affirms s"), "a", "b").iloc[0]  # fmt: skip
    assert (row.proposition, row.answer_b, row.answered_b, row.granted_b) == ("p", "answers", ("r",), ("s",))


def test_an_attack_on_a_claim_is_no_reason_for_it():
    row = clash(hand("a/x affirms p", "a/y attacks a/x", "a/y affirms r", "b/w rejects p", "b/w rejects r"), "a", "b").set_index("proposition")  # fmt: skip
    assert row.loc["p", "answer_b"] == "no reason coded"


def test_only_opposite_sides_clash(small):
    graph = whole(small)
    found = clash(graph, "ash-2001", "birch-2005")
    assert found.proposition.tolist() == ["cook-did-it", "cat-did-it"]  # the open door: +1 against 0
    assert found.answer_a.tolist() == ["no reason coded"] * 2  # Birch's one claim bears on both and nothing supports it
    # Ash's reason for the cook's guilt, no paw marks, bears on the cat
    assert found.answer_b.tolist() == ["answers", "no reason coded"]
    assert clash(graph, "ash-2001", "ash-2001").empty
    assert clash(hand("a/x affirms p", "b/w affirms p", "b/v affirms r"), "a", "b").empty


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_clash_is_the_same_from_both_sides(graph):
    if {graph.nodes[c]["source"] for c in claims_of(graph)} != {"a", "b"}:
        return
    there, back = clash(graph, "a", "b"), clash(graph, "b", "a")
    swapped = back.rename(columns=lambda c: {"_a": c[:-1] + "b", "_b": c[:-1] + "a"}.get(c[-2:], c))
    pd.testing.assert_frame_equal(there, swapped[there.columns])
    assert (there.value_a * there.value_b < 0).all()


def test_clash_in_words_with_n():
    graph = hand(
        "a/x affirms p",
        "a/z supports a/x",
        "a/z affirms r",
        "b/w rejects p",
        "b/v affirms r",
        "a/y rejects s",
        "b/u affirms s",
    )
    said = clash_in_words(clash(graph, "a", "b"), "A", "B")
    assert said.splitlines() == [
        "- A, of 2 propositions on which B stands on the other side: meets no reason, since none is coded, on 2.",
        "- B, of 2 propositions on which A stands on the other side: grants a reason and yet denies the conclusion on 1, meets no reason, since none is coded, on 1.",
    ]
    assert clash_in_words(clash(graph, "a", "a"), "A", "A") == "A and A stand on opposite sides of no proposition."


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_its_words(answer):
    graph = hand("a/x affirms p", "a/y supports a/x", "a/y affirms r", "b/w rejects p", ANSWERS[answer])
    table = clash(graph, "a", "b").query("proposition == 'p'")
    [line] = [line for line in clash_in_words(table, "A", "B").splitlines() if line.startswith("- B")]
    assert line.rstrip(".").endswith("on 1"), line


def test_clashes_of_stances_without_claims_are_counted():
    graph = with_stances(hand("a/x affirms p", "b/y rejects p", "a/z affirms r"), "b rejects r", "a rejects s", "b affirms s", "a affirms t")  # fmt: skip
    met, more = clash(graph, "a", "b"), clashes_without_claims(graph, "a", "b")
    assert (len(met), more) == (1, 2), "r and s; nobody denies t"
    said = clash_in_words(met, "A", "B", more)
    assert "of 1 proposition on which B stands on the other side and claims of both bear:" in said
    assert said.endswith("Not looked at: 2 more propositions on which the two stand on opposite sides, one or both without a claim.")  # fmt: skip
    none = clash_in_words(met.head(0), "A", "B", more)
    assert none == "A and B stand on opposite sides of no proposition by claims of both; of 2 they do where one or both have no claim."  # fmt: skip


def test_a_clash_chart_counts_what_it_leaves_out_and_says_nothing_where_all_have_claims(small):
    met = clash(whole(small), "ash-2001", "birch-2005")

    def words(more, table=met):
        with rooms.using(PRESETS["web"], small.scale):
            spec = clash_chart(table, "Ash 2001", "Birch 2005", "Do they?", "By hand.", more).to_dict()
        told = [" ".join(spec["title"]["subtitle"]), spec["usermeta"]["caption"]] if len(table) else []
        return [*told, spec["description"]]

    left_out = "11 more propositions on which they stand on opposite sides, one or both without a claim."
    assert all(left_out in said for said in words(11))
    assert not any("more proposition" in said or "claims of both" in said for said in words(0))
    assert "by claims of both; they do on 11 propositions" in words(11, met.head(0))[0]
