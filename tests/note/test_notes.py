from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.form import NoteError, written
from evenhand.note.proof_file import ConsistencyFile, InclusionFile
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import Signature, SignedNote, cosign, sign
from note.keys import LOG, LOG_KEY, ORIGIN, OTHER, WITNESS, WITNESS_KEY, WITNESSING

ROOT = bytes(range(32))
HEAD = TreeHead(ORIGIN, 25_858, ROOT)
NOTE = SignedNote(str(HEAD), (sign(str(HEAD), ORIGIN, LOG), cosign(str(HEAD), WITNESS, WITNESSING, 1_780_000_000)))
RECEIPT = Receipt(ORIGIN, 17, ROOT, "2026-07-03T09:12:44.120391Z")

hashes = st.binary(min_size=32, max_size=32)
heads = st.builds(TreeHead, st.sampled_from([ORIGIN, "log", "a b", "日志"]), st.integers(0, 2**63 - 1), hashes)
notes = heads.map(lambda head: SignedNote(str(head), (sign(str(head), ORIGIN, LOG),)))
checkpoints = notes.map(Checkpoint.of)


def resigned(text: str) -> str:
    """Sign whatever the text is, so that only the reading of it can refuse it."""
    return str(SignedNote(text, (sign(text, ORIGIN, LOG),)))


def test_a_note_is_signed_by_the_log_and_cosigned_by_the_witness() -> None:
    assert [(each.key, each.seconds) for each in NOTE.signed_by([LOG_KEY, WITNESS_KEY])] == [
        (LOG_KEY, None),
        (WITNESS_KEY, 1_780_000_000),
    ]


