import io
import re
import uuid
import zipfile
from dataclasses import replace
from itertools import count

import checkers
import pytest
from attacks import attacked
from conftest import ROOT, SMALL
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings
from lxml import etree

from analysis.__main__ import main
from analysis.debate import check_debate, debate_with, load_readable
from analysis.exchange import folders, refi, refi_reading
from analysis.exchange.losses import in_words
from analysis.exchange.shelves import zipped
from analysis.reading import write
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


ODD = "𝔞𝔟𝔠 👩‍👩‍👧 first.\r\nSecond line\r\nIt was the cook 𝔵 who came\r\ndown the back stairs to empty the heavy pot that night. End.\r\n"
PASSAGE = "It was the cook 𝔵 who came\ndown the back stairs to empty the heavy pot that night"


@pytest.fixture
def odd(small, tmp_path):
    """A debate with one claim, whose text has letters beyond the BMP and line ends of Windows."""
    (tmp_path / "ash-2001.txt").write_bytes(ODD.encode())
    anchor = {"start": "It was the cook", "end": "empty the heavy pot that night"}
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


def guid(*parts):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(parts)))


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
        "empty the heavy pot that night",
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


SHORT, TWICE = (
    "The cook came down.",
    "It rained all day, and nobody in the house went out before the evening bell had rung twice.",
)
AGAIN = "They sang at the old gate beside the river for hours without a lamp, until the red morning came over the hill, and once more until the red morning came over the hill."
LONG = (
    "The cook was seen again in the yard, where she fed the hens, shut the gate and went off without a word to anybody."
)


def selected(name, text, words, *codes, note="", codings="", more=""):
    """A selection as another program writes it, coded with some of the codes of `foreign`."""
    start = text.index(words)
    coded = codings or "".join(
        f'<Coding guid="{guid(name, c)}"><CodeRef targetGUID="{guid(c)}"/></Coding>' for c in codes
    )
    return f'<PlainTextSelection guid="{guid(name)}" name="{words[:20]}" startPosition="{start}" endPosition="{start + len(words)}"{more}>{note}{coded}</PlainTextSelection>'


@pytest.mark.parametrize("words", [SHORT, TWICE, AGAIN, "It was the cook who came down to empty the pot that night."])
def test_an_import_makes_only_anchors_that_a_check_accepts(words, tmp_path, capsys):
    text = f"{TWICE} {SHORT} It was the cook who came down to empty the pot that night. {AGAIN} {LONG} {TWICE}"
    files = members(foreign(text, text.index(LONG), text.index(LONG) + len(LONG), LONG[:20]))
    files["project.qde"] = files["project.qde"].replace(
        b"</TextSource>", f"{selected('more', text, words, 'one')}</TextSource>".encode()
    )
    (tmp_path / "x.qdpx").write_bytes(zipped(files))
    assert main(["import", "qdpx", str(tmp_path / "x.qdpx"), "-o", str(tmp_path / "d")]) == 0
    said = capsys.readouterr().out
    assert "1 × selection that is no passage of a claim" in said and f"({len(words.split())} words)" in said
    problems = check_debate(tmp_path / "d", tmp_path / "d/texts").problems
    assert f"{len(problems)} problem" in said
    assert all("to do" in bad_anchor(tmp_path / "d", p) for p in problems)


def bad_anchor(folder, problem):
    """The line of an anchor that a check finds fault with."""
    return (folder / problem.file).read_text().splitlines()[problem.line - 1]


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
    back, losses = refi.load(zipped(files | {"project.qde": qde.encode()}))
    assert {"description of Interview 1", "case Ann"} <= lost(losses) and back.codebook.description == "About."


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
        assert len(source.plain_text_selection) == sum(len(c.anchors or "-") for c in coding.claims)
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


G = {n: guid(n) for n in ("a", "b", "ask", "value", "plus", "minus", "free", "note", "cnote", "why", "doc", "second", "pdf", "s1", "s2", "s3", "p1", "p2", "case", "var", "set", "graph", "pic", "aud", "vid")}  # fmt: skip


