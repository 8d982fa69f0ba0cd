"""`texts`, `passage`, `find`, `uncovered`, `anchor` and `seal`: the reader's own copies."""

from __future__ import annotations

import argparse
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.words import add_debate, command, debate_folder, positive
from analysis.counts import counted

if TYPE_CHECKING:
    from analysis.debate import Debate
    from analysis.passages import Excerpt


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    texts = command(
        commands, "texts", _texts_add, "take your copy of a text into the debate's folder (it is never shared)"
    )
    texts.add_argument("action", choices=["add"])
    texts.add_argument("source", help="which source it is, e.g. harris-2017")
    texts.add_argument("file", type=Path, help="PDF, HTML, DOCX, EPUB or plain text")
    texts.add_argument("--replace", action="store_true", help="replace the copy that is there")

    passage = command(commands, "passage", _passage, "show the passage of a claim in your copy")
    passage.add_argument("claim", help="e.g. harris-2017/nothing-inevitable")
    passage.add_argument(
        "--sentences", type=positive, default=2, metavar="N", help="sentences before and after (default: 2)"
    )

    find = command(commands, "find", _find, "find words in your copies, and the claims that rest there")
    find.add_argument("words", help='words, or a "quoted phrase"')
    find.add_argument("--source", help="in one source only")
    find.add_argument("--limit", type=positive, default=20, metavar="N", help="at most N places (default: 20)")

    uncovered = command(
        commands, "uncovered", _uncovered, "list the stretches of your copies that no claim touches, longest first"
    )
    uncovered.add_argument("--source", help="in one source only")
    uncovered.add_argument("--limit", type=positive, default=20, metavar="N", help="at most N stretches (default: 20)")

    anchor = command(
        commands, "anchor", _anchor, "print the anchor of a passage for a coding file, in its shortest unique form"
    )
    anchor.add_argument("source")
    anchor.add_argument("first", help="the passage's first words")
    anchor.add_argument("last", help="its last words")

    seal = command(
        commands, "seal", _seal, "compute letters and skeleton of the anchors and write them into the coding files"
    )
    for needing_texts in (texts, passage, find, uncovered, anchor, seal):
        add_debate(needing_texts)
        if needing_texts is not texts:
            needing_texts.add_argument(
                "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
            )


def _readable(given: argparse.Namespace) -> Debate:
    """The debate as far as it can be read.  Whoever mends an anchor needs these commands: that anchor, or any other slip, must not stop them."""
    from analysis.debate import load_readable

    debate, problems = load_readable(debate_folder(given))
    if problems:
        files = ", ".join(dict.fromkeys(p.file for p in problems))
        said = f"{counted(len(problems), 'problem')} in {files} (`stancebook check` names each)"
        print(f"stancebook: {said}; going on with what can be read", file=sys.stderr)
    return debate


def _texts_add(given: argparse.Namespace) -> int:
    from analysis.passages import added

    folder = debate_folder(given)
    debate = _readable(given)
    taken = added(debate, given.source, given.file, given.replace)
    paged = f", {taken.pages} pages" if taken.pages > 1 else ""
    print(
        f"{folder}/texts/{taken.key}.txt: {taken.words:,} words{paged}; {taken.resolved} of {taken.anchors} passages found."
    )
    if taken.failed:
        print(f"Not found: {', '.join(taken.failed)}.")
    return 0


def _passage(given: argparse.Namespace) -> int:
    from analysis.passages import claim_named, context, web_link

    debate = _readable(given)
    key, claim = claim_named(debate, given.claim)
    holder = f", {claim.holder}" if claim.holder else ""
    print(f"{debate.sources[key].label}, {key}/{claim.id} ({claim.voice}{holder})")
    print(textwrap.indent(textwrap.fill(claim.text, 92), "  "))
    excerpts = context(debate, given.claim, given.sentences, given.texts)
    for excerpt in excerpts:
        _print_excerpt(excerpt)
    if link := web_link(debate.sources[key], claim):
        print(f"\n{link}")
    return 0 if all(e.passage for e in excerpts) else 1


def _print_excerpt(excerpt: Excerpt) -> None:
    page = f", page {excerpt.page} of your copy" if excerpt.page else ""
    notes = f" ({excerpt.notes})" if excerpt.notes else ""
    print(f"\n[{excerpt.status}{page}]{notes}")
    if excerpt.passage:
        words = f"{excerpt.before} »{excerpt.passage}« {excerpt.after}".strip()
        print(textwrap.fill(words, 96))


def _find(given: argparse.Namespace) -> int:
    from analysis.passages import found

    places = found(_readable(given), given.words, given.source, given.texts, given.limit)
    for row in places.itertuples():
        claimed = f"  [{', '.join(row.claims)}]" if row.claims else ""
        print(f"{row.source}{_page(row.page)}: … {row.before} »{row.match}« {row.after} …{claimed}")
    print(f"{len(places)} place{'s' if len(places) != 1 else ''}." if len(places) else "Nothing found.")
    return 0


def _uncovered(given: argparse.Namespace) -> int:
    from analysis.passages import uncovered

    chosen = uncovered(_readable(given), given.texts, source=given.source)
    for row in chosen.head(given.limit).itertuples():
        print(f"{row.words:>6} words  {row.source}{_page(row.page)}: {row.first} … {row.last}")
    print(f"{min(len(chosen), given.limit)} of {len(chosen)} stretches.")
    return 0


def _page(value: Any) -> str:
    """“, page 7” or nothing: a table has no page where the copy has none."""
    return f", page {value}" if str(value).isdigit() else ""


def _anchor(given: argparse.Namespace) -> int:
    from analysis.passages import new_anchor

    print(f"- {new_anchor(_readable(given), given.source, given.first, given.last, given.texts)}")
    return 0


def _seal(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.passages import seal

    folder = debate_folder(given)
    files = seal(load_debate(folder), given.texts)
    for file in files:
        print(f"{file.file}: {file.sealed} anchors sealed")
        for problem in file.left:
            print(f"  {problem}")
    return 1 if any(f.left for f in files) else 0
