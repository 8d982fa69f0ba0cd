"""A proposition reworded → the readings made under its old wording, until somebody reads them again and confirms them.

A coding file may say in `wordings` under which wording each of its readings was made: a short hash of the sentence and its note
(`Proposition.wording`).  A reading whose hash is another than that of the proposition now is stale; one without a hash is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from analysis.debate import Debate
from analysis.reading import did_you_mean, read_text, write
from analysis.schemas import Coding


def confirm(debate: Debate, coder: str, cells: Iterable[tuple[str, str]]) -> dict[Path, list[str]]:
    """Write into a coder's files that these cells, each source and proposition, hold under the present wording; file → what was new in it.

    Comments and order stay.  ValueError, and nothing is written, for a coder or a cell that is not coded, or for a file that cannot
    be edited as it is laid out.
    """
    if coder not in debate.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, debate.coders)}')
    cells, now = list(cells), {p.id: p.wording for p in debate.codebook.propositions}
    wanted: dict[str, dict[str, str]] = {}
    coded = {s: c.coded for (name, s), c in debate.codings.items() if name == coder}
    unknown = [f"{s}/{p}" for s, p in cells if p not in coded.get(s, ())]
    if unknown:
        every = [f"{s}/{p}" for s, some in coded.items() for p in some]
        raise ValueError("\n".join(f'{coder} has no reading "{c}"; {did_you_mean(c, every)}' for c in unknown))
    for source, proposition in cells:
        if debate.codings[coder, source].wordings.get(proposition) != now[proposition]:
            wanted.setdefault(source, {})[proposition] = now[proposition]
    files = {debate.path / "codings" / coder / f"{s}.yml": (debate.codings[coder, s], new) for s, new in wanted.items()}
    texts = {file: _edited_file(file, *what) for file, what in files.items()}
    for file, content in texts.items():
        write(file, content)
    return {file: list(new) for file, (_, new) in files.items()}


def _edited_file(file: Path, coding: Coding, new: dict[str, str]) -> bytes:
    """The bytes of a coding file with these wordings; ValueError if it was changed meanwhile, or cannot be edited in place."""
    text, problems = read_text(file, str(file))
    if text is None:
        raise ValueError(str(problems[0]))
    if _parsed(text) != coding:
        raise ValueError(f"{file} is not as it was when the debate was loaded; try once more")
    edited = with_wordings(text, new)
    if _parsed(edited) != coding.model_copy(update={"wordings": coding.wordings | new}):
        raise ValueError(f"{file} cannot be edited as it is laid out; write its keys on lines of their own")
    bom = b"\xef\xbb\xbf" if file.read_bytes().startswith(b"\xef\xbb\xbf") else b""
    return bom + edited.encode()


def _parsed(text: str) -> Coding | None:
    try:
        return Coding.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError):
        return None


def with_wordings(text: str, new: dict[str, str]) -> str:
    """The text of a coding file with these wordings put in place of those there, or below them, or at its end."""
    newline = "\r\n" if "\r\n" in text else "\n"
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    there = next((v for k, v in root.value if k.value == "wordings"), None)
    if there is None:
        begin = text if text.endswith("\n") else text + newline
        return f"{begin}wordings:{newline}" + "".join(f'  {_key(id)}: "{w}"{newline}' for id, w in new.items())
    entries = {k.value: v for k, v in there.value}
    edits = [(v.start_mark.index, v.end_mark.index, f'"{new[id]}"') for id, v in entries.items() if id in new]
    added = [f'{_key(id)}: "{w}"' for id, w in new.items() if id not in entries]
    if added and not entries:  # {}
        edits.append((there.start_mark.index, there.end_mark.index, f"{{{', '.join(added)}}}"))
    elif added:
        last = there.value[-1][1].end_mark.index
        between = ", " if there.flow_style else newline + " " * there.value[0][0].start_mark.column
        edits.append((last, last, "".join(f"{between}{entry}" for entry in added)))
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _key(id: str) -> str:
    """An id as a key of YAML: in quotation marks where it would be a number or a truth value."""
    return id if isinstance(yaml.load(id, Loader=yaml.CSafeLoader), str) else f'"{id}"'
