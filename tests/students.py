"""A class that never was: students with known habits, who fill in the sheets that a teacher makes."""

import random

from openpyxl import load_workbook

from analysis import tables
from analysis.sheets.form import COLUMNS, FIRST_TAB, IDS, choices

NAMES = (
    "Zelenka", "Quirinius", "Wojtyla", "Xanthippe", "Ottoline", "Mbappeson", "Ndiayeson", "Kirilovna", "Thorvaldsen", "Umberto Vole", "Petrouchka",
    "Grünewald",
)  # fmt: skip
YEA, COPIER, COPIED, REPORTER, LATE = NAMES[:5]  # the other seven are honest
SLIP = 0.25  # how often an honest student reads otherwise than the reference
MORE = (
    "the author says so plainly",
    "one paragraph turns on it",
    "it follows from the example",
    "the conclusion repeats it",
    "a footnote grants it",
)


def class_of(debate, cells, seed=1917, names=NAMES):
    """Student → cell → the words of the sheet's row; `cells`: pairs of source and proposition."""
    known = {(r.source, r.proposition): r for r in tables.stances(debate).itertuples()}
    passages = {(c.source, c.claim): c for c in tables.claims(debate).itertuples()}
    words = {column: {m: w for w, m in offered.items()} for column, offered in choices(debate.codebook).items()}
    found = {}
    for k, name in enumerate(names):
        chance = random.Random(seed + k)
        some = cells[: len(cells) // 2] if name == LATE else cells
        found[name] = {cell: _row(known[cell], name, passages, words, chance) for cell in some}
    if COPIER in found:
        found[COPIER] = dict(found[COPIED])
    return found


def _row(known, name, passages, words, chance):
    why = f"{chance.choice(MORE)}, {chance.choice(MORE)} ({chance.randrange(10_000)})"
    own = [c for c in passages.values() if c.source == known.source and c.voice == "own"]
    reported = [c for c in passages.values() if c.source == known.source and c.voice == "reported"]
    passage = passages[known.source, known.claims[0]] if known.claims else chance.choice(own)
    value = None if known.status == "silence" else int(known.value)
    if name == YEA:
        value = 2
    elif name == REPORTER and chance.random() < 0.5:
        value, passage = chance.choice((-2, 2)), chance.choice(reported)
    elif chance.random() < SLIP:
        value = chance.choice([v for v in (-2, -1, 0, 1, 2, None) if v != value])
    if value is None:
        return {"silence": words["silence"]["not-asked"], "why": why}
    limit = {"qualification": "within narrow bounds only"} if abs(value) == 1 else {}
    said = {"value": words["value"][value], "certainty": words["certainty"][chance.choice((1, 2, 3))], "why": why}
    return said | limit | {"first words": passage.start, "last words": passage.end}


def fill(sheet, name, rows, file):
    """Write these rows into a copy of a made sheet, as a student would."""
    book = load_workbook(sheet)
    book[FIRST_TAB]["B2"].value = name
    for tab in book.worksheets[1:]:
        for line in tab.iter_rows(min_row=2):
            proposition, source = (line[COLUMNS.index(id)].value for id in IDS)
            for column, words in rows.get((source, proposition), {}).items():
                line[COLUMNS.index(column)].value = words
    book.save(file)
