//! The resource `aws_lambda_function`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, Num, One, Set, Str};

construct! {
    resource LambdaFunction = "aws_lambda_function";
    new LambdaFunctionArgs (function_name: Str, role: Str);
    required {
        function_name: Str,
        role: Str,
    }
    optional {
        code_signing_config_arn: Str,
        description: Str,
        filename: Str,
        handler: Str,
        image_uri: Str,
        kms_key_arn: Str,
        layers: List<Str>,
        memory_size: Num,
        package_type: Str,
        publish: Bool,
        publish_to: Str,
        replace_security_groups_on_destroy: Bool,
        replacement_security_group_ids: Set<Str>,
        reserved_concurrent_executions: Num,
        runtime: Str,
        s3_bucket: Str,
        s3_key: Str,
        s3_object_version: Str,
        skip_destroy: Bool,
        source_kms_key_arn: Str,
        tags: Map<Str>,
        timeout: Num,
        use_resource_timeout_for_propagation: Bool,
    }
    settable {
        architectures: List<Str>,
        code_sha256: Str,
        region: Str,
        source_code_hash: Str,
    }
    computed {
        arn: Str,
        id: Str,
        invoke_arn: Str,
        last_modified: Str,
        qualified_arn: Str,
        qualified_invoke_arn: Str,
        response_streaming_invoke_arn: Str,
        signing_job_arn: Str,
        signing_profile_version_arn: Str,
        source_code_size: Num,
        tags_all: Map<Str>,
        version: Str,
    }
    blocks {
        capacity_provider_config: One<CapacityProviderConfig> = List 0 1,
        dead_letter_config: One<DeadLetterConfig> = List 0 1,
        durable_config: One<DurableConfig> = List 0 1,
        environment: One<Environment> = List 0 1,
        ephemeral_storage: One<EphemeralStorage> = List 0 1,
        file_system_config: One<FileSystemConfig> = List 0 1,
        image_config: One<ImageConfig> = List 0 1,
        logging_config: One<LoggingConfig> = List 0 1,
        snap_start: One<SnapStart> = List 0 1,
        tenancy_config: One<TenancyConfig> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
        tracing_config: One<TracingConfig> = List 0 1,
        vpc_config: One<VpcConfig> = List 0 1,
    }
    block_references {
        snap_start: List<SnapStart>,
        vpc_config: List<VpcConfig>,
    }
}

tagged!(LambdaFunction);

block! {
    CapacityProviderConfig;
    new (lambda_managed_instances_capacity_provider_config: One<CapacityProviderConfigLambdaManagedInstancesCapacityProviderConfig>);
    required_blocks {
        lambda_managed_instances_capacity_provider_config: One<CapacityProviderConfigLambdaManagedInstancesCapacityProviderConfig> = List 1 1,
    }
}

block! {
    CapacityProviderConfigLambdaManagedInstancesCapacityProviderConfig;
    new (capacity_provider_arn: Str);
    required {
        capacity_provider_arn: Str,
    }
    settable {
        execution_environment_memory_gib_per_vcpu: Num,
        per_execution_environment_max_concurrency: Num,
    }
}

block! {
    DeadLetterConfig;
    new (target_arn: Str);
    required {
        target_arn: Str,
    }
}

block! {
    DurableConfig;
    new (execution_timeout: Num);
    required {
        execution_timeout: Num,
    }
    optional {
        retention_period: Num,
    }
}

block! {
    Environment;
    new ();
    optional {
        variables: Map<Str>,
    }
}

block! {
    EphemeralStorage;
    new ();
    settable {
        size: Num,
    }
}

block! {
    FileSystemConfig;
    new FileSystemConfigArgs (arn: Str, local_mount_path: Str);
    required {
        arn: Str,
        local_mount_path: Str,
    }
}

block! {
    ImageConfig;
    new ();
    optional {
        command: List<Str>,
        entry_point: List<Str>,
        working_directory: Str,
    }
}

block! {
    LoggingConfig;
    new (log_format: Str);
    required {
        log_format: Str,
    }
    optional {
        application_log_level: Str,
        system_log_level: Str,
    }
    settable {
        log_group: Str,
    }
}

block! {
    SnapStart;
    new (apply_on: Str);
    required {
        apply_on: Str,
    }
    computed {
        optimization_status: Str,
    }
}

block! {
    TenancyConfig;
    new (tenant_isolation_mode: Str);
    required {
        tenant_isolation_mode: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}

block! {
    TracingConfig;
    new (mode: Str);
    required {
        mode: Str,
    }
}

block! {
    VpcConfig;
    new VpcConfigArgs (security_group_ids: Set<Str>, subnet_ids: Set<Str>);
    required {
        security_group_ids: Set<Str>,
        subnet_ids: Set<Str>,
    }
    optional {
        ipv6_allowed_for_dual_stack: Bool,
    }
    computed {
        vpc_id: Str,
    }
}
