"""The vocabulary is closed, strict, and keeps personal data sealed from birth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic_core import from_json, to_json

from evenhand.errors import InputError
from evenhand.events.base import ENVELOPE_COLUMNS, Event, Moment, PublicMark, SealedMark, StreamKind
from evenhand.events.form import check_body
from evenhand.events.registry import REGISTRY, Registry, parse, serialise

CORPUS = Path(__file__).parents[1] / "corpus"
LINES = [
    pytest.param(f"{path.stem}.{path.parent.name}", line, id=f"{path.stem}.{path.parent.name}:{number}")
    for path in sorted(CORPUS.glob("v*/*.ndjson"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
]
CLEAR = (StreamKind.STANDARD, StreamKind.POLICY, StreamKind.REQUISITION)
SCREEN = ("screen.adopted.v1",)


def strings(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every string field of a model, at any depth, with what constrains it."""
    for name, field in model.model_fields.items():
        yield from _strings(field.annotation, list(field.metadata), f"{path}/{name}")


def _strings(annotation: Any, marks: list[Any], path: str) -> Iterator[tuple[str, list[Any]]]:
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks = [*marks, *more]
    if annotation is str:
        yield path, marks
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from strings(annotation, path)
    elif get_origin(annotation) in (tuple, Union, UnionType):
        for each in get_args(annotation):
            if each not in (NoneType, Ellipsis):
                yield from _strings(each, marks if get_origin(annotation) is not tuple else [], path)


@pytest.mark.parametrize("event", REGISTRY.current, ids=lambda each: each.TOPIC)
def test_every_string_is_an_id_a_code_public_or_sealed(event: type[Event]) -> None:
    public_here = event.TOPIC in SCREEN or any(kind in CLEAR for kind in event.STREAMS)
    for path, marks in strings(event):
        patterned = [mark for mark in marks if getattr(mark, "pattern", None)]
        sealed = any(isinstance(mark, SealedMark) for mark in marks)
        public = any(isinstance(mark, PublicMark) for mark in marks)
        assert patterned or (public and public_here), f"{event.TOPIC}{path} is a string that anything can be put into"
        if patterned and not sealed:
            assert " " not in str(patterned[0].pattern), (
                f"{event.TOPIC}{path} is in the clear and takes spaces: it could hold a sentence"
            )


@pytest.mark.parametrize("event", REGISTRY.current, ids=lambda each: each.TOPIC)
def test_no_field_bears_a_name_of_the_envelope(event: type[Event]) -> None:
    assert not set(event.model_fields) & set(ENVELOPE_COLUMNS)


@pytest.mark.parametrize("event", REGISTRY.current, ids=lambda each: each.TOPIC)
def test_an_event_is_a_past_participle_with_one_sentence(event: type[Event]) -> None:
    assert event.__doc__ is not None
    assert event.__doc__.strip().endswith(".")
    assert "\n" not in event.__doc__.strip()
    assert event.TOPIC.endswith(".v1")


def test_nothing_can_be_said_twice_with_one_topic() -> None:
    assert len(set(REGISTRY.topics)) == len(REGISTRY.topics) == len(REGISTRY.current)


@pytest.mark.parametrize(("topic", "line"), LINES)
def test_every_released_shape_replays(topic: str, line: str) -> None:
    assert check_body(line) is None
    event = REGISTRY.read(topic, line)
    assert isinstance(event, REGISTRY.event_class(REGISTRY.newest(topic)))
    if REGISTRY.newest(topic) == topic:
        assert serialise(event) == line


def test_every_type_has_a_corpus_file() -> None:
    assert {f"{path.stem}.{path.parent.name}" for path in CORPUS.glob("v*/*.ndjson")} == set(REGISTRY.topics)


def test_a_type_outside_the_vocabulary_is_refused_and_never_imported() -> None:
    import sys

    with pytest.raises(InputError, match="not in the vocabulary"):
        REGISTRY.read("antigravity:this", "{}")
    assert "antigravity" not in sys.modules


