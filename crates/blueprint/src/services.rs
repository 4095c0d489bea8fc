//! The sizes and rules of a deployment's parts: names, API, functions, instances, files, alarms and access. Local mode
//! reads only [`Dns::routing`].

use serde::{Deserialize, Serialize};

/// The Region to which the public name leads while both Regions are healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Routing {
    /// The active Region.
    #[default]
    Failover,
    /// The Region that is nearer to the customer. Both Regions accept orders.
    Latency,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dns {
    /// The name of the hosted zone; if unset, the public name without its first label.
    pub zone: Option<String>,
    /// The id of an existing zone for the records; if unset, the deployment creates a zone.
    pub zone_id: Option<String>,
    pub routing: Routing,
}

/// The consistency of sessions (REQ-S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    /// Strong: a write is in both Regions before it is acknowledged. The sweeper deletes expired sessions.
    #[default]
    Strong,
    /// Eventual: a write reaches the other Region within about a second, and the last writer wins. TTL deletes expired
    /// sessions.
    Eventual,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    pub consistency: Consistency,
}

/// The place where Terraform keeps its states.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct State {
    /// A bucket in the witness Region, which does not accept orders. If unset, the states are files beside the stacks.
    pub bucket: Option<String>,
}

/// The ceilings of the API in each Region. Readiness compares the ceilings with the quotas of the AWS account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    pub requests_per_second: u32,
    pub burst: u32,
    /// The maximum number of requests from one address in five minutes, above which the firewall blocks the address.
    pub requests_per_address: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Functions {
    pub memory_mb: u32,
    /// The concurrency that is reserved for the order path in each Region.
    pub orders_concurrency: u32,
    pub processor_concurrency: u32,
    /// The concurrency that is reserved for the health function, so that a flood of orders cannot make a Region look
    /// unhealthy.
    pub health_concurrency: u32,
    /// The number of function instances that are kept warm in the standby, so that the first request after a move does
    /// not wait for a cold start.
    pub warm: u32,
    pub log_days: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Instances {
    /// The x86-64 instance types, in order of preference.
    pub types: Vec<String>,
    pub min: u32,
    pub max: u32,
    pub desired: u32,
    /// The name of a public SSM parameter that contains the AMI of each Region.
    pub image: String,
    /// The AMI that replaces the one from the parameter. An AMI belongs to one Region, so either both AMIs are set or
    /// none.
    pub primary_ami: Option<String>,
    pub secondary_ami: Option<String>,
    /// The measured time from the start of an instance to its first passed health check.
    pub grace_s: u32,
    pub volume_gib: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Files {
    /// The number of days for which the audit trail cannot be deleted, in GOVERNANCE mode; 0 sets no lock.
    pub audit_lock_days: u32,
}

/// The thresholds of the alarms. Each alarm covers two periods of one minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alarms {
    pub replication_lag_ms: u32,
    pub response_ms: u32,
    pub cpu_percent: u32,
    pub connections_percent: u32,
    pub error_percent: u32,
    pub queue_age_s: u32,
    pub round_trip_ms: u32,
    pub append_p99_ms: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// The AWS accounts that may assume the operator role with the external id.
    pub trusted_accounts: Vec<String>,
    pub external_id: Option<String>,
    /// Whether a planned move waits for an operator's approval. An automatic move never waits.
    pub approval: bool,
    /// The monthly budget in US dollars; 0 creates no budget.
    pub budget_usd: u32,
}

impl Default for Api {
    fn default() -> Api {
        Api { requests_per_second: 8_000, burst: 4_000, requests_per_address: 100_000 }
    }
}

impl Default for Functions {
    fn default() -> Functions {
        Functions {
            memory_mb: 1_024,
            orders_concurrency: 400,
            processor_concurrency: 50,
            health_concurrency: 20,
            warm: 5,
            // One year of logs, as PCI DSS requires (10.5.1).
            log_days: 365,
        }
    }
}

impl Default for Instances {
    fn default() -> Instances {
        Instances {
            types: ["t3.large", "t3a.large", "m6i.large"].map(String::from).to_vec(),
            min: 3,
            max: 10,
            desired: 3,
            image: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64".into(),
            primary_ami: None,
            secondary_ami: None,
            grace_s: 120,
            volume_gib: 20,
        }
    }
}

impl Default for Alarms {
    fn default() -> Alarms {
        Alarms {
            replication_lag_ms: 1_000,
            response_ms: 1_000,
            cpu_percent: 80,
            connections_percent: 80,
            error_percent: 1,
            queue_age_s: 60,
            round_trip_ms: 50,
            append_p99_ms: 250,
        }
    }
}

impl Dns {
    /// Returns the name of the zone that contains the public name.
    pub fn zone_name<'a>(&'a self, public_name: &'a str) -> &'a str {
        let parent = public_name.split_once('.').map_or(public_name, |(_, parent)| parent);
        self.zone.as_deref().unwrap_or(parent)
    }

    pub(crate) fn problems(&self, public_name: &str) -> Vec<String> {
        let mut out = Vec::new();
        let label = |l: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !l.is_empty() && l.len() <= 63 && l.bytes().all(plain) && !l.starts_with('-')
        };
        let zone = self.zone_name(public_name);
        for (field, name) in [("public_name", public_name), ("dns.zone", zone)] {
            if name.len() > 200 || !name.contains('.') || !name.split('.').all(label) {
                out.push(format!(
                    "{field}: {name:?} is not a host name, such as orders.example.com"
                ));
            }
        }
        let inside = public_name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'));
        if !inside {
            // The record is a CNAME, which cannot be at the top of a zone.
            out.push(format!("public_name: {public_name} must be a name within the zone {zone}"));
        }
        out
    }
}

