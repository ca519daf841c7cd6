"""Decide each setting: flag, then ``EVENHAND_*``, then ``evenhand.toml`` in the ledger's folder, then the default.

Every setting remembers who decided it, so that ``config show`` can say so. A file with a key nobody knows, or a value
of the wrong kind, is refused as a whole: a setting that is silently ignored is worse than none.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from evenhand.errors import EvenhandError, InputError, UnavailableError, reason, refuse
from evenhand.sentence import Sentence

FILE = "evenhand.toml"
PREFIX = "EVENHAND_"
SECRETS = ("EVENHAND_VAULT_KEY",)
"""Read from the environment by the vault alone: never a setting, never shown."""

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")
Format = Literal["table", "md", "json", "csv", "html", "pdf"]
FORMATS: tuple[Format, ...] = ("table", "md", "json", "csv", "html", "pdf")


class Setting(NamedTuple):
    """One setting as ``config show`` prints it: a password in an address is never shown."""

    name: str
    value: str | None
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for this run. ``None`` means the ledger's own: its own files, its own zone; nobody, for the actor."""

    ledger: Path
    store: str | None
    vault: str | None
    actor: str | None
    lang: Lang
    zone: str | None
    format: Format
    decided_by: Mapping[str, str]
    stray: tuple[str, ...]
    """``EVENHAND_*`` variables that mean nothing here; most likely misspelt."""

    def shown(self) -> tuple[Setting, ...]:
        """List every setting with who decided it, fit to be printed."""
        values = {name: getattr(self, name) for name in NAMES}
        return tuple(
            Setting(name, None if value is None else hide_password(str(value)), self.decided_by[name])
            for name, value in values.items()
        )


class _Kind(NamedTuple):
    """What a setting must be: ``fits`` answers for a value that is not empty, ``expected`` says it in words."""

    fits: Callable[[str], bool]
    expected: str
    in_file: bool = True


def _is_address(value: str) -> bool:
    return re.match(r"(sqlite|postgresql)(\+[a-z0-9]+)?:", value) is not None


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def is_zone(value: str) -> bool:
    """Say whether there is an IANA time zone of this name."""
    try:
        ZoneInfo(value)
    except (
        OSError,
        ValueError,
    ):  # a zone that is not there is a KeyError made of an OSError; a path out is a ValueError
        return False
    except KeyError:
        return False
    return True


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "ledger": _Kind(bool, Sentence("a folder"), in_file=False),
        "store": _Kind(_is_address, Sentence("an address such as postgresql:///hiring")),
        "vault": _Kind(_is_address, Sentence("an address such as postgresql:///hiring_keys")),
        "actor": _Kind(_is_id, Sentence("the id of a registered person, a UUID in lower case")),
        "lang": _Kind(LANGS.__contains__, Sentence("one of {names}", names=", ".join(LANGS))),
        "zone": _Kind(is_zone, Sentence("an IANA time zone such as Europe/Berlin")),
        "format": _Kind(FORMATS.__contains__, Sentence("one of {names}", names=", ".join(FORMATS))),
    }
)
NAMES: tuple[str, ...] = tuple(_KINDS)


class _Choice(NamedTuple):
    value: str
    decided_by: str


