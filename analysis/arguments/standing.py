"""Standing: which claims hold out against the attacks on them, under the semantics of P. M. Dung.

A map of claims that support and attack each other is translated into attacks alone (`attacks`), in one of three ways;
then sets of claims that can be held together are sought (`extensions`), and each claim is told whether it stands.
This says what follows from the attacks somebody coded; it does not say who is right.

Semantics: P. M. Dung, On the acceptability of arguments …, Artificial Intelligence 77 (1995) 321–357.  A set of claims
is *admissible* if none of them attacks another and each attacker of theirs is attacked by one of them (Def. 6); *complete*
if it also contains every claim it so defends (Def. 23); *preferred* if it is a largest admissible set (Def. 7); *stable* if it
attacks every claim outside (Def. 13; there may be none); *grounded* if it is the smallest complete set (Def. 20, Th. 25).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

if TYPE_CHECKING:
    import networkx as nx

Semantics = Literal["grounded", "complete", "preferred", "stable"]
Support = Literal["general", "deductive", "necessary", "ignored"]
Pair = tuple[str, str]
COLUMNS = ["claim", "source", "standing", "in_extensions", "of"]
# relation → the kind of node it points to; all start from claims
RELATIONS = {"supports": "claim", "attacks": "claim", "affirms": "proposition", "rejects": "proposition"}


def attacks(graph: nx.MultiDiGraph, support: Support = "necessary") -> nx.DiGraph:
    """The claims and every attack among them, with support translated into attacks.

    `graph`: nodes of `kind` "claim" (if none is given) or "proposition", edges of `relation` supports, attacks (claim → claim),
    affirms or rejects (claim → proposition).  A claim that affirms a proposition and one that rejects it attack each other, unless
    they share a `source`: an author's own two-sidedness is no attack.  Only claims become nodes, with their attributes, in the order of the graph.
    Raises ValueError for an unknown translation, and with every edge or node of a kind not named here.

    Translations (→ a direct attack, ⇒ a chain of one or more supports):

    - "general": a ⇒ x → c gives a → c (supported), a → x ⇒ c gives a → c (indirect, later called secondary): C. Cayrol and
      M.-C. Lagasquie-Schiex, ECSQARU 2005, Def. 3.  Support means no more than help, so one attacked supporter is enough to bring what
      it supports into question, however many others there are.  The name is ours.
    - "deductive": to hold a is to hold what it supports.  a ⇒ x → c gives a → c (supported), a → x and c ⇒ x give a → c (mediated):
      G. Boella et al., Support in abstract argumentation, COMMA 2010; repeated until nothing new comes, as in Def. 4–6 (d-attacks) of
      Cayrol and Lagasquie-Schiex, SUM 2015, so that a ⇒ x → y and c ⇒ y also give a → c (super-mediated).
    - "necessary": to hold a claim is to hold all that support it.  a → x ⇒ c gives a → c, x → c and x ⇒ a give a → c (extended attacks):
      F. Nouioua and V. Risch, ICTAI 2010 and SUM 2011; repeated likewise.  It is the deductive translation with every support turned round
      (the duality of Cayrol and Lagasquie-Schiex, Int. J. Approximate Reasoning 54, 2013).
    - "ignored": the direct attacks alone.

    They part where two conclusions deny each other and each has a reason nobody attacks.  General: each reason attacks the other's
    conclusion, so both reasons stand and both conclusions fall.  Deductive: two positions, each conclusion with its reason.  Necessary:
    both reasons stand, the conclusions are open.

    A claim may come to attack itself, if it supports what attacks it; then no extension holds it.
    """
    import networkx as nx

    _one_of(support, "translation of support", get_args(Support))
    direct, supports = _relations(graph)
    framework = nx.DiGraph()
    framework.add_nodes_from((n, kept) for n, kept in graph.nodes(data=True) if _kind(graph, n) == "claim")
    framework.add_edges_from(_translated(direct, supports, support))
    return framework


def _one_of(given: str, what: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f'no {what} "{given}"; use one of: {", ".join(known)}')


def _kind(graph: nx.MultiDiGraph, node: str) -> str:
    return str(graph.nodes[node].get("kind") or "claim")


def _relations(graph: nx.MultiDiGraph) -> tuple[list[Pair], list[Pair]]:
    """The direct attacks, rebuttals among them, and the supports; each once."""
    edges: dict[str, dict[Pair, None]] = {relation: {} for relation in RELATIONS}
    problems = [
        f'{node!r}: no kind of node "{_kind(graph, node)}"; use claim or proposition'
        for node in graph
        if _kind(graph, node) not in RELATIONS.values()
    ]
    for a, b, relation in graph.edges(data="relation"):
        if relation not in edges:
            problems.append(f'{a!r} → {b!r}: no relation "{relation}"; use one of: {", ".join(edges)}')
        elif _kind(graph, a) != "claim" or _kind(graph, b) != RELATIONS[relation]:
            problems.append(
                f"{a!r} → {b!r}: {relation} leads from a claim to a {RELATIONS[relation]}, not from a {_kind(graph, a)} to a {_kind(graph, b)}"
            )
        else:
            edges[relation][a, b] = None
    if problems:
        raise ValueError("\n".join(problems))
    rebuttals = _rebuttals(graph, edges["affirms"], edges["rejects"])
    return list(dict.fromkeys([*edges["attacks"], *rebuttals])), list(edges["supports"])


def _rebuttals(graph: nx.MultiDiGraph, affirms: Iterable[Pair], rejects: Iterable[Pair]) -> Iterator[Pair]:
    source = graph.nodes(data="source")
    against = _neighbours((p, claim) for claim, p in rejects)
    for a, p in affirms:
        for b in against.get(p, ()):
            # two claims without a source are not known to share one
            if a != b and (source[a] is None or source[a] != source[b]):
                yield a, b
                yield b, a


def _translated(direct: Iterable[Pair], supports: list[Pair], support: Support) -> Iterator[Pair]:
    """Each attack once for each way it comes about: from whatever stands in for the attacker, to whatever for the attacked."""
    supported, supporting = _reach(supports), _reach((b, a) for a, b in supports)
    ways: dict[Support, list[tuple[Reach, Reach]]] = {
        "ignored": [(_itself, _itself)],
        "general": [(supporting, _itself), (_itself, supported)],
        "deductive": [(supporting, supporting)],
        "necessary": [(supported, supported)],
    }
    for a, b in direct:
        for attackers, attacked in ways[support]:
            yield from product(attackers(a), attacked(b))


Reach = Callable[[str], tuple[str, ...]]


def _itself(node: str) -> tuple[str, ...]:
    return (node,)


def _neighbours(edges: Iterable[Pair]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for a, b in edges:
        found.setdefault(a, []).append(b)
    return found


def _reach(edges: Iterable[Pair]) -> Reach:
    """A function from a node to itself and all that the edges lead to from there; cycles do no harm."""
    neighbours, known = _neighbours(edges), dict[str, tuple[str, ...]]()

    def reached(node: str) -> tuple[str, ...]:
        if node not in known:
            seen, found = {node}, [node]
            for each in found:  # grows while it is read
                new = [n for n in neighbours.get(each, ()) if n not in seen]
                seen.update(new)
                found.extend(new)
            known[node] = tuple(found)
        return known[node]

    return reached


def grounded(graph: nx.MultiDiGraph, support: Support = "necessary") -> dict[str, str]:
    """Each claim's standing in the grounded extension: "stands" (in it), "falls" (attacked by it) or "undecided".

    For the graph, the translations and the errors see `attacks`.
    """
    framework = attacks(graph, support)
    return dict(zip(framework, grounded_labels(_targets(framework)), strict=True))


def _targets(framework: nx.DiGraph) -> list[list[int]]:
    """For each claim, by its place in the framework, the places of the claims it attacks."""
    place = {claim: i for i, claim in enumerate(framework)}
    return [[place[b] for b in attacked] for _, attacked in framework.adjacency()]


def grounded_labels(targets: Sequence[Sequence[int]]) -> list[str]:
    """`grounded` on bare numbers: `targets[i]` are the arguments that i attacks.

    Every attack is looked at twice at most: once to count the attackers of each argument, once when its attacker falls.
    """
    labels = ["undecided"] * len(targets)
    attackers = [0] * len(targets)  # that have not fallen
    for attacked in targets:
        for j in attacked:
            attackers[j] += 1
    standing = [i for i, n in enumerate(attackers) if not n]
    for i in standing:  # grows while it is read
        labels[i] = "stands"
        for j in targets[i]:
            if labels[j] == "falls":
                continue
            labels[j] = "falls"
            for k in targets[j]:
                attackers[k] -= 1
                if not attackers[k]:
                    standing.append(k)
    return labels


# Answer set programs over argument/1 and attack/2.  They get numbers, never names, so no name can be read as a rule.
_ATTACKED = """
    #defined argument/1.  #defined attack/2.  #show in/1.
    out(X) :- in(Y), attack(Y, X).
