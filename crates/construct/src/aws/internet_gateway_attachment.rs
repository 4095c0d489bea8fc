//! The resource `aws_internet_gateway_attachment`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Str};

construct! {
    resource InternetGatewayAttachment = "aws_internet_gateway_attachment";
    new InternetGatewayAttachmentArgs (internet_gateway_id: Str, vpc_id: Str);
    required {
        internet_gateway_id: Str,
        vpc_id: Str,
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
        delete: Str,
    }
}
