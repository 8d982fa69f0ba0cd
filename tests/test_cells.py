"""A table of anyone's becomes a matrix, or one error that names every bad row."""

import numpy as np
import pandas as pd
import pytest
from grids import grid

from analysis import agreement, tables

TABLE = grid(b=[1, None], a=[2, -2])


def refused(stances, **more):
    with pytest.raises(ValueError) as caught:
        agreement.values(stances, **more)
    return str(caught.value)


def test_propositions_down_and_sources_across_both_sorted(small):
    matrix = agreement.values(tables.stances(small))
    assert list(matrix.columns) == ["ash-2001", "birch-2005", "cedar-2010"]
    assert list(matrix.index) == ["cat-did-it", "cook-did-it", "door-was-open", "jam-was-good"]
    assert matrix.loc["cook-did-it"].tolist() == [2, -2, 1]
    assert np.isnan(matrix.loc["cat-did-it", "cedar-2010"])


def test_no_row_and_a_row_without_a_value_are_the_same_silence():
    pd.testing.assert_frame_equal(agreement.values(TABLE), agreement.values(TABLE.dropna()))


@pytest.mark.parametrize("kind", ["float32", "Float64", "Int64", "Int8", "object", "category"])
def test_a_value_is_read_from_any_kind_of_column(kind):
    pd.testing.assert_frame_equal(agreement.values(TABLE.astype({"value": kind})), agreement.values(TABLE))


def test_a_missing_value_may_be_written_in_any_way():
    for missing in (None, np.nan, pd.NA):
        written = TABLE.assign(value=pd.Series([1, missing, 2, -2], dtype="object"))
        pd.testing.assert_frame_equal(agreement.values(written), agreement.values(TABLE))


@pytest.mark.parametrize(
    "ids",
    [
        [7, 3],
        [-1, 2],
        [1.5, 0.5],
        [True, False],
        ["a", 1],
        pd.to_datetime(["2021", "2020"]),
        np.array([127, -128], "int8"),
        np.array([2**63 - 1, -(2**63)], "int64"),
        np.array([2**64 - 1, 2**64 - 2], "uint64"),
        pd.array([2, 1], "Int64"),
        [1e300, 1e18],
    ],
    ids=str,
)
def test_sources_may_be_anything_that_can_be_told_apart(ids):
    stances = pd.DataFrame({"source": ids, "proposition": "p", "value": [1, 2]})
    matrix = agreement.values(stances)
    assert [matrix[s].item() for s in stances["source"]] == [1, 2]
    assert matrix.shape == (1, 2)


def test_numbers_with_gaps_between_them_make_no_sources():
    stances = pd.DataFrame({"source": [3, 5] * 3, "proposition": [10, 10, 12, 12, 19, 19], "value": 1})
    assert agreement.values(stances).shape == (3, 2)
    assert list(agreement.values(stances).columns) == [3, 5]


def test_categories_keep_their_order_and_unused_ones_make_nothing():
    stances = TABLE.assign(source=pd.Categorical(TABLE.source, categories=["z", "b", "a"]))
    assert list(agreement.values(stances).columns) == ["b", "a"]


def test_the_index_and_other_columns_do_not_matter():
    odd = TABLE.set_index(pd.Index([7, 7, 7, 7])).assign(note="x", coder="K")
    pd.testing.assert_frame_equal(agreement.values(odd), agreement.values(TABLE))


def test_an_empty_table_is_an_empty_matrix():
    assert agreement.values(TABLE.head(0)).shape == (0, 0)
    assert agreement.values(pd.DataFrame(columns=["source", "proposition", "value"])).shape == (0, 0)


def test_missing_columns_are_named():
    assert "no column proposition, value" in refused(TABLE[["source"]])


@pytest.mark.parametrize("value", [3, -3, 2.01, np.inf, -np.inf])
def test_a_value_off_the_scale_is_refused_with_its_row(value):
    said = refused(TABLE.assign(value=[1, None, value, -2]).set_index(pd.Index(list("wxyz"))))
    assert "off the scale" in said and "rows y" in said and f"{value:g}"[:4] in said


def test_the_scale_can_be_another():
    assert agreement.values(TABLE.assign(value=5), scale=(1, 5)).notna().all(axis=None)
    assert "off the scale: 0" in refused(TABLE.assign(value=[1, 5, 0, 3]), scale=(1, 5))


@pytest.mark.parametrize("scale", [(2, -2), (2, 2), (0, np.inf)])
def test_a_scale_must_go_from_low_to_high(scale):
    assert "scale" in refused(TABLE.assign(value=2), scale=scale)
    assert "rows" not in refused(TABLE.assign(value=2), scale=scale)


def test_words_are_no_values_and_are_shown():
    assert "value is not a number: 'yes', '' (rows 0, 3)" in refused(TABLE.assign(value=["yes", 1, 2, ""]))


def test_a_number_written_as_a_string_is_a_string():
    assert "'2'" in refused(TABLE.assign(value=["2", 1, 2, 1]))


def test_a_stance_given_twice_is_refused_with_both_rows():
    doubled = pd.concat([TABLE, TABLE.head(1)]).set_index(pd.Index(list("vwxyz")))
    assert "given more than once (rows v, z)" in refused(doubled)


def test_a_silence_given_twice_is_refused_too():
    assert "rows 0, 4" in refused(pd.concat([TABLE.assign(value=None), TABLE.head(1)], ignore_index=True))


def test_several_coders_in_one_table_are_named():
    both = pd.concat([TABLE.assign(coder="K"), TABLE.assign(coder="L")], ignore_index=True)
    assert "several coders (K, L)" in refused(both)


def test_a_missing_id_is_refused_with_its_row():
    assert "no source is given" in refused(TABLE.assign(source=["b", None, "a", "a"]))
    assert "rows 1" in refused(TABLE.assign(source=["b", None, "a", "a"]))
    assert "rows 2" in refused(TABLE.assign(proposition=pd.array([1, 2, None, 2], "Int64")))
    assert "rows 0, 3" in refused(TABLE.assign(source=pd.Categorical([None, "b", "a", None])))


def test_every_problem_is_reported_at_once():
    said = refused(TABLE.assign(source=["b", None, "a", "a"], value=[9, 1, "yes", np.inf])).splitlines()
    assert len(said) == 3
    assert ["rows 2" in said[0], "rows 0, 3" in said[1], "rows 1" in said[2]] == [True] * 3


def test_of_many_bad_rows_five_are_named():
    many = pd.DataFrame({"source": range(1000), "proposition": "p", "value": 3})
    assert "rows 0, 1, 2, 3, 4 and 995 more" in refused(many)


def test_a_table_with_more_places_than_memory_is_not_searched_for_doubles_by_place():
    apart = pd.DataFrame({"source": range(5000), "proposition": range(5000), "value": 1})
    assert int(agreement.values(apart).notna().sum().sum()) == 5000
    assert "rows 0, 5000" in refused(pd.concat([apart, apart.head(1)], ignore_index=True))
