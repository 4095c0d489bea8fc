//! The resource `aws_api_gateway_deployment`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Str};

construct! {
    resource ApiGatewayDeployment = "aws_api_gateway_deployment";
    new (rest_api_id: Str);
    required {
        rest_api_id: Str,
    }
    optional {
        description: Str,
        triggers: Map<Str>,
        variables: Map<Str>,
    }
    settable {
        region: Str,
    }
    computed {
        created_date: Str,
        id: Str,
    }
}
