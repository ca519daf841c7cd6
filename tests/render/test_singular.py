"""One candidacy is not "1 candidacies", whatever a report counts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from evenhand.render.singular import ONE, so_many
from evenhand.words import languages, translator

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "evenhand"
COUNTING = {"Rows", "Judged", "Drawn", "LeftOut", "_listed"}
NAMED = {"of", "of_what", "why", "beside"}
NEUTRAL = (
    "at", "of", "on", "that", "under", "where", "who", "whose", "with", "without",
    "done", "followed", "imported", "left", "overdue", "overturned", "put", "rejected", "waiting",
)  # fmt: skip
SENTENCES = {"replay", "share still unheard", "share still untold", "No groups could be compared.", "days"}


def said(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="text"), args=[ast.Constant(value=str(phrase)), *_]):
            yield phrase
        case ast.IfExp():
            yield from (*said(node.body), *said(node.orelse))


def counted() -> Iterator[str]:
    """Yield what the builders of blocks say they count, and whom they left out."""
    for path in sorted((PACKAGE / "render").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in COUNTING:
                for each in (*node.args, *(word.value for word in node.keywords if word.arg in {"of", "why"})):
                    yield from said(each)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in NAMED:
                yield from said(node.value)


@pytest.mark.parametrize("phrase", sorted(set(counted()) - SENTENCES))
def test_whatever_is_counted_has_a_word_for_one(phrase: str) -> None:
    assert so_many(2, phrase) == phrase
    assert so_many(1, phrase) != phrase or phrase.startswith(NEUTRAL)


def test_the_longest_beginning_counts_and_only_whole_words_do() -> None:
    assert so_many(1, "decisions that differ") == "decision that differs"
    assert so_many(1, "decisions to reject") == "decision to reject"
    assert so_many(1, "candidacies not in the end: withdrawn") == "candidacy not in the end: withdrawn"
    assert so_many(1, "keystones") == "keystones"
    assert so_many(0, "clocks") == "clocks"
    for lang in set(languages()) - {"en"}:
        for phrase in ONE:
            translated = translator(lang).text(phrase)
            assert translated == phrase or so_many(1, translated) == translated
