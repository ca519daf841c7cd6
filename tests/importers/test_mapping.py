"""A mapping that is wrong is refused before any row is read, with every place that is wrong."""

from __future__ import annotations

import pytest

from evenhand.errors import InputError
from evenhand.importers.times import day, moment
from sheets import ADA, BO, MAPPING, Sheets

BASE = """
system = "sheet"
[row]
candidate = { column = "person" }
candidacy = { column = "person" }
requisition = { column = "job" }
[[event]]
type = "candidate.registered"
occurred_at = { column = "applied" }
[[event]]
type = "candidacy.opened"
occurred_at = { column = "applied" }
route = "external"
"""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[row]", "[row"), "is not TOML: "),
        (('system = "sheet"', "system = 7"), "system: is text in quotes"),
        (('system = "sheet"', 'sistem = "sheet"'), "sistem: is not known here; expected "),
        (('system = "sheet"', 'zone = "Berlin"'), "zone: is not an IANA time zone such as Europe/Berlin"),
        (('system = "sheet"', 'encoding = "latin-99"'), "encoding: is not an encoding such as utf-8"),
        (('system = "sheet"', 'delimiter = "::"'), "delimiter: is not one character"),
        (('system = "sheet"', "formats = [1]"), 'formats: expected a list of forms such as ["%d.%m.%Y"]'),
        (("candidacy = ", "candidature = "), "row.candidature: is not known here"),
        (("candidacy = ", "record = "), "candidacy.opened: which candidacy? name it under [row]"),
        (('"candidacy.opened"', '"candidacy.open"'), "event 2: type: is not a type that can be imported"),
        (('"candidacy.opened"', '"candidacy.opened"\nas = "申请"'), "event 2: as: is a name in lower case"),
        (('"candidacy.opened"', '"standard.adopted"'), "event 2: type: is not a type that can be imported"),
        (('"candidacy.opened"', '"candidate.registered"'), "event 2: is the second one called candidate.registered"),
        (('route = "external"', 'root = "external"'), "candidacy.opened: root: this type has no such field"),
        (('route = "external"', ""), "candidacy.opened: route: is missing, and this type needs it"),
        (('route = "external"', "route = 7"), "candidacy.opened: route: expected text in quotes"),
        (('route = "external"', 'route = { colum = "x" }'), "candidacy.opened: route: colum is not known here"),
        (('route = "external"', "route = { column = 7 }"), "route: expected { column = "),
        (('route = "external"', 'route = { column = "x", values = 7 }'), "route: expected values = {"),
        (('route = "external"', 'route = "campus"\nrules = 1'),
         "candidacy.opened: rules: this type has no such field"),
        (('route = "external"', 'route = "campus"\nprior = { column = "x", by = "name" }'),
         'prior: by is "code" or "ref"'),
        (('route = "external"', 'route = "campus"\ncausation_id = "x"'),
         'causation_id: expected { event = "…" }'),
        (('route = "external"', 'route = "campus"\ncausation_id = { event = "x" }'),
         "names an event that this mapping"),
        (('route = "external"', 'route = "campus"\noccured_at = 2026-07-01'),
         "occured_at: this type has no such field"),
        (('route = "external"', 'route = "campus"\nwhen = { colum = "x" }'),
         "when.colum: is not known here"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_where_and_what_was_expected(
    sheets: Sheets, change: tuple[str, str], problem: str
) -> None:
    assert change[0] in BASE
    sheets.map(BASE.replace(*change))
    with pytest.raises(InputError) as refused:
        sheets.bring(sheets.csv(ADA))
    assert any(problem in each for each in refused.value.problems), refused.value.problems
    assert all(each.startswith(str(sheets.mapping)) for each in refused.value.problems)


def test_a_mapping_without_events_or_of_another_encoding_is_refused(sheets: Sheets) -> None:
    sheets.map('system = "sheet"')
    with pytest.raises(InputError, match=r"at least one \[\[event\]\]"):
        sheets.bring(sheets.csv(ADA))
    sheets.mapping.write_bytes('system = "über"'.encode("cp1252"))
    with pytest.raises(InputError, match="not UTF-8; save it as UTF-8"):
        sheets.bring(sheets.csv(ADA))


def test_an_event_may_depend_on_the_value_of_a_column(sheets: Sheets) -> None:
    sheets.map(BASE + 'when = { column = "outcome", is = ["yes"] }\n')
    sheets.bring(sheets.csv(ADA, ADA | {"person": "p-2", "outcome": "no"}))
    assert (len(sheets.entries("candidate.registered")), len(sheets.entries("candidacy.opened"))) == (3, 2)


def test_a_value_may_mean_nothing_and_others_may_fall_together(sheets: Sheets) -> None:
    column = '{ column = "how", values = { mail = "referral", call = "" }, otherwise = "campus" }'
    sheets.map(BASE.replace('route = "external"', f"route = {column}"))
    sheets.bring(sheets.csv(ADA | {"how": "mail"}, ADA | {"person": "p-2", "how": "pigeon"}))
    assert [each["route"] for each in sheets.bodies("candidacy.opened")[-2:]] == ["referral", "campus"]


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-07-03", "2026-07-03", "day"),
        ("2026/7/3", "2026-07-03", "day"),
        ("2026年7月3日", "2026-07-03", "day"),
        ("2026-07-03 9:15", "2026-07-03T09:15+02:00", "minute"),
        ("2026-07-03T09:15:30", "2026-07-03T09:15:30+02:00", "instant"),
        ("2026-07-03T09:15:30.25Z", "2026-07-03T09:15:30.250000+00:00", "instant"),
        ("2026-07-03 09:15 +0800", "2026-07-03T09:15+08:00", "minute"),
        ("2026-10-25 02:30", "2026-10-25T02:30+02:00", "minute"),  # it came twice: the first
        ("2026年7月3日 18:00", "2026-07-03T18:00+02:00", "minute"),
    ],
)
def test_a_time_keeps_the_precision_it_was_written_with(text: str, at: str, precision: str) -> None:
    assert moment(text, "Europe/Berlin") == {"at": at, "zone": "Europe/Berlin", "precision": precision}


@pytest.mark.parametrize(
    "text", ["", "03/07/2026", "7/3/26", "2026-7", "2026-07-03x", "2026-13-01", "2026-07-03 24:01", "46206", "tomorrow"]
)
def test_what_could_be_another_day_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected a date|there is no such"):
        moment(text, "Europe/Berlin")


def test_a_form_of_ones_own_has_the_precision_of_its_parts() -> None:
    assert moment("03/07/2026", "UTC", ("%d/%m/%Y",))["at"] == "2026-07-03"
    assert moment("7/3/2026 4PM", "UTC", ("%d.%m.%Y", "%m/%d/%Y %I%p")) == {
        "at": "2026-07-03T16:00+00:00", "zone": "UTC", "precision": "minute",
    }  # fmt: skip
    assert day("03.07.2026", ("%d.%m.%Y",)) == "2026-07-03"
    with pytest.raises(ValueError, match="without a time"):
        day("2026-07-03 10:00")


def test_a_column_may_say_that_the_source_erased_somebody(sheets: Sheets) -> None:
    gone = '[[event]]\ntype = "candidate.erased"\nwhen = { column = "shoe size", is = "gone" }\n'
    sheets.map(MAPPING + gone)
    done = sheets.bring(sheets.csv(ADA | {"shoe size": "gone"}, BO), erase_anonymised=True)
    assert (done.erased, done.written) == (1, 2)
