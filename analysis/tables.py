"""Debate → tidy tables.  Columns are declared here, once.

In every table `source` and `proposition` are ids and `label` is what readers see.
A silence has a row with no value; what nobody coded has a row with status `uncoded`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.debate import REFERENCE, Debate
from analysis.schemas import NO_PASSAGE, NOT_STATED, Coding, Scale

SOURCES = [
    "source",
    "label",
    "author",
    "year",
    "title",
    "container",
    "place",
    "genre",
    "addressee",
    "evidence",
    "edition",
    "ties",
]
PROPOSITIONS = ["proposition", "text", "kind", "core", "question", "question_label"]
SIDES = ["source", "proposition", "side"]
STANCES = [
    "source",
    "label",
    *PROPOSITIONS,
    "coder",
    "status",
    "value",
    "certainty",
    "reason",
    "why",
    "qualification",
    "claims",
]
CLAIMS = ["source", "label", "coder", "claim", "text", "voice", "holder", "thesis", "start", "end"]
LINKS = ["source", "coder", "claim", "relation", "target"]
STANCE_CLAIMS = ["source", "coder", "proposition", "value", "side", "claim", "role"]
FACTORS = ["source", "label", "factor", "factor_label", "status", "weight", "why", "claims"]
SPANS = ["source", "label", "kind", "from", "to", "span", "claims"]


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)


def sources(debate: Debate) -> pd.DataFrame:
    """One row a source, in order of publication; those without a year come last."""
    rows = [
        {
            "source": key,
            "label": s.label,
            "author": ", ".join(s.author_names),
            "year": s.year,
            "title": s.title,
            "container": s.container_title,
            "place": s.publisher_place,
            **s.custom.model_dump(include={"genre", "addressee", "evidence", "edition", "ties"}),
        }
        for key, s in debate.sources.items()
    ]
    return _frame(rows, SOURCES).astype({"year": "Int64"}).sort_values(["year", "source"], ignore_index=True)


def propositions(debate: Debate) -> pd.DataFrame:
    """One row a proposition, in the codebook's order."""
    rows = [
        {
            "proposition": p.id,
            "text": p.text,
            "kind": p.kind,
            "core": p.core,
            "question": q.id,
            "question_label": q.label,
        }
        for q in debate.codebook.questions
        for p in q.propositions
    ]
    return _frame(rows, PROPOSITIONS)


