import re
import shutil
from types import SimpleNamespace

import pytest
from conftest import SMALL
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import passages as p
from analysis.anchors import folded, resolution
from analysis.debate import load_debate
from analysis.reading import read_yaml
from analysis.schemas import Anchor, Claim, Source

ASH = "codings/reference/ash-2001.yml"
LONG = (
    "The jam stood on the upper shelf of the larder, behind the flour. Nobody had touched it since the autumn fair. "
    "On the second night of the frost the lid was found beside the stove, and half of the pot was gone."
)


@pytest.fixture
def debate(tmp_path):
    """The small debate with its texts, to be written into; not sealed."""
    folder = shutil.copytree(SMALL, tmp_path / "small")
    for file in folder.glob("codings/reference/*.yml"):
        words = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r', letters: \d+, skeleton: "\w+"', "", words), encoding="utf-8")
    return load_debate(folder)


def rewritten(debate, name, change):
    """The debate after a change to the words of one of its files."""
    file = debate.path / name
    file.write_bytes(change(file.read_bytes().decode()).encode())
    return load_debate(debate.path)


def with_text(debate, key, words):
    (debate.path / "texts" / f"{key}.txt").write_text(words, encoding="utf-8")
    return debate


def without_texts(debate):
    shutil.rmtree(debate.path / "texts")
    return debate


def with_begins(debate, key, words):
    return rewritten(
        debate,
        "sources.json",
        lambda t: re.sub(f'("{key}".*?"custom": {{)', rf'\1"begins": "{words}", ', t, flags=re.S),
    )


# Passages


def test_every_anchor_has_its_place_in_the_copy(debate):
    table = p.passages(debate)
    assert list(table.columns) == p.PASSAGES
    assert set(table.status) == {"exact"}
    assert len(table) == sum(len(c.anchors) for coding in debate.codings.values() for c in coding.claims)
    row = table[table.claim == "no-paw-marks"].iloc[0]
    text = p.copies(debate)["ash-2001"].text
    assert (
        " ".join(text[row.start : row.end].split())
        == "Yet not one paw mark was found on shelf, floor or sill, and that clears the cat altogether"
    )


def test_a_source_without_a_copy_says_so(debate):
    (debate.path / "texts/ash-2001.txt").unlink()
    table = p.passages(debate).set_index("source")
    assert set(table.status["ash-2001"]) == {"no copy"}
    assert table.start["ash-2001"].isna().all()
    assert set(p.copies(debate)) == {"birch-2005", "cedar-2010"}
    assert p.passages(debate, folder=SMALL / "texts").status.eq("exact").all()


def test_a_passage_that_is_not_in_the_copy_has_no_place(debate):
    table = p.passages(with_text(debate, "ash-2001", "Nothing of the kind."))
    row = table[table.claim == "cook-guilty"].iloc[0]
    assert row.status == "not found"
    assert row.notes
    assert row[["start", "end", "page"]].isna().all()


def test_pages_are_counted_where_the_copy_has_them(debate):
    assert p.passages(debate).page.isna().all()
    text = (SMALL / "texts/ash-2001.txt").read_text(encoding="utf-8").replace("A spoon", "\fA spoon")
    table = p.passages(with_text(debate, "ash-2001", text)).set_index("claim")
    assert (table.page["no-paw-marks"], table.page["spoon-in-apron"]) == (1, 2)


