"""Robustness: which alternatives are tried, counted by hand; and whether a headline is fairly put to them."""

import numpy as np
import pandas as pd
import pytest
from grids import grid

from analysis import agreement, charts, tables

#              p  q
STANCES = grid(a=[2, -1], b=[1, -2], c=[-2, None])
A_B = agreement.ClosestPair("a", "b")


def alternatives(stances, **more):
    """Kind → the tables that a headline was shown, each as (source, proposition) → value."""
    shown = []

    def headline(table):
        shown.append(table.set_index(["source", "proposition"])["value"])
        return True

    counts = agreement.robustness(stances, headline, **more).set_index("alternative")["n"]
    kinds = [kind for kind, n in counts.items() for _ in range(n)]
    assert len(kinds) == len(shown)
    return {kind: [s for k, s in zip(kinds, shown, strict=True) if k == kind] for kind in counts.index}


def changed(table, stances=STANCES):
    """The cells in which a table differs from the stances, with their new values; None for silence."""
    before = stances.set_index(["source", "proposition"])["value"]
    both = pd.concat([before.rename("before"), table.rename("after")], axis=1)
    differs = ~((both.before == both.after) | (both.before.isna() & both.after.isna()))
    return {"/".join(cell): None if pd.isna(v) else v for cell, v in both.after[differs].items()}


def row(table, kind):
    return table.set_index("alternative").loc[kind]


def test_the_table_itself_comes_first():
    (as_it_is,) = alternatives(STANCES, draws=1)["as it is"]
    assert changed(as_it_is) == {}


def test_qualified_values_are_pulled_out_each_alone_and_then_all_at_once():
    pulled = alternatives(STANCES, limited=(-1, 1), draws=9)["qualified values pulled out"]
    assert [changed(t) for t in pulled] == [{"a/q": -2}, {"b/p": 2}, {"a/q": -2, "b/p": 2}]


def test_qualified_values_are_pulled_in_each_alone_and_then_all_at_once():
    pulled = alternatives(STANCES, limited=(-1, 1), draws=9)["qualified values pulled in"]
    assert [changed(t) for t in pulled] == [{"a/q": 0}, {"b/p": 0}, {"a/q": 0, "b/p": 0}]


def test_qualified_values_at_random_meet_each_of_three_fates_as_often():
    drawn = alternatives(STANCES, limited=(-1, 1), draws=900)["qualified values at random"]
    assert len(drawn) == 900
    cells = pd.DataFrame([{"a/q": -1, "b/p": 1} | changed(t) for t in drawn])
    assert set(cells.columns) == {"a/q", "b/p"}
    assert set(cells["a/q"]) == {-2, -1, 0} and set(cells["b/p"]) == {0, 1, 2}
    assert all(abs(share - 1 / 3) < 0.08 for c in cells for share in cells[c].value_counts(normalize=True))
    assert len(cells.drop_duplicates()) == 9


def test_what_is_qualified_is_what_the_codebook_says_on_any_scale():
    there = STANCES.assign(value=STANCES.value + 3)
    pulled = alternatives(there, draws=9, scale=(1, 5), limited=(2, 4))["qualified values pulled out"]
    assert [changed(t, there) for t in pulled] == [{"a/q": 1}, {"b/p": 5}, {"a/q": 1, "b/p": 5}]
    pulled = alternatives(there, draws=9, scale=(1, 5), limited={4})["qualified values pulled out"]
    assert [changed(t, there) for t in pulled] == [{"b/p": 5}]


def test_without_a_qualified_value_the_table_says_that_none_was_pulled():
    for stances, limited in ((STANCES, ()), (STANCES.assign(value=2.0), (-1, 1))):
        found = agreement.robustness(stances, [A_B, lambda _: True], limited=limited, draws=9)
        assert found["alternative"].tolist()[:2] == ["as it is", "qualified values"]
        assert (found.loc[found["alternative"] == "qualified values", "n"] == 0).all()
        assert len(found[found["alternative"].str.startswith("qualified")]) == 2  # a row a headline
        assert "No value here has a limit" in agreement.robustness_in_words(found)
    some = agreement.robustness(STANCES, A_B, limited=(-1, 1), draws=9)
    assert "qualified values" not in set(some["alternative"])
    assert "No value here has a limit" not in agreement.robustness_in_words(some)


