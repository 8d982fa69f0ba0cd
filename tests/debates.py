"""Debates that nobody wrote, for what must hold of every one: any words, any links, any gaps."""

from functools import cache
from pathlib import Path

from attacks import ATTACKS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.debate import Debate, debate_with
from analysis.schemas import Codebook, Coder, Coding, Scale, Source

CODEBOOK = {
    "short_title": "Made", "description": "Made up.", "version": "1",
    "scale": {
        "values": [{"value": v, "label": f"says {v}", "rule": "-", "limited": abs(v) == 1} for v in (2, 1, 0, -1, -2)],
        "certainty": [{"value": v, "label": f"sure {v}", "rule": "-"} for v in (3, 2, 1)],
        "silences": [{"reason": r, "rule": "-"} for r in ("not-asked", "out-of-scope", "evaded")],
    },
}  # fmt: skip
FIVE = Scale.model_validate(CODEBOOK["scale"])
CODER = Coder.model_validate(
    {"label": "Someone", "how": "by hand", "date": "2026-01-31", "note": "Made up."}, strict=False
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''", "=cmd|'/c calc'!A1")
MARKUP = ("[P1]: x", "<A>", "+ <B>", "- [C]", "# H", "===", "// no", "/* no", "{a: 1}", "#tag", "*b* _i_", "\\", "---", "(1)", "@[x]", "&amp;", "]]>", "a;b", 'a"b', "a,b", "a\nb", "a\r\nb", " a ", "𝔞𝕓", "👩‍👩‍👧", "--", "e\u0301", "\u2028")  # fmt: skip
words = st.one_of(
    st.sampled_from([*ATTACKS, *FORMULAS, *MARKUP]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
VOCABULARY = [
    "bread",
    "night",
    "Übergang",
    "naïve",
    "лампа",
    "завод",
    "νόμος",
    "工場",
    "𝔞𝔟",
    "council",
    "“quoted”",
    "O’Brien",
    "city",
    "&",
    "strike",
    "<",
    "wage",
    "half-way",
]
sentences = st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=5).flatmap(
    lambda found: st.integers(1, 10**9).map(lambda n: f"{' '.join(found)} {n} {found[0]}")
)


def lost(losses):
    """The names of all that is said to be lost."""
    return {name for loss in losses for name in loss.which}


def unstated(debate, source, *propositions):
    """The debate in which the reference does not state how sure it is of these stances of a source; of all, if none is named."""
    coding = debate.codings["reference", source]
    stances = [s.model_copy(update={"certainty": "not-stated"}) if not propositions or s.proposition in propositions else s for s in coding.stances]  # fmt: skip
    return debate_with(debate, {("reference", source): coding.model_copy(update={"stances": tuple(stances)})})


def unplaced(debate, source):
    """The debate in which the reference does not state where a source says what it claims."""
    coding = debate.codings["reference", source]
    claims = tuple(c.model_copy(update={"anchors": ()}) for c in coding.claims)
    return debate_with(debate, {("reference", source): coding.model_copy(update={"claims": claims})})


@st.composite
def debates(draw, words=words):
    """A debate of a few sources, propositions, claims and readings, made of such words."""
    ids = [f"p{i}" for i in range(draw(st.integers(1, 5)))]
    texts = draw(st.lists(words, min_size=len(ids), max_size=len(ids), unique=True))
    kinds = st.sampled_from(["fact", "cause", "judgement", "concept"])
    propositions = [{"id": id, "text": text, "kind": draw(kinds), "core": draw(st.booleans())} for id, text in zip(ids, texts, strict=True)]  # fmt: skip
    cut = draw(st.integers(1, len(ids)))
    parts = [p for p in (propositions[:cut], propositions[cut:]) if p]
    questions = [{"id": f"q{i}", "label": f"Q{i}", "text": draw(words), "propositions": part} for i, part in enumerate(parts)]  # fmt: skip
    factors = [{"id": f"f{i}", "label": f"F{i}"} for i in range(draw(st.integers(0, 2)))]
    book = Codebook.model_validate(CODEBOOK | {"title": draw(words), "questions": questions, "factors": factors})
    keys = [f"s{i}" for i in range(draw(st.integers(1, 3)))]
    sources = {key: draw(sources_called(key, words)) for key in keys}
    codings = {("reference", key): draw(codings_of(key, ids, [f["id"] for f in factors], words)) for key in keys}
    return debate_with(Debate(Path(), book, sources, {"reference": CODER}, {}, ""), codings)


@st.composite
def sources_called(draw, key, words):
    name = st.one_of(st.fixed_dictionaries({"family": words}, optional={"given": words}), st.fixed_dictionaries({"literal": words}))  # fmt: skip
    date = st.lists(st.integers(1, 12), max_size=2).map(lambda d: {"issued": {"date-parts": [[1950, *d]]}})
    notes = {"label": f"{key} {draw(words)}", "genre": draw(words), "addressee": draw(words), "evidence": draw(words)}
    record = {
        "id": key, "type": draw(st.sampled_from(["book", "article-journal", "article-magazine", "webpage", "speech"])),
        "title": draw(words), "author": draw(st.lists(name, min_size=1, max_size=2)), "custom": notes,
    } | draw(st.one_of(date, st.just({})))  # fmt: skip
    more = draw(
        st.fixed_dictionaries({}, optional={"container-title": words, "URL": words, "page": words, "note": words})
    )
    return Source.model_validate(record | more)


@st.composite
def codings_of(draw, key, propositions, factors, words):
    anchors = st.fixed_dictionaries({"start": words, "end": words}, optional={"prefix": words, "suffix": words})
    names = [f"c{i}" for i in range(draw(st.integers(1, 4)))]
    claims = []
    for i, name in enumerate(names):
        voice = draw(st.sampled_from(["own", "reported", "quoted"])) if i else "own"
        links = draw(st.lists(st.sampled_from(["supports", "attacks", ""]), min_size=i, max_size=i))
        claims.append(
            {
                "id": name,
                "text": draw(words),
                "voice": voice,
                "anchors": draw(st.lists(anchors, min_size=0, max_size=2)),
            }
            | ({} if voice == "own" else {"holder": draw(words)})
            | {link: [names[j] for j, chosen in enumerate(links) if chosen == link] for link in ("supports", "attacks")}
        )
    coding = {"source": key, "thesis": draw(st.sampled_from([[], ["c0"]])), "claims": claims, "stances": [], "silences": []}  # fmt: skip
    for proposition in propositions:
        read = draw(st.sampled_from(["stance", "silence", "uncoded"]))
        if read == "stance":
            value = draw(st.sampled_from([-2, -1, 0, 1, 2]))
            resting = ["c0", *draw(st.lists(st.sampled_from(names), max_size=2, unique=True).map(lambda n: [x for x in n if x != "c0"]))]  # fmt: skip
            stance = {"proposition": proposition, "value": value, "certainty": draw(st.sampled_from([1, 2, 3, "not-stated"])), "why": draw(words), "claims": resting}  # fmt: skip
            limits = {"limits": resting[1:2]} if draw(st.booleans()) else {}
            coding["stances"].append(stance | limits | ({"qualification": draw(words)} if abs(value) == 1 else {}))
        elif read == "silence":
            reason = draw(st.sampled_from(["not-asked", "out-of-scope", "evaded"]))
            coding["silences"].append({"proposition": proposition, "reason": reason, "why": draw(words)})
    coding["factors"] = [{"factor": f, "weight": draw(st.integers(0, 3)), "why": draw(words), "claims": ["c0"]} for f in factors]  # fmt: skip
    if draw(st.booleans()):
        coding["spans"] = [{"kind": "decisive", "from": 1917, "to": 1921, "label": draw(words), "claims": ["c0"]}]
    return Coding.model_validate(coding)


DRAWN = range(12)  # names of debates in sentences, drawn once, for programs of others, which take long to start


def called(which, request):
    """A debate by the name of its fixture, or by its number among the drawn."""
    return _drawn()[which] if isinstance(which, int) else request.getfixturevalue(which)


def _told_apart(debate):
    """Whether no two passages begin or end alike: then each is found where it stands, and nowhere else."""
    anchors = [a for c in debate.codings.values() for claim in c.claims for a in claim.anchors]
    numbers = [words.split()[-2] for a in anchors for words in (a.start, a.end, a.prefix, a.suffix) if words]
    return len(set(numbers)) == len(numbers)


@cache
def _drawn():
    made = []

    @settings(max_examples=6 * len(DRAWN), deadline=None, database=None, derandomize=True)
    @given(debates(sentences))
    def draw(debate):
        assume(_told_apart(debate))
        made.append(debate)

    draw()
    return sorted(made, key=lambda d: sum(len(c.claims) + len(c.stances) for c in d.codings.values()))[-len(DRAWN) :]
