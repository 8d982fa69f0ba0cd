"""`stancebook new --from-sheet`: what stands in a sheet is taken as it stands there, and what cannot be is named and kept."""

import csv
import io
import shutil
import subprocess
import zipfile

import pytest
from debates import words
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import numbers as formats
from sheets import open_document, rezipped

from analysis.__main__ import main
from analysis.debate import check_debate, load_debate, stale_in
from analysis.reading import write
from analysis.starting.folder import files
from analysis.starting.headings import MEANINGS
from analysis.starting.sheet import taken

GRID = [
    ["Text", "The cook did it.", "The cat did it.", "The door stood open."],
    ["Ash 2001", 2, -2, None],
    ["Birch 2005", -2, 2, 0],
]
READ = {
    ("Ash 2001", "The cook did it."): 2, ("Ash 2001", "The cat did it."): -2,
    ("Birch 2005", "The cook did it."): -2, ("Birch 2005", "The cat did it."): 2, ("Birch 2005", "The door stood open."): 0,
}  # fmt: skip
LIST = [["Source", "Statement", "Stance"], *([s, p, v] for (s, p), v in READ.items())]


def saved(path, **sheets):
    """A workbook of these sheets; a function among the rows is called with the sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            if callable(row):
                row(sheet)
            else:
                sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def read(tmp_path):
    """Rows → what was taken from a workbook of them."""
    return lambda *rows, **options: taken(saved(tmp_path / "s.xlsx", S=rows), **options)


def coded(found):
    """What is coded: by label of the source and text of the proposition, and by coder if there are several."""
    begun = found.beginning
    labels = {s.id: s.label for s in begun.sources}
    texts = {p["id"]: p["text"] for q in begun.questions for p in q["propositions"]}
    several = len({coder for coder, _ in begun.codings}) > 1
    return {
        (labels[key], texts[x.proposition], *([coder] if several else [])): x.value if hasattr(x, "value") else x.reason
        for (coder, key), c in begun.codings.items()
        for x in (*c.stances, *c.silences)
    }


def kept(found):
    """The words in notes-from-sheet.csv."""
    return [row["words"] for row in csv.DictReader(io.StringIO(found.beginning.notes.decode()))]


def turned(rows, corner):
    whole = [[*row, *[None] * (len(rows[0]) - len(row))] for row in rows]
    return [[corner, *[r[0] for r in whole[1:]]], *([whole[0][i], *[r[i] for r in whole[1:]]] for i in range(1, len(whole[0])))]  # fmt: skip


def problems(found):
    return [str(p) for p in found.problems]


# The forms in which people keep them


@pytest.mark.parametrize("rows", [GRID, turned(GRID, ""), turned(GRID, "Proposition"), [["", *GRID[0][1:]], *GRID[1:]], LIST], ids=["grid", "turned", "turned and headed", "no corner", "list"])  # fmt: skip
def test_one_sheet_in_every_form_says_the_same(read, rows):
    found = read(*rows)
    assert coded(found) == READ and problems(found) == [] and kept(found) == []
    assert [s.label for s in found.beginning.sources] == ["Ash 2001", "Birch 2005"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_text_in_any_encoding(tmp_path, encoding, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([[c or "" for c in r] for r in [*GRID, ["Müller 1999", 1, "", ""]]])
    (tmp_path / "s.csv").write_bytes(text.getvalue().encode(encoding))
    found = taken(tmp_path / "s.csv")
    assert coded(found) == {**{k: v for k, v in READ.items() if v}, ("Müller 1999", "The cook did it."): 1}


def test_open_documents(tmp_path):
    (tmp_path / "s.ods").write_bytes(open_document([[str(c or "") for c in row] for row in LIST], "S"))
    assert coded(taken(tmp_path / "s.ods")) == {k: v for k, v in READ.items() if v}


def test_which_way_round_is_said_and_can_be_decided(read):
    rows = [["", "a", "b"], ["x", 2, -2], ["y", 1, 2]]
    assert "nothing in the labels tells" in " ".join(read(*rows).notes) and ("x", "a") in coded(read(*rows))
    assert ("a", "x") in coded(read(*rows, rows="propositions"))


ANSWERS = [
    ["Paper", "Prices rose.", "The poor paid.", "Makers changed recipes.", "The money was kept apart."],
    ["Ash 2001", "yes", "no", "yes", "no"],
    ["Birch 2005", "no", "yes", "yes", "no"],
    ["Cedar 2010", "no", "no", "no", "yes"],
    ["Dill 2012", "no", "no", "no", "no"],
    ["Elm 2014", "yes", "no", "maybe", None],
]
ANSWERED = {
    (row[0], sentence): int(answer == "yes")
    for row in ANSWERS[1:] for sentence, answer in zip(ANSWERS[0][1:], row[1:], strict=True) if answer in ("yes", "no")
}  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", None])
@pytest.mark.parametrize("rows", [None, "sources"])
def test_a_row_of_answers_is_no_heading(tmp_path, delimiter, rows):
    """“No” is a heading, too, for a column of numbers."""
    if delimiter:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter).writerows([[c or "" for c in row] for row in ANSWERS])
        (tmp_path / "s.csv").write_text(text.getvalue())
    file = tmp_path / "s.csv" if delimiter else saved(tmp_path / "s.xlsx", S=ANSWERS)
    found = taken(file, rows=rows, scale="yes-no")
    assert coded(found) == ANSWERED and kept(found) == ["maybe"]


def test_answers_without_headings_are_refused(read):
    with pytest.raises(ValueError, match="no table was found in it; put a heading above each column"):
        read(*ANSWERS[1:])
    with pytest.raises(ValueError, match="no table was found in it"):
        read(["What the papers say"], *ANSWERS[1:])


def begun(path, rows, *options):
    """Whether a folder could be begun from these rows, by the command."""
    return main(["new", str(path / "d"), "--from-sheet", str(saved(path / "s.xlsx", S=rows)), *options]) in (0, 1) and (path / "d").exists()  # fmt: skip


def test_a_sheet_of_which_most_would_be_dropped_is_refused_with_a_cure(tmp_path, capsys):
    strange = [["Text", "a b.", "c d."], ["Ash 2001", 0, 1], ["Birch 2005", 1, 0], ["Cedar 2010", 1, 1]]
    assert not begun(tmp_path, strange)
    assert "6 of 8 cells in the columns of values would be left out\nNothing was written." in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["s.xlsx"]
    assert begun(tmp_path, strange, "--scale", "yes-no")


def test_rows_lost_above_a_second_head_are_refused_too(tmp_path, capsys):
    head = ["Author", "Year", "DOI", "The cook did it."]
    rows = [["Ash", 2001, "", 2], ["Birch", 2005, "", -2], ["Cedar", 2010, "", 1]]
    assert not begun(tmp_path, [["Who", "When", "Where", "The cook did it."], *rows, head, ["Dill", 2012, "", 2]])
    assert "would be left out\nNothing was written." in capsys.readouterr().err


def test_blanks_in_words_and_columns_of_something_else_do_not_count_as_dropped(tmp_path):
    rows = [["Text", "Country", "Funding", "N", "a b.", "c d."], *([f"Ash {y}", "Wales", "none at all", y, "–", "n/a"] for y in range(2001, 2009))]  # fmt: skip
    assert begun(tmp_path, [*rows, ["Birch 1999", "Spain", "a fund", 3, 2, -2]])


def test_columns_of_years_titles_and_dois_are_of_the_sources(read):
    rows = [["No", "Author", "Year", "Title", "DOI", "The cook did it."], [1, "Ash", 2001, "The Pot", "https://doi.org/10.1000/1", 2], [2, "Birch", "2oo5", "", "10/1", -2]]  # fmt: skip
    found = read(*rows)
    ash, birch = found.beginning.sources
    assert (ash.label, ash.year, ash.title, ash.doi) == ("Ash 2001", 2001, "The Pot", "10.1000/1")
    assert (birch.label, birch.year, birch.title, birch.doi) == ("Birch", None, "to do", None)
    assert problems(found) == [
        "s.xlsx: S: row 3, column C: “2oo5” is no year; write it in four digits",
        "s.xlsx: S: row 3, column E: “10/1” is no DOI; write it like 10.1000/182, or leave it out",
    ]
    assert {"2oo5", "10/1", "1", "2"} <= set(kept(found))


LONG_LABELS = [["Text", "a b."], ["Ash & Birch (2001) Who pays for the pot?", 2], ["Cedar, C. 2010: The Cat. doi:10.1000/1", -2], ["The 1917 revolution", 1]]  # fmt: skip


@pytest.mark.parametrize("rows", [LONG_LABELS, turned(LONG_LABELS, "Proposition"), [["Source", "Claim", "Value"], *([s, "a b.", v] for s, v in LONG_LABELS[1:])]], ids=["grid", "turned", "list"])  # fmt: skip
def test_author_year_and_title_of_a_label_are_told_apart(read, rows):
    found = read(*rows)
    ash, cedar, revolution = found.beginning.sources
    assert (ash.label, ash.year, ash.title) == ("Ash & Birch 2001", 2001, "Who pays for the pot?")
    assert ash.author == ({"literal": "Ash"}, {"literal": "Birch"})
    assert (cedar.label, cedar.title, cedar.doi) == ("Cedar, C. 2010", "The Cat", "10.1000/1")
    assert (revolution.label, revolution.title) == ("The 1917 revolution", "to do")
    assert coded(found) == {("Ash & Birch 2001", "a b."): 2, ("Cedar, C. 2010", "a b."): -2, ("The 1917 revolution", "a b."): 1}  # fmt: skip


def test_a_label_that_looks_like_a_bad_doi_is_kept_as_it_stands(read):
    found = read(["", "a b."], ["DOI 1951", 2], ["Ash 2001 The Pot doi:7", -2])
    assert coded(found) == {("DOI 1951", "a b."): 2, ("Ash 2001 The Pot doi:7", "a b."): -2}


def test_two_works_of_one_author_and_year_stay_two(read):
    found = read(["", "a b."], ["Ash 2001 The Pot", 2], ["Ash 2001 The Cat", -2], ["Ash 2001", 1])
    assert coded(found) == {("Ash 2001", "a b."): 2, ("Ash 2001 The Cat", "a b."): -2, ("Ash 2001 (2)", "a b."): 1}
    assert [s.title for s in found.beginning.sources] == ["The Pot", "The Cat", "to do"]


def test_a_theme_stands_for_the_rows_below_it(read):
    rows = [["Theme", "Statement", "Ash 2001"], ["Larder", "a b.", 2], [None, "c d.", 1], ["Jam?", "e f.", 0]]
    questions = read(*rows).beginning.questions
    assert [(q["label"], [p["text"] for p in q["propositions"]]) for q in questions] == [("Larder", ["a b.", "c d."]), ("Jam", ["e f."])]  # fmt: skip
    assert [q["text"] for q in questions] == ["To do: what is asked under “Larder”?", "Jam?"]


def test_a_list_carries_certainty_reasons_limits_and_pages(read):
    head = ["author", "Claim", "Value", "Certainty", "Comment", "Page", "Limit", "Language"]
    found = read(
        head,
        ["Ash 2001", "a.", 1, 3, "He says so", "p. 7", "after ten", "en"],
        ["Birch 2005", "a.", "evaded"],
        ["Birch 2005", "b.", -2],
    )
    stance = found.beginning.codings["reference", "ash-2001"].stances[0]
    assert (stance.value, stance.certainty, stance.qualification) == (1, 3, "after ten")
    assert stance.why == "He says so. Page: p. 7. From s.xlsx, sheet S, row 2, column C."
    assert coded(found)["Birch 2005", "a."] == "evaded" and kept(found) == ["en"]
    assert "column H: the column “Language” is none that is known" in problems(found)[0]


def test_several_coders_each_have_a_folder(read):
    rows = [
        ["Coder", *LIST[0]],
        ["Anna", "Ash 2001", "a.", 2],
        ["Ben", "Ash 2001", "a.", -2],
        ["Ben", "Ash 2001", "b.", 2],
    ]
    found = read(*rows)
    assert coded(found) == {("Ash 2001", "a.", "anna"): 2, ("Ash 2001", "a.", "reference"): -2, ("Ash 2001", "b.", "reference"): 2}  # fmt: skip
    assert found.beginning.coders["reference"].label == "Ben" and "became codings/reference" in " ".join(found.notes)


def test_sheets_are_questions_unless_they_hold_the_same_cells(tmp_path):
    other = [["Text", "The jam was good."], ["Ash 2001", -2]]
    questions = taken(saved(tmp_path / "s.xlsx", Culprit=GRID, Taste=other))
    assert [q["label"] for q in questions.beginning.questions] == ["Culprit", "Taste"]
    coders = taken(saved(tmp_path / "t.xlsx", Anna=GRID, Ben=GRID))
    assert {c.label for c in coders.beginning.coders.values()} == {"Anna", "Ben"} and len(coded(coders)) == 10
    one = taken(saved(tmp_path / "u.xlsx", Culprit=GRID, Taste=other), sheet="Taste")
    assert coded(one) == {("Ash 2001", "The jam was good."): -2} and len(kept(one)) == len([c for r in GRID for c in r if c is not None])  # fmt: skip


def test_a_bibliography_gives_the_sources_that_fit(tmp_path):
    (tmp_path / "s.bib").write_text("@book{ash, author={Ash, Anna}, title={The Empty Pot}, year=2001}")
    sheet = saved(tmp_path / "s.xlsx", S=GRID)
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(sheet), "--sources", str(tmp_path / "s.bib")]) == 0
    made = load_debate(tmp_path / "d").sources
    assert list(made) == ["ash", "birch-2005"] and made["ash"].title == "The Empty Pot"


BIBLIOGRAPHY = """
@book{one, author={Ash, Anna and Birch, Ben}, title={The Pot}, year=2001}
@book{two, author={Cedar, Carl and Dill, Dora and Elm, Ed}, title={The Cat}, year=2010}
@book{three, author={Fir, Fay}, title={Jam}, year=1999}
@book{four, author={Fir, Fay}, title={More Jam}, year=1999}
@book{five, author={Gale, Guy}, title={Never read}, year=1980}
"""


def test_sources_and_bibliography_are_matched_by_authors_and_year_and_the_rest_is_named(tmp_path, capsys):
    (tmp_path / "s.bib").write_text(BIBLIOGRAPHY)
    rows = [["Text", "a b."], ["Ash & Birch (2001) The Pot", 2], ["Cedar et al. 2010", -2], ["Fir 1999b", 1], ["Ash & Cedar 2001", 2]]  # fmt: skip
    assert begun(tmp_path, rows, "--sources", str(tmp_path / "s.bib"))
    made = load_debate(tmp_path / "d").sources
    assert [s.title for s in made.values()] == ["The Pot", "The Cat", "to do", "to do"]
    said, report = capsys.readouterr().out, (tmp_path / "d.losses.md").read_text(encoding="utf-8")
    assert "3 × entry of the bibliography" in said and "2 × source of the sheet" in said
    assert all(words in report for words in ("More Jam", "Gale 1980: Never read", "Fir 1999b", "Ash & Cedar 2001"))


@pytest.mark.parametrize("label", ["Cedar, Dill & Elm 2010", "Cedar, C.; Dill, D.; Elm, E. (2010)", "cedar et al. 2010", "Cedar 2010", "two", "Cedar, Dill, Elm 2010"])  # fmt: skip
def test_authors_in_any_form_find_their_record(tmp_path, label):
    (tmp_path / "s.bib").write_text(BIBLIOGRAPHY)
    assert begun(tmp_path, [["Text", "a b."], [label, 2]], "--sources", str(tmp_path / "s.bib"))
    assert [s.title for s in load_debate(tmp_path / "d").sources.values()] == ["The Cat"]


@pytest.mark.parametrize(("label", "title"), [("Gale, Guy 1980", "Never read"), ("Ash, Birch 2001", "The Pot")])
def test_a_name_after_a_comma_may_be_a_given_name_or_another_author(tmp_path, label, title):
    (tmp_path / "s.bib").write_text(BIBLIOGRAPHY)
    assert begun(tmp_path, [["Text", "a b."], [label, 2]], "--sources", str(tmp_path / "s.bib"))
    assert [s.title for s in load_debate(tmp_path / "d").sources.values()] == [title]


def test_what_is_taken_for_a_given_name_is_said(read):
    found = read(["Text", "a b."], ["Brandt, Änne 1996", 2], ["Ash & Birch 2001", 1])
    brandt = found.beginning.sources[0]
    assert (brandt.label, brandt.author) == ("Brandt, Änne 1996", ({"family": "Brandt", "given": "Änne"},))
    assert [n for n in found.notes if "taken for the author" in n] == ["s.xlsx: “Brandt, Änne 1996”: taken for the author Brandt (given name Änne)"]  # fmt: skip


def test_of_two_records_that_fit_none_is_chosen(tmp_path):
    (tmp_path / "s.bib").write_text(BIBLIOGRAPHY.replace("1980", "2001").replace("Gale, Guy", "Ash, Anna and Oak, Olaf"))  # fmt: skip
    assert begun(tmp_path, [["Text", "a b."], ["Ash 2001", 2]], "--sources", str(tmp_path / "s.bib"))
    assert [s.title for s in load_debate(tmp_path / "d").sources.values()] == ["to do"]


@pytest.mark.parametrize(
    ("called", "shown"),
    [
        ("Cedar, Dill & Elm 2010", "Cedar, Dill & Elm 2010"),
        ("Cedar et al. (2010)", "Cedar et al. 2010"),
        ("Cedar 2010", "Cedar 2010"),
        ("two", "Cedar et al. 2010"),  # an id is no name
        ("Hall", "Hall n.d."),
        ("hall (n.d.)", "hall n.d."),
    ],
)
def test_a_source_keeps_the_name_that_the_sheet_gives_it_and_ends_in_its_year(tmp_path, called, shown):
    (tmp_path / "s.bib").write_text(BIBLIOGRAPHY + "@book{six, author={Hall, Hal}, title={The Cat}}")
    assert begun(tmp_path, [["Text", "a b."], [called, 2]], "--sources", str(tmp_path / "s.bib"))
    assert [(s.label, s.title) for s in load_debate(tmp_path / "d").sources.values()] == [(shown, "The Cat")]


INSTITUTIONS = """
@book{one, author={{Committee of Jam, Pots and Cats}}, title={The Pot}}
@book{two, author={Oak, Olaf and Pine, Pia}, title={The Cat}}
@book{three, author={{Bureau of 1917}}, title={Jam}}
"""


@pytest.mark.parametrize(
    ("called", "title"),
    [
        ("Committee of Jam, Pots and Cats", "The Pot"),
        ("committee of jam, pots and cats, n.d.", "The Pot"),
        ("Oak & Pine", "The Cat"),
        ("Oak et al.", "The Cat"),
        ("Bureau of 1917", "Jam"),
        ("Oak 2001", "to do"),
        ("Oak", "to do"),
    ],
)
def test_a_name_without_a_year_finds_the_record_without_one(tmp_path, called, title):
    (tmp_path / "s.bib").write_text(INSTITUTIONS)
    assert begun(tmp_path, [["Text", "a b."], [called, 2]], "--sources", str(tmp_path / "s.bib"))
    assert [s.title for s in load_debate(tmp_path / "d").sources.values()] == [title]


@pytest.mark.parametrize("year", ["", ", year=2001"])
def test_of_two_records_that_a_name_without_a_year_fits_none_is_chosen_and_both_are_named(tmp_path, capsys, year):
    (tmp_path / "s.bib").write_text(f"@book{{a, author={{{{Hall}}}}, title={{X}}}} @book{{b, author={{{{Hall}}}}, title={{Y}}{year}}}")  # fmt: skip
    assert begun(tmp_path, [["Text", "a b."], ["Hall", 2]], "--sources", str(tmp_path / "s.bib"))
    assert [s.title for s in load_debate(tmp_path / "d").sources.values()] == ["to do"]
    assert f"Hall (may be Hall n.d. or Hall {'2001' if year else 'n.d. (2)'})" in capsys.readouterr().out


# Words and numbers


def test_words_become_values_by_a_table_that_is_shown(read):
    words = ["Agrees", "disagree.", "mixed", "Partly", "yes", "−2", "+1", "2,0", "2 (p. 9)", "no, p. 4"]
    found = read(["Text", "a b c."], *([f"T{i} 2001", w] for i, w in enumerate(words)))
    values = [coded(found).get((f"T{i} 2001", "a b c.")) for i in range(len(words))]
    assert values == [2, -2, 0, 1, 2, -2, 1, 2, 2, None]  # the comma may begin a limit, so that the last is not taken
    assert "“disagree” is −2 (rejects)" in found.key.table() and "“no, p. 4” is no value" in problems(found)[0]


def test_where_there_is_a_strongly_the_plain_word_is_weaker(read):
    found = read(["", "p q."], ["A 2001", "strongly agree"], ["B 2001", "agree"], ["C 2001", "disagree"])
    assert list(coded(found).values()) == [2, 1, -1]


def test_dashes_without_a_plus_are_marks_of_what_is_missing_and_named_once(read):
    rows = [["", "p q.", "r s."], ["A 2001", "agree", "–"], ["B 2001", "mixed", "--"], ["C 2001", "disagree", "–"]]
    found = read(*rows)
    assert coded(found) == {("A 2001", "p q."): 2, ("B 2001", "p q."): 0, ("C 2001", "p q."): -2}
    assert problems(found) == [] and sorted(kept(found)) == ["'--", "–", "–"]
    named = [note for note in found.notes if "left uncoded" in note]
    assert (
        len(named) == 2 and named[0].startswith("s.xlsx: S: row 2, column C: “–”") and "(and so in 1 more)" in named[0]
    )
    assert coded(read(*rows, mapped=["–=not-asked"]))["A 2001", "r s."] == "not-asked"


def test_beside_a_plus_a_minus_is_its_opposite(read):
    for cells, values in [(["+", "-"], [2, -2]), (["++", "+", "–", "--"], [2, 1, -1, -2]), (["+", "--"], [1, -2])]:
        found = read(["", "p q."], *([f"T{i} 2001", c] for i, c in enumerate(cells)))
        assert list(coded(found).values()) == values


def test_the_way_to_map_a_dash_that_is_named_works(tmp_path, capsys):
    sheet = saved(tmp_path / "s.xlsx", S=[["", "p q."], ["A 2001", "--"], ["B 2001", "agree"]])
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(sheet)]) == 0
    assert '--map="--=not-asked"' in capsys.readouterr().out
    assert main(["new", str(tmp_path / "e"), "--from-sheet", str(sheet), "--map=--=not-asked"]) == 0
    assert [s.reason for c in load_debate(tmp_path / "e").codings.values() for s in c.silences] == ["not-asked"]


def test_what_is_not_known_is_left_uncoded_with_the_nearest_word(read):
    found = read(
        ["", "p q.", "r s."],
        ["A 2001", "disagre", 2],
        ["B 2001", "who knows", 3],
        ["C 2001", "agree", -2],
        ["D 2001", "agree"],
    )
    assert coded(found) == {("A 2001", "r s."): 2, ("C 2001", "r s."): -2, ("C 2001", "p q."): 2, ("D 2001", "p q."): 2}
    assert problems(found)[0].startswith('s.xlsx: S: row 2, column B: “disagre” is no value that is known; did you mean "disagree"?')  # fmt: skip
    assert set(kept(found)) == {"disagre", "who knows", "3"}


def test_a_blank_is_uncoded_and_a_silence_needs_its_reason(read):
    rows = [["", "p q.", "r s.", "t u."], ["A 2001", None, "silent", "not asked"], ["B 2001", -2, 1, 0]]
    assert coded(read(*rows))["A 2001", "t u."] == "not-asked" and ("A 2001", "r s.") not in coded(read(*rows))
    assert "does not say why the text is silent" in problems(read(*rows))[0] and kept(read(*rows)) == ["silent"]
    assert coded(read(*rows, mapped=["silent=evaded"]))["A 2001", "r s."] == "evaded"


@pytest.mark.parametrize("rows", [GRID, turned(GRID, ""), [*LIST, ["Ash 2001", "The door stood open.", None]]])
def test_blank_cells_are_counted(read, rows):
    assert [n for n in read(*rows).notes if "blank" in n] == [
        "s.xlsx: 1 of 6 cells for values is blank, and became “not coded”, which is no silence: a text that says nothing needs the reason written there (not-asked, out-of-scope, evaded)"
    ]
    assert not [n for n in read(*LIST).notes if "blank" in n]


def test_blank_cells_of_a_column_that_holds_something_else_do_not_count(read):
    rows = [["Text", "a b.", "Country"], ["Ash 2001", 2, "France"], ["Birch 2005", -2, None], ["Cedar 2010", None, "Spain"]]  # fmt: skip
    assert [n[:40] for n in read(*rows).notes if "blank" in n] == ["s.xlsx: 1 of 3 cells for values is blank"]


def test_words_can_be_mapped(read):
    rows = [["", "p q."], ["A 2001", "meh"], ["B 2001", "yes"], ["C 2001", "1"]]
    found = read(*rows, mapped=["meh=0", "Yes=1", "1=rejects"])
    assert list(coded(found).values()) == [0, 1, -2] and problems(found) == []
    with pytest.raises(ValueError, match=r"(?s)“9” is neither.*no word before the ="):
        read(*rows, mapped=["meh=9", "=2"])


def test_a_word_that_is_shown_can_be_mapped_to(read):
    """“did you mean "agree"?” is a cure only if --map takes “agree”."""
    rows = [["", "p q."], ["A 2001", "agre"], ["B 2001", "strongly agree"], ["C 2001", "dont know"]]
    found = read(*rows, mapped=["agre=agree", "dont know=not asked"])
    assert list(coded(found).values()) == [1, 2, "not-asked"] and problems(found) == []


def test_a_mapped_word_that_no_cell_holds_is_named(tmp_path, capsys):
    rows = [["", "p q."], ["A 2001", "Agreed (p. 3)"], ["B 2001", "no"]]
    assert begun(tmp_path, rows, "--map", "agreed=agree", "--map", "agred=agree")
    line = "1 × word of --map: no cell that is read holds it; write it as it stands in the sheet (--map agred=agree)"
    assert line in capsys.readouterr().out
    report = (tmp_path / "d.losses.md").read_text(encoding="utf-8")
    assert "--map agred=agree" in report and "--map agreed" not in report


@pytest.mark.parametrize(
    "cells, values",
    [
        ([1, 5, 3, 2], [-2, 2, 0, -1]),  # 1 to 5
        ([-1, 0, 1, 1], [-1, 0, 1, 1]),  # −1, 0, 1
        ([-2, 0, 1, 22], [-2, 0, 1, None]),  # one slip
        ([5, 4, 1, 55], [None] * 4),  # three of four are too few where no sign tells
        ([5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 55], [2, 1, 0, -1, -2, 2, 1, 0, -1, -2, None]),
        ([0, 1, 1, 0], [None] * 4),  # nobody can tell
        ([0, 1, 1, 0, 2], [None] * 5),  # with a slip nobody can tell either
        ([0, 1, 1, 0, 1, 9], [None] * 6),
        ([0, 1] * 4 + [2, 3], [None] * 10),
        ([1, 2, 3, 4, 5] * 2 + [6], [-2, -1, 0, 1, 2] * 2 + [None]),  # one slip
        ([1, 2, 3, 4, 5] * 4 + [6, 6], [1, 2, 3, 4, 5] * 4 + [6, 6]),  # hardly two
        ([0, 1, 2, 3, 4, 5, 6, "agree"], [0, 1, 2, 3, 4, 5, 6, 5]),
        ([1, 1, 1, 1, 1, 5], [-2, -2, -2, -2, -2, 2]),  # without a 0 it is no yes and no
        ([2, 1, 2, 1], [None] * 4),
        ([1, 2, 3, 3], [None] * 4),  # 1 to 3, or 1 to 5 without its upper half
        ([1, 2, 3, 4, 4], [1, 2, 3, 4, 4]),  # a scale of its own
        ([1, 4, 3], [None] * 3),
        ([1, 2, 3, 4, 5, 6, 6, 5], [1, 2, 3, 4, 5, 6, 6, 5]),
        ([1, 7, 4, 5], [1, 7, 4, 5]),
        ([2, 7, 4, 5], [None] * 4),  # the lowest does not occur
        ([0, 10, 7, 5, 3], [0, 10, 7, 5, 3]),
        ([0, 8, 7, 5, 3], [None] * 5),
        (["+1", "+2", "0"], [1, 2, 0]),  # a sign tells
        (["+", "1", "2", "1"], [2, None, None, None]),  # a plus alone is not the sign of a number
        ([-3, 3, 1], [-3, 3, 1]),
        ([-4, 3, 2, 1], [None] * 4),
        ([-1, 0, 1, 1, 0, 1, -1, 0, 0, 9], [-1, 0, 1, 1, 0, 1, -1, 0, 0, None]),
    ],
)
def test_the_scale_is_one_that_the_numbers_fit_or_none(read, cells, values):
    found = read(["", "p q."], *([f"T{i} 2001", c] for i, c in enumerate(cells)))
    assert [coded(found).get((f"T{i} 2001", "p q.")) for i in range(len(cells))] == values
    assert len(problems(found)) == values.count(None)
    assert all("--map" in p for p in problems(found))


def test_numbers_that_nobody_can_tell_are_left_uncoded_with_the_options_that_decide(read):
    rows = [["", "p q."], ["A 2001", 1], ["B 2001", 3], ["C 2001", 4]]
    assert (
        "row 2, column B: 1 is left uncoded" in problems(read(*rows))[0] and "--scale five" in problems(read(*rows))[0]
    )
    assert list(coded(read(*rows, scale="five")).values()) == [-2, 0, 1]
    assert list(coded(read(*rows, mapped=["1=-2", "3=1", "4=2"])).values()) == [-2, 1, 2]
    assert kept(read(*rows)) == ["1", "3", "4"]


def test_a_scale_of_the_numbers_themselves_passes_the_check(tmp_path):
    sheet = saved(
        tmp_path / "s.xlsx", S=[["", "p q."], ["A 2001", 0], ["B 2001", 10], ["C 2001", 5], ["D 2001", "agree"]]
    )
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(sheet)]) == 0
    scale = load_debate(tmp_path / "d").scale
    assert [scale.named(n) for n in (0, 5, 10)] == ["0 lowest", "5", "10 highest"] and scale.side(5) == 0
    assert [s.value for c in load_debate(tmp_path / "d").codings.values() for s in c.stances] == [0, 10, 5, 10]


def test_five_asked_for_is_the_numbering_that_most_numbers_fit(read):
    for cells, values in [([1, 2, 3, 4, 5], [-2, -1, 0, 1, 2]), ([1, 2, -1, 0], [1, 2, -1, 0]), ([1, 2], [1, 2])]:
        found = read(["", "p q."], *([f"T{i} 2001", c] for i, c in enumerate(cells)), scale="five")
        assert list(coded(found).values()) == values and problems(found) == []


def test_a_scale_asked_for_is_kept_to(read):
    found = read(["", "p q."], ["A 2001", -1], ["B 2001", 1], scale="five")
    assert list(coded(found).values()) == [-1, 1]


def test_limits_and_certainty_that_are_not_stated_are_said_to_be_so(read, tmp_path):
    found = read(["", "p q."], ["A 2001", 1], ["B 2001", -2])
    words = {v.value: (v.label, v.limited) for v in found.beginning.scale.values}
    assert words[1] == ("partly affirms", False) and words[2] == ("affirms", False)
    assert {s.certainty for c in found.beginning.codings.values() for s in c.stances} == {"not-stated"}
    assert {x.what: x.count for x in found.losses}["certainty"] == 2
    whole = read(
        ["Source", "Claim", "Value", "Certainty", "Limit"], ["A 2001", "p q.", 1, "sure", "at night"], scale="five"
    )
    assert whole.beginning.scale.values[1].limited and "certainty" not in {x.what for x in whole.losses}


def test_what_a_sheet_says_to_be_unknown_is_no_problem(read):
    rows = [["Source", "Year", "Claim", "Value", "Certainty"], ["Ash", "n.d.", "p q.", 2, "not stated"], ["Birch", 2001, "p q.", -2, "–"], ["Cedar", "2002.0", "p q.", 2, "7"]]  # fmt: skip
    found = read(*rows)
    assert problems(found) == ["s.xlsx: S: row 4: the certainty “7” is none of 1, 2, 3; correct it; kept as not stated"]
    assert [(s.label, s.year) for s in found.beginning.sources] == [("Ash", None), ("Birch 2001", 2001), ("Cedar 2002", 2002)]  # fmt: skip
    said = {x.what: x.which for x in found.losses}
    assert said["certainty"] == ("Ash: p q.", "Birch 2001: p q.", "Cedar 2002: p q.") and said["year of a source"] == ("Ash",)  # fmt: skip


# What is wrong


def noted(sheet):
    """Comments on a cell that is taken, on one that is empty, and on a heading."""
    for place, said in (("B2", "p. 14, but only for Sundays"), ("D2", "silent?"), ("A1", "Ada: who reads what")):
        sheet[place].comment = Comment(said, "Ada")


NOTED = [
    ["S", "1", "A", "comment on the cell", "Ada: who reads what"],
    ["S", "2", "B", "comment on the cell", "Ada: p. 14, but only for Sundays"],
    ["S", "2", "D", "comment on the cell", "Ada: silent?"],
]


def comments_kept(found):
    (loss,) = [x for x in found.losses if x.what == "comment on a cell"]
    file = found.beginning.origin
    assert loss.which == tuple(f"{file}: S: row {r}, column {c}" for r, c in ((1, "A"), (2, "B"), (2, "D")))
    return list(csv.reader(io.StringIO(found.beginning.notes.decode())))[1:]


def test_comments_on_cells_are_kept_with_their_cells(tmp_path):
    found = taken(saved(tmp_path / "s.xlsx", S=[*GRID, noted]))
    assert comments_kept(found) == NOTED and coded(found) == READ


def test_comments_of_a_sheet_that_is_not_asked_for_are_kept_too(tmp_path):
    found = taken(saved(tmp_path / "s.xlsx", S=[*GRID, noted], T=GRID), sheet="T")
    assert comments_kept(found)[-3:] == NOTED


def test_comments_in_open_documents_are_kept(tmp_path):
    raw = open_document([[str(c or "") for c in row] for row in LIST], "S")
    note = '<office:annotation xmlns:dc="urn:x"><dc:creator>Ada</dc:creator><text:p>only</text:p><text:p>Sundays</text:p></office:annotation>'
    raw = rezipped(raw, lambda name, part: part.replace(b"<text:p>Ash 2001<", note.encode() + b"<text:p>Ash 2001<", 1))
    (tmp_path / "s.ods").write_bytes(raw)
    found = taken(tmp_path / "s.ods")
    assert kept(found) == ["Ada: only\nSundays"] and coded(found) == {k: v for k, v in READ.items() if v}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_comments_are_kept_after_libreoffice_saved_them(tmp_path):
    saved(tmp_path / "s.xlsx", S=[*GRID, noted])
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for suffix in ("ods", "xlsx"):
        command = ["soffice", home, "--headless", "--convert-to", suffix, "--outdir", tmp_path / "again"]
        subprocess.run([*command, tmp_path / "s.xlsx"], check=True, capture_output=True, timeout=180)
        read = comments_kept(taken(tmp_path / f"again/s.{suffix}"))
        without = [[*row[:4], row[4].removeprefix("Ada: ")] for row in read]  # a conversion may lose who noted it
        assert without == [[*row[:4], row[4].removeprefix("Ada: ")] for row in NOTED]


def test_everything_wrong_is_named_by_its_cell_and_the_rest_is_taken(read):
    def spoil(sheet):
        sheet["B2"] = "=1+1"
        sheet["C3"] = 3
        sheet["D3"].number_format = formats.FORMAT_DATE_XLSX14
        sheet.merge_cells("C4:D4")

    rows = [*GRID, ["Cedar 2010", 2, 2, 1], ["ash 2001", 2, -2, 1], ["Total", 1, 1, 1], [None, 2, 2], spoil]
    found = read(*rows)
    assert coded(found) == {
        ("Ash 2001", "The cook did it."): 2, ("Ash 2001", "The cat did it."): -2, ("Ash 2001", "The door stood open."): 1,
        ("Birch 2005", "The cook did it."): -2, ("Cedar 2010", "The cook did it."): 2,
    }  # fmt: skip
    places = {p.partition(": S: ")[2].partition(":")[0] for p in problems(found)}
    assert places == {"row 2, column B", "row 3, column C", "row 3, column D", "row 4, column C", "row 4, column D", "row 5, column A", "row 7, column A"}  # fmt: skip
    assert "“Total” is a row of sums" in " ".join(found.notes)
    assert {"=1+1", "3", "Total"} <= {k.removeprefix("'") for k in kept(found)}


def test_two_values_for_one_cell_are_both_left_uncoded(read):
    found = read(*LIST, ["Ash 2001", "The cook did it.", -2], ["Ash 2001", "The cat did it.", -2])
    assert coded(found) == {k: v for k, v in READ.items() if k != ("Ash 2001", "The cook did it.")}
    assert [p.partition(":")[0] for p in (x.partition("S: ")[2] for x in problems(found))] == ["row 2, column C", "row 7, column C"]  # fmt: skip
    assert "row 8, column C: says the same again" in " ".join(found.notes)


def test_columns_that_hold_something_else_are_kept_apart(read):
    found = read(["Author", "Country", "N", "a b c.", "", "Remarks"], ["Ash 2001", "Wales", 12, 2, 1, "sound"], ["Birch 2005", "Spain", 3, -2, 2])  # fmt: skip
    assert coded(found) == {("Ash 2001", "a b c."): 2, ("Birch 2005", "a b c."): -2}
    assert set(kept(found)) == {"Wales", "Spain", "12", "3", "1", "2", "sound", "N", "Remarks"}
    assert "column B: of the cells below “Country” fewer than half are values" in " ".join(problems(found))
    assert "column E: the column has no heading" in " ".join(problems(found))


def test_one_cell_that_looks_like_a_value_makes_no_proposition(read):
    rows = [["Author", "Where", "a b c.", "d e f."], ["Ash 2001", "UK", 2, "–"], ["Birch 2005", "NO", -2, "meh"], ["Cedar 2010", "DE", 1, "yes"], ["Elm 2011", "silent", 1, "silent"]]  # fmt: skip
    found = read(*rows)
    assert coded(found) == {("Ash 2001", "a b c."): 2, ("Birch 2005", "a b c."): -2, ("Cedar 2010", "a b c."): 1, ("Elm 2011", "a b c."): 1, ("Cedar 2010", "d e f."): 2}  # fmt: skip
    assert "s.xlsx: S: column B: of the cells below “Where” fewer than half are values" in problems(found)[0]
    assert {"UK", "NO", "DE"} <= set(kept(found)) and [p["text"] for p in found.beginning.questions[0]["propositions"]] == ["a b c.", "d e f."]  # fmt: skip


def test_words_spelt_almost_like_values_make_no_proposition(read):
    found = read(["Author", "Role", "a b c."], ["Ash 2001", "agreee", 2], ["Birch 2005", "disagre", -2])
    assert coded(found) == {("Ash 2001", "a b c."): 2, ("Birch 2005", "a b c."): -2} and {"agreee", "disagre"} <= set(kept(found))  # fmt: skip
    assert [p["text"] for p in found.beginning.questions[0]["propositions"]] == ["a b c."]


def test_a_title_above_and_a_note_below_are_kept_apart(read):
    found = read(["The jam, by AB"], [], *GRID, [], ["* coded at night"])
    assert coded(found) == READ and kept(found) == ["The jam, by AB", "* coded at night"]


def test_hidden_sheets_rows_and_columns_are_said(tmp_path):
    def hide(sheet):
        sheet.column_dimensions["C"].hidden = True
        sheet.row_dimensions[3].hidden = True

    found = taken(saved(tmp_path / "s.xlsx", S=[*GRID, hide]))
    assert coded(found) == READ
    assert {"s.xlsx: S: row 3 hidden, and read as well", "s.xlsx: S: column C hidden, and read as well"} <= set(found.notes)  # fmt: skip


def test_a_list_without_a_heading_that_is_known_is_not_taken_for_a_grid(read):
    with pytest.raises(ValueError, match="no column is headed “proposition”; head it so"):
        read(["Author", "Zsd", "Value", "Score2"], ["Ash 2001", "a.", 2, 1], ["Ash 2001", "b.", -2, 1])


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("s.xlsx", b"PK\3\4 no zip", "damaged"),
        ("s.xls", b"\xd0\xcf", "save it as .xlsx"),
        ("s.csv", b"a", "no table of sources and propositions"),
        ("s.csv", b"a,\0b", "nobody can tell"),
        ("none.csv", None, "no such file"),
    ],
)
def test_what_is_no_sheet_is_refused_and_nothing_is_written(tmp_path, capsys, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = list(tmp_path.iterdir())
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(tmp_path / name)]) == 1
    assert said in capsys.readouterr().err and list(tmp_path.iterdir()) == before


def test_a_sheet_that_repeats_itself_without_end_is_refused(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>1</text:p></table:table-cell>'
    raw = open_document([["x"]], "S")
    bomb = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(bomb, "w") as new:
        new.writestr("content.xml", old.read("content.xml").replace(b"<table:table-row>", f'<table:table-row table:number-rows-repeated="1000000">{cell}'.encode(), 1))  # fmt: skip
    (tmp_path / "s.ods").write_bytes(bomb.getvalue())
    with pytest.raises(ValueError, match="more than 250,000 cells"):
        taken(tmp_path / "s.ods")


def test_the_folder_passes_the_check_and_the_report_names_every_problem(tmp_path, capsys):
    sheet = saved(tmp_path / "s.xlsx", S=[*GRID, ["Cedar 2010", "hm", "", 2]])
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(sheet), "--title", "Jam"]) == 1
    assert "row 4, column B: “hm” is no value" in capsys.readouterr().out
    assert check_debate(tmp_path / "d").problems == []
    report = (tmp_path / "d.losses.md").read_text(encoding="utf-8")
    assert "row 4, column B: “hm” is no value" in report and "“2” is 2 (affirms)" in report
    assert "hm" in (tmp_path / "d/notes-from-sheet.csv").read_text()
    assert "- **1 × cell that found no place**" in report and "\n      s.xlsx: S: row 4, column B\n" in report
    assert "6 stances and silences were taken from s.xlsx" in (tmp_path / "d/README.md").read_text()


def test_a_sheet_says_under_which_wording_it_was_coded_so_that_a_rewording_makes_it_stale(tmp_path):
    made = tmp_path / "d"
    assert main(["new", str(made), "--from-sheet", str(saved(tmp_path / "s.xlsx", S=GRID))]) == 0
    assert stale(made) == []
    book = (made / "debate.yml").read_text(encoding="utf-8")
    (made / "debate.yml").write_text(book.replace("The cat did it.", "The cat did all of it."), encoding="utf-8")
    assert stale(made) == ["cat-did-it"] * 2
    assert "stancebook confirm --all" in (made / "README.md").read_text(encoding="utf-8")


def stale(folder):
    debate = load_debate(folder)
    now = {p.id: p.wording for p in debate.codebook.propositions}
    return [id for coding in debate.codings.values() for id in stale_in(coding, now)]


def test_readme_and_report_say_what_an_unstated_certainty_does(tmp_path):
    assert main(["new", str(tmp_path / "d"), "--from-sheet", str(saved(tmp_path / "s.xlsx", S=GRID))]) == 0
    for name in ("d/README.md", "d.losses.md"):
        said = (tmp_path / name).read_text(encoding="utf-8")
        assert "The tests of robustness take such a stance for a doubtful one" in said
    assert "`codings/*/*.yml`: 5 of 5 stances do not state their certainty" in (tmp_path / "d/README.md").read_text()


# Any sheet

label = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=2, max_size=8).filter(str.isalpha)
values = st.sampled_from([-2, -1, 0, 1, 2, None])
SPOILT = ("wer weiß", "=1", "99", "1.5", "??", "\x07", "x" * 70, "agree but", "#REF!")


@st.composite
def grids(draw):
    """Sources and propositions, and the value or blank of each pair; −2 is there, so that the numbers can be one thing only."""
    sources = [
        f"{a} {1950 + i}" for i, a in enumerate(draw(st.lists(label, min_size=2, max_size=5, unique_by=str.casefold)))
    ]
    sentences = [
        f"It was the {w} who did it ({i})." for i, w in enumerate(draw(st.lists(label, min_size=1, max_size=6)))
    ]
    cells = {(s, p): draw(values) for s in sources for p in sentences}
    return sources, sentences, cells | {(sources[0], sentences[0]): -2}


def as_csv(path, rows):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([["" if c is None else c for c in row] for row in rows])
    path.write_bytes(text.getvalue().encode())
    return path


def laid_out(sources, sentences, cells, form):
    if form == "list":
        return [["Author", "Statement", "Stance"], *([s, p, v] for (s, p), v in cells.items())]
    rows = [["", *sentences], *([s, *[cells[s, p] for p in sentences]] for s in sources)]
    return rows if form == "sources" else turned(rows, "")


@settings(deadline=None)
@given(grids(), st.sampled_from(["sources", "propositions", "list"]), st.randoms(use_true_random=False))
def test_what_goes_in_comes_out(tmp_path_factory, made, form, chance):
    sources, sentences, cells = made
    for some in (sources, sentences):
        chance.shuffle(some)
    shuffled = list(cells.items())
    chance.shuffle(shuffled)
    path = as_csv(tmp_path_factory.mktemp("g") / "s.csv", laid_out(sources, sentences, dict(shuffled), form))
    found = taken(path)
    assert coded(found) == {k: v for k, v in cells.items() if v is not None}
    assert {s.label for s in found.beginning.sources} == set(sources) and problems(found) == []


@settings(deadline=None)
@given(grids(), st.sampled_from(["sources", "propositions", "list"]), st.data())
def test_a_spoiled_sheet_loses_no_sound_cell(tmp_path_factory, made, form, data):
    """However cells are spoiled: the others come out, and every spoiled one is named, kept and uncoded."""
    sources, sentences, cells = made
    held = [k for k, v in cells.items() if v is not None and k != (sources[0], sentences[0])]
    spoilt = data.draw(st.dictionaries(st.sampled_from(held), st.sampled_from(SPOILT))) if held else {}
    for one in list(spoilt):  # in each row and column at least half are sound: otherwise they hold something else
        lines = [[k for k, v in cells.items() if v is not None and k[i] == one[i]] for i in (0, 1)]
        if any(2 * sum(k in spoilt for k in line) > len(line) for line in lines):
            del spoilt[one]
    folder = tmp_path_factory.mktemp("g")
    found = taken(as_csv(folder / "s.csv", laid_out(sources, sentences, cells | spoilt, form)))
    sound = {k: v for k, v in cells.items() if v is not None and k not in spoilt}
    assert coded(found) == sound
    visible = [w for w in spoilt.values() if w.strip("\x07")]
    assert sorted(w for w in (k.removeprefix("'") for k in kept(found)) if w in visible) == sorted(visible)
    assert bool(problems(found)) == bool(visible)
    for name, content in files(found.beginning).items():
        write(folder / "d" / name, content)
    assert check_debate(folder / "d").problems == []


ODD = st.one_of(
    st.sampled_from([w for words in MEANINGS.values() for w in words[:2]]),
    st.sampled_from(["", "", "2", "-2", "1", "0", "yes", "n/a", "Ash 2001", "Total", "=1", "2001", "true", "null", "~", "- a", "a: b", "10.1000/1", "?", "#"]),
    words,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(ODD, max_size=6), max_size=8), st.sampled_from(["sources", "propositions", None]))
def test_any_table_makes_a_debate_that_passes_the_check_or_a_message(tmp_path_factory, rows, way):
    folder = tmp_path_factory.mktemp("a")
    try:
        found = taken(as_csv(folder / "s.csv", rows), rows=way)
    except ValueError as error:
        assert "s.csv" in str(error)
        return
    for name, content in files(found.beginning).items():
        write(folder / "d" / name, content)
    report = check_debate(folder / "d")
    assert report.problems == []
    assert coded(found) == {
        (s.label, p.text, *([c] if len(report.debate.coders) > 1 else [])): x.value if hasattr(x, "value") else x.reason
        for (c, key), coding in report.debate.codings.items()
        for s in [report.debate.sources[key]]
        for x in (*coding.stances, *coding.silences)
        for p in report.debate.codebook.propositions
        if p.id == x.proposition
    }
