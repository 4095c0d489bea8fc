//! The resource `aws_api_gateway_rest_api_policy`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource ApiGatewayRestApiPolicy = "aws_api_gateway_rest_api_policy";
    new ApiGatewayRestApiPolicyArgs (policy: Str, rest_api_id: Str);
    required {
        policy: Str,
        rest_api_id: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
