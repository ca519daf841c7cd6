--- title = { en = "Late recording", zh = "补录情况" }
--- grain = "one row per entry that stands, corrected duplicates left out"
--- reads = ["ledger_opened_effective", "log_key_rotated_effective", "clock_accepted_effective", "import_begun_effective", "import_finished_effective", "screen_adopted_effective", "report_issued_effective", "hold_placed_effective", "hold_released_effective", "finding_acknowledged_effective", "person_registered_effective", "person_erased_effective", "standard_adopted_effective", "standard_retired_effective", "policy_adopted_effective", "requisition_opened_effective", "requisition_amended_effective", "requisition_rebound_effective", "requisition_closed_effective", "requisition_reopened_effective", "candidate_registered_effective", "candidate_self_identified_effective", "consent_given_effective", "consent_withdrawn_effective", "candidate_merged_effective", "candidate_separated_effective", "candidate_erased_effective", "candidacy_opened_effective", "candidacy_reopened_effective", "stage_entered_effective", "interview_scheduled_effective", "interview_held_effective", "interview_cancelled_effective", "interview_declined_effective", "interview_missed_effective", "scorecard_submitted_effective", "scorecard_amended_effective", "evaluation_recorded_effective", "promise_made_effective", "promise_revised_effective", "decision_made_effective", "decision_overturned_effective", "decision_appealed_effective", "appeal_resolved_effective", "candidacy_withdrawn_effective", "offer_extended_effective", "offer_answered_effective", "offer_rescinded_effective", "candidate_hired_effective", "candidate_hire_reversed_effective", "notice_given_effective", "notice_delivery_reported_effective", "feedback_given_effective", "feedback_withheld_effective", "feedback_requested_effective", "feedback_rated_effective", "follow_up_made_effective", "lesson_recorded_effective", "retrospective_opened_effective", "action_agreed_effective", "action_completed_effective", "entry_corrected_effective", "report_zone"]
--- [columns]
--- entry = "Position of the entry."
--- type = "Type of the entry, without its version."
--- basis = "observed or imported; an imported entry is as late as its import."
--- occurred_to = "When it happened, last possible instant (UTC), with corrections."
--- recorded_at = "When it was recorded (UTC)."
--- recorded_day = "Local date of the recording in the report's zone."
--- quarter = "Calendar quarter of that date, such as 2026Q2. Of a quarter of recording nothing is still to come."
--- late_seconds = "Whole seconds that surely passed between the two, never negative."
--- late_days = "The same in whole days, rounded down."
with recorded as (
    select 'ledger.opened' as type, position, basis, occurred_to, recorded_at from ledger_opened_effective
    union all
    select 'log_key.rotated' as type, position, basis, occurred_to, recorded_at from log_key_rotated_effective
    union all
    select 'clock.accepted' as type, position, basis, occurred_to, recorded_at from clock_accepted_effective
    union all
    select 'import.begun' as type, position, basis, occurred_to, recorded_at from import_begun_effective
    union all
    select 'import.finished' as type, position, basis, occurred_to, recorded_at from import_finished_effective
    union all
    select 'screen.adopted' as type, position, basis, occurred_to, recorded_at from screen_adopted_effective
    union all
    select 'report.issued' as type, position, basis, occurred_to, recorded_at from report_issued_effective
    union all
    select 'hold.placed' as type, position, basis, occurred_to, recorded_at from hold_placed_effective
    union all
    select 'hold.released' as type, position, basis, occurred_to, recorded_at from hold_released_effective
    union all
    select 'finding.acknowledged' as type, position, basis, occurred_to, recorded_at from finding_acknowledged_effective
    union all
    select 'person.registered' as type, position, basis, occurred_to, recorded_at from person_registered_effective
    union all
    select 'person.erased' as type, position, basis, occurred_to, recorded_at from person_erased_effective
    union all
    select 'standard.adopted' as type, position, basis, occurred_to, recorded_at from standard_adopted_effective
    union all
    select 'standard.retired' as type, position, basis, occurred_to, recorded_at from standard_retired_effective
    union all
    select 'policy.adopted' as type, position, basis, occurred_to, recorded_at from policy_adopted_effective
    union all
    select 'requisition.opened' as type, position, basis, occurred_to, recorded_at from requisition_opened_effective
    union all
    select 'requisition.amended' as type, position, basis, occurred_to, recorded_at from requisition_amended_effective
    union all
    select 'requisition.rebound' as type, position, basis, occurred_to, recorded_at from requisition_rebound_effective
    union all
    select 'requisition.closed' as type, position, basis, occurred_to, recorded_at from requisition_closed_effective
    union all
    select 'requisition.reopened' as type, position, basis, occurred_to, recorded_at from requisition_reopened_effective
    union all
    select 'candidate.registered' as type, position, basis, occurred_to, recorded_at from candidate_registered_effective
    union all
    select 'candidate.self_identified' as type, position, basis, occurred_to, recorded_at from candidate_self_identified_effective
    union all
    select 'consent.given' as type, position, basis, occurred_to, recorded_at from consent_given_effective
    union all
    select 'consent.withdrawn' as type, position, basis, occurred_to, recorded_at from consent_withdrawn_effective
    union all
    select 'candidate.merged' as type, position, basis, occurred_to, recorded_at from candidate_merged_effective
    union all
    select 'candidate.separated' as type, position, basis, occurred_to, recorded_at from candidate_separated_effective
    union all
    select 'candidate.erased' as type, position, basis, occurred_to, recorded_at from candidate_erased_effective
    union all
    select 'candidacy.opened' as type, position, basis, occurred_to, recorded_at from candidacy_opened_effective
    union all
    select 'candidacy.reopened' as type, position, basis, occurred_to, recorded_at from candidacy_reopened_effective
    union all
    select 'stage.entered' as type, position, basis, occurred_to, recorded_at from stage_entered_effective
    union all
    select 'interview.scheduled' as type, position, basis, occurred_to, recorded_at from interview_scheduled_effective
    union all
    select 'interview.held' as type, position, basis, occurred_to, recorded_at from interview_held_effective
    union all
    select 'interview.cancelled' as type, position, basis, occurred_to, recorded_at from interview_cancelled_effective
    union all
    select 'interview.declined' as type, position, basis, occurred_to, recorded_at from interview_declined_effective
    union all
    select 'interview.missed' as type, position, basis, occurred_to, recorded_at from interview_missed_effective
    union all
    select 'scorecard.submitted' as type, position, basis, occurred_to, recorded_at from scorecard_submitted_effective
    union all
    select 'scorecard.amended' as type, position, basis, occurred_to, recorded_at from scorecard_amended_effective
    union all
    select 'evaluation.recorded' as type, position, basis, occurred_to, recorded_at from evaluation_recorded_effective
    union all
    select 'promise.made' as type, position, basis, occurred_to, recorded_at from promise_made_effective
    union all
    select 'promise.revised' as type, position, basis, occurred_to, recorded_at from promise_revised_effective
    union all
    select 'decision.made' as type, position, basis, occurred_to, recorded_at from decision_made_effective
    union all
    select 'decision.overturned' as type, position, basis, occurred_to, recorded_at from decision_overturned_effective
    union all
    select 'decision.appealed' as type, position, basis, occurred_to, recorded_at from decision_appealed_effective
    union all
    select 'appeal.resolved' as type, position, basis, occurred_to, recorded_at from appeal_resolved_effective
    union all
    select 'candidacy.withdrawn' as type, position, basis, occurred_to, recorded_at from candidacy_withdrawn_effective
    union all
    select 'offer.extended' as type, position, basis, occurred_to, recorded_at from offer_extended_effective
    union all
    select 'offer.answered' as type, position, basis, occurred_to, recorded_at from offer_answered_effective
    union all
    select 'offer.rescinded' as type, position, basis, occurred_to, recorded_at from offer_rescinded_effective
    union all
    select 'candidate.hired' as type, position, basis, occurred_to, recorded_at from candidate_hired_effective
    union all
    select 'candidate.hire_reversed' as type, position, basis, occurred_to, recorded_at from candidate_hire_reversed_effective
    union all
    select 'notice.given' as type, position, basis, occurred_to, recorded_at from notice_given_effective
    union all
    select 'notice.delivery_reported' as type, position, basis, occurred_to, recorded_at from notice_delivery_reported_effective
    union all
    select 'feedback.given' as type, position, basis, occurred_to, recorded_at from feedback_given_effective
    union all
    select 'feedback.withheld' as type, position, basis, occurred_to, recorded_at from feedback_withheld_effective
    union all
    select 'feedback.requested' as type, position, basis, occurred_to, recorded_at from feedback_requested_effective
    union all
    select 'feedback.rated' as type, position, basis, occurred_to, recorded_at from feedback_rated_effective
    union all
    select 'follow_up.made' as type, position, basis, occurred_to, recorded_at from follow_up_made_effective
    union all
    select 'lesson.recorded' as type, position, basis, occurred_to, recorded_at from lesson_recorded_effective
    union all
    select 'retrospective.opened' as type, position, basis, occurred_to, recorded_at from retrospective_opened_effective
    union all
    select 'action.agreed' as type, position, basis, occurred_to, recorded_at from action_agreed_effective
    union all
    select 'action.completed' as type, position, basis, occurred_to, recorded_at from action_completed_effective
    union all
    select 'entry.corrected' as type, position, basis, occurred_to, recorded_at from entry_corrected_effective
),
dated as (
    select
        r.*,
        cast(timezone(z.zone, timezone('UTC', r.recorded_at)) as date) as recorded_day,
        greatest(epoch_us(r.recorded_at) - epoch_us(r.occurred_to), 0) // 1000000 as late_seconds
    from recorded as r
    cross join report_zone as z
)
select
    position as entry,
    type,
    basis,
    occurred_to,
    recorded_at,
    recorded_day,
    concat(extract(year from recorded_day), 'Q', extract(quarter from recorded_day)) as quarter,
    late_seconds,
    late_seconds // 86400 as late_days
from dated
