from __future__ import annotations

import os
import random
import shutil
import sqlite3
import threading
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from evenhand.errors import ErasedError, InputError, TamperedError, UnavailableError
from evenhand.vault import Vault, associated_data
from evenhand.vault.keyring import Keyring
from evenhand.vault.subject_key import derive
from evenhand.vault.tables import FORMAT


def person() -> str:
    return str(uuid4())


HERE = associated_data("hiring.example", person(), "notice.given.v1", "/text")
NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)


def test_a_new_key_is_there_when_the_vault_is_opened_again(either, ada: str) -> None:
    with either.create() as vault:
        commitment = vault.new_key(ada)
        box = vault.sealer(ada).seal("come in", HERE, os.urandom(12))
    with either.open() as vault:
        assert vault.sealer(ada).commitment == commitment
        assert vault.sealer(ada).open(box, HERE) == "come in"


def test_a_thousand_keys_are_made_in_one_transaction_and_all_differ(either) -> None:
    people = [person() for _ in range(1_000)]
    with either.create() as vault:
        commitments = vault.new_keys(people)
        assert len(set(commitments)) == 1_000
    with either.open() as vault:
        keys = vault.sealers(people)
        assert [keys[each].commitment for each in people] == commitments


def test_a_subject_asked_for_again_keeps_its_key(vault: Vault, ada: str, ben: str) -> None:
    first = vault.new_key(ada)
    assert vault.new_keys([ben, ada, ben, ada])[1] == first
    assert vault.new_keys([]) == []


def test_a_subject_that_never_had_a_key_is_said_to_be_gone_or_unknown(vault: Vault, ada: str, ben: str) -> None:
    vault.new_key(ada)
    with pytest.raises(ErasedError, match=f"the key of {ben} has been destroyed, or is not in this vault"):
        vault.sealer(ben)
    assert set(vault.sealers([ada, ben])) == {ada}


@pytest.mark.parametrize("subject", ["", "ada", "import", "0198C0DE-0000-7000-8000-00000000ADA0", "ada@example.org"])
def test_a_key_belongs_to_a_uuid_and_the_refusal_does_not_repeat_what_was_given(vault: Vault, subject: str) -> None:
    with pytest.raises(InputError, match="a UUID in lower case") as caught:
        vault.new_key(subject)
    assert not subject or f"{subject} " not in str(caught.value)


def test_neither_a_key_nor_anything_derived_from_it_is_in_any_file(place, ada: str) -> None:
    drawn: list[bytes] = []

    def entropy(size: int) -> bytes:
        drawn.append(os.urandom(size))
        return drawn[-1]

    with place.create(entropy=entropy) as vault:
        vault.new_key(ada)
        files = place.bytes()
        keys = [each for each in drawn if len(each) == 32]
        kept_as_text = [each for each in keys if urlsafe_b64encode(each).rstrip(b"=") in files]
        assert len(keys) == 5  # key-encryption key, epoch key, the vault's own two, Ada's
        assert kept_as_text == keys[:1]  # in vault.key, where it belongs
        assert not any(each in files or each.hex().encode() in files for each in keys)
        assert derive(keys[-1], f"evenhand:1:mac:{ada}") not in files


def test_seeded_entropy_makes_the_same_vault_again(tmp_path: Path, ada: str, place_at) -> None:
    commitments = set()
    for name in ("one", "two"):
        place = place_at(tmp_path / name)
        with place.create(entropy=random.Random(7).randbytes, clock=lambda: NOW) as vault:
            commitments.add(vault.new_key(ada))
    assert len(commitments) == 1


def test_a_row_swapped_between_two_subjects_is_noticed(place, ada: str, ben: str) -> None:
    with place.create() as vault:
        vault.new_keys([ada, ben])
    with sqlite3.connect(place.folder / "vault.db") as database:
        rows = dict(database.execute("select subject, wrapped from vault_key"))
        database.execute("update vault_key set wrapped = ? where subject = ?", (rows[ben], ada))
        database.execute("update vault_key set wrapped = ? where subject = ?", (rows[ada], ben))
    database.close()
    with place.open() as vault, pytest.raises(TamperedError, match=f"the key of {ada}.*row was altered"):
        vault.sealer(ada)


