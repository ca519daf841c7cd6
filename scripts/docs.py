"""Write the parts of the reference that follow from the code, so that they cannot say something else than it does.

``python scripts/docs.py`` rewrites them all. Events come from their classes, projections from their headers, commands
from their help, refusals from the rule sets, findings and reports from their declarations, the figures of the checks of
texts from the labelled messages of the tests. What stands above the mark in these pages is written by hand and kept,
like all the rest of the documentation.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from evenhand.cli.fields import options_of
from evenhand.cli.frame import root
from evenhand.columns.shape import Column, table, table_name
from evenhand.columns.tables import view_names
from evenhand.events import base
from evenhand.events.base import Event, Fact, StreamKind, Subject
from evenhand.events.registry import REGISTRY
from evenhand.models import Projection, catalogue
from evenhand.resources import shelf
from evenhand.rules.check import RULE_SETS
from evenhand.rules.context import Refusal
from evenhand.texts.checks import CHECKS

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "docs" / "reference"
_WIDTH: Final = 100
_MARK: Final = "<!-- What follows is made by: python scripts/docs.py -->"
_WORDS: Final = {
    "Id": "id",
    "EntryId": "id of an entry",
    "StreamId": "id of a stream",
    "PersonId": "id of a person",
    "Code": "code",
    "Digest": "digest",
    "Sealed": "**sealed** text",
    "PublicText": "text in the clear",
    "Instant": "instant",
    "Day": "date",
    "Zone": "time zone",
    "Language": "language",
    "Jurisdiction": "country or region",
    "Micro": "micro-points",
    "Count": "whole number from 0",
    "Ordinal": "whole number from 1",
    "Origin": "origin",
    "VerifierKey": "verifier key",
    "ToolVersion": "version",
    "TemplateVersion": "version",
    "str": "text of a fixed form",
    "bool": "true or false",
    "int": "whole number",
}
_PRINCIPLES: Final = (
    "The ledger as evidence",
    "1 Clear reasons",
    "2 Constructive feedback",
    "3 Respect",
    "4 Telling people in time",
    "5 The same standard for everyone",
    "6 Keeping in touch",
    "7 Learning",
)


# Events


def events() -> str:
    """Write the catalogue of the vocabulary."""
    out = [_contents(), "## What every event has", ""]
    out += _field_rows(Event, {})
    kinds = dict.fromkeys(each.STREAMS for each in REGISTRY.current)
    for streams in kinds:
        out += ["", f"## On {_where(streams)}", ""]
        for each in REGISTRY.current:
            if streams == each.STREAMS:
                out += _event(each)
    out += ["", "## Parts", "", "Values that fields above are made of.", ""]
    for part in _parts():
        out += [f"### {part.__name__}", "", *(inspect.getdoc(part) or "").split("\n"), "", *_field_rows(part, {}), ""]
    return "\n".join(out)


def _contents() -> str:
    rows = [f"| [`{_bare(each)}`](#{_anchor(each.TOPIC)}) | {_sentence(each)} |" for each in REGISTRY.current]
    return "\n".join(["| type | says |", "|---|---|", *rows, ""])


def _event(of: type[Event]) -> list[str]:
    where = _where(of.STREAMS)
    stream = f"Opens {where}" if of.OPENS else f"Stands on {where}"
    if of.OPENS and of.STREAMS[0] in {StreamKind.STANDARD, StreamKind.POLICY}:
        stream += "; later versions stand on the same one"
    key = ""
    if any("Sealed" in each.shown for each in _fields(of)) or _sealed_inside(of):
        key = " Sealed under the key of the person it names." if of.SUBJECT is Subject.PERSON else _stream_key(of)
    lines = [f"### {of.TOPIC}", "", f"{_sentence(of)} {stream}.{key} Table `{table_name(of.TOPIC)}`.", ""]
    options = {each.field: f"`{each.flags[0]}{' ' + each.metavar if each.metavar else ''}`" for each in options_of(of)}
    rows = _field_rows(of, options)
    return [*lines, *(rows or ["It has no fields but those every event has."]), ""]


def _stream_key(of: type[Event]) -> str:
    if of.STREAMS in {(StreamKind.CANDIDACY,), (StreamKind.CANDIDATE,)}:
        return " Sealed under the candidate's key."
    if of.STREAMS == (StreamKind.LEDGER,):
        return " Sealed under the ledger's key."
    return " Sealed under the key of its stream; on a candidacy that is the candidate's."


def _sealed_inside(of: type[BaseModel]) -> bool:
    return any("Sealed" in each.shown or (each.part and _sealed_inside(each.part)) for each in _fields(of))


class Field(NamedTuple):
    """One field as its class declares it: name, kind in words, whether it must be there, what its source says."""

    name: str
    shown: str
    kind: str
    needed: bool
    says: str
    part: type[BaseModel] | None


def _field_rows(of: type[BaseModel], options: dict[str, str]) -> list[str]:
    fields = _fields(of)
    if not fields:
        return []
    with_options = bool(options)
    head = [
        "| field | kind | needed | " + ("option | " if with_options else ""),
        "|---|---|---|" + "---|" * with_options,
    ]
    rows: list[str] = []
    for each in fields:
        kind = f"{each.kind}. {each.says}" if each.says else each.kind
        option = f" {_cell(options.get(each.name, ''))} |" if with_options else ""
        rows.append(f"| `{each.name}` | {_cell(kind)} | {'yes' if each.needed else ''} |{option}")
    return [each.rstrip() for each in (*head, *rows)]


@cache
def _fields(of: type[BaseModel]) -> tuple[Field, ...]:
    """List the fields of a class and of those above it, down to what every event has."""
    found: list[Field] = []
    for each in reversed(of.__mro__):
        if each in {BaseModel, Fact} or not issubclass(each, BaseModel) or (each is Event and of is not Event):
            continue
        found += _declared(each)
    return tuple({each.name: each for each in found}.values())


def _declared(of: type[BaseModel]) -> Iterator[Field]:
    body = ast.parse(inspect.getsource(of)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - the source of a class
    module = sys.modules[of.__module__]
    for at, each in enumerate(body.body):
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        if "ClassVar" in ast.unparse(each.annotation):
            continue
        after = body.body[at + 1] if at + 1 < len(body.body) else None
        says = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            says = " ".join(after.value.value.split())
        kind, part = _kind(each.annotation, module)
        needed = of.model_fields[each.target.id].is_required()
        if not needed and each.value is not None and ast.unparse(each.value) not in {"None", "()"}:
            says = f"{_default(each.value)} {says}".strip()
        yield Field(each.target.id, ast.unparse(each.annotation), kind, needed, says, part)


def _default(value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        return ""
    return f"If left out: `{json.dumps(ast.literal_eval(value))}`."


def _kind(node: ast.expr, module: ModuleType) -> tuple[str, type[BaseModel] | None]:
    """Say what a field holds, in words; with the class of its parts if it has any."""
    match node:
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return _kind(left, module)
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[inner, *_])):
            kind, part = _kind(inner, module)
            return f"list of: {kind}", part
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            return _kind(inner, module)
        case ast.Subscript(value=ast.Name(id="Literal")):
            values = ast.literal_eval(node.slice)
            return _choice(values if isinstance(values, tuple) else (values,)), None
        case ast.Name(id=name):
            return _named(name, getattr(module, name, None) or getattr(base, name, None))
        case _:
            raise TypeError(f"{module.__name__}: say in _kind how to write {ast.unparse(node)}")


def _named(name: str, what: Any) -> tuple[str, type[BaseModel] | None]:
    if name in _WORDS:
        return _WORDS[name], None
    if get_origin(what) is Literal:
        return _choice(get_args(what)), None
    if isinstance(what, type) and issubclass(what, BaseModel):
        return f"[{name}](#{_anchor(name)})", what
    if isinstance(what, type) and issubclass(what, StrEnum):
        return _choice(each.value for each in what), None
    if get_origin(what) is Annotated:
        raise TypeError(f"{name} is not in _WORDS")
    raise TypeError(f"{name}: say in _WORDS what this is")


def _choice(values: Iterable[object]) -> str:
    return ", ".join(f"`{each}`" for each in values)


@cache
def _parts() -> tuple[type[BaseModel], ...]:
    """List every class that fields are made of, each after the first that holds it."""
    found: dict[type[BaseModel], None] = {}

    def walk(of: type[BaseModel]) -> None:
        for each in _fields(of):
            if each.part is not None and each.part not in found:
                found[each.part] = None
                walk(each.part)

    walk(Event)
    for each in REGISTRY.current:
        walk(each)
    return tuple(found)


def _where(streams: tuple[StreamKind, ...]) -> str:
    if len(streams) == len(StreamKind):
        return "any stream"
    names = [each.value for each in streams]
    return "the ledger's own stream" if names == ["ledger"] else f"a {' or '.join(names)} stream"


def _bare(of: type[Event]) -> str:
    return of.TOPIC.rpartition(".v")[0]


# Tables


def tables() -> str:
    """Write which tables a projection and ``evenhand sql`` can read."""
    first, *others = (table(each).columns for each in REGISTRY.current)
    common = [each for each in first if all(each in columns for columns in others)]
    out = ["## Columns that every table has", "", *_column_rows(common, _SHARED_MEANINGS)]
    out += ["| `corrected_by` | BIGINT | Position of the latest correction of this entry; null if there is none. |", ""]
    out += ["## Beside them", "", "| name | what it is |", "|---|---|"]
    out += [f"| `{name}` | {says} |" for name, says in _OTHERS.items()]
    out += ["", "## What each table has of its own", ""]
    for each in REGISTRY.current:
        own = [column for column in table(each).columns if column not in common]
        seen = f"See [{each.TOPIC}](events.md#{_anchor(each.TOPIC)})."
        out += [f"### {table_name(each.TOPIC)}", "", f"{_sentence(each)} {seen}", ""]
        out += [*_column_rows(own, {}), ""] if own else ["It has none.", ""]
    return "\n".join(out)


_SHARED_MEANINGS: Final = {
    "position": "Position of the entry in the ledger.",
    "recorded_at": "When it was recorded (UTC).",
    "stream_key": "Position of the first entry of its stream: the key by which tables are joined.",
    "version": "Place in its stream, from 1.",
    "id": "Id of the entry.",
    "occurred_from": "When it happened, first possible instant (UTC).",
    "occurred_to": "When it happened, last possible instant (UTC).",
    "occurred_precision": "instant, minute or day.",
    "occurred_zone": "IANA zone it happened in.",
    "occurred_day": "Local date there.",
    "actor": "Who recorded it.",
    "basis": "observed or imported.",
    "batch": "Id of the import; null if observed.",
    "rules": "Number of the rule set in force.",
    "causation_id": "Entry it follows from; null if none is named.",
    "source_system": "Outside system it came from; null if none.",
    "source_kind": "Kind of outside record.",
    "source_revision": "Which revision of that record.",
}
_OTHERS: Final = {
    "entry": "Every entry: `position, recorded_at, stream_key, version, id, type`.",
    "stream": "Every stream: `stream_key, stream` (its id) and `kind`. Fields that name one hold its id and join here.",
    "as_of": "One row: `position` and `instant` (UTC). There is no other clock.",
    "report_zone": "One row: the `zone` that a report is made in.",
    "what_if_standard": "The columns of `standard_adopted`; empty unless `replay --standard` fills it.",
}


def _column_rows(columns: Iterable[Column], meanings: dict[str, str]) -> list[str]:
    if meanings:
        rows = [f"| `{each.name}` | {_cell(each.type)} | {meanings[each.name]} |" for each in columns]
        return ["| column | type | meaning |", "|---|---|---|", *rows]
    return ["| column | type |", "|---|---|", *(f"| `{each.name}` | {_cell(each.type)} |" for each in columns)]


# Projections, rules, findings, reports


def projections() -> str:
    """Write every projection's header."""
    shown = catalogue()
    tables_ = view_names(REGISTRY)
    out = ["| projection | a row is |", "|---|---|"]
    out += [f"| [`{each.name}`](#{each.name}) | {_cell(each.grain)} |" for each in shown.values()]
    for each in shown.values():
        out += ["", f"## {each.name}", "", f"{each.title}: {each.grain}.", "", _reads(each, tables_), ""]
        out += ["| column | meaning |", "|---|---|"]
        out += [f"| `{name}` | {_cell(meaning)} |" for name, meaning in each.columns.items()]
    return "\n".join([*out, ""])


