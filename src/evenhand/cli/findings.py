"""What each code of a finding means, as the file beside the projection says."""

from __future__ import annotations

import tomllib
from typing import Any

from evenhand.resources import shelf


def finding_meanings() -> dict[str, dict[str, Any]]:
    """Read the codes with their titles in both languages, what they mean and what to do."""
    return tomllib.loads((shelf("projections") / "finding.toml").read_text(encoding="utf-8"))
