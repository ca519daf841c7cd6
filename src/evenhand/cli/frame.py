"""The root of the command line: global options, commands loaded when used, and what each end means.

Whatever goes wrong ends here: each problem is one line on standard error, the exit code says who must act, and nothing
recorded is repeated in it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from evenhand.cli.loading import help_text, load
from evenhand.cli.table import COMMANDS, GROUPS
from evenhand.errors import EvenhandError, reason
from evenhand.sentence import Sentence, either

if TYPE_CHECKING:
    from evenhand.words import Translate

BUG = 70
INTERRUPTED = 130
UNAVAILABLE = 6
_NAME = "evenhand"

_HELP = """An audit ledger for hiring decisions.

The ledger is the folder named by --ledger, by EVENHAND_LEDGER, or the one you are in.

Exit status: 0 done, 1 findings, 2 usage, 3 tampered, 4 input refused, 5 refused by a rule, 6 no ledger here,
70 a bug, 130 interrupted. After 4, 5 and 6 nothing was written.

Help is in English; all that is printed besides is in English or Chinese (--lang zh), codes as they are.

$ evenhand log --help
"""


class Root(TyperGroup):
    """The root command: it lists from the table, and imports a command only to run it or to show its help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """List the commands whose module is there."""
        return [name for name, listed in COMMANDS.items() if find_spec(listed.path) is not None]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """Load one command; none if there is no such command."""
        listed = COMMANDS.get(cmd_name)
        if listed is None or find_spec(listed.path) is None:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = load(listed)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Suggest what may have been meant from the table, not from what happens to be loaded."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

            near = get_close_matches(args[0], self.list_commands(ctx))
            if near:
                ctx.fail(Sentence("there is no such command; did you mean {near}?", near=either(near)))
            ctx.fail(Sentence("there is no such command; see: evenhand --help"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands by what they are for."""
        there = set(self.list_commands(ctx))
        for title, group in GROUPS:
            if rows := [(each.name, each.says.rstrip(".")) for each in group if each.name in there]:
                with formatter.section(title):
                    formatter.write_dl(rows)


def root() -> Any:
    """Make the root command."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, cls=Root, no_args_is_help=True)
    app.callback(help=help_text(_HELP))(_root)
    made = get_command(app)
    made.name = _NAME
    return made


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - only for --version

        sys.stdout.write(f"evenhand {version('evenhand')}\n")
        raise typer.Exit


def _root(
    context: typer.Context,
    *,
    ledger: Annotated[str | None, typer.Option("--ledger", metavar="DIR", help="The ledger's folder.")] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="The language of the output.")] = None,
    version: Annotated[  # noqa: ARG001 - it acts in its callback
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version and leave.")
    ] = False,
) -> None:
    from evenhand.cli.run import Run  # noqa: PLC0415 - the root's help needs no settings

    context.obj = Run({"ledger": ledger, "lang": lang}, os.environ)


def run(args: Sequence[str]) -> int:
    """Run the command line and answer with its exit code; everything that goes wrong is said on standard error."""
    _prepare_streams()
    try:
        code = _invoke(list(args))
        sys.stdout.flush()
    except BrokenPipeError:
        return _nobody_reads()
    except (KeyboardInterrupt, typer.Abort, EOFError):
        return _interrupted(_words(args))
    except typer.Exit as left:
        return left.exit_code
    except Exception as error:
        if os.environ.get("EVENHAND_DEBUG"):
            raise
        return _say(error, _words(args))
    return code


def _invoke(args: list[str]) -> int:
    command = root()
    with command.make_context(_NAME, args) as context:
        command.invoke(context)
    return 0


def _words(args: Sequence[str]) -> Translate:
    """Open the words of the reader's language, which is said before anything is known to be right."""
    from evenhand.config import language  # noqa: PLC0415 - help opens no settings
    from evenhand.words import translator  # noqa: PLC0415 - the same

    given = {name: _given(args, f"--{name}") for name in ("ledger", "lang")}
    return translator(language(given, os.environ))


def _given(args: Sequence[str], option: str) -> str | None:
    found = None
    for each, following in zip(args, (*args[1:], None), strict=False):
        if each == option:
            found = following
        elif each.startswith(f"{option}="):
            found = each.partition("=")[2]
    return found


def _say(error: Exception, words: Translate) -> int:
    """Say what went wrong, a line a problem, and answer with the exit code."""
    if isinstance(error, EvenhandError):
        _lines(map(words.sentence, error.problems))
        return error.exit_code
    if isinstance(error, typer.TyperException):
        return _misused(error, words)
    if isinstance(error, OSError):
        why = reason(error, type(error).__name__)
        why = Sentence("{place}: {why}", place=error.filename, why=why) if error.filename else why
        _lines([words.text("{why}; see that it can be read and written", why=words.sentence(why))])
        return UNAVAILABLE
    said = words.text(
        "this is a bug in evenhand ({what}), not your mistake; run it again with EVENHAND_DEBUG=1 and report that",
        what=type(error).__name__ + _place(error),
    )
    _lines([said])
    return BUG


def _misused(error: typer.TyperException, words: Translate) -> int:
    from evenhand.cli.misuse import misuse  # noqa: PLC0415 - only after a slip

    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(error.format_message() + "\n")
        return error.exit_code
    path = getattr(getattr(error, "ctx", None), "command_path", _NAME)
    said = misuse(error)
    said = said if "--help" in said else Sentence("{said}; see: {path} --help", said=said, path=path)
    _lines([words.sentence(said)])
    return error.exit_code


def _place(error: Exception) -> str:
    """Name the last place in our own code, which holds no value."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("evenhand."):
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _lines(problems: Iterable[str]) -> None:
    sys.stdout.flush()
    for problem in problems:
        for line in problem.splitlines() or [""]:
            sys.stderr.write(f"evenhand: {line}\n")
    sys.stderr.flush()


def _interrupted(words: Translate) -> int:
    sys.stderr.write("\n")
    _lines([words.text("interrupted")])
    return INTERRUPTED


def _nobody_reads() -> int:
    """Leave quietly when whoever read our output has gone, as ``head`` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _prepare_streams() -> None:
    """Write UTF-8 into pipes and files; on a terminal that knows less, show code points."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="backslashreplace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
