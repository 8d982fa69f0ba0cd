"""The null model: what it keeps, whether its p values are fair, and that noise has no camps."""

import re
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from grids import grid, pair
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import agreement
from analysis.agreement import chance


def noise(seed, sources, propositions, silent=0.0, camps=None):
    """Random stances; with camps, one −2 or 2 a camp on each proposition, and a fifth of them lost to noise."""
    random = np.random.default_rng(seed)
    cells = random.integers(-2, 3, (propositions, sources)).astype("float64")
    if camps is not None:
        planted = random.choice([-2, 2], (propositions, 1)) * np.array(camps)
        cells = np.where(random.random(cells.shape) < 0.2, cells, planted)
    cells[random.random(cells.shape) < silent] = np.nan
    index = pd.MultiIndex.from_product([range(propositions), range(sources)], names=["proposition", "source"])
    return pd.DataFrame({"value": cells.ravel()}, index=index).reset_index()


def agreements(matrix, span=4):
    """The agreement of each pair of columns."""
    size = matrix.shape[1]
    apart = [np.abs(matrix[:, i] - matrix[:, j]) for i in range(size) for j in range(i + 1, size)]
    return tuple(round(1 - np.nanmean(d) / span, 9) for d in apart)


def test_permuting_keeps_who_speaks_and_the_values_of_each_proposition():
    matrix = np.array([[2, 1, -2, np.nan], [-1, np.nan, 0, 2], [1, 1, 1, -1]])
    rows = []
    for row in matrix:
        at = np.flatnonzero(~np.isnan(row))
        rows.append(
            [np.array([dict(zip(at, p, strict=True)).get(i, np.nan) for i in range(4)]) for p in permutations(row[at])]
        )
    every = [agreements(np.array(choice)) for choice in product(*rows)]
    drawn = np.concatenate(list(chance._permuted(matrix, (-2, 2), 9000, 1)))
    found = pd.Series([tuple(np.round(d, 9)) for d in drawn]).value_counts(normalize=True)
    expected = pd.Series(every).value_counts(normalize=True)
    assert set(found.index) == set(expected.index)  # nothing else, and nothing left out
    assert np.abs(found - expected[found.index]).max() < 0.015


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 5))
def test_the_mean_over_all_pairs_stays_where_everyone_speaks(seed, sources, propositions):
    matrix = agreement.values(noise(seed, sources, propositions)).to_numpy()
    drawn = np.concatenate(list(chance._permuted(matrix, (-2, 2), 20, seed)))
    assert drawn.mean(axis=1) == pytest.approx(np.full(20, np.mean(agreements(matrix))))


def test_batches_do_not_show(monkeypatch):
    matrix = agreement.values(noise(1, 4, 6, 0.2)).to_numpy()
    monkeypatch.setattr(chance, "BATCH", 100)
    parts = list(chance._permuted(matrix, (-2, 2), 50, 1))
    assert len(parts) > 1 and sum(map(len, parts)) == 50


def test_one_proposition_by_hand():
    # 2, 2, −2: in a third of the permutations the two 2s stand together
    a_b = pair(agreement.pairs_by_chance(grid(a=[2], b=[2], c=[-2])), "a", "b")
    assert (a_b.n, a_b.agreement) == (1, 1)
    assert a_b.expected == pytest.approx(1 / 3, abs=0.02) and (a_b.low, a_b.high) == (0, 1)
    assert a_b.p_closer == pytest.approx(1 / 3, abs=0.02) and a_b.p_further == 1
    assert a_b.p_closest == 1  # some pair is always that close
    a_c = pair(agreement.pairs_by_chance(grid(a=[2], b=[2], c=[-2])), "a", "c")
    assert a_c.p_further == pytest.approx(2 / 3, abs=0.02) and a_c.p_closer == 1


def test_a_planted_pair_is_found_and_no_other():
    stances = noise(3, 6, 25)
    values = stances.pivot(index="proposition", columns="source", values="value")
    values[1] = values[0]
    twins = values.stack().rename("value").reset_index()
    found = agreement.pairs_by_chance(twins, draws=999)
    planted = pair(found, 0, 1)
    assert planted.agreement == 1 and planted.p_closest <= 0.005 and planted.high < 1
    others = found[(found.source_a != 0) | (found.source_b != 1)]
    assert (others.p_closest > 0.05).all() and (others.p_furthest > 0.02).all()


