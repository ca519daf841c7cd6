"""What a ledger signs is what it holds, and it signs nothing that contradicts what it signed before."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cheating import unguarded
from evenhand import Draft, Ledger
from evenhand.checkpoint.folder import Papers
from evenhand.checkpoint.log_key import LOG_KEY_FILE, NEXT_KEY_FILE, LogKey
from evenhand.checkpoint.trust import Trust, template
from evenhand.checkpoint.witness import Witness
from evenhand.clock import system_clock
from evenhand.errors import InputError, RefusedError, TamperedError, UnavailableError
from evenhand.events.entry import line
from evenhand.ledger.evidence import Evidence
from evenhand.ledger.verify import verify
from evenhand.merkle.proofs import verify_consistency, verify_inclusion
from evenhand.merkle.tree import leaf_hash
from evenhand.note.checkpoint import TreeHead
from evenhand.note.proof_file import InclusionFile
from evenhand.note.receipt import Receipt
from hiring import Hiring, open_hiring


@pytest.fixture
def hiring(tmp_path: Path, store_url: str) -> Iterator[Hiring]:
    made = open_hiring(tmp_path / "ledger", store_url=store_url if "://" in store_url else None)
    yield made
    made.ledger.close()


@pytest.fixture
def evidence(hiring: Hiring) -> Evidence:
    return Evidence(hiring.ledger)


def grow(hiring: Hiring, count: int = 1) -> None:
    hiring.ledger.append([Draft("candidate.registered.v1", hiring.ids(), {"name": "Robin"}) for _ in range(count)])


def test_a_checkpoint_is_signed_with_the_key_that_the_ledger_names(hiring: Hiring, evidence: Evidence) -> None:
    made = evidence.checkpoint()
    head = hiring.ledger.head()
    assert (made.head.origin, made.head.size, made.head.root) == (
        "example.com/hiring",
        head.position,
        head.frontier.root(),
    )
    assert [each.key for each in made.note.signed_by([evidence.named.terms[0].key])] == [evidence.named.terms[0].key]


def test_a_checkpoint_of_an_unchanged_ledger_is_the_one_that_stands(evidence: Evidence) -> None:
    assert evidence.checkpoint() == evidence.checkpoint()
    assert len(evidence.folder.checkpoints()) == 1


def test_every_checkpoint_extends_the_one_before(hiring: Hiring, evidence: Evidence) -> None:
    before = evidence.checkpoint()
    grow(hiring, 300)
    after = evidence.checkpoint()
    shown = evidence.consistency(after, before.head.size)
    verify_consistency(before.head.size, after.head.size, before.head.root, after.head.root, shown.hashes)


def test_every_entry_is_proven_by_its_line_alone(hiring: Hiring, evidence: Evidence) -> None:
    grow(hiring, 300)
    evidence.checkpoint()
    for position in (1, 2, 255, 256, 257, hiring.ledger.head().position):
        proof = InclusionFile.parse(str(evidence.prove(position)))
        assert proof.extra is not None
        assert proof.extra == line(next(hiring.ledger.entries(after=position - 1)))
        head = proof.checkpoint.head
        verify_inclusion(leaf_hash(proof.extra), proof.index, head.size, proof.hashes, head.root)


def test_an_entry_that_no_checkpoint_covers_is_not_proven(hiring: Hiring, evidence: Evidence) -> None:
    with pytest.raises(InputError, match="no checkpoint covers entry 1 yet"):
        evidence.prove(1)
    evidence.checkpoint()
    grow(hiring)
    with pytest.raises(InputError, match="no checkpoint covers"):
        evidence.prove(hiring.ledger.head().position)
    for nowhere in (0, -1, 10**6):
        with pytest.raises(InputError, match="there is no entry"):
            evidence.prove(nowhere)


def test_a_receipt_says_what_stands_where(hiring: Hiring, evidence: Evidence) -> None:
    [entry] = hiring.ledger.append([Draft("candidate.registered.v1", hiring.ids(), {})])
    found = Receipt.parse(evidence.receipt(entry.position))
    assert found == Receipt("example.com/hiring", entry.position, leaf_hash(line(entry)), entry.recorded_at)


def test_the_log_key_is_for_its_owner_only_and_stands_nowhere_in_the_ledger(hiring: Hiring, evidence: Evidence) -> None:
    key = hiring.folder / LOG_KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text().strip()
    evidence.checkpoint()
    others = [path for path in hiring.folder.rglob("*") if path.is_file() and path != key]
    assert not any(form in path.read_bytes() for path in others for form in (secret.encode(), bytes.fromhex(secret)))


def test_a_key_that_others_may_read_signs_nothing(hiring: Hiring, evidence: Evidence) -> None:
    (hiring.folder / LOG_KEY_FILE).chmod(0o640)
    with pytest.raises(InputError, match="chmod 600"):
        evidence.checkpoint()


@pytest.mark.parametrize(("text", "problem"), [("00" * 32, "not the key that the ledger names"), ("junk", "no key")])
def test_another_key_signs_nothing(hiring: Hiring, evidence: Evidence, text: str, problem: str) -> None:
    (hiring.folder / LOG_KEY_FILE).write_text(text)
    with pytest.raises(InputError, match=problem):
        evidence.checkpoint()
    (hiring.folder / LOG_KEY_FILE).unlink()
    with pytest.raises(UnavailableError, match="not there"):
        evidence.checkpoint()
    assert evidence.folder.checkpoints() == ()


def test_a_key_is_replaced_in_the_ledger_and_on_the_disk(hiring: Hiring, evidence: Evidence) -> None:
    old = evidence.key().public
    entry = evidence.rotate(compromised=False, why="every year", entropy=os.urandom)
    new = evidence.key().public
    assert old != new
    assert [(each.first, each.key) for each in evidence.named.terms] == [(1, old), (entry.position, new)]
    assert not (hiring.folder / NEXT_KEY_FILE).exists()
    made = evidence.checkpoint()
    assert [each.key for each in made.note.signed_by([old, new])] == [new]
    papers = Papers(checkpoints=evidence.folder.checkpoints())
    assert len(papers.checkpoints) == 2
    assert verify(hiring.ledger.store, papers=papers).ok


def test_a_key_that_was_replaced_signs_no_more(hiring: Hiring, evidence: Evidence) -> None:
    kept = (hiring.folder / LOG_KEY_FILE).read_text()
    evidence.rotate(compromised=True, why=None, entropy=os.urandom)
    stolen = LogKey("example.com/hiring", bytes.fromhex(kept))
    head = evidence.checkpoint().head
    forged = evidence.folder.file(head.size, ".checkpoint")
    forged.write_text(str(stolen.signed(str(head))))
    found = verify(hiring.ledger.store, papers=Papers(checkpoints=evidence.folder.checkpoints()))
    assert [each.problem for each in found.findings] == [
        f"{forged.name}: it is signed with a key that was not the log's when it had so many entries"
    ]


def test_a_log_key_is_replaced_by_whoever_makes_the_new_one(hiring: Hiring, evidence: Evidence) -> None:
    key = str(evidence.key().public)
    body = {"log_key": key, "replaces": key.replace(key[-5:], "AAAA="), "compromised": False}
    with pytest.raises(InputError, match="evenhand evidence rotate"):
        hiring.ledger.append([Draft("log_key.rotated.v1", hiring.ledger.opening.stream, body)])
    with pytest.raises(RefusedError, match="replaces another key than the one in force"):
        hiring.ledger.replace_key(body)


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger", clock=system_clock)
    made.ledger.close()
    command = [sys.executable, "-m", "evenhand", "--ledger", str(made.folder), "evidence", "rotate"]
    for _ in range(3):
        rotating = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
        assert [each.wait() for each in rotating] == [0, 0, 0]
    with Ledger.open(made.folder) as ledger:
        evidence = Evidence(ledger)
        assert len(evidence.named.terms) == 10
        assert evidence.checkpoint().head.size == ledger.head().position
        assert ledger.verify().ok


def test_cosignatures_that_come_at_once_are_all_kept(hiring: Hiring, evidence: Evidence, tmp_path: Path) -> None:
    witnesses = [Witness.create(tmp_path / f"w{n}", f"witness.example.net/w{n}", os.urandom) for n in range(4)]
    text = template("example.com/hiring", [str(evidence.key().public)], [str(each.key) for each in witnesses])
    trust = Trust.parse(text.encode(), "trust.toml")
    made = evidence.checkpoint()
    request = str(evidence.consistency(made, 0)).encode()
    lines = [str(each.cosign(request, trust, system_clock)) for each in witnesses]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda line: Evidence(hiring.ledger).cosigned(line, trust), lines))
    newest = evidence.newest()
    assert newest is not None
    assert len(newest.note.signed_by(trust.witnesses)) == 4


@pytest.mark.parametrize("recorded", [False, True])
def test_a_rotation_cut_short_is_finished_or_undone(
    hiring: Hiring, evidence: Evidence, monkeypatch: pytest.MonkeyPatch, *, recorded: bool
) -> None:
    """The new key's file stands; either the ledger names it already, or it never will."""
    old = evidence.key().public

    class PowerCut(BaseException):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCut

    if recorded:
        monkeypatch.setattr("evenhand.checkpoint.log_key.rename_over", cut)
    else:
        monkeypatch.setattr(hiring.ledger, "replace_key", cut)
    with pytest.raises(PowerCut):
        evidence.rotate(compromised=True, why=None, entropy=os.urandom)
    monkeypatch.undo()
    assert (hiring.folder / NEXT_KEY_FILE).exists()
    assert (evidence.key().public == old) is not recorded
    assert evidence.checkpoint().head.size == hiring.ledger.head().position
    evidence.rotate(compromised=False, why=None, entropy=os.urandom)
    assert len(evidence.named.terms) == 2 + recorded


