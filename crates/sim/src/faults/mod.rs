//! Faults as data. A world's list of planned faults alone determines which faults occur in it.

mod apply;
mod swarm;

pub(crate) use apply::ActiveFaults;
pub(crate) use swarm::draw;

use leeward_cloud::{RegionIx, Service};
use serde::{Deserialize, Serialize};

/// A Region by its role in the blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Site {
    Primary,
    Secondary,
    Witness,
}

impl Site {
    /// The three Regions.
    pub const ALL: [Site; 3] = [Site::Primary, Site::Secondary, Site::Witness];
    /// The Regions that can be active.
    pub const PAIR: [Site; 2] = [Site::Primary, Site::Secondary];

    /// Returns the number of the Region in the cloud.
    pub(crate) fn ix(self) -> RegionIx {
        RegionIx(self as u8)
    }

    pub(crate) fn of(region: RegionIx) -> Site {
        Site::ALL[region.0 as usize]
    }
}

/// A role whose processes can crash or pause on their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Api,
    Processor,
    Sentinel,
    Health,
    /// The state machine that executes runs task by task.
    StateMachine,
}

/// A fault of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// The Region is lost: its services do not answer, and its processes are dead.
    Dark { site: Site },
    /// The Region is cut off from the others; customers still reach it.
    Isolated { site: Site },
    /// Messages from one Region do not reach the other.
    OneWay { from: Site, to: Site },
    /// Messages from one Region to another take longer.
    Slow { from: Site, to: Site, extra_ms: u64 },
    /// Some messages from or to the Region are lost, those of other Regions and those of customers.
    Lossy { site: Site, permille: u64 },
    /// Messages between Regions take up to this much longer, each by a random amount, so they may overtake each other.
    Reorder { extra_ms: u64 },
    /// A client library repeats some calls and returns the second reply.
    Repeats { permille: u64 },
    /// Some pages of the ledger lack an entry (S10).
    ShortPages { permille: u64 },
    /// A service of the Region fails.
    Service {
        site: Site,
        service: Service,
        #[serde(flatten)]
        fault: leeward_cloud::Fault,
    },
    /// The control planes of the Region fail, but its data planes work.
    ControlPlane { site: Site },
    /// The customers' path through the Region responds with errors, or does not respond.
    OrderPath { site: Site, silent: bool },
    /// Processes end and lose their state.
    Crash { site: Site, part: Part },
    /// Processes stop, and later continue as if no time had passed.
    Pause { site: Site, part: Part },
    /// The replication of database pages and of eventually consistent tables falls behind.
    Lag { site: Site, ms: u64 },
    /// Moves of the database are slow, fail, or are reported as done although they are not.
    Moves { slower_ms: u64, fail: bool, lies: bool },
    /// The database service refuses planned moves.
    Refusals,
    /// Some results of health checkers are wrong.
    Checkers { permille: u64 },
    /// Writes to the Region's tables take longer to become durable.
    DiskStall { site: Site, ms: u64 },
    /// The probes of some observers fail although the Region is healthy.
    Observers { eyes: Vec<Site>, of: Site, permille: u64 },
    /// An operator acts.
    Operator { act: Act },
}

/// An act of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Pause,
    Observe,
    Resume,
    /// Moves to the other Region immediately, like a failover.
    Failover,
    /// Moves to the other Region as planned; if that fails, nothing changes.
    Switchover,
    /// Moves to the home Region as planned.
    Failback,
    PauseRun,
    ResumeRun,
    AbandonRun,
    /// Moves the database's writer in the RDS console, without the platform.
    MoveWriter,
}

/// A fault with its start and its duration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub at_ms: u64,
    pub for_ms: u64,
    #[serde(flatten)]
    pub fault: Fault,
}
