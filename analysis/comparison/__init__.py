"""Two versions of a debate, or two codings of it → what differs, and what moves because of it.

| file | asks |
|---|---|
| `revisions` | what stood in a folder at a git revision? |
| `sides` | what does an argument of `stancebook diff` mean: a coder, a folder, a file, a revision? |
| `differences` | what differs between the codebooks, sources and codings of two sides? |
| `effects` | which headlines and figures move because of it? |
| `words` | how is that said? |
"""

from analysis.comparison.differences import Difference, differences
from analysis.comparison.effects import figures_moved, headlines_moved
from analysis.comparison.sides import Side, sides
from analysis.comparison.words import as_json, in_words

__all__ = ["Difference", "Side", "as_json", "differences", "figures_moved", "headlines_moved", "in_words", "sides"]
