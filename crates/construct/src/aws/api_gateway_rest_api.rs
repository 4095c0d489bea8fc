//! The resource `aws_api_gateway_rest_api`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Map, One, Set, Str};

construct! {
    resource ApiGatewayRestApi = "aws_api_gateway_rest_api";
    new (name: Str);
    required {
        name: Str,
    }
    optional {
        body: Str,
        endpoint_access_mode: Str,
        fail_on_warnings: Bool,
        parameters: Map<Str>,
        put_rest_api_mode: Str,
        tags: Map<Str>,
    }
    settable {
        api_key_source: Str,
        binary_media_types: List<Str>,
        description: Str,
        disable_execute_api_endpoint: Bool,
        minimum_compression_size: Str,
        policy: Str,
        region: Str,
        security_policy: Str,
    }
    computed {
        arn: Str,
        created_date: Str,
        execution_arn: Str,
        id: Str,
        root_resource_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        endpoint_configuration: One<EndpointConfiguration> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(ApiGatewayRestApi);

block! {
    EndpointConfiguration;
    new (types: List<Str>);
    required {
        types: List<Str>,
    }
    settable {
        ip_address_type: Str,
        vpc_endpoint_ids: Set<Str>,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        delete: Str,
        update: Str,
    }
}
