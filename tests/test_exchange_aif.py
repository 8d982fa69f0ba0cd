import json
from collections import Counter
from dataclasses import replace

import checkers
import pytest
from attacks import attacked
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings

from analysis.exchange import aif


def reasons(debate):
    """What a graph can carry: who says what in which voice, and what is for and against what, by their words."""
    said, links = Counter(), Counter()
    words = {p.id: p.text for p in debate.codebook.propositions}
    for (_, key), coding in debate.codings.items():
        claims = {c.id: c for c in coding.claims}
        who = debate.sources[key].label
        said.update((who, c.text, c.voice, c.holder) for c in coding.claims)
        for c in coding.claims:
            links.update((c.text, "support", claims[t].text) for t in c.supports)
            links.update((c.text, "attack", claims[t].text) for t in c.attacks)
        for s in coding.stances:
            kind = "support" if s.value > 0 else "attack"
            own = [c for c in s.claims if s.value and claims[c].voice == "own" and c not in s.limits]
            links.update((claims[c].text, kind, words[s.proposition]) for c in own)
    return said, links, Counter(words.values())


def one_coder(debate):
    return type(debate)(debate.path, debate.codebook, debate.sources, debate.coders, {k: c for k, c in debate.codings.items() if k[0] == "reference"}, "")  # fmt: skip


@pytest.mark.parametrize("form", ["aif", "xaif"])
@pytest.mark.parametrize("which", ["small", "shipped"])
def test_reasons_and_speakers_come_back(which, form, request):
    debate = one_coder(request.getfixturevalue(which))
    raw, losses = aif.dump(debate, form=form)
    back, left = aif.load(raw, form)
    assert reasons(back) == reasons(debate)
    unread = lost([x for x in left if x.what in ("part of the file", "part that a debate has no place for")])
    assert unread and all(
        n.startswith("timestamp of ") for n in unread
    )  # the day of the coding, which a debate has of a coder
    stances = {f"{key}/{s.proposition}" for (_, key), c in debate.codings.items() for s in c.stances}
    silences = {f"{key}/{s.proposition}" for (_, key), c in debate.codings.items() for s in c.silences}
    assert stances | silences <= lost(losses) and len(silences) > 1


@settings(max_examples=80, deadline=None)
@given(debates())
def test_any_words_come_back(debate):
    assert reasons(aif.load(aif.dump(debate)[0])[0]) == reasons(debate)


def test_attacks_are_text(small):
    debate = attacked(small)
    assert reasons(aif.load(aif.dump(debate)[0])[0]) == reasons(debate)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["aif", "xaif"])
@pytest.mark.parametrize("which", ["small", "shipped", *DRAWN])
def test_arguebuf_counts_the_same(which, form, request, tmp_path):
    load = checkers.library("arguebuf.load")
    from arguebuf.model.scheme import Attack, Support

    debate = called(which, request)
    file = tmp_path / "graph.json"
    file.write_bytes(aif.dump(debate, form=form)[0])
    graph = load.file(file) if form == "aif" else load.xaif(json.loads(file.read_bytes()))
    said, links, propositions = reasons(one_coder(debate))
    assert Counter(str(n.text) for n in graph.atom_nodes.values()) == Counter(text for _, text, _, _ in said.elements()) + propositions  # fmt: skip
    kinds = {Support: "support", Attack: "attack"}
    found = Counter()
    for scheme in graph.scheme_nodes.values():
        (a,), (b,) = graph.incoming_nodes(scheme), graph.outgoing_nodes(scheme)
        if a in graph.atom_nodes.values():
            found[str(a.text), kinds[type(scheme.scheme)], str(b.text)] += 1
    assert found == links and (links.total() > 0 or which in DRAWN)


