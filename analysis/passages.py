"""Claims and the reader's own copies → the passages that the claims rest on, and back again.

A copy is a plain text file, `texts/<source>.txt` in the debate's folder, which is never shipped.  Offsets count
characters of the copy and differ from one copy to the next; what lasts is the anchor.
"""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import numpy as np
import pandas as pd
import yaml

from analysis import anchors
from analysis.anchors import Folded, Resolution, letters_of
from analysis.copies import copy_of, doubts
from analysis.debate import REFERENCE, Debate
from analysis.reading import MAX_BYTES, Problem, did_you_mean, read_text, write
from analysis.schemas import Anchor, Claim, Coding, Source
from analysis.texts import TextError, extracted, page_of, pages

PASSAGES = ["source", "claim", "anchor", "start", "end", "page", "score", "status", "notes"]
FOUND = ["source", "page", "before", "match", "after", "start", "end", "claims"]
UNCOVERED = ["source", "words", "page", "start", "end", "first", "last"]

NO_COPY = "no copy"
ROW = 60  # characters: a shorter sentence is searched together with the next
KEYWORD_CONTEXT = 80  # characters before and after a match
MOST_WORDS = 40  # of a query
FEW_WORDS = 5  # shown of each end of an uncovered stretch

_folded = lru_cache(maxsize=64)(anchors.folded)
_resolution = lru_cache(maxsize=20_000)(anchors.resolution)


@dataclass(frozen=True)
class Excerpt:
    """A passage between its neighbouring sentences, as a reader sees it; empty strings if `status` is not a find."""

    before: str
    passage: str
    after: str
    page: int | None
    status: str
    notes: str


@dataclass(frozen=True)
class Addition:
    """A copy that was taken in: how many of its source's anchors resolve, and the claims of those that do not."""

    key: str
    words: int
    pages: int
    resolved: int
    anchors: int
    failed: tuple[str, ...]


class Sealing(NamedTuple):
    """What was done to one coding: how many of its anchors carry their seal now, and the problem of each other one."""

    file: str
    sealed: int
    left: tuple[Problem, ...]


# Copies


def copies(debate: Debate, folder: str | Path | None = None) -> dict[str, Folded]:
    """The folded copies that are there, by source; ValueError if one of them cannot be read."""
    found = {key: _copy(debate, key, folder) for key in debate.sources}
    return {key: text for key, text in found.items() if text}


def _folder(debate: Debate, folder: str | Path | None) -> Path:
    return Path(folder) if folder is not None else debate.path / "texts"


def _copy(debate: Debate, key: str, folder: str | Path | None) -> Folded | None:
    path = copy_of(_folder(debate, folder), key, debate.sources)
    if path is None:
        return None
    text, problems = read_text(path, f"{path.parent.name}/{path.name}")
    if text is None:
        raise ValueError(f"{problems[0]}")
    return _folded(text, debate.sources[key].custom.begins)


def _needed(debate: Debate, key: str, folder: str | Path | None) -> Folded:
    """The copy of a source; ValueError if there is no such source or no copy."""
    _known_source(debate, key)
    text = _copy(debate, key, folder)
    if text is None:
        raise ValueError(_missing(debate, key, folder))
    return text


def _some_copies(debate: Debate, folder: str | Path | None, source: str | None = None) -> dict[str, Folded]:
    """The copies, or that of one source; ValueError if there is none."""
    texts = copies(debate, folder) if source is None else {source: _needed(debate, source, folder)}
    if not texts:
        raise ValueError(
            f"no copy of any source in {_folder(debate, folder)}; take yours in with `stancebook texts add <source> FILE`"
        )
    return texts


def _missing(debate: Debate, key: str, folder: str | Path | None) -> str:
    place = _folder(debate, folder)
    doubtful = [
        f" {file}: {problem}; {cure}." for file, problem, cure in doubts(place, debate.sources) if key in problem
    ]
    return f"no copy of {key} in {place}; take yours in with `stancebook texts add {key} FILE`{'.' if doubtful else ''}{''.join(doubtful)}"


def _known_source(debate: Debate, key: str) -> None:
    if key not in debate.sources:
        raise ValueError(f'no source "{key}"; {did_you_mean(key, debate.sources)}')


# Claims and their passages


