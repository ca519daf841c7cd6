"""A text as the lexicon reads it: in one form, with the way back to the characters that were written.

NFKC makes full-width letters, ligatures and compatibility forms plain. Quotation marks and dashes become ASCII, what
has no width goes, white space becomes one space or one line break, and between two Chinese characters it goes as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

_PLAIN: Final = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\u2010\u2013\u2014", "'''\"\"---")
"""Quotation marks and dashes, to those of ASCII."""
_HAN: Final = "㐀-䶿一-鿿豈-﫿"
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{_HAN}])(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)(?=[{_HAN}])")
_GAP: Final = re.compile(r"\s+")
_SENTENCE_ENDS: Final = re.compile(r"[.!?;](?=\s|$)|[。!?;\n]")
_CLAUSE_ENDS: Final = re.compile(r"[.,:!?;](?=\s|$)|[,:。!?;\n]")
_ENGLISH: Final = re.compile(r"\b(?:the|and|you|your|we|our|to|of|for|with|not|have|in)\b", re.IGNORECASE)
_ENGLISH_WORDS: Final = 2
_HAN_SHARE: Final = 5


class Reading(NamedTuple):
    """A text in one form; ``origin`` says of each of its characters where the one it came from stood."""

    text: str
    origin: tuple[int, ...]
    end: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Answer with the place in the text as it was written."""
        return self.origin[start], self.origin[end] if end < len(self.origin) else self.end

    def clauses(self) -> Iterator[str]:
        """Yield the parts of sentences between punctuation; a line break ends one too."""
        yield from _CLAUSE_ENDS.split(self.text)

    def sentence(self, start: int, end: int) -> str:
        """Answer with the sentence around a place."""
        before = [each.end() for each in _SENTENCE_ENDS.finditer(self.text, 0, start)]
        after = _SENTENCE_ENDS.search(self.text, end)
        return self.text[before[-1] if before else 0 : after.end() if after else len(self.text)]


def read(text: str) -> Reading:
    """Bring a text into one form."""
    characters: list[str] = []
    origin: list[int] = []
    for at, cluster in _clusters(text):
        form = unicodedata.normalize("NFKC", cluster).translate(_PLAIN)
        for each in form:
            if unicodedata.category(each) != "Cf":
                characters.append(each)
                origin.append(at)
    whole = "".join(characters)
    dropped = {at for gap in _BETWEEN_HAN.finditer(whole) for at in range(*gap.span())}
    for gap in _GAP.finditer(whole):
        characters[gap.start()] = "\n" if "\n" in gap[0] or "\r" in gap[0] else " "
        dropped.update(range(gap.start() + 1, gap.end()))
    kept = [at for at in range(len(whole)) if at not in dropped]
    return Reading("".join(characters[at] for at in kept), tuple(origin[at] for at in kept), len(text))


def language_of(text: str) -> str | None:
    """Tell Chinese from English by their characters and commonest words; none if it seems to be neither."""
    letters = [each for each in text if each.isalpha()]
    han = sum(1 for each in letters if re.match(f"[{_HAN}]", each))
    if han * _HAN_SHARE > len(letters):
        return "zh"
    return "en" if len({each.lower() for each in _ENGLISH.findall(text)}) >= _ENGLISH_WORDS else None


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character with the marks that belong to it: NFKC may make one character of them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, text[start:at]
            start = at
