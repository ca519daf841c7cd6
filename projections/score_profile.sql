--- title = "Profile of scores"
--- grain = "one row per visit to a scored stage whose latest final decision was made on scores enough for the standard"
--- reads = ["selection", "replay", "criterion_score"]
--- [columns]
--- decision = "Position of the decision."
--- candidacy = "Stream key of the candidacy."
--- candidate = "Stream key of the candidate, by which answers about groups are joined."
--- person = "The person, with merges."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- standard = "Stream key of the standard in force."
--- standard_version = "Its version. Requisition, stage and version make a stratum: only within one are people compared."
--- standard_entry = "Position of the entry that adopted that version."
--- decided_day = "Local date of the decision in the requisition's zone."
--- outcome = "advance or reject."
--- class = "agree, differ, discretion or capacity, as the replay says."
--- overridden = "Whether a reason was given for departing from the standard."
--- criteria = "Codes of the criteria that decide at this stage and were rated, in alphabetical order."
--- scores = "Their scores in the same order, in micro-points."
--- score = "Weighted mean over them, in micro-points, rounded half up for reading only."
--- floor_missed = "Whether the mean of some criterion lies below its floor."
--- advance_bar = "Bar to advance, in micro-points."
--- reject_bar = "Bar below which the standard rejects, in micro-points."
with rated as (
    select decision, list(criterion order by criterion) as criteria, list(score order by criterion) as scores
    from criterion_score
    where counts
    group by decision
)
select
    s.decision,
    s.candidacy,
    s.candidate,
    s.person,
    s.requisition,
    s.stage,
    s.standard,
    s.standard_version,
    p.standard_entry,
    s.decided_day,
    s.outcome,
    p.class,
    p.overridden,
    r.criteria,
    r.scores,
    p.score,
    p.floor_missed,
    p.advance_bar,
    p.reject_bar
from selection as s
join replay as p on p.decision = s.decision
join rated as r on r.decision = s.decision
where p.stage_kind = 'scored' and p.class in ('agree', 'differ', 'discretion', 'capacity')
