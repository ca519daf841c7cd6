"""What is known of a batch's records before it is planned: to the vault, to the ledger, and to this file so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pydantic_core import from_json, to_json

from evenhand.events.entry import Entry
from evenhand.importers.changes import REVISED_BY
from evenhand.importers.names import OPENED, Names, Naming
from evenhand.importers.record import EntryHandle, Handle, How, Proposal
from evenhand.importers.scratch import Scratch
from evenhand.importers.world import World
from evenhand.ledger.ledger import Ledger
from evenhand.vault import SubjectKey

PEOPLES: Final = frozenset({"candidate", "candidacy"})
"""Kinds of streams that are about people."""
Named = tuple[str, str]
"""Kind and reference of an outside record."""


class Subject(NamedTuple):
    """Whose a record is (none: nobody's), and the key that its ids and digests are made under."""

    id: str | None
    key: SubjectKey

    def digest(self, proposal: Proposal) -> str:
        """Digest what a record says, so that it is known whether it says the same next time."""
        return self.key.mac(b"content" + to_json([proposal.topic, proposal.stream, proposal.body])).hex()


class Found(NamedTuple):
    """What is known of a record: its last revision, its digest (empty if only the entry is there), its entry."""

    revision: int
    digest: str
    entry: str


@dataclass(slots=True)
class Known:
    """What is known of the people and records of one batch, and what planning it adds."""

    names: Names = field(repr=False)
    groups: Mapping[int, Sequence[Proposal]] = field(repr=False)
    """By number of a record of the file: everything that is made of it."""
    found: dict[Named, Found] = field(default_factory=dict[Named, Found], repr=False)
    earlier: dict[Named, Found] = field(default_factory=dict[Named, Found], repr=False)
    """Records that this file named before, in this batch or an earlier one."""
    before: dict[str, dict[str, Found]] = field(default_factory=dict[str, dict[str, Found]], repr=False)
    """By reference and kind, the records of earlier batches."""
    present: dict[str, Entry] = field(default_factory=dict[str, Entry], repr=False)
    requisitions: dict[str, str] = field(default_factory=dict[str, str])
    """Requisition of each candidacy that this batch opens."""
    ids: dict[Handle, str] = field(default_factory=dict[Handle, str], repr=False)
    """What handles stand for, found once."""

    def is_made_with(self, handle: EntryHandle, proposal: Proposal) -> bool:
        """Say whether an entry is made of the same record of the file as a proposal."""
        return any(handle == (each.kind, each.reference) for each in self.groups.get(proposal.record.number, ()))


def as_kept(records: Mapping[str, Found]) -> str:
    """Write down, for the batches after it, what is known of the records that bear one reference, by kind."""
    return to_json([(kind, *found) for kind, found in records.items()]).decode()


class Lookup:
    """Looks up batch after batch of one run."""

    def __init__(
        self, ledger: Ledger, naming: Naming, world: World, scratch: Scratch, *, system: str, cut_short: bool
    ) -> None:
        """``cut_short``: an import stands unfinished, so the ledger may hold what the vault has not noted."""
        self._ledger = ledger
        self._naming = naming
        self._world = world
        self._scratch = scratch
        self._system = system
        self._cut_short = cut_short

    def records(self, known: Known, proposals: Sequence[Proposal], subjects: Sequence[Subject | None]) -> None:
        """Find the last revisions of these records and of those they name, and which of their entries stand."""
        wanted: dict[Named, Subject] = {}
        references: set[str] = set()
        fresh = known.names.fresh
        for proposal, subject in zip(proposals, subjects, strict=True):
            own = (proposal.kind, proposal.reference)
            references.add(proposal.reference)
            if subject is not None:
                wanted.setdefault(own, subject)
            for each in proposal.named:
                if type(each) is EntryHandle:
                    references.add(each.name)
                    # of somebody new only the record itself: it may be called as somebody else's is
                    if subject is not None and subject.id not in fresh:
                        wanted.setdefault(each, subject)
        names = {name for _, name in wanted}
        for record, seen in self._ledger.vault.last_seen(self._system, names).items():
            if record in wanted:
                known.found[record] = Found(seen.revision, seen.digest, seen.entry)
        self._entries(wanted, known)
        for (_, reference), text in self._scratch.get([("record", each) for each in references]).items():
            before = known.before[reference] = {kind: Found(*found) for kind, *found in from_json(text)}
            known.earlier.update({(kind, reference): found for kind, found in before.items()})

    def _entries(self, wanted: Mapping[Named, Subject], known: Known) -> None:
        """Find which entries stand; one that the vault does not know of is of an import that was cut short."""
        fresh = known.names.fresh
        first = {
            record: self._naming.entry_id(subject.key, *record, 1)
            for record, subject in wanted.items()
            if subject.id not in fresh and record not in known.found
        }
        ids = {*first.values(), *(each.entry for each in known.found.values())}
        if ids:
            with self._ledger.store.reader() as reader:
                known.present = reader.by_ids(ids)
            known.found.update({record: Found(1, "", each) for record, each in first.items() if each in known.present})
        if self._cut_short:
            self._unseen({record: wanted[record] for record in known.found}, known)

    def _unseen(self, records: Mapping[Named, Subject], known: Known) -> None:
        """Find revisions that were written and not noted any more."""
        while records:
            ids = {
                self._naming.entry_id(subject.key, *record, known.found[record].revision + 1, part): (record, part)
                for record, subject in records.items()
                for part in REVISED_BY
            }
            with self._ledger.store.reader() as reader:
                there = reader.by_ids(ids)
            known.present |= there
            further: dict[Named, Subject] = {}
            for entry in there:
                record, part = ids[entry]
                further[record] = records[record]
                last = known.found[record]
                known.found[record] = last._replace(digest="", entry=last.entry if part else entry)
            for record in further:
                known.found[record] = known.found[record]._replace(revision=known.found[record].revision + 1)
            records = further

    def owners(self, handles: Iterable[Handle | EntryHandle]) -> dict[str, str]:
        """Find whose candidacies are named by their ids, and note the streams that are."""
        named = _by_id(handles)
        first = self._first_of(named) if named else ()
        self._world.opened(first)
        return {each.stream: from_json(each.body)["candidate"] for each in first if each.type == OPENED}

    def streams(self, handles: Iterable[Handle | EntryHandle], names: Names) -> None:
        """Note which streams of people stand: in the ledger, or opened by an earlier batch of this file."""
        for opened in names.candidacies.values():
            if opened.requisition is not None:
                self._world.candidacy(opened.stream, opened.candidate, opened.requisition)
        for stream in names.stood:
            self._world.stand(stream)
        people = {*names.candidates.values(), *_by_id(handles)}
        people |= {each.stream for each in names.candidacies.values() if each.candidate not in names.fresh}
        old = people - names.fresh
        if old:
            self._world.opened(self._first_of(old))

    def _first_of(self, streams: Collection[str]) -> list[Entry]:
        with self._ledger.store.reader() as reader:
            return list(reader.opened(streams).values())


def _by_id(handles: Iterable[Handle | EntryHandle]) -> set[str]:
    """Pick out the streams of people that are named by their ids."""
    return {each.name for each in handles if type(each) is Handle and each.how == How.ID and each.kind in PEOPLES}
