import csv
import io
import json
import shutil
import subprocess
import unittest.mock
import zipfile

import checkers
import openpyxl
import pytest
from debates import DRAWN, FORMULAS, called, debates, lost
from hypothesis import given, settings
from hypothesis import strategies as st

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


def told(losses, what):
    return [name for loss in losses for name in loss.which if loss.what == what]


def changed(files, table, old, new):
    """The tables with other words in one of them, which are there once."""
    assert files[f"{table}.csv"].count(old.encode()) == 1
    return files | {f"{table}.csv": files[f"{table}.csv"].replace(old.encode(), new.encode())}


LEFT, READ, FILLED = "cell left out", "cell read in another form", "cell in which something must stand"


def test_a_column_of_ones_own_costs_no_row(small):
    files, _ = tidy.dump(small)
    lines = files["stances.csv"].decode().splitlines()
    files["stances.csv"] = "\r\n".join([f"{lines[0]},my remarks", f"{lines[1]},look again", *(f"{x}," for x in lines[2:])]).encode()  # fmt: skip
    back, losses = tidy.load(files)
    assert told(losses, LEFT) == ['stances:2: my remarks: "look again"'] == sorted(lost(losses))
    assert back.digest == small.digest


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [
        ("propositions", "jam-was-good,The jam was good.,judgement", "jam-was-good,The jam was good., Judgement", 'propositions:5: kind: " Judgement" → "judgement"'),
        ("silences", "evaded", "Evaded", 'silences:4: reason: "Evaded" → "evaded"'),
        ("silences", "birch-2005,jam-was-good,not-asked", "birch-2005,jam-was-good,Not asked", 'silences:3: reason: "Not asked" → "not-asked"'),
        ("stances", "cat-did-it,-2,3", 'cat-did-it,"−2,0","3,0"', 'stances:3: value: "−2,0" → -2'),
        ("stances", "jam-was-good,2,3", "jam-was-good,+2,3", 'stances:10: value: "+2" → 2'),
        ("stances", "jam-was-good", "Jam-was-good ", 'stances:10: proposition: "Jam-was-good " → "jam-was-good"'),
        ("sources", '"{""date-parts"": [[2010]]}"', "2010", 'sources:4: issued: 2010 → {"date-parts": [[2010]]}'),
    ],
)  # fmt: skip
def test_a_cell_of_which_only_the_form_is_wrong_is_read_and_named(small, table, old, new, place):
    back, losses = tidy.load(changed(tidy.dump(small)[0], table, old, new))
    assert back.digest == small.digest and {x.what for x in losses} == {READ} and place in lost(losses)


@pytest.mark.parametrize("cell", ['"1,5"', "", "sure"])
def test_a_certainty_that_nobody_can_read_is_not_stated(small, cell):
    back, losses = tidy.load(changed(tidy.dump(small)[0], "stances", "jam-was-good,2,3", f"jam-was-good,2,{cell}"))
    kept = back.coding("cedar-2010").stances[-1]
    assert (kept.proposition, kept.value, kept.certainty) == ("jam-was-good", 2, "not-stated")
    words = cell if cell.startswith('"') else f'"{cell}"' if cell else "empty"
    assert told(losses, FILLED) == [f'stances:10: certainty: {words} → "not-stated"']


def test_a_fault_in_a_cell_costs_neither_its_row_nor_those_that_belong_to_it(small):
    files = changed(tidy.dump(small)[0], "propositions", "The jam was good.,judgement", "The jam was good.,taste")
    files = changed(files, "sources", '"{""date-parts"": [[2010]]}"', "soon")
    files = changed(files, "claims", "It was good jam.,own,,", "It was good jam.,own,his cook,")
    files = changed(files, "notes", "Birch 2005,essay,", "Birch 2005,,")
    back, losses = tidy.load(files)
    assert told(losses, FILLED) == ['propositions:5: kind: "taste" → "judgement"', 'notes:3: genre: empty → "to do"']
    assert told(losses, LEFT) == ['sources:4: issued: "soon"', 'claims:11: holder: "his cook"']
    assert told(losses, "row") == [] and back.sources["cedar-2010"].issued is None
    assert {n: len(r) for n, r in tidy.tables_of(back).items()} == {n: len(r) for n, r in tidy.tables_of(small).items()}


