"""What somebody types → the records of sources, questions and propositions, with “to do” where nothing was said."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.exchange import bibliography, intake
from analysis.exchange.fields import STATUSES
from analysis.exchange.folders import TO_DO, Ids
from analysis.exchange.losses import Loss
from analysis.reading import did_you_mean
from analysis.schemas import UNDATED, Source, name_and_year

BIBLIOGRAPHIES = {".bib": "bibtex", ".json": "csl", ".ris": "ris"}
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}|\\^`]+")
_HAS_DOI = re.compile(r"[\s,;.]*\(?(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:?)\s*(\S+?)\)?[.,;]?\s*$", re.IGNORECASE)
_BARE_DOI = re.compile(r"[\s,;]*(10\.\d\S+?)[.,;]?\s*$")
_YEAR = re.compile(  # or what stands in place of one: in small letters, unless it is in brackets, for a title may speak of what is forthcoming
    rf"[\s,(]*(?:\(?(?:\b(1[0-9]{{3}}|20[0-9]{{2}})[a-z]?\b|\bn\. ?d\.)\)?|\((?P<out>(?i:{'|'.join(STATUSES)}))\)|\b(?P<soon>{'|'.join(STATUSES)})\b)[\s.,:;]*"
)
SMALL_WORDS = set(
    "a an and are as at be by can for from has have in is it its of on or that the this to was were what which who with".split()  # noqa: SIM905
)
_ND = re.compile(rf"[\s,(]+(?:{re.escape(UNDATED)}|n\. d\.|n\.d)\)?$", re.IGNORECASE)
LONGEST = 30  # letters of a label made from a question

Question = dict[str, Any]


def bibliography_of(file: Path) -> tuple[tuple[Source, ...], list[Loss]]:
    """The sources of a .bib, .json (CSL) or .ris, and what of them was left out or made up."""
    if file.suffix.lower() not in BIBLIOGRAPHIES:
        raise ValueError(f"{file}: not a bibliography that is read; export it as .bib, .json (CSL-JSON) or .ris")
    try:
        return bibliography.load(intake.contents(file), BIBLIOGRAPHIES[file.suffix.lower()])
    except ValueError as error:
        raise ValueError(f"{file}: {str(error).removeprefix(f'{file}: ')}") from None


def doi_of(words: str) -> str:
    """A DOI as it is stored; ValueError if it cannot be one.  Whether it exists nobody asks: nothing is fetched."""
    found = re.sub(r"^(https?://)?(dx\.)?doi\.org/|^doi:\s*", "", words.strip(), flags=re.IGNORECASE)
    if not DOI.fullmatch(found):
        raise ValueError(f"“{words.strip()}” is no DOI; write it like 10.1000/182, or leave it out")
    return found


def described(words: str, **more: str) -> dict[str, Any]:
    """What “Ash 2001 The Empty Pot 10.1000/182” says of a source: the CSL variables, and `label`.

    The author is what stands before the year, or the “n.d.” or “forthcoming” in its place, the title what stands after it.  Nothing is made
    of what is not there.
    """
    words = " ".join(words.split())
    doi = _HAS_DOI.search(words) or _BARE_DOI.search(words)
    said: dict[str, Any] = {"DOI": doi_of(doi[1])} if doi else {}
    words = words[: doi.start()] if doi else words
    year = next(
        (y for y in _YEAR.finditer(words) if y.start() and not (y["soon"] and _is_small(words[: y.start()]))), None
    )
    if not year:
        return said | {"label": words.strip(" ,.;")}
    author, title = words[: year.start()].strip(" ,;("), words[year.end() :].strip(" ,;")
    status = year["out"] or year["soon"]
    dated = year[0].strip(" ,.:;()") if year[1] else status or UNDATED
    said |= {"label": f"{author} {dated}", "author": _names(author)} | ({"year": int(year[1])} if year[1] else {})
    return said | ({"title": title} if title else {}) | ({"status": status} if status else {})


def _is_small(words: str) -> bool:
    """Whether the last of the words is one that no name ends with, as in “The forthcoming war”."""
    return words.split()[-1].lower() in SMALL_WORDS


def described_if_sound(words: str) -> dict[str, Any]:
    """As `described`, but nothing of words that end in what looks like a DOI and is none (a source called “DOI 1951”)."""
    try:
        return described(words)
    except ValueError:
        return {}


def title_apart(words: str) -> dict[str, str]:
    """`label`, `title` and `DOI` of “Ash & Birch (2001) The Empty Pot”; the label alone, as it stands, where no title follows author and year."""
    said = described_if_sound(words) or {"label": words}
    title = said.get("title", "")
    is_author = said["label"].split()[:-1][-1:] and said["label"].split()[-2].lower() not in SMALL_WORDS
    if not is_author or not title or title[0].islower() or title[0] in "-–—/":  # “the 1917 revolution”, “1917–1921”
        return {"label": words}
    return {k: said[k] for k in ("label", "title", "DOI") if k in said}


_AND = re.compile(r"\s*(?:;|&|\band\b)\s*")
_INITIALS = re.compile(r"([^,]+), ((?:[^\W\d_]\.[ -]?)+)")
_TURNED = re.compile(r"([^,]+), ([^,]+)")  # “Brandt, Änne”


def _names(words: str) -> list[dict[str, str]]:
    """The authors.  Family and given name are told apart where a comma stands between them, and after such a name where none does.

    “Ash, Birch & Cedar” is a list of family names, and “Department of Justice, Health and Law” has a word that no name has.
    """
    names = [n.strip(" ,") for n in _AND.split(words) if n.strip(" ,")]
    is_list = len(names) > 1 and not any(" " in n for n in names[1:])
    named: list[dict[str, str]] = []
    for name in names:
        turned = _INITIALS.fullmatch(name) or (None if is_list else _TURNED.fullmatch(name))
        family, given = (turned[1], turned[2]) if turned else _in_order(name) if "family" in (named or [{}])[0] else ("", "")  # fmt: skip
        sound = _is_of_person(family) and _is_of_person(given) and not given[0].islower()
        named.append({"family": family, "given": given} if sound else {"literal": name})
    return named


def _in_order(name: str) -> tuple[str, str]:
    """The family and given name of “Jörg von Müller”."""
    words = name.split()
    at = next((i for i, word in enumerate(words) if word[0].islower()), len(words) - 1)
    return " ".join(words[at:]), " ".join(words[:at])


def _is_of_person(words: str) -> bool:
    """Whether these may be the family or the given names of a person: a few words, and no “of” or “et al.” among them."""
    return 1 <= len(words.split()) <= 3 and not {*SMALL_WORDS, "et", "al."} & set(words.lower().split())


def fitting(label: str, known: Sequence[Source]) -> list[Source]:
    """The records that a label names: by their id, by all authors and the year, or by their label or the first author and the year.

    Of several that fit equally well nobody can tell which is meant.
    """
    said = described_if_sound(label)
    plain = "year" in said and said["label"][-1].isdigit()  # “2020b” is one of two
    of_year = [(s, [_family(name) for name in s.authors]) for s in known if plain and s.year == said["year"]]
    typed = said["label"].rpartition(" ")[0] if plain else ""
    authors = [family for name in _AND.split(typed) for family in _family_names(name)]
    told_apart = [_family(name) for name in said.get("author", ())]
    first = [re.sub(r" et al\.?$", "", authors[0])] if len(authors) == 1 else []
    by_id = [s for s in known if s.id.casefold() == label.casefold()]
    by_authors = [s for s, names in of_year if names in (authors, told_apart)]
    by_first = [s for s, names in of_year if names[:1] == first]
    by_label = [s for s in known if s.label.casefold() == label.casefold() and s not in by_first]
    fits = by_id or by_authors or [*by_label, *by_first]  # a label may have been made of first author and year
    return fits or _of_no_year(label, known)


def _of_no_year(label: str, known: Sequence[Source]) -> list[Source]:
    """The records that a label without a year names, if one of them has none either; a label that says “n.d.” names no other."""
    name = _ND.sub("", label).casefold()
    called = [s for s in known if name in _names_of(s)]
    undated = [s for s in called if s.year is None]
    return undated if _ND.search(label) else called if undated else []


def _names_of(record: Source) -> set[str]:
    """What a record may be called without its year, in small letters: by its label, by its authors, in short or in full."""
    authors = [name.get("family") or name.get("literal", "") for name in record.authors]
    both = {f"{', '.join(authors[:-1])} {sign} {authors[-1]}" for sign in ("and", "&")} if len(authors) > 1 else {*authors}  # fmt: skip
    short = {f"{authors[0]} et al", f"{authors[0]} et al."} if len(authors) > 1 else set()
    return {name.casefold() for name in both | short | {name_and_year(record.label)[0]}}


def named(record: Source, label: str) -> str:
    """The label of a record that a sheet calls so: the sheet's name with the year at its end; its own, if the sheet gives an id."""
    said = described_if_sound(label)
    if record.id.casefold() == label.casefold() or record.label == label:
        return record.label
    if said.get("year", record) == record.year:
        return str(said["label"])
    return f"{_ND.sub('', label)} {record.year_in_words}"


