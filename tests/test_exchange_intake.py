import io
import stat
import zipfile

import pytest

from analysis.exchange import intake


def packed(*members, **infos):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = infos.get("mode", 0o644) << 16
            archive.writestr(info, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("é".encode("latin-1"), "line 1: the file is not UTF-8"),
        ("ä".encode("utf-16"), "UTF-16"),
        (b"a\0b", "binary"),
    ],
)
def test_other_encodings_are_refused(raw, words):
    with pytest.raises(ValueError, match=words):
        intake.text_of(raw)


def test_a_byte_order_mark_is_no_text():
    assert intake.text_of(b"\xef\xbb\xbfa\r\nb") == "a\r\nb"


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b'{"a": 1, "a": 2}', "twice"), (b'{"a": NaN}', "NaN"), (b"[" * 10**6, "nested"), (b"[" * 101 + b"]" * 101, "more than 100 levels"), (b"{", "line 1: this is not JSON")],
)  # fmt: skip
def test_json_that_is_not_sound_is_refused(raw, words):
    with pytest.raises(ValueError, match=words):
        intake.values_of(raw)


def test_json_may_have_levels_and_what_is_null_says_nothing():
    assert intake.values_of(b'{"a":' * 99 + b"{}" + b"}" * 99)["a"]
    assert intake.without_nulls({"a": None, "b": [None, {"c": None, "d": 0}]}) == {"b": [{"d": 0}]}


def test_files_larger_than_the_most_are_refused(tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(b"12345")
    monkeypatch.setattr(intake, "MOST", 4)
    with pytest.raises(ValueError, match="larger than"):
        intake.contents(tmp_path / "f")
    with pytest.raises(ValueError, match="larger than"):
        intake.xml_of(b"<a>1</a>")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a,b\n1\n", "line 2: 1 cells where the header has 2"),
        (b"a,a\n1,2\n", "twice"),
        (b"a\n1\n", "no column b"),
        (b'a,b\n"1,2\n', "not CSV"),
        (b'a,b\n1,"' + b"x" * 131_073 + b'"\n', "not CSV"),
    ],
)
def test_rows_that_are_not_sound_are_refused(raw, words):
    with pytest.raises(ValueError, match=words):
        intake.rows_of(raw, {"a", "b"})


def test_rows_of_a_spreadsheet_may_have_semicolons_and_its_byte_order_mark():
    assert intake.rows_of(b'\xef\xbb\xbfa;b\r\n"1,5";\'=x\r\n', {"a"}) == [{"a": "1,5", "b": "=x"}]


def test_of_several_files_the_one_at_fault_is_named():
    with pytest.raises(
        ValueError, match=r"q.csv: this is no text, or nobody can tell in which encoding; save it again as"
    ):
        intake.rows_in({"q.csv": b"a\n\x81\n"}, "q.csv")
    with pytest.raises(ValueError, match="this is one file; name the folder"):
        intake.files_of(b"a,b\n")


def test_rows_in_windows_1252_are_read_and_said_to_be():
    files = {"a.csv": b"a\n\xe9\n", "b.csv": "a\né\n".encode()}
    assert intake.rows_in(files, "a.csv") == intake.rows_in(files, "b.csv") == [{"a": "é"}]
    assert [x.which for x in intake.read_as_windows(files)] == [("a.csv",)]


def test_rows_keep_the_lines_within_cells():
    assert intake.rows_of(b'a,b\r\n"1\r\n2",3\r\n', {"a"}) == [{"a": "1\r\n2", "b": "3"}]


def test_a_zip_bomb_is_not_unpacked(monkeypatch):
    bomb = packed(("zeros", b"\0" * 10**6))
    assert intake.members_of(bomb) == {"zeros": b"\0" * 10**6}
    monkeypatch.setattr(intake, "MOST", 10**6 - 1)
    with pytest.raises(ValueError, match="unpacks to more than"):
        intake.members_of(bomb)


def test_a_member_that_lies_about_its_size_is_not_read():
    honest = packed(("zeros", b"\0" * 10**6))
    lying = honest.replace((10**6).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(ValueError, match=r"not of the size|cannot be read"):
        intake.members_of(lying)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:\\x", "a\\..\\..\\x"])
def test_a_path_out_of_the_archive_is_refused(name):
    with pytest.raises(ValueError, match="would write to"):
        intake.members_of(packed((name, b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_links_doubles_and_other_files_are_refused():
    with pytest.raises(ValueError, match="is a link"):
        intake.members_of(packed(("x", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777))
    with pytest.raises(ValueError, match="twice"):
        intake.members_of(packed(("x", b"1"), ("x", b"2")))
    with pytest.raises(ValueError, match="cannot be read"):
        intake.members_of(b"PK\3\4 no archive")


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b"<a>" * 10**5,
        b"<a>&e;</a>",
        b"no xml",
        b"",
    ],
)
def test_entities_and_depth_are_refused(raw):
    with pytest.raises(ValueError, match="XML"):
        intake.xml_of(raw)


def test_sound_xml_is_read():
    assert intake.xml_of('<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16")).text == "é"