def test_rows_that_go_with_another_are_named_and_each_once(small):
    files = changed(tidy.dump(small)[0], "sources", "cedar-2010,article", "Cedar & Sons,article")
    files = changed(files, "stances", "cat-did-it,-2,3,He clears the cat.", "cat-did-it,x,y,He clears the cat.")
    files["notes.csv"] += b"birch-2005,Birch,essay,all,none,,,\r\n"
    _, losses = tidy.load(files)
    assert [name.partition(": ")[0] for name in told(losses, "row")] == ["notes:5", "sources:4", "stances:3", "notes:4"]
    assert "notes:5: it belongs to what notes says already" in lost(losses) and told(losses, "thing made up") == []
    files = changed(tidy.dump(small)[0], "notes", "cedar-2010", "cedar-2011")
    back, losses = tidy.load(files)
    assert told(losses, "thing made up") == ["notes on cedar-2010"] and told(losses, "row") == ["notes:4"]
    assert back.sources["cedar-2010"].custom.genre == "to do"


def test_rows_of_a_coding_that_cannot_be_read_are_all_named(small):
    files, _ = tidy.dump(small)
    for name in (n for n, t in TABLES.items() if "coder" in t.keys and n != "coders"):
        files[f"{name}.csv"] = files[f"{name}.csv"].replace(b"cedar-2010", b"Cedar!")
    back, losses = tidy.load(files)
    there = sum("coder" in r and r.get("source") == "cedar-2010" for rows in tidy.tables_of(small).values() for r in rows)  # fmt: skip
    assert len(told(losses, "row")) == there > 8 and set(back.codings) == {("reference", s) for s in ("ash-2001", "birch-2005")}  # fmt: skip


@pytest.mark.parametrize("coder", ["../../x", "/x", "a/b", "", "..", "a\\\\b", "a\x1bb"])
def test_a_coder_who_cannot_name_a_folder_is_not_read(small, coder):
    files = changed(tidy.dump(small)[0], "stances", "reference,cedar-2010,jam-was-good", f"{coder},cedar-2010,jam-was-good")  # fmt: skip
    back, losses = tidy.load(files)
    assert told(losses, "row") == [f"stances:10: coder: {coder!r} cannot name a folder"]
    assert {c for c, _ in back.codings} == set(back.coders) == {"reference"}


def test_what_belongs_to_an_id_in_capitals_finds_it(small):
    files = changed(tidy.dump(small)[0], "stances", "cedar-2010,jam-was-good", "Cedar-2010 ,jam-was-good")
    files = changed(files, "claims", "door-ajar", "Door-Ajar")
    back, losses = tidy.load(files)
    assert back.digest == small.digest
    assert told(losses, READ) == ['stances:10: source: "Cedar-2010 " → "cedar-2010"', 'claims:6: id: "Door-Ajar" → "door-ajar"']  # fmt: skip


def test_rows_are_counted_as_the_sheet_counts_them(small):
    book = openpyxl.load_workbook(io.BytesIO(tidy.dump(small, form="xlsx")[0]))
    book["stances"].insert_rows(2, 3)
    book["stances"]["D7"] = "much"
    assert [n[:17] for n in told(tidy.load(saved(book), "xlsx")[1], "row")] == ["stances:7: value:"]


def test_what_is_wrong_in_a_row_is_placed_and_the_rest_is_read(small):
    files, _ = tidy.dump(small)
    files["stances.csv"] = files["stances.csv"].replace(b"ash-2001,cook-did-it,2", b"ash-2001,cook-did-it,much")
    files["claims.csv"] = files["claims.csv"].replace(b"door-ajar,", b"door-agape,")
    files["mine.csv"] = b"a\n1\n"
    back, losses = tidy.load(files)
    assert {s.proposition for s in back.coding("ash-2001").stances} == {"cat-did-it", "door-was-open"}
    assert told(losses, "table") == ["mine"]
    assert told(losses, "row") == [
        "stances:2: value: expected a whole number, found a text ('much'); write a whole number",
        "anchors:6",  # of the claim that is called otherwise now
    ]


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
    tables = {"table scale", "table certainty", "table silence_rules"}
    assert lost(losses) == {*tables, "title and description of the debate"}
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


def saved(book):
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def workbook(**cells):
    book = openpyxl.Workbook()
    book.active.title = "questions"
    for place, value in cells.items():
        book.active[place] = value
    return saved(book)


def test_truth_values_come_back_however_they_are_saved(small):
    book = openpyxl.load_workbook(io.BytesIO(tidy.dump(small, form="xlsx")[0]))
    truths = [c for sheet in book for row in sheet for c in row if isinstance(c.value, bool)]
    for cell in truths:
        cell.value = "=TRUE()" if cell.value else "=False()"
    assert {c.data_type for c in truths} == {"f"}
    back, losses = tidy.load(saved(book), "xlsx")
    assert back.digest == small.digest and losses == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("which", ["small", "shipped"])
