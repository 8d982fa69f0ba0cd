"""What moves because two sides differ: the headlines, computed for both, and the figures, by what each was made from.

No notebook is run.  A figure would be made anew if the part of the debate that its notebook loaded says something else; for tables
that cost little, the rows behind it are computed for both sides.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import agreement, tables
from analysis.build import manifest
from analysis.charts import FEW
from analysis.comparison.differences import renamings
from analysis.comparison.sides import Side
from analysis.debate import BLIND, REFERENCE, Debate, part_of
from analysis.explorer.choice import headlines

UNDRAWN = ("why", "qualification", "claims", "note")  # of a table's columns: in no picture
TABLES: dict[tuple[str, ...], Callable[[Debate, str], pd.DataFrame]] = {
    tuple(tables.STANCES): tables.stances,
    tuple(tables.FACTORS): tables.factors,
    tuple(tables.SPANS): tables.spans,
    tuple(agreement.PAIRS): lambda debate, coder: agreement.pairwise_agreement(
        tables.stances(debate, coder), debate.scale.bounds
    ),
}


@dataclass(frozen=True)
class Moved:
    """A headline that says something else: where it stands, the sentences it no longer says, and those it says now."""

    where: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A figure that would be made anew; `rows`: how many of the rows behind it differ, of how many, where that was computed."""

    name: str
    folder: str
    rows: tuple[int, int] | None


@dataclass(frozen=True)
class Figures:
    """The figures of a debate that would be made anew, of how many, and the folder that they are in."""

    anew: tuple[Figure, ...]
    n: int
    listed: str


# Headlines


def headlines_moved(a: Side, b: Side) -> list[Moved]:
    """The headlines that differ, each with its n: those of the explorer, of the pairs, of each question, and of two coders' agreement.

    Of two coders, those on the texts that both have coded.
    """
    both = {s for s in a.debate.sources if {(a.coder, s), (b.coder, s)} <= {*a.debate.codings, *b.debate.codings}}
    said = [_headlines(side, side.coder or REFERENCE, both if a.coder and b.coder else None) for side in (a, b)]
    found = []
    for where in dict.fromkeys([*said[0], *said[1]]):
        before, after = (s.get(where, []) for s in said)
        gone, new = [x for x in before if x not in after], [x for x in after if x not in before]
        if gone or new:
            found.append(Moved(where, tuple(gone), tuple(new)))
    return found


def _headlines(side: Side, coder: str, sources: set[str] | None) -> dict[str, list[str]]:
    """What is said in words of a coder's stances (on these sources), sentence by sentence, by where it stands."""
    debate = side.debate
    stances, names = tables.stances(debate, coder), tables.names(debate)
    if sources is not None:
        stances = stances[stances.source.isin(sources)]
    pairs = agreement.pairwise_agreement(stances, debate.scale.bounds)
    said = {
        "the debate": headlines(stances, names, debate.scale),
        "pairs": _sentences(agreement.pairs_in_words(pairs, names, FEW), names.values()),
    }
    for question in debate.codebook.questions:
        words = agreement.division_in_words(stances[stances.question == question.id], debate.scale.bounds)
        said[question.label] = [one for line in words.splitlines() for one in _one_by_one(line.removeprefix("- "))]
    if side.coder is None and set(BLIND) <= set(debate.coders):
        both = (tables.ratings(debate, BLIND, what) for what in ("value", "speaks"))
        said["agreement of two coders"] = _sentences(agreement.reliability_in_words(*both))
    return said


def _one_by_one(line: str) -> list[str]:
    """A line that lists propositions, as one sentence for each."""
    lead = line.partition(": “")[0]
    named = re.findall(r"“.*?” \(n = \d+\)(?=;|\.$)", line)
    return [f"{lead}: {one}." for one in named] or [line]


def _sentences(words: str, names: Iterable[str] = ()) -> list[str]:
    """The sentences of a text; the full stop of a name in it, “Ash et al. 2001” or “Birch n.d.”, ends none."""
    whole = "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"
    found = re.finditer(rf"(?:{whole}|[^.]|\.(?!\s|$))+", words)
    return [f"{' '.join(s[0].split())}." for s in found if s[0].strip()]


