"""The explorer: a chart that can be clicked, and beside it what was clicked."""

from __future__ import annotations

import base64
import datetime
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as iw
import pandas as pd

from analysis import arguments, charts, tables
from analysis.agreement import pairwise_agreement
from analysis.charts.rooms import using
from analysis.charts.theme import counts_in_words, signed
from analysis.codings import as_read_by, coding_file, keep, read_otherwise, reading_on
from analysis.debate import Debate, coding_on, debate_with, load_debate
from analysis.explorer import cards, choice
from analysis.explorer.controls import NO_REASON, Filters, Menu, Otherwise, OwnKeys, button, row
from analysis.exports.drawings import plain
from analysis.passages import excerpts
from analysis.presets import Preset
from analysis.schemas import Claim, Coder, Coding, Silence, Stance

ROOM = Preset("explorer", None, None, 540, False, 96, 6, spare=0.14)  # leaves room for a card in JupyterLab on 1280 px
SCROLLED = {"overflow": "auto", "max_height": "700px"}
ROWS, COLUMNS, PAIRS = 30, 10, 30  # drawn at a time
LASTS = 40  # drawings that one chart widget makes: it keeps something of each in the browser's memory
VIEWS = (("Grid", "grid"), ("Profile", "profile"), ("Pairs", "pairs"), ("Argument map", "map"))
PICKED = {"grid": ["source", "proposition"], "profile": ["source", "proposition"], "pairs": ["source_a", "source_b"], "map": ["node"]}  # fmt: skip


