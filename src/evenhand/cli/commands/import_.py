"""Bring in records kept elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.progress import Bar
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.errors import InputError, reason
from evenhand.importers import Import
from evenhand.importers import run as import_file
from evenhand.importers.form import Form
from evenhand.importers.suggesting import suggest
from evenhand.render.escape import line
from evenhand.sentence import Sentence


def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON; or JSON Lines in the canonical form.")
    ],
    *,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="Which columns become what, in TOML; only the canonical form needs none."
        ),
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", metavar="NAME", help="Where the records come from, such as greenhouse.")
    ] = None,
    secret: Annotated[
        Path | None,
        typer.Option("--webhook-secret", metavar="FILE", help="The secret that recorded webhooks are signed with."),
    ] = None,
    suggest_map: Annotated[
        bool, typer.Option("--suggest-map", help="Draft a mapping for the file, and import nothing.")
    ] = False,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Which sheet to draft for.")] = None,
    header: Annotated[int, typer.Option("--header", min=1, max=100, help="The row with the columns' names.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
    each: Annotated[
        bool, typer.Option("--each", help="With --dry-run: every entry as a line of JSON, its texts left out.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Write the good records; the others go into a file of rejects.")
    ] = False,
    erase_anonymised: Annotated[
        bool,
        typer.Option(
            "--erase-anonymised", help="Erase here, for ever, the people whom the source anonymised or deleted."
        ),
    ] = False,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Bring in records kept elsewhere.

    The whole file is read and checked first; a problem refuses all of it. What a mapping does not name is counted and
    not stored. The same file again adds nothing, a file that grew adds what is new, and an import that was cut short
    goes on when it is run again. People who were erased are left out and counted. Whom the source anonymised or deleted
    is counted too, and erased only with --erase-anonymised. With --suggest-map a mapping is
    drafted instead, from the names of the columns, and what could not be guessed is said. --dry-run shows what would be
    written, with --each entry by entry.

    Exit status: 4 if a record cannot be read or is refused; nothing was written.

    $ evenhand import candidates.csv --map mapping.toml
    """
    run = run_of(context)
    if suggest_map:
        _suggest(run, file, Form(sheet=sheet, header=header))
        return
    if each and not dry_run:
        raise UsageError(Sentence("--each lists what a --dry-run would write; give both"))
    form = "each" if each else run.form(format_, "table", "json")
    bar = Bar(run.words, sys.stderr) if sys.stderr.isatty() else None
    names = {"reading": run.words.text("checking"), "writing": run.words.text("writing")}
    try:
        with run.ledger() as ledger:
            done = import_file(
                ledger,
                file,
                mapping=mapping,
                system=system,
                secret=None if secret is None else _secret(secret),
                dry_run=dry_run,
                keep_going=keep_going,
                erase_anonymised=erase_anonymised,
                say=run.words.sentence,
                progress=None if bar is None else lambda name, count, total: bar.tell(names[name], count, total),
                each=(lambda entry: run.write(dumped(entry._asdict(), indent=None))) if each else None,
            )
    finally:
        if bar is not None:
            bar.clear()
    if form == "json":
        run.write(dumped(_object(done)))
    elif form == "each":
        run.say(_first_sentence(run, done))
    else:
        _tell(run, done, erasing=erase_anonymised)


def _suggest(run: Run, path: Path, form: Form) -> None:
    """Print a mapping, and on standard error what a person has to add."""
    drafted = suggest(path, run.settings.zone or "UTC", form, run.words.sentence)
    settings = [f"sheet = {dumped(form.sheet).strip()}"] if form.sheet else []
    settings += [f"header = {form.header}"] if form.header > 1 else []
    run.write("".join(f"{each.strip()}\n" for each in settings) + drafted.text)
    for each in drafted.open:
        run.say(run.words.text("not guessed: {what}", what=line(run.words.sentence(each))))


def _secret(path: Path) -> bytes:
    try:
        found = path.read_bytes().strip()
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None
    if not found:
        raise InputError(Sentence("{path}: there is no secret in it", path=path))
    return found


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
        "absent_columns": list(done.absent_columns),
        "types": dict(done.types),
        "first": first,
        "rejects": done.rejects,
    }


_COUNTS = (
    "read",
    "written",
    "unchanged",
    "kept",
    "refused",
    "suppressed",
    "gone",
    "erased",
    "held",
    "nothing",
    "unmapped",
    "unjoined",
    "entries",
)


def _tell(run: Run, done: Import, *, erasing: bool) -> None:
    words = run.words
    if done.types:
        rows = [(topic, count) for topic, count in done.types.items()]
        show(
            run,
            "table",
            "types",
            Grid(("type", "entries"), (words.text("type"), words.text("entries")), rows, frozenset({"entries"})),
        )
        run.write("\n")
    if done.dry_run and done.first:
        listed = [(each.place, each.type, ", ".join(each.fields)) for each in done.first]
        labels = (words.text("from"), words.text("type"), words.text("fields"))
        show(run, "table", "first", Grid(("place", "type", "fields"), labels, listed))
        run.write("\n")
    for sentence in _sentences(run, done, erasing=erasing):
        run.write(sentence + "\n")


def _sentences(run: Run, done: Import, *, erasing: bool) -> list[str]:
    words = run.words
    said = [_first_sentence(run, done)]
    if done.resumed and not done.dry_run:
        said.append(words.text("an import of this file that had been cut short is finished"))
    for count, sentence in (
        (done.unchanged, words.text("{count} known already", count=done.unchanged)),
        (done.kept, words.text("{count} changed in what is said once, such as a name: kept", count=done.kept)),
        (done.refused, words.text("{count} refused", count=done.refused)),
        (done.suppressed, words.text("{count} left out: the person was erased", count=done.suppressed)),
        (done.erased, words.text("{count} erased, as at the source", count=done.erased)),
        (done.held, words.text("{count} not erased: a legal hold is in force", count=done.held)),
        (
            done.gone if done.dry_run and erasing else 0,
            words.text("{count} would be erased, as at the source, unless a legal hold is in force", count=done.gone),
        ),
        (
            0 if done.dry_run and erasing else done.gone - done.held,
            words.text(
                "{count} people were anonymised or deleted at the source and are held here; "
                "to erase them here too: --erase-anonymised",
                count=done.gone - done.held,
            ),
        ),
        (done.nothing, words.text("{count} became nothing: there is no event in them", count=done.nothing)),
        (done.unjoined, words.text("{count} rows of joined files belong to nothing here", count=done.unjoined)),
        (done.unmapped, words.text("{count} cells not stored: nothing maps them", count=done.unmapped)),
    ):
        if count:
            said.append(sentence)
    if done.unmapped_columns:
        said.append(words.text("columns not mapped: {columns}", columns=line(", ".join(done.unmapped_columns))))
    if done.absent_columns:
        absent = line(", ".join(done.absent_columns))
        said.append(words.text("read by the mapping, and in no record: {columns}", columns=absent))
    if done.rejects:
        said.append(words.text("the refused ones are in {file}: mend them and import it", file=done.rejects))
    return said


def _first_sentence(run: Run, done: Import) -> str:
    if done.dry_run:
        return run.words.text(
            "read {read}; {entries} entries would be written, nothing was", read=done.read, entries=done.entries
        )
    if not done.entries:
        return run.words.text("read {read} from {file}: nothing new, nothing written", read=done.read, file=done.file)
    return run.words.text(
        "read {read} from {file}: {entries} entries written", read=done.read, file=done.file, entries=done.entries
    )