def body_of(topic: str) -> dict[str, Any]:
    name, _, version = topic.rpartition(".")
    body: dict[str, Any] = from_json((CORPUS / version / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()[-1])
    return body


@pytest.mark.parametrize("topic", REGISTRY.topics)
def test_an_unknown_field_is_refused(topic: str) -> None:
    with pytest.raises(InputError, match="salary: this type has no such field"):
        parse(REGISTRY.event_class(topic), to_json(body_of(topic) | {"salary": 1}))


@pytest.mark.parametrize("topic", REGISTRY.topics)
def test_a_refusal_never_repeats_what_was_said(topic: str) -> None:
    secret = "王小明 xiaoming@example.com"
    free = {"title", "unit", "location", "why", "citation"}  # public texts take any text
    for name in set(body_of(topic)) - free:
        with pytest.raises(InputError) as refused:
            parse(REGISTRY.event_class(topic), to_json(body_of(topic) | {name: secret}))
        assert secret not in str(refused.value)
        assert refused.value.__cause__ is None


def test_plain_text_does_not_pass_for_a_box() -> None:
    with pytest.raises(InputError, match="rationale"):
        parse(
            REGISTRY.event_class("decision.made.v1"), to_json(body_of("decision.made.v1") | {"rationale": "too young"})
        )


def test_an_impossible_time_is_not_repeated() -> None:
    body = body_of("stage.entered.v1") | {"occurred_at": {"at": "2026-13-01", "zone": "UTC", "precision": "day"}}
    with pytest.raises(InputError) as refused:
        parse(REGISTRY.event_class("stage.entered.v1"), to_json(body))
    assert refused.value.problems == ("stage.entered.v1: occurred_at: is not a time of the calendar",)


def test_an_old_shape_is_brought_up_to_the_newest() -> None:
    class NoticeGivenV1(Event):
        """A shape of an earlier release."""

        TOPIC = "notice.tried.v1"
        STREAMS = (StreamKind.CANDIDACY,)
        medium: str

    class NoticeGivenV2(Event):
        """The shape of today."""

        TOPIC = "notice.tried.v2"
        STREAMS = (StreamKind.CANDIDACY,)
        channel: str
        spoken: bool

    def upcast(body: dict[str, Any]) -> dict[str, Any]:
        medium = body.pop("medium")
        return body | {"channel": medium, "spoken": medium == "phone"}

    registry = Registry([NoticeGivenV1, NoticeGivenV2], {"notice.tried.v1": upcast})
    common = {name: body_of("candidate.hired.v1")[name] for name in ("occurred_at", "actor", "basis", "rules")}
    old = serialise(parse(NoticeGivenV1, to_json(common | {"medium": "phone"})))
    event = registry.read("notice.tried.v1", old)
    assert isinstance(event, NoticeGivenV2)
    assert (event.channel, event.spoken) == ("phone", True)
    assert registry.current == (NoticeGivenV2,)
    assert registry.newest("notice.tried.v1") == "notice.tried.v2"
    with pytest.raises(InputError, match=r"only read; write notice\.tried\.v2"):
        registry.writable("notice.tried.v1")


def test_an_upcaster_without_a_next_version_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs this version and the next"):
        Registry([REGISTRY.event_class("candidate.hired.v1")], {"candidate.hired.v1": lambda body: body})


@pytest.mark.parametrize(
    ("at", "zone", "precision"),
    [
        ("2026-07-03", "Europe/Berlin", "instant"),
        ("2026-07-03T10:00:00Z", "Europe/Berlin", "day"),
        ("2026-07-03T10:00:00", "Europe/Berlin", "instant"),
        ("2026-02-30", "Europe/Berlin", "day"),
        ("2026-07-03T25:00:00Z", "Europe/Berlin", "instant"),
        ("2026-07-03", "Europe/Atlantis", "day"),
        ("31/09/2026", "Europe/Berlin", "day"),
        ("0001-01-01", "Asia/Shanghai", "day"),
        ("9999-12-31T23:59:59-10:00", "America/New_York", "instant"),
        ("2026-07-03", "localtime", "day"),
    ],
)
def test_an_impossible_time_is_refused(at: str, zone: str, precision: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Moment.model_validate_json(to_json({"at": at, "zone": zone, "precision": precision}))
