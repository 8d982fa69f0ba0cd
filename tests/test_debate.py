import json
import re
import shutil

import pytest
from conftest import SMALL

from analysis import BLIND, DebateError, load_debate
from analysis.codings import coding_file
from analysis.debate import check_debate


def test_a_sound_debate_loads(small):
    assert list(small.sources) == ["ash-2001", "birch-2005", "cedar-2010"]
    assert [p.id for p in small.codebook.propositions] == ["cook-did-it", "cat-did-it", "door-was-open", "jam-was-good"]
    assert small.coding("ash-2001").claims[0].anchors[0].end == "empty the pot that night"


def test_an_unknown_question_is_answered_with_the_nearest(small):
    with pytest.raises(ValueError, match='no question "culprits"; did you mean "culprit"'):
        small.question("culprits")


def test_a_folder_that_is_not_there():
    with pytest.raises(DebateError, match="there is no such folder; did you mean"):
        load_debate(SMALL.parent / "smal")


def test_the_error_lists_every_problem(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    shutil.copytree(SMALL.parent / "broken/value-off-scale", tmp_path / "d", dirs_exist_ok=True)
    (tmp_path / "d/sources.json").unlink()
    with pytest.raises(DebateError) as error:
        load_debate(tmp_path / "d")
    assert "2 problems in the debate" in str(error.value)


def test_the_digest_changes_with_any_value_and_not_with_a_comment(tmp_path, small):
    shutil.copytree(SMALL, tmp_path / "d")
    assert load_debate(tmp_path / "d").digest == small.digest
    coder = tmp_path / "d/codings/reference/coder.yml"
    coder.write_text(coder.read_text() + "# checked twice\n")
    assert load_debate(tmp_path / "d").digest == small.digest
    coder.write_text(coder.read_text().replace("label: ", "label: Other "))
    assert load_debate(tmp_path / "d").digest != small.digest


def test_a_licence_alters_no_digest(tmp_path, small):
    shutil.copytree(SMALL, tmp_path / "d")
    file = tmp_path / "d/debate.yml"
    file.write_text(f"licence: CC0\n{file.read_text()}")
    licensed = load_debate(tmp_path / "d")
    assert (licensed.codebook.licence, licensed.digest) == ("CC0", small.digest)


def test_the_digest_knows_the_order_of_the_sources(tmp_path, small):
    """They are drawn in that order."""
    shutil.copytree(SMALL, tmp_path / "d")
    file = tmp_path / "d/sources.json"
    file.write_text(json.dumps(json.loads(file.read_text())[::-1]))
    assert load_debate(tmp_path / "d").digest != small.digest


def test_a_part_of_a_debate_is_untouched_by_a_change_elsewhere(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    parts = [{"questions": ["culprit"]}, {"questions": ["jam"]}, {"sources": ["ash-2001"]}, {"sources": ["birch-2005"]}]
    parts += [{"coders": ["reference"]}, {"coders": []}]

    def digests():
        return [load_debate(tmp_path / "d", **part).digest for part in parts]

    before = digests()
    assert len(set(before)) == len(parts)
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    text = ash.read_text()
    stance = text.index("proposition: cook-did-it")
    ash.write_text(text[:stance] + text[stance:].replace("certainty: 3", "certainty: 1", 1))
    assert [a == b for a, b in zip(before, digests(), strict=True)] == [False, True, False, True, False, True]


def test_a_part_holds_what_was_asked_for_and_what_that_rests_on(small):
    part = load_debate(SMALL, questions=["culprit"], coders=["reference", *BLIND])
    assert [q.id for q in part.codebook.questions] == ["culprit"]
    kept = {p.id for p in part.codebook.propositions}
    for key, coding in part.codings.items():
        whole = small.codings[key]
        assert coding.stances == tuple(s for s in whole.stances if s.proposition in kept)
        assert {c for s in coding.stances for c in s.claims} == {c.id for c in coding.claims}
        assert not coding.factors and not coding.thesis
    assert list(part.sources) == list(small.sources)
    one = load_debate(SMALL, sources=["ash-2001"])
    assert {s for _, s in one.codings} == {"ash-2001"}
    assert one.codings["reference", "ash-2001"] == small.codings["reference", "ash-2001"]
    assert list(one.sources) == list(small.sources)


def test_a_part_that_is_not_there_is_named_with_the_nearest():
    for part, said in (
        ({"questions": ["culprits"]}, 'no question "culprits"; did you mean "culprit"?'),
        ({"sources": ["ash-2002"]}, 'no source "ash-2002"; did you mean "ash-2001"?'),
        ({"coders": ["referense"]}, 'no coder "referense"; did you mean "reference"?'),
    ):
        with pytest.raises(ValueError, match=re.escape(said)):
            load_debate(SMALL, **part)


def test_counts_and_resolved_anchors():
    report = check_debate(SMALL, SMALL / "texts").as_json()
    assert report["problems"] == []
    assert report["counts"] == {"questions": 2, "propositions": 4, "core": 1}
    assert report["sources"]["ash-2001"] == {
        "claims": 5, "reported": 1, "links": 3, "stances": 3, "silences": 1, "uncoded": 0, "anchors": 5, "anchors_resolved": 5,
    }  # fmt: skip
    assert check_debate(SMALL).as_json()["sources"]["ash-2001"]["anchors_resolved"] is None


def test_a_source_without_a_copy_is_left_out_but_not_all_of_them(tmp_path):
    shutil.copytree(SMALL / "texts", tmp_path / "texts")
    (tmp_path / "texts/birch-2005.txt").unlink()
    report = check_debate(SMALL, tmp_path / "texts")
    assert report.problems == []
    assert report.as_json()["sources"]["birch-2005"]["anchors_resolved"] is None
    (tmp_path / "empty").mkdir()
    assert [p.problem for p in check_debate(SMALL, tmp_path / "empty").problems] == [
        f"no copy of any source in {tmp_path / 'empty'}"
    ]


def test_a_folder_above_the_debate_names_the_debate():
    assert "did you mean" in check_debate(SMALL.parent).problems[0].cure


def test_a_coding_of_stances_only_needs_no_claims(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    second = tmp_path / "d/codings/second"
    second.mkdir()
    coder = "label: Second\nhow: by hand\ndate: 2026-01-31\nnote: Made up.\n"
    (second / "ash-2001.yml").write_text(
        "source: ash-2001\nstances:\n  - {proposition: cook-did-it, value: 2, certainty: 3, why: He says so.}\n"
    )
    (second / "coder.yml").write_text(coder)
    assert [p.problem for p in check_debate(tmp_path / "d").problems] == [
        'the stance on "cook-did-it" rests on no claim'
    ]
    (second / "coder.yml").write_text(coder + "stances_only: true\n")
    assert check_debate(tmp_path / "d").problems == []


def test_uncoded_is_counted_and_is_not_silence(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    ash.write_text(
        ash.read_text().replace(
            "silences:\n  - {proposition: jam-was-good, reason: not-asked, why: Never tasted.}\n", ""
        )
    )
    counts = check_debate(tmp_path / "d").as_json()["sources"]["ash-2001"]
    assert (counts["silences"], counts["uncoded"]) == (0, 1)


HOSTILE = {
    "fifty thousand brackets": "[" * 50_000,
    "a tag on nothing": 'source: !!int ""',
    "a tag on a list": "thesis: !!map [a]",
    "a merge key": "<<: {a: 1}",
    "control characters": "source: \x01\x02",
    "a number of 5,000 digits": "source: " + "9" * 5000,
    "not a number": "source: .nan",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_yaml_ends_in_a_placed_problem(text, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    (tmp_path / "d/codings/reference/ash-2001.yml").write_text(text)
    problems = check_debate(tmp_path / "d").problems
    assert any(p.file == "codings/reference/ash-2001.yml" and p.line >= 1 and p.cure for p in problems)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("value: 2, certainty: 3, why: He says so", "value: no, certainty: 3, why: He says so", "expected a whole number, found a text ('no')"),
        ("value: 2, certainty: 3, why: He says so", "value: 2, certainty: true, why: He says so", "expected a whole number, found true"),
        ("value: 2, certainty: 3, why: He says so", 'value: "2", certainty: 3, why: He says so', "write 2, with a plain hyphen"),
        ("value: -2", "value: −2", "write -2, with a plain hyphen"),
        ("from: 1999", "from: 19:59", "expected a whole number"),
        ("weight: 0", "weight: no", '"no" is not possible here'),
    ],
)  # fmt: skip
def test_a_word_is_never_taken_for_a_number(before, after, said, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    assert before in ash.read_text()
    ash.write_text(ash.read_text().replace(before, after))
    assert any(said in str(p) for p in check_debate(tmp_path / "d").problems), check_debate(tmp_path / "d").problems


PARTS = ["[]", "[[]]", "[[true]]", "[[2001, null]]", '[["c. 1400"]]']


@pytest.mark.parametrize("issued", ["{}", '{"raw": "2001"}', *(f'{{"date-parts": {parts}}}' for parts in PARTS)])
def test_a_source_without_a_year_is_a_problem(issued, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    file = tmp_path / "d/sources.json"
    file.write_text(file.read_text().replace('{"date-parts": [[2001]]}', issued))
    assert any("year of publication" in p.problem for p in check_debate(tmp_path / "d").problems)


def test_a_year_in_quotation_marks_is_the_year(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    file = tmp_path / "d/sources.json"
    file.write_text(file.read_text().replace("[[2001]]", '[["2001", "3"]]'))
    assert load_debate(tmp_path / "d").sources["ash-2001"].issued == {"date-parts": [[2001, 3]]}


def test_what_nobody_knows_may_be_left_unsaid_where_that_is_said(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    file, ash = tmp_path / "d/sources.json", tmp_path / "d/codings/reference/ash-2001.yml"
    file.write_text(file.read_text().replace(', "issued": {"date-parts": [[2001]]}', ""))
    ash.write_text(ash.read_text().replace("value: 2, certainty: 3", "value: 2, certainty: not-stated"))
    debate = load_debate(tmp_path / "d")
    assert (debate.sources["ash-2001"].year, debate.sources["ash-2001"].year_in_words) == (None, "n.d.")
    assert debate.coding("ash-2001").stances[0].certainty == "not-stated"
    assert coding_file(debate.coding("ash-2001")).count("certainty: not-stated\n") == 1


@pytest.mark.parametrize(
    ("certainty", "said"),
    [
        ("", '"certainty" is missing; add `certainty: …` with one of: 1, 2, 3, not-stated'),
        ("certainty: not stated, ", '"not stated" is not possible here; did you mean "not-stated"?'),
        ("certainty: null, ", "this is empty; use one of: 1, 2, 3, not-stated"),
        ('certainty: "3", ', '"3" is a text here; write 3 without quotation marks'),
    ],
)
def test_a_certainty_left_out_is_a_problem_and_the_cure_names_both_ways(certainty, said, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    ash.write_text(ash.read_text().replace("value: 2, certainty: 3, ", f"value: 2, {certainty}"))
    [problem] = check_debate(tmp_path / "d").problems
    assert said in str(problem) and "stances[0].certainty" in str(problem)


def test_no_sources_no_reference_and_stray_files_are_problems(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    (tmp_path / "d/sources.json").write_text("[]")
    (tmp_path / "d/codings/reference/ash-2001.yml").rename(tmp_path / "d/codings/reference/ash-2001.yaml")
    (tmp_path / "d/codings/reference").rename(tmp_path / "d/codings/mine")
    said = " ".join(str(p) for p in check_debate(tmp_path / "d").problems)
    for words in ("there are no sources", "there are no reference codings", '"ash-2001.yaml" is not read'):
        assert words in said


def test_a_readers_own_coding_leaves_the_others_digest_as_it_is(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    before = load_debate(tmp_path / "d", coders=["reference"]).digest
    shutil.copytree(tmp_path / "d/codings/reference", tmp_path / "d/codings/anna")
    assert load_debate(tmp_path / "d", coders=["reference"]).digest == before


OFF_SCALE = "stances[1].value: the value 9 is not on the scale"


def _told_of_ash(tmp_path, *changes):
    """What a check says of a coding in which these words were put in place of others."""
    shutil.copytree(SMALL, tmp_path / "d")
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    text = ash.read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    ash.write_text(text)
    return [str(p) for p in check_debate(tmp_path / "d").problems]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("thesis: [", "theses: [", 'ash-2001.yml:2: theses: unknown key "theses"'),
        ("thesis: [cook-guilty]", "thesis: cook-guilty", "ash-2001.yml:2: thesis: expected a list"),
        ("value: 9, certainty: 3", "value: 9, certainty: high", '35: stances[1].certainty: "high" is not possible here'),
        ("value: 9, certainty: 3", "value: 9, sure: yes, certainty: 3", '35: stances[1].sure: unknown key "sure"'),
        ("  - {proposition: cook-did-it, value: 2, certainty: 3, why: He says so., claims: [cook-guilty, spoon-in-apron]}", "  - He says so.", "34: stances[0]: expected keys and values"),
        ("voice: own", "voice: owned", '6: claims[0].voice: "owned" is not possible here'),
        ("  - id: cook-guilty\n    text", "  -\n    text", '5: claims[0].id: "id" is missing'),
        ("holder: the household", "holder: []", "18: claims[2].holder: expected a text"),
    ],
)  # fmt: skip
def test_a_fault_of_form_hides_no_other_fault_and_brings_none_with_it(before, after, said, tmp_path):
    changes = [("value: -2, certainty: 3", "value: 9, certainty: 3"), (before, after)]
    one, other = sorted(_told_of_ash(tmp_path, *changes), key=lambda p: OFF_SCALE in p)
    assert said in one and f"codings/reference/ash-2001.yml:35: {OFF_SCALE}; use one of: -2, -1, 0, 1, 2" in other


def test_an_unknown_key_hides_no_rule_of_its_record(tmp_path):
    said = _told_of_ash(tmp_path, ("holder: the household", "holders: the household"))
    assert ['unknown key "holders"' in p or "a reported claim needs its holder" in p for p in said] == [True, True]


def test_what_rests_on_a_claim_without_a_name_is_not_judged_and_on_one_with_a_name_is(tmp_path):
    changes = (
        ("claims: [door-ajar], qual", "claims: [door-shut], qual"),
        ("  - id: spoon-in-apron\n    text", "  - text"),
    )
    assert ["claims[1].id" in p for p in _told_of_ash(tmp_path / "a", *changes)] == [True]
    said = _told_of_ash(tmp_path / "b", changes[0], ("text: A sticky", "texts: A sticky"))
    assert len(said) == 3 and 'stances[2].claims[0]: no claim "door-shut"; use one of' in said[-1]


def test_a_slip_in_coder_yml_is_no_fault_of_his_codings(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    second, counter = (tmp_path / "d/codings" / name for name in ("second", "third"))
    for folder, more in ((second, "stances_only: true\ncolour: green\n"), (counter, "counters: second\n")):
        folder.mkdir()
        (folder / "coder.yml").write_text(
            f"label: {folder.name}\nhow: by hand\ndate: 2026-01-31\nnote: Made up.\n{more}"
        )
    (second / "ash-2001.yml").write_text(
        "source: ash-2001\nstances:\n  - {proposition: cook-did-it, value: 2, certainty: 3, why: He says so.}\n"
    )
    assert [p.problem for p in check_debate(tmp_path / "d").problems] == ['unknown key "colour"']


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"genre": "essay", ', "", "[0].custom.genre"),
        ('"title": "The Jam Question"', '"title": 7', "[0].title"),
        ('"id": "ash-2001"', '"ID": "ash-2001"', "[0].id"),
        ('"id": "ash-2001"', '"id": "Ash 2001"', "[0].id"),
    ],
)
def test_the_codings_of_a_source_with_a_faulty_record_are_not_without_source(before, after, said, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    shutil.copytree(SMALL / "codings/reference", tmp_path / "d/codings/second")
    file = tmp_path / "d/sources.json"
    file.write_text(file.read_text().replace(before, after, 1))
    assert [p.path for p in check_debate(tmp_path / "d").problems] == [said]


def test_a_coding_of_no_source_is_told_beside_a_faulty_record(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    file, ash = tmp_path / "d/sources.json", tmp_path / "d/codings/reference/ash-2001.yml"
    file.write_text(file.read_text().replace('"genre": "essay", ', "", 1))
    ash.write_text(ash.read_text().replace("source: ash-2001", "source: ash-2010"))
    said = [p.problem for p in check_debate(tmp_path / "d").problems]
    assert said == ['no source "ash-2010"', 'the file is named ash-2001.yml but codes "ash-2010"', '"genre" is missing']


def test_a_factor_or_thesis_on_reported_views_only_is_a_problem(tmp_path):
    shutil.copytree(SMALL, tmp_path / "d")
    ash = tmp_path / "d/codings/reference/ash-2001.yml"
    text = (
        ash.read_text()
        .replace("thesis: [cook-guilty]", "thesis: [cat-blamed]")
        .replace("The cook was hungry., claims: [cook-guilty]", "The cook was hungry., claims: [cat-blamed]")
    )
    ash.write_text(text)
    assert [p.path for p in check_debate(tmp_path / "d").problems] == ["thesis", "factors[0].claims"]
