//! The resource `aws_api_gateway_resource`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource ApiGatewayResource = "aws_api_gateway_resource";
    new ApiGatewayResourceArgs (parent_id: Str, path_part: Str, rest_api_id: Str);
    required {
        parent_id: Str,
        path_part: Str,
        rest_api_id: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
        path: Str,
    }
}
