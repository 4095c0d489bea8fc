//! Looks for a broken rule for so many seconds, or in one world: how `cargo xtask planted` asks whether
//! a bug that was planted is found. Prints worlds, seconds, rule, the world's number and what broke; exit
//! 1 when nothing did.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::{Kind, Scenario, run, spread};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Half of them at AWS's pace, where calls are short beside a tick and so are judges' bounds.
fn scenario(n: u64) -> Scenario {
    let (kind, profile) = match n % 8 {
        0 => (Kind::Loss, Profile::Local),
        1 => (Kind::Loss, Profile::Aws),
        2..=4 => (Kind::Swarm, Profile::Aws),
        _ => (Kind::Swarm, Profile::Local),
    };
    Scenario::draw(5_000_000 + n, kind, &Timing::of(profile, &Default::default()))
}

/// The rule that this world breaks, if any. A planted bug may break an invariant that asserts: that is
/// found as well.
fn broken(n: u64) -> Option<(u64, &'static str, String)> {
    match std::panic::catch_unwind(|| run(&scenario(n), false)) {
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
        Some(n) => take(broken(n)),
        None => {
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            spread(threads, u64::MAX, &stop, broken, take);
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
