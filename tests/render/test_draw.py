"""Pictures are pure functions of rounded values: what they show, and that nothing leaves their frame."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.render.blocks import Chart, Column, Drawing, Kind, Mark, NotShown, Picture, Row, Series, Table
from evenhand.render.declare import PARTS, ChartDeclared
from evenhand.render.draw.curve import STYLES
from evenhand.render.draw.drawing import WIDTHS, drawn, undrawn
from evenhand.render.draw.svg import shortened, ticks, width_of
from evenhand.render.rounding import rounded
from evenhand.words import translator
from outline import Element, outline

EN = translator("en")


def table(kind: Drawing, columns: dict[str, Kind], rows: list[Row], **roles: str) -> Table:
    picture = Picture(kind, {role: tuple(keys.split()) for role, keys in roles.items()})
    made = Table(
        "t", "T", tuple(Column(key, key.title(), of) for key, of in columns.items()), tuple(rows), len(rows), "x",
        picture=picture,
    )  # fmt: skip
    block = rounded(made)
    assert isinstance(block, Table)
    return block


def shapes(block: Table | Chart, width: int = 800, lang: str = "en") -> list[Element]:
    [svg] = drawn(block, translator(lang), {"wide": width})
    return outline(str(svg))


def texts(elements: list[Element]) -> list[str]:
    return [each.text for each in elements if each.name == "text"]


def kinds(elements: list[Element], kind: str) -> list[Element]:
    return [each for each in elements if kind in each.attributes.get("class", "").split()]


RATES = {"stage": Kind.TEXT, "group": Kind.TEXT, "rate": Kind.SHARE, "low": Kind.SHARE, "high": Kind.SHARE,
         "n": Kind.COUNT, "of": Kind.COUNT, "why": Kind.TEXT}  # fmt: skip
ROWS: list[Row] = [
    ("CV", "A", Fraction(1, 2), Fraction(1, 4), Fraction(3, 4), 5, 10, None),
    ("CV", "B", None, None, None, None, None, "too few"),
    ("Phone", "A", Fraction(1, 4), Fraction(0), None, 1, 4, None),
]
ROLES = {"facet": "stage", "label": "group", "value": "rate", "low": "low", "high": "high", "part": "n", "of": "of",
         "word": "why"}  # fmt: skip


def test_intervals_show_a_figure_its_bounds_its_counts_and_why_there_is_none() -> None:
    found = shapes(table(Drawing.INTERVALS, RATES, ROWS, **ROLES))
    said = texts(found)
    assert {"CV", "Phone", "50.0%  5/10", "25.0%  1/4", "too few"} <= set(said)
    assert len(kinds(found, "dot")) == 2
    whiskers = kinds(found, "whisker")
    assert len([each for each in whiskers if each.name == "line"]) == 2
    assert len([each for each in whiskers if each.name == "path"]) == 1, "an open bound is an arrow"


def test_a_hidden_row_says_so_and_nothing_else() -> None:
    hidden: Row = ("CV", "C", *[NotShown.HIDDEN] * 5, "suppressed")
    found = shapes(table(Drawing.INTERVALS, RATES, [*ROWS, hidden], **ROLES))
    assert "hidden" in texts(found)
    assert "suppressed" not in " ".join(texts(found))


RATIOS = {"g": Kind.TEXT, "r": Kind.RATIO, "low": Kind.RATIO, "high": Kind.RATIO}
OF_RATIOS = {"label": "g", "value": "r", "low": "low", "high": "high"}


def test_a_ratio_beyond_the_axis_is_an_arrow_and_no_dot() -> None:
    rows: list[Row] = [("A", Decimal(3), None, None)]
    found = shapes(table(Drawing.INTERVALS, RATIOS, rows, **OF_RATIOS))
    assert kinds(found, "dot") == []
    assert [each.name for each in kinds(found, "whisker")] == ["path"]
    assert "3.000" in texts(found)


def test_bounds_are_drawn_where_there_is_no_ratio_between_them() -> None:
    rows: list[Row] = [("A", None, Decimal("0.5"), Decimal("1.5"))]
    found = shapes(table(Drawing.INTERVALS, RATIOS, rows, **OF_RATIOS))
    assert [each.name for each in kinds(found, "whisker")] == ["line"]
    assert kinds(found, "dot") == []


def test_a_picture_that_leaves_rows_out_says_how_many() -> None:
    rows: list[Row] = [(str(at), Decimal(1), None, None) for at in range(61)]
    assert undrawn(table(Drawing.INTERVALS, RATIOS, rows[:60], **OF_RATIOS), EN) == ""
    said = "60 of 61 rows are drawn; the table has them all."
    assert undrawn(table(Drawing.INTERVALS, RATIOS, rows, **OF_RATIOS), EN) == said


def test_a_threshold_is_drawn_where_it_lies() -> None:
    ratios = table(
        Drawing.INTERVALS, {"g": Kind.TEXT, "r": Kind.RATIO}, [("A", Decimal("0.8")), ("B", Decimal(1))],
        label="g", value="r", low="r", high="r",
    )  # fmt: skip
    assert ratios.picture is not None
    marked = Picture(ratios.picture.kind, ratios.picture.roles, (Mark(Decimal("0.8"), "screen"),))
    found = shapes(Table("t", "T", ratios.columns, ratios.rows, 2, "x", picture=marked))
    [line] = kinds(found, "mark")
    assert line.attributes["x1"] == kinds(found, "dot")[0].attributes["cx"]
    assert "screen" in texts(found)


def test_a_curve_goes_across_before_it_goes_down_and_shows_its_deadline() -> None:
    series = Series("a", "rejections", ((0, Fraction(1)), (7, Fraction(0))), ((Fraction(0), Fraction(1)),
                    (Fraction(3), Fraction(1, 2)), (Fraction(5), Fraction(0))))  # fmt: skip
    chart = rounded(Chart("c", "C", "days", "untold", (series,), 2, "x", marks=(Mark(Fraction(5), "deadline", "a"),)))
    assert isinstance(chart, Chart)
    found = shapes(chart)
    path = next(each for each in kinds(found, "line-0") if "h" in each.attributes.get("d", ""))
    assert re.fullmatch(r"M[\d.]+ [\d.]+(h[\d.]+v[\d.]+)+(h[\d.]+)?", path.attributes["d"])
    assert {"deadline", "rejections", "100%", "0%", "days"} <= set(texts(found))


def test_a_calendar_counts_rows_or_adds_up_a_figure_by_day() -> None:
    days = {"day": Kind.DAY, "n": Kind.COUNT}
    rows: list[Row] = [("2026-03-02", 2), ("2026-03-02", 3), ("2026-03-08", 1), ("soon", 9), (None, 9)]
    counted = texts(shapes(table(Drawing.CALENDAR, days, rows, day="day")))
    added = shapes(table(Drawing.CALENDAR, days, rows, day="day", value="n"))
    assert [each for each in counted if each.isdigit()] == ["2", "1"]
    assert [each for each in texts(added) if each.isdigit()] == ["5", "1"]
    squares = [each.attributes.get("d", "z").count("z") for each in kinds(added, "cell")]  # empty ones are one shape
    assert sum(squares) == 7
    assert kinds(added, "depth-4")[0].text == "2 Mar 2026: 5"
    assert "周一" in texts(shapes(table(Drawing.CALENDAR, days, rows, day="day"), lang="zh"))


def test_a_matrix_puts_numbers_in_order_and_leaves_out_what_does_not_occur() -> None:
    cells = {"a": Kind.POINTS, "b": Kind.POINTS, "n": Kind.COUNT}
    rows: list[Row] = [(Fraction(5, 2), Fraction(3), 4), (Fraction(1), Fraction(3), 1)]
    found = shapes(table(Drawing.MATRIX, cells, rows, row="a", across="b", value="n"))
    said = texts(found)
    assert said.index("1") < said.index("2.5")
    assert len(kinds(found, "cell")) == 2


def test_a_trend_runs_from_the_earliest_period_to_the_latest_and_says_its_ends() -> None:
    rows: list[Row] = [("2026Q2", Fraction(9, 10), None), ("2026Q1", Fraction(1, 2), None)]
    columns = {"p": Kind.PERIOD, "share": Kind.SHARE, "none": Kind.COUNT}
    found = shapes(table(Drawing.TREND, columns, rows, along="p", values="share none"))
    said = texts(found)
    assert {"90.0%", "50.0% \u2013 90.0%", "Q1 2026", "Q2 2026", "-"} <= set(said)
    dots = kinds(found, "dot")
    assert [each.text for each in dots] == ["Q1 2026: 50.0%", "Q2 2026: 90.0%"]
    assert float(dots[0].attributes["cy"]) > float(dots[1].attributes["cy"])


def test_a_trend_writes_large_only_what_the_last_period_has() -> None:
    rows: list[Row] = [("2026Q3", None), ("2026Q2", Fraction(9, 10)), ("2026Q1", Fraction(1, 2))]
    found = shapes(table(Drawing.TREND, {"p": Kind.PERIOD, "share": Kind.SHARE}, rows, along="p", values="share"))
    assert [each.text for each in kinds(found, "large")] == ["-"]


def test_a_timeline_has_a_lane_a_kind_and_a_bar_for_what_lasted() -> None:
    columns = {"at": Kind.INSTANT, "what": Kind.TEXT, "until": Kind.DAY}
    rows: list[Row] = [
        ("2026-03-01T09:00:00.000000Z", "decided", None),
        ("2026-03-02", "promise", "2026-03-09"),
        ("2026-03-04T10:00:00.000000Z", "decided", None),
        ("later", "decided", None),
    ]
    found = shapes(table(Drawing.TIMELINE, columns, rows, at="at", lane="what", until="until"))
    assert {"decided", "promise", "1 Mar 2026", "9 Mar 2026"} <= set(texts(found))
    assert (len(kinds(found, "dot")), len(kinds(found, "bar"))) == (3, 1)


@pytest.mark.parametrize("kind", list(Drawing))
def test_a_table_without_rows_has_no_picture(kind: Drawing) -> None:
    needed, may = PARTS[kind]
    roles = dict.fromkeys(needed | may, "a")
    assert drawn(table(kind, {"a": Kind.COUNT}, [], **roles), EN) == ()


CELLS = st.one_of(st.none(), st.decimals(-3, 3, places=3), st.integers(-5, 100_000), st.text(max_size=12),
                  st.dates().map(str), st.datetimes().map(lambda at: at.isoformat() + "Z"))  # fmt: skip


@pytest.mark.parametrize("kind", list(Drawing))
@given(data=st.data())
def test_no_values_break_a_picture_or_leave_its_frame(kind: Drawing, data: st.DataObject) -> None:
    needed, may = PARTS[kind]
    names = sorted(needed | may)
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(names)), min_size=1, max_size=6))
    columns = tuple(
        Column(name, name, data.draw(st.sampled_from([Kind.RATIO, Kind.SHARE, Kind.POINTS]))) for name in names
    )
    picture = Picture(kind, {name: (name,) for name in names}, (Mark(Decimal(1), "one"),))
    block = Table("t", "T", columns, tuple(rows), 1, "x", picture=picture)
    for width in WIDTHS.values():
        for svg in drawn(block, EN, {"wide": width}):
            assert svg == drawn(block, EN, {"wide": width})[0], "the same values give the same picture"
            for each in outline(str(svg)):
                for name in ("x", "x1", "x2", "cx"):
                    assert -1 <= float(each.attributes.get(name, 0)) <= width + 1


@given(st.text(), st.floats(20, 400))
def test_a_shortened_text_fits(text: str, room: float) -> None:
    assert width_of(shortened(text, room)) <= room


@given(st.decimals(-1000, 1000, places=3), st.decimals("0.001", 1000, places=3), st.integers(2, 12))
def test_ticks_lie_between_the_ends_and_are_not_too_many(first: Decimal, span: Decimal, most: int) -> None:
    found = ticks(first, first + span, most)
    assert len(found) <= most + 1
    assert all(first <= at <= first + span for at in found)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"kind": "intervals", "label": "a"}, "needs high, low, value"),
        ({"kind": "calendar", "day": "a", "lane": "b"}, "has no lane"),
        ({"kind": "pie"}, "intervals"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused(said: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        ChartDeclared.model_validate(said)


def test_every_kind_of_picture_says_which_parts_it_has() -> None:
    assert set(PARTS) == set(Drawing)


def test_every_line_of_six_has_its_own_colour_and_its_own_dash() -> None:
    css = (files("evenhand") / "render/page/picture.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"\.picture \.line-(\d),[^{]*\{stroke:([^}]+)\}", css))
    dashes = dict(re.findall(r"path\.line-(\d)\{stroke-dasharray:([^}]+)\}", css))
    assert set(colours) == set(dashes) == {str(each) for each in range(1, STYLES)}  # the first is whole, in the accent
    assert len({*colours.values(), "var(--accent)"}) == len({*dashes.values(), ""}) == STYLES
