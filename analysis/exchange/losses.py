"""What an export could not carry, or what an import could not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_NAMED = 4  # in the terminal; a report names all


@dataclass(frozen=True)
class Loss:
    """So many things of one kind that were left out, changed or made up, and why; `which` names them."""

    what: str
    which: tuple[str, ...]
    why: str

    @property
    def count(self) -> int:
        return len(self.which)

    def __str__(self) -> str:
        more = self.count - MOST_NAMED
        named = ", ".join(self.which[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        return _plain(f"{self.count} × {self.what}: {self.why} ({named})")


def some(what: str, which: Iterable[str], why: str) -> list[Loss]:
    """The loss of these, or none if there is nothing to lose."""
    named = tuple(which)
    return [Loss(what, named, why)] if named else []


def in_words(heading: str, losses: Iterable[Loss]) -> str:
    """The losses as a page of Markdown, every one of them named."""
    lines = [f"# {heading}", ""]
    for loss in losses:
        lines += [f"- **{loss.count} × {_plain(loss.what)}**: {_plain(loss.why)}", ""]
        lines += [f"      {_plain(name)}" for name in loss.which] + [""]
    return "\n".join(lines if len(lines) > 2 else [*lines, "Nothing was lost.", ""])


def _plain(words: str) -> str:
    """Words of a file in one line, so that they begin no line of the report."""
    return "".join(c if c.isprintable() else " " for c in words)
