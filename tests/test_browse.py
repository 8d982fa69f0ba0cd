"""A debate → one page: what it holds, what it may ask for, what stays text, when it is written."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from attacks import attacked, sized
from conftest import ROOT, SHIPPED, SMALL
from debates import unstated

from analysis import __main__, browse, inputs
from analysis.agreement import pairwise_agreement
from analysis.anchors import MAX_WORDS
from analysis.schemas import Silence, Stance
from analysis.tables import stances


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what stands in its scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.inside, self._in = [], {}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._in = f"{tag}#{dict(attributes).get('id', '')}" if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in:
            self.inside[self._in] = self.inside.get(self._in, "") + data


@pytest.fixture(scope="module")
def shipped_page(shipped):
    return browse.page(shipped)


def held(page):
    return json.loads(Tags(page).inside["script#data"])


def cells_of(page):
    """Every cell as the record of the coding file that it came from."""
    found = held(page)
    for source, row in zip(found["sources"], found["cells"], strict=True):
        for proposition, cell in zip(found["propositions"], row, strict=True):
            if cell:
                kind = Silence if "reason" in cell else Stance
                yield source["id"], kind.model_validate({**cell, "proposition": proposition["id"]})


def test_the_page_is_small_and_asks_nothing_of_a_network(shipped_page):
    assert len(shipped_page.encode()) < 1_500_000
    tags = Tags(shipped_page).tags
    addresses = [v for _, a in tags for k, v in a.items() if k in ("src", "href", "srcset", "data", "action", "poster")]
    outward = {a for a in addresses if not a.startswith("#")}
    assert outward == set()
    assert not any(tag in ("link", "img", "iframe", "object", "embed", "base") for tag, _ in tags)
    assert "url(" not in Tags(shipped_page).inside["style#"] and "@import" not in shipped_page


def test_the_policy_allows_this_script_and_this_style_alone(shipped_page):
    found = Tags(shipped_page)
    policy = next(a["content"] for t, a in found.tags if a.get("http-equiv") == "Content-Security-Policy")
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(found.inside[f"{kind}#"].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy


def test_the_script_makes_no_markup():
    script = (ROOT / "analysis/browse/page.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser", script
    )


def test_the_cells_are_the_codings(shipped, shipped_page):
    coded = {
        (source, said.proposition): said
        for (coder, source), coding in shipped.codings.items()
        if coder == "reference"
        for said in (*coding.stances, *coding.silences)
    }
    assert {(source, said.proposition): said for source, said in cells_of(shipped_page)} == coded and len(coded) > 200


def test_what_is_not_stated_is_on_the_page_as_such(small):
    ash = small.sources["ash-2001"].model_copy(update={"issued": None})
    debate = unstated(replace(small, sources=small.sources | {"ash-2001": ash}), "ash-2001", "cook-did-it")
    page = browse.page(debate)
    cells = {(source, s.proposition): s for source, s in cells_of(page)}
    assert cells["ash-2001", "cook-did-it"] == debate.coding("ash-2001").stances[0]
    assert [s["cited"] for s in held(page)["sources"] if s["id"] == "ash-2001"] == ["A. Ash. The Jam Question. n.d."]


def test_claims_come_with_voice_holder_and_the_ends_of_their_passages_only(shipped, shipped_page):
    found = held(shipped_page)
    for source, claims in zip(found["sources"], found["claims"], strict=True):
        known = {c.id: c for c in shipped.coding(source["id"]).claims}
        for name, claim in claims.items():
            assert (claim["text"], claim["voice"], claim.get("holder")) == (
                known[name].text,
                known[name].voice,
                known[name].holder,
            )
            assert claim["anchors"] == [[a.start, a.end] for a in known[name].anchors]
            assert all(len(words.split()) <= MAX_WORDS for ends in claim["anchors"] for words in ends)
            assert set(claim) <= {"text", "voice", "holder", "anchors", "link"}


def test_pairs_are_those_of_the_measures(shipped, shipped_page):
    found, ids = held(shipped_page), [s["id"] for s in held(shipped_page)["sources"]]
    measured = {
        (p.source_a, p.source_b): [p.n, p.same_sign, p.opposite_sign, pytest.approx(p.agreement, abs=1e-4)]
        for p in pairwise_agreement(stances(shipped)).itertuples()
    }
    assert {(ids[a], ids[b]): rest for a, b, *rest in found["pairs"]} == measured
    assert [n >= found["few"] for _, _, n, *_ in found["pairs"]] == [True] * 8 + [False] * 2


def test_the_kept_maps_are_there_with_caption_and_words(shipped, shipped_page):
    found = held(shipped_page)
    files = {p.stem for p in (SHIPPED / "layouts/reference").glob("*.json")}
    assert {m["id"].rpartition("-")[0] for m in found["maps"]} == files and found["maps_left_out"] == 0
    assert found["no_maps"] == ""
    assert all(m["alt"].startswith("Argument map") and "n = " in m["caption"] and m["boxes"] for m in found["maps"])
    assert max(len(json.dumps(m, ensure_ascii=False)) for m in found["maps"]) < 60_000


def test_the_lines_of_a_map_join_the_boxes_that_its_layout_joins(shipped_page):
    for drawn in held(shipped_page)["maps"]:
        name, _, number = drawn["id"].rpartition("-")
        sheet = json.loads((SHIPPED / f"layouts/reference/{name}.json").read_bytes())["sheets"][int(number) - 1]
        nodes = [box["node"] for box in drawn["boxes"]]
        assert {box["node"]: box["at"] for box in drawn["boxes"]} == sheet["boxes"]
        joined = [[nodes[a], nodes[b]] for a, b in (edge["ends"] for edge in drawn["edges"])]
        assert joined == [[e["from"], e["to"]] for e in sheet["edges"]] and joined


def test_a_layout_of_other_codings_is_left_out_and_counted(shipped):
    coding = shipped.coding("fitz-2018")
    fewer = coding.model_copy(update={"thesis": coding.thesis[:-1]})
    found = held(browse.page(replace(shipped, codings=shipped.codings | {("reference", "fitz-2018"): fewer})))
    assert found["maps_left_out"] >= 1 and not any(m["id"].startswith("thesis-fitz") for m in found["maps"])


def test_a_coder_without_claims_has_a_page_without_them(shipped):
    found = held(browse.page(shipped, "second"))
    assert not any(found["claims"]) and found["maps"] == []
    assert found["no_maps"].startswith("There are no maps, since no claims are coded")


def test_a_small_debate_has_a_page(small):
    found = held(browse.page(small))
    assert len(found["cells"]) == len(small.sources) and found["maps"] == [] and found["maps_left_out"] == 0
    assert found["no_maps"].startswith("There are no maps, since none is laid out")


def test_fifty_texts_on_250_propositions(small):
    found = held(browse.page(sized(small, 50, 250)))
    assert sum(cell is not None for row in found["cells"] for cell in row) == 12_500 and len(found["pairs"]) == 1225


def test_every_string_of_a_debate_stays_text(shipped):
    worse = attacked(shipped)
    page = browse.page(worse)
    plain, sound = Tags(page), Tags(browse.page(shipped))
    assert [t for t, _ in plain.tags] == [t for t, _ in sound.tags]
    assert [set(a) for _, a in plain.tags] == [set(a) for _, a in sound.tags]
    assert plain.inside["script#"] == sound.inside["script#"]
    data = re.search(r'id="data">(.*?)</script>', page, re.S)[1]
    assert not re.search("[<>&\u2028\u2029]", data)
    assert held(page)["title"] == worse.codebook.title  # and nothing is lost
    assert "javascript:" not in " ".join(str(c["link"]) for some in held(page)["claims"] for c in some.values())


def test_the_page_names_a_licence_where_the_debate_has_one_and_no_other(small, shipped, shipped_page):
    assert "<p>Codings: CC BY 4.0. The texts are not here." in shipped_page
    assert "licens" not in browse.page(small) and "<p>The texts are not here." in browse.page(small)
    licensed = replace(small, codebook=small.codebook.model_copy(update={"licence": "for <b>us</b>"}))
    assert "<p>Codings: for &lt;b&gt;us&lt;/b&gt;. The texts" in browse.page(licensed)


def test_half_a_character_is_no_error(small):
    book = small.codebook.model_copy(update={"title": "half \ud800 and nought \0"})
    browse.page(replace(small, codebook=book)).encode()


def test_an_unknown_coder_is_named_with_the_nearest(shipped):
    with pytest.raises(ValueError, match='no coder "refrence"; did you mean "reference"'):
        browse.page(shipped, "refrence")


def test_the_same_debate_gives_the_same_bytes_in_another_process(shipped_page):
    code = f"import sys; from analysis import browse; from analysis.debate import load_debate; sys.stdout.buffer.write(browse.page(load_debate({str(SHIPPED)!r})).encode())"
    elsewhere = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=elsewhere).stdout
        == shipped_page.encode()
    )


def test_the_command_writes_the_page_and_nothing_over_what_is_no_page(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert __main__.main(["page", str(SMALL)]) == 0 and browse.is_page(tmp_path / "small.html")
    assert __main__.main(["page", str(SMALL), "-o", "small.html"]) == 0  # its own page it may replace
    (tmp_path / "mine.html").write_text("<p>mine</p>")
    assert __main__.main(["page", str(SMALL), "-o", "mine.html"]) == 2
    assert (tmp_path / "mine.html").read_text() == "<p>mine</p>" and "--replace" in capsys.readouterr().err
    assert __main__.main(["page", str(SMALL), "-o", "mine.html", "--replace"]) == 0
    assert browse.is_page(tmp_path / "mine.html")
    assert __main__.main(["page", str(SMALL), "-o", str(tmp_path)]) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.html", "small.html"]


def test_the_page_s_script_and_style_count_as_code():
    assert {"analysis/browse/page.js", "analysis/browse/page.css", "analysis/browse/page.html"} <= inputs.code().keys()
