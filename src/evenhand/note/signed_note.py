"""Notes: a text and who signed it. C2SP signed-note.

Signatures of keys that nobody trusts are kept and mean nothing; one of a trusted key that does not fit spoils the note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from evenhand.note.form import MOST_SIZE, NoteError, base64, lines_of, written
from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey, must_be_name
from evenhand.sentence import Sentence

MOST_BYTES: Final = 1_000_000
_DASH: Final = "— "
_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8


class Signature(NamedTuple):
    """One line under a note."""

    name: str
    key_id: bytes
    value: bytes

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read one line, without its line feed."""
        name, space, coded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise NoteError(Sentence("a line under the note is no signature: a dash, a name and base64"))
        must_be_name(name, Sentence("the name in a signature"))
        value = base64(coded, "a signature")
        if len(value) <= _ID_BYTES:
            raise NoteError(Sentence("a signature is shorter than the id of its key"))
        return cls(name, value[:_ID_BYTES], value[_ID_BYTES:])

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {written(self.key_id + self.value)}"


class Signed(NamedTuple):
    """A trusted key that signed."""

    key: VerifierKey
    seconds: int | None
    """When a witness cosigned, in seconds since 1970 UTC by its own clock; none for a log's signature."""


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text with the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, given: bytes | str) -> SignedNote:
        """Read a note. Raises ``NoteError`` for any byte that is not where it belongs."""
        whole = _decoded(given)
        text, blank, below = whole.rpartition("\n\n")
        if not blank or not text:
            raise NoteError(Sentence("there is no text, blank line and signature"))
        signatures = tuple(Signature.parse(line) for line in lines_of(below, Sentence("the note")))
        if not signatures:
            raise NoteError(Sentence("the note has no signature"))
        if len(set(signatures)) < len(signatures):
            raise NoteError(Sentence("a signature stands twice"))
        return cls(text + "\n", signatures)

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{each}\n" for each in self.signatures)

    def signed_by(self, keys: Iterable[VerifierKey]) -> tuple[Signed, ...]:
        """Answer with those of the trusted keys that signed, in the keys' order.

        Raises ``NoteError`` if a signature bears a trusted key's name and id and is not that key's.
        """
        found: list[Signed] = []
        for key in keys:
            own = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.key_id)]
            times = [_checked(self.text, each, key) for each in own]
            if times:
                found.append(Signed(key, min((each for each in times if each is not None), default=None)))
        return tuple(found)

    def with_signature(self, *more: Signature) -> SignedNote:
        """Answer with the note and these signatures under it, those of keys that have not signed yet."""
        there = {(each.name, each.key_id) for each in self.signatures}
        return replace(self, signatures=(*self.signatures, *(each for each in more if each[:2] not in there)))

    def merged(self, other: SignedNote) -> SignedNote:
        """Answer with this note and every signature line of another note of the same text."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *other.signatures))))


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Signature:
    """Sign the text of a note as a log does."""
    return Signature(name, VerifierKey.of(name, ED25519, key).key_id, key.sign(text.encode()))


def cosign(text: str, name: str, key: Ed25519PrivateKey, seconds: int) -> Signature:
    """Sign the text of a checkpoint as a witness does, at a time in seconds since 1970 UTC. C2SP tlog-cosignature."""
    signature = key.sign(_cosigned(text, seconds))
    return Signature(
        name, VerifierKey.of(name, COSIGNATURE, key).key_id, seconds.to_bytes(_TIME_BYTES, "big") + signature
    )


def _checked(text: str, signature: Signature, key: VerifierKey) -> int | None:
    """Check one signature of a trusted key; answer with its time, if its kind has one."""
    if key.kind == ED25519:
        seconds, message, value = None, text.encode(), signature.value
    else:
        seconds = int.from_bytes(signature.value[:_TIME_BYTES], "big")
        message, value = _cosigned(text, seconds), signature.value[_TIME_BYTES:]
    if not key.verifies(message, value) or (seconds or 0) > MOST_SIZE:
        raise NoteError(
            Sentence("the signature in the name of {name} was not made with its key over this text", name=key.name)
        )
    return seconds


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _decoded(given: bytes | str) -> str:
    if len(given) > MOST_BYTES:
        raise NoteError(Sentence("it is larger than {most:,} bytes", most=MOST_BYTES))
    try:
        text = given if isinstance(given, str) else given.decode()
        text.encode()
    except UnicodeError:
        raise NoteError(Sentence("it is not UTF-8")) from None
    if any(each < " " and each != "\n" for each in text):
        raise NoteError(Sentence("it has a control character in it"))
    return text
