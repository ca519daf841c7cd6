"""What a person reads when something is wrong is a sentence, which exists in every language: no bare text is raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "evenhand"
ENGLISH_ONLY = PACKAGE / "ledger" / "in_bundle"  # one file for an auditor, without any catalogue
SAID = {"Finding", "Fault", "Unreadable", "ValueError", "fail", "say"}
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if not path.is_relative_to(ENGLISH_ONLY)]


def own_errors() -> set[str]:
    """Name the exceptions of this package."""
    classes = [node for path in MODULES for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)]
    return {each.name for each in classes if each.name.endswith("Error") and each.bases}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def says(call: ast.Call, errors: set[str]) -> bool:
    """Whether what this call is given is said to a person: an error, a finding, or one more problem."""
    if called(call) in {"append", "extend"} and isinstance(call.func, ast.Attribute):
        return re.search("problem|wrong", ast.unparse(call.func.value)) is not None
    return called(call) in SAID | errors


def bare(node: ast.AST) -> Iterator[str]:
    """Yield the texts in an argument that no catalogue has; what a call answers with is looked at where it is made."""
    match node:
        case ast.JoinedStr():
            yield ast.unparse(node)
        case ast.Constant(value=str(text)):
            if re.search("[A-Za-z]{2,}", text):
                yield text
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from (*bare(one), *bare(other))
        case ast.ListComp(elt=each) | ast.GeneratorExp(elt=each) | ast.Starred(value=each):
            yield from bare(each)
        case ast.List(elts=several) | ast.Tuple(elts=several) | ast.BoolOp(values=several):
            for each in several:
                yield from bare(each)
        case _:
            return


def unsaid(source: ast.AST, errors: set[str]) -> list[str]:
    calls = [node for node in ast.walk(source) if isinstance(node, ast.Call) and says(node, errors)]
    return [f"{call.lineno}: {text}" for call in calls for given in call.args for text in bare(given)]


def test_every_error_finding_and_problem_is_a_sentence_that_can_be_translated() -> None:
    errors = own_errors()
    found = [f"{path.relative_to(ROOT)}:{each}" for path in MODULES for each in unsaid(parsed(path), errors)]
    assert found == [], 'say it with Sentence("… {name} …", name=…), then run `make words`'


@pytest.mark.parametrize(
    "code",
    [
        'raise InputError("a text")',
        'raise InputError(f"{path}: a text")',
        'raise InputError(f"{path}: {problem}")',
        'raise InputError(Sentence("one") if a else f"{b} two")',
        'raise InputError(*(f"{each} is wrong" for each in several))',
        'yield Finding(3, "it is missing")',
        'self._problems.append(f"{name} is wrong")',
        'run.say(f"issued as {entry}")',
    ],
)
def test_a_bare_text_is_noticed(code: str) -> None:
    assert len(unsaid(ast.parse(code), {"InputError"})) == 1


@pytest.mark.parametrize(
    "code",
    [
        'raise InputError(Sentence("{path}: a text", path=path))',
        "raise InputError(*problems)",
        "raise InputError(str(wrong)) from None",
        'yield Finding(None, Sentence("it is missing"))',
        'run.say(run.words.text("issued"))',
        'raise TypeError("a slip of ours")',
    ],
)
def test_a_sentence_passes(code: str) -> None:
    assert unsaid(ast.parse(code), {"InputError"}) == []
