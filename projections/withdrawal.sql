--- title = { en = "Withdrawal", zh = "退出与谢绝" }
--- grain = "one row per time a candidate said no: withdrew, declined an interview, declined an offer"
--- reads = ["candidacy_withdrawn_effective", "interview_declined_effective", "offer_answered_effective", "candidacy", "stage_visit", "notice", "as_of"]
--- [columns]
--- withdrawal = "Position of the entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- kind = "withdrew, declined_interview or declined_offer."
--- stage = "Code of the stage the candidacy was in: that of the visit named, else of the latest visit not surely entered after it; null if none."
--- said_from = "When the candidate said so, first possible instant (UTC)."
--- said_to = "When the candidate said so, last possible instant (UTC)."
--- said_day = "Local date in the requisition's zone."
--- reason_code = "Code of the reason given; null if none was."
--- has_words = "Whether the candidate's own words are kept (sealed)."
--- referred = "How many people the candidate recommended."
--- standing = "Whether it still holds: for a withdrawal, that the candidacy was not reopened since and no later withdrawal stands; true for the others."
--- acknowledged = "Position of the first notice about the withdrawal that reached the person and is not surely before it; null if there is none."
--- acknowledged_from = "When that notice was given, first possible instant (UTC)."
--- waited_seconds = "Seconds from said_from to that notice, or to the as-of instant; never negative."
with said as (
    select
        position, stream_key, 'withdrew' as kind, visit, reason_code, has_why, len(referred) as referred,
        occurred_from, occurred_to, occurred_precision, occurred_zone, occurred_day
    from candidacy_withdrawn_effective
    union all
    select
        position, stream_key, 'declined_interview' as kind, null as visit, reason_code, has_why, 0 as referred,
        occurred_from, occurred_to, occurred_precision, occurred_zone, occurred_day
    from interview_declined_effective
    union all
    select
        position, stream_key, 'declined_offer' as kind, null as visit, reason_code, has_why, len(referred) as referred,
        occurred_from, occurred_to, occurred_precision, occurred_zone, occurred_day
    from offer_answered_effective
    where answer = 'declined'
),
placed as (
    select position, stage
    from (
        select
            s.position,
            v.stage,
            row_number() over (partition by s.position order by v.visit_id = s.visit desc nulls last, v.ordinal desc) as place
        from said as s
        join stage_visit as v on v.candidacy = s.stream_key
        where v.visit_id = s.visit or v.entered_from <= s.occurred_to
    ) as each_visit
    where place = 1
),
acknowledged as (
    select position, notice, told_from
    from (
        select
            s.position,
            n.notice,
            n.told_from,
            row_number() over (partition by s.position order by n.told_from, n.notice) as place
        from said as s
        join notice as n on n.candidacy = s.stream_key
        where n.about = 'withdrawal' and n.reached and n.told_to >= s.occurred_from
    ) as each_notice
    where place = 1
),
latest as (
    select candidacy, position
    from (
        select
            stream_key as candidacy, position,
            row_number() over (partition by stream_key order by occurred_from desc, position desc) as back
        from candidacy_withdrawn_effective
    ) as each_withdrawal
    where back = 1
)
select
    s.position as withdrawal,
    c.candidacy,
    c.requisition,
    c.person,
    s.kind,
    p.stage,
    s.occurred_from as said_from,
    s.occurred_to as said_to,
    case
        when s.occurred_precision = 'day' or s.occurred_zone = c.zone then s.occurred_day
        else cast(timezone(c.zone, timezone('UTC', s.occurred_from)) as date)
    end as said_day,
    s.reason_code,
    s.has_why as has_words,
    s.referred,
    s.kind <> 'withdrew' or (c.withdrawn_from is not null and l.position is not null) as standing,
    a.notice as acknowledged,
    a.told_from as acknowledged_from,
    greatest(epoch_us(coalesce(a.told_from, o.instant)) - epoch_us(s.occurred_from), 0) // 1000000 as waited_seconds
from said as s
cross join as_of as o
join candidacy as c on c.candidacy = s.stream_key
left join placed as p on p.position = s.position
left join acknowledged as a on a.position = s.position
left join latest as l on l.position = s.position
