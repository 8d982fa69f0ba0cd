"""A sheet with a cell for each reading: sources one way, propositions the other."""

from __future__ import annotations

from dataclasses import replace

from analysis.counts import counted
from analysis.sheets.cells import Cell, Table, plain
from analysis.starting.found import Found, Reading, columns_of, headings_of, sound
from analysis.starting.headings import MEANINGS, OF_PROPOSITIONS, OF_SOURCES, is_total, like_sources, meaning, meanings
from analysis.starting.values import number

SHORT = 3  # words that a cell of a grid may have where nothing says what it is
ABOUT = {"sources": (*OF_SOURCES, "coder"), "propositions": OF_PROPOSITIONS}  # columns that say something of a row


def take_grid(table: Table, head: int, found: Found, rows: str | None = None) -> None:
    """The cells of the sheet; `rows` says what stands in its rows, sources or propositions, where it is not to be found out."""
    headings = headings_of(table, head)
    body = [row for row in sorted(table.rows) if row > head]
    names = _name_column(table, body, headings)
    labels = [plain(table.rows[row].get(names, Cell("")).text) for row in body]
    known = meanings(headings)
    if "value" in known and len({"source", "proposition"} & known.keys()) == 1 and len(set(labels)) < len(labels):
        missing = next(m for m in ("source", "proposition") if m not in known)
        found.problem(table.name, head, 0, f"a row for each reading, as it seems, but no column is headed “{missing}”", f"head it so, or: {', '.join(MEANINGS[missing][1:8])}")  # fmt: skip
        for row in (head, *body):
            found.leave_row(table, row, headings)
        return
    way, why = (rows, "as asked for") if rows else _way(headings, names, labels)
    about = {m: c for m, c in known.items() if m in ABOUT[way] and c != names}
    values = _value_columns(table, head, body, headings, names, set(about.values()), found)
    other = "propositions" if way == "sources" else "sources"
    found.note(table.name, f"a cell for each reading: rows are {way}, and {counted(len(values), 'column')} {other} ({why}); --rows {other} for the other way round", head)  # fmt: skip
    taken = [row for row, gap in _with_gaps(body) if _is_row(table, row, names, gap, found, headings)]
    _name_doubles(table, [(row, names, labels[body.index(row)]) for row in taken], found)
    _name_doubles(table, [(head, column, headings[column]) for column in values], found)
    themes = _themes(table, taken, about.get("question"), found)
    for row in taken:
        _take_row(table, row, names, way, about, themes, {c: headings[c] for c in values}, found)


def _name_column(table: Table, body: list[int], headings: dict[int, str]) -> int:
    """The column that names the rows: the one headed so, or the first that says nothing else."""
    columns = columns_of(table, body)
    named = [c for c in columns if meaning(headings.get(c, "")) in ("source", "proposition")]
    free = [c for c in columns if meaning(headings.get(c, "")) is None]
    return min(named or free or columns)


def _way(headings: dict[int, str], names: int, labels: list[str]) -> tuple[str, str]:
    """What stands in the rows, and how that is known."""
    said = meaning(headings.get(names, ""))
    if said in ("source", "proposition"):
        return f"{said}s", f"their column is headed “{headings[names]}”"
    known = meanings(headings)
    for way, of in (("sources", OF_SOURCES), ("propositions", OF_PROPOSITIONS)):
        if some := [headings[known[m]] for m in of if m in known]:
            return way, f"there is a column “{some[0]}”"
    heads = [h for c, h in headings.items() if c != names and meaning(h) is None and not is_total(h)]
    rows, columns = like_sources(labels), like_sources(heads)
    if rows == columns:
        return "sources", "nothing in the labels tells"
    return ("sources", "propositions")[rows < columns], "by the years and the length of the labels"


def _value_columns(
    table: Table, head: int, body: list[int], headings: dict[int, str], names: int, apart: set[int], found: Found
) -> list[int]:
    """The columns that hold values; the cells of the others are kept among the rest."""
    values = []
    for column in sorted({*columns_of(table, body), *headings} - {names, *apart}):
        cells = {row: cell for row in body if (cell := table.rows[row].get(column)) and cell.text.strip()}
        heading, fault = headings.get(column, ""), table.rows[head].get(column, Cell("")).fault
        if heading and column > names and not _is_other(heading, cells):
            values.append(column)
            continue
        if fault:
            found.problem(table.name, head, column, f"the heading is not read: {fault[0]}", fault[1])
        elif not heading and cells:
            found.problem(table.name, head, column, "the column has no heading", "write what it holds above it")
        elif heading:
            found.note(table.name, f"“{heading}” is no column of values", head, column)
        for row, cell in cells.items():
            found.leave(table.name, row, column, cell, heading)
        if cells or fault:
            found.leave(table.name, head, column, table.rows[head].get(column, Cell("")))
    return values