def test_a_row_from_another_vault_is_noticed(tmp_path: Path, ada: str, place_at) -> None:
    one, other = place_at(tmp_path / "one"), place_at(tmp_path / "other")
    for place in (one, other):
        with place.create() as vault:
            vault.new_key(ada)
    with sqlite3.connect(other.folder / "vault.db") as database:
        (foreign,) = database.execute("select wrapped from vault_key where subject = ?", (ada,)).fetchone()
    database.close()
    with sqlite3.connect(one.folder / "vault.db") as database:
        database.execute("update vault_key set wrapped = ? where subject = ?", (foreign, ada))
    database.close()
    with one.open() as vault, pytest.raises(TamperedError, match="row was altered"):
        vault.sealer(ada)


def test_memory_keeps_a_bounded_number_of_keys(vault: Vault) -> None:
    people = [person() for _ in range(8)]
    commitments = vault.new_keys(people)
    few = Keyring(vault._parts, kept=3)
    assert [few.one(each).commitment for each in people] == commitments
    assert list(few._unwrapped) == people[-3:]
    few.one(people[5])
    few.one(people[0])
    assert list(few._unwrapped) == [people[7], people[5], people[0]]


def test_a_key_that_another_process_destroyed_is_not_answered_from_memory(either, ada: str, ben: str) -> None:
    with either.create() as vault, either.open() as elsewhere:
        vault.new_keys([ada, ben])
        assert set(elsewhere.sealers([ada, ben])) == {ada, ben}
        vault.destroy([ada])
        with pytest.raises(ErasedError):
            elsewhere.sealer(ada)
        assert set(elsewhere.sealers([ada, ben])) == {ben}
        elsewhere.new_key(person())  # and it writes under the new epoch


