import json
from dataclasses import replace

import checkers
import jsonschema
import pytest
from debates import DRAWN, called, debates, lost
from hypothesis import given, settings

from analysis.exchange import bibliography
from analysis.schemas import Source

FORMS = ["csl", "bibtex", "ris"]


def record(source):
    return source.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_sources_lose_only_our_notes(shipped, form):
    raw, losses = bibliography.dump(shipped, form=form)
    back, made_up = bibliography.load(raw, form)
    assert [s.id for s in back] == list(shipped.sources)
    for source in back:
        now, then = record(source), record(shipped.sources[source.id])
        assert {k for k in then if now.get(k) != then[k]} <= (set() if form == "csl" else {"custom"})
    assert form == "csl" or {
        f"{key}: notes on it (label, genre, addressee, evidence)" for key in shipped.sources
    } <= lost(losses) & lost(made_up)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=80, deadline=None)
@given(debates())
def test_what_does_not_come_back_is_named(form, debate):
    raw, losses = bibliography.dump(debate, form=form)
    back = {s.id: record(s) for s in bibliography.load(raw, form)[0]}
    assert set(back) == set(debate.sources)
    for key, source in debate.sources.items():
        for field, value in record(source).items():
            assert (
                back[key].get(field) == value
                or f"{key}: {'notes on it (label, genre, addressee, evidence)' if field == 'custom' else field}"
                in lost(losses)
            )
    assert form != "csl" or len(losses) == 1


def test_names_dates_and_pages_of_bibtex():
    raw = rb"""
    @string{press = "Cambridge University Press"}
    @article{one, title={The {B}ig \'Etude, 50\% \& more}, author={van der Berg, Jr, Jan and {World Bank} and Donald E. Knuth},
      journal="J", year=2001, month=mar, pages={1--2}, url={http://a.b/c%20d_e}, shelf={A 3}}
    @phdthesis{two, title={T}, author={A. Writer}, school=press, date={1999-12-31}}
    @article{one, title={Again}}
    """
    sources, losses = bibliography.load(raw, "bibtex")
    one, two = map(record, sources)
    assert one["title"] == "The Big Étude, 50% & more" and one["URL"] == "http://a.b/c%20d_e"
    assert one["author"] == [
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr"},
        {"literal": "World Bank"},
        {"family": "Knuth", "given": "Donald E."},
    ]
    assert one["issued"] == {"date-parts": [[2001, 3]]} and one["page"] == "1–2"
    assert two["type"] == "thesis" and two["publisher"] == "Cambridge University Press"
    assert two["issued"] == {"date-parts": [[1999, 12, 31]]}
    assert any("shelf" in name for name in lost(losses)) and any("Duplicate" in name for name in lost(losses))


def test_a_name_that_begins_with_a_macro_keeps_its_first_letter():
    raw = rb"""@book{a, title={T}, year=2001, author={\'{E}mile Zola and \L{}ukasz Kowal and \"Ozil, \"{U}mit AND
      \O{}degaard, J}}"""
    (source,), _ = bibliography.load(raw, "bibtex")
    assert [(n["given"], n["family"]) for n in source.author] == [
        ("Émile", "Zola"), ("Łukasz", "Kowal"), ("Ümit", "Özil"), ("J", "Ødegaard")
    ]  # fmt: skip


def test_bibtex_as_jabref_writes_it():
    raw = rb"""% Encoding: UTF-8
    @Comment{jabref-meta: databaseType:bibtex;}
    @Article{a, author = {M{\"u}ller, J{\"o}rg and Garc{\'\i}a, Jos{\'e} and others}, title = {T}, year = {c. 1999}, file = {:x.pdf:PDF}}
    @Misc{b, title = {no end
    """
    (source,), losses = bibliography.load(raw, "bibtex")
    assert [n["family"] for n in source.author] == ["Müller", "García"]
    assert {"a: author: and others", "a: “c. 1999” is about 1999", "a: file", "line 4: no end is found"} <= lost(losses)


def test_ris_as_others_write_it():
    raw = (
        b"TY  - JOUR\r\nA1  - M\xc3\xbcller, Eva, Jr.\r\nT1  - A title\r\nJO  - A journal\r\nPY  - 2001///\r\n"
        b"SP  - 3\r\nEP  - 9\r\nSN  - 1234-5678\r\nUR  - http://a\r\nUR  - http://b\r\nZZ  - odd\r\nER  - \r\n"
    )
    (source,), losses = bibliography.load(raw, "ris")
    found = record(source)
    assert found["author"] == [{"family": "Müller", "given": "Eva", "suffix": "Jr."}]
    assert (found["page"], found["ISSN"], found["container-title"]) == ("3-9", "1234-5678", "A journal")
    assert found["URL"] == "http://a" and "record 1: UR" in lost(losses)
    assert source.year == 2001 and any(name.endswith("ZZ") for name in lost(losses))


