import csv
import io
import json
import unittest.mock
import zipfile

import checkers
import openpyxl
import pytest
from debates import DRAWN, FORMULAS, called, debates, lost
from hypothesis import given, settings

from analysis.codings import as_worded
from analysis.debate import check_debate, debate_with
from analysis.exchange import folders, tidy
from analysis.exchange.tidy_columns import TABLES

FORMS = ["csv", "xlsx", "json"]


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_debate_comes_back_whole(shipped, form):
    raw, losses = tidy.dump(shipped, form=form)
    back, left = tidy.load(raw, form)
    assert losses == left == [] and back.digest == shipped.digest


@pytest.mark.parametrize("form", FORMS)
def test_the_wordings_under_which_readings_were_made_come_back(small, form):
    coding = as_worded(small.coding("ash-2001"), small, ["cook-did-it", "cat-did-it"])
    raw, losses = tidy.dump(debate_with(small, {("reference", "ash-2001"): coding}), form=form)
    back, left = tidy.load(raw, form)
    assert losses == left == [] and back.coding("ash-2001") == coding and len(coding.wordings) == 2


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None)
@given(debates())
def test_what_does_not_come_back_is_named(form, debate):
    raw, losses = tidy.dump(debate, form=form)
    back, left = tidy.load(raw, form)
    named = lost([x for x in losses if x.what == "cell"])
    before, after = tidy.tables_of(debate), tidy.tables_of(back)
    assert left == [] and {n: len(rows) for n, rows in before.items()} == {n: len(rows) for n, rows in after.items()}
    for name, rows in before.items():
        for i, row in enumerate(rows):
            assert {f"{name}:{i + 2}: {k}" for k in row if after[name][i].get(k) != row[k]} <= named
    assert form == "csv" or not named


@pytest.mark.parametrize("words", FORMULAS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(small, form, words):
    book = small.codebook.model_copy(update={"title": words})
    raw, losses = tidy.dump(folders.debate(book, small.sources.values(), small.coders, small.codings), form=form)
    assert tidy.load(raw, form)[0].codebook.title == words
    if form == "csv":
        cell = next(csv.DictReader(io.StringIO(raw["debate.csv"].decode(), newline="")))["title"]
        assert cell[0] not in "=+-@\t\r" and (cell != words) == ("debate:2: title" in lost(losses))
    else:
        cell = openpyxl.load_workbook(io.BytesIO(raw))["debate"]["A2"]
        assert (cell.value, cell.data_type) == (words, "s")


def test_what_is_wrong_in_a_row_is_placed_and_the_rest_is_read(small):
    files, _ = tidy.dump(small)
    files["stances.csv"] = files["stances.csv"].replace(b"ash-2001,cook-did-it,2", b"ash-2001,cook-did-it,much")
    files["claims.csv"] = files["claims.csv"].replace(b"door-ajar,", b"door-agape,")
    files["mine.csv"] = b"a\n1\n"
    back, losses = tidy.load(files)
    assert {s.proposition for s in back.coding("ash-2001").stances} == {"cat-did-it", "door-was-open"}
    told = "\n".join(map(str, losses))
    assert "stances:2: value: expected a whole number" in told and "mine" in told
    assert "anchors:6" in told  # of the claim that is called otherwise now


def test_tables_without_codings_are_a_debate_to_be_coded(tmp_path):
    files = {
        "questions.csv": b"id,label,text\nq,Q,Why?\n",
        "propositions.csv": b"question,id,text,kind\nq,p,It rained.,fact\n",
        "sources.csv": b'id,type,title,author,issued\ns,book,T,"[{""family"": ""A""}]","{""date-parts"": [[1999]]}"\n',
        "notes.csv": b"source,label,genre,addressee,evidence\ns,A 1999,essay,all,none\n",
    }
    back, losses = tidy.load(files)
    for name, content in folders.files(back).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert lost(losses) == {"scale and its rules", "title and description of the debate"}
    assert {p.problem for p in check_debate(tmp_path).problems} == {"there are no reference codings"}


def test_the_dictionary_names_every_column(small):
    dictionary = json.loads(tidy.dump(small, form="json")[0])["dictionary"]
    assert {n: {c["name"] for c in columns} >= {k for row in rows for k in row} for n, rows in tidy.tables_of(small).items() for columns in [dictionary[n]]} == dict.fromkeys(TABLES, True)  # fmt: skip
    meaning = {c["name"]: c["meaning"] for c in dictionary["stances"]}
    assert meaning["qualification"] == "What limits it; required at values marked `limited`, and only there."


@pytest.mark.parametrize("form", FORMS)
def test_the_same_debate_gives_the_same_bytes(small, form):
    with unittest.mock.patch("time.time", lambda: 2e9):
        then = tidy.dump(small, form=form)[0]
    assert tidy.dump(small, form=form)[0] == then


def workbook(**cells):
    made = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.title = "questions"
    for place, value in cells.items():
        book.active[place] = value
    book.save(made)
    return made.getvalue()


def test_a_workbook_with_formulas_or_entities_is_refused():
    with pytest.raises(ValueError, match="A2: a formula"):
        tidy.load(workbook(A1="id", A2="=1+1"), "xlsx")
    sound = workbook(A1="id")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
            new.writestr(name, doctype if name == "xl/workbook.xml" else old.read(name))
    with pytest.raises(ValueError, match="document type"):
        tidy.load(made.getvalue(), "xlsx")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"A1": "id", "XFD199000": "x"}, "more than 250 columns; delete the empty ones"),
        ({"A1": "id", "A200002": "x"}, "more than 200000 rows; delete the empty ones"),
        ({"A1": "id", "B1": "id"}, '"id" is there twice'),
        ({"A1": "id", "A2": "x", "B2": "y"}, "questions B2: a cell below no name of a column"),
    ],
)
def test_a_sheet_that_is_too_large_or_unclear_is_refused(cells, words):
    with pytest.raises(ValueError, match=words):
        tidy.load(workbook(**cells), "xlsx")


def test_a_file_that_is_no_table_is_named(small):
    back, losses = tidy.load(tidy.dump(small)[0] | {"README.txt": b"x"})
    assert lost(losses) == {"README.txt"} and back.digest == small.digest


def test_what_is_made_up_is_named(small):
    files = {k: v for k, v in tidy.dump(small)[0].items() if k not in ("coders.csv", "scale.csv")}
    assert lost(tidy.load(files)[1]) == {"scale and its rules", "how and when reference coded"}


def test_numbers_of_a_spreadsheet_are_whole_again(small):
    book = openpyxl.load_workbook(io.BytesIO(tidy.dump(small, form="xlsx")[0]))
    sheet = book["stances"]
    column = next(c.column for c in sheet[1] if c.value == "value")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value = float(sheet.cell(row, column).value)
    made = io.BytesIO()
    book.save(made)
    assert tidy.load(made.getvalue(), "xlsx")[0].digest == small.digest


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("which", ["small", "shipped", *DRAWN])
def test_frictionless_finds_the_package_valid(which, request, tmp_path):
    frictionless = checkers.library("frictionless")
    debate = called(which, request)
    files, _ = tidy.dump(debate)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    assert {t.name for t in report.tasks} == {n.replace("_", "-") for n in TABLES}
    rows = frictionless.Package(str(tmp_path / "datapackage.json")).get_resource("stances").read_rows()
    assert len(rows) == sum(len(c.stances) for c in debate.codings.values())
    first = f"{next(iter(debate.sources))},".encode()
    if first not in files["stances.csv"]:
        return
    (tmp_path / "stances.csv").write_bytes(files["stances.csv"].replace(first, b"nobody,"))
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid
