import json
import re

import checkers
import pytest
from attacks import attacked
from conftest import SMALL
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings
from test_exchange_hostile import places, put

from analysis import passages
from analysis.anchors import resolution
from analysis.debate import debate_with
from analysis.exchange import annotations, annotations_reading

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


def test_the_title_of_a_debate_comes_back(small):
    assert annotations.load(annotations.dump(small)[0])[0].codebook.title == small.codebook.title
    listed = {"label": ["Jam", "Marmalade"], "type": "AnnotationCollection", "items": [{"target": "http://a.b", "body": "It is good."}]}  # fmt: skip
    assert annotations.load(json.dumps(listed).encode())[0].codebook.title == "Jam"


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
        selectors = item["target"].get("selector", [])  # none if nobody says where the text says it
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
        "start": "one two three four five six", "end": "twelve thirteen fourteen fifteen sixteen seventeen",
        "prefix": "ly before that came", "suffix": "and after",
    }  # fmt: skip
    assert [c.anchors for c in b.claims] == [(), ()]
    assert "Short.: “a quite short … quotation of some words”" in lost(losses)
    told = lost(losses)
    assert {"annotation 1: tag blame", "annotation 1: user acct:x@h", "annotation 2: an answer to another annotation: I agree", "annotation 3: no quotation of two words or more"} <= told  # fmt: skip


@pytest.mark.parametrize("raw", [b"[]", b'{"rows": []}', b'{"items": 3}', b'{"target": {"selector": 1}}', b'[{"body": {"value": {}}}]'])  # fmt: skip
def test_what_is_no_annotation_is_refused(raw):
    with pytest.raises(ValueError):
        annotations.load(raw)


def test_the_title_comes_back_and_what_a_coder_is_not_told_of_is_named_once(small):
    back, losses = annotations.load(annotations.dump(small)[0])
    assert back.codebook.title == small.codebook.title
    (left,) = [x.which for x in losses if x.what == "part of the file"]
    coder = small.coders["reference"]
    assert left == (f"creator {coder.label}", f"created {coder.date}T00:00:00Z")


QUOTE = {"type": "TextQuoteSelector", "exact": "first last", "prefix": "before", "suffix": "after"}
ANCHOR = {"start": "first", "end": "last", "prefix": "before", "suffix": "after"}
SOURCE = "http://ex.org/text"
NONE = None


def only(annotation):
    """The one claim of an annotation, as its source's label, text and anchors; and what is left of it."""
    raw = json.dumps({"type": "Annotation"} | annotation).encode()
    back, losses = annotations.load(raw)
    (node,) = annotations_reading.claims(json.loads(raw)).nodes.values()
    ((_, key), coding), *others = back.codings.items()
    (claim,) = coding.claims
    assert not others
    anchors = node.data["anchors"]  # too short for a check, which would leave them out
    left = next((x.which for x in losses if x.what == "part of the file"), ())
    return back.sources[key].label, claim.text, anchors, [name.removeprefix("annotation 1: ") for name in left]


NO_QUOTE = "no quotation of two words or more"


