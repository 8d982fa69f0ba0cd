"""Where the selections of REFI-QDA stand in a text, and the anchors of their passages.

The standard does not say plainly what a position counts, and programs differ: code points or UTF-16 units, a line end of Windows as one
or two.  Where the text leaves a doubt, the reading is taken that fits the names of the selections, which begin with their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from analysis.anchors import MAX_WORDS, MIN_WORDS, Folded, letters_of, lint, overprinted, resolution
from analysis.schemas import Anchor

_LENGTHS = range(MAX_WORDS, MIN_WORDS - 1, -1)
_MOST_FIRST = sorted(product(_LENGTHS, repeat=2), key=lambda n: (sum(n), min(n)), reverse=True)


def anchor_of(words: str, text: Folded) -> dict[str, str] | None:
    """The ends of a passage of the text, as long as a check accepts them; None if it accepts none."""
    parts = words.split()
    for first, last in _MOST_FIRST:
        start, end = " ".join(parts[:first]), " ".join(parts[-last:])
        if first + last < len(parts) and _accepted(Anchor(start=start, end=end), letters_of(words), text):
            return {"start": start, "end": end}
    return None


def _accepted(anchor: Anchor, letters: str, text: Folded) -> bool:
    """Whether a check accepts the anchor, and it leads to a passage of these letters."""
    if lint(anchor):
        return False
    found = resolution(anchor, text)
    return found.found and letters_of(text.text[found.start : found.end]) == letters and not overprinted(anchor, text)


@dataclass
class Places:
    """A way to count positions in a text, and whether another would lead elsewhere and nothing decides between them."""

    text: str | None
    units: bool
    ends_as_one: bool
    doubtful: bool

    @property
    def words(self) -> str:
        return f"{'UTF-16 units' if self.units else 'code points'}, a line end as {'one' if self.ends_as_one else 'it stands'}"

    def of(self, selection: Any) -> str:
        """The words of a selection; none if it leads out of the text."""
        return _cut(self.text or "", selection, self.units, self.ends_as_one)


def places(text: str | None, selections: list[Any]) -> Places:
    """Code points as the text stands, unless only another count fits the names of the selections."""
    ways = list(product((False, True), (False, True)))
    if not text:
        return Places(None, False, False, False)
    cuts = {way: [_cut(text, s, *way) for s in selections] for way in ways}
    named = [(i, " ".join(n.split())) for i, s in enumerate(selections) if (n := s.get("name"))]
    fits = {way: sum(_begins(c[i], n) for i, n in named) for way, c in cuts.items()}
    best = max(ways, key=lambda way: fits[way])  # the first of equals
    differs = any(cuts[way] != cuts[best] and fits[way] == fits[best] for way in ways)
    return Places(text, *best, doubtful=differs)


def _begins(words: str, name: str) -> bool:
    """Whether a selection begins, with no blank before it, as its name does."""
    return bool(words) and not words[0].isspace() and " ".join(words.split()).startswith(name[:20])


def _cut(text: str, selection: Any, units: bool, ends_as_one: bool) -> str:
    try:
        start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
    except (TypeError, ValueError):
        return ""
    if ends_as_one:
        text = text.replace("\r\n", "\n")
    if not units:
        return text[start:end] if 0 <= start < end <= len(text) else ""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace") if 0 <= start < end <= len(raw) // 2 else ""
