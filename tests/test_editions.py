"""The resolver held to its promise: passages are found in degraded editions, and never where they do not stand."""

from pathlib import Path

import pytest
from editions import (
    everything,
    prose,
    random_anchors,
    remarked,
    reset,
    rewrapped,
    right,
    scanned,
    with_heads,
    without,
)

from analysis.anchors import folded, letters_of, resolution

TEXTS = Path(__file__).parents[2] / "shared/texts"
WINDOW = 3000  # characters kept on either side of a passage that was cut: the rest of the text changes nothing

EDITIONS = {
    "as it stands": (lambda text: text, 1),
    "rewrapped": (rewrapped, 1),
    "remarked": (remarked, 1),
    "reset": (reset, 1),
    "heads": (with_heads, 1),
    "0.5 % noise": (lambda text: scanned(text, 1, 0.005), 0.999),
    "1 % noise": (lambda text: scanned(text, 1, 0.01), 0.998),
    "2 % noise": (lambda text: scanned(text, 1, 0.02), 0.995),
    "5 % noise": (lambda text: scanned(text, 1, 0.05), 0.985),
    "everything at 2 %": (lambda text: everything(text, 1, 0.02), 0.995),
    "everything at 5 %": (lambda text: everything(text, 1, 0.05), 0.985),
}


class Corpus:
    """Some texts, and anchors of random passages in them."""

    def __init__(self, texts, count):
        self.texts = texts
        self.anchors = [random_anchors(folded(text), count // len(texts), seed=1) for text in texts]


@pytest.fixture(scope="module")
def made_up():
    return Corpus([prose(10_000, seed=1), prose(10_000, seed=2)], 900)


@pytest.fixture(scope="module")
def real():
    texts = [path.read_text(encoding="utf-8") for path in sorted(TEXTS.glob("*.txt"))]
    if not texts:
        pytest.skip("the five texts are under copyright and not part of the repository: no ../shared/texts here")
    return Corpus(texts, 200)


def hold_recall(corpus, edition):
    degrade, bound = EDITIONS[edition]
    found, wrong, tries = 0, [], 0
    for text, anchors in zip(corpus.texts, corpus.anchors, strict=True):
        copy = degrade(text)
        fold = folded(copy)
        for anchor, start, end in anchors:
            result = resolution(anchor, fold)
            tries += 1
            if right(result, letters_of(text[start:end]), copy):
                found += 1
            elif result.found:
                wrong.append((anchor.start, result))
    assert not wrong
    assert tries >= 200
    assert found >= bound * tries, f"{found} of {tries}"


def cuts(text, start, end):
    """The text around a passage, with its paragraph, its halves or its middle cut out."""
    quarter = (end - start) // 4
    paragraph = max(text.rfind("\n\n", 0, start), start - 2000, 0), end + max(0, text.find("\n\n", end) - end)
    for span in (
        (paragraph[0], min(paragraph[1], end + 2000)),
        (start, start + 2 * quarter),
        (start + 2 * quarter, end),
        (start + quarter, start + 3 * quarter),
    ):
        low, high = max(0, span[0] - WINDOW), span[1] + WINDOW
        yield without(text[low:high], span[0] - low, span[1] - low)


def false_tries(corpus):
    """Pairs of an anchor and a text in which its passage does not stand."""
    for i, anchors in enumerate(corpus.anchors):
        for j, text in enumerate(corpus.texts):
            if i != j:
                for copy in (text, everything(text, 3, 0.05)):
                    fold = folded(copy)
                    yield from ((anchor, fold) for anchor, _, _ in anchors)
        for anchor, start, end in anchors:
            for copy in cuts(corpus.texts[i], start, end):
                yield anchor, folded(copy)


def hold_safety(corpus, at_least):
    tries, false = 0, []
    for anchor, fold in false_tries(corpus):
        tries += 1
        result = resolution(anchor, fold)
        if result.found:
            false.append((anchor.start, result))
    assert tries >= at_least
    assert not false


@pytest.mark.parametrize("edition", EDITIONS)
def test_passages_are_found_in_made_up_texts(made_up, edition):
    hold_recall(made_up, edition)


def test_nothing_is_found_where_it_does_not_stand_in_made_up_texts(made_up):
    hold_safety(made_up, 5000)


@pytest.mark.parametrize("edition", EDITIONS)
def test_passages_are_found_in_the_five_texts(real, edition):
    hold_recall(real, edition)


def test_nothing_is_found_where_it_does_not_stand_in_the_five_texts(real):
    hold_safety(real, 2000)


def test_a_passage_whose_words_between_were_rewritten_is_not_found(made_up):
    text, other = made_up.texts
    for at, (anchor, start, end) in enumerate(made_up.anchors[0][:300]):
        low, high = start + len(anchor.start) + 3, end - len(anchor.end) - 3
        put = other[150 * at : 150 * at + high - low]
        copy = text[max(0, start - WINDOW) : low] + put + text[high : high + WINDOW]
        assert not resolution(anchor, folded(copy)).found, copy[start:end]
