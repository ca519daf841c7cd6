"""Make a ledger."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from evenhand.cli.printing import dumped
from evenhand.cli.recording import fresh_id
from evenhand.cli.run import Run, run_of
from evenhand.cli.sealed import ask, sealed_text
from evenhand.cli.when import machine_zone
from evenhand.clock import system_clock
from evenhand.config import FILE, hide_password, write_config
from evenhand.errors import UnavailableError
from evenhand.events.ledger import PersonRegistered
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import STORE_FILE, Ledger
from evenhand.sentence import Sentence


def init(
    context: typer.Context,
    *,
    origin: Annotated[
        str | None, typer.Option("--origin", help="Its name in evidence: a domain you control and a path.")
    ] = None,
    zone: Annotated[str | None, typer.Option("--zone", help="Its time zone; this machine's, if left out.")] = None,
    name_from: Annotated[
        str | None,
        typer.Option("--actor-name-from", metavar="FILE", help="Your name, or - for standard input; it is sealed."),
    ] = None,
    store: Annotated[
        str | None, typer.Option("--store", metavar="URL", help="Keep the entries at postgresql://…")
    ] = None,
    vault: Annotated[str | None, typer.Option("--vault", metavar="URL", help="Keep the keys at postgresql://…")] = None,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Create an empty ledger.

    It is made in the ledger's folder with its vault, its keys and its settings, and you are registered as the person
    who records. Nothing else needs to be said: the name of the ledger, its zone and your name can be left out.

    Exit status: 6 if there is a ledger already; nothing was written.

    $ evenhand --ledger hiring init --origin hiring.example.com/ledger --zone Europe/Berlin
    """
    run = run_of(context).asked(store=store, vault=vault, zone=zone)
    form = run.form(format_, "table", "json")
    name = sealed_text(run, name_from) if name_from else ask(run, run.words.text("Your name (sealed; Enter for none)"))
    origin = origin or f"localhost/{os.urandom(4).hex()}"
    with _create(run, origin, run.settings.zone or machine_zone(run.environ)) as ledger:
        actor = str(ledger.actor)
        body = {"person": actor, "kind": "staff"} | ({"name": name} if name else {})
        ledger.append([Draft(PersonRegistered.TOPIC, ledger.opening.stream, body)])
        _tell(run, ledger, actor, form)


def _create(run: Run, origin: str, zone: str) -> Ledger:
    """Make the ledger and its settings; what was made goes again if the rest cannot be."""
    settings = run.settings
    folder = settings.ledger
    if settings.store is None and (folder / STORE_FILE).exists():
        raise UnavailableError(
            Sentence("{folder} holds a ledger already; choose another folder with --ledger", folder=folder)
        )
    actor = fresh_id()
    there = folder.is_dir()
    written: Path | None = None
    addresses = {name: value for name, value in (("store", settings.store), ("vault", settings.vault)) if value}
    try:
        if not (folder / FILE).exists():
            folder.mkdir(parents=True, exist_ok=True)
            written = write_config(folder, {**addresses, "actor": actor})
        return Ledger.create(
            folder,
            origin=origin,
            zone=zone,
            actor=actor,
            store_url=settings.store,
            vault_url=settings.vault,
            clock=system_clock,
            entropy=os.urandom,
        )
    except BaseException:
        if written is not None:
            written.unlink(missing_ok=True)
        if not there and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise


def _tell(run: Run, ledger: Ledger, actor: str, form: str) -> None:
    folder = str(ledger.folder)
    if form == "json":
        run.write(dumped({"ledger": folder, "origin": ledger.origin, "zone": ledger.zone, "actor": actor}))
        return
    words = run.words
    place = hide_password(run.settings.store) if run.settings.store else folder
    run.write(
        words.text(
            "made the ledger {origin} in {place}, zone {zone}", origin=ledger.origin, place=place, zone=ledger.zone
        )
    )
    run.write("\n" + words.text("you record as {actor}", actor=actor) + "\n")
