"""One candidacy's whole file: what was recorded, by which standard, who else was in its place, what came of it.

Others appear by opaque id only. Their scores, outcomes and states stand in the facts; none of their texts is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evenhand.measures.dominance import Beside, beside
from evenhand.render.blocks import Item, Row
from evenhand.render.counts import hours, maybe, one, points, shortened, stage_names, text, whole
from evenhand.render.criteria import names
from evenhand.render.laws import law_noted
from evenhand.render.making import Found, Making, Rows
from evenhand.resources import finding_meanings

_OF_LAW = ("left_days", "overdue_days", "citation", "status_on")
_RELATIONS = (Beside.HIGHER, Beside.EQUAL, Beside.LOWER, Beside.CROSSED)


def _key(making: Making) -> int:
    """Give the key of the candidacy, by which projections name it; 0 if it was corrected away, which nobody has."""
    return making.once("case", lambda: _find(making))


def _find(making: Making) -> int:
    rows = making.rows(
        "SELECT candidacy FROM candidacy WHERE CAST(candidacy_id AS VARCHAR) = ?", [making.case.candidacy]
    )
    return whole(rows[0][0]) if rows else 0


def _listed(rows: Sequence[Row], of: str, none: str, labels: Mapping[str, Mapping[str, str]] | None = None) -> Rows:
    """Answer with rows that count themselves; say what it means that there are none."""
    return Rows(tuple(rows), len(rows), of, notes=() if rows else (none,), labels=labels or {})


def about(making: Making, _limit: int) -> Rows:
    """Say whose file it is, for which requisition, and how it stands."""
    words = making.words
    found = making.rows(
        "SELECT CAST(c.candidacy_id AS VARCHAR), CAST(s.stream AS VARCHAR), q.code, q.title, c.route, "
        "CAST(c.opened_day AS VARCHAR), c.state, c.current_stage, c.interviews, "
        "CAST(CAST(timezone(c.zone, timezone('UTC', c.erased_from)) AS DATE) AS VARCHAR) "
        "FROM candidacy AS c LEFT JOIN stream AS s ON s.stream_key = c.candidate "
        "LEFT JOIN requisition_opened_effective AS q ON q.position = c.requisition WHERE c.candidacy = ?",
        [_key(making)],
    )
    rows: list[Row] = [
        (text(case), text(person), making.case.name, *map(text, said), whole(interviews), text(erased))
        for case, person, *said, interviews, erased in found
    ]
    none = words.text("The entry that opened this candidacy was corrected as a duplicate: it counts nowhere.")
    return _listed(rows, words.text("candidacies"), none, {"stage": stage_names(making)})


def standards(making: Making, _limit: int) -> Rows:
    """List which version of the standard and the policy held for the requisition, and since when."""
    words = making.words
    found = making.rows(
        "SELECT CAST(CAST(timezone(c.zone, timezone('UTC', f.in_force_from)) AS DATE) AS VARCHAR), "
        "CAST(CAST(timezone(c.zone, timezone('UTC', f.in_force_to)) AS DATE) AS VARCHAR), "
        "f.standard_code, f.standard_version, f.standard_entry, f.policy_version, f.policy_entry "
        "FROM standard_in_force AS f JOIN candidacy AS c ON c.requisition = f.requisition "
        "WHERE c.candidacy = ? ORDER BY f.in_force_from",
        [_key(making)],
    )
    rows: list[Row] = [
        (*map(text, said), *map(maybe, (version, entry, policy, policy_entry)))
        for *said, version, entry, policy, policy_entry in found
    ]
    none = words.text("No standard was bound to the requisition.")
    return _listed(rows, words.text("bindings"), none, names(making))


def decisions(making: Making, _limit: int) -> Rows:
    """List each decision that stands beside the one its standard implies, with its reasons."""
    words = making.words
    found = making.rows(
        "SELECT d.decision, CAST(d.decided_day AS VARCHAR), d.stage, d.outcome, r.implied, r.class, r.score, "
        "r.advance_bar, CASE WHEN d.overridden THEN 'yes' ELSE 'no' END, "
        "(SELECT string_agg(e.code || CASE WHEN len(e.criteria) > 0 "
        "THEN ' (' || array_to_string(e.criteria, ', ') || ')' ELSE '' END, '; ' ORDER BY e.ordinal) "
        "FROM reason AS e WHERE e.decision = d.decision), "
        "d.deciders, r.standard_version, r.standard_entry "
        "FROM decision_effective AS d LEFT JOIN replay AS r USING (decision) "
        "WHERE d.candidacy = ? ORDER BY d.decided_from, d.decision",
        [_key(making)],
    )
    rows: list[Row] = [
        (whole(position), *map(text, said), points(score), points(bar), text(reason), text(reasons), whole(deciders),
         maybe(version), maybe(entry))
        for position, *said, score, bar, reason, reasons, deciders, version, entry in found
    ]  # fmt: skip
    none = words.text("Nothing was decided on this candidacy, or no decision stands.")
    return _listed(rows, words.text("decisions that stand"), none, {"stage": stage_names(making)})


def scores(making: Making, _limit: int) -> Rows:
    """List the mean score on each criterion that a decision at a scored stage rests on, beside bar and floor."""
    words = making.words
    found = making.rows(
        "SELECT s.decision, d.stage, s.criterion, s.need, CASE WHEN s.counts THEN 'yes' ELSE 'no' END, "
        "s.score, s.authors, s.bar, s.lowest, CASE WHEN s.met THEN 'yes' ELSE 'no' END, "
        "(SELECT list(c.scorecard ORDER BY c.scorecard) FROM scorecard_effective AS c WHERE c.decision = s.decision) "
        "FROM criterion_score AS s JOIN decision_effective AS d USING (decision) "
        "WHERE d.candidacy = ? ORDER BY d.decided_from, s.decision, s.criterion",
        [_key(making)],
    )
    rows: list[Row] = [
        (whole(decision), *map(text, said), points(score), whole(authors), points(bar), points(lowest), text(met),
         tuple(map(whole, cards or ())))
        for decision, *said, score, authors, bar, lowest, met, cards in found
    ]  # fmt: skip
    open_ = one(
        making,
        f"SELECT count(*) FROM scorecard_effective WHERE decision IS NULL AND candidacy = {_key(making):d}",  # noqa: S608 - a number
    )
    waiting = words.plural(
        "{n} more scorecard belongs to a visit that is not decided: see the timeline.",
        "{n} more scorecards belong to visits that are not decided: see the timeline.",
        open_,
    )
    none = (words.text("No decision at a scored stage rests on a score."),)
    notes = (*(() if rows else none), *((waiting,) if open_ else ()))
    labels = {**names(making), "stage": stage_names(making)}
    return Rows(tuple(rows), len(rows), words.text("scores"), notes=notes, labels=labels)


def _others(making: Making) -> list[tuple[Row, Beside, bool]]:
    """List who else is in a stratum of this candidacy: cells, how their profile lies beside, whether it is contrary.

    Contrary is a decision the other way although the profiles are equal, or although the other's lies on the side that
    was not favoured: those are the pairs to look at.
    """
    return making.once("others", lambda: _compare(making))


def _compare(making: Making) -> list[tuple[Row, Beside, bool]]:
    found = making.rows(
        "SELECT m.decision, m.stage, m.outcome, m.scores, o.scores, CAST(c.candidacy_id AS VARCHAR), o.decision, "
        "CAST(o.decided_day AS VARCHAR), o.outcome, o.class, c.state "
        "FROM score_profile AS m JOIN score_profile AS o USING (stratum) "
        "JOIN candidacy AS c ON c.candidacy = o.candidacy "
        "WHERE m.candidacy = ? AND o.candidacy <> m.candidacy ORDER BY m.decision, o.decision",
        [_key(making)],
    )
    rows: list[tuple[Row, Beside, bool]] = []
    for mine, stage, outcome, own, theirs, case, decision, day, other, class_, state in found:
        lies = beside(own, theirs)
        unfavoured = Beside.LOWER if outcome == "reject" else Beside.HIGHER
        contrary = other != outcome and lies in {Beside.EQUAL, unfavoured}
        said = ", ".join(_plain(each) for each in theirs)
        cells: Row = (
            whole(mine), text(stage), lies.value, "yes" if contrary else "no", text(case), whole(decision), text(day),
            said, text(other), text(class_), text(state),
        )  # fmt: skip
        rows.append((cells, lies, contrary))
    return rows


def _plain(micro: int) -> str:
    """Write a score in points, without noughts behind the point."""
    whole_, rest = divmod(micro, 10**6)
    return f"{whole_}.{rest:06}".rstrip("0") if rest else str(whole_)


def compared(making: Making, _limit: int) -> Rows:
    """Count who in the same stratum had a higher, equal or lower profile of scores, and how they were decided on."""
    words = making.words
    counted: dict[tuple[int, str, Beside], list[int]] = {}
    for cells, lies, _ in _others(making):
        each = counted.setdefault((whole(cells[0]), str(cells[1]), lies), [0, 0, 0])
        each[0] += 1
        each[1] += cells[8] == "advance"
        each[2] += cells[8] == "reject"
    decided = dict.fromkeys((decision, stage) for decision, stage, _ in counted)
    rows: list[Row] = [
        (decision, stage, lies.value, *counted.get((decision, stage, lies), (0, 0, 0)))
        for decision, stage in decided
        for lies in _RELATIONS
    ]
    notes = (
        words.text(
            "Compared is whoever was decided on for the same requisition, at the same stage, by the same version of "
            "the standard and on the same criteria. Higher: at least equal on every criterion, and better on one."
        ),
    )
    none = (words.text("Nobody can be compared: no decision on scores, or nobody else in its place."),)
    n = len(_others(making))
    labels = {"stage": stage_names(making)}
    return Rows(tuple(rows), n, words.text("others compared"), notes=notes if rows else none, labels=labels)


def comparators(making: Making, limit: int) -> Rows:
    """List the others by opaque id, first those whose outcome is contrary to what the two profiles show."""
    words = making.words
    order = {each: at for at, each in enumerate(_RELATIONS)}
    found = sorted(
        _others(making), key=lambda each: (not each[2], each[1] is Beside.CROSSED, order[each[1]], whole(each[0][5]))
    )
    rows = tuple(cells for cells, _, _ in found[:limit])
    contrary = sum(each[2] for each in found)
    said = words.plural(
        "{n} was decided the other way although the profiles say otherwise or are equal: look at that pair first.",
        "{n} were decided the other way although the profiles say otherwise or are equal: look at those pairs first.",
        contrary,
    )
    criteria = making.rows("SELECT DISTINCT criteria FROM score_profile WHERE candidacy = ?", [_key(making)])
    listed = words.text(
        "Scores are in the order of these criteria: {criteria}.",
        criteria=words.text("; ").join(", ".join(each[0]) for each in criteria),
    )
    notes = (*((said,) if contrary else ()), listed, *shortened(making, len(rows), len(found)))
    none = (words.text("Nobody can be compared: no decision on scores, or nobody else in its place."),)
    labels = {"stage": stage_names(making)}
    return Rows(rows, len(found), words.text("others compared"), notes=notes if rows else none, labels=labels)


def told(making: Making, _limit: int) -> Rows:
    """List the notices given, what each was about, and how long after the decision the first one came."""
    words = making.words
    found = making.rows(
        "SELECT n.notice, CAST(n.told_day AS VARCHAR), n.about, n.channel, n.delivery, n.decision, l.seconds, "
        "n.checks_met, n.checks_applied "
        "FROM notice AS n LEFT JOIN notice_latency AS l ON l.notice = n.notice AND l.decision = n.decision "
        "WHERE n.candidacy = ? ORDER BY n.told_from, n.notice",
        [_key(making)],
    )
    rows: list[Row] = [
        (whole(notice), *map(text, said), maybe(decision), hours(seconds), maybe(met), maybe(applied))
        for notice, *said, decision, seconds, met, applied in found
    ]
    none = words.text("No notice to this person was recorded.")
    return _listed(rows, words.text("notices"), none)


def clocks(making: Making, _limit: int) -> Rows:
    """List every deadline and promise, when it was due, and whether it was met."""
    words = making.words
    found = making.rows(
        "SELECT o.owed_by, o.owed, o.since, "
        "CAST(CAST(timezone(c.zone, timezone('UTC', o.due_to)) AS DATE) AS VARCHAR), "
        "o.met_by, o.standing, o.seconds FROM ("
        "SELECT candidacy, rests_on AS owed_by, until AS owed, started_by AS since, due_to, met_by, standing, "
        "overdue_seconds AS seconds FROM deadline WHERE coalesce(law_status, 'in_force') = 'in_force' "
        "UNION ALL SELECT candidacy, 'promise', about, promise, due_to, kept_by, standing, late_seconds "
        "FROM promise"
        ") AS o JOIN candidacy AS c USING (candidacy) WHERE c.candidacy = ? "
        "ORDER BY o.due_to, o.since, o.owed_by, o.owed",
        [_key(making)],
    )
    rows: list[Row] = [
        (text(by), text(owed), whole(since), text(due), maybe(met), text(standing), hours(seconds))
        for by, owed, since, due, met, standing, seconds in found
    ]  # fmt: skip
    none = words.text("No deadline of a policy or a law runs here, and no promise was recorded.")
    return _listed(rows, words.text("deadlines and promises"), none)


def feedback(making: Making, _limit: int) -> Rows:
    """Say whether feedback was given, withheld or neither, and what is in the first."""
    words = making.words
    found = making.rows(
        "SELECT standing, feedback, strengths, improvements, suggestions, linked, checks_met, checks_applied, "
        "withheld_reason, requests, ratings, found_helpful FROM feedback WHERE candidacy = ?",
        [_key(making)],
    )
    rows: list[Row] = [
        (text(standing), *map(maybe, first), text(reason), *map(whole, (requests, ratings, helpful)))
        for standing, *first, reason, requests, ratings, helpful in found
    ]
    none = words.text("Nobody was interviewed, so no feedback is expected; what was given stands in the timeline.")
    asked = f"SELECT count(*) FROM feedback_requested_effective WHERE stream_key = {_key(making):d}"  # noqa: S608 - a number
    if one(making, asked):
        none = words.text(
            "There was no interview, but feedback was asked for: whether a policy says by when stands under the "
            "deadlines, and what was given in the timeline."
        )
    return _listed(rows, words.text("candidacies with an interview"), none)


def findings(making: Making, _limit: int) -> Found:
    """List what a person should look at in this candidacy."""
    words, meanings = making.words, finding_meanings()
    found = making.rows(
        "SELECT code, entries, acknowledged_by, left_days, overdue_days, citation, status_on FROM finding "
        "WHERE candidacy = ? ORDER BY running, since, code, entries",
        [_key(making)],
    )
    items = tuple(
        Item(
            str(code),
            _finding(making, str(meanings[code][making.lang]), acknowledged, dict(zip(_OF_LAW, law, strict=True))),
            tuple(map(whole, entries)),
        )
        for code, entries, acknowledged, *law in found
    )
    return Found(items, len(items), words.text("Nothing was found in this candidacy."))


def _finding(making: Making, title: str, acknowledged: object, law: Mapping[str, object]) -> str:
    words = making.words
    if noted := law_noted(words, law):
        title = words.text("{finding}: {noted}", finding=title, noted=noted)
    if acknowledged is None:
        return title
    return words.text("{finding} (acknowledged: {entry})", finding=title, entry=whole(acknowledged))


def other_candidacies(making: Making, _limit: int) -> Rows:
    """List what else this person applied for."""
    words = making.words
    found = making.rows(
        "SELECT CAST(o.candidacy_id AS VARCHAR), q.code, CAST(o.opened_day AS VARCHAR), o.state "
        "FROM candidacy AS c JOIN candidacy AS o ON o.person = c.person AND o.candidacy <> c.candidacy "
        "LEFT JOIN requisition_opened_effective AS q ON q.position = o.requisition "
        "WHERE c.candidacy = ? ORDER BY o.opened_from, o.candidacy",
        [_key(making)],
    )
    rows: list[Row] = [tuple(map(text, row)) for row in found]
    none = words.text("No other candidacy of this person is recorded.")
    return _listed(rows, words.text("other candidacies"), none)


def timeline(making: Making, _limit: int) -> Rows:
    """Tell everything recorded on the candidacy, the candidate and the requisition, in the order it was recorded.

    An entry that was put right stands as it was recorded, and says what became of it; so does one that was moved here.
    """
    words, corrected = making.words, _corrected(making)
    rows: list[Row] = [
        (
            each.position,
            each.occurred,
            each.recorded_at,
            each.topic,
            each.actor,
            corrected.get(each.position),
            each.says,
        )
        for each in making.case.steps
    ]
    notes: tuple[str, ...] = (
        words.text("What is sealed on the requisition stays sealed: it may be about others too."),
    )
    if any(each.moved_here for each in making.case.steps):
        notes = (*notes, words.text("So does what is sealed in an entry moved here from another candidacy."))
    return Rows(tuple(rows), len(rows), words.text("recorded entries"), notes=notes)


def _corrected(making: Making) -> dict[int, str]:
    """Say what became of the entries of this file that were corrected."""
    words = making.words
    found = making.rows(
        "SELECT e.position, c.corrected_by, c.duplicate, CAST(s.stream AS VARCHAR), CAST(o.stream AS VARCHAR), "
        "c.stream_key = ? FROM in_force.correction AS c JOIN entry AS e ON e.id = c.target "
        "JOIN stream AS o ON o.stream_key = e.stream_key LEFT JOIN stream AS s ON s.stream_key = c.stream_key "
        "WHERE e.position IN (SELECT unnest(?))",
        [_key(making), [each.position for each in making.case.steps]],
    )
    said: dict[int, str] = {}
    for position, by, duplicate, to, recorded_on, here in found:
        if duplicate:
            became = words.text("a duplicate, as entry {entry} says: counts nowhere", entry=by)
        elif here and to != recorded_on:
            became = words.text("moved here from {candidacy} by entry {entry}", candidacy=recorded_on, entry=by)
        elif to and to != recorded_on:
            became = words.text("moved to {candidacy} by entry {entry}: counts there", candidacy=to, entry=by)
        else:
            became = words.text("put right by entry {entry}", entry=by)
        said[whole(position)] = became
    return said
