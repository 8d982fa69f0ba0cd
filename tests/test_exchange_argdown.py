import json
import re
from dataclasses import replace

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
    assert list(back.sources) == [key for key in debate.sources if ("reference", key) in debate.codings]
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


def test_sources_come_back_in_their_order_and_claims_that_are_called_like_a_proposition(small):
    codings = small.codings.items()
    called = {
        key: c.model_copy(update={"claims": tuple(x.model_copy(update={"id": c.stances[0].proposition}) if x.id == c.claims[-1].id else x for x in c.claims), "stances": (), "thesis": ()})
        for key, c in codings if c.stances and not any(c.claims[-1].id in (*x.supports, *x.attacks) for x in c.claims)
    }  # fmt: skip
    assert called
    backwards = replace(small, sources=dict(reversed(small.sources.items())), codings=dict(codings) | called)
    raw, losses = argdown.dump(backwards)
    comes_back(backwards, argdown.load(raw)[0], losses)


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
    made_up = {"cook-did-it": "The cook ate the jam."}  # for what is for and against it, as birch has no stance
    assert {c.id: c.text for c in birch.claims} == {"old-spoon": "It was there before.", "cat": "The cat ate it.", "odd": "An undercut."} | made_up  # fmt: skip
    assert birch.stances == ()  # the cat is for it and against it
    assert [(c.supports, c.attacks) for c in birch.claims if c.id == "cat"] == [(("cook-did-it",), ("cook-did-it",))]
    assert {"Spoon", "Cat"} <= set(next(x.which for x in losses if x.what == "passage"))
    named = "\n".join(lost(losses))
    for words in ("birch argues for and against", "undercut: Odd", "attack: Old spoon → Spoon", "Cat: tag animals", "Spoon: year in its data", "'Cook did it' is cook-did-it", "comment // who ate it", "italics of “ate” in Cook did it"):  # fmt: skip
        assert re.search(words, named, re.IGNORECASE), words


def by_argdown(text, tmp_path):
    """The debate of the JSON that Argdown makes of a text."""
    (tmp_path / "f.argdown").write_text(text, newline="")
    (found,) = json.loads(checkers.node("exchange_argdown.js", tmp_path / "f.argdown"))
    assert "errors" not in found, found
    return argdown.load(json.dumps(found).encode())


def without_title(codings):
    """Codings by the names of their sources; what is nobody's has the title of the file, which Argdown's JSON leaves out."""
    return {"nobody-named" if key == "on-jam" else key: c.model_copy(update={"source": ""}) for (_, key), c in codings.items()}  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_argdown_reads_that_map_as_we_do(end, tmp_path):
    text = FOREIGN.replace("\n", end)
    theirs, ours = by_argdown(text, tmp_path)[0], argdown.load(text.encode())[0]
    assert without_title(theirs.codings) == without_title(ours.codings)
    assert theirs.codebook.questions == ours.codebook.questions


ALL_OF_ARGDOWN = """
===
title: On jam
===

# The case #core {colour: 1}

// a note // of two
[Cook]: The _cook_ ate **all *the* jam**. {source: "Ash"}
  + <Spoon>: See [this](https://x.org/{a}//b) and @[Cat]. #(two words) {source: "Birch: x", year: 2001}
     - <Old>: It was there. {
         proponent: Ash
       }
        <_ <Odd>: Never mind. // the rest of the line
  // between two relations
  +<Close>: No blank. #tag#other
  -> [Cat]: The cat ate it; \\*not\\* the cook. {source: 'Ash', voice: own}
  >< [Dog]: The dog did.

<Spoon>

(1) [Found]: A spoon was *found*. /* in the
    apron, {not: data} */
    + [Maid]: The maid saw it. {source: Ash}
(2) It was sticky. {source: "Dove"}
-- Modus ponens, hearsay {uses: [1, 2]} --
  <_ <Doubt>: Hearsay is none.
(3) It was hers.
    +> [Cook]
----
(4) [Cook]

<Cook>: An argument that is called like a statement. {source: Ash}

[Cat]
  <+ <Fur>: Fur was found. {source: Birch}
  <- [Dog]

(1) All cats like jam. {source: Elm}
-----
(2) [Cat]

[Cat]: The cat must have eaten it.

* A point {source: Elm}
  + <Reason>: So it is. {source: Elm}
* [Cat] #animal

1. First
2. Second 𝔞 *thing* 𝔟 #tag end

See http://x.org/jam for all. {source: nobody}

## A part [of it](http://y)

Say 5 - 3, a_b and so on

// no end of the line"""


