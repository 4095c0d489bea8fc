//! Connects the production adapters to the ports: [`Assembly::new`] lists the adapter of each port, and the methods
//! after it pass the ports to the roles of a process.

use leeward_aws::{
    AwsConfig, DynamoControl, DynamoLedger, DynamoSessions, EventBridge, RdsControl, SnsEvents,
    SnsNotify, SqsQueue,
};
use leeward_core::append::LaneSettings;
use leeward_core::decide::Policy;
use leeward_core::run::RunSettings;
use leeward_driver::{
    Appender, AppenderSettings, Auditor, Operator, RunPorts, Runner, SentinelPorts, TickReport,
};
use leeward_model::Region;
use leeward_model::settings::{EventTarget, PlatformSettings};
use leeward_ports::{Clock, Control, DatabaseControl, Events, Ledger, Notify, Queue, Sessions};
use leeward_service::auth::{Grant, Tokens};
use leeward_service::{HttpProbe, Parts, ProbeSettings, RegionRuntime, ServiceSettings};
use leeward_store::Projection;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The maximum number of concurrent requests of one process.
const REQUESTS_MAX: usize = 10_000;
/// The maximum number of customers' connections of one process.
const CONNECTIONS_MAX: usize = 12_000;
/// The maximum number of lanes in each shard of the appender.
const LANES_PER_SHARD: usize = 4_096;

/// The projection, opened for booking and for reads.
pub struct Stores {
    /// The database that booking writes to.
    pub writer: Arc<dyn Projection>,
    /// The database that customers read from.
    pub reader: Arc<dyn Projection>,
}

impl Stores {
    /// Returns stores that write to and read from the same database.
    pub fn one(store: Arc<dyn Projection>) -> Stores {
        Stores { writer: store.clone(), reader: store }
    }
}

/// The adapters of one process, and its identity.
pub struct Assembly {
    pub config: PlatformSettings,
    pub aws: AwsConfig,
    pub clock: Arc<dyn Clock>,
    /// An id that no other process of the platform has ever had.
    pub incarnation: String,
    pub control: Arc<dyn Control>,
    pub database: Arc<dyn DatabaseControl>,
    pub probe: Arc<HttpProbe>,
    ledger: Arc<dyn Ledger>,
    sessions: Arc<dyn Sessions>,
    queue: Arc<dyn Queue>,
    events: Arc<dyn Events>,
    notify: Arc<dyn Notify>,
}

impl Assembly {
    /// Builds the adapters. Each adapter connects when it is first used.
    pub fn new(
        config: PlatformSettings,
        aws: AwsConfig,
        clock: Arc<dyn Clock>,
        canary_token: &str,
    ) -> Assembly {
        let here = &config.region;
        let incarnation = format!("{here}-{}-{}", std::process::id(), clock.wall_ms());
        let database: Arc<dyn DatabaseControl> =
            Arc::new(RdsControl::new(&aws, &config.global_cluster, &config.cluster_arns));
        // The heartbeat path reads the control table through each Region's own endpoint.
        let heartbeats = config.pair().into_iter().map(|region| -> (Region, Arc<dyn Control>) {
            let control = DynamoControl::new(&aws, &region, &config.control_table);
            (region, Arc::new(control))
        });
        let probe = ProbeSettings {
            timeout: Duration::from_millis(config.timing.probe_timeout_ms),
            apis: config.apis.clone(),
            token: canary_token.to_owned(),
            own: here.clone(),
            incarnation: incarnation.clone(),
        };
        Assembly {
            control: Arc::new(DynamoControl::new(&aws, here, &config.control_table)),
            probe: Arc::new(HttpProbe::new(probe, heartbeats.collect(), database.clone())),
            database,
            ledger: Arc::new(DynamoLedger::new(&aws, here, &config.ledger_table)),
            sessions: Arc::new(DynamoSessions::new(&aws, here, &config.sessions_table)),
            queue: Arc::new(SqsQueue::new(&aws, here, &config.queue_urls)),
            events: match &config.events {
                EventTarget::Topic(arn) => Arc::new(SnsEvents::new(&aws, here, arn)),
                EventTarget::Bus(bus) => Arc::new(EventBridge::new(&aws, here, bus)),
            },
            notify: Arc::new(SnsNotify::new(&aws, &config.notice_topics)),
            incarnation,
            config,
            aws,
            clock,
        }
    }

    /// Returns the runtime of this Region, which accepts orders, books them and answers health checks.
    pub fn region(
        &self,
        grants: Vec<Grant>,
        stores: Stores,
        ticks: watch::Receiver<TickReport>,
    ) -> Arc<RegionRuntime> {
        let (config, timing) = (&self.config, &self.config.timing);
        let lane = LaneSettings::of(timing.put_timeout_ms);
        let appender = AppenderSettings { lane, lanes_per_shard: LANES_PER_SHARD };
        let region = RegionRuntime::new(Parts {
            name: config.region.clone(),
            settings: ServiceSettings {
                timing: timing.clone(),
                account_ceiling: config.account_ceiling,
                requests_max: REQUESTS_MAX,
                connections_max: CONNECTIONS_MAX,
                failover_routing: config.failover_routing,
            },
            clock: self.clock.clone(),
            ledger: self.ledger.clone(),
            control: self.control.clone(),
            sessions: self.sessions.clone(),
            queue: self.queue.clone(),
            events: self.events.clone(),
            probe: self.probe.clone(),
            store: stores.writer,
            reads: stores.reader,
            appender: Appender::new(self.ledger.clone(), self.clock.clone(), appender),
            tokens: Tokens::new(grants),
            operator: self.operator(),
            ticks,
        });
        // The probe sends this Region's own canary; an accepted one proves that the Region accepts orders.
        let weak = Arc::downgrade(&region);
        self.probe.on_own_canary(Box::new(move || {
            if let Some(region) = weak.upgrade() {
                region.record_canary();
            }
        }));
        region
    }

    /// Returns the handler of operator verbs.
    pub fn operator(&self) -> Operator {
        Operator {
            auditor: self.auditor("operator"),
            control: self.control.clone(),
            clock: self.clock.clone(),
            regions: self.config.pair(),
        }
    }

    /// Returns the ports that carry out runs; `role` names the writer of their audit records.
    pub fn run_ports(&self, role: &str) -> RunPorts {
        RunPorts {
            control: self.control.clone(),
            database: self.database.clone(),
            probe: self.probe.clone(),
            notify: self.notify.clone(),
            clock: self.clock.clone(),
            auditor: self.auditor(role),
            regions: self.config.pair().to_vec(),
        }
    }

    /// Returns the settings of the machine that carries out runs.
    pub fn run_settings(&self) -> RunSettings {
        let timing = &self.config.timing;
        RunSettings::of(timing.poll_ms, timing.promote_wait_ms)
    }

    /// Returns the ports of a sentinel. `runner` carries out the runs that the sentinel starts.
    pub fn sentinel_ports(&self, runner: Runner) -> SentinelPorts {
        SentinelPorts {
            run: self.run_ports("sentinel"),
            settings: self.run_settings(),
            policy: Policy::of(self.config.pair(), &self.config.timing),
            region: self.config.region.clone(),
            incarnation: self.incarnation.clone(),
            runner,
        }
    }

    fn auditor(&self, role: &str) -> Arc<Auditor> {
        let writer = format!("{role}-{}", self.config.region);
        Arc::new(Auditor::new(self.control.clone(), self.clock.clone(), writer))
    }
}
