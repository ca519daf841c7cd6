--- title = { en = "Action", zh = "改进行动" }
--- grain = "one row per action agreed"
--- reads = ["action_agreed_effective", "action_completed_effective", "stream", "as_of"]
--- [columns]
--- action = "Position of the action."
--- action_id = "Id of its entry."
--- stream = "Stream key of the retrospective, candidacy or requisition it was agreed on."
--- scope = "retrospective, candidacy or requisition."
--- owner = "Who undertook it (opaque id)."
--- agreed_from = "When it was agreed, first possible instant (UTC)."
--- agreed_day = "Local date in the action's zone; a date recorded as such stays that date."
--- due = "Date by which it is to be done."
--- zone = "IANA zone of that date."
--- due_to = "Last instant of that date in its zone (UTC)."
--- standing = "done or dropped, by the first completion; else overdue if due_to lies before the as-of instant; else open."
--- completion = "Position of the first completion (by time, then position); null while there is none."
--- completed_from = "When that was, first possible instant (UTC)."
--- late = "Whether it was completed surely after due_to, or is overdue."
--- days_late = "If late, whole days, rounded up, from due_to to the completion or the as-of instant; else null."
--- carried_over = "Whether it is neither done nor dropped and was agreed in an earlier calendar quarter than the as-of instant's, both in the action's zone."
--- lessons = "How many lessons it rests on."
with agreed as (
    select
        a.*,
        s.kind as scope,
        case
            when a.occurred_precision = 'day' or a.occurred_zone = a.zone then a.occurred_day
            else cast(timezone(a.zone, timezone('UTC', a.occurred_from)) as date)
        end as agreed_day,
        timezone('UTC', timezone(a.zone, cast(a.due + 1 as timestamp))) - interval 1 microsecond as due_to
    from action_agreed_effective as a
    join stream as s on s.stream_key = a.stream_key
),
completed as (
    select * from (
        select
            action, position, result, occurred_from,
            row_number() over (partition by action order by occurred_from, position) as place
        from action_completed_effective
    ) as each_completion
    where place = 1
),
stated as (
    select
        a.*,
        c.position as completion,
        c.occurred_from as completed_from,
        o.instant,
        case
            when c.result is not null then c.result
            when a.due_to < o.instant then 'overdue'
            else 'open'
        end as standing,
        coalesce(c.occurred_from, o.instant) > a.due_to as late
    from agreed as a
    cross join as_of as o
    left join completed as c on c.action = a.id
)
select
    position as action,
    id as action_id,
    stream_key as stream,
    scope,
    owner,
    agreed_from,
    agreed_day,
    due,
    zone,
    due_to,
    standing,
    completion,
    completed_from,
    late,
    case
        when late then (epoch_us(coalesce(completed_from, instant)) - epoch_us(due_to) + 86400000000 - 1) // 86400000000
    end as days_late,
    standing in ('open', 'overdue')
        and date_trunc('quarter', agreed_day)
            < date_trunc('quarter', cast(timezone(zone, timezone('UTC', instant)) as date)) as carried_over,
    coalesce(len(lessons), 0) as lessons
from (select *, occurred_from as agreed_from from stated) as each_action
