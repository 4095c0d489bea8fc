//! The resource `aws_api_gateway_model`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource ApiGatewayModel = "aws_api_gateway_model";
    new ApiGatewayModelArgs (content_type: Str, name: Str, rest_api_id: Str);
    required {
        content_type: Str,
        name: Str,
        rest_api_id: Str,
    }
    optional {
        description: Str,
        schema: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
