"""What is read: a debate as one coder reads it, with readings of one's own over it.  No widgets here."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import arguments, tables
from analysis.codings import Reading, as_read_by, coding_file, keep, read_otherwise, reading_on
from analysis.copies import copy_of
from analysis.counts import counted
from analysis.debate import Debate, coding_on, debate_with, load_debate
from analysis.explorer import choice
from analysis.exports.drawings import plain
from analysis.passages import Excerpt, excerpts
from analysis.schemas import Claim, Coder, Coding, Scale, Stance

NO_REASON = "(no reason given yet)"


class Reader:
    """A debate, whose coding of it is read, and readings of one's own; `read` makes all the rest from these.

    `own`: the readings against the chosen coder, in the order they were made; `before`, `stances`: the tables without and with one's own readings; `claims`, `graph`: what the coder claims; `headlines`, `headlines_before`.
    Labels and propositions are in words that a chart can hold.
    """

    def __init__(self, debate: Debate, coder: str, texts: Path | None):
        self.debate, self.texts = debate, texts
        self.made: dict[str, list[tuple[str, Reading]]] = {}  # coder → readings against them, each with its source
        sources = tables.sources(debate)
        self.labels = {s: plain(label) for s, label in zip(sources.source, sources.label, strict=True)}
        self.names = {key: plain(name) for key, name in tables.names(debate).items()}
        self.scale = _in_plain_words(debate.scale)
        self.read(coder)

    def read(self, coder: str) -> None:
        """Make everything anew."""
        self.coder, self.own = coder, self.made.setdefault(coder, [])
        self.now = self.unread = as_read_by(self.debate, coder)
        for source, reading in self.own:
            self.now = read_otherwise(self.now, coder, source, [reading])
        self.before, self.stances = self._table(self.unread, coder), self._table(self.now, coder)
        self.claims = tables.claims(self.now, coder)
        links, behind = tables.links(self.now, coder), tables.stance_claims(self.now, coder)
        self.graph = arguments.arguments(
            self.claims, links, behind, tables.propositions(self.now), tables.sides(self.now, coder)
        )
        self.headlines = choice.headlines(self.stances, self.names, self.debate.scale)
        self.headlines_before = (
            choice.headlines(self.before, self.names, self.debate.scale) if self.own else self.headlines
        )
        self._layouts: dict[Any, list[dict[str, Any]]] = {}

    def _table(self, debate: Debate, coder: str) -> pd.DataFrame:
        stances = tables.stances(debate, coder)
        return stances.assign(text=stances.text.map(plain), label=stances.label.map(plain))

    def differing(self, name: str) -> pd.Series | None:
        """Whether each cell is read otherwise than by that coder, or than without one's own readings; None if there is nothing to compare."""
        others = [self._table(as_read_by(self.debate, name), name)] if name else []
        others += [self.before] if self.own else []
        marks = [choice.differing(self.stances, other) for other in others]
        return pd.concat(marks, axis=1).any(axis=1) if marks else None

    def credit(self) -> str:
        """Whose codings these are, one's own readings included."""
        mine = len(self.latest())
        return self.now.credit(self.coder) + (f" With {counted(mine, 'reading')} of your own." if mine else "")

    # One cell

    def coding(self, source: str) -> Coding:
        return self.now.codings.get((self.coder, source), Coding(source=source))

    def reading(self, source: str, proposition: str) -> Reading | None:
        return reading_on(self.coding(source), proposition)

    def reading_before(self, source: str, proposition: str) -> Reading | None:
        """How the chosen coder reads a cell, without one's own reading."""
        return reading_on(self.unread.codings.get((self.coder, source)), proposition)

    def stale(self, source: str, proposition: str) -> bool:
        """Whether a cell was coded under another wording of its proposition."""
        return (self.coder, source, proposition) in self.now.stale(self.coder)

    def others(self, source: str, proposition: str) -> list[tuple[str, Reading]]:
        """The labels of other coders and how they read a cell; under a reading of one's own, the chosen coder too."""
        mine = (source, proposition) in self.latest()
        names = [name for name in self.debate.coders if name != self.coder or mine]
        readings = [(name, reading_on(self.debate.codings.get((name, source)), proposition)) for name in names]
        return [(self.debate.coders[name].label, reading) for name, reading in readings if reading is not None]

    def claims_behind(self, source: str, proposition: str) -> list[Claim]:
        known = {c.id: c for c in self.coding(source).claims}
        return [known[c] for c in getattr(self.reading(source, proposition), "claims", ()) if c in known]

    def excerpt(self, source: str, claim: Claim, anchor: int) -> Excerpt:
        """A passage in the reader's copy; ValueError if the copy cannot be read."""
        return excerpts(self.debate, source, claim, folder=self.texts)[anchor]

    def has_copy(self, source: str) -> bool:
        return copy_of(Path(self.texts or self.debate.path / "texts"), source, self.debate.sources) is not None

    # Maps

    def sheets(self, part: Any, question: str, sources: list[str]) -> list[dict[str, Any]]:
        """The kept layout of this very map, or a new one; LayoutError without Graphviz."""
        key = question, tuple(sources)
        if key not in self._layouts:
            kept = self.debate.path / "layouts" / self.coder / f"{'-'.join([question, *sorted(sources)])}.json"
            self._layouts[key] = arguments.sheets_in(kept, part) or arguments.sheets(part)
        return self._layouts[key]

    # Readings of one's own

    def latest(self) -> dict[tuple[str, str], Reading]:
        """One's own readings, the last of each cell."""
        return {(source, reading.proposition): reading for source, reading in self.own}

    def files(self) -> dict[str, str]:
        """One's own readings as coding files, by source."""
        cells = self.latest()
        return {
            source: coding_file(coding_on({p for s, p in cells if s == source}, self.coding(source)))
            for source in dict.fromkeys(s for s, _ in cells)
        }

    def unfinished(self) -> bool:
        """Whether a reading of one's own has no reason yet, or no limit."""
        return any(
            NO_REASON in (r.why, r.qualification if isinstance(r, Stance) else "") for r in self.latest().values()
        )

    def keep(self, name: str, replace: bool) -> None:
        """Write one's own readings into a folder of their own, and read that coding from now on.

        ValueError, and nothing is written, for a name or a reading that cannot be kept.
        """
        if self.unfinished():
            raise ValueError(
                "a reading has no reason yet, or no limit; choose its cell, say why, and see what it does once more"
            )
        note = "Counter-readings made in the explorer."
        coder = Coder(label=name or "?", how="by hand", date=datetime.date.today(), note=note)
        readings = [(source, reading) for (source, _), reading in self.latest().items()]
        keep(self.now, name, coder, readings, self.coder, replace)
        self.made[self.coder] = self.own = []
        try:
            kept = load_debate(self.debate.path, coders=[name])
        except ValueError as error:
            raise ValueError(f"kept in codings/{name}/, but the debate no longer loads: {error}") from error
        self.debate = debate_with(self.debate, kept.codings, kept.coders)
        self.read(name)


def _in_plain_words(scale: Scale) -> Scale:
    """The scale in words that a chart can hold."""
    values = tuple(
        v.model_copy(update={"label": plain(v.label), "shown": v.shown and plain(v.shown)}) for v in scale.values
    )
    levels = tuple(c.model_copy(update={"label": plain(c.label)}) for c in scale.certainty)
    return scale.model_copy(update={"values": values, "certainty": levels})
