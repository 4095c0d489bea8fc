//! The resource `aws_lambda_provisioned_concurrency_config`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, One, Str};

construct! {
    resource LambdaProvisionedConcurrencyConfig = "aws_lambda_provisioned_concurrency_config";
    new LambdaProvisionedConcurrencyConfigArgs (function_name: Str, provisioned_concurrent_executions: Num, qualifier: Str);
    required {
        function_name: Str,
        provisioned_concurrent_executions: Num,
        qualifier: Str,
    }
    optional {
        skip_destroy: Bool,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        update: Str,
    }
}
