"""What waits between the two passes of an import can be read by nobody, and goes when the import does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.errors import InputError
from evenhand.importers.spool import Batch, Spool
from evenhand.ledger.drafts import Sealed
from evenhand.vault import MarkedId, MarkedRecords
from sheets import ADA, BO, Sheets

OPEN_FILES = Path("/proc/self/fd")

APPLICATIONS = "id,person,post,applied\na-1,p-1,eng-1,2026-07-03\n"
PEOPLE = "person,name\np-1,Adelaide Quillfeather\n"
JOINED = """
system = "ats"

[[join]]
file = "known.csv"
as = "known"
key = "person"
on = "person"

[row]
candidate = { column = "person" }
candidacy = { column = "id" }
requisition = { column = "post" }

[[event]]
type = "candidate.registered"
occurred_at = { column = "applied" }
name = { column = "known.name" }

[[event]]
type = "candidacy.opened"
occurred_at = { column = "applied" }
route = "external"
"""


def open_files(*, but: Path) -> Iterator[bytes]:
    """Yield what the files hold that this process has open, those without a name too, but for those of a folder."""
    for each in OPEN_FILES.iterdir():
        try:
            target = str(each.readlink())
            named = Path(target.removesuffix(" (deleted)"))
            if target.startswith("/") and not target.startswith("/dev/") and named.parent != but:
                yield each.read_bytes()
        except OSError:
            continue  # closed meanwhile, or nothing that can be read again


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="the system does not list a process's open files")
def test_while_a_file_is_imported_no_plain_text_of_it_lies_on_a_disk(sheets: Sheets) -> None:
    sheets.file(PEOPLE, "known.csv")
    sheets.map(JOINED)
    spooled: list[bytes] = []

    def look(name: str, _done: int, _total: int | None) -> None:
        if name == "writing":
            spooled.extend(open_files(but=sheets.folder))

    sheets.bring(sheets.file(APPLICATIONS, "applications.csv"), progress=look)
    assert any(b"candidacy.opened.v1" in each and b"seal:1:" in each for each in spooled)
    ours = [b"Quillfeather", b'"p-1"', b'"a-1"']
    assert [each for each in ours if any(each in file for file in spooled)] == []


def test_an_import_leaves_no_file_behind_whether_it_ends_well_or_not(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    before = sorted(each.name for each in sheets.hiring.folder.iterdir())
    sheets.bring(sheets.csv(ADA, BO))
    with pytest.raises(InputError):
        sheets.bring(sheets.csv(ADA | {"applied": "soon"}))
    assert sorted(each.name for each in sheets.hiring.folder.iterdir()) == before


def test_a_text_that_cannot_be_sealed_is_found_before_anything_is_written(sheets: Sheets) -> None:
    line = {
        "type": "candidate.registered",
        "candidate": "c-1",
        "body": {"occurred_at": "2026-07-01", "name": " "},
    }
    before = sheets.hiring.ledger.head()
    with pytest.raises(InputError, match=r"candidate\.registered\.v1: name: says nothing.*0 of 1 records written"):
        sheets.bring(sheets.jsonl(line), system="ats")
    assert sheets.hiring.ledger.head() == before


def test_a_batch_comes_out_of_the_spool_as_it_went_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    first = Batch(
        2,
        ["7c9e6679-7425-40de-944b-e07fc1f90ae7"],
        [MarkedId(bytes(range(32)), "s", "ats", "candidate", "seal:1:s:x")],
        [Sealed("s", "i", "candidate.registered.v1", '{"name":"盒子"}')],
        [MarkedRecords(b"\xff" * 32, None, '[["job",1,"d","i"]]')],
    )
    second = first._replace(done=3, seen=[])
    for each in (first, first._replace(entries=[], seen=[]), second):
        spool.put(each)
    assert list(spool.batches(1)) == [first, second]
    assert list(spool.batches(1)) == [first, second]
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_small_batches_come_out_together_and_a_last_one_is_never_lost(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    sealed = [Sealed("s", f"i-{number}", "candidate.registered.v1", "{}") for number in range(5)]
    for number, each in enumerate(sealed, 1):
        spool.put(Batch(number, [f"p-{number}"], [], [each], []))
    seen = [MarkedRecords(b"\xff" * 32, None, '[["job",1,"d","i"]]')]
    spool.put(Batch(6, [], [], [], seen))
    assert list(spool.batches(2)) == [
        Batch(2, ["p-1", "p-2"], [], sealed[:2], []),
        Batch(4, ["p-3", "p-4"], [], sealed[2:4], []),
        Batch(6, ["p-5"], [], sealed[4:], seen),
    ]
    spool.close()
