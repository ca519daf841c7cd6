"""What a ledger says of itself, before anything is believed: its name, and which keys sign for it from where on."""

from __future__ import annotations

from typing import Final

from pydantic_core import from_json

from evenhand.checkpoint.log_key import Named, Term, log_key_of
from evenhand.errors import EvenhandError, Finding
from evenhand.events.ledger import LedgerOpened, LogKeyRotated
from evenhand.note.form import NoteError
from evenhand.sentence import Sentence
from evenhand.store.store import Store

_NAMING: Final = (LedgerOpened.TOPIC, LogKeyRotated.TOPIC)


def named(store: Store) -> Named:
    """Read the ledger's name and its keys; what cannot be read is left out, as verifying the entries says more."""
    try:
        opening = next(store.entries(upto=1), None)
        if opening is None:
            return Named("", ())
        with store.reader() as reader:
            entries = reader.of_type(opening.stream, _NAMING)
        bodies = [(entry.position, from_json(entry.body)) for entry in entries]
        origin = str(bodies[0][1].get("origin", ""))
        written = [(position, body.get("log_key"), body.get("compromised") is True) for position, body in bodies]
    except (EvenhandError, ValueError, TypeError, IndexError, AttributeError):
        return Named("", ())
    terms: list[Term] = []
    findings: list[Finding] = []
    for position, text, _ in written:
        if text is None:
            continue
        try:
            terms.append(Term(position, log_key_of(origin, str(text))))
        except NoteError as wrong:
            findings.append(
                Finding(position, Sentence("it names a key that is none of this log: {wrong}", wrong=wrong))
            )
    return Named(origin, tuple(terms), tuple(at for at, _, given_up in written if given_up), tuple(findings))
