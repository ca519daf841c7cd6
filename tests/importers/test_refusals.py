"""A file is taken whole or refused whole, every problem is said with its place, and no value of it is repeated."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from evenhand.errors import InputError
from evenhand.importers import Listed, run
from evenhand.words import translator
from sheets import ADA, BO, Sheets

CHINESE = translator("zh")
SECRET = "Wang Xiaoming 王小明"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"decided": SECRET}, "people.csv:3: decided: expected a date such as 2026-07-03"),
        ({"decided": "2026-02-30"}, "people.csv:3: decided: there is no such day"),
        ({"decided": "2026-07-10 25:00"}, "people.csv:3: decided: there is no such time of day"),
        ({"interviewed": "2026-03-29 02:30"}, "people.csv:3: interviewed: the clocks skipped this time of day"),
        ({"decided": "31/09/2026"}, "people.csv:3: decided: expected a date"),
        ({"outcome": SECRET}, 'people.csv:3: outcome is none of "yes", "no"; add what it may be to values'),
        ({"design": SECRET}, "people.csv:3: design: expected a number of points such as 70 or 0.6"),
        ({"design": "1.0000001"}, "people.csv:3: design: points have at most six decimals"),
        ({"design": "-1"}, "people.csv:3: design: expected points from 0 to 1,000,000"),
        ({"design": "NaN"}, "people.csv:3: design: expected points from 0 to 1,000,000"),
        (
            {"interviewer": ""},
            "people.csv:3: scorecard.submitted.v1: author (column interviewer): this field is missing",
        ),
        (
            {"job": SECRET},
            "people.csv:3: there is no requisition of this code in the ledger; see: evenhand requisition",
        ),
        ({"person": ""}, "people.csv:3: candidate.registered: the cells that name it are empty"),
        ({"how": "pigeon"}, 'people.csv:3: how is none of "mail", "call"'),
        ({"message": "x" * 40_000}, "a text to seal has 40000 bytes of UTF-8; at most 32764 can be sealed"),
    ],
)
def test_a_bad_cell_is_said_by_place_and_column_and_nothing_is_written(
    sheets: Sheets, change: dict[str, str], problem: str
) -> None:
    before = sheets.hiring.ledger.head()
    with pytest.raises(InputError) as refused:
        sheets.bring(sheets.csv(ADA, BO | change))
    said = [each for each in refused.value.problems if problem in each]
    assert said, refused.value.problems
    assert said[0].endswith("(0 of 2 rows written)")
    assert "2 行中写入 0 行" in CHINESE.sentence(said[0])
    assert "expected" not in CHINESE.sentence(said[0])
    assert SECRET not in str(refused.value)
    assert sheets.hiring.ledger.head() == before
    assert sheets.hiring.ledger.vault.find("sheet", "candidate", "p-1") is None


def test_every_problem_of_a_file_is_said_at_once_up_to_a_limit(sheets: Sheets) -> None:
    rows = [ADA | {"person": f"p-{number}", "decided": "soon", "design": "good"} for number in range(60)]
    with pytest.raises(InputError) as refused:
        sheets.bring(sheets.csv(*rows))
    assert len(refused.value.problems) == 51
    first, second = refused.value.problems[:2]
    assert first.endswith("people.csv:2: design: expected a number of points such as 70 or 0.6 (0 of 60 rows written)")
    assert second.startswith(f"{sheets.folder}/people.csv:2: decided: expected a date such as 2026-07-03 or a time")
    assert "70 more problems are not listed" in refused.value.problems[-1]


def test_a_criterion_or_stage_the_standard_does_not_have_is_refused(sheets: Sheets) -> None:
    sheets.map(sheets.mapping.read_text("utf-8").replace('criterion = "care"', 'criterion = "charm"'))
    with pytest.raises(InputError, match=r"ratings\.1\.criterion is not a criterion of version 1 of engineer"):
        sheets.bring(sheets.csv(ADA))
    sheets.map(sheets.mapping.read_text("utf-8").replace('stage = "onsite"', 'stage = "party"'))
    with pytest.raises(InputError, match="stage is not a stage of version 1 of engineer"):
        sheets.bring(sheets.csv(ADA))


def test_history_is_recorded_even_where_a_rule_would_have_stopped_it(sheets: Sheets) -> None:
    sheets.bring(sheets.csv(ADA | {"outcome": "no", "design": "5", "deciders": "", "told": "2026-07-01"}))
    decision = sheets.bodies("decision.made")[-1]
    assert decision["outcome"] == "reject"  # against the standard, with nobody named and told before
    assert decision["deciders"] == []


def test_with_keep_going_the_good_rows_are_written_and_the_others_can_be_mended(sheets: Sheets) -> None:
    bad = BO | {"decided": "soon"}
    done = sheets.bring(sheets.csv(ADA, bad, ADA | {"person": "p-3"}), keep_going=True)
    assert (done.read, done.written, done.refused) == (3, 2, 1)
    assert done.rejects == str(sheets.folder / "people.rejects.csv")
    rejects = Path(done.rejects)
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    header, row = rejects.read_text("utf-8").splitlines()
    assert header.startswith("evenhand_reason,person,job,")
    assert "decided: expected a date" in row
    assert sheets.bodies("import.finished")[-1]["counts"] == {
        "read": 3, "written": 2, "unchanged": 0, "refused": 1, "unmapped": 2, "suppressed": 0,
    }  # fmt: skip
    mended = sheets.file(rejects.read_text("utf-8").replace(",soon,", ",2026-07-12,"), "mended.csv")
    again = sheets.bring(mended)
    assert (again.written, again.unmapped_columns) == (1, ("shoe size",))
    assert len(sheets.entries("decision.made")) == 3


def test_a_file_of_rejects_is_never_written_over(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO | {"decided": "soon"})
    sheets.bring(path, keep_going=True)
    with pytest.raises(InputError, match=r"people\.rejects\.csv: is there already"):
        sheets.bring(path, keep_going=True)


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO)
    before = sheets.hiring.ledger.head()
    tried = sheets.bring(path, dry_run=True)
    assert sheets.hiring.ledger.head() == before
    assert sheets.hiring.ledger.vault.find("sheet", "candidate", "p-1") is None
    assert "Ada" not in repr(tried)
    assert tried.batch is None
    done = sheets.bring(path)
    assert (done.types, done.first, done.written) == (tried.types, tried.first, tried.written)
    assert tried.first[0].type == "person.registered.v1"
    assert [each.place.rpartition("/")[2] for each in tried.first[2:4]] == ["people.csv:2", "people.csv:2"]


def test_a_dry_run_lists_exactly_the_entries_that_are_then_written(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO)
    shown: list[Listed] = []
    sheets.bring(path, dry_run=True, each=shown.append)
    assert "Ada" not in repr(shown)
    before = sheets.hiring.ledger.head().position
    sheets.bring(path)
    _, *entries, _ = sheets.hiring.ledger.entries(after=before)
    box = re.compile(r'"seal:1:[^"]*"')
    written = [(each.type, unnamed(box.sub('"(sealed)"', each.body))) for each in entries]
    assert [(each.type, unnamed(json.dumps(each.body, separators=(",", ":")))) for each in shown] == written
    assert {each.place.rpartition("/")[2] for each in shown} == {"(persons named)", "people.csv:2", "people.csv:3"}


def unnamed(body: str) -> str:
    """Leave out ids and digests, which are drawn anew for somebody new, and the clock's own times."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[0-9T:-]{19}\.\d{6}[^\"]*", "…", body)


