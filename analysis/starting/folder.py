"""All that is known of a new debate → the files of its folder, with comments that teach by example and a README of next steps."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml

from analysis.codings import Dumper, coder_file, coding_file
from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import folders
from analysis.exchange.folders import TO_DO, sources_file, without_schema
from analysis.exchange.shelves import Files
from analysis.schemas import NOT_STATED, Coder, Coding, Proposition, Scale, Source
from analysis.starting.typed import Question, first_words, missing

HERE = Path(__file__).parent
SCHEMAS = "# yaml-language-server: $schema="  # editors then know what may stand in the file
AS_DOUBTFUL = "The tests of robustness take such a stance for a doubtful one, and move it"
_GIT = {".gitignore": "build/\nclass/\ntexts/*\n!texts/.gitignore\n", "texts/.gitignore": "*\n!.gitignore\n"}
RULES = [
    {"id": "own-voice", "text": "Code the author, not the people he or she reports, quotes or mocks."},
    {"id": "one-step", "text": "One plain step of inference is allowed, and costs one point of certainty. Two steps are silence."},
    {"id": "silence", "text": "Silence is a finding: it needs its reason, and a line that says what was looked for. It is never 0."},
]  # fmt: skip


@dataclass(frozen=True)
class Beginning:
    """What a debate begins with.  `origin` names the file that codings were taken from, `notes` is what of it found no place."""

    title: str
    sources: Sequence[Source]
    questions: Sequence[Question]
    scale: Scale
    coders: dict[str, Coder] = field(default_factory=dict)
    codings: dict[tuple[str, str], Coding] = field(default_factory=dict)
    origin: str = ""
    notes: bytes = b""


def placeholder_source() -> dict[str, Any]:
    return {"label": f"First source ({TO_DO})"}


def files(beginning: Beginning, schemas: bool = False) -> Files:
    """The files of the folder; `schemas`: the JSON Schemas lie beside it, as in the repository, and each file names its own."""
    coders = beginning.coders or {REFERENCE: _coder()}
    values = [v.value for v in beginning.scale.values]
    made = {
        "debate.yml": _codebook(beginning),
        "sources.json": sources_file(beginning.sources).decode(),
        "README.md": _readme(beginning, _todo(beginning)),
        **_GIT,
    }
    for name, record in coders.items():
        made[f"codings/{name}/coder.yml"] = without_schema(coder_file(record)) + ("" if beginning.coders else _CODER)
    for source in beginning.sources:
        if (REFERENCE, source.id) not in beginning.codings:
            example = _template("coding.yml", label=_line(source.label), value=max(values))
            made[f"codings/{REFERENCE}/{source.id}.yml"] = f"{_yaml({'source': source.id})}\n\n{example}"
    now = _wordings(beginning)
    for (name, key), coding in beginning.codings.items():
        worded = coding.model_copy(update={"wordings": {id: now[id] for id in coding.coded}})
        made[f"codings/{name}/{key}.yml"] = without_schema(coding_file(worded))
    hinted = {name: _hint(name) + text if schemas and name.endswith(".yml") else text for name, text in made.items()}
    notes = {"notes-from-sheet.csv": beginning.notes} if beginning.notes else {}
    return {name: text.encode("utf-8", "replace") for name, text in hinted.items()} | notes


def _wordings(beginning: Beginning) -> dict[str, str]:
    """Under which wording a sheet's readings were made: the one that is written.  So a later rewording makes them stale."""
    written = yaml.safe_load(_yaml([p for q in beginning.questions for p in q["propositions"]]))
    return {p["id"]: Proposition.model_validate(p).wording for p in written}


_CODER = """\
# Write who codes, and how: `by hand`, `machine-assisted`, `machine-assisted, adjudicated`, or `not stated`. The label stands in every caption.
# `stances_only: true` lets stances stand without claims and passages: quicker, and harder to check.
"""


