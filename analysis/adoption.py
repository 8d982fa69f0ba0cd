"""A counter-reading → the reference, by an explicit act that is put on record in `codings/adjudication.md`.

The reference file is edited where the reading stands and nowhere else, so that its comments and its order stay.
"""

from __future__ import annotations

import datetime
import textwrap
from typing import Any, NamedTuple

import yaml

from analysis.codings import Reading, coding_file, read_otherwise, reading_on, readings_of
from analysis.debate import REFERENCE, Debate, coding_on, problems_of
from analysis.reading import did_you_mean, read_text, write
from analysis.schemas import Claim, Coding, Scale, Silence, Stance
from analysis.wordings import with_wordings

RECORD = "adjudication.md"
HEAD = "## Counter-readings adopted"


class Adoption(NamedTuple):
    """What was adopted: the reading before, the reading now, the claims that the reference did not have, and, if either coding
    says under which wording it was made, the wording under which the reading now was made."""

    before: Reading | None
    now: Reading
    claims: tuple[Claim, ...]
    wordings: dict[str, str]


def adopt(
    debate: Debate, coder: str, source: str, proposition: str, because: str, today: datetime.date | None = None
) -> Adoption:
    """Put a coder's reading into the reference in place of its own, and say so in the record, with both readings and the reason.

    The counter-reading stays where it is.  ValueError, and nothing is written, if there is no such reading, if the reference reads the same,
    if no reason is given, if the reference would not pass its check, or if its file is laid out so that it cannot be edited in place.
    """
    adoption = _adoption(debate, coder, source, proposition)
    if not because.strip():
        raise ValueError("an adoption needs its reason: --because “…”")
    file, record = (debate.path / "codings" / name for name in (f"{REFERENCE}/{source}.yml", RECORD))
    text, problems = read_text(file, str(file))
    if text is None:
        raise ValueError(str(problems[0]))
    old = debate.coding(source)
    new = _expected(debate, source, adoption)
    if problems := problems_of(new, debate, debate.coders[REFERENCE], str(file)):
        raise ValueError("\n".join(map(str, problems)))
    edited = _edited(text, old, adoption)
    if _parsed(edited) != _sorted(new):
        raise ValueError(
            f"{file} cannot be edited as it is laid out; put the reading in by hand, and the reason into {RECORD}"
        )
    before = record.read_bytes() if record.exists() else None
    words = _in_words(debate, coder, source, adoption, because, today or datetime.date.today())
    write(record, _appended((before or b"# Adjudication\n").decode("utf-8"), words).encode())
    try:
        write(file, edited.encode())
    except OSError:
        write(record, before) if before is not None else record.unlink()
        raise
    return adoption


def _adoption(debate: Debate, coder: str, source: str, proposition: str) -> Adoption:
    if coder not in debate.coders or coder == REFERENCE:
        raise ValueError(
            f'no coder "{coder}" beside the reference; {did_you_mean(coder, set(debate.coders) - {REFERENCE})}'
        )
    coding = debate.codings.get((coder, source))
    now = reading_on(coding, proposition)
    if coding is None or now is None:
        cells = [f"{s}/{r.proposition}" for (c, s), x in debate.codings.items() if c == coder for r in readings_of(x)]
        raise ValueError(
            f'{coder} has no reading "{source}/{proposition}"; {did_you_mean(f"{source}/{proposition}", cells)}'
        )
    known = {c.id: c for c in debate.coding(source).claims}
    named = coding_on({proposition}, coding).claims
    if clash := [
        c.id for c in named if c.id in known and (c.text, c.anchors) != (known[c.id].text, known[c.id].anchors)
    ]:
        raise ValueError(f"the reference has another claim called {clash[0]}; give {coder}'s another id first")
    before = reading_on(debate.coding(source), proposition)
    if now == before:
        raise ValueError(f"the reference reads {source}/{proposition} so already")
    wording = coding.wordings.get(proposition)
    if wording is None and proposition in debate.coding(source).wordings:
        wording = next(p.wording for p in debate.codebook.propositions if p.id == proposition)
    worded = {proposition: wording} if wording else {}
    return Adoption(before, now, tuple(c for c in named if c.id not in known), worded)


