"""Every way to cheat, before every kind of paper: which of them give it away, and which cannot."""

from __future__ import annotations

import pytest

from attacks.cases import CASES, CONTROL, ELSEWHERE, Case, Elsewhere
from attacks.scene import LAYERS, TOGETHER, Scene
from evenhand.checkpoint import judge
from evenhand.ledger import verdict


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_way_to_cheat_is_seen_in_these_papers_and_in_no_others(scene: Scene, case: Case) -> None:
    before = scene.state()
    case.attack(scene)
    assert scene.state() != before, "this attack did nothing"
    found = scene.verified()
    assert {layer for layer in LAYERS if not found[layer].ok} == case.seen
    assert found[TOGETHER].ok == (not case.seen & {"beside", "witness", "time"})


@pytest.mark.parametrize("case", ELSEWHERE, ids=lambda case: case.what)
def test_a_way_to_cheat_around_verify_is_given_away_as_the_threat_model_says(scene: Scene, case: Elsewhere) -> None:
    before = scene.state()
    case.attack(scene)
    assert scene.state() != before, "this attack did nothing"
    case.shows(scene)


def test_a_ledger_that_nobody_touched_is_clean_in_all_papers(scene: Scene) -> None:
    assert {layer: found.problems for layer, found in scene.verified().items()} == dict.fromkeys(
        (*LAYERS, TOGETHER), ()
    )


def test_an_erasure_as_the_law_asks_for_it_is_clean_in_all_papers(scene: Scene) -> None:
    before = scene.state()
    CONTROL.attack(scene)
    assert scene.state() != before, "nothing was erased"
    assert {layer: found.problems for layer, found in scene.verified().items()} == dict.fromkeys(
        (*LAYERS, TOGETHER), ()
    )


USUAL = {each.message for each in (*verdict.ALWAYS, verdict.RULES, verdict.CLASSES)}
LEFT_OPEN = {
    "file": (verdict.TAIL, judge.NO_CHECKPOINT, judge.NO_WITNESS, judge.NO_TIMES),
    "beside": (verdict.TAIL, judge.BESIDE, judge.OWN_KEYS, judge.NO_WITNESS, judge.NO_TIMES, judge.NO_RECEIPT),
    "receipt": (verdict.TAIL, judge.NO_CHECKPOINT, judge.NO_WITNESS, judge.NO_TIMES),
    "held": (verdict.TAIL_SINCE, judge.OWN_KEYS, judge.NO_WITNESS, judge.NO_TIMES, judge.NO_RECEIPT),
    "witness": (verdict.TAIL_SINCE, judge.NO_TIMES, judge.NO_RECEIPT),
    "time": (verdict.TAIL, judge.BESIDE, judge.NO_WITNESS, judge.NO_RECEIPT, judge.UNTIMED),
}


def test_each_kind_of_paper_leaves_open_what_it_cannot_show_and_says_so(scene: Scene) -> None:
    said = {layer: {each.message for each in found.not_checked} for layer, found in scene.verified().items()}
    left = {layer: {each if isinstance(each, str) else each.message for each in LEFT_OPEN[layer]} for layer in LAYERS}
    assert {layer: said[layer] for layer in LAYERS} == {layer: USUAL | left[layer] for layer in LAYERS}