def passages(debate: Debate, folder: str | Path | None = None, coder: str = REFERENCE) -> pd.DataFrame:
    """One row an anchor: where it leads in the reader's copy.

    `start`, `end` and `page` are missing unless `status` is exact or forgiven; the status is “no copy” where the
    source has none.  `anchor` counts a claim's anchors from 0.
    """
    if coder not in debate.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, debate.coders)}')
    rows = []
    for key in debate.sources:
        text = _copy(debate, key, folder)
        for claim in debate.codings.get((coder, key), Coding(source=key)).claims:
            for i, anchor in enumerate(claim.anchors):
                place = {"source": key, "claim": claim.id, "anchor": i}
                rows.append({**place, **(_row(anchor, text) if text else {"status": NO_COPY, "notes": ""})})
    whole = {"start": "Int64", "end": "Int64", "page": "Int64", "score": "Float64"}
    return pd.DataFrame(rows, columns=PASSAGES).astype(whole)


def _row(anchor: Anchor, text: Folded) -> dict[str, Any]:
    result = _resolution(anchor, text)
    row: dict[str, Any] = {"status": result.status, "score": result.score, "notes": "; ".join(result.notes)}
    if result.found:
        row |= {"start": result.start, "end": result.end, "page": page_of(text.text, result.start)}
    return row


def claim_named(debate: Debate, name: str) -> tuple[str, Claim]:
    """The claim called `source/claim-id`, or by its id alone if only one source has it, with its source.

    ValueError with the nearest names if there is none, and with all of them if there are several.
    """
    claims = {f"{key}/{c.id}": (key, c) for key, c in _claims(debate)}
    source, slash, _ = name.partition("/")
    if slash:
        own = [n for n in claims if n.startswith(f"{source}/")]
        if name not in claims:
            raise ValueError(f'no claim "{name}"; {did_you_mean(name, own or claims)}')
        return claims[name]
    named = [n for n in claims if n.endswith(f"/{name}")]
    if not named:
        raise ValueError(f'no claim "{name}"; {did_you_mean(name, {c.id for _, c in claims.values()})}')
    if len(named) > 1:
        raise ValueError(f'"{name}" is a claim of {len(named)} sources; use {" or ".join(named)}')
    return claims[named[0]]


def _claims(debate: Debate, source: str | None = None) -> Iterator[tuple[str, Claim]]:
    """The claims of the reference codings, each with its source."""
    for key in [source] if source else debate.sources:
        yield from ((key, c) for c in debate.codings.get((REFERENCE, key), Coding(source=key)).claims)


def _spans(debate: Debate, key: str, text: Folded) -> list[tuple[int, int, str]]:
    """The passages of a source's claims that are found in a copy: start, end, claim."""
    results = [(_resolution(a, text), c.id) for _, c in _claims(debate, key) for a in c.anchors]
    return sorted((r.start, r.end, id) for r, id in results if r.found)


def context(debate: Debate, name: str, sentences: int = 2, folder: str | Path | None = None) -> list[Excerpt]:
    """The passages of a claim, one for each anchor, each with up to so many sentences before and after it.

    If a passage begins or ends within a sentence, the rest of that sentence counts as the first of them.
    """
    key, claim = claim_named(debate, name)
    return excerpts(debate, key, claim, sentences, folder)


def excerpts(
    debate: Debate, key: str, claim: Claim, sentences: int = 2, folder: str | Path | None = None
) -> list[Excerpt]:
    """As `context`, of a claim at hand, whoever coded it; `key`: its source."""
    text = _copy(debate, key, folder)
    if text is None:
        return [Excerpt("", "", "", None, NO_COPY, _missing(debate, key, folder)) for _ in claim.anchors]
    return [_excerpt(anchor, text, sentences) for anchor in claim.anchors]


def _excerpt(anchor: Anchor, text: Folded, count: int) -> Excerpt:
    result = _resolution(anchor, text)
    notes = "; ".join(result.notes)
    if not result.found:
        return Excerpt("", "", "", None, result.status, notes)
    start, end = _whole(anchor, result, text.text)
    spans = sentence_spans(text.text, int(text.offsets[0]))
    before = [s for s, _ in spans if s < start]
    after = [e for _, e in spans if e > end]
    if before and not letters_of(text.text[before[-1] : start]):
        before.pop()
    if after and not letters_of(text.text[end : after[0]]):
        after.pop(0)
    first = before[-count:][0] if before and count > 0 else start
    last = after[:count][-1] if after and count > 0 else end
    before_it, passage, after_it = (tidied(text.text[i:j]) for i, j in pairwise((first, start, end, last)))
    return Excerpt(before_it, passage, after_it, page_of(text.text, result.start), result.status, notes)


