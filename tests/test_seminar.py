"""The seminar kit: the exercise on the rules, as data, widgets and paper; the lesson plan; the page for the teacher."""

import itertools
import json
import re
import shutil
from html import unescape

import ipywidgets
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, SHIPPED
from pypdf import PdfReader

from analysis import arguments, load_debate, tables
from analysis.__main__ import main
from analysis.debate import DebateError
from analysis.pages import BROWSERS
from analysis.seminar.exercise import CHOOSE, Exercise
from analysis.seminar.paper import HANDOUT, paper
from analysis.seminar.traps import calibration, reading_in_words, rule_of

needs_chromium = pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium")
SCRIPT = "<script>alert(1)</script> & “so”"


@pytest.fixture
def traps(shipped):
    return calibration(shipped).traps


@pytest.fixture
def folder(tmp_path):
    """A debate whose exercise can be spoilt."""
    shutil.copytree(SHIPPED, tmp_path / "debate", ignore=shutil.ignore_patterns("texts", "first", "second", "layouts"))
    return tmp_path / "debate"


def spoilt(folder, number, **change):
    """The debate with one trap changed."""
    file = folder / "calibration.yml"
    values = yaml.safe_load(file.read_text(encoding="utf-8"))
    values["traps"][number] = {k: v for k, v in (values["traps"][number] | change).items() if v is not None}
    file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return load_debate(folder, coders=[])


# The data


def test_each_trap_is_short_and_tries_another_rule(traps, shipped):
    rules = [t.rule for t in traps]
    assert len(set(rules)) == len(rules)
    assert {"own-voice", "irony", "concessions", "rhetorical-questions", "survey"} <= set(rules)
    assert all(40 <= len(t.passage.split()) <= 90 for t in traps)
    assert all(rule_of(t, shipped.codebook) for t in traps)
    assert max(t.certainty for t in traps if t.rule == "rhetorical-questions") <= 2  # as that rule has it


def test_the_passages_give_nothing_of_the_debate_away(traps):
    words = " ".join(t.passage + t.proposition for t in traps).casefold()
    assert not re.search(r"soviet|bolshevik|russia|lenin|stalin|trotsky|factory|dictator", words)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "ironie"}, r'calibration.yml:\d+: traps\[1\].rule: no rule "ironie"; did you mean "irony"\?'),
        ({"value": 3}, r"traps\[1\].value: 3 is not on the scale; use one of"),
        ({"value": 1}, r"traps\[1\].qualification: .*add it or take it out"),
        ({"qualification": "a little"}, r"traps\[1\].qualification: .*add it or take it out"),
        ({"silence": "evaded"}, r"give one of `value` and `silence`"),
        ({"certainty": None}, r"a value has a certainty"),
        ({"passagge": "x"}, r"passagge"),
    ],
)
def test_a_slip_is_placed_and_cured(folder, change, said):
    with pytest.raises(DebateError, match=said):
        calibration(spoilt(folder, 1, **change))


def test_a_debate_without_an_exercise_says_so(small, capsys):
    with pytest.raises(DebateError, match=r"calibration.yml: the file is missing"):
        calibration(small)


# The widgets


@pytest.fixture
def exercise(shipped):
    made = Exercise(shipped)
    yield made
    made.close_all()


def state_of(widget):
    """All that the page holds of a widget and those inside it, in the words that a reader would see."""
    inside = [state_of(child) for child in getattr(widget, "children", ())]
    return unescape(" ".join([*map(str, widget.get_state().values()), *inside]))


def test_no_answer_is_in_the_page_before_the_try(exercise, traps, shipped):
    before = state_of(exercise)
    for trap in traps:
        assert trap.passage in before and trap.proposition in before
        assert trap.why not in before and rule_of(trap, shipped.codebook) not in before
        assert f"The trap is {trap.trap}" not in before
    exercise.tries[0].show()
    assert "Give your own reading first" in exercise.tries[0].answer.value and not exercise.tries[0].done
    chosen(exercise.tries[0], 2)
    assert traps[0].why in state_of(exercise)


def chosen(one, reading, certainty=3):
    one.reading.value, one.certainty.value = reading, certainty
    one.rule.click()


def test_after_the_try_comes_the_rule_and_the_try_stands(exercise, traps):
    one = exercise.tries[2]
    chosen(one, 0)
    assert "The rules read it otherwise: affirms with a limit (+1), certainty 3. Limit:" in one.answer.value
    assert "<b>concessions</b>" in one.answer.value
    assert one.reading.disabled and one.certainty.disabled
    assert "0 of 1 as the rules read them, 5 to go" in exercise.summary.value
    assert not exercise.tries[3].answer.value


def test_the_summary_counts_and_names_the_rules_to_read_again(exercise, traps):
    for one, trap in zip(exercise.tries, traps, strict=True):
        chosen(one, 0 if trap.silence else trap.reading)
    assert "5 of 6 as the rules read them</h3>" in exercise.summary.value
    assert exercise.summary.value.count("<b>") == 1 and "<b>survey</b>" in exercise.summary.value


def test_a_silence_needs_no_certainty(exercise):
    chosen(exercise.tries[5], "evaded", CHOOSE)
    assert "As the rules read it: silent: evaded." in exercise.tries[5].answer.value


