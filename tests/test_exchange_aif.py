import json
from collections import Counter

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
    assert not [x for x in left if x.what in ("part of the file", "part that a debate has no place for")]
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
    assert {"MA-node 8: Default Rephrase", "RA-node 4: that its 2 premises go together", "CA-node 7: RA-node 4 at its end", "edge 2 → 99: to no node"} <= lost(losses)  # fmt: skip


@pytest.mark.parametrize("raw", [b'{"nodes": [], "edges": []}', b'{"nodes": "x", "edges": []}', b'{"AIF": 3}', b'{"nodes": [{"nodeID": {}}], "edges": []}'])  # fmt: skip
def test_what_is_no_graph_is_refused(raw):
    with pytest.raises(ValueError):
        aif.load(raw)


def test_a_view_that_is_reported_is_no_stance_of_who_reports_it():
    reporting = [n | {"text": "Reporting"} if n["nodeID"] == 13 else n for n in FOREIGN["nodes"]]
    back, losses = aif.load(json.dumps(FOREIGN | {"nodes": reporting}).encode())
    assert back.coding("ben-lee").claims[0].voice == "reported" and back.coding("ben-lee").stances == ()
    assert any(n.endswith("which is no view of the author's own") for n in lost(losses))


def test_what_lies_beside_a_graph_is_named():
    raw = json.dumps(FOREIGN | {"schemefulfillments": [{"nodeID": 4}], "ova": []}).encode()
    assert "schemefulfillments" in lost(aif.load(raw)[1]) and "ova" not in lost(aif.load(raw)[1])
