"""Make text that came out of a ledger harmless where it is printed.

A recorded text may carry terminal sequences, marks that turn the direction of writing, markup, or a spreadsheet
formula. What cannot be printed is shown as its code point, never dropped.
"""

from __future__ import annotations

import re
import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_BLOCK_START = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")
_LINK = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.")
# A spreadsheet in Chinese reads the full-width signs as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def unsafe(character: str) -> bool:
    """Say whether a character must not reach a terminal or a page as it is."""
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def line(text: str) -> str:
    """Write text on one line: breaks become spaces, what cannot be printed becomes its code point."""
    return visible(_BREAKS.sub(" ", text))


def visible(text: str, *, keep: str = "") -> str:
    """Show each unsafe character that is not in ``keep`` as its code point."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(each):04x}" if unsafe(each) and each not in keep else each for each in text)


def markdown(text: str) -> str:
    """Write text so that a Markdown reader prints it and does nothing else with it."""
    escaped = _MARKDOWN.sub(r"\\\1", line(text))
    escaped = _BLOCK_START.sub(lambda found: found[1] + found[2][:-1] + "\\" + found[2][-1], escaped)
    return _LINK.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], escaped)


def spreadsheet(text: str) -> str:
    """Write text for a CSV cell: guarded by an apostrophe when a spreadsheet would run it, and only then."""
    shown = visible(text, keep="\t\r\n")
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
