"""What a ledger is held against on the command line: options, the files they name, and the verification."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from evenhand.checkpoint.folder import Papers, papers_of
from evenhand.checkpoint.trust import Trust
from evenhand.cli.progress import progress
from evenhand.cli.run import Run
from evenhand.errors import TamperedError, UnavailableError
from evenhand.store.store import Store

if TYPE_CHECKING:
    from evenhand.cli.facts import Asked
    from evenhand.columns.facts import Facts
    from evenhand.ledger.examined import Examined

Held = Annotated[list[str] | None, typer.Option("--held", metavar="FILE", help="A checkpoint that you kept.")]
Receipts = Annotated[
    list[str] | None, typer.Option("--receipt", metavar="FILE", help="A receipt that somebody was given.")
]


class Given(NamedTuple):
    """The files that were named."""

    held: Sequence[str] | None = None
    receipts: Sequence[str] | None = None
    trust: str | None = None

    def papers(self, run: Run) -> Papers:
        """Read them, and the ledger's own evidence. Raises ``InputError`` for one that cannot be read."""
        held, receipts = (map(Path, each or ()) for each in (self.held, self.receipts))
        return papers_of(run.settings.ledger, held=held, receipts=receipts)

    def trusted(self) -> Trust | None:
        """Read the trust file, if there is one."""
        return Trust.read(Path(self.trust)) if self.trust else None


@contextmanager
def examined_facts(run: Run, asked: Asked, given: Given) -> Generator[tuple[Facts, Examined]]:
    """Verify the ledger, and open its facts; those of a damaged one as far as the entries before the damage.

    Raises ``TamperedError`` for a database that cannot be opened at all.
    """
    from evenhand.cli.facts import facts_of  # noqa: PLC0415 - verify needs no tables

    papers, trust = given.papers(run), given.trusted()
    with ExitStack() as stack:
        try:
            facts = stack.enter_context(facts_of(run, asked._replace(hash_again=False)))
        except (TamperedError, UnavailableError):  # the second for a type that nobody knows, which may be a forged one
            examined = _examined(run, papers, trust)
            if examined.verification.ok:
                raise
            facts = _before_the_damage(stack, run, asked, examined.readable)
        else:
            examined = _examined(run, papers, trust)
        yield facts, examined


def _examined(run: Run, papers: Papers, trust: Trust | None) -> Examined:
    from evenhand.ledger.examined import examine  # noqa: PLC0415 - only where a report asks for it

    with Store.open(run.address, read_only=True) as store, progress(run.words.text("verifying")) as told:
        return examine(store, papers, trust, progress=told)


def _before_the_damage(stack: ExitStack, run: Run, asked: Asked, readable: int) -> Facts:
    from evenhand.cli.facts import facts_of  # noqa: PLC0415 - verify needs no tables

    try:
        return stack.enter_context(facts_of(run, asked._replace(upto=readable)))
    except TamperedError:  # the tiles are damaged further down
        return stack.enter_context(facts_of(run, asked._replace(upto=0)))