def of_ris(*lines):
    raw = "".join(f"{line}\n" for line in ("TY  - CHAP", "ID  - a", "AU  - Ash, A", "TI  - T", *lines, "ER  - "))
    (source,), losses = bibliography.load(raw.encode(), "ris")
    return record(source), {x.what: x.which for x in losses}.get("field of RIS", ())


@pytest.mark.parametrize(
    ("lines", "issued", "lost"),
    [
        (["PY  - 1996/03/12/Spring"], {"date-parts": [[1996, 3, 12]], "season": 1}, ()),
        (["PY  - 1996///fall"], {"date-parts": [[1996]], "season": 3}, ()),
        (["PY  - 1996///reprint"], {"date-parts": [[1996]]}, ("a: PY",)),
        (["PY  - 1996", "DA  - 1996/03"], {"date-parts": [[1996, 3]]}, ()),
        (["PY  - 1996", "DA  - 1997/03"], {"date-parts": [[1997, 3]]}, ("a: PY",)),
        (["PY  - 1996", "DA  - May 3"], {"date-parts": [[1996]]}, ("a: DA",)),
    ],
)
def test_a_date_of_ris_is_read_with_its_season_and_what_else_it_says_is_named(lines, issued, lost):
    found, named = of_ris(*lines)
    assert (found["issued"], named) == (issued, lost)


def test_editors_and_the_title_of_the_book_are_read_from_ris_and_what_is_left_is_called_by_its_tag():
    found, named = of_ris("BT  - Handbook", "ED  - Elm, E", "A2  - Fir, F", "PY  - 2001", "N1  - mine", "M1  - shelf 12", "C1  - x")  # fmt: skip
    assert found["container-title"] == "Handbook" and [n["family"] for n in found["editor"]] == ["Fir", "Elm"]
    assert found["note"] == "mine" and set(named) == {"a: M1", "a: C1"}
    assert of_ris("BT  - Handbook", "T2  - Another", "PY  - 2001")[1] == ("a: BT",)


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({"editor": [{"family": "Elm"}, {"family": "Fir"}]}, "Elm and Fir 2001"),
        ({"title": "Marbury v. Madison"}, "Marbury v. Madison 2001"),
        ({"title": "An Act to Provide for the Judgment of Appeals in All Cases"}, "An Act to Provide for the Judgment of… 2001"),
        ({"title": ""}, "a 2001"),
        ({"title": "法" * 50}, f"{'法' * 40}… 2001"),
    ],
)  # fmt: skip
def test_no_author_is_made_up_for_a_text_without_one(more, label):
    case = {"id": "a", "type": "legal_case", "title": "T", "issued": {"date-parts": [[2001]]}} | more
    (source,), losses = bibliography.load(json.dumps([case]).encode())
    assert (source.author, source.label) == (None, label)
    assert {x.what: x.which for x in losses}["source without an author"] == ("a",)


@pytest.mark.parametrize("form", FORMS)
def test_what_nobody_has_filled_in_does_not_go_out_as_a_fact(small, form):
    notes = {"label": "Ash 2001", "genre": "to do", "addressee": "pupils", "evidence": "to do"}
    bare = {"id": "s", "type": "book", "title": "to do", "author": [{"literal": "to do"}], "custom": notes}
    raw, losses = bibliography.dump(replace(small, sources={"s": Source.model_validate(bare)}), form=form)
    assert b"to do" not in raw
    unfilled = {x.what: x.which for x in losses}["field of a source that nobody has filled in"]
    assert unfilled == ("s: title", "s: author", "s: notes on it (genre, evidence)")


def test_notes_that_are_not_all_filled_in_come_back_from_csl(small):
    notes = {"label": "Ash 2001", "genre": "to do", "addressee": "pupils", "evidence": "to do"}
    bare = {"id": "s", "type": "book", "title": "to do", "author": [{"literal": "Ash"}], "custom": notes}
    then = Source.model_validate(bare)
    (now,), losses = bibliography.load(bibliography.dump(replace(small, sources={"s": then}))[0])
    assert record(now) == record(then)
    assert {x.what: x.which for x in losses}["field made up"] == ("s: title", "s: genre", "s: evidence")