def _family_names(typed: str) -> list[str]:
    """The family names in an author as typed: “Ash, Birch” may be two, “Ash, A.” is one."""
    initials = _INITIALS.fullmatch(typed)
    some = [initials[1]] if initials else typed.split(",")
    return [_family({"family": name.strip()}) for name in some if name.strip(" .")]


def _family(name: Mapping[str, Any]) -> str:
    """The family name in small letters, whether or not given names were told apart from it."""
    return str(name.get("family") or name.get("literal", "").partition(",")[0]).casefold().strip(" .,")


def source_ids() -> Ids:
    """Ids for sources; the file codings/…/coder.yml is no coding of a source."""
    ids = Ids()
    ids.taken.add("coder")
    return ids


def source(said: dict[str, Any], ids: Ids) -> Source:
    """The record of a source of which that much was said; the rest is “to do”."""
    label = said.get("label") or TO_DO
    notes = {"label": label} | dict.fromkeys(("genre", "addressee", "evidence"), TO_DO)
    known = {k: v for k, v in said.items() if k not in ("label", "year")}
    record = {"id": ids.of(label), "type": "document", "title": TO_DO, "author": [{"literal": TO_DO}]} | known
    issued = {"issued": {"date-parts": [[said["year"]]]}} if "year" in said else {}
    return Source.model_validate(record | issued | {"custom": notes})


