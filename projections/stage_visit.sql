--- title = { en = "Visit to a stage", zh = "阶段经历" }
--- grain = "one row per visit: one passage of a candidacy through a stage"
--- reads = ["stage_entered_effective", "interview_held_effective", "scorecard_submitted_effective", "scorecard_amended_effective", "standard_adopted_effective", "application", "decision_effective", "standard_in_force"]
--- [columns]
--- visit = "Position of the entry into the stage."
--- visit_id = "Id of the entry into the stage, by which other entries name the visit."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- candidate = "Stream key of the candidate."
--- person = "The person, with merges."
--- zone = "IANA zone of the requisition."
--- ordinal = "1 for the candidacy's first visit, by time, then position."
--- latest = "Whether it is the candidacy's latest visit."
--- stage = "Code of the stage."
--- stage_order = "Place of the stage in the standard in force at entered_to, from 1; null if it has no such stage."
--- stage_kind = "scored, knockout or unscored, by that standard."
--- entered_from = "When the stage was entered, first possible instant (UTC)."
--- entered_to = "When the stage was entered, last possible instant (UTC)."
--- entered_precision = "instant, minute or day."
--- entered_day = "Local date in the requisition's zone; a date recorded as such stays that date."
--- recorded_at = "When it was recorded (UTC)."
--- basis = "observed or imported."
--- previous_visit = "Position of the candidacy's visit before this one; null for the first."
--- gone_back = "Whether the stage stands earlier in the standard than the previous visit's, both orders known and this one surely entered after the other."
--- interviews = "How many interviews were held on this visit."
--- last_interview_from = "When the latest of them was held, first possible instant (UTC); null if none."
--- authors = "How many people wrote a scorecard for this visit, before or after the decision."
--- decision = "Position of the candidacy's latest final decision that stands on this visit; null if undecided."
--- outcome = "advance or reject; null if undecided."
--- decided_from = "When it was decided, first possible instant (UTC)."
with place as (
    select
        position as standard_entry,
        unnest(stages).stage as stage,
        unnest(stages).kind as stage_kind,
        unnest(range(1, len(stages) + 1)) as stage_order
    from standard_adopted_effective
),
entered as (
    select
        v.*,
        a.requisition,
        a.candidate,
        a.person,
        a.zone,
        row_number() over in_order as ordinal,
        lead(v.position) over in_order is null as latest,
        lag(v.position) over in_order as previous_visit,
        lag(v.occurred_to) over in_order as previous_to,
        p.stage_order,
        lag(p.stage_order) over in_order as previous_order,
        p.stage_kind
    from stage_entered_effective as v
    join application as a on a.candidacy = v.stream_key
    left join standard_in_force as f
        on f.requisition = a.requisition
        and f.in_force_from <= v.occurred_to
        and (f.in_force_to is null or v.occurred_to < f.in_force_to)
    left join place as p on p.standard_entry = f.standard_entry and p.stage = v.stage
    window in_order as (partition by v.stream_key order by v.occurred_from, v.position)
),
interviewed as (
    select visit, count(*) as interviews, max(occurred_from) as last_interview_from
    from interview_held_effective
    group by visit
),
scored as (
    select visit, count(distinct author) as authors
    from (
        select visit, author from scorecard_submitted_effective
        union all
        select visit, author from scorecard_amended_effective
    ) as scorecard
    group by visit
),
decided as (
    select visit, candidacy, decision, outcome, decided_from
    from decision_effective
    where final_rank = 1 and visit is not null
)
select
    v.position as visit,
    v.id as visit_id,
    v.stream_key as candidacy,
    v.requisition,
    v.candidate,
    v.person,
    v.zone,
    v.ordinal,
    v.latest,
    v.stage,
    v.stage_order,
    v.stage_kind,
    v.occurred_from as entered_from,
    v.occurred_to as entered_to,
    v.occurred_precision as entered_precision,
    case
        when v.occurred_precision = 'day' or v.occurred_zone = v.zone then v.occurred_day
        else cast(timezone(v.zone, timezone('UTC', v.occurred_from)) as date)
    end as entered_day,
    v.recorded_at,
    v.basis,
    v.previous_visit,
    coalesce(v.stage_order < v.previous_order and v.occurred_from > v.previous_to, false) as gone_back,
    coalesce(i.interviews, 0) as interviews,
    i.last_interview_from,
    coalesce(s.authors, 0) as authors,
    d.decision,
    d.outcome,
    d.decided_from
from entered as v
left join interviewed as i on i.visit = v.id
left join scored as s on s.visit = v.id
left join decided as d on d.visit = v.position and d.candidacy = v.stream_key
