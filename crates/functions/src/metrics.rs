//! Metrics in the embedded format: lines of the log that CloudWatch counts.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use crate::role::Role;
use leeward_model::Region;
use leeward_ports::Clock;
use serde_json::{Value, json};

const NAMESPACE: &str = "Leeward";

/// One document: `values` are names, units and numbers.
fn document(role: Role, region: &Region, at_ms: u64, values: &[(&str, &str, u64)]) -> Value {
    let named: Vec<Value> =
        values.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let mut document = json!({
        "_aws": {
            "Timestamp": at_ms,
            "CloudWatchMetrics": [
                { "Namespace": NAMESPACE, "Dimensions": [["Role", "Region"]], "Metrics": named },
            ],
        },
        "Role": role.as_str(),
        "Region": region,
    });
    for (name, _, value) in values {
        document[*name] = json!(value);
    }
    document
}

fn put(clock: &dyn Clock, role: Role, region: &Region, values: &[(&str, &str, u64)]) {
    println!("{}", document(role, region, clock.wall_ms(), values));
}

pub(crate) fn answered(clock: &dyn Clock, role: Role, region: &Region, status: u16) {
    let of = |from: u16| u64::from((from..from + 100).contains(&status));
    let counts = [
        ("Accepted", "Count", of(200)),
        ("Refused", "Count", of(400)),
        ("Unknown", "Count", of(500)),
    ];
    put(clock, role, region, &counts);
}

pub(crate) fn booked(clock: &dyn Clock, region: &Region, messages: usize, again: usize) {
    let counts = [("Messages", "Count", messages as u64), ("Again", "Count", again as u64)];
    put(clock, Role::Processor, region, &counts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_values() {
        let region = Region::new("us-east-1").expect("valid");
        let got = document(Role::Orders, &region, 7, &[("Accepted", "Count", 3)]);
        assert_eq!(got["Accepted"], 3);
        assert_eq!(got["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "Accepted");
        assert_eq!(got["_aws"]["Timestamp"], 7);
        assert_eq!((&got["Role"], &got["Region"]), (&json!("orders"), &json!("us-east-1")));
    }
}
