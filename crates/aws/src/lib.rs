//! The ports on the AWS SDK
