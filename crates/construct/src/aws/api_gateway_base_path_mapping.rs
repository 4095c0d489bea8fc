//! The resource `aws_api_gateway_base_path_mapping`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::Str;

construct! {
    resource ApiGatewayBasePathMapping = "aws_api_gateway_base_path_mapping";
    new ApiGatewayBasePathMappingArgs (api_id: Str, domain_name: Str);
    required {
        api_id: Str,
        domain_name: Str,
    }
    optional {
        base_path: Str,
        domain_name_id: Str,
        stage_name: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
}
