"""Discourse networks: the manual's own examples, then a table by hand."""

import numpy as np
import pytest
from grids import grid, grids, pair
from hypothesis import given

from analysis import agreement

HAND = grid(a=[2, -1, 0, 1], b=[1, 1, 0, None], c=[None, None, None, 2])


def weight(x, network, normalisation="none", levels=(0.0, 1.0)):
    return agreement.discourse_weights(np.array(x, "float64"), np.array(levels), network, normalisation)[0, 1]


# P. Leifeld, J. Gruber and F. R. Bossner, Discourse Network Analyzer Manual, "One-mode networks":
# statements of the Senate and the Sierra Club on six concepts, (disagree, agree)
SENATE = [(0, 0), (0, 0), (0, 0), (2, 0), (1, 0), (0, 2)]
SIERRA = [(0, 0), (0, 1), (0, 1), (0, 2), (0, 1), (0, 1)]


def test_the_manuals_senate_and_sierra_club():
    both = [SENATE, SIERRA]
    assert weight(both, "congruence") == 2
    assert weight(both, "conflict") == 5
    assert weight(both, "subtract") == -3
    assert weight(both, "congruence") + weight(both, "conflict") == 7  # "ignore"


@pytest.mark.parametrize(
    ("normalisation", "divisor"), [("average", (5 + 6) / 2), ("cosine", 5 * 6), ("jaccard", 3 + 5 + 2 * 1)]
)
def test_their_weights_normalised_as_the_equations_say(normalisation, divisor):
    # computed by hand from the manual's equations: Senate 5 statements, Sierra Club 6, both only "agree" on the sixth concept
    assert weight([SENATE, SIERRA], "congruence", normalisation) == pytest.approx(2 / divisor)
    assert weight([SENATE, SIERRA], "subtract", normalisation) == pytest.approx(-3 / divisor)


@pytest.mark.parametrize(("i", "j", "congruence", "conflict"), [(2, 5, 0.7, 0.3), (-4, 2, 0.4, 0.6)])
def test_the_manuals_scale_from_minus_5_to_5(i, j, congruence, conflict):
    levels = np.arange(-5.0, 6.0)
    x = [[levels == i], [levels == j]]
    assert weight(x, "congruence", levels=levels) == pytest.approx(congruence)
    assert weight(x, "conflict", levels=levels) == pytest.approx(conflict)
    ties = agreement.discourse_network(grid(a=[i], b=[j]), "conflict", scale=(-5, 5))
    assert ties.iloc[0].weight == pytest.approx(conflict)


@pytest.mark.parametrize(
    ("network", "by_sign", "n", "found"),
    [
        ("congruence", False, 3, 3 - 3 / 4),  # distances 1, 2 and 0 of 4
        ("conflict", False, 3, 3 / 4),
        ("subtract", False, 3, 1.5),
        ("congruence", True, 2, 1),  # ++, −+; a 0 has no side
        ("conflict", True, 2, 1),
        ("subtract", True, 2, 0),
    ],
)
def test_ties_by_hand(network, by_sign, n, found):
    tie = pair(agreement.discourse_network(HAND, network, by_sign=by_sign), "a", "b")
    assert (tie.n, tie.weight) == (n, pytest.approx(found))


@pytest.mark.parametrize(("normalisation", "divisor"), [("average", 3.5), ("cosine", 12), ("jaccard", 3 + 2 + 1)])
def test_ties_normalised_by_hand(normalisation, divisor):
    ties = agreement.discourse_network(HAND, "congruence", normalisation)
    assert pair(ties, "a", "b").weight == pytest.approx(2.25 / divisor)


def test_who_share_nothing_have_no_weight_and_no_edge():
    ties = agreement.discourse_network(HAND)
    assert pair(ties, "b", "c").n == 0 and np.isnan(pair(ties, "b", "c").weight)
    graph = agreement.network_graph(ties)
    assert set(graph) == {"a", "b", "c"}
    assert set(map(frozenset, graph.edges)) == {frozenset("ab"), frozenset("ac")}
    assert graph.edges["a", "b"] == {"weight": 2.25, "n": 3}


@given(grids())
def test_congruence_and_conflict_make_up_what_is_shared(stances):
    tables = {name: agreement.discourse_network(stances, name) for name in ("congruence", "conflict", "subtract")}
    shared = tables["congruence"].n > 0
    together = (tables["congruence"].weight + tables["conflict"].weight)[shared]
    assert together.tolist() == pytest.approx(tables["congruence"].n[shared].tolist())
    less = (tables["congruence"].weight - tables["conflict"].weight)[shared]
    assert less.tolist() == pytest.approx(tables["subtract"].weight[shared].tolist())
    pairs = agreement.pairwise_agreement(stances)
    assert tables["congruence"].weight[shared].tolist() == pytest.approx((pairs.agreement * pairs.n)[shared].tolist())


@given(grids())
def test_by_sign_the_ties_are_the_counts_of_the_pairs(stances):
    pairs = agreement.pairwise_agreement(stances)
    for network, count in (("congruence", "same_sign"), ("conflict", "opposite_sign")):
        ties = agreement.discourse_network(stances, network, by_sign=True)
        assert ties.weight.fillna(0).tolist() == pairs[count].tolist()


def test_unknown_networks_and_normalisations_are_refused_with_what_is_possible():
    with pytest.raises(ValueError, match='"agree" is not possible here; use one of: congruence, conflict, subtract'):
        agreement.discourse_network(HAND, "agree")
    with pytest.raises(ValueError, match="none, average, jaccard, cosine"):
        agreement.discourse_network(HAND, "conflict", "mean")


def test_no_table_no_ties():
    for few in (HAND.head(0), HAND[HAND.source == "a"]):
        ties = agreement.discourse_network(few)
        assert len(ties) == 0 and list(ties.columns) == ["source_a", "source_b", "n", "weight"]
        assert len(agreement.network_graph(ties).edges) == 0
