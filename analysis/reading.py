"""A file written by hand → plain values that know their lines, or problems that do.

Files come from colleagues and students.  Whatever is wrong with one is answered by a
`Problem` that names file, line and cure; a traceback is never the answer.
"""

from __future__ import annotations

import datetime
import difflib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

MAX_BYTES = 5_000_000
MAX_DEPTH = 20

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place, and what to do about it."""

    file: str
    line: int
    path: str
    problem: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.path + ': ' if self.path else ''}{self.problem}; {self.cure}"


@dataclass
class Document:
    """The values of one file, the line of each, and the problems met on the way.

    `values` is None if the file could not be read at all.  `unread`: places of which a fault is known; what stands there, around it or
    inside it is not judged, and a report on it is passed over.
    """

    file: str
    values: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: frozenset[Place] = frozenset()

    def line(self, place: Place) -> int:
        """The line on which a value stands, or that of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, problem: str, cure: str) -> Problem:
        return Problem(self.file, self.line(place), dotted(place), problem, cure)

    def report(self, place: Place, problem: str, cure: str) -> None:
        inside = any(place[:n] in self.unread for n in range(len(place) + 1))
        if not inside and place not in self._around_unread:
            self.problems.append(self.problem(place, problem, cure))

    @cached_property
    def _around_unread(self) -> set[Place]:
        return {place[:n] for place in self.unread for n in range(len(place))}


def dotted(place: Place) -> str:
    """`("stances", 3, "value")` → `stances[3].value`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """The nearest known word as a cure, or the list of all if none is near."""
    known = sorted(known)
    near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.7)
    if near:
        return f'did you mean "{near[0]}"?'
    some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    return f"use one of: {some}" if known else "there is none to choose from yet"


def read_text(path: Path, name: str) -> tuple[str | None, list[Problem]]:
    """The text of a UTF-8 file, or the problem that keeps it shut."""

    def failure(problem: str, cure: str, line: int = 0) -> tuple[None, list[Problem]]:
        return None, [Problem(name, line, "", problem, cure)]

    try:
        if not path.exists():
            return failure("the file is missing", "add it, or take its name out of the debate")
        if not path.is_file():
            return failure("this is not a file", "put a plain text file in its place")
        if path.stat().st_size > MAX_BYTES:
            return failure(f"the file is larger than {MAX_BYTES // 1_000_000} MB", "split it, or check what it is")
        raw = path.read_bytes()
    except OSError as error:
        return failure(f"the file cannot be opened: {error.strerror}", "look at its name and its permissions")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return failure(
            "the file is not UTF-8", "save it again as UTF-8 (in the editor's “save as” or “encoding”)", line
        )
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return failure("the file holds binary data", "put a plain text file in its place", line)
    if not text.strip():
        return failure("the file is empty", "fill it in, or delete it", 1)
    return text, []


def read_yaml(path: Path, name: str) -> Document:
    """A YAML file as plain values.

    Aliases and custom tags are refused (they can blow a small file up to gigabytes, or
    run code), and so is a key given twice (YAML would silently keep the last one).
    """
    document = Document(name)
    text, document.problems = read_text(path, name)
    if text is None:
        return document
    read = Document(name)
    try:
        _read_events(_events(text), read)
    except _RefusedError as refused:
        line, problem, cure = refused.args
        document.lines[()] = line
        document.report((), problem, cure)
        return document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.lines[()] = mark.line + 1 if mark else 1
        document.report((), f"this is not YAML: {error.problem}", _yaml_cure(error, text))
        return document
    except (yaml.YAMLError, RecursionError) as error:
        document.report(
            (), f"this is not YAML: {error}".replace("\n", " "), "remove the character named, or retype the line"
        )
        return document
    return read


class _RefusedError(Exception):
    """The line, problem and cure of what is not read at all."""


def _events(text: str) -> Iterator[Any]:
    """The parts of a YAML text one by one; none of them is an alias, has a tag or lies too deep."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(
                line, "YAML aliases (`*name`) are not allowed", "write the value out where it is needed"
            )
        if (tag := getattr(event, "tag", None)) not in (None, "!"):
            cure = "remove the tag, or put quotation marks around the text"
            raise _RefusedError(line, f"the tag {tag} is not allowed", cure)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _RefusedError(line, "the file is nested too deeply", f"keep to {MAX_DEPTH} levels")
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise _RefusedError(
                line,
                "this is not YAML: another document begins here",
                "keep one document to a file: remove the `---` line",
            )
        yield event


def _read_events(events: Iterator[Any], document: Document) -> None:
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            document.values = _plain(event, events, (), document)