def test_what_a_record_lacks_is_made_up_and_said():
    (source,), losses = bibliography.load(b'[{"id": "A B", "title": "T", "author": "x", "weird": 1}]')
    assert (source.id, source.type) == ("a-b", "document")
    assert {"A B: type", "A B: weird", "'A B' is a-b"} <= lost(losses)


@pytest.mark.parametrize(
    ("issued", "named"), [("", "a"), (', "issued": {"literal": "in the spring"}', "a: in the spring")]
)
def test_a_year_that_a_record_does_not_state_is_not_made_up(issued, named):
    raw = f'[{{"id": "a", "type": "book", "title": "T", "author": [{{"family": "Ash"}}]{issued}}}]'
    (source,), losses = bibliography.load(raw.encode())
    assert (source.issued, source.year, source.label) == (None, None, "Ash n.d.")
    assert {x.what: x.which for x in losses}["year of a source"] == (named,)


def test_a_season_beside_the_year_is_kept():
    raw = b'[{"id": "a", "title": "T", "author": [{"family": "Ash"}], "issued": {"date-parts": [[2001]], "season": 1}}]'
    (source,), _ = bibliography.load(raw)
    assert source.year == 2001 and source.issued["season"] == 1


@pytest.mark.parametrize(
    ("parts", "days"), [('[["2018", 3, 1]]', [2018, 3, 1]), ('[["2018", "03"]]', [2018, 3]), ('[["-44"]]', [-44])]
)
def test_a_year_in_quotation_marks_as_zotero_writes_it_is_a_year(parts, days):
    raw = f'[{{"id": "a", "title": "T", "author": [{{"family": "Ash"}}], "issued": {{"date-parts": {parts}}}}}]'
    (source,), losses = bibliography.load(raw.encode())
    assert (source.year, source.issued["date-parts"]) == (days[0], [days])
    assert "year of a source" not in {x.what for x in losses}


@pytest.mark.parametrize("parts", ['[["c. 1400"]]', '["2018"]', '"2018"', "[[]]", '[["２０１８"]]', '[[""]]'])
def test_what_is_no_year_leaves_a_source_undated(parts):
    raw = f'[{{"id": "a", "title": "T", "author": [{{"family": "Ash"}}], "issued": {{"date-parts": {parts}}}}}]'
    (source,), losses = bibliography.load(raw.encode())
    assert source.year is None and "year of a source" in {x.what for x in losses}


def of_authors(*names, **more):
    record = {"id": "a", "title": "T", "author": [{"family": n} for n in names], "issued": {"date-parts": [[2001]]}}
    return record | more


def labels(*records):
    return [s.label for s in bibliography.load(json.dumps(records).encode())[0]]


def test_a_label_names_both_of_two_authors_and_of_more_the_first():
    assert labels(of_authors("Ash"), of_authors("Ash", "Birch"), of_authors("Ash", "Birch", "Cedar")) == [
        "Ash 2001", "Ash and Birch 2001", "Ash et al. 2001"
    ]  # fmt: skip
    berg = {"family": "Berg", "non-dropping-particle": "van der"}
    assert labels(of_authors(author=[berg, {"literal": "World Bank"}])) == ["van der Berg and World Bank 2001"]


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        ({"literal": "2020"}, [2020]),
        ({"raw": "2020-03"}, [2020, 3]),
        ({"literal": "Spring 2020"}, [2020]),
        ({"literal": "12.03.2020"}, [2020]),
        ({"literal": "March to May 2020", "circa": True}, [2020]),
    ],
)
def test_a_year_in_words_is_read_kept_and_said(issued, days):
    (source,), losses = bibliography.load(json.dumps([of_authors("Ash", issued=issued)]).encode())
    assert source.issued == issued | {"date-parts": [days]} and source.label == "Ash 2020"
    said = {x.what: x.which for x in losses}
    assert said["date of a source read from words"] == (
        f"a: “{next(iter(issued.values()))}” is {'2020-03' if len(days) == 2 else '2020'}",
    )
    assert "year of a source" not in said


@pytest.mark.parametrize("words", ["2019–2018", "2019/11", "2019–02", "2020–", "–2020", "before 2020", "1998 or 99", "2020?", "20201", "1920s", "in the spring", "2020-00"])  # fmt: skip
def test_words_that_state_no_single_year_leave_a_source_undated(words):
    (source,), losses = bibliography.load(json.dumps([of_authors("Ash", issued={"literal": words})]).encode())
    assert source.year is None
    assert {x.what: x.which for x in losses}["year of a source"] == (f"a: {words}",)