def _is_other(heading: str, cells: dict[int, Cell]) -> bool:
    """Whether a column holds something else than values: sums, notes, what is said of a source."""
    texts = [plain(c.text) for c in cells.values() if not c.fault]
    long = bool(texts) and not any(len(t.split()) <= SHORT or number(t.split("(")[0]) is not None for t in texts)
    return is_total(heading) or meaning(heading) is not None or long


def _with_gaps(body: list[int]) -> list[tuple[int, bool]]:
    """The rows, each with whether empty ones stand before it."""
    return [(row, bool(i) and row > body[i - 1] + 1) for i, row in enumerate(body)]


def _is_row(table: Table, row: int, names: int, gap: bool, found: Found, headings: dict[int, str]) -> bool:
    """Whether the row is one of the grid; if not, its cells are kept among the rest, and why is said."""
    cells = table.rows[row]
    name = cells.get(names, Cell(""))
    words = [plain(c.text) for _, c in sorted(cells.items()) if c.text.strip()]
    total = [w for w in words[:1] if is_total(w)]
    lone = words if len(words) == 1 and not any(c.fault for c in cells.values()) else []
    if name.fault:
        found.problem(table.name, row, names, *name.fault)
    elif total:
        found.note(table.name, f"“{total[0]}” is a row of sums, and is not read", row)
    elif lone and (gap or not plain(name.text)):
        found.note(table.name, f"taken for a note: “{lone[0][:60]}”", row)
    elif not plain(name.text):
        if not all(c.fault for c in cells.values()):
            found.problem(table.name, row, names, "the row has no name", "write what it holds into this cell")
    else:
        return True
    for column, cell in cells.items():
        if cell.fault and column != names and not total:
            found.problem(table.name, row, column, *cell.fault)
    found.leave_row(table, row, headings)
    return False


def _name_doubles(table: Table, places: list[tuple[int, int, str]], found: Found) -> None:
    first: dict[str, tuple[int, int]] = {}
    for row, column, label in places:
        if was := first.get(label.casefold()):
            place = found.place("", *was).removeprefix(f"{found.file}: ")
            found.problem(table.name, row, column, f"“{label}” stands in {place}, too", "rename one of them, or take one out; where both hold the same, that was kept")  # fmt: skip
        first.setdefault(label.casefold(), (row, column))


def _themes(table: Table, rows: list[int], column: int | None, found: Found) -> dict[int, str]:
    """The question of each row: the one written beside it, or the last above it; people write it once, or merge the cells."""
    themes, last = {}, ""
    for row in rows if column else ():
        words = plain(table.rows[row].get(column or 0, Cell("")).text)
        last = words or last
        themes[row] = last
    if column and len(set(themes.values())) < len(themes):
        found.note(table.name, "a question stands for the rows below it as far as the next", 0, column)
    return themes


def _take_row(
    table: Table,
    row: int,
    names: int,
    way: str,
    about: dict[str, int],
    themes: dict[int, str],
    columns: dict[int, str],
    found: Found,
) -> None:
    cells = table.rows[row]
    said = {m: sound(found, table, row, column, m) for m, column in about.items() if m != "question"}
    said |= {"question": themes[row]} if "question" in about else {}
    more = {"coder": said.pop("coder", "")}
    label = plain(cells[names].text)
    label = found.source(label, **said) if way == "sources" else found.label(found.propositions, label, **said)
    for column, heading in columns.items():
        other = found.label(found.propositions, heading) if way == "sources" else found.source(heading)
        cell = cells.get(column, Cell(""))
        if cell.fault:
            found.problem(table.name, row, column, *cell.fault)
            found.leave(table.name, row, column, cell, heading)
        elif plain(cell.text):
            reading = Reading(table.name, row, column, label, other, plain(cell.text), other, {k: v for k, v in more.items() if v})  # fmt: skip
            found.readings.append(reading if way == "sources" else replace(reading, source=other, proposition=label))
        else:
            found.blank.append((table.name, column))
