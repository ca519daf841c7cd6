--- title = { en = "Promise", zh = "承诺" }
--- grain = "one row per promise of when a candidate would hear, with its revisions"
--- reads = ["promise_made_effective", "promise_revised_effective", "notice", "feedback_given_effective", "offer_extended_effective", "interview_scheduled_effective", "candidacy", "as_of"]
--- [columns]
--- promise = "Position of the promise."
--- promise_id = "Id of the promise's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- about = "outcome, feedback, offer or next_step."
--- channel = "How the date was told first: email, phone, in_person, letter, sms, chat or portal."
--- made_from = "When it was promised, first possible instant (UTC)."
--- made_day = "Local date of the promise in the requisition's zone."
--- due_from = "By when the person is to hear, first possible instant (UTC), by the last date told in time: before the date then in force had surely passed. A date told later moves nothing."
--- due_to = "By when the person is to hear, last possible instant (UTC), by the last date told in time: for a date the end of that local day."
--- due_day = "Local date of the due time in its own zone, by the last date told in time."
--- first_due_to = "The same as due_to, as promised first."
--- last_due_to = "The same as due_to, as told last, in time or not."
--- revisions = "How many times another date was told."
--- revised_late = "Position of the first revision told surely after the date before it had passed; null if there is none."
--- kept_by = "Position of the first entry that keeps it and is not surely before the promise (by time, then position); null while there is none. outcome: a notice about the outcome that reached the person. feedback: feedback given. offer: an offer, or a notice about the outcome. next_step: a notice about outcome or status, an interview arranged, or an offer."
--- kept_from = "When that was, first possible instant (UTC)."
--- kept_to = "When that was, last possible instant (UTC)."
--- standing = "kept (not surely after due_to), late, open (not yet due at the as-of instant), released (untold, and the person withdrew or was erased no later than due_to) or broken (untold, and due_to lies before the as-of instant)."
--- late_seconds = "Seconds from due_to to kept_from if late, to the as-of instant if broken; else null."
with revised as (
    select
        p.position as promise,
        r.position,
        r.occurred_from,
        r.by_from,
        r.by_to,
        r.by_day,
        coalesce(
            lag(r.by_to) over (partition by p.position order by r.occurred_from, r.position), p.by_to
        ) as due_before
    from promise_revised_effective as r
    join promise_made_effective as p on p.id = r.promise
),
placed as (
    select
        *,
        struct_pack(at := occurred_from, position := position) as place,
        bool_or(occurred_from > due_before) over (partition by promise order by occurred_from, position) as too_late
    from revised
),
revision as (
    select
        promise,
        count(*) as revisions,
        arg_max(by_from, place) filter (where not too_late) as due_from,
        arg_max(by_to, place) filter (where not too_late) as due_to,
        arg_max(by_day, place) filter (where not too_late) as due_day,
        arg_max(by_to, place) as last_due_to,
        arg_min(position, place) filter (where too_late) as revised_late
    from placed
    group by promise
),
due as (
    select
        p.position as promise,
        p.id as promise_id,
        c.candidacy,
        c.requisition,
        c.withdrawn_from,
        c.erased_from,
        p.about,
        p.channel,
        p.occurred_from as made_from,
        case
            when p.occurred_precision = 'day' or p.occurred_zone = c.zone then p.occurred_day
            else cast(timezone(c.zone, timezone('UTC', p.occurred_from)) as date)
        end as made_day,
        coalesce(r.due_from, p.by_from) as due_from,
        coalesce(r.due_to, p.by_to) as due_to,
        coalesce(r.due_day, p.by_day) as due_day,
        p.by_to as first_due_to,
        coalesce(r.last_due_to, p.by_to) as last_due_to,
        coalesce(r.revisions, 0) as revisions,
        r.revised_late
    from promise_made_effective as p
    join candidacy as c on c.candidacy = p.stream_key
    left join revision as r on r.promise = p.position
),
heard as (
    select candidacy, unnest(['outcome', 'offer', 'next_step']) as about, notice as position, told_from, told_to
    from notice
    where about = 'outcome' and reached
    union all
    select candidacy, 'next_step' as about, notice as position, told_from, told_to
    from notice
    where about = 'status' and reached
    union all
    select stream_key as candidacy, 'feedback' as about, position, occurred_from as told_from, occurred_to as told_to
    from feedback_given_effective
    union all
    select
        stream_key as candidacy, unnest(['offer', 'next_step']) as about, position,
        occurred_from as told_from, occurred_to as told_to
    from offer_extended_effective
    union all
    select stream_key as candidacy, 'next_step' as about, position, occurred_from as told_from, occurred_to as told_to
    from interview_scheduled_effective
),
kept as (
    select promise, kept_by, kept_from, kept_to
    from (
        select
            d.promise,
            h.position as kept_by,
            h.told_from as kept_from,
            h.told_to as kept_to,
            row_number() over (partition by d.promise order by h.told_from, h.position) as place
        from due as d
        join heard as h on h.candidacy = d.candidacy and h.about = d.about
        where h.told_to >= d.made_from
    ) as each_word
    where place = 1
),
stated as (
    select
        d.*,
        k.kept_by,
        k.kept_from,
        k.kept_to,
        o.instant,
        case
            when k.kept_from <= d.due_to then 'kept'
            when k.kept_from is not null then 'late'
            when d.withdrawn_from <= d.due_to or d.erased_from <= d.due_to then 'released'
            when o.instant <= d.due_to then 'open'
            else 'broken'
        end as standing
    from due as d
    cross join as_of as o
    left join kept as k on k.promise = d.promise
)
select
    promise,
    promise_id,
    candidacy,
    requisition,
    about,
    channel,
    made_from,
    made_day,
    due_from,
    due_to,
    due_day,
    first_due_to,
    last_due_to,
    revisions,
    revised_late,
    kept_by,
    kept_from,
    kept_to,
    standing,
    case
        when standing = 'late' then (epoch_us(kept_from) - epoch_us(due_to)) // 1000000
        when standing = 'broken' then (epoch_us(instant) - epoch_us(due_to)) // 1000000
    end as late_seconds
from stated