@pytest.mark.parametrize(
    ("body", "text", "left"),
    [
        ({"bodyValue": "words"}, "words", []),
        ({"body": {"type": "TextualBody", "value": "words", "format": "text/plain", "purpose": "describing"}}, "words", []),
        ({"body": {"value": "<b>x</b>", "format": "text/html", "language": "fr"}}, "<b>x</b>", ["body.format text/html", "body.language fr"]),
        ({"body": "http://ex.org/iri"}, "to do", ["body http://ex.org/iri, which is no text in the file"]),
        ({"body": "words of a tool that knows no addresses"}, "words of a tool that knows no addresses", []),
        ({"body": {"id": "http://ex.org/v", "type": "Video"}}, "to do", ["body.id http://ex.org/v", "body.type Video"]),
        ({"body": {"type": "SpecificResource", "source": "http://ex.org/s", "purpose": "linking"}}, "to do", ["body.purpose linking", "body.type SpecificResource", "body.source http://ex.org/s"]),
        ({"body": {"type": "Choice", "items": [{"value": "one"}, {"value": "two"}]}}, "one", ["another choice for its body, two"]),
        ({"body": {"type": "List", "items": [{"value": "one"}, {"value": "two"}]}}, "one\ntwo", ["body.type List"]),
        ({"body": {"type": "Independents", "items": [{"value": "one"}, {"value": "two"}]}}, "one\ntwo", []),
        ({"body": [{"value": "one"}, {"value": "tag", "purpose": ["tagging"]}, 7, [{"value": "two"}]]}, "one\ntwo", ["body 7, which is no text in the file", "tag tag"]),
        ({"body": [{"value": "one"}, {"value": "why so?", "purpose": "questioning"}]}, "one", ["body.purpose questioning", "a question or an answer, and no claim: why so?"]),
        ({"body": {"value": {"en": "x"}}}, "to do", ["body.value en x"]),
        ({"text": "words", "tags": None}, "words", []),
        ({"text": "words", "tags": ["a", 3], "creator": {"name": "Zoe"}, "motivation": ["commenting"]}, "words", ["motivation commenting", "tags a and 3", "creator name Zoe"]),
    ],
)  # fmt: skip
def test_a_body_of_any_shape_is_read_or_named(body, text, left):
    assert only(body | {"target": {"source": SOURCE, "selector": QUOTE}}) == (SOURCE, text, [ANCHOR], left)


@pytest.mark.parametrize(
    ("target", "left"),
    [
        (SOURCE, []),
        ({"id": SOURCE, "type": "Text"}, ["target.type Text"]),
        ({"type": "SpecificResource", "source": SOURCE}, []),
        ({"source": {"id": SOURCE, "format": "text/html"}}, ["target.source.format text/html"]),
        ({"id": "http://ex.org/part", "source": SOURCE, "scope": "http://ex.org/page"}, ["target.id http://ex.org/part", "target.scope http://ex.org/page"]),
        ({"source": SOURCE, "state": {"type": "TimeState", "sourceDate": "2015"}}, ["target.state TimeState sourceDate 2015"]),
        ({"source": SOURCE, "state": [{"type": "HttpRequestState", "value": "Accept: x"}], "styleClass": "red"}, ["target.state HttpRequestState value Accept: x", "target.styleClass red"]),
        ([SOURCE, {"id": "http://ex.org/b"}], ["a further target, http://ex.org/b"]),
        ([SOURCE, 5], ["target 5"]),
        ({"type": "List", "items": [SOURCE, "http://ex.org/b"]}, ["target.type List", "a further target, http://ex.org/b"]),
        ({"type": "Composite", "items": [SOURCE]}, ["target.type Composite"]),
        ({"type": "Choice", "items": [{"source": SOURCE}, "http://ex.org/b"]}, ["target.type Choice", "a further target, http://ex.org/b"]),
        ({"type": "Independents", "items": [{"id": SOURCE}, SOURCE]}, []),
    ],
)  # fmt: skip
def test_a_target_of_any_shape_is_read_or_named(target, left):
    label, text, anchors, found = only({"bodyValue": "words", "target": target})
    assert (label, text, anchors) == (SOURCE, "words", [])
    assert sorted(found) == sorted([*left, NO_QUOTE])


def test_targets_in_one_source_are_passages_of_one_claim():
    other = {"type": "TextQuoteSelector", "exact": "one two"}
    targets = [{"source": SOURCE, "selector": s} for s in (QUOTE, other)]
    assert only({"bodyValue": "words", "target": targets})[2:] == ([ANCHOR, {"start": "one", "end": "two"}], [])


START, END = {"type": "TextQuoteSelector", "exact": "a b", "prefix": "z"}, {"type": "TextQuoteSelector", "exact": "c d"}
RANGE = {"type": "RangeSelector", "startSelector": START, "endSelector": END}
RANGED = "that its range ends before “c d”, with which its passage ends here"
XPATH = {"type": "XPathSelector", "value": "/p[2]"}
LONG = " ".join(f"w{i}" for i in range(20))
CUT = "the words of its quotation but for the first and last, and the nearest around these"