def test_a_ledger_put_back_to_an_old_copy_signs_nothing(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    made.ledger.close()
    shutil.copy(made.folder / "ledger.db", tmp_path / "old.db")
    with made.again() as ledger:
        ledger.append([Draft("candidate.registered.v1", made.ids(), {})])
        Evidence(ledger).checkpoint()
    shutil.copy(tmp_path / "old.db", made.folder / "ledger.db")
    with made.again() as ledger:
        with pytest.raises(TamperedError, match="entries were cut off, or an old copy was put back; sign nothing"):
            Evidence(ledger).checkpoint()
        for _ in range(3):
            ledger.append([Draft("candidate.registered.v1", made.ids(), {})])
        with pytest.raises(TamperedError, match="are not those that were signed before"):
            Evidence(ledger).checkpoint()
        assert len(Evidence(ledger).folder.checkpoints()) == 1


def test_hashes_that_do_not_belong_together_are_not_signed(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    made.ledger.close()
    with unguarded(made.folder / "ledger.db") as database:
        database.execute("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 0")
    with made.again() as ledger, pytest.raises(TamperedError, match="hold different trees"):
        Evidence(ledger).checkpoint()


def test_an_entry_that_was_changed_since_is_not_proven(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    Evidence(made.ledger).checkpoint()
    made.ledger.close()
    with unguarded(made.folder / "ledger.db") as database:
        database.execute("UPDATE entry SET body = body || ' ' WHERE position = 3")
    with made.again() as ledger, pytest.raises(TamperedError, match="entry 3 is not the one that was signed"):
        Evidence(ledger).prove(3)


def test_an_entry_that_was_changed_is_not_receipted(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    made.ledger.close()
    for change in ("recorded_at = '2026-06-01T00:00:00.000000Z'", "body = cast(body as blob)"):
        with unguarded(made.folder / "ledger.db") as database:
            database.execute(f"UPDATE entry SET {change} WHERE position = 5")
        with made.again() as ledger, pytest.raises(TamperedError, match="entry 5 is not"):
            Evidence(ledger).receipt(5)


def test_a_checkpoint_that_the_log_did_not_sign_is_not_taken_for_one(evidence: Evidence) -> None:
    made = evidence.checkpoint()
    note = str(made).partition("\n\n")[0] + "\n\n— auditor.gov.example/w1 AAAAAAAAAAAA\n"
    evidence.folder.file(made.head.size, ".checkpoint").write_text(note)
    for ask in (evidence.checkpoint, lambda: evidence.prove(3), evidence.newest):
        with pytest.raises(TamperedError, match="not signed with the log's key of that time"):
            ask()


def test_what_witnesses_saw_and_copies_say_is_asked_before_anything_is_signed(
    hiring: Hiring, evidence: Evidence
) -> None:
    head = evidence.checkpoint().head
    grow(hiring)
    for other in (TreeHead(head.origin, head.size, bytes(32)), TreeHead(head.origin, head.size + 9, head.root)):
        with pytest.raises(TamperedError, match="sign nothing"):
            evidence.checkpoint(signed=[other])
    assert len(evidence.folder.checkpoints()) == 1


def test_a_checkpoint_file_that_is_none_stops_the_next(evidence: Evidence) -> None:
    evidence.checkpoint()
    [paper] = evidence.folder.checkpoints()
    (evidence.folder.path / paper.name).write_bytes(paper.content + b"stray\n")
    with pytest.raises(TamperedError, match=f"{paper.name}: a line under the note is no signature"):
        evidence.checkpoint()


def test_a_cosignature_goes_under_the_checkpoint_it_was_made_for(
    hiring: Hiring, evidence: Evidence, tmp_path: Path
) -> None:
    witness = Witness.create(tmp_path / "witness", "witness.example.net/w1", os.urandom)
    text = template("example.com/hiring", [str(evidence.key().public)], [str(witness.key)])
    trust = Trust.parse(text.encode(), "trust.toml")
    first = evidence.checkpoint()
    signature = witness.cosign(str(evidence.consistency(first, 0)).encode(), trust, system_clock)
    grow(hiring)
    second = evidence.checkpoint()
    kept = evidence.cosigned(f"{signature}\n", trust)
    assert kept.head == first.head
    assert evidence.cosigned_before(second) == first.head.size
    assert evidence.cosigned(f"{signature}\n", trust) == kept
    assert not verify(hiring.ledger.store, papers=Papers(checkpoints=evidence.folder.checkpoints()), trust=trust).ok
    again = witness.cosign(str(evidence.consistency(second, first.head.size)).encode(), trust, system_clock)
    evidence.cosigned(f"{again}\n", trust)
    assert verify(hiring.ledger.store, papers=Papers(checkpoints=evidence.folder.checkpoints()), trust=trust).ok


@pytest.mark.parametrize("junk", ["", "junk", "— a AAAA", "— witness AAAAAAAA"])
def test_a_signature_of_nobody_is_not_put_under_anything(evidence: Evidence, junk: str) -> None:
    evidence.checkpoint()
    before = evidence.folder.checkpoints()
    trust = Trust.parse(template("example.com/hiring", [str(evidence.key().public)]).encode(), "trust.toml")
    with pytest.raises(InputError):
        evidence.cosigned(junk, trust)
    assert evidence.folder.checkpoints() == before


def test_a_checkpoint_killed_at_any_moment_is_whole_or_not_there(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    made.ledger.close()
    for line_number in range(1, 400, 7):
        child = os.fork()
        if not child:
            _die_at(line_number, made.folder)
        _, status = os.waitpid(child, 0)
        with Ledger.open(made.folder) as ledger:
            evidence = Evidence(ledger)
            assert len(evidence.folder.checkpoints()) <= 1
            assert evidence.checkpoint().head.size == ledger.head().position
        shutil.rmtree(made.folder / "evidence")
        if not os.WIFSIGNALED(status):
            return
    pytest.fail("it was never done")


def _die_at(count: int, folder: Path) -> None:
    import sys

    from evenhand import disk
    from evenhand.checkpoint import folder as the_folder

    left = count

    def trace(frame, what, _):
        nonlocal left
        if frame.f_code.co_filename not in (disk.__file__, the_folder.__file__):
            return None
        left -= what == "line"
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    try:
        with Ledger.open(folder) as ledger:
            sys.settrace(trace)
            Evidence(ledger).checkpoint()
    finally:
        os._exit(0)


def test_evidence_of_a_ledger_elsewhere_is_read_and_not_made(tmp_path: Path) -> None:
    made = open_hiring(tmp_path / "ledger")
    Evidence(made.ledger).checkpoint()
    made.ledger.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(made.folder / "ledger.db", copy)
    shutil.copytree(made.folder / "evidence", copy / "evidence")
    with Ledger.open(copy, read_only=True) as ledger:
        assert Evidence(ledger).prove(3).index == 2
        with pytest.raises(UnavailableError, match="sign where the ledger is kept"):
            Evidence(ledger).receipt(3)
    assert sqlite3.connect(copy / "ledger.db").execute("select count(*) from entry").fetchone()
