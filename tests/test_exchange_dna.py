import csv
import io
from dataclasses import replace

import pytest
from attacks import attacked
from conftest import SMALL
from debates import debates, lost
from hypothesis import given, settings

from analysis.anchors import resolution
from analysis.exchange import dna
from analysis.passages import copies

TEXTS = SMALL / "texts"


def rows(raw):
    return list(csv.DictReader(io.StringIO(raw.decode(), newline=""), delimiter=";"))


def clean(words):
    return words.replace("\0", "\ufffd") if words else words


def stances(debate):
    """What an event list can carry, by words: who takes which stance, why, and the claims of his own that support it."""
    found = {}
    words = {p.id: clean(p.text) for p in debate.codebook.propositions}
    for (coder, key), coding in debate.codings.items():
        claims = {c.id: c for c in coding.claims}
        for s in coding.stances if coder == "reference" else ():
            own = [claims[c] for c in s.claims if s.value and claims[c].voice == "own" and c not in s.limits]
            if own:
                about = (s.value, s.certainty, clean(s.why), clean(s.qualification))
                found[clean(debate.sources[key].label), words[s.proposition]] = (
                    about,
                    [(c.id, clean(c.text)) for c in own],
                )
    return found


def comes_back(debate):
    raw, losses = dna.dump(debate)
    before = stances(debate)
    left = {
        f"{key}/{s.proposition}"
        for (c, key), g in debate.codings.items()
        if c == "reference"
        for s in (*g.stances, *g.silences)
    }
    labels = {clean(s.label): k for k, s in debate.sources.items()}
    ids = {clean(p.text): p.id for p in debate.codebook.propositions}
    assert left - {f"{labels[who]}/{ids[concept]}" for who, concept in before} <= lost(losses)
    if before:
        assert stances(dna.load(raw)[0]) == before


def test_the_stances_of_the_shipped_debate_come_back(shipped):
    comes_back(shipped)
    found = dna.load(dna.dump(shipped)[0])[0]
    for (coder, key), coding in found.codings.items():
        assert all(len(a.start.split()) <= 8 for c in coding.claims for a in c.anchors), (coder, key)


@settings(max_examples=80, deadline=None)
@given(debates())
def test_the_stances_of_any_debate_come_back(debate):
    comes_back(debate)


def test_attacks_are_text(small):
    comes_back(attacked(small))


def test_columns_are_those_of_dna_with_ours_among_the_variables(small):
    head = dna.dump(small)[0].decode().splitlines()[0].split(";")
    variables = head[2 : head.index("start_position")]
    assert head[:2] == ["statement_id", "time"] and variables == [
        "person",
        "organization",
        "concept",
        "agreement",
        *dna.OURS,
    ]
    assert head[len(variables) + 2 :] == ["start_position", "stop_position", "text", "coder", *dna.DOCUMENT]


def test_quotations_are_unaltered_and_only_there_if_asked_for(small):
    bare = rows(dna.dump(small)[0])
    assert {r["start_position"] for r in bare} == {""} and all(" … " in r["text"] for r in bare)
    raw, losses = dna.dump(small, texts=TEXTS)
    assert any("THE FILE HOLDS PARTS OF THE TEXTS" in x.what for x in losses)
    texts = copies(small, TEXTS)
    whole = rows(raw)
    assert len(whole) == len(bare) == 9
    for row in whole:
        claim = next(c for c in small.coding(row["document_notes"]).claims if c.id == row["claim"])
        found = resolution(claim.anchors[0], texts[row["document_notes"]])
        assert row["text"] == texts[row["document_notes"]].text[found.start : found.end]
        assert (int(row["start_position"]), int(row["stop_position"])) == (found.start, found.end)


def test_marks_that_dna_rewrites_stay(small, tmp_path):
    text = 'It was the cook who came down; "so they say", and = then to empty the pot that night'
    (tmp_path / "ash-2001.txt").write_text(text)
    assert text in {r["text"] for r in rows(dna.dump(small, texts=tmp_path)[0])}


def test_no_cell_is_a_formula(small):
    claim = small.coding("ash-2001").claims[0].model_copy(update={"text": "=1+1"})
    coding = small.coding("ash-2001").model_copy(update={"claims": (claim, *small.coding("ash-2001").claims[1:])})
    debate = type(small)(small.path, small.codebook, small.sources, small.coders, small.codings | {("reference", "ash-2001"): coding}, "")  # fmt: skip
    raw, losses = dna.dump(debate)
    assert "'=1+1" in {r["paraphrase"] for r in rows(raw)} and "statement 1: paraphrase" in lost(losses)
    assert dna.load(raw)[0].coding("ash-2001").claims[0].text == "=1+1"


