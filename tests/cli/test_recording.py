from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from build import uid
from evenhand import Draft, Ledger
from evenhand.merkle.tree import Frontier, leaf_hash


def body(cli: Any, position: int) -> Any:
    [entry] = cli("log", "--after", position - 1, "--limit", 1, "-f", "json").json["entries"]
    return entry["body"]


def test_an_empty_folder_becomes_a_ledger_without_a_question(cli, tmp_path: Path) -> None:
    ran = cli("init")
    assert ran.code == 0, ran.err
    assert (tmp_path / "evenhand.toml").stat().st_mode & 0o777 == 0o600
    assert cli("verify", "-f", "json").json["entries"] == 2
    assert [each["type"] for each in cli("log", "-f", "json").json["entries"]] == [
        "ledger.opened.v1",
        "person.registered.v1",
    ]


def test_who_makes_a_ledger_is_who_records_in_it(cli, tmp_path: Path) -> None:
    made = cli(
        "init",
        "--origin",
        "example.com/x",
        "--zone",
        "Asia/Shanghai",
        "--actor-name-from",
        "-",
        "-f",
        "json",
        stdin="王\n",
    )
    assert made.json == {
        "ledger": ".",
        "origin": "example.com/x",
        "zone": "Asia/Shanghai",
        "actor": made.json["actor"],
    }
    assert body(cli, 2)["person"] == body(cli, 1)["actor"] == body(cli, 2)["actor"] == made.json["actor"]
    opened = cli("log", "--type", "person.registered", "--open", "--purpose", "test", "-f", "json").json
    assert opened["entries"][0]["body"]["name"] == "王"


@pytest.mark.parametrize("args", [("--origin", "Not An Origin"), ("--zone", "Mars/Olympus"), ("--store", "mysql://x")])
def test_a_ledger_that_cannot_be_made_leaves_nothing_behind(args, cli, tmp_path: Path) -> None:
    ran = cli("--ledger", tmp_path / "new", "init", *args)
    assert ran.code == 4, ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_second_ledger_is_not_made_over_the_first(cli, ledger: Path) -> None:
    before = {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()}
    ran = cli("init")
    assert ran.code == 6
    assert "holds a ledger already" in ran.err
    assert {path: path.read_bytes() for path in ledger.rglob("*") if path.is_file()} == before


def test_a_stream_may_be_named_by_id_by_position_and_by_code(cli, ledger: Path) -> None:
    stream = cli("log", "--after", 5, "--limit", 1, "-f", "json").json["entries"][0]["stream"]
    for named in (stream, "6", "#6", "7"):
        ran = cli("record", "stage.entered", "--stream", named, "--stage", "onsite", "-f", "json")
        assert ran.json["entries"][0]["stream"] == stream
    assert cli("record", "requisition.closed", "--stream", "pm-1", "--reason", "filled").code == 0


def test_an_entry_that_opens_a_stream_prints_the_new_stream(cli, ledger: Path) -> None:
    [made] = cli("record", "candidate.registered", "--name-from", "-", "-f", "json", stdin="Zoë").json["entries"]
    assert made["position"] == 15
    assert cli("log", "--stream", made["stream"], "-f", "json").json["entries"][0]["id"] == made["id"]
    args = ("--candidate", 15, "--requisition", "pm-1", "--route", "external")
    assert cli("record", "candidacy.opened", *args).code == 0
    assert body(cli, 16)["candidate"] == made["stream"]


def test_the_standard_in_force_is_filled_in_for_scorecards_and_decisions(cli, ledger: Path) -> None:
    cli("record", "stage.entered", "--stream", 6, "--stage", "onsite")
    assert cli("record", "scorecard.submitted", "--visit", 15, "--author", 2, "--rating", "craft=3.25").code == 0
    args = ("--visit", 15, "--outcome", "advance", "--automation", "none", "--decider", 2)
    assert cli("record", "decision.made", *args).code == 0
    standard = cli("log", "--after", 2, "--limit", 1, "-f", "json").json["entries"][0]["stream"]
    assert body(cli, 16)["ratings"] == [{"criterion": "craft", "score": 3_250_000}]
    for position in (16, 17):
        recorded = body(cli, position)
        assert (recorded["standard"], recorded["standard_version"]) == (standard, 1)


