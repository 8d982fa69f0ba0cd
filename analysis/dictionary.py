"""The records → JSON Schemas for editors and the data dictionary for people.

python -m analysis.dictionary data
"""

from __future__ import annotations

import json
import sys
import types
import typing
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from analysis.reading import write
from analysis.schemas import FILES, Codebook

_INTRODUCTION = """\
# The data, field by field

This page is generated from `analysis/schemas.py` by `make schemas`; the same classes check the files.
Each file below `data/` opens in an editor with completion and checking (YAML language server) by the schema
that its first line names.

| word | meaning |
|---|---|
| question | what the debate is about; holds propositions |
| proposition | one sentence a historian could affirm or reject |
| claim | what one source says, paraphrased by the coder; `own`, `reported` or `quoted` |
| anchor | where the text says it: the first and last few words of the passage, at most eight at each end |
| stance | one source on one proposition, a value of the debate's scale, with the coder's certainty and the claims it rests on |
| silence | a coded absence, with its reason; not the same as uncoded (no entry), and never the same as 0 |
| wording | a proposition's sentence and note, as a short hash: under which of them a reading was made, so that a rewording makes it stale until confirmed |
| factor | who or what a source holds responsible, 0–3 |
| span | years that a source treats, or holds decisive |

The texts themselves are under copyright and are not here. Codings are under CC BY 4.0 (`data/LICENSE`).

"""


def schema_texts() -> dict[str, str]:
    """File name → JSON Schema, one for each kind of file."""
    return {
        f"{name}.schema.json": json.dumps(_schema(model), indent=1, ensure_ascii=False) + "\n"
        for name, (_, model) in FILES.items()
    }


def _schema(model: type[BaseModel]) -> dict[str, object]:
    schema = model.model_json_schema(by_alias=True)
    if model is Codebook:  # see `Codebook`: propositions may stand in place of questions
        items = schema["$defs"]["Question"]["properties"]["propositions"]
        schema["properties"]["propositions"] = {**items, "description": "In place of `questions`."}
        schema["required"].remove("questions")
        schema["oneOf"] = [{"required": ["questions"]}, {"required": ["propositions"]}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def data_dictionary() -> str:
    """The data dictionary in Markdown: a table for each kind of record."""
    parts, seen = [_INTRODUCTION], set[type[BaseModel]]()
    for file, model in FILES.values():
        parts.append(f"## `{file}`\n")
        parts += _tables(model, seen)
    return "\n".join(parts)


def _tables(model: type[BaseModel], seen: set[type[BaseModel]]) -> list[str]:
    if model in seen:
        return []
    seen.add(model)
    rows = [
        f"### {model.__name__}\n",
        f"{_first_paragraph(model)}\n",
        "| key | holds | | meaning |",
        "|---|---|---|---|",
    ]
    for name, field in model.model_fields.items():
        required = "required" if field.is_required() else "optional"
        rows.append(f"| `{field.alias or name}` | {_in_words(field.annotation)} | {required} | {_cell(field)} |")
    rows.append("")
    inner = [t for f in model.model_fields.values() for t in _records(f.annotation)]
    return rows + [line for t in inner for line in _tables(t, seen)]


def _first_paragraph(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split("\n\n")[0].split())


def _cell(field: FieldInfo) -> str:
    return (field.description or "").replace("|", "\\|")


def _records(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [t for a in typing.get_args(annotation) for t in _records(a)]


def _in_words(annotation: object) -> str:
    """A type as a reader of YAML would put it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _in_words(arguments[0])
    if origin is typing.Literal:
        return ", ".join(f"`{a}`" for a in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_in_words(a) for a in arguments if a is not type(None))
    if origin in (tuple, list):
        return f"list of {_in_words(arguments[0])}"
    if origin is dict:
        return "keys and values"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    names = {str: "text", int: "whole number", bool: "true or false", float: "number"}
    return names.get(annotation, getattr(annotation, "__name__", "anything"))  # type: ignore[call-overload]


def main(folder: Path) -> None:
    for name, text in schema_texts().items():
        write(folder / "schema" / name, text.encode())
    write(folder / "README.md", data_dictionary().encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
