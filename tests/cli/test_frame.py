from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenhand.cli import loading
from evenhand.cli.frame import root
from evenhand.errors import EvenhandError, InputError, TamperedError, UnavailableError

HEAVY = ("adbc_driver_manager", "duckdb", "numpy", "pandas", "scipy", "statsmodels")


def evenhand(*args: object, env: dict[str, str] | None = None, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evenhand", *map(str, args)]
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**surroundings, **(env or {})}, **options
    )


def loaded(*commands: tuple[object, ...], cwd: Path) -> set[str]:
    """Run commands in one process of their own and answer with the modules they left in memory."""
    code = (
        "import sys, json; from evenhand.cli.frame import run\n"
        "codes = [run(each) for each in json.loads(sys.argv[1])]\n"
        "sys.stderr.write('loaded ' + ' '.join(sys.modules)); sys.exit(max(codes))"
    )
    given = json.dumps([[str(each) for each in command] for command in commands])
    done = subprocess.run([sys.executable, "-c", code, given], capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("loaded ")[2].split())


def test_commands_on_entries_load_no_data_libraries(ledger: Path) -> None:
    commands = (
        ("record", "stage.entered", "--stream", "6", "--stage", "onsite"),
        ("record", "--help"),
        ("log", "--limit", "3"),
        ("verify", "--rules"),
        ("export",),
        ("standard", "list"),
        ("explain", "told_twice"),
    )
    assert [name for name in HEAVY if name in loaded(*commands, cwd=ledger)] == []


def test_a_report_that_tests_nothing_loads_no_statistics_and_no_other_format(ledger: Path) -> None:
    modules = loaded(("report", "latency", "-f", "html"), cwd=ledger)
    other = ("scipy", "evenhand.render.terminal", "evenhand.render.fairness", "evenhand.render.worksheet")
    assert [name for name in other if name in modules] == []
    assert "evenhand.render.board" in modules


def test_the_roots_help_loads_no_command_and_no_database(tmp_path: Path) -> None:
    modules = loaded(("--help",), cwd=tmp_path)
    assert [name for name in ("pydantic", "sqlalchemy", "rich", "evenhand.ledger", *HEAVY) if name in modules] == []
    assert [name for name in modules if name.startswith("evenhand.cli.commands.")] == []


def test_the_roots_help_takes_at_most_twice_the_import_of_typer_and_rich(tmp_path: Path) -> None:
    def seconds(*command: str) -> float:
        took = []
        for _ in range(5):
            before = os.times()
            subprocess.run([sys.executable, *command], capture_output=True, check=True, cwd=tmp_path)
            after = os.times()
            took.append(after.children_user + after.children_system - before.children_user - before.children_system)
        return min(took)

    bare = seconds("-c", "import typer, rich")
    helped = seconds("-m", "evenhand", "--help")
    assert helped <= 2 * bare + 0.02  # the clock of a process ticks in hundredths


def raising(error: BaseException):
    def function() -> None:
        raise error

    return function


def exit_code_of(error: BaseException, cli, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    monkeypatch.setattr("evenhand.cli.frame.load", lambda _: loading.command_of("log", raising(error)))
    ran = cli("log")
    assert ran.out == ""
    return ran.code, ran.problems


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("a", "b"), 4),
        (TamperedError("a", "b"), 3),
        (UnavailableError("a", "b"), 6),
        (EvenhandError("a", "b"), 70),
    ],
    ids=lambda each: type(each).__name__,
)
def test_each_problem_is_one_line_and_the_code_says_who_must_act(error, code, cli, monkeypatch) -> None:
    assert exit_code_of(error, cli, monkeypatch) == (code, ["a", "b"])


def test_a_bug_is_called_a_bug_in_one_sentence_without_a_value(cli, monkeypatch) -> None:
    code, problems = exit_code_of(ValueError("王小明 was rejected"), cli, monkeypatch)
    assert code == 70
    assert len(problems) == 1
    assert problems[0].startswith("this is a bug in evenhand (ValueError")
    assert "王小明" not in problems[0]


