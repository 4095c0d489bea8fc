//! The resource `aws_lambda_permission`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, One, Str};

construct! {
    resource LambdaPermission = "aws_lambda_permission";
    new LambdaPermissionArgs (action: Str, function_name: Str, principal: Str);
    required {
        action: Str,
        function_name: Str,
        principal: Str,
    }
    optional {
        event_source_token: Str,
        function_url_auth_type: Str,
        invoked_via_function_url: Bool,
        principal_org_id: Str,
        qualifier: Str,
        source_account: Str,
        source_arn: Str,
    }
    settable {
        region: Str,
        statement_id: Str,
        statement_id_prefix: Str,
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
        delete: Str,
        read: Str,
    }
}
