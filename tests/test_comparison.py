import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from debates import debates
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.codings import keep
from analysis.comparison import Side, as_json, differences, figures_moved, headlines_moved, in_words, sides
from analysis.comparison.differences import Change, renamed_claims
from analysis.comparison.effects import _sentences
from analysis.comparison.revisions import commit_of, debate_at, repository
from analysis.debate import debate_with, load_debate
from analysis.inputs import forget, part_unchanged
from analysis.schemas import Anchor, Claim
from analysis.wordings import confirm

ASH = "codings/reference/ash-2001.yml"


def git(folder, *arguments, given=b""):
    names = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", "-C", folder, *names, *arguments], input=given, capture_output=True, check=True).stdout.decode().strip()  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The small debate at data/jam in a repository of its own, committed once."""
    folder = shutil.copytree(SMALL, tmp_path / "data/jam", ignore=shutil.ignore_patterns("texts"))
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    return folder


def edit(folder, name, old, new):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def side(debate):
    return Side("a debate", debate, Path("nowhere"))


def said(capsys, *arguments):
    assert main(["diff", *arguments]) == 0
    return capsys.readouterr().out


def found(capsys, *arguments):
    return json.loads(said(capsys, *arguments, "--json"))["differences"]


# What differs


@given(debates())
@settings(max_examples=30, deadline=None)
def test_a_debate_does_not_differ_from_itself(debate):
    assert differences(side(debate), side(debate)) == []
    assert headlines_moved(side(debate), side(debate)) == []
    assert "Nothing differs" in in_words([], [], None, side(debate), side(debate))


def mirrored(d):
    how = {"added": "dropped", "dropped": "added"}.get(d.how, d.how)
    changes = tuple(sorted((Change(c.field, c.after, c.before) for c in d.changes), key=repr))
    return replace(d, how=how, changes=changes, unconfirmed=(), question="")  # of what moved, where it is now


@given(debates(), debates())
@settings(max_examples=30, deadline=None)
def test_there_and_back_are_each_other_in_a_mirror(one, other):
    there, back = differences(side(one), side(other)), differences(side(other), side(one))
    assert sorted(map(repr, map(mirrored, map(mirrored, there)))) == sorted(map(repr, map(mirrored, back)))


@given(debates(), debates())
@settings(max_examples=20, deadline=None)
def test_whatever_differs_can_be_said(one, other):
    a, b = side(one), side(other)
    found, moved = differences(a, b), headlines_moved(a, b)
    words = in_words(found, moved, None, a, b, why=True, full=True)
    assert all(d.id in words for d in found if d.of == "proposition" and d.id.isprintable())
    assert len(json.loads(json.dumps(as_json(found, moved, None, a, b)))["differences"]) == len(found)


@st.composite
def edits(draw):
    """A debate, the same debate with one thing edited, and what must be found: of what, its id and the field."""
    debate = draw(debates())
    (key, coding) = draw(st.sampled_from(sorted(debate.codings.items())))
    book = debate.codebook
    proposition = draw(st.sampled_from(book.propositions))
    ways = ["text", "kind", "version", "claim", "source"]
    ways += ["value", "certainty", "why", "uncoded"] if coding.stances else []
    ways += ["reason"] if coding.silences else []
    way = draw(st.sampled_from(ways))
    if way in ("text", "kind"):
        new = proposition.model_copy(update={way: "Reworded, as nobody would." if way == "text" else "fact" if proposition.kind != "fact" else "cause"})  # fmt: skip
        questions = tuple(q.model_copy(update={"propositions": tuple(new if p == proposition else p for p in q.propositions)}) for q in book.questions)  # fmt: skip
        return debate, replace(debate, codebook=book.model_copy(update={"questions": questions})), ("proposition", new.id, way)  # fmt: skip
    if way == "version":
        return debate, replace(debate, codebook=book.model_copy(update={"version": "another"})), ("debate", "version", "version")  # fmt: skip
    if way == "source":
        source = debate.sources[key[1]].model_copy(update={"title": "Another title"})
        return debate, replace(debate, sources=debate.sources | {key[1]: source}), ("source", key[1], "title")
    if way == "claim":
        claim = coding.claims[-1].model_copy(update={"text": "Another paraphrase"})
        new = coding.model_copy(update={"claims": (*coding.claims[:-1], claim)})
        return debate, debate_with(debate, {key: new}), ("claim", claim.id, "text")
    if way == "reason":
        silence = coding.silences[0]
        other = silence.model_copy(update={"reason": "evaded" if silence.reason != "evaded" else "not-asked"})
        return debate, debate_with(debate, {key: coding.model_copy(update={"silences": (other, *coding.silences[1:])})}), ("reading", other.proposition, "reason")  # fmt: skip
    stance = coding.stances[0]
    values = {
        "value": -stance.value or 2,
        "certainty": "not-stated" if stance.certainty == 1 else 1,
        "why": "Another reason",
    }
    other = () if way == "uncoded" else (stance.model_copy(update={way: values[way]}),)
    new = coding.model_copy(update={"stances": (*other, *coding.stances[1:])})
    return debate, debate_with(debate, {key: new}), ("reading", stance.proposition, "value" if way == "uncoded" else way)  # fmt: skip


