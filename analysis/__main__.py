"""The command `stancebook`: parsing and printing only."""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.debate import REFERENCE, Debate, DebateError, Report, check_debate, load_debate

if TYPE_CHECKING:
    from analysis.passages import Excerpt

_CHECK = """\
Prints a row for each source: claims, of them reported views; links (supports and attacks); stances, silences and uncoded
propositions; and its passages (anchors). With --texts: how many passages were found letter for letter (exact), found with
something forgiven (a scanning error, a note inside), or not found in your copy. `core` counts the propositions of the short set.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 if there are problems, 2 if it was called wrongly."""
    given = _parser().parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        return int(given.run(given))
    except (DebateError, ValueError) as error:  # both are written for the reader
        print(f"stancebook: {error}", file=sys.stderr)
        return 1
    except _UsageError as error:
        print(f"stancebook: {error}", file=sys.stderr)
        return 2
    except OverflowError:
        print("stancebook: a number is too large", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of our output has gone (`| head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"stancebook: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stancebook", description="Compare what the authors of a debate claim.")
    parser.add_argument("--version", action="version", version=f"stancebook {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str, description: str | None = None) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=description or f"{help[0].upper()}{help[1:]}.")
        added.set_defaults(run=run)
        return added

    check = command("check", _check, "check a debate's files, and its passages if you have the texts", _CHECK)
    check.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    check.add_argument(
        "--texts",
        type=Path,
        metavar="DIR",
        help="folder with your copies, named <source>.txt (default: the debate's texts/, if there are any)",
    )
    check.add_argument("--json", action="store_true", help="print problems and counts as JSON")

    build = command("build", _build, "run the notebooks and make the figures")
    build.add_argument("--jobs", type=_positive, default=2, metavar="N", help="runs at a time (default: 2)")
    build.add_argument("--only", metavar="NAME", help="one notebook (02-question) or one run (02-question--cell)")

    texts = command("texts", _texts_add, "take your copy of a text into the debate's folder (it is never shared)")
    texts.add_argument("action", choices=["add"])
    texts.add_argument("source", help="which source it is, e.g. harris-2017")
    texts.add_argument("file", type=Path, help="PDF, HTML, DOCX, EPUB or plain text")
    texts.add_argument("--replace", action="store_true", help="replace the copy that is there")

    passage = command("passage", _passage, "show the passage of a claim in your copy")
    passage.add_argument("claim", help="e.g. harris-2017/nothing-inevitable")
    passage.add_argument(
        "--sentences", type=_positive, default=2, metavar="N", help="sentences before and after (default: 2)"
    )

    find = command("find", _find, "find words in your copies, and the claims that rest there")
    find.add_argument("words", help='words, or a "quoted phrase"')
    find.add_argument("--source", help="in one source only")
    find.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most N places (default: 20)")

    uncovered = command(
        "uncovered", _uncovered, "list the stretches of your copies that no claim touches, longest first"
    )
    uncovered.add_argument("--source", help="in one source only")
    uncovered.add_argument("--limit", type=_positive, default=20, metavar="N", help="at most N stretches (default: 20)")

    anchor = command("anchor", _anchor, "print the anchor of a passage for a coding file, in its shortest unique form")
    anchor.add_argument("source")
    anchor.add_argument("first", help="the passage's first words")
    anchor.add_argument("last", help="its last words")

    seal = command("seal", _seal, "compute letters and skeleton of the anchors and write them into the coding files")
    for needing_texts in (texts, passage, find, uncovered, anchor, seal):
        needing_texts.add_argument(
            "debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)"
        )
        if needing_texts is not texts:
            needing_texts.add_argument(
                "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
            )
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


class _UsageError(Exception):
    """The command was called wrongly; the message says how to call it."""


def _folder(given: argparse.Namespace) -> Path:
    """The debate's folder, or the only one there is."""
    found = [p.parent for p in Path("data").glob("*/debate.yml")]
    if given.debate or len(found) == 1:
        return given.debate or found[0]
    raise _UsageError("name the debate's folder, e.g. data/soviet-dictatorship")


# check and build


def _check(given: argparse.Namespace) -> int:
    folder = _folder(given)
    if given.texts and not given.texts.is_dir():
        raise _UsageError(f"there is no folder {given.texts} for --texts")
    own = folder / "texts"
    texts = given.texts or (own if any(own.glob("*.txt")) else None)
    report = check_debate(folder, texts)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_report(report, texts is not None)
    return 1 if report.problems else 0


def _print_report(report: Report, with_texts: bool) -> None:
    for problem in report.problems:
        print(problem)
    found = report.as_json()
    if report.debate:
        _print_counts(report, found["sources"])
        print(
            f"{found['counts']['questions']} questions, {found['counts']['propositions']} propositions, {found['counts']['core']} core"
        )
        _print_coders(report.debate)
    if not with_texts:
        print("Passages not checked: that needs your copies of the texts (--texts DIR).")
    elif missing := [k for k, c in found["sources"].items() if c["anchors"] and c["anchors_resolved"] is None]:
        print(f"Passages not checked for want of a copy: {', '.join(missing)}.")
    print(
        f"{len(report.problems)} problem{'' if len(report.problems) == 1 else 's'}"
        if report.problems
        else "No problems."
    )


def _print_counts(report: Report, sources: dict[str, dict[str, int | None]]) -> None:
    head = ["claims", "reported", "links", "stances", "silences", "uncoded", "anchors", "exact", "forgiven", "failed"]
    head = head if report.resolved else head[:7]
    print(f"{'source':<22}" + "".join(f"{h:>10}" for h in head))
    for key, counts in sources.items():
        statuses = report.resolved.get(key)
        cells = [str(counts[h]) for h in head[:7]]
        if report.resolved:
            found = [statuses["exact"], statuses["forgiven"]] if statuses else []
            cells += [*map(str, found), str(statuses.total() - sum(found))] if statuses else ["–"] * 3
        print(f"{key:<22}" + "".join(f"{c:>10}" for c in cells))


def _print_coders(debate: Debate) -> None:
    """The coders beside the reference, and the sources that the reference leaves out."""
    for coder in debate.coders:
        done = [s for c, s in debate.codings if c == coder]
        if coder != REFERENCE:
            print(f"codings/{coder}: {len(done)} of {len(debate.sources)} sources ({debate.coders[coder].label})")
        elif missing := [s for s in debate.sources if s not in done]:
            print(f"Not coded in codings/{coder}: {', '.join(missing)}.")


def _build(given: argparse.Namespace) -> int:
    from tqdm import tqdm

    from analysis.build import BuildError, Job, build

    def progress(plan: list[Job]) -> Any:
        return tqdm(total=len(plan), unit="run", desc="building")

    try:
        failures = build(Path("notebooks"), Path("build"), Path("figures"), given.jobs, given.only, progress)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        print(f"{len(failures)} of the runs failed; the others are done.", file=sys.stderr)
    print("Figures in figures/ (with manifest.json), pages to read in build/*.html.")
    return 1 if failures else 0


# The reader's copies


def _texts_add(given: argparse.Namespace) -> int:
    from analysis.passages import added

    folder = _folder(given)
    debate = load_debate(folder)
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

    folder = _folder(given)
    debate = load_debate(folder)
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

    folder = _folder(given)
    places = found(load_debate(folder), given.words, given.source, given.texts, given.limit)
    for row in places.itertuples():
        claimed = f"  [{', '.join(row.claims)}]" if row.claims else ""
        print(f"{row.source}{_page(row.page)}: … {row.before} »{row.match}« {row.after} …{claimed}")
    print(f"{len(places)} place{'s' if len(places) != 1 else ''}." if len(places) else "Nothing found.")
    return 0


def _uncovered(given: argparse.Namespace) -> int:
    from analysis.passages import uncovered

    folder = _folder(given)
    chosen = uncovered(load_debate(folder), given.texts, source=given.source)
    for row in chosen.head(given.limit).itertuples():
        print(f"{row.words:>6} words  {row.source}{_page(row.page)}: {row.first} … {row.last}")
    print(f"{min(len(chosen), given.limit)} of {len(chosen)} stretches.")
    return 0


def _page(value: Any) -> str:
    """“, page 7” or nothing: a table has no page where the copy has none."""
    return f", page {value}" if str(value).isdigit() else ""


def _anchor(given: argparse.Namespace) -> int:
    from analysis.passages import new_anchor

    folder = _folder(given)
    print(f"- {new_anchor(load_debate(folder), given.source, given.first, given.last, given.texts)}")
    return 0


def _seal(given: argparse.Namespace) -> int:
    from analysis.passages import seal

    folder = _folder(given)
    files = seal(load_debate(folder), given.texts)
    for file in files:
        print(f"{file.file}: {file.sealed} anchors sealed")
        for problem in file.left:
            print(f"  {problem}")
    return 1 if any(f.left for f in files) else 0


if __name__ == "__main__":
    sys.exit(main())
