"""Importing again adds what is new, says what changed, and goes on after having been killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand import Ledger
from evenhand.errors import EvenhandError, InputError
from evenhand.importers import reading
from evenhand.ledger import appending
from evenhand.rules.check import check
from evenhand.rules.context import Context, Proposed, Violation
from sheets import ADA, ALL, BO, DECIDED, Sheets, open_sheets


def crowd(many: int) -> list[dict[str, str]]:
    return [ADA | {"person": f"p-{number}", "interviewer": f"u-{number % 7}"} for number in range(many)]


def test_the_same_file_twice_writes_nothing_and_says_so(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO)
    sheets.bring(path)
    before = sheets.hiring.ledger.head()
    again = sheets.bring(path)
    assert (again.read, again.unchanged, again.written, again.entries, again.batch) == (2, 2, 0, 0, None)
    assert sheets.hiring.ledger.head() == before


def test_the_same_rows_in_another_file_and_order_are_the_same_records(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA, BO))
    assert sheets.bring(sheets.csv(BO, ADA, name="again.csv")).entries == 0


def test_a_file_that_grew_adds_only_what_is_new(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA | {"decided": "", "told": ""}))
    done = sheets.bring(sheets.csv(ADA, BO))
    assert (done.written, done.unchanged) == (2, 0)
    assert done.types == {
        "candidacy.opened.v1": 1, "candidate.registered.v1": 1, "decision.made.v1": 2, "notice.given.v1": 2,
        "person.registered.v1": 1, "scorecard.submitted.v1": 1, "stage.entered.v1": 1,
    }  # fmt: skip


def test_a_person_who_applies_twice_is_one_candidate(sheets: Sheets) -> None:
    before = sheets.counts()
    sheets.bring(sheets.csv(ADA, ADA | {"job": "eng-1", "person": "p-1"}))
    assert (sheets.counts() - before)["candidate.registered"] == 1


def test_a_corrected_time_is_a_correction_and_not_a_second_decision(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    decision = sheets.entries("decision.made")[-1]
    done = sheets.bring(sheets.csv(ADA | {"decided": "2026-07-12"}))
    assert (done.written, done.types) == (1, {"entry.corrected.v1": 1})
    correction = sheets.bodies("entry.corrected")[-1]
    assert (correction["target"], correction["kind"]) == (decision.id, "time")
    assert correction["fields"] == {"occurred_at": {"at": "2026-07-12", "zone": "Europe/Berlin", "precision": "day"}}
    assert correction["source"]["revision"] == 2
    assert sheets.bring(sheets.csv(ADA | {"decided": "2026-07-12"})).entries == 0


def test_an_outcome_that_changed_is_overturned_and_decided_again(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    first = sheets.entries("decision.made")[-1]
    done = sheets.bring(sheets.csv(ADA | {"outcome": "no"}))
    assert done.types == {"decision.made.v1": 1, "decision.overturned.v1": 1}
    assert sheets.bodies("decision.overturned")[-1]["decision"] == first.id
    assert sheets.bodies("decision.made")[-1]["outcome"] == "reject"
    assert sheets.hiring.ledger.stream(first.stream)[:4][-1].type == "decision.made.v1"  # it stays where it was


def test_a_changed_scorecard_is_a_new_revision_and_counts_once(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    first = sheets.entries("scorecard.submitted")[-1]
    done = sheets.bring(sheets.csv(ADA | {"comment": "drew half of the system"}))
    assert done.types == {"entry.corrected.v1": 1, "scorecard.submitted.v1": 1}
    correction = sheets.bodies("entry.corrected")[-1]
    assert (correction["target"], correction["kind"]) == (first.id, "duplicate")
    assert sheets.bodies("scorecard.submitted")[-1]["source"]["revision"] == 2


def test_a_decision_told_again_with_the_same_outcome_counts_once(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    done = sheets.bring(sheets.csv(ADA | {"deciders": "viktor"}))
    assert done.types == {"decision.made.v1": 1, "entry.corrected.v1": 1}
    [first, second], [marked] = sheets.entries("decision.made"), sheets.entries("entry.corrected")
    assert sheets.bodies("entry.corrected")[0]["target"] == first.id
    assert first.position < second.position < marked.position  # at no time is there no decision


def test_a_value_that_changes_and_changes_back_is_three_revisions(sheets: Sheets) -> None:
    for outcome in ("yes", "no", "yes"):
        sheets.bring(sheets.csv(ADA | {"outcome": outcome}))
    decisions = sheets.bodies("decision.made")
    assert [(each["outcome"], each["source"]["revision"]) for each in decisions] == [
        ("advance", 1), ("reject", 2), ("advance", 3),
    ]  # fmt: skip
    entries = sheets.entries("decision.made")
    assert [each["decision"] for each in sheets.bodies("decision.overturned")] == [each.id for each in entries[:2]]


def test_a_time_that_changes_and_changes_back_is_put_right_twice(sheets: Sheets) -> None:
    for decided in ("2026-07-10 16:00", "2026-07-10 17:30", "2026-07-10 16:00"):
        sheets.bring(sheets.csv(ADA | {"decided": decided}))
    later, back = (each["fields"]["occurred_at"]["at"] for each in sheets.bodies("entry.corrected"))
    assert (later[11:16], back[11:16]) == ("17:30", "16:00")
    assert sheets.bring(sheets.csv(ADA | {"decided": "2026-07-10 16:00"})).entries == 0


def test_reasons_that_are_taken_out_and_put_back_are_put_right_twice(sheets: Sheets) -> None:
    sheets.bring(sheets.jsonl(*ALL))
    without = DECIDED | {"body": {**DECIDED["body"], "reasons": []}}
    for each in (without, DECIDED):
        sheets.bring(sheets.jsonl(each))
    taken, back = (each["fields"]["reasons"] for each in sheets.bodies("entry.corrected"))
    assert (taken, [each["code"] for each in back]) == ([], ["below-bar"])


def test_what_was_told_later_names_the_decision_that_stands(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA | {"told": ""}))
    sheets.bring(sheets.csv(ADA | {"told": "", "outcome": "no"}))
    sheets.bring(sheets.csv(ADA | {"outcome": "no"}))
    assert sheets.bodies("notice.given")[-1]["decision"] == sheets.entries("decision.made")[-1].id


def test_a_changed_name_is_not_taken_over_and_said(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA))
    again = sheets.bring(sheets.csv(ADA | {"name": "Ada Other"}))
    assert (again.kept, again.entries) == (1, 0)
    assert sheets.opened("candidate.registered")[-1]["name"] == "Ada Example"


def test_one_record_that_says_two_things_in_one_file_is_refused(sheets: Sheets) -> None:
    with pytest.raises(
        InputError, match=r"people\.csv:3: decision\.made\.v1: the same record stands in the file before"
    ):
        sheets.bring(sheets.csv(ADA, ADA | {"outcome": "no"}))


def test_records_are_known_again_across_batches_of_one_file(sheets: Sheets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 1_000)
    rows = crowd(400)
    done = sheets.bring(sheets.csv(*rows, *rows))
    assert (done.read, done.written, done.unchanged) == (800, 400, 400)
    assert done.entries == 400 * 6 + 9  # seven interviewers and two who decide
    assert sheets.bring(sheets.csv(*rows)).entries == 0


def test_every_imported_entry_says_so_and_names_its_batch(sheets: Sheets) -> None:
    before = sheets.hiring.ledger.head().position
    done = sheets.bring(sheets.csv(ADA, BO))
    begun, *entries, finished = list(sheets.hiring.ledger.entries(after=before))
    assert (begun.type, finished.type) == ("import.begun.v1", "import.finished.v1")
    assert begun.id == done.batch
    for each in entries:
        assert json.loads(each.body)["basis"] == {"kind": "imported", "batch": done.batch}


# Killed


def import_in_a_process(folder: Path, *, die_at: str) -> int:
    """Import in another process that dies by SIGKILL at the given call of the given function."""
    script = Path(__file__).with_name("dying.py")
    tests = str(Path(__file__).resolve().parents[1])
    env = os.environ | {"PYTHONPATH": tests}
    return subprocess.run([sys.executable, str(script), str(folder), die_at], env=env, check=False).returncode


@pytest.mark.parametrize("seed", range(5))
def test_a_killed_import_keeps_whole_batches_and_goes_on(tmp_path: Path, seed: int) -> None:
    sheets = open_sheets(tmp_path)
    path = sheets.csv(*crowd(420))
    sheets.hiring.ledger.close()
    chance = random.Random(seed)
    deaths = 0
    for _ in range(3):
        place = chance.choice(["admitted", "append", "appended", "records_seen", "planned"])
        code = import_in_a_process(tmp_path, die_at=f"{place}:{chance.randint(1, 3)}")
        assert code in {0, -signal.SIGKILL}
        deaths += code != 0
        with Ledger.open(tmp_path / "ledger", read_only=True) as ledger:
            assert ledger.verify().ok
    assert deaths
    with Ledger.open(tmp_path / "ledger") as ledger:
        sheets.hiring.ledger = ledger
        done = sheets.bring(path)
        assert (done.read, done.refused) == (420, 0)
        counts = sheets.counts()
        assert (counts["import.begun"], counts["import.finished"]) == (1, 1)
        assert counts["decision.made"] == 420
        assert counts["candidate.registered"] == 420 + 1  # one was there before
        assert counts["person.registered"] == 9
        assert sheets.bring(path).entries == 0


def test_an_import_that_was_cut_short_is_visible_until_it_is_finished(tmp_path: Path) -> None:
    sheets = open_sheets(tmp_path)
    path = sheets.csv(*crowd(300))
    sheets.hiring.ledger.close()
    assert import_in_a_process(tmp_path, die_at="appended:1") == -signal.SIGKILL
    with Ledger.open(tmp_path / "ledger") as ledger:
        sheets.hiring.ledger = ledger
        assert len(sheets.entries("import.begun")) == 1
        assert not sheets.entries("import.finished")
        assert 0 < len(sheets.entries("decision.made")) < 300
        done = sheets.bring(path)
        assert done.resumed
        assert len(sheets.entries("decision.made")) == 300
        assert [each["batch"] for each in sheets.bodies("import.finished")] == [sheets.entries("import.begun")[0].id]


def test_a_file_that_grew_after_an_import_was_cut_short_adds_each_record_once(tmp_path: Path) -> None:
    sheets = open_sheets(tmp_path)
    sheets.csv(*crowd(300))
    sheets.hiring.ledger.close()
    assert import_in_a_process(tmp_path, die_at="appended:1") == -signal.SIGKILL
    with Ledger.open(tmp_path / "ledger") as ledger:
        sheets.hiring.ledger = ledger
        changed = crowd(310)
        changed[0] = changed[0] | {"outcome": "no"}
        sheets.bring(sheets.csv(*changed))
        assert len(sheets.entries("decision.made")) == 311
        assert len(sheets.entries("decision.overturned")) == 1
        assert len(sheets.entries("candidate.registered")) == 311


@pytest.mark.parametrize(
    ("second", "third", "scores"),
    [("3", "2", [4_000_000, 3_000_000, 2_000_000]), ("3", "4", [4_000_000, 3_000_000, 4_000_000])],
)
def test_a_revision_that_was_written_and_not_noted_is_no_hindrance_to_the_next(
    tmp_path: Path, second: str, third: str, scores: list[int]
) -> None:
    sheets = open_sheets(tmp_path)
    sheets.bring(sheets.csv(ADA | {"design": "4"}))
    sheets.csv(ADA | {"design": second})
    sheets.hiring.ledger.close()
    assert import_in_a_process(tmp_path, die_at="appended:1") == -signal.SIGKILL
    with Ledger.open(tmp_path / "ledger") as ledger:
        sheets.hiring.ledger = ledger
        sheets.bring(sheets.csv(ADA | {"design": third}))
        cards = sheets.bodies("scorecard.submitted")[-3:]
        assert [each["ratings"][0]["score"] for each in cards] == scores
        assert [each["source"]["revision"] for each in cards] == [1, 2, 3]
        assert len(sheets.bodies("entry.corrected")) == 2  # two of the three are marked as told again
        assert sheets.bring(sheets.csv(ADA | {"design": third})).entries == 0


def test_an_import_that_goes_on_counts_all_that_it_brought(tmp_path: Path) -> None:
    sheets = open_sheets(tmp_path)
    path = sheets.csv(*crowd(300))
    sheets.hiring.ledger.close()
    assert import_in_a_process(tmp_path, die_at="appended:1") == -signal.SIGKILL
    with Ledger.open(tmp_path / "ledger") as ledger:
        sheets.hiring.ledger = ledger
        assert sheets.bring(path).written == 300
        [finished] = sheets.bodies("import.finished")
        assert (finished["counts"]["read"], finished["counts"]["written"]) == (300, 300)


def test_an_import_that_goes_on_leaves_the_rejects_of_the_first_try_alone(tmp_path: Path) -> None:
    sheets = open_sheets(tmp_path)
    path = sheets.csv(ADA, BO | {"decided": "soon"})
    with pytest.raises(KeyboardInterrupt):
        sheets.bring(path, keep_going=True, progress=interrupted)
    first = tmp_path / "people.rejects.csv"
    first.write_text("being mended", encoding="utf-8")
    done = sheets.bring(path, keep_going=True)
    assert (done.resumed, done.refused) == (True, 1)
    assert done.rejects == str(tmp_path / "people.rejects-2.csv")
    assert first.read_text("utf-8") == "being mended"


def interrupted(name: str, _done: int, _total: int | None) -> None:
    if name == "writing":
        raise KeyboardInterrupt


# Others write meanwhile


def test_what_others_append_between_the_passes_is_looked_at_before_a_batch_is_written(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(context: Context, proposed: Proposed) -> tuple[Violation, ...]:
        asked.append(proposed.id)
        return check(context, proposed)

    monkeypatch.setattr(appending, "check", counted)
    alone = sheets.bring(sheets.csv(ADA))
    assert len(asked) == 2  # import.begun and import.finished: the rest was judged, and nobody wrote since
    asked.clear()

    def write(name: str, _done: int, _total: int | None) -> None:
        if name == "reading":
            sheets.hiring.append("stage.entered.v1", sheets.hiring.candidacy, stage="onsite")

    done = sheets.bring(sheets.csv(ADA, BO), progress=write)
    assert done.entries == alone.entries - 2  # the two persons are there
    assert len(asked) > done.entries
    assert sheets.hiring.ledger.verify(rules=True, against_classes=True).ok


def test_two_imports_of_one_file_at_once_bring_each_record_once(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO)

    def overtake(name: str, _done: int, _total: int | None) -> None:
        if name == "reading":
            sheets.bring(path)

    with pytest.raises(EvenhandError, match="run it again"):
        sheets.bring(path, progress=overtake)
    again = sheets.bring(path)
    assert (again.entries, again.unchanged) == (0, 2)
    assert sheets.counts()["decision.made"] == 2
    assert sheets.hiring.ledger.verify(rules=True, against_classes=True).ok


def test_somebody_erased_while_a_file_is_imported_cuts_it_short_and_it_goes_on(sheets: Sheets) -> None:
    ledger = sheets.hiring.ledger
    sheets.bring(sheets.csv(ADA))
    person = ledger.vault.find("sheet", "candidate", "p-1")
    assert person is not None

    def erase(name: str, _done: int, _total: int | None) -> None:
        if name == "reading":
            ledger.erase_each([person], ground="request")

    path = sheets.csv(ADA | {"comment": "told anew"}, BO)
    with pytest.raises(EvenhandError, match="the import counts as unfinished: run it again"):
        sheets.bring(path, progress=erase)
    done = sheets.bring(path)
    assert (done.suppressed, done.written) == (1, 1)
