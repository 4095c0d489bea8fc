//! The resource `aws_s3_object`, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

use crate::ty::{Bool, Map, One, Str};

construct! {
    resource S3Object = "aws_s3_object";
    new S3ObjectArgs (bucket: Str, key: Str);
    required {
        bucket: Str,
        key: Str,
    }
    optional {
        cache_control: Str,
        checksum_algorithm: Str,
        content: Str,
        content_base64: Str,
        content_disposition: Str,
        content_encoding: Str,
        content_language: Str,
        force_destroy: Bool,
        metadata: Map<Str>,
        object_lock_legal_hold_status: Str,
        object_lock_mode: Str,
        object_lock_retain_until_date: Str,
        source: Str,
        source_hash: Str,
        tags: Map<Str>,
        website_redirect: Str,
    }
    settable {
        acl: Str,
        bucket_key_enabled: Bool,
        content_type: Str,
        etag: Str,
        kms_key_id: Str,
        region: Str,
        server_side_encryption: Str,
        storage_class: Str,
    }
    computed {
        arn: Str,
        checksum_crc32: Str,
        checksum_crc32c: Str,
        checksum_crc64nvme: Str,
        checksum_sha1: Str,
        checksum_sha256: Str,
        id: Str,
        tags_all: Map<Str>,
        version_id: Str,
    }
    blocks {
        override_provider: One<OverrideProvider> = List 0 1,
    }
}

tagged!(S3Object);

block! {
    OverrideProvider;
    new ();
    blocks {
        default_tags: One<OverrideProviderDefaultTags> = List 0 1,
    }
}

block! {
    OverrideProviderDefaultTags;
    new ();
    optional {
        tags: Map<Str>,
    }
}
