"""Make a report: declaration and builders in, rounded blocks under a stamp out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TextIO

import duckdb
import numpy as np
import pandas as pd

from evenhand import models
from evenhand.clock import instant_text
from evenhand.columns.facts import Facts
from evenhand.errors import InputError
from evenhand.ledger.examined import Examined
from evenhand.models.shelf import in_order
from evenhand.render import blocks
from evenhand.render.builders import builder
from evenhand.render.declare import BlockDeclared, ColumnDeclared, Declaration, catalogue, declaration_of
from evenhand.render.grounds import grounds
from evenhand.render.making import (
    Answers,
    CaseFile,
    Content,
    Drawn,
    Found,
    Judged,
    Making,
    OpenAnswers,
    OpenText,
    Options,
    Resampling,
    Rows,
    Said,
    Spoken,
    Texts,
)
from evenhand.render.own import table_rows
from evenhand.render.period import Period, parse, quarter_of
from evenhand.render.rounding import rounded
from evenhand.render.stamp import Named, Resampled, Stamp, Verified
from evenhand.sentence import Sentence
from evenhand.words import Translate, translator

FORMATS: Mapping[str, str] = MappingProxyType(
    {"table": "terminal", "md": "markdown", "json": "json_object", "csv": "csv_rows", "html": "html"}
)
"""By name: the module of this room that writes it."""
_STAMPED = ("import_share",)
"""Projections that every report reads for its stamp."""


def names(folder: Path | None = None, *, custom: bool = True) -> tuple[str, ...]:
    """List the reports on a ledger: the program's, and with ``custom`` those beside the ledger in ``folder``."""
    known = catalogue(folder if custom else None)
    return tuple(name for name, each in known.items() if each.declared.about == "ledger")


def verifies(name: str, folder: Path | None = None, *, custom: bool = True) -> bool:
    """Say whether a report needs the ledger's verification. Raises ``InputError`` if there is no such report."""
    return declaration_of(name, folder if custom else None).declared.verify


def build(
    name: str,
    facts: Facts,
    *,
    lang: str = "en",
    period: Period | str | None = None,
    answers: Answers | OpenAnswers | None = None,
    open_text: OpenText | None = None,
    folder: Path | None = None,
    custom: bool = True,
    options: Options | None = None,
    examined: Examined | None = None,
    file: CaseFile | None = None,
) -> blocks.Report:
    """Make the report ``name`` from the facts, which carry the as-of pair and the zone.

    ``answers`` are the candidates' answers on themselves, or a way to open them, called only if they are needed;
    ``open_text`` opens one text of an entry. ``folder`` is the ledger's, for its own reports and projections.
    ``options`` are the further ones of the command, ``examined`` is the ledger's verification, for a report that
    ``verifies``; ``file`` is the file of the candidacy that the report ``case`` is about.
    Raises ``InputError`` for a report, period or language there is none of.
    """
    declaration = declaration_of(name, folder if custom else None)
    words = translator(lang)
    known = models.catalogue(folder, custom=custom)
    reads = sorted({*_STAMPED, *(read for each in declaration.declared.block for read in each.projections())})
    models.run(facts.connection, reads, known, asked_often=True)
    given = _Given(period, Spoken(answers), Texts(open_text), options or Options(), examined, file)
    making = _making(facts, words, declaration, given)
    making.say_period()
    made = tuple(rounded(_block(each, making)) for each in declaration.declared.block)
    return blocks.Report(
        name=name,
        title=declaration.declared.title.said(lang),
        question=declaration.declared.question.said(lang),
        stamp=_stamp(declaration, facts, making, known, reads),
        blocks=made,
        grounds=grounds(declaration.declared.block, made, making, known),
        made_by=() if file is None else (name,),
    )


def write(report: blocks.Report, fmt: str, stream: TextIO | None = None) -> str:
    """Write a report as ``table``, ``md``, ``json``, ``csv`` or ``html``, to ``stream`` if one is given.

    Answers with the text.
    """
    if fmt not in FORMATS:
        raise InputError(
            Sentence("a report cannot be written in this format; expected one of {formats}", formats=", ".join(FORMATS))
        )
    writer = import_module(f"evenhand.render.{FORMATS[fmt]}")
    if fmt == "table" and stream is not None:
        width, colour, ascii_only = writer.look(stream, os.environ)
        text: str = writer.render(report, width=width, colour=colour, ascii_only=ascii_only)
    else:
        text = writer.render(report)
    if stream is not None:
        stream.write(text)
    return text


class _Given(NamedTuple):
    period: Period | str | None
    spoken: Spoken
    texts: Texts
    options: Options
    examined: Examined | None
    file: CaseFile | None


def _making(facts: Facts, words: Translate, declaration: Declaration, given: _Given) -> Making:
    local = "SELECT CAST(timezone(?, timezone('UTC', CAST(? AS TIMESTAMP))) AS DATE)"
    instant = facts.as_of.instant
    found = facts.connection.execute(local, [facts.zone, instant.replace(tzinfo=None)]).fetchall()
    today: date = found[0][0]
    period = parse(given.period) if isinstance(given.period, str) else given.period
    if period is None and declaration.declared.period == "quarter":
        period = quarter_of(today).before()
    return Making(
        connection=facts.connection,
        words=words,
        zone=facts.zone,
        position=facts.as_of.position,
        instant=instant,
        today=today,
        period=period,
        spoken=given.spoken,
        texts=given.texts,
        options=given.options,
        resampling=Resampling(given.options.seed, given.options.draws),
        verified=given.examined if declaration.declared.verify else None,
        file=given.file if declaration.declared.about == "candidacy" else None,
    )


