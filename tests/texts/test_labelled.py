from __future__ import annotations

from collections import Counter

import pytest

from evenhand.texts.checks import CHECKS
from labelled import LANGUAGES, labelled, scores


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_at_least_two_hundred_labelled_messages_and_no_two_alike(language: str) -> None:
    messages = [(each.message.text, each.message.pieces) for each in labelled(language)]
    assert len(messages) >= 200
    assert sum(each.held_out for each in labelled(language)) >= 40
    assert [each for each, count in Counter(messages).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", [each.id for each in CHECKS])
def test_every_check_has_faults_to_find_and_messages_to_leave_alone(language: str, check: str) -> None:
    faulty = sum(check in each.faults for each in labelled(language))
    assert 3 <= faulty <= len(labelled(language)) // 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("check", [each.id for each in CHECKS])
def test_a_check_finds_more_than_half_of_its_faults_and_is_right_more_often_than_not(language: str, check: str) -> None:
    score = scores(language)[check]
    assert score.right > score.missed
    assert score.right > score.wrong