def test_the_version_in_force_when_it_happened_counts_not_the_newest(cli, ledger: Path) -> None:
    cli("standard", "adopt", "standard.toml")
    cli("requisition", "rebind", "pm-1", "--standard", "pm", "--why", "version 2", "--occurred", "2026-06-01")
    for day in ("2026-05-01", "2026-07-01"):
        cli("record", "stage.entered", "--stream", 6, "--stage", "onsite", "--occurred", day)
    rated = ("--author", 2, "--rating", "craft=4")
    cli("record", "scorecard.submitted", "--visit", 17, *rated, "--occurred", "2026-05-02")
    cli("record", "scorecard.submitted", "--visit", 18, *rated, "--occurred", "2026-07-02")
    assert [body(cli, position)["standard_version"] for position in (19, 20)] == [1, 2]


def test_times_are_kept_as_exactly_as_they_were_given(cli, ledger: Path) -> None:
    given = ("2026-07-03", "2026-07-03T10:15", "2026-07-03T10:15:30", "2026-07-03T10:15:30.5Z")
    for when in given:
        assert cli("record", "stage.entered", "--stream", 6, "--stage", "onsite", "--occurred", when).code == 0
    zone = "Asia/Shanghai"
    assert [body(cli, position)["occurred_at"] for position in (15, 16, 17, 18)] == [
        {"at": "2026-07-03", "zone": zone, "precision": "day"},
        {"at": "2026-07-03T10:15+08:00", "zone": zone, "precision": "minute"},
        {"at": "2026-07-03T10:15:30+08:00", "zone": zone, "precision": "instant"},
        {"at": "2026-07-03T18:15:30.500000+08:00", "zone": zone, "precision": "instant"},
    ]


