"""A debate → GraphML for Gephi, yEd, visone, igraph or networkx: its agreement network, or its argument map."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx
import pandas as pd

from analysis import tables
from analysis.agreement import discourse_network
from analysis.agreement.networks import Network
from analysis.arguments import arguments
from analysis.debate import REFERENCE, Debate
from analysis.exchange.losses import Loss, some
from analysis.exchange.shelves import NO_XML
from analysis.exchange.unsaid import unsaid

NETWORKS: tuple[Network, ...] = ("congruence", "conflict", "subtract")


def dump(debate: Debate, coder: str = REFERENCE, form: str = "map") -> tuple[bytes, list[Loss]]:
    """One coder's reading as `form`: map (who gives which reasons for what) or network (who agrees with whom)."""
    graph, losses = {"map": _map, "network": _network}[form](debate, coder)
    replaced = _made_sound(graph)
    out = io.BytesIO()
    nx.write_graphml(graph, out, named_key_ids=True)
    return out.getvalue(), [*losses, *some("text with characters that XML has not", replaced, "they are replaced by �")]  # fmt: skip


def _network(debate: Debate, coder: str) -> tuple[nx.Graph, list[Loss]]:
    """The sources, tied by what they agree and disagree on; `weight` is congruence, for programs that take no negative one."""
    graph = nx.Graph()
    graph.add_nodes_from((r["source"], {k: r[k] for k in ("label", "author", "year", "title")}) for r in tables.sources(debate).to_dict("records"))  # fmt: skip
    stances = tables.stances(debate, coder)
    for kind in NETWORKS:
        ties = discourse_network(stances, kind, scale=debate.scale.bounds)
        for t in ties[ties.n > 0].itertuples():
            more = {"weight": float(t.weight)} if kind == "congruence" else {}
            graph.add_edge(t.source_a, t.source_b, n=int(t.n), **{kind: float(t.weight)}, **more)
    return graph, unsaid(debate, coder, _OF_NETWORK)


def _map(debate: Debate, coder: str) -> tuple[nx.Graph, list[Loss]]:
    """Claims and propositions; an edge leads from a reason to what it is for or against."""
    claims, links, resting = (t(debate, coder) for t in (tables.claims, tables.links, tables.stance_claims))
    whole = arguments(claims, links, resting, tables.propositions(debate))
    graph = nx.DiGraph()  # between two nodes there is one relation at most, and an edge of its own needs no name
    graph.add_nodes_from(whole.nodes(data=True))
    graph.add_edges_from(whole.edges(data=True))
    stances = tables.stances(debate, coder)
    edged = {(graph.nodes[a]["source"], b) for a, b, r in graph.edges(data="relation") if r in ("affirms", "rejects")}
    bare = [f"{s.source}/{s.proposition}" for s in stances[stances.status == "stance"].itertuples() if (s.source, s.proposition) not in edged]  # fmt: skip
    bare_claims = [f"{r.source}/{r.proposition}: {r.claim}" for r in resting.itertuples() if not graph.has_edge(f"{r.source}/{r.claim}", r.proposition)]  # fmt: skip
    return graph, [
        *some("stance without an edge", bare, "it weighs both sides, or rests on no claim in the author's own voice"),
        *some("claim that a stance names and no edge shows", bare_claims, "it is another's view, or limits the stance, or the stance is 0"),
        *unsaid(debate, coder, _OF_MAP),
    ]  # fmt: skip


_OF_MAP = {
    "stance with a limit": "its edge affirms or rejects like any other; the value of the edge alone tells them apart",
    "certainty, reason and limit of a stance": "an edge has the value alone",
    "silence": "a graph has no edge for what is not said",
    "proposition on which a source is not coded": "nothing tells it from a silence",
    "passage": "the first and last words stay in the debate",
    "question": "a proposition has its id and label alone",
    "order of the theses": "a claim is marked as a thesis, and no more",
} | dict.fromkeys(
    ("kind, core mark and note of a proposition", "factor", "weight of a factor, or silence on all", "span of years", "coding rule", "part of the codebook", "description of the debate", "bibliography of a source"),
    "no part of an argument map",
)  # fmt: skip
_OF_NETWORK = {
    "stance": "a tie holds sums over the propositions that two sources share; certainty, reason and limit are gone",
    "silence": "a pair that shares no proposition has no tie; why is not said",
    "proposition on which a source is not coded": "nothing tells it from a silence",
    "bibliography of a source": "a node has its label, author, year and title",
} | dict.fromkeys(
    ("question", "proposition", "claim", "link between claims", "mark of the thesis", "factor", "weight of a factor, or silence on all", "span of years", "coding rule", "part of the codebook", "description of the debate"),
    "no part of a network of sources",
)  # fmt: skip


def _made_sound(graph: nx.Graph) -> list[str]:
    """Take out what GraphML has no type for, and replace what XML has no character for; the names of what was replaced."""
    graph.graph.clear()
    places: list[tuple[str, dict[str, Any]]] = [(n, d) for n, d in graph.nodes(data=True)]
    places += [(f"{a} → {b}", d) for a, b, d in graph.edges(data=True)]
    replaced = []
    for name, attributes in places:
        for key, value in list(attributes.items()):
            if value is None or value is pd.NA:
                del attributes[key]
            elif isinstance(value, str) and (sound := NO_XML.sub("\ufffd", value.replace("\r", "\n"))) != value:
                attributes[key] = sound
                replaced.append(f"{name}: {key}")
    return replaced
