//! The table of the alarms that each Region has.

use crate::context::RegionStack;
use crate::parts::alarms::metric::{
    Alarm, Beat, Dimensions, Limit, Metric, NAMESPACE, Silence, lag_metric,
};
use crate::parts::balancer::Balancer;
use crate::parts::functions::Functions;
use leeward_blueprint::RegionRole;
use leeward_blueprint::deploy::{Engine, Profile};
use leeward_blueprint::schema::TableRole;
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Value, aws};
use leeward_model::FunctionRole;
use std::iter::once;

pub(crate) struct Watched<'a> {
    pub(crate) functions: &'a Functions,
    /// The watched parts of a Region that accepts orders. The witness Region has `None`.
    pub(crate) region: Option<WatchedRegion<'a>>,
}

pub(crate) struct WatchedRegion<'a> {
    pub(crate) cluster: String,
    pub(crate) fleet: Option<(&'a Balancer, &'a Handle<aws::AutoscalingGroup>)>,
}

fn metric(
    namespace: &'static str,
    name: &'static str,
    statistic: &'static str,
    dimensions: Dimensions,
) -> Metric {
    Metric { namespace, name, dimensions, statistic }
}

fn alarm(id: impl Into<String>, what: impl Into<String>, metric: Metric, limit: Limit) -> Alarm {
    Alarm {
        id: id.into(),
        what: what.into(),
        metric,
        of: None,
        limit,
        silence: Silence::IsFine,
        beat: Beat::MINUTELY,
        loud: false,
    }
}

pub(crate) fn all(place: &RegionStack, watched: &Watched<'_>) -> Vec<Alarm> {
    let mut out: Vec<Alarm> = sentinel(place).into_iter().collect();
    for (role, name) in watched.functions.names() {
        out.extend(function(place, role, name));
    }
    let Some(region) = &watched.region else { return out };
    out.extend(database(place, &region.cluster));
    out.extend(queues(place));
    out.extend(tables(place));
    out.extend(platform(place));
    match region.fleet {
        None => out.extend(api(place)),
        Some((balancer, agents)) => out.extend(fleet(place, balancer, agents)),
    }
    out
}

/// Returns the alarm on the sentinel's ticks. When it is active, operators act on it before all other alarms (REQ-M1).
fn sentinel(place: &RegionStack) -> Option<Alarm> {
    let ticks = metric(NAMESPACE, "SentinelTicks", "Sum", ours(place));
    let alarm = alarm("sentinel", "The Region's sentinel does not tick", ticks, Limit::Below(1.0));
    Some(Alarm { silence: Silence::Breaches, loud: true, ..alarm })
}

fn ours(place: &RegionStack) -> Dimensions {
    vec![
        ("Suffix", place.blueprint.suffix.as_str().into()),
        ("Region", place.region.as_str().into()),
    ]
}

fn function(place: &RegionStack, role: FunctionRole, name: &str) -> Vec<Alarm> {
    let limits = &place.blueprint.alarms;
    let of = |metric_name, statistic| {
        let dimensions: Dimensions = vec![("FunctionName", Value::from(name))];
        metric("AWS/Lambda", metric_name, statistic, dimensions)
    };
    let id = |what: &str| format!("{}-{what}", role.as_str());
    let share = Limit::Above(f64::from(limits.error_percent));
    let errors = alarm(id("errors"), "Failed invocations, percent", of("Errors", "Sum"), share);
    let beat = match role {
        FunctionRole::Run | FunctionRole::Operator | FunctionRole::Readiness => Beat::RARE,
        _ => Beat::MINUTELY,
    };
    let mut out = vec![
        Alarm { of: Some(of("Invocations", "Sum")), beat, ..errors },
        alarm(id("throttles"), "Throttled invocations", of("Throttles", "Sum"), Limit::Above(0.0)),
    ];
    if matches!(role, FunctionRole::Orders | FunctionRole::Health) {
        let limit = Limit::Above(f64::from(limits.response_ms));
        out.push(alarm(id("duration"), "Response time, p95, ms", of("Duration", "p95"), limit));
    }
    out
}

