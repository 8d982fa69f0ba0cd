import datetime
import shutil

import pytest
from conftest import ROOT
from hypothesis import example, given
from hypothesis import strategies as st

from analysis import tables
from analysis.codings import AlreadyReadError, as_read_by, coder_file, coding_file, keep, read_otherwise
from analysis.debate import check_debate, debate_with, load_debate
from analysis.reading import read_yaml, validated
from analysis.schemas import Coder, Coding, Silence, Stance

SMALL = ROOT / "tests/small"
ANNA = Coder(label="Anna", how="by hand", date=datetime.date(2026, 11, 23), note="What she reads otherwise.")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SMALL, tmp_path / "debate")


@pytest.fixture
def debate(folder):
    return load_debate(folder)


def files_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def first_stance(debate, source="ash-2001"):
    return debate.coding(source).stances[0]


def turned(stance, value=-2):
    return stance.model_copy(update={"value": value, "qualification": None, "why": "Read it again: he denies it."})


def read_back(kind, text, path):
    path.write_text(text, encoding="utf-8")
    document = read_yaml(path, path.name)
    return validated(kind, document)


@pytest.mark.parametrize("coder", ["reference", "first", "second"])
def test_every_shipped_coding_comes_back_as_it_was(shipped, coder, tmp_path):
    for source in shipped.sources:
        coding = shipped.coding(source, coder)
        assert read_back(Coding, coding_file(coding), tmp_path / "c.yml") == coding
    assert read_back(Coder, coder_file(shipped.coders[coder]), tmp_path / "c.yml") == shipped.coders[coder]


@example("0\x85")
@example("a \u2028 b")
@given(st.text(min_size=1))
@example("0\x85")
@example("a\u2028b\ufeff")
def test_any_words_come_back_as_they_were(tmp_path_factory, words):
    if not words.encode("utf-8", "replace").decode().strip():
        return
    coding = Coding(source="a", silences=(Silence(proposition="p", reason="evaded", why=words),))
    back = read_back(Coding, coding_file(coding), tmp_path_factory.mktemp("words") / "c.yml")
    assert back.silences[0].why == words.encode("utf-8", "replace").decode()


def test_a_reading_takes_the_place_of_the_one_before(debate):
    stance = first_stance(debate)
    other = read_otherwise(debate, "reference", "ash-2001", [turned(stance)])
    assert other.digest != debate.digest
    row = tables.stances(other).set_index(["source", "proposition"]).loc["ash-2001", stance.proposition]
    assert row.value == -2 and row.why.startswith("Read it again")
    assert len(tables.stances(other)) == len(tables.stances(debate))
    silent = Silence(proposition=stance.proposition, reason="not-asked", why="He does not.")
    coding = read_otherwise(other, "reference", "ash-2001", [silent]).coding("ash-2001")
    assert silent in coding.silences and stance.proposition not in {s.proposition for s in coding.stances}
    assert debate.coding("ash-2001").stances[0] == stance


def test_what_is_kept_passes_the_check_and_lies_over_the_reference(debate, folder):
    before = files_of(folder)
    stance = first_stance(debate)
    changed = keep(debate, "anna", ANNA, [("ash-2001", turned(stance))])
    assert {p.relative_to(folder).as_posix() for p in changed} == {
        "codings/anna/coder.yml",
        "codings/anna/ash-2001.yml",
    }
    assert check_debate(folder, folder / "texts").problems == []
    assert {k: v for k, v in files_of(folder).items() if k in before} == before
    again = load_debate(folder)
    assert again.coders["anna"].counters == "reference"
    assert [s.proposition for s in again.coding("ash-2001", "anna").stances] == [stance.proposition]
    assert {c.id for c in again.coding("ash-2001", "anna").claims} == set(stance.claims)
    laid = tables.stances(as_read_by(again, "anna"), "anna").set_index(["source", "proposition"])
    reference = tables.stances(again).set_index(["source", "proposition"])
    differ = laid.index[(laid.status != reference.status) | (laid.value != reference.value).fillna(False)]
    assert list(differ) == [("ash-2001", stance.proposition)]
    assert len(as_read_by(again, "anna").coding("ash-2001", "anna").claims) == len(again.coding("ash-2001").claims)


