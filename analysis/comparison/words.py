"""The differences between two sides, and what moves because of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from analysis.codings import readings_of
from analysis.comparison.differences import Change, Difference, coders, renamings, reworded
from analysis.comparison.effects import Figures, Moved
from analysis.comparison.sides import Side
from analysis.counts import counted
from analysis.schemas import Scale, are_date_parts
from analysis.tables import in_sign

MOST = 12  # lines of one sort, unless all are asked for
NAME = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix", "literal")  # of CSL, in their order
OF_A_CODING = ("claim", "thesis", "weight of a factor", "silence on factors", "span")


def as_json(found: Sequence[Difference], headlines: Sequence[Moved], figures: Figures | None, a: Side, b: Side) -> dict[str, Any]:  # fmt: skip
    """Everything, as plain values."""
    return {
        "from": a.words, "to": b.words, "compared": compared(a, b), "differences": [asdict(d) | {"changes": [c._asdict() for c in d.changes]} for d in found],
        "headlines": [asdict(h) for h in headlines], "figures": asdict(figures) if figures else None,
    }  # fmt: skip


def compared(a: Side, b: Side) -> int:
    """How many readings, stances and silences, both sides have."""
    renamed = renamings(a.debate.codebook, b.debate.codebook)
    n = 0
    for one, other in coders(a, b):
        for source in b.debate.sources:
            before, after = a.debate.codings.get((one, source)), b.debate.codings.get((other, source))
            there = {renamed.get(r.proposition, r.proposition) for r in readings_of(before)}
            n += len(there & {r.proposition for r in readings_of(after)})
    return n


def in_words(
    found: Sequence[Difference], headlines: Sequence[Moved], figures: Figures | None, a: Side, b: Side, why: bool = False, full: bool = False
) -> str:  # fmt: skip
    """The differences, codebook first, then coder by coder, source by source and question by question; then what moves.

    `why`: with the reasons of both sides; `full`: every line, and not the first of each sort.
    """
    lines = [f"From: {a.words}", f"To:   {b.words}", "", _summary(found, a, b), *_notes(found, a, b)]
    most = len(found) if full else MOST
    lines += _codebook([d for d in found if not d.source], b, most)
    for (coder, source), some in groupby([d for d in found if d.source], key=lambda d: (d.coder, d.source)):
        label = b.debate.sources.get(source, a.debate.sources.get(source))
        whose = "" if b.coder else f", {coder}"
        lines += ["", f"{label.label if label else source}{whose}", *_coding(list(some), a, b, why, most)]
    if found:
        lines += [*_headlines(headlines), *_figures(figures, a, most)]
        if figures and any(d.of == "debate" and d.id == "version" for d in found):
            lines.append("  The codebook's version changed, and every caption names it.")
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _summary(found: Sequence[Difference], a: Side, b: Side) -> str:
    n = compared(a, b)
    if not found:
        return f"Nothing differs (n = {n} readings compared)."
    readings = [d for d in found if d.of == "reading"]
    other = [d for d in readings if d.how == "changed" and _fields(d) & {"value", "reason"}]
    between = "certainty" if a.coder != b.coder else "certainty, limit, reason, claims"
    worded = [d for d in readings if d.how == "changed" and _fields(d) == {"wording"}]
    counts = {
        f"say it otherwise ({between})": sum(d.how == "changed" for d in readings) - len(other) - len(worded),
        "stand as they were, with another note on the wording they were made under": len(worded),
        "added" if a.coder == b.coder else f"only by {b.coder}": sum(d.how == "added" for d in readings),
        "dropped" if a.coder == b.coder else f"only by {a.coder}": sum(d.how == "dropped" for d in readings),
    }
    words = [f"{len(other)} of {n} readings say something else", *(f"{v} {k}" for k, v in counts.items() if v)]
    claims = [d for d in found if d.of == "claim"]
    kinds = {
        "added": sum(d.how == "added" for d in claims), "dropped": sum(d.how == "dropped" for d in claims),
        "renamed": sum(bool(d.was) for d in claims), "reworded": sum(d.how == "changed" and "text" in _fields(d) for d in claims),
    }  # fmt: skip
    said = f"{', '.join(words)}."
    if any(kinds.values()):
        said += f" Claims: {', '.join(f'{v} {k}' for k, v in kinds.items() if v)}."
    if n := sum(map(reworded, found)):
        said += f" Propositions reworded: {n}."
    return said + _stale(found, b)


def _stale(found: Sequence[Difference], b: Side) -> str:
    """How many readings are to be confirmed because of the difference, and where that is not what `check` counts."""
    if not any(map(reworded, found)):
        return ""
    here = {(*key, d.id) for d in found for key in d.unconfirmed}
    checked = set(b.debate.stale())
    said = (
        f" Stale until confirmed: {counted(len(here), 'reading')}; read them again, then `stancebook confirm`."
        if here
        else ""
    )
    if unknown := len(here - checked):
        said += f" Of these {unknown} do not say under which wording they were made, and `stancebook check` leaves them out."
    if more := sorted(checked - here):
        named = ", ".join(f"{coder}/{source}: {id}" for coder, source, id in more[:MOST])
        rest = f" and {len(more) - MOST} more" if len(more) > MOST else ""
        said += f" `stancebook check` names {len(checked)} stale, {len(more)} of them changed here or stale before ({named}{rest})."
    return said


def _notes(found: Sequence[Difference], a: Side, b: Side) -> list[str]:
    """What was not compared, and what was forgotten."""
    moved = [d for d in found if d.of == "proposition" and (d.how != "changed" or reworded(d))]
    if moved and a.debate.codebook.version == b.debate.codebook.version:
        return [
            "Propositions changed and the codebook's version did not: raise it in debate.yml, for every caption names it."
        ]
    if not (a.coder and b.coder) or a.coder == b.coder:
        return []
    if a.coder == b.debate.coders[b.coder].counters or b.coder == a.debate.coders[a.coder].counters:
        return [
            "A counter-reading is laid over what it counters; of readings only values, certainty and silences are compared."
        ]
    return [
        "Two coders: values, certainty and silences are compared; reasons, limits, claims, factors and spans are not."
    ]


def _fields(difference: Difference) -> set[str]:
    return {c.field for c in difference.changes if c.before != c.after}


# The codebook


def _codebook(found: Sequence[Difference], b: Side, most: int) -> Iterator[str]:
    for of, group in groupby(found, key=lambda d: d.of):
        some = list(group)
        yield from ("", _plural(of))
        for difference in some[:most]:
            yield from (f"  {line}" for line in _entry(difference, b))
        yield from _more(len(some) - most, "  ")


def _plural(of: str) -> str:
    head, _, rest = of.partition(" ")
    plurals = {"debate": "Debate", "silence": "Silence", "thesis": "Thesis"}
    return " ".join([plurals.get(head, f"{head[0].upper()}{head[1:]}s"), rest]).strip()


def _entry(difference: Difference, b: Side) -> Iterator[str]:
    changes = {c.field: c for c in difference.changes}
    name = f"{difference.id}, renamed from {difference.was}" if difference.was else difference.id
    if difference.how != "changed":
        told = {c.field: c.after if difference.how == "added" else c.before for c in difference.changes}
        text = next((told[f] for f in ("text", "label", "title", "rule") if f in told), "")
        text = f"weight {told['weight']}" if "weight" in told else text
        yield f"{'+' if difference.how == 'added' else '−'} {name}{f': {text}' if text else ''}"
        return
    if difference.id == "order":
        yield "stand in another order"
        return
    yield f"{name}{' (the sentence is the same)' if difference.was and difference.of == 'proposition' and not reworded(difference) else ''}"
    for change in changes.values():
        if change.field != "seals":  # they follow from the passages
            yield from (f"  {line}" for line in _change(change))
    if difference.unconfirmed:
        n = len(difference.unconfirmed)
        yield f"  stale until confirmed: {counted(n, 'reading')} that stayed as before"
        for coder in dict.fromkeys(c for c, _ in difference.unconfirmed):
            who = (b.debate.sources[s].label for c, s in difference.unconfirmed if c == coder)
            yield f"    {coder}: {', '.join(who)}"


def _change(change: Change) -> list[str]:
    """One change, in a line if it is short, else in two."""
    before, after = (_value(change.field, v) for v in (change.before, change.after))
    if len(before) + len(after) < 70:
        return [f"{change.field}: {before} → {after}"]
    return [f"{change.field} was: {before}", f"{change.field} now: {after}"]


def _value(field: str, value: Any) -> str:
    return _plain(value).replace("-", " ") if field == "reason" else _plain(value)


def _plain(value: Any) -> str:
    """A value of a file as a reader would write it: yes and no, a minus sign, a date, names, lists with commas."""
    if value in (None, [], (), {}):
        return "none"
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value).replace("-", "−")
        case list() | tuple():
            return ", ".join(map(_plain, value))
        case {"date-parts": parts, **rest} if are_date_parts(parts):
            return " ".join(["/".join(map(_date, parts)), *([f"({_plain(rest)})"] if rest else [])])
        case dict() if value.keys() <= set(NAME):
            return " ".join(str(value[part]) for part in NAME if part in value)
        case dict():
            return ", ".join(f"{k}: {_plain(v)}" for k, v in value.items())
    return str(value)


def _date(parts: Sequence[int]) -> str:
    """2001, 2001-03 or 2001-03-02: so are dates written in the files."""
    return "-".join([_plain(parts[0]), *(f"{n:02d}" for n in parts[1:])])


def _more(n: int, indent: str) -> list[str]:
    return [f"{indent}and {n} more (--full lists all)"] if n > 0 else []


# A coding


def _coding(found: Sequence[Difference], a: Side, b: Side, why: bool, most: int) -> Iterator[str]:
    if found[0].of == "coding":
        n = ", ".join(f"{c.after if found[0].how == 'added' else c.before} {c.field}" for c in found[0].changes)
        who = {"added": f"coded by {b.coder} only", "dropped": f"coded by {a.coder} only"}
        when = {"added": "coded only now", "dropped": "no longer coded"}
        yield f"  {(when if a.coder == b.coder else who)[found[0].how]}: {n}"
        return
    order = dict.fromkeys(p.id for side in (b, a) for p in side.debate.codebook.propositions)
    shared = {p.id for p in a.debate.codebook.propositions} | set(
        renamings(a.debate.codebook, b.debate.codebook).values()
    )
    shared &= {p.id for p in b.debate.codebook.propositions}
    labels = {q.id: q.label for side in (a, b) for q in side.debate.codebook.questions}
    readings = {d.id: d for d in found if d.of == "reading"}
    for question in labels:
        some = [readings[p] for p in order if p in readings and readings[p].question == question]
        said = [d for d in some if d.id in shared and _told(d)]
        gone = sum(d.id not in shared for d in some)
        yield from [f"  {labels[question]}"] if said or gone else []
        for difference in said:
            yield from (f"    {line}" for line in _reading(difference, a, b, why))
        if gone:
            yield f"    {gone} on propositions that only one side has"
    quiet = [readings[p] for p in order if p in readings and p in shared and not _told(readings[p])]
    yield from _rewordings([d for d in quiet if "wording" in _fields(d)], most)
    if rest := [d for d in quiet if _fields(d) != {"wording"}]:
        named = [f"{d.id} ({', '.join(sorted(_fields(d) - {'wording'}))})" for d in rest]
        yield f"  The same readings, otherwise founded: {'; '.join(named)}"
        if why:
            for difference in rest:
                yield from (f"    {line}" for line in _reading(difference, a, b, why))
    for of in OF_A_CODING:
        yield from _listed(of, [d for d in found if d.of == of], b, most)


def _rewordings(found: Sequence[Difference], most: int) -> Iterator[str]:
    """What is said now of the wording under which readings were made: unknown, stale or confirmed."""
    states = {
        d.id: next((c.before or "unknown", c.after or "unknown") for c in d.changes if c.field == "wording")
        for d in found
    }
    for state in dict.fromkeys(states.values()):
        some = [id for id, s in states.items() if s == state]
        more = f" and {len(some) - most} more" if len(some) > most else ""
        yield f"  Wording {' → '.join(state)}: {', '.join(some[:most])}{more}"


def _told(difference: Difference) -> bool:
    return difference.how != "changed" or bool(_fields(difference) & {"value", "certainty", "reason", "qualification"})


def _reading(difference: Difference, a: Side, b: Side, why: bool) -> Iterator[str]:
    """−2 → +1, certainty 3 → 2; what is not a stance is said in words."""
    changes = {c.field: c for c in difference.changes}
    before, after = _state(changes, 1, a.debate.scale), _state(changes, 2, b.debate.scale)
    parts = [f"{before} → {after}"] if before != after else []
    if "certainty" in changes and changes["certainty"].before and changes["certainty"].after:
        was, now = (str(c).replace("-", " ") for c in (changes["certainty"].before, changes["certainty"].after))
        parts.append(f"certainty {was} → {now}")
    if "qualification" in changes and before == after:
        parts.append("another limit")
    if difference.how == "changed" and "wording" in changes:
        parts.append(f"wording {changes['wording'].before or 'unknown'} → {changes['wording'].after or 'unknown'}")
    yield f"{difference.id}: {', '.join(parts)}" if parts else difference.id
    if why:
        was, now = (_reasons(changes, side) for side in (1, 2))
        yield from [f"  why: {now}"] if was == now else [f"  was: {was}", f"  now: {now}"]


def _reasons(changes: dict[str, Change], side: int) -> str:
    return (
        " Limit: ".join(str(changes[f][side]) for f in ("why", "qualification") if f in changes and changes[f][side])
        or "–"
    )


def _state(changes: dict[str, Change], side: int, scale: Scale) -> str:
    if "value" in changes and changes["value"][side] is not None:
        return in_sign(changes["value"][side], scale)
    if "reason" in changes and changes["reason"][side] is not None:
        return f"silent ({str(changes['reason'][side]).replace('-', ' ')})"
    return "not coded" if {"value", "reason"} & set(changes) else "same"


def _listed(of: str, found: Sequence[Difference], b: Side, most: int) -> Iterator[str]:
    seals = [d for d in found if d.of == "claim" and d.how == "changed" and _fields(d) == {"seals"}]
    some = [d for d in found if d not in seals]
    if not found:
        return
    yield f"  {_plural(of)}"
    for difference in some[:most]:
        yield from (f"    {line}" for line in _entry(difference, b))
    yield from _more(len(some) - most, "    ")
    if seals:
        yield f"    {len(seals)} with other seals on the same passages"


# What moves


def _headlines(moved: Sequence[Moved]) -> Iterator[str]:
    yield from ("", "Headlines" if moved else "Headlines: none moves.")
    for headline in moved:
        yield f"  {headline.where}"
        yield from (f"    was: {line}" for line in headline.before)
        yield from (f"    now: {line}" for line in headline.after)
    yield "  Not computed: what rests on many draws (robustness, chance, camps); `stancebook build` says it."


def _figures(figures: Figures | None, a: Side, most: int) -> Iterator[str]:
    if figures is None:
        yield "Figures: no manifest names this debate, so nothing is known of them; `stancebook build` makes them."
        return
    moved = [f for f in figures.anew if f.rows and f.rows[0]]
    same = [f for f in figures.anew if f.rows and not f.rows[0]]
    unknown = [f for f in figures.anew if not f.rows]
    if a.coder:
        yield f"Figures: drawn from the one coding in place of the other, {len(moved)} of the {figures.n} in {figures.listed}/ have other rows behind them; for those of other kinds that is not computed."
    else:
        yield f"Figures: {len(figures.anew)} of {figures.n} in {figures.listed}/ would be made anew, for they were made from parts that differ here (code and libraries left aside)."
    yield from [f"  {f.name}: {f.rows[0]} of {f.rows[1]} rows differ" for f in moved if f.rows][:most]
    yield from _more(len(moved) - most, "  ")
    for said, some in (
        ("The rows are the same but for reasons, limits and claims", same),
        ("Rows not computed here", unknown),
    ):
        if some:
            more = f" and {len(some) - most} more" if len(some) > most else ""
            yield f"  {said}: {', '.join(f.name for f in some[:most])}{more}"
