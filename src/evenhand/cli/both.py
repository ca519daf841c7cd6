"""Say types, fields and codes in English and Chinese at once, for a document that goes to the person it is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hold.placed": "设置法律保留", "hold.released": "解除法律保留", "candidate.registered": "候选人登记",
        "candidate.self_identified": "候选人自述", "consent.given": "同意", "consent.withdrawn": "撤回同意",
        "candidate.merged": "候选人合并", "candidate.separated": "候选人拆分", "candidate.erased": "候选人删除",
        "candidacy.opened": "应聘开始", "candidacy.reopened": "应聘恢复", "stage.entered": "进入阶段",
        "interview.scheduled": "安排面试", "interview.held": "面试完成", "interview.cancelled": "取消面试",
        "interview.declined": "谢绝面试", "interview.missed": "面试缺席", "scorecard.submitted": "提交评分表",
        "scorecard.amended": "修改评分表", "evaluation.recorded": "自动评估", "promise.made": "承诺答复日期",
        "promise.revised": "更改答复日期", "decision.made": "作出决定", "decision.overturned": "撤销决定",
        "decision.appealed": "申诉", "appeal.resolved": "答复申诉", "candidacy.withdrawn": "候选人退出",
        "offer.extended": "发出录用通知", "offer.answered": "答复录用通知", "offer.rescinded": "撤回录用通知",
        "candidate.hired": "录用", "candidate.hire_reversed": "录用取消", "notice.given": "告知候选人",
        "notice.delivery_reported": "送达情况", "feedback.given": "给出反馈", "feedback.withheld": "未给反馈",
        "feedback.requested": "请求反馈", "feedback.rated": "评价反馈", "follow_up.made": "后续联系",
        "lesson.recorded": "记录经验", "action.agreed": "约定改进", "action.completed": "完成改进",
        "entry.corrected": "更正",
    }
)  # fmt: skip
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "occurred_at": "发生时间", "at": "时间", "zone": "时区", "precision": "精度", "actor": "录入人",
        "basis": "依据",
        "kind": "种类", "batch": "导入批次", "rules": "规则版本", "causation_id": "起因", "source": "来源",
        "system": "系统", "reference": "外部编号摘要", "revision": "修订", "subjects": "对象", "matter": "事由",
        "hold": "法律保留", "why": "原因", "name": "姓名", "contact": "联系方式", "language": "语言",
        "key_commitment": "密钥承诺", "answers": "回答", "purpose": "目的", "channel": "渠道", "until": "截止",
        "consent": "同意", "into": "合并到", "merge": "合并", "ground": "理由", "candidate": "候选人",
        "requisition": "招聘职位", "route": "应聘途径", "prior": "此前的应聘", "referred_by": "推荐人", "stage": "阶段",
        "visit": "阶段经历", "starts": "开始", "form": "形式", "interviewers": "面试官", "interview": "面试",
        "by": "由谁", "reason_code": "理由代码", "author": "评分人", "standard": "标准", "standard_version": "标准版本",
        "ratings": "评分", "criterion": "评分项", "score": "分数", "evidence": "证据", "recommendation": "建议",
        "comment": "评语", "amends": "修改对象", "tool": "工具", "tool_version": "工具版本",
        "criterion_version": "评分项版本", "suggests": "建议结果", "influence": "影响", "rationale": "说明",
        "about": "关于", "promise": "承诺", "outcome": "结果", "reasons": "理由", "code": "代码", "criteria": "评分项",
        "scorecards": "评分表", "deciders": "决定人", "automation": "自动化", "override_reason": "偏离标准的理由",
        "knockout_answers": "门槛问题", "question": "问题", "met": "满足", "decision": "决定", "grounds": "申诉理由",
        "appeal": "申诉", "result": "结论", "reviewers": "复核人", "referred": "被推荐人", "expires": "有效期",
        "terms": "条件", "offer": "录用通知", "answer": "答复", "approvers": "批准人", "hire": "录用",
        "template": "模板", "template_version": "模板版本", "text": "原文", "checks": "文本检查", "lexicon": "词表",
        "applied": "适用项数", "unmet": "未满足项", "hits": "命中", "replaces": "替换", "notice": "告知",
        "status": "状态", "permanent": "永久失败", "segments": "分段", "reason": "理由", "feedback": "反馈",
        "helpful": "有帮助", "direction": "方向", "area": "方面", "owner": "负责人", "due": "期限", "lessons": "经验",
        "action": "改进", "note": "备注", "target": "更正对象", "fields": "更正字段", "candidacy": "应聘",
        "approver": "批准人",
    }
)  # fmt: skip
CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "accepted": "接受", "advance": "通过", "assisted": "辅助", "automated_processing": "自动处理",
        "bounced": "退回",
        "campus": "校招", "candidate": "候选人", "candidate_declined": "候选人谢绝", "candidate_gaps": "候选人的不足",
        "candidate_strengths": "候选人的长处", "chat": "聊天工具", "check_in": "问候", "communication": "沟通",
        "day": "日", "deciding": "决策", "declined": "谢绝", "defer": "待定", "delivered": "已送达", "done": "完成",
        "dropped": "放弃", "duplicate": "重复", "email": "邮件", "employer": "用人方", "encouragement": "鼓励",
        "external": "外部", "fell_short": "不足", "feedback": "反馈", "imported": "导入", "improvement": "待改进",
        "in_person": "当面", "instant": "时刻", "internal": "内部", "interviewing": "面试", "keep_in_touch": "保持联系",
        "legal_advice": "法律意见", "letter": "信件", "minute": "分钟", "next_step": "下一步", "none": "无",
        "not_interviewed": "未面试", "observed": "当时录入", "offer": "录用", "outcome": "结果", "overturned": "撤销",
        "phone": "电话", "policy": "政策", "portal": "网站", "promise": "承诺", "read": "已读",
        "reapply_invitation": "邀请再次应聘", "reason_mapping": "理由对应", "receipt": "收到", "referral": "内推",
        "reject": "不通过", "request": "本人要求", "retention": "保存期满", "sms": "短信", "sole": "完全自动",
        "source": "来源系统", "standard": "标准", "status": "进展", "strength": "长处", "substantial": "实质影响",
        "suggestion": "建议", "talent_pool": "人才库", "thank_you": "感谢", "time": "时间", "upheld": "维持",
        "video": "视频", "went_well": "做得好", "withdrawal": "退出", "written": "书面", "wrong_candidacy": "应聘有误",
        "actor": "录入人", "yes": "是", "no": "否", "[sealed]": "已密封", "[erased]": "已删除",
    }
)  # fmt: skip


def type_said(topic: str) -> str:
    """Name a type of event in both languages, such as ``decision made · 作出决定``."""
    bare = topic.rpartition(".v")[0]
    return f"{bare.replace('.', ' ').replace('_', ' ')} · {TYPES.get(bare, bare)}"


def field_said(path: str) -> str:
    """Name a field by its path in both languages; numbers in it stay."""
    parts = path.split(".")
    english = " ".join(each.replace("_", " ") for each in parts)
    return f"{english} · {' '.join(FIELDS.get(each, each) for each in parts)}"


def value_said(value: str) -> str:
    """Write a value, with what it means in Chinese if it is one of the vocabulary's codes."""
    return f"{value} · {CODES[value]}" if value in CODES else value
