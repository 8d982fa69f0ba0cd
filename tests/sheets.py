"""Sheets filled in as students fill them, and spoiled as students, programs and vandals spoil them."""

import io
import zipfile

from openpyxl import load_workbook

from analysis.sheets.form import COLUMNS, FIRST_TAB, form
from analysis.sheets.workbook import workbook

SOURCES = ("ash-2001", "birch-2005")
ROWS = {"cook-did-it": 3, "cat-did-it": 4, "door-was-open": 5, "jam-was-good": 7}  # on each tab
GOOD = {
    ("ash-2001", "cook-did-it"): {
        "value": "affirms (+2)", "certainty": "sure (3)", "why": "Cook caught at night.",
        "first words": "It was the cook who came down", "last words": "empty the pot that night",
    },
    ("ash-2001", "cat-did-it"): {
        "value": "rejects (-2)", "certainty": "fairly sure (2)", "why": "Paws left nothing.",
        "first words": "Yet not one paw mark", "last words": "clears the cat altogether",
    },
    ("ash-2001", "door-was-open"): {
        "value": "affirms with a limit (+1)", "certainty": "doubtful (1)", "why": "Ajar they swear.", "qualification": "after ten only",
        "first words": "The door of the larder", "last words": "stood ajar after ten o’clock",
    },
    ("ash-2001", "jam-was-good"): {"silence": "not-asked", "why": "Taste is never named."},
    ("birch-2005", "cook-did-it"): {
        "value": "rejects (-2)", "certainty": "sure (3)", "why": "Asleep like a stone.",
        "first words": "It was the cat, and the cook", "last words": "never touched a spoon",
    },
    ("birch-2005", "jam-was-good"): {"silence": "evaded", "why": "Spoon but no flavour."},
}  # fmt: skip
LABELS = {"ash-2001": "Ash 2001", "birch-2005": "Birch 2005"}


def put(tab, row, column, value):
    tab.cell(row, COLUMNS.index(column) + 1).value = value


def filled(debate, name="Anna", rows=GOOD):
    """A workbook filled in, open for more."""
    book = load_workbook(io.BytesIO(workbook(form(debate, SOURCES))))
    book[FIRST_TAB]["B2"].value = name
    for (source, proposition), words in rows.items():
        for column, value in words.items():
            put(book[LABELS[source]], ROWS[proposition], column, value)
    return book


def saved(book):
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rezipped(raw, change):
    """The zip with its parts as `change`, a function of name and content, gives them, and with those of `change.more`."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return written.getvalue()


def with_part(raw, name, content):
    written = io.BytesIO(raw)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return written.getvalue()


def lines_of(book):
    """The tabs of a workbook as rows of text, all of them in one table, headings first."""
    tabs = [t for t in book.worksheets if t.title != FIRST_TAB]
    body = [r for t in tabs for r in t.iter_rows(min_row=2, values_only=True) if r[-1]]
    return [list(COLUMNS), *([str(c or "") for c in r] for r in body)]


def open_document(lines, name="Ash 2001"):
    """The least .ods with a table of these lines."""

    def escaped(words):
        return words.replace("&", "&amp;").replace("<", "&lt;")

    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{escaped(c)}</text:p></table:table-cell>' for c in line)
        + "</table:table-row>"
        for line in lines
    )  # fmt: skip
    spaces = "".join(
        f' xmlns:{k}="urn:oasis:names:tc:opendocument:xmlns:{k}:1.0"' for k in ("office", "table", "text", "style")
    )
    content = (
        f'<office:document-content{spaces}><office:body><office:spreadsheet><table:table table:name="{name}">{cells}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return written.getvalue()
