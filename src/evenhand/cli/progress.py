"""Show how far long work has come, only to somebody at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

_FROM: Final = 20_000
"""Work on fewer things is over before anybody reads about it."""


@contextmanager
def progress(label: str) -> Generator[Callable[[int, int], None]]:
    """Answer with a function that is told how many things are done, of how many."""
    shown = ""
    watched = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        nonlocal shown
        said = f"\revenhand: {label}: {done * 100 // total if total else 100} %"
        if watched and total >= _FROM and said != shown:
            shown = said
            sys.stderr.write(said)
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r" + " " * len(shown) + "\r")
            sys.stderr.flush()
