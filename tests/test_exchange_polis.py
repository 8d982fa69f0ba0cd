import json

import checkers
import pytest
from attacks import attacked
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings

from analysis.exchange import intake, polis


def signs(debate):
    return {
        (key, s.proposition): (s.value > 0) - (s.value < 0)
        for (coder, key), c in debate.codings.items()
        if coder == "reference"
        for s in c.stances
    }


def comes_back(debate):
    files, losses = polis.dump(debate)
    if not signs(debate):
        with pytest.raises(ValueError, match="no vote"):
            polis.load(files)
        return
    back, _ = polis.load(files)
    assert signs(back) == signs(debate) and set(back.sources) == set(debate.sources)
    texts = {p.id: p.text for p in back.codebook.propositions}
    assert texts == {p.id: p.text.replace("\0", "\ufffd") for p in debate.codebook.propositions}
    assert back.coders["reference"].stances_only
    limited = {f"{k}/{s.proposition}" for (c, k), g in debate.codings.items() if c == "reference" for s in g.stances if abs(s.value) == 1}  # fmt: skip
    silent = {f"{k}/{s.proposition}" for (c, k), g in debate.codings.items() if c == "reference" for s in g.silences}
    assert limited | silent <= lost(losses)


def test_the_sides_of_the_shipped_debate_come_back(shipped):
    comes_back(shipped)


@settings(max_examples=80, deadline=None)
@given(debates())
def test_the_sides_of_any_debate_come_back(debate):
    comes_back(debate)


def test_a_silence_is_no_vote_and_a_stance_of_0_a_pass(small):
    votes = intake.rows_of(polis.dump(small)[0]["votes.csv"], set())
    assert len(votes) == 9  # of 12 cells 3 are silent
    assert [(v["voter-id"], v["comment-id"]) for v in votes if v["vote"] == "0"] == [("1", "2")]  # Birch on the door


def test_no_comment_is_a_formula(small):
    propositions = small.codebook.questions[1].propositions
    question = small.codebook.questions[1].model_copy(
        update={"propositions": (propositions[0].model_copy(update={"text": "=1+1"}),)}
    )
    book = small.codebook.model_copy(update={"questions": (small.codebook.questions[0], question)})
    debate = type(small)(small.path, book, small.sources, small.coders, small.codings, "")
    files, losses = polis.dump(debate)
    assert b",'=1+1," in files["comments.csv"] and "jam-was-good" in lost(losses)
    assert polis.load(files)[0].codebook.propositions[-1].text == "=1+1"
    comes_back(attacked(small))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("which", ["small", "shipped", *DRAWN])
def test_red_dwarf_reads_every_vote_and_comment(which, request, tmp_path):
    loader = checkers.library("reddwarf.data_loader")
    debate = called(which, request)
    for name, content in polis.dump(debate)[0].items():
        (tmp_path / name).write_bytes(content)
    by_json = loader.Loader(filepaths=[str(tmp_path / "votes.json"), str(tmp_path / "comments.json")])

    class Shelf:
        """Its reader of CSV asks a server; this one hands it our files."""

        def get(self, url):
            return type("Answer", (), {"text": (tmp_path / url).read_text(encoding="utf-8")})

    by_csv = loader.Loader()
    by_csv.session = Shelf()
    by_csv.load_remote_export_data_votes("")
    by_csv.load_remote_export_data_comments("")
    sources, propositions = list(debate.sources), debate.codebook.propositions
    for read in (by_json, by_csv):
        found = {(sources[v["participant_id"]], propositions[v["statement_id"]].id): v["vote"] for v in read.votes_data}
        assert found == signs(debate) and len(read.votes_data) == len(found)
        assert [c["txt"] for c in read.comments_data] == [p.text for p in propositions]


COMMENTS = b"timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n1,x,0,3,2,0,1,Jam is good.\n2,x,1,3,1,1,-1,Cats lie.\n"  # fmt: skip


def test_the_sign_is_the_one_that_the_counts_bear_out():
    export = b"timestamp,datetime,comment-id,voter-id,vote\n1,x,0,7,1\n1,x,0,8,1\n1,x,1,7,1\n1,x,1,8,-1\n"
    raw = export.replace(b",-1\n", b",@\n").replace(b",1\n", b",-1\n").replace(b",@\n", b",1\n")
    read = {
        name: polis.load({"votes.csv": v, "comments.csv": COMMENTS}) for name, v in (("export", export), ("raw", raw))
    }
    assert read["export"][0].codings == read["raw"][0].codings
    assert {s.proposition: s.value for s in read["raw"][0].coding("voter-8").stances} == {
        "jam-is-good": 2,
        "cats-lie": -2,
    }
    assert "comment 1: moderated is -1" in lost(read["raw"][1])
    assert meaning(read["raw"][1]) == ("1 is disagree, −1 agree", "so the votes fit 1 of 1 comment whose counts in comments.csv can tell; turned round they would fit 0")  # fmt: skip
    assert meaning(read["export"][1])[0] == "1 is agree, −1 disagree"
    undecided, losses = polis.load({"votes.csv": export})
    assert undecided.coding("voter-8").stances[0].value == 2 and "That decides nothing" in meaning(losses)[1]


