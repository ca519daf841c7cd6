"""A log as plain Python objects: corrected, cut at a position, with times as first and last instants.

Nothing of the package is used but the names of the topics in the entries: this is what the SQL is held to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
TICK = timedelta(microseconds=1)


def utc(text: str) -> datetime:
    """An instant with an offset, as UTC without a zone."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def end_of_day(day: date, zone: str) -> datetime:
    return midnight(day + timedelta(days=1), zone) - TICK


def date_in(instant: datetime, zone: str) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


class Time:
    """A moment: first and last instant, precision, zone, local date."""

    def __init__(self, moment: Row) -> None:
        self.precision, self.zone = moment["precision"], moment["zone"]
        if self.precision == "day":
            self.day = date.fromisoformat(moment["at"])
            self.first, self.last = midnight(self.day, self.zone), end_of_day(self.day, self.zone)
            return
        self.first = self.last = utc(moment["at"])
        if self.precision == "minute":
            self.first = self.first.replace(second=0, microsecond=0)
            self.last = self.first + timedelta(minutes=1) - TICK
        self.day = date_in(utc(moment["at"]), self.zone)

    def day_in(self, zone: str) -> date:
        """The local date in a zone; a date recorded as such stays that date."""
        return self.day if self.precision == "day" or self.zone == zone else date_in(self.first, zone)


class Fact:
    """One entry, with corrections applied if it was asked for so."""

    def __init__(self, entry: Sequence[Any]) -> None:
        self.position, recorded, self.stream, _, self.id, topic, body = entry
        self.recorded_at = utc(recorded)
        self.topic = topic.rpartition(".v")[0]
        self.body: Row = json.loads(body)
        self.time = Time(self.body["occurred_at"])
        self.actor = self.body["actor"]
        self.basis = self.body["basis"]["kind"]
        self.key = 0

    def __getitem__(self, name: str) -> Any:
        return self.body.get(name)

    @property
    def first(self) -> datetime:
        return self.time.first

    @property
    def last(self) -> datetime:
        return self.time.last

    @property
    def order(self) -> tuple[datetime, int]:
        return self.time.first, self.position


class World:
    """The facts known at a position, and the rows of the projections made so far."""

    def __init__(self, entries: Iterable[Sequence[Any]], position: int, instant: datetime) -> None:
        self.instant = instant.replace(tzinfo=None)
        self.raw = [Fact(each) for each in entries if each[0] <= position]
        self.keys: dict[str, int] = {}
        self.kinds: dict[int, str] = {}
        for fact in self.raw:
            if fact.stream not in self.keys:
                self.keys[fact.stream] = fact.position
                self.kinds[fact.position] = fact.topic.partition(".")[0]
            fact.key = self.keys[fact.stream]
        self.facts = self.corrected_before(position + 1)
        self.by_id = {fact.id: fact for fact in self.raw}
        self.rows: dict[str, list[Row]] = {}

    def all(self, *topics: str) -> list[Fact]:
        """The facts of some topics as they stand, in position order."""
        return [fact for fact in self.facts if fact.topic in topics]

    def find(self, fact_id: str | None, *topics: str) -> Fact | None:
        """The fact of an id as it stands."""
        return next((fact for fact in self.facts if fact.id == fact_id and fact.topic in topics), None)

    def key(self, stream: str | None) -> int | None:
        return None if stream is None else self.keys.get(stream)

    def row(self, projection: str, column: str, value: Any) -> Any:
        """The one row of a projection with this value, as an object; none if there is none."""
        found = [row for row in self.rows[projection] if row[column] == value]
        return SimpleNamespace(**found[0]) if found else None

    def where(self, projection: str, **wanted: Any) -> list[Any]:
        """The rows of a projection with these values, as objects."""
        return [
            SimpleNamespace(**row)
            for row in self.rows[projection]
            if all(row[name] == value for name, value in wanted.items())
        ]

    def of(self, topic: str, candidacy: int) -> list[Fact]:
        return [fact for fact in self.all(topic) if fact.key == candidacy]

    def corrected_before(self, position: int) -> list[Fact]:
        """All facts, with those corrections applied that stand now and were recorded before a position."""
        corrections = [fact for fact in self.raw if fact.topic == "entry.corrected"]

        def stands(correction: Fact) -> bool:
            return not any(
                each["kind"] == "duplicate" and each["target"] == correction.id and stands(each) for each in corrections
            )

        standing = [each for each in corrections if stands(each) and each.position < position]
        facts = []
        for fact in self.raw:
            mine = [each for each in standing if each["target"] == fact.id]
            if any(each["kind"] == "duplicate" for each in mine):
                continue
            facts.append(self._with(fact, mine))
        return facts

    def _with(self, fact: Fact, corrections: list[Fact]) -> Fact:
        fact = copy(fact)
        for each in corrections:
            fields = each["fields"]
            if each["kind"] == "time":
                fact.time = Time(fields["occurred_at"])
            elif each["kind"] == "actor":
                fact.actor = fields["actor"]
            elif each["kind"] == "reason_mapping":
                fact.body = {**fact.body, "reasons": fields["reasons"]}
            elif each["kind"] == "wrong_candidacy" and fields["candidacy"] in self.keys:
                fact.key = self.keys[fields["candidacy"]]
        return fact


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds between two instants, rounded down."""
    return (end - start) // timedelta(seconds=1)


def latest(items: Iterable[Any], order: Callable[[Any], Any] | None = None) -> Any:
    return max(items, key=order or (lambda item: item.order), default=None)


def earliest(items: Iterable[Any], order: Callable[[Any], Any] | None = None) -> Any:
    return min(items, key=order or (lambda item: item.order), default=None)
