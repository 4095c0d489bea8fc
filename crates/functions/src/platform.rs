//! What a function is made of: the Region's own settings and secrets, read once for each execution
//! environment, and read again every few minutes (REQ-C4, REQ-D4).

use crate::clock::ThawedClock;
use crate::settings::Settings;
use lambda_runtime::Context;
use leeward_agent::{Assembly, Endpoints, KEPT_MS, SourceError, Sources, Stores, Wanted};
use leeward_aws::{AwsConfig, ConfigError};
use leeward_driver::{Runner, TickReport};
use leeward_model::FunctionRole as Role;
use leeward_ports::Clock;
use leeward_service::Region;
use leeward_service::auth::Grant;
use leeward_store::{Projection, StoreError};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

/// Before the platform's own limit for calls has been read.
const FIRST_CALLS: Duration = Duration::from_secs(2);
const TRIED_AGAIN_MS: u64 = 30_000;
const BRIEFLY: Duration = Duration::from_millis(300);
/// For the answer, and for what is at work to end.
const MARGIN: Duration = Duration::from_secs(2);
/// One request at a time is in work in one execution environment; folding uses several.
const CONNECTIONS: usize = 4;

/// Why nothing can be done in this invocation. The next one tries again.
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
    role: Role,
    database: Option<Endpoints>,
    grants: Vec<Grant>,
    region: OnceLock<Arc<Region>>,
}

struct Made {
    parts: Arc<Parts>,
    sources: Sources,
    again_ms: u64,
}

pub(crate) struct Platform {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    aws: AwsConfig,
    made: Mutex<Option<Made>>,
}

impl Platform {
    pub(crate) fn new(settings: Settings) -> Result<Platform, ConfigError> {
        let aws = AwsConfig::from_environment(FIRST_CALLS)?;
        let clock = Arc::new(ThawedClock::start());
        Ok(Platform { settings, clock, aws, made: Mutex::new(None) })
    }

    /// Returns the time until shortly before Lambda ends this invocation.
    pub(crate) fn remaining_time(&self, context: &Context) -> Duration {
        let now = Duration::from_millis(self.clock.wall_ms());
        Duration::from_millis(context.deadline).saturating_sub(now).saturating_sub(MARGIN)
    }

    /// The parts as they are now. What cannot be read again, or cannot be used, stays as it was.
    pub(crate) async fn parts(&self) -> Result<Arc<Parts>, NotReady> {
        let mut made = self.made.lock().await;
        let now_ms = self.clock.now_ms();
        let Some(held) = &mut *made else {
            let sources = self.read().await?;
            let parts = Arc::new(self.make(&sources)?);
            *made = Some(Made { parts: parts.clone(), sources, again_ms: now_ms + KEPT_MS });
            return Ok(parts);
        };
        if now_ms >= held.again_ms {
            held.again_ms = now_ms + KEPT_MS;
            if let Err(error) = self.refresh(held).await {
                tracing::warn!(%error, "what was read before is used");
                held.again_ms = now_ms + TRIED_AGAIN_MS;
            }
        }
        Ok(held.parts.clone())
    }

    /// LIVE-1: an answer waits for this, and a canary is one that does not wait for long.
    async fn refresh(&self, held: &mut Made) -> Result<(), NotReady> {
        let read = tokio::time::timeout(BRIEFLY, self.read()).await;
        let sources = read.map_err(|_| SourceError::Unread {
            what: "what is read every few minutes".into(),
            why: "no answer in time".into(),
        })??;
        if sources != held.sources {
            held.parts = Arc::new(self.make(&sources)?);
            held.sources = sources;
        }
        Ok(())
    }

    async fn read(&self) -> Result<Sources, SourceError> {
        let role = self.settings.role;
        let wanted = Wanted {
            // Nobody else is asked who may trade.
            grants: role == Role::Orders,
            canary: matches!(role, Role::Orders | Role::Health | Role::Sentinel | Role::Run),
        };
        Sources::read(&self.settings.environment, &self.aws, wanted).await
    }

    /// A change of any of it makes everything anew.
    fn make(&self, sources: &Sources) -> Result<Parts, NotReady> {
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
    /// What takes orders, books them and answers for itself.
    pub(crate) fn region(&self) -> Result<Arc<Region>, NotReady> {
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
        let Some(database) = &self.database else { return Ok(Arc::new(crate::nowhere::Nowhere)) };
        // Reads of a Region that does not write go where its copy is.
        let address = if self.role == Role::Orders { &database.reader } else { &database.writer };
        let (aws, region) = (&self.assembly.aws, &self.assembly.config.region);
        Ok(database.open(aws, region, address, CONNECTIONS)?)
    }

    /// Who carries out what a function starts.
    pub(crate) fn runner(&self) -> Runner {
        let machines = &self.assembly.config.state_machines;
        if machines.is_empty() {
            return Runner::Here;
        }
        Runner::StateMachine(Arc::new(leeward_aws::States::new(&self.assembly.aws, machines)))
    }
}
