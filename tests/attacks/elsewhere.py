"""Ways to cheat with what verify does not look at: the vault, reports, facts, trust files, a second copy."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any, NamedTuple
from unittest.mock import patch

import duckdb
import pytest
from sqlalchemy import update

from attacks.edits import boxes_changed_places
from attacks.scene import Scene
from attacks.ways import cosignature_stripped
from attacks.world import DAY, DAY_1, DECISION, EVENING, A, C
from evenhand import Draft, Ledger
from evenhand.cli.frame import run
from evenhand.columns import sync
from evenhand.columns.facts import open_facts
from evenhand.errors import ErasedError, TamperedError, UnavailableError
from evenhand.events.ledger import ReportIssued
from evenhand.events.registry import REGISTRY
from evenhand.ledger.comparing import compare
from evenhand.vault import Vault
from evenhand.vault.tables import key

LATER = DAY_1 + 3 * DAY + EVENING
REPORT = "119 of 120 were told in time.\n"


def name_of_the_first(scene: Scene, ledger: Ledger) -> Any:
    """Open what the ledger sealed of its first candidate's name."""
    return _opened(ledger, scene, scene.world.candidates[0])


def _opened(ledger: Ledger, scene: Scene, candidate: str) -> Any:
    registered = next(each for each in scene.rows() if each.stream == candidate)
    (body,) = ledger.opened([registered], purpose="a test")
    return body and body["name"]


# The vault


def _in_vault(scene: Scene, statement: str) -> None:
    with closing(sqlite3.connect(scene.folder / "vault.db")) as database, database:
        database.execute(statement, {"first": scene.world.candidates[0], "second": scene.world.candidates[1]})


def key_deleted(scene: Scene) -> None:
    _in_vault(scene, "DELETE FROM vault_key WHERE subject = :first")


def and_no_erasure_stands(scene: Scene) -> None:
    with scene.open(LATER) as ledger:
        assert name_of_the_first(scene, ledger) is None
        with pytest.raises(ErasedError, match="has been destroyed, or is not in this vault"):
            ledger.vault.sealer(scene.world.candidates[0])
    assert not [each for each in scene.rows() if ".erased." in each.type]


def key_replaced(scene: Scene) -> None:
    """Put another key in its place, wrapped as the vault itself wraps keys."""
    subject = scene.world.candidates[0]
    with Vault.open(None, scene.folder, entropy=os.urandom) as vault, vault._parts.write() as (connection, epoch):
        wrapped = epoch.wrap(subject, os.urandom(32), os.urandom)
        connection.execute(update(key).where(key.c.subject == subject).values(wrapped=wrapped))


def key_of_another(scene: Scene) -> None:
    _in_vault(
        scene,
        "UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key WHERE subject = :second) WHERE subject = :first",
    )


def does_not_open(scene: Scene) -> None:
    with scene.open(LATER) as ledger, pytest.raises(TamperedError, match="does not open"):
        name_of_the_first(scene, ledger)


def texts_exchanged(scene: Scene) -> None:
    scene.forge(boxes_changed_places)


def neither_opens(scene: Scene) -> None:
    with scene.open(LATER) as ledger:
        for entry in (each for each in scene.rows() if each.position in {DECISION, 13}):
            with pytest.raises(TamperedError, match="does not open"):
                list(ledger.opened([entry], purpose="a test"))


def vault_restored_after_an_erasure(scene: Scene) -> None:
    """Bring database and epoch file back from before an erasure, so that the key is there again."""
    kept = {name: (scene.folder / name).read_bytes() for name in ("vault.db", "vault.epoch")}
    with scene.open(LATER) as ledger:
        ledger.erase(scene.world.candidates[0])
        assert name_of_the_first(scene, ledger) is None
    _put(scene, kept)
    with Vault.open(None, scene.folder, entropy=os.urandom) as vault:
        assert vault.sealers([scene.world.candidates[0]]), "the backup must really bring the key back"


def is_destroyed_again(scene: Scene) -> None:
    with scene.open(LATER) as ledger:
        assert name_of_the_first(scene, ledger) is None
        assert _opened(ledger, scene, scene.world.candidates[1]) == "Candidate 2"
    with Vault.open(None, scene.folder, entropy=os.urandom) as vault:
        assert not vault.sealers([scene.world.candidates[0]])


def vault_restored_without_its_epoch(scene: Scene) -> None:
    kept = {"vault.db": (scene.folder / "vault.db").read_bytes()}
    with scene.open(LATER) as ledger:
        ledger.erase(scene.world.candidates[0])
    _put(scene, kept)


def opens_nothing(scene: Scene) -> None:
    with pytest.raises(UnavailableError, match="were not backed up together"), scene.open(LATER):
        pass


