"""Executed notebooks → pages that need no network.

A page is one file: nbconvert turns the notebook into HTML, which is put into a shell of our own with
its style inside.  There are no scripts, and the page forbids itself every address but its own pictures.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from nbformat import NotebookNode

BETWEEN = " · "  # between a notebook's own title and what one run of it is about
SHOWN = (
    "text/html",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/markdown",
    "text/plain",
)  # no scripts, no widgets
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Link:
    """One run of a notebook, as other pages name it: `name` is the stem of its files, `group` that of its notebook.

    `undrawn`: of a run without any figure, why there is none.
    """

    name: str
    title: str
    group: str
    failed: bool = False
    undrawn: str = ""

    @property
    def href(self) -> str:
        """The page; of a failed run, the half-run notebook."""
        return quote(self.name) + (".ipynb" if self.failed else ".html")


def title_of(notebook: NotebookNode) -> str:
    """The notebook's title and what this run of it is about, as far as it says either.

    What the run is about stands in the heading that it computed, or else in the parameters it was given.
    """
    prose = (line for c in notebook.cells if c.cell_type == "markdown" for line in c.source.splitlines())
    title = next((re.sub(r"[*`]", "", line.lstrip("#")).strip() for line in prose if re.match(r"#+ ", line)), "")
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    said = (_words(v) for k, v in given.items() if k not in ("debate", "preset"))  # these are paths, or said elsewhere
    about = next(_computed_headings(notebook), "") or ", ".join(filter(None, said))
    return BETWEEN.join(filter(None, [title, about]))


def _computed_headings(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if found := re.fullmatch(r"\s*<h2\b[^>]*>(.*?)</h2>\s*", output.get("data", {}).get("text/html", ""), re.S):
                yield unescape(re.sub(r"<[^>]*>", "", found[1]))


def _undrawn(notebook: NotebookNode) -> Iterator[str]:
    """The sentences that stand in place of figures (see `figures.undrawn`)."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if why := output.get("metadata", {}).get("text/html", {}).get("undrawn"):
                yield str(why)


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def parts(notebook: NotebookNode, name: str) -> dict[str, str]:
    """What a page is made of, before it is put among the others: `title`, `contents` and `body`, the last two as HTML.

    `undrawn` is the first sentence that stands in place of a figure, if any does.
    """
    body = _body(notebook)
    title = title_of(notebook) or name
    if not body.h1:
        heading = body.new_tag("h1")
        heading.string = title
        body.insert(0, heading)
    contents = "".join(
        f'<li class="{h.name}"><a href="#{quote(str(h["id"]))}">{escape(h.get_text().strip())}</a></li>'
        for h in _headings(body)
    )
    return {"title": title, "contents": contents, "body": str(body), "undrawn": next(_undrawn(notebook), "")}


def page(parts: dict[str, str], name: str, others: Sequence[Link] = ()) -> str:
    """One executed notebook as a complete HTML page, from its `parts`.

    `others` are all runs in reading order, this one among them; from them come the list of pages and
    the links to the page before and the page after.  Without any, the page stands alone.
    """
    contents = parts["contents"]
    nav = f'<nav class="contents" aria-label="On this page"><details open><summary>On this page</summary><ul>{contents}</ul></details></nav>'
    listed = f'<details><summary>All pages</summary><div class="pages">{_listing(others, name)}</div></details>'
    header = (
        f'<header><nav aria-label="Pages"><a href="index.html">Index</a>{listed}</nav></header>\n' if others else ""
    )
    return _shell(
        parts["title"],
        f'{header}<div class="sheet">\n{nav if contents else ""}\n<main id="start">\n{parts["body"]}\n</main>\n</div>\n'
        f'<footer>{_neighbours(others, name)}<p>The code is in the notebook, <a href="{quote(name)}.ipynb">{escape(name)}.ipynb</a>.</p></footer>',
    )


