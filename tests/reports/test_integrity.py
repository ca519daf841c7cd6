"""The integrity report: what was checked comes first, what could not be stands beside it, damage hides nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from build import uid
from evenhand import Draft, Ledger, render
from evenhand.checkpoint.folder import EVIDENCE_FOLDER, EvidenceFolder, Paper, Papers
from evenhand.checkpoint.log_key import LOG_KEY_FILE, LogKey, Named
from evenhand.checkpoint.trust import Trust, template
from evenhand.checkpoint.witness import Witness
from evenhand.clock import stepping_clock
from evenhand.columns.facts import Facts, open_facts
from evenhand.errors import InputError
from evenhand.ledger.evidence import Evidence
from evenhand.ledger.examined import Examined, examine
from evenhand.ledger.verification import Verification
from evenhand.render.json_object import dumped, stamp_object
from evenhand.sentence import Sentence
from evenhand.store.store import Store, file_url
from reading import block, records

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)
CLEAN = Examined(Verification(True, 4, "00" * 32, (), (), ()), Papers(), None, Named("", ()), ())  # noqa: FBT003 - ok
"""A verification that found nothing, for what is said of the entries alone."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with two checkpoints, the first of which a witness cosigned; its trust file lies beside it."""
    folder = tmp_path_factory.mktemp("integrity") / "ledger"
    random = Random(3).randbytes
    clock = stepping_clock(BEGUN, timedelta(minutes=1))
    witness = Witness.create(folder.parent / "witness", "witness.example.net/w1", random)
    with Ledger.create(
        folder, origin="example.com/hiring", zone="UTC", clock=clock, entropy=random, actor=uid("me")
    ) as ledger:
        evidence = Evidence(ledger)
        text = template(ledger.origin, [str(term.key) for term in evidence.named.terms], [str(witness.key)])
        trust = Trust.parse(text.encode(), "trust")
        (folder / "trust.toml").write_text(text, encoding="utf-8")
        first = evidence.checkpoint()
        request = str(evidence.consistency(first, 0)).encode()
        evidence.cosigned(str(witness.cosign(request, trust, lambda: BEGUN + timedelta(hours=1))), trust)
        ledger.append(
            Draft("candidate.registered.v1", uid(f"person {each}"), {"name": f"Candidate {each}"}) for each in range(4)
        )
        evidence.checkpoint()
        ledger.append([Draft("candidate.registered.v1", uid("last"), {"name": "The last"})])
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "ledger")
    return tmp_path / "ledger"


def examined(folder: Path, *, trusting: bool = False, **more: tuple[Paper, ...]) -> Examined:
    own = EvidenceFolder(folder / EVIDENCE_FOLDER)
    papers = Papers(own.checkpoints(), own.tokens(), **more)
    with Store.open(file_url(folder / "ledger.db"), read_only=True) as store:
        return examine(store, papers, Trust.read(folder / "trust.toml") if trusting else None)


@pytest.fixture
def facts(folder: Path) -> Iterator[Facts]:
    with open_facts(
        str(folder / "ledger.db"), folder, from_log=True, clock=lambda: BEGUN + timedelta(days=1)
    ) as opened:
        yield opened


def made(facts: Facts, found: Examined, lang: str = "en", **options: Any) -> render.Report:
    return render.build("integrity", facts, lang=lang, examined=found, **options)


