import pytest
from conftest import SMALL
from editions import prose
from hypothesis import given
from hypothesis import strategies as st

from analysis.anchors import (
    MIN_HIDDEN,
    folded,
    letters_of,
    lint,
    overprinted,
    resolution,
    sealed,
    shortest_anchor,
    words_between,
)
from analysis.schemas import Anchor

ASH = (SMALL / "texts/ash-2001.txt").read_text(encoding="utf-8")


def found(start, end, text=ASH, **more):
    result = resolution(Anchor(start=start, end=end, **more), folded(text))
    return text[result.start : result.end] if result.found else result.status


def test_a_passage_is_found_through_hyphens_notes_and_quotation_marks():
    assert (
        found("The household holds that", "could have done it.").replace("-\n", "")
        == "The household holds that nobody in the whole street, and only the cat could have done it"
    )
    assert (
        found("A spoon, still 'sticky'", 'pocket of her "apron"')
        == "A spoon, still “sticky” to the touch of anyone, lay in the\npocket of her apron"
    )
    assert (
        found("it was the cat and nobody", "x", "It  was the “cat”1 — and\nno-\nbody; x.")
        == "It  was the “cat”1 — and\nno-\nbody; x"
    )


def test_entities_and_accents_are_folded():
    assert letters_of("Kras&#x27;nyï  PÚT-\nilovets ﬁ") == "krasnyiputilovetsfi"
    assert (
        found("the workers of the mill", "did not go home", "The workers&#x27; of the mill … did not go h&ouml;me.")
        == "The workers&#x27; of the mill … did not go h&ouml;me"
    )


def test_an_absent_passage_is_not_found():
    assert found("A fork still sticky", "pocket of her apron") == "not found"
    assert found("A spoon still sticky", "pocket of his apron") == "not found"
    assert found("pocket of her apron", "A spoon still sticky") == "not found"


def test_a_passage_that_occurs_twice_is_ambiguous_unless_its_surroundings_differ():
    twice = "One: the cat sat on the mat and purred. Two: the cat sat on the mat and purred. "
    assert found("the cat sat", "mat and purred", twice) == "ambiguous"
    assert found("the cat sat", "mat and purred", twice, prefix="Two:") == "the cat sat on the mat and purred"
    assert found("the cat sat", "mat and purred", twice, suffix="Two") == "the cat sat on the mat and purred"


def test_a_passage_of_pages_is_not_believed():
    assert (
        found("the cat sat", "mat and purred", "the cat sat " + "and sat " * 2000 + "on the mat and purred")
        == "too long"
    )


def test_matter_before_the_text_is_left_out():
    opening = Anchor(start="Some other author's last page", end="which is not by Ash")
    assert resolution(opening, folded(ASH)).status == "exact"
    assert resolution(opening, folded(ASH, begins="The Jam Question")).status == "not found"


def test_lint_names_edges_that_are_too_long_or_too_short():
    assert lint(Anchor(start="four longer words will do", end="these four will also do")) == []
    problems = [p for p, _ in lint(Anchor(start="one two three four five six seven eight nine", end="too short"))]
    assert problems == ["start has 9 words", "end is too short (2 words, 8 letters)"]


def test_an_edge_of_enough_words_but_too_few_letters_is_too_short_and_its_letters_are_said():
    [(problem, cure)] = lint(Anchor(start="four longer words will do", end="it is up to us"))
    assert problem == "end is too short (5 words, 10 letters)"
    assert cure.startswith("use 4 to 8 words and at least 16 letters")


def test_words_are_counted_by_the_parts_of_compounds_and_not_by_apostrophes():
    assert lint(Anchor(start="the cook’s two-handled pot", end="well-to-do nobody's fool, or")) == []
    [(problem, _)] = lint(Anchor(start="an all-too-easy-to-miss, never-mended pot", end="these four will also do"))
    assert problem == "start has 9 words"


def test_the_words_that_the_edges_do_not_print_are_counted():
    text = folded("The old cook came well-\nto-do, with her sister's sticky spoon, down the stairs to empty it.")
    assert words_between(Anchor(start="the old cook came", end="stairs to empty it"), text) == 9
    assert words_between(Anchor(start="the old cook came", end="came well-to-do"), text) == 0
    assert words_between(Anchor(start="the old cat came", end="stairs to empty it"), text) is None


LEAST = "The gardener counted eleven broken jars, swept the pantry twice and wrote home."


def test_the_shortest_passage_that_a_check_accepts_makes_an_anchor_and_the_next_shorter_fails_both():
    text = folded(LEAST)
    anchor = shortest_anchor(0, len(LEAST), text)
    assert (anchor.start, anchor.end) == ("The gardener counted eleven", "twice and wrote home.")
    assert lint(anchor) == [] and overprinted(anchor, text) is None and resolution(anchor, text).status == "exact"

    shorter = LEAST.replace("broken ", "")
    text = folded(shorter)
    problem, cure = overprinted(Anchor(start=anchor.start, end=anchor.end), text)
    assert problem == "the two ends print all but 4 of the passage's 12 words"
    assert cure.startswith("take a longer passage, of at least 13 words: 4 at each end, and 5 between")
    with pytest.raises(ValueError, match=f"^the passage has 12 words; {cure}$"):
        shortest_anchor(0, len(shorter), text)


