//! Fault switches, which exist in local mode only. Each switch causes the real failure that it names.

use crate::supervisor::Supervisor;
use leeward_cloud::{Fault, RegionIx, Service};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultVerb {
    /// Sends SIGKILL to the agent, and to the database server if there is one, and makes the Region's cloud
    /// unreachable.
    Kill { region: String },
    /// Makes the Region's cloud reachable again and starts its agent.
    Restart { region: String },
    /// Does what `Kill` does, and deletes the Region's directory and database volume.
    Destroy { region: String },
    /// Sends SIGSTOP to the agent.
    Pause { region: String },
    /// Sends SIGCONT to the agent.
    Resume { region: String },
    /// Cuts the Region off from the other Regions. Customers still reach it.
    Isolate { region: String },
    /// Drops messages from `from` to `to`.
    Cut { from: String, to: String },
    /// Delays replication out of the Region by another `ms`.
    Lag { region: String, ms: u64 },
    /// Makes one service of the Region fail in one way.
    Fail { region: String, service: Service, fault: Fault },
    /// Switches all faults off and starts killed agents again.
    Clear,
}

#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    #[error("LW-F001: there is no Region {0}; it is one of {1}")]
    NoRegion(String, String),
    #[error("LW-F002: the agent of {region} cannot start: {source}")]
    Start { region: String, source: std::io::Error },
    #[error("LW-F003: the volume of {region} cannot be destroyed: {source}")]
    Volume { region: String, source: crate::database::DatabaseError },
    #[error("LW-F007: a Region always reaches itself; name two")]
    Itself,
    #[error("LW-F008: {0} has no process; `fault restart {0}` starts one")]
    NotRunning(String),
}

impl Supervisor {
    fn place(&self, region: &str) -> Result<usize, FaultError> {
        let all = self.region_names();
        all.iter()
            .position(|name| name == region)
            .ok_or_else(|| FaultError::NoRegion(region.to_owned(), all.join(", ")))
    }

    /// Returns the index of a Region that has an API; the witness has none.
    pub(crate) fn region_with_api(&self, region: &str) -> Option<usize> {
        let [primary, secondary, _] = &self.region_names()[..] else { return None };
        [primary, secondary].into_iter().position(|name| name == region)
    }

    /// Applies one fault and returns a sentence that describes the effect.
    pub fn fault(&self, verb: &FaultVerb) -> Result<String, FaultError> {
        match verb {
            FaultVerb::Kill { region } => {
                self.kill(self.place(region)?);
                Ok(format!("{region} is dark: its agent was killed and its cloud does not respond"))
            }
            FaultVerb::Restart { region } => {
                self.restart(self.place(region)?)?;
                Ok(format!("{region} is back"))
            }
            FaultVerb::Destroy { region } => {
                let place = self.place(region)?;
                self.kill(place);
                self.disk(place).destroy();
                self.mark_destroyed(place);
                if place < 2 {
                    self.databases()
                        .destroy(place)
                        .map_err(|source| FaultError::Volume { region: region.clone(), source })?;
                }
                Ok(format!("{region} is dark and its disks were deleted"))
            }
            FaultVerb::Pause { region } => {
                let place = self.place(region)?;
                self.running(place)?;
                self.agents().pause(place);
                Ok(format!("the agent of {region} is paused"))
            }
            FaultVerb::Resume { region } => {
                let place = self.place(region)?;
                self.running(place)?;
                self.agents().resume(place);
                Ok(format!("the agent of {region} has resumed"))
            }
            FaultVerb::Isolate { region } => {
                let place = self.place(region)?;
                for other in (0..3).filter(|other| *other != place) {
                    self.cut(place, other, true);
                    self.cut(other, place, true);
                }
                Ok(format!("{region} is isolated from the other Regions, in both directions"))
            }
            FaultVerb::Cut { from, to } => {
                let (place, other) = (self.place(from)?, self.place(to)?);
                if place == other {
                    return Err(FaultError::Itself);
                }
                self.cut(place, other, true);
                Ok(format!("messages from {from} do not reach {to}"))
            }
            FaultVerb::Lag { region, ms } => {
                let place = RegionIx(self.place(region)? as u8);
                self.engine().with(|cloud, _| cloud.set_lag(place, ms * 1_000));
                Ok(format!("replication out of {region} lags by {ms} ms in addition"))
            }
            FaultVerb::Fail { region, service, fault } => {
                let place = RegionIx(self.place(region)? as u8);
                self.engine().with(|cloud, _| cloud.set_fault(place, *service, *fault));
                Ok(format!("{service:?} in {region}: {fault:?}"))
            }
            FaultVerb::Clear => {
                self.clear()?;
                Ok("all faults are switched off".into())
            }
        }
    }

    fn running(&self, place: usize) -> Result<(), FaultError> {
        match self.agents().pid(place) {
            Some(_) => Ok(()),
            None => Err(FaultError::NotRunning(self.region_names()[place].clone())),
        }
    }

    fn cut(&self, from: usize, to: usize, cut: bool) {
        let (from, to) = (RegionIx(from as u8), RegionIx(to as u8));
        self.engine().with(|cloud, now_us| cloud.set_cut(now_us, from, to, cut));
    }

    /// Kills the Region's processes and makes its cloud unreachable.
    pub fn kill(&self, place: usize) {
        // The cloud becomes unreachable first, so that nothing arrives that the dying process still sends.
        self.engine().with(|cloud, now_us| cloud.set_dark(now_us, RegionIx(place as u8), true));
        self.agents().kill(place);
        if place < 2 {
            self.databases().kill(place);
        }
    }

    pub(crate) fn restart(&self, place: usize) -> Result<(), FaultError> {
        let region = RegionIx(place as u8);
        let destroyed = self.take_destroyed(place);
        self.engine().with(|cloud, now_us| {
            cloud.set_dark(now_us, region, false);
            if destroyed {
                cloud.backfill(now_us, region);
            }
        });
        if place < 2 {
            self.databases().restore(place);
        }
        // The running process may have been paused.
        self.agents().resume(place);
        self.agents().start(place).map_err(|source| FaultError::Start {
            region: self.region_names()[place].clone(),
            source,
        })
    }

    fn clear(&self) -> Result<(), FaultError> {
        for from in 0..3 {
            for to in (0..3).filter(|to| *to != from) {
                self.cut(from, to, false);
            }
        }
        for place in 0..3 {
            let region = RegionIx(place as u8);
            self.engine().with(|cloud, _| {
                cloud.set_lag(region, 0);
                for service in [Service::DynamoDb, Service::Sqs, Service::Rds, Service::Sns] {
                    cloud.set_fault(region, service, Fault::default());
                }
            });
            self.agents().resume(place);
            self.restart(place)?;
        }
        Ok(())
    }
}