def test_a_bulk_rejection_is_one_event_a_person_in_one_batch(cli, ledger: Path) -> None:
    requisition = cli("log", "--after", 3, "--limit", 1, "-f", "json").json["entries"][0]["stream"]
    lines: list[dict[str, Any]] = []
    for number in range(20):
        candidate, candidacy, visit = (f"01900000-0000-7000-8000-{kind}{number:011d}" for kind in "abc")
        decided = {
            "visit": visit,
            "outcome": "reject",
            "automation": "none",
            "reasons": [{"code": "below_bar", "criteria": ["craft"]}],
        }
        lines += [
            {"type": "candidate.registered", "stream": candidate, "body": {"name": f"Person {number}"}},
            {
                "type": "candidacy.opened",
                "stream": candidacy,
                "body": {"candidate": candidate, "requisition": requisition, "route": "campus"},
            },
            {"type": "stage.entered", "stream": candidacy, "id": visit, "body": {"stage": "onsite"}},
            {"type": "decision.made", "stream": candidacy, "body": decided},
        ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    ran = cli("record", "--from", "-", "-f", "json", stdin=text)
    assert ran.code == 0, ran.err
    assert [each["position"] for each in ran.json["entries"]] == list(range(15, 95))
    assert body(cli, 18)["standard_version"] == 1


def test_a_repeated_append_with_an_id_writes_once(cli, ledger: Path) -> None:
    own = "01900000-0000-7000-8000-0000000000aa"
    args = ("record", "stage.entered", "--stream", 6, "--stage", "onsite", "--id", own, "--occurred", "2026-07-03")
    first, second = cli(*args, "-f", "json").json, cli(*args, "-f", "json").json
    assert first == second
    assert cli("verify", "-f", "json").json["entries"] == 15


def test_points_in_json_are_points_only_when_said(cli, ledger: Path) -> None:
    cli("record", "stage.entered", "--stream", 6, "--stage", "onsite")
    visit = cli("log", "--after", 14, "-f", "json").json["entries"][0]["id"]
    actor = body(cli, 2)["person"]
    for score, flags in ((3.5, ("--points",)), (3_500_000, ())):
        rated = {"visit": visit, "author": actor, "ratings": [{"criterion": "craft", "score": score}]}
        line = json.dumps({"stream": "6", "body": rated})
        assert cli("record", "scorecard.submitted", "--from", "-", *flags, stdin=line).code == 0
    assert body(cli, 16)["ratings"] == body(cli, 17)["ratings"] == [{"criterion": "craft", "score": 3_500_000}]


def test_what_is_exported_is_what_is_hashed(cli, ledger: Path) -> None:
    lines = cli("export", "--format", "ndjson").out.encode().splitlines()
    found = cli("verify", "-f", "json").json
    assert [hashlib.sha256(b"\0" + line).digest() for line in lines] == [leaf_hash(line) for line in lines]
    assert Frontier(0, ()).extend([leaf_hash(line) for line in lines]).root().hex() == found["root"]
    assert cli("export", "--after", 3, "--upto", 5).out.encode().splitlines() == lines[3:5]


def test_the_log_never_opens_a_box_unasked(cli, ledger: Path) -> None:
    for form in ("table", "json", "csv"):
        assert "王小明" not in cli("log", "-f", form).out
    assert cli("log", "--open").code == 2
    assert "王小明" in cli("log", "--open", "--purpose", "audit").out


def test_the_log_can_be_narrowed(cli, ledger: Path) -> None:
    def positions(*args: object) -> list[int]:
        return [each["position"] for each in cli("log", *args, "-f", "json").json["entries"]]

    assert positions("--type", "decision.made") == [9]
    assert positions("--type", "policy.adopted", "--type", "screen.adopted.v1") == [10, 11]
    assert positions("--stream", "pm-1") == [4, 12]
    assert positions("--after", 12) == [13, 14]
    assert positions("--limit", 2) == [1, 2]
    assert positions("--type", "candidate.hired") == []
    assert cli("log", "--type", "nonsense").code == 4


def test_the_file_of_a_case_is_whole_in_order_and_harmless(cli, ledger: Path) -> None:
    shown = cli("case", 6)
    assert shown.code == 0
    blocks = {each["key"]: each for each in cli("case", 6, "-f", "json").json["blocks"]}
    said = "; ".join(each["says"] for each in blocks["timeline"]["rows"])
    assert "name: 王小明" in said
    assert "rationale: too thin" in said
    assert "ratings.1.score: 2;" in said
    assert "\\u001b[31m@example.com" in said
    assert "王小明" in shown.out
    assert "\x1b" not in shown.out
    assert "train" not in shown.out  # sealed on the requisition, whose texts may be about others
    assert "王小明" not in cli("case", 6, "--closed").out
    closed = cli("--lang", "zh", "case", 6, "--closed").out
    assert "已密封" in closed
    assert "[sealed]" not in closed
    assert cli("case", 5).code == 4


def test_a_case_in_json_is_its_entries_and_the_blocks_of_its_report(cli, ledger: Path) -> None:
    found = cli("case", 6, "-f", "json").json
    assert list(found) == ["candidacy", "report", "title", "stamp", "blocks", "entries"]
    assert [each["position"] for each in found["entries"]] == [4, 5, 6, 7, 8, 9, 12]
    blocks = {each["key"]: each for each in found["blocks"]}
    assert [each["entry"] for each in blocks["timeline"]["rows"]] == [4, 5, 6, 7, 8, 9, 12]
    assert blocks["about"]["rows"][0]["name"] == "王小明"
    assert [(each["decision"], each["implied"]) for each in blocks["decisions"]["rows"]] == [(9, "reject")]
    assert found["stamp"]["boxes"] == {"opened": 3, "gone": 0}
    closed = cli("case", 6, "--closed", "-f", "json").json
    assert {each["key"]: each for each in closed["blocks"]}["about"]["rows"][0]["name"] is None
    assert closed["stamp"]["boxes"] == {"opened": 0, "gone": 0}


def test_a_case_is_shown_as_it_was_known_then(cli, ledger: Path) -> None:
    found = cli("case", 6, "-f", "json", "--as-of", 8).json
    assert [each["position"] for each in found["entries"]] == [4, 5, 6, 7, 8]
    assert {each["key"]: each for each in found["blocks"]}["decisions"]["rows"] == []
    assert cli("case", 6, "--as-of", 5).code == 4


def test_a_case_is_written_as_reports_are_in_both_languages(cli, ledger: Path) -> None:
    assert cli("case", 6, "-f", "md").out.startswith("# Case file\n")
    assert cli("case", 6, "-f", "md", "--lang", "zh").out.startswith("# 个人档案\n")
    assert cli("report", "case").code == 4
    assert "case" not in [each["name"] for each in cli("report", "-f", "json").json["reports"]]


def test_that_a_case_was_opened_is_kept_with_its_purpose(cli, ledger: Path) -> None:
    from evenhand import Ledger

    cli("case", 6, "--purpose", "answer to the candidate")
    with Ledger.open(ledger) as opened:
        kept = opened.vault.openings()
    assert [(each.purpose, each.how_many) for each in kept] == [("answer to the candidate", 3)]


def test_the_rules_can_be_replayed(cli, ledger: Path) -> None:
    ran = cli("verify", "--rules", "-f", "json")
    assert ran.code == 0, ran.out
    assert not any("refusals" in each for each in ran.json["not_checked"])
    assert any("refusals" in each for each in cli("verify", "-f", "json").json["not_checked"])


def test_an_erasure_asks_first_and_leaves_codes_and_times(cli, ledger: Path) -> None:
    assert cli("erase", 5, "--ground", "request").code == 2
    assert cli("erase", 5, "--ground", "whim", "--yes").code == 4
    assert cli("erase", 5, "--ground", "request", "--yes").code == 0
    shown = cli("case", 6).out
    assert "王小明" not in shown
    assert "name: [erased]" in shown
    found = cli("case", 6, "-f", "json").json
    assert found["stamp"]["boxes"] == {"opened": 0, "gone": 3}
    assert {each["key"]: each for each in found["blocks"]}["decisions"]["rows"][0]["outcome"] == "reject"
    assert cli("verify").code == 0


def test_nobody_under_a_hold_is_erased(cli, ledger: Path) -> None:
    ran = cli("erase", 13, "--ground", "request", "--yes")
    assert ran.code == 5
    assert "a legal hold is in force; release it first: evenhand hold release" in ran.err
    assert cli("hold", "release", 14).code == 0
    assert cli("erase", 13, "--ground", "request", "--yes").code == 0
    assert [each["state"] for each in cli("hold", "list", "-f", "json").json["holds"]] == ["released"]


def test_actions_are_open_overdue_or_done(cli, ledger: Path) -> None:
    def states() -> list[str]:
        return [each["state"] for each in cli("action", "list", "-f", "json").json["actions"]]

    args = ("action", "agree", "--stream", "pm-1", "--owner", 2, "--text-from", "action.txt")
    assert cli(*args, "--due", "2999-01-01").code == 0
    assert states() == ["overdue", "open"]
    assert cli("action", "complete", "--action", 12, "--result", "done").code == 0
    assert states() == ["done", "open"]


def test_adopting_the_same_text_again_writes_nothing_and_says_so(cli, ledger: Path) -> None:
    first = cli("standard", "adopt", "standard.toml", "-f", "json")
    again = cli("standard", "adopt", "standard.toml", "-f", "json")
    assert first.json == again.json
    assert again.problems == ["version 2 of pm says this already, as entry 15; nothing was written"]
    assert cli("verify", "-f", "json").json["entries"] == 15
    shown = cli("standard", "show", "pm").out
    (ledger / "shown.toml").write_text(shown)
    assert "says this already" in cli("standard", "adopt", "shown.toml").err


@pytest.mark.parametrize("kind", ["standard", "policy", "screen"])
def test_versions_are_adopted_listed_shown_and_compared(kind: str, cli, ledger: Path) -> None:
    assert cli(kind, "adopt", f"{kind}.toml").code == 0
    [listed] = [each for name, each in cli(kind, "list", "-f", "json").json.items() if name]
    assert [each["version"] for each in listed] == [1, 2]
    code = () if kind == "screen" else (listed[0]["code"],)
    one, two = (cli(kind, "show", *code, "--version", version).out for version in (1, 2))
    assert one != two
    name = code[0] if code else ""
    lines = cli(kind, "diff", f"{name}@1", f"{name}@2").out.splitlines()
    assert [line for line in lines if line.startswith("-")][1:]
    assert cli(kind, "diff", f"{name}@2", f"{name}@2").out == ""
    assert cli(kind, "show", *code, "--version", 3).code == 4


def test_a_version_with_another_text_under_the_same_number_is_refused(cli, ledger: Path) -> None:
    text = "standard_version = 1\n" + (ledger / "standard.toml").read_text()
    (ledger / "standard.toml").write_text(text)
    ran = cli("standard", "adopt", "standard.toml")
    assert ran.code == 5
    assert ran.problems == [
        "standard.toml: standard.adopted.v1: version 1 has been adopted already; adopt the next number"
    ]


def test_a_requisition_is_opened_from_a_file_with_the_newest_versions(cli, ledger: Path) -> None:
    cli("standard", "adopt", "standard.toml")
    assert cli("requisition", "open", "requisition.toml").code == 0
    assert cli("requisition", "close", "pm-2", "--reason", "filled").code == 0
    listed = cli("requisition", "list", "-f", "json").json["requisitions"]
    assert [(each["code"], each["standard_version"], each["state"]) for each in listed] == [
        ("pm-1", 1, "open"),
        ("pm-2", 2, "closed"),
    ]


def test_a_team_looks_back_from_the_command_line(cli, ledger: Path) -> None:
    opened = cli(
        "retrospective", "open", "--period-from", "2025-01-01", "--period-to", "2025-03-31", "--zone", "Asia/Shanghai",
        "--requisition", "pm-1", "-f", "json",
    )  # fmt: skip
    assert opened.code == 0
    [listed] = cli("retrospective", "list", "-f", "json").json["retrospectives"]
    assert (listed["requisitions"], listed["participants"]) == (1, 0)
    at = listed["position"]
    area = ("--direction", "fell_short", "--area", "deciding", "--text-from", "lesson.txt")
    assert cli("lesson", "record", "--stream", at, *area, "--evidence", 8, "--evidence", 9).code == 0
    [lesson] = cli("lesson", "list", "-f", "json").json["lessons"]
    assert lesson["evidence"] == 2
    agreed = ("--owner", 2, "--due", "2999-01-01", "--lesson", lesson["position"], "--text-from", "action.txt")
    assert cli("action", "agree", "--stream", at, *agreed).code == 0
    action = cli("action", "list", "-f", "json").json["actions"][-1]
    assert cli("action", "complete", "--action", action["position"], "--result", "done").code == 0
    reported = cli("report", "retrospective", "--period", "2026-01-01..2098-12-31", "-f", "json")  # today is in it
    blocks = {each["key"]: each for each in reported.json["blocks"]}
    assert [each["rests_on"] for each in blocks["lesson_texts"]["rows"]] == [[8, 9]]
    [counted] = blocks["actions_counted"]["rows"]
    assert (counted["agreed"], counted["done"], counted["overdue"]) == (1, 1, 1)


def test_what_was_recorded_on_the_wrong_candidacy_is_in_the_files_of_both_and_says_where_it_counts(
    cli, ledger: Path
) -> None:
    entries = {each["position"]: each for each in cli("log", "-f", "json").json["entries"]}
    wrong, right = entries[6]["stream"], uid("right")
    body = {"candidate": entries[13]["stream"], "requisition": entries[4]["stream"], "route": "external"}
    told = {"about": "status", "channel": "phone", "text": "We decide on Friday."}
    with Ledger.open(ledger) as opened:
        opened.append([Draft("candidacy.opened.v1", right, body)])
        [notice] = opened.append([Draft("notice.given.v1", wrong, told)])
        moved = {"target": notice.id, "kind": "wrong_candidacy", "fields": {"candidacy": right}}
        [correction] = opened.append([Draft("entry.corrected.v1", wrong, moved)])

    def said(candidacy: str) -> dict[int, tuple[str | None, str]]:
        blocks = {each["key"]: each for each in cli("case", candidacy, "-f", "json").json["blocks"]}
        return {each["entry"]: (each["corrected"], each["says"]) for each in blocks["timeline"]["rows"]}

    there, here = said(wrong), said(right)
    assert there[notice.position][0] == f"moved to {right} by entry {correction.position}: counts there"
    assert "We decide on Friday." in there[notice.position][1]
    assert here[notice.position][0] == f"moved here from {wrong} by entry {correction.position}"
    assert "We decide on Friday." not in here[notice.position][1]
    assert "So does what is sealed in an entry moved here" in cli("case", right).out
    assert "So does what is sealed in an entry moved here" not in cli("case", wrong).out
    earlier = {each["key"]: each for each in cli("case", right, "-f", "json", "--as-of", 16).json["blocks"]}
    assert notice.position not in [each["entry"] for each in earlier["timeline"]["rows"]]
