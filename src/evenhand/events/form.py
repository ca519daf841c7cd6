"""The form of an entry: what its envelope and its body must look like before anybody asks what they mean.

A body is exactly one JSON object (RFC 8259) on one line. It begins with ``{`` and ends with ``}``; inside, spaces and
tabs are allowed where JSON allows them. Refused is what two readers could read in two ways: a name twice in one object,
floats and exponents, ``-0`` (an integer to some readers, a float to others), integers that a double cannot hold, lone
surrogates, NaN and Infinity, nesting deeper than 32.

There are two paths. The precise one looks at a single entry and says what is wrong with it. The quick one looks at many
entries column by column and only says whether all are surely in form; at any doubt the precise one decides. No message
contains a value from an entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from json.scanner import make_scanner
from operator import le
from typing import Any, Final, NamedTuple, NoReturn, cast

from evenhand.clock import instant_text, parse_instant
from evenhand.events.entry import HEX_DIGITS, MAX_LINE_BYTES, line
from evenhand.sentence import Sentence

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1

Row = tuple[int, str, str, int, str, str, str]
"""An entry as a row, its fields in the order of ``Entry``."""

_TOPIC = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:_[a-z0-9]+)*)+\.v[1-9][0-9]{0,8}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)

_UUID_SHAPE = b"00000000-0000-0000-0000-000000000000"
_INSTANT_SHAPE = b"0000-00-00T00:00:00.000000Z"
_HEX_TO_ZERO = bytes.maketrans("".join(sorted(HEX_DIGITS)).encode(), b"0" * len(HEX_DIGITS))
_DIGIT_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_SURELY_SHORT = (MAX_LINE_BYTES - 1_000) // 4  # characters: four bytes each at most, and room for the envelope


class Fault(NamedTuple):
    """What is wrong with the form of the row at ``place`` (counted from 0 in the rows given)."""

    place: int
    problem: str


class _FormError(ValueError):
    """Raised inside the JSON decoder; its text is a problem in words."""


def check_body(body: str) -> str | None:
    """Say what is wrong with the form of a body, or None."""
    return _line_problem(body) or _depth_problem(body) or _json_problem(body) or _surrogate_problem(body)


def check_envelope(row: Row) -> str | None:
    """Say what is wrong with the form of an entry's envelope (everything but its body), or None."""
    position, recorded_at, stream, version, entry_id, topic, body = row
    if any(type(text) is not str for text in (recorded_at, stream, entry_id, topic, body)):
        return Sentence("a column that holds text holds something else")
    for name, number in (("position", position), ("version", version)):
        if type(number) is not int or not 1 <= number <= MAX_INTEGER:
            return Sentence("the {name} is not a whole number from 1 on", name=name)
    if not _is_instant(recorded_at):
        return Sentence("recorded_at is not an instant like 2026-07-03T09:12:44.120391Z, with six digits and Z")
    for name, uuid in (("stream", stream), ("id", entry_id)):
        if not _UUID.fullmatch(uuid):
            return Sentence("the {name} is not a UUID in lower case", name=name)
    if not _TOPIC.fullmatch(topic):
        return Sentence("the type is not a topic like decision.made.v1")
    return None


def check_entry(row: Row) -> str | None:
    """Say what is wrong with the form of a whole entry, or None: its envelope, its body, the length of its line."""
    problem = check_envelope(row) or check_body(row[6])
    if problem is None and len(line(row)) > MAX_LINE_BYTES:
        return _too_long(len(line(row)))
    return problem


def faults(rows: Sequence[Row], *, after: str = "") -> tuple[Fault, ...]:
    """Find what is wrong with the form of each row, and where recorded_at goes back.

    ``after`` is the recorded_at of the entry before the first row.
    """
    if not rows or _surely_in_form(rows, after):
        return ()
    found: list[Fault] = []
    for place, row in enumerate(rows):
        problem = check_entry(row)
        if problem is not None:
            found.append(Fault(place, problem))
        if type(row[1]) is not str or not _is_instant(row[1]):
            continue
        if row[1] < after:
            found.append(Fault(place, Sentence("recorded_at is earlier than in the entry before it")))
        after = row[1]
    return tuple(found)


# The precise path


def _too_long(size: int) -> str:
    return Sentence("the line has {size:,} bytes; at most {most:,} are allowed", size=size, most=MAX_LINE_BYTES)


def _line_problem(body: str) -> str | None:
    if not body.startswith("{") or not body.endswith("}"):
        return Sentence("the body is not exactly one JSON object: it must begin with { and end with }")
    if "\n" in body or "\r" in body:
        return Sentence("the body is not one line: a line feed or carriage return stands in it")
    try:
        size = len(body.encode())
    except UnicodeEncodeError:
        return Sentence("the body holds half of a surrogate pair, which is no character")
    return _too_long(size) if size > MAX_LINE_BYTES else None


def _depth_problem(body: str) -> str | None:
    """Count brackets outside strings, before anything recursive reads the body."""
    if body.count("{") + body.count("[") <= MAX_DEPTH:
        return None
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(body):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found.group(), 0)
        if depth > MAX_DEPTH:
            return Sentence("the body is nested deeper than {most}", most=MAX_DEPTH)
    return None


