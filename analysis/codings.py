"""Codings → the files of `codings/<coder>/`; and counter-readings laid over the coding that they counter.

A counter-reading is what one coder reads otherwise than another: a coding that holds just that, in a folder whose
`coder.yml` names the other under `counters`.  The coding it counters is never written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from analysis.debate import BLIND, REFERENCE, Debate, coding_on, debate_with, problems_of
from analysis.reading import read_yaml, validated, write
from analysis.schemas import Claim, Coder, Coding, Silence, Stance

Reading = Stance | Silence
RESERVED = (REFERENCE, *BLIND)


def readings_of(coding: Coding | None) -> list[Reading]:
    """The stances and silences of a coding, if there is one."""
    return [*coding.stances, *coding.silences] if coding else []


def reading_on(coding: Coding | None, proposition: str) -> Reading | None:
    """What a coding says of a proposition; None if nothing was coded."""
    return next((r for r in readings_of(coding) if r.proposition == proposition), None)


# Laid over one another


def read_otherwise(debate: Debate, coder: str, source: str, readings: Iterable[Reading]) -> Debate:
    """The debate in which this coder's coding of a source has these readings in place of its own.

    The claims a stance names must be among those of the coding; whether they are is not checked here.
    """
    coding = debate.codings.get((coder, source), Coding(source=source))
    return debate_with(debate, {(coder, source): _with(coding, readings)})


def as_read_by(debate: Debate, coder: str) -> Debate:
    """The debate in which a coder who counters another has that one's readings wherever they have none of their own."""
    base = debate.coders[coder].counters
    if base is None:
        return debate
    laid = {
        (coder, source): _laid_over(debate.codings.get((base, source)), debate.codings.get((coder, source)), coder)
        for source in debate.sources
        if {(base, source), (coder, source)} & set(debate.codings)
    }
    return debate_with(debate, laid)


def as_worded(coding: Coding, debate: Debate, propositions: Iterable[str]) -> Coding:
    """The coding that says of these propositions that it reads them as they are worded now."""
    now = {p.id: p.wording for p in debate.codebook.propositions}
    return coding.model_copy(update={"wordings": coding.wordings | {id: now[id] for id in propositions if id in now}})


def _with(coding: Coding, readings: Iterable[Reading]) -> Coding:
    """The coding with these readings; under which wording they were made is not known."""
    new = {r.proposition: r for r in readings}
    said = [r for r in readings_of(coding) if r.proposition not in new]
    said += new.values()
    return coding.model_copy(
        update={
            "stances": tuple(r for r in said if isinstance(r, Stance)),
            "silences": tuple(r for r in said if isinstance(r, Silence)),
            "wordings": {id: wording for id, wording in coding.wordings.items() if id not in new},
        }
    )


def _laid_over(base: Coding | None, own: Coding | None, coder: str) -> Coding:
    if base is None or own is None:
        only = base or own
        assert only
        return only
    own = _renamed(own, {c.id: c for c in base.claims}, coder)
    known = {c.id for c in base.claims}
    merged = base.model_copy(update={"claims": (*base.claims, *(c for c in own.claims if c.id not in known))})
    laid = _with(merged, readings_of(own))
    return laid.model_copy(update={"wordings": laid.wordings | own.wordings})


