"""What a student is called: a pseudonym drawn by lot and kept in the folder of the class, or, if the teacher says so, the own label."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from itertools import count, islice, product
from pathlib import Path
from string import ascii_uppercase

import yaml

from analysis.reading import read_yaml, write

KEY = "pseudonyms.yml"
HEAD = "# Who is who. Drawn by lot; kept here, so that a student keeps the name. Not for handing round.\n"


def names(labels: Mapping[str, str], folder: str | Path, anonymous: bool = True) -> dict[str, str]:
    """What each student is called, in the order of what they are called; `labels`: a student's folder → their label.

    A pseudonym, “Student A”, says nothing of whose it is, and not of the order of the folders either.  It is kept in
    `pseudonyms.yml` in the folder of the class; who joins later gets one that is free.  Otherwise the label, with the folder
    where two have the same.  ValueError if the file is damaged.
    """
    if not labels:
        return {}
    called = _pseudonyms(sorted(labels), Path(folder) / KEY) if anonymous else _distinct(labels)
    return dict(sorted(called.items(), key=lambda item: (len(item[1]) if anonymous else 0, item[1])))


def _distinct(labels: Mapping[str, str]) -> dict[str, str]:
    given = list(labels.values())
    return {s: t if given.count(t) == 1 else f"{t} ({s})" for s, t in labels.items()}


def _pseudonyms(students: list[str], file: Path) -> dict[str, str]:
    kept = _kept(file)
    new = [s for s in students if s not in kept]
    free = list(islice((p for p in _every_pseudonym() if p not in kept.values()), len(new)))
    secrets.SystemRandom().shuffle(free)
    kept |= dict(zip(new, free, strict=True))
    if new:
        write(file, (HEAD + yaml.safe_dump(kept, allow_unicode=True)).encode())
    return {s: kept[s] for s in students}


def _kept(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    kept = read_yaml(file, KEY).values
    if not isinstance(kept, dict) or not all(isinstance(p, str) for p in kept.values()):
        raise ValueError(f"{KEY} does not give each folder a pseudonym; mend it, or delete it to have others drawn")
    if len(set(kept.values())) < len(kept):
        raise ValueError(f"{KEY} gives one pseudonym twice; mend it, or delete it to have others drawn")
    return kept


def _every_pseudonym() -> Iterator[str]:
    """Student A … Student Z, Student AA, …"""
    for size in count(1):
        yield from (f"Student {''.join(letters)}" for letters in product(ascii_uppercase, repeat=size))
