import json
import shutil

import pytest
from conftest import ROOT

from analysis import load_debate
from analysis.__main__ import main
from analysis.trace import trace, trace_in_words

FIGURES = ROOT / "figures"


def test_a_grid_leads_to_its_stances_claims_and_anchors(shipped):
    found = trace("02-cell-grid", FIGURES, ROOT)
    cells = {(s["source"], s["proposition"]): s for s in found["stances"]}
    cell = {p.id for p in shipped.question("cell").propositions}
    assert set(cells) == {(s, p) for s in shipped.sources for p in cell}
    coding = shipped.coding("kokosalakis-2021")
    for stance in (s for s in coding.stances if s.proposition in cell):
        told = cells["kokosalakis-2021", stance.proposition]
        assert (told["value"], told["why"], told["claims"]) == (stance.value, stance.why, list(stance.claims))
    for claim in found["claims"]:
        coded = next(c for c in shipped.coding(claim["source"]).claims if c.id == claim["claim"])
        assert (claim["text"], claim["voice"], claim["holder"]) == (coded.text, coded.voice, coded.holder)
        assert claim["anchors"] == [{"start": a.start, "end": a.end} for a in coded.anchors]
    assert {c for s in found["stances"] for c in s["claims"]} == {c["claim"] for c in found["claims"]}
    assert {s["silence"] for s in found["stances"] if "silence" in s} == {"not-asked", "out-of-scope"}
    assert found["debate"]["unchanged"]


@pytest.mark.parametrize("entry", json.loads((FIGURES / "manifest.json").read_text()), ids=lambda e: e["name"])
def test_every_shipped_figure_has_a_way_back_that_can_be_read(entry):
    found = trace(entry["name"], FIGURES, ROOT)
    assert found["stances"] or found["claims"]
    assert found["table"]["rows"] > 0
    words = trace_in_words(found)
    assert entry["title"] in words and "the same today" in words
    for claim in found["claims"]:
        assert f"{claim['source']}/{claim['claim']}" in words


def test_a_pair_leads_to_what_both_speak_to(shipped):
    found = trace("03-pairs", FIGURES, ROOT)
    spoken = {s: {t.proposition for t in shipped.coding(s).stances} for s in shipped.sources}
    both = {(s, p) for s in spoken for p in spoken[s] if any(p in spoken[o] for o in spoken if o != s)}
    assert {(s["source"], s["proposition"]) for s in found["stances"]} == both


def test_a_map_leads_to_the_claims_in_it():
    found = trace("07-taken-1", FIGURES, ROOT)
    assert "why-go-and-sound-off" in {c["claim"] for c in found["claims"]}
    holders = {c["claim"]: c["holder"] for c in found["claims"]}
    assert holders["why-go-and-sound-off"] and "quoted" in trace_in_words(found)


def test_what_concerns_one_source_or_proposition():
    found = trace("02-cell-grid", FIGURES, ROOT, source="gusev-2008", proposition="cell-checks-management")
    assert [(s["source"], s["proposition"]) for s in found["stances"]] == [("gusev-2008", "cell-checks-management")]
    assert {c["source"] for c in found["claims"]} == {"gusev-2008"}
    with pytest.raises(ValueError, match='no source "gusev-2007" behind this figure; did you mean "gusev-2008"'):
        trace("02-cell-grid", FIGURES, ROOT, source="gusev-2007")


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_file_that_has_left_the_repository_knows_the_way_back(tmp_path, kind):
    away = shutil.copy(FIGURES / f"02-cell-grid.{kind}", tmp_path / f"renamed.{kind}")
    there, here = trace(str(away), FIGURES, ROOT), trace("02-cell-grid", FIGURES, ROOT)
    assert there["stances"] == here["stances"] and there["claims"] == here["claims"]


def test_a_coding_that_has_changed_since_is_said(tmp_path):
    shutil.copytree(FIGURES, tmp_path / "figures")
    shutil.copytree(ROOT / "data/soviet-dictatorship", tmp_path / "data/soviet-dictatorship")
    file = tmp_path / "data/soviet-dictatorship/codings/reference/gusev-2008.yml"
    text = file.read_text(encoding="utf-8")
    part = load_debate(ROOT / "data/soviet-dictatorship", questions=["cell"]).coding("gusev-2008").stances[0]
    assert text.count(part.why) == 1
    file.write_text(text.replace(part.why, part.why + " So he says."), encoding="utf-8")
    assert "CHANGED since the figure was made" in trace_in_words(trace("02-cell-grid", tmp_path / "figures", tmp_path))
    assert "the same today" in trace_in_words(trace("02-party-grid", tmp_path / "figures", tmp_path))


def test_what_is_no_figure_of_ours(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    (tmp_path / "other.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    for figure, said in (
        ("02-cell-gird", 'no figure "02-cell-gird" in figures; did you mean "02-cell-grid"?'),
        (str(tmp_path / "other.svg"), "does not say where it comes from"),
    ):
        assert main(["trace", figure]) == 1
        assert said in capsys.readouterr().err


def test_the_command_prints_words_or_json(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert main(["trace", "figures/02-cell-grid.png", "--source", "gusev-2008"]) == 0
    assert "gusev-2008 on cell-checks-management: −2 (certainty 2)" in capsys.readouterr().out
    assert main(["trace", "02-cell-grid", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figure"]["name"] == "02-cell-grid"
