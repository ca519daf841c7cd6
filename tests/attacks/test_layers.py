"""Every way to cheat, before every kind of paper: which of them give it away, and which cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from attacks.cases import CASES, CONTROL, ELSEWHERE, Case, Elsewhere
from attacks.scene import LAYERS, TOGETHER, Scene, on_sqlite
from attacks.world import World
from bundle.agreeing import agree
from evenhand.checkpoint import judge
from evenhand.ledger import verification


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_way_to_cheat_is_seen_in_these_papers_and_in_no_others(scene: Scene, case: Case) -> None:
    before = scene.state()
    case.attack(scene)
    assert scene.state() != before, "this attack did nothing"
    found = scene.verified()
    assert {layer for layer in LAYERS if not found[layer].ok} == case.seen
    assert found[TOGETHER].ok == (not case.seen & {"beside", "witness", "time"})


@pytest.mark.parametrize("case", [case for case in CASES if not case.only_sqlite], ids=lambda case: case.what)
def test_the_program_in_a_bundle_says_of_every_way_to_cheat_what_verify_says(
    case: Case, world: World, tmp_path: Path
) -> None:
    scene = on_sqlite(world, tmp_path)
    case.attack(scene)

    def file(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    trust = file("trust.toml", world.trust_text(quorum=1).encode())
    receipts = [file(each.name, each.content) for each in world.receipts]
    remembered = [file(each.name, each.content) for each in scene.remembered()]
    agree(scene.folder)
    agree(scene.folder, receipts=receipts, held=[file(world.held.name, world.held.content)])
    agree(scene.folder, trust=trust, receipts=receipts, held=remembered)


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


USUAL = {each.message for each in (*verification.ALWAYS, verification.RULES, verification.CLASSES)}
LEFT_OPEN = {
    "file": (verification.TAIL, judge.NO_CHECKPOINT, judge.NO_WITNESS, judge.NO_TIMES),
    "beside": (
        *(verification.TAIL, judge.BESIDE, judge.OWN_KEYS, judge.NO_WITNESS, judge.NO_TIMES, judge.NO_RECEIPT),
        judge.UNREAD,
    ),
    "receipt": (verification.TAIL, judge.NO_CHECKPOINT, judge.NO_WITNESS, judge.NO_TIMES),
    "held": (verification.TAIL_SINCE, judge.OWN_KEYS, judge.NO_WITNESS, judge.NO_TIMES, judge.NO_RECEIPT),
    "witness": (verification.TAIL_SINCE, judge.NO_TIMES, judge.NO_RECEIPT),
    "time": (verification.TAIL, judge.BESIDE, judge.NO_WITNESS, judge.NO_RECEIPT, judge.UNTIMED),
}


def test_each_kind_of_paper_leaves_open_what_it_cannot_show_and_says_so(scene: Scene) -> None:
    said = {layer: {each.message for each in found.not_checked} for layer, found in scene.verified().items()}
    left = {layer: {each if isinstance(each, str) else each.message for each in LEFT_OPEN[layer]} for layer in LAYERS}
    assert {layer: said[layer] for layer in LAYERS} == {layer: USUAL | left[layer] for layer in LAYERS}
