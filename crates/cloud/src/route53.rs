//! The data plane of Route 53: records, health checks by many checkers, and DNS answers.
//!
//! The sources are the Route 53 Developer Guide, "How Route 53 determines whether an endpoint is healthy" (a check is
//! healthy while more than 18 % of the checkers report it healthy; the threshold counts in both directions), and the
//! API reference, `ResourceRecordSet.Failover` (the answer is a healthy primary, otherwise a healthy secondary, and the
//! primary if both are unhealthy). Checkers are outside all Regions.

use std::collections::BTreeMap;

/// The specification of a health check.
#[derive(Debug, Clone)]
pub struct HealthCheckSpec {
    /// The id of the check.
    pub id: String,
    /// The request that a checker sends; the model does not interpret it.
    pub target: String,
    /// The interval between two requests of one checker.
    pub interval_us: u64,
    /// The number of consecutive contrary results after which a checker changes its opinion.
    pub threshold: u32,
    /// The number of checkers.
    pub checkers: u32,
    /// The time from a change of the check's state until resolvers get the new answer.
    pub propagation_us: u64,
}

/// The role of a record among those of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Failover routing: the record that resolvers get while its check is healthy.
    Primary,
    /// Failover routing: the record that resolvers get otherwise.
    Secondary,
    /// Latency routing, by distance. The record with the lowest distance is the nearest.
    Latency(u32),
}

/// A DNS record.
#[derive(Debug, Clone)]
pub struct Record {
    /// The name that the record resolves.
    pub name: String,
    /// The address to which the name resolves.
    pub address: String,
    /// The role of the record among those of its name.
    pub role: Role,
    /// The id of the health check.
    pub health_check: String,
    /// The time for which resolvers may cache the answer, in seconds.
    pub ttl_s: u32,
}

#[derive(Debug, Clone)]
struct Checker {
    healthy: bool,
    /// The number of consecutive results that contradict `healthy`.
    contrary: u32,
}

#[derive(Debug)]
struct Check {
    spec: HealthCheckSpec,
    checkers: Vec<Checker>,
    /// The state that determines the answers to resolvers.
    published: bool,
}

/// A request that a checker must send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The id of the check.
    pub check: String,
    /// The number of the checker.
    pub checker: u32,
    /// The target of the check.
    pub target: String,
}

#[derive(Debug)]
pub(crate) enum DnsTimer {
    Ask { check: String, checker: u32 },
    Publish { check: String, healthy: bool },
}

#[derive(Debug, Default)]
pub(crate) struct Dns {
    checks: BTreeMap<String, Check>,
    records: BTreeMap<String, Vec<Record>>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) timers: Vec<(u64, DnsTimer)>,
}

impl Dns {
    /// Adds a check, which is healthy at first. The requests of its checkers are spread over the interval.
    pub(crate) fn add_check(&mut self, now_us: u64, spec: HealthCheckSpec) {
        let spread = spec.interval_us / u64::from(spec.checkers.max(1));
        for checker in 0..spec.checkers {
            let at_us = now_us + spread * u64::from(checker);
            self.timers.push((at_us, DnsTimer::Ask { check: spec.id.clone(), checker }));
        }
        let checkers = vec![Checker { healthy: true, contrary: 0 }; spec.checkers as usize];
        self.checks.insert(spec.id.clone(), Check { spec, checkers, published: true });
    }

    pub(crate) fn add_record(&mut self, record: Record) {
        self.records.entry(record.name.clone()).or_default().push(record);
    }

    pub(crate) fn on_timer(&mut self, now_us: u64, timer: DnsTimer) {
        match timer {
            DnsTimer::Ask { check, checker } => {
                let Some(c) = self.checks.get(&check) else { return };
                let target = c.spec.target.clone();
                let again = DnsTimer::Ask { check: check.clone(), checker };
                self.timers.push((now_us + c.spec.interval_us, again));
                self.probes.push(Probe { check, checker, target });
            }
            DnsTimer::Publish { check, healthy } => {
                if let Some(c) = self.checks.get_mut(&check) {
                    c.published = healthy;
                }
            }
        }
    }

