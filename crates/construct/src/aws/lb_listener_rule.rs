//! The resource `aws_lb_listener_rule`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Many, Map, Num, One, Set, Str};

construct! {
    resource LbListenerRule = "aws_lb_listener_rule";
    new LbListenerRuleArgs (listener_arn: Str, action: Many<Action>, condition: Many<Condition>);
    required {
        listener_arn: Str,
    }
    optional {
        tags: Map<Str>,
    }
    settable {
        priority: Num,
        region: Str,
    }
    computed {
        arn: Str,
        id: Str,
        tags_all: Map<Str>,
    }
    required_blocks {
        action: Many<Action> = List 1 0,
        condition: Many<Condition> = Set 1 0,
    }
    blocks {
        transform: Many<Transform> = Set 0 0,
    }
}

tagged!(LbListenerRule);

block! {
    Action;
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
        authenticate_cognito: One<ActionAuthenticateCognito> = List 0 1,
        authenticate_oidc: One<ActionAuthenticateOidc> = List 0 1,
        fixed_response: One<ActionFixedResponse> = List 0 1,
        forward: One<ActionForward> = List 0 1,
        jwt_validation: One<ActionJwtValidation> = List 0 1,
        redirect: One<ActionRedirect> = List 0 1,
    }
}

block! {
    ActionAuthenticateCognito;
    new ActionAuthenticateCognitoArgs (user_pool_arn: Str, user_pool_client_id: Str, user_pool_domain: Str);
    required {
        user_pool_arn: Str,
        user_pool_client_id: Str,
        user_pool_domain: Str,
    }
    optional {
        authentication_request_extra_params: Map<Str>,
        scope: Str,
        session_cookie_name: Str,
        session_timeout: Num,
    }
    settable {
        on_unauthenticated_request: Str,
    }
}

block! {
    ActionAuthenticateOidc;
    new ActionAuthenticateOidcArgs (authorization_endpoint: Str, client_id: Str, client_secret: Str, issuer: Str, token_endpoint: Str, user_info_endpoint: Str);
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
        scope: Str,
        session_cookie_name: Str,
        session_timeout: Num,
    }
    settable {
        on_unauthenticated_request: Str,
    }
    sensitive {
        "client_secret",
    }
}

block! {
    ActionFixedResponse;
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
    ActionForward;
    new (target_group: Many<ActionForwardTargetGroup>);
    required_blocks {
        target_group: Many<ActionForwardTargetGroup> = Set 1 0,
    }
    blocks {
        stickiness: One<ActionForwardStickiness> = List 0 1,
    }
}

block! {
    ActionForwardStickiness;
    new (duration: Num);
    required {
        duration: Num,
    }
    optional {
        enabled: Bool,
    }
}

block! {
    ActionForwardTargetGroup;
    new (arn: Str);
    required {
        arn: Str,
    }
    optional {
        weight: Num,
    }
}

block! {
    ActionJwtValidation;
    new ActionJwtValidationArgs (issuer: Str, jwks_endpoint: Str);
    required {
        issuer: Str,
        jwks_endpoint: Str,
    }
    blocks {
        additional_claim: Many<ActionJwtValidationAdditionalClaim> = Set 0 0,
    }
}

block! {
    ActionJwtValidationAdditionalClaim;
    new ActionJwtValidationAdditionalClaimArgs (format: Str, name: Str, values: Set<Str>);
    required {
        format: Str,
        name: Str,
        values: Set<Str>,
    }
}

block! {
    ActionRedirect;
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
    Condition;
    new ();
    blocks {
        host_header: One<ConditionHostHeader> = List 0 1,
        http_header: One<ConditionHttpHeader> = List 0 1,
        http_request_method: One<ConditionHttpRequestMethod> = List 0 1,
        path_pattern: One<ConditionPathPattern> = List 0 1,
        query_string: Many<ConditionQueryString> = Set 0 0,
        source_ip: One<ConditionSourceIp> = List 0 1,
    }
}

block! {
    ConditionHostHeader;
    new ();
    optional {
        regex_values: Set<Str>,
        values: Set<Str>,
    }
}

block! {
    ConditionHttpHeader;
    new (http_header_name: Str);
    required {
        http_header_name: Str,
    }
    optional {
        regex_values: Set<Str>,
        values: Set<Str>,
    }
}

block! {
    ConditionHttpRequestMethod;
    new (values: Set<Str>);
    required {
        values: Set<Str>,
    }
}

block! {
    ConditionPathPattern;
    new ();
    optional {
        regex_values: Set<Str>,
        values: Set<Str>,
    }
}

block! {
    ConditionQueryString;
    new (value: Str);
    required {
        value: Str,
    }
    optional {
        key: Str,
    }
}

block! {
    ConditionSourceIp;
    new ();
    optional {
        ip_address_type: Str,
        values: Set<Str>,
    }
}

block! {
    Transform;
    new (type_: Str);
    required {
        type_: Str,
    }
    blocks {
        host_header_rewrite_config: One<TransformHostHeaderRewriteConfig> = List 0 1,
        url_rewrite_config: One<TransformUrlRewriteConfig> = List 0 1,
    }
}

block! {
    TransformHostHeaderRewriteConfig;
    new ();
    blocks {
        rewrite: One<TransformHostHeaderRewriteConfigRewrite> = List 0 1,
    }
}

block! {
    TransformHostHeaderRewriteConfigRewrite;
    new TransformHostHeaderRewriteConfigRewriteArgs (regex: Str, replace: Str);
    required {
        regex: Str,
        replace: Str,
    }
}

block! {
    TransformUrlRewriteConfig;
    new ();
    blocks {
        rewrite: One<TransformUrlRewriteConfigRewrite> = List 0 1,
    }
}

block! {
    TransformUrlRewriteConfigRewrite;
    new TransformUrlRewriteConfigRewriteArgs (regex: Str, replace: Str);
    required {
        regex: Str,
        replace: Str,
    }
}
