//! The resource `aws_api_gateway_domain_name`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{List, Map, One, Str};

construct! {
    resource ApiGatewayDomainName = "aws_api_gateway_domain_name";
    new (domain_name: Str);
    required {
        domain_name: Str,
    }
    optional {
        certificate_arn: Str,
        certificate_body: Str,
        certificate_chain: Str,
        certificate_name: Str,
        certificate_private_key: Str,
        endpoint_access_mode: Str,
        policy: Str,
        regional_certificate_arn: Str,
        regional_certificate_name: Str,
        tags: Map<Str>,
    }
    settable {
        ownership_verification_certificate_arn: Str,
        region: Str,
        routing_mode: Str,
        security_policy: Str,
    }
    computed {
        arn: Str,
        certificate_upload_date: Str,
        cloudfront_domain_name: Str,
        cloudfront_zone_id: Str,
        domain_name_id: Str,
        id: Str,
        regional_domain_name: Str,
        regional_zone_id: Str,
        tags_all: Map<Str>,
    }
    blocks {
        endpoint_configuration: One<EndpointConfiguration> = List 0 1,
        mutual_tls_authentication: One<MutualTlsAuthentication> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
    sensitive {
        "certificate_private_key",
    }
}

tagged!(ApiGatewayDomainName);

block! {
    EndpointConfiguration;
    new (types: List<Str>);
    required {
        types: List<Str>,
    }
    settable {
        ip_address_type: Str,
    }
}

block! {
    MutualTlsAuthentication;
    new (truststore_uri: Str);
    required {
        truststore_uri: Str,
    }
    optional {
        truststore_version: Str,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
        update: Str,
    }
}
