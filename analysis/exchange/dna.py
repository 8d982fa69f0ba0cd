"""Stances ↔ the event list of Discourse Network Analyzer (`statement_id;time;…;text;coder;document_…`), a row a statement.

A statement is a passage in which somebody agrees or disagrees with a concept: here a claim on which a stance rests, its source the person,
the proposition the concept.  `value` and the columns after it are variables of our own, which DNA lets anybody define; an import takes
them if all are there, and a value only where it goes with the agreement.  Quotations are
written as they are, but for an apostrophe before what a spreadsheet would run; DNA itself puts a comma for a semicolon in them and a
single quotation mark for a double one.  The program was not run: the columns are those of its public manual and source, and what is
tested is that the list comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis import passages
from analysis.anchors import Folded, resolution
from analysis.cells import is_formula
from analysis.debate import REFERENCE, Debate
from analysis.exchange import intake, maps
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node, ends, few
from analysis.exchange.shelves import ESCAPED, csv_file
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Anchor, Claim, Coding, Source, Stance

Row = dict[str, Any]
Statement = tuple[
    str, dict[str, str], str, str
]  # its line, its row, the key of its claim, and its side: support or attack
OURS = ["value", "certainty", "why", "limit", "claim", "paraphrase"]
DOCUMENT = ["document_title", "document_author", "document_source", "document_section", "document_type", "document_notes"]  # fmt: skip
COLUMNS = ["statement_id", "time", "person", "organization", "concept", "agreement", *OURS, "start_position", "stop_position", "text", "coder", *DOCUMENT]  # fmt: skip
LONGEST = 190  # characters of the name of an entity in DNA
_BETWEEN = " … "


def dump(debate: Debate, coder: str = REFERENCE, texts: Path | None = None) -> tuple[bytes, list[Loss]]:
    """One coder's stances as statements, a row for each passage; `texts` is the folder of the copies if it is to be quoted."""
    debate, changed = on_five_values(debate, coder)
    copies = passages.copies(debate, texts) if texts else {}
    concepts = {p.id: _short(p.text) for p in debate.codebook.propositions}
    codings = readings(debate, coder)
    rows: list[Row] = []
    quoted: list[str] = []
    for key, coding in codings.items():
        for stance, claim, anchor in _statements(coding):
            said = _quotation(anchor, copies.get(key))
            quoted += [f"{key}/{claim.id}"] if said.get("start_position") is not None else []
            rows.append(
                {"statement_id": len(rows) + 1, "coder": debate.coders[coder].label, "agreement": int(stance.value > 0)}
                | {"concept": concepts[stance.proposition], "value": stance.value, "certainty": stance.certainty}
                | {"why": stance.why, "limit": stance.qualification, "claim": claim.id, "paraphrase": claim.text}
                | said
                | _document(debate.sources[key])
            )
    told = {(r["document_notes"], r["concept"]) for r in rows}
    left = [f"{key}/{s.proposition}" for key, c in codings.items() for s in c.stances if (key, concepts[s.proposition]) not in told]  # fmt: skip
    return csv_file(COLUMNS, rows, ";"), [
        *changed,
        *_of_stances(debate, coder, codings, left, concepts),
        *_of_cells(rows, quoted),
    ]