_MARK = r"(?:&#?\w{1,30};|(?!\s)[\W\d_¹²³⁰⁴-⁹])"  # a character that is no letter, or an entity


def _whole(anchor: Anchor, result: Resolution, text: str) -> tuple[int, int]:
    """The passage with the marks and numbers that a search by letters leaves off at its ends."""
    numbers_before = len(anchor.start.split()) - len(_from_letters(anchor.start.split()))
    numbers_after = len(anchor.end.split()) - len(_from_letters(anchor.end.split()[::-1]))
    before = re.search(
        rf"(?:{_MARK}+\s+){{0,{numbers_before}}}{_MARK}*\Z", text[max(0, result.start - 80) : result.start]
    )
    after = re.compile(rf"{_MARK}*(?:\s+{_MARK}+){{0,{numbers_after}}}").match(text, result.end)
    return result.start - len(before[0] if before else ""), after.end() if after else result.end


def _from_letters(words: list[str]) -> list[str]:
    """The words from the first that has a letter on."""
    first = next((i for i, w in enumerate(words) if letters_of(w)), 0)
    return words[first:]


# Sentences


_BREAK = re.compile(
    r"(?P<stop>[.!?…]+)[\"'”’»)\]]*(?P<note>[⁰¹²³⁴-⁹]+|\[\d{1,3}\]|\d{1,3}|\*+)?[\"'”’»)\]]*\s+|(?:\r?\n[^\S\n]*){2,}\s*"
)
_OPENING = "“‘\"'«([—–-…"
_ABBREVIATED = re.compile(
    r"mrs?|ms|dr|prof|rev|hon|st|sr|jr|gen|col|capt|lt|sgt|gov|sen|rep|pres|comr|tov|cde|messrs|mme|mlle|"
    r"e\.?g|i\.?e|cf|viz|vs|al|ibid|op\.cit|loc\.cit|approx|ca|esp|incl|trans|transl|eds?|repr|"
    r"jan|febr?|mar|apr|aug|sept?|oct|nov|dec"
)
_ABBREVIATED_BEFORE_NUMBERS = re.compile(
    r"pp?|vols?|nos?|nr|n|chs?|chap|arts?|sect?|par|figs?|tab|pts?|bk|nn|fn|note|ll?|dd?|ff?|op|tt?|kn|vyp|gg?|c|"
    r"ss?|cols?|docs?|iss|ser|app|bd"
)


@lru_cache(maxsize=64)
def sentence_spans(text: str, start: int = 0) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text begin and end, from `start` on; good enough to show, not to count.

    A sentence ends at a stop before a capital or a number, unless the stop belongs to an abbreviation or an initial,
    and at a blank line, unless the next line goes on in lower case.
    """
    cuts = [start, *(m.end() for m in _BREAK.finditer(text, start) if _ends_sentence(m, text)), len(text)]
    spans = ((a, a + len(text[a:b].rstrip())) for a, b in pairwise(cuts))
    return tuple((a, b) for a, b in spans if any(map(str.isalpha, text[a:b])))


def _ends_sentence(found: re.Match[str], text: str) -> bool:
    following = text[found.end() : found.end() + 8].lstrip(_OPENING)[:1]
    if not (following.isupper() or following.isdigit()):
        return False
    if found["stop"] != ".":
        return True
    before = text[max(0, found.start() - 20) : found.start()]
    word = re.split(r"[\s–—\-“‘\"'«(\[]", before)[-1]
    if len(word.rpartition(".")[2]) == 1 and word[-1].isupper():
        return False
    if (found["note"] or "").isdecimal() and word[-1:].isdigit():
        return False
    word = word.casefold()
    if following.isdigit() and _ABBREVIATED_BEFORE_NUMBERS.fullmatch(word):
        return False
    return not _ABBREVIATED.fullmatch(word)


_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def tidied(words: str) -> str:
    """Words as they are read: one line, words divided at line ends joined, no page marks, ligatures or entities.

    A hyphen at a line's end is taken for a division if small letters follow.
    """
    words = re.sub(r"\u00ad\s*", "", html.unescape(words).translate(_LIGATURES))
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)([-‐–])\s*[\n\f]\s*(?=(\w))", _joint, words)).strip()


def _joint(found: re.Match[str]) -> str:
    divided = found[1] != "–" and found[2].islower() and found.string[found.start() - 1].isalpha()
    return "" if divided else found[1]


# Search


def found(
    debate: Debate, query: str, source: str | None = None, folder: str | Path | None = None, limit: int = 20
) -> pd.DataFrame:
    """Where the reader's copies have these words, the best first (bm25): one row a sentence or a few short ones.

    All the words must stand in it, in any form that has the same stem; words in quotation marks must stand together.
    Nothing else in a query has a meaning.  `start`, `end` and `page` are those of the sentence (of its beginning);
    `claims` names the claims whose passages overlap it.  ValueError if the query has no words or there is no copy.
    """
    wanted = _query(query)
    if limit < 1:
        raise ValueError(f"no {limit} passages can be shown; use a limit of at least 1")
    texts = _some_copies(debate, folder, source)
    spans = [(key, *span) for key, text in texts.items() for span in _runs(text)]
    rows = []
    for at, shown in _matches([tidied(texts[key].text[a:b]) for key, a, b in spans], wanted, limit):
        key, start, end = spans[at]
        text = texts[key]
        claims = dict.fromkeys(f"{key}/{id}" for s, e, id in _spans(debate, key, text) if s < end and e > start)
        place = {"source": key, "page": page_of(text.text, start), "start": start, "end": end}
        rows.append({**place, **_keyword_in_context(shown), "claims": tuple(claims)})
    return pd.DataFrame(rows, columns=FOUND).astype({"page": "Int64"})


_NOTE_MARKS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_OPEN, _CLOSE = "\x02", "\x03"


def _query(words: str) -> str:
    """The query in FTS5's language: every word or phrase quoted, so that none of them is a command."""
    words = re.sub(f"[{_NOTE_MARKS}\0-\x1f\ud800-\udfff]", " ", words)
    words = re.sub("[“”„«»]", '"', words)
    parts = [phrase or word for phrase, word in re.findall(r'"([^"]*)"?|([^\s"]+)', words)]
    parts = [p for p in parts if any(map(str.isalnum, p))]
    if not parts:
        raise ValueError("the query has no words to search for; give words or a “phrase in quotation marks”")
    if sum(len(p.split()) for p in parts) > MOST_WORDS:
        raise ValueError(f"the query has more than {MOST_WORDS} words; search for fewer")
    return " ".join(f'"{p}"' for p in parts)


def _runs(text: Folded) -> Iterator[tuple[int, int]]:
    """The sentences of a copy, a short one together with the next."""
    begin = None
    for start, end in sentence_spans(text.text, int(text.offsets[0]) if len(text.offsets) else 0):
        begin = start if begin is None else begin
        if end - begin >= ROW:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end


