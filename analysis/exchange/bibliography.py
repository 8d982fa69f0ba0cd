"""Sources ↔ CSL-JSON, BibTeX (with the fields of BibLaTeX) and RIS.

CSL-JSON is what `sources.json` is written in, so it carries a source whole.  The other two are read back as soon as they are
written, and what does not come back as it was is a loss.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import bibtex, folders, intake, ris
from analysis.exchange.fields import DATES, NAMES, NUMBERS, STATUSES, TEXTS, TYPES, Record, date_in_words, date_of
from analysis.exchange.losses import Loss, some
from analysis.reading import Document, validated
from analysis.schemas import UNDATED, Notes, Source, are_date_parts, in_numbers

SOURCES_ONLY = "a bibliography holds the sources and nothing else"


def dump(debate: Debate, coder: str = REFERENCE, form: str = "csl") -> tuple[bytes, list[Loss]]:
    """The sources as `form`: csl, bibtex or ris."""
    records = [s.model_dump(mode="json", by_alias=True, exclude_none=True) for s in debate.sources.values()]
    unfilled = [f"{r['id']}: {_named(k, what)}" for r in records for k, what in _unfilled(r).items()]
    sound, odd = _all_sound(map(_filled, records))
    text = _WRITE[form](sound)
    raw = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    back = {r["id"]: r for r in _READ[form](raw)[0]}
    changed = [f"{r['id']}: {_named(k)}" for r in sound for k in r if r[k] != back.get(r["id"], {}).get(k)]
    losses = odd + some("field of a source", changed, f"{form} has no place for it, or holds it in another form")
    kept = [counted(len(debate.codebook.propositions), "proposition"), counted(len(debate.codings), "coding")]
    return raw, [
        *some("field of a source that nobody has filled in", unfilled, f"it says “{folders.TO_DO}”, which is not true of the text; left out"),
        *losses,
        Loss("part of the debate beside its sources", tuple(kept), SOURCES_ONLY),
    ]  # fmt: skip


def load(raw: bytes | dict[str, bytes], form: str = "csl") -> tuple[tuple[Source, ...], list[Loss]]:
    """The sources of a bibliography; what a source needs and the file does not say is a placeholder, and a loss."""
    records, losses = _READ[form](intake.one_file(raw))
    if not records:
        raise ValueError("the file has no record that can be read; is it of this format?")
    sound, odd = _all_sound(records)
    ids, labels = folders.Ids(), Counter[str]()
    sources, told = [], _Told()
    for i, found in enumerate(sound):
        name = str(found.get("id", f"record {i + 1}"))
        record = _complete(_dated(found, name, told), name, told)
        record["custom"] = _labelled(record["custom"], labels)
        record["id"] = ids.of(name, words=_author_and_year(record) if "://" in name else "")
        document = Document(record["id"], lines={(): 0})
        if source := validated(Source, document, record):
            sources.append(source)
        losses += some("record that is no source", map(str, document.problems), "it is not read")
    return tuple(sources), [*losses, *odd, *told.losses(), *folders.renamed("source", ids)]


@dataclass
class _Told:
    """What is to be said of the records that were read: each thing with the name of its record."""

    made_up: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    of_nobody: list[str] = field(default_factory=list)
    worded: list[str] = field(default_factory=list)
    unpublished: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)

    def losses(self) -> list[Loss]:
        why = f"a source needs it and the file does not have it; written as “{folders.TO_DO}”"
        bare = f"the label is made of authors and year, unless a sheet names it; the rest is “{folders.TO_DO}”"
        worded = "the words are kept beside it, and of a span the first year is shown; correct it if they mean another"
        return [
            *some("field made up", self.made_up, why),
            *some("source with notes made up", self.bare, bare),
            *some("source without an author", self.of_nobody, "none is made up; the label names the editors or, without any, the title or the id"),
            *some("date of a source read from words", self.worded, worded),
            *some("source that is not out yet", self.unpublished, "kept as its status; it has no year, and where one is shown stands “n.d.”"),
            *some("year of a source", self.undated, "the file has none that can be read; left out, and shown as “n.d.”"),
        ]  # fmt: skip


def _dated(record: Record, name: str, told: _Told) -> Record:
    """The record with a date in numbers, if its own or the words of it state one; of a text that is not out yet, its status."""
    date = record.get("issued", {})
    if date.get("date-parts"):
        return record
    rest, words = {k: v for k, v in record.items() if k != "issued"}, _words_of(date)
    if found := _out_of_words(words):
        told.worded.append(f"{name}: “{words}” is {date_in_words(found)}")
        return rest | {"issued": date | found}
    if words.lower() in STATUSES and record.get("status", words) == words:
        told.unpublished.append(f"{name}: {words}")
        return {"status": words} | rest
    told.undated.append(": ".join([name, *map(str, date.values())]))
    return rest


def _complete(record: Record, name: str, told: _Told) -> Record:
    """The record with all that a source needs: placeholders where the file does not say it."""
    made = {k: v for k, v in {"title": folders.TO_DO, "type": "document"}.items() if not record.get(k)}
    told.made_up += [f"{name}: {k}" for k in made]
    told.of_nobody += [] if record.get("author") else [name]
    record = record | made
    open_notes = dict.fromkeys(_NOTES, folders.TO_DO)
    if notes := _own_notes(open_notes, record.get("custom")):
        told.made_up += [f"{name}: {k}" for k in _NOTES if k not in record["custom"]]
        return record | {"custom": notes}
    told.bare.append(f"{name}: {_named('custom')}")
    return record | {"custom": {"label": _label(record)} | open_notes}


_NOTES = ("genre", "addressee", "evidence")


def _named(name: str, parts: str = "label, genre, addressee, evidence") -> str:
    return f"notes on it ({parts})" if name == "custom" else name


def _own_notes(made_up: Record, brought: Any) -> Record | None:
    """The notes on a source that it brings, if they are such notes, and what is made up for those that it does not bring."""
    try:
        return Notes.model_validate(made_up | brought).model_dump(exclude_none=True)
    except (ValueError, TypeError):
        return None


# “to do”, which is no fact about a text


def _unfilled(record: Record) -> dict[str, str]:
    """The fields of a record that are still to be filled in, and which parts of them."""
    filled = _filled(record)
    apart = [k for k in record.get("custom", {}) if k not in filled.get("custom", {})]
    return {k: ", ".join(apart if k == "custom" else ()) for k in record if record[k] != filled.get(k)}


def _filled(record: Record) -> Record:
    """The record without what is still to be filled in."""
    kept = {k: _filled_in(v) for k, v in record.items()}
    return {k: v for k, v in kept.items() if v != folders.TO_DO and (v or v == record[k])}


def _filled_in(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if v != folders.TO_DO}
    if isinstance(value, list):
        return [v for v in map(_filled_in, value) if v != {}]
    return value


# What a source is called


def _label(record: Record) -> str:
    status = record.get("status", "")
    return f"{_authors(record)} {_year(record) or (status if status.lower() in STATUSES else UNDATED)}"


_LONGEST = 40  # letters of a title or a body that a label or an id is made of, where whole words allow


def _authors(record: Record) -> str:
    """Who a citation names: the authors or, without any, the editors, of two both, of more the first; or else the title; or else the id."""
    people = record.get("author") or record.get("editor")
    title = record["title"] if record["title"] != folders.TO_DO else str(record.get("id") or folders.TO_DO)
    return short_names(people) if people else _first_words(title)


def _first_words(title: str) -> str:
    """As much of a title as makes a name; of one without blanks, as Chinese has it, as many letters."""
    short = textwrap.shorten(title, _LONGEST, placeholder="…")
    return short if short not in ("", "…") else f"{title[:_LONGEST]}…"


def short_names(people: Sequence[Record]) -> str:
    """The people as a citation names them: of two both, of more the first."""
    first, *others = map(_name, people)
    return f"{first} et al." if len(others) > 1 else " and ".join([first, *others])


def _author_and_year(record: Record) -> str:
    """The first author, in 40 letters at most if whole words allow, and the year if there is one: what an id can be made of."""
    people = record.get("author") or record.get("editor")
    who = _name(people[0]) if people else record["title"]
    short = re.sub(r"[ ,]+(and|of|the|for|on|in)$", "", textwrap.shorten(who, _LONGEST, placeholder=""))
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
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) != float("inf")  # 1e999
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
    return [_plain(r) for r in intake.shaped(list[Record], intake.values_of(raw))], []


_FOUR_DIGITS = re.compile(r"(?<!\w)[0-9]{4}(?!\w)")
_NO_ONE_YEAR = re.compile(  # of spans, open or not, and of guesses
    r"[0-9]{4}\s*([-–—/?]|(to|or|and|until|bis)\b)|([-–—]|\b(before|after|since|until|from|to|or|vor|nach|seit|bis|avant|après|depuis))\s*[0-9]{4}",
    re.IGNORECASE,
)


def _words_of(date: Record) -> str:
    return next((w.strip() for k in ("literal", "raw") if isinstance(w := date.get(k), str) and w.strip()), "")


def _out_of_words(words: str) -> Record:
    """What the words of a date state in numbers: all of it, or its one year.

    Nothing of words that hold more years than one and are no plain span: which of them is meant nobody can tell.
    """
    years = _FOUR_DIGITS.findall(words)
    one = [[int(years[0])]] if len(years) == 1 and not _NO_ONE_YEAR.search(words) else []
    return date_of(words) or ({"date-parts": one} if one else {})


def _plain(record: Record) -> Record:
    """The record with its id as text and its dates in numbers: CSL allows either for both, and Zotero writes a year as text."""
    ids = {"id": str(record["id"])} if "id" in record else {}
    return record | ids | {k: in_numbers(record[k]) for k in DATES if k in record}


_WRITE = {"csl": _csl, "bibtex": bibtex.written, "ris": ris.written}
_READ = {"csl": _read_csl, "bibtex": bibtex.read, "ris": ris.read}
