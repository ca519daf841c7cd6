"""The ledger as an application of the eventsourcing library, for who wants to work with that library's tools.

Everything is handed in. Nothing in the process's environment can change what is stored, or how.
"""

from __future__ import annotations

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment, EnvType

from evenhand.clock import Clock
from evenhand.events.ids import Entropy
from evenhand.store.factory import LedgerFactory
from evenhand.store.mapper import Vocabulary
from evenhand.store.store import Store


class HiringLedger(Application[str]):
    """Saves happenings and reads them back. It owns the store: closing it closes the store."""

    def __init__(self, store: Store, *, vocabulary: Vocabulary, clock: Clock, entropy: Entropy) -> None:
        """Take an open store and all that is needed to write to it."""
        self._made = LedgerFactory(store, vocabulary=vocabulary, clock=clock, entropy=entropy)
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:  # noqa: ARG002 - the library's form
        """Answer with no settings at all, where the library would take over the process's environment."""
        return Environment(name)

    def construct_factory(self, env: Environment) -> InfrastructureFactory:  # noqa: ARG002 - the library's form
        """Answer with our own factory, where the library would import one by name."""
        return self._made
