import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pandas as pd
import pypdf
import pypdfium2
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from analysis import charts, exports, tables
from analysis.charts import theme
from analysis.exports.captions import latex, markdown
from analysis.exports.drawings import resized, size_of
from analysis.exports.fonts import converter, folders_without_liberation
from analysis.presets import PRESETS

WEB, SINGLE, DOUBLE, SLIDE = (PRESETS[n] for n in ("web", "paper-single", "paper-double", "slide"))
ABOUT = {
    "name": "jam",
    "title": "Who ate the jam?",
    "alt": "Grid of 2 propositions by 2 sources.",
    "caption": "Who ate the jam? Dots: certainty. n = 3 stances and 1 silence. Codings: Ada Coder. Codebook 1.0.",
    "n": 3,
    "notebook": "01-jam.ipynb",
    "parameters": {"debate": "small", "level": 0.95, "sources": ["a", "b"], "coder": None},
    "debate": {"title": "The jam", "version": "1.0", "digest": "ab12"},
    "credit": "Ada Coder",
    "versions": {"altair": "6"},
    "preset": "web",
}
HOSTILE = "]]></metadata><script>x</script> \"q\" 'q' & \x00\x01\x1b\x85 \ufffe 🍓 \ud800 − ✓\r\n\t" + "long " * 1000


@pytest.fixture(autouse=True, scope="module")
def drawn_on_five_values(small):
    charts.use("web", small.scale)


@pytest.fixture(scope="module")
def spec(small):
    return charts.stance_grid(tables.stances(small), "Who ate the jam?", small.credit()).to_dict()


@pytest.fixture(scope="module")
def drawn(spec):
    return exports.drawing(spec)


@pytest.fixture(scope="module")
def files(drawn):
    return {suffix: written(drawn, ABOUT, suffix) for suffix in ("svg", "png", "pdf")}


def written(drawn, about, suffix):
    page, _ = exports.placed(drawn, WEB)
    return exports.png(page, about, 192) if suffix == "png" else getattr(exports, suffix)(page, about)


