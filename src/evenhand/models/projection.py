"""A projection's file: the header in TOML behind ``---``, then one SELECT.

What would make the same ledger give other rows tomorrow is refused here: the clock (the as-of is a table), randomness,
and whatever looks outside the tables.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from evenhand.errors import InputError, refuse
from evenhand.sentence import Sentence

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HEADER = "---"
_KEYS = {"title", "grain", "reads", "columns"}
_SOURCE_LANG = "en"
_LANGS = {_SOURCE_LANG, "zh"}
_SKIPPED = re.compile(r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/""", re.DOTALL)
_CLOCK = "age|get_current_timestamp|transaction_timestamp|statement_timestamp|now|today|current_localtime(?:stamp)?"
_CHANCE = "random|setseed|uuid|uuidv[0-9]|gen_random_uuid|nextval|currval|hash|txid_current"
_OUTSIDE = (
    "read_[a-z_]+|parquet_[a-z_]+|glob|sniff_csv|current_setting|getvariable|duckdb_[a-z_]+|pragma_[a-z_]+|"
    "query|query_table|version|write_log"
)
_FORBIDDEN = (
    (
        re.compile(rf"\b(?:{_CLOCK})\s*\(|\b(?:current_(?:date|time|timestamp)|localtime(?:stamp)?)\b", re.IGNORECASE),
        Sentence("the clock is asked; read the instant from as_of"),
    ),
    (
        re.compile(rf"\b(?:{_CHANCE})\s*\(|\b(?:using\s+sample|tablesample)\b", re.IGNORECASE),
        Sentence("the rows would differ from run to run"),
    ),
    (re.compile(rf"\b(?:{_OUTSIDE})\s*\(", re.IGNORECASE), Sentence("something beside the tables is read")),
)


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection: what its header says, its SELECT, and the digest of its text."""

    name: str
    titles: Mapping[str, str]
    """By language, in English always; all else of a header is in one language."""
    grain: str
    reads: tuple[str, ...]
    columns: Mapping[str, str]
    """Each column's name and meaning, in the order of the SELECT."""
    select: str
    text: str
    custom: bool = False
    """Whether it comes from a ledger's own folder."""

    @property
    def title(self) -> str:
        """Answer with the title in English, or with the one that serves every language."""
        return self.titles[_SOURCE_LANG]

    def titled(self, lang: str) -> tuple[str, str]:
        """Answer with the title in ``lang`` if there is one, else in English; and with the language it is in."""
        found = lang if lang in self.titles else _SOURCE_LANG
        return self.titles[found], found

    @property
    def digest(self) -> str:
        """Answer with the SHA-256 of the text, in hexadecimal; line ends do not matter."""
        return hashlib.sha256(normalised(self.text).encode()).hexdigest()


def normalised(text: str) -> str:
    """Write every line end as one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(name: str, text: str, *, custom: bool = False) -> Projection:
    """Read a projection's file. Raises ``InputError`` with every problem, each with the file's name."""
    where = f"{name}.sql"
    if not _NAME.fullmatch(name):
        raise InputError(
            Sentence("{where}: a projection's name has lower-case letters, digits and underscores only", where=where)
        )
    lines = normalised(text).split("\n")
    length = next((at for at, each in enumerate(lines) if not each.startswith(_HEADER)), len(lines))
    header = "\n".join(each.removeprefix(_HEADER).removeprefix(" ") for each in lines[:length])
    try:
        said = tomllib.loads(header)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Sentence("{where}: the header is not TOML: {error}", where=where, error=error)) from None
    select = "\n".join(lines[length:]).strip().rstrip(";").rstrip()
    refuse(
        [
            Sentence("{where}: {problem}", where=where, problem=problem)
            for problem in (*_header_problems(said), *_select_problems(select))
        ]
    )
    return Projection(
        name=name,
        titles=MappingProxyType(_titles(said["title"])),
        grain=said["grain"],
        reads=tuple(said["reads"]),
        columns=MappingProxyType(dict(said["columns"])),
        select=select,
        text=text,
        custom=custom,
    )


def _header_problems(said: Mapping[str, Any]) -> list[str]:
    problems: list[str] = [Sentence("the header has no {key}", key=key) for key in sorted(_KEYS - set(said))]
    problems += [
        Sentence("the header has a key that means nothing here: {key}", key=key) for key in sorted(set(said) - _KEYS)
    ]
    if "grain" in said and not _is_text(said["grain"]):
        problems.append(Sentence("grain must be a text"))
    if "title" in said and not _is_title(said["title"]):
        problems.append(Sentence('title must be a text, or { en = "…", zh = "…" }'))
    problems += (
        [] if _is_list_of_text(said.get("reads", [])) else [Sentence("reads must list names of tables and projections")]
    )
    if "columns" in said and not _is_dict_of_text(said["columns"]):
        problems.append(Sentence("columns must give each column's name and what it means"))
    return problems


def _titles(said: str | dict[str, str]) -> dict[str, str]:
    return {_SOURCE_LANG: said} if isinstance(said, str) else dict(said)


def _is_title(value: Any) -> bool:
    return _is_text(value) or (_is_dict_of_text(value) and {_SOURCE_LANG} <= set(value) <= _LANGS)


def _is_list_of_text(value: Any) -> bool:
    held = cast("list[object]", value)
    return isinstance(value, list) and all(_is_text(each) for each in held)


def _is_dict_of_text(value: Any) -> bool:
    held = cast("dict[str, object]", value)
    return isinstance(value, dict) and len(held) > 0 and all(_is_text(each) for each in held.values())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _select_problems(select: str) -> list[str]:
    if not select:
        return [Sentence("there is no SELECT after the header")]
    code = _SKIPPED.sub(" '' ", select).replace('"', "")
    return [
        Sentence("{problem} ({found})", problem=problem, found=found[0].strip("( "))
        for pattern, problem in _FORBIDDEN
        if (found := pattern.search(code))
    ]
