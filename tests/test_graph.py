"""The graph of arguments: the tiny debate by hand, maps of hand-made graphs, and what the shipped debate promises of its arguments."""

import json
import os
import subprocess
import sys

import networkx as nx
import pandas as pd
import pytest
from conftest import ROOT, SHIPPED

from analysis import tables
from analysis.arguments import (
    arguments,
    claims_of,
    left_off_in_words,
    map_of,
    neighbourhood,
    of_source,
    question_map,
    supports_of,
    theses_of,
    thesis_map,
)
from analysis.arguments.layout import _without_shortcuts

VALUES = {"affirms": 2, "rejects": -2, "weighs": 0}


def whole(debate):
    return arguments(
        tables.claims(debate),
        tables.links(debate),
        tables.stance_claims(debate),
        tables.propositions(debate),
        tables.sides(debate),
    )


def hand(*sentences, holders=None, theses=(), texts=None):
    """A graph from sentences: `a/x supports a/y`, `a/y affirms p`, `a/z`.  The label of source a is “A 2001”, p belongs to the question “q”."""
    holders, texts = holders or {}, texts or {}
    parts = [s.split(" ") for s in sentences]
    nodes = dict.fromkeys(n for s in parts for n in (s[0], *s[2:]))
    claims = [n.split("/") for n in nodes if "/" in n]
    rows = [
        {
            "source": s,
            "label": f"{s.title()} 2001",
            "claim": c,
            "text": texts.get(f"{s}/{c}", f"Claim {c} of {s}."),
            "voice": "reported" if f"{s}/{c}" in holders else "own",
            "holder": holders.get(f"{s}/{c}"),
            "thesis": f"{s}/{c}" in theses,
        }
        for s, c in claims
    ]
    propositions = [(n, texts.get(n, f"Proposition {n}."), "q", "Question") for n in nodes if "/" not in n]
    links = [(*s[0].split("/"), s[1], s[2].split("/")[1]) for s in parts if s[1:] and s[1] in ("supports", "attacks")]
    stances = [(*s[0].split("/"), s[2], VALUES[s[1]], VALUES[s[1]] // 2) for s in parts if s[1:] and s[1] in VALUES]
    return arguments(
        pd.DataFrame(rows, columns=["source", "label", "claim", "text", "voice", "holder", "thesis"]),
        pd.DataFrame(links, columns=["source", "claim", "relation", "target"]),
        pd.DataFrame(stances, columns=["source", "claim", "proposition", "value", "side"]),
        pd.DataFrame(propositions, columns=["proposition", "text", "question", "question_label"]),
    )


def with_stances(graph, *stances):
    """The graph of a debate with more stances, on which no claim bears: `c affirms p`."""
    borne = {
        (graph.nodes[c]["source"], p): 1 if relation == "affirms" else -1
        for c, p, relation in graph.edges(data="relation")
        if relation in ("affirms", "rejects")
    }
    bare = {(s, p): VALUES[relation] // 2 for s, relation, p in (t.split() for t in stances)}
    graph.graph["sides"] = borne | bare
    return graph


def edges(graph):
    return sorted(f"{a} {relation} {b}" for a, b, relation in graph.edges(data="relation"))


CULPRIT = [
    "ash-2001/cook-guilty affirms cook-did-it",
    "ash-2001/door-ajar affirms door-was-open",
    "ash-2001/no-paw-marks attacks ash-2001/cat-blamed",
    "ash-2001/no-paw-marks rejects cat-did-it",
    "ash-2001/no-paw-marks supports ash-2001/cook-guilty",
    "ash-2001/spoon-in-apron supports ash-2001/cook-guilty",
    "birch-2005/cat-guilty affirms cat-did-it",
    "birch-2005/cat-guilty rejects cook-did-it",
    "cedar-2010/cook-in-part affirms cook-did-it",
    "cedar-2010/door-shut rejects door-was-open",
]


def test_the_tiny_debate_by_hand(small):
    graph = whole(small)
    assert claims_of(graph) == [
        "ash-2001/cook-guilty", "ash-2001/spoon-in-apron", "ash-2001/cat-blamed", "ash-2001/no-paw-marks", "ash-2001/door-ajar",
        "birch-2005/cat-guilty", "birch-2005/door-unknown", "cedar-2010/cook-in-part", "cedar-2010/door-shut", "cedar-2010/jam-good",
    ]  # fmt: skip
    assert set(graph) - set(claims_of(graph)) == {"cook-did-it", "cat-did-it", "door-was-open", "jam-was-good"}
    more = ["ash-2001/spoon-in-apron affirms cook-did-it", "cedar-2010/jam-good affirms jam-was-good"]
    assert edges(graph) == sorted(CULPRIT + more)


def test_nodes_and_edges_say_what_they_are(small):
    graph = whole(small)
    assert graph.nodes["ash-2001/cook-guilty"] == {
        "kind": "claim", "source": "ash-2001", "label": "Ash 2001", "text": "The cook is to blame for the missing jam.",
        "voice": "own", "holder": None, "thesis": True,
    }  # fmt: skip
    assert graph.nodes["cook-did-it"] == {
        "kind": "proposition", "text": "The cook ate the jam.", "question": "culprit", "question_label": "The culprit",
    }  # fmt: skip
    assert graph.edges["cedar-2010/door-shut", "door-was-open", "rejects"]["value"] == -1
    assert "value" not in graph.edges["ash-2001/no-paw-marks", "ash-2001/cat-blamed", "attacks"]


def test_a_reported_view_keeps_its_voice_and_its_holder(small):
    blamed = whole(small).nodes["ash-2001/cat-blamed"]
    assert (blamed["voice"], blamed["holder"]) == ("reported", "the household")


def test_a_view_that_the_author_attacks_is_not_given_the_authors_stance(small):
    # Ash reports that the household blames the cat, attacks it, and rejects that the cat did it: the household does not reject it
    assert list(whole(small).successors("ash-2001/cat-blamed")) == []


def test_no_shipped_view_is_given_the_stance_of_the_author_who_attacks_it(shipped):
    graph = whole(shipped)
    attacked = {b for _, b, r in graph.edges(data="relation") if r == "attacks" and graph.nodes[b]["voice"] != "own"}
    assert attacked
    assert {
        (a, b) for a, b, r in graph.edges(data="relation") if a in attacked and r in ("affirms", "rejects")
    } == set()


def test_a_stance_in_the_middle_of_the_scale_gives_no_edge(small):
    assert whole(small).degree("birch-2005/door-unknown") == 0
    assert edges(hand("a/x weighs p", "a/y affirms p")) == ["a/y affirms p"]


def test_two_claims_may_be_joined_by_more_than_one_relation():
    assert edges(hand("a/x supports a/y", "a/x affirms p", "a/x rejects r")) == [
        "a/x affirms p", "a/x rejects r", "a/x supports a/y",
    ]  # fmt: skip


def test_a_debate_without_codings_is_an_empty_graph():
    assert len(hand()) == 0


def test_supports_theses_and_claims_of_one_source(small):
    graph = whole(small)
    assert sorted(supports_of(graph).edges) == [
        ("ash-2001/no-paw-marks", "ash-2001/cook-guilty"),
        ("ash-2001/spoon-in-apron", "ash-2001/cook-guilty"),
    ]
    assert theses_of(graph, "birch-2005") == ["birch-2005/cat-guilty"]
    assert claims_of(graph, "birch-2005") == ["birch-2005/cat-guilty", "birch-2005/door-unknown"]


def test_the_map_of_a_question_by_hand(small):
    # the spoon supports that the cook is guilty, which affirms: its own edge to the proposition is a shortcut, not drawn
    found = question_map(whole(small), "culprit", ["ash-2001", "birch-2005", "cedar-2010"])
    assert edges(_without_shortcuts(found)) == CULPRIT
    assert "birch-2005/door-unknown" not in found and "jam-was-good" not in found


def test_the_map_of_a_question_holds_only_the_sources_asked_for_and_what_they_speak_to(small):
    found = question_map(whole(small), "culprit", ["birch-2005"])
    assert set(found) == {"cook-did-it", "cat-did-it", "birch-2005/cat-guilty"}
    assert len(question_map(whole(small), "jam", ["ash-2001", "birch-2005"])) == 0


def test_reasons_are_followed_to_the_end_through_attacks_too():
    graph = hand("a/x affirms p", "a/y supports a/x", "a/z attacks a/y", "a/w supports a/z", "a/x supports a/v", "b/u")
    assert set(question_map(graph, "q", ["a"])) == {"p", "a/x", "a/y", "a/z", "a/w"}


def test_a_shortcut_goes_only_if_the_other_way_is_on_the_same_side():
    same = hand("a/y supports a/x", "a/x affirms p", "a/y affirms p")
    assert edges(_without_shortcuts(question_map(same, "q", ["a"]))) == ["a/x affirms p", "a/y supports a/x"]
    other = hand("a/y supports a/x", "a/x affirms p", "a/y rejects p")
    assert edges(_without_shortcuts(question_map(other, "q", ["a"]))) == [
        "a/x affirms p",
        "a/y rejects p",
        "a/y supports a/x",
    ]
    attack = hand("a/y attacks a/x", "a/x affirms p", "a/y affirms p")
    assert len(edges(_without_shortcuts(question_map(attack, "q", ["a"])))) == 3


def test_two_claims_that_support_each_other_still_reach_their_proposition():
    graph = hand("a/x supports a/y", "a/y supports a/x", "a/x affirms p", "a/y affirms p")
    found = _without_shortcuts(question_map(graph, "q", ["a"]))
    assert any(b == "p" for _, b in found.edges()), "each is the other's shortcut, and none is left"


def test_a_map_is_a_copy(small):
    graph = whole(small)
    before = edges(graph)
    question_map(graph, "culprit", ["ash-2001"]).clear()
    thesis_map(graph, "ash-2001").clear()
    neighbourhood(graph, "ash-2001/cook-guilty").clear()
    assert edges(graph) == before


def test_the_map_of_a_thesis_by_hand(small):
    assert edges(thesis_map(whole(small), "ash-2001")) == [
        "ash-2001/no-paw-marks attacks ash-2001/cat-blamed",
        "ash-2001/no-paw-marks supports ash-2001/cook-guilty",
        "ash-2001/spoon-in-apron supports ash-2001/cook-guilty",
    ]
    assert list(thesis_map(whole(small), "birch-2005")) == ["birch-2005/cat-guilty"]
    attacked = hand("a/y supports a/x", "a/z attacks a/y", "a/x supports a/v", "a/x affirms p", theses=["a/x"])
    assert set(thesis_map(attacked, "a")) == {"a/x", "a/y", "a/z"}
    attacks = hand("a/y supports a/x", "a/y attacks a/z", "a/w attacks a/z", "a/x attacks a/v", theses=["a/x"])
    assert set(thesis_map(attacks, "a")) == {"a/x", "a/y", "a/z", "a/v"}


def test_the_theses_of_several_side_by_side(small):
    graph = whole(small)
    assert set(map_of(graph, "thesis", ["ash-2001", "birch-2005"])) == {
        *thesis_map(graph, "ash-2001"),
        "birch-2005/cat-guilty",
    }
    assert edges(map_of(graph, "culprit", ["ash-2001"])) == edges(question_map(graph, "culprit", ["ash-2001"]))


def test_the_neighbourhood_of_a_claim_by_hand(small):
    graph = whole(small)
    near = {
        "ash-2001/no-paw-marks",
        "ash-2001/cat-blamed",
        "ash-2001/cook-guilty",
        "cat-did-it",
    }
    assert set(neighbourhood(graph, "ash-2001/no-paw-marks")) == near
    further = {"ash-2001/spoon-in-apron", "cook-did-it", "birch-2005/cat-guilty"}
    assert set(neighbourhood(graph, "ash-2001/no-paw-marks", steps=2)) == near | further
    assert set(neighbourhood(graph, "birch-2005/door-unknown", steps=9)) == {"birch-2005/door-unknown"}
    assert set(neighbourhood(graph, "ash-2001/cook-guilty", steps=0)) == {"ash-2001/cook-guilty"}


def test_all_that_one_text_claims(small):
    found = of_source(whole(small), "birch-2005/cat-guilty")
    assert set(found) == {"birch-2005/cat-guilty", "birch-2005/door-unknown", "cat-did-it", "cook-did-it"}


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda g: question_map(g, "culprits", ["ash-2001"]), 'no question "culprits"; did you mean "culprit"?'),
        (lambda g: question_map(g, "culprit", ["ash-2002"]), 'no source "ash-2002"; did you mean "ash-2001"?'),
        (lambda g: thesis_map(g, "birch-2006"), 'no source "birch-2006"; did you mean "birch-2005"?'),
        (lambda g: map_of(g, "thesis", ["ceder-2010"]), 'no source "ceder-2010"; did you mean "cedar-2010"?'),
        (lambda g: neighbourhood(g, "ash-2001/cook-gilty"), 'no claim "ash-2001/cook-gilty"; did you mean "ash-2001/cook-guilty"?'),
        (lambda g: of_source(g, "ash-2001/door-ajarr"), 'no claim "ash-2001/door-ajarr"; did you mean "ash-2001/door-ajar"?'),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(small, ask, words):
    with pytest.raises(ValueError) as refused:
        ask(whole(small))
    assert str(refused.value) == words


SAY = """
import json
from pathlib import Path
from test_graph import whole
from analysis.arguments import neighbourhood, of_source, question_map, thesis_map
from analysis.arguments.layout import digest_of, sheets
from analysis.debate import load_debate
graph = whole(load_debate(Path({debate!r})))
maps = [
    question_map(graph, "trotsky", ["gusev-2008", "harris-2017"]), thesis_map(graph, "fitz-2018"),
    neighbourhood(graph, "fitz-2018/economic-struggles-core"), of_source(graph, "fitz-2018/economic-struggles-core"),
]
print(json.dumps([[list(m), digest_of(m)] for m in maps] + [sheets(maps[0]), sheets(maps[2])]))
"""


def test_another_process_makes_the_same_maps_and_layouts():
    # sets of names have another order in each process: nothing may depend on it, or kept layouts never match
    def said(seed):
        env = os.environ | {"PYTHONHASHSEED": str(seed), "PYTHONPATH": f"{ROOT / 'tests'}{os.pathsep}{ROOT}"}
        script = SAY.format(debate=str(SHIPPED))
        return subprocess.Popen([sys.executable, "-c", script], env=env, cwd=ROOT, stdout=subprocess.PIPE)

    runs = [said(seed) for seed in (1, 2)]
    first, second = (json.loads(run.communicate(timeout=60)[0]) for run in runs)
    assert first == second


def test_every_thesis_of_a_shipped_text_is_reached_by_its_own_claims_and_every_text_has_a_chain_of_two(shipped):
    graph = whole(shipped)
    own = [c for c in claims_of(graph) if graph.nodes[c]["voice"] == "own"]
    reasons = supports_of(graph).subgraph(own)
    for source in shipped.sources:
        theses = theses_of(graph, source)
        assert theses, source
        assert [t for t in theses if not list(reasons.predecessors(t))] == []
        assert any(list(reasons.predecessors(b)) for t in theses for b in reasons.predecessors(t)), source


def test_no_shipped_claim_is_an_orphan(shipped):
    used = set()
    for source in shipped.sources:
        coding = shipped.coding(source)
        links = {(c.id, t) for c in coding.claims for t in (*c.supports, *c.attacks)}
        used |= {f"{source}/{c}" for link in links for c in link}
        used |= {f"{source}/{c}" for part in (coding.stances, coding.factors, coding.spans) for r in part for c in r.claims}  # fmt: skip
        used |= {f"{source}/{c}" for c in coding.thesis}
    assert sorted(set(claims_of(whole(shipped))) - used) == []


def test_no_shipped_claim_supports_itself_by_a_ring(shipped):
    assert nx.is_directed_acyclic_graph(supports_of(whole(shipped)))


def test_both_ends_of_every_shipped_link_exist_in_one_source(shipped):
    graph = whole(shipped)
    assert all("kind" in d for _, d in graph.nodes(data=True))
    ends = {"supports": "claim", "attacks": "claim", "affirms": "proposition", "rejects": "proposition"}
    for a, b, relation in graph.edges(data="relation"):
        assert graph.nodes[a]["kind"] == "claim" and graph.nodes[b]["kind"] == ends[relation]
        if ends[relation] == "claim":
            assert graph.nodes[a]["source"] == graph.nodes[b]["source"]


def test_a_claim_that_limits_a_stance_is_no_reason_for_it(small):
    bearing = tables.stance_claims(small)
    bearing.loc[bearing.claim == "spoon-in-apron", "role"] = "limits"
    graph = arguments(tables.claims(small), tables.links(small), bearing, tables.propositions(small))
    assert not graph.has_edge("ash-2001/spoon-in-apron", "cook-did-it")
    assert graph.has_edge("ash-2001/cook-guilty", "cook-did-it")


def test_claims_that_lead_to_no_proposition_and_no_thesis_are_counted_and_named():
    graph = hand(
        "a/x affirms p", "a/y supports a/x", "b/v attacks b/w", "b/t", "c/z affirms r", holders={"b/w": "the cook"}, theses=["b/t"]
    )  # fmt: skip
    graph.nodes["r"]["question"] = "other"
    said = left_off_in_words(graph, question_map(graph, "q", ["a", "b"]), ["a", "b"]).splitlines()
    assert said[0].startswith("Of 5 claims of the texts chosen 2 belong to this map. Not on it, since they lead to other propositions or a thesis: 1. On no map of a question or a thesis,")  # fmt: skip
    assert said[1:] == ["- b/v: B 2001: Claim v of b.", "- b/w: B 2001 reports the cook: Claim w of b."]
    assert set(map_of(graph, "q", ["b"], focus="b/v")) == {"b/v", "b/w"}, "what the sentence says of `focus`"


def test_of_a_map_that_holds_all_claims_it_is_said():
    graph = hand("a/x affirms p", "a/y supports a/x")
    assert left_off_in_words(graph, question_map(graph, "q", ["a"]), ["a"]) == "All 2 claims of the texts chosen belong to this map."  # fmt: skip


def test_of_many_claims_on_no_map_the_first_are_named():
    graph = hand("a/x affirms p", *(f"a/c{i:02}" for i in range(25)))
    said = left_off_in_words(graph, question_map(graph, "q", ["a"]), ["a"]).splitlines()
    assert len(said) == 22 and said[-1] == "- and 5 more, later in the debate" and "thesis: 25; `focus`" in said[0]


def test_the_sides_of_all_stances_are_kept_whether_claims_bear_on_them_or_not(small):
    sides = whole(small).graph["sides"]
    table = tables.stances(small).dropna(subset=["value"])
    assert sides == {(r.source, r.proposition): 1 if r.value > 0 else -1 for r in table.itertuples() if r.value}
