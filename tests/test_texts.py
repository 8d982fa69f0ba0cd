import io
import itertools
import random
import re
import struct
import textwrap
import zipfile
import zlib

import docx
import pypdf
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from analysis import anchors, texts
from analysis.texts import TextError, extracted, page_of, pages

# Texts made up


def sentences(count, seed=1):
    """Sentences of which no two are alike, from the same dice each time."""
    dice = random.Random(seed)
    syllables = [a + b for a in [*"bdfgklmnprstv", "br", "st", "pl"] for b in [*"aeiou", "ai", "en", "or"]]
    made = []
    for _ in range(count):
        words = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(dice.randint(8, 16))]
        made.append(" ".join(words).capitalize() + ".")
    return made


SENTENCES = sentences(240)
CLEAN = " ".join(SENTENCES)
PARAGRAPHS = [" ".join(SENTENCES[i : i + 6]) for i in range(0, 240, 6)]


def hyphenated(text, width):
    """Lines of the width, the words divided by hyphens at their ends as a printer does."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            if room >= 2 and len(word) - room >= 2:
                lines.append(f"{line} {word[:room]}-")
                line = word[room:]
            else:
                lines.append(line)
                line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def pdf(path, lines, columns=1, rows=44, head=True, notes=False, by_rows=False):
    """Lines set in pages of columns; with `by_rows`, drawn across the columns and not down them."""
    page = canvas.Canvas(str(path), pagesize=A4)
    for number, at in enumerate(range(0, len(lines), columns * rows), 1):
        page.setFont("Times-Roman", 10)
        if head:
            page.drawString(200, 810, f"JOURNAL OF INVENTED THINGS {number}")
        cells = [(i // rows, i % rows, line) for i, line in enumerate(lines[at : at + columns * rows])]
        for column, row, line in sorted(cells, key=lambda c: c[1]) if by_rows else cells:
            page.drawString(50 + column * 260, 780 - row * 15, line)
        if notes:
            page.setFont("Times-Roman", 7)
            page.drawString(50, 80, f"{number} See the other volume, folio {number * 17}, and what is said there")
            page.drawString(50, 70, "on the making of pots in winter.")
        page.showPage()
    page.save()
    return path


def raw_pdf(objects):
    """A PDF of these objects, the first of which is its catalogue."""
    out, table = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for i, body in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    size = len(objects) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n" % size + table + trailer


def epub(path, chapters, spine=None, extra=None, package=None):
    """A small EPUB; `chapters` are names and bodies, `extra` further parts."""
    names = list(chapters)
    items = "".join(f'<item id="i{k}" href="{n}" media-type="application/xhtml+xml"/>' for k, n in enumerate(names))
    order = "".join(f'<itemref idref="i{names.index(n)}"/>' for n in spine or names)
    opf = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{order}</spine></package>'
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    html = '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>Cover</title></head><body>{}</body></html>'
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OEBPS/book.opf": package or opf,
    }
    return zipped(
        path, parts | {f"OEBPS/{n}": html.format(b) for n, b in chapters.items() if ".." not in n} | (extra or {})
    )


def zipped(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def word(path, paragraphs=("The cat sat on the mat.",)):
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def changed(path, **parts):
    """The zip with some parts replaced: `word_document` for `word/document.xml`; None takes the part out."""
    with zipfile.ZipFile(path) as archive:
        old = {name: archive.read(name) for name in archive.namelist()}
    return zipped(path, {n: b for n, b in (old | parts).items() if b is not None})


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def words(text):
    return anchors.letters_of(text)


def refusal(path):
    """Problem and cure, as the reader meets them."""
    with pytest.raises(TextError) as caught:
        extracted(path)
    assert caught.value.problem and caught.value.cure
    assert str(caught.value) == f"{caught.value.problem}; {caught.value.cure}"
    return str(caught.value)


def found_again(text, passages=40):
    """How many passages of two to five sentences are found in the text, each where its own words stand."""
    clean, edition = anchors.folded(CLEAN), anchors.folded(text)
    found = 0
    for i in range(passages):
        first = i * len(SENTENCES) // passages
        passage = " ".join(SENTENCES[first : first + 2 + i % 4])
        start = CLEAN.index(passage)
        result = anchors.resolution(anchors.shortest_anchor(start, start + len(passage), clean), edition)
        place = words(text[result.start : result.end]) if result.found else ""
        first_words, last_words = words(passage[:30]), words(passage[-30:])
        found += place.startswith(first_words) and place.endswith(last_words)
    return found


# Passages are found again


def test_a_pdf_of_one_column_gives_its_words_in_order(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", textwrap.wrap(CLEAN, 90), head=False))
    assert words(text) == words(CLEAN)
    assert found_again(text) == 40


def test_hyphens_at_line_ends_stay_and_join_nothing(tmp_path):
    lines = hyphenated(CLEAN, 60)
    text = extracted(pdf(tmp_path / "a.pdf", lines, head=False))
    assert sum(line.endswith("-") for line in lines) > 50
    assert words(text) == words(CLEAN)
    assert " ".join(re.sub(r"-[\n\f]", "", text).split()) == CLEAN
    assert found_again(text) == 40


def test_columns_are_read_one_after_the_other(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", hyphenated(CLEAN, 44), columns=2, head=False))
    assert words(text) == words(CLEAN)
    assert found_again(text) == 40


def test_passages_are_found_through_running_heads_and_footnotes(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", hyphenated(CLEAN, 44), columns=2, notes=True))
    assert "JOURNAL OF INVENTED THINGS 2" in text
    assert "making of pots in winter" in text
    assert found_again(text) == 40


def test_columns_drawn_line_by_line_are_read_one_after_the_other(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", hyphenated(CLEAN, 44), columns=2, by_rows=True, head=False))
    assert words(text) == words(CLEAN)
    assert found_again(text) == 40


def test_a_table_is_read_across(tmp_path):
    lines = [f"entry {n}" for n in range(40)] + [str(n * 7) for n in range(40)]
    text = extracted(pdf(tmp_path / "a.pdf", lines, columns=2, rows=40, by_rows=True, head=False))
    assert re.sub(r"\s+", " ", text).startswith("entry 0 0 entry 1 7 entry 2 14")


def test_all_formats_give_the_same_passages(tmp_path):
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    files = [
        written(tmp_path / "a.html", f"<!doctype html><title>Cats</title><body>{body}"),
        written(tmp_path / "a.txt", "\n\n".join(PARAGRAPHS)),
        word(tmp_path / "a.docx", PARAGRAPHS),
        epub(tmp_path / "a.epub", {"1.xhtml": body[: len(body) // 2], "2.xhtml": body[len(body) // 2 :]}),
    ]
    for file in files:
        text = extracted(file)
        assert words(text) == words(CLEAN)
        assert found_again(text) == 40
        assert pages(text) == 1
        assert page_of(text, 100) is None


# Pages


def test_pages_are_counted_and_offsets_know_theirs(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", [f"page {n} of a little book" for n in range(5)], rows=1))
    assert pages(text) == 5
    assert [page_of(text, text.index(f"page {n}")) for n in range(5)] == [1, 2, 3, 4, 5]
    assert page_of(text, -1) is None
    assert page_of(text, len(text)) is None


def test_a_form_feed_belongs_to_the_page_it_ends():
    assert [page_of("ab\fc", i) for i in range(4)] == [1, 1, 1, 2]


def test_an_empty_page_counts(tmp_path):
    text = extracted(pdf(tmp_path / "a.pdf", ["one cat", "", "two cats", ""], rows=1, head=False))
    assert text == "one cat\f\ftwo cats\f"
    assert pages(text) == 4


def test_a_plain_text_made_from_a_pdf_keeps_its_pages(tmp_path):
    text = extracted(written(tmp_path / "a.txt", "one\fzwei\f drei\n\f"))
    assert pages(text) == 3
    assert page_of(text, text.index("drei")) == 3


def test_only_pdf_and_plain_text_have_pages(tmp_path):
    assert "\f" not in extracted(written(tmp_path / "a.html", "<html><p>one\fcat<pre>two\fcats</pre>"))


# What readers see


def test_html_gives_what_a_browser_shows(tmp_path):
    page = """<!DOCTYPE html><html><head><title>A title</title><meta charset="utf-8"><style>p {x: y}</style>
    <script>alert("boo")</script></head><body><nav><a href="#">Contents</a></nav><!-- a comment -->
    <h1>The  Cat</h1><p>One &amp; <b>two</b> ca<i>ts</i>,<br>three do&shy;gs&hellip; <p>four</p>
    <template>not this</template><table><tr><td>left</td><td>right</td></tr></table>
    <pre>as
    typed</pre><div>in<div>ner</div>end</div><script>document.write("<p>no</p>")</script></body></html>"""
    assert extracted(written(tmp_path / "a.html", page)) == (
        "The Cat\nOne & two cats,\nthree do\u00adgs…\nfour\nleft right\nas\ntyped\nin\nner\nend"
    )


def test_html_whose_head_is_never_closed_keeps_its_body(tmp_path):
    assert extracted(written(tmp_path / "a.html", "<html><head><title>x</title><body><p>one<p>two")) == "one\ntwo"


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ('<meta charset="iso-8859-1">', "utf-8"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252"),
        ('<meta charset="utf-8">', "cp1252"),
    ],
)
def test_the_encoding_of_html_is_found_out(tmp_path, meta, encoding):
    page = f"<html><head>{meta}<body><p>Das Mädchen öffnete die Tür – und “schwieg”. {PARAGRAPHS[0]}".encode(encoding)
    assert "Das Mädchen öffnete die Tür – und “schwieg”" in extracted(written(tmp_path / "a.html", page))


def test_html_in_russian_encodings_is_read_as_declared(tmp_path):
    for encoding in ("windows-1251", "koi8-r"):
        page = f'<html><meta charset="{encoding}"><p>Рабочие не пошли домой</p>'.encode(encoding)
        assert extracted(written(tmp_path / "a.html", page)) == "Рабочие не пошли домой"


def test_an_encoding_that_unpacks_is_not_believed(tmp_path):
    assert extracted(written(tmp_path / "a.html", '<html><meta charset="zlib"><p>a cat')) == "a cat"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_plain_text_of_western_encodings_is_read(tmp_path, encoding):
    text = "Où étiez-vous cet été, François ? Größe und Übermut."
    assert extracted(written(tmp_path / "a.txt", text.encode(encoding))) == text


@pytest.mark.parametrize(
    "raw",
    [
        "Рабочие не пошли домой, а остались на заводе".encode("cp1251"),
        "Où étiez-vous cet été, François ? Nous étions là".encode("mac-roman"),
        "Zażółć gęślą jaźń, powiedział, i wyszedł".encode("iso8859-2"),
        "我們沒有回家而是留在工廠".encode("big5"),
        "Où étiez-vous ?\nCet été, ".encode() + b"\xff",
    ],
)
def test_other_encodings_are_named_as_the_problem(tmp_path, raw):
    assert re.search(r"encoding.*\(line \d\).*UTF-8", refusal(written(tmp_path / "a.txt", raw)))


def test_a_docx_gives_paragraphs_tables_and_notes_in_order(tmp_path):
    document = docx.Document()
    document.add_paragraph("before\tit")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "left", "right"
    after = document.add_paragraph("after ")
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    for xml in (
        "<w:ins {}><w:r><w:t>inserted</w:t></w:r></w:ins>",
        "<w:del {}><w:r><w:delText>deleted</w:delText></w:r></w:del>",
        "<w:moveFrom {}><w:r><w:t>moved away</w:t></w:r></w:moveFrom>",
        "<w:sdt {}><w:sdtContent><w:r><w:t> controlled</w:t></w:r></w:sdtContent></w:sdt>",
    ):
        after._p.append(docx.oxml.parse_xml(xml.format(space)))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    content = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    note = (
        f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"), content, note.encode(), document.part.package
    )
    document.part.relate_to(part, kind)
    document.save(str(tmp_path / "a.docx"))
    assert extracted(tmp_path / "a.docx") == "before\tit\nleft\nright\nafter inserted controlled\nA note."


def test_an_epub_is_read_in_the_order_of_its_spine(tmp_path):
    chapters = {
        "b.xhtml": "<p>second</p>",
        "sub dir/a%.xhtml": "<p>first<a id='n'/> still</p>",
        "nav.xhtml": "<nav>Contents</nav>",
    }
    book = epub(tmp_path / "a.epub", chapters, spine=["nav.xhtml", "sub dir/a%.xhtml", "b.xhtml"])
    assert extracted(book) == "first still\nsecond"


def test_content_decides_and_not_the_name(tmp_path):
    assert extracted(word(tmp_path / "a.epub2")) == "The cat sat on the mat."
    assert extracted(pdf(tmp_path / "a.html", ["a cat"], head=False)) == "a cat"
    assert extracted(written(tmp_path / "a.txt", "<!DOCTYPE html><p>a cat")) == "a cat"
    assert "web page" in refusal(written(tmp_path / "a.pdf", "<html><body>Please log in"))


def test_ligatures_are_found_as_letters(tmp_path):
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[1/fi/fl]>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    text = b"BT /F 12 Tf 10 50 Td (The of\\001ce was \\002ooded) Tj ET"
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(text), text)
    raw = raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream, font])
    assert words(extracted(written(tmp_path / "a.pdf", raw))) == words("The office was flooded")


# Files that are broken, or made to break something


def test_a_locked_pdf_is_refused_and_one_with_an_empty_password_read(tmp_path):
    for password in ("secret", ""):
        writer = pypdf.PdfWriter(pdf(tmp_path / "a.pdf", ["a cat"], head=False))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / f"b{password}.pdf")
    assert "locked with a password; save a copy" in refusal(tmp_path / "bsecret.pdf")
    assert extracted(tmp_path / "b.pdf") == "a cat"


def test_a_pdf_that_is_cut_off_is_refused(tmp_path):
    whole = pdf(tmp_path / "a.pdf", textwrap.wrap(CLEAN, 90)).read_bytes()
    for share in (0.02, 0.5, 0.9, 0.999):
        assert "cut off" in refusal(written(tmp_path / "b.pdf", whole[: int(share * len(whole))]))


def test_a_pdf_damaged_inside_is_refused_or_read(tmp_path):
    whole = pdf(tmp_path / "a.pdf", textwrap.wrap(CLEAN, 90)).read_bytes()
    dice = random.Random(5)
    for _ in range(6):
        raw = bytearray(whole)
        for _ in range(40):
            raw[dice.randrange(20, len(raw) - 20)] = dice.randrange(256)
        try:
            extracted(written(tmp_path / "b.pdf", bytes(raw)))
        except TextError as error:
            assert error.cure


def test_a_pdf_of_ten_thousand_pages_is_refused(tmp_path):
    kids = b" ".join(b"%d 0 R" % (i + 3) for i in range(10_000))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    raw = raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 10000/Kids[%s]>>" % kids, *[page] * 10_000])
    assert "10,000 pages, more than 3,000; split it" in refusal(written(tmp_path / "a.pdf", raw))


def test_a_scan_is_sent_to_ocr(tmp_path):
    picture = Image.new("RGB", (80, 120), "white")
    for stamp in ("", "Downloaded"):
        page = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
        for _ in range(3):
            page.drawImage(ImageReader(picture), 0, 0, *A4)
            page.drawString(50, 20, stamp)
            page.showPage()
        page.save()
        assert "a scan without a text layer; run OCR first" in refusal(tmp_path / "a.pdf")


def test_a_pdf_without_letters_is_refused(tmp_path):
    assert "no text layer" in refusal(pdf(tmp_path / "a.pdf", ["", "12"], rows=1, head=False))


def form_bomb():
    """A PDF of two kilobytes whose page draws a form of ten forms of ten forms …"""
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length 60>>stream\n%sendstream"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>"
    drawn = b"/F Do " * 10
    forms = [form % (i, drawn) for i in range(6, 14)]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 4>>stream\nq Q \nendstream"
    content = b"<</Length 60>>stream\n%sendstream" % drawn
    return raw_pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, content, *forms, last]
    )


def test_a_file_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(texts, "SECONDS", 1)
    assert "longer than 1 seconds" in refusal(written(tmp_path / "b.pdf", form_bomb()))


def zip_lying_about_its_size(path, name, size, **other):
    """A zip part that says it is ten bytes long and unpacks to `size` zeros."""
    zipped(path, other | {name: b"\0" * size})
    raw = path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", 10))
    return written(path, raw)


@pytest.mark.parametrize("ending", ["docx", "epub"])
def test_zip_bombs_are_refused(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    big = {f"word/{i}.xml": b" " * 30_000_000 for i in range(4)}
    assert "unpacks to more than 100 MB" in refusal(zipped(path, big))
    assert "damaged" in refusal(zip_lying_about_its_size(path, "word/document.xml", 200_000_000))


def test_a_zip_packed_otherwise_than_allowed_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("word/document.xml", b" " * 1000)
    assert "packed in a way" in refusal(tmp_path / "a.docx")


BOMB = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise("abcdefghijkl")
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY l SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("dtd", [BOMB, EXTERNAL])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_xml_are_refused(tmp_path, dtd, encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{dtd}]><x>&l;</x>'.encode(encoding)
    for part in ("word/document.xml", "word/footnotes.xml", "[Content_Types].xml"):
        assert re.search("XML entities|damaged", refusal(changed(word(tmp_path / "a.docx"), **{part: xml})))
    for part in ("META-INF/container.xml", "OEBPS/book.opf"):
        assert re.search(
            "XML entities|damaged", refusal(epub(tmp_path / "a.epub", {"1.xhtml": "<p>a cat"}, extra={part: xml}))
        )


def test_entities_in_a_chapter_are_never_expanded(tmp_path):
    for dtd in (BOMB, EXTERNAL):
        chapter = f"<?xml version='1.0'?>{dtd}]><html><body><p>a cat &l; </p></body></html>"
        text = extracted(epub(tmp_path / "a.epub", {"1.xhtml": ""}, extra={"OEBPS/1.xhtml": chapter}))
        assert "a cat" in text
        assert len(text) < 1000
        assert "root" not in text


def test_a_docx_or_epub_without_its_parts_is_refused(tmp_path):
    for part in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
        assert "lacks" in refusal(changed(word(tmp_path / "a.docx"), **{part: None}))
    assert "lacks its part OEBPS/1.xhtml" in refusal(
        changed(epub(tmp_path / "a.epub", {"1.xhtml": "<p>a"}), **{"OEBPS/1.xhtml": None})
    )
    assert "lacks its part META-INF" in refusal(zipped(tmp_path / "b.epub", {"mimetype": "application/epub+zip"}))
    assert "no chapters" in refusal(epub(tmp_path / "c.epub", {}))
    assert "neither DOCX nor EPUB" in refusal(zipped(tmp_path / "c.zip", {"a.txt": "a cat"}))
    for ending in ("docx", "epub"):
        whole = word(tmp_path / "d.docx").read_bytes()
        assert "no zip" in refusal(written(tmp_path / f"d.{ending}", whole[: len(whole) // 2]))
        assert "called" in refusal(written(tmp_path / f"d.{ending}", "no zip at all"))


def test_a_locked_epub_is_refused(tmp_path):
    lock = (
        '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="OEBPS/1.xhtml"/></encryption>'
    )
    extra = {"META-INF/encryption.xml": lock}
    assert "locked" in refusal(epub(tmp_path / "a.epub", {"1.xhtml": "<p>a cat"}, extra=extra))
    assert extracted(epub(tmp_path / "a.epub", {"2.xhtml": "<p>a cat"}, extra=extra)) == "a cat"


@pytest.mark.parametrize("name", ["../../evil.xhtml", "/etc/passwd", "..%2f..%2f..%2fetc/passwd", "file:///etc/passwd"])
def test_paths_that_lead_outside_are_refused(tmp_path, name):
    package = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="i" href="{name}" media-type="text/html"/></manifest><spine><itemref idref="i"/></spine></package>'
    assert "outside itself" in refusal(epub(tmp_path / "a.epub", {}, package=package))
    assert "outside itself" in refusal(
        epub(tmp_path / "a.epub", {"1.xhtml": "<p>a cat"}, extra={"../evil.txt": "a cat"})
    )


def test_very_deep_nesting_is_read(tmp_path):
    deep = "<div>" * 100_000 + "a cat" + "</div>" * 100_000
    assert extracted(written(tmp_path / "a.html", f"<html>{deep}")) == "a cat"
    assert "more than 500,000 tags" in refusal(written(tmp_path / "a.html", "<html>" + deep * 3))


def test_xml_nested_very_deep_is_refused(tmp_path):
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert "damaged" in refusal(changed(word(tmp_path / "a.docx"), **{"word/document.xml": deep.encode()}))


def test_large_files_of_nothing_are_refused_at_once(tmp_path):
    for ending in ("txt", "html", "pdf", "docx", "epub"):
        path = tmp_path / f"a.{ending}"
        with path.open("wb") as file:
            file.truncate(200_000_000)
        assert re.search("larger than 100 MB", refusal(path))


@pytest.mark.parametrize(
    ("name", "raw", "problem"),
    [
        ("a.txt", b"", "is empty"),
        ("a.pdf", b"", "is empty"),
        ("a.txt", b"\n \n", "no words"),
        ("a.html", b"<html><script>var cat</script></html>", "no words"),
        ("a.txt", b"\0" * 9000, "binary"),
        ("a.txt", b"a cat" * 9000 + b"\0\1", "binary"),
        ("a.bin", bytes(range(256)), "binary"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old kind"),
        ("a.rtf", b"{\\rtf1 a cat}", "RTF"),
        ("a.pdf", b"%PDF-1.4\nnothing\n%%EOF", "damaged"),
        ("a.gz", zlib.compress(b"a cat" * 99), "binary|encoding"),
    ],
)
def test_other_files_are_refused(tmp_path, name, raw, problem):
    assert re.search(problem, refusal(written(tmp_path / name, raw)))


def test_pictures_are_refused(tmp_path):
    for kind in ("png", "jpeg", "tiff", "gif", "webp"):
        made = io.BytesIO()
        Image.new("RGB", (20, 20)).save(made, kind)
        assert "picture" in refusal(written(tmp_path / f"a.{kind}", made.getvalue()))


def test_what_is_no_file_is_refused(tmp_path):
    assert "folder" in refusal(tmp_path)
    assert "missing" in refusal(tmp_path / "none.pdf")
    assert refusal(tmp_path / ("a" * 5000))