fn database(place: &RegionStack, cluster: &str) -> Vec<Alarm> {
    let limits = &place.blueprint.alarms;
    let engine = place.blueprint.database.engine(place.blueprint.profile);
    let of = |name| {
        let dimensions: Dimensions = vec![("DBClusterIdentifier", Value::from(cluster))];
        metric("AWS/RDS", name, "Maximum", dimensions)
    };
    // The lag is in milliseconds, and only the Region with the replica reports it (docs/spec/aws-facts.md). After a
    // move that may be either Region, so both Regions have this alarm.
    let lag = lag_metric(engine);
    let most = max_connections(engine, &place.blueprint.database.instance_class);
    let connections = most * f64::from(limits.connections_percent) / 100.0;
    vec![
        alarm(
            "replication-lag",
            "Replication lag of the database, ms",
            of(lag),
            above(limits.replication_lag_ms),
        ),
        alarm(
            "database-cpu",
            "CPU utilization of the database, percent",
            of("CPUUtilization"),
            above(limits.cpu_percent),
        ),
        alarm(
            "connections",
            "Connections to the database",
            of("DatabaseConnections"),
            Limit::Above(connections.floor()),
        ),
    ]
}

fn above(limit: u32) -> Limit {
    Limit::Above(f64::from(limit))
}

/// Returns the engine's default number of connections for an instance class. PostgreSQL derives it from the memory;
/// MySQL adds a fixed number for each doubling of the size (Aurora user guide, "Maximum connections").
fn max_connections(engine: Engine, class: &str) -> f64 {
    let size = class.rsplit('.').next().unwrap_or(class);
    let steps: u32 = match size {
        "large" => 0,
        "xlarge" => 1,
        "2xlarge" => 2,
        "4xlarge" => 3,
        "8xlarge" => 4,
        "12xlarge" => 5,
        _ => 6,
    };
    match engine {
        Engine::AuroraPostgresql => (1_700.0 * f64::from(1 << steps.min(2))).min(5_000.0),
        Engine::AuroraMysql => 1_000.0 * f64::from(1 + steps),
    }
}

fn queues(place: &RegionStack) -> Vec<Alarm> {
    let of = |queue: String, name| {
        let dimensions: Dimensions = vec![("QueueName", queue.into())];
        metric("AWS/SQS", name, "Maximum", dimensions)
    };
    let limits = &place.blueprint.alarms;
    vec![
        alarm(
            "queue-age",
            "Age of the oldest hint in the queue, s",
            of(place.names.orders_queue(), "ApproximateAgeOfOldestMessage"),
            above(limits.queue_age_s),
        ),
        Alarm {
            loud: true,
            ..alarm(
                "dead-letters",
                "Messages in the dead-letter queue",
                of(place.names.dead_letters_queue(), "ApproximateNumberOfMessagesVisible"),
                Limit::Above(0.0),
            )
        },
    ]
}

fn tables(place: &RegionStack) -> Vec<Alarm> {
    let mut out = Vec::new();
    for role in TableRole::ALL {
        let table: Value<Str> = role.table_name(&place.names).into();
        for (what, name) in [("reads", "ReadThrottleEvents"), ("writes", "WriteThrottleEvents")] {
            let dimensions: Dimensions = vec![("TableName", table.clone())];
            let throttled = metric("AWS/DynamoDB", name, "Sum", dimensions);
            let id = format!("{}-throttled-{what}", role.as_str());
            out.push(alarm(id, "Throttled requests to the table", throttled, Limit::Above(0.0)));
        }
    }
    let dimensions: Dimensions =
        vec![("TableName", place.names.ledger_table().into()), ("Operation", "PutItem".into())];
    let latency = metric("AWS/DynamoDB", "SuccessfulRequestLatency", "p99", dimensions);
    let limit = above(place.blueprint.alarms.append_p99_ms);
    out.push(alarm("ledger-latency", "Latency of a put into the ledger, p99, ms", latency, limit));
    out
}

