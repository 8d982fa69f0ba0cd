"""The exercise as widgets.  A widget's state is in the page for anyone to read, so an answer gets into one only after the try."""

from __future__ import annotations

from typing import Any

import ipywidgets as iw

from analysis.debate import Debate
from analysis.explorer.cards import STYLE, text
from analysis.explorer.controls import Act, OwnKeys, button, row
from analysis.schemas import Codebook, Trap
from analysis.seminar.traps import calibration, reading_in_words, readings, rule_of

CHOOSE = "choose"


class Exercise(iw.VBox):
    """The traps of a debate, one below the other, and how many of them were read by the rules."""

    def __init__(self, debate: Debate):
        self.book, made = debate.codebook, calibration(debate)
        self.summary = iw.HTML()
        self.tries = [Try(number, trap, self.book, self.sum_up) for number, trap in enumerate(made.traps, 1)]
        super().__init__([OwnKeys(), iw.HTML(f"{STYLE}<p>{text(made.about)}</p>"), *self.tries, self.summary])
        self.add_class("stancebook")

    def sum_up(self) -> None:
        """How many of how many, and which rules to read again."""
        done = [t for t in self.tries if t.done]
        again = {t.trap.rule: rule_of(t.trap, self.book) for t in done if not t.right}
        left = len(self.tries) - len(done)
        self.summary.value = (
            f"<h3>{sum(t.right for t in done)} of {len(done)} as the rules read them{f', {left} to go' if left else ''}</h3>"
            + ("<p>Read again:</p>" if again else "")
            + "".join(f"<p><b>{text(rule)}</b>: {text(words)}</p>" for rule, words in again.items())
        )


class Try(iw.VBox):
    """One trap: passage and proposition, a reading to choose, and after it the rule."""

    def __init__(self, number: int, trap: Trap, book: Codebook, act: Act):
        self.trap, self._book, self._act = trap, book, act
        self.done = False
        wide: dict[str, Any] = {"style": {"description_width": "initial"}, "layout": iw.Layout(width="auto")}
        sure = [(f"{c.value}  {c.label}", c.value) for c in book.scale.certainty]
        self.reading = iw.Dropdown(options=[(CHOOSE, CHOOSE), *readings(book).items()], description="Reading", **wide)
        self.certainty = iw.Dropdown(options=[(CHOOSE, CHOOSE), *sure], description="Certainty", **wide)
        self.rule = button("Show the rule", self.show)
        self.answer = iw.HTML()
        asked = f"<h3>{number}</h3><p>{text(trap.passage)}</p><p><b>{text(trap.proposition)}</b></p>"
        super().__init__([iw.HTML(asked), row(self.reading, self.certainty, self.rule), self.answer])

    @property
    def right(self) -> bool:
        """Whether value or silence is that of the rules; certainty is told apart."""
        return self.done and self.reading.value == self.trap.reading

    def show(self) -> None:
        """The answer, once there is a try; the first try stands."""
        silent = isinstance(self.reading.value, str) and self.reading.value != CHOOSE
        if self.reading.value == CHOOSE or (self.certainty.value == CHOOSE and not silent):
            self.answer.value = "<p>Give your own reading first: a value and how sure you are of it, or a silence.</p>"
            return
        self.done = True
        self.reading.disabled = self.certainty.disabled = True  # not the button: the keyboard's focus would be lost
        verdict = "As the rules read it" if self.right else "The rules read it otherwise"
        trap = self.trap
        self.answer.value = (
            f"<p><b>{verdict}: {text(reading_in_words(trap, self._book))}.</b></p>"
            f"<p>The trap is {text(trap.trap)}. {text(trap.why)}</p>"
            f'<p class="passage">Rule <b>{text(trap.rule)}</b>: {text(rule_of(trap, self._book))}</p>'
        )
        self._act()
