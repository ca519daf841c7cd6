"""Bring in records kept elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.run import Run, run_of
from evenhand.importers import Import
from evenhand.importers import run as import_file


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, or JSON Lines in the canonical form.")],
    *,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Which columns become what, in TOML; needed for CSV.")
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", metavar="NAME", help="Where the records come from, such as greenhouse.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Write the good records, and the others into FILE.rejects.")
    ] = False,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Bring in records kept elsewhere.

    The whole file is read and checked first; a problem refuses all of it. What a mapping does not name is counted and
    not stored. The same file again adds nothing, a file that grew adds what is new, and an import that was cut short
    goes on when it is run again. People who were erased are left out and counted.

    Exit status: 4 if a record cannot be read or is refused; nothing was written.

    $ evenhand import candidates.csv --map mapping.toml
    """
    run = run_of(context)
    form = run.form(format_, "table", "json")
    progress = _progress(run) if sys.stderr.isatty() else None
    with run.ledger() as ledger:
        done = import_file(
            ledger, file, mapping=mapping, system=system, dry_run=dry_run, keep_going=keep_going, progress=progress
        )
    if progress is not None:
        sys.stderr.write("\r\x1b[K")
    if form == "json":
        run.write(dumped(_object(done)))
        return
    _tell(run, done)


def _progress(run: Run) -> Callable[[str, int, int | None], None]:
    names = {"reading": run.words.text("checking"), "writing": run.words.text("writing")}

    def tell(name: str, count: int, total: int | None) -> None:
        of = f" / {total:,}" if total is not None else ""
        sys.stderr.write(f"\r\x1b[K{names[name]} {count:,}{of}")
        sys.stderr.flush()

    return tell


def _object(done: Import) -> dict[str, Any]:
    counts = {name: getattr(done, name) for name in _COUNTS}
    first = [{"place": each.place, "type": each.type, "fields": list(each.fields)} for each in done.first]
    return {
        "file": done.file,
        "system": done.system,
        "layout": done.layout,
        "encoding": done.encoding,
        "dry_run": done.dry_run,
        "resumed": done.resumed,
        "batch": done.batch,
        **counts,
        "unmapped_columns": list(done.unmapped_columns),
        "types": dict(done.types),
        "first": first,
        "rejects": done.rejects,
    }


_COUNTS = ("read", "written", "unchanged", "kept", "refused", "suppressed", "nothing", "unmapped", "entries")


def _tell(run: Run, done: Import) -> None:
    say = run.words.text
    if done.types:
        rows = [(topic, count) for topic, count in done.types.items()]
        show(
            run,
            "table",
            "types",
            Grid(("type", "entries"), (say("type"), say("entries")), rows, frozenset({"entries"})),
        )
        run.write("\n")
    if done.dry_run and done.first:
        listed = [(each.place, each.type, ", ".join(each.fields)) for each in done.first]
        labels = (say("from"), say("type"), say("fields"))
        show(run, "table", "first", Grid(("place", "type", "fields"), labels, listed))
        run.write("\n")
    for line in _sentences(run, done):
        run.write(line + "\n")


def _sentences(run: Run, done: Import) -> list[str]:
    say = run.words.text
    if done.dry_run:
        said = [
            say("read {read}; {entries} entries would be written, nothing was", read=done.read, entries=done.entries)
        ]
    elif done.entries:
        said = [
            say(
                "read {read} from {file}: {entries} entries written",
                read=done.read,
                file=done.file,
                entries=done.entries,
            )
        ]
    else:
        said = [say("read {read} from {file}: nothing new, nothing written", read=done.read, file=done.file)]
    if done.resumed and not done.dry_run:
        said.append(say("an import of this file that had been cut short is finished"))
    for count, words in (
        (done.unchanged, say("known already")),
        (done.kept, say("changed in a way that is not taken over: what opens a stream or registers a person stands")),
        (done.refused, say("refused")),
        (done.suppressed, say("left out: the person was erased")),
        (done.nothing, say("became nothing: the mapping found no date in them")),
        (done.unmapped, say("cells not stored: nothing maps them")),
    ):
        if count:
            said.append(f"{count:,} {words}")
    if done.unmapped_columns:
        said.append(say("columns not mapped: {columns}", columns=", ".join(done.unmapped_columns)))
    if done.rejects:
        said.append(say("the refused ones are in {file}: mend them and import it", file=done.rejects))
    return said
