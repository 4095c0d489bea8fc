//! Metrics in CloudWatch's embedded metric format: log lines from which CloudWatch extracts metrics.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use leeward_model::Region;
use serde_json::{Value, json};
use std::io::Write;

/// The namespace to which the alarms and dashboards of the stacks refer.
const NAMESPACE: &str = "Leeward";
/// The maximum number of values of a metric in one document, by the specification.
const VALUES_MAX: usize = 100;

/// The dimensions of a metric: a platform, a Region, and a role of the platform there.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub suffix: &'a str,
    pub region: &'a Region,
    pub role: &'a str,
}

/// A metric's name, its unit and the measured values.
pub type Metric<'a> = (&'a str, &'a str, &'a [u64]);

/// Writes one line to standard output. A write error, such as a full disk, is ignored.
pub fn emit(source: Source<'_>, at_ms: u64, metrics: &[Metric<'_>]) {
    if let Some(document) = document(source, at_ms, metrics) {
        let _ = writeln!(std::io::stdout(), "{document}");
    }
}

/// Returns one document, or `None` if no metric has a value.
fn document(source: Source<'_>, at_ms: u64, metrics: &[Metric<'_>]) -> Option<Value> {
    let measured: Vec<&Metric<'_>> =
        metrics.iter().filter(|(.., values)| !values.is_empty()).collect();
    if measured.is_empty() {
        return None;
    }
    let named: Vec<Value> =
        measured.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let mut document = json!({
        "_aws": {
            "Timestamp": at_ms,
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [["Suffix", "Region"], ["Suffix", "Region", "Role"]],
                "Metrics": named,
            }],
        },
        "Suffix": source.suffix,
        "Region": source.region,
        "Role": source.role,
    });
    for (name, _, values) in measured {
        document[*name] = match values {
            [one] => json!(one),
            many => json!(many[..many.len().min(VALUES_MAX)]),
        };
    }
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_its_values() {
        let region = Region::new("us-east-1").expect("valid");
        let source = Source { suffix: "x", region: &region, role: "orders" };
        let many: Vec<u64> = (0..200).collect();
        let metrics: [Metric<'_>; 3] = [
            ("Accepted", "Count", &[3]),
            ("AppendMs", "Milliseconds", &many),
            ("None", "Count", &[]),
        ];
        let got = document(source, 7, &metrics).expect("a document");
        assert_eq!(got["Accepted"], 3);
        assert_eq!(got["AppendMs"].as_array().map(Vec::len), Some(VALUES_MAX));
        assert_eq!(
            got["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().map(Vec::len),
            Some(2)
        );
        assert_eq!(got["_aws"]["Timestamp"], 7);
        assert_eq!((&got["Suffix"], &got["Region"]), (&json!("x"), &json!("us-east-1")));
        assert_eq!(document(source, 7, &[("None", "Count", &[])]), None);
    }
}
