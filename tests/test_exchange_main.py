import json
import shutil

import pytest
from conftest import SMALL

from analysis.__main__ import main
from analysis.commands.exchanging import FORMATS, ONLY_OUT, WITH_TEXTS
from analysis.commands.words import MOST_FAILURES
from analysis.debate import check_debate
from analysis.exchange import intake, shelves, tidy


def exported(format, target, *more):
    return main(["export", format, str(SMALL), "-o", str(target), *more])


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_with_its_losses_and_read_again(format, tmp_path, capsys):
    target = tmp_path / "out"
    assert exported(format, target) == 0
    report = (tmp_path / "out.losses.md").read_text()
    printed = capsys.readouterr().out
    assert report.startswith(f"# What {format} could not carry of small, read by reference")
    assert all(f"**{line[2:].partition(':')[0]}**" in report for line in printed.splitlines() if line.startswith("- "))
    if format in ONLY_OUT:
        return
    folder = tmp_path / "new"
    assert main(["import", format, str(target), "-o", str(folder)]) == 0
    assert (folder / "sources.json").is_file() and (tmp_path / "new.losses.md").is_file()
    if (folder / "debate.yml").is_file():
        problems = check_debate(folder).problems
        out = capsys.readouterr().out
        assert out.count("\nto do: ") + out.startswith("to do: ") == min(len(problems), MOST_FAILURES + 1)
        assert f"{len(problems)} problem" in out


def test_of_a_bibliography_it_is_said_that_it_is_no_debate_yet_and_how_it_becomes_one(tmp_path, capsys):
    (tmp_path / "b.bib").write_text("@book{ash, author={Ash, Anna}, title={The Empty Pot}, year=2001}")
    assert main(["import", "bibtex", str(tmp_path / "b.bib"), "-o", str(tmp_path / "only")]) == 0
    said = capsys.readouterr().out
    assert "1 source and nothing else" in said and "problem" not in said
    assert f"`stancebook new DIR --sources {tmp_path}/only/sources.json` makes one of them" in said
    assert main(["new", str(tmp_path / "d"), "--sources", f"{tmp_path}/only/sources.json"]) == 0
    assert check_debate(tmp_path / "d").problems == []


def test_an_export_is_replaced_only_if_nobody_changed_it(tmp_path, capsys):
    target = tmp_path / "sources.json"
    assert exported("csl", target) == exported("csl", target) == 0
    target.write_text(target.read_text() + "\n")
    assert exported("csl", target) == 1
    assert "no export as we left it" in capsys.readouterr().err
    assert exported("csl", target, "--replace") == 0
    (tmp_path / "other.bib.losses.md").write_text("mine")
    assert exported("bibtex", tmp_path / "other.bib") == 1
    assert (tmp_path / "other.bib.losses.md").read_text() == "mine" and not (tmp_path / "other.bib").exists()


