"""Walk the two unique indexes: ids stand once, versions of a stream have no gap and stand in position order.

An index is also what lookups go through, so an entry that is missing from it is hidden from them. Therefore each walk
brings back a fingerprint of what the index holds, to be compared with that of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from evenhand.errors import Finding, TamperedError
from evenhand.ledger.stretch import MOST_FINDINGS
from evenhand.sentence import Sentence


class Indexes(Protocol):
    """What this reads of a store."""

    def by_stream(self, last: int) -> Iterator[Sequence[Any]]:
        """Walk (stream, version, position) in that order, in pages."""
        ...

    def by_id(self, last: int) -> Iterator[Sequence[Any]]:
        """Walk (id, position) in that order, in pages."""
        ...


class Versions(NamedTuple):
    """Asks for the walk over streams and versions, up to a position."""

    last: int


class Ids(NamedTuple):
    """Asks for the walk over ids, up to a position."""

    last: int


class Walked(NamedTuple):
    """What a walk brought to light."""

    findings: tuple[Finding, ...]
    fingerprint: int | None
    """Of what the index holds, whatever its order; none if it could not be read to its end."""


def walk_versions(stored: Indexes, asked: Versions) -> Walked:
    """Check that the versions of each stream count up from 1 in position order."""
    return _walk(
        stored.by_stream(asked.last),
        (None, 0, 0),
        follows=_version_follows,
        all_follow=_versions_follow,
        problem=Sentence("its version is not one more than the last before it in its stream"),
        order=Sentence("stream and version"),
    )


def walk_ids(stored: Indexes, asked: Ids) -> Walked:
    """Check that no id stands twice."""
    return _walk(
        stored.by_id(asked.last),
        (None, 0),
        follows=_id_follows,
        all_follow=_ids_follow,
        problem=Sentence("its id stands twice"),
        order="id",
    )


def _walk(
    pages: Iterator[Sequence[Any]],
    before: Any,
    *,
    follows: Callable[[Any, Any], bool],
    all_follow: Callable[[Sequence[Any]], bool],
    problem: str,
    order: str,
) -> Walked:
    found: list[Finding] = []
    fingerprint = 0
    try:
        for page in pages:
            fingerprint += sum(map(hash, page))
            if all_follow((before, *page)):
                before = page[-1]
                continue
            for row in page:
                if type(row[-1]) is int and not follows(before, row):
                    found.append(Finding(row[-1], problem))
                before = row if _tells(before, row) else before
            found = sorted(found)[:MOST_FINDINGS]
    except TamperedError:
        return Walked(
            (Finding(None, Sentence("the entries cannot be read in the order of {order}", order=order)),), None
        )
    return Walked(tuple(found), fingerprint)


def _tells(before: Any, row: Any) -> bool:
    """Say whether a row can be what the next is held against: not if it repeats one, or has no proper numbers."""
    if type(row[-1]) is not int:  # the table is no longer the one that was made, which the guards say
        return False
    return before[0] != row[0] or (before[:-1] != row[:-1] and type(row[1]) is int)


def _versions_follow(rows: Sequence[Any]) -> bool:
    """Ask all at once what ``_version_follows`` asks of two; no call for each row."""
    try:
        return not [
            after
            for earlier, after in pairwise(rows)
            if (after[1] != earlier[1] + 1 or after[2] < earlier[2] if after[0] == earlier[0] else after[1] != 1)
        ]
    except TypeError:
        return False


def _version_follows(earlier: Any, after: Any) -> bool:
    if type(after[1]) is not int or after[1] < 1:
        return False
    if after[0] != earlier[0] or type(earlier[1]) is not int or earlier[1] < 1:
        return bool(after[1] == 1)
    return bool(after[1] == earlier[1] + 1 and after[2] > earlier[2])


def _ids_follow(rows: Sequence[Any]) -> bool:
    return not [after for earlier, after in pairwise(rows) if after[0] == earlier[0]]


def _id_follows(earlier: Any, after: Any) -> bool:
    return bool(after[0] != earlier[0])