def decide(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Settings:
    """Decide every setting from the command's flags, the environment and the file in the ledger's folder.

    A flag that is ``None`` and a variable that is empty were not given. Raises ``InputError`` with all problems at
    once, ``UnavailableError`` when the file is there and cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    spoken = {name: value for name in NAMES if (value := environ.get(PREFIX + name.upper(), ""))}
    choices = {"ledger": _Choice(".", "default"), "lang": _language(environ), "format": _Choice("table", "default")}
    chosen = {name: _Choice(value, PREFIX + name.upper()) for name, value in spoken.items()}
    chosen |= {name: _Choice(value, "--" + name) for name, value in given.items()}
    ledger = Path((chosen.get("ledger") or choices["ledger"]).value)
    problems, filed = _read(ledger / FILE)
    choices |= filed | chosen
    problems += [problem for name, choice in chosen.items() if (problem := _problem(name, choice))]
    refuse(problems)
    return _settled(choices, environ)


def language(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Lang:
    """Decide the language alone, in which to say what is wrong with the other settings."""
    try:
        return decide({name: flags.get(name) for name in ("ledger", "lang")}, environ).lang
    except EvenhandError:
        asked = (flags.get("lang"), environ.get(PREFIX + "LANG"), _language(environ).value)
        return next(known for each in asked for known in LANGS if each == known)


def write_config(folder: Path, values: Mapping[str, str]) -> Path:
    """Write ``evenhand.toml`` into a new ledger's folder, readable by its owner alone: an address may hold a password.

    Raises ``InputError`` for a setting that does not belong in the file, or when a file is there already.
    """
    path = folder / FILE
    refuse([problem for name, value in values.items() if (problem := _file_problem(path, name, value))])
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(Sentence("{path} is there already; edit it, or choose another folder", path=path)) from None
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write("# Settings of this ledger. A flag or an EVENHAND_* variable goes before them.\n" + "".join(lines))
        file.flush()
        os.fsync(file.fileno())
    return path


def hide_password(address: str) -> str:
    """Write a database address without its password; any other text stays as it is."""
    hidden = re.sub(r"(?<=://)([^:/@?#]*):[^/?#]*@", r"\1:***@", address)
    return re.sub(r"([?&]password=)[^&]*", r"\1***", hidden)


def _read(path: Path) -> tuple[list[str], dict[str, _Choice]]:
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return [], {}
    except UnicodeDecodeError:
        return [Sentence('{path}: not UTF-8; expected lines such as lang = "zh"', path=path)], {}
    except tomllib.TOMLDecodeError as wrong:
        return [
            Sentence('{path}: {wrong}; expected lines such as lang = "zh"', path=path, wrong=_lower(str(wrong)))
        ], {}
    except OSError as wrong:
        raise UnavailableError(Sentence("{path} cannot be read: {reason}", path=path, reason=reason(wrong))) from None
    problems = [problem for name, value in table.items() if (problem := _file_problem(path, name, value))]
    return problems, {} if problems else {name: _Choice(str(value), str(path)) for name, value in table.items()}


def _file_problem(path: Path, name: str, value: object) -> str | None:
    fit = [known for known, kind in _KINDS.items() if kind.in_file]
    if name not in fit:
        given, known = json.dumps(name, ensure_ascii=False), ", ".join(fit)
        if name == "ledger":
            return Sentence(
                "{path}: {given} is not a setting here (the file stands in the folder it would name); expected {known}",
                path=path,
                given=given,
                known=known,
            )
        return Sentence("{path}: {given} is not a setting here; expected {known}", path=path, given=given, known=known)
    if not isinstance(value, str):
        return Sentence(
            "{path}: {name} is {kind}; expected {expected}, in quotes",
            path=path,
            name=name,
            kind=_toml_kind(value),
            expected=_KINDS[name].expected,
        )
    return _problem(name, _Choice(value, f"{path}: {name}"))


def _problem(name: str, choice: _Choice) -> str | None:
    kind = _KINDS[name]
    if choice.value and "\x00" not in choice.value and kind.fits(choice.value):
        return None
    return Sentence("{decided_by} is not {expected}", decided_by=choice.decided_by, expected=kind.expected)


def _language(environ: Mapping[str, str]) -> _Choice:
    # The first of these that is set decides, as POSIX has it, even when it names neither of our languages.
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return _Choice("zh", name) if value.lower().startswith("zh") else _Choice("en", "default")
    return _Choice("en", "default")


def _settled(choices: Mapping[str, _Choice], environ: Mapping[str, str]) -> Settings:
    value = {name: choice.value for name, choice in choices.items()}
    known = {PREFIX + name.upper() for name in NAMES}.union(SECRETS)
    return Settings(
        ledger=Path(value["ledger"]),
        store=value.get("store"),
        vault=value.get("vault"),
        actor=value.get("actor"),
        lang=cast("Lang", value["lang"]),
        zone=value.get("zone"),
        format=cast("Format", value["format"]),
        decided_by=MappingProxyType(
            {name: choices[name].decided_by if name in choices else "default" for name in NAMES}
        ),
        stray=tuple(sorted(name for name in environ if name.startswith(PREFIX) and name not in known)),
    )


def _toml_kind(value: object) -> str:
    match value:
        case bool():
            return Sentence("true or false")
        case int() | float():
            return Sentence("a number")
        case list():
            return Sentence("a list")
        case dict():
            return Sentence("a table")
        case _:
            return Sentence("a date or a time")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
