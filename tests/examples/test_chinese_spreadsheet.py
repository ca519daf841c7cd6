"""The example of a Chinese candidate sheet runs as its README says, and bends nothing."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenhand.cli.frame import run

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chinese-spreadsheet"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def ask(command: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(shlex.split(command)[1:])
    assert code == 0, f"{command}: {err.getvalue()}"
    out.flush()
    out.seek(0)
    return out.read()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What the commands of the README print, run in order in a copy of the folder."""
    folder = tmp_path_factory.mktemp("example") / "sheet"
    shutil.copytree(EXAMPLE, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("EVENHAND_LEDGER", str(folder.parent / "ledger"))
        for name in ("EVENHAND_LANG", "LC_ALL", "LANG"):
            patch.delenv(name, raising=False)
        patch.setattr("sys.stdin", io.StringIO())
        yield [ask(command) for command in COMMANDS]


@pytest.fixture(scope="module")
def entries(said: list[str]) -> list[dict[str, Any]]:
    assert said
    return [json.loads(line) for line in ask("evenhand export --format ndjson").splitlines()]


def bodies(entries: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each["body"] for each in entries if each["type"].rpartition(".v")[0] == kind]


def test_every_row_comes_in_once(said: list[str], entries: list[dict[str, Any]]) -> None:
    assert "nothing new, nothing written" in said[COMMANDS.index(COMMANDS[3]) + 1]
    again = json.loads(ask("evenhand import 候选人.xlsx --map mapping.toml -f json"))
    assert (again["read"], again["unchanged"], again["unmapped_columns"]) == (5, 5, [])
    assert len(bodies(entries, "candidacy.opened")) == 5


def test_the_three_words_become_three_outcomes_and_giving_up_is_no_rejection(entries: list[dict[str, Any]]) -> None:
    outcomes = Counter(each["outcome"] for each in bodies(entries, "decision.made"))
    assert outcomes == {"advance": 3, "reject": 2, "defer": 1}
    [withdrawn] = bodies(entries, "candidacy.withdrawn")
    assert withdrawn["reason_code"] == "personal"
    reasons = [[reason["code"] for reason in each["reasons"]] for each in bodies(entries, "decision.made")]
    assert sorted(reasons) == [[], [], [], [], ["filled"], ["skills"]]


def test_chinese_dates_are_days_in_shanghai_whether_text_or_date_cells(entries: list[dict[str, Any]]) -> None:
    opened = [each["occurred_at"]["at"] for each in bodies(entries, "candidacy.opened")]
    assert opened == ["2026-07-03", "2026-07-03", "2026-07-06", "2026-07-06", "2026-07-07"]
    told = [each["occurred_at"] for each in bodies(entries, "notice.given")]
    assert [each["at"] for each in told] == ["2026-07-14", "2026-07-10"]
    assert all(each["zone"] == "Asia/Shanghai" and each["precision"] == "day" for each in told)


def test_no_name_and_no_comment_stands_in_the_clear(entries: list[dict[str, Any]]) -> None:
    text = json.dumps(entries, ensure_ascii=False)
    assert "示例" not in text
    assert "王敏" not in text
    assert "用户研究讲不出" not in text


def test_a_word_that_the_mapping_does_not_know_is_sent_back(said: list[str], tmp_path: Path) -> None:
    assert said
    header = (
        "候选人编号,姓名,手机号,应聘职位,来源渠道,投递日期,一面日期,一面面试官,一面结果,一面评价,二面日期,二面面试官,"
    )
    header += "二面结果,二面评价,淘汰原因,通知日期,通知方式"
    row = "H-009,示例己,,产品经理,内推,2026年7月3日,2026年7月8日,王敏,通过,,,,,,气场不合,,"
    path = tmp_path / "more.csv"
    path.write_text(f"标题\n{header}\n{row}\n", encoding="utf-8")
    with contextlib.redirect_stderr(io.StringIO()) as err:
        assert run(["import", str(path), "--map", "mapping.toml"]) == 4
    assert "一面结果/淘汰原因 is none of" in err.getvalue()
    assert "气场不合" not in err.getvalue()
