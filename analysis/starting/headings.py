"""What a heading means, and which labels are of sources: a sheet says it in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MEANINGS = {  # what a column holds → how people head it, in English, German and French
    "source": ("source", "sources", "text", "texts", "author", "authors", "study", "studies", "article", "paper", "publication", "document", "case", "judgment", "judgement", "reference", "work", "who", "source id", "speaker", "quelle", "autor", "autorin", "fall", "urteil", "auteur"),
    "proposition": ("proposition", "propositions", "statement", "statements", "claim", "claims", "item", "items", "thesis", "sentence", "assertion", "argument", "issue", "criterion", "criteria", "variable", "proposition id", "aussage", "these", "behauptung", "thèse", "énoncé"),
    "value": ("value", "stance", "position", "code", "coding", "rating", "score", "answer", "response", "verdict", "view", "wert", "bewertung", "haltung", "valeur"),
    "question": ("question", "questions", "theme", "themes", "topic", "topics", "section", "category", "research question", "frage", "thema", "thème"),
    "certainty": ("certainty", "confidence", "how sure", "sure", "reliability", "sicherheit", "certitude"),
    "why": ("why", "reason", "reasons", "note", "notes", "comment", "comments", "remark", "remarks", "justification", "rationale", "explanation", "memo", "kommentar", "bemerkung", "remarque"),
    "qualification": ("qualification", "limit", "limits", "caveat", "condition", "conditions", "einschränkung"),
    "page": ("page", "pages", "p.", "pp.", "location", "seite", "seiten"),
    "silence": ("silence", "silent", "reason for silence"),
    "coder": ("coder", "coders", "coded by", "rater", "reviewer", "annotator", "reader"),
    "year": ("year", "date", "published", "jahr", "année"),
    "title": ("title", "work title", "titel", "titre"),
    "DOI": ("doi",),
    "kind": ("kind", "type of proposition"),
    "number": ("id", "no", "no.", "nr", "nr.", "#", "number"),
}  # fmt: skip
OF_SOURCES = ("year", "title", "DOI")
OF_PROPOSITIONS = ("question", "kind")
TOTALS = (
    "total",
    "totals",
    "sum",
    "mean",
    "average",
    "median",
    "count",
    "n",
    "sd",
    "σ",
    "summe",
    "mittelwert",
    "gesamt",
)
LONG = ("source", "proposition", "value")
_MEANS = {word: meaning for meaning, words in MEANINGS.items() for word in words}


def meaning(heading: str) -> str | None:
    """What a column headed so holds; None if the heading is none that is known."""
    return _MEANS.get(heading.casefold().strip(" :*").replace("_", " "))


def meanings(headings: dict[int, str]) -> dict[str, int]:
    """What is known of the columns: meaning → column.  Of two that mean the same, the first."""
    found: dict[str, int] = {}
    for column, heading in sorted(headings.items()):
        if what := meaning(heading):
            found.setdefault(what, column)
    return found


def is_total(label: str) -> bool:
    return label.casefold().strip(" :.=") in TOTALS


def like_sources(labels: Iterable[str]) -> float:
    """How far labels look like those of sources (they hold years, or are short), and not like sentences: 0 to 2."""
    some: Sequence[str] = [label for label in labels if label]
    years = sum(bool(re.search(r"\b(1[0-9]{3}|20[0-9]{2})", label)) for label in some)
    short = sum(len(label.split()) <= 3 and label[-1] not in ".?" for label in some)
    return (years + short) / len(some) if some else 0.0
