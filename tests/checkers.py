"""Programs of others that say whether a file is of their format; they are asked where they are installed (`make checkers`)."""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

REQUIRED = os.environ.get("STANCEBOOK_CHECKERS") == "required"
NODE_MODULES = ROOT / "build/checkers/node_modules"


def library(name):
    """A library of Python, or the test is skipped; if checkers are required, it fails."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return _missing(f"the Python library {name}")


def schema(library, file):
    """A JSON schema that a library of Python brings, read without importing the library, which needs much else."""
    found = importlib.util.find_spec(library)
    if found is None:
        _missing(f"the Python library {library}")
    return json.loads((Path(found.origin).parent / file).read_text(encoding="utf-8"))


def node(script, *arguments):
    """What a script of `tests/` prints when Node runs it with the packages of `build/checkers/`."""
    packages = [NODE_MODULES / line.split("'")[1] for line in (ROOT / "tests" / script).read_text().splitlines() if line.startswith("// needs '")]  # fmt: skip
    if not shutil.which("node") or not all(p.is_dir() for p in packages):
        _missing(f"Node with {', '.join(p.name for p in packages)}")
    command = ["node", str(ROOT / "tests" / script), *map(str, arguments)]
    environment = os.environ | {"NODE_PATH": str(NODE_MODULES)}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=300).stdout


def _missing(what):
    (pytest.fail if REQUIRED else pytest.skip)(
        f"{what} is not installed; `make checkers` puts it into build/checkers/, and build/checkers/bin/python runs it"
    )
