//! Runs an agent until it is told to stop.

use crate::assembly::{Assembly, Stores};
use crate::database;
use leeward_aws::AwsConfig;
use leeward_driver::{Runner, SystemClock, TickReport, run_sentinel};
use leeward_model::settings::{AgentRole, AgentSettings};
use leeward_model::{Authority, Region as Name};
use leeward_ports::{Control, Outcome};
use leeward_service::auth::Grant;
use leeward_service::{api, server, start_loops};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::sync::watch;

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("LW-A001: cannot read {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("LW-A002: {path} is invalid: {what}")]
    Content { path: String, what: String },
    #[error("LW-A003: cannot listen on {address}: {source}; is the port taken?")]
    Listen { address: String, source: std::io::Error },
    #[error("LW-A004: {0}")]
    Aws(#[from] leeward_aws::ConfigError),
    #[error("LW-A005: the projection cannot be opened: {0}")]
    Store(#[from] leeward_store::StoreError),
    #[error(transparent)]
    Missing(#[from] crate::settings::Missing),
    #[error(transparent)]
    Sources(#[from] crate::sources::SourceError),
    #[error("LW-A008: no runtime: {0}")]
    Runtime(std::io::Error),
    #[error("LW-A009: no key pair for its listener: {0}")]
    Tls(String),
}

pub(crate) fn read(path: &Path) -> Result<String, AgentError> {
    std::fs::read_to_string(path)
        .map_err(|source| AgentError::Read { path: path.display().to_string(), source })
}

/// Ends by SIGTERM, SIGINT, the end of standard input (if so configured), or an error.
pub async fn run_agent(config: AgentSettings) -> Result<(), AgentError> {
    let call_timeout = Duration::from_millis(config.platform.timing.call_timeout_ms);
    let aws = AwsConfig::from_environment(call_timeout)?;
    let assembly = Assembly::new(config.platform.clone(), aws, Arc::new(SystemClock::start()));
    let probe = Arc::new(assembly.prober(read(&config.canary_token_file)?.trim()));
    let (stop_send, stop) = watch::channel(false);
    let (ticks_send, ticks) = watch::channel(TickReport::default());
    let primary = config.platform.primary.clone();
    tokio::spawn(ensure_authority(assembly.control.clone(), primary));
    let serving = match config.role {
        AgentRole::Witness => None,
        AgentRole::Full => {
            let listener =
                tokio::net::TcpListener::bind(config.listen).await.map_err(|source| {
                    AgentError::Listen { address: config.listen.to_string(), source }
                })?;
            let stores = Stores::one(database::open(&config.database)?);
            let region = assembly.region(grants(&config)?, probe.clone(), stores, ticks);
            start_loops(&region, &stop);
            let connections = region.settings.connections_max;
            let serve = server::serve(listener, api::router(region), connections, stop.clone());
            Some(tokio::spawn(serve))
        }
    };
    let sentinel = assembly.sentinel_ports(probe, Runner::Here);
    tokio::spawn(run_sentinel(sentinel, ticks_send, stop));
    tracing::info!(region = %config.platform.region, role = ?config.role, "running");
    wait_for_end(config.stop_with_stdin).await;
    tracing::info!("stopping");
    let _ = stop_send.send(true);
    if let Some(serving) = serving {
        let _ = serving.await;
    }
    Ok(())
}

fn grants(config: &AgentSettings) -> Result<Vec<Grant>, AgentError> {
    serde_json::from_str(&read(&config.grants_file)?).map_err(|e| AgentError::Content {
        path: config.grants_file.display().to_string(),
        what: e.to_string(),
    })
}

/// The first process of a new platform writes the first authority; all others find it there.
pub async fn ensure_authority(control: Arc<dyn Control>, primary: Name) {
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

pub(crate) async fn wait_for_end(stop_with_stdin: bool) {
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
