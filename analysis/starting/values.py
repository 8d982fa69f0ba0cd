"""What stands in the cells of a sheet → values of a scale, or reasons for silence, by a table that is shown.

Nothing is guessed: a word that is not in the table is left uncoded and named, with the nearest that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.reading import did_you_mean
from analysis.schemas import Scale
from analysis.starting.scales import scale, scale_of

Coded = int | str  # a value, or a reason for silence

REASONS = {"not asked": "not-asked", "not-asked": "not-asked", "out of scope": "out-of-scope", "out-of-scope": "out-of-scope", "evaded": "evaded", "evades": "evaded"}  # fmt: skip
SILENT = ("silent", "silence", "n/a", "na", "n.a", "not applicable", "not addressed", "not discussed", "not mentioned", "no position", "no answer", "none", "nothing", "/")  # fmt: skip
DASHES = ("-", "--", "---")  # in most sheets a mark of what is missing; beside a plus, the opposite of it
UNSTATED = ("not stated", "not-stated", "unknown", "n.d", "s.d", "o.j", *DASHES)  # of a year or a certainty
UNSURE = ("?", "??", "unclear", "unsure", "tbd", "to do", "todo", "don't know", "check")
_STEPS = {  # how far towards which end, in halves of the way
    2: ("affirms", "affirm", "agrees", "agree", "yes", "y", "true", "supports", "support", "for", "pro", "in favour", "in favor", "accepts", "accept", "✓", "✔", "ja", "stimmt zu", "oui"),
    1: ("partly", "partly agrees", "partly agree", "partially", "partially agrees", "somewhat agree", "somewhat agrees", "mostly agrees", "mostly agree", "affirms with a limit", "qualified yes", "rather yes", "partly yes", "teilweise", "en partie"),
    0: ("neutral", "mixed", "both", "both sides", "weighs both sides", "balanced", "ambivalent", "neither", "neither agree nor disagree"),
    -1: ("partly disagrees", "partly disagree", "partially disagrees", "somewhat disagree", "somewhat disagrees", "mostly disagrees", "mostly disagree", "rejects with a limit", "qualified no", "rather no", "partly no", "partly not"),
    -2: ("rejects", "reject", "disagrees", "disagree", "no", "n", "false", "opposes", "oppose", "against", "contra", "denies", "deny", "✗", "✘", "nein", "lehnt ab", "non"),
}  # fmt: skip
_STRONGER = {"strongly agree": 2, "strongly agrees": 2, "fully agree": 2, "strongly disagree": -2, "strongly disagrees": -2, "fully disagree": -2}  # fmt: skip
_THEN_WEAKER = {"agree": 1, "agrees": 1, "disagree": -1, "disagrees": -1}
_OF_SEVEN = {f"{w} {a}": s * v for a, s in (("agree", 1), ("disagree", -1)) for w, v in (("strongly", 3), ("somewhat", 1))} | {"agree": 2, "disagree": -2}  # fmt: skip
_PAGE = re.compile(r"\(?(?:pp?\.?|pages?|ch\.?|s\.)\s*\d[\d\s,–-]*\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """A way in which people number their values: from the lowest to the highest, and the value that each becomes on a scale.

    `scale`: one of `SCALES`; empty for one that is made of the numbers as they are.
    """

    said: str
    scale: str
    becomes: dict[int, int]

    def fit(self, found: Sequence[int]) -> int:
        """How many of the numbers it has a value for."""
        return sum(n in self.becomes for n in found)

    def is_clear(self, found: Sequence[int]) -> bool:
        """Whether its lowest and its highest number both occur, and nearly all numbers (nine in ten) fit it."""
        return {min(self.becomes), max(self.becomes)} <= set(found) and 10 * self.fit(found) >= 9 * len(found)


_FIVE = Numbers("−2 to 2", "five", {n: n for n in range(-2, 3)})
_THREE = Numbers("−1, 0, 1", "three", {n: n for n in (-1, 0, 1)})
_UNSIGNED = [
    Numbers("1 to 5", "five", {n: n - 3 for n in range(1, 6)}),
    Numbers("1 to 7", "seven", {n: n for n in range(1, 8)}),
]
_ASKED = [_FIVE, _THREE, *_UNSIGNED, Numbers("0 and 1", "yes-no", {0: 0, 1: 1})]
_UNDECIDED = Numbers("−2 to 2", "five", {})


@dataclass
class Key:
    """The table by which words become values of a scale; `used` is what of it was needed."""

    numbers: Numbers
    scale: Scale
    words: dict[str, Coded]
    said: str
    used: dict[str, Coded] = field(default_factory=dict)

    def read(self, words: str) -> tuple[Coded | None, str]:
        """The value or reason for silence (None: uncoded, and why, as problem and cure in one), and what else stood in the cell."""
        for tried, rest in _ways(words):
            found = self._one(tried)
            if found is not None:
                self.used[normal(tried)] = found
                return found, rest
        plain = normal(words)
        if plain in DASHES:
            return None, f"“{words}” may mean that nothing is said, or that nobody looked, and is left uncoded; if it means one thing everywhere: --map=\"{words}=not-asked\""  # fmt: skip
        if plain in (*SILENT, *UNSURE):
            said = "does not say why the text is silent" if plain in SILENT else "says that the coder was not sure"
            return None, f"“{words}” {said}, and is left uncoded; map it if it means one thing everywhere: --map=\"{words}=not-asked\""  # fmt: skip
        if number(words) is not None and not self.numbers.becomes:
            return None, f"{words} is left uncoded, for nobody can tell the scale of the numbers; {_DECIDE}"
        if number(words) is not None:
            return None, f"{words} is not on the scale {self.numbers.said}; correct it, or say what it means: --map=\"{words}=…\""  # fmt: skip
        return None, f"“{words[:60]}” is no value that is known; {did_you_mean(plain, self.words)} Or say what it means: --map=\"{words[:60]}=…\""  # fmt: skip

    def are_values(self, cells: Sequence[str]) -> bool:
        """Whether at least half of the cells that say something are values.  One alone may be a chance: NO is Norway, too."""
        telling = [c for c in cells if normal(c) not in (*SILENT, *UNSURE, *DASHES)]
        return 2 * sum(map(self._is_value, telling)) >= len(telling)

    def _is_value(self, words: str) -> bool:
        n = None if self.numbers.becomes else number(words)  # of numbers that nobody can tell, small ones may be values
        return (n is not None and abs(n) <= 10) or any(self._one(tried) is not None for tried, _ in _ways(words))

    def _one(self, words: str) -> Coded | None:
        plain, found = normal(words), number(words)
        if plain in self.words:
            return self.words[plain]
        return self.numbers.becomes.get(found) if found is not None else None

    def table(self) -> list[str]:
        """What was taken for what, in words."""
        labels = {v.value: v.label for v in self.scale.values}
        rows = sorted(self.used.items(), key=lambda row: (isinstance(row[1], str), *row[::-1]))
        return [f"“{word}” is {shown(m)} ({labels[m]})" if isinstance(m, int) else f"“{word}” is the silence {m}" for word, m in rows]  # fmt: skip


def shown(value: int) -> str:
    return str(value).replace("-", "−")


def key(cells: Iterable[str], mapped: Sequence[str] = (), asked: str | None = None) -> Key:
    """The table for these cells; the scale is the one asked for, or one that the numbers in them fit clearly; otherwise numbers are no values.

    `mapped`: words with what they mean, “silent=not-asked”.
    """
    some = [c for c in cells if c.strip()]
    meant = {normal(pair.rpartition("=")[0]) for pair in mapped}
    numbers, said = _numbers([c for c in some if normal(c) not in meant], asked)
    made = scale(numbers.scale) if numbers.scale else scale_of(sorted(numbers.becomes))
    words = _words(some, made)
    return Key(numbers, made, {**words, **REASONS, **_mapped(mapped, made, words)}, said)


def _numbers(cells: Sequence[str], asked: str | None) -> tuple[Numbers, str]:
    """How the cells are numbered, and what is to be said of that."""
    last = [t for c in cells for t, _ in _ways(c)[-1:]]
    found = [n for t in last if (n := number(t)) is not None]
    if asked:
        best = max((way for way in _ASKED if way.scale == asked), key=lambda way: way.fit(found))
        return best, f"the scale {best.said}, as asked for"
    if not found:
        only = {normal(c) for c in cells} <= {"yes", "no", "y", "n", *SILENT, *UNSURE, *DASHES, *REASONS}
        of = _ASKED[-1] if only and cells else _FIVE
        return of, f"words alone, on the scale {of.said}"
    if any(n < 0 for n in found) or any(t.startswith("+") and number(t) is not None for t in last):
        return _signed(found)
    return _unsigned(found)


def _signed(found: Sequence[int]) -> tuple[Numbers, str]:
    if max(found) == -min(found) and 3 <= max(found) <= 5:
        return _as_they_are(min(found), max(found))
    stray = [n for n in found if 2 < abs(n) <= 10]
    if len(stray) > 1 and 10 * len(stray) > len(found):
        return _UNDECIDED, f"numbers from {shown(min(found))} to {shown(max(found))}, too many of them beyond −2 to 2; {_DECIDE}"  # fmt: skip
    if set(found) <= {-1, 0, 1}:
        return _THREE, "−1, 0 and 1 alone: taken for a scale of three; --scale five if they are the middle of −2 to 2"
    if _THREE.is_clear(found) and not {-2, 2} & set(found):
        return _THREE, "−1, 0 and 1, or nearly so: taken for a scale of three; --scale five if they are the middle of −2 to 2"  # fmt: skip
    return _FIVE, f"numbers of the scale {_FIVE.said}"


def _unsigned(found: Sequence[int]) -> tuple[Numbers, str]:
    """Numbers of which none is negative mean many things.  Only a numbering that is clear is taken."""
    if 0 in found and 10 * sum(n in (0, 1) for n in found) >= 8 * len(found):
        return _UNDECIDED, f"0 and 1, or nearly so: a 0 may mean no, or neither, or nothing; {_DECIDE}"
    clear = [way for way in _UNSIGNED if way.is_clear(found)]
    best = max(clear, key=lambda way: way.fit(found), default=None)
    whole = _is_whole(found)
    if best and (not whole or best.fit(found) >= len(found) - 1):  # one that does not fit is a slip
        return best, f"numbers of the scale {best.said}; none is negative: --scale or --map if they mean something else"
    if whole:
        return _as_they_are(min(found), max(found))
    return _UNDECIDED, f"numbers from {min(found)} to {max(found)}, which nobody can tell the scale of: its lowest or its highest does not occur, or too many do not fit; {_DECIDE}"  # fmt: skip


_DECIDE = 'say what they mean: --scale five (or three, seven, yes-no), or --map="1=…" for each number'


def _is_whole(found: Sequence[int]) -> bool:
    """Whether the numbers are themselves a scale of four values or more, from 0 or 1: each occurs, or the ends do of one to 10."""
    lowest, highest = min(found), max(found)
    every = set(range(lowest, highest + 1)) <= set(found)
    return lowest in (0, 1) and 3 <= highest - lowest <= 10 and (every or highest == 10)


def _as_they_are(lowest: int, highest: int) -> tuple[Numbers, str]:
    said = f"{shown(lowest)} to {shown(highest)}"
    return Numbers(said, "", {n: n for n in range(lowest, highest + 1)}), f"numbers of a scale {said}, kept as they are: the highest affirms; its words are yours to write, in debate.yml; --map or --scale five if they mean something else"  # fmt: skip


def _words(cells: Sequence[str], made: Scale) -> dict[str, Coded]:
    """The words that are known, each with its value on the scale."""
    values = [v.value for v in sorted(made.values, key=lambda v: v.value)]
    lowest, highest = values[0], values[-1]
    steps: dict[str, int] = {word: step for step, words in _STEPS.items() for word in words} | _STRONGER
    used = {normal(c) for c in cells}
    steps |= _signs(used)
    if used & {*_STRONGER, "++"}:
        steps |= _THEN_WEAKER
    on_scale = {word: lowest + (step + 2) / 4 * (highest - lowest) for word, step in steps.items()}
    if len(values) == 7:
        middle = (lowest + highest) // 2
        on_scale |= {word: middle + step for word, step in _OF_SEVEN.items()}
    labels = {normal(v.label): v.value for v in made.values}
    return {word: int(v) for word, v in (on_scale | labels).items() if v in values}


def _signs(used: set[str]) -> dict[str, int]:
    """Plus and minus as steps.  A minus without any plus is a dash, and no value."""
    doubled = {"++": 2, "+": 1, "-": -1, "--": -2} if used & {"++", "--"} else {"+": 2, "-": -2}
    return doubled if used & {"+", "++"} else {}


def _mapped(pairs: Sequence[str], made: Scale, words: dict[str, Coded]) -> dict[str, Coded]:
    """What was said of words on the command line, by values, reasons or `words` that are known; ValueError with every pair that says nothing."""
    known: dict[str, Coded] = {**words, **REASONS, **{s.reason: s.reason for s in made.silences}}
    known |= {name: v.value for v in made.values for name in (str(v.value), normal(v.label))}
    found: dict[str, Coded] = {}
    problems = []
    for pair in pairs:
        word, _, meant = pair.rpartition("=")
        meant = normal(meant).removeprefix("+")
        if not word.strip():
            problems.append(f'--map {pair}: no word before the =; write it like --map="agree=2"')
        elif meant not in known:
            problems.append(f"--map {pair}: “{meant}” is neither a value nor a reason for silence; {did_you_mean(meant, known)}")  # fmt: skip
        else:
            found[normal(word)] = known[meant]
    if problems:
        raise ValueError("\n".join(problems))
    return found


def normal(words: str) -> str:
    """Words as they are looked up: small letters, single blanks, one kind of minus, no full stop at the end."""
    plain = re.sub("[−–—‐‑]", "-", " ".join(words.split())).casefold().replace("’", "'")
    return plain.rstrip(".!") or plain


def number(words: str) -> int | None:
    """The whole number that somebody wrote: “2”, “+2”, “−2”, “2.0”, “2,0”.  A thousand or more is some other number."""
    found = re.fullmatch(r"([+-]?\d{1,3})(?:[.,]0+)?", normal(words))
    return int(found[1]) if found else None


def _ways(words: str) -> list[tuple[str, str]]:
    """The cell as it stands; and the value in it without what stands behind: after a number anything in brackets, after a word a page."""
    plain = " ".join(words.split())
    parts = re.fullmatch(r"(.+?)\s*([(\[;].*|(?:pp?\.|pages?)\s*\d.*)", plain)
    if not parts or (number(parts[1]) is None and not _PAGE.fullmatch(parts[2].strip("[;] "))):
        return [(plain, "")]
    return [(plain, ""), (parts[1], parts[2].strip("()[]; "))]
