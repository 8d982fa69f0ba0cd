"""Text + anchor → the place of a passage, or a stated failure.

Editions differ in line breaks, hyphenation, quotation marks, dashes, footnote numbers and
capitals.  Folding a text to its letters alone removes all of these, and plain search then
finds an anchor in every clean edition.  A passage that is found twice is not found.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from analysis.schemas import Anchor

MAX_WORDS = 8  # at each end: the most the project prints of a text under copyright
MIN_WORDS = 4
MIN_LETTERS = 16
LONGEST = 4000  # letters of a whole passage

_UNIT = re.compile(r"&#?\w{2,8};|.", re.DOTALL)  # an HTML entity left over in a copy, or one character

Status = Literal["found", "missing", "ambiguous", "too long"]


@dataclass(frozen=True)
class Folded:
    """A text reduced to its letters, case and accents removed.

    `offsets[i]` is the index in `text` of the character that gave `letters[i]`.
    """

    text: str
    letters: str
    offsets: tuple[int, ...]


@dataclass(frozen=True)
class Resolution:
    """Where an anchor leads: `start` and `end` index the original text if `status` is found."""

    status: Status
    start: int = -1
    end: int = -1
    reason: str = ""


def folded(text: str, begins: str | None = None) -> Folded:
    """The text folded to letters; if `begins` is given, from its first occurrence on."""
    letters, offsets = [], []
    for unit in _UNIT.finditer(text):
        for letter in letters_of(unit[0]):
            letters.append(letter)
            offsets.append(unit.start())
    whole = Folded(text, "".join(letters), tuple(offsets))
    cut = whole.letters.find(letters_of(begins)) if begins else 0
    return whole if cut <= 0 else Folded(text, whole.letters[cut:], whole.offsets[cut:])


def letters_of(words: str) -> str:
    """The letters of a few words, case and accents removed."""
    return "".join(c for c in unicodedata.normalize("NFKD", html.unescape(words)).casefold() if c.isalpha())


def resolution(anchor: Anchor, text: Folded) -> Resolution:
    """The one passage that begins and ends with the anchor's words, or why there is none."""
    start, end = letters_of(anchor.start), letters_of(anchor.end)
    starts = [i for i in _places(start, text.letters) if _preceded(text.letters, i, anchor.prefix)]
    ends = [i + len(end) for i in _places(end, text.letters) if _followed(text.letters, i + len(end), anchor.suffix)]
    for words, places in (("first", starts), ("last", ends)):
        if not places:
            return Resolution("missing", reason=f"the {words} words are not in the text")
    spans = [
        (s, min(reach)) for s in starts if (reach := [e for e in ends if e - len(end) >= s and e >= s + len(start)])
    ]
    near = [(s, e) for s, e in spans if e - s <= LONGEST]
    if not spans:
        return Resolution("missing", reason="the last words do not follow the first")
    if not near:
        return Resolution("too long", reason=f"the passage would be longer than {LONGEST} letters")
    if len(near) > 1:
        return Resolution("ambiguous", reason=f"{len(near)} passages begin and end so")
    s, e = near[0]
    return Resolution("found", text.offsets[s], text.offsets[e - 1] + 1)


def lint(anchor: Anchor) -> list[tuple[str, str]]:
    """What is wrong with the anchor whatever the text says, each with its cure."""
    found = []
    for edge, words in (("start", anchor.start), ("end", anchor.end)):
        count = len(words.split())
        if count > MAX_WORDS:
            found.append((f"{edge} has {count} words", f"keep to {MAX_WORDS}: the texts are under copyright"))
        if count < MIN_WORDS or len(letters_of(words)) < MIN_LETTERS:
            found.append(
                (
                    f"{edge} is too short to be unique",
                    f"use {MIN_WORDS} to {MAX_WORDS} words and at least {MIN_LETTERS} letters",
                )
            )
    for edge in ("prefix", "suffix"):
        if (extra := getattr(anchor, edge)) and len(extra.split()) > MAX_WORDS:
            found.append(
                (f"{edge} has {len(extra.split())} words", f"keep to {MAX_WORDS}: the texts are under copyright")
            )
    return found


def _places(needle: str, letters: str) -> list[int]:
    places, at = [], letters.find(needle) if needle else -1
    while at >= 0:
        places.append(at)
        at = letters.find(needle, at + 1)
    return places


def _preceded(letters: str, at: int, prefix: str | None) -> bool:
    return not prefix or letters[:at].endswith(letters_of(prefix))


def _followed(letters: str, at: int, suffix: str | None) -> bool:
    return not suffix or letters.startswith(letters_of(suffix), at)
