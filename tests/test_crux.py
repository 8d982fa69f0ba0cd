"""Cruxes: flips by hand, the smallest set by trying every set, and the grounds of an agreement."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from grids import grid, grids
from hypothesis import given
from hypothesis import strategies as st

from analysis import agreement, tables

#           p   q
HAND = grid(a=[2, 2], b=[2, 1], c=[-2, None])  # a–b .875, a–c 0, b–c 0


def test_cruxes_by_hand():
    found = agreement.cruxes(HAND)
    assert found.drop(columns=["closest_before", "closest_after"]).to_numpy().tolist() == [
        # c to 2: a–c 1, b–c 1, both now above a–b
        ["p", "c", -2, 3, 2, 3, 1, "a"],
        # a to −2: a–b .625 and no order changes
        ["q", "a", 2, 2, 0, 3, 0.25, "b"],
    ]
    assert found["closest_before"].tolist() == [(("a", "b"),)] * 2
    assert found["closest_after"].tolist() == [(("a", "c"), ("b", "c")), (("a", "b"),)]


def test_a_tie_that_comes_or_goes_counts_a_half():
    # a–b 1, a–c 0, b–c 0.  a turned: 0, 1, 0, which is one swap and a tie that goes and one that comes
    found = agreement.cruxes(grid(a=[2], b=[2], c=[-2])).iloc[0]
    assert (found.source, found.swaps) == ("a", 1 + 0.5 + 0.5)


@given(grids(sources=(2, 4), propositions=(1, 4)), st.integers(1, 2))
def test_cruxes_equal_the_flips_made_one_by_one(stances, fewest):
    found = agreement.cruxes(stances, fewest=fewest)
    before = agreement.pairwise_agreement(stances)
    ranked = before.n >= fewest

    def effect(i):
        after = agreement.pairwise_agreement(
            stances.assign(value=stances.value.where(stances.index != i, -stances.value))
        )
        order = lambda t: np.sign(np.round(np.subtract.outer(*[t.agreement[ranked].to_numpy()] * 2), 9))  # noqa: E731
        return np.abs(order(before) - order(after)).sum() / 4, (after.agreement - before.agreement).abs().max()

    best = {}
    for i, cell in stances.iterrows():
        if (
            cell.value
            and pd.notna(cell.value)
            and stances[stances.proposition == cell.proposition].value.notna().sum() > 1
        ):
            best.setdefault(cell.proposition, []).append(effect(i))
    assert set(found.proposition) == set(best)
    for row in found.itertuples():
        swaps, moves = max((s, round(m, 9)) for s, m in best[row.proposition])
        assert (row.swaps, row.moves) == (pytest.approx(swaps), pytest.approx(moves, abs=1e-6))
        assert row.of == ranked.sum() * (ranked.sum() - 1) // 2
    assert found.sort_values(["swaps", "moves"], ascending=False, kind="stable").index.tolist() == list(found.index)


def test_nobody_can_flip_what_lies_in_the_middle_or_stands_alone():
    assert len(agreement.cruxes(grid(a=[0, 2], b=[0, None]))) == 0
    assert len(agreement.cruxes(HAND.head(0))) == 0


def test_the_partner_of_a_move_is_another_source_or_nobody():
    found = agreement.cruxes(grid(a=[None, 0], b=[None, 1], c=[0, 0], d=[2, None]))
    assert (found["with"] != found["source"]).all()
    assert (found["with"].isna() == (found["moves"] == 0)).all()


def test_a_flip_turns_about_the_middle_of_the_scale():
    here, there = agreement.cruxes(HAND), agreement.cruxes(HAND.assign(value=HAND.value + 3), scale=(1, 5))
    pd.testing.assert_frame_equal(there.assign(value=there.value - 3), here)


#            p  q  r   s
APART = grid(a=[2, 2, 1, 1], b=[-2, 2, -1, 0], c=[2, 1, None, 1])


def test_what_a_disagreement_rests_on_by_hand():
    # distances 4, 0, 2, 1 of 4: agreement .5625; without p .75; without p and r .875
    found = agreement.disagreement_rests_on(APART, "a", "b", until=0.8)
    assert found[["proposition", "value_a", "value_b", "distance", "n_left", "agreement_left"]].to_numpy().tolist() == [
        ["p", 2, -2, 4, 3, 0.75],
        ["r", 1, -1, 2, 2, 0.875],
    ]
    assert len(agreement.disagreement_rests_on(APART, "a", "b", until=0.5)) == 0
    assert agreement.disagreement_rests_on(APART, "b", "a", until=0.75)["value_a"].tolist() == [-2]


def test_until_is_by_default_the_mean_of_the_other_pairs():
    # a–c: 0, 1, 0 → .9167; b–c: 4, 1, 1 → .5; their mean .7083 is passed without p
    assert agreement.disagreement_rests_on(APART, "a", "b")["proposition"].tolist() == ["p"]


def test_by_default_the_pair_furthest_apart_is_taken():
    found = agreement.disagreement_rests_on(APART)
    assert (found[["source_a", "source_b"]] == ["b", "c"]).all(axis=None)


def test_if_nothing_is_left_no_agreement_is_left():
    found = agreement.disagreement_rests_on(grid(a=[2, 1], b=[-2, 0], c=[2, 1]), "a", "b", until=0.9)
    assert found["n_left"].tolist() == [1, 0]
    assert pd.isna(found["agreement_left"].iloc[-1])


def test_of_equally_distant_propositions_the_first_mentioned_is_taken():
    level = grid(a=[2, 2, 2], b=[0, 0, 0], c=[2, 2, 2])
    mixed = pd.concat([level[level.proposition == p] for p in "rpq"])
    assert agreement.disagreement_rests_on(mixed, "a", "b", until=0.9)["proposition"].tolist() == ["r", "p", "q"]


@given(grids(sources=(2, 2), propositions=(1, 6)), st.sampled_from([0, 0.3, 0.5, 0.6, 0.75, 0.9, 1]))
def test_no_smaller_set_will_do(stances, until):
    wide = stances.pivot(index="proposition", columns="source", values="value").dropna()
    close = (1 - (wide.a - wide.b).abs() / 4).to_dict()
    found = agreement.disagreement_rests_on(stances, "a", "b", until=until)

    def will_do(left_out):
        left = [v for p, v in close.items() if p not in left_out]
        return bool(left) and sum(left) / len(left) >= until - 1e-9

    sizes = [k for k in range(len(close) + 1) for s in combinations(close, k) if will_do(s)]
    assert len(found) == (min(sizes) if sizes else len(close))
    if sizes:
        assert will_do(tuple(found.proposition))
    for k, row in enumerate(found.itertuples(), 1):
        left = [v for p, v in close.items() if p not in set(found.proposition[:k])]
        assert row.n_left == len(left)
        assert row.agreement_left == pytest.approx(sum(left) / len(left) if left else np.nan, nan_ok=True)


def test_sources_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="no source zed"):
        agreement.disagreement_rests_on(APART, "a", "zed")


def test_a_source_does_not_disagree_with_itself():
    with pytest.raises(ValueError):
        agreement.disagreement_rests_on(APART, "a", "a")


def test_one_name_alone_is_not_passed_over():
    with pytest.raises(ValueError):
        agreement.disagreement_rests_on(APART, "a")


def test_what_a_disagreement_rests_on_in_words():
    labels = {"a": "Ann", "b": "Bob", "c": "Cy"}
    said = agreement.rests_on_in_words(agreement.disagreement_rests_on(APART, "a", "b", until=0.8), labels)
    assert "Ann and Bob rests on 2 of their 4 shared propositions" in said and "0.88 (n = 2)" in said
    assert "No pair" in agreement.rests_on_in_words(agreement.disagreement_rests_on(APART, "a", "b", until=0.1), labels)
    throughout = agreement.disagreement_rests_on(APART, "b", "c", until=1)
    assert "their 3 shared propositions" in agreement.rests_on_in_words(throughout, labels)


def test_with_no_other_pair_there_is_nothing_to_compare_with():
    with pytest.raises(ValueError, match="until"):
        agreement.disagreement_rests_on(APART[APART.source != "c"], "a", "b")


def test_grounds_follow_supports_and_not_attacks(small):
    grounds = agreement.grounds(tables.stances(small), tables.stance_claims(small), tables.links(small))
    # cook-did-it rests on cook-guilty, which no-paw-marks supports; that claim carries cat-did-it
    assert grounds["ash-2001", "cook-did-it"] == {("cat-did-it", -1)}
    # the claim behind cat-did-it is supported by none
    assert grounds["ash-2001", "cat-did-it"] == frozenset()
    # birch rests two stances on one claim
    assert grounds["birch-2005", "cook-did-it"] == {("cat-did-it", 1)}


def test_agreement_without_a_common_ground(small):
    shared = agreement.shared_conclusions(tables.stances(small), tables.stance_claims(small), tables.links(small))
    assert shared[["source_a", "source_b", "proposition", "common"]].to_numpy().tolist() == [
        ["ash-2001", "cedar-2010", "cook-did-it", 0]
    ]
    assert shared.iloc[0][["value_a", "value_b", "grounds_a", "grounds_b"]].tolist() == [2, 1, 1, 0]


def claims(*rows):
    return pd.DataFrame(rows, columns=["source", "proposition", "claim"])


def links(*rows):
    return pd.DataFrame(rows, columns=["source", "claim", "relation", "target"])


def test_common_grounds_are_held_on_the_same_side():
    stances = grid(a=[2, 1, -1], b=[1, 2, 2])
    resting = claims(*[(s, p, f"{s}{p}") for s in "ab" for p in "pqr"])
    reasons = links(*[(s, f"{s}{g}", "supports", f"{s}p") for s in "ab" for g in "qr"])
    shared = agreement.shared_conclusions(stances, resting, reasons).set_index("proposition")
    # both rest p on q and r, but stand on different sides of r
    assert shared.loc["p", ["grounds_a", "grounds_b", "common"]].tolist() == [2, 2, 1]
    assert shared.loc["q", ["grounds_a", "grounds_b", "common"]].tolist() == [0, 0, 0]
    assert "r" not in shared.index


def test_grounds_through_others_and_in_a_circle():
    stances = grid(a=[2, 1, 1])
    resting = claims(("a", "p", "x"), ("a", "q", "y"), ("a", "r", "z"))
    circle = links(("a", "y", "supports", "x"), ("a", "z", "supports", "y"), ("a", "x", "supports", "z"))
    assert agreement.grounds(stances, resting, circle)["a", "p"] == {("q", 1), ("r", 1)}
    other = links(("b", "y", "supports", "x"))
    assert agreement.grounds(stances, resting, other)["a", "p"] == frozenset()