def index(entries: Sequence[Link], figures: Sequence[dict[str, Any]], title: str, debates: Sequence[Link] = ()) -> str:
    """The page that says what there is to read: the pages of the debates, then the runs and the figures, by notebook.

    `figures` are entries of the manifest; `page` in one names the page it stands on, and `folder` where its
    files are, seen from the index (`../figures` if it doesn't say).
    """
    heads = {e.group: e.title.partition(BETWEEN)[0] for e in entries}
    galleries = [
        f'<h3>{escape(heads.get(group, group))}</h3>\n<ul class="gallery">\n{"".join(map(_thumbnail, some))}</ul>\n'
        for group, some in itertools.groupby(figures, key=lambda f: Path(f.get("notebook", "")).stem)
    ]
    return _shell(
        title,
        f'<main id="start" class="index">\n<h1>{escape(title)}</h1>\n'
        "<p>What the authors of this debate claim, where they disagree, and how far one can tell: the notebooks as pages to read, "
        "and every figure with its data.</p>\n"
        f"{''.join(map(_door, debates))}"
        f'<h2>Pages</h2>\n<div class="pages">{_listing(entries)}</div>\n'
        f"{'<h2>Figures</h2>' if galleries else ''}\n{''.join(galleries)}</main>",
    )


def _door(debate: Link) -> str:
    return (
        f'<p class="door"><a href="{debate.href}">Browse: {escape(debate.title)}</a> Grid with filters and search, the reasons '
        "behind every cell and where they stand in the text, pairs, argument maps, on one page that can be handed round as it is.</p>\n"
    )


def _thumbnail(figure: dict[str, Any]) -> str:
    folder, name = figure.get("folder", "../figures"), escape(figure["name"])
    files = [*figure.get("files", []), *filter(None, [figure.get("data")])]
    hrefs = {Path(f).suffix[1:]: quote(f"{folder}/{f}") for f in files}
    picture = hrefs.get("png") or hrefs.get("svg")
    image = f'<img loading="lazy" src="{picture}" alt="{escape(figure.get("alt", ""))}">' if picture else ""
    home = f"{quote(figure['page'])}.html" if figure.get("page") else picture
    words = escape(figure.get("title") or figure["name"])
    heading = f'<a href="{home}">{words}</a>' if home else words
    n = f"n = {escape(str(figure['n']))} · " if figure.get("n") is not None else ""
    links = " ".join(
        f'<a href="{h}" aria-label="{name} as {kind.upper()}">{kind.upper()}</a>' for kind, h in hrefs.items()
    )
    return f"<li>{image}<h4>{heading}</h4><p>{n}{name}</p><p>{links}</p></li>\n"


def _listing(links: Sequence[Link], here: str = "") -> str:
    """All runs, those of one notebook under its title."""
    items = []
    for group, runs in itertools.groupby(links, key=lambda link: link.group):
        several = list(runs)
        heads = {r.title.partition(BETWEEN)[0] for r in several}
        if len(several) == 1:
            items.append(_entry(several[0], several[0].title, here))
            continue
        head = heads.pop() if len(heads) == 1 else group
        rest = "".join(_entry(r, r.title.removeprefix(head + BETWEEN), here) for r in several)
        items.append(f"<li>{escape(head)}<ul>{rest}</ul></li>")
    return f"<ul>{''.join(items)}</ul>"


def _entry(link: Link, words: str, here: str) -> str:
    current = ' aria-current="page"' if link.name == here else ""
    failed = " <strong>failed</strong> (the notebook as far as it ran)" if link.failed else ""
    why = f'<p class="undrawn">{escape(link.undrawn)}</p>' if link.undrawn and not here else ""
    return f'<li><a href="{link.href}"{current}>{escape(words)}</a>{failed}{why}</li>'


def _neighbours(links: Sequence[Link], here: str) -> str:
    pages = [link for link in links if not link.failed or link.name == here]
    places = [i for i, link in enumerate(pages) if link.name == here]
    if not places:
        return ""
    before, after = pages[: places[0]][-1:], pages[places[0] + 1 :][:1]
    return (
        '<nav aria-label="Before and after">'
        + "".join(f'<a rel="prev" href="{p.href}"><span>Before</span> {escape(p.title)}</a>' for p in before)
        + "".join(f'<a rel="next" href="{p.href}"><span>After</span> {escape(p.title)}</a>' for p in after)
        + "</nav>"
    )


