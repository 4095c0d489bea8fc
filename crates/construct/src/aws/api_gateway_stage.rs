//! The resource `aws_api_gateway_stage`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, Num, One, Str};

construct! {
    resource ApiGatewayStage = "aws_api_gateway_stage";
    new ApiGatewayStageArgs (deployment_id: Str, rest_api_id: Str, stage_name: Str);
    required {
        deployment_id: Str,
        rest_api_id: Str,
        stage_name: Str,
    }
    optional {
        cache_cluster_enabled: Bool,
        cache_cluster_size: Str,
        client_certificate_id: Str,
        description: Str,
        documentation_version: Str,
        tags: Map<Str>,
        variables: Map<Str>,
        xray_tracing_enabled: Bool,
    }
    settable {
        region: Str,
    }
    computed {
        arn: Str,
        execution_arn: Str,
        id: Str,
        invoke_url: Str,
        tags_all: Map<Str>,
        web_acl_arn: Str,
    }
    blocks {
        access_log_settings: One<AccessLogSettings> = List 0 1,
        canary_settings: One<CanarySettings> = List 0 1,
    }
}

tagged!(ApiGatewayStage);

block! {
    AccessLogSettings;
    new AccessLogSettingsArgs (destination_arn: Str, format: Str);
    required {
        destination_arn: Str,
        format: Str,
    }
}

block! {
    CanarySettings;
    new (deployment_id: Str);
    required {
        deployment_id: Str,
    }
    optional {
        percent_traffic: Num,
        stage_variable_overrides: Map<Str>,
        use_stage_cache: Bool,
    }
}
