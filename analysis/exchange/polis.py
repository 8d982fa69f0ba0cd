"""Stances ↔ votes and comments of Polis, as a folder with `votes.csv` and `comments.csv`, and the same as JSON for red-dwarf.

In these files 1 is agree, −1 disagree, 0 pass.  That is the sign of Polis' exports today and of red-dwarf; Polis' own tables, and its
exports of some years, have it the other way round.  An import turns the sign round only if the counts of most comments bear that out,
and always says which of the two it took.  A silence is an absent vote, never a pass.  `key.csv`, which is ours, says which source a
voter is and which proposition a comment.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from analysis.cells import is_formula
from analysis.counts import counted
from analysis.debate import REFERENCE, Debate
from analysis.exchange import intake, maps
from analysis.exchange.losses import Loss, some
from analysis.exchange.maps import Map, Node
from analysis.exchange.shelves import ESCAPED, csv_file, json_file
from analysis.exchange.sides import on_five_values
from analysis.exchange.unsaid import readings, unsaid
from analysis.schemas import Coding

Row = dict[str, Any]
Votes = dict[tuple[str, str], int]  # voter and comment → vote
VOTES = ["timestamp", "datetime", "comment-id", "voter-id", "vote"]
COMMENTS = ["timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body", "is-seed", "is-meta"]  # fmt: skip
KEY = ["kind", "number", "id", "label"]
_WORDS = {1: "agree", 0: "pass", -1: "disagree"}


def dump(debate: Debate, coder: str = REFERENCE) -> tuple[dict[str, bytes], list[Loss]]:
    """One coder's stances as votes: every source a voter, every proposition a comment."""
    debate, changed = on_five_values(debate, coder)
    codings = readings(debate, coder)
    voters = {key: n for n, key in enumerate(debate.sources)}
    comments = {p.id: n for n, p in enumerate(debate.codebook.propositions)}
    day = datetime.datetime.combine(debate.coders[coder].date, datetime.time(), datetime.UTC)
    when: Row = {"timestamp": int(day.timestamp()), "datetime": f"{day:%a %b %d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)"}  # fmt: skip
    votes = [
        when | {"comment-id": comments[s.proposition], "voter-id": voters[key], "vote": (s.value > 0) - (s.value < 0)}
        for key, coding in codings.items()
        for s in coding.stances
    ]
    votes.sort(key=lambda v: (v["comment-id"], v["voter-id"]))
    counts = Counter((v["comment-id"], v["vote"]) for v in votes)
    said = [
        when | {"comment-id": n, "author-id": 0, "agrees": counts[n, 1], "disagrees": counts[n, -1], "moderated": 1, "comment-body": p.text, "is-seed": True, "is-meta": False}
        for n, p in enumerate(debate.codebook.propositions)
    ]  # fmt: skip
    key = [{"kind": "voter", "number": n, "id": k, "label": debate.sources[k].label} for k, n in voters.items()]
    key += [{"kind": "comment", "number": n, "id": k, "label": ""} for k, n in comments.items()]
    made = {
        "votes.csv": csv_file(VOTES, votes),
        "comments.csv": csv_file(COMMENTS, said),
        "key.csv": csv_file(KEY, key),
        "votes.json": json_file([{"pid": v["voter-id"], "tid": v["comment-id"], "vote": v["vote"], "modified": v["timestamp"] * 1000} for v in votes]),
        "comments.json": json_file([{"txt": c["comment-body"], "tid": c["comment-id"], "pid": 0, "created": c["timestamp"] * 1000, "is_seed": True, "is_meta": False, "agree_count": c["agrees"], "disagree_count": c["disagrees"], "mod": 1} for c in said]),
    }  # fmt: skip
    return made, [*changed, *_unsaid(debate, coder, codings)]


def load(raw: bytes | dict[str, bytes]) -> tuple[Debate, list[Loss]]:
    """The debate of a conversation: every comment a proposition, every voter a source with the stances of the votes, and no claims."""
    files = raw if isinstance(raw, dict) else intake.members_of(raw) if raw.startswith(b"PK") else {"votes.csv": raw}
    if "votes.csv" not in files:
        raise ValueError("there is no votes.csv in it; name the folder of a Polis export")
    rows = intake.rows_in(files, "votes.csv", {"comment-id", "voter-id", "vote"})
    comments = {r["comment-id"]: r for r in intake.rows_in(files, "comments.csv", {"comment-id", "comment-body"})}
    key = {(r["kind"], r["number"]): r for r in intake.rows_in(files, "key.csv", set(KEY))}
    map = Map(title="Imported Polis conversation")
    map.left = [f"file {n}" for n in files if n not in {"votes.csv", "comments.csv", "key.csv", "votes.json", "comments.json"}]  # fmt: skip
    votes = _votes(rows, map)
    if not votes:
        raise ValueError("there is no vote in it; is it of this format?")
    sign, taken = _sign(votes, comments.values())
    known = {n for k, n in key if k == "comment"}
    for number in dict.fromkeys([*comments, *(c for _, c in votes)]):
        _take_comment(number, comments.get(number), key.get(("comment", number)), map, ours=number in known)
    voters = [n for k, n in key if k == "voter"]
    for number in dict.fromkeys([*voters, *(v for v, _ in votes)]):
        map.sources[_voter(number, key)] = {}
    for (voter, comment), vote in votes.items():
        data = {"source": _voter(voter, key), "proposition": comment, "value": 2 * vote * sign}
        name = _named(voter, comment, key)
        map.nodes[name] = Node(name, f"Polis: voted {_WORDS[vote * sign]}.", data=data, role="stance")
    debate, losses = maps.debate_of(map, "Polis")
    passes = [_named(v, c, key) for (v, c), vote in votes.items() if not vote]
    return debate, [
        *intake.read_as_windows({n: file for n, file in files.items() if n in ("votes.csv", "comments.csv", "key.csv")}),
        taken,
        *losses,
        *some("title of the debate", [debate.codebook.title], "made up, as the file has none"),
        *some("pass", passes, "written as 0, which here means that both sides are weighed; a voter may have been unsure"),
        *some("stance written as affirming or rejecting without a limit", [_named(v, c, key) for (v, c), vote in votes.items() if vote], "a vote does not say whether something limits it"),
    ]  # fmt: skip


