"""The page in a browser, opened from its file: what a reader does with it, and what an attacker cannot do."""

from dataclasses import replace

import pytest
from attacks import attacked, sized
from debates import unplaced, unstated

from analysis import arguments, browse, tables
from browser.conftest import NARROW, WIDE


@pytest.fixture(scope="module")
def file(shipped, tmp_path_factory):
    made = tmp_path_factory.mktemp("page") / "debate.html"
    made.write_text(browse.page(shipped), encoding="utf-8")
    return made.as_uri()


def cell(page, words):
    return page.locator(f'#table button[aria-label*="{words}"]').first


def test_a_certainty_that_is_not_stated_is_said_and_has_no_dots(opened, file, shipped, tmp_path):
    made = tmp_path / "unstated.html"
    debate = unstated(shipped, "harrison-1979", "stalins-ambition")
    made.write_text(browse.page(debate), encoding="utf-8")
    page, before = opened(made.as_uri()), opened(file)
    asked = cell(page, "Mark Harrison 1979 on ‘Stalin's personal ambition")
    assert asked.get_attribute("aria-label").endswith(": −1, certainty not stated")
    assert asked.get_attribute("data-dots") == ""
    asked.click()
    assert "Certainty not stated\n" in page.inner_text("#card")
    assert "; no dots: not stated (n = 1)" in page.text_content("#legend")
    assert "not stated" not in before.text_content("#legend")


def test_a_passage_that_is_not_stated_is_said_to_be_so(opened, shipped, tmp_path):
    made = tmp_path / "unplaced.html"
    made.write_text(browse.page(unplaced(shipped, "harrison-1979")), encoding="utf-8")
    page = opened(f"{made.as_uri()}#harrison-1979/stalins-ambition")
    claims = page.locator("#card li .anchor")
    assert set(claims.all_inner_texts()) == {"passage not stated"}
    cell(page, "Gusev 2008 on ‘The bureaucracy").click()
    assert claims.count() > 0 and "passage not stated" not in claims.all_inner_texts()


def test_filters_and_their_count(opened, file):
    page = opened(file)
    assert page.inner_text("#count") == "59 of 59 propositions, 5 of 5 texts"
    page.check("#core")
    core = page.locator("#table tbody tr:not(.question):visible").count()
    assert page.inner_text("#count").startswith(f"{core} of 59 ") and 0 < core < 59
    page.uncheck("#core")
    page.click("#menu-questions summary")
    page.click("#menu-questions button:text-is('none')")
    assert page.inner_text("#count").startswith("0 of 59 ")
    page.check("#menu-questions input >> nth=1")
    assert page.inner_text("#menu-questions summary") == "Questions: The party cell"
    assert page.locator("#table .question:visible").count() == 1
    page.keyboard.press("Escape")
    page.click("#menu-sources summary")
    page.uncheck("#menu-sources input >> nth=0")
    assert page.inner_text("#count").endswith("4 of 5 texts")
    assert page.locator("#table thead th").count() == 5
    page.click("button[type=reset]")
    page.wait_for_function("document.getElementById('count').textContent === '59 of 59 propositions, 5 of 5 texts'")


def test_the_search_takes_no_account_of_case_and_accents(opened, shipped, tmp_path):
    coding = shipped.coding("fitz-2018")
    stance = coding.stances[0].model_copy(update={"why": "Über den Genossen Žižek, à propos."})
    other = coding.model_copy(update={"stances": (stance, *coding.stances[1:])})
    made = tmp_path / "accents.html"
    made.write_text(browse.page(replace(shipped, codings=shipped.codings | {("reference", "fitz-2018"): other})))
    page = opened(made.as_uri())
    for words in ("ZIZEK", "žižek uber", "GENOSSEN propos"):
        page.fill("#words", words)
        assert page.inner_text("#count").startswith("1 of 59 propositions"), words
        assert page.locator("#table button.hit").get_attribute("aria-label").startswith("Fitz 2018")
    page.fill("#words", "no such word anywhere")
    assert page.inner_text("#count") == "0 of 59 propositions, 5 of 5 texts"


