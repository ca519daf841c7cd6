--- title = { en = "Score of an automated tool", zh = "自动化工具的评分" }
--- grain = "one row per score that stands: the latest of a tool, its version and a criterion on a visit, or on a candidacy where none is named"
--- reads = ["evaluation_recorded_effective", "stage_entered", "application"]
--- [columns]
--- evaluation = "Position of the evaluation."
--- candidacy = "Stream key of the candidacy, after any correction of a wrong one."
--- person = "The person, with merges."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage of the visit; null if none is named or it is not in the record."
--- tool = "Code of the tool."
--- tool_version = "Its version."
--- criterion = "Code of the criterion that was scored; null for a score over all."
--- score = "The score, in micro-points."
--- influence = "none, assisted or substantial."
--- evaluated_from = "When it was scored, first possible instant (UTC)."
--- evaluated_day = "Local date in the requisition's zone; a date recorded as such stays that date."
--- basis = "observed or imported."
with scored as (
    select
        e.*,
        a.person,
        a.requisition,
        a.zone,
        v.stage,
        row_number() over (
            partition by e.stream_key, e.visit, e.tool, e.tool_version, e.criterion
            order by e.occurred_from desc, e.position desc
        ) as back
    from evaluation_recorded_effective as e
    join application as a on a.candidacy = e.stream_key
    left join stage_entered as v on v.id = e.visit
    where e.score is not null
)
select
    position as evaluation,
    stream_key as candidacy,
    person,
    requisition,
    stage,
    tool,
    tool_version,
    criterion,
    score,
    influence,
    occurred_from as evaluated_from,
    case
        when occurred_precision = 'day' or occurred_zone = zone then occurred_day
        else cast(timezone(zone, timezone('UTC', occurred_from)) as date)
    end as evaluated_day,
    basis
from scored
where back = 1
