"""What a mapping says of how a file is written, and of the smaller files that are joined to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from evenhand.sentence import Sentence

FORM: Final = frozenset({"encoding", "delimiter", "sheet", "header", "records"})
JOIN: Final = frozenset({"file", "as", "key", "on", "many"}) | FORM
Wrong = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written, where the file itself does not tell."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int = 1
    """The row that names the columns."""
    records: str | None = None
    """The path of the array within a JSON object."""


@dataclass(frozen=True, slots=True)
class Join:
    """A smaller file whose rows are looked up by a key, and whose columns are then called ``name.column``.

    With ``many``, all its rows of a key are the elements of an array ``name``. ``on`` may be a member of each element
    of an array, ``array[].member``: then the columns belong to the element.
    """

    file: str
    name: str
    key: str
    on: str
    many: bool
    form: Form


def form_of(where: str, table: Mapping[str, Any], wrong: Wrong) -> Form:
    """Read how a file is written."""
    texts: dict[str, str | None] = {}
    for name in ("encoding", "delimiter", "sheet", "records"):
        found = table.get(name)
        if found is not None and (not isinstance(found, str) or not found):
            wrong(f"{where}{name}", Sentence("is text in quotes"))
            found = None
        texts[name] = found
    if texts["encoding"] and not _is_encoding(texts["encoding"]):
        wrong(f"{where}encoding", Sentence("is not an encoding such as utf-8, gb18030 or cp1252"))
    if texts["delimiter"] and len(texts["delimiter"]) != 1:
        wrong(f"{where}delimiter", Sentence("is not one character"))
    header = table.get("header", 1)
    if type(header) is not int or not 1 <= header <= 100:  # noqa: PLR2004 - titles, not data, stand above a header
        wrong(f"{where}header", Sentence("is the number of the row that names the columns, from 1 to 100"))
        header = 1
    return Form(header=header, **texts)


def join_of(number: int, table: Mapping[str, Any], wrong: Wrong) -> Join:
    """Read one ``[[join]]``."""
    where = f"join {number}: "
    for name in sorted(table.keys() - JOIN):
        wrong(f"{where}{name}", Sentence("is not known here; expected {known}", known=", ".join(sorted(JOIN))))
    texts: dict[str, str] = {}
    for name in ("file", "as", "key", "on"):
        found = table.get(name)
        if not isinstance(found, str) or not found:
            wrong(f"{where}{name}", Sentence("is missing, or is not text in quotes"))
        texts[name] = str(found)
    many = table.get("many", False)
    if not isinstance(many, bool):
        wrong(f"{where}many", Sentence("is true or false"))
    if many is True and "[]" in texts["on"]:
        wrong(f"{where}many", Sentence("only one row can be joined to each element of an array"))
    return Join(texts["file"], texts["as"], texts["key"], texts["on"], many is True, form_of(where, table, wrong))


def _is_encoding(name: str) -> bool:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True
