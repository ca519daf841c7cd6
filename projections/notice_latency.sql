--- title = { en = "Notice latency", zh = "告知时效" }
--- grain = "one row per final decision that stands, told or not"
--- reads = ["decision_effective", "notice", "candidacy", "promise", "stage_visit", "as_of"]
--- [columns]
--- decision = "Position of the decision."
--- decision_id = "Id of the decision's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- outcome = "advance or reject."
--- decided_from = "When it was decided, first possible instant (UTC)."
--- decided_day = "Local date of the decision in the requisition's zone."
--- ended = "How the wait ended: told (a notice about the outcome of this decision reached the person), withdrawn (untold, and the person has withdrawn, before the decision or after it), erased (nobody is left to tell), or open (runs on to the as-of instant). All but told are censored, none is dropped."
--- notice = "Position of the first notice about this decision that reached the person and was not surely given before it (by time, then position); null while untold."
--- channel = "Channel of that notice."
--- delivery_unknown = "Whether nobody reported what became of that notice; null while untold."
--- told_from = "When that notice was given, first possible instant (UTC)."
--- told_to = "When that notice was given, last possible instant (UTC)."
--- told_day = "Local date of that notice in the requisition's zone."
--- until = "End of the wait (UTC): told_from, the withdrawal, the erasure, or the as-of instant."
--- precision = "hours if both ends are known to the minute or better; days if either is only a date."
--- seconds = "Length of the wait in seconds, never negative. With precision hours: from decided_from to until. With precision days: days times 86,400."
--- hours = "The same in whole hours, rounded down; with precision days, days times 24."
--- days = "Difference of the two local dates in the requisition's zone, never negative."
--- promise = "Position of the latest promise of a date that was surely not made after the decision, nor surely kept before the visit began (by time, then position): whoever was promised an answer to an application has it when it comes, and is owed another date at the next stage. Null if no date was named."
with told as (
    select *
    from (
        select
            d.decision,
            n.notice,
            n.channel,
            n.delivery_unknown,
            n.told_from,
            n.told_to,
            n.told_day,
            n.told_precision,
            row_number() over (partition by d.decision order by n.told_from, n.notice) as place
        from decision_effective as d
        join notice as n on n.decision = d.decision
        where d.final and n.about = 'outcome' and n.reached and n.told_to >= d.decided_from
    ) as reached
    where place = 1
),
promised as (
    select d.decision, arg_max(p.promise, struct_pack(at := p.made_from, position := p.promise)) as promise
    from decision_effective as d
    join promise as p on p.candidacy = d.candidacy
    left join stage_visit as v on v.visit_id = d.visit_id and v.candidacy = d.candidacy
    where d.final
        and p.made_from <= d.decided_to
        and (p.kept_to is null or v.entered_from is null or p.kept_to >= v.entered_from)
    group by d.decision
),
ended as (
    select
        d.*,
        t.notice,
        t.channel,
        t.delivery_unknown,
        t.told_from,
        t.told_to,
        t.told_day,
        p.promise,
        case
            when t.notice is not null then 'told'
            when c.withdrawn_from is not null then 'withdrawn'
            when c.erased_from is not null then 'erased'
            else 'open'
        end as ended,
        case
            when t.notice is not null then t.told_from
            when c.withdrawn_from is not null then c.withdrawn_from
            when c.erased_from is not null then c.erased_from
            else o.instant
        end as until,
        case
            when t.notice is not null then t.told_day
            when c.withdrawn_from is not null then c.withdrawn_day
            else cast(timezone(d.zone, timezone('UTC', coalesce(c.erased_from, o.instant))) as date)
        end as until_day,
        d.decided_precision = 'day'
            or (t.notice is not null and t.told_precision = 'day')
            or (t.notice is null and c.withdrawn_from is not null and c.withdrawn_precision = 'day') as by_day
    from decision_effective as d
    cross join as_of as o
    join candidacy as c on c.candidacy = d.candidacy
    left join told as t on t.decision = d.decision
    left join promised as p on p.decision = d.decision
    where d.final
),
measured as (
    select
        *,
        greatest(until_day - decided_day, 0) as days,
        case
            when by_day then greatest(until_day - decided_day, 0) * 86400
            else greatest(epoch_us(until) - epoch_us(decided_from), 0) // 1000000
        end as seconds
    from ended
)
select
    decision,
    decision_id,
    candidacy,
    requisition,
    stage,
    outcome,
    decided_from,
    decided_day,
    ended,
    notice,
    channel,
    delivery_unknown,
    told_from,
    told_to,
    told_day,
    until,
    case when coalesce(by_day, false) then 'days' else 'hours' end as precision,
    seconds,
    seconds // 3600 as hours,
    days,
    promise
from measured