def dated(words):
    """A source of which these words are the date, in each form."""
    return {
        "csl": json.dumps([of_authors("Ash", issued={"literal": words})]),
        "bibtex": f"@book{{a, author={{Ash, A}}, title={{T}}, year={{{words}}}}}",
        "ris": f"TY  - BOOK\nID  - a\nAU  - Ash, A\nTI  - T\nPY  - {words}\nER  - \n",
    }


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("1990/1991", {"date-parts": [[1990], [1991]]}),
        ("1990–91", {"date-parts": [[1990], [1991]]}),
        ("1990--1991", {"date-parts": [[1990], [1991]]}),
        ("[1996]", {"date-parts": [[1996]]}),
        ("c. 2010", {"date-parts": [[2010]], "circa": True}),
        ("[ca. 2010]", {"date-parts": [[2010]], "circa": True}),
        ("2010~", {"date-parts": [[2010]], "circa": True}),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_span_and_a_year_that_is_about_right_are_read_in_every_form_and_said(form, words, read):
    (source,), losses = bibliography.load(dated(words)[form].encode(), form)
    assert source.issued == {"literal": words} | read
    about = "about " if "circa" in read else ""
    said = about + " to ".join(str(year) for [year] in read["date-parts"])
    assert {x.what: x.which for x in losses}["date of a source read from words"] == (f"a: “{words}” is {said}",)


@pytest.mark.parametrize("words", ["forthcoming", "In press"])
@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_is_not_out_yet_has_a_status_in_place_of_a_year(form, words):
    (source,), losses = bibliography.load(dated(words)[form].encode(), form)
    assert (source.year, record(source)["status"], source.label) == (None, words, f"Ash {words}")
    assert {x.what: x.which for x in losses}["source that is not out yet"] == (f"a: {words}",)


def test_a_span_of_biblatex_goes_out_and_comes_back(small):
    span = small.sources["ash-2001"].model_copy(update={"issued": {"date-parts": [[1990, 11], [1991]]}})
    raw, losses = bibliography.dump(replace(small, sources={"ash-2001": span}), form="bibtex")
    assert b"date = {1990-11/1991}" in raw and "ash-2001: issued" not in lost(losses)
    assert bibliography.load(raw, "bibtex")[0][0].issued == span.issued


def test_an_id_that_is_an_address_is_made_from_author_and_year_and_said():
    at, long = "http://zotero.org/users/1/items/A", {"literal": "Joint Committee on Childhood, Media and Sleep of the North"}  # fmt: skip
    records = [of_authors("Lindqvist", id=f"{at}1"), of_authors("Lindqvist", "Osei", id=f"{at}2"), of_authors(id=f"{at}3", author=[long], issued={})]  # fmt: skip
    sources, losses = bibliography.load(json.dumps(records).encode())
    assert [s.id for s in sources] == ["lindqvist-2001", "lindqvist-2001-2", "joint-committee-on-childhood-media"]
    said = {x.what: x.which for x in losses}["id of a source made from its label"]
    assert said[:2] == (f"'{at}1' is lindqvist-2001", f"'{at}2' is lindqvist-2001-2")


def test_a_missing_title_is_said_apart_from_the_notes_that_no_bibliography_has():
    record = of_authors("Ash")
    del record["title"]
    said = {x.what: x.which for x in bibliography.load(json.dumps([of_authors("Ash", id="b"), record]).encode())[1]}
    assert set(said["field made up"]) == {"a: title", "a: type", "b: type"}
    assert len(said["source with notes made up"]) == 2


@pytest.mark.parametrize("raw", [b"{}", b"[1]", b"[]", b"x", b'[{"id": NaN}]', b"[" * 100_000])
def test_what_is_no_csl_is_refused(raw):
    with pytest.raises(ValueError):
        bibliography.load(raw)


def titled(title):
    """The title that BibTeX gives so, and what is said to be LaTeX that is not read."""
    raw = f"@book{{a, author={{Ash, Anna}}, title={{{title}}}, year=2001}}".encode()
    (source,), losses = bibliography.load(raw, "bibtex")
    return source.title, {x.what: x.which for x in losses}.get("LaTeX that is not read", ())


