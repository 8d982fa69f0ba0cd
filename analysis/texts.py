"""A reader's file (PDF, HTML, plain text, DOCX, EPUB) → its text as one string.

The pages of a PDF are separated by a form feed; the other formats have no pages (a plain text keeps the
form feeds it has).  The text is what an anchor is sought in, so it need not be pretty: it must be whole, in
reading order, and must neither join two words nor hold what no reader sees.

Files come from anywhere.  All but plain text are read by a second Python with limits on time and memory, so
that a file made to hang or crash a parser ends in a `TextError` like any other fault.  Nothing is unpacked
to disk, and nothing is fetched from the net.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import posixpath
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote

MAX_PAGES = 3000
MAX_BYTES = 100_000_000  # of a file, and of all that a DOCX or EPUB unpacks to
MAX_PDF_BYTES = 500_000_000  # scans are large, and PDFium does not load a file whole
MAX_LETTERS = 20_000_000  # characters of text: some thirty long books
MAX_TAGS = 500_000  # of an HTML file, or of all chapters of an EPUB
SECONDS = 60  # for one file
MEMORY = 3_000_000_000  # bytes, where the system can limit them (not on Windows)

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"AT&TFORM")
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)

# A head shows nothing but its title, and may lack its end tag: so the title is dropped and not the head.
_DROPPED = {"script", "style", "nav", "title", "template"}
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|footer"
    "|form|h[1-6r]|head|header|html|legend|li|main|ol|p|pre|section|summary|table|tr|ul"
)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class TextError(Exception):
    """Why a file gives no text, and what the reader can do about it."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}; {cure}")
        self.problem, self.cure = problem, cure


def extracted(path: Path) -> str:
    """The text of the file; TextError if there is none, or if part of it would be missing."""
    try:
        kind = _kind(path)
        text = _plain(path.read_bytes()) if kind == "text" else _in_second_python(kind, path)
    except (OSError, ValueError) as error:
        raise TextError(
            f"the file cannot be opened ({type(error).__name__})", "check its name, and that you may read it"
        ) from None
    _refuse_long(len(text))
    if not any(map(str.isalpha, text)):
        raise TextError("the file holds no words", "check that it is the text you mean")
    return text


def pages(text: str) -> int:
    """The number of pages; 1 for a format that knows none."""
    return text.count("\f") + 1


def page_of(text: str, offset: int) -> int | None:
    """The page on which a character stands, counted from 1 whatever number is printed on it.

    None if the text has no form feeds, or no such character.
    """
    return text.count("\f", 0, offset) + 1 if "\f" in text and 0 <= offset < len(text) else None


def _kind(path: Path) -> str:
    """PDF, zip, HTML or text: by the first bytes, and by the name only where they leave it open."""
    if path.is_dir():
        raise TextError("this is a folder", "name one file in it")
    if not path.exists():
        raise TextError("the file is missing", "check its name and its folder")
    if not path.is_file():
        raise TextError("this is not a file", "name a PDF, HTML, plain text, DOCX or EPUB file")
    suffix, size = path.suffix.lower(), path.stat().st_size
    with path.open("rb") as file:
        head = file.read(2048)
    if not head:
        raise TextError("the file is empty", "download or save it again")
    is_pdf = head.lstrip().startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head[:1024])
    limit = MAX_PDF_BYTES if is_pdf else MAX_BYTES
    if size > limit:
        raise TextError(f"the file is larger than {limit // 1_000_000} MB", "split it, or check what it is")
    if is_pdf:
        return "PDF"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TextError(
            "this is a Word file of the old kind, or one locked with a password", "save it as DOCX without a password"
        )
    if head.startswith(b"{\\rtf"):
        raise TextError("this is an RTF file", "open it in a word processor and save it as DOCX")
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise TextError("this is a picture", "run OCR on it and save the result as PDF or plain text")
    begins = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")  # without byte order mark
    is_html = begins.startswith(b"<") and bool(_HTML.search(begins))
    if suffix in (".pdf", ".docx", ".epub"):
        what = "a web page, perhaps a login page" if is_html else "something else"
        raise TextError(
            f"the file is called {suffix} but is {what}", "download it again, or give it the ending that fits"
        )
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TextError("the file holds binary data", "name a PDF, HTML, plain text, DOCX or EPUB file")
    return "HTML" if is_html or suffix in (".html", ".htm", ".xhtml") else "text"


