"""Degraded editions of a text, as readers' copies come: rewrapped, re-set, scanned, with running heads, cut."""

import random
import re

from analysis import anchors

LOOKALIKES = {
    "e": "c",
    "c": "e",
    "l": "1",
    "i": "l",
    "m": "rn",
    "n": "u",
    "u": "n",
    "h": "b",
    "o": "0",
    "s": "5",
    "a": "o",
    "t": "f",
    "r": "i",
}


def rewrapped(text, seed=0, width=38):
    """Lines of another width, words broken with hyphens at their ends."""
    lines = []
    for paragraph in re.split(r"\n\s*\n", text):
        words = re.sub(r"(?<=\w)-\n\s*(?=\w)", "", paragraph).split()
        line = ""
        for word in words:
            room = width - len(line) - 1
            if len(line) + len(word) + 1 > width and 3 < room < len(word) - 2 and word[: room - 1].isalpha():
                lines.append(f"{line} {word[: room - 1]}-")
                line = word[room - 1 :]
            elif len(line) + len(word) + 1 > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines += [line, ""]
    return "\n".join(lines)


def remarked(text, seed=0):
    """Footnote marks of other kinds: dropped, in brackets, as plain digits after the stop."""
    rng = random.Random(seed)
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\[\d{1,2}\]", lambda m: rng.choice(["", "[7]", "12", "*"]), text)
    return re.sub(r"\.(?=\s+[A-Z])", lambda m: m[0] + rng.choice(["", "", "", "3", "²"]), text)