def load(raw: bytes | dict[str, bytes]) -> tuple[Debate, list[Loss]]:
    """The debate of an event list: concepts as propositions, persons (or organisations, if there are none) as sources, passages as claims."""
    raw = intake.one_file(raw)
    rows = intake.rows_of(raw, {"concept", "agreement", "text"})
    actor = next((a for a in ("person", "organization") if any(r.get(a) for r in rows)), None)
    if not actor:
        raise ValueError("line 1: no column person or organization with a name in it; is it an event list?")
    map = Map(title="Imported event list")
    ours = rows[0].keys() >= set(OURS)  # otherwise a column of such a name is a variable of somebody else's
    statements: dict[tuple[str, str], list[Statement]] = {}
    for i, row in enumerate(rows, 2):
        if not (side := _AGREES.get(row["agreement"].strip().lower())):
            raise ValueError(f"line {i}: the agreement {row['agreement'][:20]!r} is neither 1 nor 0; mend the row")
        if not row["concept"] or not row[actor]:
            map.left.append(f"line {i}: without concept or {actor}")
            continue
        claim = _claim(row, f"line {i}", actor, map, ours)
        statements.setdefault((row[actor], row["concept"]), []).append((f"line {i}", row, claim, side))
    against = [row for (who, concept), said in statements.items() for row in _take(who, concept, said, map, ours)]
    known = {*COLUMNS[:6], "text", *(OURS if ours else ())}
    others = [c for c in rows[0] if (c not in known or c in COLUMNS[:4]) and c != actor]
    map.left += [f"column {c}" for c in others if any(r[c] for r in rows)]
    debate, losses = maps.debate_of(map, "Discourse Network Analyzer")
    untitled = some("title of the debate", [debate.codebook.title], "made up, as the file has none")
    against_said = some("value that is none of −2, −1, 1 and 2, or does not go with the agreement of all statements of its person on its concept", against, "the agreement is followed; certainty, why and limit beside the value are not read")  # fmt: skip
    return debate, [*intake.read_as_windows({"the event list": raw}), *against_said, *losses, *untitled]


# Debate → event list


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _statements(coding: Coding) -> Iterator[tuple[Stance, Claim, Anchor | None]]:
    """The passages in which a source takes a side: of its own claims, those that support a stance other than 0."""
    claims = {c.id: c for c in coding.claims}
    for stance in coding.stances:
        for id in stance.claims if stance.value else ():
            if id in claims and claims[id].voice == "own" and id not in stance.limits:
                yield from ((stance, claims[id], anchor) for anchor in claims[id].anchors or (None,))


def _quotation(anchor: Anchor | None, copy: Folded | None) -> Row:
    """The passage in its copy, or its first and last words; nothing if it is not stated."""
    if anchor is None:
        return {"text": "", "start_position": None, "stop_position": None}
    found = resolution(anchor, copy) if copy else None
    if copy and found and found.found:
        return {"text": copy.text[found.start : found.end], "start_position": found.start, "stop_position": found.end}
    return {"text": f"{anchor.start}{_BETWEEN}{anchor.end}", "start_position": None, "stop_position": None}


def _document(source: Source) -> Row:
    author = "; ".join(
        a.get("literal") or f"{a.get('given', '')} {a.get('family', '')}".strip() for a in source.authors
    )
    about = {"document_title": source.title, "document_author": author, "document_source": source.container_title}
    return {"time": _time(source), "person": _short(source.label), "document_type": source.type, "document_notes": source.id} | about  # fmt: skip


def _time(source: Source) -> str | None:
    """The first moment of the time that a source is dated to."""
    if source.issued is None:
        return None
    days = [*source.issued["date-parts"][0], 1, 1][:3]
    return "-".join(f"{n:0{w}}" for n, w in zip(days, (4, 2, 2), strict=True)) + " 00:00:00"


def _of_stances(debate: Debate, coder: str, codings: dict[str, Coding], left: list[str], concepts: dict[str, str]) -> list[Loss]:  # fmt: skip
    told = {(key, claim.id) for key, c in codings.items() for _, claim, _ in _statements(c)}
    claims = [f"{key}/{c.id}" for key, coding in codings.items() for c in coding.claims]
    return [
        *some("stance that is no statement", left, "it is 0, which is neither agreement nor disagreement, or has no passage of its author's own"),
        *some("claim that is no statement", [c for c in claims if tuple(c.split("/")) not in told], "no stance rests on it, or it is another's view, or a limit"),
        *some("time of a statement", [s.label for s in debate.sources.values() if s.issued is None], "the source has no date; the cell is empty"),
        *some("name that is cut", [p for p, c in concepts.items() if c.endswith("…") and len(c) == LONGEST], f"names in DNA have at most {LONGEST} characters"),
        *unsaid(debate, coder, _UNSAID),
    ]  # fmt: skip


_UNSAID = {
    "stance with a limit": "its agreement is 1 or 0 like that of any other; value and limit beside it are variables of our own",
    "stance to a lesser degree": "its agreement is 1 or 0 like that of any other; the value beside it is a variable of our own",
    "silence": "an event list has what is said",
    "proposition on which a source is not coded": "nothing tells it from a silence",
    "bibliography of a source": "a document has author, title, type and journal, and no more",
} | dict.fromkeys(
    ("link between claims", "mark of the thesis", "weight of a factor, or silence on all", "span of years", "title of the debate", "question", "kind, core mark and note of a proposition", "factor", "coding rule", "part of the codebook", "description of the debate"),
    "no notion of DNA",
)  # fmt: skip