def _refuse_long(length: int) -> None:
    if length > MAX_LETTERS:
        raise TextError(f"the text has more than {MAX_LETTERS:,} characters", "split the file, or check what it is")


# The second Python


def _in_second_python(kind: str, path: Path) -> str:
    command = [sys.executable, "-P", "-B", "-W", "ignore", __file__, kind, str(path.resolve())]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise TextError(
            f"the file takes longer than {SECONDS} seconds to read", "save it again from another program, or split it"
        ) from None
    lines = done.stdout.splitlines()
    answer = json.loads(lines[-1]) if lines and done.returncode == 0 else {}
    if "text" in answer:
        return answer["text"]
    if "problem" in answer:
        raise TextError(answer["problem"], answer["cure"])
    raise TextError(
        "the file is damaged, or needs more memory than a text should", "download it again, or save it anew"
    )


def _answer(kind: str, path: Path) -> dict[str, str]:
    """What the second Python has to say: the text, or problem and cure."""
    read: dict[str, Callable[[Path], str]] = {"PDF": _pdf, "zip": _zip, "HTML": _html}
    try:
        return {"text": read[kind](path)}
    except TextError as error:
        return {"problem": error.problem, "cure": error.cure}
    except Exception as error:  # whatever a parser says about a hostile file: the reader needs a cure, no traceback
        return {
            "problem": f"the file is damaged ({type(error).__name__})",
            "cure": "download it again, or open it in the program it comes from and save it anew",
        }


