import io
import json
import xml.etree.ElementTree as ET

import pandas as pd
import pypdf
import pytest
import vl_convert

from analysis import charts, figures, reading, tables
from analysis.charts import theme


@pytest.fixture(scope="module")
def spec(small):
    return charts.stance_grid(tables.stances(small), "Who ate the jam?", small.credit()).to_dict()


def words_in(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_the_pdf_has_fonts_and_its_words(spec, tmp_path):
    """A font that is not there exports a drawing without any text, and without an error."""
    figures.save_figure(spec, tmp_path, "f")
    pdf = (tmp_path / "f.pdf").read_bytes()
    assert "Who ate the jam?" in words_in(pdf)
    assert "The cook ate the jam." in words_in(pdf)


def test_the_font_test_can_fail(spec):
    missing = json.loads(json.dumps(spec).replace(theme.FONT, "No Such Font"))
    assert "jam" not in words_in(vl_convert.svg_to_pdf(figures.svg(missing)))


def test_the_png_has_text(spec):
    drawing = figures.svg(spec)
    root = ET.fromstring(drawing)
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag.endswith("}text")]:
            parent.remove(child)
    without = ET.tostring(root, encoding="unicode")
    assert len(vl_convert.svg_to_png(drawing)) > 1.5 * len(vl_convert.svg_to_png(without))


def test_the_svg_carries_title_and_alt_text(spec):
    root = ET.fromstring(figures.svg(spec))
    namespace = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.find(f"{namespace}title").text == "Who ate the jam?"
    assert root.find(f"{namespace}desc").text == spec["description"]


def test_markup_in_words_stays_text(small):
    stances = tables.stances(small).assign(text='<script>alert("x")</script> & more')
    hostile = charts.stance_grid(stances, "<b>T</b>", small.credit())
    assert "<script>" not in figures.svg(hostile.to_dict())
    page = figures.show(hostile, "f", stances).data
    assert "<script>" not in page and "<b>T" not in page
    assert "<script>" not in figures.table(stances[["text"]]).data


def test_a_drawing_has_the_same_bytes_whatever_came_before(spec, small):
    first = figures.svg(spec)
    figures.svg(charts.overview(tables.stances(small), "Other", small.credit()).to_dict())
    assert figures.svg(spec) == first


def test_saving_again_changes_no_file(spec, tmp_path):
    figures.save_figure(spec, tmp_path, "f")
    before = {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}
    figures.save_figure(spec, tmp_path, "f")
    assert {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()} == before
    assert sorted(before) == ["f.pdf", "f.png", "f.svg"]


def test_showing_a_chart_by_hand_writes_nothing(spec, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(figures.HANDOVER, raising=False)
    stances = tables.stances(small)
    page = figures.show(charts.stance_grid(stances, "T", small.credit()), "f", stances).data
    assert list(tmp_path.iterdir()) == []
    assert "<figcaption" in page and 'alt="Grid of' in page


def test_under_a_build_the_chart_and_its_data_are_handed_over(small, tmp_path, monkeypatch):
    monkeypatch.setenv(figures.HANDOVER, str(tmp_path))
    stances = tables.stances(small)
    figures.show(charts.stance_grid(stances, "T", small.credit()), "f", stances)
    assert json.loads((tmp_path / "f.json").read_text())["title"]["text"] == "T"
    data = pd.read_csv(tmp_path / "f.csv")
    assert len(data) == len(stances)
    assert data.claims[0] == "cook-guilty spoon-in-apron"


def test_writing_is_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "f"
    reading.write(target, b"old")

    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr(reading.Path, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        reading.write(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
