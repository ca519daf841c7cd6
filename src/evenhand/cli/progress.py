"""Show how far long work has come, only to somebody at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, TextIO

from evenhand.words import Translate

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


_WIDE: Final = 20
_OFTEN: Final = 0.1
"""Seconds between two looks at the same work."""
_SAYS_MUCH: Final = 1.0
"""Seconds after which a rate says how long the rest will take."""
_MINUTE: Final = 60


def bar(words: Translate, label: str, done: int, total: int | None, seconds: float) -> str:
    """Write how far work has come in so many seconds: a bar, a rate and what remains, as far as they are known."""
    said = [label]
    if total:
        full = min(done, total) * _WIDE // total
        said.append(f"[{'#' * full}{'.' * (_WIDE - full)}] {min(done, total) * 100 // total:3} %")
    said.append(f"{done:,}" if total is None else f"{done:,} / {max(done, total):,}")
    if seconds >= _SAYS_MUCH and done:
        said.append(words.text("{count} a second", count=f"{int(done / seconds):,}"))
        if total is not None:
            left = int(max(total - done, 0) * seconds / done + 0.5)
            said.append(words.text("{time} left", time=f"{left // _MINUTE}:{left % _MINUTE:02}"))
    return "  ".join(said)


class Bar:
    """Shows on a terminal how far work in several passes has come; each pass is timed by itself."""

    def __init__(self, words: Translate, out: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``out`` is a terminal; ``clock`` counts seconds."""
        self._words = words
        self._out = out
        self._clock = clock
        self._label = ""
        self._begun = self._shown = 0.0

    def tell(self, label: str, done: int, total: int | None) -> None:
        """Show that so much of a pass is done, unless that was shown a moment ago."""
        now = self._clock()
        if label != self._label:
            self._label, self._begun = label, now
        elif now - self._shown < _OFTEN and done != total:
            return
        self._shown = now
        self._out.write(f"\r\x1b[K{bar(self._words, label, done, total, now - self._begun)}")
        self._out.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._label:
            self._out.write("\r\x1b[K")
            self._out.flush()
