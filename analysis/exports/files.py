"""A drawing and what is known about it → SVG, PNG and PDF files that carry both, and the way back.

Equal input gives equal bytes: no dates, no random ids.
"""

from __future__ import annotations

import importlib.metadata
import io
import json
import re
import struct
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.exports.drawings import MM, PT, plain, resized, size_of
from analysis.exports.fonts import converter

SOFTWARE = f"Stancebook {importlib.metadata.version('stancebook')}"
NAMESPACE = "urn:stancebook:about"
LARGEST = 100_000_000  # bytes of a file that is searched for its note


def svg(placed_drawing: str, about: dict[str, Any]) -> bytes:
    """The drawing as an SVG file with its title, its alt text and, as metadata, all that is known about it."""
    words = (
        f'<title id="f-title">{_markup(about["title"])}</title><desc id="f-desc">{_markup(about["alt"])}</desc>'
        f"<metadata>{_rdf(about)}</metadata>"
    )
    head = ' role="img" aria-labelledby="f-title f-desc"'
    return re.sub(r"<svg\b([^>]*)>", lambda m: f"<svg{m[1]}{head}>{words}", placed_drawing, count=1).encode()


def png(placed_drawing: str, about: dict[str, Any], dpi: int) -> bytes:
    """The drawing as a PNG file without transparency.

    With at most 256 colours, as most charts have, the file holds a palette: exact, and half the size.
    """
    picture = Image.open(io.BytesIO(converter().svg_to_png(placed_drawing, scale=dpi * MM / 25.4)))
    note = PngInfo()
    note.add_itxt("Title", plain(about["title"]))
    note.add_itxt("Description", plain(about["caption"]))
    note.add_itxt("Author", plain(about.get("credit") or ""))
    note.add_itxt("Source", plain(_source(about)))
    note.add_text("Software", SOFTWARE)
    note.add_text("Comment", _json(about))
    return _packed(_indexed(picture), note, (dpi, dpi))


def grey(png: bytes) -> bytes:
    """A proof of a PNG file in grey, as a black and white printer makes it; it carries the same note."""
    picture: Any = Image.open(io.BytesIO(png))
    note = PngInfo()
    for key, text in picture.text.items():
        (note.add_text if key in ("Software", "Comment") else note.add_itxt)(key, text)
    return _packed(picture.convert("RGB").convert("L"), note, tuple(round(d) for d in picture.info["dpi"]))


def _indexed(picture: Image.Image) -> Image.Image:
    """The picture with an exact palette if it has at most 256 colours, else as RGB.  (Pillow's own `quantize` is not exact.)"""
    found = picture.convert("RGB").getcolors(256)
    if not found:
        return picture.convert("RGB")
    palette = np.array([colour for _, colour in found], dtype=np.uint8)
    palette = palette[np.lexsort(palette.T)]
    index = np.empty(
        1 << 24, dtype=np.uint8
    )  # a number for each colour there can be; only those that occur are ever looked at
    index[_as_numbers(np.pad(palette, ((0, 0), (0, 1))))] = np.arange(len(palette))
    colours = _as_numbers(np.asarray(picture.convert("RGBA")))
    indexed = Image.fromarray(index[colours])
    indexed.putpalette(palette.tobytes())
    return indexed


def _as_numbers(colours: np.ndarray) -> np.ndarray:
    """Red, green, blue and a fourth byte that does not count, as one number each."""
    return np.ascontiguousarray(colours).view("<u4")[..., 0] & 0xFFFFFF


def _packed(picture: Image.Image, note: PngInfo, dpi: tuple[int, ...]) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=6, pnginfo=note, dpi=dpi)
    return file.getvalue()


