"""What the tests in a browser share: Chromium, pages that are watched, axe-core.

`make browser` installs what they need.  Without it they are skipped, or fail if STANCEBOOK_BROWSER=required says that they must run.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
HERE = re.compile(r"(file|data|blob|about):|(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])[:/]")  # needs no network
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip


def missing(what):
    """Skip, or fail where the tests in a browser are required."""
    (pytest.fail if os.environ.get("STANCEBOOK_BROWSER") == "required" else pytest.skip)(f"needs {what}")


def program():
    """The path of Chromium, or None."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="package")
def chromium():
    """The browser of all these tests.

    Not of the session: as long as Playwright runs, this thread has a running event loop, and nothing else can start one in it.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright: make browser")
    if not program():
        missing("Chromium: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def wrong():
    """What the pages of a test did that no page may do, in words; at the end there must be nothing."""
    found = []
    yield found
    assert found == []


@pytest.fixture
def opened(chromium, wrong):
    """Opens an address in a new page, where an error, a dialog or a request to another machine is wrong.

    With `console=False` the page may write errors on its console, as others' programs do; `patience`: ms that a step may take.
    """
    contexts = []

    def watch(page, console):
        page.on("dialog", lambda d: (wrong.append(f"dialog: {d.message}"), d.dismiss()))
        page.on("pageerror", lambda e: wrong.append(f"error: {e}"))
        page.on("console", lambda m: console and m.type == "error" and wrong.append(f"console: {m.text}"))
        page.on("websocket", lambda w: HERE.match(w.url) or wrong.append(f"socket: {w.url}"))

    def open_page(address, size=WIDE, console=True, patience=60_000):
        context = chromium.new_context(viewport=size)
        contexts.append(context)
        context.set_default_timeout(patience)
        context.on("request", lambda r: HERE.match(r.url) or wrong.append(f"request: {r.url}"))
        context.on("page", lambda page: watch(page, console))  # also those that a page opens
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core: STANCEBOOK_AXE names its file, or it is where `make browser` puts it."""
    file = Path(os.environ.get("STANCEBOOK_AXE", ROOT / "build/node_modules/axe-core/axe.min.js"))
    return file.read_text(encoding="utf-8") if file.is_file() else missing("axe-core: make browser")
