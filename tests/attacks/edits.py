"""What can be done to the entries, with the hashes left as they were or made again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

from attacks.scene import Scene
from attacks.world import DECISION, SECOND, THIRD, B
from cheating import rebuilt_without
from evenhand.events.entry import Entry

Attack = Callable[[Scene], None]
Change = Callable[[list[Entry]], Iterable[Entry]]
Edit = Callable[[Entry, list[Entry]], Entry]

NEW = str(UUID(int=2**127 - 1))
BOX = re.compile(r"seal:1:[^\"]+")
HERE = f"WHERE position = {DECISION}"


# Tools of the trade


def at_once(*statements: str) -> Attack:
    """Change what is stored, and leave every hash as it was."""
    return lambda scene: scene.sql(*statements)


def forged(change: Change) -> Attack:
    """Change the entries, and make every hash again."""
    return lambda scene: scene.forge(change)


def unhashed(change: Change) -> Attack:
    """Change entries one by one, and leave every hash as it was."""

    def attack(scene: Scene) -> None:
        before = scene.rows()
        scene.sql(
            *(
                f"UPDATE entry SET body = '{new.body}' WHERE position = {new.position}"
                for old, new in zip(before, change(list(before)), strict=True)
                if old != new
            )
        )

    return attack


def edited(edit: Edit, position: int = DECISION) -> Change:
    """Edit one entry."""

    def change(rows: list[Entry]) -> list[Entry]:
        return [edit(each, rows) if each.position == position else each for each in rows]

    return change


def without(*positions: int) -> Change:
    """Take entries out."""
    return lambda rows: [each for each in rows if each.position not in positions]


# Edits of one entry


def outcome(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(body=entry.body.replace('"outcome":"advance"', '"outcome":"reject"'))


def actor(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(body=re.sub('"actor":"[^"]+"', f'"actor":"{NEW}"', entry.body))


def time(entry: Entry, rows: list[Entry]) -> Entry:
    """Let it be recorded together with the entry before it."""
    return entry._replace(recorded_at=rows[entry.position - 2].recorded_at)


def kind(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(type="interview.held.v1")


def spelling(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(body=json.dumps(json.loads(entry.body)))


def second_event(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(body='{"outcome":"reject"},"type":"offer.extended.v1"')


def other_entry(entry: Entry, _rows: list[Entry]) -> Entry:
    return entry._replace(stream=NEW, id=NEW)


def box_moved(entry: Entry, _rows: list[Entry]) -> Entry:
    """Put a candidate's sealed name where the contact stood."""
    name, contact = BOX.findall(entry.body)[:2]
    return entry._replace(body=entry.body.replace(contact, name))


# Changes of several


def boxes_changed_places(rows: list[Entry]) -> list[Entry]:
    """Give two decisions each other's sealed rationale."""
    first, second = DECISION, B
    held = {at: BOX.search(rows[at - 1].body) for at in (first, second)}
    other = {first: held[second], second: held[first]}
    return [
        each._replace(body=BOX.sub(found[0], each.body)) if (found := other.get(each.position)) else each
        for each in rows
    ]


# What is stored


def bit_flipped(scene: Scene) -> None:
    """Flip one bit of the database's file on the disk: ``advance`` becomes ``advancd``."""

    def flip(path: Path) -> None:
        content = path.read_bytes()
        place = content.index(b'"outcome":"advance"') + len('"outcome":"advanc')
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])

    scene.on_disk(flip)


def leaf_edited(scene: Scene) -> None:
    zero, substring = (
        ("zeroblob(32)", "substr") if scene.is_sqlite else ("decode(repeat('00', 32), 'hex')", "substring")
    )
    scene.sql(f"UPDATE tile SET hashes = {zero} || {substring}(hashes, 33) WHERE level = 0")


def trigger_dropped(scene: Scene) -> None:
    scene.unguard("DROP TRIGGER entry_unchanged" + ("" if scene.is_sqlite else " ON entry"))


def replayed(scene: Scene) -> None:
    """Let a decision stand a second time, with its own id, where the indexes would not have it."""
    constraints = ("UNIQUE (id)", "UNIQUE (stream, version)")
    if scene.is_sqlite:
        rebuilt_without(scene.folder / "ledger.db", constraints)
    else:
        scene.sql(
            "ALTER TABLE entry DROP CONSTRAINT entry_id_key",
            "ALTER TABLE entry DROP CONSTRAINT entry_stream_version_key",
        )
    scene.forge(lambda rows: [*rows, rows[DECISION - 1]._replace(recorded_at=rows[-1].recorded_at)])


def exchanged(rows: list[Entry]) -> list[Entry]:
    """Let two entries change places, each at the other's time."""
    one, other = 3, 4
    rows[one - 1], rows[other - 1] = (
        rows[other - 1]._replace(recorded_at=rows[one - 1].recorded_at),
        rows[one - 1]._replace(recorded_at=rows[other - 1].recorded_at),
    )
    return rows


def renumbered(scene: Scene) -> None:
    scene.sql(
        f"DELETE FROM entry WHERE position = {SECOND}",
        f"UPDATE entry SET position = -position WHERE position > {SECOND}",
        "UPDATE entry SET position = -position - 1 WHERE position < 0",
    )


def backdated(rows: list[Entry]) -> list[Entry]:
    before = rows[DECISION - 1]
    return [*rows[:DECISION], before._replace(stream=NEW, version=1, id=NEW), *rows[DECISION:]]


def moved(rows: list[Entry]) -> list[Entry]:
    """Let the third candidate's visit be the second one's."""
    visit, last = rows[THIRD + 1], rows[B - 1]
    assert (visit.type, last.type) == ("stage.entered.v1", "decision.made.v1")
    return [
        each._replace(stream=last.stream, version=last.version + 1) if each.id == visit.id else each for each in rows
    ]
