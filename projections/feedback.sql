--- title = { en = "Feedback", zh = "反馈" }
--- grain = "one row per candidacy that was interviewed"
--- reads = ["candidacy", "feedback_given_effective", "feedback_withheld_effective", "feedback_requested_effective", "feedback_rated_effective"]
--- [columns]
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- state = "State of the candidacy."
--- interviews = "How many interviews were held."
--- last_interview_from = "When the latest of them was held, first possible instant (UTC)."
--- standing = "given; withheld (for a reason, and none was given); or none."
--- feedback = "Position of the first feedback given (by time, then position); null if none."
--- given_from = "When it was given, first possible instant (UTC)."
--- given_to = "When it was given, last possible instant (UTC)."
--- times_given = "How many times feedback was given."
--- channel = "Channel of the first."
--- language = "Language tag of the first."
--- template = "Template of the first."
--- strengths = "How many strengths the first names; 0 without feedback."
--- improvements = "How many improvements it names."
--- suggestions = "How many suggestions it makes."
--- encouragements = "How many encouragements it has."
--- next_steps = "How many next steps it names."
--- linked = "How many of its segments name a criterion."
--- strength_first = "Whether a strength stands before its first improvement, or it has strengths and no improvement; null without segments."
--- checks_applied = "How many checks of its text applied; null if it was not checked."
--- checks_met = "How many of them it met."
--- withheld = "Position of the first entry that withholds it; null if none."
--- withheld_reason = "legal_advice, candidate_declined, not_interviewed or policy."
--- requests = "How many times the candidate asked for feedback."
--- ratings = "How many times the candidate rated feedback of this candidacy."
--- found_helpful = "How many of these ratings say that it helped."
with given as (
    select
        *,
        row_number() over (partition by stream_key order by occurred_from, position) as place,
        count(*) over (partition by stream_key) as times
    from feedback_given_effective
),
first_given as (
    select
        *,
        list_transform(segments, lambda s: s.kind) as kinds
    from given
    where place = 1
),
withheld as (
    select stream_key, position, reason
    from (
        select
            stream_key, position, reason,
            row_number() over (partition by stream_key order by occurred_from, position) as place
        from feedback_withheld_effective
    ) as each_withholding
    where place = 1
),
requested as (
    select stream_key, count(*) as requests from feedback_requested_effective group by stream_key
),
rated as (
    select stream_key, count(*) as ratings, count(*) filter (where helpful) as found_helpful
    from feedback_rated_effective
    group by stream_key
)
select
    c.candidacy,
    c.requisition,
    c.person,
    c.state,
    c.interviews,
    c.last_interview_from,
    case
        when g.position is not null then 'given'
        when w.position is not null then 'withheld'
        else 'none'
    end as standing,
    g.position as feedback,
    g.occurred_from as given_from,
    g.occurred_to as given_to,
    coalesce(g.times, 0) as times_given,
    g.channel,
    g.language,
    g.template,
    coalesce(len(list_filter(g.kinds, lambda k: k = 'strength')), 0) as strengths,
    coalesce(len(list_filter(g.kinds, lambda k: k = 'improvement')), 0) as improvements,
    coalesce(len(list_filter(g.kinds, lambda k: k = 'suggestion')), 0) as suggestions,
    coalesce(len(list_filter(g.kinds, lambda k: k = 'encouragement')), 0) as encouragements,
    coalesce(len(list_filter(g.kinds, lambda k: k = 'next_step')), 0) as next_steps,
    coalesce(len(list_filter(g.segments, lambda s: s.criterion is not null)), 0) as linked,
    case
        when len(g.kinds) > 0
            then list_contains(g.kinds, 'strength') and (
                not list_contains(g.kinds, 'improvement')
                or list_position(g.kinds, 'strength') < list_position(g.kinds, 'improvement')
            )
    end as strength_first,
    g.checks.applied as checks_applied,
    g.checks.met as checks_met,
    w.position as withheld,
    w.reason as withheld_reason,
    coalesce(q.requests, 0) as requests,
    coalesce(r.ratings, 0) as ratings,
    coalesce(r.found_helpful, 0) as found_helpful
from candidacy as c
left join first_given as g on g.stream_key = c.candidacy
left join withheld as w on w.stream_key = c.candidacy
left join requested as q on q.stream_key = c.candidacy
left join rated as r on r.stream_key = c.candidacy
where c.interviews > 0
