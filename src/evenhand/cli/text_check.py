"""Check a text before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, NamedTuple, cast

import typer

from evenhand.cli.beside import Beside, criteria_of
from evenhand.cli.checking import KINDS, LANGUAGES, language_named, lexicon, message_of
from evenhand.cli.handles import stream_for
from evenhand.cli.json_input import read_text, read_values, shown_name
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.recording import event_class_of
from evenhand.cli.run import FoundSomething, Run, UsageError, run_of
from evenhand.cli.sealed import sealed_text
from evenhand.errors import InputError, UnavailableError
from evenhand.events.base import Channel
from evenhand.events.points import body_from_toml
from evenhand.events.standard import StandardAdopted
from evenhand.ledger.drafts import Draft
from evenhand.sentence import Sentence
from evenhand.texts.message import Kind, Known, Message, Outcome
from evenhand.texts.scope import Hit
from evenhand.texts.verdict import Checked, check
from evenhand.words import mark

PURPOSE: Final = "check text"
_JSON: Final = re.compile(r"""\s*(?:\[\s*)?\{\s*["}]""")
"""How JSON begins, and no letter: a template may begin with a brace."""
_TOPICS: Final = {kind: topic for topic, kind in KINDS.items()}
_ABOUT: Final = ("outcome", "status", "promise", "receipt", "withdrawal")
_OUTCOMES: Final = ("advance", "reject", "defer")
_CONFIRM: Final = mark("confirm before sending")
_OTHERWISE: Final = mark("say otherwise")
_LIMIT: Final = mark("A check shows that a pattern is there or is not, not whether a text is kind or lawful.")
_COLUMNS: Final = ("text", "check", "severity", "at", "found", "says")


class Given(NamedTuple):
    """A message with where it was read, and what the ledger is asked about it."""

    place: str
    message: Message
    draft: Draft | None = None


class Result(NamedTuple):
    """A message and what the checks said of it."""

    given: Given
    checked: Checked


def text(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The text, or JSON as record takes it; - for input.")],
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="|".join(_TOPICS), help="What the text is; a notice, if left out.")
    ] = None,
    about: Annotated[
        str | None, typer.Option("--about", metavar="|".join(_ABOUT), help="What a notice is about; the outcome.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", metavar="|".join(_OUTCOMES), help="What was decided.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="CHANNEL", help="How it will reach them, such as email or phone.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="en|zh", help="Of the text; as it looks, if left out.")
    ] = None,
    stream: Annotated[
        str | None, typer.Option("--stream", metavar="ID", help="The candidacy: its ledger is asked for all the rest.")
    ] = None,
    standard: Annotated[
        str | None, typer.Option("--standard", metavar="FILE", help="A standard in TOML, for its criteria.")
    ] = None,
    name_from: Annotated[
        str | None, typer.Option("--name-from", metavar="FILE", help="The candidate's name, or - for standard input.")
    ] = None,
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", help="To be kept in touch with.")] = None,
    format_: Format = None,
) -> None:
    """Check a text before it is sent.

    Says how many of the checks that apply are met, and where those are not that are not. What is known goes first:
    segments, outcome, criteria, name and consents, from the options or from the ledger; then a lexicon in English or
    Chinese. JSON is one body of a notice, feedback or follow-up, or what evenhand record --from takes. Nothing is
    recorded or sent; with --stream the candidate's name is opened, which the vault notes.

    A check shows that a pattern is there or is not. It cannot tell whether a text is kind, true or lawful.

    Exit status: 1 if a check is not met, 0 if all that apply are, 4 if the text cannot be read.

    $ evenhand check text letter.txt --outcome reject
    """
    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    _refuse_unknown(kind=(kind, _TOPICS), about=(about, _ABOUT), outcome=(outcome, _OUTCOMES))
    _refuse_unknown(channel=(channel, [each.value for each in Channel]), language=(language, LANGUAGES))
    if file == name_from == "-":
        raise UsageError(Sentence("FILE and --name-from cannot both read standard input; give one of them a file"))
    options = {"kind": kind, "about": about, "channel": channel, "language": language, "stream": stream}
    messages = list(_messages(file, {name: value for name, value in options.items() if value is not None}))
    own = Known(
        outcome=cast("Outcome | None", outcome),
        criteria=_criteria(standard) if standard else (),
        names=(sealed_text(run, name_from),) if name_from else (),
        consent=consent,
    )
    known = _known(run, [each.draft for each in messages], own)
    results = [
        Result(each, check(each.message, beside, lexicon(each.message.language)))
        for each, beside in zip(messages, known, strict=True)
    ]
    _print(run, form, results)
    if any(each.checked.unmet for each in results):
        raise FoundSomething