@pytest.mark.parametrize(
    ("selector", "anchor", "left"),
    [
        (QUOTE, ANCHOR, []),
        ([QUOTE], ANCHOR, []),
        ({"type": "TextQuoteSelector", "exact": LONG}, {"start": "w0 w1 w2 w3 w4 w5 w6", "end": "w13 w14 w15 w16 w17 w18 w19"}, [CUT]),
        (QUOTE | {"prefix": "a b c d before"}, ANCHOR | {"prefix": "b c d before"}, [CUT]),
        ({"type": "TextQuoteSelector", "exact": "word"}, NONE, ["selector TextQuoteSelector exact word", NO_QUOTE]),
        ({"type": "FragmentSelector", "value": "t=1,2", "conformsTo": "http://www.w3.org/TR/media-frags/"}, NONE, ["selector FragmentSelector value t=1,2, conformsTo http://www.w3.org/TR/media-frags/", NO_QUOTE]),
        ({"type": "CssSelector", "value": "#id > p"}, NONE, ["selector CssSelector value #id > p", NO_QUOTE]),
        (XPATH, NONE, ["selector XPathSelector value /p[2]", NO_QUOTE]),
        ({"type": "TextPositionSelector", "start": 5, "end": 20}, NONE, ["selector TextPositionSelector start 5, end 20", NO_QUOTE]),
        ({"type": "DataPositionSelector", "start": 4096, "end": 4104}, NONE, ["selector DataPositionSelector start 4096, end 4104", NO_QUOTE]),
        ({"type": "SvgSelector", "id": "http://ex.org/svg1"}, NONE, ["selector SvgSelector id http://ex.org/svg1", NO_QUOTE]),
        ({"type": "SvgSelector", "value": "<svg/>"}, NONE, ["selector SvgSelector value <svg/>", NO_QUOTE]),
        ("http://ex.org/selector", NONE, ["selector id http://ex.org/selector", NO_QUOTE]),
        (RANGE, {"start": "a b", "end": "c d", "prefix": "z"}, [RANGED]),
        (RANGE | {"startSelector": XPATH | {"refinedBy": START}}, {"start": "a b", "end": "c d", "prefix": "z"}, [RANGED, "selector.startSelector XPathSelector value /p[2]"]),
        (RANGE | {"endSelector": XPATH}, NONE, ["selector RangeSelector startSelector TextQuoteSelector exact a b, prefix z, endSelector XPathSelector value /p[2]", NO_QUOTE]),
        ([XPATH, QUOTE, {"type": "TextPositionSelector", "start": 1, "end": 2}], ANCHOR, ["selector XPathSelector value /p[2]", "selector TextPositionSelector start 1, end 2"]),
        (XPATH | {"refinedBy": QUOTE}, ANCHOR, ["selector XPathSelector value /p[2]"]),
        (QUOTE | {"refinedBy": {"type": "TextPositionSelector", "start": 1, "end": 2}}, ANCHOR, ["selector.refinedBy TextPositionSelector start 1, end 2"]),
        (QUOTE | {"refinedBy": [{"type": "TextQuoteSelector", "exact": "inner most"}]}, {"start": "inner", "end": "most"}, ["selector TextQuoteSelector exact first last, prefix before, suffix after"]),
        (QUOTE | {"exact": 5}, NONE, ["selector TextQuoteSelector exact 5, prefix before, suffix after", NO_QUOTE]),
    ],
)  # fmt: skip
def test_a_selector_of_any_shape_is_read_or_named(selector, anchor, left):
    label, text, anchors, found = only({"bodyValue": "words", "target": {"source": SOURCE, "selector": selector}})
    assert (label, text, anchors, sorted(found)) == (SOURCE, "words", [anchor] if anchor else [], sorted(left))


