//! The resource `aws_cloudwatch_log_metric_filter`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, One, Str};

construct! {
    resource CloudwatchLogMetricFilter = "aws_cloudwatch_log_metric_filter";
    new CloudwatchLogMetricFilterArgs (log_group_name: Str, name: Str, pattern: Str, metric_transformation: One<MetricTransformation>);
    required {
        log_group_name: Str,
        name: Str,
        pattern: Str,
    }
    settable {
        apply_on_transformed_logs: Bool,
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        metric_transformation: One<MetricTransformation> = List 1 1,
    }
}

block! {
    MetricTransformation;
    new MetricTransformationArgs (name: Str, namespace: Str, value: Str);
    required {
        name: Str,
        namespace: Str,
        value: Str,
    }
    optional {
        default_value: Str,
        dimensions: Map<Str>,
        unit: Str,
    }
}
