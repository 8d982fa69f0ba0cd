"""Sources ↔ BibTeX, with the fields of BibLaTeX."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

from analysis.exchange import intake, latex
from analysis.exchange.fields import (
    BIBTEX_ALIASES,
    BIBTEX_FIELDS,
    BIBTEX_TYPES,
    TYPES,
    VERBATIM,
    Record,
    days,
    in_digits,
    iso,
)
from analysis.exchange.losses import Loss, some

_ESCAPED = {"{": r"\lbrace{}", "}": r"\rbrace{}", "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {c: f"\\{c}" for c in "%&$#_"}  # fmt: skip
_LIGATURES = re.compile(r"-(?=-)|`(?=`)|'(?=')|[?!](?=`)|,(?=,)|<(?=<)|>(?=>)")


def written(records: list[Record]) -> str:
    return "\n".join(_entry(r) for r in records)


def _entry(record: Record) -> str:
    kind, subtype = BIBTEX_TYPES.get(record["type"], ("misc", record["type"]))
    fields = {"entrysubtype": subtype} if subtype else {}
    for variable, (name, *_) in BIBTEX_FIELDS.items():
        if variable in record:
            name = "booktitle" if variable == "container-title" and kind.startswith("in") else name
            fields[name] = _address(str(record[variable])) if name in VERBATIM else _tex(str(record[variable]))
    fields |= {r: " and ".join(map(_tex_name, record[r])) for r in _BIBTEX_ROLES if r in record}
    issued, accessed = days(record.get("issued")), days(record.get("accessed"))
    span = (record.get("issued") or {}).get("date-parts", [])
    fields |= {"date": "/".join(map(in_digits, span))} if len(span) == 2 else {}
    fields |= {k: str(n) for k, n in zip(("year", "month", "day"), issued, strict=False)}
    fields |= {"urldate": in_digits(accessed)} if accessed else {}
    body = "".join(f"  {k} = {{{v}}},\n" for k, v in fields.items())
    return f"@{kind}{{{record['id']},\n{body}}}\n"


_BIBTEX_ROLES = ("author", "editor", "translator")


def _address(words: str) -> str:
    """An address, which BibLaTeX takes as it stands: only what would end the field is written by its number."""
    return re.sub(r"[\\{}]", lambda m: f"%{ord(m[0]):02X}", words)


def _tex(words: str) -> str:
    """The words as LaTeX says them; what is no ASCII stays, as BibLaTeX and Biber read it."""
    return _LIGATURES.sub(r"\g<0>{}", "".join(_ESCAPED.get(c, c) for c in words))


def _tex_name(name: dict[str, str]) -> str:
    """A name as “von Last, Jr, First”; what holds a comma, a blank or an “and” inside one part is in braces."""
    if "family" not in name:
        return "{" + _tex(name.get("literal") or name.get("given", "")) + "}"
    family = _tex(name["family"])
    last = f"{{{family}}}" if re.search(r"[\s,]", family) or not family[:1].isupper() else family
    last = " ".join(filter(None, [_tex(name.get("non-dropping-particle", "")), last]))
    given = re.sub(r"\S*,\S*|\band\b", r"{\g<0>}", _tex(name.get("given", "")))
    return ", ".join(filter(str.strip, [last, _tex(name.get("suffix", "")), given]))


def read(raw: bytes) -> tuple[list[Record], list[Loss]]:
    import bibtexparser
    from bibtexparser import middlewares

    stack = [
        middlewares.ResolveStringReferencesMiddleware(True), middlewares.RemoveEnclosingMiddleware(True),
        middlewares.SeparateCoAuthors(True), middlewares.SplitNameParts(True),
    ]  # fmt: skip
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it cannot read is reported below
    # bibtexparser 2.1 drops a macro with which a name begins after an “and”; empty braces before it print nothing and keep it.
    text = re.sub(r"(\sand\s+)(?=\\)", r"\1{}", intake.text_of(raw), flags=re.IGNORECASE)
    library = bibtexparser.parse_string(text, parse_stack=stack)
    failed = [f"line {(b.start_line or 0) + 1}: {str(b.error) or 'no end is found'}" for b in library.failed_blocks]
    losses = some("entry that is not read", failed, "mend it, or give it a key of its own, and import again")
    found = [_from_bibtex(e) for e in library.entries]
    unknown = [f"{record['id']}: {field}" for record, odd, _ in found for field in odd]
    unread = [f"{record['id']}: {words}" for record, _, tex in found for words in dict.fromkeys(tex)]
    return [r for r, *_ in found], [
        *losses,
        *some("field of BibTeX", unknown, "a source has no place for it; left out"),
        *some("LaTeX that is not read", unread, "kept as it stands; write into sources.json what is to be shown"),
    ]


def _from_bibtex(entry: Any) -> tuple[Record, list[str], list[str]]:
    """The record of an entry, its fields that have no place in one, and the LaTeX in it that is not read."""
    values = {f.key.lower(): f.value for f in entry.fields}
    variables = {name: variable for variable, names in BIBTEX_FIELDS.items() for name in names}
    record: Record = {"id": entry.key, "type": _type_of(entry.entry_type.lower(), values)}
    odd: list[str] = []
    unread: list[str] = []

    def text(words: str) -> str:
        plain, kept = latex.plain(words)
        unread.extend(kept)
        return plain

    for name, value in values.items():
        known = variables.get(name)
        if name in _BIBTEX_ROLES and isinstance(value, list):
            record[name] = [_from_tex_name(n, text) for n in value if not _is_et_al(n)]
            odd += [f"{name}: and others"] if any(map(_is_et_al, value)) else []
        elif isinstance(value, str) and known and known not in record and " # " not in value:
            record[known] = re.sub(r"\\([_%&#~{}])", r"\1", value) if name in VERBATIM else text(value)
        elif name not in ("year", "month", "day", "date", "urldate", "entrysubtype"):
            odd.append(name)
    issued, accessed = _bibtex_date(values), iso(str(values.get("urldate", "")))
    record |= {"issued": issued} if issued else {}
    record |= {"accessed": {"date-parts": [accessed]}} if accessed else {}
    odd += ["urldate"] if "urldate" in values and not accessed else []
    return record, odd, unread


def _type_of(kind: str, values: dict[str, Any]) -> str:
    subtype = values.get("entrysubtype", "")
    if subtype in TYPES:
        return str(subtype)
    known = {pair: csl for csl, pair in BIBTEX_TYPES.items()}
    return known.get((kind, subtype)) or known.get((kind, "")) or BIBTEX_ALIASES.get(kind, "document")


def _is_et_al(name: Any) -> bool:
    """Whether a name is the “others” of “and others”, who are nobody."""
    return (name.von, name.last, name.jr, name.first) == ([], ["others"], [], [])


def _from_tex_name(name: Any, text: Callable[[str], str]) -> dict[str, str]:
    """A name from its parts; one that is wholly in braces is the name of a body."""
    von, last, jr, first = (" ".join(part) for part in (name.von, name.last, name.jr, name.first))
    if not (von or jr or first) and re.fullmatch(r"\{.*\}", last, re.DOTALL):
        return {"literal": text(last)}
    parts = {"family": last, "given": first, "non-dropping-particle": von, "suffix": jr}
    return {k: text(v) for k, v in parts.items() if v}


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _bibtex_date(values: dict[str, Any]) -> Record:
    """The date of an entry; in words, if there is more to it than numbers."""
    words = next((w for k in ("date", "year") if (w := str(values.get(k, "")).strip())), "")
    ends = [iso(end) for end in str(values.get("date", "")).split("/")]
    if len(ends) == 2 and all(ends) and ends[0] < ends[1]:
        return {"date-parts": ends}
    known = iso(str(values.get("date", ""))) or _of_parts(values)
    return {"date-parts": [known]} if known else {"literal": words} if words else {}


def _of_parts(values: dict[str, Any]) -> list[int]:
    """The date of the fields year, month and day."""
    month = str(values.get("month", "")).strip().lower()
    number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else int(month) if re.fullmatch(r"0?[1-9]|1[0-2]", month) else None  # fmt: skip
    year, day = str(values.get("year", "")).strip(), str(values.get("day", "")).strip()
    if not re.fullmatch(r"-?\d{1,4}", year):
        return []
    known = [int(year), *([number] if number else [])]
    return [*known, int(day)] if number and re.fullmatch(r"[1-9]|[12]\d|3[01]", day) else known
