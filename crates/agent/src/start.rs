//! Puts a Region together and runs it until it is told to stop.

use crate::config::{AgentConfig, Role};
use leeward_aws::{
    AwsConfig, DynamoControl, DynamoLedger, DynamoSessions, RdsControl, SnsEvents, SnsNotify,
    SqsQueue,
};
use leeward_core::append::LaneSettings;
use leeward_core::decide::{Pace, Policy};
use leeward_core::run::RunSettings;
use leeward_driver::{
    Appender, AppenderSettings, Auditor, Operator, RunPorts, SentinelPorts, SystemClock,
    TickReport, run_sentinel,
};
use leeward_model::{Authority, Region as Name};
use leeward_ports::{Clock, Control, DatabaseControl, Outcome, Probe};
use leeward_service::auth::{Grant, Tokens};
use leeward_service::{
    HttpProbe, Parts, ProbeSettings, Region, Settings, api, server, start_loops,
};
use leeward_store::sqlite::SqliteStore;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("LW-A001: cannot read {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("LW-A002: {path} is not what it should be: {what}")]
    Content { path: String, what: String },
    #[error("LW-A003: cannot listen on {address}: {source}; is the port taken?")]
    Listen { address: String, source: std::io::Error },
    #[error("LW-A004: {0}")]
    Aws(#[from] leeward_aws::ConfigError),
    #[error("LW-A005: the projection cannot be opened: {0}")]
    Store(#[from] leeward_store::StoreError),
}

fn read(path: &Path) -> Result<String, AgentError> {
    std::fs::read_to_string(path)
        .map_err(|source| AgentError::Read { path: path.display().to_string(), source })
}

/// Ends by SIGTERM, SIGINT, the end of standard input (if so configured), or an error.
pub async fn run_agent(config: AgentConfig) -> Result<(), AgentError> {
    let timing = &config.timing;
    let aws = AwsConfig::from_environment(Duration::from_millis(timing.call_timeout_ms))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let incarnation = format!("{}-{}-{}", config.region, std::process::id(), clock.wall_ms());
    let control: Arc<dyn Control> =
        Arc::new(DynamoControl::new(&aws, &config.region, &config.control_table));
    let database: Arc<dyn DatabaseControl> =
        Arc::new(RdsControl::new(&aws, &config.global_cluster, &config.cluster_arns));
    let probe = Arc::new(prober(&config, &aws, &incarnation, database.clone())?);
    let (stop_send, stop) = watch::channel(false);
    let (ticks_send, ticks) = watch::channel(TickReport::default());
    tokio::spawn(ensure_authority(control.clone(), config.primary.clone()));
    let serving = match config.role {
        Role::Witness => None,
        Role::Full => {
            let listener =
                tokio::net::TcpListener::bind(config.listen).await.map_err(|source| {
                    AgentError::Listen { address: config.listen.to_string(), source }
                })?;
            let region = region(&config, &aws, &clock, control.clone(), probe.clone(), ticks)?;
            let callback_region = region.clone();
            probe.on_own_canary(Box::new(move || callback_region.note_canary()));
            start_loops(&region, &stop);
            let connections = region.settings.connections_max;
            let serve = server::serve(listener, api::router(region), connections, stop.clone());
            Some(tokio::spawn(serve))
        }
    };
    let sentinel = sentinel_ports(&config, &aws, clock, control, database, probe, incarnation);
    tokio::spawn(run_sentinel(sentinel, ticks_send, stop));
    tracing::info!(region = %config.region, role = ?config.role, "running");
    wait_for_end(config.stop_with_stdin).await;
    tracing::info!("stopping");
    let _ = stop_send.send(true);
    if let Some(serving) = serving {
        let _ = serving.await;
    }
    Ok(())
}

fn prober(
    config: &AgentConfig,
    aws: &AwsConfig,
    incarnation: &str,
    database: Arc<dyn DatabaseControl>,
) -> Result<HttpProbe, AgentError> {
    let token = read(&config.canary_token_file)?.trim().to_owned();
    let settings = ProbeSettings {
        timeout: Duration::from_millis(config.timing.probe_timeout_ms),
        apis: config.apis.clone(),
        token,
        own: config.region.clone(),
        incarnation: incarnation.to_owned(),
    };
    let heartbeat = |region: &Name| -> (Name, Arc<dyn Control>) {
        let control = DynamoControl::new(aws, region, &config.control_table);
        (region.clone(), Arc::new(control))
    };
    let ledgers: BTreeMap<Name, Arc<dyn Control>> =
        [&config.primary, &config.secondary].into_iter().map(heartbeat).collect();
    Ok(HttpProbe::new(settings, ledgers, database))
}

fn region(
    config: &AgentConfig,
    aws: &AwsConfig,
    clock: &Arc<dyn Clock>,
    control: Arc<dyn Control>,
    probe: Arc<dyn Probe>,
    ticks: watch::Receiver<TickReport>,
) -> Result<Arc<Region>, AgentError> {
    let timing = &config.timing;
    let grants: Vec<Grant> = serde_json::from_str(&read(&config.grants_file)?).map_err(|e| {
        AgentError::Content { path: config.grants_file.display().to_string(), what: e.to_string() }
    })?;
    let ledger = Arc::new(DynamoLedger::new(aws, &config.region, &config.ledger_table));
    let lane = LaneSettings::of(timing.put_timeout_ms);
    let settings = AppenderSettings { lane, lanes_per_shard: 4_096 };
    let appender = Appender::new(ledger.clone(), clock.clone(), settings);
    Ok(Region::new(Parts {
        name: config.region.clone(),
        settings: Settings {
            deadline_ms: timing.deadline_ms,
            account_ceiling: config.account_ceiling,
            requests_max: 10_000,
            connections_max: 12_000,
            tick_ms: timing.tick_ms,
            probe_timeout_ms: timing.probe_timeout_ms,
            hint_delay_ms: timing.hint_delay_ms,
            sweep_ms: timing.sweep_ms,
            expiry_ms: timing.expiry_ms,
            failover_routing: config.failover_routing,
        },
        clock: clock.clone(),
        ledger,
        control: control.clone(),
        sessions: Arc::new(DynamoSessions::new(aws, &config.region, &config.sessions_table)),
        queue: Arc::new(SqsQueue::new(aws, &config.region, &config.queue_urls)),
        events: Arc::new(SnsEvents::new(aws, &config.region, &config.event_topic)),
        probe,
        store: Arc::new(SqliteStore::open(&config.database)?),
        appender,
        tokens: Tokens::new(grants),
        operator: Operator {
            auditor: Arc::new(Auditor::new(
                control.clone(),
                clock.clone(),
                format!("operator-{}", config.region),
            )),
            control: control.clone(),
            clock: clock.clone(),
            regions: [config.primary.clone(), config.secondary.clone()],
        },
        ticks,
    }))
}

fn sentinel_ports(
    config: &AgentConfig,
    aws: &AwsConfig,
    clock: Arc<dyn Clock>,
    control: Arc<dyn Control>,
    database: Arc<dyn DatabaseControl>,
    probe: Arc<dyn Probe>,
    incarnation: String,
) -> SentinelPorts {
    let t = &config.timing;
    let writer = format!("sentinel-{}", config.region);
    let auditor = Arc::new(Auditor::new(control.clone(), clock.clone(), writer));
    SentinelPorts {
        run: RunPorts {
            control,
            database,
            probe,
            notify: Arc::new(SnsNotify::new(aws, &config.notice_topics)),
            clock,
            auditor,
            regions: vec![config.primary.clone(), config.secondary.clone()],
        },
        settings: RunSettings::of(t.poll_ms, t.promote_wait_ms),
        policy: Policy::of(
            [config.primary.clone(), config.secondary.clone()],
            Pace {
                tick_ms: t.tick_ms,
                probe_timeout_ms: t.probe_timeout_ms,
                misses: t.misses,
                cooldown_ticks: t.cooldown_ticks,
                day_ticks: t.day_ticks,
                moves_per_day: t.moves_per_day,
                takeover_ticks: t.takeover_ticks,
                failback_ticks: t.failback_ticks,
            },
        ),
        region: config.region.clone(),
        incarnation,
    }
}

/// The first process of a new platform writes the first authority; all others find it there.
async fn ensure_authority(control: Arc<dyn Control>, primary: Name) {
    loop {
        match control.authority().await {
            Outcome::Done(Some(_)) => return,
            Outcome::Done(None) => {
                let _ = control.swap_authority(&Authority::initial(primary.clone()), None).await;
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn wait_for_end(stop_with_stdin: bool) {
    let stdin_ends = async {
        if !stop_with_stdin {
            std::future::pending::<()>().await;
        }
        let mut sink = [0u8; 64];
        let mut stdin = tokio::io::stdin();
        while matches!(stdin.read(&mut sink).await, Ok(n) if n > 0) {}
    };
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(error) => {
                tracing::warn!(%error, "no SIGTERM handler");
                return stdin_ends.await;
            }
        };
    tokio::select! {
        () = stdin_ends => {}
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
