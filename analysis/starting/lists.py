"""A sheet with a row for each reading: a source, a proposition, a value, and what else there is to say."""

from __future__ import annotations

from analysis.sheets.cells import Cell, Table, plain
from analysis.starting.found import Found, Reading, columns_of, headings_of, sound
from analysis.starting.headings import LONG, MEANINGS, meanings

TAKEN = ("source", "proposition", "value", "question", "certainty", "why", "qualification", "page", "silence", "coder", "year", "title", "DOI", "kind")  # fmt: skip


def is_list(table: Table, head: int) -> bool:
    return set(LONG) <= meanings(headings_of(table, head)).keys()


def take_list(table: Table, head: int, found: Found) -> None:
    """The rows of the sheet; what is wrong with a row is named, and the row is kept among the rest."""
    headings = headings_of(table, head)
    columns = {m: c for m, c in meanings(headings).items() if m in TAKEN}
    body = [row for row in sorted(table.rows) if row > head]
    said = ", ".join(f"“{headings[c]}” is the {m}" for m, c in columns.items())
    found.note(table.name, f"a row for each reading: {said}", head)
    others = [c for c in columns_of(table, body) if c not in columns.values()]
    for column in others:
        heading = f"“{headings[column]}”" if column in headings else "without a heading"
        cure = f"kept in notes-from-sheet.csv; columns that are known: {', '.join(MEANINGS)}"
        found.problem(table.name, head, column, f"the column {heading} is none that is known", cure)
    for row in body:
        cells = table.rows[row]
        for column in others:
            found.leave(table.name, row, column, cells.get(column, Cell("")), headings.get(column, ""))
        _take_row(table, row, columns, headings, found)


def _take_row(table: Table, row: int, columns: dict[str, int], headings: dict[int, str], found: Found) -> None:
    cells = {m: table.rows[row].get(c, Cell("")) for m, c in columns.items()}
    faults = [(m, cell.fault) for m, cell in cells.items() if cell.fault]
    for m, (problem, cure) in faults:
        found.problem(table.name, row, columns[m], problem, cure)
    said = {m: plain(cell.text) for m, cell in cells.items() if not cell.fault}
    missing = [m for m in ("source", "proposition") if not said.get(m)]
    if not said.get("value") and said.get("silence"):
        said["value"] = said["silence"]
    if missing or {m for m, _ in faults} & set(LONG) or not said.get("value"):
        if any(said.values()) and not faults and missing:
            found.problem(table.name, row, columns[missing[0]], f"the row has no {missing[0]}", "write it into the row")
        if not missing:  # known, though nothing is coded
            _labels(said, found)
            found.blank += [] if faults else [(table.name, columns["value"])]
        if missing or faults or set(said) - {m for m in said if not said[m]} - {"source", "proposition", "question"}:
            for m, c in columns.items():
                found.leave(table.name, row, c, cells[m], headings[c])
        return
    for m, _ in faults:
        found.leave(table.name, row, columns[m], cells[m], headings[columns[m]])
    said |= {m: sound(found, table, row, columns[m], m) for m in ("year", "DOI") if said.get(m)}
    source, proposition = _labels(said, found)
    more = {m: said[m] for m in ("coder", "certainty", "why", "qualification", "page") if said.get(m)}
    found.readings.append(Reading(table.name, row, columns["value"], source, proposition, said["value"], more=more))


def _labels(said: dict[str, str], found: Found) -> tuple[str, str]:
    of_source = {m: said.get(m, "") for m in ("year", "title", "DOI")}
    of_proposition = {m: said.get(m, "") for m in ("question", "kind")}
    return (
        found.source(said["source"], **of_source),
        found.label(found.propositions, said["proposition"], **of_proposition),
    )
