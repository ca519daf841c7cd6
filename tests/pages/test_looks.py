"""Every report of the demo as a page, looked at in Debian's chromium, and by axe."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from browser import Browser
from outline import named, outline

Pages = Mapping[tuple[str, str], str]
NAMES = (*("case", "communication", "consistency", "fairness", "integrity", "latency", "retrospective", "worksheet"),)
PAGES = [(name, lang) for name in NAMES for lang in ("en", "zh")]
LIMIT = 200_000
PHONE, DESK = 390, 1280


def test_every_report_there_is_is_looked_at(pages: Pages) -> None:
    assert set(pages) == set(PAGES)


@pytest.mark.parametrize("key", PAGES, ids=" ".join)
@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_wrong_on_a_page(
    browser: Browser, pages: Pages, key: tuple[str, str], width: int, *, dark: bool
) -> None:
    page = browser.open(pages[key], width=width, dark=dark)
    found = [(each["id"], each["nodes"][0]["html"][:200]) for each in page.violations()]
    wide = page.evaluate("document.documentElement.scrollWidth")
    asked = page.asked_for()
    page.close()
    assert found == []
    assert wide <= width, "only tables scroll sideways, never the page"
    assert asked == [], "a page asks for nothing from anywhere"


@pytest.mark.parametrize("key", PAGES, ids=" ".join)
def test_a_page_is_small_and_leads_everywhere_it_says(pages: Pages, key: tuple[str, str]) -> None:
    page = pages[key]
    assert len(page.encode()) < LIMIT
    ids = [each.attributes["id"] for each in outline(page) if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert {each.attributes["href"][1:] for each in named(page, "a")} <= set(ids)


@pytest.mark.parametrize("key", PAGES, ids=" ".join)
def test_every_picture_has_its_figures_in_a_table_below_it(pages: Pages, key: tuple[str, str]) -> None:
    elements = outline(pages[key])
    figures = [at for at, each in enumerate(elements) if each.name == "figure"]
    for at in figures:
        rest = [each.name for each in elements[at + 1 :]]
        assert "table" in rest[: rest.index("section") if "section" in rest else None]
    assert len(named(pages[key], "svg")) == 2 * len(figures), "one for a desk, one for a telephone"
    assert all(each.attributes["role"] == "img" and each.attributes["aria-label"] for each in named(pages[key], "svg"))


def test_a_page_can_be_read_with_the_keyboard_alone(browser: Browser, pages: Pages) -> None:
    page = browser.open(pages["latency", "en"])
    page.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0, "it is seen once it is reached"
    page.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.close()


def test_a_printed_page_shows_what_is_folded_on_the_screen(browser: Browser, pages: Pages) -> None:
    page = browser.open(pages["fairness", "en"], media="print")
    folded = "document.querySelector('main details table')"
    assert page.evaluate(f"{folded}.getBoundingClientRect().height") > 100
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.printed().startswith(b"%PDF")
    page.close()


def test_a_picture_is_drawn_anew_for_a_telephone_and_not_only_shrunk(browser: Browser, pages: Pages) -> None:
    shown = (
        "[...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width).map(s => s.classList[1])"
    )
    for width, wanted in ((PHONE, "narrow"), (DESK, "wide")):
        page = browser.open(pages["fairness", "en"], width=width)
        assert set(page.evaluate(shown)) == {wanted}
        page.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_waits_is_read_at_a_desk_without_moving_the_table(browser: Browser, pages: Pages, lang: str) -> None:
    for width in (DESK, 1600):
        page = browser.open(pages["communication", lang], width=width)
        for key in ("overdue", "in_time", "deadlines"):
            beyond = f"(s => s.scrollWidth - s.clientWidth)(document.querySelector('#block-{key} .scroll'))"
            assert page.evaluate(beyond) <= 0, key
        longest = page.evaluate("Math.max(...[...document.querySelectorAll('p')].map(p => p.clientWidth))")
        assert longest <= 46 * 16, "lines of text stay short enough to read"
        page.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_timeline_of_a_case_is_read_on_a_telephone_from_top_to_bottom(
    browser: Browser, pages: Pages, lang: str
) -> None:
    page = browser.open(pages["case", lang], width=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    scroll = "document.querySelector('#block-timeline .scroll')"
    assert page.evaluate(f"{scroll}.scrollWidth - {scroll}.clientWidth") <= 0
    said = f"[...{scroll}.querySelectorAll('tbody tr > :last-child')]"
    assert page.evaluate(f"Math.max(...{said}.map(each => each.getBoundingClientRect().right))") <= PHONE
    page.close()


def test_numbers_stand_at_the_right_of_their_columns_and_texts_at_the_left(browser: Browser, pages: Pages) -> None:
    page = browser.open(pages["communication", "en"])
    placed = "[...r.children].map(each => getComputedStyle(each)['text-align'])"
    rows = {
        tuple(row) for row in page.evaluate(f"[...document.querySelectorAll('#block-deadlines tr')].map(r => {placed})")
    }
    (only,) = rows
    heads = page.evaluate("[...document.querySelectorAll('#block-deadlines thead th')].map(each => each.textContent)")
    stands = dict(zip(heads, only, strict=True))
    assert (stands["Deadline"], stands["Clocks"], stands["Late"]) == ("left", "right", "right")
    page.close()
