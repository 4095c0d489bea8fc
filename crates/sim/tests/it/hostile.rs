//! Tests that every scenario within the limits runs to its end. An absurd world may break rules, but it never panics.

use leeward_blueprint::{Timing, TimingProfile};
use leeward_sim::{Fault, Kind, Planned, Scenario, Site, run};
use proptest::prelude::*;

const LONG_MS: u64 = 1_000_000_000;

/// Generates durations, mostly at the ends of the allowed range.
fn ms(low: u64) -> impl Strategy<Value = u64> {
    prop_oneof![Just(low), Just(LONG_MS), low..500, low..LONG_MS]
}

fn timing() -> impl Strategy<Value = Timing> {
    let first = (ms(10), ms(1), ms(1), ms(10), ms(1), ms(1), ms(1), ms(1));
    let second = (ms(10), ms(1), ms(1), ms(0), ms(0), ms(0), ms(0), ms(0));
    let counts = (1u32..5, 1u32..4, 1u32..20, 0u64..50, 1u64..50, 0usize..4, 0u32..30, ms(0));
    (first, second, counts).prop_map(|(a, b, c)| Timing {
        profile: TimingProfile::Local,
        tick_ms: a.0,
        misses: c.0,
        probe_timeout_ms: a.1,
        cooldown_ticks: c.3,
        day_ticks: a.2,
        moves_per_day: c.5,
        takeover_ticks: c.4,
        failback_ticks: c.3,
        check_interval_ms: a.3,
        check_threshold: c.1,
        checkers: c.2,
        check_timeout_ms: a.4,
        propagation_ms: b.3,
        ttl_s: c.6,
        deadline_ms: a.5,
        put_timeout_ms: a.6,
        call_timeout_ms: a.7,
        hint_delay_ms: c.7,
        sweep_ms: b.0,
        expiry_ms: b.1,
        poll_ms: b.2,
        promote_wait_ms: b.1,
        requorum_ms: b.4,
        catch_up_ms: b.5,
        database_failover_ms: b.6,
        database_rebuild_ms: b.7,
        database_lag_ms: b.3,
        reconnect_ms: b.4,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_scenario_within_the_limits_panics(
        seed in 0u64..1_000_000,
        timing in timing(),
        pace in Just(Timing::of(TimingProfile::Local, &Default::default())),
        drift_ppm in prop_oneof![Just(0i64), Just(10_000)],
        think_ms in ms(1),
        late in any::<bool>(),
    ) {
        let mut scenario = Scenario::draw(seed, Kind::Swarm, &pace);
        scenario.timing = timing;
        scenario.shape.drift_ppm = drift_ppm;
        scenario.shape.wall_error_ms = LONG_MS as i64;
        scenario.shape.think_ms = think_ms;
        (scenario.shape.safety_ms, scenario.shape.liveness_ms) = (3_000, 2_000);
        if late {
            let fault = Fault::Dark { site: Site::Secondary };
            let (at_ms, for_ms) = (10 * LONG_MS, 10 * LONG_MS);
            scenario.faults.push(Planned { at_ms, for_ms, fault });
        }
        let read = Scenario::parse(&scenario.to_text(), "drawn").expect("within the limits");
        run(&read, false);
    }
}
