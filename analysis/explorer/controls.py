"""The groups of widgets that the explorer is made of; each calls back when something in it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import anywidget
import ipywidgets as iw
import pandas as pd

from analysis.debate import Debate
from analysis.explorer.reader import NO_REASON
from analysis.schemas import NOT_STATED, Silence, Stance

Act = Callable[[], None]
SILENT, UNSAID = "silent", "unsaid"  # of the form, beside the values


def row(*children: Any, **layout: str) -> iw.Box:
    return iw.Box(children, layout=iw.Layout(flex_flow="row wrap", align_items="center", **layout))


def button(words: str, act: Act, **options: Any) -> iw.Button:
    made = iw.Button(description=words, layout=iw.Layout(width="auto"), **options)
    made.on_click(lambda _: act())
    return made


class OwnKeys(anywidget.AnyWidget):
    """Nothing to see: JupyterLab leaves the keys pressed inside the explorer to it, but for those with Ctrl or Cmd."""

    _esm = """
    export default {
      render({ el }) {
        const keep = (event) => {
          if (el.closest(".stancebook")?.contains(event.target))
            event.target.toggleAttribute("data-lm-suppress-shortcuts", !event.ctrlKey && !event.metaKey);
        };
        window.addEventListener("keydown", keep, true); // before JupyterLab's own listener, which is the document's
        return () => window.removeEventListener("keydown", keep, true);
      },
    };
    """


class Menu(iw.Dropdown):
    """A dropdown that calls back when a reader chooses, and not when it is filled."""

    value: Any
    options: Any

    def __init__(self, words: str, act: Act, **layout: str):
        super().__init__(
            description=words,
            style={"description_width": "initial"},
            layout=iw.Layout(**{"width": "auto", "max_width": "100%"} | layout),
        )
        self._filling = False
        self._act = act
        self.observe(self._chosen, "value")

    def _chosen(self, _: Any) -> None:
        if not self._filling:
            self._act()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._filling = True
        try:
            yield
        finally:
            self._filling = False

    def fill(self, options: Iterable[tuple[str, Any]], value: Any = None) -> None:
        """Offer these, and choose the value, what was chosen before, or the first."""
        options = _told_apart(options)
        known = [v for _, v in options]
        wanted = next((v for v in (value, self.value) if v is not None and v in known), known[0] if known else None)
        with self._quietly():
            if list(self.options) != options:
                self.options = options
            self.value = wanted

    def choose(self, value: Any) -> None:
        """Choose a value without calling back."""
        with self._quietly():
            self.value = value


def _told_apart(options: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """A dropdown goes by its labels: two that are alike get a number."""
    told: dict[str, Any] = {}
    for label, value in options:
        named, k = label, 2
        while named in told:
            named, k = f"{label} ({k})", k + 1
        told[named] = value
    return list(told.items())


class Fold(iw.VBox):
    """What is shown when its button is pressed; the Tab key reaches it, as it does not reach an accordion's."""

    def __init__(self, words: str, inside: Any):
        self.press = iw.ToggleButton(description=words, layout=iw.Layout(width="auto", align_self="flex-start"))
        self.press.observe(lambda _: self._fold(), "value")
        self.inside = inside
        super().__init__([self.press, inside])
        self._fold()

    def _fold(self) -> None:
        self.inside.layout.display = None if self.press.value else "none"


class Filters(iw.VBox):
    """Questions, sources, kinds, core or all, words to search for."""

    def __init__(self, debate: Debate, sources: pd.DataFrame, act: Act):
        book = debate.codebook
        self._act, self._quiet = act, False
        self.questions = self._several("Questions", [(q.label, q.id) for q in book.questions])
        self.sources = self._several("Texts", list(zip(sources.label, sources.source, strict=True)))
        self.kinds = self._several("Kinds", [(k, k) for k in dict.fromkeys(p.kind for p in book.propositions)])
        self.core = iw.Checkbox(description="core only", indent=False, layout=iw.Layout(width="auto"))
        self.core.value = any(p.core for p in book.propositions)
        self.words = iw.Text(
            placeholder="in propositions, claims, reasons; then Enter",
            description="Search",
            style={"description_width": "initial"},
            layout=iw.Layout(width="380px"),
            continuous_update=False,
        )
        for widget in (self.questions, self.sources, self.kinds, self.core, self.words):
            widget.observe(self._changed, "value")
        lists = row(self.questions, self.sources, self.kinds)
        note = iw.Label("Nothing chosen means all; Ctrl or Shift for several.")
        self.more = Fold("Choose questions, texts, kinds", iw.VBox([note, lists]))
        super().__init__([row(self.words, self.core, button("Show all", self.clear)), self.more])

    def _several(self, words: str, options: Sequence[tuple[str, str]]) -> iw.SelectMultiple:
        return iw.SelectMultiple(
            options=_told_apart(options),
            rows=min(8, max(3, len(options))),
            description=words,
            layout=iw.Layout(width="300px"),
            style={"description_width": "initial"},
        )

    def _changed(self, _: Any) -> None:
        if not self._quiet:
            self._act()

    def clear(self) -> None:
        self._quiet = True
        self.questions.value = self.sources.value = self.kinds.value = ()
        self.core.value, self.words.value = False, ""
        self._quiet = False
        self._act()


