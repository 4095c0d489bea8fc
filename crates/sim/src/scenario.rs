//! The scenario of a world, drawn from a seed or read from a file.
//!
//! A world is a pure function of its scenario. All faults are drawn before the world begins, so shrinking can remove
//! some and leave the rest of the scenario unchanged.

use crate::faults::{self, Planned};
use crate::limits;
use crate::rng::{Draw, Stream, stream};
use leeward_blueprint::{Budget, Timing, TimingProfile};
use leeward_cloud::rng::Rng;
use serde::{Deserialize, Serialize};

/// The process that executes runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runner {
    /// The sentinel whose write started the run, as in local mode.
    Sentinel,
    /// A state machine in the target's Region. Sentinels take over when it makes no progress.
    StateMachine,
}

/// The way in which sentinels start and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lives {
    /// One process, which restarts when it ends.
    Loop,
    /// A function that is started each minute, lives for up to 150 s, and ends when it sees a newer one.
    Function,
}

/// The kind of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The active Region is lost, and there are no other faults. Such worlds measure the distribution of times.
    Loss,
    /// A random subset of all kinds of fault occurs at random rates.
    Swarm,
    /// The scenario file plans all faults.
    Scripted,
}

/// The size of a world, and the behaviour of its processes and customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    pub clients: u32,
    pub accounts: u32,
    /// The mean pause of a client between two orders.
    pub think_ms: u64,
    /// The largest number of orders in a batch.
    pub batch_max: u32,
    /// The share of requests that are batches, per mille.
    pub batch_permille: u64,
    pub api_processes: u32,
    pub runner: Runner,
    pub sentinels: Lives,
    pub drift_ppm: i64,
    pub wall_error_ms: i64,
    /// The factor by which the caching time of one resolver exceeds the TTL.
    pub stretched_ttl: u32,
    /// The length of the phase in which faults occur.
    pub safety_ms: u64,
    /// The time that the world has to settle after the faults.
    pub liveness_ms: u64,
    /// Whether the world counts as settled only after the platform has failed back to home.
    #[serde(default)]
    pub until_home: bool,
    /// Whether every second start of a sentinel function is lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost_starts: bool,
}

/// The scenario, which determines a world completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub format: u32,
    pub seed: u64,
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub shape: Workload,
    pub timing: Timing,
    #[serde(default)]
    pub faults: Vec<Planned>,
}

/// The reason why a file is not a valid scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("LW-S001: {0} is not a scenario: {1}")]
    Unreadable(String, String),
    #[error(
        "LW-S002: {0} has scenario format {1}, and this binary replays only format {2}: \
         run the seed again with `leeward simulate --seed`, or use the binary that wrote the file"
    )]
    Format(String, u32, u32),
    #[error("LW-S003: {0}: {1}")]
    Impossible(String, String),
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Scenario {
    /// The format of scenario files. It changes whenever an old file would have a different meaning.
    pub const FORMAT: u32 = 1;

    /// Draws the scenario of a seed. The campaign determines the kind.
    pub fn draw(seed: u64, kind: Kind, timing: &Timing) -> Scenario {
        let mut rng = stream(seed, Stream::Shape);
        let busy = rng.permille(100);
        let base = settle_ms(timing);
        // A local tick is short, but a customer's pause is not.
        let pace = if timing.profile == TimingProfile::Local { 3 } else { 1 };
        let shape = Workload {
            clients: rng.between(2, if busy { 16 } else { 6 }) as u32,
            accounts: rng.between(1, 6) as u32,
            think_ms: timing.tick_ms * rng.between(4, 30) * pace / 10,
            batch_max: rng.between(2, 20) as u32,
            batch_permille: *rng.pick(&[0, 50, 300]),
            api_processes: rng.between(1, 3) as u32,
            runner: *rng.pick(&[Runner::Sentinel, Runner::StateMachine]),
            sentinels: match timing.profile {
                TimingProfile::Aws => *rng.pick(&[Lives::Loop, Lives::Function]),
                TimingProfile::Local => Lives::Loop,
            },
            drift_ppm: rng.between(0, 200) as i64,
            wall_error_ms: *rng.pick(&[0, 50, 5_000, 86_400_000]),
            stretched_ttl: rng.between(1, 6) as u32,
            safety_ms: match kind {
                Kind::Swarm => base * rng.between(10, 30) / 10,
                Kind::Loss | Kind::Scripted => base,
            },
            liveness_ms: 60 * base,
            // At AWS's pace, the failback takes ten times as long as the rest of the world.
            until_home: timing.profile == TimingProfile::Local || rng.permille(50),
            lost_starts: false,
        };
        let (shape, timing) = if kind == Kind::Swarm && rng.permille(100) {
            shorten_cooldown(shape, timing.clone(), &mut rng)
        } else {
            (shape, timing.clone())
        };
        let mut scenario = Scenario {
            format: Scenario::FORMAT,
            seed,
            kind,
            note: String::new(),
            shape,
            timing,
            faults: Vec::new(),
        };
        scenario.faults = faults::draw(&scenario);
        let ends = scenario.faults.iter().map(|fault| fault.at_ms + fault.for_ms + 1);
        let safety_ms = ends.chain([scenario.shape.safety_ms]).max().unwrap_or_default();
        scenario.shape.safety_ms = safety_ms;
        scenario
    }

    /// Reads the text of a scenario file. Errors call the file `file`.
    pub fn parse(text: &str, file: &str) -> Result<Scenario, ScenarioError> {
        let unreadable = |e: toml::de::Error| {
            ScenarioError::Unreadable(file.to_owned(), e.to_string().trim().to_owned())
        };
        let FormatOnly { format } = toml::from_str(text).map_err(unreadable)?;
        if format != Scenario::FORMAT {
            return Err(ScenarioError::Format(file.to_owned(), format, Scenario::FORMAT));
        }
        let scenario: Scenario = toml::from_str(text).map_err(unreadable)?;
        limits::check(&scenario)
            .map_err(|wrong| ScenarioError::Impossible(file.to_owned(), wrong))?;
        Ok(scenario)
    }

    /// Returns the scenario as the text of a scenario file.
    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("a scenario is plain data")
    }
}

/// Shortens the cooldown, so that a world exhausts the budgets of doubtful moves and realigns. With the usual settings,
/// a cooldown is longer than the whole world.
fn shorten_cooldown(shape: Workload, timing: Timing, rng: &mut Rng) -> (Workload, Timing) {
    let cooldown_ticks = u64::from(timing.misses) * rng.between(3, 8);
    (
        Workload { safety_ms: 3 * shape.safety_ms, ..shape },
        Timing { cooldown_ticks, moves_per_day: 1, ..timing },
    )
}

/// Returns an estimate of the time from a fault to the end of the resulting move. The length of worlds is a multiple of
/// this time.
pub(crate) fn settle_ms(t: &Timing) -> u64 {
    let budget = Budget::of(t);
    budget.processing_ms.max(budget.acceptance_ms + 10 * t.tick_ms)
}