def leaves(value):
    """All that stands in a JSON value, but for the names of its fields."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return {str(value)} if inner is None else {leaf for v in inner for leaf in leaves(v)}


SELECTORS = [
    {"type": "FragmentSelector", "value": "v1", "conformsTo": "v2"}, {"type": "CssSelector", "value": "v3", "refinedBy": {"type": "TextPositionSelector", "start": 104, "end": 105}},
    {"type": "SvgSelector", "id": "v6"}, {"type": "DataPositionSelector", "start": 107, "end": 108, "more": {"a": {"b": "v9"}}}, "v10",
    RANGE | {"startSelector": {"type": "XPathSelector", "value": "v11", "refinedBy": {"type": "CssSelector", "value": "v12"}}},
    {"type": "TextQuoteSelector", "exact": "v13 v14", "prefix": "v15", "suffix": "v16", "refinedBy": "v17"}, {"type": "TextQuoteSelector", "exact": "v18 v19"},
]  # fmt: skip
EVERYTHING = {
    "id": "v20", "creator": {"type": "Person", "id": "v21", "name": "v22", "email_sha1": "v23"}, "created": "v24", "modified": "v25",
    "generator": "v26", "generated": "v27", "motivation": ["v28", "describing"], "rights": "v29", "canonical": "v30", "via": "v31",
    "audience": {"type": "EducationalAudience", "schema:educationalRole": "v32"}, "accessibility": "v33", "stylesheet": {"type": "CssStylesheet", "value": "v34"},
    "body": [
        "v35", {"id": "v36", "type": "Sound", "format": "v37", "language": "v38", "creator": "v39"}, {"type": "TextualBody", "value": "v40", "textDirection": "v41", "processingLanguage": "v42"},
        {"type": "Choice", "id": "v43", "items": [{"value": "v44"}, "v45", {"value": "v46"}]}, {"type": "SpecificResource", "source": {"id": "v47"}, "selector": {"value": "v48"}, "purpose": "v49"},
    ],
    "target": [
        {"type": "SpecificResource", "id": "v50", "source": {"id": "v51", "type": "Text", "language": "v52"}, "selector": SELECTORS, "renderedVia": {"id": "v53"}, "scope": "v54", "styleClass": "v55"},
        {"type": "Composite", "id": "v56", "items": ["v57", {"id": "v58", "state": {"type": "HttpRequestState", "value": "v59", "refinedBy": {"type": "TimeState", "cached": "v60"}}}]},
    ],
}  # fmt: skip


def test_nothing_that_an_annotation_says_goes_in_silence():
    label, text, anchors, left = only(EVERYTHING)
    said = {w for words in [label, text, *leaves(anchors), *left] for w in re.split(r"[ ,\n]+", words)}
    usual = {"describing", "SpecificResource", "TextualBody", "Choice", "TextQuoteSelector"}
    assert {w for leaf in leaves(EVERYTHING) for w in leaf.split()} - usual <= said
    assert said >= {f"v{n}" for n in range(20, 61)}


def test_an_odd_value_anywhere_in_an_annotation_does_not_go_in_silence():
    for path in list(places(EVERYTHING))[1:]:
        odd = put(EVERYTHING, path, ["z1", {"value": "z2"}, [3]])
        label, text, anchors, left = only(odd)
        said = " ".join([label, text, *leaves(anchors), *left])
        assert "z1" in said and "z2" in said, path


@pytest.mark.parametrize(
    ("annotation", "left"),
    [
        ({"motivation": "questioning", "bodyValue": "why so?", "target": SOURCE}, "a question, and no claim: why so?"),
        ({"motivation": ["commenting", "replying"], "bodyValue": "I see", "target": "urn:a"}, "an answer to another annotation: I see"),
        ("http://ex.org/a1", "not in the file but for http://ex.org/a1"),
        ({"motivation": "highlighting"}, "nothing in it that could be read"),
        ([[7]], "not in the file but for 7"),
    ],
)  # fmt: skip
def test_what_makes_no_claim_is_named_and_the_others_kept(annotation, left):
    values = {"items": [annotation, {"bodyValue": "words", "target": SOURCE}]}
    back, losses = annotations.load(json.dumps(values).encode())
    assert [c.text for coding in back.codings.values() for c in coding.claims] == ["words"]
    assert f"annotation 1: {left}" in lost(losses)
    with pytest.raises(ValueError, match="no annotation in it"):
        annotations.load(json.dumps(annotation).encode())


def test_pages_that_are_there_are_read_and_those_that_are_not_are_named():
    page = {"id": "http://ex.org/p1", "type": "AnnotationPage", "items": [{"bodyValue": "one", "target": SOURCE}]}
    further = {"type": "AnnotationPage", "items": [{"bodyValue": "two", "target": SOURCE}], "next": "http://ex.org/p3"}
    values = {"type": "AnnotationCollection", "label": "Notes", "creator": "Me", "total": 9, "first": page | {"next": further}}  # fmt: skip
    back, losses = annotations.load(json.dumps(values).encode())
    assert back.codebook.title == "Notes"
    listed, more = annotations.load(json.dumps(values | {"label": ["Jam", "Marmalade"]}).encode())
    assert listed.codebook.title == "Jam" and "another label, Marmalade" in lost(more)
    assert [c.text for c in next(iter(back.codings.values())).claims] == ["one", "two"]
    assert {
        "AnnotationPage: a page that is not in the file, http://ex.org/p3", "AnnotationPage: id http://ex.org/p1",
        "AnnotationCollection: creator Me", "AnnotationCollection: total 9",
    } <= lost(losses)  # fmt: skip
    with pytest.raises(ValueError, match="a page that is not in the file, http"):
        annotations.load(json.dumps(values | {"first": "http://ex.org/p1"}).encode())


def test_our_own_words_that_are_no_longer_sound_are_named_and_the_claim_kept(small):
    values = json.loads(annotations.dump(small)[0])
    first = values["first"]["items"][0]
    del first["stancebook:claim"]["voice"]
    values["first"]["items"][1]["body"] += [{"value": "mine", "purpose": "tagging"}, {"value": "a remark"}]
    values["stancebook:sources"].append({"id": None})
    back, losses = annotations.load(json.dumps(values).encode())
    assert first["body"][0]["value"] in {c.text for coding in back.codings.values() for c in coding.claims}
    told = lost(losses)
    assert {"annotation 2: tag mine", "annotation 2: body a remark", "stancebook:sources 4: no source with an id"} <= told  # fmt: skip
    assert any(n.startswith("annotation 1: stancebook:claim: voice: ") for n in told)


DEEP = {
    "refinedBy": ('{"bodyValue": "x", "target": {"source": "a", "selector": ', '{"refinedBy": ', "}", "}}"),
    "startSelector": ('{"bodyValue": "x", "target": {"source": "a", "selector": ', '{"startSelector": ', "}", "}}"),
    "bodies": ('{"target": "a", "body": ', '{"type": "Choice", "items": [', "]}", "}"),
    "targets": ('{"bodyValue": "x", "target": ', '{"items": [', "]}", "}"),
    "pages": ("", '{"first": ', "}", ""),
    "lists": ("", "[", "]", ""),
    "a field": ('{"bodyValue": "x", "target": "a", "more": ', "[", "]", "}"),
    "our own": ('{"stancebook:claim": ', '{"anchor": ', "}", "}"),
}


@pytest.mark.parametrize("levels", [40, 101, 5_000])
@pytest.mark.parametrize("where", DEEP)
def test_deep_nesting_is_read_or_refused_in_words(where, levels):
    before, opening, closing, after = DEEP[where]
    raw = f"{before}{opening * levels}{{}}{closing * levels}{after}".encode()
    if levels > 100:
        with pytest.raises(ValueError, match="nested"):
            annotations.load(raw)
    elif where in ("pages", "lists", "our own"):
        with pytest.raises(ValueError, match="no annotation in it"):
            annotations.load(raw)
    else:
        assert annotations.load(raw)[1]
