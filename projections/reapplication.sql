--- title = { en = "Application of somebody who came back", zh = "再次申请" }
--- grain = "one row per candidacy of a person who had applied before"
--- reads = ["candidacy", "follow_up"]
--- [columns]
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- person = "The person, with merges."
--- opened_from = "When they applied again, first possible instant (UTC)."
--- opened_day = "Local date in the requisition's zone."
--- state = "State of the candidacy: what became of it."
--- names_prior = "Whether the candidacy itself names an earlier one."
--- earlier = "Stream key of the person's candidacy before this one (by time, then position)."
--- earlier_requisition = "Stream key of its requisition."
--- earlier_state = "State of that one."
--- ordinal = "2 for the person's second candidacy, and so on."
--- days_between = "Days from the earlier application to this one, by local dates."
--- invited = "Position of the person's latest invitation to apply again that was not surely made after this application; null if there is none."
with applied as (
    select
        *,
        row_number() over of_person as ordinal,
        lag(candidacy) over of_person as earlier,
        lag(requisition) over of_person as earlier_requisition,
        lag(state) over of_person as earlier_state,
        lag(opened_day) over of_person as earlier_day
    from candidacy
    where person is not null
    window of_person as (partition by person order by opened_from, candidacy)
),
invited as (
    select a.candidacy, arg_max(f.follow_up, struct_pack(at := f.made_from, follow_up := f.follow_up)) as follow_up
    from applied as a
    join follow_up as f on f.person = a.person
    where f.kind = 'reapply_invitation' and f.made_from <= a.opened_to and a.earlier is not null
    group by a.candidacy
)
select
    a.candidacy,
    a.requisition,
    a.person,
    a.opened_from,
    a.opened_day,
    a.state,
    a.prior is not null as names_prior,
    a.earlier,
    a.earlier_requisition,
    a.earlier_state,
    a.ordinal,
    a.opened_day - a.earlier_day as days_between,
    i.follow_up as invited
from applied as a
left join invited as i on i.candidacy = a.candidacy
where a.earlier is not null
