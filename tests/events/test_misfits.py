from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from evenhand.events.misfits import problems
from evenhand.sentence import Sentence


class Inner(BaseModel):
    pass


class Kind(StrEnum):
    ONE = "one"
    TWO = "two"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    at: Annotated[int, Field(ge=1, le=3)] = 1
    text: Annotated[str, StringConstraints(min_length=1, max_length=2, pattern="^[a-z]*$")] = "a"
    two: Annotated[str, StringConstraints(min_length=2)] = "ab"
    word: Literal["a", "b", "c"] = "a"
    kind: Kind = Kind.ONE
    flag: bool = False
    several: tuple[int, ...] = Field((1,), min_length=1)
    pair: tuple[int, ...] = Field((1, 2), min_length=2)
    inner: Inner = Inner()
    by_name: dict[str, int] = {}
    own: str = "x"

    @field_validator("own")
    @classmethod
    def _own(cls, value: str) -> str:
        if value != "x":
            raise ValueError(Sentence("{which} is not Ours", which="This one"))
        return value


def misfits(**body: Any) -> tuple[ValidationError, tuple[str, ...]]:
    with pytest.raises(ValidationError) as caught:
        Body.model_validate_json(json.dumps(body))
    return caught.value, problems(caught.value, "a body")


@pytest.mark.parametrize(
    "body",
    [
        *({"at": 0}, {"at": 4}, {"at": "x"}, {"text": ""}, {"text": "abc"}, {"text": "A"}, {"text": 3}, {"two": "a"}),
        *(
            {"word": "d"},
            {"kind": "d"},
            {"flag": 0},
            {"several": []},
            {"pair": [1]},
            {"several": {}},
            {"inner": 3},
            {"by_name": 3},
        ),
    ],
)
def test_what_pydantic_finds_is_said_in_its_words_and_can_be_translated(body: dict[str, Any]) -> None:
    error, (said,) = misfits(**body)
    assert said == f"a body: {next(iter(body))}: {error.errors()[0]['msg'].lower()}"
    assert isinstance(said, Sentence)
    assert isinstance(said.fields["reason"], Sentence)


def test_a_field_too_many_and_what_a_class_itself_refuses_are_said_in_our_words() -> None:
    assert misfits(more=1)[1] == ("a body: more: this type has no such field",)
    assert misfits(own="y")[1] == ("a body: own: This one is not Ours",)
