import hashlib
import shutil

import pytest
import yaml
from conftest import SHIPPED, SMALL
from debates import debates
from hypothesis import given, settings

from analysis.__main__ import main
from analysis.adoption import adopt
from analysis.browse.content import content
from analysis.codings import as_read_by, as_worded, coding_file, keep, reading_on
from analysis.debate import check_debate, load_debate
from analysis.explorer.cards import STALE, card
from analysis.schemas import Coder, Coding, Proposition
from analysis.wordings import confirm, with_wordings

ASH = ("ash-2001", "cook-did-it")
FRESH = {"label": "Anna", "how": "by hand", "date": "2026-01-31", "note": "None."}


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SMALL, tmp_path / "debate")


def reword(folder, old="The cook ate the jam.", new="The cook ate all the jam."):
    file = folder / "debate.yml"
    file.write_text(file.read_text().replace(old, new))


def coding(folder, source="ash-2001"):
    return folder / f"codings/reference/{source}.yml"


def test_a_wording_is_the_sentence_and_its_note_whatever_the_line_breaks():
    plain = Proposition(id="a", text="The cook ate it.", kind="fact")
    assert plain.wording == hashlib.sha256(b"The cook ate it.\0").hexdigest()[:12]
    assert plain.model_copy(update={"text": "The  cook\nate it. "}).wording == plain.wording
    assert plain.model_copy(update={"core": True, "kind": "cause", "id": "b"}).wording == plain.wording
    assert plain.model_copy(update={"note": "All of it."}).wording != plain.wording


def test_what_does_not_say_its_wording_is_never_stale(folder):
    reword(folder)
    assert load_debate(folder).stale() == []


def test_a_confirmed_reading_is_stale_after_a_rewording_until_confirmed(folder):
    confirm(load_debate(folder), "reference", [ASH])
    assert load_debate(folder).stale() == []
    reword(folder)
    assert load_debate(folder).stale() == [("reference", *ASH)]
    confirm(load_debate(folder), "reference", [ASH])
    assert load_debate(folder).stale() == []


def test_only_what_is_put_into_the_file_changes_in_it(folder):
    before = coding(folder).read_text()
    coding(folder).write_text(f"{before}# the last word\n")
    confirm(load_debate(folder), "reference", [ASH])
    after = coding(folder).read_text()
    assert after.startswith(f"{before}# the last word\nwordings:\n  cook-did-it: ")
    confirm(load_debate(folder), "reference", [("ash-2001", "cat-did-it")])
    assert coding(folder).read_text().startswith(after)
    assert list(yaml.safe_load(coding(folder).read_text())["wordings"]) == ["cook-did-it", "cat-did-it"]


@pytest.mark.parametrize(
    "block", ["wordings: {}", 'wordings: {cat-did-it: "000000000000"}  # mine', "wordings:\n    cat-did-it: '000000000000' # mine"]
)  # fmt: skip
def test_every_way_to_lay_the_block_out_is_edited_in_place(folder, block):
    before = coding(folder).read_text()
    for newline in ("\n", "\r\n"):
        coding(folder).write_bytes(f"{block}\n{before}".replace("\n", newline).encode())
        confirm(load_debate(folder), "reference", [ASH, ("ash-2001", "cat-did-it")])
        debate = load_debate(folder)
        assert set(debate.coding("ash-2001").wordings) == {"cook-did-it", "cat-did-it"} and debate.stale() == []
        after = coding(folder).read_bytes().decode()
        assert after.replace("\r\n", "\n").endswith(before) and ("# mine" in after) == ("# mine" in block)