FOREIGN = {
    "nodes": [
        {"nodeID": 1, "type": "I", "text": "The cook did it."},
        {"nodeID": 2, "type": "I", "text": "A spoon was found."},
        {"nodeID": 3, "type": "I", "text": "She had the key."},
        {"nodeID": 4, "type": "RA", "text": "Default Inference"},
        {"nodeID": 5, "type": "I", "text": "The cat did it."},
        {"nodeID": 6, "type": "CA", "text": "Default Conflict"},
        {"nodeID": 7, "type": "CA", "text": "Default Conflict"},
        {"nodeID": 8, "type": "MA", "text": "Default Rephrase"},
        {"nodeID": 10, "type": "L", "text": "Ann: A spoon was found."},
        {"nodeID": 11, "type": "YA", "text": "Asserting"},
        {"nodeID": 12, "type": "L", "text": "Ben: The cat did it."},
        {"nodeID": 13, "type": "YA", "text": "Asserting"},
        {"nodeID": 14, "type": "L", "text": "Ann: She had the key."},
        {"nodeID": 15, "type": "YA", "text": "Asserting"},
    ],
    "edges": [
        {"edgeID": n, "fromID": a, "toID": b}
        for n, (a, b) in enumerate([(2, 4), (3, 4), (4, 1), (5, 6), (6, 1), (5, 7), (7, 4), (10, 11), (11, 2), (12, 13), (13, 5), (14, 15), (15, 3), (2, 99)])
    ],
    "locutions": [{"nodeID": 12, "personID": 7}],
    "participants": [{"participantID": 7, "firstname": "Ben", "surname": "Lee"}],
}  # fmt: skip


def test_a_graph_of_others_is_read_and_what_does_not_fit_is_named():
    back, losses = aif.load(json.dumps(FOREIGN).encode())
    assert [p.text for p in back.codebook.propositions] == ["The cook did it."]
    assert {s: [(x.value, x.claims) for x in back.coding(s).stances] for s in back.sources} == {
        "ann": [(2, ("a-spoon-was-found", "she-had-the-key"))],
        "ben-lee": [(-2, ("the-cat-did-it",))],
    }
    assert {"MA-node 8: Default Rephrase", "RA-node 4: that its 2 premises go together", "CA-node 7: Default Conflict, from I-node 5, to RA-node 4", "edge 2 → 99: to no node"} <= lost(losses)  # fmt: skip


@pytest.mark.parametrize("raw", [b'{"nodes": [], "edges": []}', b'{"nodes": "x", "edges": []}', b'{"AIF": 3}', b'{"nodes": [{"nodeID": {}}], "edges": []}'])  # fmt: skip
def test_what_is_no_graph_is_refused(raw):
    with pytest.raises(ValueError):
        aif.load(raw)


def test_a_view_that_is_reported_is_no_stance_of_who_reports_it():
    reporting = [n | {"text": "reporting"} if n["nodeID"] == 13 else n for n in FOREIGN["nodes"]]
    back, losses = aif.load(json.dumps(FOREIGN | {"nodes": reporting}).encode())
    assert back.coding("ben-lee").claims[0].voice == "reported" and back.coding("ben-lee").stances == ()
    assert any(n.endswith("which is no view of the author's own") for n in lost(losses))


def test_what_lies_beside_a_graph_is_named():
    raw = json.dumps(FOREIGN | {"schemefulfillments": [{"nodeID": 4}], "ova": []}).encode()
    assert "schemefulfillments" in lost(aif.load(raw)[1]) and "ova" not in lost(aif.load(raw)[1])


