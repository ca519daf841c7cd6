from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

import pytest

STAMPED = re.compile(r"--as-of (\d+)@(\S+)")


def test_a_projection_is_printed_in_every_format(cli, ledger: Path) -> None:
    rows = cli("project", "candidacy", "-f", "json").json["rows"]
    assert len(rows) == 1
    [read] = csv.DictReader(io.StringIO(cli("project", "candidacy", "-f", "csv").out))
    assert list(read) == list(rows[0])
    assert cli("project", "candidacy", "-f", "md").out.startswith("| ")
    assert cli("project", "candidacy").out.splitlines()[0].split()[0] == next(iter(rows[0]))


def test_projections_are_listed_with_what_a_row_is(cli, ledger: Path) -> None:
    listed = {each["name"]: each for each in cli("project", "-f", "json").json["projections"]}
    assert listed["replay"]["grain"].startswith("one row per final decision")
    assert cli("project", "nosuch").problems[-1] == "there is no projection nosuch; see: evenhand project"
    assert cli("project", "nosuch").code == 4


def test_a_ledgers_own_projection_is_listed_run_and_left_out(cli, ledger: Path) -> None:
    (ledger / "projections").mkdir()
    (ledger / "projections" / "told.sql").write_text(
        '--- title = "Told"\n--- grain = "one row"\n--- reads = ["notice"]\n--- [columns]\n--- n = "How many."\n'
        "select count(*) as n from notice\n"
    )
    assert cli("project", "told", "-f", "json").json["rows"] == [{"n": 0}]
    assert {each["name"]: each["whose"] for each in cli("project", "-f", "json").json["projections"]}["told"] == "own"
    assert cli("project", "told", "--no-custom").code == 4


def test_a_query_reaches_log_and_projections_and_nothing_else(cli, ledger: Path) -> None:
    query = "select outcome, count(*) as n from decision_effective group by outcome"
    assert cli("sql", query, "-f", "json").json == {"rows": [{"outcome": "reject", "n": 1}]}
    assert cli("sql", "-", "-f", "json", stdin=query).json["rows"][0]["n"] == 1
    for wrong in ("select * from '/etc/passwd'", "delete from entry", "select 1; select 2", "selct", "attach 'x.db'"):
        ran = cli("sql", wrong)
        assert (ran.code, ran.out) == (4, ""), wrong
        assert "Traceback" not in ran.err


def test_what_is_sealed_is_in_no_table(cli, ledger: Path) -> None:
    shown = cli("sql", "select * from candidate_registered").out
    assert "has_name" in shown
    assert "seal:1:" not in shown


@pytest.mark.parametrize("command", [("project", "candidacy"), ("replay",), ("check",), ("report", "latency")])
def test_the_as_of_that_is_said_repeats_the_command(command, cli, ledger: Path) -> None:
    first = cli(*command, "-f", "json")
    found = STAMPED.search(first.err)
    assert found is not None
    again = cli(*command, "-f", "json", "--as-of", f"{found[1]}@{found[2]}")
    assert (again.out, again.err) == (first.out, first.err)
    from_log = cli(*command, "-f", "json", "--as-of", f"{found[1]}@{found[2]}", "--from-log")
    assert from_log.out == first.out


def test_an_as_of_shows_what_the_ledger_knew_then(cli, ledger: Path) -> None:
    assert cli("replay", "-f", "json", "--as-of", 8).json["decisions"] == 0
    assert cli("replay", "-f", "json", "--as-of", 9).json["decisions"] == 1
    assert cli("replay", "--as-of", "99").code == 4
    assert cli("replay", "--as-of", "then").code == 2
    assert cli("replay", "--as-of", "9@yesterday").code == 2
    assert cli("replay", "--as-of", "9@2020-01-01T00:00:00Z").code == 4


def test_a_replay_counts_every_decision_in_exactly_one_class(cli, ledger: Path) -> None:
    found = cli("replay", "-f", "json").json
    assert list(found) == [
        "agree",
        "differ",
        "discretion",
        "capacity",
        "insufficient",
        "unscored",
        "no_standard",
        "decisions",
        "agreement",
        "kappa",
        "list",
    ]
    assert found["decisions"] == sum(found[name] for name in list(found)[:7])
    assert found["agreement"] == {"share": 1.0, "low": 0.207, "high": 1.0, "n": 1}
    assert found["kappa"] == {"kappa": None, "low": None, "high": None, "n": 1, "implied_advance": 0}
    assert (found["agree"], found["decisions"], found["list"]) == (1, 1, [])