def test_a_qualified_value_in_the_middle_has_no_end_to_be_pulled_to():
    assert "qualified values pulled out" not in alternatives(STANCES.assign(value=0.0), limited={0}, draws=9)


def test_each_source_proposition_and_question_is_left_out_once():
    tried = alternatives(STANCES.assign(question=["x", "y"] * 3), draws=9)
    left_out = [set("abc") - set(t.index.get_level_values("source")) for t in tried["a source left out"]]
    assert left_out == [{"a"}, {"b"}, {"c"}]
    assert [set(t.index.get_level_values("proposition")) for t in tried["a proposition left out"]] == [{"q"}, {"p"}]
    assert [set(t.index.get_level_values("proposition")) for t in tried["a question left out"]] == [{"q"}, {"p"}]
    assert "a question left out" not in alternatives(STANCES, draws=9)


def test_doubtful_cells_move_one_point_as_often_as_their_certainty_says():
    stances = grid(a=[2, -1], b=[0, 1], c=[-2, None]).assign(certainty=[1, 2, 1, 3, 3, None])
    drawn = alternatives(stances, draws=1500)["doubtful cells redrawn"]
    assert len(drawn) == 1500
    moved = [changed(t, stances) for t in drawn]
    often = pd.Series([cell for m in moved for cell in m]).value_counts(normalize=False) / 1500
    assert set(often.index) == {"a/p", "a/q", "b/p"}  # b/q and c/p are sure, c/q is silent
    assert often["a/p"] == pytest.approx(0.5, abs=0.06) and often["a/q"] == pytest.approx(0.25, abs=0.06)
    assert {m["a/p"] for m in moved if "a/p" in m} == {1}  # at the end of the scale there is one neighbour
    assert {m["a/q"] for m in moved if "a/q" in m} == {-2, 0}
    up = np.mean([m["b/p"] == 1 for m in moved if "b/p" in m])
    assert up == pytest.approx(0.5, abs=0.08)


def test_a_stance_that_does_not_state_its_certainty_moves_like_the_least_certain_and_is_counted():
    stances = grid(a=[2, -1], b=[0, 1], c=[-2, None]).assign(certainty=[3, None, 3, None, 3, None])
    tried = alternatives(stances, draws=1500)
    drawn = tried["doubtful cells redrawn, with 2 of unstated certainty"]  # a/q and b/q; c/q is silent
    often = pd.Series([cell for t in drawn for cell in changed(t, stances)]).value_counts() / 1500
    assert set(often.index) == {"a/q", "b/q"} and often.tolist() == pytest.approx([0.5, 0.5], abs=0.06)
    assert "doubtful cells redrawn" not in tried


def test_chart_and_methods_say_what_is_done_where_certainty_is_not_stated():
    def said(certainty):
        stances = STANCES.assign(certainty=certainty)
        robust = agreement.robustness(stances, agreement.headlines_of(stances), draws=9)
        alpha = agreement.alpha(STANCES.assign(unit=STANCES.proposition, coder=STANCES.source), "ordinal")
        camps = agreement.camps(stances, draws=9)
        methods = agreement.methods_paragraph(
            stances, alpha, alpha, robust, camps, "x", "", 9, 9, 1, "y", "from a to b"
        )
        return charts.robustness_chart(robust, "T", "x").to_dict()["usermeta"]["caption"], methods

    caption, methods = said([1, None, 3, None, 3, None])
    assert "A cell of unstated certainty is redrawn like one of the lowest." in caption
    assert "0 at certainty 3, and, where it is not stated (n = 2), 0.5 (9 draws" in methods
    assert not any("not stated" in words or "unstated" in words for words in said([1, 2, 3, 1, 3, None]))


