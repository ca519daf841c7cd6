"""One recorded event with its envelope, and the one line of JSON that is hashed.

The line is composed here and nowhere else. It is never parsed and re-serialised in order to be verified: the body's
stored characters go into it verbatim.
"""

from __future__ import annotations

from typing import NamedTuple

from evenhand.errors import TamperedError
from evenhand.sentence import Sentence

MAX_LINE_BYTES = 65_535  # the tlog-tiles entry limit, so that bundles can be served by any tile log
HEX_DIGITS = frozenset("0123456789abcdef")


class Entry(NamedTuple):
    """An entry as stored: integers for position and version, the line's own characters for the rest."""

    position: int
    recorded_at: str
    stream: str
    version: int
    id: str
    type: str
    body: str


def line(entry: tuple[int, str, str, int, str, str, str]) -> bytes:
    """Compose the line that is hashed and exported; ``entry`` is an ``Entry`` or a row in its order."""
    return b'{"position":%d,"recorded_at":"%b","stream":"%b","version":%d,"id":"%b","type":"%b","body":%b}' % (
        entry[0],
        entry[1].encode(),
        entry[2].encode(),
        entry[3],
        entry[4].encode(),
        entry[5].encode(),
        entry[6].encode(),
    )


def line_of(entry: Entry) -> bytes:
    """Compose the line of an entry as a database gave it. Raises ``TamperedError`` for a row that can have none."""
    try:
        return line(entry)
    except (AttributeError, TypeError, UnicodeEncodeError):
        raise TamperedError(
            Sentence("entry {position} is not as entries are stored; run: evenhand verify", position=entry.position)
        ) from None
