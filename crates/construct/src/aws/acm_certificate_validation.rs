//! The resource `aws_acm_certificate_validation`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{One, Set, Str};

construct! {
    resource AcmCertificateValidation = "aws_acm_certificate_validation";
    new (certificate_arn: Str);
    required {
        certificate_arn: Str,
    }
    optional {
        validation_record_fqdns: Set<Str>,
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