def test_a_planted_pair_of_opposites_is_found():
    values = noise(3, 6, 25).pivot(index="proposition", columns="source", values="value")
    values[0] = np.where(values[0] > 0, 2.0, -2.0)
    values[1] = -values[0]
    found = agreement.pairs_by_chance(values.stack().rename("value").reset_index(), draws=999)
    assert pair(found, 0, 1).p_furthest <= 0.005 and pair(found, 0, 1).p_closest > 0.5


def test_p_values_are_fair_where_there_is_only_noise():
    found = [agreement.pairs_by_chance(noise(s, 5, 12, 0.1), draws=99, seed=s) for s in range(150)]
    one = np.array([t.p_closer.iloc[0] for t in found])
    best = np.array([t.p_closest.min() for t in found])
    for p in (one, best):
        assert (p <= 0.1).mean() <= 0.18 and (p <= 0.5).mean() <= 0.64  # 0.1 and 0.5, and three standard errors
        assert (p <= 0.5).mean() >= 0.3  # and not so careful that nothing would ever be found


def test_no_p_value_is_0_and_none_is_above_1():
    found = agreement.pairs_by_chance(noise(4, 5, 30, camps=[1, 1, 1, -1, -1]), draws=99)
    shares = found[["p_closer", "p_further", "p_closest", "p_furthest"]]
    assert shares.min(axis=None) == 1 / 100 and shares.max(axis=None) <= 1
    assert (found.p_closest >= found.p_closer).all() and (found.p_furthest >= found.p_further).all()


def test_where_chance_cannot_act_nothing_is_said():
    nothing = pair(agreement.pairs_by_chance(grid(a=[2, None], b=[1, 1], c=[None, 1]), draws=99), "a", "c")
    assert nothing.n == 0 and nothing[["agreement", "expected", "p_closer", "p_closest"]].isna().all()
    two_speak = pair(agreement.pairs_by_chance(grid(a=[2, None], b=[1, 1], c=[None, 1]), draws=99), "a", "b")
    assert (two_speak.n, two_speak.n_testable) == (1, 0)
    assert two_speak[["expected", "p_closer", "p_closest"]].isna().all()
    alike = agreement.pairs_by_chance(grid(a=[1, 2], b=[1, 2], c=[1, 2]), draws=99)
    assert (alike.n_testable == 0).all() and alike.p_closer.isna().all()
    assert len(agreement.pairs_by_chance(grid(a=[1]), draws=99)) == 0


def test_pairs_that_share_fewer_are_not_ranked():
    found = agreement.pairs_by_chance(grid(a=[2, 1, -1], b=[2, 1, None], c=[-2, -1, 1]), draws=99, fewest=3)
    assert found.set_index(["source_a", "source_b"]).p_closest.notna().to_dict() == {
        ("a", "b"): False,
        ("a", "c"): True,
        ("b", "c"): False,
    }
    assert found.p_closer.notna().all()


def test_the_seed_decides_and_the_order_of_rows_does_not():
    stances = noise(5, 4, 8, 0.2)
    first = agreement.pairs_by_chance(stances, draws=99)
    pd.testing.assert_frame_equal(first, agreement.pairs_by_chance(stances.sample(frac=1, random_state=1), draws=99))
    assert agreement.camps(stances, draws=99) == agreement.camps(stances.iloc[::-1], draws=99)


def test_five_random_coders_do_not_produce_camps():
    named = [agreement.camps(noise(s, 5, 20, (s % 3) / 5), draws=199, seed=s).camps for s in range(120)]
    assert sum(c is not None for c in named) <= 5  # 1.2 are to be expected


def test_five_coders_who_all_lean_one_way_are_no_camps():
    # the codebook, not the coders, decides that most is affirmed
    random, named = np.random.default_rng(8), 0
    for seed in range(60):
        lean = random.choice([-1, 1, 2], (20, 1), p=[0.2, 0.4, 0.4])
        cells = np.clip(lean + random.integers(-1, 2, (20, 5)), -2, 2)
        table = pd.DataFrame(cells).rename_axis("proposition").melt(ignore_index=False, var_name="source").reset_index()
        named += agreement.camps(table, draws=199, seed=seed).camps is not None
    assert named <= 4


