"""`export` and `import`: other programs' formats, each with what it could not carry."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.commands.words import MOST_FAILURES, UsageError, add_debate, command, debate_folder
from analysis.counts import counted

if TYPE_CHECKING:
    from analysis.exchange.losses import Loss

# What a format is called → the module of `analysis.exchange` that has it, and what `dump` and `load` there are told.
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "csl": ("bibliography", {"form": "csl"}),
    "bibtex": ("bibliography", {"form": "bibtex"}),
    "ris": ("bibliography", {"form": "ris"}),
    "csv": ("tidy", {"form": "csv"}),
    "xlsx": ("tidy", {"form": "xlsx"}),
    "json": ("tidy", {"form": "json"}),
    "argdown": ("argdown", {}),
    "annotations": ("annotations", {}),
    "qdpx": ("refi", {"form": "qdpx"}),
    "qdc": ("refi", {"form": "qdc"}),
    "aif": ("aif", {"form": "aif"}),
    "xaif": ("aif", {"form": "xaif"}),
    "polis": ("polis", {}),
    "dna": ("dna", {}),
    "graphml-map": ("graphml", {"form": "map"}),
    "graphml-network": ("graphml", {"form": "network"}),
}
WITH_TEXTS = {"annotations", "dna", "qdpx"}
OF_ALL_CODERS = {"csl", "bibtex", "ris", "csv", "xlsx", "json", "qdc"}
ONLY_OUT = {"graphml-map", "graphml-network"}
_EXPORT = """\
Writes a debate, or its bibliography, as a file of another program, and beside it FILE.losses.md: what the format could not carry.
A file that is there is replaced only if it is such an export and nobody changed it.
"""
_IMPORT = """\
Makes a new debate's folder (of a bibliography, its sources.json) from a file of another program. What the file does not say is filled
with “to do”, or said to be not stated; what a debate cannot hold, was changed or made up is said in DIR.losses.md. Then the folder is checked.
"""


def add(commands: Any) -> None:
    """The commands here, with their arguments."""
    export = command(commands, "export", _exported, "write the debate as a file of another program, with what it could not carry", _EXPORT)  # fmt: skip
    export.add_argument("format", choices=FORMATS)
    add_debate(export)
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the file to write")
    export.add_argument("--coder", metavar="NAME", help="whose coding (default: reference)")
    export.add_argument(
        "--question", action="append", metavar="ID", help="this question only; may be given several times"
    )
    export.add_argument(
        "--with-texts", action="store_true",
        help="put the passages, or the texts, from your own copies into the file, which then must not be passed on",
    )  # fmt: skip
    export.add_argument(
        "--texts", type=Path, metavar="DIR", help="folder with your copies (default: the debate's texts/)"
    )
    export.add_argument("--replace", action="store_true", help="replace whatever is there")

    imported = command(commands, "import", _imported, "make a debate's folder from a file of another program", _IMPORT)
    imported.add_argument("format", choices=[f for f in FORMATS if f not in ONLY_OUT])
    imported.add_argument("file", type=Path, help="the file, or a folder of files")
    imported.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="a folder that is new or empty"
    )


def _exported(given: argparse.Namespace) -> int:
    from analysis.codings import as_read_by
    from analysis.debate import REFERENCE, load_debate, part_of
    from analysis.exchange import shelves
    from analysis.exchange.unsaid import unasked
    from analysis.reading import did_you_mean
    from analysis.starting.folder import is_from_template

    folder = debate_folder(given)
    coder = given.coder or REFERENCE
    whole = load_debate(folder)
    part = part_of(whole, given.question, None, None)
    if coder not in whole.coders:
        raise ValueError(f'no coder "{coder}"; {did_you_mean(coder, whole.coders)}')
    module, options = _dump_options(given, folder)
    made, losses = import_module(f"analysis.exchange.{module}").dump(as_read_by(part, coder), coder, **options)
    shelves.refuse_records(made, given.output, folder)
    losses += unasked(whole, part)
    losses += shelves.beside_records(folder, given.with_texts, is_from_template)
    heading = f"What {given.format} could not carry of {folder.resolve().name}, read by {coder}"
    report = shelves.put(made, losses, given.output, heading, given.replace)
    _print_losses(losses)
    print(f"{given.output} written; what it could not carry stands in {report}.")
    return 0


def _dump_options(given: argparse.Namespace, folder: Path) -> tuple[str, dict[str, Any]]:
    """The module of a format, and what its `dump` is told; asks back if that does not go together."""
    module, options = FORMATS[given.format]
    texts = given.texts or folder / "texts"
    if given.coder and given.format in OF_ALL_CODERS:
        raise UsageError(f"{given.format} holds what all coders coded, or no codings; leave out --coder")
    if given.with_texts and given.format not in WITH_TEXTS:
        raise UsageError(f"{given.format} holds no texts; leave out --with-texts")
    if given.texts and not given.with_texts:
        raise UsageError("--texts says where your copies are; add --with-texts to put them into the file")
    if given.with_texts and not any(texts.glob("*.txt")):
        raise UsageError(f"there are no copies in {texts} for --with-texts")
    return module, options | ({"texts": texts} if given.with_texts else {})


def _imported(given: argparse.Namespace) -> int:
    from analysis.debate import check_debate
    from analysis.exchange import folders, refi, shelves
    from analysis.starting.folder import beside_import

    module, options = FORMATS[given.format]
    raw = shelves.taken(given.file)
    try:
        read, losses = import_module(f"analysis.exchange.{module}").load(raw, **options)
    except ValueError as error:
        raise ValueError(f"{given.file}: {_otherwise(given.format, raw) or error}") from None
    heading = f"What of {given.file.resolve().name} a debate cannot hold, and what was changed or made up"
    copies = folders.copies(refi.texts(raw)) if given.format == "qdpx" else {}
    schemas = (given.output.resolve().parent / "schema/coding.schema.json").is_file()
    origin, told = given.file.resolve().name, shelves.beside(given.output).name
    beside = {} if isinstance(read, tuple) else beside_import(read, origin, told)
    report = shelves.put_new(folders.files(read, schemas) | beside | copies, losses, given.output, heading)
    _print_losses(losses)
    if isinstance(read, tuple):
        made = f"{given.output}/sources.json"
        print(
            f"{made} written, {counted(len(read), 'source')} and nothing else; what was left out or made up stands in {report}."
        )
        print(f"It is no debate yet: `stancebook new DIR --sources {made}` makes one of them.")
        return 0
    texts = given.output / "texts" if copies else None
    problems = check_debate(given.output, texts).problems
    for problem in problems[:MOST_FAILURES]:
        print(f"to do: {problem}")
    if (more := len(problems) - MOST_FAILURES) > 0:
        print(f"to do: {more} more, which `stancebook check {given.output}` lists")
    todo = f"{counted(len(problems), 'problem')} to mend"
    if unread := sum(loss.count for loss in losses if loss.what == "row"):
        todo += f", {counted(unread, 'row')} NOT READ"
    if copies:
        print(f"The texts in it ({len(copies) - 1}) are in {given.output}/texts/, which git ignores.")
    print(f"{given.output} written, {todo}; what was left out or made up stands in {report}.")
    return 0


def _otherwise(format: str, raw: bytes | dict[str, bytes]) -> str | None:
    """What a file that could not be read as this format looks like, if like another, and the cure."""
    from analysis.exchange.kinds import kind_of

    words, formats = kind_of(raw) or ("", (format,))
    if format in formats:
        return None
    cure = f"try `stancebook import {formats[0]}`" if formats else "no import reads that; look whether it is the file you meant"  # fmt: skip
    return f"this looks like {words}, and not like {format}; {cure}"


def _print_losses(losses: list[Loss]) -> None:
    for loss in losses:
        print(f"- {loss}")
