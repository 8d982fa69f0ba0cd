"""A debate → widgets to explore it with: choose, click a cell, read the reason and the passage, read it otherwise.

| file | what it does |
|---|---|
| `reader` | what is read: a coder's coding, and readings of one's own over it |
| `choice` | what is chosen, found and different: tables → tables |
| `cards` | what is said beside the chart: records → escaped HTML |
| `controls` | menus, filters, the form to read a cell otherwise |
| `views` | grid and profile, pairs, argument map: a chart and what is said beside it |
| `app` | all of it together |
| `serving` | the app in the browser, through Voila |
"""

from __future__ import annotations

from pathlib import Path

from analysis.debate import REFERENCE, Debate
from analysis.explorer.app import Explorer
from analysis.reading import did_you_mean

__all__ = ["Explorer", "explore"]


def explore(debate: Debate, coder: str = REFERENCE, texts: str | Path | None = None) -> Explorer:
    """The explorer of a debate, a widget for JupyterLab and Voila; it asks nothing of any network.

    `texts`: the folder of the reader's own copies, if it is not the debate's.  ValueError for a coder that the debate does not have.
    """
    if coder not in debate.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, debate.coders)}')
    return Explorer(debate, coder, Path(texts) if texts is not None else None)
