"""What can be wrong with a database, each said once, with its remedy.

No sentence repeats a driver's text: a driver quotes the values of a row.
"""

from __future__ import annotations

from typing import Final

from evenhand.errors import TamperedError, UnavailableError
from evenhand.sentence import Sentence
from evenhand.store.shape import RepeatedError

WAIT_SECONDS: Final = 10
"""How long anybody waits for a lock before saying so."""


def missing(place: str) -> UnavailableError:
    """Say that nothing is there."""
    return UnavailableError(Sentence("{place}: there is no ledger here; make one with: evenhand init", place=place))


def present(place: str) -> UnavailableError:
    """Say that there is one already."""
    return UnavailableError(
        Sentence("{place}: a ledger stands here already; open it, or choose another place", place=place)
    )


def not_a_ledger(place: str) -> UnavailableError:
    """Say that it is something else."""
    return UnavailableError(
        Sentence(
            "{place}: this is not a ledger; check the name, or make one elsewhere with: evenhand init", place=place
        )
    )


def newer(place: str, found: str, known: int) -> UnavailableError:
    """Say that a later version wrote it."""
    return UnavailableError(
        Sentence(
            "{place}: its tables have format {found}, this version of evenhand knows up to {known}; update evenhand",
            place=place,
            found=found,
            known=known,
        )
    )


def locked(place: str) -> UnavailableError:
    """Say that somebody else has kept it for too long."""
    return UnavailableError(
        Sentence(
            "{place}: locked by another process for {wait_seconds} seconds; wait until it has "
            "finished, or stop it, and run this again",
            place=place,
            wait_seconds=WAIT_SECONDS,
        )
    )


def read_only(place: str) -> UnavailableError:
    """Say that it may be read and not written."""
    return UnavailableError(
        Sentence(
            "{place}: it can be read but not written; ask its owner for the right to write, or open it "
            "for reading only",
            place=place,
        )
    )


def busy(place: str) -> UnavailableError:
    """Say that somebody writes to what was opened as it stood."""
    return UnavailableError(
        Sentence("{place}: somebody writes to it while it is read; wait and open it again, or read a copy", place=place)
    )


def no_room(place: str) -> UnavailableError:
    """Say that the disk is full."""
    return UnavailableError(
        Sentence("{place}: the disk is full and nothing was written; make room and run this again", place=place)
    )


def unreachable(place: str) -> UnavailableError:
    """Say that it does not answer, or lets nobody in."""
    return UnavailableError(
        Sentence("{place}: cannot be opened; check that it is there, that it runs, and what you may do", place=place)
    )


def failed(place: str, code: str) -> UnavailableError:
    """Say that something else went wrong; the driver's code is all that is repeated."""
    return UnavailableError(
        Sentence("{place}: the database could not do this ({code}); nothing was written", place=place, code=code)
    )


def damaged(place: str) -> TamperedError:
    """Say that the file is not whole."""
    return TamperedError(
        Sentence(
            "{place}: damaged or cut short; do not append, keep the file as it is and restore a copy made before",
            place=place,
        )
    )


def disagreeing(place: str) -> TamperedError:
    """Say that the head row and the entries do not end at the same place."""
    return TamperedError(
        Sentence(
            "{place}: its head row and its entries disagree; nothing was written, append no more, run: evenhand verify",
            place=place,
        )
    )


def repeated(place: str) -> RepeatedError:
    """Say that an id or a stream's version stands already."""
    return RepeatedError(
        Sentence(
            "{place}: an id or a version of a stream in this batch stands already; nothing was "
            "written, read the stream again and append after its last version",
            place=place,
        )
    )
