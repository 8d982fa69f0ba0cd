"""Sources ↔ CSL-JSON, BibTeX (with the fields of BibLaTeX) and RIS.

CSL-JSON is what `sources.json` is written in, so it carries a source whole.  The other two are read back as soon as they are
written, and what does not come back as it was is a loss.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import bibtex, folders, intake, ris
from analysis.exchange.fields import DATES, NAMES, NUMBERS, TEXTS, TYPES, Record
from analysis.exchange.losses import Loss, some
from analysis.reading import Document, validated
from analysis.schemas import UNDATED, Notes, Source

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
    sources, made_up, undated = [], [], []
    for i, record in enumerate(sound):
        name = str(record.get("id", f"record {i + 1}"))
        made = _placeholders(record)
        if not record.get("issued", {}).get("date-parts"):
            undated.append(": ".join([name, *map(str, record.pop("issued", {}).values())]))
        record = record | made | {"id": ids.of(name)}
        notes = _own_notes(record)
        made_up += [f"{name}: {_named(field)}" for field in (*made, *([] if notes else ["custom"]))]
        record["custom"] = _labelled(notes or _placeholder_notes(record), labels)
        document = Document(record["id"], lines={(): 0})
        if source := validated(Source, document, record):
            sources.append(source)
        losses += some("record that is no source", map(str, document.problems), "it is not read")
    why = f"a source needs it and the file does not have it; written as “{folders.TO_DO}”"
    return tuple(sources), [
        *losses,
        *odd,
        *some("field made up", made_up, why),
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
    name = record["author"][0]
    who = name.get("family") or name.get("literal") or folders.TO_DO
    label = f"{who} {record['issued']['date-parts'][0][0] if 'issued' in record else UNDATED}"
    return {"label": label} | dict.fromkeys(("genre", "addressee", "evidence"), folders.TO_DO)


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
    parts = date.get("date-parts")
    whole = isinstance(parts, list) and 1 <= len(parts) <= 2 and all(isinstance(p, list) and 1 <= len(p) <= 3 and all(type(n) is int for n in p) for p in parts)  # fmt: skip
    return date.keys() <= {"date-parts", "season", "circa", "literal", "raw", "edtf"} and (
        whole or "date-parts" not in date
    )


# CSL-JSON


def _csl(records: list[Record]) -> str:
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def _read_csl(raw: bytes) -> tuple[list[Record], list[Loss]]:
    records = intake.shaped(list[Record], intake.values_of(raw))
    return [_plain(r) for r in records], []


def _plain(record: Record) -> Record:
    """The record with its id as text and its dates in numbers: CSL allows either for both, and Zotero writes a year as text."""
    ids = {"id": str(record["id"])} if "id" in record else {}
    return record | ids | {k: _in_numbers(record[k]) for k in DATES if k in record}


def _in_numbers(date: Any) -> Any:
    if not isinstance(date, dict) or not isinstance(date.get("date-parts"), list):
        return date
    return date | {"date-parts": [[*map(_number, p)] if isinstance(p, list) else p for p in date["date-parts"]]}


def _number(part: Any) -> Any:
    return int(part) if isinstance(part, str) and re.fullmatch(r"-?[0-9]{1,4}", part) else part


_WRITE = {"csl": _csl, "bibtex": bibtex.written, "ris": ris.written}
_READ = {"csl": _read_csl, "bibtex": bibtex.read, "ris": ris.read}