@functools.cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    return HTMLExporter(
        template_name="basic", exclude_input=True, exclude_input_prompt=True, exclude_output_prompt=True,
        exclude_anchor_links=True, default_preprocessors=[],  # after each of them, nbconvert would validate the notebook
        config=Config({"NbConvertBase": {"display_data_priority": list(SHOWN)}}),
    )  # fmt: skip


def _body(notebook: NotebookNode) -> BeautifulSoup:
    """What nbconvert makes of the notebook, without the ids of cells, which papermill draws at random, and without empty cells."""
    from bs4 import BeautifulSoup

    body = BeautifulSoup(_exporter().from_notebook_node(notebook)[0], "html.parser")
    for prompt in body("div", class_="prompt"):
        prompt.decompose()
    for cell in body("div", class_="cell"):
        del cell["id"]
        if not cell.find(True, class_=["text_cell_render", "output_area"]):
            cell.decompose()
    for extra in body("h1")[1:]:
        extra.name = "h2"
    for table in body("table"):  # one that is too wide scrolls by itself; the keyboard reaches it, too
        table.wrap(
            body.new_tag("div", attrs={"class": "wide", "tabindex": "0", "role": "group", "aria-label": "Table"})
        )
    for picture in [figure.div for figure in body("figure") if figure.div]:
        picture.attrs |= {"tabindex": "0", "role": "group", "aria-label": "Figure"}
    for item in [li for li in body("li") if li.parent and li.parent.name not in ("ul", "ol")]:
        before = item.find_previous_sibling()
        if before is not None and before.name == "ul" and before.get("class") == ["said"]:
            before.append(item.extract())
        else:
            item.wrap(body.new_tag("ul", attrs={"class": "said"}))
    return body


def _headings(body: BeautifulSoup) -> list[Tag]:
    """The headings below the title, each with an id of its own."""
    seen = {"start"}
    headings = body(["h2", "h3"])
    for h in headings:
        wanted = str(h.get("id") or re.sub(r"\W+", "-", h.get_text()).strip("-"))
        numbered = (f"{wanted}-{k}" for k in itertools.count(2))
        h["id"] = own = next(i for i in itertools.chain([wanted], numbered) if i not in seen)
        seen.add(own)
    return headings


def _shell(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#start">Skip to the text</a>\n{body}\n</body>\n</html>\n'
    )


def printed(html: str, out: Path) -> None:
    """Write a complete page that is no file yet as PDF; `ValueError` as `pdf`."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="page-") as aside:
        page = Path(aside, "page.html")
        page.write_text(html, encoding="utf-8", errors="replace")
        pdf(page, out)


def pdf(html_file: Path, out: Path) -> str:
    """Print a page to PDF and return the name of the program that did: a Chromium, or else LaTeX by way of pandoc.

    `ValueError` if neither is there, or if it fails.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser and not (shutil.which("pandoc") and shutil.which("xelatex")):
        raise ValueError(
            "a PDF needs a browser or LaTeX, and neither is here; install Chromium or Google Chrome "
            "(Debian, Ubuntu: apt install chromium; macOS: brew install --cask google-chrome), or pandoc and xelatex (TeX Live)"
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    # beside its place, not in /tmp: a Chromium from a snap has a /tmp of its own
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="printing-", ignore_cleanup_errors=True) as aside:
        made = Path(aside, "page.pdf")
        command = _print_command(browser, html_file, made) if browser else _latex_command(html_file, made)
        _run(command, Path(aside, "errors"))
        if not made.is_file():
            raise ValueError(f"{Path(browser or 'xelatex').name} made no PDF of {html_file}")
        made.replace(out)
    return Path(browser).name if browser else "xelatex"


