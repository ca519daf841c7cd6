"""The mapped source: each row of a file becomes the events that a mapping says, in the mapping's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evenhand.importers.mapping import ColumnMapping
from evenhand.importers.record import Handle, Problem, Proposal, Record


class Mapped:
    """A source made of a mapping."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._mapping = mapping

    def __call__(self, records: Iterable[Record], /) -> Iterator[Proposal | Problem]:
        """Turn each row into its proposals, or into what is wrong with it."""
        for record in records:
            yield from self._of(record)

    def opened(self, codes: frozenset[str]) -> Iterator[Proposal]:
        """Propose the requisitions that the mapping describes and that are not among these codes."""
        record = Record(0, self._mapping.where, {})
        for body in self._mapping.requisitions:
            if body["code"] not in codes:
                stream = Handle("requisition", body["code"])
                yield Proposal(record, "requisition.opened.v1", stream, "requisition.opened", body["code"], body)

    def _of(self, record: Record) -> Iterator[Proposal | Problem]:
        row = record.value
        for made in self._mapping.events:
            problems: list[str] = []
            try:
                if not made.happened(row):
                    continue
                stream, reference = made.stream(row), made.reference(row)
            except ValueError as error:
                yield Problem(record, str(error))
                continue
            if stream is None or reference is None:
                yield Problem(record, f"{made.name}: the cells that name it are empty; fill them, or give it a when")
                continue
            body = made.read(row, problems)
            for problem in problems:
                yield Problem(record, problem)
            if not problems:
                yield Proposal(record, made.topic, stream, made.name, reference, body, made.columns)
