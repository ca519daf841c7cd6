"""Every command with the first sentence of its help, so that the root's help loads none of them."""

from __future__ import annotations

from typing import Final, NamedTuple


class Listed(NamedTuple):
    """One command as the root's help lists it; its module bears its name unless that is a word of Python's own."""

    name: str
    says: str
    module: str = ""

    @property
    def path(self) -> str:
        """Name the module the command is loaded from."""
        return f"evenhand.cli.commands.{self.module or self.name}"


GROUPS: Final[tuple[tuple[str, tuple[Listed, ...]], ...]] = (
    (
        "Begin",
        (
            Listed("demo", "Build a realistic ledger to look around in."),
            Listed("init", "Create an empty ledger."),
            Listed("config", "Show the settings and who decided them."),
            Listed("explain", "Say what a code means."),
        ),
    ),
    (
        "Set the rules",
        (
            Listed("standard", "Adopt and read standards."),
            Listed("policy", "Adopt and read policies."),
            Listed("screen", "Adopt and read screens."),
            Listed("requisition", "Open and close requisitions."),
        ),
    ),
    (
        "Record",
        (
            Listed("record", "Append events."),
            Listed("import", "Bring in records kept elsewhere.", "import_"),
            Listed("lesson", "Record and list lessons."),
            Listed("action", "Agree, complete and list actions."),
            Listed("retrospective", "Open and list retrospectives."),
            Listed("hold", "Place and release legal holds."),
            Listed("erase", "Make what a person sealed unreadable."),
        ),
    ),
    (
        "Read",
        (
            Listed("log", "List entries."),
            Listed("case", "Show the whole file of one candidacy."),
            Listed("access", "Print all that is held on one person."),
            Listed("project", "Print a projection."),
            Listed("sql", "Query log and projections."),
            Listed("export", "Print the entries exactly as hashed."),
        ),
    ),
    (
        "Judge",
        (
            Listed("check", "List what a person should look at."),
            Listed("replay", "Decide again by the standard."),
            Listed("report", "Make a report."),
            Listed("verify", "Check that nobody changed anything."),
            Listed("evidence", "Make evidence that others can check."),
        ),
    ),
)
COMMANDS: Final[dict[str, Listed]] = {each.name: each for _, group in GROUPS for each in group}
