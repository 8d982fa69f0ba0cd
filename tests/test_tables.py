from dataclasses import replace

import pandas as pd
from debates import unplaced, unstated

from analysis import tables


def test_sources_come_in_order_of_publication(small):
    table = tables.sources(small)
    assert list(table.columns) == tables.SOURCES
    assert table.label.tolist() == ["Ash 2001", "Birch 2005", "Cedar 2010"]
    assert table.author[0] == "A. Ash"


def test_a_source_without_a_year_comes_last_and_has_none(small):
    ash = small.sources["ash-2001"].model_copy(update={"issued": None})
    table = tables.sources(replace(small, sources=small.sources | {"ash-2001": ash}))
    assert table.label.tolist() == ["Birch 2005", "Cedar 2010", "Ash 2001"]
    assert table.year.tolist()[:2] == [2005, 2010] and pd.isna(table.year[2])


def test_a_certainty_that_is_not_stated_is_missing_and_said_in_words(small):
    debate = unstated(small, "ash-2001", "cook-did-it")
    table = tables.stances(debate)
    cell = table.set_index(["source", "proposition"]).loc["ash-2001", "cook-did-it"]
    assert (cell.status, cell.value) == ("stance", 2) and pd.isna(cell.certainty) and table.certainty.dtype == "Int64"
    words = tables.reasons(table, small.scale)
    assert words.certainty[0] == "not stated" and words.certainty[1:].tolist().count("not stated") == 0
    assert set(words.certainty[words.stance.str.startswith("silent")]) == {""}


def test_every_source_meets_every_proposition_once(small):
    table = tables.stances(small)
    assert list(table.columns) == tables.STANCES
    assert len(table) == 3 * 4 == len(table[["source", "proposition"]].drop_duplicates())


def test_silence_has_a_reason_and_no_value_and_0_is_a_value(small):
    cells = tables.stances(small).set_index(["source", "proposition"])
    silent = cells.loc["cedar-2010", "cat-did-it"]
    assert (silent.status, silent.reason) == ("silence", "evaded")
    assert pd.isna(silent.value)
    weighed = cells.loc["birch-2005", "door-was-open"]
    assert (weighed.status, weighed.value) == ("stance", 0)


def test_what_nobody_coded_is_uncoded(small):
    table = tables.stances(small, coder="nobody")
    assert set(table.status) == {"uncoded"}
    assert table.value.isna().all()


def test_claims_links_factors_and_spans(small):
    claims = tables.claims(small).set_index("claim")
    assert claims.loc["cat-blamed", "holder"] == "the household"
    assert claims.thesis.sum() == 3
    assert tables.links(small)[["claim", "relation", "target"]].to_numpy().tolist() == [
        ["spoon-in-apron", "supports", "cook-guilty"],
        ["no-paw-marks", "supports", "cook-guilty"],
        ["no-paw-marks", "attacks", "cat-blamed"],
    ]
    factors = tables.factors(small).set_index(["source", "factor"])
    assert factors.loc[("ash-2001", "the-door"), "weight"] == 0
    assert factors.loc[("birch-2005", "hunger"), "status"] == "not-asked"
    assert factors.loc[("cedar-2010", "the-door"), "status"] == "not named"
    assert tables.spans(small).query("kind == 'decisive'").span.tolist() == ["The night"]


def test_ratings_keep_speaking_and_saying_apart(small):
    says = tables.ratings(small, ("reference",)).set_index("unit").value
    speaks = tables.ratings(small, ("reference",), "speaks").set_index("unit").value
    assert pd.isna(says["ash-2001/jam-was-good"])
    assert speaks["ash-2001/jam-was-good"] == 0
    assert speaks["birch-2005/door-was-open"] == 1


def test_reasons_and_grounds_are_said_in_words(small):
    stances = tables.stances(small)
    words = tables.reasons(stances, small.scale)
    assert words.proposition.tolist()[:4] == [*["The cook ate the jam."] * 3, "The cat ate the jam."]
    assert words.stance.tolist()[3:7] == ["−2", "+2", "silent: evaded", "+1"]
    assert words.reason[6] == "Open a little. Limit: late in the evening only"
    grounds = tables.claims_behind(tables.claims(small), tables.stance_claims(small), stances)
    assert "reported (the household)" in grounds.voice.tolist()
    assert len(grounds) == len(tables.stance_claims(small))


def test_a_passage_that_is_not_stated_is_missing_and_said_in_words(small):
    some = unplaced(small, "ash-2001")
    none = unplaced(unplaced(some, "birch-2005"), "cedar-2010")
    for debate, bare in ((some, ["ash-2001"]), (none, list(small.sources))):
        claims = tables.claims(debate)
        assert claims.start.isna().tolist() == claims.end.isna().tolist() == claims.source.isin(bare).tolist()
        grounds = tables.claims_behind(claims, tables.stance_claims(debate), tables.stances(debate))
        assert set(grounds.passage[grounds.source.isin([debate.sources[s].label for s in bare])]) == {
            "passage not stated"
        }


def test_a_reading_in_words_is_a_value_a_silence_or_not_coded(small):
    table = tables.stances(small)
    said = tables.reasons(table, small.scale).stance
    assert set(said[said.str.startswith("silent")]) == {f"silent: {r.replace('-', ' ')}" for r in table.reason.dropna()}
    spoken = tables.reasons(table.query("status == 'stance'").assign(reason=float("nan")), small.scale)
    assert not spoken.stance.str.contains("silent|coded").any() and len(spoken) > 1
    none = tables.reasons(table.assign(status="uncoded", value=pd.NA, reason=float("nan")), small.scale)
    assert set(none.stance) == {"not coded"}