def test_threads_share_one_vault(vault: Vault) -> None:
    people = [person() for _ in range(40)]
    wrong: list[BaseException] = []

    def work(mine: list[str]) -> None:
        try:
            for each in mine:
                vault.new_key(each)
                assert vault.sealer(each).open(vault.sealer(each).seal("x", HERE, os.urandom(12)), HERE) == "x"
            vault.destroy(mine[:1])
        except BaseException as error:  # noqa: BLE001 (a thread's failure must reach the test)
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(people[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(vault.sealers(people)) == 36


# The key-encryption key and the epoch file


def test_the_secrets_are_readable_by_their_owner_only(place, vault: Vault) -> None:
    vault.new_key(person())
    modes = {path.name: path.stat().st_mode & 0o777 for path in place.folder.iterdir()}
    assert set(modes) >= {"vault.key", "vault.epoch", "vault.db"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("name", ["vault.key", "vault.epoch"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_a_secret_that_others_may_touch_is_refused_with_the_remedy(place, name: str, mode: int) -> None:
    place.create().close()
    path = place.folder / name
    path.chmod(mode)
    with pytest.raises(InputError, match=f"chmod 600 {path}"):
        place.open()
    path.chmod(0o600)
    place.open().close()


def test_the_key_may_come_from_the_environment_and_then_lies_in_no_file(place, ada: str) -> None:
    given = {"EVENHAND_VAULT_KEY": urlsafe_b64encode(b"k" * 32).decode()}  # padded, as other tools write it
    with place.create(environment=given) as vault:
        commitment = vault.new_key(ada)
    assert not (place.folder / "vault.key").exists()
    with place.open(environment={"EVENHAND_VAULT_KEY": given["EVENHAND_VAULT_KEY"].rstrip("=")}) as vault:
        assert vault.sealer(ada).commitment == commitment
    with pytest.raises(UnavailableError, match=r"vault\.key is missing and EVENHAND_VAULT_KEY is not set"):
        place.open()


def test_a_wrong_key_is_told_from_an_altered_file(place) -> None:
    place.create().close()
    with pytest.raises(InputError, match=r"is not the one that .*vault\.epoch was made with"):
        place.open(environment={"EVENHAND_VAULT_KEY": urlsafe_b64encode(b"w" * 32).decode()})
    epoch = place.folder / "vault.epoch"
    whole = epoch.read_text()
    for altered in (whole[:-10] + "AAAAAAAAA\n", whole.replace(":1:", ":2:", 2).replace("epoch:2", "epoch:1")):
        assert altered != whole
        epoch.write_text(altered)
        with pytest.raises((TamperedError, UnavailableError), match=r"vault\.epoch"):
            place.open()
    epoch.write_text(whole[:40])
    with pytest.raises(TamperedError, match="not whole"):
        place.open()
    epoch.write_text(whole.replace("evenhand-epoch:1", "evenhand-epoch:2"))
    with pytest.raises(UnavailableError, match="newer version"):
        place.open()
    epoch.unlink()
    with pytest.raises(UnavailableError, match=r"vault\.epoch is missing"):
        place.open()


@pytest.mark.parametrize("text", ["short", "A" * 43 + "=A", "é" * 43, "A" * 44])
def test_a_malformed_key_is_refused_and_not_repeated(place, text: str) -> None:
    with pytest.raises(InputError, match="EVENHAND_VAULT_KEY is not 32 bytes in base64url") as caught:
        place.create(environment={"EVENHAND_VAULT_KEY": text})
    assert text not in str(caught.value)


def test_an_epoch_file_of_another_vault_is_refused(tmp_path: Path, place_at) -> None:
    given = {"EVENHAND_VAULT_KEY": urlsafe_b64encode(b"k" * 32).decode()}
    one, other = place_at(tmp_path / "one"), place_at(tmp_path / "other")
    one.create(environment=given).close()
    other.create(environment=given).close()
    shutil.copy(other.folder / "vault.epoch", one.folder / "vault.epoch")
    with pytest.raises(UnavailableError, match="belongs to another vault"):
        one.open(environment=given)


# What is not a vault


def test_a_vault_in_use_is_not_made_again(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
    with pytest.raises(UnavailableError, match=r"a vault in .* already"):
        either.create()
    with either.open() as vault:
        vault.destroy([ada, ben])
    with pytest.raises(UnavailableError, match=r"a vault in .* already"):
        either.create()


def test_a_vault_that_a_killed_init_left_is_taken_up_by_the_next(either, ada: str) -> None:
    with either.create() as vault:
        own = vault.import_key().commitment
        of_ledger = vault.new_key(ada)
    with either.create() as vault:
        assert vault.import_key().commitment == own
        assert vault.sealer(ada).commitment == of_ledger


def test_a_new_database_beside_the_epoch_file_of_another_vault_is_refused(place) -> None:
    place.create().close()
    before = (place.folder / "vault.epoch").read_bytes()
    for path in place.folder.glob("vault.db*"):
        path.unlink()
    with pytest.raises(UnavailableError, match="belongs to another vault"):
        place.create()
    assert (place.folder / "vault.epoch").read_bytes() == before


def test_a_missing_vault_is_said_to_be_missing_and_no_file_is_made(place) -> None:
    place.folder.mkdir()
    with pytest.raises(UnavailableError, match=r"there is no vault in .*vault\.db; check the path"):
        place.open()
    assert not list(place.folder.iterdir())
    assert not Vault.exists(None, place.folder)


def test_a_file_that_is_no_vault_is_said_to_be_none(place) -> None:
    place.folder.mkdir()
    (place.folder / "vault.db").write_bytes(b"this is a letter, not a database " * 40)
    with pytest.raises(UnavailableError, match="is not a vault's database"):
        place.open()
    (place.folder / "vault.db").write_bytes(b"")
    with pytest.raises(UnavailableError, match="there is no vault in"):
        place.open()


@pytest.mark.parametrize("other", [-1, 1])
def test_an_older_or_newer_format_is_left_alone(place, other: int) -> None:
    place.create().close()
    with sqlite3.connect(place.folder / "vault.db") as database:
        database.execute("update vault_meta set value = ? where name = 'format'", (str(int(FORMAT) + other),))
    database.close()
    with pytest.raises(UnavailableError, match=f"of another format than {FORMAT}"):
        place.open()


def test_a_locked_vault_is_said_to_be_locked(place, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evenhand.vault.database._BUSY_SECONDS", 0.05)
    with place.open() as impatient:
        other = sqlite3.connect(place.folder / "vault.db", isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(UnavailableError, match="locked by another process"):
            impatient.new_key(person())
        other.close()
        impatient.new_key(person())


def test_a_server_that_does_not_answer_is_said_not_to(tmp_path: Path, place_at) -> None:
    with pytest.raises(UnavailableError, match="does not answer") as caught:
        place_at(tmp_path, "postgresql://somebody:secret@127.0.0.1:1/vault").open()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://host/vault", "not a url", "sqlite://"])
def test_another_kind_of_database_is_refused(tmp_path: Path, url: str, place_at) -> None:
    with pytest.raises(InputError, match="postgresql://host/database"):
        place_at(tmp_path, url).open()


# Openings


def test_an_opening_is_logged_with_who_when_why_and_how_many(either) -> None:
    with either.create() as vault:
        auditor = person()
        vault.log_opening(auditor, NOW, "access request", 3)
        vault.log_opening(auditor, NOW + timedelta(hours=1), "report", 2_000)
    with either.open() as vault:
        assert [tuple(each) for each in vault.openings()] == [
            (auditor, NOW, "access request", 3),
            (auditor, NOW + timedelta(hours=1), "report", 2_000),
        ]