def _refuse_unknown(**given: tuple[str | None, Any]) -> None:
    for name, (value, values) in given.items():
        if value is not None and value not in values:
            raise UsageError(Sentence("--{name}: expected one of {values}", name=name, values=", ".join(values)))


def _messages(file: str, options: Mapping[str, str]) -> Iterator[Given]:
    where, whole = shown_name(file), read_text(file)
    if not whole.strip():
        raise InputError(Sentence("{where}: there is nothing in it; expected a text", where=where))
    if not _JSON.match(whole):
        yield _given(where, {"body": {"text": whole.removesuffix("\n")}}, options)
        return
    for placed in read_values(whole, where):
        value: Any = placed.value
        if not isinstance(value, dict):
            raise InputError(Sentence("{place}: expected a JSON object", place=placed.place))
        member = cast("dict[str, Any]", value)
        yield _given(placed.place, member if "body" in member else {"body": member}, options)


def _given(place: str, member: Mapping[str, Any], options: Mapping[str, str]) -> Given:
    """Make a message of a body or a text, the options over it."""
    if not isinstance(member["body"], dict):
        raise InputError(Sentence('{place}: "body" is not a JSON object', place=place))
    body = cast("dict[str, Any]", member["body"])
    kind = _kind(place, member, body, options)
    body = {**body, **{name: options[name] for name in ("about", "channel", "language") if name in options}}
    if kind == "notice":
        body.setdefault("about", "outcome")
    made = message_of(kind, body)
    if made is None:
        raise InputError(Sentence("{place}: {why}", place=place, why=_why(body)))
    stream = options.get("stream") or member.get("stream")
    return Given(place, made, Draft(_TOPICS[kind], stream, body) if isinstance(stream, str) else None)


def _kind(place: str, member: Mapping[str, Any], body: Mapping[str, Any], options: Mapping[str, str]) -> Kind:
    if "kind" in options:
        return cast("Kind", options["kind"])
    if isinstance(member.get("type"), str):
        topic = event_class_of(member["type"]).TOPIC
        if topic not in KINDS:
            raise InputError(
                Sentence(
                    "{place}: its type has no text that is checked; expected {kinds}",
                    place=place,
                    kinds=", ".join(KINDS),
                )
            )
        return KINDS[topic]
    return "feedback" if "segments" in body else "follow_up" if "kind" in body else "notice"


def _why(body: Mapping[str, Any]) -> str:
    if not body.get("text") and not body.get("segments"):
        return Sentence("it has no text and no segments; expected one of them")
    if language_named(body.get("language"), str(body.get("text") or "")) is None:
        return Sentence(
            "there are checks for {languages}, and this seems to be neither; say which with --language",
            languages=", ".join(LANGUAGES),
        )
    return Sentence("its text or segments do not have the form of an event; see: evenhand record feedback.given --help")


def _criteria(file: str) -> Any:
    return criteria_of(body_from_toml(StandardAdopted, read_text(file), file)["criteria"])


