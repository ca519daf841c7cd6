--- title = { en = "Wait", zh = "等待" }
--- grain = "one row per wait: what began it, and the first word that ended it, if any has"
--- reads = ["notice_latency", "notice", "candidacy", "stage_entered", "interview_held_effective", "interview_scheduled_effective", "feedback_given_effective", "follow_up_made_effective", "offer_extended_effective", "candidacy_withdrawn_effective", "application", "withdrawal", "requisition", "as_of"]
--- [columns]
--- wait = "outcome (from a final decision that stands to the first notice of its outcome), last_interview (from the candidacy's latest interview to any word: a notice, feedback, a follow-up or an offer), application (from the application to any word), application_news (from the application to what says more than that it came: a notice about outcome or status, an interview arranged, or an offer) or withdrawal (from a withdrawal to the first notice about it). A notice counts if it reached the person, anything if it is not surely before the beginning; from the last interview and the application, only what is not surely after a withdrawal that stands."
--- started_by = "Position of the entry that begins the wait."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- recruiter = "Who looks after the requisition's candidates; null if nobody is named."
--- stage = "Code of the stage decided on, interviewed in or withdrawn from; null for an application."
--- outcome = "advance or reject, for a decision; else null."
--- started_from = "When the wait began, first possible instant (UTC)."
--- started_day = "Local date of its beginning in the requisition's zone."
--- ended = "told, withdrawn (unheard until the person withdrew), erased (nobody is left to tell) or open (runs on to the as-of instant). All but told are censored, none is dropped. A withdrawal does not end the wait for its own answer."
--- ended_by = "Position of the first entry that ended it (by time, then position); null while unheard."
--- delivery_unknown = "Whether that entry is a notice of which nobody reported what became; null while unheard."
--- until = "End of the wait (UTC): the word, the withdrawal, the erasure, or the as-of instant."
--- precision = "hours if both ends are known to the minute or better; days if either is only a date."
--- seconds = "Length of the wait in seconds, never negative; with precision days, days times 86,400."
--- hours = "The same in whole hours, rounded down."
--- days = "Difference of the two local dates in the requisition's zone, never negative."
with last_interview as (
    select *
    from (
        select *, row_number() over (partition by stream_key order by occurred_from desc, position desc) as back
        from interview_held_effective
    ) as each_interview
    where back = 1
),
begun as (
    select 'last_interview' as wait, i.position as entry, i.stream_key as candidacy, v.stage, i.occurred_from as from_,
        i.occurred_precision as precision, i.occurred_zone as zone, i.occurred_day as day
    from last_interview as i
    left join stage_entered as v on v.id = i.visit
    union all
    select w.wait, a.candidacy, a.candidacy, null, a.opened_from, a.opened_precision, a.zone, a.opened_day
    from application as a
    cross join (values ('application'), ('application_news')) as w(wait)
    union all
    select 'withdrawal', w.position, w.stream_key, s.stage, w.occurred_from, w.occurred_precision, w.occurred_zone,
        w.occurred_day
    from candidacy_withdrawn_effective as w
    join withdrawal as s on s.withdrawal = w.position
),
-- Every word to a candidate, and which waits it ends.
told as (
    select
        candidacy, about, notice as entry, told_from as from_, told_to as to_, told_precision as precision,
        told_day as day, delivery_unknown
    from notice
    where reached
),
said as (
    select stream_key as candidacy, ['last_interview', 'application'] as ends, position as entry, occurred_from,
        occurred_to, occurred_precision, occurred_zone, occurred_day
    from feedback_given_effective
    union all
    select stream_key, ['last_interview', 'application'], position, occurred_from, occurred_to, occurred_precision,
        occurred_zone, occurred_day
    from follow_up_made_effective
    union all
    select stream_key, ['last_interview', 'application', 'application_news'], position, occurred_from, occurred_to,
        occurred_precision, occurred_zone, occurred_day
    from offer_extended_effective
    union all
    select stream_key, ['application_news'], position, occurred_from, occurred_to, occurred_precision, occurred_zone,
        occurred_day
    from interview_scheduled_effective
),
word as (
    select candidacy, unnest(['last_interview', 'application']) as wait, entry, from_, to_, precision, day,
        delivery_unknown
    from told
    union all
    select candidacy, 'application_news', entry, from_, to_, precision, day, delivery_unknown
    from told
    where about in ('outcome', 'status')
    union all
    select candidacy, 'withdrawal', entry, from_, to_, precision, day, delivery_unknown
    from told
    where about = 'withdrawal'
    union all
    select
        s.candidacy, unnest(s.ends), s.entry, s.occurred_from, s.occurred_to, s.occurred_precision,
        case
            when s.occurred_precision = 'day' or s.occurred_zone = a.zone then s.occurred_day
            else cast(timezone(a.zone, timezone('UTC', s.occurred_from)) as date)
        end,
        false
    from said as s
    join application as a on a.candidacy = s.candidacy
),
first_word as (
    select *
    from (
        select
            b.wait,
            b.entry,
            w.entry as ended_by,
            w.from_,
            w.precision,
            w.day,
            w.delivery_unknown,
            row_number() over (partition by b.wait, b.entry order by w.from_, w.entry) as place
        from begun as b
        join word as w on w.candidacy = b.candidacy and w.wait = b.wait
        join candidacy as c on c.candidacy = b.candidacy
        where w.to_ >= b.from_
            and (b.wait = 'withdrawal' or c.withdrawn_to is null or w.from_ <= c.withdrawn_to)
    ) as each_word
    where place = 1
),
ended as (
    select
        b.wait,
        b.entry,
        b.stage,
        b.from_,
        c.candidacy,
        c.requisition,
        case
            when b.precision = 'day' or b.zone = c.zone then b.day
            else cast(timezone(c.zone, timezone('UTC', b.from_)) as date)
        end as day,
        w.ended_by,
        w.delivery_unknown,
        case
            when w.ended_by is not null then 'told'
            when b.wait <> 'withdrawal' and c.withdrawn_from is not null then 'withdrawn'
            when c.erased_from is not null then 'erased'
            else 'open'
        end as ended,
        case
            when w.ended_by is not null then w.from_
            when b.wait <> 'withdrawal' and c.withdrawn_from is not null then c.withdrawn_from
            else coalesce(c.erased_from, o.instant)
        end as until,
        case
            when w.ended_by is not null then w.day
            when b.wait <> 'withdrawal' and c.withdrawn_from is not null then c.withdrawn_day
            else cast(timezone(c.zone, timezone('UTC', coalesce(c.erased_from, o.instant))) as date)
        end as until_day,
        b.precision = 'day' or coalesce(
            case
                when w.ended_by is not null then w.precision = 'day'
                when b.wait <> 'withdrawal' then c.withdrawn_precision = 'day'
            end,
            false
        ) as by_day
    from begun as b
    cross join as_of as o
    join candidacy as c on c.candidacy = b.candidacy
    left join first_word as w on w.wait = b.wait and w.entry = b.entry
),
waited as (
    select
        'outcome' as wait, decision as entry, candidacy, requisition, stage, outcome, decided_from as from_,
        decided_day as day, ended, notice as ended_by, delivery_unknown, until, precision, seconds, days
    from notice_latency
    union all
    select
        wait, entry, candidacy, requisition, stage, null, from_, day, ended, ended_by, delivery_unknown, until,
        case when by_day then 'days' else 'hours' end,
        case
            when by_day then greatest(until_day - day, 0) * 86400
            else greatest(epoch_us(until) - epoch_us(from_), 0) // 1000000
        end,
        greatest(until_day - day, 0)
    from ended
)
select
    w.wait,
    w.entry as started_by,
    w.candidacy,
    w.requisition,
    r.recruiter,
    w.stage,
    w.outcome,
    w.from_ as started_from,
    w.day as started_day,
    w.ended,
    w.ended_by,
    w.delivery_unknown,
    w.until,
    w.precision,
    w.seconds,
    w.seconds // 3600 as hours,
    w.days
from waited as w
left join requisition as r on r.requisition = w.requisition
