"""Coding sheets: what they show, what comes back, and what is said of each slip."""

import csv
import dataclasses
import datetime
import io
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser

import pytest
from attacks import attacked
from conftest import ROOT, SMALL
from openpyxl import load_workbook
from sheets import (
    GOOD,
    ROWS,
    SOURCES,
    filled,
    lines_of,
    open_document,
    put,
    rezipped,
    saved,
    with_part,
)

from analysis.__main__ import main
from analysis.anchors import edges
from analysis.cells import as_meant, csv_of, harmless
from analysis.debate import REFERENCE, load_debate
from analysis.passages import copies
from analysis.sheets import cells, classes, form, paper, workbook
from analysis.sheets.answers import answers
from analysis.sheets.form import COLUMNS, FILLED, FIRST_TAB
from analysis.sheets.rows import folder_name

TEXTS = SMALL / "texts"


@pytest.fixture(scope="module")
def texts(small):
    return copies(small, TEXTS)


@pytest.fixture
def said(small, texts, tmp_path):
    """What is read of a file of these bytes."""

    def read(raw, name="anna.xlsx", looked_up=True):
        (tmp_path / name).write_bytes(raw)
        return answers([tmp_path / name], small, texts if looked_up else {})

    return read


def words_of(found):
    return [str(p).rpartition("/")[2] for p in found.problems]


def readings(found, folder="anna"):
    """Source and proposition → the reason: what was kept of a student."""
    codings = found.students[folder].codings if folder in found.students else {}
    return {(s, r.proposition): r.why for s, c in codings.items() for r in (*c.stances, *c.silences)}


WHY = {key: words["why"] for key, words in GOOD.items()}


# What a sheet shows


def shown(asked):
    """All that the sheets of a form show, whatever their format."""
    with zipfile.ZipFile(io.BytesIO(workbook.workbook(asked))) as archive:
        parts = [archive.read(n).decode() for n in archive.namelist()]
    return "\n".join([*parts, form.table(asked).decode("utf-8-sig"), paper.paper(asked)])


def strings(value):
    if isinstance(value, dict):
        return [s for v in value.values() for s in strings(v)]
    if isinstance(value, (list, tuple)):
        return [s for v in value for s in strings(v)]
    return [value] if isinstance(value, str) else []


def test_no_sheet_shows_anything_of_a_coding(shipped):
    everything = shown(form.form(shipped))
    coded = {s for c in shipped.codings.values() for s in strings(c.model_dump())}
    notes = [s for s in coded if len(s) > 30]
    assert len(notes) > 1000
    propositions = {p.id for p in shipped.codebook.propositions}
    assert [s for s in notes if s in everything and s not in propositions] == []


def test_a_form_is_the_same_whoever_has_coded(shipped):
    bare = load_debate(shipped.path, coders=[])
    assert not bare.codings and form.form(bare) == form.form(shipped)
    assert form.table(form.form(bare)) == form.table(form.form(shipped))


def test_a_tab_for_each_text_and_a_row_for_each_proposition(small):
    book = load_workbook(io.BytesIO(workbook.workbook(form.form(small))))
    assert book.sheetnames == [FIRST_TAB, "Ash 2001", "Birch 2005", "Cedar 2010"]
    ids = [(line[-1], line[-2]) for line in lines_of(book)[1:]]
    assert ids == [(s, p.id) for s in small.sources for p in small.codebook.propositions]
    first = [c.value for row in book[FIRST_TAB].iter_rows() for c in row if c.value]
    scale = small.codebook.scale
    for rule in (*scale.values, *scale.certainty, *scale.silences):
        assert rule.rule in first
    assert form.digest(small.codebook) in first


@pytest.mark.parametrize(
    "wanted,asked",
    [
        ({"core": True}, ["cook-did-it"]),
        ({"questions": ["jam"]}, ["jam-was-good"]),
        ({"questions": ["jam", "culprit"], "core": True}, ["cook-did-it"]),
    ],
)
def test_a_form_asks_what_was_wanted(small, wanted, asked):
    made = form.form(small, ["ash-2001"], **wanted)
    assert [p.id for p in made.propositions] == asked and [s.id for s in made.sources] == ["ash-2001"]


@pytest.mark.parametrize(
    "wanted,message",
    [
        ({"sources": ["ash-201"]}, 'did you mean "ash-2001"'),
        ({"questions": ["culprt"]}, 'did you mean "culprit"'),
        ({"questions": ["jam"], "core": True}, "none of these propositions is core"),
    ],
)
def test_a_form_of_nothing_says_so(small, wanted, message):
    with pytest.raises(ValueError, match=message):
        form.form(small, **wanted)


def test_each_choice_stands_where_its_list_says_and_means_what_it_says(small):
    book = load_workbook(io.BytesIO(workbook.workbook(form.form(small))))
    for tab in book.worksheets[1:]:
        lists = {r.coord: v for v in tab.data_validations.dataValidation for r in v.sqref.ranges}
        assert {coord[0] for coord in lists} == {"C", "D", "E"}
        for coord, (column, offered) in zip(sorted(lists), form.choices(small.codebook).items(), strict=True):
            assert lists[coord].type == "list" and not lists[coord].hide_drop_down
            name, _, place = lists[coord].formula1.partition("!")
            written = [row[0].value for row in book[name][place.replace("$", "")]]
            assert written == list(offered), column
            first, last = coord.replace(coord[0], "").split(":")
            assert int(first) == 2 and int(last) == tab.max_row
    assert [form.meaning(w, o) for o in form.choices(small.codebook).values() for w in o] == [
        2, 1, 0, -1, -2, 3, 2, 1, "not-asked", "out-of-scope", "evaded",
    ]  # fmt: skip


