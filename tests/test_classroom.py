"""A class's codings: measures checked by hand, and what was planted in a class that never was is found again."""

import csv
import json
import os
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pypdf
import pytest
import students
from conftest import ROOT, SHIPPED
from debates import FIVE
from students import COPIED, COPIER, LATE, NAMES, REPORTER, YEA, class_of, fill

from analysis import agreement, charts, classroom, load_debate, tables
from analysis.__main__ import main
from analysis.charts import rooms, theme
from analysis.classroom.readings import SILENT, common_reading, matrix
from analysis.debate import debate_with
from analysis.presets import PRESETS
from analysis.sheets.classes import load_class
from analysis.sheets.rows import folder_name

STATUS = {True: "uncoded", False: "stance"}


def read(**rows):
    """The readings of students, a column a proposition: a value, "s" for silence, None for uncoded; two texts, p1 … and q1 …"""
    cells = []
    for student, row in rows.items():
        for k, reading in enumerate(row):
            silent = reading == "s"
            place = SILENT if silent else np.nan if reading is None else float(reading)
            status = "silence" if silent else STATUS[reading is None]
            value = pd.NA if silent or reading is None else reading
            cells.append(
                (
                    student,
                    f"{'pq'[k % 2]}-1900",
                    f"{'PQ'[k % 2]} 1900",
                    f"x{k // 2}",
                    f"X{k // 2}.",
                    status,
                    value,
                    place,
                )
            )
    columns = ["student", "source", "label", "proposition", "text", "status", "value", "place"]
    table = pd.DataFrame(cells, columns=columns).astype({"value": "Int64"})
    return table.assign(
        why=[f"why {i} for this reading" for i in table.index], question="q", core=table.proposition == "x0"
    )


# Measures by hand


def test_silence_is_a_reading_of_its_own_and_uncoded_is_none():
    found = classroom.between_students(read(A=[0, "s"], B=["s", "s"], C=[None, None]), FIVE)
    assert found[["source", "n", "pairs", "pairs_part"]].values.tolist() == [["p-1900", 2, 1, 1], ["q-1900", 2, 1, 0]]
    assert found.readings.tolist() == ["1 × 0, 1 × silent", "2 × silent"]


def test_readings_part_at_half_the_scale_or_between_a_value_and_a_silence():
    [row] = classroom.between_students(read(A=[2], B=[1], C=[0], D=[-1], E=["s"]), FIVE).itertuples()
    # 2/0, 2/−1, 1/−1 and each of the four against the silence
    assert (row.n, row.pairs, row.pairs_part) == (5, 10, 7)


@pytest.mark.parametrize(
    "places,common",
    [([2, -2], 0), ([2, SILENT], 2), ([2, SILENT, SILENT], SILENT), ([2, 1, np.nan], 1.5), ([np.nan], None), ([SILENT], SILENT)],
)  # fmt: skip
def test_what_several_readings_amount_to(places, common):
    found = common_reading(places)
    assert np.isnan(found) if common is None else found == common


def test_the_class_against_the_reference():
    reference = read(R=[2, "s", None, 1]).drop(columns="student")
    found = classroom.against_reference(read(A=[0, 1, 2, 1], B=[2, "s", 2, 0], C=[-2, 0, None, None]), reference, FIVE)
    assert found[["source", "proposition", "n", "students_part", "class", "reference"]].values.tolist() == [
        ["p-1900", "x0", 3, 2, "0", "+2"],
        ["q-1900", "x0", 3, 2, "+0.5", "silent"],
        ["q-1900", "x1", 2, 0, "+0.5", "+1"],
    ]


def test_texts_against_each_other_as_the_class_reads_them():
    found = classroom.between_texts(read(A=[2, -2, 1, "s"], B=[1, -2, 1, "s"], C=[None, None, 1, 2]), FIVE)
    assert found.values.tolist() == [["x0", "X0.", 4, 2, 3.5, "P 1900 +1.5 (n = 2), Q 1900 −2 (n = 2)"]]


