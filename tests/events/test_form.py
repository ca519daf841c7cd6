from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from evenhand.events.entry import MAX_LINE_BYTES, Entry
from evenhand.events.form import MAX_DEPTH, MAX_INTEGER, check_body, check_entry, check_envelope, faults

GOOD = Entry(
    position=17,
    recorded_at="2026-07-03T09:12:44.120391Z",
    stream="01981f3e-0000-7000-8000-00000000000a",
    version=4,
    id="01981f3e-0000-7000-8000-00000000000b",
    type="decision.made.v1",
    body='{"outcome":"reject","rules":1}',
)

whole = st.integers(-MAX_INTEGER, MAX_INTEGER)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
bodies = st.dictionaries(text, values, max_size=5)


def only(body: str) -> tuple[str, ...]:
    return tuple(fault.problem for fault in faults([GOOD._replace(body=body)]))


# An independent reading of the form, written from RFC 8259's grammar and slow on purpose.


class Reading:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def in_form(self) -> bool:
        try:
            self.value(depth=0, first="{")
        except (AssertionError, IndexError, ValueError):
            return False
        return self.at == len(self.source)

    def skip(self) -> None:
        while self.source[self.at] in " \t":
            self.at += 1

    def take(self, expected: str) -> None:
        assert self.source[self.at : self.at + len(expected)] == expected
        self.at += len(expected)

    def value(self, *, depth: int, first: str = "") -> None:
        start = self.source[self.at]
        assert start in (first or '{["-0123456789tfn')
        if start in "{[":
            self.several(start, depth + 1)
        elif start == '"':
            self.string()
        elif start in "tfn":
            self.take({"t": "true", "f": "false", "n": "null"}[start])
        else:
            self.integer()

    def several(self, start: str, depth: int) -> None:
        assert depth <= MAX_DEPTH
        end = "}" if start == "{" else "]"
        names: list[str] = []
        self.take(start)
        self.skip()
        if self.source[self.at] == end:
            return self.take(end)
        while True:
            self.skip()
            if start == "{":
                names.append(self.string())
                self.skip()
                self.take(":")
                self.skip()
            self.value(depth=depth)
            self.skip()
            if self.source[self.at] == end:
                break
            self.take(",")
        self.take(end)
        assert len(set(names)) == len(names)
        return None

    def integer(self) -> None:
        start = self.at
        if self.source[self.at] == "-":
            self.at += 1
        while self.source[self.at] in "0123456789":
            self.at += 1
        written = self.source[start : self.at]
        assert written not in ("-", "-0")
        assert written.lstrip("-") == "0" or not written.lstrip("-").startswith("0")
        assert len(written) < 30
        assert abs(int(written)) <= MAX_INTEGER
        assert self.source[self.at] not in ".eE"

    def string(self) -> str:
        units: list[int] = []
        self.take('"')
        while (char := self.source[self.at]) != '"':
            assert char >= " "
            self.at += 1
            if char != "\\":
                assert not "\ud800" <= char <= "\udfff"
                units += memoryview(char.encode("utf-16-le")).cast("H")
                continue
            escape = self.source[self.at]
            self.at += 1
            if escape == "u":
                digits = self.source[self.at : self.at + 4]
                assert len(digits) == 4
                assert set(digits) <= set("0123456789abcdefABCDEF")
                units.append(int(digits, 16))
                self.at += 4
            else:
                units.append(ord('"\\/\b\f\n\r\t'['"\\/bfnrt'.index(escape)]))
        self.take('"')
        raw = b"".join(unit.to_bytes(2, "little") for unit in units)
        return raw.decode("utf-16-le")  # a lone surrogate is a UnicodeDecodeError, which is a ValueError


@given(bodies)
def test_every_body_the_vocabulary_can_write_is_in_form(value: dict[str, Any]) -> None:
    body = to_json(value).decode()
    assert check_body(body) is None
    assert only(body) == ()
    assert Reading(body).in_form()


