"""Debates of any size about the gardens of a town, all made up: for the tests of what many texts and propositions do, and for the benchmarks.

python tests/made.py SOURCES PROPOSITIONS FOLDER      writes one, to look at it
"""

import sys
from pathlib import Path
from random import Random

from attacks import written
from debates import CODEBOOK, CODER

from analysis.debate import Debate, debate_with
from analysis.schemas import Codebook, Coding, Source

WHO = ("The council", "The neighbours", "Allotment holders", "Beekeepers", "The school", "Most visitors", "The water board", "Newcomers to the quarter", "The volunteers of the first hour", "Landscape architects")  # fmt: skip
DID = ("cared for", "neglected", "paid for", "quarrelled over", "planned", "gave up", "reopened", "misunderstood", "profited from")  # fmt: skip
WHAT = ("the orchard", "the old hedges", "the watering", "the compost", "the paths along the canal", "the Wasserversorgungsgenossenschaft", "the greenhouses behind the station", "the seed exchange", "the benches", "the meadow")  # fmt: skip
WHEN = ("", " before the drought", " only after the fair", " for want of anything better", ", and so shaped what came later", " although hardly anybody had asked for it in the long years of the first association")  # fmt: skip
NAMES = ("Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hawthorn-Whitebeam", "Ivy", "Juniper", "Kapok", "Larch", "Maple", "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Tamarisk", "Ulmus", "Viburnum", "Willow", "Yew", "Zelkova")  # fmt: skip
SUBJECTS = ("Money", "The first plan", "Water", "Neighbours and newcomers", "Who decided", "Soil", "Children", "What was lost", "Weather", "The Genossenschaft")  # fmt: skip
REASONS = ("not-asked", "out-of-scope", "evaded")
ANCHOR = {"start": "these are the first few words", "end": "and these the last few words"}


def made(sources, propositions, seed=1, claims=True, coders=("reference",), questions=True, silent=()):
    """A debate of so many sources and propositions, the same for the same seed; some sources have no year, some stances no certainty.

    `claims`: False for stances alone, and then no factors and spans either; `coders`: those after the first read some cells otherwise;
    `questions`: False for a single one; `silent`: numbers of sources that speak to nothing.
    """
    chance = Random(seed)
    book = _codebook(propositions, chance, questions, claims)
    records = {f"s{i}": _source(i) for i in range(sources)}
    first = {key: _coding(key, i, book, Random(f"{seed} {i}"), claims, i in silent) for i, key in enumerate(records)}
    codings = {
        (coder, key): Coding.model_validate(coding if coder == coders[0] else _reread(coding, Random(f"{coder} {key}")))
        for coder in coders
        for key, coding in first.items()
    }
    who = {c: CODER.model_copy(update={"label": f"Coder {i}", "stances_only": not claims}) for i, c in enumerate(coders, 1)}  # fmt: skip
    return debate_with(Debate(Path(), book, records, who, {}, ""), codings)


def _codebook(propositions, chance, questions, claims):
    size = 10 if questions else propositions
    sentences = dict.fromkeys(f"{a} {b} {c}{d}." for a in WHO for b in DID for c in WHAT for d in WHEN)
    texts = chance.sample(list(sentences), propositions)
    some = [
        {"id": f"p{p}", "text": t, "kind": ("fact", "cause", "judgement", "concept")[p % 4], "core": p % 9 == 0}
        for p, t in enumerate(texts)
    ]
    asked = [
        {"id": f"q{i}", "label": _once(SUBJECTS, i), "text": f"What of {_once(SUBJECTS, i).lower()} in the gardens?", "propositions": some[low : low + size]}
        for i, low in enumerate(range(0, propositions, size))
    ]  # fmt: skip
    factors = [{"id": f"f{i}", "label": WHO[i]} for i in range(min(8, propositions))] if claims else []
    title = "What became of the town's gardens?"
    return Codebook.model_validate(CODEBOOK | {"title": title, "questions": asked, "factors": factors})


def _once(words, i):
    """The i-th of some words; from the second round on with a number."""
    return words[i % len(words)] + (f" {i // len(words) + 1}" if i >= len(words) else "")


