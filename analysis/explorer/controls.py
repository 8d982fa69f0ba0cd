"""The groups of widgets that the explorer is made of; each calls back when something in it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import anywidget
import ipywidgets as iw
import pandas as pd

from analysis.charts.theme import signed
from analysis.debate import Debate
from analysis.explorer.reader import NO_REASON
from analysis.schemas import Silence, Stance

Act = Callable[[], None]


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

    def fill(self, options: Iterable[tuple[str, Any]], value: Any = None) -> None:
        """Offer these, and choose the value, what was chosen before, or the first."""
        self._filling = True
        options = _told_apart(options)
        known = [v for _, v in options]
        wanted = next((v for v in (value, self.value) if v is not None and v in known), known[0] if known else None)
        if list(self.options) != options:
            self.options = options
        self.value = wanted
        self._filling = False

    def choose(self, value: Any) -> None:
        """Choose a value without calling back."""
        self._filling = True
        self.value = value
        self._filling = False


def _told_apart(options: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """A dropdown goes by its labels: two that are alike get a number."""
    seen: dict[str, int] = {}
    told = []
    for label, value in options:
        seen[label] = seen.get(label, 0) + 1
        told.append((label if seen[label] == 1 else f"{label} ({seen[label]})", value))
    return told


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
        self.more = iw.Accordion([iw.VBox([note, lists])], titles=("Choose questions, texts, kinds",))
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
        scale = debate.codebook.scale
        values = [(f"{signed(v.value)}  {v.label}", v.value) for v in scale.values]
        self._limited = {v.value for v in scale.values if v.limited}
        self.value = iw.Dropdown(options=[*values, ("silent", None)], description="Value")
        self.certainty = iw.Dropdown(
            options=[(f"{c.value}  {c.label}", c.value) for c in scale.certainty], description="Certainty"
        )
        self.reason = iw.Dropdown(
            options=[(s.reason.replace("-", " "), s.reason) for s in scale.silences], description="Silent as"
        )
        self.limit = iw.Text(description="Limit", placeholder="what limits it", layout=iw.Layout(width="98%"))
        self.why = iw.Textarea(
            description="Why",
            placeholder="what in the text earns this; needed to keep it",
            layout=iw.Layout(width="98%"),
            rows=3,
        )
        self.value.observe(lambda _: self._fit(), "value")
        super().__init__(
            [
                row(self.value, self.certainty, self.reason),
                self.limit,
                self.why,
                button("See what it does", act, button_style="primary"),
            ]
        )

    def _fit(self) -> None:
        """Only what belongs to the value is asked for."""
        silent = self.value.value is None
        for widget, asked in (
            (self.certainty, not silent),
            (self.reason, silent),
            (self.limit, self.value.value in self._limited),
        ):
            widget.layout.display = None if asked else "none"

    def show(self, reading: Stance | Silence | None, mine: bool) -> None:
        """Begin from a reading; one's own keeps its reason."""
        self.value.value = reading.value if isinstance(reading, Stance) else None
        if isinstance(reading, Stance):
            self.certainty.value = reading.certainty
        if isinstance(reading, Silence):
            self.reason.value = reading.reason
        limit = reading.qualification if isinstance(reading, Stance) else None
        self.limit.value = limit if limit and limit != NO_REASON else ""
        self.why.value = reading.why if reading and mine and reading.why != NO_REASON else ""
        self._fit()

    def reading(self, proposition: str, before: Stance | Silence | None) -> Stance | Silence:
        """What the form says; the claims are those of the reading it began from."""
        why = self.why.value.strip() or NO_REASON
        if self.value.value is None:
            return Silence(proposition=proposition, reason=self.reason.value, why=why)
        old = before if isinstance(before, Stance) else None
        same_side = old is not None and old.value * self.value.value > 0
        return Stance(
            proposition=proposition,
            value=self.value.value,
            certainty=self.certainty.value,
            why=why,
            claims=old.claims if old else (),
            limits=old.limits if old and same_side else (),
            qualification=(self.limit.value.strip() or NO_REASON) if self.value.value in self._limited else None,
        )
