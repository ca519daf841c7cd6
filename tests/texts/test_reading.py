from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.texts.reading import language_of, read


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("ｙｏｕｎｇ　ｔｅａｍ", "young team"),
        ("it’s", "it's"),
        ("young\n  team", "young\nteam"),
        ("yo\u200bung", "young"),
        ("yo\u00adung", "young"),
        ("年 龄 偏大", "年龄偏大"),
        ("年龄\n偏大", "年龄偏大"),
        ("您好：\n感谢", "您好:\n感谢"),
        ("re\u0301sume\u0301", "résumé"),
    ],
)
def test_a_text_is_read_in_one_form_however_it_is_written(written: str, form: str) -> None:
    assert read(written).text == form


def test_a_place_is_answered_in_the_text_as_it_was_written() -> None:
    written = "我们的  ｙｏｕｎｇ\u200b　team"
    reading = read(written)
    at = reading.text.index("young team")
    start, end = reading.span(at, at + len("young team"))
    assert written[start:end] == "ｙｏｕｎｇ\u200b　team"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_every_character_that_is_read_comes_from_one_that_was_written(text: str) -> None:
    reading = read(text)
    assert len(reading.text) == len(reading.origin)
    assert list(reading.origin) == sorted(reading.origin)
    assert all(0 <= each < len(text) for each in reading.origin)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you for the time we had.", "en"),
        ("感谢您参加 PM 面试", "zh"),
        ("Vielen Dank, wir melden uns am Montag.", None),
        ("", None),
    ],
)
def test_a_language_is_told_by_its_characters_or_commonest_words(text: str, language: str | None) -> None:
    assert language_of(text) == language
