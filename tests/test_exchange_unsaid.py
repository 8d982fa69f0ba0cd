from importlib import import_module

import pytest

from analysis.codings import as_worded
from analysis.commands.exchanging import FORMATS
from analysis.debate import debate_with
from analysis.exchange import unsaid


def lost(debate, *parts):
    return {x.what: x.which for x in unsaid.unsaid(debate, "reference", dict.fromkeys(parts, "why"))}


def test_a_silence_and_what_is_not_coded_are_told_apart(small):
    uncoded = "proposition on which a source is not coded"
    coding = small.coding("birch-2005")
    (silent, *_), (told, *_) = coding.silences, coding.stances
    bare = coding.model_copy(update={"stances": coding.stances[1:]})
    debate = type(small)(small.path, small.codebook, small.sources, small.coders, small.codings | {("reference", "birch-2005"): bare}, "")  # fmt: skip
    found = lost(debate, "silence", uncoded)
    assert uncoded not in lost(small, uncoded) and found[uncoded] == (f"birch-2005/{told.proposition}",)
    assert f"birch-2005/{silent.proposition}" in found["silence"] and len(found["silence"]) == 3


def test_every_part_is_counted_thing_by_thing(shipped):
    found = {k: len(v) for k, v in lost(shipped, "stance", "claim", "factor", "question", "proposition", "mark of the thesis").items()}  # fmt: skip
    assert {"stance": 151, "claim": 413, "factor": 13, "question": 13, "proposition": 59, "mark of the thesis": 15}.items() <= found.items()  # fmt: skip
    assert found["coder's coding"] == 2


def test_the_wordings_under_which_readings_were_made_are_named(small):
    coding = as_worded(small.coding("ash-2001"), small, ["cook-did-it"])
    debate = debate_with(small, {("reference", "ash-2001"): coding})
    name = "wording under which a reading was coded"
    assert lost(debate)[name] == ("ash-2001/cook-did-it",) and name not in lost(small)


def test_whoever_did_not_code_a_source_is_said(small):
    name = "source that this coder has not coded"
    codings = {k: c for k, c in small.codings.items() if k[1] != "ash-2001"}
    debate = type(small)(small.path, small.codebook, small.sources, small.coders, codings, "")
    assert lost(debate, name)[name] == ("ash-2001",)


@pytest.mark.parametrize("format", ["argdown", "aif", "xaif", "polis", "dna", "graphml-map"])
def test_a_limited_stance_that_looks_like_a_whole_one_is_named(small, format):
    module, options = FORMATS[format]
    losses = import_module(f"analysis.exchange.{module}").dump(small, **options)[1]
    limited = [
        f"{key}/{s.proposition}" for key in small.sources for s in small.coding(key).stances if abs(s.value) == 1
    ]
    assert limited and [set(x.which) for x in losses if x.what == "stance with a limit"] == [set(limited)]