def every_part():
    """A project with every kind of part that the standard knows; whatever it calls or says begins with “tok”."""
    made = 'creationDateTime="2024-01-02T03:04:05Z"'
    by = {u: f'creatingUser="{G[u]}" {made}' for u in "ab"}
    text = f"tokdoc {LONG} {TWICE} Then the tale was over, and all of them went home in the dark without a lamp."

    def coding(code, user):
        return f'<Coding guid="{guid(code, user, str(next(numbers)))}" {by[user]}><CodeRef targetGUID="{G[code]}"/></Coding>'

    def selection(name, words, codings, more=""):
        start = text.index(words)
        return f'<PlainTextSelection guid="{G[name]}" name="{words[:9]}" startPosition="{start}" endPosition="{start + len(words)}" {by["a"]}>{more}{codings}</PlainTextSelection>'

    numbers = count()
    box = 'firstX="1" firstY="1" secondX="2" secondY="2"'
    value = f'<VariableValue><VariableRef targetGUID="{G["var"]}"/><TextValue>{{}}</TextValue></VariableValue>'
    qde = f"""<Project xmlns="{refi_reading.PROJECT}" name="tokproject" origin="Other" creatingUserGUID="{G["a"]}" {made}>
    <Users><User guid="{G["a"]}" name="tokann" id="tokid"/><User guid="{G["b"]}" name="tokbob"/><User guid="{guid("c")}" name="tokidle"/></Users>
    <CodeBook><Codes>
      <Code guid="{guid("top")}" name="toktop" isCodable="false" color="#ABCDEF"><Description>x</Description>
        <Code guid="{G["ask"]}" name="tokask" isCodable="true"><Description>tokasked</Description>
          <Code guid="{G["value"]}" name="tokvalued" isCodable="true"><Description>tokproposition</Description><NoteRef targetGUID="{G["cnote"]}"/>
            <Code guid="{G["plus"]}" name="Affirms" isCodable="true"><Description>x</Description></Code>
            <Code guid="{G["minus"]}" name="Rejects" isCodable="true"/>
            <Code guid="{guid("odd")}" name="tokodd" isCodable="true"/>
          </Code>
          <Code guid="{G["free"]}" name="tokfree" isCodable="true"/>
        </Code>
      </Code>
    </Codes></CodeBook>
    <Variables><Variable guid="{G["var"]}" name="tokvariable" typeOfVariable="Text"><Description>x</Description></Variable>
      <Variable guid="{guid("unused")}" name="tokunused" typeOfVariable="Text"/></Variables>
    <Cases><Case guid="{G["case"]}" name="tokcase"><Description>x</Description><CodeRef targetGUID="{G["free"]}"/>{value.format("tokcasevalue")}
      <SourceRef targetGUID="{G["doc"]}"/><SelectionRef targetGUID="{G["s1"]}"/></Case></Cases>
    <Sources>
      <TextSource guid="{G["doc"]}" name="tokdocument" plainTextPath="internal://doc.txt" richTextPath="internal://tokrich.docx" {by["a"]}><Description>x</Description>
        {selection("s1", LONG, coding("plus", "a") + coding("value", "b") + coding("free", "b"), "<Description>tokcomment</Description>")}
        {selection("s2", "Then the tale was over, and all of them went home in the dark without a lamp.", coding("free", "a") + coding("free", "a") + coding("ask", "a"), "")}
        {coding("free", "b")}{coding("minus", "b").replace("</Coding>", f'<NoteRef targetGUID="{G["why"]}"/></Coding>')}
        <NoteRef targetGUID="{G["note"]}"/>{value.format("tokdocvalue")}</TextSource>
      <TextSource guid="{G["second"]}" name="tokdocument" {by["a"]}><PlainTextContent>tokother</PlainTextContent></TextSource>
      <PictureSource guid="{G["pic"]}" name="tokpicture" path="internal://tokpicture.jpg"><Description>x</Description>
        <TextDescription guid="{guid("td")}" name="toktextdescription"/>
        <PictureSelection guid="{G["p1"]}" name="tokdetail" {box}>{coding("free", "b")}</PictureSelection>{coding("minus", "a")}</PictureSource>
      <PDFSource guid="{G["pdf"]}" name="tokpdf" path="internal://tokpdf.pdf"><Description>x</Description>
        <PDFSelection guid="{G["p2"]}" name="tokregion" page="2" {box}><Representation guid="{guid("inner")}">{coding("free", "a")}</Representation>{coding("minus", "a")}</PDFSelection>
        <Representation guid="{guid("rep")}"><PlainTextContent>{text}</PlainTextContent>
          {selection("s3", LONG, coding("minus", "a"))}</Representation></PDFSource>
      <AudioSource guid="{G["aud"]}" name="tokaudio"><Transcript guid="{guid("tr")}" name="toktranscript"><PlainTextContent>x</PlainTextContent>
          <SyncPoint guid="{guid("sync")}" timeStamp="1" position="0"/>
          <TranscriptSelection guid="{guid("ts")}" name="toksaid">{coding("free", "a")}</TranscriptSelection></Transcript>
        <AudioSelection guid="{guid("as")}" name="tokheard" begin="1" end="2"/></AudioSource>
      <VideoSource guid="{G["vid"]}" name="tokvideo"><VideoSelection guid="{guid("vs")}" name="tokseen" begin="1" end="2"/></VideoSource>
    </Sources>
    <Notes><Note guid="{G["note"]}" name="tokmemo" plainTextPath="internal://note.txt"/>
      <Note guid="{G["cnote"]}" name="x"><PlainTextContent>tokcodenote</PlainTextContent></Note>
      <Note guid="{G["why"]}" name="x" creatingUser="{G["b"]}"><Description>x</Description><PlainTextContent>tokwhy</PlainTextContent>{coding("free", "b")}</Note></Notes>
    <Links><Link guid="{guid("l")}" name="toklink" direction="OneWay" originGUID="{G["s1"]}" targetGUID="{G["s2"]}"/></Links>
    <Sets><Set guid="{G["set"]}" name="tokset"><MemberCode targetGUID="{G["free"]}"/></Set></Sets>
    <Graphs><Graph guid="{G["graph"]}" name="tokgraph"><Vertex guid="{guid("v")}" firstX="1" firstY="1"/></Graph></Graphs>
    <Description>tokdescription</Description></Project>"""
    texts = {
        "sources/doc.txt": text.encode(),
        "sources/note.txt": b"x",
        "sources/tokrich.docx": b"x",
        "sources/tokpdf.pdf": b"x",
        "sources/tokpicture.jpg": b"x",
    }
    return zipped({"project.qde": qde.encode(), **texts})


