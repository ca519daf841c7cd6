--- title = { en = "Profile of scores", zh = "各项得分" }
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
--- stratum = "Position of the earliest decision among those of one requisition, stage, version of the standard and list of criteria: people are compared with those who have the same number here."
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
),
profile as (
    select
        s.decision, s.candidacy, s.candidate, s.person, s.requisition, s.stage, s.standard, s.standard_version,
        p.standard_entry, s.decided_day, s.outcome, p.class, p.overridden, r.criteria, r.scores, p.score,
        p.floor_missed, p.advance_bar, p.reject_bar
    from selection as s
    join replay as p on p.decision = s.decision
    join rated as r on r.decision = s.decision
    where p.stage_kind = 'scored' and p.class in ('agree', 'differ', 'discretion', 'capacity')
),
stratum as (
    select requisition, stage, standard_entry, criteria, min(decision) as stratum
    from profile
    group by requisition, stage, standard_entry, criteria
)
select
    p.decision,
    p.candidacy,
    p.candidate,
    p.person,
    p.requisition,
    p.stage,
    p.standard,
    p.standard_version,
    p.standard_entry,
    t.stratum,
    p.decided_day,
    p.outcome,
    p.class,
    p.overridden,
    p.criteria,
    p.scores,
    p.score,
    p.floor_missed,
    p.advance_bar,
    p.reject_bar
from profile as p
join stratum as t
    on t.requisition = p.requisition
    and t.stage = p.stage
    and t.standard_entry = p.standard_entry
    and t.criteria = p.criteria
