"""Draft a mapping from the names of a file's columns, and say what could not be guessed. Nothing is imported by it.

Only names that people commonly give are understood, in English and Chinese. What a cell means is never guessed from
one that could mean two things; it is left for a person, in the place where it belongs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evenhand.errors import InputError
from evenhand.importers.files import table_of
from evenhand.importers.form import Form
from evenhand.importers.times import moment
from evenhand.sentence import Sentence

_LOOKED_AT: Final = 1_000
_MOST_VALUES: Final = 12
_LONGEST_VALUE: Final = 40
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("candidate id", "applicant id", "person id", "候选人编号", "候选人id", "人员编号", "编号", "id"),
    "application": ("application id", "申请编号", "申请id", "投递编号"),
    "name": ("name", "candidate", "candidate name", "full name", "姓名", "候选人", "候选人姓名"),
    "contact": ("email", "e-mail", "mail", "phone", "邮箱", "电子邮箱", "手机", "手机号", "电话", "联系方式"),
    "job": ("job", "position", "role", "requisition", "post", "应聘职位", "应聘岗位", "职位", "岗位", "职位名称"),
    "applied": ("applied", "applied at", "applied on", "application date", "投递日期", "投递时间", "申请日期"),
    "route": ("source", "channel", "来源", "来源渠道", "渠道", "简历来源"),
    "interviewed": (
        "interviewed", "interview date", "interviewed at", "面试日期", "面试时间", "一面日期", "一面时间",
    ),
    "interviewer": ("interviewer", "interviewers", "面试官", "一面面试官"),
    "outcome": ("outcome", "result", "decision", "结果", "面试结果", "一面结果"),
    "decided": ("decided", "decided at", "decided on", "decision date", "结论日期", "决定日期"),
    "decider": ("decided by", "decider", "决定人", "用人经理"),
    "reason": ("reason", "rejection reason", "淘汰原因", "拒绝原因", "不通过原因"),
    "told": ("told", "told at", "told on", "notified", "notified at", "通知日期", "通知时间"),
    "how": ("told by", "notified by", "notice channel", "通知方式"),
}  # fmt: skip
_MEANINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "outcome": {
        "advance": ("advance", "pass", "passed", "yes", "offer", "hired", "通过", "录用", "录取"),
        "reject": ("reject", "rejected", "fail", "failed", "no", "不通过", "未通过", "淘汰"),
        "defer": ("hold", "on hold", "pending", "defer", "待定"),
    },
    "route": {
        "external": ("website", "job board", "external", "linkedin", "招聘网站", "社招", "官网"),
        "internal": ("internal", "内部应聘", "内部转岗"),
        "referral": ("referral", "referred", "内推"),
        "campus": ("campus", "university", "校招", "校园招聘"),
    },
    "how": {
        "email": ("email", "e-mail", "mail", "邮件"),
        "phone": ("phone", "call", "电话"),
        "sms": ("sms", "text", "短信"),
        "in_person": ("in person", "face to face", "当面"),
        "chat": ("chat", "微信"),
    },
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping, drafted, and what a person has to add to it."""

    text: str
    open: tuple[str, ...]


def suggest(path: Path, zone: str, form: Form | None = None, say: Callable[[str], str] = str) -> Suggestion:
    """Draft a mapping for a table, its remarks as ``say`` says them.

    Raises ``InputError`` if it cannot be read, or has no header.
    """
    header, rows = table_of(path, form or Form(), _LOOKED_AT)
    if header is None:
        raise InputError(
            Sentence(
                "{path}: a mapping is drafted for CSV and spreadsheets; nested JSON has no header to read", path=path
            )
        )
    return _Draft(header, rows, zone).suggestion(say)


