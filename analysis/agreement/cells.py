"""A tidy table from anyone → codes and a matrix, or one error that names every bad row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

Scale = tuple[float, float] | tuple[float, float, float]  # low and high, and the middle where it is not halfway
SCALE: Scale = (-2, 2)


def codes(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Whole numbers from 0, one for each distinct entry, and the entries in order; −1 is missing.

    Categories and small whole numbers are taken as they are, which is many times faster than looking each entry up; then
    some entries may have no row.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), column.cat.categories
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf" and len(column):
        given = column.to_numpy()
        missing = np.isnan(given) if given.dtype.kind == "f" else None
        if missing is not None and missing.any():
            given = np.where(missing, 0.0, given)
        low, high = given.min(), given.max()
        whole = given.dtype.kind != "f" or (np.isfinite([low, high]).all() and (given == np.floor(given)).all())
        if whole and int(high) - int(low) <= len(given) and int(low) >= -(2**63) and int(high) < 2**63 - 1:
            low, high = int(low), int(high)
            found = given if low == 0 and missing is None else given.astype("int64") - low
            if missing is not None:
                found[missing] = -1
            return found, pd.RangeIndex(low, high + 1)
    try:
        found, entries = pd.factorize(column, sort=True)
    except TypeError:  # entries of several kinds have no order
        found, entries = pd.factorize(column)
    return found, pd.Index(entries)


def numbers(column: pd.Series, problems: list[str], scale: Scale | None = None) -> np.ndarray:
    """The column as float64, NaN where missing; what is no number, or off the scale, goes to the problems."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        result = column.to_numpy(dtype="float64")
    else:
        result = pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        odd = np.isnan(result) & column.notna().to_numpy()
        if not odd.any():  # numerals written as text are blamed only if nothing else explains the column
            odd = column.map(lambda v: isinstance(v, str)).to_numpy(dtype=bool)
        if odd.any():
            problems.append(complaint("value is not a number", column, odd, "write a number, or nothing for silence"))
    low, high = scale[:2] if scale else (-np.inf, np.inf)
    # the two reductions are cheap; only if they find something is each row looked at
    ends = [np.fmin.reduce(result), np.fmax.reduce(result)] if len(result) else []
    if len(ends) and (ends[0] < low or ends[1] > high or np.isinf(ends).any()):
        with np.errstate(invalid="ignore"):
            off = (result < low) | (result > high) | np.isinf(result)
        cure = f"keep to {low:g} … {high:g}, or pass the scale you use, e.g. scale=(1, 5)" if scale else "give a number"
        problems.append(complaint("value is off the scale" if scale else "value is infinite", column, off, cure))
    return result


def required(table: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse a table without these columns."""
    absent = [c for c in columns if c not in table.columns]
    if absent:
        has = ", ".join(map(str, table.columns)) or "none"
        raise ValueError(f"no column {', '.join(absent)}; the table has: {has}")


def positions(
    table: pd.DataFrame, keys: list[str], problems: list[str]
) -> tuple[np.ndarray, list[np.ndarray], list[pd.Index]]:
    """For each row one number that stands for its keys, then each key's codes and entries.

    Rows without a key, and rows whose keys were given before, go to the problems.
    """
    found = [codes(table[key]) for key in keys]
    flat, size = np.zeros(1, "int64"), 1
    for (code, entries), key in zip(found, keys, strict=True):
        if len(code) and code.min() < 0:
            problems.append(complaint(f"no {key} is given", table[key], code < 0, "fill it in"))
        flat = code + flat * len(entries)
        size *= len(entries)
    if not problems and len(flat):
        if size > 20 * len(flat) + 1000:
            distinct = len(np.unique(flat))
        else:
            seen = np.zeros(size, bool)
            seen[flat] = True
            distinct = int(np.count_nonzero(seen))
        if distinct < len(flat):
            problems.append(_doubled(table, keys))
    return flat, [c for c, _ in found], [e for _, e in found]


def values(stances: pd.DataFrame, scale: Scale = SCALE) -> pd.DataFrame:
    """The values as a matrix, propositions × sources, both sorted, NaN for silence.

    `stances`: columns `source, proposition, value`, one coder.  Raises ValueError with every problem at once, each with
    its rows: a value that is no number or off the scale, a source × proposition given twice, a missing id.
    """
    required(stances, ("source", "proposition", "value"))
    if not -np.inf < scale[0] < middle_of(scale) < scale[1] < np.inf:
        raise ValueError(f"a scale goes from low to high, like (-2, 2), with its middle between; this is {scale}")
    problems: list[str] = []
    given = numbers(stances["value"], problems, scale)
    flat, found, (sources, propositions) = positions(stances, ["source", "proposition"], problems)
    if problems:
        raise ValueError("\n".join(problems))
    matrix = np.full(len(sources) * len(propositions), np.nan)
    matrix[flat] = given
    wide = pd.DataFrame(
        matrix.reshape(len(sources), len(propositions)).T, index=propositions, columns=sources, copy=False
    )
    if len(flat) == matrix.size:
        return wide.rename_axis(index="proposition", columns="source")
    spoken, speaking = (np.bincount(c, minlength=len(e)) > 0 for c, e in zip(found[::-1], wide.axes, strict=True))
    if not (spoken.all() and speaking.all()):
        wide = wide.loc[spoken, speaking]
    return wide.rename_axis(index="proposition", columns="source")


def at_least_one(draws: int) -> None:
    """Refuse to draw nothing."""
    if draws < 1:
        raise ValueError(f"draws must be at least 1; this is {draws}")


def middle_of(scale: Scale) -> float:
    """The value that takes neither side: halfway, unless the scale says otherwise."""
    return scale[2] if len(scale) > 2 else (scale[0] + scale[1]) / 2


def sign(matrix: Any, scale: Scale) -> Any:
    """−1, 0 or 1: below, at or above the middle of the scale; NaN stays."""
    return np.sign(matrix - middle_of(scale))


def flipped(value: float, scale: Scale) -> float:
    """The value on the other side of the middle, as far towards its end."""
    middle = middle_of(scale)
    below, above = middle - scale[0], scale[1] - middle
    return middle - (value - middle) * (below / above if value > middle else above / below)


def _rows(table: pd.DataFrame | pd.Series, at: np.ndarray) -> str:
    named = list(map(str, table.index[at][:5]))
    more = int(at.sum()) - len(named)
    return f"rows {', '.join(named)}" + (f" and {more} more" if more else "")


def complaint(problem: str, column: pd.Series, at: np.ndarray, cure: str) -> str:
    """What is wrong with the marked rows of a column: the first few entries and rows, and the cure."""
    shown = ", ".join(dict.fromkeys(repr(v) if isinstance(v, str) else str(v) for v in column[at][:5]))
    return f"{problem}: {shown} ({_rows(column, at)}); {cure}"


def _doubled(table: pd.DataFrame, keys: list[str]) -> str:
    at = table.duplicated(keys, keep=False).to_numpy()
    coders = table.loc[at, "coder"].unique() if "coder" in table and "coder" not in keys else []
    cure = (
        f"the table holds several coders ({', '.join(map(str, coders))}): choose one, as in stances[stances.coder == {coders[0]!r}]"
        if len(coders) > 1
        else "keep one row for each"
    )
    return f"{' × '.join(keys)} is given more than once ({_rows(table, at)}); {cure}"
