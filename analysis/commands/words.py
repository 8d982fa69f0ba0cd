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
    """The debate's folder, or the only one there is."""
    found = [p.parent for p in Path("data").glob("*/debate.yml")]
    if given.debate or len(found) == 1:
        return given.debate or found[0]
    raise UsageError("name the debate's folder, e.g. data/soviet-dictatorship")


def names(text: str) -> tuple[str, ...]:
    return tuple(name for name in re.split(r"[,\s]+", text) if name)


def positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
