"""The records people write by hand: one class for each kind of entry in a debate's files.

A record is frozen and forbids keys it does not know.  What a field means stands beside it;
`data/schema/` (for editors) and `data/README.md` (for people) are generated from here.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="Lower-case letters, digits and hyphens.")]
Text = Annotated[str, Field(min_length=1)]


def _not_a_truth_value(value: Any) -> Any:
    """True is 1 to Python, but `certainty: true` is a slip."""
    if isinstance(value, bool):
        raise ValueError(f"expected a whole number, found {str(value).lower()}; write a whole number")
    return value


Certainty = Annotated[Literal[1, 2, 3], BeforeValidator(_not_a_truth_value)]
NOT_STATED: Final = "not-stated"  # in place of a certainty: nobody said how sure the coder was
CertaintyIfStated = Annotated[Literal[1, 2, 3, "not-stated"], BeforeValidator(_not_a_truth_value)]
Weight = Annotated[Literal[0, 1, 2, 3], BeforeValidator(_not_a_truth_value)]
Kind = Literal["fact", "cause", "judgement", "concept"]
Voice = Literal["own", "reported", "quoted"]
Wording = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$", description="Twelve hexadecimal digits, computed.")]
SilenceReason = Literal["not-asked", "out-of-scope", "evaded"]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# The codebook: debate.yml


class ScaleValue(Record):
    """One value that a stance may take: the higher, the more the proposition is affirmed."""

    value: int = Field(strict=True, ge=-100, le=100)
    label: Text = Field(description="The word shown to readers, e.g. “affirms”.")
    rule: Text = Field(description="What earns this value.")
    limited: bool = Field(
        False, description="True if a stance of this value must name what limits it, in `qualification`."
    )
    shown: Text | None = Field(
        None, max_length=6, description="What stands in a cell instead of the number: a short word, e.g. “yes”."
    )
    middle: bool = Field(
        False,
        description="True if this value takes neither side; needed only where it is not halfway between the lowest and the highest.",
    )


class CertaintyLevel(Record):
    """One level of the coder's certainty about a reading."""

    value: Certainty
    label: Text
    rule: Text


class SilenceRule(Record):
    """When a silence is coded with a given reason."""

    reason: SilenceReason
    rule: Text


class Scale(Record):
    """The values a stance may take, the levels of certainty, and the reasons for silence."""

    values: tuple[ScaleValue, ...] = Field(min_length=1, description="2 to 11 values.")
    certainty: tuple[CertaintyLevel, ...] = Field(min_length=1)
    silences: tuple[SilenceRule, ...] = Field(min_length=1)

    @property
    def ascending(self) -> tuple[ScaleValue, ...]:
        """The values, the lowest first."""
        return tuple(sorted(self.values, key=lambda v: v.value))

    @property
    def bounds(self) -> tuple[float, float, float]:
        """Lowest, highest and middle, as the measures of `agreement` take them."""
        lowest, highest = self.ascending[0].value, self.ascending[-1].value
        declared = [v.value for v in self.values if v.middle]
        return lowest, highest, declared[0] if declared else (lowest + highest) / 2

    @property
    def limited(self) -> frozenset[int]:
        """The values at which a stance names what limits it."""
        return frozenset(v.value for v in self.values if v.limited)

    def side(self, value: float) -> int:
        """On which side of the middle a value is: 1 affirms, −1 rejects, 0 neither."""
        middle = self.bounds[2]
        return (value > middle) - (value < middle)

    def share(self, value: float) -> float:
        """How far a value lies from the middle towards an end: from −1, the lowest, to 1, the highest."""
        lowest, highest, middle = self.bounds
        return (value - middle) / (highest - middle if value > middle else middle - lowest)

    def shown(self, value: float) -> str:
        """A value as readers see it: its own word or its number, with a sign on a scale that lies evenly about 0.

        What lies between two values, as a median may, is shown as both if they have words: “no/yes”.
        """
        lowest, highest, middle = self.bounds
        numbers = [v.value for v in self.ascending]
        words = {v.value: v.shown for v in self.values if v.shown}
        if value in words:
            return words[int(value)]
        if words and value not in numbers and lowest < value < highest:
            below, above = max(n for n in numbers if n < value), min(n for n in numbers if n > value)
            return f"{self.shown(below)}/{self.shown(above)}"
        sign = "+" if lowest == -highest and middle == 0 and value else ""
        return f"{value + 0:{sign}g}".replace("-", "−")

    def label(self, value: int) -> str:
        """The word for a value."""
        return next(v.label for v in self.values if v.value == value)

    def named(self, value: int) -> str:
        """A value with its label: “+2 affirms”, “yes (says so)”, or “yes” if the label says no more."""
        shown, label = self.shown(value), self.label(value)
        if shown.casefold() == label.casefold():
            return label
        return f"{shown} ({label})" if any(v.shown for v in self.values if v.value == value) else f"{shown} {label}"

    def said(self, value: int) -> str:
        """A value's label, with how it is shown: “affirms (+2)”, or “yes” if they are the same."""
        shown, label = self.shown(value), self.label(value)
        return label if shown.casefold() == label.casefold() else f"{label} ({shown})"


