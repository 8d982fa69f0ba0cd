"""Stancebook as a wheel installs it, away from the repository: the notebooks come with it, and figures are made where one stands."""

import json
import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT, SMALL

from analysis import inputs
from analysis.__main__ import main
from analysis.plan import notebooks_here, planned


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with what pyproject.toml puts into the wheel."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    folder = tmp_path_factory.mktemp("site")
    for name in wheel["packages"]:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, target in wheel["force-include"].items():
        shutil.copytree(ROOT / name, folder / target)
    return folder


@pytest.fixture
def stancebook(installed, tmp_path):
    """The command, run from an empty folder, with the code of the wheel."""

    def run(*arguments, cwd=tmp_path):
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        command = [sys.executable, "-m", "analysis", *arguments]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)

    return run


STANCE = "stances:\n  - {{proposition: cook-did-it, value: {}, certainty: 3, why: He says so.}}\n"


def test_from_an_empty_folder_to_a_figure(stancebook, installed, tmp_path):
    jam = ["--source", "Ash 2001", "--source", "Birch 2005", "--question", "Who?", "--proposition", "The cook did it."]
    assert stancebook("new", "jam", *jam).returncode == 0
    folder = tmp_path / "jam/codings/reference"
    for name, value in (("ash-2001", 2), ("birch-2005", -2)):
        with (folder / f"{name}.yml").open("a") as file:
            file.write(STANCE.format(value))
    with (folder / "coder.yml").open("a") as file:
        file.write("stances_only: true\n")
    assert stancebook("check", cwd=tmp_path / "jam").stdout.count("No problems.")
    built = stancebook("build", "--only", "02-question", cwd=tmp_path / "jam")
    assert built.returncode == 0, built.stdout + built.stderr
    made = json.loads((tmp_path / "jam/figures/jam/manifest.json").read_text())
    assert [e["name"] for e in made] == ["02-who-grid", "02-who-profile"] and made[0]["debate"]["debate"] == "."
    assert (tmp_path / "jam/figures/jam/02-who-grid.png").is_file() and (tmp_path / "jam/build/index.html").is_file()
    assert str(tmp_path) not in json.dumps(made) and str(installed) not in json.dumps(made)
    again = stancebook("build", "--only", "02-question", cwd=tmp_path / "jam")
    assert "0 runs made, 1 had not changed." in again.stdout
    traced = stancebook("trace", "jam/02-who-grid", cwd=tmp_path / "jam")
    assert traced.returncode == 0 and "He says so." in traced.stdout


def test_runs_for_the_debate_that_is_shipped_are_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runs = planned(notebooks_here(tmp_path / "build").resolve(), debate=SMALL)
    assert {"02-question--jam--small", "01-the-debate--small"} <= {r.name for r in runs}
    assert not any("soviet" in str(r.parameters) or "gusev" in str(r.parameters) for r in runs)


def test_notebooks_of_ones_own_come_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert (notebooks_here(tmp_path / "build") / "build.yml").is_file()
    (tmp_path / "notebooks").mkdir()  # of something else
    assert notebooks_here(tmp_path / "build").resolve() == tmp_path / "build/notebooks"
    (tmp_path / "notebooks/build.yml").touch()
    assert notebooks_here(tmp_path / "build").resolve() == tmp_path / "notebooks"


def test_the_copy_of_the_notebooks_is_kept_up_to_date(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy = notebooks_here(tmp_path / "build") / "02-question.ipynb"
    copy.write_text("of an older version")
    assert notebooks_here(tmp_path / "build") / "02-question.ipynb" == copy
    assert inputs.file_digest(copy) == inputs.file_digest(ROOT / "notebooks/02-question.ipynb")


def test_a_broken_debate_is_said_once_and_plainly(tmp_path, monkeypatch, capsys):
    shutil.copytree(SMALL, tmp_path / "small")
    with (tmp_path / "small/codings/reference/ash-2001.yml").open("a") as file:
        file.write("oops: 1\n")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "--debate", "small", "--dry-run"]) == 1
    assert capsys.readouterr().err.startswith("1 problem in small\ncodings/reference/ash-2001.yml:")
