"""A copy of the world, what verifying it shows, and what somebody with the database or the keys can do to it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from attacks.world import CHECKPOINTS, ORIGIN, WITNESS, Watch, World, registration, sign_and_witness
from cheating import Hand, made_by_hand, rows_of, schema_of
from evenhand import Ledger
from evenhand.checkpoint.folder import EVIDENCE_FOLDER, EvidenceFolder, Paper, Papers
from evenhand.checkpoint.log_key import LOG_KEY_FILE, read_key
from evenhand.checkpoint.trust import Trust
from evenhand.checkpoint.witness import KEY_FILE
from evenhand.events.entry import Entry, line
from evenhand.ledger.verify import Verification, verify
from evenhand.merkle.tree import Frontier, leaf_hash
from evenhand.note.checkpoint import Checkpoint, TreeHead
from evenhand.note.signed_note import SignedNote, cosign, sign
from evenhand.store import Store
from hiring import seeded

LAYERS = ("file", "beside", "receipt", "held", "witness", "time")
"""What a verification is given: nothing; the checkpoints beside; receipts; a checkpoint kept elsewhere; a trust file
that asks for a witness, and what the witness itself cosigned last; a trust file that asks for stamps."""


TOGETHER = "together"
"""One trust file that asks for the witness and for stamps: it must show whatever either shows alone."""


@dataclass
class Scene:
    """A copy of the world, to do harm in."""

    world: World
    folder: Path
    """The ledger's own."""
    witness: Path
    url: str

    # What stands

    @property
    def is_sqlite(self) -> bool:
        return not self.url.startswith("postgresql")

    @property
    def evidence(self) -> EvidenceFolder:
        return EvidenceFolder(self.folder / EVIDENCE_FOLDER)

    def rows(self) -> list[Entry]:
        with Store.open(self.url, read_only=True) as store:
            return list(store.entries())

    def state(self) -> bytes:
        """Digest what is stored and every file; not how a database lays it out, which an attack that did nothing
        would change too."""
        with self._connection() as connection:
            stored = repr((rows_of(connection), schema_of(connection)))
        files = [
            (str(path), path.read_bytes())
            for root in (self.folder, self.witness)
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.name.startswith("ledger.db")
        ]
        return sha256((stored + repr(files)).encode()).digest()

    def verified(self) -> dict[str, Verification]:
        """Verify once with the papers of each layer, and with the last two together."""
        own = Papers(self.evidence.checkpoints(), self.evidence.tokens())
        given: dict[str, tuple[Papers, Trust | None]] = {
            "file": (Papers(), None),
            "beside": (own, None),
            "receipt": (Papers(receipts=self.world.receipts), None),
            "held": (Papers(held=(self.world.held,)), None),
            "witness": (Papers(own.checkpoints, held=self.remembered()), self.world.trust(quorum=1)),
            "time": (own, self.world.trust(times=True)),
            TOGETHER: (replace(own, held=self.remembered()), self.world.trust(quorum=1, times=True)),
        }
        assert tuple(given) == (*LAYERS, TOGETHER)
        with Store.open(self.url, read_only=True) as store:
            return {layer: verify(store, papers=papers, trust=trust) for layer, (papers, trust) in given.items()}

    def remembered(self) -> tuple[Paper, ...]:
        """What the witness cosigned last, as it hands it to an auditor."""
        return tuple(Paper(path.name, path.read_bytes()) for path in self.witness.glob("seen-*"))

    # What somebody at the database can do

    @contextmanager
    def hand(self) -> Iterator[Hand]:
        """Reach behind the guards, which stand again afterwards."""
        with made_by_hand(self.url) as hand:
            yield hand

    def sql(self, *statements: str) -> None:
        """Change what is stored, and leave every hash as it was."""
        with self.hand() as hand:
            for statement in statements:
                hand.run(statement)

    def unguard(self, statement: str) -> None:
        """Do something to a guard, and leave it so."""
        with self._connection() as connection:
            connection.execute(statement)
            connection.commit()

    def on_disk(self, change: Callable[[Path], None]) -> None:
        """Change the file that holds the entries, past the database itself."""
        if self.is_sqlite:
            change(Path(self.url))
            return
        with psycopg.connect(self.url, autocommit=True) as server:
            server.execute("CHECKPOINT")
            asked = server.execute("SELECT current_setting('data_directory'), pg_relation_filepath('entry')").fetchone()
        assert asked is not None
        change(Path(*asked))
        name = self.url.partition("@/")[2].partition("?")[0]
        self.url = self.url.replace(f"@/{name}?", f"@/{name}_copied?")
        with psycopg.connect(self.url.replace(f"{name}_copied", "postgres"), autocommit=True) as server:
            # The server may hold the old page in memory; a copy is made from what is on the disk.
            server.execute(f"CREATE DATABASE {name}_copied TEMPLATE {name} STRATEGY FILE_COPY".encode())

    def forge(self, change: Callable[[list[Entry]], Iterable[Entry]]) -> None:
        """Change the entries, count their positions anew, and make every hash again."""
        with self.hand() as hand:
            hand.rewrite(each._replace(position=at) for at, each in enumerate(change(hand.entries()), 1))

    def restore_store(self) -> None:
        """Put the backup of the second evening in the database's place."""
        backup = self.world.folder / "backup" / "ledger.db"
        if self.is_sqlite:
            for each in self.folder.glob("ledger.db*"):
                each.unlink()
            shutil.copy(backup, self.folder)
            return
        with Store.open(str(backup), read_only=True) as store:
            rows = list(store.entries())
        with self.hand() as hand:
            hand.rewrite(rows)

    def restore_evidence(self) -> None:
        shutil.rmtree(self.evidence.path)
        shutil.copytree(self.world.folder / "backup" / EVIDENCE_FOLDER, self.evidence.path)

    # What somebody with keys can do

    def log_private(self) -> Ed25519PrivateKey:
        return private_key(self.folder / LOG_KEY_FILE)

    def head(self, size: int) -> TreeHead:
        tree = Frontier().extend([leaf_hash(line(each)) for each in self.rows()[:size]])
        return TreeHead(ORIGIN, size, tree.root())

    def signed(self, text: str, *, name: str = ORIGIN, key: Ed25519PrivateKey | None = None) -> SignedNote:
        return SignedNote(text, (sign(text, name, key or self.log_private()),))

    def sign_again(self, sizes: Iterable[int] = CHECKPOINTS) -> None:
        """Sign the ledger as it stands now at the old sizes; whatever others said of the old ones is thrown away."""
        for size in sizes:
            for each in self.evidence.path.glob(f"{size:012}*"):
                each.unlink()
            self.evidence.put(Checkpoint.of(self.signed(str(self.head(size)))))

    def stamp_again(self, at: datetime, sizes: Iterable[int] = CHECKPOINTS) -> None:
        for size in sizes:
            self.evidence.put_token(size, self.world.authority.stamp(str(self.head(size)), at))

    def cosign_again(self, at: datetime, sizes: Iterable[int] = CHECKPOINTS) -> None:
        """Cosign with the witness's own key, past the witness, and make it remember nothing else."""
        private = private_key(self.witness / KEY_FILE)
        for each in self.evidence.checkpoints():
            found = Checkpoint.parse(each.content)
            if found.head.size in sizes:
                signature = cosign(found.note.text, WITNESS, private, int(at.timestamp()))
                self.evidence.put(Checkpoint.of(found.note.with_signature(signature)))
                for memory in self.witness.glob("seen-*"):
                    memory.write_bytes(each.content)

    def rewrite_checkpoint(self, note: SignedNote | str) -> None:
        """Put something else in the place of the newest checkpoint."""
        self.newest.write_text(str(note), encoding="utf-8")

    @property
    def newest(self) -> Path:
        return self.evidence.file(CHECKPOINTS[-1], ".checkpoint")

    # What the ledger itself does

    @contextmanager
    def open(self, now: datetime) -> Iterator[Ledger]:
        ledger = Ledger.open(self.folder, store_url=self.url, clock=Watch(now), entropy=seeded(11))
        with ledger:
            yield ledger

    def evening(self, ledger: Ledger, at: datetime) -> Checkpoint:
        """Sign, cosign and stamp, as on every evening."""
        return sign_and_witness(ledger, self.witness, self.world.trust(quorum=1), self.world.authority, at)

    def another(self, ledger: Ledger, number: int, *, accept_clock: bool = False) -> None:
        ledger.append([registration(number)], accept_clock=accept_clock)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self.is_sqlite:
            with closing(sqlite3.connect(self.url)) as file:
                yield file
        else:
            with psycopg.connect(self.url) as server:
                yield server


def on_sqlite(world: World, target: Path) -> Scene:
    shutil.copytree(world.folder / "ledger", target / "ledger")
    shutil.copytree(world.folder / "witness", target / "witness")
    return Scene(world, target / "ledger", target / "witness", str(target / "ledger" / "ledger.db"))


def on_postgres(world: World, target: Path, url: str) -> Scene:
    """The same, with the entries in a database that holds them already."""
    scene = on_sqlite(world, target)
    (scene.folder / "ledger.db").unlink()
    scene.url = url
    return scene


def fill(url: str, world: World) -> None:
    """Make a store in a database of a server, whatever was there, with the world's entries in it."""
    with psycopg.connect(url) as server:
        server.execute("DROP SCHEMA public CASCADE")
        server.execute("CREATE SCHEMA public")
    Store.create(url).close()
    with Store.open(str(world.folder / "ledger" / "ledger.db"), read_only=True) as store:
        rows = list(store.entries())
    with made_by_hand(url) as hand:
        hand.rewrite(rows)


def private_key(path: Path) -> Ed25519PrivateKey:
    secret = read_key(path)
    assert secret is not None
    return Ed25519PrivateKey.from_private_bytes(secret)
