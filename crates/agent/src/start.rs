//! The agent of local mode: one process for each Region, configured by a file. The code reads from top to bottom:
//! settings, adapters, roles, serve.

use crate::assembly::{Assembly, Stores};
use crate::database;
use crate::errors::AgentError;
use crate::stop::wait_for_end;
use leeward_aws::AwsConfig;
use leeward_driver::{Runner, SystemClock, TickReport, run_sentinel};
use leeward_http::{Limits, Server, stopped};
use leeward_model::settings::{AgentRole, AgentSettings};
use leeward_model::{Authority, Region};
use leeward_ports::{Control, Outcome};
use leeward_service::auth::Grant;
use leeward_service::{api, start_loops};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Runs until SIGTERM, SIGINT or, if configured, the end of standard input.
pub async fn run_agent(config: AgentSettings) -> Result<(), AgentError> {
    // Settings.
    let canary_token = read(&config.canary_token_file)?;
    let call_timeout = Duration::from_millis(config.platform.timing.call_timeout_ms);
    let aws = AwsConfig::from_environment(call_timeout)?;
    let primary = config.platform.primary.clone();

    // Adapters.
    let clock = Arc::new(SystemClock::start());
    let assembly = Assembly::new(config.platform.clone(), aws, clock, canary_token.trim());

    // Roles. Every Region runs the sentinel; the two trading Regions also run the API and booking.
    let (stop_send, stop) = watch::channel(false);
    let (ticks_send, ticks) = watch::channel(TickReport::default());
    tokio::spawn(ensure_authority(assembly.control.clone(), primary));
    let serving = match config.role {
        AgentRole::Witness => None,
        AgentRole::Full => {
            let listener = listen(&config).await?;
            let stores = Stores::one(database::open(&config.database)?);
            let region = assembly.region(read_grants(&config)?, stores, ticks);
            start_loops(&region, &stop);
            let server = Server::new(listener, Limits::public(region.settings.connections_max));
            Some(tokio::spawn(server.serve(api::router(region), stopped(stop.clone()))))
        }
    };
    tokio::spawn(run_sentinel(assembly.sentinel_ports(Runner::Here), ticks_send, stop));

    // Serve.
    tracing::info!(region = %config.platform.region, role = ?config.role, "running");
    wait_for_end(config.stop_with_stdin).await;
    tracing::info!("stopping");
    let _ = stop_send.send(true);
    if let Some(serving) = serving {
        let _ = serving.await;
    }
    Ok(())
}

pub(crate) fn read(path: &Path) -> Result<String, AgentError> {
    std::fs::read_to_string(path)
        .map_err(|source| AgentError::Read { path: path.display().to_string(), source })
}

fn read_grants(config: &AgentSettings) -> Result<Vec<Grant>, AgentError> {
    serde_json::from_str(&read(&config.grants_file)?).map_err(|e| AgentError::Content {
        path: config.grants_file.display().to_string(),
        what: e.to_string(),
    })
}

async fn listen(config: &AgentSettings) -> Result<TcpListener, AgentError> {
    let address = config.listen;
    TcpListener::bind(address)
        .await
        .map_err(|source| AgentError::Listen { address: address.to_string(), source })
}

/// Writes the first authority of a new platform, unless another process has already written it.
pub async fn ensure_authority(control: Arc<dyn Control>, primary: Region) {
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
