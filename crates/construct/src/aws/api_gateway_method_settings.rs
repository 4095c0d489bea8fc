//! The resource `aws_api_gateway_method_settings`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Num, One, Str};

construct! {
    resource ApiGatewayMethodSettings = "aws_api_gateway_method_settings";
    new ApiGatewayMethodSettingsArgs (method_path: Str, rest_api_id: Str, stage_name: Str, settings: One<Settings>);
    required {
        method_path: Str,
        rest_api_id: Str,
        stage_name: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    required_blocks {
        settings: One<Settings> = List 1 1,
    }
}

block! {
    Settings;
    new ();
    optional {
        throttling_burst_limit: Num,
        throttling_rate_limit: Num,
    }
    settable {
        cache_data_encrypted: Bool,
        cache_ttl_in_seconds: Num,
        caching_enabled: Bool,
        data_trace_enabled: Bool,
        logging_level: Str,
        metrics_enabled: Bool,
        require_authorization_for_cache_control: Bool,
        unauthorized_cache_control_header_strategy: Str,
    }
}