def missing(record: Source) -> list[str]:
    """What is to be filled in of a source."""
    found = {
        "author": any(TO_DO in n.values() for n in record.authors), "year": record.year is None and "status" not in (record.model_extra or {}),
        "title": record.title == TO_DO, "type": record.type == "document",
    }  # fmt: skip
    return [k for k, v in found.items() if v] + [k for k in ("genre", "addressee", "evidence") if getattr(record.custom, k) == TO_DO]  # fmt: skip


def as_read(words: str) -> str:
    """What was made of a line that was typed, for whoever typed it."""
    said = described(words)
    if "author" not in said:
        return f"“{words}”: no year in it, and no “n.d.” or “forthcoming” in place of one: all of it is what the source is called"
    names = [f"{n['family']} (given name {n['given']})" if "family" in n else n["literal"] for n in said["author"]]
    dated = str(said.get("year") or said.get("status") or UNDATED)
    parts = {"author": "; ".join(names), "year": dated, "title": said.get("title", "none"), "DOI": said.get("DOI", "")}
    return f"“{words}”: " + ", ".join(f"{k} {v}" for k, v in parts.items() if v)


def _in_short(said: dict[str, Any]) -> str:
    """The label of a source as a citation names it, once family names are told apart: “Brandt 1996”, not “Brandt, Änne 1996”."""
    if not any("family" in name for name in said.get("author", ())):
        return str(said["label"])
    dated = said.get("status") or said["label"].rpartition(" ")[2]
    return f"{bibliography.short_names(said['author'])} {dated}"


def typed_sources(all_words: Sequence[str]) -> list[Source]:
    """The sources typed by hand; ValueError with every one that cannot be used."""
    problems: list[str] = []
    all_said: list[dict[str, Any]] = []
    labels: dict[str, str] = {}
    for words in all_words:
        try:
            said = described(words)
        except ValueError as error:
            problems.append(f"source “{words}”: {error}")
            continue
        if not said["label"]:
            problems.append(f"source “{words}” has no name; write author and year, e.g. “Ash 2001”")
        elif said["label"].casefold() in labels:
            problems.append(f"“{words}” and “{labels[said['label'].casefold()]}” would both be {said['label']}; add a letter to one year")  # fmt: skip
        else:
            labels[said["label"].casefold()] = words
            all_said.append(said)
    if problems:
        raise ValueError("\n".join(problems))
    ids, short = source_ids(), Counter(_in_short(said).casefold() for said in all_said)
    return [source(said | ({"label": s} if short[(s := _in_short(said)).casefold()] == 1 else {}), ids) for said in all_said]  # fmt: skip


