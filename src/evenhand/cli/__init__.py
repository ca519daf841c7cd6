"""The command line: what people and scripts ask of a ledger, one module a command, each loaded when it is used.

Data go to standard output and everything said beside them to standard error, so that a pipe carries data alone.
"""

_NEW_OBJECTS = 100_000


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    import gc  # noqa: PLC0415 - importing this room must cost nothing: the root's help is timed
    import os  # noqa: PLC0415 - the same
    import sys  # noqa: PLC0415 - the same
    from contextlib import suppress  # noqa: PLC0415 - the same

    # What a command loads stays until it ends. Looking through all of it for circles after every 700 new objects took a
    # tenth of the time of a report, and taking it apart at the end another tenth: the system takes it back at once.
    gc.set_threshold(_NEW_OBJECTS)

    from evenhand.cli.frame import run  # noqa: PLC0415 - importing this room must cost nothing

    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # whoever read it has gone, or its disk is full: that has been said
            stream.flush()
    os._exit(code)  # every file and database is closed: each command holds its own in a ``with``
