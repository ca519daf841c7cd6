"""What the first pass has to remember of a file that may be larger than memory.

It lies in a database of SQLite's own temporary kind, which has no name and is gone when it is closed. In it are keyed
digests, ids and counts; the key is made for one run and kept in memory, so nothing in it can be read back. New people's
keys are drawn from another secret of the same kind, so that none of them has to be kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from evenhand.events.ids import Entropy

_AT_ONCE: Final = 1_000
_CACHE: Final = -32_768
"""Of SQLite's own memory, in KiB; what is more lies in its file."""
Key = tuple[str, ...]


class Scratch:
    """Short texts by name; the names are kept as digests only."""

    def __init__(self, entropy: Entropy) -> None:
        self._key = entropy(32)
        self._secret = entropy(32)
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode=off")
        self._database.execute("pragma synchronous=off")
        self._database.execute(f"pragma cache_size={_CACHE}")
        # texts in the order they came, and small names in an index: each text by its scattered name touched a page
        self._database.execute("create table kept (name blob not null unique, text text not null)")

    def secret(self, subject: str) -> bytes:
        """Draw the 256 bits that are to be a new subject's; the same in the whole run, and in no other."""
        return blake2b(subject.encode(), key=self._secret, digest_size=32).digest()

    def get(self, names: Iterable[Key]) -> dict[Key, str]:
        """Answer with what was put under those of these names that are known."""
        marks = {self._mark(name): name for name in names}
        wanted = list(marks)
        found: dict[Key, str] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = f"select name, text from kept where name in ({','.join('?' * len(some))})"  # noqa: S608 - marks only
            found.update((marks[mark], text) for mark, text in self._database.execute(query, some))
        return found

    def put(self, texts: Mapping[Key, str]) -> None:
        """Keep texts by name, in place of those kept before."""
        rows = [(self._mark(name), text) for name, text in texts.items()]
        self._database.execute("begin")
        self._database.executemany("insert or replace into kept values (?, ?)", rows)
        self._database.execute("commit")

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def _mark(self, name: Key) -> bytes:
        return blake2b("\x00".join(name).encode(), key=self._key, digest_size=16).digest()