def test_the_doubt_can_be_another():
    stances = STANCES.assign(certainty=[1, 2, 3, 1, 1, 1])
    drawn = alternatives(stances, draws=20, doubt={3: 1.0})["doubtful cells redrawn"]
    assert {frozenset(changed(t)) for t in drawn} == {frozenset({"b/p"})}


def test_sure_cells_never_move():
    assert "doubtful cells redrawn" not in alternatives(STANCES.assign(certainty=3), draws=9)


@pytest.mark.parametrize(("scale", "cells"), [((-2, 2), [2, -2, 0]), ((0, 1), [0.5, 0, 1]), ((1, 5), [1.5, 5, 4.25])])
def test_values_never_leave_the_scale(scale, cells):
    stances = grid(a=cells, b=cells[::-1]).assign(certainty=1)
    for kind, tried in alternatives(stances, draws=60, scale=scale).items():
        assert all(t.dropna().between(*scale).all() for t in tried), kind


def test_a_column_of_certainty_may_be_of_any_kind():
    sure = [1, 2, 3, 1, 2, 3]
    expected = agreement.robustness(STANCES.assign(certainty=sure), A_B, draws=50)
    for kind in ("float64", "Int64", "category", "object"):
        found = agreement.robustness(STANCES.assign(certainty=sure).astype({"certainty": kind}), A_B, draws=50)
        pd.testing.assert_frame_equal(found, expected)


# K reads a on p as qualified, is deaf to b on q, hears c on q, and looked at nothing else
K = pd.DataFrame({"source": list("abc"), "proposition": list("pqq"), "value": [1, np.nan, 1], "coder": "K"})


def test_another_coders_readings_one_by_one_and_together():
    tried = alternatives(STANCES, readings=K, draws=9)
    assert [changed(t) for t in tried["another coder's value"]] == [{"a/p": 1}, {"b/q": None}, {"c/q": 1}]
    assert [changed(t) for t in tried["another coder throughout"]] == [{"a/p": 1, "b/q": None, "c/q": 1}]
    assert "a coder left out" not in tried


def test_what_a_coder_has_not_coded_is_not_taken_for_silence():
    uncoded = K.assign(status=["stance", "uncoded", "stance"])
    tried = alternatives(STANCES, readings=uncoded, draws=9)
    assert [changed(t) for t in tried["another coder throughout"]] == [{"a/p": 1, "c/q": 1}]


def test_of_two_coders_none_is_left_out_for_that_would_be_the_other_throughout():
    other = STANCES.assign(coder="L")
    tried = alternatives(STANCES, readings=pd.concat([K, other], ignore_index=True), draws=9)
    assert "a coder left out" not in tried
    assert [changed(t) for t in tried["another coder throughout"]] == [{"a/p": 1, "b/q": None, "c/q": 1}, {}]


def test_a_certainty_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match=r"certainty is unknown: 9 \(rows 0\)"):
        agreement.robustness(STANCES.assign(certainty=[9, *[3] * (len(STANCES) - 1)]), A_B, draws=2)
    with pytest.raises(ValueError, match="probabilities from 0 to 1"):
        agreement.robustness(STANCES.assign(certainty=1), A_B, draws=2, doubt={1: 5})


def test_workers_that_return_nothing_until_they_end_do_as_well():
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend="multiprocessing", n_jobs=2):
        found = agreement.robustness(STANCES, A_B, draws=20)
    pd.testing.assert_frame_equal(found, agreement.robustness(STANCES, A_B, draws=20))


