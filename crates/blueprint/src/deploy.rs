//! The settings of an AWS deployment apart from names, Regions and timings. Local mode reads none of them.

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// The sets of Regions within which a table can have multi-Region strong consistency (docs/spec/aws-facts.md).
const MRSC_SETS: [&[&str]; 3] = [
    &["us-east-1", "us-east-2", "us-west-2"],
    &["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"],
    &["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
];

/// The two reference deployments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    #[default]
    Serverless,
    Instances,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    AuroraPostgresql,
    AuroraMysql,
}

impl Engine {
    pub fn as_str(self) -> &'static str {
        match self {
            Engine::AuroraPostgresql => "aurora-postgresql",
            Engine::AuroraMysql => "aurora-mysql",
        }
    }
}

/// The gateways by which private subnets reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nat {
    #[default]
    PerZone,
    PerRegion,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    pub primary_cidr: Ipv4Net,
    pub secondary_cidr: Ipv4Net,
    pub nat: Nat,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// The engine; if unset, the default of the profile.
    pub engine: Option<Engine>,
    /// The engine version, which is the same in both Regions; if unset, a version that supports fast switchover.
    pub engine_version: Option<String>,
    pub instance_class: String,
    /// The number of instances in each Region.
    pub instances: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notices {
    /// The addresses that receive a request in every Region to confirm a subscription.
    pub emails: Vec<String>,
}

impl Default for Network {
    fn default() -> Network {
        let net = |text: &str| text.parse().expect("a network");
        Network {
            primary_cidr: net("10.0.0.0/16"),
            secondary_cidr: net("10.1.0.0/16"),
            nat: Nat::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Database {
        Database {
            engine: None,
            engine_version: None,
            instance_class: "db.r6g.large".into(),
            instances: 2,
        }
    }
}

impl Database {
    pub fn engine(&self, profile: Profile) -> Engine {
        self.engine.unwrap_or(match profile {
            Profile::Serverless => Engine::AuroraPostgresql,
            Profile::Instances => Engine::AuroraMysql,
        })
    }

    pub fn engine_version(&self, profile: Profile) -> &str {
        self.engine_version.as_deref().unwrap_or(match self.engine(profile) {
            Engine::AuroraPostgresql => "16.13",
            Engine::AuroraMysql => "8.0.mysql_aurora.3.10.0",
        })
    }
}

impl Network {
    pub(crate) fn problems(&self) -> Vec<String> {
        let (a, b) = (self.primary_cidr, self.secondary_cidr);
        let mut out = Vec::new();
        for (name, net) in [("primary_cidr", a), ("secondary_cidr", b)] {
            if net != net.trunc() {
                out.push(format!(
                    "network.{name}: {net} has host bits; did you mean {}?",
                    net.trunc()
                ));
            }
            if !(16..=20).contains(&net.prefix_len()) {
                out.push(format!(
                    "network.{name}: {net} must be a /16 to /20 (six subnets and room)"
                ));
            }
        }
        if a.contains(&b.network()) || b.contains(&a.network()) {
            out.push(format!(
                "network: {a} and {b} overlap, and overlapping VPCs cannot be peered"
            ));
        }
        out
    }
}

impl Database {
    pub(crate) fn problems(&self, profile: Profile) -> Vec<String> {
        let mut out: Vec<String> = self.version_problem(profile).into_iter().collect();
        if !(1..=15).contains(&self.instances) {
            out.push(format!("database.instances: is {}, must be 1 to 15", self.instances));
        }
        // docs/spec/aws-facts.md: a global database accepts the class r5 and later ones, but no burstable class.
        if !self.instance_class.starts_with("db.r") && !self.instance_class.starts_with("db.x") {
            out.push(format!(
                "database.instance_class: {} cannot be in a global database; choose a db.r… or db.x… class",
                self.instance_class
            ));
        }
        out
    }
}

impl Database {
    /// Returns the problem if the version does not support fast switchover (docs/spec/aws-facts.md). PostgreSQL 13.20,
    /// 14.17, 15.12 and 16.8 and later support it, and MySQL 3.09 and later.
    fn version_problem(&self, profile: Profile) -> Option<String> {
        let (engine, version) = (self.engine(profile), self.engine_version(profile));
        let number = |text: &str| text.parse::<u32>().ok();
        let fits = match engine {
            Engine::AuroraPostgresql => version.split_once('.').is_some_and(|(major, minor)| {
                let least = match number(major) {
                    Some(13) => 20,
                    Some(14) => 17,
                    Some(15) => 12,
                    Some(16) => 8,
                    Some(17..=30) => 0,
                    _ => return false,
                };
                number(minor).is_some_and(|minor| minor >= least)
            }),
            Engine::AuroraMysql => {
                let own = version.strip_prefix("8.0.mysql_aurora.3.");
                let minor = own.and_then(|rest| number(rest.split('.').next().unwrap_or(rest)));
                minor.is_some_and(|minor| minor >= 9)
            }
        };
        (!fits).then(|| {
            format!(
                "database.engine_version: {version} is not a version of {} with fast switchover; choose 16.8 or later \
                 (PostgreSQL), 8.0.mysql_aurora.3.09.0 or later (MySQL)",
                engine.as_str()
            )
        })
    }
}

impl Notices {
    pub(crate) fn problems(&self) -> Vec<String> {
        let plain = |email: &&String| {
            email.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.'))
        };
        let wrong = self.emails.iter().filter(|email| !plain(email));
        wrong.map(|email| format!("notices.emails: {email:?} is not an email address")).collect()
    }
}

/// Returns the problem if no MRSC set contains all three Regions. Only a deployment has this restriction; local mode
/// accepts any three names.
pub(crate) fn region_problems(primary: &str, secondary: &str, witness: &str) -> Option<String> {
    let chosen = [primary, secondary, witness];
    if MRSC_SETS.iter().any(|set| chosen.iter().all(|region| set.contains(region))) {
        return None;
    }
    let sets: Vec<String> = MRSC_SETS.iter().map(|set| set.join(", ")).collect();
    Some(format!(
        "regions: DynamoDB offers no strong consistency across {}; choose three of: {}",
        chosen.join(", "),
        sets.join("; or of: ")
    ))
}
