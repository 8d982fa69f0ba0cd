"""The measures against named peers, in one run: `python benchmarks/measures.py` (takes about ten minutes).

Peers, needed for this alone: `pip install krippendorff scikit-learn`.  Every line of a table runs in a process of its own, which gives its
peak memory; the data are made before the clock starts.  Seconds are the best of up to three runs.

*Pairs*: N respondents × 30 items on a five-point scale, 10 % missing, from a tidy table whose ids are categories.
`pairwise_agreement` makes the table of all pairs, with all its counts (to 10,000: 50 million rows).  `agreement_of_each` visits every pair and keeps a row for each
respondent.  *Products*: the two float32 matrix products it cannot do
without (N × 30 for n, N × 120 for the distances), over the same blocks, results thrown away; *product of 30*: the smaller of them alone.
*NumPy loop*: each row against the rest, distances and n; over 200 rows, extrapolated.  `nan_euclidean_distances` gives one number a pair, as a matrix, to
10,000.  *One against all*: `agreement_with`, from the table; its ids once as categories and once as plain strings, which must first be looked up.
*Alpha*: 10 coders × 1,000,000 units, five values, 10 % missing.
*Robustness*: 10,000 alternatives of the shipped debate and its closest pair, on two processes.
"""

import importlib.util
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

ITEMS, MISSING, LOOP_ROWS = 30, 0.1, 200


def respondents(size):
    random = np.random.default_rng(1917)
    values = random.integers(-2, 3, (size, ITEMS)).astype("float64")
    values[random.random(values.shape) < MISSING] = np.nan
    return values


def tidy(values):
    import pandas as pd

    size = len(values)
    source = pd.Categorical.from_codes(np.repeat(np.arange(size), ITEMS), [f"r{i}" for i in range(size)])
    item = pd.Categorical.from_codes(np.tile(np.arange(ITEMS), size), [f"p{i:02}" for i in range(ITEMS)])
    return pd.DataFrame({"source": source, "proposition": item, "value": values.ravel()})


def blocks(size, width):
    from analysis.agreement.pairs import BLOCK

    wide = np.random.default_rng(1).random((size, width), dtype="float32")
    for i in range(0, size, BLOCK):
        for j in range(i, size, BLOCK):
            wide[i : i + BLOCK] @ wide[j : j + BLOCK].T


def of_each(size):
    from analysis.agreement import agreement_of_each

    stances = tidy(respondents(size))
    return lambda: agreement_of_each(stances)


def of_pairs(size):
    from analysis.agreement import pairwise_agreement

    stances = tidy(respondents(size))
    return lambda: len(pairwise_agreement(stances))


def with_one(size):
    from analysis.agreement import agreement_with

    stances = tidy(respondents(size))
    return lambda: agreement_with(stances, "r7")


def with_strings(size):
    from analysis.agreement import agreement_with

    stances = tidy(respondents(size)).astype({"source": "str", "proposition": "str"})
    return lambda: agreement_with(stances, "r7")


def products(size):
    return lambda: (blocks(size, ITEMS), blocks(size, 4 * ITEMS))


def product(size):
    return lambda: blocks(size, ITEMS)


def loop(size):
    values = respondents(size).astype("float32")

    def run():
        for i in np.linspace(0, size - 2, LOOP_ROWS).astype(int):
            distance = np.abs(values[i + 1 :] - values[i])
            n = (~np.isnan(distance)).sum(axis=1)
            1 - np.nansum(distance, axis=1) / np.where(n > 0, n, 1) / 4

    return run


def nan_euclidean(size):
    from sklearn.metrics.pairwise import nan_euclidean_distances

    values = respondents(size)
    return lambda: nan_euclidean_distances(values)


def ratings():
    random = np.random.default_rng(1917)
    truth = random.integers(1, 6, 1_000_000)
    values = np.where(random.random((10, len(truth))) < 0.7, truth, random.integers(1, 6, (10, len(truth))))
    return values, random.random(values.shape) < MISSING


def own_alpha(level):
    import pandas as pd

    from analysis.agreement import alpha

    values, missing = ratings()
    coder, unit = np.nonzero(~missing)
    table = pd.DataFrame({"unit": unit, "coder": coder, "value": values[coder, unit]})
    return lambda: alpha(table, level, interval=False).value


