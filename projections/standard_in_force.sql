--- title = { en = "Standard in force", zh = "有效的标准" }
--- grain = "one row per binding of a standard and a policy to a requisition, over the time it held"
--- reads = ["requisition_opened_effective", "requisition_rebound_effective", "standard_adopted_effective", "policy_adopted_effective", "stream"]
--- [columns]
--- requisition = "Stream key of the requisition."
--- requisition_id = "Id of the requisition's stream."
--- binding = "Position of the entry that bound it: the requisition's opening or a rebinding."
--- in_force_from = "First instant at which it held (UTC): when the binding occurred, at the earliest. What happened at T, at the latest, falls under the row with in_force_from <= T < in_force_to."
--- in_force_to = "First instant at which it held no more (UTC); null if it still holds. Of two bindings at one instant the later recorded holds, the other has no row."
--- binding_recorded_at = "When the binding was recorded (UTC)."
--- standard = "Stream key of the standard."
--- standard_version = "Version of the standard."
--- standard_entry = "Position of the entry that adopted this version; null if it was never adopted. Of two adoptions of one version the later recorded counts."
--- standard_code = "Code of the standard."
--- standard_recorded_at = "When the adoption of this version was recorded (UTC)."
--- policy = "Stream key of the policy; null if none. A rebinding that names no policy leaves the policy as it was."
--- policy_version = "Version of the policy."
--- policy_entry = "Position of the entry that adopted this version of the policy; null if there is none."
with bound as (
    select position, stream_key, occurred_from, recorded_at, standard, standard_version, policy, policy_version
    from requisition_opened_effective
    union all
    select position, stream_key, occurred_from, recorded_at, standard, standard_version, policy, policy_version
    from requisition_rebound_effective
),
in_time as (
    select
        position,
        stream_key,
        occurred_from,
        recorded_at,
        standard,
        standard_version,
        last_value(policy ignore nulls) over earlier as policy,
        last_value(policy_version ignore nulls) over earlier as policy_version,
        lead(occurred_from) over (partition by stream_key order by occurred_from, position) as next_from
    from bound
    window earlier as (
        partition by stream_key order by occurred_from, position
        rows between unbounded preceding and current row
    )
),
standard_version_adopted as (
    select stream_key, standard_version, max(position) as position
    from standard_adopted_effective
    group by stream_key, standard_version
),
policy_version_adopted as (
    select stream_key, policy_version, max(position) as position
    from policy_adopted_effective
    group by stream_key, policy_version
)
select
    b.stream_key as requisition,
    rs.stream as requisition_id,
    b.position as binding,
    b.occurred_from as in_force_from,
    b.next_from as in_force_to,
    b.recorded_at as binding_recorded_at,
    ss.stream_key as standard,
    b.standard_version,
    sa.position as standard_entry,
    a.code as standard_code,
    a.recorded_at as standard_recorded_at,
    ps.stream_key as policy,
    b.policy_version,
    pa.position as policy_entry
from in_time as b
join stream as rs on rs.stream_key = b.stream_key
left join stream as ss on ss.stream = b.standard
left join standard_version_adopted as sa
    on sa.stream_key = ss.stream_key and sa.standard_version = b.standard_version
left join standard_adopted_effective as a on a.position = sa.position
left join stream as ps on ps.stream = b.policy
left join policy_version_adopted as pa
    on pa.stream_key = ps.stream_key and pa.policy_version = b.policy_version
where b.next_from is null or b.occurred_from < b.next_from
