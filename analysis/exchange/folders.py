"""What an import read → the files of a new debate, with what is missing filled by placeholders that say so."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from analysis.codings import Dumper, coder_file, coding_file
from analysis.debate import Debate, debate_with
from analysis.exchange.losses import Loss, some
from analysis.schemas import Codebook, Coder, Coding, Scale, Source

TO_DO = "to do"
SCALE = Scale.model_validate(
    {
        "values": [
            {"value": 2, "label": "affirms", "rule": TO_DO},
            {"value": 1, "label": "affirms with a limit", "rule": TO_DO, "limited": True},
            {"value": 0, "label": "weighs both sides", "rule": TO_DO},
            {"value": -1, "label": "rejects with a limit", "rule": TO_DO, "limited": True},
            {"value": -2, "label": "rejects", "rule": TO_DO},
        ],
        "certainty": [
            {"value": 3, "label": "sure", "rule": TO_DO},
            {"value": 2, "label": "fairly sure", "rule": TO_DO},
            {"value": 1, "label": "doubtful", "rule": TO_DO},
        ],
        "silences": [{"reason": r, "rule": TO_DO} for r in ("not-asked", "out-of-scope", "evaded")],
    }
)


class Ids:
    """Ids of a debate for the labels of a foreign file: small letters, digits and hyphens, each given once."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        self.taken: set[str] = set()
        self.changed: list[str] = []

    def of(self, label: str, key: str | None = None, words: str = "") -> str:
        """The id for a label, the same for the same label; with a key, for the thing of that key, whatever others are called.

        `words`: what the id is made of where the label itself, an address for instance, would make a bad one.
        """
        key = label if key is None else key
        if key not in self.given:
            base = slug(words or label)
            id, n = base, 2
            while id in self.taken:
                id, n = f"{base}-{n}", n + 1
            self.given[key] = id
            self.taken.add(id)
            self.changed += [f"{label!r} is {id}"] if label != id else []
        return self.given[key]


def renamed(noun: str, *ids: Ids) -> list[Loss]:
    """The labels that had to be changed."""
    changed = [change for i in ids for change in i.changed]
    return some(f"id of a {noun} made from its label", changed, "ids here are small letters, digits and hyphens")


def slug(label: str, most: int = 60) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(words) > most:  # cut between two words, unless the first alone is too long
        words = words[: most + 1].rpartition("-")[0] or words[:most]
    return words or "x"


def shortened(words: str, most: int = 40) -> str:
    """As many whole words as fit into so many letters, with “…” for the others."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1].rpartition(' ')[0] or words[: most - 2]} …"


def question(propositions: Sequence[dict[str, Any]], **more: str) -> dict[str, Any]:
    """The record of a question for propositions, with placeholders for what is not known of it."""
    none = {"id": "to-do", "text": "To do: a sentence that a text could affirm or reject.", "kind": "judgement"}
    made_up = {"id": "imported", "label": "Imported", "text": "To do: what is asked?"}
    return made_up | more | {"propositions": list(propositions) or [none]}


def codebook(title: str, questions: Sequence[dict[str, Any]], origin: str, **more: Any) -> Codebook:
    """The codebook of an imported debate, on the scale of five values."""
    book = {
        "title": title if title.strip() else "Imported",
        "short_title": shortened(title) or "Imported",
        "description": f"Imported from {origin}.",
        "version": "0",
    }
    return Codebook.model_validate(book | {"scale": SCALE, "questions": questions} | more)


def source(id: str, label: str, **more: Any) -> Source:
    """A source of which a foreign file says no more than a name."""
    notes = {"label": label or id, "genre": TO_DO, "addressee": TO_DO, "evidence": TO_DO}
    record = {"id": id, "type": "document", "title": label or id, "author": [{"literal": TO_DO}]}
    return Source.model_validate(record | {"custom": notes} | more)


def coder(label: str, origin: str, stances_only: bool = False) -> Coder:
    """The record of a coder of whom a foreign file says no more than a name."""
    note = f"Imported from {origin}; how the coding was made is not in the file."
    return Coder(label=label, how="not stated", date=datetime.date.today(), note=note, stances_only=stances_only)


def debate(book: Codebook, sources: Iterable[Source], coders: dict[str, Coder], codings: dict[tuple[str, str], Coding]) -> Debate:  # fmt: skip
    """What was read, as a debate that is no folder yet and has passed no check."""
    return debate_with(Debate(Path(), book, {s.id: s for s in sources}, coders, {}, ""), codings)


def files(read: Debate | tuple[Source, ...], schemas: bool = True) -> dict[str, bytes]:
    """What was read as the files of a debate's folder; of a bibliography, its sources.json.

    `schemas`: the JSON Schemas lie beside the folder, as in the repository, and each file of codings names its own.
    """
    if isinstance(read, tuple):
        return {"sources.json": sources_file(read)}
    made = {"debate.yml": codebook_file(read.codebook), "sources.json": sources_file(read.sources.values())}
    for name, record in read.coders.items():
        made[f"codings/{name}/coder.yml"] = coder_file(record).encode()
    for (name, key), coding in read.codings.items():
        made[f"codings/{name}/{key}.yml"] = coding_file(coding).encode()
    return made if schemas else {name: without_schema(file.decode()).encode() for name, file in made.items()}


def without_schema(text: str) -> str:
    """The text of a file without the line that names its JSON Schema to editors."""
    return text.partition("\n")[2] if text.startswith("# yaml-language-server: ") else text


def copies(texts: dict[str, str]) -> dict[str, bytes]:
    """Texts as the reader's own copies in a debate's folder, which git ignores."""
    if not texts:
        return {}
    kept = {f"texts/{key}.txt": text.encode("utf-8", "replace") for key, text in texts.items()}
    return {"texts/.gitignore": b"# Copies of the texts stay on this machine.\n*\n"} | kept


def codebook_file(book: Codebook) -> bytes:
    """The codebook as its YAML file."""
    values = json.loads(book.model_dump_json(by_alias=True, exclude_defaults=True).encode("utf-8", "replace"))
    return yaml.dump(values, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110).encode()


def sources_file(sources: Iterable[Source]) -> bytes:
    """The bibliography as its CSL-JSON file."""
    records = [s.model_dump(mode="json", by_alias=True, exclude_none=True) for s in sources]
    return (json.dumps(records, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
