"""Text + anchor → the place of a passage with what was forgiven, or a failure of a named kind.

Editions differ in line breaks, hyphenation, quotation marks, dashes, ligatures, footnote numbers
and capitals.  Folding a text to its letters alone removes all of these, and plain search then
finds an anchor in every clean edition.  What is left are wrong letters (scanning), page heads and
notes inside a passage, and other texts.

A *sealed* anchor also carries the passage's number of letters and a skeleton: the hash of one
six-letter shingle in the middle of each of (at most) sixteen equal parts.  They confirm the
interior.  The rule: both edges, at a length that fits, and in every half of the skeleton enough
parts where they should stand; the worse the edges, the more.  A page turn may shift the parts
after it, once.  Anything less is a failure.  An anchor that is not sealed is found letter for
letter or not at all.  A passage that is found in two places is found in none.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

from analysis.counts import counted
from analysis.schemas import Anchor

MAX_WORDS = 8  # at each end: the most the project prints of a text under copyright
MIN_WORDS = 4
MIN_HIDDEN = 5  # words of a passage that its edges must leave unprinted
LEAST_WORDS = 2 * MIN_WORDS + MIN_HIDDEN  # of a whole passage
MIN_LETTERS = 16
LONGEST = 4000  # letters of a whole passage
SOLID = 96  # letters of a passage in which enough stands inside to make up for a damaged edge
PAGE_TURN = 700  # letters that a page's head, foot and notes may add inside a passage
SOUND_EDITS, EDGE_EDITS, DAMAGED_EDITS = 0.15, 0.2, 0.45  # share of an edge's letters that may differ …
SOUND_HITS, EDGE_HITS, DAMAGED_HITS = 0.25, 0.375, 0.5  # … if so much of every half of the skeleton stands
LENGTH_HITS = 0.125  # … or so much less if the length is as coded
LEAST_HITS = 0.3  # and in any case so much of what stands between the edges
RIVAL_EDITS = 0.25  # an edge is unique if nothing else in the text is so near to it
REPEATED = 40  # letters that make a repetition
SHINGLE, PARTS = 6, 16
BY_HAND = ", or write its ends into the coding file by hand"
LONGER = (
    f"take a longer passage, of at least {LEAST_WORDS} words: {MIN_WORDS} at each end, "
    f"and {MIN_HIDDEN} between them that stay unprinted"
)

Status = Literal["exact", "forgiven", "not found", "ambiguous", "too long", "different text"]

_ENTITY = re.compile(r"&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_REFERENCE = re.compile(r"\b(?:ibid|ibidem|op\. ?cit|loc\. ?cit)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Folded:
    """A text reduced to its letters, case and accents removed.

    `offsets[i]` is the index in `text` of the character that gave `letters[i]`.
    """

    text: str
    letters: str
    offsets: np.ndarray = field(repr=False)

    @cached_property
    def shingles(self) -> np.ndarray:
        """The 12-bit hash of the six letters from each place on."""
        return _hashes(self.letters)


@dataclass(frozen=True)
class Resolution:
    """Where an anchor leads.

    If `status` is exact or forgiven, `start` and `end` index the original text and `score` (0 to 1) is the mean of the
    share of edge letters found and the share of the skeleton confirmed; `notes` say what was forgiven.  Otherwise
    `notes` say what failed, and `places` are the candidates of an ambiguous one.
    """

    status: Status
    start: int = -1
    end: int = -1
    score: float = 0.0
    notes: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()

    @property
    def found(self) -> bool:
        return self.status in ("exact", "forgiven")


@dataclass(frozen=True)
class _Sought:
    """What a sealed anchor asks for, in folded letters."""

    start: str
    end: str
    length: int
    pieces: np.ndarray
    middles: np.ndarray
    before: str = ""
    after: str = ""

    @property
    def drift(self) -> int:
        """How many letters the places inside a passage usually move by wrong letters."""
        return int(0.02 * self.length) + 6

    @property
    def slack(self) -> int:
        """How many letters the passage may gain or lose by wrong letters."""
        return int(0.08 * self.length) + 8

    def fits(self, length: int) -> bool:
        return -self.slack <= length - self.length <= self.slack + PAGE_TURN


@dataclass(frozen=True)
class _Candidate:
    """A place in the folded text, with the evidence for it."""

    start: int
    end: int
    start_edits: int
    end_edits: int
    hits: int
    parts: int
    damaged: bool = False

    @property
    def evidence(self) -> tuple[int, int, int]:
        return self.hits, -(self.start_edits + self.end_edits), self.start - self.end


def folded(text: str, begins: str | None = None) -> Folded:
    """The text folded to letters; if `begins` is given, from its first occurrence on."""
    entities = {m.start(): m for m in _ENTITY.finditer(text)} if "&" in text else {}
    letters, offsets = [], []
    skip_to = 0
    for i, character in enumerate(text):
        if i < skip_to:
            continue
        if i in entities:
            part, skip_to = letters_of(entities[i][0]), entities[i].end()
        else:
            part = _letters_of_character(character)
        letters.append(part)
        offsets += [i] * len(part)
    whole = Folded(text, "".join(letters), np.array(offsets, dtype=np.int64))
    cut = whole.letters.find(letters_of(begins)) if begins else 0
    return whole if cut <= 0 else Folded(text, whole.letters[cut:], whole.offsets[cut:])


def letters_of(words: str) -> str:
    """The letters of a few words, case and accents removed."""
    return "".join(map(_letters_of_character, html.unescape(words)))


@cache
def _letters_of_character(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character).casefold() if c.isalpha())


def skeleton(passage: str) -> str:
    """Three hexadecimal digits for each part of a passage, given as folded letters."""
    hashes = _hashes(passage)
    return "".join(f"{hashes[at]:03x}" for at in _middles(len(passage)).tolist())


def sealed(anchor: Anchor, text: Folded) -> Anchor:
    """The anchor with the letters and the skeleton of the passage it leads to; ValueError if it leads nowhere."""
    plain = anchor.model_copy(update={"letters": None, "skeleton": None})
    found = resolution(plain, text)
    if not found.found:
        raise ValueError(f"{found.status}: {'; '.join(found.notes)}")
    passage = letters_of(text.text[found.start : found.end])
    return anchor.model_copy(update={"letters": len(passage), "skeleton": skeleton(passage)})


def resolution(anchor: Anchor, text: Folded) -> Resolution:
    """The one passage that the anchor names, or why there is none."""
    start, end = letters_of(anchor.start), letters_of(anchor.end)
    if not start or not end:
        return Resolution("not found", notes=("the anchor has no letters to search for",))
    starts, ends = _beginnings(start, anchor, text), _endings(end, anchor, text)
    if anchor.letters is None or anchor.skeleton is None:
        return _by_edges_alone(start, end, starts, ends, text)
    sought = _Sought(
        start,
        end,
        anchor.letters,
        _pieces(anchor.skeleton),
        _middles(anchor.letters),
        letters_of(anchor.prefix or ""),
        letters_of(anchor.suffix or ""),
    )
    if len(sought.pieces) != len(sought.middles) or sought.length < max(len(start), len(end)):
        return Resolution(
            "not found", notes=("letters and skeleton do not belong to these words; run `stancebook seal` again",)
        )
    pairs = [(s, e) for s in starts for e in ends if e - s >= max(len(start), len(end)) and sought.fits(e - s)]
    candidates = (
        [c for pair in pairs if (c := _candidate(sought, pair, (0, 0), text))]
        or _repaired(sought, starts, ends, text)
        or _repaired(sought, starts, ends, text, turned=True)
    )
    if not candidates:
        return _failure(bool(pairs), starts, ends, len(start))
    best = _distinct(candidates)
    if len(best) > 1:
        places = tuple(_span(c, text) for c in best)
        return Resolution("ambiguous", notes=(f"{len(best)} places fit",), places=places)
    return _resolved(best[0], sought, text)


def words_between(anchor: Anchor, text: Folded) -> int | None:
    """How many words of the passage the two edges do not print; None if it is not found."""
    found = resolution(anchor, text)
    if not found.found:
        return None
    return max(0, _count(text.text[found.start : found.end]) - _count(anchor.start) - _count(anchor.end))


def overprinted(anchor: Anchor, text: Folded) -> tuple[str, str] | None:
    """That the two edges print nearly all of the passage, with the cure; None if they do not, or it is not found."""
    hidden = words_between(anchor, text)
    if hidden is None or hidden >= MIN_HIDDEN:
        return None
    found = resolution(anchor, text)
    words, printed = _count(text.text[found.start : found.end]), _count(anchor.start) + _count(anchor.end)
    problem = f"the two ends print {f'all but {hidden}' if hidden else 'all'} of the passage's {words} words"
    if words < LEAST_WORDS:
        return problem, LONGER
    longer = f"take a passage of at least {printed + MIN_HIDDEN} words, so that {MIN_HIDDEN} stay unprinted"
    return problem, f"shorten them to {words - MIN_HIDDEN} words together, or {longer}"


def _count(words: str) -> int:
    """The number of words; the parts of a hyphenated compound count one by one, a word broken at a line's end once."""
    return len(_WORD.findall(_one_line(words).replace("\u00ad", "")))


