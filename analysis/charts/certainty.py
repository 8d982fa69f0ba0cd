"""Measures of certainty → how far the rest can be trusted."""

from __future__ import annotations

import altair as alt
import pandas as pd

from analysis.charts.theme import AFFIRM, FAINT, INK, SOFT, finished


def reliability_chart(table: pd.DataFrame, title: str, credit: str) -> alt.Chart:
    """Krippendorff's alpha by group, with its n.  `table`: as `agreement.alpha_by`, `group` in words."""
    data = table.copy()
    data["words"] = [
        f"α {a:.2f}, n {n}" if pd.notna(a) else f"n {n}: {'undefined' if n else 'nothing to compare'}"
        for a, n in zip(data.alpha, data.n_units, strict=True)
    ]
    low = min(0.0, float(data.alpha.min(skipna=True)) - 0.05)
    y = alt.Y("group:N", sort=data.group.tolist(), axis=alt.Axis(title=None, labelPadding=8))
    scale = alt.Scale(domain=[low, 1], nice=False)
    axis = alt.Axis(
        title="Krippendorff's alpha (1: perfect; 0: as by chance)", grid=True, gridColor=FAINT, format=".1f"
    )
    base = alt.Chart(data).encode(y=y)
    bounds = alt.Chart(pd.DataFrame({"bound": [0.6, 0.8]})).mark_rule(strokeDash=[5, 4], color=SOFT).encode(x="bound:Q")
    layers = alt.layer(
        base.mark_bar(height=5, color="#cfdbe6").encode(x=alt.X("alpha:Q", scale=scale, axis=axis)),
        bounds,
        base.mark_point(size=120, filled=True, color=AFFIRM).encode(
            x="alpha:Q", opacity=alt.condition("datum.n_units < 10", alt.value(0.35), alt.value(1))
        ),
        base.mark_text(align="left", fontSize=12, color=INK).encode(x=alt.value(470), text="words:N"),
    ).properties(width=460, height=alt.Step(28))
    caption = f"{title} n: cells compared (for the value, those where both coders heard the text speak). Pale: n < 10, which says little. Dashed: above 0.8 dependable, between 0.6 and 0.8 with reserve. {credit}"
    description = "Reliability: " + "; ".join(f"{r.group} {r.words}" for r in data.itertuples()) + "."
    return finished(
        layers,
        title,
        "n: cells compared (for the value, those where both coders heard the text speak); pale: n < 10; dashed: 0.6 and 0.8",
        caption,
        description,
        int(data.n_units.max()),
    )
