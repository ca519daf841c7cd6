--- title = { en = "Requisition", zh = "招聘职位" }
--- grain = "one row per requisition, as last amended"
--- reads = ["requisition_opened_effective", "requisition_amended_effective", "requisition_closed_effective", "requisition_reopened_effective", "stream"]
--- [columns]
--- requisition = "Stream key of the requisition."
--- requisition_id = "Id of the requisition's stream."
--- code = "Code of the requisition."
--- zone = "IANA zone of the requisition."
--- recruiter = "Who looks after its candidates, as last named; null if nobody is."
--- hiring_manager = "Who answers for the decisions, as last named; null if nobody is."
--- closed_from = "When it was last closed, first possible instant (UTC); null while it is open."
--- closed_by = "Position of the entry that closed it last; null while it is open."
with naming as (
    select stream_key as requisition, position, occurred_from, recruiter, hiring_manager
    from requisition_opened_effective
    where position = stream_key
    union all
    select stream_key, position, occurred_from, recruiter, hiring_manager from requisition_amended_effective
),
named as (
    select
        requisition,
        arg_max(recruiter, struct_pack(at := occurred_from, position := position))
            filter (where recruiter is not null) as recruiter,
        arg_max(hiring_manager, struct_pack(at := occurred_from, position := position))
            filter (where hiring_manager is not null) as hiring_manager
    from naming
    group by requisition
),
turn as (
    select *, row_number() over (partition by requisition order by occurred_from desc, position desc) as back
    from (
        select stream_key as requisition, position, occurred_from, true as closed from requisition_closed_effective
        union all
        select stream_key, position, occurred_from, false from requisition_reopened_effective
    ) as each_turn
)
select
    o.position as requisition,
    s.stream as requisition_id,
    o.code,
    o.zone,
    n.recruiter,
    n.hiring_manager,
    case when t.closed then t.occurred_from end as closed_from,
    case when t.closed then t.position end as closed_by
from requisition_opened_effective as o
join stream as s on s.stream_key = o.position
left join named as n on n.requisition = o.position
left join turn as t on t.requisition = o.position and t.back = 1
where o.position = o.stream_key
