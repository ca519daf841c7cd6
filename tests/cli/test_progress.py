"""Long work says how far it is, how fast and how long yet, and only to somebody who looks."""

from __future__ import annotations

from io import StringIO

import pytest

from evenhand.cli.progress import Bar, bar
from evenhand.words import translator


@pytest.mark.parametrize(
    ("lang", "done", "total", "seconds", "said"),
    [
        ("en", 4_500, 9_900, 9.0, "checking  [#########...........]  45 %  4,500 / 9,900  500 a second  0:11 left"),
        ("en", 500, None, 0.2, "checking  500"),
        ("en", 6_000, None, 2.0, "checking  6,000  3,000 a second"),
        ("en", 100, 100, 1.0, "checking  [####################] 100 %  100 / 100  100 a second  0:00 left"),
        ("en", 120, 100, 2.0, "checking  [####################] 100 %  120 / 120  60 a second  0:00 left"),
        ("en", 0, 0, 0.0, "checking  0 / 0"),
        ("zh", 100, 600, 2.0, "checking  [###.................]  16 %  100 / 600  每秒 50  剩余 0:10"),
    ],
)  # fmt: skip
def test_a_bar_says_how_far_how_fast_and_how_long_yet(
    lang: str, done: int, total: int | None, seconds: float, said: str
) -> None:
    assert bar(translator(lang), "checking", done, total, seconds) == said


def test_each_pass_is_timed_by_itself_and_nothing_is_left_behind() -> None:
    out, times = StringIO(), iter([0.0, 0.01, 2.0, 10.0, 12.0])
    shown = Bar(translator("en"), out, clock=lambda: next(times))
    for label, done in (("checking", 500), ("checking", 1_000), ("checking", 4_000), ("writing", 0), ("writing", 100)):
        shown.tell(label, done, 4_000)
    shown.clear()
    lines = out.getvalue().split("\r\x1b[K")
    assert [each.split("  ")[0] for each in lines] == ["", "checking", "checking", "writing", "writing", ""]
    assert "50 a second" in lines[-2]
