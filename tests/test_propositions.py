"""What divides the sources: published numbers, tables by hand, and the definitions."""

from itertools import combinations
from math import log2

import numpy as np
import pandas as pd
import pytest
from grids import grid, grids
from hypothesis import given
from hypothesis import strategies as st

from analysis import agreement, tables

SEVEN = (30, 40, 210, 130, 530, 50, 10)
COUNTS = st.lists(st.integers(0, 9), min_size=3, max_size=7).filter(any)


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        (SEVEN, 0.6113333),  # van der Eijk (2001), p. 331, as in the vignette and help of agrmt
        ((2.4, 2.8, 3.2, 6.2, 13.5, 30.4, 41.6), 0.61),  # the PvdA, ibid.
        ((1.6, 2.6, 8.2, 21, 29.3, 27, 10.3), 0.48),  # D66, ibid.
        ((2, 0, 1, 1), 0.08),  # agrmt's vignette
        ((6, 8, 5, 3, 2), 0.31),  # agrmt's page
    ],
)
def test_van_der_eijk_as_published(counts, published):
    digits = len(str(published).split(".")[1])
    assert round(agreement.van_der_eijk(counts), digits) == published


@pytest.mark.parametrize(
    ("filled", "published"),
    [
        ("1111111", 0),
        ("1111110", 0.167),
        ("0111110", 0.333),
        ("0011110", 0.5),
        ("0011100", 0.667),
        ("0010100", 0.467),
        ("0000100", 1),
    ],
)
def test_van_der_eijks_layers_as_published(filled, published):
    # the seven layers of the example on his p. 331
    assert round(agreement.van_der_eijk([int(f) for f in filled]), 3) == published


def test_tastle_wierman_as_published():
    # help page of agrmt::consensus
    assert round(agreement.tastle_wierman(SEVEN), 7) == 0.7256876


def test_leik_as_published():
    # help page of agrmt::Leik: D = .287; the measure here is 1 − D
    assert round(1 - agreement.leik(SEVEN), 3) == 0.287


@pytest.mark.parametrize(
    ("measure", "even", "halves"),
    [(agreement.van_der_eijk, 0, -1), (agreement.tastle_wierman, None, 0), (agreement.leik, None, 0)],
)
@pytest.mark.parametrize("steps", [3, 4, 5, 7])
def test_the_ends_of_each_measure(measure, even, halves, steps):
    for at in range(steps):
        assert measure([9 * (i == at) for i in range(steps)]) == 1
    assert measure([5] + [0] * (steps - 2) + [5]) == pytest.approx(halves)
    if even is not None:
        assert measure([3] * steps) == pytest.approx(even)


@pytest.mark.parametrize("measure", [agreement.van_der_eijk, agreement.tastle_wierman, agreement.leik])
def test_of_nothing_no_measure(measure):
    assert np.isnan(measure([0, 0, 0, 0, 0]))


def test_on_two_steps_van_der_eijk_is_not_defined():
    assert np.isnan(agreement.van_der_eijk([3, 2]))
    assert agreement.tastle_wierman([3, 3]) == 0


def eijk_by_definition(counts):
    """Layer by layer, every triple of steps looked at."""
    left, steps, total, result = list(counts), len(counts), sum(counts), 0.0
    while any(left):
        low = min(v for v in left if v)
        layer = [v > 0 for v in left]
        s = sum(layer)
        triples = [(layer[i], layer[j], layer[k]) for i, j, k in combinations(range(steps), 3)]
        tu = sum(t in ((True, True, False), (False, True, True)) for t in triples)
        tdu = sum(t == (True, False, True) for t in triples)
        u = (
            1.0
            if s == 1
            else 0.0
            if s == steps
            else ((steps - 2) * tu - (steps - 1) * tdu) / ((steps - 2) * (tu + tdu))
        )
        result += low * s / total * u * (1 - (s - 1) / (steps - 1))
        left = [v - low if v else 0 for v in left]
    return result


