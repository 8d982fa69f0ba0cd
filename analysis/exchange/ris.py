"""Sources ↔ RIS."""

from __future__ import annotations

from analysis.exchange import intake
from analysis.exchange.fields import RIS_LISTS, RIS_NAMES, RIS_TEXTS, RIS_TYPES, Record, days, in_digits, iso
from analysis.exchange.losses import Loss, some


def written(records: list[Record]) -> str:
    import rispy

    return str(rispy.dumps([_reference(r) for r in records])) + "\n"


def _reference(record: Record) -> Record:
    texts = {k: str(record[v]) for v, (k, *_) in RIS_TEXTS.items() if v in record}
    lists = {k: [str(record[v])] for v, k in RIS_LISTS.items() if v in record}
    names = {k: [_ris_name(n) for n in record[v]] for v, k in RIS_NAMES.items() if v in record}
    found: Record = (
        {"type_of_reference": RIS_TYPES.get(record["type"], "GEN"), "id": record["id"]} | texts | lists | names
    )
    if issued := days(record.get("issued")):
        found |= {"year": str(issued[0]), "date": in_digits(issued, "/")}
    if accessed := days(record.get("accessed")):
        found["access_date"] = in_digits(accessed, "/")
    start, _, end = str(record.get("page", "")).replace("–", "-").partition("-")
    found |= {k: v for k, v in (("start_page", start), ("end_page", end)) if v}
    found |= {"issn": record.get("ISBN") or record["ISSN"]} if record.keys() & {"ISBN", "ISSN"} else {}
    return {k: [_one_line(v) for v in value] if isinstance(value, list) else _one_line(value) for k, value in found.items()}  # fmt: skip


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _ris_name(name: dict[str, str]) -> str:
    if "family" not in name:
        return name.get("literal") or name.get("given", "")
    family = " ".join(filter(None, [name.get("non-dropping-particle"), name["family"]]))
    return ", ".join(filter(None, [family, name.get("given", ""), name.get("suffix")]))


def read(raw: bytes) -> tuple[list[Record], list[Loss]]:
    import rispy

    try:
        references = rispy.loads(intake.text_of(raw))
    except (OSError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"this is not RIS: {error}; export it again") from None
    found = [_from_ris(r, f"record {i + 1}") for i, r in enumerate(references)]
    tags = {name: tag for tag, name in rispy.TAG_KEY_MAPPING.items()}
    unknown = [f"{record['id']}: {tags.get(field, field)}" for record, odd in found for field in odd]
    return [r for r, _ in found], some("field of RIS", unknown, "a source has no place for it; left out")


def _from_ris(reference: Record, place: str) -> tuple[Record, list[str]]:
    """The record of a reference, and its fields that have no place in one."""
    left = dict(reference)
    kinds = {ris: csl for csl, ris in RIS_TYPES.items()}
    record: Record = {"id": left.pop("id", place), "type": kinds.get(left.pop("type_of_reference", ""), "document")}
    others_tags = left.pop("unknown_tag", {})
    for variable, names in RIS_TEXTS.items():
        if name := next((n for n in names if left.get(n)), None):
            record[variable] = left.pop(name)
    for variable, name in RIS_LISTS.items():
        if left.get(name):
            first, *others = left.pop(name)
            record[variable] = first if variable == "URL" else "; ".join([first, *others])
            left |= {name: others} if variable == "URL" and others else {}
    of_book = "title" if record["type"] in ("book", "manuscript") else "container-title"
    if of_book not in record and others_tags.get("BT"):
        record[of_book] = others_tags["BT"].pop(0)
    left["secondary_authors"] = [*left.get("secondary_authors", []), *others_tags.pop("ED", [])]
    left["authors"] = [*left.pop("first_authors", []), *left.get("authors", [])]
    for variable, name in RIS_NAMES.items():
        if people := left.pop(name, None):
            record[variable] = [_from_ris_name(n) for n in people]
    issued, odd_dates = _issued({k: w for k in ("date", "year", "publication_year") if (w := left.pop(k, "").strip())})
    accessed = iso(left.get("access_date", ""))
    record |= {"issued": issued} if issued else {}
    record |= {"accessed": {"date-parts": [accessed]}} if accessed else {}
    left.pop("access_date" if accessed else "", None)
    pages = [left.pop(k, "") for k in ("start_page", "end_page")]
    record |= {"page": "-".join(filter(None, pages))} if any(pages) else {}
    if number := left.pop("issn", None):
        record["ISBN" if record["type"] in ("book", "chapter") else "ISSN"] = number
    return record, [*left, *odd_dates, *(tag for tag, values in others_tags.items() if values)]


_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}


def _issued(dates: dict[str, str]) -> tuple[Record, list[str]]:
    """Of the dates of a reference the one that says most, and the names of those that say something else."""
    read = {name: _date(words) for name, words in dates.items()}
    known = [date for date, _ in read.values() if date]
    if not known:
        name = next((n for n in ("year", *dates) if n in dates), "")
        return {"literal": dates[name]} if name else {}, [n for n in dates if dates[n] != dates[name]]
    most = max(known, key=lambda date: (len(date["date-parts"][0]), "season" in date))
    return most, [name for name, (date, more) in read.items() if more or not _is_part(date, most)]


def _date(words: str) -> tuple[Record, str]:
    """The date of “1996/03/12/Spring”, each part of which may be empty, and what else stands in its last part."""
    parts = words.split("/", 3)
    more = parts[3].strip() if len(parts) > 3 else ""
    found, season = iso("/".join(parts[:3])), _SEASONS.get(more.lower())
    if not found:
        return {}, ""
    return {"date-parts": [found]} | ({"season": season} if season else {}), "" if season else more


def _is_part(date: Record, most: Record) -> bool:
    """Whether a date says nothing that the other does not."""
    [parts] = date.get("date-parts", [[None]])
    return parts == most["date-parts"][0][: len(parts)] and date.get("season", most.get("season")) == most.get("season")


def _from_ris_name(words: str) -> dict[str, str]:
    family, comma, rest = words.partition(", ")
    given, _, suffix = rest.partition(", ")
    if not comma:
        return {"literal": words}
    return {k: v for k, v in (("family", family), ("given", given), ("suffix", suffix)) if v}
