"""Say things in the reader's language: English as written in the source, Chinese from a catalogue beside this file.

Mark what people read where it stands, as a constant: ``words.text("told within {days} days", days=3)``,
``words.plural("{n} entry", "{n} entries", n)``, and ``mark("still untold")`` for a constant that is translated later.
What does not know its reader, a problem above all, is a sentence: ``Sentence("{path}: not UTF-8", path=path)``.
``make words`` gathers what is marked; a message without a translation fails the tests.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import cast

from evenhand.errors import InputError
from evenhand.sentence import Sentence

DOMAIN = "evenhand"
SOURCE_LANG = "en"


class Translate:
    """The words of one language. A message that has no translation is said in English, never left out."""

    def __init__(self, lang: str, catalogue: NullTranslations) -> None:
        self.lang = lang
        self._catalogue = catalogue

    def text(self, message: str, /, **fields: object) -> str:
        """Translate ``message`` and fill in its named fields."""
        said = self._catalogue.gettext(message)
        return said.format(**fields) if fields else said

    def sentence(self, said: str, /) -> str:
        """Translate a sentence that was put together elsewhere, and the sentences within it; other text stays."""
        if not isinstance(said, Sentence):
            return said
        fields = {
            name: self.sentence(value) if isinstance(value, str) else value for name, value in said.fields.items()
        }
        if len(said.forms) == 1:
            return self.text(*said.forms, **fields)
        one, many = said.forms
        return self.plural(one, many, cast("int", fields.pop("n")), **fields)

    def plural(self, one: str, many: str, n: int, /, **fields: object) -> str:
        """Translate the form that goes with ``n`` things and fill in ``{n}`` and the other named fields."""
        return self._catalogue.ngettext(one, many, n).format(n=n, **fields)


def translator(lang: str) -> Translate:
    """Open the words of ``en`` or ``zh``. Raises ``InputError`` for a language there is no catalogue of."""
    if lang == SOURCE_LANG:
        return Translate(lang, NullTranslations())
    if lang not in languages():
        raise InputError(
            Sentence("no words in this language; expected one of {languages}", languages=", ".join(languages()))
        )
    with _catalogue(lang).open("rb") as compiled:
        return Translate(lang, GNUTranslations(compiled))


def languages() -> tuple[str, ...]:
    """List the languages there are words for, the source's first."""
    return (SOURCE_LANG, *sorted(path.parents[1].name for path in _home().glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def mark(message: str) -> str:
    """Return ``message`` as it is: it is gathered here and translated where it is said."""
    return message


def _home() -> Path:
    return Path(__file__).resolve().parent


def _catalogue(lang: str) -> Path:
    return _home() / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
