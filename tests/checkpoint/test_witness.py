"""A witness cosigns one history, whatever it is asked and whenever it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checkpoint.logs import Log, files, trusted
from evenhand.checkpoint.witness import KEY_FILE, PUBLIC_FILE, Witness
from evenhand.errors import EvenhandError, InputError, RefusedError, TamperedError, UnavailableError
from evenhand.note.proof_file import ConsistencyFile
from evenhand.note.signed_note import Signature

NOW = datetime(2026, 7, 3, 9, tzinfo=UTC)
LOG = Log(20)
FORK = Log(20, alike=7, name="fork")


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness.create(tmp_path / "witness", "witness.example.net/w1", os.urandom)


def cosign(witness: Witness, request: bytes) -> Signature:
    return witness.cosign(request, trusted(witness.key), lambda: NOW)


def test_a_cosignature_says_when_and_verifies_under_the_witness_key(witness: Witness) -> None:
    signature = cosign(witness, LOG.request(0, 8))
    note = LOG.checkpoint(8).note.with_signature(signature)
    assert [(each.key, each.seconds) for each in note.signed_by([witness.key])] == [(witness.key, int(NOW.timestamp()))]


def test_what_extends_the_last_cosigned_is_cosigned_and_remembered(witness: Witness) -> None:
    for since, size in ((0, 5), (5, 8), (8, 8), (8, 20)):
        cosign(witness, LOG.request(since, size))
        assert witness.seen(LOG.head().origin) == LOG.checkpoint(size)


def test_an_answer_that_was_lost_is_given_again(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 5))
    cosign(witness, LOG.request(5, 8))
    assert cosign(witness, LOG.request(5, 8)) == cosign(witness, LOG.request(5, 8))


@pytest.mark.parametrize("since", [8])
def test_a_log_that_changed_what_was_cosigned_is_not_cosigned(witness: Witness, since: int) -> None:
    cosign(witness, LOG.request(0, 8))
    before = files(witness.folder)
    with pytest.raises(TamperedError, match="does not begin with the 8 cosigned before"):
        cosign(witness, FORK.request(since, 20))
    with pytest.raises(TamperedError, match="shows two histories"):
        cosign(witness, FORK.request(0, 8))
    assert files(witness.folder) == before


def test_a_shorter_log_is_not_cosigned(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 20))
    with pytest.raises(RefusedError, match="cosigned 20 entries of the log before, and this checkpoint has 8"):
        cosign(witness, LOG.request(5, 8))


def test_a_request_from_another_size_is_told_from_where_to_ask(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 8))
    with pytest.raises(RefusedError, match="--since 8"):
        cosign(witness, LOG.request(5, 20))
    with pytest.raises(RefusedError, match="--since 8"):
        cosign(witness, LOG.request(0, 20))


def test_a_proof_that_does_not_lead_there_is_refused(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 8))
    asked = ConsistencyFile.parse(LOG.request(8, 20))
    changed = ConsistencyFile(8, (bytes(32), *asked.hashes[1:]), asked.checkpoint)
    with pytest.raises(TamperedError, match="does not begin"):
        cosign(witness, str(changed).encode())
    with pytest.raises(TamperedError, match="does not begin"):
        cosign(witness, str(ConsistencyFile(8, (), asked.checkpoint)).encode())


def test_a_log_of_no_entries_is_not_cosigned(witness: Witness) -> None:
    """Any root could stand there, and the honest log would contradict it ever after."""
    with pytest.raises(RefusedError, match="nothing to witness yet"):
        cosign(witness, str(ConsistencyFile(0, (), Log(0).checkpoint())).encode())


def test_a_witness_killed_while_it_was_made_is_made_whole(witness: Witness) -> None:
    (witness.folder / PUBLIC_FILE).unlink()
    with pytest.raises(UnavailableError, match="no witness here"):
        Witness.open(witness.folder)
    assert Witness.create(witness.folder, witness.key.name, os.urandom).key == witness.key


def test_a_first_request_has_no_proof(witness: Witness) -> None:
    with pytest.raises(InputError, match="it should have none"):
        cosign(witness, str(ConsistencyFile(0, (bytes(32),), LOG.checkpoint())).encode())


def test_only_logs_and_keys_that_are_trusted_are_cosigned(witness: Witness) -> None:
    stranger = LOG.checkpoint(key=Ed25519PrivateKey.generate())
    with pytest.raises(RefusedError, match="not signed with a key that the trust file names"):
        cosign(witness, str(ConsistencyFile(0, (), stranger)).encode())
    foreign = str(ConsistencyFile(0, (), LOG.checkpoint())).replace("hiring.example.com", "other.example.com")
    with pytest.raises(RefusedError, match="a log that the trust file does not name"):
        cosign(witness, foreign.encode())
    assert witness.seen(LOG.head().origin) is None


@pytest.mark.parametrize("junk", [b"", b"old 0\n", b"\xff\n\n", b"old -1\n\n" + str(LOG.checkpoint()).encode()])
def test_a_request_that_cannot_be_read_is_refused(witness: Witness, junk: bytes) -> None:
    with pytest.raises(InputError, match="the request cannot be read"):
        cosign(witness, junk)


def test_a_memory_that_cannot_be_read_stops_everything(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 8))
    [memory] = [path for path in witness.folder.iterdir() if path.name.startswith("seen-")]
    memory.write_bytes(b"junk")
    with pytest.raises(TamperedError, match="cosign nothing"):
        cosign(witness, LOG.request(8, 20))


def test_a_witness_is_made_once_with_a_key_for_its_owner_only(witness: Witness) -> None:
    assert (witness.folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    with pytest.raises(UnavailableError, match="exists already"):
        Witness.create(witness.folder, "witness.example.net/w2", os.urandom)
    assert Witness.open(witness.folder) == Witness.open(witness.folder)


def test_a_witness_whose_files_do_not_belong_together_is_refused(witness: Witness, tmp_path: Path) -> None:
    other = Witness.create(tmp_path / "other", "witness.example.net/w1", os.urandom)
    (witness.folder / PUBLIC_FILE).write_text(f"{other.key}\n")
    with pytest.raises(InputError, match="not the public half"):
        Witness.open(witness.folder)
    (witness.folder / PUBLIC_FILE).write_text("junk")
    with pytest.raises(InputError, match="no key"):
        Witness.open(witness.folder)
    with pytest.raises(UnavailableError, match="no witness here"):
        Witness.open(tmp_path)
    with pytest.raises(InputError, match="a space, a plus"):
        Witness.create(tmp_path / "third", "two words", os.urandom)


def test_of_two_histories_asked_for_at_once_one_is_cosigned(witness: Witness) -> None:
    cosign(witness, LOG.request(0, 7))
    requests = [log.request(7, size) for log in (LOG, FORK) for size in range(8, 21)] * 3

    def answer(request: bytes) -> tuple[str, bytes] | None:
        try:
            cosign(Witness.open(witness.folder), request)
        except (RefusedError, TamperedError):
            return None
        head = ConsistencyFile.parse(request).checkpoint.head
        return ("log" if head == LOG.head(head.size) else "fork", head.root)

    with ThreadPoolExecutor(8) as pool:
        cosigned = {found[0] for found in pool.map(answer, requests) if found}
    assert len(cosigned) == 1


def test_a_witness_killed_before_any_line_never_cosigns_a_fork(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killing.py")), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kills, lost = map(int, done.stdout.split())
    assert kills >= 50
    assert 0 < lost < kills  # some died before the memory was changed, some after


def test_every_problem_is_one_of_ours(witness: Witness) -> None:
    for size in range(1, 20):
        try:
            cosign(witness, LOG.request(0, size)[: size * 9])
        except EvenhandError:
            continue
        pytest.fail("half a request was cosigned")