def test_a_sheet_prints_on_a4_and_keeps_its_headings_in_sight(small):
    book = load_workbook(io.BytesIO(workbook.workbook(form.form(small))))
    for tab in book.worksheets:
        assert (tab.page_setup.orientation, tab.page_setup.paperSize) == ("landscape", int(tab.PAPERSIZE_A4))
        assert tab.sheet_properties.pageSetUpPr.fitToPage and tab.page_setup.fitToHeight == 0
        assert not tab.merged_cells.ranges and not tab.protection.sheet
    tab = book["Ash 2001"]
    assert tab.freeze_panes == "B2" and tab.print_title_rows == "$1:$1"
    row = [c for c in tab[3] if c.column <= len(COLUMNS)]
    assert all(c.alignment.wrap_text for c in row)
    assert [c.number_format for c in row if COLUMNS[c.column - 1] in FILLED] == ["@"] * len(FILLED)


def test_rows_grow_when_more_is_written_into_them(small):
    with zipfile.ZipFile(io.BytesIO(workbook.workbook(form.form(small)))) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert 'ht="' in sheet and 'customHeight="1"' not in sheet


@pytest.mark.parametrize(
    "labels,names",
    [
        (["A/B: [what?]*\\"], ["A B what"]),
        (["x" * 40, "x" * 40], ["x" * 31, f"{'x' * 26} (2)"]),
        (["Ash", "ASH"], ["Ash", "ASH (2)"]),
        (["History", "instructions"], ["History (2)", "instructions (2)"]),
        (["''", "'quoted'"], ["text", "quoted"]),
        (["=1+1\x07"], ["=1+1"]),
    ],
)
def test_tabs_have_names_that_excel_takes(labels, names):
    assert workbook.tab_names(labels) == names


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.add((tag, *(k for k, _ in attributes)))


