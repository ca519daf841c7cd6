--- title = { en = "Notice", zh = "通知" }
--- grain = "one row per notice given, whether or not it reached the person"
--- reads = ["notice_given_effective", "notice_delivery_reported_effective", "decision_made_effective", "decision_effective", "application"]
--- [columns]
--- notice = "Position of the notice."
--- notice_id = "Id of the notice's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- about = "outcome, status, promise, receipt or withdrawal."
--- decision = "Position of the decision it tells: the one it names; if it is about an outcome and names none (or one recorded twice and corrected), the candidacy's latest final decision that stands and is not surely later than the notice. Null if there is none."
--- names_decision = "Whether it names that decision itself."
--- told_from = "When it was spoken or sent, first possible instant (UTC)."
--- told_to = "When it was spoken or sent, last possible instant (UTC)."
--- told_precision = "instant, minute or day."
--- told_day = "Local date in the requisition's zone; a date recorded as such stays that date."
--- recorded_at = "When it was recorded (UTC)."
--- basis = "observed or imported."
--- channel = "email, phone, in_person, letter, sms, chat or portal."
--- delivery = "spoken (phone, in_person); else what the latest report says: delivered, read or bounced; unknown if there is none."
--- reached = "Whether it reached the person: spoken, or sent and not reported bounced. A notice whose delivery is unknown counts as one that reached."
--- delivery_unknown = "Whether it was sent and nobody reported what became of it."
--- report = "Position of the latest delivery report; null if none."
--- reported_from = "When that report says it happened, first possible instant (UTC)."
--- bounced_for_good = "Whether the bounce is permanent; null unless bounced and said."
--- replaces = "Position of the notice it replaces; null if it replaces none."
--- language = "Language tag of the text."
--- template = "Code of the template."
--- template_version = "Version of the template."
--- has_text = "Whether the text given is kept (sealed)."
--- checks_applied = "How many checks of the text applied; null if it was not checked."
--- checks_met = "How many of them it met."
with given as (
    select n.*, a.requisition, a.person, a.zone, named.position as named
    from notice_given_effective as n
    join application as a on a.candidacy = n.stream_key
    left join decision_made_effective as named on named.id = n.decision
),
reported as (
    select position, notice, status, permanent, occurred_from
    from (
        select *, row_number() over (partition by notice order by occurred_from desc, position desc) as back
        from notice_delivery_reported_effective
    ) as report
    where back = 1
),
told_by_time as (
    select notice, decision
    from (
        select
            g.position as notice,
            d.decision,
            row_number() over (partition by g.position order by d.decided_from desc, d.decision desc) as back
        from given as g
        join decision_effective as d on d.candidacy = g.stream_key
        where g.about = 'outcome' and g.named is null and d.final and d.decided_from <= g.occurred_to
    ) as earlier
    where back = 1
),
stated as (
    select
        g.*,
        coalesce(g.named, t.decision) as told_decision,
        case when g.channel in ('phone', 'in_person') then 'spoken' else coalesce(r.status, 'unknown') end as delivery,
        r.position as report,
        r.occurred_from as reported_from,
        r.permanent,
        earlier.position as replaced
    from given as g
    left join told_by_time as t on t.notice = g.position
    left join reported as r on r.notice = g.id
    left join notice_given_effective as earlier on earlier.id = g.replaces
)
select
    position as notice,
    id as notice_id,
    stream_key as candidacy,
    requisition,
    person,
    about,
    told_decision as decision,
    named is not null as names_decision,
    occurred_from as told_from,
    occurred_to as told_to,
    occurred_precision as told_precision,
    case
        when occurred_precision = 'day' or occurred_zone = zone then occurred_day
        else cast(timezone(zone, timezone('UTC', occurred_from)) as date)
    end as told_day,
    recorded_at,
    basis,
    channel,
    delivery,
    delivery <> 'bounced' as reached,
    delivery = 'unknown' as delivery_unknown,
    report,
    reported_from,
    case when delivery = 'bounced' then permanent end as bounced_for_good,
    replaced as replaces,
    language,
    template,
    template_version,
    has_text,
    checks.applied as checks_applied,
    checks.met as checks_met
from stated
