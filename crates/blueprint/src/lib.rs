//! The blueprint: one TOML file that describes the platform, validated before anything is created.
//!
//! All problems are reported together, each with its line and column, the allowed values and the fix. Every setting has
//! a default, so the file may be empty or absent.
//!
//! The crate also derives the data about a platform that several crates need: the names of resources ([`names`]), the
//! tables ([`schema`]), and the settings of processes ([`Blueprint::settings`]).

mod budget;
pub mod deploy;
pub mod names;
mod read;
mod retries;
pub mod schema;
pub mod services;
mod settings;
mod timing;

pub use budget::Budget;
pub use read::{TEMPLATE, deprecations};
pub use retries::{GIVE_UP_RETRIES, Retries, STEP_RETRIES};
pub use settings::{Locations, each};
pub use timing::{Overrides, Timing, TimingProfile};

use leeward_model::Region;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Blueprint {
    /// The suffix at the end of every name: `{role}-{resource-type}-{suffix}`.
    pub suffix: String,
    /// The name that customers resolve.
    pub public_name: String,
    pub regions: Regions,
    /// The timings that replace those of the timing profile; the profile supplies the unset ones.
    pub timing: timing::Overrides,
    /// The reference deployment. Older versions of the blueprint call this setting `shape`.
    #[serde(alias = "shape")]
    pub profile: deploy::Profile,
    pub network: deploy::Network,
    pub database: deploy::Database,
    pub notices: deploy::Notices,
    pub orders: Orders,
    pub dns: services::Dns,
    pub api: services::Api,
    pub functions: services::Functions,
    pub instances: services::Instances,
    pub files: services::Files,
    pub alarms: services::Alarms,
    pub access: services::Access,
    pub sessions: services::Sessions,
    pub state: services::State,
}

/// Limits of the order path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Orders {
    /// The maximum number of orders of one account that may wait in one process; further orders get a 429 (attack R14).
    pub account_ceiling: usize,
}

impl Default for Orders {
    fn default() -> Orders {
        Orders { account_ceiling: 2_000 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Regions {
    pub primary: Region,
    pub secondary: Region,
    pub witness: Region,
}

/// The role of a Region in the blueprint. Every move changes which Region is active and which is standby, but never a
/// role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionRole {
    /// The home Region, which accepts orders and is active unless the platform moved.
    Primary,
    /// The other Region that accepts orders.
    Secondary,
    /// The Region that probes and votes, but takes no orders.
    Witness,
}

impl RegionRole {
    /// Returns the role as it appears in the names of stacks.
    pub fn as_str(self) -> &'static str {
        match self {
            RegionRole::Primary => "primary",
            RegionRole::Secondary => "secondary",
            RegionRole::Witness => "witness",
        }
    }
}

impl Regions {
    /// Returns the Region that has the role.
    pub fn with_role(&self, role: RegionRole) -> &Region {
        match role {
            RegionRole::Primary => &self.primary,
            RegionRole::Secondary => &self.secondary,
            RegionRole::Witness => &self.witness,
        }
    }

    /// Returns the two Regions that accept orders, home first.
    pub fn pair(&self) -> [&Region; 2] {
        [&self.primary, &self.secondary]
    }

    /// Returns all three Regions: primary, secondary, witness.
    pub fn all(&self) -> [&Region; 3] {
        [&self.primary, &self.secondary, &self.witness]
    }
}

impl Default for Regions {
    fn default() -> Regions {
        let region = |name| Region::new(name).expect("a plain name");
        Regions {
            primary: region("us-east-1"),
            secondary: region("us-east-2"),
            witness: region("us-west-2"),
        }
    }
}

impl Default for Blueprint {
    fn default() -> Blueprint {
        Blueprint {
            suffix: "local".into(),
            public_name: "orders.leeward.test".into(),
            regions: Regions::default(),
            timing: timing::Overrides::default(),
            profile: deploy::Profile::default(),
            network: deploy::Network::default(),
            database: deploy::Database::default(),
            notices: deploy::Notices::default(),
            orders: Orders::default(),
            dns: services::Dns::default(),
            api: services::Api::default(),
            functions: services::Functions::default(),
            instances: services::Instances::default(),
            files: services::Files::default(),
            alarms: services::Alarms::default(),
            access: services::Access::default(),
            sessions: services::Sessions::default(),
            state: services::State::default(),
        }
    }
}

/// The error for an invalid blueprint, with all its problems.
#[derive(Debug, thiserror::Error)]
#[error("LW-B001: the blueprint is invalid:\n{}", problems.join("\n"))]
pub struct Invalid {
    pub problems: Vec<String>,
}

impl Blueprint {
    /// Reads and validates the text of a blueprint. Messages call it `file`.
    pub fn parse(text: &str, file: &str) -> Result<Blueprint, Invalid> {
        read::parse(text, file)
    }

    /// Validates a blueprint that was changed after it was read.
    pub fn validate(&self) -> Result<(), Invalid> {
        let problems = self.problems();
        if problems.is_empty() { Ok(()) } else { Err(Invalid { problems }) }
    }

