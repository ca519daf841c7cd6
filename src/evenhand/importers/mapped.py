"""The mapped source: each row of a file becomes the events that a mapping says, in the mapping's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from evenhand.events.candidate import CandidateErased
from evenhand.importers.cells import Row
from evenhand.importers.mapping import ColumnMapping, Made
from evenhand.importers.record import Gone, Handle, Problem, Proposal, Record
from evenhand.sentence import Sentence


class Mapped:
    """A source made of a mapping."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._mapping = mapping

    def __call__(self, records: Iterable[Record], /) -> Iterator[Proposal | Gone | Problem]:
        """Turn each row into its proposals, or into what is wrong with it."""
        for record in records:
            yield from self._of(record)

    def opened(self, codes: frozenset[str]) -> Iterator[Proposal]:
        """Propose the requisitions that the mapping describes and that are not among these codes."""
        return requisitions_opened(self._mapping.where, self._mapping.requisitions, codes)

    def _of(self, record: Record) -> Iterator[Proposal | Gone | Problem]:
        for made in self._mapping.events:
            for row in _rows(made, record):
                yield from self._made(made, record, row)

    def _made(self, made: Made, record: Record, row: Row) -> Iterator[Proposal | Gone | Problem]:
        problems: list[str] = []
        try:
            if not made.happened(row):
                return
            stream, reference = made.stream(row), made.reference(row)
        except ValueError as error:
            yield Problem(record, str(error))
            return
        if stream is None or reference is None:
            yield Problem(
                record,
                Sentence("{name}: the cells that name it are empty; fill them, or give it a when", name=made.name),
            )
            return
        if made.topic == CandidateErased.TOPIC:
            yield Gone(record, stream)
            return
        body = made.read(row, problems)
        for problem in problems:
            yield Problem(record, problem)
        if not problems:
            yield Proposal(record, made.topic, stream, made.name, reference, body, made.columns)


def _rows(made: Made, record: Record) -> Iterator[Row]:
    """Answer with the record itself, or with a row for each element that becomes an event of its own."""
    if made.each is None:
        yield record.value
    else:
        for element in record.value.get(made.each, ()):
            yield {**record.value, **element}


def requisitions_opened(
    where: str, requisitions: Iterable[dict[str, Any]], codes: frozenset[str]
) -> Iterator[Proposal]:
    """Propose the requisitions that a mapping, read from ``where``, describes and that do not stand yet."""
    record = Record(0, where, {})
    for body in requisitions:
        if body["code"] not in codes:
            stream = Handle("requisition", body["code"])
            yield Proposal(record, "requisition.opened.v1", stream, "requisition.opened", body["code"], body)
