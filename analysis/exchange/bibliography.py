"""Sources ↔ CSL-JSON, BibTeX (with the fields of BibLaTeX) and RIS.

CSL-JSON is what `sources.json` is written in, so it carries a source whole.  The other two are read back as soon as they are
written, and what does not come back as it was is a loss.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import bibtex, folders, intake, ris
from analysis.exchange.fields import DATES, NAMES, NUMBERS, TEXTS, TYPES, Record, iso
from analysis.exchange.losses import Loss, some
from analysis.reading import Document, validated
from analysis.schemas import UNDATED, Notes, Source, are_date_parts, in_numbers

SOURCES_ONLY = "a bibliography holds the sources and nothing else"


def dump(debate: Debate, coder: str = REFERENCE, form: str = "csl") -> tuple[bytes, list[Loss]]:
    """The sources as `form`: csl, bibtex or ris."""
    records = {key: s.model_dump(mode="json", by_alias=True, exclude_none=True) for key, s in debate.sources.items()}
    sound, odd = _all_sound(records.values())
    text = _WRITE[form](sound)
    raw = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    back = {r["id"]: r for r in _READ[form](raw)[0]}
    changed = [f"{r['id']}: {_named(k)}" for r in sound for k in r if r[k] != back.get(r["id"], {}).get(k)]
    losses = odd + some("field of a source", changed, f"{form} has no place for it, or holds it in another form")
    kept = [counted(len(debate.codebook.propositions), "proposition"), counted(len(debate.codings), "coding")]
    return raw, [*losses, Loss("part of the debate beside its sources", tuple(kept), SOURCES_ONLY)]


def load(raw: bytes | dict[str, bytes], form: str = "csl") -> tuple[tuple[Source, ...], list[Loss]]:
    """The sources of a bibliography; what a source needs and the file does not say is a placeholder, and a loss."""
    records, losses = _READ[form](intake.one_file(raw))
    if not records:
        raise ValueError("the file has no record that can be read; is it of this format?")
    sound, odd = _all_sound(records)
    ids, labels = folders.Ids(), Counter[str]()
    sources, made_up, bare, undated = [], [], [], []
    for i, record in enumerate(sound):
        name = str(record.get("id", f"record {i + 1}"))
        made = _placeholders(record)
        if not record.get("issued", {}).get("date-parts"):
            undated.append(": ".join([name, *map(str, record.pop("issued", {}).values())]))
        record = record | made
        notes = _own_notes(record)
        made_up += [f"{name}: {_named(field)}" for field in made]
        bare += [] if notes else [f"{name}: {_named('custom')}"]
        record["custom"] = _labelled(notes or _placeholder_notes(record), labels)
        record["id"] = ids.of(name, words=_author_and_year(record) if "://" in name else "")
        document = Document(record["id"], lines={(): 0})
        if source := validated(Source, document, record):
            sources.append(source)
        losses += some("record that is no source", map(str, document.problems), "it is not read")
    why = f"a source needs it and the file does not have it; written as “{folders.TO_DO}”"
    return tuple(sources), [
        *losses,
        *odd,
        *some("field made up", made_up, why),
        *some(
            "source with notes made up",
            bare,
            f"the label is made of authors and year, unless a sheet names it; the rest is “{folders.TO_DO}”",
        ),
        *some("year of a source", undated, "the file has none that can be read; left out, and shown as “n.d.”"),
        *folders.renamed("source", ids),
    ]


def _named(field: str) -> str:
    return "notes on it (label, genre, addressee, evidence)" if field == "custom" else field


def _placeholders(record: Record) -> Record:
    """What a source needs, for a record without it."""
    found: Record = {"title": folders.TO_DO, "type": "document", "author": [{"literal": folders.TO_DO}]}
    return {k: v for k, v in found.items() if not record.get(k)}


def _own_notes(record: Record) -> Record | None:
    """The notes on a source that it brings, if they are such notes."""
    try:
        return Notes.model_validate(record.get("custom")).model_dump(exclude_none=True)
    except ValueError:
        return None


def _placeholder_notes(record: Record) -> Record:
    label = f"{_authors(record)} {_year(record) or UNDATED}"
    return {"label": label} | dict.fromkeys(("genre", "addressee", "evidence"), folders.TO_DO)


def _authors(record: Record) -> str:
    """The authors as a citation names them: of two both, of more the first."""
    first, *others = map(_name, record["author"])
    return f"{first} et al." if len(others) > 1 else " and ".join([first, *others])


def _author_and_year(record: Record) -> str:
    """The first author, in 40 letters at most if whole words allow, and the year if there is one: what an id can be made of."""
    who = _name(record["author"][0])
    short = re.sub(r"[ ,]+(and|of|the|for|on|in)$", "", textwrap.shorten(who, 40, placeholder=""))
    return f"{short or who} {_year(record)}"


def _name(name: Record) -> str:
    family = [name[k] for k in ("non-dropping-particle", "family") if name.get(k)]
    return " ".join(family) or name.get("literal") or folders.TO_DO


def _year(record: Record) -> str:
    return str(record["issued"]["date-parts"][0][0]) if "issued" in record else ""


def _labelled(notes: Record, labels: Counter[str]) -> Record:
    """The notes with a label that no other source has."""
    labels[notes["label"]] += 1
    n = labels[notes["label"]]
    return notes | ({"label": f"{notes['label']} ({n})"} if n > 1 else {})


# Records that are as CSL defines them


def _all_sound(records: Iterable[Record]) -> tuple[list[Record], list[Loss]]:
    """The records with what CSL defines, and the loss of all else."""
    kept, odd = [], []
    for i, record in enumerate(records):
        sound = {k: v for k, v in record.items() if _is_sound(k, v)}
        kept.append(sound)
        odd += [f"{record.get('id', i)}: {k}" for k in record if k not in sound]
    return kept, some("field that CSL does not define so", odd, "left out")


def _is_sound(key: str, value: Any) -> bool:
    text = isinstance(value, str)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if key in NAMES:
        return isinstance(value, list) and bool(value) and all(_is_name(n) for n in value)
    if key in DATES:
        return isinstance(value, dict) and _is_date(value)
    if key == "type":
        return text and value in TYPES
    if key in ("custom", "categories"):
        return isinstance(value, dict if key == "custom" else list)
    return (text and key in TEXTS) or ((text or number) and key in NUMBERS)


def _is_name(name: Any) -> bool:
    parts = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"}
    flags = {"comma-suffix", "static-ordering", "parse-names"}
    return isinstance(name, dict) and bool(name) and all(k in flags or (k in parts and isinstance(v, str)) for k, v in name.items())  # fmt: skip


def _is_date(date: Record) -> bool:
    return date.keys() <= {"date-parts", "season", "circa", "literal", "raw", "edtf"} and (
        "date-parts" not in date or are_date_parts(date["date-parts"])
    )


# CSL-JSON


def _csl(records: list[Record]) -> str:
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _read_csl(raw: bytes) -> tuple[list[Record], list[Loss]]:
    records = [_plain(r) for r in intake.shaped(list[Record], intake.values_of(raw))]
    worded = {i: date for i, r in enumerate(records) if (date := _out_of_words(r.get("issued")))}
    read = [
        f"{records[i].get('id', f'record {i + 1}')}: “{words}” is {'-'.join(f'{n:02}' for n in days)}"
        for i, (words, days) in worded.items()
    ]
    for i, (_, days) in worded.items():
        records[i]["issued"] |= {"date-parts": [days]}
    return records, some(
        "date of a source read from words", read, "the words are kept beside it; correct it if they mean another"
    )


_FOUR_DIGITS = re.compile(r"(?<!\w)[0-9]{4}(?!\w)")
_NO_ONE_YEAR = re.compile(  # of spans, open or not, and of guesses
    r"[0-9]{4}\s*([-–—/?]|(to|or|and|until|bis)\b)|([-–—]|\b(before|after|since|until|from|to|or|vor|nach|seit|bis|avant|après|depuis))\s*[0-9]{4}",
    re.IGNORECASE,
)


def _out_of_words(date: Any) -> tuple[str, list[int]] | None:
    """The words of a date that has no numbers, and the year they state, alone or with month and day.

    None of a span, and of words that hold more years than one: which of them is meant nobody can tell.
    """
    if not isinstance(date, dict) or not _is_date(date) or date.get("date-parts"):
        return None
    words = next((w for k in ("literal", "raw") if isinstance(w := date.get(k), str) and w.strip()), "")
    days, years = iso(words), _FOUR_DIGITS.findall(words)
    if days and len(years) == 1 and "/" not in words:
        return (words, days) if all(1 <= n <= most for n, most in zip(days[1:], (12, 31), strict=False)) else None
    return (words, [int(years[0])]) if len(years) == 1 and not _NO_ONE_YEAR.search(words) else None


def _plain(record: Record) -> Record:
    """The record with its id as text and its dates in numbers: CSL allows either for both, and Zotero writes a year as text."""
    ids = {"id": str(record["id"])} if "id" in record else {}
    return record | ids | {k: in_numbers(record[k]) for k in DATES if k in record}


_WRITE = {"csl": _csl, "bibtex": bibtex.written, "ris": ris.written}
_READ = {"csl": _read_csl, "bibtex": bibtex.read, "ris": ris.read}
