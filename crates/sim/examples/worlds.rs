//! Runs worlds from the command line while the simulator is being worked on: kind, first seed, how
//! many, and `-v` for the transcript.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::{Kind, Scenario, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let kind = if args[1] == "loss" { Kind::Loss } else { Kind::Swarm };
    let profile = if args[2] == "local" { Profile::Local } else { Profile::Aws };
    let (first, n): (u64, u64) =
        (args[3].parse().expect("a seed"), args[4].parse().expect("a count"));
    let verbose = args.get(5).is_some();
    let timing = Timing::of(profile, &Default::default());
    let began = std::time::Instant::now();
    let (mut events, mut failovers, mut bad, mut orders, mut sim_ms, mut parked) =
        (0, 0, 0, 0, 0, 0);
    let (mut detect, mut accept, mut process) = (Vec::new(), Vec::new(), Vec::new());
    let mut false_moves = 0;
    for seed in first..first + n {
        let scenario = Scenario::draw(seed, kind, &timing);
        let outcome = run(&scenario, verbose);
        for line in &outcome.transcript {
            println!("{line}");
        }
        if verbose {
            println!("{}", scenario.to_text());
        }
        events += outcome.events();
        failovers += outcome.failovers;
        orders += outcome.orders_acked;
        sim_ms += outcome.simulated_ms;
        parked += outcome.parked;
        false_moves += outcome.false_moves;
        detect.extend(&outcome.detect_ms);
        accept.extend(&outcome.acceptance_ms);
        process.extend(&outcome.processing_ms);
        if outcome.is_broken() {
            bad += 1;
            if bad <= 20 {
                println!("seed {seed}: {:?}", outcome.violations[0]);
            }
        }
    }
    let s = began.elapsed().as_secs_f64();
    let show = |name: &str, v: &mut Vec<u64>| {
        v.sort_unstable();
        let q = |p: usize| v.get(v.len().saturating_sub(1) * p / 100).copied().unwrap_or(0);
        println!("{name}: n {} p50 {} p99 {} max {}", v.len(), q(50), q(99), q(100));
    };
    show("detect", &mut detect);
    show("accept", &mut accept);
    show("process", &mut process);
    println!(
        "{n} worlds in {s:.2} s, {events} events, {:.0}/s, {:.1} worlds/s, failovers {failovers}, orders {orders}, {} sim s, parked {parked}, false {false_moves}, bad {bad}",
        events as f64 / s,
        n as f64 / s,
        sim_ms / 1000
    );
}
