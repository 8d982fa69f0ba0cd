"""What hangs on what → charts: load-bearing claims, how two sources meet, which claims stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from analysis.charts.parts import rows_left_out, told, undrawn
from analysis.charts.rooms import (
    bars_width,
    breadth,
    column_heads,
    columns,
    head_axis,
    left_rows,
    limited,
    lines_of_text,
    rest,
    row_height,
    rows_that_fit,
    scale_in_use,
    sentence_rows,
    sentence_width,
    sentences_that_fit,
    side_height,
    side_rows,
    wrapped,
)
from analysis.charts.theme import (
    AFFIRM,
    AFFIRM_WEAK,
    FAINT,
    INK,
    PAPER,
    SOFT,
    WEIGH,
    colour_of,
    finished,
    ink_on,
    short_names,
    signed,
)
from analysis.counts import counted

if TYPE_CHECKING:
    import networkx as nx

ANSWERS = {
    "answers": "disputes a reason",
    "grants": "grants a reason",
    "weighs": "weighs a reason",
    "only denies": "only denies",
    "no reason coded": "no reason coded",
}
STANDINGS = ("stands", "open", "falls")


def load_chart(table: pd.DataFrame, title: str, credit: str, each: int = 3) -> alt.Chart:
    """The claims of each text on which most leans.  `table`: as `arguments.load_bearing`; `each`: how many of a text."""
    if table.empty:
        return undrawn(
            "Nothing is drawn, since no claims are coded, so none carries anything; that takes “claims” in the files of codings."
        )
    own = table[~table.thesis & (table.voice == "own")]
    if own.empty:
        return undrawn("Nothing is drawn, since the texts have no claims of their own besides their theses.")
    if not own.leaning.any():
        return undrawn(
            "Nothing is drawn, since no claim of an author's own, the theses left out, is a reason for another: that takes “supports” in the files of codings."
        )
    label, sources = sentence_width(385), own.source.nunique()
    lines = [
        wrapped(f"{r.label}: {r.text}", 62, label - 8)
        for r in own.groupby("source", sort=False).head(each).itertuples()
    ]
    fits = sentences_that_fit(lines, row_height(lines, 40), 24)
    asked, each = each, max(1, min(each, fits // sources))
    chosen = own.drop_duplicates("source").source[:fits]  # the table begins with the claims that carry most
    data = own[own.source.isin(chosen)].groupby("source", sort=False).head(each)
    left_out = rows_left_out(each, asked, "claims of each text", "those that carry most")
    left_out += rows_left_out(len(chosen), sources, "texts", "those whose claims carry most")
    data = data.sort_values(
        "label",
        key=lambda c: c.map({k: i for i, k in enumerate(table.sort_values("source").label.unique())}),
        kind="stable",
    )
    data["row"] = [wrapped(f"{r.label}: {r.text}", 62, label - 8) for r in data.itertuples()]
    data["more"] = data.leaning - data.claims
    data["words"] = [
        f"{r.leaning} lean on it, {r.claims} wholly"
        + (f", {r.theses} thesis" if r.theses else "")
        + (f"; {_stances(r.stances)}" if r.stances else "")
        for r in data.itertuples()
    ]
    rows = data.row.tolist()
    y, step = sentence_rows(rows, label, row_height(rows, 40), 24)
    base = alt.Chart(data).encode(y=y)
    axis = _claims_axis("claims of the same text", data.leaning.max())
    layers = alt.layer(
        base.mark_bar(height=16, color=PAPER, stroke=AFFIRM, strokeWidth=1.5).encode(x=alt.X("leaning:Q", axis=axis)),
        base.mark_bar(height=16, color=AFFIRM).encode(x="claims:Q"),
        base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(x="leaning:Q", text="words:N"),
    ).properties(width=bars_width(200, label, data.words), height=alt.Step(step))
    totals = ", ".join(f"{who} {k}" for who, k in data.drop_duplicates("label").set_index("label").of_claims.items())
    caption = (
        f"{title} The {asked} claims in each author's own voice, the main thesis left out, that carry most: first those on which a thesis leans wholly, then by the claims that lean wholly, then by all that lean. Bar: the claims for which it is a reason, directly or through others; "
        f"filled: those that would lose their last support with it. n = all claims of the text: {totals}.{left_out} {credit}"
    )
    said = told(f"{r.label}: {r.text} {r.words}" for r in data.itertuples())
    subtitle = f"Bar: claims for which it is a reason, directly or through others; filled: those that would lose their last support with it{left_out and f'.{left_out}'}"
    return finished(
        layers,
        title,
        subtitle,
        caption,
        f"Load-bearing claims.{left_out} {said}.",
        int(data.drop_duplicates("label").of_claims.sum()),
    )


def _claims_axis(title: str, most: int) -> alt.Axis:
    """Whole claims: where there are few, an axis left to itself counts halves."""
    return alt.Axis(
        title=title, tickMinStep=1, **({"values": list(range(most + 1)), "format": "d"} if most < 5 else {})
    )


def _stances(n: int) -> str:
    return f"{counted(n, 'stance')} wholly"


def clash_chart(table: pd.DataFrame, label_a: str, label_b: str, title: str, credit: str, more: int = 0) -> alt.Chart:
    """The propositions on which two texts stand on opposite sides, and what each does with the other's reasons.

    `table`: as `arguments.clash`; `more`: as `arguments.clashes_without_claims`, which are counted and not drawn.
    """
    if table.empty:
        by_claims = f" by claims of both; they do on {counted(more, 'proposition')} where one or both have no claim" if more else ""  # fmt: skip
        return undrawn(f"Nothing is drawn, since {label_a} and {label_b} nowhere stand on opposite sides{by_claims}.")
    bearing = " and claims of both bear" if more else ""
    bare = f" Not shown: {counted(more, 'more proposition')} on which they stand on opposite sides, one or both without a claim." if more else ""  # fmt: skip
    who = short_names([label_a, label_b])
    heads = [f"{who[x]}: stance" if k == 0 else f"{who[x]}: answer" for x in (label_a, label_b) for k in (0, 1)]
    label, width = columns(pd.Series(heads), 290, 148)
    whole, lines = table, [wrapped(t, 46, label - 8) for t in table.text]
    apart = (table.value_a - table.value_b).abs().sort_values(ascending=False, kind="stable")
    table = table[table.index.isin(apart.index[: rows_that_fit(row_height(lines, 38))])]
    which = "those on which the two lie furthest apart, of equals the first in the codebook"
    left_out = rows_left_out(len(table), len(whole), "propositions", which)
    axis = alt.Axis(title=None, orient="top", labelAngle=0, labelPadding=8)
    if limited() or max(map(breadth, heads)) > width:
        lined = column_heads(pd.Series(heads), width - 2, letters=20)
        heads, axis = lined.tolist(), head_axis(lined)
    cells = []
    for r in table.itertuples():
        row = wrapped(r.text, 46, label - 8)
        for x, (stance, answer) in zip("ab", (heads[:2], heads[2:]), strict=True):
            value, kind = getattr(r, f"value_{x}"), getattr(r, f"answer_{x}")
            colour = colour_of(value, scale_in_use())
            n = len(getattr(r, f"answered_{x}")) or len(getattr(r, f"granted_{x}"))
            cells.append(
                {
                    "row": row,
                    "column": stance,
                    "shown": signed(value),
                    "colour": colour,
                    "ink": ink_on(colour),
                    "bold": True,
                }
            )
            cells.append(
                {
                    "row": row,
                    "column": answer,
                    "shown": _answer(kind, n, width),
                    "colour": _TINT[kind],
                    "ink": INK,
                    "bold": False,
                }
            )
    data = pd.DataFrame(cells)
    rows = data.row.drop_duplicates().tolist()
    x = alt.X("column:N", sort=heads, axis=axis)
    base = alt.Chart(data).encode(x=x, y=left_rows(rows, label))
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=3).encode(color=alt.Color("colour:N", scale=None)),
        base.transform_filter("datum.bold")
        .mark_text(fontSize=16, fontWeight="bold")
        .encode(text="shown:N", color=alt.Color("ink:N", scale=None)),
        *lines_of_text(
            base.transform_filter("!datum.bold"),
            "shown",
            data.shown,
            {"fontSize": 12},
            color=alt.Color("ink:N", scale=None),
        ),
    ).properties(width=alt.Step(width), height=alt.Step(row_height(rows, 38)))
    caption = (
        f"{title} Propositions on which the two stand on opposite sides{bearing}, with their stances. Answer: what the text does with the reasons the other gives; “disputes”: "
        f"it stands on the other side of one at least (how many in brackets); “grants”: it accepts one and yet denies the conclusion; “only denies”: it takes no side on any; “no reason coded”: the other gives none that a proposition asks for. "
        f"n = {len(table)}.{left_out}{bare} {credit}"
    )
    said = told(
        f"{r.text} {label_a} {signed(r.value_a)}, {ANSWERS[r.answer_a]}; {label_b} {signed(r.value_b)}, {ANSWERS[r.answer_b]}"
        for r in table.itertuples()
    )
    subtitle = f"{counted(len(table), 'proposition')} on which they stand on opposite sides{bearing}, on any question; answer: what the text does with the reasons the other gives{(left_out or bare) and f'.{left_out}{bare}'}"
    return finished(
        layers, title, subtitle, caption, f"Where {label_a} and {label_b} clash.{left_out}{bare} {said}.", len(table)
    )


def _answer(kind: str, n: int, width: int) -> str:
    words = ANSWERS[kind] + (f" ({n})" if n else "")
    return wrapped(words, len(words), width - 5)


_TINT = {
    "answers": AFFIRM_WEAK,
    "grants": "#e3ecd2",
    "weighs": WEIGH,
    "only denies": FAINT,
    "no reason coded": "#f7f7f7",
}


def standing_chart(table: pd.DataFrame, graph: nx.MultiDiGraph, title: str, credit: str) -> alt.Chart:
    """How many of its own claims of each text stand, fall or stay open.  `table`: as `arguments.standing` of the graph."""
    table = table[table.claim.map(lambda c: graph.nodes[c]["voice"] == "own").astype(bool)]
    labels = {graph.nodes[c]["source"]: graph.nodes[c]["label"] for c in table.claim}
    counts = (
        table.groupby(["source", "standing"], sort=False)
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(STANDINGS), fill_value=0)
    )
    data = counts.rename(index=labels).rename_axis("label").reset_index()
    data["open_to"], data["n"] = data.stands + data.open, data.stands + data.open + data.falls
    whole, tall = data, side_height(data.label, 36)
    data = data[data.index.isin(data.n.nlargest(rows_that_fit(tall), keep="first").index)].copy()
    left_out = rows_left_out(len(data), len(whole), "texts", "those with most claims of their own on this map")
    data["words"] = [f"{r.stands} stand, {r.open} open, {r.falls} fall, n = {r.n}" for r in data.itertuples()]
    of = f" (of {int(whole.n.sum())})" if left_out else ""
    base = alt.Chart(data).encode(y=side_rows("label", data.label.tolist()))
    x = alt.X("stands:Q", axis=_claims_axis("claims in the author's own voice", data.n.max()))
    layers = alt.layer(
        base.mark_bar(height=20, color=AFFIRM).encode(x=x),
        base.mark_bar(height=20, color=PAPER, stroke=AFFIRM, strokeWidth=1.5).encode(x="stands:Q", x2="open_to:Q"),
        base.mark_bar(height=20, color=FAINT, stroke=SOFT, strokeWidth=1).encode(x="open_to:Q", x2="n:Q"),
        base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(x="n:Q", text="words:N"),
    ).properties(width=rest(420, data.label, data.words), height=alt.Step(tall))
    caption = (
        f"{title} Claims in the author's own voice. Filled: those that stand, since nothing that holds is said against them or what they need; open: neither they nor what is said against them wins; "
        f"grey: those that fall (grounded extension, support as necessity). It counts attacks as coded and says nothing of who is right.{left_out} n = {int(data.n.sum())} claims{of}. {credit}"
    )
    said = told(f"{r.label}: {r.words}" for r in data.itertuples())
    return finished(
        layers,
        title,
        f"Filled: stands; open: undecided; grey: falls{left_out and f'.{left_out}'}",
        caption,
        f"Standing of claims.{left_out} {said}.",
        int(data.n.sum()),
    )