def _yaml_cure(error: yaml.MarkedYAMLError, text: str) -> str:
    words = f"{error.context} {error.problem}"
    mark = error.problem_mark
    tab = mark is not None and text.splitlines()[mark.line : mark.line + 1] and "\t" in text.splitlines()[mark.line]
    if "\\t" in words or "tab character" in words or tab:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in words:
        return "put quotation marks around a text that contains a colon and a space; check the indentation of this line and the one before"
    if "scanning a quoted scalar" in words or "found unexpected end of stream" in words:
        return "close the quotation mark"
    if "could not find expected ':'" in words:
        return "end the key with a colon and a space, or put quotation marks around the text"
    return "look at this line and the one before: indentation, quotation marks, brackets"


def _plain(event: Any, events: Iterator[Any], place: Place, document: Document) -> Any:
    """The value that begins with an event, and the lines of all that is in it."""
    document.lines[place] = event.start_mark.line + 1
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(_plain(event, events, (*place, len(items)), document))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = str(event.value) if isinstance(event, yaml.ScalarEvent) else ""
            here, line = (*place, key), event.start_mark.line + 1
            document.lines[here] = line
            if not isinstance(event, yaml.ScalarEvent):
                document.report(here, "a key must be a plain word", "write `key: value`")
                _plain(event, events, (), Document(document.file))  # read and forgotten
            elif key in values:
                document.report(here, f'the key "{key}" is given twice', "keep one of them")
            values[key] = _plain(next(events), events, here, document)
            document.lines[here] = line
        return values
    return event.value if event.style else _scalar(event.value)


def _scalar(text: str) -> Any:
    """A plain scalar: whole number, date, true, false, null or else text.

    YAML 1.1 would also take `no` for false, `19:59` for 1199 and `1_0` for 10; here they are text.
    """
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    return {"true": True, "false": False, "null": None, "~": None, "": None}.get(text, text)


def read_json(path: Path, name: str) -> Document:
    """A JSON file as plain values; JSON is read as the YAML it also is, for its lines."""
    document = Document(name)
    text, document.problems = read_text(path, name)
    if text is None:
        return document
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        document.lines[()] = error.lineno
        document.report(
            (),
            f"this is not JSON: {error.msg}",
            "look at this line and the one before: commas, quotation marks, brackets",
        )
        return document
    except (RecursionError, ValueError) as error:
        problem = (
            "the file is nested too deeply" if isinstance(error, RecursionError) else f"this cannot be read: {error}"
        )
        document.report((), problem, f"keep to {MAX_DEPTH} levels and to numbers of a few digits")
        return document
    placed = read_yaml(path, name)
    # JSON that YAML cannot read (tabs, say) keeps its values and loses its line numbers.
    return placed if placed.values is not None else Document(name, values)


def validated(model: type[Model], document: Document, values: Any = None, place: Place = ()) -> Model | None:
    """The record that the values make; each thing wrong with them is reported to the document."""
    values = document.values if values is None else values
    if not isinstance(values, dict):
        document.report(
            place,
            f"expected keys and values, found {_kind(values)}",
            f"begin with `{next(iter(model.model_fields))}: …`",
        )
        return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = _faults(error, model, values)
        for fault in faults:
            if fault["type"] == "too_short" and any(f["loc"][:-1][: len(fault["loc"])] == fault["loc"] for f in faults):
                continue  # too short for want of entries that have faults of their own
            where = (*place, *fault["loc"])
            document.report(where, *_in_words(fault, model))
        return None


def _faults(error: ValidationError, model: type[BaseModel], values: dict[str, Any]) -> list[Any]:
    """Everything wrong with the values.  Pydantic puts its rules for a record as a whole only to one without unknown keys."""
    unknown, others = _parted(error)
    if unknown:
        try:
            model.model_validate(_without([f["loc"] for f in unknown], values))
            others = []
        except ValidationError as rest:
            others = _parted(rest)[1]
    return [*unknown, *others]


def _parted(error: ValidationError) -> tuple[list[Any], list[Any]]:
    """The faults that are unknown keys, and the others."""
    found: tuple[list[Any], list[Any]] = ([], [])
    for fault in error.errors():
        found[fault["type"] != "extra_forbidden"].append(fault)
    return found


def _without(places: Iterable[Place], values: Any) -> Any:
    """The values without those that stand at these places."""
    below: dict[Any, list[Place]] = {}
    for place in places:
        below.setdefault(place[0], []).append(place[1:])
    if isinstance(values, dict):
        return {k: _without(below.get(k, ()), v) for k, v in values.items() if () not in below.get(k, ())}
    if isinstance(values, list):
        return [_without(below.get(i, ()), v) for i, v in enumerate(values)]
    return values


def as_far_as_read(model: type[Model], values: Any) -> tuple[Model, frozenset[Place]]:
    """The record that faulty values make, and the places that are faulty: for further checks, and nothing else may rest on it.

    What does not fit is left out.  A field in which nothing is left has its default; if it has none, it is empty.
    """
    try:
        return model.model_validate(values), frozenset()
    except ValidationError as error:
        faults = [f["loc"] for f in _parted(error)[1] if f["type"] != "value_error"]  # a rule's: the fields have values
        return _as_far_as_read(model, values, set(faults)), frozenset(faults)


