//! The parts of a function. They are built from the Region's own settings and secrets, which are read once for each
//! execution environment and again every few minutes (REQ-C4, REQ-D4).

use crate::clock::ThawedClock;
use crate::no_database::NoDatabase;
use crate::settings::FunctionSettings;
use lambda_runtime::Context;
use leeward_agent::{
    Assembly, Endpoints, REFRESH_MS, RequiredSecrets, SourceError, Sources, Stores,
};
use leeward_aws::{AwsConfig, ConfigError};
use leeward_driver::{Runner, TickReport};
use leeward_model::FunctionRole;
use leeward_ports::Clock;
use leeward_service::RegionRuntime;
use leeward_service::auth::Grant;
use leeward_store::{Projection, StoreError};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

/// The time limit of calls until the platform's own limit has been read.
const INITIAL_CALL_TIMEOUT: Duration = Duration::from_secs(2);
/// The delay before the next read after one that failed.
const RETRY_MS: u64 = 30_000;
const REFRESH_TIMEOUT: Duration = Duration::from_millis(300);
/// The time reserved before Lambda's deadline, for the response and for work in progress to end.
const MARGIN: Duration = Duration::from_secs(2);
/// The maximum number of connections to the database. An execution environment handles one request at a time, but
/// folding uses several connections.
const CONNECTIONS: usize = 4;

/// The reasons why an invocation cannot proceed. The next invocation tries again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotReady {
    #[error(transparent)]
    Sources(#[from] SourceError),
    #[error("LW-X012: {0}")]
    Aws(#[from] ConfigError),
    #[error("LW-X013: the projection cannot be opened: {0}")]
    Store(#[from] StoreError),
}

pub(crate) struct Parts {
    pub(crate) assembly: Assembly,
    role: FunctionRole,
    database: Option<Endpoints>,
    grants: Vec<Grant>,
    region: OnceLock<Arc<RegionRuntime>>,
}

/// The current parts, and the sources that they were built from.
struct Built {
    parts: Arc<Parts>,
    sources: Sources,
    refresh_at_ms: u64,
}

pub(crate) struct Platform {
    pub(crate) settings: FunctionSettings,
    pub(crate) clock: Arc<dyn Clock>,
    aws: AwsConfig,
    built: Mutex<Option<Built>>,
}

impl Platform {
    pub(crate) fn new(settings: FunctionSettings) -> Result<Platform, ConfigError> {
        let aws = AwsConfig::from_environment(INITIAL_CALL_TIMEOUT)?;
        let clock = Arc::new(ThawedClock::start());
        Ok(Platform { settings, clock, aws, built: Mutex::new(None) })
    }

    /// Returns the time until shortly before Lambda ends this invocation.
    pub(crate) fn remaining_time(&self, context: &Context) -> Duration {
        let now = Duration::from_millis(self.clock.wall_ms());
        Duration::from_millis(context.deadline).saturating_sub(now).saturating_sub(MARGIN)
    }

    /// Returns the current parts, and refreshes them when they are due. If a refresh fails, the previous parts stay.
    pub(crate) async fn parts(&self) -> Result<Arc<Parts>, NotReady> {
        let mut built = self.built.lock().await;
        let now_ms = self.clock.now_ms();
        let Some(current) = &mut *built else {
            let sources = self.read_sources().await?;
            let parts = Arc::new(self.build(&sources)?);
            let refresh_at_ms = now_ms + REFRESH_MS;
            *built = Some(Built { parts: parts.clone(), sources, refresh_at_ms });
            return Ok(parts);
        };
        if now_ms >= current.refresh_at_ms {
            current.refresh_at_ms = now_ms + REFRESH_MS;
            if let Err(error) = self.refresh(current).await {
                tracing::warn!(%error, "the settings could not be refreshed; the previous ones stay in use");
                current.refresh_at_ms = now_ms + RETRY_MS;
            }
        }
        Ok(current.parts.clone())
    }

    /// Reads the sources again, and rebuilds the parts if a source has changed.
    ///
    /// The time limit is short, because a request waits for the refresh and a canary soon times out (LIVE-1).
    async fn refresh(&self, current: &mut Built) -> Result<(), NotReady> {
        let read = tokio::time::timeout(REFRESH_TIMEOUT, self.read_sources()).await;
        let sources = read.map_err(|_| SourceError::Unreadable {
            what: "the Region's settings".into(),
            why: "no answer in time".into(),
        })??;
        if sources != current.sources {
            current.parts = Arc::new(self.build(&sources)?);
            current.sources = sources;
        }
        Ok(())
    }

    async fn read_sources(&self) -> Result<Sources, SourceError> {
        let role = self.settings.role;
        let secrets = RequiredSecrets {
            // Only the role `orders` authenticates customers.
            grants: role == FunctionRole::Orders,
            canary: matches!(
                role,
                FunctionRole::Orders
                    | FunctionRole::Health
                    | FunctionRole::Sentinel
                    | FunctionRole::Run
            ),
        };
        Sources::read(&self.settings.environment, &self.aws, secrets).await
    }

    /// Builds all parts. A change in any source rebuilds all of them.
    fn build(&self, sources: &Sources) -> Result<Parts, NotReady> {
        let environment = &self.settings.environment;
        let config = sources.config(environment)?;
        let grants = sources.grants()?;
        let aws = self.aws.with_timeout(Duration::from_millis(config.timing.call_timeout_ms));
        let assembly = Assembly::new(config, aws, self.clock.clone(), sources.canary());
        let (role, database) = (self.settings.role, environment.database.clone());
        Ok(Parts { assembly, role, database, grants, region: OnceLock::new() })
    }
}

impl Parts {
    /// Returns the runtime that accepts orders, books them and answers health checks.
    pub(crate) fn region(&self) -> Result<Arc<RegionRuntime>, NotReady> {
        if let Some(region) = self.region.get() {
            return Ok(region.clone());
        }
        let store = self.store()?;
        let ticks = watch::Sender::new(TickReport::default()).subscribe();
        let stores = Stores::one(store);
        let region = self.assembly.region(self.grants.clone(), stores, ticks);
        Ok(self.region.get_or_init(|| region).clone())
    }

    fn store(&self) -> Result<Arc<dyn Projection>, NotReady> {
        let Some(database) = &self.database else { return Ok(Arc::new(NoDatabase)) };
        // Customers read from the reader endpoint, which a standby Region serves from its own replica.
        let address =
            if self.role == FunctionRole::Orders { &database.reader } else { &database.writer };
        let (aws, region) = (&self.assembly.aws, &self.assembly.config.region);
        Ok(database.open(aws, region, address, CONNECTIONS)?)
    }

    /// Returns the runner that carries out the runs that this function starts.
    pub(crate) fn runner(&self) -> Runner {
        let machines = &self.assembly.config.state_machines;
        if machines.is_empty() {
            return Runner::Here;
        }
        Runner::StateMachine(Arc::new(leeward_aws::States::new(&self.assembly.aws, machines)))
    }
}
