"""Sheets spoiled at random: never a traceback, never a sound row lost, never a file overwritten.

`STANCEBOOK_SHEETS=2000` tries so many of each kind; without it there are 200.
"""

import io
import os
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import pytest
from conftest import SMALL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sheets import GOOD, LABELS, ROWS, filled, lines_of, open_document, rezipped, saved

from analysis.cells import csv_of
from analysis.debate import load_debate
from analysis.passages import copies
from analysis.sheets.answers import answers
from analysis.sheets.classes import keep, load_class
from analysis.sheets.form import COLUMNS

spoiled = settings(
    max_examples=int(os.environ.get("STANCEBOOK_SHEETS", 200)),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ODD = st.one_of(
    st.sampled_from(
        [
            None, 2, -1, 0, 7, 1.5, 1e300, True, "=1+1", "=A1", "@x", "+2", "−2", "affirms (+2)", "sure (3)", "evaded", "silence", "value",
            "cook-did-it", "cat-did-it", "ash-2001", "birch-2005", "", " ", "'", "\u200b", "It was the cook who came down", "x " * 40, "Your code name",
            "digest", "A\nB", "💥", "../../x", "#REF!", "The cook ate the jam.",
        ]
    ),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30),
)  # fmt: skip
PLACES = st.tuples(st.sampled_from(["Instructions", *LABELS.values()]), st.integers(1, 12), st.integers(1, 14))
PIECES = st.sampled_from(
    [
        b"", b"<", b">", b"&a;", b"<f>1+1</f>", b'r="ZZ99"', b't="s"', b't="inlineStr"', b"<v>-1</v>", b"<v>1e9</v>", b"</row>", b"<row r='x'>", b"\0", b"\xff",
        b'<mergeCell ref="A1:Z9"/>', b"<!DOCTYPE a>", b"]]>", b'number-rows-repeated="999999999"', b"<text:p>", b'table:formula="x"', b'"', b";", b"\r", b",",
    ]
)  # fmt: skip


@cache
def debate():
    return load_debate(SMALL)


@cache
def texts():
    return copies(debate(), SMALL / "texts")


@cache
def sound(suffix):
    book = filled(debate())
    lines = [["Your code name", "Anna"], *lines_of(book)]
    return {".xlsx": saved(book), ".ods": open_document(lines), ".csv": csv_of(lines[0], lines[1:])}[suffix]


def read(raw, suffix):
    """What is read of the file, after all that must hold of any file has been looked at."""
    folder = Path(tempfile.mkdtemp())
    try:
        file = folder / f"anna{suffix}"
        file.write_bytes(raw)
        there = folder / "class/anna/ash-2001.yml"
        there.parent.mkdir(parents=True)
        there.write_text("a coding of Anna's that nobody may touch\n")
        found = answers([file], debate(), texts())
        kept = keep(found, folder / "class")
        assert there.read_text() == "a coding of Anna's that nobody may touch\n"
        assert all(p.is_relative_to(folder / "class") for p in kept.written)
        for problem in (*found.problems, *kept.problems):
            assert problem.problem and problem.cure and "Traceback" not in str(problem)
        (folder / "new").mkdir()
        again = keep(found, folder / "new")
        loaded, problems = load_class(debate(), folder / "new")
        assert again.problems == problems == [], "what was kept passes every check"
        written = {(c, s): x for (c, s), x in loaded.codings.items() if c in found.students}
        assert written == {(n, s): x for n, student in found.students.items() for s, x in student.codings.items()}
        return found
    finally:
        shutil.rmtree(folder)


def kept_and_left(found):
    kept = {r.why for s in found.students.values() for c in s.codings.values() for r in (*c.stances, *c.silences)}
    return kept, [line for s in found.students.values() for line in s.left_out]


@spoiled
@given(st.lists(st.tuples(PLACES, ODD), min_size=1, max_size=5), st.booleans())
def test_spoiled_cells_cost_no_row_but_their_own(edits, merged):
    book = load_workbook(io.BytesIO(sound(".xlsx")))
    for (tab, row, column), value in edits:
        book[tab].cell(row, column).value = value
    if merged:
        (tab, row, column), _ = edits[0]
        book[tab].merge_cells(start_row=row, start_column=column, end_row=row + 1, end_column=column + 1)
    found = read(saved(book), ".xlsx")
    kept, left = kept_and_left(found)
    spoilt = {(tab, row + k) for (tab, row, _), _ in edits for k in (0, merged)}
    headless = {tab for tab, row in spoilt if row == 1}
    for (source, proposition), words in GOOD.items():
        tab, row = LABELS[source], ROWS[proposition]
        if (tab, row) in spoilt or tab in headless:
            continue
        fallen = [line[3] for line in left if words["why"] in line]
        assert (words["why"] in kept) != bool(fallen), "kept, or left out with its words, and never both"
        assert all("is coded twice" in wrong for wrong in fallen), "no other row can make this one fall"


@spoiled
@given(
    st.sampled_from([".xlsx", ".ods", ".csv"]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3), st.integers(0, 40)), min_size=1, max_size=4),
)
def test_spoiled_bytes_make_no_traceback(suffix, edits):
    raw = sound(suffix)
    for where, new, gone in edits:
        at = int(where * len(raw))
        raw = raw[:at] + new + raw[at + gone :]
    read(raw, suffix)


@spoiled
@given(
    st.sampled_from([".xlsx", ".ods", ".csv"]),
    st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1), PIECES, st.integers(0, 12)), min_size=1, max_size=4),
)
def test_spoiled_parts_make_no_traceback(suffix, edits):
    raw = sound(suffix)

    def spoil(number, content):
        for part, where, new, gone in edits:
            at = int(where * len(content))
            content = content[:at] + new + content[at + gone :] if part % count == number else content
        return content

    if suffix == ".csv":
        count = 1
        read(spoil(0, raw), suffix)
    else:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = archive.namelist()
        count = len(names)
        read(rezipped(raw, lambda name, content: spoil(names.index(name), content)), suffix)


def test_the_sheets_that_are_spoiled_are_sound():
    for suffix in (".xlsx", ".ods", ".csv"):
        found = read(sound(suffix), suffix)
        assert found.problems == [] and kept_and_left(found) == ({w["why"] for w in GOOD.values()}, [])


def test_spoiling_is_seen():
    """The check of the first test fails if a row vanishes."""
    book = filled(debate())
    book["Ash 2001"].cell(3, COLUMNS.index("why") + 1).value = None
    kept, left = kept_and_left(read(saved(book), ".xlsx"))
    assert "Cook caught at night." not in kept and len(left) == 1


@pytest.mark.parametrize("suffix", [".xlsx", ".ods", ".csv"])
def test_a_sheet_cut_anywhere_makes_no_traceback(suffix):
    raw = sound(suffix)
    for end in range(0, len(raw), max(1, len(raw) // 60)):
        read(raw[:end], suffix)