def test_ends_that_print_all_of_a_passage_are_to_be_shortened_if_it_is_long_enough():
    anchor = Anchor(start="The gardener counted eleven broken jars, swept", end="the pantry twice and wrote home")
    problem, cure = overprinted(anchor, folded(LEAST))
    assert problem == "the two ends print all of the passage's 13 words"
    assert cure == "shorten them to 8 words together, or take a passage of at least 18 words, so that 5 stay unprinted"
    assert overprinted(Anchor(start="no such words stand", end="anywhere in this text"), folded(LEAST)) is None


def test_two_numbers_in_a_short_passage_make_no_reference_and_a_passage_of_numbers_can_be_anchored_by_hand():
    two = LEAST.replace("eleven", "11 cracked").replace("twice", "26 times")
    assert shortest_anchor(0, len(two), folded(two)).end == "times and wrote home."
    many = LEAST.replace("broken", "19 and 21 and 33 broken")
    with pytest.raises(ValueError, match=r"reads like a reference.*or write its ends into the coding file by hand"):
        shortest_anchor(0, len(many), folded(many))
    by_hand = Anchor(start="The gardener counted eleven", end="twice and wrote home")
    assert resolution(by_hand, folded(many)).found and not lint(by_hand) and not overprinted(by_hand, folded(many))


TEXT = prose(3000, seed=3)
FOLD = folded(TEXT)


def passage(words):
    start = TEXT.index("\n\n", 4000) + 2
    taken = TEXT[start:].split()[:words]
    return start, TEXT.index(taken[-1], start + sum(map(len, taken[:-1])) + len(taken) - 1) + len(taken[-1])


def test_the_shortest_anchor_is_sealed_and_leads_back():
    start, end = passage(40)
    anchor = shortest_anchor(start, end, FOLD)
    assert lint(anchor) == []
    assert sealed(anchor, FOLD) == anchor
    found = resolution(anchor, FOLD)
    assert found.status == "exact"
    assert letters_of(TEXT[found.start : found.end]) == letters_of(TEXT[start:end])
    hidden = words_between(anchor, FOLD)
    assert hidden is not None
    assert hidden >= MIN_HIDDEN


def test_a_passage_that_is_short_repeated_or_a_reference_is_refused():
    with pytest.raises(ValueError, match="the passage has 8 words; take a longer"):
        shortest_anchor(*passage(8), FOLD)
    with pytest.raises(ValueError, match="letters; choose one of 4000 at most"):
        shortest_anchor(*passage(900), FOLD)
    start, end = passage(40)
    with pytest.raises(ValueError, match="stand elsewhere"):
        shortest_anchor(start, end, folded(TEXT + TEXT[start:end]))
    note = "Weaver, Collected Papers, vol. 3, pp. 12-18, 44; Cooper, Letters to a Miller, 1921, no. 7, pp. 3, 9, 27; the same author’s Journey to the South, vol. 2, p. 400, and Accounts, pp. 6-8."
    with pytest.raises(ValueError, match="reference"):
        shortest_anchor(0, len(note), folded(note))
    again = folded(
        f"{LEAST} Before that the gardener counted eleven cups."
    )  # so six words are needed to tell its beginning
    least = (
        "has 13 words, of which its ends must print 10; take a passage of at least 15 words, so that 5 stay unprinted"
    )
    with pytest.raises(ValueError, match=least):
        shortest_anchor(0, len(LEAST), again)


def test_a_sealed_anchor_leads_nowhere_if_other_words_stand_between_its_edges():
    start, end = passage(40)
    anchor = shortest_anchor(start, end, FOLD)
    low, high = start + len(anchor.start) + 2, end - len(anchor.end) - 2
    other = TEXT[:low] + prose(500, seed=4)[: high - low] + TEXT[high:]
    assert resolution(anchor, folded(other)).status == "different text"
    assert resolution(anchor, folded(TEXT[:low] + TEXT[high:])).status == "different text"
    assert resolution(anchor, folded(TEXT + "\n" + TEXT[start:end])).status == "ambiguous"
    assert resolution(anchor, folded(TEXT[:start] + TEXT[end:])).status == "not found"


@given(st.text(alphabet="abc dé-\n’“1&;ﬁß", max_size=60))
def test_every_letter_keeps_its_place(text):
    fold = folded(text)
    assert len(fold.letters) == len(fold.offsets)
    assert list(fold.offsets) == sorted(fold.offsets)
    assert fold.letters == letters_of(text)
