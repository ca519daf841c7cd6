"""Identifiers are well-formed, ordered by time when new, and the same again when derived."""

from __future__ import annotations

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from evenhand.events.ids import derived_id, new_id


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_new_id_is_a_version_7_that_begins_with_its_time(unix_ms: int, noise: bytes) -> None:
    made = UUID(new_id(unix_ms, lambda _: noise))
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == unix_ms


@given(st.integers(0, 2**48 - 2), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_a_later_id_sorts_after_an_earlier_one(unix_ms: int, one: bytes, other: bytes) -> None:
    assert new_id(unix_ms, lambda _: one) < new_id(unix_ms + 1, lambda _: other)


@given(st.binary(min_size=32, max_size=32))
def test_a_derived_id_holds_the_first_122_bits_of_its_digest(mac: bytes) -> None:
    made = UUID(derived_id(mac))
    assert (made.version, made.variant) == (8, RFC_4122)
    bits = (made.int >> 80) << 74 | (made.int >> 64 & 0xFFF) << 62 | made.int & 0x3FFF_FFFF_FFFF_FFFF
    assert bits == int.from_bytes(mac[:16]) >> 6


@given(st.uuids(), st.binary(min_size=32, max_size=32))
def test_an_id_derived_beside_another_begins_as_it_does_and_holds_the_first_74_bits(beside: UUID, mac: bytes) -> None:
    made = UUID(derived_id(mac, str(beside)))
    assert (made.version, made.variant) == (8, RFC_4122)
    assert made.int >> 80 == beside.int >> 80
    assert (made.int >> 64 & 0xFFF) << 62 | made.int & 0x3FFF_FFFF_FFFF_FFFF == int.from_bytes(mac[:10]) >> 6
