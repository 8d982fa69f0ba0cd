"""Networks of sources, as discourse network analysis draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from analysis.agreement.cells import SCALE, Scale, sign, values

if TYPE_CHECKING:
    import networkx as nx

Network = Literal["congruence", "conflict", "subtract"]
Normalisation = Literal["none", "average", "jaccard", "cosine"]
NETWORK = ["source_a", "source_b", "n", "weight"]


def discourse_network(
    stances: pd.DataFrame,
    network: Network = "congruence",
    normalisation: Normalisation = "none",
    scale: Scale = SCALE,
    by_sign: bool = False,
) -> pd.DataFrame:
    """The ties of a discourse network: a row a pair with `source_a, source_b, n` shared propositions and `weight`.

    *Congruence* sums, over the shared propositions, how close two sources are (1 − |a − b| / range), *conflict* how far apart
    (|a − b| / range); *subtract* is congruence less conflict.  With `by_sign` only the side counts, 1 or 0, and a stance in the
    middle of the scale is none.  With x_ijk = 1 if source i takes value k on proposition j, the weight is divided by

    - `average`: ½ (Σ x_ijk + Σ x_i′jk), the mean number of stances of the two;
    - `jaccard`: the (proposition, value) pairs that only i has, those that only i′ has, and those of both;
    - `cosine`: Σ x_ijk · Σ x_i′jk, the product of their numbers of stances, as the manual prints it (not the cosine of two vectors).

    P. Leifeld, J. Gruber and F. R. Bossner, Discourse Network Analyzer Manual (2019), ch. 2.  Without a shared proposition the
    weight is missing.
    """
    for given, known in ((network, Network), (normalisation, Normalisation)):
        if given not in get_args(known):
            raise ValueError(f'"{given}" is not possible here; use one of: {", ".join(get_args(known))}')
    matrix = values(stances, scale)
    if matrix.empty:
        return pd.DataFrame(columns=NETWORK)
    rows = matrix.to_numpy().T
    if by_sign:
        signs = sign(rows, scale)
        rows, levels = np.where(signs == 0, np.nan, signs), np.array([-1.0, 1.0])
    else:
        levels = np.unique([*scale[:2], *rows[~np.isnan(rows)]])
    x = (rows[:, :, None] == levels).astype("float64")
    weights, n = discourse_weights(x, levels, network, normalisation), (~np.isnan(rows)).astype(int)
    a, b = np.triu_indices(len(rows), 1)
    shared = (n @ n.T)[a, b]
    sources = matrix.columns
    found = {
        "source_a": sources.take(a),
        "source_b": sources.take(b),
        "n": shared,
        "weight": np.where(shared > 0, weights[a, b], np.nan),
    }
    return pd.DataFrame(found, columns=NETWORK)


def discourse_weights(x: np.ndarray, levels: np.ndarray, network: Network, normalisation: Normalisation) -> np.ndarray:
    """Sources × sources, from the number of statements `x` of each source on each proposition at each level.

    `levels`: the numbers of the levels; their ends are those of the scale.  Statements that a source repeats count again.
    """
    apart = np.abs(np.subtract.outer(levels, levels)) / (levels[-1] - levels[0])
    conflict = np.einsum("ijk,kl,mjl->im", x, apart, x, optimize=True)
    congruence = np.einsum("ijk,kl,mjl->im", x, 1 - apart, x, optimize=True)
    weight = {"congruence": congruence, "conflict": conflict, "subtract": congruence - conflict}[network]
    flat = x.reshape(len(x), -1)
    activity, has = flat.sum(axis=1), (flat > 0).astype("float64")
    alone = activity[:, None] - flat @ has.T  # statements of the one at places where the other has none
    divisor: Any = {
        "none": 1.0,
        "average": (activity[:, None] + activity) / 2,
        "jaccard": alone + alone.T + flat @ flat.T,
        "cosine": np.outer(activity, activity),
    }[normalisation]
    return np.divide(weight, divisor, out=np.full(weight.shape, np.nan), where=np.asarray(divisor) > 0)


def network_graph(ties: pd.DataFrame) -> nx.Graph:
    """The ties of `discourse_network` as a graph with `weight` and `n` on its edges; pairs that share nothing have no edge."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(dict.fromkeys([*ties["source_a"], *ties["source_b"]]))
    graph.add_edges_from(
        (t.source_a, t.source_b, {"weight": float(t.weight), "n": int(t.n)}) for t in ties[ties["n"] > 0].itertuples()
    )
    return graph