@pytest.mark.parametrize(
    ("latex", "letters"),
    [
        (r"\ss{} \o{} \O{} \l{} \L{} \ae{} \AE{} \oe{} \OE{} \aa{} \AA{} \i{} \j{}", "ß ø Ø ł Ł æ Æ œ Œ å Å ı ȷ"),
        (r"\S{} \P{} \pounds{} \copyright{} \dots{} \textendash{} \textsection{} \euro{}", "§ ¶ £ © … – § €"),
        (r"\& \% \_ \# \$ \textbackslash{} \textasciicircum{} \textasciitilde{}", r"& % _ # $ \ ^ ~"),
        (r"""{\"u} \"{u} \"u \'\i{} \'{\i} {\'\i} {\v r} \c{c} \H{o} \k{a}""", "ü ü ü í í í ř ç ő ą"),
        (r"{\S}~12 \L{}ukasz {\ss}", "§\xa012 Łukasz ß"),
        (r"\emph{a} \textsc{b} {\it c} \mbox{d} \textsuperscript{e} \enquote{f}", "a b c d e “f”"),
        (r"See \href{http://a.b/c%20d}{the page} and \url{http://e.f}", "See the page <http://a.b/c%20d> and <http://e.f>"),
        ("Law & Order: 50% of $5", "Law & Order: 50% of $5"),
    ],
)  # fmt: skip
def test_what_latex_prints_is_read(latex, letters):
    assert titled(latex) == (letters, ())


@pytest.mark.parametrize(
    ("latex", "kept", "named"),
    [
        (r"\BVerfGE{} 7, 198", r"\BVerfGE 7, 198", r"a: \BVerfGE"),
        (r"\BVerfGE 7, 198", r"\BVerfGE 7, 198", r"a: \BVerfGE"),
        (r"After \unknown{Marbury}", r"After \unknown Marbury", r"a: \unknown"),
        (r"After \cite{marbury}", r"After \cite marbury", r"a: \cite"),
    ],
)
def test_a_macro_that_nobody_knows_is_kept_by_name_and_said(latex, kept, named):
    assert titled(latex) == (kept, (named,))


def test_a_title_that_cannot_be_read_as_latex_is_kept_as_it_stands_and_the_others_are_read():
    deep = "{" * 3000 + "}" * 3000
    raw = rf"@book{{a, author={{B, C}}, title={{\S {deep}}}}} @book{{b, author={{B, C}}, title={{\S}}}}".encode()
    (a, b), losses = bibliography.load(raw, "bibtex")
    assert (a.title, b.title) == (rf"\S {deep}", "§") and f"a: {a.title}" in lost(losses)


def test_latex_opens_no_file(tmp_path):
    (tmp_path / "x.tex").write_text("SECRET")
    raw = f"@book{{a, title={{\\input{{{tmp_path}/x}}}}, author={{B, C}}, year=2000}}".encode()
    assert "SECRET" not in bibliography.load(raw, "bibtex")[0][0].title


@pytest.mark.parametrize("which", ["shipped", *DRAWN])
def test_citation_js_takes_every_record(which, request, tmp_path):
    debate = called(which, request)
    file = tmp_path / "sources.json"
    file.write_bytes(bibliography.dump(debate)[0])
    assert int(checkers.node("exchange_csl.js", file)) == len(debate.sources)


@pytest.mark.parametrize("which", ["shipped", *DRAWN])
def test_the_schema_of_csl_holds(which, request):
    csl = jsonschema.Draft7Validator(checkers.schema("commonmeta", "resources/csl-data.json"))
    assert csl.schema["$id"].startswith("https://resource.citationstyles.org/") and not csl.is_valid([{"id": "x"}])
    records = json.loads(bibliography.dump(called(which, request))[0])
    assert [(e.json_path, e.message) for e in csl.iter_errors(records)] == [] and records


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("which", ["shipped", *DRAWN])
def test_a_citation_processor_renders_every_source(which, form, request):
    citeproc = checkers.library("citeproc")
    from citeproc.source.json import CiteProcJSON

    records = [record(s) for s in bibliography.load(bibliography.dump(called(which, request), form=form)[0], form)[0]]
    for r in records:
        r.pop("custom")
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = citeproc.CitationStylesBibliography(style, CiteProcJSON(json.loads(json.dumps(records))), citeproc.formatter.plain)  # fmt: skip
    for r in records:
        made.register(citeproc.Citation([citeproc.CitationItem(r["id"])]))
    printed = [str(entry) for entry in made.bibliography()]
    for r in records:
        name = r["author"][0].get("family") or r["author"][0]["literal"]
        year = str(r["issued"]["date-parts"][0][0]) if "issued" in r else ""
        assert any(name in p and year in p for p in printed)
    assert len(printed) == len(records)


def test_a_number_beyond_all_numbers_is_left_out_and_named():
    raw = b'[{"id": "a", "type": "book", "title": "T", "author": [{"family": "A"}], "volume": 1e999, "issue": 3}]'
    (source,), losses = bibliography.load(raw, "csl")
    assert source.model_extra == {"issue": 3} and "a: volume" in lost(losses)
