import base64
import struct
import threading
from multiprocessing.connection import Listener

import pandas as pd
import pytest

from analysis import charts, figures, reading, tables

PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 300, 200)


@pytest.fixture(autouse=True, scope="module")
def drawn_on_five_values(small):
    charts.use("web", small.scale)


def test_markup_in_words_stays_text(small):
    stances = tables.stances(small).assign(text='<script>alert("x")</script> & more')
    hostile = charts.stance_grid(stances, "<b>T</b>", small.credit())
    page = figures.show(hostile, "f", stances).data
    assert "<script>" not in page and "<b>T" not in page
    assert "<script>" not in figures.table(stances[["text"]]).data


def test_showing_a_chart_by_hand_writes_nothing(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(figures.DRAWN_BY, raising=False)
    stances = tables.stances(small)
    page = figures.show(charts.stance_grid(stances, "T", small.credit()), "f", stances).data
    assert list(tmp_path.iterdir()) == []
    assert "<figcaption" in page and 'alt="Grid of' in page


def test_under_a_build_the_chart_and_its_data_are_handed_over(small, monkeypatch):
    stances, taken = tables.stances(small), []

    def draw(listener):
        for _ in range(2):
            with listener.accept() as line:
                taken.append(line.recv())
                line.send(PICTURE if len(taken) == 1 else ValueError("no ink"))

    with Listener() as listener:
        threading.Thread(target=draw, args=(listener,), daemon=True).start()
        monkeypatch.setenv(figures.DRAWN_BY, listener.address)
        chart = charts.stance_grid(stances, "T", small.credit())
        page = figures.show(chart, "f", stances).data
        with pytest.raises(ValueError, match="no ink"):
            figures.show(chart, "f", stances)
    name, spec, data = taken[0]
    assert (name, spec) == ("f", chart.to_dict())
    pd.testing.assert_frame_equal(data, stances)
    assert base64.b64encode(PICTURE).decode() in page and 'width="150"' in page


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
