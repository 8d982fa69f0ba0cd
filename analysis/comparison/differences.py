"""What differs between two sides, thing by thing: in the codebook, the sources, and what each coder says of each source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from analysis.codings import Reading, readings_of
from analysis.comparison.sides import Side
from analysis.debate import Debate
from analysis.schemas import Anchor, Claim, Codebook, Coding, Proposition


class Change(NamedTuple):
    """One field of a thing, before and after, as plain values; None where it was left out."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """One thing that the two sides do not have alike.

    `of`: what it is, in the words of the files; `id`: what it is called now, or was called if it is gone; `was`: what it was called
    before, if it is called otherwise now.  `question` and `source`: where it belongs now.  `unconfirmed`, of a reworded proposition: the
    sources whose readings stayed as they were and do not say that they hold under the new wording, by coder.
    """

    of: str
    how: Literal["changed", "added", "dropped"]
    id: str
    changes: tuple[Change, ...] = ()
    was: str = ""
    coder: str = ""
    source: str = ""
    question: str = ""
    unconfirmed: tuple[tuple[str, str], ...] = ()


READING = ("value", "certainty", "reason", "qualification", "claims", "limits", "why")
BETWEEN_CODERS = ("value", "certainty", "reason")  # two coders give their reasons in words of their own
CLAIM = ("text", "voice", "holder", "anchors", "supports", "attacks")


def differences(a: Side, b: Side) -> list[Difference]:
    """All that differs from the one side to the other, which came after; nothing for a side and itself."""
    renamed = renamings(a.debate.codebook, b.debate.codebook)
    found = [] if a.coder and a.debate.path == b.debate.path else [*_of_codebook(a.debate, b.debate, renamed)]
    for one, other in coders(a, b):
        found += _of_coder(a, b, one, other, renamed)
    return _with_unconfirmed(found, a, b, renamed)


def coders(a: Side, b: Side) -> list[tuple[str, str]]:
    """Whose codings are compared: the two that are named, or each coder of either side with itself."""
    if a.coder and b.coder:
        return [(a.coder, b.coder)]
    return [(name, name) for name in dict.fromkeys([*a.debate.coders, *b.debate.coders])]


def renamings(before: Codebook, after: Codebook) -> dict[str, str]:
    """The propositions that have another id now and the very same sentence."""
    old, new = ({p.id: p.text for p in book.propositions} for book in (before, after))
    called = {text: id for id, text in new.items() if id not in old}
    return {id: called[text] for id, text in old.items() if id not in new and text in called}


# The codebook and the sources


def _of_codebook(a: Debate, b: Debate, renamed: dict[str, str]) -> Iterator[Difference]:
    one, other = a.codebook, b.codebook
    for field in ("title", "short_title", "description", "version", "licence"):
        if (x := getattr(one, field)) != (y := getattr(other, field)):
            yield Difference("debate", "changed", field, (Change(field, x, y),))
    yield from _listed("value of the scale", *(_by(book.scale.values, "value") for book in (one, other)))
    yield from _listed("level of certainty", *(_by(book.scale.certainty, "value") for book in (one, other)))
    yield from _listed("reason for silence", *(_by(book.scale.silences, "reason") for book in (one, other)))
    yield from _listed("rule", *(_by(book.rules) for book in (one, other)))
    yield from _listed("question", *(_by(book.questions, without={"propositions"}) for book in (one, other)))
    yield from _of_propositions(one, other, renamed)
    yield from _listed("factor", *(_by(book.factors) for book in (one, other)))
    yield from _listed(
        "source", *({k: _flat(s.model_dump(by_alias=True)) for k, s in d.sources.items()} for d in (a, b))
    )
    for found in _listed("coder", *({k: c.model_dump(mode="json") for k, c in d.coders.items()} for d in (a, b))):
        yield replace(found, coder=found.id)


def _of_propositions(one: Codebook, other: Codebook, renamed: dict[str, str]) -> Iterator[Difference]:
    sides = [
        {p.id: p.model_dump(exclude={"id"}) | {"question": q.id} for q in book.questions for p in q.propositions}
        for book in (one, other)
    ]
    listed = list(_listed("proposition", sides[0], sides[1], renamed))
    moved = any(c.field == "question" for d in listed if d.how == "changed" for c in d.changes)
    for found in listed:
        if found.id == "order" and moved:
            continue  # it stands elsewhere for that
        side = sides[0] if found.how == "dropped" else sides[1]
        yield replace(found, question=side[found.id]["question"]) if found.id in side else found


def _by(records: Iterable[Any], key: str = "id", without: set[str] = frozenset()) -> dict[Any, dict[str, Any]]:  # type: ignore[assignment]
    return {getattr(r, key): r.model_dump(exclude={key} | without) for r in records}


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in record.items() if k not in ("custom", "id")} | (record.get("custom") or {})


def _listed(
    of: str, before: dict[Any, dict[str, Any]], after: dict[Any, dict[str, Any]], renamed: dict[Any, Any] | None = None
) -> Iterator[Difference]:
    """What was dropped from a list, changed or renamed in it, and added to it; and whether what stayed stands in another order."""
    renamed = renamed or {}
    now = {key: renamed.get(key, key) for key in before}
    for key, fields in before.items():
        if now[key] not in after:
            yield Difference(of, "dropped", str(key), _changed(fields, {}))
        elif (changed := _changed(fields, after[now[key]])) or now[key] != key:
            yield Difference(of, "changed", str(now[key]), changed, was=str(key) if now[key] != key else "")
    for key in after:
        if key not in now.values():
            yield Difference(of, "added", str(key), _changed({}, after[key]))
    stayed = [now[key] for key in before if now[key] in after]
    if stayed != [key for key in after if key in stayed]:
        yield Difference(of, "changed", "order", (Change("order", stayed, [key for key in after if key in stayed]),))


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """The fields that differ; of a thing that only one side has, those that say anything."""
    names = dict.fromkeys([*before, *after])
    return tuple(Change(n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))


# The codings


def _of_coder(a: Side, b: Side, one: str, other: str, renamed: dict[str, str]) -> Iterator[Difference]:
    if one not in a.debate.coders or other not in b.debate.coders:
        return  # the coder was added or dropped, and that is said
    versions = one == other
    with_claims = versions or one == b.debate.coders[other].counters or other == a.debate.coders[one].counters
    questions = {p.id: q.id for side in (a, b) for q in side.debate.codebook.questions for p in q.propositions}
    for source in dict.fromkeys([*a.debate.sources, *b.debate.sources]):
        codings = a.debate.codings.get((one, source)), b.debate.codings.get((other, source))
        if codings[0] is None or codings[1] is None:
            yield from _whole(codings, source)
            continue
        for found in _of_coding(codings[0], codings[1], renamed, versions, with_claims, (a.debate, b.debate)):
            yield replace(
                found, coder=other, source=source, question=questions.get(found.id, "") if found.of == "reading" else ""
            )


def _whole(codings: tuple[Coding | None, Coding | None], source: str) -> Iterator[Difference]:
    for coding, how in zip(codings, ("dropped", "added"), strict=True):
        if coding:
            n = {"stances": len(coding.stances), "silences": len(coding.silences), "claims": len(coding.claims)}
            changes = tuple(Change(k, *((v, None) if how == "dropped" else (None, v))) for k, v in n.items())
            yield Difference("coding", how, source, changes, source=source)  # type: ignore[arg-type]


def _of_coding(
    one: Coding,
    other: Coding,
    renamed: dict[str, str],
    versions: bool,
    with_claims: bool,
    debates: tuple[Debate, Debate],
) -> Iterator[Difference]:
    called = renamed_claims(one.claims, other.claims) if with_claims else {}
    one = _translated(one, called, renamed)
    states = [_wordings(c, d, r) for c, d, r in zip((one, other), debates, (renamed, {}), strict=True)]
    yield from _of_readings(one, other, READING if versions else BETWEEN_CODERS, states if versions else [{}, {}])
    if not with_claims:
        return
    was = {new: old for old, new in called.items()}
    for found in _listed("claim", *({c.id: _claim(c) for c in coding.claims} for coding in (one, other))):
        yield replace(found, was=was.pop(found.id, "")) if found.how == "changed" else found
    yield from (Difference("claim", "changed", new, was=old) for new, old in was.items())
    if one.thesis != other.thesis:
        yield Difference("thesis", "changed", "thesis", (Change("claims", list(one.thesis), list(other.thesis)),))
    yield from _listed("weight of a factor", *(_by(c.factors, "factor") for c in (one, other)))
    silences = [{"factors": c.factors_silence.model_dump()} if c.factors_silence else {} for c in (one, other)]
    yield from _listed("silence on factors", *silences)
    yield from _listed("span", *(_spans(c) for c in (one, other)))


def _spans(coding: Coding) -> dict[str, dict[str, Any]]:
    """The spans by kind and label; those called alike are numbered."""
    seen: Counter[str] = Counter()
    found = {}
    for span in coding.spans:
        name = f"{span.kind}: {span.label}"
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = span.model_dump(by_alias=True)
    return found


def renamed_claims(before: Sequence[Claim], after: Sequence[Claim]) -> dict[str, str]:
    """The claims that have another id now and rest on the very same passages, where only one on each side does."""
    known = {c.id for c in before} & {c.id for c in after}
    ends = [[(c.id, tuple((a.start, a.end, a.prefix, a.suffix) for a in c.anchors)) for c in some if c.id not in known] for some in (before, after)]  # fmt: skip
    only = [{place: id for id, place in side if [p for _, p in side].count(place) == 1} for side in ends]
    return {id: only[1][place] for place, id in only[0].items() if place in only[1]}


def _translated(coding: Coding, claims: dict[str, str], propositions: dict[str, str]) -> Coding:
    """The coding with its claims and propositions called as they are on the other side."""

    def among(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(claims.get(id, id) for id in ids)

    def on(reading: Any, **more: Any) -> Any:
        return reading.model_copy(update={"proposition": propositions.get(reading.proposition, reading.proposition), **more})  # fmt: skip

    def resting(record: Any) -> Any:
        return record.model_copy(update={"claims": among(record.claims)})

    return coding.model_copy(
        update={
            "claims": tuple(c.model_copy(update={"id": claims.get(c.id, c.id), "supports": among(c.supports), "attacks": among(c.attacks)}) for c in coding.claims),
            "stances": tuple(on(s, claims=among(s.claims), limits=among(s.limits)) for s in coding.stances),
            "silences": tuple(on(s) for s in coding.silences),
            "thesis": among(coding.thesis),
            "factors": tuple(map(resting, coding.factors)),
            "spans": tuple(map(resting, coding.spans)),
            "wordings": {propositions.get(id, id): w for id, w in coding.wordings.items()},
        }
    )  # fmt: skip


def _claim(claim: Claim) -> dict[str, Any]:
    fields = claim.model_dump(include={"text", "voice", "holder"})
    links = {link: list(getattr(claim, link)) for link in ("supports", "attacks") if getattr(claim, link)}
    return fields | links | {"passages": [_ends(a) for a in claim.anchors], "seals": [[a.letters, a.skeleton] for a in claim.anchors]}  # fmt: skip


def _ends(anchor: Anchor) -> str:
    around = [f"{k}: {v}" for k, v in (("after", anchor.prefix), ("before", anchor.suffix)) if v]
    return f"“{anchor.start} … {anchor.end}”" + (f" ({'; '.join(around)})" if around else "")


def _of_readings(
    one: Coding, other: Coding, fields: Sequence[str], states: list[dict[str, str]]
) -> Iterator[Difference]:
    before, after = ({r.proposition: r for r in readings_of(c)} for c in (one, other))
    for id in dict.fromkeys([*before, *after]):
        x, y = before.get(id), after.get(id)
        told = [
            _told(r, fields) | ({"wording": w} if (w := s.get(id)) else {}) for r, s in zip((x, y), states, strict=True)
        ]
        if x is None or y is None:
            yield Difference("reading", "added" if x is None else "dropped", id, _changed(*told))
        elif changed := _changed(*told):
            why = () if "why" in [c.field for c in changed] else (Change("why", x.why, y.why),)
            yield Difference("reading", "changed", id, (*changed, *why))


def _told(reading: Reading | None, fields: Sequence[str]) -> dict[str, Any]:
    """What is compared of a reading; lists in which nothing stands are left out."""
    if reading is None:
        return {}
    values = {f: getattr(reading, f) for f in fields if hasattr(reading, f)}
    return {f: list(v) if isinstance(v, tuple) else v for f, v in values.items() if v not in (None, ())}


def _wordings(coding: Coding, debate: Debate, renamed: dict[str, str]) -> dict[str, str]:
    """Whether each reading says that it holds under the wording it stands beside: confirmed, stale, or nothing if that is unknown."""
    now = {renamed.get(p.id, p.id): p.wording for p in debate.codebook.propositions}
    return {id: "confirmed" if w == now.get(id) else "stale" for id, w in coding.wordings.items()}


# What a rewording leaves unconfirmed


def reworded(difference: Difference) -> bool:
    """Whether a coder would read other words of this proposition: its sentence, or its note."""
    return difference.of == "proposition" and difference.how == "changed" and bool({"text", "note"} & {c.field for c in difference.changes})  # fmt: skip


def _with_unconfirmed(found: list[Difference], a: Side, b: Side, renamed: dict[str, str]) -> list[Difference]:
    """The differences, in which each reworded proposition names what was coded of it before and stays as it was; what a rewording
    makes of a reading's own state is said there and nowhere else."""
    said = {d.id: d for d in found if reworded(d)}
    was = {new: old for old, new in renamed.items()}
    propositions = {p.id: p for p in b.debate.codebook.propositions}
    kept = [_without_wording(d) if d.of == "reading" and d.id in said else d for d in found]
    return [
        replace(d, unconfirmed=_unconfirmed(propositions[d.id], was.get(d.id, d.id), a, b)) if reworded(d) else d
        for d in kept
        if d is not None
    ]


def _without_wording(reading: Difference) -> Difference | None:
    changes = tuple(c for c in reading.changes if c.field != "wording")
    moved = reading.how != "changed" or any(c.before != c.after for c in changes)
    return replace(reading, changes=changes) if moved else None


def _unconfirmed(proposition: Proposition, was: str, a: Side, b: Side) -> tuple[tuple[str, str], ...]:
    def same(x: Reading, y: Reading) -> bool:
        return all(
            getattr(x, f, None) == getattr(y, f, None) for f in ("value", "certainty", "reason", "qualification", "why")
        )

    def reading(side: Side, key: tuple[str, str], id: str) -> Reading | None:
        return next((r for r in readings_of(side.debate.codings.get(key)) if r.proposition == id), None)

    return tuple(
        key
        for key, coding in b.debate.codings.items()
        if (x := reading(a, key, was)) and (y := reading(b, key, proposition.id)) and same(x, y)
        and coding.wordings.get(proposition.id) != proposition.wording
    )  # fmt: skip
