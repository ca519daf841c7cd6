"""Bring in records kept elsewhere: bytes, records, proposals, drafts, append.

A source module turns records into proposals and knows neither ledger nor vault. The pipeline does the rest: it finds
people by what the outside calls them, makes ids that come out the same next time, leaves out whoever was erased, and
appends in whole batches. Nothing that a mapping does not name is stored. A file is read and checked to its end before
anything is written, and what was checked is what is written.
"""

from __future__ import annotations

from evenhand.importers.outcome import Import, Listed
from evenhand.importers.pipeline import run

__all__ = ["Import", "Listed", "run"]
