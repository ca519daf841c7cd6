"""Write one batch inside the writer's transaction: entries, tiles, and last the head that vouches for them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, insert, update

from evenhand.store.batch import Batch
from evenhand.store.database import Database
from evenhand.store.tables import HEAD, TILE

_GROW: Final = (
    update(TILE)
    .where(TILE.c.level == bindparam("of_level"), TILE.c.idx == bindparam("of_idx"))
    .values(hashes=bindparam("longer"))
)
_ADD: Final = insert(TILE)
_MOVE: Final = update(HEAD).values(position=bindparam("to"), recorded_at=bindparam("at"), frontier=bindparam("tree"))


def write(database: Database, connection: Connection, batch: Batch) -> None:
    """Write a batch; its transaction commits or leaves nothing."""
    database.insert(connection, batch.entries)
    for tile in batch.grown:
        connection.execute(_GROW, {"of_level": tile.level, "of_idx": tile.idx, "longer": tile.hashes})
    if batch.fresh:
        connection.execute(_ADD, [tile._asdict() for tile in batch.fresh])
    head = batch.head
    connection.execute(_MOVE, {"to": head.position, "at": head.recorded_at, "tree": head.frontier.to_bytes()})