class Explorer(iw.VBox):
    """The widgets of `explore`; what a reader sees is made anew from `debate`, the choices and `readings` at every change."""

    def __init__(self, debate: Debate, coder: str, texts: Path | None):
        alt.JupyterChart.enable_offline()
        self.debate, self.texts = debate, texts
        self.readings: list[tuple[str, Stance | Silence]] = []  # one's own, in the order they were made
        self.first = 0, 0  # row and column from which the grid is drawn
        self._layouts: dict[Any, list[dict[str, Any]]] = {}
        order = tables.sources(debate)
        order["label"] = order.label.map(plain)
        self.labels = dict(zip(order.source, order.label, strict=True))
        self.names = {key: plain(name) for key, name in tables.names(debate).items()}
        self._make_widgets(order)
        super().__init__(self._arranged())
        self.add_class("stancebook")
        self._fill_coders(coder)
        self.read_anew()

    # Widgets

    def _make_widgets(self, order: pd.DataFrame) -> None:
        self.coder = Menu("Coding", self._coder_chosen)
        self.compare = Menu("Mark where it differs from", self.choose)
        self.view = iw.ToggleButtons(options=VIEWS, style={"button_width": "auto"})
        self.view.observe(lambda _: self.draw(), "value")
        self.filters = Filters(self.debate, order, self.choose_from_start)
        self.headline, self.count, self.caption, self.message = (iw.HTML() for _ in range(4))
        self.back, self.on = button("◀ before", lambda: self._page(-1)), button("after ▶", lambda: self._page(1))
        self.left, self.right = (
            button("◀ texts", lambda: self._page(0, -1)),
            button("texts ▶", lambda: self._page(0, 1)),
        )
        self.drawn = iw.VBox(layout=iw.Layout(**SCROLLED))
        self.drawings = 0
        self._make_card()
        self.pair = Menu("Pair", self.draw, width="98%")
        self.pair_card = iw.HTML()
        self._make_map()
        self._make_mine()

    def _make_card(self) -> None:
        self.proposition = Menu("Proposition", self._cell_chosen, width="98%")
        self.source = Menu("Text", self._cell_chosen)
        self.card, self.claims, self.passage = iw.HTML(), iw.HTML(), iw.HTML()
        self.at_passage = 0
        self.passage_row = row(button("◀ passage", lambda: self._turn(-1)), button("passage ▶", lambda: self._turn(1)))
        self.otherwise = Otherwise(self.debate, self.try_reading)
        self.form = iw.Accordion(
            [self.otherwise], titles=("What if I read it otherwise?",), layout=iw.Layout(order="1")
        )

    def _make_map(self) -> None:
        questions = [(q.label, q.id) for q in self.debate.codebook.questions]
        self.question = Menu("Map of", self.draw)
        self.question.fill([*questions, ("the main theses", "thesis")])
        self.sheet = Menu("Sheet", self.draw)
        self.node = Menu("Box", self.draw, width="98%")
        self.supposed = iw.ToggleButtons(
            options=[("as it is", ""), ("if it fell", "taken"), ("if it were granted", "granted")],
            style={"button_width": "auto"},
        )
        self.supposed.observe(lambda _: self.draw(), "value")
        self.node_card, self.node_passage = iw.HTML(), iw.HTML()

    def _make_mine(self) -> None:
        self.name = iw.Text(description="Keep as", placeholder="a short name, e.g. anna-k", continuous_update=False)
        self.effect, self.export = iw.HTML(), iw.HTML()
        tools = row(
            button("Undo the last", self.undo),
            button("Undo all", self.undo_all),
            self.name,
            button("Keep", self.keep),
            self.export,
        )
        self.mine = iw.VBox([tools, self.effect])

    def _arranged(self) -> list[Any]:
        pages = row(self.back, self.on, self.left, self.right)
        self.map_tools = row(self.question, self.sheet)
        self.menus = (self.proposition, self.source, self.pair, self.node, self.supposed, self.form)
        self.below = iw.VBox()
        place = iw.Layout(flex="1 1 250px", min_width="250px", padding="0 0 0 12px")
        self.panel = iw.VBox([*self.menus[:-1], self.below, self.form], layout=place)
        self.side = iw.VBox(
            [self.map_tools, self.count, pages, self.drawn, self.caption], layout=iw.Layout(max_width="100%")
        )
        body = iw.Box([self.side, self.panel], layout=iw.Layout(flex_flow="row wrap", align_items="flex-start"))
        head = iw.HTML(f"{cards.STYLE}<h3>{cards.text(self.debate.codebook.title)}</h3>")
        return [
            OwnKeys(),
            head,
            row(self.coder, self.compare),
            self.headline,
            self.filters,
            self.view,
            self.mine,
            self.message,
            body,
        ]

    def _beside(self, menus: tuple[Any, ...] = (), *below: Any) -> None:
        """Show these menus, and below them what scrolls, from its top."""
        for menu in self.menus:
            menu.layout.display = None if menu in menus else "none"
        before, self.below.children = self.below.children, (iw.VBox(below, layout=iw.Layout(**SCROLLED)),)
        for old in before:
            old.close()

    def _fill_coders(self, coder: str) -> None:
        people = [(c.label, name) for name, c in self.debate.coders.items()]
        self.coder.fill(people, coder)
        self.compare.fill([("nobody", ""), *people])

    def _coder_chosen(self) -> None:
        """Counter-readings are marked against what they counter, until a reader chooses otherwise."""
        self.compare.choose(self.debate.coders[self.coder.value].counters or self.compare.value)
        self.read_anew()

    # What is read, and what of it is chosen

    def read_anew(self) -> None:
        """The debate as the chosen coder reads it, with one's own readings over it."""
        coder = self.coder.value
        self.unread = as_read_by(self.debate, coder)
        self.read = self.unread
        for source, reading in self.readings:
            self.read = read_otherwise(self.read, coder, source, [reading])
        self.before, self.stances = self._table(self.unread, coder), self._table(self.read, coder)
        self.claim_table = tables.claims(self.read, coder)
        self.graph = arguments.arguments(
            self.claim_table,
            tables.links(self.read, coder),
            tables.stance_claims(self.read, coder),
            tables.propositions(self.read),
        )
        self._layouts.clear()
        said = choice.headlines(self.stances, self.names)
        self.headline.value = cards.listed(
            f"Over all {self.stances.proposition.nunique()} propositions and {len(self.labels)} texts", said
        )
        self._show_mine(said)
        self.choose()

    def _table(self, debate: Debate, coder: str) -> pd.DataFrame:
        """The stances, in words that a chart can hold."""
        stances = tables.stances(debate, coder)
        return stances.assign(text=stances.text.map(plain), label=stances.label.map(plain))

    def choose_from_start(self) -> None:
        self.first = 0, 0
        self.choose()

    def choose(self) -> None:
        """The rows that the filters leave, with what was found and what differs."""
        f = self.filters
        some = choice.chosen(self.stances, f.questions.value, f.sources.value, f.kinds.value, f.core.value)
        some = choice.found(some, self.claim_table, f.words.value)
        other = self._compared()
        if other is not None:
            some = some.assign(differs=choice.differing(some, other))
        self.shown = some
        order = list(dict.fromkeys(some.proposition))
        self.proposition.fill([(self.names[p], p) for p in order])
        self.source.fill([(self.labels[s], s) for s in dict.fromkeys(some.source)])
        pairs = pairwise_agreement(some) if len(some) else pd.DataFrame(columns=["source_a", "source_b"])
        self.pairs = pairs
        self.pair.fill(
            [
                (f"{self.labels[a]} and {self.labels[b]}", (a, b))
                for a, b in zip(pairs.source_a, pairs.source_b, strict=True)
            ]
        )
        self.draw()

    def _compared(self) -> pd.DataFrame | None:
        """The reading from which differences are marked: another coder's, or that without one's own."""
        if name := self.compare.value:
            return self._table(as_read_by(self.debate, name), name)
        return self.before if self.readings else None

    def _page(self, rows: int, columns: int = 0) -> None:
        self.first = self.first[0] + rows * ROWS, self.first[1] + columns * COLUMNS
        self.draw()

    # Drawing

    def draw(self) -> None:
        """The chart of the view, and beside it what was clicked or chosen."""
        view = self.view.value
        self.map_tools.layout.display = None if view == "map" else "none"
        self.side.layout.flex = "3 1 540px" if view == "map" else "0 1 550px"
        for pager in (self.back, self.on, self.left, self.right):
            pager.layout.display = "none"
        self.message.value = ""
        if self.shown.empty and view != "map":
            self._draw(_nothing("Nothing is left by these filters."))
            self.count.value = ""
            self._beside()
            return
        {"grid": self._grid, "profile": self._profile, "pairs": self._pairs, "map": self._map}[view]()

    def _draw(self, chart: alt.Chart) -> None:
        """Put the chart into its place; a chart has new selections, so observe them anew."""
        if self.drawings % LASTS == 0:
            old, self.chart = (
                self.drawn.children,
                alt.JupyterChart(chart, embed_options={"renderer": "svg", "actions": False}),
            )
            self.drawn.children = (self.chart,)
            for widget in old:
                widget.close()
        else:
            self.chart.chart = chart
        self.drawings += 1
        self.caption.value = f'<p class="fine">{cards.text(chart.usermeta["caption"])}</p>'
        if "pick" in self.chart.selections.trait_names():
            self.chart.selections.observe(self._picked, ["pick"])

    def _pick(self, **value: Any) -> alt.Parameter:
        """The selection of the view, with what is chosen already."""
        given = {"value": [value]} if all(value.values()) else {}
        return alt.selection_point(name="pick", fields=PICKED[self.view.value], on="click", empty=False, **given)

    def _picked(self, change: Any) -> None:
        """A reader clicked something."""
        clicked = change.new.value
        picked = clicked[0] if clicked else {}
        fields = [picked.get(f) for f in PICKED[self.view.value]]
        if self.view.value == "map":
            self._node_picked(fields[0] or "")
        elif not all(fields):
            return
        elif self.view.value in ("grid", "profile"):
            if fields != [self.source.value, self.proposition.value]:
                self.source.choose(fields[0])
                self.proposition.choose(fields[1])
                self.show_card()
        else:
            self.pair.choose(tuple(fields))
            self._show_pair()

    def _node_picked(self, node: str) -> None:
        if node != self.node.value:
            self.node.choose(node)
            if self.supposed.value:
                self.draw()
            else:
                self._show_node()

    def _drawn_part(self) -> pd.DataFrame:
        """The rows and columns that are drawn; the count says what is not."""
        order, sources = list(dict.fromkeys(self.shown.proposition)), list(dict.fromkeys(self.shown.source))
        row_at = min(max(self.first[0], 0), (len(order) - 1) // ROWS * ROWS)
        column_at = min(max(self.first[1], 0), (len(sources) - 1) // COLUMNS * COLUMNS)
        self.first = row_at, column_at
        rows, columns = order[row_at : row_at + ROWS], sources[column_at : column_at + COLUMNS]
        every = self.stances.proposition.nunique()
        words = f"{len(order)} of {every} propositions, {len(sources)} of {len(self.labels)} texts"
        if len(order) > ROWS:
            words += f"; drawn: propositions {row_at + 1} to {row_at + len(rows)}"
        if len(sources) > COLUMNS:
            words += f"; drawn: texts {column_at + 1} to {column_at + len(columns)}"
        marks = {"hit": "Broken frame: the words stand in that cell.", "differs": "Black corner: read otherwise."}
        used = [said for column, said in marks.items() if column in self.shown and self.shown[column].any()]
        part = self.shown[self.shown.proposition.isin(rows) & self.shown.source.isin(columns)]
        self.count.value = f"<p>{words}. n = {counts_in_words(part)}{' drawn' if len(part) < len(self.shown) else ''}. {' '.join(used)}</p>"
        for pager, needed in (
            (self.back, row_at > 0),
            (self.on, row_at + ROWS < len(order)),
            (self.left, column_at > 0),
            (self.right, column_at + COLUMNS < len(sources)),
        ):
            pager.layout.display = None if needed else "none"
        return part

    def _grid(self) -> None:
        pick = self._pick(source=self.source.value, proposition=self.proposition.value)
        with using(ROOM):
            self._draw(charts.stance_grid(self._drawn_part(), "Who says what?", self._credit(), pick))
        self.show_card()

    def _profile(self) -> None:
        pick = self._pick(source=self.source.value, proposition=self.proposition.value)
        with using(ROOM):
            self._draw(charts.disagreement_profile(self._drawn_part(), "Where do they stand?", self._credit(), pick))
        self.show_card()

    def _credit(self) -> str:
        return self.debate.credit(self.coder.value)

    # The card

    def _cell_chosen(self) -> None:
        """A cell was chosen by its menus: the chart shows which."""
        order = list(dict.fromkeys(self.shown.proposition))
        sources = list(dict.fromkeys(self.shown.source))
        self.first = (
            order.index(self.proposition.value) // ROWS * ROWS,
            sources.index(self.source.value) // COLUMNS * COLUMNS,
        )
        self.draw()

    def show_card(self) -> None:
        """What was coded of the chosen text on the chosen proposition."""
        source, proposition = self.source.value, self.proposition.value
        reading = reading_on(self.read.codings.get((self.coder.value, source)), proposition)
        self.card.value = cards.card(self.debate, source, proposition, reading, self._others(source, proposition))
        self.behind = self._claims_behind(source, reading)
        limits = reading.limits if isinstance(reading, Stance) else ()
        self.claims.value = cards.claims_of(self.debate.sources[source], self.behind, limits)
        self.at_passage = 0
        self._turn(0)
        self.otherwise.show(reading, mine=(source, proposition) in self._latest())
        self._beside((self.proposition, self.source, self.form), self.card, self.claims, self.passage_row, self.passage)

    def _others(self, source: str, proposition: str) -> list[tuple[str, Stance | Silence]]:
        """How others read the cell; under a reading of one's own, the chosen coder too."""
        mine = (source, proposition) in self._latest()
        readings = {
            name: reading_on(self.debate.codings.get((name, source)), proposition)
            for name in self.debate.coders
            if name != self.coder.value or mine
        }
        return [(self.debate.coders[name].label, reading) for name, reading in readings.items() if reading is not None]

    def _claims_behind(self, source: str, reading: Any) -> list[Claim]:
        known = {c.id: c for c in self.read.codings.get((self.coder.value, source), Coding(source=source)).claims}
        return [known[c] for c in getattr(reading, "claims", ()) if c in known]

    def _turn(self, step: int) -> None:
        """The next passage, or the one before."""
        places = [(c, i) for c in self.behind for i in range(len(c.anchors))]
        self.passage_row.layout.display = None if len(places) > 1 else "none"
        if not places:
            self.passage.value = ""
            return
        self.at_passage = (self.at_passage + step) % len(places)
        claim, anchor = places[self.at_passage]
        self.passage.value = self._passage(self.source.value, claim, anchor, self.at_passage + 1, len(places))

    def _passage(self, source: str, claim: Claim, anchor: int, number: int, count: int) -> str:
        try:
            return cards.passage(
                excerpts(self.debate, source, claim, folder=self.texts)[anchor], source, claim, number, count
            )
        except ValueError as error:
            return cards.wrong(error)

    # Pairs

    def _pairs(self) -> None:
        """The pairs, or of many the closest and the furthest; the chosen one is always there."""
        if self.pairs.empty:
            self._draw(_nothing("It takes two texts to make a pair."))
            self._beside()
            return
        a, b = self.pair.value
        drawn = choice.ends(self.pairs, PAIRS, (a, b))
        left_out = (
            ""
            if len(drawn) == len(self.pairs)
            else f" Drawn: {len(drawn)} of {len(self.pairs)} pairs, the closest and the furthest; the menu has all."
        )
        self.count.value = f"<p>Over {self.shown.proposition.nunique()} of {self.stances.proposition.nunique()} propositions.{left_out}</p>"
        with using(ROOM):
            pick = self._pick(source_a=a, source_b=b)
            self._draw(charts.pairs_chart(drawn, self.labels, "Who agrees with whom?", self._credit(), pick))
        self._show_pair()

    def _show_pair(self) -> None:
        a, b = self.pair.value
        line = next(p for p in self.pairs.itertuples() if (p.source_a, p.source_b) == (a, b))
        codings = [self.read.codings.get((self.coder.value, s)) for s in (a, b)]
        both = [(p, *(reading_on(c, p) for c in codings)) for p in dict.fromkeys(self.shown.proposition)]
        sides = [(self.names[p], x, y) for p, x, y in both if isinstance(x, Stance) and isinstance(y, Stance)]
        self.pair_card.value = cards.pair(self.debate, a, b, line, sides)
        self._beside((self.pair,), self.pair_card)

    # The argument map

    def _map(self) -> None:
        sources = list(self.filters.sources.value) or list(self.labels)
        self.count.value = "<p>What is argued for stands at the left, reasons to its right. A click dims all but a box and its neighbours; a click beside the boxes brings all back.</p>"
        try:
            part = arguments.map_of(self.graph, self.question.value, sources)
            sheets = self._sheets(part, sources)
        except (ValueError, arguments.LayoutError) as error:
            self._draw(_nothing("There is no such map."))
            self.count.value = cards.wrong(error)
            self._beside()
            return
        self.sheet.fill([(f"{i} of {len(sheets)}", i) for i in range(1, len(sheets) + 1)])
        self.sheet.layout.display = None if len(sheets) > 1 else "none"
        sheet = sheets[self.sheet.value - 1]
        self.part = part
        self.node.fill([("none", ""), *((_short(part.nodes[n]), n) for n in sheet["boxes"])])
        fallen = self._fallen()
        with using(ROOM):
            chart = charts.argument_map(
                part,
                sheet,
                list(self.labels),
                "For what reasons?",
                self._credit(),
                mark=self.node.value if fallen else "",
                fallen=fallen,
                pick=self._pick(node="" if fallen else self.node.value),
            )
        self._draw(chart)
        self._show_node()

    def _sheets(self, part: Any, sources: list[str]) -> list[dict[str, Any]]:
        """The kept layout of this very map, or a new one."""
        key = self.question.value, tuple(sources)
        if key not in self._layouts:
            kept = (
                self.debate.path
                / "layouts"
                / self.coder.value
                / f"{'-'.join([self.question.value, *sorted(sources)])}.json"
            )
            self._layouts[key] = arguments.sheets_in(kept, part) or arguments.sheets(part)
        return self._layouts[key]

    def _fallen(self) -> set[str]:
        """What falls with the chosen claim, or if it is granted."""
        node = self.node.value
        if not self.supposed.value or not node or self.graph.nodes[node]["kind"] != "claim":
            return set()
        return set(arguments.what_if(self.graph, node, grant=self.supposed.value == "granted").node)

    def _show_node(self) -> None:
        """What is known of the chosen box."""
        node = self.node.value
        is_claim = bool(node) and self.graph.nodes[node]["kind"] == "claim"
        self._beside((self.node, self.supposed) if is_claim else (self.node,), self.node_card, self.node_passage)
        self.node_card.value = self.node_passage.value = ""
        if not node:
            return
        if self.graph.nodes[node]["kind"] == "proposition":
            said = self.stances[(self.stances.proposition == node) & (self.stances.status == "stance")]
            who = [f"{self.labels[s.source]}: {signed(s.value)}, {s.why}" for s in said.itertuples()]
            self.node_card.value = f"<h3>{cards.text(self.names[node])}</h3>{cards.listed(f'Who speaks to it (n = {len(who)} of {len(self.labels)} texts)', who)}"
            return
        source, name = node.split("/", 1)
        claim = next(c for c in self.read.codings[self.coder.value, source].claims if c.id == name)
        words = ""
        if self.supposed.value:
            grant = self.supposed.value == "granted"
            table = arguments.what_if(self.graph, node, grant=grant)
            words = cards.listed(
                "Then",
                [t.removeprefix("- ") for t in arguments.what_if_in_words(table, self.graph, node, grant).splitlines()],
            )
        near = [f"{d['relation']} “{self.graph.nodes[b]['text']}”" for _, b, d in self.graph.out_edges(node, data=True)]
        leads = cards.listed("In the text it", near) if near else ""
        self.node_card.value = f"<h3>{cards.text(self.labels[source])}</h3>{words}{cards.claims_of(self.debate.sources[source], [claim], head=False)}{leads}"
        self.node_passage.value = self._passage(source, claim, 0, 1, len(claim.anchors))

    # Readings of one's own

    def try_reading(self) -> None:
        """Lay what the form says over the coding."""
        source, proposition = self.source.value, self.proposition.value
        before = reading_on(self.read.codings.get((self.coder.value, source)), proposition)
        self.readings.append((source, self.otherwise.reading(proposition, before)))
        self.read_anew()

    def undo(self) -> None:
        self.readings = self.readings[:-1]
        self.read_anew()

    def undo_all(self) -> None:
        self.readings = []
        self.read_anew()

    def _latest(self) -> dict[tuple[str, str], Stance | Silence]:
        """One's own readings, the last of each cell."""
        return {(source, reading.proposition): reading for source, reading in self.readings}

    def _show_mine(self, headlines: list[str]) -> None:
        self.mine.layout.display = None if self.readings else "none"
        if not self.readings:
            return
        latest = self._latest()
        was = {(s.source, s.proposition): _said(s) for s in self.before.itertuples()}
        mine = [
            f"{self.labels[s]} on “{self.names[p]}”: {was[s, p]} → {signed(r.value) if isinstance(r, Stance) else 'silent'}"
            for (s, p), r in latest.items()
        ]
        moved = choice.moved_pairs(self.before, self.stances)
        self.effect.value = cards.listed(f"Your readings (n = {len(mine)}); nothing is kept yet", mine) + cards.effect(
            choice.headlines(self.before, self.names), headlines, moved, self.labels
        )
        self.export.value = self._links()

    def _links(self) -> str:
        """One's own readings as files to take away."""
        files = {
            s: coding_on({p for t, p in self._latest() if t == s}, self.read.codings[self.coder.value, s])
            for s in dict.fromkeys(s for s, _ in self.readings)
        }
        return " ".join(
            f'<a download="{cards.text(source)}.yml" href="data:text/yaml;base64,{base64.b64encode(coding_file(coding).encode()).decode()}">{cards.text(source)}.yml</a>'
            for source, coding in files.items()
        )

    def keep(self) -> None:
        """Write one's own readings into a folder of their own."""
        latest = self._latest()
        try:
            if any(NO_REASON in (r.why, getattr(r, "qualification", "")) for r in latest.values()):
                raise ValueError(
                    "a reading has no reason yet, or no limit; choose its cell, say why, and see what it does once more"
                )
            name = self.name.value.strip()
            coder = Coder(
                label=name or "?",
                how="by hand",
                date=datetime.date.today(),
                note="Counter-readings made in the explorer.",
            )
            keep(self.read, name, coder, [(s, r) for (s, _), r in latest.items()], self.coder.value)
            self.debate = self._with(load_debate(self.debate.path, coders=[name]))
        except (ValueError, OSError) as error:
            self.message.value = cards.wrong(error)
            return
        self.readings = []
        self._fill_coders(name)
        self._coder_chosen()
        self.message.value = f"<p>Kept in codings/{cards.text(name)}/ of the debate; the reference is as it was.</p>"

    def _with(self, kept: Debate) -> Debate:
        return debate_with(self.debate, kept.codings, kept.coders)


def _nothing(words: str) -> alt.Chart:
    """Words in place of a chart."""
    return (
        alt.Chart(pd.DataFrame({"words": [words]}))
        .mark_text()
        .encode(text="words:N")
        .properties(usermeta={"caption": ""})
    )


def _said(row: Any) -> str:
    """A row of a table of stances in a word."""
    return signed(row.value) if row.status == "stance" else "silent" if row.status == "silence" else "not coded"


def _short(node: dict[str, Any]) -> str:
    """A box in a line of a menu."""
    whose = f"{node['label']}: " if node["kind"] == "claim" else "Proposition: "
    return (whose + node["text"])[:90]
