"""A sheet of a small company, its mapping, and a ledger to bring it into: what tests of importing begin with.

from sheets import Sheets, open_sheets
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand import Entry
from evenhand.events.entry import line
from evenhand.importers import Import, run
from hiring import Hiring, open_hiring

MAPPING = """
system = "sheet"
zone = "Europe/Berlin"

[row]
candidate = { column = "person" }
candidacy = { columns = ["person", "job"] }
requisition = { column = "job" }

[[event]]
type = "candidate.registered"
occurred_at = { column = "applied" }
name = { column = "name" }

[[event]]
type = "candidacy.opened"
occurred_at = { column = "applied" }
route = "external"

[[event]]
type = "stage.entered"
as = "onsite"
occurred_at = { column = "interviewed" }
stage = "onsite"

[[event]]
type = "scorecard.submitted"
occurred_at = { column = "interviewed" }
visit = { event = "onsite" }
author = { column = "interviewer" }
ratings = [
  { criterion = "design", score = { column = "design" } },
  { criterion = "care", score = { column = "care" } },
]
comment = { column = "comment" }

[[event]]
type = "decision.made"
occurred_at = { column = "decided" }
visit = { event = "onsite" }
outcome = { column = "outcome", values = { yes = "advance", no = "reject" } }
reasons = [{ code = { column = "outcome", values = { yes = "", no = "below-bar" } }, criteria = ["design"] }]
deciders = { column = "deciders", split = ";" }
automation = "none"

[[event]]
type = "notice.given"
occurred_at = { column = "told" }
about = "outcome"
decision = { event = "decision.made" }
channel = { column = "how", values = { mail = "email", call = "phone" } }
text = { column = "message" }
"""

ADA: dict[str, str] = {
    "person": "p-1", "job": "eng-1", "name": "Ada Example", "applied": "2026-07-02", "interviewed": "2026-07-09 10:30",
    "interviewer": "ursula", "design": "4.5", "care": "3", "comment": "drew the whole system",
    "decided": "2026-07-10 17:05:12", "outcome": "yes", "deciders": "ursula;viktor",
    "told": "2026-07-11", "how": "call",
    "message": "please come on Monday", "shoe size": "38",
}  # fmt: skip
HEADER = tuple(ADA)
BO: dict[str, str] = ADA | {
    "person": "p-2", "name": "李博", "applied": "2026年7月3日", "design": "2.25", "care": "", "outcome": "no",
    "message": "thank you for your time; we chose otherwise", "how": "mail", "shoe size": "",
}  # fmt: skip

REGISTERED: dict[str, Any] = {
    "type": "candidate.registered", "candidate": "C-17",
    "body": {"occurred_at": "2026-07-02", "name": "李博", "contact": "li@example.com"},
}  # fmt: skip
OPENED: dict[str, Any] = {
    "type": "candidacy.opened", "candidacy": "A-9",
    "body": {"occurred_at": "2026-07-02", "candidate": "C-17", "requisition": {"code": "eng-1"}, "route": "external"},
}  # fmt: skip
ENTERED: dict[str, Any] = {
    "type": "stage.entered", "candidacy": "A-9", "ref": "S-1",
    "body": {"occurred_at": "2026-07-03T09:00", "stage": "onsite"},
}  # fmt: skip
RATED: dict[str, Any] = {
    "type": "scorecard.submitted", "candidacy": "A-9", "ref": "K-1",
    "body": {"occurred_at": "2026-07-03T11:00:00Z", "visit": "S-1", "author": "U-3",
             "ratings": [{"criterion": "design", "score": 3.25, "evidence": "drew it"},
                         {"criterion": "care", "score": "4"}]},
}  # fmt: skip
DECIDED: dict[str, Any] = {
    "type": "decision.made", "candidacy": "A-9", "ref": "D-4",
    "body": {"occurred_at": "2026-07-09T15:20", "visit": "S-1", "outcome": "reject",
             "reasons": [{"code": "below-bar", "criteria": ["design"], "scorecards": ["K-1"]}],
             "deciders": ["U-3", "U-4"], "automation": "none"},
}  # fmt: skip
ALL = (REGISTERED, OPENED, ENTERED, RATED, DECIDED)


@dataclass
class Sheets:
    """A folder with a mapping and a ledger, and quick ways to write files and to bring them in."""

    folder: Path
    hiring: Hiring
    mapping: Path
    notes: list[tuple[str, int, int | None]] = field(default_factory=list)

    def csv(self, *rows: dict[str, str], name: str = "people.csv", header: Iterable[str] = HEADER) -> Path:
        cells = [list(header), *([row.get(each, "") for each in header] for row in rows)]
        return self.file("\n".join(",".join(map(quoted, row)) for row in cells) + "\n", name)

    def file(self, content: str | bytes, name: str = "people.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def jsonl(self, *objects: dict[str, Any], name: str = "people.jsonl") -> Path:
        return self.file("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects), name)

    def map(self, text: str) -> None:
        self.mapping.write_text(text, encoding="utf-8")

    def bring(self, path: Path, **options: Any) -> Import:
        """Import a file: a CSV with the mapping, anything else without."""
        settings: dict[str, Any] = {"mapping": self.mapping} if path.suffix == ".csv" else {"system": "sheet"}
        return run(self.hiring.ledger, path, **(settings | options))

    def entries(self, *types: str) -> list[Entry]:
        return [each for each in self.hiring.ledger.entries() if not types or each.type.rpartition(".v")[0] in types]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(each.body) for each in self.entries(kind)]

    def opened(self, kind: str) -> list[dict[str, Any]]:
        found = self.hiring.ledger.opened(self.entries(kind), purpose="a test")
        return [each for each in found if each is not None]

    def counts(self) -> Counter[str]:
        return Counter(each.type.rpartition(".v")[0] for each in self.entries())

    def log(self) -> bytes:
        return b"\n".join(line(each) for each in self.hiring.ledger.entries())


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(each in cell for each in ',"\n') else cell


def open_sheets(folder: Path) -> Sheets:
    made = Sheets(folder, open_hiring(folder / "ledger"), folder / "mapping.toml")
    made.map(MAPPING)
    return made
