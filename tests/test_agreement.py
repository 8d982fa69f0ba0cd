"""Checked against hand-computed tables and published worked examples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import agreement, tables

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def ratings(rows):
    return pd.DataFrame(
        [(u, c, v) for c, row in enumerate(rows) for u, v in enumerate(row)], columns=["unit", "coder", "value"]
    )


def pair(pairs, a, b):
    return pairs.set_index(["source_a", "source_b"]).loc[(a, b)]


def test_pairs_by_hand(small):
    pairs = agreement.pairwise_agreement(tables.stances(small))
    assert list(pairs.columns) == agreement.PAIRS
    ash_birch = pair(pairs, "ash-2001", "birch-2005")  # 2/-2, -2/2, 1/0
    assert ash_birch.tolist() == [3, 0, 2, 0, 3.0, 0.25]
    ash_cedar = pair(pairs, "ash-2001", "cedar-2010")  # 2/1, 1/-1
    assert ash_cedar.tolist() == [2, 1, 1, 0, 1.5, 0.625]
    birch_cedar = pair(pairs, "birch-2005", "cedar-2010")  # -2/1, 0/-1
    assert birch_cedar.tolist() == [2, 0, 1, 0, 2.0, 0.5]


def test_a_pair_that_shares_nothing_is_missing_and_never_0():
    stances = pd.DataFrame({"source": ["a", "b"], "proposition": ["p", "q"], "value": [2, 2]})
    only = agreement.pairwise_agreement(stances).iloc[0]
    assert only.n == 0
    assert pd.isna(only.mean_distance) and pd.isna(only.agreement)


def test_two_zeros_are_equal_and_have_no_sign():
    stances = pd.DataFrame({"source": ["a", "b"], "proposition": ["p", "p"], "value": [0, 0]})
    only = agreement.pairwise_agreement(stances).iloc[0]
    assert (only.n, only.same_sign, only.opposite_sign, only.equal) == (1, 0, 0, 1)


def test_a_stance_given_twice_is_refused():
    stances = pd.DataFrame({"source": ["a", "a"], "proposition": ["p", "p"], "value": [1, 2]})
    with pytest.raises(ValueError, match=r"given more than once \(rows 0, 1\)"):
        agreement.pairwise_agreement(stances)


def test_silence_as_zero_fills_and_invents_agreement(small):
    stances = tables.stances(small)
    before, after = (
        pair(agreement.pairwise_agreement(s), "ash-2001", "birch-2005")
        for s in (stances, agreement.silence_as_zero(stances))
    )
    assert (before.n, after.n) == (3, 4)
    assert after.agreement > before.agreement


def test_what_is_not_coded_is_not_filled_with_0(small):
    stances = tables.stances(small)
    missing = stances.assign(status=stances.status.mask(stances.proposition == "jam-was-good", "uncoded"))
    filled = agreement.silence_as_zero(missing).set_index(["source", "proposition"]).value
    assert pd.isna(filled["ash-2001", "jam-was-good"])
    assert filled["cedar-2010", "cat-did-it"] == 0


def test_division_by_hand(small):
    table = agreement.division(tables.stances(small)).set_index("proposition")
    assert table.loc["cook-did-it", ["n", "affirm", "reject", "mean", "spread"]].tolist() == [
        3,
        2,
        1,
        pytest.approx(1 / 3),
        4,
    ]
    assert table.loc["jam-was-good", "n"] == 1
    assert pd.isna(table.loc["jam-was-good", "spread"])


def test_opposed_lists_each_clash_once(small):
    clashes = agreement.opposed(tables.stances(small))
    assert clashes.to_numpy().tolist() == [
        ["cook-did-it", "ash-2001", "birch-2005", "+2 / −2"],
        ["cook-did-it", "cedar-2010", "birch-2005", "+1 / −2"],
        ["cat-did-it", "birch-2005", "ash-2001", "+2 / −2"],
        ["door-was-open", "ash-2001", "cedar-2010", "+1 / −1"],
    ]


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


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_as_published(level, published):
    result = agreement.alpha(ratings(KRIPPENDORFF), level)
    assert round(result.value, 3) == published
    assert (result.n_units, result.n_pairable) == (11, 40)


def test_alpha_of_unanimous_data_is_undefined_in_words():
    result = agreement.alpha(ratings([[1, 1, 1], [1, 1, 1]]), "ordinal")
    assert result.value is None
    assert "all ratings are the same" in result.reason


def test_alpha_of_one_coder_is_undefined_in_words():
    result = agreement.alpha(ratings([[1, 2, 3]]), "nominal")
    assert (result.value, result.n_units, result.reason) == (None, 0, "no unit was rated by two coders")


def test_alpha_refuses_an_unknown_level_and_doubled_ratings():
    with pytest.raises(ValueError, match='no level of measurement "ordinary"'):
        agreement.alpha(ratings([[1], [1]]), "ordinary")
    doubled = pd.concat([ratings([[1], [2]])] * 2, ignore_index=True)
    with pytest.raises(ValueError, match="unit × coder is given more than once"):
        agreement.alpha(doubled, "nominal")


def alpha_by_definition(table, metric):
    """1 − observed/expected disagreement, by looping over all pairs of values."""
    units = [g.value.tolist() for _, g in table.dropna().groupby("unit") if len(g) > 1]
    pool = [v for unit in units for v in unit]
    observed = sum(
        metric(a, b) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j
    ) / len(pool)
    expected = sum(metric(a, b) for i, a in enumerate(pool) for j, b in enumerate(pool) if i != j) / (
        len(pool) * (len(pool) - 1)
    )
    return None if expected == 0 else 1 - observed / expected


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-2, 2)), min_size=6, max_size=6), min_size=2, max_size=4))
def test_alpha_equals_its_definition(rows):
    table = ratings(rows)
    fast = agreement.alpha(table.astype({"value": "Int64"}), "interval").value
    units = table.dropna().groupby("unit").size()
    slow = alpha_by_definition(table, lambda a, b: (a - b) ** 2) if (units > 1).any() else None
    assert (fast is None) == (slow is None)
    if slow is not None:
        assert fast == pytest.approx(slow)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("pqrs"), st.one_of(st.none(), st.integers(-2, 2))),
        max_size=12,
        unique_by=lambda t: t[:2],
    )
)
def test_pairs_do_not_depend_on_the_order_of_rows(rows):
    table = pd.DataFrame(rows, columns=["source", "proposition", "value"]).astype({"value": "Int64"})
    forward, backward = agreement.pairwise_agreement(table), agreement.pairwise_agreement(table.iloc[::-1])
    pd.testing.assert_frame_equal(forward, backward)
    assert forward.agreement.dropna().between(0, 1).all()
    assert (forward.same_sign + forward.opposite_sign <= forward.n).all()
    assert np.array_equal(forward.agreement.isna(), forward.n == 0)


def test_reliability_in_words_warns_when_low():
    good, poor = ratings([[1, 2, 1, 2], [1, 2, 1, 2]]), ratings([[1, 2, 1, 2], [2, 1, 1, 2]])
    assert "1.00 (n = 4 units)" in agreement.reliability_in_words(good, good)
    assert "too low to lean on" in agreement.reliability_in_words(poor, good)
