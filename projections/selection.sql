--- title = { en = "Selection", zh = "通过与否" }
--- grain = "one row per visit with a final decision that stands: the latest one"
--- reads = ["decision_effective"]
--- [columns]
--- decision = "Position of the decision."
--- visit = "Position of the entry into the stage; null if the decision names a visit that is not in the record."
--- candidacy = "Stream key of the candidacy."
--- candidate = "Stream key of the candidate, by which answers about groups are joined."
--- person = "The person, with merges."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- standard = "Stream key of the standard in force at the decision; null if none was."
--- standard_version = "Its version in force. Requisition, stage and version make a stratum."
--- outcome = "advance or reject."
--- selected = "Whether the candidate was selected: the outcome is advance."
--- decided_from = "When it was decided, first possible instant (UTC)."
--- decided_day = "Local date of the decision in the requisition's zone."
--- basis = "observed or imported."
select
    decision,
    visit,
    candidacy,
    candidate,
    person,
    requisition,
    stage,
    standard,
    standard_version,
    outcome,
    outcome = 'advance' as selected,
    decided_from,
    decided_day,
    basis
from decision_effective
where final_rank = 1
