"""The scales that a debate can begin with.  The words are examples, to be changed in the new debate.yml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.schemas import Scale

Values = list[dict[str, Any]]
FULL, PART, BOTH = (
    "in the author's own voice, and without a limit",
    "for a part, a time or a degree only",
    "Takes the matter up and leaves it open, and says so. Never for a text that says nothing: that is a silence.",
)
SCALES: dict[str, Values] = {
    "five": [
        {"value": 2, "label": "affirms", "rule": f"Says it {FULL}."},
        {"value": 1, "label": "affirms with a limit", "rule": f"Says it, but {PART}. The limit goes into `qualification`.", "limited": True},
        {"value": 0, "label": "weighs both sides", "rule": BOTH},
        {"value": -1, "label": "rejects with a limit", "rule": f"Denies it, but {PART}. The limit goes into `qualification`.", "limited": True},
        {"value": -2, "label": "rejects", "rule": f"Denies it {FULL}."},
    ],
    "three": [
        {"value": 1, "label": "affirms", "rule": "Says it in the author's own voice."},
        {"value": 0, "label": "weighs both sides", "rule": BOTH},
        {"value": -1, "label": "rejects", "rule": "Denies it in the author's own voice."},
    ],
    "seven": [
        {"value": 7, "label": "affirms", "rule": f"Says it {FULL}."},
        {"value": 6, "label": "largely affirms", "rule": "Says it, with a limit that hardly matters."},
        {"value": 5, "label": "rather affirms", "rule": f"Says it, but {PART}."},
        {"value": 4, "label": "weighs both sides", "rule": BOTH},
        {"value": 3, "label": "rather rejects", "rule": f"Denies it, but {PART}."},
        {"value": 2, "label": "largely rejects", "rule": "Denies it, with a limit that hardly matters."},
        {"value": 1, "label": "rejects", "rule": f"Denies it {FULL}."},
    ],
    "yes-no": [
        {"value": 1, "label": "yes", "rule": "Says it in the author's own voice.", "shown": "yes"},
        {"value": 0, "label": "no", "rule": "Denies it in the author's own voice.", "shown": "no"},
    ],
}  # fmt: skip
CERTAINTY = [
    {"value": 3, "label": "sure", "rule": "A passage says it in so many words."},
    {"value": 2, "label": "fairly sure", "rule": "It follows from one or more passages by one plain step."},
    {
        "value": 1,
        "label": "doubtful",
        "rule": "Another careful reader could well read it otherwise, or choose silence.",
    },
]
SILENCES = [
    {"reason": "not-asked", "rule": "The text could have taken the matter up without leaving its subject, and does not."},
    {"reason": "out-of-scope", "rule": "To take it up the text would have had to leave the subject or the years that it sets itself."},
    {"reason": "evaded", "rule": "The text comes to the matter or promises an answer, and gives none."},
]  # fmt: skip


def without_limits(given: Scale) -> Scale:
    """The scale for stances of which nobody said what limits them."""
    words = {1: "partly affirms", -1: "partly rejects"}
    rule = "For a part, a time or a degree only. What limits it is not on record: once every such stance has its `qualification`, set `limited: true`."
    freed = tuple(
        v.model_copy(update={"limited": False, "label": words[v.value], "rule": rule}) if v.limited else v
        for v in given.values
    )
    return given.model_copy(update={"values": freed})


def scale(name: str) -> Scale:
    """The scale of that name."""
    return Scale.model_validate({"values": SCALES[name], "certainty": CERTAINTY, "silences": SILENCES})


def scale_of(numbers: Sequence[int]) -> Scale:
    """A scale of these numbers, which follow one upon another: nobody said more than which is the highest."""
    words = {numbers[0]: "lowest", numbers[-1]: "highest"}
    values = [
        {"value": n, "label": words.get(n, str(n)), "rule": f"To do: what earns a {n}."} for n in reversed(numbers)
    ]
    return Scale.model_validate({"values": values, "certainty": CERTAINTY, "silences": SILENCES})
