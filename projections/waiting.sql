--- title = { en = "Who is waiting", zh = "谁在等待" }
--- grain = "one row per candidacy and thing it waits for at the as-of instant, overdue or not"
--- reads = ["deadline", "promise", "notice_latency", "candidacy", "stage_visit", "decision_effective", "requisition", "notice", "interview_held_effective", "interview_scheduled_effective", "interview_cancelled_effective", "interview_missed_effective", "interview_declined_effective", "scorecard_submitted_effective", "scorecard_amended_effective", "as_of"]
--- [columns]
--- candidacy = "Stream key of the candidacy. Whoever has withdrawn waits only for an answer to that; whoever was erased waits for nothing."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage it is in."
--- rests_on = "What gives it a time: policy, law (only one in force), promise, deferral, closed (the requisition is closed, and the person was not told the outcome: due at the closing, whatever else gives a later time), or nothing: somebody who waits although nothing says for how long."
--- deadline = "Code of the deadline in the policy; null unless it rests on one."
--- owed = "What is waited for: that of a deadline (outcome_told, anything_told, decision_status_told, receipt_told, acknowledged, feedback), that of a promise (outcome, feedback, offer, next_step), decision (none is made on the stage it is in), outcome_told (of the decision its state rests on) or next_step (advanced and told so). The last three rest on nothing, and stand only where no deadline or promise is about the outcome or a next step."
--- since = "Since when (UTC): the start of the clock, the promise, the closing, the decision, or for a decision the latest interview of the visit, else its beginning, else the application."
--- due_to = "Last instant in time (UTC); null if there is none, or the policy's calendar does not reach so far."
--- overdue = "Whether due_to has passed."
--- waited_seconds = "Seconds from since to the as-of instant, never negative."
--- overdue_seconds = "Seconds from due_to to the as-of instant; null unless overdue."
--- left_seconds = "Seconds from the as-of instant to due_to; null if overdue or without due_to."
--- turn = "What is to be done next, and by whom: tell or feedback or arrange (the recruiter: tell, give feedback, arrange what comes next), interview (those who are to hold one), score (interviewers whose scorecard is missing at a scored stage), decide (the hiring manager). Where a decision is untold, or a receipt, an acknowledgement, any word or the state of things is owed, it is tell."
--- turn_of = "Those people, as far as the record names them: list of ids."
--- entry = "Position of the entry it rests on: what started the clock, the promise, the closing, the decision, the visit or the application."
with owing as (
    select
        d.candidacy, d.rests_on, d.deadline, d.until as owed, d.started_from as since, d.due_to, d.started_by as entry,
        d.clock_from = 'decision' as decided
    from deadline as d
    join candidacy as c on c.candidacy = d.candidacy
    where (d.rests_on = 'policy' or d.law_status = 'in_force')
        and (d.standing in ('open', 'overdue') or (d.standing = 'calendar_ended' and d.met_by is null))
        and c.erased_from is null
        and (c.withdrawn_from is null or d.clock_from = 'withdrawal')
    union all
    select p.candidacy, 'promise', null, p.about, p.made_from, p.due_to, p.promise, false
    from promise as p
    join candidacy as c on c.candidacy = p.candidacy
    where p.standing in ('open', 'broken') and c.erased_from is null and c.withdrawn_from is null
),
unheard as (
    select distinct candidacy from notice_latency where ended = 'open' and outcome = 'reject'
),
heard as (
    select candidacy, max(told_to) as told_to from notice where about = 'outcome' and reached group by candidacy
),
left_behind as (
    select c.candidacy, r.closed_from, r.closed_by
    from candidacy as c
    join requisition as r on r.requisition = c.requisition
    left join heard as h on h.candidacy = c.candidacy
    left join unheard as u on u.candidacy = c.candidacy
    where r.closed_by is not null
        and c.erased_from is null
        and (
            (c.state = 'rejected' and u.candidacy is not null)
            or (
                c.state in ('applied', 'assessing', 'deferred', 'advanced')
                and (h.told_to is null or h.told_to < r.closed_from)
            )
        )
),
provided as (
    select distinct candidacy
    from owing
    where owed in ('outcome_told', 'anything_told', 'decision_status_told', 'outcome', 'next_step')
    union
    select candidacy from left_behind
),
untold as (
    select c.candidacy, l.decision, l.decided_from
    from candidacy as c
    join notice_latency as l on l.decision = c.decision
    where l.ended = 'open'
),
here as (
    select
        c.*, v.visit, v.visit_id, v.stage_kind, v.entered_from, v.last_interview_from as interviewed_from,
        coalesce(v.interviews, 0) as held, u.decision as untold, u.decided_from as untold_from
    from candidacy as c
    left join stage_visit as v on v.visit = c.current_visit
    left join untold as u on u.candidacy = c.candidacy
    where c.erased_from is null
),
unprovided as (
    select h.*
    from here as h
    left join provided as p on p.candidacy = h.candidacy
    where p.candidacy is null and h.withdrawn_from is null
),
waiting as (
    select * from owing
    union all
    select candidacy, 'closed', null, 'outcome_told', closed_from, closed_from, closed_by, true
    from left_behind
    union all
    select candidacy, 'nothing', null, 'outcome_told', untold_from, null, untold, true
    from unprovided
    where untold is not null
    union all
    select
        u.candidacy, case when d.until_to is null then 'nothing' else 'deferral' end, null, 'decision',
        coalesce(u.interviewed_from, u.entered_from, u.opened_from), d.until_to,
        coalesce(case when u.state = 'deferred' then u.decision end, u.visit, u.candidacy), false
    from unprovided as u
    left join decision_effective as d on d.decision = u.decision and u.state = 'deferred'
    where u.state in ('applied', 'assessing', 'deferred')
    union all
    select candidacy, 'nothing', null, 'next_step', decided_from, null, decision, true
    from unprovided
    where state = 'advanced' and untold is null
),
card as (
    select visit, author from scorecard_submitted_effective
    union
    select visit, author from scorecard_amended_effective
),
interviewer as (
    select distinct visit, unnest(interviewers) as person from interview_held_effective
),
unscored as (
    select i.visit, list(i.person order by i.person) as people
    from interviewer as i
    left join card as c on c.visit = i.visit and c.author = i.person
    where c.author is null
    group by i.visit
),
called_off as (
    select interview from interview_cancelled_effective
    union all
    select interview from interview_missed_effective
    union all
    select interview from interview_declined_effective where interview is not null
),
arranged as (
    select s.visit, list(distinct p.person order by p.person) filter (where p.person is not null) as people
    from interview_scheduled_effective as s
    left join (select distinct interview from called_off) as x on x.interview = s.id
    left join (select position, unnest(interviewers) as person from interview_scheduled_effective) as p
        on p.position = s.position
    where x.interview is null
    group by s.visit
),
turned as (
    select
        w.*,
        h.requisition,
        h.current_stage,
        case
            when w.owed = 'feedback' then 'feedback'
            when w.owed in ('receipt_told', 'acknowledged', 'anything_told', 'decision_status_told') then 'tell'
            when h.untold is not null or (w.decided and w.owed = 'outcome_told') then 'tell'
            when h.state = 'advanced' then 'arrange'
            when h.state not in ('applied', 'assessing', 'deferred') then 'tell'
            when h.held = 0 and a.visit is not null then 'interview'
            when h.stage_kind = 'scored' and u.visit is not null then 'score'
            else 'decide'
        end as turn,
        a.people as to_interview,
        u.people as to_score
    from waiting as w
    join here as h on h.candidacy = w.candidacy
    left join arranged as a on a.visit = h.visit_id
    left join unscored as u on u.visit = h.visit_id
)
select
    t.candidacy,
    t.requisition,
    t.current_stage as stage,
    t.rests_on,
    t.deadline,
    t.owed,
    t.since,
    t.due_to,
    coalesce(t.due_to < o.instant, false) as overdue,
    greatest(epoch_us(o.instant) - epoch_us(t.since), 0) // 1000000 as waited_seconds,
    case when t.due_to < o.instant then (epoch_us(o.instant) - epoch_us(t.due_to)) // 1000000 end as overdue_seconds,
    case when t.due_to >= o.instant then (epoch_us(t.due_to) - epoch_us(o.instant)) // 1000000 end as left_seconds,
    t.turn,
    coalesce(
        case t.turn
            when 'interview' then t.to_interview
            when 'score' then t.to_score
            when 'decide' then case when r.hiring_manager is not null then [r.hiring_manager] end
            else case when r.recruiter is not null then [r.recruiter] end
        end,
        []
    ) as turn_of,
    t.entry
from turned as t
cross join as_of as o
left join requisition as r on r.requisition = t.requisition
