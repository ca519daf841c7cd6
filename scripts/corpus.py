"""Write a corpus file for every topic that has none; never touch one that stands.

A released shape must replay for ever, so its corpus file is written once. Two lines a topic: the least it may say, and
the most. Run it after adding a type to the vocabulary: ``python scripts/corpus.py``.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_json

from evenhand.events.base import Event, Micro
from evenhand.events.registry import REGISTRY, parse, serialise

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"

_ID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
_BY_NAME: dict[str, Any] = {
    "basis": {"kind": "observed"},
    "occurred_at": {"at": "2026-07-03T11:12:44.120391+02:00", "zone": "Europe/Berlin", "precision": "instant"},
    "origin": "hiring.example.com/ledger",
    "minimum": 0,
    "maximum": 5_000_000,
    "tool_version": "2.1",
    "criterion_version": "3",
    "template_version": "4",
    "lexicon": "2026.1",
}
_BY_PATTERN = (
    ("seal:1:", f"seal:1:{_ID}:AAECAwQFBgcICQoL"),
    (r"\+[0-9a-f]{8}\+", "hiring.example.com/ledger+0123abcd+AQIDBAUG"),
    ("[0-9a-f]{8}-", _ID),
    ("{64}", "ab" * 32),
    (r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(", "2026-07-03T09:12:44.120391Z"),
    (r"^\d{4}-\d\d-\d\dT", "2026-07-03T09:12:44.120391Z"),
    (r"^\d{4}-\d\d-\d\d(T", "2026-08-01"),
    (r"^\d{4}-\d\d-\d\d$", "2026-07-03"),
    ("^[A-Za-z][A-Za-z0-9_+", "Asia/Shanghai"),
    ("^[a-z]{2,3}", "zh"),
    ("^[A-Z]{2}", "CA-ON"),
    ("^[a-z0-9][a-z0-9_.", "one"),
)


def main() -> None:
    """Write what is missing."""
    for topic in REGISTRY.topics:
        event_class = REGISTRY.event_class(topic)
        name, _, version = topic.rpartition(".")
        path = CORPUS / version / f"{name}.ndjson"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{_line(event_class, full=full)}\n" for full in (False, True)), encoding="utf-8")
            print(f"wrote {path.relative_to(CORPUS)}")


def _line(event_class: type[Event], *, full: bool) -> str:
    body = {name: _mended(event_class, name, value) for name, value in _body(event_class, full=full).items()}
    return serialise(parse(event_class, to_json(body)))


def _body(model: type[BaseModel], *, full: bool) -> dict[str, Any]:
    return {
        name: _BY_NAME.get(name) if name in _BY_NAME else _value(field.annotation, field, full=full)
        for name, field in model.model_fields.items()
        if full or field.is_required()
    }


def _mended(event_class: type[Event], name: str, value: Any) -> Any:  # noqa: PLR0911 - one dispatch over shapes
    """Fit what depends on another field."""
    match event_class.TOPIC, name:
        case "entry.corrected.v1", "fields":
            return {"occurred_at": _BY_NAME["occurred_at"]}
        case "entry.corrected.v1", "kind":
            return "time"
        case "standard.adopted.v1", "stages":
            shared = {"names": {"en": "Stage", "zh": "阶段"}}
            return [
                {"stage": "cv", "kind": "knockout",
                 "questions": [{"question": "permit", "names": {"en": "Permit"}}], **shared},
                {"stage": "onsite", "kind": "scored", "criteria": ["one"], "advance_bar": 4_000_000,
                 "reject_bar": 3_000_000, "minimum_scorecards": 2, **shared},
                {"stage": "chat", "kind": "unscored", **shared},
            ]  # fmt: skip
        case "standard.adopted.v1", "reason_codes":
            return [
                {"code": "below-bar", "names": {"en": "Below the bar", "zh": "未达标准"}, "party": "employer",
                 "topic": "criterion", "needs_criterion": True, "candidate_text": {"en": "Below", "zh": "未达"}},
                {"code": "filled", "names": {"en": "Filled"}, "party": "neither", "capacity": "filled",
                 "needs_criterion": False},
            ]  # fmt: skip
        case "standard.adopted.v1", "criteria":
            return [{"criterion": "one", "names": {"en": "One", "zh": "一"}, "need": "required", "weight": 600_000,
                     "floor": 1_000_000, "why": "the job"}]  # fmt: skip
        case "screen.adopted.v1", "attributes":
            values = [{"code": code, "names": {"en": code}} for code in ("one", "two")]
            return [{"code": "sex", "names": {"en": "Sex", "zh": "性别"}, "values": values, "reference": "one"}]
        case "policy.adopted.v1", "calendar":
            return {"calendar": "cn", "from_day": "2026-01-01", "to_day": "2026-12-31", "weekend": [6, 7],
                    "holidays": ["2026-10-01"], "workdays": ["2026-10-10"]}  # fmt: skip
        case "policy.adopted.v1", "legal_profiles":
            return [value[0] | {"deadlines": [value[0]["deadlines"][0] | {"deadline": "law"}]}]
        case _:
            return value


def _value(annotation: Any, field: FieldInfo | None, *, full: bool) -> Any:  # noqa: C901, PLR0911 - the same
    marks = list(field.metadata) if field else []
    if get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks += more
    if get_origin(annotation) in (Union, UnionType):
        return _value(next(each for each in get_args(annotation) if each is not NoneType), field, full=full)
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if get_origin(annotation) is tuple:
        return [_value(get_args(annotation)[0], None, full=full)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _BY_NAME["occurred_at"] if annotation.__name__ == "Moment" else _body(annotation, full=full)
    if annotation is bool:
        return True
    if annotation is int:
        return 5_000_000 if marks == list(get_args(Micro)[1:]) else 1
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return next(iter(annotation))
    patterns = [pattern for mark in marks if (pattern := getattr(mark, "pattern", None))]
    for part, example in _BY_PATTERN:
        if patterns and part in patterns[0]:
            return example
    return "Text in the clear"


if __name__ == "__main__":
    main()