@given(debates())
@settings(max_examples=50, deadline=None)
def test_any_coding_file_is_edited_to_say_just_that(debate):
    for coding in debate.codings.values():
        half, now = coding.coded[: len(coding.coded) // 2], as_worded(coding, debate, coding.coded)
        text = coding_file(as_worded(coding, debate, half))
        rest = {id: wording for id, wording in now.wordings.items() if id not in half}
        edited = with_wordings(text, rest) if rest else text
        assert Coding.model_validate(yaml.safe_load(edited)) == now
        assert [line for line in text.splitlines() if line not in edited.splitlines()] == []


def test_a_hash_that_looks_like_a_number_is_quoted(folder):
    coding = load_debate(folder).coding("ash-2001").model_copy(update={"wordings": {"cook-did-it": "12345e678901"}})
    assert 'cook-did-it: "12345e678901"' in coding_file(coding)


def test_nothing_is_written_if_one_cell_is_not_coded(folder):
    before = coding(folder).read_text()
    with pytest.raises(ValueError, match='no reading "ash-2001/cook-didit"; did you mean'):
        confirm(load_debate(folder), "reference", [ASH, ("ash-2001", "cook-didit")])
    with pytest.raises(ValueError, match='no coder "referenc"'):
        confirm(load_debate(folder), "referenc", [ASH])
    assert coding(folder).read_text() == before


def test_a_file_that_cannot_be_edited_in_place_is_left_alone(folder):
    values = yaml.safe_load(coding(folder).read_text())
    coding(folder).write_text(yaml.safe_dump(values, default_flow_style=True))
    before = coding(folder).read_text()
    with pytest.raises(ValueError, match="cannot be edited as it is laid out"):
        confirm(load_debate(folder), "reference", [ASH])
    assert coding(folder).read_text() == before


def test_a_wording_must_be_of_a_proposition_and_computed(folder):
    coding(folder).write_text(
        coding(folder).read_text() + 'wordings: {nobody-did-it: "000000000000", cat-did-it: old}\n'
    )
    said = [str(p) for p in check_debate(folder).problems]
    assert any("wordings" in p and "cat-did-it" in p for p in said)
    coding(folder).write_text(coding(folder).read_text().replace("old}", '"111111111111"}'))
    assert [p.problem for p in check_debate(folder).problems] == ['no proposition "nobody-did-it"']


def test_captions_say_how_many_readings_are_stale_and_only_then(folder):
    debate = load_debate(folder)
    confirm(debate, "reference", [(s, r.proposition) for (_, s), c in debate.codings.items() for r in c.stances])
    assert "wording" not in load_debate(folder).credit()
    reword(folder)
    rewound = load_debate(folder)
    stale = len(rewound.stale())
    n = sum(len(c.stances) + len(c.silences) for c in rewound.codings.values())
    assert stale == 3
    assert rewound.credit().endswith(
        f" {stale} of {n} readings were coded under an older wording and are not confirmed."
    )
    assert "wording" not in load_debate(folder, questions=["jam"]).credit()


def test_cards_say_that_a_reading_is_stale(folder):
    confirm(load_debate(folder), "reference", [ASH])
    reword(folder)
    debate = load_debate(folder)
    reading = reading_on(debate.coding(ASH[0]), ASH[1])
    assert STALE in card(debate, *ASH, reading, [], stale=True) and STALE not in card(debate, *ASH, reading, [])
    cells = content(debate, "reference")["cells"]
    stale = [(i, j) for i, row in enumerate(cells) for j, cell in enumerate(row) if (cell or {}).get("stale")]
    sources = [s["id"] for s in content(debate, "reference")["sources"]]
    assert stale == [(sources.index("ash-2001"), 0)]


def test_what_is_kept_knows_its_wording_and_replaces_what_was_stale(folder):
    confirm(load_debate(folder), "reference", [ASH])
    reword(folder)
    debate = load_debate(folder)
    reading = reading_on(debate.coding("ash-2001"), "cook-did-it").model_copy(update={"why": "Read again."})
    keep(debate, "anna", Coder.model_validate(FRESH, strict=False), [("ash-2001", reading)])
    debate = load_debate(folder)
    assert list(debate.coding("ash-2001", "anna").wordings) == ["cook-did-it"]
    assert debate.stale() == [("reference", *ASH)]
    assert as_read_by(debate, "anna").stale("anna") == []
    adopt(debate, "anna", *ASH, because="It holds under the new wording.")
    assert load_debate(folder).stale() == []


def test_the_shipped_debate_confirms_as_it_is_laid_out(tmp_path):
    folder = shutil.copytree(SHIPPED, tmp_path / "debate", ignore=shutil.ignore_patterns("texts"))
    assert main(["confirm", "--all", "--debate", str(folder)]) == 0
    debate = load_debate(folder)
    assert debate.stale() == []
    for (coder, _), coding in debate.codings.items():
        coded = {r.proposition for r in (*coding.stances, *coding.silences)}
        assert set(coding.wordings) == (coded if coder == "reference" else set())


def test_the_command_takes_cells_a_proposition_or_all(folder, capsys):
    place = ["--debate", str(folder)]
    assert main(["confirm", "ash-2001/cook-did-it", *place]) == 0
    assert "1 reading confirmed" in capsys.readouterr().out
    assert main(["confirm", "--proposition", "cook-did-it", *place]) == 0
    assert "2 readings confirmed" in capsys.readouterr().out
    assert main(["confirm", "--proposition", "cook-did-it", *place]) == 0
    assert "0 readings confirmed" in capsys.readouterr().out
    assert main(["confirm", *place]) == 2
    assert "--all" in capsys.readouterr().err
    assert main(["confirm", "ash-2001", *place]) == 2
    assert main(["confirm", "--proposition", "cook", *place]) == 1
    assert 'no proposition "cook"' in capsys.readouterr().err


@pytest.mark.parametrize("id", ["2020", "on", "no", "1e5", "plain"])
def test_any_id_is_a_key(id):
    assert yaml.safe_load(with_wordings("source: x\n", {id: "0123456789ab"}))["wordings"] == {id: "0123456789ab"}
    there = with_wordings("source: x\n", {"a": "0123456789ab"})
    assert set(yaml.safe_load(with_wordings(there, {id: "0123456789ab"}))["wordings"]) == {"a", id}
