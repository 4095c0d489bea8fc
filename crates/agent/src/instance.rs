//! The process of an EC2 instance. Its settings come from its Region (Parameter Store, Secrets Manager), as
//! a function's do; its roles are an agent's except the sentinel, which must not share the fate of the
//! fleet that it judges (ADR 14). It reads from top to bottom: settings, adapters, roles, serve.

use crate::assembly::{Assembly, Stores};
use crate::emf::{self, Metric, Source};
use crate::errors::AgentError;
use crate::settings::{Environment, Missing};
use crate::sources::{KEPT_MS, SourceError, Sources, Wanted};
use crate::stop::wait_for_end;
use leeward_aws::AwsConfig;
use leeward_driver::{SystemClock, TickReport};
use leeward_http::{Limits, Server, stopped, tls};
use leeward_service::{Region, api, start_loops};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// The time limit of calls until the platform's own is known.
const FIRST_CALLS: Duration = Duration::from_secs(2);
const RETRY: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);
/// The port of the load balancer's target groups.
const LISTEN: &str = "0.0.0.0:8443";
const CONNECTIONS: usize = 16;
const ALL: Wanted = Wanted { grants: true, canary: true };

/// Runs until it is stopped, or until its settings change, whereupon systemd starts it anew.
pub fn run_instance() -> Result<(), AgentError> {
    log();
    let environment = Environment::read(|name| std::env::var(name).ok())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(AgentError::Runtime)?;
    runtime.block_on(run(environment))
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter);
    let _ = lines.try_init();
}

async fn run(environment: Environment) -> Result<(), AgentError> {
    // Settings. The port is taken first: a second process on this machine must end at once.
    let listener = listen().await?;
    let database = environment.database.as_ref();
    let database = database.ok_or(Missing::Variable("LEEWARD_DATABASE_HOST"))?;
    let aws = AwsConfig::of_instance(FIRST_CALLS).await?;
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

    // Roles: the API and the booking. No sentinel ticks here: health checks send a canary of their own.
    let (stop_send, stop) = watch::channel(false);
    let ticks = watch::Sender::new(TickReport::default()).subscribe();
    let region = assembly.region(sources.grants()?, stores, ticks);
    start_loops(&region, &stop);

    // Serve. The load balancer encrypts to its targets and verifies no name
    // (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html>).
    let limits = Limits::public(region.settings.connections_max);
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

/// Reads the settings until they are complete. The load balancer sends no traffic before that, and the group
/// replaces an instance that takes too long.
async fn read_until_valid(environment: &Environment, aws: &AwsConfig) -> Sources {
    loop {
        match read_valid(environment, aws).await {
            Ok(sources) => return sources,
            Err(error) => tracing::error!(%error, "the settings cannot be used; trying again"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Reads the settings, and fails if a part of them is invalid.
async fn read_valid(environment: &Environment, aws: &AwsConfig) -> Result<Sources, SourceError> {
    let sources = Sources::read(environment, aws, ALL).await?;
    sources.config(environment)?;
    sources.grants()?;
    Ok(sources)
}

/// Reads the settings every few minutes, and at once on SIGHUP (`systemctl reload`). Grants are replaced in
/// place; completes when anything else has changed.
async fn wait_for_change(
    environment: &Environment,
    aws: &AwsConfig,
    had: &Sources,
    region: &Region,
) {
    let mut reload = signal(SignalKind::hangup()).ok();
    let mut clock = tokio::time::interval(Duration::from_millis(KEPT_MS));
    clock.tick().await;
    let mut grants = had.grants.clone();
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
                tracing::warn!(%error, "the settings cannot be read again; the present ones stay");
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
        if read.config != had.config || read.canary() != had.canary() {
            tracing::info!("the settings have changed; starting anew");
            return;
        }
    }
}

/// Writes metrics each minute to the log that CloudWatch's agent collects (REQ-M1, M5).
async fn emit_metrics(region: &Region, suffix: &str) {
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