def test_one_of_three_coders_left_out_is_the_median_of_the_others_or_silence():
    readings = pd.concat(
        [
            grid(a=[2, -2], b=[1, None], c=[None, None]).assign(coder="K"),
            grid(a=[1, -1], b=[None, None], c=[-2, None]).assign(coder="L"),
            grid(a=[0, -1], b=[1, -2], c=[-1, 2]).assign(coder="M"),
        ],
        ignore_index=True,
    )
    without_k, without_l, without_m = alternatives(STANCES, readings=readings, draws=99)["a coder left out"]
    assert changed(without_m) == {"a/p": 1.5, "a/q": -1.5, "b/p": None, "b/q": None, "c/p": None}
    assert changed(without_l) == {"a/p": 1, "a/q": -1.5, "b/q": None, "c/p": None}
    assert changed(without_k) == {"a/p": 0.5, "b/p": None, "b/q": None, "c/p": -1.5}


def test_silence_as_0_fills_the_silent_and_not_the_uncoded():
    (filled,) = alternatives(STANCES, draws=9)["silence as 0"]
    assert changed(filled) == {"c/q": 0}
    (filled,) = alternatives(STANCES.assign(value=STANCES.value + 3), scale=(1, 5), draws=9)["silence as the middle"]
    assert filled["c", "q"] == 3
    coded = STANCES.assign(status=["stance"] * 5 + ["uncoded"])
    assert changed(alternatives(coded, draws=9)["silence as 0"][0]) == {}


def test_no_row_and_a_row_without_a_value_are_the_same_silence():
    readings = pd.concat([K, STANCES.assign(coder="L")], ignore_index=True)
    pd.testing.assert_frame_equal(
        agreement.robustness(STANCES, A_B, readings=readings, draws=30),
        agreement.robustness(STANCES.dropna(), A_B, readings=readings, draws=30),
    )


def test_a_headline_that_always_holds_and_one_that_never_arises():
    always = agreement.robustness(STANCES, lambda _: True, limited=(-1, 1), draws=9)
    assert (
        (always["share"] == 1).all() and (always["holds"] == always["n"]).all() and (always["fails_with"] == "").all()
    )
    never = agreement.robustness(STANCES, lambda _: None, limited=(-1, 1), draws=9)
    assert (never["n"] == 0).all() and never["share"].isna().all()
    assert (never["not_applicable"] == always["n"]).all()


def test_a_headline_of_ones_own_is_called_by_its_name():
    def a_affirms_p(table):
        return bool((table.query("source == 'a' and proposition == 'p'")["value"] > 0).all())

    found = agreement.robustness(STANCES, a_affirms_p, readings=K.assign(value=[-1, np.nan, 1]), draws=9)
    assert set(found["headline"]) == {"a_affirms_p"}
    assert (row(found, "another coder's value").n, row(found, "another coder's value").holds) == (3, 2)
    assert row(found, "another coder's value").share == pytest.approx(2 / 3)
    assert row(found, "another coder's value").fails_with == "a/p (K)"


def test_several_headlines_are_put_to_the_same_alternatives():
    found = agreement.robustness(STANCES, [A_B, agreement.MostDivided("p"), lambda _: True, lambda _: False], draws=20)
    assert len(found) % 4 == 0 and found["headline"].nunique() == 4
    assert found.groupby("alternative")[["n", "not_applicable"]].sum().sum(axis=1).mod(4).eq(0).all()


def test_what_breaks_a_headline_is_named_three_at_most():
    found = agreement.robustness(grid(**{s: [2, 1] for s in "abcdefg"}), lambda t: t["source"].nunique() == 7, draws=99)
    assert row(found, "a source left out")[["n", "holds", "fails_with"]].tolist() == [7, 0, "a; b; c"]


def test_more_alternatives_than_draws_are_sampled_and_said_to_be():
    few, all_of_them = (agreement.robustness(STANCES, A_B, limited=(-1, 1), draws=d) for d in (2, 3))
    assert (
        row(few, "a source left out").n + row(few, "a source left out").not_applicable,
        row(few, "a source left out").exhaustive,
    ) == (2, False)
    assert (row(all_of_them, "a source left out").not_applicable, row(all_of_them, "a source left out").exhaustive) == (
        2,
        True,
    )
    assert not row(all_of_them, "qualified values at random").exhaustive
    assert row(all_of_them, "as it is").exhaustive and row(all_of_them, "silence as 0").exhaustive