def lint(anchor: Anchor) -> list[tuple[str, str]]:
    """What is wrong with the anchor whatever the text says, each with its cure."""
    found = []
    for edge, words in (("start", anchor.start), ("end", anchor.end)):
        count = _count(words)
        if count > MAX_WORDS:
            found.append((f"{edge} has {count} words", f"keep to {MAX_WORDS}: the texts are under copyright"))
        letters = len(letters_of(words))
        if count < MIN_WORDS or letters < MIN_LETTERS:
            problem = f"{edge} is too short ({counted(count, 'word')}, {counted(letters, 'letter')})"
            cure = f"use {MIN_WORDS} to {MAX_WORDS} words and at least {MIN_LETTERS} letters"
            found.append((problem, f"{cure}: fewer may come back in another edition"))
    for edge in ("prefix", "suffix"):
        if (count := _count(getattr(anchor, edge) or "")) > MAX_WORDS:
            found.append((f"{edge} has {count} words", f"keep to {MAX_WORDS}"))
    if (anchor.letters is None) != (anchor.skeleton is None):
        found.append(("letters and skeleton go together", "remove both and run `stancebook seal`"))
    return found


def edges(first: str, last: str) -> tuple[str, str]:
    """The first and the last words of a passage, at most eight each, of words that may be more.

    If one is empty, or both are the same, the other is taken for the whole passage if it is long enough to be one.
    """
    whole, most = first or last, MAX_WORDS
    if not (first and last) or first == last:
        most = min(MAX_WORDS, (_count(whole) - MIN_HIDDEN) // 2)
        if most < MIN_WORDS:
            return first, last
        first = last = whole
    return _first_words(first, most), _first_words(last[::-1], most)[::-1]


def _first_words(words: str, most: int) -> str:
    found = list(_WORD.finditer(words))
    return words if len(found) <= most else words[: found[most - 1].end()]


def rivals(words: str, text: Folded) -> int:
    """How many places of the text come near to these words (at most a quarter of the letters differ), themselves left out."""
    letters = letters_of(words)
    places = _places(letters, text.letters)
    near = sum(1 for _ in _near_places(letters, text.letters, places))
    return max(0, len(places) - 1) + near


def shortest_anchor(start: int, end: int, text: Folded) -> Anchor:
    """The sealed anchor of `text.text[start:end]` with the fewest words at each edge that are unique in the text.

    ValueError if the passage is too short or too long, reads like a reference, or stands in part elsewhere too, or if its
    edges come back elsewhere or print nearly all of it.  Its limits are those of a check; a check does not ask whether a
    passage reads like a reference or comes back in part.
    """
    words = list(re.finditer(r"\S+", text.text[start:end]))
    passage = letters_of(text.text[start:end])
    if len(passage) > LONGEST:
        raise ValueError(f"the passage has {len(passage)} letters; choose one of {LONGEST} at most")
    if (count := _count(text.text[start:end])) < LEAST_WORDS:
        raise ValueError(f"the passage has {count} words; {LONGER}")
    if _reference(text.text[start:end]):
        raise ValueError(
            f"the passage reads like a reference, with many numbers or “ibid.”; choose one with more running text{BY_HAND}"
        )
    if repeated(start, end, text):
        raise ValueError(
            f"{REPEATED} letters of the passage stand elsewhere in the text too; choose another passage{BY_HAND}"
        )
    edges = []
    for edge, take in (("first", lambda k: words[:k]), ("last", lambda k: words[-k:])):
        for k in range(1, MAX_WORDS + 1):
            chosen = _one_line(text.text[start + take(k)[0].start() : start + take(k)[-1].end()])
            enough = _count(chosen) >= MIN_WORDS and len(letters_of(chosen)) >= MIN_LETTERS
            if enough and _count(chosen) <= MAX_WORDS and not rivals(chosen, text):
                edges.append(chosen)
                break
        else:
            raise ValueError(
                f"the {edge} {MAX_WORDS} words come back elsewhere in the text; begin or end the passage elsewhere"
            )
    printed = _count(edges[0]) + _count(edges[1])
    if count - printed < MIN_HIDDEN:
        least = f"take a passage of at least {printed + MIN_HIDDEN} words, so that {MIN_HIDDEN} stay unprinted"
        raise ValueError(f"the passage has {count} words, of which its ends must print {printed}; {least}")
    return Anchor(start=edges[0], end=edges[1], letters=len(passage), skeleton=skeleton(passage))


def _reference(passage: str) -> bool:
    """Whether the passage is a note or bibliography rather than running text: many numbers, or "ibid."."""
    numbers = len(re.findall(r"\d+", passage))
    return bool(_REFERENCE.search(passage)) or (numbers > 2 and 8 * numbers > _count(passage))


def repeated(start: int, end: int, text: Folded, stretch: int = REPEATED) -> bool:
    """Whether a stretch of forty letters of `text.text[start:end]` stands elsewhere in the text too."""
    first, last = (int(i) for i in np.searchsorted(text.offsets, [start, end]))
    spans = (text.letters[i : i + stretch] for i in range(first, max(first + 1, last - stretch + 1), 5))
    return any(text.letters.count(s) > 1 for s in spans)


def _one_line(words: str) -> str:
    """Words as a clean edition prints them: joined over line ends, without the hyphen."""
    return re.sub(r"\s+", " ", re.sub(r"(?<=[^\W\d_])[-\u00ad]\s*\n\s*(?=[^\W\d_])", "", words)).strip()


# Finding edges


def _places(needle: str, letters: str) -> list[int]:
    places, at = [], letters.find(needle) if needle else -1
    while at >= 0:
        places.append(at)
        at = letters.find(needle, at + 1)
    return places


def _beginnings(start: str, anchor: Anchor, text: Folded) -> list[int]:
    """Where the start stands, after the prefix if there is one."""
    before = letters_of(anchor.prefix or "")
    return [i for i in _places(start, text.letters) if text.letters[:i].endswith(before)]


def _endings(end: str, anchor: Anchor, text: Folded) -> list[int]:
    """Where the end stops, before the suffix if there is one."""
    after = letters_of(anchor.suffix or "")
    return [i + len(end) for i in _places(end, text.letters) if text.letters.startswith(after, i + len(end))]


def _nearest(edge: str, text: Folded, low: int, high: int, share: float = EDGE_EDITS) -> tuple[int, int, int] | None:
    """The place between `low` and `high` that differs least from the edge: start, end, edits; None beyond `share`."""
    low = max(0, low)
    window = text.letters[low : max(low, high)]
    if len(window) < len(edge) // 2:
        return None
    found = partial_ratio_alignment(edge, window, score_cutoff=100 * (0.8 - share))
    if found is None:
        return None
    # rapidfuzz gives a window of the edge's own length: trim or widen it to the best fit.
    allowed = int(share * len(edge))
    fits = [
        (Levenshtein.distance(edge, window[s:e]), abs(e - s - len(edge)), s, e)
        for s in range(max(0, found.dest_start - allowed), found.dest_start + allowed + 1)
        for e in range(found.dest_end - allowed, min(len(window), found.dest_end + allowed) + 1)
        if e > s
    ]
    edits, _, s, e = min(fits)
    return (low + s, low + e, edits) if edits <= allowed else None


def _split(edge: str, text: Folded, low: int, high: int) -> tuple[int, int, int] | None:
    """The edge with a page's head, foot or note inside it: both its parts stand, in order, within a page turn."""
    found = []
    for cut in range(SHINGLE, len(edge) - SHINGLE + 1, 2):
        left = _nearest(edge[:cut], text, low, high)
        right = left and _nearest(edge[cut:], text, left[1], min(high, left[1] + PAGE_TURN))
        if left and right and left[2] + right[2] <= EDGE_EDITS * len(edge):
            found.append((left[0], right[1], left[2] + right[2]))
    return min(found, key=lambda f: (f[2], f[1] - f[0]), default=None)


def _near_places(edge: str, letters: str, exact: list[int]) -> Iterator[int]:
    """Places that come within a quarter of the letters of the edge, but are not it."""
    rest, allowed = letters, int(RIVAL_EDITS * len(edge))
    for at in exact:
        rest = rest[:at] + "\0" * len(edge) + rest[at + len(edge) :]
    while found := partial_ratio_alignment(edge, rest, score_cutoff=70):
        s, e = found.dest_start, found.dest_end
        if e <= s or Levenshtein.distance(edge, rest[s:e]) > allowed:
            return
        yield s
        rest = rest[:s] + "\0" * (e - s) + rest[e:]


# Confirming the interior


def _hashes(letters: str) -> np.ndarray:
    """The hash of each shingle: a polynomial in the code points, folded to 12 bits."""
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32)
    if len(codes) < SHINGLE:
        return np.zeros(0, dtype=np.uint16)
    total = np.full(len(codes) - SHINGLE + 1, 2166136261, dtype=np.uint32)
    for k in range(SHINGLE):
        total = (total ^ codes[k : len(codes) - SHINGLE + 1 + k]) * np.uint32(16777619)
    return ((total >> 20) ^ ((total >> 8) & 0xFFF)).astype(np.uint16)


