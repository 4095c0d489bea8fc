//! The resource `aws_wafv2_web_acl_association`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource Wafv2WebAclAssociation = "aws_wafv2_web_acl_association";
    new Wafv2WebAclAssociationArgs (resource_arn: Str, web_acl_arn: Str);
    required {
        resource_arn: Str,
        web_acl_arn: Str,
    }
    settable {
        region: Str,
    }
    computed {
        id: Str,
    }
    blocks {
        timeouts: One<Timeouts> = Single 0 1,
    }
}

block! {
    Timeouts;
    new ();
    optional {
        create: Str,
    }
}
