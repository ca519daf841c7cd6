"""Turn drafts into entries: complete, seal, validate, put before the rules, and write, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json

from evenhand.clock import Clock, instant_text, parse_instant
from evenhand.errors import EvenhandError, InputError, RefusedError, refuse
from evenhand.events.entry import Entry
from evenhand.events.form import faults
from evenhand.events.ids import Entropy, new_id
from evenhand.events.ledger import ClockAccepted
from evenhand.events.registry import Registry, parse
from evenhand.events.sealing import to_seal
from evenhand.ledger.drafts import Defaults, Draft, Sealed, as_json, build, has_text
from evenhand.ledger.keys import Keys
from evenhand.ledger.states import States
from evenhand.rules.check import check
from evenhand.rules.context import Proposed
from evenhand.rules.times import not_yet
from evenhand.sentence import Sentence
from evenhand.store.reading import Reader
from evenhand.store.shape import Head, NewEntry, RepeatedError
from evenhand.store.store import Plan, Store

CLOCK_MAY_LAG = timedelta(minutes=5)
_FILLED_IN = ("occurred_at", "actor", "basis", "rules", "key_commitment", "checks")
"""What an append completes, or who makes the draft: one that leaves it out is answered by an entry that has it."""
_TRIES = 3


class Prepared(NamedTuple):
    """A draft that is sealed and fits its class: what the rules will see, and what would be stored."""

    proposed: Proposed
    topic: str
    body: str


class _RacedError(Exception):
    """Another writer appended one of our ids between our look and the writer's lock."""


