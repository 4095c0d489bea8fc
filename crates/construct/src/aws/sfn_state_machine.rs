//! The resource `aws_sfn_state_machine`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource SfnStateMachine = "aws_sfn_state_machine";
    new SfnStateMachineArgs (definition: Str, role_arn: Str);
    required {
        definition: Str,
        role_arn: Str,
    }
    optional {
        publish: Bool,
        tags: Map<Str>,
        type_: Str,
    }
    settable {
        name: Str,
        name_prefix: Str,
        region: Str,
    }
    computed {
        arn: Str,
        creation_date: Str,
        description: Str,
        id: Str,
        revision_id: Str,
        state_machine_version_arn: Str,
        status: Str,
        tags_all: Map<Str>,
        version_description: Str,
    }
    blocks {
        encryption_configuration: One<EncryptionConfiguration> = List 0 1,
        logging_configuration: One<LoggingConfiguration> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
        tracing_configuration: One<TracingConfiguration> = List 0 1,
    }
}

tagged!(SfnStateMachine);

block! {
    EncryptionConfiguration;
    new ();
    optional {
        kms_data_key_reuse_period_seconds: Num,
        kms_key_id: Str,
        type_: Str,
    }
}

block! {
    LoggingConfiguration;
    new ();
    optional {
        include_execution_data: Bool,
        level: Str,
        log_destination: Str,
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
    TracingConfiguration;
    new ();
    optional {
        enabled: Bool,
    }
}
