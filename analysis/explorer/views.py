"""The views of the explorer: each draws a chart of what is shown, and says beside it what was clicked or chosen.

A view has `fields`, by which a click tells what was clicked, `menus` to choose it without a mouse, and `below`, what is said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import ipywidgets as iw
import pandas as pd

from analysis import arguments, charts
from analysis.agreement import pairwise_agreement
from analysis.charts.rooms import using
from analysis.charts.theme import counts_in_words
from analysis.explorer import cards, choice
from analysis.explorer.controls import Menu, button, row
from analysis.explorer.reader import Reader
from analysis.presets import Preset
from analysis.schemas import Claim, Stance

ROOM = Preset("explorer", None, None, 540, False, 96, 6, spare=0.14)  # leaves room for a card in JupyterLab on 1280 px
ROWS, COLUMNS, PAIRS = 30, 10, 30  # drawn at a time


def selection(fields: list[str], values: list[Any]) -> alt.Parameter:
    """The selection of a chart, with what is chosen already."""
    given: dict[str, Any] = {"value": [dict(zip(fields, values, strict=True))]} if all(values) else {}
    if fields != Map.fields:  # on a map a second click, or one beside the boxes, brings all back
        given |= {"toggle": False, "clear": False}
    return alt.selection_point(name="pick", fields=fields, on="click", empty=False, **given)


def shown_if(widget: Any, wanted: object) -> None:
    widget.layout.display = None if wanted else "none"


class Passages(iw.VBox):
    """The passages of some claims, one at a time."""

    def __init__(self, reader: Reader):
        self.reader, self.at = reader, 0
        self.source, self.places = "", list[tuple[Claim, int]]()
        self.text = iw.HTML()
        self.turning = row(button("◀ passage", lambda: self.turn(-1)), button("passage ▶", lambda: self.turn(1)))
        super().__init__([self.turning, self.text])

    def show(self, source: str, claims: list[Claim]) -> None:
        self.source, self.at = source, 0
        self.places = [(c, i) for c in claims for i in range(len(c.anchors))]
        shown_if(self.turning, len(self.places) > 1 and self.reader.has_copy(source))
        self.turn(0)

    def turn(self, step: int) -> None:
        """The next passage, or the one before."""
        if not self.places:
            self.text.value = ""
            return
        self.at = (self.at + step) % len(self.places)
        claim, anchor = self.places[self.at]
        try:
            excerpt = self.reader.excerpt(self.source, claim, anchor)
            self.text.value = cards.passage(excerpt, self.source, claim, self.at + 1, len(self.places))
        except ValueError as error:
            self.text.value = cards.wrong(error)


class Cells:
    """Grid and profile, and the card of a cell."""

    fields = ["source", "proposition"]  # noqa: RUF012
    breadth = "0 1 550px"

    def __init__(self, reader: Reader, redraw: Callable[[], None]):
        self.reader, self.redraw = reader, redraw
        self.first = 0, 0  # row and column from which is drawn
        self.proposition = Menu("Proposition", self._chosen, width="98%")
        self.source = Menu("Text", self._chosen)
        self.menus = (self.proposition, self.source)
        self.card, self.claims, self.passages = iw.HTML(), iw.HTML(), Passages(reader)
        self.below = (self.card, self.claims, self.passages)
        self.pagers = (
            button("◀ before", lambda: self.page(-1)), button("after ▶", lambda: self.page(1)),
            button("◀ texts", lambda: self.page(0, -1)), button("texts ▶", lambda: self.page(0, 1)),
        )  # fmt: skip
        self.tools = row(*self.pagers)

    def fill(self, shown: pd.DataFrame) -> None:
        self.order, self.sources = (list(dict.fromkeys(shown[c])) for c in ("proposition", "source"))
        self.proposition.fill([(self.reader.names[p], p) for p in self.order])
        self.source.fill([(self.reader.labels[s], s) for s in self.sources])

    def page(self, rows: int, columns: int = 0) -> None:
        self.first = self.first[0] + rows * ROWS, self.first[1] + columns * COLUMNS
        self.redraw()

    def chart(self, view: str, shown: pd.DataFrame) -> tuple[alt.Chart, str]:
        """The grid or the profile of what is shown, or of a part of it, with what it is a part of."""
        if shown.empty:
            raise ValueError("Nothing is left by these filters.")
        part, words = self._part(shown)
        pick = selection(self.fields, [self.source.value, self.proposition.value])
        credit = self.reader.credit()
        with using(ROOM, self.reader.scale):
            if view == "grid":
                return charts.stance_grid(part, "Who says what?", credit, pick), words
            return charts.disagreement_profile(part, "Where do they stand?", credit, pick), words

    def _part(self, shown: pd.DataFrame) -> tuple[pd.DataFrame, str]:
        """The rows and columns that are drawn, and in words what is not."""
        rows, row_words = self._some(self.order, 0, ROWS, "propositions")
        columns, column_words = self._some(self.sources, 1, COLUMNS, "texts")
        for pager, needed in zip(
            self.pagers,
            (rows[0] > 0, rows[1] < len(self.order), columns[0] > 0, columns[1] < len(self.sources)),
            strict=True,
        ):
            shown_if(pager, needed)
        part = shown[
            shown.proposition.isin(self.order[slice(*rows)]) & shown.source.isin(self.sources[slice(*columns)])
        ]
        every = self.reader.stances.proposition.nunique()
        counts = f"{len(self.order)} of {every} propositions, {len(self.sources)} of {len(self.reader.labels)} texts"
        marks = {"hit": "Broken frame: the words stand in that cell.", "differs": "Black corner: read otherwise."}
        used = [said for column, said in marks.items() if column in shown and shown[column].any()]
        n = counts_in_words(part) + (" drawn" if len(part) < len(shown) else "")
        return part, f"{counts}{row_words}{column_words}. n = {n}. {' '.join(used)}"

    def _some(self, order: list[str], axis: int, most: int, noun: str) -> tuple[tuple[int, int], str]:
        """From where to where is drawn along an axis, and that in words if it is not all."""
        start = min(max(self.first[axis], 0), (len(order) - 1) // most * most)
        self.first = (start, self.first[1]) if axis == 0 else (self.first[0], start)
        end = min(start + most, len(order))
        return (start, end), f"; drawn: {noun} {start + 1} to {end}" if len(order) > most else ""

    def _chosen(self) -> None:
        """A cell was chosen by the menus: draw the part where it is."""
        rows, columns = self.order.index(self.proposition.value), self.sources.index(self.source.value)
        self.first = rows // ROWS * ROWS, columns // COLUMNS * COLUMNS
        self.redraw()

    def picked(self, source: Any, proposition: Any) -> bool:
        """A cell was clicked, or nothing: whether there is another card to show."""
        if not (source and proposition) or (source, proposition) == (self.source.value, self.proposition.value):
            return False
        self.source.choose(source)
        self.proposition.choose(proposition)
        return True

    def show(self) -> None:
        """What was coded of the chosen text on the chosen proposition."""
        reader, (source, proposition) = self.reader, (self.source.value, self.proposition.value)
        reading, others = reader.reading(source, proposition), reader.others(source, proposition)
        self.card.value = cards.card(
            reader.debate, source, proposition, reading, others, reader.stale(source, proposition)
        )
        behind = reader.claims_behind(source, proposition)
        limits = reading.limits if isinstance(reading, Stance) else ()
        self.claims.value = cards.claims_of(reader.debate.sources[source], behind, limits)
        self.passages.show(source, behind)


class Pairs:
    """Who agrees with whom, and two of them side by side."""

    fields = ["source_a", "source_b"]  # noqa: RUF012
    breadth = "0 1 550px"

    def __init__(self, reader: Reader, redraw: Callable[[], None]):
        self.reader = reader
        self.pair = Menu("Pair", redraw, width="98%")
        self.menus = (self.pair,)
        self.card = iw.HTML()
        self.below = (self.card,)
        self.tools = row()

    def fill(self, shown: pd.DataFrame) -> None:
        self.shown = shown
        self.pairs = (
            pairwise_agreement(shown, self.reader.debate.scale.bounds)
            if len(shown)
            else pd.DataFrame(columns=self.fields)
        )
        both = zip(self.pairs.source_a, self.pairs.source_b, strict=True)
        self.pair.fill([(f"{self.reader.labels[a]} and {self.reader.labels[b]}", (a, b)) for a, b in both])

    def chart(self, view: str, shown: pd.DataFrame) -> tuple[alt.Chart, str]:
        """The pairs, or of many the closest and the furthest; the chosen one is always there."""
        if self.pairs.empty:
            raise ValueError("It takes two texts to make a pair.")
        drawn, every = choice.ends(self.pairs, PAIRS, self.pair.value), len(self.pairs)
        words = f"Over {shown.proposition.nunique()} of {self.reader.stances.proposition.nunique()} propositions."
        if len(drawn) < every:
            words += f" Drawn: {len(drawn)} of {every} pairs, the closest and the furthest; the menu has all."
        credit = self.reader.credit()
        with using(ROOM, self.reader.scale):
            pick = selection(self.fields, list(self.pair.value))
            return charts.pairs_chart(drawn, self.reader.labels, "Who agrees with whom?", credit, pick), words

    def picked(self, source_a: Any, source_b: Any) -> bool:
        if not (source_a and source_b) or (source_a, source_b) == self.pair.value:
            return False
        self.pair.choose((source_a, source_b))
        return True

    def show(self) -> None:
        """The chosen pair, proposition by proposition."""
        a, b = self.pair.value
        line = next(p for p in self.pairs.itertuples() if (p.source_a, p.source_b) == (a, b))
        order = dict.fromkeys(self.shown.proposition)
        both = [(self.reader.names[p], self.reader.reading(a, p), self.reader.reading(b, p)) for p in order]
        sides = [(t, x, y) for t, x, y in both if isinstance(x, Stance) and isinstance(y, Stance)]
        self.card.value = cards.pair(self.reader.debate, a, b, line, sides)


class Map:
    """The argument map of a question, and what would fall with a claim."""

    fields = ["node"]  # noqa: RUF012
    breadth = "3 1 540px"
    words = "What is argued for stands at the left, reasons to its right. A click dims all but a box and its neighbours; a click beside the boxes brings all back. Of the choices above only texts, and a single question, count here."

    def __init__(self, reader: Reader, redraw: Callable[[], None]):
        self.reader, self.redraw = reader, redraw
        self.question = Menu("Map of", redraw)
        self.asked: list[str] = []
        self.sheet = Menu("Sheet", redraw)
        self.tools = row(self.question, self.sheet)
        self.node = Menu("Box", redraw, width="98%")
        supposed = [("as it is", ""), ("if it fell", "taken"), ("if it were granted", "granted")]
        self.supposed = iw.ToggleButtons(options=supposed, style={"button_width": "auto"})
        self.supposed.observe(lambda _: redraw(), "value")
        self.menus = (self.node, self.supposed)
        self.card, self.passages = iw.HTML(), Passages(reader)
        self.below = (self.card, self.passages)

    def fill(self, shown: pd.DataFrame) -> None:
        """The texts that are chosen, and the question if it is but one."""
        self.sources = list(dict.fromkeys(shown.source)) or list(self.reader.labels)
        questions = [(q.label, q.id) for q in self.reader.debate.codebook.questions]
        theses = (
            [("the main theses", "thesis")] if any(self.reader.coding(s).thesis for s in self.reader.labels) else []
        )
        asked = list(dict.fromkeys(shown.question))
        self.question.fill([*questions, *theses], asked[0] if len(asked) == 1 and asked != self.asked else None)
        self.asked = asked

    def chart(self, view: str, shown: pd.DataFrame) -> tuple[alt.Chart, str]:
        """One sheet of the map; ValueError or LayoutError if there is none."""
        reader, question = self.reader, self.question.value
        sources = [s for s in self.sources if arguments.claims_of(reader.graph, s)] or self.sources
        if arguments.claims_of(reader.graph) and (
            why := arguments.why_no_map(reader.graph, question, sources, reader.labels)
        ):
            raise ValueError(why)
        part = arguments.map_of(reader.graph, question, sources)
        sheets = reader.sheets(part, question, sources)
        self.sheet.fill([(f"{i} of {len(sheets)}", i) for i in range(1, len(sheets) + 1)])
        shown_if(self.sheet, len(sheets) > 1)
        sheet = sheets[self.sheet.value - 1]
        self.node.fill([("none", ""), *((_short(part.nodes[n]), n) for n in sheet["boxes"])])
        fallen = self._fallen()
        mark, pick = (self.node.value, "") if fallen else ("", self.node.value)
        order, credit = list(reader.labels), reader.credit()
        with using(ROOM, reader.scale):
            return charts.argument_map(
                part, sheet, order, "For what reasons?", credit, mark=mark, fallen=fallen, pick=selection(self.fields, [pick])
            ), self._words(sources)  # fmt: skip

    def _words(self, mapped: list[str]) -> str:
        """What stands beside a map of these texts, with what it cannot show."""
        bare = [self.reader.labels[s] for s in self.sources if s not in mapped]
        without = f"No claims are coded of {', '.join(bare)}." if bare else ""
        off = arguments.off_the_map_in_words(self.reader.graph, self.question.value, self.sources)
        return " ".join(filter(None, (self.words, without, off)))

    def _is_claim(self) -> bool:
        return bool(self.node.value) and self.reader.graph.nodes[self.node.value]["kind"] == "claim"

    def _what_if(self) -> pd.DataFrame:
        """What falls with the chosen claim, or if it is granted."""
        return arguments.what_if(self.reader.graph, self.node.value, grant=self.supposed.value == "granted")

    def _fallen(self) -> set[str]:
        return set(self._what_if().node) if self.supposed.value and self._is_claim() else set()

    def picked(self, node: Any) -> bool:
        """A box was clicked or, beside the boxes, none; what is supposed of another is drawn anew."""
        if (node or "") == self.node.value:
            return False
        self.node.choose(node or "")
        if self.supposed.value:
            self.redraw()
        return not self.supposed.value

    def show(self) -> None:
        """What is known of the chosen box."""
        shown_if(self.supposed, self._is_claim())
        self.card.value = ""
        self.passages.show("", [])
        if self._is_claim():
            self._show_claim()
        elif node := self.node.value:
            stances = self.reader.stances
            said = stances[(stances.proposition == node) & (stances.status == "stance")]
            who = [
                f"{self.reader.labels[s.source]}: {self.reader.debate.scale.shown(s.value)}, {s.why}"
                for s in said.itertuples()
            ]
            head = f"Who speaks to it (n = {len(who)} of {len(self.reader.labels)} texts)"
            self.card.value = f"<h3>{cards.text(self.reader.names[node])}</h3>{cards.listed(head, who)}"

    def _show_claim(self) -> None:
        graph, node = self.reader.graph, self.node.value
        source, name = node.split("/", 1)
        claim = next(c for c in self.reader.coding(source).claims if c.id == name)
        then = ""
        if self.supposed.value:
            grant = self.supposed.value == "granted"
            lines = arguments.what_if_in_words(self._what_if(), graph, node, grant).splitlines()
            then = cards.listed("Then", [line.removeprefix("- ") for line in lines])
        near = [f"{d['relation']} “{graph.nodes[b]['text']}”" for _, b, d in graph.out_edges(node, data=True)]
        self.card.value = (
            f"<h3>{cards.text(self.reader.labels[source])}</h3>{then}"
            + cards.claims_of(self.reader.debate.sources[source], [claim], head=False)
            + (cards.listed("In the text it", near) if near else "")
        )
        self.passages.show(source, [claim])


def _short(node: dict[str, Any]) -> str:
    """A box in a line of a menu."""
    whose = f"{node['label']}: " if node["kind"] == "claim" else "Proposition: "
    return (whose + node["text"])[:90]
