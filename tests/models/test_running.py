"""Projections run in the order of what they read, and each keeps what its header promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from build import facts_of, uid
from evenhand.columns import sandbox
from evenhand.errors import InputError
from evenhand.models import Projection, Rows, catalogue, digest, parse, project, query, run


def projection(name: str, *, reads: list[str], columns: list[str], select: str) -> Projection:
    header = [f'--- title = "{name}"', '--- grain = "a row"', f"--- reads = {reads}", "--- [columns]"]
    return parse(name, "\n".join([*header, *(f'--- {column} = "It."' for column in columns), select]))


COUNT = projection(
    "stage_count",
    reads=["stage_entered_effective"],
    columns=["stage", "visits"],
    select="select stage, count(*) as visits from stage_entered_effective group by stage",
)
BUSY = projection(
    "busy_stage",
    reads=["stage_count", "as_of"],
    columns=["stage"],
    select="select stage from stage_count, as_of where visits > 1",
)
SHELF = {each.name: each for each in (COUNT, BUSY)}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    plain = [("stage.entered", uid(f"c{n}"), {"stage": "cv" if n < 3 else "interview"}) for n in range(4)]
    made = facts_of(plain)
    yield made
    made.close()


def test_a_projection_is_run_after_what_it_reads(connection: duckdb.DuckDBPyConnection) -> None:
    assert project(connection, "busy_stage", SHELF) == Rows(("stage",), (("cv",),))
    assert project(connection, "stage_count", SHELF) == Rows(("stage", "visits"), (("cv", 3), ("interview", 1)))


def test_what_is_there_already_is_not_made_again(connection: duckdb.DuckDBPyConnection) -> None:
    run(connection, ["busy_stage"], SHELF)
    run(connection, ["busy_stage", "stage_count"], SHELF)


def test_an_unknown_projection_is_said_so(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError, match="there is no projection nothing"):
        run(connection, ["nothing"], SHELF)


def test_projections_that_read_each_other_are_named(connection: duckdb.DuckDBPyConnection) -> None:
    shelf = {
        name: projection(name, reads=[reads], columns=["x"], select=f"select x from {reads}")
        for name, reads in (("a", "b"), ("b", "c"), ("c", "b"))
    }
    with pytest.raises(InputError, match=r"in a circle: b\.sql reads c\.sql reads b\.sql"):
        run(connection, ["a"], shelf)


@pytest.mark.parametrize(
    ("columns", "select", "said"),
    [
        (["stage"], "stage, visits", "the header does not explain the column visits"),
        (["stage", "visits", "more"], "stage, visits", "the header explains more, which the SELECT does not have"),
        (["visits", "stage"], "stage, visits", "column 1 is stage in the SELECT and visits in the header"),
        (["stage"], "stage as phase", "column 1 is phase in the SELECT and stage in the header"),
    ],
)
def test_the_header_is_held_to_the_select(
    connection: duckdb.DuckDBPyConnection, columns: list[str], select: str, said: str
) -> None:
    wrong = projection("wrong", reads=["stage_count"], columns=columns, select=f"select {select} from stage_count")
    for _ in range(2):  # it is not left behind half made
        with pytest.raises(InputError, match=f"wrong.sql: {said}"):
            run(connection, ["wrong"], {**SHELF, "wrong": wrong})


@pytest.mark.parametrize(
    ("reads", "select", "said"),
    [
        ([], "select 1 as x from entry", "it reads entry, which its header does not name"),
        (
            ["entry", "stream"],
            "select 1 as x from entry",
            "its header names stream under reads, but it does not read it",
        ),
        (["entry"], "select 1 as x from facts.log.entry", "it reads facts.log.entry, which its header does not name"),
        (["entry"], "select 1 as x from entry; select 2", "only one SELECT is run here"),
        (["entry"], "create table y as select 1 as x from entry", "only one SELECT is run here"),
        (["entry"], "select nonsense as x from entry", "nonsense"),
        (["entry"], "select from where", "not SQL that DuckDB can read"),
    ],
)
def test_what_a_projection_reads_is_what_its_header_names(
    connection: duckdb.DuckDBPyConnection, reads: list[str], select: str, said: str
) -> None:
    wrong = projection("wrong", reads=reads, columns=["x"], select=select)
    with pytest.raises(InputError) as raised:
        run(connection, ["wrong"], {"wrong": wrong})
    assert "wrong.sql: " in str(raised.value)
    assert said in str(raised.value)


def test_a_value_is_not_in_the_message_of_a_query_that_fails(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError) as raised:
        query(connection, "select cast(stage as integer) from stage_entered", SHELF)
    assert "cv" not in str(raised.value)
    assert "cannot be computed (ConversionException)" in str(raised.value)


def test_a_query_may_name_tables_and_projections_and_keeps_its_order(connection: duckdb.DuckDBPyConnection) -> None:
    found = query(connection, "select stage, visits from stage_count order by visits", SHELF)
    assert found == Rows(("stage", "visits"), (("interview", 1), ("cv", 3)))
    assert query(connection, "select count(*) as n from stage_entered;", SHELF).rows == ((4,),)


@pytest.mark.parametrize("text", ["drop view entry", "select 1; select 2", "set threads = 1", "copy entry to '/tmp/x'"])
def test_a_query_that_is_not_one_select_is_refused(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(InputError, match="only one SELECT"):
        query(connection, text, SHELF)


def test_a_query_that_wants_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MEMORY_LIMIT", "100MB")
    connection = facts_of([])
    with pytest.raises(InputError, match="needs more memory than is allowed"):
        query(connection, "select list(repeat('x', 1000) || i) from range(900000) t(i)", {})
    connection.close()


def test_a_query_that_takes_too_long_is_stopped(connection: duckdb.DuckDBPyConnection) -> None:
    endless = (
        "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c where a.range * b.range % 7 = 3"
    )
    with pytest.raises(InputError, match="took longer than is allowed"):
        query(connection, endless, SHELF, seconds=0.3)


def test_projections_run_only_where_the_doors_are_closed() -> None:
    with duckdb.connect() as wide_open, pytest.raises(RuntimeError, match="doors are closed"):
        run(wide_open, [], {})


def test_values_are_those_a_file_can_hold(connection: duckdb.DuckDBPyConnection) -> None:
    text = """
        select id, occurred_from, occurred_day, {'at': recorded_at, 'ids': [id]} as held, null as nothing, 1.50 as half,
               cast(3 as hugeint) as big, true as yes, interval 90 minute as span
        from stage_entered order by position limit 1
    """
    assert query(connection, text, SHELF).records() == [
        {
            "id": uid("entry 1"),
            "occurred_from": "2026-01-01T00:00:00.000000Z",
            "occurred_day": "2026-01-01",
            "held": {"at": "2026-01-01T00:00:00.000000Z", "ids": [uid("entry 1")]},
            "nothing": None,
            "half": 1.5,
            "big": 3,
            "yes": True,
            "span": 5400.0,
        }
    ]


def own(folder: Path, name: str, reads: str = "entry") -> None:
    shelf = folder / "projections"
    shelf.mkdir(exist_ok=True)
    text = f'--- title = "Mine"\n--- grain = "a row"\n--- reads = ["{reads}"]\n--- [columns]\n--- n = "It."\n'
    (shelf / f"{name}.sql").write_text(f"{text}select count(*) as n from {reads}\n", encoding="utf-8")


def test_a_companys_own_projections_stand_beside_the_built_in_ones(tmp_path: Path) -> None:
    own(tmp_path, "mine")
    both = catalogue(tmp_path)
    assert both["mine"].custom
    assert [name for name, each in both.items() if each.custom] == ["mine"]
    assert "mine" not in catalogue(tmp_path, custom=False)
    assert digest(both) != digest(catalogue())
    assert digest(catalogue(tmp_path, custom=False)) == digest(catalogue())


@pytest.mark.parametrize(
    ("name", "said"), [("replay", "built-in projection"), ("decision_made", "table"), ("as_of", "table")]
)
def test_a_name_that_is_taken_is_refused(tmp_path: Path, name: str, said: str) -> None:
    own(tmp_path, name)
    with pytest.raises(InputError, match=rf"{name}\.sql: this name is that of a {said}; choose another"):
        catalogue(tmp_path)


def test_what_a_projection_reads_must_be_there(tmp_path: Path) -> None:
    own(tmp_path, "mine", reads="nowhere")
    with pytest.raises(InputError, match=r"mine\.sql: it reads nowhere, which is neither a table nor a projection"):
        catalogue(tmp_path)


def test_a_file_that_is_no_text_is_said_so(tmp_path: Path) -> None:
    own(tmp_path, "mine")
    (tmp_path / "projections" / "broken.sql").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"broken\.sql: it cannot be read as UTF-8 text"):
        catalogue(tmp_path)


REQUIRED = (
    "candidacy stage_visit scorecard_effective decision_effective reason notice notice_latency promise feedback "
    "follow_up withdrawal offer standard_in_force replay selection lesson action finding import_share "
    "late_recording"
)


def test_every_built_in_projection_runs_and_keeps_its_header(connection: duckdb.DuckDBPyConnection) -> None:
    shelf = catalogue()
    assert set(REQUIRED.split()) <= set(shelf)
    run(connection, sorted(shelf), shelf)
    rows: dict[str, Any] = {name: project(connection, name, shelf) for name in shelf}
    assert {name: each.columns for name, each in rows.items()} == {
        name: tuple(each.columns) for name, each in shelf.items()
    }


@pytest.mark.parametrize("text", ["select getenv('HOME')", "select * from nowhere", "select 1 as a, 2 as a"])
def test_a_query_that_cannot_be_run_is_refused_in_words(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(InputError, match=r"^the query: "):
        query(connection, text, {})
