"""Compare what the authors of a scholarly debate claim.

Data flow one way: files → `debate` → `tables` → `agreement` → `charts` → notebook.
"""

from analysis.debate import BLIND, Debate, DebateError, load_debate

__version__ = "0.1.0"
__all__ = ["BLIND", "Debate", "DebateError", "load_debate"]