def distinct(sources: Sequence[Source]) -> list[Source]:
    """The sources, of a file and typed, with ids and labels that no other has."""
    ids, labels = source_ids(), Labels()
    made: list[Source] = []
    for s in sources:
        made.append(labelled(s.model_copy(update={"id": ids.of(s.id, key=str(len(made)))}), labels.of(s.label)))
    return made


def labelled(record: Source, label: str) -> Source:
    return record.model_copy(update={"custom": record.custom.model_copy(update={"label": label})})


def questions_of(asked: Sequence[tuple[str, str]]) -> list[Question]:
    """The records of questions, each with the propositions after it; a placeholder where there is none.

    `asked`: pairs of “question” or “proposition” and its words, in their order.  ValueError with every double, and if one is empty.
    """
    questions: list[Question] = []
    if empty := sorted({noun for noun, words in asked if not words.strip()}):
        raise ValueError("\n".join(f"a {noun} is empty; write what it says between the quotation marks, or leave it out" for noun in empty))  # fmt: skip
    for noun, words in asked:
        words = " ".join(words.split())
        if noun == "question" or not questions:
            text = words if noun == "question" else f"{TO_DO.capitalize()}: what is asked?"
            questions.append({"text": text, "propositions": []})
        if noun == "proposition":
            questions[-1]["propositions"].append({"text": words})
    return with_ids(questions or [{"text": f"{TO_DO.capitalize()}: what is asked?", "propositions": []}])


def with_ids(questions: Sequence[Question]) -> list[Question]:
    """The questions with ids, labels that no other has, a kind for each proposition, and one proposition at least."""
    ids, labels, of_propositions = Ids(), Labels(), Ids()
    made = []
    for n, q in enumerate(questions, 1):
        label = labels.of(q.get("label") or _label(q["text"]))
        some = q["propositions"] or [
            {"text": f"{TO_DO.capitalize()}: a sentence on question {n} that a text could affirm or reject."}
        ]
        propositions = [{"id": of_propositions.of(p.get("label") or _short(p["text"]), key=p["text"]), "kind": "judgement"} | {k: v for k, v in p.items() if k != "label"} for p in some]  # fmt: skip
        made.append({"id": ids.of(label), "label": label, "text": q["text"], "propositions": propositions})
    _refuse_doubles([q["text"] for q in made], "question")
    _refuse_doubles([p["text"] for q in made for p in q["propositions"]], "proposition")
    return made


def _refuse_doubles(texts: Sequence[str], noun: str) -> None:
    seen: set[str] = set()
    if twice := [t for t in texts if t in seen or seen.add(t)]:  # type: ignore[func-returns-value]
        raise ValueError("\n".join(f"the {noun} “{t}” is given twice; leave one out" for t in twice))


class Labels:
    """Labels of which no two are alike: the second “X” becomes “X (2)”."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def of(self, words: str) -> str:
        label, n = words, 2
        while label.casefold() in self.given:
            label, n = f"{words} ({n})", n + 1
        self.given.add(label.casefold())
        return label


def _label(text: str) -> str:
    """A few words of a question, that end where they may."""
    words = [] if text.lower().startswith(TO_DO) else first_words(text.rstrip("?!. "), LONGEST).split()
    while len(words) > 1 and words[-1].rstrip(",").lower() in SMALL_WORDS:
        words.pop()
    return " ".join(words).rstrip(",;: ") or "The question"


def first_words(text: str, most: int) -> str:
    """As many whole words as fit into so many letters, one at least."""
    return textwrap.wrap(text, most, break_long_words=False)[0] if text.strip() else text


def _short(text: str) -> str:
    """The first words that tell what a sentence is about, for its id."""
    words = text.split()
    return " ".join([w for w in words if w.lower() not in SMALL_WORDS][:6] or words[:6])


def chosen(word: str, known: Sequence[str], noun: str) -> str:
    """The word, if it is one of them; ValueError with the nearest one if not."""
    if word not in known:
        raise ValueError(f"no {noun} “{word}”; {did_you_mean(word, known)}")
    return word