def _limit_resources() -> None:
    """Little memory, and no file written; as far as the system knows such limits."""
    with contextlib.suppress(ImportError):
        import resource

        for name, most in (("RLIMIT_AS", MEMORY), ("RLIMIT_CPU", 2 * SECONDS), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
            with contextlib.suppress(ValueError, OSError, AttributeError):
                resource.setrlimit(getattr(resource, name), (most, most))


# PDF


def _pdf(path: Path) -> str:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    _refuse_cut_pdf(path)
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY):
            raise TextError("the PDF is locked with a password", "save a copy without it") from None
        raise TextError("the PDF is damaged", "download it again, or print it to a new PDF") from None
    if len(pdf) > MAX_PAGES:
        raise TextError(f"the PDF has {len(pdf):,} pages, more than {MAX_PAGES:,}", "split it")
    texts: list[str] = []
    scanned = letters = 0
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            text = _page_text(page)
        except pdfium.PdfiumError:
            raise TextError(
                f"page {i + 1} of the PDF is damaged", "download it again, or print it to a new PDF"
            ) from None
        if sum(map(str.isalpha, text)) < 20:
            scanned += any(True for _ in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        page.close()
        texts.append(text)
        letters += len(text)
        _refuse_long(letters)
    whole = "\f".join(texts)
    if scanned > 0.75 * len(texts):
        raise TextError("the PDF is a scan without a text layer", "run OCR first")
    if not any(map(str.isalpha, whole)):
        raise TextError("the PDF has no text layer: its letters, if any, are drawn", "run OCR first")
    if _garbled(whole):
        raise TextError("the fonts of the PDF do not say which letters they hold", "run OCR anew")
    return whole


def _refuse_cut_pdf(path: Path) -> None:
    """PDFium rebuilds a PDF that is cut off from what is left, without a word about the missing pages."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 100_000))
        tail = file.read().rstrip(b"\0 \t\r\n")
    if b"%%EOF" not in tail[-2048:]:
        raise TextError("the PDF is cut off", "download it again; if it is whole, print it to a new PDF")


def _page_text(page: Any) -> str:
    """The text of a page in the order in which the PDF draws it, with "-" and a line end where a word is divided."""
    textpage = page.get_textpage()
    text = _by_columns(textpage) or textpage.get_text_range()
    text = text.replace("\ufffe", "-\n").replace("\x02", "-\n")  # both stand for a hyphen at the line's end
    return _printed(text).strip()


def _by_columns(textpage: Any) -> str | None:
    """Left column before right, if a page of two columns is drawn line by line across both; None for any other page.

    Columns must be wide (a table or a list of contents is read across) and alternate a dozen times.
    """
    boxes = [textpage.get_rect(i) for i in range(textpage.count_rects())]  # left, bottom, right, top
    if len(boxes) < 24:
        return None
    first, last = min(b[0] for b in boxes), max(b[2] for b in boxes)
    middle = [first + (last - first) * k / 60 for k in range(20, 41)]
    gutter = min(middle, key=lambda x: sum(1 for b in boxes if b[0] < x < b[2]))
    sides = [-1 if b[2] <= gutter else 1 if b[0] >= gutter else 0 for b in boxes]
    if sides.count(0) > 0.1 * len(boxes) or sum(1 for a, b in pairwise(sides) if a * b < 0) < 12:
        return None
    runs = [(side, [b for _, b in run]) for side, run in groupby(zip(sides, boxes, strict=True), key=lambda r: r[0])]
    frames = [
        (s, (min(b[0] for b in r), min(b[1] for b in r), max(b[2] for b in r), max(b[3] for b in r))) for s, r in runs
    ]
    for side in (-1, 1):
        if median(f[2] - f[0] for s, f in frames if s == side) < 0.3 * (last - first):
            return None
    lines: list[str] = []
    for _, between in groupby(frames, key=lambda f: f[0] == 0):  # a heading across both columns parts what is above it
        lines += [textpage.get_text_bounded(*frame).strip() for _, frame in sorted(between, key=lambda f: f[0])]
    return "\n".join(lines)


def _garbled(text: str) -> bool:
    """Whether a quarter of the characters are none: what a font without a map to Unicode gives."""
    sample = [c for c in text[:200_000] if not c.isspace()]
    bad = sum(1 for c in sample if c == "\ufffd" or unicodedata.category(c) in ("Co", "Cn", "Cc"))
    return bad > 0.25 * len(sample)


def _printed(text: str) -> str:
    """The text with one kind of line end, and without form feeds and what is no character."""
    return _UNPRINTED.sub("", re.sub(r"\r\n?", "\n", text).replace("\f", " "))


# Plain text


def _plain(raw: bytes) -> str:
    text = re.sub(r"\r\n?", "\n", _decoded(raw))
    if _UNPRINTED.search(text):
        raise TextError("the file holds binary data", "name a PDF, HTML, plain text, DOCX or EPUB file")
    return text.rstrip(" \n").removesuffix("\f")  # `pdftotext` ends the last page, too, with a form feed


def _decoded(raw: bytes, declared: str | None = None) -> str:
    """Bytes as text: by byte order mark, declaration (of HTML), as UTF-8, or as Western European if it looks so."""
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _strictly(raw, encoding)
    western = declared in ("iso8859-1", "cp1252", "ascii")  # often declared, and seldom true
    if declared and not western:
        text = raw.decode(declared, errors="replace")
        if text.count("\ufffd") <= len(text) / 1000:
            return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode("cp1252")
            if western or _looks_western(text, raw):
                return text
        line = raw[: error.start].count(b"\n") + 1
    raise TextError(
        f"the encoding of the file is neither UTF-8 nor Western European (line {line})",
        "open it in an editor, choose the encoding in which it reads well, and save it as UTF-8",
    )


def _strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise TextError(f"the file says it is {encoding.upper()} and is not", "save it again as UTF-8") from None


def _looks_western(text: str, raw: bytes) -> bool:
    """Whether bytes read as cp1252 make words: few letters beyond ASCII, and hardly one where none can stand.

    Cyrillic, Greek and Mac text and broken UTF-8 fail; Turkish and Czech text may pass with some letters wrong.
    """
    if re.search(rb"[\xc3-\xf4][\x80-\xbf]", raw):  # as good as always a piece of UTF-8
        return False
    high = [m.start() for m in re.finditer(r"[^\x00-\x7f]", text)]
    misfits = 0
    for i in high:
        before, here, after = text[i - 1 : i], text[i], text[i + 1 : i + 2]
        if here.isupper() or here == "Ÿ":
            misfits += before.islower()
        elif not here.isalpha() and here not in "’‘´·\u00ad\u00a0—–…“”«»":
            misfits += before.isalpha() and after.isalpha()
    letters = sum(map(str.isalpha, text))
    return sum(text[i].isalpha() for i in high) <= 0.2 * letters and misfits <= 0.05 * len(high)


# HTML


def _html(path: Path) -> str:
    raw = path.read_bytes()
    _refuse_many_tags(raw.count(b"<"))
    return _html_text(_decoded(raw, _declared_encoding(raw)))


def _declared_encoding(raw: bytes) -> str | None:
    """The encoding that the markup names, if it is one of text (Python's also name compression and worse)."""
    found = re.search(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", raw[:4096], re.IGNORECASE)
    if found:
        with contextlib.suppress(LookupError):
            name = codecs.lookup(found[1].decode("ascii", "replace")).name
            if re.match(r"(utf-8|ascii|cp\d|iso8859|iso2022|koi8|mac-|gb|big5|shift_jis|euc_|hz|tis)", name):
                return name
    return None


def _refuse_many_tags(count: int) -> None:
    if count > MAX_TAGS:
        raise TextError(f"the file has more than {MAX_TAGS:,} tags", "split it, or check what it is")


def _html_text(markup: str) -> str:
    """What a browser shows, a line for each block.

    It walks with a stack of its own: recursion would end at a thousand nested tags, and libxml2 silently at 256.
    """
    from bs4 import BeautifulSoup
    from bs4.element import CData, NavigableString, Tag

    soup = BeautifulSoup(markup, "html.parser")
    pieces: list[str] = []
    waiting: list[tuple[Any, bool]] = [(soup, False)]
    while waiting:
        node, as_typed = waiting.pop()
        if isinstance(node, Tag):
            if node.name in _DROPPED:
                continue
            end = "\n" if _BLOCKS.fullmatch(node.name) else " " if node.name in ("td", "th") else ""
            if end:
                pieces.append(end)
                waiting.append((end, True))
            inner = as_typed or node.name in ("pre", "textarea")
            waiting += [(child, inner) for child in reversed(node.contents)]
        elif type(node) in (str, NavigableString, CData):  # the others are comments and declarations
            pieces.append(str(node) if as_typed else re.sub(r"[ \t\r\n\f]+", " ", node))
    return _tidied("".join(pieces))


def _tidied(text: str) -> str:
    """No space at either end of a line or beside another, and no line empty."""
    return re.sub(r"  +", " ", re.sub(r"[ \t]*\n\s*", "\n", _printed(text))).strip()


# DOCX and EPUB


def _zip(path: Path) -> str:
    """The text of a DOCX or EPUB, whatever its name."""
    parts = _unpacked(path)
    kind = parts.get("mimetype", b"").strip()
    if kind == b"application/epub+zip" or "META-INF/container.xml" in parts or path.suffix.lower() == ".epub":
        return _epub(parts)
    if "[Content_Types].xml" in parts or path.suffix.lower() == ".docx":
        return _docx(path, parts)
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        raise TextError("this is an OpenDocument file", "save it as DOCX")
    raise TextError("this is a zip archive, but neither DOCX nor EPUB", "unpack it and name the text in it")


def _unpacked(path: Path) -> dict[str, bytes]:
    """All parts, in memory.  The sizes that a zip declares are checked first, and then those found while reading."""
    parts: dict[str, bytes] = {}
    too_large = TextError(f"the file unpacks to more than {MAX_BYTES // 1_000_000} MB", "check what it is")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise too_large
            left = MAX_BYTES
            for entry in entries:
                if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
                    raise TextError("the file names paths outside itself", "do not use it: it is made to do harm")
                if entry.flag_bits & 1:
                    raise TextError("the file is locked with a password", "save a copy without it")
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others unpack unbounded
                    raise TextError("the file is packed in a way that DOCX and EPUB do not allow", "save it anew")
                with archive.open(entry) as part:
                    parts[entry.filename] = part.read(left + 1)
                left -= len(parts[entry.filename])
                if left < 0:
                    raise too_large
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise TextError("the file is no zip, or a damaged one, and so no DOCX or EPUB", "download it again") from None
    return parts


def _xml(raw: bytes) -> Any:
    """The root element.  Entities are refused: they can blow a small file up to gigabytes, or name other files."""
    from lxml import etree  # type: ignore[import-untyped]

    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise TextError("the file declares XML entities, which no DOCX or EPUB needs", "save it anew")
    return root


def _docx(path: Path, parts: dict[str, bytes]) -> str:
    """Paragraphs and tables in order, then footnotes and endnotes; no comments, heads, feet or deleted text."""
    import docx

    for needed in ("[Content_Types].xml", "_rels/.rels"):
        if needed not in parts:
            raise TextError(f"the DOCX lacks its part {needed}", "download it again, or save it anew as DOCX")
    for name, raw in parts.items():
        if name.endswith((".xml", ".rels")):
            _xml(raw)
    try:
        document = docx.Document(str(path))
    except (KeyError, ValueError):
        raise TextError(
            "the file lacks the parts of a Word document", "open it in a word processor and save it as DOCX"
        ) from None
    text = _word_text(document.element.body)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            text += "\n" + _word_text(_xml(relation.target_part.blob))
    return text


def _word_text(root: Any) -> str:
    """The text of Word's XML as it stands with all changes accepted.

    python-docx's own `Paragraph.text` passes over insertions, content controls and text boxes.
    """
    from lxml import etree

    breaks = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag.removeprefix(_WORD)
        if event == "end":
            pieces.append("\n" if name == "p" else "")
        elif name in ("pPr", "rPr", "del", "moveFrom", _FALLBACK):
            walk.skip_subtree()
        else:
            pieces.append((element.text or "") if name == "t" else breaks.get(name, ""))
    return _tidied("".join(pieces))


def _epub(parts: dict[str, bytes]) -> str:
    """The chapters in the order of the spine."""

    def part(name: str) -> bytes:
        if name not in parts:
            raise TextError(f"the EPUB lacks its part {name[:80]}", "download it again")
        return parts[name]

    roots = [str(e.get("full-path")) for e in _xml(part("META-INF/container.xml")).iter("{*}rootfile")]
    book = _inside("", roots[0] if roots else "content.opf")
    package = _xml(part(book))
    items = {e.get("id"): e for e in package.iter("{*}item")}
    locked = _locked(parts)
    texts, tags = [], 0
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None:
            raise TextError("the EPUB's list of chapters names one that it lacks", "download it again")
        if item.get("media-type") not in ("application/xhtml+xml", "text/html", "text/x-oeb1-document"):
            continue
        name = _inside(posixpath.dirname(book), item.get("href", ""))
        if name in locked:
            raise TextError("the EPUB is locked (DRM)", "use a copy without it")
        raw = part(name)
        tags += raw.count(b"<")
        _refuse_many_tags(tags)
        texts.append(_html_text(_decoded(raw, _declared_encoding(raw))))
    if not texts:
        raise TextError("the EPUB has no chapters", "download it again")
    return "\n".join(filter(None, texts))


def _inside(folder: str, href: str) -> str:
    """The name of a part, which must lie in the file itself."""
    path = posixpath.normpath(posixpath.join(folder, unquote(href.split("#")[0])))
    if path.startswith(("..", "/")) or "://" in href:
        raise TextError("the EPUB names paths outside itself", "do not use it: it is made to do harm")
    return path


def _locked(parts: dict[str, bytes]) -> set[str]:
    """The parts that are encrypted (fonts often are, and do not matter)."""
    raw = parts.get("META-INF/encryption.xml")
    return {unquote(e.get("URI", "")) for e in _xml(raw).iter("{*}CipherReference")} if raw else set()


if __name__ == "__main__":
    _limit_resources()
    print(json.dumps(_answer(sys.argv[1], Path(sys.argv[2]))))