IAT = {
    "nodes": [
        {"nodeID": "1", "type": "I", "text": "Smoking kills"},
        {"nodeID": "2", "type": "I", "text": "The WHO says so"},
        {"nodeID": "3", "type": "RA", "text": "Default Inference", "scheme": "Argument From Expert Opinion"},
        {"nodeID": "4", "type": "L", "text": "Ann : well, The WHO says so"},
        {"nodeID": "5", "type": "YA", "text": "Arguing"},
        {"nodeID": "6", "type": "YA", "text": "Asserting"},
        {"nodeID": "7", "type": "L", "text": "Bob : is it so?"},
        {"nodeID": "8", "type": "YA", "text": "Pure Questioning"},
        {"nodeID": "9", "type": "TA", "text": "Default Transition", "timestamp": "2020"},
        {"nodeID": "10", "type": "L", "text": "Cy: The WHO says so"},
        {"nodeID": "11", "type": "YA", "text": "Asserting"},
        {"nodeID": "12", "type": "I", "text": "Nobody smokes"},
        {"nodeID": "13", "type": "L", "text": "yes"},
        {"nodeID": "14", "type": "YA", "text": "Default Illocuting"},
        {"nodeID": "15", "type": "L", "text": "Cy: granted"},
        {"nodeID": "16", "type": "YA", "text": "Conceding"},
    ],
    "edges": [
        {"edgeID": n, "fromID": str(a), "toID": str(b)}
        for n, (a, b) in enumerate([(2, 3), (3, 1), (4, 6), (6, 2), (9, 5), (5, 3), (7, 8), (8, 1), (7, 9), (9, 4), (10, 11), (11, 2), (12, 1), (13, 14), (14, 12), (15, 16), (16, 12)])
    ],
    "locutions": [{"nodeID": "4", "personID": "p1", "start": None, "source": "http://x"}, {"nodeID": "99", "personID": "p1"}],
    "participants": [{"participantID": "p1", "firstname": "Ann", "surname": None}, {"participantID": "p2", "firstname": "Zoe"}],
    "descriptorfulfillments": None,
}  # fmt: skip


def test_only_who_puts_something_forward_claims_it_and_each_who_does():
    back, losses = aif.load(json.dumps(IAT).encode())
    said = {(key, c.text, c.voice) for (_, key), coding in back.codings.items() for c in coding.claims}
    assert said == {("ann", "The WHO says so", "own"), ("cy", "The WHO says so", "own"), ("nobody-named", "Nobody smokes", "own")}  # fmt: skip
    assert [p.text for p in back.codebook.propositions] == ["Smoking kills"]
    assert [s.value for s in back.coding("ann").stances] == [2] and not back.coding("cy").stances
    assert {x.which for x in losses if "not say whose" in x.what or "voice is not said" in x.what} == {("Nobody smokes",)}  # fmt: skip
    assert {
        "YA-node 8: Pure Questioning of Bob, no claim of theirs: Smoking kills",
        "YA-node 16: Conceding of Cy, no claim of theirs: Nobody smokes",
    } <= lost(losses)


def test_schemes_words_nodes_and_edges_that_nobody_takes_are_named():
    told = lost(aif.load(json.dumps(IAT).encode())[1])
    assert {
        "RA-node 3: its scheme, Argument From Expert Opinion",
        "L-node 4: the words Ann : well, The WHO says so",
        "L-node 7: Bob : is it so?, to YA-node 8 and TA-node 9",
        "YA-node 5: Arguing, from TA-node 9, to RA-node 3",
        "TA-node 9: Default Transition, from L-node 7, to YA-node 5 and L-node 4",
        "edge 12 → 1: from I-node to I-node",
        "timestamp of 1 node", "source of 1 locution", "locution of node 99: no such L-node", "participant Zoe, who says nothing",
    } <= told  # fmt: skip
    assert not any(
        n.startswith(("RA-node 3: Def", "start", "descriptor", "edge 9", "YA-node 6", "L-node 10")) for n in told
    )


def test_what_lies_beside_the_graph_in_an_xaif_file_is_named():
    empty = {"AIF": IAT, "text": "", "dialog": False, "OVA": {"firstname": "", "nodes": []}}
    full = {"AIF": IAT, "text": "<p>" + "words " * 20 + "</p>", "dialog": True, "OVA": {"nodes": [{"x": 1}]}, "title": "A title"}  # fmt: skip
    more = lost(aif.load(json.dumps(full).encode())[1]) - lost(aif.load(json.dumps(empty).encode())[1])
    assert {"text: 127 characters", "dialog", "OVA"} <= more and not any(name.startswith("title") for name in more)