def _expected(debate: Debate, source: str, adoption: Adoption) -> Coding:
    coding = read_otherwise(debate, REFERENCE, source, [adoption.now]).coding(source)
    worded = {"claims": (*coding.claims, *adoption.claims), "wordings": coding.wordings | adoption.wordings}
    return coding.model_copy(update=worded)


def _sorted(coding: Coding) -> Coding:
    """The coding with its readings in the order of their propositions, to compare what two files say."""
    by = {kind: tuple(sorted(getattr(coding, kind), key=lambda r: r.proposition)) for kind in ("stances", "silences")}
    return coding.model_copy(update=by)


def _parsed(text: str) -> Coding | None:
    try:
        return _sorted(Coding.model_validate(yaml.load(text, Loader=yaml.CSafeLoader)))
    except (yaml.YAMLError, ValueError):
        return None


def _edited(text: str, old: Coding, adoption: Adoption) -> str:
    """The file with the entry of the reading taken out, the new one put in its place or at the end of its list, and new claims."""
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    lists = {k.value: v for k, v in root.value}
    edits: list[tuple[int, int, str]] = []
    now = Coding(source=old.source, **{_kind(adoption.now): (adoption.now,)})
    there = None
    if adoption.before is not None:
        there = _entry(text, lists[_kind(adoption.before)], getattr(old, _kind(adoption.before)).index(adoption.before))
        edits.append((*there, ""))
    new = [(_kind(adoption.now), _items(now, _kind(adoption.now)))]
    if adoption.claims:
        new.append(("claims", _items(Coding(source=old.source, claims=adoption.claims), "claims")))
    for kind, item in new:
        if kind == _kind(adoption.now) and there and _kind(adoption.before) == kind:
            edits[0] = (*there, item)
        elif kind in lists and lists[kind].value:
            end = _entry(text, lists[kind], len(lists[kind].value) - 1)[1]
            edits.append((end, end, item))
        else:
            edits.append((len(text), len(text), f"{'' if text.endswith(chr(10)) else chr(10)}{kind}:\n{item}"))
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return with_wordings(text, adoption.wordings) if adoption.wordings else text


def _kind(reading: Any) -> str:
    return "stances" if isinstance(reading, Stance) else "silences"


def _items(coding: Coding, kind: str) -> str:
    """The entries of a list as our coding files have them."""
    return coding_file(coding).split(f"\n{kind}:\n", 1)[1]


def _entry(text: str, listed: yaml.SequenceNode, i: int) -> tuple[int, int]:
    """Where an entry of a list begins and ends, whole lines, its hyphen included; comments before the next one belong to that."""
    node = listed.value[i]
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    last = max(_last(node), start)
    end = text.find("\n", last)
    return start, len(text) if end < 0 else end + 1


def _last(node: yaml.Node) -> int:
    """Where the last character of a node stands: block nodes end before the next token, wherever that is."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        return node.end_mark.index - 1
    inner = node.value[-1]
    return _last(inner[1] if isinstance(inner, tuple) else inner)


def _in_words(debate: Debate, coder: str, source: str, adoption: Adoption, because: str, today: datetime.date) -> str:
    who = debate.coders[coder]
    proposition = adoption.now.proposition
    lines = [
        f"### {today.isoformat()}: {source} on `{proposition}`",
        "",
        _filled(f"Read otherwise by {who.label} (`codings/{coder}/`, {who.how}, {who.date.isoformat()})."),
        "",
        _filled(f"- Before: {_said(adoption.before, debate.scale)}", "  "),
        _filled(f"- Now: {_said(adoption.now, debate.scale)}", "  "),
        _filled(f"- Adopted because: {because.strip()}", "  "),
    ]
    return "\n".join(lines) + "\n"


def _said(reading: Reading | None, scale: Scale) -> str:
    if reading is None:
        return "not coded."
    if isinstance(reading, Silence):
        return f"silent, {reading.reason}. {reading.why}"
    limit = f" Limit: {reading.qualification}" if reading.qualification else ""
    return f"{scale.shown(reading.value)}, certainty {reading.certainty_in_words}. {reading.why}{limit}"


def _filled(words: str, indent: str = "") -> str:
    return textwrap.fill(" ".join(words.split()), 140, subsequent_indent=indent)


def _appended(record: str, words: str) -> str:
    head = "" if HEAD in record else f"\n{HEAD}\n"
    return f"{record.rstrip()}\n{head}\n{words}"