def _reads(of: Projection, tables_: frozenset[str]) -> str:
    linked = (f"`{name}`" if name in tables_ else f"[`{name}`](#{name})" for name in of.reads)
    return f"Reads {', '.join(linked)}."


def rules() -> str:
    """Write every refusal of every rule set."""
    out: list[str] = []
    for number, refusals in RULE_SETS.items():
        out += [f"## Rule set {number}", "", "| refusal | says | concerns | reads | imported too |"]
        out += ["|---|---|---|---|---|", *map(_refusal, refusals), ""]
    return "\n".join(out)


def _refusal(of: Refusal) -> str:
    on = "every event" if of.on == (Event,) else ", ".join(_topics(of.on))
    streams = "every stream it names" if len(of.reads) == len(StreamKind) else ", ".join(of.reads)
    return f"| `{of.name}` | {of.says} | {on} | {streams or 'nothing else'} | {'yes' if of.imported else ''} |"


def _topics(classes: Iterable[type[Event]]) -> Iterator[str]:
    for each in classes:
        if "TOPIC" in vars(each):
            yield f"`{_bare(each)}`"
        else:
            yield f"every event of a {each.STREAMS[0].value}"


def findings() -> str:
    """Write what each finding means and what to do about it."""
    declared = tomllib.loads((shelf("projections") / "finding.toml").read_text(encoding="utf-8"))
    out: list[str] = []
    for number in (*range(1, len(_PRINCIPLES)), 0):
        out += [f"## {_PRINCIPLES[number]}", ""]
        for code, said in declared.items():
            if said["principle"] == number:
                out += [f"### {code}", "", f"**{said['en']}** ({said['zh']}). {said['means']}", ""]
                out += [f"*What to do:* {said['do']}", ""]
    return "\n".join(out)


