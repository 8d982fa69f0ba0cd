import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest
from attacks import written
from conftest import ROOT, SMALL
from made import made
from PIL import Image

import analysis.build
import analysis.debate
from analysis import browse, inputs
from analysis.__main__ import main
from analysis.build import BuildError, build, planned, planned_here, report
from analysis.codings import coding_file
from analysis.debate import load_debate
from analysis.plan import kept_plan, plan_of

SHOWN = """\
from analysis import charts, load_debate, tables
from analysis.figures import show
d = load_debate(debate{part})
charts.use(preset, d.scale)
stances = tables.stances(d)
show(charts.stance_grid(stances, "Who ate the jam?", d.credit("reference")), {name}, stances)
"""
WHOLE = SHOWN.format(part=', coders=["reference"]', name='"whole"')
QUESTION = SHOWN.format(part=', questions=[question], coders=["reference"]', name='f"question-{question}"')
SOURCE = SHOWN.format(part=', sources=["ash-2001"], coders=["reference"]', name='"source"')
PLAN = """\
runs:
  - notebook: whole.ipynb
  - notebook: question.ipynb
    each: {question: every question}
  - notebook: source.ipynb
"""
RUNS = ["whole", "question--culprit", "question--jam", "source"]


def notebook(path, *cells, parameters='debate = "../small"\npreset = "web"', prose="A title."):
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    tagged = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    book.cells = [nbformat.v4.new_markdown_cell(f"# {prose}"), tagged, *map(nbformat.v4.new_code_cell, cells)]
    nbformat.write(book, path)


def made_project(folder):
    shutil.copytree(SMALL, folder / "small")
    (folder / "notebooks").mkdir()
    notebook(folder / "notebooks/whole.ipynb", WHOLE)
    notebook(
        folder / "notebooks/question.ipynb",
        QUESTION,
        parameters='debate = "../small"\nquestion = "jam"\npreset = "web"',
    )
    notebook(folder / "notebooks/source.ipynb", SOURCE)
    notebook(folder / "notebooks/bad.ipynb", "x = 1", "raise RuntimeError('no jam left')")
    plan(folder, PLAN)
    return folder


def plan(project, text):
    (project / "notebooks/build.yml").write_text(text)


@pytest.fixture
def project(tmp_path):
    return made_project(tmp_path)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A project that was built; tests work on copies of it."""
    folder = made_project(tmp_path_factory.mktemp("once"))
    assert run(folder).failures == []
    return folder


@pytest.fixture
def built(once, tmp_path):
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(project, **options):
    return build(project / "notebooks", project / "build", project / "figures", **options)


def due(project, **options):
    """The names of the runs that would be made."""
    found, _ = planned_here(project / "notebooks", project / "build", **options)
    return [name for name, reasons in found.items() if reasons]


def files(folder, but=()):
    """Everything below a folder: name → bytes."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not p.relative_to(folder).as_posix().startswith(but)
    }


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# The plan


def test_runs_are_the_product_of_the_values(project):
    plan(
        project,
        "runs:\n  - notebook: question.ipynb\n    each:\n      question: [culprit, jam]\n      preset: [web, slide]\n  - notebook: bad.ipynb\n",
    )
    names = ["question--culprit", "question--culprit--slide", "question--jam", "question--jam--slide"]
    assert [j.name for j in planned(project / "notebooks")] == [*names, "bad"]
    assert [j.folder for j in planned(project / "notebooks", only="question")] == ["", "slide", "", "slide"]
    assert [j.name for j in planned(project / "notebooks", only="question--jam")] == ["question--jam"]


def test_every_question_source_and_pair_of_the_debate(project):
    notebook(project / "notebooks/many.ipynb", "", parameters='debate = "../small"\nsource = "a"\nsources = ["a"]')
    each = "runs:\n  - notebook: many.ipynb\n    each: {%s}\n"
    for words, values in (
        ("source: every source", ["ash-2001", "birch-2005", "cedar-2010"]),
        ("sources: every source", [["ash-2001"], ["birch-2005"], ["cedar-2010"]]),
        ("sources: every pair", [["ash-2001", "birch-2005"], ["ash-2001", "cedar-2010"], ["birch-2005", "cedar-2010"]]),
    ):
        plan(project, each % words)
        assert [next(iter(j.parameters.values())) for j in planned(project / "notebooks")] == values


def test_every_thesis_is_of_the_sources_that_have_one_now(project):
    notebook(project / "notebooks/many.ipynb", "", parameters='debate = "../small"\nsources = ["a"]')
    plan(project, "runs:\n  - notebook: whole.ipynb\n  - notebook: many.ipynb\n    each: {sources: every thesis}\n")

    def of():
        jobs, _ = kept_plan(project / "build/cache", project / "notebooks")
        return [j.parameters["sources"] for j in jobs if j.parameters]

    codings = [project / f"small/codings/reference/{s}.yml" for s in ("ash-2001", "birch-2005", "cedar-2010")]
    with_thesis = [f.stem for f in codings if "thesis:" in f.read_text()]
    assert with_thesis and of() == [[s] for s in with_thesis]
    for file in codings:
        file.write_text(re.sub(r"^thesis:.*\n(?:[ -].*\n)*", "", file.read_text(), flags=re.MULTILINE))
    assert of() == []


def with_one_source(folder):
    """The small debate with its first source alone, which states no thesis."""
    shutil.copytree(SMALL, folder)
    records = json.loads((folder / "sources.json").read_text())[:1]
    (folder / "sources.json").write_text(json.dumps(records))
    for other in ("birch-2005", "cedar-2010"):
        (folder / f"codings/reference/{other}.yml").unlink()
    edit(folder / "codings/reference/ash-2001.yml", "thesis: [cook-guilty]\n", "")
    return folder


