import json
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from conftest import SHIPPED, SMALL

from analysis import __version__
from analysis.__main__ import main
from analysis.debate import DebateError, load_debate


def test_check_prints_counts(capsys):
    assert main(["check", str(SMALL), "--texts", str(SMALL / "texts")]) == 0
    out = capsys.readouterr().out
    assert "No problems." in out and "2 questions, 4 propositions, 1 core" in out


def test_check_says_what_it_did_not_check(capsys, tmp_path):
    shutil.copytree(SMALL, tmp_path / "d", ignore=shutil.ignore_patterns("texts"))
    assert main(["check", str(tmp_path / "d")]) == 0
    assert "Passages not checked" in capsys.readouterr().out


def test_check_as_json(capsys):
    assert main(["check", str(SMALL), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"problems", "counts", "sources", "advice"}


def test_problems_as_json_are_placed_and_cured(capsys):
    assert main(["check", str(SMALL / "nowhere"), "--json"]) == 1
    problem = json.loads(capsys.readouterr().out)["problems"][0]
    assert set(problem) == {"file", "line", "path", "problem", "cure"}


def test_the_only_debate_is_found_by_itself(capsys, monkeypatch):
    monkeypatch.chdir(SHIPPED.parent.parent)
    assert main(["check"]) == 0
    monkeypatch.chdir(SMALL)
    assert main(["check"]) == 0
    monkeypatch.chdir(SMALL.parent)
    assert main(["check"]) == 2
    assert "name the debate's folder, or begin one: stancebook new DIR" in capsys.readouterr().err


def test_a_texts_folder_that_is_not_there(capsys):
    assert main(["check", str(SMALL), "--texts", "nowhere"]) == 2
    assert "no folder nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_jobs_must_be_a_number(jobs, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["build", "--jobs", jobs])
    assert stop.value.code == 2
    assert "whole number of 1 or more" in capsys.readouterr().err


def test_build_where_there_is_nothing_to_build_says_so(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 2
    assert "name the debate's folder, or begin one" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())
    (tmp_path / "notebooks").mkdir()
    assert main(["build"]) == 2  # a folder of something else
    assert "name the debate's folder, or begin one" in capsys.readouterr().err


def test_the_package_runs_as_a_module():
    out = subprocess.run([sys.executable, "-m", "analysis", "--version"], capture_output=True, text=True, check=True)
    assert out.stdout == f"stancebook {__version__}\n"


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, analysis; print([m for m in ('pandas', 'altair', 'papermill', 'vl_convert') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"


@pytest.fixture
def with_copies(tmp_path, monkeypatch):
    """The small debate as the only one in a project, with the reader's copies in its folder."""
    shutil.copytree(SMALL, tmp_path / "data/jam")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data/jam"


def test_passage_shows_claim_and_passage_in_context(with_copies, capsys):
    assert main(["passage", "no-paw-marks"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Ash 2001, ash-2001/no-paw-marks (own)" in out
    assert "»Yet not one paw mark was found on shelf, floor or sill, and that clears the cat altogether.«" in out
    assert "[exact]" in out


def test_passage_of_an_unknown_claim_names_the_nearest(with_copies, capsys):
    assert main(["passage", "no-paw-mark"]) == 1
    assert 'did you mean "no-paw-marks"?' in capsys.readouterr().err


def test_find_shows_words_in_context_and_the_claims_there(with_copies, capsys):
    assert main(["find", "larder doors"]) == 0
    out = capsys.readouterr().out
    assert "ash-2001" in out and "ash-2001/door-ajar" in out
    assert main(["find", "zeppelin"]) == 0
    assert "Nothing found." in capsys.readouterr().out


def test_uncovered_lists_what_no_claim_touches(with_copies, capsys):
    text = with_copies / "texts/birch-2005.txt"
    text.write_text(text.read_text() + "Nobody has ever coded this one sentence about the weather. " * 12)
    assert main(["uncovered", "--source", "birch-2005"]) == 0
    assert "birch-2005: Nobody has ever coded this" in capsys.readouterr().out


def test_anchor_prints_what_a_coding_file_takes(with_copies, capsys):
    text = with_copies / "texts/cedar-2010.txt"
    text.write_text(
        text.read_text()
        + "\nAfter tea the gardener counted eleven broken jars, swept the pantry twice, closed every window and wrote a short letter home to his aunt."
    )
    assert main(["anchor", "cedar-2010", "the gardener counted eleven", "letter home to his aunt"]) == 0
    line = capsys.readouterr().out
    values = yaml.safe_load(line)[0]
    assert set(values) == {"start", "end", "letters", "skeleton"}
    assert main(["anchor", "cedar-2010", "no such words stand here", "or here"]) == 1


SHORT_END = ("Yet not one paw mark", "Yet not one")  # three words
ALL_PRINTED = (
    "{start: A spoon still sticky, end: pocket of her apron}",
    "{start: A spoon still sticky to the, end: anyone lay in the pocket of her apron}",
)


def spoilt(folder, *changes, file="codings/reference/ash-2001.yml"):
    """The debate with these words changed in one of its files."""
    text = (folder / file).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / file).write_text(text)


@pytest.mark.parametrize(
    "call",
    [
        ["anchor", "ash-2001", "Yet not one paw", "clears the cat altogether"],
        ["passage", "ash-2001/spoon-in-apron"],
        ["find", "paw mark"],
        ["uncovered"],
    ],
    ids=" ".join,
)
def test_what_looks_into_the_copies_is_not_stopped_by_what_it_helps_to_mend(call, with_copies, capsys):
    assert main(call) == 0
    sound = capsys.readouterr().out
    spoilt(with_copies, SHORT_END, ("factor: hunger", "factor: no-such"))
    spoilt(with_copies, ("source: birch-2005", "sources: birch-2005"), file="codings/reference/birch-2005.yml")
    assert main(["check"]) == 1
    assert "start is too short (3 words, 9 letters)" in capsys.readouterr().out
    assert main(call) == 0
    said = capsys.readouterr()
    assert said.out == sound or call == ["uncovered"]  # which misses the coding that cannot be read
    assert "problems in codings/reference/ash-2001.yml, codings/reference/birch-2005.yml" in said.err
    assert "going on with what can be read" in said.err


def test_a_copy_is_taken_in_whatever_is_wrong_with_an_anchor(with_copies, capsys, tmp_path):
    copy = (with_copies / "texts/ash-2001.txt").rename(tmp_path / "ash.txt")
    spoilt(with_copies, SHORT_END)
    assert main(["texts", "add", "ash-2001", str(copy)]) == 0
    assert "5 of 5 passages found" in capsys.readouterr().out


def test_without_a_codebook_or_sources_nothing_is_looked_up_and_only_that_is_named(with_copies, capsys):
    spoilt(with_copies, SHORT_END)
    (with_copies / "debate.yml").write_text("title: [")
    assert main(["find", "paw mark"]) == 1
    said = capsys.readouterr().err
    assert "debate.yml:2: this is not YAML" in said and "ash-2001.yml" not in said


def test_an_anchor_that_is_made_passes_the_check_that_asked_for_it(with_copies, capsys):
    spoilt(with_copies, SHORT_END)
    main(["anchor", "ash-2001", "Yet not one paw", "clears the cat altogether"])
    made = capsys.readouterr().out.removeprefix("- ").strip()
    assert "letters: 71" in made
    spoilt(with_copies, ("{start: Yet not one, end: clears the cat altogether}", made))
    assert main(["check"]) == 0


def test_a_check_says_which_of_its_problems_a_build_does_not_count(with_copies, capsys):
    spoilt(with_copies, ALL_PRINTED)
    assert main(["check"]) == 1
    assert "1 problem: 0 in the debate's files" in capsys.readouterr().out
    load_debate(with_copies)
    spoilt(with_copies, SHORT_END)
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert (
        "2 problems: 1 in the debate's files (`stancebook build` counts these alone), 1 found with the help of your copies."
        in out
    )
    assert "print all but 2 of the passage's 16 words; shorten them to 11 words together" in out
    with pytest.raises(DebateError, match="1 problem in the debate"):
        load_debate(with_copies)
    shutil.rmtree(with_copies / "texts")
    assert main(["check"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 problem"


def test_seal_writes_only_letters_and_skeleton_and_only_once(with_copies, capsys):
    ash = with_copies / "codings/reference/ash-2001.yml"
    before = ash.read_text()
    main(["seal"])
    after = ash.read_text()
    assert re.sub(r", letters: \d+, skeleton: \"[0-9a-f]+\"", "", after) == before != after
    main(["seal"])
    assert ash.read_text() == after
    capsys.readouterr()
    assert main(["check"]) == 0
    assert "exact" in capsys.readouterr().out


def test_texts_add_takes_a_copy_and_never_replaces_one_unasked(with_copies, capsys, tmp_path):
    copy = tmp_path / "mine.txt"
    copy.write_text((with_copies / "texts/ash-2001.txt").read_text())
    assert main(["texts", "add", "ash-2001", str(copy)]) == 1
    assert "to put this one in its place" in capsys.readouterr().err
    (with_copies / "texts/ash-2001.txt").unlink()
    assert main(["texts", "add", "ash-2001", str(copy)]) == 0
    assert "5 of 5 passages found" in capsys.readouterr().out


def test_texts_add_refuses_the_wrong_text(with_copies, capsys):
    (with_copies / "texts/birch-2005.txt").unlink()
    assert main(["texts", "add", "birch-2005", str(with_copies / "texts/ash-2001.txt")]) == 1
    assert "this looks like ash-2001, not birch-2005: 0 of 2 anchors resolve" in capsys.readouterr().err
    assert not (with_copies / "texts/birch-2005.txt").exists()


@pytest.mark.parametrize(
    "call", [["check", "--json"], ["page", "-o", "page.html"], ["sheet", "make", "-o", "sheet.csv"]], ids=" ".join
)
def test_the_folder_may_stand_after_options(call, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main([*call, str(SMALL)]) == 0


def test_what_is_one_too_many_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--json", str(SMALL), str(SMALL)])
    assert stopped.value.code == 2 and "unrecognized arguments" in capsys.readouterr().err
