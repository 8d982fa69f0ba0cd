"""Stancebook as a wheel installs it, away from the repository: the notebooks come with it, and figures are made where one stands."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, SMALL
from test_build import notebook

from analysis import inputs
from analysis.__main__ import main
from analysis.build import build
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


HARM = "from pathlib import Path\nPath('/harm').write_text('done')"
EVIL = "runs:\n  - notebook: evil.ipynb\n"


@pytest.fixture
def received(tmp_path, monkeypatch):
    """A debate from others that has notebooks with it, in a folder without any."""
    folder = shutil.copytree(SMALL, tmp_path / "small")
    (folder / "notebooks").mkdir()
    (folder / "notebooks/build.yml").write_text(EVIL)
    notebook(folder / "notebooks/evil.ipynb", HARM.replace("/harm", str(tmp_path / "harm")))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize("arguments", [["small"], ["--debate", "small"]])
def test_a_debates_folder_brings_no_plan(received, capsys, arguments):
    assert main(["build", "--dry-run", *arguments]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Plan: the notebooks that come with Stancebook.\n01-the-debate--small: not made yet\n")
    assert "evil" not in out and "harm" not in {p.name for p in Path().iterdir()}


def test_notebooks_of_ones_own_are_run_on_a_debate_that_has_others(received, capsys):
    own = Path("notebooks")
    own.mkdir()
    notebook(own / "mine.ipynb", parameters='debate = "../other"')
    (own / "build.yml").write_text("runs: [{notebook: mine.ipynb}]")
    assert main(["build", "small"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Plan: notebooks/build.yml of this folder, with the notebooks beside it.\n1 run made")
    assert "\nNotebooks: mine.\n" in out
    assert Path("build/mine--small.html").is_file() and not Path("harm").exists()


def test_in_a_debates_folder_its_notebooks_are_not_run_and_that_is_said(received, capsys, monkeypatch):
    monkeypatch.chdir(received)
    assert main(["build", "--dry-run"]) == 0
    plan, why, *runs = capsys.readouterr().out.splitlines()
    assert plan == "Plan: the notebooks that come with Stancebook." and why.startswith("notebooks/ is not run:")
    assert why.endswith("then run `stancebook build small` there.") and runs[0].startswith("01-the-debate")
    assert not any("evil" in run for run in runs)


def test_what_lies_beside_the_copy_of_the_notebooks_is_refused(received, capsys, monkeypatch):
    monkeypatch.chdir(received)
    Path("build/notebooks").mkdir(parents=True)
    Path("build/notebooks/altair.py").write_text(HARM)  # a kernel would import it from the folder it runs in
    assert main(["build"]) == 1
    assert "build/notebooks holds altair.py, which does not come with Stancebook" in capsys.readouterr().err


def test_a_cache_that_came_with_a_debate_is_emptied_and_one_made_here_is_kept(received):
    """Its plan may name any notebook, and its results are put into place as they are."""
    kept = received / "build/cache/plan.json"
    kept.parent.mkdir(parents=True)
    notebooks = Path("own")
    notebooks.mkdir()
    notebook(notebooks / "mine.ipynb", parameters="n = 1")
    (notebooks / "build.yml").write_text("runs: [{notebook: mine.ipynb}]")
    for stays in (False, True, False):
        kept.write_text("{}")
        if stays is False and (mark := kept.with_name("made-here")).is_file():
            mark.write_text("1-2")  # as it was on another machine
        assert not build(notebooks, received / "build", received / "figures").failures
        assert kept.exists() is stays


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
