"""What a page says beside its blocks: contents, entries, definitions, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from evenhand.render import local
from evenhand.render.blocks import Definition, Grounds, Report
from evenhand.render.grounds import positions
from evenhand.render.page.parts import Link, block_id, measure_id, projection_id
from evenhand.render.period import Period, quarter_of
from evenhand.render.stamp import Stamp
from evenhand.words import Translate

if TYPE_CHECKING:
    from evenhand.render.html import Page

_MONTHS_A_YEAR = 12


class Entry(NamedTuple):
    """One entry that the page names, and where."""

    position: int
    type: str
    recorded: str
    named_in: tuple[Link, ...]


class Defined(NamedTuple):
    """One projection or measure, as it documents itself."""

    id: str
    name: str
    title: str
    titled_in: str
    says: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    columns_said: str
    linked: bool
    """Whether a table of the page shows it as it is, so that its columns lead here one by one."""


def words_of_page(words: Translate) -> Mapping[str, str]:
    """Say the page's own labels."""
    return {
        "skip": words.text("Skip to the report"),
        "contents": words.text("On this page"),
        "entries": words.text("Entries named on this page"),
        "entries_how": words.text(
            "What each entry is and when it was recorded; what it says: evenhand log --after N --limit 1, with N one "
            "less than its number."
        ),
        "entries_of": words.text("Entries:"),
        "entry": words.text("Entry"),
        "type": words.text("Type"),
        "recorded": words.text("Recorded"),
        "named_in": words.text("In section"),
        "definitions": words.text("How the figures are defined"),
        "definitions_how": words.text(
            "Projections turn entries into rows, measures judge rows. Each documents itself, in English."
        ),
        "defined_by": words.text("Defined by:"),
        "made_from": words.text("Made from"),
        "again": words.text("To make it again"),
    }


def strip(stamp: Stamp, words: Translate) -> tuple[tuple[str, str], ...]:
    """Say what a reader has to know before the first figure: what time it is about, and what was checked."""
    period = words.text("everything recorded")
    if stamp.period_from is not None and stamp.period_to is not None:
        period = local.days(_period(stamp.period_from, stamp.period_to), words.lang)
    checked = words.text("checked against the log") if stamp.checked else words.text("not checked against the log")
    if stamp.verified is not None:
        n = stamp.verified.findings
        checked = words.plural("ledger verified, {n} finding", "ledger verified, {n} findings", n)
    at = words.text("entry {position}, {at}", position=stamp.position, at=local.instant(stamp.instant, words.lang))
    return (
        (words.text("Period"), period),
        (words.text("As of"), at),
        (words.text("Facts"), checked),
    )


def _period(first: str, last: str) -> Period:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    quarter = quarter_of(period.first)
    month = (period.first.year, period.first.month) == (period.last.year, period.last.month)
    if (quarter.first, quarter.last) == (period.first, period.last):
        return quarter
    if month and Period(period.first, period.last, 1).before().last.day and _whole_month(period):
        return Period(period.first, period.last, 1)
    year = date(period.first.year, 1, 1), date(period.first.year, 12, 31)
    return Period(*year, _MONTHS_A_YEAR) if (period.first, period.last) == year else period


def _whole_month(period: Period) -> bool:
    after = date.fromordinal(period.last.toordinal() + 1)
    return period.first.day == 1 and after.day == 1


def again(report: Report) -> str:
    """Write the command that makes the report again, from the same ledger."""
    stamp = report.stamp
    made_by = report.made_by or ("report", report.name)
    said = ["evenhand", *made_by, "--as-of", f"{stamp.position}@{stamp.instant}", "--zone", stamp.zone]
    if stamp.period_from is not None:
        said += ["--period", f"{stamp.period_from}..{stamp.period_to}"]
    if stamp.resampled is not None:
        said += ["--seed", str(stamp.resampled.seed)]
    return " ".join((*map(shlex.quote, said), *stamp.asked, "--lang", stamp.lang, "-f", "html"))


def entries(page: Page, words: Translate) -> Iterator[Entry]:
    """Lead from each entry back to the blocks that name it."""
    naming: dict[int, list[Link]] = {}
    for number, block in enumerate(page.blocks, 1):
        for position in positions([block]):
            naming.setdefault(position, []).append(Link(block_id(block.key), str(number)))
    for each in page.grounds.entries:
        at = local.instant(each.recorded_at, words.lang)
        yield Entry(each.position, each.type, at, tuple(naming.get(each.position, ())))


def entries_left_out(page: Page, words: Translate) -> str:
    """Say how many entries the page names but does not tell; nothing if it tells them all."""
    more = len(positions(page.blocks)) - len(page.grounds.entries)
    if not page.grounds.entries or more <= 0:
        return ""
    return words.plural(
        "{n} entry more is named above and not listed here.",
        "{n} entries more are named above and not listed here.",
        more,
    )


def definitions(grounds: Grounds, words: Translate) -> Iterator[Defined]:
    """Write each projection and measure as it documents itself."""
    shown = {each.table for each in grounds.sources.values()}
    for each in grounds.projections:
        yield _defined(each, projection_id(each.name), words, linked=each.name in shown)
    for each in grounds.measures:
        yield _defined(each, measure_id(each.name), words, linked=False)


def _defined(of: Definition, place: str, words: Translate, *, linked: bool) -> Defined:
    said = tuple(" ".join(each.split()) for each in of.says.split("\n\n") if each.strip())
    columns = words.plural("{n} column", "{n} columns", len(of.columns))
    return Defined(place, of.name, of.title, of.titled_in, said, of.columns, columns, linked)
