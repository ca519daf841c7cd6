"""The program in a bundle by itself: what it needs, what it refuses, and that it never says more than it did."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from bundle.agreeing import PROGRAM, made_up, make_manifest, program, standalone
from bundle.conftest import Sent


def digest_of_folder(folder: Path) -> str:
    files = sorted((str(each), each.read_bytes()) for each in folder.rglob("*") if each.is_file())
    return hashlib.sha256(repr(files).encode()).hexdigest()


VECTORS = Path(__file__).resolve().parents[3] / "shared/vectors/transparency-dev-merkle/testdata"
TREE = ast.parse(PROGRAM.read_text(encoding="utf-8"))


def test_it_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    named = [alias.name for node in ast.walk(TREE) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "." for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom)]
    rooms = {each.partition(".")[0] for each in named}
    assert rooms - sys.stdlib_module_names == {"cryptography"}
    assert rooms.isdisjoint({"subprocess", "socket", "urllib", "http", "sqlite3", "importlib"})
    called = {node.func.id for node in ast.walk(TREE) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert called.isdisjoint({"eval", "exec", "__import__", "compile"})


def test_it_is_short_enough_to_be_read_first() -> None:
    functions = [node for node in ast.walk(TREE) if isinstance(node, ast.FunctionDef)]
    assert max((each.end_lineno or 0) - each.lineno for each in functions) <= 40
    assert len(PROGRAM.read_text(encoding="utf-8").splitlines()) <= 660


def test_it_runs_alone_from_the_bundle_and_touches_nothing(sent: Sent) -> None:
    before = digest_of_folder(sent.bundle)
    command = [sys.executable, "-I", str(sent.bundle / "verify_bundle.py"), str(sent.bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={"LANG": "C"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ok: nothing wrong was found in 16 entries")
    assert "已核查" in done.stdout
    assert digest_of_folder(sent.bundle) == before


def test_whoever_reads_only_the_first_line_gets_no_traceback(whole: Sent) -> None:
    command = f"{sys.executable} {PROGRAM} {whole.bundle} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("option", [[], ["-P"], ["-I"]])
def test_a_module_that_the_bundle_brings_along_is_not_run(sent: Sent, option: list[str]) -> None:
    for name in ("json", "argparse", "cryptography", "tomllib"):
        (sent.bundle / f"{name}.py").write_text("raise SystemExit('run')")
    make_manifest(sent.bundle)
    command = [sys.executable, *option, str(sent.bundle / "verify_bundle.py"), str(sent.bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=sent.base)
    assert (done.returncode, done.stderr) == (0, "")
    assert "json.py: this program knows no such file" in done.stdout


def vector_accepted(case: dict[str, Any]) -> bool:
    """Answer as the program does; sizes and roots come from a checkpoint, so roots of another length never get here."""
    hashes = [b64decode(each) for each in case["proof"] or ()]
    inclusion = "leafIdx" in case
    old, size = (case["leafIdx"], case["treeSize"]) if inclusion else (case["size1"], case["size2"])
    roots = [b64decode(case[each] or "") for each in (("leafHash", "root") if inclusion else ("root1", "root2"))]
    if any(len(each) != 32 for each in (*roots, *hashes)):
        return False
    kind = "inclusion_proofs" if inclusion else "consistency_proofs"
    try:
        made_up(kind, hashes, start=old, at=size, root=roots[1]).must_lead_from(roots[0])
    except program().WrongError:
        return False
    return True


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the public vectors are not beside this checkout")
@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_all_public_vectors_agree_but_the_one_with_roots_that_are_none(kind: str) -> None:
    paths = sorted((VECTORS / kind).rglob("*.json"))
    assert len(paths) == 98
    found = [json.loads(path.read_bytes()) for path in paths]
    differ = [path.name for path, case in zip(paths, found, strict=True) if vector_accepted(case) == case["wantErr"]]
    assert differ == (["sizes-are-equal-one-and-proof-is-empty.json"] if kind == "consistency" else [])


# What it says when it has less to go by


def test_the_senders_own_trust_file_is_said_not_to_count_for_much(whole: Sent) -> None:
    _, said = standalone(whole.bundle)
    assert any("came with the bundle" in each for each in said["not_checked"])
    assert not any("came with the bundle" in each for each in standalone(whole.bundle, "--trust", whole.trust)[1])


def test_a_trust_file_of_ones_own_is_used_and_the_other_is_not(sent: Sent) -> None:
    (sent.bundle / "trust.toml").write_text("nonsense")
    make_manifest(sent.bundle)
    status, said = standalone(sent.bundle, "--trust", sent.trust)
    assert status == 0
    assert any("differs from the one in the bundle" in each for each in said["checked"])


def test_a_bundle_without_checkpoints_is_not_said_to_be_signed(sent: Sent) -> None:
    for folder in ("checkpoints", "proofs", "receipts"):
        shutil.rmtree(sent.bundle / folder)
    (sent.bundle / "trust.toml").unlink()
    make_manifest(sent.bundle)
    status, said = standalone(sent.bundle)
    assert status == 0
    assert not any("checkpoint" in each or "receipt" in each or "witness" in each for each in said["checked"])
    assert any("whether anybody signed" in each for each in said["not_checked"])


def test_what_comes_after_the_newest_checkpoint_is_said_to_be_open(whole: Sent) -> None:
    _, said = standalone(whole.bundle)
    assert any("those that were recorded (2 of them): only a receipt" in each for each in said["not_checked"])


def test_time_stamps_are_listed_with_their_command_and_counted_as_not_checked(sent: Sent) -> None:
    text = sent.newest.read_bytes().partition(b"\n\n")[0] + b"\n"
    digest = program().sha256(text)
    (sent.bundle / "checkpoints/000000000014.tsr").write_bytes(b"0\x82" + digest + b"token")
    (sent.bundle / "checkpoints/odd name.tsr").write_bytes(b"of something else")
    make_manifest(sent.bundle)
    status, said = standalone(sent.bundle, "--trust", sent.trust)
    assert status == 0
    command = f"openssl ts -verify -digest {digest.hex()} -in checkpoints/000000000014.tsr -CAfile"
    listed = "\n".join(said["not_checked"])
    assert command in listed
    assert "2 time stamps are here, and this program checks none of them" in listed
    assert "odd name.tsr: a time stamp of none of the checkpoints" in listed


def test_a_file_whose_name_says_so_is_no_time_stamp_of_the_newest_checkpoint(sent: Sent) -> None:
    text = sent.trust.read_text(encoding="utf-8")
    sent.trust.write_text(text + '[times]\nskew_seconds = 1\ndelay_hours = 1\nauthorities = ["PEM"]\n')
    (sent.bundle / "checkpoints/x: a time stamp of 14 entries; .tsr").write_bytes(b"of something else")
    make_manifest(sent.bundle)
    assert standalone(sent.bundle, "--trust", sent.trust)[0] == 3


def test_an_empty_trust_file_in_the_bundle_is_named(sent: Sent) -> None:
    (sent.bundle / "trust.toml").write_bytes(b"")
    make_manifest(sent.bundle)
    assert [each["file"] for each in standalone(sent.bundle)[1]["findings"]] == ["trust.toml"]


def test_time_stamps_that_the_trust_file_asks_for_are_missed(sent: Sent) -> None:
    text = sent.trust.read_text(encoding="utf-8")
    sent.trust.write_text(text + '[times]\nskew_seconds = 1\ndelay_hours = 1\nauthorities = ["PEM"]\n')
    status, said = standalone(sent.bundle, "--trust", sent.trust)
    assert status == 3
    assert "no time stamp of the newest checkpoint" in said["findings"][0]["problem"]


# Ways to cheat with the bundle's own files


def overwritten(path: Path, change) -> None:
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before


@pytest.mark.parametrize(
    "name",
    ["entries.ndjson", "trust.toml", "README.txt", "verify_bundle.py", "checkpoints/000000000007.checkpoint",
     "proofs/8.tlog-proof", "proofs/000000000011.consistency", "receipts/16.1.receipt"],
)  # fmt: skip
def test_a_file_that_was_changed_or_lost_on_the_way_is_named(sent: Sent, name: str) -> None:
    (sent.bundle / name).write_bytes((sent.bundle / name).read_bytes() + b"\n")
    assert name in named(sent)
    (sent.bundle / name).unlink()
    assert name in named(sent)


def named(sent: Sent) -> set[str]:
    return {each["file"] for each in standalone(sent.bundle, "--trust", sent.trust)[1]["findings"]}


def test_a_file_too_many_a_link_and_a_folder_in_a_folder_are_named(sent: Sent) -> None:
    (sent.bundle / "more.txt").write_text("more")
    (sent.bundle / "link").symlink_to("/etc/passwd")
    (sent.bundle / "proofs/deep").mkdir()
    assert {"more.txt", "link", "proofs/deep"} <= named(sent)


def test_a_file_that_nobody_knows_is_said_to_be_unread(sent: Sent) -> None:
    (sent.bundle / "more.txt").write_text("more")
    make_manifest(sent.bundle)
    status, said = standalone(sent.bundle)
    assert status == 0
    assert "more.txt: this program knows no such file" in said["not_checked"]


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda _: b"{}",
        lambda _: b"[]",
        lambda _: b'{"files":[]}',
        lambda _: b"\xff",
        lambda whole: whole.replace(b'"bundle":1', b'"bundle":2'),
        lambda whole: whole.replace(b'"entries":16', b'"entries":17'),
        lambda whole: whole.replace(b'"tokens":0', b'"tokens":1'),
        lambda whole: whole.replace(b'"root":"', b'"root":"0'),
        lambda whole: whole.replace(b'"bundle":1', b'"bundle":1,"bundle":1'),
        lambda whole: whole.replace(b'"bytes":', b'"bytes":1'),
    ],
)
def test_a_manifest_that_does_not_fit_is_named(sent: Sent, change) -> None:
    make_manifest(sent.bundle)
    overwritten(sent.bundle / "manifest.json", change)
    status, said = standalone(sent.bundle)
    assert status == 3
    assert not any(each.startswith("manifest") for each in said["checked"])


@pytest.mark.parametrize(
    ("change", "entry", "problem"),
    [
        (lambda whole: whole[:-1], 16, "line feed"),
        (lambda whole: whole + b"\n", 17, "not that of an entry"),
        (lambda whole: whole.replace(b"\n", b"\r\n"), 1, "not that of an entry"),
        (lambda whole: b"\xef\xbb\xbf" + whole, 1, "not that of an entry"),
        (lambda whole: whole + b"x" * 10_000_000, 17, "too long"),
        (lambda whole: whole + whole, 17, "it is missing"),
        (lambda _: b"", 1, "it is missing"),
        (lambda whole: whole.replace(b'{"position":3,', b'{ "position":3,'), 3, "not that of an entry"),
        (lambda whole: whole.replace(b'{"position":3,', b'{"position":03,'), 3, "not that of an entry"),
        (lambda whole: whole.replace(b'"rules":', b'"r\xff":', 1), 1, "UTF-8"),
    ],
)
def test_a_line_that_is_none_is_named(sent: Sent, change, entry: int, problem: str) -> None:
    overwritten(sent.bundle / "entries.ndjson", change)
    make_manifest(sent.bundle)
    _, said = standalone(sent.bundle)
    assert said["findings"][0]["entry"] == entry
    assert problem in said["findings"][0]["problem"]
    assert said["root"] is None


def test_an_id_that_stands_twice_is_named(sent: Sent) -> None:
    lines = (sent.bundle / "entries.ndjson").read_bytes().splitlines(keepends=True)
    own = re.compile(rb'"id":"([0-9a-f-]+)"')
    first, last = own.search(lines[0]), own.search(lines[15])
    assert first is not None
    assert last is not None
    overwritten(sent.bundle / "entries.ndjson", lambda whole: whole.replace(last[1], first[1]))
    make_manifest(sent.bundle)
    assert "its id stands twice" in standalone(sent.bundle)[1]["findings"][0]["problem"]


@pytest.mark.parametrize("name", ["proofs/8.tlog-proof", "proofs/14.tlog-proof", "proofs/000000000013.consistency"])
def test_a_proof_that_leads_elsewhere_is_named(sent: Sent, name: str) -> None:
    whole = (sent.bundle / name).read_text(encoding="utf-8")
    above, blank, below = whole.partition("\n\n")
    changed = [
        above.replace("index 7", "index 8"),
        above.replace("index 13", "index 12"),
        above + "\n" + "A" * 43 + "=",
    ]
    changed += [above.replace("old 11", "old 7"), "\n".join(above.splitlines()[:-1])]
    for each in changed:
        if each != above:
            (sent.bundle / name).write_text(each + blank + below, encoding="utf-8")
            make_manifest(sent.bundle)
            assert named(sent) == {name}


def test_names_from_the_bundle_cannot_write_to_the_terminal(
    sent: Sent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (sent.bundle / "\x1b[2Jok\n").write_text("more")
    monkeypatch.setattr("sys.argv", ["verify_bundle.py", str(sent.bundle)])
    assert program().main() == 3
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "\\x1b[2Jok\\n: the manifest lists it otherwise, or not" in printed


# One proof


def test_one_proof_is_checked_without_the_bundle(whole: Sent) -> None:
    status, said = standalone(whole.proof, "--trust", whole.trust)
    assert status == 0
    assert said["checked"][-1] == "entry 8 stands in the log of 14 entries that was signed"


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("index 7", "index 6"),
        ("index 7", "index 99999"),
        ("\nextra ", "\nextra"),
        ("\nextra ey", "\nextra ez"),
        ("\n14\n", "\n15\n"),
        ("example.com/hiring\n14", "example.com/other\n14"),
        ("— witness", "— nobody"),
        ("tlog-proof@v1", "tlog-proof@v2"),
    ],
)
def test_one_proof_that_was_changed_is_refused(sent: Sent, find: str, put: str) -> None:
    text = sent.proof.read_text(encoding="utf-8")
    assert find in text
    sent.proof.write_text(text.replace(find, put), encoding="utf-8")
    status, said = standalone(sent.proof, "--trust", sent.trust)
    assert status == 3
    assert not any("entry 8" in each for each in said["checked"])


def test_one_proof_without_its_entry_proves_nothing_by_itself(sent: Sent) -> None:
    text = re.sub(r"extra .*\n", "", sent.proof.read_text(encoding="utf-8"))
    sent.proof.write_text(text, encoding="utf-8")
    assert "does not bring its entry" in standalone(sent.proof, "--trust", sent.trust)[1]["findings"][0]["problem"]


# Used in a wrong way


def test_a_wrong_use_ends_with_two_and_a_trust_file_of_no_use_with_four(whole: Sent, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    for given in ([], ["nowhere"], [whole.proof], [whole.bundle, "--held", "nowhere"], [whole.bundle, "--odd"],
                  [whole.proof, "--trust", whole.trust, "--held", whole.held]):  # fmt: skip
        with pytest.raises(SystemExit) as left:
            standalone(*given)
        assert left.value.code == 2
    good = whole.trust.read_text(encoding="utf-8")
    texts = [
        *("", "x", "quorum = " + "1" * 5_000, "a = " + "[" * 5_000),
        *(good + "more = 1\n", good + "[times]\nwhenever = 1\n"),
        *(good.replace("quorum = 1", "quorum = 2"), good.replace("quorum = 1", "quorum = true")),
        *(
            good.replace("+", "-", 1),
            good.replace("log_keys", "log_key"),
            good.replace("witnesses = [", "witnesses = [1, "),
        ),
    ]
    for text in texts:
        odd.write_text(text, encoding="utf-8")
        assert standalone(whole.bundle, "--trust", odd)[0] == 4, text
    odd.write_bytes(b"\xff")
    assert standalone(whole.bundle, "--trust", odd)[0] == 4
    assert standalone(whole.bundle, "--trust", tmp_path / "nowhere")[0] == 4
