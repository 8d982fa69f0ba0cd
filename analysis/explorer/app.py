"""The explorer: what is chosen, a chart of it that can be clicked, beside it what was clicked, and readings of one's own."""

from __future__ import annotations

import base64
import traceback
from pathlib import Path
from typing import Any

import altair as alt
import ipywidgets as iw
import pandas as pd

from analysis import arguments, tables
from analysis.codings import AlreadyReadError
from analysis.counts import counted
from analysis.debate import Debate
from analysis.explorer import cards, choice
from analysis.explorer.controls import Act, Filters, Fold, Menu, Otherwise, OwnKeys, button, row
from analysis.explorer.reader import Reader
from analysis.explorer.views import Cells, Map, Pairs, shown_if
from analysis.exports.drawings import plain
from analysis.schemas import Scale, Stance

SCROLLED = {"overflow": "auto", "max_height": "700px"}
LASTS = 40  # drawings that one chart widget makes: it keeps something of each in the browser's memory
VIEWS = (("Grid", "grid"), ("Profile", "profile"), ("Pairs", "pairs"), ("Argument map", "map"))


class Explorer(iw.VBox):
    """The widgets of `explore`; at every change what is shown is made anew from `reader` and the choices."""

    def __init__(self, debate: Debate, coder: str, texts: Path | None):
        alt.JupyterChart.enable_offline()
        self.reader = Reader(debate, coder, texts)
        self.drawings = 0
        self._make_choices(debate)
        self._make_mine(debate)
        self._make_views()
        super().__init__(self._arranged(debate))
        self.add_class("stancebook")
        self._fill_coders()
        self.read_anew()

    # Widgets

    def _make_choices(self, debate: Debate) -> None:
        order = tables.sources(debate)
        self.coder = Menu("Coding", self.safely(self._coder_chosen))
        self.compare = Menu("Mark where it differs from", self.safely(self.choose))
        self.filters = Filters(debate, order.assign(label=order.label.map(plain)), self.safely(self.choose_from_start))
        self.view = iw.ToggleButtons(options=VIEWS, style={"button_width": "auto"})
        self.view.observe(lambda _: self.safely(self.draw)(), "value")
        self.headline, self.count, self.caption, self.message = (iw.HTML() for _ in range(4))

    def _make_mine(self, debate: Debate) -> None:
        self.sure = ""  # under which name an earlier reading may be replaced
        self.otherwise = Otherwise(debate, self.safely(self.try_reading))
        self.form = Fold("What if I read it otherwise?", self.otherwise)
        self.name = iw.Text(description="Keep as", placeholder="a short name, e.g. anna-k", continuous_update=False)
        self.effect, self.export = iw.HTML(), iw.HTML()
        undoing = button("Undo the last", self.safely(self.undo)), button("Undo all", self.safely(self.undo_all))
        keeping = self.name, button("Keep", self.safely(self.keep)), self.export
        self.mine = iw.VBox([row(*undoing, *keeping), self.effect])

    def _make_views(self) -> None:
        redraw = self.safely(self.draw)
        self.cells, self.pairs, self.map = (
            Cells(self.reader, redraw),
            Pairs(self.reader, redraw),
            Map(self.reader, redraw),
        )
        self.views: dict[str, Cells | Pairs | Map]
        self.views = {"grid": self.cells, "profile": self.cells, "pairs": self.pairs, "map": self.map}
        self.drawn, self.below = iw.VBox(layout=iw.Layout(**SCROLLED)), iw.VBox()

    def _arranged(self, debate: Debate) -> list[Any]:
        every = (self.cells, self.pairs, self.map)
        tools, menus = [v.tools for v in every], [menu for v in every for menu in v.menus]
        self.side = iw.VBox([*tools, self.count, self.drawn, self.caption], layout=iw.Layout(max_width="100%"))
        place = iw.Layout(flex="1 1 250px", min_width="250px", padding="0 0 0 12px")
        panel = iw.VBox([*menus, self.below, self.form], layout=place)
        body = iw.Box([self.side, panel], layout=iw.Layout(flex_flow="row wrap", align_items="flex-start"))
        head = iw.HTML(f"{cards.STYLE}<h3>{cards.text(debate.codebook.title)}</h3>")
        codings = row(self.coder, self.compare)
        return [OwnKeys(), head, codings, self.headline, self.filters, self.view, self.mine, self.message, body]

    def _fill_coders(self) -> None:
        people = [(c.label, name) for name, c in self.reader.debate.coders.items()]
        self.coder.fill(people, self.reader.coder)
        self.compare.fill([("nobody", ""), *people])

    def safely(self, act: Act) -> Act:
        """The act, of which a failure is said to the reader: in an app nobody sees the kernel."""

        def done() -> None:
            try:
                act()
            except Exception as error:
                traceback.print_exc()
                self.message.value = cards.wrong(
                    f"this did not work ({type(error).__name__}: {error}); choose something else"
                )

        return done

    # What is read, and what of it is shown

    def _coder_chosen(self) -> None:
        """Counter-readings are marked against what they counter, until a reader chooses otherwise."""
        chosen = self.coder.value
        kept = self.compare.value if self.compare.value != chosen else ""
        self.compare.choose(self.reader.debate.coders[chosen].counters or kept)
        self.read_anew()

    def read_anew(self) -> None:
        reader = self.reader
        reader.read(self.coder.value)
        over = f"Over all {reader.stances.proposition.nunique()} propositions and {counted(len(reader.labels), 'text')}"
        over += f", with {counted(len(reader.latest()), 'reading')} of your own" if reader.own else ""
        self.headline.value = cards.listed(over, reader.headlines)
        self._show_mine()
        self.choose()

    def choose_from_start(self) -> None:
        self.cells.first = 0, 0
        self.choose()

    def choose(self) -> None:
        """The rows that the filters leave, with what was found and what differs."""
        f, reader = self.filters, self.reader
        some = choice.chosen(reader.stances, f.questions.value, f.sources.value, f.kinds.value, f.core.value)
        some = choice.found(some, reader.claims, f.words.value)
        differs = reader.differing(self.compare.value)
        self.shown = some if differs is None else some.assign(differs=differs[some.index])
        for view in (self.cells, self.pairs, self.map):
            view.fill(self.shown)
        self.draw()

    # Drawing

    def draw(self) -> None:
        """The chart of the view, and beside it what was clicked or chosen."""
        name, view = self.view.value, self.views[self.view.value]
        self.message.value = ""
        self.side.layout.flex = view.breadth
        for other in (self.cells, self.pairs, self.map):
            shown_if(other.tools, other is view)
        try:
            chart, words = view.chart(name, self.shown)
        except (ValueError, arguments.LayoutError) as error:
            self._put(_nothing())
            self.count.value = cards.wrong(error)
            self._beside((), ())
            return
        self._put(chart)
        self.count.value = f"<p>{cards.text(words)}</p>"
        self._beside(view.menus, view.below)
        self._show()

    def _show(self) -> None:
        """What is said of what was clicked or chosen, from its top."""
        view = self.views[self.view.value]
        view.show()
        if view is self.cells:
            cell = self.cells.source.value, self.cells.proposition.value
            about = self.reader.coder, *cell
            self.otherwise.show(about, self.reader.reading(*cell), mine=cell in self.reader.latest())
        self._scroll_up(view.below)

    def _beside(self, menus: tuple[Any, ...], below: tuple[Any, ...]) -> None:
        """Show these menus, and the form only beside cells."""
        for view in (self.cells, self.pairs, self.map):
            for menu in view.menus:
                shown_if(menu, menu in menus)
        shown_if(self.form, below is self.cells.below)
        self._scroll_up(below)

    def _scroll_up(self, below: tuple[Any, ...]) -> None:
        """A new box scrolls from its top."""
        before, self.below.children = self.below.children, (iw.VBox(below, layout=iw.Layout(**SCROLLED)),)
        for old in before:
            old.close()

    def _put(self, chart: alt.Chart) -> None:
        """Put the chart into its place; a chart has new selections, so observe them anew."""
        if self.drawings % LASTS == 0:
            old = self.drawn.children
            self.chart = alt.JupyterChart(chart, embed_options={"renderer": "svg", "actions": False})
            self.drawn.children = (self.chart,)
            for widget in old:
                widget.close()
        else:
            self.chart.chart = chart
        self.drawings += 1
        self.caption.value = f'<p class="fine">{cards.text(chart.usermeta["caption"])}</p>'
        if "pick" in self.chart.selections.trait_names():
            self.chart.selections.observe(self._picked, ["pick"])

    def _picked(self, change: Any) -> None:
        """A reader clicked something, or beside it."""
        view = self.views[self.view.value]
        picked = change.new.value[0] if change.new.value else {}

        def follow() -> None:
            if view.picked(*(picked.get(field) for field in view.fields)):
                self._show()

        self.safely(follow)()

    # Readings of one's own

    def try_reading(self) -> None:
        """Lay what the form says over the coding."""
        source, proposition = self.cells.source.value, self.cells.proposition.value
        try:
            reading = self.otherwise.reading(proposition, self.reader.reading_before(source, proposition))
        except ValueError as error:
            self.otherwise.said.value = cards.wrong(error)
            return
        if not self.otherwise.edited():
            self.otherwise.said.value = cards.wrong("it is read so already; change something first")
            return
        self.reader.own.append((source, reading))
        self.read_anew()
        self.otherwise.said.value = self.effect.value

    def undo(self) -> None:
        self.reader.own[-1:] = []
        self.read_anew()

    def undo_all(self) -> None:
        self.reader.own.clear()
        self.read_anew()

    def _show_mine(self) -> None:
        """One's own readings, what they do, and the files to take away."""
        reader = self.reader
        shown_if(self.mine, reader.own)
        if not reader.own:
            return
        scale = reader.debate.scale
        was = {(s.source, s.proposition): _said(s, scale) for s in reader.before.itertuples()}
        mine = [
            f"{reader.labels[s]} on “{reader.names[p]}”: {was[s, p]} → {scale.shown(r.value) if isinstance(r, Stance) else 'silent'}"
            for (s, p), r in reader.latest().items()
        ]
        moved = choice.moved_pairs(reader.before, reader.stances, scale)
        self.effect.value = cards.listed(f"Your readings (n = {len(mine)}); nothing is kept yet", mine) + cards.effect(
            reader.headlines_before, reader.headlines, moved, reader.labels
        )
        files = {} if reader.unfinished() else reader.files()
        self.export.value = " ".join(_link(f"{source}.yml", file) for source, file in files.items())

    def keep(self) -> None:
        """Write one's own readings, the one in the form included, into a folder of their own."""
        if self.otherwise.edited() and self.reader.own:
            self.try_reading()
        name = self.name.value.strip()
        try:
            self.reader.keep(name, replace=self.sure == name)
        except AlreadyReadError as error:
            self.sure, self.message.value = name, cards.wrong(error)
            return
        except (ValueError, OSError) as error:
            self.message.value = cards.wrong(error)
            return
        self.sure = ""
        self._fill_coders()
        self._coder_chosen()
        self.message.value = f"<p>Kept in codings/{cards.text(name)}/ of the debate; the reference is as it was.</p>"


def _link(name: str, file: str) -> str:
    """A file that can be taken away."""
    held = base64.b64encode(file.encode()).decode()
    return f'<a download="{cards.text(name)}" href="data:text/yaml;base64,{held}">{cards.text(name)}</a>'


def _nothing() -> alt.Chart:
    """No chart."""
    return alt.Chart(pd.DataFrame({"nothing": [""]})).mark_text().properties(usermeta={"caption": ""})


def _said(row: Any, scale: Scale) -> str:
    """A row of a table of stances in a word."""
    return scale.shown(row.value) if row.status == "stance" else "silent" if row.status == "silence" else "not coded"
