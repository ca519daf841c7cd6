"""The page of a report, as text: nothing hostile, nothing from elsewhere, everything leads somewhere."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_hand import stamp
from evenhand import render
from evenhand.render import blocks, html
from evenhand.render.blocks import Definition, Drawing, Grounds, Named, Picture, Source
from evenhand.render.declare import declaration_of
from evenhand.render.escape import unsafe
from evenhand.render.page.titles import MEASURES
from evenhand.render.rounding import rounded
from outline import named, outline

HOSTILE = "</title><script>alert(1)</script>\"' onload=x &amp;\u202e\x1b[31m\x00{{ 7*7 }}{% if %}"


def grounds() -> Grounds:
    return Grounds(
        sources={"rates": Source(("selection",), ("selection",)), "list": Source(("finding",))},
        projections=(
            Definition("selection", "Selection", "one row per person", (("person", "The person."),)),
            Definition("finding", "Finding", "one row per finding", (("code", "Its code."),)),
        ),
        measures=(Definition("selection", "Selection rates.", "More."),),
        entries=(Named(5, "decision.made.v1", "2026-07-01T00:00:00.000000Z"),),
    )


@pytest.fixture
def page(sample: blocks.Report) -> str:
    return html.render(replace(sample, grounds=grounds()))


def hostile(text: str) -> blocks.Report:
    """A report in which every text there can be is the same hostile one."""
    mark, line = blocks.Mark(Fraction(1), text, "s"), ((0, Fraction(1)), (3, Fraction(0)))
    picture = Picture(Drawing.INTERVALS, {"facet": ("f",), "label": ("a",), "value": ("v",), "low": ("v",),
                                          "high": ("v",), "word": ("f",)}, (mark,))  # fmt: skip
    columns = (
        blocks.Column("a", text, absent=text),
        blocks.Column("f", text, blocks.Kind.CODE, ((text, text),)),
        blocks.Column("v", text, blocks.Kind.RATIO),
        blocks.Column("d", text, blocks.Kind.DAY),
        blocks.Column("i", text, blocks.Kind.ID),
    )
    parts: tuple[blocks.Block, ...] = (
        blocks.Text("t", text, (text,)),
        blocks.Table("g", text, columns, ((text, text, 1, text, text), (None, None, None, None, None)), 1, text,
                     (blocks.LeftOut(1, text),), (text,), picture),
        blocks.Chart("c", text, text, text, (blocks.Series("s", text, line),), 1, text, (), (text,), (mark,)),
        blocks.Verdict("v", text, text, text, 1, text, text, (text,)),
        blocks.Findings("l", text, (blocks.Item(text, text, (1,)),), 1, text, (text,)),
    )  # fmt: skip
    said = Grounds(
        {"g": Source(("p",), ("m",))},
        (Definition("p", text, text, (("a", text),), own=True),),
        (Definition("m", text, text),),
        (Named(1, text, text),),
    )
    return blocks.Report("sample", text, text, stamp(origin=text, custom=(text,)), tuple(map(rounded, parts)), said)


def test_no_recorded_text_becomes_markup_or_turns_a_line() -> None:
    shown = html.render(hostile(HOSTILE))
    plain = html.render(hostile("harmless"))
    elements = Counter(each.name for each in outline(shown))
    assert elements == Counter(each.name for each in outline(plain))
    assert "script" not in elements
    assert not [each for each in shown if unsafe(each) and each != "\n"]
    assert "\\u202e" in shown
    assert "{{ 7*7 }}" in shown, "a text is never read as a template"
    attributes = {name for each in outline(shown) for name in each.attributes}
    assert not [name for name in attributes if name.startswith("on")]


_KINDS = {(each.name, *sorted(each.attributes)) for each in outline(html.render(hostile("x" * 70)))}
_SHORT_KINDS = {(each.name, *sorted(each.attributes)) for each in outline(html.render(hostile("x")))}


@given(st.text(max_size=80))
def test_no_text_at_all_brings_a_new_kind_of_element_onto_a_page(text: str) -> None:
    shown = html.render(hostile(text or "x"))
    assert {(each.name, *sorted(each.attributes)) for each in outline(shown)} <= _KINDS | _SHORT_KINDS | {("td",)}


def test_a_page_asks_for_nothing_and_lets_nothing_run(page: str) -> None:
    policy = next(each for each in named(page, "meta") if each.attributes.get("http-equiv"))
    assert policy.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    for name in ("script", "link", "img", "iframe", "object", "embed", "form", "base", "image", "use", "foreignobject"):
        assert not named(page, name), name
    assert re.findall(r"url\(|@import|@font-face|src=", page) == []
    assert {each.attributes["href"][0] for each in named(page, "a")} == {"#"}


def test_a_page_has_one_heading_a_language_and_its_landmarks(sample: blocks.Report, page: str) -> None:
    assert len(named(page, "h1")) == 1
    assert [len(named(page, name)) for name in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert named(page, "html")[0].attributes["lang"] == "en"
    chinese = html.render(replace(sample, stamp=replace(sample.stamp, lang="zh"), grounds=grounds()))
    assert named(chinese, "html")[0].attributes["lang"] == "zh-CN"
    assert "PingFang SC" in chinese, "a face that has Chinese signs is named"
    told = next(each for each in named(chinese, "div") if each.attributes.get("id") == "projection-selection")
    assert told.attributes["lang"] == "en", "what documents itself in English says so"


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(page: str) -> None:
    assert len(named(page, "caption")) == len(named(page, "table")) == 3
    assert {each.attributes.get("scope") for each in named(page, "th")} == {"col", "row"}


def test_every_link_leads_to_a_place_on_the_page_and_no_place_is_there_twice(page: str) -> None:
    ids = [each.attributes["id"] for each in outline(page) if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    wanted = {each.attributes["href"][1:] for each in named(page, "a")}
    assert wanted - set(ids) == set()


def test_a_block_leads_to_the_definitions_of_its_figures(page: str) -> None:
    links = {each.attributes["href"] for each in named(page, "a")}
    assert {"#projection-selection", "#measure-selection", "#projection-finding"} <= links
    assert "one row per person" in page


def test_a_title_in_the_language_of_the_page_is_marked_as_such_among_english_definitions(sample: blocks.Report) -> None:
    said = Definition("selection", "通过与否", "one row per person", titled_in="zh")
    stamp = replace(sample.stamp, lang="zh")
    shown = html.render(replace(sample, stamp=stamp, grounds=replace(grounds(), projections=(said,))))
    assert {each.text for each in named(shown, "a") if each.attributes["href"] == "#projection-selection"} == {
        "通过与否"
    }
    assert '<div class="defined" id="projection-selection" lang="en">' in shown
    assert '<h3 lang="zh-CN">通过与否 <code>selection</code></h3>' in shown
    assert "<h3>Selection rates. <code>selection</code></h3>" in shown, "a measure documents itself in English"


def test_a_finding_leads_to_its_entries_and_an_entry_back_to_its_findings(page: str) -> None:
    item = next(each for each in named(page, "li") if each.attributes.get("id") == "block-list-1")
    assert "told late" in item.text
    assert "<a href=#e5>5</a>, 6" in page, "an entry that is not told of is named without a link"
    row = next(each for each in named(page, "tr") if each.attributes.get("id") == "e5")
    assert "decision.made.v1" in row.text
    assert "1 Jul 2026, 00:00:00 UTC" in row.text
    assert "<a href=#block-list>5</a>" in page


def test_columns_of_a_projection_shown_as_it_is_lead_to_their_own_definitions(sample: blocks.Report) -> None:
    said = Grounds({"rates": Source(("p",), (), "p")}, (Definition("p", "P", "one row", (("n", "How many."),)),))
    shown = html.render(replace(sample, grounds=said))
    assert '<a href="#projection-p-n">n</a>' in shown
    assert '<dt id="projection-p-n">' in shown


def test_dates_and_numbers_are_as_the_language_writes_them() -> None:
    from evenhand.render import local

    assert local.period("2026Q3", "zh") == "2026年第3季度"
    assert local.period("2026Q3", "en") == "Q3 2026"
    assert local.period("2026-05", "zh") == "2026年5月"
    assert local.period("2026", "en") == "2026"
    assert local.period("2026-05-01..2026-05-09", "en") == "1 May 2026 \u2013 9 May 2026"
    assert local.day("2026-09-30", "zh") == "2026年9月30日"
    assert local.instant("2026-09-30T08:00:00.000000Z", "zh") == "2026年9月30日 08:00:00 UTC"
    for odd in ("", "soon", "2026-13-01", "2026-09-30T08:00:00", "\u0662"):
        assert (local.day(odd, "en"), local.instant(odd, "en"), local.period(odd, "zh")) == (odd, odd, odd)


def test_the_printed_digits_are_those_of_every_other_format(page: str) -> None:
    for said in ("64.0%", "33.3%", "0.586", "0.063", "12,000", "four-fifths screen: below", "reference"):
        assert said in page, said


def test_a_page_can_be_made_of_blocks_without_a_report() -> None:
    text = blocks.Text("note", "Note", ("Only this.",))
    shown = html.page(html.Page(lang="zh", title="T", question="Q", blocks=(text,), made_from=(("L", "v"),)))
    assert "Only this." in shown
    assert "#entries" not in shown
    assert "#definitions" not in shown
    bare = html.page(html.Page(lang="en", title="T", question="Q", blocks=(text,)))
    assert "made-from" not in bare, "nothing is named that it was made from"


def test_a_picture_that_does_not_draw_every_row_says_so_below_it() -> None:
    columns = tuple(blocks.Column(key, key) for key in ("g", "r"))
    roles = {"label": ("g",), **dict.fromkeys(("value", "low", "high"), ("r",))}
    for n, said in ((60, False), (61, True)):
        rows = tuple((str(at), Decimal(1)) for at in range(n))
        picture = blocks.Picture(blocks.Drawing.INTERVALS, roles)
        table = blocks.Table("t", "T", columns, rows, n, "x", picture=picture)
        shown = html.page(html.Page(lang="en", title="T", question="Q", blocks=(table,)))
        assert ("<figcaption>60 of 61 rows are drawn" in shown) is said


def test_the_command_that_makes_a_page_again_stands_on_it(page: str) -> None:
    again = "evenhand report sample --as-of 8@2026-07-01T00:00:00.000000Z --zone Europe/Berlin"
    assert f"{again} --period 2026-04-01..2026-06-30 --lang en -f html" in page


def test_an_id_is_shown_by_its_end_and_is_whole_when_copied_or_printed() -> None:
    whole = "0190b0a4-6c00-7000-8000-0123456789ab"
    columns = (blocks.Column("i", "Candidacy", blocks.Kind.ID),)
    table = blocks.Table("g", "G", columns, ((whole,), ("no-uuid",)), 2, "people", ())
    page = html.render(blocks.Report("sample", "S", "Q", stamp(), (rounded(table),), Grounds()))
    assert f"<code title={whole}><i>{whole[:24]}</i>{whole[24:]}</code>" in page
    assert "<code>no-uuid</code>" in page


@pytest.mark.parametrize(("lang", "said"), [("en", "Selection rates and impact ratios"), ("zh", "通过率与影响比")])
def test_a_link_to_a_measure_has_a_title_in_the_language_of_the_page(
    sample: blocks.Report, lang: str, said: str
) -> None:
    shown = html.render(replace(sample, stamp=replace(sample.stamp, lang=lang), grounds=grounds()))
    [link] = {each.text for each in named(shown, "a") if each.attributes["href"] == "#measure-selection"}
    assert link == said


def test_every_measure_of_a_report_has_a_title() -> None:
    declared = [declaration_of(name, None).declared for name in render.names()]
    used = {measure for each in declared for block in each.block for measure in block.measures}
    assert used - set(MEASURES) == set()