def test_an_xaif_file_that_has_a_title_gives_it_to_the_debate():
    assert aif.load(json.dumps({"AIF": IAT, "title": "A title"}).encode())[0].codebook.title == "A title"
    assert "title" in lost(aif.load(json.dumps({"AIF": IAT, "title": {"en": "A title"}}).encode())[1])


def test_a_node_or_edge_that_is_none_is_named_and_the_rest_kept():
    odd = [{"nodeID": 50}, "x", {"nodeID": 1, "type": "I", "text": "Again"}]
    back, losses = aif.load(json.dumps(IAT | {"nodes": IAT["nodes"] + odd, "edges": IAT["edges"] + [7]}).encode())
    assert len(back.coding("ann").claims) == 1
    assert "I-node 1, as another node is called: Again" in lost(losses)
    assert {n.partition(":")[0] for n in lost(losses)} >= {"node 17", "node 18", "edge 18"}


@pytest.mark.parametrize("levels", [40, 101, 5_000])
def test_what_is_nested_too_deeply_is_refused_in_words(levels):
    raw = json.dumps(FOREIGN)[:-1] + ', "more": ' + "[" * levels + "7" + "]" * levels + "}"
    if levels > 100:
        with pytest.raises(ValueError, match="nested"):
            aif.load(raw.encode())
    else:
        assert "more" in lost(aif.load(raw.encode())[1])


UNSPOKEN = {
    "nodes": [n for n in FOREIGN["nodes"] if n["type"] not in ("L", "YA")],
    "edges": [e for e in FOREIGN["edges"] if e["toID"] != 99],
    "participants": [{"participantID": 7, "firstname": "Ben", "surname": "Lee"}],
}


def test_a_graph_in_which_nobody_speaks_keeps_its_arrows_and_makes_no_stance():
    back, losses = aif.load(json.dumps(UNSPOKEN).encode())
    coding = back.coding("nobody-named")
    assert coding.stances == () and {c.id: (c.supports, c.attacks) for c in coding.claims} == {
        "a-spoon-was-found": (("the-cook-did-it",), ()), "she-had-the-key": (("the-cook-did-it",), ()),
        "the-cat-did-it": ((), ("the-cook-did-it",)), "the-cook-did-it": ((), ()),
    }  # fmt: skip
    assert {"attack: The cat did it. → The cook did it., whose author is not named", "participant Ben Lee, who says nothing"} <= lost(losses)  # fmt: skip


def test_the_title_is_named_where_it_is_lost_and_where_it_is_made_up(small):
    assert aif.load(aif.dump(small)[0])[0].codebook.title == small.codebook.title
    raw, losses = aif.dump(small, form="aif")
    assert small.codebook.title in lost(losses) - lost(aif.dump(small)[1])
    back, left = aif.load(raw)
    assert back.codebook.title == "Imported" and "title" in next(x.which for x in left if x.what == "thing made up")


def test_sources_come_back_in_their_order_and_one_without_claims_is_named(small):
    first = next(iter(small.sources))
    silent = small.codings["reference", first].model_copy(update={"claims": (), "stances": (), "thesis": ()})
    backwards = replace(small, sources=dict(reversed(small.sources.items())), codings=small.codings | {("reference", first): silent})  # fmt: skip
    raw, losses = aif.dump(backwards)
    back, left = aif.load(raw)
    labels = [s.label for key, s in backwards.sources.items() if ("reference", key) in small.codings]
    assert len(labels) > 2 and [s.label for s in back.sources.values()] == labels[:-1]
    assert first in next(x.which for x in losses if x.what == "source without a claim")
    assert f"participant {labels[-1]}, who says nothing" in lost(left)
