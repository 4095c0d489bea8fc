//! The resource `aws_api_gateway_integration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Set, Str};

construct! {
    resource ApiGatewayIntegration = "aws_api_gateway_integration";
    new ApiGatewayIntegrationArgs (http_method: Str, resource_id: Str, rest_api_id: Str, type_: Str);
    required {
        http_method: Str,
        resource_id: Str,
        rest_api_id: Str,
        type_: Str,
    }
    optional {
        cache_key_parameters: Set<Str>,
        connection_id: Str,
        connection_type: Str,
        content_handling: Str,
        credentials: Str,
        integration_http_method: Str,
        integration_target: Str,
        request_parameters: Map<Str>,
        request_templates: Map<Str>,
        timeout_milliseconds: Num,
        uri: Str,
    }
    settable {
        cache_namespace: Str,
        passthrough_behavior: Str,
        region: Str,
        response_transfer_mode: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        tls_config: One<TlsConfig> = List 0 1,
    }
}

block! {
    TlsConfig;
    new ();
    optional {
        insecure_skip_verification: Bool,
    }
}
