//! The resource `aws_lambda_alias`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Num, One, Str};

construct! {
    resource LambdaAlias = "aws_lambda_alias";
    new LambdaAliasArgs (function_name: Str, function_version: Str, name: Str);
    required {
        function_name: Str,
        function_version: Str,
        name: Str,
    }
    optional {
        description: Str,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        invoke_arn: Str,
    }
    blocks {
        routing_config: One<RoutingConfig> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

block! {
    RoutingConfig;
    new ();
    optional {
        additional_version_weights: Map<Num>,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        update: Str,
    }
}
