//! Looks for a broken rule for so many seconds: how `cargo xtask planted` asks whether a bug that was
//! planted is found. Prints worlds, seconds, rule and seed; exit 1 when nothing was found.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::{Kind, Scenario, run};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Fast worlds mostly, and now and then one at AWS's pace.
fn scenario(n: u64) -> Scenario {
    let (kind, profile) = match n % 8 {
        0 => (Kind::Loss, Profile::Local),
        1 => (Kind::Loss, Profile::Aws),
        2 => (Kind::Swarm, Profile::Aws),
        _ => (Kind::Swarm, Profile::Local),
    };
    Scenario::draw(5_000_000 + n, kind, &Timing::of(profile, &Default::default()))
}

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(60);
    let (began, limit) = (Instant::now(), Duration::from_secs(seconds));
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let found: Mutex<Option<(u64, &'static str, String)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while began.elapsed() < limit && found.lock().expect("no panics").is_none() {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    // A planted bug may break an invariant that asserts: that is found as well.
                    let outcome = std::panic::catch_unwind(|| run(&scenario(n), false));
                    done.fetch_add(1, Ordering::Relaxed);
                    let broken = match outcome {
                        Ok(outcome) => outcome.violations.first().map(|v| (v.rule, v.what.clone())),
                        Err(_) => Some(("assert", String::new())),
                    };
                    if let Some((rule, what)) = broken {
                        found.lock().expect("no panics").get_or_insert((n, rule, what));
                    }
                }
            });
        }
    });
    let (worlds, seconds) = (done.load(Ordering::Relaxed), began.elapsed().as_secs_f64());
    match found.into_inner().expect("all threads have ended") {
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
