"""Check that nobody changed anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from evenhand.checkpoint.folder import Papers
from evenhand.checkpoint.trust import Trust
from evenhand.cli.holding import Given, Held, Receipts
from evenhand.cli.papers import TrustFile
from evenhand.cli.printing import dumped
from evenhand.cli.progress import progress
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.errors import Finding, TamperedError
from evenhand.ledger.verify import Verification
from evenhand.ledger.verify import verify as verify_store
from evenhand.render.escape import line
from evenhand.sentence import Sentence
from evenhand.store.store import Store


def verify(
    context: typer.Context,
    *,
    seen: Annotated[
        str | None, typer.Option("--seen", metavar="SIZE:ROOT", help="What you remember: how many entries, which root.")
    ] = None,
    held: Held = None,
    receipt: Receipts = None,
    trust: TrustFile = None,
    rules: Annotated[bool, typer.Option("--rules", help="Replay the refusals: might each entry be recorded?")] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="Check each body against the fields of its type too.")
    ] = False,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Check that nobody changed anything.

    Hashes every stored byte again, checks order, form and guards, holds the ledger against the checkpoints beside it
    and against what you kept (--held, --receipt, --seen), and says what it checked and what it could not. What a trust
    file asks for and is missing is a finding; its SHA-256 is printed, so that two people can tell whether they used the
    same one. Nothing in the ledger's folder is touched.

    Exit status: 0 if all is as it was recorded, 3 if not, 6 if there is no ledger.

    $ evenhand verify
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    given = Given(held, receipt, trust)
    whose = given.trusted()
    found = _verified(run, _remembered(seen), (given.papers(run), whose), against_classes=fields, rules=rules)
    if form == "json":
        run.write(dumped(_object(found, whose)))
    else:
        _tell(run, found, whose)
    if not found.ok:
        raise typer.Exit(TamperedError.exit_code)


def _remembered(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    form = re.fullmatch(r"(\d{1,16}):([0-9a-f]{64})", text.strip())
    if form is None:
        raise UsageError(
            Sentence("--seen: expected the number of entries, a colon, and the root of 64 hexadecimal digits")
        )
    return int(form[1]), form[2]


def _verified(
    run: Run,
    seen: tuple[int, str] | None,
    given: tuple[Papers, Trust | None],
    *,
    against_classes: bool,
    rules: bool,
) -> Verification:
    """Verify; a file too damaged to be opened is a finding of its own."""
    papers, trust = given
    try:
        with Store.open(run.address, read_only=True) as store, progress(run.words.text("verifying")) as tell:
            return verify_store(
                store,
                seen=seen,
                papers=papers,
                trust=trust,
                against_classes=against_classes,
                rules=rules,
                progress=tell,
            )
    except TamperedError as error:
        findings = tuple(Finding(None, each) for each in error.problems)
        return Verification(ok=False, entries=0, root=None, findings=findings, checked=(), not_checked=())


def _object(found: Verification, trust: Trust | None) -> dict[str, object]:
    return {
        "ok": found.ok,
        "entries": found.entries,
        "root": found.root,
        "trust": trust.digest if trust else None,
        "findings": [{"entry": each.position, "problem": each.problem} for each in found.findings],
        "checked": [str(each) for each in found.checked],
        "not_checked": [str(each) for each in found.not_checked],
    }


def _tell(run: Run, found: Verification, trust: Trust | None) -> None:
    words = run.words
    if found.ok:
        run.write(
            run.words.plural(
                "ok: {n} entry is as it was recorded", "ok: {n} entries are as they were recorded", found.entries
            )
        )
    else:
        run.write(words.text("not ok: something is not as it was recorded"))
    run.write("\n" + words.text("root {root}", root=found.root or "-") + "\n")
    if trust is not None:
        run.write(words.text("trust file of SHA-256 {digest}", digest=trust.digest) + "\n")
    if found.ok and found.root:
        run.write(words.text("remember it: --seen {size}:{root}", size=found.entries, root=found.root) + "\n")
    for problem in found.problems:
        run.write(f"  {line(words.sentence(problem))}\n")
    _list(run, words.text("checked:"), found.checked)
    _list(run, words.text("not checked:"), found.not_checked)


def _list(run: Run, title: str, said: Sequence[Sentence]) -> None:
    run.write(title + "\n" if said else "")
    for each in said:
        run.write(f"  - {line(run.words.sentence(each))}\n")
