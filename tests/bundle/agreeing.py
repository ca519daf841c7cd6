"""Run ``evenhand verify`` on a ledger and the bundle's own program on its bundle, and compare what they say.

    from bundle.agreeing import agree

    agree(folder, trust=trust, held=[...], receipts=[...])   # whatever was done to the ledger in ``folder``

The bundle is made as a cheat would make it: of the rows as they stand, of the papers as they lie there, with a manifest
that fits. What a bundle does not have is outside the agreement: tiles, the head row, indexes, triggers, column types.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, redirect_stdout
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch

from evenhand.checkpoint.folder import EvidenceFolder, Papers, read_papers
from evenhand.checkpoint.trust import Trust
from evenhand.errors import Finding
from evenhand.ledger.bundle import CONSISTENCY, INCLUSION, MANIFEST_FILE, TRUST_FILE
from evenhand.ledger.verify import Verification, verify
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.store import Store

PROGRAM = Path(__file__).resolve().parents[2] / "src/evenhand/ledger/in_bundle/verify_bundle.py"
LINE = b'{"position":%b,"recorded_at":"%b","stream":"%b","version":%b,"id":"%b","type":"%b","body":%b}'
ENDINGS = {
    "checkpoints": ".checkpoint",
    "tokens": ".tsr",
    "inclusion_proofs": INCLUSION,
    "consistency_proofs": CONSISTENCY,
}
OUTSIDE = re.compile(
    r"head row|tile|index on|trigger|unique index|hash that was recorded|no hash stands|holds something else"
)
"""Findings of ``verify`` on what is in no bundle."""
STAMPS = re.compile(r"time stamp|\.tsr: |when a checkpoint .* (existed already|was stamped)")
"""Findings of ``verify`` on time stamps, which the bundle's program lists and does not check."""
SHARED = re.compile(
    "checkpoints(?!/)|receipts|witnesses|whose key signed|whether (anybody signed|the ledger was written|"
    "what was signed|everybody|entries after the newest checkpoint are)"
)
"""Sentences on evidence, which must be the same in both."""
WALKED = re.compile(r"its version is not one more|its id stands twice")
"""Findings of a walk through an index, which say nothing where the index was falsified."""


@cache
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_bundle", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["verify_bundle"] = made
    spec.loader.exec_module(made)
    return made


def made_up(kind: str, hashes: list[bytes], *, start: int, at: int, root: bytes) -> Any:
    """Make a proof for the program of a bundle, of hashes that nobody signed."""
    return program().Paper(kind, "", [], "log", at, root, "", start, b"", hashes)


def standalone(*given: str | Path) -> tuple[int, dict[str, Any]]:
    """Run the program of a bundle; answer with its exit status and what it says."""
    out = TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True)
    with patch("sys.argv", ["verify_bundle.py", *map(str, given), "--json"]), redirect_stdout(out):
        status = program().main()
    return status, json.loads(out.buffer.getvalue() or b"{}")


def rows_of(ledger: Path) -> list[tuple[Any, ...]]:
    """Read the rows as they stand, text as bytes, from a copy: reading may change what lies beside a database."""
    with TemporaryDirectory() as folder:
        for each in ledger.glob("ledger.db*"):
            shutil.copy(each, folder)
        with closing(sqlite3.connect(Path(folder, "ledger.db"))) as database:
            database.text_factory = bytes
            return database.execute("SELECT * FROM entry ORDER BY position").fetchall()


def line_of(row: tuple[Any, ...]) -> bytes:
    return LINE % tuple(each if isinstance(each, bytes) else str(each).encode() for each in row)


def mirrored(ledger: Path, bundle: Path, trust: Path | None, receipts: Sequence[Path] = ()) -> Path:
    """Make a bundle of a ledger whatever was done to it, with a manifest that fits."""
    shutil.rmtree(bundle, ignore_errors=True)
    for folder in ("checkpoints", "receipts"):
        (bundle / folder).mkdir(parents=True)
    for each in sorted((ledger / "evidence").glob("*")):
        shutil.copy(each, bundle / "checkpoints" / each.name)
    for each in receipts:
        shutil.copy(each, bundle / "receipts" / each.name)
    if trust:
        shutil.copy(trust, bundle / TRUST_FILE)
    (bundle / "entries.ndjson").write_bytes(b"".join(line_of(row) + b"\n" for row in rows_of(ledger)))
    make_manifest(bundle)
    return bundle


