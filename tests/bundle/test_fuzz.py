"""Whatever bytes the evidence is made of: no traceback, and nothing that was changed is taken for what was signed.

Bounded in ``make test``, long in ``make fuzz``. Where a change is accepted it changed nothing that anybody signed, and
both programs say the same of it.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificate
from hypothesis import assume, given
from hypothesis import strategies as st

from bundle.agreeing import agree, made_up, make_manifest, program, rows_of, standalone
from bundle.conftest import Sent
from cheating import make_consistent, unguarded
from evenhand.checkpoint.folder import EvidenceFolder, Paper, Papers
from evenhand.checkpoint.timestamp import stamped_digest, stamped_time
from evenhand.checkpoint.trust import Trust
from evenhand.errors import Finding, InputError
from evenhand.events.entry import line
from evenhand.events.form import check_entry
from evenhand.ledger.verify import verify
from evenhand.merkle.proofs import ProofError, verify_inclusion
from evenhand.merkle.tree import leaf_hash
from evenhand.note.checkpoint import Checkpoint
from evenhand.note.form import NoteError
from evenhand.note.proof_file import ConsistencyFile, InclusionFile
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import SignedNote
from evenhand.store import Store

TELLING = (
    *(
        b"\n",
        b"\n\n",
        b"\r",
        b"\0",
        b" ",
        b"0",
        b"-",
        b"+",
        b"=",
        b'"',
        b"{",
        b"}",
        b"[" * 40,
        b"9" * 20,
        b"1e5",
        b"NaN",
    ),
    *(b"\\u0061", b"\\ud800", b"\xff", b"\xef\xbb\xbf", "— ".encode(), "é".encode()),
)
pieces = st.sampled_from(TELLING) | st.binary(max_size=8)


@st.composite
def changed(draw: Callable[..., Any], content: bytes) -> bytes:
    """Change some bytes: overwritten, taken out, put in, doubled, or cut off; or make all of them up."""
    if not content or not draw(st.integers(0, 30)):
        return bytes(draw(st.binary(max_size=200)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        end = min(at + draw(st.sampled_from([0, 1, 2, 8, 64])), len(content))
        put = draw(st.one_of(pieces, st.just(content[at:end] * 2), st.just(b"")))
        content = content[:at] + put + content[end:]
    return content


# Lines


fields = st.tuples(
    st.integers(-1, 2**53) | st.just(7),
    st.sampled_from(["2026-07-03T09:12:44.120391Z", "2026-02-30T09:12:44.120391Z", "2026-07-03T24:00:00.000000Z"]),
    st.just("00000000-0000-4000-8000-00000000000a"),
    st.integers(0, 2**53) | st.just(1),
    st.sampled_from(["00000000-0000-4000-8000-00000000000b", "00000000-0000-4000-8000-00000000000B"]),
    st.sampled_from(["decision.made.v1", "decision.made.v0", "decision", "a_b.c_.v1"]),
)
PLAIN = (
    *("1", "-0", "0", "-1", "1.0", "1e2", "01", "null", "true", "NaN", "Infinity", "9007199254740991"),
    *('"\\ud800"', '"é"', '"\\ud83d\\ude00"', '"\\u0061"', '"a"', '"\t"', '""', "", "-9007199254740992"),
)


def an_object(members: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"


def inside(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(['"a"', '"b"', '"\\u0061"', "a"])
    arrays = st.lists(inner, max_size=3).map(lambda some: f"[{','.join(some)}]")
    return arrays | st.lists(st.tuples(names, inner), max_size=3).map(an_object)


values = st.recursive(st.sampled_from(PLAIN), inside, max_leaves=8)
begun = st.sampled_from(['{"a":', '{"a" : ', "{ ", "["])
bodies = st.one_of(values, st.tuples(begun, values).map(lambda two: two[0] + two[1] + "}"))


@given(fields, bodies, st.integers(0, 40))
def test_a_line_is_taken_by_both_or_by_none(head: tuple[Any, ...], body: str, deep: int) -> None:
    for written in (body, '{"a":' + "[" * deep + "1" + "]" * deep + "}"):
        row = (*head, written)
        try:
            program().read_line(line(row))
            taken = True
        except ValueError:
            taken = False
        assert taken == (check_entry(row) is None)


@given(data=st.data())
def test_no_changed_line_is_taken_that_no_entry_has(data: st.DataObject, whole: Sent) -> None:
    known = (whole.bundle / "entries.ndjson").read_bytes().splitlines()
    given_ = data.draw(changed(data.draw(st.sampled_from(known))))
    try:
        position, recorded_at, stream, version, own_id, topic, _ = program().read_line(given_)
    except ValueError:
        return
    body = given_[given_.index(b'"body":') + len('"body":') : -1].decode()
    row = (position, recorded_at, stream.decode(), version, own_id.decode(), topic.decode(), body)
    assert line(row) == given_
    assert check_entry(row) is None


# Notes, proofs, receipts


class Form(NamedTuple):
    name: str
    ours: Callable[[bytes], Any]
    kind: str


FORMS = (
    Form("newest", Checkpoint.parse, "checkpoints"),
    Form("receipt", lambda each: Receipt.parse(SignedNote.parse(each)), "receipts"),
    Form("proof", InclusionFile.parse, "inclusion_proofs"),
    Form("growth", ConsistencyFile.parse, "consistency_proofs"),
)


def content_of(sent: Sent, name: str) -> bytes:
    growth = sent.bundle / "proofs/000000000013.consistency"
    return (growth if name == "growth" else getattr(sent, name)).read_bytes()


def outcome(parse: Callable[[bytes], Any], content: bytes, error: type[Exception] | tuple[type[Exception], ...]) -> Any:
    try:
        return parse(content)
    except error:
        return None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@given(data=st.data())
def test_a_paper_is_read_by_both_or_by_none_and_only_as_it_is_written(
    form: Form, data: st.DataObject, whole: Sent
) -> None:
    content = data.draw(changed(content_of(whole, form.name)))
    ours = outcome(form.ours, content, NoteError)
    theirs = outcome(lambda each: program().Paper.parse(each, form.kind), content, ValueError)
    assert (ours is None) == (theirs is None)
    if ours is not None and form.name != "receipt":
        assert str(ours).encode() == content


@given(data=st.data())
def test_no_changed_text_is_taken_for_one_that_was_signed(data: st.DataObject, whole: Sent) -> None:
    trust = Trust.read(whole.trust)
    keys = (*trust.log_keys, *trust.witnesses)
    path = data.draw(st.sampled_from([whole.newest, whole.held, whole.receipt]))
    content = data.draw(changed(path.read_bytes()))
    original = SignedNote.parse(path.read_bytes())
    theirs = program().Trust.parse(whole.trust.read_bytes())
    try:
        ours = SignedNote.parse(content)
        signed = {each.key.public_key for each in ours.signed_by(keys)}
    except NoteError:
        signed = set()
    try:
        paper = program().Paper.parse(content, "receipts" if path == whole.receipt else "checkpoints")
        again = {each.public for each in paper.signers([*theirs.log_keys, *theirs.witnesses])}
    except ValueError:
        again = set()
    assert signed == again
    assert not signed or ours.text == original.text


@given(data=st.data())
def test_no_changed_proof_proves_another_entry(data: st.DataObject, whole: Sent) -> None:
    original = InclusionFile.parse(whole.proof.read_bytes())
    content = data.draw(changed(whole.proof.read_bytes()))
    with TemporaryDirectory() as folder:
        path = Path(folder, "one.tlog-proof")
        path.write_bytes(content)
        status, _ = standalone(path, "--trust", whole.trust)
    assert status in {0, 3}
    if status:
        return
    found = InclusionFile.parse(content)
    assert (found.extra, found.index) == (original.extra, original.index)
    assert found.checkpoint.head == original.checkpoint.head


@given(st.integers(0, 20), st.integers(0, 20), st.lists(st.binary(min_size=32, max_size=32), max_size=6))
def test_made_up_hashes_prove_nothing_to_either(index: int, size: int, hashes: list[bytes]) -> None:
    leaf, root = leaf_hash(b"entry"), bytes(32)
    with pytest.raises(ProofError):
        verify_inclusion(leaf, index, size, hashes, root)
    with pytest.raises(program().WrongError):
        made_up("inclusion_proofs", hashes, start=index, at=size, root=root).must_lead_from(leaf)
    with pytest.raises(program().WrongError):
        made_up("consistency_proofs", [*hashes, leaf], start=index, at=size, root=root).must_lead_from(leaf)


# The trust file


@given(data=st.data())
def test_a_trust_file_is_read_by_both_or_by_none(data: st.DataObject, whole: Sent) -> None:
    content = data.draw(changed(whole.trust.read_bytes()))
    ours = outcome(lambda each: Trust.parse(each, "trust"), content, InputError)
    theirs = outcome(program().Trust.parse, content, (ValueError, RecursionError))
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert [each.public_key for each in ours.log_keys] == [each.public for each in theirs.log_keys]
        assert (ours.origin, ours.quorum) == (theirs.origin, theirs.quorum)


# Whole bundles, whole ledgers


@given(data=st.data())
def test_a_bundle_with_any_file_changed_is_never_taken_for_another(data: st.DataObject, whole: Sent) -> None:
    files = sorted(each.relative_to(whole.bundle) for each in whole.bundle.rglob("*") if each.is_file())
    name = data.draw(st.sampled_from(files))
    before = (whole.bundle / name).read_bytes()
    content = data.draw(changed(before))
    assume(content != before)
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(whole.bundle, Path(folder, "bundle")))
        (copy / name).write_bytes(content)
        status, said = standalone(copy, "--trust", whole.trust)
        assert status == (0 if said["ok"] else 3)
        assert status == 3 or name.name == "manifest.json"
        make_manifest(copy)
        status, said = standalone(copy, "--trust", whole.trust)
    if name.name == "entries.ndjson" and said["ok"]:
        old, new = before.split(b"\n"), content.split(b"\n")
        assert len(new) >= len(old)
        assert new[:14] == old[:14]
        assert new[15] == old[15]  # nobody signed for entry 15 yet, and the receipt is for 16


@given(data=st.data())
def test_both_agree_whatever_was_done_to_papers(data: st.DataObject, whole: Sent) -> None:
    with TemporaryDirectory() as folder:
        sent = Sent(Path(shutil.copytree(whole.base, Path(folder, "sent"))))
        paths = [*sorted((sent.ledger / "evidence").glob("*.checkpoint")), sent.held, sent.receipt]
        for path in data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=2, unique=True)):
            before = path.read_bytes()
            path.write_bytes(data.draw(changed(before)))
        said = agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])
        for path in paths if said["ok"] else ():
            assert SignedNote.parse(path.read_bytes()).text == SignedNote.parse(original(whole, sent, path)).text


def original(whole: Sent, sent: Sent, path: Path) -> bytes:
    return (whole.base / path.relative_to(sent.base)).read_bytes()


COLUMNS = ("recorded_at", "stream", "id", "type", "body")


@given(data=st.data())
def test_both_agree_whatever_was_done_to_an_entry(data: st.DataObject, whole: Sent) -> None:
    row = data.draw(st.sampled_from(rows_of(whole.ledger)))
    column = data.draw(st.sampled_from(COLUMNS))
    before = row[("position", "recorded_at", "stream", "version", "id", "type", "body").index(column)]
    try:
        put = data.draw(changed(before)).decode()
    except UnicodeDecodeError:
        assume(condition=False)
    assume(put.encode() != before and "\0" not in put and not (column != "body" and '"' in put))
    with TemporaryDirectory() as folder:
        sent = Sent(Path(shutil.copytree(whole.base, Path(folder, "sent"))))
        with unguarded(sent.ledger / "ledger.db") as database:
            try:
                database.execute(f"UPDATE entry SET {column} = ? WHERE position = ?", (put, row[0]))
            except sqlite3.IntegrityError:
                assume(condition=False)
            make_consistent(database)
        agree(sent.ledger, trust=sent.trust, held=[sent.held], receipts=[sent.receipt])
        agree(sent.ledger)


# Time stamps


class Stamped(NamedTuple):
    text: str
    token: bytes
    authority: Certificate
    time: datetime


@pytest.fixture(scope="session")
def stamped(tmp_path_factory: pytest.TempPathFactory, whole: Sent) -> Stamped:
    """A time stamp of the newest checkpoint by an authority of this run's own."""
    folder = tmp_path_factory.mktemp("authority")
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)

    (folder / "tsa.cnf").write_text(
        "[ext]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n"
        "accuracy=secs:1\ness_cert_id_alg=sha256\n"
    )
    (folder / "serial").write_text("01")
    text = str(Checkpoint.parse(whole.newest.read_bytes()).head)
    (folder / "text").write_text(text)
    new = ("-newkey", "rsa:2048", "-nodes", "-days", "3650")
    run("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority")
    run("req", *new[:3], "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=stamps")
    run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "3650",
        "-extfile", "tsa.cnf", "-extensions", "ext", "-out", "tsa.pem")  # fmt: skip
    run("ts", "-query", "-data", "text", "-sha256", "-no_nonce", "-cert", "-out", "asked.tsq")
    run("ts", "-reply", "-config", "tsa.cnf", "-section", "t", "-queryfile", "asked.tsq", "-inkey", "tsa.key",
        "-signer", "tsa.pem", "-out", "answer.tsr")  # fmt: skip
    token = (folder / "answer.tsr").read_bytes()
    authority = load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    return Stamped(text, token, authority, stamped_time(token, text, [authority]))


