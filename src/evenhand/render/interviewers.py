"""Whether interviewers who rate the same people see the same, and who differs from the panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import groupby

import pandas as pd

from evenhand.measures.refusal import Refusal
from evenhand.measures.reliability import krippendorff
from evenhand.measures.severity import Difference, severity
from evenhand.render.blocks import LeftOut, Mark, Row
from evenhand.render.counts import ends, exact, one, points, refused, shortened, stage_names, stage_order, whole
from evenhand.render.groups import adopted
from evenhand.render.making import Making, Rows

_MICRO = 10**6


def _shared(making: Making) -> None:
    """Keep the ratings of what at least two rated; places and names as numbers, for there may be millions."""
    making.prepared(
        "_name",
        "SELECT author, CAST(row_number() OVER (ORDER BY author) AS INTEGER) AS name "
        "FROM (SELECT DISTINCT author FROM scorecard_effective)",
    )
    making.prepared(
        "_place",
        "SELECT *, CAST(row_number() OVER (ORDER BY standard, standard_version, stage, criterion) AS INTEGER) AS place "
        "FROM (SELECT DISTINCT coalesce(standard, 0) AS standard, standard_version, stage, criterion "
        "FROM rating WHERE in_period(written_day))",
    )
    making.prepared(
        "_rating",
        "SELECT p.place, r.visit, coalesce(r.person, -r.candidacy) AS candidate, n.name, r.score FROM rating AS r "
        "JOIN _place AS p ON p.standard = coalesce(r.standard, 0) AND p.standard_version = r.standard_version "
        "AND p.stage = r.stage AND p.criterion = r.criterion JOIN _name AS n ON n.author = r.author "
        "WHERE in_period(r.written_day)",
    )
    making.prepared(
        "_shared",
        "SELECT r.* FROM _rating AS r "
        "SEMI JOIN (SELECT place, visit FROM _rating GROUP BY place, visit HAVING count(*) > 1) USING (place, visit)",
    )


def _alone(making: Making) -> tuple[LeftOut, ...]:
    alone = one(making, "SELECT (SELECT count(*) FROM _rating) - (SELECT count(*) FROM _shared)")
    return (LeftOut(alone, making.words.text("where nobody else rated the same")),)


def _standards(making: Making) -> Mapping[int, str]:
    found = making.rows("SELECT stream_key, max(code) FROM standard_adopted_effective GROUP BY stream_key")
    return {whole(key): str(code) for key, code in found}


def reliability(making: Making, limit: int) -> Rows:
    """Show alpha, with its interval, for each criterion, stage and version of a standard."""
    _shared(making)
    words, minimum = making.words, adopted(making).screen.minimum_n
    codes, order = _standards(making), stage_order(making)
    authors = {
        tuple(place): whole(n)
        for *place, n in making.rows(
            "SELECT standard, standard_version, stage, criterion, count(DISTINCT name) "
            "FROM _shared JOIN _place USING (place) GROUP BY ALL"
        )
    }
    found: list[tuple[tuple[object, ...], Row]] = []
    for place, frame in _rated_alike(making):
        standard, version, stage, criterion = place
        purpose = f"alpha {standard} {version} {stage} {criterion}"
        result = krippendorff(
            frame, chance=making.resampling.generator(purpose), draws=making.resampling.draws, minimum=minimum
        )
        row = (
            codes.get(whole(standard), "-"), whole(version), str(stage), str(criterion), result.candidates,
            authors[place], result.ratings, exact(result.alpha), *ends(result.interval), refused(result.refusal),
        )  # fmt: skip
        found.append(((whole(standard), whole(version), order.get(str(stage), len(order)), stage, criterion), row))
    found.sort(key=lambda each: each[0])
    rows = tuple(row for _, row in found[:limit])
    labels = {
        "stage": stage_names(making),
        "why": {
            Refusal.TOO_FEW.value: words.text("fewer than {n} candidates rated by two", n=minimum),
            Refusal.NO_VARIATION.value: words.text("all scores are the same"),
        },
    }
    n = one(making, "SELECT count(*) FROM _shared")
    notes = shortened(making, len(rows), len(found))
    return Rows(rows, n, words.text("ratings of what at least two rated"), _alone(making), notes, labels)


def _rated_alike(making: Making) -> Iterator[tuple[tuple[object, ...], pd.DataFrame]]:
    """Yield, for each criterion, the candidates who were rated exactly alike in one row, with their number."""
    rows = making.rows(
        "WITH unit AS (SELECT place, candidate, list(score ORDER BY score) AS unit FROM _shared "
        "GROUP BY place, candidate, visit), "
        "kind AS (SELECT place, candidate, list(unit ORDER BY unit) AS units FROM unit GROUP BY place, candidate) "
        "SELECT p.standard, p.standard_version, p.stage, p.criterion, k.units, count(*) "
        "FROM kind AS k JOIN _place AS p USING (place) GROUP BY ALL ORDER BY ALL"
    )
    for place, group in groupby(rows, key=lambda row: row[:4]):
        kinds = list(group)
        yield place, pd.DataFrame({"units": [row[4] for row in kinds], "candidates": [row[5] for row in kinds]})


def differences(making: Making, limit: int) -> Rows:
    """List, within each connected panel, how far each interviewer lies from the mean of the panel."""
    _shared(making)
    words, minimum = making.words, adopted(making).screen.minimum_n
    codes = _standards(making)
    names = {whole(name): str(author) for name, author in making.rows("SELECT name, author FROM _name")}
    places = making.rows(
        "SELECT DISTINCT standard, standard_version FROM _place SEMI JOIN _shared USING (place) ORDER BY ALL"
    )
    rows: list[Row] = []
    for standard, version in places:
        place = codes.get(whole(standard), "-"), whole(version)
        found = severity(_ratings(making, standard, version, names), minimum=minimum)
        rows.extend((*place, *_cells(each)) for each in sorted(found, key=_mildest_first))
    tested = sum(row[7] is not None for row in rows)
    notes = shortened(making, min(limit, len(rows)), len(rows))
    if tested:
        notes = (
            *notes,
            words.text("{n} intervals stand here; about one in twenty leaves out nought by chance alone.", n=tested),
        )
    labels = {"why": {Refusal.TOO_FEW.value: words.text("fewer than {n} candidates in common with others", n=minimum)}}
    n = one(making, "SELECT count(*) FROM _shared")
    of, mean = words.text("ratings of what at least two rated"), Mark(Fraction(0), words.text("mean of the panel"))
    return Rows(tuple(rows[:limit]), n, of, _alone(making), notes, labels, (mean,))


def pairs(making: Making, limit: int) -> Rows:
    """Count, for every two scores, how often two interviewers gave them to the same person on the same criterion."""
    _shared(making)
    words = making.words
    found = making.rows(
        "SELECT least(a.score, b.score) AS lower, greatest(a.score, b.score) AS higher, count(*) AS n "
        "FROM _shared AS a JOIN _shared AS b USING (place, visit) WHERE a.name < b.name GROUP BY ALL ORDER BY ALL"
    )
    n = sum(whole(count) for *_, count in found)
    rows = tuple((points(lower), points(higher), whole(count)) for lower, higher, count in found[:limit])
    none = () if n else (words.text("No two interviewers rated the same person on the same criterion."),)
    notes = (*none, *shortened(making, len(rows), len(found)))
    return Rows(rows, n, words.text("pairs of ratings"), _alone(making), notes)


def _ratings(making: Making, standard: object, version: object, names: Mapping[int, str]) -> pd.DataFrame:
    frame = making.frame(
        "SELECT s.name, s.visit * (SELECT count(*) FROM _place) + s.place AS unit, s.candidate, s.score "
        "FROM _shared AS s JOIN _place AS p USING (place) WHERE p.standard = ? AND p.standard_version = ?",
        [standard, version],
    )
    # Numbers come over, and each name once: there may be millions of ratings.
    author = frame["name"].astype("category")
    return frame.assign(author=author.cat.rename_categories([names[int(each)] for each in author.cat.categories]))


def _mildest_first(each: Difference) -> tuple[int, bool, float, str]:
    return each.panel, each.difference is None, -(each.difference or 0), each.author


def _cells(each: Difference) -> Row:
    micro = (exact(each.difference), *ends(each.interval))
    figures = (None if figure is None else figure / _MICRO for figure in micro)
    return each.panel, each.author, each.candidates, each.ratings, *figures, refused(each.refusal)
