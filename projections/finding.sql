--- title = { en = "Finding", zh = "发现" }
--- grain = "one row per thing that a person should look at"
--- reads = ["deadline", "waiting", "follow_up_due", "promise", "promise_made_effective", "notice", "notice_latency", "feedback", "feedback_given_effective", "candidacy", "decision_effective", "decision_made_effective", "reason", "replay", "scorecard_effective", "scorecard_submitted_effective", "scorecard_amended_effective", "scorecard_submitted", "scorecard_amended", "entry_corrected_effective", "stage_visit", "offer", "follow_up", "action", "standard_in_force", "standard_adopted_effective", "policy_adopted_effective", "decision_appealed_effective", "appeal_resolved_effective", "import_begun_effective", "import_finished_effective", "clock_accepted_effective", "finding_acknowledged_effective", "entry", "as_of", "candidacy_opened_effective", "candidacy_reopened_effective", "stage_entered_effective", "interview_scheduled_effective", "interview_held_effective", "interview_cancelled_effective", "interview_declined_effective", "interview_missed_effective", "evaluation_recorded_effective", "promise_revised_effective", "decision_overturned_effective", "candidacy_withdrawn_effective", "offer_extended_effective", "offer_answered_effective", "offer_rescinded_effective", "candidate_hired_effective", "candidate_hire_reversed_effective", "notice_given_effective", "notice_delivery_reported_effective", "feedback_withheld_effective", "feedback_requested_effective", "feedback_rated_effective", "follow_up_made_effective"]
--- [columns]
--- finding = "Its id: SHA-256, in lower-case hexadecimal, of the code and the ids of the entries it rests on, in the order of entries, joined by line feeds. It stays the same for as long as the finding rests on the same entries."
--- code = "What was found; finding.toml says what each code means and what to do."
--- principle = "Which of the seven principles it is about, 1 to 7; 0 for what concerns the ledger as evidence."
--- candidacy = "Stream key of the candidacy; null if it is about none."
--- requisition = "Stream key of the requisition; null if it is about none."
--- stream = "Stream key of the first of its entries."
--- entries = "Positions of the entries it rests on, in a fixed order for each code."
--- since = "Since when it stands (UTC): when the deadline passed or the thing happened; for what was recorded late, when it was recorded; for a clock that runs, when it began."
--- running = "Whether it is a clock that runs and whose time has not come: nothing is late yet, and check does not leave with 1 because of it."
--- overdue_hours = "Whole hours by which something is or was too late, rounded down; null if lateness is not the matter."
--- overdue_days = "The same in whole days of 24 hours, rounded down."
--- left_hours = "Whole hours left to a clock that runs, rounded down; of several, to the first. Null for all others."
--- left_days = "The same in whole days of 24 hours, rounded down."
--- detail = "Codes that say more, in alphabetical order, joined by commas: deadlines missed or running, follow-ups missed, or reasons given. Null if there is no more to say."
--- citation = "Where the law is written whose clock it is about, as the policy says; of several, joined by semicolons. Null if it is about no law."
--- law_status = "The status of that law as the policy says: in_force, as no other makes a finding. Null if it is about no law."
--- status_on = "Day on which somebody looked that status up, as the policy says; of several, the earliest."
--- acknowledged_by = "Position of the latest entry that acknowledges it; null while nobody has. An acknowledged finding stays."
with kind(code, principle) as (
    values
        ('reason_missing', 1),
        ('reason_unknown', 1),
        ('reason_only_other', 1),
        ('reason_without_criterion', 1),
        ('reason_of_candidate', 1),
        ('reason_contradicted', 1),
        ('culture_without_criterion', 1),
        ('feedback_missing', 2),
        ('feedback_before_decision', 2),
        ('feedback_late', 2),
        ('feedback_overdue', 2),
        ('told_twice', 3),
        ('told_before_decision', 4),
        ('told_late_policy', 4),
        ('told_late_law', 4),
        ('untold_overdue_policy', 4),
        ('untold_overdue_law', 4),
        ('law_clock_running', 4),
        ('promise_late', 4),
        ('promise_broken', 4),
        ('promise_revised_late', 4),
        ('promise_missing', 4),
        ('notice_bounced', 4),
        ('closed_untold', 4),
        ('deferral_passed', 4),
        ('calendar_ended', 4),
        ('decision_differs', 5),
        ('advanced_on_insufficient', 5),
        ('other_standard_named', 5),
        ('second_final_decision', 5),
        ('scorecard_after_decision', 5),
        ('corrected_after_decision', 5),
        ('decider_unknown', 5),
        ('sole_automation', 5),
        ('appeal_by_deciders', 5),
        ('stage_gone_back', 5),
        ('offer_after_rejection', 5),
        ('contact_without_consent', 6),
        ('follow_up_missing', 6),
        ('action_overdue', 7),
        ('rating_unknown', 5),
        ('backdated', 0),
        ('before_opening', 0),
        ('import_unfinished', 0),
        ('clock_jumped', 0)
),
-- Deadlines of a policy or a law: several missed at once by the same entry are one finding, and so are several clocks
-- of laws that it set going. Of a policy only what is too late is found; what still waits stands in waiting.
timed as (
    select
        case
            when standing = 'open' then 'law_clock_running'
            when until = 'feedback' then case standing when 'late' then 'feedback_late' else 'feedback_overdue' end
            when standing = 'late' then 'told_late_' || rests_on
            else 'untold_overdue_' || rests_on
        end as code,
        candidacy,
        requisition,
        case standing when 'late' then [started_by, met_by] else [started_by] end as entries,
        case standing when 'open' then started_from else due_to end as since,
        overdue_seconds,
        case standing when 'open' then (epoch_us(due_to) - epoch_us(o.instant)) // 1000000 end as left_seconds,
        deadline,
        citation,
        law_status,
        status_on
    from deadline
    cross join as_of as o
    where (standing in ('late', 'overdue') and (rests_on = 'policy' or law_status = 'in_force'))
        or (standing = 'open' and law_status = 'in_force')
),
deadline_finding as (
    select
        code, candidacy, requisition, entries, min(since) as since, max(overdue_seconds) as overdue_seconds,
        min(left_seconds) as left_seconds,
        string_agg(distinct deadline, ',' order by deadline) as detail,
        string_agg(distinct citation, '; ' order by citation) as citation,
        max(law_status) as law_status, min(status_on) as status_on
    from timed
    group by code, candidacy, requisition, entries
),
calendar_finding as (
    select
        'calendar_ended' as code, cast(null as bigint) as candidacy, cast(null as bigint) as requisition,
        [policy_entry] as entries, min(started_from) as since, cast(null as bigint) as overdue_seconds,
        string_agg(distinct deadline, ',' order by deadline) as detail
    from deadline
    where standing = 'calendar_ended'
    group by policy_entry
),
promise_finding as (
    select
        case standing when 'late' then 'promise_late' else 'promise_broken' end as code, candidacy, requisition,
        case standing when 'late' then [promise, kept_by] else [promise] end as entries, due_to as since,
        late_seconds as overdue_seconds, cast(null as varchar) as detail
    from promise
    where standing in ('late', 'broken')
    union all
    select 'promise_revised_late', candidacy, requisition, [promise, revised_late], first_due_to, null, null
    from promise
    where revised_late is not null
),
outcome_notice as (
    select n.*, d.occurred_from as decided_from
    from (
        select
            *,
            case when decision is not null and reached
                then row_number() over (partition by decision, reached order by told_from, notice) end as place,
            case when decision is not null and reached
                then first_value(notice) over (partition by decision, reached order by told_from, notice) end as first_notice
        from notice
        where about = 'outcome'
    ) as n
    left join decision_made_effective as d on d.position = n.decision
),
notice_finding as (
    select 'told_twice' as code, candidacy, requisition, [first_notice, notice] as entries, told_from as since,
        cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from outcome_notice
    where place > 1 and replaces is null
    union all
    select 'told_before_decision', candidacy, requisition, [notice, decision], told_from, null, null
    from outcome_notice
    where names_decision and told_to < decided_from
    union all
    select 'told_before_decision', candidacy, requisition, [notice], told_from, null, null
    from outcome_notice
    where decision is null
),
bounced as (
    select
        n.*,
        lead(notice) over (
            partition by candidacy, about, coalesce(decision, 0) order by told_from, notice
        ) as sent_again
    from notice as n
),
bounce_finding as (
    select
        'notice_bounced' as code, b.candidacy, b.requisition, [b.notice, b.report] as entries,
        b.reported_from as since,
        greatest(epoch_us(o.instant) - epoch_us(b.reported_from), 0) // 1000000 as overdue_seconds,
        cast(null as varchar) as detail
    from bounced as b
    cross join as_of as o
    join candidacy as c on c.candidacy = b.candidacy
    where b.delivery = 'bounced' and b.sent_again is null and c.erased_from is null
),
closing_finding as (
    select
        'closed_untold' as code, candidacy, requisition, [entry, candidacy] as entries, since,
        cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from waiting
    where rests_on = 'closed'
),
stage_place as (
    select standard_entry, s.stage as stage, place
    from (
        select position as standard_entry, unnest(stages) as s, unnest(range(1, len(stages) + 1)) as place
        from standard_adopted_effective
    ) as each_stage
),
-- What the policy demanded when each final decision was made, and from which stage on.
under_policy as (
    select
        d.*,
        p.feedback_days,
        p.feedback_from_stage,
        p.promise_from_stage,
        here.place as place,
        f.place as feedback_place,
        m.place as promise_place
    from decision_effective as d
    left join policy_adopted_effective as p on p.position = d.policy_entry
    left join stage_place as here on here.standard_entry = d.standard_entry and here.stage = d.stage
    left join stage_place as f on f.standard_entry = d.standard_entry and f.stage = p.feedback_from_stage
    left join stage_place as m on m.standard_entry = d.standard_entry and m.stage = p.promise_from_stage
    where d.final
),
feedback_due as (
    select
        u.decision,
        u.candidacy,
        u.requisition,
        timezone('UTC', timezone(
            u.zone, cast(u.decided_day + 1 + cast(coalesce(u.feedback_days, 0) as integer) as timestamp)
        )) - interval 1 microsecond as due_to
    from under_policy as u
    join candidacy as c on c.decision = u.decision
    join feedback as f on f.candidacy = u.candidacy
    where c.state = 'rejected'
        and c.erased_from is null
        and f.standing = 'none'
        and (u.feedback_from_stage is null or u.place >= u.feedback_place)
),
unpromised as (
    select u.*, row_number() over (partition by u.candidacy order by u.decided_from, u.decision) as nth
    from under_policy as u
    join notice_latency as l on l.decision = u.decision
    where u.place >= u.promise_place and l.promise is null
),
final_of_candidacy as (
    select candidacy, min(decided_from) as decided_from from decision_effective where final group by candidacy
),
feedback_finding as (
    select 'feedback_missing' as code, d.candidacy, d.requisition, [d.decision] as entries, d.due_to as since,
        (epoch_us(o.instant) - epoch_us(d.due_to)) // 1000000 as overdue_seconds, cast(null as varchar) as detail
    from feedback_due as d
    cross join as_of as o
    where d.due_to < o.instant
    union all
    select 'feedback_before_decision', c.candidacy, c.requisition, [g.position], g.occurred_from, null, null
    from feedback_given_effective as g
    join candidacy as c on c.candidacy = g.stream_key
    left join decision_made_effective as d on d.id = g.decision
    left join final_of_candidacy as f on f.candidacy = g.stream_key
    where case
        when d.position is not null then g.occurred_to < d.occurred_from
        else f.decided_from is null or g.occurred_to < f.decided_from
    end
),
reasoned as (
    select
        decision, candidacy, requisition, outcome, decided_from,
        string_agg(distinct code, ',' order by code) filter (where not known and standard_version is not null) as unknown_codes,
        string_agg(distinct code, ',' order by code) filter (where party = 'candidate') as candidate_codes,
        bool_and(coalesce(topic = 'other', false)) as only_other,
        string_agg(distinct code, ',' order by code)
            filter (where topic = 'culture' and coalesce(len(criteria), 0) = 0) as bare_culture,
        string_agg(distinct code, ',' order by code)
            filter (where needs_criterion and topic <> 'culture' and coalesce(len(criteria), 0) = 0) as bare_codes,
        string_agg(distinct code, ',' order by code) as codes
    from reason
    group by decision, candidacy, requisition, outcome, decided_from
),
mean as (
    select decision, r.criterion as criterion, (2 * sum(r.score) + count(*)) // (2 * count(*)) as score
    from (select decision, unnest(ratings) as r from scorecard_effective where decision is not null) as each_rating
    where r.score is not null
    group by decision, r.criterion
),
lowest as (
    select standard_entry, c.criterion as criterion, c."floor" as lowest
    from (select position as standard_entry, unnest(criteria) as c from standard_adopted_effective) as each_criterion
),
cited as (
    select r.decision, r.ordinal, r.code, p.standard_entry, p.advance_bar, unnest(r.criteria) as criterion
    from reason as r
    join replay as p on p.decision = r.decision
    where r.outcome = 'reject' and r.party = 'employer' and p.stage_kind = 'scored'
),
contradicted as (
    select decision, string_agg(distinct code, ',' order by code) as codes
    from (
        select c.decision, c.ordinal, c.code
        from cited as c
        left join mean as m on m.decision = c.decision and m.criterion = c.criterion
        left join lowest as l on l.standard_entry = c.standard_entry and l.criterion = c.criterion
        group by c.decision, c.ordinal, c.code
        having bool_and(coalesce(m.score >= c.advance_bar and m.score >= coalesce(l.lowest, 0), false))
    ) as each_reason
    group by decision
),
reason_finding as (
    select 'reason_missing' as code, candidacy, requisition, [decision] as entries, decided_from as since,
        cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from decision_effective
    where outcome = 'reject' and coalesce(len(reasons), 0) = 0
    union all
    select 'reason_unknown', candidacy, requisition, [decision], decided_from, null, unknown_codes
    from reasoned
    where unknown_codes is not null
    union all
    select 'reason_only_other', candidacy, requisition, [decision], decided_from, null, codes
    from reasoned
    where outcome = 'reject' and only_other
    union all
    select 'reason_without_criterion', candidacy, requisition, [decision], decided_from, null, bare_codes
    from reasoned
    where bare_codes is not null
    union all
    select 'culture_without_criterion', candidacy, requisition, [decision], decided_from, null, bare_culture
    from reasoned
    where bare_culture is not null
    union all
    select 'reason_of_candidate', candidacy, requisition, [decision], decided_from, null, candidate_codes
    from reasoned
    where outcome = 'reject' and candidate_codes is not null
    union all
    select 'reason_contradicted', d.candidacy, d.requisition, [d.decision], d.decided_from, null, c.codes
    from contradicted as c
    join decision_effective as d on d.decision = c.decision
),
reviewed as (
    select distinct a.decision
    from appeal_resolved_effective as r
    join decision_appealed_effective as a on a.id = r.appeal
),
of_visit as (
    select
        *,
        first_value(decision) over (partition by candidacy, visit_id order by final_rank desc) as first_decision
    from decision_effective
    where final
),
decision_finding as (
    select 'decision_differs' as code, r.candidacy, r.requisition, [r.decision] as entries, d.decided_from as since,
        cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from replay as r
    join decision_effective as d on d.decision = r.decision
    where r.class = 'differ' and not r.overridden
    union all
    select 'advanced_on_insufficient', r.candidacy, r.requisition, [r.decision], d.decided_from, null, null
    from replay as r
    join decision_effective as d on d.decision = r.decision
    where r.class = 'insufficient' and r.outcome = 'advance' and not r.overridden
    union all
    select 'other_standard_named', candidacy, requisition, [decision], decided_from, null, null
    from decision_effective
    where named_standard is not null
        and (named_standard is distinct from standard or named_version is distinct from standard_version)
    union all
    select 'second_final_decision', candidacy, requisition, [first_decision, decision], decided_from, null, null
    from of_visit
    where decision <> first_decision
    union all
    select 'decider_unknown', candidacy, requisition, [decision], decided_from, null, null
    from decision_effective
    where final and deciders = 0
    union all
    select 'sole_automation', d.candidacy, d.requisition, [d.decision], d.decided_from, null, null
    from decision_effective as d
    left join reviewed as r on r.decision = d.decision_id
    where d.final and d.automation = 'sole' and r.decision is null
    union all
    select 'promise_missing', candidacy, requisition, [decision], decided_from, null, null
    from unpromised
    where nth = 1
    union all
    select 'deferral_passed', d.candidacy, d.requisition, [d.decision], d.until_to,
        (epoch_us(o.instant) - epoch_us(d.until_to)) // 1000000, null
    from candidacy as c
    cross join as_of as o
    join decision_effective as d on d.decision = c.decision
    where c.state = 'deferred' and d.until_to < o.instant
    union all
    select 'appeal_by_deciders', c.candidacy, c.requisition, [d.position, r.position], r.occurred_from, null, null
    from appeal_resolved_effective as r
    join decision_appealed_effective as a on a.id = r.appeal
    join decision_made_effective as d on d.id = a.decision
    join candidacy as c on c.candidacy = d.stream_key
    where list_has_any(r.reviewers, d.deciders)
),
scorecard as (
    select position, stream_key, visit, occurred_from from scorecard_submitted_effective
    union all
    select position, stream_key, visit, occurred_from from scorecard_amended_effective
),
way_finding as (
    select 'scorecard_after_decision' as code, d.candidacy, d.requisition, [d.decision, s.position] as entries,
        s.occurred_from as since, cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from scorecard as s
    join decision_effective as d on d.visit_id = s.visit and d.candidacy = s.stream_key
    where d.final_rank = 1 and s.occurred_from > d.decided_to
    union all
    select 'stage_gone_back', candidacy, requisition, [previous_visit, visit], entered_from, null, null
    from stage_visit
    where gone_back
    union all
    select 'offer_after_rejection', candidacy, requisition, [rejection, offer], extended_from, null, null
    from offer
    where rejection is not null
    union all
    select 'contact_without_consent', candidacy, requisition, [follow_up], made_from, null, null
    from follow_up
    where not consented
),
-- A scorecard corrected as a duplicate is gone from the effective view, so the entry is taken as it was recorded.
recorded_scorecard as (
    select position, id, visit from scorecard_submitted
    union all
    select position, id, visit from scorecard_amended
),
correction_finding as (
    select 'corrected_after_decision' as code, d.candidacy, d.requisition,
        [d.decision, s.position, c.position] as entries, c.recorded_at as since,
        cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from entry_corrected_effective as c
    join recorded_scorecard as s on s.id = c.target
    join decision_effective as d on d.visit_id = s.visit
    where d.final and c.kind in ('duplicate', 'time', 'wrong_candidacy') and c.position > d.decision
    union all
    select 'corrected_after_decision', d.candidacy, d.requisition, [d.decision, c.position], c.recorded_at, null, null
    from entry_corrected_effective as c
    join decision_effective as d on d.decision_id = c.target
    where d.final and c.kind = 'time'
),
follow_up_finding as (
    select 'follow_up_missing' as code, d.candidacy, d.requisition, [d.decision] as entries, min(d.due_to) as since,
        max(epoch_us(o.instant) - epoch_us(d.due_to)) // 1000000 as overdue_seconds,
        string_agg(distinct d.kind, ',' order by d.kind) as detail
    from follow_up_due as d
    cross join as_of as o
    join candidacy as c on c.candidacy = d.candidacy
    where d.standing = 'missing' and c.erased_from is null
    group by d.candidacy, d.requisition, d.decision
),
action_finding as (
    select
        'action_overdue' as code,
        case when a.scope = 'candidacy' then a.stream end as candidacy,
        case when a.scope = 'requisition' then a.stream else c.requisition end as requisition,
        [a.action] as entries,
        a.due_to as since,
        (epoch_us(o.instant) - epoch_us(a.due_to)) // 1000000 as overdue_seconds,
        cast(null as varchar) as detail
    from action as a
    cross join as_of as o
    left join candidacy as c on c.candidacy = a.stream
    where a.standing = 'overdue'
),
recorded as (
    select position, stream_key, recorded_at, occurred_to, basis from candidacy_opened_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from candidacy_reopened_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from stage_entered_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from interview_scheduled_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from interview_held_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from interview_cancelled_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from interview_declined_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from interview_missed_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from scorecard_submitted_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from scorecard_amended_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from evaluation_recorded_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from promise_made_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from promise_revised_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from decision_made_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from decision_overturned_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from decision_appealed_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from appeal_resolved_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from candidacy_withdrawn_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from offer_extended_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from offer_answered_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from offer_rescinded_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from candidate_hired_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from candidate_hire_reversed_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from notice_given_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from notice_delivery_reported_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from feedback_given_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from feedback_withheld_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from feedback_requested_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from feedback_rated_effective
    union all
    select position, stream_key, recorded_at, occurred_to, basis from follow_up_made_effective
),
backdated_finding as (
    select
        'backdated' as code, c.candidacy, c.requisition, [r.position] as entries, r.recorded_at as since,
        (epoch_us(r.recorded_at) - epoch_us(r.occurred_to)) // 1000000 - coalesce(p.backdating_days, 7) * 86400
            as overdue_seconds,
        cast(null as varchar) as detail
    from recorded as r
    join candidacy as c on c.candidacy = r.stream_key
    left join standard_in_force as f
        on f.requisition = c.requisition
        and f.in_force_from <= r.occurred_to
        and (f.in_force_to is null or r.occurred_to < f.in_force_to)
    left join policy_adopted_effective as p on p.position = f.policy_entry
    where r.basis = 'observed'
        and r.recorded_at > r.occurred_to + to_days(cast(coalesce(p.backdating_days, 7) as integer))
),
-- What other systems say comes in as they said it, also where it cannot have been so.
imported_finding as (
    select
        'before_opening' as code, c.candidacy, c.requisition, [c.candidacy, r.position] as entries,
        c.opened_from as since, cast(null as bigint) as overdue_seconds, cast(null as varchar) as detail
    from recorded as r
    join candidacy as c on c.candidacy = r.stream_key
    where r.basis = 'imported' and r.occurred_to < c.opened_from
    union all
    select
        'rating_unknown', c.candidacy, c.requisition, [s.position], s.occurred_from, null,
        array_to_string(list_sort(list_transform(s.unrated, lambda r: r.criterion)), ',')
    from (
        select
            position, stream_key, occurred_from,
            list_filter(ratings, lambda r: r.score is null and r.has_evidence) as unrated
        from (
            select position, stream_key, occurred_from, basis, ratings from scorecard_submitted_effective
            union all
            select position, stream_key, occurred_from, basis, ratings from scorecard_amended_effective
        ) as card
        where basis = 'imported'
    ) as s
    join candidacy as c on c.candidacy = s.stream_key
    where len(s.unrated) > 0
),
ledger_finding as (
    select
        'import_unfinished' as code, cast(null as bigint) as candidacy, cast(null as bigint) as requisition,
        [b.position] as entries, b.occurred_from as since, cast(null as bigint) as overdue_seconds,
        cast(null as varchar) as detail
    from import_begun_effective as b
    left join import_finished_effective as f on f.body_batch = b.id
    where f.position is null
    union all
    select 'clock_jumped', null, null, [position], occurred_from, null, null
    from clock_accepted_effective
),
not_of_a_clock as (
    select * from calendar_finding
    union all
    select * from promise_finding
    union all
    select * from notice_finding
    union all
    select * from bounce_finding
    union all
    select * from closing_finding
    union all
    select * from feedback_finding
    union all
    select * from reason_finding
    union all
    select * from decision_finding
    union all
    select * from way_finding
    union all
    select * from correction_finding
    union all
    select * from follow_up_finding
    union all
    select * from action_finding
    union all
    select * from backdated_finding
    union all
    select * from imported_finding
    union all
    select * from ledger_finding
),
-- Only a deadline has time left or a law: by name the others have neither.
found as (
    select * from deadline_finding
    union all by name
    select * from not_of_a_clock
),
numbered as (
    select *, row_number() over (order by code, entries) as number from found
),
resting_on as (
    select number, unnest(entries) as position, unnest(range(1, len(entries) + 1)) as place from numbered
),
named as (
    select r.number, string_agg(cast(e.id as varchar), chr(10) order by r.place) as ids
    from resting_on as r
    join entry as e on e.position = r.position
    group by r.number
),
identified as (
    select n.*, sha256(n.code || chr(10) || i.ids) as finding
    from numbered as n
    join named as i on i.number = n.number
),
acknowledged as (
    select finding, max(position) as acknowledged_by from finding_acknowledged_effective group by finding
)
select
    i.finding,
    i.code,
    k.principle,
    i.candidacy,
    i.requisition,
    e.stream_key as stream,
    i.entries,
    i.since,
    i.left_seconds is not null as running,
    cast(i.overdue_seconds // 3600 as bigint) as overdue_hours,
    cast(i.overdue_seconds // 86400 as bigint) as overdue_days,
    cast(i.left_seconds // 3600 as bigint) as left_hours,
    cast(i.left_seconds // 86400 as bigint) as left_days,
    i.detail,
    i.citation,
    i.law_status,
    i.status_on,
    a.acknowledged_by
from identified as i
join kind as k on k.code = i.code
join entry as e on e.position = i.entries[1]
left join acknowledged as a on a.finding = i.finding
