import json
import shutil

import pytest
from conftest import SMALL

from analysis.__main__ import main
from analysis.commands.exchanging import FORMATS, ONLY_OUT, WITH_TEXTS
from analysis.commands.words import MOST_FAILURES
from analysis.debate import check_debate
from analysis.exchange import intake, shelves


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
    (tmp_path / "d/codings/reference/ash-2001.yml").write_text("# to be checked\n" + (SMALL / "codings/reference/ash-2001.yml").read_text())  # fmt: skip
    assert main(["export", "csv", str(tmp_path / "d"), "-o", str(tmp_path / "x")]) == 0
    printed = capsys.readouterr().out
    assert "1 × file beside the records" in printed and "codings/notes.md" in printed
    assert "codings/reference/ash-2001.yml:1" in printed


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
