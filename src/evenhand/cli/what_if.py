"""Put another standard in the place of every version of its code: one that was adopted, or one out of a file."""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple

from pydantic import ValidationError

from evenhand.cli.json_input import read_text, shown_name
from evenhand.cli.run import UsageError
from evenhand.columns.facts import Facts
from evenhand.errors import InputError
from evenhand.events.misfits import problems
from evenhand.events.points import body_from_toml
from evenhand.events.standard import StandardAdopted
from evenhand.sentence import Sentence

_FILLER: Final = {
    "occurred_at": {"at": "2000-01-01", "zone": "UTC", "precision": "day"},
    "actor": "00000000-0000-0000-0000-000000000000",
    "basis": {"kind": "observed"},
    "rules": 1,
}
"""What an event needs beside a standard; a what-if is never recorded."""
_VERSION: Final = re.compile(r"(?P<code>[^:]+):(?P<version>[1-9][0-9]{0,15})")


class Version(NamedTuple):
    """A version of a standard that the ledger has."""

    code: str
    version: int


WhatIf = StandardAdopted | Version
"""A standard that takes the place of every version of its code."""


def version_of(text: str) -> Version:
    """Read ``CODE:N``. Raises ``UsageError``."""
    form = _VERSION.fullmatch(text)
    if form is None:
        raise UsageError(
            Sentence("--version: expected the code of a standard and one of its versions, such as engineer:2")
        )
    return Version(form["code"], int(form["version"]))


def standard_of(name: str) -> StandardAdopted:
    """Read a standard from a TOML file. Raises ``InputError`` with all that is wrong in it."""
    body = {**_FILLER, **body_from_toml(StandardAdopted, read_text(name), shown_name(name))}
    body.setdefault("standard_version", 1)
    try:
        return StandardAdopted.model_validate_json(json.dumps(body, default=str))
    except ValidationError as error:
        raise InputError(*problems(error, shown_name(name))) from None


def once_each(what_if: list[WhatIf]) -> None:
    """Refuse two standards of one code: only one can take the place of the versions there are."""
    codes = [each.code for each in what_if]
    if len(set(codes)) < len(codes):
        raise UsageError(Sentence("two of the standards asked for have the same code; give one of them at a time"))


def ask(facts: Facts, what_if: WhatIf) -> None:
    """Put a standard in the place of every version of the same code. Raises ``InputError`` if there is none."""
    if isinstance(what_if, Version):
        _ask_version(facts, what_if)
    else:
        _ask_file(facts, what_if)


def _ask_version(facts: Facts, wanted: Version) -> None:
    connection = facts.connection
    found = connection.execute(
        "SELECT standard_version, max(position) FROM standard_adopted_effective WHERE code = ? "
        "GROUP BY standard_version ORDER BY standard_version",
        [wanted.code],
    ).fetchall()
    adopted = dict(found)
    if wanted.version not in adopted:
        known = ", ".join(str(each) for each in adopted)
        there = Sentence("versions {known} are there", known=known) if known else Sentence("no standard has that code")
        raise InputError(Sentence("--version: this ledger has no such version of a standard; {there}", there=there))
    connection.execute(
        "INSERT INTO main.what_if_standard BY NAME SELECT * FROM main.standard_adopted WHERE position = ?",
        [adopted[wanted.version]],
    )


def _ask_file(facts: Facts, standard: StandardAdopted) -> None:
    connection = facts.connection
    known = connection.execute("SELECT count(*) FROM standard_adopted WHERE code = ?", [standard.code]).fetchall()
    if not known[0][0]:
        raise InputError(
            Sentence(
                "the file's standard has the code {code}, which no standard of this ledger has", code=standard.code
            )
        )
    body = json.loads(standard.model_dump_json())
    types = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'what_if_standard' "
        "AND database_name = current_database() ORDER BY column_index"
    ).fetchall()
    filled = [(name, kind) for name, kind in types if name in body and name not in {"actor", "basis", "rules"}]
    names = ", ".join(f'"{name}"' for name, _ in filled)
    values = ", ".join(_value(kind) for _, kind in filled)
    connection.execute(
        f"INSERT INTO main.what_if_standard ({names}) SELECT {values}",
        [json.dumps(body[name]) for name, _ in filled],
    )


def _value(kind: str) -> str:
    """Write how JSON becomes a value; text would keep its quotes, and what is null stays null."""
    return "json(?) ->> '$'" if kind == "VARCHAR" else f"CAST(json(?) AS {kind})"
