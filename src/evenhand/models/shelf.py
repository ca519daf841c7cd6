"""Which projections there are: those that travel with the program, and a company's own beside its ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from evenhand.columns.tables import view_names
from evenhand.errors import InputError, refuse
from evenhand.events.registry import REGISTRY
from evenhand.models.projection import Projection, parse
from evenhand.resources import shelf
from evenhand.sentence import Sentence


def catalogue(
    folder: Path | None = None, *, custom: bool = True, built_in: Path | None = None
) -> Mapping[str, Projection]:
    """Read every projection, by name; ``folder`` is a ledger's, whose own stand in its ``projections/``.

    ``custom=False`` leaves a ledger's own out. Raises ``InputError`` with every problem of every file.
    """
    found = _read(built_in or shelf("projections"), custom=False)
    own = _read(folder / "projections", custom=True) if folder is not None and custom else {}
    tables = view_names(REGISTRY)
    refuse(
        [
            Sentence("{name}.sql: this name is that of a table; choose another", name=name)
            if name in tables
            else Sentence("{name}.sql: this name is that of a built-in projection; choose another", name=name)
            for name in sorted(own)
            if name in found or name in tables
        ]
    )
    everything = {**found, **own}
    refuse(
        [
            Sentence(
                "{name}.sql: it reads {read}, which is neither a table nor a projection", name=each.name, read=name
            )
            for each in everything.values()
            for name in each.reads
            if name not in tables and name not in everything
        ]
    )
    return MappingProxyType(everything)


def digest(projections: Mapping[str, Projection]) -> str:
    """Answer with one SHA-256 over the names and digests of projections, in hexadecimal."""
    lines = "".join(f"{name} {projections[name].digest}\n" for name in sorted(projections))
    return hashlib.sha256(lines.encode()).hexdigest()


def _read(folder: Path, *, custom: bool) -> dict[str, Projection]:
    problems: list[str] = []
    found: dict[str, Projection] = {}
    for path in sorted(folder.glob("*.sql")) if folder.is_dir() else ():
        try:
            found[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"), custom=custom)
        except InputError as error:
            problems += error.problems
        except (OSError, UnicodeDecodeError):
            problems.append(Sentence("{name}: it cannot be read as UTF-8 text", name=path.name))
    refuse(problems)
    return found


def in_order(projections: Mapping[str, Projection], names: tuple[str, ...]) -> tuple[Projection, ...]:
    """Put projections and all they read in an order in which each comes after what it reads."""
    done: dict[str, Projection] = {}
    for name in names:
        if name not in projections:
            raise InputError(Sentence("there is no projection {name}; see: evenhand project", name=name))
        _visit(projections, name, done, ())
    return tuple(done.values())


def _visit(
    projections: Mapping[str, Projection], name: str, done: dict[str, Projection], path: tuple[str, ...]
) -> None:
    if name in done:
        return
    if name in path:
        circle = " reads ".join(f"{each}.sql" for each in (*path[path.index(name) :], name))
        raise InputError(Sentence("these projections read each other in a circle: {circle}", circle=circle))
    for read in projections[name].reads:
        if read in projections:
            _visit(projections, read, done, (*path, name))
    done[name] = projections[name]
