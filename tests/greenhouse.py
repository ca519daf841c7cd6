"""Records as Greenhouse exports them, of invented people, and how to bring them in.

from greenhouse import CANDIDATE, bring
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

from evenhand.importers import Import
from sheets import Sheets

MAPPING = """
source = "greenhouse"
system = "greenhouse"
zone = "America/New_York"
unhired_by = "employer"

[jobs]
"123" = "eng-1"
"Designer" = "eng-1"

[stages]
"Face to Face" = "onsite"
"Offer" = "onsite"

[interviews]
"Culture Fit" = "onsite"

[reasons]
"Too Junior" = "below-bar"

[withdrawals]
"Took another job" = "other-offer"

[criteria]
"Problem Solver" = "design"
"Analytical" = "care"

[ratings]
definitely_not = 1
no = 2
mixed = 3
yes = 4
strong_yes = 5
"""
SECRET = b"a secret of the test"
CANDIDATE: dict[str, Any] = {
    "id": 978031, "first_name": "Ada", "last_name": "Example", "created_at": "2026-07-01T08:00:00.000Z",
    "application_ids": [985314], "email_addresses": [{"value": "ada@example.com", "type": "work"}], "company": "E",
}  # fmt: skip
APPLICATION: dict[str, Any] = {
    "id": 985314, "candidate_id": 978031, "prospect": False, "applied_at": "2026-07-01T08:00:01.000Z",
    "rejected_at": None, "rejection_reason": None, "jobs": [{"id": 123, "name": "Engineer"}], "status": "active",
    "source": {"id": 1, "public_name": "LinkedIn"}, "current_stage": {"id": 5, "name": "Face to Face"},
    "last_activity_at": "2026-07-02T08:00:00.000Z",
}  # fmt: skip
REJECTED = APPLICATION | {
    "rejected_at": "2026-07-09T21:08:29.686Z", "status": "rejected",
    "rejection_reason": {"id": 14, "name": "Too Junior", "type": {"id": 1, "name": "We rejected them"}},
}  # fmt: skip
SCORECARD: dict[str, Any] = {
    "id": 123, "candidate_id": 978031, "application_id": 985314, "interview": "Culture Fit",
    "interviewed_at": "2026-07-05T16:00:00.000Z", "submitted_at": "2026-07-04T21:59:51Z",
    "created_at": "2026-07-05T17:00:00.000Z", "submitted_by": {"id": 4080, "name": "Kate Example"},
    "interviewer": {"id": 821, "name": "Rob Example"}, "overall_recommendation": "yes",
    "attributes": [
        {"name": "Problem Solver", "type": "Skills", "note": "asked first", "rating": "yes"},
        {"name": "Analytical", "type": "Skills", "note": None, "rating": "stong_yes"},
        {"name": "Adaptable", "type": "Skills", "note": None, "rating": "no"},
    ],
}  # fmt: skip


def bring(sheets: Sheets, *records: Any, **options: Any) -> Import:
    return sheets.bring(sheets.jsonl(*records, name="greenhouse.jsonl"), system=None, mapping=sheets.mapping, **options)


def hook(action: str, application: dict[str, Any]) -> dict[str, Any]:
    whose = {each: CANDIDATE[each] for each in ("id", "first_name", "last_name", "created_at", "email_addresses")}
    return {"action": action, "payload": {"application": application | {"candidate": whose}}}


def request(value: Any, *, delivery: str = "d-1", secret: bytes = SECRET, **more: Any) -> dict[str, Any]:
    body = json.dumps(value, ensure_ascii=True)
    signature = "sha256 " + hmac.digest(secret, body.encode(), sha256).hex()
    return {"headers": {"Signature": signature, "Greenhouse-Event-ID": delivery}, "body": body} | more
