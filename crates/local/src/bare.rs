//! The local cloud with the platform's tables and queues, without the platform's processes.

use crate::addresses::Addresses;
use crate::layout::Layout;
use crate::platform::{self, CloudError};
use leeward_blueprint::names::Names;
use leeward_blueprint::{Blueprint, TimingProfile};
use leeward_model::Region;
use std::path::Path;

/// The addresses of the primary Region's resources. The cloud runs until the process that started it ends.
#[derive(Debug, Clone)]
pub struct BareCloud {
    pub url: String,
    pub region: Region,
    pub ledger_table: String,
    pub queue_url: String,
}

#[derive(Debug, thiserror::Error)]
pub enum BareCloudError {
    #[error(transparent)]
    Cloud(#[from] CloudError),
    #[error("LW-N002: {0}")]
    Directory(std::io::Error),
    #[error("LW-N003: no free ports from 20000 to 40000")]
    Ports,
}

impl BareCloud {
    /// Starts the cloud of the default blueprint with its files in `dir`.
    pub async fn start(dir: &Path) -> Result<BareCloud, BareCloudError> {
        let blueprint = Blueprint::default();
        let layout = Layout::new(dir);
        layout.create().map_err(BareCloudError::Directory)?;
        let addresses = Addresses::free().ok_or(BareCloudError::Ports)?;
        let timing = blueprint.timing(TimingProfile::Local);
        // The cloud's tasks keep running. Nothing here reads the channel of database events.
        let _platform = platform::start(&layout, &blueprint, &timing, addresses).await?;
        let names = Names::of(&blueprint);
        let url = format!("http://{}", addresses.cloud(0));
        Ok(BareCloud {
            queue_url: format!("{url}/000000000000/{}", names.orders_queue()),
            url,
            region: blueprint.regions.primary.clone(),
            ledger_table: names.ledger_table(),
        })
    }
}