def _middles(length: int) -> np.ndarray:
    """Where the shingle of each part of a passage begins."""
    parts = min(PARTS, length // SHINGLE)
    return np.array([(2 * i + 1) * length // (2 * parts) - SHINGLE // 2 for i in range(parts)], dtype=np.int64)


def _pieces(expected: str) -> np.ndarray:
    return np.array([int(expected[i : i + 3], 16) for i in range(0, len(expected) - 2, 3)], dtype=np.uint16)


def _standing(sought: _Sought, start: int, end: int, text: Folded) -> np.ndarray:
    """For each part of the skeleton, whether it stands: counted from the start up to one page turn, after it from the end."""
    near = np.arange(-sought.drift, sought.drift + 1)

    def stands(places: np.ndarray) -> np.ndarray:
        windows = np.clip(places[:, None] + near, 0, len(text.shingles) - 1)
        return (text.shingles[windows] == sought.pieces[:, None]).any(axis=1)

    if not len(sought.pieces) or not len(text.shingles):
        return np.zeros(len(sought.pieces), dtype=bool)
    before, after = stands(start + sought.middles), stands(end - sought.length + sought.middles)
    turns = (np.concatenate([before[:i], after[i:]]) for i in range(len(before) + 1))
    return max(turns, key=np.sum)


def _candidate(sought: _Sought, span: tuple[int, int], edits: tuple[int, int], text: Folded) -> _Candidate | None:
    """The place, if it convinces.

    A cut passage keeps one side of its skeleton, or both ends, and loses the rest in one stretch; a badly read one loses
    parts here and there.  So every half of the skeleton (any eight parts in a row) must stand by itself, the less of it if
    the length is as coded too.  Parts in the edges say nothing new: some of those between the edges must stand in any
    case, and if a page turns inside, when the length says little, only they count.
    """
    worst = max(edits[0] / len(sought.start), edits[1] / len(sought.end))
    if sought.length < SOLID and worst > EDGE_EDITS:
        return None  # too little stands inside to make up for a damaged edge
    needed = SOUND_HITS if worst <= SOUND_EDITS else EDGE_HITS if worst <= EDGE_EDITS else DAMAGED_HITS
    standing = hits = _standing(sought, *span, text)
    inside = hits[(sought.middles >= len(sought.start)) & (sought.middles + SHINGLE <= sought.length - len(sought.end))]
    longer = span[1] - span[0] - sought.length
    if abs(longer) <= sought.drift:
        needed -= LENGTH_HITS
    elif longer > sought.slack:
        if worst > (EDGE_EDITS if sought.length >= SOLID else SOUND_EDITS):
            return None
        hits = inside
    half = max(1, len(hits) // 2)
    weakest = min((hits[i : i + half].sum() for i in range(len(hits) - half + 1)), default=0)
    if weakest < needed * half or inside.sum() < LEAST_HITS * len(inside) or not _surrounded(sought, *span, text):
        return None
    middle = len(inside) // 2
    if middle > 2 and not (inside[:middle].any() and inside[middle:].any()):
        return None  # one half of what stands between the edges is other text
    return _Candidate(*span, *edits, int(standing.sum()), len(standing), worst > EDGE_EDITS)


def _surrounded(sought: _Sought, start: int, end: int, text: Folded) -> bool:
    """Whether the prefix and suffix, if there are any, stand around the place, or nearly."""
    around = (
        (sought.before, text.letters[max(0, start - len(sought.before)) : start]),
        (sought.after, text.letters[end : end + len(sought.after)]),
    )
    return all(Levenshtein.distance(words, there) <= EDGE_EDITS * len(words) for words, there in around)


def _repaired(
    sought: _Sought, starts: list[int], ends: list[int], text: Folded, turned: bool = False
) -> list[_Candidate]:
    """Places where an edge is damaged: sought where the other edge or the skeleton says the passage must be.

    If `turned`, a page may also turn inside an edge.
    """
    slack, length = sought.slack, sought.length
    found = []
    for guess in sorted({*starts, *(e - length for e in ends), *_votes(sought, text)}):
        for first in _edges(sought.start, text, guess - slack, guess + slack, turned, before=PAGE_TURN):
            stop = first[0] + length
            for last in _edges(sought.end, text, stop - slack, stop + slack, turned, after=PAGE_TURN):
                if sought.fits(last[1] - first[0]):
                    found.append(_candidate(sought, (first[0], last[1]), (first[2], last[2]), text))
    return [c for c in found if c]


def _edges(
    edge: str, text: Folded, low: int, high: int, turned: bool, before: int = 0, after: int = 0
) -> set[tuple[int, int, int]]:
    """Where the edge may stand: near where it is expected, or within a page turn of there; if `turned`, with a page turn inside."""
    low, high = (low, high + len(edge)) if before else (low - len(edge), high)
    wide = (low - before, high + after)
    found = {
        _nearest(edge, text, low, high, DAMAGED_EDITS),
        _nearest(edge, text, low, high),
        _nearest(edge, text, *wide),
    }
    if turned:
        found.add(_split(edge, text, *wide))
    return {f for f in found if f}


def _votes(sought: _Sought, text: Folded) -> list[int]:
    """Where the passage would begin if a quarter of its skeleton, two parts at least, stands together somewhere."""
    if len(sought.pieces) < 2:
        return []
    places = [np.flatnonzero(text.shingles == p) - at for p, at in zip(sought.pieces, sought.middles, strict=True)]
    guesses = np.sort(np.concatenate(places))
    needed = max(2, len(sought.pieces) // 4)
    found: list[int] = []
    for i in range(len(guesses) - needed + 1):
        if guesses[i + needed - 1] - guesses[i] <= sought.slack and not (
            found and guesses[i] - found[-1] <= sought.slack
        ):
            found.append(int(np.median(guesses[i : i + needed])))
    return found


# Deciding


def _by_edges_alone(start: str, end: str, starts: list[int], ends: list[int], text: Folded) -> Resolution:
    """An anchor that is not sealed: letter for letter, one place, believable length."""
    for words, places in (("first", starts), ("last", ends)):
        if not places:
            return Resolution("not found", notes=(f"the {words} words are not in the text",))
    reach = {s: [e for e in ends if e - len(end) >= s and e >= s + len(start)] for s in starts}
    spans = [(s, min(e)) for s, e in reach.items() if e]
    near = [(s, e) for s, e in spans if e - s <= LONGEST]
    if not spans:
        return Resolution("not found", notes=("the last words do not follow the first",))
    if not near:
        return Resolution("too long", notes=(f"the passage would be longer than {LONGEST} letters",))
    found = [_Candidate(s, e, 0, 0, 0, 0) for s, e in near]
    if len(found) > 1:
        several = tuple(_span(c, text) for c in found)
        return Resolution("ambiguous", notes=(f"{len(found)} passages begin and end so",), places=several)
    begin, stop = _span(found[0], text)
    return Resolution("exact", begin, stop, 1.0)


def _distinct(candidates: list[_Candidate]) -> list[_Candidate]:
    """The best candidate, and any that do not overlap it."""
    best = max(candidates, key=lambda c: c.evidence)
    return [best, *(c for c in candidates if c.end <= best.start or c.start >= best.end)]


def _resolved(found: _Candidate, sought: _Sought, text: Folded) -> Resolution:
    notes = (
        ["the first or last words are badly damaged: look where the passage begins and ends"] if found.damaged else []
    )
    edits = found.start_edits + found.end_edits
    if edits:
        notes.append(f"{edits} letter{'s differ' if edits > 1 else ' differs'} in the first and last words")
    longer = found.end - found.start - sought.length
    if longer > sought.slack:
        notes.append(f"{longer} letters more than coded: a page's head or foot, or a note, stands inside")
    elif longer:
        notes.append(
            f"{abs(longer)} letter{'s' if abs(longer) > 1 else ''} {'more' if longer > 0 else 'fewer'} than coded"
        )
    if found.hits < found.parts:
        notes.append(f"{found.hits} of {found.parts} sample points inside confirmed")
    edges = 1 - edits / (len(sought.start) + len(sought.end))
    score = (edges + (found.hits / found.parts if found.parts else 1)) / 2
    begin, stop = _span(found, text)
    return Resolution("forgiven" if notes else "exact", begin, stop, round(score, 3), tuple(notes))


def _failure(fits: bool, starts: list[int], ends: list[int], edge: int) -> Resolution:
    if fits:
        return Resolution(
            "different text",
            notes=("the first and last words are there, but what stands between them is not what was coded",),
        )
    if starts and ends:
        after = [e - s for s in starts for e in ends if e - s >= edge]
        if after:
            return Resolution(
                "too long" if min(after) > LONGEST else "different text",
                notes=(
                    f"between the first and last words stand {min(after)} letters, which does not fit the passage that was coded",
                ),
            )
        return Resolution("not found", notes=("the last words do not follow the first",))
    missing = (
        "neither the first nor the last words are"
        if not starts and not ends
        else f"the {'first' if not starts else 'last'} words are not"
    )
    return Resolution("not found", notes=(f"{missing} in the text",))


def _span(found: _Candidate, text: Folded) -> tuple[int, int]:
    return int(text.offsets[found.start]), int(text.offsets[found.end - 1]) + 1
