"""Read JSON as strictly as a body is read: no floats, no name twice, no number a reader might change.

What was read keeps its place, so that a problem can be named by file and line.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from evenhand.errors import InputError, reason, refuse
from evenhand.sentence import Sentence

STANDARD_INPUT = "-"
_LARGEST = 2**53 - 1


class Placed(NamedTuple):
    """A value with the place it was read at."""

    place: str
    value: Any


class _FormError(ValueError):
    """Raised inside the decoder; its text is a problem in words."""


def read_text(name: str) -> str:
    """Read a file, or standard input for ``-``. Raises ``InputError`` if it cannot be read as UTF-8."""
    shown = shown_name(name)
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            Sentence(
                "{shown}: not UTF-8 from byte {start} on; write it again as UTF-8", shown=shown, start=error.start + 1
            )
        ) from None
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else Sentence("not the name of a file")
        raise InputError(Sentence("{shown}: cannot be read: {why}", shown=shown, why=why)) from None


def shown_name(name: str) -> str:
    """Name a file, or standard input, in a message."""
    return Sentence("standard input") if name == STANDARD_INPUT else name


def read_values(text: str, where: str, *, points: bool = False) -> list[Placed]:
    """Read one JSON value, an array's members, or one value a line. Raises ``InputError`` naming every bad place."""
    lines = text.split("\n")  # splitlines would also break at U+2028, which a JSON string may hold
    if sum(1 for line in lines if line.strip()) > 1 and _whole(lines, points=points):
        return _by_line(lines, where, points=points)
    value: Any = read_value(text, where, points=points) if text.strip() else []
    if isinstance(value, list):
        return [Placed(f"{where}[{number}]", each) for number, each in enumerate(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON of any shape
    return [Placed(where, value)]


def read_value(text: str, where: str, *, points: bool = False) -> Any:
    """Read exactly one JSON value. With ``points``, numbers may have decimals. Raises ``InputError``."""
    try:
        value = json.loads(
            text,
            parse_float=Decimal if points else _no_float,
            parse_constant=_no_float,
            parse_int=_whole_number,
            object_pairs_hook=_once_each,
        )
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except json.JSONDecodeError as error:
        raise InputError(
            Sentence(
                "{where}: not JSON from line {lineno}, column {colno} on",
                where=where,
                lineno=error.lineno,
                colno=error.colno,
            )
        ) from None
    except _FormError as error:
        raise InputError(Sentence("{where}: {error}", where=where, error=error)) from None
    except RecursionError:
        raise InputError(Sentence("{where}: nested deeper than 32", where=where)) from None
    except UnicodeEncodeError:
        raise InputError(Sentence("{where}: half of a surrogate pair, which is no character", where=where)) from None
    return value


def _whole(lines: list[str], *, points: bool) -> bool:
    """Say whether the first line with anything on it is one JSON object by itself, whatever else is wrong with it."""
    first = next(line for line in lines if line.strip())
    try:
        return isinstance(json.loads(first, parse_float=Decimal if points else None), dict)
    except (ValueError, RecursionError):
        return False


def _by_line(lines: list[str], where: str, *, points: bool) -> list[Placed]:
    found: list[Placed] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(Placed(f"{where}:{number}", read_value(line, f"{where}:{number}", points=points)))
        except InputError as error:
            problems.extend(error.problems)
    refuse(problems)
    return found


def _no_float(_: str) -> NoReturn:
    raise _FormError(
        Sentence("a number is not an integer: floats are refused; write micro-points (0.6 is 600000), or give --points")
    )


def _whole_number(digits: str) -> int:
    if digits == "-0":
        raise _FormError(Sentence("a number is -0; write 0"))
    if len(digits) > len(str(_LARGEST)) + 1 or abs(int(digits)) > _LARGEST:
        raise _FormError(Sentence("an integer is outside ±(2^53 - 1), so not every reader keeps it exactly"))
    return int(digits)


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(members)) != len(members):
        raise _FormError(Sentence("an object has a name twice"))
    return dict(members)
