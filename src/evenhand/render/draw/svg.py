"""Shapes and texts of one picture, written out as SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup, escape

from evenhand.render.escape import line

Place = tuple[float, float, float, float]
"""Left, top, width, height."""
Number = int | float | Decimal | Fraction

TEXT = 12
"""Height of texts in a picture, in its own units, which are pixels unless the picture is shrunk."""
_NARROW, _WIDE = 0.54, 1.0  # of a letter, in heights; measured on common faces


def width_of(text: str, size: float = TEXT) -> float:
    """Estimate how wide a text is: pictures are made without knowing the reader's typeface."""
    return size * sum(_WIDE if unicodedata.east_asian_width(each) in "WF" else _NARROW for each in text)


def shortened(text: str, room: float, size: float = TEXT) -> str:
    """Cut a text to the room there is, with an ellipsis where it was cut."""
    text = line(text)
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "\u2026", size) > room:
        text = text[:-1]
    return text.rstrip() + "\u2026"


class Picture:
    """A picture of a fixed width that grows downwards as things are put on it."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.height = 0.0
        self._parts: list[str] = []

    def text(self, x: float, y: float, said: str, kind: str = "label", anchor: str = "start") -> None:
        """Write a text with its baseline at ``y``; a ``label`` is what a text is unless something else is said."""
        of = " ".join(each for each in (kind, anchor) if each not in {"label", "start"})
        self._put("text", {"x": round(x), "y": round(y), "class": of}, escape(line(said)), y)

    def rule(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        self._put("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": kind}, "", y1, y2)

    def box(self, place: Place, kind: str, says: str = "") -> None:
        """Draw a box; ``says`` is shown to a mouse that rests on it."""
        x, y, w, h = place
        self._put("rect", {"x": x, "y": y, "width": w, "height": h, "class": kind}, _title(says), y + h)

    def boxes(self, corners: Iterable[tuple[float, float]], size: float, kind: str) -> None:
        """Draw squares that say nothing, all as one shape."""
        side = _n(size)
        steps = [f"M{_n(x)} {_n(y)}h{side}v{side}h-{side}z" for x, y in corners]
        if steps:
            self.path("".join(steps), kind)

    def dot(self, x: float, y: float, r: float, kind: str, says: str = "") -> None:
        """Draw a dot."""
        self._put("circle", {"cx": x, "cy": y, "r": r, "class": kind}, _title(says), y + r)

    def path(self, steps: str, kind: str) -> None:
        """Draw along a path."""
        self._put("path", {"d": steps, "class": kind}, "")

    def down_to(self, y: float) -> None:
        """Make the picture reach down to ``y`` at least."""
        self.height = max(self.height, y)

    def written(self, says: str, kind: str) -> Markup:
        """Write the whole as one image, whose name for those who do not see it is ``says``."""
        width, height = self.width, int(self.height) + 6
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture {kind}" role="img" '
            f'aria-label="{escape(line(says))}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        )
        return Markup(head + "".join(self._parts) + "</svg>")  # noqa: S704 - made here of escaped texts and numbers

    def _put(self, name: str, attributes: Mapping[str, float | str], holds: str, *bottoms: float) -> None:
        said = "".join(f" {key}={_value(value)}" for key, value in attributes.items() if value != "")
        self._parts.append(f"<{name}{said}>{holds}</{name}>" if holds else f"<{name}{said} />")
        self.down_to(max(bottoms, default=0))


def _title(says: str) -> str:
    return f"<title>{escape(line(says))}</title>" if says else ""


def _value(value: float | str) -> str:
    """Write a value without quotes where HTML needs none: there are thousands of them."""
    if not isinstance(value, str):
        return _n(value)
    return f'"{value}"' if " " in value else value


class Scale:
    """Maps values onto a stretch of pixels."""

    def __init__(self, first: Number, last: Number, start: float, end: float) -> None:
        self.first, self.last = float(first), float(last)
        self.start, self.end = start, end

    def __call__(self, value: Number) -> float:
        """Place a value; one outside goes to the edge."""
        span = self.last - self.first
        share = (float(value) - self.first) / span if span else 0.5
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def holds(self, value: Number) -> bool:
        """Say whether a value lies on the stretch."""
        return self.first <= float(value) <= self.last


def ticks(first: Number, last: Number, most: int) -> tuple[Decimal, ...]:
    """Choose round values between two, at most so many."""
    span = Decimal(str(float(last) - float(first)))
    if span <= 0:
        return (Decimal(str(float(first))),)
    step = Decimal(10) ** (span / most).adjusted()
    step = next(step * by for by in (1, 2, 5, 10, 20) if span / (step * by) <= most)
    at = (Decimal(str(float(first))) / step).to_integral_value("ROUND_CEILING") * step
    found: list[Decimal] = []
    while at <= Decimal(str(float(last))):
        found.append(at)
        at += step
    return tuple(found)


def plain(value: Decimal) -> str:
    """Write a tick's value without needless noughts."""
    return f"{value.normalize():f}"


def steps_of(points: list[tuple[float, float]]) -> str:
    """Write a path that goes across first, then down, as a survival curve does; steps too small to see are joined."""
    if not points:
        return ""
    (x, y), *rest = [(round(10 * x), round(10 * y)) for x, y in points]
    said = [_start(x, y)]
    for to_x, to_y in rest:
        if to_y != y:
            said.append(f"h{_tenths(to_x - x)}v{_tenths(to_y - y)}")
            x, y = to_x, to_y
    if rest and rest[-1][0] != x:
        said.append(f"h{_tenths(rest[-1][0] - x)}")
    return "".join(said)


def line_of(points: list[tuple[float, float]]) -> str:
    """Write a path straight from point to point."""
    if not points:
        return ""
    (x, y), *rest = [(round(10 * x), round(10 * y)) for x, y in points]
    said = [_start(x, y)]
    for to_x, to_y in rest:
        said.append(f"l{_tenths(to_x - x)} {_tenths(to_y - y)}")
        x, y = to_x, to_y
    return "".join(said)


def _start(x: int, y: int) -> str:
    return f"M{_tenths(x)} {_tenths(y)}"


def _n(value: float) -> str:
    return _tenths(round(10 * value))


def _tenths(value: int) -> str:
    """Write tenths of a pixel, as short as they can be."""
    whole, rest = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" if not rest else f"{sign}{whole or ''}.{rest}"
