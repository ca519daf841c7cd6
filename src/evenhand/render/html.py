"""Write blocks as one web page: no script, no request to anywhere, readable by eye, ear, keyboard and on paper.

``page`` is for whoever has blocks and no report, such as the file of one candidacy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from evenhand.render import stamp as stamps
from evenhand.render.blocks import Block, Grounds, Report
from evenhand.render.draw.drawing import WIDTHS
from evenhand.render.escape import line
from evenhand.render.page.parts import looks_of, part
from evenhand.render.page.said import again, definitions, entries, entries_left_out, strip, words_of_page
from evenhand.resources import packaged
from evenhand.words import translator

TAGS = {"en": "en", "zh": "zh-CN"}
_SHELF = ("render", "page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page says, before it is HTML; only title, question, language and blocks have to be there."""

    lang: str
    title: str
    question: str
    blocks: tuple[Block, ...]
    above: tuple[str, ...] = ()
    """Small print above the title, such as the ledger's origin."""
    strip: tuple[tuple[str, str], ...] = ()
    """What a reader has to know first, as labels and values."""
    grounds: Grounds = field(default_factory=Grounds)
    made_from: tuple[tuple[str, str], ...] = ()
    again: str | None = None
    """The command that makes the page again."""


def render(report: Report) -> str:
    """Write a report as a page."""
    return page(page_of(report))


def page_of(report: Report) -> Page:
    """Put a report and its stamp onto a page."""
    stamp = report.stamp
    words = translator(stamp.lang)
    return Page(
        lang=stamp.lang,
        title=report.title,
        question=report.question,
        blocks=report.blocks,
        above=(stamp.origin,),
        strip=strip(stamp, words),
        grounds=report.grounds,
        made_from=stamps.lines(stamp, words),
        again=again(report),
    )


def page(of: Page) -> str:
    """Write a page that a browser shows and prints."""
    return written(of, style=_style("page.css") + _style("picture.css"))


def written(of: Page, *, style: str, widths: Mapping[str, int] = WIDTHS, warning: str | None = None) -> str:
    """Write a page in a style of one's own, with its pictures in widths of one's own."""
    words = translator(of.lang)
    named = {each.position for each in of.grounds.entries}
    parts = [part(block, of.grounds, words, widths) for block in of.blocks]
    return _template().render(
        page=of,
        tag=TAGS[of.lang],
        style=Markup(style + looks_of(parts)),  # noqa: S704 - a style sheet of ours
        say=words_of_page(words),
        parts=parts,
        named=named,
        entries=list(entries(of, words)),
        entries_left_out=entries_left_out(of, words),
        definitions=list(definitions(of.grounds, words)),
        warning=warning,
    )


def _style(name: str) -> str:
    return packaged(*_SHELF, name)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
        loader=DictLoader({"page": packaged(*_SHELF, "page.html.j2")}),
    )
    return environment.get_template("page")


def _harmless(value: Any) -> Any:
    """Show what would turn or break a line as its code point, in whatever the template prints."""
    return line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