# Figures


def figures_moved(a: Side, b: Side, figures: Path) -> Figures | None:
    """The figures in a folder, or in that of the debate, that would be made anew; None if neither has any of this debate.

    Of two coders, those whose rows would be others if the one's coding were drawn in place of the other's; figures whose rows are not
    computed here are then left out, for nothing is known of them.
    """
    for place in (figures, Path(os.path.relpath(b.folder / "figures"))):
        some = [f for f in manifest(place) if f.get("debate") and _same(place, f["debate"]["debate"], b.folder)]
        if some:
            return _figures_moved(a, b, place, some)
    return None


def _figures_moved(a: Side, b: Side, figures: Path, known: list[dict[str, Any]]) -> Figures:
    digests: dict[Any, bool] = {}
    anew = []
    for figure in known:
        parts = [p for p in figure.get("also_loaded", []) if p["debate"] == figure["debate"]["debate"]] + [
            figure["debate"]
        ]
        if a.coder is None and not any(_differs(part, a, b, digests) for part in parts):
            continue
        rows = _rows_moved(figure, figures, a, b)
        if a.coder is None or (rows and rows[0]):
            anew.append(Figure(figure["name"], figure.get("folder") or "", rows))
    return Figures(tuple(anew), len(known), figures.as_posix())


def _same(figures: Path, named: str, folder: Path) -> bool:
    """Whether the debate that a manifest names, from the folder around that of the figures, is this one."""
    return (figures.resolve().parent / named).resolve() == folder.resolve()


def _differs(part: dict[str, Any], a: Side, b: Side, known: dict[Any, bool]) -> bool:
    """Whether a part of the debate says something else on the two sides; a part that one side does not have does."""
    asked = tuple(tuple(part[k]) if part[k] is not None else None for k in ("questions", "sources", "coders"))
    if asked not in known:
        known[asked] = _digest(a, asked) != _digest(b, asked)
    return known[asked]


def _digest(side: Side, asked: tuple[Any, ...]) -> str | None:
    try:
        return part_of(side.debate, *asked).digest
    except ValueError:
        return None


def _rows_moved(figure: dict[str, Any], figures: Path, a: Side, b: Side) -> tuple[int, int] | None:
    """How many rows behind a figure differ in what is drawn of them, of all that either side has; None where that is not computed."""
    there = _there(figures / (figure.get("folder") or "") / figure["data"]) if figure.get("data") else []
    table = TABLES.get(tuple(there[0])) if there else None
    if table is None or figure["debate"]["sources"] is not None:
        return None
    core = all(row.get("core") == "True" for row in there)
    renamed = renamings(a.debate.codebook, b.debate.codebook)
    drawn = [_rows(table, figure, core, side) for side in (a, b)]
    if "proposition" in drawn[0]:
        drawn[0] = drawn[0].assign(proposition=drawn[0].proposition.replace(renamed))
    rows = [{_key(r): tuple(map(str, r.items())) for r in frame.to_dict("records")} for frame in drawn]
    either = {**rows[0], **rows[1]}
    return sum(rows[0].get(k) != rows[1].get(k) for k in either), len(either)


def _rows(table: Callable[[Debate, str], pd.DataFrame], figure: dict[str, Any], core: bool, side: Side) -> pd.DataFrame:
    """The table of a figure's kind, of the question that it shows, and of the core alone if it shows no other."""
    asked = figure["parameters"]
    coder = side.coder or asked.get("coder", REFERENCE)
    frame = table(_alone(side, coder), coder)
    if "question" in frame and figure["debate"]["questions"]:
        frame = frame[frame.question.isin(figure["debate"]["questions"])]
    if core and "core" in frame:
        frame = frame[frame.core]
    return frame.drop(columns=[*UNDRAWN, "coder"], errors="ignore")


def _alone(side: Side, coder: str) -> Debate:
    return replace(side.debate, codings={k: c for k, c in side.debate.codings.items() if k[0] == coder})


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(k) for k in ("source", "source_a", "source_b", "proposition", "factor", "kind", "span"))


def _there(file: Path) -> list[dict[str, str]]:
    """The rows behind a figure as they are kept; none if the file is not there."""
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))
    except OSError:
        return []
