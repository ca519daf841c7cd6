"""Open what a report may show: candidates' answers on themselves, and texts. In memory, for one run, logged first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evenhand.columns.facts import Facts
from evenhand.events.entry import Entry
from evenhand.ledger.ledger import Ledger
from evenhand.render.making import Answers, OpenText

_CODES = TypeAdapter(dict[str, str])
_ANSWERED = """
select cast(id as varchar)
from candidate_self_identified_effective
qualify row_number() over (partition by stream_key order by occurred_from desc, position desc) = 1
order by position
"""


def answers(ledger: Ledger, facts: Facts, *, purpose: str) -> Answers:
    """Open the latest answers of every candidate, as of the facts; None for those whose key has been destroyed."""
    ids: list[str] = [row[0] for row in facts.connection.execute(_ANSWERED).fetchall()]
    with ledger.store.reader() as reader:
        entries = sorted(reader.by_ids(ids).values())
    opened = zip(entries, ledger.opened(entries, purpose=purpose), strict=True)
    return {entry.stream: None if body is None else _by_attribute(body["answers"]) for entry, body in opened}


def text_opener(ledger: Ledger, *, purpose: str) -> OpenText:
    """Make a function that opens one text of one entry, by position and path, or answers None if its key is gone."""

    def open_text(position: int, path: str) -> str | None:
        found = next(ledger.entries(after=position - 1, upto=position), None)
        return None if found is None else _text_at(ledger, found, path, purpose)

    return open_text


def _text_at(ledger: Ledger, entry: Entry, path: str, purpose: str) -> str | None:
    value: Any = next(ledger.opened([entry], purpose=purpose))
    for step in path.removeprefix("/").split("/"):
        if value is None:
            return None
        value = value[int(step) if step.isdigit() else step]
    return None if value is None else str(value)


def _by_attribute(text: str) -> Mapping[str, str]:
    """Read the answers' JSON; what is not an object of codes counts as no answer."""
    try:
        return _CODES.validate_json(text)
    except ValidationError:
        return {}
