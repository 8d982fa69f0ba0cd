"""Whatever is done to a file, it is read or refused in words."""

import io
import json
import zipfile
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.commands.exchanging import FORMATS, ONLY_OUT
from analysis.exchange import folders

ODD = st.sampled_from([None, True, -1, 0, 2**70, 1.5, "", "x", "../x", "\ud83d\ude00", [], [[]], {}, {"a": None}, [None], "=1", "9999-99-99"])  # fmt: skip


def module(format):
    name, options = FORMATS[format]
    return import_module(f"analysis.exchange.{name}"), options


DUMPED = {}


def exported(format, debate):
    if format not in DUMPED:
        exchange, options = module(format)
        DUMPED[format] = exchange.dump(debate, **options)[0]
    return DUMPED[format]


def is_json(raw):
    return raw.lstrip()[:1] in (b"{", b"[")


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def put(value, path, new):
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = put(value[path[0]], path[1:], new)
    return copied


def damaged(draw, raw):
    if is_json(raw) and draw(st.booleans()):
        values = json.loads(raw)
        path = draw(st.sampled_from(list(places(values))))
        return json.dumps(put(values, path, draw(ODD))).encode()
    at, end = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
    end = min(end, at + draw(st.sampled_from([1, 20, 10**6])))
    words = st.sampled_from([b"", b"\n", b'"', b";", b",", b"{", b"}", b"<", b"\xff", b"\0", raw[at:end] * 2, b"9" * 30, b"=1", "é𝔵".encode()])  # fmt: skip
    return raw[:at] + draw(words) + raw[end:]


def damaged_archive(draw, raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {n: archive.read(n) for n in archive.namelist()}
    name = draw(st.sampled_from(sorted(files)))
    files[name] = damaged(draw, files[name])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for n, content in files.items():
            archive.writestr(n, content)
    return made.getvalue()


@pytest.mark.filterwarnings("ignore")  # openpyxl warns of parts of a workbook that it does not know
@pytest.mark.parametrize("format", [f for f in FORMATS if f not in ONLY_OUT])
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(format, small, data):
    exchange, options = module(format)
    raw = exported(format, small)
    if isinstance(raw, dict):
        name = data.draw(st.sampled_from(sorted(raw)))
        bad = raw | {name: damaged(data.draw, raw[name])}
    elif raw.startswith(b"PK") and data.draw(st.integers(0, 3)):
        bad = damaged_archive(data.draw, raw)
    else:
        bad = damaged(data.draw, raw)
    try:
        read, losses = exchange.load(bad, **options)
    except ValueError as error:
        assert str(error)
    else:
        assert folders.files(read) and all(loss.which for loss in losses)
