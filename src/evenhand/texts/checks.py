"""The checks, one function each: structured fields first, then the lexicon.

A check answers with the places it rests on and whether it is met, or with nothing where it does not apply. What is not
known makes a check not apply; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from evenhand.texts.names import addressed, comparable, is_named
from evenhand.texts.scope import Place, Scope

_SHORTEST: Final = {"en": 20, "zh": 5}
"""Characters under which a clause cannot say anything specific."""
_COURTESIES: Final = (
    "salutation", "thanks", "outcome_reject", "outcome_advance", "outcome_defer", "promise", "reapply", "pool",
    "boilerplate",
)  # fmt: skip
"""A clause with one of these need not say anything specific."""


def mark(message: str) -> str:
    """Return ``message`` as it is: it is gathered by this name, and translated where it is said."""
    return message


class Found(NamedTuple):
    """What a check that applies found."""

    met: bool
    places: tuple[Place, ...] = ()


class Check(NamedTuple):
    """A rule for one message. Of a sealed one not even whether it is met stands in the clear."""

    id: str
    says: str
    run: Callable[[Scope], Found | None]
    sealed: bool = False


def _none_of(*classes: str) -> Callable[[Scope], Found]:
    def run(scope: Scope) -> Found:
        places = tuple(scope.places(*classes))
        return Found(not places, places)

    return run


def _risky(scope: Scope) -> Found:
    """Drop a culture reason that stands beside a criterion: in its sentence, or as that of its segment."""
    places = tuple(each for each in scope.places("risky") if not (_about_culture(each) and _beside(scope, each)))
    return Found(not places, places)


def _about_culture(place: Place) -> bool:
    return place.row.id in {"culture", "wenhua"}


def _beside(scope: Scope, place: Place) -> bool:
    piece = place.part.part.piece
    if piece is not None and scope.known.has_criterion(piece.criterion):
        return True
    return scope.names_criterion(place.part.reading.sentence(place.start, place.end))


def _outcome(scope: Scope) -> Found | None:
    if not scope.message.tells_outcome:
        return None
    outcomes = (scope.known.outcome,) if scope.known.outcome else ("reject", "advance", "defer")
    places = tuple(scope.places(*(f"outcome_{each}" for each in outcomes)))
    return Found(bool(places), places)


def _criterion(scope: Scope) -> Found | None:
    improvements = [each for each in scope.message.pieces if each.kind == "improvement"]
    if improvements:
        return Found(all(scope.known.has_criterion(each.criterion) for each in improvements))
    letter = scope.letter
    if scope.message.kind != "feedback" or letter is None or not scope.known.criteria:
        return None
    return Found(scope.names_criterion(letter.reading.text)) if scope.says("improvement") else None


def _specific(scope: Scope) -> Found | None:
    message = scope.message
    if message.kind == "follow_up" or (message.kind == "notice" and not message.tells_outcome):
        return None
    if message.tells_outcome and scope.known.outcome == "advance":
        return None
    places = tuple(scope.places("boilerplate"))
    long_enough = all(_says_much(scope, each.text) for each in message.pieces if each.kind == "improvement")
    unexplained = message.tells_outcome and scope.known.outcome == "reject" and not _explains(scope)
    return Found(not places and long_enough and not unexplained, places)


def _says_much(scope: Scope, clause: str) -> bool:
    return len(clause.strip()) >= _SHORTEST.get(scope.message.language, 0)


def _explains(scope: Scope) -> bool:
    """Whether a rejection has a reason: words that introduce one, a criterion, or a clause that is no mere courtesy."""
    if scope.says("reason") or any(scope.names_criterion(each.reading.text) for each in scope.parts):
        return True
    patterns = [row.pattern for row in scope.lexicon.of(*_COURTESIES)]
    clauses = (each for part in scope.parts for each in part.reading.clauses())
    return any(_says_much(scope, each) and not any(found.search(each) for found in patterns) for each in clauses)


def _suggestion(scope: Scope) -> Found | None:
    pieces = scope.message.pieces
    if any(each.kind == "improvement" for each in pieces):
        return Found(all(_followed(scope, at) for at, each in enumerate(pieces) if each.kind == "improvement"))
    if scope.message.kind != "feedback" or scope.letter is None or not scope.says("improvement"):
        return None
    places = tuple(scope.places("suggestion"))
    return Found(bool(places), places)


def _followed(scope: Scope, at: int) -> bool:
    """Whether an improvement has a suggestion: of its own criterion, right after it, or in its own words."""
    pieces = scope.message.pieces
    improvement = pieces[at]
    others = [each for each in pieces if each.kind == "suggestion"]
    if improvement.criterion and any(each.criterion == improvement.criterion for each in others):
        return True
    if at + 1 < len(pieces) and pieces[at + 1].kind == "suggestion":
        return True
    own = next((each for each in scope.parts if each.part.pointer == f"/segments/{at}/text"), None)
    return own is not None and any(True for _ in scope.places_in(own, "suggestion"))


def _strength_first(scope: Scope) -> Found | None:
    kinds = [each.kind for each in scope.message.pieces]
    if "improvement" not in kinds:
        return None
    return Found("strength" in kinds[: kinds.index("improvement")])


def _thanks(scope: Scope) -> Found | None:
    if scope.letter is None or scope.message.about == "promise":
        return None
    places = tuple(scope.places("thanks"))
    return Found(bool(places), places)


def _salutation(scope: Scope) -> Found | None:
    if scope.letter is None or scope.message.spoken:
        return None
    places = tuple(scope.places_in(scope.letter, "salutation"))
    return Found(bool(places), places)


def _time(scope: Scope) -> Found | None:
    promises = tuple(scope.places("promise"))
    if not promises and scope.message.about != "promise":
        return None
    if scope.message.about == "promise":
        return Found(scope.says("time"), () if scope.says("time") else promises)
    bare = tuple(each for each in promises if not _timed(scope, each))
    return Found(not bare, bare)


def _timed(scope: Scope, place: Place) -> bool:
    reading = place.part.reading
    sentence = reading.sentence(place.start, place.end)
    return any(True for row in scope.lexicon.of("time") if row.pattern.search(sentence))


def _next_step(scope: Scope) -> Found | None:
    """Want consent for keeping in touch, and for an invitation to apply again something that it depends on."""
    pool, again = tuple(scope.places("pool")), tuple(scope.places("reapply"))
    if not pool and not again:
        return None
    agreed = scope.known.consent or scope.says("permission")
    based = scope.says("condition") or any(
        each.kind == "next_step" and scope.known.has_criterion(each.criterion) for each in scope.message.pieces
    )
    based = based or any(scope.names_criterion(each.part.reading.sentence(each.start, each.end)) for each in again)
    bare = (() if agreed else pool) + (() if based else again)
    return Found(not bare, bare)


def _second_person(scope: Scope) -> Found:
    third = tuple(scope.places("third_person"))
    return Found(not third and scope.says("second_person", "salutation"), third)


def _name(scope: Scope) -> Found | None:
    if scope.letter is None:
        return None
    greeting = next(scope.places_in(scope.letter, "salutation"), None)
    called = addressed(greeting.words, scope.message.language) if greeting else ""
    names = [each for each in scope.known.names if comparable(called, each)]
    if greeting is None or not called or not names:
        return None
    right = any(is_named(called, each) for each in names)
    return Found(right, () if right else (greeting,))


CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "protected_mention",
        mark("Mentions no protected characteristic; a person confirms each place before the text is sent."),
        _none_of("protected"),
        sealed=True,
    ),
    Check(
        "risky_reason",
        mark("Gives no reason that often stands for age, family or origin, and culture only beside a criterion."),
        _risky,
        sealed=True,
    ),
    Check("outcome_plain", mark("Says the outcome in plain words."), _outcome),
    Check("criterion_named", mark("Ties each improvement to a criterion of the bound standard."), _criterion),
    Check("specific", mark("Is specific: no stock phrase, no improvement of a few words."), _specific),
    Check("suggestion_given", mark("Gives a suggestion for each improvement."), _suggestion),
    Check("strength_first", mark("Names a strength before the first improvement."), _strength_first),
    Check("thanks", mark("Thanks the candidate."), _thanks),
    Check("salutation", mark("Begins with a salutation."), _salutation),
    Check("no_harsh_words", mark("Uses no harsh words, and judges the work, not the person."), _none_of("harsh")),
    Check("no_absolute_words", mark("Uses no absolute words."), _none_of("absolute")),
    Check("no_comparison", mark("Compares with no other candidate."), _none_of("comparative")),
    Check("time_named", mark("Names a time wherever it promises something."), _time),
    Check(
        "honest_next_step",
        mark("Invites to keep in touch only with consent, and to apply again only on a criterion or condition."),
        _next_step,
    ),
    Check("second_person", mark("Speaks to the candidate, not about them."), _second_person),
    Check("no_stand_in", mark('Has no stand-in for a text, such as "N/A" or "see email".'), _none_of("stand_in")),
    Check("no_placeholder", mark("Has no unfilled placeholder."), _none_of("placeholder")),
    Check("right_name", mark("Calls the candidate by their own name."), _name),
)
"""In the order in which they are reported."""