def test_completeness_counts_what_was_asked_and_nothing_else():
    asked = classroom.asked(read(A=[1, "s", None, None], B=[1, None, 2, None]))
    found = classroom.completeness(asked).set_index(["student", "source"])
    assert found.index.tolist() == [("A", "p-1900"), ("A", "q-1900"), ("B", "p-1900")], "B never began Q"
    assert found.asked.tolist() == [2, 2, 2] and found.coded.tolist() == [1, 1, 2]
    assert found.stances.tolist() == [1, 0, 2] and found.silences.tolist() == [0, 1, 0]
    everything = classroom.asked(read(A=[1], B=[1]), ["p-1900", "q-1900"])
    assert "Nobody coded" not in classroom.completeness_in_words(classroom.completeness(everything), "AB")
    nobody = classroom.asked(read(A=[1, None], B=[1, None]), ["p-1900", "q-1900"])
    assert "Nobody coded Q 1900." in classroom.completeness_in_words(classroom.completeness(nobody), "AB")


def test_who_began_nothing_is_named():
    words = classroom.completeness_in_words(classroom.completeness(classroom.asked(read(A=[1], B=[None]))), "AB")
    assert words == "1 of 2 students coded all that was asked of them (n = 1 of 1 cells).\n- Began nothing: B."


def test_only_what_was_asked_counts():
    table = read(A=[1, 1, 1, 1])
    assert set(classroom.asked(table, core=True).proposition) == {"x0"}
    assert classroom.asked(table, questions=["other"]).empty


def test_tallies_count_students_and_keep_what_nobody_coded():
    found = classroom.tallies(read(A=[2, None], B=[2, None], C=["s", None]))
    assert found[["source", "count", "n"]].values.tolist() == [["p-1900", 2, 3], ["p-1900", 1, 3], ["q-1900", 3, 0]]


def test_ratings_keep_speaking_and_value_apart():
    table = read(A=[0, "s", None])
    assert classroom.ratings(table).value.fillna(99).tolist() == [0, 99, 99]
    assert classroom.ratings(table, "speaks").value.fillna(99).tolist() == [1, 0, 99]


def test_a_pair_is_compared_where_both_coded():
    found = classroom.pairs(read(A=[2, 2, "s", None], B=[-2, 1, 1, 1]), FIVE)
    assert found.values.tolist() == [["A", "B", 3, 2, 2 / 3, "p-1900", "x0"]]


def test_everyone_gets_one_partner_with_whom_most_is_in_dispute():
    table = read(A=[2, 2, 2, 2], B=[2, 2, 2, 2], C=[-2, -2, -2, -2], D=[-2, -2, -2, 2])
    found = classroom.partners(classroom.pairs(table, FIVE), table, 4)
    assert {frozenset(p) for p in zip(found.one, found.other, strict=True)} in ({frozenset("AC"), frozenset("BD")}, {frozenset("AD"), frozenset("BC")})  # fmt: skip
    assert found.part.sum() == 7 and found.n.tolist() == [4, 4]


def test_who_is_left_over_joins_a_pair_and_who_shares_too_little_is_named():
    table = read(A=[2, 2, 2], B=[-2, -2, -2], C=[2, 2, 2], D=[1, None, None])
    found = classroom.partners(classroom.pairs(table, FIVE), table, 3)
    assert sorted(len(v) for v in classroom.companions(found).values()) == [1, 1, 2]
    assert classroom.companions(found)["B"] == ["A", "C"] or classroom.companions(found)["B"] == ["C", "A"]
    assert "Without a partner, for want of 3 shared cells: D." in classroom.partners_in_words(found, table, 3)


def test_leaning_is_over_cells_that_others_speak_to_and_silence_adds_nothing():
    found = classroom.leanings(read(A=[2, 2, 1], B=[0, "s", "s"], C=[-2, "s", None]), 1).set_index("student")
    assert found.lean.fillna(99).to_dict() == {"A": 3, "B": 0, "C": -3} and found.n.tolist() == [1, 1, 1]
    assert found.speaks["A"] == pytest.approx((0 + 1 + 1) / 3) and not found.outlying.any(), "three are no class"


