--- title = { en = "Scorecard that counts", zh = "计入的评分表" }
--- grain = "one row per visit, author and final decision it stands for; on a visit without one, per visit and author"
--- reads = ["scorecard_submitted_effective", "scorecard_amended_effective", "decision_effective", "stage_visit"]
--- [columns]
--- scorecard = "Position of the scorecard: of this author the latest (by time, then position) that occurred, or may have occurred, no later than the decision; on an undecided visit the latest."
--- scorecard_id = "Id of the scorecard's entry."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- visit = "Position of the entry into the stage; null if the decision names a visit that is not in the record."
--- stage = "Code of the stage."
--- author = "Who wrote it (opaque id)."
--- decision = "Position of the final decision it stands for; null on an undecided visit."
--- latest = "Whether the decision is the latest that stands on the visit, or there is none: keep these rows for one scorecard a visit and author."
--- written_from = "When it was written, first possible instant (UTC)."
--- written_to = "When it was written, last possible instant (UTC)."
--- recorded_at = "When it was recorded (UTC)."
--- recorded_late = "Whether it was recorded after the decision was; false on an undecided visit."
--- amendment = "Whether it replaces an earlier scorecard."
--- standard_version = "Version of the standard the scorecard itself names. Scores count by the id of their criterion, whichever version is named."
--- recommendation = "What the author recommended: advance, reject, defer; null if nothing."
--- ratings = "List of (criterion, score in micro-points or null, has_evidence)."
with scorecard as (
    select position, id, stream_key, visit, author, occurred_from, occurred_to, recorded_at, false as amendment,
        standard_version, recommendation, ratings
    from scorecard_submitted_effective
    union all
    select position, id, stream_key, visit, author, occurred_from, occurred_to, recorded_at, true as amendment,
        standard_version, recommendation, ratings
    from scorecard_amended_effective
),
place as (
    select visit_id, candidacy, requisition, visit, stage, decision, decided_to, final_rank = 1 as latest
    from decision_effective
    where final
    union all
    select visit_id, candidacy, requisition, visit, stage, null as decision, null as decided_to, true as latest
    from stage_visit
    where decision is null
),
paired as (
    select
        s.*,
        p.candidacy,
        p.requisition,
        p.visit as visit_key,
        p.stage,
        p.decision,
        p.latest,
        row_number() over (
            partition by p.visit_id, p.decision, s.author order by s.occurred_from desc, s.position desc
        ) as back
    from scorecard as s
    join place as p on p.visit_id = s.visit and p.candidacy = s.stream_key
    where p.decision is null or s.occurred_from <= p.decided_to
)
select
    position as scorecard,
    id as scorecard_id,
    candidacy,
    requisition,
    visit_key as visit,
    stage,
    author,
    decision,
    latest,
    occurred_from as written_from,
    occurred_to as written_to,
    recorded_at,
    coalesce(position > decision, false) as recorded_late,
    amendment,
    standard_version,
    recommendation,
    ratings
from paired
where back = 1