def test_a_click_opens_the_card(opened, file, shipped):
    page = opened(file)
    stance = next(s for s in shipped.coding("harrison-1979").stances if s.proposition == "stalins-ambition")
    cell(page, "Mark Harrison 1979 on ‘Stalin's personal ambition").click()
    text = page.inner_text("#card")
    assert (
        stance.why in text
        and stance.qualification in text
        and "rejects with a limit (−1)" in text
        and "fairly sure" in text
    )
    claims = {c.id: c for c in shipped.coding("harrison-1979").claims}
    for name in stance.claims:
        anchor = claims[name].anchors[0]
        assert claims[name].text in text and f"“{anchor.start} … {anchor.end}”" in text
    assert page.locator("#card .limits").count() == len(stance.limits) == 2
    assert page.url.endswith("#harrison-1979/stalins-ambition")
    assert page.inner_text("#said").startswith("Card: Mark Harrison 1979 on ‘Stalin's personal ambition")
    page.click("#after")
    assert page.inner_text("#card h3") == "Gusev 2008" and "silent: not asked" in page.inner_text("#card")
    page.click("#before")
    assert page.inner_text("#card h3") == "Mark Harrison 1979"


def test_a_reported_claim_names_its_holder(opened, file, shipped):
    source, stance, claim = next(
        (source, s, c)
        for source in shipped.sources
        for s in shipped.coding(source).stances
        for c in shipped.coding(source).claims
        if c.id in s.claims and c.voice == "reported"
    )
    page = opened(f"{file}#{source}/{stance.proposition}")
    item = page.locator("#card li", has_text=claim.text)
    assert item.locator(".voice").inner_text() == f"reports {claim.holder}"


