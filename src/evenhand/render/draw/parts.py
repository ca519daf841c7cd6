"""Read a table by the parts its columns play in a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from evenhand.render.blocks import Column, Mark, Row, Table
from evenhand.render.cells import page_text
from evenhand.sentence import Sentence

UUID_LEAD: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}(?=[0-9a-f]{12}\Z)")
"""All but the last group of an id, which stands for all of it where there is little room."""


class Parts:
    """A table with a picture, asked by role instead of by column."""

    def __init__(self, table: Table, lang: str) -> None:
        if table.picture is None:
            raise ValueError(Sentence("the table {key} declares no picture", key=table.key))
        self._places = {column.key: at for at, column in enumerate(table.columns)}
        self._roles = table.picture.roles
        self._columns = table.columns
        self._lang = lang
        self.rows = table.rows

        self.marks: tuple[Mark, ...] = table.picture.marks

    def has(self, role: str) -> bool:
        """Say whether a column plays this part."""
        return role in self._roles

    def every(self, role: str) -> tuple[int, ...]:
        """Answer with the places of the columns that play a part."""
        return tuple(self._places[key] for key in self._roles.get(role, ()))

    def at(self, role: str) -> int:
        """Answer with the place of the one column that plays a part."""
        return self.every(role)[0]

    def column(self, role: str) -> Column:
        """Answer with the one column that plays a part."""
        return self._columns[self.at(role)]

    def text(self, row: Row, role: str) -> str:
        """Write the cell that plays a part."""
        return self.said(row, self.at(role))

    def texts(self, row: Row, role: str) -> Iterator[str]:
        """Write the cells that play a part, those that are there."""
        return (self.said(row, at) for at in self.every(role) if row[at] is not None)

    def said(self, row: Row, at: int) -> str:
        """Write the cell at a place."""
        return page_text(row[at], self._columns[at], self._lang)

    def number(self, row: Row, role: str) -> Decimal | None:
        """Read the cell that plays a part as a number; None where it holds none."""
        return self.figure(row, self.at(role)) if self.has(role) else None

    @staticmethod
    def figure(row: Row, at: int) -> Decimal | None:
        """Read the cell at a place as a number."""
        cell = row[at]
        return Decimal(cell) if isinstance(cell, int | Decimal) else None

    def label(self, at: int) -> str:
        """Answer with the heading of the column at a place."""
        return self._columns[at].label
