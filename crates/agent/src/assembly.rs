//! Puts the production adapters together.

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
use leeward_model::Region as Name;
use leeward_model::settings::{EventTarget, PlatformSettings};
use leeward_ports::{Clock, Control, DatabaseControl, Events, Probe};
use leeward_service::auth::{Grant, Tokens};
use leeward_service::{HttpProbe, Parts, ProbeSettings, Region, Settings};
use leeward_store::Projection;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Requests in work in one process, and connections of one agent.
const REQUESTS_MAX: usize = 10_000;
const CONNECTIONS_MAX: usize = 12_000;
const LANES_PER_SHARD: usize = 4_096;

/// The projection at its two addresses.
pub struct Stores {
    /// What is booked into.
    pub writer: Arc<dyn Projection>,
    /// What customers read from.
    pub reader: Arc<dyn Projection>,
}

impl Stores {
    /// One address for everything.
    pub fn one(store: Arc<dyn Projection>) -> Stores {
        Stores { writer: store.clone(), reader: store }
    }
}

/// One process's ports, and who it is.
pub struct Assembly {
    pub config: PlatformSettings,
    pub aws: AwsConfig,
    pub clock: Arc<dyn Clock>,
    pub control: Arc<dyn Control>,
    pub database: Arc<dyn DatabaseControl>,
    /// Names this process among all that ever were.
    pub incarnation: String,
}

impl Assembly {
    pub fn new(config: PlatformSettings, aws: AwsConfig, clock: Arc<dyn Clock>) -> Assembly {
        let incarnation = format!("{}-{}-{}", config.region, std::process::id(), clock.wall_ms());
        let control = Arc::new(DynamoControl::new(&aws, &config.region, &config.control_table));
        let database =
            Arc::new(RdsControl::new(&aws, &config.global_cluster, &config.cluster_arns));
        Assembly { config, aws, clock, control, database, incarnation }
    }

    pub fn prober(&self, canary_token: &str) -> HttpProbe {
        let config = &self.config;
        let settings = ProbeSettings {
            timeout: Duration::from_millis(config.timing.probe_timeout_ms),
            apis: config.apis.clone(),
            token: canary_token.to_owned(),
            own: config.region.clone(),
            incarnation: self.incarnation.clone(),
        };
        let heartbeat = |region: &Name| -> (Name, Arc<dyn Control>) {
            let control = DynamoControl::new(&self.aws, region, &config.control_table);
            (region.clone(), Arc::new(control))
        };
        let ledgers: BTreeMap<Name, Arc<dyn Control>> =
            config.pair().iter().map(heartbeat).collect();
        HttpProbe::new(settings, ledgers, self.database.clone())
    }

    pub fn auditor(&self, role: &str) -> Arc<Auditor> {
        let writer = format!("{role}-{}", self.config.region);
        Arc::new(Auditor::new(self.control.clone(), self.clock.clone(), writer))
    }

    pub fn operator(&self) -> Operator {
        Operator {
            auditor: self.auditor("operator"),
            control: self.control.clone(),
            clock: self.clock.clone(),
            regions: self.config.pair(),
        }
    }

    pub fn events(&self) -> Arc<dyn Events> {
        let region = &self.config.region;
        match &self.config.events {
            EventTarget::Topic(arn) => Arc::new(SnsEvents::new(&self.aws, region, arn)),
            EventTarget::Bus(bus) => Arc::new(EventBridge::new(&self.aws, region, bus)),
        }
    }

    /// What takes orders, books them and answers for itself.
    pub fn region(
        &self,
        grants: Vec<Grant>,
        probe: Arc<HttpProbe>,
        stores: Stores,
        ticks: watch::Receiver<TickReport>,
    ) -> Arc<Region> {
        let (config, timing, aws) = (&self.config, &self.config.timing, &self.aws);
        let ledger = Arc::new(DynamoLedger::new(aws, &config.region, &config.ledger_table));
        let lane = LaneSettings::of(timing.put_timeout_ms);
        let settings = AppenderSettings { lane, lanes_per_shard: LANES_PER_SHARD };
        let appender = Appender::new(ledger.clone(), self.clock.clone(), settings);
        let region = Region::new(Parts {
            name: config.region.clone(),
            settings: Settings {
                deadline_ms: timing.deadline_ms,
                account_ceiling: config.account_ceiling,
                requests_max: REQUESTS_MAX,
                connections_max: CONNECTIONS_MAX,
                tick_ms: timing.tick_ms,
                probe_timeout_ms: timing.probe_timeout_ms,
                hint_delay_ms: timing.hint_delay_ms,
                sweep_ms: timing.sweep_ms,
                expiry_ms: timing.expiry_ms,
                failover_routing: config.failover_routing,
            },
            clock: self.clock.clone(),
            ledger,
            control: self.control.clone(),
            sessions: Arc::new(DynamoSessions::new(aws, &config.region, &config.sessions_table)),
            queue: Arc::new(SqsQueue::new(aws, &config.region, &config.queue_urls)),
            events: self.events(),
            probe: probe.clone(),
            store: stores.writer,
            reads: stores.reader,
            appender,
            tokens: Tokens::new(grants),
            operator: self.operator(),
            ticks,
        });
        // What the prober's own canary comes to is news of this Region, for as long as there is one.
        let noted = Arc::downgrade(&region);
        probe.on_own_canary(Box::new(move || {
            if let Some(region) = noted.upgrade() {
                region.note_canary();
            }
        }));
        region
    }

    pub fn run_ports(&self, role: &str, probe: Arc<dyn Probe>) -> RunPorts {
        RunPorts {
            control: self.control.clone(),
            database: self.database.clone(),
            probe,
            notify: Arc::new(SnsNotify::new(&self.aws, &self.config.notice_topics)),
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

    pub fn sentinel_ports(&self, probe: Arc<dyn Probe>, runner: Runner) -> SentinelPorts {
        SentinelPorts {
            run: self.run_ports("sentinel", probe),
            settings: self.run_settings(),
            policy: Policy::of(self.config.pair(), &self.config.timing),
            region: self.config.region.clone(),
            incarnation: self.incarnation.clone(),
            runner,
        }
    }
}
