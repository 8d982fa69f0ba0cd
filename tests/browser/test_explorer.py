"""The explorer as a reader meets it: in JupyterLab, and as an app through Voila."""

import shutil

import pytest
from attacks import attacked, written
from conftest import ROOT, SHIPPED, SMALL

from analysis.debate import load_debate
from browser.conftest import NARROW, WIDE
from browser.servers import explorer_app, jupyterlab

SLOW = 90_000  # ms: a kernel starts, and draws, on a machine that may be busy
CELL = '.vega-embed svg [aria-label*="Gusev 2008 on “The party cell stood"]'


@pytest.fixture
def place(tmp_path, chromium):
    """A folder with the notebook and the debate; made only where there is a browser."""
    shutil.copytree(SHIPPED, tmp_path / "data/soviet-dictatorship", ignore=shutil.ignore_patterns("texts"))
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/explore.ipynb", tmp_path / "notebooks")
    return tmp_path


def run_all(page):
    page.wait_for_selector("text=/\\) \\| Idle|Python 3 \\| Idle/")  # before, a click is lost
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
    page.wait_for_selector(f"{CELL}")


def click_cell(page):
    page.locator(CELL).first.click(force=True)
    page.wait_for_selector(".stancebook h3:text-is('Gusev 2008')")


def card(page):
    return page.locator(".stancebook", has=page.locator("h3:text-is('Gusev 2008')")).first.inner_text()


def menu(page, words):
    return page.get_by_label(words, exact=True)


def test_in_jupyterlab_choose_click_read_change_keep_and_come_back(opened, place):
    with jupyterlab(place) as address:
        page = opened(f"{address}/lab/tree/notebooks/explore.ipynb?reset", console=False, patience=SLOW)
        run_all(page)
        page.locator(".stancebook").first.scroll_into_view_if_needed()

        page.click("button:text-is('Choose questions, texts, kinds')")
        menu(page, "Questions").select_option(label="The party cell")
        some = sum(p.core for p in load_debate(SHIPPED).question("cell").propositions)
        page.wait_for_selector(f"text=/^{some} of 59 propositions, 5 of 5 texts/", state="attached")
        click_cell(page)
        text = card(page)
        stance = next(
            s for s in load_debate(SHIPPED).coding("gusev-2008").stances if s.proposition == "cell-checks-management"
        )
        assert stance.why in text and "rejects (−2)" in text and "own voice:" in text and "you need a copy" in text

        page.click("button:text-is('What if I read it otherwise?')")
        menu(page, "Value").select_option(label="+2  affirms")
        menu(page, "Why").fill("The secretary is not the cell.")
        page.click("button:text-is('See what it does')")
        page.wait_for_selector("text=/agreement 0.32 \\(n = 18\\) → 0.38 \\(n = 18\\)/", state="attached")
        page.wait_for_selector(
            f"{CELL[:-2]} in the way of the managers\\' power over the factory.”: +2\"]", state="attached"
        )
        page.click("button:text-is('Undo the last')")
        page.wait_for_selector(
            f"{CELL[:-2]} in the way of the managers\\' power over the factory.”: −2\"]", state="attached"
        )

        menu(page, "Value").select_option(label="+2  affirms")
        menu(page, "Why").fill("The secretary is not the cell.")
        page.click("button:text-is('See what it does')")
        menu(page, "Keep as").fill("anna-k")
        menu(page, "Keep as").press("Tab")
        page.click("button:text-is('Keep')")
        page.wait_for_selector("text=/Kept in codings.anna-k/", state="attached")
        kept = load_debate(place / "data/soviet-dictatorship").coding("gusev-2008", "anna-k")
        assert [(s.proposition, s.value) for s in kept.stances] == [("cell-checks-management", 2)]

        page.keyboard.press("Control+s")
        page.wait_for_selector(".lm-TabBar-tab.jp-mod-dirty", state="detached")
        page.goto(f"{address}/lab/tree/notebooks/explore.ipynb?reset")
        run_all(page)
        menu(page, "Coding").select_option(label="anna-k")
        page.wait_for_selector(
            f"{CELL[:-2]} in the way of the managers\\' power over the factory.”: +2\"]", state="attached"
        )