@pytest.mark.parametrize("strict", [False, True])
def test_argdown_reads_all_of_the_language_as_we_do(strict, tmp_path):
    text = ALL_OF_ARGDOWN.replace(", a_b", "")  # which Argdown 1.7.5 refuses
    text = text.replace("title: On jam", "title: On jam\nmodel:\n    mode: strict") if strict else text
    (theirs, their_losses), (ours, losses) = by_argdown(text, tmp_path), argdown.load(text.encode())
    assert without_title(theirs.codings) == without_title(ours.codings)
    assert theirs.codebook.questions == ours.codebook.questions
    assert list(theirs.sources) == ["nobody-named" if key == "on-jam" else key for key in ours.sources]
    only_ours = (
        "comment",
        "what follows an address",
        "that these stand in a list",
        "inference",
        "On jam",
        "'On jam'",
        "short title",
    )
    only_theirs = ("inference", "nobody named", "'nobody named'", "title")
    told = {n.replace("on-jam/", "nobody-named/") for n in lost(losses) if not n.startswith(only_ours)}
    assert told == {n for n in lost(their_losses) if not n.startswith(only_theirs)}
    assert ("Cook contrary Cat" in told) == strict


SAID = st.sampled_from(["", "x", "*it*", "**bold _both_**", "[a](http://b.c/d)", "see http://b.c/d", "#tag", "#(a b)", "@[S1]", "\\\\*", "5 - 3", "/* c */", "// c", "<!-- c -->", "ü𝔞", "e.g. 2 * 3"])  # fmt: skip
DATA = st.sampled_from(
    ["", "", "", '{source: "Ann // 1"}', "{source: Ben, year: 3}", "{\n  proponent: Cy\n}", '{"source": "a {b}c"}']
)


@st.composite
def maps_of_others(draw):
    """An Argdown document in which nothing is defined twice, with all that the language has.

    Undercuts stand above all inferences only: Argdown takes one that is below a later statement for one of the last inference.
    """
    number = iter(range(10**6))
    marks_of = ["+ ", "-", "+> ", "->", "<+", "<- ", "// c", "_ "]

    def element(brackets=("[]", "<>", "")):
        n, around = next(number), draw(st.sampled_from(brackets))
        return f"{around and f'{around[0]}S{n}{around[1]}: '}Said {n} {draw(SAID)} so. {draw(DATA)}"

    def below(indent, depth=0):
        marks = draw(st.lists(st.sampled_from(marks_of), max_size=2))
        for mark in marks:
            said = element() if mark != "// c" else ""
            yield f"{' ' * indent}{mark}{said}"
            yield from below(indent + 2, depth + 1) if said and depth < 2 else ()

    def steps():
        marks_of[7:] = []
        for n in range(1, 2 * draw(st.integers(1, 2)) + 2):
            if n > 1 and n % 2:
                yield draw(st.sampled_from(["----", "-- by rule --", "--\nby rule {uses: [1]}\n--"]))
            yield from [f"({n}) {element(('[]', ''))}", *below(4, 1)]

    def block():
        kind = draw(st.sampled_from(["tree", "tree", "tree", "steps", "list", "heading"]))
        if kind == "heading":
            return f"# Part {draw(st.sampled_from(['', '*it*', '#tag', '[a](http://b.c/d)']))} {draw(DATA)}"
        if kind == "list":
            return "\n".join(line for n in (1, 2) for line in (f"{n}. {element()}", *below(4, 1)))
        if kind == "steps":
            return draw(st.sampled_from(["", f"{element(('<>',))}\n\n"])) + "\n".join(steps())
        return "\n".join([element(), *below(2)])

    return "\n\n".join(["[S]: Said.", *(block() for _ in range(draw(st.integers(1, 4))))]) + "\n"


def unordered(codings):
    """Codings without the order of links, which Argdown lists from the bottom of a tree to its top."""
    return {
        key: (
            c.source,
            [
                x.model_copy(update={"supports": frozenset(x.supports), "attacks": frozenset(x.attacks)})
                for x in c.claims
            ],
            {(x.proposition, x.value, frozenset(x.claims)) for x in c.stances},
        )
        for key, c in codings.items()
    }


def test_argdown_reads_any_map_of_others_as_we_do(tmp_path):
    made = []

    @settings(max_examples=60, deadline=None, database=None)
    @given(maps_of_others())
    def make(text):
        made.append(text)

    make()
    files = [tmp_path / f"{i}.argdown" for i in range(len(made))]
    for file, text in zip(files, made, strict=True):
        file.write_text(text)
    for text, found in zip(made, json.loads(checkers.node("exchange_argdown.js", *files)), strict=True):
        assert "errors" not in found, (text, found)
        theirs, ours = (argdown.load(raw) for raw in (json.dumps(found).encode(), text.encode()))
        assert unordered(theirs[0].codings) == unordered(ours[0].codings), text
        assert theirs[0].codebook.questions == ours[0].codebook.questions, text


