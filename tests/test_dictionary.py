import json

import jsonschema
import pytest
import yaml
from conftest import ROOT, SHIPPED

from analysis import dictionary


@pytest.mark.parametrize("name", dictionary.schema_texts())
def test_the_committed_schemas_are_those_of_the_records(name):
    assert (ROOT / "data/schema" / name).read_text(encoding="utf-8") == dictionary.schema_texts()[name], (
        "run `make schemas`"
    )


def test_the_committed_dictionary_is_that_of_the_records():
    assert (ROOT / "data/README.md").read_text(encoding="utf-8") == dictionary.data_dictionary(), "run `make schemas`"


def test_every_field_is_described_in_the_dictionary():
    text = dictionary.data_dictionary()
    for key in ("`qualification`", "`holder`", "`begins`", "`stances_only`", "`from`"):
        assert key in text


YAML_FILES = sorted([*SHIPPED.rglob("*.yml"), ROOT / "notebooks/build.yml"])


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_first_line_names_a_schema_that_accepts_the_file(path):
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    schema = path.parent / first.partition("=")[2]
    values = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.validate(values, json.loads(schema.read_text(encoding="utf-8")))


def test_the_schema_refuses_what_the_records_refuse():
    schema = json.loads(dictionary.schema_texts()["coding.schema.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"source": "a", "stanzas": []}, schema)