def pdf(placed_drawing: str, about: dict[str, Any]) -> bytes:
    """The drawing as a PDF file: one page of its size, text that can be selected, fonts inside.

    The converter writes its objects in random order; here they are put in the order in which the page names them.
    """
    import logging

    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, StreamObject, TextStringObject

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # the converter counts its objects wrongly, and pypdf says so
    width, height = size_of(placed_drawing)
    # the converter makes a px a pt
    page = resized(placed_drawing, width * MM * PT, height * MM * PT, "")
    reader = PdfReader(io.BytesIO(converter().svg_to_pdf(page)))
    _put_in_order(reader.trailer.raw_get("/Root"), set())
    writer = PdfWriter(clone_from=reader)
    writer.compress_identical_objects()  # cloned twice, the colour profile would be lost when pdfTeX includes the file
    packet = StreamObject()
    packet.set_data(_xmp(about).encode())
    packet.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    shown = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packet)
    writer.root_object[NameObject("/ViewerPreferences")] = shown
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.metadata = {
        "/Title": plain(about["title"]),
        "/Subject": plain(about["caption"]),
        "/Author": plain(about.get("credit") or ""),
        "/Keywords": plain("; ".join(filter(None, (about["name"], about.get("notebook"), _source(about))))),
        "/Creator": SOFTWARE,
        "/Producer": SOFTWARE,
        "/Stancebook": _json(about),
    }
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _put_in_order(value: Any, seen: set[int]) -> None:
    """Sort every dictionary that can be reached from a PDF object, so that a walk meets all objects in one order."""
    from pypdf.generic import IndirectObject

    if isinstance(value, IndirectObject):
        if value.idnum in seen:
            return
        seen.add(value.idnum)
        value = value.get_object()
    if isinstance(value, dict):
        items = [(key, value.raw_get(key)) for key in sorted(value)]  # type: ignore[attr-defined]
        value.clear()
        value.update(items)
        for _, item in items:
            _put_in_order(item, seen)
    elif isinstance(value, list):
        for item in list.__iter__(value):
            _put_in_order(item, seen)


def about_of(path: Path) -> dict[str, Any] | None:
    """What an SVG, PNG or PDF file made here says about itself; None for any other file.

    ValueError, with a plain sentence, for a file that cannot be read, or whose note is damaged.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.name} is larger than {LARGEST // 1_000_000} MB: no figure made here is")
        raw = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path.name} cannot be opened: {error.strerror}") from None
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        note = _note_in_png(raw)
    elif raw.startswith(b"%PDF"):
        note = _note_in_pdf(raw, path.name)
    else:
        note = _note_in_svg(raw, path.name) if b"<svg" in raw[:100_000] else ""
    if not note:
        return None
    try:
        about = json.loads(note)
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise ValueError(f"{path.name}: what it says about itself is damaged")
    return about


def _note_in_png(raw: bytes) -> str:
    at = 8
    while at + 12 <= len(raw):
        length, kind = struct.unpack_from(">I4s", raw, at)
        ours = b"Software\0Stancebook" in raw[:at]
        if kind == b"tEXt" and ours and raw.startswith(b"Comment\0", at + 8):
            return raw[at + 16 : at + 8 + length].decode("latin-1")
        at += 12 + length
    return ""


def _note_in_pdf(raw: bytes, name: str) -> str:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        with pdfium.PdfDocument(raw) as document:
            return str(document.get_metadata_value("Stancebook"))
    except (pdfium.PdfiumError, UnicodeError):
        raise ValueError(f"{name} is a damaged or locked PDF") from None


def _note_in_svg(raw: bytes, name: str) -> str:
    from lxml import etree  # type: ignore[import-untyped]

    try:  # entities stay unread: they can blow a small file up to gigabytes, or name other files
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        raise ValueError(f"{name} is a damaged SVG") from None
    return root.findtext(f".//{{{NAMESPACE}}}about") or ""


def _rdf(about: dict[str, Any]) -> str:
    """What is known, in the words of Dublin Core and IPTC, and all of it as JSON."""

    def one(tag: str, kind: str, text: str, language: str = "") -> str:
        return f"<{tag}><rdf:{kind}><rdf:li{language}>{_markup(text)}</rdf:li></rdf:{kind}></{tag}>"

    default = ' xml:lang="x-default"'
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:iptc="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" '
        f'xmlns:stancebook="{NAMESPACE}">{one("dc:title", "Alt", about["title"], default)}'
        f"{one('dc:description', 'Alt', about['caption'], default)}{one('dc:creator', 'Seq', about.get('credit') or SOFTWARE)}"
        f"<dc:source>{_markup(_source(about))}</dc:source>{one('iptc:AltTextAccessibility', 'Alt', about['alt'], default)}"
        f"<stancebook:about>{_markup(_json(about))}</stancebook:about></rdf:Description></rdf:RDF>"
    )


def _xmp(about: dict[str, Any]) -> str:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'  # the id is fixed by the XMP specification
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{_rdf(about)}</x:xmpmeta><?xpacket end="r"?>'
    )


def _json(about: dict[str, Any]) -> str:
    """All that is known as one line of ASCII, which every format can hold unchanged."""
    return json.dumps(about, sort_keys=True, allow_nan=False)


def _source(about: dict[str, Any]) -> str:
    debate = about.get("debate")
    return f"{debate['title']} (codebook {debate['version']}, digest {debate['digest']})" if debate else ""


def _markup(text: str) -> str:
    return escape(plain(text))
