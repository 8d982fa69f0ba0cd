import json
import re

import checkers
import pytest
from attacks import attacked
from debates import debates, lost
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exchange import argdown


def one_line(words):
    return " ".join(words.replace("\0", "\ufffd").split()) or "-"


def comes_back(debate, back, losses):
    """Claims, theses, stances and propositions come back; only what is named has other blanks."""
    named = lost(losses)
    assert [p.id for p in back.codebook.propositions] == [p.id for p in debate.codebook.propositions]
    for now, then in zip(back.codebook.propositions, debate.codebook.propositions, strict=True):
        assert now == then.model_copy(update={"text": one_line(then.text)})
        assert (now.text != then.text) == (then.id in named)
    for (coder, key), then in debate.codings.items():
        if coder != "reference":
            continue
        now = back.coding(key)
        assert now.claims == tuple(c.model_copy(update={"text": one_line(c.text)}) for c in then.claims)
        assert now.stances == tuple(s.model_copy(update={"why": one_line(s.why)}) for s in then.stances)
        assert set(now.thesis) == set(then.thesis) and (now.thesis == then.thesis or key in named)
        assert {f"{key}/{c.id}" for c in then.claims if c.text != one_line(c.text)} <= named
        assert {f"{key}/{s.proposition}: why" for s in then.stances if s.why != one_line(s.why)} <= named
        assert {f"{key}/{s.proposition}" for s in then.silences} <= named
        assert {f"{key}/{w.factor}" for w in then.factors} <= named
        assert {f"{key}/{s.label}" for s in then.spans} <= named
        assert back.sources[key] == debate.sources[key]


def test_the_shipped_map_comes_back(shipped):
    raw, losses = argdown.dump(shipped)
    comes_back(shipped, argdown.load(raw)[0], losses)
    assert {"first", "second"} <= lost(losses)


@settings(max_examples=80, deadline=None)
@given(debates())
def test_what_does_not_come_back_is_named(debate):
    raw, losses = argdown.dump(debate)
    comes_back(debate, argdown.load(raw)[0], losses)


def read_by_argdown(debate, tmp_path, name="map.argdown"):
    file = tmp_path / name
    file.write_bytes(argdown.dump(debate)[0])
    (found,) = json.loads(checkers.node("exchange_argdown.js", file))
    assert "errors" not in found, found
    return found


def counts(debate):
    codings = [c for (coder, _), c in debate.codings.items() if coder == "reference"]
    claims = [c for coding in codings for c in coding.claims]
    stances = [(s, {c.id for c in coding.claims if c.voice == "own"}) for coding in codings for s in coding.stances]
    return {
        "statements": len(debate.codebook.propositions) + len(claims),
        "arguments": len(stances),
        "relations": sum(len(c.supports) + len(c.attacks) for c in claims)
        + sum((s.value != 0) + len(own & set(s.claims)) for s, own in stances),
    }


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_argdown_reads_as_many_statements_arguments_and_relations(which, request, tmp_path):
    debate = request.getfixturevalue(which)
    found = read_by_argdown(debate, tmp_path)
    assert {k: len(found[k]) for k in counts(debate)} == counts(debate)
    assert {r["relationType"] for r in found["relations"]} <= {"support", "attack"}  # nothing is entailed


def test_argdown_prints_every_attack_as_text(small, tmp_path):
    debate = attacked(small)
    found = read_by_argdown(debate, tmp_path)
    assert {k: len(found[k]) for k in counts(debate)} == counts(debate)
    for key in debate.sources:
        for claim in debate.coding(key).claims:
            statement = found["statements"][f"{key}/{claim.id}"]
            assert statement["members"][0]["text"].strip() == one_line(claim.text)
            assert statement["data"]["anchors"] == [a.model_dump(exclude_none=True) for a in claim.anchors]
    comes_back(debate, argdown.load(json.dumps(found).encode())[0], argdown.dump(debate)[1])


def test_argdown_reads_any_debate_as_we_do(tmp_path):
    made = []

    @settings(max_examples=40, deadline=None, database=None)
    @given(debates())
    def make(debate):
        made.append(debate)

    make()
    files = [tmp_path / f"{i}.argdown" for i in range(len(made))]
    for file, debate in zip(files, made, strict=True):
        file.write_bytes(argdown.dump(debate)[0])
    for debate, found in zip(made, json.loads(checkers.node("exchange_argdown.js", *files)), strict=True):
        assert "errors" not in found, found
        assert {k: len(found[k]) for k in counts(debate)} == counts(debate)
        comes_back(debate, argdown.load(json.dumps(found).encode())[0], argdown.dump(debate)[1])


FOREIGN = """
===
title: On jam
model:
    removeTagsFromText: true
===

// who ate it
# The case

[Cook did it]: The cook *ate* the jam.
  + [Spoon]: A sticky spoon /* in the apron */ was found. {proponent: Ash, year: 2001}
    - <Old spoon>: It was there
      before. {proponent: "Birch"}
  - [Cat]: The cat ate it. #animals {proponent: Birch}
  _ [Odd]: An undercut. {proponent: Birch}

[Cat]
  +> [Cook did it]

(1) A premise
(2) Another
----
(3) [Cook did it]
"""


