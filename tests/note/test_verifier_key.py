from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from evenhand.note.form import NoteError, written
from evenhand.note.signed_note import SignedNote
from evenhand.note.verifier_key import COSIGNATURE, ED25519, VerifierKey
from note.keys import LOG_KEY, WITNESS_KEY

EXAMPLES = Path(__file__).resolve().parents[3] / "shared/vectors/c2sp-note-examples.json"
P = 2**255 - 19


def pinned(public: bytes, *, kind: int = ED25519) -> str:
    return str(VerifierKey("log.example.com", kind, public))


def encoded(y: int, *, sign: bool = False) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@pytest.mark.parametrize("key", [LOG_KEY, WITNESS_KEY])
def test_a_key_is_read_as_it_is_written(key: VerifierKey) -> None:
    assert VerifierKey.parse(str(key)) == key


@pytest.mark.skipif(not EXAMPLES.is_file(), reason="the public examples are not beside this checkout")
def test_the_published_notes_verify_under_their_keys_and_no_other() -> None:
    notes = json.loads(EXAMPLES.read_text(encoding="utf-8"))["notes"]
    keys = [VerifierKey.parse(each["vkey"]) for each in notes]
    for each, key in zip(notes, keys, strict=True):
        note = SignedNote.parse(each["note"])
        assert str(note) == each["note"]
        assert [signed.key for signed in note.signed_by(keys)] == [key]
        with pytest.raises(NoteError, match="not made with its key"):
            SignedNote.parse(each["note"].replace("you", "one").replace("example m", "example n")).signed_by([key])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("log.example.com", "name\\+hash\\+key"),
        ("log.example.com+0000000g+AQ==", "name\\+hash\\+key"),
        ("log.example.com+00000000+AQ=", "not base64"),
        ("log.example.com+00000000+AR==", "another way"),
        ("log.example.com+00000000+AQ==", "has 32 bytes, this one 0"),
        ("log.example.com+00000000+Ag==", "of kind 2"),
        (f"log .example.com+00000000+{written(bytes([1]) + bytes(32))}", "a space, a plus"),
        (str(LOG_KEY).replace("hiring", "hirinG"), "mistyped or changed"),
    ],
)
def test_a_key_written_in_any_other_way_is_refused(wrong: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        VerifierKey.parse(wrong)


def test_the_keys_of_small_order_are_refused() -> None:
    eighths = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
               "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]  # fmt: skip
    small = [encoded(y, sign=sign) for y in (0, 1, P - 1) for sign in (False, True)]
    small += [bytes.fromhex(each[:62] + f"{int(each[62:], 16) | top:02x}") for each in eighths for top in (0, 0x80)]
    assert len(set(small)) == 10
    for public in small:
        with pytest.raises(NoteError, match="small order"):
            VerifierKey.parse(pinned(public))


def test_a_key_of_small_order_verifies_what_nobody_signed() -> None:
    """Which is why it is refused: the neutral point takes a signature without any secret."""
    forged = encoded(1) + bytes(32)
    Ed25519PublicKey.from_public_bytes(encoded(1)).verify(forged, b"never signed")


@pytest.mark.parametrize("y", [P, P + 1, 2**255 - 1])
def test_a_key_that_is_not_written_in_the_usual_way_is_refused(y: int) -> None:
    with pytest.raises(NoteError, match="another way than the usual"):
        VerifierKey.parse(pinned(encoded(y)))


def test_a_key_that_is_no_point_is_refused() -> None:
    with pytest.raises(NoteError, match="no point of its curve"):
        VerifierKey.parse(pinned(encoded(2), kind=COSIGNATURE))
