"""axe-core finds nothing serious on the page, whatever is open."""

import pytest

from analysis import browse
from browser.conftest import WIDE

NARROW = {"width": 390, "height": 844}
STATES = {
    "grid": ("", ""),
    "card": ("#harrison-1979/stalins-ambition", ""),
    "silence": ("#gusev-2008/stalins-ambition", ""),
    "pair": ("#pair/gusev-2008/kokosalakis-2021", ""),
    "menu": ("", "document.querySelector('#menu-questions summary').click()"),
    "search": ("#?q=party", ""),
    "nothing found": ("#?q=xyzzy", ""),
    "map": ("#maps", "document.querySelectorAll('.map')[1].open = true"),
    "box": ("#maps", "const m = document.querySelectorAll('.map')[1]; m.open = true; setTimeout(() => m.querySelector('.box').dispatchEvent(new Event('click', {bubbles: true})), 50)"),
}  # fmt: skip


@pytest.fixture(scope="module")
def file(shipped, tmp_path_factory):
    made = tmp_path_factory.mktemp("page") / "debate.html"
    made.write_text(browse.page(shipped), encoding="utf-8")
    return made.as_uri()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", STATES)
def test_nothing_serious(opened, axe, file, state, size):
    hash, action = STATES[state]
    page = opened(file + hash, size)
    page.evaluate(f"() => {{ {action} }}")
    page.wait_for_timeout(150)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 20
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in serious] == []
