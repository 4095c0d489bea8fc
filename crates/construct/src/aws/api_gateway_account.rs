//! The resource `aws_api_gateway_account`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{List, Num, Set, Str};

construct! {
    resource ApiGatewayAccount = "aws_api_gateway_account";
    new ();
    settable {
        cloudwatch_role_arn: Str,
        region: Str,
    }
    computed {
        api_key_version: Str,
        features: Set<Str>,
        id: Str,
        throttle_settings: List<ThrottleSettings>,
    }
}

object! {
    ThrottleSettings {
        burst_limit: Num,
        rate_limit: Num,
    }
}