    fn problems(&self) -> Vec<String> {
        let mut out = Vec::new();
        let r = &self.regions;
        if r.primary == r.secondary || r.primary == r.witness || r.secondary == r.witness {
            out.push(format!(
                "regions: {}, {} and {} must be three different Regions",
                r.primary, r.secondary, r.witness
            ));
        }
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.suffix.is_empty() || self.suffix.len() > 16 || !self.suffix.bytes().all(plain) {
            out.push("suffix: must be 1 to 16 characters of a-z 0-9 -".into());
        } else if self.suffix.split('-').any(str::is_empty) {
            out.push("suffix: each hyphen must stand between letters or digits".into());
        } else if ["s3alias", "ol-s3", "x-s3"].iter().any(|taken| self.suffix.ends_with(taken)) {
            out.push(format!("suffix: S3 reserves names that end in {}", self.suffix));
        }
        for profile in [TimingProfile::Local, TimingProfile::Aws] {
            out.extend(Timing::of(profile, &self.timing).problems());
        }
        if self.orders.account_ceiling == 0 {
            out.push("orders.account_ceiling: must be at least 1".into());
        }
        out.extend(self.network.problems());
        out.extend(self.database.problems(self.profile));
        out.extend(self.notices.problems());
        out.extend(self.dns.problems(&self.public_name));
        self.api.problems(&mut out);
        self.functions.problems(&mut out);
        self.instances.problems(&mut out);
        self.alarms.problems(&mut out);
        self.access.problems(&mut out);
        self.files.problems(&mut out);
        if self.access.budget_usd > 0 && self.notices.emails.is_empty() {
            out.push("access.budget_usd: needs an address in notices.emails to alert".into());
        }
        out.dedup();
        out
    }

    pub fn timing(&self, profile: TimingProfile) -> Timing {
        Timing::of(profile, &self.timing)
    }

    /// Checks what an AWS deployment requires beyond a valid blueprint: Regions of one MRSC set, and timings that meet
    /// the targets (docs/spec/timing.md).
    pub fn deployable(&self) -> Result<(), Invalid> {
        let r = &self.regions;
        let mut problems = Vec::new();
        problems.extend(deploy::region_problems(
            r.primary.as_str(),
            r.secondary.as_str(),
            r.witness.as_str(),
        ));
        let budget = Budget::of(&self.timing(TimingProfile::Aws));
        problems.extend(budget.misses(self.profile));
        if problems.is_empty() { Ok(()) } else { Err(Invalid { problems }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_a_valid_blueprint() {
        assert_eq!(Blueprint::parse("", "b").expect("valid"), Blueprint::default());
    }

    #[test]
    fn all_problems_are_reported_with_their_positions() {
        let check = |text: &str, parts: &[&str]| {
            let problems = Blueprint::parse(text, "leeward.toml").expect_err("invalid").to_string();
            for part in parts {
                assert!(problems.contains(part), "{part:?} in {problems}");
            }
        };
        check("suffix = 3", &["leeward.toml:1:10"]);
        check("\n[regions]\nprimry = \"x\"", &["leeward.toml:3:1", "primry", "primary"]);
        check("[regions]\nprimary = \"a b\"", &["leeward.toml:2:11", "region must be"]);
        check(
            "suffix = \"UPPER\"\n[regions]\nprimary = \"us-west-2\"",
            &["three different Regions", "suffix: must be"],
        );
        check("[timing]\ntick_ms = 0", &["tick_ms"]);
        check(
            "[network]\nprimary_cidr = \"10.1.0.0/16\"\n[database]\ninstance_class = \"db.t3.large\"",
            &["overlap", "db.t3.large"],
        );
        check("[network]\nprimary_cidr = \"10.0.0.0\"", &["leeward.toml:2:16"]);
        check("suffix = \"a--b\"", &["leeward.toml:1:1", "each hyphen"]);
        check("suffix = \"b-s3alias\"", &["S3 reserves"]);
        check("[database]\nengine_version = \"16.2\"", &["leeward.toml:2:1", "fast switchover"]);
        check("[instances]\ntypes = [\"t4g.large\"]", &["leeward.toml:2:1", "not an x86-64 type"]);
        check("[instances]\nprimary_ami = \"ami-0123456789\"", &["set both, or none"]);
        check("[access]\nbudget_usd = 5", &["leeward.toml:2:1", "notices.emails"]);
    }

    #[test]
    fn a_deployment_has_further_requirements() {
        let check = |text: &str, part: &str| {
            let blueprint = Blueprint::parse(text, "b").expect("valid");
            let problems = blueprint.deployable().expect_err("not deployable").to_string();
            assert!(problems.contains(part), "{part:?} in {problems}");
        };
        assert!(Blueprint::default().deployable().is_ok());
        check("[regions]\nwitness = \"eu-west-1\"", "strong consistency");
        check("[timing]\nttl_s = 60", "acceptance");
        check("[timing]\ntick_ms = 20000", "verdict");
    }
}
