from conftest import SMALL
from hypothesis import given
from hypothesis import strategies as st

from analysis.anchors import folded, letters_of, lint, resolution
from analysis.schemas import Anchor

ASH = (SMALL / "texts/ash-2001.txt").read_text(encoding="utf-8")


def found(start, end, text=ASH, **more):
    result = resolution(Anchor(start=start, end=end, **more), folded(text))
    return text[result.start : result.end] if result.status == "found" else result.status


def test_a_passage_is_found_through_hyphens_notes_and_quotation_marks():
    assert (
        found("The household holds that", "could have done it.").replace("-\n", "")
        == "The household holds that only the cat could have done it"
    )
    assert (
        found("A spoon, still 'sticky'", 'pocket of her "apron"')
        == "A spoon, still “sticky”, lay in the\npocket of her apron"
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


def test_an_absent_passage_is_missing():
    assert found("A fork still sticky", "pocket of her apron") == "missing"
    assert found("A spoon still sticky", "pocket of his apron") == "missing"
    assert found("pocket of her apron", "A spoon still sticky") == "missing"


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
    assert resolution(opening, folded(ASH)).status == "found"
    assert resolution(opening, folded(ASH, begins="The Jam Question")).status == "missing"


def test_lint_names_edges_that_are_too_long_or_too_short():
    assert lint(Anchor(start="four longer words will do", end="these four will also do")) == []
    problems = [p for p, _ in lint(Anchor(start="one two three four five six seven eight nine", end="too short"))]
    assert problems == ["start has 9 words", "end is too short to be unique"]


@given(st.text(alphabet="abc dé-\n’“1&;ﬁß", max_size=60))
def test_every_letter_keeps_its_place(text):
    fold = folded(text)
    assert len(fold.letters) == len(fold.offsets)
    assert list(fold.offsets) == sorted(fold.offsets)
    assert fold.letters == letters_of(text)
