from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from evenhand.resources import packaged
from evenhand.texts.lexicon import FAULTS, MARKERS, parse
from evenhand.texts.reading import read
from labelled import LANGUAGES, lexicon

ROWS = [pytest.param(row, id=f"{language}-{row.id}") for language in LANGUAGES for row in lexicon(language).rows]
ROW = {
    "id": "x", "class": "harsh", "severity": "warn", "match": ["grim"], "citation": "own",
    "examples": ["grim"], "counter_examples": ["grime"],
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_row_finds_what_its_examples_say(row) -> None:
    assert [each for each in row.examples if not list(row.find(read(each)))] == []


@pytest.mark.parametrize("row", ROWS)
def test_a_row_leaves_its_counter_examples_alone(row) -> None:
    assert [each for each in row.counter_examples if list(row.find(read(each)))] == []


def test_both_languages_have_one_version_and_every_class() -> None:
    assert len({lexicon(each).version for each in LANGUAGES}) == 1
    for language in LANGUAGES:
        assert {row.class_ for row in lexicon(language).rows} == {*FAULTS, *MARKERS}


def test_the_version_of_the_lexicon_fits_the_field_it_is_recorded_in() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}", lexicon(each).version) for each in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_lexicon_has_a_new_version(language: str) -> None:
    text = packaged("texts", "lexicon", f"{language}.toml")
    known = (Path(__file__).parent / "lexicon.sha256").read_text(encoding="utf-8").split("\n")
    said = f"{lexicon(language).version} {language} {hashlib.sha256(text.encode()).hexdigest()}"
    assert said in known, (
        "entries name the version they were checked by: give it a new one in both languages, add a line"
    )


@pytest.mark.parametrize("class_", ["protected", "risky"])
def test_a_place_of_the_sealed_classes_is_always_to_be_confirmed(class_: str) -> None:
    assert {row.severity for each in LANGUAGES for row in lexicon(each).of(class_)} == {"confirm"}


@pytest.mark.parametrize("lacking", ["id", "class", "severity", "match", "citation", "examples", "counter_examples"])
def test_a_row_that_is_not_whole_is_refused_by_what_it_lacks(lacking: str) -> None:
    row = {name: value for name, value in ROW.items() if name != lacking}
    with pytest.raises(ValueError, match=f"says no {lacking}"):
        parse({"version": "1", "language": "en", "rows": [row]})


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"class": "rude"}, "its class or severity is none"),
        ({"severity": "marker"}, "a fault is no marker"),
        ({"colour": "red"}, "has no member colour"),
    ],
)
def test_a_row_of_another_form_is_refused(changed, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse({"version": "1", "language": "en", "rows": [ROW | changed]})


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="row x: named twice"):
        parse({"version": "1", "language": "en", "rows": [ROW, ROW]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_row_takes_long_over_a_text_made_to_delay_it(language: str) -> None:
    from time import process_time

    for unit in ("we will ", "you are not ", "a ", "的", "我们会", "没有", "(", " \n"):
        reading = read(unit * (8_000 // len(unit)))
        for row in lexicon(language).rows:
            before = process_time()
            list(row.find(reading))
            assert process_time() - before < 2, row.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_a_language_says_which_it_is(language: str) -> None:
    assert tomllib.loads(packaged("texts", "lexicon", f"{language}.toml"))["language"] == language
