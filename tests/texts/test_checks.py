from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.texts.checks import CHECKS
from evenhand.texts.message import Known, Message, Piece
from evenhand.texts.verdict import Checked, check
from labelled import CRITERIA, lexicon

KNOWN = Known(outcome="reject", criteria=CRITERIA)
GOOD = {
    "en": "Dear Sam,\nthank you for the hour you spent with us. We have decided not to go on with your application: "
    "the note had no date, which is part of clear writing.",
    "zh": "王先生，您好！感谢您抽出时间。我们决定不再推进您的申请：通知里没有日期，这属于表达清晰。",
}
GOOD_FEEDBACK = (
    Piece("strength", "You found the cause within four minutes.", "diagnosis"),
    Piece("improvement", "The answer to the customer began with the history of the product.", "clarity"),
    Piece("suggestion", "Put what the reader should do into the first sentence.", "clarity"),
)


def notice(text: str, *, language: str = "en", known: Known = KNOWN, **fields) -> Checked:
    fields = {"about": "outcome", **fields}
    return check(Message("notice", language, text, **fields), known, lexicon(language))


def feedback(*pieces: Piece, known: Known = KNOWN, text: str | None = None) -> Checked:
    return check(Message("feedback", "en", text, pieces), known, lexicon("en"))


def state(checked: Checked, name: str) -> str:
    return next(each.state for each in checked.answers if each.check.id == name)


def found(checked: Checked, text: str) -> list[str]:
    return [text[hit.start : hit.end] for each in checked.answers for hit in each.hits]


@pytest.mark.parametrize("language", GOOD)
def test_a_plain_and_decent_letter_meets_every_check_that_applies(language: str) -> None:
    checked = notice(GOOD[language], language=language)
    assert checked.unmet == ()
    assert checked.met == checked.applied == 12


def test_good_feedback_in_segments_meets_every_check_that_applies() -> None:
    checked = feedback(*GOOD_FEEDBACK)
    assert checked.unmet == ()
    assert checked.applied == 12


@pytest.mark.parametrize(
    ("language", "added", "unmet"),
    [
        ("en", "Most of us are in their twenties.", "protected_mention"),
        ("zh", "该岗位一般招35岁以下。", "protected_mention"),
        ("en", "You were overqualified.", "risky_reason"),
        ("zh", "您跳槽频繁。", "risky_reason"),
        ("en", "Your plan was terrible.", "no_harsh_words"),
        ("zh", "您的能力不行。", "no_harsh_words"),
        ("en", "You never asked.", "no_absolute_words"),
        ("zh", "您毫无了解。", "no_absolute_words"),
        ("en", "Other candidates were faster.", "no_comparison"),
        ("zh", "其他候选人更快。", "no_comparison"),
        ("en", "We will get back to you.", "time_named"),
        ("zh", "我们会联系您。", "time_named"),
        ("en", "Do apply again!", "honest_next_step"),
        ("zh", "欢迎再次投递！", "honest_next_step"),
        ("en", "The candidate was asked twice.", "second_person"),
        ("zh", "该候选人被问了两次。", "second_person"),
        ("en", "Reasons: see attachment.", "no_stand_in"),
        ("zh", "理由：同上。", "no_stand_in"),
        ("en", "The post was {{title}}.", "no_placeholder"),
        ("zh", "岗位是【岗位名称】。", "no_placeholder"),
        ("en", "There is room for improvement.", "specific"),
        ("zh", "还有提升空间。", "specific"),
    ],
)
def test_one_sentence_makes_one_check_unmet_and_no_other(language: str, added: str, unmet: str) -> None:
    assert notice(f"{GOOD[language]} {added}", language=language).unmet == (unmet,)


@pytest.mark.parametrize("language", GOOD)
@pytest.mark.parametrize("words", ["thank you for the hour you spent with us.", "感谢您抽出时间。"])
def test_a_letter_without_thanks_is_told_so(language: str, words: str) -> None:
    if words in GOOD[language]:
        assert notice(GOOD[language].replace(words, ""), language=language).unmet == ("thanks",)


def test_a_letter_without_salutation_is_told_so_and_a_note_of_a_call_is_not() -> None:
    text = GOOD["en"].removeprefix("Dear Sam,\n")
    assert notice(text).unmet == ("salutation",)
    assert state(notice(text, channel="phone"), "salutation") == "not_applicable"


def test_the_outcome_said_must_be_the_one_decided() -> None:
    assert notice(GOOD["en"], known=replace(KNOWN, outcome="advance")).unmet == ("outcome_plain",)
    assert state(notice(GOOD["en"], known=replace(KNOWN, outcome=None)), "outcome_plain") == "met"