# Debate → Polis


def _unsaid(debate: Debate, coder: str, codings: dict[str, Coding]) -> list[Loss]:
    stances = [(key, s) for key, c in codings.items() for s in c.stances]
    texts = {p.id: p.text for p in debate.codebook.propositions} | {k: s.label for k, s in debate.sources.items()}
    return [
        *some("stance of 0", [f"{key}/{s.proposition}" for key, s in stances if not s.value], "written as pass, which in Polis also means unsure"),
        *unsaid(debate, coder, _UNSAID),
        *some("text with an apostrophe before it", [k for k, t in texts.items() if is_formula(t)], ESCAPED),
        *some("text with the character NUL", [k for k, t in texts.items() if "\0" in t], "it is replaced by �"),
    ]  # fmt: skip


_UNSAID = {
    "stance with a limit": "a vote is whole: with a limit or without, it is agree or disagree",
    "stance to a lesser degree": "a vote is whole: to whatever degree, it is agree or disagree",
    "silence": "an absent vote: Polis cannot tell it from a comment that was not shown",
    "proposition on which a source is not coded": "an absent vote, as a silence is",
    "certainty, reason and limit of a stance": "a vote has none",
} | dict.fromkeys(
    ("claim", "link between claims", "mark of the thesis", "weight of a factor, or silence on all", "span of years", "title of the debate", "question", "kind, core mark and note of a proposition", "factor", "coding rule", "part of the codebook", "description of the debate", "bibliography of a source"),
    "no notion of Polis",
)  # fmt: skip


# Polis → debate


def _votes(rows: list[dict[str, str]], map: Map) -> Votes:
    """The votes as they stand in the file; of several on one comment the latest."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for i, row in enumerate(rows, 2):
        where, when = (row["voter-id"], row["comment-id"]), row.get("timestamp", "").zfill(20)
        if row["vote"].strip() not in ("-1", "0", "1"):
            raise ValueError(f"votes.csv: line {i}: the vote {row['vote'][:20]!r} is none of -1, 0, 1; mend the row")
        if where in found:
            map.left.append(f"a vote of voter {where[0]} on comment {where[1]} that a later one replaces")
        if where not in found or when >= found[where][0]:
            found[where] = (when, int(row["vote"]))
    if "important" in (rows[0] if rows else {}):
        map.left += [f"voter {r['voter-id']} on comment {r['comment-id']}: marked as important" for r in rows if r["important"] == "1"]  # fmt: skip
    return {where: vote for where, (_, vote) in found.items()}


def _sign(votes: Votes, comments: Iterable[dict[str, str]]) -> tuple[int, Loss]:
    """1 if 1 is agree in the votes, −1 if it is disagree; and which of the two was taken, with the counts for and against.

    Agree it is, as in exports of today, unless most of the comments that more agree or more disagree with, by their own counts, have
    exactly these votes the other way round.
    """
    found = Counter((c, vote) for (_, c), vote in votes.items())
    told = [(r["comment-id"], r.get("agrees", "").strip(), r.get("disagrees", "").strip()) for r in comments]
    telling = [(n, a, d) for n, a, d in told if a != d]
    fits = {s: sum((str(found[n, s]), str(found[n, -s])) == (a, d) for n, a, d in telling) for s in (1, -1)}
    sign = -1 if 2 * fits[-1] > len(telling) else 1
    why = f"so the votes fit {fits[sign]} of {counted(len(telling), 'comment')} whose counts in comments.csv can tell; turned round they would fit {fits[-sign]}"
    if 2 * fits[sign] <= len(telling):
        why += ". That decides nothing, and it is the meaning in Polis' exports of today: look at a vote that you know"
    return sign, Loss("meaning of the votes that was taken", (f"1 is {_WORDS[sign]}, −1 {_WORDS[-sign]}",), why)


def _take_comment(
    number: str, comment: dict[str, str] | None, key: dict[str, str] | None, map: Map, ours: bool
) -> None:
    text = comment["comment-body"] if comment else ""
    map.nodes[number] = Node(key["id"] if key else text or f"comment {number}", text or f"To do: comment {number}.", role="proposition")  # fmt: skip
    if comment and not ours:
        odd = {"moderated": ("1", "0", ""), "is-meta": ("false", "")}
        map.left += [f"comment {number}: {k} is {comment[k]}" for k, usual in odd.items() if comment.get(k, "") not in usual]  # fmt: skip
        map.left.append(f"comment {number}: its author and date")


def _named(voter: str, comment: str, key: dict[tuple[str, str], dict[str, str]]) -> str:
    """A vote by its voter and its comment, by their ids where `key.csv` has them."""
    found = key.get(("comment", comment))
    return f"{_voter(voter, key)} on {found['id'] if found else f'comment {comment}'}"


def _voter(number: str, key: dict[tuple[str, str], dict[str, str]]) -> str:
    found = key.get(("voter", number))
    return found["id"] if found else f"Voter {number}"
