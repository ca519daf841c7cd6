"""The company of the demo: its people, posts, standards, policy and screen. All of it is invented."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

MICRO = 1_000_000
ORIGIN = "demo.invalid/hiring"
ONTARIO = "CA-ON"
ZONE = "Europe/Berlin"
FIRST_DAY = date(2024, 7, 1)
LAST_DAY = date(2026, 6, 30)
REVISED = date(2025, 7, 1)
"""From this day on the second version of the engineers' standard holds."""


class Post(NamedTuple):
    """A requisition, and how many people apply for it between which days."""

    code: str
    title: str
    unit: str
    location: str
    zone: str
    jurisdiction: str
    language: str
    standard: str
    opens: date
    closes: date | None
    candidacies: int
    headcount: int


POSTS = (
    Post("eng-berlin-1", "Backend engineer", "Platform", "Berlin", ZONE, "DE", "en", "engineer",
         date(2024, 7, 1), date(2025, 2, 28), 260, 9),
    Post("pm-shanghai-1", "产品经理", "增长", "Shanghai", "Asia/Shanghai", "CN", "zh", "product",
         date(2024, 7, 15), date(2025, 3, 31), 300, 8),
    Post("sup-shanghai-1", "客户支持专员", "客户", "Shanghai", "Asia/Shanghai", "CN", "zh", "support",
         date(2024, 9, 2), date(2025, 5, 30), 240, 12),
    Post("eng-shanghai-1", "后端工程师", "平台", "Shanghai", "Asia/Shanghai", "CN", "zh", "engineer",
         date(2025, 1, 6), date(2025, 12, 19), 320, 10),
    Post("pm-berlin-1", "Product manager", "Growth", "Berlin", ZONE, "DE", "en", "product",
         date(2025, 3, 3), date(2025, 11, 28), 240, 8),
    Post("sup-toronto-1", "Support specialist", "Customers", "Toronto", "America/Toronto", ONTARIO, "en", "support",
         date(2025, 6, 2), None, 240, 14),
    Post("eng-berlin-2", "Senior backend engineer", "Platform", "Berlin", ZONE, "DE", "en", "engineer",
         date(2025, 9, 1), None, 220, 12),
    Post("pm-shanghai-2", "高级产品经理", "商业化", "Shanghai", "Asia/Shanghai", "CN", "zh", "product",
         date(2025, 12, 1), None, 160, 10),
    Post("ops-berlin-1", "Office manager", "Office", "Berlin", ZONE, "DE", "en", "support",
         date(2025, 12, 1), None, 0, 1),
)  # fmt: skip

STAFF = (
    ("Recruiter A", "recruiter"),
    ("招聘专员乙", "recruiter"),
    ("Hiring manager C", "hiring manager"),
    ("招聘经理丁", "hiring manager"),
    *((f"Interviewer {number}", "interviewer") for number in range(1, 9)),
)
"""Members of staff; their names are sealed like everybody's."""


