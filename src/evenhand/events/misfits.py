"""Say in words which fields of a body do not fit their type, without any value: a value may be personal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evenhand.sentence import Sentence, either

_PLAIN: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "bool_type": Sentence("input should be a valid boolean"),
        "dict_type": Sentence("input should be an object"),
        "extra_forbidden": Sentence("this type has no such field"),
        "int_type": Sentence("input should be a valid integer"),
        "missing": Sentence("this field is missing"),
        "model_type": Sentence("input should be an object"),
        "string_type": Sentence("input should be a valid string"),
        "tuple_type": Sentence("input should be a valid array"),
    }
)
"""Pydantic's own words, in lower case, by its kind of error."""


def problems(error: ValidationError, where: str) -> tuple[str, ...]:
    """Answer with one sentence for each field that does not fit; its name is what the sentence has under ``field``."""
    return tuple(
        Sentence(
            "{where}: {field}: {reason}",
            where=where,
            field=".".join(str(step) for step in each["loc"]) or "body",
            reason=reason(each),
        )
        for each in error.errors(include_url=False, include_input=False)
    )


def reason(misfit: ErrorDetails) -> str:  # noqa: PLR0911 - a case each
    """Say why one field does not fit."""
    kind, context = misfit["type"], misfit.get("ctx", {})
    match kind:
        case "value_error":  # our own words
            return str(context["error"])
        case "literal_error" | "enum":
            return Sentence("input should be {expected}", expected=either(context["expected"].split(" or ")))
        case "greater_than_equal":
            return Sentence("input should be greater than or equal to {bound}", bound=context["ge"])
        case "less_than_equal":
            return Sentence("input should be less than or equal to {bound}", bound=context["le"])
        case "string_pattern_mismatch":
            return Sentence("string should match pattern '{pattern}'", pattern=context["pattern"])
        case "string_too_short" | "string_too_long" | "too_short":
            return _of_a_length(kind, context)
        case _:
            return _PLAIN.get(kind, misfit["msg"].lower())


def _of_a_length(kind: str, context: Mapping[str, Any]) -> Sentence:
    if kind == "string_too_long":
        return Sentence.plural(
            "string should have at most {n} character",
            "string should have at most {n} characters",
            context["max_length"],
        )
    least = context["min_length"]
    if kind == "string_too_short":
        return Sentence.plural(
            "string should have at least {n} character", "string should have at least {n} characters", least
        )
    return Sentence.plural(
        "tuple should have at least {n} item after validation, not {given}",
        "tuple should have at least {n} items after validation, not {given}",
        least,
        given=context["actual_length"],
    )
