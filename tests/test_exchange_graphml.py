import io
import json

import checkers
import networkx as nx
import pytest
from attacks import attacked
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings

from analysis import tables
from analysis.agreement import discourse_network
from analysis.arguments import arguments
from analysis.exchange import graphml


def read(raw):
    return nx.read_graphml(io.BytesIO(raw))


def whole_map(debate):
    frames = (t(debate) for t in (tables.claims, tables.links, tables.stance_claims))
    return arguments(*frames, tables.propositions(debate))


def test_the_network_has_the_ties_of_the_measures(shipped):
    raw, _ = graphml.dump(shipped, form="network")
    graph = read(raw)
    assert graph.nodes["gusev-2008"] == {"label": "Gusev 2008", "author": "Aleksei Gusev", "year": 2008, "title": shipped.sources["gusev-2008"].title}  # fmt: skip
    for kind in graphml.NETWORKS:
        ties = discourse_network(tables.stances(shipped), kind)
        shared = ties[ties.n > 0]
        assert len(shared) == graph.number_of_edges() > 0
        for t in shared.itertuples():
            edge = graph.edges[t.source_a, t.source_b]
            assert edge[kind] == pytest.approx(t.weight) and edge["n"] == t.n and edge["weight"] == edge["congruence"]


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_the_map_has_every_node_edge_and_attribute(which, request):
    debate = request.getfixturevalue(which)
    raw, losses = graphml.dump(debate)
    graph, whole = read(raw), whole_map(debate)
    assert set(graph) == set(whole) and set(graph.edges) == {(a, b) for a, b, _ in whole.edges}
    assert graph.number_of_edges() == whole.number_of_edges()  # none hides another
    for node, attributes in whole.nodes(data=True):
        assert graph.nodes[node] == {k: v for k, v in attributes.items() if v is not None}
    for a, b, attributes in whole.edges(data=True):
        assert {k: v for k, v in graph.edges[a, b].items() if k != "id"} == attributes
    stances = tables.stances(debate)
    silent = stances[stances.status == "silence"]
    assert set(silent.source + "/" + silent.proposition) <= lost(losses)


def test_a_stance_that_weighs_both_sides_is_named(small):
    assert "birch-2005/door-was-open" in lost([x for x in graphml.dump(small)[1] if x.what == "stance without an edge"])


@settings(max_examples=60, deadline=None)
@given(debates())
def test_any_words_come_back_or_are_named(debate):
    for form in ("map", "network"):
        raw, losses = graphml.dump(debate, form=form)
        graph = read(raw)
        if form == "map":
            for node, attributes in whole_map(debate).nodes(data=True):
                for key, value in attributes.items():
                    assert value is None or graph.nodes[node][key] == value or f"{node}: {key}" in lost(losses)
        else:
            assert set(graph) == set(debate.sources)


@pytest.mark.parametrize("form", ["map", "network"])
@pytest.mark.parametrize("which", ["shipped", *DRAWN])
def test_another_reader_finds_the_same(which, form, request, tmp_path):
    file = tmp_path / "graph.graphml"
    file.write_bytes(graphml.dump(called(which, request), form=form)[0])
    ours, theirs = read(file.read_bytes()), json.loads(checkers.node("exchange_graphml.js", file))
    assert theirs["type"] == ("directed" if form == "map" else "undirected")
    assert {n["key"]: n["attributes"] for n in theirs["nodes"]} == dict(ours.nodes(data=True))
    edges = {(e["source"], e["target"]): e["attributes"] for e in theirs["edges"]}
    assert {frozenset(k) if form == "network" else k: v for k, v in edges.items()} == {
        frozenset((a, b)) if form == "network" else (a, b): {k: v for k, v in d.items() if k != "id"}
        for a, b, d in ours.edges(data=True)
    }


def test_another_reader_finds_attacks_as_text(small, tmp_path):
    debate = attacked(small)
    file = tmp_path / "graph.graphml"
    file.write_bytes(graphml.dump(debate)[0])
    found = {n["key"]: n["attributes"] for n in json.loads(checkers.node("exchange_graphml.js", file))["nodes"]}
    for key in debate.sources:
        for claim in debate.coding(key).claims:
            # that reader takes U+2028 for a line end
            assert found[f"{key}/{claim.id}"]["text"].split() == claim.text.split()