def _json_problem(body: str) -> str | None:
    try:
        _, end = _DECODER.raw_decode(body)
    except json.JSONDecodeError as error:
        return Sentence("the body is not JSON from character {pos} on", pos=error.pos + 1)
    except _FormError as error:
        return str(error)
    return (
        None
        if end == len(body)
        else Sentence("the body is not exactly one JSON object: it ends at character {end}", end=end)
    )


def _surrogate_problem(body: str) -> str | None:
    if "\\u" not in body:
        return None
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Sentence("the body escapes half of a surrogate pair, which is no character")
    return None


def _is_instant(text: str) -> bool:
    try:
        return instant_text(parse_instant(text)) == text
    except (ValueError, OverflowError):
        return False


def _whole(digits: str) -> None:
    if len(digits) < len("9007199254740991") and digits != "-0":
        return
    if digits == "-0":
        raise _FormError(Sentence("a number in the body is -0; write 0"))
    if len(digits) > len("-9007199254740991") or abs(int(digits)) > MAX_INTEGER:
        raise _FormError(
            Sentence("an integer in the body is outside ±(2^53 - 1), so not every reader keeps it exactly")
        )


def _no_float(_: str) -> NoReturn:
    raise _FormError(Sentence("a number in the body is not an integer: floats and exponents are refused"))


def _once_each(members: list[tuple[str, Any]]) -> None:
    if len(dict(members)) != len(members):
        raise _FormError(Sentence("an object in the body has a name twice"))


# The standard library's decoder is RFC 8259 but for three things it lets pass, and each has its hook here: NaN and
# Infinity, numbers of any size, and a name twice. The fourth, escaped lone surrogates, has its own check.
_decoder = partial(json.JSONDecoder, parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
_DECODER: Final = _decoder(object_pairs_hook=_once_each)


# The quick path


def _surely_in_form(rows: Sequence[Row], after: str) -> bool:
    positions, recorded, streams, versions, ids, topics, bodies = zip(*rows, strict=True)
    texts = (recorded, streams, ids, topics, bodies)
    return (
        _all_of(int, positions, versions)
        and _all_of(str, *texts)
        and min(positions) >= 1
        and min(versions) >= 1
        and max(*positions, *versions) <= MAX_INTEGER
        and _all_shaped(recorded, _INSTANT_SHAPE, _DIGIT_TO_ZERO)
        and _all_shaped(streams, _UUID_SHAPE, _HEX_TO_ZERO)
        and _all_shaped(ids, _UUID_SHAPE, _HEX_TO_ZERO)
        and all(map(_TOPIC.fullmatch, set(topics)))
        and _all_real_and_ordered(recorded, after)
        and _all_plain(bodies)
    )


def _all_of(kind: type, *columns: Sequence[Any]) -> bool:
    return all(set(map(type, column)) == {kind} for column in columns)


def _all_shaped(texts: Sequence[str], shape: bytes, fold: bytes) -> bool:
    joined = "".join(texts)
    return (
        set(map(len, texts)) == {len(shape)}
        and joined.isascii()
        and joined.encode().translate(fold) == shape * len(texts)
    )


def _all_real_and_ordered(recorded: Sequence[str], after: str) -> bool:
    """Take texts of the right shape; hour 24, which later Pythons read as the next day, is left to the other path."""
    if "T24" in "".join(recorded) or recorded[0] < after or not all(map(le, recorded, recorded[1:])):
        return False
    try:
        return all(map(datetime.fromisoformat, recorded))
    except ValueError:
        return False


def _all_plain(bodies: Sequence[str]) -> bool:
    """Accept only what ``check_body`` accepts, and among that only what needs no second look.

    Names are counted twice: in the text, where each ends in a quote and a colon with nothing between them, and in the
    objects, where a name that stands twice counts once. Inside a string the two characters stand only where a quote is
    escaped, which can make the first number larger and never smaller. So if both are equal, no name stands twice.
    """
    joined = "".join(bodies)
    if not _surely_lines(joined) or len(max(bodies, key=len)) > _SURELY_SHORT:
        return False
    objects: list[dict[str, Any]] = []
    scan = make_scanner(cast("Any", _decoder(object_hook=objects.append)))
    try:
        for body in bodies:
            value, end = scan(body, 0)
            is_object = value is None and objects  # the hook answers with None, and so does null, which has no object
            if not is_object or end != len(body) or len(objects) + body.count("[") > MAX_DEPTH:
                return False
            if sum(map(len, objects)) != body.count('":'):
                return False
            objects.clear()
    except (ValueError, StopIteration, RecursionError):
        return False
    return True


def _surely_lines(joined: str) -> bool:
    """Look for what needs a second look; single characters come first, because they are found ten times faster."""
    return not (
        "\n" in joined
        or "\r" in joined
        or "\t" in joined
        or (" " in joined and " :" in joined)
        or ("\\" in joined and "\\u" in joined)
        or not _encodes(joined)
    )


def _encodes(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False
