import datetime
import shutil

import pytest
from conftest import SHIPPED

from analysis.__main__ import main
from analysis.adoption import HEAD, adopt
from analysis.codings import keep
from analysis.debate import check_debate, load_debate
from analysis.schemas import Coder, Silence, Stance

ANNA = Coder(label="Anna K", how="by hand", date=datetime.date(2026, 11, 23), note="Counter-readings.")
CELL = ("gusev-2008", "cell-checks-management")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "debate", ignore=shutil.ignore_patterns("texts"))


def kept(folder, source, reading):
    keep(load_debate(folder), "anna-k", ANNA, [(source, reading)])
    return load_debate(folder)


def stance_on(debate, source, proposition):
    return next(s for s in debate.coding(source).stances if s.proposition == proposition)


def without(text, *lines):
    """The lines of a file, less those that a change may touch."""
    return [line for line in text.splitlines() if line not in lines]


def test_a_stance_takes_the_place_of_a_stance_and_nothing_else_moves(folder):
    file = folder / "codings/reference/gusev-2008.yml"
    before = file.read_text()
    old = stance_on(load_debate(folder), *CELL)
    new = old.model_copy(
        update={"value": 1, "qualification": "Of the secretary only.", "why": "The note does not name the cell."}
    )
    debate = kept(folder, CELL[0], new)
    adopt(debate, "anna-k", *CELL, because="The secretary is not the cell.", today=datetime.date(2026, 12, 1))
    assert check_debate(folder).problems == []
    after = load_debate(folder)
    assert stance_on(after, *CELL) == new
    assert after.coding("gusev-2008").claims == debate.coding("gusev-2008").claims
    taken, put = (
        set(a.splitlines()) - set(b.splitlines()) for a, b in ((before, file.read_text()), (file.read_text(), before))
    )
    assert all(any(w in line for w in ("value: -2", "why: A footnote", "claims: [triangle")) for line in taken)
    assert [line for line in file.read_text().splitlines() if line.lstrip().startswith("#")] == [
        line for line in before.splitlines() if line.lstrip().startswith("#")
    ]
    assert len(put) < 10
    assert after.coding("gusev-2008", "anna-k") == debate.coding("gusev-2008", "anna-k")


def test_both_readings_and_the_reason_are_on_record(folder):
    record = folder / "codings/adjudication.md"
    before = record.read_text()
    old = stance_on(load_debate(folder), *CELL)
    debate = kept(folder, CELL[0], old.model_copy(update={"value": 2, "why": "Read again."}))
    adopt(debate, "anna-k", *CELL, because="The secretary is not the cell.", today=datetime.date(2026, 12, 1))
    text = record.read_text()
    assert text.startswith(before.rstrip()) and text.count(HEAD) == 1
    added = " ".join(text[len(before.rstrip()) :].split())
    for said in (
        "2026-12-01: gusev-2008 on `cell-checks-management`",
        "Anna K",
        "Before: −2, certainty 2.",
        " ".join(old.why.split()),
        "Now: +2, certainty 2. Read again.",
        "Adopted because: The secretary is not the cell.",
    ):
        assert said in added
    other = stance_on(load_debate(folder), "gusev-2008", "war-on-workers")
    adopt(
        kept(folder, "gusev-2008", other.model_copy(update={"value": -2, "why": "No."})),
        "anna-k",
        "gusev-2008",
        "war-on-workers",
        "So.",
    )
    assert record.read_text().count(HEAD) == 1 and record.read_text().count("### ") == 2


@pytest.mark.parametrize("source", ["fitz-2018", "gusev-2008", "harris-2017", "harrison-1979", "kokosalakis-2021"])
def test_a_stance_becomes_a_silence_and_a_silence_a_stance(folder, source):
    debate = load_debate(folder)
    first, last = debate.coding(source).stances[0], debate.coding(source).stances[-1]
    hushed = debate.coding(source).silences[-1]
    for stance in (first, last):
        silence = Silence(proposition=stance.proposition, reason="not-asked", why="He never asks.")
        adopt(kept(folder, source, silence), "anna-k", source, stance.proposition, "Read again.")
        assert silence in load_debate(folder).coding(source).silences
    spoken = Stance(proposition=hushed.proposition, value=2, certainty=1, why="He does.", claims=first.claims)
    adopt(kept(folder, source, spoken), "anna-k", source, hushed.proposition, "Read again.")
    after = load_debate(folder)
    assert spoken in after.coding(source).stances and check_debate(folder).problems == []
    assert len(after.coding(source).stances) + len(after.coding(source).silences) == 59


def test_a_certainty_that_is_not_stated_is_on_record_as_such(folder):
    old = stance_on(load_debate(folder), *CELL)
    debate = kept(folder, CELL[0], old.model_copy(update={"value": 2, "certainty": "not-stated", "why": "Read again."}))
    adopt(debate, "anna-k", *CELL, because="So.")
    assert "Now: +2, certainty not stated. Read again." in (folder / "codings/adjudication.md").read_text()
    assert stance_on(load_debate(folder), *CELL).certainty == "not-stated"


def test_a_new_claim_comes_with_its_reading(folder):
    old = stance_on(load_debate(folder), *CELL)
    debate = kept(folder, CELL[0], old.model_copy(update={"value": 2, "why": "Read again."}))
    path = folder / "codings/anna-k/gusev-2008.yml"
    path.write_text(path.read_text().replace("triangle-acts-as-one", "my-own-claim"))
    debate = load_debate(folder)
    done = adopt(debate, "anna-k", *CELL, because="So.")
    assert [c.id for c in done.claims] == ["my-own-claim"]
    assert load_debate(folder).coding("gusev-2008").claims[-1].id == "my-own-claim"


@pytest.mark.parametrize(
    ("coder", "cell", "because", "said"),
    [
        ("ana-k", CELL, "So.", 'did you mean "anna-k"'),
        ("reference", CELL, "So.", "no coder"),
        ("anna-k", ("gusev-2008", "cell-checks-managment"), "So.", "did you mean"),
        ("anna-k", CELL, "  ", "needs its reason"),
    ],
)
def test_what_cannot_be_adopted_says_why_and_nothing_is_written(folder, coder, cell, because, said):
    old = stance_on(load_debate(folder), *CELL)
    debate = kept(folder, CELL[0], old.model_copy(update={"value": 2, "why": "Read again."}))
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(ValueError, match=said):
        adopt(debate, coder, *cell, because=because)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_what_would_not_pass_the_check_is_not_adopted(folder):
    bare = Stance(proposition=CELL[1], value=2, certainty=1, why="I feel it.")
    debate = kept(folder, CELL[0], bare)
    with pytest.raises(ValueError, match="rests on no claim"):
        adopt(debate, "anna-k", *CELL, because="So.")


def test_what_is_read_so_already_is_refused(folder):
    old = stance_on(load_debate(folder), *CELL)
    debate = kept(folder, CELL[0], old)
    with pytest.raises(ValueError, match="so already"):
        adopt(debate, "anna-k", *CELL, because="So.")


def test_the_command_says_what_it_did(folder, capsys):
    old = stance_on(load_debate(folder), *CELL)
    kept(folder, CELL[0], old.model_copy(update={"value": 2, "why": "Read again."}))
    assert main(["adopt", "anna-k", "/".join(CELL), str(folder), "--because", "So."]) == 0
    assert "the reason is on record" in capsys.readouterr().out
    assert main(["adopt", "anna-k", "gusev-2008", str(folder), "--because", "So."]) == 2
    assert main(["adopt", "anna-k", "/".join(CELL), str(folder), "--because", "So."]) == 1
    assert "so already" in capsys.readouterr().err
