"""What the store asks of a database, and what each database does in its own way.

Nothing outside this room meets SQLAlchemy, sqlite3 or psycopg: whatever they raise is turned here into one sentence
with a place and a remedy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import ClassVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from evenhand.errors import EvenhandError, UnavailableError
from evenhand.events.entry import Entry
from evenhand.sentence import Sentence


class Database(ABC):
    """One database that holds, or is to hold, a ledger."""

    driver_error: ClassVar[type[Exception]]
    """The root of what the driver raises."""
    place: str
    """Names the database in messages; it carries no password."""
    read_only: bool

    @property
    @abstractmethod
    def source(self) -> str:
        """Where another program reads the same entries: a SQLite URI or a libpq URL."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that sees one state of the ledger from beginning to end."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that commits at its end, or leaves nothing if anything is raised in it."""

    @abstractmethod
    def prepare(self) -> None:
        """Make ready what must be there before the tables can be created."""

    @abstractmethod
    def look(self) -> None:
        """Look at what is there before anything is asked of it, and raise if it cannot be a whole ledger."""

    @abstractmethod
    def guard(self, connection: Connection) -> None:
        """Make the triggers; the tables stand already."""

    @abstractmethod
    def drift(self, connection: Connection) -> tuple[str, ...]:
        """Say which triggers and indexes no longer stand as they were made."""

    @abstractmethod
    def insert(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Write entries as fast as the driver can."""

    @abstractmethod
    def trouble(self, error: BaseException) -> EvenhandError:
        """Say in words what a driver's error means, without repeating it."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all connections."""

    @contextmanager
    def speaking(self) -> Generator[None]:
        """Turn whatever a driver raises into an error of ours."""
        try:
            yield
        except DBAPIError as error:
            raise self.trouble(error.orig or error) from None
        except (SQLAlchemyError, self.driver_error) as error:
            raise self.trouble(error) from None

    def must_write(self) -> None:
        """Raise ``UnavailableError`` if this was opened for reading only."""
        if self.read_only:
            raise UnavailableError(
                Sentence("{place}: opened for reading only; open it for writing to append", place=self.place)
            )