def _put(scene: Scene, kept: dict[str, bytes]) -> None:
    for each in scene.folder.glob("vault.db-*"):
        each.unlink()
    for name, content in kept.items():
        (scene.folder / name).write_bytes(content)


# Reports and facts


def report_edited(scene: Scene) -> None:
    """Issue a report, and flatter it on its way."""
    with scene.open(LATER) as ledger:
        ledger.append([Draft(ReportIssued.TOPIC, ledger.opening.stream, _issued(REPORT, scene.head(A).root.hex()))])
    (scene.folder / "report.md").write_text(REPORT, encoding="utf-8")
    assert _told(scene, "report.md") == 0
    (scene.folder / "report.md").write_text(REPORT.replace("119", "120"), encoding="utf-8")


def is_no_report_that_was_issued(scene: Scene) -> None:
    assert _told(scene, "report.md") == TamperedError.exit_code


def _issued(text: str, root: str) -> dict[str, Any]:
    return {
        "report": "latency", "layout": "md", "language": "en", "as_of_position": A, "zone": "Europe/Berlin",
        "as_of_instant": "2026-07-04T18:00:00.000000Z", "root": root, "stamp_digest": "0" * 64,
        "output_digest": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip


def _told(scene: Scene, name: str) -> int:
    return _run(scene, "report", "--issued", str(scene.folder / name)).code


def facts_edited(scene: Scene) -> None:
    _facts(scene)
    with _facts_file(scene) as facts:
        facts.execute("UPDATE facts.log.decision_made SET outcome = 'reject'")


def are_made_again(scene: Scene) -> None:
    said: list[str] = []
    assert _outcomes(scene, said=said) == [("advance",)]
    assert said == ["facts.duckdb has rows that are not those it was made with; making it again"]


def facts_edited_with_their_digests(scene: Scene) -> None:
    """Edit the rows and the digests that vouch for them; the watermark still names the ledger's root."""
    _facts(scene)
    with _facts_file(scene) as facts:
        before = sync.recomputed(facts, REGISTRY)["decision_made"][1]
        facts.execute("UPDATE facts.log.decision_made SET outcome = 'reject'")
        added = sync.recomputed(facts, REGISTRY)["decision_made"][1] - before
        facts.execute(f"UPDATE facts.log.digest SET digest = digest + ({added}) WHERE name = 'decision_made'")


def only_the_log_tells(scene: Scene) -> None:
    assert _outcomes(scene) == [("reject",)], "the forgery must hold, or this shows nothing"
    assert _outcomes(scene, from_log=True) == [("advance",)]


def _facts(scene: Scene) -> None:
    assert _outcomes(scene) == [("advance",)]


def _facts_file(scene: Scene) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{scene.folder / 'facts.duckdb'}' AS facts")
    return connection


def _outcomes(scene: Scene, *, from_log: bool = False, said: list[str] | None = None) -> list[Any]:
    source = f"file:{scene.url}" if scene.is_sqlite else scene.url
    say = (said if said is not None else []).append
    with open_facts(source, scene.folder, from_log=from_log, say=say, clock=lambda: LATER) as facts:
        return facts.connection.execute("SELECT DISTINCT outcome FROM decision_made").fetchall()


# Copies and trust files


def is_a_fork(scene: Scene) -> None:
    found = compare(str(scene.world.folder / "ledger"), scene.url if not scene.is_sqlite else str(scene.folder))
    assert (found.relation, found.shared + 1) == ("fork", C)


def lower_quorum(scene: Scene) -> None:
    """Strip the cosignature, and hand the auditor a trust file that does not ask for it."""
    cosignature_stripped(scene)
    text = scene.world.trust_text(quorum=1).replace("quorum = 1", "quorum = 0")
    (scene.folder / "trust.toml").write_text(text, encoding="utf-8")


def verify_names_the_file_it_used(scene: Scene) -> None:
    handed, own = scene.folder / "trust.toml", scene.folder.parent / "own.toml"
    own.write_text(scene.world.trust_text(quorum=1), encoding="utf-8")
    for path, code in ((handed, 0), (own, TamperedError.exit_code)):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found = _run(scene, "verify", "--trust", str(path), "-f", "json")
        assert (found.code, json.loads(found.out)["trust"]) == (code, digest)
        assert f"trust file of SHA-256 {digest}" in _run(scene, "verify", "--trust", str(path)).out


class Ran(NamedTuple):
    """What a command answered."""

    code: int
    out: str


def _run(scene: Scene, *args: str) -> Ran:
    store = {} if scene.is_sqlite else {"EVENHAND_STORE": scene.url}
    with patch.dict(os.environ, store), redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()):
        return Ran(run(["--ledger", str(scene.folder), *args]), out.getvalue())
