//! The settings of processes, derived from a blueprint. AWS and local mode have the same fields but different addresses
//! of resources.

use crate::names::Names;
use crate::services::Routing;
use crate::{Blueprint, Timing};
use leeward_model::Region;
use leeward_model::settings::{EventTarget, PlatformSettings, TimingSettings};
use std::collections::BTreeMap;

/// The addresses by which a Region's processes reach the resources of every Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locations {
    /// The base URL of each Region's own API.
    pub apis: BTreeMap<Region, String>,
    /// The URL of each queue of hints.
    pub queue_urls: BTreeMap<Region, String>,
    /// The ARN of each topic for notices.
    pub notice_topics: BTreeMap<Region, String>,
    /// The destination of the events of booked orders.
    pub events: EventTarget,
    /// The ARN of each database cluster.
    pub cluster_arns: BTreeMap<Region, String>,
    /// The ARN of each state machine for runs; empty if the processes carry out their runs themselves.
    pub state_machines: BTreeMap<Region, String>,
}

impl Locations {
    /// Returns the locations in an AWS account. They follow from names, so they are known before any resource exists.
    pub fn on_aws(blueprint: &Blueprint, partition: &str, account: &str) -> Locations {
        let names = Names::of(blueprint);
        let arn = |service: &str, region: &Region, rest: String| {
            format!("arn:{partition}:{service}:{region}:{account}:{rest}")
        };
        let (pair, all) = (blueprint.regions.pair(), blueprint.regions.all());
        Locations {
            apis: each(&pair, |region| format!("https://{region}.{}", blueprint.public_name)),
            queue_urls: each(&pair, |region| {
                let queue = names.orders_queue();
                format!("https://sqs.{region}.amazonaws.com/{account}/{queue}")
            }),
            notice_topics: each(&all, |region| arn("sns", region, names.notices_topic())),
            events: EventTarget::Bus(names.platform_bus()),
            cluster_arns: each(&pair, |region| {
                arn("rds", region, format!("cluster:{}", names.cluster(region)))
            }),
            state_machines: each(&pair, |region| {
                arn("states", region, format!("stateMachine:{}", names.runs_machine()))
            }),
        }
    }
}

/// Returns a map that contains one text for each Region.
pub fn each(regions: &[&Region], text: impl Fn(&Region) -> String) -> BTreeMap<Region, String> {
    regions.iter().map(|region| ((*region).clone(), text(region))).collect()
}

impl Blueprint {
    /// Returns the settings of the processes of a Region.
    pub fn settings(&self, region: &Region, timing: &Timing, at: Locations) -> PlatformSettings {
        let names = Names::of(self);
        PlatformSettings {
            region: region.clone(),
            suffix: self.suffix.clone(),
            primary: self.regions.primary.clone(),
            secondary: self.regions.secondary.clone(),
            failover_routing: self.dns.routing == Routing::Failover,
            apis: at.apis,
            account_ceiling: self.orders.account_ceiling,
            ledger_table: names.ledger_table(),
            control_table: names.control_table(),
            sessions_table: names.sessions_table(),
            queue_urls: at.queue_urls,
            notice_topics: at.notice_topics,
            events: at.events,
            global_cluster: names.global_cluster(),
            cluster_arns: at.cluster_arns,
            state_machines: at.state_machines,
            timing: timing.settings(),
        }
    }
}

impl Timing {
    /// Returns the timings that processes read. The other timings describe Route 53 and assumptions about AWS.
    pub fn settings(&self) -> TimingSettings {
        TimingSettings {
            tick_ms: self.tick_ms,
            misses: self.misses,
            probe_timeout_ms: self.probe_timeout_ms,
            cooldown_ticks: self.cooldown_ticks,
            day_ticks: self.day_ticks,
            moves_per_day: self.moves_per_day,
            takeover_ticks: self.takeover_ticks,
            failback_ticks: self.failback_ticks,
            deadline_ms: self.deadline_ms,
            put_timeout_ms: self.put_timeout_ms,
            call_timeout_ms: self.call_timeout_ms,
            hint_delay_ms: self.hint_delay_ms,
            sweep_ms: self.sweep_ms,
            expiry_ms: self.expiry_ms,
            poll_ms: self.poll_ms,
            promote_wait_ms: self.promote_wait_ms,
        }
    }
}
