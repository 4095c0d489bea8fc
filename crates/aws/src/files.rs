//! Writes objects to the bucket of this Region that archives the audit log.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>: a versioned bucket keeps the earlier
//! content of a key.

use crate::config::AwsConfig;
use crate::signed::{RestService, Service, domain};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::HeaderName;
use leeward_model::Region;
use leeward_ports::Outcome;
use sha2::{Digest, Sha256};
use std::time::Duration;

const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-checksum-sha256");

pub struct Files {
    service: RestService,
    bucket: String,
    /// The prefix of every key, for an endpoint that serves all buckets from one host.
    path: String,
    limit: Duration,
}

impl Files {
    pub fn new(config: &AwsConfig, region: &Region, bucket: &str) -> Files {
        let url = format!("https://{bucket}.s3.{region}.{}/", domain(region.as_str()));
        let path = match config.endpoint_url {
            Some(_) => format!("{bucket}/"),
            None => String::new(),
        };
        let service = RestService(Service::at(config, region, "s3", url));
        Files { service, bucket: bucket.to_owned(), path, limit: config.call_timeout }
    }

    /// Returns the path of `key`, or an error if the key is empty or contains a character other than letters, digits,
    /// `-`, `.`, `_` and `/`. Any other character would need an escape.
    fn path(&self, key: &str) -> Result<String, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
        if key.is_empty() || !key.chars().all(plain) {
            return Err(format!("{key:?} is not a valid key for the bucket {}", self.bucket));
        }
        Ok(format!("{}{key}", self.path))
    }

    pub async fn put(&self, key: &str, content: impl Into<Bytes> + Send) -> Outcome<()> {
        let content: Bytes = content.into();
        // A bucket with Object Lock requires a checksum.
        let sum = BASE64_STANDARD.encode(Sha256::digest(&content));
        match self.path(key) {
            Ok(path) => {
                self.service.put(&path, &[(CHECKSUM, sum.as_str())], content, self.limit).await
            }
            Err(why) => Outcome::Rejected(why),
        }
    }
}
