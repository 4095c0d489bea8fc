//! The resource `aws_cloudwatch_metric_alarm`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource CloudwatchMetricAlarm = "aws_cloudwatch_metric_alarm";
    new (alarm_name: Str);
    required {
        alarm_name: Str,
    }
    optional {
        actions_enabled: Bool,
        alarm_actions: Set<Str>,
        alarm_description: Str,
        comparison_operator: Str,
        datapoints_to_alarm: Num,
        dimensions: Map<Str>,
        evaluation_interval: Num,
        evaluation_periods: Num,
        extended_statistic: Str,
        insufficient_data_actions: Set<Str>,
        metric_name: Str,
        namespace: Str,
        ok_actions: Set<Str>,
        period: Num,
        statistic: Str,
        tags: Map<Str>,
        threshold: Num,
        threshold_metric_id: Str,
        treat_missing_data: Str,
        unit: Str,
    }
    settable {
        evaluate_low_sample_count_percentiles: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        evaluation_criteria: One<EvaluationCriteria> = List 0 1,
        metric_query: Many<MetricQuery> = Set 0 0,
    }
}

tagged!(CloudwatchMetricAlarm);

block! {
    EvaluationCriteria;
    new (promql_criteria: One<EvaluationCriteriaPromqlCriteria>);
    required_blocks {
        promql_criteria: One<EvaluationCriteriaPromqlCriteria> = List 1 1,
    }
}

block! {
    EvaluationCriteriaPromqlCriteria;
    new (query: Str);
    required {
        query: Str,
    }
    optional {
        pending_period: Num,
        recovery_period: Num,
    }
}

block! {
    MetricQuery;
    new (id: Str);
    required {
        id: Str,
    }
    optional {
        account_id: Str,
        expression: Str,
        label: Str,
        period: Num,
        return_data: Bool,
    }
    blocks {
        metric: One<MetricQueryMetric> = List 0 1,
    }
}

block! {
    MetricQueryMetric;
    new MetricQueryMetricArgs (metric_name: Str, period: Num, stat: Str);
    required {
        metric_name: Str,
        period: Num,
        stat: Str,
    }
    optional {
        dimensions: Map<Str>,
        namespace: Str,
        unit: Str,
    }
}
