"""Compare two ledgers line by line: the same, one the beginning of the other, or a fork.

Lines are compared, not stored hashes, so nothing has to be believed of either side.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple

from evenhand.errors import InputError
from evenhand.events.entry import line_of
from evenhand.sentence import Sentence
from evenhand.store.store import Store, file_url

STORE_FILE = "ledger.db"
ENTRIES_FILE = "entries.ndjson"
"""What a bundle calls its entries."""
_TOLD_EVERY = 5_000


class Comparison(NamedTuple):
    """How two ledgers stand to each other."""

    relation: Literal["same", "first_extends_second", "second_extends_first", "fork"]
    shared: int
    """How many entries they begin with alike."""
    first: int
    second: int
    """How many entries each has, as far as was read: for a fork, up to where they differ."""


def compare(first: str, second: str, *, progress: Callable[[int, int], None] | None = None) -> Comparison:
    """Compare two ledgers; each is a folder, a bundle, a file of SQLite or of exported lines, or an address.

    Raises ``InputError`` for what is none of them.
    """
    total = count(first) if progress else 0
    _must_be_one_ledger(first, second)
    shared = left = right = 0
    for one, other in zip_longest(lines(first), lines(second)):
        left, right = left + (one is not None), right + (other is not None)
        if one is not None and other is not None and one != other:
            return Comparison("fork", shared, left, right)
        shared += one is not None and other is not None
        if progress and not left % _TOLD_EVERY:
            progress(left, max(total, left))
    if left == right:
        return Comparison("same", shared, left, right)
    return Comparison("first_extends_second" if left > right else "second_extends_first", shared, left, right)


def _must_be_one_ledger(first: str, second: str) -> None:
    """Raise ``InputError`` where there is nothing to compare: the first entry of a ledger names it."""
    opening = [next(lines(each), b"") for each in (first, second)]
    if not all(opening):
        raise InputError(Sentence("one of the two has no entries; there is nothing to compare"))
    try:
        named = [json.loads(each)["body"]["origin"] for each in opening]
    except (ValueError, TypeError, KeyError):
        raise InputError(
            Sentence("one of the two does not begin as a ledger does; there is nothing to compare")
        ) from None
    if named[0] != named[1]:
        raise InputError(Sentence("these are two ledgers of different names, not two copies of one"))


def lines(place: str) -> Iterator[bytes]:
    """Yield the lines of a ledger as they are hashed, without their line feeds."""
    found = _found(place)
    return _stored(found) if isinstance(found, str) else _exported(found)


def count(place: str) -> int:
    """Count the entries of a ledger, as it says itself."""
    found = _found(place)
    if isinstance(found, str):
        with Store.open(found, read_only=True) as store:
            return store.head().position
    with found.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(partial(file.read, 1 << 20), b""))


def _found(place: str) -> str | Path:
    """Answer with the address of a store, or the path of exported lines."""
    if "://" in place:
        return place
    path = Path(place)
    if path.is_dir():
        stored, exported = path / STORE_FILE, path / ENTRIES_FILE
        path = stored if stored.is_file() else exported
    if not path.is_file():
        raise InputError(
            Sentence(
                "{place}: there is no ledger here: expected its folder, a bundle, {store_file} or exported lines",
                place=place,
                store_file=STORE_FILE,
            )
        )
    with path.open("rb") as file:
        return file_url(path) if file.read(16) == b"SQLite format 3\0" else path


def _stored(url: str) -> Iterator[bytes]:
    with Store.open(url, read_only=True) as store:
        for entry in store.entries():
            yield line_of(entry)


def _exported(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for number, each in enumerate(file, 1):
            if not each.startswith(b'{"position":%d,' % number):
                raise InputError(
                    Sentence(
                        "{path}:{number}: this is no line of a ledger, or not the next one", path=path, number=number
                    )
                )
            yield each.removesuffix(b"\n")
