from __future__ import annotations

import copy
import json
import pickle
from gettext import GNUTranslations, NullTranslations
from typing import Any

import pytest

from evenhand.errors import EvenhandError, InputError
from evenhand.sentence import Sentence, both, either
from evenhand.words import Translate

CHINESE = {
    "{place}: {problem}": "{place} → {problem}",
    "the number {n:,} is too large": "数 {n:,} 太大",
    "{these} or {last}": "{these}或{last}",
    "{these} and {last}": "{these} 和 {last}",
    "a file": "一个文件",
}


class Few(NullTranslations):
    def gettext(self, message: str) -> str:
        return CHINESE.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "{n} 个条目" if msgid2 == "{n} entries" else GNUTranslations.ngettext(self, msgid1, msgid2, n)


@pytest.fixture
def chinese() -> Translate:
    return Translate("zh", Few())


def large() -> Sentence:
    return Sentence("the number {n:,} is too large", n=4_000)


def placed() -> Sentence:
    return Sentence("{place}: {problem}", place="a.toml", problem=large())


def test_a_sentence_is_its_english_text() -> None:
    assert placed() == "a.toml: the number 4,000 is too large"
    assert isinstance(placed(), str)
    assert hash(placed()) == hash("a.toml: the number 4,000 is too large")
    assert sorted([placed(), "a", "b"]) == ["a", placed(), "b"]
    assert (
        json.dumps({placed(): large()}) == '{"a.toml: the number 4,000 is too large": "the number 4,000 is too large"}'
    )


def test_a_sentence_is_said_in_chinese_with_the_sentences_within_it(chinese: Translate) -> None:
    assert chinese.sentence(placed()) == "a.toml → 数 4,000 太大"


def test_what_is_no_sentence_and_what_nobody_translated_stays_as_it_is(chinese: Translate) -> None:
    assert chinese.sentence("plain {text}") == "plain {text}"
    assert chinese.sentence(Sentence("never translated: {n}", n=1)) == "never translated: 1"


def test_a_plural_is_said_in_the_form_that_goes_with_its_number(chinese: Translate) -> None:
    one, two = (Sentence.plural("{n} entry", "{n} entries", n) for n in (1, 2))
    assert [one, two] == ["1 entry", "2 entries"]
    assert [chinese.sentence(one), chinese.sentence(two)] == ["1 个条目", "2 个条目"]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda said: pickle.loads(pickle.dumps(said))])
@pytest.mark.parametrize("said", [placed(), Sentence.plural("{n} entry", "{n} entries", 2), Sentence("a {sic}")])
def test_a_sentence_crosses_processes_with_all_it_needs(again: Any, said: Sentence, chinese: Translate) -> None:
    copied = again(said)
    assert type(copied) is Sentence
    assert copied == said
    assert chinese.sentence(copied) == chinese.sentence(said)


def test_an_error_crosses_processes_with_its_sentences(chinese: Translate) -> None:
    error: EvenhandError = pickle.loads(pickle.dumps(InputError(placed(), large())))
    assert [chinese.sentence(each) for each in error.problems] == ["a.toml → 数 4,000 太大", "数 4,000 太大"]
    assert str(error) == f"{placed()}\n{large()}"


def test_the_text_of_an_exception_is_the_sentence_it_was_given(chinese: Translate) -> None:
    assert chinese.sentence(str(ValueError(placed()))) == "a.toml → 数 4,000 太大"
    assert (
        chinese.sentence(Sentence("{place}: {problem}", place="b", problem=ValueError(large()))) == "b → 数 4,000 太大"
    )


def test_braces_in_what_a_field_holds_are_never_filled_in(chinese: Translate) -> None:
    odd = Sentence("{place}: {problem}", place="{problem}", problem=Sentence("a {sic} in it"))
    assert odd == "{problem}: a {sic} in it"
    assert chinese.sentence(odd) == "{problem} → a {sic} in it"


def test_a_field_is_kept_as_its_text_so_that_a_sentence_never_changes(chinese: Translate) -> None:
    held = ["a"]
    said = Sentence("{place}: {problem}", place=held, problem="b")
    held.append("c")
    assert said == "['a']: b"
    assert chinese.sentence(said) == "['a'] → b"
    with pytest.raises(TypeError):
        said.fields["place"] = "other"  # type: ignore[index]


def test_what_is_joined_is_joined_in_the_readers_language(chinese: Translate) -> None:
    assert either(["a", "b", "c"]) == "a or b or c"
    assert chinese.sentence(either(["a", Sentence("a file")])) == "a或一个文件"
    assert both(["a", "b", "c"]) == "a and b and c"
    assert chinese.sentence(both(["a", "b"])) == "a 和 b"
    assert either(["a"]) == "a"