def _matches(rows: list[str], query: str, limit: int) -> list[tuple[int, str]]:
    """The best rows for a query: number, and the row with its matches marked."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(
            f"CREATE VIRTUAL TABLE copy USING fts5(words, tokenize = \"porter unicode61 separators '{_NOTE_MARKS}'\")"
        )
        connection.executemany("INSERT INTO copy(rowid, words) VALUES (?, ?)", enumerate(map(_plain, rows)))
        select = "SELECT rowid, highlight(copy, 0, ?, ?) FROM copy WHERE copy MATCH ? ORDER BY rank, rowid LIMIT ?"
        return connection.execute(select, (_OPEN, _CLOSE, query, limit)).fetchall()
    finally:
        connection.close()


def _plain(row: str) -> str:
    return re.sub("[\0-\x1f\ud800-\udfff]", " ", row)


def _keyword_in_context(marked: str) -> dict[str, str]:
    """The first match of a row, with what stands around it."""
    before, _, rest = marked.partition(_OPEN)
    match, _, after = rest.partition(_CLOSE)
    after = after.replace(_OPEN, "").replace(_CLOSE, "")
    if len(before) > KEYWORD_CONTEXT:
        before = "… " + before[-KEYWORD_CONTEXT:].partition(" ")[2]
    if len(after) > KEYWORD_CONTEXT:
        after = after[:KEYWORD_CONTEXT].rpartition(" ")[0] + " …"
    return {"before": before.strip(), "match": match, "after": after.strip()}


def uncovered(
    debate: Debate, folder: str | Path | None = None, at_least: int = 40, source: str | None = None
) -> pd.DataFrame:
    """Stretches of each copy that no claim's passage touches, the longest first.

    Only stretches of `at_least` words; a word has a letter.  A passage that is not found in the copy covers nothing.
    ValueError if there is no copy.
    """
    texts = _some_copies(debate, folder, source)
    rows = [
        {"source": key, "page": page_of(text.text, start), **_ends(text.text, start, end)}
        for key, text in texts.items()
        for start, end in _gaps(text, _spans(debate, key, text))
    ]
    table = pd.DataFrame([r for r in rows if r["words"] >= at_least], columns=UNCOVERED).astype({"page": "Int64"})
    return table.sort_values("words", ascending=False, kind="stable", ignore_index=True)


def _gaps(text: Folded, spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    """What is left of a copy between the passages, trimmed to letters."""
    at = 0
    for start, end in [*((s, e) for s, e, _ in spans), (len(text.text), len(text.text))]:
        first, last = (int(i) for i in np.searchsorted(text.offsets, [start, end]))
        if first > at:
            yield int(text.offsets[at]), int(text.offsets[first - 1]) + 1
        at = max(at, last)


def _ends(text: str, start: int, end: int) -> dict[str, Any]:
    words = tidied(text[start:end]).split(" ")
    count = sum(any(map(str.isalpha, w)) for w in words)
    few = min(FEW_WORDS, len(words))
    return {"words": count, "start": start, "end": end, "first": " ".join(words[:few]), "last": " ".join(words[-few:])}


# Anchors: making and sealing them


def new_anchor(debate: Debate, key: str, first: str, last: str, folder: str | Path | None = None) -> str:
    """The line of YAML for the passage that begins with the words `first` and ends with `last`, sealed.

    Both are found letter for letter; the line keeps the fewest words at each end that are unique in the copy.
    ValueError if the passage is not there, is there twice, is too short or too long, or cannot be told apart.
    """
    text = _needed(debate, key, folder)
    if not letters_of(first) or not letters_of(last):
        raise ValueError("the first and the last words must have letters; copy them from the text")
    result = anchors.resolution(Anchor(start=first, end=last), text)
    if not result.found:
        cure = {
            "ambiguous": "give more words, so that only one passage begins and ends so",
            "too long": "choose a shorter passage",
        }.get(result.status, f"copy them from your copy of {key}, without page heads and notes")
        raise ValueError(f"“{first} … {last}” in {key}: {result.status}: {'; '.join(result.notes)}; {cure}")
    anchor = anchors.shortest_anchor(result.start, result.end, text)
    if not anchors.resolution(anchor, text).found:
        raise ValueError(f"“{first} … {last}” cannot be told apart from its surroundings; begin or end it elsewhere")
    start, end = (_quoted(html.unescape(words)) for words in (anchor.start, anchor.end))
    return f'{{start: {start}, end: {end}, letters: {anchor.letters}, skeleton: "{anchor.skeleton}"}}'


def _quoted(words: str) -> str:
    """A text in YAML's double quotation marks."""
    return yaml.safe_dump(words, default_style='"', allow_unicode=True, width=10**6).strip()


def seal(debate: Debate, folder: str | Path | None = None, coder: str = REFERENCE) -> list[Sealing]:
    """Write `letters` and `skeleton` into every anchor of the codings of which there is a copy; nothing else changes.

    A seal that is there stays: a reader's copy may have page heads inside a passage, or be badly scanned.  An anchor
    without one that the copy does not have letter for letter is left as it is, and is a problem.  Load the debate again afterwards.
    ValueError if there is no copy, or if a file is not as it was when it was loaded.
    """
    if coder not in debate.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, debate.coders)}')
    texts = _some_copies(debate, folder)
    return [
        _seal_file(debate.path / "codings" / coder / f"{key}.yml", debate.codings[coder, key], text)
        for key, text in texts.items()
        if (coder, key) in debate.codings
    ]