def plate(width, height, *sizes, line=1.0):
    """A drawing with type of the given sizes and one line."""
    words = "".join(f'<text y="{20 * i}" font-size="{s}px">word</text>' for i, s in enumerate(sizes, 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'{words}<path d="M0,0h9" stroke="#000000" stroke-width="{line}"/></svg>'
    )


def words_in(pdf):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def pixels(pdf):
    return pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().tobytes()


def mm(pdf):
    return [x / 72 * 25.4 for x in pypdfium2.PdfDocument(pdf)[0].get_size()]


# drawings


def test_a_drawing_has_the_same_bytes_whatever_came_before(spec, small, drawn):
    exports.drawing(charts.overview(tables.stances(small), "Other", small.credit()).to_dict())
    assert exports.drawing(spec) == drawn


def test_a_drawing_can_be_read_as_xml_whatever_its_words(small):
    stances = tables.stances(small).assign(text=HOSTILE.replace("\ud800", "")[:60])
    root = ET.fromstring(exports.drawing(charts.stance_grid(stances, "T\x01", small.credit()).to_dict()))
    assert "script" not in {e.tag.rpartition("}")[2] for e in root.iter()}


def test_on_the_web_a_drawing_stays_as_it_is():
    page, place = exports.placed(plate(960, 480, 12), WEB)
    assert page == plate(960, 480, 12)
    assert place == exports.Placement("web", 254, 127, 9, "")


def test_on_paper_a_drawing_is_as_wide_as_its_column():
    page, place = exports.placed(plate(480, 240, 12, 11), SINGLE)
    assert (place.width_mm, place.height_mm, place.note) == (85, 42.5, "")
    assert place.smallest_pt == pytest.approx(11 * 85 / 480 * 72 / 25.4, abs=0.01)
    assert 'width="85mm" height="42.5mm" viewBox="0 0 480 240"' in page


def test_a_small_drawing_is_not_blown_up():
    place = exports.placed(plate(200, 100, 12), SINGLE)[1]
    assert place.smallest_pt == pytest.approx(8, abs=0.01)
    assert place.width_mm == pytest.approx(200 * 8 / 12 / 72 * 25.4, abs=0.01)


def test_what_cannot_be_read_in_one_column_takes_two():
    place = exports.placed(plate(850, 400, 12), SINGLE)[1]
    assert (place.preset, place.width_mm) == ("paper-single", 175)
    assert place.note == "needs more than 85 mm: made at 175 mm, smallest type 7.0 pt"


def test_what_cannot_be_read_on_the_page_says_so():
    assert exports.placed(plate(1400, 400, 12), DOUBLE)[1].note == (
        "smallest type 4.2 pt at 175 mm: print it on a landscape page, where it has 6.0 pt"
    )
    assert exports.placed(plate(3000, 400, 12, line=3), DOUBLE)[1].note == (
        "smallest type 1.9 pt at 175 mm: too much for one page; show less in it, or split it"
    )


def test_a_tall_drawing_stays_on_the_page():
    place = exports.placed(plate(600, 1500, 12), DOUBLE)[1]
    assert (place.width_mm, place.height_mm) == (96, 240)


def test_thin_lines_are_told():
    assert exports.placed(plate(480, 200, 12, line=0.4), SINGLE)[1].note == (
        "thinnest line 0.20 pt: it may vanish in print"
    )
    assert exports.placed(plate(480, 200, 12, line=0.6), SINGLE)[1].note == ""


def test_a_slide_is_a_white_canvas_with_the_drawing_in_its_middle(drawn):
    page, place = exports.placed(drawn, SLIDE)
    assert (place.width_mm, place.height_mm) == (338.67, 190.5)
    picture = Image.open(io.BytesIO(exports.png(page, ABOUT, 144)))
    assert picture.size == (1920, 1080)
    inked = Image.eval(picture.convert("L"), lambda v: 255 - v).getbbox()
    assert inked[0] > 50 and inked[1] > 50
    assert abs((inked[0] + inked[2]) / 2 - 960) < 40 and abs((inked[1] + inked[3]) / 2 - 540) < 40


def test_a_slide_too_full_says_so():
    assert "hard to read" in exports.placed(plate(2000, 900, 12), SLIDE)[1].note
    assert exports.placed(plate(800, 400, 12), SLIDE)[1].note == ""


# what files say of themselves


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
@pytest.mark.parametrize("words", ["plain", HOSTILE], ids=["plain", "hostile"])
def test_every_file_says_what_it_is(drawn, tmp_path, suffix, words):
    about = {**ABOUT, "title": words, "alt": words, "caption": words, "credit": words, "parameters": {"x": words}}
    path = tmp_path / f"jam.{suffix}"
    path.write_bytes(written(drawn, about, suffix))
    assert exports.about_of(path) == about


def test_svg_has_title_alt_text_and_well_formed_metadata(drawn):
    root = ET.fromstring(exports.svg(drawn, {**ABOUT, "alt": HOSTILE}))
    svg, dc = "{http://www.w3.org/2000/svg}", "{http://purl.org/dc/elements/1.1/}"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f-title f-desc"
    assert root.find(f"{svg}title").text == "Who ate the jam?"
    assert "<script>" in root.find(f"{svg}desc").text
    assert "".join(root.find(f".//{dc}title").itertext()) == "Who ate the jam?"
    assert "script" not in {e.tag.rpartition("}")[2] for e in root.iter()}


def test_png_has_title_description_and_resolution(files):
    picture = Image.open(io.BytesIO(files["png"]))
    assert picture.text["Title"] == "Who ate the jam?"
    assert picture.text["Description"] == ABOUT["caption"]
    assert picture.text["Software"].startswith("Stancebook ")
    assert [round(d) for d in picture.info["dpi"]] == [192, 192]


def test_png_is_exact_with_and_without_a_palette(drawn):
    few = plate(60, 30, 12).replace("<text", '<rect width="60" height="30" fill="#ffffff"/><text', 1)
    rainbow = "".join(
        f'<rect x="{i}" width="1" height="30" fill="#{i:02x}{i // 2:02x}{255 - i // 3:02x}"/>' for i in range(256)
    )
    many = (
        few.replace('width="60"', 'width="256"').replace("0 0 60 30", "0 0 256 30").replace("<text", f"{rainbow}<text")
    )
    for drawing, mode in ((few, "P"), (many, "RGB")):
        picture = Image.open(io.BytesIO(exports.png(drawing, ABOUT, 192)))
        plain = Image.open(io.BytesIO(converter().svg_to_png(drawing, scale=2)))
        assert picture.mode == mode
        assert picture.convert("RGB").tobytes() == plain.convert("RGB").tobytes()


def test_a_png_measures_what_its_preset_says(drawn):
    page, place = exports.placed(drawn, SINGLE)
    picture = Image.open(io.BytesIO(exports.png(page, ABOUT, 600)))
    assert picture.width == pytest.approx(place.width_mm / 25.4 * 600, abs=1)


def test_the_grey_proof_is_grey_and_keeps_the_note(files, tmp_path):
    proof = exports.grey(files["png"])
    picture = Image.open(io.BytesIO(proof))
    assert picture.mode == "L"
    assert picture.size == Image.open(io.BytesIO(files["png"])).size
    assert len(picture.getcolors()) > 2
    (tmp_path / "g.png").write_bytes(proof)
    assert exports.about_of(tmp_path / "g.png") == ABOUT
    assert [round(d) for d in picture.info["dpi"]] == [192, 192]


def test_the_png_has_text(drawn):
    without = re.sub(r"<text\b", '<text display="none"', drawn)
    assert len(converter().svg_to_png(drawn)) > 1.5 * len(converter().svg_to_png(without))


def test_the_pdf_has_fonts_and_its_words(files):
    """A font that is not there exports a drawing without any text, and without an error."""
    assert "Who ate the jam?" in words_in(files["pdf"])
    assert "The cook ate the jam." in words_in(files["pdf"])
    assert b"/FontFile2" in files["pdf"]


def test_the_font_test_can_fail(spec):
    missing = json.loads(json.dumps(spec).replace(theme.FONT, "No Such Font"))
    assert "jam" not in words_in(exports.pdf(exports.drawing(missing), ABOUT))


def test_the_pdf_names_itself(files):
    reader = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    assert reader.metadata.title == "Who ate the jam?"
    assert reader.metadata.subject == ABOUT["caption"]
    assert reader.metadata.creator.startswith("Stancebook ")
    assert "01-jam.ipynb" in reader.metadata["/Keywords"]
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.xmp_metadata.dc_title == {"x-default": "Who ate the jam?"}
    assert not {"/CreationDate", "/ModDate"} & reader.metadata.keys()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_putting_a_pdf_in_order_changes_no_word_and_no_pixel(drawn, preset):
    page, place = exports.placed(drawn, preset)
    ordered = exports.pdf(page, ABOUT)
    assert mm(ordered) == pytest.approx([place.width_mm, place.height_mm], abs=0.02)
    width, height = size_of(page)
    head = resized(page, width * 0.75, height * 0.75, "")  # the converter makes a px a pt
    plain = converter().svg_to_pdf(head)
    assert words_in(ordered) == words_in(plain)
    assert pixels(ordered) == pixels(plain)


def test_a_pdf_holds_each_object_once(files):
    """Two copies of the colour profile, and pdfTeX loses one of them when it includes the file."""
    assert files["pdf"].count(b"/N 3\n") == 1


def test_two_processes_make_the_same_bytes(spec, tmp_path):
    code = """
import hashlib, json, sys
from analysis import exports
from analysis.presets import PRESETS
spec, about = json.load(open(sys.argv[1]))
page, place = exports.placed(exports.drawing(spec), PRESETS["paper-double"])
png = exports.png(page, about, 200)
for content in (exports.svg(page, about), png, exports.grey(png), *(exports.pdf(page, about) for _ in range(3))):
    print(hashlib.sha256(content).hexdigest())
"""
    (tmp_path / "in.json").write_text(json.dumps([spec, ABOUT]))
    command = [sys.executable, "-c", code, str(tmp_path / "in.json")]
    runs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (run.communicate()[0].split() for run in runs)
    assert first == second
    assert len(set(first)) == 4  # svg, png, grey, and three times the same PDF


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_a_cut_file_never_ends_in_a_traceback(files, tmp_path, suffix):
    path = tmp_path / f"cut.{suffix}"
    whole = files[suffix]
    for share in range(40):
        path.write_bytes(whole[: len(whole) * share // 40])
        try:
            assert exports.about_of(path) in (None, ABOUT)
        except ValueError as error:
            assert str(error).startswith(f"cut.{suffix}")


def test_foreign_files_say_nothing(tmp_path, drawn):
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    page = io.BytesIO()
    Image.new("RGB", (2, 2)).save(page, "PDF")
    for content in (
        b"",
        b"hello",
        b"\x00" * 99,
        picture.getvalue(),
        page.getvalue(),
        drawn.encode(),
        b"\x89PNG\r\n\x1a\n",
    ):
        (tmp_path / "f").write_bytes(content)
        assert exports.about_of(tmp_path / "f") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 nothing", "f is a damaged or locked PDF"),
        (b"<svg><about", "f is a damaged SVG"),
        (b'<svg xmlns:s="urn:stancebook:about"><s:about>[1]</s:about></svg>', "f: what it says about itself is damaged"),
        (b'<svg xmlns:s="urn:stancebook:about"><s:about>' + b"[" * 90000 + b"</s:about></svg>", "f: what it says about itself is damaged"),
    ],
    ids=["pdf", "svg", "list", "deep"],
)  # fmt: skip
def test_damaged_files_are_told_plainly(tmp_path, content, said):
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        exports.about_of(tmp_path / "f")


def test_an_entity_in_a_drawing_is_not_read(tmp_path):
    bomb = '<!DOCTYPE svg [<!ENTITY a "{&quot;b&quot;: 1}"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    for name in "af":
        (tmp_path / "f").write_text(f'{bomb}<svg xmlns:s="urn:stancebook:about"><s:about>&{name};</s:about></svg>')
        assert exports.about_of(tmp_path / "f") is None


def test_a_missing_file_is_told_plainly(tmp_path):
    with pytest.raises(ValueError, match=r"^none\.svg cannot be opened: No such file"):
        exports.about_of(tmp_path / "none.svg")


# captions


def test_a_caption_says_everything_once():
    text = exports.caption_markdown({**ABOUT, "cite": "Coder, The jam"})
    picture, words = text.split("\n\n")
    assert picture == "![Grid of 2 propositions by 2 sources.](jam.png)"
    assert words == (
        "**Figure.** Who ate the jam? Dots: certainty. n = 3 stances and 1 silence. "
        "Codings: Ada Coder. Codebook 1.0. Cite as: Coder, The jam.\n"
    )


def test_what_a_caption_lacks_is_added():
    bare = {**ABOUT, "title": "The jam", "caption": "The jam. Dots: certainty."}
    assert exports.caption_markdown(bare).endswith("**Figure.** The jam. Dots: certainty. n = 3. Codings: Ada Coder.\n")


def test_a_latex_caption_is_a_figure():
    text = exports.caption_latex({**ABOUT, "width_mm": 85.0, "preset": "paper-single", "alt": "50% of A_1"})
    assert r"\includegraphics[width=85mm,alt={50\% of A\_\allowbreak{}1}]{jam.pdf}" in text
    assert r"\caption[Who ate the jam?]{Who ate the jam? Dots" in text
    assert r"\label{fig:jam}" in text
    assert text.startswith("\\begin{figure}\n") and text.endswith("\\end{figure}\n")
    assert r"\includegraphics[width=\linewidth,alt=" in exports.caption_latex(ABOUT)


# One piece of sound LaTeX: a command that `latex` may write, an escaped character, or one without a meaning of its own.
SOUND = re.compile(
    r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textasciigrave|textbullet|textperiodcentered|dots|allowbreak)\{\}"
    r"|\\symbol\{34\}|\\[{}&%$#_,-]|\$(-|\\[a-z]+(\{1\}\{2\})?)\$|\{[\[\]*]?\}|``|''|---?|~|[^\\{}&%$#_^~<>|\"\[\]*\n\r\t\0]"
)


