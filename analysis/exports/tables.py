"""The table behind a figure → CSV, and tables for papers in Markdown and LaTeX.  Every cell is text that others wrote."""

from __future__ import annotations

import math
import numbers
import re
from typing import Any

import numpy as np
import pandas as pd

from analysis.exports.captions import latex, markdown, sentence, unsaid
from analysis.exports.drawings import plain

MISSING = "–"
INSTEAD = {"source": "label", "proposition": "text", "claim": "text", "question": "question_label", "factor": "factor_label", "from": "from_text", "to": "to_text"}  # fmt: skip
LONG = 40  # rows above which a LaTeX table runs over pages


def csv_bytes(data: pd.DataFrame) -> bytes:
    """The table as CSV; ids in a tuple are separated by spaces.

    Words that a spreadsheet would take for a formula get an apostrophe in front; numbers stay as they are.
    """
    return data.map(_safe).to_csv(index=False, lineterminator="\n", float_format="%.6g").encode()


def _safe(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        value = " ".join(map(str, value))
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    formula = value.startswith(("=", "+", "-", "@", "\t", "\n")) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", value)
    return f"'{value}" if formula else value


def _for_paper(data: pd.DataFrame) -> pd.DataFrame:
    """The columns that a reader of a paper wants: words instead of ids, no reasons of a paragraph's length.  The CSV has all."""
    ids = [id for id, words in INSTEAD.items() if words in data]
    left_out = ["why", "coder", *(["kind", "core"] if "proposition" in data else [])]
    left_out += ["claims"] if "claims" in data and not _is_number(data["claims"]) else []
    wanted = [c for c in data.columns if c not in ids and c not in left_out]
    return data[wanted] if wanted else data


def table_markdown(data: pd.DataFrame, about: dict[str, Any]) -> str:
    """The table as GitHub, pandoc and Jupyter read it, with its title, n and credit above; ids and long reasons are left to the CSV."""
    data = _for_paper(data)
    rule = ["---:" if _is_number(data[c]) else "---" for c in data.columns]
    head = [markdown(_head(c)) for c in data.columns]
    rows = [head, rule, *([markdown(cell) for cell in row] for row in _rows(data))]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"**Table.** {markdown(_table_caption(about))}\n\n{lines}\n"


def table_latex(data: pd.DataFrame, about: dict[str, Any]) -> str:
    """The table for LaTeX, within 175 mm; over pages if it has more than 40 rows.  Needs booktabs, array and longtable.

    Ids and long reasons are left to the CSV.
    """
    data = _for_paper(data)
    rows = _rows(data)
    size, columns = _columns([[_head(c) for c in data.columns], *rows], [_is_number(data[c]) for c in data.columns])
    head = _latex_row([_head(c) for c in data.columns])
    body = "\n".join(_latex_row(row) for row in rows)
    caption = f"\\caption[{latex(about['title'])}]{{{latex(_table_caption(about))}}}\\label{{tab:{about['name']}}}"
    warning = "% too many columns for type that can be read: leave some out\n" if size == "tiny" else ""
    if len(rows) > LONG:
        return (
            f"{warning}{{\\{size}\\setlength{{\\tabcolsep}}{{3pt}}\\setlength{{\\LTcapwidth}}{{\\linewidth}}\n\\begin{{longtable}}{{{columns}}}\n{caption}\\\\\n"
            f"\\toprule\n{head}\n\\midrule\n\\endfirsthead\n\\toprule\n{head}\n\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
            f"{body}\n\\end{{longtable}}}}\n"
        )
    return (
        f"{warning}\\begin{{table}}\n\\centering\n{caption}\n\\{size}\\setlength{{\\tabcolsep}}{{3pt}}\n\\begin{{tabular}}{{{columns}}}\n"
        f"\\toprule\n{head}\n\\midrule\n{body}\n\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n"
    )


def _table_caption(about: dict[str, Any]) -> str:
    """Title, n, who coded and how to cite; what a caption says of colours and marks is not for a table."""
    found = re.search(r"\bn = .*", about["caption"], re.DOTALL)
    rest = found[0].strip() if found else ""
    return " ".join([sentence(about["title"].strip()), *([sentence(rest)] if rest else []), *unsaid(about, rest)])


def _head(column: object) -> str:
    return " ".join(plain(str(column)).replace("_", " ").split()) or MISSING


def _is_number(column: pd.Series) -> bool:
    values = [v for v in column if not _is_missing(v)]
    return bool(values) and all(isinstance(v, numbers.Real) and not isinstance(v, (bool, np.bool_)) for v in values)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (not isinstance(value, (tuple, list)) and value != value)


def _rows(data: pd.DataFrame) -> list[list[str]]:
    """The cells as words: ids separated by spaces, true minus signs, as many decimals in a column as it needs, 3 at most."""
    columns = []
    for column in data.columns:
        decimals = _decimals(data[column])
        columns.append([_words(v, decimals) for v in data[column]])
    return [list(row) for row in zip(*columns, strict=True)]


def _decimals(column: pd.Series) -> int:
    found = [abs(float(v)) for v in column if isinstance(v, numbers.Real) and math.isfinite(v)]
    if all(v.is_integer() for v in found):
        return 0
    return 3 if any(0 < v < 0.1 for v in found) else 2


def _words(value: Any, decimals: int) -> str:
    if isinstance(value, (tuple, list)):
        value = " ".join(map(str, value))
    if _is_missing(value):
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, numbers.Integral):
        return str(int(value)).replace("-", "−")
    if isinstance(value, numbers.Real):
        value = float(value)
        if 0 < abs(value) < 0.5 * 10**-decimals:
            return f"{'> −' if value < 0 else '< '}{10**-decimals:.{decimals}f}"
        return f"{value:.{decimals}f}".replace("-", "−")
    return " ".join(plain(str(value)).split()) or MISSING


