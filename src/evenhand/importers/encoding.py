"""Find out in which encoding a file is written, and its digest, in one pass over the bytes.

UTF-8 and UTF-16 are recognised surely. What is neither may be Chinese text in GB 18030 (GBK, GB 2312); Western text in
an old code page would decode as rare Chinese characters, so what does not look like Chinese is refused, not guessed.
"""

from __future__ import annotations

import codecs
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from evenhand.errors import InputError, reason
from evenhand.sentence import Sentence

_PIECE: Final = 1 << 20
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENOUGH: Final = 100_000
"""So many characters tell whether a text is Chinese."""
_COMMON: Final = 0xA1
"""Second bytes from here on belong to the characters of GB 2312, which is what people write with."""


class Written(NamedTuple):
    """How a file is written, the SHA-256 of its bytes, how many there are, and how many of them end a line."""

    encoding: str
    digest: bytes
    size: int
    lines: int | None = None


def examine(path: Path, encoding: str | None = None) -> Written:
    """Read a file once through. Raises ``InputError`` if it cannot be read in ``encoding``, or in any we know."""
    try:
        with path.open("rb") as file:
            return _examine(file, str(path), encoding)
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None


def digest_of(path: Path) -> bytes:
    """Read a file once through for its digest alone. Raises ``InputError`` if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").digest()
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None


def _examine(file: BinaryIO, where: str, given: str | None) -> Written:
    start = file.read(_PIECE)
    guesses = [given] if given else _guesses(start)
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in guesses}
    digest, size, lines, wide, chinese = sha256(), 0, 0, 0, 0
    piece = start
    while piece:
        digest.update(piece)
        size += len(piece)
        lines += piece.count(b"\n")
        following = file.read(_PIECE)
        for name, decoder in list(decoders.items()):
            try:
                text = decoder.decode(piece, final=not following)
            except UnicodeDecodeError:
                del decoders[name]
                continue
            if name == "gb18030" and "utf-8" not in decoders and wide < _ENOUGH:
                foreign = [each for each in text if each > "\x7f"][:_ENOUGH]
                wide += len(foreign)
                chinese += sum(map(_is_common, foreign))
        piece = following
    for name in decoders:
        if name != "gb18030" or given or (wide and chinese * 10 >= wide * 9):
            return Written(name, digest.digest(), size, lines)
    if given:
        raise InputError(
            Sentence(
                "{where}: not written in {given} throughout; name its encoding in the mapping", where=where, given=given
            )
        )
    raise InputError(
        Sentence(
            "{where}: not UTF-8, UTF-16 or GB 18030; save it as UTF-8, or name its encoding in the mapping, such as "
            'encoding = "cp1252"',
            where=where,
        )
    )


def _guesses(start: bytes) -> list[str]:
    for bom, name in _BOMS:
        if start.startswith(bom):
            return [name]
    head = start[: min(len(start), 4_096) & ~1]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 > len(head) > 0 and even != odd:  # half of the bytes of Western text in UTF-16 are zero
        return ["utf-16-le" if odd > even else "utf-16-be"]
    return ["utf-8", "gb18030"]


def _is_common(character: str) -> bool:
    written = character.encode("gb18030")
    return len(written) == 2 and written[1] >= _COMMON  # noqa: PLR2004 - a character of GB 2312 has two bytes