def peer_alpha(level):
    import krippendorff

    values, missing = ratings()
    matrix = np.where(missing, np.nan, values)
    return lambda: krippendorff.alpha(reliability_data=matrix, level_of_measurement=level)


def robust(draws):
    from analysis import BLIND, load_debate, tables
    from analysis.agreement import headlines_of, robustness

    debate = load_debate(ROOT / "data/soviet-dictatorship")
    stances, readings = tables.stances(debate), tables.readings(debate, BLIND)
    closest = headlines_of(stances, fewest=8)[0]
    return lambda: int(robustness(stances, closest, readings, draws=draws, jobs=2).n.sum())


def measured(name, argument, runs=2):
    """Seconds (best of the runs), peak memory in GB and the result, from a process of its own."""
    call = [sys.executable, __file__, "--one", name, json.dumps(argument), str(runs)]
    return json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def one(name, argument, runs):
    run = globals()[name](argument)
    seconds, result = [], None
    for _ in range(runs):
        begun = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps([min(seconds), peak, result if isinstance(result, (int, float)) else None]))


def pairs_table():
    print(f"Pairs: N respondents × {ITEMS} items, seconds (peak memory in GB)\n")
    columns = {
        "of_each": "agreement_of_each", "products": "products", "product": "product of 30", "loop": "NumPy loop",
        "of_pairs": "pairwise_agreement", "nan_euclidean": "nan_euclidean", "with_one": "one against all", "with_strings": "with string ids",
    }  # fmt: skip
    print(f"{'N':>8}" + "".join(f"{head:>20}" for head in columns.values()) + f"{'ours / products':>18}")
    for size in (1_000, 10_000, 25_000, 50_000):
        cells, found = [], {}
        for name in columns:
            if name in ("nan_euclidean", "of_pairs") and size > 10_000:
                cells.append("–")
                continue
            seconds, peak, _ = measured(
                name, size, 3 if name.startswith("with") or name in ("of_each", "products") else 1
            )
            found[name] = seconds
            shown = (
                f"≈ {seconds * size / LOOP_ROWS:,.1f}"
                if name == "loop"
                else f"{seconds * 1000:,.0f} ms"
                if seconds < 0.1
                else f"{seconds:,.2f}"
            )
            cells.append(f"{shown} ({peak:.2f})")
        print(
            f"{size:>8,}" + "".join(f"{cell:>20}" for cell in cells) + f"{found['of_each'] / found['products']:>18.2f}",
            flush=True,
        )


def alpha_table():
    print("\nAlpha: 10 coders × 1,000,000 units, seconds (peak memory in GB)\n")
    print(f"{'level':>10}{'stancebook':>18}{'krippendorff':>18}{'times as fast':>16}{'difference':>14}")
    for level in ("nominal", "ordinal", "interval", "ratio"):
        ours, theirs = measured("own_alpha", level), measured("peer_alpha", level)
        print(
            f"{level:>10}{f'{ours[0]:.2f} ({ours[1]:.2f})':>18}{f'{theirs[0]:.2f} ({theirs[1]:.2f})':>18}{theirs[0] / ours[0]:>16.1f}"
            f"{abs(ours[2] - theirs[2]):>14.1e}",
            flush=True,
        )


def rest():
    seconds, _, n = measured("robust", 4_900)
    print(f"\nRobustness: {n:,} alternatives of the shipped debate on two processes: {seconds:.1f} s")
    for what in ("analysis", "analysis.agreement"):
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {what}"], check=True, cwd=ROOT)
            times.append(time.perf_counter() - begun)
        print(f"import {what}: {min(times):.2f} s, the interpreter's own start included")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], json.loads(sys.argv[3]), int(sys.argv[4]))
    elif absent := [m for m in ("krippendorff", "sklearn") if importlib.util.find_spec(m) is None]:
        sys.exit(f"The peers are not here ({', '.join(absent)}): pip install krippendorff scikit-learn")
    else:
        pairs_table()
        alpha_table()
        rest()
