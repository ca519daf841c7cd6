"""What a spreadsheet says beside its cells: its sheets, its shared texts, and which number formats show a date."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from posixpath import dirname, join, normpath
from typing import Final

from evenhand.errors import InputError
from evenhand.importers.container import Container, local, strict_parser
from evenhand.sentence import Sentence

_SMALL: Final = 16 << 20
_TEXTS: Final = 512 << 20
_OFFICE: Final = "/officeDocument"
_ID: Final = re.compile(r"(?:^| )id$")
_UNSHOWN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


class Shows(StrEnum):
    """What a number format shows of a number."""

    NUMBER = "number"
    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
    CLOCK = "a time of day without its date"


_BUILT_IN: Final[Mapping[int, Shows]] = {
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), Shows.DAY),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 55, 56), Shows.CLOCK),
    22: Shows.MINUTE,
}
"""ECMA-376 part 1, 18.8.30: the formats that are not written in a file, those of Chinese programs among them."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook, without the cells of its sheets."""

    sheets: Mapping[str, str]
    """Part of each sheet that people see, by its name."""
    shows: Sequence[Shows]
    """By the number of a cell's style."""
    since_1904: bool
    texts: Sequence[str] = field(repr=False)


def read_workbook(container: Container) -> Workbook:
    """Read everything but the cells. Raises ``InputError``."""
    book = _book(container)
    parts = _related(container, book)
    sheets: dict[str, str] = {}
    since_1904 = False
    for tag, attributes in container.elements(book, most=_SMALL):
        if tag == "workbookPr":
            since_1904 = attributes.get("date1904") in {"1", "true"}
        elif tag == "sheet" and attributes.get("state", "visible") == "visible":
            reference = next((value for name, value in attributes.items() if _ID.search(name)), "")
            kind, part = parts.get(reference, ("", ""))
            if kind == "worksheet" and part in container:
                sheets[attributes.get("name", "")] = part
    by_kind = {kind: part for kind, part in parts.values() if part in container}
    return Workbook(sheets, _shown(container, by_kind.get("styles")), since_1904, _texts(container, by_kind))


def _book(container: Container) -> str:
    for tag, attributes in container.elements("_rels/.rels", most=_SMALL):
        if tag == "Relationship" and attributes.get("Type", "").endswith(_OFFICE):
            part = attributes.get("Target", "").lstrip("/")
            if part.endswith(".xml"):
                return part
    raise InputError(Sentence("{path}: not an .xlsx spreadsheet; save it as one, or as CSV", path=container.path))


def _related(container: Container, part: str) -> dict[str, tuple[str, str]]:
    """Answer with kind and name of the parts that one names, by the name it has for them."""
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}
    for tag, attributes in container.elements(join(folder, "_rels", f"{name}.rels"), most=_SMALL):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = normpath(join("/", dirname(part), attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = attributes.get("Type", "").rpartition("/")[2], target
    return found


def _shown(container: Container, part: str | None) -> list[Shows]:
    if part is None:
        return []
    own: dict[int, Shows] = {}
    shown: list[Shows] = []
    within = False
    for tag, attributes in container.elements(part, most=_SMALL):
        if tag == "numFmt":
            own[_number(attributes.get("numFmtId"))] = shows(attributes.get("formatCode", ""))
        elif tag in {"cellXfs", "cellStyles", "dxfs"}:
            within = tag == "cellXfs"
        elif tag == "xf" and within:
            known = _number(attributes.get("numFmtId"))
            shown.append(own.get(known) or _BUILT_IN.get(known, Shows.NUMBER))
    return shown


def shows(code: str) -> Shows:
    """Say what a number format such as ``yyyy"年"m"月"d"日"`` shows, by its first section."""
    bare = _UNSHOWN.sub("", code).partition(";")[0].lower()
    if _ELAPSED.search(bare) or "general" in bare or "0" in bare.replace("ss.0", "ss") or "#" in bare:
        return Shows.NUMBER
    clock = "h" in bare or "s" in bare
    if "y" in bare or "d" in bare or ("m" in bare and not clock):
        return Shows.SECOND if "s" in bare else Shows.MINUTE if clock else Shows.DAY
    return Shows.CLOCK if clock else Shows.NUMBER


def _texts(container: Container, parts: Mapping[str, str]) -> list[str]:
    """Read the texts that cells share; what is written above them to be read aloud is left out."""
    part = parts.get("sharedStrings")
    if part is None:
        return []
    if container.size(part) > _TEXTS:
        raise InputError(
            Sentence("{path}: its texts are more than fit into memory; save it as CSV", path=container.path)
        )
    texts = _Texts()
    for _ in container.feed(part, texts.parser):
        pass
    return texts.found


class _Texts:
    """Gathers the shared texts while a parser walks through them."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parser = strict_parser()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.CharacterDataHandler = self._text
        self._said: list[str] = []
        self._aloud = self._within = False

    def _start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "rPh":
            self._aloud = True
        elif name == "t":
            self._within = not self._aloud

    def _end(self, tag: str) -> None:
        name = local(tag)
        if name == "rPh":
            self._aloud = False
        elif name == "t":
            self._within = False
        elif name == "si":
            self.found.append("".join(self._said))
            self._said.clear()

    def _text(self, data: str) -> None:
        if self._within:
            self._said.append(data)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else -1
