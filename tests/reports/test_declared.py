"""What ``report.toml`` may say, and a company's own reports beside its ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evenhand import render
from evenhand.errors import InputError
from evenhand.render.builders import BUILDERS, builder
from evenhand.render.declare import catalogue
from reading import block, records

OWN = """
title = { en = "Who decided", zh = "谁作的决定" }
question = { en = "How many are there?" }

[[block]]
key = "decisions"
table = "decision_effective"
order = ["decided_day", "decision"]
limit = 2
title = { en = "Decisions" }
of = { en = "decisions" }
[[block.column]]
key = "decision"
kind = "position"
label = { en = "Entry" }
[[block.column]]
key = "outcome"
kind = "code"
label = { en = "Outcome" }
codes.advance = { en = "goes on" }
[[block.column]]
key = "decided_from"
kind = "instant"
label = { en = "When" }
[[block.column]]
key = "final"
label = { en = "Final" }
"""


def own(folder: Path, text: str = OWN, name: str = "who_decided") -> Path:
    (folder / "reports" / name).mkdir(parents=True)
    (folder / "reports" / name / "report.toml").write_text(text, encoding="utf-8")
    return folder


def test_our_reports_name_every_builder_there_is() -> None:
    declared = catalogue()
    assert {"consistency", "fairness", "latency", "retrospective"} <= set(declared)
    assert {each.builder for one in declared.values() for each in one.declared.block} == set(BUILDERS)


def test_every_builder_that_can_be_named_is_there() -> None:
    assert all(callable(builder(name)) for name in BUILDERS)


def test_every_label_of_ours_is_there_in_chinese() -> None:
    def untranslated(value: Any) -> list[Any]:
        if isinstance(value, dict):
            here = [value] if "en" in value and not value.get("zh") else []
            return here + [each for inner in value.values() for each in untranslated(inner)]
        return [each for inner in value for each in untranslated(inner)] if isinstance(value, list) else []

    for one in catalogue().values():
        assert untranslated(json.loads(one.declared.model_dump_json())) == []


def test_a_ledgers_own_report_shows_a_projection_and_is_named_in_the_stamp(
    world: Any, opened: Any, tmp_path: Path
) -> None:
    world.post("captain")
    for each in range(3):
        world.candidate(f"c{each}", "captain")
        world.decide(f"c{each}", "advance", 80)
    report = render.build("who_decided", opened(world), folder=own(tmp_path))
    table = block(report, "decisions")
    assert [row["outcome"] for row in records(table)] == ["advance", "advance"]
    assert records(table)[0]["decided_from"] == "2026-02-10T09:00:00.000000Z"
    assert records(table)[0]["final"] == "true"
    assert (table.n, table.notes) == (3, ("2 of 3 shown.",))
    assert report.stamp.custom == ("reports/who_decided",)
    assert "goes on" in render.write(report, "table")


def test_without_custom_files_a_ledgers_own_report_is_not_there(world: Any, opened: Any, tmp_path: Path) -> None:
    folder = own(tmp_path)
    assert "who_decided" in render.names(folder)
    assert "who_decided" not in render.names(folder, custom=False)
    with pytest.raises(InputError, match="no report of this name; expected one of communication"):
        render.build("who_decided", opened(world), folder=folder, custom=False)


def test_a_report_that_bears_the_name_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bears the name of a built-in report"):
        catalogue(own(tmp_path, name="latency"))


def test_a_ledgers_own_report_cannot_call_a_builder(tmp_path: Path) -> None:
    text = OWN.replace('table = "decision_effective"', 'builder = "told"').replace(
        'order = ["decided_day", "decision"]\n', ""
    )
    with pytest.raises(InputError, match="has a builder"):
        catalogue(own(tmp_path, text))


def test_columns_can_share_what_their_codes_mean(tmp_path: Path) -> None:
    shared = OWN.replace('codes.advance = { en = "goes on" }', 'codes = "how"')
    shared += '[codes.how]\nadvance = { en = "goes on" }\n'
    (column,) = (
        each
        for each in catalogue(own(tmp_path, shared))["who_decided"].declared.block[0].column
        if each.key == "outcome"
    )
    assert column.codes["advance"].en == "goes on"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('key = "outcome"', 'key = "outcome; drop"', "string should match"),
        ('key = "outcome"', 'key = "decision"', "a column is named twice"),
        ('codes.advance = { en = "goes on" }', 'codes = "how"', "column outcome names codes that are not declared"),
        ("[[block]]", "[block]", "input should be a valid"),
        ("limit = 2", "limit = 0", "greater than or equal to 1"),
        ("limit = 2", "limits = 2", "extra inputs are not permitted"),
        ('kind = "code"', 'kind = "colour"', "input should be"),
        ("title = {", "title = ", "not TOML"),
        ('table = "decision_effective"', "", "either a builder or a table"),
    ],
)
def test_a_report_that_does_not_say_what_it_should_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as refused:
        catalogue(own(tmp_path, OWN.replace(before, after, 1)))
    assert all("who_decided/report.toml" in problem for problem in refused.value.problems)


TREND = """
[block.chart]
kind = "trend"
along = "outcome"
values = ["decision"]
"""


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (TREND, "the chart's values names a column of a kind that cannot be drawn so"),
        (TREND.replace('"outcome"', '"elsewhere"'), "the chart's along names no column of the block"),
        (TREND.replace('along = "outcome"', ""), "a chart of kind trend needs along"),
        (TREND + 'lane = "outcome"', "a chart of kind trend has no lane"),
        (TREND.replace("trend", "pie"), "input should be"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused_with_its_place(tmp_path: Path, chart: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        catalogue(own(tmp_path, OWN + chart))
    assert all("who_decided/report.toml: block" in problem for problem in refused.value.problems)


def test_a_ledgers_own_report_may_have_a_picture_and_leads_to_its_columns(
    world: Any, opened: Any, tmp_path: Path
) -> None:
    world.post("captain")
    world.candidate("c", "captain")
    world.decide("c", "advance", 80)
    drawn = OWN.replace('"decided_from"\nkind = "instant"', '"decided_day"\nkind = "day"')
    folder = own(tmp_path, drawn + '[block.chart]\nkind = "calendar"\nday = "decided_day"\n')
    shown = render.write(render.build("who_decided", opened(world), folder=folder), "html")
    assert 'class="picture wide calendar"' in shown
    assert '<a href="#projection-decision_effective-decided_day">When</a>' in shown


def test_a_column_the_projection_lacks_is_said_so(world: Any, opened: Any, tmp_path: Path) -> None:
    folder = own(tmp_path, OWN.replace('key = "final"', 'key = "finale"'))
    with pytest.raises(InputError, match="lacks a column"):
        render.build("who_decided", opened(world), folder=folder)


def test_a_projection_that_is_not_there_is_said_so(world: Any, opened: Any, tmp_path: Path) -> None:
    folder = own(tmp_path, OWN.replace("decision_effective", "decision_ineffective"))
    with pytest.raises(InputError, match="no projection decision_ineffective"):
        render.build("who_decided", opened(world), folder=folder)


def test_an_unknown_format_language_or_period_is_refused(world: Any, opened: Any) -> None:
    facts = opened(world)
    with pytest.raises(InputError, match="expected one of table, md, json, csv"):
        render.write(render.build("latency", facts), "docx")
    with pytest.raises(InputError, match="expected one of en"):
        render.build("latency", facts, lang="fr")
    with pytest.raises(InputError, match="expected 2026"):
        render.build("latency", facts, period="lately")


def test_the_stamp_names_what_the_report_was_made_from(world: Any, opened: Any) -> None:
    facts = opened(world)
    stamp = render.build("latency", facts, period="2026Q2").stamp
    assert (stamp.origin, stamp.position, stamp.checked) == ("example.com/hiring", 4, True)
    assert stamp.root == facts.root
    assert (stamp.instant, stamp.zone) == ("2026-06-01T00:00:00.000000Z", "Europe/Berlin")
    assert (stamp.period_from, stamp.period_to) == ("2026-04-01", "2026-06-30")
    assert {each.name for each in stamp.projections} >= {"notice_latency", "deadline", "promise", "candidacy"}
    assert [name for name, _ in stamp.versions] == ["evenhand", "duckdb", "pandas", "numpy", "scipy", "babel", "jinja2"]


def test_facts_that_were_not_checked_name_no_root(world: Any, opened: Any) -> None:
    from dataclasses import replace

    report = render.build("latency", replace(opened(world), trusted=False))
    assert (report.stamp.root, report.stamp.checked) == (None, False)
    assert "not checked against the log" in render.write(report, "md")


def test_imported_entries_have_their_share_in_the_stamp(world: Any, opened: Any) -> None:
    from build import uid

    world.say(
        "import.begun", "ledger", "2026-01-02T00:00:00Z", system="ats", layout="csv", source_digest="00" * 32, records=1
    )
    batch = uid(f"entry {len(world.events)}")
    world.say("candidate.registered", "p", "2026-01-02T00:00:00Z", key_commitment="00" * 32)
    world.events[-1][3]["batch"] = batch
    assert render.build("latency", opened(world)).stamp.imported == 1