@given(st.text() | st.text(st.sampled_from("\\{}&%$#_^~<>|\"'`-,[]*−≤“”•… \n\0a")))
def test_no_special_character_reaches_latex(text):
    assert re.fullmatch(f"(?:{SOUND.pattern})*", latex(text))


def test_words_survive_latex():
    assert latex("5% of −2 & “x”…") == r"5\% of $-$2 \& ``x''\dots{}"
    assert latex("a--b ''c'' x,,y") == "a-{}-b '{}'c'{}' x,{},y"


@given(st.text(st.sampled_from("\\|`*_[]<>#~$a \n\r\u2028\x0b")))
def test_words_survive_markdown(text):
    escaped = markdown(text)
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(text.replace("\x0b", " ").split())
    assert not re.search(r"[|`*_\[\]<>#~$]", re.sub(r"\\.", "", escaped))


# tables


DATA = pd.DataFrame(
    {
        "source": ["a_1", "b|2\nc"],
        "ids": [("x", "y"), ()],
        "value": pd.array([-2, None], dtype="Int64"),
        "share": [0.123456, float("nan")],
        "p": [0.04567, 0.00001],
        "core": [True, False],
    }
)


def cells(line):
    return [c.strip() for c in re.split(r"(?<!\\)(?:\\\\)*\|", line)][1:-1]