def test_who_moved_and_towards_whom():
    first = read(A=[2, 2, "s", 0], B=[-2, -2, 1, 0], C=[-2, -2, 1, None])
    second = read(A=[0, -2, 1, 0], B=["s", -2, 2, 0], D=[1, 1, 1, 1]).assign(why="because")
    reference = read(R=[2, "s", None, None]).drop(columns="student")
    found = classroom.moves(first, second, {"A": ["B"]}, reference).set_index(["student", "source", "proposition"])
    assert found.moved.sum() == 5 and len(found) == 8
    assert found.loc["A"][["class", "partner", "reference"]].fillna(9).values.tolist() == [[1, 1, -1], [1, 1, 0], [1, 1, 9], [0, 0, 9]]  # fmt: skip
    # from −2, two points from the others' 0, into silence; from 1 to 2 where the others amount to 1, since but half hear silence
    assert found.loc["B"]["class"].tolist()[::2] == [-1, -1] and found.loc["B"]["partner"].isna().all()
    words = classroom.attendance_in_words(first, second)
    assert (
        "Only in the first: C." in words and "Only in the second: D." in words and "2 students coded in both" in words
    )
    counts = classroom.changes(found.reset_index()).set_index("student")
    assert counts.loc["A", ["n", "moved", "to_class", "to_partner", "from_reference"]].tolist() == [4, 3, 3, 3, 1]
    assert pd.isna(counts.to_partner["B"])
    reasons = classroom.reasons_given(found.reset_index(), most=1)
    assert reasons.student.tolist() == ["A", "B"] and set(reasons.text) == {"X0."} and set(reasons.why) == {"because"}
    assert classroom.slopes(found.reset_index()).groupby(["source", "proposition"])["count"].sum().eq(2).all()


def test_a_class_in_which_nobody_did_anything_is_said_to_be_one():
    nothing = read(A=[1]).head(0)
    assert "no codings" in classroom.completeness_in_words(classroom.completeness(nothing), [])
    for table in (classroom.between_students(nothing, FIVE), classroom.between_texts(nothing, FIVE), classroom.pairs(nothing, FIVE), classroom.lookalikes(nothing)):  # fmt: skip
        assert table.empty
    assert "two students" in classroom.partners_in_words(
        classroom.partners(classroom.pairs(nothing, FIVE), nothing, 8), nothing, 8
    )
    assert "no second round" in classroom.attendance_in_words(nothing, nothing)
    assert "Nobody coded the same" in classroom.moves_in_words(classroom.moves(nothing, nothing))


# Names


def test_pseudonyms_are_kept_and_who_joins_gets_a_new_one(tmp_path):
    labels = {f"s{k}": f"Label {k}" for k in range(60)}
    first = classroom.names(labels, tmp_path)
    assert sorted(first.values(), key=lambda n: (len(n), n))[-1] == "Student BH" and len(set(first.values())) == 60
    assert list(first.values()) == sorted(first.values(), key=lambda n: (len(n), n))
    again = classroom.names({**labels, "aa": "Joiner"}, tmp_path)
    assert {s: again[s] for s in labels} == first and again["aa"] == "Student BI"
    assert [first[f"s{k}"] for k in range(60)] != sorted(first.values(), key=lambda n: (len(n), n)), "drawn by lot"
    assert set(classroom.names({"s3": "Label 3"}, tmp_path).values()) == {first["s3"]}


@pytest.mark.parametrize("text", ["- a\n", "a: Student A\nb: Student A\n", "a: [", "a: 1\n"])
def test_a_damaged_key_is_refused_without_a_name(tmp_path, text):
    (tmp_path / classroom.KEY).write_text(text)
    with pytest.raises(ValueError, match=r"pseudonyms.yml .* delete it") as error:
        classroom.names({"zelenka": "Zelenka"}, tmp_path)
    assert "zelenka" not in str(error.value).lower()


def test_names_in_reasons_are_replaced_once_and_only_whole(small):
    labels = {"b": "B", "ann-lee": "Ann Lee", "red": "Red"}
    names = {"b": "Student B", "ann-lee": "Student A", "red": "Student C"}
    coding = small.coding("ash-2001")
    said = coding.stances[0].model_copy(update={"why": "ANN LEE, not ann or b. Redder than red-hot, said ann-lee."})
    coders = {c: small.coders["reference"].model_copy(update={"label": t}) for c, t in labels.items()}
    debate = debate_with(small, {("b", "ash-2001"): coding.model_copy(update={"stances": (said,)})}, coders)
    found = classroom.readings(debate, names, labels)
    [why] = found[(found.student == "Student B") & (found.status == "stance")].why
    assert why == "Student A, not ann or Student B. Redder than Student C-hot, said Student A."