NO_PAIR = "many: no run with “every pair” for sources, since the debate has one text."
NO_THESIS = "many: no run with “every thesis” for sources, since no text’s thesis is coded."


@pytest.mark.parametrize(("words", "said"), [("every pair", NO_PAIR), ("every thesis", NO_THESIS)])
def test_every_pair_of_one_text_is_none_and_that_is_said(project, capsys, monkeypatch, words, said):
    """It stops no build, not even one in which nothing else is asked for, and it is thought of again when the debate changes."""
    one = with_one_source(project / "one")
    monkeypatch.chdir(project)
    notebook(project / "notebooks/many.ipynb", "", parameters='debate = "../small"\nsources = ["a"]')
    many = f"runs:\n  - notebook: many.ipynb\n    each: {{sources: {words}}}\n"
    for text in (many, f"{many}  - notebook: whole.ipynb\n"):
        plan(project, text)
        for _ in range(2):  # as it is found out, and as it is kept
            jobs, empty = kept_plan(project / "build/cache", project / "notebooks", debate=one)
            assert ([j.name for j in jobs], [*map(str, empty)]) == (["whole--one"] if "whole" in text else [], [said])
        assert main(["build", "--dry-run", "one"]) == 0
        assert said in capsys.readouterr().out.splitlines()
    plan(project, many)
    assert main(["build", "one"]) == 0
    assert said in capsys.readouterr().out.splitlines()
    shutil.copytree(SMALL, one, dirs_exist_ok=True)
    jobs, empty = kept_plan(project / "build/cache", project / "notebooks", debate=one)
    assert len(jobs) == 3 and empty == []


def test_what_another_debate_has_none_of_is_not_told(project):
    notebook(project / "notebooks/many.ipynb", "", parameters='debate = "../small"\nsources = ["a"]')
    one = with_one_source(project / "one")
    for each in ("debate: [../one], sources: every pair", "debate: any other, sources: every pair"):
        named = "  - {notebook: many.ipynb, each: {debate: [../one], sources: [[]]}}\n" if "any" in each else ""
        plan(project, f"runs:\n  - {{notebook: many.ipynb, each: {{{each}}}}}\n{named}  - notebook: whole.ipynb\n")
        for debate, n in ((project / "small", 0), (one, "any" not in each)):
            assert len(plan_of(project / "notebooks", debate=debate).empty) == n


def test_values_for_all_runs(project):
    plan(project, "each: {preset: [web, paper-double]}\n" + PLAN)
    assert len(planned(project / "notebooks")) == 9 - 1  # bad.ipynb is not in the plan, four runs twice
    assert {j.folder for j in planned(project / "notebooks")} == {"", "paper-double"}


def test_another_debate_stands_in_for_the_usual_one(project):
    shutil.copytree(project / "small", project / "big")
    plan(project, PLAN + '  - notebook: bad.ipynb\n    each: {debate: ["../small"]}\n')
    jobs = planned(project / "notebooks", debate=project / "big")
    assert [(j.parameters["debate"], j.folder) for j in jobs] == [
        ("../big", "big")
    ] * 4  # bad.ipynb is for ../small alone
    assert len(planned(project / "notebooks", debate=project / "small")) == 5


def test_a_run_for_any_other_debate_is_for_those_that_no_run_of_its_notebook_names(project):
    shutil.copytree(project / "small", project / "big")
    plan(
        project,
        'runs:\n  - notebook: question.ipynb\n    each: {debate: ["../small"], question: [jam]}\n'
        '  - notebook: question.ipynb\n    each: {debate: any other, question: [""]}\n'
        "  - notebook: whole.ipynb\n    each: {debate: any other}\n",
    )
    names = {f: [j.name for j in planned(project / "notebooks", debate=f and project / f)] for f in (None, "small", "big")}  # fmt: skip
    assert names == {
        None: ["question--jam", "whole"],
        "small": ["question--jam", "whole"],
        "big": ["question--big", "whole--big"],
    }
    plan(project, 'each: {debate: ["../small", "../big"]}\n' + (project / "notebooks/build.yml").read_text())
    assert [j.name for j in planned(project / "notebooks", only="question")] == ["question--jam", "question--big"]


def test_an_empty_value_has_no_part_in_the_name_of_a_run(project):
    plan(project, 'runs:\n  - notebook: question.ipynb\n    each: {question: [""], preset: [slide]}\n')
    assert [j.name for j in planned(project / "notebooks")] == ["question--slide"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("runs:\n  - notebook: wholf.ipynb\n", 'build.yml:2: runs[0].notebook: no notebook "wholf.ipynb"; did you mean "whole.ipynb"?'),
        ("runs:\n  - notebook: question.ipynb\n    each:\n      questoin: [jam]\n", 'build.yml:4: runs[0].each.questoin: question.ipynb has no parameter "questoin"; did you mean "question"?'),
        ("runs:\n  - notebook: question.ipynb\n    each:\n      question: [3]\n", "3 is int, but question.ipynb expects str"),
        ("runs:\n  - notebook: question.ipynb\n    each:\n      question: []\n", "no values to run it with"),
        ("runs:\n  - {notebook: whole.ipynb, each: {debate: any other}}\n  - {notebook: whole.ipynb, each: {debate: [5]}}\n", "5 is int, but whole.ipynb expects str"),
        ("runs:\n  - {notebook: whole.ipynb, each: {debate: an other}}\n", '"an other" is no list; write [an other], or one of: every question, every source, every pair, every thesis (for `debate`: any other)'),
        ("runs:\n  - notebook: question.ipynb\n    each:\n      question: every qestion\n", '"every qestion" is no list; write [every qestion], or one of: every question'),
        ("runs:\n  - notebook: whole.ipynb\n    each:\n      preset: [paper-singel]\n", 'no preset "paper-singel"; did you mean "paper-single"?'),
        ("runs:\n  - notebook: whole.ipynb\n  - notebook: whole.ipynb\n", 'the run "whole" is listed twice'),
        ("runs: []\n", "this is empty"),
        ("run: x\n", 'unknown key "run"; did you mean "runs"?'),
    ],
)  # fmt: skip
def test_a_wrong_plan_fails_before_anything_runs(project, text, said):
    plan(project, text)
    with pytest.raises(BuildError) as error:
        run(project)
    assert said in str(error.value)
    assert not (project / "figures").exists()
    assert not list(project.glob("build/*.ipynb"))


