"""Which field of BibTeX and RIS holds which variable of CSL (1.0.2), and how dates are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]

TYPES = {
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter", "classic",
    "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "figure", "graphic",
    "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture", "musical_score", "pamphlet",
    "paper-conference", "patent", "performance", "periodical", "personal_communication", "post", "post-weblog", "regulation",
    "report", "review", "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
}  # fmt: skip
NAMES = {
    "author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator", "director",
    "editor", "editorial-director", "executive-producer", "interviewer", "illustrator", "organizer", "original-author",
    "performer", "producer", "recipient", "reviewed-author", "translator",
}  # fmt: skip
DATES = {"accessed", "available-date", "container", "event-date", "issued", "original-date", "submitted"}
NUMBERS = {
    "id", "chapter-number", "citation-number", "collection-number", "edition", "first-reference-note-number", "issue", "locator", "number", "number-of-pages",
    "number-of-volumes", "page", "page-first", "part", "printing", "supplement", "volume",
}  # fmt: skip
TEXTS = {
    "language", "journalAbbreviation", "shortTitle", "abstract", "annote", "archive", "archive_collection", "archive_location",
    "archive-place", "authority", "call-number", "citation-label", "collection-title", "container-title",
    "container-title-short", "dimensions", "division", "DOI", "event", "event-place", "genre", "ISAN", "ISBN", "ISCI", "ISMN",
    "ISRC", "ISSN", "ISWC", "jurisdiction", "keyword", "medium", "note", "original-publisher", "original-publisher-place",
    "original-title", "part-title", "PMCID", "PMID", "publisher", "publisher-place", "references", "reviewed-title", "scale",
    "section", "source", "status", "title", "title-short", "translated-title", "translated-title-short", "URL", "version",
    "year-suffix",
}  # fmt: skip

BIBTEX_TYPES = {  # CSL type → entry and subtype
    "article-journal": ("article", ""), "article-magazine": ("article", "magazine"), "article-newspaper": ("article", "newspaper"),
    "book": ("book", ""), "chapter": ("incollection", ""), "paper-conference": ("inproceedings", ""), "webpage": ("online", ""),
    "thesis": ("thesis", ""), "report": ("report", ""), "manuscript": ("unpublished", ""), "document": ("misc", ""),
}  # fmt: skip
BIBTEX_ALIASES = {
    "inbook": "chapter", "conference": "paper-conference", "phdthesis": "thesis", "mastersthesis": "thesis",
    "techreport": "report", "electronic": "webpage", "www": "webpage", "booklet": "pamphlet", "collection": "book",
    "proceedings": "book", "mvbook": "book", "dataset": "dataset", "software": "software", "manual": "report", "patent": "patent",
}  # fmt: skip
BIBTEX_FIELDS = {  # CSL variable → its names in BibTeX and BibLaTeX, the first of which is written
    "title": ("title",), "title-short": ("shorttitle",), "container-title": ("journal", "journaltitle", "booktitle"),
    "collection-title": ("series",), "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"), "volume": ("volume",), "issue": ("number", "issue"), "page": ("pages",),
    "edition": ("edition",), "chapter-number": ("chapter",), "number-of-pages": ("pagetotal",), "number-of-volumes": ("volumes",),
    "DOI": ("doi",), "URL": ("url",), "ISBN": ("isbn",), "ISSN": ("issn",), "language": ("language", "langid"),
    "abstract": ("abstract",), "note": ("note",), "keyword": ("keywords",), "genre": ("type",), "medium": ("howpublished",),
    "status": ("pubstate",),
}  # fmt: skip
VERBATIM = {"doi", "url"}  # read by BibLaTeX as they stand

RIS_TYPES = {
    "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS", "book": "BOOK", "chapter": "CHAP",
    "paper-conference": "CPAPER", "webpage": "ELEC", "thesis": "THES", "report": "RPRT", "manuscript": "MANSCPT",
    "post-weblog": "BLOG", "dataset": "DATA", "map": "MAP", "patent": "PAT", "motion_picture": "MPCT", "pamphlet": "PAMP",
    "personal_communication": "PCOMM", "bill": "BILL", "legal_case": "CASE", "hearing": "HEAR", "software": "COMP",
    "entry-encyclopedia": "ENCYC", "entry-dictionary": "DICT", "musical_score": "MUSIC", "standard": "STAND", "document": "GEN",
}  # fmt: skip
RIS_TEXTS = {  # CSL variable → the names that rispy gives to its tags, the first of which is written
    "title": ("title", "primary_title"), "container-title": ("secondary_title", "journal_name", "alternate_title3", "alternate_title2"),
    "collection-title": ("tertiary_title",), "title-short": ("short_title",), "publisher": ("publisher",),
    "publisher-place": ("place_published",), "volume": ("volume",), "issue": ("number",), "edition": ("edition",), "DOI": ("doi",),
    "abstract": ("abstract", "notes_abstract"), "language": ("language",), "genre": ("type_of_work",), "archive": ("name_of_database",),
    "call-number": ("call_number",), "number-of-volumes": ("number_of_volumes",), "section": ("section",),
}  # fmt: skip
RIS_LISTS = {"URL": "urls", "note": "notes", "keyword": "keywords"}  # of which CSL has one each
RIS_NAMES = {"author": "authors", "editor": "secondary_authors", "collection-editor": "tertiary_authors", "translator": "subsidiary_authors"}  # fmt: skip


def iso(date: str) -> list[int]:
    """The year, month and day that a date begins with: 2018, 2018-03, 2018-03-29 or 2018/03/29."""
    found = re.fullmatch(r"(-?\d{1,4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?/*", date.strip())
    parts = [int(n) for n in found.groups() if n] if found else []
    return parts if all(1 <= n <= most for n, most in zip(parts[1:], (12, 31), strict=False)) else []


_ABOUT = re.compile(r"(?:c|ca|circa|about|around|um)[. ]\s*([0-9]{3,4})|([0-9]{4})~", re.IGNORECASE)
_SPAN = re.compile(r"([0-9]{4})\s*(?:/|-{1,3}|–|—)\s*([0-9]{4}|[0-9]{2})")
STATUSES = ("forthcoming", "in press", "to appear", "in preparation", "under review", "submitted", "accepted")


def date_of(words: str) -> Record:
    """The CSL date that words state without doubt: a day, month or year, one that is about right, or a span of years; else nothing.

    What stands in square brackets is not on the text itself, but known.  “1990/91” is a span, “1990-11” a month, “1990/11” may be either.
    """
    plain = re.sub(r"^\[(.*)\]$", r"\1", words.strip()).strip()
    if "/" not in plain and (found := iso(plain)):
        return {"date-parts": [found]}
    if about := _ABOUT.fullmatch(plain):
        return {"date-parts": [[int(about[1] or about[2])]], "circa": True}
    if span := _SPAN.fullmatch(plain):
        first, last = int(span[1]), int(span[1][: 4 - len(span[2])] + span[2])
        is_span = first < last and (len(span[2]) == 4 or int(span[2]) > 12)
        return {"date-parts": [[first], [last]]} if is_span else {}
    return {}


def in_digits(parts: Sequence[int], sign: str = "-") -> str:
    """A year, month and day as `iso` reads them: 2018-03-29, or with another sign between them."""
    return sign.join(f"{n:02}" for n in parts)


def date_in_words(date: Record) -> str:
    """The date as it was read: 2018-03, about 1990, 1990 to 1991."""
    parts = " to ".join(map(in_digits, date["date-parts"]))
    return f"about {parts}" if date.get("circa") else parts


def days(date: Record | None) -> list[int]:
    """The year, month and day of a date, as far as they are known; none of a span of time."""
    parts = (date or {}).get("date-parts", [])
    return parts[0] if len(parts) == 1 else []
