import json
import shutil

import nbformat
import pytest
from conftest import SMALL

from analysis.build import BuildError, build, planned

GOOD = """\
from analysis import charts, load_debate, tables
from analysis.figures import show
d = load_debate(debate)
stances = tables.stances(d).query("question == @question")
show(charts.stance_grid(stances, d.question(question).text, d.credit()), f"grid-{question}", stances)
"""


def notebook(path, *cells):
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    parameters = nbformat.v4.new_code_cell(
        'debate = "../small"\nquestion = "culprit"', metadata={"tags": ["parameters"]}
    )
    book.cells = [parameters, *(nbformat.v4.new_code_cell(c) for c in cells)]
    nbformat.write(book, path)


@pytest.fixture
def project(tmp_path):
    shutil.copytree(SMALL, tmp_path / "small")
    (tmp_path / "notebooks").mkdir()
    notebook(tmp_path / "notebooks/good.ipynb", GOOD)
    notebook(tmp_path / "notebooks/bad.ipynb", "x = 1", "raise RuntimeError('no jam left')")
    return tmp_path


def plan(project, text):
    (project / "notebooks/build.yml").write_text(text)


def run(project, **options):
    return build(project / "notebooks", project / "build", project / "figures", **options)


def test_jobs_are_the_product_of_the_values(project):
    plan(
        project, "runs:\n  - notebook: good.ipynb\n    each:\n      question: [culprit, jam]\n  - notebook: bad.ipynb\n"
    )
    assert [j.name for j in planned(project / "notebooks")] == ["good--culprit", "good--jam", "bad"]
    assert [j.name for j in planned(project / "notebooks", only="good--jam")] == ["good--jam"]
    assert [j.name for j in planned(project / "notebooks", only="good")] == ["good--culprit", "good--jam"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("runs:\n  - notebook: goof.ipynb\n", 'build.yml:2: runs[0].notebook: no notebook "goof.ipynb"; did you mean "good.ipynb"?'),
        ("runs:\n  - notebook: good.ipynb\n    each:\n      questoin: [jam]\n", 'build.yml:4: runs[0].each.questoin: good.ipynb has no parameter "questoin"; did you mean "question"?'),
        ("runs:\n  - notebook: good.ipynb\n    each:\n      question: [3]\n", "3 is int, but good.ipynb expects str"),
        ("runs:\n  - notebook: good.ipynb\n    each:\n      question: []\n", "no values to run it with"),
        ("runs: []\n", "this is empty"),
        ("run: x\n", 'unknown key "run"; did you mean "runs"?'),
    ],
)  # fmt: skip
def test_a_wrong_plan_fails_before_anything_runs(project, text, said):
    plan(project, text)
    with pytest.raises(BuildError) as error:
        run(project)
    assert said in str(error.value)
    assert not (project / "build").exists()


def test_only_an_unknown_name(project):
    plan(project, "runs:\n  - notebook: good.ipynb\n")
    with pytest.raises(BuildError, match='nothing named "goood" to build; did you mean "good"'):
        run(project, only="goood")


def test_figures_and_manifest_and_a_failure_that_stops_nobody_else(project):
    plan(
        project, "runs:\n  - notebook: bad.ipynb\n  - notebook: good.ipynb\n    each:\n      question: [culprit, jam]\n"
    )
    failures = run(project, jobs=2)
    assert [(f.job, f.cell, f.error) for f in failures] == [("bad", 3, "RuntimeError: no jam left")]
    assert failures[0].output.exists()
    made = {p.name for p in (project / "figures").iterdir()}
    assert made == {"manifest.json"} | {
        f"grid-{q}.{s}" for q in ("culprit", "jam") for s in ("svg", "png", "pdf", "csv")
    }
    entry = json.loads((project / "figures/manifest.json").read_text())[0]
    assert (entry["name"], entry["notebook"], entry["n"]) == ("grid-culprit", "good.ipynb", 8)
    assert entry["parameters"] == {"debate": "../small", "question": "culprit"}
    assert len(entry["debate"]["digest"]) == 64
    assert (project / "build/good--jam.html").exists()

    # a figure that a complete build no longer makes goes, and so does its entry
    plan(project, "runs:\n  - notebook: good.ipynb\n    each:\n      question: [jam]\n")
    assert run(project) == []
    assert {p.stem for p in (project / "figures").iterdir()} == {"manifest", "grid-jam"}


def test_two_runs_that_make_one_figure_are_told_apart(project):
    notebook(project / "notebooks/same.ipynb", GOOD.replace('f"grid-{question}"', '"grid"'))
    plan(project, "runs:\n  - notebook: same.ipynb\n    each:\n      question: [culprit, jam]\n")
    assert "name one of them otherwise" in str(run(project)[0])