FOREIGN = """statement_id;time;person;organization;concept;agreement;start_position;stop_position;text;coder;document_title
1;2020-01-01 00:00:00;Ann;EPA;Carbon tax;1;3;90;"one two three four five six seven eight nine, ten";Me;News
2;2020-01-02 00:00:00;Ann;EPA;Carbon tax;1;3;90;"another; passage of that person here";Me;News
3;2020-01-02 00:00:00;Ben;EPA;Carbon tax;0;3;90;he is against it all;Me;News
4;2020-01-02 00:00:00;Ben;EPA;Carbon tax;1;3;90;and now for it again;Me;News
5;2020-01-02 00:00:00;;EPA;Carbon tax;1;3;90;nobody;Me;News
"""


def test_a_statement_of_an_undated_source_has_no_time(small):
    ash = small.sources["ash-2001"].model_copy(update={"issued": None})
    raw, losses = dna.dump(replace(small, sources=small.sources | {"ash-2001": ash}))
    times = {r["document_notes"]: r["time"] for r in rows(raw)}
    assert times["ash-2001"] == "" and times["birch-2005"] == "2005-01-01 00:00:00"
    assert {x.what: x.which for x in losses}["time of a statement"] == ("Ash 2001",)


def test_the_title_is_said_to_be_lost_and_windows_1252_to_be_read(small):
    assert {x.what: x.which for x in dna.dump(small)[1]}["title of the debate"] == ("Who ate the jam?",)
    back, losses = dna.load(FOREIGN.replace("Ann", "Änne").encode("cp1252"))
    assert back.sources["anne"].label == "Änne"
    found = {x.what: x.which for x in losses}
    assert found["file in another encoding"] == ("the event list",)
    assert found["title of the debate"] == ("Imported event list",)


def test_an_event_list_of_dna_is_read():
    back, losses = dna.load(FOREIGN.encode())
    assert [p.text for p in back.codebook.propositions] == ["Carbon tax"]
    ann, ben = back.coding("ann"), back.coding("ben")
    assert [(s.value, s.certainty, len(s.claims)) for s in ann.stances] == [(2, "not-stated", 2)]
    assert ann.claims[0].anchors[0].start == "one two three four five"
    told = lost(losses)
    assert ben.stances == () and "stance: ben argues for and against carbon-tax" in told
    assert {"column organization", "column document_title", "line 6: without concept or person"} <= told


def changed(raw, **cells):
    """The list with these cells in the rows of these numbers: {"value": {1: "5"}}."""
    some = rows(raw)
    for column, new in cells.items():
        for n, words in new.items():
            some[n - 1][column] = words
    out = io.StringIO()
    table = csv.DictWriter(out, some[0], delimiter=";")
    table.writeheader()
    table.writerows(some)
    return out.getvalue().encode()


def on_cook(debate):
    """What Ash says of the cook, in which he agrees twice (lines 2 and 3): value, certainty and how many claims."""
    return [(s.value, s.certainty, len(s.claims)) for s in debate.coding("ash-2001").stances if s.proposition == "the-cook-ate-the-jam"]  # fmt: skip


def test_where_value_and_agreement_differ_the_agreement_counts_and_that_is_said(small):
    raw = dna.dump(small)[0]
    assert [r["person"] for r in rows(raw)[:2]] == ["Ash 2001"] * 2 and on_cook(dna.load(raw)[0]) == [(2, 3, 2)]
    for new, value, told in (
        ({"agreement": {1: "0", 2: "0"}}, [(-2, "not-stated", 2)], {"line 2: value 2, agreement 0", "line 3: value 2, agreement 0"}),
        ({"value": {1: "5", 2: "5"}}, [(2, "not-stated", 2)], {"line 2: value 5, agreement 1", "line 3: value 5, agreement 1"}),
        ({"value": {1: "-2"}}, [(2, 3, 2)], {"line 2: value -2, agreement 1"}),
        ({"value": {1: "", 2: "0"}}, [(2, "not-stated", 2)], {"line 2: value , agreement 1", "line 3: value 0, agreement 1"}),
        ({"value": {2: "1"}}, [(2, 3, 2)], {"line 3: value, certainty, why and limit: they are not those of line 2"}),
        ({"agreement": {2: "0"}}, [], {"line 2: value 2, agreement 1", "stance: ash-2001 argues for and against the-cook-ate-the-jam"}),
        ({"claim": {2: "cook-guilty"}}, [(2, 3, 1)], {"line 3: another paraphrase of Ash 2001/cook-guilty"}),
    ):  # fmt: skip
        back, losses = dna.load(changed(raw, **new))
        assert on_cook(back) == value and told <= lost(losses), new


def test_a_value_of_somebody_else_is_a_column_that_is_not_read():
    raw = b"person;concept;agreement;text;value\nAnn;Carbon tax;0;she is against it all;5\n"
    back, losses = dna.load(raw)
    assert [s.value for s in back.coding("ann").stances] == [-2] and "column value" in lost(losses)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"concept;agreement\n", "no column text"),
        (b"concept;agreement;text\na;1;b\n", "no column person or organization"),
        (b"person;concept;agreement;text\nx;a;maybe;b\n", "line 2: the agreement 'maybe' is neither"),
    ],
)
def test_what_is_no_event_list_is_refused(raw, words):
    with pytest.raises(ValueError, match=words):
        dna.load(raw)
