"""Decide again by the standard."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Final, NamedTuple

import typer

from evenhand import models
from evenhand.cli.facts import Asked, AsOf, FromLog, Zone, facts_of
from evenhand.cli.options import Format
from evenhand.cli.printing import Grid, dumped, show
from evenhand.cli.run import FoundSomething, Run, UsageError, run_of
from evenhand.cli.what_if import WhatIf, ask, once_each, standard_of, version_of
from evenhand.columns.facts import Facts
from evenhand.events.points import points_text
from evenhand.measures.agreement import CLASSES, Agreement, Crossed, Kappa, agreement, kappa
from evenhand.measures.interval import Interval
from evenhand.models.rows import plain
from evenhand.render.counts import ends
from evenhand.render.rounding import half_up
from evenhand.sentence import Sentence

_LISTED: Final = (
    "position", "decision_id", "candidacy", "requisition", "stage", "outcome", "implied", "class", "overridden",
    "rests_on_late_scorecards", "standard_recorded_afterwards", "standard_version", "score",
)  # fmt: skip
_FLIPPED: Final = (
    "position", "decision_id", "candidacy", "requisition", "stage", "outcome", "standard_version", "implied",
    "implied_if", "score", "score_if",
)  # fmt: skip


class Replayed(NamedTuple):
    """What a replay found: how many fell into each class, two figures over them, and the decisions asked for."""

    counts: Mapping[str, int]
    agreement: Agreement
    kappa: Kappa
    listed: list[dict[str, Any]]
    flips: list[dict[str, Any]] | None
    """Decisions of which the what-if implies something else than the standard in force; none without a what-if."""


def replay(
    context: typer.Context,
    *,
    standard: Annotated[
        list[str] | None,
        typer.Option("--standard", metavar="FILE", help="What if this TOML file had held? It replaces every version."),
    ] = None,
    version: Annotated[
        list[str] | None,
        typer.Option("--version", metavar="CODE:N", help="What if this version of a standard had held throughout?"),
    ] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="CLASS", help="List these; those that differ, if left out.")
    ] = None,
    as_of: AsOf = None,
    from_log: FromLog = False,
    zone: Zone = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if any differ.")] = False,
    format_: Format = None,
) -> None:
    """Decide again by the standard.

    Every final decision that stands is compared with what the standard in force when it was made implies on the same
    scorecards. With --standard or --version, with what that one implies instead; decisions under other standards then
    count as no_standard, and the flips are listed: decisions of which it implies something else than what was in force.

    Exit status: 0; with --exit-code 1 if any differ; 4 if the file or version does not say what it should.

    $ evenhand replay -f json
    """
    run = run_of(context)
    form = run.form(format_, "table", "md", "json", "csv")
    listed = sorted(set(classes or ("differ",)))
    if unknown := [each for each in listed if each not in CLASSES]:
        raise UsageError(
            Sentence("--class: {name} is none; expected one of {classes}", name=unknown[0], classes=", ".join(CLASSES))
        )
    what_if: list[WhatIf] = [*map(standard_of, standard or ()), *map(version_of, version or ())]
    once_each(what_if)
    with facts_of(run, Asked(as_of, from_log, zone)) as facts:
        # Nothing reads replay, so it stands as a view and speaks by whatever standards are asked for when it is read.
        models.run(facts.connection, ("replay",), models.catalogue())
        if what_if:
            facts.connection.execute("CREATE TEMP TABLE _in_force AS SELECT decision, implied, score FROM replay")
        for each in what_if:
            ask(facts, each)
        found = _found(facts, listed, flips=bool(what_if))
    _print(run, form, found, class_asked=classes is not None)
    if exit_code and found.counts["differ"]:
        raise FoundSomething


def _found(facts: Facts, listed: list[str], *, flips: bool) -> Replayed:
    connection = facts.connection
    connection.execute("CREATE TEMP TABLE _replayed AS SELECT decision AS position, * FROM replay")
    counted = dict(connection.execute("SELECT class, count(*) FROM _replayed GROUP BY class").fetchall())
    crossed = connection.execute(
        "SELECT outcome || '_' || implied, count(*) FROM _replayed WHERE class IN ('agree', 'differ') GROUP BY ALL"
    ).fetchall()
    result = agreement(counted)
    return Replayed(
        dict(result.counts),
        result,
        kappa(Crossed(**dict(crossed))),
        _records(
            facts,
            _LISTED,
            "SELECT position, decision_id, candidacy, requisition, stage, outcome, implied, class, overridden, "
            "rests_on_late_scorecards, standard_recorded_afterwards, standard_version, score "
            "FROM _replayed WHERE list_contains(?, class) ORDER BY position",
            [listed],
        ),
        _flips(facts) if flips else None,
    )


def _flips(facts: Facts) -> list[dict[str, Any]]:
    """List the decisions of which the what-if implies something else, those left out that it does not speak of."""
    return _records(
        facts,
        _FLIPPED,
        "SELECT r.position, r.decision_id, r.candidacy, r.requisition, r.stage, r.outcome, r.standard_version, "
        "f.implied, r.implied AS implied_if, f.score, r.score AS score_if "
        "FROM _replayed AS r JOIN _in_force AS f USING (decision) WHERE f.implied <> r.implied ORDER BY r.position",
        [],
    )


def _records(facts: Facts, names: tuple[str, ...], sql: str, parameters: list[object]) -> list[dict[str, Any]]:
    rows = facts.connection.execute(sql, parameters).fetchall()
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows]


def _print(run: Run, form: str, found: Replayed, *, class_asked: bool) -> None:
    total = found.agreement.decisions
    if form == "json":
        run.write(
            dumped({**found.counts, "decisions": total, **_figures(found), "list": found.listed, **_flipped(found)})
        )
        return
    shown: tuple[tuple[str, ...], list[dict[str, Any]]] = (_LISTED, found.listed)
    if found.flips is not None and not class_asked:
        shown = (_FLIPPED, found.flips)
    words = run.words
    if form != "csv":
        said = [*found.counts.items(), ("decisions", total)]
        labels = (words.text("class"), words.text("decisions"))
        show(run, form, "replay", Grid(("class", "decisions"), labels, said, frozenset({"decisions"})))
        run.write("\n" + "".join(f"{line}\n" for line in _lines(run, found)))
        run.write("\n" if shown[1] else "")
    if shown[1] or form == "csv":
        names, records = shown
        rows = [tuple(_cell(name, each[name]) for name in names) for each in records]
        show(run, form, "list", Grid(names, names, rows, frozenset({"position", "score", "score_if"})))


def _lines(run: Run, found: Replayed) -> list[str]:
    """Say both figures, and how many decisions a what-if turns."""
    words, share, above = run.words, found.agreement, found.kappa
    lines: list[str] = []
    if share.share is not None:
        lines.append(words.text("agreement {value}, n = {n}", value=_said(run, share.share, share.interval), n=share.n))
    if above.kappa is not None:
        kappa_said = words.text(
            "kappa {value}; {advance} of {n} are implied to advance, and the rarer one outcome, the lower kappa",
            value=_said(run, above.kappa, above.interval),
            advance=above.crossed.implied_advance,
            n=above.n,
        )
        lines.append(kappa_said)
    if found.flips is not None:
        n = len(found.flips)
        lines.append(words.plural("{n} decision would turn", "{n} decisions would turn", n))
    return lines


def _said(run: Run, value: Fraction, interval: Interval | None) -> str:
    low, high = ends(interval)
    if low is None or high is None:
        return str(half_up(value, 3))
    said = {"value": half_up(value, 3), "low": half_up(low, 3), "high": half_up(high, 3)}
    return run.words.text("{value} (95 % {low} to {high})", **said)


def _figures(found: Replayed) -> dict[str, Any]:
    share, above = found.agreement, found.kappa
    return {
        "agreement": {"share": _number(share.share), **_ends(share.interval), "n": share.n},
        "kappa": {
            "kappa": _number(above.kappa),
            **_ends(above.interval),
            "n": above.n,
            "implied_advance": above.crossed.implied_advance,
        },
    }


def _flipped(found: Replayed) -> dict[str, Any]:
    return {} if found.flips is None else {"flips": found.flips}


def _ends(interval: Interval | None) -> dict[str, Any]:
    return dict(zip(("low", "high"), map(_number, ends(interval)), strict=True))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(half_up(value, 3))


def _cell(name: str, value: Any) -> Any:
    return points_text(value) if name.startswith("score") and value is not None else value
