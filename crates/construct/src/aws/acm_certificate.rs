//! The resource `aws_acm_certificate`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, List, Many, Map, Num, One, Set, Str, WriteOnly};

construct! {
    resource AcmCertificate = "aws_acm_certificate";
    new ();
    optional {
        certificate_authority_arn: Str,
        certificate_body: Str,
        certificate_chain: Str,
        early_renewal_duration: Str,
        private_key: Str,
        private_key_wo_version: Num,
        tags: Map<Str>,
    }
    settable {
        domain_name: Str,
        key_algorithm: Str,
        region: Str,
        subject_alternative_names: Set<Str>,
        validation_method: Str,
    }
    write_only {
        private_key_wo: WriteOnly<Str>,
    }
    computed {
        arn: Str,
        domain_validation_options: Set<DomainValidationOptions>,
        id: Str,
        not_after: Str,
        not_before: Str,
        pending_renewal: Bool,
        renewal_eligibility: Str,
        renewal_summary: List<RenewalSummary>,
        status: Str,
        tags_all: Map<Str>,
        type_: Str,
        validation_emails: List<Str>,
    }
    blocks {
        options: One<Options> = List 0 1,
        validation_option: Many<ValidationOption> = Set 0 0,
    }
    sensitive {
        "private_key",
        "private_key_wo",
    }
}

tagged!(AcmCertificate);

object! {
    DomainValidationOptions {
        domain_name: Str,
        resource_record_name: Str,
        resource_record_type: Str,
        resource_record_value: Str,
    }
}

object! {
    RenewalSummary {
        renewal_status: Str,
        renewal_status_reason: Str,
        updated_at: Str,
    }
}

block! {
    Options;
    new ();
    optional {
        certificate_transparency_logging_preference: Str,
    }
    settable {
        export: Str,
    }
}

block! {
    ValidationOption;
    new ValidationOptionArgs (domain_name: Str, validation_domain: Str);
    required {
        domain_name: Str,
        validation_domain: Str,
    }
}