@given(edits())
@settings(max_examples=100, deadline=None)
def test_a_single_edit_is_found_and_nothing_else(edited):
    before, after, (of, id, field) = edited
    (one,) = differences(side(before), side(after))
    changed = {c.field for c in one.changes if c.before != c.after}
    assert (one.of, one.id) == (of, id)
    assert changed == {field} if one.how == "changed" else field in changed
    assert id in in_words([one], [], None, side(before), side(after), full=True)


def test_a_stance_that_turns_is_said_with_what_turned(folder, capsys):
    stance = load_debate(folder).coding("ash-2001").stances[0]
    text = (folder / ASH).read_text()
    i = text.index(f"proposition: {stance.proposition}")
    turned = text[i:].replace(f"value: {stance.value}", f"value: {-stance.value}", 1).replace(f"certainty: {stance.certainty}", "certainty: 1", 1)  # fmt: skip
    (folder / ASH).write_text(text[:i] + turned)
    words = said(capsys, "HEAD")
    assert f"{stance.proposition}: +2 → −2, certainty 3 → 1" in words
    assert "1 of 12 readings say something else" in words
    assert stance.why not in words and stance.why in said(capsys, "HEAD", "--why")


def test_a_certainty_that_is_no_longer_stated_is_said_in_words(folder, capsys):
    edit(folder, ASH, "certainty: 3", "certainty: not-stated")
    assert "certainty 3 → not stated" in said(capsys, "HEAD")


SAID_OF_SOURCES = """\
  ash-2001
    issued: 2001 → none
    author: A. Ash → A. Ash, Ludwig van Birch jr., The Board
  birch-2005
    issued: 2005 → 2006-03-02
    translator: none → J. Doe
    volume: none → 3
    reviewed: none → yes
  cedar-2010
    issued: 2010 → −44/2011-02 (season: 1, circa: yes)
    original: none → pages: 1, 2, of: the first
"""


def test_no_field_of_a_source_is_said_as_python_writes_it(folder, capsys):
    file = folder / "sources.json"
    ash, birch, cedar = records = json.loads(file.read_text())
    del ash["issued"]
    parted = {"given": "Ludwig", "non-dropping-particle": "van", "family": "Birch", "suffix": "jr."}
    ash["author"] += [parted, {"literal": "The Board"}]
    birch |= {"issued": {"date-parts": [[2006, 3, 2]]}, "translator": [{"given": "J.", "family": "Doe"}], "volume": 3, "reviewed": True}  # fmt: skip
    cedar["issued"] = {"date-parts": [[-44], [2011, 2]], "season": 1, "circa": True}
    cedar["original"] = {"pages": [1, 2], "of": "the first"}
    file.write_text(json.dumps(records))
    out = said(capsys, "HEAD", "--full")
    told = out.partition("Sources\n")[2].partition("\n\n")[0] + "\n"
    assert sorted(told.splitlines()) == sorted(SAID_OF_SOURCES.splitlines())