def test_a_dry_run_of_a_bad_file_says_what_is_wrong(sheets: Sheets) -> None:
    with pytest.raises(InputError, match="decided: expected a date"):
        sheets.bring(sheets.csv(BO | {"decided": "soon"}), dry_run=True)


@pytest.mark.parametrize(
    ("name", "options", "problem"),
    [
        ("missing.csv", {}, r"missing\.csv: cannot be read: no such file"),
        ("people.txt", {"mapping": None, "system": "x"}, "give a mapping with --map"),
        ("people.jsonl", {"mapping": None}, "name it with --system"),
        ("people.jsonl", {"mapping": None, "system": "Our System"}, "named in lower case"),
    ],
)
def test_what_cannot_be_begun_says_what_is_missing(
    sheets: Sheets, name: str, options: dict[str, object], problem: str
) -> None:
    for each in ("people.txt", "people.jsonl"):
        sheets.file("{}\n", each)
    settings: dict[str, object] = {"mapping": sheets.mapping} | options
    with pytest.raises(InputError, match=problem):
        run(sheets.hiring.ledger, sheets.folder / name, **settings)  # type: ignore[arg-type]  # cases of any options


def test_of_a_file_that_changes_while_it_is_read_nothing_is_written(sheets: Sheets) -> None:
    path = sheets.csv(ADA)
    before = sheets.hiring.ledger.head()

    def meddle(name: str, _done: int, _total: int | None) -> None:
        if name == "reading":
            path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(InputError, match="the file changed while it was read; nothing was written"):
        sheets.bring(path, progress=meddle)
    assert sheets.hiring.ledger.head() == before


def test_what_was_checked_is_what_is_written_whatever_becomes_of_the_file_afterwards(sheets: Sheets) -> None:
    path = sheets.csv(ADA)

    def meddle(name: str, _done: int, _total: int | None) -> None:
        if name == "writing":
            path.write_bytes(b"no such file")

    sheets.bring(path, progress=meddle)
    assert len(sheets.entries("import.finished")) == 1
    assert len(sheets.entries("decision.made")) == 1


def test_a_file_that_cannot_be_read_to_its_end_is_refused_even_with_keep_going(sheets: Sheets) -> None:
    before = sheets.hiring.ledger.head()
    path = sheets.file(sheets.csv(ADA).read_text("utf-8") + 'p-2,"eng-1\n' + "p-3,eng-1\n" * 3)
    with pytest.raises(InputError, match=r"people\.csv:3: from here on it is not CSV"):
        sheets.bring(path, keep_going=True)
    assert sheets.hiring.ledger.head() == before


def test_the_column_of_a_field_and_the_reasons_of_rejects_are_said_in_chinese(sheets: Sheets) -> None:
    path = sheets.csv(ADA, BO | {"interviewer": ""})
    with pytest.raises(InputError) as refused:
        sheets.bring(path)
    assert "author（列 interviewer）" in CHINESE.sentence(refused.value.problems[0])  # noqa: RUF001 - as it is written
    sheets.bring(path, keep_going=True, say=CHINESE.sentence)
    assert "缺少这个字段" in (sheets.folder / "people.rejects.csv").read_text("utf-8")
