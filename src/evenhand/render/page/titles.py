"""What each measure is called where a link leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from evenhand.words import mark

MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agreement": mark("Agreement with the standard"),
        "change": mark("Change between periods"),
        "detectable": mark("What would have gone unseen"),
        "direction": mark("Direction of inversions"),
        "dominance": mark("Dominance inversions"),
        "interval": mark("Intervals of uncertainty"),
        "logrank": mark("Log-rank test of waits"),
        "missing": mark("Bounds for answers not known"),
        "multiplicity": mark("Several comparisons together"),
        "reliability": mark("Agreement of raters"),
        "selection": mark("Selection rates and impact ratios"),
        "severity": mark("Severity of interviewers"),
        "stratified": mark("Comparison within strata"),
        "survival": mark("Waits not yet ended"),
        "table": mark("Tests of two groups"),
        "verdict": mark("Verdict on a comparison"),
    }
)
