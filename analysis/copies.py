"""A folder of the reader's copies → which file is the copy of which source.

The copy of `marsh-okoye-2019` is `marsh-okoye-2019.txt`.  A file that is named after one author, with the year or without it
(`Marsh.txt`, `okoye-2019.txt`), is taken for it where it can be no other source's copy, and no other file can be its.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from analysis.schemas import Source


def copy_of(folder: Path, key: str, sources: Mapping[str, Source]) -> Path | None:
    """The copy of a source; None if there is none, or none that is surely its."""
    own = folder / f"{key}.txt"
    if own.exists():
        return own
    may_be = _may_be(folder, sources)
    files = [file for file, keys in may_be.items() if key in keys]
    return files[0] if len(files) == 1 and may_be[files[0]] == [key] else None


def doubts(folder: Path, sources: Mapping[str, Source]) -> list[tuple[str, str, str]]:
    """The files that may be the copy of several sources, or with others that of one that has none: name, problem and cure."""
    may_be = _may_be(folder, sources)
    found = []
    for file, keys in may_be.items():
        rivals = [f.name for f, others in may_be.items() if f != file and set(keys) & set(others)]
        if not (len(keys) > 1 or rivals) or all((folder / f"{key}.txt").exists() for key in keys):
            continue
        too = f", and so may {' and '.join(rivals)}" if rivals else ""
        cure = f"name it {' or '.join(f'{key}.txt' for key in keys)} if it is"
        found.append((file.name, f"this may be the copy of {' or '.join(keys)}{too}", cure))
    return found


def _may_be(folder: Path, sources: Mapping[str, Source]) -> dict[Path, list[str]]:
    """The files that are named after no source, but after an author, each with the sources of that author."""
    files = [file for file in sorted(folder.glob("*.txt")) if file.stem not in sources]
    called = {key: _names(source) for key, source in sources.items()} if files else {}
    found = {file: [key for key, names in called.items() if _plain(file.stem) in names] for file in files}
    return {file: keys for file, keys in found.items() if keys}


def _names(source: Source) -> set[str]:
    """The name of each author, and the same with the year; of one that is not parted, “Ada Marsh”, also the last word."""
    whole = [name.get("family") or name.get("literal", "") for name in source.authors]
    last = [words[-1] for name in source.authors if (words := name.get("literal", "").split())]
    plain = {_plain(words) for words in [*whole, *last]} - {""}
    return plain | {f"{name}-{_plain(source.year_in_words)}" for name in plain}


def _plain(words: str) -> str:
    """Words in small letters without accents, joined by hyphens."""
    letters = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", "".join(letters).casefold()).strip("-")
