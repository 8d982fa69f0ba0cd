"""A debate on any scale → the same on the five values of an import, since formats of others know sides and no degrees."""

from __future__ import annotations

from dataclasses import replace

from analysis.debate import Debate, debate_with
from analysis.exchange.folders import SCALE
from analysis.exchange.losses import Loss, some
from analysis.schemas import Scale, Stance

OTHERWISE = "the format knows five values: what affirms is written as +2, with a limit or at most halfway to the end as +1, what rejects as −2 or −1, what does neither as 0"
LESSER = "to a lesser degree; no limit is named"


def on_five_values(debate: Debate, coder: str) -> tuple[Debate, list[Loss]]:
    """The debate with every stance on the scale of an import; the values and the stances of a coder that this changes.

    A debate that stands on that scale stays as it is.
    """
    scale = debate.scale
    if {(v.value, v.limited, v.value == scale.bounds[2]) for v in scale.values} == {
        (v.value, v.limited, v.value == 0) for v in SCALE.values
    }:
        return debate, []
    changed = [
        f"{source}/{s.proposition}: {scale.shown(s.value)}"
        for (name, source), coding in debate.codings.items()
        for s in coding.stances
        if name == coder
    ]
    codings = {
        key: coding.model_copy(update={"stances": tuple(_on_five_values(s, scale) for s in coding.stances)})
        for key, coding in debate.codings.items()
    }
    book = debate.codebook.model_copy(update={"scale": _five_values(scale)})
    return debate_with(replace(debate, codebook=book), codings), [
        *some("value of the scale", [scale.named(v.value) for v in scale.ascending], OTHERWISE),
        *some(
            "stance on another scale",
            changed,
            f"its side is written, and whether it goes at most halfway (at +1 and −1 with “{LESSER}”, if it has no limit) or further",
        ),
    ]


def _five_values(scale: Scale) -> Scale:
    """The scale of an import, with this one's levels of certainty and reasons for silence."""
    return SCALE.model_copy(update={"certainty": scale.certainty, "silences": scale.silences})


def _on_five_values(stance: Stance, scale: Scale) -> Stance:
    side = scale.side(stance.value)
    lesser = stance.qualification or (LESSER if abs(scale.share(stance.value)) <= 0.5 else None)
    limit = lesser if side else None
    return stance.model_copy(update={"value": side * (1 if limit else 2), "qualification": limit})