def _known(run: Run, drafts: list[Draft | None], own: Known) -> list[Known]:
    """Answer with what is known beside each message: what was said here goes before what the ledger says."""
    if not any(drafts):
        return [own] * len(drafts)
    try:
        with run.reading() as ledger:
            asked = [replace(each, stream=stream_for(ledger, each.stream)) if each else None for each in drafts]
            beside = Beside(ledger, purpose=PURPOSE)
            beside.open_names(each.stream for each in asked if each)
            return [_over(own, beside.known(each)) if each else own for each in asked]
    except UnavailableError as error:
        run.say(Sentence("{problem}; what a ledger would know of the candidacy is left out", problem=error.problems[0]))
        return [own] * len(drafts)


def _over(own: Known, ledger: Known) -> Known:
    return Known(
        outcome=own.outcome or ledger.outcome,
        criteria=own.criteria or ledger.criteria,
        names=own.names or ledger.names,
        consent=own.consent if own.consent is not None else ledger.consent,
    )


def _print(run: Run, form: str, results: list[Result]) -> None:
    words = run.words
    if form == "json":
        run.write(dumped({"texts": [_as_json(each, words.text) for each in results]}))
        return
    labels = (words.text("text"), words.text("check"), words.text("what to do"), words.text("line:column"),
              words.text("found"), words.text("what it asks for"))  # fmt: skip
    if form == "csv":
        rows = [row for each in results for row in _rows(run, each, every=True)]
        show(run, form, "texts", Grid(("text", "check", "state", *_COLUMNS[2:]), labels, rows))
        return
    for each in results:
        said = words.text(
            "{place}: met {met} of the {applied} checks that apply, by lexicon {lexicon}",
            place=each.given.place,
            met=each.checked.met,
            applied=each.checked.applied,
            lexicon=each.checked.lexicon,
        )
        run.write(said + "\n")
    rows = [row for each in results for row in _rows(run, each, every=False)]
    if rows:
        run.write("\n")
        show(run, form, "texts", Grid(_COLUMNS, labels, rows))
    run.write("\n" + words.text(_LIMIT) + "\n")


def _rows(run: Run, result: Result, *, every: bool) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each place of each check that is not met, or for each check whatever its state."""
    words = run.words
    for answer in result.checked.answers:
        if answer.state != "unmet" and not every:
            continue
        for hit in answer.hits or (None,):
            place = result.given.place
            what = words.text(_CONFIRM if hit.severity == "confirm" else _OTHERWISE) if hit else None
            at, found = (_at(result, hit), _found(result, hit)) if hit else (None, None)
            state = (answer.state,) if every else ()
            yield (place, answer.check.id, *state, what, at, found, words.text(answer.check.says))


def _as_json(result: Result, said: Any) -> dict[str, Any]:
    recorded = result.checked.recorded()
    return {
        "place": result.given.place,
        "language": result.given.message.language,
        "lexicon": result.checked.lexicon,
        "applied": result.checked.applied,
        "met": result.checked.met,
        "checks": [
            {
                "check": each.check.id,
                "state": each.state,
                "says": said(each.check.says),
                "hits": [_hit_as_json(result, hit) for hit in each.hits],
            }
            for each in result.checked.answers
        ],
        "in_the_clear": {name: value for name, value in recorded.items() if name != "hits"},
    }


def _hit_as_json(result: Result, hit: Hit) -> dict[str, Any]:
    return {
        "row": hit.row, "severity": hit.severity, "pointer": hit.pointer, "start": hit.start, "end": hit.end,
        "found": _found(result, hit),
    }  # fmt: skip


def _source(result: Result, hit: Hit) -> str:
    return next(each.text for each in result.given.message.parts() if each.pointer == hit.pointer)


def _found(result: Result, hit: Hit) -> str:
    return _source(result, hit)[hit.start : hit.end]


def _at(result: Result, hit: Hit) -> str:
    """Say where a hit stands: by line and column, in a segment by its number before them."""
    before = _source(result, hit)[: hit.start]
    at = f"{before.count(chr(10)) + 1}:{hit.start - (before.rfind(chr(10)) + 1) + 1}"
    return at if hit.pointer == "/text" else f"{hit.pointer} {at}"
