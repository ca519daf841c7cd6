"""Make a report as a list of blocks and write it in any format; the same stamp gives the same bytes.

A report shows counts beside every share, says who was left out and why, and never that anything was passed.
"""

from __future__ import annotations