def test_the_seed_decides_and_the_order_of_rows_does_not():
    stances = STANCES.assign(certainty=[1, 1, 2, 1, 3, None], question=["x", "y"] * 3)
    wavering = agreement.InOrder(("a", "b", "c"))
    first = agreement.robustness(stances, wavering, draws=200)
    pd.testing.assert_frame_equal(first, agreement.robustness(stances, wavering, draws=200))
    other = agreement.robustness(stances, wavering, draws=200, seed=7)
    assert not first["holds"].equals(other["holds"])
    counts = ["headline", "alternative", "n", "holds", "share", "not_applicable", "exhaustive"]
    shuffled = stances.sample(frac=1, random_state=5)
    pd.testing.assert_frame_equal(agreement.robustness(shuffled, wavering, draws=200)[counts], first[counts])


def test_two_workers_find_the_same_as_one(small):
    stances = tables.stances(small)
    headlines = [*agreement.headlines_of(stances), lambda t: bool(t["value"].mean() > 0)]
    one, two = (agreement.robustness(stances, headlines, draws=150, jobs=j) for j in (1, 2))
    pd.testing.assert_frame_equal(one, two)


def test_the_stances_and_the_readings_are_left_as_they_were():
    stances, readings = STANCES.assign(certainty=1), K.copy()
    kept = stances.copy(), readings.copy()
    agreement.robustness(stances, A_B, readings=readings, draws=5)
    pd.testing.assert_frame_equal(stances, kept[0])
    pd.testing.assert_frame_equal(readings, kept[1])


def test_a_closest_pair_and_its_ties_and_its_few():
    close = grid(a=[2, 1], b=[2, 1], c=[2, -1])
    assert agreement.ClosestPair("b", "a")(close) and not agreement.ClosestPair("a", "c")(close)
    assert agreement.ClosestPair("a", "c")(grid(a=[2], b=[2], c=[2]))  # as close as any
    assert agreement.ClosestPair("a", "b")(close[close.source != "b"]) is None
    sparse = grid(a=[2, 1, None], b=[2, None, 1], c=[2, -1, -1])
    assert agreement.ClosestPair("a", "b")(sparse)
    assert not agreement.ClosestPair("a", "b", fewest=2)(sparse)
    assert agreement.ClosestPair("a", "b")(grid(a=[2, None], b=[None, 2])) is False


def test_a_furthest_pair():
    assert agreement.FurthestPair("a", "c")(STANCES) and not agreement.FurthestPair("a", "b")(STANCES)
    assert not agreement.FurthestPair("a", "c", fewest=2)(STANCES)


def test_the_most_divided():
    assert agreement.MostDivided("p")(STANCES) and not agreement.MostDivided("q")(STANCES)
    assert agreement.MostDivided("q")(STANCES[STANCES.proposition == "p"]) is None
    assert agreement.MostDivided("q")(grid(a=[1, 2], b=[0, 1]))  # as wide as any


def test_sources_in_order():
    assert agreement.InOrder(("a", "b", "c"))(STANCES) and not agreement.InOrder(("c", "a"))(STANCES)
    assert agreement.InOrder(("a", "b"), ("p",))(STANCES) and not agreement.InOrder(("b", "a"), ("p",))(STANCES)
    assert agreement.InOrder(("a", "c"))(STANCES[STANCES.source != "c"]) is None
    assert agreement.InOrder(("a", "c", "b"), ("q",))(STANCES)  # c is silent there
    assert agreement.InOrder(("b", "a"))(grid(a=[1], b=[1]))  # level


def test_the_loudest_headlines_of_a_table():
    closest, furthest, divided = agreement.headlines_of(grid(a=[2, -1], b=[1, -2], c=[-2, None]))
    assert (closest.source_a, closest.source_b) == ("a", "b")
    assert (furthest.source_a, furthest.source_b) == ("a", "c")
    assert divided.proposition == "p"
    assert agreement.headlines_of(STANCES.head(0)) == []
    assert len(agreement.headlines_of(grid(a=[0.5, 1], b=[0, 0.25], c=[1, 1]), scale=(0, 1))) == 3


