//! Rules that judge, from the facts of both Regions, whether a move would succeed (REQ-T1). Each rule has its own file.
//!
//! A rule is a pure function from facts to a finding. An unknown fact never counts as passed, because the platform
//! could not move to a Region that does not answer. A new rule needs a file here and an entry in [`RULES`].

mod capacity;
mod certificates;
mod engines;
mod keys;
mod packages;
mod queues;
mod records;
mod replication;
mod secrets;
mod settings;

use leeward_model::Region;
use leeward_model::readiness::{Facts, Finding, Known, Readiness, RegionFacts, Score, State};

/// The result of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// The condition holds.
    Passed,
    /// The condition does not hold; the text describes the problem.
    Failed(String),
    /// A fact is unknown; the text gives the reason.
    Unknown(String),
}

/// A readiness rule.
pub struct Rule {
    /// The stable code, such as `LW-R001`.
    pub code: &'static str,
    /// The name, as reports show it.
    pub name: &'static str,
    /// The action that an operator should take if the rule does not pass.
    pub next: &'static str,
    /// Whether an automatic failback waits until this rule passes.
    pub gates_failback: bool,
    /// The function that judges the facts.
    pub judge: fn(&Facts) -> Judged,
}

/// All rules, in the order of their codes. The code of a rule never changes.
pub const RULES: [Rule; 10] = [
    Rule {
        code: "LW-R001",
        name: "replication",
        next: "describe the global cluster in both Regions; `leeward realign` moves the writer to the active one",
        gates_failback: true,
        judge: replication::judge,
    },
    Rule {
        code: "LW-R002",
        name: "engines",
        next: "bring both clusters to the same version and parameters before anything else",
        gates_failback: true,
        judge: engines::judge,
    },
    Rule {
        code: "LW-R003",
        name: "packages",
        next: "deploy one package to both Regions with `leeward deploy`",
        gates_failback: true,
        judge: packages::judge,
    },
    Rule {
        code: "LW-R004",
        name: "settings",
        next: "`leeward plan` shows manual changes; `leeward deploy` reverts them",
        gates_failback: true,
        judge: settings::judge,
    },
    Rule {
        code: "LW-R005",
        name: "secrets",
        next: "write the secret in the primary Region; its replica follows within a minute",
        gates_failback: true,
        judge: secrets::judge,
    },
    Rule {
        code: "LW-R006",
        name: "keys",
        next: "check the key's state and policy in that Region",
        gates_failback: true,
        judge: keys::judge,
    },
    Rule {
        code: "LW-R007",
        name: "queues",
        next: "inspect the dead-letter queue; the sweeper has already booked the orders that its messages named",
        gates_failback: false,
        judge: queues::judge,
    },
    Rule {
        code: "LW-R008",
        name: "capacity",
        next: "ask AWS for a higher quota in that Region, or lower what the blueprint reserves",
        gates_failback: true,
        judge: capacity::judge,
    },
    Rule {
        code: "LW-R009",
        name: "certificates",
        next: "check the validation record in the hosted zone, which ACM needs for the renewal",
        gates_failback: true,
        judge: certificates::judge,
    },
    Rule {
        code: "LW-R010",
        name: "records",
        next: "`leeward deploy` restores the records; Leeward itself never edits them",
        gates_failback: false,
        judge: records::judge,
    },
];

/// Judges the facts by each rule and returns the findings in the order of [`RULES`].
pub fn judge(facts: &Facts) -> Vec<Finding> {
    let finding = |rule: &Rule| {
        let (state, why) = match (rule.judge)(facts) {
            Judged::Passed => (State::Passed, String::new()),
            Judged::Failed(why) => (State::Failed, why),
            Judged::Unknown(why) => (State::Unknown, why),
        };
        let next = if state == State::Passed { "" } else { rule.next };
        Finding {
            code: rule.code.into(),
            rule: rule.name.into(),
            state,
            why,
            next: next.into(),
            gates_failback: rule.gates_failback,
        }
    };
    RULES.iter().map(finding).collect()
}

/// Returns the percentage of rules that passed, rounded down. It is 100 only if all of them did.
pub fn score(findings: &[Finding]) -> u32 {
    let passed = findings.iter().filter(|finding| finding.state == State::Passed).count();
    (passed * 100 / findings.len().max(1)) as u32
}

/// Returns the report that follows `before`, or the first report if `before` is `None`.
pub fn report(
    region: &Region,
    at_ms: u64,
    findings: Vec<Finding>,
    before: Option<Readiness>,
) -> Readiness {
    let (counter, mut trend) = match before {
        Some(mut before) => {
            before.trend.push(Score { at_ms: before.at_ms, score: before.score });
            (before.counter + 1, before.trend)
        }
        None => (1, Vec::new()),
    };
    trend.drain(..trend.len().saturating_sub(Readiness::TREND));
    let score = score(&findings);
    Readiness { region: region.clone(), counter, at_ms, score, findings, trend }
}

/// The problems and unknown facts that a rule finds in both Regions. A problem takes precedence over an unknown fact.
#[derive(Default)]
struct Gathered {
    wrong: Vec<String>,
    unknown: Vec<String>,
}

impl Gathered {
    fn wrong(&mut self, what: impl Into<String>) {
        self.wrong.push(what.into());
    }

    fn require(&mut self, good: bool, what: impl FnOnce() -> String) {
        if !good {
            self.wrong.push(what());
        }
    }

