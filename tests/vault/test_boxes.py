from __future__ import annotations

import base64
import copy
import hmac
import json
import os
import pickle
from pathlib import Path

import pytest
from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.errors import InputError, TamperedError
from evenhand.vault import LARGEST_TEXT_BYTES, SubjectKey, associated_data, key_id
from evenhand.vault.boxes import PADDED_SIZES, from_url_text, pad, unpad
from evenhand.vault.subject_key import derive

ADA = "0198c0de-0000-7000-8000-00000000ada0"
BEN = "0198c0de-0000-7000-8000-00000000be00"
ENTRY = "0198c0de-0000-7000-8000-000000000001"
ORIGIN = "hiring.example/2026"
HERE = associated_data(ORIGIN, ENTRY, "decision.made.v1", "/rationale")
SECRET = "she asked about the night shift"


def key(subject: str = ADA, secret: bytes = b"a" * 32) -> SubjectKey:
    return SubjectKey(subject, secret)


def sealed(text: str = SECRET, aad: bytes = HERE) -> str:
    return key().seal(text, aad, os.urandom(12))


def payload_of(box: str) -> bytes:
    text = box.rpartition(":")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def with_payload(box: str, payload: bytes) -> str:
    return box.rpartition(":")[0] + ":" + base64.urlsafe_b64encode(payload).rstrip(b"=").decode()


def refused(box: str, aad: bytes = HERE) -> str:
    with pytest.raises(TamperedError) as caught:
        key().open(box, aad)
    return str(caught.value)


@given(st.text(max_size=400))
@example("")
@example("\0")
@example("没有通过面试 \U0001f600")
def test_what_was_sealed_opens_again_to_the_letter(text: str) -> None:
    assert key().open(sealed(text), HERE) == text


@pytest.mark.parametrize("size", [size - 4 for size in PADDED_SIZES])
def test_a_text_that_just_fits_a_size_opens_again(size: int) -> None:
    for length in (size - 1, size, size + 1):
        if length <= LARGEST_TEXT_BYTES:
            assert key().open(sealed("x" * length), HERE) == "x" * length


def test_male_and_female_are_of_one_length() -> None:
    assert len(sealed("male")) == len(sealed("female")) == len(sealed("")) == len(sealed("我" * 84))


@given(st.text(max_size=2_000))
def test_a_box_has_one_of_five_lengths(text: str) -> None:
    size = next(size for size in PADDED_SIZES if 4 + len(text.encode()) <= size)
    assert len(payload_of(sealed(text))) == 12 + size + 16


def test_a_text_longer_than_the_largest_box_is_refused_with_its_length_and_nothing_else() -> None:
    with pytest.raises(InputError, match="has 32765 bytes of UTF-8; at most 32764 can be sealed") as caught:
        sealed("秘" * 10_921 + "ab")
    assert "秘" not in str(caught.value)


def test_a_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(InputError, match="lone surrogate"):
        sealed("\ud800")
    with pytest.raises(InputError, match="lone surrogate"):
        associated_data(ORIGIN, ENTRY, "decision.made.v1", "/\ud800")


def test_a_box_says_whose_key_opens_it() -> None:
    assert key_id(sealed()) == ADA


def test_two_boxes_of_one_text_have_nothing_in_common() -> None:
    assert payload_of(sealed())[:16] != payload_of(sealed())[:16]


@pytest.mark.parametrize(
    "elsewhere",
    [
        associated_data("other.example/2026", ENTRY, "decision.made.v1", "/rationale"),
        associated_data(ORIGIN, ENTRY.replace("1", "2"), "decision.made.v1", "/rationale"),
        associated_data(ORIGIN, ENTRY, "decision.made.v2", "/rationale"),
        associated_data(ORIGIN, ENTRY, "notice.given.v1", "/rationale"),
        associated_data(ORIGIN, ENTRY, "decision.made.v1", "/override"),
        associated_data(ORIGIN, ENTRY, "decision.made.v1", "/reasons/0/note"),
    ],
    ids=["ledger", "entry", "version", "type", "field", "deeper field"],
)
def test_a_box_moved_to_another_place_does_not_open(elsewhere: bytes) -> None:
    message = refused(sealed(), elsewhere)
    assert "does not open" in message
    assert SECRET not in message


def test_the_refusal_names_entry_and_field_and_no_content() -> None:
    message = refused(sealed(aad=associated_data(ORIGIN, ENTRY, "decision.made.v1", "/other")))
    assert f"/rationale of entry {ENTRY}" in message
    assert SECRET not in message


def test_two_boxes_swapped_between_two_fields_do_not_open() -> None:
    there = associated_data(ORIGIN, ENTRY, "decision.made.v1", "/override")
    first, second = sealed("strong", HERE), sealed("weak", there)
    refused(second, HERE)
    refused(first, there)


def test_a_box_relabelled_as_another_persons_does_not_open_under_either_key() -> None:
    box = sealed()
    relabelled = box.replace(ADA, BEN)
    refused(relabelled)
    with pytest.raises(TamperedError):
        key(BEN, b"b" * 32).open(relabelled, HERE)


def test_one_secret_under_two_subjects_makes_two_keys() -> None:
    relabelled = sealed().replace(ADA, BEN)
    with pytest.raises(TamperedError):
        key(BEN).open(relabelled, HERE)
    assert key(BEN).commitment != key().commitment


def test_every_flipped_bit_is_noticed() -> None:
    box = sealed()
    content = payload_of(box)
    for place in range(len(content) * 8):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        refused(with_payload(box, bytes(flipped)))


def test_a_box_cut_anywhere_does_not_open() -> None:
    box = sealed()
    for end in range(len(box)):
        refused(box[:end])


