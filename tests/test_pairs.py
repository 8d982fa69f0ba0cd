"""Pairs of sources, by hand, against a loop, and at the edges of the blocks."""

import numpy as np
import pandas as pd
import pytest
from grids import grid, grids, pair
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import agreement, tables
from analysis.agreement import pairs as module

#                 p   q   r     s
HAND = grid(a=[2, -1, 0, 1], b=[1, 1, 0, None], c=[-2, -1, None, 1])
COUNTS = ["n", "same_sign", "opposite_sign", "equal"]


def by_loop(stances, scale=(-2, 2)):
    """Pair by pair and value by value, as the issue defines them."""
    cells = {(s, p): v for s, p, v in stances.dropna().itertuples(index=False)}
    middle, names, rows = sum(scale) / 2, sorted(stances.source.unique()), []
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            shared = [
                (cells[a, p], cells[b, p]) for p in stances.proposition.unique() if {(a, p), (b, p)} <= set(cells)
            ]
            sides = [(x - middle) * (y - middle) for x, y in shared]
            apart = [abs(x - y) for x, y in shared]
            distance = sum(apart) / len(shared) if shared else np.nan
            close = sum(1 - d / (scale[1] - scale[0]) for d in apart) / len(shared) if shared else np.nan
            counts = (len(shared), sum(s > 0 for s in sides), sum(s < 0 for s in sides), sum(d == 0 for d in apart))
            rows.append((a, b, *counts, distance, close))
    return pd.DataFrame(rows, columns=agreement.PAIRS)


def each_by_loop(stances, scale=(-2, 2), fewest=1):
    """Each source's row, put together from the table of pairs."""
    pairs, rows = by_loop(stances, scale), []
    for source in sorted(stances.source.unique()):
        own = pairs[(pairs.source_a == source) | (pairs.source_b == source)]
        shared = own[own.n > 0]
        top = own[own.n >= max(fewest, 1)].agreement.max()
        rows.append(
            (source, len(shared), *own[COUNTS].sum(), shared.mean_distance.mean(), shared.agreement.mean(), top)
        )
    return pd.DataFrame(rows, columns=["source", "others", *COUNTS, "mean_distance", "agreement", "closest_agreement"])


def same(found, expected, **how):
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False, **how)


def test_pairs_by_hand(small):
    pairs = agreement.pairwise_agreement(tables.stances(small))
    assert list(pairs.columns) == agreement.PAIRS
    ash_birch = pair(pairs, "ash-2001", "birch-2005")  # 2/-2, -2/2, 1/0
    assert ash_birch.tolist() == [3, 0, 2, 0, 3.0, 0.25]
    ash_cedar = pair(pairs, "ash-2001", "cedar-2010")  # 2/1, 1/-1
    assert ash_cedar.tolist() == [2, 1, 1, 0, 1.5, 0.625]
    birch_cedar = pair(pairs, "birch-2005", "cedar-2010")  # -2/1, 0/-1
    assert birch_cedar.tolist() == [2, 0, 1, 0, 2.0, 0.5]


def test_three_sources_on_four_propositions_by_hand():
    pairs = agreement.pairwise_agreement(HAND)
    assert pair(pairs, "a", "b").tolist() == [3, 1, 1, 1, 1.0, 0.75]  # 2/1, -1/1, 0/0
    assert pair(pairs, "a", "c").tolist() == [
        3,
        2,
        1,
        2,
        pytest.approx(4 / 3),
        pytest.approx(2 / 3),
    ]  # 2/-2, -1/-1, 1/1
    assert pair(pairs, "b", "c").tolist() == [2, 0, 2, 0, 2.5, 0.375]  # 1/-2, 1/-1


@pytest.mark.parametrize(
    ("by", "first", "second"), [("question", "x", "y"), ("core", True, False), ("kind", "fact", "cause")]
)
def test_by_question_kind_or_core_by_hand(by, first, second):
    pairs = agreement.pairwise_agreement(HAND.assign(**{by: [first, first, second, second] * 3}), by=by)
    assert list(pairs.columns) == [by, *agreement.PAIRS]
    assert pairs[by].tolist() == [first] * 3 + [second] * 3
    upper, lower = pairs[pairs[by] == first], pairs[pairs[by] == second]
    assert pair(upper, "a", "b")[1:].tolist() == [2, 1, 1, 0, 1.5, 0.625]
    assert pair(upper, "a", "c")[1:].tolist() == [2, 1, 1, 1, 2.0, 0.5]
    assert pair(upper, "b", "c")[1:].tolist() == [2, 0, 2, 0, 2.5, 0.375]
    assert pair(lower, "a", "b")[1:].tolist() == [1, 0, 0, 1, 0.0, 1.0]
    assert pair(lower, "a", "c")[1:].tolist() == [1, 1, 0, 1, 0.0, 1.0]
    assert pair(lower, "b", "c").n == 0 and pd.isna(pair(lower, "b", "c").agreement)


