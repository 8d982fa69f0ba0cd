"""Sources ↔ RIS."""

from __future__ import annotations

from analysis.exchange import intake
from analysis.exchange.fields import RIS_LISTS, RIS_NAMES, RIS_TEXTS, RIS_TYPES, Record, days, iso
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
        found |= {"year": str(issued[0]), "date": "/".join(f"{n:02}" for n in issued)}
    if accessed := days(record.get("accessed")):
        found["access_date"] = "/".join(f"{n:02}" for n in accessed)
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
    unknown = [f"{record['id']}: {field}" for record, odd in found for field in odd]
    return [r for r, _ in found], some("field of RIS", unknown, "a source has no place for it; left out")


def _from_ris(reference: Record, place: str) -> tuple[Record, list[str]]:
    """The record of a reference, and its fields that have no place in one."""
    left = dict(reference)
    kinds = {ris: csl for csl, ris in RIS_TYPES.items()}
    record: Record = {"id": left.pop("id", place), "type": kinds.get(left.pop("type_of_reference", ""), "document")}
    for variable, names in RIS_TEXTS.items():
        if name := next((n for n in names if left.get(n)), None):
            record[variable] = left.pop(name)
    for variable, name in RIS_LISTS.items():
        if left.get(name):
            first, *others = left.pop(name)
            record[variable] = first if variable == "URL" else "; ".join([first, *others])
            left |= {name: others} if variable == "URL" and others else {}
    left["authors"] = [*left.pop("first_authors", []), *left.get("authors", [])]
    for variable, name in RIS_NAMES.items():
        if people := left.pop(name, None):
            record[variable] = [_from_ris_name(n) for n in people]
    issued = iso(left.get("date", "")) or iso(left.get("year", "")) or iso(left.get("publication_year", ""))
    accessed = iso(left.get("access_date", ""))
    record |= {"issued": {"date-parts": [issued]}} if issued else {}
    record |= {"accessed": {"date-parts": [accessed]}} if accessed else {}
    for name in ("date", "year", "publication_year") if issued else ():
        left.pop(name, None)
    left.pop("access_date" if accessed else "", None)
    pages = [left.pop(k, "") for k in ("start_page", "end_page")]
    record |= {"page": "-".join(filter(None, pages))} if any(pages) else {}
    if number := left.pop("issn", None):
        record["ISBN" if record["type"] in ("book", "chapter") else "ISSN"] = number
    odd = [k for k in left if k not in ("unknown_tag", "authors")]
    return record, [*odd, *left.get("unknown_tag", {})]


def _from_ris_name(words: str) -> dict[str, str]:
    family, comma, rest = words.partition(", ")
    given, _, suffix = rest.partition(", ")
    if not comma:
        return {"literal": words}
    return {k: v for k, v in (("family", family), ("given", given), ("suffix", suffix)) if v}
