"""What the README says is run."""

import re

from conftest import ROOT

from analysis import BLIND, agreement, charts, tables

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_snippets_run():
    snippets = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert snippets
    names: dict = {}  # the second goes on where the first ends
    for code in snippets:
        exec(compile(code, "README.md", "exec"), names)


def test_what_it_says_of_the_headlines_follows_from_the_codings(shipped):
    stances = tables.stances(shipped)
    closest, furthest, _ = agreement.headlines_of(stances, fewest=charts.FEW)
    assert {closest.source_a, closest.source_b} == {"harrison-1979", "kokosalakis-2021"}
    assert {furthest.source_a, furthest.source_b} == {"gusev-2008", "kokosalakis-2021"}
    found = agreement.robustness(stances, [closest, furthest], tables.readings(shipped, BLIND), draws=200)
    tried = found[~found.alternative.isin(["as it is", "silence as 0"])]
    firm = tried.groupby("headline").apply(lambda t: (t.holds == t.n).all(), include_groups=False)
    assert firm.to_dict() == {closest.words({}): False, furthest.words({}): True}
    by_chance = agreement.pairs_by_chance(stances, draws=1999, fewest=charts.FEW)
    assert (by_chance[["p_closest", "p_furthest"]].dropna() > 0.025).all(axis=None)


def test_every_notebook_is_named_and_every_figure_shown_exists():
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert f"`{notebook.stem}`" in README, notebook.name
    for figure in re.findall(r"\]\((figures/[^)]+)\)", README):
        assert (ROOT / figure).is_file(), figure


def test_the_numbers_of_the_codings_are_those_of_the_files(shipped):
    values, speaks = tables.ratings(shipped, BLIND), tables.ratings(shipped, BLIND, "speaks")
    said = re.search(r"alpha (0\.\d\d) for whether a text speaks, (0\.\d\d) for what it says", README)
    found = [agreement.alpha(r, level, interval=False).value for r, level in ((speaks, "nominal"), (values, "ordinal"))]
    assert [f"{a:.2f}" for a in found] == list(said.groups())
