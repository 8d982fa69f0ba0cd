"""The command `stancebook`: parsing and printing only."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.debate import Report, check_debate


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 if all is well, 1 if there are problems, 2 if it was called wrongly."""
    parser = argparse.ArgumentParser(prog="stancebook", description="Compare what the authors of a debate claim.")
    parser.add_argument("--version", action="version", version=f"stancebook {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="check a debate's files, and its passages if you have the texts")
    check.add_argument("debate", nargs="?", type=Path, help="the debate's folder (default: the only one under data/)")
    check.add_argument("--texts", type=Path, metavar="DIR", help="folder with your copies, named <source>.txt")
    check.add_argument("--json", action="store_true", help="print problems and counts as JSON")
    check.set_defaults(run=_check)

    build = commands.add_parser("build", help="run the notebooks and make the figures")
    build.add_argument("--jobs", type=_positive, default=2, metavar="N", help="runs at a time (default: 2)")
    build.add_argument("--only", metavar="NAME", help="one notebook (02-question) or one run (02-question--cell)")
    build.set_defaults(run=_build)

    given = parser.parse_args(arguments)
    return given.run(given)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def _check(given: argparse.Namespace) -> int:
    debate = given.debate or _only_debate()
    if debate is None:
        print("stancebook: name the debate's folder, e.g. data/soviet-dictatorship", file=sys.stderr)
        return 2
    if given.texts and not given.texts.is_dir():
        print(f"stancebook: there is no folder {given.texts} for --texts", file=sys.stderr)
        return 2
    report = check_debate(debate, given.texts)
    if given.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_report(report, bool(given.texts))
    return 1 if report.problems else 0


def _only_debate() -> Path | None:
    found = [p.parent for p in Path("data").glob("*/debate.yml")]
    return found[0] if len(found) == 1 else None


def _print_report(report: Report, with_texts: bool) -> None:
    for problem in report.problems:
        print(problem)
    found = report.as_json()
    if found["sources"]:
        head = ("source", "claims", "reported", "links", "stances", "silences", "uncoded", "anchors", "resolved")
        print("".join(f"{h:>10}" if i else f"{h:<22}" for i, h in enumerate(head)))
        for key, counts in found["sources"].items():
            cells = ["–" if v is None else str(v) for v in counts.values()]
            print(f"{key:<22}" + "".join(f"{c:>10}" for c in cells))
        questions, propositions, core = found["counts"].values()
        print(f"{questions} questions, {propositions} propositions, {core} core")
    if not with_texts:
        print("Passages not checked: that needs your copies of the texts (--texts DIR).")
    print(
        f"{len(report.problems)} problem{'' if len(report.problems) == 1 else 's'}"
        if report.problems
        else "No problems."
    )


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
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
