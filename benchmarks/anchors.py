"""The resolver against two simpler ways, on made-up texts: `python benchmarks/anchors.py`.

1,000 anchors in five made-up texts of 60,000 words together, sought in the texts as they stand and in degraded editions.
*Naive*: each edge where rapidfuzz says it fits best in the whole text.  *difflib*: each edge where the standard library's
`SequenceMatcher` finds its longest common stretch.  All three search the same folded letters.
"""

import sys
import time
from difflib import SequenceMatcher
from pathlib import Path

from rapidfuzz.fuzz import partial_ratio_alignment

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT), str(ROOT / "tests")]

from editions import everything, prose, random_anchors, right  # noqa: E402

from analysis.anchors import Resolution, folded, letters_of, resolution  # noqa: E402

TEXTS, WORDS, ANCHORS = 5, 10_000, 200  # broken at line ends, 10,000 words count for 12,000
SAMPLE = 10  # anchors per text that difflib is given
CUTOFF = 80


def placed(fold, start, end):
    """A resolution of the span of letters, as the naive ways give it."""
    if not 0 <= start < end <= len(fold.letters):
        return Resolution("not found")
    return Resolution("forgiven", int(fold.offsets[start]), int(fold.offsets[end - 1]) + 1)


def naive(anchor, fold):
    first = partial_ratio_alignment(letters_of(anchor.start), fold.letters, score_cutoff=CUTOFF)
    last = partial_ratio_alignment(letters_of(anchor.end), fold.letters, score_cutoff=CUTOFF)
    return placed(fold, first.dest_start, last.dest_end) if first and last else Resolution("not found")


def by_difflib(anchor, fold):
    spans = []
    for edge in (letters_of(anchor.start), letters_of(anchor.end)):
        matcher = SequenceMatcher(None, fold.letters, edge, autojunk=False)
        stretch = matcher.find_longest_match()
        begin = stretch.a - stretch.b
        spans.append((max(0, begin), min(len(fold.letters), begin + len(edge))))
    return placed(fold, spans[0][0], spans[1][1])


def measured(way, copies, per_text):
    """Right, wrong and tried, and the milliseconds of the search (folding left out, as all three need it)."""
    good = wrong = tried = 0
    seconds = 0.0
    for copy, fold, anchors in copies:
        for anchor, truth in anchors[:per_text]:
            begun = time.perf_counter()
            result = way(anchor, fold)
            seconds += time.perf_counter() - begun
            tried += 1
            if right(result, truth, copy):
                good += 1
            elif result.found:
                wrong += 1
    return good, wrong, tried, 1000 * seconds


def main():
    texts = [prose(WORDS, seed) for seed in range(TEXTS)]
    words = sum(len(text.split()) for text in texts)
    anchors = [
        [(anchor, letters_of(text[start:end])) for anchor, start, end in random_anchors(folded(text), ANCHORS, seed=5)]
        for text in texts
    ]
    editions = {"clean": lambda text: text, "everything, 2 %": lambda text: everything(text, 5, 0.02)}
    ways = {"resolver": (resolution, ANCHORS), "naive rapidfuzz": (naive, ANCHORS), "difflib": (by_difflib, SAMPLE)}
    total = TEXTS * ANCHORS
    print(f"{total} anchors, {words} words in {TEXTS} made-up texts; one core\n")
    print("| edition | way | anchors tried | right | wrong place | ms for all anchors | ms each |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for edition, degrade in editions.items():
        copies = []
        for text, own in zip(texts, anchors, strict=True):
            copy = degrade(text)
            fold = folded(copy)
            _ = fold.shingles  # kept with the text from its first use on
            copies.append((copy, fold, own))
        for name, (way, per_text) in ways.items():
            good, wrong, tried, ms = measured(way, copies, per_text)
            every = f"{ms * total / tried:,.0f}{' (extrapolated)' if tried < total else ''}"
            print(
                f"| {edition} | {name} | {tried} | {good / tried:.1%} | {wrong / tried:.1%} | {every} | {ms / tried:.2f} |"
            )


if __name__ == "__main__":
    main()