def test_a_proposition_that_leaves_the_core_and_years_before_ours_are_said_in_words(folder, capsys):
    edit(folder, "debate.yml", "kind: fact, core: true", "kind: fact")
    edit(folder, ASH, "from: 1999, to: 2000", "from: -44, to: 2000")
    out = said(capsys, "HEAD", "--full")
    assert "core: yes → no" in out and "from: 1999 → −44" in out


def test_a_proposition_reworded_leaves_stale_what_stayed(folder, capsys):
    edit(folder, "debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    (one,) = found(capsys, "HEAD")
    coded = [
        s for s in ("ash-2001", "birch-2005", "cedar-2010") if "cook-did-it" in load_debate(folder).coding(s).coded
    ]
    assert one["changes"] == [
        {"field": "text", "before": "The cook ate the jam.", "after": "The cook ate all the jam."}
    ]
    assert [s for _, s in one["unconfirmed"]] == coded
    assert f"Stale until confirmed: {len(coded)} readings" in said(capsys, "HEAD")
    confirm(load_debate(folder), "reference", [("ash-2001", "cook-did-it")])
    assert [s for _, s in found(capsys, "HEAD")[0]["unconfirmed"]] == coded[1:]


def test_where_check_counts_other_readings_as_stale_that_is_said(folder, capsys):
    confirm(load_debate(folder), "reference", [(s, "cook-did-it") for s in ("ash-2001", "birch-2005")])
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "confirmed")
    edit(folder, "debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    stances = {s.proposition: s for s in load_debate(folder).coding("ash-2001").stances}
    text, why = (folder / ASH).read_text(), stances["cook-did-it"].why
    assert load_debate(folder).stale() == [("reference", s, "cook-did-it") for s in ("ash-2001", "birch-2005")]
    alike = said(capsys, "HEAD")
    unknown = len(found(capsys, "HEAD")[0]["unconfirmed"]) - 2
    assert unknown == 1 and f"Of these {unknown} do not say under which wording they were made" in alike
    assert "`stancebook check` names" not in alike
    (folder / ASH).write_text(text.replace(why, "Another reason."))
    assert "`stancebook check` names 2 stale, 1 of them changed here or stale before (reference/ash-2001: cook-did-it)" in said(capsys, "HEAD")  # fmt: skip


def test_a_version_that_was_not_raised_is_missed(folder, capsys):
    edit(folder, "debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    assert "the codebook's version did not" in said(capsys, "HEAD")
    edit(folder, "debate.yml", 'version: "1"', 'version: "2"')
    assert "the codebook's version did not" not in said(capsys, "HEAD")
    assert [d["changes"] for d in found(capsys, "HEAD") if d["of"] == "debate"] == [
        [{"field": "version", "before": "1", "after": "2"}]
    ]


def test_problems_say_which_side_has_them(folder, capsys):
    edit(folder, ASH, "certainty: 3", "certainty: 9")
    assert main(["diff", "HEAD"]) == 1
    told = capsys.readouterr().err
    assert "data/jam as it is now: 1 problem in the debate" in told and f"{ASH}:" in told


def test_a_confirmed_wording_that_nobody_reworded_is_a_difference_of_its_own(folder, capsys):
    confirm(load_debate(folder), "reference", [("ash-2001", "cook-did-it")])
    assert "Wording unknown → confirmed: cook-did-it" in said(capsys, "HEAD")


def test_a_renamed_proposition_is_compared_under_its_new_name(folder, capsys):
    for name in ["debate.yml", *(f"codings/reference/{s}.yml" for s in ("ash-2001", "birch-2005", "cedar-2010"))]:
        file = folder / name
        file.write_text(file.read_text().replace("cat-did-it", "the-cat-did-it"))
    (one,) = found(capsys, "HEAD")
    assert (one["of"], one["id"], one["was"], one["how"]) == ("proposition", "the-cat-did-it", "cat-did-it", "changed")
    assert "renamed from cat-did-it (the sentence is the same)" in said(capsys, "HEAD")


def claim(id, start="one two three four", **more):
    anchor = Anchor(start=start, end="five six seven eight")
    return Claim.model_validate({"id": id, "text": "-", "voice": "own", "anchors": [anchor]} | more)


def test_a_claim_on_the_very_same_passage_was_renamed_unless_two_are():
    assert renamed_claims([claim("a"), claim("b", "nine")], [claim("b", "nine"), claim("c")]) == {"a": "c"}
    assert renamed_claims([claim("a")], [claim("c"), claim("d")]) == {}
    assert renamed_claims([claim("a")], [claim("a"), claim("c")]) == {}


def test_a_renamed_claim_moves_nothing_that_rests_on_it(folder, capsys):
    first = load_debate(folder).coding("ash-2001").claims[0].id
    text = (folder / ASH).read_text()
    (folder / ASH).write_text(text.replace(first, "called-otherwise"))
    (one,) = found(capsys, "HEAD")
    assert (one["of"], one["id"], one["was"], one["changes"]) == ("claim", "called-otherwise", first, [])
    assert f"called-otherwise, renamed from {first}" in said(capsys, "HEAD")


def test_a_proposition_in_another_question_is_said_to_have_moved(folder, capsys):
    line = "      - {id: door-was-open, text: The larder door stood open., kind: cause}\n"
    edit(folder, "debate.yml", line, "")
    edit(folder, "debate.yml", "factors:\n", f"{line}factors:\n")
    (one,) = found(capsys, "HEAD")
    assert one["changes"] == [{"field": "question", "before": "culprit", "after": "jam"}]


def test_two_coders_are_compared_by_value_and_silence_only(folder, capsys):
    shutil.copytree(folder / "codings/reference", folder / "codings/anna")
    edit(folder, "codings/anna/ash-2001.yml", "why: ", "why: Put otherwise. ")
    assert "Nothing differs" in said(capsys, "reference", "anna")
    stance = load_debate(folder).coding("ash-2001").stances[0]
    edit(folder, "codings/anna/ash-2001.yml", f"certainty: {stance.certainty}", "certainty: 1")
    (one,) = found(capsys, "reference", "anna")
    assert (one["of"], one["coder"], one["source"]) == ("reading", "anna", "ash-2001")
    (one,) = found(capsys, "data/jam/codings/reference/ash-2001.yml", "data/jam/codings/anna")
    assert found(capsys, "data/jam/codings/reference/birch-2005.yml", "anna") == []


def test_a_counter_reading_is_laid_over_what_it_counters(folder, capsys):
    debate = load_debate(folder)
    reading = next(s for s in debate.coding("ash-2001").stances if s.value == 2).model_copy(update={"value": -2})
    keep(debate, "anna", debate.coders["reference"], [("ash-2001", reading)])
    (one,) = found(capsys, "reference", "anna")
    assert (one["source"], one["id"]) == ("ash-2001", reading.proposition)
    assert {"field": "value", "before": 2, "after": -2} in one["changes"]


def test_what_only_one_of_two_coders_coded_is_said(folder, capsys):
    shutil.copytree(folder / "codings/reference", folder / "codings/anna")
    (folder / "codings/anna/ash-2001.yml").unlink()
    assert "coded by reference only: " in said(capsys, "reference", "anna")
    assert "coded by reference only: " in said(capsys, "anna", "reference")
    assert "Headlines: none moves" in said(capsys, "reference", "anna")  # of the texts that both have coded


def test_claims_of_two_coders_are_not_held_against_each_other(folder, capsys):
    shutil.copytree(folder / "codings/reference", folder / "codings/anna")
    claim = load_debate(folder).coding("ash-2001").claims[0]
    edit(folder, "codings/anna/ash-2001.yml", claim.text, "In other words.")
    assert "Nothing differs" in said(capsys, "reference", "anna")


def test_a_coder_who_is_new_is_one_difference(folder, capsys):
    shutil.copytree(folder / "codings/reference", folder / "codings/anna")
    (one,) = found(capsys, "HEAD")
    assert (one["of"], one["how"], one["id"]) == ("coder", "added", "anna")


def test_a_source_that_is_coded_only_now_is_one_difference(folder, capsys, tmp_path):
    git(tmp_path, "rm", "-q", "--cached", f"data/jam/{ASH}")
    git(tmp_path, "commit", "-q", "-m", "without")
    (one,) = found(capsys, "HEAD")
    coding = load_debate(folder).coding("ash-2001")
    assert (one["of"], one["how"], one["id"]) == ("coding", "added", "ash-2001")
    assert {"field": "stances", "before": None, "after": len(coding.stances)} in one["changes"]
    assert f"coded only now: {len(coding.stances)} stances" in said(capsys, "HEAD")


def test_words_of_a_debate_move_no_cursor(folder, capsys):
    edit(folder, "debate.yml", "title: Who ate the jam?", 'title: "Who \\e[2J ate it?"')
    assert "Who  [2J ate it?" in said(capsys, "HEAD")


def test_a_revision_of_another_debate_is_compared_with_that_one(folder, capsys, tmp_path):
    shutil.copytree(folder, tmp_path / "other")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "other")
    edit(tmp_path / "other", "debate.yml", 'version: "1"', 'version: "2"')
    assert [d["id"] for d in found(capsys, "HEAD:other")] == ["version"]
    assert found(capsys, "HEAD:data/jam") == []


def test_a_coding_outside_the_debate_is_held_against_it(folder, capsys, tmp_path):
    class_ = shutil.copytree(folder / "codings/reference", tmp_path / "class/anna")
    assert "Nothing differs" in said(capsys, "reference", "class/anna")
    edit(class_, "ash-2001.yml", "proposition: ", "proposition: x-")
    assert main(["diff", "reference", "class/anna"]) == 1
    assert "ash-2001.yml:" in capsys.readouterr().err


# What is named


def test_sides_are_named_in_many_ways(folder, capsys, tmp_path):
    edit(folder, "debate.yml", 'version: "1"', 'version: "2"')
    git(tmp_path, "commit", "-qam", "second")
    git(tmp_path, "tag", "v2")
    shutil.copytree(folder, tmp_path / "other")
    for way in (
        ("HEAD~1",),
        ("HEAD~1", "HEAD"),
        ("HEAD~1:data/jam", "v2"),
        ("main~1", "data/jam"),
        ("HEAD~1", "other"),
    ):
        assert [d["id"] for d in found(capsys, *way)] == ["version"], way
    assert "Nothing differs" in said(capsys, "v2", "other")
    for coding in ("codings/reference", "codings/reference/ash-2001.yml"):
        assert [d["id"] for d in found(capsys, f"HEAD~1:data/jam/{coding}", "reference")] == ["version"]
        assert "Nothing differs" in said(capsys, f"HEAD:data/jam/{coding}", "reference")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["nobody"], "no coder of data/jam, no folder of a debate or coder, and no git revision"),
        (["refrence", "HEAD"], "did you mean “reference”"),
        (["reference"], "name a second one"),
        (["reference", "HEAD"], "reference is a coding and HEAD a whole debate"),
        (["HEAD:nowhere"], "there is no debate in nowhere"),
        (["HEAD:../elsewhere"], "leads out of the repository"),
        (["data/jam/codings/reference/ash-2001.yml", "data/jam/codings/reference/birch-2005.yml"], "two sources"),
    ],
)
def test_what_cannot_be_compared_is_said(folder, capsys, arguments, words):
    assert main(["diff", *arguments]) == 1
    told = capsys.readouterr().err
    assert words in told or words.replace("“reference”", "reference") in told.replace('"', "")


