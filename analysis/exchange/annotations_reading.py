"""The annotations of others → claims, their targets as sources; the W3C's Web Annotation Data Model, and what Hypothesis exports.

A reader here takes what it reads out of an object; what is in that then is named among what is left.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from analysis.anchors import MAX_WORDS
from analysis.exchange import folders, intake
from analysis.exchange.losses import Loss
from analysis.exchange.maps import Map, Node, ends, few

Values = dict[str, Any]
MOST_LETTERS = 200  # of a value in the loss report
_LISTS = ("items", "@graph", "first", "next", "rows", "annotations")


class _Own(BaseModel):
    """What an annotation of ours says of its claim under a name of our own."""

    source: str
    claim: str
    thesis: bool = False
    anchor: Values | None = None
    voice: Literal["own", "reported", "quoted"]
    holder: str | None = None
    supports: list[str] = []
    attacks: list[str] = []


def claims(values: Any) -> Map:
    """The claims that annotations make of their targets, as a map; ValueError if there are none."""
    values = intake.without_nulls(values)
    labels = _words(values, "label") if isinstance(values, dict) and "target" not in values else []
    map = Map(title=labels[0] if labels else "", left=[f"another label, {label}" for label in labels[1:]])
    found = _annotations(values, map)
    for n, annotation in enumerate(found, 1):
        _take(annotation, f"annotation {n}", map)
    if not map.nodes:
        left = f" ({Loss('part of the file', tuple(map.left), 'not read')})" if map.left else ""
        raise ValueError(f"there is no annotation in it that could be read; is it of this format?{left}")
    return map


def _annotations(values: Any, map: Map) -> list[Any]:
    """The annotations of a list, a page, a collection or what Hypothesis exports, in their order."""
    if isinstance(values, list):
        return [a for value in values for a in _annotations(value, map)]
    if not isinstance(values, dict) or not set(_LISTS) & values.keys() or {"target", "uri"} & values.keys():
        return [values]
    rest = dict(values)
    found = [a for key in _LISTS if isinstance(rest.get(key), (list, dict)) for a in _annotations(rest.pop(key), map)]
    for n, record in enumerate(_many(rest.pop("stancebook:sources", [])), 1):
        if isinstance(record, dict) and isinstance(record.get("id"), str):
            map.sources[record["id"]] = record
        else:
            map.left.append(f"stancebook:sources {n}: no source with an id")
    kind = _word(rest, "type") or "collection"
    map.left += [f"{kind}: a page that is not in the file, {_word(rest, k)}" for k in ("first", "next") if isinstance(rest.get(k), str)]  # fmt: skip
    if rest.get("total") == len(found):
        del rest["total"]
    _leave(rest, kind, map)
    return found


def _take(annotation: Any, place: str, map: Map) -> None:
    """Put the claim that an annotation makes into the map, and what is lost of it among what is left."""
    if not isinstance(annotation, dict):
        map.left.append(f"{place}: not in the file but for {annotation}")
        return
    rest = dict(annotation)
    own = _own(rest, place, map)
    said = [(k, _word(rest, k)) for k in ("text", "bodyValue")] + _bodies(rest.pop("body", []), place, map)
    texts = [words for kind, words in said if kind != "tag" and words]
    tags = [words for kind, words in said if kind == "tag"] + _words(rest, "tags")
    if own:
        _take_own(own, rest, texts, tags, place, map)
        return
    map.left += [f"{place}: tag {t}" for t in tags]
    motives = _words(rest, "motivation")
    if rest.pop("references", None) or "replying" in motives:
        map.left.append(f"{place}: an answer to another annotation: {few(' '.join(texts))}")
        return
    if "questioning" in motives:
        map.left.append(f"{place}: a question, and no claim: {few(' '.join(texts))}")
        return
    map.left += [f"{place}: motivation {m}" for m in motives if m != "describing"]
    targets = _targets(rest.pop("target", []), place, map)
    source = next((name for name, _ in targets if name), "") or _word(rest, "uri")
    if rest.get("uri") == source:
        del rest["uri"]
    anchors = [anchor for name, anchor in targets if anchor and name in (source, "")]
    further = [name for name, _ in targets if name not in (source, "")]
    if not (texts or source or anchors):
        map.left.append(f"{place}: nothing in it that could be read")
        return
    map.left += [f"{place}: a further target, {name}" for name in dict.fromkeys(further)]
    map.left += [] if anchors else [f"{place}: no quotation of two words or more"]
    if _many(rest.get("type")) == ["Annotation"]:
        del rest["type"]
    _leave(rest, place, map)
    text = "\n".join(texts) or folders.TO_DO
    map.nodes[place] = Node(_named(text, place), text, data={"anchors": anchors}, who=source, role="claim", quoted=True)


def _own(rest: Values, place: str, map: Map) -> _Own | None:
    """What an annotation of ours says of its claim; None if it is not ours, or no longer sound."""
    try:
        return intake.shaped(_Own, rest.pop("stancebook:claim")) if "stancebook:claim" in rest else None
    except ValueError as error:
        map.left.append(f"{place}: stancebook:claim: {error}")
        return None


def _take_own(own: _Own, rest: Values, texts: list[str], tags: list[str], place: str, map: Map) -> None:
    """One of our own claims; its further passages come as annotations of their own."""
    map.left += [f"{place}: tag {t}" for t in tags if t not in (own.voice, "thesis")]
    map.left += [f"{place}: body {few(text)}" for text in texts[1:]]
    made = [f"{k} {v.get('name') if isinstance(v, dict) else v}" for k in ("creator", "created") if (v := rest.pop(k, None))]  # fmt: skip
    map.left += [m for m in made if m not in map.left]
    _leave({k: v for k, v in rest.items() if k not in ("type", "motivation", "target")}, place, map)
    key, anchors = f"{own.source}/{own.claim}", [own.anchor] if own.anchor else []
    if key in map.nodes:
        map.nodes[key].data["anchors"] += anchors
        return
    data = {"anchors": anchors, "voice": own.voice} | ({"holder": own.holder} if own.holder else {})
    thesis = ["thesis"] if own.thesis else []
    map.nodes[key] = Node(key, next(iter(texts), ""), tags=thesis, data=data, who=own.source, role="claim")
    map.relations += [(key, f"{own.source}/{c}", "support") for c in own.supports]
    map.relations += [(key, f"{own.source}/{c}", "attack") for c in own.attacks]


def _bodies(body: Any, place: str, map: Map) -> list[tuple[str, str]]:
    """What bodies say in words, each as a text or a tag; of a Choice the first, which the standard has as the default."""
    if isinstance(body, list):
        return [found for b in body for found in _bodies(b, place, map)]
    if isinstance(body, str) and len(body.split()) > 1:  # by the standard an address, which has no blanks
        return [("text", body)]
    if not isinstance(body, dict):
        map.left.append(f"{place}: body {_in_short(body)}, which is no text in the file")
        return []
    rest = dict(body)
    if isinstance(rest.get("items"), list):
        found = _bodies(rest.pop("items"), place, map)
        if rest.get("type") == "Choice":
            map.left += [f"{place}: another choice for its body, {words}" for _, words in found[1:]]
            found = found[:1]
        if rest.get("type") in ("Choice", "Independents"):
            del rest["type"]
        _leave(rest, place, map, "body.")
        return found
    words, purposes = _word(rest, "value"), _words(rest, "purpose")
    for key, usual in (("type", "TextualBody"), ("format", "text/plain")):
        if words and rest.get(key) == usual:
            del rest[key]
    map.left += [f"{place}: body.purpose {p}" for p in purposes if p not in ("describing", "tagging")]
    _leave(rest, place, map, "body.")
    if {"questioning", "replying"} & set(purposes):
        map.left.append(f"{place}: a question or an answer, and no claim: {few(words)}")
        return []
    return [("tag" if "tagging" in purposes else "text", words)] if words else []


def _targets(target: Any, place: str, map: Map) -> list[tuple[str, Values | None]]:
    """The sources that targets are in, each with the anchor of its passage if the target quotes it."""
    if isinstance(target, list):
        return [found for t in target for found in _targets(t, place, map)]
    if not isinstance(target, dict):
        map.left += [] if isinstance(target, str) else [f"{place}: target {_in_short(target)}"]
        return [(target, None)] if isinstance(target, str) else []
    rest = dict(target)
    if isinstance(rest.get("items"), list):
        found = _targets(rest.pop("items"), place, map)
        if rest.get("type") == "Independents":
            del rest["type"]
        _leave(rest, place, map, "target.")
        return found
    source = rest.pop("source") if isinstance(rest.get("source"), (str, dict)) else None
    inner = dict(source) if isinstance(source, dict) else {}
    name = source if isinstance(source, str) else _word(inner, "id") if inner else _word(rest, "id")
    anchor = _anchor(_flat(rest.pop("selector", []), "selector"), place, map)
    _leave(inner, place, map, "target.source.")
    _leave({k: v for k, v in rest.items() if (k, v) != ("type", "SpecificResource")}, place, map, "target.")
    return [(name, anchor)]


def _flat(selector: Any, label: str) -> list[tuple[str, Any]]:
    """A selector and those that refine it, or several, with what each is called; first those that go furthest in."""
    if isinstance(selector, list):
        return [found for s in selector for found in _flat(s, label)]
    if not isinstance(selector, dict):
        return [(label, selector)]
    inner = _flat(selector["refinedBy"], f"{label}.refinedBy") if "refinedBy" in selector else []
    return [*inner, (label, {k: v for k, v in selector.items() if k != "refinedBy"})]


def _anchor(selectors: list[tuple[str, Any]], place: str, map: Map) -> Values | None:
    """The first and last words of the first selector that has them; whatever else the selectors say is left."""
    anchor = None
    for label, selector in selectors:
        rest = dict(selector) if isinstance(selector, dict) else {"id": selector}
        if anchor is None:
            anchor = _of_range(rest, label, place, map) or _of_quotation(rest, place, map)
            if anchor and rest.get("type") in ("TextQuoteSelector", "RangeSelector"):
                del rest["type"]
        if intake.says(rest):
            map.left.append(f"{place}: {label} {_in_short(rest)}".rstrip())
    return anchor


def _of_quotation(rest: Values, place: str, map: Map) -> Values | None:
    exact = rest.get("exact")
    found = ends(exact) if isinstance(exact, str) else None
    if not found:
        return None
    del rest["exact"]
    around = {"prefix": _word(rest, "prefix"), "suffix": _word(rest, "suffix")}
    return _kept(found, around, f"{around['prefix']} {exact} {around['suffix']}", place, map)


def _of_range(rest: Values, label: str, place: str, map: Map) -> Values | None:
    """From the first words of what starts a range to the last of what ends it, which by the standard is beyond the range."""
    first, last = (_flat(rest.get(k, []), f"{label}.{k}") for k in ("startSelector", "endSelector"))
    start, end = _quoting(first), _quoting(last)
    if not start or not end:
        return None
    del rest["startSelector"], rest["endSelector"]
    map.left.append(f"{place}: that its range ends before “{few(end['exact'])}”, with which its passage ends here")
    map.left += [f"{place}: {name} {_in_short(s)}" for name, s in (*first, *last) if s is not start and s is not end]
    words = " ".join(_word(dict(s), k) for s in (start, end) for k in ("prefix", "exact", "suffix"))
    found = {"start": " ".join(start["exact"].split()[:MAX_WORDS]), "end": " ".join(end["exact"].split()[-MAX_WORDS:])}
    return _kept(found, {"prefix": _word(dict(start), "prefix"), "suffix": _word(dict(end), "suffix")}, words, place, map)  # fmt: skip


def _kept(found: Values, around: dict[str, str], words: str, place: str, map: Map) -> Values:
    """The anchor of these ends, with the four nearest words on either side; that there were more words is left."""
    near = {"prefix": " ".join(around["prefix"].split()[-4:]), "suffix": " ".join(around["suffix"].split()[:4])}
    anchor = found | {k: v for k, v in near.items() if v}
    if sum(len(str(v).split()) for v in anchor.values()) < len(words.split()):
        map.left.append(f"{place}: the words of its quotation but for the first and last, and the nearest around these")
    return anchor


def _quoting(selectors: list[tuple[str, Any]]) -> Values | None:
    return next((s for _, s in selectors if isinstance(s, dict) and isinstance(s.get("exact"), str) and s["exact"].strip()), None)  # fmt: skip


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _word(rest: Values, key: str) -> str:
    """The words under a key, taken out; empty, and nothing is taken out, if no words are there."""
    return str(rest.pop(key)) if isinstance(rest.get(key), str) else ""


def _words(rest: Values, key: str) -> list[str]:
    """The words under a key that may be there several times, taken out."""
    found = _many(rest.get(key))
    return _many(rest.pop(key)) if found and all(isinstance(f, str) for f in found) else []


def _leave(rest: Values, place: str, map: Map, within: str = "") -> None:
    """Name what is left of an object; a name that is a mere number, as those of ours are, is not worth it."""
    for key, value in rest.items():
        if intake.says(value) and key != "@context" and not (key == "id" and str(value).startswith("urn:uuid:")):
            map.left.append(f"{place}: {within}{key} {_in_short(value)}".rstrip())


def _in_short(value: Any) -> str:
    """A value in a few words; of an object, its type and what is in it."""
    if isinstance(value, dict):
        inner = ", ".join(f"{k} {_in_short(v)}".rstrip() for k, v in value.items() if k != "type" and intake.says(v))
        words = f"{_in_short(value.get('type'))} {inner}".strip()
    elif isinstance(value, list):
        words = " and ".join(filter(None, map(_in_short, value)))
    else:
        words = str(value) if isinstance(value, (str, int, float)) else ""
    return f"{words[:MOST_LETTERS]}…" if len(words) > MOST_LETTERS else words


def _named(text: str, place: str) -> str:
    return few(text) if text != folders.TO_DO else place
