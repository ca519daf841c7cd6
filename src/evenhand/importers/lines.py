"""Read JSON Lines as strictly as a body is read: no name twice, nothing that is no number, whole and exact."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn

from evenhand.importers.record import UNREADABLE, Record
from evenhand.sentence import Sentence

REASON: Final = "evenhand_reason"
"""The member that a file of rejects has in front; it is never read."""
_LARGEST: Final = 2**53 - 1
_LONGEST_LINE: Final = 1 << 20
_DEEPEST: Final = 32
_TOO_DEEP: Final = Sentence("nested deeper than {most}", most=_DEEPEST)


class Lines:
    """One file of JSON objects, one a line; ``records`` may be called again and reads it again."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._encoding = encoding

    def records(self) -> Iterator[Record]:
        """Read line by line; empty lines are passed over."""
        with self._path.open(encoding=self._encoding, newline="\n") as file:
            number = 0
            place = 0
            while line := file.readline(_LONGEST_LINE):
                place += 1
                if not line.strip():
                    continue
                number += 1
                where = f"{self._path}:{place}"
                if len(line) == _LONGEST_LINE and not line.endswith("\n"):
                    yield Record(
                        UNREADABLE, where, {}, None, (Sentence("the line has more than a million characters"),)
                    )
                    return
                yield _record(number, where, line)

    def rejects(self, path: Path) -> Rejects:
        """Make a file of rejects, of lines like these."""
        return Rejects(path)


def _record(number: int, place: str, line: str) -> Record:
    raw = line.strip()
    try:
        value = read(raw)
    except ValueError as error:
        return Record(number, place, {}, raw, (str(error),))
    if not isinstance(value, dict):
        return Record(number, place, {}, raw, (Sentence('expected one object, such as {"type": "stage.entered", …}'),))
    return Record(number, place, value, raw)  # pyright: ignore[reportUnknownArgumentType] - JSON of any shape


def read(text: str) -> Any:
    """Read one JSON value. Raises ``ValueError`` in words, without anything of the text."""
    if _depth(text) > _DEEPEST:
        raise ValueError(_TOO_DEEP)
    try:
        value = decoder().decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(Sentence("not JSON from column {colno} on", colno=error.colno)) from None
    _check_characters(text, value)
    return value


@cache
def decoder() -> json.JSONDecoder:
    """Make what decodes JSON exactly; ``check`` says of what it decoded whether it may be used."""
    return json.JSONDecoder(
        parse_float=Decimal, parse_int=_whole, parse_constant=_constant, object_pairs_hook=_once_each
    )


def check(text: str, value: Any) -> None:
    """Raise ``ValueError`` if a value is nested too deep or holds what is no character."""
    if _depth(text) > _DEEPEST:
        raise ValueError(_TOO_DEEP)
    _check_characters(text, value)


def written(value: Any) -> str:
    """Write a value that was read, with each number as it was."""
    if isinstance(value, dict):
        members: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - JSON of any shape
        return (
            "{"
            + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {written(each)}" for name, each in members.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"  # pyright: ignore[reportUnknownArgumentType] - the same
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)


def _check_characters(text: str, value: Any) -> None:
    try:
        text.encode()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise ValueError(Sentence("half of a surrogate pair, which is no character")) from None


def _depth(text: str) -> int:
    """Answer with no less than the depth of a JSON text."""
    return text.count("{") + text.count("[") if text.count("{") + text.count("[") <= _DEEPEST else _nested(text)


def _nested(text: str) -> int:
    depth = deepest = 0
    within = escaped = False
    for each in text:
        if within:
            within, escaped = (True, False) if escaped else (each != '"', each == "\\")
        elif each == '"':
            within = True
        elif each in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif each in "}]":
            depth -= 1
    return deepest


def _constant(_: str) -> NoReturn:
    raise ValueError(Sentence("NaN and Infinity are no numbers"))


def _whole(digits: str) -> int:
    if len(digits) > len(str(_LARGEST)) + 1 or abs(int(digits)) > _LARGEST:
        raise ValueError(Sentence("an integer is outside ±(2^53 - 1), so not every reader keeps it exactly"))
    return int(digits)


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(members)) != len(members):
        raise ValueError(Sentence("an object has a name twice"))
    return dict(members)


def _object(raw: str) -> dict[str, Any] | None:
    try:
        value = read(raw)
    except ValueError:
        return None
    return value or None if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType] - the same


class Rejects:
    """A file of rejects: the same objects with the reasons in front, to be mended and imported again."""

    def __init__(self, path: Path) -> None:
        """Make the file, readable by its owner alone; ``FileExistsError`` if it is there."""
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(number, "w", encoding="utf-8", newline="\n")

    def write(self, record: Record, reasons: tuple[str, ...]) -> None:
        """Write one line; one that was no object stays as it was, under its reasons."""
        reason = json.dumps(list(reasons), ensure_ascii=False)
        raw = str(record.raw or "")
        value = _object(raw)
        if value is not None:
            mended = {name: each for name, each in value.items() if name != REASON}
            rest = raw[1:] if len(mended) == len(value) else written(mended)[1:]
            self._file.write(f'{{"{REASON}": {reason}, {rest.lstrip()}\n')
        else:
            self._file.write(f'{{"{REASON}": {reason}, "line": {json.dumps(raw, ensure_ascii=False)}}}\n')

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