@given(COUNTS)
def test_van_der_eijk_equals_its_definition(counts):
    assert agreement.van_der_eijk(counts) == pytest.approx(eijk_by_definition(counts), abs=1e-9)


@given(COUNTS)
def test_tastle_wierman_equals_its_definition(counts):
    n, d = sum(counts), len(counts) - 1
    mean = sum(i * c for i, c in enumerate(counts)) / n
    expected = 1 + sum(c / n * log2(1 - abs(i - mean) / d) for i, c in enumerate(counts) if c)
    assert agreement.tastle_wierman(counts) == pytest.approx(expected, abs=1e-9)


@given(COUNTS)
def test_leik_equals_its_definition(counts):
    up_to = [sum(counts[: i + 1]) / sum(counts) for i in range(len(counts))]
    apart = 2 * sum(f if f <= 0.5 else 1 - f for f in up_to) / (len(counts) - 1)
    assert agreement.leik(counts) == pytest.approx(1 - apart, abs=1e-9)


@given(COUNTS, st.sampled_from([agreement.van_der_eijk, agreement.tastle_wierman, agreement.leik]))
def test_bounds_mirror_and_size(counts, measure):
    found = measure(counts)
    assert (-1 if measure is agreement.van_der_eijk else 0) - 1e-9 <= found <= 1 + 1e-9
    assert measure(counts[::-1]) == pytest.approx(found, abs=1e-9)
    assert measure([c * 10**12 for c in counts]) == pytest.approx(found, abs=1e-6)


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


#            p  q   r     s
HAND = grid(a=[2, 0, 1, None], b=[-1, 0, 2, None], c=[-2, 0, None, None])


def test_three_sources_on_four_propositions_by_hand():
    table = agreement.division(HAND).set_index("proposition")
    counted = table[["n", "affirm", "reject"]]
    assert counted.to_numpy().tolist() == [[3, 1, 2], [3, 0, 0], [2, 2, 0], [0, 0, 0]]
    assert table["mean"].tolist()[:3] == pytest.approx([-1 / 3, 0, 1.5])
    assert table.loc["p", ["lowest", "highest", "spread"]].tolist() == [-2, 2, 4]
    assert table.loc["q", ["spread", "van_der_eijk", "consensus", "leik"]].tolist() == [0, 1, 1, 1]
    assert table.loc["r", ["van_der_eijk", "consensus", "leik"]].tolist() == pytest.approx(
        [0.75, 1 + log2(7 / 8), 0.75]
    )
    assert table.loc["s", ["mean", "spread", "van_der_eijk", "consensus", "leik", "alone"]].isna().all()


def test_who_stands_alone_stands_against_two():
    assert agreement.division(HAND).set_index("proposition").loc["p", "alone"] == "a"
    alone = agreement.division(grid(a=[2, -1, 1, 2], b=[-1, 2, -1, 0], c=[-2, 1, None, 0], d=[0, 2, None, -2]))["alone"]
    assert alone.tolist()[:2] == ["a", "a"]  # against b and c, against b, c and d
    assert alone[2:].isna().all()  # against one


def test_propositions_come_in_order_of_mention():
    assert agreement.division(HAND.iloc[::-1])["proposition"].tolist() == ["s", "r", "q", "p"]


def test_on_a_scale_from_1_to_5_the_middle_is_3():
    here, there = agreement.division(HAND), agreement.division(HAND.assign(value=HAND.value + 3), scale=(1, 5))
    moved = ["mean", "lowest", "highest"]
    pd.testing.assert_frame_equal(there.drop(columns=moved), here.drop(columns=moved))
    pd.testing.assert_frame_equal(there[moved], here[moved] + 3)


def test_values_between_the_steps_are_refused_with_their_propositions():
    with pytest.raises(ValueError, match=r"whole steps.*q"):
        agreement.division(grid(a=[1, 0.5], b=[1, 1]))