def _seal_file(path: Path, coding: Coding, copy: Folded) -> Sealing:
    name = "/".join(path.parts[-3:])
    text, problems = read_text(path, name)
    if text is None:
        raise ValueError(str(problems[0]))
    if _coding(text) != coding:
        raise ValueError(f"{name} is not as it was when the debate was loaded; load the debate again, then seal")
    claims, edits, left = [], [], []
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    for i, claim in enumerate(coding.claims):
        kept = []
        for j, anchor in enumerate(claim.anchors):
            node = _node_at(root, ("claims", i, "anchors", j))
            new, problem = _sealed_or_not(anchor, copy)
            kept.append(new)
            if problem:
                left.append(Problem(name, node.start_mark.line + 1, f"claims[{i}].anchors[{j}]", *problem))
            else:
                edits += _edits(node, new, text)
        claims.append(claim.model_copy(update={"anchors": tuple(kept)}))
    sealed = _edited(text, edits)
    if _coding(sealed) != coding.model_copy(update={"claims": tuple(claims)}):
        raise ValueError(f"{name} cannot be sealed as it is written; write its anchors as {{start: …, end: …}}")
    bom = b"\xef\xbb\xbf" if path.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    write(path, bom + sealed.encode())
    return Sealing(name, sum(len(c.anchors) for c in claims) - len(left), tuple(left))


def _sealed_or_not(anchor: Anchor, text: Folded) -> tuple[Anchor, tuple[str, str] | None]:
    """The anchor with its seal, which it keeps if it has one; and if it does not resolve, the problem and its cure."""
    if anchor.letters and anchor.skeleton:
        result = _resolution(anchor, text)
        problem = f"{result.status}: {'; '.join(result.notes)}"
        return anchor, None if result.found else (
            problem,
            "try another copy; to seal it anew, remove letters and skeleton first",
        )
    try:
        return anchors.sealed(anchor, text), None
    except ValueError as error:
        cure = "choose longer words" if str(error).startswith("ambiguous") else "copy the words again from the text"
        return anchor, (str(error), cure)


def _coding(text: str) -> Coding | None:
    try:
        return Coding.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError):
        return None


def _node_at(node: Any, place: tuple[str | int, ...]) -> Any:
    """The YAML node at a place, which must be there."""
    for part in place:
        node = node.value[part] if isinstance(part, int) else next(v for k, v in node.value if k.value == part)
    return node


def _edits(node: yaml.MappingNode, anchor: Anchor, text: str) -> list[tuple[int, int, str]]:
    """What to put in place of which characters, so that the anchor of this node has these letters and this skeleton."""
    wanted = {"letters": str(anchor.letters), "skeleton": f'"{anchor.skeleton}"'}
    values = {k.value: v for k, v in node.value}
    edits = []
    for key in wanted.keys() & values.keys():
        start, end = values[key].start_mark.index, values[key].end_mark.index
        edits.append((start, end, wanted[key] if end > start else f" {wanted[key]}"))
    if missing := [f"{key}: {value}" for key, value in wanted.items() if key not in values]:
        edits.append(_insertion(node, missing, text))
    return edits


def _insertion(node: yaml.MappingNode, lines: list[str], text: str) -> tuple[int, int, str]:
    """New keys after the key `end`: within the braces, or on lines of their own."""
    key, value = next((k, v) for k, v in node.value if k.value == "end")
    stop = value.end_mark.index
    if node.flow_style:
        return stop, stop, "".join(f", {line}" for line in lines)
    newline = "\r\n" if "\r\n" in text else "\n"
    indent = " " * key.start_mark.column
    if value.style in ("|", ">"):  # ends nobody can say where: go before it
        begin = key.start_mark.index
        return begin, begin, "".join(f"{line}{newline}{indent}" for line in lines)
    line_end = re.compile(r"[^\r\n]*").match(text, stop)
    assert line_end
    return line_end.end(), line_end.end(), "".join(f"{newline}{indent}{line}" for line in lines)


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


# Out to the web, and in from the reader