def test_a_name_that_could_be_two_things_is_asked_back(folder, capsys, tmp_path):
    git(tmp_path, "branch", "reference")
    shutil.copytree(folder / "codings/reference", folder / "codings/anna")
    assert main(["diff", "reference", "anna"]) == 1
    told = capsys.readouterr().err
    assert "“reference” could be a coder or a git revision: for a coder write data/jam/codings/reference" in told
    assert "Nothing differs" in said(capsys, "data/jam/codings/reference", "anna")
    assert "anna added" in said(capsys, "heads/reference") or "+ anna" in said(capsys, "heads/reference")


def test_a_name_with_a_hyphen_in_front_never_reaches_git(folder, tmp_path):
    assert commit_of("--output=x", tmp_path) is None and commit_of("-h", tmp_path) is None
    assert commit_of("HEAD", tmp_path)
    with pytest.raises(ValueError, match="does not begin with a hyphen"):
        sides("--upload-pack=x", None, folder, tmp_path / "scratch")


def test_problems_of_a_debate_at_a_revision_are_listed(folder, capsys, tmp_path):
    good = (folder / ASH).read_text()
    edit(folder, ASH, "certainty: 3", "certainty: 9")
    git(tmp_path, "commit", "-qam", "a slip")
    (folder / ASH).write_text(good)
    assert main(["diff", "HEAD"]) == 1
    told = capsys.readouterr().err
    assert f"{ASH}:" in told and "HEAD (commit" in told


