"""The exercise as a page to print: what is asked first, and the answers on a page of their own."""

from __future__ import annotations

from html import escape
from pathlib import Path

from analysis.debate import Debate
from analysis.schemas import Codebook, Trap
from analysis.seminar.traps import calibration, reading_in_words, readings, rule_of

STYLE = Path(__file__).with_name("paper.css")
HANDOUT = Path(__file__).with_name("handout.html")


def paper(debate: Debate) -> str:
    """The complete page.  It needs no other file, and runs no script."""
    book, made = debate.codebook, calibration(debate)
    asked = "".join(_asked(trap, book) for trap in made.traps)
    answered = "".join(_answered(trap, book) for trap in made.traps)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Before you code: an exercise</title>\n<style>{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n"
        "<main><h1>Before you code: an exercise on the rules</h1>"
        "<p>Ten minutes. To each sentence in bold give a value and how sure you are of your reading, or a silence with its reason. "
        f"{escape(made.about)}</p><ol>{asked}</ol></main>\n"
        "<article><h1>How the rules read them</h1>"
        f"<p>Count values and silences; certainty is worth a word, not a point.</p><ol>{answered}</ol></article>\n</body>\n</html>\n"
    )


def _asked(trap: Trap, book: Codebook) -> str:
    words = {meant: f"<span>{escape(said)}</span>" for said, meant in readings(book).items()}
    values = "".join(words[v.value] for v in book.scale.values)
    silences = "".join(words[s.reason] for s in book.scale.silences)
    sure = "".join(f"<span>{c.value}</span>" for c in book.scale.certainty)
    return (
        f"<li><p>{escape(trap.passage)}</p><p class=asked>{escape(trap.proposition)}</p>"
        f"<p class=marks>{values} <b>sure</b> {sure}<br>{silences}</p></li>"
    )


def _answered(trap: Trap, book: Codebook) -> str:
    return (
        f"<li><p class=asked>{escape(trap.proposition)} <em>{escape(reading_in_words(trap, book))}</em></p>"
        f"<p>The trap is {escape(trap.trap)}. {escape(trap.why)}</p>"
        f"<p class=rule><b>{escape(trap.rule)}</b>: {escape(rule_of(trap, book))}</p></li>"
    )
