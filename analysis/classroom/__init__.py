"""The codings of a class → who is done, where its students differ, who should talk with whom, who moved; each with its n.

Tables in, tables out.  A student is known by the name that `names` gives and by nothing else: what comes after `readings` has never
seen a folder or a label.  A silence is a reading of its own, never the value 0; what nobody coded has no reading at all.

| file | asks |
|---|---|
| `names` | what is a student called? |
| `readings` | who read what, of what was asked? |
| `rounds` | what was read in the first round, and in the second? |
| `coders` | what would it be to explore their codings? |
| `completeness` | who is done? |
| `discussion` | which cells are worth an hour? |
| `partners` | who should talk with whom? |
| `habits` | whose coding is unlike the others', or too much like one? |
| `revision` | who moved, and towards whom? |
| `words` | how are their tables headed? |
"""

from analysis.classroom.coders import with_class
from analysis.classroom.completeness import completeness, completeness_in_words
from analysis.classroom.discussion import against_reference, between_students, between_texts
from analysis.classroom.habits import habits_in_words, leanings, lookalikes, reported_as_own
from analysis.classroom.names import KEY, names
from analysis.classroom.partners import companions, pairs, partners, partners_in_words
from analysis.classroom.readings import asked, credit, placed, ratings, readings, tallies
from analysis.classroom.revision import attendance_in_words, changes, moves, moves_in_words, reasons_given, slopes
from analysis.classroom.rounds import Rounds, load_rounds
from analysis.classroom.words import in_words

__all__ = [
    "KEY", "Rounds", "against_reference", "asked", "attendance_in_words", "between_students", "between_texts", "changes", "companions", "completeness",
    "completeness_in_words", "credit", "habits_in_words", "in_words", "leanings", "load_rounds", "lookalikes", "moves", "moves_in_words", "names", "pairs",
    "partners", "partners_in_words", "placed", "ratings", "readings", "reasons_given", "reported_as_own", "slopes", "tallies", "with_class",
]  # fmt: skip
