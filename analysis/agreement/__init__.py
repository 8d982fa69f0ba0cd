"""Tables → measures, each with its n.

Every function takes a tidy table with columns `source, proposition, value` (others are ignored unless it says so), in which silence
is a missing value or no row, and returns a table or a record.  Values lie on a scale, −2 … 2 unless `scale` says otherwise: `(low, high)`,
or `(low, high, middle)` where the middle is not halfway; their sign is the side of the middle.  Nothing here reads files or draws.

| file | asks |
|---|---|
| `cells` | is the table sound? |
| `pairs`, `networks` | on how much do two sources agree? |
| `propositions` | what divides the sources? |
| `reliability` | would another coder have read the same? |
| `stability` | does a headline survive other readings? |
| `chance` | would any sources look as close? |
| `crux` | on what does it hang, and do they agree for the same reasons? |
| `methods` | how does one say so in a paper? |
"""

from analysis.agreement.cells import values
from analysis.agreement.chance import Camps, camps, camps_in_words, chance_in_words, pairs_by_chance
from analysis.agreement.crux import cruxes, disagreement_rests_on, grounds, rests_on_in_words, shared_conclusions
from analysis.agreement.methods import methods_paragraph
from analysis.agreement.networks import discourse_network, discourse_weights, network_graph
from analysis.agreement.pairs import (
    PAIRS,
    agreement_of_each,
    agreement_with,
    opposed,
    pair_intervals,
    pairs_in_words,
    pairwise_agreement,
    silence_as_zero,
)
from analysis.agreement.propositions import (
    camp_consensus,
    division,
    division_in_words,
    leik,
    tastle_wierman,
    van_der_eijk,
)
from analysis.agreement.reliability import (
    Alpha,
    Kappa,
    alpha,
    alpha_by,
    disagreements,
    kappa,
    reliability_in_words,
    reliability_table,
)
from analysis.agreement.stability import (
    ClosestPair,
    FurthestPair,
    InOrder,
    MostDivided,
    headlines_of,
    robustness,
    robustness_in_words,
)

__all__ = [
    "PAIRS", "Alpha", "Camps", "ClosestPair", "FurthestPair", "InOrder", "Kappa", "MostDivided", "agreement_of_each", "agreement_with",
    "alpha", "alpha_by", "camp_consensus", "camps", "camps_in_words", "chance_in_words", "cruxes", "disagreement_rests_on", "disagreements",
    "discourse_network", "discourse_weights", "division", "division_in_words", "grounds", "headlines_of", "kappa", "leik", "methods_paragraph",
    "network_graph", "opposed", "pair_intervals", "pairs_by_chance", "pairs_in_words", "pairwise_agreement", "reliability_in_words", "reliability_table",
    "rests_on_in_words", "robustness", "robustness_in_words", "shared_conclusions", "silence_as_zero", "tastle_wierman", "values", "van_der_eijk",
]  # fmt: skip