def cheated(folder: Path, statement: str) -> None:
    """Change bytes of the ledger as somebody with a little SQL would, and see that they did change."""
    import sqlite3

    path = folder / "ledger.db"
    before = path.read_bytes()
    with sqlite3.connect(path) as connection:
        for trigger in ("entry_unchanged", "entry_kept"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        assert connection.execute(statement).rowcount == 1
    connection.close()
    assert path.read_bytes() != before


# What was checked, and what was not


def test_a_sound_ledger_is_said_to_be_so_and_its_limits_stand_beside_it(facts: Facts, folder: Path) -> None:
    report = made(facts, examined(folder))
    assert (report.blocks[0].key, block(report, "verdict").word) == ("verdict", "as_recorded")
    assert block(report, "findings").items == ()
    assert any("each was hashed again" in each for each in block(report, "checked").paragraphs)
    limits = " ".join(block(report, "not_checked").paragraphs)
    assert "no checkpoint kept elsewhere was given" in limits
    assert "what nobody recorded leaves no trace" in limits


def test_the_report_says_of_which_entries_it_speaks_where_the_as_of_is_not_the_end(folder: Path) -> None:
    with open_facts(str(folder / "ledger.db"), folder, as_of=(3, None), from_log=True) as cut:
        report = made(cut, examined(folder))
    said = block(report, "verdict")
    assert (said.n, report.stamp.position, report.stamp.verified and report.stamp.verified.entries) == (6, 3, 6)
    assert said.notes == (
        "Verified was the ledger as it stands, with 6 entries; counted below is what it knew at entry 3.",
    )


def test_a_changed_entry_is_said_first_and_the_rest_still_comes_out(folder: Path) -> None:
    cheated(folder, "UPDATE entry SET recorded_at = replace(recorded_at, '2026', '2025') WHERE position = 3")
    with open_facts(str(folder / "ledger.db"), folder, from_log=True) as facts:
        report = made(facts, examined(folder))
    assert block(report, "verdict").word == "not_as_recorded"
    assert "Append nothing" in block(report, "verdict").sentence
    assert 3 in {position for item in block(report, "findings").items for position in item.positions}
    assert block(report, "guards").n == 2
    assert len(report.blocks) == len(made_keys())


def made_keys() -> list[str]:
    from evenhand.render.declare import catalogue

    return [each.key for each in catalogue()["integrity"].declared.block]


# The papers


def test_each_checkpoint_has_its_size_and_who_vouches_for_it_under_the_trust_file(facts: Facts, folder: Path) -> None:
    rows = records(block(made(facts, examined(folder, trusting=True)), "checkpoints"))
    assert [row["entries"] for row in rows] == [5, 1]
    assert [row["cosigned_by"] for row in rows] == [None, "witness.example.net/w1"]
    assert [row["cosigned"] for row in rows] == [None, "2026-01-05T10:00:00Z"]
    assert [row["stamped"] for row in rows] == [None, None]
    assert rows[1]["recorded"].startswith("2026-01-05T09:")


def test_a_signature_that_no_trust_file_vouches_for_is_not_taken_for_a_witness(facts: Facts, folder: Path) -> None:
    table = block(made(facts, examined(folder)), "checkpoints")
    assert [row["cosigned_by"] for row in records(table)] == [None, None]
    assert table.notes[0] == "1 signature is of a key that no trust file vouches for; it was not looked at."


def test_time_stamps_are_said_not_to_be_looked_at_without_an_authority_that_counts(facts: Facts, folder: Path) -> None:
    (folder / "evidence" / "000000000001.tsr").write_bytes(b"anything")
    table = block(made(facts, examined(folder, trusting=True)), "checkpoints")
    assert any("1 time stamp lies beside them" in each for each in table.notes)
    assert [row["stamped"] for row in records(table)] == [None, None]


def test_a_checkpoint_that_nobody_who_counts_signed_is_counted_as_left_out(facts: Facts, folder: Path) -> None:
    strange = LogKey("example.com/hiring", Random(9).randbytes(32))
    own = EvidenceFolder(folder / EVIDENCE_FOLDER).checkpoints()[0]
    text = own.content.decode().partition("\n\n")[0] + "\n"
    forged = Paper("mine.checkpoint", str(strange.signed(text)).encode())
    report = made(facts, examined(folder, held=(forged,)))
    table = block(report, "checkpoints")
    assert (table.n, table.left_out[0].n) == (2, 1)
    assert any("mine.checkpoint" in item.sentence for item in block(report, "findings").items)


def test_a_checkpoint_kept_elsewhere_is_marked_so(facts: Facts, folder: Path) -> None:
    own = EvidenceFolder(folder / EVIDENCE_FOLDER).checkpoints()[0]
    report = made(facts, examined(folder, held=(own._replace(name="from-the-auditor"),)))
    assert [row["elsewhere"] for row in records(block(report, "checkpoints"))] == ["no", "yes"]
    assert block(report, "checkpoints").left_out[0].n == 0


# The stamp


def test_the_stamp_names_every_paper_and_the_trust_file_by_digest(facts: Facts, folder: Path) -> None:
    found = examined(folder, trusting=True)
    verified = made(facts, found).stamp.verified
    assert verified is not None
    assert [each.name for each in verified.papers] == [
        "evidence/000000000001.checkpoint",
        "evidence/000000000005.checkpoint",
    ]
    assert verified.trust == found.trust.digest if found.trust else None
    assert (verified.entries, verified.findings, verified.outcome) == (
        6,
        len(found.verification.findings),
        found.outcome,
    )


@pytest.mark.parametrize("form", ["table", "md", "json", "csv"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_same_stamp_gives_the_same_bytes(facts: Facts, folder: Path, lang: str, form: str) -> None:
    first, second = (made(facts, examined(folder, trusting=True), lang) for _ in range(2))
    assert stamp_object(first.stamp) == stamp_object(second.stamp)
    assert render.write(first, form) == render.write(second, form)


def test_what_changes_the_report_changes_the_stamp(facts: Facts, folder: Path) -> None:
    own = EvidenceFolder(folder / EVIDENCE_FOLDER).checkpoints()[0]
    stamps = {
        dumped(stamp_object(made(facts, each).stamp))
        for each in (examined(folder), examined(folder, trusting=True), examined(folder, held=(own,)))
    }
    assert len(stamps) == 3
    before = made(facts, examined(folder)).stamp
    cheated(folder, "UPDATE entry SET recorded_at = replace(recorded_at, '2026', '2025') WHERE position = 3")
    after = made(facts, examined(folder)).stamp
    assert before != after


def test_a_report_that_does_not_verify_bears_no_verification_in_its_stamp(facts: Facts, folder: Path) -> None:
    stamp = render.build("latency", facts, examined=examined(folder)).stamp
    assert stamp.verified is None
    assert "verified" not in stamp_object(stamp)


def test_without_a_verification_there_is_no_integrity_report(facts: Facts) -> None:
    with pytest.raises(InputError, match="what a verification showed"):
        render.build("integrity", facts)


def test_a_chinese_report_says_the_verifications_sentences_in_chinese(facts: Facts, folder: Path) -> None:
    text = render.write(made(facts, examined(folder), "zh"), "md")
    assert "没有记录的事不会留下痕迹" in text
    assert "what nobody recorded" not in text


# How the ledger was kept


def test_each_key_has_its_term_and_whether_the_trust_file_names_it(folder: Path) -> None:
    with Ledger.open(folder, clock=lambda: BEGUN + timedelta(days=1), entropy=Random(5).randbytes) as ledger:
        Evidence(ledger).rotate(compromised=True, why=None, entropy=Random(5).randbytes)
    with open_facts(str(folder / "ledger.db"), folder, from_log=True) as facts:
        rows = records(block(made(facts, examined(folder, trusting=True)), "log_keys"))
    assert [(row["first"], row["last"], row["standing"], row["trusted"]) for row in rows] == [
        (1, 6, "compromised", "yes"),
        (7, None, "in_force", "no"),
    ]
    secret = (folder / LOG_KEY_FILE).read_text(encoding="utf-8").strip()
    assert secret not in json.dumps(rows)


def recorded(world: Any, name: str, happened: str, written: str) -> None:
    world.candidate(name, "captain", at=happened)
    world.events[-1][3]["recorded_at"] = written


def test_late_recording_has_its_median_by_type_and_quarter(world: Any, opened: Any) -> None:
    world.post("captain")
    for name, day in (("a", "02"), ("b", "04"), ("c", "07"), ("d", "08")):
        recorded(world, name, "2026-02-01T09:00:00Z", f"2026-02-{day}T09:00:00Z")
    table = block(made(opened(world), CLEAN), "late")
    row = next(each for each in records(table) if each["type"] == "candidacy.opened")
    assert (row["quarter"], row["n"], row["late"], row["longest_days"]) == ("2026Q1", 4, 4, 7)
    assert str(row["median_days"]) == "4.5"


def test_late_recording_counts_by_the_period_and_says_who_is_left_out(world: Any, opened: Any) -> None:
    world.post("captain")
    recorded(world, "a", "2026-02-01T09:00:00Z", "2026-02-03T09:00:00Z")
    recorded(world, "b", "2026-02-01T09:00:00Z", "2026-05-01T09:00:00Z")
    report = made(opened(world), CLEAN, period="2026Q2")
    assert [row["quarter"] for row in records(block(report, "late"))] == ["2026Q2"]
    assert "The period chooses what is counted under late recording" in block(report, "verdict").notes[1]
    whole = block(made(opened(world), CLEAN), "late")
    prompt = next(each.n for each in whole.left_out if "a day late" in each.why)
    assert whole.n + prompt == len(world.events)


def test_imports_clocks_and_erasures_are_listed_with_their_entries(world: Any, opened: Any) -> None:
    begun = {"system": "ats", "layout": "csv", "source_digest": "00" * 32, "records": 3}
    done = world.say("import.begun", "ledger", "2026-01-02T00:00:00Z", **begun)
    counts = {"read": 3, "written": 7, "unchanged": 0, "refused": 0, "unmapped": 0, "suppressed": 0}
    batch = uid(f"entry {done}")
    world.say("import.finished", "ledger", "2026-01-02T00:00:00Z", batch=batch, source_digest="00" * 32, counts=counts)
    left = world.say("import.begun", "ledger", "2026-01-03T00:00:00Z", **begun)
    jump = {"machine_time": "2026-01-03T00:00:00Z", "behind_seconds": 900}
    jumped = world.say("clock.accepted", "ledger", "2026-01-03T00:00:00Z", **jump)
    world.say("candidate.registered", "p", "2026-01-03T00:00:00Z", key_commitment="00" * 32)
    world.events[-1][3]["batch"] = batch
    world.say("candidate.erased", "p", "2026-01-03T00:00:00Z", ground="request")
    report = made(opened(world), CLEAN)
    assert [(row["entry"], row["standing"], row["written"]) for row in records(block(report, "imports"))] == [
        (left, "unfinished", None),
        (done, "finished", 7),
    ]
    (accepted,) = records(block(report, "clock"))
    assert (accepted["entry"], accepted["behind_seconds"]) == (jumped, 900)
    assert accepted["machine"] == "2026-01-03T00:00:00Z"
    assert [(row["whose"], row["n"]) for row in records(block(report, "erasures"))] == [("candidate", 1)]
    (brought,) = records(block(report, "backfill"))
    assert (brought["type"], brought["entries"], brought["imported"]) == ("candidate.registered", 1, 1)


def test_a_sentence_of_a_verification_is_said_with_its_numbers(world: Any, opened: Any) -> None:
    said = Verification(
        ok=True, entries=4, root=None, findings=(), checked=(Sentence("entries: {n:,}", n=4_000),), not_checked=()
    )
    report = made(opened(world), Examined(said, Papers(), None, Named("", ()), ()))
    assert block(report, "checked").paragraphs == ("entries: 4,000",)
