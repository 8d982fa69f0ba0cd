"""The command `stancebook`: from arguments to one of `analysis.commands`, and from errors to words."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from analysis import __version__
from analysis.commands import browsing, building, comparing, copies, exchanging, starting, teaching
from analysis.commands.words import UsageError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 if there are problems, 2 if it was called wrongly."""
    given = _given(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        return int(given.run(given))
    except ValueError as error:  # written for the reader
        print(f"stancebook: {error}", file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"stancebook: {error}", file=sys.stderr)
        return 2
    except OverflowError:
        print("stancebook: a number is too large", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stancebook: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone (`| head`): not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"stancebook: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 1


def _given(arguments: list[str] | None) -> argparse.Namespace:
    """What was given.  argparse takes an optional last argument as left out if options stand before it: here it is let in."""
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    name, usual = getattr(given, "late", ("", None))
    if len(rest) == 1 and not rest[0].startswith("-") and name and getattr(given, name) == usual:
        setattr(given, name, Path(rest[0]))
    elif rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return given


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stancebook", description="Compare what the authors of a debate claim.")
    parser.add_argument("--version", action="version", version=f"stancebook {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in (starting, building, comparing, browsing, exchanging, teaching, copies):
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
