"""What can go wrong, by who must act.

Every message says what is wrong, where, what was expected and what to do. No message carries a recorded value: an error
may end in a log that outlives an erasure.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final, NamedTuple

from evenhand.sentence import Sentence

_REASONS: Final[Mapping[int, Sentence]] = MappingProxyType(
    {
        errno.EACCES: Sentence("permission denied"),
        errno.EEXIST: Sentence("file exists"),
        errno.EISDIR: Sentence("is a directory"),
        errno.ENOENT: Sentence("no such file or directory"),
        errno.ENOSPC: Sentence("no space left on device"),
        errno.ENOTDIR: Sentence("not a directory"),
        errno.EROFS: Sentence("read-only file system"),
    }
)
"""What a system most often says, in its own words; any other reason stays in the system's language."""


class EvenhandError(Exception):
    """The root: ``exit_code`` is what the command line returns, ``problems`` holds one message each."""

    exit_code: ClassVar[int] = 70

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: tuple[str, ...] = problems


class InputError(EvenhandError):
    """You must act: what was given does not have the form asked for. Nothing was written."""

    exit_code = 4


class RefusedError(EvenhandError):
    """A rule of the ledger stopped an append. Nothing was written."""

    exit_code = 5


class Finding(NamedTuple):
    """Something that is not as it was recorded; without a position it concerns no single entry."""

    position: int | None
    problem: str


class TamperedError(EvenhandError):
    """Your auditor must act: the stored bytes are not what was recorded."""

    exit_code = 3


class UnavailableError(EvenhandError):
    """There is no ledger here, or it is locked, read-only, of a newer format, or not a ledger at all."""

    exit_code = 6


class ErasedError(EvenhandError):
    """The key of this subject has been destroyed, or is not in this vault: what it sealed cannot be read."""

    exit_code = 4


def reason(error: OSError, otherwise: str = Sentence("no reason given")) -> str:
    """Say why the system would not, in lower case; ``otherwise`` if it does not say."""
    return _REASONS.get(error.errno or 0) or (error.strerror or otherwise).lower()


def refuse(problems: Sequence[str], error: type[EvenhandError] = InputError) -> None:
    """Raise ``error`` with all ``problems`` at once, or return if there are none."""
    if problems:
        raise error(*problems)
