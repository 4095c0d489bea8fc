//! The curve of false moves while the detector is being worked on.

use leeward_blueprint::{Profile, Timing};
use leeward_sim::Years;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().expect("a number")).collect();
    let [years, bursts_per_year, beta_permille, mean_burst_ms] = args[..] else {
        panic!("years, bursts a year, beta in permille, mean length in ms");
    };
    let timing = Timing::of(Profile::Aws, &Default::default());
    let settings = Years {
        timing,
        seed: 1,
        bursts_per_year,
        mean_burst_ms,
        beta_permille,
        loss_permille: 1_000,
    };
    let (mut moves, mut bursts, mut events, mut broken) = (0, 0, 0, 0);
    for number in 0..years {
        let year = settings.year(number);
        moves += year.false_moves;
        bursts += year.bursts;
        events += year.events;
        broken += year.broken;
    }
    println!(
        "{years} years, {bursts} bursts, {moves} false moves, {broken} broken, {events} events"
    );
}