    /// Records the result of a checker. A change of the check's state reaches resolvers after the propagation time.
    pub(crate) fn answered(&mut self, now_us: u64, check: &str, checker: u32, good: bool) {
        let Some(c) = self.checks.get_mut(check) else { return };
        let before = c.is_healthy();
        let threshold = c.spec.threshold;
        let Some(one) = c.checkers.get_mut(checker as usize) else { return };
        one.contrary = if good == one.healthy { 0 } else { one.contrary + 1 };
        if one.contrary >= threshold {
            one.healthy = good;
            one.contrary = 0;
        }
        let after = c.is_healthy();
        if before != after {
            let publish = DnsTimer::Publish { check: check.to_owned(), healthy: after };
            self.timers.push((now_us + c.spec.propagation_us, publish));
        }
    }

    pub(crate) fn is_healthy(&self, check: &str) -> bool {
        self.checks.get(check).is_some_and(|c| c.published)
    }

    /// Returns the records that a resolver currently gets. The list is empty for an unknown name.
    pub(crate) fn resolve(&self, name: &str) -> Vec<&Record> {
        let Some(records) = self.records.get(name) else { return Vec::new() };
        let healthy = |r: &&Record| self.is_healthy(&r.health_check);
        let primary = records.iter().find(|r| r.role == Role::Primary);
        let chosen = match primary {
            Some(primary) => {
                let standby = records.iter().find(|r| r.role == Role::Secondary);
                [Some(primary), standby].into_iter().flatten().find(healthy).or(Some(primary))
            }
            None => {
                let nearness = |r: &&Record| match r.role {
                    Role::Latency(us) => us,
                    Role::Primary | Role::Secondary => 0,
                };
                let nearest = records.iter().filter(healthy).min_by_key(nearness);
                nearest.or_else(|| records.iter().min_by_key(nearness))
            }
        };
        chosen.into_iter().collect()
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.records.contains_key(name)
    }
}

impl Check {
    /// Returns whether more than 18 % of the checkers report healthy.
    fn is_healthy(&self) -> bool {
        let yes = self.checkers.iter().filter(|c| c.healthy).count();
        yes * 100 > self.checkers.len() * 18
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(checkers: u32) -> Dns {
        let mut dns = Dns::default();
        for (id, role) in [("p", Role::Primary), ("s", Role::Secondary)] {
            dns.add_check(
                0,
                HealthCheckSpec {
                    id: id.into(),
                    target: String::new(),
                    interval_us: 10,
                    threshold: 2,
                    checkers,
                    propagation_us: 0,
                },
            );
            dns.add_record(Record {
                name: "n".into(),
                address: id.into(),
                role,
                health_check: id.into(),
                ttl_s: 1,
            });
        }
        dns.timers.clear();
        dns
    }

    fn say(dns: &mut Dns, check: &str, checkers: std::ops::Range<u32>, good: bool) {
        for checker in checkers {
            dns.answered(0, check, checker, good);
        }
        for (_, timer) in std::mem::take(&mut dns.timers) {
            dns.on_timer(0, timer);
        }
    }

    fn answer(dns: &Dns) -> String {
        dns.resolve("n")[0].address.clone()
    }

    #[test]
    fn threshold_counts_both_ways_and_both_unhealthy_answers_the_primary() {
        let mut dns = dns(3);
        say(&mut dns, "p", 0..3, false);
        assert_eq!(answer(&dns), "p", "one failure is below the threshold");
        say(&mut dns, "p", 0..3, false);
        assert_eq!(answer(&dns), "s");
        for _ in 0..2 {
            say(&mut dns, "s", 0..3, false);
        }
        assert_eq!(answer(&dns), "p", "fail-open");
        say(&mut dns, "s", 0..1, true);
        assert_eq!(answer(&dns), "p");
        say(&mut dns, "s", 0..1, true);
        assert_eq!(answer(&dns), "s", "one of three is more than 18 %");
    }

    #[test]
    fn three_of_sixteen_are_enough_and_two_are_not() {
        let mut dns = dns(16);
        for _ in 0..2 {
            say(&mut dns, "p", 0..13, false);
        }
        assert_eq!(answer(&dns), "p");
        for _ in 0..2 {
            say(&mut dns, "p", 13..14, false);
        }
        assert_eq!(answer(&dns), "s");
    }
}
