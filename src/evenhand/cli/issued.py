"""Tell which issued report a file is, by the digest that the ledger recorded when it went out."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from evenhand.cli.printing import Grid, show
from evenhand.cli.run import Run
from evenhand.errors import InputError, TamperedError, reason
from evenhand.events.entry import Entry
from evenhand.events.ledger import ReportIssued
from evenhand.events.registry import REGISTRY
from evenhand.sentence import Sentence


def tell_issued(run: Run, path: str, form: str) -> None:
    """Print as what a file was issued. Raises ``TamperedError`` if no report of its very bytes was."""
    content = _read(path)
    digest = hashlib.sha256(content).hexdigest()
    with run.reading() as ledger, ledger.store.reader() as reader:
        entries = reader.of_type(ledger.opening.stream, [ReportIssued.TOPIC])
    rows = [row for entry in entries if (row := _row(entry, digest)) is not None]
    if not rows:
        raise TamperedError(
            Sentence(
                "{path}: no report of these bytes was issued from this ledger: it was changed since, or "
                "never went out; ask for it anew, from who issued it",
                path=path,
            )
        )
    words = run.words
    labels = (words.text("entry"), words.text("recorded"), words.text("report"), words.text("format"),
              words.text("language"), words.text("as of"))  # fmt: skip
    keys = ("entry", "recorded_at", "report", "layout", "language", "as_of")
    show(run, form, "issued", Grid(keys, labels, rows, frozenset({"entry"})))


def _row(entry: Entry, digest: str) -> tuple[int, str, str, str, str, str] | None:
    issued = REGISTRY.read(entry.type, entry.body)
    if not isinstance(issued, ReportIssued) or issued.output_digest != digest:
        return None
    as_of = f"{issued.as_of_position}@{issued.as_of_instant}"
    return entry.position, entry.recorded_at, issued.report, issued.layout, issued.language, as_of


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None