def test_labels_that_two_share_are_told_apart(tmp_path):
    assert classroom.names({"a": "Anna", "b": "Anna", "c": "Cem"}, tmp_path, anonymous=False) == {
        "a": "Anna (a)", "b": "Anna (b)", "c": "Cem",
    }  # fmt: skip
    assert not (tmp_path / classroom.KEY).exists()


# A class that never was, from the sheet to the report

TEXTS = ("gusev-2008", "kokosalakis-2021")
PERSUADED = "Mbappeson"


@pytest.fixture(scope="module")
def here():
    """The commands are run as a teacher does, in the project's folder."""
    before = os.getcwd()  # noqa: PTH109
    os.chdir(ROOT)
    yield
    os.chdir(before)


@pytest.fixture(scope="module")
def folder(here, shipped, tmp_path_factory):
    """class/ and second/: sheets made, filled, read; in round two LATE is gone, Ysolde new, and one was persuaded."""
    top = tmp_path_factory.mktemp("synthetic")
    sheet = top / "sheet.xlsx"
    assert main(["sheet", "make", "--core", "--sources", ",".join(TEXTS), "-o", str(sheet)]) == 0
    cells = [(s, p.id) for s in TEXTS for p in shipped.codebook.propositions if p.core]
    first = class_of(shipped, cells)
    second = {name: rows for name, rows in first.items() if name != LATE}
    persuasion = {
        c: {**first[COPIED][c], "why": f"{COPIED} and {folder_name(YEA, '')} persuaded me here"} for c in cells[:5]
    }
    second[PERSUADED] = first[PERSUADED] | persuasion
    second["Ysolde"] = class_of(shipped, cells, names=("Ysolde",))["Ysolde"]
    for name, rounds in (("class", first), ("second", second)):
        (top / "sheets" / name).mkdir(parents=True)
        for k, (student, rows) in enumerate(rounds.items()):
            fill(sheet, student, rows, top / "sheets" / name / f"{k}.xlsx")
        files = [str(f) for f in sorted((top / "sheets" / name).iterdir())]
        assert main(["sheet", "read", *files, "-o", str(top / name)]) == 0
    return top


@pytest.fixture(scope="module")
def rounds(shipped, folder):
    return classroom.load_rounds(shipped, folder / "class", folder / "second")


@pytest.fixture(scope="module")
def called(rounds, folder):
    """Label → pseudonym, as the teacher finds it."""
    from analysis.reading import read_yaml

    kept = read_yaml(folder / "class" / classroom.KEY, "").values
    return {name: kept[folder_name(name, "")] for name in (*NAMES, "Ysolde")}


@pytest.fixture(scope="module")
def asked(rounds):
    return classroom.asked(rounds.first, TEXTS, core=True)


def test_completeness_names_the_one_who_left_half(asked, called, rounds):
    words = classroom.completeness_in_words(classroom.completeness(asked), rounds.students)
    assert (
        words
        == f"11 of 12 students coded all that was asked of them (n = 391 of 408 cells).\n- {called[LATE]}: 17 of 34."
    )


def test_the_sheets_that_are_alike_are_the_copiers(asked, called):
    found = classroom.lookalikes(asked)
    assert [{r.one, r.other} for r in found.itertuples() if r.striking] == [{called[COPIER], called[COPIED]}]
    assert (found.n[0], found.same[0], found.same_words[0]) == (34, 34, 34) and 0 < found.otherwise[0] <= 34
    assert "agree in all 34 cells, also in" in classroom.habits_in_words(classroom.leanings(asked, 8), found)


def test_the_outlier_is_the_yea_sayer(asked, called):
    found = classroom.leanings(asked, 8)
    assert found[found.outlying].student.tolist() == [called[YEA]] and found.lean[0] > 1


def test_reported_views_are_found_with_the_one_who_took_them_for_the_authors_own(asked, called, shipped):
    found = classroom.reported_as_own(asked, tables.claims(shipped))
    assert (
        set(found.student) == {called[REPORTER]}
        and len(found) >= 8
        and (found.stances > len(found)).all()
        and found.holder.notna().all()
    )
    assert f"{called[REPORTER]}: {len(found)} of" in classroom.habits_in_words(
        classroom.leanings(asked, 8), classroom.lookalikes(asked), found
    )