def test_a_markdown_table_shows_numbers_for_readers():
    lines = exports.table_markdown(DATA, ABOUT).splitlines()
    assert lines[0] == "**Table.** Who ate the jam? n = 3 stances and 1 silence. Codings: Ada Coder. Codebook 1.0."
    assert cells(lines[2]) == ["source", "ids", "value", "share", "p", "core"]
    assert cells(lines[3]) == ["---", "---", "---:", "---:", "---:", "---"]
    assert cells(lines[4]) == [r"a\_1", "x y", "−2", "0.12", "0.046", "yes"]
    assert cells(lines[5]) == [r"b\|2 c", "–", "–", "–", r"\< 0.001", "no"]


def test_a_table_for_a_paper_has_words_instead_of_ids(small):
    head = cells(exports.table_markdown(tables.stances(small), ABOUT).splitlines()[2])
    assert head == ["label", "text", "question label", "status", "value", "certainty", "reason", "qualification"]
    load = pd.DataFrame(
        {"claim": ["a/b"], "source": ["a"], "label": ["Ash"], "text": ["It was."], "claims": [3], "kind": ["x"]}
    )
    assert cells(exports.table_markdown(load, ABOUT).splitlines()[2]) == [
        "label",
        "text",
        "claims",
        "kind",
    ]  # counts, not ids