def reset(text, seed=0):
    """Other quotation marks, dashes, ligatures and soft hyphens; accents lost."""
    rng = random.Random(seed)
    swaps = {"“": '"', "”": '"', "’": "'", "‘": "'", '"': "”", "'": "’", "—": " - ", "–": "-", "-": "–"}
    text = "".join(swaps.get(c, c) for c in text)
    for plain, ligature in (("ffi", "ﬃ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        text = text.replace(plain, ligature)
    return re.sub(r"(?<=[a-z]{3})(?=[a-z]{3})", lambda m: "\u00ad" if rng.random() < 0.05 else "", text)


def with_heads(text, seed=0, every=1900):
    """A running head, a page number and a footnote in the middle of sentences."""
    rng = random.Random(seed)
    out, at = [], 0
    while at < len(text):
        step = int(every * rng.uniform(0.8, 1.2))
        cut = text.rfind(" ", at, at + step) if at + step < len(text) else len(text)
        cut = cut if cut > at else min(len(text), at + step)
        out.append(text[at:cut])
        note = (
            f"\n{rng.randint(1, 90)} See the report of the commission, vol. {rng.randint(1, 9)}, p. {rng.randint(1, 400)}.\n"
            if rng.random() < 0.5
            else ""
        )
        out.append(f"{note}\n\f\n{rng.randint(1, 300)}  Journal of Made-Up Studies: A Very Long Running Head\n")
        at = cut
    return "".join(out)


def scanned(text, seed=0, share=0.02):
    """A share of the letters read wrongly: replaced by a lookalike, dropped, or doubled."""
    rng = random.Random(seed)
    out = []
    for c in text:
        if c.isalpha() and rng.random() < share:
            kind = rng.random()
            if kind < 0.7:
                out.append(LOOKALIKES.get(c.lower(), rng.choice("abcdefghijklmnopqrstuvwxyz")))
            elif kind < 0.85:
                out.append(rng.choice("abcdefghijklmnopqrstuvwxyz") + c)
        else:
            out.append(c)
    return "".join(out)


def everything(text, seed=0, share=0.02):
    return scanned(with_heads(reset(remarked(rewrapped(text, seed), seed), seed), seed), seed, share)


def without(text, start, end):
    """The text with the passage cut out."""
    return text[:start] + text[end:]


def random_anchors(fold, count, seed=0):
    """Linted, sealed anchors of random passages of one to three sentences."""
    rng = random.Random(seed)
    sentences = [
        m.span() for m in re.finditer(r"[A-Z“\"][^.!?]{40,400}[.!?]", fold.text) if m.start() >= fold.offsets[0]
    ]
    found = []
    while len(found) < count:
        first = rng.randrange(len(sentences))
        last = min(len(sentences) - 1, first + rng.randrange(3))
        start, end = sentences[first][0], sentences[last][1]
        try:
            anchor = anchors.shortest_anchor(start, end, fold)
        except ValueError:
            continue
        if anchors.lint(anchor):
            continue
        found.append((anchor, start, end))
    return found


def right(found, truth, text):
    """Whether what was found in an edition is the passage (`truth`: its folded letters), heads and notes inside allowed for."""
    from rapidfuzz.distance import LCSseq

    if not found.found:
        return False
    got = anchors.letters_of(text[found.start : found.end])
    return LCSseq.similarity(got, truth) > 0.8 * len(truth) and len(got) <= 1.1 * len(truth) + anchors.PAGE_TURN


# A text made up for measurements: no sentence of it stands anywhere else

NOUNS = """miller clerk orchard ledger harbour lantern council village river bridge stable market winter harvest petition
treasurer almanac cellar kitchen carpenter schoolroom verdict chapel furnace meadow quarrel bailiff letter garrison weaver
barrel magistrate corridor notebook shepherd tavern warehouse signal promise rumour inspector procession ferry copper
granary widow apprentice debt custom boundary workshop drought bargain season witness tailor fortress garden mechanic
bakery province printer senator highway oath timetable surveyor drainage museum cousin violin cabinet expedition teapot
umbrella glacier peasant foreman parliament archive telegram railway bishop cooper tenant fisherman blacksmith mutiny
census shipment vineyard lighthouse pamphlet quarry regiment sanctuary monument caravan"""
ADJECTIVES = """narrow patient crooked municipal forgotten generous reluctant northern wooden stubborn silent provincial
expensive hollow cautious ancient talkative fragile yearly bitter anonymous distant muddy solemn practical borrowed uneven
cheerful suspicious private obsolete southern gloomy ornamental punctual clumsy thrifty remote vigorous hesitant damp
notorious temporary polite elaborate weary foreign humble scattered obedient brittle official lonely peculiar dusty"""
VERBS = """repaired questioned followed abandoned measured praised borrowed inspected surrounded forgot described delayed
purchased defended mistook admired copied emptied ignored carried divided replaced watched guarded blamed collected
painted refused inherited counted rescued sheltered interrupted exchanged overlooked imitated summoned dismissed
supplied recorded betrayed governed ruined financed postponed celebrated concealed preserved rejected explained"""
PLACES = """Ambleford Karsk Tolvey Brindle Ostrava Quillmouth Pelham Verrin Dunmoor Halvik Lorne Sestri Wexcombe Yarrow
Zelten Marrick Inverby Corvane Oldacre Fennimore Tarnow Gildern Uskport Rathmere Nettleby Elverton Jasmund Silvane"""
NAMES = """Abelard Bronsky Castell Drummond Eckhart Fairley Gorlov Hartwig Ivens Jellicoe Kestrel Lindqvist Morozova
Nyberg Oakden Petrosyan Quennell Rostov Salter Trevanion Umarov Vasquez Wendell Yates Zoller Ostrom"""
OPENERS = """Nevertheless|In the same spring|On the other hand|As a rule|Long before that|Without any warning|By all accounts|
At the edge of town|For reasons of economy|Against every expectation|Some years later|To the surprise of many|Even so|
Toward evening|After much debate|In plain terms|Contrary to legend|Under such pressure|During the thaw|For want of a better
plan|Out of sheer habit|From then on|Half in jest""".replace("\n", " ").split("|")
CLAUSES = """the {a} {n} of {p} {v} a {a} {n}|{m} {v} the {n} before any {a} {n} could object|nobody in {p} {v} the {a} {n}|
every {n} that {m} {v} belonged to some {a} {n}|{m}’s “{a} {n}” {v} both the {n} and the {n}|a {n} from {p} quietly {v} their
{a} {n}|there was hardly a {n} which the {a} {n} had not {v}|the {n}, once {a}, now {v} whatever {m} called a {n}|between {p} and
{p} the {n} never {v} one {a} {n}|what {m} {v} was less a {n} than a {a}, {a} {n}|it seems that the {n} {v} {m} for the sake of
its {n}|several {a} accounts say the {n} {v} {p}|{m} and {m} {v} an all-too-{a} {n}|only the {n} of {m} {v} such {a} things as a
{n}|two or three of the {n} keepers {v} {m} at {p}""".replace("\n", " ").split("|")
JOINTS = [
    "; ",
    ", and ",
    ", while ",
    ", because ",
    ", although ",
    " — or so it was said — and ",
    ", so that ",
    ", but ",
]


def prose(length, seed=0):
    """Made-up prose of about so many words, in wrapped lines and paragraphs, with footnote marks, notes and broken words."""
    rng = random.Random(seed)
    slots = {"a": ADJECTIVES, "n": NOUNS, "v": VERBS, "p": PLACES, "m": NAMES}
    lists = {slot: words.split() for slot, words in slots.items()}

    def clause():
        return re.sub(r"\{(\w)\}", lambda slot: rng.choice(lists[slot[1]]), rng.choice(CLAUSES).strip())

    paragraphs, count, note = [], 0, 0
    while count < length:
        sentences = []
        for _ in range(rng.randint(3, 7)):
            parts = [clause() for _ in range(rng.choice([1, 2, 2, 3]))]
            sentence = "".join(p + rng.choice(JOINTS) for p in parts[:-1]) + parts[-1]
            opener = rng.choice(OPENERS).strip() if rng.random() < 0.3 else ""
            sentence = f"{opener}, {sentence}" if opener else sentence[0].upper() + sentence[1:]
            if rng.random() < 0.15:
                note += 1
                sentence += f".[{note % 100}]"
                sentences.append(sentence)
            else:
                sentences.append(sentence + ".")
        paragraphs.append(" ".join(sentences))
        if rng.random() < 0.15:
            paragraphs.append(
                f"{note} {rng.choice(lists['m'])}, Papers, vol. {rng.randint(1, 9)}, pp. {rng.randint(1, 400)}; ibid."
            )
        count += len(paragraphs[-1].split())
    return rewrapped("\n\n".join(paragraphs), width=72)
