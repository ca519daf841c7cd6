"""A standard and a post for the examples."""

from __future__ import annotations

from uuid import uuid4

from evenhand import Draft, Ledger

STANDARD = {
    "standard_version": 1,
    "code": "support",
    "names": {"en": "Support specialist", "zh": "客户支持专员"},
    "criteria": [
        {
            "criterion": "clarity",
            "names": {"en": "Clear writing", "zh": "表达清晰"},
            "need": "required",
            "weight": 1_000_000,
            "why": "Nine of ten answers are written.",
        }
    ],
    "scale": {"minimum": 1_000_000, "maximum": 5_000_000},
    "stages": [
        {
            "stage": "interview",
            "names": {"en": "Interview", "zh": "面试"},
            "kind": "scored",
            "advance_bar": 3_500_000,
            "reject_bar": 3_000_000,
            "minimum_scorecards": 1,
        }
    ],
    "reason_codes": [
        {"code": "below-bar", "names": {"en": "Below the bar"}, "party": "employer", "needs_criterion": True},
        {
            "code": "filled",
            "names": {"en": "The place is taken"},
            "party": "neither",
            "capacity": "filled",
            "needs_criterion": False,
        },
    ],
    "why": "Agreed with the support team.",
}


def open_post(ledger: Ledger) -> tuple[str, str]:
    """Adopt the standard and open a post under it; answer with both streams."""
    standard, requisition = str(uuid4()), str(uuid4())
    post = {
        "code": "support-1",
        "title": "Support specialist",
        "unit": "Customers",
        "location": "Berlin",
        "zone": "Europe/Berlin",
        "headcount": 1,
        "standard": standard,
        "standard_version": 1,
    }
    ledger.append(
        [
            Draft("standard.adopted.v1", standard, STANDARD),
            Draft("requisition.opened.v1", requisition, post),
        ]
    )
    return standard, requisition


def apply(ledger: Ledger, requisition: str, name: str) -> tuple[str, str]:
    """Let somebody apply and come to the interview stage; answer with the candidacy and the visit."""
    candidate, candidacy, visit = str(uuid4()), str(uuid4()), str(uuid4())
    ledger.append(
        [
            Draft("candidate.registered.v1", candidate, {"name": name}),
            Draft(
                "candidacy.opened.v1",
                candidacy,
                {"candidate": candidate, "requisition": requisition, "route": "external"},
            ),
            Draft("stage.entered.v1", candidacy, {"stage": "interview"}, id=visit),
        ]
    )
    return candidacy, visit
