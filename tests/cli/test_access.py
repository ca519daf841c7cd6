"""A person who asks is shown all that is held on them, in their language, and nobody else's texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

import greenhouse
from evenhand.cli.both import CODES, FIELDS, TYPES, field_said, type_said, value_said
from evenhand.events.base import StreamKind
from evenhand.events.registry import REGISTRY
from evenhand.importers import run
from hiring import Hiring, open_hiring
from sheets import ADA, BO, Sheets, open_sheets

PEOPLE = (StreamKind.CANDIDATE, StreamKind.CANDIDACY)


def of_people() -> list[str]:
    topics = [each for each in REGISTRY.topics if set(REGISTRY.event_class(each).STREAMS) & set(PEOPLE)]
    return [*topics, "hold.placed.v1", "hold.released.v1"]


def said_by(annotation: Any, met: set[Any]) -> Iterator[tuple[str, str]]:
    """Yield every field and code that lies within a class."""
    if get_origin(annotation) is Literal:
        yield from (("code", str(each)) for each in get_args(annotation) if isinstance(each, str))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in met:
            met.add(annotation)
            for name, field in annotation.model_fields.items():
                yield "field", name
                yield from said_by(field.annotation, met)
    else:
        for each in get_args(annotation):
            yield from said_by(each, met)


@pytest.mark.parametrize("topic", of_people())
def test_all_that_can_be_held_on_a_person_is_said_in_chinese(topic: str) -> None:
    assert topic.rpartition(".v")[0] in TYPES
    for kind, name in said_by(REGISTRY.event_class(topic), set()):
        assert name in (FIELDS if kind == "field" else CODES), f"{topic}: {name}"


def test_both_languages_stand_side_by_side() -> None:
    assert type_said("decision.made.v1") == "decision made · 作出决定"
    assert field_said("ratings.1.score") == "ratings 1 score · 评分 1 分数"
    assert value_said("reject") == "reject · 不通过"
    assert value_said("Ada") == "Ada"


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Sheets]:
    made = open_sheets(tmp_path)
    run(made.hiring.ledger, made.csv(ADA, BO), mapping=made.mapping)
    yield made
    made.hiring.ledger.close()


def stream_of(sheets: Sheets, person: str) -> str:
    found = sheets.hiring.ledger.vault.find("sheet", "candidate", person)
    assert found is not None
    return found


def test_everything_imported_on_a_person_is_shown_and_nothing_of_others(cli, imported: Sheets) -> None:
    ada = stream_of(imported, "p-1")
    imported.hiring.ledger.close()
    shown = cli("--ledger", imported.folder / "ledger", "access", ada).out
    for text in ("Ada Example", "drew the whole system", "please come on Monday", "imported · 导入", "outcome · 结果"):
        assert text in shown
    assert "advance · 通过" in shown
    assert "sheet  candidate · 候选人: p-1" in shown
    assert "李博" not in shown
    assert "seal:1:" not in shown


def test_a_candidacy_names_its_candidate_and_openings_are_in_it(cli, imported: Sheets) -> None:
    ada = stream_of(imported, "p-1")
    candidacy = next(each.stream for each in imported.entries("candidacy.opened") if ada in each.body)
    imported.hiring.ledger.close()
    folder = imported.folder / "ledger"
    cli("--ledger", folder, "access", candidacy, "--purpose", "the first time")
    held = cli("--ledger", folder, "access", candidacy, "-f", "json").json
    assert held["candidates"] == [ada]
    assert "the first time" in {each["purpose"] for each in held["openings"]}
    assert {each["type"].rpartition(".v")[0] for each in held["entries"]} == {
        "candidate.registered", "candidacy.opened", "stage.entered", "scorecard.submitted", "decision.made",
        "notice.given",
    }  # fmt: skip


def test_merged_candidates_are_one_person_and_holds_are_shown(cli, tmp_path: Path) -> None:
    hiring: Hiring = open_hiring(tmp_path / "ledger")
    other = hiring.ids()
    hiring.append("candidate.registered.v1", other, name="Second Name")
    hiring.append("candidate.merged.v1", other, into=hiring.candidate)
    hiring.append("hold.placed.v1", hiring.ledger.opening.stream, subjects=[hiring.candidate], matter="a claim")
    hiring.ledger.close()
    shown = cli("--ledger", hiring.folder, "access", hiring.candidate).out
    assert "Second Name" in shown
    assert "hold placed · 设置法律保留" in shown
    assert "a claim" not in shown


def test_of_somebody_erased_the_entries_stay_and_say_that_their_texts_are_gone(cli, imported: Sheets) -> None:
    ada = stream_of(imported, "p-1")
    imported.hiring.ledger.erase(ada)
    imported.hiring.ledger.close()
    shown = cli("--ledger", imported.folder / "ledger", "access", ada).out
    assert "name · 姓名: [erased] · 已删除" in shown
    assert "p-1" not in shown


def test_who_is_no_candidate_has_nothing(cli, imported: Sheets) -> None:
    imported.hiring.ledger.close()
    ran = cli("--ledger", imported.folder / "ledger", "access", "2")
    assert (ran.code, ran.out) == (4, "")


def test_everything_that_came_from_greenhouse_is_shown_with_its_ids(cli, tmp_path: Path) -> None:
    sheets = open_sheets(tmp_path)
    sheets.map(greenhouse.MAPPING)
    greenhouse.bring(sheets, greenhouse.CANDIDATE, greenhouse.REJECTED, greenhouse.SCORECARD)
    who = sheets.hiring.ledger.vault.find("greenhouse", "candidate", "978031")
    sheets.hiring.ledger.close()
    shown = cli("--ledger", sheets.folder / "ledger", "access", who).out
    for text in ("Ada Example", "ada@example.com", "asked first", "reject · 不通过", "imported · 导入"):
        assert text in shown
    assert "greenhouse  candidate · 候选人: 978031" in shown
    assert "greenhouse  candidacy · 应聘: 985314" in shown