def reports() -> str:
    """Write what each report shows."""
    out: list[str] = []
    for path in sorted(shelf("reports").glob("*/report.toml")):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        out += [f"## {path.parent.name}", "", f"{said['question']['en']}", ""]
        for block in said["block"]:
            out += [f"### {block['title']['en']}", "", *_block(block), ""]
    return "\n".join(out)


def _block(block: dict[str, Any]) -> Iterator[str]:
    reads = ", ".join(f"[`{name}`](projections.md#{name})" for name in block.get("reads", ()))
    fed = f"Block `{block['key']}`" + (f"; reads {reads}." if reads else ".")
    yield " ".join([fed, *(note["en"] for note in block.get("note", ()))])
    if columns := block.get("column"):
        yield from ("", "| column | label | kind |", "|---|---|---|")
        for each in columns:
            yield f"| `{each['key']}` | {_cell(each['label']['en'])} | {each.get('kind', 'text')} |"


# Checks of texts


def text_checks() -> str:
    """Write what each check asks for, how well it agrees with a reader, and what the lexicon looks for."""
    sys.path.insert(0, str(ROOT / "tests"))
    from labelled import LANGUAGES, labelled, lexicon, scores  # noqa: PLC0415 - the labelled messages are the tests' own

    out = [f"## The {len(CHECKS)} checks", "", "| check | a text that meets it | recorded |", "|---|---|---|"]
    out += [f"| `{each.id}` | {each.says} | {'sealed' if each.sealed else 'in the clear'} |" for each in CHECKS]
    for language in LANGUAGES:
        messages = labelled(language)
        out += ["", f"## Measured: {_LANGUAGES[language]}", ""]
        out_of = f"{len(messages)} messages, {sum(each.held_out for each in messages)} of them held out"
        out += [f"Lexicon {lexicon(language).version}; {out_of}.", ""]
        out += [_MEASURED, "|---|" + "---:|" * 9]
        rest = scores(language, held_out=True)
        for name, all_ in scores(language).items():  # the last is that of all checks together
            figures = (all_.right + all_.missed, *all_, all_.precision, all_.recall,
                       rest[name].right + rest[name].missed, rest[name].precision, rest[name].recall)  # fmt: skip
            shown = f"`{name}`" if name in {each.id for each in CHECKS} else name
            out.append(f"| {shown} | {' | '.join(map(str, figures))} |")
    for language in LANGUAGES:
        out += ["", f"## Lexicon: {_LANGUAGES[language]}", ""]
        out += ["| row | class | severity | citation | finds | leaves alone |", "|---|---|---|---|---|---|"]
        out += [
            f"| `{row.id}` | {row.class_} | {row.severity} | {_cell(row.citation)} "
            f"| {_cell(' · '.join(row.examples))} | {_cell(' · '.join(row.counter_examples))} |"
            for row in lexicon(language).rows
        ]
    return "\n".join(out)