def test_a_hostile_file_is_shown_and_does_nothing(folder):
    debate = spoilt(folder, 0, passage=SCRIPT, proposition=SCRIPT, trap=SCRIPT, why=SCRIPT)
    made = Exercise(debate)
    chosen(made.tries[0], 2)
    html = [w.value for t in made.tries for w in t.children if isinstance(w, ipywidgets.HTML)]
    assert "<script" not in "".join(html) + paper(debate) and "&lt;script&gt;" in made.tries[0].answer.value
    made.close_all()


# On paper


def test_the_answers_are_not_on_the_page_of_the_exercise(shipped, traps):
    page = BeautifulSoup(paper(shipped), "html.parser")
    asked, answers = page.main.get_text(" "), page.article.get_text(" ")
    for trap in traps:
        assert trap.passage in asked and trap.why not in asked and rule_of(trap, shipped.codebook) not in asked
        assert trap.why in answers and reading_in_words(trap, shipped.codebook) in answers
    assert not page("script")


@needs_chromium
def test_printed_it_is_one_page_of_questions_and_one_of_answers(tmp_path, traps, capsys):
    assert main(["calibration", str(SHIPPED), "-o", str(tmp_path / "c.pdf")]) == 0
    first, second = (" ".join(p.extract_text().split()) for p in PdfReader(tmp_path / "c.pdf").pages)
    assert all(t.proposition in first and t.proposition in second for t in traps)
    assert "The trap is" not in first and second.count("The trap is") == len(traps)


@needs_chromium
def test_the_handout_is_one_page_of_a4(tmp_path):
    assert main(["handout", "-o", str(tmp_path / "h.pdf")]) == 0
    [page] = PdfReader(tmp_path / "h.pdf").pages
    assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]


def test_a_file_that_is_there_stays(tmp_path, capsys):
    file = tmp_path / "h.html"
    assert main(["handout", "-o", str(file)]) == 0
    assert main(["handout", "-o", str(file)]) == 2 and "add --replace" in capsys.readouterr().err
    assert main(["handout", "-o", str(file), "--replace"]) == 0
    assert (
        main(["handout", "-o", str(tmp_path / "h.docx")]) == 2 and "a page is .pdf or .html" in capsys.readouterr().err
    )


# The teacher's page and the notebook on the wall say the same


@pytest.fixture(scope="module")
def handout():
    return BeautifulSoup(HANDOUT.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def seminar():
    """The cells of the notebook."""
    return json.loads((ROOT / "notebooks/seminar.ipynb").read_text(encoding="utf-8"))["cells"]


def test_handout_and_notebook_have_the_same_timetable(handout, seminar):
    given: dict = {}
    exec("".join(next(c["source"] for c in seminar if "parameters" in c["metadata"].get("tags", []))), given)
    printed = [[cell.get_text() for cell in row("td")] for row in handout("tr")[1:]]
    starts = itertools.accumulate((minutes for _, minutes, _, _ in given["timetable"]), initial=0)
    assert printed == [
        [str(at), str(m), str(h), what, how] for at, (what, m, h, how) in zip(starts, given["timetable"], strict=False)
    ]
    assert sum(m for _, m, _, _ in given["timetable"]) == 90


def test_each_text_goes_to_two_groups_and_each_pair_shares_core_propositions(handout, shipped):
    pairs = [p.split(",") for p in re.findall(r"--sources (\S+)", handout.get_text())]
    assert sorted(s for pair in pairs for s in pair) == sorted([*shipped.sources] * 2)
    spoken = tables.stances(shipped).query("core and status == 'stance'").groupby("source").proposition.agg(set)
    assert all(spoken[a] & spoken[b] for a, b in pairs)


def test_the_hint_names_claims_in_the_authors_own_voice(handout, shipped):
    claims = {c.id: c.voice for key in ("harrison-1979", "kokosalakis-2021") for c in shipped.coding(key).claims}
    hint = [code.get_text() for code in handout("code") if "-but-" in code.get_text() or "-serves-" in code.get_text()]
    assert len(hint) == 2 and {claims[id] for id in hint} == {"own"}


def test_the_files_that_the_handout_names_are_there(handout):
    named = re.findall(r"(?:figures|notebooks)/[\w.-]+\.(?:pdf|ipynb)", handout.get_text())
    assert len(named) == 3 and all((ROOT / name).is_file() for name in named)


def test_the_notebook_asks_ten_questions_each_after_a_chart(seminar):
    asked, since = [], 0
    for cell in seminar:
        source = "".join(cell["source"])
        since += "show(" in source and cell["cell_type"] == "code"
        if numbers := re.findall(r"^\*\*(\d+)\.\*\*", source, re.MULTILINE):
            assert since and all("?" in part for part in re.split(r"\*\*\d+\.\*\*", source)[1:]), numbers
            asked += numbers
            since = 0
    assert asked == [str(n) for n in range(1, 11)]


def test_the_map_on_the_wall_needs_no_graphviz(shipped):
    whole = arguments.arguments(
        tables.claims(shipped), tables.links(shipped), tables.stance_claims(shipped), tables.propositions(shipped)
    )
    near = arguments.neighbourhood(arguments.question_map(whole, "turn", ["fitz-2018", "harris-2017"]), "turn-by-1921")
    kept = arguments.sheets_in(SHIPPED / "layouts/seminar/turn-by-1921.json", near)
    assert kept is not None and len(kept) == 1, "run notebooks/seminar.ipynb and commit the layout"
