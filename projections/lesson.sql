--- title = { en = "Lesson", zh = "经验教训" }
--- grain = "one row per lesson recorded"
--- reads = ["lesson_recorded_effective", "stream", "application", "entry"]
--- [columns]
--- lesson = "Position of the lesson."
--- lesson_id = "Id of its entry."
--- stream = "Stream key of the retrospective, candidacy or requisition it was recorded on."
--- scope = "retrospective, candidacy or requisition."
--- candidacy = "Stream key of the candidacy; null on the others."
--- requisition = "Stream key of the requisition, also of a candidacy's; null on a retrospective."
--- direction = "went_well or fell_short."
--- area = "interviewing, communication, deciding, candidate_strengths, candidate_gaps or standard."
--- criterion = "Code of the criterion it is about; null if none."
--- author = "Who recorded it (opaque id)."
--- learnt_from = "When it was learnt, first possible instant (UTC)."
--- learnt_day = "Local date: in the requisition's zone for a candidacy, else in the zone it was recorded with."
--- quarter_from = "First day of the calendar quarter of learnt_day."
--- evidence = "How many entries it names as evidence."
--- rests_on = "Positions of those entries, in the order named; one that is not in the record is left out."
with named as (
    select position, unnest(evidence) as entry_id, unnest(range(1, len(evidence) + 1)) as place
    from lesson_recorded_effective
),
cited as (
    select n.position, list(e.position order by n.place) as entries
    from named as n
    join entry as e on e.id = n.entry_id
    group by n.position
)
select
    l.position as lesson,
    l.id as lesson_id,
    l.stream_key as stream,
    s.kind as scope,
    case when s.kind = 'candidacy' then l.stream_key end as candidacy,
    case when s.kind = 'requisition' then l.stream_key else a.requisition end as requisition,
    l.direction,
    l.area,
    l.criterion,
    l.actor as author,
    l.occurred_from as learnt_from,
    case
        when a.zone is null or l.occurred_precision = 'day' or l.occurred_zone = a.zone then l.occurred_day
        else cast(timezone(a.zone, timezone('UTC', l.occurred_from)) as date)
    end as learnt_day,
    cast(date_trunc('quarter', case
        when a.zone is null or l.occurred_precision = 'day' or l.occurred_zone = a.zone then l.occurred_day
        else cast(timezone(a.zone, timezone('UTC', l.occurred_from)) as date)
    end) as date) as quarter_from,
    coalesce(len(l.evidence), 0) as evidence,
    coalesce(c.entries, cast([] as bigint[])) as rests_on
from lesson_recorded_effective as l
join stream as s on s.stream_key = l.stream_key
left join application as a on a.candidacy = l.stream_key
left join cited as c on c.position = l.position
