//! The resource `aws_cloudwatch_event_target`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource CloudwatchEventTarget = "aws_cloudwatch_event_target";
    new CloudwatchEventTargetArgs (arn: Str, rule: Str);
    required {
        arn: Str,
        rule: Str,
    }
    optional {
        event_bus_name: Str,
        force_destroy: Bool,
        input: Str,
        input_path: Str,
        role_arn: Str,
    }
    settable {
        region: Str,
        target_id: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        appsync_target: One<AppsyncTarget> = List 0 1,
        batch_target: One<BatchTarget> = List 0 1,
        dead_letter_config: One<DeadLetterConfig> = List 0 1,
        ecs_target: One<EcsTarget> = List 0 1,
        http_target: One<HttpTarget> = List 0 1,
        input_transformer: One<InputTransformer> = List 0 1,
        kinesis_target: One<KinesisTarget> = List 0 1,
        redshift_target: One<RedshiftTarget> = List 0 1,
        retry_policy: One<RetryPolicy> = List 0 1,
        run_command_targets: Many<RunCommandTargets> = List 0 0,
        sagemaker_pipeline_target: One<SagemakerPipelineTarget> = List 0 1,
        sqs_target: One<SqsTarget> = List 0 1,
    }
}

block! {
    AppsyncTarget;
    new ();
    optional {
        graphql_operation: Str,
    }
}

block! {
    BatchTarget;
    new BatchTargetArgs (job_definition: Str, job_name: Str);
    required {
        job_definition: Str,
        job_name: Str,
    }
    optional {
        array_size: Num,
        job_attempts: Num,
    }
}

block! {
    DeadLetterConfig;
    new ();
    optional {
        arn: Str,
    }
}

block! {
    EcsTarget;
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
        tags: Map<Str>,
        task_count: Num,
    }
    blocks {
        capacity_provider_strategy: Many<EcsTargetCapacityProviderStrategy> = Set 0 0,
        network_configuration: One<EcsTargetNetworkConfiguration> = List 0 1,
        ordered_placement_strategy: Many<EcsTargetOrderedPlacementStrategy> = List 0 0,
        placement_constraint: Many<EcsTargetPlacementConstraint> = Set 0 0,
    }
}

block! {
    EcsTargetCapacityProviderStrategy;
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
    EcsTargetNetworkConfiguration;
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
    EcsTargetOrderedPlacementStrategy;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        field: Str,
    }
}

block! {
    EcsTargetPlacementConstraint;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        expression: Str,
    }
}

block! {
    HttpTarget;
    new ();
    optional {
        header_parameters: Map<Str>,
        path_parameter_values: List<Str>,
        query_string_parameters: Map<Str>,
    }
}

block! {
    InputTransformer;
    new (input_template: Str);
    required {
        input_template: Str,
    }
    optional {
        input_paths: Map<Str>,
    }
}

block! {
    KinesisTarget;
    new ();
    optional {
        partition_key_path: Str,
    }
}

block! {
    RedshiftTarget;
    new (database: Str);
    required {
        database: Str,
    }
    optional {
        db_user: Str,
        secrets_manager_arn: Str,
        sql: Str,
        statement_name: Str,
        with_event: Bool,
    }
}

block! {
    RetryPolicy;
    new ();
    optional {
        maximum_event_age_in_seconds: Num,
        maximum_retry_attempts: Num,
    }
}

block! {
    RunCommandTargets;
    new RunCommandTargetsArgs (key: Str, values: List<Str>);
    required {
        key: Str,
        values: List<Str>,
    }
}

block! {
    SagemakerPipelineTarget;
    new ();
    blocks {
        pipeline_parameter_list: Many<SagemakerPipelineTargetPipelineParameterList> = Set 0 0,
    }
}

block! {
    SagemakerPipelineTargetPipelineParameterList;
    new SagemakerPipelineTargetPipelineParameterListArgs (name: Str, value: Str);
    required {
        name: Str,
        value: Str,
    }
}

block! {
    SqsTarget;
    new ();
    optional {
        message_group_id: Str,
    }
}
