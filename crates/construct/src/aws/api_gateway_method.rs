//! The resource `aws_api_gateway_method`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Set, Str};

construct! {
    resource ApiGatewayMethod = "aws_api_gateway_method";
    new ApiGatewayMethodArgs (authorization: Str, http_method: Str, resource_id: Str, rest_api_id: Str);
    required {
        authorization: Str,
        http_method: Str,
        resource_id: Str,
        rest_api_id: Str,
    }
    optional {
        api_key_required: Bool,
        authorization_scopes: Set<Str>,
        authorizer_id: Str,
        operation_name: Str,
        request_models: Map<Str>,
        request_parameters: Map<Bool>,
        request_validator_id: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
