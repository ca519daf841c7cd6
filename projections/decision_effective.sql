--- title = { en = "Decision that stands", zh = "有效的决定" }
--- grain = "one row per decision that stands: neither overturned nor corrected as a duplicate"
--- reads = ["decision_made_effective", "decision_overturned_effective", "stage_entered", "application", "standard_in_force", "stream"]
--- [columns]
--- decision = "Position of the decision."
--- decision_id = "Id of the decision's entry."
--- candidacy = "Stream key of the candidacy, after any correction of a wrong one."
--- requisition = "Stream key of the requisition."
--- candidate = "Stream key of the candidate."
--- person = "The person, with merges."
--- zone = "IANA zone of the requisition."
--- visit = "Position of the entry into the stage; null if the decision names a visit that is not in the record."
--- visit_id = "Id of the visit as the decision names it."
--- stage = "Code of the stage."
--- outcome = "advance, reject or defer."
--- final = "Whether it decides: advance and reject do, a deferral does not."
--- final_rank = "1 for the candidacy's latest final decision that stands on the visit (by time, then position), 2 for the one before it; null for a deferral."
--- decided_from = "When it was decided, first possible instant (UTC)."
--- decided_to = "When it was decided, last possible instant (UTC)."
--- decided_precision = "instant, minute or day."
--- decided_day = "Local date in the requisition's zone; a date recorded as such stays that date."
--- until_to = "For a deferral, the last instant by which it is to be decided (UTC)."
--- recorded_at = "When it was recorded (UTC)."
--- basis = "observed or imported."
--- reasons = "The reasons given: list of (code, criteria, scorecards), with corrections."
--- deciders = "How many people decided; 0 means the record does not say."
--- automation = "none, assisted or sole."
--- overridden = "Whether a reason was given for departing from the standard."
--- standard = "Stream key of the standard in force for the requisition at decided_to; null if none was."
--- standard_version = "Its version in force."
--- standard_entry = "Position of the entry that adopted this version; null if it was never adopted."
--- standard_recorded_afterwards = "Whether the standard in force, or its binding to the requisition, was recorded only after decided_to; false if no standard was in force."
--- named_standard = "Stream key of the standard the decision itself names; null if it names none."
--- named_version = "Version the decision itself names."
--- policy_entry = "Position of the entry that adopted the policy in force at decided_to; null if there is none."
with overturned as (
    select distinct decision from decision_overturned_effective
),
standing as (
    select
        d.*,
        a.candidate,
        a.person,
        a.requisition,
        a.zone,
        v.position as visit_key,
        v.stage
    from decision_made_effective as d
    join application as a on a.candidacy = d.stream_key
    left join overturned as o on o.decision = d.id
    left join stage_entered as v on v.id = d.visit
    where o.decision is null
),
ranked as (
    select
        position,
        row_number() over (partition by stream_key, visit order by occurred_from desc, position desc) as final_rank
    from standing
    where outcome <> 'defer'
)
select
    d.position as decision,
    d.id as decision_id,
    d.stream_key as candidacy,
    d.requisition,
    d.candidate,
    d.person,
    d.zone,
    d.visit_key as visit,
    d.visit as visit_id,
    d.stage,
    d.outcome,
    d.outcome <> 'defer' as final,
    r.final_rank,
    d.occurred_from as decided_from,
    d.occurred_to as decided_to,
    d.occurred_precision as decided_precision,
    case
        when d.occurred_precision = 'day' or d.occurred_zone = d.zone then d.occurred_day
        else cast(timezone(d.zone, timezone('UTC', d.occurred_from)) as date)
    end as decided_day,
    d.until_to,
    d.recorded_at,
    d.basis,
    d.reasons,
    coalesce(len(d.deciders), 0) as deciders,
    d.automation,
    d.has_override_reason as overridden,
    f.standard,
    f.standard_version,
    f.standard_entry,
    coalesce(greatest(f.standard_recorded_at, f.binding_recorded_at) > d.occurred_to, false)
        as standard_recorded_afterwards,
    n.stream_key as named_standard,
    d.standard_version as named_version,
    f.policy_entry
from standing as d
left join ranked as r on r.position = d.position
left join standard_in_force as f
    on f.requisition = d.requisition
    and f.in_force_from <= d.occurred_to
    and (f.in_force_to is null or d.occurred_to < f.in_force_to)
left join stream as n on n.stream = d.standard