class CodingRule(Record):
    """A rule that every coder follows."""

    id: Id
    text: Text


class Proposition(Record):
    """One sentence a historian could affirm or reject, single-barrelled."""

    id: Id
    text: Text
    kind: Kind = Field(description="What sort of sentence it is: a fact, a cause, a judgement or a concept.")
    core: bool = Field(False, description="True if it belongs to the short set for one session.")
    note: Text | None = Field(None, description="For the coder: what counts and what does not.")

    @property
    def wording(self) -> str:
        """A short hash of what a coder reads: the sentence, and the note, which says what counts.  Line breaks count for nothing."""
        said = "\0".join(" ".join((words or "").split()) for words in (self.text, self.note))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Question(Record):
    """What the debate is about; holds propositions."""

    id: Id
    label: Text = Field(description="Two or three words, for charts.")
    text: Text = Field(description="The question in full, ending in a question mark.")
    propositions: tuple[Proposition, ...] = Field(min_length=1)


class Factor(Record):
    """Who or what a source may hold responsible for the outcome."""

    id: Id
    label: Text
    note: Text | None = None


UNNAMED, UNNAMED_LABEL = "all", "All propositions"  # the question of a debate that names none


class Codebook(Record):
    """A debate: its questions, propositions and factors, and the rules by which texts are coded."""

    title: Text
    short_title: Text = Field(description="A few words, for captions.")
    description: Text
    version: Text = Field(description="Changes whenever a proposition is reworded, added or dropped.")
    licence: Text | None = Field(
        None, description="Under which others may use the codings, e.g. “CC BY 4.0”; the page to browse names it."
    )
    scale: Scale
    rules: tuple[CodingRule, ...] = ()
    questions: tuple[Question, ...] = Field(
        min_length=1,
        description="In their place `propositions:` may stand, for a debate of a single question that has no name.",
    )
    factors: tuple[Factor, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_question(cls, values: Any) -> Any:
        """Propositions without questions are those of one question, which asks what the title says."""
        if not isinstance(values, dict) or "propositions" not in values or "questions" in values:
            return values
        rest = {k: v for k, v in values.items() if k != "propositions"}
        text = values.get("title") or UNNAMED_LABEL
        return rest | {
            "questions": [{"id": UNNAMED, "label": UNNAMED_LABEL, "text": text, "propositions": values["propositions"]}]
        }

    @property
    def propositions(self) -> tuple[Proposition, ...]:
        return tuple(p for q in self.questions for p in q.propositions)


# The bibliography: sources.json

UNDATED = "n.d."  # in place of a year that nobody knows


class Notes(Record):
    """What a reader of the comparison must know of a source, beyond its bibliography."""

    label: Text = Field(
        description="A short name that cannot be confused with another source's, e.g. “James Harris 2017”."
    )
    genre: Text
    addressee: Text = Field(description="For whom it was written.")
    evidence: Text = Field(description="The kind of sources it rests on.")
    edition: Text | None = Field(None, description="Which edition was coded, if not the one cited.")
    ties: Text | None = Field(None, description="How it depends on other sources of the debate.")
    begins: Text | None = Field(
        None, description="The words with which the text begins, if copies of it open with other matter."
    )


class Source(BaseModel):
    """A text of the debate: a CSL-JSON record with our notes under `custom`.

    CSL variables other than those named here may be added as CSL defines them.
    """

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    id: Id
    type: Text = Field(description="The CSL type, e.g. `article-journal`.")
    title: Text
    author: tuple[dict[str, str], ...] | None = Field(
        None,
        min_length=1,
        description="CSL names: `family` and `given`. Left out where there is none, as for a case or an edited volume.",
    )
    issued: dict[str, Any] | None = Field(
        None, description="A CSL date: `date-parts`. Left out where the year is not known: “n.d.” is shown then."
    )
    publisher_place: str | None = Field(
        None, alias="publisher-place", description="Where it was published, or `online`."
    )
    container_title: str | None = Field(None, alias="container-title")
    doi: str | None = Field(None, alias="DOI")
    url: str | None = Field(None, alias="URL")
    custom: Notes

    @field_validator("issued")
    @classmethod
    def _year(cls, issued: dict[str, Any] | None) -> dict[str, Any] | None:
        dated = in_numbers(issued)
        if dated is not None and not are_date_parts(dated.get("date-parts")):
            raise ValueError(
                'no year of publication can be read here; write {"date-parts": [[2017]]}, or leave `issued` out if nobody knows it'
            )
        return dated

    @property
    def label(self) -> str:
        return self.custom.label

    @property
    def authors(self) -> tuple[dict[str, str], ...]:
        return self.author or ()

    @property
    def author_names(self) -> list[str]:
        """The authors by their names: “Ada Marsh”, or that of a body."""
        return [f"{a.get('given', '')} {a.get('family', a.get('literal', ''))}".strip() for a in self.authors]

    @property
    def year(self) -> int | None:
        """The year of publication; None if it is not known."""
        return None if self.issued is None else int(self.issued["date-parts"][0][0])

    @property
    def year_in_words(self) -> str:
        return UNDATED if self.year is None else str(self.year)


def name_and_year(label: str) -> tuple[str, str]:
    """The parts of a source's label, “Ash” and “2001” or “n.d.”; no year if it does not end in one."""
    found = re.fullmatch(rf"(.+) (\d{{4}}|{re.escape(UNDATED)})", label, re.DOTALL)
    return (found[1], found[2]) if found else (label, "")


def in_numbers(date: Any) -> Any:
    """A CSL date with its parts as numbers: CSL allows text, too, and Zotero writes a year so."""
    match date:
        case {"date-parts": [*parts]}:
            return date | {"date-parts": [[*map(_number, p)] if isinstance(p, list) else p for p in parts]}
    return date


def _number(part: Any) -> Any:
    return int(part) if isinstance(part, str) and re.fullmatch(r"-?[0-9]{1,4}", part) else part


def are_date_parts(parts: Any) -> bool:
    """Whether these are a day, a month or a year, or the two between which a span lies, in numbers."""
    return (
        isinstance(parts, list)
        and 1 <= len(parts) <= 2
        and all(isinstance(p, list) and 1 <= len(p) <= 3 and all(type(n) is int for n in p) for p in parts)
    )


# The codings: codings/<coder>/<source>.yml


class Anchor(Record):
    """Where the text says it: the first and last few words of the passage, as in a URL text fragment."""

    start: Text = Field(description="The passage's first 4 to 8 words, copied as they stand.")
    end: Text = Field(description="The passage's last 4 to 8 words.")
    prefix: Text | None = Field(None, description="Words just before the passage; only if it occurs twice.")
    suffix: Text | None = Field(None, description="Words just after the passage; only if it occurs twice.")
    letters: int | None = Field(
        None, ge=1, description="How many letters the passage has. Computed by `stancebook seal`, never typed."
    )
    skeleton: str | None = Field(
        None,
        pattern=r"^([0-9a-f]{3}){1,16}$",
        description="Hashes of six letters in each sixteenth of the passage, to confirm what stands between its ends. Computed.",
    )


class Claim(Record):
    """What one source says, paraphrased by the coder."""

    id: Id
    text: Text = Field(description="One sentence in the coder's own words.")
    voice: Voice = Field(
        description="`own`: the author asserts it. `reported`: the author sets out another's view. `quoted`: words of the time used as evidence."
    )
    holder: Text | None = Field(None, description="Whose view it is, if reported or quoted.")
    anchors: tuple[Anchor, ...] = Field(
        description="Its passages; `[]` where nobody said where the text says it, as in a file of another program."
    )
    supports: tuple[Id, ...] = Field((), description="Claims of the same source for which this one is a reason.")
    attacks: tuple[Id, ...] = Field((), description="Claims of the same source that this one is given against.")

    @model_validator(mode="after")
    def _holder(self) -> Claim:
        if self.voice != "own" and not self.holder:
            raise ValueError(f"a {self.voice} claim needs its holder; add `holder: …`, or code it as the author's own")
        if self.voice == "own" and self.holder:
            raise ValueError("an own claim has no holder; remove `holder`, or set `voice: reported`")
        return self


NO_PASSAGE: Final = "passage not stated"  # said of a claim without anchors


class Stance(Record):
    """One source on one proposition."""

    proposition: Id
    value: int = Field(strict=True, description="A value of the debate's scale.")
    certainty: CertaintyIfStated = Field(
        description="The coder's, about the reading: 3 sure, 2 fairly sure, 1 doubtful; `not-stated` where nobody said."
    )
    why: Text = Field(description="What in the text earns this value.")
    claims: tuple[Id, ...] = Field((), description="The claims it rests on; at least one in the author's own voice.")
    limits: tuple[Id, ...] = Field(
        (),
        description="Those among `claims` that limit it, or are conceded to the other side, instead of supporting it.",
    )
    qualification: Text | None = Field(
        None, description="What limits it; required at values marked `limited`, and only there."
    )

    @property
    def certainty_in_words(self) -> str:
        return str(self.certainty).replace("-", " ")

    @property
    def dots(self) -> str:
        """The certainty as charts and cards show it; nothing if it is not stated."""
        return "" if self.certainty == NOT_STATED else "•" * self.certainty


class Silence(Record):
    """A coded absence, with its reason.  A datum; not the same as uncoded, and never the same as 0."""

    proposition: Id
    reason: SilenceReason
    why: Text


class FactorWeight(Record):
    """How far a source holds a factor responsible for the outcome."""

    factor: Id
    weight: Weight = Field(description="3 main cause, 2 important, 1 contributing, 0 considered and denied.")
    why: Text
    claims: tuple[Id, ...] = Field(min_length=1)


class FactorsSilence(Record):
    """Said of a source that does not ask who or what is responsible."""

    reason: SilenceReason
    why: Text


class Span(Record):
    """Years that a source treats, or holds decisive."""

    kind: Literal["treated", "decisive"]
    from_: int = Field(alias="from", ge=-4000, le=3000, strict=True)
    to: int = Field(ge=-4000, le=3000, strict=True)
    label: Text
    claims: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _order(self) -> Span:
        if self.to < self.from_:
            raise ValueError(f"the span ends ({self.to}) before it begins ({self.from_}); swap the years")
        return self


class Coding(Record):
    """Everything one coder says of one source."""

    source: Id
    thesis: tuple[Id, ...] = Field((), description="The claims that state the text's main thesis.")
    claims: tuple[Claim, ...] = ()
    stances: tuple[Stance, ...] = ()
    silences: tuple[Silence, ...] = ()
    factors: tuple[FactorWeight, ...] = ()
    factors_silence: FactorsSilence | None = None
    spans: tuple[Span, ...] = ()
    wordings: dict[Id, Wording] = Field(
        {},
        description="Under which wording each proposition was coded. Computed by `stancebook confirm`, never typed; unknown where it is left out.",
    )

    @property
    def coded(self) -> tuple[str, ...]:
        """The propositions on which something was coded, a stance or a silence."""
        return (*(s.proposition for s in self.stances), *(s.proposition for s in self.silences))


class Coder(Record):
    """Who made the codings of one folder, how and when: codings/<coder>/coder.yml."""

    label: Text = Field(description="The name shown in captions.")
    how: Literal["by hand", "machine-assisted", "machine-assisted, adjudicated", "not stated"]
    date: datetime.date = Field(strict=True, description="Written 2026-01-31.")
    note: Text = Field(description="How the coding was made, for a reader who must decide how far to trust it.")
    stances_only: bool = Field(False, description="True if stances stand without claims and passages.")
    counters: Id | None = Field(
        None,
        description="The coder whose readings these are counter-readings to: where nothing stands here, that coder's are not contested.",
    )


# The exercise before a class codes: calibration.yml


class Trap(Record):
    """A made-up passage that tries one rule of the codebook, and how it is read by that rule."""

    passage: Text = Field(description="Made up, and about another subject than the debate's texts.")
    proposition: Text = Field(description="The sentence put to the passage.")
    value: int | None = Field(None, strict=True, description="A value of the debate's scale, unless it is a silence.")
    certainty: Certainty | None = Field(None, description="With a value, and only with one.")
    qualification: Text | None = Field(None, description="What limits it, at values marked `limited`.")
    silence: SilenceReason | None = Field(None, description="The reason for silence, in place of a value.")
    trap: Text = Field(description="What makes it hard, in a few words.  Shown after the try, like all that follows.")
    rule: Id = Field(description="The rule of the codebook that decides.")
    why: Text = Field(description="How the rule decides here.")

    @property
    def reading(self) -> int | str:
        """The value, or the reason for silence."""
        return self.value if self.value is not None else str(self.silence)

    @model_validator(mode="after")
    def _one_reading(self) -> Trap:
        if (self.value is None) == (self.silence is None):
            raise ValueError("a trap is read as a value or as a silence; give one of `value` and `silence`")
        if (self.value is None) != (self.certainty is None):
            raise ValueError("a value has a certainty, and a silence has none; add or remove `certainty: …`")
        return self


class Calibration(Record):
    """Passages on which a class tries the rules before it codes."""

    about: Text = Field(description="What the passages are about, and that they are made up; shown above them.")
    traps: tuple[Trap, ...] = Field(min_length=1)


# What to build: notebooks/build.yml


class Run(Record):
    """A notebook and the values of its parameters: one run for each combination in `each`."""

    notebook: Text
    each: dict[str, list[Any] | str] = Field(
        {},
        description="Parameter → the values to run it with: a list, or “every question”, “every source”, “every pair” or “every thesis” (the sources that have one) of the debate; for `debate` also “any other”: one that no other entry names for this notebook.",
    )


class Build(Record):
    """The runs that make the figures."""

    each: dict[str, list[Any]] = Field(
        {}, description="The same for all runs whose notebooks have the parameter, e.g. preset: [web, paper-double]."
    )
    runs: tuple[Run, ...] = Field(min_length=1)


FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "debate": ("debate.yml", Codebook),
    "sources": ("sources.json (each record)", Source),
    "coding": ("codings/<coder>/<source>.yml", Coding),
    "coder": ("codings/<coder>/coder.yml", Coder),
    "calibration": ("calibration.yml", Calibration),
    "build": ("notebooks/build.yml", Build),
}
