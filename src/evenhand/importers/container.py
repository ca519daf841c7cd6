"""Open the ZIP container of a spreadsheet, and refuse what no spreadsheet program writes.

A container is judged by its directory before a byte of it is unpacked: encrypted parts, two parts of one name, parts
that share bytes, unknown compression, and parts that would grow beyond all measure are refused.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NoReturn, Self
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from evenhand.errors import InputError, reason
from evenhand.sentence import Sentence

_MOST_PARTS: Final = 10_000
_LARGEST: Final = 4 << 30
_SUSPICIOUS: Final = 16 << 20
_MOST_TIMES: Final = 200
"""So many times its packed size a part above the suspicious size may have; what people write stays far below."""
_LOCAL_HEADER: Final = 30
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_PIECE: Final = 1 << 16
_ENCRYPTED: Final = 1


class Container:
    """The parts of one spreadsheet by name."""

    def __init__(self, path: Path) -> None:
        """Open and judge the container. Raises ``InputError``."""
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None
        try:
            self._parts = self._judged()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def size(self, name: str) -> int:
        """Answer with the size of a part when it is unpacked; unpacking stops there."""
        return self._parts[name].file_size

    def elements(self, name: str, *, most: int) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Read the elements of a small part, without their texts; one of more than ``most`` bytes is refused."""
        if name not in self._parts:
            self._broken()
        if self._parts[name].file_size > most:
            raise InputError(
                Sentence("{path}: the workbook's own tables are larger than any a person makes", path=self.path)
            )
        found: list[tuple[str, Mapping[str, str]]] = []
        parser = strict_parser()
        parser.StartElementHandler = lambda tag, attributes: found.append((local(tag), attributes))
        for _ in self.feed(name, parser):
            yield from found
            found.clear()
        yield from found

    def feed(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Feed a part to a parser piece by piece, and stop after each. Raises ``InputError`` if it is broken."""
        with self._unpacking(), self._zip.open(self._parts[name]) as part:
            yield from _fed(part, parser)

    @contextmanager
    def _unpacking(self) -> Generator[None]:
        try:
            yield
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, expat.ExpatError, UnicodeDecodeError):
            self._broken()
        except ValueError as error:  # of a parser's own, in words
            raise InputError(Sentence("{path}: {error}", path=self.path, error=error)) from None

    def _judged(self) -> dict[str, ZipInfo]:
        if self._file.read(len(_OLE)) == _OLE:
            raise InputError(
                Sentence(
                    "{path}: an old or a protected spreadsheet; save it as .xlsx without a password", path=self.path
                )
            )
        try:
            self._zip = ZipFile(self._file)
            parts = self._zip.infolist()
        except (BadZipFile, NotImplementedError, EOFError, ValueError, OSError):
            raise InputError(
                Sentence("{path}: not an .xlsx spreadsheet; save it as one, or as CSV", path=self.path)
            ) from None
        if any(part.header_offset < 0 for part in parts):  # said to lie before the file begins
            self._broken()
        trick = _trick(parts, self._zip.start_dir)
        if trick:
            raise InputError(
                Sentence(
                    "{path}: {trick}, as no spreadsheet program writes it; open it and save it again",
                    path=self.path,
                    trick=trick,
                )
            )
        return {part.filename: part for part in parts}

    def _broken(self) -> NoReturn:
        raise InputError(
            Sentence(
                "{path}: the spreadsheet is damaged; open it in a spreadsheet program and save it again", path=self.path
            )
        )


def strict_parser() -> expat.XMLParserType:
    """Make a parser that reads names with their namespace, and refuses to be told what entities mean."""

    def refuse(*_declared: object) -> NoReturn:
        raise ValueError(Sentence("the spreadsheet declares a document type, as no spreadsheet program writes it"))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(tag: str) -> str:
    """Take the name of an element without its namespace."""
    return tag.rpartition(" ")[2]


def _fed(part: IO[bytes], parser: expat.XMLParserType) -> Iterator[None]:
    while piece := part.read(_PIECE):
        parser.Parse(piece, False)  # noqa: FBT003 - the parser takes it by place only
        yield
    parser.Parse(b"", True)  # noqa: FBT003 - the same
    yield


def _trick(parts: list[ZipInfo], end: int) -> str | None:
    if len(parts) > _MOST_PARTS or len({part.filename for part in parts}) != len(parts):
        return Sentence("it has too many parts, or two of one name")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        return Sentence("some of it is encrypted")
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        return Sentence("it is packed in another way")
    if sum(part.file_size for part in parts) > _LARGEST or any(map(_swells, parts)):
        return Sentence("it would grow far beyond its size when unpacked")
    placed = sorted(parts, key=lambda part: part.header_offset)
    ends = [*(part.header_offset for part in placed[1:]), end]
    if any(
        part.header_offset + _LOCAL_HEADER + part.compress_size > after
        for part, after in zip(placed, ends, strict=True)
    ):
        return Sentence("its parts lie over one another")
    return None


def _swells(part: ZipInfo) -> bool:
    return part.file_size > _SUSPICIOUS and part.file_size > _MOST_TIMES * part.compress_size