def test_a_map_that_is_not_ours_becomes_what_its_proponents_hold():
    back, losses = argdown.load(FOREIGN.encode())
    assert [p.text for p in back.codebook.propositions] == ["The cook ate the jam."] and back.codebook.title == "On jam"
    ash, birch = back.coding("ash"), back.coding("birch")
    assert [(c.id, c.text) for c in ash.claims] == [("spoon", "A sticky spoon was found.")]
    assert [(s.value, s.certainty, s.claims) for s in ash.stances] == [(2, "not-stated", ("spoon",))]
    assert {c.id: c.text for c in birch.claims} == {"old-spoon": "It was there before.", "cat": "The cat ate it.", "odd": "An undercut."}  # fmt: skip
    assert birch.stances == ()  # the cat is for it and against it
    told = "\n".join(map(str, losses))
    for words in ("birch argues for and against", "undercut: Odd", "attack: Old spoon → Spoon", "numbered premises", "spoon: passage", "Cat: tag animals", "Spoon: year in its data", "'Cook did it' is cook-did-it"):  # fmt: skip
        assert re.search(words, told, re.IGNORECASE), words


def test_argdown_reads_that_map_as_we_do(tmp_path):
    (tmp_path / "f.argdown").write_text(FOREIGN.rpartition("(1)")[0])
    (found,) = json.loads(checkers.node("exchange_argdown.js", tmp_path / "f.argdown"))
    by_argdown, ours = argdown.load(json.dumps(found).encode())[0], argdown.load(FOREIGN.encode())[0]
    assert by_argdown.codings == ours.codings


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"statements": 1, "arguments": {}, "relations": []}',
        b'{"statements": {}, "arguments": {}, "relations": []}',
        b"\n\n",
    ],
)
def test_what_is_no_map_is_refused(raw):
    with pytest.raises(ValueError):
        argdown.load(raw)


@settings(max_examples=120, deadline=None)
@given(st.text("[]<>+-_{}#:*\\/ \nab(1)\t,.\"'&=", max_size=60))
def test_no_text_breaks_the_reader(text):
    try:
        argdown.load(text.encode())
    except ValueError as error:
        assert str(error)


def test_a_claim_that_does_not_hold_together_is_named():
    raw = b'[a/b]: It is said. #reported {"source": "a", "voice": "reported"}\n\n[p]: P. #proposition\n  + [a/b]\n'
    assert any("a reported claim needs its holder" in name for name in lost(argdown.load(raw)[1]))


def test_what_a_map_shows_counts_beside_what_it_tells():
    raw = (
        b"[p]: P. #proposition\n  + [c]: Because. {source: x}\n\n[q]: Q. #proposition\n  - [d]: Not so. {source: x}\n\n"
        b'<x/q>: He says so. #stance {"source": "x", "proposition": "q", "value": 1, "certainty": 3, "qualification": "once"}\n'
    )
    stances = {s.proposition: (s.value, s.certainty) for s in argdown.load(raw)[0].coding("x").stances}
    assert stances == {"p": (2, "not-stated"), "q": (1, 3)}


@pytest.mark.parametrize(("given", "certainty"), [("", "not-stated"), (', "certainty": 9', "not-stated"), (', "certainty": 2', 2)])  # fmt: skip
def test_a_stance_is_kept_whether_or_not_its_certainty_is_stated(given, certainty):
    raw = f'[q]: Q. #proposition\n\n<x/q>: So. #stance {{"source": "x", "proposition": "q", "value": 2{given}}}\n'
    back, losses = argdown.load(raw.encode())
    assert back.coding("x").stances[0].certainty == certainty
    named = [x.which for x in losses if x.what == "certainty"]
    assert named == ([("x/q",)] if certainty == "not-stated" else [])


def test_a_voice_that_is_not_said_is_named_and_all_else_that_is_made_up():
    _, losses = argdown.load(b"[p]: P. #proposition\n  + [c]: C. {source: x}\n  + [d]: D. {source: x, voice: own}\n")
    found = {x.what: set(x.which) for x in losses}
    assert found["claim whose voice is not said"] == {"c"}
    assert "claim of which the file does not say whose it is" not in found
    assert "e" in lost(argdown.load(b"[p]: P. #proposition\n  + [e]: E.\n")[1])
    assert {"scale and its rules", "how and when the coder coded", "p: kind", "c: passage", "x: bibliography"} <= found["thing made up"]  # fmt: skip


def test_the_strict_mode_is_not_carried_in_silence():
    back, losses = argdown.load(
        b"[p]: P. #proposition\n\n[c]: C. {source: x}\n  >< [d]: D. {source: x}\n\n[p]\n  + [c]\n"
    )
    assert "d contradictory c" in lost(losses) and back.coding("x").claims[1].attacks == ("c",)


@pytest.mark.parametrize("odd", ["[]", "{}", "3", "[[1]]"])
@pytest.mark.parametrize("key", ["source", "proposition", "claims", "value", "question", "anchors", "voice"])
def test_data_of_any_kind_are_read_or_named(key, odd):
    text = f'[p]: P. #proposition {{"{key}": {odd}}}\n  + [c]: C. {{"{key}": {odd}}}\n\n<s>: S. #stance {{"source": "x", "proposition": "p", "{key}": {odd}}}'
    try:
        argdown.load(text.encode())
    except ValueError as error:
        assert str(error)


def test_headings_and_front_matter_that_say_more_are_named():
    raw = b"===\ntitle: T\nauthor: Ann\n===\n\n# A part\n\n[p]: P. #proposition\n  + [c]: C.\n"
    assert {"front matter: author", "heading A part"} <= lost(argdown.load(raw)[1])