def _of_cells(rows: list[Row], quoted: list[str]) -> list[Loss]:
    formulas = [f"statement {r['statement_id']}: {k}" for r in rows for k, v in r.items() if is_formula(v)]
    binary = [f"statement {r['statement_id']}: {k}" for r in rows for k, v in r.items() if "\0" in str(v)]
    bare = [str(r["statement_id"]) for r in rows if r["text"] and r["start_position"] is None]
    return [
        *some("passage that is quoted whole, so that THE FILE HOLDS PARTS OF THE TEXTS", quoted, "they are under copyright: do not pass the file on"),
        *some("statement with no position and only the ends of its passage", bare, "a passage is under copyright; --with-texts quotes it from your copies"),
        *some("cell with an apostrophe before its text", formulas, ESCAPED),
        *some("cell with the character NUL", binary, "it is replaced by �"),
    ]  # fmt: skip


# Event list → debate

_AGREES = {"1": "support", "true": "support", "0": "attack", "false": "attack"}
_VALUES = {"1": "support", "2": "support", "-1": "attack", "-2": "attack"}  # with the agreement that goes with each


def _claim(row: dict[str, str], place: str, actor: str, map: Map, ours: bool) -> str:
    """Put the concept and the claim of a statement into the map, and return the key of the claim."""
    concept, who = row["concept"], row[actor]
    map.nodes.setdefault(f"concept {concept}", Node(concept, concept, role="proposition"))
    told = ours and row["claim"] and row["paraphrase"]
    key = f"{who}/{row['claim']}" if told else place
    text = row["paraphrase"] if told else f"To do: what is said of “{concept}”?"
    claim = map.nodes.setdefault(key, Node(row["claim"] if told else few(row["text"]) or place, text, data={"anchors": []} | ({"voice": "own"} if told else {}), who=who, role="claim", quoted=not told))  # fmt: skip
    if claim.text != text:
        map.left.append(f"{place}: another paraphrase of {key}")
    if (passage := _ends(row["text"], bool(row.get("start_position")))) and passage not in claim.data["anchors"]:
        claim.data["anchors"].append(passage)
    return key


def _take(who: str, concept: str, statements: list[Statement], map: Map, ours: bool) -> list[str]:
    """Put what somebody's statements say of a concept into the map, and return the values that are not read.

    It is the stance in our own columns, if its value goes with the agreement of all of them; otherwise what follows from that.
    """
    sides = {side for *_, side in statements}
    valued = [(place, row) for place, row, *_ in statements if ours and any(row[k].strip() for k in OURS[:4])]
    sound = [(place, row) for place, row in valued if {_VALUES.get(row["value"].strip())} == sides]
    against = [f"{place}: value {row['value'][:20]}, agreement {row['agreement']}" for place, row in valued if (place, row) not in sound]  # fmt: skip
    if not sound:
        map.relations += [(claim, f"concept {concept}", side) for _, _, claim, side in statements]
        return against
    first, row = sound[0]
    map.left += [f"{place}: value, certainty, why and limit: they are not those of {first}" for place, other in sound[1:] if any(other[k] != row[k] for k in OURS[:4])]  # fmt: skip
    about: Row = {
        "value": int(row["value"]),
        "certainty": int(sure) if (sure := row["certainty"].strip()) in ("1", "2", "3") else sure,
    }
    about |= {"qualification": row["limit"]} if row["limit"] else {}
    data = {"source": who, "proposition": f"concept {concept}", "claims": list(dict.fromkeys(claim for _, _, claim, _ in statements))} | about  # fmt: skip
    map.nodes[f"{who} on {concept}"] = Node(f"{who} on {concept}", row["why"], data=data, role="stance")
    return against


def _ends(words: str, whole: bool) -> dict[str, str] | None:
    """The first and last words of a passage: as they are given, or those of a whole one."""
    start, between, end = words.partition(_BETWEEN)
    return {"start": start, "end": end} if between and not whole else ends(words)
