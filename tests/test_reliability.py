"""Alpha and kappa: published numbers, the definitions, and data that say nothing."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from grids import grid, ratings
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import agreement
from analysis.agreement import reliability

LEVELS = ("nominal", "ordinal", "interval", "ratio")

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
PUBLISHED = [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]

# The article "Krippendorff's alpha" of Wikipedia and the docstring of the package krippendorff: three coders, fifteen units.
FIFTEEN = [
    [None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3],
    [1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None],
    [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4],
]


def value(rows, level, **more):
    return agreement.alpha(ratings(rows), level, interval=False, **more).value


@pytest.mark.parametrize(("level", "published"), PUBLISHED)
def test_alpha_as_published(level, published):
    result = agreement.alpha(ratings(KRIPPENDORFF), level)
    assert round(result.value, 3) == published
    assert (result.n_units, result.n_pairable) == (11, 40)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.691358), ("interval", 0.810845)])
def test_alpha_of_the_fifteen_units(level, published):
    result = agreement.alpha(ratings(FIFTEEN), level, interval=False)
    assert round(result.value, 6) == published
    assert (result.n_units, result.n_pairable) == (12, 26)


def alpha_by_definition(table, level):
    """1 − observed/expected disagreement, by looping over all pairs of values; None where it is undefined."""
    units = [g.value.tolist() for _, g in table.dropna().groupby("unit") if len(g) > 1]
    pool = [v for unit in units for v in unit]

    def delta(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = min(a, b), max(a, b)
        return (sum(low <= v <= high for v in pool) - (pool.count(a) + pool.count(b)) / 2) ** 2

    expected = sum(delta(a, b) for i, a in enumerate(pool) for j, b in enumerate(pool) if i != j)
    if not expected:
        return None
    observed = sum(
        delta(a, b) / (len(u) - 1) for u in units for i, a in enumerate(u) for j, b in enumerate(u) if i != j
    )
    return 1 - (len(pool) - 1) * observed / expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=6, max_size=6), min_size=1, max_size=4),
    st.sampled_from(LEVELS),
)
def test_alpha_equals_its_definition(rows, level):
    table = ratings(rows)
    found = agreement.alpha(table.astype({"value": "Int64"}), level, interval=False)
    expected = alpha_by_definition(table, level)
    assert found.value == (None if expected is None else pytest.approx(expected))
    assert (found.value is None) == bool(found.reason)
    assert found.value is None or found.value <= 1
    rated = table.dropna().groupby("unit").size()
    assert (found.n_units, found.n_pairable) == ((rated > 1).sum(), rated[rated > 1].sum())


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.sampled_from([0.1, 0.25, 1 / 3, 7.5, 2e6])), min_size=5, max_size=5),
        min_size=2,
        max_size=3,
    ),
    st.sampled_from(LEVELS),
)
def test_alpha_equals_its_definition_where_values_are_no_whole_numbers(rows, level):
    table = ratings(rows)
    expected = alpha_by_definition(table, level)
    assert agreement.alpha(table, level, interval=False).value == (
        None if expected is None else pytest.approx(expected, abs=1e-9)
    )


@given(st.randoms(use_true_random=False), st.sampled_from(LEVELS))
def test_alpha_does_not_ask_who_or_in_which_order(random, level):
    table = ratings(KRIPPENDORFF)
    names = random.sample(range(100), 4)
    shuffled = table.assign(coder=table.coder.map(dict(enumerate(names)))).sample(
        frac=1, random_state=random.randrange(9999)
    )
    assert agreement.alpha(shuffled, level, interval=False).value == pytest.approx(value(KRIPPENDORFF, level))


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_a_mirrored_scale_changes_nothing(level):
    table = ratings(KRIPPENDORFF)
    assert agreement.alpha(table.assign(value=-table.value), level, interval=False).value == pytest.approx(
        value(KRIPPENDORFF, level)
    )


@pytest.mark.parametrize(("level", "published"), PUBLISHED)
@pytest.mark.parametrize("kind", ["float32", "Float64", "Int64", "Int8", "category", "object"])
def test_alpha_reads_any_kind_of_column(level, published, kind):
    assert (
        round(agreement.alpha(ratings(KRIPPENDORFF).astype({"value": kind}), level, interval=False).value, 3)
        == published
    )


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_of_the_ends_of_int8(level):
    rows = [[-128, 127, -128, 0], [-128, 127, 127, 0]]
    narrow = agreement.alpha(ratings(rows).astype({"value": "int8"}), level, interval=False)
    assert narrow.value == pytest.approx(alpha_by_definition(ratings(rows), level))


def test_alpha_of_numbers_far_apart():
    rows = [[2**62, -(2**62), 5], [2**62, -(2**62), 6]]
    assert agreement.alpha(ratings(rows).astype({"value": "int64"}), "nominal", interval=False).value == pytest.approx(
        alpha_by_definition(ratings(rows), "nominal")
    )


def test_alpha_of_truths():
    rows = [[True, False, True, None], [True, True, True, False]]
    expected = alpha_by_definition(ratings(rows), "nominal")
    for kind in ("object", "boolean"):
        for level in LEVELS:
            found = agreement.alpha(ratings(rows).astype({"value": kind}), level, interval=False).value
            assert found == pytest.approx(expected)


def test_at_the_nominal_level_values_may_be_words():
    named = ratings(KRIPPENDORFF).assign(value=lambda t: t.value.map(dict(enumerate("zyxwvu"))))
    assert round(agreement.alpha(named, "nominal", interval=False).value, 3) == 0.743
    mixed = ratings([["a", 1, "b", None], ["a", 2, "b", 3]])
    assert agreement.alpha(mixed, "nominal", interval=False).value == pytest.approx(
        alpha_by_definition(mixed, "nominal")
    )
    with pytest.raises(ValueError, match=r"value is not a number: 'y', 'x', 'w' \(rows 0, 1, 2, 3, 4"):
        agreement.alpha(named, "ordinal")


def test_at_the_ratio_level_values_below_0_are_refused_with_their_rows():
    with pytest.raises(ValueError, match=r"no value below 0: -1 \(rows 1\)"):
        agreement.alpha(ratings([[1, -1], [2, 0]]), "ratio")


def test_infinities_are_refused_with_their_rows():
    for level in ("ordinal", "interval", "ratio"):
        with pytest.raises(ValueError, match=r"infinite: inf \(rows 1\)"):
            agreement.alpha(ratings([[1, np.inf], [2, 0]]), level)


def test_unused_categories_of_units_and_coders_do_not_count():
    table = ratings(KRIPPENDORFF)
    table = table.assign(**{c: pd.Categorical(table[c], categories=range(-9, 30)) for c in ("unit", "coder")})
    result = agreement.alpha(table, "ordinal", interval=False)
    assert (round(result.value, 3), result.n_units) == (0.815, 11)


def test_alpha_of_unanimous_data_is_undefined_in_words():
    result = agreement.alpha(ratings([[1, 1, 1], [1, 1, 1]]), "ordinal")
    assert result.value is None
    assert "all ratings are the same" in result.reason


def test_alpha_of_one_coder_is_undefined_in_words():
    result = agreement.alpha(ratings([[1, 2, 3]]), "nominal")
    assert (result.value, result.n_units, result.reason) == (None, 0, "no unit was rated by two coders")


@pytest.mark.parametrize("level", LEVELS)
def test_degenerate_data_are_answered_in_words(level):
    for nothing in (
        ratings(KRIPPENDORFF).head(0),
        ratings(KRIPPENDORFF).assign(value=np.nan),
        ratings([[1, None], [None, 2]]),
    ):
        result = agreement.alpha(nothing, level)
        assert (result.value, result.low, result.n_units, result.n_pairable) == (None, None, 0, 0) and result.reason
    pair = agreement.alpha(ratings([[1], [2]]), level)
    assert (pair.value, pair.n_units, pair.low) == (0, 1, None) and "one unit" in pair.reason
    assert agreement.alpha(ratings([[1], [1]]), level).value is None
    assert agreement.alpha(ratings([[0, 0], [0, 0]]), level).value is None


def test_perfect_agreement_is_1_and_opposition_below_0():
    assert all(value([[1, 2, 3], [1, 2, 3]], level) == 1 for level in LEVELS)
    assert all(value([[1, 2, 1, 2], [2, 1, 2, 1]], level) < 0 for level in LEVELS)


def test_alpha_refuses_an_unknown_level_and_doubled_ratings():
    with pytest.raises(ValueError, match=r'no level of measurement "ordinary".*nominal, ordinal, interval, ratio'):
        agreement.alpha(ratings([[1], [1]]), "ordinary")
    doubled = pd.concat([ratings([[1], [2]])] * 2, ignore_index=True)
    with pytest.raises(ValueError, match=r"unit × coder is given more than once \(rows 0, 1, 2, 3\)"):
        agreement.alpha(doubled, "nominal")


def test_alpha_refuses_missing_columns_and_ids_and_says_all_at_once():
    with pytest.raises(ValueError, match="no column coder; the table has: unit, value"):
        agreement.alpha(ratings([[1]])[["unit", "value"]], "nominal")
    with pytest.raises(ValueError) as caught:
        agreement.alpha(ratings([[1, "x"], [2, 2]]).assign(unit=[0, 1, None, 1]), "interval")
    assert "no unit is given" in str(caught.value) and "not a number: 'x' (rows 1)" in str(caught.value)


@pytest.mark.parametrize("level", LEVELS)
def test_millions_of_ratings_without_overflow(level):
    # The same units R times over leave the observed disagreement; only the n − 1 of the expected one grows, so
    # (1 − α_R)/(1 − α) = (nR − 1)/(R(n − 1)); ordinal sums go beyond 10²⁶
    times = 60_000
    once = ratings(KRIPPENDORFF).dropna().query("unit != 11").astype({"value": "int8", "coder": "int8"})
    many = pd.DataFrame(
        {
            "unit": np.add.outer(np.arange(times) * 12, once.unit.to_numpy()).ravel(),
            "coder": np.tile(once.coder.to_numpy(), times),
            "value": np.tile(once.value.to_numpy(), times),
        }
    )
    result = agreement.alpha(many, level, interval=False)
    grown = Fraction(40 * times - 1, times * 39)
    assert 1 - result.value == pytest.approx(float(grown) * (1 - value(KRIPPENDORFF, level)), rel=1e-12)
    assert (result.n_units, result.n_pairable) == (11 * times, 40 * times)


@pytest.mark.parametrize("level", LEVELS)
def test_squares_beyond_64_bits(level):
    patterns = reliability._patterns(ratings(KRIPPENDORFF), level, None)
    many = reliability._alpha(patterns, level, patterns.times * 10**12)
    assert 1 - many == pytest.approx((1 - value(KRIPPENDORFF, level)) * 40 / 39, rel=1e-9)


@pytest.mark.parametrize("shift", [1e9, -1e9])
def test_numbers_far_from_0_lose_nothing(shift):
    moved = ratings(KRIPPENDORFF).assign(value=lambda t: t.value + shift)
    assert agreement.alpha(moved, "interval", interval=False).value == pytest.approx(value(KRIPPENDORFF, "interval"))


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_holds_alpha_and_comes_again_with_the_seed(level):
    first, again, other = (agreement.alpha(ratings(KRIPPENDORFF), level, draws=400, seed=s) for s in (1, 1, 2))
    assert first == again and (first.low, first.high) != (other.low, other.high)
    assert first.low < first.value < first.high <= 1
    bare = agreement.alpha(ratings(KRIPPENDORFF), level, interval=False)
    assert (bare.low, bare.high, bare.value) == (None, None, first.value)


@pytest.mark.parametrize("level", ["ordinal", "interval"])
def test_the_interval_is_that_of_units_drawn_with_replacement(level):
    result = agreement.alpha(ratings(KRIPPENDORFF), level, draws=3000)
    random, columns = np.random.default_rng(5), np.array(KRIPPENDORFF, dtype="object")[:, :11]
    drawn = [alpha_by_definition(ratings(columns[:, random.integers(0, 11, 11)]), level) for _ in range(300)]
    low, high = np.percentile([d for d in drawn if d is not None], [2.5, 97.5])
    assert result.low == pytest.approx(low, abs=0.1)
    assert result.high == pytest.approx(high, abs=0.04)


def test_an_interval_without_any_disagreement_is_said_to_mean_nothing():
    result = agreement.alpha(ratings([[1, 2, 3], [1, 2, 3]]), "ordinal")
    assert (result.value, result.low, result.high) == (1, 1, 1)
    assert "no disagreement was seen" in result.reason


def test_an_interval_of_no_draws_is_refused():
    with pytest.raises(ValueError, match="draws must be at least 1"):
        agreement.alpha(ratings(KRIPPENDORFF), "nominal", draws=0)


def test_alpha_by_group_with_its_n():
    table = ratings(KRIPPENDORFF).assign(question=lambda t: np.where(t.unit < 6, "x", "y"))
    groups = agreement.alpha_by(table, "ordinal", "question", interval=False).set_index("group")
    assert groups.index.tolist() == ["x", "y"]
    for name, part in table.groupby("question"):
        whole = agreement.alpha(part, "ordinal", interval=False)
        assert (groups.alpha[name], groups.n_units[name]) == (whole.value, whole.n_units)
    assert groups.agree.tolist() == [4 / 6, 4 / 5]  # units 1 and 5 differ, then 7
    whole = agreement.alpha_by(table, "ordinal").iloc[0]
    assert (whole.group, round(whole.alpha, 3), whole.agree) == ("all", 0.815, 8 / 11)
    silent = agreement.alpha_by(table.assign(value=np.nan), "ordinal").iloc[0]
    assert np.isnan(silent.alpha) and silent.n_units == 0 and silent.reason


def test_alpha_by_a_column_that_is_not_there_says_so():
    with pytest.raises(ValueError, match="no column chapter"):
        agreement.alpha_by(ratings(KRIPPENDORFF), "ordinal", "chapter")


def crossed(counts):
    cells = [(i, j) for i, row in enumerate(counts) for j, n in enumerate(row) for _ in range(n)]
    return ratings([[i for i, _ in cells], [j for _, j in cells]])


def test_kappa_as_published():
    # the matrix of Cohen (1960; N = 200), as in the help of psych::cohen.kappa: .492
    result = agreement.kappa(crossed([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert round(result.value, 3) == 0.492
    assert (result.n, result.observed, result.expected) == (200, pytest.approx(0.70), pytest.approx(0.41))


def test_kappa_of_scikit_learns_docstring():
    rows = [
        ["negative", "positive", "negative", "neutral", "positive"],
        ["negative", "positive", "negative", "neutral", "negative"],
    ]
    assert agreement.kappa(ratings(rows)).value == pytest.approx(0.6875)


def test_kappa_takes_the_units_that_both_rated():
    result = agreement.kappa(ratings([[1, 2, 1, None, 2], [1, 2, 2, 2, None]]))
    assert (result.n, result.observed, result.expected) == (3, pytest.approx(2 / 3), pytest.approx(4 / 9))
    assert result.value == pytest.approx(0.4)


def test_kappa_that_is_undefined_says_why():
    constant = agreement.kappa(ratings([[1, 1], [1, 1]]))
    assert (constant.value, constant.n, constant.observed) == (
        None,
        2,
        1,
    ) and "one and the same value" in constant.reason
    apart = agreement.kappa(ratings([[1, None], [None, 1]]))
    assert (apart.value, apart.n) == (None, 0) and "no unit" in apart.reason
    assert agreement.kappa(ratings([[1, 1], [2, 2]])).value == 0


def test_kappa_is_for_two():
    with pytest.raises(ValueError, match="the table has 4; use alpha"):
        agreement.kappa(ratings(KRIPPENDORFF))
    with pytest.raises(ValueError, match="unit × coder is given more than once"):
        agreement.kappa(pd.concat([ratings([[1], [2]])] * 2, ignore_index=True))


STANCES = grid(a=[2, 2], b=[2, 1], c=[1, -2])  # a–b .875, a–c .375, b–c .5
K = STANCES.assign(coder="K")
# L turns a on q round, is deaf to b on p, and takes c on p for unqualified
L = K.assign(coder="L", value=[2, -2, None, 1, 2, -2])


def test_the_disagreement_that_would_change_most_comes_first():
    found = agreement.disagreements(pd.concat([K, L], ignore_index=True), STANCES)
    assert found[
        ["source", "proposition", "kind", "coder", "moves", "pair", "closest_changes"]
    ].to_numpy().tolist() == [
        ["a", "q", "side", "L", 0.5, ("a", "c"), True],  # a–c then .875, a–b .625
        ["b", "p", "speaks", "L", 0.25, ("b", "c"), False],  # b–c then rests on q alone
        ["c", "p", "degree", "L", pytest.approx(0.125), ("a", "c"), False],
    ]
    assert found["used"].tolist() == [2, 2, 1]
    assert found["read"].tolist() == [-2, pytest.approx(np.nan, nan_ok=True), 2]


def test_a_pair_that_comes_to_share_something_or_loses_it_changes_altogether():
    readings = pd.concat([K, L.assign(value=[2, 2, 2, 1, None, None])], ignore_index=True)
    alone = grid(a=[2, 2], b=[2, 1], c=[None, -2])
    found = agreement.disagreements(readings, alone).set_index(["source", "proposition"])
    assert found.loc[("c", "q"), "moves"] == 1


def test_coders_of_one_mind_do_not_disagree():
    assert len(agreement.disagreements(pd.concat([K, K.assign(coder="L")], ignore_index=True), STANCES)) == 0


def test_a_silence_without_a_row_is_a_silence_to_the_disagreements_too():
    stances = STANCES.assign(value=STANCES.value.mask((STANCES.source == "b") & (STANCES.proposition == "p")))
    readings = pd.concat([K, L], ignore_index=True)
    with_rows, without = (agreement.disagreements(readings, s) for s in (stances, stances.dropna()))
    pd.testing.assert_frame_equal(with_rows, without)


def test_readings_of_what_the_stances_do_not_hold_are_answered_in_words():
    readings = pd.concat([K, L], ignore_index=True)
    for part in (STANCES[STANCES.source != "c"], STANCES[STANCES.proposition != "p"]):
        try:
            found = agreement.disagreements(readings, part)
        except ValueError as error:
            assert "c" in str(error) or "p" in str(error)
        else:
            assert len(found) == 3 and found["moves"].notna().all()


def test_disagreements_about_one_source_move_no_pair():
    alone = agreement.disagreements(
        pd.concat([K, L], ignore_index=True).query("source == 'a'"), STANCES.query("source == 'a'")
    )
    assert alone[["source", "proposition", "moves", "closest_changes"]].to_numpy().tolist() == [["a", "q", 0.0, False]]


def test_readings_are_checked_like_stances():
    with pytest.raises(ValueError, match="source × proposition × coder is given more than once"):
        agreement.disagreements(pd.concat([K, K], ignore_index=True), STANCES)
    with pytest.raises(ValueError, match=r"off the scale: 9.0 \(rows 0, 1, 2, 3, 4 and 1 more\)"):
        agreement.disagreements(K.assign(value=9.0), STANCES)
    with pytest.raises(ValueError, match="no column coder"):
        agreement.disagreements(STANCES, STANCES)


def test_reliability_in_words_warns_when_low():
    good, poor = ratings([[1, 2, 1, 2], [1, 2, 1, 2]]), ratings([[1, 2, 1, 2], [2, 1, 1, 2]])
    assert "1.00 (n = 4 units)" in agreement.reliability_in_words(good, good)
    assert "too low to lean on" in agreement.reliability_in_words(poor, good)
    assert "too low" not in agreement.reliability_in_words(good, good)


def test_both_alphas_over_all_and_for_each_group():
    group = {"question": ["x", "x", "y", "y"] * 2}
    said = ratings([[1, 2, 1, 2], [2, 1, 1, 2]]).assign(**group)
    heard = ratings([[1, 0, 1, 1], [1, 1, 1, 0]]).assign(**group)
    table = agreement.reliability_table(said, heard, "question").set_index("group")
    assert table.index.tolist() == [f"{g}: {w}" for g in ("All", "x", "y") for w in ("speaks or silent", "the value")]
    assert table.loc["All: the value", "alpha"] == agreement.alpha(said, "ordinal").value
    assert table.loc["y: speaks or silent", "n_units"] == 2