def test_whatever_a_project_holds_is_kept_or_named():
    raw = every_part()
    root = project(raw)
    said = {
        t
        for e in root.iter()
        for t in (
            e.get("name"),
            e.get("id"),
            e.get("color"),
            e.text,
            *((e.get(p) or "").removeprefix("internal://") for p in ("path", "richTextPath")),
        )
        if t and t.startswith(("tok", "#"))
    }
    said = {t.split()[0] for t in said}
    back, losses = refi.load(raw)
    kept = b"".join((folders.files(back) | folders.copies(refi.texts(raw))).values()).decode() + in_words("", losses)
    assert len(said) > 40 and {t for t in said if t not in kept} == set()


def test_parts_without_a_place_are_named_with_what_they_say():
    told = lost(refi.load(every_part())[1])
    assert {
        "code toktop", "description of code toktop", "description of code toktop > tokask > tokvalued > Affirms", "code toktop > tokask > tokvalued > tokodd",
        "tokdocument: coded as a whole with tokfree", "tokdocument: “Then the tale was over, and” coded with tokask",
        "case tokcase: code tokfree", "variable tokvariable (tokcasevalue) of case tokcase", "variable tokvariable (tokdocvalue) of tokdocument",
        "PictureSelection tokdetail of PictureSource tokpicture: coded with tokfree", "PictureSource tokpicture: coded as a whole with Rejects",
        "TranscriptSelection toksaid of AudioSource tokaudio: coded with tokfree", "file sources/tokpdf.pdf (tokpdf)",
        "link toklink: The cook was seen again in → Then the tale was over, and", "set tokset: code tokfree", "graph tokgraph: 1 node, 0 edges",
        "toktop > tokask > tokvalued > Affirms: +2", "toktop > tokask: a question", "toktop > tokask > tokvalued: a proposition", "toktop: #ABCDEF",
        "tokpdf: tokregion, page 2 (counted as in the file)", "user tokidle: coded nothing that is read", "description of variable tokvariable", "description of tokdocument", "15 × Coding", "description of text x", "text x: coded as a whole with tokfree", "text tokregion: coded as a whole with tokfree",
    } <= told  # fmt: skip


def test_each_user_becomes_a_coder_and_who_has_most_codings_the_reference():
    back, losses = refi.load(every_part())
    assert {id: c.label for id, c in back.coders.items()} == {"reference": "tokann", "tokbob": "tokbob"}
    assert {"tokann is reference (7 codings)", "tokbob is tokbob (4 codings)"} <= lost(losses)
    mine, other = back.coding("tokdocument"), back.coding("tokdocument", "tokbob")
    assert [(s.proposition, s.value) for s in mine.stances] == [("tokvalued", 2)]
    assert [(s.proposition, s.value) for s in other.stances] == [("tokvalued", -2)] and other.stances[0].why == "tokwhy"
    first, second = mine.claims
    assert first.text == "tokcomment" and second.text == "To do: what does it say of tokfree, tokask?"
    assert [c.text for c in other.claims] == ["To do: what does it say of tokvalued, tokfree?"]
    assert first.id == other.claims[0].id and first.anchors == other.claims[0].anchors