class Appender:
    """What an append needs to know; one per open ledger."""

    def __init__(
        self, *, store: Store, keys: Keys, registry: Registry, ledger: Entry, clock: Clock, entropy: Entropy
    ) -> None:
        """``ledger`` is the entry that opened the ledger."""
        self._store = store
        self._keys = keys
        self._registry = registry
        self._clock = clock
        self._entropy = entropy
        self._stream = ledger.stream
        self.states = States(registry, ledger.stream)

    def append(self, drafts: Sequence[Draft], defaults: Callable[[], Defaults], *, accept_clock: bool) -> list[Entry]:
        """Append all drafts in one transaction, or none; a draft whose id is known is answered with its entry."""
        for _ in range(_TRIES):
            try:
                return self._append(drafts, defaults(), accept_clock=accept_clock)
            except _RacedError:
                continue
        raise RefusedError(
            Sentence("another process keeps appending entries with these ids; look at them with: evenhand log")
        )

    def append_sealed(self, sealed: Sequence[Sealed], defaults: Defaults, *, judged_at: int) -> list[Entry]:
        """Append entries that were sealed before, in one transaction, or none.

        ``judged_at`` is the last position there was when the rules let all of them be. Where the ledger has not grown
        since, that is still so, and they are not asked again.
        """

        def plan(reader: Reader) -> Sequence[NewEntry]:
            head = reader.head()
            if head.position != judged_at:
                return self._judged(reader, head, self._read(sealed), defaults, accept_clock=False)
            self._about_the_clock(head, defaults, accept=False)
            versions = reader.versions({each.stream for each in sealed})
            new: list[NewEntry] = []
            for stream, entry_id, topic, body in sealed:
                versions[stream] = version = versions.get(stream, 0) + 1
                new.append(NewEntry(stream, version, entry_id, topic, body))
            return new

        try:
            return self._transact(plan)
        except (_RacedError, RepeatedError):
            raise RefusedError(Sentence("another process has appended entries with these ids; try again")) from None

    def _read(self, sealed: Iterable[Sealed]) -> list[Prepared]:
        prepared: list[Prepared] = []
        for each in sealed:
            event = parse(self._registry.writable(each.topic), each.body)
            prepared.append(Prepared(Proposed(each.stream, each.id, event), each.topic, each.body))
        return prepared

    def _append(self, drafts: Sequence[Draft], defaults: Defaults, *, accept_clock: bool) -> list[Entry]:
        with self._store.reader() as reader:
            known = reader.by_ids([draft.id for draft in drafts if draft.id is not None])
        fresh = [draft for draft in drafts if draft.id not in known]
        for number, draft in enumerate(drafts, 1):
            if draft.id in known:
                self._answer_again(number, draft, known[draft.id])
        prepared = self._prepare(fresh, defaults) if fresh else []
        written = self._write(prepared, defaults, accept_clock=accept_clock) if fresh else []
        new = iter(written[len(written) - len(fresh) :])  # a clock.accepted may stand before them
        return [known[draft.id] if draft.id in known else next(new) for draft in drafts]

    def _write(self, prepared: Sequence[Prepared], defaults: Defaults, *, accept_clock: bool) -> list[Entry]:
        def plan(reader: Reader) -> Sequence[NewEntry]:
            return self._judged(reader, reader.head(), prepared, defaults, accept_clock=accept_clock)

        return self._transact(plan)

    def _transact(self, plan: Plan) -> list[Entry]:
        try:
            return self._store.transact(plan, clock=self._clock)
        except BaseException:
            self.states.forget()
            raise

    def _judged(
        self, reader: Reader, head: Head, prepared: Sequence[Prepared], defaults: Defaults, *, accept_clock: bool
    ) -> list[NewEntry]:
        """Put a batch before the rules, and number what they let be. Raises ``RefusedError`` with all they stop."""
        batch = [*self._about_the_clock(head, defaults, accept=accept_clock), *prepared]
        self._refuse_known(reader, batch)
        context = self.states.context(reader, [each.proposed for each in batch])
        new: list[NewEntry] = []
        problems: list[str] = []
        for number, each in enumerate(batch, 1):
            found = check(context, each.proposed)
            said = [Sentence("{topic}: {message}", topic=each.topic, message=message) for _, message in found]
            problems += _placed(number, len(batch), said)
            if not any(refused.refusal == "stream-stands" for refused in found):  # others may rest on it
                version = self.states.apply(each.proposed)
                new.append(NewEntry(each.proposed.stream, version, each.proposed.id, each.topic, each.body))
        refuse(problems, RefusedError)
        _refuse_misshapen(head, new, defaults)
        return new

    def _prepare(self, drafts: Sequence[Draft], defaults: Defaults) -> list[Prepared]:
        bodies: list[dict[str, Any]] = []
        problems: list[str] = []
        for number, draft in enumerate(drafts, 1):
            try:
                event_class = self._registry.writable(draft.topic)
                bodies.append(defaults.fill(to_seal(event_class, draft.body)))
            except InputError as error:
                problems += _placed(number, len(drafts), error.problems)
        refuse(problems)
        self._keys.make(drafts, bodies)
        prepared: list[Prepared] = []
        for number, (draft, body) in enumerate(zip(drafts, bodies, strict=True), 1):
            try:
                prepared.append(self._seal(draft, body, defaults))
            except InputError as error:
                problems += _placed(number, len(drafts), error.problems)
        refuse(problems)
        return prepared

    def _seal(self, draft: Draft, body: dict[str, Any], defaults: Defaults) -> Prepared:
        event_class = self._registry.event_class(draft.topic)
        entry_id = draft.id or new_id(int(defaults.now.timestamp() * 1000), self._entropy)
        if has_text(event_class, body):
            self._keys.sealing(event_class, draft.stream, body).seal(event_class, entry_id, body)
        event, text = build(event_class, body)
        if (early := not_yet(event, defaults.now)) is not None:
            raise InputError(Sentence("{topic}: {early}", topic=draft.topic, early=early))
        return Prepared(Proposed(draft.stream, entry_id, event), draft.topic, text)

    def _answer_again(self, number: int, draft: Draft, entry: Entry) -> None:
        """Refuse a draft whose id is taken by an entry that says something else, or can no longer be opened."""
        place = Sentence(
            "draft {number}: id {id} is entry {position} already", number=number, id=entry.id, position=entry.position
        )
        if draft.topic != entry.type or draft.stream != entry.stream:
            raise RefusedError(
                Sentence("{place}, of another type or stream; give the draft an id of its own", place=place)
            )
        try:
            same = self._says_the_same(draft, entry)
        except EvenhandError as error:
            raise RefusedError(
                Sentence("{place}, and cannot be compared with it: {problem}", place=place, problem=error.problems[0])
            ) from None
        if not same:
            raise RefusedError(
                Sentence("{place} and says something else; give the draft an id of its own", place=place)
            )

    def _says_the_same(self, draft: Draft, entry: Entry) -> bool:
        """Build the draft with the stored boxes wherever its text is the text they hold, and compare the characters."""
        event_class = self._registry.event_class(entry.type)
        stored: dict[str, Any] = from_json(entry.body)
        given = {name: stored[name] for name in _FILLED_IN if name in stored} | as_json(draft)
        if has_text(event_class, stored) or has_text(event_class, given):
            given = self._keys.sealing(event_class, entry.stream, stored).boxed_as(event_class, entry, given)
        try:
            return build(self._registry.writable(entry.type), given)[1] == entry.body
        except InputError:  # a text that no stored box holds is still in the clear, which no class takes
            return False

    def _about_the_clock(self, head: Head, defaults: Defaults, *, accept: bool) -> list[Prepared]:
        behind = parse_instant(head.recorded_at) - defaults.now if head.position else timedelta(0)
        if behind <= CLOCK_MAY_LAG:
            return []
        if not accept:
            raise RefusedError(
                Sentence(
                    "the machine's clock is {seconds} seconds behind the ledger's last entry; set the "
                    "clock, or accept it with --accept-clock, which is recorded",
                    seconds=_whole_seconds(behind),
                )
            )
        body: dict[str, Any] = {"machine_time": instant_text(defaults.now), "behind_seconds": _whole_seconds(behind)}
        return self._prepare([Draft.of(ClockAccepted, self._stream, **body)], defaults)

    def _refuse_known(self, reader: Reader, batch: Sequence[Prepared]) -> None:
        ids = [each.proposed.id for each in batch]
        if len(set(ids)) != len(ids):
            raise InputError(Sentence("two drafts have one id; give each an id of its own"))
        if reader.by_ids(ids):
            raise _RacedError


def _placed(number: int, total: int, problems: Iterable[str]) -> Iterable[str]:
    if total == 1:
        return problems
    return [
        Sentence("draft {number} of {total}: {problem}", number=number, total=total, problem=each) for each in problems
    ]


def _whole_seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _refuse_misshapen(head: Head, new: Sequence[NewEntry], defaults: Defaults) -> None:
    now = instant_text(defaults.now)
    rows = [Entry(position, now, *each) for position, each in enumerate(new, head.position + 1)]
    refuse([said for each in faults(rows) for said in _placed(each.place + 1, len(new), [each.problem])])