@pytest.mark.parametrize("silent", [0.0, 0.2])
def test_two_planted_camps_are_found(silent):
    for seed in range(5):
        found = agreement.camps(noise(seed, 6, 25, silent, camps=[1, 1, 1, 1, -1, -1]), draws=199)
        assert found.camps is not None and found.p <= 0.01 and found.contrast > 0.3
        assert found.camps == found.best and found.reason == ""
        assert {frozenset(s for s, c in found.camps.items() if c == name) for name in "AB"} == {
            frozenset({0, 1, 2, 3}),
            frozenset({4, 5}),
        }


def test_the_contrast_by_hand():
    # a–b .75 on two, a–c 0 on one, b–c .25 on two: within less between for ab|c is .75 − (0 · 1 + .25 · 2)/3
    stances = grid(a=[2, 1, None], b=[1, 2, 2], c=[-2, None, -1])
    pairs = agreement.pairwise_agreement(stances)
    assert pairs.agreement.tolist() == pytest.approx([0.75, 0, 0.25]) and pairs.n.tolist() == [2, 1, 2]
    found = agreement.camps(stances, draws=99)
    assert found.contrast == pytest.approx(0.75 - 0.5 / 3) and found.n_pairs == 3
    assert found.best["a"] == found.best["b"] != found.best["c"]
    assert found.camps is None and "chance" in found.reason


def test_few_sources_are_answered_in_words():
    for few in (grid(a=[1]), grid(a=[1], b=[2])):
        found = agreement.camps(few, draws=99)
        assert (found.camps, found.best, found.contrast, found.p) == (None, {}, None, None)
        assert "fewer than three sources" in found.reason
    apart = agreement.camps(grid(a=[1, None], b=[None, 2], c=[None, None]), draws=99)
    assert apart.camps is None and "share" in apart.reason


def test_all_of_one_mind_are_one_camp():
    found = agreement.camps(grid(a=[1, 2], b=[1, 2], c=[1, 2], d=[1, 2]), draws=99)
    assert found.camps is None and found.p == 1


def test_of_too_many_sources_for_every_split_it_is_said_that_there_is_no_answer():
    found = agreement.camps(noise(1, 17, 2))
    assert (found.camps, found.best, found.p) == (None, {}, None)
    assert re.search("17 sources.*at most 16", agreement.camps_in_words(found, {}))


def test_no_draws_are_refused():
    for measure in (agreement.pairs_by_chance, agreement.camps, agreement.pair_intervals):
        with pytest.raises(ValueError, match="draws"):
            measure(noise(1, 3, 4), draws=0)


def test_in_words_only_what_stands_out_of_all_pairs_is_named():
    labels = {i: f"S{i}" for i in range(6)}
    values = noise(3, 6, 25).pivot(index="proposition", columns="source", values="value")
    plain = agreement.chance_in_words(agreement.pairs_by_chance(noise(3, 6, 25), draws=199), labels)
    values[1] = values[0]
    twins = agreement.pairs_by_chance(values.stack().rename("value").reset_index(), draws=199)
    said = agreement.chance_in_words(twins, labels).splitlines()
    assert "no pair" in plain.splitlines()[0]
    assert said[0].startswith("- Closer than chance: S0 and S1 (agreement 1.00") and "p = 0.005, n = 25" in said[0]
    assert "15 of 15 pairs" in said[2]


def test_camps_in_words():
    labels = {i: f"S{i}" for i in range(6)}
    found = agreement.camps(noise(1, 6, 25, camps=[1, 1, 1, 1, -1, -1]), draws=199)
    said = agreement.camps_in_words(found, labels)
    assert said.startswith("Two camps: ") and "S0, S1, S2, S3" in said and "S4, S5" in said and "n = 15 pairs" in said
    assert agreement.camps_in_words(agreement.camps(noise(1, 6, 25), draws=199), labels).startswith("No camps")
    assert "fewer than three" in agreement.camps_in_words(agreement.camps(grid(a=[1])), {"a": "A"})
