//! The resource `aws_lambda_function_event_invoke_config`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Num, One, Str};

construct! {
    resource LambdaFunctionEventInvokeConfig = "aws_lambda_function_event_invoke_config";
    new (function_name: Str);
    required {
        function_name: Str,
    }
    optional {
        maximum_event_age_in_seconds: Num,
        maximum_retry_attempts: Num,
        qualifier: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        destination_config: One<DestinationConfig> = List 0 1,
    }
}

block! {
    DestinationConfig;
    new ();
    blocks {
        on_failure: One<DestinationConfigOnFailure> = List 0 1,
        on_success: One<DestinationConfigOnSuccess> = List 0 1,
    }
}

block! {
    DestinationConfigOnFailure;
    new (destination: Str);
    required {
        destination: Str,
    }
}

block! {
    DestinationConfigOnSuccess;
    new (destination: Str);
    required {
        destination: Str,
    }
}
