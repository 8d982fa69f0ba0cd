"""Tables → Altair charts, one theme.

Each chart carries its title, in `description` its alt text, and in `usermeta` its caption and n.
A value is shown by colour and by its number; a silence is hatched and never has the colour of 0;
what nobody coded is an empty cell with a question mark.
"""

from analysis.charts.certainty import cruxes_chart, reliability_chart, robustness_chart
from analysis.charts.classes import completeness_chart, leanings_chart, partners_chart, readings_strip, slopes_chart
from analysis.charts.maps import argument_map
from analysis.charts.pairs import chance_chart, intervals_chart, pairs_chart, reasons_chart, silence_effect
from analysis.charts.reasons import clash_chart, load_chart, standing_chart
from analysis.charts.rooms import use
from analysis.charts.sources import factor_grid, timeline
from analysis.charts.stances import disagreement_profile, overview, silence_map, stance_grid
from analysis.charts.theme import FEW, as_silence, ends_in_words, stopped, values_in_words

__all__ = [
    "FEW", "argument_map", "as_silence", "chance_chart", "clash_chart", "completeness_chart", "cruxes_chart", "disagreement_profile", "ends_in_words", "factor_grid",
    "intervals_chart", "leanings_chart", "load_chart", "overview", "pairs_chart", "partners_chart", "readings_strip", "reasons_chart",
    "reliability_chart", "robustness_chart", "silence_effect", "silence_map", "slopes_chart", "stance_grid", "standing_chart", "stopped", "timeline", "use", "values_in_words",
]  # fmt: skip