def web_link(source: Source, claim: Claim) -> str | None:
    """A link to the claim's first passage in its source, as a URL text fragment, or to the source; or the DOI's, or None.

    Only http and https: a bibliography may come from anybody.
    """
    if source.url and _on_the_web(source.url):
        page = source.url.partition(":~:")[0]
        passages = (f"{'' if '#' in page else '#'}:~:text={_text_fragment(a)}" for a in claim.anchors)
        return page + next(passages, "")
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", (source.doi or "").strip(), flags=re.IGNORECASE)
    return f"https://doi.org/{quote(doi, safe='/:;()')}" if re.fullmatch(r"10\.\d{4,9}/\S+", doi) else None


def _on_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"[\s<>\"'\\\x00-\x1f]", url)


def _text_fragment(anchor: Anchor) -> str:
    start, end = _percent(anchor.start), _percent(anchor.end)
    before = f"{_percent(anchor.prefix)}-," if anchor.prefix else ""
    after = f",-{_percent(anchor.suffix)}" if anchor.suffix else ""
    return f"{before}{start},{end}{after}"


def _percent(words: str) -> str:
    return quote(html.unescape(words), safe="").replace("-", "%2D")


def added(
    debate: Debate, key: str, file: str | Path, replace: bool = False, folder: str | Path | None = None
) -> Addition:
    """Take a reader's file in as the copy of a source, and say how many of its anchors resolve there.

    ValueError, and nothing is written, if there is no such source, if it has a copy already and `replace` is False,
    if the file cannot be read, if none of this source's anchors resolves or more of another's do, or if more resolve in
    the copy that would be replaced.
    """
    _known_source(debate, key)
    target = _folder(debate, folder) / f"{key}.txt"
    if target.exists() and not replace:
        raise ValueError(
            f"there is a copy of {key} already, {target}; say --replace (`replace=True`) to put this one in its place"
        )
    try:
        text = extracted(Path(file))
    except TextError as error:
        raise ValueError(f"{file}: {error.problem}; {error.cure}") from None
    results = _results(debate, key, _folded(text, debate.sources[key].custom.begins))
    resolved = sum(there for _, there in results)
    other, resolved_there = _likest(debate, key, text)
    looks_like = other if resolved_there > resolved else None
    if looks_like or (results and not resolved):
        raise ValueError(_not_this(key, looks_like, resolved, len(results)))
    before = _resolved_before(debate, key, folder)
    if before > resolved:
        problem = f"the copy that is there is better: {before} of {len(results)} anchors resolve in it, {resolved} in this one"
        raise ValueError(f"{problem}; delete {target} first if you want this one all the same")
    content = text.encode(errors="replace")
    if len(content) > MAX_BYTES:
        raise ValueError(f"the text is larger than {MAX_BYTES // 1_000_000} MB; split the file, or check what it is")
    failed = tuple(dict.fromkeys(f"{key}/{id}" for id, there in results if not there))
    write(target, content)
    words = sum(any(map(str.isalpha, w)) for w in text.split())
    return Addition(key, words, pages(text), resolved, len(results), failed)


def _results(debate: Debate, key: str, text: Folded) -> list[tuple[str, bool]]:
    """For each anchor of a source its claim, and whether it resolves in a text."""
    return [(c.id, _resolution(a, text).found) for _, c in _claims(debate, key) for a in c.anchors]


def _resolved_before(debate: Debate, key: str, folder: str | Path | None) -> int:
    """How many anchors of a source resolve in its copy; 0 if there is none, or none that can be read."""
    try:
        return sum(there for _, there in _results(debate, key, _needed(debate, key, folder)))
    except ValueError:
        return 0


def _likest(debate: Debate, key: str, text: str) -> tuple[str | None, int]:
    """The other source of which most anchors resolve in this text, and how many do."""
    whole = _folded(text)
    counts = {o: sum(there for _, there in _results(debate, o, whole)) for o in debate.sources if o != key}
    best = max(counts, key=lambda k: counts[k], default=None)
    return best, counts[best] if best else 0


def _not_this(key: str, other: str | None, resolved: int, count: int) -> str:
    none = f"{resolved} of {count} anchors resolve" if count else f"{key} has no anchors, and those of {other} resolve"
    if other:
        return f"this looks like {other}, not {key}: {none}; add it as {other}, or choose another file"
    return f"this does not look like {key}: {none}; choose another file, or check that its text can be copied out"