SIZES = {"small": 1.75, "footnotesize": 1.6, "scriptsize": 1.45, "tiny": 1.3}  # mm that a character takes, generously


def _columns(rows: list[list[str]], numeric: list[bool]) -> tuple[str, str]:
    """A size of type and LaTeX columns that keep a table within 175 mm, in the largest type that lets every word fit.

    Long cells wrap.  If there are so many columns that not even the smallest type lets every word fit, words are broken.
    """
    columns = list(zip(*rows, strict=True))
    natural = [max(map(len, column)) for column in columns]
    words = [max(len(w) for cell in column for w in re.split(r"(?<=[-_\s])", cell)) for column in columns]
    room = 175 - 2.2 * len(columns)  # between columns, 3 pt on each side
    size = next((s for s, mm in SIZES.items() if sum(words) * mm <= room), "tiny")
    wanted = [n * SIZES[size] for n in natural]
    widths = _shared(wanted, [w * SIZES[size] for w in words], room)
    kinds = (
        ("r" if right else "l")
        if width >= want
        else f">{{\\raggedright\\arraybackslash\\hspace{{0pt}}}}p{{{width:.1f}mm}}"
        for width, want, right in zip(widths, wanted, numeric, strict=True)
    )
    return size, "".join(kinds)


def _shared(wanted: list[float], least: list[float], room: float) -> list[float]:
    """A room shared out: every column gets its least, and of the rest what it wants, or an equal share."""
    widths = [w * min(1, room / sum(least)) for w in least]
    while rest := [i for i, w in enumerate(widths) if w < wanted[i] - 0.01 and sum(widths) < room - 0.01]:
        share = (room - sum(widths)) / len(rest)
        for i in rest:
            widths[i] = min(wanted[i], widths[i] + share)
    return widths


def _latex_row(cells: list[str]) -> str:
    return " & ".join(map(latex, cells)) + r" \\"
