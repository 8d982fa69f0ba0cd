import json

import checkers
import pytest
from attacks import attacked
from conftest import SMALL
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings

from analysis import passages
from analysis.anchors import resolution
from analysis.debate import debate_with
from analysis.exchange import annotations

TEXTS = SMALL / "texts"


def items(raw):
    return json.loads(raw)["first"]["items"]


def same_claims(debate, back):
    for (coder, key), coding in debate.codings.items():
        if coder == "reference":
            assert back.coding(key).claims == coding.claims
            assert set(back.coding(key).thesis) == set(coding.thesis)
            assert back.sources[key] == debate.sources[key]


def test_the_shipped_claims_come_back(shipped):
    raw, losses = annotations.dump(shipped)
    back, left = annotations.load(raw)
    same_claims(shipped, back)
    assert {x.what: x.count for x in losses}.items() >= {"stance": 151, "silence": 144}.items() and "question" in lost(
        left
    )


@settings(max_examples=60, deadline=None)
@given(debates())
def test_all_claims_come_back_whatever_they_say(debate):
    same_claims(debate, annotations.load(annotations.dump(debate)[0])[0])


def test_an_export_holds_no_more_of_a_text_than_the_debate_does(small):
    raw, losses = annotations.dump(small)
    assert not any("HOLDS" in loss.what for loss in losses)
    for item in items(raw):
        selector = item["target"]["selector"]
        assert selector["type"] == "RangeSelector"
        assert all(len(selector[s]["exact"].split()) <= 8 for s in ("startSelector", "endSelector"))


def test_with_texts_passages_are_quoted_and_the_report_says_so(small):
    raw, losses = annotations.dump(small, texts=TEXTS)
    assert len(lost([x for x in losses if "THE FILE HOLDS PARTS OF THE TEXTS" in x.what])) == 10
    copies = passages.copies(small, TEXTS)
    for item in items(raw):
        quote, position = item["target"]["selector"]
        text = copies[item["stancebook:claim"]["source"]].text
        assert text[position["start"] : position["end"]] == quote["exact"]


def asked(raw, texts):
    """For each selector of an export, the text it is about."""
    found = []
    for item in items(raw):
        selectors = item["target"]["selector"]
        text = texts[item["stancebook:claim"]["source"]]
        found += [{"text": text, "selector": s} for s in (selectors if isinstance(selectors, list) else [selectors])]
    return found


def matched(questions, tmp_path):
    file = tmp_path / "selectors.json"
    file.write_text(json.dumps(questions))
    return json.loads(checkers.node("exchange_annotations.mjs", file))


def test_apache_annotator_finds_every_passage(small, tmp_path):
    copies = passages.copies(small, TEXTS)
    texts = {key: copy.text for key, copy in copies.items()}
    anchors = [(k, a) for (_, k), c in small.codings.items() for claim in c.claims for a in claim.anchors]
    spans = [(k, resolution(a, copies[k])) for k, a in anchors]
    wanted = [texts[k][r.start : r.end] for k, r in spans]
    quoted = matched(asked(annotations.dump(small, texts=TEXTS)[0], texts), tmp_path)
    assert quoted == [[w] for w in wanted for _ in ("by quotation", "by position")]


@pytest.mark.parametrize("which", ["small", *DRAWN])
def test_apache_annotator_finds_the_range_between_first_and_last_words(which, request, tmp_path):
    debate = called(which, request)
    anchors = [(k, a) for (_, k), c in debate.codings.items() for claim in c.claims for a in claim.anchors]
    passage = {
        id(a): " ".join(filter(None, (a.prefix, f"{a.start} and so on to {a.end}", a.suffix))) for _, a in anchors
    }
    texts = {key: ". ".join(passage[id(a)] for k, a in anchors if k == key) for key in debate.sources}
    found = matched(asked(annotations.dump(debate)[0], texts), tmp_path)
    assert found == [[f"{a.start} and so on to "] for _, a in anchors]  # by the standard the last words are not in it


def test_a_passage_beyond_the_bmp_that_stands_twice_is_found_once(small, tmp_path):
    text = "𝔞𝔟 👩‍👩‍👧 It was the cook who came down, so they say in the town, and empty the pot that night. Then: It was the cook who came down, as I hold, to empty the pot that night."  # fmt: skip
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "ash-2001.txt").write_text(text)
    (anchor,) = small.coding("ash-2001").claims[0].anchors
    claim = (
        small.coding("ash-2001")
        .claims[0]
        .model_copy(update={"anchors": (anchor.model_copy(update={"prefix": "Then:"}),)})
    )
    coding = small.coding("ash-2001").model_copy(update={"claims": (claim,), "stances": (), "factors": (), "spans": ()})
    raw, _ = annotations.dump(debate_with(small, {("reference", "ash-2001"): coding}), texts=folder)
    first = [q for q in asked(raw, {"ash-2001": text, "birch-2005": "", "cedar-2010": ""}) if q["text"]]
    wanted = "It was the cook who came down, as I hold, to empty the pot that night"
    assert matched(first, tmp_path) == [[wanted], [wanted]]


def test_attacks_are_text(small):
    debate = attacked(small)
    same_claims(debate, annotations.load(annotations.dump(debate)[0])[0])
    for item in items(annotations.dump(debate)[0]):
        assert item["target"]["source"].startswith("urn:stancebook:")  # not the script that stands for an address


HYPOTHESIS = {
    "total": 4,
    "rows": [
        {"id": "a", "uri": "https://example.org/a", "text": "He blames the cook.", "tags": ["blame"], "user": "acct:x@h", "target": [{"source": "https://example.org/a", "selector": [{"type": "RangeSelector", "startContainer": "/p[1]", "startOffset": 1, "endContainer": "/p[1]", "endOffset": 9}, {"type": "TextPositionSelector", "start": 3, "end": 99}, {"type": "TextQuoteSelector", "exact": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen", "prefix": "ly before that came ", "suffix": " and after"}]}]},
        {"id": "b", "uri": "https://example.org/a", "text": "I agree", "references": ["a"], "target": []},
        {"id": "c", "uri": "https://example.org/b", "text": "", "tags": [], "target": [{"source": "https://example.org/b"}]},
        {"id": "d", "uri": "https://example.org/b", "text": "Short.", "target": [{"source": "https://example.org/b", "selector": [{"type": "TextQuoteSelector", "exact": "a quite short quotation of some words"}]}]},
    ],
}  # fmt: skip


def test_what_hypothesis_exports_becomes_claims():
    back, losses = annotations.load(json.dumps(HYPOTHESIS).encode())
    a, b = (back.coding(key) for key in back.sources)
    assert a.claims[0].text == "He blames the cook." and a.claims[0].id == "he-blames-the-cook"
    assert a.claims[0].anchors[0].model_dump(exclude_none=True) == {
        "start": "one two three four five six seven eight", "end": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
        "prefix": "ly before that came", "suffix": "and after",
    }  # fmt: skip
    assert [c.anchors[0].start for c in b.claims] == ["to do", "a quite short"]
    told = lost(losses)
    assert {"annotation 1: tag blame", "annotation 1: user", "annotation 2: an answer to another annotation", "annotation 3: no quotation that names its passage"} <= told  # fmt: skip


@pytest.mark.parametrize("raw", [b"[]", b'{"rows": []}', b'{"items": 3}', b'{"target": {"selector": 1}}', b'[{"body": {"value": {}}}]'])  # fmt: skip
def test_what_is_no_annotation_is_refused(raw):
    with pytest.raises(ValueError):
        annotations.load(raw)