def _coder() -> Coder:
    note = "To do: how the coding was made, for a reader who must decide how far to trust it."
    return Coder(label=f"{TO_DO}: who codes", how="not stated", date=datetime.date.today(), note=note)


def _hint(name: str) -> str:
    kind = "debate" if name == "debate.yml" else "coder" if name.endswith("/coder.yml") else "coding"
    return f"{SCHEMAS}{'../' * (1 + name.count('/'))}schema/{kind}.schema.json\n"


def _template(name: str, **words: Any) -> str:
    return Template((HERE / f"{name}.txt").read_text(encoding="utf-8")).substitute(words)


def beside_import(read: Debate, origin: str, report: str) -> Files:
    """What a new folder has besides the records, for a debate taken from another program's file; `report` says what was lost."""
    questions = [q.model_dump() for q in read.codebook.questions]
    beginning = Beginning(read.codebook.title, list(read.sources.values()), questions, read.codebook.scale, read.coders, read.codings, origin)  # fmt: skip
    texts = {name: file.decode("utf-8", "replace") for name, file in folders.files(read).items()}
    places = {name: len(re.findall(rf"[:-] [\"']?{TO_DO}\b", text, re.IGNORECASE)) for name, text in texts.items()}
    todo = [
        f"`../{_cell(report)}`: what was left out, changed or made up; look through it first",
        *(f"`{_cell(name)}`: {counted(n, 'place')} where “{TO_DO}” stands" for name, n in places.items() if n),
        *_unstated(beginning),
    ]
    return {
        name: text.encode("utf-8", "replace")
        for name, text in {"README.md": _readme(beginning, todo, taught=""), **_GIT}.items()
    }


def is_from_template(comment: str) -> bool:
    """Whether a comment in a file is one of those that every new debate begins with."""
    return any(re.fullmatch(line, comment.strip()) for line in _comments())


@cache
def _comments() -> tuple[str, ...]:
    """The comments of the templates, as patterns: some name the source, or a value."""
    lines = [
        *_CODER.splitlines(),
        *(line for name in ("debate.yml", "coding.yml") for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()),
    ]  # fmt: skip
    return tuple(re.sub(r"\\\$[a-z]+", ".+", re.escape(line.strip())) for line in lines if line.startswith("#"))


def _line(words: str) -> str:
    """Words in one line, so that they cannot leave a comment."""
    return "".join(c if c.isprintable() else " " for c in words)


def _codebook(beginning: Beginning) -> str:
    title = beginning.title.strip() or f"{TO_DO.capitalize()}: title"
    about = (
        f"Taken from {beginning.origin}." if beginning.origin else f"{TO_DO.capitalize()}: what is compared, and why."
    )
    head = {"title": title, "short_title": first_words(title, 40), "description": about, "version": "1"}
    scale = beginning.scale.model_dump(mode="json", exclude_defaults=True)
    parts = {"head": head, "scale": {"scale": scale}, "rules": {"rules": RULES}}
    return _template("debate.yml", **{k: _yaml(v) for k, v in parts.items()}, questions=_yaml({"questions": list(beginning.questions)}))  # fmt: skip


def _yaml(values: Any) -> str:
    return yaml.dump(values, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110).rstrip("\n")


# The README


def _readme(beginning: Beginning, todo: Sequence[str], taught: str = "; its comments teach by example") -> str:
    rows = [f"| `codings/{c}/` | what {_cell(r.label)} coded |" for c, r in beginning.coders.items() if c != REFERENCE]
    rows += ["| `notes-from-sheet.csv` | what stood in the sheet and has no place in the files |"] * bool(
        beginning.notes
    )
    coded = sum(len(c.stances) + len(c.silences) for c in beginning.codings.values())
    said = (
        f"{coded} stances and silences were taken from {_cell(beginning.origin)}." if coded else "Nothing is coded yet."
    )
    listed = "\n".join(f"- {line}" for line in todo) or "Nothing: all is there."
    return _template("README.md", title=_cell(beginning.title or TO_DO), coded=said, steps=_steps(beginning), todo=listed, taught=taught, rows="".join(f"{r}\n" for r in rows))  # fmt: skip