def test_what_libreoffice_saves_again_is_the_same_debate(which, request, tmp_path):
    debate = request.getfixturevalue(which)
    (tmp_path / "d.xlsx").write_bytes(tidy.dump(debate, form="xlsx")[0])
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "again", tmp_path / "d.xlsx"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    back, losses = tidy.load((tmp_path / "again/d.xlsx").read_bytes(), "xlsx")
    assert back.digest == debate.digest and losses == []


def test_all_formulas_are_named_at_once(small):
    book = openpyxl.load_workbook(io.BytesIO(tidy.dump(small, form="xlsx")[0]))
    for row in range(2, 6):
        book["stances"].cell(row, 4).value = f"={row}-1"
    book["questions"]["A2"] = "=A1"
    with pytest.raises(ValueError, match=r"5 formulas \(questions A2, stances D2, stances D3, stances D4 and 1 more\)"):
        tidy.load(saved(book), "xlsx")


def test_comments_on_cells_are_named(small):
    book = openpyxl.load_workbook(io.BytesIO(tidy.dump(small, form="xlsx")[0]))
    book["stances"]["D2"].comment = openpyxl.comments.Comment("Is that so?\nAsk her.", "A. Colleague")
    book["claims"]["A1"].comment = openpyxl.comments.Comment("Mine", "me")
    back, losses = tidy.load(saved(book), "xlsx")
    assert [str(x) for x in losses] == ["2 × comment on a cell: a debate has no place for it (claims A1: Mine, stances D2: Is that so? Ask her.)"]  # fmt: skip
    assert back.digest == small.digest


def test_tables_in_windows_1252_are_read_and_said_to_be(small):
    files = changed(tidy.dump(small)[0], "propositions", "The jam was good.", "The “Marmelade” was süß.")
    files["propositions.csv"] = files["propositions.csv"].decode().encode("cp1252")
    back, losses = tidy.load(files)
    assert back.codebook.propositions[-1].text == "The “Marmelade” was süß."
    assert [str(x) for x in losses] == ["1 × file in another encoding: read as Windows-1252, for it is not UTF-8: look at accents and quotation marks (propositions.csv)"]  # fmt: skip


def test_a_workbook_with_formulas_or_entities_is_refused():
    with pytest.raises(ValueError, match=r"1 formula \(questions A2\); put the value"):
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


def test_propositions_of_a_question_that_is_not_there_are_named_with_a_cure():
    files = {
        "questions.csv": b"id,label,text\nthe-jam,Jam,Who ate it?\n",
        "propositions.csv": b"question,id,text,kind\nthe-jamm,p,The cat did.,fact\nthe-jam-2,q,The cook did.,fact\n",
        "sources.csv": b'id,type,title,author\nash,book,T,"[{""literal"": ""Ash""}]"\n',
    }
    with pytest.raises(ValueError) as error:
        tidy.load(files)
    assert 'propositions:2: no question "the-jamm"; did you mean "the-jam"?' in str(error.value)
    assert "questions:2: propositions: this is empty" in str(error.value) and "pydantic" not in str(error.value)


def test_a_file_that_is_no_table_is_named(small):
    back, losses = tidy.load(tidy.dump(small)[0] | {"README.txt": b"x"})
    assert lost(losses) == {"README.txt"} and back.digest == small.digest


def test_what_is_made_up_is_named(small):
    files = {k: v for k, v in tidy.dump(small)[0].items() if k not in ("coders.csv", "scale.csv")}
    back, losses = tidy.load(files)
    assert lost(losses) == {"table scale", "how and when reference coded"}
    assert back.scale.certainty == small.scale.certainty and back.scale.silences == small.scale.silences


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


ODD = st.sampled_from(
    [None, True, -1, 7, 2.5, "", " ", "x", "Not Stated", "1,5", "=1", [], ["x"], {}, {"a": 1}, "2099", "é"]
)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_cell_every_row_is_read_or_named(small, data):
    values = json.loads(tidy.dump(small, form="json")[0])
    before = {name: len(rows) for name, rows in values["tables"].items() if rows}
    name = data.draw(st.sampled_from(sorted(before)))
    row = data.draw(st.sampled_from(values["tables"][name]))
    column, odd = data.draw(st.sampled_from([*row, "my remarks"])), data.draw(ODD)
    was = row.get(column)
    row[column] = odd
    try:
        back, losses = tidy.load(json.dumps(values).encode(), "json")
    except ValueError as error:
        assert str(error).startswith("no question with a proposition can be read: propositions:")
        return
    after = tidy.tables_of(back)
    unread = [place.partition(":")[0] for place in told(losses, "row")]
    assert all(len(after[n]) + unread.count(n) >= most for n, most in before.items())
    kept = [r.get(column) for r in after[name]]
    assert odd in (None, was) or odd in kept or str(odd) in kept or losses
