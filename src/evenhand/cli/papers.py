"""Files that may be evidence: read whole, or written whole, with an error that names the file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.json_input import STANDARD_INPUT
from evenhand.cli.run import Run, UsageError
from evenhand.errors import InputError, UnavailableError, reason
from evenhand.sentence import Sentence

if TYPE_CHECKING:
    from evenhand.checkpoint.trust import Trust

Out = Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write it; else it is printed.")]
TrustFile = Annotated[str | None, typer.Option("--trust", metavar="FILE", help="A trust file: whose keys count.")]


def trust_in(path: str | None) -> Trust:
    """Read the trust file that was named. Raises ``UsageError`` if none was."""
    from evenhand.checkpoint.trust import Trust  # noqa: PLC0415 - help needs none of it

    if path is None:
        raise UsageError(Sentence("--trust: say whose keys count; write a trust file with: evenhand evidence trust"))
    return Trust.read(Path(path))


def read_file(path: str) -> bytes:
    """Read a file, or standard input."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(Sentence("{path}: cannot be read: {reason}", path=path, reason=reason(error))) from None


def put(run: Run, text: str, out: str | None) -> None:
    """Print a text, or write it into the file that was named."""
    if out is None:
        run.write(text)
    else:
        write_file(out, text.encode())


def write_file(path: str, content: bytes) -> None:
    """Write a file, all of it or nothing."""
    from evenhand.disk import write_whole  # noqa: PLC0415 - help needs none of it

    try:
        write_whole(Path(path), content)
    except OSError as error:
        raise UnavailableError(
            Sentence("{path}: cannot be written: {reason}", path=path, reason=reason(error))
        ) from None
