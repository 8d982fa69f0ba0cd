"""A figure → its table → the stances it shows → the claims they rest on → where the text says so."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from analysis import exports
from analysis.build import manifest
from analysis.debate import REFERENCE, Debate, load_debate
from analysis.inputs import forget, part_unchanged
from analysis.reading import did_you_mean
from analysis.schemas import NO_PASSAGE, Claim

WIDTH = 100


def trace(
    figure: str, figures: Path, root: Path, source: str | None = None, proposition: str | None = None
) -> dict[str, Any]:
    """The way back from a figure: `figure`, `debate`, `table`, `stances` and `claims`, as plain values.

    `figure`: its name, or a file made by a build, wherever it is now.  `source` and `proposition` keep what concerns these.
    ValueError for a figure that is not known, or whose debate is not here.
    """
    forget()
    about = _about(figure, figures)
    part = about.get("debate")
    if not part:
        raise ValueError(f'the figure "{about["name"]}" was made without a debate')
    parts = [p for p in about.get("also_loaded", []) if p["debate"] == part["debate"]] + [part]
    debate = load_debate(root / part["debate"], *(_any_of(parts, k) for k in ("questions", "sources", "coders")))
    for noun, asked, known in (
        ("source", source, debate.sources),
        ("proposition", proposition, {p.id for p in debate.codebook.propositions}),
    ):
        if asked is not None and asked not in known:
            raise ValueError(f'no {noun} "{asked}" behind this figure; {did_you_mean(asked, known)}')
    rows = _rows(figures, about)
    coder = about["parameters"].get("coder", REFERENCE)
    shown = sorted(_stances_in(rows, debate, coder), key=_in_order(debate))
    stances = [s for s in shown if source in (None, s[0]) and proposition in (None, s[1])]
    told = [_told(debate, coder, *s) for s in stances]
    direct = [] if proposition else [c for c in _claims_in(rows, debate, coder) if source in (None, c[0])]
    named = dict.fromkeys([*((t["source"], c) for t in told for c in t["claims"]), *direct])
    return {
        "figure": about,
        "debate": {**part, "unchanged": all(part_unchanged(p, root) for p in parts)},
        "table": {"file": about.get("data"), "rows": len(rows), "columns": list(rows[0]) if rows else []},
        "stances": told,
        "claims": [_claim(debate, coder, *c) for c in named],
    }


def _any_of(parts: list[dict[str, Any]], kind: str) -> list[str] | None:
    """What any of several parts of a debate holds; None if one holds all."""
    if any(p[kind] is None for p in parts):
        return None
    return list(dict.fromkeys(name for p in parts for name in p[kind]))


def _about(figure: str, figures: Path) -> dict[str, Any]:
    """What is known of a figure: from the file itself if one is named, else from the manifest."""
    entries = {f"{e.get('folder', '')}/{e['name']}".lstrip("/"): e for e in manifest(figures)}
    path = Path(figure)
    if figure in entries:
        return entries[figure]
    if path.suffix in (".svg", ".png", ".pdf") and path.is_file():
        found = exports.about_of(path)
        if found is None:
            raise ValueError(
                f"{figure} does not say where it comes from: it was not made by a build, or was changed since"
            )
        same = ("name", "preset", "parameters", "debate")
        kept = [e for e in entries.values() if all(e.get(k) == found.get(k) for k in same)]
        return {**{k: kept[0].get(k) for k in ("data", "folder")}, **found} if kept else found
    stem = path.stem if path.suffix in (".svg", ".png", ".pdf", ".csv") else figure
    if stem in entries:
        return entries[stem]
    raise ValueError(f'no figure "{figure}" in {figures}; {did_you_mean(stem, entries)}')


def _rows(figures: Path, about: dict[str, Any]) -> list[dict[str, str]]:
    if not about.get("data"):
        return []
    path = figures / (about.get("folder") or "") / about["data"]
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _stances_in(rows: Iterable[dict[str, str]], debate: Debate, coder: str) -> set[tuple[str, str]]:
    """The cells source × proposition that a table speaks of; all that were loaded if it names none."""
    spoken = {
        s: {t.proposition for t in debate.codings[coder, s].stances}
        for s in debate.sources
        if (coder, s) in debate.codings
    }
    every = {p.id for p in debate.codebook.propositions}
    found: set[tuple[str, str]] = set()
    named = False
    for row in rows:
        sources = [row[c] for c in ("source", "source_a", "source_b") if row.get(c) in debate.sources]
        named = named or bool(sources) or "relation" in row or "claim" in row
        if row.get("proposition") in every:
            named = True
            found |= {(s, row["proposition"]) for s in sources or spoken}
        elif "source_a" in row and len(sources) == 2:
            both = spoken.get(sources[0], set()) & spoken.get(sources[1], set())
            found |= {(s, p) for s in sources for p in both}
        for end in ("from", "to"):
            who, _, what = row.get(end, "").partition("/")
            other = row.get("to" if end == "from" else "from", "")
            if what in every and who in debate.sources:
                found.add((who, what))
            elif row.get(end) in every and other.partition("/")[0] in debate.sources:
                found.add((other.partition("/")[0], row[end]))
    return found if named else {(s, p) for s in spoken for p in every}


def _claims_in(rows: Iterable[dict[str, str]], debate: Debate, coder: str) -> list[tuple[str, str]]:
    """The claims that a table names, as source and id, in the order of the table."""
    known = {(s, c.id) for (by, s), coding in debate.codings.items() if by == coder for c in coding.claims}
    found: dict[tuple[str, str], None] = {}
    for row in rows:
        words = [w for column, cell in row.items() if column not in ("text", "why") for w in (cell or "").split()]
        pairs = [tuple(w.split("/", 1)) for w in words if "/" in w]
        if row.get("source") and "proposition" not in row:
            pairs += [(row["source"], w) for w in (row.get("claims") or "").split()]
        found |= {(p[0], p[1]): None for p in pairs if p in known}
    return list(found)


def _in_order(debate: Debate) -> Any:
    sources, propositions = list(debate.sources), [p.id for p in debate.codebook.propositions]
    return lambda cell: (propositions.index(cell[1]), sources.index(cell[0]))


def _told(debate: Debate, coder: str, source: str, proposition: str) -> dict[str, Any]:
    """What a source says on a proposition: a stance, a silence with its reason, or nothing coded."""
    coding = debate.codings.get((coder, source))
    cell = {"source": source, "proposition": proposition, "claims": []}
    for stance in coding.stances if coding else ():
        if stance.proposition == proposition:
            return {**cell, "value": stance.value, "shown": debate.scale.shown(stance.value), "certainty": stance.certainty, "why": stance.why, "qualification": stance.qualification, "claims": list(stance.claims), "limits": list(stance.limits)}  # fmt: skip
    for silence in coding.silences if coding else ():
        if silence.proposition == proposition:
            return {**cell, "silence": silence.reason, "why": silence.why}
    return {**cell, "uncoded": True}


def _claim(debate: Debate, coder: str, source: str, id: str) -> dict[str, Any]:
    claim: Claim = next(c for c in debate.codings[coder, source].claims if c.id == id)
    anchors = [{"start": a.start, "end": a.end} for a in claim.anchors]
    return {"source": source, "claim": id, "text": claim.text, "voice": claim.voice, "holder": claim.holder, "anchors": anchors}  # fmt: skip


def trace_in_words(found: dict[str, Any]) -> str:
    """The trace as lines to read, from the figure to the passages."""
    about, part = found["figure"], found["debate"]
    title = about["title"]
    asked = ", ".join(f"{k} = {v!r}" for k, v in about["parameters"].items())
    versions = ", ".join(f"{k} {v}" for k, v in about["versions"].items())
    state = (
        "the same today"
        if part["unchanged"]
        else "CHANGED since the figure was made: what follows is the coding as it is today"
    )
    narrowed = [f"{k}: {', '.join(part[k])}" for k in ("questions", "sources", "coders") if part[k] is not None]
    table = found["table"]
    lines = [
        f"{about['name']}: {title} (n = {about['n']})",
        f"  made by     {about['notebook']}: {asked}",
        f"  with        {versions}",
        f"  from        {part['debate']}, codebook {part['version']}"
        + (f" ({'; '.join(narrowed)})" if narrowed else ""),
        f"  digest      {part['digest'][:16]}…, {state}",
        f"  its table   {table['file'] or 'not here'}: {table['rows']} rows; {', '.join(table['columns'])}",
        "",
    ]
    claims = {(c["source"], c["claim"]): c for c in found["claims"]}
    shown = set()
    for cell in found["stances"]:
        lines.append(f"{cell['source']} on {cell['proposition']}: {_said(cell)}")
        lines += _indented(cell.get("why", ""), 4)
        for id in cell["claims"]:
            key = (cell["source"], id)
            limits = " (limits it)" if id in cell.get("limits", ()) else ""
            lines += [f"    {key[0]}/{key[1]}{limits}"] if key in shown else _claim_lines(claims[key], limits)
            shown.add(key)
    rest = [c for key, c in claims.items() if key not in shown]
    if rest:
        lines += ["", "Claims named in the table:"] if found["stances"] else ["Claims named in the table:"]
        for claim in rest:
            lines += _claim_lines(claim, "")
    if not found["stances"] and not rest:
        lines.append("No stance or claim stands behind it.")
    return "\n".join(lines)


def _said(cell: dict[str, Any]) -> str:
    if "silence" in cell:
        return f"silent ({cell['silence']})"
    if "uncoded" in cell:
        return "not coded"
    limit = f"; limit: {cell['qualification']}" if cell["qualification"] else ""
    return f"{cell['shown']} (certainty {str(cell['certainty']).replace('-', ' ')}{limit})"


def _claim_lines(claim: dict[str, Any], note: str) -> list[str]:
    holder = f", {claim['holder']}" if claim["holder"] else ""
    lines = [f"    {claim['source']}/{claim['claim']}{note} ({claim['voice']}{holder})", *_indented(claim["text"], 6)]
    return lines + [
        f"      {words}" for words in [f"“{a['start']} … {a['end']}”" for a in claim["anchors"]] or [NO_PASSAGE]
    ]


def _indented(words: str, by: int) -> list[str]:
    return textwrap.wrap(words or "", WIDTH, initial_indent=" " * by, subsequent_indent=" " * by)
