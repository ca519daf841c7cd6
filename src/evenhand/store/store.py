"""The store: the one door through which entries go in, and the ways to read them.

It refuses nothing that the tables can hold: what an entry may say is for the vocabulary and the rules above. It does
refuse to lose one, to write one twice, and to leave a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Self

from evenhand.clock import Clock, instant_text
from evenhand.errors import TamperedError
from evenhand.events.entry import Entry
from evenhand.sentence import Sentence
from evenhand.store import opening
from evenhand.store.batch import Batch, place
from evenhand.store.database import Database
from evenhand.store.opening import file_url
from evenhand.store.reading import Reader, SqlReader
from evenhand.store.shape import Head, NewEntry
from evenhand.store.stored import Stored
from evenhand.store.writing import write

__all__ = ["Plan", "Store", "file_url"]

Plan = Callable[[Reader], Sequence[NewEntry]]
"""Looks at the ledger while nobody else can write to it, and answers with what to append; raising appends nothing."""

_PAGE: Final = 2_000


class Store:
    """An open ledger's entries. Safe to share between threads; each process opens its own."""

    def __init__(self, url: str, database: Database) -> None:
        """Use ``create`` or ``open``."""
        self.url = url
        self._database = database

    @classmethod
    def create(cls, url: str) -> Self:
        """Make an empty store. Raises ``UnavailableError`` if one stands there, or if nothing can be made there."""
        return cls(url, opening.create(url))

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open a store. ``read_only`` is for a file of somebody else: nothing in its folder is touched.

        Raises ``UnavailableError`` (missing, locked, not to be written to, of a newer format, not a ledger) or
        ``TamperedError`` (damaged or cut short).
        """
        return cls(url, opening.existing(url, read_only=read_only))

    @property
    def place(self) -> str:
        """Name the store in a message: its path, or its address without the password."""
        return self._database.place

    @property
    def source(self) -> str:
        """Where another program reads the same entries: a SQLite URI, which may name a private copy, or a libpq URL."""
        return self._database.source

    def transact(self, plan: Plan, *, clock: Clock) -> list[Entry]:
        """Append what ``plan`` answers with, after all that stands; all of it or nothing.

        The writer's lock is held from before the plan reads until the commit, so nothing it saw can have changed.
        ``clock`` is read once, after the plan; the entries get its time, or the head's where the clock is behind.
        Raises what the plan raises; ``RepeatedError`` for an id or stream version that stands already,
        ``InputError`` for a text no line can hold, ``UnavailableError`` and ``TamperedError`` as ``open`` does.
        """
        with self._database.writing() as connection:
            reader = SqlReader(connection, self.place)
            head = reader.locked_head()
            news = plan(reader)
            if not news:
                return []
            batch = self._place(head, reader.partial(head.position), news, instant_text(clock()))
            write(self._database, connection, batch)
        return batch.entries

    def _place(self, head: Head, partial: Mapping[int, bytes], news: Sequence[NewEntry], now: str) -> Batch:
        try:
            return place(head, partial, news, now)
        except ValueError as error:
            raise TamperedError(
                Sentence("{place}: {error}; append nothing, run: evenhand verify", place=self.place, error=error)
            ) from None

    @contextmanager
    def reader(self) -> Generator[Reader]:
        """Open one read transaction; what it sees does not change until it ends."""
        with self._database.reading() as connection:
            yield SqlReader(connection, self.place)

    def head(self) -> Head:
        """Answer with the last position, its time, and the tree."""
        with self.reader() as reader:
            return reader.head()

    def entries(self, *, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Walk the entries in position order, a page in memory at a time, from ``after`` (not included) to ``upto``."""
        for page in self.pages(after=after, upto=upto):
            yield from page

    def pages(self, *, after: int = 0, upto: int | None = None, count: int = _PAGE) -> Iterator[list[Entry]]:
        """Walk the entries as lists of ``count``; each is read in a transaction of its own, so no writer waits."""
        while page := self.page(after=after, upto=upto, count=count):
            yield page
            after = page[-1].position

    def page(self, *, after: int = 0, upto: int | None = None, count: int, types: Collection[str] = ()) -> list[Entry]:
        """Answer with at most ``count`` entries after a position, of these types if any are given."""
        with self._database.reading() as connection:
            return SqlReader(connection, self.place).page(after=after, upto=upto, count=count, types=types)

    def stream(
        self,
        stream: str,
        *,
        after: int | None = None,
        upto: int | None = None,
        descending: bool = False,
        count: int | None = None,
    ) -> list[Entry]:
        """Answer with one stream in the order of its versions, or with those after one and up to another."""
        with self._database.reading() as connection:
            return SqlReader(connection, self.place).stream(
                stream, after=after, upto=upto, descending=descending, count=count
            )

    def tiles(self, level: int, first: int, count: int) -> list[bytes]:
        """Answer with the hashes of up to ``count`` tiles of a level from ``first`` on; fewer where the level ends.

        Raises ``TamperedError`` if one is missing before another.
        """
        with self._database.reading() as connection:
            found = SqlReader(connection, self.place).tiles(level, first, count)
        if found and max(found) != first + len(found) - 1:
            raise TamperedError(
                Sentence(
                    "{place}: a tile of level {level} is missing; append nothing, run: evenhand verify",
                    place=self.place,
                    level=level,
                )
            )
        return list(found.values())

    def guards(self) -> tuple[str, ...]:
        """Say which triggers and indexes no longer stand as they were made; nothing when all do."""
        with self._database.reading() as connection:
            return self._database.drift(connection)

    def stored(self) -> Stored:
        """Answer with what is stored as it is, for who does not trust it yet."""
        return Stored(self._database)

    def close(self) -> None:
        """Let go of the database; a store that is closed is not used again."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
