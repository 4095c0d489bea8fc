//! A deterministic model of the AWS Regions that Leeward uses