def test_a_box_extended_or_spliced_does_not_open() -> None:
    box = sealed()
    content = payload_of(box)
    for other in (content + b"\0", content + bytes(768), content[:12] + bytes(768) + content[12:], content * 2):
        refused(with_payload(box, other))
    refused(box + "A")
    refused(box + "\n")
    refused(" " + box)


def test_a_box_has_one_spelling_only() -> None:
    box = sealed()
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = {box[:-1] + letter for letter in last} - {box}
    same_bytes = {other for other in others if payload_of(other) == payload_of(box)}
    assert same_bytes, "the attack must exist for its refusal to mean anything"
    for other in same_bytes:
        refused(other)
    refused(box + "=")
    refused(box.replace("-", "+").replace("_", "/") + "+")
    refused(box[:-1] + "é")
    refused(box[:100] + "\n" + box[100:])


@given(st.binary(max_size=40))
def test_base64url_reads_what_it_writes_and_no_other_spelling(content: bytes) -> None:
    text = base64.urlsafe_b64encode(content).rstrip(b"=").decode()
    assert from_url_text(text) == content


@given(st.text(alphabet="ABab01-_+/= \n", max_size=12))
def test_base64url_that_reads_has_one_spelling(text: str) -> None:
    content = from_url_text(text)
    assert content is None or base64.urlsafe_b64encode(content).rstrip(b"=").decode() == text


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        bytes(3),
        (253).to_bytes(4) + b"x" * 252,
        (2).to_bytes(4) + b"ab" + bytes(249) + b"\1",
        (2).to_bytes(4) + b"ab" + bytes(1_018),
        (2).to_bytes(4) + b"\xff\xfe" + bytes(250),
        b"\xff" * 256,
    ],
    ids=["empty", "short", "length past the end", "padding not zero", "too large a size", "not UTF-8", "huge length"],
)
def test_a_layout_that_sealing_never_makes_is_refused_even_under_the_right_key(padded: bytes) -> None:
    assert unpad(padded) is None
    if len(padded) >= 256:
        nonce = bytes(12)
        cipher = AESGCM(derive(b"a" * 32, f"evenhand:1:seal:{ADA}"))
        forged = with_payload(sealed(), nonce + cipher.encrypt(nonce, padded, HERE))
        assert "sealed by other means" in refused(forged)


@given(st.text(max_size=400))
def test_padding_is_undone_exactly(text: str) -> None:
    assert unpad(pad(text)) == text


@given(st.lists(st.text(), min_size=4, max_size=4))
def test_the_place_of_a_box_is_compact_json(parts: list[str]) -> None:
    assert associated_data(*parts) == json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "other", ["", "plain text", "seal:2:" + ADA + ":AAAA", "seal:1:ADA:AAAA", f"seal:1:{ADA}:AA\n"]
)
def test_what_is_not_a_box_names_no_key(other: str) -> None:
    with pytest.raises(TamperedError, match="has not the form"):
        key_id(other)


def test_the_commitment_names_one_key_and_reveals_none_of_its_parts() -> None:
    one = key()
    assert len(one.commitment) == 64
    assert one.commitment == key().commitment != key(secret=b"b" * 32).commitment
    parts = [derive(b"a" * 32, f"evenhand:1:{purpose}:{ADA}") for purpose in ("seal", "mac")]
    assert bytes.fromhex(one.commitment) not in {*parts, b"a" * 32}


def test_a_digest_is_hmac_under_a_key_that_only_makes_digests() -> None:
    digests = derive(b"a" * 32, f"evenhand:1:mac:{ADA}")
    for data in (b"", b"candidate 17", b"long " * 100):
        assert key().mac(data) == hmac.digest(digests, data, "sha256")


def test_a_digest_is_keyed_by_its_subject() -> None:
    assert key().mac(b"candidate 17") == key().mac(b"candidate 17") != key(BEN).mac(b"candidate 17")
    assert len(key().mac(b"")) == 32


def test_the_format_of_a_box_never_changes() -> None:
    """Computed once and kept: a box written today must open in twenty years."""
    box = key().seal("没有通过", HERE, bytes(range(12)))
    assert box == (Path(__file__).parent / "box.txt").read_text().strip()
    assert key().commitment == "8e93e2da8de912fb8a0a85bef97e21d569d444f005382ceee2126c3b470f6c5e"
    assert key().mac(b"candidate 17").hex() == "52e2299b8a4989994920e4639a5e94706a4e720496f2ef4f1be2c946ca581802"


def test_another_program_opens_a_box_from_its_description_alone() -> None:
    box = (Path(__file__).parent / "box.txt").read_text().strip()
    extracted = hmac.digest(bytes(32), b"a" * 32, "sha256")  # HKDF by hand: RFC 5869, 2.2 and 2.3
    seal_key = hmac.digest(extracted, f"evenhand:1:seal:{ADA}".encode() + b"\x01", "sha256")
    content = payload_of(box)
    cipher = AES.new(seal_key, AES.MODE_GCM, nonce=content[:12])
    cipher.update(json.dumps([ORIGIN, ENTRY, "decision.made.v1", "/rationale"], separators=(",", ":")).encode())
    padded = cipher.decrypt_and_verify(content[12:-16], content[-16:])
    assert padded[4 : 4 + int.from_bytes(padded[:4])].decode() == "没有通过"


def test_a_nonce_of_another_length_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        key().seal("x", HERE, b"short")


def test_a_key_is_neither_shown_nor_pickled() -> None:
    one = key()
    assert "a" * 32 not in repr(one)
    assert one.commitment not in repr(one)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="stays in memory"):
            leave(one)
