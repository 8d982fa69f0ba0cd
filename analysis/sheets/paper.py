"""A form → a page to print, for those without a computer: instructions and scale, then a table for each source, with room to write."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path

from analysis.schemas import Codebook, Source
from analysis.sheets.form import NAME_CELL, Form, digest, guide, rows

STYLE = Path(__file__).with_name("paper.css")
HEADINGS = (
    "Proposition",
    "Value (circle)",
    "Sure (circle)",
    "or silence",
    "Why; at a limited value, what limits it",
    "First words",
    "Last words",
)


def paper(form: Form) -> str:
    """The complete page.  It needs no other file, and runs no script."""
    body = _instructions(form.codebook) + "".join(_sheet(form, s) for s in form.sources)
    title = escape(form.codebook.title)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: coding sheet</title>\n<style>{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _instructions(book: Codebook) -> str:
    sections = "".join(
        f"<section><h2>{title.capitalize()}</h2>{_list(lines)}</section>" for title, lines in guide(book).items()
    )
    version = f"<p class=fine>Codebook {escape(book.version)}, {digest(book)}</p>"
    return f"<main><h1>{escape(book.title)}</h1>{sections}{version}</main>\n"


def _list(lines: list[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{escape(a)}</dt><dd>{escape(b)}</dd>' for a, b in lines)}</dl>"


def _sheet(form: Form, source: Source) -> str:
    heads = "".join(f"<th>{h}</th>" for h in HEADINGS)
    bodies = "".join(
        f'<tbody><tr class=question><th colspan="{len(HEADINGS)}">{escape(question.text)}</th></tr>'
        f"{''.join(_row(words, form.codebook) for _, words in some)}</tbody>"
        for question, some in groupby(rows(form, source), key=lambda r: r[0])
    )
    return (
        f"<article><h1>{escape(source.label)}</h1><p>{escape(source.title)}, {source.year_in_words}</p>"
        f"<p class=name>{NAME_CELL}: <b>{escape(form.coder)}</b></p>"
        f"<table><thead><tr>{heads}</tr></thead>{bodies}</table></article>\n"
    )


def _row(words: dict[str, str], book: Codebook) -> str:
    note = f"<small>{escape(words['what counts'])}</small>" if words["what counts"] else ""
    marks = (
        "".join(f"<span>{escape(book.scale.shown(v.value))}</span>" for v in book.scale.values),
        "".join(f"<span>{c.value}</span>" for c in book.scale.certainty),
        "".join(f"<i>{s.reason}</i>" for s in book.scale.silences),
    )
    marked = "".join(f'<td class="marks">{m}</td>' for m in marks)
    return f"<tr><td>{escape(words['proposition'])}{note}</td>{marked}<td></td><td></td><td></td></tr>"
