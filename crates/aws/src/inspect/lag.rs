//! The replication lag of the Region's database replica, as CloudWatch measured it most recently.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html>

use crate::config::AwsConfig;
use crate::signed::{Form, QueryService};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use leeward_model::readiness::Scope;
use leeward_ports::Outcome;
use serde::Deserialize;
use std::time::{Duration, SystemTime};

const VERSION: &str = "2010-08-01";
/// The length of the period to query; metrics arrive a few minutes late.
const WINDOW: Duration = Duration::from_secs(15 * 60);
const METRIC: [(&str, &str); 6] = [
    ("Id", "lag"),
    ("MetricStat.Metric.Namespace", "AWS/RDS"),
    ("MetricStat.Metric.Dimensions.member.1.Name", "DBClusterIdentifier"),
    ("MetricStat.Period", "60"),
    ("MetricStat.Stat", "Maximum"),
    ("ReturnData", "true"),
];

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "GetMetricDataResult")]
    result: Results,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Results {
    metric_data_results: Series,
}

#[derive(Deserialize, Default)]
struct Series {
    #[serde(rename = "member", default)]
    list: Vec<MetricSeries>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricSeries {
    #[serde(default)]
    values: Values,
}

#[derive(Deserialize, Default)]
struct Values {
    #[serde(rename = "member", default)]
    list: Vec<f64>,
}

/// Reads the lag in milliseconds. Returns `None` if there is no measurement, as is the case for the writer.
pub(super) async fn facts(config: &AwsConfig, scope: &Scope) -> Outcome<Option<u64>> {
    let service = QueryService::new(config, &scope.region, "monitoring", VERSION);
    let now = SystemTime::now();
    let at = |time: SystemTime| DateTime::from(time).fmt(Format::DateTime).unwrap_or_default();
    let mut form = Form::new()
        .with("StartTime", at(now.checked_sub(WINDOW).unwrap_or(now)))
        .with("EndTime", at(now))
        .with("ScanBy", "TimestampDescending");
    for (name, value) in METRIC {
        form = form.with(&format!("MetricDataQueries.member.1.{name}"), value);
    }
    let form =
        form.with("MetricDataQueries.member.1.MetricStat.Metric.MetricName", &scope.lag_metric);
    let dimension = "MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value";
    let form = form.with(dimension, &scope.cluster);
    let data = service.call::<Data>("GetMetricData", form, config.call_timeout).await;
    // The newest value comes first.
    data.map(|data| {
        let series = data.result.metric_data_results.list.into_iter().next()?;
        series.values.list.first().map(|lag_ms| lag_ms.max(0.0).ceil() as u64)
    })
}