def stances(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row for every source × proposition.

    `status` is stance, silence or uncoded; `value` is missing unless it is stance; `reason` says why a source is silent.
    `certainty` is missing, too, in a stance that does not state it.  `claims` is a tuple of claim ids.
    """
    rows = []
    for source, label in zip(*(sources(debate)[c] for c in ("source", "label")), strict=True):
        coding = debate.codings.get((coder, source), Coding(source=source))
        coded: dict[str, dict[str, Any]] = {
            s.proposition: {"status": "stance"} | s.model_dump() | {"certainty": _number(s.certainty)}
            for s in coding.stances
        }
        coded |= {s.proposition: {"status": "silence"} | s.model_dump() for s in coding.silences}
        for proposition in propositions(debate).to_dict("records"):
            entry = coded.get(proposition["proposition"], {"status": "uncoded"})
            rows.append({"source": source, "label": label, "coder": coder, "claims": (), **entry, **proposition})
    return _frame(rows, STANCES).astype({"value": "Int64", "certainty": "Int64"})


def _number(certainty: int | str) -> int | None:
    return None if certainty == NOT_STATED else int(certainty)


def ratings(debate: Debate, coders: tuple[str, ...], what: str = "value") -> pd.DataFrame:
    """The codings of several coders as `unit, coder, value`, for a measure of reliability.

    Coders that the debate does not have are left out.  A unit is a source × proposition; `question` and `source` are kept to group by.
    `what="value"`: the stance, missing where the coder saw silence.
    `what="speaks"`: 1 for a stance, 0 for a silence, missing where uncoded.
    """
    table = readings(debate, coders)
    if what == "speaks":
        table["value"] = table.status.map({"stance": 1, "silence": 0}).astype("Int64")
    table["unit"] = table.source + "/" + table.proposition
    return table[["unit", "coder", "value", "question", "question_label", "source", "label", "proposition"]]


def readings(debate: Debate, coders: tuple[str, ...]) -> pd.DataFrame:
    """The stances of several coders, one table below the other; coders that the debate does not have are left out."""
    present = [c for c in coders if c in debate.coders]
    return pd.concat([stances(debate, c) for c in present] or [stances(debate, "").head(0)], ignore_index=True)


def names(debate: Debate) -> dict[str, str]:
    """What readers see in place of an id: the label of a source, the sentence of a proposition."""
    return {key: s.label for key, s in debate.sources.items()} | propositions(debate).set_index(
        "proposition"
    ).text.to_dict()


def reasons(stances: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The stances and silences in words, proposition by proposition: `proposition, source, stance, certainty, reason`."""
    stances = _by_proposition(stances)
    value = stances.value.map(lambda v: "" if pd.isna(v) else scale.shown(v), na_action=None)
    why = stances.why.fillna("Not coded.") + stances.qualification.map(
        lambda q: "" if pd.isna(q) else f" Limit: {q}", na_action=None
    )
    silent = stances.reason.map(lambda r: f"silent: {r}".replace("-", " "), na_action=None).astype(object)
    absent = silent.where(stances.status == "silence", "not coded")
    said = value.where(stances.status == "stance", absent)
    dots = stances.certainty.map(lambda c: "not stated" if pd.isna(c) else "•" * int(c), na_action=None)
    words = {
        "proposition": stances.text,
        "source": stances.label,
        "stance": said,
        "certainty": dots.where(stances.status == "stance", ""),
        "reason": why,
    }
    return pd.DataFrame(words).reset_index(drop=True)


_HEADS = {
    "text": "proposition", "label": "source", "source_a": "one source", "source_b": "other source", "same_sign": "same side",
    "opposite_sign": "opposite sides", "equal": "equal values", "mean_distance": "mean distance in points", "agreement": "agreement, 0 to 1",
    "question_label": "question", "factor_label": "factor", "value_a": "value of the one", "value_b": "value of the other",
    "grounds_a": "grounds of the one", "grounds_b": "grounds of the other", "affirm": "texts that affirm", "reject": "texts that reject",
    "mean": "mean value", "spread": "spread in points", "n": "n", "status": "reason", "container": "in", "span": "what these years are",
    "values": "values", "not-asked": "not asked", "out-of-scope": "out of scope", "alternative": "alternative", "holds": "holds in",
    "share": "share", "not_applicable": "does not arise in", "exhaustive": "all there are", "fails_with": "some that break it", "used": "value in use",
    "read": "other reading", "coder": "read by", "moves": "moves a pair by", "pair": "that pair", "closest_changes": "closest pair changes",
    "weight": "weight", "distance": "distance in points", "n_left": "n without it and those above", "agreement_left": "agreement without them",
    "low": "low", "high": "high", "alone": "alone", "van_der_eijk": "van der Eijk's A", "consensus": "consensus", "leik": "Leik",
    "p_closer": "p, closer", "p_further": "p, further", "p_closest": "p, closest of all", "p_furthest": "p, furthest of all", "expected": "by chance", "n_testable": "of n testable", "until": "asked for",
}  # fmt: skip


_VALUES = {"used", "read", "value_a", "value_b"}


def in_sign(value: Any, scale: Scale) -> str:
    """A value as readers see it, or that the text is silent."""
    return "silent" if pd.isna(value) else scale.shown(value)


def in_words(table: pd.DataFrame, labels: dict[str, str] | None = None, scale: Scale | None = None) -> pd.DataFrame:
    """A table for readers: columns headed in words, and sources by their labels instead of their ids.

    ValueError for a table with values of a scale that is not given.
    """
    known = labels or {}

    def named_value(v: Any) -> Any:
        if isinstance(v, tuple) and v and all(part in known for part in v):
            return " and ".join(known[part] for part in v)
        if isinstance(v, (bool, np.bool_)):
            return "yes" if v else "no"
        return known.get(v, v) if isinstance(v, str) else v

    named = table.map(named_value)
    for column in _VALUES & set(named):
        if scale is None:
            raise ValueError(f"{column} holds values of a scale; give the debate's, in_words(table, labels, d.scale)")
        named[column] = [in_sign(v, scale) for v in named[column]]
    return named.rename(columns=_HEADS)


def _by_proposition(stances: pd.DataFrame) -> pd.DataFrame:
    """The rows of one proposition together, in the order in which propositions first occur."""
    place = {p: i for i, p in enumerate(stances.proposition.drop_duplicates())}
    return stances.sort_values("proposition", key=lambda c: c.map(place), kind="stable")


def claims_behind(claims: pd.DataFrame, stance_claims: pd.DataFrame, stances: pd.DataFrame) -> pd.DataFrame:
    """The claims that the given stances rest on: `proposition, source, claim, voice, passage`.

    `passage` is the anchor of the claim: its first and last words.
    """
    stances = _by_proposition(stances)
    joined = stances[["source", "proposition", "text", "label"]].merge(
        stance_claims.drop(columns=["coder", "value", "side", "role"]), on=["source", "proposition"]
    )
    joined = joined.merge(
        claims.rename(columns={"text": "paraphrase"}).drop(columns=["label", "coder"]), on=["source", "claim"]
    )
    voice = joined.voice.where(joined.holder.isna(), joined.voice + " (" + joined.holder.fillna("") + ")")
    words = {
        "proposition": joined.text,
        "source": joined.label,
        "claim": joined.paraphrase,
        "voice": voice,
        "passage": ("“" + joined.start + " … " + joined.end + "”").fillna(NO_PASSAGE),
    }
    return pd.DataFrame(words)


def claims(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row a claim, with its first anchor, if it has any."""
    rows = [
        {
            "source": source, "label": debate.sources[source].label, "coder": coder, "claim": c.id, "text": c.text, "voice": c.voice,
            "holder": c.holder, "thesis": c.id in coding.thesis, "start": first.start if first else None, "end": first.end if first else None,
        }
        for source, coding in _codings(debate, coder)
        for c in coding.claims
        for first in c.anchors[:1] or (None,)
    ]  # fmt: skip
    return _frame(rows, CLAIMS)


def links(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row a link: `claim` supports or attacks `target`, within one source."""
    rows = [
        {"source": source, "coder": coder, "claim": c.id, "relation": relation, "target": target}
        for source, coding in _codings(debate, coder)
        for c in coding.claims
        for relation in ("supports", "attacks")
        for target in getattr(c, relation)
    ]
    return _frame(rows, LINKS)


def stance_claims(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row for each claim that a stance rests on; `side`: 1 affirms, −1 rejects, 0 neither; `role` is "supports" or "limits"."""
    rows = [
        {
            "source": source,
            "coder": coder,
            "proposition": s.proposition,
            "value": s.value,
            "side": debate.scale.side(s.value),
            "claim": c,
            "role": "limits" if c in s.limits else "supports",
        }
        for source, coding in _codings(debate, coder)
        for s in coding.stances
        for c in s.claims
    ]
    return _frame(rows, STANCE_CLAIMS)


def sides(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row for each stance that takes a side, whether claims bear on it or not; `side`: 1 affirms, −1 rejects."""
    rows = [
        {"source": source, "proposition": s.proposition, "side": debate.scale.side(s.value)}
        for source, coding in _codings(debate, coder)
        for s in coding.stances
    ]
    return _frame([row for row in rows if row["side"]], SIDES)


def factors(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row for every source × factor.

    `status` is `weighed`, `not named` (the source names others), or the reason for which it does not ask.
    """
    rows = []
    for source in sources(debate).source:
        coding = debate.codings.get((coder, source), Coding(source=source))
        given = {w.factor: {"status": "weighed"} | w.model_dump() for w in coding.factors}
        silence = coding.factors_silence
        absent = {
            "status": silence.reason if silence else "not named" if given else "uncoded",
            "why": silence.why if silence else None,
            "claims": (),
        }
        for f in debate.codebook.factors:
            entry = given.get(f.id, absent)
            rows.append(
                {
                    "source": source,
                    "label": debate.sources[source].label,
                    "factor_label": f.label,
                    **entry,
                    "factor": f.id,
                }
            )
    return _frame(rows, FACTORS).astype({"weight": "Int64"})


def spans(debate: Debate, coder: str = REFERENCE) -> pd.DataFrame:
    """One row a span of years, `from` to `to`, both inclusive."""
    rows = [
        {
            "source": source,
            "label": debate.sources[source].label,
            "kind": s.kind,
            "from": s.from_,
            "to": s.to,
            "span": s.label,
            "claims": s.claims,
        }
        for source, coding in _codings(debate, coder)
        for s in coding.spans
    ]
    return _frame(rows, SPANS)


def _codings(debate: Debate, coder: str) -> list[tuple[str, Coding]]:
    return [(s, debate.codings[coder, s]) for s in sources(debate).source if (coder, s) in debate.codings]
