"""Something said to a person, which is English text and knows how to be said in another language.

Every message of an error, a refusal or a finding is one. It is a string, its English words filled in, and goes wherever
a string goes; what prints it asks ``words.Translate.sentence`` for the reader's language. Pure rooms may say things, so
this module opens no catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from types import MappingProxyType
from typing import Self


class Sentence(str):
    """A message, as a constant, and what its named fields hold: ``Sentence("{path}: not UTF-8", path=path)``.

    A field may be a sentence itself, which is then translated too: compose with one, never with an f-string. Numbers
    are kept as they are; anything else is kept as its text. Without fields, braces in the message are just braces.
    """

    __slots__ = ("fields", "forms")
    fields: Mapping[str, object]
    forms: tuple[str, ...]
    """The English message as marked; the forms for one and for many where it is a plural."""

    def __new__(cls, message: str, /, **fields: object) -> Self:
        """Fill in the fields; the message has to be a constant, for ``make words`` gathers it where it stands."""
        return cls._of((message,), fields)

    @classmethod
    def plural(cls, one: str, many: str, n: int, /, **fields: object) -> Self:
        """Fill in the form that goes with ``n`` things, ``{n}`` among its fields."""
        return cls._of((one, many), {"n": n} | fields)

    @classmethod
    def _of(cls, forms: tuple[str, ...], fields: Mapping[str, object]) -> Self:
        kept = {name: value if isinstance(value, str | int | float) else str(value) for name, value in fields.items()}
        message = forms[0 if kept.get("n") == 1 else -1]
        made = super().__new__(cls, message.format(**kept) if kept else message)
        made.forms, made.fields = forms, MappingProxyType(kept)
        return made

    def __str__(self) -> str:
        """Answer with itself: the text of an exception that was given a sentence is that sentence."""
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Cross to another process with everything it needs to be translated there."""
        return self._of, (self.forms, dict(self.fields))

    @property
    def message(self) -> str:
        """The English message as marked."""
        return self.forms[0]


def either(words: Iterable[str]) -> str:
    """Join words that exclude one another: ``a or b or c``."""
    return reduce(_or, words)


def both(words: Iterable[str]) -> str:
    """Join words that go together: ``a and b``."""
    return reduce(_and, words)


def _or(these: str, last: str) -> str:
    return Sentence("{these} or {last}", these=these, last=last)


def _and(these: str, last: str) -> str:
    return Sentence("{these} and {last}", these=these, last=last)
