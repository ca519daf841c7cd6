--- title = { en = "Follow-up due", zh = "应做的跟进" }
--- grain = "one row per rejection somebody was told of, and each follow-up the policy asks for"
--- reads = ["notice_latency", "decision_effective", "candidacy", "follow_up", "policy_adopted_effective", "standard_adopted_effective", "as_of"]
--- [columns]
--- decision = "Position of the rejection."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- kind = "thank_you, keep_in_touch, reapply_invitation or check_in."
--- policy_entry = "Position of the entry that adopted the policy in force when it was decided. A window that begins at a stage holds from that stage on, by the standard in force then; where either stage is unknown, it does not."
--- told_day = "Local date on which the person was told."
--- due_day = "Local date by the end of which the follow-up is due."
--- due_to = "The end of that day in the requisition's zone (UTC)."
--- made = "Position of the candidacy's first follow-up of this kind that is not surely before the notice (by time, then position); null if there is none."
--- standing = "made (not surely after due_to), late, released (not made, and the person withdrew or was erased no later than due_to), open or missing."
with stage_place as (
    select standard_entry, s.stage as stage, place
    from (
        select position as standard_entry, unnest(stages) as s, unnest(range(1, len(stages) + 1)) as place
        from standard_adopted_effective
    ) as each_stage
),
asked as (
    select policy_entry, w.kind as kind, w.from_stage as from_stage, w.days as days
    from (select position as policy_entry, unnest(follow_ups) as w from policy_adopted_effective) as each_window
),
due as (
    select
        l.decision,
        l.candidacy,
        l.requisition,
        d.zone,
        d.policy_entry,
        a.kind,
        l.told_from,
        l.told_day,
        l.told_day + cast(a.days as integer) as due_day
    from notice_latency as l
    join decision_effective as d on d.decision = l.decision
    join asked as a on a.policy_entry = d.policy_entry
    left join stage_place as here on here.standard_entry = d.standard_entry and here.stage = d.stage
    left join stage_place as from_ on from_.standard_entry = d.standard_entry and from_.stage = a.from_stage
    where l.outcome = 'reject' and l.ended = 'told' and (a.from_stage is null or here.place >= from_.place)
),
timed as (
    select
        *,
        timezone('UTC', timezone(zone, cast(due_day + 1 as timestamp))) - interval 1 microsecond as due_to
    from due
),
made as (
    select decision, kind, follow_up, made_from
    from (
        select
            t.decision,
            t.kind,
            f.follow_up,
            f.made_from,
            row_number() over (partition by t.decision, t.kind order by f.made_from, f.follow_up) as place
        from timed as t
        join follow_up as f on f.candidacy = t.candidacy and f.kind = t.kind
        where f.made_to >= t.told_from
    ) as each_follow_up
    where place = 1
)
select
    t.decision,
    t.candidacy,
    t.requisition,
    t.kind,
    t.policy_entry,
    t.told_day,
    t.due_day,
    t.due_to,
    m.follow_up as made,
    case
        when m.made_from <= t.due_to then 'made'
        when m.follow_up is not null then 'late'
        when c.withdrawn_from <= t.due_to or c.erased_from <= t.due_to then 'released'
        when o.instant <= t.due_to then 'open'
        else 'missing'
    end as standing
from timed as t
cross join as_of as o
join candidacy as c on c.candidacy = t.candidacy
left join made as m on m.decision = t.decision and m.kind = t.kind