def test_the_loudest_headlines_hold_as_it_is(shipped):
    stances = tables.stances(shipped)
    found = agreement.robustness(stances, agreement.headlines_of(stances, fewest=5), draws=5)
    assert (found[found.alternative == "as it is"]["share"] == 1).all()


def test_bad_readings_and_headlines_are_refused():
    with pytest.raises(ValueError, match="no column coder"):
        agreement.robustness(STANCES, A_B, readings=STANCES)
    with pytest.raises(ValueError, match=r"off the scale: 9.0 \(rows 0, 1, 2\)"):
        agreement.robustness(STANCES, A_B, readings=K.assign(value=9.0))
    with pytest.raises(ValueError, match=r"given more than once \(rows 0, 1, 2, 3, 4 and 1 more\)"):
        agreement.robustness(STANCES, A_B, readings=pd.concat([K, K], ignore_index=True))
    with pytest.raises(ValueError, match="no coder is given"):
        agreement.robustness(STANCES, A_B, readings=K.assign(coder=["K", None, "K"]))
    with pytest.raises(ValueError, match="zed"):
        agreement.robustness(STANCES, agreement.ClosestPair("a", "zed"))
    with pytest.raises((TypeError, ValueError), match="is no headline"):
        agreement.robustness(STANCES, "closest")


def test_an_error_in_a_headline_is_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        agreement.robustness(STANCES, lambda _: 1 / 0, draws=2)


def test_tables_of_any_kind_are_tried():
    odd = STANCES.assign(value=pd.Series([2, -1, 1, -2, -2, pd.NA], dtype="object"), note="x").set_index(
        pd.Index([4] * 6)
    )
    expected = agreement.robustness(STANCES, A_B, draws=9)
    pd.testing.assert_frame_equal(agreement.robustness(odd, A_B, draws=9), expected)
    named = STANCES.assign(source=STANCES.source.astype("category"), proposition=STANCES.proposition.astype("category"))
    pd.testing.assert_frame_equal(agreement.robustness(named, A_B, draws=9), expected)
    numbered = STANCES.assign(source=STANCES.source.map(ord))
    by_number = agreement.robustness(numbered, agreement.ClosestPair(97, 98), draws=9)
    pd.testing.assert_series_equal(by_number["share"], expected["share"])


def test_propositions_without_a_question_are_no_question_to_leave_out():
    stances = STANCES.assign(question=["x", None] * 3)
    left = [set(t.index.get_level_values("proposition")) for t in alternatives(stances, draws=9)["a question left out"]]
    assert left == [{"q"}]


def test_categories_may_lack_what_is_filled_in():
    sparse = STANCES.dropna().assign(status=pd.Categorical(["stance"] * 5))
    assert changed(alternatives(sparse, draws=9)["silence as 0"][0]) == {}  # with a status, no row is uncoded


def test_headlines_are_called_by_names_and_told_apart():
    found = agreement.robustness(STANCES, [A_B, A_B], names={"a": "Ann"}, draws=2)
    assert (
        found["headline"].nunique() == 2 and found["headline"].str.startswith("no pair is closer than Ann and b").all()
    )


def test_robustness_in_words():
    found = agreement.robustness(STANCES, [A_B, agreement.FurthestPair("a", "c"), lambda _: None], draws=20)
    said = agreement.robustness_in_words(found).splitlines()
    tried = found[~found.alternative.isin(["as it is", "silence as 0"])].groupby("headline", sort=False)["n"].sum()
    assert f"holds in all {tried.iloc[0]} alternatives" in said[0]
    assert "holds in 50 to 100 % of the alternatives of each kind, least with a proposition left out: 1 of 2" in said[1]
    assert "no alternative could be tried" in said[2]
