"""Executed notebooks → pages: what a page may ask for, what stays text, where links lead, how a PDF is made."""

import os
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from urllib.parse import unquote

import nbformat.v4 as nbf
import pytest
from conftest import ROOT

from analysis import pages
from analysis.pages import Link

HOSTILE = "</title><script>alert('\"1\"')</script><img src=https://example.org/x onerror=alert(1)>"
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def shown(html):
    data = {"text/html": html, "text/plain": "<object>"}
    return nbf.new_code_cell("secret = 1", outputs=[nbf.new_output("execute_result", data)])


def notebook(title="Who agrees?", *cells, **parameters):
    made = nbf.new_notebook(
        cells=[nbf.new_markdown_cell(f"# {title}\n\nProse with a [link](https://example.org)."), *cells]
    )
    made.metadata["papermill"] = {"parameters": parameters}
    return made


TYPICAL = (
    nbf.new_markdown_cell("## What follows?\n\nThis."),
    shown("<p>Computed.</p><li>one</li><li>two</li>"),
    shown(
        f'<figure><div style="overflow-x:auto"><img alt="A grid" src="{DOT}"></div><figcaption>n = 3</figcaption></figure>'
    ),
    shown(
        '<table class="stancebook"><thead><tr><th>source</th></tr></thead><tbody><tr><td>Fitz</td></tr></tbody></table>'
    ),
    nbf.new_markdown_cell("## What follows?\n\nThat.\n\n# A second title"),
)
LINKS = [
    Link("01-first", "What is there?", "01-first"),
    Link("02-question--cell", "Where do they stand? · The cell?", "02-question"),
    Link("02-question--turn", "Where do they stand? · The turn?", "02-question", failed=True),
    Link("03-last", "Who agrees?", "03-last"),
]


