"""Claims, links and stances → arguments: maps, what hangs on what, which claims stand.

| file | asks |
|---|---|
| `graph` | what is given as a reason for or against what? |
| `layout` | where does each box stand? |
| `reasons` | what falls with a claim, and do two sources meet each other's reasons? |
| `standing` | which claims stand, given which attacks? |
| `choice` | which quarrel and which claims are shown where nobody says? |
"""

from analysis.arguments.choice import (
    carrying_in_words,
    carrying_most,
    challenges,
    challenging_in_words,
    challenging_most,
    quarrel_chosen,
    quarrel_in_words,
    quarrels,
)
from analysis.arguments.graph import (
    arguments,
    claims_of,
    left_off_in_words,
    map_of,
    neighbourhood,
    of_source,
    off_the_map_in_words,
    question_map,
    spoken,
    supports_of,
    theses_of,
    thesis_map,
    title_of,
    why_no_map,
)
from analysis.arguments.layout import LayoutError, kept_sheets, sheet_table, sheets, sheets_in
from analysis.arguments.reasons import (
    clash,
    clash_claims,
    clash_in_words,
    clash_reasons,
    clashes_without_claims,
    load_bearing,
    load_in_words,
    surroundings,
    what_if,
    what_if_in_words,
)
from analysis.arguments.standing import attacks, extensions, grounded, standing

__all__ = [
    "LayoutError",
    "arguments",
    "attacks",
    "carrying_in_words",
    "carrying_most",
    "challenges",
    "challenging_in_words",
    "challenging_most",
    "claims_of",
    "clash",
    "clash_claims",
    "clash_in_words",
    "clash_reasons",
    "clashes_without_claims",
    "extensions",
    "grounded",
    "kept_sheets",
    "left_off_in_words",
    "load_bearing",
    "load_in_words",
    "map_of",
    "neighbourhood",
    "of_source",
    "off_the_map_in_words",
    "quarrel_chosen",
    "quarrel_in_words",
    "quarrels",
    "question_map",
    "sheet_table",
    "sheets",
    "sheets_in",
    "spoken",
    "standing",
    "supports_of",
    "surroundings",
    "theses_of",
    "thesis_map",
    "title_of",
    "what_if",
    "what_if_in_words",
    "why_no_map",
]