def _names(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


def _criterion(code: str, en: str, zh: str, weight: int, why: str, **more: Any) -> dict[str, Any]:
    need = "required" if weight else "informational"
    return {"criterion": code, "names": _names(en, zh), "need": need, "weight": weight, "why": why} | more


STAGES = ("cv", "phone", "onsite")


def _stages(advance: int, reject: int, first: str) -> list[dict[str, Any]]:
    scored = {"kind": "scored", "advance_bar": advance, "reject_bar": reject}
    questions = [
        {"question": "permit", "names": _names("May work at this place", "具备当地工作许可")},
        {"question": "experience", "names": _names("Has done this work before", "有相关工作经验")},
    ]
    return [
        {"stage": "cv", "names": _names("CV review", "简历筛选"), "kind": "knockout", "questions": questions},
        {"stage": "phone", "names": _names("Phone interview", "电话面试"), "criteria": [first], "minimum_scorecards": 1}
        | scored,
        {"stage": "onsite", "names": _names("On-site interviews", "现场面试"), "minimum_scorecards": 2} | scored,
    ]  # fmt: skip


def _reason(code: str, en: str, zh: str, party: str = "employer", **more: Any) -> dict[str, Any]:
    return {"code": code, "names": _names(en, zh), "party": party, "needs_criterion": False} | more


REASONS = [
    _reason("below-bar", "Below the bar on a criterion", "某项标准未达要求", needs_criterion=True,
            candidate_text=_names("For this post we looked for more experience in one area, named in our feedback.",
                                  "本岗位在某一方面需要更多经验，我们会在反馈中说明。")),
    _reason("requirement-missing", "A requirement of the post is missing", "不满足岗位的硬性要求",
            candidate_text=_names("The post needs something that your application did not show.",
                                  "岗位要求的一项条件未能在您的申请中体现。")),
    _reason("values", "Ways of working", "工作方式", topic="culture", needs_criterion=True),
    _reason("other", "Another reason", "其他", topic="other"),
    _reason("filled", "The place is taken", "岗位已招满", "neither", capacity="filled",
            candidate_text=_names("The place has been filled.", "该岗位已招满。")),
    _reason("closed", "The post was closed", "岗位已关闭", "neither", capacity="closed"),
    _reason("pay", "Pay", "薪酬", "candidate"),
    _reason("other-offer", "Took another offer", "接受了其他录用", "candidate"),
    _reason("distance", "Place of work", "工作地点", "candidate"),
]  # fmt: skip

_SCALE = {
    "minimum": 0,
    "maximum": 5 * MICRO,
    "labels": [{"score": n * MICRO, "names": _names(en, zh)} for n, en, zh in
               ((1, "not yet", "尚未具备"), (3, "solid", "扎实"), (5, "outstanding", "突出"))],
}  # fmt: skip


def _standard(code: str, en: str, zh: str, criteria: list[dict[str, Any]], bars: tuple[int, int]) -> dict[str, Any]:
    return {
        "standard_version": 1,
        "code": code,
        "names": _names(en, zh),
        "criteria": criteria,
        "scale": _SCALE,
        "stages": _stages(*bars, criteria[0]["criterion"]),
        "reason_codes": REASONS,
        "why": "One measure for everybody who applies for this kind of post.",
    }


_ENGINEER = [
    _criterion(
        "coding", "Programming", "编程能力", 600_000, "The work is writing and reviewing programs.", floor=2 * MICRO
    ),
    _criterion("design", "System design", "系统设计", 400_000, "The work is deciding how parts fit together."),
    _criterion("clarity", "Explaining", "表达清晰", 200_000, "Decisions are explained in writing.", need="optional"),
    _criterion("notice", "Notice period", "到岗时间", 0, "For planning only; it decides nothing."),
]
STANDARDS: dict[str, dict[str, Any]] = {
    "engineer": _standard("engineer", "Engineers", "工程师", _ENGINEER, (3_400_000, 2_800_000)),
    "product": _standard("product", "Product managers", "产品经理", [
        _criterion("insight", "Understanding users", "用户洞察", 500_000, "The work begins with what users need."),
        _criterion("structure", "Structured thinking", "结构化思考", 300_000, "Plans are argued from evidence."),
        _criterion("delivery", "Delivery", "推动落地", 200_000, "The work ends with something that is used."),
    ], (3_400_000, 2_900_000)),
    "support": _standard("support", "Support", "客户支持", [
        _criterion("listening", "Listening", "倾听", 500_000, "The work is understanding what somebody needs."),
        _criterion("writing", "Writing", "书面沟通", 500_000, "Most answers are written."),
    ], (3_200_000, 2_600_000)),
}  # fmt: skip
ENGINEER_REVISED: dict[str, Any] = _standard("engineer", "Engineers", "工程师", _ENGINEER, (3_600_000, 3_000_000)) | {
    "standard_version": 2,
    "supersedes": 1,
    "why": "After four quarters the bar for engineers was raised by 0.2, by agreement of both hiring managers.",
}

_BUSINESS = {"clock_from": "decision", "until": "outcome_told", "unit": "business_days"}
POLICY: dict[str, Any] = {
    "policy_version": 1,
    "code": "telling-people",
    "names": _names("Telling people", "告知候选人"),
    "deadlines": [
        {"deadline": "rejection", "outcome": "reject", "amount": 5, **_BUSINESS},
        {"deadline": "good-news", "outcome": "advance", "amount": 3, **_BUSINESS},
        {"deadline": "receipt", "clock_from": "application", "until": "receipt_told", "amount": 3, "unit": "days"},
        {"deadline": "acknowledge", "clock_from": "withdrawal", "until": "acknowledged", "amount": 3, "unit": "days"},
        {"deadline": "asked-feedback", "clock_from": "feedback_request", "until": "feedback", "amount": 10,
         "unit": "days"},
    ],
    "calendar": {
        "calendar": "demo",
        "from_day": "2024-07-01",
        "to_day": "2026-12-31",
        "weekend": [6, 7],
        "holidays": ["2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04", "2024-12-25", "2024-12-26", "2025-01-01",
                     "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-05-01", "2025-05-02", "2025-10-01",
                     "2025-10-02", "2025-10-03", "2025-10-06", "2025-10-07", "2025-10-08", "2025-12-25", "2025-12-26",
                     "2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-05-01"],
        "workdays": ["2024-10-12", "2025-01-26", "2025-02-08", "2025-09-28", "2025-10-11", "2026-02-14", "2026-02-28"],
    },
    "promise_from_stage": "onsite",
    "feedback_from_stage": "phone",
    "feedback_days": 14,
    "follow_ups": [{"kind": "thank_you", "from_stage": "onsite", "days": 14}],
    "channels": ["email", "phone"],
    "backdating_days": 7,
    "why": "People hear from us soon, and by the day we named.",
}  # fmt: skip
LAW_SEEN, LAW_HOLDS = date(2025, 5, 26), date(2026, 1, 2)
"""When the company, about to hire in Toronto, looked Ontario's rule up, and when it did so again, now in force."""
_ONTARIO = {
    "profile": "ontario-476-24",
    "jurisdiction": ONTARIO,
    "names": _names("Ontario: telling interviewed applicants", "安大略省：告知参加面试的候选人"),
    "citation": "Employment Standards Act, 2000, Part III.1; O. Reg. 476/24",
    "status": "announced",
    "status_on": LAW_SEEN.isoformat(),
    "deadlines": [{"deadline": "ontario-45-days", "clock_from": "last_interview",
                   "until": "decision_status_told", "amount": 45, "unit": "days"}],
}  # fmt: skip
POLICY_BEFORE_THE_LAW: dict[str, Any] = POLICY | {
    "policy_version": 2,
    "supersedes": 1,
    "legal_profiles": [_ONTARIO],
    "why": "We will hire in Toronto. A rule of Ontario is announced for January 2026; we count by it already.",
}
POLICY_WITH_LAW: dict[str, Any] = POLICY | {
    "policy_version": 3,
    "supersedes": 2,
    "legal_profiles": [_ONTARIO | {"status": "in_force", "status_on": LAW_HOLDS.isoformat()}],
    "why": "The rule of Ontario is in force.",
}

SCREEN: dict[str, Any] = {
    "screen_version": 1,
    "attributes": [
        {"code": "sex", "names": _names("Sex", "性别"), "reference": "male", "values": [
            {"code": "female", "names": _names("Female", "女")}, {"code": "male", "names": _names("Male", "男")}]},
        {"code": "age", "names": _names("Age", "年龄"), "reference": "under-40", "values": [
            {"code": "under-40", "names": _names("Under 40", "未满40岁")},
            {"code": "40-up", "names": _names("40 and over", "40岁及以上")}]},
    ],
    "families": [{"code": "yearly", "attributes": ["sex", "age"]}],
    "citation": "29 CFR 1607.4D (four-fifths), adopted as a screen and not as a verdict",
    "cited_on": "2024-07-01",
}  # fmt: skip

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "receipt": "Thank you for applying. We have your application and will write again within two weeks.",
        "advance": "Good news: we would like to go on to the next step with you.",
        "reject": "Thank you for the time you gave us. We have decided not to go on with your application.",
        "filled": "Thank you for applying. The post has been filled, so we cannot go on with your application.",
        "withdrawal": "Thank you for telling us. We have closed your application and wish you well.",
        "strength": "You explained your reasoning step by step, and answered follow-up questions exactly.",
        "improvement": "For this post we looked for more depth in {criterion}.",
        "suggestion": "A small project of your own in {criterion}, written up, would show it well.",
        "thanks": "Thank you again for talking with us. We enjoyed the conversation.",
        "invitation": "Another post has opened that may fit what you do well. You agreed that we write to you; "
        "would you like to apply again? Thank you for staying in touch.",
        "rationale": "Scores and discussion recorded on the scorecards.",
        "override": "The panel weighed the work sample more than the scores; recorded in the debrief.",
        "comment": "Calm, exact, asked good questions.",
    },
    "zh": {
        "receipt": "感谢您的申请，我们已经收到，并会在两周内再次与您联系。",
        "advance": "好消息：我们希望邀请您进入下一轮。",
        "reject": "感谢您抽出时间与我们交流。经过讨论，这个岗位我们决定不再继续您的申请。",
        "filled": "感谢您的申请。该岗位已招满，因此无法继续您的申请。",
        "withdrawal": "感谢您告知我们。您的申请已关闭，祝您一切顺利。",
        "strength": "您一步一步说明了思路，对追问的回答也很准确。",
        "improvement": "就这个岗位而言，我们希望看到您在{criterion}方面有更深入的积累。",
        "suggestion": "建议您围绕{criterion}做一个自己的小项目并写成总结，会很有说服力。",
        "thanks": "再次感谢您与我们交流，谈话很愉快。",
        "invitation": "您曾同意我们与您保持联系：现在有一个新岗位，可能适合您的长处，欢迎再次申请。谢谢您的关注。",
        "rationale": "评分与讨论见评分表。",
        "override": "面试组认为作品比评分更能说明问题，已记入讨论纪要。",
        "comment": "沉稳、准确，提问有质量。",
    },
}
LESSONS = (
    (
        "interviewing",
        "fell_short",
        "en",
        "Two interviewers asked the same question; we should split the criteria beforehand.",
    ),
    ("communication", "went_well", "zh", "提前说明答复日期后，候选人来催问的次数明显减少。"),
    ("deciding", "fell_short", "zh", "讨论会有时拖到面试后第三天才开，决定因此变慢。"),
    ("candidate_strengths", "went_well", "en", "Candidates were strong in explaining their choices."),
    ("candidate_gaps", "fell_short", "zh", "多位候选人在系统设计上准备不足。"),
    ("standard", "fell_short", "en", "The meaning of a 3 differs between interviewers; add an example to the scale."),
)
ACTIONS = (
    ("Write the split of criteria into the invitation of interviewers.", "en"),
    ("讨论会改为面试次日召开。", "zh"),
)