def _as_far_as_read(model: type[Model], values: Any, faults: set[Place], place: Place = ()) -> Model:
    given = values if isinstance(values, dict) else {}
    read: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        key = about.alias or name
        inner, value, here = _inner_model(about.annotation), given.get(key), (*place, key)
        if get_origin(about.annotation) is tuple and isinstance(value, list):
            read[name] = tuple(
                _as_far_as_read(inner, v, faults, (*here, i)) if inner else str(v) for i, v in enumerate(value)
            )
        elif inner and isinstance(value, dict) and here not in faults:
            read[name] = _as_far_as_read(inner, value, faults, here)
        elif key in given and not inner and here not in faults:
            read[name] = value
        else:
            read[name] = _nothing(about) if about.is_required() else about.get_default()
    return model.model_construct(**read)


def _nothing(about: FieldInfo) -> Any:
    """An empty text or list, or None."""
    kind = get_origin(about.annotation) or about.annotation
    return "" if kind is str else () if kind is tuple else None


def _kind(value: Any) -> str:
    names = {
        dict: "keys and values",
        list: "a list",
        str: "a text",
        bool: "a yes/no",
        int: "a number",
        float: "a number",
        type(None): "nothing",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def _in_words(fault: Any, model: type[BaseModel]) -> tuple[str, str]:
    """A pydantic error as problem and cure."""
    name = fault["loc"][-1] if fault["loc"] else ""  # a rule for the record as a whole has no place inside it
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return f'unknown key "{name}"', did_you_mean(name, _keys_at(model, fault["loc"][:-1]))
    if kind == "missing":
        options = _options_at(model, fault["loc"])
        return f'"{name}" is missing', f"add `{name}: …`" + (f" with one of: {', '.join(options)}" if options else "")
    if kind in ("literal_error", "enum"):
        options = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
        if given in options:
            return f'"{given}" is a text here', f"write {given} without quotation marks"
        said = "this is empty" if given is None else f'"{given}" is not possible here'
        return said, did_you_mean(given, options)
    if kind == "value_error":
        problem, _, cure = str(context["error"]).partition("; ")
        return problem, cure
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = context.get("ge", context.get("le"))
        return f"{given} is out of range", f"use {'at least' if 'ge' in context else 'at most'} {bound}"
    if kind in ("too_short", "string_too_short"):
        return "this is empty", "fill it in, or leave the key out if it may be left out"
    if kind == "string_pattern_mismatch":
        return f'"{given}" is not a valid id', "use lower-case letters, digits and hyphens, e.g. `no-grand-plan`"
    wanted = {
        "string_type": "a text",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "list_type": "a list",
        "tuple_type": "a list",
        "dict_type": "keys and values",
        "model_type": "keys and values",
        "model_attributes_type": "keys and values",
        "date_type": "a date",
        "date_from_datetime_parsing": "a date",
        "date_parsing": "a date",
    }.get(kind)
    if wanted == "a whole number" and isinstance(given, str) and given.strip().lstrip("−–+-").isdigit():
        number = given.strip().replace("−", "-").replace("–", "-").lstrip("+")
        return (
            f"expected a whole number, found the text {given!r}",
            f"write {number}, with a plain hyphen as minus and without quotation marks",
        )
    if wanted:
        found = f"{_kind(given)}{'' if isinstance(given, (dict, list, type(None))) else f' ({given!r})'}"
        return (
            f"expected {wanted}, found {found}",
            "put quotation marks around it" if wanted == "a text" and given is not None else f"write {wanted}",
        )
    return fault["msg"], "see data/README.md for what may stand here"


def _keys_at(model: type[BaseModel], loc: Place) -> list[str]:
    """The keys that may stand at a place inside a record."""
    return list(_fields_at(model, loc))


def _options_at(model: type[BaseModel], loc: Place) -> list[str]:
    """The words or numbers that a key at a place inside a record takes; none if it takes others, too."""
    found = _fields_at(model, loc[:-1]).get(str(loc[-1]))
    return [str(o) for o in get_args(found.annotation)] if found and get_origin(found.annotation) is Literal else []


def _fields_at(model: type[BaseModel], loc: Place) -> dict[str, FieldInfo]:
    """The fields of the record at a place inside a record, by their keys."""
    fields = {f.alias or n: f for n, f in model.model_fields.items()}
    for part in loc:
        if isinstance(part, int):
            continue
        inner = _inner_model(fields[part].annotation) if part in fields else None
        if inner is None:
            return {}
        fields = {f.alias or n: f for n, f in inner.model_fields.items()}
    return fields


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _inner_model(argument):
            return found
    return None


def write(path: Path, content: bytes) -> bool:
    """Write the file whole or not at all; False if it already holds just that."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True
