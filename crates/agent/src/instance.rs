//! An instance's process: what it is comes from its Region (Parameter Store, Secrets Manager), as a function's does;
//! what it does is an agent's, but for the sentinel, which shares the fate of no fleet (ADR 14).

use crate::assembly::{Assembly, Stores};
use crate::settings::Environment;
use crate::sources::{KEPT_MS, SourceError, Sources, Wanted};
use crate::start::{AgentError, wait_for_end};
use leeward_aws::AwsConfig;
use leeward_driver::{SystemClock, TickReport};
use leeward_service::emf::{self, Metric, Source};
use leeward_service::{Region, api, server, start_loops};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Before the platform's own limit for calls has been read.
const FIRST_CALLS: Duration = Duration::from_secs(2);
const TRIED_AGAIN: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);
/// The load balancer's targets (stacks: `groups`).
const LISTEN: &str = "0.0.0.0:8443";
const CONNECTIONS: usize = 16;
const ALL: Wanted = Wanted { grants: true, canary: true };

/// Runs until it is told to stop, or until it is to begin anew because its settings have changed.
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
    let listener = listen().await?;
    let aws = AwsConfig::of_instance(FIRST_CALLS).await?;
    let sources = tokio::select! {
        sources = first(&environment, &aws) => sources,
        () = wait_for_end(false) => return Ok(()),
    };
    let region = region(&environment, &aws, &sources)?;
    let (stop_send, stop) = watch::channel(false);
    start_loops(&region, &stop);
    let connections = region.settings.connections_max;
    let router = api::router(region.clone());
    let serving = tokio::spawn(server::serve_tls(listener, tls()?, router, connections, stop));
    tracing::info!(region = %region.name, "running");
    let suffix = sources.config(&environment)?.suffix;
    tokio::select! {
        () = wait_for_end(false) => tracing::info!("stopping"),
        () = changed(&environment, &aws, &sources, &region) => {}
        () = tell(&region, &suffix) => {}
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

/// Until everything is there: the balancer sends nobody here before that, and the group begins anew with another
/// instance when it takes too long.
async fn first(environment: &Environment, aws: &AwsConfig) -> Sources {
    loop {
        match readable(environment, aws).await {
            Ok(sources) => return sources,
            Err(error) => tracing::error!(%error, "trying again"),
        }
        tokio::time::sleep(TRIED_AGAIN).await;
    }
}

/// What cannot be used is as good as not read.
async fn readable(environment: &Environment, aws: &AwsConfig) -> Result<Sources, SourceError> {
    let sources = Sources::read(environment, aws, ALL).await?;
    sources.config(environment)?;
    sources.grants()?;
    Ok(sources)
}

fn region(
    environment: &Environment,
    aws: &AwsConfig,
    sources: &Sources,
) -> Result<Arc<Region>, AgentError> {
    let database = environment.database.as_ref();
    let database = database.ok_or(crate::settings::Missing::Variable("LEEWARD_DATABASE_HOST"))?;
    let config = sources.config(environment)?;
    let aws = aws.with_timeout(Duration::from_millis(config.timing.call_timeout_ms));
    let open = |address: &str| database.open(&aws, &environment.region, address, CONNECTIONS);
    let stores = Stores { writer: open(&database.writer)?, reader: open(&database.reader)? };
    let assembly = Assembly::new(config, aws.clone(), Arc::new(SystemClock::start()));
    let probe = Arc::new(assembly.prober(sources.canary()));
    // Nobody ticks here: health sends its own canary when it knows of none.
    let ticks = watch::Sender::new(TickReport::default()).subscribe();
    Ok(assembly.region(sources.grants()?, probe, stores, ticks))
}

/// Reads anew every few minutes, and at once when told to (`systemctl reload`). Who may trade is changed in place; ends
/// when anything else has changed.
async fn changed(environment: &Environment, aws: &AwsConfig, had: &Sources, region: &Region) {
    let mut told = signal(SignalKind::hangup()).ok();
    let mut clock = tokio::time::interval(Duration::from_millis(KEPT_MS));
    clock.tick().await;
    let mut grants = had.grants.clone();
    loop {
        let hangup = async {
            match &mut told {
                Some(told) => told.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = clock.tick() => {}
            _ = hangup => {}
        }
        let read = match readable(environment, aws).await {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(%error, "what was read before is used");
                continue;
            }
        };
        if read.grants != grants
            && let Ok(all) = read.grants()
        {
            tracing::info!("who may trade has changed");
            region.tokens.replace(all);
            grants = read.grants.clone();
        }
        if read.config != had.config || read.canary() != had.canary() {
            tracing::info!("the settings have changed; beginning anew");
            return;
        }
    }
}

/// Each minute, in the embedded format, into the log that CloudWatch's agent takes (REQ-M1, M5).
async fn tell(region: &Region, suffix: &str) {
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
        emf::tell(source, region.clock.wall_ms(), &metrics);
    }
}

/// A key pair of this process alone: the load balancer encrypts to its targets and asks no name of them
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html>).
fn tls() -> Result<Arc<rustls::ServerConfig>, AgentError> {
    let failed = |why: String| AgentError::Tls(why);
    let pair = rcgen::generate_simple_self_signed(["leeward-agent".to_owned()]);
    let pair = pair.map_err(|e| failed(e.to_string()))?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)
        .map_err(|e| failed(e.to_string()))?;
    Ok(Arc::new(config))
}
