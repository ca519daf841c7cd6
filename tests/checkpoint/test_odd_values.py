"""Values at the edge of what can be read: a refusal or a finding, never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from evenhand.checkpoint.times import Timed, hold_against
from evenhand.checkpoint.trust import Times, Trust, template
from evenhand.errors import InputError
from note.keys import LOG_KEY, ORIGIN, WITNESS_KEY

WRITTEN = template(ORIGIN, [str(LOG_KEY)], [str(WITNESS_KEY)])


class Clocked:
    size = 2

    def recorded_at(self, position: int) -> str | None:
        return f"2026-07-01T08:00:0{position}.000000Z"


@pytest.mark.parametrize(
    "odd",
    [
        "quorum = " + "1" * 5_000,
        "witnesses = " + "[" * 5_000,
        "[times]\nskew_seconds = 1\ndelay_hours = 1\nsince = 0001-01-01T00:00:00+14:00",
        "[times]\nskew_seconds = 1\ndelay_hours = 1\nsince = 9999-12-31T23:00:00-14:00",
    ],
)
def test_a_trust_file_with_a_value_nobody_can_read_is_refused(odd: str) -> None:
    text = WRITTEN.replace("quorum = 1\n", "") if odd.startswith("quorum") else WRITTEN
    with pytest.raises(InputError, match="trust"):
        Trust.parse((odd + "\n" + text if "times" not in odd else text + odd).encode(), "trust")


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_a_trusted_time_at_the_end_of_all_times_is_still_held_against(at: datetime) -> None:
    times = Times((), timedelta(seconds=60), timedelta(hours=1), None)
    found = hold_against(times, [Timed(1, at, None)], Clocked())
    assert found.covered == 1
    assert found.findings
