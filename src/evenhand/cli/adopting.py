"""Adopt, list, show and compare what is kept in versions: standards, policies and the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic_core import from_json

from evenhand.cli.handles import ID, entries_of, find_code
from evenhand.cli.json_input import read_text, shown_name
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.recording import append, fresh_id, tell
from evenhand.cli.run import Run
from evenhand.cli.toml_text import toml_text
from evenhand.cli.when import moment
from evenhand.errors import InputError
from evenhand.events.base import Event
from evenhand.events.entry import Entry
from evenhand.events.ledger import ScreenAdopted
from evenhand.events.points import body_from_toml
from evenhand.events.policy import PolicyAdopted
from evenhand.events.standard import StandardAdopted
from evenhand.ledger.drafts import Draft
from evenhand.ledger.ledger import Ledger
from evenhand.render.escape import visible
from evenhand.sentence import Sentence

_ENVELOPE: Final = frozenset(Event.model_fields)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is adopted in versions; the screen has no code, the ledger has one."""

    name: str
    event_class: type[Event]
    version: str
    coded: bool = True


STANDARD: Final = Kind("standard", StandardAdopted, "standard_version")
POLICY: Final = Kind("policy", PolicyAdopted, "policy_version")
SCREEN: Final = Kind("screen", ScreenAdopted, "screen_version", coded=False)


class Version(NamedTuple):
    """One version as adopted."""

    entry: Entry
    code: str
    number: int
    body: dict[str, Any]

    def says(self) -> dict[str, Any]:
        """Answer with what was adopted, without the envelope's fields."""
        return {name: value for name, value in self.body.items() if name not in _ENVELOPE}


def versions(ledger: Ledger, kind: Kind, stream: str | None = None) -> Iterator[Version]:
    """Yield every version in the order of adoption, of one stream or of all."""
    for entry in entries_of(ledger, kind.event_class.TOPIC):
        if stream is None or entry.stream == stream:
            body = from_json(entry.body)
            yield Version(entry, str(body.get("code", "screen")), body[kind.version], body)


def adopt(run: Run, kind: Kind, source: str, *, occurred: str | None, form: str) -> None:
    """Adopt what a TOML file says, as the next version of its code; the same text again writes nothing."""
    body = body_from_toml(kind.event_class, read_text(source), shown_name(source))
    with run.ledger() as ledger:
        stream = _stream(ledger, kind, body)
        known = list(versions(ledger, kind, stream)) if stream else []
        if same := _same(kind, body, known):
            run.say(
                Sentence(
                    "{called} says this already, as entry {position}; nothing was written",
                    called=_called(kind, same),
                    position=same.entry.position,
                )
            )
            tell(run, [same.entry], form)
            return
        _number(kind, body, known)
        if occurred is not None:
            body["occurred_at"] = moment_of(occurred, run.settings.zone or ledger.zone)
        draft = Draft(kind.event_class.TOPIC, stream or fresh_id(), body)
        tell(run, append(ledger, [draft], [shown_name(source)]), form)


def moment_of(text: str, zone: str) -> dict[str, str]:
    """Read the time given with ``--occurred``. Raises ``InputError``."""
    try:
        return moment(text, zone)
    except ValueError as error:
        raise InputError(Sentence("--occurred: {error}", error=error)) from None


def _stream(ledger: Ledger, kind: Kind, body: Mapping[str, Any]) -> str | None:
    if not kind.coded:
        return ledger.opening.stream
    code = body.get("code")
    return find_code(ledger, kind.name, code) if isinstance(code, str) else None


def _same(kind: Kind, body: Mapping[str, Any], known: Sequence[Version]) -> Version | None:
    """Find the version that says just this; a file that names no version is compared with the latest."""
    candidates = [each for each in known if each.number == body[kind.version]] if kind.version in body else known[-1:]
    for each in candidates:
        said = each.says()
        free = {kind.version, "supersedes"} - set(body)
        if _whole(kind, {**body, **{name: said[name] for name in free if name in said}}) == said:
            return each
    return None


