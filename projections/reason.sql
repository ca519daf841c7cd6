--- title = { en = "Reason given", zh = "写明的理由" }
--- grain = "one row per reason of a decision that stands, in the order given"
--- reads = ["decision_effective", "standard_adopted_effective"]
--- [columns]
--- decision = "Position of the decision."
--- ordinal = "Place among the decision's reasons, from 1."
--- candidacy = "Stream key of the candidacy."
--- requisition = "Stream key of the requisition."
--- stage = "Code of the stage."
--- outcome = "advance, reject or defer."
--- decided_from = "When it was decided, first possible instant (UTC)."
--- decided_day = "Local date of the decision in the requisition's zone."
--- code = "Code of the reason."
--- known = "Whether the standard in force has this code."
--- party = "employer, candidate or neither, by the standard in force; null if it does not have the code."
--- capacity = "filled, closed or frozen, for a reason of neither party."
--- topic = "criterion, culture or other, by the standard in force."
--- needs_criterion = "Whether the standard in force demands a criterion with this code."
--- criteria = "Criteria the reason cites: list of codes."
--- scorecards = "Scorecards the reason cites: list of entry ids."
--- standard = "Stream key of the standard in force."
--- standard_version = "Its version."
with given as (
    select
        decision, candidacy, requisition, stage, outcome, decided_from, decided_day, standard, standard_version,
        standard_entry,
        unnest(reasons) as r,
        unnest(range(1, len(reasons) + 1)) as ordinal
    from decision_effective
),
defined as (
    select standard_entry, c.code, c.party, c.capacity, c.topic, c.needs_criterion
    from (select position as standard_entry, unnest(reason_codes) as c from standard_adopted_effective) as each_code
)
select
    g.decision,
    g.ordinal,
    g.candidacy,
    g.requisition,
    g.stage,
    g.outcome,
    g.decided_from,
    g.decided_day,
    g.r.code as code,
    d.code is not null as known,
    d.party,
    d.capacity,
    d.topic,
    d.needs_criterion,
    g.r.criteria as criteria,
    g.r.scorecards as scorecards,
    g.standard,
    g.standard_version
from given as g
left join defined as d on d.standard_entry = g.standard_entry and d.code = g.r.code
