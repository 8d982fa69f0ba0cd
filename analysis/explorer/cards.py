"""What is said beside the chart, as HTML.  Every string of a debate or a text is escaped on its way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd

from analysis.charts.theme import PAPER, SILENT, SOFT, colour_of, ink_on
from analysis.debate import Debate
from analysis.exports.drawings import plain
from analysis.passages import NO_COPY, Excerpt, web_link
from analysis.schemas import NO_PASSAGE, Claim, Scale, Silence, Source, Stance

STYLE = f"""<style>
.stancebook {{background:{PAPER};color:#222;padding:8px;--jp-widgets-label-color:#222;--jp-ui-font-color1:#222;--jp-widgets-color:#222;
  --jp-widgets-input-color:#222;--jp-widgets-input-background-color:{PAPER};--jp-widgets-input-border-color:#767676}}
.stancebook .widget-html-content {{line-height:1.4;overflow-wrap:anywhere}}
.stancebook h3 {{font-size:15px;margin:6px 0 4px}} .stancebook h4 {{font-size:13px;margin:10px 0 2px}}
.stancebook p {{margin:3px 0}} .stancebook ol,.stancebook ul {{margin:3px 0;padding-left:20px}}
.stancebook .fine {{color:{SOFT};font-size:12px}} .stancebook .voice {{font-weight:600}} .stancebook .wrong {{color:#8a1c00;font-weight:600}}
.stancebook .chip {{display:inline-block;min-width:30px;padding:2px 4px;margin-right:8px;text-align:center;font-weight:bold;border:1px solid #bbb}}
.stancebook mark {{background:#ffe9a8;color:#222}} .stancebook .passage {{border-left:4px solid #bbb;padding-left:8px}}
.stancebook table {{border-collapse:collapse;font-size:13px}} .stancebook th,.stancebook td {{padding:4px 6px;vertical-align:top;text-align:left;border-top:1px solid #ddd}}
.stancebook .vega-embed svg text {{user-select:none}} .stancebook .sides {{table-layout:fixed;width:100%}} .stancebook .sides td {{border-top:0}} .stancebook button:focus-visible,.stancebook select:focus-visible {{outline:3px solid #174a84}}
</style>"""

Reading = Stance | Silence | None


def text(words: Any) -> str:
    """Words as HTML that shows them and does nothing else."""
    return escape(plain(str(words)))


def chip(reading: Reading, scale: Scale) -> str:
    """A value as the grid shows it."""
    value = reading.value if isinstance(reading, Stance) else None
    colour = PAPER if reading is None else SILENT if value is None else colour_of(value, scale)
    said = "?" if reading is None else text(scale.shown(value)) if value is not None else "silent"
    dots = reading.dots if isinstance(reading, Stance) else ""
    return f'<span class="chip" style="background:{colour};color:{ink_on(colour)}">{said} {dots}</span>'


STALE = "Coded under an older wording of this proposition, and not confirmed since."


def card(
    debate: Debate,
    source: str,
    proposition: str,
    reading: Reading,
    others: Sequence[tuple[str, Stance | Silence]],
    stale: bool = False,
) -> str:
    """Everything that was coded of a source on a proposition; `others`: labels of other coders, and how they read it; `stale`: whether
    it was coded under an older wording."""
    told = next(p for p in debate.codebook.propositions if p.id == proposition)
    core = ", core" if told.core else ""
    parts = [
        f"<h3>{text(debate.sources[source].label)}</h3>",
        f"<p>{text(told.text)} <span class='fine'>({told.kind}{core})</span></p>",
        *([f'<p class="wrong">{STALE}</p>'] if stale else []),
        *(_stance(debate, reading) if isinstance(reading, Stance) else _silence(debate, reading)),
        *_others(reading, others, debate.scale),
    ]
    return "".join(parts)


def _stance(debate: Debate, stance: Stance) -> list[str]:
    scale = debate.codebook.scale
    sure = next((c for c in scale.certainty if c.value == stance.certainty), None)
    parts = [
        f"<p>{chip(stance, scale)}<b>{text(scale.said(stance.value))}</b></p>",
        f'<p class="fine">Certainty {stance.certainty_in_words}{f", {text(sure.label)}. {text(sure.rule)}" if sure else ""}</p>',
        f"<h4>Why</h4><p>{text(stance.why)}</p>",
    ]
    if stance.qualification:
        parts.append(f"<h4>What limits it</h4><p>{text(stance.qualification)}</p>")
    return parts


def _silence(debate: Debate, silence: Silence | None) -> list[str]:
    if silence is None:
        return [
            f"<p>{chip(None, debate.scale)}<b>not coded</b></p><p>Nobody has coded this text on this proposition here.</p>"
        ]
    rule = next((s.rule for s in debate.codebook.scale.silences if s.reason == silence.reason), "")
    return [
        f"<p>{chip(silence, debate.scale)}<b>{silence.reason.replace('-', ' ')}</b></p>",
        f'<p class="fine">{text(rule)}</p><h4>Why</h4><p>{text(silence.why)}</p>',
    ]


def _others(reading: Reading, others: Sequence[tuple[str, Stance | Silence]], scale: Scale) -> list[str]:
    if not others:
        return []
    rows = [
        f"<li>{chip(other, scale)}{text(label)}{'' if same(reading, other) else f' <b>differs</b>: {text(other.why)}'}</li>"
        for label, other in others
    ]
    return ["<h4>Other readings</h4><ul>", *rows, "</ul>"]


def same(one: Reading, other: Reading) -> bool:
    """Whether two readings give the same value, or are both silences, whatever their reasons; what is not coded differs from nothing."""
    if one is None or other is None:
        return True
    return getattr(one, "value", None) == getattr(other, "value", None)


def claims_of(source: Source, claims: Sequence[Claim], limits: Iterable[str] = (), head: bool = True) -> str:
    """Claims with their voice and the first and last words of their passages."""
    if not claims:
        return ""
    items = [
        f"<li>{claim_line(c)}{' <b>limits the stance</b>' if c.id in set(limits) else ''}"
        + "".join(f'<br><span class="fine">{words}</span>' for words in _passages(c))
        + _link(source, c)
        + "</li>"
        for c in claims
    ]
    words = f"<h4>It rests on {len(claims)} claim{'s' if len(claims) > 1 else ''}</h4>" if head else ""
    return f"{words}<ol>{''.join(items)}</ol>"


def _passages(claim: Claim) -> list[str]:
    return [f"“{text(a.start)} … {text(a.end)}”" for a in claim.anchors] or [NO_PASSAGE]


def claim_line(claim: Claim) -> str:
    verb = {"own": "own voice", "quoted": "quotes"}.get(claim.voice, "reports")
    holder = f" {text(claim.holder)}" if claim.holder else ""
    return f'<span class="voice">{verb}{holder}:</span> {text(claim.text)}'


def _link(source: Source, claim: Claim) -> str:
    link = web_link(source, claim)
    if not link:
        return ""
    return f' <a href="{escape(link)}" target="_blank" rel="noopener noreferrer">the text online</a>'


def passage(excerpt: Excerpt, source: str, claim: Claim, number: int, count: int) -> str:
    """A passage marked in its context, or why it cannot be shown; `number`: which of how many."""
    head = f"<h4>Passage {number} of {count}</h4>"
    if excerpt.status == NO_COPY:
        return f'<p class="fine">To read the passage here you need a copy of the text: <code>stancebook texts add {escape(source)} FILE</code></p>'
    if not excerpt.passage:
        return f'{head}<p class="fine">{text(excerpt.status)}: {text(excerpt.notes)}</p>'
    page = f", page {excerpt.page} of your copy" if excerpt.page else ""
    notes = f" ({text(excerpt.notes)})" if excerpt.notes else ""
    return (
        f'{head}<p class="fine">{text(excerpt.status)}{page}{notes}; it is behind: {text(claim.text)}</p>'
        f'<p class="passage">{text(excerpt.before)} <mark>{text(excerpt.passage)}</mark> {text(excerpt.after)}</p>'
    )


def pair(debate: Debate, a: str, b: str, row: Any, sides: Sequence[tuple[str, Stance, Stance]]) -> str:
    """What two sources say, side by side; `row`: theirs in the table of pairs, `sides`: proposition and both stances."""
    names = [text(debate.sources[s].label) for s in (a, b)]
    if not sides:
        return f"<h3>{' and '.join(names)}</h3><p>There is no proposition here to which both speak (n = 0).</p>"
    said = f"{row.same_sign} on the same side, {row.opposite_sign} on opposite sides; agreement {row.agreement:.2f} (n = {row.n} propositions)"
    lines = "".join(
        f'<tr><th colspan="2" scope="rowgroup">{text(t)}</th></tr><tr>{_side(one, debate.scale)}{_side(other, debate.scale)}</tr>'
        for t, one, other in sides
    )
    return (
        f"<h3>{' and '.join(names)}</h3><p>{said}.</p>"
        f'<table class="sides"><tr><th scope="col">{names[0]}</th><th scope="col">{names[1]}</th></tr>{lines}</table>'
    )


def _side(stance: Stance, scale: Scale) -> str:
    limit = f'<p class="fine">Limit: {text(stance.qualification)}</p>' if stance.qualification else ""
    return f"<td>{chip(stance, scale)}<p>{text(stance.why)}</p>{limit}</td>"


def listed(head: str, lines: Iterable[str]) -> str:
    """Lines of text under a head."""
    return f"<h4>{text(head)}</h4><ul>{''.join(f'<li>{text(line)}</li>' for line in lines)}</ul>"


def effect(before: Sequence[str], after: Sequence[str], pairs: pd.DataFrame, names: dict[str, str]) -> str:
    """What own readings do: headlines that change, pairs that move."""
    gone, new = [h for h in before if h not in after], [h for h in after if h not in before]
    head = listed("No longer", gone) + listed("Now", new) if gone or new else "<p>No headline changes.</p>"
    rows = [
        f"{names[p.source_a]} and {names[p.source_b]}: agreement {_number(p.agreement_before)} (n = {p.n_before}) → {_number(p.agreement)} (n = {p.n})"
        for p in pairs.itertuples()
    ]
    return head + (listed("Pairs that move", rows) if rows else "<p>No pair moves.</p>")


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def wrong(error: Exception | str) -> str:
    """A message that something is not possible, and what to do."""
    return "".join(f'<p class="wrong">{text(line)}</p>' for line in str(error).splitlines())
