"""Standing against its peer, in one table: `python benchmarks/arguments.py` (takes about six minutes, most of it waiting for the limit).

Peer, needed for this alone: `pip install pygarg python-sat` (J.-G. Mailly's solver, which calls PySAT).  Every cell is measured in a process
of its own, which ends after a minute; graphs are made, and modules loaded, before the clock starts.  Seconds are the best of three runs, or
of one that takes longer than a second.

*Worklist*: `grounded_labels`.  *Clingo*: our programs, from numbers to sets, grounding included.  *Fixpoint*: Dung's characteristic function,
applied to all arguments until nothing changes, with sets.  *pygarg*: `extension_enumeration`, from its lists of arguments and attacks.

Grounded: 10,000 arguments.  *chain*: each attacks the next.  *random*: three targets each.  *layered*: three targets each among the hundred
next, so without a cycle.  *scale-free*: as below, three to each newcomer.  Preferred: random graphs of the kinds and sizes used in ICCMA.  *Erdős–Rényi*:
each ordered pair with probability 4 / n; with *mutual*: each unordered pair with probability 4 / n, of which so many attack each other, the others one
way or the other; *Barabási–Albert*: newcomers linked to two, those with many links first, mutual likewise.  All extensions are enumerated.
*agree*: all that finished found the same sets.
"""

import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

LIMIT, SIZE = 60, 10_000
START = 20  # seconds allowed besides, to load modules and make the graph


def chain(size, dice):
    return [[i + 1] for i in range(size - 1)] + [[]]


def uniform(size, dice):
    return [sorted(set(dice.choices(range(size), k=3))) for _ in range(size)]


def layered(size, dice):
    return [sorted({min(i + dice.randint(1, 100), size) for _ in range(3)} - {size}) for i in range(size)]


def scale_free(size, dice, links=3, mutual=0.2):
    targets, urn = [[] for _ in range(size)], list(range(links))
    for i in range(links, size):
        for j in sorted(set(dice.choices(urn, k=links))):
            attack(targets, i, j, dice, mutual)
            urn += [i, j]
    return targets


def erdos_renyi(size, dice):
    return [[j for j in range(size) if dice.random() < 4 / size] for _ in range(size)]


def erdos_renyi_mutual(size, dice, mutual=0.3):
    targets = [[] for _ in range(size)]
    for i in range(size):
        for j in range(i):
            if dice.random() < 4 / size:
                attack(targets, i, j, dice, mutual)
    return targets


def barabasi_albert(size, dice):
    return scale_free(size, dice, 2)


def barabasi_albert_tenth(size, dice):
    return scale_free(size, dice, 2, 0.1)


def attack(targets, i, j, dice, mutual):
    """i and j attack each other, or one of them the other."""
    if dice.random() < mutual:
        targets[i].append(j)
        targets[j].append(i)
    else:
        a, b = dice.sample((i, j), 2)
        targets[a].append(b)


def graph(shape, size):
    return globals()[shape](size, random.Random(1917))


def worklist(targets, semantics):
    from analysis.arguments.standing import grounded_labels

    return lambda: [[i for i, label in enumerate(grounded_labels(targets)) if label == "stands"]]


def clingo(targets, semantics):
    import clingo  # noqa: F401  loaded before the clock starts

    from analysis.arguments.standing import _models

    return lambda: list(_models(targets, semantics))


def fixpoint(targets, semantics):
    attackers = [set() for _ in targets]
    for i, attacked in enumerate(targets):
        for j in attacked:
            attackers[j].add(i)

    def run():
        members, before = set(), None
        while members != before:
            before, hit = members, {j for i in members for j in targets[i]}
            members = {i for i, those in enumerate(attackers) if those <= hit}
        return [members]

    return run


def pygarg(targets, semantics):
    from pygarg.dung import solver

    arguments = [str(i) for i in range(len(targets))]
    attacks = [[str(i), str(j)] for i, attacked in enumerate(targets) for j in attacked]
    code = {"grounded": "GR", "preferred": "PR"}[semantics]
    return lambda: [[int(i) for i in e] for e in solver.extension_enumeration(arguments, attacks, code)]


def measured(solver, shape, size, semantics):
    """Seconds, how many extensions, and a digest of them, from a process of its own; None after the limit."""
    call = [sys.executable, __file__, "--one", solver, shape, str(size), semantics]
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=LIMIT + START)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        sys.exit(f"{' '.join(call)}\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    return found if found[0] <= LIMIT else None


def one(solver, shape, size, semantics):
    run = globals()[solver](graph(shape, size), semantics)
    seconds = []
    while len(seconds) < 3 and sum(seconds) < 1:
        begun = time.perf_counter()
        found = run()
        seconds.append(time.perf_counter() - begun)
    digest = hashlib.sha256(json.dumps(sorted(sorted(e) for e in found)).encode()).hexdigest()
    print(json.dumps([min(seconds), len(found), digest]))


SOLVERS = ("worklist", "clingo", "fixpoint", "pygarg")
ROWS = [
    *(("grounded", name, shape, SIZE) for name, shape in {
        "chain": "chain", "random": "uniform", "layered": "layered", "scale-free": "scale_free"}.items()),
    *(("preferred", "Erdős–Rényi", "erdos_renyi", n) for n in (20, 50, 100, 200)),
    *(("preferred", "Erdős–Rényi, 30 % mutual", "erdos_renyi_mutual", n) for n in (20, 50, 100)),
    *(("preferred", "Barabási–Albert, 20 % mutual", "barabasi_albert", n) for n in (20, 50, 100, 200)),
    ("preferred", "Barabási–Albert, 10 % mutual", "barabasi_albert_tenth", 200),
]  # fmt: skip


def shown(found):
    if found is None:
        return f"> {LIMIT} s"
    return f"{found[0] * 1000:,.1f} ms" if found[0] < 1 else f"{found[0]:,.1f} s"


def table():
    print(f"{'':<11}{'graph':<30}{'arguments':>9}{'attacks':>9}{'extensions':>12}", end="")
    print("".join(f"{solver:>12}" for solver in SOLVERS) + f"{'agree':>7}")
    for semantics, name, shape, size in ROWS:
        # the worklist and the fixpoint know the grounded extension alone
        solvers = SOLVERS if semantics == "grounded" else ("clingo", "pygarg")
        found = {solver: measured(solver, shape, size, semantics) for solver in solvers}
        finished = [f for f in found.values() if f]
        digests = {f[2] for f in finished}
        agree = "–" if len(finished) < 2 else "yes" if len(digests) == 1 else "NO"
        count = f"{finished[0][1]:,}" if finished else "?"
        attacks = sum(map(len, graph(shape, size)))
        print(f"{semantics:<11}{name:<30}{size:>9,}{attacks:>9,}{count:>12}", end="")
        print("".join(f"{shown(found[s]) if s in found else '':>12}" for s in SOLVERS) + f"{agree:>7}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    elif absent := [m for m in ("pygarg", "pysat") if importlib.util.find_spec(m) is None]:
        sys.exit(f"The peer is not here ({', '.join(absent)}): pip install pygarg python-sat")
    else:
        table()
