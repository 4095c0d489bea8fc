//! Everything that makes a world what it is: drawn from a seed, or read from a file.
//!
//! A world is a pure function of its scenario. Drawing comes first and is over before the world
//! begins, so that shrinking can take faults away and keep the rest as it was.

use crate::faults::{self, Planned};
use crate::limits;
use crate::rng::{Draw, Stream, stream};
use leeward_blueprint::{Budget, Profile, Timing};
use leeward_cloud::rng::Rng;
use serde::{Deserialize, Serialize};

/// Who carries runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runner {
    /// The sentinel that won, as in local mode.
    Sentinel,
    /// A state machine in the target's Region; sentinels take over when it stands still.
    StateMachine,
}

/// How sentinels live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lives {
    /// One process, started again when it ends.
    Loop,
    /// Started each minute, lives up to 150 s, leaves when it sees a newer one.
    Function,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The active Region is lost, and nothing else goes wrong: for the distribution of times.
    Loss,
    /// A random subset of all faults at random rates.
    Swarm,
    /// Nothing but what is planned in the file.
    Scripted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    pub clients: u32,
    pub accounts: u32,
    /// Mean pause of a client between two orders.
    pub think_ms: u64,
    /// Orders in a batch at most, and how many of a thousand requests are batches.
    pub batch_max: u32,
    pub batch_permille: u64,
    pub api_processes: u32,
    pub runner: Runner,
    pub sentinels: Lives,
    pub drift_ppm: i64,
    pub wall_error_ms: i64,
    /// Some resolvers keep answers for so many times the TTL.
    pub stretched_ttl: u32,
    /// How long faults come, and how long the world has to settle after that.
    pub safety_ms: u64,
    pub liveness_ms: u64,
    /// The world is not at rest before the platform has gone home by itself.
    #[serde(default)]
    pub until_home: bool,
    /// Every second start of a sentinel function does not come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost_starts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub format: u32,
    pub seed: u64,
    pub kind: Kind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub shape: Shape,
    pub timing: Timing,
    #[serde(default)]
    pub faults: Vec<Planned>,
}

/// Why a file is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("LW-S001: {0} is not a scenario: {1}")]
    Unreadable(String, String),
    #[error(
        "LW-S002: {0} is a scenario of format {1}, and this binary replays format {2} only; \
         run the seed again with `leeward simulate --seed`, or use the binary that wrote it"
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
    /// Changes whenever an old file would mean something else.
    pub const FORMAT: u32 = 1;

    /// The world of this seed. `kind` is drawn by the caller's campaign.
    pub fn draw(seed: u64, kind: Kind, timing: &Timing) -> Scenario {
        let mut rng = stream(seed, Stream::Shape);
        let busy = rng.permille(100);
        let base = settle_ms(timing);
        // A tick is short there, and a person is not.
        let pace = if timing.profile == Profile::Local { 3 } else { 1 };
        let shape = Shape {
            clients: rng.between(2, if busy { 16 } else { 6 }) as u32,
            accounts: rng.between(1, 6) as u32,
            think_ms: timing.tick_ms * rng.between(4, 30) * pace / 10,
            batch_max: rng.between(2, 20) as u32,
            batch_permille: *rng.pick(&[0, 50, 300]),
            api_processes: rng.between(1, 3) as u32,
            runner: *rng.pick(&[Runner::Sentinel, Runner::StateMachine]),
            sentinels: match timing.profile {
                Profile::Aws => *rng.pick(&[Lives::Loop, Lives::Function]),
                Profile::Local => Lives::Loop,
            },
            drift_ppm: rng.between(0, 200) as i64,
            wall_error_ms: *rng.pick(&[0, 50, 5_000, 86_400_000]),
            stretched_ttl: rng.between(1, 6) as u32,
            safety_ms: match kind {
                Kind::Swarm => base * rng.between(10, 30) / 10,
                Kind::Loss | Kind::Scripted => base,
            },
            liveness_ms: 60 * base,
            // At AWS's pace the way home takes ten times as long as all the rest.
            until_home: timing.profile == Profile::Local || rng.permille(50),
            lost_starts: false,
        };
        let (shape, timing) = if kind == Kind::Swarm && rng.permille(100) {
            tight(shape, timing.clone(), &mut rng)
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

    pub fn to_text(&self) -> String {
        toml::to_string(self).expect("a scenario is plain data")
    }
}

/// A world in which the budgets of doubtful moves and of realignments are spent: with everybody's settings
/// a cooldown is longer than the whole world.
fn tight(shape: Shape, timing: Timing, rng: &mut Rng) -> (Shape, Timing) {
    let cooldown_ticks = u64::from(timing.misses) * rng.between(3, 8);
    (
        Shape { safety_ms: 3 * shape.safety_ms, ..shape },
        Timing { cooldown_ticks, moves_per_day: 1, ..timing },
    )
}

/// How long one move takes from the fault to the end, roughly: the unit in which worlds are long.
pub(crate) fn settle_ms(t: &Timing) -> u64 {
    let budget = Budget::of(t);
    budget.processing_ms.max(budget.acceptance_ms + 10 * t.tick_ms)
}
