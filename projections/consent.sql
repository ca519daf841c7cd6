--- title = { en = "Consent", zh = "同意" }
--- grain = "one row per consent given"
--- reads = ["consent_given_effective", "consent_withdrawn_effective", "follow_up", "person", "as_of"]
--- [columns]
--- consent = "Position of the consent."
--- person = "The person, with merges."
--- purpose = "talent_pool, keep_in_touch, referral or another the vocabulary has."
--- given_from = "When it was given, first possible instant (UTC)."
--- given_day = "Local date in its own zone."
--- until = "Last local day for which it was given; null if it has no end."
--- withdrawn_from = "When it was first withdrawn, first possible instant (UTC); null if it was not."
--- standing = "erased (the person was), withdrawn, run_out (its last day, in its own zone, lies before the as-of instant) or in_force."
--- follow_ups = "How many follow-ups rest on it: those of which it is the latest consent that covers them."
with withdrawn as (
    select consent, min(occurred_from) as withdrawn_from from consent_withdrawn_effective group by consent
),
used as (
    select consent, count(*) as follow_ups from follow_up where consent is not null group by consent
)
select
    g.position as consent,
    p.person,
    g.purpose,
    g.occurred_from as given_from,
    g.occurred_day as given_day,
    g.until,
    w.withdrawn_from,
    case
        when p.erased_from is not null then 'erased'
        when w.consent is not null then 'withdrawn'
        when g.until < cast(timezone(g.occurred_zone, timezone('UTC', o.instant)) as date) then 'run_out'
        else 'in_force'
    end as standing,
    coalesce(u.follow_ups, 0) as follow_ups
from consent_given_effective as g
cross join as_of as o
join person as p on p.candidate = g.stream_key
left join withdrawn as w on w.consent = g.id
left join used as u on u.consent = g.position
