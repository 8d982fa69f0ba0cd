"""A debate whose every word is an attack on whoever shows it; and one of any size."""

import itertools
import json
from dataclasses import replace

import yaml

from analysis.codings import coder_file, coding_file
from analysis.schemas import Codebook, Coder, Coding, Source

ATTACKS = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "</title></style></textarea><svg onload=alert(3)>",
    "javascript:alert(4)",
    "\u2028alert(5)\u2029//<!--<script>",
    "' onmouseover='alert(6)' \u202e${alert(7)} \\u003cscript>alert(8)//]]>",
    "&lt;img src=x onerror=alert(9)&gt; {{alert(10)}} <!--",
    "__proto__",
)
WORDS = {
    "label", "text", "rule", "title", "short_title", "description", "version", "note", "why", "qualification", "holder",
    "start", "end", "prefix", "suffix", "genre", "addressee", "evidence", "edition", "ties", "family", "given",
    "container_title", "publisher_place", "url", "doi",
}  # fmt: skip


def attacked(debate, spared=()):
    """The debate with an attack, each of its own, in place of every string that is prose; fields that are `spared` stay as they are."""
    some = (f"{attack} {i}" for i, attack in enumerate(itertools.cycle(ATTACKS)))

    def worse(value, key=""):
        if isinstance(value, dict):
            return {k: worse(v, k) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(worse(v, key) for v in value)
        return next(some) if isinstance(value, str) and key in WORDS - set(spared) else value

    def remade(kind, record):
        made = kind.model_validate(worse(record.model_dump()))
        return made.model_copy(update={"url": "javascript:alert(11)"}) if kind is Source else made

    return replace(
        debate,
        codebook=remade(Codebook, debate.codebook),
        sources={k: remade(Source, s) for k, s in debate.sources.items()},
        coders={k: remade(Coder, c) for k, c in debate.coders.items()},
        codings={k: remade(Coding, c) for k, c in debate.codings.items()},
    )


def sized(debate, sources, propositions):
    """A debate of so many sources and propositions, all coded, each stance with a claim; made from another's scale."""
    questions = [
        {
            "id": f"q{q}", "label": f"Question {q}", "text": f"What of the matter numbered {q}?",
            "propositions": [
                {"id": f"p{p}", "text": f"Sentence {p} says something of middling length about matter {q}.", "kind": ("fact", "cause", "judgement")[p % 3], "core": p % 5 == 0}
                for p in range(q * 10, min(q * 10 + 10, propositions))
            ],
        }
        for q in range((propositions + 9) // 10)
    ]  # fmt: skip
    anchor = {"start": "these are the first few words", "end": "and these the last few"}
    codings, records = {}, {}
    for s in range(sources):
        key = f"s{s}"
        speaks = [p for p in range(propositions) if (s * 7 + p * 3) % 5 < 3]
        records[key] = Source.model_validate(
            {"id": key, "type": "book", "title": f"Title {s}", "author": [{"family": f"Writer{s}"}], "issued": {"date-parts": [[1950 + s]]}}
            | {"custom": {"label": f"Writer{s} {1950 + s}", "genre": "-", "addressee": "-", "evidence": "-"}}
        )  # fmt: skip
        codings["reference", key] = Coding.model_validate(
            {
                "source": key,
                "claims": [{"id": f"c{p}", "text": f"A claim of source {s} about sentence {p}, in about as many words as such claims have, no more and no fewer.", "voice": "own", "anchors": [anchor]} for p in speaks],
                "stances": [{"proposition": f"p{p}", "value": 2 if (s + p) % 3 else -2, "certainty": 1 + p % 3, "why": f"Reason {p} why source {s} is read so, one sentence long and no longer than that.", "claims": [f"c{p}"]} for p in speaks],
                "silences": [{"proposition": f"p{p}", "reason": "not-asked", "why": "It could have."} for p in set(range(propositions)) - set(speaks)],
            }
        )  # fmt: skip
    book = debate.codebook.model_copy(
        update={"questions": Codebook.model_validate(debate.codebook.model_dump() | {"questions": questions}).questions}
    )
    return replace(debate, codebook=book, sources=records, codings=codings)


def written(debate, folder):
    """The debate as the files that a stranger might send."""
    for name, coder in debate.coders.items():
        (folder / "codings" / name).mkdir(parents=True)
        (folder / "codings" / name / "coder.yml").write_text(coder_file(coder), encoding="utf-8")
    for (name, source), coding in debate.codings.items():
        (folder / "codings" / name / f"{source}.yml").write_text(coding_file(coding), encoding="utf-8")
    (folder / "debate.yml").write_text(
        yaml.safe_dump(debate.codebook.model_dump(mode="json", exclude_defaults=True), sort_keys=False),
        encoding="utf-8",
    )
    records = [s.model_dump(mode="json", by_alias=True, exclude_none=True) for s in debate.sources.values()]
    (folder / "sources.json").write_text(json.dumps(records), encoding="utf-8")
    return folder
