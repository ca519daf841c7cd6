"""A small report made by hand, with every kind of block and hostile strings in it."""

from __future__ import annotations

from fractions import Fraction

from evenhand.render import blocks
from evenhand.render.rounding import rounded
from evenhand.render.stamp import Named, Stamp

HOSTILE = "a\x1b[31m\u202eb|c*d_[x](http://e)\x07"


def stamp(lang: str = "en", **changes: object) -> Stamp:
    fields: dict[str, object] = {
        "report": Named("sample", "ab" * 32),
        "lang": lang,
        "origin": "hiring.example.com/ledger",
        "position": 8,
        "root": "cd" * 32,
        "checked": True,
        "instant": "2026-07-01T00:00:00.000000Z",
        "period_from": "2026-04-01",
        "period_to": "2026-06-30",
        "zone": "Europe/Berlin",
        "projections": (Named("replay", "ef" * 32),),
        "custom": (),
        "versions": (("evenhand", "0.1.0"), ("duckdb", "2.0.0")),
        "boxes_opened": 3,
        "boxes_gone": 1,
        "imported": 2,
    }
    return Stamp(**(fields | changes))  # type: ignore[arg-type]  # a test names any field


TABLE = blocks.Table(
    key="rates",
    title="Rates",
    columns=(
        blocks.Column("group", "Group"),
        blocks.Column("screen", "Screen", blocks.Kind.CODE, (("below", "four-fifths screen: below"),)),
        blocks.Column("n", "n", blocks.Kind.COUNT),
        blocks.Column("rate", "Rate", blocks.Kind.SHARE),
        blocks.Column("ratio", "Impact ratio", blocks.Kind.RATIO, absent="reference"),
        blocks.Column("entries", "Entries", blocks.Kind.POSITIONS),
    ),
    rows=(
        ("=1+1", "below", 12_000, Fraction(16, 25), Fraction(75, 128), (4, 7)),
        (HOSTILE, "other", 8, Fraction(1, 3), None, ()),
        ("女", "below", 0, None, Fraction(1, 16), (1,)),
    ),
    n=12_008,
    of="decisions",
    left_out=(blocks.LeftOut(3, "withdrew before a decision"), blocks.LeftOut(0, "nobody")),
    notes=("The reference was declared beforehand.",),
)


def report(lang: str = "en") -> blocks.Report:
    parts: tuple[blocks.Block, ...] = (
        blocks.Text("intro", "Intro", ("- not a list", "1. nor this")),
        TABLE,
        blocks.Chart(
            key="wait",
            title="Waiting",
            along="days",
            up="still waiting",
            series=(blocks.Series("reject", "Rejections", ((0, Fraction(1)), (7, Fraction(1, 3)))),),
            n=4,
            of="decisions",
        ),
        blocks.Verdict("said", "Said", "consistent", "Nothing differs.", 118, "decisions", "replay"),
        blocks.Findings("list", "List", (blocks.Item("late", "told late", (5, 6)),), 1, "None."),
        blocks.Findings("empty", "Empty", (), 0, "Nothing was recorded."),
    )
    return blocks.Report("sample", "Sample", "What was done?", stamp(lang), tuple(rounded(part) for part in parts))
