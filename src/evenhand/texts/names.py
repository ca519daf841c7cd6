"""Whom a salutation addresses, and whether that is the candidate."""

from __future__ import annotations

import re
from typing import Final

from evenhand.texts.reading import read

_GREETINGS: Final = {
    "en": re.compile(
        r"\b(?:dear|hello|hi|hey|greetings|good (?:morning|afternoon|evening|day)|mr|mrs|ms|mx|miss|dr|prof|professor"
        r"|sir|madam|or|and|there|all|everyone|team|thank|we|i|your|it|candidate|applicant|colleague|friend)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"尊敬的|亲爱的|敬爱的|您好|你好|先生|女士|小姐|同学|老师|博士|教授|候选人|应聘者|求职者|申请人|朋友|各位|【.*?】|感谢|谢谢|您|你"
    ),
}
_HAN: Final = re.compile("[㐀-鿿]")
_TITLED: Final = re.compile(r"先生|女士|小姐|同学|老师|博士|教授")
_TWO_CHARACTER_SURNAMES: Final = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木", "南宫")
)


def addressed(greeting: str, language: str) -> str:
    """Answer with the name in a salutation, without titles; with nothing if it has none."""
    bare = _GREETINGS.get(language, _GREETINGS["en"]).sub(" ", greeting)
    name = " ".join(re.findall(r"[^\W\d_][\w'\-·]*", bare))
    if language == "zh" and len(name) == 1 and not _TITLED.search(greeting):
        return ""
    return name


def comparable(called: str, name: str) -> bool:
    """Whether both are written in Chinese characters, or neither: nobody can tell 王 from Wang by its letters."""
    return bool(_HAN.search(called)) == bool(_HAN.search(name))


def is_named(called: str, name: str) -> bool:
    """Whether a salutation's name is part of the candidate's: each of its words, or a Chinese surname or given name."""
    own = read(name).text.casefold().replace("·", " ")
    said = called.casefold().replace("·", " ")
    if _HAN.search(own):
        surname = 2 if own[:2] in _TWO_CHARACTER_SURNAMES else 1
        return said in {own, own[:surname], own[surname:]}
    return set(said.split()) <= set(re.findall(r"[^\W\d_][\w'\-]*", own))
