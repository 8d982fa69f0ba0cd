"""Data flow one way: no module imports one further down this list, nor a sibling on its own line."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

LAYERS = [
    {"counts", "forks"},
    {"schemas"},
    {"anchors", "cells", "copies", "reading", "texts"},
    {"presets"},
    {"exports"},
    {"debate"},
    {"codings", "inputs", "wordings"},
    {"adoption"},
    {"tables", "agreement", "arguments", "figures", "passages"},
    {"advice", "charts", "plan", "kernels"},
    {"browse", "dictionary", "exchange", "explorer", "pages", "warm"},
    {"runs", "sheets"},
    {"build", "classroom", "seminar", "starting"},
    {"comparison", "trace"},
    {"commands"},
    {"__main__"},
]
RANK = {module: i for i, layer in enumerate(LAYERS) for module in layer}
MODULES = sorted(p for p in (ROOT / "analysis").glob("*.py") if p.stem != "__init__")
# Inside `agreement`, too: the measures rest on sound cells, and some on pairs.
MEASURES = [
    {"cells"},
    {"pairs", "networks", "propositions"},
    {"reliability", "stability", "chance", "crux"},
    {"methods"},
]
# Inside `sheets`, making and reading share the form and nothing else.
SHEETS = [
    {"form"},
    {"workbook", "paper", "cells"},
    {"rows"},
    {"answers"},
    {"classes"},
]
# Inside `classroom` everything rests on who read what.
CLASSROOM = [
    {"names", "readings"},
    {"coders", "rounds", "completeness", "discussion", "partners", "habits", "revision", "words"},
]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
            names = (
                [node.module.removeprefix("analysis").strip(".")]
                if node.module != "analysis"
                else [a.name for a in node.names]
            )
            yield from (n for n in names if n in RANK)
        elif isinstance(node, ast.Import):
            yield from (a.name.removeprefix("analysis.") for a in node.names if a.name.startswith("analysis."))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_imports_point_one_way(path):
    assert path.stem in RANK, "add the module to LAYERS"
    for name in imported(path):
        assert RANK[name] < RANK[path.stem], f"{path.stem} imports {name}"


def test_measures_point_one_way():
    rank = {module: i for i, layer in enumerate(MEASURES) for module in layer}
    for path in (ROOT / "analysis/agreement").glob("*.py"):
        if path.stem == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis"):
                name = node.module.removeprefix("analysis.agreement.")
                assert rank[name] < rank[path.stem], f"{path.stem} imports {name}"


@pytest.mark.parametrize("name, layers", [("sheets", SHEETS), ("classroom", CLASSROOM)])
def test_sheets_and_classroom_point_one_way(name, layers):
    rank = {module: i for i, layer in enumerate(layers) for module in layer}
    for path in (ROOT / "analysis" / name).glob("*.py"):
        if path.stem == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
                _, package, *module = node.module.split(".")
                if package == name:
                    assert rank[module[0]] < rank[path.stem], f"{path.stem} imports {node.module}"
                else:
                    assert RANK[package] < RANK[name], f"{path.stem} imports {package}"


@pytest.mark.parametrize("name", ["browse", "commands", "comparison", "exchange", "explorer", "seminar"])
def test_a_package_rests_on_what_lies_before_it(name):
    for path in (ROOT / "analysis" / name).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("analysis."):
                package = node.module.split(".")[1]
                assert package == name or RANK[package] < RANK[name], f"{path.stem} imports {package}"


def test_the_check_sees_imports():
    assert set(imported(ROOT / "analysis/debate.py")) == {"anchors", "copies", "forks", "reading", "schemas"}


def test_the_package_opens_without_its_heavy_libraries():
    heavy = ("altair", "joblib", "networkx", "pandas", "papermill", "IPython")
    code = f"import analysis, sys; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        == "[]\n"
    )
