"""How long a reader waits in the explorer and on the page, in Chromium: from a click to the card, from a filter to the grid.

    .venv/bin/python benchmarks/explorer.py [--times N]

Needs what the tests in a browser need (`make browser`, Chromium).  Times are taken inside the browser, from the click to the first frame
after the change is there; in the explorer they hold the way to the kernel and back.  One core serves browser, server and kernel alike.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from attacks import sized, written  # noqa: E402
from browser.conftest import ARGUMENTS, WIDE, program  # noqa: E402
from browser.servers import explorer_app  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

from analysis import browse, load_debate  # noqa: E402
from analysis.debate import Debate  # noqa: E402

# Milliseconds from an action to the first frame in which `sign` says something else than before.
WAITED = """
([act, sign]) => new Promise((done) => {
  const [before, start] = [eval(sign), performance.now()];
  const look = () => (eval(sign) !== before ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 1));
  eval(act);
  look();
})
"""
CELLS = "document.querySelectorAll('.vega-embed svg .mark-rect path[aria-label]')"
CLICK = "((e) => {{ const b = e.getBoundingClientRect(); e.dispatchEvent(new MouseEvent('click', {{bubbles: true, clientX: b.x + 5, clientY: b.y + 5}})) }})({})"
APP = {
    "click to card": [CLICK.format(f"{CELLS}[{{i}} % {CELLS}.length]"), "document.querySelector('.stancebook .widget-vbox .widget-vbox h3 + p').parentElement.textContent"],
    "filter to grid": ["document.querySelector('.stancebook input[type=checkbox]').click()", f"{CELLS}.length && {CELLS}[{CELLS}.length - 1].ariaLabel"],
    "view to profile and back": ["[...document.querySelectorAll('.widget-toggle-button')][{i} % 2].click()", "document.querySelector('.vega-embed svg').innerHTML.length"],
}  # fmt: skip
PAGE = {
    "click to card": ["document.querySelectorAll('#table tr:not([hidden]) td button')[{i}].click()", "document.getElementById('card').textContent"],
    "filter to grid": ["document.getElementById('core').click()", "document.getElementById('count').textContent"],
}  # fmt: skip


def times(page: Page, actions: dict[str, list[str]], count: int) -> dict[str, list[float]]:
    return {
        name: [page.evaluate(WAITED, [act.replace("{i}", str(i)), sign]) for i in range(1, count + 1)]
        for name, (act, sign) in actions.items()
    }


def opened(browser: object, address: str, ready: str) -> Page:
    page = browser.new_page(viewport=WIDE)  # type: ignore[attr-defined]
    page.goto(address)
    page.wait_for_selector(ready, timeout=120_000)
    page.wait_for_timeout(2000)
    return page


def measured(browser: object, debate: Debate, folder: Path, count: int) -> list[tuple[str, str, list[float]]]:
    """What was measured where: explorer and page of one debate, one after the other."""
    made = folder / "page.html"
    made.write_text(browse.page(debate), encoding="utf-8")
    rows = []
    with explorer_app(written(debate, folder / "debate"), folder) as address:
        page = opened(browser, address, ".vega-embed svg .mark-rect path")
        rows += [("explorer (Voila)", name, taken) for name, taken in times(page, APP, count).items()]
        page.close()
    page = opened(browser, made.as_uri(), "#table button")
    rows += [("page", name, taken) for name, taken in times(page, PAGE, count).items()]
    page.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10, metavar="N")
    count = parser.parse_args().times
    shipped = load_debate(ROOT / "data/soviet-dictatorship")
    print("| debate | where | from … to … | ms (median) | most | n |\n|---|---|---|---:|---:|---:|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), headless=True, args=ARGUMENTS)
        for debate, said in ((shipped, "shipped, 5 × 59"), (sized(shipped, 50, 250), "made up, 50 × 250")):
            with tempfile.TemporaryDirectory() as folder:
                for where, what, taken in measured(browser, debate, Path(folder), count):
                    print(
                        f"| {said} | {where} | {what} | {statistics.median(taken):.0f} | {max(taken):.0f} | {len(taken)} |",
                        flush=True,
                    )
        browser.close()


if __name__ == "__main__":
    main()