def test_no_string_of_a_debate_is_taken_for_anything_but_words(small):
    asked = form.form(attacked(small))
    formulas = small.codebook.propositions[0].model_copy(update={"text": "=HYPERLINK(1)"})
    question = asked.questions[0].model_copy(update={"propositions": (formulas,)})
    for some in (asked, form.Form(asked.codebook, (question,), asked.sources, '=cmd|"/c calc"!A1')):
        book = load_workbook(io.BytesIO(workbook.workbook(some)))
        types = {c.data_type for t in book.worksheets for row in t.iter_rows() for c in row if c.value is not None}
        assert types == {"s"}
        page = paper.paper(some)
        assert {t[0] for t in Tags(page).found} <= {"html", "head", "meta", "title", "style", "body", "main", "section", "article", "h1", "h2", "p", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "b", "i", "small", "span"}  # fmt: skip
        assert {a for t in Tags(page).found for a in t[1:]} <= {
            "lang", "charset", "http-equiv", "content", "name", "class", "colspan",
        }  # fmt: skip
        lines = csv.reader(io.StringIO(form.table(some).decode("utf-8-sig")))
        assert [c for line in lines for c in line if c[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


@pytest.mark.parametrize("words", ["=1+1", "+2", "-2", "@x", "\tx", "\rx", "'=1", "''-1", "plain", "'quoted'", ""])
def test_what_is_made_harmless_comes_back(words):
    assert as_meant(harmless(words)) == words
    assert harmless(words)[:1] not in ("=", "+", "-", "@", "\t", "\r", *(["'"] if words == "plain" else []))


# What comes back


def test_a_sheet_was_coded_under_the_wordings_that_it_shows(said, small):
    now = {p.id: p.wording for p in small.codebook.propositions}
    assert said(saved(filled(small))).students["anna"].codings["ash-2001"].wordings == now
    older = dataclasses.replace(small, codebook=small.codebook.model_copy(update={"version": "0"}))
    assert said(saved(filled(older))).students["anna"].codings["ash-2001"].wordings == {}


def test_a_filled_sheet_comes_back_as_codings(said, small, texts):
    found = said(saved(filled(small)))
    assert found.problems == [] and found.notes == []
    assert readings(found) == WHY
    coding = found.students["anna"].codings["ash-2001"]
    assert {s.proposition: (s.value, s.certainty, s.qualification, s.claims) for s in coding.stances} == {
        "cook-did-it": (2, 3, None, ("cook-did-it",)),
        "cat-did-it": (-2, 2, None, ("cat-did-it",)),
        "door-was-open": (1, 1, "after ten only", ("door-was-open",)),
    }
    assert [(s.proposition, s.reason) for s in coding.silences] == [("jam-was-good", "not-asked")]
    claim = coding.claims[0]
    assert (claim.id, claim.voice, claim.text) == ("cook-did-it", "own", "Cook caught at night.")
    assert (claim.anchors[0].start, claim.anchors[0].end) == (
        "It was the cook who came down",
        "empty the pot that night",
    )
    assert all(a.letters and a.skeleton for c in coding.claims for a in c.anchors), "sealed from the copy"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_comes_back_in_whatever_shape_it_was_saved(said, small, encoding, separator):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(
        [[*line, "coder" if i == 0 else "Anna"] for i, line in enumerate(lines_of(filled(small)))]
    )
    found = said(text.getvalue().encode(encoding), "anna.csv")
    assert words_of(found) == [] and readings(found) == WHY
    assert bool(found.notes) == (encoding == "cp1252")


def test_a_csv_with_excels_first_line_comes_back(said, small):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(lines_of(filled(small)))
    found = said(("sep=;\r\n" + text.getvalue()).encode(), "anna.csv")
    assert words_of(found) == [] and [readings(found, f) for f in found.students] == [WHY]


def test_an_open_document_comes_back(said, small):
    found = said(open_document([["Your code name", "Anna"], *lines_of(filled(small))]), "anna.ods")
    assert words_of(found) == [] and readings(found) == WHY


def test_the_made_csv_filled_in_comes_back(said, small):
    lines = list(csv.DictReader(io.StringIO(form.table(form.form(small, SOURCES, coder="Anna")).decode("utf-8-sig"))))
    for line in lines:
        line |= GOOD.get((line["source id"], line["proposition id"]), {})
    table = csv_of(list(lines[0]), [list(line.values()) for line in lines])
    found = said(table, "anna.csv")
    assert (words_of(found), found.notes, readings(found)) == ([], [], WHY)


@pytest.mark.parametrize(
    "written,value",
    [
        ("affirms (+2)", 2), ("  Affirms (+2)   ", 2), ("AFFIRMS", 2), ("+2", 2), ("'+2", None), (2, 2), (2.0, 2), ("2,0", 2), ("2.00", 2),
        ("−2", -2), ("–2", -2), ("-2", -2), (-2, -2), ("0", 0), ("weighs both sides", 0), ("rejects (−2)", -2),
        ("1,5", None), (3, None), ("two", None), (True, None), (1e300, None), ("2 or 1", None),
    ],
)  # fmt: skip
def test_a_value_may_be_written_in_many_ways(said, small, written, value):
    book = filled(small)
    put(book["Ash 2001"], 3, "value", written)
    found = said(saved(book))
    kept = {s.proposition: s.value for s in found.students["anna"].codings["ash-2001"].stances}
    assert kept.get("cook-did-it") == value
    assert [w for w in words_of(found) if "is not among the choices; choose one of: affirms (+2)," in w] == words_of(
        found
    )
    assert len(found.problems) == (value is None)


def test_rows_and_columns_may_be_sorted_anew_and_tabs_renamed(said, small):
    head, *lines = lines_of(filled(small))
    turned = [line[::-1] for line in (head, *sorted(lines, reverse=True))]
    found = said(open_document([["Your code name", "Anna"], ["", "my notes"], *turned], "Blatt 7"), "anna.ods")
    assert words_of(found) == [] and readings(found) == WHY


def test_a_whole_passage_is_cut_to_its_ends(said, small):
    whole = "Yet not one paw mark was found on shelf, floor or sill, and that clears the cat altogether."
    book = filled(small)
    for column, words in (("first words", whole), ("last words", None)):
        put(book["Ash 2001"], 4, column, words)
    found = said(saved(book))
    anchor = found.students["anna"].codings["ash-2001"].claims[1].anchors[0]
    assert (anchor.start, anchor.end) == ("Yet not one paw mark was", "and that clears the cat altogether.")
    assert words_of(found) == [] and "row 4, column H (first words): more than 8 words" in found.notes[0]


@pytest.mark.parametrize(
    "first,last,start,end",
    [
        ("a b c d e f g h i j", "k l m n o p q r s t", "a b c d e f g h", "m n o p q r s t"),
        ("a b c d e", "", "a b c d e", ""),
        ("", "a b c d e f g h i j k l m", "a b c d", "j k l m"),
        ("a-b c d e f g h i j k l m", "", "a-b c d", "j k l m"),
        ("a b c d e f g h i j k l m", "a b c d e f g h i j k l m", "a b c d", "j k l m"),
        ("", "", "", ""),
    ],
)
def test_ends_of_a_passage(first, last, start, end):
    assert edges(first, last) == (start, end)


def test_without_a_copy_passages_are_kept_unseen_and_it_says_so(said, small):
    found = said(saved(filled(small)), looked_up=False)
    assert readings(found) == WHY and not any(
        c.anchors[0].letters for c in found.students["anna"].codings["ash-2001"].claims
    )
    assert found.notes == ["passages not looked up for want of a copy: ash-2001, birch-2005"]


def test_one_table_may_hold_the_sheets_of_a_class(said, small):
    lines = lines_of(filled(small))
    table = [[*lines[0], "coder"], *([*line, who] for line in lines[1:] for who in ("Anna", "Ben"))]
    found = said(csv_of(table[0], table[1:]), "all.csv")
    assert words_of(found) == [] and readings(found) == readings(found, "ben") == WHY


@pytest.mark.parametrize(
    "name,folder",
    [
        ("Anna K.", "anna-k"),
        ("Zoë", "zoe"),
        ("reference", "student-reference"),
        ("../../etc", "etc"),
        ("7", "7"),
        ("a" * 90, "a" * 40),
    ],
)
def test_a_folder_is_named_for_the_coder(name, folder):
    assert folder_name(name, "x.xlsx") == folder


def test_names_in_other_letters_stay_apart_and_files_without_a_name_get_a_pseudonym():
    names = [folder_name(n, "x.xlsx") for n in ("Анна", "Иван", "Анна B", "Иван B")]
    assert len(set(names)) == 4
    one, other = (folder_name("", f"{f}/sheet.xlsx") for f in ("anna-schmidt", "ben"))
    assert one != other and one.startswith("student-") and "anna" not in one


# What is said of each slip: (what was done to the tab Ash 2001, the row that falls, what is said)

SLIPS = {
    "no passage": ({3: {"first words": None, "last words": None}}, "row 3, column H (first words): a value without its passage; copy the first words"),
    "half a passage": ({3: {"last words": " "}}, "row 3, column I (last words): a value without its passage; copy the last words"),
    "passage not in the text": ({3: {"first words": "It was the butler who came"}}, "row 3, column H (first words): the passage is not found in the text: not found: the first words are not in the text; copy the words again"),
    "end not in the text": ({3: {"last words": "filled the pot that night"}}, "row 3, column I (last words): the passage is not found in the text: not found: the last words"),
    "two words": ({3: {"first words": "It was"}}, "row 3, column H (first words): start is too short (2 words, 5 letters); use 4 to 8 words"),
    "hardly anything between": ({3: {"first words": "It was the cook who came down in", "last words": "small hours to empty the pot that night"}}, "row 3, column I (last words): the two ends print all but 1 of the passage's 17 words; shorten them to 12 words together"),
    "silence without why": ({7: {"why": None}}, "row 7, column F (why): a silence without a reason; say what you looked for"),
    "silence of no kind": ({7: {"silence": "asleep"}}, "row 7, column E (silence): “asleep” is not among the choices; choose one of: not-asked, out-of-scope, evaded"),
    "silence with a passage": ({7: {"first words": "And the jam itself all"}}, "row 7, column H (first words): a silence has no first words; empty the cell"),
    "neither": ({7: {"silence": None}}, "row 7, column C (value): neither a value nor a silence; choose one"),
    "both": ({3: {"silence": "evaded"}}, "row 3, column E (silence): a value and a silence in one row; keep one of them"),
    "no qualification": ({5: {"qualification": None}}, "row 5, column G (qualification): a stance of +1 without its qualification; add"),
    "too much qualification": ({3: {"qualification": "on Mondays"}}, "row 3, column G (qualification): a stance of +2 has no qualification; remove it"),
    "no certainty": ({3: {"certainty": None}}, "row 3, column D (certainty): a value without its certainty; choose"),
    "certainty not stated": ({3: {"certainty": "not-stated"}}, "row 3, column D (certainty): “not-stated” is not among the choices; choose one of: "),
    "no why": ({3: {"why": None}}, "row 3, column F (why): a value without a reason; say what"),
    "changed proposition": ({3: {"proposition": "The cook ate all the jam."}}, "row 3, column A (proposition): the proposition is not worded so now: “The cook ate the jam.”; code it again"),
    "unknown proposition": ({3: {"proposition id": "cok-did-it", "proposition": "?"}}, 'row 3, column J (proposition id): no proposition "cok-did-it"; did you mean "cook-did-it"?'),
    "lost id": ({3: {"proposition id": None}}, 'row 3, column J (proposition id): no proposition ""; write "cook-did-it", which is this proposition'),
    "id that is none": ({3: {"proposition id": "Cook?!"}}, 'row 3, column J (proposition id): no proposition "Cook?!"; write "cook-did-it"'),
    "unknown source": ({3: {"source id": "ash-2002"}}, 'row 3, column K (source id): no source "ash-2002"; did you mean "ash-2001"?'),
    "formula": ({3: {"why": '=HYPERLINK("http://x","y")'}}, "row 3, column F (why): a formula is not computed, and what it gave is not taken; type the words"),
    "date": ({3: {"why": datetime.date(1921, 3, 8)}}, "row 3, column F (why): the spreadsheet made a date of what was typed; format the cell as text"),
    "time": ({3: {"certainty": datetime.time(3, 0)}}, "row 3, column D (certainty): the spreadsheet made a date"),
    "error": ({3: {"why": "#REF!"}}, "row 3, column F (why): the spreadsheet shows an error here"),
    "endless": ({3: {"why": "x" * 6000}}, "row 3, column F (why): more than 5,000 characters; shorten it"),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_placed_and_cured_and_costs_its_row_only(said, small, slip):
    edits, message = SLIPS[slip]
    book = filled(small)
    for row, columns in edits.items():
        for column, value in columns.items():
            put(book["Ash 2001"], row, column, value)
    found = said(saved(book))
    fallen = {("ash-2001", p) for p, r in ROWS.items() if r in edits}
    assert any(w.startswith(f"anna.xlsx: Ash 2001: {message}") for w in words_of(found)), words_of(found)
    assert len(found.problems) == (2 if slip == "no passage" else 1)
    assert readings(found) == {k: w for k, w in WHY.items() if k not in fallen}
    (line,) = found.students["anna"].left_out
    assert line[1:3] == ["Ash 2001", str(next(iter(edits)))] and message.split(": ", 1)[1].split(";")[0] in line[3]


def test_every_fault_of_a_row_is_named_at_once(said, small):
    book = filled(small)
    for column, value in {
        "value": "=1",
        "certainty": 9,
        "silence": "evaded",
        "why": None,
        "last words": "x",
        "source id": "oak",
    }.items():
        put(book["Ash 2001"], 3, column, value)
    columns = [w.split("column ")[1][0] for w in words_of(said(saved(book)))]
    assert sorted(columns) == ["C", "D", "E", "F", "I", "K"]


def test_a_doubled_row_is_kept_once_if_it_says_the_same_and_not_at_all_if_not(said, small):
    book = filled(small)
    tab = book["Birch 2005"]
    for column in range(1, len(COLUMNS) + 1):
        tab.cell(12, column).value = tab.cell(3, column).value
    assert readings(said(saved(book))) == WHY
    put(tab, 12, "why", "On second thoughts.")
    found = said(saved(book))
    assert readings(found) == {k: w for k, w in WHY.items() if k != ("birch-2005", "cook-did-it")}
    assert (
        "anna.xlsx: Birch 2005: row 3, column J (proposition id): “cook-did-it” is coded twice, and otherwise in"
        in words_of(found)[0] + str(found.problems[0])
    )
    assert [line[2] for line in found.students["anna"].left_out] == ["3", "12"]
    assert {line[4 + COLUMNS.index("why")] for line in found.students["anna"].left_out} == {
        "Asleep like a stone.",
        "On second thoughts.",
    }


def test_merged_cells_cost_the_rows_they_cover(said, small):
    book = filled(small)
    book["Ash 2001"].merge_cells("C3:C4")
    found = said(saved(book))
    assert [w.split(": ")[2] for w in words_of(found)] == ["row 3, column C (value)", "row 4, column C (value)"]
    assert len(readings(found)) == len(WHY) - 2


def test_a_hidden_sheet_is_read_and_named(said, small):
    book = filled(small)
    book["Birch 2005"].sheet_state = "veryHidden"
    found = said(saved(book))
    assert readings(found) == WHY and "Birch 2005: the sheet is hidden; it was read as well" in found.notes[0]


def test_a_sheet_that_lacks_a_heading_is_left_out_whole(said, small):
    book = filled(small)
    put(book["Birch 2005"], 1, "qualification", "limits")
    found = said(saved(book))
    assert words_of(found)[0].startswith(
        "anna.xlsx: Birch 2005: row 1: no column is headed “qualification”; write it above its column"
    )
    assert readings(found) == {k: w for k, w in WHY.items() if k[0] == "ash-2001"}
    assert [line[4 + COLUMNS.index("why")] for line in found.students["anna"].left_out] == [
        "Asleep like a stone.",
        "Spoon but no flavour.",
    ]


def test_words_outside_the_form_and_other_sheets_are_named(said, small):
    book = filled(small)
    book["Ash 2001"].cell(3, 12).value = "I am not sure about this one"
    book.create_sheet("Scratch")["A1"].value = "milk, eggs"
    notes = " ".join(said(saved(book)).notes)
    assert "row 3: not read, for it has no heading of the form: “I am not sure" in notes
    assert "Scratch: not read, for it has no headings" in notes


def test_a_name_that_is_a_formula_is_no_name(said, small):
    found = said(saved(filled(small, '=CELL("filename")')))
    assert "Instructions: row 2, column B: a formula is not computed" in words_of(found)[0]
    assert [f for f in found.students if f.startswith("student-")] == list(found.students)


def test_a_sheet_of_an_older_codebook_says_so_and_is_read(said, small, tmp_path):
    older = small.codebook.model_copy(update={"version": "0"})
    book = filled(small.__class__(**{**small.__dict__, "codebook": older}))
    found = said(saved(book))
    assert readings(found) == WHY and "the codebook has changed since this sheet was made" in found.notes[0]


def test_an_empty_sheet_makes_nobody(said, small):
    found = said(saved(filled(small, rows={})))
    assert found.students == {} and found.problems == [] and "no row that can be read was filled in" in found.notes[0]


# Files that are not what they seem


def locked(raw):
    """The zip with its entries marked as locked by a password."""
    at = raw.index(b"PK\x01\x02")
    return raw[: at + 8] + bytes([raw[at + 8] | 1]) + raw[at + 9 :]


def with_sheet(raw, content):
    return rezipped(raw, lambda name, old: content(old) if name == "xl/worksheets/sheet2.xml" else old)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
FILES = {
    "not a zip": ("a.xlsx", lambda raw: b"hello" * 99, "is called .xlsx but is none"),
    "a csv called xlsx": ("a.xlsx", lambda raw: b"value,why\n1,2\n", "is called .xlsx but is none"),
    "a workbook called csv": ("a.csv", lambda raw: raw, "not CSV"),
    "a workbook called ods": ("a.ods", lambda raw: raw, "is called .ods but is none"),
    "another zip": ("a.xlsx", lambda raw: with_part(b"", "a.txt", "x"), "is called .xlsx but is none"),
    "old excel": ("a.xls", lambda raw: raw, "files called “.xls” are not read; save it as .xlsx"),
    "macros by name": ("a.xlsm", lambda raw: raw, "files called “.xlsm” are not read; save it as .xlsx (without macros)"),
    "macros inside": ("a.xlsx", lambda raw: with_part(raw, "xl/vbaProject.bin", b"x"), "holds macros; save it as .xlsx without them"),
    "password": ("a.xlsx", lambda raw: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "locked with a password"),
    "password of the zip": ("a.xlsx", lambda raw: locked(raw), "locked with a password"),
    "password of an ods": ("a.ods", lambda raw: with_part(open_document([]), "META-INF/manifest.xml", "<m:encryption-data/>"), "locked with a password"),
    "empty": ("a.xlsx", lambda raw: b"", "the file is empty"),
    "empty csv": ("a.csv", lambda raw: b"\r\n \n", "the file is empty"),
    "cut": ("a.xlsx", lambda raw: raw[: len(raw) // 2], "or is damaged; save it again"),
    "bomb": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: b" " * 30_000_000), "unpacks to more than 20 MB"),
    "a million rows": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: b"<sheetData>" + b"<row><c><v>1</v></c></row>" * 1_000_000 + b"</sheetData>"), "unpacks to more than 20 MB"),
    "many tags": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: b"<sheetData>" + b"<row/>" * 1_000_001 + b"</sheetData>"), "more than 1,000,000 tags"),
    "many files": ("a.xlsx", lambda raw: rezipped_many(raw), "more than 200 files"),
    "entities": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: ENTITIES + old), "declares XML entities"),
    "entities of a file": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: OUTSIDE + old), "declares XML entities"),
    "broken xml": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: old[:-20]), "its XML cannot be read"),
    "strings that are not there": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: old.replace(b"</sheetData>", b'<row><c t="s"><v>99999999</v></c></row></sheetData>')), "the file is damaged"),
    "no list of sheets": ("a.xlsx", lambda raw: rezipped(raw, lambda name, old: b"<a/>" if name.endswith("workbook.xml.rels") else old), "the file is damaged"),
    "merged all over": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: old.replace(b"</sheetData>", b"<row><c><v>1</v></c></row>" * 40 + b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 300 + b"</mergeCells>")), "more than 2,000 cells are merged; unmerge them"),
    "one merged range": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: old.replace(b"</sheetData>", b"<row><c><v>1</v></c></row>" * 40 + b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')), "more than 2,000 cells are merged; unmerge them"),
    "many merged ranges": ("a.xlsx", lambda raw: with_sheet(raw, lambda old: old.replace(b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A9999:B9999"/>' * 2001 + b"</mergeCells>")), "more than 2,000 cells are merged; unmerge them"),
    "no encoding": ("a.csv", lambda raw: b"\x81\x8d\x8f\x00why", "not CSV"),
    "a line without end": ("a.csv", lambda raw: b'why,"' + b"x" * 200_000, "not CSV"),
    "a picture": ("a.csv", lambda raw: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not CSV"),
}  # fmt: skip


def rezipped_many(raw):
    for i in range(200):
        raw = with_part(raw, f"xl/media/{i}.png", b"x")
    return raw


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_cannot_be_read_is_named_and_cured(said, small, kind):
    name, spoiled, message = FILES[kind]
    found = said(spoiled(saved(filled(small))), name)
    assert len(found.problems) == 1 and found.students == {}
    assert words_of(found)[0].startswith(f"{name}: ") and message in words_of(found)[0] and "; " in words_of(found)[0]


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(said, small):
    raw = with_sheet(saved(filled(small)), lambda old: b" " * 30_000_000)
    at = raw.index(b"xl/worksheets/sheet2.xml", raw.index(b"PK\x01\x02")) - 46
    raw = raw[: at + 24] + (1000).to_bytes(4, "little") + raw[at + 28 :]
    assert "is damaged" in words_of(said(raw))[0]


@pytest.mark.parametrize("name", ["missing.xlsx", "folder.xlsx"])
def test_a_file_that_is_none(small, tmp_path, name):
    (tmp_path / "folder.xlsx").mkdir()
    assert "check its name" in str(answers([tmp_path / name], small, {}).problems[0])


@pytest.mark.parametrize(
    "row,column,message", [(4, 10_000, "more than 400 columns"), (400_000, 3, "more than 5000 rows")]
)
def test_what_lies_far_out_is_cut_off_and_the_rest_is_read(said, small, row, column, message):
    book = filled(small)
    book["Ash 2001"].cell(row, column).value = "far out"
    found = said(saved(book))
    assert message in words_of(found)[0] and len(found.problems) == 1 and readings(found) == WHY


def test_a_row_repeated_a_million_times_is_cut_off(said, small):
    raw = open_document([["Your code name", "Anna"], *lines_of(filled(small))])
    found = said(
        rezipped(
            raw,
            lambda name, old: old.replace(
                b"<table:table-row><table:table-cell office",
                b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office',
                1,
            ),
        ),
        "anna.ods",
    )
    assert "more than 5000 rows" in words_of(found)[0]


def test_links_to_other_files_are_named_and_not_followed(said, small):
    found = said(with_part(saved(filled(small)), "xl/externalLinks/externalLink1.xml", "<x/>"))
    assert (
        readings(found) == WHY
        and [n for n in found.notes if "not followed" in n] == found.notes
        and len(found.notes) == 1
    )


ODS_CELLS = {
    'table:formula="of:=1+1" office:value-type="float" office:value="2"': cells.FORMULA,
    'office:value-type="date" office:date-value="1921-03-08"': cells.DATE,
    'table:number-rows-spanned="2" office:value-type="string"': cells.MERGED,
}


@pytest.mark.parametrize("attributes", ODS_CELLS)
def test_an_open_document_hides_nothing_either(said, small, attributes):
    raw = open_document([["Your code name", "Anna"], *lines_of(filled(small))])
    plain = b'<table:table-cell office:value-type="string"><text:p>Cook caught at night.'
    found = said(
        rezipped(raw, lambda name, old: old.replace(plain, f"<table:table-cell {attributes}><text:p>Cook.".encode())),
        "anna.ods",
    )
    assert (
        f"row 3, column F (why): {ODS_CELLS[attributes][0]}" in words_of(found)[0]
        and len(readings(found)) == len(WHY) - 1
    )


def test_words_of_an_open_document_without_its_comments(said, small):
    raw = open_document([["Your code name", "Anna"], *lines_of(filled(small))])
    words = b'<office:annotation><text:p>a comment</text:p></office:annotation><text:p>Cook<text:s text:c="2"/>caught <text:span>at</text:span> night.</text:p>'
    found = said(
        rezipped(raw, lambda name, old: old.replace(b"<text:p>Cook caught at night.</text:p>", words)), "anna.ods"
    )
    assert readings(found) == WHY


# The folder of a class


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with the small debate, and a sheet in it that Anna has filled in."""
    shutil.copytree(SMALL, tmp_path / "data/jam")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "anna.xlsx").write_bytes(saved(filled(load_debate(SMALL))))
    return tmp_path


def files_of(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_from_sheet_to_class_and_back(project, capsys):
    before = files_of(project / "data")
    assert main(["sheet", "read", "anna.xlsx"]) == 0
    assert (
        "class/anna (Anna): ash-2001: 3 stances, 1 silence; birch-2005: 1 stance, 1 silence." in capsys.readouterr().out
    )
    assert set(files_of(project / "class")) == {
        ".gitignore",
        "anna/coder.yml",
        "anna/ash-2001.yml",
        "anna/birch-2005.yml",
    }
    assert files_of(project / "data") == before, "the debate is left alone"
    debate = load_debate("data/jam")
    loaded, problems = classes.load_class(debate, "class")
    assert problems == []
    assert {c: coder.label for c, coder in loaded.coders.items() if c not in debate.coders} == {"anna": "Anna"}
    assert loaded.codings.keys() - debate.codings.keys() == {("anna", s) for s in SOURCES}
    assert loaded.digest != debate.digest and loaded.codings[REFERENCE, "ash-2001"] == debate.coding("ash-2001")
    found = answers([project / "anna.xlsx"], debate, copies(debate))
    assert {s: loaded.codings["anna", s] for s in SOURCES} == found.students["anna"].codings
    # and put among the debate's own codings they pass its check
    shutil.copytree("class/anna", "data/jam/codings/anna")
    assert main(["check", "data/jam"]) == 0


def test_git_ignores_a_class(project):
    subprocess.run(["git", "init", "-q"], check=True)
    main(["sheet", "read", "anna.xlsx", "-o", "elsewhere"])
    status = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], capture_output=True, text=True, check=True
    ).stdout
    assert "anna.xlsx" in status and "elsewhere" not in status
    assert "class/" in (ROOT / ".gitignore").read_text().split()


def test_a_coding_that_is_there_is_never_overwritten_unasked(project, capsys):
    main(["sheet", "read", "anna.xlsx"])
    before = files_of(project / "class")
    assert main(["sheet", "read", "anna.xlsx"]) == 0 and files_of(project / "class") == before
    assert "0 files written, 2 as they were." in capsys.readouterr().out
    book = filled(load_debate(SMALL))
    put(book["Ash 2001"], 3, "why", "He is sure of it.")
    (project / "anna.xlsx").write_bytes(saved(book))
    assert main(["sheet", "read", "anna.xlsx"]) == 1 and files_of(project / "class") == before
    assert (
        "class/anna/ash-2001.yml: this is there already and says something else; it was left as it is; to put the sheet in its place, say --replace"
        in capsys.readouterr().out
    )
    assert main(["sheet", "read", "anna.xlsx", "--replace"]) == 0
    assert {k for k, v in files_of(project / "class").items() if v != before[k]} == {"anna/ash-2001.yml"}


def test_another_of_the_same_name_does_not_get_into_the_folder(project, capsys):
    main(["sheet", "read", "anna.xlsx"])
    before = files_of(project / "class")
    (project / "other.xlsx").write_bytes(saved(filled(load_debate(SMALL), "ANNA!")))
    assert main(["sheet", "read", "other.xlsx"]) == 1 and files_of(project / "class") == before
    assert "this is the folder of “Anna”, not “ANNA!”; nothing of ANNA! was kept" in capsys.readouterr().out


def test_a_folder_that_cannot_be_read_is_left_alone(project, capsys):
    main(["sheet", "read", "anna.xlsx"])
    (project / "class/anna/coder.yml").write_text("label: [")
    before = files_of(project / "class")
    assert main(["sheet", "read", "anna.xlsx"]) == 1 and files_of(project / "class") == before
    assert "class/anna/coder.yml: this cannot be read; nothing of Anna was kept" in capsys.readouterr().out


def test_what_is_left_out_is_written_beside_and_never_replaced(project):
    book = filled(load_debate(SMALL))
    for why in ("=1+1", "@cmd", "-x"):
        put(book["Ash 2001"], 3, "why", why)
        put(book["Ash 2001"], 3, "certainty", "?")
        (project / "anna.xlsx").write_bytes(saved(book))
        assert main(["sheet", "read", "anna.xlsx"]) == 1
        assert main(["sheet", "read", "anna.xlsx"]) == 1, "the same again makes no other file"
    left = sorted(f for f in files_of(project / "class") if f.endswith(".csv"))
    assert left == ["anna-left-out-2.csv", "anna-left-out-3.csv", "anna-left-out.csv"]
    texts = [(project / "class" / f).read_text(encoding="utf-8-sig") for f in left]
    words = [next(csv.DictReader(io.StringIO(t))) for t in texts]
    assert [w["why"] for w in words] == ["'@cmd", "'-x", "'=1+1"]
    assert {(w["sheet"], w["row"], w["proposition id"]) for w in words} == {("Ash 2001", "3", "cook-did-it")}


def test_a_class_leaves_out_what_is_broken_and_says_where(project):
    main(["sheet", "read", "anna.xlsx"])
    for name in ("ben", "cem", "dora", "reference"):
        shutil.copytree("class/anna", f"class/{name}")
    ash = project / "class/ben/ash-2001.yml"
    ash.write_text(ash.read_text().replace("value: 2", "value: 7"))
    (project / "class/ben/birch-2005.yml").write_bytes(b"\0\1")
    (project / "class/cem/coder.yml").write_text("label: Cem\nhow: by magic\n")
    (project / "class/dora/cedar-2010.yml").write_text((project / "class/dora/ash-2001.yml").read_text())
    (project / "class/note.txt").write_text("not a student")
    debate = load_debate("data/jam")
    loaded, problems = classes.load_class(debate, "class")
    assert set(loaded.coders) - set(debate.coders) == {"anna", "ben", "dora"}
    assert {s for c, s in loaded.codings if c == "ben"} == set()
    assert {s for c, s in loaded.codings if c == "dora"} == set(SOURCES)
    said = "\n".join(map(str, problems))
    line = ash.read_text().splitlines().index("    value: 7") + 1
    assert f"class/ben/ash-2001.yml:{line}: stances[0].value: the value 7 is not on the scale" in said
    assert "class/ben/birch-2005.yml:1: the file holds binary data" in said
    assert "class/cem/coder.yml:2: how" in said and "class/cem/coder.yml:1: date" in said
    assert 'class/dora/cedar-2010.yml:1: source: the file is named cedar-2010.yml but codes "ash-2001"' in said
    assert "class/reference/coder.yml:1: the debate has a coder reference of its own" in said
    assert loaded.codings[REFERENCE, "ash-2001"] == debate.coding("ash-2001")


def test_a_class_that_is_not_there(small, tmp_path):
    loaded, problems = classes.load_class(small, tmp_path / "nowhere")
    assert loaded is small and "there is no such folder" in str(problems[0])


# The command


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "html"])
def test_make_writes_by_the_ending_and_never_over_a_sheet(project, capsys, suffix):
    assert (
        main(["sheet", "make", "--core", "--sources", "ash-2001,birch-2005", "--coder", "Anna", "-o", f"s.{suffix}"])
        == 0
    )
    assert f"s.{suffix}: 1 proposition, 2 texts." in capsys.readouterr().out
    before = (project / f"s.{suffix}").read_bytes()
    assert main(["sheet", "make", "-o", f"s.{suffix}"]) == 2 and (project / f"s.{suffix}").read_bytes() == before
    assert "may have been filled in; choose another name, or add --replace" in capsys.readouterr().err
    assert (
        main(["sheet", "make", "-o", f"s.{suffix}", "--replace"]) == 0
        and (project / f"s.{suffix}").read_bytes() != before
    )


def test_make_and_read_say_how_they_are_called(project, capsys):
    assert (
        main(["sheet", "make", "-o", "s.docx"]) == 2
        and "a sheet is .xlsx, .csv, .html or .pdf" in capsys.readouterr().err
    )
    assert main(["sheet", "make", "--sources", "ash"]) == 1 and "no source" in capsys.readouterr().err
    assert main(["sheet", "read", "anna.xlsx", "--texts", "nowhere"]) == 2
    assert (
        main(["sheet", "read", "missing.xlsx"]) == 1
        and "missing.xlsx: there is no such file" in capsys.readouterr().out
    )
    assert not (project / "class").exists(), "nothing to keep makes no folder"


def test_the_name_given_at_make_comes_back(project, small):
    main(["sheet", "make", "--coder", "Anna K.", "-o", "s.xlsx"])
    book = load_workbook("s.xlsx")
    for column, value in GOOD["ash-2001", "jam-was-good"].items():
        put(book["Ash 2001"], 7, column, value)
    book.save("s.xlsx")
    assert {f: s.label for f, s in answers([project / "s.xlsx"], small, {}).students.items()} == {"anna-k": "Anna K."}


# With the programs that people have


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_what_libreoffice_saves_again_reads_the_same(small, texts, tmp_path):
    book = filled(small)
    put(book["Birch 2005"], 4, "why", "=1+1")
    (tmp_path / "anna.xlsx").write_bytes(saved(book))
    for name in ("one/anna.xlsx", "two/anna.ods", "three/anna.xlsx"):  # the last from the second
        source = tmp_path / ("two/anna.ods" if name.startswith("three") else "anna.xlsx")
        folder, suffix = (tmp_path / name).parent, name.rpartition(".")[2]
        home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        subprocess.run(
            ["soffice", home, "--headless", "--convert-to", suffix, "--outdir", folder, source],
            check=True,
            capture_output=True,
            timeout=180,
        )
        found = answers([tmp_path / name], small, texts)
        assert readings(found) == WHY
        assert (
            found.students["anna"].codings == answers([tmp_path / "anna.xlsx"], small, texts).students["anna"].codings
        )
        assert [p.problem for p in found.problems if "formula" in p.problem] == [cells.FORMULA[0]]
    lists = load_workbook(tmp_path / "one/anna.xlsx")["Ash 2001"].data_validations.dataValidation
    assert len(lists) == 3, "the drop-downs are still there"


@pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), reason="Chromium is not installed"
)
def test_the_sheet_prints_to_pdf(project):
    import pypdf

    assert main(["sheet", "make", "--sources", "ash-2001", "-o", "s.pdf"]) == 0
    pages = pypdf.PdfReader("s.pdf").pages
    words = " ".join(" ".join(p.extract_text().split()) for p in pages)
    assert "The cook ate the jam." in words and "out-of-scope" in words and "Ash 2001" in words
    assert all(round(p.mediabox.width) == 842 and round(p.mediabox.height) == 595 for p in pages), "A4, landscape"
    assert [f.name for f in project.iterdir() if f.name.startswith("sheet-")] == []
