from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from authority import make_authority
from checkpoint.logs import ORIGIN, PUBLIC
from evenhand.checkpoint.trust import Trust, template
from evenhand.errors import InputError
from note.keys import WITNESS_KEY

WHOLE = f"""
origin = "{ORIGIN}"
log_keys = ["{PUBLIC}"]
witnesses = ["{WITNESS_KEY}"]
quorum = 1

[times]
skew_seconds = 60
delay_hours = 48
since = 2026-07-01T00:00:00Z
"""


def parsed(text: str) -> Trust:
    return Trust.parse(text.encode(), "trust.toml")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as refused:
        parsed(text)
    return refused.value.problems


def test_a_trust_file_says_whose_keys_count() -> None:
    trust = parsed(WHOLE)
    assert (trust.origin, trust.log_keys, trust.witnesses, trust.quorum) == (ORIGIN, (PUBLIC,), (WITNESS_KEY,), 1)
    assert trust.times is not None
    assert (trust.times.skew, trust.times.delay) == (timedelta(seconds=60), timedelta(hours=48))
    assert trust.times.since == datetime(2026, 7, 1, tzinfo=UTC)


def test_authorities_are_named_by_their_root_certificates(tmp_path: Path) -> None:
    root = make_authority(tmp_path / "tsa").root
    trust = parsed(WHOLE + f'authorities = ["""{root}"""]\n')
    assert trust.times is not None
    assert [each.subject.rfc4514_string() for each in trust.times.authorities] == ["CN=authority root"]


def test_the_template_is_a_trust_file() -> None:
    trust = parsed(template(ORIGIN, [str(PUBLIC)], [str(WITNESS_KEY)]))
    assert (trust.log_keys, trust.witnesses, trust.quorum, trust.times) == ((PUBLIC,), (WITNESS_KEY,), 1, None)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("quorum = 1", "quorum = 2"), "trust.toml: quorum: 2 witnesses are asked for, and 1 are named"),
        (("quorum = 1", "quorum = -1"), "trust.toml: quorum: input should be greater than or equal to 0"),
        (("quorum = 1", "quorum = true"), "trust.toml: quorum: input should be a valid integer"),
        (("quorum = 1", "qourum = 1"), "trust.toml: qourum: this type has no such field"),
        ((f'"{PUBLIC}"', ""), "trust.toml: log_keys: tuple should have at least 1 item after validation, not 0"),
        ((f'"{PUBLIC}"', '"junk"'), "trust.toml: log_keys.0: a key is written as name+hash+key"),
        (
            (f'"{PUBLIC}"', f'"{WITNESS_KEY}"'),
            "trust.toml: log_keys.0: this key is of kind 4",
        ),
        ((f'"{WITNESS_KEY}"', f'"{PUBLIC}"'), "trust.toml: witnesses.0: this key is of kind 1"),
        ((f'"{WITNESS_KEY}"', f'"{WITNESS_KEY}", "{WITNESS_KEY}"'), "trust.toml: one key stands twice"),
        (("skew_seconds = 60", ""), "trust.toml: times.skew_seconds: this field is missing"),
        (("delay_hours = 48", "delay_hours = 0"), "trust.toml: times.delay_hours: input should be greater than"),
        (("2026-07-01T00:00:00Z", "2026-07-01T00:00:00"), "trust.toml: times.since: input should have timezone info"),
        (("[times]", '[times]\nauthorities = ["junk"]'), "trust.toml: times.authorities.0: this is no certificate"),
        (("origin =", "origin"), "trust.toml: not TOML"),
    ],
)
def test_a_trust_file_that_says_something_else_is_refused_with_its_place(change: tuple[str, str], problem: str) -> None:
    changed = WHOLE.replace(*change)
    assert changed != WHOLE
    assert any(each.startswith(problem) for each in problems(changed))


def test_every_problem_is_named_at_once() -> None:
    assert len(problems(WHOLE.replace(str(PUBLIC), "junk").replace(str(WITNESS_KEY), "junk"))) == 3


def test_a_trust_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.toml: the trust file cannot be read"):
        Trust.read(tmp_path / "gone.toml")
    with pytest.raises(InputError, match="not UTF-8"):
        Trust.parse(b"\xff", "trust.toml")
