//! The resource `aws_s3_bucket_website_configuration`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Many, One, Str};

construct! {
    resource S3BucketWebsiteConfiguration = "aws_s3_bucket_website_configuration";
    new (bucket: Str);
    required {
        bucket: Str,
    }
    optional {
        expected_bucket_owner: Str,
    }
    settable {
        region: Str,
        routing_rules: Str,
    }
    computed {
        id: Str,
        website_domain: Str,
        website_endpoint: Str,
    }
    blocks {
        error_document: One<ErrorDocument> = List 0 1,
        index_document: One<IndexDocument> = List 0 1,
        redirect_all_requests_to: One<RedirectAllRequestsTo> = List 0 1,
        routing_rule: Many<RoutingRule> = List 0 0,
    }
}

block! {
    ErrorDocument;
    new (key: Str);
    required {
        key: Str,
    }
}

block! {
    IndexDocument;
    new (suffix: Str);
    required {
        suffix: Str,
    }
}

block! {
    RedirectAllRequestsTo;
    new (host_name: Str);
    required {
        host_name: Str,
    }
    optional {
        protocol: Str,
    }
}

block! {
    RoutingRule;
    new (redirect: One<RoutingRuleRedirect>);
    required_blocks {
        redirect: One<RoutingRuleRedirect> = List 1 1,
    }
    blocks {
        condition: One<RoutingRuleCondition> = List 0 1,
    }
}

block! {
    RoutingRuleCondition;
    new ();
    optional {
        http_error_code_returned_equals: Str,
        key_prefix_equals: Str,
    }
}

block! {
    RoutingRuleRedirect;
    new ();
    optional {
        host_name: Str,
        http_redirect_code: Str,
        protocol: Str,
        replace_key_prefix_with: Str,
        replace_key_with: Str,
    }
}