def test_the_tab_key_reaches_the_filters_and_the_form(opened, place):
    with explorer_app(place / "data/soviet-dictatorship", place) as address:
        page = opened(address, console=False, patience=SLOW)
        page.wait_for_selector(CELL)
        reached = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.textContent.trim()"))
        assert {"Choose questions, texts, kinds", "What if I read it otherwise?", "Profile"} <= reached


def test_the_menus_are_enough_without_a_mouse(opened, place):
    with jupyterlab(place) as address:
        page = opened(f"{address}/lab/tree/notebooks/explore.ipynb?reset", console=False, patience=SLOW)
        run_all(page)
        menu(page, "Proposition").focus()
        page.keyboard.press("ArrowDown")
        page.wait_for_selector(".stancebook p:has-text('War, civil war and the threat from abroad')", state="attached")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.wait_for_selector(".stancebook h3:text-is('Gusev 2008')", state="attached")


def test_the_app_shows_the_same_card_and_no_code(opened, place):
    with explorer_app(place / "data/soviet-dictatorship", place) as address:
        for size in (WIDE, NARROW):
            page = opened(address, size, console=False, patience=SLOW)
            page.wait_for_selector(CELL)
            click_cell(page)
            assert "rejects (−2)" in card(page)
            assert "load_debate" not in page.content()
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.click(".widget-toggle-button:text-is('Pairs')")
        page.wait_for_selector(".sides td")
        page.click(".widget-toggle-button:text-is('Argument map')")
        page.wait_for_selector(".vega-embed svg [aria-label^='Proposition:']")


def test_a_click_on_a_box_dims_all_but_its_neighbours(opened, place):
    with explorer_app(place / "data/soviet-dictatorship", place) as address:
        page = opened(address, console=False, patience=SLOW)
        page.wait_for_selector(CELL)
        page.click(".widget-toggle-button:text-is('Argument map')")
        boxes = page.locator(".vega-embed svg .mark-rect path[aria-label]")
        page.wait_for_selector(".vega-embed svg [aria-label^='Proposition:']")
        faint = "all => all.filter(p => p.getAttribute('opacity') === '0.12').length"
        assert boxes.evaluate_all(faint) == 0
        boxes.nth(3).click(force=True)
        page.wait_for_function(
            "[...document.querySelectorAll('.vega-embed svg .mark-rect path[aria-label]')].some(p => p.getAttribute('opacity') === '0.12')"
        )
        assert 0 < boxes.evaluate_all(faint) < boxes.count()
        page.wait_for_function("menu => menu.selectedIndex > 0", arg=menu(page, "Box").element_handle())


def test_without_its_key_the_app_shows_nothing(opened, place):
    with explorer_app(place / "data/soviet-dictatorship", place) as address:
        page = opened(address.partition("?")[0], console=False, patience=SLOW)
        assert "/login" in page.url and page.locator(".stancebook").count() == 0


def test_with_a_copy_the_passage_is_marked(opened, tmp_path, chromium):
    folder = shutil.copytree(SMALL, tmp_path / "debate")
    with explorer_app(folder, tmp_path) as address:
        page = opened(address, console=False, patience=SLOW)
        page.wait_for_selector(".stancebook mark")


def test_nothing_in_a_hostile_debate_can_act(opened, shipped, tmp_path, chromium):
    """The same attacks as on the page, read from files by the app; a dialog, an error or a request fails the test."""
    folder = written(attacked(shipped, spared=("start", "end", "prefix", "suffix", "begins")), tmp_path / "debate")
    with explorer_app(folder, tmp_path) as address:
        page = opened(address, console=False, patience=SLOW)
        page.wait_for_selector(".vega-embed svg .mark-rect path")
        for view in ("Profile", "Pairs", "Argument map", "Grid"):
            page.click(f".widget-toggle-button:text-is('{view}')")
            page.wait_for_timeout(1500)
            page.locator(".vega-embed svg .mark-rect path, .vega-embed svg .mark-rule path").first.click(force=True)
        page.locator(".vega-embed svg .mark-rect path[aria-label]").nth(3).hover(force=True)
        page.wait_for_selector(".stancebook .voice", state="attached")
        assert (
            page.locator(
                ".stancebook img, .stancebook iframe, .stancebook script, .stancebook [onerror], .stancebook [onmouseover]"
            ).count()
            == 0
        )