def test_outside_a_repository_a_revision_is_no_name(tmp_path, capsys, monkeypatch):
    folder = shutil.copytree(SMALL, tmp_path / "data/jam")
    monkeypatch.chdir(tmp_path)
    assert repository(folder) is None
    assert main(["diff", "HEAD"]) == 1
    assert "no git revision" in capsys.readouterr().err


# What comes out of a repository


def state(folder):
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_nothing_in_the_repository_is_touched(folder, capsys, tmp_path):
    edit(folder, "debate.yml", 'version: "1"', 'version: "2"')
    before = state(tmp_path)
    said(capsys, "HEAD")
    assert state(tmp_path) == before


def test_no_filter_of_the_repository_runs(folder, capsys, tmp_path):
    (tmp_path / ".gitattributes").write_text("*.yml filter=evil export-ignore\n")
    git(tmp_path, "config", "filter.evil.smudge", f"touch {tmp_path}/ran")
    git(tmp_path, "config", "core.fsmonitor", f"touch {tmp_path}/ran")
    assert "Nothing differs" in said(capsys, "HEAD")
    assert not (tmp_path / "ran").exists()


def test_a_link_in_the_repository_is_refused(folder, tmp_path):
    (folder / ASH).unlink()
    (folder / ASH).symlink_to("/etc/passwd")
    git(tmp_path, "commit", "-qam", "a link")
    with pytest.raises(ValueError, match="is a link or a repository"):
        sides("HEAD", "HEAD~1", folder, tmp_path / "scratch")