def test_all_of_the_language_is_read_or_named():
    back, losses = argdown.load(ALL_OF_ARGDOWN.encode())
    named = "\n".join(lost(losses))
    for words in (
        "a note // of two",
        "the rest of the line",
        "between two relations",
        "/* in the apron, {not: data} */",
    ):
        assert f"comment {words}" in named.replace("comment // ", "comment "), words
    for words in (
        "what follows an address in its line, which Argdown takes for a comment: //x.org/jam for all. {source: nobody}",
        "link in Spoon: https://x.org/{a}//b", "link in the heading: http://y", "heading The case: tag core", "heading The case: colour in its data",
        "italics of “cook” in Cook", "italics of “the” in Cook", "bold of “all the jam” in Cook", "italics of “found” in Found", "italics of “thing” in Untitled 7",
        "Spoon: tag two words", "Spoon: year in its data", "Close: tag tag", "Close: tag other", "Cat: source in its data", "Cat: tag animal",
        "that numbered premises go together: Found, Untitled 1, Untitled 2, Cook", "inference of Spoon: Modus ponens, hearsay {uses: [1, 2]}",
        "undercut: Odd → Old", "undercut: Doubt → Spoon", "another wording of Cat: The cat must have eaten it.",
        "that these stand in a list: Untitled 5, Cat", "that these stand in a list: Untitled 6, Untitled 7",
    ):  # fmt: skip
        assert words in named, words
    claims = {f"{key}/{c.id}": c for (_, key), c in back.codings.items() for c in c.claims}
    assert (
        claims["birch-x/spoon"].text == "See this and @[Cat]." and claims["birch-x/untitled-2"].text == "It was hers."
    )
    assert claims["birch-x/found"].supports == ("untitled-2",) and claims["birch-x/found"].text == "A spoon was found."
    assert [claims[id].text for id in ("ash/cook", "ash/cook-2")] == [
        "The cook ate all the jam.",
        "An argument that is called like a statement.",
    ]
    assert [c.text for c in back.codebook.propositions] == ["The cat ate it; *not* the cook.", "A point"]


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
    assert found["passage"] == {"c", "d"}
    assert found["claim whose voice is not said"] == {"c"}
    assert "claim of which the file does not say whose it is" not in found
    assert "e" in lost(argdown.load(b"[p]: P. #proposition\n  + [e]: E.\n")[1])
    assert {"scale and its rules", "how and when the coder coded", "p: kind", "x: bibliography"} <= found["thing made up"]  # fmt: skip


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


LINKED = """[Undemocratic]: Judicial review is undemocratic.
  - [Dialogue]: Reasons are given; see [a](https://x.org/a). {source: "de la Cruz 2018"}
  - [Cut]: See https://x.org/a. {source: "Saito 2010"}
"""


def test_an_address_in_a_link_cuts_nothing_and_a_bare_one_what_argdown_cuts(tmp_path):
    back, losses = argdown.load(LINKED.encode())
    assert [(c.text, back.sources[key].label) for (_, key), coding in back.codings.items() for c in coding.claims[:1]] == [
        ("Reasons are given; see a.", "de la Cruz 2018"),
        ("See https:", "nobody named"),
    ]  # fmt: skip
    assert [s.value for s in back.coding("de-la-cruz-2018").stances] == [-2]
    assert "link in Dialogue: https://x.org/a" in lost(losses)
    cut = [n for n in lost(losses) if n.startswith("what follows an address")]
    assert len(cut) == 1 and '//x.org/a. {source: "Saito 2010"}' in cut[0]
    assert by_argdown(LINKED, tmp_path)[0].codings == back.codings


def test_a_map_that_names_nobody_keeps_its_arrows_and_makes_no_stance():
    text = "[Undemocratic]: It is undemocratic.\n  + <Nine>: Nine decide.\n    + <More>: Few are.\n  + <Hearing>: Few are heard.\n  - <Standing>: All are equal.\n\n[Slow]: It is slow.\n  + <Nine>\n"
    back, losses = argdown.load(text.encode())
    coding = back.coding("nobody-named")
    links = {c.id: (c.supports, c.attacks) for c in coding.claims}
    assert coding.stances == () and links == {
        "nine": (("undemocratic", "slow"), ()), "more": (("nine",), ()), "hearing": (("undemocratic",), ()),
        "standing": ((), ("undemocratic",)), "undemocratic": ((), ()), "slow": ((), ()),
    }  # fmt: skip
    made_up = coding.claims[-2]
    assert (made_up.text, made_up.voice, made_up.holder) == ("It is undemocratic.", "reported", "to do")
    named = [f"{arrow}, whose author is not named" for arrow in ("support: Nine → Undemocratic", "support: Hearing → Undemocratic", "attack: Standing → Undemocratic", "support: Nine → Slow")]  # fmt: skip
    assert {*named, "nobody-named/undemocratic", "nobody-named/slow"} <= lost(losses)
    again = argdown.load(argdown.dump(back)[0])[0]
    assert again.codings == back.codings and again.codebook.propositions == back.codebook.propositions


