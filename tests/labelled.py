"""Messages labelled by hand, and how the checks agree with the labels."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from evenhand.resources import packaged
from evenhand.texts.checks import CHECKS
from evenhand.texts.lexicon import Lexicon, parse
from evenhand.texts.message import Criterion, Known, Message, Piece
from evenhand.texts.verdict import Checked, check

HOME = Path(__file__).parent / "texts"
LANGUAGES = ("en", "zh")
CRITERIA = (
    Criterion("clarity", ("Clear writing", "表达清晰")),
    Criterion("diagnosis", ("Finding the cause", "定位问题")),
    Criterion("data", ("Reading data", "读懂数据")),
    Criterion("team", ("Working with others", "与人协作")),
)
KINDS = {"+": "strength", "-": "improvement", ">": "suggestion", "~": "encouragement", "=": "next_step"}
_SEGMENT = re.compile(r"\{([+\->~=]) ?([a-z]*)\}")


class Labelled(NamedTuple):
    """A message, what is known beside it, and the checks a reader says it does not meet."""

    message: Message
    known: Known
    held_out: bool
    """Written after the lexicon was finished, and never looked at to mend it."""
    faults: frozenset[str]


class Score(NamedTuple):
    """How one check agrees with the labels: faults it flags, faults of others' making, faults it misses."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> str:
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> str:
        return share(self.right, self.right + self.missed)


def share(part: int, whole: int) -> str:
    """Write a share with two digits, rounded half up in whole numbers; a dash for a share of nothing."""
    return f"{(200 * part + whole) // (2 * whole) / 100:.2f}" if whole else "-"


@cache
def lexicon(language: str) -> Lexicon:
    return parse(tomllib.loads(packaged("texts", "lexicon", f"{language}.toml")))


@cache
def labelled(language: str) -> tuple[Labelled, ...]:
    lines, later = (_lines(f"{name}.{language}.txt") for name in ("labelled", "held_out"))
    letters = dict(line.removeprefix("#: ").split(" ", 1) for line in lines if line.startswith("#: "))
    rows = [(each, held_out) for rows, held_out in ((lines, False), (later, True)) for each in rows if each[0] != "#"]
    return tuple(_labelled(row, letters, language, held_out=held_out) for row, held_out in rows)


def _lines(name: str) -> list[str]:
    return (HOME / name).read_text(encoding="utf-8").splitlines()


def _labelled(row: str, letters: dict[str, str], language: str, *, held_out: bool) -> Labelled:
    head, faults, text = (each.strip() for each in row.split(" | ", 2))
    words = head.split()
    kind, _, outcome = words[0].partition(":")
    given = dict(each.partition("=")[::2] for each in words[1:])
    text = text.replace(" / ", "\n")
    pieces = tuple(_pieces(text))
    message = Message(
        kind=kind if kind in {"feedback", "follow_up"} else "notice",  # type: ignore[arg-type]  # one of the three
        about=None if kind in {"feedback", "follow_up"} else kind,  # type: ignore[arg-type]  # as the file says
        language=language,
        text=None if pieces else text,
        pieces=pieces,
        channel="phone" if "phone" in given else "email",
    )
    known = Known(
        outcome=outcome or None,  # type: ignore[arg-type]  # as the file says
        criteria=CRITERIA,
        names=(given["name"].replace("_", " "),) if "name" in given else (),
        consent=True if "consent" in given else None,
    )
    return Labelled(message, known, held_out, frozenset(letters[each] for each in faults if each.isalpha()))


def _pieces(text: str) -> Iterator[Piece]:
    marks = list(_SEGMENT.finditer(text))
    for at, each in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        yield Piece(KINDS[each[1]], text[each.end() : end].strip(), each[2] or None)  # type: ignore[arg-type]  # as above


@cache
def checked(language: str) -> tuple[Checked, ...]:
    return tuple(check(each.message, each.known, lexicon(language)) for each in labelled(language))


def scores(language: str, *, held_out: bool = False) -> dict[str, Score]:
    """Answer with the agreement of each check and of all together, over all messages or those held out."""
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for each, answer in zip(labelled(language), checked(language), strict=True):
        if each.held_out or not held_out:
            counts.update((rule.id, rule.id in answer.unmet, rule.id in each.faults) for rule in CHECKS)
    found = {
        rule.id: Score(counts[rule.id, True, True], counts[rule.id, True, False], counts[rule.id, False, True])
        for rule in CHECKS
    }
    return found | {"all together": Score(*(sum(each) for each in zip(*found.values(), strict=True)))}
