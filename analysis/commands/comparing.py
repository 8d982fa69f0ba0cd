"""`diff` and `confirm`: what changed between two debates or codings, and what still holds after a rewording."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from analysis.commands.words import UsageError, command, debate_folder
from analysis.counts import counted

_DIFF = """\
A and B are each a coder (first), the folder of a debate, the folder or file of a coding, or a git revision (HEAD~3, v1.0), which may be
followed by such a path (v1.0:data/soviet-dictatorship/codings/first). Without B the working folder is compared. Revisions are read from
the repository; nothing in it changes. Of two coders, values, certainty and silences are compared; their reasons are in words of their own.
"""
_CONFIRM = """\
Says of readings that they hold under the present wording of their propositions: read them again first. Into the coding files goes, under
`wordings`, a short hash of each proposition's sentence and note; nothing else in them changes. When a proposition is reworded later, the
readings of it are stale until they are confirmed: `stancebook check`, captions and cards say so.
"""


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    diff = command(commands, "diff", _diff, "say what changed between two versions of a debate, or two codings", _DIFF)
    diff.add_argument("a", metavar="A", help="e.g. HEAD~3, or first")
    diff.add_argument("b", metavar="B", nargs="?", help="e.g. second (default: the debate as it is now)")
    diff.add_argument("--why", action="store_true", help="with the reasons given on both sides")
    diff.add_argument("--full", action="store_true", help="every line, however many")
    diff.add_argument("--json", action="store_true", help="print it as JSON")
    diff.add_argument(
        "--debate", type=Path, metavar="DIR", help="the debate's folder (default: the only one under data/)"
    )
    confirm = command(
        commands,
        "confirm",
        _confirm,
        "say that readings hold under the present wording of their propositions",
        _CONFIRM,
    )
    confirm.add_argument("readings", nargs="*", metavar="SOURCE/PROPOSITION", help="e.g. gusev-2008/bureaucracy-drove")
    confirm.add_argument("--proposition", action="append", default=[], metavar="ID", help="every reading of it")
    confirm.add_argument("--all", action="store_true", help="every reading of the coder")
    confirm.add_argument("--coder", default="reference", metavar="NAME", help="whose readings (default: reference)")
    confirm.add_argument("--debate", type=Path, metavar="DIR", help="the debate's folder")


def _diff(given: argparse.Namespace) -> int:
    from analysis.comparison import as_json, differences, figures_moved, headlines_moved, in_words, sides

    with tempfile.TemporaryDirectory(prefix="stancebook-") as scratch:
        a, b = sides(given.a, given.b, _home(given), Path(scratch))
    found = differences(a, b)
    headlines = headlines_moved(a, b) if found else []
    figures = figures_moved(a, b, Path("figures")) if found else None
    if given.json:
        print(json.dumps(as_json(found, headlines, figures, a, b), ensure_ascii=False, indent=2, default=str))
    else:
        print(in_words(found, headlines, figures, a, b, given.why, given.full))
    return 0


def _home(given: argparse.Namespace) -> Path:
    """The debate that coders and revisions are looked for in; beside two folders that are compared, the first of them."""
    try:
        return debate_folder(given)
    except UsageError:
        if (Path(given.a) / "debate.yml").is_file():
            return Path(given.a)
        raise


def _confirm(given: argparse.Namespace) -> int:
    from analysis.debate import load_debate
    from analysis.reading import did_you_mean
    from analysis.wordings import confirm

    if not (given.readings or given.proposition or given.all):
        raise UsageError("say what is confirmed: SOURCE/PROPOSITION, --proposition ID, or --all")
    if odd := [r for r in given.readings if "/" not in r]:
        raise UsageError(f"name a reading as source/proposition, not “{odd[0]}”")
    debate = load_debate(debate_folder(given))
    known = [p.id for p in debate.codebook.propositions]
    if wrong := [p for p in given.proposition if p not in known]:
        raise ValueError(f'no proposition "{wrong[0]}"; {did_you_mean(wrong[0], known)}')
    cells = [(s, p) for s, _, p in (r.partition("/") for r in given.readings)]
    for (coder, source), coding in debate.codings.items():
        coded = coding.coded if coder == given.coder else ()
        cells += [(source, p) for p in coded if given.all or p in given.proposition]
    done = confirm(debate, given.coder, dict.fromkeys(cells))
    for file, new in done.items():
        print(f"{file}: {', '.join(new[:6])}{f' and {len(new) - 6} more' if len(new) > 6 else ''}")
    total = sum(map(len, done.values()))
    print(f"{counted(total, 'reading')} confirmed, {len(dict.fromkeys(cells)) - total} had been.")
    return 0