def _print_command(browser: str, html_file: Path, made: Path) -> list[str]:
    return [
        browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={made.parent / 'profile'}",
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # Chromium refuses to start as root otherwise
        "--no-pdf-header-footer", f"--print-to-pdf={made.resolve()}", html_file.resolve().as_uri(),
    ]  # fmt: skip


def _latex_command(html_file: Path, made: Path) -> list[str]:
    source = made.with_suffix(".html")
    source.write_text(_for_latex(html_file.read_text(encoding="utf-8")), encoding="utf-8")
    here = r"header-includes=\usepackage{float}\floatplacement{figure}{H}"  # figures stay where they are spoken of
    return [
        "pandoc", str(source), "--from=html", "--pdf-engine=xelatex", "-V", "geometry:margin=18mm", "-V", here, "-o", str(made),
    ]  # fmt: skip


def _for_latex(html: str) -> str:
    """The text of a page; nothing in it is wider than the paper, as LaTeX would break neither tables nor pictures."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    text = soup.main or soup
    for picture in text("img"):
        picture.attrs = {name: picture[name] for name in ("src", "alt") if name in picture.attrs}
    for table in text("table"):
        cells = [[cell.get_text() for cell in row(["th", "td"])] for row in table("tr")]
        weights = [_weight(column) for column in itertools.zip_longest(*cells, fillvalue="")]
        widths = soup.new_tag("colgroup")
        for weight in weights:
            widths.append(soup.new_tag("col", attrs={"style": f"width: {100 * weight / sum(weights):.1f}%"}))
        table.insert(0, widths)
    return str(text)


def _weight(column: tuple[str, ...]) -> int:
    """How wide a column wants to be: its longest word, or a good part of its longest cell."""
    words = [len(word) + 3 for cell in column for word in cell.split()]
    return min(40, max([5, *words, *(len(cell) // 4 for cell in column)]))


def _run(command: list[str], errors: Path) -> None:
    program = Path(command[0]).name
    with errors.open("wb") as said:  # a file, not a pipe: a child that outlives its browser would keep a pipe open
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=said, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            raise ValueError(f"{program} did not finish within {PATIENCE} seconds; print less at a time") from None
    if done.returncode:
        lines = errors.read_text(errors="replace").strip().splitlines() or ["it does not say why"]
        reason = next((line for line in lines if line.startswith("!")), lines[-1])  # so LaTeX marks its errors
        raise ValueError(f"{program} failed: {reason}")


POLICY = (
    "default-src 'none'; img-src data: file: 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)

STYLE = """
:root { --ink: #1c1b1a; --soft: #5b5751; --line: #dcd8d1; --link: #0b5394; --wash: #f6f4f0;
  --text: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Noto Serif", "Liberation Serif", Georgia, serif;
  --plain: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
*, ::before, ::after { box-sizing: border-box; }
html { background: #fff; color: var(--ink); font: 1.0625rem/1.6 var(--text); -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
body { margin: 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: #fff; font-family: var(--plain); z-index: 1; }
.skip:focus { left: 1rem; top: .5rem; }
header, .sheet, footer, .index { max-width: 80rem; margin: 0 auto; padding: 0 1.25rem; }
header, footer, .contents { font: .875rem/1.45 var(--plain); }
header { padding-top: .8rem; padding-bottom: .8rem; }
header nav { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; border-bottom: 1px solid var(--line); padding-bottom: .7rem; }
header details[open] { flex-basis: 100%; }
summary { cursor: pointer; color: var(--soft); width: max-content; }
summary:hover { color: var(--ink); }
header ul, .contents ul, .pages ul { list-style: none; margin: 0; padding: 0; }
.pages > ul { max-width: 46rem; }
.pages li { margin: .5rem 0; }
.pages li ul { margin: .15rem 0 .8rem; padding-left: 1rem; border-left: 2px solid var(--line); }
.pages li li { margin: .3rem 0; }
.pages .undrawn { margin: 0; font-size: .88rem; color: var(--soft); }
[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.contents ul { margin-top: .4rem; }
.contents li { margin: .4rem 0; }
.contents .h3 { padding-left: .9rem; }
.contents a { text-decoration: none; }
.contents a:hover { text-decoration: underline; }
h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; max-width: 40rem; margin: 2.4rem 0 .7rem; scroll-margin-top: 1rem; }
h1 { font-size: 1.9rem; margin-top: 1.2rem; }
h2 { font-size: 1.4rem; }
h3 { font-size: 1.15rem; }
main p, main ul, main ol, blockquote { max-width: 40rem; }
main p { margin: .8rem 0; }
main li { margin: .3rem 0; }
main code { font-size: .88em; background: var(--wash); padding: .1em .25em; border-radius: 3px; overflow-wrap: anywhere; }
main pre { font-size: .82rem; line-height: 1.45; background: var(--wash); padding: .8rem; overflow-x: auto; }
main img { max-width: 100%; height: auto; }
figure { margin: 1.6rem 0; }
figure img { display: block; }
figcaption { font: .84rem/1.5 var(--plain); color: var(--soft); max-width: 46rem !important; margin-top: .6rem; }
.wide { overflow-x: auto; margin: 1.4rem 0; }
table { border-collapse: collapse; width: max-content; max-width: max(100%, 44rem); font: .84rem/1.45 var(--plain); border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
th, td { padding: .45rem .9rem .45rem 0; text-align: left; vertical-align: top; min-width: 3.5rem; overflow-wrap: break-word; font-variant-numeric: tabular-nums; }
thead th { border-bottom: 1px solid var(--ink); vertical-align: bottom !important; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
footer { padding-top: 2rem; padding-bottom: 3rem; color: var(--soft); }
footer nav { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem 2rem; border-top: 1px solid var(--line); padding-top: 1rem; }
footer nav span { display: block; color: var(--soft); }
footer [rel=next] { grid-column: 2; text-align: right; }
.door { font: .92rem/1.5 var(--plain); border: 1px solid var(--line); border-left: 4px solid var(--link); padding: .7rem 1rem; }
.door a { display: block; font: 600 1.1rem/1.35 var(--text); }
.gallery { max-width: none !important; list-style: none; padding: 0; display: grid; gap: 2rem 1.5rem;
  grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); font: .84rem/1.4 var(--plain); }
.gallery li { position: relative; margin: 0; }
.gallery img { display: block; width: 100%; height: 11rem; object-fit: contain; border: 1px solid var(--line); padding: .5rem; font-size: 0; }
.gallery h4 { font: 600 .92rem/1.35 var(--plain); margin: .6rem 0 .2rem; }
.gallery h4 a::after { content: ""; position: absolute; inset: 0 0 auto 0; height: 11rem; }
.gallery p { margin: 0; color: var(--soft); }
.gallery p a { display: inline-block; min-width: 1.5rem; padding: .2rem 0; margin-right: .5rem; }
@media (min-width: 75rem) {
  .sheet:has(.contents) { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 3rem; }
  .contents { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; align-self: start; padding: 1.5rem 0; }
}
@media (max-width: 40rem) {
  html { font-size: 1rem; }
  h1 { font-size: 1.6rem; }
  figure img { max-width: none !important; }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  @page wide { size: A4 landscape; }
  figure:has(img[style*="max-width:none"]) { page: wide; }
  html { font-size: 10pt; }
  header, footer, .contents, .skip { display: none !important; }
  .sheet { display: block !important; padding: 0; max-width: none; }
  .wide, figure > div { overflow: visible !important; }
  figure, tr, .gallery li { break-inside: avoid; }
  figure img { max-width: 100% !important; max-height: 22cm; object-fit: contain; object-position: left top; }
  figure img[style*="max-width:none"] { width: 100%; max-height: 14cm; }
  h1, h2, h3, h4 { break-after: avoid; }
  thead { display: table-header-group; }
  table { font-size: .78rem; }
  p, li { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
}
"""
