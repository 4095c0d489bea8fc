//! Connections to a running platform: to the supervisor of a local one, or to the operator function of a deployed one.
//! The verbs are the same for both.

mod deployed;
mod local;

pub(crate) use local::Local;

use crate::args::{PlatformArgs, WhichBlueprint};
use deployed::Deployed;
use leeward_api::{OperationDone, OperationRefused, OperationRequest, PlatformStatus};
use std::time::Duration;

pub(crate) enum Remote {
    Local(Local),
    Deployed(Deployed),
}

/// The answer to an operation: it was accepted, or it was refused.
pub(crate) type OperationAnswer = Result<OperationDone, OperationRefused>;

impl Remote {
    pub(crate) fn find(target: &PlatformArgs) -> anyhow::Result<Remote> {
        if !target.aws {
            return Ok(Remote::Local(Local::find(&target.at.dir)?));
        }
        let which = WhichBlueprint {
            blueprint: target.blueprint.clone(),
            suffix: target.suffix.clone(),
            json: target.at.json,
        };
        Ok(Remote::Deployed(Deployed::find(&which)?))
    }

    pub(crate) async fn status(&self) -> anyhow::Result<PlatformStatus> {
        match self {
            Remote::Local(local) => local.status().await,
            Remote::Deployed(deployed) => deployed.status().await,
        }
    }

    /// Returns the time between two reads of a run's progress.
    pub(crate) fn poll_interval(&self) -> Duration {
        match self {
            Remote::Local(_) => local::POLL,
            Remote::Deployed(_) => deployed::POLL,
        }
    }

    /// Sends an operation to the Regions until one of them answers. `status` is an earlier status with their addresses.
    pub(crate) async fn operate(
        &self,
        status: &PlatformStatus,
        request: &OperationRequest,
    ) -> anyhow::Result<OperationAnswer> {
        match self {
            Remote::Local(local) => local.operate(&status.apis(), request).await,
            Remote::Deployed(deployed) => deployed.operate(request).await,
        }
    }
}

/// Returns the error of an operation that no Region answered.
fn unknown_outcome(request: &OperationRequest, last: &str) -> anyhow::Error {
    let id = request.id.as_deref().unwrap_or_default();
    anyhow::anyhow!(
        "LW-C007: it is unknown whether the operation took effect, because no Region answered \
         ({last}); repeat it with --id {id}"
    )
}