def make_manifest(bundle: Path) -> None:
    """Write the manifest that fits the bundle as it stands, as somebody with this program's source would."""
    files = {each.relative_to(bundle).as_posix(): each.read_bytes() for each in bundle.rglob("*") if each.is_file()}
    files.pop(MANIFEST_FILE, None)
    lines = files["entries.ndjson"].removesuffix(b"\n").split(b"\n")
    try:
        origin = json.loads(lines[0])["body"]["origin"]
    except (ValueError, KeyError, TypeError):
        origin = ""
    made = {
        "bundle": 1,
        "origin": origin,
        "entries": len(lines),
        "root": Frontier().extend([leaf_hash(each) for each in lines]).root().hex(),
        **{name: sum(each.endswith(ending) for each in files) for name, ending in ENDINGS.items()},
        "receipts": sum(each.startswith("receipts/") for each in files),
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
    }
    (bundle / MANIFEST_FILE).write_text(json.dumps(made, separators=(",", ":")))


def verified(
    ledger: Path, *, trust: Path | None = None, held: Sequence[Path] = (), receipts: Sequence[Path] = ()
) -> Verification:
    """Verify as the command does."""
    own = EvidenceFolder(ledger / "evidence")
    papers = Papers(own.checkpoints(), own.tokens(), read_papers(held), read_papers(receipts))
    with Store.open(str(ledger / "ledger.db"), read_only=True) as store:
        return verify(store, papers=papers, trust=Trust.read(trust) if trust else None)


def agree(
    ledger: Path, *, trust: Path | None = None, held: Sequence[Path] = (), receipts: Sequence[Path] = ()
) -> dict[str, Any]:
    """Verify in both ways, see to it that they say the same, and answer with what the bundle's program says."""
    found = verified(ledger, trust=trust, held=held, receipts=receipts)
    asked: list[str | Path] = ["--trust", trust] if trust else []
    for each in held:
        asked += ["--held", each]
    with TemporaryDirectory() as folder:
        status, said = standalone(mirrored(ledger, Path(folder), trust, receipts), *asked)
    if any("more are not listed" in each.problem for each in found.findings):
        return said  # what is not listed may be what the bundle's program found
    inside = with_counterpart(found.findings) if dense(ledger) else found.findings
    assert said["ok"] == (not inside), (found.findings, said["findings"])
    assert status == (0 if said["ok"] else 3)
    if found.ok:
        assert (said["entries"], said["root"]) == (found.entries, found.root)
        assert shared(said["checked"]) == shared(map(str, found.checked))
        assert shared(said["not_checked"]) == shared(map(str, found.not_checked))
    unread = [each["entry"] for each in said["findings"] if "nothing was read behind it" in each["problem"]]
    if not unread:
        theirs = {Path(each["file"]).name for each in said["findings"]}
        assert theirs == papers_named(inside, ledger, held, receipts), (found.findings, said["findings"])
    elif dense(ledger):
        first = min(each.position for each in inside if each.position is not None)
        assert unread == [first], (found.findings, said["findings"])
    return said


def shared(sentences: Iterable[str]) -> set[str]:
    """Pick the sentences that both programs say; of the witnesses' time the bundle's program says nothing."""
    return {each.partition("; by ")[0] for each in sentences if SHARED.match(each)}


def with_counterpart(findings: Sequence[Finding]) -> list[Finding]:
    """Leave out what ``verify`` finds in parts that no bundle has."""
    by_index = any(each.problem.startswith("the index on") for each in findings)
    left = [each for each in findings if not OUTSIDE.search(each.problem) and not STAMPS.search(each.problem)]
    return [each for each in left if not (by_index and WALKED.search(each.problem))]


def dense(ledger: Path) -> bool:
    """Say whether the positions are 1, 2, 3 ...; where they are not, each program names the place in its own way."""
    positions = [row[0] for row in rows_of(ledger)]
    return positions == list(range(1, len(positions) + 1))


def papers_named(findings: Sequence[Finding], ledger: Path, held: Sequence[Path], receipts: Sequence[Path]) -> set[str]:
    """List the papers that findings name; a finding that names none is on the entries or the trust file."""
    known = [each.name for each in (*(ledger / "evidence").glob("*"), *held, *receipts)]
    named = [{name for name in known if name in each.problem} for each in findings]
    general = {"trust.toml" if "trust file" in each.problem else "entries.ndjson"
               for each, names in zip(findings, named, strict=True) if not names}  # fmt: skip
    return set().union(*named) | general