def test_by_question_the_counts_add_up_to_those_over_all(shipped):
    stances = tables.stances(shipped)
    for by in ("question", "kind", "core"):
        parts = agreement.pairwise_agreement(stances, by=by).groupby(["source_a", "source_b"])[COUNTS].sum()
        whole = agreement.pairwise_agreement(stances).set_index(["source_a", "source_b"])[COUNTS]
        pd.testing.assert_frame_equal(parts, whole.loc[parts.index])


def test_by_takes_each_proposition_alone():
    pairs = agreement.pairwise_agreement(HAND, by="proposition")
    assert pairs["n"].tolist() == [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0]


def test_by_refuses_what_is_not_there_or_not_the_same_throughout_a_proposition():
    with pytest.raises(ValueError, match="no column question"):
        agreement.pairwise_agreement(HAND, by="question")
    with pytest.raises(ValueError, match="question is not the same in all rows of proposition p"):
        agreement.pairwise_agreement(HAND.assign(question=["x", "y", "y", "y"] + ["y"] * 8), by="question")


def test_by_does_not_lose_propositions_without_a_group():
    stances = HAND.assign(question=["x", "x", "x", None] * 3)
    try:
        parts = agreement.pairwise_agreement(stances, by="question")
    except ValueError as error:
        assert "question" in str(error)
    else:
        assert parts["n"].sum() == agreement.pairwise_agreement(HAND)["n"].sum()


def test_a_pair_that_shares_nothing_is_missing_and_never_0():
    stances = pd.DataFrame({"source": ["a", "b"], "proposition": ["p", "q"], "value": [2, 2]})
    only = agreement.pairwise_agreement(stances).iloc[0]
    assert only.n == 0
    assert pd.isna(only.mean_distance) and pd.isna(only.agreement)


def test_two_zeros_are_equal_and_have_no_sign():
    stances = pd.DataFrame({"source": ["a", "b"], "proposition": ["p", "p"], "value": [0, 0]})
    only = agreement.pairwise_agreement(stances).iloc[0]
    assert (only.n, only.same_sign, only.opposite_sign, only.equal) == (1, 0, 0, 1)


def test_a_zero_beside_a_stance_counts_in_n_alone():
    only = agreement.pairwise_agreement(grid(a=[0], b=[2])).iloc[0]
    assert only[COUNTS].tolist() == [1, 0, 0, 0]


def test_a_stance_given_twice_is_refused():
    stances = pd.DataFrame({"source": ["a", "a"], "proposition": ["p", "p"], "value": [1, 2]})
    with pytest.raises(ValueError, match=r"given more than once \(rows 0, 1\)"):
        agreement.pairwise_agreement(stances)


@pytest.mark.parametrize(
    ("scale", "change"), [((1, 5), lambda v: v + 3), ((0, 1), lambda v: (v + 2) / 4), ((-20, 20), lambda v: v * 10)]
)
def test_on_another_scale_only_the_distance_changes(scale, change):
    here = agreement.pairwise_agreement(HAND)
    there = agreement.pairwise_agreement(HAND.assign(value=change(HAND.value)), scale=scale)
    same(there, here.assign(mean_distance=here.mean_distance * (scale[1] - scale[0]) / 4))


def test_values_between_the_steps_count_as_they_are():
    only = agreement.pairwise_agreement(grid(a=[0.5, -1.25], b=[2, -1.25])).iloc[0]
    assert only.tolist() == ["a", "b", 2, 2, 0, 1, 0.75, 0.8125]


def test_nothing_said_one_source_and_no_table():
    silent = agreement.pairwise_agreement(HAND.assign(value=np.nan))
    assert silent["n"].tolist() == [0, 0, 0] and silent[["mean_distance", "agreement"]].isna().all(axis=None)
    for few in (HAND[HAND.source == "a"], HAND.head(0), pd.DataFrame(columns=["source", "proposition", "value"])):
        for table in (agreement.pairwise_agreement(few), agreement.pair_intervals(few)):
            assert len(table) == 0 and list(table.columns[:3]) == ["source_a", "source_b", "n"]
    assert len(agreement.pairwise_agreement(HAND.head(0).assign(core=True), by="core")) == 0
    assert len(agreement.agreement_of_each(HAND.head(0))) == 0


@given(grids())
def test_pairs_equal_the_loop(stances):
    same(agreement.pairwise_agreement(stances), by_loop(stances))


@given(grids(values=[0, 0.1, 0.3, 1 / 3, 0.5, 0.7, 1]))
def test_pairs_equal_the_loop_where_values_are_no_whole_numbers(stances):
    found = agreement.pairwise_agreement(stances, scale=(0, 1))
    same(found, by_loop(stances, (0, 1)), atol=1e-9)
    assert found.agreement.dropna().between(0, 1).all() and (found.mean_distance.dropna() >= 0).all()
    assert (found.agreement[(found.equal == found.n) & (found.n > 0)] == 1).all()


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


@given(grids())
def test_a_mirrored_scale_changes_nothing(stances):
    same(agreement.pairwise_agreement(stances.assign(value=-stances.value)), agreement.pairwise_agreement(stances))


@given(grids())
def test_what_a_is_to_b_b_is_to_a(stances):
    mirrored = stances.assign(source=stances.source.map(dict(zip("abcdefgh", "hgfedcba", strict=True))))
    there = agreement.pairwise_agreement(mirrored)
    back = there.assign(
        source_a=there.source_b.map(dict(zip("hgfedcba", "abcdefgh", strict=True))),
        source_b=there.source_a.map(dict(zip("hgfedcba", "abcdefgh", strict=True))),
    )
    same(back.sort_values(["source_a", "source_b"], ignore_index=True), agreement.pairwise_agreement(stances))


@given(grids(), st.integers(1, 3))
def test_each_source_sums_up_its_pairs(stances, fewest):
    found = agreement.agreement_of_each(stances, fewest=fewest)
    same(found, each_by_loop(stances, fewest=fewest), atol=1e-6)
    pairs = agreement.pairwise_agreement(stances)
    for row in found.dropna(subset=["closest"]).itertuples():
        named = pair(pairs, *sorted((row.source, row.closest)))
        assert (named.n, named.agreement) == (row.closest_n, pytest.approx(row.closest_agreement))
    assert (found.closest.isna() == found.closest_agreement.isna()).all()


def test_each_source_by_hand():
    each = agreement.agreement_of_each(HAND).set_index("source")
    assert each.loc["a"].tolist() == [2, 6, 3, 2, 3, pytest.approx(7 / 6), pytest.approx(17 / 24), "b", 3, 0.75]
    assert agreement.agreement_of_each(HAND, fewest=4)["closest"].isna().all()


def test_of_several_as_close_the_first_is_named():
    assert agreement.agreement_of_each(grid(a=[1], b=[1], c=[1]))["closest"].tolist() == ["b", "a", "a"]


@given(grids())
def test_one_against_all_equals_its_pairs(stances):
    pairs = agreement.pairwise_agreement(stances)
    own = pairs[(pairs.source_a == "b") | (pairs.source_b == "b")]
    own = own.assign(source=own.source_a.where(own.source_a != "b", own.source_b)).set_index("source")
    found = agreement.agreement_with(stances, "b").set_index("source")
    same(found, own.loc[found.index, agreement.PAIRS[2:]])
    assert len(found) == len(own)
    assert found.agreement.dropna().is_monotonic_decreasing


def test_one_against_all_refuses_a_source_that_is_not_there():
    with pytest.raises(ValueError, match="no source 'zed'"):
        agreement.agreement_with(HAND, "zed")


@pytest.mark.parametrize("block", [1, 2, 7, 22, 23, 24])
@pytest.mark.parametrize("hole", [0.0, 0.1, 0.9])
def test_the_edges_of_the_blocks_do_not_show(monkeypatch, block, hole):
    random = np.random.default_rng(block)
    cells = np.where(random.random((23, 5)) < hole, np.nan, random.integers(-2, 3, (23, 5)))
    stances = pd.DataFrame(
        {"source": np.repeat(np.arange(23), 5), "proposition": np.tile(np.arange(5), 23), "value": cells.ravel()}
    )
    monkeypatch.setattr(module, "BLOCK", block)
    same(agreement.pairwise_agreement(stances), by_loop(stances))
    same(agreement.agreement_of_each(stances, fewest=2), each_by_loop(stances, fewest=2), atol=1e-6)


def test_more_sources_than_one_block():
    size = module.BLOCK + 3
    random = np.random.default_rng(7)
    cells = np.where(random.random((size, 6)) < 0.1, np.nan, random.integers(-2, 3, (size, 6)))
    stances = pd.DataFrame(
        {"source": np.repeat(np.arange(size), 6), "proposition": np.tile(np.arange(6), size), "value": cells.ravel()}
    )
    pairs = agreement.pairwise_agreement(stances)
    assert len(pairs) == size * (size - 1) // 2
    for source in (0, module.BLOCK - 1, module.BLOCK, size - 1):
        own = pairs[(pairs.source_a == source) | (pairs.source_b == source)]
        own = own.set_index(own.source_a.where(own.source_a != source, own.source_b).rename("source"))
        alone = agreement.agreement_with(stances, source).set_index("source")
        same(own.loc[alone.index, agreement.PAIRS[2:]], alone)
    each = agreement.agreement_of_each(stances)
    assert (each["n"].sum(), each["equal"].sum()) == (2 * pairs["n"].sum(), 2 * pairs["equal"].sum())
    assert each["agreement"][module.BLOCK] == pytest.approx(
        pairs[(pairs.source_a == module.BLOCK) | (pairs.source_b == module.BLOCK)].agreement.mean(), abs=1e-6
    )


