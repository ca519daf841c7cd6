--- title = { en = "Implied cut", zh = "实际分界" }
--- grain = "one row per requisition, stage, version of the standard and quarter in which anybody was decided on there by score"
--- reads = ["score_profile"]
--- [columns]
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- standard = "Stream key of the standard in force."
--- standard_version = "Its version."
--- standard_entry = "Position of the entry that adopted that version."
--- quarter = "Calendar quarter of the decisions, such as 2026Q1, by local dates in the requisition's zone."
--- decisions = "How many decisions: the latest final one on each visit, made on scores enough for the standard. Rejections for capacity and people who missed a floor are left out: their scores do not tell where the cut lay."
--- advanced = "How many of them advanced."
--- rejected = "How many were rejected."
--- highest_rejected = "Highest weighted score that was rejected, in micro-points, rounded half up; null if nobody was."
--- highest_rejected_entry = "Position of that decision, the earliest of equals."
--- lowest_advanced = "Lowest weighted score that advanced, in micro-points, rounded half up; null if nobody did."
--- lowest_advanced_entry = "Position of that decision, the earliest of equals."
--- advance_bar = "Bar to advance by the standard, in micro-points."
--- reject_bar = "Bar below which the standard rejects, in micro-points."
--- overlap = "Whether one cut can explain the quarter: none (highest rejected below lowest advanced, or only one outcome), discretion (they overlap, wholly between the bars, where the standard leaves it to people) or bar (they overlap beyond that)."
--- overlapping = "How many decisions lie in the overlap: advanced at or below the highest rejected, or rejected at or above the lowest advanced."
--- shift = "Beside the quarter before in which anybody was decided on here under the same version: up (somebody rejected at or above a score that advanced then), down (somebody advanced at or below a score that was rejected then), none (neither is seen), overlap (not judged: one of the two overlaps), standard (the first quarter under a version that came after another), first (no quarter before)."
--- shift_between_bars = "Whether there is a shift up or down, and both its scores lie between the bars, where the standard leaves it to people."
--- shift_entries = "Positions of the two decisions that show a shift up or down, the earlier quarter's first; null if there is none."
with counted as (
    select
        *,
        cast(year(decided_day) as varchar) || 'Q' || cast(quarter(decided_day) as varchar) as quarter
    from score_profile
    where class <> 'capacity' and not floor_missed
),
summed as (
    select
        requisition,
        stage,
        standard,
        standard_version,
        standard_entry,
        quarter,
        count(*) as decisions,
        count(*) filter (where outcome = 'advance') as advanced,
        count(*) filter (where outcome = 'reject') as rejected,
        max(score) filter (where outcome = 'reject') as highest_rejected,
        min(score) filter (where outcome = 'advance') as lowest_advanced,
        any_value(advance_bar) as advance_bar,
        any_value(reject_bar) as reject_bar
    from counted
    group by requisition, stage, standard, standard_version, standard_entry, quarter
),
named as (
    select
        s.requisition,
        s.stage,
        s.standard_entry,
        s.quarter,
        min(c.decision) filter (where c.outcome = 'reject' and c.score = s.highest_rejected) as highest_rejected_entry,
        min(c.decision) filter (where c.outcome = 'advance' and c.score = s.lowest_advanced) as lowest_advanced_entry,
        count(*) filter (
            where (c.outcome = 'advance' and c.score <= s.highest_rejected)
                or (c.outcome = 'reject' and c.score >= s.lowest_advanced)
        ) as overlapping
    from summed as s
    join counted as c
        on c.requisition = s.requisition
        and c.stage = s.stage
        and c.standard_entry = s.standard_entry
        and c.quarter = s.quarter
    group by s.requisition, s.stage, s.standard_entry, s.quarter
),
in_order as (
    select
        s.*,
        n.highest_rejected_entry,
        n.lowest_advanced_entry,
        n.overlapping,
        row_number() over (partition by s.requisition, s.stage order by s.quarter, s.standard_entry) as place,
        row_number() over same_version as place_in_version,
        lag(s.highest_rejected) over same_version as highest_before,
        lag(s.lowest_advanced) over same_version as lowest_before,
        lag(n.highest_rejected_entry) over same_version as highest_entry_before,
        lag(n.lowest_advanced_entry) over same_version as lowest_entry_before,
        lag(n.overlapping) over same_version as overlapping_before
    from summed as s
    join named as n
        on n.requisition = s.requisition
        and n.stage = s.stage
        and n.standard_entry = s.standard_entry
        and n.quarter = s.quarter
    window same_version as (partition by s.requisition, s.stage, s.standard_entry order by s.quarter)
),
judged as (
    select
        *,
        case
            when overlapping = 0 then 'none'
            when lowest_advanced >= reject_bar and highest_rejected < advance_bar then 'discretion'
            else 'bar'
        end as overlap,
        case
            when place = 1 then 'first'
            when place_in_version = 1 then 'standard'
            when overlapping > 0 or overlapping_before > 0 then 'overlap'
            when highest_rejected >= lowest_before then 'up'
            when lowest_advanced <= highest_before then 'down'
            else 'none'
        end as shift
    from in_order
)
select
    requisition,
    stage,
    standard,
    standard_version,
    standard_entry,
    quarter,
    decisions,
    advanced,
    rejected,
    highest_rejected,
    highest_rejected_entry,
    lowest_advanced,
    lowest_advanced_entry,
    advance_bar,
    reject_bar,
    overlap,
    overlapping,
    shift,
    case shift
        when 'up' then lowest_before >= reject_bar and highest_rejected < advance_bar
        when 'down' then lowest_advanced >= reject_bar and highest_before < advance_bar
        else false
    end as shift_between_bars,
    case shift
        when 'up' then [lowest_entry_before, highest_rejected_entry]
        when 'down' then [highest_entry_before, lowest_advanced_entry]
    end as shift_entries
from judged