def test_a_rejection_without_any_reason_is_not_specific() -> None:
    assert notice("Dear Sam,\nthank you. We have decided not to go on with your application.").unmet == ("specific",)


def test_a_message_about_something_else_need_not_say_an_outcome() -> None:
    checked = notice("Dear Sam,\nyou will hear from us by Friday.", about="promise")
    assert checked.unmet == ()
    assert {state(checked, each) for each in ("outcome_plain", "thanks", "specific")} == {"not_applicable"}


def test_a_promise_names_a_time_whatever_its_words() -> None:
    assert notice("Dear Sam,\nit takes a little longer, and you need not do anything.", about="promise").unmet == (
        "time_named",
    )


def test_soon_is_not_a_time() -> None:
    assert "time_named" in notice(GOOD["en"] + " We will get back to you as soon as possible.").unmet


def test_an_improvement_names_a_criterion_of_the_bound_standard() -> None:
    strength, improvement, suggestion = GOOD_FEEDBACK
    other = improvement._replace(criterion="charm")
    assert feedback(strength, other, suggestion._replace(criterion="charm")).unmet == ("criterion_named",)
    assert feedback(strength, improvement._replace(criterion=None), suggestion).unmet == ("criterion_named",)


def test_without_a_standard_any_criterion_will_do() -> None:
    strength, improvement, suggestion = (each._replace(criterion="charm") for each in GOOD_FEEDBACK)
    assert feedback(strength, improvement, suggestion, known=Known()).unmet == ()


def test_each_improvement_needs_its_own_suggestion() -> None:
    strength, improvement, suggestion = GOOD_FEEDBACK
    second = Piece("improvement", "The forecast rested on one scenario of growth.", "data")
    assert feedback(strength, second, improvement, suggestion).unmet == ("suggestion_given",)
    assert feedback(strength, second, Piece("suggestion", "Give two."), improvement, suggestion).unmet == ()
    said = second._replace(text="The forecast rested on one scenario; you could give two.")
    assert feedback(strength, said, improvement, suggestion).unmet == ()


def test_a_strength_stands_before_the_first_improvement() -> None:
    strength, improvement, suggestion = GOOD_FEEDBACK
    assert feedback(improvement, suggestion, strength).unmet == ("strength_first",)


def test_an_improvement_of_two_words_is_not_specific() -> None:
    strength, improvement, suggestion = GOOD_FEEDBACK
    assert feedback(strength, improvement._replace(text="Too long."), suggestion).unmet == ("specific",)


def test_a_culture_reason_counts_beside_a_criterion_and_not_without_one() -> None:
    assert "risky_reason" in notice(GOOD["en"] + " It was about our culture.").unmet
    assert notice(GOOD["en"] + " In our culture, working with others means written notes.").unmet == ()
    piece = Piece("improvement", "Our culture of written decisions asks for notes that you did not show.", "team")
    strength, _, suggestion = GOOD_FEEDBACK
    assert feedback(strength, piece, suggestion).unmet == ()
    assert "risky_reason" in feedback(strength, piece._replace(criterion="charm"), suggestion).unmet


def test_other_risky_reasons_are_not_saved_by_a_criterion() -> None:
    assert notice(GOOD["en"] + " In working with others you were overqualified.").unmet == ("risky_reason",)


@pytest.mark.parametrize(
    ("added", "known", "unmet"),
    [
        ("We will keep your CV on file.", KNOWN, ("honest_next_step",)),
        ("We will keep your CV on file.", replace(KNOWN, consent=True), ()),
        ("We will keep your CV on file.", replace(KNOWN, consent=False), ("honest_next_step",)),
        ("If you agree, we will keep your CV on file.", KNOWN, ()),
        ("We will not keep your CV on file.", KNOWN, ()),
        ("Please apply again in future.", replace(KNOWN, consent=True), ("honest_next_step",)),
        ("Please apply again once you have led a release.", KNOWN, ()),
        ("Please apply again with examples of clear writing.", KNOWN, ()),
    ],
)
def test_an_invitation_needs_consent_or_something_it_depends_on(added: str, known: Known, unmet) -> None:
    assert notice(f"{GOOD['en']} {added}", known=known).unmet == unmet


