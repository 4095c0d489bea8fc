//! A dashboard in each Region that shows both Regions side by side (REQ-M3), so that a dashboard survives the loss of
//! either Region.

use crate::context::RegionStack;
use crate::parts::alarms::metric::NAMESPACE;
use leeward_blueprint::deploy::Profile;
use leeward_construct::{Json, aws, json};
use leeward_model::Region;

const WIDTH: i64 = 12;
const HEIGHT: i64 = 6;

/// A row of widgets: its title, its statistic, and a function that returns the metrics of one Region.
type Row = (&'static str, &'static str, fn(&RegionStack, &Region) -> Vec<Json>);

const ROWS: [Row; 7] = [
    ("Orders: an append into the ledger, ms", "p99", |place, region| {
        vec![json!([NAMESPACE, "AppendMs", "Suffix", suffix(place), "Region", region.as_str()])]
    }),
    ("Sentinel: ticks a minute", "Sum", |place, region| {
        vec![json!([
            NAMESPACE,
            "SentinelTicks",
            "Suffix",
            suffix(place),
            "Region",
            region.as_str()
        ])]
    }),
    ("API: answers and errors", "Sum", answers),
    ("Ledger: puts, ms", "p99", |place, _| {
        let table = place.names.ledger_table();
        let latency = "SuccessfulRequestLatency";
        vec![json!(["AWS/DynamoDB", latency, "TableName", table, "Operation", "PutItem"])]
    }),
    ("Queue: age of the oldest hint, s; dead letters", "Maximum", |place, _| {
        let (age, depth) = ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible");
        vec![
            json!(["AWS/SQS", age, "QueueName", place.names.orders_queue()]),
            json!(["AWS/SQS", depth, "QueueName", place.names.dead_letters_queue()]),
        ]
    }),
    ("Database: lag, ms; CPU, percent", "Maximum", |place, region| {
        let cluster = place.names.cluster(region);
        ["AuroraGlobalDBRPOLag", "AuroraGlobalDBReplicationLag", "CPUUtilization"]
            .map(|metric| json!(["AWS/RDS", metric, "DBClusterIdentifier", cluster.as_str()]))
            .to_vec()
    }),
    ("Readiness: rules that fail", "Maximum", |place, region| {
        let name = "ReadinessFailures";
        vec![json!([NAMESPACE, name, "Suffix", suffix(place), "Region", region.as_str()])]
    }),
];

fn suffix(place: &RegionStack) -> &str {
    &place.blueprint.suffix
}

fn answers(place: &RegionStack, _: &Region) -> Vec<Json> {
    match place.blueprint.profile {
        Profile::Serverless => {
            let api = place.names.orders_api();
            ["Count", "4XXError", "5XXError"]
                .map(|metric| {
                    json!(["AWS/ApiGateway", metric, "ApiName", api.as_str(), "Stage", "v1"])
                })
                .to_vec()
        }
        // AWS generates a part of the load balancer's name, so the widget finds its metrics by a search.
        Profile::Instances => {
            let metric = "MetricName=\"RequestCount\"";
            let search =
                format!("SEARCH('{{AWS/ApplicationELB,LoadBalancer}} {metric}', 'Sum', 60)");
            vec![json!([{ "expression": search, "id": "requests" }])]
        }
    }
}

pub(crate) fn add(place: &RegionStack) {
    let r = &place.blueprint.regions;
    let mut widgets = Vec::new();
    for (row, (title, statistic, metrics)) in (0..).zip(ROWS) {
        for (column, region) in (0..).zip([&r.primary, &r.secondary]) {
            widgets.push(json!({
                "type": "metric",
                "x": column * WIDTH,
                "y": row * HEIGHT,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": {
                    "title": format!("{region} · {title}"),
                    "region": region.as_str(),
                    "metrics": metrics(place, region),
                    "stat": statistic,
                    "period": 60,
                    "view": "timeSeries",
                },
            }));
        }
    }
    let name = place.name_here("platform", "dashboard");
    place.scope.add(
        "platform",
        aws::CloudwatchDashboard::new(aws::CloudwatchDashboardArgs {
            dashboard_body: json!({ "widgets": widgets }),
            dashboard_name: name,
        }),
    );
}
