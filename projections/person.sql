--- title = { en = "Person", zh = "人员" }
--- grain = "one row per candidate: which person they are, with merges"
--- reads = ["candidate_registered_effective", "candidate_merged_effective", "candidate_separated_effective", "candidate_erased_effective", "stream"]
--- [columns]
--- candidate = "Stream key of the candidate."
--- candidate_id = "Id of the candidate's stream."
--- person = "The lowest stream key among all candidates merged with this one, itself included; merged candidates share it."
--- erased_from = "When the person was erased, at the earliest (UTC); an erasure of one merged candidate erases all. Null if never."
with recursive standing_merge as (
    select m.stream_key as one, s.stream_key as other
    from candidate_merged_effective as m
    join stream as s on s.stream = m."into"
    left join candidate_separated_effective as x on x.merge = m.id
    where x.merge is null
),
edge as (
    select one, other from standing_merge
    union
    select other, one from standing_merge
),
reached as (
    select one as candidate, one as other from edge
    union
    select r.candidate, e.other
    from reached as r
    join edge as e on e.one = r.other
),
root as (
    select candidate, min(other) as person
    from reached
    group by candidate
),
named as (
    select c.position as candidate, s.stream as candidate_id, coalesce(r.person, c.position) as person
    from candidate_registered_effective as c
    join stream as s on s.stream_key = c.position
    left join root as r on r.candidate = c.position
),
erased as (
    select n.person, min(e.occurred_from) as erased_from
    from candidate_erased_effective as e
    join named as n on n.candidate = e.stream_key
    group by n.person
)
select n.candidate, n.candidate_id, n.person, e.erased_from
from named as n
left join erased as e on e.person = n.person
