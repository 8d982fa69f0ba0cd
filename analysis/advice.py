"""A debate → advice on it: what is no mistake, but worth a second look before more is coded.

Advice on propositions, texts and questions rests on the reference coding, from which figures are made, and says its n.  It is given
only where at least two texts are coded there: of one alone everything would be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from rapidfuzz.distance import Indel

from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.reading import Document, Place, dotted, read_json, read_yaml
from analysis.schemas import NOT_STATED, Proposition, Stance

ALIKE = 0.85  # of the words of two propositions that they share, from which they are near-duplicates
TO_DO = "to do"  # with which `stancebook new` and imports fill what was not said
KINDS = {
    "unfinished": "Still “to do”: it stands so in captions and on pages",
    "unstated": "How sure the coder was is not stated; put 1, 2 or 3 in place of `not-stated`. Until then the tests of robustness take these stances for doubtful ones",
    "unplaced": "Where the text says it is not stated (`anchors: []`), so that nobody can look it up; `stancebook anchor` writes the line",
    "stale": "Coded under another wording than the present one; read again, then `stancebook confirm --proposition ID` (--coder NAME)",
    "uncoded": "Nobody codes these texts; code them, or take them out of sources.json",
    "undivided": "Questions on which no two texts stand on opposite sides; if that is no finding, ask what they would quarrel about",
    "alone": "Propositions to which one text alone speaks: nothing can be compared; ask it more widely, or leave it out",
    "agreed": "All who speak are on one side: no quarrel shows here, at most one of degree; keep it if the agreement is worth saying, else sharpen it",
    "double": "May say two things at once, so that no value fits who holds one of them; split it, unless the two belong together",
    "alike": "Nearly the same words; keep one, unless the difference is what matters",
    "layouts": "Kept layouts that fit the codings no more: `stancebook build` lays anew the maps that it makes; delete what is listed here after it, unless you mean to go back to the codings it shows",
}


@dataclass(frozen=True)
class Advice:
    """One piece of advice: of which kind (`KINDS` says what to do), where the thing stands, its id, and what was seen."""

    kind: str
    file: str
    line: int
    id: str
    said: str

    def __str__(self) -> str:
        said = "".join(c if c.isprintable() else " " for c in self.said)  # what comes from others moves no cursor
        return f"{self.file}:{self.line}: {self.id}: {said}"


def advice(debate: Debate, sound: bool = True) -> list[Advice]:
    """Advice on a debate, kind by kind in the order of `KINDS`.

    `sound`: whether its files passed every check; if not, codings may be missing here, and only the propositions' words are looked at.
    """
    files = _Files(debate)
    found = [*_unfinished(debate, files), *_double(debate, files), *_alike(debate, files)]
    if sound:
        found += [*_unstated(debate), *_unplaced(debate), *_stale(debate, files), *_uncoded(debate, files)]
        if sum(bool(c.coded) for (coder, _), c in debate.codings.items() if coder == REFERENCE) > 1:
            found += [*_undivided(debate, files), *_alone(debate, files), *_agreed(debate, files)]
    return sorted(found, key=lambda a: list(KINDS).index(a.kind))


class _Files:
    """The lines on which propositions, questions and sources stand."""

    def __init__(self, debate: Debate):
        self.debate = debate
        self.book = read_yaml(debate.path / "debate.yml", "debate.yml")
        self.bibliography = read_json(debate.path / "sources.json", "sources.json")
        questions = debate.codebook.questions
        self.places: dict[str, Place] = {
            p.id: ("questions", i, "propositions", j)
            for i, q in enumerate(questions)
            for j, p in enumerate(q.propositions)
        }

    def on(self, proposition: str, kind: str, said: str) -> Advice:
        return _at(self.book, (*self.places[proposition], "id"), kind, proposition, said)


def _at(document: Document, place: Place, kind: str, id: str, said: str) -> Advice:
    return Advice(kind, document.file, document.line(place), id, said)


# What was not said


def _unfinished(debate: Debate, files: _Files) -> Iterator[Advice]:
    coders = [f"codings/{name}/coder.yml" for name in debate.coders]
    for document in (files.book, files.bibliography, *(read_yaml(debate.path / name, name) for name in coders)):
        for place, words in _strings(document.values):
            if _is_to_do(words):
                yield _at(document, place, "unfinished", dotted(place), f"“{words}”")


def _strings(values: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """All strings in the values of a file, each with its place."""
    if isinstance(values, str):
        yield place, values
    elif isinstance(values, (dict, list)):
        for key, value in values.items() if isinstance(values, dict) else enumerate(values):
            yield from _strings(value, (*place, key))


def _is_to_do(words: str) -> bool:
    return words.lower().startswith(TO_DO)


# What was coded


def _unstated(debate: Debate) -> Iterator[Advice]:
    for coder in debate.coders:
        stated = [
            s.certainty != NOT_STATED for (name, _), c in debate.codings.items() if name == coder for s in c.stances
        ]
        if n := stated.count(False):
            said = f"{n} of {counted(len(stated), 'stance')} do not state their certainty"
            yield Advice("unstated", f"codings/{coder}/coder.yml", 1, coder, said)


def _unplaced(debate: Debate) -> Iterator[Advice]:
    for (coder, source), coding in debate.codings.items():
        places = [bool(c.anchors) for c in coding.claims]
        if n := places.count(False):
            said = f"{n} of {counted(len(places), 'claim')} {'have' if n > 1 else 'has'} no passage"
            yield Advice("unplaced", f"codings/{coder}/{source}.yml", 1, source, said)


def _stale(debate: Debate, files: _Files) -> Iterator[Advice]:
    stale = debate.stale()
    for proposition in dict.fromkeys(id for _, _, id in stale):
        who = [f"{coder}/{source}" for coder, source, id in stale if id == proposition]
        n = sum(proposition in c.coded for c in debate.codings.values())
        yield files.on(proposition, "stale", f"{len(who)} of {n} readings ({', '.join(who)})")


def _uncoded(debate: Debate, files: _Files) -> Iterator[Advice]:
    coded = {source for (_, source), coding in debate.codings.items() if coding.coded}
    for i, source in enumerate(debate.sources):
        if source not in coded:
            yield _at(
                files.bibliography,
                (i, "id"),
                "uncoded",
                source,
                f"no stance and no silence (n = {counted(len(debate.coders), 'coder')})",
            )


def _undivided(debate: Debate, files: _Files) -> Iterator[Advice]:
    for i, question in enumerate(debate.codebook.questions):
        sides = [[debate.scale.side(s.value) for s in _stances(debate, p).values()] for p in question.propositions]
        compared = sum(len(some) > 1 for some in sides)
        if not any(1 in some and -1 in some for some in sides):
            said = f"two texts or more speak to {compared} of its {len(sides)} propositions, to none on opposite sides"
            yield _at(files.book, ("questions", i, "id"), "undivided", question.id, said)


def _alone(debate: Debate, files: _Files) -> Iterator[Advice]:
    for p in debate.codebook.propositions:
        if len(spoken := _stances(debate, p)) == 1:
            yield files.on(p.id, "alone", f"1 of {len(debate.sources)} texts speaks to it ({_named(debate, spoken)})")


def _agreed(debate: Debate, files: _Files) -> Iterator[Advice]:
    for p in sorted(debate.codebook.propositions, key=lambda p: -len(_stances(debate, p))):
        spoken = _stances(debate, p)
        sides = {debate.scale.side(s.value) for s in spoken.values()}
        if len(spoken) > 1 and len(sides) == 1 and sides != {0}:
            verb = "affirm" if sides == {1} else "reject"
            yield files.on(
                p.id,
                "agreed",
                f"{len(spoken)} of {len(debate.sources)} texts speak, and all {verb} it ({_named(debate, spoken)})",
            )


def _stances(debate: Debate, proposition: Proposition) -> dict[str, Stance]:
    return {
        source: stance
        for (coder, source), coding in debate.codings.items()
        for stance in coding.stances
        if coder == REFERENCE and stance.proposition == proposition.id
    }


def _named(debate: Debate, sources: dict[str, Stance]) -> str:
    return ", ".join(debate.sources[s].label for s in sources)


# How it is worded


def _double(debate: Debate, files: _Files) -> Iterator[Advice]:
    for p in debate.codebook.propositions:
        if (
            not _is_to_do(p.text) and (word := joined_at(p.text)) and not (word == "because" and p.kind == "cause")
        ):  # there it is the very claim
            yield files.on(p.id, "double", f"two verbs joined by “{word}”: “{p.text}”")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


JOINING = r"\b(and|or|but|while|whereas|because|although|though|so that)\b|;"
AUXILIARY = _words("is are was were has have had do does did can could will would shall should may might must cannot")
PAST = _words(
    "ate became began bent bore bought broke brought built came caught chose cut died drew drove fell felt fought found gave got grew held"
    " kept knew laid led left let lost made meant met paid put ran rose said sat saw sent set shook shut sold sought spent spoke stood"
    " struck swore taught thought threw told took understood went withdrew won wore wrote"
)
PRESENT = _words(
    "brings causes comes explains gives goes harms helps keeps leads leaves lowers makes means needs raises reduces remains rests saves serves shows takes wants works"
)  # fmt: skip
BETWEEN = _words("also then thus therefore soon later never not no only even still once again")
AFTER_A_VERB = _words(
    "the a an this that these those its their his her our them it him us no nothing all some many more most less little much up down out off over away back"
    " to by in on at of from with for into as about against through under only not"
)
SUBORDINATE = _words("as that who whom whose which when where if than what how why after before until unless since")
SUBJECT = 5  # words at most before the verb of a second clause


def joined_at(sentence: str) -> str | None:
    """The word that joins two verbs of their own in an English sentence, by which it may say two things; None if none is seen.

    A rule of thumb for English only, which would rather miss than accuse: the first part must have a finite verb and the second one at
    its head, alone (“and did not act”) or after a subject of at most five words (“and the state paid for it”).  A finite verb is an
    auxiliary, one of some common irregular pasts and presents, or a word in -ed before an article, a preposition or the like.
    On 40 made-up sentences it finds 14 of the 20 that say two things and accuses one of the 20 that do not; of the 59 propositions of the
    shipped debate it names one.  Together: precision 15 of 16, recall 15 of 21 (`tests/test_advice.py` counts).
    """
    words = re.sub(r"[“”\"‘’]", "", sentence).replace("'", "’")
    if re.match(r"(what|whatever|who|whoever|whether|how|if)\b", words, re.IGNORECASE):
        return None  # the first verbs belong to its subject
    for joint in re.finditer(JOINING, words, re.IGNORECASE):
        before, after = _tokens(words[: joint.start()]), _tokens(words[joint.end() :])
        if any(_finite(before, i) for i in range(len(before))) and _head_verb(after):
            return joint.group().lower()
    return None


def _tokens(words: str) -> list[str]:
    return re.findall(r"[\w’]+|[,;]", words.lower())


def _finite(tokens: list[str], i: int) -> bool:
    """Whether a word is a finite verb, as far as its form and the next word tell."""
    word, following = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else ""
    if i and tokens[i - 1] in ("to", "be", "been", "being", "the", "a", "of", "which", "who"):
        return False
    if word in AUXILIARY or word in PAST or word in PRESENT:
        return True
    return (
        len(word) > 4
        and word.endswith("ed")
        and (following in AFTER_A_VERB or following in ("", ",") or following.endswith("ly"))
    )


def _head_verb(tokens: list[str]) -> bool:
    """Whether a clause begins with a finite verb, or with a short subject and then one."""
    tokens = [t for t in tokens if t not in BETWEEN and not (t.endswith("ly") and len(t) > 4)]
    for i, word in enumerate(tokens[: SUBJECT + 1]):
        if word in SUBORDINATE or word in (",", ";", "to"):
            return False
        if _finite(tokens, i):
            return True
    return False


def _alike(debate: Debate, files: _Files) -> Iterator[Advice]:
    worded = [(p.id, p.text, *_bare(p.text)) for p in debate.codebook.propositions if not _is_to_do(p.text)]
    for (a, text, bare, negated), (b, _, other, otherwise) in combinations(worded, 2):
        if bare and other and Indel.normalized_similarity(bare, other, score_cutoff=ALIKE) >= ALIKE:
            said = "says the opposite of" if negated != otherwise else "says nearly the same as"
            yield files.on(b, "alike", f"{said} {a} (line {files.book.line((*files.places[a], 'id'))}): “{text}”")


NEGATING = {"not", "no", "never", "nobody", "nothing", "none", "neither", "nor", "without", "cannot"}
EMPTY = _words(
    "the a an of to in on at by for and or that which it its their his her is are was were be been did do does had has have"
)  # fmt: skip


def _bare(sentence: str) -> tuple[list[str], bool]:
    """The words that matter, without endings and in order of the alphabet, and whether they are negated an odd number of times."""
    words = re.findall(r"\w+", re.sub(r"n['’]t\b", " not", sentence.casefold()))
    kept = sorted(re.sub(r"(?<=\w\w\w)(es|ed|s|d|e)$", "", w) for w in words if w not in EMPTY | NEGATING)
    return kept, sum(w in NEGATING for w in words) % 2 == 1