def _renamed(own: Coding, taken: dict[str, Claim], coder: str) -> Coding:
    """The coding with other ids for those of its claims that are called like another claim."""
    ids = {c.id: c.id for c in own.claims}
    for claim in own.claims:
        if claim.id in taken and not _same(claim, taken[claim.id]):
            ids[claim.id] = f"{claim.id}-{coder}"
            while ids[claim.id] in taken or list(ids.values()).count(ids[claim.id]) > 1:
                ids[claim.id] += "-2"

    def among(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(ids.get(n, n) for n in names)

    claims = [
        c.model_copy(update={"id": ids[c.id], "supports": among(c.supports), "attacks": among(c.attacks)})
        for c in own.claims
    ]
    stances = [s.model_copy(update={"claims": among(s.claims), "limits": among(s.limits)}) for s in own.stances]
    return own.model_copy(update={"claims": tuple(claims), "stances": tuple(stances)})


def _same(one: Claim, other: Claim) -> bool:
    """Whether two claims say the same of the same passages, whatever they are linked to."""
    return all(getattr(one, f) == getattr(other, f) for f in ("text", "voice", "holder", "anchors"))


# Kept


class AlreadyReadError(ValueError):
    """A coder has read a cell already, and otherwise."""


def keep(
    debate: Debate,
    name: str,
    coder: Coder,
    readings: Sequence[tuple[str, Reading]],
    base: str = REFERENCE,
    replace: bool = False,
) -> list[Path]:
    """Write readings of a debate, each with its source, into the folder of a coder, and return the files that changed.

    `base`: the coder against whom they are read; the claims that a reading names are copied from there.  What the folder holds of other
    propositions stays, and so does its `coder.yml`.  ValueError, and nothing is written, if the name is not a folder's or belongs to a
    coding that counters nothing, or another coder than `base`, if a file there was laid out by hand, or if a reading would not pass
    `stancebook check`; AlreadyReadError if the folder reads one of the cells otherwise, unless `replace`.
    """
    countered = debate.coders[base].counters or base
    if not (debate.path / "codings" / countered / "coder.yml").is_file():
        raise ValueError(
            f"{countered} has no folder in the debate's codings/, and what is kept there could not counter it; "
            "take your readings away as files, or read against another coding"
        )
    folder = _own_folder(debate, name, countered)
    files: dict[Path, Coding] = {}
    for source in dict.fromkeys(s for s, _ in readings):
        path = folder / f"{source}.yml"
        old = _there(path) if path.exists() else Coding(source=source)
        mine = {r.proposition: r for s, r in readings if s == source}
        told = [r.proposition for r in readings_of(old) if mine.get(r.proposition, r) != r]
        if told and not replace:
            raise AlreadyReadError(
                f"{name} has read {source}/{told[0]} already, and otherwise; to replace that reading, keep once more"
            )
        known = {c.id: c for c in (*debate.codings.get((base, source), Coding(source=source)).claims, *old.claims)}
        new = as_worded(_with(old, mine.values()), debate, mine)
        files[path] = coding_on(
            {r.proposition for r in readings_of(new)}, new.model_copy(update={"claims": tuple(known.values())})
        )
    bare = any(not s.claims for coding in files.values() for s in coding.stances)
    if folder.is_dir():
        coder = _record(Coder, folder / "coder.yml")
    bare |= coder.stances_only
    coder = coder.model_copy(update={"counters": countered, "stances_only": bare})
    problems = [p for path, coding in files.items() for p in problems_of(coding, debate, coder, str(path))]
    if problems:
        raise ValueError("\n".join(map(str, problems)))
    contents = {folder / "coder.yml": coder_file(coder), **{path: coding_file(c) for path, c in files.items()}}
    return [path for path, text in contents.items() if write(path, text.encode())]


def _own_folder(debate: Debate, name: str, countered: str) -> Path:
    """The folder of a coder who counters that one, or of a new coder."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > 60:
        raise ValueError(f"“{name}” cannot name a folder; use small letters, digits and hyphens, e.g. anna-k")
    folder = debate.path / "codings" / name
    if name in RESERVED or (name in debate.coders and not folder.is_dir()):
        raise ValueError(f"{name} is not yours to write to; choose another name")
    if folder.is_dir():
        old = _record(Coder, folder / "coder.yml")
        if old.counters is None:
            raise ValueError(f"codings/{name} holds a coding of its own, not counter-readings; choose another name")
        if old.counters != countered:
            raise ValueError(f"codings/{name} counters {old.counters}, not {countered}; choose another name")
        if coder_file(old) != (folder / "coder.yml").read_text(encoding="utf-8"):
            raise ValueError(_by_hand(folder / "coder.yml"))
    return folder


def _there(path: Path) -> Coding:
    """The coding in a file that we wrote; ValueError if anybody else did, for what they wrote would be lost."""
    coding = _record(Coding, path)
    if coding_file(coding) != path.read_text(encoding="utf-8"):
        raise ValueError(_by_hand(path))
    return coding


def _by_hand(path: Path) -> str:
    return f"{path} was laid out by hand, and its comments would be lost; add the reading there yourself, or choose another name"


def _record(kind: Any, path: Path) -> Any:
    document = read_yaml(path, str(path))
    record = validated(kind, document) if document.values is not None else None
    if record is None:
        raise ValueError("\n".join(map(str, document.problems)))
    return record


# As files


class Dumper(yaml.SafeDumper):
    """Lists are indented below their key; anchors and short lists stand in a line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


class _InLine(list):  # type: ignore[type-arg]
    pass


class _Braced(dict):  # type: ignore[type-arg]
    pass


def _words(dumper: Dumper, words: str) -> yaml.ScalarNode:
    """Text as PyYAML writes it, but with its rarer line ends escaped: between single quotation marks they would come back as blanks;
    and hashes always quoted: to other programs one like 12345e678901 is a number."""
    style = '"' if re.search("[\x85\u2028\u2029]", words) or re.fullmatch("[0-9a-f]{12}", words) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


Dumper.add_representer(str, _words)
Dumper.add_representer(_InLine, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True))
Dumper.add_representer(_Braced, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v, flow_style=True))


def coding_file(coding: Coding) -> str:
    """The coding as the text of its YAML file; `stancebook check` reads it back as it is."""
    return _schema_line("coding") + _dumped(coding)


def coder_file(coder: Coder) -> str:
    """The record of a coder as the text of its coder.yml."""
    return _schema_line("coder") + _dumped(coder)


def _schema_line(name: str) -> str:
    return f"# yaml-language-server: $schema=../../../schema/{name}.schema.json\n"


def _dumped(record: Coding | Coder) -> str:
    values = _shaped(record.model_dump(by_alias=True, exclude_defaults=True), "")
    return yaml.dump(values, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)


def _shaped(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return (_Braced if "end" in value else dict)({k: _shaped(v, k) for k, v in value.items()})
    if isinstance(value, (list, tuple)):
        return (list if any(isinstance(v, dict) for v in value) else _InLine)(_shaped(v, key) for v in value)
    return (
        value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
    )  # half a character has no UTF-8
