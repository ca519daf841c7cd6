"""List entries, page by page: a ledger of any length costs the same memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, Any, Final

import typer
from pydantic_core import from_json
from rich.cells import set_cell_size

from evenhand.cli.entry_text import occurred, shut, summary
from evenhand.cli.handles import stream_for
from evenhand.cli.printing import dumped
from evenhand.cli.recording import event_class_of
from evenhand.cli.run import Run, UsageError, run_of
from evenhand.events.entry import Entry
from evenhand.events.registry import REGISTRY
from evenhand.ledger.ledger import Ledger
from evenhand.sentence import Sentence

_PAGE: Final = 1_000
_WIDTH: Final = 100
_WIDTHS: Final = (17, 16, 28, 36, _WIDTH)


def log(
    context: typer.Context,
    *,
    stream: Annotated[
        str | None, typer.Option("--stream", metavar="ID", help="Of one stream: its id, a position on it, or a code.")
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", metavar="TYPE", help="Of this type. May be repeated.")
    ] = None,
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help="After this position.")] = 0,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=0, help="At most so many.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open what is sealed; this is logged.")] = False,
    purpose: Annotated[str | None, typer.Option("--purpose", help="What it is opened for; needed with --open.")] = None,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", metavar="table|json|csv", help="How to print.")
    ] = None,
) -> None:
    """List entries.

    In the order they were recorded. What is sealed stays closed, unless you open it and say what for: the vault keeps
    who opened how many boxes, when and for which purpose.

    Exit status: 4 if the stream or the type is not there, 6 if there is no ledger.

    $ evenhand log --type decision.made --limit 5
    """
    run = run_of(context)
    form = run.form(format_, "table", "json", "csv")
    if open_ and not purpose:
        raise UsageError(Sentence("--open needs --purpose: what are the texts opened for?"))
    topics = _topics(types or ())
    with run.ledger() if open_ else run.reading() as ledger:
        found = islice(_entries(ledger, stream, topics, after), limit)
        bodies = _bodies(ledger, found, purpose if open_ else None)
        _WRITERS[form](run, bodies)


def _topics(names: Sequence[str]) -> frozenset[str]:
    """Answer with every version of the types named."""
    bases = {event_class_of(name).TOPIC.rpartition(".v")[0] for name in names}
    return frozenset(topic for topic in REGISTRY.topics if topic.rpartition(".v")[0] in bases)


def _entries(ledger: Ledger, stream: str | None, topics: frozenset[str], after: int) -> Iterator[Entry]:
    if stream is not None:
        for entry in ledger.stream(stream_for(ledger, stream)):
            if entry.position > after and (not topics or entry.type in topics):
                yield entry
        return
    while page := ledger.store.page(after=after, count=_PAGE, types=topics):
        yield from page
        after = page[-1].position


def _bodies(ledger: Ledger, entries: Iterator[Entry], purpose: str | None) -> Iterator[tuple[Entry, dict[str, Any]]]:
    """Yield entries with their bodies, opened a page at a time if there is a purpose."""
    while page := list(islice(entries, _PAGE)):
        opened = ledger.opened(page, purpose=purpose) if purpose else iter([None] * len(page))
        for entry, body in zip(page, opened, strict=True):
            yield entry, body if body is not None else shut(from_json(entry.body), gone=purpose is not None)


def _table(run: Run, bodies: Iterator[tuple[Entry, dict[str, Any]]]) -> None:
    words = run.words
    head = (
        words.text("entry"),
        words.text("recorded"),
        words.text("happened"),
        words.text("type"),
        words.text("stream"),
        words.text("says"),
    )
    run.write(_row(head))
    for entry, body in bodies:
        row = (str(entry.position), entry.recorded_at[:16] + "Z", occurred(body)[:16], entry.type, entry.stream)
        run.write(_row((*row, summary(body, width=_WIDTH))))


def _row(cells: tuple[str, ...]) -> str:
    position, *rest = cells
    padded = (set_cell_size(cell, width) for cell, width in zip(rest, _WIDTHS, strict=True))
    return f"{position:>7}  {'  '.join(padded).rstrip()}\n"


def _json(run: Run, bodies: Iterator[tuple[Entry, dict[str, Any]]]) -> None:
    """Write one object, an entry at a time."""
    run.write('{"entries": [')
    for number, (entry, body) in enumerate(bodies):
        run.write(("," if number else "") + "\n" + dumped({**entry._asdict(), "body": body}).rstrip("\n"))
    run.write("\n]}\n")


def _csv(run: Run, bodies: Iterator[tuple[Entry, dict[str, Any]]]) -> None:
    from evenhand.render.csv_rows import rows  # noqa: PLC0415 - only for this format

    run.write(rows(Entry._fields, ()))
    for entry, body in bodies:
        written = rows((), [(*entry[:-1], json.dumps(body, ensure_ascii=False))])
        sys.stdout.write(written.partition("\r\n")[2])


_WRITERS: Final = {"table": _table, "json": _json, "csv": _csv}
