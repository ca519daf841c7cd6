"""A report says the same in both languages; only what people read is translated."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from build import uid
from evenhand import render
from evenhand.render.making import CaseFile

HAN = re.compile(r"[\u4e00-\u9fff]")
READ = frozenset(
    (
        *("title", "label", "values", "absent", "of", "notes", "why", "sentence", "method", "none", "paragraphs"),
        *("along", "up"),
    )
)


def shape(value: Any) -> Any:
    """What machines read of a JSON value: every name, code and number, without what is written for people."""
    if isinstance(value, dict):
        return {name: None if name in READ else shape(each) for name, each in value.items() if name != "lang"}
    return [shape(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", ["case", "consistency", "fairness", "latency", "retrospective"])
def test_names_codes_and_numbers_are_never_translated(world: Any, opened: Any, name: str) -> None:
    world.fare("captain", {"w": (12, 9), "b": (12, 4)})
    world.say("retrospective.opened", "retro", "2026-05-02T09:00:00Z", period_from="2026-01-01", period_to="2026-03-31",
              zone="Europe/Berlin")  # fmt: skip
    facts = opened(world)
    file = CaseFile(uid("captain w 0"), None, ()) if name == "case" else None
    asked = {"period": "2026Q1", "answers": world.answers, "file": file}
    found = {
        lang: json.loads(render.write(render.build(name, facts, lang=lang, **asked), "json")) for lang in ("en", "zh")
    }
    assert shape(found["zh"]) == shape(found["en"])
    titles = [each["title"] for each in found["zh"]["blocks"]]
    assert [each for each in titles if not HAN.search(each)] == []
