//! The resource `aws_api_gateway_request_validator`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Str};

construct! {
    resource ApiGatewayRequestValidator = "aws_api_gateway_request_validator";
    new ApiGatewayRequestValidatorArgs (name: Str, rest_api_id: Str);
    required {
        name: Str,
        rest_api_id: Str,
    }
    optional {
        validate_request_body: Bool,
        validate_request_parameters: Bool,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