@pytest.mark.parametrize("seed", range(5))
def test_among_honest_students_nothing_stands_out(shipped, seed):
    """Without sheets and files: the same rows as a table."""
    cells = [(s, p.id) for s in TEXTS for p in shipped.codebook.propositions if p.core]
    honest = class_of(shipped, cells, seed=10_000 * (seed + 1), names=[f"Honest {k}" for k in range(12)])
    rows = []
    for name, coded in honest.items():
        for (source, proposition), words in coded.items():
            value = int(re.search(r"\(([+-]?\d)\)", words["value"])[1]) if "value" in words else None
            rows.append(
                (
                    name,
                    source,
                    source,
                    proposition,
                    proposition,
                    value,
                    SILENT if value is None else value,
                    words["why"],
                )
            )
    table = pd.DataFrame(rows, columns=["student", "source", "label", "proposition", "text", "value", "place", "why"])
    assert classroom.lookalikes(table).empty and not classroom.leanings(table, 8).outlying.any()


def test_who_was_persuaded_and_by_whom_is_seen_but_not_named(asked, rounds, called):
    moves = classroom.moves(rounds.first, rounds.second)
    moved = moves[moves.moved]
    assert set(moved.student) == {called[PERSUADED]} and 1 <= len(moved) <= 5
    assert set(moved.why) == {f"{called[COPIED]} and {called[YEA]} persuaded me here"}
    words = classroom.attendance_in_words(rounds.first, rounds.second)
    assert f"Only in the first: {called[LATE]}." in words and f"Only in the second: {called['Ysolde']}." in words


def test_names_are_shown_if_asked_for(shipped, folder):
    assert set(classroom.load_rounds(shipped, folder / "class", anonymous=False).first.student) == set(NAMES)


def test_what_is_broken_is_left_out_and_counted_without_a_name(shipped, folder, tmp_path):
    shutil.copytree(folder / "class", tmp_path / "class")
    (tmp_path / "class/zelenka/gusev-2008.yml").write_text("source: [")
    found = classroom.load_rounds(shipped, tmp_path / "class")
    assert "zelenka" in str(found.problems[0]) and found.left_out_in_words().startswith(
        "1 problem in the files of the class"
    )


@pytest.fixture(scope="module")
def report(folder, rounds):
    """The report of both rounds, with the reference."""
    options = ["--second", str(folder / "second"), "--reference", "--core", "--sources", ",".join(TEXTS)]
    assert main(["class", str(folder / "class"), *options]) == 0
    return folder / "class/report"


FIGURES = ["08-agreement", "08-done", "08-leanings", "08-moves", "08-partners", *(f"08-read-{s}" for s in TEXTS)]


def test_the_report_stays_in_the_class(report, folder):
    assert sorted(p.name for p in report.iterdir()) == ["08-class.html", "08-class.ipynb", "figures"]
    assert sorted(p.stem for p in (report / "figures").glob("*.csv")) == FIGURES
    assert not [p for p in (folder / "class").iterdir() if p.name.startswith(".report")]
    assert not list((ROOT / "figures").glob("08-*")) and "08-class" not in (ROOT / "notebooks/build.yml").read_text()


def test_no_student_is_named_anywhere_in_the_report(report):
    secret = [w for name in (*NAMES, "Ysolde") for w in (name.casefold(), folder_name(name, ""))]
    files = [p for p in report.rglob("*") if p.is_file()]
    assert len(files) > 50
    for file in files:
        said = f"{file.name} {file.read_bytes().decode('utf-8', 'replace')}"
        if file.suffix == ".pdf":
            said += " ".join(p.extract_text() for p in pypdf.PdfReader(file).pages) + str(
                pypdf.PdfReader(file).metadata
            )
        elif file.suffix == ".ipynb":
            said += json.dumps(json.loads(file.read_bytes()), ensure_ascii=False)
        assert [w for w in secret if w in said.casefold()] == [], file


def test_the_report_says_what_was_planted(report, called):
    page = re.sub(r"<[^>]+>", "", (report / "08-class.html").read_text(encoding="utf-8")).replace("\u00a0", " ")
    for words in (
        f"{called[LATE]}: 17 of 34.", "agree in all 34 cells", f"{called[YEA]} lies +", f"{called[PERSUADED]}",
        f"Only in the second: {called['Ysolde']}", "and " + called[YEA] + " persuaded me here",
    ):  # fmt: skip
        assert words in page
    assert 'href="index.html"' not in (report / "08-class.html").read_text(encoding="utf-8"), "it stands alone"


