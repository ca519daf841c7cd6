"""The world that the tests of the rules act in."""

from __future__ import annotations

from rules_world import world

__all__ = ["world"]