@pytest.mark.parametrize(
    ("greeting", "name", "said"),
    [
        ("Dear Robin,", "Robin Lee", "met"),
        ("Dear Ms Lee,", "Robin Lee", "met"),
        ("Dear Robin Lee,", "Robin Lee", "met"),
        ("Dear Jordan,", "Robin Lee", "unmet"),
        ("Dear Robin Li,", "Robin Lee", "unmet"),
        ("Dear candidate,", "Robin Lee", "not_applicable"),
        ("Hello,", "Robin Lee", "not_applicable"),
        ("Dear Ms Wang,", "王小明", "not_applicable"),
        ("Dear Zoë,", "Zoe\u0308 Grün", "met"),
    ],
)
def test_a_letter_calls_the_candidate_by_their_own_name(greeting: str, name: str, said: str) -> None:
    text = GOOD["en"].replace("Dear Sam,", greeting)
    assert state(notice(text, known=replace(KNOWN, names=(name,))), "right_name") == said


@pytest.mark.parametrize(
    ("greeting", "name", "said"),
    [
        ("王先生，您好！", "王小明", "met"),
        ("王小明您好！", "王小明", "met"),
        ("小明，您好！", "王小明", "met"),
        ("尊敬的欧阳女士：", "欧阳婷", "met"),
        ("尊敬的欧女士：", "欧阳婷", "unmet"),
        ("李女士，您好！", "王小明", "unmet"),
        ("王晓明，您好！", "王小明", "unmet"),
        ("尊敬的候选人：", "王小明", "not_applicable"),
        ("您好！", "王小明", "not_applicable"),
    ],
)
def test_a_chinese_letter_calls_the_candidate_by_surname_or_name(greeting: str, name: str, said: str) -> None:
    text = GOOD["zh"].replace("王先生，您好！", greeting)
    assert state(notice(text, language="zh", known=replace(KNOWN, names=(name,))), "right_name") == said


def test_without_a_name_nobody_can_say_whether_it_is_right() -> None:
    assert state(notice(GOOD["en"]), "right_name") == "not_applicable"


def test_what_is_written_in_other_characters_is_found_where_it_stands() -> None:
    text = GOOD["en"] + " We are a ｙｏｕｎｇ\nteam."
    assert found(notice(text), text) == ["ｙｏｕｎｇ", "ｙｏｕｎｇ\nteam"]


def test_a_segment_that_stands_in_the_whole_text_is_not_counted_twice() -> None:
    strength, improvement, suggestion = GOOD_FEEDBACK
    harsh = improvement._replace(text="Your analysis was weak from the second page on.")
    letter = f"Dear Sam,\nthank you. {harsh.text} {suggestion.text}"
    hits = [hit for each in feedback(strength, harsh, suggestion, text=letter).answers for hit in each.hits]
    assert [hit.pointer for hit in hits] == ["/text"]


@given(st.text(max_size=80), st.sampled_from(["en", "zh"]), st.sampled_from(["notice", "feedback", "follow_up"]))
def test_any_text_is_answered_and_every_place_lies_within_it(text: str, language: str, kind) -> None:
    checked = check(Message(kind, language, text, about="outcome"), KNOWN, lexicon(language))
    assert [each.check.id for each in checked.answers] == [each.id for each in CHECKS]
    assert all(0 <= hit.start < hit.end <= len(text) for each in checked.answers for hit in each.hits)


def test_the_same_text_gets_the_same_answer() -> None:
    text = GOOD["en"] + " We are a young team."
    assert notice(text) == notice(text)


def test_what_stands_in_the_clear_does_not_tell_whether_a_sealed_check_is_met() -> None:
    sealed = GOOD["en"] + " Most of us are in their twenties, and you were overqualified."
    clear, marked = notice(GOOD["en"]).recorded(), notice(sealed).recorded()
    assert {**clear, "hits": ""} == {**marked, "hits": ""}
    assert clear["applied"] == clear["met"] == 10
    assert json.loads(marked["hits"])["unmet"] == ["protected_mention", "risky_reason"]


def test_what_is_sealed_has_one_size_in_the_box_however_much_was_found() -> None:
    for text in (GOOD["en"], GOOD["en"] + " You were poor." * 400):
        assert 252 < len(notice(text).recorded()["hits"].encode()) <= 1_020


def test_places_that_have_no_room_are_counted() -> None:
    said = json.loads(notice(GOOD["en"] + " You were poor." * 400).recorded()["hits"])
    assert len(said["hits"]) + said["left_out"] == 400
    assert said["left_out"] > 0


def test_what_is_sealed_repeats_no_word_of_the_text() -> None:
    assert "twenties" not in notice(GOOD["en"] + " Most of us are in their twenties.").recorded()["hits"]


def test_the_sealed_checks_are_those_of_the_classes_protected_and_risky() -> None:
    assert [each.id for each in CHECKS if each.sealed] == ["protected_mention", "risky_reason"]