def test_every_figure_of_the_report_has_caption_alt_text_n_and_data(report):
    for name in FIGURES:
        caption = (report / f"figures/captions/{name}.md").read_text(encoding="utf-8")
        assert "n" in caption and "under pseudonyms" in caption
        assert len(list(csv.reader((report / f"figures/{name}.csv").read_text(encoding="utf-8").splitlines()))) > 1


def test_the_reference_is_hidden_until_it_is_asked_for(folder, shipped, capsys):
    assert main(["class", str(folder / "second")]) == 0
    notebook = json.loads((folder / "second/report/08-class.ipynb").read_bytes())
    outputs = json.dumps([c.get("outputs") for c in notebook["cells"]], ensure_ascii=False)
    assert (
        "The reference is hidden" in outputs
        and "diamond: the reference" not in outputs
        and "no second round" in outputs
    )
    whys = [s.why for source in TEXTS for s in shipped.coding(source).stances]
    assert len(whys) > 40 and [w for w in whys if w in outputs] == []
    loaded = load_class(load_debate(SHIPPED), folder / "second")
    assert loaded.problems == [] and "report" not in loaded.debate.coders


def test_a_class_that_is_not_there_is_named(here, capsys):
    assert main(["class", "nowhere"]) == 2 and "there is no folder nowhere" in capsys.readouterr().err
    assert main(["class", "tests", "--sources", "gusev"]) == 1 and "no source" in capsys.readouterr().err


def test_a_student_called_report_does_not_get_the_reports_folder():
    assert folder_name("Report", "") == "student-report"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_class_that_works_with_libreoffice_is_the_same_class(shipped, folder, tmp_path, suffix):
    sheets = sorted((folder / "sheets/class").iterdir())
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", suffix, "--outdir", tmp_path / "saved", *sheets]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    files = [str(f) for f in sorted((tmp_path / "saved").iterdir())]
    assert len(files) == 12 and main(["sheet", "read", *files, "-o", str(tmp_path / "class")]) == 0
    shutil.copy(folder / "class" / classroom.KEY, tmp_path / "class")
    one, other = (classroom.load_rounds(shipped, f / "class").first for f in (tmp_path, folder))
    pd.testing.assert_frame_equal(one, other)


# Charts


@pytest.fixture(autouse=True, scope="module")
def drawn_on_five_values(shipped):
    charts.use("web", shipped.scale)


def class_charts(debate, table, second):
    """Every chart of a class, and the table behind each."""
    asked = classroom.asked(table)
    pairs = classroom.partners(classroom.pairs(asked, FIVE), asked, 1)
    known = classroom.placed(tables.stances(debate))
    credit = classroom.credit(debate, table.student.nunique())
    tallies = classroom.tallies(asked)
    one = tallies[tallies.source == tallies.source.iloc[0]]
    ratings = classroom.ratings(asked), classroom.ratings(asked, "speaks")
    slopes = classroom.slopes(classroom.moves(table, second))
    return {
        "done": charts.completeness_chart(classroom.completeness(asked), "Title?", credit),
        "read": charts.readings_strip(one, "Title?", credit, known),
        "partners": charts.partners_chart(pairs, "Title?", credit),
        "leanings": charts.leanings_chart(classroom.leanings(asked, 1), "Title?", credit),
        "agreement": charts.reliability_chart(
            agreement.reliability_table(*ratings, "label"), "Title?", credit, "two students"
        ),
        "moves": charts.slopes_chart(slopes, "Title?", credit),
    }