@given(bodies)
def test_escapes_and_spaces_are_allowed_where_json_allows_them(value: dict[str, Any]) -> None:
    body = json.dumps(value, ensure_ascii=True)
    assert check_body(body) is None
    assert only(body) == ()
    assert Reading(body).in_form()


pieces = st.sampled_from(
    [
        *(
            '"',
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "-",
            "0",
            "1",
            "9007199254740992",
            ".5",
            "e3",
            "E",
            "NaN",
            "Infinity",
        ),
        *("null", "true", " ", "\t", "\n", "\r", "\x00", "\x1f", "\x7f", "\u2028", "反", "😀", "\ud800", "\udc00"),
        *("\\u0041", "\\ud83d", "\\ude00", "\\u00", "\\x", "\ufeff", "\u0661", '"a":1,', '"\\u0061":1,', "[[", "]]"),
    ]
)


@given(bodies, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3), pieces), min_size=1, max_size=3))
def test_all_readings_agree_on_bodies_that_were_tampered_with(
    value: dict[str, Any], edits: list[tuple[int, int, str]]
) -> None:
    body = to_json(value).decode()
    for place, cut, piece in edits:
        start = place % (len(body) + 1)
        body = body[:start] + piece + body[start + cut :]
    problem = check_body(body)
    assert (problem is None) == Reading(body).in_form()
    assert only(body) == (() if problem is None else (problem,))


@given(st.lists(pieces, max_size=8))
def test_all_readings_agree_on_members_made_of_odd_pieces(parts: list[str]) -> None:
    body = '{"a":"","b":' + "".join(parts) + "}"
    assert (check_body(body) is None) == Reading(body).in_form()
    assert (only(body) == ()) == (check_body(body) is None)


REFUSED = {
    "a name twice": ('{"a":1,"a":1}', "name twice"),
    "a name twice further down": ('{"a":[{"b":{"c":1,"c":2}}]}', "name twice"),
    "a name twice, once escaped": ('{"a":1,"\\u0061":2}', "name twice"),
    "an astral name twice, once escaped": ('{"😀":1,"\\ud83d\\ude00":2}', "name twice"),
    "a float": ('{"a":1.5}', "floats and exponents"),
    "a float that is whole": ('{"a":1.0}', "floats and exponents"),
    "an exponent": ('{"a":1e3}', "floats and exponents"),
    "minus nought": ('{"a":-0}', "-0"),
    "minus nought as a float": ('{"a":[-0.0]}', "floats and exponents"),
    "not a number": ('{"a":NaN}', "floats and exponents"),
    "infinity": ('{"a":-Infinity}', "floats and exponents"),
    "an integer a double cannot hold": ('{"a":9007199254740992}', "outside"),
    "the same below nought": ('{"a":-9007199254740992}', "outside"),
    "an integer of 5,000 digits": ('{"a":' + "9" * 5_000 + "}", "outside"),
    "a leading zero": ('{"a":01}', "not JSON from character 7 on"),
    "digits of another script": ('{"a":\u0661}', "not JSON from character 6 on"),
    "a lone surrogate, escaped": ('{"a":"\\ud800"}', "surrogate"),
    "a lone surrogate in a name": ('{"\\udc00":1}', "surrogate"),
    "surrogates in the wrong order": ('{"a":"\\ude00\\ud83d"}', "surrogate"),
    "a raw surrogate": ('{"a":"\ud800"}', "surrogate"),
    "33 levels": ('{"a":' + "[" * 32 + "]" * 32 + "}", "deeper than 32"),
    "more levels than any stack holds": ('{"a":' + "[" * 60_000, "exactly one JSON object"),
    "more closed levels than any stack holds": ('{"a":' + "[" * 30_000 + "]" * 30_000 + "}", "deeper than 32"),
    "a second member smuggled behind the body": ('{"a":1},"type":"offer.extended.v1"}', "ends at character 7"),
    "two objects": ("{}{}", "ends at character 2"),
    "a list": ("[]", "exactly one JSON object"),
    "a string": ('"{}"', "exactly one JSON object"),
    "nothing": ("", "exactly one JSON object"),
    "a trailing space": ('{"a":1} ', "exactly one JSON object"),
    "a leading space": (' {"a":1}', "exactly one JSON object"),
    "a byte order mark": ('\ufeff{"a":1}', "exactly one JSON object"),
    "a line feed": ('{"a":\n1}', "not one line"),
    "a carriage return": ('{"a":\r1}', "not one line"),
    "a raw tab in a string": ('{"a":"\t"}', "not JSON"),
    "a NUL in a string": ('{"a":"\0"}', "not JSON"),
    "a comma too many": ('{"a":1,}', "not JSON"),
    "single quotes": ("{'a':1}", "not JSON"),
    "a comment": ('{"a":1/**/}', "not JSON"),
    "an unknown escape": ('{"a":"\\x41"}', "not JSON"),
}


