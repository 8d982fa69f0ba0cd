"""What stands in the cells of a sheet → values of a scale, or reasons for silence, by a table that is shown.

Nothing is guessed: a word that is not in the table is left uncoded and named, with the nearest that is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analysis.reading import did_you_mean
from analysis.schemas import Scale
from analysis.starting.scales import scale

Coded = int | str  # a value, or a reason for silence

REASONS = {"not asked": "not-asked", "not-asked": "not-asked", "out of scope": "out-of-scope", "out-of-scope": "out-of-scope", "evaded": "evaded", "evades": "evaded"}  # fmt: skip
SILENT = ("silent", "silence", "n/a", "na", "n.a", "not applicable", "not addressed", "not discussed", "not mentioned", "no position", "no answer", "none", "nothing", "-", "/")  # fmt: skip
UNSURE = ("?", "??", "unclear", "unsure", "tbd", "to do", "todo", "don't know", "check")
_STEPS = {  # how far towards which end, in halves of the way
    2: ("affirms", "affirm", "agrees", "agree", "yes", "y", "true", "supports", "support", "for", "pro", "in favour", "in favor", "accepts", "accept", "+", "++", "✓", "✔", "ja", "stimmt zu", "oui"),
    1: ("partly", "partly agrees", "partly agree", "partially", "partially agrees", "somewhat agree", "somewhat agrees", "mostly agrees", "mostly agree", "affirms with a limit", "qualified yes", "rather yes", "partly yes", "teilweise", "en partie"),
    0: ("neutral", "mixed", "both", "both sides", "weighs both sides", "balanced", "ambivalent", "neither", "neither agree nor disagree"),
    -1: ("partly disagrees", "partly disagree", "partially disagrees", "somewhat disagree", "somewhat disagrees", "mostly disagrees", "mostly disagree", "rejects with a limit", "qualified no", "rather no", "partly no", "partly not"),
    -2: ("rejects", "reject", "disagrees", "disagree", "no", "n", "false", "opposes", "oppose", "against", "contra", "denies", "deny", "--", "✗", "✘", "nein", "lehnt ab", "non"),
}  # fmt: skip
_STRONGER = {"strongly agree": 2, "strongly agrees": 2, "fully agree": 2, "strongly disagree": -2, "strongly disagrees": -2, "fully disagree": -2}  # fmt: skip
_THEN_WEAKER = {"agree": 1, "agrees": 1, "disagree": -1, "disagrees": -1}
_OF_SEVEN = {f"{w} {a}": s * v for a, s in (("agree", 1), ("disagree", -1)) for w, v in (("strongly", 3), ("somewhat", 1))} | {"agree": 2, "disagree": -2}  # fmt: skip
_PAGE = re.compile(r"\(?(?:pp?\.?|pages?|ch\.?|s\.)\s*\d[\d\s,–-]*\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """A way in which people number their values: from the lowest to the highest, and the value that each becomes on a scale."""

    said: str
    scale: str
    becomes: dict[int, int]


_FIVE = Numbers("−2 to 2", "five", {n: n for n in range(-2, 3)})
_OTHERS = [
    Numbers("−1, 0, 1", "three", {n: n for n in (-1, 0, 1)}),
    Numbers("−1, 0, 1", "five", {n: 2 * n for n in (-1, 0, 1)}),
    Numbers("1 to 5", "five", {n: n - 3 for n in range(1, 6)}),
    Numbers("1 to 7", "seven", {n: n for n in range(1, 8)}),
    Numbers("0 and 1", "yes-no", {0: 0, 1: 1}),
]


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
        if plain in (*SILENT, *UNSURE):
            said = "does not say why the text is silent" if plain in SILENT else "says that the coder was not sure"
            return None, f"“{words}” {said}, and is left uncoded; map it if it means one thing everywhere: --map \"{words}=not-asked\""  # fmt: skip
        if number(words) is not None:
            return None, f"{words} is not on the scale {self.numbers.said}; correct it, or say what it means: --map \"{words}=…\""  # fmt: skip
        return None, f"“{words[:60]}” is no value that is known; {did_you_mean(plain, self.words)} Or say what it means: --map \"{words[:60]}=…\""  # fmt: skip

    def is_like_a_value(self, words: str) -> bool:
        """Whether a cell is a value, stands for none, or is at least spelt almost like one."""
        plain = normal(words)
        n = number(words)
        known = (n is not None and abs(n) < 10) or plain in (*SILENT, *UNSURE)
        known = known or any(self._one(tried) is not None for tried, _ in _ways(words))
        return known or bool(difflib.get_close_matches(plain, self.words, n=1, cutoff=0.75))

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
    """The table for these cells; the scale is the one asked for, or the one that most of the numbers in them fit.

    `mapped`: words with what they mean, “silent=not-asked”.
    """
    some = [c for c in cells if c.strip()]
    meant = {normal(pair.rpartition("=")[0]) for pair in mapped}
    numbers, said = _numbers([c for c in some if normal(c) not in meant], asked)
    made = scale(numbers.scale)
    return Key(numbers, made, {**_words(some, made), **REASONS, **_mapped(mapped, made)}, said)


def _numbers(cells: Sequence[str], asked: str | None) -> tuple[Numbers, str]:
    """How the cells are numbered, and what is to be said of that."""
    found = [n for c in cells for t, _ in _ways(c)[-1:] if (n := number(t)) is not None]
    ready = [_FIVE, *_OTHERS]
    if asked:
        ready = [n for n in ready if n.scale == asked and n.becomes.keys() == {v.value for v in scale(asked).values}]
        return ready[0], f"the scale {ready[0].said}, as asked for"
    signed = [n for n in found if n < 0]
    if not found:
        only = {normal(c) for c in cells} <= {"yes", "no", "y", "n", *SILENT, *UNSURE, *REASONS}
        of = next((n for n in ready if only and cells and n.scale == "yes-no"), _FIVE)
        return of, f"words alone, on the scale {of.said}"
    if set(found) <= {0, 1}:
        return Numbers("−2 to 2", "five", {}), "0 and 1 alone: a 0 may mean no, or neither, or nothing; say what they mean: --map \"1=2\" --map \"0=-2\""  # fmt: skip
    if signed and set(found) <= {-1, 0, 1}:
        three = next(n for n in ready if n.said == "−1, 0, 1")
        return three, "−1, 0 and 1 alone: taken for a scale of three; --scale five if they are the middle of −2 to 2"
    fitting = [(sum(n in way.becomes for n in found), -i, way) for i, way in enumerate(ready) if way.said != "−1, 0, 1" and way.said != "0 and 1"]  # fmt: skip
    best = max(fitting)[2]
    few = (
        ""
        if signed
        else f"; none is negative: {'--map' if best is _FIVE else '--scale five'} if they mean something else"
    )
    return best, f"numbers of the scale {best.said}{few}"


def _words(cells: Sequence[str], made: Scale) -> dict[str, Coded]:
    """The words that are known, each with its value on the scale."""
    values = [v.value for v in sorted(made.values, key=lambda v: v.value)]
    lowest, highest = values[0], values[-1]
    steps: dict[str, int] = {word: step for step, words in _STEPS.items() for word in words} | _STRONGER
    used = {normal(c) for c in cells}
    if used & {*_STRONGER, "++", "--"}:
        steps |= _THEN_WEAKER | ({"+": 1} if "++" in used else {}) | ({"-": -1} if "--" in used else {})
    on_scale = {word: lowest + (step + 2) / 4 * (highest - lowest) for word, step in steps.items()}
    if len(values) == 7:
        on_scale |= {word: 4 + step for word, step in _OF_SEVEN.items()}
    labels = {normal(v.label): v.value for v in made.values}
    return {word: int(v) for word, v in (on_scale | labels).items() if v in values}


def _mapped(pairs: Sequence[str], made: Scale) -> dict[str, Coded]:
    """What was said of words on the command line; ValueError with every pair that says nothing."""
    known: dict[str, Coded] = {s.reason: s.reason for s in made.silences}
    known |= {name: v.value for v in made.values for name in (str(v.value), normal(v.label))}
    found: dict[str, Coded] = {}
    problems = []
    for pair in pairs:
        word, _, meant = pair.rpartition("=")
        meant = normal(meant).removeprefix("+")
        if not word.strip():
            problems.append(f'--map {pair}: no word before the =; write it like --map "agree=2"')
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
