--- title = { en = "Message", zh = "消息" }
--- grain = "one row per message to a person: a notice, feedback or a follow-up, beside those its peers got"
--- reads = ["notice", "notice_given_effective", "feedback_given_effective", "follow_up_made_effective", "decision_effective", "decision_made_effective", "application"]
--- [columns]
--- message = "Position of the message."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- kind = "notice, feedback or follow_up."
--- about = "outcome, status, promise, receipt or withdrawal for a notice; thank_you, keep_in_touch, reapply_invitation or check_in for a follow-up; null for feedback."
--- stage = "Code of the stage of the decision it goes with: the one it names or tells, else the candidacy's latest final decision that stands and is not surely later. Null if there is none, and for notices that are not about an outcome."
--- outcome = "Outcome of that decision: advance or reject; null if there is none."
--- said_from = "When it was given, first possible instant (UTC)."
--- said_day = "Local date in the requisition's zone."
--- reached = "Whether it reached the person: not reported bounced. Only those that did are peers."
--- channel = "email, phone, in_person, letter, sms, chat or portal."
--- language = "Language tag of the text; null if not recorded."
--- template = "Code of the template; null if none was used or recorded."
--- peers = "How many messages that reached somebody have the same requisition, kind, about, stage and outcome, itself included; null if it did not reach."
--- usual_channel = "The channel most of its peers got (the first in alphabetical order of several equal)."
--- same_channel = "How many of its peers got that channel."
--- usual_language = "The same for the language; peers of which it is not recorded count as one group, and then it is null."
--- same_language = "How many of its peers got that language."
--- usual_template = "The same for the template."
--- same_template = "How many of its peers got that template."
--- has_text = "Whether a text is kept (sealed), whole or in segments."
--- lexicon = "Version of the lexicon it was checked by; null if it was not checked."
--- checks_applied = "How many checks of the text applied, of those recorded in the clear; null if it was not checked."
--- checks_met = "How many of them it met."
--- unmet = "Ids of those it did not meet: list of codes; empty if it was not checked."
with given as (
    select
        n.notice as position, n.candidacy, 'notice' as kind, n.about, n.told_from as said_from, n.told_to as said_to,
        n.told_day as said_day, n.reached, n.channel, n.language, n.template, n.has_text, g.checks,
        case when n.about = 'outcome' then n.decision end as decision, n.about = 'outcome' as decides
    from notice as n
    join notice_given_effective as g on g.position = n.notice
    union all
    select
        f.position, f.stream_key, 'feedback', null, f.occurred_from, f.occurred_to,
        case
            when f.occurred_precision = 'day' or f.occurred_zone = a.zone then f.occurred_day
            else cast(timezone(a.zone, timezone('UTC', f.occurred_from)) as date)
        end,
        true, f.channel, f.language, f.template, f.has_text or len(f.segments) > 0, f.checks, d.position, true
    from feedback_given_effective as f
    join application as a on a.candidacy = f.stream_key
    left join decision_made_effective as d on d.id = f.decision
    union all
    select
        f.position, f.stream_key, 'follow_up', f.kind, f.occurred_from, f.occurred_to,
        case
            when f.occurred_precision = 'day' or f.occurred_zone = a.zone then f.occurred_day
            else cast(timezone(a.zone, timezone('UTC', f.occurred_from)) as date)
        end,
        true, f.channel, f.language, f.template, f.has_text, f.checks, null, true
    from follow_up_made_effective as f
    join application as a on a.candidacy = f.stream_key
),
latest_decision as (
    select position, decision
    from (
        select
            g.position,
            d.decision,
            row_number() over (partition by g.position order by d.decided_from desc, d.decision desc) as back
        from given as g
        join decision_effective as d on d.candidacy = g.candidacy
        where g.decides and g.decision is null and d.final and d.decided_from <= g.said_to
    ) as earlier
    where back = 1
),
placed as (
    select g.*, a.requisition, d.stage, d.outcome
    from given as g
    join application as a on a.candidacy = g.candidacy
    left join latest_decision as l on l.position = g.position
    left join decision_effective as d on d.decision = coalesce(g.decision, l.decision)
),
peer as (
    select * from placed where reached
),
counted as (
    select requisition, kind, about, stage, outcome, what, value, count(*) as n
    from (
        select requisition, kind, about, stage, outcome, 'channel' as what, channel as value from peer
        union all
        select requisition, kind, about, stage, outcome, 'language', language from peer
        union all
        select requisition, kind, about, stage, outcome, 'template', template from peer
    ) as each_value
    group by requisition, kind, about, stage, outcome, what, value
),
usual as (
    select requisition, kind, about, stage, outcome, what, value, n, peers
    from (
        select
            *,
            sum(n) over of_peers as peers,
            row_number() over (of_peers order by n desc, value nulls last) as place
        from counted
        window of_peers as (partition by requisition, kind, about, stage, outcome, what)
    ) as each_value
    where place = 1
)
select
    p.position as message,
    p.candidacy,
    p.requisition,
    p.kind,
    p.about,
    p.stage,
    p.outcome,
    p.said_from,
    p.said_day,
    p.reached,
    p.channel,
    p.language,
    p.template,
    cast(c.peers as bigint) as peers,
    c.value as usual_channel,
    c.n as same_channel,
    l.value as usual_language,
    l.n as same_language,
    t.value as usual_template,
    t.n as same_template,
    p.has_text,
    p.checks.lexicon as lexicon,
    p.checks.applied as checks_applied,
    p.checks.met as checks_met,
    coalesce(p.checks.unmet, cast([] as varchar[])) as unmet
from placed as p
left join usual as c
    on p.reached and c.what = 'channel' and c.kind = p.kind and c.requisition is not distinct from p.requisition
    and c.about is not distinct from p.about and c.stage is not distinct from p.stage
    and c.outcome is not distinct from p.outcome
left join usual as l
    on p.reached and l.what = 'language' and l.kind = p.kind and l.requisition is not distinct from p.requisition
    and l.about is not distinct from p.about and l.stage is not distinct from p.stage
    and l.outcome is not distinct from p.outcome
left join usual as t
    on p.reached and t.what = 'template' and t.kind = p.kind and t.requisition is not distinct from p.requisition
    and t.about is not distinct from p.about and t.stage is not distinct from p.stage
    and t.outcome is not distinct from p.outcome
