"""A debate on any scale → the same on the five values of an import.

Most formats of others could hold the debate's own values, as numbers or names that nobody but us would understand; that our exports and
imports of them have these five alone is a choice of ours.  The tables (csv, xlsx, json) carry any scale whole.
"""

from __future__ import annotations

from dataclasses import replace

from analysis.debate import Debate, debate_with
from analysis.exchange.folders import SCALE
from analysis.exchange.losses import Loss, some
from analysis.schemas import Scale, Stance

OTHERWISE = "our exports and imports of other programs' formats have five values, of which a format without values gets the side: what affirms is +2, with a limit or at most halfway to the end +1, what rejects −2 or −1, what does neither 0; csv, xlsx and json carry any scale whole"
LESSER = "to a lesser degree; no limit is named"


def on_five_values(debate: Debate, coder: str) -> tuple[Debate, list[Loss]]:
    """The debate with every stance on the scale of an import; the values and the stances of a coder that this changes.

    A debate that stands on that scale stays as it is; one that does so but for what must be limited keeps its values and their labels.
    """
    scale = debate.scale
    alike = [v.value for v in scale.ascending] == [v.value for v in SCALE.ascending] and scale.bounds[2] == 0
    if alike and scale.limited == SCALE.limited:
        return debate, []
    codings = {
        key: coding.model_copy(update={"stances": tuple(_on_five_values(s, scale) for s in coding.stances)})
        for key, coding in debate.codings.items()
    }
    book = debate.codebook.model_copy(update={"scale": _five_values(scale, alike)})
    made = debate_with(replace(debate, codebook=book), codings)
    pairs = [
        (f"{key[1]}/{s.proposition}: {scale.shown(s.value)}", s, now)
        for key, coding in debate.codings.items() if key[0] == coder
        for s, now in zip(coding.stances, codings[key].stances, strict=True)
    ]  # fmt: skip
    unlimited = [said for said, s, now in pairs if alike and s.value == now.value and now.qualification == LESSER]
    moved = [said for said, s, now in pairs if said not in unlimited and not (alike and s == now)]
    return made, [
        *some("value of the scale", [] if alike else [scale.named(v.value) for v in scale.ascending], OTHERWISE),
        *some(
            "stance on another scale",
            moved,
            f"its side is written and, where the format has values, whether it goes at most halfway (at +1 and −1 with “{LESSER}”, if it has no limit) or further",
        ),
        *some("stance whose limit is not stated", unlimited, f"its value stays; as +1 and −1 have a limit in what we import, “{LESSER}” stands there"),
    ]  # fmt: skip


def _five_values(scale: Scale, alike: bool) -> Scale:
    """The scale of an import, with this one's levels of certainty and reasons for silence, and its words if the values are the same."""
    if alike:
        values = tuple(v.model_copy(update={"limited": v.value in SCALE.limited}) for v in scale.values)
        return scale.model_copy(update={"values": values})
    return SCALE.model_copy(update={"certainty": scale.certainty, "silences": scale.silences})


def _on_five_values(stance: Stance, scale: Scale) -> Stance:
    side = scale.side(stance.value)
    lesser = stance.qualification or (LESSER if abs(scale.share(stance.value)) <= 0.5 else None)
    limit = lesser if side else None
    return stance.model_copy(update={"value": side * (1 if limit else 2), "qualification": limit})