"""
_CONFLICT_FREE = """
    { in(X) : argument(X) }.
    :- in(X), out(X).
"""
_COMPLETE = """
    :- in(X), attack(Y, X), not out(Y).                % a member is attacked, and nothing answers the attacker
    :- argument(X), not in(X), out(Y) : attack(Y, X).  % every attacker of X is answered, so X must be a member
"""
_LEAST = """
    in(X) :- argument(X), out(Y) : attack(Y, X).       % no choice: the least model is the least fixed point of Def. 20
"""
_LARGEST = """
    #heuristic in(X) : argument(X). [1, true]          % see OPTIONS
"""
_STABLE = """
    :- argument(X), not in(X), not out(X).
"""
PROGRAMS: dict[Semantics, str] = {
    "grounded": _ATTACKED + _LEAST,
    "complete": _ATTACKED + _CONFLICT_FREE + _COMPLETE,
    "preferred": _ATTACKED + _CONFLICT_FREE + _COMPLETE + _LARGEST,  # the largest complete sets: Th. 25
    "stable": _ATTACKED + _CONFLICT_FREE + _STABLE,
}
# Whenever the solver may choose, it chooses to add a member, so what it finds first cannot be enlarged; domRec then rules out
# all subsets of what was found.
OPTIONS: dict[Semantics, list[str]] = {"preferred": ["--heuristic=Domain", "--enum-mode=domRec"]}


class Extensions(Iterator[frozenset[str]]):
    """The extensions one by one, each a set of claims, found as they are asked for.

    `complete`: None while more may come, True when all were found, False when the limit stopped it.  `framework`: the attacks.
    """

    def __init__(self, framework: nx.DiGraph, semantics: Semantics, limit: int) -> None:
        self.framework, self.semantics, self.limit = framework, semantics, limit
        self.complete: bool | None = None
        self._found = self._search(list(framework), _targets(framework))

    def __next__(self) -> frozenset[str]:
        return next(self._found)

    def _search(self, claims: list[str], targets: list[list[int]]) -> Iterator[frozenset[str]]:
        for n, members in enumerate(_models(targets, self.semantics)):
            if n == self.limit:
                self.complete = False
                warnings.warn(
                    f"there are more {self.semantics} extensions than the limit of {self.limit}; the rest were not sought",
                    stacklevel=3,
                )
                return
            yield frozenset(claims[i] for i in members)
        self.complete = True


def _models(targets: list[list[int]], semantics: Semantics) -> Iterator[list[int]]:
    import clingo

    facts = [f"argument({i})." for i in range(len(targets))]
    facts += [f"attack({i}, {j})." for i, attacked in enumerate(targets) for j in attacked]
    # its remarks are about the program (that there is nothing to choose, say), not about the reader's graph; errors are raised
    control = clingo.Control(["--models=0", *OPTIONS.get(semantics, [])], logger=lambda code, text: None)
    control.add("base", [], PROGRAMS[semantics] + "\n".join(facts))
    control.ground([("base", [])])
    with control.solve(yield_=True, async_=True) as search:
        while True:
            search.resume()
            while not search.wait(0.1):  # in turns, so that a reader can interrupt a long search
                pass
            model = search.model()
            if model is None:
                return
            yield [member.arguments[0].number for member in model.symbols(shown=True)]


def extensions(
    graph: nx.MultiDiGraph, semantics: Semantics, support: Support = "necessary", limit: int = 1000
) -> Extensions:
    """The sets of claims that can be held together, one by one: an iterator of frozensets, the same order for the same graph.

    After `limit` of them it warns and stops, and its attribute `complete` is False; see `Extensions`.  A graph without claims has one
    extension, the empty set; stable extensions there may be none.  For the graph and the translations see `attacks`, for the semantics
    the head of this module.  Raises ValueError for an unknown semantics or translation, a limit below 1, and as `attacks`.
    """
    _one_of(semantics, "semantics", get_args(Semantics))
    if limit < 1:
        raise ValueError(f"the limit must be at least 1; this is {limit}")
    return Extensions(attacks(graph, support), semantics, limit)


def standing(
    graph: nx.MultiDiGraph, semantics: Semantics = "grounded", support: Support = "necessary", limit: int = 1000
) -> pd.DataFrame:
    """Whether each claim stands: a row a claim, in the order of the graph.

    Columns: `claim`; its `source` (missing if it has none); `standing`: "stands" (in every extension), "falls" (attacked by every
    extension), "open" (neither) or "no extension" (there is none, as may happen with stable ones); `in_extensions` `of` so many.

    If the limit stops the search, a warning says so, `of` counts the extensions seen, and "stands" and "falls" are said only of the claims
    that the grounded extension settles, since it is part of all others (Dung, Th. 25): the rest are open.  Errors as `extensions`.
    """
    found = extensions(graph, semantics, support, limit)
    framework = found.framework
    settled = dict(zip(framework, grounded_labels(_targets(framework)), strict=True))
    least = frozenset(c for c in framework if settled[c] == "stands")
    seen = [least] if semantics == "grounded" else list(found)
    held = Counter(c for extension in seen for c in extension)
    beaten = Counter(c for extension in seen for c in {b for a in extension for b in framework[a]})

    def word(claim: str) -> str:
        if not seen:
            return "no extension"
        if found.complete is False:
            return settled[claim].replace("undecided", "open")
        return "stands" if held[claim] == len(seen) else "falls" if beaten[claim] == len(seen) else "open"

    rows = [(c, source, word(c), held[c], len(seen)) for c, source in framework.nodes(data="source")]
    return pd.DataFrame(rows, columns=COLUMNS)
