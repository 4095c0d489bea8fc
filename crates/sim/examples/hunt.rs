//! Searches for a broken rule for a number of seconds, or in one world. `cargo xtask planted` uses this program to test
//! whether the simulator finds a planted bug. The program prints the number of worlds, the seconds, the rule, the
//! number of the world and the violation. It exits with 1 if no rule was broken.

use leeward_blueprint::{Timing, TimingProfile};
use leeward_sim::{Kind, Scenario, run, spread};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The folder of worlds that once broke a rule, which run first.
const KEPT: &str = "crates/sim/seeds";
const FIRST_KEPT: u64 = u64::MAX / 2;

fn read_kept() -> Vec<Scenario> {
    let files = std::fs::read_dir(KEPT).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).ok()?;
        Scenario::parse(&text, &path.display().to_string()).ok()
    };
    files.iter().filter_map(read).collect()
}

/// Draws a world. Half of the worlds run at AWS's pace, at which calls and the judges' bounds are short compared with a
/// tick.
fn scenario(n: u64) -> Scenario {
    let (kind, profile) = match n % 8 {
        0 => (Kind::Loss, TimingProfile::Local),
        1 => (Kind::Loss, TimingProfile::Aws),
        2..=4 => (Kind::Swarm, TimingProfile::Aws),
        _ => (Kind::Swarm, TimingProfile::Local),
    };
    Scenario::draw(5_000_000 + n, kind, &Timing::of(profile, &Default::default()))
}

/// Returns the rule that this world breaks, if it breaks one. A failed assertion counts too, because a planted bug may
/// cause it.
fn find_violation(n: u64) -> Option<(u64, &'static str, String)> {
    let scenario = match n.checked_sub(FIRST_KEPT) {
        Some(place) => read_kept().into_iter().nth(usize::try_from(place).ok()?)?,
        None => scenario(n),
    };
    match std::panic::catch_unwind(|| run(&scenario, false)) {
        Ok(outcome) => outcome.violations.into_iter().next().map(|v| (n, v.rule, v.what)),
        Err(_) => Some((n, "assert", String::new())),
    }
}

fn main() -> ExitCode {
    let argument = |n: usize| std::env::args().nth(n).and_then(|text| text.parse().ok());
    let (limit, only) = (Duration::from_secs(argument(1).unwrap_or(60)), argument(2));
    let (began, stop) = (Instant::now(), AtomicBool::new(false));
    let (mut worlds, mut found) = (0u64, None);
    let mut take = |one: Option<(u64, &'static str, String)>| {
        worlds += 1;
        found = found.take().or(one);
        stop.fetch_or(found.is_some() || began.elapsed() >= limit, Ordering::Relaxed);
    };
    match only {
        Some(n) => take(find_violation(n)),
        None => {
            (0..read_kept().len() as u64)
                .for_each(|place| take(find_violation(FIRST_KEPT + place)));
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            spread(threads, u64::MAX, &stop, find_violation, take);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    match found {
        Some((n, rule, what)) => {
            println!("{worlds}\t{seconds:.2}\t{rule}\t{n}\t{what}");
            ExitCode::SUCCESS
        }
        None => {
            println!("{worlds}\t{seconds:.2}\t-\t-\tnothing");
            ExitCode::FAILURE
        }
    }
}