def test_an_unknown_name_or_preset(project):
    with pytest.raises(BuildError, match='nothing named "wholf" to build; did you mean "whole"'):
        run(project, only="wholf")
    with pytest.raises(ValueError, match='no preset "slides"; did you mean "slide"'):
        run(project, presets=("slides",))


# What is made again


def test_nothing_changed(built):
    before = files(built / "figures")
    outcome = run(built)
    assert (outcome.made, outcome.had, outcome.changed) == ([], RUNS, [])
    assert files(built / "figures") == before


def test_a_moved_project_is_still_the_same(built, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("moved") / "other"
    built.rename(elsewhere)
    assert due(elsewhere) == []
    elsewhere.rename(built)


def stance(project, source, proposition, **values):
    """Give the stance of a source another certainty, or the like."""
    path = project / f"small/codings/reference/{source}.yml"
    text = path.read_text(encoding="utf-8")
    place = text.index(f"{{proposition: {proposition},")
    head, line = text[:place], text[place:]
    for key, value in values.items():
        line = re.sub(rf"{key}: [^,}}]+", f"{key}: {value}", line, count=1)
    assert head + line != text
    path.write_text(head + line, encoding="utf-8")


def test_a_stance_of_one_source_on_one_question(built):
    stance(built, "birch-2005", "cook-did-it", why="Another reason")
    assert due(built) == ["whole", "question--culprit"]
    assert planned_here(built / "notebooks", built / "build")[0]["whole"] == ["small changed"]


def test_a_stance_of_a_source_that_a_run_loaded_alone(built):
    stance(built, "ash-2001", "cook-did-it", why="Another reason")
    assert due(built) == ["whole", "question--culprit", "source"]


def test_the_wording_of_a_proposition(built):
    edit(built / "small/debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    assert due(built) == ["whole", "question--culprit", "source"]


def test_a_comment_changes_nothing_and_is_not_looked_at_twice(built, monkeypatch):
    edit(built / "small/debate.yml", "questions:", "# the questions\nquestions:")
    assert run(built).made == []
    monkeypatch.setattr(inputs, "_part_digest", lambda *part: pytest.fail("the debate was loaded again"))
    monkeypatch.setattr(inputs, "forget", lambda: inputs._folder_digest.cache_clear())
    assert run(built).made == []


def test_a_coding_by_somebody_else_changes_nothing(built):
    shutil.copytree(built / "small/codings/reference", built / "small/codings/anna")
    assert due(built) == []


def test_the_prose_of_a_notebook(built):
    edit(built / "notebooks/source.ipynb", "A title.", "Another title.")
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == ["the notebook changed"]
    assert due(built) == ["source"]


def test_the_parameters(built):
    edit(built / "notebooks/build.yml", "every question", "[jam]")
    assert due(built) == []
    edit(built / "notebooks/build.yml", "each: {question: [jam]}", "each: {question: [jam], preset: [slide]}")
    assert due(built) == ["question--jam--slide"]


def test_a_preset_is_a_run_of_its_own_and_leaves_the_others_alone(built):
    before = files(built / "figures", ("manifest.json",))
    assert due(built, presets=("slide",)) == [f"{name}--slide" for name in RUNS]
    assert run(built, only="source--slide", presets=("slide",)).failures == []
    after = files(built / "figures", ("manifest.json",))
    assert {n for n in after if n not in before} and all(n.startswith("slide/") for n in after if n not in before)
    assert {n: after[n] for n in before} == before
    assert due(built) == []


def test_a_file_that_a_notebook_reads(built):
    (built / "notebooks/extra.csv").write_text("a\n1\n")
    notebook(built / "notebooks/source.ipynb", "import pandas as pd\npd.read_csv('extra.csv')")
    assert run(built).made == ["source"]
    assert due(built) == []
    (built / "notebooks/extra.csv").write_text("a\n2\n")
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == ["notebooks/extra.csv changed"]
    assert due(built) == ["source"]


READS = {
    "a file that is looked for": ("from pathlib import Path\ntry: print(open('later.txt').read())\nexcept OSError: pass", "notebooks/later.txt changed"),
    "the files of a folder": ("from pathlib import Path\nprint(sorted(Path('../extra').glob('*')))", "other files in extra"),
    "a module beside the notebooks": ("import mine", "notebooks/mine.py changed"),
    "a file after a debate that cannot be loaded": ("from analysis import load_debate\ntry: load_debate('../nowhere')\nexcept ValueError: pass\nopen('after.txt').read()", "notebooks/after.txt changed"),
    "a file whose name begins like the package's": ("open('../analysis-data.csv').read()", "analysis-data.csv changed"),
}  # fmt: skip


@pytest.mark.parametrize("what", READS)
def test_whatever_a_notebook_reads(built, what):
    code, said = READS[what]
    (built / "extra").mkdir()
    for name in ("notebooks/mine.py", "notebooks/after.txt", "analysis-data.csv"):
        (built / name).write_text("a = 1\n")
    notebook(built / "notebooks/source.ipynb", code)
    for _ in range(2):  # the second time Python has compiled the module
        assert run(built, only="source", force=True).failures == []
        assert due(built) == []
    (built / "notebooks/later.txt").write_text("here")
    (built / "extra/one").write_text("")
    for name in ("notebooks/mine.py", "notebooks/after.txt", "analysis-data.csv"):
        (built / name).write_text("a = 22\n")
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == [said]


def test_how_to_cite_stands_in_every_caption(built):
    (built / "CITATION.cff").write_text("title: Jam\nauthors: [{name: A}]\nversion: 2\n")
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == ["the citation changed"]
    assert run(built, only="source").failures == []
    assert "Cite as: A: Jam. Version 2." in (built / "figures/captions/source.md").read_text()


def test_a_copied_project_is_planned_anew(built, tmp_path_factory):
    other = tmp_path_factory.mktemp("copy") / "b"
    shutil.copytree(built, other)
    edit(
        other / "small/debate.yml",
        "  - id: jam\n",
        "  - id: spoon\n    label: Spoon\n    text: Whose spoon?\n    propositions:\n      - {id: spoon-mine, text: The spoon was mine., kind: fact}\n  - id: jam\n",
    )
    assert "question--spoon" in run(other).made


def test_a_notebook_without_the_parameter_is_left_out_and_keeps_its_figures(built):
    notebook(
        built / "notebooks/source.ipynb",
        SOURCE.replace("charts.use(preset,", 'charts.use("web",'),
        parameters='debate = "../small"',
    )
    assert run(built).failures == []
    before = files(built / "figures")
    assert "source" not in due(built, presets=("slide",))
    assert run(built, presets=("slide",), only="whole").failures == []
    assert run(built, presets=("slide",)).failures == []
    assert {n: c for n, c in files(built / "figures").items() if not n.startswith("slide/")} == before


def test_going_back_costs_nothing(built):
    old = (built / "small/debate.yml").read_bytes()
    before = files(built / "figures")
    edit(built / "small/debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    assert len(run(built, only="whole").changed) > 0
    (built / "small/debate.yml").write_bytes(old)
    outcome = run(built)
    assert outcome.made == [] and outcome.changed
    assert files(built / "figures") == before


def test_force(built):
    assert due(built, force=True) == RUNS
    assert run(built, only="source", force=True).made == ["source"]


def test_the_package_and_the_libraries(project, tmp_path):
    """In a process of its own, with a copy of the package."""
    plan(project, "runs:\n  - notebook: source.ipynb\n")
    shutil.copytree(ROOT / "analysis", tmp_path / "lib/analysis", ignore=shutil.ignore_patterns("__pycache__"))
    assert command(project, "build").returncode == 0
    assert "source: nothing changed" in command(project, "build", "--dry-run").stdout
    with (tmp_path / "lib/analysis/tables.py").open("a") as file:
        file.write("# changed\n")
    assert "source: the package changed: analysis/tables.py\n" in command(project, "build", "--dry-run").stdout
    (tmp_path / "lib/pillow-99.0.dist-info").mkdir()
    said = command(project, "build", "--dry-run").stdout
    assert "analysis/tables.py" in said and "other libraries: pillow-99.0" in said


def command(project, *arguments, start=subprocess.run, **options):
    environment = {**os.environ, "PYTHONPATH": str(project / "lib" if (project / "lib").exists() else ROOT)}
    if start is subprocess.run:
        options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return start([sys.executable, "-m", "analysis", *arguments], cwd=project, env=environment, **options)


# What is made


def test_figures_pages_and_a_manifest(built):
    entry = json.loads((built / "figures/manifest.json").read_text())[0]
    assert (entry["name"], entry["notebook"], entry["page"]) == (
        "question-culprit",
        "question.ipynb",
        "question--culprit",
    )
    assert entry["parameters"] == {"debate": "../small", "preset": "web", "question": "culprit"}
    assert entry["debate"]["debate"] == "small" and entry["debate"]["questions"] == ["culprit"]
    assert re.fullmatch("[0-9a-f]{64}", entry["debate"]["digest"])
    assert entry["n"] == 8
    assert set(entry["versions"]) == {"stancebook", "altair", "vl-convert-python", "pandas"}
    made = {f.removeprefix("question-culprit.") for f in files(built / "figures") if f.startswith("question-culprit")}
    assert made == {"svg", "png", "pdf", "csv"}
    assert {p.name for p in (built / "figures/captions").glob("whole.*")} == {"whole.md", "whole.tex"}
    assert {p.name for p in (built / "figures/tables").glob("whole.*")} == {"whole.md", "whole.tex"}
    assert {p.stem for p in (built / "build").glob("*.html")} == {"index", *RUNS}
    assert not list((built / "build/tmp").iterdir())


def test_a_figure_that_no_run_makes_any_more_goes_with_its_files(built):
    plan(built, "runs:\n  - notebook: whole.ipynb\n")
    assert run(built).failures == []
    assert {Path(f).name.split(".")[0] for f in files(built / "figures")} == {"manifest", "whole"}


def test_two_clean_builds_give_the_same_bytes_in_whatever_way(built, tmp_path_factory):
    """One after the other or two at a time, kernels forked or started afresh."""
    other = made_project(tmp_path_factory.mktemp("other"))
    shutil.copytree(built / "notebooks", other / "notebooks", dirs_exist_ok=True)  # the same ids of cells
    assert run(other, jobs=1, cold=True).failures == []
    kept = ("cache/", "lock", "tmp/")
    assert files(other / "figures") == files(built / "figures")
    assert files(other / "build", kept) == files(built / "build", kept)
    text = b"".join(files(built / "build", kept).values())
    assert str(built).encode() not in text and b"ipykernel_" not in text


def test_a_notebook_sees_nothing_of_another(project):
    """Not a name, not a module's state, not an environment variable, not the working folder."""
    spoil = "import builtins, os, analysis\nbuiltins.leak = analysis.leak = 1\nos.environ['LEAK'] = '1'\nos.chdir('/')"
    look = "import builtins, os, analysis, pathlib\nassert not hasattr(builtins, 'leak') and not hasattr(analysis, 'leak')\nassert 'LEAK' not in os.environ\nassert pathlib.Path('a.ipynb').exists()"
    for name in "abcd":
        notebook(project / f"notebooks/{name}.ipynb", look, spoil)
    plan(project, "runs:\n" + "".join(f"  - notebook: {n}.ipynb\n" for n in "abcd"))
    assert run(project, jobs=1).failures == []


# What goes wrong


def test_a_failure_in_the_middle_stops_nobody_else(project):
    plan(project, "runs:\n  - notebook: whole.ipynb\n  - notebook: bad.ipynb\n  - notebook: source.ipynb\n")
    outcome = run(project)
    assert [(f.job, f.cell, f.error) for f in outcome.failures] == [("bad", 3, "RuntimeError: no jam left")]
    half = nbformat.read(outcome.failures[0].output, as_version=4)
    assert half.cells[-1].outputs[0].ename == "RuntimeError"
    assert {e["name"] for e in json.loads((project / "figures/manifest.json").read_text())} == {"whole", "source"}
    assert "failed" in (project / "build/index.html").read_text()
    assert due(project) == ["bad"]


def test_a_debate_is_checked_once_for_plan_and_runs(project, monkeypatch):
    """The run, in a process of its own, finds it where the plan left it, and can read that alone."""
    checks, here = [], analysis.debate.check_debate
    monkeypatch.setattr(analysis.debate, "check_debate", lambda folder: checks.append(folder) or here(folder))
    shutil.copytree(project / "small", project / "other")
    kept = "import os, pathlib; assert len(list(pathlib.Path(os.environ['STANCEBOOK_CHECKED']).iterdir())) == 1"
    notebook(project / "notebooks/bad.ipynb", kept, WHOLE, kept)
    plan(project, "runs:\n  - notebook: bad.ipynb\n  - {notebook: question.ipynb, each: {question: every question}}\n")
    assert run(project, debate=project / "other").failures == []
    assert checks == [project / "other"]
    assert "STANCEBOOK_CHECKED" not in os.environ


def test_a_broken_debate_is_said_once_before_anything_runs(built, monkeypatch, capsys):
    plan(built, PLAN.replace("every question", "[culprit, jam]"))
    edit(built / "small/codings/reference/birch-2005.yml", "proposition: cook-did-it", "proposition: cook-did-itt")
    edit(built / "small/codings/reference/ash-2001.yml", "certainty: 3", "certainty: 4")
    monkeypatch.chdir(built)
    assert main(["build"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "2 problems in small" and len(said) == 3
    assert "codings/reference/birch-2005.yml:" in said[2] and 'did you mean "cook-did-it"?' in said[2]


def test_a_failed_run_keeps_its_old_figures(built):
    before = files(built / "figures")
    notebook(built / "notebooks/source.ipynb", "raise ValueError('no')")
    outcome = run(built)
    assert [f.error for f in outcome.failures] == ["ValueError: no"]
    assert files(built / "figures") == before


def test_a_kernel_that_is_killed_costs_its_run_alone(project):
    notebook(project / "notebooks/bad.ipynb", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    plan(project, "runs:\n  - notebook: bad.ipynb\n  - notebook: source.ipynb\n")
    outcome = run(project, jobs=1)
    assert [f.job for f in outcome.failures] == ["bad"]
    assert "died" in str(outcome.failures[0]).lower()
    assert (project / "figures/source.svg").exists()


def test_a_worker_that_is_killed_costs_its_run_alone(project):
    notebook(
        project / "notebooks/bad.ipynb",
        f"import os, signal, pathlib\npid = int(next(pathlib.Path({str(project)!r}, 'build/tmp').glob('*-bad')).name.split('-')[0])\nos.kill(pid, signal.SIGKILL)",
    )
    plan(project, "runs:\n  - notebook: bad.ipynb\n  - notebook: source.ipynb\n")
    outcome = run(project, jobs=1)
    assert [(f.job, f.error[:30]) for f in outcome.failures] == [("bad", "its process was ended from out")]
    assert (project / "figures/source.svg").exists()


def test_two_runs_that_make_one_figure_are_told_apart(project):
    notebook(
        project / "notebooks/question.ipynb",
        SHOWN.format(part="", name='"grid"'),
        parameters='debate = "../small"\nquestion = "jam"\npreset = "web"',
    )
    assert "name one of them otherwise" in str(run(project, only="question").failures[0])


def test_two_debates_whose_folders_have_one_name(built):
    for place in ("x", "y"):
        shutil.copytree(built / "small", built / place / "twin")
    assert run(built, debate=built / "x/twin", only="whole").failures == []
    with pytest.raises(BuildError, match="figures/twin holds the figures of x/twin; rename"):
        run(built, debate=built / "y/twin", only="whole")
    shutil.copytree(built / "small", built / "slide")
    with pytest.raises(BuildError, match='cannot be called "slide"'):
        run(built, debate=built / "slide")


def test_a_chart_for_another_preset_than_the_runs_is_refused(built):
    notebook(built / "notebooks/source.ipynb", SOURCE.replace("charts.use(preset,", 'charts.use("web",'))
    assert "the chart is made for web, not for slide: call charts.use(preset, d.scale)" in str(
        run(built, only="source--slide", presets=("slide",)).failures[0]
    )


def test_somebody_elses_manifest_and_hidden_files_are_left_alone(built):
    (built / "figures/app").mkdir()
    (built / "figures/app/manifest.json").write_text('{"name": "an app"}')
    (built / "figures/.DS_Store").write_text("")
    assert run(built).failures == [] and run(built, check=True).failures == []


def test_a_hole_in_the_cache_is_mended(built):
    next((built / "build/cache/source").glob("*/figures/source.svg")).unlink()
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == ["what was kept is not whole"]
    assert run(built).made == ["source"]


def test_a_build_that_is_stopped_takes_its_notebooks_with_it(project):
    notebook(project / "notebooks/endless.ipynb", "open('started', 'w').close()\nwhile True: pass")
    plan(project, "runs:\n  - notebook: endless.ipynb\n")
    with (project / "said").open("w") as said:  # a file: a pipe would stay open as long as anything the build started
        stopped = command(
            project, "build", start=subprocess.Popen, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # tests in the background (`make test &`) ignore it
        )  # fmt: skip
    while not (project / "notebooks/started").exists():
        time.sleep(0.1)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does it
    assert stopped.wait(timeout=30) == 130
    said = (project / "said").read_text()
    assert said.splitlines()[-1] == "stancebook: stopped" and "Traceback" not in said
    deadline = time.monotonic() + 20
    while _running(project) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert _running(project) == []


def _running(project):
    """Processes whose working folder lies in the project."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((process / "cwd").readlink()).startswith(str(project)):
                found.append(process.name)
    return found


@pytest.mark.parametrize("number", ["ENOSPC", "EROFS", "EACCES"])
def test_a_full_disk_or_a_folder_that_may_not_be_written_is_said_plainly(built, monkeypatch, number):
    import errno

    edit(built / "small/debate.yml", "The cook ate the jam.", "The cook ate all the jam.")
    code, real = getattr(errno, number), Path.write_bytes

    def full(path, content):
        if path.name.endswith("whole.svg"):
            real(path, content[:100])
            raise OSError(code, os.strerror(code), str(path))
        return real(path, content)

    before = files(built / "figures")
    monkeypatch.setattr(Path, "write_bytes", full)
    outcome = run(built)
    assert os.strerror(code) in str(outcome.failures[0])
    after = files(built / "figures")
    assert after["whole.svg"] == before["whole.svg"] and set(after) == set(before)
    monkeypatch.undo()
    assert run(built).failures == []
    assert b"all the jam" in (built / "figures/whole.svg").read_bytes()


def test_what_is_kept_and_cannot_be_read_is_made_again(built):
    for record in (built / "build/cache/source").glob("*/run.json"):
        record.write_text("{")
    assert planned_here(built / "notebooks", built / "build")[0]["source"] == ["what was kept cannot be read"]
    assert run(built).made == ["source"]
    [plan.write_text("[") for plan in (built / "build/cache").glob("plan-*.json")]
    assert run(built).failures == []


# The page to browse a debate with


def test_the_page_of_the_debate_is_that_of_the_command_and_the_index_leads_to_it(built):
    page = (built / "build/debates/small.html").read_text()
    assert page == browse.page(load_debate(built / "small", coders=["reference"]))
    index = (built / "build/index.html").read_text()
    assert f'<a href="debates/small.html">Browse: {load_debate(SMALL).codebook.title}</a>' in index


def test_of_a_run_without_a_figure_the_index_says_why(project):
    silent = 'from analysis.figures import undrawn\nundrawn("Nothing is drawn, since <nobody> ate jam.")'
    notebook(project / "notebooks/silent.ipynb", silent, prose="Silent.")
    drawn = silent.replace("import", "import show,").replace("Nothing", "Half") + "\n" + WHOLE.replace("whole", "other")
    notebook(project / "notebooks/other.ipynb", drawn, prose="Other.")
    plan(project, "runs:\n  - notebook: silent.ipynb\n  - notebook: other.ipynb\n")
    assert run(project).failures == []
    why = '<a href="silent.html">Silent.</a><p class="undrawn">Nothing is drawn, since &lt;nobody&gt; ate jam.</p>'
    index, page = ((project / f"build/{name}.html").read_text() for name in ("index", "other"))
    assert why in index and "Half is drawn" not in index
    assert "Silent." in page and "nobody" not in page.partition("<main")[0], "the list on every page stays short"


def test_the_page_of_the_debate_is_made_again_only_when_it_would_change(built, monkeypatch):
    page = built / "build/debates/small.html"
    with monkeypatch.context() as patch:
        patch.setattr(analysis.build, "_debate_page", lambda folder: pytest.fail("the page was made again"))
        assert run(built).failures == []
    before = page.read_bytes()
    stance(built, "birch-2005", "cook-did-it", why="Another reason")
    assert run(built, only="source").failures == [] and b"Another reason" in page.read_bytes() != before
    (built / "small/layouts/reference").mkdir(parents=True)
    (built / "small/layouts/reference/culprit-ash-2001.json").write_text('{"digest": "of other codings", "sheets": []}')
    assert run(built).failures == [] and b'"maps_left_out":1' in page.read_bytes()
    whole = page.read_bytes()
    for damage in (page.unlink, lambda: page.write_text("half"), lambda: shutil.rmtree(built / "build/cache/debates")):
        damage()
        assert run(built).failures == [] and page.read_bytes() == whole


def test_the_check_makes_no_page_of_the_debate(built):
    (built / "build/debates/small.html").unlink()
    assert run(built, check=True).failures == []
    assert not (built / "build/debates/small.html").exists()


def test_every_debate_has_its_page_until_it_is_gone(built):
    shutil.copytree(built / "small", built / "aside")
    assert run(built, debate=built / "aside", only="source").failures == []
    index = built / "build/index.html"
    assert '"debates/aside.html"' in index.read_text() and '"debates/small.html"' in index.read_text()
    assert run(built).failures == [] and '"debates/aside.html"' in index.read_text()
    shutil.rmtree(built / "aside")
    assert run(built).failures == [] and '"debates/aside.html"' not in index.read_text()


def test_a_page_that_cannot_be_made_is_a_failure_among_others(built, monkeypatch):
    before = (built / "build/debates/small.html").read_bytes()
    monkeypatch.setattr(inputs, "part_unchanged", lambda part, root: True)  # as if no run had loaded what is broken
    edit(built / "small/codings/reference/birch-2005.yml", "certainty:", "certanty:")
    failures = run(built).failures
    assert [f.job for f in failures] == ["the page of small"] and "certanty" in str(failures[0])
    assert (built / "build/debates/small.html").read_bytes() == before


# Whether the figures follow from the data


def test_check(built):
    assert run(built, check=True).failures == []
    stance(built, "birch-2005", "cook-did-it", value=-1)
    edit(built / "small/codings/reference/birch-2005.yml", "value: -1,", "value: -1, qualification: a little,")
    before = files(built / "figures")
    said = [str(f) for f in run(built, check=True).failures]
    assert "figures/whole: other than the data give now: svg, png, pdf, csv, captions, tables" in said
    assert not any("source" in s for s in said)
    assert files(built / "figures") == before
    assert run(built).failures == [] and run(built, check=True).failures == []


def test_check_finds_what_was_edited_removed_or_left_over(built):
    figures = built / "figures"
    (figures / "whole.svg").write_text("<svg/>")
    (figures / "source.csv").unlink()
    plan(built, "runs:\n  - notebook: whole.ipynb\n  - notebook: source.ipynb\n")
    (figures / "left-over.svg").write_text("<svg/>")
    said = {f.job: f.error for f in run(built, check=True).failures}
    assert said["figures/whole"] == "other than the data give now: svg"
    assert said["figures/source"] == "missing: csv"
    assert said["figures/question-jam.png"] == said["figures/left-over.svg"] == "no notebook makes it"
    assert "figures/manifest.json" in said
    assert [f.job for f in run(built, check=True, only="source").failures] == ["figures/source"]


def test_check_of_figures_that_are_not_made_now(built):
    shutil.copytree(built / "small", built / "aside")
    assert run(built, presets=("slide",), only="whole").failures == []
    assert run(built, debate=built / "aside", only="whole").failures == []
    assert run(built, check=True).failures == []
    edit(built / "aside/debate.yml", "The jam was good.", "The jam was very good.")
    assert [f.job for f in run(built, check=True).failures] == ["figures/aside/whole"]


def test_check_names_another_version(built):
    path = built / "figures/manifest.json"
    path.write_text(path.read_text().replace('"altair": "', '"altair": "0.'))
    (built / "figures/whole.svg").write_text("<svg/>")
    said = next(str(f) for f in run(built, check=True).failures if f.job == "figures/whole")
    assert re.search(r"\(made with altair 0\.[\d.]+, here \d", said)


# The command


def test_the_command_says_what_it_did(built, monkeypatch, capsys):
    monkeypatch.chdir(built)
    assert main(["build", "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 4 runs would be made."
    edit(built / "small/debate.yml", "The jam was good.", "The jam was very good.")
    assert main(["build", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "question--culprit: nothing changed\nquestion--jam: small changed\n" in out
    assert out.splitlines()[-1] == "3 of 4 runs would be made."
    assert main(["build", "--check"]) == 1
    heard = capsys.readouterr()
    assert "figures/question-jam: other than the data give now: svg" in heard.err
    assert "figures/ does not follow from the data as they are: run `make figures`" in heard.out
    assert main(["build"]) == 0
    out = capsys.readouterr().out
    assert "0 runs made, 4 had not changed." in out  # the check has made them
    assert "Figures new or other than before: 3 of 4 (question-jam, source, whole)." in out
    assert main(["build", "--check"]) == 0
    assert "figures/ follows from the data as they are." in capsys.readouterr().out


def test_grey_proofs(built, monkeypatch, capsys):
    monkeypatch.chdir(built)
    assert main(["build", "--grey", "--only", "source"]) == 0
    assert "1 grey-scale proofs in build/grey/." in capsys.readouterr().out
    with Image.open(built / "build/grey/source.png") as proof:
        assert proof.mode == "L"


def test_pages_are_printed_where_there_is_a_browser(built, monkeypatch, capsys):
    monkeypatch.chdir(built)
    monkeypatch.setenv("PATH", "")
    assert main(["build", "--pdf"]) == 1
    assert "a PDF needs a browser or LaTeX, and neither is here; install" in capsys.readouterr().err
    browser = built / "bin/chromium"
    browser.parent.mkdir()
    browser.write_text(
        "#!/bin/sh\nfor a; do case $a in --print-to-pdf=*) printf '%s' '%PDF-' > \"${a#--print-to-pdf=}\";; esac; done\n"
    )
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(browser.parent))
    assert main(["build", "--pdf"]) == 0
    assert "4 pages printed to build/*.pdf with chromium." in capsys.readouterr().out
    assert {p.stem for p in (built / "build").glob("*.pdf")} == set(RUNS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "wholf"], 'nothing named "wholf" to build; did you mean "whole"?'),
        (["--preset", "slides"], 'no preset "slides"; did you mean "slide"?'),
        (["--debate", "smal"], "there is no debate in smal (no debate.yml)"),
        (["smal"], "there is no debate in smal (no debate.yml)"),
    ],
)
def test_the_command_called_wrongly(built, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(built)
    assert main(["build", *arguments]) in (1, 2)
    assert said in capsys.readouterr().err


# Killed at any moment, and two at once


def test_two_builds_at_once(project, built):
    both = [
        command(project, "build", start=subprocess.Popen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in "ab"
    ]
    assert [p.wait(timeout=240) for p in both] == [0, 0]
    assert files(project / "figures") == files(built / "figures")


KILLS = int(os.environ.get("STANCEBOOK_KILLS", "12"))  # .ci/run asks for 100


def test_killed_at_random_moments(built, tmp_path_factory):
    """Whatever it was doing: each file in figures is an old one or a new one, whole, and the next build completes."""
    dice = random.Random(1917)
    old = files(built / "figures")
    wording = built / "small/debate.yml"
    before = wording.read_bytes()
    edit(wording, "The cook ate the jam.", "The cook ate all the jam.")
    edit(wording, "The jam was good.", "The jam was very good.")
    after = wording.read_bytes()
    started = time.monotonic()
    assert command(built, "build").returncode == 0
    took = time.monotonic() - started
    new = files(built / "figures")
    whole = {name: {old.get(name), new.get(name)} for name in old | new}
    interrupted = 0
    for i in range(KILLS):
        wording.write_bytes(before if i % 2 else after)
        if i % 3:  # two in three with all to be made, the third with files to be put into place only
            shutil.rmtree(built / "build/cache", ignore_errors=True)
        build_process = command(
            built,
            "build",
            start=subprocess.Popen,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            build_process.wait(timeout=dice.uniform(0.02, took if i % 3 else 0.4))
        interrupted += build_process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(build_process.pid, signal.SIGKILL)
        build_process.wait()
        for name, content in files(built / "figures").items():
            assert content in whole.get(name, ()) or (name == "manifest.json" and json.loads(content)), name
    assert (
        interrupted > KILLS / 5
    )  # else this would test little; a machine that is busy by fits ends more builds in time
    wording.write_bytes(after)
    assert command(built, "build").returncode == 0
    assert files(built / "figures") == new
    deadline = time.monotonic() + 60
    while (
        list((built / "build/tmp").iterdir()) and time.monotonic() < deadline
    ):  # a worker may outlive its build for a run
        time.sleep(0.5)
        assert command(built, "build").returncode == 0
    assert list((built / "build/tmp").iterdir()) == []


# A report, which stands in no plan


def test_a_report_stands_alone_and_leaves_all_else_as_it_was(built):
    before = files(built)
    (built / "class").mkdir()
    assert report(built / "notebooks/question.ipynb", {"question": "culprit"}, built / "class/report") is None
    assert {n: b for n, b in files(built).items() if not n.startswith("class/")} == before
    assert {n.partition("/")[0] for n in files(built / "class/report")} == {
        "question.html",
        "question.ipynb",
        "figures",
    }
    assert [p.name for p in (built / "class").iterdir()] == ["report"]


def test_a_report_that_fails_leaves_the_one_before_and_how_far_it_got(project):
    (project / "class").mkdir()
    question, folder = project / "notebooks/question.ipynb", project / "class/report"
    assert report(question, {}, folder) is None
    before = files(folder)
    failure = report(question, {"question": "jelly"}, folder)
    assert "no question" in failure.error and failure.output == folder / "question-half-run.ipynb"
    assert {n: b for n, b in files(folder).items() if n != "question-half-run.ipynb"} == before
    assert report(question, {}, folder) is None and files(folder) == before


def test_layouts_that_no_map_uses_any_more_are_named_and_left_where_they_are(tmp_path, capsys, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks/07-what-if.ipynb", tmp_path / "notebooks")
    plan(tmp_path, 'runs:\n  - notebook: 07-what-if.ipynb\n    each: {debate: [../made], taken: [""], granted: [""]}\n')
    debate = made(5, 24)
    written(debate, tmp_path / "made")
    monkeypatch.chdir(tmp_path)

    def built():
        outcome = build(Path("notebooks"), Path("build"), Path("figures"))
        assert list(map(str, outcome.failures)) == []
        return [file.name for file in outcome.layouts]

    def advised():
        main(["check", "made"])
        return [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines() if "layouts/" in line]

    assert built() == advised() == []
    [taken] = Path("made/layouts/reference").glob("taken-*.json")
    [granted] = Path("made/layouts/reference").glob("granted-*.json")
    by_hand = taken.with_name("by-hand.json")
    shutil.copy(granted, by_hand)

    key, claim = next((k, c) for k in debate.sources for c in claims_of(debate, k) if taken.stem == f"taken-{k}-{c.id}")
    behind = claim.model_copy(update={"id": "behind", "supports": (claim.id,), "attacks": ()})
    coding = debate.codings["reference", key]
    more = coding.model_copy(update={"claims": (*coding.claims, behind)})
    Path(f"made/codings/reference/{key}.yml").write_text(coding_file(more), encoding="utf-8")
    assert built() == ["by-hand.json", taken.name]
    assert taken.is_file() and by_hand.is_file(), "nothing is deleted"
    assert advised() == [f"layouts/reference/{name}" for name in ("by-hand.json", taken.name)]

    capsys.readouterr()
    main(["build"])
    said = capsys.readouterr().out
    assert "No map of this build uses 2 kept layouts" in said and f"\n    made/layouts/reference/{taken.name}" in said
    taken.unlink()
    by_hand.unlink()
    assert built() == advised() == []


def claims_of(debate, source):
    return debate.codings["reference", source].claims
