"""What the ledger knew, and to when clocks run: a pair, checked, and cut to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from build import FEW, entries_of, facts_from, some_entries, uid
from evenhand.columns.facts import open_facts
from evenhand.errors import InputError, UnavailableError
from evenhand.store import Store

RECORDED = datetime(2026, 7, 4, tzinfo=UTC)


def test_an_earlier_position_shows_what_the_ledger_knew_then(written: Any) -> None:
    entries = some_entries(200, 2, topics=FEW)
    written.append(entries[:80])
    with written.facts() as then:
        root = then.root
        known = {
            name: then.connection.execute(f'SELECT * FROM "{name}_effective" ORDER BY ALL').fetchall()
            for name in ("decision_made", "stage_entered", "notice_given", "entry_corrected", "standard_adopted")
        }
    written.append(entries[80:])
    with written.facts(as_of=(80, None)) as now:
        assert now.as_of.position == 80
        assert now.root == root
        for name, rows in known.items():
            assert now.connection.execute(f'SELECT * FROM "{name}_effective" ORDER BY ALL').fetchall() == rows
        for name in ("entry", "stream", "decision_made"):
            key = "stream_key" if name == "stream" else "position"
            ((last,),) = now.connection.execute(f"SELECT max({key}) FROM {name}").fetchall()
            assert last <= 80
    assert written.said == []


def test_by_default_it_is_the_head_and_the_clock(filled: Any) -> None:
    with filled.facts() as facts:
        assert facts.as_of == (300, RECORDED + timedelta(days=9))
        shown = facts.connection.execute("SELECT position, instant FROM as_of").fetchall()
    assert shown == [(300, datetime(2026, 7, 13))]  # noqa: DTZ001 - UTC, as the tables keep it


def test_the_default_instant_is_never_before_the_last_entry(filled: Any) -> None:
    facts = open_facts(filled.url, filled.folder, clock=lambda: RECORDED - timedelta(days=1))
    with facts:
        assert facts.as_of.instant >= RECORDED


def test_an_instant_before_the_entry_was_recorded_is_refused(filled: Any) -> None:
    with pytest.raises(InputError, match="before entry 300 was recorded"):
        filled.facts(as_of=(None, RECORDED - timedelta(seconds=1)))
    with filled.facts(as_of=(1, RECORDED + timedelta(hours=1))) as facts:
        assert facts.as_of.position == 1


@pytest.mark.parametrize("position", [301, -1])
def test_a_position_that_is_not_in_the_ledger_is_refused(filled: Any, position: int) -> None:
    with pytest.raises(InputError, match=r"is not in the ledger, which has 300 entries"):
        filled.facts(as_of=(position, None))


def test_an_instant_is_shown_in_utc_whatever_its_offset(filled: Any) -> None:
    at = datetime(2026, 8, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    with filled.facts(as_of=(None, at)) as facts:
        assert facts.connection.execute("SELECT instant FROM as_of").fetchall() == [(datetime(2026, 8, 1),)]  # noqa: DTZ001 - UTC
    with pytest.raises(InputError, match="needs an offset"):
        filled.facts(as_of=(None, datetime(2026, 8, 1)))  # noqa: DTZ001 - the mistake


def test_an_empty_ledger_has_empty_tables(written: Any) -> None:
    with written.facts() as facts:
        assert facts.as_of.position == 0
        assert facts.connection.execute("SELECT count(*) FROM entry").fetchall() == [(0,)]
        assert facts.root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_reports_zone_is_the_ledgers_own_unless_another_is_asked_for(filled: Any) -> None:
    with filled.facts() as facts:
        ((own,),) = facts.connection.execute("SELECT zone FROM ledger_opened ORDER BY position LIMIT 1").fetchall()
        assert facts.connection.execute("SELECT zone FROM report_zone").fetchall() == [(own,)]
    with filled.facts(zone="America/New_York") as facts:
        assert facts.connection.execute("SELECT zone FROM report_zone").fetchall() == [("America/New_York",)]
    with pytest.raises(InputError, match="not an IANA time zone"):
        filled.facts(zone="Mars/Olympus")


def test_the_root_is_that_of_the_store(filled: Any) -> None:
    with Store.open(filled.url) as store:
        root = store.head().frontier.root().hex()
    with filled.facts() as facts:
        assert facts.root == root


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/ledger.db", "no ledger at"),
        ("mysql://nowhere/x", "must be a path, or begin with"),
        ("postgresql://127.0.0.1:1/none?connect_timeout=1", "cannot be read"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_said_so(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(UnavailableError, match=said):
        open_facts(url, tmp_path)


def test_a_file_that_is_no_ledger_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(UnavailableError, match="cannot be read"):
        open_facts(str(tmp_path / "ledger.db"), tmp_path)


def test_a_correction_of_tomorrow_is_not_known_today() -> None:
    entries = entries_of(
        [
            ("stage.entered", uid("c"), {"stage": "cv"}, {"id": uid("visit")}),
            ("entry.corrected", uid("c"), {"target": uid("visit"), "kind": "duplicate", "fields": {}}),
        ]
    )
    with facts_from(entries, position=1) as facts:
        assert facts.connection.execute("SELECT corrected_by FROM stage_entered_effective").fetchall() == [(None,)]
    with facts_from(entries) as facts:
        assert facts.connection.execute("SELECT corrected_by FROM stage_entered").fetchall() == [(2,)]
        assert facts.connection.execute("SELECT * FROM stage_entered_effective").fetchall() == []