def test_the_codings_of_two_users_pass_the_check_but_for_what_is_to_do(tmp_path):
    raw = every_part()
    for name, content in (folders.files(refi.load(raw)[0]) | folders.copies(refi.texts(raw))).items():
        write(tmp_path / name, content)
    problems = check_debate(tmp_path, tmp_path / "texts").problems
    assert all("{start: to do, end: to do}" in bad_anchor(tmp_path, p) for p in problems)
    assert sorted(load_readable(tmp_path)[0].coders) == ["reference", "tokbob"]


@pytest.mark.parametrize("creator", "ab")
def test_of_users_with_as_many_codings_the_one_who_made_the_project_is_the_reference(creator):
    files = members(foreign(LONG, 0, len(LONG), LONG[:20]))
    code = re.search(r"<CodeRef .*?/>", files["project.qde"].decode())[0]
    codings = "".join(f'<Coding guid="{guid("by", u)}" creatingUser="{G[u]}">{code}</Coding>' for u in "ab")
    users = "".join(f'<User guid="{G[u]}" name="user {u}"/>' for u in "ab")
    qde = re.sub(r"<Coding .*?</Coding>", codings, files["project.qde"].decode())
    qde = qde.replace("<CodeBook>", f"<Users>{users}</Users><CodeBook>").replace("<Project ", f'<Project creatingUserGUID="{G[creator]}" ')  # fmt: skip
    back, losses = refi.load(zipped(files | {"project.qde": qde.encode()}))
    assert back.coders["reference"].label == f"user {creator}" and len(back.coders) == 2
    assert f"user {creator} is reference (1 coding)" in lost(losses)


def test_the_words_of_a_pdf_are_its_text_and_its_selections_claims():
    back, _ = refi.load(every_part())
    assert refi.texts(every_part())["tokpdf"].startswith("tokdoc ")
    found, region = back.coding("tokpdf").claims
    assert found.anchors[0].start.startswith("The cook was seen again") and region.id == "tokregion"
    assert back.coding("tokpdf").stances[0].claims == (found.id, region.id)


def codes(*children, above="Review is undemocratic", inside=""):
    below = "".join(f'<Code guid="{guid(c)}" name="{c}" isCodable="true">{inside}</Code>' for c in children)
    return f'<CodeBook xmlns="{refi_reading.CODEBOOK}"><Codes><Code guid="{guid(above)}" name="{above}" isCodable="true">{below}</Code></Codes></CodeBook>'.encode()


@pytest.mark.parametrize(
    ("children", "values"),
    [
        (["affirms", "rejects"], ["+2", "-2"]),
        (["Rejects with a limit"], ["-1"]),
        (["for", "against", "mixed"], ["+2", "-2", "0"]),
        (["Yes", "No", "not asked"], ["+2", "-2", "not-asked"]),
        (["for", "wages"], []),
        (["neutral", "for"], []),
    ],
)
def test_codes_called_as_values_are_values_of_the_proposition_above(children, values):
    back, losses = refi.load(codes(*children), "qdc")
    above = "Review is undemocratic"
    assert [p.text for p in back.codebook.propositions] == ([above] if values else children)
    told = {f"{above} > {c}: {v}" for c, v in zip(children, values, strict=False)}
    assert told == {n for x in losses if "value in words" in x.what for n in x.which}


def test_propositions_that_are_called_as_values_come_back(small):
    names = iter(["affirms", "rejects", "yes", "no", "voice"])
    questions = tuple(
        q.model_copy(
            update={
                "id": "voice" if i else q.id,
                "propositions": tuple(p.model_copy(update={"id": next(names, p.id)}) for p in q.propositions),
            }
        )
        for i, q in enumerate(small.codebook.questions)
    )
    debate = replace(small, codebook=small.codebook.model_copy(update={"questions": questions}), codings={})
    assert refi.load(refi.dump(debate)[0])[0].codebook.questions == questions


def test_questions_of_one_name_are_kept_apart():
    two = codes("Same", above="One").replace(
        b"</Codes>",
        b'<Code guid="x" name="One" isCodable="false"><Code guid="y" name="Other" isCodable="true"/></Code></Codes>',
    )
    back, _ = refi.load(two, "qdc")
    assert [(q.id, q.label, len(q.propositions)) for q in back.codebook.questions] == [
        ("one", "One", 1),
        ("one-2", "One (one-2)", 1),
    ]


def test_what_our_own_export_says_of_debate_and_coder_comes_back(small):
    back, losses = refi.load(refi.dump(small)[0])
    then, now = small.coders["reference"], back.coders["reference"]
    assert back.codebook.description == small.codebook.description
    assert (now.label, now.note) == (then.label, then.note) and now.how == "not stated"
    assert not any("user" in name or "description" in name for name in lost(losses))


