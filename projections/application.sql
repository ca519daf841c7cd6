--- title = { en = "Application", zh = "申请" }
--- grain = "one row per candidacy: whose it is, for which requisition, in which zone"
--- reads = ["candidacy_opened_effective", "requisition_opened_effective", "person", "stream"]
--- [columns]
--- candidacy = "Stream key of the candidacy, which is the position of the entry that opened it. A candidacy whose opening was corrected as a duplicate is no row here nor in any projection."
--- candidacy_id = "Id of the candidacy's stream."
--- candidate = "Stream key of the candidate; null if the candidate's stream is unknown."
--- person = "The lowest stream key of the candidates merged with this one; merged candidates share it."
--- erased_from = "When the person was erased (UTC); null if never."
--- requisition = "Stream key of the requisition."
--- zone = "IANA zone of the requisition, in which days and business days are counted; the opening's own where the requisition is unknown."
--- route = "external, internal, referral or campus."
--- prior = "Stream key of the candidacy this one follows; null if none."
--- opened_from = "When it was opened, first possible instant (UTC)."
--- opened_to = "When it was opened, last possible instant (UTC)."
--- opened_precision = "instant, minute or day."
--- opened_day = "Local date of the opening in the requisition's zone; a date recorded as such stays that date."
--- recorded_at = "When the opening was recorded (UTC)."
--- basis = "observed or imported."
with opened as (
    select
        o.*,
        r.position as requisition_key,
        coalesce(r.zone, o.occurred_zone) as requisition_zone
    from candidacy_opened_effective as o
    left join stream as rs on rs.stream = o.requisition
    left join requisition_opened_effective as r on r.position = rs.stream_key
)
select
    o.position as candidacy,
    s.stream as candidacy_id,
    p.candidate,
    p.person,
    p.erased_from,
    o.requisition_key as requisition,
    o.requisition_zone as zone,
    o.route,
    prior.stream_key as prior,
    o.occurred_from as opened_from,
    o.occurred_to as opened_to,
    o.occurred_precision as opened_precision,
    case
        when o.occurred_precision = 'day' or o.occurred_zone = o.requisition_zone then o.occurred_day
        else cast(timezone(o.requisition_zone, timezone('UTC', o.occurred_from)) as date)
    end as opened_day,
    o.recorded_at,
    o.basis
from opened as o
join stream as s on s.stream_key = o.position
left join person as p on p.candidate_id = o.candidate
left join stream as prior on prior.stream = o.prior
