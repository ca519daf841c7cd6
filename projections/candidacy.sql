--- title = { en = "Candidacy", zh = "应聘" }
--- grain = "one row per candidacy, with the state it is in"
--- reads = ["application", "stage_visit", "decision_effective", "candidacy_reopened_effective", "candidacy_withdrawn_effective", "offer_extended_effective", "offer_answered_effective", "offer_rescinded_effective", "candidate_hired_effective", "candidate_hire_reversed_effective"]
--- [columns]
--- candidacy = "Stream key of the candidacy."
--- candidacy_id = "Id of the candidacy's stream."
--- candidate = "Stream key of the candidate."
--- person = "The person, with merges."
--- requisition = "Stream key of the requisition."
--- zone = "IANA zone of the requisition."
--- route = "external, internal, referral or campus."
--- prior = "Stream key of the candidacy this one follows; null if none."
--- opened_from = "When it was opened, first possible instant (UTC)."
--- opened_to = "When it was opened, last possible instant (UTC)."
--- opened_day = "Local date of the opening in the requisition's zone."
--- basis = "observed or imported."
--- state = "applied, assessing, deferred, advanced, rejected, offered, accepted, declined, rescinded, hired, hire_reversed or withdrawn. What came before the latest reopening ends nothing. Of the rest, the first that applies: a hire not reversed; a withdrawal; a hire reversed; a rejection later than any offer; the latest offer and what became of it; the latest decision on the current visit, or surely later than its beginning; assessing in a stage; applied."
--- open = "Whether something is still to come: applied, assessing, deferred, advanced, offered or accepted."
--- current_visit = "Position of the latest entry into a stage; null if it never came into one."
--- current_stage = "Code of that stage."
--- visits = "How many stages it came into."
--- interviews = "How many interviews were held."
--- last_interview_from = "When the latest of them was held, first possible instant (UTC)."
--- decision = "Position of the decision that the state rests on or would rest on: the latest since any reopening, deferrals included; null if there is none."
--- outcome = "advance, reject or defer."
--- decided_from = "When that was decided, first possible instant (UTC)."
--- reopened_from = "When it was last reopened, first possible instant (UTC); null if never."
--- withdrawn_from = "When the candidate withdrew, first possible instant (UTC); null unless a withdrawal since any reopening stands. The latest counts."
--- withdrawn_to = "The same, last possible instant (UTC)."
--- withdrawn_precision = "instant, minute or day."
--- withdrawn_day = "Local date of the withdrawal in the requisition's zone."
--- hired_from = "When the candidate was hired, first possible instant (UTC); null unless a hire stands."
--- erased_from = "When the person was erased (UTC); null if never."
with reopened as (
    select * from (
        select
            stream_key, position, occurred_from,
            row_number() over (partition by stream_key order by occurred_from desc, position desc) as back
        from candidacy_reopened_effective
    ) as each_reopening
    where back = 1
),
withdrawn as (
    select * from (
        select
            w.*,
            row_number() over (partition by w.stream_key order by w.occurred_from desc, w.position desc) as back
        from candidacy_withdrawn_effective as w
        left join reopened as r on r.stream_key = w.stream_key
        where r.position is null
            or w.occurred_from > r.occurred_from
            or (w.occurred_from = r.occurred_from and w.position > r.position)
    ) as each_withdrawal
    where back = 1
),
hired as (
    select * from (
        select
            h.stream_key,
            h.occurred_from,
            v.hire is not null as reversed,
            row_number() over (partition by h.stream_key order by h.occurred_from desc, h.position desc) as back
        from candidate_hired_effective as h
        left join reopened as r on r.stream_key = h.stream_key
        left join (select distinct hire from candidate_hire_reversed_effective) as v on v.hire = h.id
        where r.position is null
            or h.occurred_from > r.occurred_from
            or (h.occurred_from = r.occurred_from and h.position > r.position)
    ) as each_hire
    where back = 1
),
answered as (
    select * from (
        select offer, answer, row_number() over (partition by offer order by occurred_from desc, position desc) as back
        from offer_answered_effective
    ) as each_answer
    where back = 1
),
offered as (
    select * from (
        select
            o.stream_key,
            o.position,
            o.occurred_from,
            case
                when x.offer is not null then 'rescinded'
                when a.answer is not null then a.answer
                else 'offered'
            end as standing,
            row_number() over (partition by o.stream_key order by o.occurred_from desc, o.position desc) as back
        from offer_extended_effective as o
        left join reopened as r on r.stream_key = o.stream_key
        left join answered as a on a.offer = o.id
        left join (select distinct offer from offer_rescinded_effective) as x on x.offer = o.id
        where r.position is null
            or o.occurred_from > r.occurred_from
            or (o.occurred_from = r.occurred_from and o.position > r.position)
    ) as each_offer
    where back = 1
),
visited as (
    select candidacy, count(*) as visits, sum(interviews) as interviews, max(last_interview_from) as last_interview_from
    from stage_visit
    group by candidacy
),
current_visit as (
    select candidacy, visit, visit_id, stage, entered_to from stage_visit where latest
),
decided as (
    select * from (
        select
            d.candidacy,
            d.decision,
            d.outcome,
            d.decided_from,
            row_number() over (partition by d.candidacy order by d.decided_from desc, d.decision desc) as back
        from decision_effective as d
        left join reopened as r on r.stream_key = d.candidacy
        left join current_visit as v on v.candidacy = d.candidacy
        where (v.visit is null or v.visit_id = d.visit_id or d.decided_from > v.entered_to)
            and (
                r.position is null
                or d.decided_from > r.occurred_from
                or (d.decided_from = r.occurred_from and d.decision > r.position)
            )
    ) as each_decision
    where back = 1
),
stated as (
    select
        a.*,
        v.visit as current_visit,
        v.stage as current_stage,
        coalesce(n.visits, 0) as visits,
        coalesce(n.interviews, 0) as interviews,
        n.last_interview_from,
        d.decision,
        d.outcome,
        d.decided_from,
        r.occurred_from as reopened_from,
        w.occurred_from as withdrawn_from,
        w.occurred_to as withdrawn_to,
        w.occurred_precision as withdrawn_precision,
        case
            when w.occurred_precision = 'day' or w.occurred_zone = a.zone then w.occurred_day
            else cast(timezone(a.zone, timezone('UTC', w.occurred_from)) as date)
        end as withdrawn_day,
        case when not h.reversed then h.occurred_from end as hired_from,
        case
            when not h.reversed then 'hired'
            when w.position is not null then 'withdrawn'
            when h.reversed then 'hire_reversed'
            when d.outcome = 'reject' and (
                o.position is null
                or d.decided_from > o.occurred_from
                or (d.decided_from = o.occurred_from and d.decision > o.position)
            ) then 'rejected'
            when o.standing is not null then o.standing
            when d.outcome = 'advance' then 'advanced'
            when d.outcome = 'defer' then 'deferred'
            when v.visit is not null then 'assessing'
            else 'applied'
        end as state
    from application as a
    left join reopened as r on r.stream_key = a.candidacy
    left join withdrawn as w on w.stream_key = a.candidacy
    left join hired as h on h.stream_key = a.candidacy
    left join offered as o on o.stream_key = a.candidacy
    left join visited as n on n.candidacy = a.candidacy
    left join current_visit as v on v.candidacy = a.candidacy
    left join decided as d on d.candidacy = a.candidacy
)
select
    candidacy,
    candidacy_id,
    candidate,
    person,
    requisition,
    zone,
    route,
    prior,
    opened_from,
    opened_to,
    opened_day,
    basis,
    state,
    state in ('applied', 'assessing', 'deferred', 'advanced', 'offered', 'accepted') as open,
    current_visit,
    current_stage,
    visits,
    cast(interviews as bigint) as interviews,
    last_interview_from,
    decision,
    outcome,
    decided_from,
    reopened_from,
    withdrawn_from,
    withdrawn_to,
    withdrawn_precision,
    withdrawn_day,
    hired_from,
    erased_from
from stated