def test_a_traceback_is_shown_only_to_who_asks_for_it(cli, monkeypatch) -> None:
    monkeypatch.setenv("EVENHAND_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        exit_code_of(ZeroDivisionError(), cli, monkeypatch)


def test_an_interruption_leaves_with_130(cli, monkeypatch) -> None:
    assert exit_code_of(KeyboardInterrupt(), cli, monkeypatch) == (130, ["", "interrupted"])


def test_a_reader_who_leaves_early_is_no_error(ledger: Path) -> None:
    code = f"{sys.executable} -m evenhand export | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False, cwd=ledger)
    assert (done.returncode, done.stderr) == (0, "")


def test_control_c_stops_a_command_that_waits(tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-m", "evenhand", "init", "--actor-name-from", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
    )
    time.sleep(3)
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args",
    [("--nosuch",), ("log", "--nosuch"), ("log", "--after", "x"), ("nosuch",), ("record",), ("standard", "nosuch")],
    ids=" ".join,
)
def test_a_misuse_is_one_line_with_where_to_read_on(args, cli, ledger: Path) -> None:
    ran = cli(*args)
    assert (ran.code, ran.out, len(ran.problems)) == (2, "", 1)
    assert "--help" in ran.problems[0]


def test_no_arguments_at_all_show_the_help(cli) -> None:
    ran = cli()
    assert ran.code == 2
    assert ran.out.startswith("Usage: evenhand")


def test_the_version_is_printed(cli) -> None:
    assert cli("--version").out.startswith("evenhand 0.")


def test_the_ledger_is_found_by_flag_before_variable_before_folder(cli, small: Path, ledger: Path, tmp_path) -> None:
    nowhere = tmp_path / "nowhere"
    assert cli("log", "--limit", 1).code == 0
    assert cli("log", EVENHAND_LEDGER=str(nowhere)).code == 6
    assert cli("--ledger", small, "log", "--limit", 1, EVENHAND_LEDGER=str(nowhere)).code == 0


def test_a_folder_without_a_ledger_is_said_with_the_remedy(cli, tmp_path: Path) -> None:
    for command in (("log",), ("verify",), ("export",), ("check",), ("case", "1"), ("record", "stage.entered")):
        ran = cli("--ledger", tmp_path / "none", *command)
        assert (ran.code, ran.out) == (6, "")
        assert "there is no ledger here; make one with: evenhand init" in ran.err


def test_a_misspelt_variable_is_said(cli, ledger: Path) -> None:
    ran = cli("config", "show", EVENHAND_LEGDER="x")
    assert ran.code == 0
    assert ran.problems == ["EVENHAND_LEGDER means nothing here; see: evenhand config show"]


def test_a_wrong_setting_is_refused_by_name(cli, ledger: Path) -> None:
    ran = cli("log", EVENHAND_LANG="fr")
    assert ran.code == 4
    assert ran.problems == ["EVENHAND_LANG is not one of en, zh"]


def test_a_format_that_a_command_does_not_print_is_said(cli, ledger: Path) -> None:
    assert cli("log", "-f", "html").problems == ["--format: this command prints table, json, csv, not html"]
    assert cli("log", EVENHAND_FORMAT="json").json["entries"]


def test_settings_are_shown_with_who_decided_them(cli, ledger: Path) -> None:
    (ledger / "evenhand.toml").write_text('lang = "zh"\nzone = "Asia/Shanghai"\n')
    shown = {
        each["name"]: each for each in cli("config", "show", "-f", "json", EVENHAND_FORMAT="table").json["settings"]
    }
    assert shown["zone"]["value"] == "Asia/Shanghai"
    assert shown["zone"]["decided_by"].endswith("evenhand.toml")
    assert cli("config", "path").out.strip() == str(ledger / "evenhand.toml")


def test_the_words_follow_the_language(cli, ledger: Path) -> None:
    assert "14 条记录" in cli("--lang", "zh", "verify").out
    assert cli("verify", LANG="zh_CN.UTF-8").out.startswith("完好")
    assert cli("verify").out.startswith("ok: 14 entries")


def test_the_module_can_be_run_like_the_script(tmp_path: Path) -> None:
    assert evenhand("--version", cwd=tmp_path).stdout.startswith("evenhand ")


def test_the_root_has_a_command_for_every_room_of_the_brief() -> None:
    wanted = "init standard policy screen record log case project sql report replay check verify export retrospective"
    there = root().list_commands(None)
    assert [name for name in f"{wanted} lesson action hold erase explain config".split() if name not in there] == []
