"""What the shipped debate promises of itself."""

import json
import re

import pytest
from conftest import ROOT, SHIPPED

from analysis import agreement, tables
from analysis.debate import check_debate, load_debate
from analysis.presets import PRESETS

FEWEST_CLAIMS = {"kokosalakis-2021": 50}


def test_the_codebook_has_the_promised_size(shipped):
    book = shipped.codebook
    assert [q.id for q in book.questions][:3] == ["cause", "cell", "agency"]
    assert 10 <= len(book.questions) <= 14
    assert 45 <= len(book.propositions) <= 60
    assert 15 <= sum(p.core for p in book.propositions) <= 18


def test_at_least_two_texts_speak_to_each_proposition(shipped):
    spoken = tables.stances(shipped).query("status == 'stance'").groupby("proposition").size()
    assert (spoken.reindex(tables.propositions(shipped).proposition).fillna(0) >= 2).all()


def test_a_quarter_of_the_propositions_is_rejected_by_most_of_the_five(shipped):
    rejecting = tables.stances(shipped).query("value < 0").groupby("proposition").size()
    assert (rejecting >= 3).sum() >= len(shipped.codebook.propositions) / 4


@pytest.mark.parametrize("source", ["kokosalakis-2021", "harrison-1979", "gusev-2008", "harris-2017", "fitz-2018"])
def test_each_coding_has_the_promised_substance(shipped, source):
    coding = shipped.coding(source)
    values = [s.value for s in coding.stances]
    assert len(coding.claims) >= FEWEST_CLAIMS.get(source, 35)
    assert sum(len(c.supports) + len(c.attacks) for c in coding.claims) >= 15
    assert sum(v > 0 for v in values) >= 8
    assert sum(v < 0 for v in values) >= 6
    assert {s.proposition for s in (*coding.stances, *coding.silences)} == {p.id for p in shipped.codebook.propositions}
    assert coding.thesis


def test_every_text_was_coded_by_two_coders_before_the_reference(shipped):
    for coder in ("first", "second"):
        assert {s for c, s in shipped.codings if c == coder} == set(shipped.sources)
        assert not tables.stances(shipped, coder).status.eq("uncoded").any()


def test_a_text_that_asks_for_no_cause_weighs_none(shipped):
    coding = shipped.coding("kokosalakis-2021")
    assert coding.factors == ()
    assert coding.factors_silence.reason == "not-asked"


def test_every_figure_in_the_manifest_is_there_with_its_words(shipped):
    entries = json.loads((ROOT / "figures/manifest.json").read_text(encoding="utf-8"))
    files = {f for e in entries for f in (*e["files"], e["data"], *e["captions"], *e["tables"])}
    there = {p.relative_to(ROOT / "figures").as_posix() for p in (ROOT / "figures").rglob("*.*") if p.is_file()}
    others = tuple(f"{name}/" for name in PRESETS)  # a reader's own
    assert files | {"manifest.json"} == {f for f in there if not f.startswith(others)}
    for entry in entries:
        assert entry["title"] and entry["alt"] and entry["n"] > 0
        assert "Codings: " in entry["caption"]
        part = entry["debate"]
        now = load_debate(ROOT / part["debate"], part["questions"], part["sources"], part["coders"])
        assert part["digest"] == now.digest, "run `make figures`"


@pytest.mark.skipif(
    not (ROOT.parent / "shared/texts").is_dir(), reason="the five texts are not here: they are under copyright"
)
def test_every_anchor_resolves_in_the_texts():
    report = check_debate(ROOT / "data/soviet-dictatorship", ROOT.parent / "shared/texts")
    assert report.problems == []
    assert all(s["anchors"] == s["anchors_resolved"] > 0 for s in report.as_json()["sources"].values())
    assert {status for statuses in report.resolved.values() for status in statuses} == {"exact"}


def test_every_anchor_is_sealed(shipped):
    for source in shipped.sources:
        assert all(a.letters and a.skeleton for c in shipped.coding(source).claims for a in c.anchors), source


def adjudicated():
    """The rows of the table in adjudication.md: source, proposition, first, second, reference."""
    labels = {
        "Mark Harrison": "harrison-1979",
        "Gusev": "gusev-2008",
        "James Harris": "harris-2017",
        "Fitz": "fitz-2018",
        "Kokosalakis": "kokosalakis-2021",
    }
    lines = (SHIPPED / "codings/adjudication.md").read_text(encoding="utf-8").splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [(labels[row[0]], *row[1:5]) for row in cells if row[0] in labels]


def adopted():
    """The cells for which the record says that a counter-reading was adopted."""
    text = (SHIPPED / "codings/adjudication.md").read_text(encoding="utf-8")
    return set(re.findall(r"^### [\d-]+: (\S+) on `(\S+)`$", text, flags=re.MULTILINE))


def in_words(cell):
    return f"{int(cell.value):+d}".replace("-", "−") if cell.status == "stance" else cell.reason.replace("-", " ")


def test_the_adjudication_lists_every_difference_and_its_settlement(shipped):
    by = {c: tables.stances(shipped, c).set_index(["source", "proposition"]) for c in ("first", "second", "reference")}
    differ = {k for k in by["first"].index if in_words(by["first"].loc[k])[:2] != in_words(by["second"].loc[k])[:2]}
    differ = {k for k in differ if "stance" in {by["first"].loc[k].status, by["second"].loc[k].status}}
    assert differ == {row[:2] for row in adjudicated()}
    for source, proposition, *said in (row for row in adjudicated() if row[:2] not in adopted()):
        assert said == [in_words(by[c].loc[source, proposition]) for c in ("first", "second", "reference")], (
            source,
            proposition,
        )


def test_the_reference_departs_from_both_coders_nowhere_else(shipped):
    by = {c: tables.stances(shipped, c).set_index(["source", "proposition"]) for c in ("first", "second", "reference")}
    for key, cell in by["reference"].iterrows():
        assert key in adopted() or in_words(cell) in {in_words(by[c].loc[key]) for c in ("first", "second")}, key


def test_the_agreement_in_the_adjudication_is_that_of_the_files(shipped):
    text = (SHIPPED / "codings/adjudication.md").read_text(encoding="utf-8")
    for what, level in (("speaks", "nominal"), ("value", "ordinal")):
        result = agreement.alpha(tables.ratings(shipped, ("first", "second"), what), level)
        assert f"({level}) | {result.value:.2f} | {result.n_units}" in text


def test_no_two_coders_disagree_in_sign(shipped):
    first, second = (tables.stances(shipped, c).value for c in ("first", "second"))
    assert not ((first * second).fillna(0) < 0).any()


def test_the_doubtful_readings_are_those_that_the_adjudication_names(shipped):
    doubtful = tables.stances(shipped).query("certainty == 1")
    text = (SHIPPED / "codings/adjudication.md").read_text(encoding="utf-8")
    assert set(doubtful.source) == {"fitz-2018"}
    assert all(f"`{p}`" in text for p in doubtful.proposition)