def test_an_empty_folder_may_be_filled_and_so_may_this_one(tmp_path, capsys, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert exported("csv", ".") == exported("csv", tmp_path / "empty") == 0
    assert (tmp_path / "empty/stances.csv").is_file() and (tmp_path / "empty.losses.md").is_file()
    (tmp_path / "empty/stances.csv").write_text("mine")
    assert exported("csv", ".") == 1 and (tmp_path / "empty/stances.csv").read_text() == "mine"
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    assert main(["import", "csl", str(SMALL / "sources.json"), "-o", "."]) == 0
    assert (tmp_path / "new.losses.md").is_file()


def test_what_cannot_be_written_there_is_said(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.losses.md").write_text("mine")
    assert exported("csv", tmp_path / "empty") == 1 and "is no loss report of ours" in capsys.readouterr().err
    assert exported("json", tmp_path / "empty", "--replace") == 1 and "is a folder" in capsys.readouterr().err
    assert exported("csv", "/") == 1 and "name another folder" in capsys.readouterr().err
    assert not any((tmp_path / "empty").iterdir()) and (tmp_path / "empty.losses.md").read_text() == "mine"


def test_no_import_writes_outside_its_folder(tmp_path):
    with pytest.raises(ValueError, match=r"would write 'a/\.\./\.\./x' outside its folder"):
        shelves.put_new({"debate.yml": b"", "a/../../x": b""}, [], tmp_path / "d", "What was lost")
    assert list(tmp_path.iterdir()) == []


def test_an_import_goes_into_a_folder_of_its_own(tmp_path, capsys):
    file, folder = tmp_path / "b.json", tmp_path / "d"
    exported("csl", file)
    folder.mkdir()
    (folder / "mine").write_text("x")
    assert main(["import", "csl", str(file), "-o", str(folder)]) == 1
    assert "not an empty folder" in capsys.readouterr().err and [p.name for p in folder.iterdir()] == ["mine"]


@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ONLY_OUT])
@pytest.mark.parametrize("raw", [b"", b"\xff\xfea\0", b"\0", b"PK\3\4", b"[[[", b"%PDF-1.7\n", b"{}", b'{"a": [1, {"b": null}]}', b"a,b\n1,2\n", b"\xe9"])  # fmt: skip
def test_a_file_that_is_something_else_is_refused_in_words(format, raw, tmp_path, capsys):
    (tmp_path / "f").write_bytes(raw)
    assert main(["import", format, str(tmp_path / "f"), "-o", str(tmp_path / "d")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("stancebook: ") and error.strip().count("\n") == 0 and not (tmp_path / "d").exists()


@pytest.mark.parametrize("given", ["json", "qdpx", "dna", "csl", "polis"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_file_of_another_format_is_told_by_its_looks(format, given, tmp_path, capsys):
    exported(format, tmp_path / "f")
    capsys.readouterr()
    code = main(["import", given, str(tmp_path / "f"), "-o", str(tmp_path / "d")])
    if format == given:
        assert code == 0
        return
    cure = "no import reads that" if format in ONLY_OUT else f"try `stancebook import {format.removeprefix('x') if format == 'xaif' else format}`"  # fmt: skip
    assert code == 1 and f"and not like {given}; {cure}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("format", "raw", "words"),
    [
        ("argdown", bytes(range(256)), "no text but binary data; look whether it is the file you meant"),
        ("ris", b"\x89PNG\r\n\x1a\n\0", "this looks like a picture, and not like ris; no import reads that"),
        ("argdown", b"%PDF-1.7\n\xe2\xe3", "this looks like a PDF, and not like argdown; no import reads that"),
        ("json", b"[A]: Jam is good.\n  + [B]\n", "this looks like Argdown, and not like json; try `stancebook import argdown`"),
        ("argdown", "Jürgen".encode("cp1252"), "line 1: the file is not UTF-8; save it again as UTF-8"),
        ("aif", b'{"nodes": []}', "edges: Field required"),
    ],
)  # fmt: skip
def test_the_cure_fits_the_file(format, raw, words, tmp_path, capsys):
    (tmp_path / "f").write_bytes(raw)
    assert main(["import", format, str(tmp_path / "f"), "-o", str(tmp_path / "d")]) == 1
    assert words in capsys.readouterr().err


def test_a_coder_that_is_not_there_is_named(tmp_path, capsys):
    assert exported("argdown", tmp_path / "x", "--coder", "referense") == 1
    assert 'did you mean "reference"?' in capsys.readouterr().err


def test_what_a_format_does_not_know_is_refused(tmp_path, capsys):
    assert exported("csv", tmp_path / "x", "--coder", "reference") == 2
    assert "leave out --coder" in capsys.readouterr().err
    assert exported("argdown", tmp_path / "x", "--with-texts") == 2
    assert "argdown holds no texts" in capsys.readouterr().err and not (tmp_path / "x").exists()


def test_texts_that_are_not_there_or_not_asked_for_are_said(tmp_path, capsys):
    assert exported("qdpx", tmp_path / "x", "--texts", str(SMALL / "texts")) == 2
    assert "add --with-texts" in capsys.readouterr().err
    assert exported("qdpx", tmp_path / "x", "--with-texts", "--texts", str(tmp_path)) == 2
    assert "no copies in" in capsys.readouterr().err


def test_only_the_questions_asked_for_are_written(tmp_path):
    assert exported("argdown", tmp_path / "x", "--question", "jam") == 0
    assert "[jam-was-good]" in (tmp_path / "x").read_text() and "[cat-did-it]" not in (tmp_path / "x").read_text()


def test_what_the_questions_asked_for_leave_out_is_named(tmp_path, small):
    assert exported("json", tmp_path / "x", "--question", "jam") == 0
    report = (tmp_path / "x.losses.md").read_text()
    kept = tidy.load((tmp_path / "x").read_bytes(), "json")[0]
    gone = {p.id for p in small.codebook.propositions} - {p.id for p in kept.codebook.propositions}
    assert gone == {"cook-did-it", "cat-did-it", "door-was-open"} and all(f"      {id}\n" in report for id in gone)
    for (coder, key), coding in small.codings.items():
        now = {c.id for c in kept.coding(key).claims}
        assert all((f"      {coder}/{key}/{c.id}\n" in report) == (c.id not in now) for c in coding.claims)
        assert all(f"      {coder}/{key}/{s.label}\n" in report for s in coding.spans)
    assert "      culprit\n" in report and "      jam\n" not in report
    assert "1 × mark of the thesis" not in report and "3 × mark of the thesis" in report
    assert exported("json", tmp_path / "y", "--question", "jam", "--question", "culprit") == 0
    assert "× proposition" not in (tmp_path / "y.losses.md").read_text()


def test_texts_go_into_a_file_only_when_they_are_asked_for(tmp_path, capsys):
    words = "on shelf, floor"  # of a passage, between its first and last words
    for format in FORMATS:
        for more, there in (([], False), (["--with-texts"], True))[: 1 + (format in WITH_TEXTS)]:
            target = tmp_path / f"{format}{there}"
            assert exported(format, target, *more) == 0
            with_it = shelves.taken(target)
            if isinstance(with_it, dict) or with_it.startswith(b"PK"):
                with_it = b"".join(intake.files_of(with_it).values())
            assert (words.encode() in with_it) == there, format
            assert ("THE FILE HOLDS" in capsys.readouterr().out) == there


def test_files_and_comments_that_no_export_has_are_named(tmp_path, capsys):
    shutil.copytree(SMALL, tmp_path / "d")
    (tmp_path / "d/codings/notes.md").write_text("x")
    coded = (SMALL / "codings/reference/ash-2001.yml").read_text()
    (tmp_path / "d/codings/reference/ash-2001.yml").write_text("# to be checked\n" + coded.replace("source: ash-2001", "source: ash-2001  # or not"))  # fmt: skip
    assert main(["export", "csv", str(tmp_path / "d"), "-o", str(tmp_path / "x")]) == 0
    printed = capsys.readouterr().out
    assert "4 × file beside the records" in printed and "(codings/notes.md, texts/ash-2001.txt, " in printed
    n = coded.splitlines().index("source: ash-2001") + 2
    assert (
        f"2 × comment in a file: an export holds records alone; keep the folder (codings/reference/ash-2001.yml:1, codings/reference/ash-2001.yml:{n})"
        in printed
    )
    exported("qdpx", tmp_path / "y", "--with-texts")
    assert "texts/" not in (tmp_path / "y.losses.md").read_text()


def test_comments_that_every_new_debate_begins_with_are_not_counted(tmp_path, capsys):
    source = ["--source", "Ash 2001 The Pot", "--question", "Why?", "--proposition", "It rained."]
    assert main(["new", str(tmp_path / "d"), *source]) == 0
    book = tmp_path / "d/debate.yml"
    assert book.read_text().count("\n#") > 10
    book.write_text(book.read_text() + "# my own, to do\n")
    assert main(["export", "json", str(tmp_path / "d"), "-o", str(tmp_path / "x")]) == 0
    assert f"1 × comment in a file: an export holds records alone; keep the folder (debate.yml:{book.read_text().count(chr(10))})" in capsys.readouterr().out  # fmt: skip


@pytest.mark.parametrize("name", ["debate.yml", "sources.json", "codings/reference/ash-2001.yml", "texts/ash-2001.txt", "link"])  # fmt: skip
def test_no_export_is_written_over_a_file_of_its_debate(name, tmp_path, capsys):
    shutil.copytree(SMALL, tmp_path / "d")
    (tmp_path / "d/link").symlink_to(tmp_path / "d/debate.yml")
    before = (tmp_path / "d" / name).read_bytes()
    command = ["export", "xlsx", str(tmp_path / "d"), "-o", str(tmp_path / "d" / name), "--replace"]
    assert main(command) == 1 and (tmp_path / "d" / name).read_bytes() == before
    assert f"{tmp_path / 'd' / name} is a file of the debate itself; choose another name" in capsys.readouterr().err
    assert not (tmp_path / f"d/{name}.losses.md").exists()
    assert main([*command[:4], str(tmp_path / "d/x.xlsx"), "--replace"]) == 0


def test_rows_that_are_not_read_are_counted_in_the_last_line(tmp_path, capsys):
    exported("csv", tmp_path / "c")
    stances = tmp_path / "c/stances.csv"
    stances.write_bytes(stances.read_bytes().replace(b",2,3,", b",two,three,").replace(b",1,1,", b",1,one,"))
    capsys.readouterr()
    assert main(["import", "csv", str(tmp_path / "c"), "-o", str(tmp_path / "d")]) == 0
    assert f"{tmp_path / 'd'} written, 0 problems to mend, 3 rows NOT READ; " in capsys.readouterr().out


def test_an_imported_folder_says_what_to_do_next_and_names_no_file_that_is_not_there(tmp_path, capsys):
    exported("argdown", tmp_path / "a")
    assert main(["import", "argdown", str(tmp_path / "a"), "-o", str(tmp_path / "d")]) == 0
    readme = (tmp_path / "d/README.md").read_text()
    assert "- `../d.losses.md`: what was left out" in readme and "stancebook texts add ash-2001 FILE" in readme
    todo = (tmp_path / "d/debate.yml").read_text().lower().count("to do")
    assert todo > 5 and f"- `debate.yml`: {todo} places where “to do” stands" in readme
    assert (tmp_path / "d/texts/.gitignore").is_file() and "texts/*" in (tmp_path / "d/.gitignore").read_text()
    assert "yaml-language-server" not in "".join(p.read_text() for p in (tmp_path / "d").rglob("*.yml"))
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema/coding.schema.json").write_text("{}")
    assert main(["import", "argdown", str(tmp_path / "a"), "-o", str(tmp_path / "e")]) == 0
    assert "yaml-language-server" in (tmp_path / "e/codings/reference/ash-2001.yml").read_text()


COMMENTED = """\
# yes
source: ash-2001  # yes
thesis: ["x # no", 'multi
  # no'] # yes
why: plain#no # yes, 😀
block: | # yes
  # no, 😀
more: >-
  # no

# yes
last: [1, # yes
  2]
# yes"""


def test_a_comment_is_one_wherever_it_stands_and_what_is_quoted_is_none():
    lines = COMMENTED.split("\n")
    assert shelves._comments(COMMENTED) == [
        (n, line[line.index("# yes") :]) for n, line in enumerate(lines, 1) if "# yes" in line
    ]
    assert shelves._comments("a: |") == [] and shelves._comments("a: | # b") == [(1, "# b")]


def test_a_file_that_is_not_there_is_named_once(tmp_path, capsys):
    assert main(["import", "csl", str(tmp_path / "no"), "-o", str(tmp_path / "d")]) == 1
    assert capsys.readouterr().err == f"stancebook: {tmp_path / 'no'}: there is no such file; look at its name\n"


def test_what_was_read_of_a_bibliography_is_a_sources_file(tmp_path):
    (tmp_path / "b.ris").write_text("TY  - BOOK\nTI  - A\nAU  - B, C\nPY  - 1999\nER  - \n")
    assert main(["import", "ris", str(tmp_path / "b.ris"), "-o", str(tmp_path / "d")]) == 0
    (source,) = json.loads((tmp_path / "d/sources.json").read_text())
    assert source["title"] == "A" and source["custom"]["genre"] == "to do"


@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ONLY_OUT])
def test_a_folder_without_such_files_is_refused_in_words(format, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/notes.txt").write_text("x")
    assert main(["import", format, str(tmp_path / "in"), "-o", str(tmp_path / "d")]) == 1
    assert capsys.readouterr().err.startswith("stancebook: ") and not (tmp_path / "d").exists()
