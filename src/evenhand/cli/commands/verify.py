"""Check that nobody changed anything."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from evenhand.cli.printing import dumped
from evenhand.cli.progress import progress
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.errors import TamperedError
from evenhand.ledger.verify import Finding, Verification
from evenhand.ledger.verify import verify as verify_store
from evenhand.render.escape import line
from evenhand.store.store import Store


def verify(
    context: typer.Context,
    *,
    seen: Annotated[
        str | None, typer.Option("--seen", metavar="SIZE:ROOT", help="What you remember: how many entries, which root.")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Replay the refusals: might each entry be recorded?")] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="Check each body against the fields of its type too.")
    ] = False,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Check that nobody changed anything.

    Hashes every stored byte again, checks order, form and guards, and says what it could not check. Nothing in the
    ledger's folder is touched. Keep the number of entries and the root it prints, and give them to the next run with
    --seen: then nobody can cut entries off the end, or write the ledger anew, without being noticed.

    Exit status: 0 if all is as it was recorded, 3 if not, 6 if there is no ledger.

    $ evenhand verify
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    found = _verified(run, _remembered(seen), against_classes=fields, rules=rules)
    if form == "json":
        run.write(dumped(_object(found)))
    else:
        _tell(run, found)
    if not found.ok:
        raise typer.Exit(TamperedError.exit_code)


def _remembered(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    form = re.fullmatch(r"(\d{1,16}):([0-9a-f]{64})", text.strip())
    if form is None:
        raise UsageError("--seen: expected the number of entries, a colon, and the root of 64 hexadecimal digits")
    return int(form[1]), form[2]


def _verified(run: Run, seen: tuple[int, str] | None, *, against_classes: bool, rules: bool) -> Verification:
    """Verify; a file too damaged to be opened is a finding of its own."""
    try:
        with Store.open(run.address, read_only=True) as store, progress(run.words.text("verifying")) as tell:
            return verify_store(store, seen=seen, against_classes=against_classes, rules=rules, progress=tell)
    except TamperedError as error:
        findings = tuple(Finding(None, each) for each in error.problems)
        return Verification(ok=False, entries=0, root=None, findings=findings, not_checked=())


def _object(found: Verification) -> dict[str, object]:
    return {
        "ok": found.ok,
        "entries": found.entries,
        "root": found.root,
        "findings": [{"entry": each.position, "problem": each.problem} for each in found.findings],
        "not_checked": list(found.not_checked),
    }


def _tell(run: Run, found: Verification) -> None:
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
    if found.ok and found.root:
        run.write(words.text("remember it: --seen {size}:{root}", size=found.entries, root=found.root) + "\n")
    for each in found.problems:
        run.write(f"  {line(each)}\n")
    run.write(words.text("not checked:") + "\n" if found.not_checked else "")
    for each in found.not_checked:
        run.write(f"  - {line(words.text(each))}\n")
