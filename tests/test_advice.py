import json
import shutil

import pytest
import yaml
from conftest import SMALL
from debates import unplaced

from analysis.__main__ import main
from analysis.advice import KINDS, advice, joined_at
from analysis.debate import check_debate, load_debate
from analysis.wordings import confirm

TWO = """
The party crushed the unions and the workers lost their say.
The war ruined industry and strengthened the secret police.
Vaccines are safe, but their makers hide what they know.
The court was independent and did not bow to the government.
Prices rose while wages were kept down.
The state took the land, and the peasants paid for it.
The treaty was unjust because it was imposed by force.
Smoking causes cancer and should be banned.
The minister knew of the plan and approved it.
The church lost its lands but kept its schools.
The mind is not the brain, although it depends on it.
Free will exists and is compatible with determinism.
The law protects tenants and raises rents.
Elections were held, but the results had been fixed.
The drug lowers blood pressure and has few side effects.
The kings of the time were weak, whereas their ministers ruled.
Lockdowns saved lives but harmed children.
The revolt failed because its leaders quarrelled with each other.
Stalin was feared; nobody loved him.
The journal rejects good papers or delays them.
""".strip().splitlines()
ONE = """
The party and the unions crushed the strike.
War and hunger drove the peasants into the towns.
Workers and managers had the same interests.
The police arrested and deported the leaders of the strike.
The court sided with the government more often than not.
What the ministers said and did in private remains unknown.
Neither the king nor his ministers wanted war.
The treaty imposed harsh and unjust terms on the loser.
The revolution was the work of a small and disciplined minority.
Trade between town and country had broken down by 1921.
Smoking causes cancer of the lung.
The drug works in children as well as in adults.
Vaccination should be required of nurses and teachers.
Moral judgements are neither true nor false.
The state is no more than a committee for the affairs of the ruling class.
The law favours the rich over the poor.
The reformers wanted to keep the monarchy and to limit its powers.
The famine could have been avoided.
Those who fled and those who stayed fared alike.
The unions, weak and divided, could not resist.
""".strip().splitlines()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SMALL, tmp_path / "debate", ignore=shutil.ignore_patterns("texts"))


def edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def given(folder, kind):
    return [(a.id, a.said) for a in advice(load_debate(folder)) if a.kind == kind]


def test_two_claims_in_one_are_found_without_accusing_others(shipped):
    assert len(TWO) == len(ONE) == 20
    assert [s for s in ONE if joined_at(s)] == ["The police arrested and deported the leaders of the strike."]
    assert sum(bool(joined_at(s)) for s in TWO) == 14
    named = [p.id for p in shipped.codebook.propositions if joined_at(p.text) and p.kind != "cause"]
    assert named == ["workers-passive"]


@pytest.mark.parametrize("sentence", ["", "and", "; and but", "Die Köchin aß und die Katze schlief.", "what and why"])
def test_what_is_no_english_sentence_is_not_accused(sentence):
    assert joined_at(sentence) is None


def test_a_claim_about_a_cause_may_say_because(folder):
    edit(folder / "debate.yml", "The larder door stood open.", "The door was open because the cook had left it so.")
    assert given(folder, "double") == []
    edit(folder / "debate.yml", "left it so., kind: cause", "left it so., kind: fact")
    assert [id for id, _ in given(folder, "double")] == ["door-was-open"]


@pytest.mark.parametrize(
    "text, said",
    [
        ("The cook did not eat the jam.", None),  # ate and eat: no ending tells
        ("The cook ate the jam for want of bread.", None),
        ("The cook never ate the jam.", "says the opposite of cook-did-it (line 25)"),
        ("the jam, the cook ate", "says nearly the same as cook-did-it (line 25)"),
        ("The cook ate all the jam.", "says nearly the same as cook-did-it (line 25)"),
        ("The maid ate the jam.", None),
    ],
)
def test_near_duplicates_and_opposites_are_found_as_pairs(folder, text, said):
    edit(folder / "debate.yml", "The larder door stood open.", f'"{text}"')
    found = [words.partition(":")[0] for id, words in given(folder, "alike") if id == "door-was-open"]
    assert found == ([said] if said else [])


def coded(folder, readings):
    """Make the reference say this: source → proposition → value, or None for a silence."""
    for source in ("ash-2001", "birch-2005", "cedar-2010"):
        stances = [
            {"proposition": p, "value": v, "certainty": 3, "why": "-"} | ({"qualification": "-"} if abs(v) == 1 else {})
            for p, v in readings.get(source, {}).items()
            if v is not None
        ]
        silences = [{"proposition": p, "reason": "not-asked", "why": "-"} for p, v in readings.get(source, {}).items() if v is None]  # fmt: skip
        coding = {"source": source, "stances": stances, "silences": silences}
        (folder / f"codings/reference/{source}.yml").write_text(yaml.safe_dump(coding))
    coder = yaml.safe_load((folder / "codings/reference/coder.yml").read_text())
    (folder / "codings/reference/coder.yml").write_text(yaml.safe_dump(coder | {"stances_only": True}))


