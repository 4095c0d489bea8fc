//! Alarms in each Region (REQ-M1), which judge two periods of one minute, and a composite alarm over them (REQ-M2),
//! whose changes are forwarded to the other Region (`events`). Missing data counts as a breach where data must exist,
//! such as a sentinel's ticks, but not where it may be absent, such as replication lag in the writer's Region.

pub(crate) mod metric;
pub(crate) mod watch;

use crate::context::RegionStack;
use crate::parts::alarms::metric::{Alarm, Beat, Limit, Metric, PERIODS, Silence, composite_name};
use crate::parts::alarms::watch::Watched;
use leeward_construct::aws::cloudwatch_metric_alarm::{
    MetricQuery, MetricQueryMetric, MetricQueryMetricArgs,
};
use leeward_construct::ty::Str;
use leeward_construct::{Handle, Ref, Value, aws};
use leeward_model::Region;

/// Adds the Region's alarms and the composite alarm. Returns the names of all alarms except the composite one.
pub(crate) fn add(
    place: &RegionStack,
    watched: &Watched<'_>,
    topic: &Handle<aws::SnsTopic>,
) -> Vec<String> {
    let place = &place.below("alarms");
    let alarms = watch::all(place, watched);
    let made: Vec<(String, Handle<aws::CloudwatchMetricAlarm>)> =
        alarms.into_iter().map(|alarm| one(place, alarm, topic.arn().into())).collect();
    let names: Vec<String> = made.iter().map(|(name, _)| name.clone()).collect();
    let rule = names.iter().map(|name| format!("ALARM(\"{name}\")")).collect::<Vec<_>>();
    let mut all = aws::CloudwatchCompositeAlarm::new(aws::CloudwatchCompositeAlarmArgs {
        alarm_name: composite_name(place),
        alarm_rule: rule.join(" OR "),
    })
    .alarm_description(format!("At least one alarm is active in {}", place.region))
    .alarm_actions([topic.arn()])
    .ok_actions([topic.arn()]);
    for (_, alarm) in &made {
        all = all.depends_on(alarm);
    }
    place.scope.add("region", all);
    names
}

/// Adds alarms on Route 53's health checks (REQ-M1). Their metrics exist in us-east-1 only, so the platform has these
/// alarms only if us-east-1 is one of the blueprint's Regions. The sentinels do not depend on these alarms.
pub(crate) fn checks(place: &RegionStack, checks: &[(&Region, Ref<Str>)]) {
    if place.region.as_str() != "us-east-1" {
        return;
    }
    let place = &place.below("alarms");
    for (region, check) in checks {
        let metric = Metric {
            namespace: "AWS/Route53",
            name: "HealthCheckStatus",
            dimensions: vec![("HealthCheckId", Value::from(check))],
            statistic: "Minimum",
        };
        let alarm = Alarm {
            id: format!("check-{region}"),
            what: format!("Route 53's health check of {region} fails"),
            metric,
            of: None,
            limit: Limit::Below(1.0),
            silence: Silence::Breaches,
            beat: Beat::MINUTELY,
            loud: true,
        };
        one(place, alarm, place.arn("sns", place.names.notices_topic()));
    }
}

fn one(
    place: &RegionStack,
    alarm: Alarm,
    topic: Value<Str>,
) -> (String, Handle<aws::CloudwatchMetricAlarm>) {
    let name = place.name(&alarm.id, "alarm");
    let (comparison, threshold) = match alarm.limit {
        Limit::Above(limit) => ("GreaterThanThreshold", limit),
        Limit::Below(limit) => ("LessThanThreshold", limit),
    };
    let silence = match alarm.silence {
        Silence::Breaches => "breaching",
        Silence::IsFine => "notBreaching",
    };
    let made = aws::CloudwatchMetricAlarm::new(name.as_str())
        .alarm_description(alarm.what)
        .comparison_operator(comparison)
        .threshold(threshold)
        .evaluation_periods(PERIODS)
        .datapoints_to_alarm(alarm.beat.bad)
        .treat_missing_data(silence);
    let made = match alarm.loud {
        true => made.alarm_actions([&topic]).ok_actions([&topic]),
        false => made,
    };
    let period_s = alarm.beat.period_s;
    let made = match alarm.of {
        None => simple(made, alarm.metric, period_s),
        Some(of) => made.metric_query([
            MetricQuery::new("share")
                .expression("100 * part / MAX([whole, 1])")
                .label(alarm.id.as_str())
                .return_data(true),
            query("part", alarm.metric, period_s),
            query("whole", of, period_s),
        ]),
    };
    let handle = place.scope.add(alarm.id, made);
    (name, handle)
}

fn simple(
    alarm: aws::CloudwatchMetricAlarm,
    metric: Metric,
    period_s: i64,
) -> aws::CloudwatchMetricAlarm {
    let alarm = alarm
        .namespace(metric.namespace)
        .metric_name(metric.name)
        .dimensions(metric.dimensions)
        .period(period_s);
    // The provider takes percentiles in a separate argument.
    if metric.statistic.starts_with('p') {
        alarm.extended_statistic(metric.statistic)
    } else {
        alarm.statistic(metric.statistic)
    }
}

fn query(id: &str, metric: Metric, period_s: i64) -> MetricQuery {
    let inner = MetricQueryMetric::new(MetricQueryMetricArgs {
        metric_name: metric.name,
        period: period_s,
        stat: metric.statistic,
    });
    MetricQuery::new(id)
        .metric(inner.namespace(metric.namespace).dimensions(metric.dimensions))
        .return_data(false)
}