def test_a_copy_that_cannot_be_read_is_named(debate):
    (debate.path / "texts/ash-2001.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ValueError, match=r"texts/ash-2001\.txt:1: the file is not UTF-8"):
        p.copies(debate)


def test_an_unknown_coder_is_answered_with_the_nearest(debate):
    with pytest.raises(ValueError, match='no coder "referense"; did you mean "reference"'):
        p.passages(debate, coder="referense")


# Claims by name


def test_a_claim_goes_by_its_id_or_its_source_and_id(debate):
    source, claim = p.claim_named(debate, "door-ajar")
    assert (source, claim.id) == ("ash-2001", "door-ajar")
    assert p.claim_named(debate, "ash-2001/door-ajar") == (source, claim)


def test_an_unknown_claim_is_answered_with_the_nearest(debate):
    for name, cure in {
        "dor-ajar": 'did you mean "door-ajar"',
        "ash-2001/dor-ajar": 'did you mean "ash-2001/door-ajar"',
        "ahs-2001/door-ajar": 'did you mean "ash-2001/door-ajar"',
        "zzz": "use one of: cat-blamed",
        "": "use one of",
    }.items():
        with pytest.raises(ValueError, match=re.escape(cure)):
            p.claim_named(debate, name)


def test_a_claim_id_of_two_sources_names_both(debate):
    debate = rewritten(debate, "codings/reference/cedar-2010.yml", lambda t: t.replace("door-shut", "door-ajar"))
    with pytest.raises(ValueError, match="use ash-2001/door-ajar or cedar-2010/door-ajar"):
        p.claim_named(debate, "door-ajar")


# Context


def test_a_passage_stands_between_its_sentences(debate):
    (excerpt,) = p.context(debate, "no-paw-marks", sentences=1)
    assert (
        excerpt.before == "The household holds that nobody in the whole street, and only the cat could have done it.¹"
    )
    assert (
        excerpt.passage == "Yet not one paw mark was found on shelf, floor or sill, and that clears the cat altogether."
    )
    assert excerpt.after == "A spoon, still “sticky” to the touch of anyone, lay in the pocket of her apron."
    assert (excerpt.page, excerpt.status, excerpt.notes) == (None, "exact", "")


def test_the_rest_of_a_sentence_is_the_first_of_the_neighbours(debate):
    debate = with_text(
        debate,
        "ash-2001",
        f"{LONG}\nWe know: it was the cook who came down to empty the pot that night, no more. So. End.",
    )
    (excerpt,) = p.context(debate, "cook-guilty", sentences=1)
    assert (excerpt.before, excerpt.after) == ("We know:", "no more.")
    assert excerpt.passage == "it was the cook who came down to empty the pot that night,"
    assert p.context(debate, "cook-guilty", sentences=2)[0].after == "no more. So."
    assert p.context(debate, "cook-guilty", sentences=0)[0].before == ""


def test_matter_before_the_text_is_no_context(debate):
    debate = with_begins(debate, "ash-2001", "THE JAM QUESTION")
    assert p.context(debate, "cat-blamed", sentences=9)[0].before == "THE JAM QUESTION"


def test_an_excerpt_that_is_not_found_is_empty_and_says_why(debate):
    (excerpt,) = p.context(with_text(debate, "ash-2001", LONG), "cook-guilty")
    assert (excerpt.before, excerpt.passage, excerpt.after, excerpt.status) == ("", "", "", "not found")
    assert "the text" in excerpt.notes
    (excerpt,) = p.context(without_texts(debate), "cook-guilty")
    assert (excerpt.passage, excerpt.status) == ("", "no copy")
    assert excerpt.notes.startswith("no copy of ash-2001 in ")


def test_a_passage_keeps_its_marks_and_its_year():
    text = "Before. “The revolt began in the town of Tver in 1917.”¹ After it came another."
    anchor = Anchor(start="The revolt began in", end="town of Tver in 1917")
    excerpt = p._excerpt(anchor, folded(text), 1)
    assert (excerpt.before, excerpt.passage) == ("Before.", "“The revolt began in the town of Tver in 1917.”¹")


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. A. B. Smith saw it.", "He left."],
        ["See pp. 12 and vol. 3 of it.¹²", "Then came the end."],
        ["It cost 3.5 pounds in the U.S. alone.", "In Kiev, cf. Brown, it did not."],
        ["He said no.", "Nobody knew.12", "“Why?”", "1917 was late."],
        ["From Dec. 1927 to Jan. 1928, f. 17, op. 2, d. 5 tell of it [Fig. 3].[14]", "(They do.)"],
        ["What … nobody knew!", "Yes."],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(sentences):
    text = " ".join(sentences)
    assert [text[a:b] for a, b in p.sentence_spans(text)] == sentences


def test_a_blank_line_ends_a_sentence_unless_it_goes_on():
    text = "A HEADING\n\nThe text goes\n\n\fon and on"
    assert [text[a:b] for a, b in p.sentence_spans(text)] == ["A HEADING", "The text goes\n\n\fon and on"]


def test_words_are_tidied_as_they_are_read():
    assert (
        p.tidied("The house-\nhold,\f of  the ﬁrst Anglo-\r\nAmerican\n\n")
        == "The household, of the first Anglo-American"
    )
    assert p.tidied("1928-\n1929, work\u00aders&#x27; – or\nnot") == "1928-1929, workers' – or not"


# Search


def test_words_are_found_in_any_form_with_what_stands_around_them(debate):
    table = p.found(debate, "spoons")
    assert list(table.columns) == p.FOUND
    assert set(table.source) == {"ash-2001", "birch-2005"}
    row = table[table.source == "ash-2001"].iloc[0]
    assert (row.before, row.match, row.after) == (
        "A",
        "spoon",
        ", still “sticky” to the touch of anyone, lay in the pocket of her apron.",
    )
    assert "ash-2001/spoon-in-apron" in row.claims


def test_words_divided_at_a_line_end_are_found(debate):
    assert p.found(debate, "household").match.tolist() == ["household"]


def test_all_words_must_stand_and_phrases_together(debate):
    assert p.found(debate, "door decide").source.tolist() == ["birch-2005"]
    assert len(p.found(debate, "spoon zebra")) == 0
    assert len(p.found(debate, '"beyond question"')) == 1
    assert len(p.found(debate, "“question beyond”")) == 0


def test_the_best_passages_come_first_and_no_more_than_asked(debate):
    words = "The cat sat. " + "Nothing else of any note took place in the long days of that winter. " * 3
    words += "The cat chased another cat, a cat from the mill, and both the cats ran away over the snow."
    debate = with_text(debate, "ash-2001", words)
    best = p.found(debate, "cat", source="ash-2001")
    assert best.match.iloc[0] == "cat" and best.after.iloc[0].startswith("chased")
    assert len(p.found(debate, "cat", limit=1)) == 1


@pytest.mark.parametrize(
    "query",
    ['"door', 'door"', '"', "AND", "door AND", "NOT door", "door*", "NEAR(door cat)", "NEAR", "words: door", "^door",
     "the cook's spoon", "o’clock", "(door", "door)", "-door", "{door}", "door + cat", "'; DROP TABLE copy; --",
     '"door "" cat"', "\0door", "door\ud800", "¹door²", "ﬁnd"],
)  # fmt: skip
def test_no_query_is_a_command(debate, query):
    try:
        assert list(p.found(debate, query).columns) == p.FOUND
    except ValueError as error:
        assert "the query has no words" in str(error)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_search(small, query):
    test_no_query_is_a_command(small, query)


def test_what_looks_like_a_command_is_a_word(debate):
    assert len(p.found(debate, "door*")) == len(p.found(debate, "door")) > 0
    assert p.found(debate, "o’clock").match.tolist() == ["o’clock"]
    assert len(p.found(debate, "door OR spoon")) == 0


@pytest.mark.parametrize("query", ["", "  ", '""', "* - !", "¹"])
def test_a_query_without_words_says_so(debate, query):
    with pytest.raises(ValueError, match="the query has no words"):
        p.found(debate, query)


def test_a_search_that_cannot_be_made_says_why(debate):
    for words, arguments in {
        'no source "ash-2010"; did you mean "ash-2001"': {"source": "ash-2010"},
        "limit of at least 1": {"limit": 0},
        "no copy of any source in": {"folder": "nowhere"},
        "no copy of ash-2001 in": {"folder": "nowhere", "source": "ash-2001"},
    }.items():
        with pytest.raises(ValueError, match=words):
            p.found(debate, "door", **arguments)
    with pytest.raises(ValueError, match="more than 40 words"):
        p.found(debate, "door " * 41)


# What no claim touches


def test_what_no_claim_touches_is_listed_longest_first(debate):
    debate = with_text(debate, "birch-2005", f"{LONG} It was the cat, and the cook never touched a spoon. All is said.")
    table = p.uncovered(debate, at_least=2)
    assert list(table.columns) == p.UNCOVERED
    assert table.words.is_monotonic_decreasing
    first = table.iloc[0]
    assert (first.source, first["first"], first["last"]) == (
        "birch-2005",
        "The jam stood on the",
        "of the pot was gone",
    )
    assert first.words == len(LONG.split())
    assert (table[table.source == "birch-2005"]["last"] == "All is said").any()
    assert p.uncovered(debate, folder=SMALL / "texts").empty


def test_a_copy_without_claims_is_one_stretch(debate):
    (debate.path / "codings/reference/birch-2005.yml").unlink()
    debate = load_debate(debate.path)
    table = p.uncovered(with_text(debate, "birch-2005", LONG), at_least=20)
    assert table[table.source == "birch-2005"].words.tolist() == [len(LONG.split())]


# New anchors


def test_a_new_anchor_is_short_sealed_and_leads_back(debate, tmp_path):
    debate = with_text(debate, "ash-2001", f"It began: {LONG} It ended.")
    line = p.new_anchor(
        debate, "ash-2001", "The jam stood on the upper shelf of the larder", "half of the pot was gone"
    )
    (tmp_path / "line.yml").write_text(line, encoding="utf-8")
    values = read_yaml(tmp_path / "line.yml", "line.yml").values
    assert list(values) == ["start", "end", "letters", "skeleton"]
    assert (values["start"], values["end"]) == ("The jam stood on the", "half of the pot was gone")
    text = p.copies(debate)["ash-2001"]
    found = resolution(Anchor(**values), text)
    assert found.status == "exact"
    assert text.text[found.start : found.end] == LONG.removesuffix(".")


def test_quotation_marks_in_an_anchor_are_written_so_that_yaml_reads_them(debate, tmp_path):
    words = LONG.replace("The jam stood", 'The "jam" stood').replace("was gone", "wasn&#x27;t there")
    line = p.new_anchor(with_text(debate, "ash-2001", words), "ash-2001", "The jam stood on the", "pot wasn't there")
    (tmp_path / "line.yml").write_text(line, encoding="utf-8")
    values = read_yaml(tmp_path / "line.yml", "line.yml").values
    assert values["start"] == 'The "jam" stood on the'
    assert values["end"] == "the pot wasn't there"


def test_a_passage_that_makes_no_anchor_says_why(debate):
    twice = "And so the matter rested until the end of winter, when the cat came back. "
    debate = with_text(debate, "ash-2001", f"{LONG} {twice}{'Word upon word upon word. ' * 400}{twice}")
    for (first, last), words in {
        ("The jam stood on", "the forks and knives"): "not found: the last words are not in the text",
        ("And so the matter", "cat came back"): "ambiguous",
        ("The jam stood", "of the larder"): "has 10 words; take a longer passage, of at least 13 words",
        ("The jam stood on", "the cat came back"): "too",
        ("", "the cat"): "must have letters",
        ("1917", "the cat"): "must have letters",
    }.items():
        with pytest.raises(ValueError, match=words):
            p.new_anchor(debate, "ash-2001", first, last)
    with pytest.raises(ValueError, match='did you mean "ash-2001"'):
        p.new_anchor(debate, "ash-2002", "a", "b")


# Seals


def anchors_of(debate, key="ash-2001"):
    return [a for c in debate.coding(key).claims for a in c.anchors]


def test_sealing_adds_letters_and_skeleton_and_nothing_else(debate):
    files = {f: f.read_text(encoding="utf-8") for f in debate.path.glob("codings/reference/*.yml")}
    sealings = p.seal(debate)
    assert sealings[0] == p.Sealing(ASH, 5, ())
    for file, before in files.items():
        after = file.read_text(encoding="utf-8")
        assert re.sub(r', letters: \d+, skeleton: "[0-9a-f]+"', "", after) == before
    sealed = load_debate(debate.path)
    assert all(a.letters and a.skeleton for key in sealed.sources for a in anchors_of(sealed, key))
    assert p.passages(sealed).status.eq("exact").all()


def test_sealing_twice_changes_nothing(debate):
    p.seal(debate)
    files = {f: f.read_bytes() for f in debate.path.rglob("*.yml")}
    p.seal(load_debate(debate.path))
    assert files == {f: f.read_bytes() for f in debate.path.rglob("*.yml")}


BLOCK = """\
      - start: "It was the cook who came down"  # a comment with letters: 1
        end: empty the pot that night   # and another
        # a third
"""
LAYOUTS = {
    "block": BLOCK,
    "block, other keys": BLOCK.replace("        # a third", "        letters:\n        prefix: apron."),
    "block, end first": '      - end: empty the\n          pot that night\n        start: "It was the cook who came down"\n',
    "block, folded": "      - start: It was the cook who came down\n        end: >-\n          empty the pot\n          that night\n\n",
    "flow": "      - {start: It was the cook who came down, end: empty the pot that night}  # {end: x}\n",
    "flow, trailing comma": "      - {start: 'It was the cook who came down', end: 'empty the pot that night',}\n",
    "flow, end first": '      - {end: "empty the pot that night", start: It was the cook who came down}\n',
    "flow, lines": "      - {start: It was the cook who came down, # one\n         end: empty the pot that night # two\n        }\n",
    "flow, empty": "      - {start: It was the cook who came down, end: empty the pot that night, letters: , prefix: apron}\n",
    "flow sequence": "      [{start: It was the cook who came down, end: empty the pot that night}]\n",
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_anchor_may_be_written_in_any_way(debate, layout, newline):
    def change(words):
        plain = "      - {start: It was the cook who came down, end: empty the pot that night}\n"
        assert plain in words
        return "\ufeff# Ünïcode 🍓 first\n".replace("\n", newline) + words.replace(plain, LAYOUTS[layout]).replace(
            "\n", newline
        )

    debate = rewritten(debate, ASH, change)
    before = (debate.path / ASH).read_bytes()
    assert p.seal(debate)[0].sealed == 5
    after = (debate.path / ASH).read_bytes()
    sealed = load_debate(debate.path)
    assert all(r.status == "exact" for r in (resolution(a, p.copies(sealed)["ash-2001"]) for a in anchors_of(sealed)))
    values = rb"(,?\s*letters: *\d*|,?\s*skeleton: *[\"'][0-9a-f]*[\"']|\s)"
    assert re.sub(values, b"", after) == re.sub(values, b"", before)
    assert after.count(b"\r") == (after.count(b"\n") if newline == "\r\n" else 0)
    assert after.count(b'skeleton: "') == 5
    p.seal(sealed)
    assert (debate.path / ASH).read_bytes() == after


def test_a_file_that_ends_in_an_anchor_is_sealed(debate):
    words = (
        "source: ash-2001\nclaims:\n  - id: a\n    text: A.\n    voice: own\n    anchors:\n"
        + BLOCK.rpartition("   #")[0].rpartition("   #")[0]
    )
    debate = rewritten(debate, ASH, lambda _: words)
    p.seal(debate)
    assert (debate.path / ASH).read_text(encoding="utf-8").startswith(words + "\n        letters: ")


def test_an_anchor_that_leads_nowhere_is_left_and_named(debate):
    debate = rewritten(debate, ASH, lambda t: t.replace("A spoon still sticky", "A fork still sticky"))
    sealing = p.seal(debate)[0]
    assert sealing.sealed == 4
    (problem,) = sealing.left
    assert (problem.file, problem.path) == (ASH, "claims[1].anchors[0]")
    assert "A fork" in (debate.path / ASH).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert "{start: A fork still sticky, end: pocket of her apron}" in (debate.path / ASH).read_text(encoding="utf-8")


def test_a_seal_that_holds_in_a_worse_copy_is_kept(debate):
    p.seal(debate)
    debate = load_debate(debate.path)
    worse = p.copies(debate)["ash-2001"].text.replace("It was the cook who", "It was tbe cook who")
    before = (debate.path / ASH).read_bytes()
    assert p.seal(with_text(debate, "ash-2001", worse))[0] == p.Sealing(ASH, 5, ())
    assert (debate.path / ASH).read_bytes() == before


def test_a_seal_that_does_not_fit_the_copy_stays_and_is_named(debate):
    wrong = ', letters: 4, skeleton: "000"}'
    debate = rewritten(
        debate, ASH, lambda t: t.replace("empty the pot that night}", "empty the pot that night" + wrong)
    )
    sealing = p.seal(debate)[0]
    assert (sealing.sealed, len(sealing.left)) == (4, 1)
    assert wrong in (debate.path / ASH).read_text(encoding="utf-8")


def test_a_coding_without_a_copy_is_not_sealed(debate):
    (debate.path / "texts/birch-2005.txt").unlink()
    assert ASH in [s.file for s in p.seal(debate)]
    assert "skeleton" not in (debate.path / "codings/reference/birch-2005.yml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="no copy of any source in"):
        p.seal(without_texts(debate))


def test_a_file_changed_since_it_was_loaded_is_not_sealed(debate):
    for words in ("source: ash-2001\n", "source: [", ""):
        (debate.path / ASH).write_text(words, encoding="utf-8")
        with pytest.raises(ValueError, match=r"ash-2001\.yml"):
            p.seal(debate)
        assert (debate.path / ASH).read_text(encoding="utf-8") == words


# Links


CLAIM = Claim(id="a", text="A.", voice="own", anchors=[Anchor(start="self-help, they said & did", end="50% of “it”")])


def link(claim=CLAIM, **fields):
    notes = {"label": "A", "genre": "g", "addressee": "a", "evidence": "e"}
    record = {
        "id": "a",
        "type": "article",
        "title": "T",
        "author": [{"family": "A"}],
        "issued": {"date-parts": [[2001]]},
        "custom": notes,
    }
    return p.web_link(Source(**record, **fields), claim)


def test_a_web_page_is_linked_at_the_passage():
    words = "self%2Dhelp%2C%20they%20said%20%26%20did,50%25%20of%20%E2%80%9Cit%E2%80%9D"
    assert link(URL="https://a.org/x?y=1") == f"https://a.org/x?y=1#:~:text={words}"
    assert link(URL="https://a.org/x#part") == f"https://a.org/x#part:~:text={words}"
    assert link(URL="http://a.org/", DOI="10.1000/x").startswith("http://a.org/#:~:text=")


def test_prefix_and_suffix_go_into_the_link():
    anchor = Anchor(start="a b", end="c d", prefix="y-z", suffix="e,f")
    claim = SimpleNamespace(anchors=[anchor])
    assert link(claim, URL="https://a.org") == "https://a.org#:~:text=y%2Dz-,a%20b,c%20d,-e%2Cf"


def test_an_article_is_linked_by_its_doi():
    assert link(DOI="10.15826/qr.2017.3.245") == "https://doi.org/10.15826/qr.2017.3.245"
    assert link(DOI="https://doi.org/10.1000/a<b>#c?d") == "https://doi.org/10.1000/a%3Cb%3E%23c%3Fd"
    assert link(URL="javascript:alert(1)", DOI="10.1000/x") == "https://doi.org/10.1000/x"


@pytest.mark.parametrize(
    "fields",
    [{}, {"DOI": "x"}, {"DOI": ""}, *({"URL": u} for u in ("javascript:alert(1)", "ftp://a.org", "a.org", "//a.org", "http://", "https://[", 'https://a.org/"onclick="x', "file:///etc/passwd", "data:text/html,x"))],
)  # fmt: skip
def test_anything_else_is_not_linked(fields):
    assert link(**fields) is None


# Taking in a copy


def test_a_file_is_taken_in_and_its_anchors_counted(debate, tmp_path):
    without_texts(debate)
    copy = tmp_path / "some file.txt"
    copy.write_bytes(
        (SMALL / "texts/ash-2001.txt").read_text(encoding="utf-8").replace("A spoon", "A fork").encode("utf-8-sig")
    )
    addition = p.added(debate, "ash-2001", copy)
    assert addition == p.Addition("ash-2001", 104, 1, 4, 5, ("ash-2001/spoon-in-apron",))
    assert (debate.path / "texts/ash-2001.txt").read_text(encoding="utf-8").startswith("Some other author's")
    assert p.passages(debate).query("source == 'ash-2001'").status.eq("exact").sum() == 4


def test_a_copy_is_replaced_only_if_one_says_so(debate):
    with pytest.raises(ValueError, match="there is a copy of ash-2001 already"):
        p.added(debate, "ash-2001", SMALL / "texts/ash-2001.txt")
    assert p.added(debate, "ash-2001", SMALL / "texts/ash-2001.txt", replace=True).resolved == 5


def test_the_wrong_file_is_refused_and_recognised(debate):
    without_texts(debate)
    with pytest.raises(ValueError, match="this looks like ash-2001, not birch-2005: 0 of 2 anchors resolve; add it as"):
        p.added(debate, "birch-2005", SMALL / "texts/ash-2001.txt")
    with pytest.raises(ValueError, match="this does not look like birch-2005: 0 of 2 anchors resolve"):
        p.added(debate, "birch-2005", SMALL / "debate.yml")
    assert not (debate.path / "texts").exists()


def test_a_file_with_more_of_another_source_is_refused(debate, tmp_path):
    without_texts(debate)
    mixed = tmp_path / "mixed.txt"
    mixed.write_text(
        (SMALL / "texts/ash-2001.txt").read_text(encoding="utf-8")
        + "It was the cat, and the cook never touched a spoon.",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="this looks like ash-2001, not birch-2005: 1 of 2 anchors resolve"):
        p.added(debate, "birch-2005", mixed)
    assert not (debate.path / "texts").exists()
    assert p.added(debate, "ash-2001", mixed).resolved == 5


def test_a_worse_copy_does_not_replace_a_better_one(debate, tmp_path):
    worse = tmp_path / "worse.txt"
    better = debate.path / "texts/ash-2001.txt"
    words = better.read_text(encoding="utf-8")
    worse.write_text(words.replace("A spoon", "A fork"), encoding="utf-8")
    with pytest.raises(ValueError, match="5 of 5 anchors resolve in it, 4 in this one; delete"):
        p.added(debate, "ash-2001", worse, replace=True)
    assert better.read_text(encoding="utf-8") == words


def test_a_copy_that_cannot_be_read_may_be_replaced(debate):
    (debate.path / "texts/ash-2001.txt").write_bytes(b"caf\xe9")
    assert p.added(debate, "ash-2001", SMALL / "texts/ash-2001.txt", replace=True).resolved == 5


def test_a_source_that_is_not_coded_yet_takes_any_file_but_another_source(debate, tmp_path):
    (debate.path / "codings/reference/birch-2005.yml").unlink()
    debate = without_texts(load_debate(debate.path))
    with pytest.raises(ValueError, match="this looks like ash-2001, not birch-2005: birch-2005 has no anchors"):
        p.added(debate, "birch-2005", SMALL / "texts/ash-2001.txt")
    assert p.added(debate, "birch-2005", SMALL / "texts/birch-2005.txt").anchors == 0


def test_what_cannot_be_taken_in_says_why(debate, tmp_path):
    without_texts(debate)
    with pytest.raises(ValueError, match='no source "ash-2010"; did you mean "ash-2001"'):
        p.added(debate, "ash-2010", SMALL / "texts/ash-2001.txt")
    with pytest.raises(ValueError, match=r"nowhere\.txt: .+; .+"):
        p.added(debate, "ash-2001", tmp_path / "nowhere.txt")
