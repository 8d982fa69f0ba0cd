import json
import subprocess
import sys

import pytest
from conftest import SHIPPED, SMALL

from analysis import __version__
from analysis.__main__ import main


def test_check_prints_counts(capsys):
    assert main(["check", str(SMALL), "--texts", str(SMALL / "texts")]) == 0
    out = capsys.readouterr().out
    assert "No problems." in out and "2 questions, 4 propositions, 1 core" in out


def test_check_says_what_it_did_not_check(capsys):
    assert main(["check", str(SMALL)]) == 0
    assert "Passages not checked" in capsys.readouterr().out


def test_check_as_json(capsys):
    assert main(["check", str(SMALL), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"problems", "counts", "sources"}


def test_problems_as_json_are_placed_and_cured(capsys):
    assert main(["check", str(SMALL / "nowhere"), "--json"]) == 1
    problem = json.loads(capsys.readouterr().out)["problems"][0]
    assert set(problem) == {"file", "line", "path", "problem", "cure"}


def test_the_only_debate_is_found_by_itself(capsys, monkeypatch):
    monkeypatch.chdir(SHIPPED.parent.parent)
    assert main(["check"]) == 0
    monkeypatch.chdir(SMALL)
    assert main(["check"]) == 2
    assert "name the debate's folder" in capsys.readouterr().err


def test_a_texts_folder_that_is_not_there(capsys):
    assert main(["check", str(SMALL), "--texts", "nowhere"]) == 2
    assert "no folder nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_jobs_must_be_a_number(jobs, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["build", "--jobs", jobs])
    assert stop.value.code == 2
    assert "whole number of 1 or more" in capsys.readouterr().err


def test_build_outside_a_project_says_so(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 1
    assert "notebooks/build.yml: the file is missing" in capsys.readouterr().err


def test_the_package_runs_as_a_module():
    out = subprocess.run([sys.executable, "-m", "analysis", "--version"], capture_output=True, text=True, check=True)
    assert out.stdout == f"stancebook {__version__}\n"


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, analysis; print([m for m in ('pandas', 'altair', 'papermill', 'vl_convert') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[]\n"
