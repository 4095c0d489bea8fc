//! The resource `aws_lambda_event_source_mapping`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str};

construct! {
    resource LambdaEventSourceMapping = "aws_lambda_event_source_mapping";
    new (function_name: Str);
    required {
        function_name: Str,
    }
    optional {
        batch_size: Num,
        bisect_batch_on_function_error: Bool,
        enabled: Bool,
        event_source_arn: Str,
        function_response_types: Set<Str>,
        kms_key_arn: Str,
        maximum_batching_window_in_seconds: Num,
        queues: List<Str>,
        starting_position: Str,
        starting_position_timestamp: Str,
        tags: Map<Str>,
        topics: Set<Str>,
        tumbling_window_in_seconds: Num,
        use_resource_timeout_for_propagation: Bool,
    }
    settable {
        maximum_record_age_in_seconds: Num,
        maximum_retry_attempts: Num,
        parallelization_factor: Num,
        region: Str,
    }
    computed {
        arn: Str,
        function_arn: Str,
        id: Str,
        last_modified: Str,
        last_processing_result: Str,
        state: Str,
        state_transition_reason: Str,
        tags_all: Map<Str>,
        uuid: Str,
    }
    blocks {
        amazon_managed_kafka_event_source_config: One<AmazonManagedKafkaEventSourceConfig> = List 0 1,
        destination_config: One<DestinationConfig> = List 0 1,
        document_db_event_source_config: One<DocumentDbEventSourceConfig> = List 0 1,
        filter_criteria: One<FilterCriteria> = List 0 1,
        metrics_config: One<MetricsConfig> = List 0 1,
        provisioned_poller_config: One<ProvisionedPollerConfig> = List 0 1,
        scaling_config: One<ScalingConfig> = List 0 1,
        self_managed_event_source: One<SelfManagedEventSource> = List 0 1,
        self_managed_kafka_event_source_config: One<SelfManagedKafkaEventSourceConfig> = List 0 1,
        source_access_configuration: Many<SourceAccessConfiguration> = Set 0 0,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(LambdaEventSourceMapping);

block! {
    AmazonManagedKafkaEventSourceConfig;
    new ();
    settable {
        consumer_group_id: Str,
    }
    blocks {
        schema_registry_config: One<AmazonManagedKafkaEventSourceConfigSchemaRegistryConfig> = List 0 1,
    }
}

block! {
    AmazonManagedKafkaEventSourceConfigSchemaRegistryConfig;
    new ();
    optional {
        event_record_format: Str,
        schema_registry_uri: Str,
    }
    blocks {
        access_config: Many<AmazonManagedKafkaEventSourceConfigSchemaRegistryConfigAccessConfig> = Set 0 0,
        schema_validation_config: Many<AmazonManagedKafkaEventSourceConfigSchemaRegistryConfigSchemaValidationConfig> = Set 0 0,
    }
}

block! {
    AmazonManagedKafkaEventSourceConfigSchemaRegistryConfigAccessConfig;
    new ();
    optional {
        type_: Str,
        uri: Str,
    }
}

block! {
    AmazonManagedKafkaEventSourceConfigSchemaRegistryConfigSchemaValidationConfig;
    new ();
    optional {
        attribute: Str,
    }
}

block! {
    DestinationConfig;
    new ();
    blocks {
        on_failure: One<DestinationConfigOnFailure> = List 0 1,
    }
}

block! {
    DestinationConfigOnFailure;
    new (destination_arn: Str);
    required {
        destination_arn: Str,
    }
}

block! {
    DocumentDbEventSourceConfig;
    new (database_name: Str);
    required {
        database_name: Str,
    }
    optional {
        collection_name: Str,
        full_document: Str,
    }
}

block! {
    FilterCriteria;
    new ();
    blocks {
        filter: Many<FilterCriteriaFilter> = Set 0 0,
    }
}

block! {
    FilterCriteriaFilter;
    new ();
    optional {
        pattern: Str,
    }
}

block! {
    MetricsConfig;
    new (metrics: Set<Str>);
    required {
        metrics: Set<Str>,
    }
}

block! {
    ProvisionedPollerConfig;
    new ();
    settable {
        maximum_pollers: Num,
        minimum_pollers: Num,
        poller_group_name: Str,
    }
}

block! {
    ScalingConfig;
    new ();
    optional {
        maximum_concurrency: Num,
    }
}

block! {
    SelfManagedEventSource;
    new (endpoints: Map<Str>);
    required {
        endpoints: Map<Str>,
    }
}

block! {
    SelfManagedKafkaEventSourceConfig;
    new ();
    settable {
        consumer_group_id: Str,
    }
    blocks {
        schema_registry_config: One<SelfManagedKafkaEventSourceConfigSchemaRegistryConfig> = List 0 1,
    }
}

block! {
    SelfManagedKafkaEventSourceConfigSchemaRegistryConfig;
    new ();
    optional {
        event_record_format: Str,
        schema_registry_uri: Str,
    }
    blocks {
        access_config: Many<SelfManagedKafkaEventSourceConfigSchemaRegistryConfigAccessConfig> = Set 0 0,
        schema_validation_config: Many<SelfManagedKafkaEventSourceConfigSchemaRegistryConfigSchemaValidationConfig> = Set 0 0,
    }
}

block! {
    SelfManagedKafkaEventSourceConfigSchemaRegistryConfigAccessConfig;
    new ();
    optional {
        type_: Str,
        uri: Str,
    }
}

block! {
    SelfManagedKafkaEventSourceConfigSchemaRegistryConfigSchemaValidationConfig;
    new ();
    optional {
        attribute: Str,
    }
}

block! {
    SourceAccessConfiguration;
    new SourceAccessConfigurationArgs (type_: Str, uri: Str);
    required {
        type_: Str,
        uri: Str,
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