def test_a_replay_under_a_file_answers_what_if(cli, ledger: Path) -> None:
    lower = (ledger / "standard.toml").read_text().replace("= 3\n", "= 1\n").replace("= 2\n", "= 1\n")
    (ledger / "lower.toml").write_text(lower)
    found = cli("replay", "--standard", "lower.toml", "-f", "json").json
    assert (found["differ"], found["decisions"]) == (1, 1)
    [listed] = found["list"]
    assert (listed["position"], listed["outcome"], listed["implied"]) == (9, "reject", "advance")
    assert cli("replay", "--standard", "lower.toml").code == 0
    assert cli("replay", "--standard", "lower.toml", "--exit-code").code == 1
    assert cli("verify", "-f", "json").json["entries"] == 14
    [flip] = found["flips"]
    assert (flip["position"], flip["implied"], flip["implied_if"]) == (9, "reject", "advance")
    assert "1 decision would turn" in cli("replay", "--standard", "lower.toml").out
    assert cli("replay", "--standard", "lower.toml", "-f", "csv").out.startswith("position,decision_id")


def test_a_replay_under_an_adopted_version_answers_what_if(cli, ledger: Path) -> None:
    lower = (ledger / "standard.toml").read_text().replace("= 3\n", "= 1\n").replace("= 2\n", "= 1\n")
    (ledger / "lower.toml").write_text(lower)
    assert cli("standard", "adopt", "lower.toml").code == 0
    assert cli("replay", "--version", "pm:1", "-f", "json").json["flips"] == []
    [flip] = cli("replay", "--version", "pm:2", "-f", "json").json["flips"]
    assert (flip["position"], flip["standard_version"], flip["implied_if"]) == (9, 1, "advance")
    for wrong in ("pm", "pm:0", "pm:two"):
        assert cli("replay", "--version", wrong).code == 2
    assert "versions 1, 2 are there" in cli("replay", "--version", "pm:3").err
    assert "no standard has that code" in cli("replay", "--version", "eng:1").err
    twice = cli("replay", "--version", "pm:1", "--standard", "lower.toml")
    assert (twice.code, "same code" in twice.err) == (2, True)


def test_a_what_if_of_another_standard_or_of_none_is_refused(cli, ledger: Path) -> None:
    text = (ledger / "standard.toml").read_text()
    (ledger / "other.toml").write_text(text.replace('code = "pm"', 'code = "eng"'))
    assert "which no standard of this ledger has" in cli("replay", "--standard", "other.toml").err
    (ledger / "other.toml").write_text(text.replace("criteria", "criterias"))
    ran = cli("replay", "--standard", "other.toml")
    assert ran.code == 4
    assert "other.toml: criterias: this type has no such field" in ran.problems


def test_findings_are_listed_with_code_since_and_entries_and_exit_with_1(cli, ledger: Path) -> None:
    ran = cli("check", "-f", "json")
    assert ran.code == 1
    found = {each["code"]: each for each in ran.json["findings"]}
    assert found["action_overdue"]["entries"] == [12]
    assert found["action_overdue"]["since"].startswith("2025-04-01")
    assert cli("check", "--code", "told_twice").code == 0
    assert cli("check", "--code", "told_twice").out == "no findings\n"
    assert cli("check", "--code", "nonsense").code == 2
    assert "1 finding" in cli("check", "--code", "action_overdue").out


def test_a_finding_that_was_acknowledged_stays(cli, ledger: Path) -> None:
    [found] = cli("check", "--code", "action_overdue", "-f", "json").json["findings"]
    args = ("--finding", found["finding"], "--code", "action_overdue", "--why-from", "-")
    assert cli("record", "finding.acknowledged", *args, stdin="known").code == 0
    [again] = cli("check", "--code", "action_overdue", "-f", "json").json["findings"]
    assert again["acknowledged_by"] == 15
    assert cli("check", "--code", "action_overdue", "--unacknowledged").code == 0


def test_a_report_has_a_stamp_and_blocks(cli, ledger: Path) -> None:
    for name in [each["name"] for each in cli("report", "-f", "json").json["reports"]]:
        found = cli("report", name, "-f", "json").json
        assert found["stamp"]["position"] == 14
        assert found["stamp"]["root"] == cli("verify", "-f", "json").json["root"]
        assert found["blocks"]
    assert cli("report", "nosuch").code == 4
    assert cli("report", "latency", "--period", "soon").code == 4


