"""`stancebook new` without a sheet: what is given stands in the files, and what is not is “to do”."""

import os
import pty
import select
import subprocess
import sys

import pytest
import yaml
from attacks import ATTACKS
from conftest import ROOT
from debates import words
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.debate import check_debate, load_debate
from analysis.reading import write
from analysis.starting import folder, scales, typed

JAM = [
    "--title", "Who ate the jam?", "--source", "Ash 2001 The Empty Pot 10.1000/182", "--source", "Birch & Cedar 2005",
    "--question", "Who ate the jam?", "--proposition", "The cook ate it.", "--proposition", "The cat ate it.",
    "--question", "Was it worth it?",
]  # fmt: skip


@pytest.fixture
def jam(tmp_path):
    assert main(["new", str(tmp_path / "jam"), *JAM]) == 0
    return tmp_path / "jam"


def texts(path):
    return {p.relative_to(path).as_posix(): p.read_text(encoding="utf-8") for p in path.rglob("*") if p.is_file()}


def test_what_is_given_is_a_debate_that_passes_the_check(jam):
    debate = load_debate(jam)
    assert [s.label for s in debate.sources.values()] == ["Ash 2001", "Birch & Cedar 2005"]
    ash, birch = debate.sources.values()
    assert (ash.title, ash.year, ash.doi) == ("The Empty Pot", 2001, "10.1000/182")
    assert birch.author == ({"literal": "Birch"}, {"literal": "Cedar"}) and birch.title == "to do"
    assert [len(q.propositions) for q in debate.codebook.questions] == [2, 1]
    assert debate.codebook.propositions[0].text == "The cook ate it."


def test_nothing_is_coded_and_no_example_counts(jam):
    codings = load_debate(jam).codings.values()
    assert len(codings) == 2 and not any(c.stances or c.silences or c.claims for c in codings)


def test_the_examples_in_the_comments_are_themselves_sound(jam):
    """Without the marks of a comment, the example is a coding of the example's own propositions."""
    lines = texts(jam)["codings/reference/ash-2001.yml"].split("\n# claims:\n")[1].splitlines()
    example = [line[2:] for line in lines if line.startswith("#  ") or line.strip("# ").endswith(":")]
    coding = "source: ash-2001\nclaims:\n" + "\n".join(example) + "\n"
    ids = ("ferry-closed-for-fares", "council-was-right")
    book = yaml.safe_load(texts(jam)["debate.yml"])
    book["questions"][0]["propositions"] = [{"id": i, "text": i, "kind": "cause"} for i in ids]
    (jam / "debate.yml").write_text(yaml.safe_dump(book), encoding="utf-8")
    (jam / "codings/reference/ash-2001.yml").write_text(coding, encoding="utf-8")
    found = load_debate(jam).codings["reference", "ash-2001"]
    assert (len(found.claims), len(found.stances), len(found.silences)) == (1, 1, 1)


def test_the_readme_names_what_is_to_do_and_only_files_that_are_there(jam):
    made = texts(jam)
    assert "`sources.json`: Birch & Cedar 2005: title, type, genre, addressee, evidence" in made["README.md"]
    assert "a sentence on question 2" in made["README.md"]
    for name in ("debate.yml", "sources.json", "codings/reference/coder.yml"):
        assert f"`{name}`" in made["README.md"] and name in made


def test_copies_of_texts_are_never_shared(jam):
    (jam / "texts/ash-2001.txt").write_text("a text")
    subprocess.run(["git", "init", "-q", str(jam)], check=True)
    seen = subprocess.run(["git", "status", "--short", "-uall"], cwd=jam, capture_output=True, text=True, check=True)
    assert "texts/.gitignore" in seen.stdout and "ash-2001.txt" not in seen.stdout


def test_where_nobody_can_be_asked_it_says_so(tmp_path, capsys):
    assert main(["new", str(tmp_path / "d")]) == 0
    assert "Nothing was asked" in capsys.readouterr().out
    assert main(["new", str(tmp_path / "e"), "--title", "E"]) == 0
    assert "Nothing was asked" not in capsys.readouterr().out


def test_nothing_given_is_all_to_do_and_passes_the_check(tmp_path):
    assert main(["new", str(tmp_path / "d"), "--title", "D"]) == 0
    assert check_debate(tmp_path / "d").problems == []
    assert "First source (to do)" in texts(tmp_path / "d")["sources.json"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "d").mkdir()
    (tmp_path / "d/mine.txt").write_text("mine")
    assert main(["new", str(tmp_path / "d"), *JAM]) == 1
    assert "not an empty folder" in capsys.readouterr().err
    assert texts(tmp_path) == {"d/mine.txt": "mine"}


def test_a_link_that_leads_nowhere_is_named_as_one(tmp_path, capsys):
    (tmp_path / "jam").symlink_to(tmp_path / "gone")
    assert main(["new", str(tmp_path / "jam"), *JAM]) == 1
    assert "jam is a link that leads nowhere" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["jam"]


