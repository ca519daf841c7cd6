"""A page read as a screen reader would walk it: elements with their attributes and texts, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_ALONE = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr"})


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    text: str = ""
    parts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(each.name for each in self._open))
        self.elements.append(element)
        if tag not in _ALONE:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, ()))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().name != tag:
            continue

    def handle_data(self, data: str) -> None:
        for each in self._open:
            each.text += data


def outline(html: str) -> list[Element]:
    """List the elements of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.elements


def named(html: str, name: str) -> list[Element]:
    """List the elements of one name."""
    return [each for each in outline(html) if each.name == name]