def test_the_keyboard_is_enough(opened, file):
    page = opened(file)
    page.focus("#core")
    for _ in range(2):  # past “Show all”, into the grid
        page.keyboard.press("Tab")
    focused = "document.activeElement.getAttribute('aria-label')"
    first = page.evaluate(focused)
    assert first.startswith("Mark Harrison 1979 on ‘The Bolsheviks intended") and first.endswith(": −2, certainty 2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused).startswith("Gusev 2008 on ‘Stalin's personal ambition")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.inner_text("#card h3") == "Mark Harrison 1979"
    assert page.evaluate("document.activeElement.id") == "card-title"
    page.keyboard.press("Escape")
    assert page.locator("#card.open").count() == 0
    assert page.evaluate(focused).startswith("Mark Harrison 1979 on ‘Stalin's personal ambition")
    page.keyboard.press("Control+End")
    assert page.evaluate(focused).startswith("Kokosalakis 2021")
    assert page.locator("#table button[tabindex='0']").count() == 1
    box, head = (page.evaluate(f"(() => {{ const r = {e}.getBoundingClientRect(); return [r.top, r.bottom] }})()") for e in ("document.activeElement", "document.querySelector('#table thead th')"))  # fmt: skip
    assert box[0] >= head[1] - 1 and box[1] <= 800


def test_an_address_opens_its_cell_and_back_goes_back(opened, file):
    page = opened(f"{file}#fitz-2018/stalins-ambition")
    assert page.inner_text("#card h3") == "Fitz 2018"
    cell(page, "Gusev 2008 on ‘The bureaucracy").click()
    assert page.inner_text("#card h3") == "Gusev 2008"
    page.go_back()
    assert page.inner_text("#card h3") == "Fitz 2018"
    page.go_forward()
    assert page.inner_text("#card h3") == "Gusev 2008"
    page.reload()
    assert page.inner_text("#card h3") == "Gusev 2008"
    assert opened(f"{file}#nobody/nothing").locator("#card.open").count() == 0
    assert opened(f"{file}#%E0%A4%A/constructor").locator("#card.open").count() == 0


def test_a_pair_shows_what_both_say(opened, file, shipped):
    page = opened(file)
    page.click("#pair-table button:has-text('Gusev 2008 and Kokosalakis 2021')")
    assert page.locator("#pair tbody tr").count() == 18 and "n = 18" in page.inner_text("#pair")
    why = next(s.why for s in shipped.coding("gusev-2008").stances if s.proposition == "cell-checks-management")
    assert why in page.inner_text("#pair")
    page.click("#pair tbody a >> nth=0")
    assert page.inner_text("#card h3") == "Gusev 2008"
    page.go_back()
    assert page.locator("#card.open").count() == 0 and page.locator("#pair").is_visible()


def test_a_map_is_drawn_with_its_words(opened, file):
    page = opened(file)
    for i in range(page.locator(".map").count()):
        page.locator(".map > summary").nth(i).click()
    page.locator(".map svg[role=group]").nth(10).wait_for()  # they are drawn one by one, a moment after the click
    assert page.locator(".map svg[role=group]").count() == page.locator(".map").count() == 11
    assert page.locator(".map svg rect").count() > 200
    over = "t => { const b = t.getBBox(); return b.width > 239 }"
    assert not any(page.locator(".map svg text:not([text-anchor])").nth(i).evaluate(over) for i in range(0, 300, 7))


def map_of(page, words):
    made = page.locator(".map", has_text=words)
    made.locator("summary").first.click()
    return made


def test_a_box_of_a_map_is_shown_with_its_neighbours_alone(opened, file, shipped):
    made = map_of(page := opened(file), "The party cell: what do they say, and for what reasons? (2 of 2)")
    box, dim = made.get_by_role("button", name="Kokosalakis 2021 Because Stakhanovism"), made.locator(".dim")
    edges, boxes = made.locator(".edge").count(), made.locator(".box").count()
    box.click()
    assert box.get_attribute("aria-pressed") == "true"
    bright = made.locator(".box:not(.dim)").evaluate_all(
        "some => some.map(b => b.getAttribute('aria-label').slice(0, 20))"
    )
    assert bright == ["Proposition What wor", "Kokosalakis 2021 Bec"] and made.locator(".edge:not(.dim)").count() == 1
    box.click()
    assert dim.count() == 0 and box.get_attribute("aria-pressed") == "false"
    made.get_by_role("button", name="Proposition What workers said").press("Enter")
    assert made.locator(".edge:not(.dim)").count() == made.locator(".box:not(.dim)").count() - 1 == 5
    page.keyboard.press("Escape")
    assert dim.count() == 0
    box.press("Space")
    assert dim.count() == edges - 1 + boxes - 2
    claim = "stakhanovism-as-bargaining"
    rests = [s.proposition for s in shipped.coding("kokosalakis-2021").stances if claim in s.claims]
    links = made.locator(".tied a").evaluate_all("some => some.map(a => a.hash)")
    assert links == [f"#kokosalakis-2021/{p}" for p in rests] and len(links) == 3
    made.locator(".tied a").nth(1).click()
    assert page.inner_text("#card h3") == "Kokosalakis 2021" and claim in {
        c.id for c in shipped.coding("kokosalakis-2021").claims if c.text in page.inner_text("#card")
    }
    page.keyboard.press("Escape")
    assert page.locator("#card.open").count() == 0


def test_escape_sets_a_map_free_and_leaves_the_card_open(opened, file):
    page = opened(f"{file}#fitz-2018/stalins-ambition")
    made = map_of(page, "The party cell: what do they say, and for what reasons? (2 of 2)")
    made.locator(".box").first.press("Enter")
    made.locator(".tied a").first.focus()
    page.keyboard.press("Escape")
    assert made.locator(".dim").count() == 0 and page.inner_text("#card h3") == "Fitz 2018"
    assert page.evaluate("document.activeElement.getAttribute('class')") == "box"


COUNT, CORE = "document.getElementById('count').textContent", "17 of 59 propositions, 2 of 5 texts"


def test_the_address_holds_the_filters(opened, file):
    page = opened(file)
    page.check("#core")
    page.click("#menu-sources summary")
    page.click("#menu-sources button:text-is('none')")
    page.check("#menu-sources input >> nth=1")
    page.check("#menu-sources input >> nth=3")
    page.wait_for_url("**/*#?core=1&sources=gusev-2008&sources=fitz-2018")
    page.fill("#words", "party & state")
    page.wait_for_url("**/*#?q=party+%26+state&core=1&sources=*")
    found = page.inner_text("#count")
    assert not found.startswith("17 ")
    again = opened(page.url)
    assert again.inner_text("#count") == found and again.input_value("#words") == "party & state"
    again.click("button[type=reset]")
    again.wait_for_url(lambda url: url.endswith("#"))
    assert again.inner_text("#count") == "59 of 59 propositions, 5 of 5 texts"
    again.go_back()
    assert again.inner_text("#count") == found


def test_back_and_forward_change_the_filters_and_a_link_leaves_them(opened, file):
    page = opened(f"{file}#?core=1&sources=gusev-2008&sources=fitz-2018")
    assert page.evaluate(COUNT) == CORE
    cell(page, "Fitz 2018 on ‘Stalin's").click()
    assert page.url.endswith("#fitz-2018/stalins-ambition?core=1&sources=gusev-2008&sources=fitz-2018")
    page.press("#words", "s")
    page.press("#words", "t")
    page.wait_for_url("**/*?q=st&*")
    page.press("#words", "a")
    page.wait_for_url("**/*?q=sta&*")
    page.go_back()  # all that was typed
    assert page.input_value("#words") == "" and page.inner_text("#card h3") == "Fitz 2018"
    page.go_back()
    assert page.locator("#card.open").count() == 0 and page.evaluate(COUNT) == CORE
    page.go_forward()
    assert page.inner_text("#card h3") == "Fitz 2018"
    page.click("nav >> text=Argument maps")
    assert page.url.endswith("#maps?core=1&sources=gusev-2008&sources=fitz-2018")
    page.uncheck("#core")
    page.wait_for_function(f"{COUNT}.startsWith('59 ')")
    page.wait_for_url("**/*#fitz-2018/stalins-ambition?sources=gusev-2008&sources=fitz-2018")
    page.go_back()
    assert page.evaluate(COUNT) == CORE
    page.evaluate("location.hash = 'gusev-2008/cell-bond'")  # as a link in a map or a pair does
    page.wait_for_url("**/*#gusev-2008/cell-bond?core=1&sources=gusev-2008&sources=fitz-2018")
    assert page.inner_text("#card h3") == "Gusev 2008" and page.evaluate(COUNT) == CORE


def test_an_address_with_pair_and_filters(opened, file):
    page = opened(f"{file}#pair/gusev-2008/kokosalakis-2021?kinds=cause")
    assert page.inner_text("#pair h3") == "Gusev 2008 and Kokosalakis 2021"
    assert page.inner_text("#menu-kinds summary") == "Kinds: cause"


@pytest.mark.parametrize(
    "hostile",
    [
        "?q=%3Cimg%20src=x%20onerror=alert(1)%3E&core=%3Cscript%3E", "?sources=__proto__&questions=constructor&kinds=%00", "?%E0%A4%A=%E0&&==&?#",
        "__proto__/constructor?q=" + "%F0%9F%8E%89" * 20_000, "maps/../data?core", "data?questions=", "javascript:alert(1)/x?q=\u2028&q=&q=%",
    ],
    ids=range(7),
)  # fmt: skip
def test_a_hostile_address_is_harmless(opened, file, hostile):
    page = opened(f"{file}#{hostile}")
    assert page.locator("#card.open").count() == 0 and page.locator("script").count() == 2
    page.click("button[type=reset]")
    page.wait_for_function(f"{COUNT} === '59 of 59 propositions, 5 of 5 texts'")
    cell(page, "Mark Harrison 1979 on").click()
    assert page.inner_text("#card h3") == "Mark Harrison 1979"


def test_on_a_telephone(opened, file):
    page = opened(file, NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cell(page, "Mark Harrison 1979 on ‘Stalin's personal ambition").click()
    card = page.locator("#card").bounding_box()
    shown = cell(page, "Mark Harrison 1979 on ‘Stalin's personal ambition").bounding_box()
    assert card["x"] == 0 and card["width"] == 390 and card["y"] + card["height"] == 844
    assert shown["y"] + 30 < card["y"]  # the sheet does not cover its cell
    page.click("#card button:text-is('Close')")
    assert not page.locator("#card").is_visible()
    sticky = page.locator("#table tbody th[scope=row]").first.bounding_box()
    page.evaluate("document.getElementById('box').scrollLeft = 500")
    assert page.locator("#table tbody th[scope=row]").first.bounding_box()["x"] <= sticky["x"] <= 20


def test_on_paper_there_are_grid_and_card_and_no_controls(opened, file):
    page = opened(f"{file}#fitz-2018/stalins-ambition")
    page.emulate_media(media="print")
    assert page.locator("#table").is_visible() and page.locator("#card h3").is_visible()
    for control in ("#filters", "#card .bar", "nav", "#pairs", "#maps"):
        assert not page.locator(control).is_visible(), control
    assert page.evaluate("getComputedStyle(document.getElementById('box')).overflow") == "visible"


@pytest.mark.parametrize(("sources", "least"), [(5, 15), (9, 20), (50, 9)])
def test_the_whole_grid_is_on_the_paper(opened, shipped, tmp_path, sources, least):
    made = tmp_path / "some.html"
    made.write_text(browse.page(sized(shipped, sources, 20)), encoding="utf-8")
    page = opened(made.as_uri(), {"width": 1032, "height": 700})  # px of A4 across, without its margins
    page.emulate_media(media="print")
    right = "some => Math.max(...some.map(e => e.getBoundingClientRect().right))"
    assert page.locator("#table td button").evaluate_all(right) <= 1032
    cells = page.locator("#table td button")
    assert cells.evaluate_all("some => some.every(b => b.scrollWidth <= b.clientWidth)")
    assert cells.first.bounding_box()["width"] >= least
    assert page.locator("#table tbody th[scope=row]").first.bounding_box()["width"] >= 200


def test_nothing_in_a_debate_can_act(opened, shipped, tmp_path):
    worse = replace(attacked(shipped), path=tmp_path)
    claims, links, propositions = tables.claims(worse), tables.links(worse), tables.propositions(worse)
    graph = arguments.arguments(claims, links, tables.stance_claims(worse), propositions)
    both = ["gusev-2008", "kokosalakis-2021"]
    layout = tmp_path / "layouts/reference/cell-gusev-2008-kokosalakis-2021.json"
    arguments.kept_sheets(arguments.map_of(graph, "cell", both), layout)
    hostile = tmp_path / "hostile.html"
    hostile.write_text(browse.page(worse), encoding="utf-8")
    for size in (WIDE, NARROW):
        page = opened(f"{hostile.as_uri()}#harrison-1979/stalins-ambition", size)
        page.fill("#words", "alert(2)")
        page.fill("#words", "")
        for summary in page.locator("summary:visible").all():
            summary.dispatch_event("click")
        assert page.locator(".box").count() > 10
        for box in page.locator(".box").all():
            box.dispatch_event("click")
            assert page.locator(".tied strong").count() == 1
        page.locator("#pair-table button").first.dispatch_event("click")
        for _ in range(60):
            page.locator("#table button").first.dispatch_event("mouseover")
            page.locator("#after").dispatch_event("click") if page.locator("#after").count() else page.go_back()
        tags = page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.tagName.toLowerCase()))]")
        assert not {"img", "iframe", "object", "embed", "link", "base"} & set(tags)
        assert page.locator("script").count() == 2
        acting = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^on/.test(a.name) || /^\\s*javascript:/i.test(a.value) && a.name === 'href').length"
        assert page.evaluate(acting) == 0
    assert page.title() == " ".join(worse.codebook.title.split())


def test_a_page_of_50_texts_and_250_propositions_is_usable(opened, shipped, tmp_path):
    large = tmp_path / "large.html"
    large.write_text(browse.page(sized(shipped, 50, 250)), encoding="utf-8")
    page = opened(large.as_uri())
    page.locator("#table button").nth(1).click()
    assert page.locator("#card.open h3").count() == 1
    assert page.inner_text("#count") == "250 of 250 propositions, 50 of 50 texts"
    page.check("#core")
    page.wait_for_function(f"!{COUNT}.startsWith('250 of 250 ')")
