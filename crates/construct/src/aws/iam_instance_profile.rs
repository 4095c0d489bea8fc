//! The resource `aws_iam_instance_profile`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Map, Str};

construct! {
    resource IamInstanceProfile = "aws_iam_instance_profile";
    new ();
    optional {
        path: Str,
        role: Str,
        tags: Map<Str>,
    }
    settable {
        name: Str,
        name_prefix: Str,
    }
    computed {
        arn: Str,
        create_date: Str,
        id: Str,
        tags_all: Map<Str>,
        unique_id: Str,
    }
}

tagged!(IamInstanceProfile);
