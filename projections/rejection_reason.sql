--- title = { en = "Reasons of a rejection", zh = "拒绝的理由" }
--- grain = "one row per rejection that stands"
--- reads = ["decision_effective", "reason", "criterion_score"]
--- [columns]
--- decision = "Position of the decision."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- standard_version = "Version of the standard in force."
--- decided_day = "Local date of the decision in the requisition's zone."
--- reasons = "How many reasons are given."
--- missing = "Whether none is."
--- only_other = "Whether every reason given has the topic other."
--- said = "The reasons as one text: codes, each with the criteria it cites in brackets, in alphabetical order; null if none is given."
--- cited = "Criteria that the employer's reasons cite and somebody rated at this scored stage: list of codes."
--- met = "Those of them on which the mean score reached the bar to advance and the floor: list of codes."
with given as (
    select
        decision, code, topic, party,
        coalesce(list_sort(list_distinct(criteria)), cast([] as varchar[])) as criteria
    from reason
    where outcome = 'reject'
),
summed as (
    select
        decision,
        count(*) as reasons,
        bool_and(coalesce(topic = 'other', false)) as only_other,
        string_agg(
            distinct code || case when len(criteria) > 0 then ' (' || array_to_string(criteria, ', ') || ')' else '' end,
            '; '
            order by code || case when len(criteria) > 0 then ' (' || array_to_string(criteria, ', ') || ')' else '' end
        ) as said
    from given
    group by decision
),
rated as (
    select
        c.decision,
        list(distinct c.criterion order by c.criterion) as cited,
        list(distinct c.criterion order by c.criterion) filter (where s.met) as met
    from (select decision, unnest(criteria) as criterion from given where party = 'employer') as c
    join criterion_score as s on s.decision = c.decision and s.criterion = c.criterion
    group by c.decision
)
select
    d.decision,
    d.candidacy,
    d.requisition,
    d.stage,
    d.standard_version,
    d.decided_day,
    coalesce(g.reasons, 0) as reasons,
    g.decision is null as missing,
    coalesce(g.only_other, false) as only_other,
    g.said,
    coalesce(r.cited, cast([] as varchar[])) as cited,
    coalesce(r.met, cast([] as varchar[])) as met
from decision_effective as d
left join summed as g on g.decision = d.decision
left join rated as r on r.decision = d.decision
where d.outcome = 'reject'