class Otherwise(iw.VBox):
    """The form in which a reader reads a cell otherwise."""

    def __init__(self, debate: Debate, act: Act):
        self._scale = scale = debate.scale
        values = [(f"{scale.shown(v.value)}  {v.label}", v.value) for v in scale.values]
        self._limited = scale.limited
        certainties = [*((f"{c.value}  {c.label}", c.value) for c in scale.certainty), ("not stated", NOT_STATED)]
        reasons = [(s.reason.replace("-", " "), s.reason) for s in scale.silences]
        wide = {"width": "98%"}
        self.value = iw.Dropdown(options=[("choose", UNSAID), *values, ("silent", SILENT)], description="Value")
        self.certainty = iw.Dropdown(options=certainties, description="Certainty")
        self.reason = iw.Dropdown(options=reasons, description="Silent as")
        self.limit = iw.Text(description="Limit", placeholder="what limits it", layout=iw.Layout(**wide))
        placeholder = "what in the text earns this; needed to keep it"
        self.why = iw.Textarea(description="Why", placeholder=placeholder, layout=iw.Layout(**wide), rows=3)
        self.said = iw.HTML()
        self._cell: Any = None
        self._began: tuple[Any, ...] = ()
        self.value.observe(lambda _: self._fit(), "value")
        see = button("See what it does", act, button_style="primary")
        super().__init__([row(self.value, self.certainty, self.reason), self.limit, self.why, see, self.said])

    def _fit(self) -> None:
        """Only what belongs to the value is asked for; a limit does not go over to the other side."""
        value = self.value.value
        stance = value not in (SILENT, UNSAID)
        for widget, asked in (
            (self.certainty, stance),
            (self.reason, value == SILENT),
            (self.limit, value in self._limited),
        ):
            widget.layout.display = None if asked else "none"
        if self._began and self.limit.value == self._began[3] and self._side(value) != self._side(self._began[0]):
            self.limit.value = ""

    def _says(self) -> tuple[Any, ...]:
        return tuple(w.value for w in (self.value, self.certainty, self.reason, self.limit, self.why))

    def edited(self) -> bool:
        """Whether the form says something else than what it began from."""
        return self._says() != self._began

    def show(self, cell: Any, reading: Stance | Silence | None, mine: bool) -> None:
        """Begin from the reading of a cell, unless the form is about just that already; one's own reading keeps its reason."""
        if (cell, reading) == self._cell:
            return
        self._cell, self._began, self.said.value = (cell, reading), (), ""
        self.value.value = UNSAID if reading is None else reading.value if isinstance(reading, Stance) else SILENT
        self.certainty.value = reading.certainty if isinstance(reading, Stance) else NOT_STATED
        if isinstance(reading, Silence):
            self.reason.value = reading.reason
        limit = reading.qualification if isinstance(reading, Stance) else None
        self.limit.value = limit if limit and limit != NO_REASON else ""
        self.why.value = reading.why if reading and mine and reading.why != NO_REASON else ""
        self._fit()
        self._began = self._says()

    def reading(self, proposition: str, before: Stance | Silence | None) -> Stance | Silence:
        """What the form says; the claims are those of the coder's own reading, `before`.  ValueError without a value."""
        value, why = self.value.value, self.why.value.strip() or NO_REASON
        if value == UNSAID:
            raise ValueError("choose a value first, or that the text is silent")
        if value == SILENT:
            return Silence(proposition=proposition, reason=self.reason.value, why=why)
        old = before if isinstance(before, Stance) else None
        return Stance(
            proposition=proposition,
            value=value,
            certainty=self.certainty.value,
            why=why,
            claims=old.claims if old else (),
            limits=old.limits if old and self._side(old.value) == self._side(value) else (),
            qualification=(self.limit.value.strip() or NO_REASON) if value in self._limited else None,
        )

    def _side(self, value: Any) -> int:
        """Which side of the scale a value is on; 0 in the middle, or if it is none."""
        return 0 if isinstance(value, str) else self._scale.side(value)
