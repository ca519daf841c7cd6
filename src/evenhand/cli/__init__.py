"""The command line: what people and scripts ask of a ledger, one module a command, each loaded when it is used.

Data go to standard output and everything said beside them to standard error, so that a pipe carries data alone.
"""


def main() -> None:
    """Run the command line on this process's arguments and leave with its exit code."""
    import sys  # noqa: PLC0415 - importing this room must cost nothing: the root's help is timed

    from evenhand.cli.frame import run  # noqa: PLC0415 - the same

    sys.exit(run(sys.argv[1:]))