def test_a_path_that_leads_out_of_the_folder_is_refused(folder, tmp_path):
    blob = git(tmp_path, "hash-object", "-w", "--stdin", given=b"evil: true")

    def tree(*entries):
        raw = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(id) for mode, name, id in entries)
        return git(tmp_path, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=raw)

    evil = tree(("40000", "..", tree(("100644", "evil.yml", blob))))
    jam = tree(("40000", "codings", evil), ("100644", "debate.yml", blob))
    commit = git(tmp_path, "commit-tree", "-m", "evil", tree(("40000", "data", tree(("40000", "jam", jam)))))
    with pytest.raises(ValueError, match="leads out of the folder"):
        sides(commit, "HEAD", folder, tmp_path / "scratch")
    assert not list(tmp_path.glob("scratch/**/evil.yml"))


def test_a_file_too_large_for_a_debate_is_refused(folder, tmp_path):
    (folder / "codings/reference/note.md").write_bytes(b"x" * 5_000_001)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qam", "large")
    commit = commit_of("HEAD", tmp_path)
    with pytest.raises(ValueError, match="is larger than 5 MB"):
        debate_at(commit, Path("data/jam"), tmp_path / "scratch")


# What moves


def test_headlines_that_move_are_said_with_their_n(folder, capsys):
    text = (folder / "codings/reference/ash-2001.yml").read_text()
    stance = load_debate(folder).coding("ash-2001").stances[0]
    (folder / ASH).write_text(text.replace(f"value: {stance.value}", f"value: {-stance.value}", 1))
    moved = json.loads(said(capsys, "HEAD", "--json"))["headlines"]
    assert moved and all("n = " in s or "Spoken to" in s for m in moved for s in (*m["before"], *m["after"]))


def test_a_full_stop_in_a_name_ends_no_sentence():
    words = "Closest: Ash et al. 2001 and Birch n.d. (mean distance 0.08, n = 12).\nFurthest: Birch n.d. Other 3. Few."
    assert _sentences(words, ["Birch n.d.", "Birch n.d. Other 3", "Ash et al. 2001"]) == [
        "Closest: Ash et al. 2001 and Birch n.d. (mean distance 0.08, n = 12).", "Furthest: Birch n.d. Other 3.", "Few."
    ]  # fmt: skip


