"""Append events.

A subcommand for each type of event; without one, --from FILE takes many at once: one JSON object a line, or an array,
each with "type", "stream", "body" and, if need be, "id". They are appended together or not at all. Numbers in JSON are
micro-points (0.6 is 600000) unless --points is given. What is sealed comes from a file, standard input or a prompt.

Exit status: 4 if what was given does not have the form asked for, 5 if a rule refuses it; nothing was written.

$ evenhand record --from events.ndjson
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from evenhand.cli.binding import with_standards
from evenhand.cli.checking import with_checks
from evenhand.cli.drafting import Typed, check_together, draft_of, drafts_from
from evenhand.cli.fields import Option, Takes, options_of
from evenhand.cli.loading import command_of
from evenhand.cli.recording import append, event_class_of, tell
from evenhand.cli.run import UsageError, run_of
from evenhand.errors import InputError
from evenhand.events.base import Event
from evenhand.events.registry import REGISTRY
from evenhand.sentence import Sentence

COMMANDS: Final[dict[str, Callable[..., Any]]] = {}
"""Made one by one, from the classes, when asked for."""

From = Annotated[
    str | None, typer.Option("--from", metavar="FILE", help="JSON of many events, or - for standard input.")
]
Points = Annotated[
    bool, typer.Option("--points", help="Scores, weights and bars in JSON are points, not micro-points.")
]
AcceptClock = Annotated[
    bool, typer.Option("--accept-clock", help="Record although the clock is far behind the ledger's.")
]
Format = Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")]


def callback(
    context: typer.Context,
    *,
    source: From = None,
    points: Points = False,
    accept_clock: AcceptClock = False,
    format_: Format = None,
) -> None:
    """Append many events at once."""
    if context.invoked_subcommand is not None:
        if source:
            raise UsageError(Sentence("--from goes after the type of the event, or without one"))
        return
    if source is None:
        raise UsageError(Sentence("which type of event? see: evenhand record --help"))
    record_from(context, source, None, points=points, accept_clock=accept_clock, format_=format_)


def record_from(
    context: typer.Context,
    source: str,
    event_class: type[Event] | None,
    *,
    points: bool,
    accept_clock: bool,
    format_: str | None,
) -> None:
    """Append what a file holds, all of it or nothing."""
    run = run_of(context)
    form = run.form(format_, "table", "json")
    with run.ledger() as ledger:
        drafts, places = drafts_from(ledger, source, event_class, points=points)
        tell(
            run,
            append(ledger, with_checks(ledger, with_standards(ledger, drafts)), places, accept_clock=accept_clock),
            form,
        )


class Group(TyperGroup):
    """The types of the vocabulary as subcommands, each made when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """List the types that are written today."""
        return [each.TOPIC.rpartition(".v")[0] for each in REGISTRY.current]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """Make the command of one type; none if there is no such type."""
        if cmd_name not in self.commands:
            try:
                event_class = event_class_of(cmd_name)
            except InputError:
                return None
            self.commands[cmd_name] = type_command(cmd_name, event_class)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Suggest the type that may have been meant."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            if near:
                ctx.fail(Sentence("there is no such type of event; did you mean {near}?", near=near[0]))
            ctx.fail(Sentence("there is no such type of event; see: evenhand record --help"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - typer's signature
        """List the types with what each says."""
        rows = [(each.TOPIC.rpartition(".v")[0], _first_sentence(each).rstrip(".")) for each in REGISTRY.current]
        with formatter.section("Types"):
            formatter.write_dl(rows)


def type_command(name: str, event_class: type[Event], *, doc: str | None = None) -> Any:
    """Make the command that records one type."""
    return command_of(name, type_function(event_class, doc=doc))


def type_function(event_class: type[Event], *, doc: str | None = None) -> Callable[..., Any]:
    """Make the function whose parameters are the options of one type."""
    options = options_of(event_class)

    def record(context: typer.Context, **given: Any) -> None:
        _record(context, event_class, options, given)

    parameters = [inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)]
    parameters += [_parameter(each.parameter, _annotation(each)) for each in options]
    parameters += [_parameter(name, annotation) for name, annotation in _SHARED.items() if _fits(name, event_class)]
    record.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads the options off it
    record.__annotations__ = {each.name: each.annotation for each in parameters}
    record.__doc__ = doc or type_help(event_class)
    return record


def type_help(event_class: type[Event]) -> str:
    """Write the help of one type: what it says, and where it goes."""
    kinds = " or ".join(each.value for each in event_class.STREAMS)
    where = f"Opens a new {kinds} stream, whose id is printed." if event_class.OPENS else f"Goes on a {kinds} stream."
    return (
        f"{_first_sentence(event_class)}\n\n{where} Ids may be given by position, standards, policies and requisitions "
        "by code.\n\nExit status: 4 if a field is wrong or missing, 5 if a rule refuses it; nothing was written."
    )


def _first_sentence(event_class: type[Event]) -> str:
    return " ".join((event_class.__doc__ or "").split("\n\n")[0].split())


def _record(
    context: typer.Context, event_class: type[Event], options: tuple[Option, ...], given: dict[str, Any]
) -> None:
    run = run_of(context)
    form = run.form(given.pop("format_"), "table", "json")
    source, accept_clock = given.pop("source"), given.pop("accept_clock")
    fields = {each.field: given.pop(each.parameter) for each in options}
    given.setdefault("zone", fields.get("zone"))
    typed = Typed(fields, **given)
    if source is not None:
        check_together(from_=source, json=typed.json)
        if any(value is not None for value in (*fields.values(), typed.stream, typed.id, typed.occurred)):
            raise UsageError(Sentence("--from brings whole events; leave out the options that say what they hold"))
        record_from(context, source, event_class, points=typed.points, accept_clock=accept_clock, format_=form)
        return
    with run.ledger() as ledger:
        draft = draft_of(run, ledger, event_class, typed)
        drafts = with_checks(ledger, with_standards(ledger, [draft]))
        tell(run, append(ledger, drafts, accept_clock=accept_clock), form)


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    default = False if annotation in _FLAGS else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _annotation(option: Option) -> Any:
    if option.takes is Takes.FLAG:
        stem = option.flags[0].removeprefix("--")
        return Annotated[bool | None, typer.Option(f"--{stem}/--no-{stem}", help=option.says or None)]
    kind: Any = list[str] | None if option.many else str | None
    return Annotated[kind, typer.Option(*option.flags, metavar=option.metavar, help=option.says or None)]


def _fits(name: str, event_class: type[Event]) -> bool:
    return not (name == "zone" and "zone" in event_class.model_fields)


_SHARED: Final[dict[str, Any]] = {
    "stream": Annotated[
        str | None, typer.Option("--stream", metavar="ID", help="The stream: an id, a position on it, or a code.")
    ],
    "occurred": Annotated[
        str | None, typer.Option("--occurred", metavar="WHEN", help="When it happened; now, if left out.")
    ],
    "zone": Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="The zone of the times given; the ledger's, if left out."),
    ],
    "actor": Annotated[str | None, typer.Option("--actor", metavar="ID", help="Who records; you, if left out.")],
    "causation": Annotated[
        str | None, typer.Option("--causation", metavar="ID", help="The entry this one follows from.")
    ],
    "id": Annotated[str | None, typer.Option("--id", metavar="ID", help="Makes a repeated append harmless.")],
    "json": Annotated[str | None, typer.Option("--json", metavar="JSON", help="The body, or a part of it.")],
    "source": From,
    "points": Points,
    "accept_clock": AcceptClock,
    "format_": Format,
}
"""Options that every type has."""
_FLAGS: Final = (Points, AcceptClock)
