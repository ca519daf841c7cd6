--- title = { en = "Deadline", zh = "期限" }
--- grain = "one row per deadline of a policy, or of a law in it, and each thing that starts its clock"
--- reads = ["decision_effective", "candidacy", "stage_entered", "interview_held_effective", "candidacy_withdrawn_effective", "feedback_requested_effective", "feedback_given_effective", "feedback_withheld_effective", "follow_up_made_effective", "offer_extended_effective", "notice", "standard_in_force", "policy_adopted_effective", "requisition_opened_effective", "requisition_amended_effective", "as_of"]
--- [columns]
--- deadline = "Code of the deadline in the policy."
--- rests_on = "policy or law."
--- profile = "Code of the law's profile; null for the policy's own deadlines."
--- law_status = "in_force, announced, repealed or example, as the profile says; null for the policy's own."
--- citation = "Where that law is written, as the profile says; null for the policy's own."
--- status_on = "Day on which somebody looked the law's status up, as the profile says; null for the policy's own."
--- policy_entry = "Position of the entry that adopted the policy in force when the clock started."
--- clock_from = "What starts the clock: decision (a final one that stands), last_interview (the candidacy's latest), application, withdrawal or feedback_request."
--- until = "What must follow: outcome_told, anything_told, decision_status_told, receipt_told, acknowledged or feedback."
--- started_by = "Position of the entry that starts the clock."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- started_from = "When the clock started, first possible instant (UTC)."
--- started_day = "Local date of the start in the requisition's zone; a date recorded as such stays that date."
--- due_day = "In days or business days: the local date by the end of which it must follow. In hours: null."
--- due_to = "Last instant in time (UTC). hours: so many hours after the last possible instant of the start. days: the end, in the requisition's zone, of the day so many days after started_day. business_days: the end of the n-th business day after started_day, which itself does not count, by the policy's own dates: a day is one if it is a make-up workday, or no weekend day, and no holiday. Null if the calendar does not reach so far, or begins after the day that follows started_day: never guessed."
--- met_by = "Position of the first entry that does what must follow and is not surely before the start (by time, then position); null while there is none. outcome_told: a notice about the outcome that reached the person, with clock_from decision about that very decision. decision_status_told: the same about outcome or status, or an offer. anything_told: any notice that reached the person, feedback, a follow-up or an offer. receipt_told: a notice of receipt. acknowledged: one about the withdrawal, or of receipt. feedback: feedback given or withheld."
--- met_from = "When that was, first possible instant (UTC)."
--- standing = "calendar_ended (no due time is known); met; released (not met by due_to, and the person withdrew or was erased no later than that, whatever was said afterwards; a withdrawal does not release its own deadline); late (surely after due_to); open (due_to not yet passed at the as-of instant); overdue."
--- overdue_seconds = "Seconds from due_to to met_from if late, to the as-of instant if overdue; else null."
with own_deadline as (
    select position as policy_entry, 'policy' as rests_on, null as profile, null as law_status, null as citation,
        cast(null as date) as status_on, null as jurisdiction, unnest(deadlines) as d
    from policy_adopted_effective
),
profile as (
    select position as policy_entry, unnest(legal_profiles) as p from policy_adopted_effective
),
law_deadline as (
    select policy_entry, 'law' as rests_on, p.profile as profile, p.status as law_status,
        p.citation as citation, p.status_on as status_on, p.jurisdiction as jurisdiction, unnest(p.deadlines) as d
    from profile
),
term as (
    select policy_entry, rests_on, profile, law_status, citation, status_on, jurisdiction, d.deadline as deadline,
        d.clock_from as clock_from, d.until as until, d.outcome as outcome, d.stage as stage, d.amount as amount, d.unit as unit
    from (select * from own_deadline union all select * from law_deadline) as each_deadline
),
named_jurisdictions as (
    select position, stream_key, occurred_from, jurisdictions from requisition_opened_effective
    union all
    select position, stream_key, occurred_from, jurisdictions from requisition_amended_effective
    where jurisdictions is not null
),
-- A law of CA holds in CA-ON too; of several amendments the latest counts.
jurisdiction as (
    select distinct requisition, unnest([whole, split_part(whole, '-', 1)]) as jurisdiction
    from (
        select stream_key as requisition, unnest(jurisdictions) as whole
        from (
            select *, row_number() over (partition by stream_key order by occurred_from desc, position desc) as back
            from named_jurisdictions
        ) as each_naming
        where back = 1
    ) as each_jurisdiction
),
last_interview as (
    select *
    from (
        select *, row_number() over (partition by stream_key order by occurred_from desc, position desc) as back
        from interview_held_effective
    ) as each_interview
    where back = 1
),
latest_outcome as (
    select candidacy, outcome
    from (
        select
            candidacy, outcome,
            row_number() over (partition by candidacy order by decided_from desc, decision desc) as back
        from decision_effective
        where final
    ) as each_decision
    where back = 1
),
started as (
    select 'decision' as clock_from, decision as entry, candidacy, stage, outcome, decided_from as started_from,
        decided_to as started_to, decided_precision as precision, null as zone, decided_day as day
    from decision_effective
    where final
    union all
    select 'last_interview', i.position, i.stream_key, v.stage, l.outcome, i.occurred_from, i.occurred_to,
        i.occurred_precision, i.occurred_zone, i.occurred_day
    from last_interview as i
    left join stage_entered as v on v.id = i.visit
    left join latest_outcome as l on l.candidacy = i.stream_key
    union all
    select 'application', c.candidacy, c.candidacy, null, l.outcome, c.opened_from, c.opened_to, 'day', null,
        c.opened_day
    from candidacy as c
    left join latest_outcome as l on l.candidacy = c.candidacy
    union all
    select 'withdrawal', w.position, w.stream_key, v.stage, l.outcome, w.occurred_from, w.occurred_to,
        w.occurred_precision, w.occurred_zone, w.occurred_day
    from candidacy_withdrawn_effective as w
    left join stage_entered as v on v.id = w.visit
    left join latest_outcome as l on l.candidacy = w.stream_key
    union all
    select 'feedback_request', r.position, r.stream_key, null, l.outcome, r.occurred_from, r.occurred_to,
        r.occurred_precision, r.occurred_zone, r.occurred_day
    from feedback_requested_effective as r
    left join latest_outcome as l on l.candidacy = r.stream_key
),
clock as (
    select
        s.clock_from,
        s.entry,
        s.candidacy,
        s.stage,
        s.outcome,
        s.started_from,
        s.started_to,
        c.requisition,
        c.zone,
        c.withdrawn_from,
        c.erased_from,
        case
            when s.zone is null or s.precision = 'day' or s.zone = c.zone then s.day
            else cast(timezone(c.zone, timezone('UTC', s.started_from)) as date)
        end as started_day,
        f.policy_entry
    from started as s
    join candidacy as c on c.candidacy = s.candidacy
    join standard_in_force as f
        on f.requisition = c.requisition
        and f.in_force_from <= s.started_to
        and (f.in_force_to is null or s.started_to < f.in_force_to)
    where f.policy_entry is not null
),
running as (
    select
        k.*,
        t.rests_on,
        t.profile,
        t.law_status,
        t.citation,
        t.status_on,
        t.deadline,
        t.until,
        t.amount,
        t.unit
    from clock as k
    join term as t on t.policy_entry = k.policy_entry and t.clock_from = k.clock_from
    left join jurisdiction as j on j.requisition = k.requisition and j.jurisdiction = t.jurisdiction
    where (t.outcome is null or t.outcome = k.outcome)
        and (t.stage is null or t.stage = k.stage)
        and (t.rests_on = 'policy' or j.requisition is not null)
),
calendar_day as (
    select
        policy_entry,
        cast(day as date) as day,
        list_contains(workdays, cast(day as date))
            or not (list_contains(weekend, isodow(day)) or list_contains(holidays, cast(day as date))) as is_business
    from (
        select
            position as policy_entry,
            coalesce(calendar.weekend, [6, 7]) as weekend,
            coalesce(calendar.holidays, []) as holidays,
            coalesce(calendar.workdays, []) as workdays,
            unnest(generate_series(
                cast(calendar.from_day as timestamp), cast(calendar.to_day as timestamp), interval 1 day
            )) as day
        from policy_adopted_effective
        where calendar is not null
    ) as each_day
),
-- business_days up to and including each day the calendar covers, and the day before it begins
counted_day as (
    select
        policy_entry, day, is_business,
        sum(cast(is_business as integer)) over (
            partition by policy_entry order by day rows between unbounded preceding and current row
        ) as business_days
    from calendar_day
    union all
    select position, calendar.from_day - 1, false, 0
    from policy_adopted_effective
    where calendar is not null
),
due as (
    select
        r.*,
        case r.unit
            when 'days' then r.started_day + cast(r.amount as integer)
            when 'business_days' then b.day
        end as due_day
    from running as r
    left join counted_day as a
        on r.unit = 'business_days' and a.policy_entry = r.policy_entry and a.day = r.started_day
    left join counted_day as b
        on b.policy_entry = r.policy_entry and b.is_business and b.business_days = a.business_days + r.amount
),
timed as (
    select
        d.*,
        case
            when d.unit = 'hours' then d.started_to + to_hours(d.amount)
            when d.due_day is not null
                then timezone('UTC', timezone(d.zone, cast(d.due_day + 1 as timestamp))) - interval 1 microsecond
        end as due_to
    from due as d
),
done as (
    select candidacy, 'outcome_told' as until, decision, notice as entry, told_from as at_from, told_to as at_to
    from notice where reached and about = 'outcome'
    union all
    select candidacy, 'decision_status_told', null, notice, told_from, told_to
    from notice where reached and about in ('outcome', 'status')
    union all
    select candidacy, 'anything_told', null, notice, told_from, told_to from notice where reached
    union all
    select candidacy, 'receipt_told', null, notice, told_from, told_to from notice where reached and about = 'receipt'
    union all
    select candidacy, 'acknowledged', null, notice, told_from, told_to
    from notice where reached and about in ('withdrawal', 'receipt')
    union all
    select stream_key, unnest(['feedback', 'anything_told']), null, position, occurred_from, occurred_to
    from feedback_given_effective
    union all
    select stream_key, 'feedback', null, position, occurred_from, occurred_to from feedback_withheld_effective
    union all
    select stream_key, 'anything_told', null, position, occurred_from, occurred_to from follow_up_made_effective
    union all
    select stream_key, unnest(['decision_status_told', 'anything_told']), null, position, occurred_from, occurred_to
    from offer_extended_effective
),
met as (
    select entry, deadline, policy_entry, met_by, met_from
    from (
        select
            t.entry,
            t.deadline,
            t.policy_entry,
            d.entry as met_by,
            d.at_from as met_from,
            row_number() over (
                partition by t.entry, t.policy_entry, t.deadline order by d.at_from, d.entry
            ) as place
        from timed as t
        join done as d on d.candidacy = t.candidacy and d.until = t.until
        where d.at_to >= t.started_from
            and (t.clock_from <> 'decision' or t.until <> 'outcome_told' or d.decision = t.entry)
    ) as each_deed
    where place = 1
),
stated as (
    select
        t.*,
        m.met_by,
        m.met_from,
        o.instant,
        case
            when t.due_to is null then 'calendar_ended'
            when m.met_from <= t.due_to then 'met'
            when (t.clock_from <> 'withdrawal' and t.withdrawn_from <= t.due_to) or t.erased_from <= t.due_to
                then 'released'
            when m.met_from is not null then 'late'
            when o.instant <= t.due_to then 'open'
            else 'overdue'
        end as standing
    from timed as t
    cross join as_of as o
    left join met as m
        on m.entry = t.entry and m.deadline = t.deadline and m.policy_entry = t.policy_entry
)
select
    deadline,
    rests_on,
    profile,
    law_status,
    citation,
    status_on,
    policy_entry,
    clock_from,
    until,
    entry as started_by,
    candidacy,
    requisition,
    started_from,
    started_day,
    due_day,
    due_to,
    met_by,
    met_from,
    standing,
    case
        when standing = 'late' then (epoch_us(met_from) - epoch_us(due_to)) // 1000000
        when standing = 'overdue' then (epoch_us(instant) - epoch_us(due_to)) // 1000000
    end as overdue_seconds
from stated