def test_headlines_on_texts_whose_names_have_full_stops_are_whole(folder, capsys, monkeypatch):
    monkeypatch.setattr("analysis.comparison.effects.FEW", 1)
    edit(folder, "sources.json", "Ash 2001", "Ash et al. 2001")
    edit(folder, "sources.json", "Birch 2005", "Birch n.d. 2005")
    moved = {m["where"]: m for m in json.loads(said(capsys, "HEAD", "--json"))["headlines"]}
    pairs = moved["pairs"]
    assert len(pairs["before"]) == len(pairs["after"]) > 0
    assert [s.replace(" et al.", "").replace(" n.d.", "") for s in pairs["after"]] == pairs["before"]


def manifest(folder, *figures, debate="data/jam"):
    (folder / "manifest.json").write_text(json.dumps([
        {"name": name, "files": [], "data": None, "parameters": {}, "debate": {"debate": debate, "questions": questions, "sources": None, "coders": None, "digest": "-"}}
        for name, questions in figures
    ]))  # fmt: skip


def test_only_figures_made_from_what_changed_would_be_made_anew(folder, tmp_path):
    (tmp_path / "figures").mkdir()
    manifest(tmp_path / "figures", ("all", None), ("culprit", ["culprit"]), ("jam", ["jam"]))
    edit(folder, "debate.yml", "The jam was good.", "The jam was very good.")
    a, b = sides("HEAD", None, Path("data/jam"), tmp_path / "scratch")
    found = figures_moved(a, b, Path("figures"))
    assert ([f.name for f in found.anew], found.n) == (["all", "jam"], 3)
    assert figures_moved(a, replace(b, folder=tmp_path), Path("figures")) is None


def test_the_build_would_make_just_these_figures_anew(tmp_path, monkeypatch):
    """As `build` finds it: by loading each part again and holding its digest against the manifest's."""
    home = Path("data/soviet-dictatorship")
    folder = shutil.copytree(ROOT / home, tmp_path / home, ignore=shutil.ignore_patterns("texts", "layouts"))
    (tmp_path / "figures").mkdir()
    shutil.copy(ROOT / "figures/manifest.json", tmp_path / "figures/manifest.json")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    text = (folder / "codings/reference/gusev-2008.yml").read_text()
    head, _, rest = text.partition("proposition: trotsky-genuine")
    (folder / "codings/reference/gusev-2008.yml").write_text(f"{head}{_}{rest.replace('value: -2', 'value: 2', 1)}")
    a, b = sides("HEAD", None, home, tmp_path / "scratch")
    found = figures_moved(a, b, Path("figures"))
    forget()
    known = json.loads(Path("figures/manifest.json").read_text())
    due = {f["name"] for f in known if not part_unchanged(f["debate"], tmp_path)}
    assert {f.name for f in found.anew} == due and 0 < len(due) < len(known) == found.n


def test_the_rows_behind_a_figure_are_computed_where_they_are_known(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    a, b = sides("first", "reference", Path("data/soviet-dictatorship"), Path(os.devnull))
    moved = {f.name: f.rows for f in figures_moved(a, b, Path("figures")).anew}
    changed = [d for d in differences(a, b) if d.of == "reading"]
    assert moved["01-overview"] == (len(changed), 295)
    assert moved["02-framework-grid"] == (sum(d.question == "framework" for d in changed), 15)
    assert "02-cell-grid" not in moved or any(d.question == "cell" for d in changed)


def test_beside_two_folders_they_need_no_other_name(folder, capsys, tmp_path, monkeypatch):
    for name in ("old", "new"):
        shutil.copytree(folder, tmp_path / "beside" / name, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.chdir(tmp_path / "beside")
    assert "Nothing differs" in said(capsys, "old", "new")
    (tmp_path / "beside/new/figures/new").mkdir(parents=True)
    manifest(tmp_path / "beside/new/figures/new", ("all", None), ("jam", ["jam"]), debate=".")
    edit(tmp_path / "beside/new", "debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    assert "Figures: 1 of 2 in new/figures/ would be made anew" in said(capsys, "old", "new")