def _block(declared: BlockDeclared, making: Making) -> blocks.Block:
    if declared.table is not None:
        content: Content = table_rows(declared, making)
    else:
        content = builder(declared.builder or "")(making, declared.limit)
    lang = making.lang
    title, notes = declared.title.said(lang), tuple(each.said(lang) for each in declared.note)
    match content:
        case Rows():
            return _table(declared, content, title, notes, making.words)
        case Said():
            return blocks.Text(declared.key, title, (*content.paragraphs, *notes))
        case Drawn():
            return blocks.Chart(
                declared.key, title, content.along, content.up, content.series, content.n, content.of,
                content.left_out, (*content.notes, *notes), content.marks,
            )  # fmt: skip
        case Judged():
            return blocks.Verdict(
                declared.key, title, content.word, content.sentence, content.n, content.of, content.method,
                (*content.notes, *notes),
            )  # fmt: skip
        case Found():
            return blocks.Findings(
                declared.key, title, content.items, content.n, content.none, (*content.notes, *notes)
            )


def _table(
    declared: BlockDeclared, content: Rows, title: str, notes: tuple[str, ...], words: Translate
) -> blocks.Table:
    columns = tuple(_column(each, content.labels.get(each.key, {}), words) for each in declared.column)
    return blocks.Table(
        key=declared.key,
        title=title,
        columns=columns,
        rows=content.rows,
        n=content.n,
        of=content.of,
        left_out=content.left_out,
        notes=(*content.notes, *notes),
        picture=replace(declared.chart.picture(), marks=content.marks) if declared.chart else None,
    )


def _column(declared: ColumnDeclared, labels: Mapping[str, str], words: Translate) -> blocks.Column:
    lang = words.lang
    said = {code: each.said(lang) for code, each in declared.codes.items()} | dict(labels)
    return blocks.Column(
        key=declared.key,
        label=declared.label.said(lang),
        kind=declared.kind,
        values=tuple(sorted(said.items())),
        absent=declared.absent.said(lang) if declared.absent is not None else None,
        hidden=words.text("hidden"),
    )


def _stamp(
    declaration: Declaration, facts: Facts, making: Making, known: Mapping[str, models.Projection], reads: list[str]
) -> Stamp:
    used = sorted(in_order(known, tuple(reads)), key=lambda each: each.name)
    own = [f"projections/{each.name}.sql" for each in used if each.custom]
    period = making.period
    origin = making.rows("SELECT origin FROM ledger_opened ORDER BY position LIMIT 1")
    imported = making.rows("SELECT coalesce(sum(imported), 0) FROM import_share")
    unfinished = making.rows(
        "SELECT count(*) FROM import_begun AS b "
        "WHERE NOT EXISTS (SELECT 1 FROM import_finished AS f WHERE f.body_batch = b.id)"
    )
    opened, gone = making.spoken.counted()
    if making.file is not None:
        opened, gone = opened + making.file.opened, gone + making.file.gone
    silent = making.options.outward and opened + gone > 0
    drawn = making.resampling
    return Stamp(
        report=Named(declaration.name, declaration.digest),
        lang=making.lang,
        origin=str(origin[0][0]) if origin else "-",
        position=making.position,
        root=facts.root if facts.trusted else None,
        checked=facts.trusted,
        instant=instant_text(making.instant),
        period_from=period.first.isoformat() if period else None,
        period_to=period.last.isoformat() if period else None,
        zone=making.zone,
        projections=tuple(Named(each.name, each.digest) for each in used),
        custom=tuple(sorted(([f"reports/{declaration.name}"] if declaration.own else []) + own)),
        versions=_versions(),
        boxes_opened=None if silent else opened + making.texts.opened,
        boxes_gone=None if silent else gone + making.texts.gone,
        imported=int(str(imported[0][0])),
        unfinished=int(str(unfinished[0][0])),
        asked=(*making.options.said(), *((making.file.candidacy,) if making.file else ())),
        resampled=Resampled(drawn.draws, drawn.seed) if drawn.used else None,
        verified=Verified.of(making.examined) if declaration.declared.verify else None,
    )


def _versions() -> tuple[tuple[str, str], ...]:
    # Days are reckoned by the ICU that is built into DuckDB, so its version covers the time zones.
    # Statistics are rounded to what is printed, and still could differ in a last digit with another numpy or scipy;
    # and the same seed may give other draws with another numpy. Babel says how dates are written, Jinja2 writes pages.
    return (
        ("evenhand", version("evenhand")),
        ("duckdb", duckdb.__version__),
        ("pandas", pd.__version__),
        ("numpy", np.__version__),
        ("scipy", version("scipy")),
        ("babel", version("babel")),
        ("jinja2", version("jinja2")),
    )