def test_a_second_reading_joins_the_first(debate, folder):
    one, two = debate.coding("ash-2001").stances[:2]
    keep(debate, "anna", ANNA, [("ash-2001", turned(one))])
    keep(debate, "anna", ANNA, [("ash-2001", turned(two))])
    before = files_of(folder)
    with pytest.raises(AlreadyReadError, match="keep once more"):
        keep(debate, "anna", ANNA, [("ash-2001", turned(one, 2))])
    assert files_of(folder) == before
    keep(debate, "anna", ANNA, [("ash-2001", turned(one, 2))], replace=True)
    kept = load_debate(folder).coding("ash-2001", "anna").stances
    assert {s.proposition: s.value for s in kept} == {one.proposition: 2, two.proposition: -2}
    assert keep(debate, "anna", ANNA, [("ash-2001", turned(one, 2))]) == []


@pytest.mark.parametrize("name", ["reference", "first", "second", "../reference", "Anna", "", "a/b", "a" * 61])
def test_nobody_writes_into_another_coders_folder(debate, folder, name):
    before = files_of(folder)
    with pytest.raises(ValueError, match=r"choose another name|cannot name a folder"):
        keep(debate, name, ANNA, [("ash-2001", turned(first_stance(debate)))])
    assert files_of(folder) == before


def test_a_coding_that_counters_nothing_is_left_alone(debate, folder):
    (folder / "codings/ben").mkdir()
    (folder / "codings/ben/coder.yml").write_text(coder_file(ANNA))
    with pytest.raises(ValueError, match="a coding of its own"):
        keep(debate, "ben", ANNA, [("ash-2001", turned(first_stance(debate)))])


def test_what_a_coder_says_of_himself_stays(debate, folder):
    one, two = debate.coding("ash-2001").stances[:2]
    keep(debate, "anna", ANNA, [("ash-2001", turned(one))])
    about = folder / "codings/anna/coder.yml"
    about.write_text(about.read_text().replace("label: Anna", "label: Anna K., Leeds"))
    before = about.read_text()
    keep(debate, "anna", ANNA, [("ash-2001", turned(two))])
    assert about.read_text() == before


def test_what_is_not_on_disk_cannot_be_countered_there(debate, folder):
    student = debate_with(debate, {("sam", "ash-2001"): debate.coding("ash-2001")}, {"sam": ANNA})
    before = files_of(folder)
    with pytest.raises(ValueError, match="sam has no folder"):
        keep(student, "anna", ANNA, [("ash-2001", turned(first_stance(debate)))], base="sam")
    with pytest.raises(ValueError, match="not yours"):
        keep(student, "sam", ANNA, [("ash-2001", turned(first_stance(debate)))])
    assert files_of(folder) == before


def test_a_file_laid_out_by_hand_is_left_alone(debate, folder):
    keep(debate, "anna", ANNA, [("ash-2001", turned(first_stance(debate)))])
    path = folder / "codings/anna/ash-2001.yml"
    path.write_text(path.read_text() + "# my own note\n")
    before = files_of(folder)
    with pytest.raises(ValueError, match="laid out by hand"):
        keep(debate, "anna", ANNA, [("ash-2001", turned(first_stance(debate), 2))])
    assert files_of(folder) == before


def test_a_reading_that_would_not_pass_is_not_kept(debate, folder):
    before = files_of(folder)
    stance = turned(first_stance(debate), 1)
    with pytest.raises(ValueError, match="without its qualification"):
        keep(debate, "anna", ANNA, [("ash-2001", stance)])
    unknown = Stance(proposition="no-such", value=2, certainty=3, why="Because.")
    with pytest.raises(ValueError, match="no-such"):
        keep(debate, "anna", ANNA, [("ash-2001", unknown)])
    assert files_of(folder) == before


def test_a_claim_of_ones_own_keeps_apart_from_another_of_that_name(debate, folder):
    stance = first_stance(debate)
    keep(debate, "anna", ANNA, [("ash-2001", turned(stance))])
    path = folder / "codings/anna/ash-2001.yml"
    claim = debate.coding("ash-2001").claims
    named = next(c for c in claim if c.id == stance.claims[0])
    path.write_text(path.read_text().replace(named.text, "Another paraphrase."))
    laid = as_read_by(load_debate(folder), "anna").coding("ash-2001", "anna")
    mine = next(s for s in laid.stances if s.proposition == stance.proposition)
    texts = {c.id: c.text for c in laid.claims}
    assert texts[mine.claims[0]] == "Another paraphrase."
    assert texts[named.id] == named.text
