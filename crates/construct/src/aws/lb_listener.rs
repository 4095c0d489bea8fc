//! The resource `aws_lb_listener`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource LbListener = "aws_lb_listener";
    new LbListenerArgs (load_balancer_arn: Str, default_action: Many<DefaultAction>);
    required {
        load_balancer_arn: Str,
    }
    optional {
        alpn_policy: Str,
        certificate_arn: Str,
        port: Num,
        tags: Map<Str>,
    }
    settable {
        protocol: Str,
        region: Str,
        routing_http_request_x_amzn_mtls_clientcert_header_name: Str,
        routing_http_request_x_amzn_mtls_clientcert_issuer_header_name: Str,
        routing_http_request_x_amzn_mtls_clientcert_leaf_header_name: Str,
        routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name: Str,
        routing_http_request_x_amzn_mtls_clientcert_subject_header_name: Str,
        routing_http_request_x_amzn_mtls_clientcert_validity_header_name: Str,
        routing_http_request_x_amzn_tls_cipher_suite_header_name: Str,
        routing_http_request_x_amzn_tls_version_header_name: Str,
        routing_http_response_access_control_allow_credentials_header_value: Str,
        routing_http_response_access_control_allow_headers_header_value: Str,
        routing_http_response_access_control_allow_methods_header_value: Str,
        routing_http_response_access_control_allow_origin_header_value: Str,
        routing_http_response_access_control_expose_headers_header_value: Str,
        routing_http_response_access_control_max_age_header_value: Str,
        routing_http_response_content_security_policy_header_value: Str,
        routing_http_response_server_enabled: Bool,
        routing_http_response_strict_transport_security_header_value: Str,
        routing_http_response_x_content_type_options_header_value: Str,
        routing_http_response_x_frame_options_header_value: Str,
        ssl_policy: Str,
        tcp_idle_timeout_seconds: Num,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    required_blocks {
        default_action: Many<DefaultAction> = List 1 0,
    }
    blocks {
        mutual_authentication: One<MutualAuthentication> = List 0 1,
        timeouts: One<Timeouts> = Single 0 1,
    }
}

tagged!(LbListener);

block! {
    DefaultAction;
    new (type_: Str);
    required {
        type_: Str,
    }
    optional {
        target_group_arn: Str,
    }
    settable {
        order: Num,
    }
    blocks {
        authenticate_cognito: One<DefaultActionAuthenticateCognito> = List 0 1,
        authenticate_oidc: One<DefaultActionAuthenticateOidc> = List 0 1,
        fixed_response: One<DefaultActionFixedResponse> = List 0 1,
        forward: One<DefaultActionForward> = List 0 1,
        jwt_validation: One<DefaultActionJwtValidation> = List 0 1,
        redirect: One<DefaultActionRedirect> = List 0 1,
    }
}

block! {
    DefaultActionAuthenticateCognito;
    new DefaultActionAuthenticateCognitoArgs (user_pool_arn: Str, user_pool_client_id: Str, user_pool_domain: Str);
    required {
        user_pool_arn: Str,
        user_pool_client_id: Str,
        user_pool_domain: Str,
    }
    optional {
        authentication_request_extra_params: Map<Str>,
    }
    settable {
        on_unauthenticated_request: Str,
        scope: Str,
        session_cookie_name: Str,
        session_timeout: Num,
    }
}

block! {
    DefaultActionAuthenticateOidc;
    new DefaultActionAuthenticateOidcArgs (authorization_endpoint: Str, client_id: Str, client_secret: Str, issuer: Str, token_endpoint: Str, user_info_endpoint: Str);
    required {
        authorization_endpoint: Str,
        client_id: Str,
        client_secret: Str,
        issuer: Str,
        token_endpoint: Str,
        user_info_endpoint: Str,
    }
    optional {
        authentication_request_extra_params: Map<Str>,
    }
    settable {
        on_unauthenticated_request: Str,
        scope: Str,
        session_cookie_name: Str,
        session_timeout: Num,
    }
    sensitive {
        "client_secret",
    }
}

block! {
    DefaultActionFixedResponse;
    new (content_type: Str);
    required {
        content_type: Str,
    }
    optional {
        message_body: Str,
    }
    settable {
        status_code: Str,
    }
}

block! {
    DefaultActionForward;
    new (target_group: Many<DefaultActionForwardTargetGroup>);
    required_blocks {
        target_group: Many<DefaultActionForwardTargetGroup> = Set 1 0,
    }
    blocks {
        stickiness: One<DefaultActionForwardStickiness> = List 0 1,
    }
}

block! {
    DefaultActionForwardStickiness;
    new (duration: Num);
    required {
        duration: Num,
    }
    optional {
        enabled: Bool,
    }
}

block! {
    DefaultActionForwardTargetGroup;
    new (arn: Str);
    required {
        arn: Str,
    }
    optional {
        weight: Num,
    }
}

block! {
    DefaultActionJwtValidation;
    new DefaultActionJwtValidationArgs (issuer: Str, jwks_endpoint: Str);
    required {
        issuer: Str,
        jwks_endpoint: Str,
    }
    blocks {
        additional_claim: Many<DefaultActionJwtValidationAdditionalClaim> = Set 0 0,
    }
}

block! {
    DefaultActionJwtValidationAdditionalClaim;
    new DefaultActionJwtValidationAdditionalClaimArgs (format: Str, name: Str, values: Set<Str>);
    required {
        format: Str,
        name: Str,
        values: Set<Str>,
    }
}

block! {
    DefaultActionRedirect;
    new (status_code: Str);
    required {
        status_code: Str,
    }
    optional {
        host: Str,
        path: Str,
        port: Str,
        protocol: Str,
        query: Str,
    }
}

block! {
    MutualAuthentication;
    new (mode: Str);
    required {
        mode: Str,
    }
    optional {
        ignore_client_certificate_expiry: Bool,
        trust_store_arn: Str,
    }
    settable {
        advertise_trust_store_ca_names: Str,
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
