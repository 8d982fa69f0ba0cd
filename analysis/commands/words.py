"""What the commands share: how an argument is read, and how one that is wrong is refused."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

MOST_FAILURES = 25  # that are printed one by one


class UsageError(Exception):
    """The command was called wrongly; the message says how to call it."""


def command(commands: Any, name: str, run: Any, help: str, description: str | None = None) -> argparse.ArgumentParser:
    """A new command, which calls `run` with what was given."""
    added = commands.add_parser(name, help=help, description=description or f"{help[0].upper()}{help[1:]}.")
    added.set_defaults(run=run)
    return added


def add_debate(parser: argparse.ArgumentParser) -> None:
    """A debate's folder as last argument; it may be left out, and may stand after options."""
    parser.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    parser.set_defaults(late=("debate", None))


def debate_folder(given: argparse.Namespace) -> Path:
    """The debate's folder: the one named, the current one if it is one, or the only one under data/."""
    here = [Path()] if Path("debate.yml").is_file() else []
    found = here or [p.parent for p in sorted(Path("data").glob("*/debate.yml"))]
    if given.debate or len(found) == 1:
        return given.debate or found[0]
    named = f"e.g. {found[0].as_posix()}" if found else "or begin one: stancebook new DIR"
    raise UsageError(f"name the debate's folder, {named}")


def names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", text) if name)


def positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)
