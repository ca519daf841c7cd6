--- title = { en = "Replay", zh = "重新判断" }
--- grain = "one row per final decision that stands: what the standard implies beside what was decided"
--- reads = ["decision_effective", "scorecard_effective", "scorecard_submitted", "scorecard_amended", "entry_corrected_effective", "stream", "decision_made", "decision_made_effective", "standard_adopted_effective", "what_if_standard"]
--- [columns]
--- decision = "Position of the decision."
--- decision_id = "Id of the decision's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- visit = "Position of the entry into the stage."
--- stage = "Code of the stage."
--- outcome = "What was decided: advance or reject."
--- implied = "What the standard implies: advance, reject, discretion (between the bars), insufficient (too few authors, a required criterion unrated, no weight left, a required knockout answer missing) or unscored; null without a standard."
--- class = "The first that applies: no_standard (none in force at the decision, never adopted, without this stage, or not in the what-if file); unscored; insufficient; capacity (a rejection, implied advance or discretion, every reason's party neither); discretion; agree; differ."
--- overridden = "Whether a reason was given for departing from the standard."
--- rests_on_late_scorecards = "Whether counting only what was recorded before the decision changes what is implied: without scorecards recorded later, and without corrections recorded later of a scorecard (duplicate, time, wrong candidacy) or of the decision's time."
--- standard_recorded_afterwards = "Whether the standard in force, or its binding, was recorded only after the decision was made."
--- standard = "Stream key of the standard in force."
--- standard_version = "Its version in force. A what-if standard takes the place of every version."
--- standard_entry = "Position of the entry that adopted that version."
--- stage_kind = "scored, knockout or unscored."
--- authors = "How many people's scorecards count."
--- minimum_scorecards = "How many the stage demands."
--- score = "Weighted mean over the criteria rated, in micro-points, rounded half up for reading only: the bars are compared with sums. Null without a rated criterion of some weight."
--- advance_bar = "Bar to advance, in micro-points."
--- reject_bar = "Bar below which the standard rejects, in micro-points."
--- floor_missed = "Whether the mean of some criterion lies below its floor."
with what_if as (
    select count(*) > 0 as asked from what_if_standard
),
rule as (
    select
        a.position as standard_entry,
        coalesce(w.criteria, a.criteria) as criteria,
        coalesce(w.stages, a.stages) as stages
    from standard_adopted_effective as a
    cross join what_if as q
    left join what_if_standard as w on w.code = a.code
    where not q.asked or w.code is not null
),
stage_rule as (
    select standard_entry, s.stage, s.kind, s.criteria, s.advance_bar, s.reject_bar, s.minimum_scorecards, s.questions
    from (select standard_entry, unnest(stages) as s from rule) as each_stage
),
criterion_rule as (
    select standard_entry, c.criterion, c.need, c.weight, c."floor" as lowest
    from (select standard_entry, unnest(criteria) as c from rule) as each_criterion
    where c.need <> 'informational'
),
rated_here as (
    select s.standard_entry, s.stage, c.criterion, c.need, c.weight, c.lowest
    from stage_rule as s
    join criterion_rule as c on c.standard_entry = s.standard_entry
    where s.kind = 'scored'
        and (coalesce(len(s.criteria), 0) = 0 or list_contains(s.criteria, c.criterion))
),
final as (
    select d.*, s.kind, s.advance_bar, s.reject_bar, s.minimum_scorecards, s.questions
    from decision_effective as d
    left join stage_rule as s on s.standard_entry = d.standard_entry and s.stage = d.stage
    where d.final
),
-- Scorecards as they were first recorded, and what was put right in them.
scorecard as (
    select position, id, stream_key, visit, author, occurred_from, ratings from scorecard_submitted
    union all
    select position, id, stream_key, visit, author, occurred_from, ratings from scorecard_amended
),
correction as (
    select position, target, kind, fields.occurred_from as occurred_from, fields.candidacy as candidacy
    from entry_corrected_effective
    where kind in ('duplicate', 'time', 'wrong_candidacy')
),
leaning_on_late as (
    select decision from scorecard_effective where recorded_late
    union
    select f.decision
    from correction as c
    join scorecard as s on s.id = c.target
    join final as f on f.visit_id = s.visit
    where s.position < f.decision and c.position > f.decision
    union
    select f.decision
    from correction as c
    join final as f on f.decision_id = c.target
    where c.kind = 'time'
),
there_before as (
    select f.decision, f.candidacy, m.occurred_to as decided_to, s.position, s.id, s.stream_key, s.author,
        s.occurred_from, s.ratings
    from leaning_on_late as l
    join final as f on f.decision = l.decision
    join decision_made as m on m.position = f.decision
    join scorecard as s on s.visit = f.visit_id
    where s.position < f.decision
),
corrected_before as (
    select
        b.decision,
        b.position,
        bool_or(c.kind = 'duplicate') as duplicate,
        arg_max(c.occurred_from, c.position) filter (where c.kind = 'time') as occurred_from,
        arg_max(c.candidacy, c.position) filter (where c.kind = 'wrong_candidacy') as candidacy
    from there_before as b
    join correction as c on c.target = b.id
    where c.position < b.decision
    group by b.decision, b.position
),
recorded_before as (
    select
        b.decision,
        b.author,
        b.ratings,
        row_number() over (
            partition by b.decision, b.author
            order by coalesce(c.occurred_from, b.occurred_from) desc, b.position desc
        ) as back
    from there_before as b
    left join corrected_before as c on c.decision = b.decision and c.position = b.position
    left join stream as t on t.stream = c.candidacy
    where not coalesce(c.duplicate, false)
        and coalesce(t.stream_key, b.stream_key) = b.candidacy
        and coalesce(c.occurred_from, b.occurred_from) <= b.decided_to
),
counted as (
    select decision, false as early, author, ratings from scorecard_effective where decision is not null
    union all
    select decision, true as early, author, ratings from recorded_before where back = 1
),
author_count as (
    select decision, early, count(*) as authors
    from counted
    group by decision, early
),
rating as (
    select decision, early, r.criterion, r.score
    from (select decision, early, unnest(ratings) as r from counted) as each_rating
    where r.score is not null
),
mean as (
    select decision, early, criterion, (2 * sum(score) + count(*)) // (2 * count(*)) as score
    from rating
    group by decision, early, criterion
),
-- Each scored decision once as everything stands, and once more as it stood before where something came late.
scored as (
    select decision, standard_entry, stage, false as early from final where kind = 'scored'
    union all
    select f.decision, f.standard_entry, f.stage, true as early
    from final as f
    join leaning_on_late as l on l.decision = f.decision
    where f.kind = 'scored'
),
summed as (
    select
        s.decision,
        s.early,
        bool_or(r.need = 'required' and m.score is null) as required_unrated,
        coalesce(bool_or(m.score < r.lowest), false) as floor_missed,
        sum(case when m.score is not null then cast(r.weight as hugeint) end) as weights,
        sum(cast(r.weight as hugeint) * cast(m.score as hugeint)) as weighted
    from scored as s
    join rated_here as r on r.standard_entry = s.standard_entry and r.stage = s.stage
    left join mean as m on m.decision = s.decision and m.early = s.early and m.criterion = r.criterion
    group by s.decision, s.early
),
by_score as (
    select
        s.decision,
        s.early,
        coalesce(a.authors, 0) as authors,
        t.floor_missed,
        t.weights,
        t.weighted,
        case
            when coalesce(a.authors, 0) < f.minimum_scorecards then 'insufficient'
            when t.required_unrated or coalesce(t.weights, 0) = 0 then 'insufficient'
            when t.floor_missed then 'reject'
            when t.weighted >= f.advance_bar * t.weights then 'advance'
            when t.weighted < f.reject_bar * t.weights then 'reject'
            else 'discretion'
        end as implied
    from scored as s
    join final as f on f.decision = s.decision
    left join author_count as a on a.decision = s.decision and a.early = s.early
    left join summed as t on t.decision = s.decision and t.early = s.early
),
question as (
    select f.decision, q.question
    from (select decision, unnest(questions) as q from final where kind = 'knockout') as f
    where q.required
),
answer as (
    select d.decision, d.a.question as question, d.a.met as met
    from (select position as decision, unnest(knockout_answers) as a from decision_made_effective) as d
),
by_knockout as (
    select
        f.decision,
        case
            when bool_or(q.question is not null and a.met = false) then 'reject'
            when bool_or(q.question is not null and a.met is null) then 'insufficient'
            else 'advance'
        end as implied
    from final as f
    left join question as q on q.decision = f.decision
    left join answer as a on a.decision = q.decision and a.question = q.question
    where f.kind = 'knockout'
    group by f.decision
),
party as (
    select a.position as standard_entry, unnest(a.reason_codes).code as code, unnest(a.reason_codes).party as party
    from standard_adopted_effective as a
),
given as (
    select decision, standard_entry, unnest(reasons).code as code
    from final
    where outcome = 'reject'
),
for_capacity as (
    select g.decision
    from given as g
    left join party as p on p.standard_entry = g.standard_entry and p.code = g.code
    group by g.decision
    having bool_and(coalesce(p.party = 'neither', false))
),
implied as (
    select
        f.*,
        case
            when f.kind = 'unscored' then 'unscored'
            when f.kind = 'knockout' then k.implied
            else s.implied
        end as implied,
        coalesce(e.implied <> s.implied, false) as rests_on_late_scorecards,
        c.decision is not null as for_capacity,
        case when f.kind = 'scored' then s.authors end as authors,
        s.weights,
        s.weighted,
        case when f.kind = 'scored' then coalesce(s.floor_missed, false) end as floor_missed
    from final as f
    left join by_score as s on s.decision = f.decision and not s.early
    left join by_score as e on e.decision = f.decision and e.early
    left join by_knockout as k on k.decision = f.decision
    left join for_capacity as c on c.decision = f.decision
)
select
    decision,
    decision_id,
    candidacy,
    requisition,
    visit,
    stage,
    outcome,
    implied,
    case
        when implied is null then 'no_standard'
        when implied = 'unscored' then 'unscored'
        when implied = 'insufficient' then 'insufficient'
        when outcome = 'reject' and implied in ('advance', 'discretion') and for_capacity then 'capacity'
        when implied = 'discretion' then 'discretion'
        when implied = outcome then 'agree'
        else 'differ'
    end as class,
    overridden,
    rests_on_late_scorecards,
    standard_recorded_afterwards,
    standard,
    standard_version,
    standard_entry,
    kind as stage_kind,
    authors,
    minimum_scorecards,
    case when weights > 0 then cast((2 * weighted + weights) // (2 * weights) as bigint) end as score,
    advance_bar,
    reject_bar,
    floor_missed
from implied