def test_sums_beyond_32_bits():
    # 12,000 sources of one mind on thirty propositions: their sums together are beyond 2³²
    stances = pd.DataFrame(
        {"source": np.repeat(np.arange(12_000), 30), "proposition": np.tile(np.arange(30), 12_000), "value": np.int8(1)}
    )
    each = agreement.agreement_of_each(stances)
    for count in ("n", "same_sign", "equal"):
        assert (each[count] == 11_999 * 30).all() and each[count].sum() == 12_000 * 11_999 * 30 > 2**32
    assert (each[["agreement", "closest_agreement"]] == 1).all(axis=None) and (each["opposite_sign"] == 0).all()


def test_too_many_pairs_for_a_table_are_refused_with_what_to_use_instead(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    with pytest.raises(ValueError, match=r"3 sources make 3 pairs.*agreement_of_each"):
        agreement.pairwise_agreement(HAND)


def test_a_wide_scale_costs_no_more_than_a_narrow_one():
    stances = grid(a=[0, 10_000_000], b=[10_000_000, 500], c=[2_500_000, 500])
    pairs = agreement.pairwise_agreement(stances, scale=(0, 10_000_000))
    assert pair(pairs, "b", "c").tolist() == [2, 1, 1, 1, 3_750_000, 0.625]


def test_as_many_values_as_cells():
    random = np.random.default_rng(3)
    cells = random.random((150, 20))
    stances = pd.DataFrame(
        {"source": np.repeat(np.arange(150), 20), "proposition": np.tile(np.arange(20), 150), "value": cells.ravel()}
    )
    pairs = agreement.pairwise_agreement(stances, scale=(0, 1))
    apart = np.abs(cells[pairs.source_a] - cells[pairs.source_b]).mean(axis=1)
    np.testing.assert_allclose(pairs.mean_distance, apart, atol=1e-9)


def test_intervals_hold_the_agreement_and_come_again_with_the_seed():
    stances = grid(a=[2, -1, 0, 1, 2], b=[1, 1, 0, None, 2], c=[None, None, None, None, 1])
    found = agreement.pair_intervals(stances, draws=500)
    pd.testing.assert_frame_equal(found, agreement.pair_intervals(stances, draws=500))
    a_b = pair(found, "a", "b")
    assert 0 <= a_b.low < a_b.agreement < a_b.high <= 1
    assert pair(found, "a", "c").n == 1 and pd.isna(pair(found, "a", "c").low)


def test_the_interval_of_two_propositions_by_hand():
    # distances 4 and 0: of the draws of two, a quarter has both from the first, a quarter both from the second
    found = agreement.pair_intervals(grid(a=[2, 1], b=[-2, 1])).iloc[0]
    assert (found.agreement, found.low, found.high) == (0.5, 0.0, 1.0)
    same_throughout = agreement.pair_intervals(grid(a=[2, 1], b=[1, 0])).iloc[0]
    assert pd.isna(same_throughout.low) and pd.isna(same_throughout.high)  # drawing again shows nothing


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


def test_opposed_lists_each_clash_once(small):
    clashes = agreement.opposed(tables.stances(small))
    assert clashes.to_numpy().tolist() == [
        ["cook-did-it", "ash-2001", 2, "birch-2005", -2],
        ["cook-did-it", "cedar-2010", 1, "birch-2005", -2],
        ["cat-did-it", "birch-2005", 2, "ash-2001", -2],
        ["door-was-open", "ash-2001", 1, "cedar-2010", -1],
    ]


@settings(max_examples=40)
@given(grids())
def test_opposed_are_those_of_opposite_sign(stances):
    assert len(agreement.opposed(stances)) == agreement.pairwise_agreement(stances)["opposite_sign"].sum()


def test_opposed_does_not_round_a_side_to_0():
    [clash] = agreement.opposed(grid(a=[0.5], b=[-1.5])).itertuples()
    assert (clash.value_a, clash.value_b) == (0.5, -1.5)


def test_the_closest_and_the_furthest_in_words():
    labels = {s: s.upper() for s in "abc"}
    said = agreement.pairs_in_words(agreement.pairwise_agreement(HAND), labels, 2)
    assert "Closest: A and B (same side 1, opposite sides 1, mean distance 1.00, n = 3)" in said
    assert "Furthest apart: B and C" in said and "0 of 3 pairs share fewer than 2" in said
    few = agreement.pairs_in_words(agreement.pairwise_agreement(HAND), labels, 4)
    assert few.startswith("Too few pairs share 4 propositions") and "3 of 3 pairs" in few
