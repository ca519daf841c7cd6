"""Whether peers were told alike, and what the checks of texts found: counts, never a grade."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evenhand.render import local
from evenhand.render.blocks import LeftOut, Row
from evenhand.render.counts import cut, one, stage_names, text, whole
from evenhand.render.making import Making, Rows
from evenhand.texts.checks import CHECKS

ASPECTS = ("channel", "language", "template")
_FEW = 5
"""So many peers at least, before one message is called unlike the others."""
_OF_TEN = 9
"""So many of ten peers got the same, before what another got is listed."""


def _messages(making: Making) -> None:
    """Keep the messages of the period that reached somebody, and each of their three aspects beside its peers'."""
    making.prepared("_message", "SELECT * FROM message WHERE in_period(said_day)")
    each = " UNION ALL ".join(
        f"SELECT message, candidacy, requisition, kind, coalesce(about, kind) AS about, stage, outcome, "  # noqa: S608 - ours
        f"'{aspect}' AS aspect, {aspect} AS got, usual_{aspect} AS usual, same_{aspect} AS same, peers, "
        f"{aspect} IS NOT DISTINCT FROM usual_{aspect} AS alike FROM _message WHERE reached AND peers > 1"
        for aspect in ASPECTS
    )
    making.prepared("_aspect", each)


def alike(making: Making, _limit: int) -> Rows:
    """Count, for each kind of message and outcome, how many got what most of their peers got."""
    _messages(making)
    rows: list[Row] = []
    for about, outcome, aspect, *numbers in making.rows(
        "SELECT about, coalesce(outcome, ''), aspect, count(*), count(*) FILTER (WHERE alike) "
        "FROM _aspect GROUP BY kind, 1, 2, 3 ORDER BY kind = 'follow_up', kind, about <> 'outcome', about, 2 DESC, "
        "list_position(['template', 'language', 'channel'], aspect)"
    ):
        n, same = map(whole, numbers)
        rows.append((str(about), str(outcome), str(aspect), n, same, n - same, Fraction(same, n)))
    words = making.words
    alone = one(making, "SELECT count(*) FROM _message WHERE reached AND peers = 1")
    bounced = one(making, "SELECT count(*) FROM _message WHERE NOT reached")
    left_out = (LeftOut(alone, words.text("without a peer")), LeftOut(bounced, words.text("that bounced")))
    n = one(making, "SELECT count(DISTINCT message) FROM _aspect")
    return Rows(tuple(rows), n, words.text("messages"), left_out)


def unlike(making: Making, limit: int) -> Rows:
    """List who got another template, language or channel, where at least nine of ten peers got the same."""
    _messages(making)
    words = making.words
    which = f"NOT alike AND peers >= {_FEW} AND 10 * same >= {_OF_TEN} * peers"
    n = one(making, f"SELECT count(*) FROM _aspect WHERE {which}")  # noqa: S608 - only constants
    found = making.rows(
        "SELECT CAST(c.candidacy_id AS VARCHAR), q.code, a.stage, coalesce(a.outcome, ''), a.about, a.aspect, a.got, "  # noqa: S608 - ours
        f"a.usual, a.same, a.peers, a.message FROM (SELECT * FROM _aspect WHERE {which}) AS a "
        "JOIN candidacy AS c USING (candidacy) LEFT JOIN requisition AS q ON q.requisition = a.requisition "
        "ORDER BY list_position(['template', 'language', 'channel'], a.aspect), a.message LIMIT ?",
        [limit],
    )
    rows: list[Row] = [(*map(text, names), whole(same), whole(peers), whole(at)) for *names, same, peers, at in found]
    none = (words.text("Nobody got another template, language or channel than nine of ten peers."),)
    notes = cut(making, len(rows), n, "message")
    return Rows(tuple(rows), n, words.text("messages"), notes=notes if rows else none, labels=_stages(making))


def _stages(making: Making) -> Mapping[str, Mapping[str, str]]:
    return {"stage": stage_names(making)}


def checked(making: Making, _limit: int) -> Rows:
    """Count the checks that applied to texts and were met, for each kind of message."""
    _messages(making)
    rows: list[Row] = []
    for about, *numbers in making.rows(
        "SELECT coalesce(about, kind) AS about, count(*), count(*) FILTER (WHERE has_text), count(checks_applied), "
        "sum(checks_applied), sum(checks_met), count(*) FILTER (WHERE checks_met = checks_applied) "
        "FROM _message GROUP BY kind, 1 ORDER BY kind = 'follow_up', kind, 1"
    ):
        n, texts, checked_, applied, met, whole_ = map(whole, numbers)
        rows.append((str(about), n, texts, checked_, applied, met, Fraction(met, applied) if applied else None, whole_))
    words = making.words
    n = one(making, "SELECT count(checks_applied) FROM _message")
    notes = (
        _in_a_sentence(making),
        words.text("A check finds words and order, not kindness; nothing here is a grade of a text or of its author."),
        words.text("What concerns protected characteristics and risky reasons is sealed, and not among these checks."),
    )
    none = (words.text("No text was checked when it was recorded."),)
    return Rows(tuple(rows), n, words.text("checked texts"), notes=notes if n else none)


def _in_a_sentence(making: Making) -> str:
    [(applied, met)] = making.rows("SELECT sum(checks_applied), sum(checks_met) FROM _message")
    return making.words.text(
        "Together the texts of all kinds above met {met} of the {applied} checks that apply.",
        met=local.count(whole(met), making.lang),
        applied=local.count(whole(applied), making.lang),
    )


def unmet(making: Making, _limit: int) -> Rows:
    """Count, for each check, the texts that did not meet it."""
    _messages(making)
    words = making.words
    n = one(making, "SELECT count(checks_applied) FROM _message")
    rows: list[Row] = [
        (str(check), whole(count), Fraction(whole(count), n))
        for check, count in making.rows(
            "SELECT check_, count(*) FROM (SELECT unnest(unmet) AS check_ FROM _message) GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    ]
    labels = {"check": {each.id: words.text(each.says) for each in CHECKS if not each.sealed}}
    none = (words.text("No text was checked when it was recorded."),)
    return Rows(tuple(rows), n, words.text("checked texts"), notes=() if n else none, labels=labels)
