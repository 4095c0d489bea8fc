//! Metrics, and the parts of an alarm.

use crate::context::RegionStack;
use leeward_blueprint::deploy::Engine;
use leeward_construct::Value;
use leeward_construct::ty::Str;

pub(crate) const PERIOD_S: i64 = 60;
pub(crate) const PERIODS: i64 = 2;

/// The namespace of the metrics that agents and functions publish.
pub(crate) const NAMESPACE: &str = "Leeward";

pub(crate) type Dimensions = Vec<(&'static str, Value<Str>)>;

#[derive(Clone, Copy)]
pub(crate) enum Silence {
    Breaches,
    IsFine,
}

/// A metric of AWS or of the platform itself.
#[derive(Clone)]
pub(crate) struct Metric {
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) dimensions: Dimensions,
    pub(crate) statistic: &'static str,
}

pub(crate) enum Limit {
    Above(f64),
    Below(f64),
}

pub(crate) struct Alarm {
    pub(crate) id: String,
    pub(crate) what: String,
    /// The metric that the alarm watches. If `of` is set, the alarm watches the metric as a percentage of `of`.
    pub(crate) metric: Metric,
    pub(crate) of: Option<Metric>,
    pub(crate) limit: Limit,
    pub(crate) silence: Silence,
    pub(crate) beat: Beat,
    /// Whether the alarm sends a notice of its own. The composite alarm sends a notice only when its own state changes.
    pub(crate) loud: bool,
}

/// The period of a metric, and the number of bad periods, out of two, that raise the alarm.
#[derive(Clone, Copy)]
pub(crate) struct Beat {
    pub(crate) period_s: i64,
    pub(crate) bad: i64,
}

impl Beat {
    pub(crate) const MINUTELY: Beat = Beat { period_s: PERIOD_S, bad: PERIODS };
    /// The beat for functions that run only occasionally: one bad minute raises the alarm.
    pub(crate) const RARE: Beat = Beat { period_s: PERIOD_S, bad: 1 };
    pub(crate) const HOURLY: Beat = Beat { period_s: 3_600, bad: 1 };
}

/// Returns the name of the Region's composite alarm, which the other Region's rule matches.
pub(crate) fn composite_name(place: &RegionStack) -> String {
    place.name(&format!("region-{}", place.region), "alarm")
}

/// Returns the metric of replication lag, which differs by engine (docs/spec/aws-facts.md).
pub(crate) fn lag_metric(engine: Engine) -> &'static str {
    match engine {
        Engine::AuroraPostgresql => "AuroraGlobalDBRPOLag",
        Engine::AuroraMysql => "AuroraGlobalDBReplicationLag",
    }
}
