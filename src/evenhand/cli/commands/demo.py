"""Build the demo."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Annotated

import typer

from evenhand.cli.printing import dumped
from evenhand.cli.progress import progress
from evenhand.cli.run import Run, run_of
from evenhand.clock import system_clock

if TYPE_CHECKING:
    from evenhand.demo.tour import Tour

_SHOWN = "told_late_policy"


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="A folder that is not there yet.")] = Path(
        "evenhand-demo"
    ),
    *,
    format_: Annotated[str | None, typer.Option("--format", "-f", metavar="table|json", help="How to print.")] = None,
) -> None:
    """Build a realistic ledger to look around in.

    Two years of a company that does not exist: 2,031 candidacies, eight posts, three standards of which one changes
    midway, texts in English and Chinese. Everything that can be found is planted once, at a place that is printed. The
    ledger is verified and its reports are written into DIR/output. Its keys come from a fixed seed, so it protects
    nobody: never record real people in it.

    Exit status: 6 if DIR is there already and not empty; nothing was written.

    $ evenhand demo tryout
    """
    from evenhand.demo.tour import prepare  # noqa: PLC0415 - the help needs no databases

    run = run_of(context)
    form = run.form(format_, "table", "json")
    with progress(run.words.text("building the demo")) as tell:
        tour = prepare(folder, say=tell, clock=system_clock)
    if form == "json":
        run.write(dumped(tour.as_json()))
    else:
        _tell(run, tour)


def _tell(run: Run, tour: Tour) -> None:
    words, made = run.words, tour.demo
    codes = {each.code for each in made.found}
    program = "evenhand" if which("evenhand") else sys.argv[0]  # in an environment that is not active, by its path
    late = next(each.candidacy for each in made.found if each.code == _SHOWN)
    lines = [
        words.text(
            "{folder}: {entries} entries, {candidacies} candidacies; all of it is invented",
            folder=str(made.folder),
            entries=f"{made.position:,}",
            candidacies=f"{made.candidacies:,}",
        ),
        words.text("verified; root {root}", root=tour.root),
        words.text("reports, in English and Chinese: {folder}", folder=str(tour.written[0].parent)),
        words.text(
            "planted: {findings} findings of {kinds} kinds, listed in {file}",
            findings=len(made.found),
            kinds=len(codes),
            file=str(tour.planted),
        ),
        "",
        words.text("Look next, in the ledger's folder or with EVENHAND_LEDGER set to it:"),
        f"  export EVENHAND_LEDGER={made.folder}",
        f"  {program} check --as-of {made.as_of}",
        f"  {program} report latency --as-of {made.as_of}",
        f"  {program} report retrospective --period 2026Q2 --as-of {made.as_of}",
        f"  {program} replay --as-of {made.as_of}",
        f"  {program} explain {_SHOWN}",
        f"  {program} case {late} --purpose tryout",
        f"  {program} verify --rules --trust {made.folder}/trust.toml",
        "",
        words.text(
            "Under --as-of {as_of} only what was planted is found; without it, open cases go on waiting until today.",
            as_of=made.as_of,
        ),
    ]
    run.write("\n".join(lines) + "\n")
