//! The resource `aws_scheduler_schedule`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource SchedulerSchedule = "aws_scheduler_schedule";
    new SchedulerScheduleArgs (schedule_expression: Str, flexible_time_window: One<FlexibleTimeWindow>, target: One<Target>);
    required {
        schedule_expression: Str,
    }
    optional {
        description: Str,
        end_date: Str,
        kms_key_arn: Str,
        schedule_expression_timezone: Str,
        start_date: Str,
        state: Str,
    }
    settable {
        action_after_completion: Str,
        group_name: Str,
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
    }
    required_blocks {
        flexible_time_window: One<FlexibleTimeWindow> = List 1 1,
        target: One<Target> = List 1 1,
    }
}

block! {
    FlexibleTimeWindow;
    new (mode: Str);
    required {
        mode: Str,
    }
    optional {
        maximum_window_in_minutes: Num,
    }
}

block! {
    Target;
    new TargetArgs (arn: Str, role_arn: Str);
    required {
        arn: Str,
        role_arn: Str,
    }
    optional {
        input: Str,
    }
    blocks {
        dead_letter_config: One<TargetDeadLetterConfig> = List 0 1,
        ecs_parameters: One<TargetEcsParameters> = List 0 1,
        eventbridge_parameters: One<TargetEventbridgeParameters> = List 0 1,
        kinesis_parameters: One<TargetKinesisParameters> = List 0 1,
        retry_policy: One<TargetRetryPolicy> = List 0 1,
        sagemaker_pipeline_parameters: One<TargetSagemakerPipelineParameters> = List 0 1,
        sqs_parameters: One<TargetSqsParameters> = List 0 1,
    }
}

block! {
    TargetDeadLetterConfig;
    new (arn: Str);
    required {
        arn: Str,
    }
}

block! {
    TargetEcsParameters;
    new (task_definition_arn: Str);
    required {
        task_definition_arn: Str,
    }
    optional {
        enable_ecs_managed_tags: Bool,
        enable_execute_command: Bool,
        group: Str,
        launch_type: Str,
        platform_version: Str,
        propagate_tags: Str,
        reference_id: Str,
        tags: Map<Str>,
        task_count: Num,
    }
    blocks {
        capacity_provider_strategy: Many<TargetEcsParametersCapacityProviderStrategy> = Set 0 0,
        network_configuration: One<TargetEcsParametersNetworkConfiguration> = List 0 1,
        placement_constraints: Many<TargetEcsParametersPlacementConstraints> = Set 0 0,
        placement_strategy: Many<TargetEcsParametersPlacementStrategy> = Set 0 0,
    }
}

block! {
    TargetEcsParametersCapacityProviderStrategy;
    new (capacity_provider: Str);
    required {
        capacity_provider: Str,
    }
    optional {
        base: Num,
        weight: Num,
    }
}

block! {
    TargetEcsParametersNetworkConfiguration;
    new (subnets: Set<Str>);
    required {
        subnets: Set<Str>,
    }
    optional {
        assign_public_ip: Bool,
        security_groups: Set<Str>,
    }
}

block! {
    TargetEcsParametersPlacementConstraints;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        expression: Str,
    }
}

block! {
    TargetEcsParametersPlacementStrategy;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        field: Str,
    }
}

block! {
    TargetEventbridgeParameters;
    new TargetEventbridgeParametersArgs (detail_type: Str, source: Str);
    required {
        detail_type: Str,
        source: Str,
    }
}

block! {
    TargetKinesisParameters;
    new (partition_key: Str);
    required {
        partition_key: Str,
    }
}

block! {
    TargetRetryPolicy;
    new ();
    optional {
        maximum_event_age_in_seconds: Num,
        maximum_retry_attempts: Num,
    }
}

block! {
    TargetSagemakerPipelineParameters;
    new ();
    blocks {
        pipeline_parameter: Many<TargetSagemakerPipelineParametersPipelineParameter> = Set 0 0,
    }
}

block! {
    TargetSagemakerPipelineParametersPipelineParameter;
    new TargetSagemakerPipelineParametersPipelineParameterArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    TargetSqsParameters;
    new ();
    optional {
        message_group_id: Str,
    }
}
