--- title = { en = "Offer", zh = "录用通知" }
--- grain = "one row per offer extended"
--- reads = ["offer_extended_effective", "offer_answered_effective", "offer_rescinded_effective", "candidate_hired_effective", "decision_effective", "candidacy_reopened_effective", "application", "as_of"]
--- [columns]
--- offer = "Position of the offer."
--- offer_id = "Id of the offer's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- extended_from = "When it was made, first possible instant (UTC)."
--- extended_to = "When it was made, last possible instant (UTC)."
--- extended_day = "Local date in the requisition's zone."
--- channel = "How it was made; null if not recorded."
--- expires_to = "Last instant at which it can be accepted (UTC); null if it does not expire."
--- standing = "rescinded; else the latest answer: accepted or declined; else expired at the as-of instant; else open."
--- answered_from = "When it was answered last, first possible instant (UTC)."
--- reason_code = "Code of the reason for declining; null if none was given."
--- rescinded_from = "When it was taken back, first possible instant (UTC)."
--- hire = "Position of the first entry of a hire that names this offer; null if there is none."
--- rejection = "Position of the latest rejection that stands and was surely decided before the offer, without a reopening that may lie between them; null if there is none."
with answered as (
    select * from (
        select
            offer, answer, occurred_from, reason_code,
            row_number() over (partition by offer order by occurred_from desc, position desc) as back
        from offer_answered_effective
    ) as each_answer
    where back = 1
),
rescinded as (
    select offer, min(occurred_from) as rescinded_from from offer_rescinded_effective group by offer
),
hired as (
    select offer, min(position) as hire from candidate_hired_effective group by offer
),
rejected as (
    select offer, decision
    from (
        select
            e.position as offer,
            d.decision,
            row_number() over (partition by e.position order by d.decided_from desc, d.decision desc) as back
        from offer_extended_effective as e
        join decision_effective as d on d.candidacy = e.stream_key
        left join candidacy_reopened_effective as r
            on r.stream_key = e.stream_key
            and r.occurred_to >= d.decided_from
            and r.occurred_from <= e.occurred_to
        where d.outcome = 'reject' and d.decided_to < e.occurred_from and r.position is null
    ) as each_rejection
    where back = 1
)
select
    e.position as offer,
    e.id as offer_id,
    e.stream_key as candidacy,
    a.requisition,
    a.person,
    e.occurred_from as extended_from,
    e.occurred_to as extended_to,
    case
        when e.occurred_precision = 'day' or e.occurred_zone = a.zone then e.occurred_day
        else cast(timezone(a.zone, timezone('UTC', e.occurred_from)) as date)
    end as extended_day,
    e.channel,
    e.expires_to,
    case
        when r.offer is not null then 'rescinded'
        when w.answer is not null then w.answer
        when e.expires_to < o.instant then 'expired'
        else 'open'
    end as standing,
    w.occurred_from as answered_from,
    w.reason_code,
    r.rescinded_from,
    h.hire,
    j.decision as rejection
from offer_extended_effective as e
cross join as_of as o
join application as a on a.candidacy = e.stream_key
left join answered as w on w.offer = e.id
left join rescinded as r on r.offer = e.id
left join hired as h on h.offer = e.id
left join rejected as j on j.offer = e.position
