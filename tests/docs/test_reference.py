from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from types import ModuleType

import pytest

from docs.blocks import ROOT
from evenhand import errors
from evenhand.cli.frame import root
from evenhand.config import NAMES, SECRETS
from evenhand.errors import EvenhandError
from evenhand.events.registry import REGISTRY
from evenhand.importers import cells, compiling, form, greenhouse_settings
from evenhand.models import catalogue
from evenhand.resources import shelf
from evenhand.rules.check import RULE_SETS
from evenhand.texts.checks import CHECKS

REFERENCE = ROOT / "docs" / "reference"
MADE = ("commands", "events", "findings", "projections", "reports", "rules", "tables", "text-checks")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "scripts" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_tool"] = module
    spec.loader.exec_module(module)
    return module


def read(page: str) -> str:
    return (REFERENCE / f"{page}.md").read_text(encoding="utf-8")


def headings(page: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", read(page), re.MULTILINE))


def test_the_pages_that_are_made_are_these(tool: ModuleType) -> None:
    assert sorted(tool.PAGES) == [f"{each}.md" for each in MADE]


@pytest.mark.parametrize("page", MADE)
def test_a_page_made_from_the_code_says_what_the_code_says(tool: ModuleType, page: str) -> None:
    assert read(page) == tool.page(f"{page}.md"), "run python scripts/docs.py and commit what it writes"


def test_every_command_is_documented() -> None:
    top = root()
    context = top.context_class(top, info_name="evenhand")
    wanted = {f"evenhand {each}" for each in top.list_commands(context)}
    assert wanted - headings("commands") == set()


def test_every_type_of_event_is_documented() -> None:
    assert set(REGISTRY.topics) - headings("events") == set()


def test_every_projection_is_documented() -> None:
    assert set(catalogue()) - headings("projections") == set()


def test_every_report_is_documented() -> None:
    assert {each.parent.name for each in shelf("reports").glob("*/report.toml")} - headings("reports") == set()


def test_every_finding_is_documented() -> None:
    declared = tomllib.loads((shelf("projections") / "finding.toml").read_text(encoding="utf-8"))
    assert set(declared) - headings("findings") == set()


def test_every_refusal_is_documented() -> None:
    text = read("rules")
    assert [each.name for rules in RULE_SETS.values() for each in rules if f"`{each.name}`" not in text] == []


def test_every_check_of_a_text_is_documented_with_what_was_measured_in_each_language() -> None:
    text = read("text-checks")
    assert [each.id for each in CHECKS if text.count(f"| `{each.id}` |") < 3] == []


def test_every_setting_is_documented() -> None:
    text = read("configuration")
    wanted = [*NAMES, *(f"EVENHAND_{name.upper()}" for name in NAMES), *SECRETS]
    assert [each for each in wanted if f"`{each}`" not in text] == []


def test_every_exit_status_is_documented_with_its_error() -> None:
    text = read("exit-codes")
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, EvenhandError)]
    rows = dict(re.findall(r"^\| (\d+) \| (.*) \|$", text, re.MULTILINE))
    assert list(rows) == ["0", "1", "2", "3", "4", "5", "6", "70", "130"]
    wrong = [each.__name__ for each in classes if f"`{each.__name__}`" not in rows[str(each.exit_code)]]
    assert wrong == []


def test_every_key_that_a_mapping_may_have_is_in_its_reference() -> None:
    page = (ROOT / "docs/reference/mapping.md").read_text(encoding="utf-8")
    keys = (
        compiling.TOP
        | compiling.EVENT
        | cells.SPEC
        | form.JOIN
        | greenhouse_settings.TOP
        | set(greenhouse_settings.RATINGS)
    )
    lost = [each for each in sorted(keys) if not re.search(rf"`\[*{re.escape(each)}\]*`", page)]
    assert lost == []
