from __future__ import annotations

from base64 import urlsafe_b64encode
from uuid import uuid4

import pytest

from evenhand.errors import ErasedError, InputError, RefusedError
from evenhand.vault import OutsideId, SeenRecord, Vault


def person() -> str:
    return str(uuid4())


def test_an_outside_id_leads_to_its_person(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        vault.remember("ats", "candidate", "17", ada)
        vault.remember("ats", "application", "17", ben)
        vault.remember("old", "candidate", "17", ben)
        assert vault.find("ats", "candidate", "17") == ada
        assert vault.find("ats", "application", "17") == vault.find("old", "candidate", "17") == ben
        assert vault.find("ats", "candidate", "18") is None


def test_thousands_of_outside_ids_are_kept_and_found_at_once(either) -> None:
    with either.create() as vault:
        people = [person() for _ in range(2_500)]
        vault.new_keys(people)
        ids = [OutsideId("ats", "candidate", f"r{n}", each) for n, each in enumerate(people)]
        vault.remember_many(ids)
        vault.remember_many(ids)
        found = vault.find_many("ats", "candidate", [each.reference for each in ids] + ["unknown"])
        assert found == {each.reference: each.subject for each in ids}


def test_a_person_who_asks_is_told_all_ids_held(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        mine = [OutsideId("ats", "candidate", "17", ada), OutsideId("crm", "contact", "阿达@example.org", ada)]
        vault.remember_many([*mine, OutsideId("ats", "candidate", "18", ben)])
        assert vault.outside_ids(ada) == mine
        vault.destroy([ada])
        with pytest.raises(ErasedError):
            vault.outside_ids(ada)


def test_no_file_shows_an_outside_id(place, vault: Vault, ada: str) -> None:
    vault.new_key(ada)
    vault.remember("ats", "candidate", "ada@example.org", ada)
    held = place.bytes()
    assert b"ada@example.org" not in held
    assert urlsafe_b64encode(b"ada@example.org")[:18] not in held


def test_an_id_of_somebody_else_is_refused_without_repeating_it(vault: Vault, ada: str, ben: str) -> None:
    vault.new_keys([ada, ben])
    vault.remember("ats", "candidate", "ada@example.org", ada)
    with pytest.raises(InputError, match="already belongs to another subject") as caught:
        vault.remember_many(
            [OutsideId("ats", "candidate", "new", ben), OutsideId("ats", "candidate", "ada@example.org", ben)]
        )
    assert "ada@example.org" not in str(caught.value)
    assert vault.find("ats", "candidate", "new") is None, "nothing of a refused batch is kept"
    with pytest.raises(InputError, match="given for two subjects"):
        vault.remember_many([OutsideId("x", "y", "1", ada), OutsideId("x", "y", "1", ben)])


def test_an_id_needs_a_subject_with_a_key(vault: Vault, ada: str) -> None:
    with pytest.raises(ErasedError, match="make its key first"):
        vault.remember("ats", "candidate", "17", ada)


def test_an_erased_person_does_not_come_back_with_the_next_import_unless_asked_for(either, ada: str, ben: str) -> None:
    with either.create() as vault:
        vault.new_keys([ada, ben])
        vault.remember("ats", "candidate", "17", ada)
        vault.destroy([ada])
        with pytest.raises(RefusedError, match="somebody who was erased"):
            vault.remember("ats", "candidate", "17", ben)
        vault.remember("ats", "candidate", "17", ben, returning=True)
        assert vault.find("ats", "candidate", "17") == ben
        assert not vault.suppressed("ats", "candidate", "17")


def test_a_mark_means_nothing_without_the_vaults_own_key(place_at, tmp_path, ada: str) -> None:
    marks = []
    for name in ("one", "other"):
        with place_at(tmp_path / name).create() as vault:
            vault.new_key(ada)
            vault.remember("ats", "candidate", "17", ada)
            vault.destroy([ada])
            with vault._parts.database.reading() as connection:
                marks.append(connection.exec_driver_sql("select mark from vault_suppression").scalar_one())
    assert marks[0] != marks[1]


def test_marks_of_three_parts_are_not_confused_by_where_the_parts_end(vault: Vault, ada: str) -> None:
    vault.new_key(ada)
    vault.remember("a", "bc", "d", ada)
    assert vault.find("ab", "c", "d") is None
    assert vault.find("a", "b", "cd") is None


# Records seen by importers


def test_a_value_that_changes_and_changes_back_is_three_revisions(either, ada: str) -> None:
    with either.create() as vault:
        vault.new_key(ada)
        digests = [vault.sealer(ada).mac(value).hex() for value in (b"A", b"B", b"A")]
        for revision, digest in enumerate(digests, start=1):
            vault.record_seen(SeenRecord("ats", "application", "17", revision, digest, person(), ada))
        last = vault.last_seen("ats", ["17", "18"])
        assert set(last) == {("application", "17")}
        assert (last["application", "17"].revision, last["application", "17"].digest) == (3, digests[0])


def test_thousands_of_records_are_kept_and_found_at_once(either) -> None:
    with either.create() as vault:
        nobody = vault.import_key()
        seen = [
            SeenRecord("ats", "job", f"j{n}", revision, nobody.mac(b"%d" % n).hex(), person())
            for n in range(1_200)
            for revision in (1, 2)
        ]
        vault.records_seen(vault.marked_records(seen))
        last = vault.last_seen("ats", [f"j{n}" for n in range(1_200)])
        assert last == {("job", each.reference): each for each in seen if each.revision == 2}


def test_of_one_revision_noted_twice_the_newer_note_counts(either, ada: str) -> None:
    with either.create() as vault:
        vault.new_key(ada)
        noted = SeenRecord("ats", "application", "17", 2, "d" * 64, person(), ada)
        for each in (noted, noted._replace(digest="e" * 64), noted._replace(revision=1, digest="f" * 64)):
            vault.record_seen(each)
        assert vault.last_seen("ats", ["17"]) == {("application", "17"): noted._replace(digest="e" * 64)}


def test_records_of_several_kinds_and_people_may_bear_one_reference(either, ada: str) -> None:
    with either.create() as vault:
        vault.new_key(ada)
        seen = [
            SeenRecord("ats", "candidate", "17", 1, "d" * 64, person(), ada),
            SeenRecord("ats", "stage.entered", "17", 1, "e" * 64, person(), ada),
            SeenRecord("ats", "job", "17", 1, "f" * 64, person()),
        ]
        marked = vault.marked_records(seen)
        assert len(marked) == 2  # one for each subject
        vault.records_seen(marked)
        assert vault.last_seen("ats", ["17"]) == {(each.kind, "17"): each for each in seen}
        vault.destroy([ada])
        assert vault.last_seen("ats", ["17"]) == {("job", "17"): seen[2]}


def test_records_of_an_erased_person_are_forgotten_and_those_of_nobody_kept(either, ada: str) -> None:
    with either.create() as vault:
        vault.new_key(ada)
        of_ada = SeenRecord("ats", "application", "17", 1, "d" * 64, person(), ada)
        of_nobody = SeenRecord("ats", "job", "3", 1, "e" * 64, person())
        vault.records_seen(vault.marked_records([of_ada, of_nobody]))
        vault.destroy([ada])
        assert vault.last_seen("ats", ["17", "3"]) == {("job", "3"): of_nobody}