def _whole(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fill in the class's defaults, as an append does; none if the body is not whole."""
    filler = {"occurred_at": {"at": "2000-01-01", "zone": "UTC", "precision": "day"}, "actor": fresh_id(), "rules": 1}
    try:
        event = kind.event_class.model_validate_json(dumped({**filler, "basis": {"kind": "observed"}, **body}))
    except ValueError:
        return None
    return {
        name: value
        for name, value in from_json(event.model_dump_json(exclude_none=True)).items()
        if name not in _ENVELOPE
    }


def _number(kind: Kind, body: dict[str, Any], known: Sequence[Version]) -> None:
    latest = max((each.number for each in known), default=0)
    if kind.version not in body:
        body[kind.version] = latest + 1
        if latest and "supersedes" in kind.event_class.model_fields:
            body.setdefault("supersedes", latest)


def list_all(run: Run, kind: Kind, form: str) -> None:
    """List every version."""
    words = run.words
    with run.reading() as ledger:
        rows = [
            (each.code, each.number, each.entry.position, _since(each), _name(each, words.lang), each.entry.stream)
            for each in versions(ledger, kind)
        ]
    labels = (
        words.text("code"),
        words.text("version"),
        words.text("entry"),
        words.text("adopted"),
        words.text("name"),
        words.text("stream"),
    )
    keys = ("code", "version", "position", "adopted", "name", "stream")
    show(
        run,
        form,
        {"standard": "standards", "policy": "policies", "screen": "screens"}[kind.name],
        Grid(keys, labels, rows, frozenset({"version", "position"})),
    )


def _since(each: Version) -> str:
    return str(each.body["occurred_at"]["at"])[:16]


def _name(each: Version, lang: str) -> str:
    names = each.body.get("names") or {"en": each.body.get("citation", "")}
    return str(names.get(lang) or names["en"])


def find(ledger: Ledger, kind: Kind, code: str | None, number: int | None) -> Version:
    """Answer with one version, the newest unless a number is given. Raises ``InputError``."""
    known = [each for each in versions(ledger, kind) if code is None or code in {each.code, each.entry.stream}]
    if not known:
        raise InputError(Sentence("no {name} in this ledger has this code; see: evenhand {name} list", name=kind.name))
    if number is None:
        return known[-1]
    for each in known:
        if each.number == number:
            return each
    raise InputError(
        Sentence(
            "{code} has no version {number}; the newest is {newest}",
            code=known[-1].code,
            number=number,
            newest=known[-1].number,
        )
    )


def show_one(run: Run, kind: Kind, code: str | None, number: int | None, form: str) -> None:
    """Show one version: as TOML that could be adopted again, or as JSON."""
    with run.reading() as ledger:
        found = find(ledger, kind, code, number)
    if form == "json":
        run.write(dumped({"position": found.entry.position, "stream": found.entry.stream, kind.name: found.says()}))
        return
    run.write(visible(toml_text(kind.event_class, found.says()), keep="\n"))


def difference(run: Run, kind: Kind, one: str, other: str) -> None:
    """Print what differs between two versions, or between a version and a file, line by line."""
    with run.reading() as ledger:
        before, after = (_text(ledger, kind, each).splitlines() for each in (one, other))
    lines = unified_diff(before, after, one, other, lineterm="", n=2)
    run.write("".join(visible(each) + "\n" for each in lines))


def _text(ledger: Ledger, kind: Kind, named: str) -> str:
    if named.endswith(".toml") or Path(named).is_file():
        body = body_from_toml(kind.event_class, read_text(named), shown_name(named))
        return toml_text(kind.event_class, _whole(kind, {kind.version: 1, **body}) or body)
    code, at, number = named.rpartition("@")
    if at and not number.isdecimal():
        raise InputError(
            Sentence("expected CODE, CODE@VERSION or FILE.toml; see: evenhand {name} list", name=kind.name)
        )
    wanted = (code if at else named) or None
    found = find(ledger, kind, None if not kind.coded else wanted, int(number) if at else None)
    return toml_text(kind.event_class, found.says())


def _called(kind: Kind, each: Version) -> str:
    of = each.code if ID.fullmatch(each.code) is None else kind.name
    return Sentence("version {number} of {of}", number=each.number, of=of)