class Tags(HTMLParser):
    """All tags of a page, their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def asked_for(html):
    """Every address that a browser would fetch by itself."""
    for tag, attrs in Tags(html).tags:
        for name in ("src", "srcset", "data", "poster", "action", *(["href"] if tag != "a" else [])):
            if name in attrs:
                yield attrs[name]
    yield from re.findall(r"url\(([^)]*)\)|@import ([^;]*)", html)


def made_page(*cells, title="Who agrees?", name="03-last", others=LINKS):
    return pages.page(pages.parts(notebook(title, *cells), name), name, others)


def test_a_page_asks_for_nothing():
    html = made_page(*TYPICAL)
    assert set(asked_for(html)) == {DOT}
    assert not Tags(html).all("script") and not Tags(html).all("link")


def test_a_page_forbids_what_an_output_asks_for():
    policy = Tags(made_page()).all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"].startswith("default-src 'none'; img-src data: file: 'self';")


def test_a_page_shows_the_notebook_without_its_code():
    parts = Tags(made_page(*TYPICAL))
    assert "Computed." in parts.text and "n = 3" in parts.text and "Fitz" in parts.text
    assert "secret" not in parts.text and "<object>" not in parts.text


def test_a_page_has_one_title_and_landmarks():
    parts = Tags(made_page(*TYPICAL))
    assert len(parts.all("h1")) == len(parts.all("main")) == len(parts.all("header")) == len(parts.all("footer")) == 1
    assert parts.all("html") == [{"lang": "en"}]
    assert Tags(pages.page(pages.parts(nbf.new_notebook(), "untitled"), "untitled", [])).text.count("untitled") >= 2


def test_links_within_a_page_lead_somewhere():
    parts = Tags(made_page(*TYPICAL))
    ids = [a["id"] for _, a in parts.tags if "id" in a]
    inside = [unquote(a["href"][1:]) for a in parts.all("a") if a["href"].startswith("#")]
    assert len(ids) == len(set(ids))
    assert inside == ["start", "What-follows", "What-follows-2", "A-second-title"]
    assert set(inside) <= set(ids)


def test_items_stand_in_lists():
    assert '<ul class="said"><li>one</li><li>two</li></ul>' in made_page(*TYPICAL)


def test_a_page_knows_its_neighbours_and_skips_a_failed_one():
    html = made_page()
    assert [a["href"] for a in Tags(html).all("a") if a.get("rel") == "prev"] == ["02-question--cell.html"]
    assert not [a for a in Tags(html).all("a") if a.get("rel") == "next"]
    assert [a["href"] for a in Tags(html).all("a") if "aria-current" in a] == ["03-last.html"]


def test_titles_tell_runs_apart():
    computed = notebook("Where do *they* stand?", shown("<h2>Whose `state`, &lt;b&gt;?</h2>"), question="class")
    assert pages.title_of(computed) == "Where do they stand? · Whose `state`, <b>?"
    assert pages.title_of(notebook("A map", question="cell", sources=["a", "b"])) == "A map · cell, a, b"
    assert pages.title_of(notebook("A map")) == "A map"
    assert pages.title_of(nbf.new_notebook()) == ""


def test_hostile_strings_stay_text():
    links = [Link('"><script>', HOSTILE, "x"), Link("b", HOSTILE, HOSTILE, failed=True), Link("c", "c", HOSTILE)]
    figure = dict.fromkeys(("name", "title", "alt", "n", "page"), HOSTILE) | {"files": ['"><script>.png'], "data": None}
    computed = notebook("A", shown(f"<h2>{pages.escape(HOSTILE)}</h2>"))
    for html in (
        pages.page(pages.parts(computed, '"><script>'), '"><script>', links),
        pages.index(links, [figure], HOSTILE, links),
    ):
        parts = Tags(html)
        assert not parts.all("script")
        assert not any(k.startswith("on") for _, attrs in parts.tags for k in attrs)
        assert HOSTILE in parts.text
        assert not [a for a in asked_for(html) if "example.org" in a]


def test_widgets_and_scripts_of_an_output_are_left_out():
    data = {
        "application/javascript": "alert(1)",
        "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
        "text/plain": "said",
    }
    html = made_page(nbf.new_code_cell("w", outputs=[nbf.new_output("display_data", data)]))
    assert "alert" not in html and "said" in Tags(html).text


def test_the_ids_of_cells_do_not_reach_the_page():
    one, two = (notebook("A", *TYPICAL) for _ in range(2))
    for i, cell in enumerate(two.cells):
        cell["id"] = f"drawn-{i}"
    assert pages.page(pages.parts(one, "a"), "a", LINKS) == pages.page(pages.parts(two, "a"), "a", LINKS)


def test_same_bytes_in_two_processes(tmp_path):
    import nbformat

    nbformat.write(notebook("A", *TYPICAL, question="cell"), tmp_path / "a.ipynb")
    code = (
        "import nbformat, sys; from analysis import pages; nb = nbformat.read(sys.argv[1], 4);"
        "sys.stdout.buffer.write(pages.page(pages.parts(nb, 'a'), 'a', [pages.Link('a', pages.title_of(nb), 'a')]).encode())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "a.ipynb")],
            capture_output=True, check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12"
    ]  # fmt: skip
    assert runs[0] == runs[1] and len(runs[0]) > 5000
    assert str(tmp_path).encode() not in runs[0]


def test_the_style_is_small():
    assert len(pages.STYLE) < 10_000


@pytest.fixture
def built(tmp_path):
    figures = [
        {"name": "02-cell-grid", "files": ["02-cell-grid.svg", "02-cell-grid.png"], "data": "02-cell-grid.csv", "title": "The cell?",
         "alt": "Grid", "n": 10, "notebook": "02-question.ipynb", "page": "02-question--cell"},
        {"name": "ü #1", "files": ["ü #1.png"], "folder": "paper/wide one", "n": 0},
    ]  # fmt: skip
    (tmp_path / "build/paper/wide one").mkdir(parents=True)
    (tmp_path / "figures").mkdir()
    for file in ("02-cell-grid.svg", "02-cell-grid.png", "02-cell-grid.csv"):
        (tmp_path / "figures" / file).touch()
    (tmp_path / "build/paper/wide one/ü #1.png").touch()
    for link in LINKS:
        (tmp_path / "build" / f"{link.name}.ipynb").touch()
        if not link.failed:
            html = pages.page(pages.parts(notebook(link.title), link.name), link.name, LINKS)
            (tmp_path / "build" / f"{link.name}.html").write_text(html, encoding="utf-8")
    index = pages.index(LINKS, figures, "Why?")
    (tmp_path / "build/index.html").write_text(index, encoding="utf-8")
    return tmp_path / "build"


def test_every_link_between_files_resolves(built):
    for file in built.glob("*.html"):
        parts = Tags(file.read_text(encoding="utf-8"))
        found = [a["href"] for a in parts.all("a")] + [i["src"] for i in parts.all("img")]
        for href in found:
            if not href.startswith(("#", "https:")):
                assert (built / unquote(href)).is_file(), f"{file.name} links to {href}"


def test_the_index_groups_runs_and_says_what_failed(built):
    html = (built / "index.html").read_text(encoding="utf-8")
    assert '<li>Where do they stand?<ul><li><a href="02-question--cell.html">The cell?</a></li>' in html
    assert '<a href="02-question--turn.ipynb">The turn?</a> <strong>failed</strong>' in html
    assert html.count("failed") == 1
    assert "n = 10 · 02-cell-grid" in html and "n = 0 · ü #1" in html
    assert '<img loading="lazy" src="../figures/02-cell-grid.png" alt="Grid">' in html
    assert '<h4><a href="02-question--cell.html">The cell?</a></h4>' in html
    assert all("alt" in image for image in Tags(html).all("img"))


def test_an_index_without_figures():
    assert "Figures" not in Tags(pages.index(LINKS, [], "Why?")).text


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A machine that has only what a test puts into tmp_path/bin."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(pages, "BROWSERS", tuple(b for b in pages.BROWSERS if "/" not in b))
    (tmp_path / "page.html").write_text("<header>no</header><main>yes</main><footer>no</footer>", encoding="utf-8")
    return tmp_path


def program(folder, name, lines):
    path = folder / "bin" / name
    path.write_text(f"#!{sys.executable}\nimport sys, time\nfrom pathlib import Path\n{lines}\n", encoding="utf-8")
    path.chmod(0o755)


def test_without_browser_or_latex_a_pdf_says_what_to_install(alone):
    with pytest.raises(ValueError, match=r"install Chromium or Google Chrome .* or pandoc and xelatex"):
        pages.pdf(alone / "page.html", alone / "page.pdf")
    program(alone, "xelatex", "")
    with pytest.raises(ValueError, match="install"):
        pages.pdf(alone / "page.html", alone / "page.pdf")


RECORD = "Path(__file__).with_suffix('.args').write_text('\\n'.join(sys.argv[1:]))\n"


@pytest.mark.parametrize("root", [True, False])
def test_a_browser_is_called_with_a_profile_of_its_own(alone, monkeypatch, root):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    program(
        alone,
        "chromium-browser",
        RECORD + "[Path(a.partition('=')[2]).write_text('%PDF') for a in sys.argv if 'to-pdf' in a]",
    )
    assert pages.pdf(alone / "page.html", alone / "out/page.pdf") == "chromium-browser"
    assert (alone / "out/page.pdf").read_text() == "%PDF"
    args = (alone / "bin/chromium-browser.args").read_text().splitlines()
    assert "--headless" in args and args[-1] == (alone / "page.html").as_uri()
    assert ("--no-sandbox" in args) is root
    assert any(a.startswith(f"--user-data-dir={alone / 'out'}") for a in args)
    assert [f.name for f in (alone / "out").iterdir()] == ["page.pdf"], "nothing is left beside the PDF"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("sys.exit('one\\nno display')", "chromium failed: no display"),
        ("sys.exit(3)", "chromium failed: it does not say why"),
        ("", "chromium made no PDF of .*page.html"),
        ("__import__('subprocess').run(['/bin/sleep', '120'])", "chromium did not finish within 0.5 seconds"),
    ],
)
def test_a_browser_that_fails(alone, monkeypatch, lines, message):
    monkeypatch.setattr(pages, "PATIENCE", 0.5 if "sleep" in lines else 30)
    program(alone, "chromium", lines)
    (alone / "page.pdf").write_text("old")
    begun = time.monotonic()
    with pytest.raises(ValueError, match=message):
        pages.pdf(alone / "page.html", alone / "page.pdf")
    assert time.monotonic() - begun < 60, "a child that hangs on is not waited for"
    assert (alone / "page.pdf").read_text() == "old"


def test_latex_gets_the_text_alone(alone):
    program(alone, "xelatex", "")
    program(alone, "pandoc", RECORD + "Path(sys.argv[-1]).write_text(Path(sys.argv[1]).read_text())")
    assert pages.pdf(alone / "page.html", alone / "page.pdf") == "xelatex"
    assert (alone / "page.pdf").read_text() == "<main>yes</main>"
    assert "--pdf-engine=xelatex" in (alone / "bin/pandoc.args").read_text().splitlines()


def test_for_latex_tables_and_pictures_fit_the_paper():
    table = f"<table><tr><th>n</th><th>claim</th></tr><tr><td>1</td><td>{'word ' * 30}</td></tr></table>"
    html = pages._for_latex(f'<main><img width="900" style="max-width:none" src="a.png" alt="A">{table}</main>')
    assert '<img alt="A" src="a.png"/>' in html or '<img src="a.png" alt="A"/>' in html
    assert re.findall(r"width: (.*?)%", html) == ["11.9", "88.1"]


def test_latex_says_its_error(alone):
    program(alone, "xelatex", "")
    program(alone, "pandoc", "sys.exit('Error producing PDF.\\n! Font not found.\\nl.4')")
    with pytest.raises(ValueError, match="pandoc failed: ! Font not found"):
        pages.pdf(alone / "page.html", alone / "page.pdf")


def test_a_real_browser_prints_the_page(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    if not any(map(shutil.which, pages.BROWSERS)):
        pytest.skip("no Chromium or Chrome on this machine")
    (tmp_path / "a.html").write_text(made_page(*TYPICAL), encoding="utf-8")
    pages.pdf(tmp_path / "a.html", tmp_path / "a.pdf")
    text = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "Who agrees?" in text and "Computed." in text
    assert "All pages" not in text and "Skip" not in text