@pytest.mark.parametrize(("body", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_body_that_two_readers_could_read_in_two_ways_is_refused(body: str, problem: str) -> None:
    said = check_body(body)
    assert said is not None
    assert problem in said
    assert only(body) == (said,)
    assert not Reading(body).in_form()


ALLOWED = {
    "nothing in it": "{}",
    "the largest integers": '{"a":[9007199254740991,-9007199254740991,0]}',
    "32 levels": '{"a":' + "[" * 31 + "]" * 31 + "}",
    "many brackets that are not deep": '{"a":[' + ",".join(["{}"] * 60) + "]}",
    "brackets inside strings": '{"a":"' + "[{" * 60 + '"}',
    "the same name in two objects": '{"a":{"b":1},"c":{"b":1}}',
    "numbers inside strings": '{"a":"1.5,-0,1e3,[2.5","b":":1.5"}',
    "a line separator that is not a line feed": '{"a":"\u2028\u0085"}',
    "a surrogate pair, escaped": '{"a":"\\ud83d\\ude00"}',
    "an escaped backslash before a u": '{"a":"\\\\ud800"}',
    "an escaped NUL": '{"a":"\\u0000"}',
    "a space and a tab between tokens": '{ "a" :\t1 }',
}


@pytest.mark.parametrize("body", ALLOWED.values(), ids=ALLOWED)
def test_what_json_allows_and_every_reader_reads_alike_is_allowed(body: str) -> None:
    assert check_body(body) is None
    assert only(body) == ()
    assert Reading(body).in_form()


@pytest.mark.parametrize("body", [body for body, _ in REFUSED.values()], ids=REFUSED)
def test_no_problem_repeats_a_value_of_the_body(body: str) -> None:
    said = check_body(body.replace('"a"', '"Secret7"').replace("1", "31337"))
    assert "Secret7" not in str(said)
    assert "31337" not in str(said)


ODD_ENVELOPES = {
    "position nought": (GOOD._replace(position=0), "position"),
    "a position that is no number": (GOOD._replace(position="17"), "position"),  # type: ignore[arg-type] # as a file may hold
    "a version nought": (GOOD._replace(version=0), "version"),
    "a version that is a float": (GOOD._replace(version=1.0), "version"),  # type: ignore[arg-type] # as a file may hold
    "a version beyond a double": (GOOD._replace(version=2**53), "version"),
    "a time without a fraction": (GOOD._replace(recorded_at="2026-07-03T09:12:44Z"), "six digits"),
    "a time with three digits": (GOOD._replace(recorded_at="2026-07-03T09:12:44.120Z"), "six digits"),
    "a time with an offset": (GOOD._replace(recorded_at="2026-07-03T09:12:44.120391+00:00"), "six digits"),
    "the 31st of June": (GOOD._replace(recorded_at="2026-06-31T09:12:44.120391Z"), "six digits"),
    "hour 24": (GOOD._replace(recorded_at="2026-06-30T24:00:00.000000Z"), "six digits"),
    "second 60": (GOOD._replace(recorded_at="2026-06-30T23:59:60.000000Z"), "six digits"),
    "year nought": (GOOD._replace(recorded_at="0000-06-30T23:59:59.000000Z"), "six digits"),
    "a space for the T": (GOOD._replace(recorded_at="2026-07-03 09:12:44.120391Z"), "six digits"),
    "a comma for the point": (GOOD._replace(recorded_at="2026-07-03T09:12:44,120391Z"), "six digits"),
    "digits of another script": (GOOD._replace(recorded_at="\u0662026-07-03T09:12:44.120391Z"), "six digits"),
    "an upper-case stream": (GOOD._replace(stream=GOOD.stream.upper()), "stream"),
    "a stream in braces": (GOOD._replace(stream="{" + GOOD.stream + "}"), "stream"),
    "an id without dashes": (GOOD._replace(id=GOOD.id.replace("-", "")), "id"),
    "an id with a line feed": (GOOD._replace(id=GOOD.id + "\n"), "id"),
    "an id that is bytes": (GOOD._replace(id=GOOD.id.encode()), "column"),  # type: ignore[arg-type] # as a file may hold
    "a body that is missing": (GOOD._replace(body=None), "column"),  # type: ignore[arg-type] # as a file may hold
    "a topic without a version": (GOOD._replace(type="decision.made"), "topic"),
    "a topic with version nought": (GOOD._replace(type="decision.made.v0"), "topic"),
    "a topic with a quote": (GOOD._replace(type='decision.made.v1","body":{}'), "topic"),
    "a topic in capitals": (GOOD._replace(type="Decision.Made.v1"), "topic"),
}


@pytest.mark.parametrize(("row", "problem"), ODD_ENVELOPES.values(), ids=ODD_ENVELOPES)
def test_an_envelope_out_of_form_is_named(row: Entry, problem: str) -> None:
    said = check_envelope(row)
    assert said is not None
    assert problem in said
    assert (0, said) in faults([row])
    assert (1, said) in faults([GOOD, row])


def test_an_entry_in_form_has_no_fault() -> None:
    assert check_envelope(GOOD) is None
    assert check_entry(GOOD) is None
    assert faults([GOOD, GOOD], after=GOOD.recorded_at) == ()
    assert faults([]) == ()


def test_time_that_goes_back_is_named_at_the_entry_that_does_it() -> None:
    earlier = GOOD._replace(recorded_at="2026-07-03T09:12:44.120390Z")
    back = "recorded_at is earlier than in the entry before it"
    assert faults([GOOD, earlier, GOOD]) == ((1, back),)
    assert faults([earlier], after=GOOD.recorded_at) == ((0, back),)


@pytest.mark.parametrize("character", ["a", "反"])
def test_a_line_is_at_most_65535_bytes_long(character: str) -> None:
    room = MAX_LINE_BYTES - len(check_line(""))
    full = character * (room // len(character.encode())) + "a" * (room % len(character.encode()))
    assert check_entry(GOOD._replace(body=f'{{"a":"{full}"}}')) is None
    assert only(f'{{"a":"{full}"}}') == ()
    said = check_entry(GOOD._replace(body=f'{{"a":"{full}a"}}'))
    assert said == "the line has 65,536 bytes; at most 65,535 are allowed"
    assert only(f'{{"a":"{full}a"}}') == (said,)


def check_line(filling: str) -> bytes:
    from evenhand.events.entry import line

    return line(GOOD._replace(body=f'{{"a":"{filling}"}}'))


def test_each_bad_row_of_many_is_named_and_no_good_one() -> None:
    rows = [GOOD] * 300
    rows[7] = GOOD._replace(body='{"a":1.5}')
    rows[299] = GOOD._replace(stream="x")
    assert [fault.place for fault in faults(rows)] == [7, 299]
