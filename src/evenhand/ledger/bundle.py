"""A bundle: all that somebody elsewhere needs in order to check a ledger without trusting whoever sent it.

A folder of plain files: the entries as hashed, checkpoints with cosignatures and time stamps, proofs, a trust file, and
one Python program that checks all of it and is short enough to be read first. Nothing in it was opened: what is sealed
stays sealed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from evenhand.checkpoint.folder import CHECKPOINT, TOKEN, Paper
from evenhand.checkpoint.trust import Trust, template
from evenhand.errors import InputError, UnavailableError, reason
from evenhand.events.entry import line_of
from evenhand.ledger.comparing import ENTRIES_FILE
from evenhand.ledger.evidence import Evidence
from evenhand.ledger.ledger import Ledger
from evenhand.merkle.tree import Frontier, leaf_hashes
from evenhand.note.checkpoint import Checkpoint
from evenhand.note.form import NoteError
from evenhand.note.receipt import Receipt
from evenhand.note.signed_note import SignedNote
from evenhand.sentence import Sentence

TRUST_FILE: Final = "trust.toml"
MANIFEST_FILE: Final = "manifest.json"
CONSISTENCY: Final = ".consistency"
INCLUSION: Final = ".tlog-proof"
RECEIPTS: Final = "receipts/"
_RECEIPT: Final = ".receipt"
_COUNTED: Final = (
    ("checkpoints", CHECKPOINT),
    ("tokens", TOKEN),
    ("inclusion_proofs", INCLUSION),
    ("consistency_proofs", CONSISTENCY),
)
_PAGE: Final = 1_000
_IN_EVERY: Final = Path(__file__).with_name("in_bundle")
"""What lies in every bundle as it is: the program that checks it, and what to do with it."""


def bundle(
    ledger: Ledger,
    folder: Path,
    *,
    trust: bytes | None = None,
    prove: Sequence[int] = (),
    receipts: Sequence[Paper] = (),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Write a bundle into a new or empty folder; answer with its manifest.

    ``trust`` is the text of a trust file; without it one is written that names the ledger's own key. ``prove`` are
    positions whose proofs are added as files of their own. Raises ``InputError`` if the folder holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(Sentence("{folder} is not empty; choose a new folder for the bundle", folder=folder))
    files = dict(_files(Evidence(ledger), trust, prove, receipts))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        manifest = _manifest(ledger, _entries(ledger, folder / ENTRIES_FILE, progress), files)
        (folder / MANIFEST_FILE).write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise UnavailableError(
                Sentence(
                    "{folder}: cannot be written: {reason}; nothing was left there",
                    folder=folder,
                    reason=reason(error),
                )
            ) from None
        raise
    return manifest


def _files(
    evidence: Evidence, trust: bytes | None, prove: Sequence[int], receipts: Sequence[Paper]
) -> Iterator[tuple[str, bytes]]:
    """Yield all files but the entries and the manifest."""
    for each in sorted(_IN_EVERY.iterdir()):
        if each.is_file():
            yield each.name, each.read_bytes()
    named = evidence.named
    if trust is not None:
        Trust.parse(trust, TRUST_FILE)
    yield TRUST_FILE, trust or template(named.origin, [str(each.key) for each in named.terms]).encode()
    for paper in (*evidence.folder.checkpoints(), *evidence.folder.tokens()):
        yield f"checkpoints/{paper.name}", paper.content
    yield from _consistencies(evidence)
    for position in prove:
        yield f"proofs/{position}{INCLUSION}", str(evidence.prove(position)).encode()
    for turn, paper in enumerate(receipts, 1):
        try:
            position = Receipt.parse(SignedNote.parse(paper.content)).position
        except NoteError as wrong:
            raise InputError(Sentence("{name}: {wrong}; this is no receipt", name=paper.name, wrong=wrong)) from None
        yield f"{RECEIPTS}{position}.{turn}{_RECEIPT}", paper.content


def _entries(ledger: Ledger, path: Path, progress: Callable[[int, int], None] | None) -> dict[str, Any]:
    """Write the lines; answer with what the manifest says of them."""
    tree, digest, size = Frontier(), hashlib.sha256(), 0
    head = ledger.head().position
    with path.open("wb") as file:
        for page in ledger.store.pages(upto=head, count=_PAGE):
            written = [line_of(entry) for entry in page]
            tree = tree.extend(leaf_hashes(written))
            text = b"".join(each + b"\n" for each in written)
            digest.update(text)
            size += file.write(text)
            if progress:
                progress(tree.size, head)
    return {"entries": tree.size, "root": tree.root().hex(), "bytes": size, "sha256": digest.hexdigest()}


def _manifest(ledger: Ledger, entries: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    listed = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
    }
    listed[ENTRIES_FILE] = {"bytes": entries["bytes"], "sha256": entries["sha256"]}
    return {
        "bundle": 1,
        "made_by": f"evenhand {version('evenhand')}",
        "origin": ledger.origin,
        "entries": entries["entries"],
        "root": entries["root"],
        **{name: sum(each.endswith(ending) for each in files) for name, ending in _COUNTED},
        "receipts": sum(each.startswith(RECEIPTS) for each in files),
        "files": dict(sorted(listed.items())),
    }


def _consistencies(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    """Prove of each checkpoint that it extends the one before, for who has the checkpoints and not the entries."""
    found: list[Checkpoint] = []
    for paper in evidence.folder.checkpoints():
        try:
            found.append(Checkpoint.parse(paper.content))
        except NoteError as wrong:
            raise InputError(
                Sentence(
                    "{name}: {wrong}; a bundle is made of checkpoints that can be read", name=paper.name, wrong=wrong
                )
            ) from None
    for old, new in pairwise(sorted(found, key=lambda each: each.head.size)):
        if 0 < old.head.size < new.head.size:
            name = f"proofs/{new.head.size:012}{CONSISTENCY}"
            yield name, str(evidence.consistency(new, old.head.size)).encode()
