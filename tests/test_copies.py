import json
import shutil

import pytest
from conftest import SMALL

from analysis import passages
from analysis.__main__ import main
from analysis.copies import copy_of, doubts
from analysis.debate import check_debate, load_debate

BOTH = [{"family": "Ash", "given": "A."}, {"family": "Müller-Okoye", "given": "B."}]
ASH_TOO = [{"family": "Cedar"}, {"family": "Ash"}]


@pytest.fixture
def folder(tmp_path):
    """The small debate with two authors of its first text, which has no copy under its own name."""
    folder = shutil.copytree(SMALL, tmp_path / "small")
    by(folder, 0, BOTH)
    return folder


def by(folder, n, authors):
    records = json.loads((folder / "sources.json").read_text())
    records[n]["author"] = authors
    (folder / "sources.json").write_text(json.dumps(records))


def called(folder, name):
    (folder / "texts/ash-2001.txt").rename(folder / "texts" / name)
    return folder / "texts", load_debate(folder).sources


@pytest.mark.parametrize(
    "name", ["ash.txt", "Ash.txt", "Ash 2001.txt", "mueller.txt", "müller-okoye.txt", "Muller-Okoye_2001.txt", "ash-2002.txt"]
)  # fmt: skip
def test_a_copy_named_after_one_of_two_authors_is_found_and_no_other(folder, name):
    texts, sources = called(folder, name)
    fits = name not in ("mueller.txt", "ash-2002.txt")
    assert copy_of(texts, "ash-2001", sources) == (texts / name if fits else None)
    assert doubts(texts, sources) == []
    report = check_debate(folder, texts)
    assert report.problems == [] and ("ash-2001" in report.resolved) == fits
    assert ("ash-2001" in passages.copies(load_debate(folder))) == fits


def test_an_author_who_is_not_parted_is_known_by_the_last_word(folder):
    by(folder, 0, [{"literal": "Ada Marsh"}, {"literal": "Ben van Okoye"}])
    texts, sources = called(folder, "okoye.txt")
    assert copy_of(texts, "ash-2001", sources) == texts / "okoye.txt"


def test_check_says_which_copy_was_taken_for_which_source(folder, capsys):
    called(folder, "ash.txt")
    assert main(["check", str(folder)]) == 0
    assert "Copies known by an author’s name: ash.txt for ash-2001." in capsys.readouterr().out


def test_a_copy_that_may_be_of_two_sources_is_of_none_and_that_is_said(folder):
    by(folder, 2, ASH_TOO)
    (folder / "texts/cedar-2010.txt").unlink()
    texts, sources = called(folder, "ash.txt")
    assert [copy_of(texts, key, sources) for key in ("ash-2001", "cedar-2010")] == [None, None]
    said = (
        "texts/ash.txt: this may be the copy of ash-2001 or cedar-2010; name it ash-2001.txt or cedar-2010.txt if it is"
    )
    assert [str(p) for p in check_debate(folder, texts).problems] == [said]
    with pytest.raises(ValueError, match=r"ash\.txt: this may be the copy of ash-2001 or cedar-2010"):
        passages.new_anchor(load_debate(folder), "ash-2001", "It was the cook", "pot that night")
    (texts / "ash.txt").rename(texts / "ash 2001.txt")  # the year tells them apart
    assert copy_of(texts, "ash-2001", sources) == texts / "ash 2001.txt" and doubts(texts, sources) == []


def test_of_two_files_that_may_be_a_copy_neither_is_taken_and_that_is_said(folder):
    texts, sources = called(folder, "ash.txt")
    shutil.copy(texts / "ash.txt", texts / "müller-okoye.txt")
    assert copy_of(texts, "ash-2001", sources) is None
    said = ["texts/ash.txt: this may be the copy of ash-2001, and so may müller-okoye.txt; name it ash-2001.txt if it is", "texts/müller-okoye.txt: this may be the copy of ash-2001, and so may ash.txt; name it ash-2001.txt if it is"]  # fmt: skip
    assert [str(p) for p in check_debate(folder, texts).problems] == said


def test_a_file_named_after_the_source_goes_before_any_other(folder):
    texts, sources = folder / "texts", load_debate(folder).sources
    (texts / "ash.txt").write_text("Something else altogether.")
    assert copy_of(texts, "ash-2001", sources) == texts / "ash-2001.txt"
    assert doubts(texts, sources) == [] and check_debate(folder, texts).problems == []


def test_a_file_may_be_the_copy_of_a_source_whose_record_cannot_be_read(folder):
    by(folder, 2, ASH_TOO)
    records = json.loads((folder / "sources.json").read_text())
    del records[2]["title"]
    texts, _ = called(folder, "ash.txt")
    (folder / "sources.json").write_text(json.dumps(records))
    assert [p.path for p in check_debate(folder, texts).problems] == ["[2].title"]
    assert "ash-2001" not in check_debate(folder, texts).resolved
