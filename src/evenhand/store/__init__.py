"""Keep entries in a database, in order and once: SQLite beside the ledger, or PostgreSQL.

``Store`` is what the ledger uses. The side that faces the eventsourcing library stands in ``application``, ``factory``,
``mapper`` and ``recorder``, over the same insert path; it is imported only by who asks for it.
"""

from evenhand.store.reading import Reader
from evenhand.store.shape import Head, NewEntry, RepeatedError
from evenhand.store.store import Store, file_url

__all__ = ["Head", "NewEntry", "Reader", "RepeatedError", "Store", "file_url"]