    /// Returns the fact, or records that it is unknown and returns `None`.
    fn known<'a, T>(&mut self, region: &Region, answer: &'a Known<T>) -> Option<&'a T> {
        match answer {
            Ok(known) => Some(known),
            Err(why) => {
                self.unknown.push(format!("{region}: {why}"));
                None
            }
        }
    }

    fn judged(self) -> Judged {
        if !self.wrong.is_empty() {
            return Judged::Failed(self.wrong.join("; "));
        }
        if !self.unknown.is_empty() {
            return Judged::Unknown(self.unknown.join("; "));
        }
        Judged::Passed
    }
}

/// Returns the Regions that answered, and records those that did not.
fn regions<'a>(facts: &'a Facts, gathered: &mut Gathered) -> Vec<&'a RegionFacts> {
    let mut out = Vec::new();
    for region in &facts.regions {
        match region {
            Ok(region) => out.push(region),
            Err(why) => gathered.unknown.push(why.clone()),
        }
    }
    out
}

/// Records a problem if the values of the two Regions differ.
fn same<T: PartialEq + std::fmt::Debug>(
    gathered: &mut Gathered,
    what: &str,
    values: &[(&Region, &T)],
) {
    if let [(first, a), (second, b)] = values
        && a != b
    {
        gathered.wrong(format!("{what}: {first} has {a:?}, {second} has {b:?}"));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use leeward_model::DatabaseView;
    use leeward_model::readiness::*;
    use std::collections::BTreeMap;

    pub(crate) fn region(name: &str) -> Region {
        Region::new(name).expect("a name")
    }

    fn record(region: &str, policy: &str, path: &str) -> Record {
        let host = format!("{region}.orders.example.com");
        let check =
            Check { host, path: path.into(), interval_s: 10, threshold: 2, overridden: false };
        Record { set: region.into(), policy: policy.into(), ttl_s: 10, check: Some(check) }
    }

    fn of(name: &str, writer: &str) -> RegionFacts {
        let map = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let records = vec![
            record("us-east-1", "PRIMARY", "/health/traffic"),
            record("us-east-2", "SECONDARY", "/health/accepting"),
        ];
        RegionFacts {
            region: region(name),
            database: Ok(DatabaseView {
                writer: Some(region(writer)),
                members: vec![region("us-east-1"), region("us-east-2")],
                ..DatabaseView::default()
            }),
            cluster: Ok(ClusterFacts {
                engine: "aurora-postgresql".into(),
                engine_version: "16.13".into(),
                status: "available".into(),
                instances: 2,
                parameters: map("rds.force_ssl", "1"),
            }),
            lag_ms: Ok((name != writer).then_some(80)),
            packages: Ok(map("orders", "abc")),
            settings: Ok(map("/leeward/platform", "abc")),
            secrets: Ok(map("grants", "v1")),
            key: Ok(()),
            queues: Ok(QueueFacts { waiting: 3, dead: 0 }),
            capacity: Ok(CapacityFacts { concurrency: 5_000, unreserved: 900, fleet: None }),
            certificate: Ok(CertificateFacts { status: "ISSUED".into(), days_left: 200 }),
            records: Ok(records),
        }
    }

    /// Returns the facts of a platform in which a move would succeed, with `us-east-1` active.
    pub(crate) fn good() -> Facts {
        let own = of("us-east-1", "us-east-1");
        Facts {
            active: Ok(region("us-east-1")),
            limits: Limits {
                replication_lag_ms: 1_000,
                waiting_messages: 1_000,
                certificate_days: 30,
                spare_concurrency: 100,
            },
            records: own.records.clone().expect("given"),
            regions: [Ok(own), Ok(of("us-east-2", "us-east-1"))],
        }
    }

    /// Changes the facts of the second Region of a good platform, and checks that the rule's result contains the text
    /// of `expect`.
    pub(crate) fn check(
        judge: fn(&Facts) -> Judged,
        change: impl FnOnce(&mut RegionFacts),
        expect: Judged,
    ) {
        let mut facts = good();
        change(facts.regions[1].as_mut().expect("answered"));
        let got = judge(&facts);
        let fits = match (&got, &expect) {
            (Judged::Failed(got), Judged::Failed(part))
            | (Judged::Unknown(got), Judged::Unknown(part)) => got.contains(part.as_str()),
            (got, expect) => got == expect,
        };
        assert!(fits, "{got:?}, not {expect:?}");
    }

    #[test]
    fn a_good_platform_passes_every_rule() {
        let findings = judge(&good());
        let bad: Vec<_> = findings.iter().filter(|f| f.state != State::Passed).collect();
        assert!(bad.is_empty(), "{bad:?}");
        assert_eq!(score(&findings), 100);
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
        let expect: Vec<String> = (1..=RULES.len()).map(|n| format!("LW-R{n:03}")).collect();
        assert_eq!(codes, expect);
    }

    #[test]
    fn a_region_that_does_not_answer_passes_nothing() {
        let mut facts = good();
        facts.regions[1] = Err("us-east-2: no answer in time".into());
        for finding in judge(&facts) {
            assert_eq!(finding.state, State::Unknown, "{finding:?}");
            assert!(finding.why.contains("us-east-2: no answer"), "{finding:?}");
        }
    }

    #[test]
    fn a_report_counts_and_keeps_a_day() {
        let (here, findings) = (region("us-east-1"), judge(&good()));
        let mut before = None;
        for at_ms in 0..40 {
            before = Some(report(&here, at_ms, findings.clone(), before));
        }
        let last = before.expect("made");
        assert_eq!((last.counter, last.score, last.failed()), (40, 100, 0));
        assert_eq!(last.trend.len(), Readiness::TREND);
        assert_eq!(last.trend.last().map(|score| score.at_ms), Some(38));
    }
}
