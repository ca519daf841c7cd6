--- title = { en = "Score on a criterion", zh = "考核项得分" }
--- grain = "one row per final decision that stands at a scored stage, and criterion that somebody rated"
--- reads = ["replay", "scorecard_effective", "standard_adopted_effective"]
--- [columns]
--- decision = "Position of the decision."
--- criterion = "Code of the criterion."
--- counts = "Whether it decides at this stage by the standard in force: rated here, and not informational."
--- need = "required, optional or informational, by the standard in force; null if it does not have the criterion."
--- score = "Mean over the authors who rated it, in micro-points, rounded half up."
--- authors = "How many they are."
--- bar = "Bar to advance at this stage, in micro-points."
--- lowest = "Floor of the criterion, in micro-points; null if it has none."
--- met = "Whether the score reaches both the bar to advance and the floor."
with rating as (
    select decision, r.criterion, r.score
    from (select decision, unnest(ratings) as r from scorecard_effective where decision is not null) as each_rating
    where r.score is not null
),
mean as (
    select decision, criterion, (2 * sum(score) + count(*)) // (2 * count(*)) as score, count(*) as authors
    from rating
    group by decision, criterion
),
criterion_rule as (
    select standard_entry, c.criterion, c.need, c."floor" as lowest
    from (select position as standard_entry, unnest(criteria) as c from standard_adopted_effective) as each_criterion
),
rated_here as (
    select standard_entry, s.stage, s.criteria
    from (select position as standard_entry, unnest(stages) as s from standard_adopted_effective) as each_stage
)
select
    p.decision,
    m.criterion,
    coalesce(
        c.need <> 'informational' and (coalesce(len(h.criteria), 0) = 0 or list_contains(h.criteria, m.criterion)),
        false
    ) as counts,
    c.need,
    cast(m.score as bigint) as score,
    m.authors,
    p.advance_bar as bar,
    c.lowest,
    m.score >= p.advance_bar and m.score >= coalesce(c.lowest, 0) as met
from replay as p
join mean as m on m.decision = p.decision
left join criterion_rule as c on c.standard_entry = p.standard_entry and c.criterion = m.criterion
left join rated_here as h on h.standard_entry = p.standard_entry and h.stage = p.stage
where p.stage_kind = 'scored'
