//! The process of an EC2 instance. Like a function, it takes its settings from the Region (Parameter Store, Secrets
//! Manager). Its roles are those of an agent except the sentinel, which must not share the fate of the fleet that it
//! judges (ADR 14). The code reads from top to bottom: settings, adapters, roles, serve.

use crate::assembly::{Assembly, Stores};
use crate::emf::{self, Metric, Source};
use crate::errors::AgentError;
use crate::settings::{Environment, Missing};
use crate::sources::{REFRESH_MS, RequiredSecrets, SourceError, Sources};
use crate::stop::wait_for_end;
use leeward_aws::AwsConfig;
use leeward_driver::{SystemClock, TickReport};
use leeward_http::{Limits, Server, stopped, tls};
use leeward_model::settings::BALANCER_IDLE;
use leeward_service::{RegionRuntime, api, start_loops};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The time limit of calls until the platform's own limit has been read.
const INITIAL_CALL_TIMEOUT: Duration = Duration::from_secs(2);
/// The delay before the process reads its settings again after it could not use them.
const RETRY_DELAY: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);
/// The address to listen on. Its port is that of the load balancer's target groups.
const LISTEN: &str = "0.0.0.0:8443";
const CONNECTIONS: usize = 16;
const ALL_SECRETS: RequiredSecrets = RequiredSecrets { grants: true, canary: true };

/// Runs until the process is stopped or its settings change; after a change systemd restarts it.
pub fn run_instance() -> Result<(), AgentError> {
    init_logging();
    let environment = Environment::read(|name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(AgentError::Runtime)?;
    runtime.block_on(run(environment))
}

fn init_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter);
    let _ = lines.try_init();
}

async fn run(environment: Environment) -> Result<(), AgentError> {
    // Settings. The port is bound first, so that a second process on this machine exits immediately.
    let listener = listen().await?;
    let database = environment.database.as_ref();
    let database = database.ok_or(Missing::Variable("LEEWARD_DATABASE_HOST"))?;
    let aws = AwsConfig::of_instance(INITIAL_CALL_TIMEOUT).await?;
    let sources = tokio::select! {
        sources = read_until_valid(&environment, &aws) => sources,
        () = wait_for_end(false) => return Ok(()),
    };
    let config = sources.config(&environment)?;
    let suffix = config.suffix.clone();

    // Adapters.
    let platform = aws.with_timeout(Duration::from_millis(config.timing.call_timeout_ms));
    let open = |address: &str| database.open(&platform, &environment.region, address, CONNECTIONS);
    let stores = Stores { writer: open(&database.writer)?, reader: open(&database.reader)? };
    let clock = Arc::new(SystemClock::start());
    let assembly = Assembly::new(config, platform.clone(), clock, sources.canary());

    // Roles: the API and booking. No sentinel runs here; a health check sends its own canary.
    let (stop_send, stop) = watch::channel(false);
    let ticks = watch::Sender::new(TickReport::default()).subscribe();
    let region = assembly.region(sources.grants()?, stores, ticks);
    start_loops(&region, &stop);

    // Serve. The load balancer encrypts traffic to its targets but does not verify their certificates
    // (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html>).
    let limits = Limits::behind_balancer(region.settings.connections_max, BALANCER_IDLE);
    let server = Server::new(listener, limits).with_tls(tls::self_signed("leeward-agent")?);
    let serving = tokio::spawn(server.serve(api::router(region.clone()), stopped(stop)));
    tracing::info!(region = %region.name, "running");
    tokio::select! {
        () = wait_for_end(false) => tracing::info!("stopping"),
        () = wait_for_change(&environment, &aws, &sources, &region) => {}
        () = emit_metrics(&region, &suffix) => {}
    }
    let _ = stop_send.send(true);
    let _ = serving.await;
    Ok(())
}

async fn listen() -> Result<TcpListener, AgentError> {
    let address = std::env::var("LEEWARD_LISTEN").unwrap_or_else(|_| LISTEN.into());
    let parsed: Result<SocketAddr, _> = address.parse();
    let failed = |source: std::io::Error| AgentError::Listen { address: address.clone(), source };
    let parsed = parsed.map_err(|e| failed(std::io::Error::other(e.to_string())))?;
    TcpListener::bind(parsed).await.map_err(failed)
}

/// Reads the settings until they are valid. Until then the load balancer sends no traffic, and the Auto Scaling group
/// replaces an instance that takes too long.
async fn read_until_valid(environment: &Environment, aws: &AwsConfig) -> Sources {
    loop {
        match read_valid(environment, aws).await {
            Ok(sources) => return sources,
            Err(error) => tracing::error!(%error, "the settings cannot be used; retrying"),
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

/// Reads the settings, and fails if one of them is invalid.
async fn read_valid(environment: &Environment, aws: &AwsConfig) -> Result<Sources, SourceError> {
    let sources = Sources::read(environment, aws, ALL_SECRETS).await?;
    sources.config(environment)?;
    sources.grants()?;
    Ok(sources)
}

/// Reads the settings every few minutes, and immediately on SIGHUP (`systemctl reload`). Changed grants are replaced in
/// place; the function returns when any other setting has changed.
async fn wait_for_change(
    environment: &Environment,
    aws: &AwsConfig,
    current: &Sources,
    region: &RegionRuntime,
) {
    let mut reload = signal(SignalKind::hangup()).ok();
    let mut clock = tokio::time::interval(Duration::from_millis(REFRESH_MS));
    clock.tick().await;
    let mut grants = current.grants.clone();
    loop {
        let hangup = async {
            match &mut reload {
                Some(reload) => reload.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = clock.tick() => {}
            _ = hangup => {}
        }
        let read = match read_valid(environment, aws).await {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(%error, "the settings could not be refreshed; the previous ones stay in use");
                continue;
            }
        };
        if read.grants != grants
            && let Ok(all) = read.grants()
        {
            tracing::info!("the grants have changed");
            region.tokens.replace(all);
            grants = read.grants.clone();
        }
        if read.config != current.config || read.canary() != current.canary() {
            tracing::info!("the settings have changed; restarting");
            return;
        }
    }
}

/// Writes metrics each minute to the log that the CloudWatch agent collects (REQ-M1, M5).
async fn emit_metrics(region: &RegionRuntime, suffix: &str) {
    let mut clock = tokio::time::interval(MINUTE);
    clock.tick().await;
    let source = Source { suffix, region: &region.name, role: "agent" };
    loop {
        clock.tick().await;
        let append_ms = region.metrics.append_ms.take();
        let parked: Vec<u64> = match region.store.parked().await {
            Ok(parked) => vec![parked.len() as u64],
            Err(_) => Vec::new(),
        };
        let metrics: [Metric<'_>; 2] =
            [("AppendMs", "Milliseconds", &append_ms), ("ParkedAccounts", "Count", &parked)];
        emf::emit(source, region.clock.wall_ms(), &metrics);
    }
}