def test_a_report_that_goes_out_can_be_told_from_an_edited_copy(cli, ledger: Path) -> None:
    ran = cli("report", "consistency", "-f", "md", "--issue")
    assert ran.code == 0, ran.err
    assert ran.problems[-1] == "issued as entry 15"
    [issued] = cli("log", "--type", "report.issued", "-f", "json").json["entries"]
    assert issued["body"]["output_digest"] == hashlib.sha256(ran.out.encode()).hexdigest()
    assert cli("verify", "--seen", f"14:{issued['body']['root']}").code == 0
    counts = [each.get("value") for each in issued["body"]["cells"]]
    assert [each for each in counts if each is not None and each < 5] == []


def test_a_file_is_told_to_be_a_report_that_was_issued_and_an_edited_one_is_not(
    cli, ledger: Path, tmp_path: Path
) -> None:
    sent, unsent, edited = (tmp_path / name for name in ("sent.md", "unsent.md", "edited.md"))
    sent.write_text(cli("report", "consistency", "-f", "md", "--issue").out, encoding="utf-8")
    unsent.write_text(cli("report", "latency", "-f", "md").out, encoding="utf-8")
    edited.write_text(sent.read_text(encoding="utf-8") + " ", encoding="utf-8")
    [told] = cli("report", "--issued", sent, "-f", "json").json["issued"]
    assert (told["entry"], told["report"], told["layout"]) == (15, "consistency", "md")
    assert told["as_of"].startswith("14@")
    assert cli("report", "--issued", "-", stdin=sent.read_bytes()).code == 0
    for other in (edited, unsent):
        ran = cli("report", "--issued", other)
        assert (ran.code, ran.out) == (3, "")
        assert "no report of these bytes was issued from this ledger" in ran.err
    assert cli("report", "--issued", tmp_path / "nosuch.md").code == 4
    assert cli("report", "latency", "--issued", sent).code == 2


def test_a_report_speaks_chinese_when_asked(cli, ledger: Path) -> None:
    assert re.search("[一-鿿]", cli("report", "latency", "--lang", "zh").out)
    assert not re.search("[一-鿿]", cli("report", "latency").out)


def test_every_code_can_be_explained(cli, ledger: Path) -> None:
    listed = cli("explain", "-f", "json").json["codes"]
    codes = [each["code"] for each in listed]
    for code in ("told_twice", "one-final-decision", "differ", "decision.made", "130"):
        assert code in codes
        assert cli("explain", code).code == 0
    assert cli("explain", "nonsense").code == 4
    assert all(each["says"] for each in listed)


def test_every_reason_not_to_conclude_can_be_explained(cli) -> None:
    from evenhand.measures.refusal import Refusal

    codes = {each["code"] for each in cli("explain", "-f", "json").json["codes"]}
    assert {each.value for each in Refusal} <= codes


def test_a_worksheet_is_made_of_counts_and_flags_tables_that_do_not_add_up(cli, ledger: Path, tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(
        "sex,race,n,selected\nMale,,10,5\nFemale,,10,4\n,A,20,9\nMale,A,10,5\nFemale,A,9,4\n", encoding="utf-8"
    )
    ran = cli("report", "worksheet", "--profile", "nyc-ll144", "--counts", str(file), "--exit-code", "-f", "json")
    assert ran.code == 1
    found = {each["key"]: each for each in ran.json["blocks"]}
    assert [row["ratio"] for row in found["sex"]["rows"]] == [1.0, 0.8]
    assert {each["code"] for each in found["cross_check"]["items"]} == {"tables_do_not_add_up"}
    assert "--counts" in " ".join(ran.json["stamp"]["asked"])
    file.write_text("sex,race,n,selected\nMale,,10,11\n", encoding="utf-8")
    assert cli("report", "worksheet", "--counts", str(file)).code == 4
    assert cli("report", "worksheet", "--profile", "nowhere").code == 4
    ran = cli("report", "worksheet", "--counts", str(file), "--period", "2026")
    assert (ran.code, "has no dates" in ran.err) == (2, True)
    assert cli("report", "latency", "--profile", "nyc-ll144").code == 2
