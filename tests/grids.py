"""Tiny tables for the measures, written as grids; and hypothesis's tables with holes in them."""

import pandas as pd
from hypothesis import strategies as st

PROPOSITIONS = "pqrstuvwxyz"


def grid(**rows):
    """The stances of each source on p, q, r …; None for silence."""
    cells = [(s, PROPOSITIONS[i], v) for s, row in rows.items() for i, v in enumerate(row)]
    return pd.DataFrame(cells, columns=["source", "proposition", "value"]).astype({"value": "float64"})


def ratings(rows):
    """A row a coder, a column a unit; None for what a coder did not rate."""
    return pd.DataFrame(
        [(u, c, v) for c, row in enumerate(rows) for u, v in enumerate(row)], columns=["unit", "coder", "value"]
    )


def pair(pairs, a, b):
    return pairs.set_index(["source_a", "source_b"]).loc[(a, b)]


def grids(values=None, sources=(2, 5), propositions=(1, 5)):
    """Grids of whole values from −2 to 2 with silences, or of the given values."""
    cell = st.one_of(st.none(), st.integers(-2, 2) if values is None else st.sampled_from(values))
    shape = st.tuples(st.integers(*sources), st.integers(*propositions))
    rows = shape.flatmap(lambda s: st.lists(st.lists(cell, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]))
    return rows.map(lambda rows: grid(**dict(zip("abcdefgh", rows, strict=False))))
