"""A projection's file is its own documentation: the header is read strictly, and nothing random is let in."""

from __future__ import annotations

import pytest

from evenhand.errors import InputError
from evenhand.models import parse

HEADER = """--- title = "Decisions by day"
--- grain = "one row per local day"
--- reads = ["decision_made_effective"]
--- [columns]
--- day = "The local date."
--- decisions = "How many."
"""
SELECT = "select occurred_day as day, count(*) as decisions from decision_made_effective group by day\n"


def test_the_header_says_what_a_row_is_and_what_each_column_means() -> None:
    read = parse("decisions_by_day", HEADER + SELECT + ";\n")
    assert read.title == "Decisions by day"
    assert read.grain == "one row per local day"
    assert read.reads == ("decision_made_effective",)
    assert dict(read.columns) == {"day": "The local date.", "decisions": "How many."}
    assert read.select == SELECT.strip()
    assert not read.custom


def test_a_title_may_be_in_both_languages_and_one_that_is_not_serves_both() -> None:
    plain = parse("by_day", HEADER + SELECT)
    assert plain.titled("zh") == plain.titled("en") == ("Decisions by day", "en")
    both = HEADER.replace('"Decisions by day"', '{ en = "Decisions by day", zh = "每日决定" }')
    assert parse("by_day", both + SELECT).titled("zh") == ("每日决定", "zh")
    assert parse("by_day", both + SELECT).title == "Decisions by day"
    english = HEADER.replace('"Decisions by day"', '{ en = "Decisions by day" }')
    assert parse("by_day", english + SELECT).titled("zh") == ("Decisions by day", "en")


def test_the_digest_is_of_the_text_whatever_its_line_ends_are() -> None:
    unix = parse("one", HEADER + SELECT)
    assert parse("one", (HEADER + SELECT).replace("\n", "\r\n")).digest == unix.digest
    assert parse("one", (HEADER + SELECT).replace("\n", "\r")).digest == unix.digest
    assert parse("one", HEADER + SELECT + "-- more\n").digest != unix.digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title", "titel"), "the header has no title"),
        (("title", "titel"), "a key that means nothing here: titel"),
        (('"Decisions by day"', '""'), "title must be a text"),
        (('"Decisions by day"', "7"), "title must be a text"),
        (('"Decisions by day"', "{}"), "title must be a text"),
        (('"Decisions by day"', '{ zh = "每日决定" }'), "title must be a text"),
        (('"Decisions by day"', '{ en = "Decisions by day", zh = "" }'), "title must be a text"),
        (('"Decisions by day"', '{ en = "Decisions by day", de = "Tage" }'), "title must be a text"),
        (('"one row per local day"', "7"), "grain must be a text"),
        (('["decision_made_effective"]', '"decision_made_effective"'), "reads must list names"),
        (('["decision_made_effective"]', "[7]"), "reads must list names"),
        (('"How many."', '""'), "columns must give each column's name and what it means"),
        (('"How many."', "7"), "columns must give each column's name and what it means"),
        (("--- [columns]\n", ""), "a key that means nothing here"),
        (('"Decisions by day"', '"Decisions'), "the header is not TOML"),
    ],
)
def test_a_header_that_leaves_something_out_is_refused(change: tuple[str, str], said: str) -> None:
    with pytest.raises(InputError, match=r"by_day\.sql: ") as raised:
        parse("by_day", HEADER.replace(*change) + SELECT)
    assert said in str(raised.value)


def test_a_file_without_a_select_is_refused() -> None:
    with pytest.raises(InputError, match="no SELECT after the header"):
        parse("by_day", HEADER)


@pytest.mark.parametrize("name", ["By_Day", "by-day", "../by_day", "7days", "", "tag☃"])
def test_a_name_that_is_no_plain_word_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="lower-case letters, digits and underscores"):
        parse(name, HEADER + SELECT)


@pytest.mark.parametrize(
    "expression",
    [
        "now()", "NOW ( )", '"now"()', "today()", "current_date", "CURRENT_TIMESTAMP", "current_time", "localtimestamp",
        "get_current_timestamp()", "transaction_timestamp()", "random()", "uuid()", "gen_random_uuid()", "uuidv7()",
        "nextval('s')", "hash(1)", "current_setting('threads')", "read_text('/etc/passwd')", "txid_current()",
    ],
)  # fmt: skip
def test_what_would_differ_tomorrow_or_elsewhere_is_refused(expression: str) -> None:
    with pytest.raises(InputError, match=r"by_day\.sql: (the clock is asked|the rows would|something beside)"):
        parse("by_day", HEADER + f"select 1 as day, {expression} as decisions from decision_made_effective")


def test_a_sample_is_refused() -> None:
    with pytest.raises(InputError, match="the rows would differ"):
        parse("by_day", HEADER + "select * from decision_made_effective using sample 10")


def test_words_in_texts_comments_and_names_are_no_functions() -> None:
    select = "select 'now()' as day, known_uuid as decisions -- now() is not asked\nfrom decision_made_effective"
    assert parse("by_day", HEADER + select)


def test_all_problems_of_a_file_are_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        parse("by_day", "--- columns = {}\nselect now()")
    assert len(raised.value.problems) == 5