def test_no_table_no_rows():
    assert len(agreement.division(HAND.head(0))) == 0


@given(grids())
def test_division_equals_the_loop_and_turns_with_the_scale(stances):
    table = agreement.division(stances).set_index("proposition")
    for proposition, group in stances.groupby("proposition"):
        given = group.value.dropna().tolist()
        row = table.loc[proposition]
        assert row[["n", "affirm", "reject"]].tolist() == [
            len(given),
            sum(v > 0 for v in given),
            sum(v < 0 for v in given),
        ]
        if len(given) > 1:
            counts = [given.count(k) for k in (-2, -1, 0, 1, 2)]
            assert row.spread == max(given) - min(given)
            assert row.van_der_eijk == pytest.approx(eijk_by_definition(counts), abs=1e-9)
        else:
            assert row[["spread", "van_der_eijk", "consensus", "leik"]].isna().all()
    turned = agreement.division(stances.assign(value=-stances.value)).set_index("proposition")
    assert turned["affirm"].tolist() == table["reject"].tolist()
    for kept in ("n", "spread", "van_der_eijk", "consensus", "leik"):
        assert turned[kept].tolist() == pytest.approx(table[kept].tolist(), nan_ok=True, abs=1e-9)
    assert turned["alone"].fillna("-").tolist() == table["alone"].fillna("-").tolist()


def test_group_aware_consensus_as_polis_has_it():
    # (A + 1)/(S + 2) over the groups: 8 of 10 and 3 of 6 give 9/12 · 4/8 = .375
    votes = [2] * 8 + [-2] * 2 + [1] * 3 + [0] * 3
    stances = pd.DataFrame({"source": range(16), "proposition": "p", "value": votes})
    table = agreement.camp_consensus(stances, {i: "A" if i < 10 else "B" for i in range(16)})
    row = table.iloc[0]
    assert (row.n, row.camps, row.affirm) == (16, 2, pytest.approx(0.375))
    assert row.reject == pytest.approx(3 / 12 * 1 / 8)
    assert pd.isna(row.across)  # three of six are not most


def test_consensus_across_camps_by_hand():
    stances = grid(a=[2, -1, 1, 1], b=[1, -2, None, 1], c=[1, 2, None, -1], d=[2, -1, None, None])
    table = agreement.camp_consensus(stances, {"a": "X", "b": "X", "c": "Y"}).set_index("proposition")
    assert table["n"].tolist() == [3, 3, 1, 3]
    assert table["camps"].tolist() == [2, 2, 1, 2]
    assert table.loc["p", ["affirm", "reject", "across"]].tolist() == [
        pytest.approx(3 / 4 * 2 / 3),
        pytest.approx(1 / 4 * 1 / 3),
        "affirm",
    ]
    assert table.loc["r", ["affirm", "reject"]].tolist() == [pytest.approx(2 / 3 * 1 / 2), pytest.approx(1 / 3 * 1 / 2)]
    assert table.loc[["q", "r", "s"], "across"].isna().all()


def test_camps_of_nobody_are_refused():
    with pytest.raises(ValueError, match="no source zed, 3"):
        agreement.camp_consensus(HAND, {"a": "X", "zed": "Y", 3: "Y"})
    with pytest.raises(ValueError, match="no camp is given"):
        agreement.camp_consensus(HAND, {})


def test_division_in_words(small):
    said = agreement.division_in_words(tables.stances(small))
    assert "Most divided, 4 points apart: “The cook ate the jam.” (n = 3); “The cat ate the jam.” (n = 2)." in said
    assert "Spoken to by fewer than two texts: 1 of 4 propositions." in said
    nobody = agreement.division_in_words(HAND[HAND.source == "a"].assign(text=HAND.proposition))
    assert nobody == "No proposition is spoken to by two texts, so there is nothing to compare."