def _source(i):
    name, year = _once(NAMES, i), 1950 + i % 70 if i % 9 != 4 else "n.d."
    notes = {"label": f"{name} {year}", "genre": "essay", "addressee": "gardeners", "evidence": "letters and minutes"}
    record = {"id": f"s{i}", "type": "book", "title": f"The gardens, as {name} saw them", "author": [{"family": name}]}
    issued = {} if year == "n.d." else {"issued": {"date-parts": [[year]]}}
    return Source.model_validate(record | issued | {"custom": notes})


def _coding(key, i, book, chance, claims, silent):
    """What a source says: it speaks to some questions much, to others little, and leans to one side."""
    speaks, side = 0.25 + 0.6 * chance.random(), chance.choice((-1, 1))
    coding = {"source": key, "claims": [], "stances": [], "silences": []}
    for question in book.questions:
        here = speaks * chance.choice((0.1, 0.8, 1, 1))
        for p in question.propositions:
            drawn = 1 if silent else chance.random()
            if drawn < here:
                value = side * chance.choice((2, 2, 1, 0, -1, -2))
                certainty = chance.choice((1, 2, 3, 3)) if len(coding["stances"]) % 7 != 5 else "not-stated"
                stance = {"proposition": p.id, "value": value, "certainty": certainty, "why": f"He says so of {p.id} in so many words, and comes back to it at the end."}  # fmt: skip
                stance |= {"qualification": "only where there was water"} if abs(value) == 1 else {}
                coding["stances"].append(stance | ({"claims": [f"c-{p.id}"]} if claims else {}))
            elif drawn < 0.97 or silent:
                coding["silences"].append({"proposition": p.id, "reason": chance.choice(REASONS), "why": "It does not come up."})  # fmt: skip
    if claims:
        _add_claims(coding, book, chance)
    return coding


def _add_claims(coding, book, chance):
    names = [s["claims"][0] for s in coding["stances"]]
    for n, name in enumerate(names):
        claim = {"id": name, "text": f"{chance.choice(WHO)} {chance.choice(DID)} {chance.choice(WHAT)}{chance.choice(WHEN)}.", "voice": "own", "anchors": [ANCHOR]}  # fmt: skip
        if n and chance.random() < 0.7:  # links lead back, so that none runs in a circle
            claim["attacks" if chance.random() < 0.15 else "supports"] = [chance.choice(names[max(0, n - 6) : n])]
        coding["claims"].append(claim)
    if not names:
        return
    told = {"id": "told", "text": "Others blamed the weather for all of it.", "voice": "reported", "holder": "the minutes", "anchors": [ANCHOR], "attacks": [names[0]]}  # fmt: skip
    coding["claims"].append(told)
    coding["thesis"] = names[:1]
    asked = chance.random() < 0.8 and book.factors
    weighed = [{"factor": f.id, "weight": chance.randint(0, 3), "why": "He comes back to it.", "claims": names[:1]} for f in book.factors if chance.random() < 0.4] if asked else []  # fmt: skip
    coding["factors"] = weighed
    if not weighed:
        coding["factors_silence"] = {"reason": "not-asked", "why": "He describes."}
    begins = 1900 + chance.randrange(60)
    coding["spans"] = [{"kind": "treated", "from": begins, "to": begins + 5 + chance.randrange(30), "label": "the years told"}]  # fmt: skip
    if chance.random() < 0.6:
        coding["spans"].append({"kind": "decisive", "from": begins + 2, "to": begins + 4, "label": "the turn", "claims": names[:1]})  # fmt: skip


def _reread(coding, chance):
    """The same text as another coder reads it: some values a step nearer the middle, some stances silences."""
    stances, silences = [], list(coding["silences"])
    for s in coding["stances"]:
        drawn = chance.random()
        if drawn < 0.08:
            silences.append({"proposition": s["proposition"], "reason": "not-asked", "why": "I do not hear it."})
        elif drawn < 0.25 and abs(s["value"]) == 2:
            stances.append(s | {"value": s["value"] // 2, "qualification": "as I read it"})
        else:
            stances.append(s)
    return coding | {"stances": stances, "silences": silences}


if __name__ == "__main__":
    written(made(int(sys.argv[1]), int(sys.argv[2]), coders=("reference", "first", "second")), Path(sys.argv[3]))