class _Draft:
    def __init__(self, header: tuple[str, ...], rows: list[Mapping[str, str]], zone: str) -> None:
        self._rows = rows
        self._zone = zone
        self._open: list[str] = []
        by_name = {" ".join(each.lower().replace("_", " ").split()): each for each in reversed(header) if each}
        self._found = {
            role: column
            for role, names in _NAMES.items()
            if (column := next(filter(None, map(by_name.get, names)), None))
        }
        self._unused = [each for each in header if each and each not in self._found.values()]

    def suggestion(self, say: Callable[[str], str]) -> Suggestion:
        parts = ["\n".join(each) for each in (self._top(), self._row(), *self._events()) if each]
        if self._unused:
            self._open.append(Sentence("columns that nothing maps: {unused}", unused=", ".join(self._unused)))
        notes = [f"# {say(Sentence('not guessed: {what}', what=each))}" for each in self._open]
        return Suggestion("\n\n".join(["\n".join(notes), *parts] if notes else parts) + "\n", tuple(self._open))

    def _top(self) -> list[str]:
        self._open.append(Sentence("system: what the other system is called"))
        self._open.append(Sentence("zone: whether its times were read off a clock there"))
        lines = ['system = "hr-sheet"', f"zone = {_quoted(self._zone)}"]
        unread = [role for role in ("applied", "interviewed", "decided", "told") if not self._dates(role)]
        if unread:
            columns = ", ".join(self._found[role] for role in unread)
            self._open.append(
                Sentence("formats: how {columns} write dates; 3/7/2026 is never guessed", columns=columns)
            )
            lines.append('# formats = ["%d.%m.%Y"]')
        return lines

    def _dates(self, role: str) -> bool:
        """Say whether the dates of a column, if there is one, are of a form that needs no saying."""
        column = self._found.get(role)
        texts = {row[column] for row in self._rows if row.get(column)} if column else set[str]()
        return all(map(_is_moment, texts))

    def _row(self) -> list[str]:
        lines = ["[row]"]
        candidate = self._found.get("id") or self._found.get("name")
        if candidate is None:
            self._open.append(Sentence("candidate: which column tells people apart"))
            candidate = "?"
        elif "id" not in self._found:
            self._open.append(
                Sentence("candidate: {candidate} is taken, and two people may have one name", candidate=candidate)
            )
        lines.append(f"candidate = {{ column = {_quoted(candidate)} }}")
        if "application" in self._found:
            lines.append(f"candidacy = {{ column = {_quoted(self._found['application'])} }}")
        elif "job" in self._found:
            lines.append(f"candidacy = {{ columns = [{_quoted(candidate)}, {_quoted(self._found['job'])}] }}")
        else:
            lines.append(f"candidacy = {{ column = {_quoted(candidate)} }}")
        if "job" in self._found:
            self._open.append(
                Sentence("requisition: the codes in the ledger for what {found} says", found=self._found["job"])
            )
            meant = ", ".join(f'{_quoted(each)} = "?"' for each in self._values("job"))
            lines.append(f"requisition = {{ column = {_quoted(self._found['job'])}, values = {{ {meant} }} }}")
        else:
            self._open.append(Sentence("requisition: no column says for which post"))
            lines.append('requisition = "?"')
        return lines

    def _events(self) -> Iterator[list[str]]:
        if "applied" not in self._found:
            self._open.append(Sentence("occurred_at: no column says when somebody applied"))
        when = f"occurred_at = {self._cell('applied')}"
        yield ["[[event]]", 'type = "candidate.registered"', when, *self._fields("name", "contact")]
        yield [
            "[[event]]",
            'type = "candidacy.opened"',
            when,
            f"route = {self._choice('route') or _quoted('external')}",
        ]
        entered = "interviewed" if "interviewed" in self._found else "applied"
        self._open.append(Sentence("stage: the code of the standard's stage"))
        when = f"occurred_at = {self._cell(entered)}"
        yield ["[[event]]", 'type = "stage.entered"', 'as = "stage"', when, 'stage = "?"']
        yield self._decision()
        if "told" in self._found:
            self._open.append(
                Sentence("notice.given: that its date is when people were told, not when a mail was scheduled")
            )
            yield [
                "[[event]]", 'type = "notice.given"', f"occurred_at = {self._cell('told')}", 'about = "outcome"',
                'decision = { event = "decision.made" }', f"channel = {self._choice('how') or _quoted('?')}",
            ]  # fmt: skip

    def _decision(self) -> list[str]:
        if "outcome" not in self._found:
            self._open.append(Sentence("decision.made: no column says how it was decided"))
            return []
        when = next((role for role in ("decided", "interviewed") if role in self._found), "applied")
        if when != "decided":
            self._open.append(Sentence("decision.made: no column says when it was decided; another date stands for it"))
        lines = [
            "[[event]]",
            'type = "decision.made"',
            f"occurred_at = {self._cell(when)}",
            'visit = { event = "stage" }',
        ]
        lines.append(f"when = {{ column = {_quoted(self._found['outcome'])} }}")
        lines.append(f"outcome = {self._choice('outcome')}")
        decider = "decider" if "decider" in self._found else "interviewer"
        if decider in self._found:
            lines.append(f"deciders = [{self._cell(decider)}]")
        else:
            self._open.append(Sentence("deciders: no column says who decided; each such decision is a finding"))
        if "reason" in self._found:
            self._open.append(
                Sentence("reasons: the codes of the standard for what {found} says", found=self._found["reason"])
            )
            meant = ", ".join(f'{_quoted(each)} = "?"' for each in self._values("reason"))
            column = _quoted(self._found["reason"])
            lines.append(f"reasons = [{{ code = {{ column = {column}, values = {{ {meant} }} }} }}]")
        return [*lines, 'automation = "none"']

    def _fields(self, *roles: str) -> list[str]:
        return [f"{role} = {self._cell(role)}" for role in roles if role in self._found]

    def _cell(self, role: str) -> str:
        return f"{{ column = {_quoted(self._found.get(role, '?'))} }}"

    def _choice(self, role: str) -> str | None:
        """Say what each value of a column means; one that is not known is left to a person."""
        if role not in self._found:
            return None
        known = {word: code for code, words in _MEANINGS[role].items() for word in words}
        values = {each: known.get(each.lower(), "?") for each in self._values(role)}
        if "?" in values.values() or not values:
            self._open.append(
                Sentence(
                    "{found}: what each of its values means; expected {meanings}",
                    found=self._found[role],
                    meanings=", ".join(_MEANINGS[role]),
                )
            )
        meant = ", ".join(f"{_quoted(each)} = {_quoted(code)}" for each, code in values.items())
        return f"{{ column = {_quoted(self._found[role])}, values = {{ {meant} }} }}"

    def _values(self, role: str) -> list[str]:
        """Name the different values of a column, if they are few and short: free text is not repeated."""
        column = self._found[role]
        values = list(dict.fromkeys(row[column] for row in self._rows if row.get(column)))
        few = len(values) <= _MOST_VALUES and all(len(each) <= _LONGEST_VALUE for each in values)
        return values if few else []


def _is_moment(text: str) -> bool:
    try:
        moment(text, "UTC")
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