def many(rounds, size):
    """The class, as often as it takes to make it so large."""
    copies = [t.assign(student=t.student + f" {k}") for k in range(-(-size // 12)) for t in [rounds.first]]
    table = pd.concat(copies, ignore_index=True)
    return table[table.student.isin(sorted(table.student.unique())[:size])]


@pytest.fixture(scope="module", params=[2, 12, 60])
def drawn(request, shipped, rounds):
    table = many(rounds, request.param)
    moved = table.assign(place=table.place.mask(table.place == -2, 0.0))
    return table, class_charts(shipped, table, moved)


def data_of(spec):
    return [row for data in spec["datasets"].values() for row in data]


def test_every_chart_of_a_class_has_its_words_and_its_n(drawn):
    for name, chart in drawn[1].items():
        spec = chart.to_dict()
        assert spec["title"]["text"] == "Title?" and len(spec["description"]) > 20, name
        assert re.search("n = |n: ", spec["usermeta"]["caption"]) and isinstance(spec["usermeta"]["n"], int), name
        assert "Codings: " in spec["usermeta"]["caption"] and "…" not in str(data_of(spec)), name


def test_a_text_that_nobody_coded_is_drawn_empty():
    tallies = classroom.tallies(classroom.asked(read(A=[1, None], B=[1, None]), ["q-1900"]))
    spec = charts.readings_strip(tallies, "T", "C").to_dict()
    assert spec["usermeta"]["n"] == 0 and "X0. nobody coded it." in spec["description"]


def test_every_student_is_a_dot_and_every_heap_has_its_number(drawn):
    table, found = drawn
    heaps = [r for r in data_of(found["read"].to_dict()) if "dots" in r]
    source = heaps[0]["source"]
    assert sum(r["count"] for r in heaps) == matrix(table).loc[[source]].notna().sum().sum()
    assert all(r["dots"].count("•") == r["count"] for r in heaps)
    silent = {r["colour"] for r in heaps if r["column"] == "silent"}
    assert silent == {theme.SILENT} and theme.SILENT not in {r["colour"] for r in heaps if r["column"] != "silent"}
    for r in heaps:
        assert theme.contrast(r["ink"], r["colour"]) >= 4.5


def test_the_reference_is_drawn_only_if_it_is_given(shipped, asked):
    some = classroom.tallies(asked[asked.source == "gusev-2008"])
    shown, hidden = (
        charts.readings_strip(some, "T", "C", known).to_dict()
        for known in (classroom.placed(tables.stances(shipped)), None)
    )
    assert "diamond" in str(shown["layer"]) and "reference" in shown["description"]
    assert "diamond" not in str(hidden) and "reference" not in str(hidden)


@pytest.mark.parametrize("preset", ["paper-single", "paper-double", "slide"])
def test_charts_of_a_class_fit_their_room(shipped, rounds, preset):
    import xml.etree.ElementTree as ET

    from analysis.exports.fonts import converter

    table = rounds.first
    moved = table.assign(place=table.place.mask(table.place == -2, 0.0))
    with rooms.using(PRESETS[preset], shipped.scale):
        found = class_charts(shipped, table, moved)
    for name, chart in found.items():
        width = float(ET.fromstring(converter().vegalite_to_svg(chart.to_dict())).get("width"))
        assert width <= PRESETS[preset].room + 1, name


def test_honest_students_slip_as_often_as_they_are_said_to(shipped):
    """What the other tests rest on: the class is as it is described."""
    cells = [(s, p.id) for s in TEXTS for p in shipped.codebook.propositions]
    coded = class_of(shipped, cells, names=["Honest"])["Honest"]
    known = tables.stances(shipped).set_index(["source", "proposition"])
    same = [("value" in words) == (known.status[cell] == "stance") and ("value" not in words or f"({int(known.value[cell]):+d})" in words["value"] or (known.value[cell] == 0 and "(0)" in words["value"])) for cell, words in coded.items()]  # fmt: skip
    assert 1 - students.SLIP - 0.1 < np.mean(same) < 1 - students.SLIP + 0.1


def test_students_can_be_explored_and_are_not_named(shipped, folder, called):
    from analysis.explorer import explore

    debate = classroom.with_class(shipped, folder / "class")
    students = set(debate.coders) - set(shipped.coders)
    labels = {c.label for c in load_class(shipped, folder / "class").debate.coders.values()} - {
        c.label for c in shipped.coders.values()
    }
    folders = set(load_class(shipped, folder / "class").debate.coders) - set(shipped.coders)
    assert len(students) == len(folders) and all(re.fullmatch("student-[a-z]+", s) for s in students)
    explorer = explore(debate)
    explorer.coder.value = min(students)
    explorer.compare.value = "reference"
    shown = " ".join(label for label, _ in explorer.coder.options) + explorer.caption.value
    options = {label for label, _ in explorer.coder.options}
    assert {called[name] for name in NAMES} <= options and not any(name in shown for name in (*labels, *folders))
    with pytest.raises(ValueError, match="no codings of students"):
        classroom.with_class(shipped, folder / "nowhere")
