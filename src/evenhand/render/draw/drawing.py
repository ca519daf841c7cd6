"""Choose how a block is drawn, and draw it for a desk and for a telephone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from markupsafe import Markup

from evenhand.render.blocks import Chart, Drawing, Table
from evenhand.render.draw.calendar import calendar
from evenhand.render.draw.curve import curve
from evenhand.render.draw.intervals import MOST, intervals
from evenhand.render.draw.matrix import matrix
from evenhand.render.draw.svg import Picture
from evenhand.render.draw.timeline import timeline
from evenhand.render.draw.trend import trend
from evenhand.words import Translate

WIDTHS: Mapping[str, int] = MappingProxyType({"wide": 800, "narrow": 330})
"""Each picture is drawn once for each, since texts of a picture that is only shrunk cannot be read."""
_KINDS: Mapping[Drawing, Callable[[Table, int, str], Picture]] = MappingProxyType(
    {
        Drawing.INTERVALS: intervals,
        Drawing.CALENDAR: calendar,
        Drawing.MATRIX: matrix,
        Drawing.TREND: trend,
        Drawing.TIMELINE: timeline,
    }
)


def drawn(block: Table | Chart, words: Translate, widths: Mapping[str, int] = WIDTHS) -> tuple[Markup, ...]:
    """Draw a block that has a picture, once for each width; nothing if there is nothing to draw."""
    says = words.text("Chart: {title}. Its figures stand in the table below it.", title=block.title)
    pictures = {name: _one(block, width, words.lang) for name, width in widths.items()}
    kind = block.picture.kind.value if isinstance(block, Table) and block.picture else "curve"
    return tuple(picture.written(says, f"{name} {kind}") for name, picture in pictures.items() if picture)


def undrawn(block: Table | Chart, words: Translate) -> str:
    """Say how many rows a picture leaves to the table beside it; nothing if it draws them all."""
    of = isinstance(block, Table) and block.picture is not None and block.picture.kind is Drawing.INTERVALS
    if not isinstance(block, Table) or not of or len(block.rows) <= MOST:
        return ""
    return words.text("{n} of {all} rows are drawn; the table has them all.", n=MOST, all=len(block.rows))


def _one(block: Table | Chart, width: int, lang: str) -> Picture | None:
    if isinstance(block, Chart):
        return curve(block, width, lang) if block.series else None
    if block.picture is None or not block.rows:
        return None
    picture = _KINDS[block.picture.kind](block, width, lang)
    return picture if picture.height else None
