"""What a company says of its Greenhouse: which of its stages, reasons, attributes and jobs are which of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from evenhand.events.points import micro
from evenhand.importers.form import FORM, Form
from evenhand.sentence import Sentence

RATINGS: Final = ("definitely_not", "no", "mixed", "yes", "strong_yes")
"""The ratings of Harvest v1, worst first; ``no_decision`` is none."""
_TEXTS: Final = ("jobs", "stages", "interviews", "reasons", "withdrawals", "criteria", "routes", "forms")
TOP: Final = frozenset({"source", "system", "zone", "requisition", "ratings", "unhired_by", *_TEXTS, *FORM})
Wrong = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """Tables from what Greenhouse calls a thing to its code in the ledger."""

    zone: str
    jobs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Requisition code of each job, by the job's id or name."""
    stages: Mapping[str, str] = field(default_factory=dict[str, str])
    interviews: Mapping[str, str] = field(default_factory=dict[str, str])
    """Stage in which each interview takes place, by the interview's name."""
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])
    withdrawals: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rejection reasons that are the candidate's own, whatever type Greenhouse gives them."""
    criteria: Mapping[str, str] = field(default_factory=dict[str, str])
    routes: Mapping[str, str] = field(default_factory=dict[str, str])
    forms: Mapping[str, str] = field(default_factory=dict[str, str])
    """How an interview is held, by its name: in_person, video, phone or written."""
    ratings: Mapping[str, int] = field(default_factory=dict[str, int])
    """Points of each rating, in millionths."""
    unhired_by: str | None = None


@dataclass(frozen=True, slots=True)
class GreenhouseMapping:
    """A mapping that says ``source = "greenhouse"``, compiled."""

    where: str
    system: str | None
    form: Form
    requisitions: tuple[dict[str, Any], ...] = field(repr=False)
    """Bodies of requisitions to be opened where their codes do not stand yet."""
    settings: Settings = field(repr=False)
    text: bytes = field(repr=False)


def settings_of(table: Mapping[str, Any], zone: str, wrong: Wrong) -> Settings:
    """Read the settings, and tell ``wrong`` what cannot be understood."""
    for name in sorted(table.keys() - TOP):
        wrong(name, Sentence("is not known here; expected {known}", known=", ".join(sorted(TOP))))
    texts = {name: _texts(name, table.get(name, {}), wrong) for name in _TEXTS}
    ratings: dict[str, int] = {}
    given = table.get("ratings", {})
    for name, points in cast("dict[str, Any]", given).items() if isinstance(given, dict) else ():
        try:
            ratings[name] = micro(points if isinstance(points, int) and not isinstance(points, bool) else str(points))
        except ValueError as error:
            wrong(f"ratings.{name}", str(error))
        if name not in RATINGS:
            wrong(f"ratings.{name}", Sentence("is none of {ratings}", ratings=", ".join(RATINGS)))
    if not isinstance(given, dict) or (texts["criteria"] and set(ratings) != set(RATINGS)):
        wrong(
            "ratings",
            Sentence("gives the points of each of {ratings} on the standard's scale", ratings=", ".join(RATINGS)),
        )
    by = table.get("unhired_by")
    if by not in {None, "employer", "candidate"}:
        wrong("unhired_by", Sentence('is "employer" or "candidate"'))
        by = None
    return Settings(zone, ratings=ratings, unhired_by=by, **texts)


def _texts(name: str, given: Any, wrong: Wrong) -> dict[str, str]:
    table = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in table.values()):
        wrong(name, Sentence('is written [{name}], with lines such as "what Greenhouse says" = "code"', name=name))
        return {}
    return table