fn range(out: &mut Vec<String>, name: &str, value: u32, least: u32, most: u32) {
    if !(least..=most).contains(&value) {
        out.push(format!("{name}: is {value}, must be {least} to {most}"));
    }
}

impl Api {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        range(out, "api.requests_per_second", self.requests_per_second, 1, 1_000_000);
        range(out, "api.burst", self.burst, 1, 1_000_000);
        // This is the range that the firewall can count.
        range(out, "api.requests_per_address", self.requests_per_address, 100, 2_000_000_000);
    }
}

impl Functions {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        range(out, "functions.memory_mb", self.memory_mb, 128, 10_240);
        range(out, "functions.orders_concurrency", self.orders_concurrency, 1, 10_000);
        range(out, "functions.processor_concurrency", self.processor_concurrency, 2, 1_000);
        range(out, "functions.health_concurrency", self.health_concurrency, 2, 1_000);
        let most = self.orders_concurrency.min(self.health_concurrency);
        range(out, "functions.warm", self.warm, 0, most);
        const DAYS: [u32; 12] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 180, 365, 400];
        if !DAYS.contains(&self.log_days) {
            out.push(format!("functions.log_days: is {}, must be one of {DAYS:?}", self.log_days));
        }
    }
}

impl Instances {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        range(out, "instances.min", self.min, 1, 1_000);
        range(out, "instances.max", self.max, self.min, 1_000);
        range(out, "instances.desired", self.desired, self.min, self.max);
        range(out, "instances.grace_s", self.grace_s, 1, 3_600);
        range(out, "instances.volume_gib", self.volume_gib, 8, 16_384);
        if self.types.is_empty() {
            out.push("instances.types: is empty; set for example [\"t3.large\"]".into());
        }
        for kind in self.types.iter().filter(|kind| !x86(kind)) {
            out.push(format!("instances.types: {kind:?} is not an x86-64 type, such as t3.large"));
        }
        if !self.image.starts_with("/aws/service/") {
            out.push(format!(
                "instances.image: {:?} is no public /aws/service/… parameter; AMIs go into primary_ami and \
                 secondary_ami",
                self.image
            ));
        }
        let amis = [("primary_ami", &self.primary_ami), ("secondary_ami", &self.secondary_ami)];
        for (name, ami) in amis {
            let hex = |text: &str| text.len() >= 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
            if ami.as_ref().is_some_and(|ami| !ami.strip_prefix("ami-").is_some_and(hex)) {
                out.push(format!("instances.{name}: must be ami- and hexadecimal digits"));
            }
        }
        if self.primary_ami.is_some() != self.secondary_ami.is_some() {
            out.push(
                "instances.secondary_ami: an AMI belongs to one Region; set both, or none".into(),
            );
        }
    }
}

/// Returns whether the instance type is x86-64, such as `t3.large`. In `t4g.large`, the `g` after the generation means
/// Arm.
fn x86(kind: &str) -> bool {
    let Some((family, size)) = kind.split_once('.') else { return false };
    let rest = family.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let plain = |text: &str| {
        text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let attributes = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.starts_with(|c: char| c.is_ascii_digit())
        && !attributes.contains('g')
        && plain(family)
        && plain(size)
        && !size.is_empty()
}

impl Files {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        // S3 allows at most a hundred years.
        range(out, "files.audit_lock_days", self.audit_lock_days, 0, 36_500);
    }
}

impl Alarms {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        for (name, value, most) in [
            ("replication_lag_ms", self.replication_lag_ms, 3_600_000),
            ("response_ms", self.response_ms, 60_000),
            ("cpu_percent", self.cpu_percent, 100),
            ("connections_percent", self.connections_percent, 100),
            ("error_percent", self.error_percent, 100),
            ("queue_age_s", self.queue_age_s, 345_600),
            ("round_trip_ms", self.round_trip_ms, 60_000),
            ("append_p99_ms", self.append_p99_ms, 60_000),
        ] {
            range(out, &format!("alarms.{name}"), value, 1, most);
        }
    }
}

impl Access {
    pub(crate) fn problems(&self, out: &mut Vec<String>) {
        let number =
            |account: &&String| account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit());
        for account in self.trusted_accounts.iter().filter(number) {
            out.push(format!("access.trusted_accounts: {account:?} must be twelve digits"));
        }
        if !self.trusted_accounts.is_empty()
            && self.external_id.as_ref().is_none_or(|id| id.len() < 8)
        {
            out.push(
                "access.external_id: must be set, 8 characters or more, when accounts are trusted"
                    .into(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_defaults_to_the_parent_of_the_public_name() {
        let check = |zone: Option<&str>, name: &str, expect: &str| {
            let dns = Dns { zone: zone.map(String::from), ..Dns::default() };
            assert_eq!(dns.zone_name(name), expect);
            assert_eq!(dns.problems(name), Vec::<String>::new());
        };
        check(None, "orders.example.com", "example.com");
        check(Some("example.com"), "orders.eu.example.com", "example.com");
    }

    #[test]
    fn a_name_at_the_top_of_its_zone_is_refused() {
        let dns = Dns { zone: Some("example.com".into()), ..Dns::default() };
        assert!(dns.problems("example.com")[0].contains("within the zone"));
        assert!(!dns.problems("orders.notexample.com").is_empty());
        assert!(!dns.problems("Orders.example.com").is_empty());
    }
}
