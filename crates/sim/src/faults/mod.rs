//! What goes wrong, as data: a world is handed a list of these and nothing else decides.

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
    pub const ALL: [Site; 3] = [Site::Primary, Site::Secondary, Site::Witness];
    /// Those that can be active.
    pub const PAIR: [Site; 2] = [Site::Primary, Site::Secondary];

    pub(crate) fn ix(self) -> RegionIx {
        RegionIx(self as u8)
    }
    pub(crate) fn of(region: RegionIx) -> Site {
        Site::ALL[region.0 as usize]
    }
}

/// A process that can crash or stand still by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Api,
    Processor,
    Sentinel,
    Health,
    /// The one that carries runs out task by task.
    StateMachine,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Fault {
    /// The Region is gone: its services answer nobody, its processes are dead.
    Dark {
        site: Site,
    },
    /// Cut off from the other Regions; customers still reach it.
    Isolated {
        site: Site,
    },
    /// What the one sends does not reach the other.
    OneWay {
        from: Site,
        to: Site,
    },
    Slow {
        from: Site,
        to: Site,
        extra_ms: u64,
    },
    /// Some of what is sent between Regions, or by customers, never arrives; either way.
    Lossy {
        site: Site,
        permille: u64,
    },
    /// Messages between Regions take up to so much longer, each by itself: they overtake.
    Reorder {
        extra_ms: u64,
    },
    /// A client library repeats a call by itself and hands on the second answer.
    Repeats {
        permille: u64,
    },
    /// Pages of the ledger come back with an entry missing (S10).
    ShortPages {
        permille: u64,
    },
    Service {
        site: Site,
        service: Service,
        #[serde(flatten)]
        fault: leeward_cloud::Fault,
    },
    /// Everything that one changes a Region with; its data planes work.
    ControlPlane {
        site: Site,
    },
    /// The customers' path through the Region answers errors, or nothing.
    OrderPath {
        site: Site,
        silent: bool,
    },
    Crash {
        site: Site,
        part: Part,
    },
    /// Stands still, and goes on as if nothing had been.
    Pause {
        site: Site,
        part: Part,
    },
    /// Replication of database pages and eventual tables falls behind.
    Lag {
        site: Site,
        ms: u64,
    },
    /// Moves of the database are slow, come to nothing, or are shown as done while they are not.
    Moves {
        slower_ms: u64,
        fail: bool,
        lies: bool,
    },
    /// The database's planned moves are refused.
    Refusals,
    /// Health checkers get the wrong result so often.
    Checkers {
        permille: u64,
    },
    DiskStall {
        site: Site,
        ms: u64,
    },
    /// The observers of one cause: their probes of a Region fail although it is well.
    Observers {
        eyes: Vec<Site>,
        of: Site,
        permille: u64,
    },
    Operator {
        act: Act,
    },
}

/// What a person does, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Pause,
    Observe,
    Resume,
    /// Moves to the other Region at once.
    Failover,
    /// Moves there as planned, or not at all.
    Switchover,
    /// The planned move home.
    Failback,
    PauseRun,
    ResumeRun,
    AbandonRun,
    /// Moves the database's writer in the console, behind the platform's back.
    MoveWriter,
}

/// A fault and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub at_ms: u64,
    pub for_ms: u64,
    #[serde(flatten)]
    pub fault: Fault,
}
