"""Compare what the authors of a scholarly debate claim.

Data flow one way: files → `debate` → `tables` → `agreement` → `charts` → notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.debate import BLIND, Debate, DebateError, load_debate

__version__ = "0.1.0"
__all__ = ["BLIND", "Debate", "DebateError", "load_debate"]


def __getattr__(name: str) -> Any:
    """These four on first use: `stancebook build` with nothing to do needs none of them, and pydantic takes its time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from analysis import debate

    return getattr(debate, name)