/// Returns the alarms on the platform's own metrics (REQ-M5, T1).
fn platform(place: &RegionStack) -> Vec<Alarm> {
    let limits = &place.blueprint.alarms;
    let of = |name, statistic| metric(NAMESPACE, name, statistic, ours(place));
    let round_trip = of("RoundTripMs", "p99");
    let append = of("AppendMs", "p99");
    let readiness = alarm(
        "readiness",
        "Failing readiness rules; a move may not succeed",
        of("ReadinessFailures", "Maximum"),
        Limit::Above(0.0),
    );
    let parked = alarm(
        "parked",
        "Parked accounts, whose orders are not booked",
        of("ParkedAccounts", "Maximum"),
        Limit::Above(0.0),
    );
    // Readiness runs once an hour, and a missing run is as serious as a failed run.
    let readiness =
        Alarm { silence: Silence::Breaches, beat: Beat::HOURLY, loud: true, ..readiness };
    let parked = Alarm { loud: true, ..parked };
    vec![
        alarm(
            "round-trip",
            "Round trip to the other Region, p99, ms",
            round_trip,
            above(limits.round_trip_ms),
        ),
        alarm(
            "append",
            "Latency of an append to the ledger, p99, ms",
            append,
            above(limits.append_p99_ms),
        ),
        readiness,
        parked,
    ]
}

fn api(place: &RegionStack) -> Vec<Alarm> {
    let limits = &place.blueprint.alarms;
    let of = |name, statistic| {
        let dimensions: Dimensions =
            vec![("ApiName", place.names.orders_api().into()), ("Stage", "v1".into())];
        metric("AWS/ApiGateway", name, statistic, dimensions)
    };
    let share = f64::from(limits.error_percent) / 100.0;
    vec![
        alarm(
            "api-latency",
            "Response time of the API, p95, ms",
            of("Latency", "p95"),
            above(limits.response_ms),
        ),
        alarm(
            "api-errors",
            "Share of API responses that are 5xx",
            of("5XXError", "Average"),
            Limit::Above(share),
        ),
    ]
}

fn fleet(
    place: &RegionStack,
    balancer: &Balancer,
    agents: &Handle<aws::AutoscalingGroup>,
) -> Vec<Alarm> {
    let limits = &place.blueprint.alarms;
    debug_assert!(
        place.blueprint.profile == Profile::Instances && place.region_role != RegionRole::Witness
    );
    let load_balancer = || ("LoadBalancer", Value::from(balancer.balancer.arn_suffix()));
    let both = || vec![load_balancer(), ("TargetGroup", balancer.targets.arn_suffix().into())];
    let of =
        |name, statistic, dimensions| metric("AWS/ApplicationELB", name, statistic, dimensions);
    let group = || vec![("AutoScalingGroupName", Value::from(agents.name()))];
    let errors = alarm(
        "api-errors",
        "Responses that are 5xx, percent",
        of("HTTPCode_Target_5XX_Count", "Sum", vec![load_balancer()]),
        above(limits.error_percent),
    );
    let seconds = f64::from(limits.response_ms) / 1_000.0;
    let in_service = metric("AWS/AutoScaling", "GroupInServiceInstances", "Minimum", group());
    let capacity = alarm(
        "capacity",
        "Fewer agents in service than the minimum",
        in_service,
        Limit::Below(f64::from(place.blueprint.instances.min)),
    );
    once(alarm(
        "unhealthy-hosts",
        "Agents that fail their health check",
        of("UnHealthyHostCount", "Maximum", both()),
        Limit::Above(0.0),
    ))
    .chain([
        alarm(
            "response-time",
            "Response time of the agents, p95, s",
            of("TargetResponseTime", "p95", vec![load_balancer()]),
            Limit::Above(seconds),
        ),
        Alarm { of: Some(of("RequestCount", "Sum", vec![load_balancer()])), ..errors },
        Alarm { silence: Silence::Breaches, loud: true, ..capacity },
        alarm(
            "cpu",
            "CPU utilization of the agents, percent",
            metric("AWS/EC2", "CPUUtilization", "Average", group()),
            above(limits.cpu_percent),
        ),
    ])
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_by_class() {
        let check = |engine, class, expect| assert_eq!(max_connections(engine, class), expect);
        check(Engine::AuroraMysql, "db.r6g.large", 1_000.0);
        check(Engine::AuroraMysql, "db.r6g.4xlarge", 4_000.0);
        check(Engine::AuroraPostgresql, "db.r6g.large", 1_700.0);
        check(Engine::AuroraPostgresql, "db.r6g.16xlarge", 5_000.0);
    }
}