def meaning(losses):
    """Which sign an import took, and why."""
    (found,) = [x for x in losses if x.what == "meaning of the votes that was taken"]
    return found.which[0], found.why


@pytest.mark.parametrize(("turned", "value"), [(0, 2), (1, 2), (2, 2), (3, -2), (4, -2)])
def test_the_sign_is_turned_round_only_if_most_comments_bear_that_out(turned, value):
    # Two voters agree with each of four comments; so many of the comments count them as disagreeing, and the others are out of date.
    votes = "comment-id,voter-id,vote\n" + "".join(f"{n},{v},1\n" for n in range(4) for v in (1, 2))
    counts = [(0, 2) if n < turned else (9, 3) for n in range(4)]
    comments = "comment-id,agrees,disagrees,comment-body\n" + "".join(f"{n},{a},{d},Jam {n}\n" for n, (a, d) in enumerate(counts))  # fmt: skip
    debate, losses = polis.load({"votes.csv": votes.encode(), "comments.csv": comments.encode()})
    assert {s.value for c in debate.codings.values() for s in c.stances} == {value}
    taken, why = meaning(losses)
    assert taken == ("1 is agree, −1 disagree" if value == 2 else "1 is disagree, −1 agree")
    fit, other = (0, turned) if value == 2 else (turned, 0)
    assert f"fit {fit} of 4 comments" in why and f"would fit {other}" in why and ("decides nothing" in why) == (not fit)


def test_what_a_vote_does_not_say_is_named():
    _, losses = polis.load({"votes.csv": b"comment-id,voter-id,vote\n0,7,1\n0,8,0\n"})
    found = {x.what: x.which for x in losses}
    assert found["stance written as affirming or rejecting without a limit"] == ("Voter 7 on comment 0",)
    assert found["pass"] == ("Voter 8 on comment 0",)
    assert found["certainty"] == ("Voter 7 on comment 0", "Voter 8 on comment 0")


def test_votes_are_named_by_the_ids_of_the_key_and_the_title_is_said_to_be_lost(small):
    files, losses = polis.dump(small)
    assert {x.what: x.which for x in losses}["title of the debate"] == ("Who ate the jam?",)
    found = {x.what: x.which for x in polis.load(files)[1]}
    assert found["title of the debate"] == ("Imported Polis conversation",)
    assert found["pass"] == ("birch-2005 on door-was-open",) and "ash-2001 on cook-did-it" in found["certainty"]


def test_votes_in_windows_1252_are_read_and_said_to_be():
    comments = COMMENTS.replace(b"Jam is good.", "Süß ist süß.".encode("cp1252"))
    back, losses = polis.load({"votes.csv": b"comment-id,voter-id,vote\n0,7,1\n", "comments.csv": comments})
    assert back.codebook.propositions[0].text == "Süß ist süß."
    assert {x.what: x.which for x in losses}["file in another encoding"] == ("comments.csv",)


def test_of_two_votes_the_later_counts_and_the_other_is_named():
    votes = b"timestamp,comment-id,voter-id,vote\n20,0,7,1\n3,0,7,-1\n"
    back, losses = polis.load({"votes.csv": votes})
    assert [s.value for s in back.coding("voter-7").stances] == [2]
    assert "a vote of voter 7 on comment 0 that a later one replaces" in lost(losses)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"comments.csv": COMMENTS}, "no votes.csv"),
        ({"votes.csv": b"comment-id,voter-id,vote\n0,1,5\n"}, "line 2: the vote '5' is none of"),
        ({"votes.csv": b"comment-id,voter-id\n0,1\n"}, "no column vote"),
        ({"votes.csv": b"comment-id,voter-id,vote\n"}, "no vote in it"),
    ],
)
def test_what_is_no_conversation_is_refused(files, words):
    with pytest.raises(ValueError, match=words):
        polis.load(files)


def test_json_is_as_red_dwarf_writes_it(small):
    files, _ = polis.dump(small)
    assert {v["vote"] for v in json.loads(files["votes.json"])} == {1, 0, -1}
