"""What is said in English is said in Chinese, and what machines read is the same in both."""

from __future__ import annotations

import re

import pytest

from evenhand.cli.commands.explain import meanings
from evenhand.measures.change import Place, Word
from evenhand.measures.conclusion import Verdict
from evenhand.measures.refusal import Refusal
from evenhand.models import catalogue
from evenhand.resources import finding_meanings
from evenhand.words import translator

HAN = re.compile(r"[\u4e00-\u9fff]")
WORDS = {lang: {each.code: each for each in meanings(translator(lang))} for lang in ("en", "zh")}


def test_explain_knows_the_same_codes_in_both_languages() -> None:
    assert list(WORDS["en"]) == list(WORDS["zh"])
    assert {each.value for kind in (Refusal, Verdict, Word, Place) for each in kind} <= set(WORDS["zh"])


@pytest.mark.parametrize("code", WORDS["zh"])
def test_every_code_is_explained_in_chinese(code: str) -> None:
    english, chinese = WORDS["en"][code], WORDS["zh"][code]
    assert HAN.search(chinese.says)
    assert HAN.search(chinese.kind)
    assert not HAN.search(english.says.replace("“文化不合”", ""))
    assert (chinese.do is None) == (english.do is None)
    assert chinese.do is None or HAN.search(chinese.do)


@pytest.mark.parametrize("code", finding_meanings())
def test_a_finding_says_everything_in_both_languages(code: str) -> None:
    said = finding_meanings()[code]
    assert set(said) == {"principle", "en", "zh", "means", "means_zh", "do", "do_zh"}
    assert all(HAN.search(said[name]) for name in ("zh", "means_zh", "do_zh"))
    assert said["principle"] in range(8)


def test_every_projection_has_a_title_of_its_own_in_both_languages() -> None:
    titles = {name: each.titles for name, each in catalogue().items()}
    assert [name for name, said in titles.items() if not HAN.search(said.get("zh", "")) or HAN.search(said["en"])] == []
    assert len({said["en"] for said in titles.values()}) == len({said["zh"] for said in titles.values()}) == len(titles)
