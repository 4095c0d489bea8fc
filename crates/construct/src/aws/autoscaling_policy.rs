//! The resource `aws_autoscaling_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Num, One, Str};

construct! {
    resource AutoscalingPolicy = "aws_autoscaling_policy";
    new AutoscalingPolicyArgs (autoscaling_group_name: Str, name: Str);
    required {
        autoscaling_group_name: Str,
        name: Str,
    }
    optional {
        adjustment_type: Str,
        cooldown: Num,
        enabled: Bool,
        estimated_instance_warmup: Num,
        min_adjustment_magnitude: Num,
        policy_type: Str,
        scaling_adjustment: Num,
    }
    settable {
        metric_aggregation_type: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
    }
    blocks {
        predictive_scaling_configuration: One<PredictiveScalingConfiguration> = List 0 1,
        step_adjustment: Many<StepAdjustment> = Set 0 0,
        target_tracking_configuration: One<TargetTrackingConfiguration> = List 0 1,
    }
}

block! {
    PredictiveScalingConfiguration;
    new (metric_specification: One<PredictiveScalingConfigurationMetricSpecification>);
    optional {
        max_capacity_breach_behavior: Str,
        max_capacity_buffer: Str,
        mode: Str,
        scheduling_buffer_time: Str,
    }
    required_blocks {
        metric_specification: One<PredictiveScalingConfigurationMetricSpecification> = List 1 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecification;
    new (target_value: Num);
    required {
        target_value: Num,
    }
    blocks {
        customized_capacity_metric_specification: One<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecification> = List 0 1,
        customized_load_metric_specification: One<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecification> = List 0 1,
        customized_scaling_metric_specification: One<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecification> = List 0 1,
        predefined_load_metric_specification: One<PredictiveScalingConfigurationMetricSpecificationPredefinedLoadMetricSpecification> = List 0 1,
        predefined_metric_pair_specification: One<PredictiveScalingConfigurationMetricSpecificationPredefinedMetricPairSpecification> = List 0 1,
        predefined_scaling_metric_specification: One<PredictiveScalingConfigurationMetricSpecificationPredefinedScalingMetricSpecification> = List 0 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecification;
    new (metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueries>);
    required_blocks {
        metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueries> = List 1 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueries;
    new (id: Str);
    required {
        id: Str,
    }
    optional {
        expression: Str,
        label: Str,
        return_data: Bool,
    }
    blocks {
        metric_stat: One<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStat> = List 0 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStat;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatArgs (stat: Str, metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetric>);
    required {
        stat: Str,
    }
    optional {
        unit: Str,
    }
    required_blocks {
        metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetric> = List 1 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetric;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetricArgs (metric_name: Str, namespace: Str);
    required {
        metric_name: Str,
        namespace: Str,
    }
    blocks {
        dimensions: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetricDimensions> = Set 0 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetricDimensions;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedCapacityMetricSpecificationMetricDataQueriesMetricStatMetricDimensionsArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecification;
    new (metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueries>);
    required_blocks {
        metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueries> = List 1 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueries;
    new (id: Str);
    required {
        id: Str,
    }
    optional {
        expression: Str,
        label: Str,
        return_data: Bool,
    }
    blocks {
        metric_stat: One<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStat> = List 0 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStat;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatArgs (stat: Str, metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetric>);
    required {
        stat: Str,
    }
    optional {
        unit: Str,
    }
    required_blocks {
        metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetric> = List 1 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetric;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetricArgs (metric_name: Str, namespace: Str);
    required {
        metric_name: Str,
        namespace: Str,
    }
    blocks {
        dimensions: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetricDimensions> = Set 0 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetricDimensions;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedLoadMetricSpecificationMetricDataQueriesMetricStatMetricDimensionsArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecification;
    new (metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueries>);
    required_blocks {
        metric_data_queries: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueries> = List 1 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueries;
    new (id: Str);
    required {
        id: Str,
    }
    optional {
        expression: Str,
        label: Str,
        return_data: Bool,
    }
    blocks {
        metric_stat: One<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStat> = List 0 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStat;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatArgs (stat: Str, metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetric>);
    required {
        stat: Str,
    }
    optional {
        unit: Str,
    }
    required_blocks {
        metric: One<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetric> = List 1 1,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetric;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetricArgs (metric_name: Str, namespace: Str);
    required {
        metric_name: Str,
        namespace: Str,
    }
    blocks {
        dimensions: Many<PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetricDimensions> = Set 0 0,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetricDimensions;
    new PredictiveScalingConfigurationMetricSpecificationCustomizedScalingMetricSpecificationMetricDataQueriesMetricStatMetricDimensionsArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationPredefinedLoadMetricSpecification;
    new (predefined_metric_type: Str);
    required {
        predefined_metric_type: Str,
    }
    optional {
        resource_label: Str,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationPredefinedMetricPairSpecification;
    new (predefined_metric_type: Str);
    required {
        predefined_metric_type: Str,
    }
    optional {
        resource_label: Str,
    }
}

block! {
    PredictiveScalingConfigurationMetricSpecificationPredefinedScalingMetricSpecification;
    new (predefined_metric_type: Str);
    required {
        predefined_metric_type: Str,
    }
    optional {
        resource_label: Str,
    }
}

block! {
    StepAdjustment;
    new (scaling_adjustment: Num);
    required {
        scaling_adjustment: Num,
    }
    optional {
        metric_interval_lower_bound: Str,
        metric_interval_upper_bound: Str,
    }
}

block! {
    TargetTrackingConfiguration;
    new (target_value: Num);
    required {
        target_value: Num,
    }
    optional {
        disable_scale_in: Bool,
    }
    blocks {
        customized_metric_specification: One<TargetTrackingConfigurationCustomizedMetricSpecification> = List 0 1,
        predefined_metric_specification: One<TargetTrackingConfigurationPredefinedMetricSpecification> = List 0 1,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecification;
    new ();
    optional {
        metric_name: Str,
        namespace: Str,
        period: Num,
        statistic: Str,
        unit: Str,
    }
    blocks {
        metric_dimension: Many<TargetTrackingConfigurationCustomizedMetricSpecificationMetricDimension> = List 0 0,
        metrics: Many<TargetTrackingConfigurationCustomizedMetricSpecificationMetrics> = Set 0 0,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecificationMetricDimension;
    new TargetTrackingConfigurationCustomizedMetricSpecificationMetricDimensionArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecificationMetrics;
    new (id: Str);
    required {
        id: Str,
    }
    optional {
        expression: Str,
        label: Str,
        return_data: Bool,
    }
    blocks {
        metric_stat: One<TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStat> = List 0 1,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStat;
    new TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatArgs (stat: Str, metric: One<TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric>);
    required {
        stat: Str,
    }
    optional {
        period: Num,
        unit: Str,
    }
    required_blocks {
        metric: One<TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric> = List 1 1,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric;
    new TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricArgs (metric_name: Str, namespace: Str);
    required {
        metric_name: Str,
        namespace: Str,
    }
    blocks {
        dimensions: Many<TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensions> = Set 0 0,
    }
}

block! {
    TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensions;
    new TargetTrackingConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensionsArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    TargetTrackingConfigurationPredefinedMetricSpecification;
    new (predefined_metric_type: Str);
    required {
        predefined_metric_type: Str,
    }
    optional {
        resource_label: Str,
    }
}