@given(checkpoints)
def test_a_checkpoint_is_read_as_it_is_written(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(str(checkpoint)) == checkpoint
    assert Checkpoint.parse(str(checkpoint).encode()) == checkpoint


@given(st.none() | st.binary(max_size=40), st.integers(0, 2**63 - 1), st.lists(hashes, max_size=63), checkpoints)
def test_proofs_are_read_as_they_are_written(
    extra: bytes | None, number: int, proof: list[bytes], checkpoint: Checkpoint
) -> None:
    inclusion = InclusionFile(extra, number, tuple(proof), checkpoint)
    assert InclusionFile.parse(str(inclusion)) == inclusion
    consistency = ConsistencyFile(number, tuple(proof), checkpoint)
    assert ConsistencyFile.parse(str(consistency).encode()) == consistency


def test_a_receipt_is_read_as_it_is_written() -> None:
    assert Receipt.parse(SignedNote.parse(resigned(str(RECEIPT)))) == RECEIPT


def test_a_receipt_is_no_checkpoint_and_a_checkpoint_no_receipt() -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(resigned(str(RECEIPT)))
    with pytest.raises(NoteError):
        Receipt.parse(NOTE)


@pytest.mark.parametrize("size", ["0100", "+7", "+7_0", "1_0", "-5", " 5", "5 ", "", "\u0665", "5.0", str(2**63)])
def test_a_size_written_in_another_way_is_refused_even_when_correctly_signed(size: str) -> None:
    with pytest.raises(NoteError, match="whole number"):
        Checkpoint.parse(resigned(f"{ORIGIN}\n{size}\n{written(ROOT)}\n"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{ORIGIN}\n5\n", "three lines"),
        (f"{ORIGIN}\n5\n{written(ROOT)}\nmore\n", "three lines"),
        (f"\n5\n{written(ROOT)}\n", "names no log"),
        (f"{ORIGIN}\n5\n{written(ROOT[:31])}\n", "31 bytes"),
        (f"{ORIGIN}\n5\n{written(ROOT).rstrip('=')}\n", "base64"),
        (f"{ORIGIN}\n5\n{written(ROOT)[:-2]}9=\n", "another way"),
        (f"{ORIGIN}\n5\n{written(ROOT)} \n", "base64"),
    ],
)
def test_a_checkpoint_of_another_form_is_refused_even_when_correctly_signed(text: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        Checkpoint.parse(resigned(text))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (lambda note: note + "stray\n", "no signature"),
        (lambda note: note + "\n", "no signature|no text"),
        (lambda note: note[:-1], "line feed"),
        (lambda note: note.replace("— ", "- ", 1), "no signature"),
        (lambda note: note.replace("\n\n", "\n", 1), "blank line"),
        (lambda note: note.replace("\n", "\r\n"), "control character"),
        (lambda note: note + note.splitlines()[-1] + "\n", "stands twice"),
        (lambda note: note.replace(f"— {ORIGIN} ", "— a+b "), "a space, a plus"),
        (lambda note: note + "— somebody AAAA\n", "shorter than the id"),
        (lambda note: note + "— somebody AAAAAAB\n", "base64"),
        (lambda note: note.rpartition("— ")[0].rpartition("— ")[0], "no signature"),
        (lambda note: "\udc80" + note, "UTF-8"),
        (lambda note: "x" * 1_000_001 + note, "larger"),
    ],
)
def test_a_note_with_anything_out_of_place_is_refused(changed, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        SignedNote.parse(changed(str(NOTE)))


def test_bytes_that_are_not_utf8_are_refused() -> None:
    for parse in (SignedNote.parse, Checkpoint.parse, InclusionFile.parse, ConsistencyFile.parse):
        with pytest.raises(NoteError, match="UTF-8"):
            parse(b"\xff\n\n")


def test_signatures_of_unknown_keys_are_kept_and_mean_nothing() -> None:
    stranger = sign(NOTE.text, "stranger.example.org", OTHER)
    note = NOTE.with_signature(stranger)
    assert [each.key for each in SignedNote.parse(str(note)).signed_by([LOG_KEY])] == [LOG_KEY]


def test_a_signature_of_another_key_under_the_same_name_is_ignored() -> None:
    note = SignedNote(NOTE.text, (sign(NOTE.text, ORIGIN, OTHER),))
    assert note.signed_by([LOG_KEY]) == ()


def test_a_trusted_name_and_id_over_a_signature_that_does_not_fit_spoils_the_note() -> None:
    good = NOTE.signatures[0]
    for value in (good.value[:-1] + bytes([good.value[-1] ^ 1]), good.value[:-1], good.value + b"\0", b"\0"):
        note = SignedNote(NOTE.text, (Signature(good.name, good.key_id, value), NOTE.signatures[1]))
        with pytest.raises(NoteError, match="not made with its key"):
            note.signed_by([LOG_KEY])


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    good = NOTE.signatures[1]
    for value in (bytes(8) + good.value[8:], b"\xff" * 8 + good.value[8:]):
        with pytest.raises(NoteError, match="not made with its key"):
            SignedNote(NOTE.text, (good._replace(value=value),)).signed_by([WITNESS_KEY])


def test_a_log_signature_is_no_cosignature_and_the_other_way_round() -> None:
    plain = Signature(WITNESS, WITNESS_KEY.key_id, WITNESSING.sign(NOTE.text.encode()))
    with pytest.raises(NoteError):
        SignedNote(NOTE.text, (plain,)).signed_by([WITNESS_KEY])


def test_a_key_that_signed_already_does_not_sign_again() -> None:
    later = cosign(NOTE.text, WITNESS, WITNESSING, 1_790_000_000)
    assert NOTE.with_signature(later) == NOTE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (str(RECEIPT).replace("\n17\n", "\n0\n"), "position is 0"),
        (str(RECEIPT).replace("\n17\n", "\n017\n"), "whole number"),
        (str(RECEIPT).replace("v1", "v2"), "first line"),
        (str(RECEIPT) + "more\n", "five lines"),
        (str(RECEIPT).replace(ORIGIN, ""), "names no log"),
        (str(RECEIPT).replace("Z", "+00:00"), "not an instant"),
        (str(RECEIPT).replace("-07-", "-13-"), "not an instant"),
    ],
)
def test_a_receipt_of_another_form_is_refused_even_when_correctly_signed(text: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        Receipt.parse(SignedNote.parse(resigned(text)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no blank line"),
        ("c2sp.org/tlog-proof@v2\nindex 1\n\n" + str(NOTE), "first line"),
        ("c2sp.org/tlog-proof@v1\nindex 01\n\n" + str(NOTE), "whole number"),
        ("c2sp.org/tlog-proof@v1\n\n" + str(NOTE), "begins with index"),
        ("c2sp.org/tlog-proof@v1\nextra AB\nindex 1\n\n" + str(NOTE), "base64"),
        ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n" + str(NOTE), "hash 1 of the proof has 3 bytes"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n" + f"{written(ROOT)}\n" * 70 + "\n" + str(NOTE), "at most 63"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n\n", "no text"),
    ],
)
def test_a_proof_of_another_form_is_refused(text: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        InclusionFile.parse(text)


@given(st.data())
def test_no_changed_byte_of_a_signed_note_is_taken_for_the_note(data: st.DataObject) -> None:
    whole = str(NOTE).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    try:
        signed = SignedNote.parse(changed).signed_by([LOG_KEY, WITNESS_KEY])
    except NoteError:
        return
    assert len(signed) < 2  # a changed name or id is a stranger's: one signature fewer, and never another text
    assert SignedNote.parse(changed).text == NOTE.text
