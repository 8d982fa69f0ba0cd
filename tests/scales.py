"""Three tiny debates on other scales, each checkable by hand: −1/0/1, 1 … 7, and yes/no.

The same three texts speak to the same four propositions; on each scale the values are:

              ash   birch  cedar
    p         top   bottom  top
    q         top   top     (silent)
    r         low   high    bottom      (high and low: one step inside the ends where there is one)
    s         (silent)  (silent)  top
"""

import json
from pathlib import Path

from analysis.debate import Debate, load_debate

SILENCES = [{"reason": r, "rule": "It says so."} for r in ("not-asked", "out-of-scope", "evaded")]
CERTAINTY = [
    {"value": v, "label": w, "rule": "It says so."} for v, w in ((3, "sure"), (2, "fairly sure"), (1, "doubtful"))
]
SEVEN = ["wholly disagrees", "disagrees", "rather disagrees", "undecided", "rather agrees", "agrees", "wholly agrees"]
VALUES = {
    "three": [
        {"value": -1, "label": "against"},
        {"value": 0, "label": "undecided"},
        {"value": 1, "label": "for"},
    ],
    "seven": [{"value": i, "label": w, "limited": i in (3, 5)} for i, w in enumerate(SEVEN, 1)],
    "yes-no": [
        {"value": 0, "label": "no", "shown": "no"},
        {"value": 1, "label": "yes", "shown": "yes"},
    ],
}
#           ash                     birch                   cedar
STANCES = {
    "three": {"ash": {"p": 1, "q": 1, "r": 0}, "birch": {"p": -1, "q": 1, "r": 1}, "cedar": {"p": 1, "r": -1, "s": 1}},
    "seven": {"ash": {"p": 7, "q": 7, "r": 3}, "birch": {"p": 1, "q": 7, "r": 5}, "cedar": {"p": 7, "r": 1, "s": 6}},
    "yes-no": {"ash": {"p": 1, "q": 1, "r": 0}, "birch": {"p": 0, "q": 1, "r": 1}, "cedar": {"p": 1, "r": 0, "s": 1}},
}
TEXTS = {
    "p": "The mill polluted the river.",
    "q": "The council knew.",
    "r": "The fine was fair.",
    "s": "Fish came back.",
}
KINDS = {"p": "fact", "q": "fact", "r": "judgement", "s": "fact"}
YEARS = {"ash": 2001, "birch": 2005, "cedar": 2010}


def written(folder: Path, name: str) -> Path:
    """The files of one of the debates, in a folder."""
    limited = {v["value"] for v in VALUES[name] if v.get("limited")}
    propositions = [{"id": id, "text": text, "kind": KINDS[id], "core": id == "p"} for id, text in TEXTS.items()]
    book = {
        "title": "Who spoilt the river?", "short_title": "River", "description": "Made up.", "version": "1",
        "scale": {"values": [v | {"rule": "It says so."} for v in VALUES[name]], "certainty": CERTAINTY, "silences": SILENCES},
        "questions": [
            {"id": "deed", "label": "The deed", "text": "What was done?", "propositions": propositions[:2]},
            {"id": "after", "label": "After it", "text": "What came of it?", "propositions": propositions[2:]},
        ],
        "factors": [{"id": "mill", "label": "The mill"}],
    }  # fmt: skip
    put(folder / "debate.yml", book)
    put(folder / "sources.json", [source(key) for key in YEARS])
    coder = {"label": "Ada", "how": "by hand", "date": "2026-01-31", "note": "Made up."}
    (folder / "codings/reference").mkdir(parents=True)
    (folder / "codings/reference/coder.yml").write_text("\n".join(f"{k}: {v}" for k, v in coder.items()))
    for key, said in STANCES[name].items():
        put(folder / f"codings/reference/{key}-{YEARS[key]}.yml", coding(key, said, limited))
    return folder


def debate(folder: Path, name: str) -> Debate:
    return load_debate(written(folder, name))


def put(file: Path, values: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values, indent=1), encoding="utf-8")  # JSON is YAML, too


def source(key: str) -> dict:
    year = YEARS[key]
    notes = {"label": f"{key.capitalize()} {year}", "genre": "essay", "addressee": "all", "evidence": "none"}
    author = [{"family": key.capitalize(), "given": "A."}]
    return {"id": f"{key}-{year}", "type": "book", "title": f"{key} on rivers", "author": author, "issued": {"date-parts": [[year]]}, "custom": notes}  # fmt: skip


def coding(key: str, said: dict[str, int], limited: set[int]) -> dict:
    """A claim for each stance, the first of them supported by a further one."""
    anchor = {"start": f"in the very words of {key}", "end": "as one may read there"}
    claims = [
        {"id": f"on-{p}", "text": f"{key.capitalize()} on {p}.", "voice": "own", "anchors": [anchor]} for p in said
    ]
    claims.append({"id": "reason", "text": "A reason.", "voice": "own", "anchors": [anchor], "supports": ["on-p"]})
    stances = [
        {"proposition": p, "value": v, "certainty": 3, "why": "It says so.", "claims": [f"on-{p}"]}
        | ({"qualification": "in part"} if v in limited else {})
        for p, v in said.items()
    ]
    silences = [{"proposition": p, "reason": "not-asked", "why": "Not taken up."} for p in TEXTS if p not in said]
    factors = [{"factor": "mill", "weight": 2, "why": "It says so.", "claims": ["on-p"]}]
    spans = [{"kind": "treated", "from": 1990, "to": 1999, "label": "The nineties"}]
    return {"source": f"{key}-{YEARS[key]}", "thesis": ["on-p"], "claims": claims, "stances": stances, "silences": silences, "factors": factors, "spans": spans}  # fmt: skip
