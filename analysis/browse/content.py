"""Debate → what its page holds, as plain values for JSON.

Sources and propositions stand in lists, and a cell is found by its place in both.  A cell is the record of the coding file without
its proposition (with `value` a stance, with `reason` a silence), or None where nothing was coded.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import tables
from analysis.agreement import pairwise_agreement
from analysis.browse.maps import maps
from analysis.charts.theme import FEW, REASONS
from analysis.debate import Debate, stale_in
from analysis.passages import web_link
from analysis.schemas import Claim, Coding, Silence, Source, Stance

Record = dict[str, Any]


def content(debate: Debate, coder: str) -> Record:
    """All that the page shows, but for its head and foot."""
    book, order = debate.codebook, list(tables.sources(debate).source)
    codings = {s: debate.codings.get((coder, s), Coding(source=s)) for s in order}
    drawn, left_out = maps(debate, coder)
    return {
        "title": book.title,
        "scale": [{"value": v.value, "sign": book.scale.shown(v.value), "label": v.label, "said": book.scale.said(v.value), "rule": v.rule} for v in book.scale.ascending],
        "middle": next((book.scale.shown(v.value) for v in book.scale.values if v.value == book.scale.bounds[2]), None),
        "certainty": [{"value": c.value, "label": c.label, "rule": c.rule} for c in book.scale.certainty],
        "silences": [{"reason": r, "letter": letter, **_rule(book.scale.silences, "reason", r)} for r, letter in REASONS.items()],
        "questions": [{"id": q.id, "label": q.label, "text": q.text} for q in book.questions],
        "propositions": [
            {"id": p.id, "question": i, "text": p.text, "kind": p.kind, "core": p.core}
            for i, q in enumerate(book.questions)
            for p in q.propositions
        ],
        "sources": [_source(debate.sources[s], codings[s]) for s in order],
        "cells": [_cells(coding, {p.id: p.wording for p in book.propositions}) for coding in codings.values()],
        "claims": [_claims(debate.sources[s], coding) for s, coding in codings.items()],
        "pairs": _pairs(pairwise_agreement(tables.stances(debate, coder), debate.scale.bounds), order),
        "few": FEW,
        "maps": drawn,
        "maps_left_out": left_out,
        "no_maps": "" if drawn else _no_maps(codings),
    }  # fmt: skip


def _no_maps(codings: dict[str, Coding]) -> str:
    """Why there are no maps, and what they would need."""
    if not any(coding.claims for coding in codings.values()):
        return "There are no maps, since no claims are coded: that takes “claims” in the files of codings."
    return "There are no maps, since none is laid out for these codings: that takes “stancebook build”, and a claim that is a main thesis or bears on a proposition."


def _rule(records: Any, key: str, wanted: Any) -> Record:
    """The label, if it has one, and the rule of one entry of the scale; nothing if the scale does not have it."""
    found = [r.model_dump(include={"label", "rule"}) for r in records if getattr(r, key) == wanted]
    return found[0] if found else {}


def _source(source: Source, coding: Coding) -> Record:
    cited = (", ".join(source.author_names), source.title, source.container_title, source.year_in_words)
    links = (web_link(source, c) for c in coding.claims[:1])
    return {
        "id": source.id,
        "label": source.label,
        "cited": ". ".join(words.rstrip(".") for words in cited if words) + ".",
        "link": next((link.partition("#:~:")[0] for link in links if link), None),
    }


def _cells(coding: Coding, wordings: dict[str, str]) -> list[Record | None]:
    """The cells of a source, in the order of the propositions, which come with their wording now."""
    said: tuple[Stance | Silence, ...] = (*coding.stances, *coding.silences)
    coded = {s.proposition: s.model_dump(mode="json", exclude={"proposition"}, exclude_defaults=True) for s in said}
    for proposition in stale_in(coding, wordings):
        coded[proposition]["stale"] = True
    return [coded.get(p) for p in wordings]


def _claims(source: Source, coding: Coding) -> dict[str, Record]:
    """The claims that stances rest on, by their ids."""
    used = {c for stance in coding.stances for c in stance.claims}
    return {c.id: _claim(source, c) for c in coding.claims if c.id in used}


def _claim(source: Source, claim: Claim) -> Record:
    said = claim.model_dump(include={"text", "voice", "holder"}, exclude_none=True)
    return {**said, "anchors": [[a.start, a.end] for a in claim.anchors], "link": web_link(source, claim)}


def _pairs(table: pd.DataFrame, order: list[str]) -> list[list[Any]]:
    """The pairs: places of both sources, n, same side, opposite sides, agreement; those who share too little come last."""
    table["ranked"] = table.n >= FEW
    table = table.sort_values(["ranked", "agreement", "n"], ascending=False, kind="stable")
    return [
        [order.index(p.source_a), order.index(p.source_b), int(p.n), int(p.same_sign), int(p.opposite_sign), None if pd.isna(p.agreement) else round(float(p.agreement), 4)]
        for p in table.itertuples()
    ]  # fmt: skip
