"""`page`, `explore` and `adopt`: a debate to click through, and readings against it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from analysis.commands.words import UsageError, add_debate, command, debate_folder, positive
from analysis.counts import counted

_PAGE = """\
Writes one HTML file with grid, cards, pairs and argument maps of a debate. It needs no server and no network, and holds no passage:
of each, its first and last words. A file that is there is replaced if it is such a page.
"""
_EXPLORE = """\
Opens the explorer of a debate as an app in the browser. It listens on this machine only, under an address with a key, and asks nothing of
the network. What you read otherwise is kept only if you say so, in a folder of its own beside the reference.
"""
_ADOPT = """\
Puts a coder's reading into the reference in place of its own, and both readings with the reason into codings/adjudication.md. The rest of
the reference file stays as it is, and so does the counter-reading. Run `stancebook build` afterwards: figures that rest on it change.
"""


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    page = command(commands, "page", _page_written, "write one self-contained page to browse the debate with", _PAGE)
    add_debate(page)
    page.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it (default: <debate's folder>.html, here)"
    )
    page.add_argument("--coder", default="reference", metavar="NAME", help="whose coding to show (default: reference)")
    page.add_argument("--replace", action="store_true", help="replace a file that is no such page")

    explore = command(
        commands,
        "explore",
        _explore,
        "explore a debate in the browser: click a cell, read the reason and the passage",
        _EXPLORE,
    )
    add_debate(explore)
    explore.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
    )
    explore.add_argument(
        "--class", dest="students", type=Path, metavar="DIR",
        help="folder of a class, whose students, under pseudonyms, are coders to choose from",
    )  # fmt: skip
    explore.add_argument(
        "--port",
        type=positive,
        default=8866,
        metavar="N",
        help="where on this machine (default: 8866, or near it if taken)",
    )
    explore.add_argument("--no-browser", action="store_true", help="only say where it is")

    adopt = command(
        commands, "adopt", _adopt, "take a counter-reading into the reference, and put on record why", _ADOPT
    )
    adopt.add_argument("coder", help="whose reading, e.g. anna-k")
    adopt.add_argument("reading", help="e.g. gusev-2008/cell-checks-management")
    adopt.add_argument("--because", required=True, metavar="WHY", help="why it is the better reading")
    add_debate(adopt)


def _page_written(given: argparse.Namespace) -> int:
    from analysis.browse import is_page, page
    from analysis.debate import load_debate
    from analysis.reading import write

    folder = debate_folder(given)
    file = given.output or Path(f"{folder.resolve().name}.html")
    if file.is_dir():
        raise UsageError(f"{file} is a folder; name a file, e.g. {file / folder.resolve().name}.html")
    if file.exists() and not given.replace and not is_page(file):
        raise UsageError(f"{file} is there and is not such a page; choose another name, or add --replace")
    content = page(load_debate(folder, coders=[given.coder]), given.coder).encode()
    written = write(file, content)
    print(f"{file}: {len(content) / 1000:,.0f} kB{'' if written else ', as it was'}.")
    return 0


def _explore(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.explorer.serving import serve

    folder = debate_folder(given)
    if given.texts and not given.texts.is_dir():
        raise UsageError(f"there is no folder {given.texts} for --texts")
    if given.port > 65_535:
        raise UsageError("a port is a number up to 65535")
    debate = load_debate(folder)  # what is wrong with it is said here, not in the browser
    if given.students:
        from analysis.classroom import with_class

        with_class(debate, given.students)
    serve(folder, given.texts, given.students, given.port, not given.no_browser)
    return 0


def _adopt(given: argparse.Namespace) -> int:
    from analysis.adoption import adopt
    from analysis.debate import load_debate

    source, slash, proposition = given.reading.partition("/")
    if not slash:
        raise UsageError(f"name the reading as source/proposition, not “{given.reading}”")
    folder = debate_folder(given)
    done = adopt(load_debate(folder), given.coder, source, proposition, given.because)
    more = f", and {counted(len(done.claims), 'claim')} added" if done.claims else ""
    print(f"{folder}/codings/reference/{source}.yml: {proposition} read as by {given.coder}{more}.")
    print(f"{folder}/codings/adjudication.md: the reason is on record.")
    return 0
