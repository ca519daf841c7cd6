"""Make a report as a list of blocks and write it in any format; the same stamp gives the same bytes.

A report shows counts beside every share, says who was left out and why, and never that anything was passed. Names are
imported when first used: whoever only escapes a text loads no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenhand.render.blocks import Report
    from evenhand.render.report import FORMATS, build, names, verifies, write

__all__ = ["FORMATS", "Report", "build", "names", "verifies", "write"]

_HOMES = {
    "FORMATS": "evenhand.render.report",
    "Report": "evenhand.render.blocks",
    "build": "evenhand.render.report",
    "names": "evenhand.render.report",
    "verifies": "evenhand.render.report",
    "write": "evenhand.render.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