def test_what_the_standard_does_not_know_is_named():
    files = members(foreign(LONG, 0, len(LONG), LONG[:20]))
    qde = files["project.qde"].replace(b"</Sources>", b'<TranscriptRef name="Tape"/><WebSource name="Page"/></Sources>')
    told = lost(refi.load(zipped(files | {"project.qde": qde, "sources/stray.bin": b"x"}))[1])
    assert {"TranscriptRef Tape", "WebSource Page", "file sources/stray.bin"} <= told


def test_our_export_told_apart_from_its_origin_still_says_what_it_says(small):
    files = members(refi.dump(small)[0])
    files["project.qde"] = files["project.qde"].replace(b'origin="Stancebook', b'origin="NVivo')
    back, losses = refi.load(zipped(files))
    assert back.codebook.description == small.codebook.description and back.coders["reference"].note == small.coders["reference"].note  # fmt: skip
    assert not any("voice" in name for name in lost(losses)) and back.codebook.questions == small.codebook.questions


def test_a_code_twice_on_a_passage_is_said_once():
    files = members(foreign(LONG, 0, len(LONG), LONG[:20]))
    qde = files["project.qde"].decode()
    coding = re.search(r"<Coding .*?</Coding>", qde)[0]
    twice = qde.replace(coding, coding + re.sub('guid="[^"]*6"', f'guid="{guid("again")}"', coding, count=1))
    (claim,) = refi.load(zipped(files | {"project.qde": twice.encode()}))[0].coding("interview-1").claims
    assert claim.text == "To do: what does it say of The cook?"


def test_a_new_selection_coded_with_one_of_our_voices_has_that_voice(small):
    files = members(refi.dump(small)[0])
    qde = files["project.qde"].decode()
    voice = re.search(r'<Code guid="([^"]+)" name="reported"', qde)[1]
    added = f'<PlainTextSelection guid="{guid("n")}" startPosition="0" endPosition="9"><Coding guid="{guid("m")}"><CodeRef targetGUID="{voice}"/></Coding></PlainTextSelection></TextSource>'
    back, _ = refi.load(zipped(files | {"project.qde": qde.replace("</TextSource>", added, 1).encode()}))
    claim = back.coding(next(iter(small.sources))).claims[-1]
    assert (claim.voice, claim.holder) == ("reported", "to do")


def test_a_passage_coded_with_a_proposition_and_its_value_says_the_value():
    files = members(every_part())
    qde = files["project.qde"].decode()
    start = qde.index(f'<PlainTextSelection guid="{G["s3"]}"')
    more = f'<Coding guid="{guid("both")}" creatingUser="{G["a"]}"><CodeRef targetGUID="{G["value"]}"/></Coding></PlainTextSelection>'
    qde = qde[:start] + qde[start:].replace("</PlainTextSelection>", more, 1)
    qde = qde.replace(f'<CodeRef targetGUID="{G["ask"]}"/>', f'<CodeRef targetGUID="{G["value"]}"/>')
    back, losses = refi.load(zipped(files | {"project.qde": qde.encode()}))
    assert [(s.value, len(s.claims)) for s in back.coding("tokpdf").stances] == [(-2, 2)]
    assert [(s.value, len(s.claims)) for s in back.coding("tokdocument").stances] == [(2, 1)]
    assert {n for n in lost(losses) if "one value" in n} == {"stance of tokdocument on tokvalued: its selections have one value, but for 1 claim without"}  # fmt: skip


def test_who_has_most_codings_is_the_reference_whoever_made_the_project():
    files = members(every_part())
    qde = files["project.qde"].replace(f'creatingUserGUID="{G["a"]}"'.encode(), f'creatingUserGUID="{G["b"]}"'.encode())
    assert refi.load(zipped(files | {"project.qde": qde}))[0].coders["reference"].label == "tokann"


def test_a_note_on_a_passage_is_no_words_of_another_who_coded_it():
    files = members(every_part())
    qde = files["project.qde"].decode()
    start = qde.index(f'<PlainTextSelection guid="{G["s1"]}"')
    noted = f'<NoteRef targetGUID="{G["why"]}"/></PlainTextSelection>'
    qde = qde[:start] + qde[start:].replace("</PlainTextSelection>", noted, 1)
    back, _ = refi.load(zipped(files | {"project.qde": qde.encode()}))
    assert [back.coding("tokdocument", c).claims[0].text for c in ("reference", "tokbob")] == ["tokcomment", "tokwhy"]
