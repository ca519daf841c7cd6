"""Projections: one SQL file each, whose header says what a row is and what each column means.

A projection reads the tables and other projections and nothing else: no clock, no randomness, no file. Its header is
held to its SELECT at every run.

    >>> from evenhand.models import catalogue, project
    >>> project(facts.connection, "notice_latency", catalogue()).rows  # doctest: +SKIP
"""

from __future__ import annotations

from evenhand.models.projection import Projection, parse
from evenhand.models.rows import Rows
from evenhand.models.running import project, query, run
from evenhand.models.shelf import catalogue, digest

__all__ = ["Projection", "Rows", "catalogue", "digest", "parse", "project", "query", "run"]
