import shutil

import pytest
from conftest import SMALL

from analysis import DebateError, load_debate
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


def test_the_digest_changes_with_any_byte(tmp_path, small):
    shutil.copytree(SMALL, tmp_path / "d")
    assert load_debate(tmp_path / "d").digest == small.digest
    coder = tmp_path / "d/codings/reference/coder.yml"
    coder.write_text(coder.read_text() + "\n")
    assert load_debate(tmp_path / "d").digest != small.digest


def test_counts_and_resolved_anchors():
    report = check_debate(SMALL, SMALL / "texts").as_json()
    assert report["problems"] == []
    assert report["counts"] == {"questions": 2, "propositions": 4, "core": 1}
    assert report["sources"]["ash-2001"] == {
        "claims": 5, "reported": 1, "links": 3, "stances": 3, "silences": 1, "uncoded": 0, "anchors": 5, "anchors_resolved": 5,
    }  # fmt: skip
    assert check_debate(SMALL).as_json()["sources"]["ash-2001"]["anchors_resolved"] is None


def test_a_missing_text_is_a_problem_of_its_own(tmp_path):
    shutil.copytree(SMALL / "texts", tmp_path / "texts")
    (tmp_path / "texts/birch-2005.txt").unlink()
    problems = check_debate(SMALL, tmp_path / "texts").problems
    assert [(p.file, p.problem) for p in problems] == [("texts/birch-2005.txt", "the file is missing")]


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
