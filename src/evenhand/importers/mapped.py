"""The mapped source: each row of a file becomes the events that a mapping says, in the mapping's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from evenhand.events.candidate import CandidateErased
from evenhand.importers.cells import Row
from evenhand.importers.mapping import ColumnMapping, Made
from evenhand.importers.record import Gone, Handle, Problem, Proposal, Record, Turned
from evenhand.sentence import Sentence


class Mapped:
    """A source made of a mapping."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._mapping = mapping

    def begin(self) -> Callable[[Record], Turned]:
        """Turn each row into its proposals, or into what is wrong with it; a pass remembers nothing."""
        return self._turned

    def opened(self, codes: frozenset[str]) -> Iterator[Proposal]:
        """Propose the requisitions that the mapping describes and that are not among these codes."""
        return requisitions_opened(self._mapping.where, self._mapping.requisitions, codes)

    def _turned(self, record: Record) -> Turned:
        turned: list[Proposal | Gone | Problem] = []
        for made in self._mapping.events:
            if made.each is None:
                turned += _made(made, record, record.value)
            else:  # each element of an array, or each row joined, becomes an event of its own
                for element in record.value.get(made.each, ()):
                    turned += _made(made, record, {**record.value, **element})
        return turned


def _made(made: Made, record: Record, row: Row) -> Turned:
    """Make one event of a row: nothing if it did not happen, and its problems if there are any."""
    try:
        if not made.happened(row):
            return ()
        stream, reference = made.stream(row), made.reference(row)
    except ValueError as error:
        return (Problem(record, str(error)),)
    if stream is None or reference is None:
        unnamed = Sentence("{name}: the cells that name it are empty; fill them, or give it a when", name=made.name)
        return (Problem(record, unnamed),)
    if made.topic == CandidateErased.TOPIC:
        return (Gone(record, stream),)
    problems: list[str] = []
    body = made.read(row, problems)
    if problems:
        return [Problem(record, each) for each in problems]
    return (Proposal(record, made.topic, stream, made.name, reference, body, made.columns),)


def requisitions_opened(
    where: str, requisitions: Iterable[dict[str, Any]], codes: frozenset[str]
) -> Iterator[Proposal]:
    """Propose the requisitions that a mapping, read from ``where``, describes and that do not stand yet."""
    record = Record(0, where, {})
    for body in requisitions:
        if body["code"] not in codes:
            stream = Handle("requisition", body["code"])
            yield Proposal(record, "requisition.opened.v1", stream, "requisition.opened", body["code"], body)
