--- title = { en = "Share of imported entries", zh = "导入记录的比例" }
--- grain = "one row per type of entry that the ledger has"
--- reads = ["ledger_opened", "log_key_rotated", "clock_accepted", "import_begun", "import_finished", "screen_adopted", "report_issued", "hold_placed", "hold_released", "finding_acknowledged", "person_registered", "person_erased", "standard_adopted", "standard_retired", "policy_adopted", "requisition_opened", "requisition_amended", "requisition_rebound", "requisition_closed", "requisition_reopened", "candidate_registered", "candidate_self_identified", "consent_given", "consent_withdrawn", "candidate_merged", "candidate_separated", "candidate_erased", "candidacy_opened", "candidacy_reopened", "stage_entered", "interview_scheduled", "interview_held", "interview_cancelled", "interview_declined", "interview_missed", "scorecard_submitted", "scorecard_amended", "evaluation_recorded", "promise_made", "promise_revised", "decision_made", "decision_overturned", "decision_appealed", "appeal_resolved", "candidacy_withdrawn", "offer_extended", "offer_answered", "offer_rescinded", "candidate_hired", "candidate_hire_reversed", "notice_given", "notice_delivery_reported", "feedback_given", "feedback_withheld", "feedback_requested", "feedback_rated", "follow_up_made", "lesson_recorded", "retrospective_opened", "action_agreed", "action_completed", "entry_corrected"]
--- [columns]
--- type = "Type of the entry, without its version."
--- entries = "How many entries of this type there are, corrected ones included."
--- imported = "How many of them were imported rather than observed."
--- imported_micro = "Imported entries in a million entries of this type, rounded half up."
with recorded as (
    select 'ledger.opened' as type, basis from ledger_opened
    union all
    select 'log_key.rotated' as type, basis from log_key_rotated
    union all
    select 'clock.accepted' as type, basis from clock_accepted
    union all
    select 'import.begun' as type, basis from import_begun
    union all
    select 'import.finished' as type, basis from import_finished
    union all
    select 'screen.adopted' as type, basis from screen_adopted
    union all
    select 'report.issued' as type, basis from report_issued
    union all
    select 'hold.placed' as type, basis from hold_placed
    union all
    select 'hold.released' as type, basis from hold_released
    union all
    select 'finding.acknowledged' as type, basis from finding_acknowledged
    union all
    select 'person.registered' as type, basis from person_registered
    union all
    select 'person.erased' as type, basis from person_erased
    union all
    select 'standard.adopted' as type, basis from standard_adopted
    union all
    select 'standard.retired' as type, basis from standard_retired
    union all
    select 'policy.adopted' as type, basis from policy_adopted
    union all
    select 'requisition.opened' as type, basis from requisition_opened
    union all
    select 'requisition.amended' as type, basis from requisition_amended
    union all
    select 'requisition.rebound' as type, basis from requisition_rebound
    union all
    select 'requisition.closed' as type, basis from requisition_closed
    union all
    select 'requisition.reopened' as type, basis from requisition_reopened
    union all
    select 'candidate.registered' as type, basis from candidate_registered
    union all
    select 'candidate.self_identified' as type, basis from candidate_self_identified
    union all
    select 'consent.given' as type, basis from consent_given
    union all
    select 'consent.withdrawn' as type, basis from consent_withdrawn
    union all
    select 'candidate.merged' as type, basis from candidate_merged
    union all
    select 'candidate.separated' as type, basis from candidate_separated
    union all
    select 'candidate.erased' as type, basis from candidate_erased
    union all
    select 'candidacy.opened' as type, basis from candidacy_opened
    union all
    select 'candidacy.reopened' as type, basis from candidacy_reopened
    union all
    select 'stage.entered' as type, basis from stage_entered
    union all
    select 'interview.scheduled' as type, basis from interview_scheduled
    union all
    select 'interview.held' as type, basis from interview_held
    union all
    select 'interview.cancelled' as type, basis from interview_cancelled
    union all
    select 'interview.declined' as type, basis from interview_declined
    union all
    select 'interview.missed' as type, basis from interview_missed
    union all
    select 'scorecard.submitted' as type, basis from scorecard_submitted
    union all
    select 'scorecard.amended' as type, basis from scorecard_amended
    union all
    select 'evaluation.recorded' as type, basis from evaluation_recorded
    union all
    select 'promise.made' as type, basis from promise_made
    union all
    select 'promise.revised' as type, basis from promise_revised
    union all
    select 'decision.made' as type, basis from decision_made
    union all
    select 'decision.overturned' as type, basis from decision_overturned
    union all
    select 'decision.appealed' as type, basis from decision_appealed
    union all
    select 'appeal.resolved' as type, basis from appeal_resolved
    union all
    select 'candidacy.withdrawn' as type, basis from candidacy_withdrawn
    union all
    select 'offer.extended' as type, basis from offer_extended
    union all
    select 'offer.answered' as type, basis from offer_answered
    union all
    select 'offer.rescinded' as type, basis from offer_rescinded
    union all
    select 'candidate.hired' as type, basis from candidate_hired
    union all
    select 'candidate.hire_reversed' as type, basis from candidate_hire_reversed
    union all
    select 'notice.given' as type, basis from notice_given
    union all
    select 'notice.delivery_reported' as type, basis from notice_delivery_reported
    union all
    select 'feedback.given' as type, basis from feedback_given
    union all
    select 'feedback.withheld' as type, basis from feedback_withheld
    union all
    select 'feedback.requested' as type, basis from feedback_requested
    union all
    select 'feedback.rated' as type, basis from feedback_rated
    union all
    select 'follow_up.made' as type, basis from follow_up_made
    union all
    select 'lesson.recorded' as type, basis from lesson_recorded
    union all
    select 'retrospective.opened' as type, basis from retrospective_opened
    union all
    select 'action.agreed' as type, basis from action_agreed
    union all
    select 'action.completed' as type, basis from action_completed
    union all
    select 'entry.corrected' as type, basis from entry_corrected
),
counted as (
    select type, count(*) as entries, count(*) filter (where basis = 'imported') as imported
    from recorded
    group by type
)
select
    type,
    entries,
    imported,
    (2000000 * imported + entries) // (2 * entries) as imported_micro
from counted