@given(data=st.data())
def test_no_changed_time_stamp_has_another_time_or_text(data: st.DataObject, stamped: Stamped) -> None:
    token = data.draw(changed(stamped.token))
    other = stamped.text.replace("\n14\n", "\n15\n")
    for text in (stamped.text, other):
        try:
            assert stamped_time(token, text, [stamped.authority]) == stamped.time
            assert text == stamped.text
        except NoteError:
            pass
    outcome(stamped_digest, token, NoteError)


def test_a_time_stamp_whose_inside_is_damaged_is_refused(stamped: Stamped) -> None:
    of_type = bytes.fromhex("060b2a864886f70d0109100104")  # says that what follows is a time stamp
    damaged = stamped.token.replace(of_type, of_type.replace(b"\x2a", b"\x0a"), 1)
    assert damaged != stamped.token
    with pytest.raises(NoteError):
        stamped_digest(damaged)
    with pytest.raises(NoteError):
        stamped_time(damaged, stamped.text, [stamped.authority])


@given(data=st.data())
def test_a_changed_time_stamp_is_named_or_says_what_it_said(data: st.DataObject, whole: Sent, stamped: Stamped) -> None:
    pem = stamped.authority.public_bytes(Encoding.PEM).decode()
    times = f'[times]\nskew_seconds = 60\ndelay_hours = 1\nauthorities = ["""\n{pem}"""]\n'
    trust = Trust.parse(whole.trust.read_bytes() + times.encode(), "trust")
    checkpoints = EvidenceFolder(whole.ledger / "evidence").checkpoints()

    def found(token: bytes) -> tuple[Finding, ...]:
        papers = Papers(checkpoints, (Paper("14.tsr", token),))
        with Store.open(str(whole.ledger / "ledger.db"), read_only=True) as store:
            return verify(store, papers=papers, trust=trust).findings

    after = found(data.draw(changed(stamped.token)))
    assert after == found(stamped.token) or any("14.tsr" in each.problem for each in after)


def test_a_time_stamp_in_a_bundle_is_listed_with_a_command_that_works(
    stamped: Stamped, sent: Sent, tmp_path: Path
) -> None:
    (sent.bundle / "checkpoints/000000000014.tsr").write_bytes(stamped.token)
    make_manifest(sent.bundle)
    _, said = standalone(sent.bundle, "--trust", sent.trust)
    command = next(each for each in said["not_checked"] if "openssl" in each).partition("check it with: ")[2]
    authority = tmp_path / "authority.pem"
    authority.write_bytes(stamped.authority.public_bytes(Encoding.PEM))
    words = command.replace("AUTHORITY.pem", str(authority))
    done = subprocess.run(["bash", "-c", words], cwd=sent.bundle, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr
