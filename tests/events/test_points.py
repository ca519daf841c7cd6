"""Points become micro-points exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.events.points import MICRO, body_from_toml, micro, points_text
from evenhand.events.registry import REGISTRY


@given(st.integers(0, 10**12))
def test_micro_points_survive_being_written_as_points(value: int) -> None:
    assert micro(points_text(value)) == value


@pytest.mark.parametrize(
    ("points", "expected"), [("89.52", 89_520_000), (70, 70 * MICRO), (Decimal("0.6"), 600_000), ("0", 0)]
)
def test_points_are_taken_exactly(points: Decimal | int | str, expected: int) -> None:
    assert micro(points) == expected


@pytest.mark.parametrize("points", ["", "good", "-1", "0.0000001", "1e99", "NaN", "Infinity", "1000001"])
def test_what_is_no_number_of_points_is_refused(points: str) -> None:
    with pytest.raises(ValueError, match="points"):
        micro(points)


def test_a_standard_is_written_in_points_and_read_in_micro_points() -> None:
    text = """
code = "engineer"
[scale]
minimum = 0
maximum = 5
[[criteria]]
criterion = "design"
weight = 0.6
[[stages]]
stage = "onsite"
advance_bar = 3.5
"""
    body = body_from_toml(REGISTRY.event_class("standard.adopted.v1"), text, "standard.toml")
    assert body["criteria"][0]["weight"] == 600_000
    assert body["scale"] == {"minimum": 0, "maximum": 5_000_000}
    assert body["stages"][0]["advance_bar"] == 3_500_000


def test_a_file_that_is_no_toml_and_a_bad_number_name_their_place() -> None:
    standard = REGISTRY.event_class("standard.adopted.v1")
    with pytest.raises(InputError, match=r"^s\.toml: is not TOML"):
        body_from_toml(standard, "= 1", "s.toml")
    with pytest.raises(InputError, match=r"^s\.toml: /criteria/0/weight: points have at most six decimals"):
        body_from_toml(standard, "[[criteria]]\nweight = 0.1234567", "s.toml")
