"""Trust files: whose keys count, how many witnesses are asked for, whose time is believed.

An auditor writes one and keeps it. What it asks for and is missing is a finding; what it does not ask for is said to be
unchecked. A file that says something nobody understands is refused as a whole.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from evenhand.errors import InputError, refuse
from evenhand.events.misfits import problems
from evenhand.note.form import NoteError
from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey
from evenhand.sentence import Sentence

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Times:
    """Whose time counts, and how far the ledger's times may lie from it."""

    authorities: tuple[Certificate, ...]
    """The root certificates of the time-stamping authorities."""
    skew: timedelta
    """By how much the clocks may disagree."""
    delay: timedelta
    """How long an entry may go without a checkpoint of trusted time that covers it."""
    since: datetime | None
    """Entries recorded before this are not held to the delay: nobody made checkpoints then."""


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust file, read."""

    origin: str
    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    quorum: int
    """How many witnesses must have cosigned the newest checkpoint."""
    times: Times | None
    digest: str
    """SHA-256 of the file, in hex: two people can tell whether they used the same one."""

    @classmethod
    def read(cls, path: Path) -> Trust:
        """Read a trust file. Raises ``InputError`` with a message per problem."""
        try:
            content = path.read_bytes()
        except OSError:
            raise InputError(
                Sentence("{path}: the trust file cannot be read; check that it is there and may be read", path=path)
            ) from None
        return cls.parse(content, str(path))

    @classmethod
    def parse(cls, content: bytes, place: str) -> Trust:
        """Read the text of a trust file; ``place`` names it in messages."""
        try:
            written = _Written.model_validate(tomllib.loads(content.decode()))
        except UnicodeDecodeError:
            raise InputError(Sentence("{place}: not UTF-8; write it again as UTF-8", place=place)) from None
        except ValidationError as wrong:
            raise InputError(*problems(wrong, place)) from None
        except (ValueError, RecursionError) as wrong:  # also numbers of too many digits, and lists too deep
            said = str(wrong)
            raise InputError(
                Sentence("{place}: not TOML: {said}", place=place, said=said[:1].lower() + said[1:])
            ) from None
        return _Reading(place).trust(written, hashlib.sha256(content).hexdigest())


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _WrittenTimes(_Closed):
    authorities: tuple[str, ...] = ()
    skew_seconds: Annotated[int, Field(ge=0, le=86_400, strict=True)]
    delay_hours: Annotated[int, Field(ge=1, le=8_784, strict=True)]
    since: AwareDatetime | None = None


class _Written(_Closed):
    origin: Annotated[str, Field(min_length=1)]
    log_keys: Annotated[tuple[str, ...], Field(min_length=1)]
    witnesses: tuple[str, ...] = ()
    quorum: Annotated[int, Field(ge=0, strict=True)] = 0
    times: _WrittenTimes | None = None


class _Reading:
    """Collects every problem of one file."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._problems: list[str] = []

    def trust(self, written: _Written, digest: str) -> Trust:
        log_keys = self._keys("log_keys", written.log_keys, ED25519)
        witnesses = self._keys("witnesses", written.witnesses, COSIGNATURE)
        if len({key.public_key for key in (*log_keys, *witnesses)}) < len(log_keys) + len(witnesses):
            self._wrong(Sentence("one key stands twice, or under two names: each witness needs a key of its own"))
        if written.quorum > len(witnesses):
            self._wrong(
                Sentence(
                    "quorum: {quorum} witnesses are asked for, and {count} are named",
                    quorum=written.quorum,
                    count=len(witnesses),
                )
            )
        times = self._times(written.times) if written.times else None
        refuse(self._problems)
        return Trust(written.origin, log_keys, witnesses, written.quorum, times, digest)

    def _keys(self, field: str, texts: tuple[str, ...], kind: int) -> tuple[VerifierKey, ...]:
        keys = [self._try(f"{field}.{turn}", VerifierKey.parse, text) for turn, text in enumerate(texts)]
        for turn, key in enumerate(keys):
            if key is not None and key.kind != kind:
                self._wrong(
                    Sentence(
                        "{field}.{turn}: this key is of kind {kind}; here stand keys of kind {wanted}",
                        field=field,
                        turn=turn,
                        kind=key.kind,
                        wanted=kind,
                    )
                )
        return tuple(key for key in keys if key is not None)

    def _times(self, written: _WrittenTimes) -> Times:
        found = [
            self._try(f"times.authorities.{turn}", _certificates, text) or []
            for turn, text in enumerate(written.authorities)
        ]
        return Times(
            tuple(each for certificates in found for each in certificates),
            timedelta(seconds=written.skew_seconds),
            timedelta(hours=written.delay_hours),
            self._since(written.since) if written.since else None,
        )

    def _since(self, written: datetime) -> datetime | None:
        try:
            return written.astimezone(UTC)
        except OverflowError:
            self._wrong(Sentence("times.since: this is before or after all times in UTC"))
        return None

    def _try(self, place: str, parse: Callable[[str], _T], text: str) -> _T | None:
        try:
            return parse(text)
        except NoteError as wrong:
            self._wrong(Sentence("{place}: {wrong}", place=place, wrong=wrong))
        return None

    def _wrong(self, problem: str) -> None:
        self._problems.append(Sentence("{place}: {problem}", place=self._place, problem=problem))


def _certificates(text: str) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - most ledgers are stamped by nobody

    try:
        return load_pem_x509_certificates(text.encode())
    except ValueError:
        raise NoteError(Sentence("this is no certificate in PEM; paste the authority's root certificate")) from None


def template(origin: str, log_keys: Sequence[str], witnesses: Sequence[str] = ()) -> str:
    """Write a trust file to begin with: these keys of the log, and these witnesses, all of which must cosign."""

    def listed(keys: Sequence[str]) -> str:
        return "".join(f'  "{each}",\n' for each in keys)

    return (
        "# Whose keys count. Compare each key with its owner by another way than this file came.\n"
        f'origin = "{origin}"\n'
        f"log_keys = [\n{listed(log_keys)}]\n\n"
        "# How many of these witnesses must have cosigned the newest checkpoint.\n"
        f"witnesses = [\n{listed(witnesses)}]\n"
        f"quorum = {len(witnesses)}\n\n"
        "# Whose time counts: root certificates in PEM. Clocks may disagree by skew_seconds; each entry must be\n"
        "# covered by a checkpoint of trusted time within delay_hours, but for those recorded before since.\n"
        "# [times]\n"
        "# skew_seconds = 60\n"
        "# delay_hours = 48\n"
        "# since = 2026-07-01T00:00:00Z\n"
        '# authorities = ["""\n'
        "# -----BEGIN CERTIFICATE-----\n"
        '# """]\n'
    )
