--- title = { en = "Follow-up", zh = "跟进" }
--- grain = "one row per follow-up made"
--- reads = ["follow_up_made_effective", "consent_given_effective", "consent_withdrawn_effective", "person", "application", "notice"]
--- [columns]
--- follow_up = "Position of the follow-up."
--- follow_up_id = "Id of its entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- kind = "thank_you, keep_in_touch, reapply_invitation or check_in."
--- made_from = "When it was made, first possible instant (UTC)."
--- made_to = "When it was made, last possible instant (UTC)."
--- made_day = "Local date in the requisition's zone."
--- channel = "email, phone, in_person, letter, sms, chat or portal."
--- language = "Language tag of the text."
--- template = "Code of the template."
--- consent = "Position of the latest consent of the person to talent_pool or keep_in_touch that covers it: not surely given after it, not surely withdrawn before it, and not run out before made_day; null if none does."
--- consented = "Whether there is such a consent, or it needs none, as a thank-you does."
--- days_after_notice = "Days from the candidacy's first notice about an outcome that reached the person to made_day, by local dates; null if there was none, negative if it came later."
with made as (
    select
        f.*,
        a.requisition,
        a.person,
        case
            when f.occurred_precision = 'day' or f.occurred_zone = a.zone then f.occurred_day
            else cast(timezone(a.zone, timezone('UTC', f.occurred_from)) as date)
        end as made_day
    from follow_up_made_effective as f
    join application as a on a.candidacy = f.stream_key
),
consent as (
    select g.position, p.person, g.occurred_from, g.until, min(w.occurred_to) as withdrawn_to
    from consent_given_effective as g
    join person as p on p.candidate = g.stream_key
    left join consent_withdrawn_effective as w on w.consent = g.id
    where g.purpose in ('talent_pool', 'keep_in_touch')
    group by g.position, p.person, g.occurred_from, g.until
),
covered as (
    select m.position as follow_up, max(c.position) as consent
    from made as m
    join consent as c on c.person = m.person
    where c.occurred_from <= m.occurred_to
        and (c.withdrawn_to is null or c.withdrawn_to >= m.occurred_from)
        and (c.until is null or c.until >= m.made_day)
    group by m.position
),
told as (
    select candidacy, told_day
    from (
        select candidacy, told_day, row_number() over (partition by candidacy order by told_from, notice) as place
        from notice
        where about = 'outcome' and reached
    ) as each_notice
    where place = 1
)
select
    m.position as follow_up,
    m.id as follow_up_id,
    m.stream_key as candidacy,
    m.requisition,
    m.person,
    m.kind,
    m.occurred_from as made_from,
    m.occurred_to as made_to,
    m.made_day,
    m.channel,
    m.language,
    m.template,
    c.consent,
    m.kind = 'thank_you' or c.consent is not null as consented,
    m.made_day - t.told_day as days_after_notice
from made as m
left join covered as c on c.follow_up = m.position
left join told as t on t.candidacy = m.stream_key
