//! The data sources of the AWS provider, version 6.62.0.
//!
//! Made by `cargo xtask codegen` from the provider's schema; change `aws-types.txt`, not this.

pub mod ami;
pub mod availability_zones;
pub mod caller_identity;
pub mod elb_service_account;
pub mod partition;
pub mod prefix_list;
pub mod rds_engine_version;
pub mod region;
pub mod route53_zone;
pub mod ssm_parameter;

pub use ami::Ami;
pub use availability_zones::AvailabilityZones;
pub use caller_identity::CallerIdentity;
pub use elb_service_account::ElbServiceAccount;
pub use partition::Partition;
pub use prefix_list::PrefixList;
pub use rds_engine_version::RdsEngineVersion;
pub use region::Region;
pub use route53_zone::Route53Zone;
pub use ssm_parameter::SsmParameter;