def _cell(words: str) -> str:
    """Words in one line of Markdown, of which they cannot change the shape."""
    return "".join(f"\\{c}" if c in r"\`*_[]<>|#" else c for c in _line(words))


def _steps(beginning: Beginning) -> str:
    first = beginning.sources[0].id if beginning.sources else "SOURCE"
    coding = (
        f"Look through what was taken from {_cell(beginning.origin)}: `codings/reference/`. The examples at the end of this page show how claims and passages are added."
        if beginning.codings
        else "Read a text and code it: write claims and stances into a file `codings/reference/SOURCE.yml`, as the examples at the end of this page show."
        if beginning.origin
        else "Read a text and code it: write claims and stances into its file in `codings/reference/`, as the comments there show."
    )
    steps = [
        ("Fill in what is listed below: in `debate.yml`, `sources.json` and `codings/reference/coder.yml`.", "stancebook check"),
        ("Take your copy of each text in (PDF, HTML, DOCX, EPUB or plain text), if you want passages to be checked and found.", f"stancebook texts add {first} FILE"),
        (coding, "stancebook check"),
        ("Or let others code, in a spreadsheet, and read it back.", "stancebook sheet make -o sheet.xlsx\nstancebook sheet read sheet.xlsx -o codings"),
        ("Before you reword a proposition, say under which wording its readings were made; those from a sheet say it already. Then the check names the readings to look through again.", "stancebook confirm --all\n# reword it in debate.yml, then\nstancebook check"),
        ("Make the figures (`figures/`) and the pages to read; begin with `build/index.html`.", "stancebook build"),
        ("Browse the debate: one page to pass on, or the explorer.", "stancebook page\nstancebook explore"),
    ]  # fmt: skip
    listed = "\n\n".join(
        f"{n}. {said}\n\n   ```sh\n" + "".join(f"   {c}\n" for c in command.split("\n")) + "   ```"
        for n, (said, command) in enumerate(steps, 1)
    )
    example = _template("coding.yml", label="a text", value=max(v.value for v in beginning.scale.values))
    return listed + (f"\n\n```yaml\n{example}```" if beginning.origin else "")


def _todo(beginning: Beginning) -> list[str]:
    """What is still a placeholder, in words."""
    propositions = [p["text"] for q in beginning.questions for p in q["propositions"]]
    questions = [q["text"] for q in beginning.questions]
    empty = [f"“{_cell(t)}”" for t in (*questions, *propositions) if t.lower().startswith(TO_DO)]
    unsaid = [(s, missing(s)) for s in beginning.sources]
    coders = beginning.coders or {REFERENCE: _coder()}
    return [
        *(["`debate.yml`: a title"] if not beginning.title.strip() else []),
        "`debate.yml`: the `description`, and the words of the scale, if they are not yours",
        *([f"`debate.yml`: {', '.join(empty)}"] if empty else []),
        "`debate.yml`: the `kind` of each proposition; “judgement” is written until you choose",
        *(f"`sources.json`: {_cell(s.label)}: {', '.join(fields)}" for s, fields in unsaid if fields),
        *(f"`codings/{c}/coder.yml`: who coded, how, and how far to trust it" for c in coders),
        *_unstated(beginning),
    ]  # fmt: skip


def _unstated(beginning: Beginning) -> list[str]:
    certainties = [s.certainty for c in beginning.codings.values() for s in c.stances]
    if NOT_STATED not in certainties:
        return []
    some = f"{certainties.count(NOT_STATED)} of {counted(len(certainties), 'stance')}"
    return [f"`codings/*/*.yml`: {some} do not state their certainty; put 1, 2 or 3 in place of `not-stated`. {AS_DOUBTFUL}"]  # fmt: skip