def test_a_folder_that_figures_has_a_place_for_is_refused(tmp_path, capsys):
    assert main(["new", str(tmp_path / "slide"), *JAM]) == 1
    assert "cannot be called" in capsys.readouterr().err and not any(tmp_path.iterdir())


def test_the_schemas_are_named_only_where_they_lie(tmp_path):
    assert main(["new", str(tmp_path / "far/d"), *JAM]) == 0
    assert not any("$schema" in text for text in texts(tmp_path).values())
    write(tmp_path / "data/schema/coding.schema.json", b"{}")
    assert main(["new", str(tmp_path / "data/d"), *JAM]) == 0
    made = texts(tmp_path / "data/d")
    assert made["debate.yml"].startswith("# yaml-language-server: $schema=../schema/debate.schema.json\n")
    assert made["codings/reference/coder.yml"].startswith("# yaml-language-server: $schema=../../../schema/coder.")
    assert check_debate(tmp_path / "data/d").problems == []


@pytest.mark.parametrize(
    "options, said",
    [
        (["--source", "Ash 2001 doi:10.1"], "“10.1” is no DOI; write it like 10.1000/182"),
        (["--source", "Ash 2001", "--source", "ash 2001 Again"], "would both be ash 2001; add a letter to one year"),
        (["--question", "Why?", "--question", "Why?"], "the question “Why?” is given twice"),
        (["--question", "Why?", "--proposition", " "], "a proposition is empty; write what it says"),
        (
            ["--question", "", "--proposition", ""],
            "a proposition is empty; write what it says between the quotation marks, or leave it out\na question is empty",
        ),
        (["--scale", "fife"], 'no scale “fife”; did you mean "five"?'),
        (["--sources", "s.doc"], "export it as .bib, .json (CSL-JSON) or .ris"),
        (["--sources", "nowhere.bib"], "there is no such file"),
        (["--map", "a=2"], "add --from-sheet FILE"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(tmp_path, capsys, options, said):
    assert main(["new", str(tmp_path / "d"), *options]) in (1, 2)
    assert said in capsys.readouterr().err and not any(tmp_path.iterdir())


def test_a_bibliography_brings_its_sources_and_says_what_it_did_not_say(tmp_path, capsys):
    (tmp_path / "s.bib").write_text("@book{ash, author={Ash, Anna}, title={The Empty Pot}, year=2001}")
    assert main(["new", str(tmp_path / "d"), "--sources", str(tmp_path / "s.bib"), "--source", "Ash 2001"]) == 0
    made = load_debate(tmp_path / "d").sources
    assert [s.label for s in made.values()] == ["Ash 2001", "Ash 2001 (2)"] and made["ash"].title == "The Empty Pot"
    assert "genre" in (tmp_path / "d.losses.md").read_text() and "made up" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words, said",
    [
        ("Ash 2001", {"label": "Ash 2001", "author": [{"literal": "Ash"}], "year": 2001}),
        ("Ash, A. (2001a): The Pot", {"label": "Ash, A. 2001a", "author": [{"family": "Ash", "given": "A."}], "year": 2001, "title": "The Pot"}),
        ("Ash, Birch & Cedar 2001", {"label": "Ash, Birch & Cedar 2001", "author": [{"literal": "Ash, Birch"}, {"literal": "Cedar"}], "year": 2001}),
        ("Ash (n.d.) The Pot", {"label": "Ash n.d.", "author": [{"literal": "Ash"}], "title": "The Pot"}),
        ("Brandt, Änne 1996 The Court", {"label": "Brandt, Änne 1996", "author": [{"family": "Brandt", "given": "Änne"}], "year": 1996, "title": "The Court"}),
        ("Lefèvre, Hélène and Jörg von Müller 2004", {"label": "Lefèvre, Hélène and Jörg von Müller 2004", "author": [{"family": "Lefèvre", "given": "Hélène"}, {"family": "von Müller", "given": "Jörg"}], "year": 2004}),
        ("Department of Justice, Health and Law Reform 2001", {"label": "Department of Justice, Health and Law Reform 2001", "author": [{"literal": "Department of Justice, Health"}, {"literal": "Law Reform"}], "year": 2001}),
        ("World Bank 2001", {"label": "World Bank 2001", "author": [{"literal": "World Bank"}], "year": 2001}),
        ("Institute of Law forthcoming Courts for All", {"label": "Institute of Law forthcoming", "author": [{"literal": "Institute of Law"}], "status": "forthcoming", "title": "Courts for All"}),
        ("Ash (In press) The War of 1812", {"label": "Ash In press", "author": [{"literal": "Ash"}], "status": "In press", "title": "The War of 1812"}),
        ("Ash n. d. The Pot", {"label": "Ash n.d.", "author": [{"literal": "Ash"}], "title": "The Pot"}),
        ("On the forthcoming war 2001", {"label": "On the forthcoming war 2001", "author": [{"literal": "On the forthcoming war"}], "year": 2001}),
        ("The charter", {"label": "The charter"}),
        ("1984", {"label": "1984"}),
        ("Ash 2001 In 1917. https://doi.org/10.1000/a(b)c", {"label": "Ash 2001", "author": [{"literal": "Ash"}], "year": 2001, "title": "In 1917", "DOI": "10.1000/a(b)c"}),
    ],
)  # fmt: skip
def test_what_a_line_says_of_a_source(words, said):
    assert typed.described(words) == said


def test_a_source_is_called_by_family_names_and_the_reading_of_each_line_is_said(tmp_path, capsys):
    lines = ["Brandt, Änne 1996 The Court", "Lefèvre, Hélène and Jörg Müller 2004", "Institute of Law forthcoming Courts for All", "The charter"]  # fmt: skip
    options = [option for line in lines for option in ("--source", line)]
    assert main(["new", str(tmp_path / "d"), *options]) == 0
    made = load_debate(tmp_path / "d").sources
    assert {key: s.label for key, s in made.items()} == {
        "brandt-1996": "Brandt 1996", "lefevre-and-muller-2004": "Lefèvre and Müller 2004",
        "institute-of-law-forthcoming": "Institute of Law forthcoming", "the-charter": "The charter",
    }  # fmt: skip
    assert (
        made["institute-of-law-forthcoming"].title == "Courts for All"
        and made["institute-of-law-forthcoming"].issued is None
    )
    said = capsys.readouterr().out
    assert "Read: “Brandt, Änne 1996 The Court”: author Brandt (given name Änne), year 1996, title The Court" in said
    assert "author Lefèvre (given name Hélène); Müller (given name Jörg), year 2004, title none" in said
    assert "author Institute of Law, year forthcoming, title Courts for All" in said
    assert "“The charter”: no year in it, and no “n.d.” or “forthcoming” in place of one" in said


def test_two_authors_of_one_name_and_year_keep_their_given_names():
    made = typed.typed_sources(["Brandt, Änne 1996", "Brandt, Bert 1996"])
    assert [s.label for s in made] == ["Brandt, Änne 1996", "Brandt, Bert 1996"]


@settings(deadline=None)
@given(st.text(max_size=40), st.lists(words, max_size=3, unique_by=lambda w: " ".join(w.split())))
def test_any_words_make_a_debate_that_passes_the_check(tmp_path_factory, title, some):
    made = tmp_path_factory.mktemp("any")
    asked = [(noun, w) for w in (*some, *ATTACKS[:2]) for noun in ("question", "proposition") if w.split()]
    try:
        questions = typed.questions_of(asked)
        sources = typed.typed_sources([w for w in some if w.strip(" ,.;")])
    except ValueError:
        questions, sources = typed.questions_of([]), []
    chosen = sources or [typed.source(folder.placeholder_source(), typed.source_ids())]
    for name, content in folder.files(
        folder.Beginning(title, chosen, questions, scales.scale("five")), schemas=True
    ).items():
        write(made / name, content)
    report = check_debate(made)
    assert report.problems == []
    assert [q.text for q in report.debate.codebook.questions] == [q["text"] for q in questions]
    assert not any(c.claims or c.stances for c in report.debate.codings.values())


def test_at_a_terminal_it_asks_and_enter_ends_each_list(tmp_path):
    answers = [
        "Who ate the jam?", "Ash 2001", "Ash 2001", "Birch 2005 10.1/x", "Birch 2005", "",
        "Who ate it?", "The cook did.", "The cook did.", "The cat did.", "", "Why?", "", "", "yes-no",
    ]  # fmt: skip
    said = at_a_terminal(tmp_path, answers)
    assert "would both be Ash 2001" in said and "“10.1/x” is no DOI" in said and "given twice" in said
    debate = load_debate(tmp_path / "d")
    assert debate.codebook.title == "Who ate the jam?" and list(debate.sources) == ["ash-2001", "birch-2005"]
    assert [p.text for p in debate.codebook.questions[0].propositions] == ["The cook did.", "The cat did."]
    assert [debate.scale.shown(v.value) for v in debate.scale.ascending] == ["no", "yes"]


def test_at_a_terminal_enter_alone_will_do_and_the_end_of_input_too(tmp_path):
    at_a_terminal(tmp_path, ["", "\x04"])
    assert check_debate(tmp_path / "d").problems == []


def at_a_terminal(path, answers):
    """What is said when somebody types these lines."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "analysis", "new", "d"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=there, stdout=there, stderr=there, cwd=path, env=environment) as process:
        os.close(there)
        os.write(here, "".join(a if a == "\x04" else f"{a}\n" for a in answers).encode())
        said = b""
        while True:
            if not select.select([here], [], [], 60)[0]:
                process.kill()
                pytest.fail(f"it waits for more: {said.decode()}")
            try:
                said += os.read(here, 4096)
            except OSError:  # the other end is closed
                break
            if (b"no more" in said[-40:] or b"Scale" in said[-90:]) and "\x04" in answers:
                os.write(here, b"\x04")
    os.close(here)
    assert process.returncode == 0, said.decode()
    return said.decode()
