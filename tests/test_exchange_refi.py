import io
import re
import zipfile

import checkers
import pytest
from attacks import attacked
from conftest import ROOT, SMALL
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings
from lxml import etree

from analysis.__main__ import main
from analysis.debate import check_debate, debate_with
from analysis.exchange import refi, refi_reading
from analysis.exchange.shelves import zipped
from analysis.schemas import Claim, Coding

TEXTS = SMALL / "texts"
SCHEMA = etree.XMLSchema(etree.parse(str(ROOT / "tests/schemas/REFI-QDA-Project.xsd")))
IN = {"q": refi_reading.PROJECT}


def members(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def project(raw):
    root = etree.fromstring(members(raw)["project.qde"])
    assert SCHEMA.validate(root), SCHEMA.error_log
    return root


def cleaned(value):
    if isinstance(value, dict):
        return {k: cleaned(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(cleaned, value))
    legal = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    return re.sub(legal, "\ufffd", value) if isinstance(value, str) else value


def sound(record):
    """The record with what XML does not have replaced."""
    return type(record).model_validate(cleaned(record.model_dump(by_alias=True)))


def comes_back(debate, raw, losses):
    back, named = refi.load(raw)[0], lost(losses)
    assert back.codebook.propositions == tuple(map(sound, debate.codebook.propositions))
    for key in debate.sources:
        then, now = debate.coding(key), back.coding(key)
        # JSON keeps what XML does not have, and with it the anchors and the bibliography
        assert now.claims == tuple(sound(c).model_copy(update={"anchors": c.anchors}) for c in then.claims)
        assert now.stances == tuple(map(sound, then.stances)) and now.silences == tuple(map(sound, then.silences))
        assert set(now.thesis) == set(then.thesis) and (now.thesis == then.thesis or key in named)
        assert back.sources[key] == debate.sources[key]
        for record, name in [
            *((c, f"{key}/{c.id}") for c in then.claims),
            *((s, f"{key}/{s.proposition}") for s in then.stances),
        ]:
            bare = record.model_copy(update={"anchors": ()}) if isinstance(record, Claim) else record
            assert cleaned(bare.model_dump()) == bare.model_dump() or name in named
        assert {f"{key}/{w.factor}" for w in then.factors} | {f"{key}/{s.label}" for s in then.spans} <= named


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_a_debate_comes_back(which, request):
    debate = request.getfixturevalue(which)
    raw, losses = refi.dump(debate)
    root = project(raw)
    codings = [debate.coding(key) for key in debate.sources]
    anchors = sum(len(c.anchors) for coding in codings for c in coding.claims)
    assert len(root.findall(".//q:PlainTextSelection", IN)) == anchors
    assert len(root.findall("q:Sources/q:TextSource/q:Coding", IN)) == sum(
        len(c.stances) + len(c.silences) for c in codings
    )
    assert len(root.findall("q:Links/q:Link", IN)) == sum(
        len(c.supports) + len(c.attacks) for g in codings for c in g.claims
    )
    assert set(debate.sources) <= lost([x for x in losses if "not in the file" in x.what])
    assert set(members(raw)) == {"project.qde"}
    comes_back(debate, raw, losses)


@settings(max_examples=100, deadline=None)
@given(debates())
def test_any_debate_is_valid_and_comes_back(debate):
    raw, losses = refi.dump(debate)
    project(raw)
    comes_back(debate, raw, losses)


def test_attacks_are_text(small):
    debate = attacked(small)
    raw, losses = refi.dump(debate)
    project(raw)
    comes_back(debate, raw, losses)


def test_the_same_debate_gives_the_same_bytes(small):
    assert refi.dump(small)[0] == refi.dump(small)[0]


def test_texts_are_in_the_file_only_if_they_are_asked_for(small):
    raw, losses = refi.dump(small, texts=TEXTS)
    assert set(small.sources) == lost([x for x in losses if "THE FILE HOLDS THE TEXTS" in x.what])
    files = members(raw)
    root = project(raw)
    for source in root.findall("q:Sources/q:TextSource", IN):
        text = files[f"sources/{source.get('plainTextPath').removeprefix('internal://')}"].decode()
        for selection in source.findall("q:PlainTextSelection", IN):
            words = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
            assert " ".join(words.split()).startswith(selection.get("name")[:20])
    comes_back(small, raw, losses)


ODD = "𝔞𝔟𝔠 👩‍👩‍👧 first.\r\nSecond line\r\nIt was the cook 𝔵 who came\r\ndown to empty the pot that night. End.\r\n"
PASSAGE = "It was the cook 𝔵 who came\ndown to empty the pot that night"


@pytest.fixture
def odd(small, tmp_path):
    """A debate with one claim, whose text has letters beyond the BMP and line ends of Windows."""
    (tmp_path / "ash-2001.txt").write_bytes(ODD.encode())
    anchor = {"start": "It was the cook", "end": "empty the pot that night"}
    claim = Claim.model_validate({"id": "c", "text": "The cook.", "voice": "own", "anchors": [anchor]})
    codings = {("reference", k): Coding(source=k) for k in small.sources}
    return debate_with(
        small, codings | {("reference", "ash-2001"): Coding(source="ash-2001", claims=(claim,))}
    ), tmp_path


def test_positions_count_code_points_and_line_feeds(odd):
    files = members(refi.dump(odd[0], texts=odd[1])[0])
    text = next(c for n, c in files.items() if n.startswith("sources/")).decode()
    (selection,) = etree.fromstring(files["project.qde"]).findall(
        ".//q:TextSource[@plainTextPath]/q:PlainTextSelection", IN
    )
    assert "\r" not in text
    assert text[int(selection.get("startPosition")) : int(selection.get("endPosition"))] == PASSAGE


def foreign(text, start, end, name="It was the cook"):
    """A project as another program might write it."""
    guid = "00000000-0000-0000-0000-00000000000{}".format
    qde = f"""<?xml version="1.0" encoding="utf-8"?>
    <Project xmlns="{refi_reading.PROJECT}" name="Interviews" origin="Other">
      <CodeBook><Codes>
        <Code guid="{guid(1)}" name="Blame" isCodable="true">
          <Code guid="{guid(2)}" name="The cook" isCodable="true"><Description>The cook is blamed.</Description></Code>
          <Code guid="{guid(3)}" name="The cat" isCodable="true"/>
        </Code>
      </Codes></CodeBook>
      <Sources>
        <TextSource guid="{guid(4)}" name="Interview 1" plainTextPath="internal://{guid(4)}.txt">
          <PlainTextSelection guid="{guid(5)}" {f'name="{name}"' if name else ""} startPosition="{start}" endPosition="{end}">
            <Coding guid="{guid(6)}"><CodeRef targetGUID="{guid(2)}"/></Coding>
          </PlainTextSelection>
        </TextSource>
        <PictureSource guid="{guid(7)}" name="Photo" path="internal://x.jpg"/>
      </Sources>
      <Notes><Note guid="{guid(8)}" name="A thought"><PlainTextContent>Hm.</PlainTextContent></Note></Notes>
    </Project>"""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("project.qde", qde)
        archive.writestr(f"Sources/{guid(4)}.txt", text.encode())
    project(made.getvalue())
    return made.getvalue()


def utf16(text):
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("measure", [len, utf16])
@pytest.mark.parametrize("text", [ODD, ODD.replace("\r\n", "\n")])
@pytest.mark.parametrize("ends_as_one", [False, True])
def test_positions_of_others_are_read_as_they_count_them(measure, text, ends_as_one):
    counted = text.replace("\r\n", "\n") if ends_as_one else text
    start, end = (
        measure(counted[: counted.index(words) + n]) for words, n in (("It was", 0), ("that night", len("that night")))
    )
    back, losses = refi.load(foreign(text, start, end))
    (claim,) = back.coding("interview-1").claims
    assert (claim.anchors[0].start, claim.anchors[0].end) == (
        "It was the cook 𝔵 who came",
        "down to empty the pot that night",
    )
    assert not any("positions count" in name for name in lost(losses))


def test_positions_that_nothing_decides_are_said_to_be_in_doubt():
    start = ODD.index("It was")
    back, losses = refi.load(foreign(ODD, start, ODD.index(". End"), name=""))
    assert any("positions count is not said" in name for name in lost(losses))
    assert back.coding("interview-1").claims[0].anchors[0].start == "It was the cook 𝔵 who came"


def test_a_project_of_others_becomes_codes_to_take_a_stand_on():
    start = ODD.index("It was")
    back, losses = refi.load(foreign(ODD, start, ODD.index(". End")))
    (question,) = back.codebook.questions
    assert question.label == "Blame" and [p.text for p in question.propositions] == ["The cook is blamed.", "The cat"]
    coding = back.coding("interview-1")
    assert coding.claims[0].text == "To do: what does it say of The cook?" and coding.stances == ()
    assert {
        "PictureSource Photo",
        "note A thought",
        "stance of Interview 1 on The cook: its selections have no value",
    } <= lost(losses)


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_a_view_of_anothers_and_a_limit_are_not_coded_with_the_stance(which, request):
    debate = request.getfixturevalue(which)
    root = project(refi.dump(debate)[0])
    names = {c.get("guid"): c.get("name") for c in root.iter("{*}Code")}
    notes = {n.get("guid"): n.get("name") for n in root.findall("q:Notes/q:Note", IN)}
    coded = {
        notes[s.find("q:NoteRef", IN).get("targetGUID")]: {names[r.get("targetGUID")] for r in s.findall("q:Coding/q:CodeRef", IN)}
        for s in root.iter("{*}PlainTextSelection")
    }  # fmt: skip
    valued = {name for name, codes in coded.items() if codes - {"own", "reported", "quoted"}}
    told = {key: debate.coding(key) for key in debate.sources}
    own = {f"{key}/{c.id}" for key, coding in told.items() for c in coding.claims if c.voice == "own"}
    assert valued == own & {f"{key}/{c}" for key, coding in told.items() for s in coding.stances for c in set(s.claims) - set(s.limits)}  # fmt: skip


def test_an_import_puts_the_texts_of_a_project_where_git_ignores_them(tmp_path, capsys):
    start = ODD.index("It was")
    (tmp_path / "x.qdpx").write_bytes(foreign(ODD, start, ODD.index(". End")))
    assert main(["import", "qdpx", str(tmp_path / "x.qdpx"), "-o", str(tmp_path / "d")]) == 0
    assert (tmp_path / "d/texts/interview-1.txt").read_bytes() == ODD.encode()
    assert (tmp_path / "d/texts/.gitignore").read_text().endswith("\n*\n")
    assert "The texts in it (1) are in" in capsys.readouterr().out
    found = check_debate(tmp_path / "d", tmp_path / "d/texts")
    assert found.resolved["interview-1"]["exact"] == 1


def test_who_coded_and_how_is_not_made_up():
    back, _ = refi.load(foreign(ODD, 0, 9))
    assert back.coders["reference"].how == "not stated" and "how made is not stated; taken in" in back.credit()


@pytest.mark.parametrize("note", ["", "Certainty: high\n"])
def test_a_stance_whose_note_states_no_certainty_is_kept_without_one(note, small):
    files = members(refi.dump(small)[0])
    files["project.qde"] = re.sub(rb"Certainty: 3\n", note.encode(), files["project.qde"])
    back, losses = refi.load(zipped(files))
    before = {(key, s.proposition): s.certainty for (_, key), c in small.codings.items() for s in c.stances}
    after = {(key, s.proposition): s.certainty for (_, key), c in back.codings.items() for s in c.stances}
    assert after == {k: "not-stated" if c == 3 else c for k, c in before.items()}
    assert {x.what: x.count for x in losses}["certainty"] == list(before.values()).count(3)


def test_codes_that_are_only_numbered_are_no_stances():
    names = ("Actors", "1 Leaders", "2 Party", "0 Nobody")
    first, *others = (f'<Code guid="00000000-0000-0000-0000-00000000000{i}" name="{n}" isCodable="true">' for i, n in enumerate(names))  # fmt: skip
    raw = f'<CodeBook xmlns="{refi_reading.CODEBOOK}"><Codes>{first}{"</Code>".join(others)}</Code></Code></Codes></CodeBook>'
    back, _ = refi.load(raw.encode(), "qdc")
    assert [p.text for p in back.codebook.propositions] == list(names[1:])


def test_what_a_project_says_of_itself_its_sources_and_cases_is_named():
    files = members(foreign("It was the cook.", 0, 16))
    qde = files["project.qde"].decode()
    qde = qde.replace('.txt">', '.txt"><Description>Long.</Description>')
    qde = qde.replace(
        "<Sources>", '<Cases><Case guid="00000000-0000-0000-0000-00000000000a" name="Ann"/></Cases><Sources>'
    )
    qde = qde.replace("</Project>", "<Description>About.</Description></Project>")
    told = lost(refi.load(zipped(files | {"project.qde": qde.encode()}))[1])
    assert {"description of the project", "description of Interview 1", "case Ann"} <= told


def test_a_codebook_comes_back(shipped):
    raw, losses = refi.dump(shipped, form="qdc")
    back, _ = refi.load(raw, "qdc")
    assert back.codebook.propositions == shipped.codebook.propositions
    assert [(q.id, q.label, q.text) for q in back.codebook.questions] == [
        (q.id, q.label, q.text) for q in shipped.codebook.questions
    ]
    assert {f.id for f in shipped.codebook.factors} <= lost(losses)


@pytest.mark.parametrize("which", ["shipped", *DRAWN])
def test_pyrefiqda_reads_the_same(which, request, tmp_path):
    debate = called(which, request)
    library = checkers.library("pyrefiqda")
    (tmp_path / "x.qdpx").write_bytes(refi.dump(debate)[0])
    (tmp_path / "x.qdc").write_bytes(refi.dump(debate, form="qdc")[0])
    read = library.RefiProject.load(tmp_path / "x.qdpx", extract_dir=str(tmp_path / "out"))
    codings = {debate.sources[k].label: debate.coding(k) for k in debate.sources}
    assert {s.name for s in read.sources.text_source} == set(codings)
    for source in read.sources.text_source:
        coding = codings[source.name]
        assert len(source.plain_text_selection) == sum(len(c.anchors) for c in coding.claims)
        assert len(source.coding) == len(coding.stances) + len(coding.silences)
        for selection in source.plain_text_selection:
            words = source.plain_text_content[selection.start_position : selection.end_position]
            assert " ".join(words.split())[:40] == selection.name
    for book in (read.code_book, library.RefiCodebook.load(tmp_path / "x.qdc")):
        questions = [c for c in book.codes.code if c.name != "voice"]
        assert [p.name for q in questions for p in q.code] == [p.id for p in debate.codebook.propositions]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "0 project files"),
        ({"a.qde": b"<x/>", "b.qde": b"<x/>"}, "2 project files"),
        ({"project.qde": b"<x/>"}, "no project of REFI-QDA"),
        ({"project.qde": b'<!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'}, "document type"),
        ({"project.qde": b"<x/>", "../evil": b""}, "would write to"),
    ],
)
def test_what_is_no_project_is_refused(files, words):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match=words):
        refi.load(made.getvalue())


def test_codes_of_one_name_are_kept_apart():
    raw = f"""<CodeBook xmlns="{refi_reading.CODEBOOK}"><Codes>
      <Code guid="a" name="One" isCodable="false"><Code guid="b" name="Same" isCodable="true"/></Code>
      <Code guid="c" name="Two" isCodable="false"><Code guid="d" name="Same" isCodable="true"/></Code>
    </Codes></CodeBook>"""
    back, _ = refi.load(raw.encode(), "qdc")
    assert {q.label: q.propositions[0].id for q in back.codebook.questions} == {"One": "same", "Two": "same-2"}