_LANGUAGES: Final = {"en": "English", "zh": "Chinese"}
_MEASURED: Final = (
    "| check | faults | flagged rightly | flagged wrongly | missed | precision | recall "
    "| held out: faults | precision | recall |"
)


# Commands


def commands() -> str:
    """Write the help of every command."""
    top = root()
    context = _context(top, "evenhand", None)
    out = ["```text", top.get_help(context).rstrip(), "```", ""]
    for name in top.list_commands(context):
        out += _command(top.get_command(context, name), f"evenhand {name}", context, level=2)
    return "\n".join(out).rstrip() + "\n"


def _command(command: Any, path: str, parent: Any, *, level: int) -> Iterator[str]:
    context = _context(command, path.rpartition(" ")[2], parent)
    yield from (f"{'#' * level} {path}", "", "```text", command.get_help(context).rstrip(), "```", "")
    if path == "evenhand record":
        yield from _record(command, context)
    elif hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from _command(command.get_command(context, name), f"{path} {name}", context, level=level + 1)


def _record(command: Any, context: Any) -> Iterator[str]:
    """Write the options that every type has once; each type's own stand beside its fields."""
    example = command.get_command(context, "candidacy.withdrawn")
    yield from (
        "The options of each type stand beside its fields in [events](events.md). One of them whole, with the options",
        "that every type has:",
        "",
    )
    yield from _command(example, "evenhand record candidacy.withdrawn", context, level=3)


def _context(command: Any, name: str, parent: Any) -> Any:
    return command.context_class(
        command, info_name=name, parent=parent, terminal_width=_WIDTH, max_content_width=_WIDTH
    )


# Writing


def _sentence(of: type) -> str:
    return " ".join((inspect.getdoc(of) or "").split("\n\n")[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(text: str) -> str:
    """Answer with the anchor that a heading gets."""
    return text.lower().replace(".", "").replace(" ", "-")


PAGES: Final[dict[str, Callable[[], str]]] = {
    "commands.md": commands,
    "events.md": events,
    "findings.md": findings,
    "projections.md": projections,
    "reports.md": reports,
    "rules.md": rules,
    "tables.md": tables,
    "text-checks.md": text_checks,
}


def page(name: str) -> str:
    """Write a page: what stands by hand above the mark, and what follows from the code below it."""
    before, _, _ = (HOME / name).read_text(encoding="utf-8").partition(_MARK)
    return f"{before.rstrip()}\n\n{_MARK}\n\n{PAGES[name]().strip()}\n"


def main() -> None:
    """Rewrite every page that says something else than the code."""
    for name in PAGES:
        path = HOME / name
        text = page(name)
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
