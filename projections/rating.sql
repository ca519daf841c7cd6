--- title = { en = "Rating", zh = "评分" }
--- grain = "one row per visit, author and criterion rated: by the author's scorecard that stands for the visit's latest final decision, or the latest on an undecided visit"
--- reads = ["scorecard_effective", "scorecard_submitted_effective", "scorecard_amended_effective", "application", "stream"]
--- [columns]
--- scorecard = "Position of the scorecard."
--- visit = "Position of the entry into the stage."
--- candidacy = "Stream key of the candidacy."
--- person = "The person, with merges."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- author = "Who wrote it (opaque id)."
--- standard = "Stream key of the standard the scorecard itself names, on whose scale it was written."
--- standard_version = "Version of it that the scorecard names."
--- written_day = "Local date of the scorecard in the requisition's zone."
--- criterion = "Code of the criterion."
--- score = "The score, in micro-points."
with written as (
    select position, standard, occurred_from, occurred_precision, occurred_zone, occurred_day
    from scorecard_submitted_effective
    union all
    select position, standard, occurred_from, occurred_precision, occurred_zone, occurred_day
    from scorecard_amended_effective
),
card as (
    select
        s.scorecard,
        s.visit,
        s.candidacy,
        a.person,
        s.requisition,
        s.stage,
        s.author,
        t.stream_key as standard,
        s.standard_version,
        case
            when w.occurred_precision = 'day' or w.occurred_zone = a.zone then w.occurred_day
            else cast(timezone(a.zone, timezone('UTC', w.occurred_from)) as date)
        end as written_day,
        s.ratings
    from scorecard_effective as s
    join written as w on w.position = s.scorecard
    join application as a on a.candidacy = s.candidacy
    left join stream as t on t.stream = w.standard
    where s.latest and s.visit is not null
)
select
    scorecard, visit, candidacy, person, requisition, stage, author, standard, standard_version, written_day,
    r.criterion as criterion,
    r.score as score
from (select * exclude (ratings), unnest(ratings) as r from card) as each_rating
where r.score is not null