def test_what_was_coded_is_counted(folder):
    coded(folder, {
        "ash-2001": {"cook-did-it": 2, "cat-did-it": 2, "door-was-open": 0, "jam-was-good": 2},
        "birch-2005": {"cook-did-it": 1, "cat-did-it": -2, "door-was-open": 2, "jam-was-good": None},
    })  # fmt: skip
    assert given(folder, "alone") == [("jam-was-good", "1 of 3 texts speaks to it (Ash 2001)")]
    assert given(folder, "agreed") == [("cook-did-it", "2 of 3 texts speak, and all affirm it (Ash 2001, Birch 2005)")]
    assert given(folder, "undivided") == [
        ("jam", "two texts or more speak to 0 of its 1 propositions, to none on opposite sides")
    ]
    assert given(folder, "uncoded") == [("cedar-2010", "no stance and no silence (n = 1 coder)")]


def test_of_one_coded_text_nothing_is_said_but_who_is_missing(folder):
    coded(folder, {"ash-2001": {"cook-did-it": 2}})
    assert {a.kind for a in advice(load_debate(folder))} == {"uncoded"}


def test_stale_readings_are_named_with_the_line_of_their_proposition(folder):
    confirm(load_debate(folder), "reference", [("ash-2001", "cook-did-it")])
    assert given(folder, "stale") == []
    edit(folder / "debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    (one,) = [a for a in advice(load_debate(folder)) if a.kind == "stale"]
    assert (one.id, one.said) == ("cook-did-it", "1 of 3 readings (reference/ash-2001)")
    line = (folder / "debate.yml").read_text().splitlines()[one.line - 1]
    assert "cook-did-it" in line


def test_advice_stands_below_the_counts_and_changes_no_exit_code(folder, capsys):
    coded(folder, {"ash-2001": {"cook-did-it": 2}, "birch-2005": {"cook-did-it": 2}})
    assert main(["check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "No problems." in out and out.index("No problems.") < out.index("Advice") < out.index("cook-did-it")
    assert all(head in out for head in (KINDS["uncoded"], KINDS["agreed"])) and KINDS["double"] not in out


def test_at_most_five_of_a_kind_are_printed_and_json_has_them_all(capsys):
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert main(["check", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["advice"]
    n = sum(a["kind"] == "agreed" for a in found)
    assert out.count(" texts speak, and all ") == 5 < n and f"and {n - 5} more (--json has all)" in out
    assert set(found[0]) == {"kind", "file", "line", "id", "said", "do"}


def test_of_a_debate_with_problems_only_the_wording_is_looked_at(folder, capsys):
    edit(folder / "codings/reference/ash-2001.yml", "certainty: 3", "certainty: 9")
    edit(folder / "debate.yml", "The cat ate the jam.", "The cook never ate the jam.")
    report = check_debate(folder)
    assert report.problems and {a.kind for a in advice(report.debate, sound=False)} == {"alike"}
    assert main(["check", str(folder)]) == 1
    assert "says the opposite of cook-did-it" in capsys.readouterr().out


def test_stances_that_do_not_state_their_certainty_are_counted(folder):
    assert given(folder, "unstated") == []
    edit(folder / "codings/reference/ash-2001.yml", "certainty: 3", "certainty: not-stated")
    assert given(folder, "unstated") == [("reference", "1 of 9 stances do not state their certainty")]


def test_claims_without_a_passage_are_counted(small):
    assert [a for a in advice(small) if a.kind == "unplaced"] == []
    assert [(a.id, a.said) for a in advice(unplaced(small, "ash-2001")) if a.kind == "unplaced"] == [
        ("ash-2001", "5 of 5 claims have no passage")
    ]


def test_what_is_still_to_do_is_named_where_it_stands(tmp_path):
    assert main(["new", str(tmp_path / "d"), "--question", "Why?", "--question", "How?", "--source", "Ash 2001"]) == 0
    found = advice(load_debate(tmp_path / "d"))
    unfinished = {(a.file, a.id) for a in found if a.kind == "unfinished"}
    assert {
        ("debate.yml", "title"),
        ("debate.yml", "questions[1].propositions[0].text"),
        ("sources.json", "[0].title"),
        ("codings/reference/coder.yml", "label"),
    } <= unfinished
    assert {a.kind for a in found} == {"unfinished", "uncoded"}  # placeholders are not held against each other


def test_a_finished_debate_has_nothing_to_do(small):
    assert [a for a in advice(small) if a.kind == "unfinished"] == []