def test_an_arrow_that_a_stance_does_not_tell_of_is_kept_or_named():
    told = '<x/q>: So. #stance {"source": "x", "proposition": "q", "value": 2, "certainty": 3, "claims": ["c"]}'
    raw = f"[q]: Q. #proposition\n  - [d]: D. {{source: x}}\n\n{told}\n  +> [q]\n  + [c]: C. {{source: x}}\n  + [e]: E. {{source: x}}\n"
    back, losses = argdown.load(raw.encode())
    assert back.coding("x").stances[0].claims == ("c",)
    assert {c.id: c.attacks for c in back.coding("x").claims} == {"d": ("q",), "c": (), "e": (), "q": ()}
    unfit = [x.which for x in losses if x.what == "part that a debate has no place for"]
    assert unfit == [("support: e → x/q",)]  # that of c the stance tells of


def test_a_claim_attacks_another_once_and_a_stance_that_is_unfit_makes_no_source():
    raw = b'[a]: A.\n  - [b]: B. {source: x}\n    - [c]: C. {source: x}\n    >< [c]\n\n<y/a>: Y. #stance {"source": "y", "proposition": "a", "value": "high"}\n'
    back, _ = argdown.load(raw)
    assert {c.id: c.attacks for c in back.coding("x").claims} == {"b": (), "c": ("b",)} and list(back.sources) == ["x"]


def test_a_tag_is_no_voice_and_data_that_do_not_belong_are_named():
    raw = b"[p]: P. #proposition {source: x, kind: fact}\n  + [c]: C. #reported {source: x, proponent: y, value: 2}\n"
    back, losses = argdown.load(raw)
    assert back.codebook.propositions[0].kind == "fact" and back.coding("x").claims[0].voice == "own"
    named = {x.what: x.which for x in losses}["tag or data"]
    assert named == ("p: source in its data", "c: tag reported", "c: proponent in its data", "c: value in its data")


def test_data_that_further_ones_replace_are_named():
    back, losses = argdown.load(b"[p]: P.\n  + [c]: C. {source: x}\n\n[c] {source: y}\n")
    assert "another source of c: x" in lost(losses) and list(back.sources) == ["y"]


def test_the_json_of_argdown_is_read_with_data_that_are_no_list_of_names():
    statements = {
        "A": {
            "members": [{"text": "𝔞 b #t c", "ranges": [{"type": "tag", "start": 5, "stop": 7, "tag": "t"}]}],
            "data": 3,
        }
    }
    relations = [{"from": "B", "to": "A", "relationType": "support", "fromType": "argument"}]
    raw = {"statements": statements, "arguments": {"B": {"members": []}}, "relations": relations}
    back, losses = argdown.load(json.dumps(raw).encode())
    assert back.codebook.propositions[0].text == "𝔞 b c" and "data that are not read: 3" in lost(losses)
    relations[0]["from"] = "C"
    with pytest.raises(ValueError, match="names '<C>', which is not in the file"):
        argdown.load(json.dumps(raw).encode())


def test_headings_and_front_matter_that_say_more_are_named():
    raw = b"===\ntitle: T\nauthor: Ann\n===\n\n# A part\n\n[p]: P. #proposition\n  + [c]: C.\n"
    assert {"front matter: author", "heading A part"} <= lost(argdown.load(raw)[1])


def test_data_nested_beyond_any_use_are_named_and_not_followed():
    back, losses = argdown.load(b"[A]: x. {a: " + b"[" * 40_000 + b"]" * 40_000 + b"}\n  + [B]: y. {source: z}\n")
    assert back.coding("z").claims[0].text == "y." and any(n.startswith("data that are not read") for n in lost(losses))


@pytest.mark.parametrize("sign", ["<!--", "/*", "{"])
def test_what_is_never_closed_is_sought_some_times_only_and_told(sign):
    text = "[A]: x.\n  + [B]: y. {source: z}\n\n" + f"{sign} " * 200
    back, losses = argdown.load(text.encode())
    assert back.coding("z").claims[0].text == "y."
    assert f"{sign} without an end, 200 times: what is in the last of them" in lost(losses)