@given(st.lists(st.text(st.sampled_from("|\\\n\r\u2028`a-:<")), min_size=1, max_size=4))
def test_no_cell_breaks_a_markdown_table(words):
    lines = exports.table_markdown(pd.DataFrame({"a": words, "b|": words}), ABOUT).split("\n")
    assert len(lines) == 2 + 2 + len(words) + 1
    assert all(len(cells(line)) == 2 for line in lines[2:-1])


def test_a_latex_table_has_rules_and_escaped_cells():
    text = exports.table_latex(DATA, ABOUT)
    assert r"\begin{tabular}{llrrrl}" in text
    assert re.findall(r"\\(\w+)rule", text) == ["top", "mid", "bottom"]
    assert r"a\_\allowbreak{}1 & x y & $-$2 & 0.12 & 0.046 & yes \\" in text
    assert r"\label{tab:jam}" in text


def test_a_long_latex_table_runs_over_pages():
    assert r"\begin{longtable}" in exports.table_latex(pd.DataFrame({"a": range(41)}), ABOUT)
    assert r"\begin{tabular}" in exports.table_latex(pd.DataFrame({"a": range(40)}), ABOUT)


@pytest.mark.parametrize("columns", [1, 3, 8, 16])
def test_a_latex_table_fits_the_page(columns):
    data = pd.DataFrame({f"column {i}": ["a proposition of some length " * (i + 5)] for i in range(columns)})
    widths = [float(w) for w in re.findall(r"p\{([\d.]+)mm\}", exports.table_latex(data, ABOUT))]
    assert 0 < sum(widths) <= 175 - 2.1 * columns
    assert exports.table_latex(data, ABOUT).startswith("% too many columns") == (columns == 16)


def test_csv_cells_are_no_formulas():
    data = pd.DataFrame(
        {"text": ['=cmd|" /C calc"!A1', "+1 but", "-2", "@x", "\ty", "plain\r=1+1"], "value": [-1.5, 2, 3, 4, 5, 6]}
    )
    lines = exports.csv_bytes(data).decode().split("\n")
    assert lines[1:6] == ['"\'=cmd|"" /C calc""!A1",-1.5', "'+1 but,2", "-2,3", "'@x,4", "'\ty,5"]
    assert "\r" not in exports.csv_bytes(data).decode()
    assert pd.read_csv(io.BytesIO(exports.csv_bytes(data))).text[5] == "plain\n=1+1"


def test_the_shipped_tables_hold_no_formulas():
    """So the guard changes none of their bytes."""
    for path in (ROOT / "figures").glob("*.csv"):
        data = pd.read_csv(path)
        text = data.select_dtypes("str").fillna("")
        assert text.map(lambda v: v == v.removeprefix("'") and not v.startswith(("=", "+", "@", "-"))).all(axis=None), (
            path
        )


def test_the_machines_own_liberation_is_passed_over_and_other_fonts_are_not(tmp_path):
    for name in (
        "truetype/liberation/LiberationSans-Regular.ttf",
        "truetype/noto/Noto.ttf",
        "opentype/deep/er/Other.otf",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    found = [f.relative_to(tmp_path).as_posix() for f in folders_without_liberation(tmp_path)]
    assert found == ["opentype", "truetype/noto"]
    assert list(folders_without_liberation(tmp_path / "nowhere")) == []


def test_a_picture_is_drawn_as_on_a_machine_without_fonts(tmp_path):
    """The more a test the more fonts the machine has: a Liberation Sans of another version would show."""
    script = "import hashlib, sys; from analysis.exports.fonts import converter; print(hashlib.sha1(converter().svg_to_png(sys.stdin.read())).hexdigest())"
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20" font-family="Liberation Sans">Wagner</text></svg>'
    none = tmp_path / "none.conf"
    none.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>")
    hashes = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=picture,
            env=os.environ | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for more in ({}, {"FONTCONFIG_FILE": str(none)})
    ]
    assert hashes[0] == hashes[1] != ""
